//! Statements about a whole policy: source, in force, time zone, year, clauses.

use super::checker::{Checker, UnitRole};
use super::{codes, names::suggestion};
use crate::diagnostic::{Diagnostic, Text};
use crate::model::time::month_length;
use crate::model::{Currency, Day, Force, Unit, YearStart};
use crate::source::Span;
use crate::syntax::tree::{ForceClause, Item, Name, Spanned, UnitDecl};

/// What a unit says about itself, what it extends filled in.
#[derive(Debug, Clone)]
pub(super) struct Header {
    pub(super) source: Option<String>,
    pub(super) published: Option<Day>,
    pub(super) in_force: Force,
    pub(super) timezone: chrono_tz::Tz,
    pub(super) currency: Currency,
    pub(super) year_start: YearStart,
}

impl Default for Header {
    fn default() -> Self {
        Header {
            source: None,
            published: None,
            in_force: Force::default(),
            timezone: chrono_tz::Asia::Shanghai,
            currency: Currency::default(),
            year_start: YearStart::default(),
        }
    }
}

impl Checker<'_> {
    /// Where the years of the policy begin that is checked.
    pub(super) fn year_start(&self) -> YearStart {
        self.headers.last().map_or_else(YearStart::default, |header| header.year_start)
    }

    /// Reads the headers of all units, the extended first.
    pub(super) fn check_headers(&mut self) {
        for unit in self.units.clone() {
            let extended = unit.decl.items.iter().rev().find_map(|item| match &item.value {
                Item::Extends { name, .. } => Some(&name.value),
                _ => None,
            });
            let mut known = self.units.iter().zip(&self.headers);
            let base = known.find(|(u, _)| u.role == UnitRole::Base && Some(&u.decl.name.value) == extended);
            let extends = base.is_some();
            let mut header = base.map(|(_, header)| header.clone()).unwrap_or_default();
            if !extends {
                header.currency = self.used_currency(unit.decl).unwrap_or_default();
            }
            let header = self.header(unit.decl, header);
            self.headers.push(header);
        }
    }

    fn header(&mut self, unit: &UnitDecl, mut header: Header) -> Header {
        let mut seen: [Option<Span>; 5] = [None; 5];
        for item in &unit.items {
            let slot = match &item.value {
                Item::Source { text, published } => {
                    header.source = Some(text.value.clone());
                    header.published = published.as_ref().map(|day| day.value);
                    0
                }
                Item::InForce(force) => {
                    header.in_force = self.force(force).unwrap_or_default();
                    1
                }
                Item::Timezone(name) => {
                    header.timezone = self.timezone(name).unwrap_or(header.timezone);
                    2
                }
                Item::YearStarts(start) => {
                    let YearStart { month, day, months } = start;
                    let last = if (1..=12).contains(month) { month_length(2023, *month) } else { 0 };
                    if *months && *day > 28 {
                        let message =
                            text!("not every month has a day {day} to start on", "不是每个月都有 {day} 日可作起始日");
                        self.error(codes::BAD_DATES, item.span, message);
                    } else if (1..=last).contains(day) {
                        header.year_start = *start;
                    } else {
                        self.error(
                            codes::BAD_DATES,
                            item.span,
                            text!("no year has a day {month}-{day} every time", "不是每年都有 {month} 月 {day} 日"),
                        );
                    }
                    3
                }
                Item::Currency(name) => {
                    header.currency = self.currency(name).unwrap_or(header.currency);
                    4
                }
                _ => continue,
            };
            self.once(&mut seen[slot], item.span);
            if unit.vocabulary && !matches!(item.value, Item::Currency(_)) {
                self.not_in_vocabulary(item.span);
            }
        }
        header
    }

    /// Reports a statement that stands a second time.
    pub(super) fn once(&mut self, seen: &mut Option<Span>, span: Span) {
        match *seen {
            Some(first) => {
                let diagnostic =
                    Diagnostic::error(codes::SAID_TWICE, span, text!("this may be said only once", "此项只能写一次"));
                self.push(diagnostic.with_secondary(first, text!("first said here", "首次写在此处")));
            }
            None => *seen = Some(span),
        }
    }

    pub(super) fn not_in_vocabulary(&mut self, span: Span) {
        self.error_with_help(
            codes::NOT_IN_VOCABULARY,
            span,
            text!("this may not stand in a vocabulary", "词汇中不能写这一项"),
            text!(
                "a vocabulary holds declarations only: move this into the policy that uses it",
                "词汇只放声明，请移到引用它的政策中"
            ),
        );
    }

    /// Days in force; `None` when they end before they start.
    pub(super) fn force(&mut self, force: &ForceClause) -> Option<Force> {
        let to = force.to.map(|day| day.value);
        if let Some(to) = force.to {
            self.ordered(force.from, to)?;
        }
        Some(Force { from: Some(force.from.value), to })
    }

    /// A range of days that does not end before it starts.
    pub(super) fn ordered(&mut self, from: Spanned<Day>, to: Spanned<Day>) -> Option<(Day, Day)> {
        if from.value <= to.value {
            return Some((from.value, to.value));
        }
        let (first, last) = (from.value, to.value);
        self.error(
            codes::BAD_DATES,
            from.span.to(to.span),
            text!("`{first}` to `{last}` ends before it starts", "`{first}`至`{last}`的终止日早于起始日"),
        );
        None
    }

    /// The currency of the policy that is checked.
    pub(super) fn own_currency(&self) -> Currency {
        self.headers.last().map_or_else(Currency::default, |header| header.currency)
    }

    /// What is paid by the policy that is checked.
    pub(super) fn own_money(&self) -> Unit {
        Unit::Money(self.own_currency())
    }

    /// The currency that the vocabularies of a unit name; two that differ are told where the unit does not choose.
    fn used_currency(&mut self, unit: &UnitDecl) -> Option<Currency> {
        let says = |unit: &UnitDecl| unit.items.iter().any(|item| matches!(item.value, Item::Currency(_)));
        let mut found: Option<Currency> = None;
        for item in &unit.items {
            let Item::Use { name, .. } = &item.value else { continue };
            let mut known = self.units.iter().zip(&self.headers);
            let used = known.find(|(used, _)| used.role == UnitRole::Vocabulary && used.decl.name.value == name.value);
            let Some((used, header)) = used else { continue };
            let (said, currency) = (says(used.decl), header.currency);
            match found {
                Some(first) if (said || currency != Currency::CNY) && first != currency && !says(unit) => {
                    let (one, other) = (first.code(), currency.code());
                    self.error_with_help(
                        codes::BAD_CURRENCY,
                        name.span,
                        text!(
                            "the vocabularies count in `{one}` and in `{other}`",
                            "所引词汇的货币既有`{one}`，又有`{other}`"
                        ),
                        text!("say which is paid: `currency {one}`", "请写明用哪一种：`货币 {one}`"),
                    );
                }
                None if said || currency != Currency::CNY => found = Some(currency),
                _ => {}
            }
        }
        found
    }

    /// Tells of an amount in another currency than that of the policy.
    pub(super) fn other_currency(&mut self, span: Span, found: Currency) {
        let (own, own_zh) = (self.own_currency().word(), self.own_currency().word_zh());
        let (other, other_zh) = (found.word(), found.word_zh());
        self.error_with_help(
            codes::WRONG_TYPE,
            span,
            text!(
                "the money of this policy is counted in {own}, this is in {other}",
                "本政策的金额以{own_zh}计，此处却以{other_zh}计"
            ),
            self.of_currency(found),
        );
    }

    /// What to do about money in another currency than that of the policy.
    pub(super) fn of_currency(&self, found: Currency) -> Text {
        let (own, own_zh) = (self.own_currency().word(), self.own_currency().word_zh());
        let (other, other_zh, code) = (found.word(), found.word_zh(), found.code());
        text!(
            "a policy says once in which currency it pays: `currency {code}`; a value in {other} is brought over by a rate of its own: `(VALUE / 1 {other} * 0.9 {own})`",
            "政策的货币只写一次：`货币 {code}`；以{other_zh}计的值要按汇率折算：`（值 / 1 {other_zh} * 0.9 {own_zh}）`"
        )
    }

    fn currency(&mut self, name: &Name) -> Option<Currency> {
        let shown = &name.value;
        if let Some(currency) = Currency::named(shown) {
            return Some(currency);
        }
        let upper = shown.to_ascii_uppercase();
        let help = match Currency::named(&upper) {
            Some(currency) => {
                let code = currency.code();
                text!("write `currency {code}`", "请写`货币 {code}`")
            }
            None => suggestion(&upper, Currency::codes())
                .unwrap_or_else(|| Text::new("codes are as in `currency EUR`", "代码如`货币 EUR`")),
        };
        self.error_with_help(
            codes::BAD_CURRENCY,
            name.span,
            text!("no currency has the code `{shown}`", "没有代码为`{shown}`的货币"),
            help,
        );
        None
    }

    fn timezone(&mut self, name: &Spanned<String>) -> Option<chrono_tz::Tz> {
        let shown = &name.value;
        if let Ok(zone) = shown.parse() {
            return Some(zone);
        }
        let help = suggestion(shown, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()))
            .unwrap_or_else(|| Text::new("names are as in `Asia/Shanghai`", "时区名如`Asia/Shanghai`"));
        self.error_with_help(
            codes::UNKNOWN_TIMEZONE,
            name.span,
            text!("no time zone is called `{shown}`", "没有名为`{shown}`的时区"),
            help,
        );
        None
    }
}
