//! Rules: requirements, frames, terms, events.

use super::*;
use crate::model::RowsOn;
use crate::model::Strength;
use crate::model::Ties;
use crate::model::number::Rounding;
use crate::model::time::Day;
use crate::model::value::TermUnit;
use crate::model::window::{CalendarUnit, PartialWindows, Season};
use crate::source::Span;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Strength.
    pub strength: Option<Spanned<Strength>>,
    /// Subject: a kind or named part.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// Frames (one, or one beside a rolling frame or `throughout`).
    pub frames: Vec<Spanned<FrameExpr>>,
    /// `in season MONTH-DAY to MONTH-DAY`
    pub seasons: Vec<Spanned<Season>>,
    /// Requirement.
    pub requirement: RequirementExpr,
    /// Clauses after it.
    pub clauses: Vec<Spanned<RuleClause>>,
}

/// A clause of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleClause {
    /// `unless EXPR`
    Unless(Expr),
    /// `excused when EXPR`
    Excused(Expr),
    /// `may be waived`
    Waivable,
    /// `overrides RULE, RULE`
    Overrides(Vec<Name>),
    /// `except from DATE to DATE`
    Except(Spanned<DayWord>, Spanned<DayWord>),
    /// `in force from DATE to DATE`
    InForce(ForceClause),
    /// `partial windows ...`
    Partial(PartialWindows),
    /// `partial windows prorate [ROUNDED]`; `Some(None)`: unrounded, `None`: not said
    Prorate(Option<Option<Rounding>>),
    /// `attributes at ...`
    Attributes(AttributesExpr),
    /// `rows counted ...`
    Rows(RowsOn),
}

/// When attributes of a subject are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributesExpr {
    /// `window start`
    Start,
    /// `window end`
    End,
    /// The day of an event.
    Event(Box<EventExpr>),
}

/// Which of the rows in order count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThinExpr {
    /// `spaced [at least | more than] N UNIT`
    pub spacing: Option<Spanned<SpacingExpr>>,
    /// `alternating`
    pub alternating: Option<Span>,
    /// `first per FIELD ...`
    pub first: Option<Spanned<FirstExpr>>,
    /// The second of two alike, which is an error.
    pub twice: Option<Span>,
}

/// `first per FIELD {, FIELD}* ties ... [unless ... SOURCE]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstExpr {
    /// What makes the matter.
    pub matter: Vec<Spanned<Vec<Name>>>,
    /// What is done where several are first.
    pub ties: Option<Ties>,
    /// Records that take the place of the first, and whether those at the same time do.
    pub known: Option<(bool, Box<SourceExpr>)>,
}

/// `spaced [at least | more than] N UNIT`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpacingExpr {
    /// `at least`; `None`: not said.
    pub inclusive: Option<bool>,
    /// How many.
    pub count: u32,
    /// The unit.
    pub unit: TermUnit,
}

/// A day with its year, or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayWord {
    /// A date.
    Day(Day),
    /// Month and day in the year of issue.
    Yearless(u32, u32),
}

/// A frame as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameExpr {
    /// `every [N] UNIT [from DATE]`
    Every { count: u32, unit: CalendarUnit, anchor: Option<Spanned<Day>> },
    /// `every [N] UNIT from FIELD`
    Cycle { count: u32, unit: CalendarUnit, from: Spanned<Vec<Name>> },
    /// `every param NAME`
    EveryParam(Name),
    /// `on day N, N or last day of every UNIT`; 0 stands for the last day
    On { days: Vec<Spanned<u32>>, or_last: bool, of: CalendarUnit },
    /// `in the first/last N days of every UNIT`
    Part { first: bool, count: Spanned<u32>, of: CalendarUnit },
    /// `from DATE to DATE`
    Fixed(Spanned<DayWord>, Spanned<DayWord>),
    /// `by DATE`
    By(Spanned<DayWord>),
    /// `on second Friday of every month`: which (0: every one, 6: the last) and weekday (1 is Monday)
    Weekdays { days: Vec<Spanned<(u32, u32)>>, of: CalendarUnit },
    /// `every year from MONTH-DAY to MONTH-DAY`; without a first one: `every year by MONTH-DAY`
    Yearly(Option<(u32, u32)>, (u32, u32)),
    /// `within any N UNIT`
    Rolling { count: Spanned<u32>, unit: TermUnit },
    /// `throughout [at most N days without [in a row | in all]]`
    Throughout { allowed: Option<Spanned<u32>>, in_a_row: Option<bool> },
}

/// A requirement.
#[allow(clippy::large_enum_variant, reason = "a rule has one or two, and counts are most of them")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementExpr {
    /// and
    All(Vec<RequirementExpr>),
    /// or
    Any(Vec<RequirementExpr>),
    /// A bounded count.
    Count {
        /// Bound.
        bound: Bound,
        /// `distinct FIELD of`
        distinct: Option<Expr>,
        /// What is counted.
        source: SourceExpr,
        /// `per N of SOURCE`
        per: Option<PerExpr>,
        /// Place.
        span: Span,
    },
    /// A part with its own strength.
    Strong(Spanned<Strength>, Box<RequirementExpr>),
    /// A part with a tolerance.
    Tolerant(Box<RequirementExpr>, Expr),
    /// `at most N UNIT between SOURCE`
    Gap {
        /// How long.
        most: TermAmount,
        /// The records.
        source: SourceExpr,
        /// Place.
        span: Span,
    },
    /// `satisfies EXPR`
    Condition(Expr),
    /// A term.
    Term(Box<TermExpr>),
    /// `passes EVENT, EVENT [by different FIELD]`
    Sequence(Vec<EventExpr>, Option<Spanned<Vec<Name>>>, Span),
}

