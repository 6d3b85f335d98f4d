//! Sources and expressions.

use super::*;
use crate::model::Strength;
use crate::model::number::Rounding;
use crate::model::time::Day;
use crate::model::value::TermUnit;
use crate::model::{Acting, ArithOp, CompareOp, CounterField, CoverTake, DatePart, Itself, Ratio, TallyKind, TextOp};
use crate::source::Span;

/// Rows that are counted or aggregated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceExpr {
    /// Kinds or named parts.
    pub kinds: Vec<Name>,
    /// `via FIELD.FIELD`
    pub via: Option<Spanned<Vec<Name>>>,
    /// `all`, or `sharing FIELD, FIELD`: rows beside the row that asks.
    pub siblings: Option<Box<SiblingsExpr>>,
    /// Whose records count, where there may be stand-ins.
    pub who: Option<Spanned<Acting>>,
    /// `in` (true) or `of` (false)
    pub inside: Option<Spanned<bool>>,
    /// Filter.
    pub filter: Option<Box<Expr>>,
    /// Which of the rows in order count.
    pub thin: ThinExpr,
    /// `day starts 06:00`, in minutes of the day
    pub day_starts: Option<Spanned<u32>>,
    /// Frame.
    pub frame: Option<Spanned<SourceFrame>>,
    /// Place.
    pub span: Span,
}

impl SourceExpr {
    /// A kind or part by itself.
    #[must_use]
    pub fn bare(name: Name) -> SourceExpr {
        let span = name.span;
        SourceExpr {
            kinds: vec![name],
            via: None,
            siblings: None,
            who: None,
            inside: None,
            filter: None,
            thin: Default::default(),
            day_starts: None,
            frame: None,
            span,
        }
    }
}

/// Rows beside the row that asks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiblingsExpr {
    /// `all`
    pub all: Option<Span>,
    /// `sharing FIELD.FIELD, FIELD`
    pub sharing: Vec<Spanned<Vec<Name>>>,
    /// Whether the row itself is one of them.
    pub itself: Option<Spanned<Itself>>,
}

/// Time frame of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFrame {
    /// in window
    Window,
    /// up to window end
    UpToEnd,
    /// before window
    BeforeStart,
    /// ever
    Ever,
    /// in the last N UNIT to window end (true) / in the N UNIT before window (false)
    Last { count: u32, unit: TermUnit, at_end: bool },
    /// in the N UNIT up to E
    UpTo { count: u32, unit: TermUnit, at: Box<Expr> },
    /// dated from A to B / dated from A / dated up to B
    Dated { from: Option<Box<Expr>>, until: Option<Box<Expr>> },
    /// since last SOURCE
    SinceLast(Box<SourceExpr>),
}

/// An expression with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

impl Expr {
    /// The conditions that `and` joins in it: itself where none does.
    #[must_use]
    pub fn conditions(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::And(parts) => parts.iter().flat_map(Expr::conditions).collect(),
            _ => vec![self],
        }
    }

    /// The last `E at most V` of a condition, taken apart; the condition itself where there is none.
    pub fn split_at_most(self) -> Result<(Expr, Expr), Box<Expr>> {
        let span = self.span;
        let last = |mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> ExprKind| {
            let split = parts.pop().map(Expr::split_at_most);
            match split {
                Some(Ok((tail, value))) => {
                    parts.push(tail);
                    Ok((Expr { kind: join(parts), span }, value))
                }
                Some(Err(tail)) => {
                    parts.push(*tail);
                    Err(Box::new(Expr { kind: join(parts), span }))
                }
                None => Err(Box::new(Expr { kind: join(parts), span })),
            }
        };
        match self.kind {
            ExprKind::Compare(CompareOp::Le, a, b) => Ok((*a, *b)),
            ExprKind::And(parts) => last(parts, ExprKind::And),
            ExprKind::Or(parts) => last(parts, ExprKind::Or),
            ExprKind::Not(inner) => match inner.split_at_most() {
                Ok((inner, value)) => Ok((Expr { kind: ExprKind::Not(Box::new(inner)), span }, value)),
                Err(inner) => Err(Box::new(Expr { kind: ExprKind::Not(inner), span })),
            },
            kind => Err(Box::new(Expr { kind, span })),
        }
    }
}

/// Which other period, or record, a result is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickExpr {
    /// `in period N`
    Nth(u32),
    /// `in previous period`
    Previous,
    /// `in previous record [sharing FIELD, FIELD]`
    PreviousRecord(Vec<Name>),
}

