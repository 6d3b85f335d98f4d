//! Who receives money, how it is shared among rows, what bounds it.

use super::expr::{Expr, Path};
use super::number::Ratio;
use super::window::CalendarUnit;

/// Who receives or bears an effect, and who pays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payee {
    /// Rows that share the amount or a part of it.
    pub split: Option<Split>,
    /// A field of the subject, or one reached from it; `None`: the subject. With a split: who receives what is not
    /// shared.
    pub to: Option<Path>,
    /// In the author's words; empty: not said.
    pub by: String,
}

/// An amount that rows share.
///
/// INVARIANT (shares add up): shares are rounded down, so that the remainder is never below 0 and goes somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The part of the amount that is shared, a share; `None`: all of it.
    pub part: Option<Expr>,
    /// An aggregate: the sum of the weights over the rows of a register.
    pub weights: Expr,
    /// Shares are multiples of this, rounded down.
    pub step: Ratio,
    /// Where the remainder goes.
    pub remainder: Remainder,
}

/// Where the remainder of a split goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remainder {
    /// To the row with the first key.
    First,
    /// To the row with the largest weight, of several the first.
    Largest,
    /// To whom what is not shared goes.
    Subject,
    /// To nobody.
    Nobody,
}

/// How those who tie share the amounts of the places that they take.
///
/// INVARIANT (pool): where it stands, ties at the limit are included, and something is paid in money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// Shares are multiples of this, rounded down.
    pub step: Ratio,
    /// What is left goes to the first of them by key; else to nobody, and is not paid.
    pub to_first: bool,
}

/// The most that the winners of a group are paid.
#[derive(Debug, Clone)]
pub struct Budget {
    /// The most.
    pub amount: Expr,
    /// What happens when the amounts exceed it.
    pub over: OverBudget,
}

/// What happens when amounts exceed a budget. Steps as in [`Split`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OverBudget {
    /// In their order; those who tie across the limit share what is left equally, who comes after gets nothing.
    Shared(Ratio),
    /// Every amount falls in one proportion.
    InProportion(Ratio),
    /// In their order; an amount is cut to what is left.
    Cut,
    /// In their order; from the first tie that does not fit on, nobody is paid.
    Unpaid,
}

/// The most that a reward pays over a time.
#[derive(Debug, Clone)]
pub struct Ceiling {
    /// The most, a number or parameter.
    pub amount: Expr,
    /// For each recipient, over all subjects (else for each subject).
    pub recipient: bool,
    /// The periods over which it holds; `None`: those of the reward.
    pub every: Option<CalendarUnit>,
}

impl Payee {
    /// What is read for it besides its fields.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        self.split.iter().flat_map(|split| split.part.iter().chain([&split.weights]))
    }
}
