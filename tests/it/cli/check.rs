//! `wangge check`: what is printed for people and for programs, and how it ends.

use super::Folder;

const GOOD: &str = "policy p {\n    entity area { key id : text }\n    record walk { area : area at on : date }\n    \
                    rule walks cites A-1 : each area has at least 1 walk every week\n}\n";

#[test]
fn fine_policies_end_with_zero() {
    let folder = Folder::new();
    folder.write("p.wg", GOOD);
    let ran = folder.run(&["check", "p.wg"]).ends(0);
    assert_eq!(ran.out, "1 file checked: 0 errors, 0 warnings, 0 notes\n");
    let zh = folder.run(&["check", "p.wg", "--lang", "zh"]).ends(0);
    assert_eq!(zh.out, "已检查 1 个文件：错误 0 处，警告 0 处，提示 0 处\n");
    folder.run_with(&["check", "-"], GOOD).ends(0);
}

#[test]
fn errors_end_with_one_and_show_the_place() {
    let folder = Folder::new();
    folder.write("p.wg", GOOD.replace("1 walk", "1 wlak"));
    let ran = folder.run(&["check", "p.wg"]).ends(1);
    insta::assert_snapshot!("check_error_en", ran.out);
    let ran = folder.run(&["check", "p.wg", "--lang", "zh"]).ends(1);
    insta::assert_snapshot!("check_error_zh", ran.out);
    let ran = folder.run_with(&["check", "-"], "policy p { rule }").ends(1);
    assert!(ran.out.contains("<stdin>:1:"), "{ran:?}");
}

#[test]
fn people_are_shown_some_hundred_messages_and_told_how_many_more() {
    use wangge::limits::MESSAGES_SHOWN_MAX;
    let folder = Folder::new();
    let wrong = |count: usize| {
        let rules =
            (0..count).map(|at| format!("    rule x{at} cites A-1 : each area has at least 1 wlak every week\n"));
        format!("{}{}}}\n", GOOD.trim_end().trim_end_matches('}'), rules.collect::<String>())
    };
    folder.write("p.wg", wrong(MESSAGES_SHOWN_MAX));
    let ran = folder.run(&["check", "p.wg"]).ends(1);
    assert_eq!(ran.out.matches("WG0201").count(), MESSAGES_SHOWN_MAX);
    assert!(!ran.out.contains("more are not"), "{}", ran.out.lines().last().unwrap());
    folder.write("p.wg", wrong(MESSAGES_SHOWN_MAX + 1));
    let ran = folder.run(&["check", "p.wg"]).ends(1);
    assert_eq!(ran.out.matches("WG0201").count(), MESSAGES_SHOWN_MAX);
    let said = "the first 500 messages are shown, 1 more are not";
    assert!(
        ran.out.contains(said) && ran.out.contains("501 errors"),
        "{:?}",
        ran.out.lines().rev().take(3).collect::<Vec<_>>()
    );
    let ran = folder.run(&["check", "p.wg", "--format", "json"]).ends(1);
    assert_eq!(ran.out.matches("\"WG0201\"").count(), MESSAGES_SHOWN_MAX + 1);
}

#[test]
fn json_is_one_document() {
    let folder = Folder::new();
    folder.write("p.wg", GOOD.replace("1 walk", "1 wlak"));
    let ran = folder.run(&["check", "p.wg", "--format", "json"]).ends(1);
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let text = found.to_string();
    assert!(text.contains("WG0201") && text.contains("p.wg") && text.contains("error"), "{text}");
    folder.write("p.wg", GOOD);
    let ran = folder.run(&["check", "p.wg", "--format", "json"]).ends(0);
    serde_json::from_str::<serde_json::Value>(&ran.out).unwrap();
}

#[test]
fn warnings_are_denied_on_wish() {
    let folder = Folder::new();
    // A clause that nothing accounts for.
    folder.write("p.wg", GOOD.replace("policy p {", "policy p {\n    clauses A-1 to A-2"));
    let ran = folder.run(&["check", "p.wg"]).ends(0);
    assert!(ran.out.contains("1 warning"), "{ran:?}");
    folder.run(&["check", "p.wg", "--deny", "warnings"]).ends(1);
}

#[test]
fn a_bad_policy_is_told_once_and_not_at_each_of_its_cases() {
    let folder = Folder::new();
    folder.write("p.wg", GOOD.replace("1 walk", "1 wlak"));
    folder.write(
        "tests.yaml",
        "- {name: one, period: 2024, expect: {only: true}}\n- {name: two, period: 2024, expect: {only: true}}\n",
    );
    let ran = folder.run(&["check", "."]).ends(1);
    assert_eq!(ran.out.matches("has errors, so its tests cannot run").count(), 1, "{ran:?}");
    assert!(ran.out.ends_with("2 files checked: 2 errors, 0 warnings, 0 notes\n"), "{ran:?}");
}

