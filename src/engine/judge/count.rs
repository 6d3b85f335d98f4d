//! Counters: the records of a subject, replayed in order of time (docs/SEMANTICS.md, "Counters").

use super::assess::effect_word;
use super::facts::Facts;
use super::subject::Subject;
use super::{Judge, RunError};
use crate::engine::eval::{Stored, eval};
use crate::engine::ledger::{AccState, Entry};
use crate::engine::value::{Tri, V, shift};
use crate::model::{
    AfterLastStep, AggFrame, Counter, CounterField, CounterId, Day, Effect, EffectOrigin, Excess, Link, Moment,
    Overflow, Period, Ratio, Results, Source, TermUnit, Window,
};

/// A ladder as it stands after some records.
#[derive(Default)]
struct Ladder {
    /// Points by day, since the last step.
    standing: Vec<(Day, Ratio)>,
    /// Steps since it began or was reset.
    rung: usize,
    /// The last day with points.
    last: Option<Day>,
    /// Steps reached: day and position.
    reached: Vec<(Day, usize)>,
    /// Some record's points or filter are unknown, or a threshold is open.
    doubtful: bool,
}

/// The day so many units before (or after) another.
fn moved(day: Day, (count, unit): (u32, TermUnit), back: bool) -> Day {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    shift(Moment::Day(day), if back { count.saturating_neg() } else { count }, unit).map_or(day, Moment::day)
}

impl Ladder {
    /// The ladder falls back after a clean term.
    fn pass_to(&mut self, day: Day, counter: &Counter) {
        if let (Some(clean), Some(last)) = (counter.clean, self.last)
            && day > moved(last, clean, false)
        {
            self.rung = 0;
        }
    }

    /// The step that comes next, unless there is none.
    fn next(&self, counter: &Counter) -> Option<usize> {
        let last = counter.steps.len().checked_sub(1)?;
        match counter.after_last {
            AfterLastStep::Ends if self.rung > last => None,
            _ => Some(self.rung.min(last)),
        }
    }

    /// Points that stand on a day in the term of a step.
    fn points(&self, day: Day, counter: &Counter, step: usize) -> Result<Ratio, Overflow> {
        let Some(step) = counter.steps.get(step) else { return Ok(Ratio::ZERO) };
        let after = moved(day, step.term, true);
        let standing = self.standing.iter().filter(|(at, _)| *at > after);
        standing.map(|(_, points)| *points).try_fold(Ratio::ZERO, Ratio::add)
    }
}

impl<'a> Judge<'a> {
    /// Replays the records of a subject before a day.
    fn ladder(&self, counter: &'a Counter, subject: &Subject<'_, 'a>, before: Day) -> Result<Ladder, Overflow> {
        let program = self.world.program;
        let policy = program.policy();
        let mut ladder = Ladder::default();
        let Some(acc) = program.acc_of[counter.points] else { return Ok(ladder) };
        let AccState::Lists(lists) = self.state(acc) else { return Ok(ladder) };
        let whole = program.accumulators[acc].parts.iter().all(|part| part.source.link == Link::Whole);
        let id = if whole { 0 } else { subject.id };
        let entries = lists.get(id as usize).map_or(&[][..], Vec::as_slice);
        let counts = |entry: &&Entry| {
            entry.day < before && counter.in_force.holds(entry.day) && policy.in_force.holds(entry.day)
        };
        let mut entries: Vec<&Entry> = entries.iter().filter(counts).collect();
        entries.sort_by_key(|entry| entry.order.moment());
        let thresholds = counter
            .steps
            .iter()
            .map(|step| Ok(eval(&step.at, subject)?.value()))
            .collect::<Result<Vec<_>, Overflow>>()?;
        for moment in entries.chunk_by(|a, b| a.order.moment() == b.order.moment()) {
            let Some(day) = moment.first().map(|entry| entry.day) else { continue };
            ladder.pass_to(day, counter);
            let mut added = Ratio::ZERO;
            for entry in moment {
                match entry.values.as_deref() {
                    Some([Stored::Num(points)]) => added = added.add(*points)?,
                    _ => ladder.doubtful = true,
                }
            }
            if added > Ratio::ZERO {
                ladder.last = Some(day);
            }
            ladder.standing.push((day, added));
            let mut reached_now = None;
            while let Some(step) = ladder.next(counter).filter(|step| reached_now != Some(*step)) {
                let Some(threshold) = thresholds.get(step).copied().flatten() else {
                    ladder.doubtful = true;
                    break;
                };
                let points = ladder.points(day, counter, step)?;
                if points < threshold {
                    break;
                }
                ladder.reached.push((day, step));
                ladder.rung += 1;
                ladder.standing.clear();
                if counter.excess == Excess::Carried {
                    ladder.standing.push((day, points.sub(threshold)?));
                }
                reached_now = Some(step);
            }
        }
        Ok(ladder)
    }

