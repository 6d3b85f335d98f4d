//! Types and units of the language, and constant values.

use super::currency::Currency;
use super::ids::{CodeListId, KindId};
use super::number::Ratio;
use super::time::{Day, Instant};

/// What a number counts. Numbers of two units never compare or add.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A plain number, or one with a measure word (3 次, 2 户).
    Plain,
    /// A part of a whole; `95 %` is 95/100.
    Share,
    /// Points of an assessment.
    Points,
    /// Money, in the currency's main unit.
    Money(Currency),
    /// A length of time in one unit; 90 days and 3 months are two types.
    Span(TermUnit),
    /// A unit that a field names (`number 公里`).
    Named(String),
}

/// Units of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermUnit {
    /// Minutes, counted from the moment.
    Minutes,
    /// Hours, counted from the moment.
    Hours,
    /// Days; the starting day is not counted (Civil Code art. 201).
    Days,
    /// Workdays of a declared calendar; the starting day is not counted.
    Workdays,
    /// Weeks of seven days.
    Weeks,
    /// Months; ends on the same day number, or the month's last day (art. 202).
    Months,
    /// Years; as months.
    Years,
}

impl TermUnit {
    /// The word that outputs print.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            TermUnit::Minutes => "minutes",
            TermUnit::Hours => "hours",
            TermUnit::Days => "days",
            TermUnit::Workdays => "workdays",
            TermUnit::Weeks => "weeks",
            TermUnit::Months => "months",
            TermUnit::Years => "years",
        }
    }

    /// Counted from the moment, not by days.
    #[must_use]
    pub fn is_clock(self) -> bool {
        matches!(self, TermUnit::Minutes | TermUnit::Hours)
    }
}

/// Type of an expression, a field or a parameter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Type {
    /// Text, compared exactly.
    Text,
    /// A whole number without a unit (a key may be one: it is then ordered as a number).
    Whole,
    /// An exact number.
    Number(Unit),
    /// Yes or no.
    Bool,
    /// A day.
    Date,
    /// A date with a time; a day without a time is accepted and stands for the whole day.
    Time,
    /// One of a list of codes.
    Code(CodeListId),
    /// Any number of a list of codes.
    CodeSet(CodeListId),
    /// A reference to a subject of a kind.
    Ref(KindId),
    /// A calendar window, as the value of a parameter (`every param 周期`).
    Frame,
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number; its unit is the type's.
    Number(Ratio),
    /// Text, or the key of a referenced subject.
    Text(String),
    /// Yes or no.
    Bool(bool),
    /// A day.
    Day(Day),
    /// An instant.
    At(Instant),
    /// Position in its code list.
    Code(u32),
    /// A calendar window.
    Every(super::window::CalendarUnit),
}

/// A list of codes, in the order written. Equal lists share one id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CodeList {
    /// The codes.
    pub codes: Vec<String>,
    /// Other spellings accepted from data: (spelling, position of the code).
    pub aliases: Vec<(String, u32)>,
}

impl CodeList {
    /// Position of a code or of one of its other spellings.
    #[must_use]
    pub fn position(&self, text: &str) -> Option<u32> {
        match self.codes.iter().position(|code| code == text) {
            Some(at) => u32::try_from(at).ok(),
            None => self.aliases.iter().find(|(alias, _)| alias == text).map(|(_, at)| *at),
        }
    }
}

/// Whether a number can be the length of a term: whole, and not so long that its end leaves the calendar.
#[must_use]
pub fn is_term_amount(number: Ratio) -> bool {
    let most = Ratio::int(i128::from(crate::limits::TERM_UNITS_MAX));
    number.is_int() && number >= Ratio::ZERO && number <= most
}
