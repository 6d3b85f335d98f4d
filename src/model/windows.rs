//! The windows of a frame in a stretch of days.

use super::time::{Day, month_length};
use super::window::{CalendarUnit, DayPick, Frame, Window, YearStart};

/// The window of a unit that holds a day.
#[must_use]
pub fn window_of(unit: CalendarUnit, day: Day, year_start: YearStart) -> Window {
    let months = |count: i32| {
        // The assessment year that holds the day, then the part of it.
        let begins = (year_start.month, year_start.day);
        let mut start = day_in(day.year(), begins);
        if start > day {
            start = day_in(day.year() - 1, begins);
        }
        let mut part = 0;
        while start.plus_months((part + 1) * count) <= day {
            part += 1;
        }
        Window { start: start.plus_months(part * count), end: start.plus_months((part + 1) * count) }
    };
    let of_month = |first: u32, last: u32| Window {
        start: Day::from_ymd(day.year(), day.month(), first).unwrap_or(day),
        end: Day::from_ymd(day.year(), day.month(), last).unwrap_or(day).plus(1),
    };
    let length = month_length(day.year(), day.month());
    match unit {
        CalendarUnit::Day => Window { start: day, end: day.plus(1) },
        CalendarUnit::Week => {
            let monday = day.plus(1 - i32::try_from(day.weekday()).unwrap_or(1));
            Window { start: monday, end: monday.plus(7) }
        }
        CalendarUnit::TenDays => match day.day() {
            1..=10 => of_month(1, 10),
            11..=20 => of_month(11, 20),
            _ => of_month(21, length),
        },
        CalendarUnit::HalfMonth if day.day() <= 15 => of_month(1, 15),
        CalendarUnit::HalfMonth => of_month(16, length),
        CalendarUnit::Month if year_start.months => months(1),
        CalendarUnit::Month => of_month(1, length),
        CalendarUnit::Quarter => months(3),
        CalendarUnit::HalfYear => months(6),
        CalendarUnit::Year => months(12),
    }
}

/// The month and day in a year, or the month's last day.
pub(super) fn day_in(year: i32, (month, day): (u32, u32)) -> Day {
    Day::from_ymd(year, month, day.min(month_length(year, month))).unwrap_or(Day(0))
}

/// The day that decides to which period a window belongs: the Thursday of a week, else its last day.
#[must_use]
pub fn owner_day(frame: &Frame, window: Window) -> Day {
    match frame {
        Frame::Every { count: 1, unit: CalendarUnit::Week, .. } => window.start.plus(3),
        _ => window.last(),
    }
}

/// The windows of a calendar unit whose owner day lies in `within`, in order.
#[must_use]
pub fn calendar_windows(unit: CalendarUnit, within: Window, year_start: YearStart) -> Vec<Window> {
    let frame = Frame::Every { count: 1, unit, anchor: None };
    windows(&frame, within, year_start)
}

/// The windows of a frame that belong to a period, in order. Nothing cuts them here.
///
/// `State`, `Event` and `Term` have no windows of their own and give none; an open `EveryParam`
/// must be resolved by the caller.
#[must_use]
pub fn windows(frame: &Frame, within: Window, year_start: YearStart) -> Vec<Window> {
    let each = |unit: CalendarUnit, pick: &mut dyn FnMut(Window, &mut Vec<Window>)| {
        let mut found = Vec::new();
        let mut window = window_of(unit, within.start.plus(-7), year_start);
        while window.start < within.end {
            pick(window, &mut found);
            window = window_of(unit, window.end, year_start);
        }
        found.retain(|w| within.contains(owner_day(frame, *w)));
        found
    };
    match frame {
        Frame::Every { count: 0 | 1, unit, .. } => each(*unit, &mut |w, found| found.push(w)),
        Frame::Every { count, unit, anchor } => {
            let anchor = anchor.unwrap_or(within.start);
            let mut found = Vec::new();
            let mut index = 0i32;
            let count = i32::try_from(*count).unwrap_or(i32::MAX);
            let at = |index: i32| step_from(anchor, *unit, index.saturating_mul(count));
            // An anchor inside or after the period counts backwards as well.
            while at(index) > within.start {
                index -= 1;
            }
            loop {
                let window = Window { start: at(index), end: at(index + 1) };
                if window.start >= within.end {
                    break;
                }
                if within.contains(owner_day(frame, window)) {
                    found.push(window);
                }
                index += 1;
            }
            found
        }
        Frame::On { days, of } => {
            let mut found = each(*of, &mut |w, found| {
                for pick in days {
                    let day = match pick {
                        DayPick::Last => Some(w.last()),
                        DayPick::Nth(n) => nth_day(w, *of, *n),
                        DayPick::NthOrLast(n) => Some(nth_day(w, *of, *n).unwrap_or(w.last())),
                        DayPick::Weekday(nth, weekday) => nth_weekday(w, *nth, *weekday),
                    };
                    found.extend(day.map(|d| Window { start: d, end: d.plus(1) }));
                }
            });
            found.sort_unstable();
            found.dedup();
            found
        }
        Frame::Part { first, count, of } => each(*of, &mut |w, found| {
            let count = i32::try_from(*count).unwrap_or(i32::MAX).min(w.day_count());
            found.push(if *first {
                Window { start: w.start, end: w.start.plus(count) }
            } else {
                Window { start: w.end.plus(-count), end: w.end }
            });
        }),
        Frame::Fixed { from, to } => {
            let window = Window::inclusive(*from, *to);
            if within.contains(owner_day(frame, window)) { vec![window] } else { Vec::new() }
        }
        Frame::Yearly(season) => {
            let years = within.start.year() - 1..=within.end.year();
            years.map(|year| season.in_year(year)).filter(|w| within.contains(owner_day(frame, *w))).collect()
        }
        Frame::Rolling { every, .. } | Frame::Throughout { every, .. } => match every {
            Some(unit) => calendar_windows(*unit, within, year_start),
            None => vec![within],
        },
        Frame::State | Frame::Event | Frame::Term | Frame::Gaps | Frame::EveryParam(_) | Frame::Cycle { .. } => {
            Vec::new()
        }
    }
}

