//! Evidence: the rows behind a subject, read again from the files. It explains a result and never changes it.

use super::cells::{cell_text, day_cell, moment_cell};
use super::error::DataError;
use super::lookup::{LinkedRow, Lookup, key_of_row, passed_kinds, refs_of_row};
use super::pass::{Task, Worker, run_pass};
use super::rows::{Converted, Converter, Fate};
use super::run::{Unique, note_unique, place, readings};
use super::setup::Setup;
use super::unique::Standing;
use crate::model::{Day, Id, KindId, Link, Moment, Policy, Window};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Which rows are asked for.
#[derive(Debug, Clone)]
pub struct EvidenceQuery<'q> {
    /// Position of the policy in the setup.
    pub policy: usize,
    /// Kind of the rows: records, or rows of a register.
    pub kind: KindId,
    /// How a row leads to the subject.
    pub link: &'q Link,
    /// Key of the subject.
    pub subject: &'q str,
    /// Only records dated in it, or register rows that hold on its last day.
    pub window: Option<Window>,
    /// Most rows to keep; the first by time, file and line.
    pub limit: usize,
}

/// The rows of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The rows, by time, file and line.
    pub rows: Vec<EvidenceRow>,
    /// Number of rows found, those beyond the limit included.
    pub total: u64,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceRow {
    /// First instant of the record, or of the first day of a register row; `None`: without a beginning.
    pub starts: Option<crate::model::Instant>,
    /// File.
    pub file: Arc<str>,
    /// Line.
    pub line: u64,
    /// When it is dated (records), as text.
    pub at: String,
    /// Filled fields: name and value.
    pub fields: Vec<(String, String)>,
    /// The record is later than as-of and was left out.
    pub left_out: bool,
}

/// Answers all questions with one pass over the files that can hold rows for them, after one over the
/// registers that their links pass through. Rows that the run rejected or counted once are not shown twice.
pub fn find_evidence(setup: &Setup, queries: &[EvidenceQuery<'_>]) -> Result<Vec<Evidence>, DataError> {
    let names: Vec<Arc<str>> = setup.files.iter().map(|file| Arc::from(file.name.as_str())).collect();
    let mut passed: BTreeSet<(usize, KindId)> = BTreeSet::new();
    for query in queries {
        if let Some(policy) = setup.policies.get(query.policy) {
            passed.extend(passed_kinds(policy, query.kind, query.link).into_iter().map(|kind| (query.policy, kind)));
        }
    }
    let mut lookups = Vec::new();
    for at in 0..setup.policies.len() {
        let kinds: BTreeSet<KindId> =
            passed.iter().filter(|(policy, _)| *policy == at).map(|(_, kind)| *kind).collect();
        lookups.push(lookup(setup, &names, at, &kinds)?);
    }
    let asked: BTreeSet<(usize, KindId)> = queries.iter().map(|query| (query.policy, query.kind)).collect();
    let unique = note_unique(setup, &names, 1)?;
    let mut answers = vec![Evidence::default(); queries.len()];
    for entities in [true, false] {
        let finder = Finder { setup, names: &names, lookups: &lookups, unique: &unique, queries, entities, answers };
        let done = run_pass(setup, &of_kinds(setup, &asked, entities), vec![finder])?.pop();
        answers = done.map(|finder| finder.answers).unwrap_or_default();
    }
    for (answer, query) in answers.iter_mut().zip(queries) {
        answer.rows.sort();
        answer.rows.truncate(query.limit);
    }
    Ok(answers)
}

/// Readings of the feeds that bring one of these kinds.
fn of_kinds(setup: &Setup, kinds: &BTreeSet<(usize, KindId)>, entities: bool) -> Vec<(usize, usize)> {
    readings(setup, |feed| {
        feed.kinds.iter().filter(|kind| kind.entity == entities).any(|kind| {
            let plans = kind.plans.iter().enumerate();
            plans.filter_map(|(at, plan)| Some((at, plan.as_ref()?.kind))).any(|found| kinds.contains(&found))
        })
    })
}

fn lookup(setup: &Setup, names: &[Arc<str>], policy: usize, kinds: &BTreeSet<KindId>) -> Result<Lookup, DataError> {
    let mut lookup = Lookup::default();
    if kinds.is_empty() {
        return Ok(lookup);
    }
    let wanted: BTreeSet<(usize, KindId)> = kinds.iter().map(|kind| (policy, *kind)).collect();
    for entities in [true, false] {
        let collector = Collector { setup, names, policy, kinds, entities, lookup };
        let done = run_pass(setup, &of_kinds(setup, &wanted, entities), vec![collector])?.pop();
        lookup = done.map(|collector| collector.lookup).unwrap_or_default();
    }
    lookup.settle();
    Ok(lookup)
}

struct Collector<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    policy: usize,
    kinds: &'p BTreeSet<KindId>,
    entities: bool,
    lookup: Lookup,
}

