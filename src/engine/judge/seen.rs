//! Events of a subject as known by as-of: fields, records, neighbours, computed moments.

use super::Judge;
use super::due::precedes;
use super::outlook::Outlook;
use super::subject::Subject;
use crate::engine::bounds::bound;
use crate::engine::cell::RecordOrder;
use crate::engine::eval::{Context, Stored, eval, in_doubt};
use crate::engine::ledger::Entry;
use crate::engine::value::V;
use crate::model::{AggId, Day, Event, Link, Marks, Moment, Near, Overflow, Source, Which, Window};

/// An event of a subject.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    pub moment: Option<Moment>,
    /// The aggregate behind it, if it comes from records.
    pub from: Option<AggId>,
    /// A record with an unknown filter may be it.
    pub doubtful: bool,
    /// Days of the log are not covered, so that records may have been missed.
    pub missed: bool,
    /// The day by which what it starts belongs to a period, where that is not its own day.
    pub owner: Option<Day>,
}

/// Between which moments a start or due date lies that is in doubt.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Between {
    pub earliest: Option<Moment>,
    pub latest: Option<Moment>,
    /// Only what is still to come leaves it open.
    pub awaited: bool,
}

/// What starts a term, or holds its due date.
#[derive(Debug, Clone, Copy)]
pub(super) enum Begin {
    /// Nothing: the term is unmet.
    Never,
    At(Moment),
    Between(Between),
}

/// Any number of moments.
#[derive(Clone)]
pub(super) struct Marked {
    pub moments: Vec<Moment>,
    pub from: Option<AggId>,
    /// Moments of records with an unknown filter.
    pub unsure: Vec<Moment>,
    /// A record with an unknown filter may be the one event that is meant.
    pub doubtful: bool,
}

impl Marked {
    /// Whether a record with an unknown filter may be among them.
    pub fn is_doubtful(&self) -> bool {
        self.doubtful || !self.unsure.is_empty()
    }
}

impl<'a> Judge<'a> {
    /// A step of a subject, as known by as-of.
    pub(super) fn seen(&self, event: &'a Event, subject: &Subject<'_, 'a>) -> Result<Seen, Overflow> {
        self.occurred(event, subject, false)
    }

    /// An event that starts a term or holds its due date: a date after as-of is read as it stands.
    pub(super) fn planned(&self, event: &'a Event, subject: &Subject<'_, 'a>) -> Result<Seen, Overflow> {
        self.occurred(event, subject, true)
    }

    /// Between which moments a computed start or due date lies that is in doubt.
    pub(super) fn between(&self, event: &'a Event, subject: &Subject<'_, 'a>) -> Result<Between, Overflow> {
        let Event::Value(expr) = event else { return Ok(Between::default()) };
        let on = self.on_reference(subject, true);
        let been = on.having_been();
        let awaited = eval(expr, &been)?.is_known() || !in_doubt(expr, &been)?;
        Ok(Between { earliest: bound(expr, false, &on)?, latest: bound(expr, true, &on)?, awaited })
    }