    /// The days before another on which steps are reached, in order.
    pub(super) fn days_of_steps(
        &self,
        counter: &'a Counter,
        subject: &Subject<'_, 'a>,
        before: Day,
    ) -> Result<Vec<Day>, Overflow> {
        Ok(self.ladder(counter, subject, before)?.reached.into_iter().map(|(day, _)| day).collect())
    }

    /// What the steps reached in the run's period bring.
    pub(super) fn counters(&self, facts: &Facts, results: &mut Results) -> Result<(), RunError> {
        let policy = self.world.policy();
        let period = self.world.program.spec().period.window;
        for (id, counter) in policy.counters.entries() {
            for subject in self.subjects(counter.subject).iter().copied() {
                let overflow = self.overflow(&counter.name, counter.subject, subject);
                let context = self.subject(counter.subject, subject, period, true);
                let ladder = self.ladder(counter, &context, period.end).map_err(&overflow)?;
                for (day, step) in ladder.reached.into_iter().filter(|(day, _)| period.contains(*day)) {
                    let window = Window { start: day, end: day.plus(1) };
                    let context =
                        Subject { facts: Some(facts), ..self.subject(counter.subject, subject, window, true) };
                    self.step_effects((id, counter), step, &context, results).map_err(&overflow)?;
                }
            }
        }
        Ok(())
    }

    fn step_effects(
        &self,
        (id, counter): (CounterId, &'a Counter),
        step: usize,
        context: &Subject<'_, 'a>,
        results: &mut Results,
    ) -> Result<(), Overflow> {
        if let Some(scope) = &counter.scope
            && context.truth_of(scope)? != Tri::True
        {
            return Ok(());
        }
        let key = self.world.key(counter.subject, context.id);
        for effect in counter.steps.get(step).map_or(&[][..], |step| &step.effects) {
            let (amount, unit) = match (&effect.amount, effect.term) {
                (Some(amount), _) => (eval(amount, context)?.value(), "yuan"),
                (None, Some((count, unit))) => (Some(Ratio::int(i128::from(count))), unit.word()),
                (None, None) => (None, ""),
            };
            let listed = Effect {
                origin: EffectOrigin::Counter(id),
                subject: key.to_owned(),
                period: Period::new(context.window),
                kind: effect_word(effect.kind),
                name: effect.name.clone(),
                amount,
                unit: if amount.is_some() { unit.to_owned() } else { String::new() },
                recipient: String::new(),
                payer: String::new(),
                reason: (step + 1).to_string(),
            };
            self.pay_out(&effect.payee, context, listed, &mut results.effects)?;
        }
        Ok(())
    }
}

impl<'a> Subject<'_, 'a> {
    /// A value of a counter on the window's last day.
    pub(super) fn counter_value(&self, id: CounterId, field: CounterField) -> Result<V<'a>, Overflow> {
        let policy = self.judge.world.policy();
        let counter = &policy.counters[id];
        let (end, last) = (self.window.end, self.window.last());
        let mut ladder = self.judge.ladder(counter, self, end)?;
        let doubt = match &policy.aggs[counter.points].source {
            Source::Records(parts) => self.doubt(&AggFrame::UpToEnd, parts, None, Some(end)),
            Source::Rows(_) => return Ok(V::Unknown),
        };
        if ladder.doubtful || doubt.uncovered || doubt.open {
            return Ok(V::Num(crate::engine::value::Range::ANY));
        }
        ladder.pass_to(last, counter);
        Ok(match field {
            CounterField::Points => {
                let step = ladder.rung.min(counter.steps.len().saturating_sub(1));
                V::number(ladder.points(last, counter, step)?)
            }
            CounterField::Steps => V::count(ladder.rung as u64),
            CounterField::StepsInWindow => {
                V::count(ladder.reached.iter().filter(|(day, _)| self.window.contains(*day)).count() as u64)
            }
        })
    }
}
