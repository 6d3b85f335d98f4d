//! Evidence: the rows that lead to a subject.

use super::*;
use wangge::data::evidence::{EvidenceQuery, find_evidence};
use wangge::model::{Acting, Day, Link, SourcePart};

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
    let day = |d| Day::from_ymd(2024, 1, d).unwrap();
    let part = |kind, link: &Link| SourcePart {
        kind,
        link: link.clone(),
        acting: Acting::InPerson,
        filter: None,
        first: None,
        year_field: None,
        day_starts: 0,
    };
    let (grid, one, own, whole) =
        (part(kind, &to_grid), part(kind, &to_household), part(household, &own), part(kind, &Link::Whole));
    fn ask<'q>(part: &'q SourcePart, subject: &'q str, from: Option<Day>, to: Option<Day>) -> EvidenceQuery<'q> {
        EvidenceQuery {
            taken: None,
            acting: None,
            policy: 0,
            part,
            subject,
            from,
            to,
            lasting: false,
            limit: 10,
            of_rows: None,
            stretch: None,
            spaced: None,
            values: Vec::new(),
            beside: None,
            margin_days: 0,
            itself: false,
        }
    }
    let queries = [
        ask(&grid, "G1", None, None),
        // Household 3 belongs to G2 up to the 15th.
        ask(&grid, "G2", None, None),
        ask(&one, "3", Some(day(1)), Some(day(6))),
        ask(&one, "3", Some(day(6)), Some(day(9))),
        ask(&own, "G1", Some(day(1)), Some(day(11))),
        EvidenceQuery { limit: 1, ..ask(&whole, "甲镇", None, None) },
    ];
    let observation = observe(&setup, 1).unwrap();
    let answers = find_evidence(&setup, &observation, &queries).unwrap();
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
            // The policy declares no whole that they could count for.
            "0 ",
        ]
    );
    let fields: Vec<String> =
        answers[1].rows[0].fields.iter().map(|f| format!("{}={}", f.name, f.value.en.escape_debug())).collect();
    assert_eq!(fields.join(" "), "编号=V3 日期=2024-01-05 住户=3 结果=见面 备注=两\\n行 关注=老人;儿童");
}
