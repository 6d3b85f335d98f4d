//! Rows that end before they start: they are used and counted. A record is as if it ended where it starts, a waiver or a
//! stand-in holds on no day.

use super::cells::moment_cell;
use super::rows::{Converted, Fate};
use crate::model::{FieldId, Id, KindId, Policy};
use std::collections::BTreeSet;

/// Number of rows that are used although they end before they start.
pub(super) fn reversed_rows(policies: &[Policy], converted: &Converted<'_>) -> u64 {
    let mut found: BTreeSet<u32> = BTreeSet::new();
    for part in &converted.parts {
        let Some(policy) = policies.get(part.policy) else { continue };
        for (start, end) in spans(policy, part.batch.kind) {
            let column = |field: FieldId| part.batch.columns.get(field.index())?.as_ref();
            let Some((start, end)) = column(start).zip(column(end)) else { continue };
            for (row, in_block) in part.rows.iter().enumerate() {
                let Some((start, end)) = moment_cell(start, row).zip(moment_cell(end, row)) else { continue };
                let is_used = converted.fates.get(*in_block as usize) == Some(&Fate::Used);
                if is_used && end.latest() < start.earliest() {
                    found.insert(*in_block);
                }
            }
        }
    }
    found.len() as u64
}

/// The fields of a kind between which something holds: of records that last, of waivers, of stand-ins.
fn spans(policy: &Policy, kind: KindId) -> Vec<(FieldId, FieldId)> {
    let at = policy.kinds.get(kind).and_then(|kind| kind.at);
    let end = policy.kinds.get(kind).and_then(|kind| kind.end);
    let waivers = policy.waivers.iter().filter(|one| one.kind == kind).map(|one| (one.from, one.to));
    let stand_ins = policy.stand_ins.iter().filter(|one| one.kind == kind).map(|one| (one.from, one.to));
    let said = waivers.chain(stand_ins).map(|(from, to)| (from.or(at), to));
    std::iter::once((at, end)).chain(said).filter_map(|(from, to)| from.zip(to)).collect()
}
