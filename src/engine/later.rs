//! Records that another as-of reads in another way: they are kept whole where a ledger goes on on other days.

use super::batch::{Batch, Column, Values};
use super::ledger::Ledger;
use super::observe::Observed;
use super::pool::Waiting;
use super::registers::Registers;
use super::table::batch_cell;
use crate::model::{Id, Overflow};
use crate::program::Program;

/// The records of a run that are not settled yet: a day or time in them has not come by as-of, or their end is not known.
///
/// All other records mean the same on every later as-of, so that a ledger may count them once and for all.
#[derive(Debug, Clone)]
pub struct Unsettled {
    /// What they come to on the as-of of this run.
    pub ledger: Ledger,
    /// The records themselves.
    pub rows: Vec<Batch<'static>>,
}

impl Unsettled {
    /// None yet.
    #[must_use]
    pub fn new(program: &Program, registers: &Registers) -> Unsettled {
        Unsettled { ledger: Ledger::lean(program, registers), rows: Vec::new() }
    }

    /// Takes in records of one kind: those that are settled go into `settled`, the others are kept apart. What is given
    /// back is that of [`Ledger::observe`] for the whole batch.
    pub fn observe(
        &mut self,
        settled: &mut Ledger,
        program: &Program,
        registers: &Registers,
        batch: &Batch<'_>,
    ) -> Result<Observed, Overflow> {
        self.observe_beside(settled, program, registers, batch, None)
    }

    /// As [`Unsettled::observe`]; see [`Ledger::observe_beside`].
    pub fn observe_beside(
        &mut self,
        settled: &mut Ledger,
        program: &Program,
        registers: &Registers,
        batch: &Batch<'_>,
        waiting: Option<&mut Waiting<'_>>,
    ) -> Result<Observed, Overflow> {
        let (later, rest) = apart(program, batch);
        if later.is_empty() {
            return settled.observe_beside(program, registers, batch, waiting);
        }
        let mut observed = settled.observe_beside(program, registers, &batch.take(&rest), waiting)?;
        let rows = batch.take(&later);
        let found = self.ledger.observe(program, registers, &rows)?;
        let is_good = |row: &usize| found.rejects.iter().all(|reject| reject.row != *row);
        let good: Vec<usize> = (0..rows.row_count).filter(is_good).collect();
        self.rows.push(if good.len() == rows.row_count { rows } else { rows.take(&good) });
        let place = |rows: &[usize], row: usize| rows.get(row).copied().unwrap_or(row);
        observed.rejects.iter_mut().for_each(|reject| reject.row = place(&rest, reject.row));
        observed.rejects.extend(found.rejects.into_iter().map(|mut reject| {
            reject.row = place(&later, reject.row);
            reject
        }));
        observed.rejects.sort_by_key(|reject| reject.row);
        observed.left_out += found.left_out;
        Ok(observed)
    }

    /// Takes in those of other records.
    pub fn merge(&mut self, other: Unsettled) {
        self.ledger.merge(other.ledger);
        self.rows.extend(other.rows);
    }
}

/// The rows of a batch that are not settled, and the others; both ascending.
fn apart(program: &Program, batch: &Batch<'_>) -> (Vec<usize>, Vec<usize>) {
    let kind = &program.policy().kinds[batch.kind];
    let as_of = program.spec().as_of;
    let mut later = vec![false; batch.row_count];
    for column in batch.columns.iter().flatten().filter(|column| holds_moments(column)) {
        for (row, later) in later.iter_mut().enumerate() {
            *later |= batch_cell(column, row).moment().is_some_and(|moment| !as_of.reads(moment));
        }
    }
    if let Some(end) = kind.end {
        let column = batch.columns.get(end.index()).and_then(Option::as_ref);
        for (row, later) in later.iter_mut().enumerate() {
            *later |= column.is_none_or(|end| batch_cell(end, row).moment().is_none());
        }
    }
    (0..batch.row_count).partition(|row| later.get(*row) == Some(&true))
}

fn holds_moments(column: &Column<'_>) -> bool {
    matches!(column.values, Values::Day(_) | Values::Time { .. })
}
