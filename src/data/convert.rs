//! One cell of text to one value of a field's type.

use super::notation::Notation;
use super::rejects::Reason;
use super::suggest::nearest;
use crate::model::given::{Given, Outside};
use crate::model::number::FIXED_ONE;
use crate::model::{CodeList, Day, Field, Fixed, Instant, KindId, Policy, Type, Unit};
use chrono_tz::Tz;
use hashbrown::HashMap;

/// A value of a cell. Texts borrow from the cell or from the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'c> {
    /// Empty.
    Missing,
    /// Text, as it stands there.
    Text(&'c str),
    /// A key or reference whose plain form is a number or a date and is written differently.
    Key(KeyForm),
    /// A number.
    Number(Fixed),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Day(Day),
    /// An instant.
    At(Instant),
    /// A day in a field of times: the whole day.
    WholeDay(Day),
    /// Position in the code list.
    Code(u32),
    /// Positions as bits.
    CodeSet(u64),
}

/// A key in the form that its kind keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// Whole numbers are kept in plain digits.
    Number(Fixed),
}

/// How a field is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    form: Form,
    /// Other spellings, from the manifest; an empty one stands for missing.
    spellings: HashMap<String, String>,
    /// How dates or numbers are written, where the manifest says so.
    notation: Option<Notation>,
    /// The bounds of a number that a person gives.
    given: Option<Given>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Text,
    Key,
    NumberKey,
    Whole,
    Number {
        share: bool,
    },
    Bool,
    Date(Tz),
    Time(Tz),
    Code(Codes),
    /// `whole`: an empty cell is the empty set, because the field is never missing.
    CodeSet {
        codes: Codes,
        whole: bool,
    },
}

/// Forms that typed columns may have already; where the manifest translates spellings, every value is read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Text, as it stands.
    Text,
    /// Text without white space around it.
    Key,
    /// A whole number.
    Whole,
    /// A number that is no share.
    Number,
    /// Yes or no.
    Bool,
    /// A day; an offset leads to this zone.
    Date(Tz),
    /// A day or time.
    Time(Tz),
    /// To be read as text.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Codes {
    positions: HashMap<String, u32>,
    /// The codes, then other spellings of them.
    names: Vec<String>,
    /// Number of the codes.
    own: usize,
}

/// Codes that a message lists where none is near.
const CODES_SHOWN: usize = 8;

impl Codes {
    fn new(list: Option<&CodeList>) -> Codes {
        let Some(list) = list else {
            return Codes { positions: HashMap::new(), names: Vec::new(), own: 0 };
        };
        let own = list.codes.iter().enumerate().map(|(at, code)| (code.clone(), u32::try_from(at).unwrap_or(u32::MAX)));
        let mut positions: HashMap<String, u32> = list.aliases.iter().cloned().collect();
        positions.extend(own);
        let names = list.codes.iter().chain(list.aliases.iter().map(|(alias, _)| alias)).cloned().collect();
        Codes { positions, names, own: list.codes.len() }
    }

    fn find(&self, text: &str) -> Result<u32, Reason> {
        self.positions.get(text).copied().ok_or_else(|| {
            let near = nearest(text, self.names.iter().map(String::as_str)).map(str::to_owned);
            let more = self.own.saturating_sub(CODES_SHOWN);
            match (near, u32::try_from(more)) {
                (None, Ok(more)) if self.own > 0 => {
                    let codes = self.names.iter().take(self.own.min(CODES_SHOWN)).cloned().collect();
                    Reason::NotOneOf { codes, more }
                }
                (near, _) => Reason::NotCode { near },
            }
        })
    }
}

impl Conversion {
    /// Of a field of a policy. A key of text is kept without white space around it.
    #[must_use]
    pub fn new(policy: &Policy, field: &Field, is_key: bool) -> Conversion {
        let codes = |list| Codes::new(policy.code_lists.get(list));
        let form = match &field.ty {
            Type::Text | Type::Frame if is_key => Form::Key,
            Type::Text | Type::Frame => Form::Text,
            Type::Whole => Form::Whole,
            Type::Number(unit) => Form::Number { share: *unit == Unit::Share },
            Type::Bool => Form::Bool,
            Type::Date => Form::Date(policy.timezone),
            Type::Time => Form::Time(policy.timezone),
            Type::Code(list) => Form::Code(codes(*list)),
            Type::CodeSet(list) => Form::CodeSet { codes: codes(*list), whole: !field.optional },
            Type::Ref(kind) => match key_type(policy, *kind) {
                Some(Type::Whole) => Form::NumberKey,
                _ => Form::Key,
            },
        };
        Conversion { form, spellings: HashMap::new(), notation: None, given: field.given }
    }

    /// Cells write dates or numbers so. INVARIANT (notations suit their fields): the binding refuses others.
    pub fn write_as(&mut self, notation: Notation) {
        self.notation = Some(notation);
    }

