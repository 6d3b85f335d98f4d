//! Assessments: items, deductions, gates, vetoes, grades and what they bring.

use super::award::Award;
use super::expr::{Expr, Path};
use super::ids::KindId;
use super::money::Payee;
use super::number::{Ratio, Rounding};
use super::policy::Force;
use super::scoring::{Clamp, GradeQuota, Group, Ladder, Line, Precision};
use super::window::CalendarUnit;
use crate::source::Span;

/// An assessment of each subject of a kind.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Kind of the subject. A record kind: one assessment an event, `every` is `None`.
    pub subject: KindId,
    /// Which subjects; read on the period's last day.
    pub scope: Option<Expr>,
    /// Length of its periods.
    pub every: Option<CalendarUnit>,
    /// Full total, if it has one.
    pub out_of: Option<Ratio>,
    /// The most that the deductions that act on the total take away together.
    pub loses: Option<Expr>,
    /// Bounds of totals.
    pub clamp: Clamp,
    /// The lowest total is the best: ranks and awards go from there.
    pub lowest_best: bool,
    /// Decimal places of every line.
    pub places: u32,
    /// To what amounts of money are rounded, each once where it is read; `None`: they are exact.
    pub money: Option<Precision>,
    /// Lines are brought to multiples of this instead of decimal places.
    pub multiple: Option<Ratio>,
    /// Rounding of every line.
    pub rounding: Rounding,
    /// Items, in the order written, those in groups too.
    pub items: Vec<Item>,
    /// Groups, in the order written, those in groups too.
    pub groups: Vec<Group>,
    /// Deductions and bonuses, in the order written, those in items and groups too.
    pub adjustments: Vec<Adjustment>,
    /// Groups of items in the order in which they are added up: what stands inside one comes before it.
    pub group_order: Vec<u32>,
    /// Deductions, bonuses and groups of them that act on the total, in the order written.
    pub total_lines: Vec<Line>,
    /// Grades, best first. Empty: no grades.
    pub grades: Vec<Grade>,
    /// Gates, in the order written.
    pub gates: Vec<Gate>,
    /// Vetoes.
    pub vetoes: Vec<Veto>,
    /// Ranks.
    pub rank: Option<Ranking>,
    /// Effects of grades.
    pub grade_effects: Vec<GradeEffect>,
    /// Awards by quota.
    pub awards: Vec<Award>,
    /// Prizes in an order.
    pub ladders: Vec<Ladder>,
    /// Quotas on grades, best grade first, then as written.
    pub grade_quotas: Vec<GradeQuota>,
    /// Days in force.
    pub in_force: Force,
    /// Where it is declared.
    pub span: Span,
}

/// An item of an assessment.
#[derive(Debug, Clone)]
pub struct Item {
    /// Name, with those of the groups around it: `A/B`.
    pub name: String,
    /// Its points; `None` while its weight is an open parameter (then it is not assessed).
    pub max: Expr,
    /// How points are given.
    pub score: ItemScore,
    /// Deductions and bonuses inside it: positions in `Assessment::adjustments`.
    pub body: Vec<u32>,
    /// Bonuses inside it may bring it above its points.
    pub above_full: bool,
    /// When nothing is due.
    pub nothing_due: NothingDue,
    /// How unknown obligations count.
    pub unknown: UnknownCounts,
}

/// How an item gives points.
#[derive(Debug, Clone)]
pub enum ItemScore {
    /// All of them.
    Full,
    /// A share of them.
    Share(Expr),
    /// All when the condition holds, else none.
    When(Expr),
    /// Points by a formula, kept within [0, max].
    Points(Expr),
}

/// What an item with nothing due gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NothingDue {
    /// All points.
    Full,
    /// No points.
    Zero,
    /// The item is left out, the others are scaled to the full total.
    LeftOut,
    /// The subject is not scored.
    NotScored,
}

/// How unknown obligations count in an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnknownCounts {
    /// They are left out and shown.
    Excluded,
    /// As unmet.
    Unmet,
}

/// Points taken or given, on the total or inside an item or group.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// Name, with those of what it stands in: `A/B`.
    pub name: String,
    /// Bonus (else deduction).
    pub bonus: bool,
    /// Points for each.
    pub amount: Expr,
    /// The number of times (a count); `None`: once.
    pub times: Option<Expr>,
    /// Cap on the product.
    pub cap: Option<Expr>,
    /// Only when this holds.
    pub when: Option<Expr>,
}

/// A grade and the least total that earns it.
#[derive(Debug, Clone)]
pub struct Grade {
    /// Name.
    pub name: String,
    /// Holds when this is true (over the total); `None` on the last: otherwise.
    pub when: Option<Expr>,
}

/// A condition that acts on the grade or an item.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Name.
    pub name: String,
    /// The condition.
    pub when: Expr,
    /// What it does.
    pub action: GateAction,
}

/// What a gate does. Grades are positions in `Assessment::grades`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateAction {
    /// The grade is this, whatever the points.
    SetGrade(Expr),
    /// The grade is not better than this.
    CapGrade(Expr),
    /// The grade falls by so many.
    Lower(u32),
    /// The item at this position gives no points.
    LoseItem(u32),
    /// The grade rises by so many.
    Raise(u32),
    /// All raises together bring no more than so many.
    LimitRaises(u32),
    /// There is no grade as yet.
    Withhold,
    /// The subject is not scored.
    Unscored,
}

impl GateAction {
    /// The grade that it sets or caps at.
    #[must_use]
    pub fn grade(&self) -> Option<&Expr> {
        match self {
            GateAction::SetGrade(grade) | GateAction::CapGrade(grade) => Some(grade),
            _ => None,
        }
    }
}

/// A veto by a decision on file.
#[derive(Debug, Clone)]
pub struct Veto {
    /// Name.
    pub name: String,
    /// Number of decisions for the subject and period (an aggregate over records whose filter
    /// demands a known authority).
    pub decisions: Expr,
    /// What it does.
    pub action: VetoAction,
    /// No points are shown beside the grade that it sets.
    pub without_points: bool,
}

/// What a veto does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VetoAction {
    /// The grade is this, whatever the points.
    SetGrade(u32),
    /// No awards; points and grade stay.
    BarAwards,
}

/// How subjects are ranked: standard competition ranking by points, then by the keys.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Groups: subjects with the same value here; `None`: one group.
    pub within: Option<Path>,
    /// Who is ranked.
    pub among: Option<Expr>,
    /// Keys after the points; subjects equal on all of them share a rank.
    pub keys: Vec<SortKey>,
}

/// A key of an order.
#[derive(Debug, Clone)]
pub struct SortKey {
    /// The value. Unknown comes last.
    pub expr: Expr,
    /// Largest first (else smallest first).
    pub descending: bool,
}

/// Kind of an effect, as effects.csv prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EffectKind {
    /// reward
    Reward,
    /// sanction
    Sanction,
    /// award
    Award,
}

/// What a grade brings.
#[derive(Debug, Clone)]
pub struct GradeEffect {
    /// The grade.
    pub grade: u32,
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: String,
    /// Amount of money, if any.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: Payee,
}
