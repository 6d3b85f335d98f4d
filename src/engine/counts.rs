//! Counts by cell, a byte each: most cells hold few records, and what does not fit a byte is kept beside.

use hashbrown::HashMap;

/// Marks a cell whose count stands in `large`.
const LARGE: u8 = u8::MAX;

/// Exact counts of dense cells. A cell that was never reached counts 0.
#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct CellCounts {
    small: Vec<u8>,
    large: HashMap<u64, u64>,
}

impl CellCounts {
    /// With room for so many cells; what is not reached takes no memory of its own on most systems.
    pub(super) fn with_cells(count: usize) -> CellCounts {
        CellCounts { small: vec![0; count], large: HashMap::new() }
    }

    /// Makes room for the cells of whole subjects up to one.
    fn reach(&mut self, cell: usize, slots: usize) {
        if self.small.len() <= cell {
            self.small.resize((cell / slots.max(1) + 1) * slots.max(1), 0);
        }
    }

    /// Counts one more record in a cell.
    #[inline]
    pub(super) fn add_one(&mut self, cell: usize, slots: usize) {
        match self.small.get_mut(cell) {
            Some(small) if *small < LARGE - 1 => *small += 1,
            _ => self.add(cell, slots, 1),
        }
    }

    /// Counts more records in a cell.
    pub(super) fn add(&mut self, cell: usize, slots: usize, more: u64) {
        self.reach(cell, slots);
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
    pub(super) fn sum(&self, cells: std::ops::Range<usize>) -> u64 {
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

    /// Takes in other counts cell by cell, where both number their cells alike.
    pub(super) fn merge_same(&mut self, other: &CellCounts) {
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
            self.add(cell, 1, other.sum(cell..cell + 1));
        }
    }

    /// The cells that are not empty.
    pub(super) fn filled(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        let filled = self.small.iter().enumerate().filter(|(_, small)| **small > 0);
        filled.map(|(cell, _)| (cell, self.sum(cell..cell + 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_beyond_a_byte_are_exact() {
        let mut counts = CellCounts::default();
        for _ in 0..1000 {
            counts.add_one(5, 4);
        }
        counts.add_one(0, 4);
        counts.add(2, 4, 253);
        assert_eq!(counts.sum(0..8), 1254);
        assert_eq!(counts.sum(5..6), 1000);
        assert_eq!(counts.sum(6..100), 0);
        assert_eq!(counts.sum(50..60), 0);
        let mut other = CellCounts::with_cells(8);
        other.add(2, 4, 1);
        other.add(5, 4, 7);
        other.add(7, 4, 254);
        let mut merged = other.clone();
        merged.merge_same(&counts);
        counts.merge_same(&other);
        for counts in [&counts, &merged] {
            let filled: Vec<(usize, u64)> = counts.filled().collect();
            assert_eq!(filled, [(0, 1), (2, 254), (5, 1007), (7, 254)]);
        }
        counts.merge_same(&merged);
        assert_eq!(counts.sum(2..3), 508);
    }
}
