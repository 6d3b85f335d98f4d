//! The run: registers, records, ledgers, judgement. Reads every file once (twice where rows must be unique).
//!
//! One thread reads; workers turn blocks into columns and observe them, each with ledgers of its own, which
//! are merged at the end. Neither their number nor the order of blocks changes a result.

use super::dangling::{Dangling, dangling};
use super::error::DataError;
use super::given::bounded_rows;
use super::governs::{LeftOut, hold_against, left_out};
use super::keep::{Keeping, Ledgers};
use super::ledger::{Keep, LedgerFile};
use super::pass::{Task, Worker, first_looks, readings, run_pass};
use super::read::bad_file;
use super::registers::read_registers;
use super::rejects::{Reason, Reject};
use super::reversed::reversed_rows;
use super::rows::{Converter, Fate};
use super::setup::Setup;
use super::stops::{compile_stopped, judge_stopped, observe_stopped};
use super::tally::{Tally, column_of, counted, line_of, place, reason_of, set_fate};
use super::twice::rows_twice;
use super::unique::Standing;
use super::unique_pass::{Unique, note_unique};
use crate::diagnostic::Text;
use crate::engine::review::Review;
use crate::engine::{Ledger, Pool, Registers, Run, Settled, Waiting, judge_all, judge_each};
use crate::model::{Finding, FindingFilter, Policy, Results};
use crate::program::Program;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

pub use super::keep::Earlier;
pub use super::tally::InputCounts;

/// What was read: ready to be judged.
pub struct Observation {
    /// One program a policy.
    pub programs: Vec<Program>,
    /// Their registers; policies that see subjects and records alike share them.
    pub registers: Vec<Arc<Registers>>,
    /// Their ledgers, shared likewise.
    pub ledgers: Vec<Arc<Ledger>>,
    /// Rows that were not used, by file and line.
    pub rejects: Vec<Reject>,
    /// Counts, one entry a file of the setup.
    pub inputs: Vec<InputCounts>,
    /// What the ledger of earlier runs brought.
    pub earlier: Earlier,
    /// Names of the kinds whose rows are unique: memory grows with their keys.
    pub unique_kinds: Vec<String>,
    /// Optional columns that a file lacks while it has one of nearly the same name, which nothing reads: file, name,
    /// near name.
    pub passed_over: Vec<(String, String, String)>,
    /// Subjects that lie in no policy's part, where all policies have one.
    pub left_out: Option<LeftOut>,
    /// References to records that no source brought.
    pub dangling: Vec<Dangling>,
    /// Threads that may judge.
    threads: usize,
}

/// Reads everything. `threads`: workers beside the reading thread; 1 reads and observes in turn.
pub fn observe(setup: &Setup, threads: usize) -> Result<Observation, DataError> {
    observe_keeping(setup, threads, None).map(|(observation, _)| observation)
}

/// As [`observe`]; with `keep`, goes on with the ledger of earlier runs: files whose records are in it are not read again, and
/// the new ledger stands beside its place until it is committed. The setup was made for it (`RunOptions::keeps_ledger`).
pub fn observe_keeping(
    setup: &Setup,
    threads: usize,
    keep: Option<&Keep>,
) -> Result<(Observation, Option<LedgerFile>), DataError> {
    read_all(setup, threads, keep).map_err(|error| match error {
        // One file cannot be read: whoever mends it should not find the next one afterwards.
        DataError::Unreadable(_) | DataError::NotText(_) | DataError::BadFile(_) if keep.is_none() => {
            DataError::several(error, first_looks(setup))
        }
        error => error,
    })
}

