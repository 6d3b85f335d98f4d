//! Registers from files: equal rows once, lifetimes and references checked by the engine.

use super::error::DataError;
use super::pass::{Task, Worker, readings, run_in_order};
use super::rejects::Reject;
use super::reversed::reversed_rows;
use super::rows::{Converter, Fate};
use super::setup::Setup;
use super::tally::{Tally, column_of, counted, line_of, reason_of, set_fate};
use super::twice::rows_twice;
use crate::engine::batch::RowReject;
use crate::engine::{Registers, RegistersBuilder};
use crate::program::Program;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Reads all registers in order of files, so that the first of equal rows is kept; with more than one thread the next rows
/// are read and cut meanwhile.
pub(super) fn read_registers(
    setup: &Setup,
    threads: usize,
    programs: &[Program],
    leaders: &[usize],
    names: &[Arc<str>],
) -> Result<(Vec<Arc<Registers>>, Tally), DataError> {
    let reader = RegisterReader {
        setup,
        names,
        builders: (programs.iter().zip(leaders).enumerate())
            .map(|(at, (program, leader))| (*leader == at).then(|| RegistersBuilder::new(program)))
            .collect(),
        origins: vec![Vec::new(); programs.len()],
        tally: Tally::new(setup.files.len()),
    };
    let wanted = readings(setup, |feed| feed.kinds.iter().any(|kind| kind.entity));
    let (own, tally) = run_in_order(setup, &wanted, reader, threads > 1)?.freeze();
    // INVARIANT (leaders lead themselves): what a leader has is there for all that follow it.
    Ok((leaders.iter().filter_map(|leader| own.get(*leader)?.clone()).collect(), tally))
}

/// Where the rows of a batch of a register stand.
#[derive(Debug, Clone)]
struct Origin {
    file: usize,
    feed: usize,
    kind: usize,
    rows: Places,
}

/// Line of each row, and its position in the file.
#[derive(Debug, Clone)]
enum Places {
    /// Rows that follow each other line by line: the first.
    Run(u64, u64),
    /// Any.
    Each(Vec<(u64, u64)>),
}

impl Places {
    fn of(rows: Vec<(u64, u64)>) -> Places {
        let Some((line, row)) = rows.first().copied() else { return Places::Each(rows) };
        let follows = (0u64..).zip(&rows).all(|(at, place)| *place == (line + at, row + at));
        if follows { Places::Run(line, row) } else { Places::Each(rows) }
    }

    fn of_row(&self, at: usize) -> (u64, u64) {
        match self {
            Places::Run(line, row) => (line + at as u64, row + at as u64),
            Places::Each(rows) => rows.get(at).copied().unwrap_or_default(),
        }
    }
}

struct RegisterReader<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    /// One a policy that does not follow another.
    builders: Vec<Option<RegistersBuilder<'p>>>,
    /// For each policy, the origin of each batch in order of `add`.
    origins: Vec<Vec<Origin>>,
    tally: Tally,
}

impl RegisterReader<'_> {
    fn freeze(mut self) -> (Vec<Option<Arc<Registers>>>, Tally) {
        let mut registers = Vec::new();
        let mut unused: BTreeSet<(usize, usize, u64)> = BTreeSet::new();
        for (builder, origins) in std::mem::take(&mut self.builders).into_iter().zip(&self.origins) {
            let Some(builder) = builder else {
                registers.push(None);
                continue;
            };
            let (frozen, rejects) = builder.freeze();
            registers.push(Some(Arc::new(frozen)));
            for (batch, reject) in rejects {
                let Some(origin) = origins.get(batch) else { continue };
                let place = origin.rows.of_row(reject.row);
                unused.insert((origin.file, origin.feed, place.1));
                let found = self.reject(origin, registers.len() - 1, place, &reject);
                self.tally.rejects.push(found);
            }
        }
        for (file, _, _) in unused {
            if let Some(counts) = self.tally.inputs.get_mut(file) {
                counts.used = counts.used.saturating_sub(1);
                counts.rejected += 1;
            }
        }
        (registers, self.tally)
    }

    fn reject(&self, origin: &Origin, policy: usize, (line, row): (u64, u64), reject: &RowReject) -> Reject {
        let feed = self.setup.feeds.get(origin.feed);
        let column = feed.map_or_else(|| Arc::from(""), |feed| column_of(feed, origin.kind, policy, reject));
        let file = self.names.get(origin.file).cloned().unwrap_or_else(|| Arc::from(""));
        Reject {
            file,
            line,
            row,
            column,
            value: super::read::excerpt(&reject.value),
            reason: reason_of(reject.fault.clone()),
        }
    }
}

impl Worker for RegisterReader<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let setup = self.setup;
        let (Some(feed), Some(file)) = (setup.feeds.get(task.feed), self.names.get(task.file)) else {
            return Ok(());
        };
        let converter = Converter::new(feed, &setup.policies, true);
        let mut converted = converter.convert(file, &task.block, &mut |_, _, _, _| Ok(Fate::Used));
        for part in &converted.parts {
            let Some(Some(builder)) = self.builders.get_mut(part.policy) else { continue };
            let place = |row: &u32| (line_of(task, *row), task.block.row_of_file(*row as usize));
            let rows = Places::of(part.rows.iter().map(place).collect());
            let origin = Origin { file: task.file, feed: task.feed, kind: part.kind, rows };
            let plan = feed.kinds.get(part.kind).and_then(|kind| kind.plans.get(part.policy)?.as_ref());
            // Rows of a register differ in key or lifetime; equal ones are copies.
            let (rejects, copies) = match plan.is_some_and(|plan| plan.unique.is_some()) {
                true => builder.add_once(&part.batch),
                false => (builder.add(&part.batch), Vec::new()),
            };
            for row in copies {
                set_fate(&mut converted.fates, part, row, Fate::Copy);
            }
            for reject in rejects {
                let place = origin.rows.of_row(reject.row);
                converted.rejects.push(self.reject(&origin, part.policy, place, &reject));
                set_fate(&mut converted.fates, part, reject.row, Fate::Rejected);
            }
            if let Some(origins) = self.origins.get_mut(part.policy) {
                origins.push(origin);
            }
        }
        let mut counts = counted(&converted.fates, task.block.broken.len(), converter.counts());
        counts.reversed = reversed_rows(&setup.policies, &converted);
        counts.twice = rows_twice(&setup.policies, &converted);
        self.tally.note(task);
        self.tally.count(task.file, &counts);
        self.tally.rejects.append(&mut converted.rejects);
        Ok(())
    }
}
