//! Key dictionaries: texts with dense ids.

use super::index::Index;
use super::numbered::Numbered;
use super::table::EMPTY;
use hashbrown::DefaultHashBuilder;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::hash::BuildHasher;
use std::sync::OnceLock;

/// Keys of one kind, with dense ids in order of arrival. Ids never order anything.
///
/// All keys stand after each other in one text, so that a key costs its bytes and a few more.
#[derive(Clone, Default)]
pub struct Keys {
    text: String,
    places: Places,
    ids: Ids,
    hasher: DefaultHashBuilder,
    /// The ids in order of the keys, once somebody asked for them.
    sorted: OnceLock<Vec<u32>>,
}

/// How ids are found.
#[derive(Clone, Default)]
enum Ids {
    /// By halving: the keys ascend, as those of a register mostly do, and few were asked for.
    #[default]
    Ascending,
    /// By the hashes of the keys.
    Hashed(Index),
    /// By the numbers in which the keys end.
    Numbered(Box<Numbered>),
}

/// Where keys stand in the text that holds them after each other.
#[derive(Clone, Serialize, Deserialize)]
enum Places {
    /// As ids mostly are: all of one length, so that a place is computed.
    Alike { length: usize, count: usize },
    /// Where each ends.
    Each(Vec<usize>),
}

impl Default for Places {
    fn default() -> Places {
        Places::Alike { length: 0, count: 0 }
    }
}

impl Places {
    fn len(&self) -> usize {
        match self {
            Places::Alike { count, .. } => *count,
            Places::Each(ends) => ends.len(),
        }
    }

    #[inline]
    fn range(&self, id: u32) -> std::ops::Range<usize> {
        let at = id as usize;
        match self {
            Places::Alike { length, count } if at < *count => at * length..(at + 1) * length,
            Places::Alike { .. } => 0..0,
            Places::Each(ends) => {
                let start = at.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
                start.zip(ends.get(at)).map_or(0..0, |(start, end)| start..*end)
            }
        }
    }

    /// A key of so many bytes stands behind the others.
    fn push(&mut self, bytes: usize) {
        match self {
            Places::Alike { length, count } if *count == 0 || *length == bytes => {
                *length = bytes;
                *count += 1;
            }
            Places::Alike { length, count } => {
                let mut ends: Vec<usize> = (1..=*count).map(|at| at * *length).collect();
                ends.push(*count * *length + bytes);
                *self = Places::Each(ends);
            }
            Places::Each(ends) => ends.push(ends.last().copied().unwrap_or(0) + bytes),
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.len()).map(|id| self.key(u32::try_from(id).unwrap_or(EMPTY)))).finish()
    }
}

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.places).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
        let (text, places) = Deserialize::deserialize(deserializer)?;
        let mut keys = Keys { text, places, ..Keys::default() };
        keys.index(keys.len());
        Ok(keys)
    }
}

