//! Random frames by weekday, season and year, rolling frames, states that are kept.

use super::expression::{Known, w_pick};
use super::words::Words;

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub fn frame(w: &mut Words, known: &Known) -> String {
    match w.below(9) {
        0 => weekdays(w, true),
        1 | 2 => weekdays(w, false),
        3 => {
            let (from, to) = (month_day(w), month_day(w));
            if w.chance(60) {
                format!("{}{}{from}{}{to}", w.kw("every_year"), w.kw("from"), w.kw("to"))
            } else {
                format!("{}{}{to}", w.kw("every_year"), w.kw("by_date"))
            }
        }
        4..=6 => {
            let unit = w_pick(w, &["days", "days", "weeks", "months", "years"]);
            let count = match unit {
                "days" => w.range(1, 20),
                "years" => 1,
                _ => w.range(1, 3),
            };
            let rolling = format!("{}{count}{}", w.kw("within_any"), w.kw(unit));
            beside(w, rolling, known)
        }
        _ => {
            let allowed = if w.chance(60) {
                let how = w_pick(w, &["in_a_row", "in_all"]);
                format!("{}{}{}{}{}", w.kw("at_most"), w.range(1, 9), w.kw("days"), w.kw("without"), w.kw(how))
            } else {
                String::new()
            };
            let throughout = format!("{}{allowed}", w.kw("throughout"));
            beside(w, throughout, known)
        }
    }
}

/// A daily frame alone, in a season, or in the windows of a unit.
fn beside(w: &mut Words, daily: String, _known: &Known) -> String {
    match w.below(6) {
        0 | 1 => {
            let unit = w_pick(w, &["every_week", "every_month", "every_quarter"]);
            let unit = w.kw(unit);
            if w.chance(50) { format!("{unit}{daily}") } else { format!("{daily}{unit}") }
        }
        2 => format!("{daily}{}", season(w)),
        _ => daily,
    }
}

fn weekdays(w: &mut Words, week: bool) -> String {
    let nths = ["nth_1", "nth_2", "nth_3", "nth_4", "nth_5", "nth_last"];
    let mut picks: Vec<(usize, &str)> =
        (0..w.range(1, 3)).map(|_| (w.below(nths.len()), w_pick(w, &WEEKDAYS))).collect();
    picks.sort_unstable();
    if week {
        picks.iter_mut().for_each(|pick| pick.0 = 0);
        picks.sort_unstable();
    }
    picks.dedup();
    let days: Vec<String> = (picks.iter())
        .map(|(nth, day)| if week { w.kw(day) } else { format!("{}{}", w.kw(nths[*nth]), w.kw(day)) })
        .collect();
    let unit =
        if week { "every_week" } else { w_pick(w, &["every_month", "every_month", "every_quarter", "every_year"]) };
    let (unit, days) = (w.kw(unit), w.list(&days));
    if w.english() { format!(" on {days} of {unit}") } else { format!(" 逢 {unit}{days}") }
}

pub fn season(w: &mut Words) -> String {
    let (from, to) = (month_day(w), month_day(w));
    format!("{}{from}{}{to}", w.kw("in_season"), w.kw("to"))
}

fn month_day(w: &mut Words) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = w.range(1, 12);
    let day = *w.pick(&[1, 15, 16, 28, 29, 30, 11]);
    let day = if month == 2 { day.min(29) } else { day };
    match w.below(3) {
        0 => format!(" {month}-{day} "),
        1 => format!(" {month}月{day}日 "),
        _ => format!(" {day} {} ", MONTHS[usize::try_from(month - 1).expect("a month")]),
    }
}

/// Hours of the day that a time lies in; over midnight only where it may be.
pub fn hours(w: &mut Words, over_midnight: bool) -> String {
    match w.below(3) {
        0 => format!("{}{}", w.kw("on_clock"), w.name("时钟")),
        1 if over_midnight => format!("{}{}", w.kw("on_clock"), w.name("夜钟")),
        1 => format!("{} {:02}:00 {} {}:30 ", w.kw("between"), w.range(0, 9), w.kw("between_and"), w.range(9, 23)),
        _ if over_midnight => night(w),
        _ => format!("{} 06:00 {} 24:00 ", w.kw("between"), w.kw("between_and")),
    }
}

/// Hours over midnight.
pub fn night(w: &mut Words) -> String {
    format!("{} {}:00 {} 0{}:15 ", w.kw("between"), w.range(12, 23), w.kw("between_and"), w.range(0, 9))
}

/// At what time days start.
pub fn day_starts(w: &mut Words) -> String {
    let time = *w.pick(&["00:00", "06:00", "06:00", "08:30", "12:00", "23:59"]);
    format!("{} {time} ", w.kw("day_starts"))
}

/// Which of the records in order count.
pub fn thin(w: &mut Words, pooled: bool) -> String {
    let mut text = String::new();
    if pooled && w.chance(60) {
        text += &w.kw("alternating");
        if w.chance(50) {
            return text;
        }
    }
    let unit = w_pick(w, &["hours", "days", "days", "weeks", "months", "minutes"]);
    let count = match unit {
        "minutes" => w.range(0, 5_000),
        "hours" => w.range(0, 200),
        "days" => w.range(0, 15),
        _ => w.range(0, 2),
    };
    let bound = w_pick(w, &["at_least", "more_than"]);
    text + &format!("{}{}{count}{}", w.kw("spaced"), w.kw(bound), w.kw(unit))
}
