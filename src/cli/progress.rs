//! How far a run has come, on a terminal: rows, rate, time left. Nothing of it goes into a file or a pipe.

use super::Screen;
use crate::data::pass::{Seen, Watch};
use crate::diagnostic::Lang;
use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(200);
/// Before the first line: short runs say nothing.
const SILENCE: Duration = Duration::from_millis(500);

/// A pass over the files.
struct Pass {
    begun: Instant,
    told: Option<Instant>,
}

/// Tells of progress on standard error, where that is a terminal.
pub(super) fn watch(lang: Lang) -> Option<Watch> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let pass = Mutex::new(None::<Pass>);
    Some(Watch::new(move |seen: Seen| {
        let mut pass = pass.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if seen.rows == 0 {
            *pass = Some(Pass { begun: now, told: None });
            return;
        }
        let Some(pass) = pass.as_mut() else { return };
        let mut screen = Screen::new(lang);
        if seen.ended {
            if pass.told.is_some() {
                screen.clear_line();
            }
            return;
        }
        let gone = now.duration_since(pass.begun);
        if gone < SILENCE || pass.told.is_some_and(|told| now.duration_since(told) < PAUSE) {
            return;
        }
        pass.told = Some(now);
        screen.over_line(&line(seen, gone, lang));
    }))
}

/// `1,204,224 rows read, 42%, 903,112 rows/s, 0:18 left`.
fn line(seen: Seen, gone: Duration, lang: Lang) -> String {
    let millis = u64::try_from(gone.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = grouped(seen.rows.saturating_mul(1000) / millis);
    let rows = grouped(seen.rows);
    let done = seen.bytes.min(seen.total);
    // Without a byte read there is nothing to reckon with.
    let left = millis.saturating_mul(seen.total - done).checked_div(done).map(|left| clock(left / 1000));
    let percent = done.saturating_mul(100).checked_div(seen.total);
    match (lang, percent, left) {
        (Lang::En, Some(percent), Some(left)) => format!("{rows} rows read, {percent}%, {rate} rows/s, {left} left"),
        (Lang::Zh, Some(percent), Some(left)) => format!("已读 {rows} 行，{percent}%，每秒 {rate} 行，还需 {left}"),
        (Lang::En, ..) => format!("{rows} rows read, {rate} rows/s"),
        (Lang::Zh, ..) => format!("已读 {rows} 行，每秒 {rate} 行"),
    }
}

fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_rows_rate_and_time_left() {
        let seen = Seen { rows: 1_204_224, bytes: 25, total: 100, ended: false };
        let gone = Duration::from_secs(2);
        assert_eq!(line(seen, gone, Lang::En), "1,204,224 rows read, 25%, 602,112 rows/s, 0:06 left");
        assert_eq!(line(seen, gone, Lang::Zh), "已读 1,204,224 行，25%，每秒 602,112 行，还需 0:06");
        assert_eq!(line(Seen { bytes: 0, ..seen }, gone, Lang::En), "1,204,224 rows read, 602,112 rows/s");
        assert_eq!(line(Seen { total: 0, ..seen }, gone, Lang::En), "1,204,224 rows read, 602,112 rows/s");
        assert_eq!((clock(3_725), grouped(0), grouped(1_000)), ("1:02:05".into(), "0".into(), "1,000".into()));
    }
}
