//! Time that records cover (section 11): cut into pieces at every edge, each piece looked at by itself.

use chrono::{NaiveDateTime, TimeDelta};
use wangge::model::{Agg, AggFrame, Cover, CoverBase, CoverTake, Source, TermUnit};

use super::Run;
use super::eval::Context;
use super::time::{after, last_units, midnight, minutes, real};
use super::value::{Moment, Num, Range, Truth, V, int};
use super::world::Subject;

/// A record as it covers time: from, to, and whether its filter is true (else unknown).
struct Covering {
    from: NaiveDateTime,
    to: NaiveDateTime,
    sure: bool,
}

/// The records of a source, and from when on anything may be.
struct Log {
    records: Vec<Covering>,
    unseen: Option<NaiveDateTime>,
}

impl Log {
    /// How many have a piece of time surely, and how many may.
    fn count(&self, piece: (NaiveDateTime, NaiveDateTime)) -> (usize, Option<usize>) {
        let has = |r: &&Covering| r.from <= piece.0 && piece.1 <= r.to;
        let most = self.records.iter().filter(has).count();
        let sure = self.records.iter().filter(has).filter(|r| r.sure).count();
        (sure, self.unseen.is_none_or(|unseen| piece.0 < unseen).then_some(most))
    }

    /// Whether at least so many have it.
    fn holds(&self, piece: (NaiveDateTime, NaiveDateTime), at_least: usize) -> Truth {
        match self.count(piece) {
            (sure, _) if sure >= at_least => Some(true),
            (_, Some(most)) if most < at_least => Some(false),
            _ => None,
        }
    }

    fn edges(&self) -> impl Iterator<Item = NaiveDateTime> + '_ {
        self.records.iter().flat_map(|r| [r.from, r.to]).chain(self.unseen)
    }
}

