//! A run that keeps its ledger: which files are read, what an earlier run brings, what is written.

use super::error::DataError;
use super::ledger::{Group, Keep, Kept, KeptInput, LedgerFile, bad, hash_file};
use super::setup::Setup;
use super::stops::observe_stopped;
use super::tally::{InputCounts, Tally};
use super::unique::Place;
use super::unique_pass::Unique;
use crate::diagnostic::Text;
use crate::engine::{Fingerprint, Ledger, Registers, Unsettled};
use crate::program::Program;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// What the ledger of earlier runs brought into a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// Files of earlier runs that this run does not name.
    pub files: Vec<KeptInput>,
    /// Number of files of this run that were not read again.
    pub known_count: usize,
    /// Their records later than as-of, which stand among the used ones of their files.
    pub left_out: u64,
}

/// The ledger of a run, while it is made.
pub(super) struct Keeping {
    path: PathBuf,
    file: LedgerFile,
    run: Kept,
    /// The policies that lead: one for each group.
    leading: Vec<usize>,
    earlier: Option<Kept>,
    /// Files of this run whose records are new, with their positions.
    fresh: Vec<(usize, KeptInput)>,
    /// Files of this run whose records are in, each with its place in the ledger.
    known: Vec<(usize, usize)>,
}

/// What a worker observed: for each policy that leads its ledger, and where one is kept its records that are not settled.
#[derive(Debug, Default)]
pub(super) struct Ledgers {
    pub settled: Vec<Option<Ledger>>,
    pub unsettled: Vec<Option<Unsettled>>,
}

impl Ledgers {
    /// Empty ones. `keeps`: one is kept.
    pub fn new(programs: &[Program], registers: &[Arc<Registers>], leaders: &[usize], keeps: bool) -> Ledgers {
        let own = || programs.iter().zip(registers).zip(leaders).enumerate();
        let leading = own().map(|(at, ((program, registers), leader))| (*leader == at).then_some((program, registers)));
        let leading: Vec<_> = leading.collect();
        let ledger = |(program, registers): &(&Program, &Arc<Registers>)| Ledger::lean(program, registers);
        let apart = |(program, registers): &(&Program, &Arc<Registers>)| Unsettled::new(program, registers);
        Ledgers {
            settled: leading.iter().map(|own| own.as_ref().map(ledger)).collect(),
            unsettled: leading.iter().map(|own| own.as_ref().filter(|_| keeps).map(apart)).collect(),
        }
    }

    /// Takes in those of other records.
    pub fn merge(&mut self, other: Ledgers) {
        for pair in self.settled.iter_mut().zip(other.settled) {
            if let (Some(ledger), Some(other)) = pair {
                ledger.merge(other);
            }
        }
        for pair in self.unsettled.iter_mut().zip(other.unsettled) {
            if let (Some(rows), Some(other)) = pair {
                rows.merge(other);
            }
        }
    }
}

impl Keeping {
    /// Claims the file and reads what is in it, which must be of this run.
    pub fn open(
        keep: &Keep,
        programs: &[Program],
        registers: &[Arc<Registers>],
        leaders: &[usize],
    ) -> Result<Keeping, DataError> {
        let path = keep.path.clone();
        let file = LedgerFile::claim(&path)?;
        let leading: Vec<usize> =
            leaders.iter().enumerate().filter(|(at, leader)| at == *leader).map(|(at, _)| at).collect();
        let is_there = path.exists() && !keep.replace;
        if keep.only && !is_there {
            return Err(bad(
                &path,
                Text::new("there is none, and no records are read", "文件不存在，且未读取任何记录"),
                Text::new("leave out `--no-records` for the first run", "首次运行请去掉 `--no-records`"),
            ));
        }
        let earlier = is_there.then(|| Kept::read(&path)).transpose()?;
        if let Some(earlier) = &earlier {
            earlier.fits(&path, &leading, programs, registers)?;
        }
        Ok(Keeping { path, file, run: Kept::new(), leading, earlier, fresh: Vec::new(), known: Vec::new() })
    }

    /// The readings of files whose records are not in yet.
    ///
    /// Errors when a file was read before with other bytes, or for other kinds of records: nothing could take back what it
    /// counted for.
    pub fn select(&mut self, setup: &Setup, readings: Vec<(usize, usize)>) -> Result<Vec<(usize, usize)>, DataError> {
        let files: BTreeSet<usize> = readings.iter().map(|(file, _)| *file).collect();
        let mut fresh = BTreeSet::new();
        for at in files {
            let Some(file) = setup.files.get(at) else { continue };
            let feeds = readings.iter().filter(|(file, _)| *file == at).filter_map(|(_, feed)| setup.feeds.get(*feed));
            let kinds: BTreeSet<String> = feeds
                .flat_map(|feed| feed.kinds.iter().filter(|kind| !kind.entity).map(|kind| kind.name.clone()))
                .collect();
            let input = KeptInput {
                name: file.name.clone(),
                path: file.real.clone(),
                sheet: file.sheet.clone(),
                kinds: kinds.into_iter().collect(),
                hash: hash_file(&file.path)?,
                counts: InputCounts::default(),
            };
            let earlier = self.earlier.as_ref().map_or(&[][..], Kept::inputs);
            if let Some(place) = earlier.iter().position(|known| known.is_same(&input)) {
                self.known.push((at, place));
                continue;
            }
            if let Some(known) = earlier.iter().find(|known| (&known.path, &known.sheet) == (&input.path, &input.sheet))
            {
                return Err(self.changed(known, &input));
            }
            fresh.insert(at);
            self.fresh.push((at, input));
        }
        Ok(readings.into_iter().filter(|(file, _)| fresh.contains(file)).collect())
    }

