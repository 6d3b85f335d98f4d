//! When subjects are there, and what is left of a window that something cuts.

use super::Judge;
use crate::engine::registers::Store;
use crate::model::{Day, Force, KindId, PartialWindows, Season, Window};

impl Judge<'_> {
    /// Whether a subject is there on a day.
    pub(super) fn is_there(&self, kind: KindId, id: u32, day: Day) -> bool {
        match self.world.registers.store(kind) {
            Store::Whole(_) => true,
            Store::Derived(_) => self.derived_life(kind, id).is_none_or(|life| life.contains(day)),
            Store::Event(_) => self.event_moment(kind, id).is_some_and(|moment| moment.day() <= day),
            Store::Register { .. } => {
                self.world.registers.lives(kind, id).is_some_and(|mut lives| lives.any(|life| life.contains(day)))
            }
        }
    }

    /// Whether it is there on a day of a window.
    pub(super) fn is_there_in(&self, kind: KindId, id: u32, window: Window) -> bool {
        match window.day_count() {
            1 => self.is_there(kind, id, window.start),
            _ => self.days_left(kind, id, window, &[]) > 0,
        }
    }

    /// The life that records on file give to a derived subject, if its kind has one; empty where there is no such record.
    fn derived_life(&self, kind: KindId, id: u32) -> Option<Window> {
        const NEVER: Window = Window { start: Day(0), end: Day(0) };
        let lifetime = self.world.policy().kinds[kind].lifetime?;
        let subject = self.subject(kind, id, NEVER, true);
        // An overflow cannot come about: dates are kept, not added.
        let day = |agg| subject.first_seen(agg).ok().and_then(|(moment, ..)| moment).map(|moment| moment.day());
        let Some(start) = day(lifetime.first) else { return Some(NEVER) };
        let end = match lifetime.last {
            Some(last) => match day(last) {
                Some(last) => last.plus(1),
                None => return Some(NEVER),
            },
            None => Day(i32::MAX / 2),
        };
        Some(Window { start, end })
    }

    /// The parts of a window on which a subject is there and that no cut takes away, in order.
    fn parts_left(&self, kind: KindId, id: u32, window: Window, cuts: &[Window]) -> Vec<Window> {
        let mut parts = match self.world.registers.store(kind) {
            Store::Whole(_) => vec![window],
            Store::Derived(_) => match self.derived_life(kind, id) {
                Some(l) => vec![Window { start: window.start.max(l.start), end: window.end.min(l.end) }],
                None => vec![window],
            },
            Store::Event(_) => match self.event_moment(kind, id) {
                Some(moment) => vec![Window { start: window.start.max(moment.day()), end: window.end }],
                None => Vec::new(),
            },
            Store::Register { .. } => {
                let lives = self.world.registers.lives(kind, id).into_iter().flatten();
                lives.map(|l| Window { start: window.start.max(l.start), end: window.end.min(l.end) }).collect()
            }
        };
        parts = without(parts, cuts);
        parts.retain(|part| part.start < part.end);
        parts
    }

    /// The runs of days of a window on which a subject is there and that no cut takes away, in order.
    pub(super) fn stretches(&self, kind: KindId, id: u32, window: Window, cuts: &[Window]) -> Vec<Window> {
        let mut parts = self.parts_left(kind, id, window, cuts);
        parts.sort_unstable();
        let mut found: Vec<Window> = Vec::new();
        for part in parts {
            match found.last_mut() {
                // Versions of a subject that follow each other.
                Some(last) if last.end == part.start => last.end = part.end,
                _ => found.push(part),
            }
        }
        found
    }

    /// Number of days of a window on which a subject is there and that no cut takes away.
    pub(super) fn days_left(&self, kind: KindId, id: u32, window: Window, cuts: &[Window]) -> i32 {
        self.parts_left(kind, id, window, cuts).iter().map(|part| part.day_count()).sum()
    }

    /// Whether a window binds a subject, by the rule's choice for windows that are cut.
    pub(super) fn binds(&self, kind: KindId, id: u32, window: Window, cuts: &[Window], choice: PartialWindows) -> bool {
        is_bound(window, &self.parts_left(kind, id, window, cuts), choice)
    }
}

/// Whether a window binds a subject that is there on all of its days.
pub(super) fn binds_uncut(window: Window, cuts: &[Window], choice: PartialWindows) -> bool {
    let mut parts = without(vec![window], cuts);
    parts.retain(|part| part.start < part.end);
    is_bound(window, &parts, choice)
}

/// Whether a window binds of which these parts are left.
fn is_bound(window: Window, parts: &[Window], choice: PartialWindows) -> bool {
    let left: i32 = parts.iter().map(|part| part.day_count()).sum();
    match choice {
        PartialWindows::Whole => left == window.day_count(),
        PartialWindows::Any | PartialWindows::Prorate(_) => left > 0,
        PartialWindows::Half => left * 2 >= window.day_count(),
        PartialWindows::FirstDay => parts.iter().any(|part| part.contains(window.start)),
    }
}

/// Ranges of days without those that cuts take away; some may be left empty.
fn without(mut parts: Vec<Window>, cuts: &[Window]) -> Vec<Window> {
    for cut in cuts {
        if !parts.iter().any(|part| cut.start < part.end && part.start < cut.end) {
            continue;
        }
        let split = |part: Window| {
            let before = Window { start: part.start, end: part.end.min(cut.start) };
            let after = Window { start: part.start.max(cut.end), end: part.end };
            [before, after]
        };
        parts = parts.into_iter().flat_map(split).collect();
    }
    parts
}

/// The days that `in force` and exceptions take away, as half-open ranges.
pub(super) fn cuts(forces: &[Force], except: &[(Day, Day)]) -> Vec<Window> {
    const FIRST: Day = Day(i32::MIN / 2);
    const LAST: Day = Day(i32::MAX / 2);
    let outside = forces.iter().flat_map(|force| {
        let before = force.from.map(|from| Window { start: FIRST, end: from });
        let after = force.to.map(|to| Window { start: to.plus(1), end: LAST });
        before.into_iter().chain(after)
    });
    outside.chain(except.iter().map(|(from, to)| Window::inclusive(*from, *to))).collect()
}

/// Years before a period that a window of it may reach back: the longest rolling frame has ten.
const YEARS_BACK: i32 = 12;

/// The days outside of a season around a period.
pub(super) fn off_season(season: Season, period: Window) -> Vec<Window> {
    let years = period.start.year() - YEARS_BACK..=period.end.year() + 1;
    let between = years.map(|year| Window { start: season.in_year(year).end, end: season.in_year(year + 1).start });
    between.filter(|off| off.start < off.end).collect()
}
