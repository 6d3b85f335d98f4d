//! Counters: the records of a subject, replayed in order of time (docs/SEMANTICS.md, "Counters").

use super::assess::effect_word;
use super::facts::Facts;
use super::money::rounded;
use super::subject::Subject;
use super::{Judge, RunError};
use crate::engine::eval::{Context as _, Stored, eval};
use crate::engine::ledger::{AccState, Entry};
use crate::engine::value::{Tri, V, shift};
use crate::model::window::{cycle_around, window_around};
use crate::model::{
    AfterLastStep, AggFrame, AggId, AggOp, Counter, CounterField, CounterId, Day, Effect, EffectOrigin, Excess, Expr,
    Frame, Link, Moment, OpenCounter, Overflow, Period, Ratio, Results, Source, SourcePart, TermUnit, UNKNOWN, Window,
};

/// A ladder as it stands after some records.
#[derive(Default)]
pub(super) struct Ladder {
    /// Points by day, since the last step.
    standing: Vec<(Day, Ratio)>,
    /// Steps since it began or was reset.
    rung: usize,
    /// The last day with points.
    last: Option<Day>,
    /// The last day that it was passed to.
    passed: Option<Day>,
    /// Steps reached: day and position.
    reached: Vec<(Day, usize)>,
    /// Some record's points or filter are unknown, or a threshold is open.
    doubtful: bool,
    /// The first day of which it is not known whether its records count, what they add, or whether points go with it.
    open_from: Option<Day>,
}

/// What a record adds.
pub(super) struct Charge {
    at: Moment,
    moment: (i64, bool),
    day: Day,
    /// It is surely one of those that are meant.
    pub(super) meant: bool,
    /// `None`: not known.
    pub(super) points: Option<Ratio>,
    /// It takes points and steps, and adds nothing.
    pub(super) clears: bool,
    /// The record, where it is read as a row.
    pub(super) row: Option<u32>,
}

/// What a ladder takes on its way.
pub(super) enum Taken<'t> {
    /// The records of a moment, the points in the term of the step that comes next, and those by day on the ladder.
    Moment {
        at: Moment,
        day: Day,
        before: Before,
        added: Ratio,
        charges: &'t [Charge],
        points: Ratio,
        /// The first day after which points count for that step.
        after: Day,
        standing: &'t [(Day, Ratio)],
    },
    /// A step that these reach.
    Step { day: Day, step: usize, threshold: &'t Ratio, points: Ratio, carried: Ratio },
}

/// What becomes of a ladder before the points of a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Before {
    /// A clean term has passed, the last day of it: the ladder began again.
    pub reset: Option<Day>,
    /// Points and steps are gone.
    pub cleared: Option<Cleared>,
}

/// What took points and steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cleared {
    /// A clean term, the last day of it.
    Clean(Day),
    /// A window that began on a day.
    Window(Day),
    /// A record of the moment.
    Record,
}

/// The day so many units before (or after) another.
fn moved(day: Day, (count, unit): (u32, TermUnit), back: bool) -> Day {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    shift(Moment::Day(day), if back { count.saturating_neg() } else { count }, unit).map_or(day, Moment::day)
}

impl Ladder {
    /// The ladder falls back after a clean term, and is empty in a new window.
    /// `ended`: the windows that ended since the day that was looked at before, in order. `clears`: whether points that stand
    /// on the last day of one of them go with it.
    fn pass_to(
        &mut self,
        day: Day,
        counter: &Counter,
        ended: &[Window],
        clears: &mut dyn FnMut(Window, Ratio) -> Result<Tri, Overflow>,
    ) -> Result<Before, Overflow> {
        let mut before = Before::default();
        if let (Some(clean), Some(last)) = (counter.clean, self.last)
            && day > moved(last, clean, false)
        {
            let ended = moved(last, clean, false);
            before.reset = (self.rung > 0).then_some(ended);
            self.rung = 0;
            if counter.clean_clears && self.clear() {
                before.cleared = Some(Cleared::Clean(ended));
            }
        }
        for window in ended {
            let points = self.points(window.last(), counter, self.rung.min(counter.steps.len().saturating_sub(1)))?;
            match clears(*window, points)? {
                Tri::True if self.clear() => _ = before.cleared.get_or_insert(Cleared::Window(window.end)),
                Tri::Unknown => self.leave_open(window.end),
                Tri::True | Tri::False => {}
            }
        }
        self.passed = Some(day);
        Ok(before)
    }

