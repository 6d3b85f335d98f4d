//! A row of a batch as evidence: where it stands, when it began, what its fields hold.

use super::{Aside, EvidenceRow, FieldCell, GivenCell};
use crate::data::bind::RowPlan;
use crate::data::cells::{cell_text, day_cell, moment_cell};
use crate::data::read::RawBlock;
use crate::diagnostic::Text;
use crate::engine::batch::Batch;
use crate::engine::trace::Trace;
use crate::model::{Day, FieldId, Id, Moment, Policy, Type};
use std::sync::Arc;

/// Where a row stands, and what was given in place of what stands in it.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s> {
    pub file: &'s Arc<str>,
    pub line: u64,
    pub given: &'s [(usize, String)],
}

/// The key of a row.
pub(super) fn key_of(policy: &Policy, batch: &Batch<'_>, row: usize) -> Option<String> {
    let kind = policy.kinds.get(batch.kind)?;
    let key = kind.key?;
    let column = batch.columns.get(key.index())?.as_ref()?;
    cell_text(policy, &kind.fields.get(key)?.ty, column, row)
}

/// The row, with what was found of it.
pub(super) fn evidence_row(
    trace: &Trace<'_>,
    batch: &Batch<'_>,
    row: usize,
    Spot { file, line, given }: Spot<'_>,
    (kept, aside): (Option<bool>, Option<Aside>),
) -> EvidenceRow {
    let policy = trace.policy();
    let moment = moment_of(policy, batch, row);
    let since = batch.since.as_ref().and_then(|column| day_cell(column, row));
    EvidenceRow {
        key: key_of(policy, batch, row).unwrap_or_default(),
        starts: moment.map(Moment::earliest).or(since.map(Day::start)),
        file: Arc::clone(file),
        line,
        at: moment.map(|moment| moment.to_string()).unwrap_or_default(),
        fields: fields_of(trace, batch, row, given),
        kept,
        aside,
    }
}

pub(super) fn moment_of(policy: &Policy, batch: &Batch<'_>, row: usize) -> Option<Moment> {
    let at = policy.kinds.get(batch.kind)?.at?;
    moment_cell(batch.columns.get(at.index())?.as_ref()?, row)
}

/// What was given where a bound stands for it, by position of the field.
pub(super) fn given_cells(plan: &RowPlan, block: &RawBlock, row: usize) -> Vec<(usize, String)> {
    let fields = plan.fields.iter().enumerate().filter(|(_, field)| field.conversion.bounds());
    fields.filter_map(|(at, field)| Some((at, field.bounded(block, row)?))).collect()
}

fn fields_of(trace: &Trace<'_>, batch: &Batch<'_>, row: usize, bounded: &[(usize, String)]) -> Vec<FieldCell> {
    let policy = trace.policy();
    let Some(kind) = policy.kinds.get(batch.kind) else { return Vec::new() };
    let text_of = |id: FieldId| {
        let column = batch.columns.get(id.index())?.as_ref()?;
        cell_text(policy, &kind.fields.get(id)?.ty, column, row)
    };
    let filled = kind.fields.entries().filter_map(|(id, field)| {
        let value = match (text_of(id)?, &field.ty) {
            (value, Type::Bool) if value == "true" => Text::new("yes", "是"),
            (_, Type::Bool) => Text::new("no", "否"),
            (value, _) => Text::new(value.clone(), value),
        };
        let given = field.given.map(|given| GivenCell {
            by: given.by.and_then(text_of),
            written: bounded.iter().find(|(at, _)| *at == id.index()).map(|(_, written)| written.clone()),
        });
        let moment = batch.columns.get(id.index()).and_then(|column| moment_cell(column.as_ref()?, row));
        let late = moment.is_some_and(|moment| trace.is_masked(batch.kind, id, moment));
        Some(FieldCell { name: field.name.clone(), value, given, late })
    });
    filled.collect()
}
