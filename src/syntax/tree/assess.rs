//! Assessments, rewards and counters.

use super::*;
use crate::model::EffectKind;
use crate::model::number::Rounding;
use crate::model::value::TermUnit;
use crate::model::window::CalendarUnit;
use crate::model::{AfterLastStep, CompareOp, Excess, NothingDue, Ratio, TiesAtLimit, UnknownCounts};
use crate::source::Span;

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Subject.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// Periods.
    pub every: Option<Spanned<CalendarUnit>>,
    /// Full total.
    pub out_of: Option<Spanned<Ratio>>,
    /// The most that its deductions take away together.
    pub loses: Option<Expr>,
    /// Bounds of the total.
    pub clamp: ClampExpr,
    /// `lowest is best`
    pub lowest_best: bool,
    /// Statements.
    pub parts: Vec<Spanned<AssessmentPart>>,
}

/// A statement of an assessment.
#[allow(clippy::large_enum_variant, reason = "a policy has few statements of this kind")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssessmentPart {
    /// `precision N rounded ...`, `precision multiples of N rounded ...`
    Precision(PrecisionExpr),
    /// `money precision N rounded ...`
    MoneyPrecision(PrecisionExpr),
    /// `in force ...`
    InForce(ForceClause),
    /// `item ...`
    Item(Box<ItemExpr>),
    /// `group NAME ... { }`
    Group(Box<GroupExpr>),
    /// `deduct`, `add`
    Adjust(AdjustExpr),
    /// `gate NAME : EXPR ACTION`
    Gate { name: Name, when: Expr, action: Spanned<ActionExpr> },
    /// `veto NAME : SOURCE decided by FIELD ...`
    Veto {
        name: Name,
        source: SourceExpr,
        decided_by: Name,
        year: Option<Name>,
        action: Spanned<ActionExpr>,
        without_points: bool,
        term: Option<Spanned<(u32, TermUnit)>>,
    },
    /// `grades { }`
    Grades { rows: Vec<GradeRow>, otherwise: Option<Name> },
    /// `rank ...`
    Rank { within: Option<Spanned<Vec<Name>>>, among: Option<Expr>, keys: Vec<(Expr, bool)> },
    /// `effects { }`
    Effects(Vec<(Name, Vec<EffectExpr>)>),
    /// `award ...`
    Award(Box<AwardExpr>),
    /// `prizes ... { }`
    Prizes(Box<PrizesExpr>),
    /// `quota ...`
    Quota(Box<GradeQuotaExpr>),
    /// Could not be read; already reported.
    Bad,
}

/// Bounds of a total, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClampExpr {
    /// Nothing is said, or `above full lost`.
    Both,
    /// `above full counts`
    Floor,
    /// `unclamped`
    None,
}

/// `precision ...`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecisionExpr {
    /// Decimal places, or with `multiples` the step.
    pub number: Spanned<Ratio>,
    /// `multiples of`
    pub multiples: bool,
    /// Rounding.
    pub rounding: Rounding,
}

/// `item NAME N points : SCORE ... [{ }]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemExpr {
    /// Name.
    pub name: Name,
    /// Full points.
    pub max: Expr,
    /// How it gives points.
    pub score: ScoreExpr,
    /// Nothing due.
    pub nothing_due: Option<NothingDue>,
    /// Unknown obligations.
    pub unknown: Option<UnknownCounts>,
    /// `above full counts` (true), `above full lost`.
    pub above_full: Option<Spanned<bool>>,
    /// Deductions and bonuses inside the item.
    pub body: Vec<AdjustExpr>,
}

/// `group NAME ... { }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupExpr {
    /// Name.
    pub name: Name,
    /// `at most`
    pub cap: Option<Expr>,
    /// `loses at most`
    pub loses: Option<Expr>,
    /// `above full counts` (true), `above full lost`.
    pub above_full: Option<Spanned<bool>>,
    /// Items, groups, deductions and bonuses.
    pub parts: Vec<Spanned<AssessmentPart>>,
}

/// A row of `grades { }`: a test of the total, a condition, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeRow {
    /// The grade.
    pub name: Name,
    /// A test of the total.
    pub test: Option<TestExpr>,
    /// A condition.
    pub when: Option<Expr>,
    /// Where the row's test and condition stand.
    pub span: Span,
}

