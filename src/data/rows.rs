//! Blocks of raw rows to typed batches, a batch for each kind and policy.

use super::bind::{Feed, Feeder, FieldPlan, KeyPart, RowPlan};
use super::columns::BatchBuilder;
use super::convert::Cell;
use super::read::{RawBlock, excerpt};
use super::rejects::{Reason, Reject};
use super::unique::RowHash;
use crate::engine::batch::Batch;
use crate::model::Policy;
use std::borrow::Cow;
use std::sync::Arc;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// The manifest skips its kind, or this pass does not read it.
    Skipped,
    /// It went into a batch.
    Used,
    /// An equal row counts in its place.
    Copy,
    /// It could not be used.
    Rejected,
}

/// Typed rows of one kind for one policy.
#[derive(Debug)]
pub struct Part<'b> {
    /// Position of the policy.
    pub policy: usize,
    /// Position of the kind in the feed.
    pub kind: usize,
    /// The rows; policies that read them in the same way may share them.
    pub batch: Arc<Batch<'b>>,
    /// For each row of the batch its row in the block.
    pub rows: Arc<Vec<u32>>,
}

/// A block, converted.
#[derive(Debug, Default)]
pub struct Converted<'b> {
    /// Batches, in order of kind and policy.
    pub parts: Vec<Part<'b>>,
    /// One entry a row of the block.
    pub fates: Vec<Fate>,
    /// Rows that cannot be used.
    pub rejects: Vec<Reject>,
}

/// A row as the unique pass sees it: kind, policy, hash of its key and of all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hashes {
    /// Of the key.
    pub key: u128,
    /// Of the whole row.
    pub row: u128,
}

/// Converts the blocks of one feed.
pub struct Converter<'p> {
    pub(super) feed: &'p Feed,
    pub(super) policies: &'p [Policy],
    /// Which rows this pass reads: entities or records.
    pub(super) entities: bool,
    /// The pass that counts the rows of the file and reports those that no pass can read.
    pub(super) counts: bool,
}

