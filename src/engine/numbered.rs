//! Keys that end in running numbers, found without a look at the keys themselves.
//!
//! Most registers number what they hold: a village and a serial number, a year and a case. Then what stands before the number says
//! in which list to look, and the number where. A key that is found is equal to the one that was asked for, because its
//! beginning was compared and its number is written in as many digits: nothing is left that could differ.

use super::index::Index;
use crate::packed::Packed;
use std::hash::BuildHasher;
use std::ops::Range;

/// Most digits that are read as a number.
const DIGITS_MAX: u32 = 8;

/// Fewest keys that are worth it.
const LEAST: usize = 64;

/// Marks a number that no key has.
const NOBODY: u32 = u32::MAX;

/// A key cut before its number: what stands before it, its digits, its value.
type CutKey<'k> = (&'k [u8], u32, u32);

/// Keys with the same beginning and as many digits.
#[derive(Debug, Clone)]
struct Series {
    beginning: Beginning,
    digits: u32,
    /// The least number.
    first: u32,
    /// From the least to the greatest number.
    span: u32,
    /// How many keys it has.
    count: u32,
    ids: Ids,
}

/// What stands before the number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Beginning {
    Short(Packed),
    /// Its place in the text of all long ones.
    Long(Range<usize>),
}

/// The ids of the numbers of a series.
#[derive(Debug, Clone)]
enum Ids {
    /// Each number has a key, and the ids follow each other: the first.
    Follow(u32),
    /// They are listed from here on.
    Listed(usize),
}

/// Keys by beginning and number.
#[derive(Clone)]
pub(super) struct Numbered {
    /// Most digits that belong to a number.
    digits: u32,
    series: Vec<Series>,
    /// Long beginnings, after each other.
    long: Vec<u8>,
    /// Series by the hash of their beginning.
    places: Index,
    listed: Vec<u32>,
}

