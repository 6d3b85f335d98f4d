//! Records that end before they start: they are used, as if they ended where they start, and counted.

use super::cells::moment_cell;
use super::rows::{Converted, Fate};
use crate::model::Policy;
use std::collections::BTreeSet;

/// Number of rows that are used although they end before they start.
pub(super) fn reversed_rows(policies: &[Policy], converted: &Converted<'_>) -> u64 {
    let mut found: BTreeSet<u32> = BTreeSet::new();
    for part in &converted.parts {
        let kind = policies.get(part.policy).and_then(|policy| policy.kinds.get(part.batch.kind));
        let Some((at, end)) = kind.and_then(|kind| kind.at.zip(kind.end)) else { continue };
        let column = |field: crate::model::FieldId| part.batch.columns.get(crate::model::Id::index(field))?.as_ref();
        let Some((at, end)) = column(at).zip(column(end)) else { continue };
        for (row, in_block) in part.rows.iter().enumerate() {
            let Some((start, end)) = moment_cell(at, row).zip(moment_cell(end, row)) else { continue };
            let is_used = converted.fates.get(*in_block as usize) == Some(&Fate::Used);
            if is_used && end.latest() < start.earliest() {
                found.insert(*in_block);
            }
        }
    }
    found.len() as u64
}
