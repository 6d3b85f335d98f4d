//! Which rows of a kind count where its rows are unique by a key.
//!
//! A first pass notes for every key a hash of its row and the first place; the second pass uses the
//! first of equal rows, leaves out its copies and rejects all rows of a key whose rows differ. Memory
//! grows with the number of keys (about 64 bytes each).

use foldhash::quality::{FixedState, FoldHasher};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use std::hash::{BuildHasher, Hasher};

/// A hash of 128 bits: two rows that differ and share one are not to be expected in any run.
#[derive(Clone)]
pub struct RowHash {
    low: FoldHasher<'static>,
    high: FoldHasher<'static>,
}

impl Default for RowHash {
    fn default() -> RowHash {
        RowHash::new()
    }
}

impl RowHash {
    /// Of nothing.
    #[must_use]
    pub fn new() -> RowHash {
        let half = |seed: u64| FixedState::with_seed(seed).build_hasher();
        RowHash { low: half(0x9E37_79B9_7F4A_7C15), high: half(0xD1B5_4A32_D192_ED03) }
    }

    /// Adds a part. Its tag and length go in too, so that parts do not run together.
    pub fn part(&mut self, tag: u8, bytes: &[u8]) {
        for half in [&mut self.low, &mut self.high] {
            half.write_u8(tag);
            half.write_usize(bytes.len());
            half.write(bytes);
        }
    }

    /// The hash.
    #[must_use]
    pub fn finish(&self) -> u128 {
        u128::from(self.high.finish()) << 64 | u128::from(self.low.finish())
    }
}

/// Place of a row; places go by file, line, row and entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// File, in order of names.
    pub file: u32,
    /// Line on which it starts.
    pub line: u64,
    /// Position among the rows of the file.
    pub row: u64,
    /// Which entry of the manifest reads it.
    pub feed: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    row: u128,
    first: Place,
    differs: bool,
}

/// The rows of one kind, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UniqueRows {
    keys: HashMap<u128, Seen>,
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    Counts,
    /// An equal row stands before it.
    Copy,
    /// Another row of its key differs.
    Conflict,
}

impl UniqueRows {
    /// Notes a row.
    pub fn note(&mut self, key: u128, row: u128, place: Place) {
        let seen = self.keys.entry(key).or_insert(Seen { row, first: place, differs: false });
        seen.differs |= seen.row != row;
        seen.first = seen.first.min(place);
    }

    /// Takes in what another pass over other rows noted. Associative and commutative.
    pub fn merge(&mut self, other: UniqueRows) {
        if self.keys.is_empty() {
            *self = other;
            return;
        }
        for (key, seen) in other.keys {
            match self.keys.entry(key) {
                hashbrown::hash_map::Entry::Occupied(mut own) => {
                    let own = own.get_mut();
                    own.differs |= seen.differs || own.row != seen.row;
                    own.first = own.first.min(seen.first);
                }
                hashbrown::hash_map::Entry::Vacant(slot) => {
                    slot.insert(seen);
                }
            }
        }
    }

    /// What becomes of a row that was noted.
    #[must_use]
    pub fn standing(&self, key: u128, place: Place) -> Standing {
        match self.keys.get(&key) {
            Some(seen) if seen.differs => Standing::Conflict,
            Some(seen) if seen.first != place => Standing::Copy,
            _ => Standing::Counts,
        }
    }

    /// Takes in the rows of earlier runs: they stand before all of these. Gives the place of a row of this run that differs
    /// from one that an earlier run has counted.
    pub fn carry(&mut self, earlier: &UniqueRows) -> Option<Place> {
        let mut contradicts: Option<Place> = None;
        for (key, seen) in &earlier.keys {
            let before = Seen { first: Place::default(), ..seen.clone() };
            match self.keys.entry(*key) {
                hashbrown::hash_map::Entry::Occupied(mut own) => {
                    let own = own.get_mut();
                    if !seen.differs && (own.differs || own.row != seen.row) {
                        contradicts = Some(contradicts.map_or(own.first, |first| first.min(own.first)));
                    }
                    *own = Seen { differs: seen.differs || own.differs, ..before };
                }
                hashbrown::hash_map::Entry::Vacant(slot) => {
                    slot.insert(before);
                }
            }
        }
        contradicts
    }

    /// Number of keys that both hold.
    #[must_use]
    pub fn shared_with(&self, other: &UniqueRows) -> usize {
        self.keys.keys().filter(|key| other.keys.contains_key(*key)).count()
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether no row was noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_rows_and_parts_leaves_no_trace() {
        let at = |file, line| Place { file, line, row: line, feed: 0 };
        let rows = [(1, 10, at(1, 5)), (1, 10, at(0, 9)), (2, 20, at(0, 1)), (2, 21, at(0, 2)), (3, 30, at(2, 2))];
        let mut forward = UniqueRows::default();
        rows.iter().for_each(|(key, row, place)| forward.note(*key, *row, *place));
        let mut parts: Vec<UniqueRows> = Vec::new();
        for (key, row, place) in rows.iter().rev() {
            let mut part = UniqueRows::default();
            part.note(*key, *row, *place);
            parts.push(part);
        }
        let mut merged = UniqueRows::default();
        parts.into_iter().for_each(|part| merged.merge(part));
        for (key, _, place) in rows {
            assert_eq!(forward.standing(key, place), merged.standing(key, place));
        }
        assert_eq!(merged.standing(1, at(0, 9)), Standing::Counts);
        assert_eq!(merged.standing(1, at(1, 5)), Standing::Copy);
        assert_eq!(merged.standing(2, at(0, 1)), Standing::Conflict);
        assert_eq!(merged.standing(3, at(2, 2)), Standing::Counts);
    }

    #[test]
    fn parts_do_not_run_together() {
        let of = |parts: &[&str]| {
            let mut hash = RowHash::new();
            parts.iter().for_each(|part| hash.part(1, part.as_bytes()));
            hash.finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["a", ""]), of(&["a"]));
        assert_eq!(of(&["a", "b"]), of(&["a", "b"]));
    }
}