    /// What the records of a day come to is not known.
    fn leave_open(&mut self, day: Day) {
        self.doubtful = true;
        self.open_from = Some(self.open_from.map_or(day, |open| open.min(day)));
    }

    /// Takes points and steps; whether there were any.
    fn clear(&mut self) -> bool {
        let had = self.rung > 0 || self.standing.iter().any(|(_, points)| *points != Ratio::ZERO);
        self.rung = 0;
        self.standing.clear();
        had
    }

    /// Steps since it began or was reset.
    pub(super) fn rung(&self) -> usize {
        self.rung
    }

    /// The step that comes next, unless there is none.
    fn next(&self, counter: &Counter) -> Option<usize> {
        let last = counter.steps.len().checked_sub(1)?;
        match counter.after_last {
            AfterLastStep::Ends if self.rung > last => None,
            _ => Some(self.rung.min(last)),
        }
    }

    /// Takes points off those that stand in the term of the step that comes next, the oldest first, never below 0.
    fn take_off(&mut self, day: Day, counter: &Counter, mut points: Ratio) -> Result<(), Overflow> {
        let Some(step) = counter.steps.get(self.rung).or(counter.steps.last()) else { return Ok(()) };
        let after = moved(day, step.term, true);
        for (_, standing) in self.standing.iter_mut().filter(|(at, _)| *at > after) {
            let taken = points.min(*standing);
            *standing = standing.sub(taken)?;
            points = points.sub(taken)?;
        }
        Ok(())
    }

    /// The day after which points count on a day for a step.
    pub(super) fn after(day: Day, counter: &Counter, step: usize) -> Day {
        counter.steps.get(step).map_or(day, |step| moved(day, step.term, true))
    }

    /// Points by day since the last step.
    pub(super) fn standing(&self) -> &[(Day, Ratio)] {
        &self.standing
    }

    /// Points that stand on a day in the term of a step.
    pub(super) fn points(&self, day: Day, counter: &Counter, step: usize) -> Result<Ratio, Overflow> {
        let Some(step) = counter.steps.get(step) else { return Ok(Ratio::ZERO) };
        let after = moved(day, step.term, true);
        let standing = self.standing.iter().filter(|(at, _)| *at > after);
        standing.map(|(_, points)| *points).try_fold(Ratio::ZERO, Ratio::add)
    }
}

impl<'a> Judge<'a> {
    /// The ladder of a subject before a day.
    fn ladder(&self, counter: &'a Counter, subject: &Subject<'_, 'a>, before: Day) -> Result<Ladder, Overflow> {
        self.replay(counter, subject, before, &mut |_| {})
    }

    /// Replays the records of a subject before a day.
    pub(super) fn replay(
        &self,
        counter: &'a Counter,
        subject: &Subject<'_, 'a>,
        before: Day,
        see: &mut dyn FnMut(Taken<'_>),
    ) -> Result<Ladder, Overflow> {
        let mut ladder = Ladder::default();
        let charges = self.charges(counter, subject, before)?;
        let thresholds = counter
            .steps
            .iter()
            .map(|step| Ok(eval(&step.at, subject)?.value()))
            .collect::<Result<Vec<_>, Overflow>>()?;
        for moment in charges.chunk_by(|a, b| a.moment == b.moment) {
            let Some(day) = moment.first().map(|charge| charge.day) else { continue };
            match self.counts_on(counter, subject, day)? {
                Tri::False => continue,
                Tri::Unknown => ladder.leave_open(day),
                Tri::True => {}
            }
            // A record that may not be one brings nothing about.
            if moment.iter().any(|charge| !charge.meant) {
                ladder.leave_open(day);
            }
            if moment.iter().all(|charge| !charge.meant) {
                continue;
            }
            let mut before = self.pass(&mut ladder, counter, subject, day)?;
            // What takes points away takes none of its own moment.
            if moment.iter().any(|charge| charge.meant && charge.clears) && ladder.clear() {
                before.cleared.get_or_insert(Cleared::Record);
            }
            let mut added = Ratio::ZERO;
            for charge in moment.iter().filter(|charge| charge.meant && !charge.clears) {
                match charge.points {
                    Some(points) => added = added.add(points)?,
                    None => ladder.leave_open(day),
                }
            }
            if added > Ratio::ZERO {
                ladder.last = Some(day);
            }
            if added < Ratio::ZERO {
                ladder.take_off(day, counter, added.neg()?)?;
            } else {
                ladder.standing.push((day, added));
            }
            if let Some(at) = moment.first().map(|charge| charge.at) {
                let step = ladder.rung.min(counter.steps.len().saturating_sub(1));
                let points = ladder.points(day, counter, step)?;
                let after = Ladder::after(day, counter, step);
                let standing = &ladder.standing;
                see(Taken::Moment { at, day, before, added, charges: moment, points, after, standing });
            }
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
                let carried = if counter.excess == Excess::Carried { points.sub(threshold)? } else { Ratio::ZERO };
                if counter.excess == Excess::Carried {
                    ladder.standing.push((day, carried));
                }
                see(Taken::Step { day, step, threshold: &threshold, points, carried });
                reached_now = Some(step);
            }
        }
        Ok(ladder)
    }

