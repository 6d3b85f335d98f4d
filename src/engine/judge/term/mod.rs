//! Terms: whether a step came in time.

mod explained;

pub use explained::{Explained, Extending, Idle, Stopping};

use super::due::{DayCount, LastDay, precedes, run, run_on_clock, united};
use super::seen::{Marked, Seen};
use super::subject::Subject;
use super::{Judge, RunError};
use crate::engine::eval::eval;
use crate::engine::value::Tri;
use crate::model::value::is_term_amount;
use crate::model::{Day, Expr, Instant, Moment, Overflow, Rule, Shown, TermKind, TermReq, TermUnit, Window};

/// A term, judged.
pub(super) struct TermJudged {
    pub truth: Tri,
    pub measured: Shown,
    pub required: Shown,
}

/// When a term ends.
pub(super) struct TermEnd {
    /// Last day; `None` when it cannot be known.
    pub last: Option<Day>,
    /// It still runs at as-of.
    pub open: bool,
}

/// When a term ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// By the day.
    Day(LastDay),
    /// By the instant, on the axis of the term: the earliest that it may be and the latest. `Err`: after the last day
    /// that the calendar covers.
    At(Result<i64, Day>, Result<i64, Day>),
    /// Its length is open.
    Open,
}

/// What lengthens a term, as known.
struct Longer {
    /// Pairs of stop and end, in any order; `None`: it has not run on yet.
    stops: Vec<(Moment, Option<Moment>)>,
    /// Those of them, as long as they surely last, that no record takes away which is not on file.
    sure: Vec<(Moment, Option<Moment>)>,
    /// For each extension its events that are not before the start.
    extensions: Vec<Marked>,
    /// Aggregates behind the stops.
    from: Vec<crate::model::AggId>,
    /// A record with an unknown filter may be a stop.
    doubtful: bool,
}

/// A term while it is judged.
struct Judging<'j, 's, 'a> {
    judge: &'j Judge<'a>,
    term: &'a TermReq,
    start: Moment,
    subject: &'j Subject<'s, 'a>,
    rule: &'j Rule,
    /// First day of the window.
    begins: Day,
}

impl<'a> Judge<'a> {
    /// The step of a term as findings show it.
    pub(super) fn step_shown(&self, term: &'a TermReq, subject: &Subject<'_, 'a>) -> Result<Shown, Overflow> {
        Ok(self.seen(&term.step, subject)?.moment.map_or(Shown::Nothing, Shown::Moment))
    }

    /// A term that starts (or is due) at a known moment.
    pub(super) fn judge_term(
        &self,
        rule: &Rule,
        term: &'a TermReq,
        start: Moment,
        subject: &Subject<'_, 'a>,
    ) -> Result<TermJudged, RunError> {
        let first_day = on_first_day(subject);
        let begins = first_day.window.start;
        Judging { judge: self, term, start, subject: &first_day, rule, begins }.judged()
    }

    /// When a term that starts at a known moment is due; `None`: not known for sure.
    pub(super) fn term_due(
        &self,
        rule: &Rule,
        term: &'a TermReq,
        start: Moment,
        subject: &Subject<'_, 'a>,
    ) -> Result<Option<Moment>, RunError> {
        let first_day = on_first_day(subject);
        let begins = first_day.window.start;
        Judging { judge: self, term, start, subject: &first_day, rule, begins }.sure_due()
    }

    /// When a term ends that starts (or is due) at a known moment.
    pub(super) fn term_end(
        &self,
        rule: &Rule,
        term: &'a TermReq,
        start: Moment,
        subject: &Subject<'_, 'a>,
    ) -> Result<TermEnd, RunError> {
        let first_day = on_first_day(subject);
        let begins = first_day.window.start;
        Judging { judge: self, term, start, subject: &first_day, rule, begins }.ends()
    }
}

/// Lengths are read on the window's first day.
fn on_first_day<'s, 'a>(subject: &Subject<'s, 'a>) -> Subject<'s, 'a> {
    let begins = subject.window.start;
    Subject { window: Window { start: begins, end: begins.plus(1) }, ..*subject }
}

