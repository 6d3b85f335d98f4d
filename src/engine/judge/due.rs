//! When a term ends: arithmetic of days, hours, stops and clocks. Nothing here knows records.

use crate::engine::value::shift;
use crate::model::calendar::{NotCovered, WorkCalendar};
use crate::model::{Day, Hours, Instant, Moment, TermUnit};

/// Whether a moment lies before another: by day unless both are instants.
pub(super) fn precedes(a: Moment, b: Moment) -> bool {
    match (a, b) {
        (Moment::At(a), Moment::At(b)) => a < b,
        (a, b) => a.day() < b.day(),
    }
}

/// Pairs of what stops a term and what lets it run on; `None`: it has not run on yet.
///
/// A stop inside another is none of its own. Both lists may come in any order.
pub(super) fn pair(mut from: Vec<Moment>, mut to: Vec<Moment>) -> Vec<(Moment, Option<Moment>)> {
    let place = |m: &Moment| (m.earliest(), matches!(m, Moment::At(_)));
    from.sort_by_key(place);
    to.sort_by_key(place);
    let mut pairs: Vec<(Moment, Option<Moment>)> = Vec::new();
    for start in from {
        match pairs.last() {
            Some((_, None)) => break,
            Some((_, Some(end))) if precedes(start, *end) => continue,
            _ => {}
        }
        let end = to.iter().copied().find(|end| !precedes(*end, start));
        pairs.push((start, end));
    }
    pairs
}

/// What half-open stretches cover together, in order.
pub(super) fn united<T: Ord + Copy>(mut stretches: Vec<(T, T)>) -> Vec<(T, T)> {
    stretches.retain(|(from, to)| from < to);
    stretches.sort_unstable();
    let mut found: Vec<(T, T)> = Vec::new();
    for (from, to) in stretches {
        match found.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => found.push((from, to)),
        }
    }
    found
}

/// The end of a term counted in days or longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastDay {
    On(Day),
    /// After the last day that the calendar covers.
    After(Day),
}

/// How days are counted.
#[derive(Clone, Copy)]
pub(super) struct DayCount<'c> {
    pub calendar: Option<&'c WorkCalendar>,
    pub moves: bool,
    /// Toward the past.
    pub back: bool,
}

impl DayCount<'_> {
    /// A day moved by an amount. The error is a day that the calendar does not cover.
    pub(super) fn after(&self, day: Day, amount: i32, unit: TermUnit) -> Result<LastDay, Day> {
        if unit != TermUnit::Workdays {
            let amount = if self.back { amount.saturating_neg() } else { amount };
            return Ok(LastDay::On(shift(Moment::Day(day), amount, unit).map_or(day, Moment::day)));
        }
        let count = u32::try_from(amount).unwrap_or(0);
        match self.calendar {
            Some(calendar) if self.back => self.outcome(calendar.minus_workdays(day, count)),
            Some(calendar) => self.outcome(calendar.plus_workdays(day, count)),
            None => Err(day),
        }
    }

    /// The last day, moved off a rest day if it does so.
    pub(super) fn moved(&self, last: LastDay) -> Result<LastDay, Day> {
        match (last, self.calendar) {
            (LastDay::On(day), Some(calendar)) if self.moves && self.back => self.outcome(calendar.last_workday(day)),
            (LastDay::On(day), Some(calendar)) if self.moves => self.outcome(calendar.next_workday(day)),
            _ => Ok(last),
        }
    }

    /// A last day `to`, counted from `from`, later by what was stopped in between (half-open days, in order).
    pub(super) fn pushed(&self, from: Day, to: LastDay, unit: TermUnit, stops: &[(Day, Day)]) -> Result<LastDay, Day> {
        let LastDay::On(mut last) = to else { return Ok(to) };
        if last == from {
            return Ok(to);
        }
        for (start, end) in stops {
            let start = (*start).max(from.plus(1));
            if start > last || start >= *end {
                continue;
            }
            if unit != TermUnit::Workdays {
                last = last.plus(end.0 - start.0);
                continue;
            }
            let Some(calendar) = self.calendar else { return Err(start) };
            let mut stopped = 0;
            let mut day = start;
            while day < *end {
                match calendar.is_workday(day) {
                    Some(true) => stopped += 1,
                    Some(false) => {}
                    None if day > calendar.last() => return Ok(LastDay::After(calendar.last())),
                    None => return Err(day),
                }
                day = day.plus(1);
            }
            match self.outcome(calendar.plus_workdays(last, stopped))? {
                LastDay::On(day) => last = day,
                after => return Ok(after),
            }
        }
        Ok(LastDay::On(last))
    }

    fn outcome(&self, found: Result<Day, NotCovered>) -> Result<LastDay, Day> {
        match (found, self.calendar) {
            (Ok(day), _) => Ok(LastDay::On(day)),
            (Err(NotCovered::After(cover)), _) => Ok(LastDay::After(cover)),
            (Err(NotCovered::Outside(day)), Some(calendar)) if day > calendar.last() => {
                Ok(LastDay::After(calendar.last()))
            }
            (Err(NotCovered::Outside(day)), _) => Err(day),
        }
    }
}

