//! Hours of the day that count: an office's, a night's.

use super::calendar::WorkCalendar;
use super::ids::CalendarId;
use super::time::{Day, Instant, Moment};
use super::value::TermUnit;

/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// Spans of a day, on every day or on the workdays of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// Its workdays; `None`: every day.
    pub calendar: Option<CalendarId>,
    /// Spans of such a day, in minutes of the day, half-open. INVARIANT (spans rise): none is empty, each ends
    /// before the next starts, and there is at least one. A span over midnight is two: to the end of a day, and from the start of one.
    pub spans: Vec<(u32, u32)>,
}

/// In what working time is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkTime {
    /// Workdays of a calendar: those after the earlier day, up to and including the later.
    Days(CalendarId),
    /// Hours or minutes of a clock.
    Clock(Hours, TermUnit),
}

impl WorkTime {
    /// The unit of the count.
    #[must_use]
    pub fn unit(&self) -> TermUnit {
        match self {
            WorkTime::Days(_) => TermUnit::Workdays,
            WorkTime::Clock(_, unit) => *unit,
        }
    }
}

impl Hours {
    /// How long they run from one instant to a later one, in microseconds as the clock shows; `None`: the calendar does
    /// not cover a day from the first to the last.
    #[must_use]
    pub fn open_between(&self, from: Instant, to: Instant, calendar: Option<&WorkCalendar>) -> Option<i64> {
        let mut open = 0i64;
        for day in from.day().0..=to.day().0 {
            let day = Day(day);
            if !self.run_on(day, calendar)? {
                continue;
            }
            for (start, end) in self.on(day) {
                open = open.saturating_add(end.0.min(to.0).saturating_sub(start.0.max(from.0)).max(0));
            }
        }
        Some(open)
    }

    /// From one time of day to another, on every day; over midnight where the second is not later (both in minutes).
    #[must_use]
    pub fn between(from: u32, to: u32) -> Hours {
        let spans = match to {
            0 => vec![(from, DAY_MINUTES)],
            to if from < to => vec![(from, to)],
            to => vec![(0, to), (from, DAY_MINUTES)],
        };
        Hours { calendar: None, spans }
    }

    /// Whether a span runs over midnight, so that two days have a part of it.
    #[must_use]
    pub fn crosses_midnight(&self) -> bool {
        let (first, last) = (self.spans.first(), self.spans.last());
        self.calendar.is_none()
            && self.spans.len() > 1
            && first.is_some_and(|span| span.0 == 0)
            && last.is_some_and(|span| span.1 == DAY_MINUTES)
    }

    /// Whether a moment lies in them, given whether its day is one on which they run; `None`: not decided.
    #[must_use]
    pub fn holds(&self, moment: Moment, runs: Option<bool>) -> Option<bool> {
        if !runs? {
            return Some(false);
        }
        match moment {
            Moment::Day(_) => (self.spans == [(0, DAY_MINUTES)]).then_some(true),
            Moment::At(at) => {
                let time = at.micros_of_day();
                let inside =
                    |(from, to): &(u32, u32)| i64::from(*from) * MINUTE <= time && time < i64::from(*to) * MINUTE;
                Some(self.spans.iter().any(inside))
            }
        }
    }

    /// Whether they run on a day. `None`: the calendar does not cover it.
    #[must_use]
    pub fn run_on(&self, day: Day, calendar: Option<&WorkCalendar>) -> Option<bool> {
        match self.calendar {
            None => Some(true),
            Some(_) => calendar?.is_workday(day),
        }
    }

    /// The spans of a day on which they run.
    pub fn on(&self, day: Day) -> impl Iterator<Item = (Instant, Instant)> {
        let edge = move |minutes: u32| Instant(day.start().0.saturating_add(i64::from(minutes) * MINUTE));
        self.spans.iter().map(move |(from, to)| (edge(*from), edge(*to)))
    }
}

/// The day that a moment counts on where days start at a time of day (in minutes). A day without a time is that day.
#[must_use]
pub fn counting_day(moment: Moment, day_starts: u32) -> Day {
    match moment {
        Moment::At(at) if at.micros_of_day() < i64::from(day_starts) * MINUTE => at.day().plus(-1),
        moment => moment.day(),
    }
}

/// The instant at which a day starts that does so at a time of day (in minutes).
#[must_use]
pub fn day_start(day: Day, day_starts: u32) -> Instant {
    Instant(day.start().0.saturating_add(i64::from(day_starts) * MINUTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::At(Instant::parse(text, chrono_tz::Asia::Shanghai).unwrap_or(Day(0).start()))
    }

    #[test]
    fn hours_hold_their_first_minute_and_not_their_last() {
        let night = Hours::between(18 * 60, 6 * 60);
        assert!(night.crosses_midnight());
        let held = |text| night.holds(at(text), Some(true));
        assert_eq!(held("2024-03-04T18:00"), Some(true));
        assert_eq!(held("2024-03-05T05:59:59"), Some(true));
        assert_eq!(held("2024-03-05T06:00"), Some(false));
        assert_eq!(night.holds(at("2024-03-04T18:00"), Some(false)), Some(false));
        assert_eq!(night.holds(Moment::Day(Day(0)), Some(true)), None);
        assert!(!Hours::between(18 * 60, 0).crosses_midnight());
    }

    #[test]
    fn the_small_hours_count_for_the_day_before() {
        let night = at("2024-03-05T01:30");
        assert_eq!(counting_day(night, 0), night.day());
        assert_eq!(counting_day(night, 360), night.day().plus(-1));
        assert_eq!(counting_day(at("2024-03-05T06:00"), 360), night.day());
        assert_eq!(counting_day(Moment::Day(night.day()), 360), night.day());
    }
}