    /// Adds a spelling of the manifest: `from` in the data stands for `to` (empty: missing).
    pub fn add_spelling(&mut self, from: &str, to: &str) {
        self.spellings.insert(from.trim().to_owned(), to.to_owned());
    }

    /// What typed values may be taken as they are.
    pub(super) fn shape(&self) -> Shape {
        if !self.spellings.is_empty() || self.given.is_some() {
            return Shape::Other;
        }
        match self.form {
            Form::Text => Shape::Text,
            Form::Key => Shape::Key,
            Form::Whole => Shape::Whole,
            Form::Number { share: false } => Shape::Number,
            Form::Bool => Shape::Bool,
            Form::Date(zone) => Shape::Date(zone),
            Form::Time(zone) => Shape::Time(zone),
            Form::NumberKey | Form::Number { .. } | Form::Code(_) | Form::CodeSet { .. } => Shape::Other,
        }
    }

    /// Reads a cell. White space around it does not count, except in text. A number that a person gives is held to its bounds.
    pub fn read<'c>(&'c self, cell: &'c str) -> Result<Cell<'c>, Reason> {
        match self.read_free(cell)? {
            Cell::Number(number) => Ok(Cell::Number(self.held(number)?)),
            cell => Ok(cell),
        }
    }

    fn read_free<'c>(&'c self, cell: &'c str) -> Result<Cell<'c>, Reason> {
        let mut text = cell.trim();
        let mut translated = false;
        if !self.spellings.is_empty()
            && let Some(other) = self.spellings.get(text)
        {
            text = other;
            translated = true;
        }
        if let Form::Text = self.form {
            let text = if translated { text } else { cell };
            return Ok(if text.is_empty() { Cell::Missing } else { Cell::Text(text) });
        }
        if text.is_empty() {
            return Ok(match &self.form {
                Form::CodeSet { whole: true, .. } => Cell::CodeSet(0),
                _ => Cell::Missing,
            });
        }
        Ok(match &self.form {
            Form::Text | Form::Key => Cell::Text(text),
            Form::NumberKey => Cell::Key(KeyForm::Number(whole(text).ok_or(Reason::NotKey)?)),
            Form::Code(codes) => Cell::Code(codes.find(text)?),
            Form::CodeSet { codes, .. } => Cell::CodeSet(self.code_set(codes, text)?),
            _ => match self.notation.filter(|_| !translated) {
                Some(notation) => self.amount(&notation.usual(text).ok_or_else(|| self.unread())?)?,
                None => self.amount(text).map_err(|reason| self.other_notation(text).unwrap_or(reason))?,
            },
        })
    }

    /// What a cell is not that is written in another way than the manifest says.
    fn unread(&self) -> Reason {
        match self.form {
            Form::Date(_) => Reason::NotDate,
            Form::Time(_) => Reason::NotTime,
            Form::Whole => Reason::NotWhole,
            _ => Reason::NotNumber,
        }
    }

    /// Why a cell is not read that is written in a way which a manifest can name.
    fn other_notation(&self, text: &str) -> Option<Reason> {
        let read = |notation: Notation| notation.usual(text).is_some_and(|usual| self.amount(&usual).is_ok());
        match self.form {
            Form::Date(_) | Form::Time(_) => {
                let found = [Notation::DayFirst, Notation::MonthFirst].into_iter().any(read);
                found.then_some(Reason::DateOrder)
            }
            // Three places behind a comma are rather a group of thousands.
            Form::Whole | Form::Number { .. } => {
                let places = text.split_once(',').map_or(3, |(_, places)| places.trim_end_matches('%').len());
                (places != 3 && read(Notation::DecimalComma)).then_some(Reason::DecimalComma)
            }
            _ => None,
        }
    }

