//! Days, months, windows of frames, and the days of the model in chrono's terms.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use wangge::model::{CalendarUnit, Day, DayPick, Frame, Instant, Season, TermUnit, Window, YearStart};

/// A half-open range of days.
pub type Span = (NaiveDate, NaiveDate);

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a day");

pub fn date(day: Day) -> NaiveDate {
    EPOCH + TimeDelta::days(i64::from(day.0))
}

pub fn day(date: NaiveDate) -> Day {
    Day(i32::try_from((date - EPOCH).num_days()).expect("a day that fits"))
}

pub fn at(instant: Instant) -> NaiveDateTime {
    DateTime::from_timestamp_micros(instant.0).expect("an instant").naive_utc()
}

pub fn instant(at: NaiveDateTime) -> Instant {
    Instant(at.and_utc().timestamp_micros())
}

/// The world's clock at a civil time: the first of two, and where the clock jumps as if it had not.
pub fn real(at: NaiveDateTime, zone: chrono_tz::Tz) -> NaiveDateTime {
    if let Some(found) = zone.from_local_datetime(&at).earliest() {
        return found.naive_utc();
    }
    let day_before = at - TimeDelta::days(1);
    let earlier = zone.from_local_datetime(&day_before).earliest().expect("no clock jumps twice");
    earlier.naive_utc() + TimeDelta::days(1)
}

/// The civil time at an instant of the world's clock.
pub fn civil(at: NaiveDateTime, zone: chrono_tz::Tz) -> NaiveDateTime {
    zone.from_utc_datetime(&at).naive_local()
}

pub fn window(span: Span) -> Window {
    Window { start: day(span.0), end: day(span.1) }
}

pub fn midnight(date: NaiveDate) -> NaiveDateTime {
    date.and_hms_opt(0, 0, 0).expect("midnight")
}

/// So many minutes.
pub fn minutes(count: u32) -> TimeDelta {
    TimeDelta::minutes(i64::from(count))
}

pub fn before(date: NaiveDate) -> NaiveDate {
    plus(date, -1)
}

pub fn after(date: NaiveDate) -> NaiveDate {
    plus(date, 1)
}

pub fn plus(date: NaiveDate, days: i64) -> NaiveDate {
    date + TimeDelta::days(days)
}

/// Months later (earlier if negative); the month's last day where the day number does not exist.
pub fn plus_months(date: NaiveDate, months: i64) -> NaiveDate {
    let count = Months::new(u32::try_from(months.abs()).expect("a count of months"));
    let moved = if months < 0 { date.checked_sub_months(count) } else { date.checked_add_months(count) };
    moved.expect("a day in range")
}

/// A day moved by days, weeks, months or years.
pub fn shift(date: NaiveDate, amount: i64, unit: TermUnit) -> NaiveDate {
    match unit {
        TermUnit::Days => plus(date, amount),
        TermUnit::Weeks => plus(date, 7 * amount),
        TermUnit::Months => plus_months(date, amount),
        TermUnit::Years => plus_months(date, 12 * amount),
        TermUnit::Minutes | TermUnit::Hours | TermUnit::Workdays => unreachable!("not a unit of days"),
    }
}

/// The first of the last units before a day (exclusive): from the day after the same day of an earlier month, and whole
/// months up to the end of one.
pub fn last_units(end: NaiveDate, count: i64, unit: TermUnit) -> NaiveDate {
    match unit {
        TermUnit::Months | TermUnit::Years if end.day() == 1 => shift(end, -count, unit),
        _ => after(shift(before(end), -count, unit)),
    }
}

/// Whole months from the earlier to the later day, with the sign of the direction.
pub fn months_between(from: NaiveDate, to: NaiveDate) -> i64 {
    if to < from {
        return -months_between(to, from);
    }
    (0..).take_while(|n| plus_months(from, *n) <= to).last().expect("zero months at least")
}

/// The window of a calendar unit that holds a day: the last one that starts on or before it.
fn unit_window(unit: CalendarUnit, day: NaiveDate, year_start: YearStart) -> Span {
    let starts = |d: NaiveDate| match unit {
        CalendarUnit::Day => true,
        CalendarUnit::Week => d.weekday() == chrono::Weekday::Mon,
        CalendarUnit::TenDays => matches!(d.day(), 1 | 11 | 21),
        CalendarUnit::HalfMonth => matches!(d.day(), 1 | 16),
        CalendarUnit::Month if year_start.months => d.day() == year_start.day,
        CalendarUnit::Month => d.day() == 1,
        CalendarUnit::Quarter => starts_part(d, 3, year_start),
        CalendarUnit::HalfYear => starts_part(d, 6, year_start),
        CalendarUnit::Year => starts_part(d, 12, year_start),
    };
    let start = (0..).map(|n| plus(day, -n)).find(|d| starts(*d)).expect("a first day");
    let end = (1..).map(|n| plus(start, n)).find(|d| starts(*d)).expect("a next first day");
    (start, end)
}

/// Whether a day starts a part of so many months of the assessment year.
fn starts_part(d: NaiveDate, months: i64, YearStart { month, day, .. }: YearStart) -> bool {
    let year_starts = (d.year() - 1..=d.year()).map(|y| NaiveDate::from_ymd_opt(y, month, day).expect("a year start"));
    year_starts.flat_map(|s| (0..12 / months).map(move |n| plus_months(s, n * months))).any(|start| start == d)
}

/// First day of the assessment year that a number names: the one with most of its days in it.
pub fn year_named(year: i64, YearStart { month, day, .. }: YearStart) -> Option<NaiveDate> {
    let begins = i32::try_from(year).ok()? - i32::from(month > 6);
    NaiveDate::from_ymd_opt(begins, month, day)
}

