//! `wangge test`: cases that pass and fail, differences, coverage.

use super::Folder;

#[test]
fn passing_cases_and_coverage() {
    let folder = Folder::starter("en");
    let ran = folder.run(&["test", "plan"]).ends(0);
    insta::assert_snapshot!("test_passes", ran.out);
    folder.run(&["test", "plan/tests.yaml"]).ends(0);
    let zh = folder.run(&["test", "plan", "--lang", "zh"]).ends(0);
    assert!(zh.out.contains("通过 2 例，未通过 0 例"), "{zh:?}");
}

#[test]
fn differences_are_shown_at_their_line() {
    let folder = Folder::starter("en");
    folder.edit("plan/tests.yaml", "window: 2024-02, outcome: unmet", "window: 2024-02, outcome: met");
    folder.edit("plan/tests.yaml", "points: 80", "points: 81");
    let ran = folder.run(&["test", "plan"]).ends(1);
    insta::assert_snapshot!("test_fails", ran.out);
}

#[test]
fn what_a_case_may_expect() {
    let folder = Folder::starter("en");
    let case = |expect: &str| {
        format!(
            "- name: a\n  period: 2024-01\n  rows:\n    area: [{{id: A1}}]\n    shop:\n      - {{id: S1, area: A1, risk: high}}\n      \
             - {{id: S2, area: A1, risk: low, until: 2023-12-31}}\n    inspection: []\n  expect:\n{expect}"
        )
    };
    let unmet = "    findings:\n      - {rule: high_risk_monthly, subject: S1, outcome: unmet}\n";
    for (expect, passes) in [
        (unmet.to_owned(), true),
        (format!("{unmet}    only: true\n"), true),
        ("    only: true\n".to_owned(), false),
        ("    findings:\n      - {rule: low_risk_quarterly, outcome: not due}\n".to_owned(), true),
        ("    findings:\n      - {rule: high_risk_monthly, outcome: not due}\n".to_owned(), false),
        ("    findings:\n      - {rule: high_risk_monthly, window: 2024-02, outcome: unmet}\n".to_owned(), false),
        (
            "    findings:\n      - {rule: high_risk_monthly, outcome: unmet, measured: 0.0, required: [1]}\n"
                .to_owned(),
            true,
        ),
        ("    scores:\n      - {assessment: yearly, none: true}\n".to_owned(), true),
        ("    scores:\n      - {assessment: yearly, points: 1}\n".to_owned(), false),
        ("    effects:\n      - {kind: veto}\n".to_owned(), false),
        ("    effects:\n      - {kind: veto, none: true}\n".to_owned(), true),
    ] {
        folder.write("plan/tests.yaml", case(&expect));
        let ran = folder.run(&["test", "plan"]);
        assert_eq!(ran.code, i32::from(!passes), "{expect}{ran:#?}");
    }
}

#[test]
fn rows_without_a_source_leave_it_unknown() {
    let folder = Folder::starter("en");
    let case = |inspections: &str, outcome: &str| {
        format!(
            "- name: a\n  period: 2024-01\n  rows:\n    area: [{{id: A1}}]\n    shop: [{{id: S1, area: A1, risk: high}}]\n{inspections}  \
             expect:\n    findings: [{{rule: high_risk_monthly, outcome: {outcome}}}]\n"
        )
    };
    for (rows, outcome) in [
        ("    inspection: []\n", "unmet"),
        ("", "unknown"),
        ("    inspection: []\n  complete: {inspection: 2024-01-01..2024-01-20}\n", "unknown"),
        ("    inspection: []\n  complete: none\n", "unknown"),
        ("    inspection: []\n  complete: [2024-01-01..2024-01-20, 2024-01-21..2024-01-31]\n", "unmet"),
    ] {
        folder.write("plan/tests.yaml", case(rows, outcome));
        folder.run(&["test", "plan"]).ends(0);
    }
}

#[test]
fn mistakes_in_cases_are_errors_at_their_place() {
    for (from, to, says) in [
        ("risk: high}", "risk: hihg}", "risk"),
        ("area: A1, risk", "area: A7, risk", "A7"),
        ("shop: S1, on: 2024-01-31", "shop: S1, on: 2024-01-32", "2024-01-32"),
        ("period: 2024-01-01..2024-02-29", "period: 2024-99", "2024-99"),
        ("outcome: met, measured: 1", "outcome: done, measured: 1", "done"),
        ("inspection: [{shop", "inspektion: [{shop", "did you mean `inspection`?"),
        (
            "rule: high_risk_monthly, subject: S1, window: 2024-02",
            "rule: high_risk, subject: S1, window: 2024-02",
            "high_risk",
        ),
        ("  period: 2024-01-01..2024-02-29\n", "", "period"),
        ("  expect:\n", "  expects:\n", "did you mean `expect`?"),
    ] {
        let folder = Folder::starter("en");
        folder.edit("plan/tests.yaml", from, to);
        let ran = folder.run(&["test", "plan"]).ends(1);
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(says) && all.contains("tests.yaml:"), "{says}: {all}");
    }
    let folder = Folder::starter("en");
    folder.edit("plan/policy.wg", "every quarter", "every quater");
    let ran = folder.run(&["test", "plan"]).ends(1);
    assert!(ran.err.contains("policy.wg:"), "{ran:#?}");
    folder.run(&["test", "plan/data"]).ends(2);
    folder.run(&["test", "nowhere"]).ends(2);
}