/// The n-th day of a window; of a month the day of that number.
fn nth_day(window: Window, of: CalendarUnit, n: u32) -> Option<Day> {
    let ahead = i32::try_from(n).ok()? - 1;
    let day = match of {
        CalendarUnit::Month => {
            let (first, next) = (window.start, window.end);
            let in_month = |day: Day| Day::from_ymd(day.year(), day.month(), n).filter(|d| window.contains(*d));
            return in_month(first).or_else(|| in_month(next));
        }
        _ => window.start.plus(ahead),
    };
    window.contains(day).then_some(day)
}

/// The n-th such weekday of a window, or the last one.
fn nth_weekday(window: Window, nth: Option<u32>, weekday: u32) -> Option<Day> {
    let ahead = |from: u32, to: u32| i32::try_from((to + 7 - from) % 7).unwrap_or(0);
    let day = match nth {
        Some(nth) => {
            let first = window.start.plus(ahead(window.start.weekday(), weekday));
            first.plus(7 * (i32::try_from(nth).unwrap_or(0) - 1))
        }
        None => window.last().plus(-ahead(weekday, window.last().weekday())),
    };
    window.contains(day).then_some(day)
}

/// The windows of so many units in a row from a day on whose last day lies in a period. Months end on the anchor's day
/// number, or on the month's last day.
#[must_use]
pub fn cycle_windows(anchor: Day, count: u32, unit: CalendarUnit, within: Window) -> Vec<Window> {
    let count = i32::try_from(count.max(1)).unwrap_or(i32::MAX);
    let at = |index: i32| step_from(anchor, unit, index.saturating_mul(count));
    // No window has more days than its units at their longest.
    let before = within.start.0.saturating_sub(anchor.0) / count.saturating_mul(longest(unit)) - 1;
    let windows = (before.max(0)..).map(|index| Window { start: at(index), end: at(index + 1) });
    let reached = windows.take_while(|window| window.start < within.end && window.start < window.end);
    reached.filter(|window| within.contains(window.last())).collect()
}

/// The window of a frame that holds a day, where it is one of calendar units or of so many in a row from a date on.
#[must_use]
pub fn window_around(frame: &Frame, day: Day, year_start: YearStart) -> Option<Window> {
    match frame {
        Frame::Every { count: 0 | 1, unit, .. } => Some(window_of(*unit, day, year_start)),
        Frame::Every { count, unit, .. } => {
            windows(frame, ahead(day, *count, *unit), year_start).into_iter().find(|window| window.contains(day))
        }
        _ => None,
    }
}

/// The window that holds a day, of so many units in a row from another day on.
#[must_use]
pub fn cycle_around(anchor: Day, count: u32, unit: CalendarUnit, day: Day) -> Option<Window> {
    cycle_windows(anchor, count, unit, ahead(day, count, unit)).into_iter().find(|window| window.contains(day))
}

/// The days in which a window that holds a day ends.
fn ahead(day: Day, count: u32, unit: CalendarUnit) -> Window {
    let most = i32::try_from(count.max(1)).unwrap_or(i32::MAX).saturating_mul(longest(unit));
    Window { start: day, end: day.plus(most) }
}

/// The most days of a unit.
fn longest(unit: CalendarUnit) -> i32 {
    match unit {
        CalendarUnit::Day => 1,
        CalendarUnit::Week => 7,
        CalendarUnit::TenDays => 11,
        CalendarUnit::HalfMonth => 16,
        CalendarUnit::Month => 31,
        CalendarUnit::Quarter => 93,
        CalendarUnit::HalfYear => 186,
        CalendarUnit::Year => 366,
    }
}

