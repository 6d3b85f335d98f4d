//! Which subjects of registers may lie in a part of a tree, on any day: what a policy of the part need not look beyond.

use super::{Registers, Store};
use crate::model::{FieldId, KindId, Part, Policy, Type};

impl Registers {
    /// By id, whether some version of a subject leads into a part by some version of what it refers to; `None` where no register
    /// says so, or the kind does not lead there.
    #[must_use]
    pub fn may_lie_in(&self, policy: &Policy, part: &Part, kind: KindId) -> Option<Vec<bool>> {
        self.members(policy, part, kind, part.ways.get(&kind)?)
    }

    fn members(&self, policy: &Policy, part: &Part, kind: KindId, way: &[FieldId]) -> Option<Vec<bool>> {
        let Store::Register { keys, table, versions } = self.store(kind) else { return None };
        let rows_of = |id: u32| versions.of(id).map(|version| version.row);
        let ids = || (0u32..).take(versions.subject_count());
        let Some((field, rest)) = way.split_first() else {
            let mut found = vec![false; versions.subject_count()];
            for id in part.keys.iter().filter_map(|key| keys.find(key)) {
                set(&mut found, id);
            }
            let Some(parent) = policy.kinds[kind].parent else { return Some(found) };
            // Below: until a pass over all adds nothing.
            loop {
                let above =
                    |id: &u32| rows_of(*id).any(|row| table.reference(row, parent).is_some_and(|up| is(&found, up)));
                let more: Vec<u32> = ids().filter(|id| !is(&found, *id) && above(id)).collect();
                if more.is_empty() {
                    return Some(found);
                }
                more.into_iter().for_each(|id| set(&mut found, id));
            }
        };
        let Type::Ref(next) = policy.kinds[kind].fields.get(*field)?.ty else { return None };
        let targets = self.members(policy, part, next, rest)?;
        let leads = |id: u32| rows_of(id).any(|row| table.reference(row, *field).is_some_and(|to| is(&targets, to)));
        Some(ids().map(leads).collect())
    }

    /// The subjects of a part's kind that lie in it or above it, on any day.
    #[must_use]
    pub fn around(&self, policy: &Policy, part: &Part) -> Vec<u32> {
        let Some(mut found) = self.members(policy, part, part.kind, &[]) else { return Vec::new() };
        if let (Some(parent), Store::Register { keys, .. }) = (policy.kinds[part.kind].parent, self.store(part.kind)) {
            let mut above: Vec<u32> = part.keys.iter().filter_map(|key| keys.find(key)).collect();
            while let Some(id) = above.pop() {
                for up in self.parents(part.kind, parent, id).filter(|up| !is(&found, *up)).collect::<Vec<_>>() {
                    set(&mut found, up);
                    above.push(up);
                }
            }
        }
        (0u32..).zip(found).filter(|(_, inside)| *inside).map(|(id, _)| id).collect()
    }

    /// The most levels below the top of a part, in a kind with a `parent`.
    #[must_use]
    pub fn deepest_below(&self, policy: &Policy, part: &Part) -> Option<usize> {
        let parent = policy.kinds[part.kind].parent?;
        let Store::Register { keys, versions, .. } = self.store(part.kind) else { return None };
        let mut level: Vec<u32> = part.keys.iter().filter_map(|key| keys.find(key)).collect();
        let mut seen = vec![false; versions.subject_count()];
        level.iter().for_each(|id| set(&mut seen, *id));
        let mut levels = 0;
        loop {
            let below =
                |id: &u32| !is(&seen, *id) && self.parents(part.kind, parent, *id).any(|up| level.contains(&up));
            let next: Vec<u32> = (0u32..).take(versions.subject_count()).filter(below).collect();
            if next.is_empty() {
                return Some(levels);
            }
            next.iter().for_each(|id| set(&mut seen, *id));
            (level, levels) = (next, levels + 1);
        }
    }

    /// Subjects of a kind with those above them, in any version; none where the kind has no `parent`.
    #[must_use]
    pub fn with_parents(&self, policy: &Policy, kind: KindId) -> Vec<(u32, u32)> {
        let (Some(parent), Store::Register { versions, .. }) = (policy.kinds[kind].parent, self.store(kind)) else {
            return Vec::new();
        };
        let ids = (0u32..).take(versions.subject_count());
        ids.flat_map(|id| self.parents(kind, parent, id).map(move |up| (id, up))).collect()
    }

    fn parents(&self, kind: KindId, parent: FieldId, id: u32) -> impl Iterator<Item = u32> + '_ {
        let found = match self.store(kind) {
            Store::Register { table, versions, .. } => Some((table, versions.of(id))),
            _ => None,
        };
        found.into_iter().flat_map(move |(table, of)| of.filter_map(move |v| table.reference(v.row, parent)))
    }
}

fn is(found: &[bool], id: u32) -> bool {
    found.get(id as usize) == Some(&true)
}

fn set(found: &mut [bool], id: u32) {
    if let Some(slot) = found.get_mut(id as usize) {
        *slot = true;
    }
}
