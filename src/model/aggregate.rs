//! Aggregates: which rows are looked at, over which days, and what they come to.

use super::acting::Acting;
use super::expr::{Expr, Link};
use super::first::FirstPer;
use super::ids::{AggId, FieldId, KindId};
use super::number::Ratio;
use super::sharing::Sharing;
use super::value::{TermUnit, Unit, Value};
use std::sync::Arc;

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