impl Run<'_> {
    pub fn cover(&self, cover: &Cover, context: &Context<'_>) -> V {
        self.take(cover, cover.take, context).map_or(V::Num(Range::ANY), V::Num)
    }

    /// A share of no time is missing, not in doubt.
    pub fn cover_in_doubt(&self, cover: &Cover, context: &Context<'_>) -> bool {
        let none = |take| self.take(cover, take, context).is_some_and(|range| range.exact() == Some(&int(0)));
        let no_time = none(CoverTake::Covered(TermUnit::Minutes)) && none(CoverTake::Uncovered(TermUnit::Minutes));
        let missing = cover.take == CoverTake::Share && no_time;
        !missing && !self.cover(cover, context).is_known()
    }

    fn take(&self, cover: &Cover, take: CoverTake, context: &Context<'_>) -> Option<Range> {
        let agg = &self.policy.aggs[cover.of];
        let (from, to) = self.looked_at(agg, context);
        let log = self.covering(cover, agg, (from, to), context);
        let other = match &cover.base {
            CoverBase::Records(id) => Some(self.covering(cover, &self.policy.aggs[*id], (from, to), context)),
            _ => None,
        };
        let clock = |at: NaiveDateTime| if cover.is_civil() { at } else { real(at, self.policy.timezone) };
        // Every edge, on the axis of the cover.
        let mut edges: Vec<NaiveDateTime> = log.edges().chain(other.iter().flat_map(Log::edges)).collect();
        edges.extend([clock(from), clock(to)]);
        if let CoverBase::Hours(hours) = &cover.base {
            for d in from.date().iter_days().take_while(|d| midnight(*d) < to) {
                self.run_on(hours, d)?;
                edges.extend(hours.spans.iter().flat_map(|(a, b)| [a, b].map(|m| midnight(d) + minutes(*m))));
            }
        }
        edges.retain(|at| clock(from) <= *at && *at <= clock(to));
        edges.sort_unstable();
        edges.dedup();
        let (mut least, mut most) = (TimeDelta::zero(), TimeDelta::zero());
        let (mut whole, mut sure_whole) = (TimeDelta::zero(), TimeDelta::zero());
        let (mut deepest, mut may_be) = (0, Some(0));
        for piece in edges.windows(2).map(|edge| (edge[0], edge[1])) {
            let looked = match (&cover.base, &other) {
                (CoverBase::Frame, _) => Some(true),
                (CoverBase::Hours(hours), _) => self.in_hours(Moment::At(piece.0), hours),
                (_, Some(other)) => other.holds(piece, 1),
                (CoverBase::Records(_), None) => unreachable!("the other records are there"),
            };
            let length = piece.1 - piece.0;
            let held = log.holds(piece, cover.at_least as usize);
            let wanted = match take {
                CoverTake::Uncovered(_) => held.map(|held| !held),
                _ => held,
            };
            if looked != Some(false) {
                whole += length;
                most += if wanted == Some(false) { TimeDelta::zero() } else { length };
                may_be = may_be.zip(log.count(piece).1).map(|(a, b): (usize, usize)| a.max(b));
            }
            if looked == Some(true) {
                sure_whole += length;
                least += if wanted == Some(true) { length } else { TimeDelta::zero() };
                deepest = deepest.max(log.count(piece).0);
            }
        }
        let number = |count: usize| int(i64::try_from(count).expect("few"));
        Some(match take {
            CoverTake::Covered(unit) | CoverTake::Uncovered(unit) => {
                Range { lo: Some(micros(least) / unit_micros(unit)), hi: Some(micros(most) / unit_micros(unit)) }
            }
            CoverTake::Share if whole != sure_whole || whole.is_zero() => return None,
            CoverTake::Share => {
                Range { lo: Some(micros(least) / micros(whole)), hi: Some(micros(most) / micros(whole)) }
            }
            CoverTake::Most => Range { lo: Some(number(deepest)), hi: may_be.map(number) },
        })
    }

    /// The first and last instant of the time that is looked at, as the clock shows them.
    fn looked_at(&self, agg: &Agg, context: &Context<'_>) -> (NaiveDateTime, NaiveDateTime) {
        let Source::Records(parts) = &agg.source else { unreachable!("records") };
        let (from, to) = match agg.frame {
            AggFrame::Window => context.window,
            AggFrame::Last { count, unit, at_end } => {
                let end = if at_end { context.window.1 } else { context.window.0 };
                (last_units(end, i64::from(count), unit), end)
            }
            ref other => unreachable!("no frame of covered time: {other:?}"),
        };
        let starts = minutes(parts.iter().map(|part| part.day_starts).max().unwrap_or(0));
        (midnight(from) + starts, midnight(to) + starts)
    }

    /// All records of a source that lead to the row, on the axis of the cover.
    fn covering(
        &self,
        cover: &Cover,
        agg: &Agg,
        (from, to): (NaiveDateTime, NaiveDateTime),
        context: &Context<'_>,
    ) -> Log {
        let Source::Records(parts) = &agg.source else { unreachable!("records") };
        let axis = |at: NaiveDateTime| if cover.is_civil() { at } else { real(at, self.policy.timezone) };
        let spec = self.spec;
        let an_instant = spec.read_until - spec.closed_until == TimeDelta::microseconds(1);
        let closed = !context.doubts_open || context.reading.been;
        let undone = context.doubts_open && spec.closed_until < to || context.reading.fillable;
        let now = if !closed || an_instant { spec.closed_until } else { spec.read_until };
        let mut records = Vec::new();
        let mut unseen: Vec<NaiveDateTime> = Vec::new();
        for part in parts {
            for at in self.read_records(part.kind) {
                let (row, start) = (Subject::Record(part.kind, at), self.moment(part.kind, at));
                if !self.leads_in(part, &row, start.day(), &context.row) {
                    continue;
                }
                let own = Context { row, day: start.day(), reading: Default::default(), ..context.clone() };
                let kept = part.filter.as_ref().map_or(Some(true), |filter| self.truth(filter, &own));
                let end = match self.policy.kinds[part.kind].end {
                    None => past(start),
                    Some(field) => match self.read(&own.row, &[field], start.day(), false).moment() {
                        None => now,
                        Some(end) if end.latest() < start.earliest() => start.earliest(),
                        Some(end) => past(end),
                    },
                };
                if kept != Some(false) && end > start.earliest() {
                    let sure = kept == Some(true) && !(undone && self.filter_is_loose(part, &own));
                    records.push(Covering { from: axis(start.earliest()), to: axis(end), sure });
                }
            }
            let known = if context.doubts_open { to.min(midnight(self.as_of_day())) } else { to };
            let mut days = from.date().iter_days().take_while(|d| midnight(*d) < known);
            unseen.extend(days.find(|d| !self.covered(part.kind, *d, after(*d))).map(midnight));
            if self.part_unknown(part) || self.spec.coverage.get(&part.kind).is_none_or(Vec::is_empty) {
                unseen.push(from);
            }
        }
        if !closed && spec.closed_until < to {
            unseen.push(spec.closed_until);
        }
        Log { records, unseen: unseen.into_iter().min().map(|at| axis(at.max(from))) }
    }
}

/// A day without a time ends with it.
fn past(end: Moment) -> NaiveDateTime {
    match end {
        Moment::Day(day) => midnight(after(day)),
        Moment::At(at) => at,
    }
}

fn micros(length: TimeDelta) -> Num {
    int(length.num_microseconds().expect("a length that fits"))
}

fn unit_micros(unit: TermUnit) -> Num {
    let hours = match unit {
        TermUnit::Minutes => return int(60_000_000),
        TermUnit::Hours => 1,
        _ => 24,
    };
    int(hours * 3_600_000_000)
}
