//! What keeps a value from being known: which sources are missing, and for which days.

use super::Review;
use super::reader::Reader;
use crate::engine::judge::frame::Stretch;
use crate::model::frame_range;
use crate::model::{Agg, AggFrame, AggId, CounterId, Day, KindId, Role, RuleId, Window};

const UP_TO_END: &AggFrame = &AggFrame::UpToEnd;

/// What an aggregate lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// No source brings the kind.
    Source(KindId),
    /// Its records are not said to be complete for these days (half-open).
    Days(KindId, Day, Day),
    /// The days that are looked at run past as-of: to this one (exclusive).
    Open(KindId, Day),
    /// No source says who stands in for whom, so that it is open whose records these are: the kind of the records.
    StandIns(KindId),
}

impl<'a> Reader<'_, 'a> {
    /// What an aggregate lacks here, in the order of its parts; where nothing is missing, its own rows leave it open.
    #[must_use]
    pub fn lacks(&self, id: AggId) -> Vec<Lack> {
        let agg = self.subject.judge.world.policy().aggs.get(id);
        agg.map_or_else(Vec::new, |agg| self.lacks_in(agg, &agg.frame))
    }

    /// Whether rows of an aggregate may stop counting because something empty is filled in.
    #[must_use]
    pub fn is_undone(&self, id: AggId) -> bool {
        self.subject.judge.world.program.undone.get(id) == Some(&true)
    }

    /// What the records of a counter lack, up to the window's end.
    #[must_use]
    pub fn counter_lacks(&self, id: CounterId) -> Vec<Lack> {
        let policy = self.subject.judge.world.policy();
        let records = policy.counters.get(id).into_iter().flat_map(|counter| counter.records());
        records.filter_map(|agg| policy.aggs.get(agg)).flat_map(|agg| self.lacks_in(agg, UP_TO_END)).collect()
    }

    fn lacks_in(&self, agg: &'a Agg, frame: &'a AggFrame) -> Vec<Lack> {
        let judge = self.subject.judge;
        let spec = judge.world.program.spec();
        let mut found = Vec::new();
        for part in agg.source.parts() {
            let role = judge.world.policy().kinds[part.kind].role;
            if role == Role::Whole {
                continue;
            }
            if !spec.coverage.contains_key(&part.kind) {
                found.push(Lack::Source(part.kind));
                continue;
            }
            // A register is whole as it is.
            if role == Role::Entity {
                continue;
            }
            if judge.world.is_acting_unknown(part) {
                found.push(Lack::StandIns(part.kind));
                continue;
            }
            let (from, to) = match self.subject.stretch(frame) {
                Ok(Stretch::Of(days)) => (days.from, days.to),
                _ => frame_range(frame, self.subject.window),
            };
            let parts = std::slice::from_ref(part);
            let doubt = self.subject.doubt(frame, parts, from, to);
            if let (false, true, Some(to)) = (doubt.uncovered, doubt.open, to) {
                found.push(Lack::Open(part.kind, to));
            }
            if doubt.uncovered {
                let reference = spec.as_of.reference();
                let covered = spec.coverage.get(&part.kind).map_or(&[][..], Vec::as_slice);
                let first = covered.first().map(|days| days.start);
                let from = from.or(first).unwrap_or(self.subject.window.start);
                let until = to.unwrap_or(reference);
                let until = if self.subject.outlook.settled && !doubt.open { until } else { until.min(reference) };
                let (from, until) = uncovered(covered, from, until.max(from.plus(1)));
                found.push(Lack::Days(part.kind, from, until));
            }
        }
        found
    }

    /// Days of the window, up to as-of, on which records of an aggregate may be missing: an event may lie on them.
    #[must_use]
    pub fn event_lacks(&self, id: AggId) -> Vec<Lack> {
        let judge = self.subject.judge;
        let (policy, spec) = (judge.world.policy(), judge.world.program.spec());
        let Some(agg) = policy.aggs.get(id) else { return Vec::new() };
        let Window { start, end } = self.subject.window;
        let end = end.min(spec.as_of.reference().plus(1));
        let mut found = Vec::new();
        for part in agg.source.parts().iter().filter(|part| policy.kinds[part.kind].role == Role::Record) {
            let covered = spec.coverage.get(&part.kind).map_or(&[][..], Vec::as_slice);
            if start < end && !covered.iter().any(|days| days.start <= start && end <= days.end) {
                let (from, until) = uncovered(covered, start, end);
                found.push(Lack::Days(part.kind, from, until));
            }
        }
        found
    }

    /// Whether a record of a kind was read.
    #[must_use]
    pub fn has_record(&self, kind: KindId, key: &str) -> bool {
        let judge = self.subject.judge;
        let id = judge.world.keys(kind).and_then(|keys| keys.find(key));
        id.is_some_and(|id| judge.event_moment(kind, id).is_some())
    }

    /// Whether a source brings the rows of a kind; fields of a kind that is only referred to are not known.
    #[must_use]
    pub fn is_brought(&self, kind: KindId) -> bool {
        let world = self.subject.judge.world;
        world.policy().kinds[kind].role != Role::Entity || world.program.spec().coverage.contains_key(&kind)
    }
}

/// From the first to the last day that is not covered of some days (half-open).
fn uncovered(covered: &[Window], from: Day, until: Day) -> (Day, Day) {
    let after = covered.iter().find(|days| days.contains(from)).map_or(from, |days| days.end);
    let before = covered.iter().find(|days| days.contains(until.plus(-1))).map_or(until, |days| days.start);
    if after < before { (after, before) } else { (from, until) }
}

impl Review<'_> {
    /// The kinds of waivers that may lift a rule and have no source.
    #[must_use]
    pub fn missing_waivers(&self, rule: RuleId) -> Vec<KindId> {
        let policy = self.policy();
        if !policy.rules.get(rule).is_some_and(|rule| rule.waivable) {
            return Vec::new();
        }
        let brought = |kind: KindId| self.program().spec().coverage.contains_key(&kind);
        policy.waivers.iter().map(|waiver| waiver.kind).filter(|kind| !brought(*kind)).collect()
    }
}
