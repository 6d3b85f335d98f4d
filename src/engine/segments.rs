//! Ranges of cells that follow each other, and how many of them hold something: 64 cells at a time.

use std::ops::Range;

/// Ranges of cells, each beginning where the one before it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Segments {
    cells: Range<usize>,
    /// By 64 cells, a bit for each: those with which a range ends, and the others in ranges.
    words: Vec<(u64, u64)>,
}

impl Segments {
    /// `None` where there are none, where one is empty, or where they do not follow each other.
    pub(super) fn of(ranges: impl Iterator<Item = Range<usize>>) -> Option<Segments> {
        let mut cells: Option<Range<usize>> = None;
        let mut words: Vec<(u64, u64)> = Vec::new();
        for range in ranges {
            let so_far = cells.get_or_insert(range.start..range.start);
            if range.start != so_far.end || range.is_empty() {
                return None;
            }
            for cell in range.clone() {
                let at = cell - so_far.start;
                if at.is_multiple_of(64) {
                    words.push((0, 0));
                }
                let (lasts, others) = words.last_mut()?;
                *(if cell + 1 == range.end { lasts } else { others }) |= 1 << (at % 64);
            }
            so_far.end = range.end;
        }
        Some(Segments { cells: cells?, words })
    }

    /// In how many ranges a cell is not zero. Cells that are not there are zero.
    #[inline]
    pub(super) fn filled(&self, cells: &[u8]) -> u64 {
        let reached = cells.get(self.cells.start.min(cells.len())..self.cells.end.min(cells.len())).unwrap_or(&[]);
        let (mut filled, mut carry) = (0, false);
        for ((lasts, others), bytes) in self.words.iter().zip(reached.chunks(64).chain(std::iter::repeat(&[][..]))) {
            let bits = not_zero(bytes);
            // A bit below the last of its range, added to ones, carries into the last.
            let (sum, first) = (bits & others).overflowing_add(*others);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            carry = first || second;
            filled += u64::from(((sum | bits) & lasts).count_ones());
        }
        filled
    }
}

/// A bit for each of at most 64 bytes: whether it is not zero.
#[inline]
fn not_zero(bytes: &[u8]) -> u64 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(slot, byte)| *slot = *byte);
    let words = eights.iter().chain([&last]).map(|eight| u64::from_le_bytes(*eight));
    words.zip((0u32..64).step_by(8)).fold(0, |bits, (word, at)| bits | not_zero_of_eight(word) << at)
}

#[inline]
fn not_zero_of_eight(word: u64) -> u64 {
    const LOW: u64 = 0x7F7F_7F7F_7F7F_7F7F;
    // The highest bit of each byte, then these beside each other.
    let high = (((word & LOW) + LOW) | word) & !LOW;
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn ranges_that_hold_something_are_counted_like_one_by_one() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(4);
        for _ in 0..2_000 {
            let start = rng.random_range(0..70);
            let mut ends = vec![start];
            for _ in 0..rng.random_range(1..90usize) {
                ends.push(ends[ends.len() - 1] + rng.random_range(1..6));
            }
            let ranges: Vec<Range<usize>> = ends.windows(2).map(|pair| pair[0]..pair[1]).collect();
            let density = rng.random_range(0..4);
            let count = rng.random_range(0..400);
            let cells: Vec<u8> =
                (0..count).map(|_| if rng.random_range(0..4) < density { rng.random() } else { 0 }).collect();
            let holds = |range: &&Range<usize>| cells.iter().take(range.end).skip(range.start).any(|cell| *cell > 0);
            let segments = Segments::of(ranges.iter().cloned()).unwrap();
            assert_eq!(segments.filled(&cells), ranges.iter().filter(holds).count() as u64, "{ranges:?} {cells:?}");
        }
    }

    #[test]
    fn ranges_with_gaps_between_them_are_none() {
        assert_eq!(Segments::of([0..2, 3..4].into_iter()), None);
        assert_eq!(Segments::of([0..2, 1..4].into_iter()), None);
        assert_eq!(Segments::of([0..2, 2..2].into_iter()), None);
        assert_eq!(Segments::of(std::iter::empty()), None);
    }
}
