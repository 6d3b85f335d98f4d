//! The days that the frame of an aggregate takes for a window.

use super::aggregate::AggFrame;
use super::time::Day;
use super::value::TermUnit;
use super::window::Window;

/// The days that a frame takes for a window: from (inclusive), to (exclusive).
#[must_use]
pub fn frame_range(frame: &AggFrame, window: Window) -> (Option<Day>, Option<Day>) {
    match frame {
        AggFrame::Window => (Some(window.start), Some(window.end)),
        AggFrame::UpToEnd => (None, Some(window.end)),
        AggFrame::BeforeStart => (None, Some(window.start)),
        AggFrame::Ever => (None, None),
        AggFrame::Last { count, unit, at_end } => {
            let last = if *at_end { window.last() } else { window.start.plus(-1) };
            (Some(first_of_last(last, *count, *unit)), Some(last.plus(1)))
        }
        // They differ from subject to subject.
        AggFrame::Dated { .. } | AggFrame::SinceLast(_) => (None, None),
    }
}

/// The days that a frame takes for a window, where they are the same for every subject and have both ends; else the window.
#[must_use]
pub fn frame_days(frame: &AggFrame, window: Window) -> Window {
    match frame_range(frame, window) {
        (Some(start), Some(end)) => Window { start, end },
        _ => window,
    }
}

/// The first of the last so many units that end with a day. Months and years that end with a month are whole ones.
fn first_of_last(last: Day, count: u32, unit: TermUnit) -> Day {
    let next = last.plus(1);
    if matches!(unit, TermUnit::Months | TermUnit::Years) && next.month() != last.month() {
        return days_back(next, count, unit);
    }
    days_back(last, count, unit).plus(1)
}

/// The day so many units before a day.
#[must_use]
pub fn days_back(day: Day, count: u32, unit: TermUnit) -> Day {
    let back = i32::try_from(count).unwrap_or(i32::MAX).saturating_neg();
    match unit {
        TermUnit::Weeks => day.plus(back.saturating_mul(7)),
        TermUnit::Months => day.plus_months(back),
        TermUnit::Years => day.plus_months(back.saturating_mul(12)),
        TermUnit::Days | TermUnit::Workdays | TermUnit::Hours | TermUnit::Minutes => day.plus(back),
    }
}
