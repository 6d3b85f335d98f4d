//! Evidence: the rows that lead to a subject.

use super::*;
use wangge::data::evidence::{EvidenceQuery, find_evidence};
use wangge::model::{Day, Link, Window};

#[test]
fn rows_are_found_through_the_register_of_their_day() {
    let folder = folder(&[]);
    let setup = load(folder.path(), &RunOptions::default()).unwrap();
    let policy = &setup.policies[0];
    let kind = policy.kind_named("走访").unwrap();
    let household = policy.kind_named("住户").unwrap();
    let field = |kind, name| policy.kinds[kind].field_named(name).unwrap();
    let to_grid = Link::Path { path: vec![field(kind, "住户"), field(household, "网格")], ancestors: false };
    let to_household = Link::Path { path: vec![field(kind, "住户")], ancestors: false };
    let own = Link::Path { path: vec![field(household, "网格")], ancestors: false };
    let all = Link::Whole;
    let day = |d| Day::from_ymd(2024, 1, d).unwrap();
    let ask = |kind, link, subject, window| EvidenceQuery { policy: 0, kind, link, subject, window, limit: 10 };
    let queries = [
        ask(kind, &to_grid, "G1", None),
        // Household 3 belongs to G2 up to the 15th.
        ask(kind, &to_grid, "G2", None),
        ask(kind, &to_household, "3", Some(Window { start: day(1), end: day(6) })),
        ask(kind, &to_household, "3", Some(Window { start: day(6), end: day(9) })),
        ask(household, &own, "G1", Some(Window { start: day(1), end: day(11) })),
        EvidenceQuery { limit: 1, ..ask(kind, &all, "甲镇", None) },
    ];
    let answers = find_evidence(&setup, &queries).unwrap();
    let shown: Vec<String> = (answers.iter())
        .map(|answer| {
            let rows = answer.rows.iter().map(|row| format!("{}:{} {}", row.file, row.line, row.at));
            format!("{} {}", answer.total, rows.collect::<Vec<_>>().join(", "))
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2 visits/a.csv:2 2024-01-03T09:00:00, visits/a.csv:3 2024-01-04",
            "1 visits/b.csv:2 2024-01-05",
            "1 visits/b.csv:2 2024-01-05",
            "0 ",
            "2 households.csv:2 , households.csv:3 ",
            "3 visits/a.csv:2 2024-01-03T09:00:00",
        ]
    );
    let fields: Vec<String> =
        answers[1].rows[0].fields.iter().map(|(n, v)| format!("{n}={}", v.escape_debug())).collect();
    assert_eq!(fields.join(" "), "编号=V3 日期=2024-01-05 住户=3 结果=见面 备注=两\\n行 关注=老人;儿童");
}
