//! Looking back at a run that was judged: what stood behind a result, decided again by the code that judged. For
//! explanations only; nothing here changes a result.

mod absent;
mod awards;
mod counters;
mod doubts;
mod lines;
mod pay;
mod periods;
mod reader;
mod rows;
mod taken;
mod terms;
mod waivers;

pub use absent::Absent;
pub use awards::{Level, Missed, Pooled, Standing, StandingOf};
pub use counters::{ChargeTrace, CounterMoment, CounterRun, CountsThen, StepReached};
pub use doubts::Lack;
pub use lines::{AdjustTrace, Fate, GateTrace, GroupTrace, ItemTrace, LineTrace, Scored, TotalTrace};
pub use pay::{CeilingTrace, PaymentTrace, RewardTrace};
pub use periods::{OtherPeriod, PeriodUse};
pub use reader::{Figure, NoResult, Reader};
pub use rows::RowUses;
pub use taken::Taken;
pub use terms::{Explained, Extending, Idle, Starting, Stopping, TermTrace};
pub use waivers::WaiverTrace;

pub use super::count::{Before, Cleared};
pub use super::frame::Days;
use super::{Judge, RunError, Settled};
use crate::engine::ledger::Ledger;
use crate::engine::registers::Registers;
use crate::engine::trace::Trace;
use crate::model::{Finding, FindingFilter, KindId, Policy, Results};
use crate::program::Program;
use std::cell::RefCell;

/// A run that was judged.
pub struct Review<'a> {
    judge: Judge<'a>,
    results: Results,
    beyond: Vec<Finding>,
}

impl<'a> Review<'a> {
    /// Judges a run, with up to so many threads. Every obligation goes to `sink`.
    ///
    /// Errors as [`super::judge_on`].
    pub fn judge(
        threads: usize,
        program: &'a Program,
        registers: &'a Registers,
        ledger: &'a Ledger,
        settled: &'a Settled,
        sink: &mut dyn FnMut(&Finding),
    ) -> Result<Review<'a>, RunError> {
        let mut judge = Judge::of(threads, program, registers, ledger, settled);
        judge.beyond = Some(RefCell::default());
        let (results, facts) = judge.everything(FindingFilter::All, sink)?;
        judge.known = facts;
        // A rule that reads results is judged twice.
        let mut beyond = judge.beyond.take().map(RefCell::into_inner).unwrap_or_default();
        beyond.sort_by(|a, b| (a.rule, &a.subject, a.start, a.last).cmp(&(b.rule, &b.subject, b.start, b.last)));
        beyond.dedup();
        Ok(Review { judge, results, beyond })
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.judge.world.policy()
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &'a Program {
        self.judge.world.program
    }

    /// What the run decided.
    #[must_use]
    pub fn results(&self) -> &Results {
        &self.results
    }

    /// Obligations outside the run's period that count for events in it.
    #[must_use]
    pub fn beyond(&self) -> &[Finding] {
        &self.beyond
    }

    /// What rows of the run counted for.
    #[must_use]
    pub fn trace(&self) -> Trace<'a> {
        Trace::of(self.judge.world)
    }

    fn id_of(&self, kind: KindId, key: &str) -> Option<u32> {
        self.trace().id_of(kind, key)
    }
}
