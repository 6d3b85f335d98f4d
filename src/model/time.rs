//! Civil time: days, instants and how they are read and written. Local time of the policy, no clock.

use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A civil day, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Day(pub i32);

/// Microseconds in a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// A civil instant, as microseconds since 1970-01-01T00:00 of the policy's own local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Instant(pub i64);

/// First day that the engine accepts.
pub const DAY_MIN: Day = Day(-25_567); // 1900-01-01
/// Last day that the engine accepts.
pub const DAY_MAX: Day = Day(84_005); // 2199-12-31

impl Day {
    /// The day of a year, month (1-12) and day of the month (1-31), if it exists.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        NaiveDate::from_ymd_opt(year, month, day).map(Day::from_date)
    }

    fn from_date(date: NaiveDate) -> Day {
        Day(date.num_days_from_ce() - 719_163)
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(719_163)).unwrap_or(NaiveDate::MIN)
    }

    /// Calendar year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// Month of the year, 1-12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.date().month()
    }

    /// Day of the month, 1-31.
    #[must_use]
    pub fn day(self) -> u32 {
        self.date().day()
    }

    /// Day of the ISO week, 1 (Monday) - 7.
    #[must_use]
    pub fn weekday(self) -> u32 {
        self.date().weekday().number_from_monday()
    }

    /// The ISO year and week number of the day.
    #[must_use]
    pub fn iso_week(self) -> (i32, u32) {
        let week = self.date().iso_week();
        (week.year(), week.week())
    }

    /// `count` days later (earlier when negative).
    #[must_use]
    pub fn plus(self, count: i32) -> Day {
        Day(self.0.saturating_add(count))
    }

    /// The day `count` months later with the same number, or the last of its month.
    #[must_use]
    pub fn plus_months(self, count: i32) -> Day {
        let date = self.date();
        let months = i64::from(date.year()) * 12 + i64::from(date.month0()) + i64::from(count);
        let year = i32::try_from(months.div_euclid(12)).unwrap_or(i32::MAX);
        let month = u32::try_from(months.rem_euclid(12)).unwrap_or(0) + 1;
        let last = month_length(year, month);
        Day::from_ymd(year, month, date.day().min(last)).unwrap_or(self)
    }

    /// The first instant of the day.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant(i64::from(self.0) * DAY_MICROS)
    }

    /// The first instant after the day.
    #[must_use]
    pub fn end(self) -> Instant {
        Instant((i64::from(self.0) + 1) * DAY_MICROS)
    }

    /// Reads `2024-01-05`; also `2024-1-5`, `2024/1/5`, `2024年1月5日`, and full-width digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Day> {
        let bytes = text.as_bytes();
        if bytes.len() == 10
            && bytes[4] == b'-'
            && bytes[7] == b'-'
            && let (Some(y), Some(m), Some(d)) = (digits(&bytes[..4]), digits(&bytes[5..7]), digits(&bytes[8..]))
        {
            return Day::from_ymd(y.try_into().ok()?, m, d).filter(|day| in_range(*day));
        }
        let plain: String = text.trim().chars().map(ascii_form).collect();
        let mut parts = plain.strip_suffix('-').unwrap_or(&plain).split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || y.len() != 4 || m.is_empty() || m.len() > 2 || d.is_empty() || d.len() > 2 {
            return None;
        }
        let (y, m, d) = (digits(y.as_bytes())?, digits(m.as_bytes())?, digits(d.as_bytes())?);
        Day::from_ymd(y.try_into().ok()?, m, d).filter(|day| in_range(*day))
    }
}

fn in_range(day: Day) -> bool {
    (DAY_MIN..=DAY_MAX).contains(&day)
}

/// Full-width digits to ASCII; `/`, `.` and 年 月 日 to hyphens.
fn ascii_form(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '/' | '／' | '年' | '月' | '日' | '－' => '-',
        c => c,
    }
}

