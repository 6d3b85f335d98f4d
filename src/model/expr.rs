//! Expressions of the checked model.
//!
//! An expression is evaluated in a *context*: a row (a subject, a record, or a row that an aggregate
//! ranges over), a window `[start, end)` in days, and the as-of instant. Every node is typed by the
//! checker; the engine and the reference interpreter rely on that (INVARIANT typed).
//!
//! Results are three-valued. A number may be uncertain and is then a range `[lo, hi]` (see
//! `docs/SEMANTICS.md`): a missing source makes a count `[found, unbounded)`.

use super::acting::Acting;
use super::counter::CounterField;
use super::cover::Cover;
use super::first::FirstPer;
use super::hours::{Hours, WorkTime};
use super::ids::{AggId, AssessmentId, CalendarId, CounterId, FieldId, KindId, MeasureId, ParamId, RuleId};
use super::number::{Ratio, Rounding};
use super::periods::{InPeriod, PeriodAgg};
use super::scoring::LineValue;
use super::sharing::Sharing;
use super::value::{TermUnit, Unit, Value};
use std::sync::Arc;

/// Fields followed from a row, each but the last a reference. Empty: the row itself (its key).
pub type Path = Vec<FieldId>;

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// A constant. A number carries its unit.
    Const(Value, Unit),
    /// A parameter; unknown while it is open.
    Param(ParamId),
    /// A field of the context's row, or one reached through references. An empty or unresolved
    /// field is missing.
    Field(Path),
    /// The key of the context's row, as text.
    Key,
    /// A named measure of the context's row.
    Measure(MeasureId),
    /// A named measure of the row that references lead to from the context's row (never empty), with the same window.
    Through(Path, MeasureId),
    /// An aggregate.
    Agg(AggId),
    /// Time that records cover.
    Cover(Box<Cover>),
    /// A tally of obligations (assessments only).
    Tally(Tally),
    /// A result of an assessment for the context's row and period (of events, the row's own day); in the assessment
    /// itself, its own.
    Result(AssessmentId, ResultField),
    /// The same of the row that references lead to from the context's row (never empty).
    ResultVia(Path, AssessmentId, ResultField),
    /// A value of a counter for the context's row.
    Counter(CounterId, CounterField),
    /// An aggregate over the periods of an assessment that belong to the context's window.
    Periods(Box<PeriodAgg>),
    /// A value in one other period of an assessment.
    InPeriod(Box<InPeriod>),
    /// What a line of the assessment under way came to; unknown until it is decided.
    Line(LineValue),
    /// The day of as-of.
    AsOf,
    /// First day of the context's window.
    WindowStart,
    /// Last day of the context's window (inclusive).
    WindowEnd,
    /// Sum, difference, product, quotient.
    Arith(ArithOp, Box<Expr>, Box<Expr>),
    /// A quotient with the author's choice for a zero divisor.
    Div(Box<Expr>, Box<Expr>, ZeroDivisor),
    /// A day or instant moved by a term; the result is a day for days and longer units.
    Shift {
        /// The day or instant.
        from: Box<Expr>,
        /// How many units; negative for earlier.
        amount: Box<Expr>,
        /// The unit.
        unit: TermUnit,
        /// The calendar of workdays; only for these.
        calendar: Option<CalendarId>,
    },
    /// The number of whole units from the first to the second (days: difference of the dates).
    Between(Box<Expr>, Box<Expr>, TermUnit),
    /// Working time from the first moment to the second, signed: workdays of a calendar, or whole hours or minutes of a
    /// clock; unknown where a day that is needed is not covered.
    Worked {
        /// From.
        from: Box<Expr>,
        /// To.
        to: Box<Expr>,
        /// What is counted.
        by: WorkTime,
    },
    /// Minimum of the values.
    Min(Vec<Expr>),
    /// Maximum of the values.
    Max(Vec<Expr>),
    /// Absolute value.
    Abs(Box<Expr>),
    /// Largest whole number not above.
    Floor(Box<Expr>),
    /// Smallest whole number not below.
    Ceil(Box<Expr>),
    /// Brought to a multiple of a number above zero.
    Round(Box<Expr>, Ratio, Rounding),
    /// A part of a day or of an instant's day, as a number.
    DatePart(DatePart, Box<Expr>),
    /// The instant of a time of day, in minutes, on the day of a moment.
    AtTime(Box<Expr>, u32),
    /// The value of the first row whose condition holds, else the last value; without one, unknown.
    Cases(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// The first value, or the second where the first is missing (not where it is in doubt).
    OrElse(Box<Expr>, Box<Expr>),
    /// A comparison. Days and instants compare by day unless both are instants.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// The first refers to the second, or to who stands in for it on the day on which the row is read.
    Acts {
        /// Who acts.
        doer: Box<Expr>,
        /// Who is named.
        named: Box<Expr>,
        /// The kind of both.
        kind: KindId,
        /// Where somebody stands in, the one named does not do.
        instead: bool,
    },
    /// The value is one of these constants (codes, text, numbers).
    OneOf(Box<Expr>, Vec<Value>),
    /// The code set holds at least one of these.
    HasAny(Box<Expr>, Vec<u32>),
    /// The code set holds all of these.
    HasAll(Box<Expr>, Vec<u32>),
    /// A test on text.
    Text(TextOp, Box<Expr>, String),
    /// The moment lies in hours of the day; unknown for a day without a time that has others too.
    InHours(Box<Expr>, Hours),
    /// The value is known (not missing). Always decided.
    Known(Box<Expr>),
    /// Both (three-valued).
    And(Vec<Expr>),
    /// Either (three-valued).
    Or(Vec<Expr>),
    /// Not (three-valued).
    Not(Box<Expr>),
    /// True only where the operand is true; unknown becomes false.
    IsTrue(Box<Expr>),
}