impl Keys {
    /// The id of a key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<u32> {
        let key = key.as_bytes();
        match &self.ids {
            Ids::Ascending => self.find_halving(key),
            Ids::Hashed(index) => self.find_hashed(index, key, self.hasher.hash_one(key)),
            Ids::Numbered(numbered) => numbered.find(key, &self.hasher),
        }
    }

    fn find_halving(&self, key: &[u8]) -> Option<u32> {
        let (mut low, mut high) = (0, u32::try_from(self.len()).unwrap_or(EMPTY));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.bytes(middle).cmp(key) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => high = middle,
            }
        }
        None
    }

    #[inline]
    fn find_hashed(&self, index: &Index, key: &[u8], hash: u64) -> Option<u32> {
        index.find(hash, |id| same(self.bytes(id), key))
    }

    /// The ids of many keys at once: for each row with a text, its id or `unknown` where no key is equal.
    ///
    /// Faster than one after the other: the look-ups of several rows wait for memory together.
    pub fn find_each<'t>(&self, text: impl Fn(usize) -> Option<&'t [u8]>, unknown: u32, ids: &mut [u32]) {
        match &self.ids {
            Ids::Ascending => each(text, ids, |key| self.find_halving(key).unwrap_or(unknown)),
            Ids::Hashed(index) => self.find_each_hashed(index, text, unknown, ids),
            Ids::Numbered(numbered) => each(text, ids, |key| numbered.find(key, &self.hasher).unwrap_or(unknown)),
        }
    }

    fn find_each_hashed<'t>(
        &self,
        index: &Index,
        text: impl Fn(usize) -> Option<&'t [u8]>,
        unknown: u32,
        ids: &mut [u32],
    ) {
        /// Rows that are looked up together.
        const TOGETHER: usize = 32;
        let mut asked: [(&[u8], u64); TOGETHER] = [(&[], 0); TOGETHER];
        for (part, ids) in ids.chunks_mut(TOGETHER).enumerate() {
            let mut filled = 0u32;
            for (at, (key, hash)) in asked.iter_mut().enumerate().take(ids.len()) {
                if let Some(text) = text(part * TOGETHER + at) {
                    (*key, *hash) = (text, self.hasher.hash_one(text));
                    filled |= 1 << at;
                }
            }
            let is_filled = |at: usize| filled & 1 << at != 0;
            // First whom the hash alone names, then whether it is the one.
            for ((at, id), (_, hash)) in ids.iter_mut().enumerate().zip(&asked) {
                if is_filled(at) {
                    *id = index.find(*hash, |_| true).unwrap_or(unknown);
                }
            }
            for ((at, id), (key, hash)) in ids.iter_mut().enumerate().zip(&asked) {
                if is_filled(at) && *id != unknown && !same(self.bytes(*id), key) {
                    *id = self.find_hashed(index, key, *hash).unwrap_or(unknown);
                }
            }
        }
    }

    /// The id of a key, new if need be.
    pub fn intern(&mut self, key: &str) -> u32 {
        if let Ids::Ascending = self.ids {
            let last = self.len().checked_sub(1).and_then(|last| u32::try_from(last).ok());
            match last.map_or(Ordering::Less, |last| self.bytes(last).cmp(key.as_bytes())) {
                Ordering::Less => return self.push(key),
                Ordering::Equal => return last.unwrap_or(EMPTY),
                Ordering::Greater => {}
            }
        }
        let hash = self.hasher.hash_one(key.as_bytes());
        if let Ids::Hashed(index) = &self.ids
            && let Some(id) = self.find_hashed(index, key.as_bytes(), hash)
        {
            return id;
        }
        if !matches!(self.ids, Ids::Hashed(_)) {
            self.index(self.len().saturating_mul(2));
            return self.intern(key);
        }
        let id = self.push(key);
        if !matches!(&self.ids, Ids::Hashed(index) if index.has_room()) {
            self.index(self.len().saturating_mul(2));
        } else if let Ids::Hashed(index) = &mut self.ids {
            index.insert(hash, id);
        }
        id
    }

    fn push(&mut self, key: &str) -> u32 {
        let id = u32::try_from(self.len()).unwrap_or(EMPTY);
        self.text.push_str(key);
        self.places.push(key.len());
        self.sorted.take();
        id
    }

    /// Makes the table of hashes anew, with room for so many. In order of the keys, whose texts are then read one after the other.
    fn index(&mut self, room: usize) {
        let mut index = Index::with_room(room.max(self.len() + 1));
        for id in (0u32..).take(self.len()) {
            index.insert(self.hasher.hash_one(self.bytes(id)), id);
        }
        self.ids = Ids::Hashed(index);
    }

    /// The same keys, of which no more will come: found by their numbers, if these say where they are.
    #[must_use]
    pub fn settled(mut self) -> Keys {
        self.text.shrink_to_fit();
        // What was sorted to give them their order is not needed any more.
        self.sorted.take();
        let keys = (0u32..).take(self.len()).map(|id| bytes_in(&self.text, &self.places, id));
        match Numbered::of(keys, self.len(), &self.hasher) {
            Some(numbered) => self.ids = Ids::Numbered(Box::new(numbered)),
            None if matches!(self.ids, Ids::Ascending) => self.index(self.len()),
            None => {}
        }
        self
    }

    #[inline]
    fn bytes(&self, id: u32) -> &[u8] {
        bytes_in(&self.text, &self.places, id)
    }

    /// The key of an id.
    #[must_use]
    pub fn key(&self, id: u32) -> &str {
        key_in(&self.text, &self.places, id)
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.len() == 0
    }

    /// All ids, ordered by the bytes of their keys.
    #[must_use]
    pub fn sorted(&self) -> &[u32] {
        self.sorted.get_or_init(|| {
            let ids = (0u32..).take(self.len());
            if matches!(self.ids, Ids::Ascending) || ids.clone().is_sorted_by(|a, b| self.bytes(*a) <= self.bytes(*b)) {
                return ids.collect();
            }
            // Most keys differ in their first bytes.
            let mut ids: Vec<(u128, u32)> = ids.map(|id| (first_bytes(self.bytes(id)), id)).collect();
            ids.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.bytes(a.1).cmp(self.bytes(b.1))));
            ids.into_iter().map(|(_, id)| id).collect()
        })
    }
}

