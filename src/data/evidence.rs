//! Evidence: the rows behind a subject, read again from the files. It explains a result and never changes it.
//!
//! What a row counted for is asked of the engine's own trace, so that an explanation cannot differ from the run.

use super::bind::RowPlan;
use super::cells::{cell_text, day_cell, moment_cell};
use super::error::DataError;
use super::pass::{Task, Worker, readings, run_pass};
use super::read::RawBlock;
use super::rows::{Converter, Fate, Part};
use super::run::Observation;
use super::setup::Setup;
use super::tally::place;
use super::unique::Standing;
use super::unique_pass::{Unique, note_unique};
use crate::engine::batch::Batch;
use crate::engine::trace::Trace;
use crate::model::{Day, FieldId, Id, Instant, Moment, Policy, Role, SourcePart};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows kept of those that lead to a subject and do not count: enough to see why.
const NOT_COUNTED_MAX: usize = 5;

/// Which rows are asked for.
#[derive(Debug, Clone, Copy)]
pub struct EvidenceQuery<'q> {
    /// Position of the policy in the setup.
    pub policy: usize,
    /// Kind of the rows, how they lead to the subject, which of them count.
    pub part: &'q SourcePart,
    /// Key of the subject.
    pub subject: &'q str,
    /// First day of the records asked for.
    pub from: Option<Day>,
    /// First day after them; rows of a register are those that hold on the day before.
    pub to: Option<Day>,
    /// Records that began before these days are asked for too, where they reach into them.
    pub lasting: bool,
    /// Most rows to keep: those that count first, then by time, file and line.
    pub limit: usize,
}

/// The rows of one question.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The rows that lead to the subject: those that count first, then by time, file and line.
    pub rows: Vec<EvidenceRow>,
    /// Number of rows found, those beyond the limit included.
    pub total: u64,
    /// Number of them for which the filter holds.
    pub kept: u64,
}

impl Evidence {
    /// Keeps so many rows: those that count first, then those in doubt; among equals the first.
    fn shorten(&mut self, limit: usize) {
        let rank = |row: &EvidenceRow| match row.kept {
            Some(true) => 0,
            None => 1,
            Some(false) => 2,
        };
        self.rows.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)));
        let counting = self.rows.iter().filter(|row| row.kept != Some(false)).count();
        self.rows.truncate(limit.min(counting.saturating_add(NOT_COUNTED_MAX)));
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EvidenceRow {
    /// First instant of the record, or of the first day of a register row; `None`: without a beginning.
    pub starts: Option<Instant>,
    /// File.
    pub file: Arc<str>,
    /// Line.
    pub line: u64,
    /// When it is dated (records), as text.
    pub at: String,
    /// Filled fields.
    pub fields: Vec<FieldCell>,
    /// Whether the filter holds; `None`: it is not decided.
    pub kept: Option<bool>,
}

/// A filled field of a row.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldCell {
    /// Name of the field.
    pub name: String,
    /// Its value.
    pub value: String,
    /// It is a number that a person gave.
    pub given: Option<GivenCell>,
}

/// A number that a person gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GivenCell {
    /// Who gave it, where the policy names the field that says so.
    pub by: Option<String>,
    /// What was given, where a bound stands for it.
    pub written: Option<String>,
}