/// A bound on a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// at least
    AtLeast(Expr),
    /// at most
    AtMost(Expr),
    /// exactly
    Exactly(Expr),
    /// more than
    MoreThan(Expr),
    /// fewer than
    FewerThan(Expr),
    /// between, both included
    Between(Expr, Expr),
}

/// `per N of SOURCE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerExpr {
    /// N.
    pub each: Expr,
    /// The base.
    pub of: SourceExpr,
    /// `Some(None)`: unrounded; `None`: not said.
    pub rounding: Option<Option<Rounding>>,
    /// Place.
    pub span: Span,
}

/// An event: a point in time of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventExpr {
    /// `first` (false) or `last` (true) of its records.
    pub last: Option<Spanned<bool>>,
    /// The n-th of its records, from 1.
    pub nth: Option<Spanned<u32>>,
    /// The point.
    pub point: PointExpr,
    /// Place.
    pub span: Span,
}

impl EventExpr {
    /// Whether it says which of several is meant.
    #[must_use]
    pub fn picks(&self) -> bool {
        self.last.is_some() || self.nth.is_some()
    }

    /// Whether another one than the first is meant.
    #[must_use]
    pub fn is_later(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.value) || self.nth.as_ref().is_some_and(|nth| nth.value > 1)
    }
}

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointExpr {
    /// A date field (dotted), or a record kind or part.
    Path(Vec<Name>),
    /// Records in parentheses.
    Source(SourceExpr),
    /// A printed or computed day, the start or end of the window.
    Value(Expr),
    /// Results of an assessment or steps of a counter.
    Turn(TurnExpr),
}

/// `result of ASSESSMENT where EXPR`, `step of counter COUNTER where EXPR`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnExpr {
    /// Steps of a counter (else results of an assessment).
    pub steps: bool,
    /// The assessment or counter.
    pub of: Name,
    /// Which of them.
    pub filter: Option<Box<Expr>>,
}

/// How the step of a term stands to its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermForm {
    /// `reaches E within N of S`, `since S within N reaches E`
    Within,
    /// `reaches E not before N after S`
    NotBefore,
    /// `reaches E at least N before S`
    Ahead,
    /// `reaches E by S`
    By,
    /// `is followed by E within N`
    Followed,
    /// `follows S within N`
    Follows,
    /// `is followed by E not before N`
    FollowedNotBefore,
    /// `follows S not before N`
    FollowsNotBefore,
}

/// A term requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermExpr {
    /// Step; of `follows`, the subject itself.
    pub step: Option<EventExpr>,
    /// Start or due day; of `is followed by`, the subject itself.
    pub start: Option<EventExpr>,
    /// Its form.
    pub form: TermForm,
    /// `sharing FIELD, FIELD`
    pub sharing: Vec<Name>,
    /// Its length; `by` has none.
    pub amount: Option<TermAmount>,
    /// Options.
    pub options: Vec<Spanned<TermOption>>,
    /// Place.
    pub span: Span,
}

impl TermExpr {
    /// This term, which is one of an earliest day, and beside it one of a latest day with the same ends. What only a latest
    /// day can be said of goes to that one.
    #[must_use]
    pub fn bounded(self, until: TermAmount) -> [TermExpr; 2] {
        let form = match self.form {
            TermForm::FollowedNotBefore => TermForm::Followed,
            TermForm::FollowsNotBefore => TermForm::Follows,
            _ => TermForm::Within,
        };
        let within = TermExpr { form, amount: Some(until), ..self.clone() };
        let both =
            |option: &Spanned<TermOption>| !matches!(option.value, TermOption::Extended(_) | TermOption::Stopped(_));
        let options = self.options.iter().filter(|option| both(option)).cloned().collect();
        [TermExpr { options, ..self }, within]
    }
}

/// A length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermAmount {
    /// How many: a number, a parameter, or an expression in parentheses.
    pub amount: Expr,
    /// Unit; `None` where the amount is a parameter that brings it.
    pub unit: Option<TermUnit>,
}

/// An option of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermOption {
    /// `rest days move` / `rest days stay`
    RestDays(bool),
    /// `by calendar NAME`
    Calendar(Name),
    /// `or before`
    OrBefore,
    /// `on clock NAME`
    Clock(Name),
    /// `missing start is unmet`
    MissingStartUnmet,
    /// `missing due date is unmet`
    MissingDueUnmet,
    /// `by due day`
    ByDueDay,
    /// `extended by AMOUNT with EVENT`
    Extended(Box<(TermAmount, EventExpr)>),
    /// `stopped from EVENT to EVENT`, `stopped during RECORDS`
    Stopped(Box<StopExpr>),
}

/// What stops a term.
#[allow(clippy::large_enum_variant, reason = "a term has few stops")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StopExpr {
    /// `stopped from EVENT to EVENT [sharing FIELD, FIELD]`
    Between {
        /// What stops it.
        from: EventExpr,
        /// What lets it run on.
        to: EventExpr,
        /// What the records of both have alike.
        sharing: Vec<Name>,
    },
    /// `stopped during RECORDS [from DAY to DAY]`
    During {
        /// The records.
        records: EventExpr,
        /// From when to when each of them stops it, read of the record; its own days otherwise.
        days: Option<(Expr, Expr)>,
    },
}