/// How an item gives points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreExpr {
    /// full
    Full(Span),
    /// a share of the points, or a table of points, by its type
    Value(Expr),
    /// when EXPR
    When(Expr),
    /// points EXPR
    Points(Expr),
}

/// `by EXPR [from A to B [in steps of S]] { ROW ; ... }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableExpr {
    /// The tested value.
    pub of: Expr,
    /// Which values there are.
    pub domain: Option<DomainExpr>,
    /// Rows.
    pub rows: Vec<(TestExpr, Expr)>,
    /// What holds where no row does.
    pub otherwise: Option<Expr>,
}

/// `from A to B [in steps of S]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainExpr {
    /// Least value.
    pub low: Expr,
    /// Largest value.
    pub high: Expr,
    /// Distance between two values; left out, every number between is one.
    pub step: Option<Expr>,
    /// Place.
    pub span: Span,
}

/// A test of a table or grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestExpr {
    /// The test.
    pub kind: TestKind,
    /// Where.
    pub span: Span,
}

/// Tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestKind {
    /// or more, above, or less, below, equal
    Compare(CompareOp, Expr),
    /// a stretch of values; true: its end is not in it
    Range((bool, Expr), (bool, Expr)),
    /// one of these
    AnyOf(Vec<Expr>),
}

/// `deduct`, `add`, `pay`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustExpr {
    /// A bonus or payment (else a deduction).
    pub bonus: bool,
    /// Name.
    pub name: Option<Name>,
    /// Points or money.
    pub amount: Expr,
    /// `per`: an expression, or a bare source that is counted.
    pub per: Option<PerOf>,
    /// `per N of`: the number of whole N in it.
    pub step: Option<PerStepExpr>,
    /// Cap.
    pub cap: Option<Expr>,
    /// Condition.
    pub when: Option<Expr>,
    /// `counts again`
    pub again: bool,
    /// Where.
    pub span: Span,
}

/// `per N of ... [rounded ...]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerStepExpr {
    /// N.
    pub each: Expr,
    /// How part of an N counts: `Some(None)` as that part; `None`: not said.
    pub rounding: Option<Option<Rounding>>,
    /// Place.
    pub span: Span,
}

/// What a deduction is per.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PerOf {
    /// A number. A bare name comes here as a path; the checker turns a kind or part into a count.
    Expr(Expr),
    /// Rows.
    Source(SourceExpr),
}

/// What a gate or veto does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionExpr {
    /// sets grade
    SetGrade(Expr),
    /// caps grade at
    CapGrade(Expr),
    /// lowers grade by
    Lower(u32),
    /// loses item
    LoseItem(Name),
    /// raises grade by
    Raise(u32),
    /// limits raises to
    LimitRaises(u32),
    /// withholds grade
    Withhold,
    /// leaves unscored
    Unscored,
    /// bars awards
    BarAwards,
}

/// Prizes in an order: who has one is out of the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrizesExpr {
    /// Name.
    pub name: Name,
    /// `base eligible` (true) / `base all`; `None`: not said.
    pub base_eligible: Option<bool>,
    /// Groups.
    pub within: Option<Spanned<Vec<Name>>>,
    /// Who may get one.
    pub among: Option<Expr>,
    /// Keys after the points, descending if true.
    pub keys: Vec<(Expr, bool)>,
    /// Ties; `None`: not said.
    pub ties: Option<TiesExpr>,
    /// Empty places pass on to the next prize; `None`: not said.
    pub pass_on: Option<Spanned<bool>>,
    /// The most that they may come to together.
    pub budget: Option<BudgetExpr>,
    /// The prizes, highest first.
    pub prizes: Vec<PrizeExpr>,
}

