//! A test case as written: names and values as text, each with its place.

use crate::data::decode::Located;
use crate::diagnostic::Diagnostic;
use crate::model::Period;
use crate::source::{SourceId, Span};

/// The cases of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFile {
    /// The file.
    pub source: SourceId,
    /// Cases in the order written, as far as they could be read.
    pub cases: Vec<Case>,
    /// Those of them, and the others, in which something is wrong.
    pub broken: Vec<BrokenCase>,
}

/// A case that was not written as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenCase {
    /// Name, if it has one.
    pub name: Option<String>,
    /// The whole case.
    pub span: Span,
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Name.
    pub name: Located<String>,
    /// Path of the policy, relative to the file of the case; `None`: the only policy file beside it.
    pub policy: Option<Located<String>>,
    /// Name of the policy to run, where the file holds several.
    pub run: Option<Located<String>>,
    /// Days of the run.
    pub period: Located<Period>,
    /// A day or instant; `None`: the day after the period.
    pub as_of: Option<Located<String>>,
    /// Days that the rows cover, for all kinds that have rows here.
    pub complete: Coverage,
    /// The same, for single kinds.
    pub complete_of: Vec<(Located<String>, Coverage)>,
    /// Values of parameters.
    pub params: Vec<(Located<String>, Located<String>)>,
    /// Calendars that the policy takes from data.
    pub calendars: Vec<CaseCalendar>,
    /// Rows of each kind; a kind that stands here without rows has a source that is empty.
    pub rows: Vec<KindRows>,
    /// What must come out.
    pub expected: Expected,
    /// The whole case.
    pub span: Span,
}

/// For which days the rows are all there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// The period of the run.
    Period,
    /// These ranges.
    Ranges(Vec<Period>),
    /// No claim.
    None,
}

/// A workday calendar of a case: Monday to Friday but for the days named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCalendar {
    /// Name.
    pub name: Located<String>,
    /// Days covered.
    pub covers: Located<Period>,
    /// Rest days and ranges of them.
    pub rest: Vec<Period>,
    /// Workdays and ranges of them.
    pub work: Vec<Period>,
}

/// Rows of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindRows {
    /// The kind.
    pub kind: Located<String>,
    /// Its rows.
    pub rows: Vec<CaseRow>,
}

/// A row: field names with values. Several values stand for a set of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Fields.
    pub cells: Vec<(Located<String>, Vec<Located<String>>)>,
    /// The whole row.
    pub span: Span,
}

/// What must come out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// Findings.
    pub findings: Vec<ExpectedFinding>,
    /// Scores.
    pub scores: Vec<ExpectedScore>,
    /// Effects.
    pub effects: Vec<ExpectedEffect>,
    /// Findings, scores and effects that are not listed are failures.
    pub only: bool,
}

impl Expected {
    /// Whether nothing at all is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty() && self.scores.is_empty() && self.effects.is_empty() && !self.only
    }
}

/// An expected obligation. What is left out is not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedFinding {
    /// Rule.
    pub rule: Located<String>,
    /// Key of the subject; `None`: the only one.
    pub subject: Option<Located<String>>,
    /// Window; `None`: the only one.
    pub window: Option<Located<ExpectedWindow>>,
    /// Strength of the part that is meant; `None`: the only one.
    pub strength: Option<Located<String>>,
    /// Outcome; `None`: not due, so not listed.
    pub outcome: Located<Option<crate::model::Outcome>>,
    /// Measured values.
    pub measured: Option<Located<Vec<String>>>,
    /// Required values.
    pub required: Option<Located<Vec<String>>>,
    /// Place.
    pub span: Span,
}

/// The window of an expected obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedWindow {
    /// Known days.
    Days(Period),
    /// A term whose last day cannot be known: `2024-01-05..`
    From(crate::model::Day),
}

/// An expected score. What is left out is not compared; `Some(None)` is an empty cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedScore {
    /// Assessment.
    pub assessment: Located<String>,
    /// Key of the subject; `None`: the only one.
    pub subject: Option<Located<String>>,
    /// Period; `None`: the only one.
    pub period: Option<Located<Period>>,
    /// Cells by column of `scores.csv`; `None` is an empty one.
    pub cells: Vec<ExpectedCell>,
    /// Items, by name.
    pub items: Vec<ExpectedItem>,
    /// The row must not be there.
    pub none: bool,
    /// Place.
    pub span: Span,
}

/// A cell by the name of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedCell {
    /// Column of the table.
    pub column: &'static str,
    /// Value; `None`: empty.
    pub value: Option<String>,
    /// Place.
    pub span: Span,
}

/// An expected item of a score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedItem {
    /// Name.
    pub item: Located<String>,
    /// Cells by column of `items.csv`.
    pub cells: Vec<ExpectedCell>,
}

/// An expected effect: one that has these cells must be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedEffect {
    /// Cells by column of `effects.csv`.
    pub cells: Vec<ExpectedCell>,
    /// None such may be there.
    pub none: bool,
    /// Place.
    pub span: Span,
}