    /// A number, date, time, yes or no in the usual way of writing.
    fn amount(&self, text: &str) -> Result<Cell<'static>, Reason> {
        Ok(match &self.form {
            Form::Whole => Cell::Number(whole(text).ok_or(Reason::NotWhole)?),
            Form::Number { share } => Cell::Number(number(text, *share)?),
            Form::Bool => Cell::Bool(yes_or_no(text).ok_or(Reason::NotBool)?),
            Form::Date(zone) => {
                // A time of day in a field of dates is dropped: databases export dates that way.
                let day = Day::parse(text).or_else(|| Instant::parse(text, *zone).map(Instant::day));
                Cell::Day(day.ok_or(Reason::NotDate)?)
            }
            Form::Time(zone) => match Instant::parse(text, *zone) {
                Some(at) => Cell::At(at),
                None => Cell::WholeDay(Day::parse(text).ok_or(Reason::NotTime)?),
            },
            // INVARIANT (amounts are of these forms): the others are read before.
            Form::Text | Form::Key | Form::NumberKey | Form::Code(_) | Form::CodeSet { .. } => Cell::Missing,
        })
    }

    /// A number within the bounds in which it is given.
    fn held(&self, number: Fixed) -> Result<Fixed, Reason> {
        let Some(Given { low, high, outside, .. }) = self.given else { return Ok(number) };
        if (low..=high).contains(&number) {
            return Ok(number);
        }
        match outside {
            Outside::Bounded => Ok(number.clamp(low, high)),
            Outside::Rejected => {
                let shown = |bound: Fixed| self.shown(bound);
                Err(Reason::OutsideBounds { low: shown(low), high: shown(high) })
            }
        }
    }

    /// A number of the field as it is written.
    pub(super) fn shown(&self, number: Fixed) -> String {
        match self.form {
            Form::Number { share: true } => {
                let percent = Fixed(number.0.saturating_mul(100));
                format!("{}%", percent.to_ratio())
            }
            _ => number.to_ratio().to_string(),
        }
    }

    /// Whether a bound stands for what lies outside.
    pub(super) fn bounds(&self) -> bool {
        self.given.is_some_and(|given| given.outside == Outside::Bounded)
    }

    /// Whether a cell holds a number outside its bounds, for which the nearer bound stands.
    pub(super) fn is_bounded(&self, cell: &str) -> bool {
        let Some(Given { outside: Outside::Bounded, low, high, .. }) = self.given else { return false };
        matches!(self.read_free(cell), Ok(Cell::Number(number)) if !(low..=high).contains(&number))
    }

    fn code_set(&self, codes: &Codes, text: &str) -> Result<u64, Reason> {
        let mut set = 0;
        for part in text.split(['|', ';', '；', '、']).map(str::trim).filter(|part| !part.is_empty()) {
            let part = self.spellings.get(part).map_or(part, String::as_str);
            if part.is_empty() {
                continue;
            }
            // INVARIANT (lists for sets have at most 64 codes): the checker refuses longer ones.
            set |= 1u64.checked_shl(codes.find(part)?).unwrap_or(0);
        }
        Ok(set)
    }
}

/// Type of the key of a kind.
fn key_type(policy: &Policy, kind: KindId) -> Option<&Type> {
    let kind = policy.kinds.get(kind)?;
    Some(&kind.fields.get(kind.key?)?.ty)
}

fn whole(text: &str) -> Option<Fixed> {
    Fixed::parse(text).filter(|n| n.0 % FIXED_ONE == 0)
}

fn number(text: &str, share: bool) -> Result<Fixed, Reason> {
    if !share {
        return Fixed::parse(text).ok_or(Reason::NotNumber);
    }
    match text.strip_suffix(['%', '％']) {
        Some(percent) => {
            let percent = Fixed::parse(percent).ok_or(Reason::NotNumber)?;
            if percent.0 % 100 == 0 { Ok(Fixed(percent.0 / 100)) } else { Err(Reason::NotNumber) }
        }
        None => {
            let plain = Fixed::parse(text).ok_or(Reason::NotNumber)?;
            if plain.0.abs() > FIXED_ONE { Err(Reason::BareShare) } else { Ok(plain) }
        }
    }
}

/// Reads yes or no in the words that registers use.
#[must_use]
pub fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "是" | "１" => Some(true),
        "false" | "no" | "n" | "0" | "否" | "０" => Some(false),
        _ => None,
    }
}

impl KeyForm {
    /// The key as its kind keeps it.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            KeyForm::Number(number) => number.to_ratio().to_string(),
        }
    }
}