#[test]
fn a_folder_is_read_with_its_manifests_and_tests() {
    let folder = Folder::starter("en");
    let ran = folder.run(&["check", "plan"]).ends(0);
    assert!(ran.out.starts_with("3 files checked"), "{ran:?}");
    folder.edit(
        "plan/tests.yaml",
        "rule: high_risk_monthly, subject: S1, window: 2024-01",
        "rule: hihg_risk_monthly, subject: S1, window: 2024-01",
    );
    folder.edit("plan/manifest.yaml", "kind: complaint", "kind: complain");
    let ran = folder.run(&["check", "."]).ends(1);
    assert!(ran.out.contains("tests.yaml:9:") && ran.out.contains("did you mean `high_risk_monthly`?"), "{ran:#?}");
    assert!(ran.out.contains("manifest.yaml:") && ran.out.contains("did you mean `complaint`?"), "{ran:#?}");
    assert!(ran.out.contains("2 errors"), "{ran:#?}");
}

#[test]
fn what_is_not_there_is_two() {
    let folder = Folder::new();
    assert!(folder.run(&["check", "gone.wg"]).ends(2).out.contains("cannot read `gone.wg`"));
    assert!(folder.run(&["check", "gone"]).ends(2).out.contains("gone"));
    // What can be read is checked all the same, and every format is a whole document.
    folder.write("bad.wg", "policy p { rule r : }");
    folder.write("bytes.wg", [b'p', 0xE4, b'}']);
    for format in ["human", "json", "sarif", "junit", "github"] {
        let ran = folder.run(&["check", "gone", "bytes.wg", "bad.wg", "--format", format]).ends(2);
        for code in ["WG0907", "WG0100"] {
            assert!(ran.out.contains(code), "{format}: {ran:#?}");
        }
    }
    folder.run(&["check", "bytes.wg", "bad.wg"]).ends(1);
    folder.run(&["check"]).ends(2);
}

#[test]
fn texts_that_are_no_policies_are_refused_kindly() {
    let folder = Folder::new();
    folder.write("binary.wg", [0u8, 159, 146, 150]);
    folder.write("cut.wg", &GOOD[..GOOD.len() / 2]);
    folder.write("deep.wg", format!("policy p {{ param x : number = {}1{} }}", "(".repeat(20_000), ")".repeat(20_000)));
    folder.write("open.wg", "policy p { /* ");
    folder.write("text.wg", "这不是政策\n");
    for name in ["binary.wg", "cut.wg", "deep.wg", "open.wg", "text.wg"] {
        let ran = folder.run(&["check", name]).ends(1);
        assert!(ran.out.contains(name) || ran.err.contains(name), "{name}: {ran:#?}");
    }
    folder.write("empty.wg", "");
    assert!(folder.run(&["check", "empty.wg"]).ends(1).out.contains("WG0114"));
    folder.run_with(&["check", "-"], "").ends(1);
}

#[test]
fn a_folder_without_policies_is_two() {
    let folder = Folder::new();
    folder.write("data/rows.csv", "a,b\n");
    for path in [".", "data"] {
        let ran = folder.run(&["check", path]).ends(2);
        assert!(ran.err.contains("nothing to check") && ran.err.contains("*.wg") && ran.out.is_empty(), "{ran:#?}");
        let zh = folder.run(&["check", path, "--lang", "zh", "--format", "json"]).ends(2);
        assert!(zh.err.contains("此处没有可检查的文件"), "{zh:#?}");
    }
}

/// One policy with a Chinese line through every format, as the program prints them.
#[test]
fn formats_for_programs() {
    let folder = Folder::new();
    folder.write(
        "政策/p 1.wg",
        "政策 p {\n    条款 A-1 至 A-2\n    规则 甲 依据 A-1：每个 网格 每周 至少 1 次 巡查\n}\n",
    );
    for (format, ends) in [("sarif", 1), ("junit", 1), ("github", 1), ("json", 1)] {
        let ran = folder.run(&["check", ".", "--format", format, "--lang", "zh"]).ends(ends);
        assert_eq!(ran.err, "");
        let text = match format {
            "sarif" => {
                let log: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
                let mut results = log["runs"][0]["results"].clone();
                for result in results.as_array_mut().unwrap() {
                    // Its place in the catalogue changes with every new code.
                    assert!(result.as_object_mut().unwrap().remove("ruleIndex").is_some());
                }
                serde_json::to_string_pretty(&results).unwrap()
            }
            _ => ran.out,
        };
        insta::assert_snapshot!(format!("check_{format}_zh"), text);
    }
    // From outside, the folder is named and the place is the same.
    let whole = folder.path("政策").display().to_string();
    let ran = folder.run(&["check", &whole, "--format", "github"]).ends(1);
    assert!(ran.out.starts_with("::warning file=政策/p 1.wg,line=2,"), "{ran:#?}");
    folder.write("政策/p 1.wg", "政策 p { }\n");
    assert_eq!(folder.run(&["check", ".", "--format", "github"]).ends(0).out, "");
    assert!(folder.run(&["check", ".", "--format", "junit"]).ends(0).out.contains("failures=\"0\""));
}

