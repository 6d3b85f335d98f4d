//! Terms (section 5, "Terms"): when they end, whether their step came in time.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use wangge::model::{AggFrame, AggId, AggOp, Event, Expr, Marks, Shown, Source, Stop, TermKind, TermReq, TermUnit};

use super::Run;
use super::bounds::Side;
use super::calendar::{PastEnd, Walk, walk};
use super::eval::Context;
use super::event::{Moments, Step};
use super::obligation::Part;
use super::time::{after, before, civil, day, instant, midnight, real, shift};
use super::value::{Moment, Truth, V, any};
use super::world::whole;

/// An instant on the axis of a term, or somewhere after the last day of the calendar.
type Edge = Result<NaiveDateTime, PastEnd>;

/// When a term ends.
#[derive(Clone)]
pub enum Due {
    /// On this day.
    Day(NaiveDate),
    /// Somewhere after the last day of the calendar.
    PastCalendar(NaiveDate),
    /// At an instant between these.
    At(Edge, Edge),
    /// The amount is open.
    Open,
}

/// What lengthens a term.
#[derive(Default)]
struct Longer {
    stops: Vec<(Moment, Option<Moment>)>,
    /// As much of the stops as is sure whatever is not on file.
    sure: Vec<(Moment, Option<Moment>)>,
    /// For each extension the events that are not before the start.
    extensions: Vec<Moments>,
    /// Aggregates of stops whose records may have been missed.
    asked: Vec<AggId>,
    doubtful: bool,
}

pub fn show_moment(moment: Option<Moment>) -> Shown {
    match moment {
        Some(Moment::Day(d)) => Shown::Moment(wangge::model::Moment::Day(day(d))),
        Some(Moment::At(at)) => Shown::Moment(wangge::model::Moment::At(instant(at))),
        None => Shown::Nothing,
    }
}

/// Whether a term goes by the clock.
fn by_clock(term: &TermReq) -> bool {
    matches!(term.unit, TermUnit::Hours | TermUnit::Minutes) || term.clock.is_some()
}

fn length(count: i64, unit: TermUnit) -> TimeDelta {
    match unit {
        TermUnit::Hours => TimeDelta::hours(count),
        TermUnit::Minutes => TimeDelta::minutes(count),
        _ => TimeDelta::zero(),
    }
}

