//! Expressions of the checked model.
//!
//! An expression is evaluated in a *context*: a row (a subject, a record, or a row that an aggregate
//! ranges over), a window `[start, end)` in days, and the as-of instant. Every node is typed by the
//! checker; the engine and the reference interpreter rely on that (INVARIANT typed).
//!
//! Results are three-valued. A number may be uncertain and is then a range `[lo, hi]` (see
//! `docs/SEMANTICS.md`): a missing source makes a count `[found, unbounded)`.

use super::counter::CounterField;
use super::cover::Cover;
use super::hours::{Hours, WorkTime};
use super::ids::{AggId, AssessmentId, CalendarId, CounterId, FieldId, KindId, MeasureId, ParamId, RuleId};
use super::number::{Ratio, Rounding};
use super::periods::{InPeriod, PeriodAgg};
use super::scoring::LineValue;
use super::value::{TermUnit, Unit, Value};

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
    /// What a row of a table gives whose cell is empty: missing, and never in doubt.
    #[must_use]
    pub fn no_value() -> Expr {
        Expr::Cases(Vec::new(), None)
    }

    /// Whether it is what an empty cell gives.
    #[must_use]
    pub fn is_no_value(&self) -> bool {
        matches!(self, Expr::Cases(rows, None) if rows.is_empty())
    }

    /// Of values by case the first that there is: it says in what all are.
    #[must_use]
    pub fn first_case(&self) -> Option<&Expr> {
        let Expr::Cases(rows, otherwise) = self else { return None };
        rows.iter().map(|(_, value)| value).chain(otherwise.as_deref()).find(|value| !value.is_no_value())
    }

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

impl Link {
    /// Direct link by one path.
    #[must_use]
    pub fn path(path: Path) -> Link {
        Link::Path { path, ancestors: false }
    }
}
