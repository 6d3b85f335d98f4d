//! Terms and sequences: when a term ends, whether its step came in time, whether steps rise.

use super::obligation::Judged;
use super::subject::Subject;
use super::{Judge, RunError};
use crate::engine::eval::{Context, eval};
use crate::engine::value::{Tri, shift};
use crate::model::calendar::{NotCovered, WorkCalendar};
use crate::model::{Day, Event, Instant, Moment, Overflow, Rule, Shown, TermReq, TermUnit};

/// A term, judged.
pub(super) struct TermJudged {
    pub truth: Tri,
    /// Last day; `None` when it cannot be known.
    pub last: Option<Day>,
    /// The term still runs at as-of.
    pub open: bool,
    pub measured: Shown,
    pub required: Shown,
}

/// An event of a subject.
pub(super) struct Seen {
    pub moment: Option<Moment>,
    /// The aggregate behind it, if it comes from records.
    from: Option<crate::model::AggId>,
    /// A record with an unknown filter may be it.
    doubtful: bool,
    /// Days of the log are not covered, so that records may have been missed.
    missed: bool,
}

/// The end of a term counted in days or longer.
enum LastDay {
    On(Day),
    /// After the last day that the calendar covers.
    After(Day),
}

impl<'a> Judge<'a> {
    /// A step of a subject, as known by as-of.
    pub(super) fn seen(&self, event: &Event, subject: &Subject<'_, 'a>) -> Result<Seen, Overflow> {
        match event {
            Event::Field(path) => {
                // Dates in a register are read on the reference date: versions may bring them later.
                let on = Subject { day: self.world.program.reference(), ..*subject };
                Ok(Seen { moment: on.field(path).moment(), from: None, doubtful: false, missed: false })
            }
            Event::First(agg) => {
                let (moment, doubtful, missed) = subject.first_seen(*agg)?;
                Ok(Seen { moment, from: Some(*agg), doubtful, missed })
            }
        }
    }

    /// The step of a term as findings show it.
    pub(super) fn step_shown(&self, term: &TermReq, subject: &Subject<'_, 'a>) -> Result<Shown, Overflow> {
        Ok(self.seen(&term.step, subject)?.moment.map_or(Shown::Nothing, Shown::Moment))
    }

    /// A term that starts at a known moment.
    pub(super) fn judge_term(
        &self,
        rule: &Rule,
        term: &'a TermReq,
        start: Moment,
        subject: &Subject<'_, 'a>,
    ) -> Result<TermJudged, RunError> {
        let overflow = self.overflow(&rule.name, rule.subject, subject.id);
        let step = self.seen(&term.step, subject).map_err(&overflow)?;
        let amount = eval(&term.amount, subject).map_err(&overflow)?.value();
        let amount = amount.filter(|n| n.is_int()).and_then(|n| i32::try_from(n.num()).ok());
        let measured = step.moment.map_or(Shown::Nothing, Shown::Moment);
        let Some(amount) = amount else {
            let required = Shown::Nothing;
            return Ok(TermJudged { truth: Tri::Unknown, last: None, open: false, measured, required });
        };
        if let TermUnit::Hours | TermUnit::Minutes = term.unit {
            return Ok(self.clock_term(term, start, amount, &step, subject, measured));
        }
        let calendar = term.calendar.and_then(|id| self.world.program.calendar(id));
        match last_day(term, start.day(), amount, calendar) {
            Ok(LastDay::On(last)) => {
                let truth = self.day_term(term, start.day(), last, &step, subject);
                let required = Shown::Moment(Moment::Day(last));
                let open = !self.world.program.spec().as_of.has_ended(last.plus(1));
                Ok(TermJudged { truth, last: Some(last), open, measured, required })
            }
            Ok(LastDay::After(cover)) => {
                let reference = self.world.program.spec().as_of.reference();
                let in_cover = |day: Day| day <= cover;
                let truth = match step.moment {
                    Some(at) if at.day() < start.day() => Tri::of(term.or_before && !term.not_before),
                    Some(at) if in_cover(at.day()) => Tri::of(!term.not_before),
                    None if reference <= cover.plus(1) => Tri::Unknown,
                    _ => return Err(self.not_covered(rule, term, subject, cover.plus(1))),
                };
                let open = reference <= cover.plus(1);
                Ok(TermJudged { truth, last: None, open, measured, required: Shown::Nothing })
            }
            Err(day) => Err(self.not_covered(rule, term, subject, day)),
        }
    }

    fn not_covered(&self, rule: &Rule, term: &TermReq, subject: &Subject<'_, 'a>, day: Day) -> RunError {
        let calendars = &self.world.policy().calendars;
        RunError::NotCovered {
            rule: rule.name.clone(),
            subject: self.world.key(subject.kind, subject.id).to_owned(),
            calendar: term.calendar.and_then(|id| calendars.get(id)).map(|c| c.name.clone()).unwrap_or_default(),
            day,
        }
    }