impl Run<'_> {
    /// The start of a term, or its due date. `Err`: records may be missing, so nothing is due.
    pub fn term_start(&self, term: &TermReq, context: &Context<'_>) -> Result<Option<Moment>, ()> {
        // Each of some results or steps: the window begins with the one that is judged.
        if term.start.is_each() {
            return Ok(Some(Moment::Day(context.window.0)));
        }
        if let Event::Turn(turn) = &term.start
            && let Some(one) = self.starting(turn, context).first()
        {
            return Ok(Some(Moment::Day(one.day)));
        }
        let start = self.event(&term.start, context, true);
        if start.moment.is_none() && (start.gap || start.doubtful) { Err(()) } else { Ok(start.moment) }
    }

    /// When a term ends that starts at a known moment. The context's window begins with the obligation's.
    pub fn due(&self, term: &TermReq, start: Moment, context: &Context<'_>) -> Result<Due, String> {
        let context = first_day(context);
        let longer = self.longer(term, start, &context);
        Ok(self.due_with(term, start, &longer, &context)?.0)
    }

    fn longer(&self, term: &TermReq, start: Moment, context: &Context<'_>) -> Longer {
        let mut longer = Longer::default();
        for stop in &term.stopped {
            let (before, mut ends) = (longer.stops.len(), None);
            let doubtful;
            match stop {
                Stop::Between { from, to } => {
                    let picked = |marks: &Marks, found: &Moments| matches!(marks, Marks::One(_)) && found.agg.is_some();
                    let (starts, stops) = (self.marks(from, context), self.marks(to, context));
                    longer.asked.extend(starts.agg.iter().chain(&stops.agg));
                    longer.doubtful |= starts.doubtful || stops.doubtful;
                    // Of one that is picked, another may be the one that is meant.
                    doubtful = starts.doubtful || stops.doubtful || picked(from, &starts) || picked(to, &stops);
                    ends = stops.agg;
                    // Two dates of the subject itself: an end before its beginning stops nothing.
                    let own = starts.agg.is_none() && stops.agg.is_none();
                    let turned = starts.moments.iter().zip(&stops.moments).any(|(from, to)| to.compare(*from).is_lt());
                    if !(own && turned) {
                        longer.stops.extend(pairs(starts.moments, stops.moments));
                    }
                }
                Stop::Sharing { from, to } => {
                    longer.asked.extend([*from, *to]);
                    let ((starts, lost), (others, lost_too)) = (self.listed(*from, context), self.listed(*to, context));
                    longer.doubtful |= lost || lost_too;
                    (doubtful, ends) = (lost || lost_too, Some(*to));
                    // Each value by itself, as often as it stands there: the same stops again change nothing.
                    for (_, shared) in &starts {
                        let of = |list: &[(Moment, Vec<V>)]| {
                            list.iter().filter(|(_, other)| other == shared).map(|(at, _)| *at).collect()
                        };
                        longer.stops.extend(pairs(of(&starts), of(&others)));
                    }
                }
                Stop::During(list) => {
                    longer.asked.push(*list);
                    let AggOp::List(values) = &self.policy.aggs[*list].op else { unreachable!("a list") };
                    let found = self.find(&self.policy.aggs[*list].source, &AggFrame::Ever, context);
                    longer.doubtful |= found.doubtful > 0;
                    doubtful = found.doubtful > 0;
                    for row in &found.rows {
                        let Some(start) = self.eval(&values[0], row).moment() else { continue };
                        let from = Moment::At(start.earliest());
                        let to = self.eval(&values[1], row).moment().map(|end| match end {
                            _ if end.compare(start).is_lt() => from,
                            Moment::Day(day) => Moment::At(midnight(after(day))),
                            at => at,
                        });
                        longer.stops.push((from, to));
                    }
                }
            }
            if !doubtful {
                let sure: Vec<_> =
                    longer.stops[before..].iter().map(|stop| self.surely(*stop, ends, context)).collect();
                longer.sure.extend(sure);
            }
        }
        for extension in &term.extended {
            let mut with = self.marks(&extension.with, context);
            let too_early = |at: &Moment| term.kind != TermKind::By && at.compare(start).is_lt();
            with.moments.retain(|at| !too_early(at));
            if matches!(extension.with, Marks::All(_)) {
                with.doubtful = with.unsure.iter().any(|at| !too_early(at));
            }
            longer.extensions.push(with);
        }
        longer
    }

    /// A stop up to the first day on which an end of it may have been missed.
    fn surely(
        &self,
        (from, to): (Moment, Option<Moment>),
        ends: Option<AggId>,
        context: &Context<'_>,
    ) -> (Moment, Option<Moment>) {
        let mut days = context.window.0.iter_days().take_while(|day| *day <= self.as_of_day());
        let unseen = ends.and_then(|agg| days.find(|day| !self.events_covered(agg, *day, *day)));
        let Some(unseen) = unseen.map(|day| Moment::At(midnight(day))) else { return (from, to) };
        // One that begins there is none: it ends where it begins.
        let last = if from.day() >= unseen.day() { Moment::At(from.earliest()) } else { unseen };
        (from, Some(to.filter(|to| to.day() < last.day()).unwrap_or(last)))
    }

    /// The records of a list with what stands beside their moment; true: some may be missing there.
    fn listed(&self, list: AggId, context: &Context<'_>) -> (Vec<(Moment, Vec<V>)>, bool) {
        let agg = &self.policy.aggs[list];
        let AggOp::List(values) = &agg.op else { unreachable!("a list") };
        let found = self.find(&agg.source, &AggFrame::Ever, context);
        let (mut known, mut lost) = (Vec::new(), found.doubtful > 0);
        for row in &found.rows {
            let shared: Vec<V> = values[1..].iter().map(|value| self.eval(value, row)).collect();
            if shared.contains(&V::Unknown) {
                lost = true;
            } else {
                known.push((self.eval(&values[0], row).moment().expect("a record has a moment"), shared));
            }
        }
        (known, lost)
    }

    fn count(&self, expr: &Expr, context: &Context<'_>) -> Option<i64> {
        whole(&self.eval(expr, context)).filter(|n| (0..=100_000).contains(n))
    }

    /// When a term ends, and whether a record that is not on file may be an extension of it.
    fn due_with(
        &self,
        term: &TermReq,
        start: Moment,
        longer: &Longer,
        context: &Context<'_>,
    ) -> Result<(Due, bool), String> {
        let Some(amount) = self.count(&term.amount, context) else { return Ok((Due::Open, false)) };
        // Those that hold surely, and those that may hold: more of them while they lengthen the term.
        let (mut sure, mut possible) = (Vec::new(), Vec::new());
        loop {
            let mut added = Vec::new();
            for (at, extension) in term.extended.iter().enumerate().take(longer.extensions.len()) {
                let length = if possible.contains(&at) { self.count(&extension.amount, context) } else { Some(0) };
                let Some(length) = length else { return Ok((Due::Open, false)) };
                added.push(length);
            }
            let surely: Vec<i64> =
                added.iter().enumerate().map(|(at, added)| if sure.contains(&at) { *added } else { 0 }).collect();
            let first = self.end(term, start, amount, &surely, longer)?;
            let due = match (first, self.end(term, start, amount, &added, longer)?) {
                (Due::At(first, _), Due::At(_, latest)) => Due::At(first, latest),
                (_, due) => due,
            };
            let mut more = false;
            for (at, with) in longer.extensions.iter().enumerate() {
                let running = any(with.moments.iter().map(|event| match &due {
                    Due::Day(last) | Due::PastCalendar(last) => Some(event.day() <= *last),
                    Due::At(first, latest) => self.not_later(term, *event, first, latest),
                    Due::Open => unreachable!("its length is known"),
                }));
                for (holds, set) in [(running == Some(true), &mut sure), (running != Some(false), &mut possible)] {
                    if holds && !set.contains(&at) {
                        set.push(at);
                        more = true;
                    }
                }
            }
            if !more {
                let last = self.last_day(term, &due).map_or(self.as_of_day(), |last| last.min(self.as_of_day()));
                let missed = longer.extensions.iter().enumerate().any(|(at, with)| {
                    let gap = with.agg.is_some_and(|agg| !self.events_covered(agg, context.window.0, last));
                    !sure.contains(&at) && (with.doubtful || gap)
                });
                return Ok((due, missed));
            }
        }
    }

    /// The end of a term of so many units, and so many of its extensions.
    fn end(&self, term: &TermReq, start: Moment, amount: i64, added: &[i64], longer: &Longer) -> Result<Due, String> {
        if let (TermKind::By, false, true, Moment::At(at)) = (term.kind, term.moves, term.extended.is_empty(), start) {
            return Ok(Due::At(Ok(real(at, self.policy.timezone)), Ok(real(at, self.policy.timezone))));
        }
        if by_clock(term) {
            let edge = |at, longest| self.instant(term, at, amount, added, &self.stopped(term, longer, longest));
            return Ok(Due::At(edge(start.earliest(), false)?, edge(start.latest(), true)?));
        }
        let calendar = term.calendar.map(|id| self.calendar(id)).transpose()?;
        let day = start.day();
        let as_of = self.as_of_day();
        let is_stopped = |d: NaiveDate| {
            longer.stops.iter().any(|(from, to)| from.day() <= d && to.map_or(d <= as_of, |to| d < to.day()))
        };
        let back = term.kind == TermKind::Ahead;
        let last = match (term.unit, calendar) {
            (TermUnit::Workdays, Some(calendar)) => {
                let count = usize::try_from(amount + added.iter().sum::<i64>()).expect("not negative");
                let walked = if back { Walk::Before(count) } else { Walk::After(count) };
                walk(calendar, day, walked, &is_stopped)?
            }
            _ if back => Ok(shift(day, -amount, term.unit)),
            _ => {
                let longer = term.extended.iter().zip(added);
                let end = longer
                    .fold(shift(day, amount, term.unit), |end, (extension, added)| shift(end, *added, extension.unit));
                let running = usize::try_from((end - day).num_days()).expect("later than its start");
                let mut counted = after(day).iter_days().filter(|d| !is_stopped(*d));
                Ok(if running == 0 { day } else { counted.nth(running - 1).expect("a day") })
            }
        };
        let last = match (last, calendar) {
            (Ok(last), Some(calendar)) if term.moves && back => walk(calendar, last, Walk::OnOrBefore, &|_| false)?,
            (Ok(last), Some(calendar)) if term.moves => walk(calendar, last, Walk::OnOrAfter, &|_| false)?,
            (last, _) => last,
        };
        Ok(last.map_or_else(|PastEnd { last }| Due::PastCalendar(last), Due::Day))
    }

    /// The axis on which hours run: what the office clock shows, or the time that really passes.
    fn axis(&self, term: &TermReq, at: NaiveDateTime) -> NaiveDateTime {
        if term.clock.is_some() { at } else { real(at, self.policy.timezone) }
    }

    fn shown_on(&self, term: &TermReq, at: NaiveDateTime) -> NaiveDateTime {
        if term.clock.is_some() { at } else { civil(at, self.policy.timezone) }
    }

    fn stopped(&self, term: &TermReq, longer: &Longer, longest: bool) -> Vec<(NaiveDateTime, NaiveDateTime)> {
        let spec = self.spec;
        let an_instant = spec.read_until - spec.closed_until == TimeDelta::microseconds(1);
        let now = if an_instant { spec.closed_until } else { spec.read_until };
        let stops = longer.stops.iter().map(|(from, to)| match longest {
            true => (from.earliest(), to.map_or(now, Moment::latest)),
            false => (from.latest(), to.map_or(now, Moment::earliest)),
        });
        stops.map(|(from, to)| (self.axis(term, from), self.axis(term, to))).collect()
    }

    /// Where a term by the clock ends.
    fn instant(
        &self,
        term: &TermReq,
        start: NaiveDateTime,
        amount: i64,
        added: &[i64],
        stops: &[(NaiveDateTime, NaiveDateTime)],
    ) -> Result<Edge, String> {
        let start = self.axis(term, start);
        let extra = term.extended.iter().zip(added).map(|(extension, added)| length(*added, extension.unit));
        let span = extra.fold(length(amount, term.unit), |span, extra| span + extra);
        let Some(clock) = term.clock.map(|id| &self.policy.clocks[id]) else {
            if term.kind == TermKind::Ahead {
                return Ok(Ok(start - span));
            }
            if span.is_zero() {
                return Ok(Ok(start));
            }
            let far = start + span + stops.iter().map(|(from, to)| *to - *from).fold(TimeDelta::zero(), add_positive);
            return Ok(Ok(spend(&without((start, far + TimeDelta::days(1)), stops), span).expect("enough time")));
        };
        let calendar = term.calendar.map(|id| self.calendar(id)).transpose()?;
        // The clock's hours from the start on, as far as the calendar goes.
        let opening = |span: TimeDelta, stops: &[(NaiveDateTime, NaiveDateTime)]| -> Result<Edge, String> {
            if calendar.is_some_and(|calendar| date_before(start, calendar)) {
                return Err(format!("the calendar does not cover {start}"));
            }
            let mut left = span;
            let end = calendar.map(|calendar| super::time::date(calendar.last()));
            for d in start.date().iter_days().take_while(|d| end.is_none_or(|end| *d <= end)) {
                if self.run_on(&clock.hours, d) != Some(true) {
                    continue;
                }
                for (from, to) in &clock.hours.spans {
                    let at = |minutes: u32| midnight(d) + TimeDelta::minutes(i64::from(minutes));
                    let open = (at(*from).max(start), at(*to));
                    if open.0 >= open.1 {
                        continue;
                    }
                    let pieces = without(open, stops);
                    if let Some(end) = spend(&pieces, left) {
                        return Ok(Ok(end));
                    }
                    left -= pieces.iter().map(|(from, to)| *to - *from).fold(TimeDelta::zero(), |a, b| a + b);
                }
            }
            Ok(Err(PastEnd { last: end.expect("a clock that runs every day has no end") }))
        };
        if term.unit != TermUnit::Workdays {
            return opening(span, stops);
        }
        Ok(match opening(TimeDelta::zero(), &[])? {
            Ok(open) => {
                let count = usize::try_from(amount + added.iter().sum::<i64>()).expect("not negative");
                let calendar = calendar.expect("workdays have a calendar");
                let last = walk(calendar, open.date(), Walk::After(count), &|_| false)?;
                last.map(|last| last.and_time(open.time()))
            }
            past => past,
        })
    }

    /// Last day of the window.
    pub fn last_day(&self, term: &TermReq, due: &Due) -> Option<NaiveDate> {
        match due {
            Due::Day(last) => Some(*last),
            Due::At(_, Ok(latest)) => Some(self.shown_on(term, *latest).date()),
            _ => None,
        }
    }

    /// Whether a step may still come in time.
    pub fn term_is_open(&self, term: &TermReq, due: &Due) -> bool {
        match due {
            Due::Day(last) => !self.has_ended(after(*last)),
            Due::At(_, Ok(latest)) => *latest >= self.axis(term, self.spec.closed_until),
            Due::PastCalendar(last) | Due::At(_, Err(PastEnd { last })) => self.as_of_day() <= after(*last),
            Due::Open => false,
        }
    }

    fn shown_due(&self, term: &TermReq, due: &Due) -> Shown {
        match due {
            Due::At(Ok(first), Ok(latest)) if first == latest => {
                show_moment(Some(Moment::At(self.shown_on(term, *latest))))
            }
            due => show_moment(self.last_day(term, due).map(Moment::Day)),
        }
    }

    pub fn require_term(&self, term: &TermReq, context: &Context<'_>) -> Result<Part, String> {
        let context = &first_day(context);
        let step = self.event(&term.step, context, false);
        let shown = |truth| Part { truth, measured: vec![show_moment(step.moment)], required: vec![Shown::Nothing] };
        match self.term_start(term, context) {
            Ok(Some(start)) => self.require_from(term, start, &step, context),
            Ok(None) => Ok(shown(term.missing_start_unmet.then_some(false))),
            // In time if it is so by the earliest day that it may be, late if it is so by the latest.
            Err(()) => {
                let at = |side| {
                    let due = self.start_bound(term, side, context).filter(|_| term.is_due_date())?;
                    self.require_from(term, due, &step, context).ok()?.truth
                };
                let truth = (at(Side::Earliest) == Some(true)).then_some(true);
                Ok(shown(truth.or((at(Side::Latest) == Some(false)).then_some(false))))
            }
        }
    }

    /// The earliest (latest) moment that a computed start or due date in doubt may be.
    pub fn start_bound(&self, term: &TermReq, side: Side, context: &Context<'_>) -> Option<Moment> {
        let Event::Value(expr) = &term.start else { return None };
        self.moment_bound(expr, side, &self.on_reference(context, true))
    }

    /// A term that starts (or is due) at a known moment.
    fn require_from(&self, term: &TermReq, start: Moment, step: &Step, context: &Context<'_>) -> Result<Part, String> {
        let longer = self.longer(term, start, context);
        let (due, lengthened) = self.due_with(term, start, &longer, context)?;
        let required = vec![self.shown_due(term, &due)];
        let measured = vec![show_moment(step.moment)];
        if matches!(due, Due::Open) {
            return Ok(Part { truth: None, measured, required });
        }
        let truth = if self.is_missed(term, &due, &longer, context) || lengthened || longer.doubtful {
            // What is in time by the term as it surely is is in time; all else is not decided.
            let sure = Longer { stops: longer.sure, extensions: longer.extensions, ..Longer::default() };
            let (shortest, _) = self.due_with(term, start, &sure, context)?;
            let early = term.kind == TermKind::Within && !term.or_before && self.is_early(term, start, step);
            self.step_truth(term, start, step, &shortest, context)?.filter(|truth| *truth || early)
        } else {
            self.step_truth(term, start, step, &due, context)?
        };
        Ok(Part { truth, measured, required })
    }

    /// Whether a stop or an extension may lie on days that nobody covers.
    fn is_missed(&self, term: &TermReq, due: &Due, longer: &Longer, context: &Context<'_>) -> bool {
        let until = self.last_day(term, due).map_or(self.as_of_day(), |last| last.min(self.as_of_day()));
        longer.asked.iter().any(|agg| !self.events_covered(*agg, context.window.0, until))
    }

    /// When a term is due, where that is known for sure.
    pub fn sure_due(&self, term: &TermReq, start: Moment, context: &Context<'_>) -> Result<Option<Moment>, String> {
        let context = &first_day(context);
        let longer = self.longer(term, start, context);
        let (due, lengthened) = self.due_with(term, start, &longer, context)?;
        if matches!(due, Due::Open) || self.is_missed(term, &due, &longer, context) || lengthened || longer.doubtful {
            return Ok(None);
        }
        Ok(match due {
            Due::At(Ok(first), Ok(latest)) if first == latest => Some(Moment::At(self.shown_on(term, latest))),
            due => self.last_day(term, &due).map(Moment::Day),
        })
    }

    /// Whether a step came before the start.
    fn is_early(&self, term: &TermReq, start: Moment, step: &Step) -> bool {
        step.moment.is_some_and(|at| match by_clock(term) {
            true => self.axis(term, at.latest()) < self.axis(term, start.earliest()),
            false => at.day() < start.day(),
        })
    }

    fn step_truth(
        &self,
        term: &TermReq,
        start: Moment,
        step: &Step,
        due: &Due,
        context: &Context<'_>,
    ) -> Result<Truth, String> {
        let Some(at) = step.moment else { return self.not_reached(term, due, step, context) };
        if !term.is_due_date() && self.is_early(term, start, step) {
            return Ok(Some(term.kind == TermKind::Within && term.or_before));
        }
        let late = term.kind == TermKind::NotBefore;
        match due {
            Due::Open => Ok(None),
            Due::Day(last) if late => Ok(Some(at.day() >= *last)),
            Due::Day(last) => Ok(Some(at.day() <= *last)),
            Due::PastCalendar(_) if term.kind == TermKind::Ahead => self.not_reached(term, due, step, context),
            Due::PastCalendar(last) | Due::At(_, Err(PastEnd { last })) if at.day() > *last => {
                Err(format!("the calendar ends on {last}, before the step on {}", at.day()))
            }
            Due::PastCalendar(_) => Ok(Some(!late)),
            Due::At(first, latest) if late => Ok(self.not_earlier(term, at, first, latest)),
            Due::At(first, latest) => Ok(self.not_later(term, at, first, latest)),
        }
    }

    /// Whether a moment is not later than a due instant, at every instant that either may be.
    fn not_later(&self, term: &TermReq, at: Moment, first: &Edge, latest: &Edge) -> Truth {
        let (from, to) = (self.axis(term, at.earliest()), self.axis(term, at.latest()));
        let always = match first {
            Ok(first) => to <= *first,
            Err(PastEnd { last }) => at.day() <= *last,
        };
        let never = matches!(latest, Ok(latest) if from > *latest);
        if always { Some(true) } else { never.then_some(false) }
    }

    /// Whether a moment is not earlier than a due instant, at every instant that either may be.
    fn not_earlier(&self, term: &TermReq, at: Moment, first: &Edge, latest: &Edge) -> Truth {
        let (from, to) = (self.axis(term, at.earliest()), self.axis(term, at.latest()));
        let always = matches!(latest, Ok(latest) if from >= *latest);
        let never = match first {
            Ok(first) => to < *first,
            Err(PastEnd { last }) => at.day() <= *last,
        };
        if always { Some(true) } else { never.then_some(false) }
    }

    fn not_reached(&self, term: &TermReq, due: &Due, step: &Step, context: &Context<'_>) -> Result<Truth, String> {
        if matches!(due, Due::Open) || self.term_is_open(term, due) {
            return Ok(None);
        }
        let Some(last) = self.last_day(term, due) else {
            return Err("the calendar ends before as-of".to_owned());
        };
        let from = context.window.0.min(last);
        let gap = term.step.agg().is_some_and(|agg| !self.events_covered(agg, from, last));
        Ok((!gap && !step.doubtful).then_some(term.kind == TermKind::NotBefore))
    }

    /// Whether the days from one to another are covered for all records of an event.
    fn events_covered(&self, agg: AggId, from: NaiveDate, last: NaiveDate) -> bool {
        match &self.policy.aggs[agg].source {
            Source::Records(parts) => {
                parts.iter().all(|p| !self.part_unknown(p) && self.covered(p.kind, from, after(last)))
            }
            Source::Sharing(_) => unreachable!("no event"),
            Source::Rows(part) => !self.part_unknown(part) && self.covered(part.kind, from, after(last)),
        }
    }
}

