//! A rule with many subjects on several threads: each has a judge of its own, and takes its share of the subjects; findings go out in
//! the order of the subjects all the same.

use super::facts::Facts;
use super::obligation::RuleRun;
use super::{Judge, RunError};
use crate::model::{Counts, Finding, FindingFilter, RuleId};
use std::sync::mpsc::{SyncSender, sync_channel};

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
        let (sight, rule, threads) = (self.sight(), run.id, self.threads);
        let mut counts = Counts::default();
        std::thread::scope(|scope| {
            let (mut lines, mut workers) = (Vec::new(), Vec::new());
            for at in 0..threads {
                // One share waits while the next is judged.
                let (sender, receiver) = sync_channel(1);
                let chunks = ids.chunks(CHUNK).skip(at).step_by(threads);
                workers.push(scope.spawn(move || Judge::seeing(sight).hand_over(rule, chunks, filter, &sender)));
                lines.push(receiver);
            }
            let mut stopped = Ok(());
            for line in lines.iter().cycle().take(ids.chunks(CHUNK).len()) {
                // A line that ends early is that of a thread that panicked.
                match line.recv() {
                    Ok(Ok(share)) => {
                        let Share { counts: more, findings } = share;
                        counts.merge(more);
                        findings.iter().for_each(&mut *see);
                    }
                    Ok(Err(error)) => {
                        stopped = Err(error);
                        break;
                    }
                    Err(_) => break,
                }
            }
            drop(lines);
            for worker in workers {
                match worker.join() {
                    Ok(found) => facts.merge(found),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            stopped
        })?;
        Ok(counts)
    }

    /// Judges chunks of subjects, hands over each, and gives what was gathered of all.
    fn hand_over<'i>(
        &self,
        rule: RuleId,
        chunks: impl Iterator<Item = &'i [u32]>,
        filter: FindingFilter,
        out: &SyncSender<Result<Share, RunError>>,
    ) -> Facts {
        let run = self.run_of(rule);
        let mut facts = Facts::of(self.world.program);
        for ids in chunks {
            let mut share = Share::default();
            let see = &mut |judged: &Finding| {
                share.counts.add(judged.outcome);
                if filter.lists(judged.outcome) {
                    share.findings.push(judged.clone());
                }
            };
            let judged = ids.iter().try_for_each(|id| self.every_obligation(&run, *id, &mut facts, see));
            let failed = judged.is_err();
            // Nobody listens any more where a share before this one failed.
            if out.send(judged.map(|()| share)).is_err() || failed {
                break;
            }
        }
        facts
    }
}