impl Numbered {
    /// Of keys that differ, in order of their ids; `None` where numbers do not say where keys are: some have none, they lie far apart, or
    /// nearly each key has a beginning of its own.
    pub(super) fn of<'k>(
        keys: impl Iterator<Item = &'k [u8]> + Clone,
        count: usize,
        hasher: &impl BuildHasher,
    ) -> Option<Numbered> {
        if count < LEAST {
            return None;
        }
        let mut most = 0;
        for key in keys.clone() {
            most = most.max(cut(key, DIGITS_MAX)?.1);
        }
        (1..=most).rev().find_map(|digits| Numbered::with_digits(keys.clone(), count, digits, hasher))
    }

    fn with_digits<'k>(
        keys: impl Iterator<Item = &'k [u8]> + Clone,
        count: usize,
        digits: u32,
        hasher: &impl BuildHasher,
    ) -> Option<Numbered> {
        let (series_max, numbers_max) = (count / 8 + 1, count.saturating_mul(3) as u64);
        let (series, long, places) = (Vec::new(), Vec::new(), Index::with_room(LEAST));
        let mut found = Numbered { digits, series, long, places, listed: Vec::new() };
        let (mut numbers, mut before) = (0u64, 0);
        for (key, id) in keys.clone().zip(0u32..) {
            let (beginning, digits, number) = cut(key, digits)?;
            if !found.is_of(before, beginning, digits) {
                let known = found.series_of(beginning, digits, hasher);
                before = known.unwrap_or_else(|| found.add_series(beginning, digits, number, id, hasher));
            }
            let series = found.series.get_mut(before as usize)?;
            let (old, end) = (series.span, (series.first + series.span).max(number + 1));
            series.first = series.first.min(number);
            series.span = end - series.first;
            series.count += 1;
            if matches!(series.ids, Ids::Follow(first) if first.checked_add(number - series.first) != Some(id)) {
                series.ids = Ids::Listed(0);
            }
            numbers += u64::from(series.span - old);
            if numbers > numbers_max || found.series.len() > series_max {
                return None;
            }
        }
        found.list(keys, hasher)?;
        // So roomy that nearly every series stands where its hash says.
        found.reindex(found.series.len().saturating_mul(4), hasher);
        Some(found)
    }

    /// Whether a series has this beginning and as many digits.
    #[inline]
    fn is_of(&self, series: u32, beginning: &[u8], digits: u32) -> bool {
        let Some(series) = self.series.get(series as usize).filter(|series| series.digits == digits) else {
            return false;
        };
        match &series.beginning {
            Beginning::Short(packed) => Packed::of(beginning) == Some(*packed),
            Beginning::Long(place) => self.long.get(place.clone()) == Some(beginning),
        }
    }

    #[inline]
    fn series_of(&self, beginning: &[u8], digits: u32, hasher: &impl BuildHasher) -> Option<u32> {
        self.places.find(hash(beginning, hasher), |series| self.is_of(series, beginning, digits))
    }

    /// A new series, of no key yet.
    fn add_series(&mut self, beginning: &[u8], digits: u32, number: u32, id: u32, hasher: &impl BuildHasher) -> u32 {
        if !self.places.has_room() {
            self.reindex(self.series.len().saturating_mul(2), hasher);
        }
        let at = u32::try_from(self.series.len()).unwrap_or(NOBODY);
        self.places.insert(hash(beginning, hasher), at);
        let beginning = Packed::of(beginning).map_or_else(
            || {
                let start = self.long.len();
                self.long.extend_from_slice(beginning);
                Beginning::Long(start..self.long.len())
            },
            Beginning::Short,
        );
        self.series.push(Series { beginning, digits, first: number, span: 0, count: 0, ids: Ids::Follow(id) });
        at
    }

    /// Makes the table of series anew, with room for so many.
    fn reindex(&mut self, room: usize, hasher: &impl BuildHasher) {
        let mut places = Index::with_room(room);
        for (series, at) in self.series.iter().zip(0u32..) {
            let hash = match &series.beginning {
                Beginning::Short(packed) => packed.hash(),
                Beginning::Long(place) => hash(self.long.get(place.clone()).unwrap_or(&[]), hasher),
            };
            places.insert(hash, at);
        }
        self.places = places;
    }

    /// Lists the ids of the series that have gaps, or in which ids do not follow the numbers.
    fn list<'k>(&mut self, keys: impl Iterator<Item = &'k [u8]>, hasher: &impl BuildHasher) -> Option<()> {
        let mut from = 0;
        for series in &mut self.series {
            if matches!(series.ids, Ids::Listed(_)) || series.count < series.span {
                series.ids = Ids::Listed(from);
                from += series.span as usize;
            }
        }
        if from == 0 {
            return Some(());
        }
        self.listed = vec![NOBODY; from];
        let mut before = 0;
        for (key, id) in keys.zip(0u32..) {
            let (beginning, digits, number) = cut(key, self.digits)?;
            if !self.is_of(before, beginning, digits) {
                before = self.series_of(beginning, digits, hasher)?;
            }
            let series = self.series.get(before as usize)?;
            if let Ids::Listed(place) = series.ids {
                let slot = self.listed.get_mut(place + (number - series.first) as usize)?;
                *slot = id;
            }
        }
        Some(())
    }

    /// The id of a key.
    #[inline]
    pub(super) fn find(&self, key: &[u8], hasher: &impl BuildHasher) -> Option<u32> {
        let (beginning, digits, number) = cut(key, self.digits)?;
        let series = self.series.get(self.series_of(beginning, digits, hasher)? as usize)?;
        let off = number.checked_sub(series.first).filter(|off| *off < series.span)?;
        match series.ids {
            Ids::Follow(first) => Some(first + off),
            Ids::Listed(place) => self.listed.get(place + off as usize).copied().filter(|id| *id != NOBODY),
        }
    }
}

#[inline]
fn hash(beginning: &[u8], hasher: &impl BuildHasher) -> u64 {
    Packed::of(beginning).map_or_else(|| hasher.hash_one(beginning), Packed::hash)
}

