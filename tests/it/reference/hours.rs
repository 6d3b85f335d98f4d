//! Hours of the day that count, looked at minute by minute.

use chrono::{NaiveDate, Timelike};
use wangge::model::Hours;

use super::Run;
use super::time::day;
use super::value::{Moment, Truth};

impl Run<'_> {
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
