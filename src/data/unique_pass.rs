//! The pass that notes the keys of records whose rows are unique.

use super::bind::Feed;
use super::error::DataError;
use super::pass::{Task, Worker, run_pass};
use super::rows::{Converter, Fate};
use super::setup::Setup;
use super::tally::place;
use super::unique::UniqueRows;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Unique rows by policy and kind.
pub(super) type Unique = BTreeMap<(usize, u32), UniqueRows>;

/// Notes the keys of all records whose rows are unique.
pub(super) fn note_unique(
    setup: &Setup,
    names: &[Arc<str>],
    threads: usize,
    wanted: &[(usize, usize)],
) -> Result<Unique, DataError> {
    let has_unique = |feed: &Feed| {
        let records = feed.kinds.iter().filter(|kind| !kind.entity);
        records.flat_map(|kind| kind.plans.iter().flatten()).any(|plan| plan.unique.is_some())
    };
    let workers = (0..threads.max(1)).map(|_| Noter { setup, names, unique: Unique::new() }).collect();
    let mut all = Unique::new();
    let is_unique = |feed: usize| setup.feeds.get(feed).is_some_and(has_unique);
    let wanted: Vec<(usize, usize)> = wanted.iter().copied().filter(|(_, feed)| is_unique(*feed)).collect();
    for worker in run_pass(setup, &wanted, workers)? {
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
            &mut |kind, policy, hashes, row| {
                let plan = feed.kinds.get(kind).and_then(|kind| kind.plans.get(policy)?.as_ref());
                if let Some((hashes, plan)) = hashes.zip(plan) {
                    unique.entry((policy, plan.kind.0)).or_default().note(hashes.key, hashes.row, place(task, row));
                }
                // Nothing is kept of the rows: no columns are built.
                Ok(Fate::Skipped)
            },
        );
        Ok(())
    }
}
