//! A rule with many subjects on several threads: each has a judge of its own, and takes its share of the subjects; findings go out in
//! the order of the subjects all the same.

use super::facts::Facts;
use super::obligation::RuleRun;
use super::{Judge, RunError};
use crate::model::{Counts, Finding, FindingFilter};
use crate::threads::in_order;

/// Subjects that a thread judges before it hands over what they came to.
const CHUNK: usize = 2_048;

/// What some subjects came to.
#[derive(Default)]
struct Share {
    counts: Counts,
    findings: Vec<Finding>,
}

impl<'a> Judge<'a> {
    /// Whether a rule for so many subjects is worth more than one thread. One that may read results stays on one: they stand here.
    pub(super) fn is_spread(&self, subjects: usize) -> bool {
        self.threads > 1 && subjects > CHUNK && self.known.results.iter().all(hashbrown::HashMap::is_empty)
    }

    /// Judges every obligation of a rule for these subjects, in their order.
    pub(super) fn spread(
        &self,
        run: &RuleRun<'a>,
        ids: &[u32],
        facts: &mut Facts,
        filter: FindingFilter,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<Counts, RunError> {
        let (sight, rule) = (self.sight(), run.id);
        let (mut counts, mut stopped) = (Counts::default(), Ok(()));
        let parts: Vec<&[u32]> = ids.chunks(CHUNK).collect();
        // Each thread has a judge of its own, and gives what was gathered of its subjects.
        let serve = |parts: &mut dyn Iterator<Item = &[u32]>, out: &mut dyn FnMut(Result<Share, RunError>) -> bool| {
            let judge = Judge::seeing(sight);
            let run = judge.run_of(rule);
            let mut facts = Facts::of(judge.world.program);
            for ids in parts {
                let mut share = Share::default();
                let see = &mut |judged: &Finding| {
                    share.counts.add(judged.outcome);
                    if filter.lists(judged.outcome) {
                        share.findings.push(judged.clone());
                    }
                };
                let judged = ids.iter().try_for_each(|id| judge.every_obligation(&run, *id, &mut facts, see));
                if !out(judged.map(|()| share)) {
                    break;
                }
            }
            facts
        };
        let found = in_order(self.threads, &parts, serve, &mut |share| match share {
            Ok(Share { counts: more, findings }) => {
                counts.merge(more);
                findings.iter().for_each(&mut *see);
                true
            }
            Err(error) => {
                stopped = Err(error);
                false
            }
        });
        found.into_iter().for_each(|found| facts.merge(found));
        stopped.map(|()| counts)
    }
}
