//! How the cells of a column write dates and numbers, where the manifest says that it is not the usual way.

use super::decode::{BAD_VALUE, UNKNOWN_NAME};
use super::manifest::KindDecl;
use super::suggest::way_out;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{Kind, Role, Type};

/// A way of writing dates or numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// `31/12/2024`
    DayFirst,
    /// `12/31/2024`
    MonthFirst,
    /// `35,5`
    DecimalComma,
}

impl Notation {
    /// All of them, as a manifest names them.
    pub const NAMED: [(&'static str, Notation); 3] = [
        ("day-month-year", Notation::DayFirst),
        ("month-day-year", Notation::MonthFirst),
        ("decimal comma", Notation::DecimalComma),
    ];

    /// Whether fields of a type may be written so.
    #[must_use]
    pub fn suits(self, ty: &Type) -> bool {
        match self {
            Notation::DayFirst | Notation::MonthFirst => matches!(ty, Type::Date | Type::Time),
            Notation::DecimalComma => matches!(ty, Type::Whole | Type::Number(_)),
        }
    }

    /// A cell in the usual way of writing; `None`: it is not written so. A date with its year first is told by that.
    #[must_use]
    pub fn usual(self, cell: &str) -> Option<String> {
        match self {
            Notation::DayFirst | Notation::MonthFirst => {
                let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
                let first = digits(cell);
                if first == 4 {
                    return Some(cell.to_owned());
                }
                let (first, rest) = cell.split_at_checked(first)?;
                let mark = rest.chars().next().filter(|mark| matches!(mark, '/' | '.' | '-'))?;
                let rest = rest.strip_prefix(mark)?;
                let (second, rest) = rest.split_at_checked(digits(rest))?;
                let rest = rest.strip_prefix(mark)?;
                let (year, rest) = rest.split_at_checked(digits(rest))?;
                let is_part = |part: &str| matches!(part.len(), 1 | 2);
                if year.len() != 4 || !is_part(first) || !is_part(second) {
                    return None;
                }
                let (month, day) = if self == Notation::DayFirst { (second, first) } else { (first, second) };
                Some(format!("{year}-{month}-{day}{rest}"))
            }
            // A point would be a thousands separator, and nothing is read past one.
            Notation::DecimalComma => (!cell.contains(['.', '．'])).then(|| cell.replacen([',', '，'], ".", 1)),
        }
    }
}

/// Keys of `formats` that are no fields: the first and last day of a register row.
pub(super) const LIFETIME: [&str; 2] = ["since", "until"];

/// How the cells of a field write dates or numbers, where the entry says so.
pub(super) fn notation_of(decl: &KindDecl, field: &str) -> Option<Notation> {
    let (_, written) = decl.formats.iter().find(|(name, _)| name.value == field)?;
    Notation::NAMED.iter().find(|(name, _)| *name == written.value).map(|(_, notation)| *notation)
}

/// Each format is known, and one of its field.
pub(super) fn check_formats(decl: &KindDecl, kinds: &[&Kind], role: Role) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for (field, written) in &decl.formats {
        let fields = kinds.iter().filter_map(|kind| kind.fields.get(kind.field_named(&field.value)?));
        let mut types: Vec<&Type> = fields.map(|field| &field.ty).collect();
        if types.is_empty() && role == Role::Entity && LIFETIME.contains(&field.value.as_str()) {
            types.push(&Type::Date);
        }
        let notation = Notation::NAMED.iter().find(|(name, _)| *name == written.value);
        let (code, span, message) = match notation {
            _ if types.is_empty() => (
                UNKNOWN_NAME,
                field.span,
                Text::new(
                    format!("`{}` has no field `{}`", decl.name.value, field.value),
                    format!("`{}` 没有字段 `{}`", decl.name.value, field.value),
                ),
            ),
            None => (
                BAD_VALUE,
                written.span,
                Text::new(
                    format!("`{}` is not a format that can be read", written.value),
                    format!("不能读取 `{}` 这种写法", written.value),
                ),
            ),
            Some((name, notation)) if types.iter().any(|ty| !notation.suits(ty)) => (
                BAD_VALUE,
                written.span,
                Text::new(
                    format!("`{name}` is no format of `{}`", field.value),
                    format!("`{name}` 不是 `{}` 的写法", field.value),
                ),
            ),
            Some(_) => continue,
        };
        let mut problem = Diagnostic::error(code, span, message);
        problem.help = if code == UNKNOWN_NAME {
            let known = kinds.iter().flat_map(|kind| kind.fields.iter()).map(|field| field.name.as_str());
            way_out(&field.value, known)
        } else {
            Some(Text::new(
                "write `day-month-year` or `month-day-year` for a field of dates or times, `decimal comma` for one of numbers",
                "日期或时刻字段可写 `day-month-year`、`month-day-year`，数字段可写 `decimal comma`",
            ))
        };
        problems.push(problem);
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_brought_to_the_usual_way() {
        use Notation::{DayFirst, DecimalComma, MonthFirst};
        for (notation, cell, usual) in [
            (DayFirst, "31/12/2024", Some("2024-12-31")),
            (DayFirst, "1.2.2024 09:30", Some("2024-2-1 09:30")),
            (DayFirst, "2024-02-01", Some("2024-02-01")),
            (DayFirst, "1/2.2024", None),
            (DayFirst, "1/2/24", None),
            (DayFirst, "001/2/2024", None),
            (DayFirst, "", None),
            (MonthFirst, "12/31/2024", Some("2024-12-31")),
            (DecimalComma, "-35,50", Some("-35.50")),
            (DecimalComma, "35", Some("35")),
            (DecimalComma, "12,5%", Some("12.5%")),
            (DecimalComma, "1.234,5", None),
            (DecimalComma, "1,234,5", Some("1.234,5")),
        ] {
            assert_eq!(notation.usual(cell).as_deref(), usual, "{cell}");
        }
    }
}