    /// A subject as what is computed of its events reads it. Dates in a register are read on the reference date: versions
    /// may bring them later.
    fn on_reference<'j>(&self, subject: &Subject<'j, 'a>, planned: bool) -> Subject<'j, 'a> {
        let day = self.world.program.reference();
        let window = Window { start: day, end: day.plus(1) };
        Subject { day, window, outlook: Outlook::of(true), planned, reading: Default::default(), ..*subject }
    }

    fn occurred(&self, event: &'a Event, subject: &Subject<'_, 'a>, planned: bool) -> Result<Seen, Overflow> {
        let on = self.on_reference(subject, planned);
        match event {
            Event::Field(path) => Ok(Seen { moment: on.field(path).moment(), ..Seen::default() }),
            Event::Value(expr) => {
                let moment = eval(expr, &on)?.moment();
                Ok(Seen { moment, doubtful: moment.is_none() && in_doubt(expr, &on)?, ..Seen::default() })
            }
            Event::Record(agg) => {
                let (moment, doubtful, missed) = subject.first_seen(*agg)?;
                Ok(Seen { moment, from: Some(*agg), doubtful, missed, owner: None })
            }
            Event::Nth(list, n) => Ok(self.nth(*list, *n, subject)),
            Event::Turn(turn) => self.turned(turn, subject),
            Event::Next(list, which) => Ok(self.next(*list, *which, subject)),
            Event::Near(near) => Ok(self.beside(near, &on)),
        }
    }

    /// The record next to a subject that is one.
    fn beside(&self, near: &Near, subject: &Subject<'_, 'a>) -> Seen {
        let from = Some(near.list);
        let lost = Seen { from, doubtful: true, ..Seen::default() };
        let Some(own) = self.event_moment(subject.kind, subject.id) else { return lost };
        let day = own.day();
        let Some((first, rest)) = near.own.split_first() else { return lost };
        let Some((_, key)) = self.world.follow(subject.kind, subject.id, first, day) else { return lost };
        let shared: Vec<V<'_>> = rest.iter().map(|path| subject.field(path)).collect();
        if shared.contains(&V::Unknown) {
            return lost;
        }
        let (entries, missed) = subject.listed(near.list, key);
        let own_order = self.row_order(subject.kind, subject.id);
        let same_kind = self.lists_kind(near.list, subject.kind);
        // Of records of one moment that may each stand beside the other, the key says which is later.
        let own_entry = entries.iter().find(|entry| same_kind && entry.order.key() == own_order.key());
        let by_key = own_entry.is_some_and(|entry| entry.values.is_some());
        let mut best: Option<(&RecordOrder, Moment)> = None;
        let mut doubtful = false;
        for entry in entries {
            if same_kind && entry.order.key() == own_order.key() {
                continue;
            }
            let Some(values) = &entry.values else {
                doubtful = true;
                continue;
            };
            let Some((at, others)) = values.split_first() else { continue };
            let Some(at) = at.value().moment() else { continue };
            let joined = others.iter().zip(&shared).all(|(other, own)| other.value() == *own);
            let placed = match (near.after, by_key && !precedes(at, own) && !precedes(own, at)) {
                (true, true) => entry.order > own_order,
                (false, true) => entry.order < own_order,
                (true, false) => !precedes(at, own),
                (false, false) => !precedes(own, at),
            };
            if !joined || !placed {
                continue;
            }
            let better =
                best.is_none_or(|(order, _)| if near.after { entry.order < *order } else { entry.order > *order });
            if better {
                best = Some((&entry.order, at));
            }
        }
        // What follows another record is about the record that follows: it belongs where that does.
        let owner = (!near.after).then_some(day);
        Seen { moment: best.map(|(_, at)| at), from, doubtful, missed, owner }
    }

    fn lists_kind(&self, list: AggId, kind: crate::model::KindId) -> bool {
        match &self.world.policy().aggs[list].source {
            Source::Records(parts) => parts.iter().any(|part| part.kind == kind),
            Source::Rows(_) | Source::Sharing(_) => false,
        }
    }

    /// Every moment of marks.
    pub(super) fn marked(&self, marks: &'a Marks, subject: &Subject<'_, 'a>) -> Result<Marked, Overflow> {
        let list = match marks {
            Marks::One(event) => {
                let seen = self.seen(event, subject)?;
                return Ok(Marked {
                    moments: seen.moment.into_iter().collect(),
                    from: seen.from,
                    unsure: Vec::new(),
                    doubtful: seen.doubtful,
                });
            }
            Marks::All(list) => *list,
        };
        let entries = self.every(list, subject);
        let unsure = entries.iter().filter(|entry| entry.values.is_none()).map(|entry| entry.start).collect();
        let first = |values: &Vec<Stored>| values.first().and_then(|at| at.value().moment());
        let moments = entries.iter().filter_map(|entry| entry.values.as_ref().and_then(first)).collect();
        Ok(Marked { moments, from: Some(list), unsure, doubtful: false })
    }

    /// The records of a list.
    pub(super) fn every(&self, list: AggId, subject: &Subject<'_, 'a>) -> &'a [Entry] {
        let whole = match &self.world.policy().aggs[list].source {
            Source::Records(parts) => parts.iter().all(|part| part.link == Link::Whole),
            Source::Rows(_) | Source::Sharing(_) => false,
        };
        subject.listed(list, if whole { 0 } else { subject.id }).0
    }

    /// The n-th record of a list, whatever the doubt.
    fn nth(&self, list: AggId, n: u32, subject: &Subject<'_, 'a>) -> Seen {
        let entries = self.every(list, subject);
        let mut found: Vec<(&RecordOrder, Option<Moment>)> = (entries.iter())
            .filter_map(|entry| Some((&entry.order, entry.values.as_ref()?.first().and_then(|at| at.value().moment()))))
            .collect();
        found.sort_by_key(|(order, _)| *order);
        let at = usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1);
        Seen {
            moment: found.get(at).and_then(|(_, moment)| *moment),
            from: Some(list),
            doubtful: entries.iter().any(|entry| entry.values.is_none()),
            missed: subject.listed(list, subject.id).1,
            owner: None,
        }
    }

    /// One of the records of a list on or after the day on which the window begins.
    fn next(&self, list: AggId, which: Which, subject: &Subject<'_, 'a>) -> Seen {
        let mut seen = Seen { from: Some(list), ..Seen::default() };
        let mut found: Vec<(&RecordOrder, Option<Moment>)> = Vec::new();
        for entry in self.every(list, subject).iter().filter(|entry| entry.day >= subject.window.start) {
            match &entry.values {
                None => seen.doubtful = true,
                Some(values) => found.push((&entry.order, values.first().and_then(|at| at.value().moment()))),
            }
        }
        let kept = match which {
            Which::Last => found.into_iter().max_by_key(|(order, _)| *order),
            Which::Nth(n) => {
                found.sort_by_key(|(order, _)| *order);
                found.into_iter().nth(usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1))
            }
        };
        seen.moment = kept.and_then(|(_, moment)| moment);
        seen
    }
}