/// A prize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrizeExpr {
    /// Name.
    pub name: Name,
    /// Places: a number or a share.
    pub size: Expr,
    /// Rounding of a share.
    pub rounding: Option<Rounding>,
    /// The floor and further conditions.
    pub when: Option<Expr>,
    /// Kind (award by default).
    pub kind: Option<EffectKind>,
    /// Money.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// At most so many subjects have a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeQuotaExpr {
    /// Name.
    pub name: Name,
    /// The grade.
    pub grade: Name,
    /// Places: a number or a share.
    pub size: Expr,
    /// Rounding of a share.
    pub rounding: Option<Rounding>,
    /// At least so many.
    pub at_least: Option<u32>,
    /// At most so many.
    pub at_most: Option<u32>,
    /// `base eligible` (true) / `base all`; `None`: not said.
    pub base_eligible: Option<bool>,
    /// Groups.
    pub within: Option<Spanned<Vec<Name>>>,
    /// Who counts.
    pub among: Option<Expr>,
    /// Keys after the points, descending if true.
    pub keys: Vec<(Expr, bool)>,
    /// Ties; `None`: not said.
    pub ties: Option<TiesAtLimit>,
}

/// An effect of a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectExpr {
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: Name,
    /// Money.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// An award by quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardExpr {
    /// Name.
    pub name: Name,
    /// Kind (award by default).
    pub kind: Option<EffectKind>,
    /// From the bottom of the order.
    pub bottom: bool,
    /// Places: a number or a share.
    pub size: Expr,
    /// Rounding of a share.
    pub rounding: Option<Rounding>,
    /// At least so many.
    pub at_least: Option<u32>,
    /// At most so many.
    pub at_most: Option<u32>,
    /// `base eligible` (true) / `base all`; `None`: not said.
    pub base_eligible: Option<bool>,
    /// Groups.
    pub within: Option<Spanned<Vec<Name>>>,
    /// Who may get it.
    pub among: Option<Expr>,
    /// Keys after the points, descending if true.
    pub keys: Vec<(Expr, bool)>,
    /// Ties; `None`: not said.
    pub ties: Option<TiesExpr>,
    /// Money.
    pub amount: Option<Expr>,
    /// The most that all of it may come to.
    pub budget: Option<BudgetExpr>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// A stand-alone reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Subject.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// Periods.
    pub every: Spanned<CalendarUnit>,
    /// Unit as written.
    pub unit: Option<Name>,
    /// Ceiling.
    pub cap: Option<Expr>,
    /// Ceilings over a longer time, or for a recipient.
    pub ceilings: Vec<CeilingExpr>,
    /// Payments.
    pub payments: Vec<AdjustExpr>,
    /// To what each payment is rounded.
    pub precision: Option<PrecisionExpr>,
    /// In force.
    pub in_force: Option<ForceClause>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Subject.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// What each record adds.
    pub adds: Expr,
    /// The records.
    pub source: SourceExpr,
    /// The rolling term.
    pub term: SpanTerm,
    /// Steps, in order.
    pub steps: Vec<StepExpr>,
    /// What becomes of points above a threshold; `None`: not said.
    pub excess: Option<Excess>,
    /// What comes after the last step; `None`: not said.
    pub after_last: Option<AfterLastStep>,
    /// A clean term that brings back the first step.
    pub clean: Option<SpanTerm>,
    /// It takes the points too.
    pub clean_clears: bool,
    /// Records that take points and steps.
    pub cleared_by: Vec<SourceExpr>,
    /// Points and steps are gone with each of these windows.
    pub cleared_every: Option<Spanned<FrameExpr>>,
    /// `cleared every ... when EXPR`
    pub cleared_when: Option<Expr>,
    /// To what amounts of money are rounded.
    pub money_precision: Option<PrecisionExpr>,
    /// In force.
    pub in_force: Option<ForceClause>,
}

/// A length of time: count and unit.
pub type SpanTerm = Spanned<(u32, TermUnit)>;

/// A step of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepExpr {
    /// The threshold.
    pub at: Expr,
    /// Its own rolling term.
    pub term: Option<SpanTerm>,
    /// What it brings.
    pub effects: Vec<StepEffectExpr>,
    /// Place.
    pub span: Span,
}

/// What a step brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEffectExpr {
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: Name,
    /// Money, or how long it lasts.
    pub amount: Option<Expr>,
    /// The unit of how long it lasts; without one the amount is money.
    pub lasting: Option<TermUnit>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}
