//! A counter replayed for one subject, moment by moment.

use super::Review;
use crate::engine::judge::count::Taken;
use crate::engine::judge::subject::Subject;
use crate::model::{CounterId, Day, Moment, Ratio, Window};

/// What a counter came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRun {
    /// Moments with records, in order.
    pub moments: Vec<CounterMoment>,
    /// Points that stand at the end, in the term of the step that comes next.
    pub standing: Ratio,
    /// Steps on the ladder at the end.
    pub steps: u64,
}

/// The records of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterMoment {
    /// When.
    pub at: Moment,
    /// The day that it counts on.
    pub day: Day,
    /// A clean term before it brought back the first step.
    pub reset: bool,
    /// Points that its records add.
    pub added: Ratio,
    /// Number of records.
    pub records: u64,
    /// Points in the term of the step that comes next, before it is reached.
    pub points: Ratio,
    /// Steps that it reaches.
    pub reached: Vec<StepReached>,
}

/// A step that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReached {
    /// Position, from 1.
    pub step: usize,
    /// Its threshold.
    pub threshold: Ratio,
    /// Points that reach it.
    pub points: Ratio,
    /// Points that are carried on.
    pub carried: Ratio,
    /// The scope of the counter holds on that day, so that it brings its effects.
    pub in_scope: Option<bool>,
}

impl<'a> Review<'a> {
    /// Replays a counter for a subject up to the end of the run's period.
    #[must_use]
    pub fn counter(&self, id: CounterId, key: &str) -> Option<CounterRun> {
        let counter = self.policy().counters.get(id)?;
        let subject = self.id_of(counter.subject, key)?;
        let period = self.program().spec().period.window;
        let context = self.judge.subject(counter.subject, subject, period, true);
        let mut moments: Vec<CounterMoment> = Vec::new();
        let mut see = |taken: Taken<'_>| match taken {
            Taken::Moment { at, day, reset, added, records, points } => {
                moments.push(CounterMoment { at, day, reset, added, records, points, reached: Vec::new() });
            }
            Taken::Step { day, step, threshold, points, carried } => {
                let window = Window { start: day, end: day.plus(1) };
                let there = self.judge.subject(counter.subject, subject, window, true);
                let there: Subject<'_, 'a> = Subject { facts: Some(&self.judge.known), ..there };
                let reader = super::Reader { subject: there };
                let in_scope = counter.scope.as_ref().map_or(Some(true), |scope| reader.holds(scope));
                if let Some(last) = moments.last_mut() {
                    last.reached.push(StepReached { step: step + 1, threshold: *threshold, points, carried, in_scope });
                }
            }
        };
        let mut ladder = self.judge.replay(counter, &context, period.end, &mut see).ok()?;
        ladder.pass_to(period.last(), counter);
        let step = ladder.rung().min(counter.steps.len().saturating_sub(1));
        let standing = ladder.points(period.last(), counter, step).ok()?;
        Some(CounterRun { moments, standing, steps: ladder.rung() as u64 })
    }
}
