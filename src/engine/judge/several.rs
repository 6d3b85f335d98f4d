//! Several policies of a run: the rules of one after the other, each on all threads; what is made of them, for several policies
//! at a time.

use super::facts::Facts;
use super::waive::Waivers;
use super::{Common, Judge, RunError, Settled, Sight};
use crate::engine::ledger::Ledger;
use crate::engine::registers::Registers;
use crate::engine::world::World;
use crate::model::{Finding, FindingFilter, Policy, Results};
use crate::program::Program;
use crate::threads::beside;
use std::sync::Arc;

/// What a policy is judged with.
pub type Run<'a> = (&'a Program, &'a Registers, &'a Ledger);

/// What stands of a policy.
pub(super) struct Standing {
    pub facts: Facts,
    pub results: Results,
}

/// Judges policies in order. Findings that `filter` lists go to `sink` with their policy: by rule name, subject and window, and
/// those of rules that read results after those of others. Rules that policies with one ledger have in common are judged once,
/// unless their findings are listed. The number of threads changes nothing in the results.
///
/// Errors as [`super::judge`], with the first policy that cannot be judged.
pub fn judge_all<'a>(
    threads: usize,
    runs: &[Run<'a>],
    filter: FindingFilter,
    sink: &mut dyn FnMut(&Policy, &Finding),
) -> Result<Vec<Results>, (&'a Policy, RunError)> {
    let mut all = Vec::with_capacity(runs.len());
    judge_each(threads, runs, filter, sink, &mut |_, more| all.extend(more))?;
    Ok(all)
}

/// As [`judge_all`], but hands results on while others are still to be judged: those of a few policies that follow each other,
/// with the position of the first. So they need not all be in memory.
///
/// Errors as [`judge_all`]; what was handed on before is then worth nothing.
pub fn judge_each<'a>(
    threads: usize,
    runs: &[Run<'a>],
    filter: FindingFilter,
    sink: &mut dyn FnMut(&Policy, &Finding),
    take: &mut dyn FnMut(usize, Vec<Results>),
) -> Result<(), (&'a Policy, RunError)> {
    let threads = threads.max(1);
    let mut alike: Vec<(&Ledger, Common)> = Vec::new();
    let mut first = 0;
    for together in runs.chunks(threads) {
        let begin = |run: &Run<'a>| {
            let see = &mut |finding: &Finding| sink(run.0.policy(), finding);
            Begun::new(threads, *run, filter, see, common_of(&mut alike, run.2))
        };
        let begun: Vec<_> = together.iter().map(begin).collect();
        let share = (threads / together.len()).max(1);
        let concluded = beside(begun, |begun| begun.and_then(|begun| begun.conclude(share)));
        let mut all = Vec::with_capacity(together.len());
        for (run, concluded) in together.iter().zip(concluded) {
            let policy = run.0.policy();
            let see = &mut |finding: &Finding| sink(policy, finding);
            let done = concluded.and_then(|begun| begun.list_waiting(threads, filter, see));
            all.push(done.map_err(|error| (policy, error))?);
        }
        take(first, all);
        first += together.len();
    }
    Ok(())
}

/// What policies with a ledger have in common.
fn common_of<'c, 'a>(alike: &'c mut Vec<(&'a Ledger, Common)>, ledger: &'a Ledger) -> &'c mut Common {
    let known = alike.iter().position(|(shared, _)| std::ptr::eq(*shared, ledger));
    let at = known.unwrap_or_else(|| {
        alike.push((ledger, Common::default()));
        alike.len() - 1
    });
    &mut alike[at].1
}

/// What every judge of a policy looks at.
struct Ground<'a> {
    run: Run<'a>,
    settled: Settled,
    waivers: Arc<Waivers>,
}

impl Ground<'_> {
    fn judge(&self, threads: usize) -> Judge<'_> {
        let (program, registers, ledger) = self.run;
        let world = World { program, registers, ledger: Some(ledger) };
        let sight = Sight { world, ledger, settled: &self.settled.0, waivers: &self.waivers };
        Judge { threads, ..Judge::seeing(sight) }
    }
}

/// A policy whose rules that read no results are judged.
struct Begun<'a> {
    ground: Ground<'a>,
    standing: Standing,
}

impl<'a> Begun<'a> {
    fn new(
        threads: usize,
        run: Run<'a>,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
        common: &mut Common,
    ) -> Result<Begun<'a>, RunError> {
        let (program, registers, ledger) = run;
        let settled = Settled::of(program, registers, ledger)?;
        let waivers = Arc::clone(&Judge::of(threads, program, registers, ledger, &settled).waivers);
        let ground = Ground { run, settled, waivers };
        let standing = ground.judge(threads).begin(filter, sink, common)?;
        Ok(Begun { ground, standing })
    }

    /// Makes everything of the policy but the findings that wait for it.
    fn conclude(mut self, threads: usize) -> Result<Begun<'a>, RunError> {
        self.ground.judge(threads).conclude(&mut self.standing)?;
        Ok(self)
    }

    /// Lists the findings that waited; gives the results.
    fn list_waiting(
        mut self,
        threads: usize,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
    ) -> Result<Results, RunError> {
        self.ground.judge(threads).list_waiting(&mut self.standing, filter, sink)?;
        Ok(self.standing.results)
    }
}
