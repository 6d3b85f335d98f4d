//! Rows with a time that the clock of the policy's zone shows twice: which of the two was meant cannot be kept.

use super::rows::{Converted, Fate};
use crate::engine::batch::{Column, Values};
use crate::model::{Instant, Policy};
use std::collections::BTreeSet;

/// Microseconds of a day before which clocks are set back: nowhere later than in the small hours.
const SMALL_HOURS: i64 = 4 * 3_600_000_000;

/// Number of rows that are used and hold such a time.
pub(super) fn rows_twice(policies: &[Policy], converted: &Converted<'_>) -> u64 {
    let mut found: BTreeSet<u32> = BTreeSet::new();
    for part in &converted.parts {
        let Some(policy) = policies.get(part.policy) else { continue };
        for column in part.batch.columns.iter().flatten() {
            for row in times_shown_twice(column, policy.timezone) {
                let in_block = part.rows.get(row).copied();
                found.extend(in_block.filter(|row| converted.fates.get(*row as usize) == Some(&Fate::Used)));
            }
        }
    }
    found.len() as u64
}

fn times_shown_twice(column: &Column<'_>, zone: chrono_tz::Tz) -> impl Iterator<Item = usize> {
    let times = match &column.values {
        Values::Time { micros, whole_day } => Some(micros.iter().enumerate().filter(move |(row, at)| {
            let is_time = !whole_day.as_ref().is_some_and(|bits| bits.get(*row));
            let is_filled = column.valid.as_ref().is_none_or(|valid| valid.get(*row));
            is_time && is_filled && Instant(**at).micros_of_day() < SMALL_HOURS && Instant(**at).is_shown_twice(zone)
        })),
        _ => None,
    };
    times.into_iter().flatten().map(|(row, _)| row)
}