impl Worker for Collector<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let (Some(feed), Some(file)) = (self.setup.feeds.get(task.feed), self.names.get(task.file)) else {
            return Ok(());
        };
        let converter = Converter::new(feed, &self.setup.policies, self.entities);
        let converted = converter.convert(file, &task.block, &mut |_, _, _, _| Ok(Fate::Used));
        for part in converted.parts.iter().filter(|part| part.policy == self.policy) {
            if let (true, Some(policy)) = (self.kinds.contains(&part.batch.kind), self.setup.policies.get(part.policy))
            {
                self.lookup.add(policy, &part.batch);
            }
        }
        Ok(())
    }
}

struct Finder<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    lookups: &'p [Lookup],
    unique: &'p Unique,
    queries: &'p [EvidenceQuery<'p>],
    entities: bool,
    answers: Vec<Evidence>,
}

impl Worker for Finder<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let (Some(feed), Some(file)) = (self.setup.feeds.get(task.feed), self.names.get(task.file)) else {
            return Ok(());
        };
        let unique = self.unique;
        let converter = Converter::new(feed, &self.setup.policies, self.entities);
        let converted = converter.convert(file, &task.block, &mut |kind, policy, hashes, line| {
            let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
            let rows = plan.and_then(|plan| unique.get(&(policy, plan.kind.0)));
            match hashes.zip(rows).map(|(hashes, rows)| rows.standing(hashes.key, place(task, line))) {
                Some(Standing::Copy | Standing::Conflict) => Ok(Fate::Copy),
                Some(Standing::Counts) | None => Ok(Fate::Used),
            }
        });
        self.take(task, file, &converted);
        Ok(())
    }
}

impl Finder<'_> {
    fn take(&mut self, task: &Task, file: &Arc<str>, converted: &Converted) {
        let setup = self.setup;
        for part in &converted.parts {
            let (Some(policy), Some(spec)) = (setup.policies.get(part.policy), setup.specs.get(part.policy)) else {
                continue;
            };
            let kind = part.batch.kind;
            let asked: Vec<usize> = (self.queries.iter().enumerate())
                .filter(|(_, query)| query.policy == part.policy && query.kind == kind)
                .map(|(at, _)| at)
                .collect();
            if asked.is_empty() {
                continue;
            }
            for (row, of_block) in part.rows.iter().enumerate() {
                let key = key_of_row(policy, &part.batch, row);
                let refs = refs_of_row(policy, &part.batch, row);
                let linked = LinkedRow { kind, key: key.as_deref(), refs: &refs };
                let moment = moment_of(policy, &part.batch, row);
                let life = [&part.batch.since, &part.batch.until]
                    .map(|column| column.as_ref().and_then(|column| day_cell(column, row)));
                for at in &asked {
                    let (Some(query), Some(answer)) = (self.queries.get(*at), self.answers.get_mut(*at)) else {
                        continue;
                    };
                    let reference = query.window.unwrap_or(spec.period.window).last();
                    let day = match moment {
                        Some(moment) => moment.day(),
                        None => reference,
                    };
                    let leads = self.lookups.get(part.policy).is_some_and(|lookup| {
                        in_time(query.window, moment, life)
                            && lookup.leads(policy, &linked, query.link, query.subject, day)
                    });
                    if !leads {
                        continue;
                    }
                    answer.total += 1;
                    let line = task.block.lines.get(*of_block as usize).copied().unwrap_or(0);
                    answer.rows.push(EvidenceRow {
                        starts: moment.map(Moment::earliest).or(life.first().copied().flatten().map(Day::start)),
                        file: Arc::clone(file),
                        line,
                        at: moment.map(|moment| moment.to_string()).unwrap_or_default(),
                        fields: fields_of(policy, &part.batch, row),
                        left_out: moment.is_some_and(|moment| !spec.as_of.reads(moment)),
                    });
                    // Rows beyond the limit are dropped from time to time, the first are kept.
                    if answer.rows.len() > query.limit.saturating_mul(2).max(1024) {
                        answer.rows.sort();
                        answer.rows.truncate(query.limit);
                    }
                }
            }
        }
    }
}

fn in_time(window: Option<Window>, moment: Option<Moment>, life: [Option<Day>; 2]) -> bool {
    let Some(window) = window else { return true };
    match moment {
        Some(moment) => window.contains(moment.day()),
        None => {
            life[0].is_none_or(|since| since <= window.last()) && life[1].is_none_or(|until| window.last() <= until)
        }
    }
}

fn moment_of(policy: &Policy, batch: &crate::engine::batch::Batch<'_>, row: usize) -> Option<Moment> {
    let at = policy.kinds.get(batch.kind)?.at?;
    moment_cell(batch.columns.get(at.index())?.as_ref()?, row)
}

fn fields_of(policy: &Policy, batch: &crate::engine::batch::Batch<'_>, row: usize) -> Vec<(String, String)> {
    let Some(kind) = policy.kinds.get(batch.kind) else { return Vec::new() };
    let filled = kind.fields.entries().filter_map(|(id, field)| {
        let column = batch.columns.get(id.index())?.as_ref()?;
        Some((field.name.clone(), cell_text(policy, &field.ty, column, row)?))
    });
    filled.collect()
}
