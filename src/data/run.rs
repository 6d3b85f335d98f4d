//! The run: registers, records, ledgers, judgement. Reads every file once (twice where rows must be unique).
//!
//! One thread reads; workers turn blocks into columns and observe them, each with ledgers of its own, which
//! are merged at the end. Neither their number nor the order of blocks changes a result.

use super::bind::Feed;
use super::error::DataError;
use super::pass::{Task, Worker, run_pass};
use super::rejects::{Reason, Reject};
use super::rows::{Converter, Fate, Part};
use super::setup::Setup;
use super::stops::{compile_stopped, judge_stopped, observe_stopped};
use super::unique::{Standing, UniqueRows};
use crate::engine::batch::{RowFault, RowReject};
use crate::engine::{Ledger, Registers, RegistersBuilder, judge};
use crate::model::{Finding, FindingFilter, Policy, Results};
use crate::program::Program;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// Counts of one file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputCounts {
    /// Rows in it, header and blank lines apart.
    pub read: u64,
    /// Rows that entered the state of some policy.
    pub used: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Rows that equal another one and count once.
    pub copies: u64,
    /// Records later than as-of.
    pub left_out: u64,
}

impl InputCounts {
    fn add(&mut self, other: &InputCounts) {
        self.read += other.read;
        self.used += other.used;
        self.rejected += other.rejected;
        self.copies += other.copies;
        self.left_out += other.left_out;
    }
}

/// What was read: ready to be judged.
pub struct Observation {
    /// One program a policy.
    pub programs: Vec<Program>,
    /// Their registers.
    pub registers: Vec<Registers>,
    /// Their ledgers.
    pub ledgers: Vec<Ledger>,
    /// Rows that were not used, by file and line.
    pub rejects: Vec<Reject>,
    /// Counts, one entry a file of the setup.
    pub inputs: Vec<InputCounts>,
    /// Names of the kinds whose rows are unique: memory grows with their keys.
    pub unique_kinds: Vec<String>,
}

/// Reads everything. `threads`: workers beside the reading thread; 1 reads and observes in turn.
pub fn observe(setup: &Setup, threads: usize) -> Result<Observation, DataError> {
    let mut programs = Vec::new();
    for (policy, spec) in setup.policies.iter().zip(&setup.specs) {
        programs.push(Program::compile(policy, spec).map_err(|error| compile_stopped(policy, &error))?);
    }
    let names: Vec<Arc<str>> = setup.files.iter().map(|file| Arc::from(file.name.as_str())).collect();
    let mut tally = Tally { inputs: vec![InputCounts::default(); setup.files.len()], rejects: Vec::new() };
    let (registers, unread) = read_registers(setup, &programs, &names)?;
    tally.merge(unread);
    let unique = note_unique(setup, &names, threads)?;
    let workers = (0..threads.max(1))
        .map(|_| Observer {
            setup,
            names: &names,
            programs: &programs,
            registers: &registers,
            unique: &unique,
            ledgers: programs.iter().zip(&registers).map(|(p, r)| Ledger::new(p, r)).collect(),
            tally: Tally { inputs: vec![InputCounts::default(); setup.files.len()], rejects: Vec::new() },
        })
        .collect();
    let readings = readings(setup, |feed| feed.kinds.iter().any(|kind| !kind.entity));
    let mut ledgers: Vec<Ledger> = Vec::new();
    for worker in run_pass(setup, &readings, workers)? {
        tally.merge(worker.tally);
        if ledgers.is_empty() {
            ledgers = worker.ledgers;
            continue;
        }
        for ((ledger, other), program) in ledgers.iter_mut().zip(worker.ledgers).zip(&programs) {
            ledger.merge(program, other);
        }
    }
    let Tally { inputs, mut rejects } = tally;
    rejects.sort();
    rejects.dedup();
    let unique_kinds: BTreeSet<String> = (setup.feeds.iter().flat_map(|feed| &feed.kinds))
        .filter(|kind| !kind.entity && kind.plans.iter().flatten().any(|plan| plan.unique.is_some()))
        .map(|kind| kind.name.clone())
        .collect();
    let unique_kinds = unique_kinds.into_iter().collect();
    Ok(Observation { programs, registers, ledgers, rejects, inputs, unique_kinds })
}

impl Observation {
    /// Judges every policy, in order. Findings that `filter` lists go to `sink`.
    pub fn judge(
        &self,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Policy, &Finding),
    ) -> Result<Vec<Results>, DataError> {
        let mut all = Vec::new();
        for ((program, registers), ledger) in self.programs.iter().zip(&self.registers).zip(&self.ledgers) {
            let policy = program.policy();
            let judged = judge(program, registers, ledger, filter, &mut |finding| sink(policy, finding));
            all.push(judged.map_err(|error| judge_stopped(policy, &error))?);
        }
        Ok(all)
    }
}

pub(super) fn readings(setup: &Setup, wanted: impl Fn(&Feed) -> bool) -> Vec<(usize, usize)> {
    let of_feed = |feed: usize| setup.feeds.get(feed).is_some_and(&wanted);
    setup.readings.iter().copied().filter(|(_, feed)| of_feed(*feed)).collect()
}

