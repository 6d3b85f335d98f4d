//! Why a result is what it is: from a score down to items, obligations and the records behind them.
//!
//! An explanation judges the run again and reads the records of its subject again; it never changes a result.

mod absent;
mod amounts;
mod answer;
mod aside;
mod build;
mod counter;
mod doubt;
mod error;
mod figures;
mod found;
mod gather;
mod grade;
mod line;
mod money;
mod note;
mod opened;
mod own;
mod phrase;
mod phrase_rows;
mod readers;
mod rule;
mod said;
mod sheet;
mod standing;
mod statements;
mod taken;
mod term;
pub mod text;
mod text_rows;
mod unmet;
mod why;
mod words;

pub use answer::{Run, explain, outline};
pub use error::ExplainError;
pub use note::Note;

use crate::data::evidence::EvidenceRow;
use crate::diagnostic::Text;
use crate::model::{Counts, Outcome, Window};
use std::collections::BTreeMap;

/// What is to be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question<'q> {
    /// Key of the subject.
    pub subject: &'q str,
    /// Only this assessment, counter or reward.
    pub assessment: Option<&'q str>,
    /// Only this rule.
    pub rule: Option<&'q str>,
    /// Only this measure.
    pub measure: Option<&'q str>,
    /// Only what these days hold a day of.
    pub within: Option<Window>,
    /// Nothing is cut.
    pub all: bool,
}

impl<'q> Question<'q> {
    /// Everything of a subject, long lists cut.
    #[must_use]
    pub fn of(subject: &'q str) -> Question<'q> {
        Question { subject, assessment: None, rule: None, measure: None, within: None, all: false }
    }
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
    /// Label of the days asked for; empty: all of them.
    pub within: String,
    /// As of.
    pub as_of: String,
    /// Its record, or its rows that hold on a day of what is explained, in order.
    pub own: Vec<OwnRow>,
    /// Number of these.
    pub own_total: u64,
    /// No rule, assessment, counter or reward is about its kind.
    pub is_bare: bool,
    /// Its measures: all where it is told by itself, that which is asked for, else those that are put out.
    pub values: Vec<Note>,
    /// One of its measures is asked for.
    pub is_measure: bool,
    /// Its scores.
    pub scores: Vec<ScoreView>,
    /// Assessments of which it is not known whether they take it in, period by period.
    pub unplaced: Vec<Note>,
    /// Why there is no score, or nothing at all.
    pub absent: Vec<Note>,
    /// Rules that bind the subject itself.
    pub rules: Vec<RuleView>,
    /// Counters, moment by moment.
    pub counters: Vec<Note>,
    /// Rewards outside assessments, period by period.
    pub rewards: Vec<Note>,
    /// Effects, rewards outside assessments among them.
    pub effects: Vec<EffectView>,
    /// Rows about it that could not be used.
    pub rejected: Vec<RejectView>,
    /// Number of such rows.
    pub rejected_total: u64,
    /// Records of so many values were not looked for: there are too many of them.
    pub unasked: u64,
}

/// A row or record of a subject itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRow {
    /// First and last day on which it holds, as text, open sides empty; both empty: on all days that are explained.
    pub days: (String, String),
    /// Its attributes: name, value.
    pub attributes: Vec<(String, Text)>,
    /// Where it is on file.
    pub on_file: Vec<EvidenceView>,
}

/// A row about a subject that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectView {
    /// File.
    pub file: String,
    /// Line; 0: not known.
    pub line: u64,
    /// Column; empty: the row as a whole.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Why.
    pub reason: Text,
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
    /// A gate withholds the grade.
    pub is_withheld: bool,
    /// Vetoes that hold.
    pub vetoes: Vec<String>,
    /// Rank; empty: none.
    pub rank: String,
    /// Group that it is ranked in.
    pub group: String,
    /// What is not known of it, as in `scores.csv`; above 0 points, grade and rank may change.
    pub unknown: u64,
    /// Its period has not ended.
    pub is_interim: bool,
    /// From the lines to the total and the grade by the points.
    pub made: Vec<Note>,
    /// Gates that hold, or are not decided, in the order in which they act, then such vetoes, with what they read.
    pub overrides: Vec<ItemView>,
    /// The grade in the end, and places in ranks, quotas, awards and prizes.
    pub stands: Vec<Note>,
    /// Items, groups, deductions and bonuses in the order of the policy.
    pub items: Vec<ItemView>,
    /// Gates and vetoes that do not hold.
    pub idle: Vec<ItemView>,
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
    /// How it came to its points, with the values that it reads; of a gate or veto, what it did.
    pub made: Vec<Note>,
    /// It takes points away.
    pub deducts: bool,
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
    /// Number of those that lie outside the days asked for.
    pub outside: u64,
    /// Why none is due, where none is.
    pub none_due: Option<Text>,
    /// Windows for which other rules take its place.
    pub taken: Vec<Text>,
    /// Where its obligations count, and what these results brought.
    pub leads_to: Vec<Note>,
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
    /// The record of the subject itself, where it is an event.
    pub own: Vec<EvidenceView>,
    /// What was found, what was missing.
    pub why: Vec<Text>,
    /// Values, terms, waivers behind it.
    pub behind: Vec<Note>,
    /// The records and rows that it reads.
    pub evidence: Vec<EvidenceView>,
}

