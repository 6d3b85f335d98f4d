//! One pass over the files that can hold rows for some questions.

use super::row::{Spot, evidence_row, given_cells, key_of, moment_of};
use super::{Aside, Evidence, EvidenceQuery, Side};
use crate::data::bind::RowPlan;
use crate::data::cells::day_cell;
use crate::data::error::DataError;
use crate::data::pass::{Task, Worker, readings, run_pass};
use crate::data::rows::{Converter, Fate, Part};
use crate::data::run::Observation;
use crate::data::setup::Setup;
use crate::data::tally::place;
use crate::data::unique::Standing;
use crate::data::unique_pass::{Unique, note_unique};
use crate::engine::batch::Batch;
use crate::engine::review::Idle;
use crate::engine::trace::{Counted, Passed, Trace};
use crate::limits::EXPLAINED_NEAR_MAX;
use crate::model::{Moment, Role, SourcePart};
use std::collections::BTreeMap;
use std::sync::Arc;

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
                    .any(|(policy, kind)| asked.parts.iter().any(|one| one.policy == policy && one.part.kind == kind))
            })
        });
        let done = run_pass(setup, &wanted, vec![finder])?.pop();
        answers = done.map(|finder| finder.answers).unwrap_or_default();
    }
    for (answer, query) in answers.iter_mut().zip(queries) {
        answer.shorten(query.limit);
        answer.rows.sort();
    }
    Ok(answers)
}

/// Queries of one subject: positions.
type BySubject<'q> = BTreeMap<&'q str, Vec<usize>>;

/// Questions by policy and part, so that a row is traced once for each part.
struct Asked<'q> {
    queries: &'q [EvidenceQuery<'q>],
    parts: Vec<AskedPart<'q>>,
}

/// Questions about one part.
struct AskedPart<'q> {
    policy: usize,
    part: &'q SourcePart,
    /// They ask for the rows of the subjects themselves.
    itself: bool,
    /// They ask for the rows of aggregates over rows.
    of_rows: bool,
    subjects: BySubject<'q>,
}

