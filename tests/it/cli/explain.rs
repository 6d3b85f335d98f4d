//! `wangge explain`: from a score to its records, why and why not, in both languages.

use super::Folder;

#[test]
fn from_a_score_to_its_records() {
    let folder = Folder::starter("en");
    let ran = folder.run(&["explain", "plan/manifest.yaml", "--subject", "A2"]).ends(0);
    insta::assert_snapshot!("explain_area_en", ran.out);
    assert_eq!(ran.err, "");
}

#[test]
fn one_rule_of_one_subject_in_chinese() {
    let folder = Folder::starter("zh");
    let ran =
        folder.run(&["explain", "plan/manifest.yaml", "--subject", "S4", "--rule", "低风险每季检查", "--lang", "zh"]);
    insta::assert_snapshot!("explain_rule_zh", ran.ends(0).out);
    let ran =
        folder.run(&["explain", "plan/manifest.yaml", "--subject", "S4", "--rule", "高风险每月检查", "--lang", "zh"]);
    assert!(ran.ends(0).out.contains("没有应办事项：对象不在该规则的适用范围内"));
}

#[test]
fn vetoes_show_their_decisions_and_points_stay() {
    let folder = Folder::starter("en");
    folder.write(
        "plan/data/veto_decisions.csv",
        "area,decided,authority\nA1,2024-05-02,office\nA1,2024-05-03,\nA1,2023-12-31,office\n",
    );
    let out = folder.run(&["explain", "plan/manifest.yaml", "--subject", "A1", "--assessment", "yearly"]).ends(0).out;
    assert!(out.contains("100.00 of 100 points, grade failed, vetoed by accident"), "{out}");
    assert!(out.contains("veto_decision 2024-01-01..2024-12-31: 2 on file, 1 counts"), "{out}");
    assert!(out.contains("veto_decisions.csv:2: area = A1, decided = 2024-05-02, authority = office\n"), "{out}");
    assert!(
        out.contains(
            "veto_decisions.csv:3: area = A1, decided = 2024-05-03 [does not count: it needs authority known]"
        ),
        "{out}"
    );
    assert!(!out.contains("veto_decisions.csv:4"), "{out}");
}

#[test]
fn what_is_unknown_says_what_is_missing() {
    let folder = Folder::starter("en");
    folder.edit(
        "plan/manifest.yaml",
        "files: data/inspections.csv\n    complete: period",
        "files: data/inspections.csv\n    complete: 2024-01-01..2024-06-30",
    );
    folder.edit("plan/policy.wg", "param answer_days : number days = 15", "param answer_days : number days = open");
    let explain = |subject: &str, rule: &str| {
        folder.run(&["explain", "plan/manifest.yaml", "--subject", subject, "--rule", rule]).ends(0).out
    };
    let out = explain("S3", "high_risk_monthly");
    assert!(
        out.contains("S3 2024-07-01..2024-07-31 unknown: found 0, needed at least 1: 1 missing; the records of `inspection` are not said to be complete for 2024-07-01 to 2024-07-31"),
        "{out}"
    );
    let out = explain("C4", "answered_in_time");
    assert!(out.contains("unknown") && out.contains("parameter `answer_days` is open"), "{out}");
}

#[test]
fn names_that_are_not_there_are_usage() {
    let folder = Folder::starter("en");
    let explain = |args: &[&str]| {
        let mut all = vec!["explain", "plan/manifest.yaml"];
        all.extend(args);
        folder.run(&all).ends(2).err
    };
    assert!(explain(&["--subject", "A9"]).contains("`A9`"));
    assert!(explain(&["--subject", "A1", "--rule", "high_risk_monthl"]).contains("did you mean `high_risk_monthly`?"));
    assert!(explain(&["--subject", "A1", "--assessment", "weekly"]).contains("`weekly`"));
    explain(&[]);
}

