//! Counts that several workers make together: one set of cells for all of them, changed a part at a time.
//!
//! Records come in any order, so that each changes a cell that lies anywhere. A worker collects what it has to add by part of
//! the cells and adds it when there is enough of it: then the part is in the cache while it is changed, and no worker needs
//! cells of its own.

use super::counts::{CellCounts, Layout, Part};
use super::keys::Keys;
use super::ledger::Ledger;
use super::registers::Registers;
use crate::model::{AggOp, IdVec};
use crate::program::{AccId, Program};
use std::sync::{Mutex, PoisonError};

/// Additions that are collected for a part.
const WAITING: usize = 2048;

/// The cells of the counts of a ledger, while workers fill them.
#[derive(Debug)]
pub struct Pool {
    accs: IdVec<AccId, Option<Parts>>,
}

/// The cells of one accumulator.
#[derive(Debug)]
struct Parts {
    layout: Layout,
    parts: Vec<Mutex<Part>>,
}

impl Parts {
    fn new(slots: usize, subjects: usize) -> Parts {
        let layout = Layout::new(slots);
        Parts { layout, parts: layout.parts(subjects).map(Mutex::new).collect() }
    }

    /// Adds what was collected for a part.
    fn add(&self, part: usize, waiting: &mut Vec<u32>) {
        let Some(part) = self.parts.get(part) else { return };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.drain(..).for_each(|cell| part.add_one(cell as usize));
    }

    fn settle(self) -> CellCounts {
        let parts = self.parts.into_iter().map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner));
        CellCounts::of_parts(self.layout, parts.collect())
    }
}

impl Pool {
    /// Empty cells for the counts of subjects that registers know from the start.
    #[must_use]
    pub fn new(program: &Program, registers: &Registers) -> Pool {
        let accs = program.accumulators.iter().map(|acc| {
            let slots = acc.slots.as_ref().filter(|_| acc.op == AggOp::Count)?;
            let subjects = registers.fixed_keys(acc.kind).map(Keys::len)?;
            // Places in a part are numbers of 32 bits.
            u32::try_from(slots.len()).is_ok().then(|| Parts::new(slots.len(), subjects))
        });
        Pool { accs: accs.collect() }
    }

    /// Hands the counts over to the ledger whose workers made them.
    pub fn settle(self, ledger: &mut Ledger) {
        let ids: Vec<AccId> = self.accs.ids().collect();
        for (acc, parts) in ids.into_iter().zip(self.accs) {
            if let Some(parts) = parts {
                ledger.take_counts(acc, parts.settle());
            }
        }
    }
}

/// What a worker has not yet added to a pool.
#[derive(Debug)]
pub struct Waiting<'p> {
    pool: &'p Pool,
    /// By accumulator and part: cells of the part, once for each record.
    accs: IdVec<AccId, Vec<Vec<u32>>>,
}

impl<'p> Waiting<'p> {
    /// Nothing yet.
    #[must_use]
    pub fn new(pool: &'p Pool) -> Waiting<'p> {
        let part_count = |parts: &Option<Parts>| parts.as_ref().map_or(0, |parts| parts.parts.len());
        Waiting { pool, accs: pool.accs.iter().map(|parts| vec![Vec::new(); part_count(parts)]).collect() }
    }

    /// Those of one accumulator, if its counts are in the pool.
    pub(super) fn of(&mut self, acc: AccId) -> Option<WaitingParts<'_>> {
        let parts = self.pool.accs[acc].as_ref()?;
        Some(WaitingParts { parts, waiting: &mut self.accs[acc] })
    }

    /// Adds all that is left.
    pub fn finish(self) {
        for (parts, waiting) in self.pool.accs.iter().zip(self.accs) {
            let Some(parts) = parts else { continue };
            waiting.into_iter().enumerate().for_each(|(part, mut waiting)| parts.add(part, &mut waiting));
        }
    }
}

/// What a worker has not yet added to the cells of one accumulator.
pub(super) struct WaitingParts<'w> {
    parts: &'w Parts,
    waiting: &'w mut Vec<Vec<u32>>,
}

impl WaitingParts<'_> {
    /// Counts one more record of a subject in a slot.
    #[inline]
    pub(super) fn add_one(&mut self, id: u32, slot: usize) {
        let (part, first) = self.parts.layout.place(id);
        let Some(waiting) = self.waiting.get_mut(part) else { return };
        // INVARIANT (parts are small): a part holds few cells, or those of one subject, whose slots fit into 32 bits.
        waiting.push(u32::try_from(first + slot).unwrap_or(u32::MAX));
        if waiting.len() >= WAITING {
            self.parts.add(part, waiting);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_to_the_whole() {
        for (subjects, slots) in [(1, 1), (5, 1 << 19), (3000, 700), (7, (1 << 20) + 1)] {
            let parts = Parts::new(slots, subjects);
            let mut waiting = vec![Vec::new(); parts.parts.len()];
            let mut whole = CellCounts::new(slots);
            for at in 0..5000 {
                let (id, slot) = (u32::try_from(at * 7919 % subjects).unwrap(), (at * 31) % slots.min(3));
                WaitingParts { parts: &parts, waiting: &mut waiting }.add_one(id, slot);
                whole.add_one(id, slot);
            }
            waiting.iter_mut().enumerate().for_each(|(part, waiting)| parts.add(part, waiting));
            assert_eq!(parts.settle().filled().collect::<Vec<_>>(), whole.filled().collect::<Vec<_>>());
        }
    }
}