impl<'q> Asked<'q> {
    fn new(queries: &'q [EvidenceQuery<'q>]) -> Asked<'q> {
        let mut parts: Vec<AskedPart<'_>> = Vec::new();
        for (at, query) in queries.iter().enumerate() {
            let EvidenceQuery { policy, part, itself, .. } = *query;
            let of_rows = query.of_rows.is_some();
            let same = |one: &AskedPart<'_>| {
                (one.policy, one.itself, one.of_rows) == (policy, itself, of_rows) && one.part == part
            };
            let found = parts.iter().position(same).unwrap_or_else(|| {
                parts.push(AskedPart { policy, part, itself, of_rows, subjects: BTreeMap::new() });
                parts.len() - 1
            });
            if let Some(found) = parts.get_mut(found) {
                found.subjects.entry(query.subject).or_default().push(at);
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
        let parts = asked.parts.iter().filter(|one| one.policy == rows.policy && one.part.kind == batch.kind);
        for AskedPart { part, itself, of_rows, subjects, .. } in parts {
            for (row, of_block) in rows.rows.iter().enumerate() {
                let line = task.block.lines.get(*of_block as usize).copied().unwrap_or(0);
                let given = given_cells(plan, &task.block, *of_block as usize);
                let spot = Spot { file, line, given: &given };
                if *itself {
                    self.take_itself(trace, subjects, batch, row, spot);
                    continue;
                }
                if policy.kinds.get(batch.kind).is_some_and(|kind| kind.role == Role::Entity) {
                    self.take_entity(trace, part, subjects, batch, row, spot);
                    continue;
                }
                if *of_rows {
                    self.take_event(trace, subjects, batch, row, spot);
                    continue;
                }
                let wide = subjects.values().flatten().any(|at| self.margin_days(*at) > 0);
                let Some(counted) = trace.counted(batch, row, part, wide) else { continue };
                for at in counted.subjects.iter().filter_map(|key| subjects.get(key.as_str())).flatten() {
                    let Some(query) = asked.queries.get(*at) else { continue };
                    let (kept, mut aside) = judged(query, &counted);
                    if let (Some(true), Some(doer)) = (kept, &counted.doer)
                        && doer != query.subject
                    {
                        aside = Some(Aside::Instead(doer.clone()));
                    }
                    if kept == Some(true)
                        && aside.is_none()
                        && let Some(at) = trace.unsaid(batch, row, &query.values).first()
                    {
                        aside = Some(Aside::Unsaid(*at));
                    }
                    let own_day = counted.at.day();
                    if let Some(year) = counted.year.clone() {
                        let inside = query.side(&counted) == Side::Inside;
                        if inside != query.holds(own_day) {
                            let read = match (inside, aside) {
                                (true, None) => (kept, Some(Aside::Year(year))),
                                (true, aside) => (kept, aside),
                                (false, _) => (Some(false), Some(Aside::Year(year))),
                            };
                            self.keep(*at, trace, batch, row, spot, read);
                            continue;
                        }
                    }
                    match query.side(&counted) {
                        Side::Inside => self.keep(*at, trace, batch, row, spot, (kept, aside)),
                        side if kept == Some(true) && query.is_near(counted.day) => {
                            let aside = if side == Side::Before { Aside::Early } else { Aside::Late };
                            self.keep_near(*at, trace, batch, row, spot, aside);
                        }
                        Side::Before | Side::After => {}
                    }
                }
                for (key, passed) in &counted.others {
                    let aside = match passed {
                        Passed::Place(own) => Aside::Below(own.clone()),
                        Passed::Actor(own) => Aside::Actor(own.clone()),
                    };
                    for at in subjects.get(key.as_str()).into_iter().flatten() {
                        let Some(query) = asked.queries.get(*at) else { continue };
                        let inside = query.side(&counted) == Side::Inside;
                        if query.margin_days > 0 && counted.kept == Some(true) && inside {
                            self.keep_near(*at, trace, batch, row, spot, aside.clone());
                        }
                    }
                }
            }
        }
    }

    fn margin_days(&self, query: usize) -> i32 {
        self.asked.queries.get(query).map_or(0, |query| query.margin_days)
    }

    /// A row that is a subject's own.
    fn take_itself(
        &mut self,
        trace: &Trace<'_>,
        subjects: &BySubject<'_>,
        batch: &Batch<'_>,
        row: usize,
        place: Spot<'_>,
    ) {
        let Some(key) = key_of(trace.policy(), batch, row) else { return };
        let asked = self.asked;
        let [since, until] =
            [&batch.since, &batch.until].map(|column| column.as_ref().and_then(|column| day_cell(column, row)));
        for at in subjects.get(key.as_str()).into_iter().flatten() {
            let Some(day) = asked.queries.get(*at).and_then(|query| query.to).map(|to| to.plus(-1)) else { continue };
            if since.is_none_or(|since| since <= day) && until.is_none_or(|until| day <= until) {
                self.keep(*at, trace, batch, row, place, (Some(true), None));
            }
        }
    }

    /// A record as a row, on its own day.
    fn take_event(
        &mut self,
        trace: &Trace<'_>,
        subjects: &BySubject<'_>,
        batch: &Batch<'_>,
        row: usize,
        place: Spot<'_>,
    ) {
        let policy = trace.policy();
        let asked = self.asked;
        let Some(key) = key_of(policy, batch, row) else { return };
        let Some(day) = trace.event_day(batch.kind, &key) else { return };
        for at in subjects.values().flatten() {
            let Some(query) = asked.queries.get(*at) else { continue };
            let outside = query.from.is_some_and(|from| day < from) || query.to.is_some_and(|to| to <= day);
            let uncounted = || {
                let at = moment_of(policy, batch, row);
                query.taken.as_ref().zip(at).is_some_and(|(taken, at)| !taken.contains(&at))
            };
            let beside = query.beside.and_then(|beside| beside.get(&key)).filter(|_| !outside);
            if let Some(is_early) = beside {
                let aside = if *is_early { Aside::Early } else { Aside::Late };
                self.keep_near(*at, trace, batch, row, place, aside);
            }
            if let (Some(read), false) = (row_counts(query, &key), outside) {
                let read =
                    if read.0 == Some(true) && uncounted() { (Some(false), Some(Aside::Uncounted)) } else { read };
                self.keep(*at, trace, batch, row, place, read);
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
        place: Spot<'_>,
    ) {
        let policy = trace.policy();
        let asked = self.asked;
        let Some(key) = key_of(policy, batch, row) else { return };
        let [since, until] =
            [&batch.since, &batch.until].map(|column| column.as_ref().and_then(|column| day_cell(column, row)));
        for (subject, queries) in subjects {
            for at in queries {
                let Some(query) = asked.queries.get(*at) else { continue };
                let Some(day) = query.to.map(|to| to.plus(-1)) else { continue };
                if since.is_some_and(|since| since > day) || until.is_some_and(|until| day > until) {
                    continue;
                }
                let leads = || trace.leads(batch.kind, &key, &part.link, day).iter().any(|found| found == subject);
                let read = match &query.of_rows {
                    Some(_) => row_counts(query, &key),
                    None => leads().then(|| {
                        let kept = trace.holds(batch.kind, &key, part.filter.as_ref(), day);
                        (kept, (kept == Some(false)).then_some(Aside::Filter(0)))
                    }),
                };
                if let Some(read) = read {
                    self.keep(*at, trace, batch, row, place, read);
                }
            }
        }
    }

    fn keep_near(
        &mut self,
        query: usize,
        trace: &Trace<'_>,
        batch: &Batch<'_>,
        row: usize,
        place: Spot<'_>,
        aside: Aside,
    ) {
        let Some(answer) = self.answers.get_mut(query) else { return };
        answer.near_total += 1;
        answer.near.push(evidence_row(trace, batch, row, place, (Some(false), Some(aside))));
        let all = self.asked.queries.get(query).is_some_and(|query| query.limit == usize::MAX);
        if !all && answer.near.len() > 1024 {
            answer.near.sort();
            answer.near.truncate(EXPLAINED_NEAR_MAX);
        }
    }

    fn keep(
        &mut self,
        query: usize,
        trace: &Trace<'_>,
        batch: &Batch<'_>,
        row: usize,
        place: Spot<'_>,
        (kept, aside): (Option<bool>, Option<Aside>),
    ) {
        let limit = self.asked.queries.get(query).map_or(0, |query| query.limit);
        let Some(answer) = self.answers.get_mut(query) else { return };
        answer.total += 1;
        answer.kept += u64::from(kept == Some(true));
        answer.rows.push(evidence_row(trace, batch, row, place, (kept, aside)));
        // Rows beyond the limit are dropped from time to time, the first are kept.
        if answer.rows.len() > limit.saturating_mul(2).max(1024) {
            answer.shorten(limit);
        }
    }
}

/// Whether a record counts, and why not.
fn judged(query: &EvidenceQuery<'_>, counted: &Counted) -> (Option<bool>, Option<Aside>) {
    let aside = match counted.kept {
        Some(false) if counted.not_first => Some(Aside::NotFirst),
        Some(false) | None => counted.failed.map(Aside::Filter),
        Some(true) if query.spaced.as_ref().is_some_and(|spaced| !spaced.contains(&counted.at)) => {
            return (Some(false), Some(Aside::Spacing));
        }
        Some(true) if query.taken.as_ref().is_some_and(|taken| !taken.contains(&counted.at)) => {
            return (Some(false), Some(Aside::Uncounted));
        }
        Some(true) => {
            if let Some(idle) = query.acting.and_then(|acting| idle(acting, counted.at)) {
                return (Some(false), Some(Aside::Idle(idle)));
            }
            None
        }
    };
    (counted.kept, aside)
}

/// Why a record of a moment changes nothing of a term.
fn idle(acting: &[(Moment, Option<Idle>)], at: Moment) -> Option<Idle> {
    let own = acting.iter().filter(|(moment, _)| moment.earliest() == at.earliest()).map(|(_, idle)| *idle);
    // Of a moment that is named more than once the record acts where one does.
    own.min().unwrap_or(Some(Idle::Nothing))
}

/// Whether a row counts of those that an aggregate over rows looks at; `None`: it does not look at it.
fn row_counts(query: &EvidenceQuery<'_>, key: &str) -> Option<(Option<bool>, Option<Aside>)> {
    let (kept, failed) = *query.of_rows?.get(key)?;
    Some((kept, failed.map(Aside::Filter)))
}