    fn changed(&self, known: &KeptInput, now: &KeptInput) -> DataError {
        let name = &now.name;
        if known.hash == now.hash {
            let (before, after) = (known.kinds.join(", "), now.kinds.join(", "));
            return bad(
                &self.path,
                Text::new(
                    format!("`{name}` was read for {before}, and now also for other kinds: {after}"),
                    format!("`{name}` 先前读取的种类为 {before}，现为 {after}"),
                ),
                Text::new(
                    "make it again: `--replace` with all of its files at hand",
                    "请备齐其全部数据文件后用 `--replace` 重新生成",
                ),
            );
        }
        bad(
            &self.path,
            Text::new(
                format!("`{name}` has changed since its records were counted"),
                format!("`{name}` 的记录计入之后，文件内容有改动"),
            ),
            Text::new(
                "new records go into a file of another name; if the file was corrected, make the ledger again: `--replace` with all of its files at hand (a ledger for each part, joined by `wangge merge`, keeps that short)",
                "新增记录请另存为新文件；如系更正，请备齐其全部数据文件后用 `--replace` 重新生成（各部分分别保存、再用 `wangge merge` 合并，可减少重算）",
            ),
        )
    }

    /// Adds the keys of earlier runs to those of this one. Errors when a row of this run contradicts one that counted.
    pub fn carry(&self, setup: &Setup, unique: &mut Unique) -> Result<(), DataError> {
        let Some(earlier) = &self.earlier else { return Ok(()) };
        for ((group, kind), rows) in &earlier.unique {
            let Some(policy) = self.leading.get(*group) else { continue };
            let own = unique.entry((*policy, *kind)).or_default();
            let Some(Place { file, line, .. }) = own.carry(rows) else { continue };
            let name = setup.files.get(file as usize).map_or("", |file| file.name.as_str());
            return Err(bad(
                &self.path,
                Text::new(
                    format!("{name}, line {line}: the row has the key of one that was counted before, and differs"),
                    format!("{name} 第 {line} 行：主键与先前已计入的一行相同而内容不同"),
                ),
                Text::new(
                    "rows whose keys are unique cannot be taken back: correct the row, or make the ledger again with `--replace`",
                    "主键唯一的行无法撤回：请更正该行，或用 `--replace` 重新生成",
                ),
            ));
        }
        Ok(())
    }

    /// Adds what earlier runs observed, writes the file beside its place, and gives it with what it brought. `ledgers` then
    /// hold all records, as on this run's as-of.
    pub fn keep(
        mut self,
        programs: &[Program],
        registers: &[Arc<Registers>],
        ledgers: &mut Ledgers,
        unique: Unique,
        tally: &mut Tally,
    ) -> Result<(LedgerFile, Earlier), DataError> {
        let mut earlier = Earlier { known_count: self.known.len(), ..Earlier::default() };
        let mut now: Vec<(usize, Unsettled)> = Vec::new();
        let mut groups = Vec::new().into_iter();
        if let Some(kept) = self.earlier {
            for (at, place) in &self.known {
                kept.inputs.get(*place).into_iter().for_each(|input| tally.count(*at, &input.counts));
            }
            let named = |place: &usize| self.known.iter().any(|(_, known)| known == place);
            let others = kept.inputs.iter().enumerate().filter(|(place, _)| !named(place));
            earlier.files = others.map(|(_, input)| input.clone()).collect();
            self.run.inputs = kept.inputs;
            self.run.rejects = kept.rejects;
            groups = kept.groups.into_iter();
        }
        let unsettled = std::mem::take(&mut ledgers.unsettled);
        let parts = programs.iter().zip(registers).zip(ledgers.settled.iter_mut().zip(unsettled)).enumerate();
        for (at, ((program, registers), (ledger, later))) in parts {
            let (Some(mut settled), Some(mut later)) = (ledger.take(), later) else { continue };
            let mut known_until = program.spec().as_of.read_until;
            if let Some(group) = groups.next() {
                known_until = known_until.max(group.known_until);
                settled.merge(group.ledger);
                for rows in &group.later {
                    let observed = later.observe(&mut settled, program, registers, rows);
                    let observed = observed.map_err(|_| observe_stopped(program.policy(), "", (0, 0)))?;
                    earlier.left_out = earlier.left_out.max(observed.left_out);
                }
            }
            let fingerprint = Fingerprint::new(program, registers);
            let (name, rows) = (program.policy().name.clone(), later.rows.clone());
            self.run.groups.push(Group { name, fingerprint, known_until, ledger: settled, later: rows });
            now.push((at, later));
        }
        for (at, input) in self.fresh {
            let mut counts = tally.inputs.get(at).cloned().unwrap_or_default();
            counts.used += std::mem::take(&mut counts.left_out);
            self.run.inputs.push(KeptInput { counts, ..input });
        }
        self.run.rejects.append(&mut tally.rejects);
        let group = |policy: usize| self.leading.iter().position(|leading| *leading == policy);
        let unique = unique.into_iter().filter_map(|((policy, kind), rows)| Some(((group(policy)?, kind), rows)));
        self.run.unique = unique.collect();
        self.file.write(&self.run)?;
        for ((at, later), group) in now.into_iter().zip(self.run.groups) {
            let mut all = group.ledger;
            all.merge(later.ledger);
            if let Some(ledger) = ledgers.settled.get_mut(at) {
                *ledger = Some(all);
            }
        }
        tally.rejects = self.run.rejects;
        Ok((self.file, earlier))
    }
}
