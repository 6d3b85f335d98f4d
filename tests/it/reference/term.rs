//! Terms and sequences (section 5).

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use wangge::model::{Event, Requirement, Shown, Source, TermReq, TermUnit};

use super::Run;
use super::aggregate::Step;
use super::calendar::{PastEnd, Walk, in_hours, walk};
use super::eval::Context;
use super::obligation::Part;
use super::time::{after, day, instant, shift};
use super::value::{Moment, Truth};
use super::world::whole;

/// When a term ends.
pub enum Due {
    /// On this day.
    Day(NaiveDate),
    /// At this instant; two where the start is a whole day.
    At(NaiveDateTime, NaiveDateTime),
    /// Somewhere after the last day of the calendar.
    PastCalendar(NaiveDate),
    /// The amount is open.
    Open,
}

pub fn first_term(requirement: &Requirement) -> Option<&TermReq> {
    match requirement {
        Requirement::Term(term) => Some(term),
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().find_map(first_term),
        _ => None,
    }
}

impl Due {
    /// Last day of the window.
    pub fn last_day(&self) -> Option<NaiveDate> {
        match self {
            Due::Day(day) => Some(*day),
            Due::At(_, latest) => Some(latest.date()),
            Due::PastCalendar(_) | Due::Open => None,
        }
    }

    fn shown(&self) -> Shown {
        match self {
            Due::At(earliest, latest) if earliest == latest => {
                Shown::Moment(wangge::model::Moment::At(instant(*latest)))
            }
            _ => self.last_day().map_or(Shown::Nothing, |d| Shown::Moment(wangge::model::Moment::Day(day(d)))),
        }
    }
}

pub fn show_moment(moment: Option<Moment>) -> Shown {
    match moment {
        Some(Moment::Day(d)) => Shown::Moment(wangge::model::Moment::Day(day(d))),
        Some(Moment::At(at)) => Shown::Moment(wangge::model::Moment::At(instant(at))),
        None => Shown::Nothing,
    }
}