    /// Brings the ladder of a subject to a day.
    pub(super) fn pass(
        &self,
        ladder: &mut Ladder,
        counter: &'a Counter,
        subject: &Subject<'_, 'a>,
        day: Day,
    ) -> Result<Before, Overflow> {
        let ended = self.clearings(counter, subject, ladder.passed, day);
        ladder.pass_to(day, counter, &ended, &mut |window, points| {
            let Some(when) = &counter.cleared_when else { return Ok(Tri::True) };
            let mut on = self.subject(subject.kind, subject.id, window, true);
            on.day = window.last();
            on.reading.standing = Some(points);
            on.truth_of(when)
        })
    }

    /// The windows with which points may be cleared that ended after one day and not after another, in order; where nothing
    /// is asked of them, the last one. A date of the subject is read on the reference date; without it nothing is cleared.
    fn clearings(&self, counter: &'a Counter, subject: &Subject<'_, 'a>, passed: Option<Day>, day: Day) -> Vec<Window> {
        let mut ended = Vec::new();
        let (Some(every), Some(passed)) = (&counter.cleared_every, passed) else { return ended };
        let around = |day: Day| match every {
            Frame::Cycle { from, count, unit } => {
                let today = self.world.program.reference();
                let asking = Window { start: today, end: today.plus(1) };
                let anchor = self.subject(subject.kind, subject.id, asking, true).field(from).moment()?;
                cycle_around(anchor.day(), *count, *unit, day)
            }
            frame => window_around(frame, day, self.world.policy().year_start),
        };
        let mut at = around(day);
        while let Some(Window { start, .. }) = at.filter(|window| window.start > passed) {
            // Before the first of several from a date on there is nothing but the day before.
            at = around(start.plus(-1));
            let first = at.map_or(start.plus(-1), |window| window.start);
            ended.push(Window { start: first, end: start });
            if counter.cleared_when.is_none() {
                break;
            }
        }
        ended.reverse();
        ended
    }

    /// Whether a counter counts for a subject on a day: it is there, and in scope.
    pub(super) fn counts_on(&self, counter: &'a Counter, subject: &Subject<'_, 'a>, day: Day) -> Result<Tri, Overflow> {
        if !self.is_there(subject.kind, subject.id, day) {
            return Ok(Tri::False);
        }
        let window = Window { start: day, end: day.plus(1) };
        let on = self.subject(subject.kind, subject.id, window, true);
        counter.scope.as_ref().map_or(Ok(Tri::True), |scope| on.truth_of(scope))
    }

    /// What the records of a subject add, those before a day and on days in force, in order of time.
    fn charges(&self, counter: &'a Counter, subject: &Subject<'_, 'a>, before: Day) -> Result<Vec<Charge>, Overflow> {
        let policy = self.world.policy();
        let counts = |day: Day| day < before && counter.in_force.holds(day) && policy.in_force.holds(day);
        let agg = &policy.aggs[counter.points];
        let mut charges = match (&agg.source, &agg.op) {
            (Source::Rows(part), AggOp::Sum(value)) => {
                self.charges_of_rows(counter.points, part, Some(value), subject, &counts)?
            }
            _ => self.charges_of_records(counter.points, subject, &counts, false),
        };
        for clearing in &counter.cleared_by {
            charges.extend(match &policy.aggs[*clearing].source {
                Source::Rows(part) => self.charges_of_rows(*clearing, part, None, subject, &counts)?,
                _ => self.charges_of_records(*clearing, subject, &counts, true),
            });
        }
        charges.sort_by_key(|charge| charge.moment);
        Ok(charges)
    }

