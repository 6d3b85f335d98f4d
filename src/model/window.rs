//! Time frames and their windows. Windows are half-open ranges of days.

use super::ids::ParamId;
use super::time::{Day, month_length};
use std::fmt;

/// A half-open range of days `[start, end)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// First day.
    pub start: Day,
    /// First day after it.
    pub end: Day,
}

impl Window {
    /// From two inclusive days.
    #[must_use]
    pub fn inclusive(first: Day, last: Day) -> Window {
        Window { start: first, end: last.plus(1) }
    }

    /// Last day (inclusive).
    #[must_use]
    pub fn last(self) -> Day {
        self.end.plus(-1)
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        self.start <= day && day < self.end
    }

    /// Whether some day lies in both.
    #[must_use]
    pub fn meets(self, other: Window) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Number of days.
    #[must_use]
    pub fn day_count(self) -> i32 {
        (self.end.0 - self.start.0).max(0)
    }
}

/// Calendar windows. Weeks are ISO weeks (Monday first).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarUnit {
    /// A day.
    Day,
    /// Monday to Sunday; belongs to the month, quarter and year of its Thursday.
    Week,
    /// 旬: days 1-10, 11-20, 21-end.
    TenDays,
    /// Days 1-15, 16-end.
    HalfMonth,
    /// A month.
    Month,
    /// A quarter of the assessment year.
    Quarter,
    /// A half of the assessment year.
    HalfYear,
    /// The assessment year.
    Year,
}

/// A day inside a calendar window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayPick {
    /// The n-th day (1 is the first; of a week, Monday).
    Nth(u32),
    /// The n-th day, or the window's last day where it has none such.
    NthOrLast(u32),
    /// The last day.
    Last,
    /// The n-th such weekday of the window (1 is the first; `None`: the last). Monday is 1.
    Weekday(Option<u32>, u32),
}

/// The days of every year from a month and day to another, both inclusive; it may run over the turn of the year.
/// The 29th of February is the month's last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Season {
    /// Month and day of the first day.
    pub from: (u32, u32),
    /// Month and day of the last day.
    pub to: (u32, u32),
}

impl Season {
    /// The days of the season that starts in a year.
    #[must_use]
    pub fn in_year(self, year: i32) -> Window {
        let next = i32::from(self.to < self.from);
        Window { start: year_start_in(year, self.from), end: year_start_in(year + next, self.to).plus(1) }
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        (day.year() - 1..=day.year()).any(|year| self.in_year(year).contains(day))
    }
}

/// When a rule binds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Frame {
    /// Every calendar window, or every `count` of them in a row from an anchor.
    Every {
        /// Number of units in one window.
        count: u32,
        /// The unit.
        unit: CalendarUnit,
        /// First day of a window; left out, the start of the period. Only for `count` above 1.
        anchor: Option<Day>,
    },
    /// Windows of so many units in a row from a date of the subject on; without the date one window, the period, which is
    /// unknown.
    Cycle {
        /// The date or time, from the subject; read on the reference date.
        from: super::expr::Path,
        /// Number of units in one window.
        count: u32,
        /// The unit.
        unit: CalendarUnit,
    },
    /// As `Every`, with the unit in a parameter. While it is open, one window: the period.
    EveryParam(ParamId),
    /// One window a picked day.
    On {
        /// The days.
        days: Vec<DayPick>,
        /// Of every such window.
        of: CalendarUnit,
    },
    /// The first or last `count` days of every window of a unit.
    Part {
        /// The first days (else the last).
        first: bool,
        /// How many; no more than the window has.
        count: u32,
        /// The unit.
        of: CalendarUnit,
    },
    /// One window with printed days, both inclusive.
    Fixed {
        /// First day.
        from: Day,
        /// Last day.
        to: Day,
    },
    /// One window a year: the days of a season.
    Yearly(Season),
    /// Every run of so many days, weeks, months or years; looked at on each day that such a run ends on.
    Rolling {
        /// How many.
        count: u32,
        /// Days, weeks, months or years.
        unit: super::value::TermUnit,
        /// The days of each such window are looked at by themselves; `None`: those of the period.
        every: Option<CalendarUnit>,
    },
    /// A state that is kept on every day.
    Throughout {
        /// Days without it that are allowed.
        allowed: u32,
        /// They are counted in a row (else in all).
        in_a_row: bool,
        /// The days of each such window are looked at by themselves; `None`: those of the period.
        every: Option<CalendarUnit>,
    },
    /// No frame: each time between records that follow each other, from the earlier to the later.
    Gaps,
    /// No frame: a state, judged once a period on the reference date (the period's last day, or
    /// as-of if earlier). Its window is the reference date.
    State,
    /// No frame, and the subject is an event: judged once, its window is the event's day.
    Event,
    /// A term: the window runs from the start's day to the last day of the term.
    Term,
}

