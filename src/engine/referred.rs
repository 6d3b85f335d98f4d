//! By which fields the keys of records are referred to, where several fields may: so that a key without a record can be told with
//! the fields that hold it.

use super::registers::{Registers, Store};
use super::resolve::references;
use super::table::EMPTY;
use crate::model::{FieldId, IdVec, KindId, Policy, Role};
use serde::{Deserialize, Serialize};

/// Fields of records that are told apart; those beyond share the last mark.
const MARKS_MAX: usize = 32;

/// For each kind of records and each of its keys, a bit for each field of records that refers to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Referred {
    marks: IdVec<KindId, Vec<u32>>,
}

/// The fields that refer to a kind, in order of kinds and fields.
fn referring(policy: &Policy, target: KindId) -> Vec<(KindId, FieldId)> {
    let kinds = policy.kinds.entries();
    let fields = kinds.flat_map(|(kind, decl)| references(decl).map(move |(field, to)| (kind, field, to)));
    fields.filter(|(.., to)| *to == target).map(|(kind, field, _)| (kind, field)).collect()
}

fn mark(at: usize) -> u32 {
    1 << at.min(MARKS_MAX - 1)
}

impl Referred {
    pub(super) fn new(policy: &Policy) -> Referred {
        Referred { marks: policy.kinds.iter().map(|_| Vec::new()).collect() }
    }

    /// Rows of a kind refer to these keys by a field. Nothing is kept of a kind to which one field alone refers.
    pub(super) fn note(&mut self, policy: &Policy, (kind, field): (KindId, FieldId), target: KindId, ids: &[u32]) {
        if policy.kinds.get(target).is_none_or(|target| target.role != Role::Record) {
            return;
        }
        let fields = referring(policy, target);
        let Some(at) = fields.iter().position(|found| *found == (kind, field)).filter(|_| fields.len() > 1) else {
            return;
        };
        let (marks, mark) = (&mut self.marks[target], mark(at));
        for id in ids.iter().copied().filter(|id| *id != EMPTY) {
            add(marks, id, mark);
        }
    }

    /// Takes in the marks of another ledger, whose keys have these ids here.
    pub(super) fn merge(&mut self, other: &Referred, ids: &IdVec<KindId, Vec<u32>>) {
        for (kind, theirs) in other.marks.entries() {
            for (id, mark) in ids[kind].iter().zip(theirs).filter(|(_, mark)| **mark != 0) {
                add(&mut self.marks[kind], *id, *mark);
            }
        }
    }

    /// The fields by which rows of records and registers refer to one of these keys, ascending, of a kind.
    pub(super) fn by(
        &self,
        policy: &Policy,
        registers: &Registers,
        target: KindId,
        keys: &[u32],
    ) -> Vec<(KindId, FieldId)> {
        let fields = referring(policy, target);
        if fields.len() < 2 {
            return fields;
        }
        let marks = &self.marks[target];
        let all = keys.iter().filter_map(|id| marks.get(*id as usize)).fold(0, |all, mark| all | mark);
        let refers = |(at, (kind, field)): &(usize, (KindId, FieldId))| match registers.store(*kind) {
            Store::Register { table, .. } => (0u32..)
                .take(table.len())
                .any(|row| table.reference(row, *field).is_some_and(|id| keys.binary_search(&id).is_ok())),
            _ => all & mark(*at) != 0,
        };
        fields.into_iter().enumerate().filter(refers).map(|(_, field)| field).collect()
    }
}

fn add(marks: &mut Vec<u32>, id: u32, mark: u32) {
    let at = id as usize;
    if marks.len() <= at {
        marks.resize(at + 1, 0);
    }
    if let Some(slot) = marks.get_mut(at) {
        *slot |= mark;
    }
}
