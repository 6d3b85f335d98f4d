//! Time frames and their windows. Windows are half-open ranges of days.

use super::ids::ParamId;
use super::time::Day;
use super::windows::day_in;
pub use super::windows::{calendar_windows, cycle_around, cycle_windows, owner_day, window_around, window_of, windows};

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
    /// A month: from its first day, or from the day on which the policy says that months start.
    Month,
    /// A quarter of the assessment year.
    Quarter,
    /// A half of the assessment year.
    HalfYear,
    /// The assessment year.
    Year,
}

/// Where the years of a policy begin, and with them half years and quarters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct YearStart {
    /// Month of the year's first day (1-12).
    pub month: u32,
    /// Day of that month.
    pub day: u32,
    /// Months begin on that day too; else on their first.
    pub months: bool,
}

impl Default for YearStart {
    fn default() -> Self {
        YearStart { month: 1, day: 1, months: false }
    }
}

/// A day inside a calendar window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayPick {
    /// The n-th day (1 is the first; of a week, Monday). Of a month the day of that number, wherever months start.
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
        Window { start: day_in(year, self.from), end: day_in(year + next, self.to).plus(1) }
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