impl<'a> Judging<'_, '_, 'a> {
    fn ends(&self) -> Result<TermEnd, RunError> {
        let overflow = self.judge.overflow(&self.rule.name, self.rule.subject, self.subject.id);
        let (due, _) = self.due(&self.longer().map_err(overflow)?)?;
        Ok(TermEnd { last: self.last_day(due), open: self.is_open(due) })
    }

    fn judged(&self) -> Result<TermJudged, RunError> {
        let overflow = self.judge.overflow(&self.rule.name, self.rule.subject, self.subject.id);
        let step = self.judge.seen(&self.term.step, self.subject).map_err(&overflow)?;
        let measured = step.moment.map_or(Shown::Nothing, Shown::Moment);
        let longer = self.longer().map_err(&overflow)?;
        let (due, held) = self.due(&longer)?;
        if due == Due::Open {
            let required = Shown::Nothing;
            return Ok(TermJudged { truth: Tri::Unknown, measured, required });
        }
        let truth = if self.in_doubt(&longer, &held, self.last_day(due)) {
            // What is missing can only lengthen the term: what is in time by what is sure is in time.
            let (shortest, _) = self.due(&longer.surely())?;
            match self.truth(shortest, &step)? {
                Tri::False if !self.is_before_start(&step) => Tri::Unknown,
                truth => truth,
            }
        } else {
            self.truth(due, &step)?
        };
        Ok(TermJudged { truth, measured, required: self.shown(due) })
    }

    /// Whether a stop or an extension may be missing.
    fn in_doubt(&self, longer: &Longer, held: &[Tri], last: Option<Day>) -> bool {
        // An extension that surely holds needs no other record.
        let missed = longer.extensions.iter().zip(held).filter(|(_, held)| **held != Tri::True);
        let (doubtful, from): (Vec<bool>, Vec<_>) = missed.map(|(with, _)| (with.is_doubtful(), with.from)).unzip();
        let asked = longer.from.iter().copied().chain(from.into_iter().flatten());
        longer.doubtful || doubtful.contains(&true) || asked.into_iter().any(|agg| !self.covered(agg, last))
    }

    fn sure_due(&self) -> Result<Option<Moment>, RunError> {
        let overflow = self.judge.overflow(&self.rule.name, self.rule.subject, self.subject.id);
        let longer = self.longer().map_err(&overflow)?;
        let (due, held) = self.due(&longer)?;
        let known = due != Due::Open && !self.in_doubt(&longer, &held, self.last_day(due));
        Ok(match self.shown(due) {
            Shown::Moment(moment) if known => Some(moment),
            _ => None,
        })
    }

    fn covered(&self, agg: crate::model::AggId, last: Option<Day>) -> bool {
        let reference = self.judge.world.program.spec().as_of.reference();
        let last = last.unwrap_or(reference).min(reference);
        self.subject.is_covered(agg, self.begins, last.max(self.begins.plus(-1)).plus(1))
    }

    // ---- how long

    fn amount(&self, expr: &'a Expr) -> Result<Option<i32>, RunError> {
        let overflow = self.judge.overflow(&self.rule.name, self.rule.subject, self.subject.id);
        let amount = eval(expr, self.subject).map_err(overflow)?.value();
        Ok(amount.filter(|n| is_term_amount(*n)).and_then(|n| i32::try_from(n.num()).ok()))
    }

    fn longer(&self) -> Result<Longer, Overflow> {
        let mut longer = Longer::none();
        for stop in &self.term.stopped {
            let stopped = self.judge.stopped(stop, self.subject)?;
            longer.sure.extend(stopped.sure(self.subject));
            longer.from.extend(stopped.from);
            longer.doubtful |= stopped.doubtful;
            longer.stops.extend(stopped.stops);
        }
        for extension in &self.term.extended {
            let started = |at: Moment| self.term.kind == TermKind::By || !precedes(at, self.start);
            let mut with = self.judge.marked(&extension.with, self.subject)?;
            with.moments.retain(|at| started(*at));
            with.unsure.retain(|at| started(*at));
            longer.extensions.push(with);
        }
        Ok(longer)
    }