/// The day that decides to which period a window belongs.
pub fn owner(frame: &Frame, span: Span) -> NaiveDate {
    match frame {
        Frame::Every { count: 1, unit: CalendarUnit::Week, .. } => plus(span.0, 3),
        _ => before(span.1),
    }
}

/// All windows of a unit that touch the period or its neighbourhood of a year.
fn units_around(unit: CalendarUnit, period: Span, year_start: YearStart) -> Vec<Span> {
    let mut found = vec![unit_window(unit, plus(period.0, -10), year_start)];
    while found[found.len() - 1].1 <= plus(period.1, 10) {
        found.push(unit_window(unit, found[found.len() - 1].1, year_start));
    }
    found
}

/// The day of a window that a number names: of a month by the calendar, of other windows counted from the first.
fn day_named(w: Span, of: CalendarUnit, n: u32) -> Option<NaiveDate> {
    let mut days = w.0.iter_days().take_while(|d| *d < w.1);
    match of {
        CalendarUnit::Month => days.find(|d| d.day() == n),
        _ => days.nth(n as usize - 1),
    }
}

/// The windows of a frame that belong to a period, in order.
pub fn windows(frame: &Frame, period: Span, year_start: YearStart) -> Vec<Span> {
    let mut found: Vec<Span> = match frame {
        Frame::Every { count: 1, unit, .. } => units_around(*unit, period, year_start),
        Frame::Every { count, unit, anchor } => {
            let anchor = anchor.map_or(period.0, date);
            let step = |n: i64| step_from(anchor, *unit, n * i64::from(*count));
            let first = (0..).map(|n| -n).find(|n| step(*n) < plus(period.0, -10)).expect("an early window");
            (first..).map(|n| (step(n), step(n + 1))).take_while(|w| w.0 < period.1).collect()
        }
        Frame::On { days, of } => {
            let pick = |w: Span| {
                days.iter().filter_map(move |pick| match pick {
                    DayPick::Last => Some(before(w.1)),
                    DayPick::Nth(n) => day_named(w, *of, *n),
                    DayPick::NthOrLast(n) => Some(day_named(w, *of, *n).unwrap_or(before(w.1))),
                    DayPick::Weekday(nth, weekday) => {
                        let days = w.0.iter_days().take_while(|d| *d < w.1);
                        let such: Vec<NaiveDate> =
                            days.filter(|d| d.weekday().number_from_monday() == *weekday).collect();
                        match nth {
                            Some(nth) => such.get(*nth as usize - 1).copied(),
                            None => such.last().copied(),
                        }
                    }
                })
            };
            units_around(*of, period, year_start).into_iter().flat_map(pick).map(|d| (d, after(d))).collect()
        }
        Frame::Part { first, count, of } => {
            let part = |w: Span| {
                let length = i64::from(*count).min((w.1 - w.0).num_days());
                if *first { (w.0, plus(w.0, length)) } else { (plus(w.1, -length), w.1) }
            };
            units_around(*of, period, year_start).into_iter().map(part).collect()
        }
        Frame::Yearly(season) => {
            let years = period.0.year() - 2..=period.1.year() + 2;
            years.map(|year| season_from(*season, year)).collect()
        }
        Frame::Rolling { every, .. } | Frame::Throughout { every, .. } => match every {
            Some(unit) => return windows(&Frame::Every { count: 1, unit: *unit, anchor: None }, period, year_start),
            None => vec![period],
        },
        Frame::Fixed { from, to } => vec![(date(*from), after(date(*to)))],
        Frame::State | Frame::Event | Frame::Term | Frame::Gaps | Frame::EveryParam(_) | Frame::Cycle { .. } => {
            Vec::new()
        }
    };
    found.retain(|w| period.0 <= owner(frame, *w) && owner(frame, *w) < period.1);
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a day of the year lies in a season; the 29th of February ends and starts where a February does.
pub fn in_season(season: Season, d: NaiveDate) -> bool {
    let place =
        |(month, day): (u32, u32)| if (month, day) == (2, 29) && !d.leap_year() { (2, 28) } else { (month, day) };
    let (from, to, here) = (place(season.from), place(season.to), (d.month(), d.day()));
    if season.from <= season.to { from <= here && here <= to } else { here >= from || here <= to }
}

/// The days of a season that begins in a year: from its first day to the next of its last days.
fn season_from(season: Season, year: i32) -> Span {
    let dated = |(month, day): (u32, u32), year: i32| {
        NaiveDate::from_ymd_opt(year, month, day)
            .unwrap_or_else(|| before(NaiveDate::from_ymd_opt(year, month + 1, 1).expect("the month after")))
    };
    let first = dated(season.from, year);
    let turns = if season.to < season.from { 1 } else { 0 };
    (first, after(dated(season.to, year + turns)))
}

/// A day moved by calendar units; ten days and half months are counted as 10 and 15 days.
pub fn step_from(anchor: NaiveDate, unit: CalendarUnit, count: i64) -> NaiveDate {
    match unit {
        CalendarUnit::Day => plus(anchor, count),
        CalendarUnit::Week => plus(anchor, 7 * count),
        CalendarUnit::TenDays => plus(anchor, 10 * count),
        CalendarUnit::HalfMonth => plus(anchor, 15 * count),
        CalendarUnit::Month => plus_months(anchor, count),
        CalendarUnit::Quarter => plus_months(anchor, 3 * count),
        CalendarUnit::HalfYear => plus_months(anchor, 6 * count),
        CalendarUnit::Year => plus_months(anchor, 12 * count),
    }
}
