//! Why a result is what it is: from a score down to items, obligations and the records behind them.
//!
//! An explanation judges the run again and reads the records of its subject again; it never changes a result.

mod answer;
mod build;
mod error;
mod gather;
mod statements;
pub mod text;
mod why;

pub use answer::explain;
pub use error::ExplainError;

use crate::data::evidence::EvidenceRow;
use crate::diagnostic::Text;
use crate::model::{Counts, Outcome};

/// What is to be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'q> {
    /// Key of the subject.
    pub subject: &'q str,
    /// Only this assessment.
    pub assessment: Option<&'q str>,
    /// Only this rule.
    pub rule: Option<&'q str>,
}

/// Everything about one subject in one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Name of the policy.
    pub policy: String,
    /// Name of the subject's kind.
    pub kind: String,
    /// Key of the subject.
    pub subject: String,
    /// Label of the run's period.
    pub period: String,
    /// As of.
    pub as_of: String,
    /// Attributes on the reference date: name, value.
    pub attributes: Vec<(String, String)>,
    /// Its scores.
    pub scores: Vec<ScoreView>,
    /// Rules that bind the subject itself.
    pub rules: Vec<RuleView>,
    /// Effects, rewards outside assessments among them.
    pub effects: Vec<EffectView>,
}

/// One score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreView {
    /// Name of the assessment.
    pub assessment: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Label of the period.
    pub period: String,
    /// Total; empty: not scored.
    pub points: String,
    /// Full total; empty: none.
    pub out_of: String,
    /// Grade; empty: none.
    pub grade: String,
    /// Vetoes that hold.
    pub vetoes: Vec<String>,
    /// Rank; empty: none.
    pub rank: String,
    /// Group that it is ranked in.
    pub group: String,
    /// Items, deductions and bonuses in the order of the policy.
    pub items: Vec<ItemView>,
    /// Gates and vetoes as written, with the records that vetoes count.
    pub overrides: Vec<ItemView>,
}

/// An item, deduction, bonus, gate or veto.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ItemView {
    /// Name.
    pub name: String,
    /// As the policy says it.
    pub statement: String,
    /// Points; empty: not assessed or left out.
    pub points: String,
    /// Full points or cap; empty: none.
    pub max_points: String,
    /// Obligations behind it.
    pub counts: Option<Counts>,
    /// The rules behind it.
    pub rules: Vec<RuleView>,
    /// A gate or veto took effect.
    pub took_effect: bool,
    /// Records and rows that it reads itself.
    pub evidence: Vec<EvidenceView>,
}

/// A rule with obligations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleView {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// As the policy says it.
    pub statement: String,
    /// All obligations that this view is about.
    pub counts: Counts,
    /// The obligations shown: what is not met first.
    pub findings: Vec<FindingView>,
    /// Why none is due, where none is.
    pub none_due: Option<Text>,
}

/// An obligation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// Key of its subject.
    pub subject: String,
    /// First and last day, as text (the last may be empty).
    pub window: (String, String),
    /// Outcome.
    pub outcome: Outcome,
    /// What was found, what was missing.
    pub why: Vec<Text>,
    /// The records and rows that it reads.
    pub evidence: Vec<EvidenceView>,
}

/// Records or rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceView {
    /// Name of the kind.
    pub kind: String,
    /// The days looked at, as text; empty where open.
    pub days: (String, String),
    /// The rows shown.
    pub rows: Vec<EvidenceRow>,
    /// Number of rows that lead to the subject.
    pub total: u64,
    /// Number of them that count.
    pub kept: u64,
}

/// An effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectView {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Label of the period.
    pub period: String,
    /// Amount with its unit; empty: none.
    pub amount: String,
    /// In words of the policy.
    pub reason: String,
}
