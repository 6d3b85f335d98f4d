//! Awards and rewards: places, quotas, payments.

use super::assessment::{Adjustment, EffectKind, SortKey};
use super::expr::{Expr, Path};
use super::ids::KindId;
use super::money::{Budget, Ceiling, Payee, Pool};
use super::number::Rounding;
use super::policy::Force;
use super::scoring::Precision;
use super::window::CalendarUnit;
use crate::source::Span;

/// An award to the best of a group.
#[derive(Debug, Clone)]
pub struct Award {
    /// Name.
    pub name: String,
    /// Kind of effect.
    pub kind: EffectKind,
    /// From the bottom: the lowest points first (the highest where the lowest are best).
    pub bottom: bool,
    /// How many.
    pub quota: Quota,
    /// Who may get it. Subjects under a veto that bars awards never do, but for sanctions.
    pub among: Option<Expr>,
    /// Groups, each with its own quota.
    pub within: Option<Path>,
    /// Order: points first, then these.
    pub keys: Vec<SortKey>,
    /// When the last place is shared.
    pub ties: TiesAtLimit,
    /// Those who tie share what their places bring.
    pub pool: Option<Pool>,
    /// Amount of money, if any.
    pub amount: Option<Expr>,
    /// The most that it comes to in a group.
    pub budget: Option<Budget>,
    /// Recipient and payer.
    pub payee: Payee,
}

/// Number of places.
#[derive(Debug, Clone)]
pub struct Quota {
    /// A number, or a share of the base.
    pub size: Expr,
    /// The size is a share.
    pub is_share: bool,
    /// Rounding of share x base.
    pub rounding: Rounding,
    /// At least so many places (0 if the author set none), never more than may get it.
    pub at_least: u32,
    /// At most so many places, where the author says so.
    pub at_most: Option<u32>,
    /// The base: those who may get it (else all scored subjects of the group).
    pub base_eligible: bool,
}

/// What becomes of subjects that share the last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TiesAtLimit {
    /// All get it.
    Include,
    /// None of them gets it.
    Exclude,
}

/// A reward outside assessments: payments to each subject and period.
#[derive(Debug, Clone)]
pub struct Reward {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Kind of effect.
    pub kind: EffectKind,
    /// Kind of the subject.
    pub subject: KindId,
    /// Which subjects.
    pub scope: Option<Expr>,
    /// Length of its periods.
    pub every: CalendarUnit,
    /// Unit, as written (`yuan`, `元`, `points`).
    pub unit: String,
    /// Ceiling on the sum.
    pub cap: Option<Expr>,
    /// Ceilings over a longer time or for a recipient, in the order written.
    pub ceilings: Vec<Ceiling>,
    /// Payments; each is capped and rounded before the sum. `bonus` is true for all.
    pub payments: Vec<Adjustment>,
    /// To what each payment is rounded; `None`: it is exact.
    pub precision: Option<Precision>,
    /// Days in force.
    pub in_force: Force,
    /// Where it is declared.
    pub span: Span,
    /// Recipient and payer.
    pub payee: Payee,
}
