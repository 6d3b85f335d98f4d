//! What stops a term: pairs of events, and records that last.

use super::Judge;
use super::due::{pair, precedes};
use super::subject::Subject;
use crate::engine::eval::Stored;
use crate::model::{AggId, Day, Marks, Moment, Overflow, Stop};

/// What one `stopped` comes to.
pub(super) struct Stopped {
    /// Pairs of stop and end; `None`: it has not run on yet.
    pub stops: Vec<(Moment, Option<Moment>)>,
    /// The aggregates behind them.
    pub from: Vec<AggId>,
    /// A record with an unknown filter, or without what is shared, may be one.
    pub doubtful: bool,
    /// Those behind the ends; of records that last none: the end stands in the record.
    ends: Vec<AggId>,
    /// One record is picked as the stop or as its end, so that another one may take its place.
    picked: bool,
}

impl Stopped {
    /// The stops on file that no record takes away which is not on file: up to the first day on which an end may have
    /// been missed.
    pub fn sure(&self, subject: &Subject<'_, '_>) -> Vec<(Moment, Option<Moment>)> {
        if self.doubtful || self.picked {
            return Vec::new();
        }
        let seen_until = self.ends.iter().map(|end| subject.covered_until(*end, subject.window.start)).min();
        let reference = subject.judge.world.program.spec().as_of.reference();
        let Some(until) = seen_until.filter(|until| *until <= reference) else { return self.stops.clone() };
        let begun = self.stops.iter().filter(|(from, _)| from.day() < until);
        begun.map(|(from, to)| (*from, Some(cut(*to, until)))).collect()
    }
}

/// The end of a stop, no later than the start of a day.
fn cut(to: Option<Moment>, until: Day) -> Moment {
    to.filter(|to| to.day() < until).unwrap_or(Moment::At(until.start()))
}

/// Whether one of the records is picked.
fn is_picked(marks: &Marks, from: Option<AggId>) -> bool {
    matches!(marks, Marks::One(_)) && from.is_some()
}

impl<'a> Judge<'a> {
    pub(super) fn stopped(&self, stop: &'a Stop, subject: &Subject<'_, 'a>) -> Result<Stopped, Overflow> {
        match stop {
            Stop::Between { from, to } => {
                let (starts, ends) = (self.marked(from, subject)?, self.marked(to, subject)?);
                let is_own = starts.from.is_none() && ends.from.is_none();
                let doubtful = starts.is_doubtful() || ends.is_doubtful();
                let picked = is_picked(from, starts.from) || is_picked(to, ends.from);
                let stops = match (starts.moments.as_slice(), ends.moments.as_slice()) {
                    // Two dates of the subject itself belong to each other: an end before its beginning stops nothing.
                    ([from], [to]) if is_own && precedes(*to, *from) => Vec::new(),
                    _ => pair(starts.moments, ends.moments),
                };
                let from = starts.from.into_iter().chain(ends.from).collect();
                Ok(Stopped { stops, from, doubtful, ends: ends.from.into_iter().collect(), picked })
            }
            Stop::Sharing { from, to } => {
                let (starts, unsure) = self.with_shared(*from, subject);
                let (ends, unsure_ends) = self.with_shared(*to, subject);
                let mut groups: Vec<(&[Stored], Vec<Moment>)> = Vec::new();
                for (at, shared) in starts {
                    match groups.iter_mut().find(|(known, _)| *known == shared) {
                        Some((_, moments)) => moments.push(at),
                        None => groups.push((shared, vec![at])),
                    }
                }
                let pairs = groups.into_iter().flat_map(|(shared, moments)| {
                    let own = ends.iter().filter(|(_, other)| *other == shared).map(|(at, _)| *at);
                    pair(moments, own.collect())
                });
                Ok(Stopped {
                    stops: pairs.collect(),
                    from: vec![*from, *to],
                    doubtful: unsure || unsure_ends,
                    ends: vec![*to],
                    picked: false,
                })
            }
            Stop::During(list) => {
                let entries = self.every(*list, subject);
                let doubtful = entries.iter().any(|entry| entry.values.is_none());
                let lasting = entries.iter().filter_map(|entry| lasting(entry.values.as_ref()?));
                let stops = lasting.collect();
                Ok(Stopped { stops, from: vec![*list], doubtful, ends: Vec::new(), picked: false })
            }
        }
    }

    /// The moments of the records of a list with what they share, and whether one may be missing among them.
    fn with_shared(&self, list: AggId, subject: &Subject<'_, 'a>) -> (Vec<(Moment, &'a [Stored])>, bool) {
        let (mut found, mut unsure) = (Vec::new(), false);
        for entry in self.every(list, subject) {
            let Some((at, shared)) = entry.values.as_ref().and_then(|values| values.split_first()) else {
                unsure = true;
                continue;
            };
            match at.value().moment() {
                Some(at) if !shared.contains(&Stored::Unknown) => found.push((at, shared)),
                _ => unsure = true,
            }
        }
        (found, unsure)
    }
}

/// How long a record lasts: whole days from their first instant to their last.
fn lasting(values: &[Stored]) -> Option<(Moment, Option<Moment>)> {
    let from = values.first()?.value().moment()?;
    let to = values.get(1).and_then(|end| end.value().moment());
    let past = |end: Moment| match end {
        Moment::Day(day) => Moment::At(day.plus(1).start()),
        at => at,
    };
    // One that ends before it begins stops nothing.
    let to = to.map(|end| if precedes(end, from) { Moment::At(from.earliest()) } else { past(end) });
    Some((Moment::At(from.earliest()), to))
}
