//! Counts by subject and slot, a byte each: most hold few records, and what does not fit a byte is kept beside.

use super::segments::Segments;
use hashbrown::HashMap;
use std::ops::Range;

/// Marks a cell whose count stands in `large`.
const LARGE: u8 = u8::MAX;

/// Bytes that memory brings at a time.
const LINE: usize = 64;

/// Cells of a part, at most; those of one subject where that has more.
const PART_CELLS: usize = 1 << 18;

/// Where the cells of subjects stand: those of one after each other, and of so many subjects in a part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Layout {
    /// Cells of a subject.
    pub slots: usize,
    /// Subjects of a part: two to the power of this.
    shift: u32,
}

impl Layout {
    pub(super) fn new(slots: usize) -> Layout {
        Layout { slots, shift: (PART_CELLS / slots.max(1)).checked_ilog2().unwrap_or(0) }
    }

    /// Part of a subject, and its first cell in the part.
    #[inline]
    pub(super) fn place(self, id: u32) -> (usize, usize) {
        let id = id as usize;
        (id >> self.shift, (id & ((1 << self.shift) - 1)) * self.slots)
    }

    /// The part's cells, for so many subjects in all parts.
    fn cells_of(self, part: usize, subjects: usize) -> usize {
        subjects.saturating_sub(part << self.shift).min(1 << self.shift).saturating_mul(self.slots)
    }

    /// Empty parts for so many subjects; what is not reached takes no memory of its own on most systems.
    pub(super) fn parts(self, subjects: usize) -> impl Iterator<Item = Part> {
        let parts = 0..subjects.div_ceil(1 << self.shift);
        parts.map(move |part| Part { small: vec![0; self.cells_of(part, subjects)], large: HashMap::new() })
    }
}

/// Exact counts of some subjects' cells. A cell that was never reached counts 0.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Part {
    small: Vec<u8>,
    large: HashMap<u64, u64>,
}

impl Part {
    /// Counts one more record in a cell.
    #[inline]
    pub(super) fn add_one(&mut self, cell: usize) {
        match self.small.get_mut(cell) {
            Some(small) if *small < LARGE - 1 => *small += 1,
            _ => self.add(cell, 1),
        }
    }

    /// Counts more records in a cell.
    fn add(&mut self, cell: usize, more: u64) {
        if self.small.len() <= cell {
            self.small.resize(cell + 1, 0);
        }
        let Some(small) = self.small.get_mut(cell) else { return };
        let sum = match *small {
            LARGE => self.large.get(&(cell as u64)).copied().unwrap_or(0).saturating_add(more),
            small => u64::from(small).saturating_add(more),
        };
        match u8::try_from(sum) {
            Ok(sum) if sum < LARGE => *small = sum,
            _ => {
                *small = LARGE;
                self.large.insert(cell as u64, sum);
            }
        }
    }

    /// The sum of a range of cells.
    #[inline]
    fn sum(&self, cells: Range<usize>) -> u64 {
        if self.large.is_empty() {
            return sum_of(&self.small, cells);
        }
        let end = cells.end.min(self.small.len());
        let Some(found) = self.small.get(cells.start..end) else { return 0 };
        let mut sum = 0;
        for (small, cell) in found.iter().zip(cells.start..) {
            sum += match *small {
                LARGE => self.large.get(&(cell as u64)).copied().unwrap_or(0),
                small => u64::from(small),
            };
        }
        sum
    }

    fn merge(&mut self, other: &Part) {
        if self.small.len() < other.small.len() {
            self.small.resize(other.small.len(), 0);
        }
        let mut beyond = Vec::new();
        for (cell, (mine, theirs)) in self.small.iter_mut().zip(&other.small).enumerate() {
            match mine.checked_add(*theirs) {
                Some(sum) if sum < LARGE && *theirs < LARGE => *mine = sum,
                _ => beyond.push(cell),
            }
        }
        for cell in beyond {
            self.add(cell, other.sum(cell..cell + 1));
        }
    }
}

/// The sum of a range of cells that are not large, eight at a time.
#[inline]
fn sum_of(small: &[u8], cells: Range<usize>) -> u64 {
    let mut left = small.get(cells.start..).unwrap_or(&[]);
    let mut count = cells.len();
    let mut sum = 0;
    while count > 0 {
        let Some((eight, rest)) = left.split_first_chunk::<8>() else {
            return sum + left.iter().take(count).map(|small| u64::from(*small)).sum::<u64>();
        };
        let word = u64::from_le_bytes(*eight) & if count < 8 { (1 << (8 * count)) - 1 } else { u64::MAX };
        let pairs = (word & 0x00FF_00FF_00FF_00FF) + (word >> 8 & 0x00FF_00FF_00FF_00FF);
        sum += pairs.wrapping_mul(0x0001_0001_0001_0001) >> 48;
        (left, count) = (rest, count.saturating_sub(8));
    }
    sum
}

/// Exact counts by subject and slot.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct CellCounts {
    layout: Layout,
    parts: Vec<Part>,
}