fn ascii_clock(c: char) -> char {
    match c {
        '０'..='９' | '：' | '．' | '＋' | '－' | 'Ｔ' | 'Ｚ' => {
            char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        c => c,
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0u32, |n, b| if b.is_ascii_digit() { Some(n * 10 + u32::from(b - b'0')) } else { None })
}

/// Number of days of a month (1-12).
#[must_use]
pub fn month_length(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

impl Instant {
    /// The day that holds the instant.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(DAY_MICROS)).unwrap_or(i32::MAX))
    }

    /// Microseconds since the start of its day.
    #[must_use]
    pub fn micros_of_day(self) -> i64 {
        self.0.rem_euclid(DAY_MICROS)
    }

    /// Reads `2024-01-05T09:30`, with seconds and fractions if given, `T` or a space between, and an
    /// offset such as `+08:00` or `Z`, which is converted to `zone`. A text without a time is not read.
    #[must_use]
    pub fn parse(text: &str, zone: chrono_tz::Tz) -> Option<Instant> {
        let text = text.trim();
        if !text.is_ascii() {
            // A Chinese input method types full-width digits and colons; the date part keeps its own forms.
            let plain: String = text.chars().map(ascii_clock).collect();
            return Instant::parse_plain(&plain, zone);
        }
        Instant::parse_plain(text, zone)
    }

    fn parse_plain(text: &str, zone: chrono_tz::Tz) -> Option<Instant> {
        let cut = text.find(['T', 't', ' '])?;
        let (date, time) = (text.get(..cut)?, text.get(cut + 1..)?.trim_start());
        let day = Day::parse(date)?;
        let sign = time.find(['+', '-', 'Z', 'z']);
        let (clock, offset) = match sign {
            Some(at) => (time.get(..at)?, Some(time.get(at..)?)),
            None => (time, None),
        };
        let micros = parse_clock(clock)?;
        let local = day.start().0.checked_add(micros)?;
        let Some(offset) = offset else {
            return Some(Instant(local));
        };
        let utc = local.checked_sub(parse_offset(offset)?)?;
        Instant::of_utc(utc, zone)
    }

    /// The civil time of a zone at an instant of UTC (microseconds since 1970-01-01T00:00Z), if it lies in the years that
    /// the engine accepts.
    #[must_use]
    pub fn of_utc(micros: i64, zone: chrono_tz::Tz) -> Option<Instant> {
        let utc = chrono::DateTime::from_timestamp_micros(micros)?;
        let civil: NaiveDateTime = utc.with_timezone(&zone).naive_local();
        Instant(civil.and_utc().timestamp_micros()).in_range()
    }

    /// Whether the clock of a zone shows it twice: once before and once after it is set back.
    #[must_use]
    pub fn is_shown_twice(self, zone: chrono_tz::Tz) -> bool {
        let civil = chrono::DateTime::from_timestamp_micros(self.0).map(|at| at.naive_utc());
        civil.is_some_and(|civil| matches!(civil.and_local_timezone(zone), chrono::MappedLocalTime::Ambiguous(..)))
    }

    /// The instant, if it lies in the years that the engine accepts.
    #[must_use]
    pub fn in_range(self) -> Option<Instant> {
        in_range(self.day()).then_some(self)
    }
}

/// `09:30`, `09:30:15`, `09:30:15.25` to microseconds of the day; 24:00 is refused.
fn parse_clock(text: &str) -> Option<i64> {
    let (clock, part) = match text.split_once('.') {
        Some((clock, part)) => (clock, part),
        None => (text, ""),
    };
    let mut pieces = clock.trim_end().split(':');
    let (h, m, s) = (pieces.next()?, pieces.next()?, pieces.next().unwrap_or("0"));
    if pieces.next().is_some() || [h, m, s].iter().any(|p| p.is_empty() || p.len() > 2) {
        return None;
    }
    let (h, m, s) = (digits(h.as_bytes())?, digits(m.as_bytes())?, digits(s.as_bytes())?);
    if h > 23 || m > 59 || s > 59 || part.len() > 9 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut micros = i64::from(h * 3600 + m * 60 + s) * 1_000_000;
    let mut unit = 100_000;
    for b in part.bytes().take(6) {
        micros += i64::from(b - b'0') * unit;
        unit /= 10;
    }
    Some(micros)
}

/// `Z`, `+08:00`, `+0800`, `+08` to microseconds.
fn parse_offset(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let plain: String = rest.chars().filter(|c| *c != ':').collect();
    let (h, m) = match plain.len() {
        2 => (digits(plain.as_bytes())?, 0),
        4 => (digits(plain.get(..2)?.as_bytes())?, digits(plain.get(2..)?.as_bytes())?),
        _ => return None,
    };
    (h <= 18 && m <= 59).then(|| sign * i64::from(h * 60 + m) * 60_000_000)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.micros_of_day();
        let seconds = micros / 1_000_000;
        write!(f, "{}T{:02}:{:02}:{:02}", self.day(), seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        match micros % 1_000_000 {
            0 => Ok(()),
            part => write!(f, ".{}", format!("{part:06}").trim_end_matches('0')),
        }
    }
}

/// A day, or an instant within one: what an event is dated by.
///
/// A day without a time stands for that whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Moment {
    /// A whole day.
    Day(Day),
    /// A known instant.
    At(Instant),
}