impl<'p> Converter<'p> {
    /// For a feed. A pass reads either the entities or the records of it.
    #[must_use]
    pub fn new(feed: &'p Feed, policies: &'p [Policy], entities: bool) -> Converter<'p> {
        let has_records = feed.kinds.iter().any(|kind| !kind.entity);
        Converter { feed, policies, entities, counts: entities != has_records }
    }

    /// Whether rows are told apart by hashes: rows of registers are compared as they are.
    pub(super) fn hashes_rows(&self) -> bool {
        !self.entities
    }

    /// Whether this pass counts the rows of the file.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.counts
    }

    /// Converts a block of a file.
    ///
    /// `keep` decides about each row that could be read, by kind, policy, hashes (where rows of the
    /// kind are unique) and row of the block: it counts, is a copy, or is rejected. Rows without hashes (of registers, and of
    /// kinds that need not be unique) have the same fate; it may be asked about one of them only.
    pub fn convert<'b>(
        &self,
        file: &Arc<str>,
        block: &'b RawBlock,
        keep: &mut dyn FnMut(usize, usize, Option<Hashes>, usize) -> Result<Fate, Reason>,
    ) -> Converted<'b>
    where
        'p: 'b,
    {
        let row_count = block.row_count();
        let mut out = Converted { fates: vec![Fate::Skipped; row_count], ..Converted::default() };
        if self.counts {
            out.rejects.extend(block.broken.iter().enumerate().map(|(at, broken)| Reject {
                file: Arc::clone(file),
                line: broken.line,
                // Behind those that could be cut.
                row: block.row_of_file(row_count + at),
                column: Arc::from(broken.reason.column().unwrap_or("")),
                value: broken.value.clone(),
                reason: broken.reason.clone(),
            }));
        }
        if let Some(columns) = &block.columns {
            return self.convert_typed(file, block, columns, out, keep);
        }
        let of_row = self.kinds_of_rows(file, block, &mut out);
        for (at, kind) in self.feed.kinds.iter().enumerate().filter(|(_, kind)| kind.entity == self.entities) {
            for (policy_at, plan) in kind.plans.iter().enumerate() {
                let (Some(plan), Some(policy)) = (plan, self.policies.get(policy_at)) else { continue };
                let mut part = PartBuilder::new(plan, policy);
                for row in (0..row_count).filter(|row| of_row.get(*row) == Some(&Some(at))) {
                    let line = block.lines.get(row).copied().unwrap_or(0);
                    let fate = match part.read(plan, block, row) {
                        Err((column, value, reason)) => {
                            let file = Arc::clone(file);
                            out.rejects.push(Reject {
                                file,
                                line,
                                row: block.row_of_file(row),
                                column,
                                value: excerpt(&value),
                                reason,
                            });
                            Fate::Rejected
                        }
                        Ok(cells) => match keep(
                            at,
                            policy_at,
                            self.hashes_rows().then(|| cells.hashes(plan, block, row)).flatten(),
                            row,
                        ) {
                            Ok(fate) => {
                                if fate == Fate::Used {
                                    part.push(&cells, row);
                                }
                                fate
                            }
                            Err(reason) => {
                                let (column, value) = shown_key(plan, block, row, self.feed);
                                let file = Arc::clone(file);
                                out.rejects.push(Reject {
                                    file,
                                    line,
                                    row: block.row_of_file(row),
                                    column,
                                    value: excerpt(&value),
                                    reason,
                                });
                                Fate::Rejected
                            }
                        },
                    };
                    if let Some(slot) = out.fates.get_mut(row) {
                        // Policies may read a row differently: it is rejected if one of them cannot use it.
                        *slot = (*slot).max(fate);
                    }
                }
                if part.builder.row_count() > 0 {
                    let PartBuilder { builder, rows } = part;
                    out.parts.push(Part {
                        policy: policy_at,
                        kind: at,
                        batch: Arc::new(builder.finish()),
                        rows: Arc::new(rows),
                    });
                }
            }
        }
        out
    }

    /// The kind of each row; `None`: it is not read in this pass, or rejected.
    fn kinds_of_rows(&self, file: &Arc<str>, block: &RawBlock, out: &mut Converted<'_>) -> Vec<Option<usize>> {
        let Some((column, values)) = &self.feed.kind_column else {
            // No kind at all: the manifest was refused before anything is read.
            return vec![(!self.feed.kinds.is_empty()).then_some(0); block.row_count()];
        };
        (0..block.row_count())
            .map(|row| {
                let value = block.cell(row, *column);
                if let Some(kind) = values.get(value.trim()) {
                    return *kind;
                }
                if self.counts {
                    let column = self.feed.wanted.get(*column).map_or("", |wanted| wanted.name.as_str());
                    out.rejects.push(Reject {
                        file: Arc::clone(file),
                        line: block.lines.get(row).copied().unwrap_or(0),
                        row: block.row_of_file(row),
                        column: Arc::from(column),
                        value: excerpt(value),
                        reason: Reason::NotKind,
                    });
                    if let Some(fate) = out.fates.get_mut(row) {
                        *fate = Fate::Rejected;
                    }
                }
                None
            })
            .collect()
    }
}