impl Expr {
    /// The aggregates that it reads itself.
    #[must_use]
    pub fn aggs(&self) -> Vec<AggId> {
        match self {
            Expr::Agg(id) => vec![*id],
            Expr::Cover(cover) => cover.aggs(),
            _ => Vec::new(),
        }
    }

    /// The expressions directly inside.
    #[must_use]
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Expr::Arith(_, a, b)
            | Expr::Div(a, b, _)
            | Expr::Between(a, b, _)
            | Expr::Worked { from: a, to: b, .. }
            | Expr::Compare(_, a, b)
            | Expr::OrElse(a, b)
            | Expr::Acts { doer: a, named: b, .. }
            | Expr::Shift { from: a, amount: b, .. } => vec![a, b],
            Expr::Min(parts) | Expr::Max(parts) | Expr::And(parts) | Expr::Or(parts) => parts.iter().collect(),
            Expr::Cases(rows, otherwise) => {
                let rows = rows.iter().flat_map(|(test, value)| [test, value]);
                rows.chain(otherwise.as_deref()).collect()
            }
            Expr::Periods(agg) => agg.op.exprs().into_iter().chain(&agg.filter).chain(agg.missing.value()).collect(),
            Expr::InPeriod(one) => std::iter::once(&one.value).chain(one.missing.value()).collect(),
            Expr::Abs(a)
            | Expr::Floor(a)
            | Expr::Ceil(a)
            | Expr::Round(a, ..)
            | Expr::DatePart(_, a)
            | Expr::AtTime(a, _)
            | Expr::OneOf(a, _)
            | Expr::HasAny(a, _)
            | Expr::HasAll(a, _)
            | Expr::Text(_, a, _)
            | Expr::InHours(a, _)
            | Expr::Known(a)
            | Expr::Not(a)
            | Expr::IsTrue(a) => vec![a],
            Expr::Const(..)
            | Expr::Param(_)
            | Expr::Field(_)
            | Expr::Key
            | Expr::Measure(_)
            | Expr::Through(..)
            | Expr::Agg(_)
            | Expr::Cover(_)
            | Expr::Tally(_)
            | Expr::Result(..)
            | Expr::ResultVia(..)
            | Expr::Line(_)
            | Expr::Counter(..)
            | Expr::AsOf
            | Expr::WindowStart
            | Expr::WindowEnd => Vec::new(),
        }
    }

    /// The expressions directly inside, to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Expr::Arith(_, a, b)
            | Expr::Div(a, b, _)
            | Expr::Between(a, b, _)
            | Expr::Worked { from: a, to: b, .. }
            | Expr::Compare(_, a, b)
            | Expr::OrElse(a, b)
            | Expr::Acts { doer: a, named: b, .. }
            | Expr::Shift { from: a, amount: b, .. } => vec![a, b],
            Expr::Min(parts) | Expr::Max(parts) | Expr::And(parts) | Expr::Or(parts) => parts.iter_mut().collect(),
            Expr::Cases(rows, otherwise) => {
                let rows = rows.iter_mut().flat_map(|(test, value)| [test, value]);
                rows.chain(otherwise.as_deref_mut()).collect()
            }
            // Results of periods are not read while records are observed.
            Expr::Periods(_) | Expr::InPeriod(_) => Vec::new(),
            Expr::Abs(a)
            | Expr::Floor(a)
            | Expr::Ceil(a)
            | Expr::Round(a, ..)
            | Expr::DatePart(_, a)
            | Expr::AtTime(a, _)
            | Expr::OneOf(a, _)
            | Expr::HasAny(a, _)
            | Expr::HasAll(a, _)
            | Expr::Text(_, a, _)
            | Expr::Known(a)
            | Expr::InHours(a, _)
            | Expr::Not(a)
            | Expr::IsTrue(a) => vec![a],
            Expr::Const(..)
            | Expr::Param(_)
            | Expr::Field(_)
            | Expr::Key
            | Expr::Cover(_)
            | Expr::Measure(_)
            | Expr::Through(..)
            | Expr::Agg(_)
            | Expr::Tally(_)
            | Expr::Result(..)
            | Expr::ResultVia(..)
            | Expr::Line(_)
            | Expr::Counter(..)
            | Expr::AsOf
            | Expr::WindowStart
            | Expr::WindowEnd => Vec::new(),
        }
    }
}

/// Parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DatePart {
    /// The calendar year.
    Year,
    /// 1 to 4.
    Quarter,
    /// 1 to 12.
    Month,
    /// 1 (Monday) to 7 (Sunday).
    Weekday,
    /// 1 to 31.
    Day,
}

/// Arithmetic operators; division stands apart because of its forced choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArithOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `×`
    Mul,
}

/// What a quotient is when the divisor is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ZeroDivisor {
    /// This number.
    Is(Ratio),
    /// Unknown.
    Unknown,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<` 不满
    Lt,
    /// `<=` 至多
    Le,
    /// `>` 超过
    Gt,
    /// `>=` 至少
    Ge,
}

/// Tests on text; compared exactly, by code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextOp {
    /// begins with
    StartsWith,
    /// ends with
    EndsWith,
    /// contains
    Contains,
}

/// Counts of obligations of rules whose subject leads to the context's row.
///
/// Only windows that have ended by as-of are counted. `link` leads from each rule's subject to the
/// assessed subject (read on the window's first day); one path a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What is taken.
    pub what: TallyKind,
    /// Rules, each with the path from its subject to the context's kind.
    pub rules: Vec<(RuleId, Link)>,
}

/// What a tally gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TallyKind {
    /// `sum of met / sum of (met + unmet)`, plus unknown where the item counts it as unmet.
    Share,
    /// Mean of the rules' shares, rules with nothing due left out.
    MeanShare,
    /// Number met.
    Met,
    /// Number unmet.
    Unmet,
    /// met + unmet + unknown.
    Due,
    /// Number unknown.
    Unknown,
    /// Number excused.
    Excused,
    /// Number pending (window still open).
    Pending,
    /// The due day (or instant) of the latest term.
    DueDay,
    /// The most obligations of one subject of a rule in a row that are met (else unmet).
    LongestRun {
        /// Met, else unmet.
        met: bool,
    },
    /// Those in a row up to the last one.
    CurrentRun {
        /// Met, else unmet.
        met: bool,
    },
}

impl TallyKind {
    /// Whether it depends on the order of obligations.
    #[must_use]
    pub fn is_run(self) -> bool {
        matches!(self, TallyKind::LongestRun { .. } | TallyKind::CurrentRun { .. })
    }
}

/// A result of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResultField {
    /// The total, rounded as the assessment says.
    Points,
    /// The final grade, as a position in the assessment's grades (0 is best).
    Grade,
    /// Whether a veto holds.
    Vetoed,
    /// The rank, where the assessment ranks and the subject is ranked.
    Rank,
}

/// How a row leads to the subject that it is counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Link {
    /// Everything counts (the subject is the whole).
    Whole,
    /// Follow these references from the row (empty: the row is the subject itself). A reference
    /// of a record is read on the record's date; of a register row on the window's last day for
    /// counts of rows, on the window's first day for tallies.
    Path {
        /// The references.
        path: Path,
        /// `in`: also counts for every ancestor of the subject reached, by the kind's `parent`.
        ancestors: bool,
    },
    /// To the rows of a relation that refer to the same subjects: each path from the row, and the relation's reference
    /// with which it must agree. Read as paths are.
    Shared {
        /// The relation.
        kind: KindId,
        /// What must agree.
        on: Vec<(Path, FieldId)>,
    },
}

/// An aggregate over records or register rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agg {
    /// What is taken of the rows.
    pub op: AggOp,
    /// Which rows.
    pub source: Source,
    /// Which part of time (records, also as rows).
    pub frame: AggFrame,
    /// Which of the records in order count (records only); the whole log is looked at from its first record.
    pub thin: Option<Thin>,
}

/// Which records of a log in order count: from the first on each that is far enough from the last counted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Thin {
    /// Least time from the end of the last counted record to the start of the next.
    pub spacing: Option<Spacing>,
    /// The next counted record is of another kind than the last.
    pub alternating: bool,
}

/// A least time between records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spacing {
    /// How many units.
    pub count: u32,
    /// The unit (never workdays).
    pub unit: TermUnit,
    /// Exactly so many are enough.
    pub inclusive: bool,
}

/// Where an aggregate's rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Records of several kinds, pooled. A record counts on the day of its start.
    Records(Vec<SourcePart>),
    /// Rows of a register, alive on the window's last day; or records as subjects, each key once, whose day lies in the
    /// frame.
    Rows(SourcePart),
    /// Rows beside the context's row, of a register or records as subjects.
    Sharing(Box<Sharing>),
}

impl Source {
    /// The kinds of its rows.
    #[must_use]
    pub fn parts(&self) -> &[SourcePart] {
        match self {
            Source::Records(parts) => parts,
            Source::Rows(part) => std::slice::from_ref(part),
            Source::Sharing(sharing) => std::slice::from_ref(&sharing.part),
        }
    }
}

/// One kind of an aggregate's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePart {
    /// The kind.
    pub kind: KindId,
    /// How a row leads to the subject.
    pub link: Link,
    /// Whose rows count for the subject that the link ends at (records only).
    pub acting: Acting,
    /// Which rows count. In `Records` a filter reads only the record and what it refers to, on the record's own date;
    /// in `Rows` it may use measures and aggregates of the row.
    pub filter: Option<Expr>,
    /// Of these rows only the first in each matter count (records only); a row is one of its rivals.
    pub first: Option<Arc<FirstPer>>,
    /// A whole-number field that names the year to which a record belongs: where it is filled, the
    /// record's day is the first of that assessment year instead of its own day (as-of still goes
    /// by its own moment).
    pub year_field: Option<FieldId>,
    /// The time at which a day starts, in minutes of the day: a record with an earlier time counts for the day before.
    pub day_starts: u32,
}

/// What an aggregate takes of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AggOp {
    /// Number of rows.
    Count,
    /// Number of distinct values of these expressions (together).
    Distinct(Vec<Expr>),
    /// Sum.
    Sum(Expr),
    /// Mean, weighted if a weight is given; unknown over no rows.
    Average(Expr, Option<Expr>),
    /// Smallest; unknown over no rows.
    Min(Expr),
    /// Largest; unknown over no rows.
    Max(Expr),
    /// The value in the first record by (moment, key); missing over no rows.
    First(Expr),
    /// The value in the last record by (moment, key); missing over no rows.
    Last(Expr),
    /// Rows that satisfy the condition / all rows; unknown over no rows.
    Share(Expr),
    /// The value in the middle of the rows, or at a part of them; unknown over no rows.
    Quantile(Expr, Quantile),
    /// These values of every record, in order. Only for what reads them one by one (terms); as a value, unknown.
    List(Vec<Expr>),
}

/// Which of the values in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantile {
    /// The middle one, of an even number the mean of the two in the middle.
    Median,
    /// The smallest value with at least this part (above 0, at most 1) of the rows at or below it.
    Part(Ratio),
}

impl AggOp {
    /// The expressions that are read of each row.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            AggOp::Count => Vec::new(),
            AggOp::Distinct(exprs) | AggOp::List(exprs) => exprs.iter().collect(),
            AggOp::Sum(e)
            | AggOp::Min(e)
            | AggOp::Max(e)
            | AggOp::First(e)
            | AggOp::Last(e)
            | AggOp::Share(e)
            | AggOp::Quantile(e, _) => vec![e],
            AggOp::Average(e, weight) => std::iter::once(e).chain(weight.as_ref()).collect(),
        }
    }

    /// The same, to be changed.
    pub fn exprs_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            AggOp::Count => Vec::new(),
            AggOp::Distinct(exprs) | AggOp::List(exprs) => exprs.iter_mut().collect(),
            AggOp::Sum(e)
            | AggOp::Min(e)
            | AggOp::Max(e)
            | AggOp::First(e)
            | AggOp::Last(e)
            | AggOp::Share(e)
            | AggOp::Quantile(e, _) => vec![e],
            AggOp::Average(e, weight) => std::iter::once(e).chain(weight.as_mut()).collect(),
        }
    }
}

/// Which part of time an aggregate over records takes. `(a, b]` in days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AggFrame {
    /// The context's window.
    Window,
    /// From the start of the log to the window's last day.
    UpToEnd,
    /// From the start of the log to the day before the window's first day.
    BeforeStart,
    /// All records on file (up to as-of).
    Ever,
    /// The n units that end with the window's last day (`at_end`), or that end on the day before
    /// its first day.
    Last {
        /// How many.
        count: u32,
        /// Days, weeks, months or years.
        unit: TermUnit,
        /// Ending at the window's last day, else at the day before its first.
        at_end: bool,
    },
    /// From a day or instant of the context's row to another, both in it.
    Dated {
        /// The start; none: from the start of the log.
        from: Option<Box<Expr>>,
        /// The end; none: up to as-of.
        until: Option<Box<Expr>>,
    },
    /// Later than the moment that this aggregate (a `Last`) gives, up to the window's last day; all of them where it has
    /// no row.
    SinceLast(AggId),
}

impl AggFrame {
    /// The n units that end with a day or instant, which is in them.
    #[must_use]
    pub fn units_up_to(count: u32, unit: TermUnit, until: Box<Expr>) -> AggFrame {
        let shift = |from: Box<Expr>, n: i128, unit: TermUnit| Expr::Shift {
            from,
            amount: Box::new(Expr::Const(Value::Number(Ratio::int(n)), Unit::Span(unit))),
            unit,
            calendar: None,
        };
        let before = shift(until.clone(), -i128::from(count), unit);
        AggFrame::Dated { from: Some(Box::new(shift(Box::new(before), 1, TermUnit::Days))), until: Some(until) }
    }

    /// How many units end with what: the words of a frame made by [`AggFrame::units_up_to`].
    #[must_use]
    pub fn units(&self) -> Option<(u32, TermUnit, &Expr)> {
        let AggFrame::Dated { from: Some(first), until: Some(until) } = self else { return None };
        let Expr::Shift { from: before, .. } = &**first else { return None };
        let Expr::Shift { amount, unit, .. } = &**before else { return None };
        let Expr::Const(Value::Number(n), _) = &**amount else { return None };
        let count = u32::try_from(n.neg().ok()?.floor()).ok()?;
        (*self == AggFrame::units_up_to(count, *unit, until.clone())).then_some((count, *unit, until))
    }
}
