//! Counters: points of records in a rolling term, with a ladder of steps.

use super::assessment::EffectKind;
use super::expr::Expr;
use super::ids::{AggId, KindId};
use super::money::Payee;
use super::policy::Force;
use super::scoring::Precision;
use super::value::TermUnit;
use super::window::Frame;
use crate::source::Span;

/// A counter of points for each subject of a kind (docs/SEMANTICS.md, "Counters").
#[derive(Debug, Clone)]
pub struct Counter {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Kind of the subject.
    pub subject: KindId,
    /// For which subjects it counts; read on each day with records.
    pub scope: Option<Expr>,
    /// The records and what each adds: an aggregate `Sum` in frame `UpToEnd`. One over rows is read with the record's own day
    /// as the window.
    pub points: AggId,
    /// Steps, in order; at least one.
    pub steps: Vec<Step>,
    /// What becomes of points above a threshold.
    pub excess: Excess,
    /// What comes after the last step.
    pub after_last: AfterLastStep,
    /// So long without points brings back the first step.
    pub clean: Option<(u32, TermUnit)>,
    /// It takes the points too.
    pub clean_clears: bool,
    /// Records that take points and steps on their day: aggregates `Count` in frame `UpToEnd`.
    pub cleared_by: Vec<AggId>,
    /// Points and steps go with each of these.
    pub cleared_every: Option<Frame>,
    /// Only where this holds of the window that ends.
    pub cleared_when: Option<Expr>,
    /// To what amounts of money are rounded; `None`: they are exact.
    pub money: Option<Precision>,
    /// Records on other days add nothing.
    pub in_force: Force,
    /// Where it is declared.
    pub span: Span,
}

impl Counter {
    /// The aggregates of its records: those that add points, and those that clear them.
    pub fn records(&self) -> impl Iterator<Item = AggId> {
        std::iter::once(self.points).chain(self.cleared_by.iter().copied())
    }
}

/// A step of a ladder.
#[derive(Debug, Clone)]
pub struct Step {
    /// Points that reach it: a constant or parameter; unknown while that is open.
    pub at: Expr,
    /// The rolling term: days, weeks, months or years.
    pub term: (u32, TermUnit),
    /// What it brings.
    pub effects: Vec<StepEffect>,
}

/// What a step brings.
#[derive(Debug, Clone)]
pub struct StepEffect {
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: String,
    /// Money, or how long it lasts.
    pub amount: Option<Expr>,
    /// The unit of how long it lasts; without one the amount is money.
    pub lasting: Option<TermUnit>,
    /// Recipient and payer.
    pub payee: Payee,
}

/// What becomes of the points above a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Excess {
    /// They count on, dated at the step.
    Carried,
    /// They are gone.
    Dropped,
}

/// What comes after the last step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AfterLastStep {
    /// It is reached again and again.
    Repeats,
    /// Nothing more.
    Ends,
}

/// A value of a counter, at the last day of the context's window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CounterField {
    /// Points that stand, in the term of the next step.
    Points,
    /// Steps on the ladder since it began or was reset.
    Steps,
    /// Steps reached on days of the window.
    StepsInWindow,
}