/// What becomes of a window that the subject's life, `in force` or an exception cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartialWindows {
    /// Binds only when every day is left (the default).
    Whole,
    /// Binds when any day is left.
    Any,
    /// Binds when at least half of the days are left.
    Half,
    /// Binds when the window's first day is left.
    FirstDay,
    /// Binds when any day is left; bounds of counts are cut with the days, rounded as said.
    Prorate(Option<super::number::Rounding>),
}

/// A period of a run or an assessment: a half-open range of days with a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The days.
    pub window: Window,
}

impl Period {
    /// A period of days.
    #[must_use]
    pub fn new(window: Window) -> Period {
        Period { window }
    }

    /// Reads `2024`, `2024H1`, `2024Q3`, `2024-03`, `2024-W05`, a day, or `FROM..TO` (both days included).
    #[must_use]
    pub fn parse(text: &str) -> Option<Period> {
        let text = text.trim();
        if let Some((from, to)) = text.split_once("..") {
            let (from, to) = (Day::parse(from)?, Day::parse(to)?);
            return (from <= to).then(|| Period::new(Window::inclusive(from, to)));
        }
        if let Some(day) = Day::parse(text) {
            return Some(Period::new(Window::inclusive(day, day)));
        }
        let year: i32 = text.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        if !(1900..=2199).contains(&year) {
            return None;
        }
        let months = |first: u32, count: i32| {
            let start = Day::from_ymd(year, first, 1)?;
            Some(Period::new(Window { start, end: start.plus_months(count) }))
        };
        let number = |digits: &str, width: usize| -> Option<u32> {
            (digits.len() == width && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
        };
        match text.get(4..)? {
            "" => months(1, 12),
            "H1" => months(1, 6),
            "H2" => months(7, 6),
            rest => {
                if let Some(quarter) = rest.strip_prefix('Q') {
                    let quarter = number(quarter, 1).filter(|q| (1..=4).contains(q))?;
                    return months(quarter * 3 - 2, 3);
                }
                if let Some(week) = rest.strip_prefix("-W") {
                    let week = number(week, 2)?;
                    let fourth = Day::from_ymd(year, 1, 4)?;
                    let monday = fourth.plus(1 - i32::try_from(fourth.weekday()).ok()?);
                    let start = monday.plus(7 * (i32::try_from(week).ok()? - 1));
                    return (start.iso_week() == (year, week))
                        .then(|| Period::new(Window { start, end: start.plus(7) }));
                }
                let month = number(rest.strip_prefix('-')?, 2).filter(|m| (1..=12).contains(m))?;
                months(month, 1)
            }
        }
    }
}

impl fmt::Display for Period {
    /// The shortest label that [`Period::parse`] reads back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Window { start, end } = self.window;
        let whole_months = start.day() == 1 && end.day() == 1;
        let months = if whole_months {
            (end.year() - start.year()) * 12 + i32::try_from(end.month()).unwrap_or(0)
                - i32::try_from(start.month()).unwrap_or(0)
        } else {
            0
        };
        let year = start.year();
        match (months, start.month()) {
            (12, 1) => write!(f, "{year:04}"),
            (6, month @ (1 | 7)) => write!(f, "{year:04}H{}", month / 7 + 1),
            (3, month @ (1 | 4 | 7 | 10)) => write!(f, "{year:04}Q{}", month / 3 + 1),
            (1, month) => write!(f, "{year:04}-{month:02}"),
            _ if end == start.plus(1) => write!(f, "{start}"),
            _ if end == start.plus(7) && start.weekday() == 1 => {
                let (year, week) = start.iso_week();
                write!(f, "{year:04}-W{week:02}")
            }
            _ => write!(f, "{start}..{}", self.window.last()),
        }
    }
}

