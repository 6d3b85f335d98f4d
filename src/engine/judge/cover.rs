//! The time that records cover (docs/SEMANTICS.md, section 11).

use super::spans::{Spans, deepest};
use super::subject::Subject;
use crate::engine::ledger::{AccState, Entry};
use crate::engine::value::{Range, V};
use crate::model::frame_range;
use crate::model::{
    AggId, Cover, CoverBase, CoverTake, Day, Hours, Instant, Link, Moment, Overflow, Ratio, SourcePart, TermUnit,
    day_start,
};

/// Records of a source as spans: those that are surely there, and those that may be.
struct Seen {
    sure: Vec<(i64, i64)>,
    possible: Vec<(i64, i64)>,
    /// From here on anything may be.
    unseen: Option<i64>,
}

impl Seen {
    /// What surely at least so many have of some time, and what at least so many may have.
    fn held(&self, at_least: u32, time: &Spans, to: i64) -> (Spans, Spans) {
        let sure = Spans::deep(&self.sure, at_least).and(time);
        let mut possible = Spans::deep(&self.possible, at_least).clip(&[(i64::MIN, to)]);
        possible.extend(self.unseen.map(|from| (from, to)));
        (sure, Spans::deep(&possible, 1).and(time))
    }
}

impl<'a> Subject<'_, 'a> {
    /// Its value for this subject and window; unknown where the calendar of its clock does not reach.
    pub(super) fn covered(&self, cover: &Cover) -> Result<V<'a>, Overflow> {
        let Some((from, to)) = self.looked_at(cover) else { return Ok(V::Unknown) };
        let axis = |at: Instant| self.axis(cover, at);
        let (lo, hi) = (axis(from), axis(to));
        let frame = Spans::deep(&[(lo, hi)], 1);
        // The time that is surely looked at, and what may be.
        let (base, most_base) = match &cover.base {
            CoverBase::Frame => (frame.clone(), frame),
            CoverBase::Hours(hours) => match self.open_hours(hours, from, to) {
                Some(open) => {
                    let open = Spans::deep(&open, 1).and(&frame);
                    (open.clone(), open)
                }
                None => return Ok(V::Num(Range::ANY)),
            },
            CoverBase::Records(other) => self.seen(cover, *other, (from, to)).held(1, &frame, hi),
        };
        let seen = self.seen(cover, cover.of, (from, to));
        if cover.take == CoverTake::Most {
            let unseen = seen.unseen.map(|from| Spans::deep(&[(from, hi)], 1).and(&most_base).length());
            let number = |count: u64| Ratio::int(i128::from(count));
            let hi = unseen.unwrap_or(0) == 0;
            let hi = hi.then(|| number(deepest(&most_base.clip(&seen.possible))));
            return Ok(V::Num(Range { lo: Some(number(deepest(&base.clip(&seen.sure)))), hi }));
        }
        let (sure, possible) = seen.held(cover.at_least, &most_base, hi);
        let (least, most) = match cover.take {
            CoverTake::Uncovered(_) => (base.without(&possible), most_base.without(&sure)),
            _ => (sure.and(&base), possible),
        };
        let (least, most) = (micros(&least), micros(&most));
        match cover.take {
            CoverTake::Covered(unit) | CoverTake::Uncovered(unit) => {
                let unit = unit_micros(unit);
                let range = Range { lo: least.div(unit)?, hi: most.div(unit)? };
                Ok(V::Num(range))
            }
            CoverTake::Share if base == most_base => {
                let whole = micros(&base);
                Ok(match (least.div(whole)?, most.div(whole)?) {
                    (Some(lo), Some(hi)) => V::Num(Range { lo: Some(lo), hi: Some(hi) }),
                    _ => V::Num(Range::ANY),
                })
            }
            CoverTake::Share | CoverTake::Most => Ok(V::Num(Range::ANY)),
        }
    }

    /// Whether it is not known because of what the sources do not show: all but a share of no time.
    pub(super) fn is_cover_in_doubt(&self, cover: &Cover) -> Result<bool, Overflow> {
        if self.covered(cover)?.is_known() {
            return Ok(false);
        }
        let whole = Cover { take: CoverTake::Covered(TermUnit::Minutes), ..cover.clone() };
        let rest = Cover { take: CoverTake::Uncovered(TermUnit::Minutes), ..cover.clone() };
        let nothing = |range: Range| range.value() == Some(Ratio::ZERO);
        let no_time = nothing(self.covered(&whole)?.range()) && nothing(self.covered(&rest)?.range());
        Ok(!(cover.take == CoverTake::Share && no_time))
    }

    fn axis(&self, cover: &Cover, at: Instant) -> i64 {
        if cover.is_civil() { at.0 } else { at.real(self.judge.world.policy().timezone) }
    }

    /// The first and the last instant (exclusive) of its frame.
    fn looked_at(&self, cover: &Cover) -> Option<(Instant, Instant)> {
        let agg = &self.judge.world.policy().aggs[cover.of];
        let (from, to) = frame_range(&agg.frame, self.window);
        let starts = self.parts(cover.of).iter().map(|part| part.day_starts).max().unwrap_or(0);
        Some((day_start(from?, starts), day_start(to?, starts)))
    }

    fn parts(&self, id: AggId) -> &'a [SourcePart] {
        self.judge.world.policy().aggs[id].source.parts()
    }

    /// The hours of a clock on the days from one instant to another; `None`: its calendar does not cover one.
    fn open_hours(&self, hours: &Hours, from: Instant, to: Instant) -> Option<Vec<(i64, i64)>> {
        let calendar = hours.calendar.map(|id| self.judge.world.program.calendar(id));
        let mut found = Vec::new();
        let mut day = from.day();
        while day.start() < to {
            if hours.run_on(day, calendar.flatten())? {
                found.extend(hours.on(day).map(|(from, to)| (from.0, to.0)));
            }
            day = day.plus(1);
        }
        Some(found)
    }

    /// The records of a source that reach into a stretch of time.
    fn seen(&self, cover: &Cover, id: AggId, (from, to): (Instant, Instant)) -> Seen {
        let as_of = self.judge.world.program.spec().as_of;
        // Up to as-of: its instant; of a day its start, or where nothing is open its end.
        let an_instant = as_of.read_until.0 == as_of.closed_until.0.saturating_add(1);
        // Past the end of what is settled nothing is looked at.
        let closed = self.outlook.settled || self.outlook.has_been;
        let undone = !self.outlook.settled && as_of.closed_until < to || self.outlook.fillable;
        let now = if closed && !an_instant { as_of.read_until } else { as_of.closed_until };
        let mut seen = Seen { sure: Vec::new(), possible: Vec::new(), unseen: None };
        for entry in self.log(id) {
            let start = entry.start.earliest();
            let end = match (entry.is_open, entry.is_reversed) {
                (true, _) => now,
                (false, true) => start, // it covers nothing
                (false, false) => past(entry.end),
            };
            let end = end.max(start);
            if end <= from || to <= start {
                continue;
            }
            let span = (self.axis(cover, start), self.axis(cover, end));
            seen.possible.push(span);
            if entry.values.is_some() && !(undone && entry.is_loose) {
                seen.sure.push(span);
            }
        }
        let open = (!closed && as_of.closed_until < to).then_some(as_of.closed_until);
        let unseen = self.first_uncovered(id, from, to).map(Day::start).into_iter().chain(open).min();
        seen.unseen = unseen.map(|at| self.axis(cover, at.max(from)));
        seen
    }

    /// The first day of a stretch of time that is not covered for some kind; past as-of it is open, where anything is.
    fn first_uncovered(&self, id: AggId, from: Instant, to: Instant) -> Option<Day> {
        let spec = self.judge.world.program.spec();
        let reference = spec.as_of.reference().start();
        let to = if self.outlook.settled { to } else { to.min(reference) };
        let first = |part: &SourcePart| {
            let covered = spec.coverage.get(&part.kind).map_or(&[][..], Vec::as_slice);
            // Without any coverage, or where nobody knows who stands in, nothing is known, of the time to come either.
            if covered.is_empty() || self.judge.world.is_acting_unknown(part) {
                return Some(from.day());
            }
            let mut day = from.day();
            while day.start() < to {
                if !covered.iter().any(|window| window.contains(day)) {
                    return Some(day);
                }
                day = day.plus(1);
            }
            None
        };
        self.parts(id).iter().filter_map(first).min()
    }

    /// All records of a list for this subject.
    fn log(&self, id: AggId) -> &'a [Entry] {
        let program = self.judge.world.program;
        let Some(acc) = program.acc_of[id] else { return &[] };
        let whole = program.accumulators[acc].parts.iter().all(|part| part.source.link == Link::Whole);
        match self.judge.state(acc) {
            AccState::Lists(lists) => {
                lists.get(if whole { 0 } else { self.id as usize }).map_or(&[][..], Vec::as_slice)
            }
            // INVARIANT (lists): the program keeps lists for what covers time.
            AccState::Counts { .. } | AccState::Cells { .. } => &[],
        }
    }
}

/// The first instant after an end: a day without a time ends with it.
fn past(end: Moment) -> Instant {
    match end {
        Moment::Day(day) => day.end(),
        Moment::At(at) => at,
    }
}

fn micros(spans: &Spans) -> Ratio {
    Ratio::int(i128::from(spans.length()))
}

fn unit_micros(unit: TermUnit) -> Ratio {
    Ratio::int(match unit {
        TermUnit::Minutes => 60_000_000,
        TermUnit::Hours => 3_600_000_000,
        _ => i128::from(crate::model::time::DAY_MICROS),
    })
}
