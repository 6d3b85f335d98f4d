//! Rows about a subject that could not be used: they count nowhere, so that an explanation has to name them.

use super::bind::{Feed, Feeder, RowPlan};
use super::error::DataError;
use super::pass::{Task, Worker, readings, run_pass};
use super::read::RawBlock;
use super::rejects::Reject;
use super::run::Observation;
use super::setup::Setup;
use crate::engine::trace::Trace;
use crate::model::{Day, Id, KindId, Link, SourcePart, Type};
use std::collections::BTreeMap;

/// Whose rows are asked for.
pub struct MentionQuery<'q> {
    /// Position of the policy in the setup.
    pub policy: usize,
    /// Kind of the subject.
    pub kind: KindId,
    /// Its key.
    pub subject: &'q str,
    /// How rows lead to it beside naming it: those of the questions about evidence.
    pub parts: Vec<&'q SourcePart>,
    /// The day on which references are followed.
    pub day: Day,
}

/// For each question the rejected rows that name the subject, or lead to it, by file and line: positions among the rejects of
/// the run. Reads the files with rejects once more.
pub fn find_mentions(
    setup: &Setup,
    observation: &Observation,
    queries: &[MentionQuery<'_>],
) -> Result<Vec<Vec<usize>>, DataError> {
    if observation.rejects.is_empty() || queries.is_empty() {
        return Ok(vec![Vec::new(); queries.len()]);
    }
    let mut by_place: BTreeMap<(&str, u64), Vec<usize>> = BTreeMap::new();
    for (at, Reject { file, line, .. }) in observation.rejects.iter().enumerate() {
        by_place.entry((file, *line)).or_default().push(at);
    }
    let traces = (observation.programs.iter().zip(&observation.registers).zip(&observation.ledgers))
        .map(|((program, registers), ledger)| Trace::new(program, registers, ledger))
        .collect();
    let mut wanted = readings(setup, |_| true);
    let has_rejects = |file: &str| by_place.range((file, 0)..=(file, u64::MAX)).next().is_some();
    wanted.retain(|(file, _)| setup.files.get(*file).is_some_and(|file| has_rejects(&file.name)));
    let finder = Finder { setup, by_place: &by_place, traces, queries, found: vec![Vec::new(); queries.len()] };
    let done = run_pass(setup, &wanted, vec![finder])?.pop();
    let mut found = done.map(|finder| finder.found).unwrap_or_default();
    for one in &mut found {
        one.sort_unstable();
        one.dedup();
    }
    Ok(found)
}

struct Finder<'p> {
    setup: &'p Setup,
    by_place: &'p BTreeMap<(&'p str, u64), Vec<usize>>,
    traces: Vec<Trace<'p>>,
    queries: &'p [MentionQuery<'p>],
    found: Vec<Vec<usize>>,
}

impl Worker for Finder<'_> {
    fn work(&mut self, task: &Task) -> Result<(), DataError> {
        let (Some(feed), Some(file)) = (self.setup.feeds.get(task.feed), self.setup.files.get(task.file)) else {
            return Ok(());
        };
        for (row, line) in task.block.lines.iter().enumerate() {
            let Some(rejects) = self.by_place.get(&(file.name.as_str(), *line)) else { continue };
            for (query, found) in self.queries.iter().zip(&mut self.found) {
                if self.traces.get(query.policy).is_some_and(|trace| mentions(trace, query, feed, &task.block, row)) {
                    found.extend(rejects);
                }
            }
        }
        Ok(())
    }
}

/// Whether a row, as whatever kind the feed may read it, names a subject or leads to it.
fn mentions(trace: &Trace<'_>, query: &MentionQuery<'_>, feed: &Feed, block: &RawBlock, row: usize) -> bool {
    let plans = feed.kinds.iter().filter_map(|kind| kind.plans.get(query.policy)?.as_ref());
    plans.into_iter().any(|plan| leads(trace, query, plan, block, row))
}

fn leads(trace: &Trace<'_>, query: &MentionQuery<'_>, plan: &RowPlan, block: &RawBlock, row: usize) -> bool {
    let Some(kind) = trace.policy().kinds.get(plan.kind) else { return false };
    let cell = |field: usize| match plan.fields.get(field).map(|field| &field.from) {
        Some(Feeder::Column(column)) => block.text(row, *column).trim().to_owned(),
        Some(Feeder::Constant(text)) => text.clone(),
        Some(Feeder::Joined(at)) => block.joined_text(row, *at).trim().to_owned(),
        None => String::new(),
    };
    let own = plan.kind == query.kind && kind.key.is_some_and(|key| cell(key.index()) == query.subject);
    let named = || {
        let refs = kind.fields.entries().filter(|(_, field)| field.ty == Type::Ref(query.kind));
        refs.into_iter().any(|(id, _)| cell(id.index()) == query.subject)
    };
    let reached = || {
        let parts = query.parts.iter().filter(|part| part.kind == plan.kind);
        parts.into_iter().any(|part| {
            let Link::Path { path, ancestors } = &part.link else { return false };
            let Some((first, rest)) = path.split_first() else { return false };
            let Some(Type::Ref(target)) = kind.fields.get(*first).map(|field| &field.ty) else { return false };
            let rest = Link::Path { path: rest.to_vec(), ancestors: *ancestors };
            let reached = trace.leads(*target, &cell(first.index()), &rest, query.day);
            reached.iter().any(|key| key == query.subject)
        })
    };
    own || named() || reached()
}