#[test]
fn one_bad_case_does_not_stop_the_others() {
    let folder = Folder::starter("en");
    let tests = folder.read("plan/tests.yaml");
    folder.write(
        "plan/tests.yaml",
        format!(
            "- name: no period\n  expect: {{only: true}}\n- 7\n{tests}\n- {{name: idle, period: 2024, expect: {{}}}}\n"
        ),
    );
    let ran = folder.run(&["test", "plan"]).ends(1);
    for says in
        ["FAIL no period", "FAIL (without a name)", "FAIL idle", "the case expects nothing", "2 passed, 3 failed"]
    {
        assert!(ran.out.contains(says), "{says}: {ran:#?}");
    }
    let zh = folder.run(&["test", "plan", "--lang", "zh"]).ends(1);
    assert!(zh.out.contains("用例没有写预期结果") && zh.out.contains("通过 2 例，未通过 3 例"), "{zh:#?}");
    for empty in ["", "[]\n", "# nothing yet\n", "null\n"] {
        folder.write("plan/tests.yaml", empty);
        let ran = folder.run(&["test", "plan"]).ends(1);
        assert!(ran.err.contains("WG0840") && ran.err.contains("tests.yaml"), "{empty}: {ran:#?}");
        folder.run(&["check", "plan"]).ends(1);
    }
}

#[test]
fn results_as_junit() {
    let folder = Folder::starter("en");
    folder.edit("plan/tests.yaml", "points: 80", "points: 81");
    let ran = folder.run(&["test", "plan", "--format", "junit"]).ends(1);
    // Times differ from run to run.
    let timed = |text: &str| text.split("time=\"").skip(1).all(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    assert!(timed(&ran.out), "{}", ran.out);
    let times = ran.out.split("time=\"").map(|part| match part.split_once('"') {
        Some((time, rest)) if time.parse::<f64>().is_ok() => format!("time=\"...\"{rest}"),
        _ => part.to_owned(),
    });
    insta::assert_snapshot!("test_junit", times.collect::<String>());
    folder.write("plan/tests.yaml", ": [");
    let ran = folder.run(&["test", "plan", "--format", "junit", "--lang", "zh"]).ends(1);
    assert!(ran.out.contains("errors=\"1\"") && ran.out.contains("plan/tests.yaml:1:"), "{ran:#?}");
}

#[test]
fn rules_are_counted_where_they_are_declared() {
    let folder = Folder::new();
    let base = "policy base {\n    entity area { key id : text }\n    record walk { area : area at on : date }\n    \
                rule walks : each area has at least 1 walk every week\n    rule few : each area has at most 9 walk every week\n}\n";
    folder.write("base/p.wg", base);
    folder.write(
        "top/p.wg",
        "policy top {\n    extends base from \"../base/p.wg\"\n    rule more : each area has at least 2 walk every month\n}\n",
    );
    let case = |rule: &str| {
        format!(
            "- name: {rule}\n  period: 2024-W05\n  rows: {{area: [{{id: A}}], walk: [{{area: A, on: 2024-01-30}}]}}\n  expect:\n    \
             findings: [{{rule: {rule}, outcome: met}}]\n"
        )
    };
    folder.write("top/tests.yaml", case("walks"));
    let ran = folder.run(&["test", "top"]).ends(0);
    insta::assert_snapshot!("test_inherited", ran.out);
    folder.write("base/tests.yaml", case("few"));
    let ran = folder.run(&["test", "."]).ends(0);
    assert!(ran.out.contains("base: 2 of 2 rules exercised, 0 seen both met and unmet"), "{ran:#?}");
    assert!(ran.out.contains("top: 0 of 1 rules exercised"), "{ran:#?}");
}

#[test]
fn a_rule_whose_duties_lie_outside_the_run_is_exercised_by_the_score_that_counts_them() {
    let folder = Folder::new();
    folder.write(
        "plan/p.wg",
        "policy plan {\n    record case { key nr : text  at received : date }\n    record call { key id : text  at on : date  case : case  back : date optional }\n    \
         rule calls_back : each call reaches back within 5 days of on rest days stay\n    \
         assessment handling for each case out of 100 points {\n        \
         item prompt 100 points : share met calls_back nothing due full unknown unmet\n    }\n}\n",
    );
    folder.write(
        "plan/tests.yaml",
        "- name: the calls come after the run\n  period: 2024-01\n  as_of: 2024-03-31\n  complete: 2024\n  rows:\n    \
         case: [{nr: A, received: 2024-01-30}]\n    \
         call: [{id: 1, case: A, on: 2024-02-05, back: 2024-02-06}, {id: 2, case: A, on: 2024-02-10}]\n  expect:\n    \
         scores: [{assessment: handling, subject: A, points: 50}]\n",
    );
    let ran = folder.run(&["test", "plan"]).ends(0);
    assert!(ran.out.contains("calls_back: met 1, unmet 1, other 0"), "{ran:#?}");
}