/// Answers all questions with one pass over the files that can hold rows for them. Rows that the run
/// rejected or left out are not shown; equal rows that count once are shown once.
pub fn find_evidence(
    setup: &Setup,
    observation: &Observation,
    queries: &[EvidenceQuery<'_>],
) -> Result<Vec<Evidence>, DataError> {
    let names: Vec<Arc<str>> = setup.files.iter().map(|file| Arc::from(file.name.as_str())).collect();
    let traces: Vec<Trace<'_>> = (observation.programs.iter().zip(&observation.registers).zip(&observation.ledgers))
        .map(|((program, registers), ledger)| Trace::new(program, registers, ledger))
        .collect();
    let unique = note_unique(setup, &names, 1, &readings(setup, |_| true))?;
    let asked = Asked::new(queries);
    let mut answers = vec![Evidence::default(); queries.len()];
    for entities in [true, false] {
        let finder =
            Finder { setup, names: &names, traces: &traces, unique: &unique, asked: &asked, entities, answers };
        let wanted = readings(setup, |feed| {
            feed.kinds.iter().filter(|kind| kind.entity == entities).any(|kind| {
                let plans = kind.plans.iter().enumerate();
                plans
                    .filter_map(|(at, plan)| Some((at, plan.as_ref()?.kind)))
                    .any(|(policy, kind)| asked.parts.iter().any(|(of, part, _)| *of == policy && part.kind == kind))
            })
        });
        let done = run_pass(setup, &wanted, vec![finder])?.pop();
        answers = done.map(|finder| finder.answers).unwrap_or_default();
    }
    for (answer, query) in answers.iter_mut().zip(queries) {
        answer.shorten(query.limit);
    }
    Ok(answers)
}

/// Queries of one subject: positions.
type BySubject<'q> = BTreeMap<&'q str, Vec<usize>>;

/// Questions by policy and part, so that a row is traced once for each part.
struct Asked<'q> {
    queries: &'q [EvidenceQuery<'q>],
    parts: Vec<(usize, &'q SourcePart, BySubject<'q>)>,
}

impl<'q> Asked<'q> {
    fn new(queries: &'q [EvidenceQuery<'q>]) -> Asked<'q> {
        let mut parts: Vec<(usize, &SourcePart, BySubject<'_>)> = Vec::new();
        for (at, query) in queries.iter().enumerate() {
            let found = parts.iter().position(|(policy, part, _)| *policy == query.policy && *part == query.part);
            let found = found.unwrap_or_else(|| {
                parts.push((query.policy, query.part, BTreeMap::new()));
                parts.len() - 1
            });
            if let Some((_, _, subjects)) = parts.get_mut(found) {
                subjects.entry(query.subject).or_default().push(at);
            }
        }
        Asked { queries, parts }
    }
}

struct Finder<'p> {
    setup: &'p Setup,
    names: &'p [Arc<str>],
    traces: &'p [Trace<'p>],
    unique: &'p Unique,
    asked: &'p Asked<'p>,
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
        let converted = converter.convert(file, &task.block, &mut |kind, policy, hashes, row| {
            let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
            let rows = plan.and_then(|plan| unique.get(&(policy, plan.kind.0)));
            match hashes.zip(rows).map(|(hashes, rows)| rows.standing(hashes.key, place(task, row))) {
                Some(Standing::Copy | Standing::Conflict) => Ok(Fate::Copy),
                Some(Standing::Counts) | None => Ok(Fate::Used),
            }
        });
        for part in &converted.parts {
            let plan = feed.kinds.get(part.kind).and_then(|kind| kind.plans.get(part.policy)?.as_ref());
            if let Some(plan) = plan {
                self.take(task, file, part, plan);
            }
        }
        Ok(())
    }
}

