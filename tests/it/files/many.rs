//! More subjects than one thread takes at a time: the number of threads changes nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;

use wangge::engine::batch::{Batch, Column, Texts, Values};
use wangge::engine::{Ledger, RegistersBuilder, judge_on, plain_rules};
use wangge::model::{AsOf, Day, FindingFilter, Id, Period, RuleId};
use wangge::program::{Program, RunSpec};

use crate::property::check;

const SUBJECTS: i32 = 40_000;

fn texts(values: impl Iterator<Item = String>) -> Values<'static> {
    let mut texts = Texts::empty();
    values.for_each(|value| texts.push(value.as_bytes()));
    Values::Text(texts)
}

#[test]
fn many_subjects_are_judged_alike_on_any_number_of_threads() {
    let policy = check(
        "policy P {
            entity area { key id : text }
            record walk { area : area  at on : date }
            rule weekly : each area has at least 2 walk every week
            assessment rating for each area every month { item walks 10 points : share met weekly nothing due full unknown excluded }
        }",
    )
    .expect("a policy");
    let period = Period::parse("2024-01").expect("a period");
    let kinds = ["area", "walk"].map(|name| policy.kind_named(name).expect("a kind"));
    let coverage = BTreeMap::from(kinds.map(|kind| (kind, vec![period.window])));
    let spec =
        RunSpec { period, as_of: AsOf::day(period.window.end), coverage, calendars: BTreeMap::new(), any_as_of: false };
    let program = Program::compile(&policy, &spec).expect("a program");
    let plain = |values| Some(Column { valid: None, values });
    // Every 97th area has two lives, and is judged in the general way.
    let ids: Vec<i32> = (0..SUBJECTS).flat_map(|n| if n % 97 == 0 { vec![n, n] } else { vec![n] }).collect();
    let second = |at: usize| at > 0 && ids[at - 1] == ids[at];
    let cut = Day::parse("2024-01-11").expect("a day").0;
    let since = (0..ids.len()).map(|at| if second(at) { cut } else { cut - 300 });
    let until = (0..ids.len()).map(|at| if ids.get(at + 1) == Some(&ids[at]) { cut - 1 } else { cut + 300 });
    let areas = Batch {
        kind: kinds[0],
        row_count: ids.len(),
        columns: vec![plain(texts(ids.iter().map(|n| format!("A{n}"))))],
        since: plain(Values::Day(Cow::Owned(since.collect()))),
        until: plain(Values::Day(Cow::Owned(until.collect()))),
    };
    let mut builder = RegistersBuilder::new(&program);
    assert!(builder.add(&areas).is_empty());
    let (registers, _) = builder.freeze();
    let rows: Vec<(i32, i32)> =
        (0..SUBJECTS).flat_map(|n| (0..n % 5).map(move |k| (n, cut - 8 + (n * 7 + k * 3) % 20))).collect();
    let walks = Batch {
        kind: kinds[1],
        row_count: rows.len(),
        columns: vec![
            plain(texts(rows.iter().map(|(n, _)| format!("A{n}")))),
            plain(Values::Day(Cow::Owned(rows.iter().map(|(_, day)| *day).collect()))),
        ],
        since: None,
        until: None,
    };
    let mut ledger = Ledger::new(&program, &registers);
    let observed = ledger.observe(&program, &registers, &walks).expect("numbers that fit");
    assert_eq!((observed.by_column > 0, observed.by_row), (true, 0));
    assert_eq!(plain_rules(&program, &registers, &ledger).expect("a run"), [RuleId::from_index(0)]);
    let run = |threads: usize| {
        let mut findings = Vec::new();
        let see = &mut |finding: &wangge::model::Finding| findings.push(finding.clone());
        let results = judge_on(threads, &program, &registers, &ledger, FindingFilter::All, see).expect("a run");
        (findings, results)
    };
    let one = run(1);
    assert!(one.0.len() > 3 * usize::try_from(SUBJECTS).expect("small"));
    assert!([2, 8].into_iter().all(|threads| run(threads) == one));
}