    /// Days and longer units: everything goes by date.
    fn day_term(&self, term: &TermReq, start: Day, last: Day, step: &Seen, subject: &Subject<'_, 'a>) -> Tri {
        let ended = self.world.program.spec().as_of.has_ended(last.plus(1));
        match step.moment.map(Moment::day) {
            Some(day) if term.not_before => Tri::of(day >= last),
            Some(day) if day < start => Tri::of(term.or_before),
            Some(day) => Tri::of(day <= last),
            None => self.no_step(term, step, ended, subject, start, last),
        }
    }

    fn no_step(
        &self,
        term: &TermReq,
        step: &Seen,
        ended: bool,
        subject: &Subject<'_, 'a>,
        start: Day,
        last: Day,
    ) -> Tri {
        if !ended {
            return Tri::Unknown;
        }
        let covered = step.from.is_none_or(|agg| subject.is_covered(agg, start, last.plus(1)));
        if step.doubtful || !covered { Tri::Unknown } else { Tri::of(term.not_before) }
    }

    /// Hours and minutes: from the moment; a day without a time is any of its instants.
    fn clock_term(
        &self,
        term: &TermReq,
        start: Moment,
        amount: i32,
        step: &Seen,
        subject: &Subject<'_, 'a>,
        measured: Shown,
    ) -> TermJudged {
        let unit = if term.unit == TermUnit::Hours { 3_600_000_000 } else { 60_000_000 };
        let span = i64::from(amount) * unit;
        let deadline = |at: Instant| Instant(at.0.saturating_add(span));
        let (first, latest) = (deadline(start.earliest()), deadline(start.latest()));
        let last = latest.day();
        let required = match start {
            Moment::At(at) => Shown::Moment(Moment::At(deadline(at))),
            Moment::Day(_) => Shown::Moment(Moment::Day(last)),
        };
        let open = latest >= self.world.program.spec().as_of.closed_until;
        let truth = match step.moment {
            Some(at) if !term.not_before && at.latest() < start.earliest() => Tri::of(term.or_before),
            Some(at) => {
                // The longest and the shortest that may have passed.
                let surely_by = at.latest() <= first;
                let surely_after = at.earliest() > latest;
                let surely_from = at.earliest() >= latest;
                let surely_before = at.latest() < first;
                match (term.not_before, surely_by, surely_after, surely_from, surely_before) {
                    (false, true, ..) | (true, _, _, true, _) => Tri::True,
                    (false, _, true, ..) | (true, _, _, _, true) => Tri::False,
                    _ => Tri::Unknown,
                }
            }
            None => self.no_step(term, step, !open, subject, start.day(), last),
        };
        TermJudged { truth, last: Some(last), open, measured, required }
    }

    /// Steps in an order: all there, each not before the one before it.
    pub(super) fn sequence(&self, events: &'a [Event], subject: &Subject<'_, 'a>) -> Result<Judged, Overflow> {
        let mut measured = Vec::with_capacity(events.len());
        let (mut missing, mut doubtful, mut falls) = (false, false, false);
        let mut before: Option<Moment> = None;
        for event in events {
            let seen = self.seen(event, subject)?;
            measured.push(seen.moment.map_or(Shown::Nothing, Shown::Moment));
            match seen.moment {
                Some(at) => {
                    falls |= before.is_some_and(|before| precedes(at, before));
                    before = Some(at);
                }
                None => {
                    missing = true;
                    doubtful |= seen.missed || seen.doubtful;
                }
            }
        }
        let truth = match (missing, doubtful, falls) {
            (_, _, true) => Tri::False,
            (true, true, _) => Tri::Unknown,
            (true, false, _) => Tri::False,
            (false, ..) => Tri::True,
        };
        Ok(Judged { truth, measured, required: Vec::new() })
    }
}

/// Whether a moment lies before another: by day unless both are instants.
fn precedes(a: Moment, b: Moment) -> bool {
    match (a, b) {
        (Moment::At(a), Moment::At(b)) => a < b,
        (a, b) => a.day() < b.day(),
    }
}

/// The last day of a term in days or longer. The error is a day that the calendar does not cover.
fn last_day(term: &TermReq, start: Day, amount: i32, calendar: Option<&WorkCalendar>) -> Result<LastDay, Day> {
    let uncovered = |fault: NotCovered| match (fault, calendar) {
        (NotCovered::After(cover), _) => Ok(LastDay::After(cover)),
        (NotCovered::Outside(day), Some(calendar)) if day > calendar.last() => Ok(LastDay::After(calendar.last())),
        (NotCovered::Outside(day), _) => Err(day),
    };
    if term.unit == TermUnit::Workdays {
        let count = u32::try_from(amount).unwrap_or(0);
        return match calendar.map(|calendar| calendar.plus_workdays(start, count)) {
            Some(Ok(day)) => Ok(LastDay::On(day)),
            Some(Err(fault)) => uncovered(fault),
            None => Err(start),
        };
    }
    let last = shift(Moment::Day(start), amount, term.unit).map_or(start, Moment::day);
    if !term.moves {
        return Ok(LastDay::On(last));
    }
    match calendar.map(|calendar| calendar.next_workday(last)) {
        Some(Ok(day)) => Ok(LastDay::On(day)),
        Some(Err(fault)) => uncovered(fault),
        None => Err(last),
    }
}