impl Run<'_> {
    /// An event of a subject. Fields of an entity are read on the reference date.
    pub fn event(&self, event: &Event, context: &Context<'_>, future: bool) -> Step {
        match event {
            Event::Field(path) => {
                let moment = self.read(&context.row, path, self.reference(), future).moment();
                Step { moment, gap: false, doubtful: false }
            }
            Event::First(id) => self.first_moment(&self.policy.aggs[*id], context),
        }
    }

    /// The start of a term. `Err`: records may be missing, so nothing is due.
    pub fn term_start(&self, term: &TermReq, context: &Context<'_>) -> Result<Option<Moment>, ()> {
        let start = self.event(&term.start, context, true);
        if start.moment.is_none() && (start.gap || start.doubtful) { Err(()) } else { Ok(start.moment) }
    }

    pub fn due(&self, term: &TermReq, start: Moment, context: &Context<'_>) -> Result<Due, String> {
        let Some(amount) = whole(&self.eval(&term.amount, context)) else { return Ok(Due::Open) };
        let hours = match term.unit {
            TermUnit::Hours => Some(TimeDelta::hours(amount)),
            TermUnit::Minutes => Some(TimeDelta::minutes(amount)),
            _ => None,
        };
        if let Some(hours) = hours {
            return Ok(Due::At(start.earliest() + hours, start.latest() + hours));
        }
        let calendar = term.calendar.map(|id| self.calendar(id)).transpose()?;
        let past = |PastEnd { last }| Due::PastCalendar(last);
        let last = match (term.unit, calendar) {
            (TermUnit::Workdays, Some(calendar)) => {
                walk(calendar, start.day(), Walk::After(usize::try_from(amount).expect("not negative")))?
            }
            _ => Ok(shift(start.day(), amount, term.unit)),
        };
        match (last, calendar) {
            (Ok(last), Some(calendar)) if term.moves => {
                Ok(walk(calendar, last, Walk::OnOrAfter)?.map_or_else(past, Due::Day))
            }
            (last, _) => Ok(last.map_or_else(past, Due::Day)),
        }
    }

    /// Whether a step may still come in time.
    pub fn term_is_open(&self, due: &Due) -> bool {
        match due {
            Due::Day(last) => !self.has_ended(after(*last)),
            Due::At(_, latest) => *latest >= self.spec.closed_until,
            Due::PastCalendar(last) => self.as_of_day() <= after(*last),
            Due::Open => false,
        }
    }

    pub fn require_term(&self, term: &TermReq, context: &Context<'_>) -> Result<Part, String> {
        let Step { moment: step, doubtful, .. } = self.event(&term.step, context, false);
        let Ok(Some(start)) = self.term_start(term, context) else {
            let truth = term.missing_start_unmet.then_some(false);
            return Ok(Part { truth, measured: vec![show_moment(step)], required: vec![Shown::Nothing] });
        };
        let due = self.due(term, start, context)?;
        let truth = match step {
            Some(step) => reached(term, start, step, &due)?,
            None => self.not_reached(term, start, &due, doubtful)?,
        };
        Ok(Part { truth, measured: vec![show_moment(step)], required: vec![due.shown()] })
    }

    fn not_reached(&self, term: &TermReq, start: Moment, due: &Due, doubtful: bool) -> Result<Truth, String> {
        let last = match due {
            Due::Open => return Ok(None),
            _ if self.term_is_open(due) => return Ok(None),
            Due::PastCalendar(last) => return Err(format!("the calendar ends on {last}, before as-of")),
            Due::Day(last) => *last,
            Due::At(_, latest) => latest.date(),
        };
        let gap = match &term.step {
            Event::Field(_) => false,
            Event::First(id) => match &self.policy.aggs[*id].source {
                Source::Records(parts) => parts.iter().any(|p| !self.covered(p.kind, start.day(), after(last))),
                Source::Rows(part) => !self.covered(part.kind, start.day(), after(last)),
            },
        };
        Ok((!gap && !doubtful).then_some(term.not_before))
    }

    /// Steps that are all there, each not before the one before it.
    pub fn require_sequence(&self, events: &[Event], context: &Context<'_>) -> Part {
        let found: Vec<Step> = events.iter().map(|e| self.event(e, context, false)).collect();
        let measured = found.iter().map(|step| show_moment(step.moment)).collect();
        let moments: Vec<Moment> = found.iter().filter_map(|step| step.moment).collect();
        let rises = moments.windows(2).all(|pair| pair[0].compare(pair[1]).is_le());
        let in_doubt = found.iter().any(|step| step.moment.is_none() && (step.gap || step.doubtful));
        let truth = if rises && in_doubt { None } else { Some(rises && moments.len() == events.len()) };
        Part { truth, measured, required: Vec::new() }
    }
}

/// Whether a step on file meets the term.
fn reached(term: &TermReq, start: Moment, step: Moment, due: &Due) -> Result<Truth, String> {
    if matches!(due, Due::Open) {
        return Ok(None);
    }
    let before_start = term.or_before && !term.not_before;
    if in_hours(term.unit) {
        let Due::At(deadline, _) = due else { unreachable!("hours end at an instant") };
        let length = *deadline - start.earliest();
        // A whole day is every instant of it: the least and the most time between start and step.
        let (least, most) = (step.earliest() - start.latest(), step.latest() - start.earliest());
        if most < TimeDelta::zero() {
            return Ok(Some(before_start));
        }
        let early = (least < length).then_some(!term.not_before);
        let exactly = (least <= length && length <= most).then_some(true);
        let late = (most > length).then_some(term.not_before);
        let mut answers: Vec<bool> = [early, exactly, late].into_iter().flatten().collect();
        answers.dedup();
        return Ok(if answers.len() == 1 { Some(answers[0]) } else { None });
    }
    if step.day() < start.day() {
        return Ok(Some(before_start));
    }
    match due {
        Due::Day(last) if term.not_before => Ok(Some(step.day() >= *last)),
        Due::Day(last) => Ok(Some(step.day() <= *last)),
        Due::PastCalendar(last) if step.day() <= *last => Ok(Some(!term.not_before)),
        Due::PastCalendar(last) => Err(format!("the calendar ends on {last}, before the step on {}", step.day())),
        Due::At(..) | Due::Open => unreachable!("a term in days"),
    }
}