#[derive(Debug, Default)]
struct Tally {
    inputs: Vec<InputCounts>,
    rejects: Vec<Reject>,
}

impl Tally {
    fn merge(&mut self, other: Tally) {
        for (own, other) in self.inputs.iter_mut().zip(&other.inputs) {
            own.add(other);
        }
        self.rejects.extend(other.rejects);
    }

    fn count(&mut self, file: usize, counts: &InputCounts) {
        if let Some(own) = self.inputs.get_mut(file) {
            own.add(counts);
        }
    }
}

fn counted(fates: &[Fate], broken: usize, reads: bool) -> InputCounts {
    let of = |fate: Fate| fates.iter().filter(|f| **f == fate).count() as u64;
    let broken = if reads { broken as u64 } else { 0 };
    InputCounts {
        read: if reads { fates.len() as u64 + broken } else { 0 },
        used: of(Fate::Used),
        rejected: of(Fate::Rejected) + broken,
        copies: of(Fate::Copy),
        left_out: 0,
    }
}

/// Reads all registers, on one thread and in order of files, so that the first of equal rows is kept.
fn read_registers(
    setup: &Setup,
    programs: &[Program],
    names: &[Arc<str>],
) -> Result<(Vec<Registers>, Tally), DataError> {
    let reader = RegisterReader {
        setup,
        names,
        builders: programs.iter().map(RegistersBuilder::new).collect(),
        origins: vec![Vec::new(); programs.len()],
        seen: HashSet::new(),
        tally: Tally { inputs: vec![InputCounts::default(); setup.files.len()], rejects: Vec::new() },
    };
    let wanted = readings(setup, |feed| feed.kinds.iter().any(|kind| kind.entity));
    let done = run_pass(setup, &wanted, vec![reader])?.pop();
    Ok(done.map(RegisterReader::freeze).unwrap_or_default())
}

/// Where the rows of a batch of a register stand.
#[derive(Debug, Clone)]
struct Origin {
    file: usize,
    feed: usize,
    kind: usize,
    lines: Vec<u64>,
}

struct RegisterReader<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    builders: Vec<RegistersBuilder<'p>>,
    /// For each policy, the origin of each batch in order of `add`.
    origins: Vec<Vec<Origin>>,
    /// Rows that are in already: policy, kind, hash.
    seen: HashSet<(usize, u32, u128)>,
    tally: Tally,
}

impl RegisterReader<'_> {
    fn freeze(mut self) -> (Vec<Registers>, Tally) {
        let mut registers = Vec::new();
        let mut unused: BTreeSet<(usize, usize, u64)> = BTreeSet::new();
        for (builder, origins) in std::mem::take(&mut self.builders).into_iter().zip(&self.origins) {
            let (frozen, rejects) = builder.freeze();
            registers.push(frozen);
            for (batch, reject) in rejects {
                let Some(origin) = origins.get(batch) else { continue };
                let line = origin.lines.get(reject.row).copied().unwrap_or(0);
                unused.insert((origin.file, origin.feed, line));
                let found = self.reject(origin, registers.len() - 1, line, &reject);
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

    fn reject(&self, origin: &Origin, policy: usize, line: u64, reject: &RowReject) -> Reject {
        let feed = self.setup.feeds.get(origin.feed);
        let column = feed.map_or_else(|| Arc::from(""), |feed| column_of(feed, origin.kind, policy, reject));
        let file = self.names.get(origin.file).cloned().unwrap_or_else(|| Arc::from(""));
        Reject {
            file,
            line,
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
        let seen = &mut self.seen;
        let mut converted = converter.convert(file, &task.block, &mut |kind, policy, hashes, _| {
            let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
            match hashes.zip(plan) {
                // Rows of a register differ in key or lifetime; equal ones are copies.
                Some((hashes, plan)) if !seen.insert((policy, plan.kind.0, hashes.row)) => Ok(Fate::Copy),
                _ => Ok(Fate::Used),
            }
        });
        for part in &converted.parts {
            let lines: Vec<u64> = part.rows.iter().map(|row| line_of(task, *row)).collect();
            let origin = Origin { file: task.file, feed: task.feed, kind: part.kind, lines };
            let rejects = match self.builders.get_mut(part.policy) {
                Some(builder) => builder.add(&part.batch),
                None => Vec::new(),
            };
            for reject in rejects {
                let line = origin.lines.get(reject.row).copied().unwrap_or(0);
                converted.rejects.push(self.reject(&origin, part.policy, line, &reject));
                set_rejected(&mut converted.fates, part, reject.row);
            }
            if let Some(origins) = self.origins.get_mut(part.policy) {
                origins.push(origin);
            }
        }
        self.tally.count(task.file, &counted(&converted.fates, task.block.broken.len(), converter.counts()));
        self.tally.rejects.append(&mut converted.rejects);
        Ok(())
    }
}

/// Unique rows by policy and kind.
pub(super) type Unique = BTreeMap<(usize, u32), UniqueRows>;

/// Notes the keys of all records whose rows are unique.
pub(super) fn note_unique(setup: &Setup, names: &[Arc<str>], threads: usize) -> Result<Unique, DataError> {
    let has_unique = |feed: &Feed| {
        let records = feed.kinds.iter().filter(|kind| !kind.entity);
        records.flat_map(|kind| kind.plans.iter().flatten()).any(|plan| plan.unique.is_some())
    };
    let workers = (0..threads.max(1)).map(|_| Noter { setup, names, unique: Unique::new() }).collect();
    let mut all = Unique::new();
    for worker in run_pass(setup, &readings(setup, has_unique), workers)? {
        for (key, rows) in worker.unique {
            all.entry(key).or_default().merge(rows);
        }
    }
    Ok(all)
}

struct Noter<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    unique: Unique,
}

impl Worker for Noter<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let (Some(feed), Some(file)) = (self.setup.feeds.get(task.feed), self.names.get(task.file)) else {
            return Ok(());
        };
        let unique = &mut self.unique;
        Converter::new(feed, &self.setup.policies, false).convert(
            file,
            &task.block,
            &mut |kind, policy, hashes, line| {
                let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
                if let Some((hashes, plan)) = hashes.zip(plan) {
                    unique.entry((policy, plan.kind.0)).or_default().note(hashes.key, hashes.row, place(task, line));
                }
                // Nothing is kept of the rows: no columns are built.
                Ok(Fate::Skipped)
            },
        );
        Ok(())
    }
}