/// `anchor` moved by a number of units. Units below a month are counted in days (旬 as 10, half-months as 15).
fn step_from(anchor: Day, unit: CalendarUnit, count: i32) -> Day {
    match unit {
        CalendarUnit::Day => anchor.plus(count),
        CalendarUnit::Week => anchor.plus(count.saturating_mul(7)),
        CalendarUnit::TenDays => anchor.plus(count.saturating_mul(10)),
        CalendarUnit::HalfMonth => anchor.plus(count.saturating_mul(15)),
        CalendarUnit::Month => anchor.plus_months(count),
        CalendarUnit::Quarter => anchor.plus_months(count.saturating_mul(3)),
        CalendarUnit::HalfYear => anchor.plus_months(count.saturating_mul(6)),
        CalendarUnit::Year => anchor.plus_months(count.saturating_mul(12)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Period;

    fn period(text: &str) -> Window {
        Period::parse(text).map_or(Window { start: Day(0), end: Day(0) }, |p| p.window)
    }

    fn show(found: &[Window]) -> Vec<String> {
        found.iter().map(|w| format!("{}/{}", w.start, w.last())).collect()
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        let weeks = calendar_windows(CalendarUnit::Week, period("2024"), YearStart::default());
        assert_eq!(weeks.len(), 52);
        assert_eq!(weeks.first().map(|w| w.start.to_string()).as_deref(), Some("2024-01-01"));
        assert_eq!(weeks.last().map(|w| w.last().to_string()).as_deref(), Some("2024-12-29"));
        assert_eq!(calendar_windows(CalendarUnit::Week, period("2020"), YearStart::default()).len(), 53);
        let fifth = calendar_windows(CalendarUnit::Week, period("2024-05"), YearStart::default());
        assert_eq!(show(&fifth).first().map(String::as_str), Some("2024-04-29/2024-05-05"));
    }

    #[test]
    fn months_of_days_that_are_missing() {
        let on = |days: Vec<DayPick>| {
            show(&windows(&Frame::On { days, of: CalendarUnit::Month }, period("2023Q1"), YearStart::default()))
        };
        assert_eq!(on(vec![DayPick::Nth(31)]), ["2023-01-31/2023-01-31", "2023-03-31/2023-03-31"]);
        assert_eq!(on(vec![DayPick::NthOrLast(31)]).len(), 3);
        assert_eq!(on(vec![DayPick::Nth(1), DayPick::Nth(15)]).len(), 6);
    }

    #[test]
    fn months_that_start_on_another_day() {
        let start = YearStart { month: 12, day: 19, months: true };
        let months = show(&calendar_windows(CalendarUnit::Month, period("2023-12-19..2024-03-18"), start));
        assert_eq!(months, ["2023-12-19/2024-01-18", "2024-01-19/2024-02-18", "2024-02-19/2024-03-18"]);
        let picked = |days: Vec<DayPick>| {
            show(&windows(&Frame::On { days, of: CalendarUnit::Month }, period("2024-02-19..2024-03-18"), start))
        };
        assert_eq!(picked(vec![DayPick::Nth(5), DayPick::Nth(25)]), ["2024-02-25/2024-02-25", "2024-03-05/2024-03-05"]);
        assert!(picked(vec![DayPick::Nth(31)]).is_empty());
        assert_eq!(picked(vec![DayPick::NthOrLast(31), DayPick::Last]), ["2024-03-18/2024-03-18"]);
        let quarter = Frame::Part { first: false, count: 1, of: CalendarUnit::Quarter };
        assert_eq!(show(&windows(&quarter, period("2024-03-01..2024-03-31"), start)), ["2024-03-18/2024-03-18"]);
    }

    #[test]
    fn anchored_windows_and_parts() {
        let frame = Frame::Every { count: 2, unit: CalendarUnit::Year, anchor: Day::parse("2012-01-01") };
        assert_eq!(
            show(&windows(&frame, period("2011-01-01..2014-12-31"), YearStart::default())),
            ["2010-01-01/2011-12-31", "2012-01-01/2013-12-31"]
        );
        let frame = Frame::Part { first: true, count: 10, of: CalendarUnit::Quarter };
        assert_eq!(
            show(&windows(&frame, period("2024H1"), YearStart::default())),
            ["2024-01-01/2024-01-10", "2024-04-01/2024-04-10"]
        );
        let half = calendar_windows(CalendarUnit::HalfMonth, period("2024-02"), YearStart::default());
        assert_eq!(show(&half), ["2024-02-01/2024-02-15", "2024-02-16/2024-02-29"]);
        assert_eq!(calendar_windows(CalendarUnit::TenDays, period("2024"), YearStart::default()).len(), 36);
        let year =
            calendar_windows(CalendarUnit::Year, period("2024"), YearStart { month: 12, ..YearStart::default() });
        assert_eq!(show(&year), ["2023-12-01/2024-11-30"]);
    }
}