impl Finder<'_> {
    fn take(&mut self, task: &Task, file: &Arc<str>, rows: &Part, plan: &RowPlan) {
        let (asked, batch) = (self.asked, &rows.batch);
        let Some(trace) = self.traces.get(rows.policy) else { return };
        let policy = trace.policy();
        let parts = asked.parts.iter().filter(|(at, part, _)| *at == rows.policy && part.kind == batch.kind);
        for (_, part, subjects) in parts {
            for (row, of_block) in rows.rows.iter().enumerate() {
                let line = task.block.lines.get(*of_block as usize).copied().unwrap_or(0);
                if policy.kinds.get(batch.kind).is_some_and(|kind| kind.role == Role::Entity) {
                    self.take_entity(trace, part, subjects, batch, row, (file, line));
                    continue;
                }
                let Some(counted) = trace.counted(batch, row, part) else { continue };
                for at in counted.subjects.iter().filter_map(|key| subjects.get(key.as_str())).flatten() {
                    let Some(query) = asked.queries.get(*at) else { continue };
                    let after =
                        query.from.is_none_or(|from| from <= if query.lasting { counted.last } else { counted.day });
                    let before = query.to.is_none_or(|to| counted.day < to);
                    if after && before {
                        let given = given_cells(plan, &task.block, *of_block as usize);
                        self.keep(*at, policy, batch, row, (file, line), counted.kept, &given);
                    }
                }
            }
        }
    }

    fn take_entity(
        &mut self,
        trace: &Trace<'_>,
        part: &SourcePart,
        subjects: &BySubject<'_>,
        batch: &Batch<'_>,
        row: usize,
        place: (&Arc<str>, u64),
    ) {
        let policy = trace.policy();
        let Some(kind) = policy.kinds.get(batch.kind) else { return };
        let key = kind.key.and_then(|key| {
            let column = batch.columns.get(key.index())?.as_ref()?;
            cell_text(policy, &kind.fields.get(key)?.ty, column, row)
        });
        let Some(key) = key else { return };
        let [since, until] =
            [&batch.since, &batch.until].map(|column| column.as_ref().and_then(|column| day_cell(column, row)));
        for (subject, queries) in subjects {
            for at in queries {
                let Some(day) = self.asked.queries.get(*at).and_then(|query| query.to).map(|to| to.plus(-1)) else {
                    continue;
                };
                let holds = since.is_none_or(|since| since <= day) && until.is_none_or(|until| day <= until);
                if holds && trace.leads(batch.kind, &key, &part.link, day).iter().any(|found| found == subject) {
                    let kept = trace.holds(batch.kind, &key, part.filter.as_ref(), day);
                    self.keep(*at, policy, batch, row, place, kept, &[]);
                }
            }
        }
    }

    fn keep(
        &mut self,
        query: usize,
        policy: &Policy,
        batch: &Batch<'_>,
        row: usize,
        (file, line): (&Arc<str>, u64),
        kept: Option<bool>,
        bounded: &[(usize, String)],
    ) {
        let limit = self.asked.queries.get(query).map_or(0, |query| query.limit);
        let Some(answer) = self.answers.get_mut(query) else { return };
        answer.total += 1;
        answer.kept += u64::from(kept == Some(true));
        let moment = moment_of(policy, batch, row);
        let since = batch.since.as_ref().and_then(|column| day_cell(column, row));
        answer.rows.push(EvidenceRow {
            starts: moment.map(Moment::earliest).or(since.map(Day::start)),
            file: Arc::clone(file),
            line,
            at: moment.map(|moment| moment.to_string()).unwrap_or_default(),
            fields: fields_of(policy, batch, row, bounded),
            kept,
        });
        // Rows beyond the limit are dropped from time to time, the first are kept.
        if answer.rows.len() > limit.saturating_mul(2).max(1024) {
            answer.shorten(limit);
        }
    }
}

fn moment_of(policy: &Policy, batch: &Batch<'_>, row: usize) -> Option<Moment> {
    let at = policy.kinds.get(batch.kind)?.at?;
    moment_cell(batch.columns.get(at.index())?.as_ref()?, row)
}

/// What was given where a bound stands for it, by position of the field.
fn given_cells(plan: &RowPlan, block: &RawBlock, row: usize) -> Vec<(usize, String)> {
    let fields = plan.fields.iter().enumerate().filter(|(_, field)| field.conversion.bounds());
    fields.filter_map(|(at, field)| Some((at, field.bounded(block, row)?))).collect()
}

fn fields_of(policy: &Policy, batch: &Batch<'_>, row: usize, bounded: &[(usize, String)]) -> Vec<FieldCell> {
    let Some(kind) = policy.kinds.get(batch.kind) else { return Vec::new() };
    let text_of = |id: FieldId| {
        let column = batch.columns.get(id.index())?.as_ref()?;
        cell_text(policy, &kind.fields.get(id)?.ty, column, row)
    };
    let filled = kind.fields.entries().filter_map(|(id, field)| {
        let value = text_of(id)?;
        let given = field.given.map(|given| GivenCell {
            by: given.by.and_then(text_of),
            written: bounded.iter().find(|(at, _)| *at == id.index()).map(|(_, written)| written.clone()),
        });
        Some(FieldCell { name: field.name.clone(), value, given })
    });
    filled.collect()
}
