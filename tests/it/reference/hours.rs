//! Hours of the day that count, looked at minute by minute.

use chrono::{NaiveDate, TimeDelta, Timelike};
use wangge::model::{Hours, TermUnit, WorkTime};

use super::Run;
use super::time::day;
use super::value::{Moment, Truth};

impl Run<'_> {
    /// Working time between two moments, day by day; negative backwards.
    pub fn worked(&self, a: Moment, b: Moment, by: &WorkTime) -> Option<i64> {
        if b.compare(a).is_lt() {
            return self.worked(b, a, by).map(|n| -n);
        }
        match by {
            WorkTime::Days(id) => {
                let calendar = self.calendar(*id).ok()?;
                let mut works = a.day().iter_days().skip(1).take_while(|d| *d <= b.day());
                works.try_fold(0, |n, d| Some(n + i64::from(calendar.is_workday(day(d))?)))
            }
            WorkTime::Clock(hours, unit) => {
                let (Moment::At(from), Moment::At(to)) = (a, b) else { return None };
                let mut open = TimeDelta::zero();
                for d in from.date().iter_days().take_while(|d| *d <= to.date()) {
                    for (start, end) in hours.spans.iter().filter(|_| self.run_on(hours, d) == Some(true)) {
                        let at = |minute: u32| super::time::midnight(d) + super::time::minutes(minute);
                        let (start, end) = (at(*start).max(from), at(*end).min(to));
                        open += (end - start).max(TimeDelta::zero());
                    }
                    self.run_on(hours, d)?;
                }
                Some(if *unit == TermUnit::Hours { open.num_hours() } else { open.num_minutes() })
            }
        }
    }

    /// Whether hours run on a day; nothing where the calendar does not say.
    pub fn run_on(&self, hours: &Hours, d: NaiveDate) -> Truth {
        match hours.calendar {
            None => Some(true),
            Some(id) => self.calendar(id).ok()?.is_workday(day(d)),
        }
    }

    /// Whether a moment lies in hours of the day, at every minute that it may be.
    pub fn in_hours(&self, moment: Moment, hours: &Hours) -> Truth {
        let inside = |minute: u32| hours.spans.iter().any(|(from, to)| (*from..*to).contains(&minute));
        match (self.run_on(hours, moment.day())?, moment) {
            (false, _) => Some(false),
            (true, Moment::At(instant)) => Some(inside(instant.hour() * 60 + instant.minute())),
            (true, Moment::Day(_)) => (0..24 * 60).all(inside).then_some(true),
        }
    }
}