    /// When the term ends, and which extensions hold.
    fn due(&self, longer: &Longer) -> Result<(Due, Vec<Tri>), RunError> {
        let mut held = vec![Tri::False; longer.extensions.len()];
        let Some(amount) = self.amount(&self.term.amount)? else { return Ok((Due::Open, held)) };
        if held.is_empty() {
            return Ok((self.end(amount, &[], longer)?, held));
        }
        loop {
            let (mut surely, mut perhaps) = (vec![0; held.len()], vec![0; held.len()]);
            for (at, (extension, held)) in self.term.extended.iter().zip(&held).enumerate() {
                if *held == Tri::False {
                    continue;
                }
                // An extension of open length makes the term open where it takes hold.
                let Some(added) = self.amount(&extension.amount)? else {
                    return Ok((Due::Open, vec![Tri::False; surely.len()]));
                };
                perhaps[at] = added;
                if *held == Tri::True {
                    surely[at] = added;
                }
            }
            let due = match (self.end(amount, &surely, longer)?, self.end(amount, &perhaps, longer)?) {
                (Due::At(first, _), Due::At(_, latest)) => Due::At(first, latest),
                (_, extended) => extended,
            };
            // One extension may bring the event of another into the running term.
            let now: Vec<Tri> = longer.extensions.iter().map(|with| self.holds(&with.moments, due)).collect();
            if now == held {
                return Ok((due, held));
            }
            held = now;
        }
    }

    /// Whether one of an extension's events, none of them before the start, lies in the running term.
    fn holds(&self, events: &[Moment], due: Due) -> Tri {
        let in_term = |event: &Moment| match due {
            Due::Day(LastDay::On(last)) => Tri::of(event.day() <= last),
            Due::Day(LastDay::After(cover)) => Tri::of(event.day() <= cover),
            Due::At(first, latest) => self.by(*event, first, latest),
            Due::Open => Tri::False,
        };
        events.iter().map(in_term).fold(Tri::False, Tri::or)
    }

    /// When a term of an amount, and of what its extensions add, ends.
    fn end(&self, amount: i32, added: &[i32], longer: &Longer) -> Result<Due, RunError> {
        self.end_of(self.term, amount, added, longer)
    }

    /// The same of a term that differs in whether it moves.
    fn end_of(&self, term: &TermReq, amount: i32, added: &[i32], longer: &Longer) -> Result<Due, RunError> {
        let due_instant = term.kind == TermKind::By && !term.moves && term.extended.is_empty();
        if due_instant && let Moment::At(at) = self.start {
            let at = self.axis(at);
            return Ok(Due::At(Ok(at), Ok(at)));
        }
        if term.unit.is_clock() || term.clock.is_some() {
            let first = self.instant(self.start.earliest(), amount, added, &self.stopped(longer, false));
            let latest = self.instant(self.start.latest(), amount, added, &self.stopped(longer, true));
            let fault = |day: Day| self.not_covered(day);
            return Ok(Due::At(first.map_err(fault)?, latest.map_err(fault)?));
        }
        let count = DayCount { calendar: self.calendar(), moves: term.moves, back: term.kind == TermKind::Ahead };
        let day = self.start.day();
        let fault = |day: Day| self.not_covered(day);
        let mut end = count.after(day, amount, term.unit).map_err(fault)?;
        for (extension, added) in term.extended.iter().zip(added) {
            if let LastDay::On(last) = end {
                end = count.after(last, *added, extension.unit).map_err(fault)?;
            }
        }
        let stops = self.stopped_days(longer);
        let end = count.pushed(day, end, term.unit, &stops).map_err(fault)?;
        Ok(Due::Day(count.moved(end).map_err(fault)?))
    }

    /// The end of hours, minutes or workdays on a clock, on the axis of the term.
    fn instant(
        &self,
        start: Instant,
        amount: i32,
        added: &[i32],
        stops: &[(i64, i64)],
    ) -> Result<Result<i64, Day>, Day> {
        let (term, from) = (self.term, self.axis(start));
        let policy = self.judge.world.policy();
        let units = term.extended.iter().map(|extension| extension.unit);
        let extra = units.zip(added).map(|(unit, added)| micros(*added, unit)).fold(0, i64::saturating_add);
        let Some(clock) = term.clock.and_then(|id| policy.clocks.get(id)) else {
            let span = micros(amount, term.unit);
            return Ok(Ok(match term.kind {
                TermKind::Ahead => from.saturating_sub(span),
                _ => run(from, span.saturating_add(extra), stops),
            }));
        };
        let (hours, calendar) = (&clock.hours, self.calendar());
        if term.unit != TermUnit::Workdays {
            return run_on_clock(hours, calendar, from, micros(amount, term.unit).saturating_add(extra), stops);
        }
        let opening = match run_on_clock(hours, calendar, from, 0, &[])? {
            Ok(opening) => Instant(opening),
            Err(cover) => return Ok(Err(cover)),
        };
        let count = DayCount { calendar, moves: false, back: false };
        let workdays = added.iter().copied().fold(amount, i32::saturating_add);
        Ok(match count.after(opening.day(), workdays, TermUnit::Workdays)? {
            LastDay::On(day) => Ok(day.start().0 + opening.micros_of_day()),
            LastDay::After(cover) => Err(cover),
        })
    }

