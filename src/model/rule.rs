//! Rules: what they ask of whom, and when.

use super::expr::Expr;
use super::ids::{AggId, KindId, RuleId};
use super::number::Rounding;
use super::policy::Force;
use super::term::{Event, SequenceReq, TermReq};
use super::time::Day;
use super::value::TermUnit;
use super::window::{Frame, PartialWindows, Season};
use crate::source::Span;

/// Word of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// 应, 必须
    Must,
    /// 原则上
    InPrinciple,
    /// 一般, 为宜
    Should,
    /// 可
    May,
    /// 力争
    Aim,
}

/// An obligation for each subject in a scope.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Strength.
    pub strength: Strength,
    /// Kind of the subject.
    pub subject: KindId,
    /// Which subjects; attributes are read on the window's first day.
    pub scope: Option<Expr>,
    /// What is required.
    pub requirement: Requirement,
    /// When.
    pub frame: Frame,
    /// Excuses; true makes the obligation excused.
    pub excused: Vec<Expr>,
    /// Days that are taken out (inclusive ranges); they cut windows.
    pub except: Vec<(Day, Day)>,
    /// What becomes of windows that a life, force, season or exception cuts.
    pub partial: PartialWindows,
    /// A waiver on file excuses (`in principle`, or the plan says so).
    pub waivable: bool,
    /// Rules that override it; its scope leaves out what they apply to. For explanations.
    pub overridden_by: Vec<RuleId>,
    /// Days of the year outside of it are taken out; they cut windows.
    pub season: Option<Season>,
    /// On which day attributes of the subject are read.
    pub attributes: AttributesAt,
    /// On which day rows of registers are counted.
    pub rows: RowsOn,
    /// Days in force, beside the policy's.
    pub in_force: Force,
    /// The latest start of a day among the sources that it reads, in minutes of the day: its windows end with it.
    pub day_starts: u32,
    /// Where it is declared.
    pub span: Span,
}

/// On which day attributes of a subject are read.
#[derive(Debug, Clone, Default)]
pub enum AttributesAt {
    /// The window's first day.
    #[default]
    Start,
    /// The window's last day.
    End,
    /// The day of an event of the subject.
    Event(Event),
}

/// On which day of a window rows of registers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RowsOn {
    /// Its first day.
    First,
    /// Its last day.
    #[default]
    Last,
    /// The mean over its days.
    Mean,
}

/// What a rule demands.
///
/// INVARIANT (terms of a rule go together): they have one start (or due date), and what they say of a missing one and of
/// the period that they belong to holds for all of them.
#[allow(clippy::large_enum_variant, reason = "a rule has one or two, and counts are most of them")]
#[derive(Debug, Clone)]
pub enum Requirement {
    /// All parts.
    All(Vec<Requirement>),
    /// Any part.
    Any(Vec<Requirement>),
    /// A number within bounds: a count of records or rows, a distinct count.
    Count(CountReq),
    /// A condition.
    Condition(Expr),
    /// A step reached within a term.
    Term(TermReq),
    /// Steps in an order.
    Sequence(SequenceReq),
    /// A longest time between records that follow each other.
    Gap(GapReq),
}

impl Requirement {
    /// Its terms, in the order written.
    #[must_use]
    pub fn terms(&self) -> Vec<&TermReq> {
        match self {
            Requirement::Term(term) => vec![term],
            Requirement::All(parts) | Requirement::Any(parts) => parts.iter().flat_map(Requirement::terms).collect(),
            _ => Vec::new(),
        }
    }

    /// Its terms, to be changed.
    pub fn terms_mut(&mut self) -> Vec<&mut TermReq> {
        match self {
            Requirement::Term(term) => vec![term],
            Requirement::All(parts) | Requirement::Any(parts) => {
                parts.iter_mut().flat_map(Requirement::terms_mut).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A bounded number.
#[derive(Debug, Clone)]
pub struct CountReq {
    /// The measured number.
    pub measured: Expr,
    /// Lower bound, inclusive.
    pub at_least: Option<Expr>,
    /// Upper bound, inclusive.
    pub at_most: Option<Expr>,
    /// `per N of ...`: the bounds are for each N of this number.
    pub per: Option<Per>,
}

/// A bound that grows with a base: `at least 1 per 2 communities`.
#[derive(Debug, Clone)]
pub struct Per {
    /// N, above zero.
    pub each: Expr,
    /// The base.
    pub base: Expr,
    /// How `bound x base / N` is rounded; `None` compares it unrounded.
    pub rounding: Option<Rounding>,
}

/// A longest time between records.
#[derive(Debug, Clone)]
pub struct GapReq {
    /// The records: an aggregate `Count` over the whole log.
    pub agg: AggId,
    /// How many units; read with the gap as window.
    pub most: Expr,
    /// The unit (never workdays).
    pub unit: TermUnit,
}