/// The first bytes of a key as a number: of two keys the one with the smaller number comes first.
fn first_bytes(key: &[u8]) -> u128 {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(key).for_each(|(byte, of_key)| *byte = *of_key);
    u128::from_be_bytes(bytes)
}

/// Looks up the text of each row that has one.
fn each<'t>(text: impl Fn(usize) -> Option<&'t [u8]>, ids: &mut [u32], find: impl Fn(&[u8]) -> u32) {
    for (row, id) in ids.iter_mut().enumerate() {
        if let Some(key) = text(row) {
            *id = find(key);
        }
    }
}

#[inline]
fn bytes_in<'k>(text: &'k str, places: &Places, id: u32) -> &'k [u8] {
    text.as_bytes().get(places.range(id)).unwrap_or(&[])
}

fn key_in<'k>(text: &'k str, places: &Places, id: u32) -> &'k str {
    text.get(places.range(id)).unwrap_or("")
}

/// Whether two keys are equal: they are short, so that a call costs more than the comparison.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    let (ones, one_rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    one.len() == other.len()
        && ones.iter().zip(others).all(|(one, other)| u64::from_le_bytes(*one) == u64::from_le_bytes(*other))
        && one_rest.iter().zip(other_rest).all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_length_and_of_several_are_found() {
        for texts in [
            (0..500).map(|n| format!("k{n:05}")).collect::<Vec<_>>(),
            (0..500).map(|n| format!("{n}")).collect(),
            vec![String::new(), "甲".to_owned(), "12345678".to_owned(), "123456789abcdefgh".to_owned()],
        ] {
            let mut keys = Keys::default();
            let ids: Vec<u32> = texts.iter().map(|text| keys.intern(text)).collect();
            assert_eq!(ids, (0..u32::try_from(texts.len()).unwrap()).collect::<Vec<_>>());
            let again: Keys = postcard::from_bytes(&postcard::to_stdvec(&keys).unwrap()).unwrap();
            let settled = keys.clone().settled();
            for keys in [&keys, &again, &settled] {
                for (id, text) in ids.iter().zip(&texts) {
                    assert_eq!((keys.find(text), keys.key(*id)), (Some(*id), text.as_str()));
                }
                let asked: Vec<&[u8]> = texts.iter().map(String::as_bytes).chain([&b"k9999x"[..]]).collect();
                let mut found = vec![EMPTY; asked.len()];
                keys.find_each(|row| asked.get(row).copied(), 77, &mut found);
                assert_eq!(found, ids.iter().copied().chain([77]).collect::<Vec<_>>());
                assert_eq!((keys.find("k9999x"), keys.key(9999)), (None, ""));
                let mut sorted = ids.clone();
                sorted.sort_by_key(|id| keys.key(*id));
                assert_eq!(keys.sorted(), sorted);
            }
        }
    }
}