/// The cells of one subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct SubjectCells<'c> {
    /// Those that were reached.
    small: &'c [u8],
    /// Where some of them are large: the part, and the first cell in it.
    large: Option<(&'c Part, usize)>,
}

impl SubjectCells<'_> {
    /// The sum of a range of slots.
    #[inline]
    pub(super) fn sum(self, slots: Range<usize>) -> u64 {
        if let Some((part, first)) = self.large {
            return part.sum(first + slots.start..first + slots.end);
        }
        sum_of(self.small, slots)
    }

    /// In how many ranges of slots there is a record.
    #[inline]
    pub(super) fn filled(self, segments: &Segments) -> u64 {
        segments.filled(self.small)
    }
}

impl CellCounts {
    /// None yet, of subjects with so many slots.
    pub(super) fn new(slots: usize) -> CellCounts {
        CellCounts { layout: Layout::new(slots), parts: Vec::new() }
    }

    /// None yet, with room for so many subjects.
    pub(super) fn with_room(slots: usize, subjects: usize) -> CellCounts {
        let layout = Layout::new(slots);
        CellCounts { layout, parts: layout.parts(subjects).collect() }
    }

    /// What was counted by part.
    pub(super) fn of_parts(layout: Layout, parts: Vec<Part>) -> CellCounts {
        CellCounts { layout, parts }
    }

    /// Counts one more record.
    #[inline]
    pub(super) fn add_one(&mut self, id: u32, slot: usize) {
        self.add(id, slot, 1);
    }

    /// Counts more records.
    #[inline]
    pub(super) fn add(&mut self, id: u32, slot: usize, more: u64) {
        let (part, first) = self.layout.place(id);
        if self.parts.len() <= part {
            self.parts.resize_with(part + 1, Part::default);
        }
        if let Some(part) = self.parts.get_mut(part) {
            if more == 1 { part.add_one(first + slot) } else { part.add(first + slot, more) }
        }
    }

    /// The cells of a subject.
    #[inline]
    pub(super) fn of(&self, id: u32) -> SubjectCells<'_> {
        let (part, first) = self.layout.place(id);
        let Some(part) = self.parts.get(part) else { return SubjectCells { small: &[], large: None } };
        let end = (first + self.layout.slots).min(part.small.len());
        let small = part.small.get(first..end).unwrap_or(&[]);
        SubjectCells { small, large: (!part.large.is_empty() && small.contains(&LARGE)).then_some((part, first)) }
    }

    /// Has the cells of these subjects brought near: the waits for memory overlap.
    pub(super) fn fetch(&self, ids: impl Iterator<Item = u32>) {
        let mut seen = 0;
        for id in ids {
            let (part, first) = self.layout.place(id);
            let Some(part) = self.parts.get(part) else { continue };
            for cell in (first..first + self.layout.slots).step_by(LINE).chain([first + self.layout.slots.max(1) - 1]) {
                seen ^= part.small.get(cell).copied().unwrap_or(0);
            }
        }
        std::hint::black_box(seen);
    }

    /// Takes in other counts cell by cell, where both number their subjects alike.
    pub(super) fn merge_same(&mut self, other: CellCounts) {
        for (at, theirs) in other.parts.into_iter().enumerate() {
            match self.parts.get_mut(at) {
                Some(mine) => mine.merge(&theirs),
                None => self.parts.push(theirs),
            }
        }
    }

    /// The cells that are not empty: subject, slot, count.
    pub(super) fn filled(&self) -> impl Iterator<Item = (u32, usize, u64)> + '_ {
        let Layout { slots, shift } = self.layout;
        self.parts.iter().enumerate().flat_map(move |(at, part)| {
            let filled = part.small.iter().enumerate().filter(|(_, small)| **small > 0);
            filled.map(move |(cell, _)| {
                let id = (at << shift) + cell / slots.max(1);
                (u32::try_from(id).unwrap_or(u32::MAX), cell % slots.max(1), part.sum(cell..cell + 1))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_beyond_a_byte_are_exact() {
        for slots in [4, PART_CELLS / 2, PART_CELLS + 3] {
            let mut counts = CellCounts::new(slots);
            for _ in 0..1000 {
                counts.add_one(5, 1);
            }
            counts.add_one(0, 0);
            counts.add(0, 2, 253);
            assert_eq!(counts.of(0).sum(0..4), 254);
            assert_eq!(counts.of(5).sum(1..2), 1000);
            assert_eq!(counts.of(5).sum(2..4), 0);
            assert_eq!((counts.of(50).sum(0..4), counts.of(1).sum(0..3)), (0, 0));
            let mut other = CellCounts::with_room(slots, 7);
            other.add(0, 2, 1);
            other.add(5, 1, 7);
            other.add(6, 3, 254);
            let mut merged = other.clone();
            merged.merge_same(counts.clone());
            counts.merge_same(other);
            for counts in [&counts, &merged] {
                let filled: Vec<(u32, usize, u64)> = counts.filled().collect();
                assert_eq!(filled, [(0, 0, 1), (0, 2, 254), (5, 1, 1007), (6, 3, 254)]);
            }
            counts.merge_same(merged);
            assert_eq!(counts.of(0).sum(2..3), 508);
        }
    }
}