#[test]
fn explaining_changes_nothing() {
    let folder = Folder::starter("en");
    folder.run(&["score", "plan/manifest.yaml", "--out", "a"]).ends(0);
    folder.run(&["explain", "plan/manifest.yaml", "--subject", "A1"]).ends(0);
    folder.run(&["score", "plan/manifest.yaml", "--out", "b"]).ends(0);
    for name in ["findings.csv", "scores.csv", "items.csv"] {
        assert_eq!(folder.read(&format!("a/{name}")), folder.read(&format!("b/{name}")));
    }
    assert_eq!(folder.names("."), ["a", "b", "plan"]);
}

/// A street's work: awards, prizes, counters, rewards with ceilings, waivers, stand-ins, extensions, stops.
pub(super) fn street() -> Folder {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cli/street");
    let folder = Folder::new();
    for name in std::fs::read_dir(&from).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        folder.write(&name, std::fs::read(from.join(&name)).unwrap());
    }
    folder
}

#[test]
fn results_of_other_periods_prizes_awards_and_vetoes() {
    let folder = street();
    let explain = |args: &[&str]| {
        let mut all = vec!["explain", "manifest.yaml"];
        all.extend(args);
        folder.run(&all).ends(0).out
    };
    insta::assert_snapshot!("explain_yearly_en", explain(&["--subject", "A", "--assessment", "yearly"]));
    insta::assert_snapshot!(
        "explain_vetoed_zh",
        explain(&["--subject", "C", "--assessment", "yearly", "--lang", "zh"])
    );
    insta::assert_snapshot!("explain_won_zh", explain(&["--subject", "B", "--assessment", "yearly", "--lang", "zh"]));
    let monthly = ["--assessment", "monthly", "--period", "2024-02"];
    insta::assert_snapshot!("explain_monthly_en", explain(&[&["--subject", "A"], &monthly[..]].concat()));
}

#[test]
fn waivers_stand_ins_and_terms() {
    let folder = street();
    let explain = |args: &[&str]| {
        let mut all = vec!["explain", "manifest.yaml"];
        all.extend(args);
        folder.run(&all).ends(0).out
    };
    for lang in ["en", "zh"] {
        let clean = explain(&["--subject", "A", "--rule", "clean", "--lang", lang]);
        insta::assert_snapshot!(format!("explain_waived_{lang}"), clean);
        let cases =
            ["K1", "K2", "K3", "K4"].map(|case| explain(&["--subject", case, "--rule", "close", "--lang", lang]));
        insta::assert_snapshot!(format!("explain_terms_{lang}"), cases.concat());
        insta::assert_snapshot!(format!("explain_worker_{lang}"), explain(&["--subject", "W1", "--lang", lang]));
    }
}

#[test]
fn one_record_is_deducted_once_and_the_line_says_which_took_it() {
    let folder = Folder::starter("en");
    folder.edit(
        "plan/policy.wg",
        "        veto accident",
        "        deduct two : 2 points per complaint\n        deduct one : 1 point per complaint\n        veto accident",
    );
    let ran = folder.run(&["explain", "plan/manifest.yaml", "--subject", "A2", "--assessment", "yearly"]);
    assert!(ran.ends(0).out.contains("[does not count here: two deducts it]"));
}

/// The example of docs/OUTPUT.md is what the program prints.
#[test]
fn the_example_in_the_docs_is_true() {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OUTPUT.md")).unwrap();
    for (lang, args) in [
        ("en", ["--subject", "S4", "--rule", "low_risk_quarterly", "--lang", "en"]),
        ("zh", ["--subject", "S4", "--rule", "低风险每季检查", "--lang", "zh"]),
    ] {
        let folder = Folder::starter(lang);
        let mut all = vec!["explain", "plan/manifest.yaml"];
        all.extend(args);
        let out = folder.run(&all).ends(0).out;
        let shown = docs.split(&format!("```text {lang}\n")).nth(1).and_then(|rest| rest.split("```").next());
        let shown = shown.unwrap_or_else(|| panic!("docs/OUTPUT.md has no example in {lang}:\n{out}"));
        let missing = shown.lines().find(|line| *line != "..." && !out.lines().any(|printed| printed == *line));
        assert_eq!(missing, None, "{out}");
    }
}