/// Records or rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceView {
    /// Name of the kind.
    pub kind: String,
    /// Name of the part of it that counts; empty: it has none.
    pub part: String,
    /// No file holds its rows: records name them.
    pub named: bool,
    /// Whose rows they are where they do not lead to the subject: words behind the kind.
    pub whose: Text,
    /// The days looked at, as text; empty where open.
    pub days: (String, String),
    /// The rows shown.
    pub rows: Vec<EvidenceRow>,
    /// Why a row does not count; empty where it does.
    pub reasons: Vec<Text>,
    /// What is computed of a row, beside its fields; empty where nothing is.
    pub values: Vec<Text>,
    /// What is computed of rows, opened one level, by their keys.
    pub opened: BTreeMap<String, Note>,
    /// Number of rows that lead to the subject.
    pub total: u64,
    /// Number of them that count.
    pub kept: u64,
    /// Rows that narrowly miss: the days, the place, the actor.
    pub near: Vec<EvidenceRow>,
    /// Why they miss.
    pub near_reasons: Vec<Text>,
    /// Number of such rows.
    pub near_total: u64,
    /// The files were read for it: where they were not, nothing is known of its rows.
    pub looked: bool,
    /// Position of the question that it answers.
    asked: usize,
}

/// An effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectView {
    /// Name of the assessment or counter that brought it; empty: a reward.
    pub from: String,
    /// It comes from a counter.
    pub of_counter: bool,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Label of the period.
    pub period: String,
    /// Its days.
    pub days: Window,
    /// Amount; empty: none.
    pub amount: String,
    /// Unit of the amount.
    pub unit: String,
    /// Who receives or bears it; empty: nobody.
    pub recipient: String,
    /// Whose effect it is.
    pub subject: String,
    /// Who pays; empty: not said.
    pub payer: String,
    /// In words of the policy.
    pub reason: String,
}

impl EvidenceView {
    /// Itself, and those below its rows.
    fn each(&mut self, see: &mut dyn FnMut(&mut EvidenceView)) {
        see(self);
        self.opened.values_mut().for_each(|note| note.each_evidence(see));
    }
}

impl Explanation {
    /// Nothing is due and nothing is scored.
    fn tells_nothing(&self) -> bool {
        let notes = self.unplaced.iter().chain(&self.counters).chain(&self.rewards);
        notes.count() == 0
            && !self.is_bare
            && !self.is_measure
            && self.scores.is_empty()
            && self.rules.is_empty()
            && self.effects.is_empty()
    }

    /// Every evidence in it, in no order that matters.
    fn each_evidence(&mut self, see: &mut dyn FnMut(&mut EvidenceView)) {
        self.own.iter_mut().flat_map(|row| &mut row.on_file).for_each(&mut *see);
        self.values.iter_mut().for_each(|note| note.each_evidence(see));
        self.counters.iter_mut().chain(&mut self.rewards).for_each(|note| note.each_evidence(see));
        for score in &mut self.scores {
            score.made.iter_mut().chain(&mut score.stands).for_each(|note| note.each_evidence(see));
            let items = score.items.iter_mut().chain(&mut score.overrides).chain(&mut score.idle);
            items.for_each(|item| item.each_evidence(see));
        }
        self.rules.iter_mut().for_each(|rule| rule.each_evidence(see));
    }
}

impl ItemView {
    fn each_evidence(&mut self, see: &mut dyn FnMut(&mut EvidenceView)) {
        self.evidence.iter_mut().for_each(|evidence| evidence.each(see));
        self.made.iter_mut().for_each(|note| note.each_evidence(see));
        self.rules.iter_mut().for_each(|rule| rule.each_evidence(see));
    }
}

impl RuleView {
    fn each_evidence(&mut self, see: &mut dyn FnMut(&mut EvidenceView)) {
        self.leads_to.iter_mut().for_each(|note| note.each_evidence(see));
        for finding in &mut self.findings {
            finding.own.iter_mut().for_each(&mut *see);
            finding.evidence.iter_mut().for_each(|evidence| evidence.each(see));
            finding.behind.iter_mut().for_each(|note| note.each_evidence(see));
        }
    }
}
