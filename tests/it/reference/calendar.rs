//! Workdays, counted one day at a time.

use chrono::NaiveDate;
use wangge::model::CalendarId;
use wangge::model::calendar::WorkCalendar;

use super::Run;
use super::time::{after, before, date, day};

/// The days that a calendar covers say nothing about this one.
#[derive(Clone, Copy)]
pub struct PastEnd {
    /// Last covered day.
    pub last: NaiveDate,
}

pub enum Walk {
    /// So many workdays later, the day itself not counted.
    After(usize),
    /// So many workdays earlier, the day itself not counted.
    Before(usize),
    /// The day itself if it is a workday, else the next one.
    OnOrAfter,
    /// The day itself if it is a workday, else the one before.
    OnOrBefore,
}

impl Run<'_> {
    pub fn calendar(&self, id: CalendarId) -> Result<&WorkCalendar, String> {
        let declared = self.policy.calendars[id].days.as_ref();
        let found = self.spec.calendars.get(&id).or(declared);
        found.ok_or_else(|| format!("no days for calendar {}", self.policy.calendars[id].name))
    }

    /// The day so many workdays after (or before) a day, as a value: none where the calendar does not reach.
    pub fn workdays_from(&self, id: CalendarId, from: NaiveDate, count: i64) -> Option<NaiveDate> {
        let steps = usize::try_from(count.abs()).ok()?;
        let way = if count < 0 { Walk::Before(steps) } else { Walk::After(steps) };
        walk(self.calendar(id).ok()?, from, way, &|_| false).ok()?.ok()
    }
}

/// A day reached by workdays that are not stopped. `Err`: a day before the calendar is needed.
pub fn walk(
    calendar: &WorkCalendar,
    from: NaiveDate,
    walk: Walk,
    is_stopped: &dyn Fn(NaiveDate) -> bool,
) -> Result<Result<NaiveDate, PastEnd>, String> {
    let (first, last) = (date(calendar.first()), date(calendar.last()));
    if let Walk::After(0) | Walk::Before(0) = walk {
        return Ok(Ok(from));
    }
    if from < first {
        return Err(format!("the calendar starts on {first}, after {from}"));
    }
    if from > last {
        return Ok(Err(PastEnd { last }));
    }
    let works = |d: &NaiveDate| calendar.is_workday(day(*d)) == Some(true) && !is_stopped(*d);
    let later = |d: NaiveDate| d.iter_days().take_while(|d| *d <= last).filter(works);
    let earlier =
        |d: NaiveDate| std::iter::successors(Some(d), |d| Some(before(*d))).take_while(|d| *d >= first).filter(works);
    let too_early = || format!("the calendar starts on {first}");
    match walk {
        Walk::After(n) => Ok(later(after(from)).nth(n - 1).ok_or(PastEnd { last })),
        Walk::OnOrAfter => Ok(later(from).next().ok_or(PastEnd { last })),
        Walk::Before(n) => earlier(before(from)).nth(n - 1).map(Ok).ok_or_else(too_early),
        Walk::OnOrBefore => earlier(from).next().map(Ok).ok_or_else(too_early),
    }
}