impl Moment {
    /// The day it belongs to.
    #[must_use]
    pub fn day(self) -> Day {
        match self {
            Moment::Day(day) => day,
            Moment::At(at) => at.day(),
        }
    }

    /// The earliest instant that it may stand for.
    #[must_use]
    pub fn earliest(self) -> Instant {
        match self {
            Moment::Day(day) => day.start(),
            Moment::At(at) => at,
        }
    }

    /// The latest instant that it may stand for (the last microsecond of a whole day).
    #[must_use]
    pub fn latest(self) -> Instant {
        match self {
            Moment::Day(day) => Instant(day.end().0 - 1),
            Moment::At(at) => at,
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Day(day) => day.fmt(f),
            Moment::At(at) => at.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_in_the_forms_that_towns_write() {
        let day = Day::from_ymd(2024, 1, 5);
        for text in ["2024-01-05", "2024-1-5", "2024/1/5", "2024年1月5日", "２０２４-０１-０５", " 2024-01-05 "]
        {
            assert_eq!(Day::parse(text), day, "{text}");
        }
        for text in ["", "2024-02-30", "24-01-05", "2024-01", "2024-01-05-06", "2024年", "1800-01-01", "x"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn months_are_clamped() {
        let day = |y, m, d| Day::from_ymd(y, m, d).map(|d| d.to_string());
        assert_eq!(Day::parse("2019-11-30").map(|d| d.plus_months(3).to_string()), day(2020, 2, 29));
        assert_eq!(Day::parse("2020-01-31").map(|d| d.plus_months(-2).to_string()), day(2019, 11, 30));
    }

    #[test]
    fn offsets_are_converted() {
        let zone = chrono_tz::Asia::Shanghai;
        let show = |text| Instant::parse(text, zone).map(|at| at.to_string());
        assert_eq!(show("2024-01-05T23:30:00Z").as_deref(), Some("2024-01-06T07:30:00"));
        assert_eq!(show("2024-01-05 09:30").as_deref(), Some("2024-01-05T09:30:00"));
        assert_eq!(show("2024-01-05T09:30:15.250+08:00").as_deref(), Some("2024-01-05T09:30:15.25"));
        assert_eq!(show("２０２４-０１-０５　０９：３０").as_deref(), Some("2024-01-05T09:30:00"));
        assert_eq!(show("2024年1月5日 9:30").as_deref(), Some("2024-01-05T09:30:00"));
        for bad in ["2024-01-05", "２０２４年", "2024-01-05T24:00", "2024-01-05T9", "2024-01-05T09:30+25:00"] {
            assert_eq!(show(bad), None, "{bad}");
        }
    }

    #[test]
    fn weeks_are_iso() {
        assert_eq!(Day::parse("2021-01-03").map(Day::iso_week), Some((2020, 53)));
        assert_eq!(Day::parse("1970-01-01").map(|d| (d.0, d.weekday())), Some((0, 4)));
    }
}
