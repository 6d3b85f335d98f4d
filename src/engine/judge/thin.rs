//! Records of a subject in order: which of them count where they must be apart or alternate.

use super::Judge;
use crate::engine::cell::value_order;
use crate::engine::ledger::{AccState, Entry};
use crate::engine::value::{Range, Tri, V, shift};
use crate::model::{AggOp, Day, Link, Moment, Ratio, Spacing, TermUnit, Thin};
use crate::program::AccId;
use std::cmp::Ordering;

impl<'a> Judge<'a> {
    /// The records of a subject in an accumulator that keeps lists, in order.
    pub(super) fn entries(&self, acc: AccId, id: u32) -> Vec<&'a Entry> {
        let parts = &self.world.program.accumulators[acc].parts;
        let whole = parts.iter().all(|part| part.source.link == Link::Whole);
        let id = if whole { 0 } else { id };
        let mut entries: Vec<&Entry> = match self.state(acc) {
            AccState::Lists(lists) => lists.get(id as usize).map(|list| list.iter().collect()).unwrap_or_default(),
            // INVARIANT (lists): the program keeps lists for what is looked at in order.
            AccState::Counts { .. } | AccState::Cells { .. } => Vec::new(),
        };
        entries.sort_by(|a, b| placed(a, b));
        entries
    }
}

/// By moment and key, then by kind, end and values, so that the order of arrival leaves no trace.
fn placed(a: &Entry, b: &Entry) -> Ordering {
    let place = |m: Moment| (m.earliest(), matches!(m, Moment::At(_)));
    let values = || match (&a.values, &b.values) {
        (Some(a), Some(b)) => {
            let pairs = a.iter().zip(b).map(|(a, b)| value_order(a.value(), b.value()));
            pairs.fold(Ordering::Equal, Ordering::then)
        }
        (a, b) => a.is_some().cmp(&b.is_some()),
    };
    (a.order.cmp(&b.order))
        .then_with(|| a.kind.cmp(&b.kind))
        .then_with(|| place(a.end).cmp(&place(b.end)))
        .then_with(values)
}

/// The records that count, in order, of those before a day; and whether it is in doubt which do.
/// `undone`: those that something filled in may undo put it in doubt.
pub(super) fn thinned(entries: Vec<&Entry>, thin: Thin, to: Option<Day>, undone: bool) -> (Vec<&Entry>, bool) {
    let mut counted: Vec<&Entry> = Vec::new();
    for entry in entries.into_iter().filter(|entry| to.is_none_or(|to| entry.day < to)) {
        if entry.values.is_none() || undone && entry.is_loose {
            return (counted, true);
        }
        let apart = match counted.last() {
            None => Tri::True,
            Some(last) if thin.alternating && last.kind == entry.kind => Tri::False,
            Some(last) => thin.spacing.map_or(Tri::True, |spacing| is_apart(last.end, entry.start, spacing)),
        };
        match apart {
            Tri::True => counted.push(entry),
            Tri::False => {}
            Tri::Unknown => return (counted, true),
        }
    }
    (counted, false)
}

/// What an aggregate is where it is in doubt which records count.
pub(super) fn in_doubt_of<'a>(op: &AggOp) -> V<'a> {
    match op {
        AggOp::Count | AggOp::Distinct(_) => V::Num(Range::at_least(Ratio::ZERO)),
        AggOp::Sum(_) | AggOp::Average(..) | AggOp::Share(_) | AggOp::Quantile(..) => V::Num(Range::ANY),
        AggOp::Min(_) | AggOp::Max(_) | AggOp::First(_) | AggOp::Last(_) | AggOp::List(_) => V::Unknown,
    }
}

/// Whether a record starts far enough from the end of another.
fn is_apart(end: Moment, start: Moment, spacing: Spacing) -> Tri {
    let Spacing { count, unit, inclusive } = spacing;
    if inclusive { reaches(end, start, count, unit) } else { within(end, start, count, unit).not() }
}

/// Whether a moment lies at most so many units after another.
pub(super) fn within(from: Moment, to: Moment, count: u32, unit: TermUnit) -> Tri {
    match micros(unit) {
        Some(micros) => {
            let most = i64::from(count).saturating_mul(micros);
            let (least, longest) = between(from, to);
            if longest <= most {
                Tri::True
            } else if least > most {
                Tri::False
            } else {
                Tri::Unknown
            }
        }
        None => Tri::of(to.day() <= limit(from, count, unit)),
    }
}

/// Whether a moment lies at least so many units after another.
fn reaches(from: Moment, to: Moment, count: u32, unit: TermUnit) -> Tri {
    match micros(unit) {
        Some(micros) => {
            let wanted = i64::from(count).saturating_mul(micros);
            let (least, longest) = between(from, to);
            if least >= wanted {
                Tri::True
            } else if longest < wanted {
                Tri::False
            } else {
                Tri::Unknown
            }
        }
        None => Tri::of(to.day() >= limit(from, count, unit)),
    }
}

/// The last day that lies so many units after a moment.
pub(super) fn limit(from: Moment, count: u32, unit: TermUnit) -> Day {
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    shift(Moment::Day(from.day()), count, unit).map_or(from.day(), Moment::day)
}

/// Length of a unit that is counted from the moment.
pub(super) fn micros(unit: TermUnit) -> Option<i64> {
    match unit {
        TermUnit::Minutes => Some(60_000_000),
        TermUnit::Hours => Some(3_600_000_000),
        _ => None,
    }
}

/// The least and the longest time between two moments.
fn between(from: Moment, to: Moment) -> (i64, i64) {
    (to.earliest().0 - from.latest().0, to.latest().0 - from.earliest().0)
}