struct Observer<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    programs: &'p [Program],
    registers: &'p [Registers],
    unique: &'p Unique,
    ledgers: Vec<Ledger>,
    tally: Tally,
}

impl Worker for Observer<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let (Some(feed), Some(file)) = (self.setup.feeds.get(task.feed), self.names.get(task.file)) else {
            return Ok(());
        };
        let converter = Converter::new(feed, &self.setup.policies, false);
        let mut converted = converter.convert(file, &task.block, &mut |kind, policy, hashes, line| {
            let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
            let rows = plan.and_then(|plan| self.unique.get(&(policy, plan.kind.0)));
            match hashes.zip(rows).map(|(hashes, rows)| rows.standing(hashes.key, place(task, line))) {
                Some(Standing::Copy) => Ok(Fate::Copy),
                Some(Standing::Conflict) => Err(Reason::KeyConflict),
                Some(Standing::Counts) | None => Ok(Fate::Used),
            }
        });
        // Policies of one run share as-of but for their time zones: the most of a kind counts.
        let mut left_out: BTreeMap<usize, u64> = BTreeMap::new();
        for part in &converted.parts {
            let (Some(program), Some(registers), Some(ledger)) =
                (self.programs.get(part.policy), self.registers.get(part.policy), self.ledgers.get_mut(part.policy))
            else {
                continue;
            };
            let observed = ledger
                .observe(program, registers, &part.batch)
                .map_err(|_| observe_stopped(program.policy(), file, (line_of(task, 0), line_of(task, u32::MAX))))?;
            let most = left_out.entry(part.kind).or_default();
            *most = (*most).max(observed.left_out);
            for reject in observed.rejects {
                converted.rejects.push(Reject {
                    file: Arc::clone(file),
                    line: part.rows.get(reject.row).map_or(0, |row| line_of(task, *row)),
                    column: column_of(feed, part.kind, part.policy, &reject),
                    value: super::read::excerpt(&reject.value),
                    reason: reason_of(reject.fault.clone()),
                });
                set_rejected(&mut converted.fates, part, reject.row);
            }
        }
        let mut counts = counted(&converted.fates, task.block.broken.len(), converter.counts());
        counts.left_out = left_out.values().sum();
        counts.used = counts.used.saturating_sub(counts.left_out);
        self.tally.count(task.file, &counts);
        self.tally.rejects.append(&mut converted.rejects);
        Ok(())
    }
}

pub(super) fn place(task: &Task, line: u64) -> super::unique::Place {
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    (narrow(task.file), line, narrow(task.feed))
}

fn line_of(task: &Task, row: u32) -> u64 {
    let lines = &task.block.lines;
    lines.get(row as usize).or(lines.last()).copied().unwrap_or(0)
}

fn set_rejected(fates: &mut [Fate], part: &Part, row: usize) {
    if let Some(fate) = part.rows.get(row).and_then(|row| fates.get_mut(*row as usize)) {
        *fate = Fate::Rejected;
    }
}

fn column_of(feed: &Feed, kind: usize, policy: usize, reject: &RowReject) -> Arc<str> {
    use crate::model::Id;
    let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
    let column = plan.and_then(|plan| match reject.field {
        Some(field) => plan.fields.get(field.index()).map(|field| Arc::clone(&field.column)),
        None => plan.until.as_ref().map(|(_, name)| Arc::clone(name)),
    });
    column.unwrap_or_else(|| Arc::from(""))
}

fn reason_of(fault: RowFault) -> Reason {
    match fault {
        RowFault::UnknownReference => Reason::UnknownReference,
        RowFault::Missing => Reason::Missing,
        RowFault::Lifetime => Reason::Lifetime,
    }
}