    fn charges_of_records(
        &self,
        points: AggId,
        subject: &Subject<'_, 'a>,
        counts: &dyn Fn(Day) -> bool,
        clears: bool,
    ) -> Vec<Charge> {
        let program = self.world.program;
        let Some(acc) = program.acc_of[points] else { return Vec::new() };
        let AccState::Lists(lists) = self.state(acc) else { return Vec::new() };
        let whole = program.accumulators[acc].parts.iter().all(|part| part.source.link == Link::Whole);
        let id = if whole { 0 } else { subject.id };
        let entries = lists.get(id as usize).map_or(&[][..], Vec::as_slice).iter();
        let charge = |entry: &Entry| Charge {
            at: entry.order.date(),
            moment: entry.order.moment(),
            day: entry.day,
            meant: entry.values.is_some(),
            points: match entry.values.as_deref() {
                Some([Stored::Num(points)]) => Some(*points),
                _ => None,
            },
            row: None,
            clears,
        };
        entries.filter(|entry| counts(entry.day)).map(charge).collect()
    }

    /// Each record is read with its own day as the window. Without a value it clears.
    fn charges_of_rows(
        &self,
        points: AggId,
        part: &'a SourcePart,
        value: Option<&'a Expr>,
        subject: &Subject<'_, 'a>,
        counts: &dyn Fn(Day) -> bool,
    ) -> Result<Vec<Charge>, Overflow> {
        let group = self.group(points, part, Window { start: Day(0), end: Day(0) });
        let whole = part.link == Link::Whole;
        let mut charges = Vec::new();
        for row in group.get(&if whole { 0 } else { subject.id }).map_or(&[][..], Vec::as_slice) {
            let Some(day) = self.event_moment(part.kind, *row).map(Moment::day).filter(|day| counts(*day)) else {
                continue;
            };
            let own = self.subject(part.kind, *row, Window { start: day, end: day.plus(1) }, true);
            let meant = part.filter.as_ref().map_or(Ok(Tri::True), |filter| own.truth_of(filter))?;
            if meant == Tri::False {
                continue;
            }
            let meant = meant == Tri::True;
            let points = match value.filter(|_| meant) {
                Some(value) => eval(value, &own)?.value(),
                None => None,
            };
            let order = self.row_order(part.kind, *row);
            let (at, moment, clears) = (order.date(), order.moment(), value.is_none());
            charges.push(Charge { at, moment, day, meant, points, clears, row: Some(*row) });
        }
        Ok(charges)
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
            for subject in self.governed(counter.subject).iter().copied() {
                let overflow = self.overflow(&counter.name, counter.subject, subject);
                let context = self.subject(counter.subject, subject, period, true);
                let ladder = self.ladder(counter, &context, period.end).map_err(&overflow)?;
                let open_from = ladder.open_from;
                if open_from.is_some() {
                    let subject = self.world.key(counter.subject, subject).to_owned();
                    results.open_counters.push(OpenCounter { counter: id, subject });
                }
                for (day, step) in ladder.reached.into_iter().filter(|(day, _)| period.contains(*day)) {
                    let window = Window { start: day, end: day.plus(1) };
                    let context =
                        Subject { facts: Some(facts), ..self.subject(counter.subject, subject, window, true) };
                    let is_open = open_from.is_some_and(|open| open <= day);
                    self.step_effects((id, counter), (step, is_open), &context, results).map_err(&overflow)?;
                }
            }
        }
        Ok(())
    }

    fn step_effects(
        &self,
        (id, counter): (CounterId, &'a Counter),
        (step, is_open): (usize, bool),
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
            let has_amount = effect.amount.is_some();
            let amount = effect.amount.as_ref().map(|amount| eval(amount, context)).transpose()?;
            let amount = amount.and_then(|amount| amount.value());
            let (amount, unit) = match effect.lasting {
                Some(unit) => (amount.filter(|length| length.is_int() && length.num() >= 0), unit.word()),
                None => (rounded(amount, counter.money)?, self.world.policy().currency.word()),
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
                reason: if is_open || has_amount && amount.is_none() {
                    UNKNOWN.to_owned()
                } else {
                    (step + 1).to_string()
                },
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
        let in_doubt = |agg: AggId| {
            let doubt = self.doubt(&AggFrame::UpToEnd, policy.aggs[agg].source.parts(), None, Some(end));
            doubt.uncovered || doubt.open
        };
        let counts = self.judge.counts_on(counter, self, last)?;
        if ladder.doubtful || counter.records().any(in_doubt) || counts == Tri::Unknown {
            return Ok(V::Num(crate::engine::value::Range::ANY));
        }
        if counts == Tri::False && field != CounterField::StepsInWindow {
            return Ok(V::number(Ratio::ZERO));
        }
        self.judge.pass(&mut ladder, counter, self, last)?;
        if ladder.doubtful {
            return Ok(V::Num(crate::engine::value::Range::ANY));
        }
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
