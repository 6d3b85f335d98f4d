//! What became of rows: counts a file, rejects, and the engine's words for a row turned into places in files.

use super::bind::Feed;
use super::pass::Task;
use super::rejects::{Reason, Reject};
use super::rows::{Fate, Part};
use super::unique::Place;
use crate::engine::batch::{RowFault, RowReject};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Counts of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct InputCounts {
    /// Rows in it, header and blank lines apart.
    pub read: u64,
    /// Rows that entered the state of some policy.
    pub used: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rows that equal another one and count once.
    pub copies: u64,
    /// Records later than as-of.
    pub left_out: u64,
    /// Rows used with a bound in place of a number that a person gave.
    pub bounded: u64,
    /// Rows used although they end before they start.
    pub reversed: u64,
    /// Rows used with a time that the clock shows twice.
    pub twice: u64,
}

impl InputCounts {
    pub(super) fn add(&mut self, other: &InputCounts) {
        self.read += other.read;
        self.used += other.used;
        self.rejected += other.rejected;
        self.copies += other.copies;
        self.left_out += other.left_out;
        self.bounded += other.bounded;
        self.reversed += other.reversed;
        self.twice += other.twice;
    }
}

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub inputs: Vec<InputCounts>,
    pub rejects: Vec<Reject>,
    /// Optional columns that a file lacks while it has a near one: position of the file, name, near name.
    pub passed_over: BTreeSet<(usize, String, String)>,
}

impl Tally {
    pub fn new(file_count: usize) -> Tally {
        Tally { inputs: vec![InputCounts::default(); file_count], rejects: Vec::new(), passed_over: BTreeSet::new() }
    }

    pub fn merge(&mut self, other: Tally) {
        for (own, other) in self.inputs.iter_mut().zip(&other.inputs) {
            own.add(other);
        }
        self.rejects.extend(other.rejects);
        self.passed_over.extend(other.passed_over);
    }

    /// What a block noted about its file.
    pub fn note(&mut self, task: &Task) {
        let noted = task.block.passed_over.iter().cloned();
        self.passed_over.extend(noted.map(|(column, near)| (task.file, column, near)));
    }

    pub fn count(&mut self, file: usize, counts: &InputCounts) {
        if let Some(own) = self.inputs.get_mut(file) {
            own.add(counts);
        }
    }
}

pub(super) fn counted(fates: &[Fate], broken: usize, reads: bool) -> InputCounts {
    let of = |fate: Fate| fates.iter().filter(|f| **f == fate).count() as u64;
    let broken = if reads { broken as u64 } else { 0 };
    InputCounts {
        read: if reads { fates.len() as u64 + broken } else { 0 },
        used: of(Fate::Used),
        rejected: of(Fate::Rejected) + broken,
        copies: of(Fate::Copy),
        left_out: 0,
        bounded: 0,
        reversed: 0,
        twice: 0,
    }
}

/// The place of a row of the block.
pub(super) fn place(task: &Task, row: usize) -> Place {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let line = task.block.lines.get(row).copied().unwrap_or(0);
    Place { file: narrow(task.file), line, row: task.block.row_of_file(row), feed: narrow(task.feed) }
}

pub(super) fn line_of(task: &Task, row: u32) -> u64 {
    let lines = &task.block.lines;
    lines.get(row as usize).or(lines.last()).copied().unwrap_or(0)
}

/// Notes what became of a row of a batch; of several the gravest stands.
pub(super) fn set_fate(fates: &mut [Fate], part: &Part<'_>, row: usize, fate: Fate) {
    if let Some(slot) = part.rows.get(row).and_then(|row| fates.get_mut(*row as usize)) {
        *slot = (*slot).max(fate);
    }
}

pub(super) fn column_of(feed: &Feed, kind: usize, policy: usize, reject: &RowReject) -> Arc<str> {
    use crate::model::Id;
    let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
    let column = plan.and_then(|plan| match reject.field {
        Some(field) => plan.fields.get(field.index()).map(|field| Arc::clone(&field.column)),
        None => plan.until.as_ref().map(|(_, name)| Arc::clone(name)),
    });
    column.unwrap_or_else(|| Arc::from(""))
}

pub(super) fn reason_of(fault: RowFault) -> Reason {
    match fault {
        RowFault::UnknownReference => Reason::UnknownReference,
        RowFault::Missing => Reason::Missing,
        RowFault::Lifetime => Reason::Lifetime,
        RowFault::Cycle => Reason::Cycle,
    }
}