/// A point so far after a start as the span runs, where it does not run in the stops (in order, half-open).
pub(super) fn run(start: i64, span: i64, stops: &[(i64, i64)]) -> i64 {
    let (mut at, mut left) = (start, span);
    for (from, to) in stops.iter().filter(|(_, to)| *to > start) {
        let free = from.saturating_sub(at).max(0);
        if left <= free {
            break;
        }
        left -= free;
        at = at.max(*to);
    }
    at.saturating_add(left)
}

/// As [`run`], inside the spans of an office clock. Civil microseconds. The error is a day not covered.
pub(super) fn run_on_clock(
    hours: &Hours,
    calendar: Option<&WorkCalendar>,
    start: i64,
    span: i64,
    stops: &[(i64, i64)],
) -> Result<Result<i64, Day>, Day> {
    let (mut day, mut left) = (Instant(start).day(), span);
    loop {
        match hours.run_on(day, calendar) {
            Some(true) => {
                for (from, to) in hours.on(day) {
                    let (from, to) = (from.0.max(start), to.0);
                    if from >= to {
                        continue;
                    }
                    match spent(from, to, left, stops) {
                        Ok(end) => return Ok(Ok(end)),
                        Err(rest) => left = rest,
                    }
                }
            }
            Some(false) => {}
            None => match calendar.map(WorkCalendar::last) {
                Some(last) if day > last => return Ok(Err(last)),
                _ => return Err(day),
            },
        }
        day = day.plus(1);
    }
}

/// Where a span ends inside an interval, or what is left of it after the interval.
fn spent(from: i64, to: i64, span: i64, stops: &[(i64, i64)]) -> Result<i64, i64> {
    let (mut at, mut left) = (from, span);
    let inside = stops.iter().filter(|(start, end)| *end > from && *start < to);
    let mut pieces: Vec<(i64, i64)> = Vec::new();
    for (start, end) in inside {
        if *start > at {
            pieces.push((at, *start));
        }
        at = at.max(*end);
    }
    if at < to {
        pieces.push((at, to));
    }
    for (from, to) in pieces {
        if left <= to - from {
            return Ok(from + left);
        }
        left -= to - from;
    }
    Err(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_are_paired_with_what_ends_them() {
        let day = |n: i32| Moment::Day(Day(n));
        let pairs = pair(vec![day(9), day(3), day(4)], vec![day(6), day(1)]);
        assert_eq!(pairs, [(day(3), Some(day(6))), (day(9), None)]);
    }

    #[test]
    fn stops_that_overlap_are_one() {
        assert_eq!(united(vec![(5, 7), (1, 3), (2, 4), (9, 9)]), [(1, 4), (5, 7)]);
    }

    #[test]
    fn a_span_runs_between_stops() {
        assert_eq!(run(0, 10, &[]), 10);
        assert_eq!(run(0, 10, &[(4, 6)]), 12);
        assert_eq!(run(0, 4, &[(4, 6)]), 4);
        assert_eq!(run(5, 1, &[(4, 6)]), 7);
        assert_eq!(run(5, 0, &[(4, 6)]), 5);
        assert_eq!(run(0, 10, &[(2, 4), (11, 20)]), 21);
        assert_eq!(run(0, 10, &[(-5, -1)]), 10);
    }

    #[test]
    fn days_are_pushed_by_stops() {
        let count = DayCount { calendar: None, moves: false, back: false };
        let push = |to: i32, stops: &[(Day, Day)]| count.pushed(Day(0), LastDay::On(Day(to)), TermUnit::Days, stops);
        assert_eq!(push(10, &[(Day(3), Day(5))]), Ok(LastDay::On(Day(12))));
        assert_eq!(push(10, &[(Day(11), Day(15))]), Ok(LastDay::On(Day(10))));
        assert_eq!(push(10, &[(Day(3), Day(5)), (Day(12), Day(13))]), Ok(LastDay::On(Day(13))));
        assert_eq!(push(10, &[(Day(-3), Day(2))]), Ok(LastDay::On(Day(11))));
        assert_eq!(push(0, &[(Day(0), Day(2))]), Ok(LastDay::On(Day(0))));
    }
}