/// Lengths are read on the window's first day.
fn first_day<'a>(context: &Context<'a>) -> Context<'a> {
    let first = context.window.0;
    Context { window: (first, after(first)), ..context.clone() }
}

fn date_before(start: NaiveDateTime, calendar: &wangge::model::calendar::WorkCalendar) -> bool {
    start.date() <= before(super::time::date(calendar.first()))
}

fn add_positive(sum: TimeDelta, length: TimeDelta) -> TimeDelta {
    sum + length.max(TimeDelta::zero())
}

/// Stops with their ends: the first end that is not before the stop. What lies inside a stop is none of its own.
fn pairs(mut from: Vec<Moment>, mut to: Vec<Moment>) -> Vec<(Moment, Option<Moment>)> {
    from.sort_by_key(|m| m.order());
    to.sort_by_key(|m| m.order());
    let mut found: Vec<(Moment, Option<Moment>)> = Vec::new();
    for start in from {
        let inside = found.last().is_some_and(|(_, end)| end.is_none_or(|end| start.compare(end).is_lt()));
        if !inside {
            found.push((start, to.iter().copied().find(|end| end.compare(start).is_ge())));
        }
    }
    found
}

/// What is left of an interval outside stops.
fn without(
    (from, to): (NaiveDateTime, NaiveDateTime),
    stops: &[(NaiveDateTime, NaiveDateTime)],
) -> Vec<(NaiveDateTime, NaiveDateTime)> {
    let mut pieces = vec![(from, to)];
    for (start, end) in stops.iter().filter(|(start, end)| start < end) {
        let cut = |(a, b): (NaiveDateTime, NaiveDateTime)| [(a, b.min(*start)), (a.max(*end), b)];
        pieces = pieces.into_iter().flat_map(cut).filter(|(a, b)| a < b).collect();
    }
    pieces
}

/// Where a span ends inside intervals.
fn spend(pieces: &[(NaiveDateTime, NaiveDateTime)], span: TimeDelta) -> Option<NaiveDateTime> {
    let mut left = span;
    for (from, to) in pieces {
        if left <= *to - *from {
            return Some(*from + left);
        }
        left -= *to - *from;
    }
    None
}