/// Kinds of expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// A number with its unit, as written (`95%` is 95/100).
    Number(Ratio, UnitExpr),
    /// Text.
    Text(String),
    /// A day.
    Date(Day),
    /// yes / no
    Bool(bool),
    /// A dotted name: field, measure, parameter, code.
    Path(Vec<Name>),
    /// `param NAME`
    Param(Name),
    /// `key`
    Key,
    /// `as of`
    AsOf,
    /// `window start`
    WindowStart,
    /// `window end`
    WindowEnd,
    /// An aggregate.
    Agg(Box<AggExpr>),
    /// Time that records cover.
    Cover(Box<CoverExpr>),
    /// Obligations of rules.
    Tally { what: TallyKind, rules: Vec<Name>, via: Option<Spanned<Vec<Name>>>, counting: Option<Strength> },
    /// A result of an assessment; `None`: its own.
    Result(ResultExpr, Option<Name>),
    /// `points of NAME via FIELD`: of the row that the references lead to.
    ResultVia { what: ResultExpr, of: Name, via: Spanned<Vec<Name>> },
    /// A result in another period, also of the row that references lead to, with what stands where there is none.
    InPeriod(Box<InPeriodExpr>),
    /// A value of a counter.
    Counter(CounterField, Name),
    /// An aggregate over the periods of an assessment.
    Periods(Box<PeriodsExpr>),
    /// + - ×
    Arith(ArithOp, Box<Expr>, Box<Expr>),
    /// `N workdays by calendar NAME`, behind a `+` or `-`
    WorkdaysOf(Box<Expr>, Name),
    /// ÷; the choice for a zero divisor, `Some(None)` for unknown
    Div(Box<Expr>, Box<Expr>, Option<Option<Box<Expr>>>),
    /// unary minus
    Neg(Box<Expr>),
    /// `points of item NAME`; without a name, `full items`
    Line(Option<Name>),
    /// `UNIT between E and E`
    Between(TermUnit, Box<Expr>, Box<Expr>, Option<WorkTimeExpr>),
    /// min, max, abs, floor, ceil
    Call(Function, Vec<Expr>),
    /// `round(E to ... rounded ...)`
    Round(Box<Expr>, RoundTo, Rounding),
    /// `year of E` and the like
    DatePart(DatePart, Box<Expr>),
    /// E at HH:MM: minutes after midnight
    AtTime(Box<Expr>, u32),
    /// `no value`, in a row of a table or ladder
    NoValue,
    /// `if E then E else E`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `by E { }`
    Table(Box<TableExpr>),
    /// `ladder { }`: conditions with values, and what holds otherwise
    Ladder(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// `E or else E`
    OrElse(Box<Expr>, Box<Expr>),
    /// A comparison.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `E = E or stand-in` (true: `stand-in instead`)
    Acts(bool, Box<Expr>, Box<Expr>),
    /// in { } (true: not in)
    OneOf(bool, Box<Expr>, Vec<Expr>),
    /// has any of (false) / has all of (true)
    Has(bool, Box<Expr>, Vec<Name>),
    /// is known (true) / is missing (false)
    Known(bool, Box<Expr>),
    /// A test on text.
    TextTest(TextOp, Box<Expr>, String),
    /// `between 18:00 and 06:00`, `on clock NAME`
    InHours(Box<Expr>, HoursExpr),
    /// and
    And(Vec<Expr>),
    /// or
    Or(Vec<Expr>),
    /// not
    Not(Box<Expr>),
}

/// Time that records cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverExpr {
    /// What is taken.
    pub take: CoverTake,
    /// `at least N`
    pub at_least: Option<Spanned<u32>>,
    /// The records.
    pub source: SourceExpr,
    /// Which time is looked at.
    pub base: Option<CoverBaseExpr>,
}

/// Which time is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverBaseExpr {
    /// `on clock NAME`
    Clock(Name),
    /// `during SOURCE`
    During(Box<SourceExpr>),
}

/// Hours of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoursExpr {
    /// From one time of day to another, in minutes; over midnight where the second is not later.
    Between(Spanned<(u32, u32)>),
    /// Those of a clock.
    Clock(Name),
}

/// What `round` brings a number to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoundTo {
    /// So many decimal places.
    Places(u32),
    /// Multiples of a number.
    Multiples(Box<Expr>),
}

/// Functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// min
    Min,
    /// max
    Max,
    /// abs
    Abs,
    /// floor
    Floor,
    /// ceil
    Ceil,
}

/// Results of assessments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResultExpr {
    /// points
    Points,
    /// grade
    Grade,
    /// vetoed
    Vetoed,
    /// rank
    Rank,
}

/// A result of another period or record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPeriodExpr {
    /// Which result.
    pub what: ResultExpr,
    /// The assessment.
    pub of: Name,
    /// The references that lead to the row whose result it is; `None`: the row that asks.
    pub via: Option<Spanned<Vec<Name>>>,
    /// Which period or record.
    pub pick: Spanned<PickExpr>,
    /// What stands where there is no result; `None`: not said.
    pub missing: Option<MissingExpr>,
}

/// An aggregate over the periods of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodsExpr {
    /// What.
    pub op: AggOpExpr,
    /// The assessment.
    pub of: Name,
    /// Which periods.
    pub filter: Option<Expr>,
    /// From which days; `None`: those of the window.
    pub frame: Option<Spanned<SourceFrame>>,
    /// Periods without a result; `None`: not said.
    pub missing: Option<MissingExpr>,
}

/// What a period without a result counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingExpr {
    /// missing excluded
    Excluded(Span),
    /// missing unknown
    Unknown(Span),
    /// missing as VALUE
    As(Box<Expr>),
}

/// An aggregate as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggExpr {
    /// What.
    pub op: AggOpExpr,
    /// Rows.
    pub source: SourceExpr,
}

/// Aggregates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AggOpExpr {
    /// count of
    Count,
    /// distinct
    Distinct(Vec<Expr>),
    /// sum
    Sum(Expr),
    /// average, weighted by
    Average(Expr, Option<Expr>),
    /// smallest
    Smallest(Expr),
    /// largest
    Largest(Expr),
    /// first
    First(Expr),
    /// last
    Last(Expr),
    /// share of ... with
    Share(Expr),
    /// median
    Median(Expr),
    /// percentile N of
    Percentile(Expr, Expr),
}

/// In which time a span between two moments is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkTimeExpr {
    /// by calendar NAME
    Calendar(Name),
    /// on clock NAME
    Clock(Name),
}