/// What `score` refuses of a manifest before it reads a record, `check` refuses as well.
#[test]
fn what_score_refuses_is_refused_here() {
    let twice = "  - kind: inspection\n    files: data/../data/inspections.csv\n  - kind: complaint";
    for (from, to, word) in [
        ("files: data/inspections.csv", "files: data/inspections.csv\n    sheet: one", "`sheet` says nothing"),
        (
            "files: data/inspections.csv",
            "files: data/inspections.csv\n    format: json\n    header_row: 2",
            "`header_row`",
        ),
        ("files: data/inspections.csv", "files: data/inspections", "the format of `data/inspections` cannot be told"),
        ("files: data/inspections.csv", "files: \"data/***.csv\"", "is not a pattern of file names"),
        ("  - kind: complaint", twice, "would count twice"),
        ("period: 2024\n", "period: 1900-01-01..2199-12-31\n", ""),
    ] {
        let folder = Folder::starter("en");
        folder.edit("plan/manifest.yaml", from, to);
        if word.is_empty() {
            let daily = "has at least 1 inspection every day";
            folder.edit("plan/policy.wg", "has at least 1 inspection every month", daily);
        }
        let scored = folder.run(&["score", "plan/manifest.yaml"]).ends(1).err;
        let checked = folder.run(&["check", "plan/manifest.yaml"]).ends(1).out;
        let word = if word.is_empty() { "windows in the period, more than" } else { word };
        assert!(scored.contains(word) && checked.contains(word), "{word}: {scored}{checked}");
    }
    // A policy that leaves a calendar to data which the manifest does not name.
    let folder = Folder::starter("en");
    folder.edit(
        "plan/policy.wg",
        "    param answer_days : number days = 15 cites P-3",
        "    calendar work from data\n    param answer_days : number workdays = 15 cites P-3",
    );
    folder.edit("plan/policy.wg", "of received rest days stay", "of received by calendar work");
    let scored = folder.run(&["score", "plan/manifest.yaml"]).ends(1).err;
    let checked = folder.run(&["check", "plan/manifest.yaml"]).ends(1).out;
    assert!(
        scored.contains("calendar `work` has no days") && checked.contains("calendar `work` has no days"),
        "{scored}{checked}"
    );
    // Data need not be at hand.
    let folder = Folder::starter("en");
    std::fs::remove_dir_all(folder.path("plan/data")).unwrap();
    folder.run(&["check", "plan/manifest.yaml"]).ends(0);
}

#[test]
fn a_misspelt_key_that_must_be_there_is_told_once() {
    let folder = Folder::starter("en");
    folder.edit("plan/manifest.yaml", "policies: policy.wg", "polices: policy.wg");
    let out = folder.run(&["check", "plan/manifest.yaml"]).ends(1).out;
    assert!(out.contains("unknown key `polices`") && out.contains("did you mean `policies`?"), "{out}");
    assert!(out.contains("1 error,") && !out.contains("is missing"), "{out}");
    // One that is only missing is told as such.
    folder.edit("plan/manifest.yaml", "polices: policy.wg", "zzz: policy.wg");
    let out = folder.run(&["check", "plan/manifest.yaml"]).ends(1).out;
    assert!(out.contains("`policies` is missing") && out.contains("unknown key `zzz`"), "{out}");
}

/// Each kind of reader of a result of other periods has its own way out.
#[test]
fn helps_name_the_way_that_there_is() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2024-01-01
        entity shop { key id : text  opened : date  moved : date }
        record visit { key id : text  at day : date  shop : shop }
        assessment monthly for each shop every month { item one 100 points : full }
        assessment yearly for each shop every year { item one 100 points : points points of monthly }
        assessment daily for each shop every day { item one 100 points : points points of monthly }
        assessment visits for each visit { item one 100 points : points points of monthly via shop }
        measure since for shop = max(opened, moved)
        measure ahead for shop = min(opened, moved)
        reward bounty for each visit every month { pay 50 yuan } }";
    folder.write("p.wg", policy);
    let out = folder.run(&["check", "p.wg"]).ends(1).out;
    for part in [
        "take it over its periods: `average points of monthly over periods of monthly missing excluded`",
        "no period of `monthly` lies within one here",
        "turn it round: an assessment with periods reads the results of the records, `average points of visits over visit`",
        "the later of two dates `a` and `b` is `if a > b then a else b`",
        "the earlier of two dates `a` and `b` is `if a < b then a else b`",
        "pay 50 yuan per visit where ...",
    ] {
        assert!(out.contains(part), "no `{part}` in\n{out}");
    }
}