/// Column and value that stand for a row that conflicts with another of its key.
pub(super) fn shown_key(plan: &RowPlan, block: &RawBlock, row: usize, feed: &Feed) -> (Arc<str>, String) {
    let parts = plan.unique.as_deref().unwrap_or(&[]);
    let cell = |part: &KeyPart| -> (Arc<str>, Cow<'_, str>) {
        match part {
            KeyPart::Field(at) => match plan.fields.get(*at) {
                Some(FieldPlan { from: Feeder::Column(column), column: name, .. }) => {
                    (Arc::clone(name), block.text(row, *column))
                }
                Some(FieldPlan { from: Feeder::Joined(at), column: name, .. }) => {
                    (Arc::clone(name), Cow::Borrowed(block.joined_text(row, *at)))
                }
                _ => (Arc::from(""), Cow::Borrowed("")),
            },
            KeyPart::Column(column) => {
                let name = feed.wanted.get(*column).map_or("", |wanted| wanted.name.as_str());
                (Arc::from(name), block.text(row, *column))
            }
        }
    };
    match parts {
        [part] => {
            let (name, value) = cell(part);
            (name, value.into_owned())
        }
        parts => {
            let cells: Vec<(Arc<str>, Cow<'_, str>)> = parts.iter().map(cell).collect();
            let names: Vec<&str> = cells.iter().map(|(name, _)| name.as_ref()).collect();
            let values: Vec<&str> = cells.iter().map(|(_, value)| value.as_ref()).collect();
            (Arc::from(names.join(";")), values.join(";"))
        }
    }
}

/// The typed cells of one row.
struct RowCells<'c> {
    cells: Vec<Cell<'c>>,
    since: Cell<'c>,
    until: Cell<'c>,
}

impl RowCells<'_> {
    fn hashes(&self, plan: &RowPlan, block: &RawBlock, row: usize) -> Option<Hashes> {
        let parts = plan.unique.as_ref()?;
        let mut key = RowHash::new();
        for part in parts {
            match part {
                KeyPart::Field(at) => self.cells.get(*at).unwrap_or(&Cell::Missing).add_to(&mut key),
                KeyPart::Column(column) => key.part(9, block.cell(row, *column).as_bytes()),
            }
        }
        let mut whole = RowHash::new();
        for cell in self.cells.iter().chain([&self.since, &self.until]) {
            cell.add_to(&mut whole);
        }
        Some(Hashes { key: key.finish(), row: whole.finish() })
    }
}

struct PartBuilder {
    builder: BatchBuilder,
    rows: Vec<u32>,
}

type CellFault = (Arc<str>, String, Reason);

impl PartBuilder {
    fn new(plan: &RowPlan, policy: &Policy) -> PartBuilder {
        let kind = &policy.kinds[plan.kind];
        let fields = kind.fields.iter().map(|field| (field, true));
        let lifetimes = (plan.since.is_some(), plan.until.is_some());
        PartBuilder { builder: BatchBuilder::new(plan.kind, fields, lifetimes), rows: Vec::new() }
    }

    fn read<'c>(&self, plan: &'c RowPlan, block: &'c RawBlock, row: usize) -> Result<RowCells<'c>, CellFault> {
        let mut cells = Vec::with_capacity(plan.fields.len());
        for field in &plan.fields {
            let text = match &field.from {
                Feeder::Column(column) => block.cell(row, *column),
                Feeder::Constant(text) => text,
                Feeder::Joined(at) if block.is_unclear(row, *at) => {
                    let text = block.joined_text(row, *at).to_owned();
                    return Err((Arc::clone(&field.column), text, Reason::Unclear));
                }
                Feeder::Joined(at) => block.joined_text(row, *at),
            };
            let cell = match field.conversion.read(text) {
                Ok(cell) if cell.is_missing() && !field.optional => Err(Reason::Missing),
                other => other,
            };
            cells.push(cell.map_err(|reason| (Arc::clone(&field.column), text.to_owned(), reason))?);
        }
        let day = |column: &Option<(usize, Arc<str>)>| {
            let Some((at, name)) = column else { return Ok(Cell::Missing) };
            let text = block.cell(row, *at);
            plan.day.read(text).map_err(|reason| (Arc::clone(name), text.to_owned(), reason))
        };
        let row = RowCells { cells, since: day(&plan.since)?, until: day(&plan.until)? };
        let is_blank = |at: usize| row.cells.get(at).is_none_or(Cell::is_blank);
        match plan.without_assessor(is_blank) {
            Some((column, reason)) => Err((column, String::new(), reason)),
            None => Ok(row),
        }
    }

    fn push(&mut self, row: &RowCells<'_>, at: usize) {
        self.builder.push(&row.cells, &row.since, &row.until);
        self.rows.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
}