fn read_all(
    setup: &Setup,
    threads: usize,
    keep: Option<&Keep>,
) -> Result<(Observation, Option<LedgerFile>), DataError> {
    let before = stamps(setup);
    let runs: Vec<_> = setup.policies.iter().zip(&setup.specs).collect();
    let programs = Program::compile_all(&runs).map_err(|(policy, error)| compile_stopped(policy, &error))?;
    let leaders = leaders(setup, &programs);
    let names: Vec<Arc<str>> = setup.files.iter().map(|file| Arc::from(file.name.as_str())).collect();
    let (registers, of_registers) = read_registers(setup, threads, &programs, &leaders, &names)?;
    hold_against(setup, &programs, &registers)?;
    let mut keeping = keep.map(|keep| Keeping::open(keep, &programs, &registers, &leaders)).transpose()?;
    let mut wanted = readings(setup, |feed| feed.kinds.iter().any(|kind| !kind.entity));
    if let Some(keeping) = &mut keeping {
        wanted = keeping.select(setup, wanted)?;
    }
    let mut unique = note_unique(setup, &names, threads, &wanted)?;
    if let Some(keeping) = &keeping {
        keeping.carry(setup, &mut unique)?;
    }
    let pool = |(at, (program, registers)): (usize, (&Program, &Arc<Registers>))| {
        (leaders.get(at) == Some(&at)).then(|| Pool::new(program, registers))
    };
    let pools: Vec<Option<Pool>> = programs.iter().zip(&registers).enumerate().map(pool).collect();
    let workers = (0..threads.max(1))
        .map(|_| Observer {
            setup,
            names: &names,
            programs: &programs,
            registers: &registers,
            unique: &unique,
            ledgers: Ledgers::new(&programs, &registers, &leaders, keep.is_some()),
            waiting: pools.iter().map(|pool| pool.as_ref().map(Waiting::new)).collect(),
            tally: Tally::new(setup.files.len()),
        })
        .collect();
    let mut tally = Tally::new(setup.files.len());
    let mut merged: Option<Ledgers> = None;
    for worker in run_pass(setup, &wanted, workers)? {
        tally.merge(worker.tally);
        match &mut merged {
            Some(ledgers) => ledgers.merge(worker.ledgers),
            None => merged = Some(worker.ledgers),
        }
    }
    refuse_changed(setup, &before)?;
    let mut ledgers = merged.unwrap_or_default();
    for pair in ledgers.settled.iter_mut().zip(pools) {
        if let (Some(ledger), Some(pool)) = pair {
            pool.settle(ledger);
        }
    }
    let mut earlier = Earlier::default();
    let mut file = None;
    if let Some(keeping) = keeping {
        let (made, brought) = keeping.keep(&programs, &registers, &mut ledgers, unique, &mut tally)?;
        (file, earlier) = (Some(made), brought);
    }
    let ledgers: Vec<Option<Arc<Ledger>>> = ledgers.settled.into_iter().map(|ledger| ledger.map(Arc::new)).collect();
    // INVARIANT (leaders lead themselves): what a leader has is there for all that follow it.
    let ledgers = leaders.iter().filter_map(|leader| ledgers.get(*leader)?.clone()).collect();
    tally.merge(of_registers);
    let Tally { inputs, mut rejects, passed_over } = tally;
    let file_name = |at: usize| setup.files.get(at).map(|file| file.name.clone()).unwrap_or_default();
    let passed_over = passed_over.into_iter().map(|(file, column, near)| (file_name(file), column, near)).collect();
    rejects.sort();
    rejects.dedup();
    let unique_kinds: BTreeSet<String> = (setup.feeds.iter().flat_map(|feed| &feed.kinds))
        .filter(|kind| !kind.entity && kind.plans.iter().flatten().any(|plan| plan.unique.is_some()))
        .map(|kind| kind.name.clone())
        .collect();
    let unique_kinds = unique_kinds.into_iter().collect();
    let left_out = left_out(&programs, &registers);
    let mut observation = Observation {
        programs,
        registers,
        ledgers,
        rejects,
        inputs,
        earlier,
        unique_kinds,
        passed_over,
        left_out,
        dangling: Vec::new(),
        threads,
    };
    observation.dangling = dangling(&observation.runs());
    Ok((observation, file))
}

/// Size and time of the last change of a file, where the system tells them.
type Stamp = Option<(u64, SystemTime)>;

fn stamps(setup: &Setup) -> Vec<Stamp> {
    let stamp = |path: &Path| {
        let meta = std::fs::metadata(path).ok()?;
        Some((meta.len(), meta.modified().ok()?))
    };
    setup.files.iter().map(|file| stamp(&file.path)).collect()
}

/// Files are read several times; one that was written meanwhile is read as nobody ever saw it.
fn refuse_changed(setup: &Setup, before: &[Stamp]) -> Result<(), DataError> {
    let mut changed = setup.files.iter().zip(before.iter().zip(stamps(setup))).filter(|(_, (old, new))| **old != *new);
    let Some((file, _)) = changed.next() else { return Ok(()) };
    let message = Text::new("the file was changed while it was read", "读取过程中文件被改动");
    let help = Text::new("run again once it is at rest", "请待文件不再变动后重新运行");
    Err(bad_file(file, 0, message, Some(help)))
}

/// For each policy the first that sees subjects and records as it does: itself, or one before it.
fn leaders(setup: &Setup, programs: &[Program]) -> Vec<usize> {
    let kinds = || setup.feeds.iter().flat_map(|feed| &feed.kinds);
    let reads_alike = |a: usize, b: usize| kinds().all(|kind| kind.plans.get(a) == kind.plans.get(b));
    let leader = |(at, program): (usize, &Program)| {
        let before = programs.iter().take(at).position(|other| program.is_like(other));
        before.filter(|before| reads_alike(*before, at)).unwrap_or(at)
    };
    programs.iter().enumerate().map(leader).collect()
}

impl Observation {
    /// Judges every policy, in order. Findings that `filter` lists go to `sink`.
    pub fn judge(
        &self,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Policy, &Finding),
    ) -> Result<Vec<Results>, DataError> {
        judge_all(self.threads, &self.runs(), filter, sink).map_err(|(policy, error)| judge_stopped(policy, &error))
    }

    /// As [`Observation::judge`], but results go to `take` while others are still to be judged: those of a few policies that
    /// follow each other, with the position of the first. After an error they are worth nothing.
    pub fn judge_each(
        &self,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Policy, &Finding),
        take: &mut dyn FnMut(usize, Vec<Results>),
    ) -> Result<(), DataError> {
        judge_each(self.threads, &self.runs(), filter, sink, take)
            .map_err(|(policy, error)| judge_stopped(policy, &error))
    }
}