/// Cuts a key before the digits at its end, at most so many; `None` where it ends in none.
#[inline]
fn cut(key: &[u8], most: u32) -> Option<CutKey<'_>> {
    let word = match key.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        // The bytes before the first are no digits.
        None => key.iter().fold(0, |word, byte| word >> 8 | u64::from(*byte) << 56),
    };
    // Digits become their values; what is greater than nine is none. The last byte is the highest.
    let values = word ^ 0x3030_3030_3030_3030;
    let others =
        ((values & 0x7F7F_7F7F_7F7F_7F7F).wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080;
    let digits = (others.leading_zeros() / 8).min(most);
    let beginning = key.get(..key.len().checked_sub(digits as usize)?)?;
    // Those before are as if they were zeros.
    let values = values & u64::MAX.checked_shl(64 - 8 * digits)?;
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_FFFF_0000_FFFF;
    let number = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xFFFF_FFFF;
    Some((beginning, digits, number as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashbrown::DefaultHashBuilder;

    fn numbered(keys: &[String]) -> Option<(Numbered, DefaultHashBuilder)> {
        let hasher = DefaultHashBuilder::default();
        Some((Numbered::of(keys.iter().map(|key| key.as_bytes()), keys.len(), &hasher)?, hasher))
    }

    #[test]
    fn numbers_are_cut_from_the_end() {
        assert_eq!(cut(b"a-0012", 8), Some((&b"a-"[..], 4, 12)));
        assert_eq!(cut(b"12345678901", 8), Some((&b"123"[..], 8, 45_678_901)));
        assert_eq!(cut(b"12345678901", 3), Some((&b"12345678"[..], 3, 901)));
        assert_eq!(cut("组9".as_bytes(), 8), Some(("组".as_bytes(), 1, 9)));
        assert_eq!(cut(b"7", 8), Some((&b""[..], 1, 7)));
        assert_eq!(cut(b"99999999", 8), Some((&b""[..], 8, 99_999_999)));
        for none in ["", "a", "1a", "2024-01-01x", "１２", "1:", "1/"] {
            assert_eq!(cut(none.as_bytes(), 8), None, "{none}");
        }
    }

    #[test]
    fn numbered_keys_are_found_and_others_are_not() {
        let lists: [Vec<String>; 6] = [
            (0..500).map(|n| format!("V{:03}-H{:04}", n / 40, n % 40 + 7)).collect(),
            // Any order, gaps, numbers of several lengths.
            (0..500).map(|n| format!("k{}", n * 7919 % 1009)).collect(),
            (0..100).flat_map(|n| [format!("A{n:02}"), format!("A{n:03}"), format!("B{n}")]).collect(),
            (0..300).map(|n| format!("{}", 330_102_001_000_000_000u64 + n / 50 * 1_000_000 + n % 50)).collect(),
            (0..200).rev().map(|n| format!("{n:03}")).collect(),
            (0..300).map(|n| format!("a long beginning {}-{:02}", n / 30, n % 30)).collect(),
        ];
        for keys in lists {
            let (numbered, hasher) = numbered(&keys).unwrap();
            for (key, id) in keys.iter().zip(0u32..) {
                assert_eq!(numbered.find(key.as_bytes(), &hasher), Some(id), "{key}");
            }
            for other in
                ["", "V", "V001-H", "V001-H9999", "V001-H07", "V001-H00007", "k", "k0", "k1009", "A7", "A0007", "B07"]
            {
                assert_eq!(
                    numbered.find(other.as_bytes(), &hasher),
                    keys.iter().position(|key| key == other).map(|at| at as u32)
                );
            }
        }
    }

    #[test]
    fn keys_whose_numbers_say_little_are_not_numbered() {
        let apart = (0..500u64).map(|n| format!("{:08}", n * 104_729 % 99_999_989)).collect::<Vec<_>>();
        let alone = (0..500u64).map(|n| format!("{:x}-1", n * 2_654_435_761)).collect::<Vec<_>>();
        let some_without = (0..500).map(|n| if n == 400 { "x".to_owned() } else { format!("{n}") }).collect::<Vec<_>>();
        for keys in [apart, alone, some_without, vec!["1".to_owned()]] {
            assert!(numbered(&keys).is_none(), "{}", keys[0]);
        }
    }
}