/// The window of a unit that holds a day. `year_start` is the month and day of the assessment year.
#[must_use]
pub fn window_of(unit: CalendarUnit, day: Day, year_start: (u32, u32)) -> Window {
    let months = |count: i32| {
        // The assessment year that holds the day, then the part of it.
        let mut start = year_start_in(day.year(), year_start);
        if start > day {
            start = year_start_in(day.year() - 1, year_start);
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
        CalendarUnit::Month => of_month(1, length),
        CalendarUnit::Quarter => months(3),
        CalendarUnit::HalfYear => months(6),
        CalendarUnit::Year => months(12),
    }
}

fn year_start_in(year: i32, (month, day): (u32, u32)) -> Day {
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
pub fn calendar_windows(unit: CalendarUnit, within: Window, year_start: (u32, u32)) -> Vec<Window> {
    let frame = Frame::Every { count: 1, unit, anchor: None };
    windows(&frame, within, year_start)
}

/// The windows of a frame that belong to a period, in order. Nothing cuts them here.
///
/// `State`, `Event` and `Term` have no windows of their own and give none; an open `EveryParam`
/// must be resolved by the caller.
#[must_use]
pub fn windows(frame: &Frame, within: Window, year_start: (u32, u32)) -> Vec<Window> {
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
                        DayPick::Nth(n) => {
                            Some(w.start.plus(i32::try_from(*n).unwrap_or(0) - 1)).filter(|d| w.contains(*d))
                        }
                        DayPick::NthOrLast(n) => Some(w.start.plus(i32::try_from(*n).unwrap_or(0) - 1).min(w.last())),
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

/// `anchor` moved by a number of units. Units below a month are counted in days (旬 as 10, half-months as 15).
/// The windows of so many units in a row from a day on whose last day lies in a period. Months end on the anchor's day
/// number, or on the month's last day.
#[must_use]
pub fn cycle_windows(anchor: Day, count: u32, unit: CalendarUnit, within: Window) -> Vec<Window> {
    let count = i32::try_from(count.max(1)).unwrap_or(i32::MAX);
    let at = |index: i32| step_from(anchor, unit, index.saturating_mul(count));
    // No window has more days than its units at their longest.
    let most = match unit {
        CalendarUnit::Day => 1,
        CalendarUnit::Week => 7,
        CalendarUnit::TenDays => 10,
        CalendarUnit::HalfMonth => 15,
        CalendarUnit::Month => 31,
        CalendarUnit::Quarter => 93,
        CalendarUnit::HalfYear => 186,
        CalendarUnit::Year => 366,
    };
    let before = within.start.0.saturating_sub(anchor.0) / count.saturating_mul(most) - 1;
    let windows = (before.max(0)..).map(|index| Window { start: at(index), end: at(index + 1) });
    let reached = windows.take_while(|window| window.start < within.end && window.start < window.end);
    reached.filter(|window| within.contains(window.last())).collect()
}

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

    fn period(text: &str) -> Window {
        Period::parse(text).map_or(Window { start: Day(0), end: Day(0) }, |p| p.window)
    }

    fn show(found: &[Window]) -> Vec<String> {
        found.iter().map(|w| format!("{}/{}", w.start, w.last())).collect()
    }

    #[test]
    fn labels_round_trip() {
        for label in [
            "2024",
            "2024H1",
            "2024H2",
            "2024Q3",
            "2024-03",
            "2024-W05",
            "2020-W53",
            "2024-03-04",
            "2024-01-02..2024-05-06",
        ] {
            assert_eq!(Period::parse(label).map(|p| p.to_string()).as_deref(), Some(label));
        }
        for bad in ["", "24", "2024H3", "2024Q5", "2024-13", "2021-W53", "2024-05-06..2024-01-02", "2024-3x", "２０２"]
        {
            assert_eq!(Period::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn weeks_belong_to_the_year_of_their_thursday() {
        let weeks = calendar_windows(CalendarUnit::Week, period("2024"), (1, 1));
        assert_eq!(weeks.len(), 52);
        assert_eq!(weeks.first().map(|w| w.start.to_string()).as_deref(), Some("2024-01-01"));
        assert_eq!(weeks.last().map(|w| w.last().to_string()).as_deref(), Some("2024-12-29"));
        assert_eq!(calendar_windows(CalendarUnit::Week, period("2020"), (1, 1)).len(), 53);
        let fifth = calendar_windows(CalendarUnit::Week, period("2024-05"), (1, 1));
        assert_eq!(show(&fifth).first().map(String::as_str), Some("2024-04-29/2024-05-05"));
    }

    #[test]
    fn months_of_days_that_are_missing() {
        let on =
            |days: Vec<DayPick>| show(&windows(&Frame::On { days, of: CalendarUnit::Month }, period("2023Q1"), (1, 1)));
        assert_eq!(on(vec![DayPick::Nth(31)]), ["2023-01-31/2023-01-31", "2023-03-31/2023-03-31"]);
        assert_eq!(on(vec![DayPick::NthOrLast(31)]).len(), 3);
        assert_eq!(on(vec![DayPick::Nth(1), DayPick::Nth(15)]).len(), 6);
    }

    #[test]
    fn anchored_windows_and_parts() {
        let frame = Frame::Every { count: 2, unit: CalendarUnit::Year, anchor: Day::parse("2012-01-01") };
        assert_eq!(
            show(&windows(&frame, period("2011-01-01..2014-12-31"), (1, 1))),
            ["2010-01-01/2011-12-31", "2012-01-01/2013-12-31"]
        );
        let frame = Frame::Part { first: true, count: 10, of: CalendarUnit::Quarter };
        assert_eq!(
            show(&windows(&frame, period("2024H1"), (1, 1))),
            ["2024-01-01/2024-01-10", "2024-04-01/2024-04-10"]
        );
        let half = calendar_windows(CalendarUnit::HalfMonth, period("2024-02"), (1, 1));
        assert_eq!(show(&half), ["2024-02-01/2024-02-15", "2024-02-16/2024-02-29"]);
        assert_eq!(calendar_windows(CalendarUnit::TenDays, period("2024"), (1, 1)).len(), 36);
        let year = calendar_windows(CalendarUnit::Year, period("2024"), (12, 1));
        assert_eq!(show(&year), ["2023-12-01/2024-11-30"]);
    }
}
