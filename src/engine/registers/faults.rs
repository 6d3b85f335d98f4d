//! Register rows that cannot be used together with others: overlapping lifetimes, cycles of parents, unknown references.

use super::build::{BatchReject, Pending, Staged};
use crate::engine::batch::{RowFault, RowReject};
use crate::engine::resolve::references;
use crate::model::{Day, FieldId, Id, IdVec, KindId, Policy};
use hashbrown::HashMap;
use std::ops::Range;

fn reject(row: &Pending, field: Option<FieldId>, value: &str, fault: RowFault) -> BatchReject {
    (row.origin.0 as usize, RowReject { row: row.origin.1 as usize, field, value: value.to_owned(), fault })
}

/// Takes out the rows that are marked.
fn take_out(rows: &mut Vec<Pending>, bad: &[bool]) {
    if !bad.contains(&true) {
        return;
    }
    let mut flags = bad.iter();
    rows.retain(|_| flags.next() != Some(&true));
}

/// Rows whose lifetime overlaps that of another row with their key. The rows stand by key, then `since`.
pub(super) fn reject_overlaps(
    policy: &Policy,
    staged: &Staged,
    rows: &mut Vec<Pending>,
    rejects: &mut Vec<BatchReject>,
) {
    let mut bad = vec![false; rows.len()];
    let mut start = 0;
    for group in rows.chunk_by(|a, b| a.kind == b.kind && a.key == b.key) {
        // Every row that overlaps another is bad, whichever came first in the file.
        let mut widest: Option<(Day, usize)> = None;
        for (at, row) in (start..).zip(group) {
            if let Some((until, holder)) = widest
                && row.since <= until
            {
                for index in [at, holder] {
                    if let Some(flag) = bad.get_mut(index) {
                        *flag = true;
                    }
                }
            }
            if widest.is_none_or(|(until, _)| row.until > until) {
                widest = Some((row.until, at));
            }
        }
        start += group.len();
    }
    for (row, _) in rows.iter().zip(&bad).filter(|(_, bad)| **bad) {
        rejects.push(reject(row, policy.kinds[row.kind].key, staged.key(row), RowFault::Lifetime));
    }
    take_out(rows, &bad);
}

/// Rows that refer to a subject of a register that has no row, until no row does.
pub(super) fn reject_unknown(
    policy: &Policy,
    staged: &Staged,
    rows: &mut Vec<Pending>,
    rejects: &mut Vec<BatchReject>,
) {
    loop {
        let mut known: Vec<Vec<bool>> = staged.names.iter().map(|names| vec![false; names.len()]).collect();
        for row in rows.iter() {
            if let Some(slot) = known.get_mut(row.kind.index()).and_then(|kind| kind.get_mut(row.key as usize)) {
                *slot = true;
            }
        }
        let is_known =
            |kind: KindId, name: u32| known.get(kind.index()).and_then(|kind| kind.get(name as usize)) == Some(&true);
        let to_registers = |kind: KindId| {
            let is_register = |(_, target): &(FieldId, KindId)| staged.registered.get(target.index()) == Some(&true);
            references(&policy.kinds[kind]).filter(is_register).collect::<Vec<_>>()
        };
        let to_registers: IdVec<KindId, Vec<(FieldId, KindId)>> = policy.kinds.ids().map(to_registers).collect();
        let is_missing = |row: &Pending, field: FieldId, target: KindId| {
            staged.reference(row, field).filter(|name| !is_known(target, *name))
        };
        let mut bad = vec![false; rows.len()];
        let mut any = false;
        for (row, flag) in rows.iter().zip(&mut bad) {
            let missing = to_registers[row.kind].iter().find_map(|(field, target)| {
                Some((*field, staged.names[*target].key(is_missing(row, *field, *target)?)))
            });
            if let Some((field, text)) = missing {
                rejects.push(reject(row, Some(field), text, RowFault::UnknownReference));
                (*flag, any) = (true, true);
            }
        }
        if !any {
            return;
        }
        take_out(rows, &bad);
    }
}

/// Rows whose line of parents leads back to themselves while they live. The rows stand by key.
pub(super) fn reject_cycles(policy: &Policy, staged: &Staged, rows: &mut Vec<Pending>, rejects: &mut Vec<BatchReject>) {
    let has_parents = |kind: KindId| policy.kinds[kind].parent.is_some();
    if !rows.iter().any(|row| has_parents(row.kind)) {
        return;
    }
    let mut by_key: HashMap<(KindId, u32), Range<usize>> = HashMap::new();
    let mut start = 0;
    for group in rows.chunk_by(|a, b| a.kind == b.kind && a.key == b.key) {
        if let Some(first) = group.first() {
            by_key.insert((first.kind, first.key), start..start + group.len());
        }
        start += group.len();
    }
    // The version above a row that lives together with it.
    let above = |at: usize| {
        let row = rows.get(at)?;
        let parent = policy.kinds[row.kind].parent?;
        let target = references(&policy.kinds[row.kind]).find(|(field, _)| *field == parent)?.1;
        let versions = by_key.get(&(target, staged.reference(row, parent)?))?;
        versions.clone().find(|v| rows.get(*v).is_some_and(|v| v.since <= row.until && row.since <= v.until))
    };
    // 0: not seen, otherwise the walk that saw it first.
    let mut seen = vec![0usize; rows.len()];
    let mut bad = vec![false; rows.len()];
    for start in 0..rows.len() {
        let mut at = Some(start);
        while let Some(row) = at {
            match seen.get(row) {
                Some(0) => {}
                // This walk has come back: everything from here around is a cycle.
                Some(walk) if *walk == start + 1 => {
                    let mut around = row;
                    loop {
                        if let Some(flag) = bad.get_mut(around) {
                            *flag = true;
                        }
                        match above(around) {
                            Some(next) if next != row => around = next,
                            _ => break,
                        }
                    }
                    break;
                }
                _ => break,
            }
            if let Some(mark) = seen.get_mut(row) {
                *mark = start + 1;
            }
            at = above(row);
        }
    }
    for (row, _) in rows.iter().zip(&bad).filter(|(_, bad)| **bad) {
        rejects.push(reject(row, policy.kinds[row.kind].parent, staged.key(row), RowFault::Cycle));
    }
    take_out(rows, &bad);
}