impl Observation {
    /// What each policy was observed with, in order.
    #[must_use]
    pub fn runs(&self) -> Vec<Run<'_>> {
        let all = self.programs.iter().zip(&self.registers).zip(&self.ledgers);
        all.map(|((program, registers), ledger)| (program, &**registers, &**ledger)).collect()
    }

    /// For each policy, the records that had to wait for others.
    pub fn settle(&self) -> Result<Vec<Settled>, DataError> {
        let settled = self.runs().into_iter().map(|(program, registers, ledger)| {
            Settled::of(program, registers, ledger).map_err(|error| judge_stopped(program.policy(), &error))
        });
        settled.collect()
    }

    /// Judges every policy, in order, to be looked back at. Every obligation goes to `sink`, with the position of its
    /// policy.
    pub fn review<'o>(
        &'o self,
        settled: &'o [Settled],
        sink: &mut dyn FnMut(usize, &Finding),
    ) -> Result<Vec<Review<'o>>, DataError> {
        let mut all = Vec::new();
        for (at, ((program, registers, ledger), settled)) in self.runs().into_iter().zip(settled).enumerate() {
            let see = &mut |finding: &Finding| sink(at, finding);
            let review = Review::judge(self.threads, program, registers, ledger, settled, see);
            all.push(review.map_err(|error| judge_stopped(program.policy(), &error))?);
        }
        Ok(all)
    }
}

struct Observer<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    programs: &'p [Program],
    registers: &'p [Arc<Registers>],
    unique: &'p Unique,
    ledgers: Ledgers,
    /// One a policy that has a ledger.
    waiting: Vec<Option<Waiting<'p>>>,
    tally: Tally,
}

impl Worker for Observer<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let (Some(feed), Some(file)) = (self.setup.feeds.get(task.feed), self.names.get(task.file)) else {
            return Ok(());
        };
        let converter = Converter::new(feed, &self.setup.policies, false);
        let mut converted = converter.convert(file, &task.block, &mut |kind, policy, hashes, row| {
            let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
            let rows = plan.and_then(|plan| self.unique.get(&(policy, plan.kind.0)));
            match hashes.zip(rows).map(|(hashes, rows)| rows.standing(hashes.key, place(task, row))) {
                Some(Standing::Copy) => Ok(Fate::Copy),
                Some(Standing::Conflict) => Err(Reason::KeyConflict),
                Some(Standing::Counts) | None => Ok(Fate::Used),
            }
        });
        // Policies of one run share as-of but for their time zones: the most of a kind counts.
        let mut left_out: BTreeMap<usize, u64> = BTreeMap::new();
        for part in &converted.parts {
            // Policies that follow another have no ledger of their own.
            let (Some(program), Some(registers), Some(Some(ledger))) = (
                self.programs.get(part.policy),
                self.registers.get(part.policy),
                self.ledgers.settled.get_mut(part.policy),
            ) else {
                continue;
            };
            let waiting = self.waiting.get_mut(part.policy).and_then(Option::as_mut);
            let observed = match self.ledgers.unsettled.get_mut(part.policy) {
                Some(Some(unsettled)) => unsettled.observe_beside(ledger, program, registers, &part.batch, waiting),
                _ => ledger.observe_beside(program, registers, &part.batch, waiting),
            };
            let observed = observed
                .map_err(|_| observe_stopped(program.policy(), file, (line_of(task, 0), line_of(task, u32::MAX))))?;
            let most = left_out.entry(part.kind).or_default();
            *most = (*most).max(observed.left_out);
            for reject in observed.rejects {
                converted.rejects.push(Reject {
                    file: Arc::clone(file),
                    line: part.rows.get(reject.row).map_or(0, |row| line_of(task, *row)),
                    row: part.rows.get(reject.row).map_or(0, |row| task.block.row_of_file(*row as usize)),
                    column: column_of(feed, part.kind, part.policy, &reject),
                    value: super::read::excerpt(&reject.value),
                    reason: reason_of(reject.fault.clone()),
                });
                set_fate(&mut converted.fates, part, reject.row, Fate::Rejected);
            }
        }
        let mut counts = counted(&converted.fates, task.block.broken.len(), converter.counts());
        counts.left_out = left_out.values().sum();
        counts.bounded = bounded_rows(feed, &task.block, &converted);
        counts.reversed = reversed_rows(&self.setup.policies, &converted);
        counts.twice = rows_twice(&self.setup.policies, &converted);
        counts.used = counts.used.saturating_sub(counts.left_out);
        self.tally.note(task);
        self.tally.count(task.file, &counts);
        self.tally.rejects.append(&mut converted.rejects);
        Ok(())
    }

    fn finish(&mut self) {
        self.waiting.drain(..).flatten().for_each(Waiting::finish);
    }
}
