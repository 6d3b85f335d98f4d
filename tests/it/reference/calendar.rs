//! Workdays, counted one day at a time.

use chrono::NaiveDate;
use wangge::model::calendar::WorkCalendar;
use wangge::model::{CalendarId, TermUnit};

use super::Run;
use super::time::{after, date, day};

/// The days that a calendar covers say nothing about this one.
pub struct PastEnd {
    /// Last covered day.
    pub last: NaiveDate,
}

impl Run<'_> {
    pub fn calendar(&self, id: CalendarId) -> Result<&WorkCalendar, String> {
        let declared = self.policy.calendars[id].days.as_ref();
        let found = self.spec.calendars.get(&id).or(declared);
        found.ok_or_else(|| format!("no days for calendar {}", self.policy.calendars[id].name))
    }
}

/// The n-th workday after a day, or the first one from it on (`n` 0 with `moves`).
pub fn walk(calendar: &WorkCalendar, from: NaiveDate, walk: Walk) -> Result<Result<NaiveDate, PastEnd>, String> {
    let (first, last) = (date(calendar.first()), date(calendar.last()));
    if from < first {
        return Err(format!("the calendar starts on {first}, after {from}"));
    }
    let works = |d: &NaiveDate| calendar.is_workday(day(*d)) == Some(true);
    let found = match walk {
        Walk::After(0) => Some(from),
        Walk::After(n) => after(from).iter_days().take_while(|d| *d <= last).filter(works).nth(n - 1),
        Walk::OnOrAfter => from.iter_days().take_while(|d| *d <= last).find(works),
    };
    Ok(found.ok_or(PastEnd { last }))
}

pub enum Walk {
    /// So many workdays later, the day itself not counted.
    After(usize),
    /// The day itself if it is a workday, else the next one.
    OnOrAfter,
}

pub fn in_hours(unit: TermUnit) -> bool {
    matches!(unit, TermUnit::Hours | TermUnit::Minutes)
}
