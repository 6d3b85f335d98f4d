//! The workday calendar of China that ships with the vocabularies: counts of each year and days that are well known.

use std::path::Path;

use wangge::data::load::read_text;
use wangge::model::calendar::WorkCalendar;
use wangge::model::{Day, Policy};
use wangge::source::Sources;

const USES_IT: &str = "policy p { use 国家工作日历 }";

/// Workdays of each year from 2004: from a second source, not from the file.
const WORKDAYS: [usize; 23] =
    [252, 250, 251, 249, 251, 250, 250, 250, 249, 250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248];

fn policy() -> Policy {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/vocabularies/workdays-cn.wg");
    let mut sources = Sources::default();
    let mut files = Vec::new();
    for text in [read_text(&path).expect("the calendar"), USES_IT.to_owned()] {
        let id = sources.add("case.wg", text.as_str());
        let (file, diagnostics) = wangge::syntax::parse(id, &text);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        files.push((id, file));
    }
    let checked = wangge::check::check(&files, &sources);
    checked.policies.into_iter().next().unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn calendar(policy: &Policy) -> &WorkCalendar {
    policy.calendars.iter().find_map(|c| c.days.as_ref()).expect("days")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

#[test]
fn workdays_of_each_year() {
    let policy = policy();
    let calendar = calendar(&policy);
    assert_eq!((calendar.first(), calendar.last()), (day("2004-01-01"), day("2026-12-31")));
    for (year, expected) in (2004..).zip(WORKDAYS) {
        let (first, last) = (day(&format!("{year}-01-01")), day(&format!("{year}-12-31")));
        let count = (first.0..=last.0).filter(|d| calendar.is_workday(Day(*d)) == Some(true)).count();
        assert_eq!(count, expected, "{year}");
    }
}

#[test]
fn days_that_are_well_known() {
    let policy = policy();
    let calendar = calendar(&policy);
    // A range, and whether its days are workdays.
    let known = [
        ("2004-01-01", "2004-01-01", false),
        // The last golden week of May, and the first May without one.
        ("2007-05-01", "2007-05-07", false),
        ("2008-05-05", "2008-05-07", true),
        // Qingming, Dragon Boat and Mid-Autumn are days off since 2008.
        ("2007-04-05", "2007-04-05", true),
        ("2008-04-04", "2008-04-06", false),
        // The seventieth anniversary.
        ("2015-09-03", "2015-09-05", false),
        ("2015-09-06", "2015-09-06", true),
        // Spring Festival of 2020: prolonged to 2 February, so 1 February is no make-up day any more.
        ("2020-01-19", "2020-01-19", true),
        ("2020-01-24", "2020-02-02", false),
        ("2020-02-03", "2020-02-03", true),
        ("2024-02-04", "2024-02-04", true),
        ("2024-02-09", "2024-02-09", true),
        ("2024-02-10", "2024-02-17", false),
        ("2024-02-18", "2024-02-18", true),
        ("2025-01-28", "2025-02-04", false),
        ("2025-10-01", "2025-10-08", false),
        ("2026-02-15", "2026-02-23", false),
        ("2026-10-10", "2026-10-10", true),
    ];
    for (first, last, working) in known {
        for at in day(first).0..=day(last).0 {
            assert_eq!(calendar.is_workday(Day(at)), Some(working), "{}", Day(at));
        }
    }
    assert_eq!(calendar.is_workday(day("2003-12-31")), None);
    assert_eq!(calendar.is_workday(day("2027-01-01")), None);
}
