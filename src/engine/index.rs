//! Ids by the hash of their keys.

/// Marks a slot without an id.
const FREE: u64 = u64::MAX;

/// Least number of slots.
const LEAST: usize = 16;

/// A table of ids with open addresses. A slot holds half of the hash beside its id: one look at memory tells which id it is in all
/// likelihood, and the key's text is read to be sure.
#[derive(Clone, Default)]
pub(super) struct Index {
    /// Id in the upper half, half of the hash in the lower. A power of two of them, at least a quarter free; or none.
    slots: Vec<u64>,
    count: usize,
}

impl Index {
    /// With room for so many ids.
    pub(super) fn with_room(ids: usize) -> Index {
        let slots = ids.saturating_mul(4).div_ceil(3).next_power_of_two().max(LEAST);
        Index { slots: vec![FREE; slots], count: 0 }
    }

    /// Whether one more id has room.
    pub(super) fn has_room(&self) -> bool {
        self.count < self.slots.len() - self.slots.len() / 4
    }

    #[inline]
    fn at(&self, slot: usize) -> u64 {
        self.slots.get(slot).copied().unwrap_or(FREE)
    }

    /// The first slot of a hash: its upper bits.
    #[inline]
    fn home(&self, hash: u64) -> usize {
        let bits = self.slots.len().trailing_zeros();
        usize::try_from(hash.checked_shr(64 - bits).unwrap_or(0)).unwrap_or(0)
    }

    /// The first id whose half hash agrees and that `is_it` takes.
    #[inline]
    pub(super) fn find(&self, hash: u64, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let last = self.slots.len().wrapping_sub(1);
        let mut slot = self.home(hash);
        loop {
            let found = self.at(slot);
            if found == FREE {
                return None;
            }
            let id = upper(found);
            if found as u32 == hash as u32 && is_it(id) {
                return Some(id);
            }
            slot = (slot + 1) & last;
        }
    }

    /// Adds an id that is not in yet. INVARIANT (room): the caller saw to it, so that a free slot is always found.
    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        let last = self.slots.len().wrapping_sub(1);
        let mut slot = self.home(hash);
        while self.at(slot) != FREE {
            slot = (slot + 1) & last;
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = u64::from(id) << 32 | hash & u64::from(u32::MAX);
            self.count += 1;
        }
    }
}

#[inline]
fn upper(slot: u64) -> u32 {
    (slot >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_equal_hashes_are_told_apart() {
        assert_eq!(Index::default().find(7, |_| true), None);
        let mut index = Index::with_room(40);
        let hash = |id: u32| if id < 20 { 5 } else { u64::from(id).wrapping_mul(0x9E37_79B9_7F4A_7C15) };
        (0..40).for_each(|id| index.insert(hash(id), id));
        assert!(index.has_room());
        for id in 0..40 {
            assert_eq!(index.find(hash(id), |found| found == id), Some(id));
        }
        assert_eq!(index.find(5, |id| id > 30), None);
        // Behind the last slot comes the first.
        let mut index = Index::with_room(3);
        (0..3).for_each(|id| index.insert(u64::MAX, id));
        assert_eq!(index.find(u64::MAX, |id| id == 2), Some(2));
    }
}
