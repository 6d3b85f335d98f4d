//! Workday calendars. A day outside the covered range is never guessed.

use super::time::Day;

/// Which days of a covered range are workdays, make-up workdays (调休) included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    from: Day,
    /// One entry a day from `from`.
    workdays: Vec<bool>,
    /// `rank[i]`: workdays before day `from + i`; one longer than `workdays`.
    rank: Vec<u32>,
    /// The workdays, ascending.
    days: Vec<Day>,
}

/// The calendar does not cover a day that is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCovered {
    /// The answer lies after the last covered day.
    After(Day),
    /// The question starts before the first covered day (or after the last).
    Outside(Day),
}

impl WorkCalendar {
    /// From the covered days in order, starting with `from`.
    #[must_use]
    pub fn new(from: Day, workdays: Vec<bool>) -> WorkCalendar {
        let mut rank = Vec::with_capacity(workdays.len() + 1);
        let mut days = Vec::new();
        let mut count = 0u32;
        let mut day = from;
        for work in &workdays {
            rank.push(count);
            if *work {
                count += 1;
                days.push(day);
            }
            day = day.plus(1);
        }
        rank.push(count);
        WorkCalendar { from, workdays, rank, days }
    }

    /// First covered day.
    #[must_use]
    pub fn first(&self) -> Day {
        self.from
    }

    /// Last covered day (inclusive).
    #[must_use]
    pub fn last(&self) -> Day {
        self.from.plus(i32::try_from(self.workdays.len()).unwrap_or(i32::MAX) - 1)
    }

    fn index(&self, day: Day) -> Option<usize> {
        usize::try_from(i64::from(day.0) - i64::from(self.from.0)).ok().filter(|i| *i < self.workdays.len())
    }

    /// Whether a covered day is a workday.
    #[must_use]
    pub fn is_workday(&self, day: Day) -> Option<bool> {
        self.index(day).and_then(|i| self.workdays.get(i).copied())
    }

    /// The `count`-th workday after `day`; `day` itself for 0. `day` is not counted.
    pub fn plus_workdays(&self, day: Day, count: u32) -> Result<Day, NotCovered> {
        if count == 0 {
            return Ok(day);
        }
        let at = self.index(day).ok_or(NotCovered::Outside(day))?;
        let before = self.rank.get(at + 1).copied().unwrap_or(0);
        let position = (before as usize).saturating_add(count as usize - 1);
        self.days.get(position).copied().ok_or(NotCovered::After(self.last()))
    }

    /// The `count`-th workday before `day`; `day` itself for 0. `day` is not counted.
    pub fn minus_workdays(&self, day: Day, count: u32) -> Result<Day, NotCovered> {
        if count == 0 {
            return Ok(day);
        }
        let at = self.index(day).ok_or(NotCovered::Outside(day))?;
        let before = self.rank.get(at).copied().unwrap_or(0) as usize;
        let position = before.checked_sub(count as usize);
        position.and_then(|p| self.days.get(p)).copied().ok_or(NotCovered::Outside(self.from.plus(-1)))
    }

    /// The number of workdays after a day, up to and including a later one; `None`: one of them is not covered.
    #[must_use]
    pub fn count_after(&self, day: Day, last: Day) -> Option<u32> {
        if last <= day {
            return Some(0);
        }
        let (first, last) = (self.index(day.plus(1))?, self.index(last)?);
        let before = |at: usize| self.rank.get(at).copied();
        Some(before(last + 1)? - before(first)?)
    }

    /// `day` if it is a workday, else the one before it.
    pub fn last_workday(&self, day: Day) -> Result<Day, NotCovered> {
        match self.is_workday(day) {
            Some(true) => Ok(day),
            Some(false) => self.minus_workdays(day, 1),
            None => Err(NotCovered::Outside(day)),
        }
    }

    /// `day` if it is a workday, else the next one.
    pub fn next_workday(&self, day: Day) -> Result<Day, NotCovered> {
        let at = self.index(day).ok_or(if day > self.last() {
            NotCovered::After(self.last())
        } else {
            NotCovered::Outside(day)
        })?;
        let before = self.rank.get(at).copied().unwrap_or(0);
        self.days.get(before as usize).copied().ok_or(NotCovered::After(self.last()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workdays_are_counted_after_the_start() {
        let monday = Day::parse("2024-02-05").unwrap_or(Day(0));
        // Mon-Fri work, Sat rest, Sun make-up.
        let calendar = WorkCalendar::new(monday, vec![true, true, true, true, true, false, true, true]);
        assert_eq!(calendar.plus_workdays(monday, 5), Ok(monday.plus(6)));
        assert_eq!(calendar.plus_workdays(monday.plus(5), 1), Ok(monday.plus(6)));
        assert_eq!(calendar.plus_workdays(monday, 7), Err(NotCovered::After(monday.plus(7))));
        assert_eq!(calendar.plus_workdays(monday.plus(-1), 1), Err(NotCovered::Outside(monday.plus(-1))));
        assert_eq!(calendar.next_workday(monday.plus(5)), Ok(monday.plus(6)));
        assert_eq!(calendar.next_workday(monday.plus(6)), Ok(monday.plus(6)));
        assert_eq!(calendar.count_after(monday, monday.plus(6)), Some(5));
        assert_eq!(calendar.count_after(monday.plus(-1), monday), Some(1));
        assert_eq!(calendar.count_after(monday.plus(-2), monday), None);
        assert_eq!(calendar.count_after(monday.plus(7), monday.plus(8)), None);
        assert_eq!(calendar.count_after(monday.plus(9), monday.plus(9)), Some(0));
    }
}
