//! Evidence: the rows behind a subject, read again from the files. It explains a result and never changes it.
//!
//! What a row counted for is asked of the engine's own trace, so that an explanation cannot differ from the run.

mod find;
mod row;

pub use find::find_evidence;

use crate::diagnostic::Text;
use crate::engine::review::{Days, Idle, RowUses};
use crate::engine::trace::Counted;
use crate::limits::{EXPLAINED_ASIDE_MAX, EXPLAINED_NEAR_MAX};
use crate::model::{Day, Expr, Instant, Moment, SourcePart};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Which rows are asked for.
#[derive(Clone)]
pub struct EvidenceQuery<'q> {
    /// Position of the policy in the setup.
    pub policy: usize,
    /// Kind of the rows, how they lead to the subject, which of them count.
    pub part: &'q SourcePart,
    /// Key of the subject.
    pub subject: &'q str,
    /// First day of the records asked for.
    pub from: Option<Day>,
    /// First day after them; rows of a register are those that hold on the day before.
    pub to: Option<Day>,
    /// Records that began before these days are asked for too, where they reach into them.
    pub lasting: bool,
    /// Most rows to keep: those that count rather than others, the first in time.
    pub limit: usize,
    /// Where the rows are rows of an aggregate, whose filter may read measures: the keys of those that it looks at, with
    /// what [`crate::engine::review::Reader::rows`] says of them.
    pub of_rows: Option<&'q RowUses>,
    /// Where instants bound the days asked for: what lies in them.
    pub stretch: Option<Days>,
    /// The moments of the records that count where records must be apart; `None`: any may.
    pub spaced: Option<Vec<Moment>>,
    /// The moments at which a counter takes records; `None`: it is no counter that asks.
    pub taken: Option<Vec<Moment>>,
    /// The moments of the records that change a term, or why they do not, where it is a term that asks; those of other
    /// moments change nothing.
    pub acting: Option<&'q [(Moment, Option<Idle>)]>,
    /// What is taken of a record that counts.
    pub values: Vec<&'q Expr>,
    /// Of rows of an aggregate those that lie on the days asked for and beside the instants that bound them: whether before.
    pub beside: Option<&'q BTreeMap<String, bool>>,
    /// So many days before and after the days asked for are looked at for records that missed them, and records are
    /// noted that would count for the subject if others acted or places below it counted.
    pub margin_days: i32,
    /// The row or record of the subject itself is asked for, none that leads to it.
    pub itself: bool,
}

impl<'q> EvidenceQuery<'q> {
    /// Asks for the rows of a subject itself that hold on the day before.
    #[must_use]
    pub fn itself(policy: usize, part: &'q SourcePart, subject: &'q str, to: Day, limit: usize) -> EvidenceQuery<'q> {
        EvidenceQuery {
            policy,
            part,
            subject,
            from: None,
            to: Some(to),
            lasting: false,
            limit,
            of_rows: None,
            stretch: None,
            spaced: None,
            taken: None,
            acting: None,
            values: Vec::new(),
            beside: None,
            margin_days: 0,
            itself: true,
        }
    }

    /// Which side of the days asked for a record lies on.
    fn side(&self, counted: &Counted) -> Side {
        let last = if self.lasting { counted.last } else { counted.day };
        if self.from.is_some_and(|from| from > last) {
            Side::Before
        } else if self.to.is_some_and(|to| to <= counted.day) {
            Side::After
        } else {
            match &self.stretch {
                Some(days) if !days.holds(counted.day, || counted.at) => {
                    let early = Days { until: None, ..*days };
                    if early.holds(counted.day, || counted.at) { Side::After } else { Side::Before }
                }
                _ => Side::Inside,
            }
        }
    }

    /// Whether a day lies in the days asked for.
    fn holds(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day < to)
    }

    /// Whether a day lies in the days asked for or near them.
    fn is_near(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from.plus(-self.margin_days) <= day)
            && self.to.is_none_or(|to| day < to.plus(self.margin_days))
    }
}

/// Where a record lies to the days asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    Inside,
    After,
}

/// Why a row does not count, or counts although it is another's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aside {
    /// A condition of the filter does not hold, or is not decided: its position among those that `and` joins.
    Filter(usize),
    /// Another record of its matter was first.
    NotFirst,
    /// It is too near to the one that counts before it, or of the same kind.
    Spacing,
    /// The counter, or its policy, is not in force on its day, or does not count the subject then.
    Uncounted,
    /// It changes nothing of the term that asks.
    Idle(Idle),
    /// The year that it names, not its own day, says whether it lies in the days.
    Year(String),
    /// It counts, but of what is taken of it this is not said: its position among the values.
    Unsaid(usize),
    /// It lies before the days.
    Early,
    /// It lies after the days.
    Late,
    /// It is the record of a place below the subject: its key.
    Below(String),
    /// It is the record of one who stands in, or of one for whom somebody stands in: the key.
    Actor(String),
    /// It counts: it is the record of one who stands in, or of a place below: the key.
    Instead(String),
}

/// The rows of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The rows that lead to the subject, by time, file and line.
    pub rows: Vec<EvidenceRow>,
    /// Number of rows found, those beyond the limit included.
    pub total: u64,
    /// Number of them for which the filter holds.
    pub kept: u64,
    /// Rows that miss the days, the place or the actor, by time.
    pub near: Vec<EvidenceRow>,
    /// Number of these.
    pub near_total: u64,
}

impl Evidence {
    /// Keeps so many rows: those that count before those in doubt, and these before others; among equals the first.
    fn shorten(&mut self, limit: usize) {
        self.near.sort();
        let all = limit == usize::MAX;
        self.near.truncate(if all { limit } else { EXPLAINED_NEAR_MAX });
        let rank = |row: &EvidenceRow| match row.kept {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        };
        self.rows.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
        let counting = self.rows.iter().filter(|row| row.kept != Some(false)).count();
        let most = if all { limit } else { limit.min(counting.saturating_add(EXPLAINED_ASIDE_MAX)) };
        self.rows.truncate(most);
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceRow {
    /// First instant of the record, or of the first day of a register row; `None`: without a beginning.
    pub starts: Option<Instant>,
    /// File.
    pub file: Arc<str>,
    /// Line.
    pub line: u64,
    /// When it is dated (records), as text.
    pub at: String,
    /// Filled fields.
    pub fields: Vec<FieldCell>,
    /// Whether it counts; `None`: it is not decided.
    pub kept: Option<bool>,
    /// Why it does not count.
    pub aside: Option<Aside>,
    /// Its key; empty: it has none.
    pub key: String,
}

impl EvidenceRow {
    /// A row that no file holds: records name it by its key.
    #[must_use]
    pub fn named(key: &str, kept: Option<bool>, aside: Option<Aside>) -> EvidenceRow {
        EvidenceRow {
            starts: None,
            file: Arc::from(""),
            line: 0,
            at: String::new(),
            fields: Vec::new(),
            kept,
            aside,
            key: key.to_owned(),
        }
    }
}

/// A filled field of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldCell {
    /// Name of the field.
    pub name: String,
    /// Its value.
    pub value: Text,
    /// It is a number that a person gave.
    pub given: Option<GivenCell>,
    /// A day or time later than as-of, which counts as empty.
    pub late: bool,
}

/// A number that a person gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenCell {
    /// Who gave it, where the policy names the field that says so.
    pub by: Option<String>,
    /// What was given, where a bound stands for it.
    pub written: Option<String>,
}
