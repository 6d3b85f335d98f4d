//! What stops a term: pairs of events, and records that last.

use super::Judge;
use super::due::{pair, precedes};
use super::subject::Subject;
use crate::engine::eval::Stored;
use crate::model::{AggId, Moment, Overflow, Stop};

/// What one `stopped` comes to.
pub(super) struct Stopped {
    /// Pairs of stop and end; `None`: it has not run on yet.
    pub stops: Vec<(Moment, Option<Moment>)>,
    /// The aggregates behind them.
    pub from: Vec<AggId>,
    /// A record with an unknown filter, or without what is shared, may be one.
    pub doubtful: bool,
}

impl<'a> Judge<'a> {
    pub(super) fn stopped(&self, stop: &'a Stop, subject: &Subject<'_, 'a>) -> Result<Stopped, Overflow> {
        match stop {
            Stop::Between { from, to } => {
                let (from, to) = (self.marked(from, subject)?, self.marked(to, subject)?);
                let doubtful = from.is_doubtful() || to.is_doubtful();
                let aggs = from.from.into_iter().chain(to.from).collect();
                Ok(Stopped { stops: pair(from.moments, to.moments), from: aggs, doubtful })
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
                Ok(Stopped { stops: pairs.collect(), from: vec![*from, *to], doubtful: unsure || unsure_ends })
            }
            Stop::During(list) => {
                let entries = self.every(*list, subject);
                let doubtful = entries.iter().any(|entry| entry.values.is_none());
                let lasting = entries.iter().filter_map(|entry| lasting(entry.values.as_ref()?));
                Ok(Stopped { stops: lasting.collect(), from: vec![*list], doubtful })
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
