//! Money: who receives it, how it is shared, what bounds it.

use super::*;
use crate::model::number::Rounding;
use crate::model::window::CalendarUnit;
use crate::model::{Remainder, TiesAtLimit};
use crate::source::Span;

/// Who receives an effect and who pays it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayeeExpr {
    /// `shared ... among ROWS`
    pub split: Option<SplitExpr>,
    /// `going to FIELD`
    pub to: Option<Spanned<Vec<Name>>>,
    /// `paid by TEXT`
    pub by: Option<Spanned<String>>,
}

/// `shared [PART] among ROWS equally | weighted by E to ... rounded down remainder to ...`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitExpr {
    /// The part of the amount; left out: all of it.
    pub part: Option<Expr>,
    /// The rows that share it.
    pub source: SourceExpr,
    /// The weight of a row; left out: equal parts.
    pub weight: Option<Expr>,
    /// To what shares are rounded.
    pub step: ToStepExpr,
    /// Where the remainder goes; `None`: not said.
    pub remainder: Option<Remainder>,
    /// Place.
    pub span: Span,
}

/// `to N places rounded down`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToStepExpr {
    /// Places or multiples.
    pub to: RoundTo,
    /// The direction.
    pub how: Rounding,
    /// Place.
    pub span: Span,
}

/// What becomes of those who tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TiesExpr {
    /// `ties include` | `ties exclude`
    AtLimit(TiesAtLimit),
    /// `ties share to ... rounded down remainder to ...`
    Share {
        /// To what shares are rounded.
        step: ToStepExpr,
        /// Where the remainder goes; `None`: not said.
        remainder: Option<Remainder>,
        /// Place.
        span: Span,
    },
}

/// `budget N if exceeded ...`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetExpr {
    /// The most that is paid.
    pub amount: Expr,
    /// What happens beyond it; `None`: not said.
    pub over: Option<OverBudgetExpr>,
    /// Place.
    pub span: Span,
}

/// What happens when winners exceed a budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OverBudgetExpr {
    /// Those who tie share what is left equally.
    Shared(ToStepExpr),
    /// Every amount falls in one proportion.
    InProportion(ToStepExpr),
    /// An amount is cut to what is left.
    Cut,
    /// An amount that does not fit is not paid, nor is any after it.
    Unpaid,
}

/// `at most N for each recipient | every UNIT`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingExpr {
    /// The most.
    pub amount: Expr,
    /// For each recipient (else for each subject).
    pub recipient: bool,
    /// Over this time; left out: the periods of the reward.
    pub every: Option<Spanned<CalendarUnit>>,
    /// Place.
    pub span: Span,
}