impl Cell<'_> {
    /// Whether nothing is there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        *self == Cell::Missing
    }

    /// Whether nothing that can be read is there.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Text(text) => text.trim().is_empty(),
            cell => cell.is_missing(),
        }
    }

    /// Adds the value to a hash, so that equal values hash equally and different ones do not run together.
    pub fn add_to(&self, hash: &mut super::unique::RowHash) {
        match self {
            Cell::Missing => hash.part(0, &[]),
            Cell::Text(text) => hash.part(1, text.as_bytes()),
            Cell::Key(form) => hash.part(1, form.text().as_bytes()),
            Cell::Number(n) => hash.part(2, &n.0.to_le_bytes()),
            Cell::Bool(b) => hash.part(3, &[u8::from(*b)]),
            Cell::Day(day) | Cell::WholeDay(day) => hash.part(4, &day.0.to_le_bytes()),
            Cell::At(at) => hash.part(5, &at.0.to_le_bytes()),
            Cell::Code(code) => hash.part(6, &code.to_le_bytes()),
            Cell::CodeSet(set) => hash.part(7, &set.to_le_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CodeListId;

    fn conversion(ty: Type) -> Conversion {
        let codes =
            CodeList { codes: vec!["见面".to_owned(), "未见".to_owned()], aliases: vec![("met".to_owned(), 0)] };
        let form = match ty {
            Type::Text => Form::Text,
            Type::Whole => Form::Whole,
            Type::Number(unit) => Form::Number { share: unit == Unit::Share },
            Type::Bool => Form::Bool,
            Type::Date => Form::Date(chrono_tz::Asia::Shanghai),
            Type::Time => Form::Time(chrono_tz::Asia::Shanghai),
            Type::Code(_) => Form::Code(Codes::new(Some(&codes))),
            Type::CodeSet(_) => Form::CodeSet { codes: Codes::new(Some(&codes)), whole: true },
            Type::Ref(_) => Form::NumberKey,
            Type::Frame => Form::Key,
        };
        Conversion { form, spellings: HashMap::new(), notation: None, given: None }
    }

    #[test]
    fn cells_are_read_as_the_field_asks() {
        let day = Day::parse("2024-01-05").unwrap();
        let list = CodeListId(0);
        let code = |near: Option<&str>| Err(Reason::NotCode { near: near.map(str::to_owned) });
        let none_near = || Reason::NotOneOf { codes: vec!["见面".to_owned(), "未见".to_owned()], more: 0 };
        for (ty, text, expected) in [
            (Type::Text, " 甲 ", Ok(Cell::Text(" 甲 "))),
            (Type::Text, "", Ok(Cell::Missing)),
            (Type::Frame, " 甲 ", Ok(Cell::Text("甲"))),
            (Type::Whole, "１２", Ok(Cell::Number(Fixed::from_int(12)))),
            (Type::Whole, "12.0", Ok(Cell::Number(Fixed::from_int(12)))),
            (Type::Whole, "12.5", Err(Reason::NotWhole)),
            (Type::Whole, "  ", Ok(Cell::Missing)),
            (Type::Number(Unit::Plain), "0.5", Ok(Cell::Number(Fixed(500_000_000)))),
            (Type::Number(Unit::Plain), "1,200", Err(Reason::NotNumber)),
            (Type::Number(Unit::Share), "95%", Ok(Cell::Number(Fixed(950_000_000)))),
            (Type::Number(Unit::Share), "0.95", Ok(Cell::Number(Fixed(950_000_000)))),
            (Type::Number(Unit::Share), "120％", Ok(Cell::Number(Fixed(1_200_000_000)))),
            (Type::Number(Unit::Share), "95", Err(Reason::BareShare)),
            (Type::Bool, "是", Ok(Cell::Bool(true))),
            (Type::Bool, "N", Ok(Cell::Bool(false))),
            (Type::Bool, "2", Err(Reason::NotBool)),
            (Type::Date, "2024年1月5日", Ok(Cell::Day(day))),
            (Type::Date, "2024-01-04T20:00:00Z", Ok(Cell::Day(day))),
            (Type::Date, "2024-13-05", Err(Reason::NotDate)),
            (Type::Time, "2024-01-05", Ok(Cell::WholeDay(day))),
            (Type::Time, "2024-01-05 00:00", Ok(Cell::At(day.start()))),
            (Type::Time, "05/01/2024", Err(Reason::DateOrder)),
            (Type::Code(list), "met", Ok(Cell::Code(0))),
            (Type::Code(list), "未见", Ok(Cell::Code(1))),
            (Type::Code(list), "未 见", code(Some("未见"))),
            (Type::Code(list), "走访中", Err(none_near())),
            (Type::CodeSet(list), " ", Ok(Cell::CodeSet(0))),
            (Type::CodeSet(list), "met|未见", Ok(Cell::CodeSet(3))),
            (Type::CodeSet(list), "未见、 ；未见", Ok(Cell::CodeSet(2))),
            (Type::Ref(KindId(0)), "0012", Ok(Cell::Key(KeyForm::Number(Fixed::from_int(12))))),
            (Type::Ref(KindId(0)), "A12", Err(Reason::NotKey)),
        ] {
            assert_eq!(conversion(ty.clone()).read(text), expected, "{ty:?} {text}");
        }
    }

    #[test]
    fn spellings_of_the_manifest_come_first() {
        let mut code = conversion(Type::Code(CodeListId(0)));
        code.add_spelling("不在", "未见");
        code.add_spelling("-1", "");
        assert_eq!(code.read(" 不在"), Ok(Cell::Code(1)));
        assert_eq!(code.read("-1"), Ok(Cell::Missing));
        let mut set = conversion(Type::CodeSet(CodeListId(0)));
        set.add_spelling("不在", "未见");
        assert_eq!(set.read("不在;met"), Ok(Cell::CodeSet(3)));
        let mut text = conversion(Type::Text);
        text.add_spelling("n/a", "");
        assert_eq!(text.read(" n/a "), Ok(Cell::Missing));
    }
}
