//! A counter replayed for one subject, moment by moment.

use super::{Reader, Review};
use crate::engine::judge::count::{Before, Ladder, Taken};
use crate::engine::judge::outlook::Outlook;
use crate::engine::judge::subject::Subject;
use crate::engine::value::Tri;
use crate::model::{Counter, CounterField, CounterId, Day, Moment, Ratio, Source, Window};

/// What a counter came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterRun {
    /// Moments with records, in order.
    pub moments: Vec<CounterMoment>,
    /// Points that ceased to count after the last moment: the day that they are of, and how many.
    pub expired: Vec<(Day, Ratio)>,
    /// Points that stand at the end, in the term of the step that comes next.
    pub standing: Ratio,
    /// Steps on the ladder at the end.
    pub steps: u64,
    /// What became of the ladder after the last moment.
    pub since: Before,
    /// Whether it counts the subject on the period's last day.
    pub counts: CountsThen,
    /// The last day of the period on which it counts the subject, with points and steps; `None`: there is none, or they are
    /// not known.
    pub last_counted: Option<(Day, Ratio, Ratio)>,
    /// Points on the period's last day are known as the run reads them.
    pub known: bool,
}

/// Whether a counter counts its subject on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountsThen {
    /// It does.
    Counted,
    /// The subject is not there.
    Gone,
    /// The scope of the counter does not hold.
    OutOfScope,
    /// It is not decided whether the scope holds.
    Open,
}

/// The records of one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterMoment {
    /// When.
    pub at: Moment,
    /// The day that it counts on.
    pub day: Day,
    /// What became of the ladder before its points.
    pub before: Before,
    /// Points of days before that ceased to count since the moment before it.
    pub expired: Vec<(Day, Ratio)>,
    /// Points that its records add.
    pub added: Ratio,
    /// Its records.
    pub charges: Vec<ChargeTrace>,
    /// Points in the term of the step that comes next, before it is reached.
    pub points: Ratio,
    /// Steps that it reaches.
    pub reached: Vec<StepReached>,
}

/// A record that adds to a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeTrace {
    /// Its points; `None`: not known, or it is not known whether it is meant.
    pub points: Option<Ratio>,
    /// The record, where it is read as a row.
    pub row: Option<u32>,
}

/// A step that is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReached {
    /// The day.
    pub day: Day,
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

/// Points whose term has passed, told once each.
#[derive(Default)]
struct Expiry {
    told: Option<Day>,
}

impl Expiry {
    /// Those that stand on a ladder and count no more.
    fn pass(&mut self, after: Day, standing: &[(Day, Ratio)]) -> Vec<(Day, Ratio)> {
        let told = self.told;
        let gone = |(day, points): &&(Day, Ratio)| {
            *points != Ratio::ZERO && *day <= after && told.is_none_or(|told| *day > told)
        };
        let expired = standing.iter().filter(gone).copied().collect();
        self.told = Some(told.map_or(after, |told| told.max(after)));
        expired
    }
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
        let mut expiry = Expiry::default();
        let mut see = |taken: Taken<'_>| match taken {
            Taken::Moment { at, day, before, added, charges, points, after, standing } => {
                let expired = expiry.pass(after, standing);
                let charge = |charge: &crate::engine::judge::count::Charge| ChargeTrace {
                    points: charge.points.filter(|_| charge.meant),
                    row: charge.row,
                };
                let charges = charges.iter().filter(|charge| !charge.clears).map(charge).collect();
                moments.push(CounterMoment { at, day, before, expired, added, charges, points, reached: Vec::new() });
            }
            Taken::Step { day, step, threshold, points, carried } => {
                let in_scope = match &counter.scope {
                    Some(scope) => self.at_step(counter.subject, subject, day).holds(scope),
                    None => Some(true),
                };
                if let Some(last) = moments.last_mut() {
                    let step = step + 1;
                    last.reached.push(StepReached { day, step, threshold: *threshold, points, carried, in_scope });
                }
            }
        };
        let mut ladder = self.judge.replay(counter, &context, period.end, &mut see).ok()?;
        let since = self.judge.pass(&mut ladder, counter, &context, period.last()).ok()?;
        let step = ladder.rung().min(counter.steps.len().saturating_sub(1));
        let standing = ladder.points(period.last(), counter, step).ok()?;
        let expired = expiry.pass(Ladder::after(period.last(), counter, step), ladder.standing());
        let counts = self.counts_then(counter, &context, period.last())?;
        let open = Subject { outlook: Outlook::default(), ..context };
        let known = open.counter_value(id, CounterField::Points).ok()?.is_known();
        let last_counted = match counts {
            CountsThen::Gone | CountsThen::OutOfScope => self.last_counted(id, &context, period),
            CountsThen::Counted | CountsThen::Open => None,
        };
        let steps = ladder.rung() as u64;
        Some(CounterRun { moments, expired, standing, steps, since, counts, last_counted, known })
    }

    fn counts_then(&self, counter: &'a Counter, subject: &Subject<'_, 'a>, day: Day) -> Option<CountsThen> {
        Some(match self.judge.counts_on(counter, subject, day).ok()? {
            Tri::True => CountsThen::Counted,
            Tri::Unknown => CountsThen::Open,
            Tri::False if self.judge.is_there(subject.kind, subject.id, day) => CountsThen::OutOfScope,
            Tri::False => CountsThen::Gone,
        })
    }

    /// The last day of a period on which a counter counts a subject, with points and steps.
    fn last_counted(&self, id: CounterId, subject: &Subject<'_, 'a>, period: Window) -> Option<(Day, Ratio, Ratio)> {
        let counter = self.policy().counters.get(id)?;
        let days = (0..period.day_count()).map(|back| period.last().plus(-back));
        let counted = |day: &Day| self.judge.counts_on(counter, subject, *day) == Ok(Tri::True);
        let day = days.into_iter().find(counted)?;
        let then = Subject { window: Window { start: day, end: day.plus(1) }, ..*subject };
        let read = |field| then.counter_value(id, field).ok()?.value();
        Some((day, read(CounterField::Points)?, read(CounterField::Steps)?))
    }

    /// A subject as what a step brings is read.
    #[must_use]
    pub fn of_step(&self, id: CounterId, key: &str, day: Day) -> Option<Reader<'_, 'a>> {
        let counter = self.policy().counters.get(id)?;
        Some(self.at_step(counter.subject, self.id_of(counter.subject, key)?, day))
    }

    fn at_step(&self, kind: crate::model::KindId, subject: u32, day: Day) -> Reader<'_, 'a> {
        let there = self.judge.subject(kind, subject, Window { start: day, end: day.plus(1) }, true);
        Reader { subject: Subject { facts: Some(&self.judge.known), ..there } }
    }

    /// A record of a counter as its points are read. `None`: it is not read as a row.
    #[must_use]
    pub fn of_charge(&self, id: CounterId, charge: &ChargeTrace, day: Day) -> Option<Reader<'_, 'a>> {
        let counter = self.policy().counters.get(id)?;
        let Source::Rows(part) = &self.policy().aggs.get(counter.points)?.source else { return None };
        let window = Window { start: day, end: day.plus(1) };
        Some(Reader { subject: self.judge.subject(part.kind, charge.row?, window, true) })
    }
}
