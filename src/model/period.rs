//! Periods with the labels that people write.

use super::time::Day;
use super::window::Window;
use std::fmt;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
