//! Time that really passed: civil instants on the axis of the world's clock, for hours and minutes.

use super::time::Instant;
use chrono::{Duration, MappedLocalTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::Tz;

impl Instant {
    /// Microseconds since 1970 of the world's clock. A time that the zone's clock shows twice is the first of both;
    /// one that it never shows is read as if the clock had not been put forward.
    #[must_use]
    pub fn real(self, zone: Tz) -> i64 {
        let Some(civil) = chrono::DateTime::from_timestamp_micros(self.0).map(|at| at.naive_utc()) else {
            return self.0;
        };
        self.0.saturating_sub(offset_micros(civil, zone))
    }

    /// The civil instant at a point of the world's clock.
    #[must_use]
    pub fn from_real(micros: i64, zone: Tz) -> Instant {
        let Some(at) = chrono::DateTime::from_timestamp_micros(micros) else { return Instant(micros) };
        Instant(at.with_timezone(&zone).naive_local().and_utc().timestamp_micros())
    }
}

/// How far the zone's clock is ahead of the world's at a civil time.
fn offset_micros(civil: NaiveDateTime, zone: Tz) -> i64 {
    let seconds = match zone.offset_from_local_datetime(&civil) {
        MappedLocalTime::Single(offset) | MappedLocalTime::Ambiguous(offset, _) => offset.fix().local_minus_utc(),
        // Never shown: the offset that held before, some time earlier than any clock is put forward.
        MappedLocalTime::None => {
            let before = civil.checked_sub_signed(Duration::hours(36)).unwrap_or(civil);
            zone.offset_from_utc_datetime(&before).fix().local_minus_utc()
        }
    };
    i64::from(seconds) * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Day;

    fn at(text: &str) -> Instant {
        Instant::parse(text, chrono_tz::America::New_York).unwrap_or(Day(0).start())
    }

    #[test]
    fn hours_that_pass_when_clocks_change() {
        let zone = chrono_tz::America::New_York;
        let hours = |from: &str, to: &str| (at(to).real(zone) - at(from).real(zone)) / 3_600_000_000;
        // 2024-03-10 02:00 becomes 03:00; 2024-11-03 02:00 becomes 01:00.
        assert_eq!(hours("2024-03-09 12:00", "2024-03-10 12:00"), 23);
        assert_eq!(hours("2024-11-02 12:00", "2024-11-03 12:00"), 25);
        // 02:30 is never shown: an hour and a half after 01:00.
        assert_eq!((at("2024-03-10 02:30").real(zone) - at("2024-03-10 01:00").real(zone)) / 60_000_000, 90);
        // 01:30 is shown twice: the first.
        assert_eq!((at("2024-11-03 01:30").real(zone) - at("2024-11-03 00:30").real(zone)) / 60_000_000, 60);
    }

    #[test]
    fn back_and_forth() {
        let zone = chrono_tz::America::New_York;
        for text in ["2024-01-05 09:30", "2024-07-05 09:30", "2024-11-03 01:30", "2024-11-03 03:00"] {
            assert_eq!(Instant::from_real(at(text).real(zone), zone), at(text), "{text}");
        }
    }
}