    fn calendar(&self) -> Option<&'a crate::model::calendar::WorkCalendar> {
        self.term.calendar.and_then(|id| self.judge.world.program.calendar(id))
    }

    /// Stops as days, half-open, in order: the day of the stop is not counted, the day on which the term runs on is.
    fn stopped_days(&self, longer: &Longer) -> Vec<(Day, Day)> {
        let as_of = self.judge.world.program.spec().as_of.reference();
        let end = |end: Option<Moment>| end.map_or(as_of.plus(1), Moment::day);
        united(longer.stops.iter().map(|(from, to)| (from.day(), end(*to))).collect())
    }

    /// Stops on the axis of the term: as short as they may be, or as long.
    fn stopped(&self, longer: &Longer, longest: bool) -> Vec<(i64, i64)> {
        let as_of = self.judge.world.program.spec().as_of;
        // Up to as-of: the end of its day, or its instant.
        let until = if as_of.read_until.0 == as_of.closed_until.0 + 1 { as_of.closed_until } else { as_of.read_until };
        let pairs = longer.stops.iter().map(|(from, to)| match longest {
            true => (from.earliest(), to.map_or(until, Moment::latest)),
            false => (from.latest(), to.map_or(until, Moment::earliest)),
        });
        united(pairs.map(|(from, to)| (self.axis(from), self.axis(to))).collect())
    }

    /// Time that really passes; on a clock, what the clock shows.
    fn axis(&self, at: Instant) -> i64 {
        if self.term.clock.is_some() { at.0 } else { at.real(self.judge.world.policy().timezone) }
    }

    fn civil(&self, at: i64) -> Instant {
        if self.term.clock.is_some() { Instant(at) } else { Instant::from_real(at, self.judge.world.policy().timezone) }
    }

    // ---- what it comes to

    fn last_day(&self, due: Due) -> Option<Day> {
        match due {
            Due::Day(LastDay::On(last)) => Some(last),
            Due::At(_, Ok(latest)) => Some(self.civil(latest).day()),
            _ => None,
        }
    }

    fn is_open(&self, due: Due) -> bool {
        let as_of = self.judge.world.program.spec().as_of;
        match due {
            Due::Day(LastDay::On(last)) => !as_of.has_ended(last.plus(1)),
            Due::At(_, Ok(latest)) => latest >= self.axis(as_of.closed_until),
            Due::Day(LastDay::After(cover)) | Due::At(_, Err(cover)) => as_of.reference() <= cover.plus(1),
            Due::Open => false,
        }
    }

    fn shown(&self, due: Due) -> Shown {
        match due {
            Due::At(Ok(first), Ok(latest)) if first == latest => Shown::Moment(Moment::At(self.civil(latest))),
            due => self.last_day(due).map_or(Shown::Nothing, |last| Shown::Moment(Moment::Day(last))),
        }
    }

    /// Whether the step came before the start although it may not.
    fn is_before_start(&self, step: &Seen) -> bool {
        let strict = matches!(self.term.kind, TermKind::Within) && !self.term.or_before;
        strict && step.moment.is_some_and(|at| self.before_start(at))
    }

    /// Whether a moment lies before the start: by day, or, where hours run, at every instant that it may be.
    fn before_start(&self, at: Moment) -> bool {
        if self.term.unit.is_clock() || self.term.clock.is_some() {
            self.axis(at.latest()) < self.axis(self.start.earliest())
        } else {
            at.day() < self.start.day()
        }
    }

    /// Whether a moment is not later than a due instant.
    fn by(&self, at: Moment, first: Result<i64, Day>, latest: Result<i64, Day>) -> Tri {
        let in_cover = |cover: Day| at.day() <= cover;
        let surely = match first {
            Ok(first) => self.axis(at.latest()) <= first,
            Err(cover) => in_cover(cover),
        };
        let surely_after = latest.is_ok_and(|latest| self.axis(at.earliest()) > latest);
        match (surely, surely_after) {
            (true, _) => Tri::True,
            (_, true) => Tri::False,
            _ => Tri::Unknown,
        }
    }

    /// Whether a moment is not earlier than a due instant.
    fn from(&self, at: Moment, first: Result<i64, Day>, latest: Result<i64, Day>) -> Tri {
        let surely = latest.is_ok_and(|latest| self.axis(at.earliest()) >= latest);
        let surely_before = match first {
            Ok(first) => self.axis(at.latest()) < first,
            Err(cover) => at.day() <= cover,
        };
        match (surely, surely_before) {
            (true, _) => Tri::True,
            (_, true) => Tri::False,
            _ => Tri::Unknown,
        }
    }

    fn truth(&self, due: Due, step: &Seen) -> Result<Tri, RunError> {
        let Some(at) = step.moment else { return self.no_step(due, step) };
        let within = self.term.kind == TermKind::Within;
        if (within || self.term.kind == TermKind::NotBefore) && self.before_start(at) {
            return Ok(Tri::of(within && self.term.or_before));
        }
        let not_before = self.term.kind == TermKind::NotBefore;
        Ok(match due {
            Due::Open => Tri::Unknown,
            Due::Day(LastDay::On(last)) if not_before => Tri::of(at.day() >= last),
            Due::Day(LastDay::On(last)) => Tri::of(at.day() <= last),
            Due::At(first, latest) => {
                if let Err(cover) = latest
                    && at.day() > cover
                {
                    return Err(self.not_covered(cover.plus(1)));
                }
                if not_before { self.from(at, first, latest) } else { self.by(at, first, latest) }
            }
            // Counted back from a day outside: nothing is known of it.
            Due::Day(LastDay::After(_)) if self.term.kind == TermKind::Ahead => return self.no_step(due, step),
            Due::Day(LastDay::After(cover)) if at.day() <= cover => Tri::of(!not_before),
            Due::Day(LastDay::After(cover)) => return Err(self.not_covered(cover.plus(1))),
        })
    }

    /// No step on file.
    fn no_step(&self, due: Due, step: &Seen) -> Result<Tri, RunError> {
        if due == Due::Open || self.is_open(due) {
            return Ok(Tri::Unknown);
        }
        let Some(last) = self.last_day(due) else {
            let (Due::Day(LastDay::After(cover)) | Due::At(_, Err(cover))) = due else { return Ok(Tri::Unknown) };
            return Err(self.not_covered(cover.plus(1)));
        };
        let from = self.begins.min(last);
        let covered = step.from.is_none_or(|agg| self.subject.is_covered(agg, from, last.plus(1)));
        let missing = self.term.kind == TermKind::NotBefore;
        Ok(if step.doubtful || !covered { Tri::Unknown } else { Tri::of(missing) })
    }

    fn not_covered(&self, day: Day) -> RunError {
        let calendars = &self.judge.world.policy().calendars;
        RunError::NotCovered {
            rule: self.rule.name.clone(),
            subject: self.judge.world.key(self.subject.kind, self.subject.id).to_owned(),
            calendar: self.term.calendar.and_then(|id| calendars.get(id)).map(|c| c.name.clone()).unwrap_or_default(),
            day,
        }
    }
}

impl Longer {
    /// Nothing lengthens the term.
    fn none() -> Longer {
        Longer { stops: Vec::new(), sure: Vec::new(), extensions: Vec::new(), from: Vec::new(), doubtful: false }
    }

    /// What surely lengthens it: the stops that are sure, and events on file of the extensions.
    fn surely(&self) -> Longer {
        Longer { stops: self.sure.clone(), extensions: self.extensions.clone(), ..Longer::none() }
    }
}

/// Hours or minutes in microseconds; other units have none.
fn micros(amount: i32, unit: TermUnit) -> i64 {
    i64::from(amount)
        * match unit {
            TermUnit::Hours => 3_600_000_000,
            TermUnit::Minutes => 60_000_000,
            _ => 0,
        }
}
