//! `wangge score`: files byte for byte, flags, refusals.

use super::Folder;

const FILES: [&str; 8] =
    ["effects.csv", "findings.csv", "items.csv", "measures.csv", "rejects.csv", "rules.csv", "run.json", "scores.csv"];

#[test]
fn all_files_as_the_contract_names_them() {
    let folder = Folder::starter("en");
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(0);
    insta::assert_snapshot!("score_terminal_en", ran.out);
    assert_eq!(ran.err, "");
    assert_eq!(folder.names("out"), FILES);
    assert_eq!(
        folder.read("out/findings.csv"),
        "policy,rule,cites,subject,window_start,window_end,outcome,measured,required,strength\n\
         my_plan,answered_in_time,P-3,C3,2024-06-03,2024-06-18,unmet,2024-06-19,2024-06-18,must\n\
         my_plan,answered_in_time,P-3,C4,2024-10-08,2024-10-23,unmet,,2024-10-23,must\n\
         my_plan,high_risk_monthly,P-1,S3,2024-02-01,2024-02-29,unmet,0,1,must\n\
         my_plan,high_risk_monthly,P-1,S3,2024-07-01,2024-07-31,unmet,0,1,must\n\
         my_plan,low_risk_quarterly,P-2,S4,2024-04-01,2024-06-30,unmet,0,1,must\n\
         my_plan,low_risk_quarterly,P-2,S4,2024-10-01,2024-12-31,unmet,0,1,must\n"
    );
    // A1: 12 of 12 months and 4 of 4 quarters; 2 of 2 answers. A2: 10 of 12, 2 of 4, so 12 of 16 = 75 %
    // of 60 points; 0 of 2 answers.
    assert_eq!(
        folder.read("out/scores.csv"),
        "policy,assessment,subject,period,points,out_of,grade,veto,rank,group,unknown\n\
         my_plan,yearly,A1,2024,100.00,100,good,,1,,0\n\
         my_plan,yearly,A2,2024,45.00,100,failed,,2,,0\n"
    );
    assert_eq!(
        folder.read("out/items.csv"),
        "policy,assessment,subject,period,item,met,due,excused,pending,unknown,points,max_points\n\
         my_plan,yearly,A1,2024,complaints,2,2,0,0,0,40.00,40\n\
         my_plan,yearly,A1,2024,inspections,16,16,0,0,0,60.00,60\n\
         my_plan,yearly,A2,2024,complaints,0,2,0,0,0,0.00,40\n\
         my_plan,yearly,A2,2024,inspections,12,16,0,0,0,45.00,60\n"
    );
    assert_eq!(
        folder.read("out/rules.csv"),
        "policy,rule,cites,strength,due,met,unmet,pending,excused,unknown\n\
         my_plan,answered_in_time,P-3,must,4,2,2,0,0,0\n\
         my_plan,high_risk_monthly,P-1,must,24,22,2,0,0,0\n\
         my_plan,low_risk_quarterly,P-2,must,8,6,2,0,0,0\n"
    );
    assert_eq!(folder.read("out/rejects.csv"), "file,line,column,value,reason\n");
    assert_eq!(folder.read("out/measures.csv"), "policy,measure,subject,window_start,window_end,value\n");
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert_eq!(run["rows_read"], 38);
    assert_eq!(run["rows_used"], 38);
    assert_eq!(run["findings"], 6);
    assert!(run["seconds"].is_number());
    let inputs = run["inputs"].as_array().unwrap();
    let data = inputs.iter().find(|input| input["path"] == "data/inspections.csv").unwrap();
    assert_eq!((&data["rows_read"], &data["bytes"]), (&28.into(), &400.into()));
    assert!(data.get("sha256").is_none());
}

#[test]
fn a_reference_to_a_record_that_nobody_brought_is_told() {
    let folder = Folder::new();
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024\nas_of: 2024-06-30\nsources:\n  - {kind: case, files: c.csv, complete: period}\n  - {kind: pay, files: y.csv, complete: period}\n  - {kind: note, files: n.csv, complete: period}\n  - {kind: desk, files: d.csv}\n",
    );
    folder.write(
        "p.wg",
        "policy p { entity desk { key id : text case : case optional } record note { at day : date case : case }
          record case { key id : text at day : date } record pay { at day : date case : case optional x : number }
          measure s for case = sum x over pay ever  rule paid : each case satisfies s >= 10 }",
    );
    // Others refer to the same kind, and to records that are there.
    folder.write("n.csv", "day,case\n2024-01-02,C1\n2024-01-03,C2\n");
    folder.write("d.csv", "id,case\nD1,C1\nD2,\n");
    // C9 lies after as-of, and so does what refers to it.
    folder.write("c.csv", "id,day\nC1,2024-01-01\nC2,2024-01-01\nC9,2024-09-01\n");
    folder.write(
        "y.csv",
        "day,case,x\n2024-01-02,C1,4\n2024-01-03,Cl,6\n2024-01-04,Cl,1\n2024-01-05,,1\n2024-09-02,C9,1\n",
    );
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert!(
        ran.err.contains("WG0916: keys without a `case` that was read: 1, first `Cl` (referred to by `pay.case`)"),
        "{}",
        ran.err
    );
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let expected = serde_json::json!([{ "kind": "case", "fields": ["pay.case"], "keys": 1, "first": "Cl" }]);
    assert_eq!(run["unknown_records"], expected);
    folder.write("d.csv", "id,case\nD1,C1\nD2,C7\n");
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert!(ran.err.contains("2, first `C7` (referred to by `desk.case`, `pay.case`)"), "{}", ran.err);
    folder.write("d.csv", "id,case\nD1,C1\n");
    folder.write("y.csv", "day,case,x\n2024-01-02,C1,4\n2024-01-03,C2,6\n");
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert_eq!(ran.err, "");
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert!(run.get("unknown_records").is_none());
}

#[test]
fn subjects_of_which_the_scope_is_not_known_are_told() {
    let folder = Folder::new();
    folder.write("m.yaml", "policies: p.wg\nperiod: 2024H1\nsources:\n  - {kind: home, files: h.csv}\n");
    folder.write(
        "p.wg",
        "policy p { entity home { key id : text beds : number optional }
          assessment a for each home where beds at least 10 every quarter { item i 10 points : full } }",
    );
    folder.write("h.csv", "id,beds\nA,12\nB,\nC,3\nD,\n");
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    let told = "`a`: rows that are not made, because it is not known whether its `where` takes the subject in: 4, first `B` (2024Q1)";
    assert!(ran.err.contains(told), "{}", ran.err);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let expected =
        serde_json::json!([{ "policy": "p", "assessment": "a", "rows": 4, "first": "B", "period": "2024Q1" }]);
    assert_eq!(run["unknown_scopes"], expected);
    let ran = folder.run(&["score", "m.yaml", "--lang", "zh"]).ends(0);
    assert!(ran.err.contains("没有得分行的有 4 行，首个为`B`（2024Q1）"), "{}", ran.err);
    let ran = folder.run(&["explain", "m.yaml", "--subject", "B"]).ends(0);
    assert!(ran.out.contains("a, 2024Q1: no score, because it is not decided whether it is taken in"), "{}", ran.out);
    assert!(ran.out.contains("`beds` is empty"), "{}", ran.out);
    assert!(!ran.out.contains("nothing is due"), "{}", ran.out);
    folder.write("h.csv", "id,beds\nA,12\nC,3\n");
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert_eq!(ran.err, "");
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert!(run.get("unknown_scopes").is_none());
}

#[test]
fn results_that_are_not_sure_are_told_once_their_period_is_over() {
    let folder = Folder::new();
    folder.write("m.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: home, files: h.csv}\n");
    folder.write(
        "p.wg",
        "policy p { entity home { key id : text beds : number optional }
          assessment a for each home every half year { item i 10 points : points (beds * 1 points) rank by points } }",
    );
    folder.write("h.csv", "id,beds\nA,9\nB,\nC,3\n");
    let told = "`a`: results that are not sure (`unknown` above 0): ";
    let ran = folder.run(&["score", "m.yaml", "--as-of", "2025-01-05", "--out", "out"]).ends(0);
    assert!(ran.err.contains(&format!("{told}2, first `B` (2024H1)")), "{}", ran.err);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let expected =
        serde_json::json!([{ "policy": "p", "assessment": "a", "rows": 2, "first": "B", "period": "2024H1" }]);
    assert_eq!(run["unsure_results"], expected);
    let ran = folder.run(&["score", "m.yaml", "--as-of", "2025-01-05", "--lang", "zh"]).ends(0);
    assert!(ran.err.contains("结果尚不确定（`unknown` 大于 0）的有 2 行，首个为`B`（2024H1）"), "{}", ran.err);
    // What still runs is not sure anyway.
    let ran = folder.run(&["score", "m.yaml", "--as-of", "2024-08-01"]).ends(0);
    assert!(ran.err.contains(&format!("{told}1, first `B` (2024H1)")), "{}", ran.err);
    let ran = folder.run(&["score", "m.yaml", "--as-of", "2024-03-01"]).ends(0);
    assert!(!ran.err.contains(told), "{}", ran.err);
}

#[test]
fn a_ceiling_over_a_year_of_which_the_run_has_a_month_is_told() {
    let folder = Folder::new();
    let manifest =
        |period: &str| format!("policies: p.wg\nperiod: {period}\nsources:\n  - {{kind: grid, files: g.csv}}\n");
    let policy = |force: &str| {
        format!(
            "policy p {{ {force} entity grid {{ key id : text }}
              reward w for each grid every month at most 70 yuan every year {{ pay 15 yuan }} }}"
        )
    };
    folder.write("g.csv", "id\nG\n");
    for (period, force, told) in [
        ("2024-06", "", true),
        ("2024-06", "in force from 2024-03-01", true),
        ("2024-06", "in force from 2024-06-01", false),
        ("2024-01-01..2024-06-30", "", false),
    ] {
        folder.write("m.yaml", manifest(period));
        folder.write("p.wg", policy(force));
        let ran = folder.run(&["score", "m.yaml"]).ends(0);
        assert_eq!(ran.err.contains("WG0917"), told, "{period} {force} {}", ran.err);
    }
}

#[test]
fn the_summary_in_chinese() {
    let folder = Folder::starter("zh");
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--lang", "zh"]).ends(0);
    insta::assert_snapshot!("score_terminal_zh", ran.out);
}

#[test]
fn the_same_bytes_whatever_the_threads_and_again() {
    let folder = Folder::starter("en");
    folder.run(&["score", "plan/manifest.yaml", "--out", "a", "--threads", "1", "--findings", "all"]).ends(0);
    folder.run(&["score", "plan/manifest.yaml", "--out", "b", "--threads", "4", "--findings", "all"]).ends(0);
    folder.run(&["score", "plan/manifest.yaml", "--out", "b", "--threads", "3", "--findings", "all"]).ends(0);
    for name in FILES.iter().filter(|name| **name != "run.json") {
        assert_eq!(folder.read(&format!("a/{name}")), folder.read(&format!("b/{name}")), "{name}");
    }
    folder.run(&["score", "plan/manifest.yaml", "--threads", "0"]).ends(2);
}

#[test]
fn findings_as_asked_for() {
    let folder = Folder::starter("en");
    for (asked, count) in [("all", 36), ("unmet", 6), ("none", 0)] {
        folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--findings", asked]).ends(0);
        assert_eq!(folder.read("out/findings.csv").lines().count(), count + 1, "{asked}");
    }
}

#[test]
fn json_and_byte_order_mark_and_hashes() {
    let folder = Folder::starter("en");
    folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--format", "json", "--quiet"]).ends(0);
    let scores: serde_json::Value = serde_json::from_str(&folder.read("out/scores.json")).unwrap();
    assert_eq!(scores[1]["subject"], "A2");
    assert_eq!(scores[1]["rank"], 2);
    assert_eq!(folder.read("out/measures.json"), "[]\n");
    assert_eq!(folder.names("out").len(), FILES.len());
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--bom", "--hash-inputs", "--quiet"]).ends(0);
    assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    assert!(folder.read("out/scores.csv").starts_with("\u{feff}policy,"));
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert!(run["inputs"].as_array().unwrap().iter().all(|i| i["sha256"].as_str().is_some_and(|h| h.len() == 64)));
}

#[test]
fn periods_and_as_of_from_flags() {
    let folder = Folder::starter("en");
    let score = |args: &[&str]| {
        let mut all = vec!["score", "plan/manifest.yaml", "--out", "out", "--findings", "all"];
        all.extend(args);
        folder.run(&all)
    };
    score(&["--period", "2024Q1"]).ends(0);
    // Three months of two high-risk shops, one quarter of two low-risk ones, one complaint.
    assert_eq!(folder.read("out/findings.csv").lines().count(), 1 + 6 + 2 + 1);
    // No year lies within the quarter.
    assert_eq!(folder.read("out/scores.csv").lines().count(), 1);
    score(&["--period", "2024-02", "--as-of", "2024-02-10"]).ends(0);
    let findings = folder.read("out/findings.csv");
    assert!(findings.contains("S3,2024-02-01,2024-02-29,pending,0,1"), "{findings}");
    assert!(findings.contains("S1,2024-02-01,2024-02-29,met,1,1"), "{findings}");
    for bad in [["--period", "2024-13"], ["--period", "soon"], ["--as-of", "2024-02-30"]] {
        let ran = score(&bad).ends(2);
        assert!(ran.err.contains(bad[1]), "{ran:?}");
    }
    folder.edit("plan/manifest.yaml", "period: 2024\n", "");
    let ran = score(&[]).ends(2);
    assert!(ran.err.contains("--period"), "{ran:?}");
}

#[test]
fn rows_that_cannot_be_used_are_listed_and_the_rest_is_scored() {
    let folder = Folder::starter("en");
    folder.edit("plan/data/inspections.csv", "S1,2024-03-05", "S1,2024-13-05");
    folder.edit("plan/data/inspections.csv", "S3,2024-03-17", "S9,2024-03-17");
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(0);
    assert!(ran.err.starts_with("warning: 2 rows"), "{ran:?}");
    let rejects = folder.read("out/rejects.csv");
    let lines: Vec<&str> = rejects.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("data/inspections.csv,6,on,2024-13-05,\"not a date"), "{rejects}");
    assert!(lines[2].starts_with("data/inspections.csv,7,shop,S9,"), "{rejects}");
    assert!(folder.read("out/rules.csv").contains("high_risk_monthly,P-1,must,24,20,4,0,0,0"));
    let strict = folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--strict", "--lang", "zh"]).ends(1);
    assert!(strict.err.contains("有 2 行数据无法采用"), "{strict:?}");
    assert!(folder.read("out/rejects.csv").contains("不是"), "reasons in Chinese");
}

#[test]
fn an_output_of_an_earlier_run_is_replaced_and_nothing_else() {
    let folder = Folder::starter("en");
    folder.write("mine/notes.txt", "keep");
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "mine"]).ends(2);
    assert!(ran.err.contains("run.json"), "{ran:?}");
    assert_eq!(folder.names("mine"), ["notes.txt"]);
    folder.run(&["score", "plan/manifest.yaml", "--out", "plan/manifest.yaml"]).ends(2);
    folder.run(&["score", "plan/manifest.yaml", "--out", "."]).ends(2);
    folder.run(&["score", "plan/manifest.yaml", "--out", ".."]).ends(2);
    // A folder that is empty is as good as none.
    std::fs::create_dir(folder.path("out")).unwrap();
    folder.run(&["score", "plan/manifest.yaml", "--out", "out", "--format", "json"]).ends(0);
    folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(0);
    assert_eq!(folder.names("out"), FILES);
    // A run that fails leaves the earlier output and nothing beside it.
    folder.edit("plan/data/shops.csv", "id,area,risk", "id,area,danger");
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]);
    assert!(ran.code == 1 && ran.err.contains("risk"), "{ran:?}");
    assert_eq!(folder.names("out"), FILES);
    assert_eq!(folder.names("."), ["mine", "out", "plan"]);
}

#[test]
fn missing_and_broken_inputs_say_what_and_where() {
    let cases: [(&str, &str, &str, i32, &str); 5] = [
        ("plan/manifest.yaml", "policies: policy.wg", "policies: gone.wg", 2, "gone.wg"),
        ("plan/manifest.yaml", "data/shops.csv", "data/none.csv", 2, "none.csv"),
        ("plan/manifest.yaml", "kind: shop", "kind: shopp", 1, "`shop`"),
        ("plan/manifest.yaml", "sources:", "sources: [", 1, "WG0901"),
        ("plan/policy.wg", "every month", "every mouth", 1, "policy.wg:"),
    ];
    for (file, from, to, code, says) in cases {
        let folder = Folder::starter("en");
        folder.edit(file, from, to);
        let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(code);
        assert!(ran.err.contains(says), "{says}: {ran:#?}");
        assert_eq!(folder.names("."), ["plan"], "{says}");
    }
    let folder = Folder::starter("en");
    folder.run(&["score", "plan/none.yaml"]).ends(2);
    folder.run(&["score", "plan/manifest.yaml", "--data", "nowhere"]).ends(2);
    folder.write("plan/data/shops.csv", [b'i', b'd', 0xff, 0xfe, b'\n']);
    folder.run(&["score", "plan/manifest.yaml"]).ends(1);
}

#[test]
fn data_lie_elsewhere() {
    let folder = Folder::starter("en");
    std::fs::rename(folder.path("plan/data"), folder.path("elsewhere")).unwrap();
    std::fs::create_dir(folder.path("base")).unwrap();
    std::fs::rename(folder.path("elsewhere"), folder.path("base/data")).unwrap();
    folder.run(&["score", "plan/manifest.yaml"]).ends(2);
    folder.run(&["score", "plan/manifest.yaml", "--data", "base", "--out", "out"]).ends(0);
    assert!(folder.read("out/scores.csv").contains("A2,2024,45.00"));
}

#[test]
fn what_if_scores_variants_beside_the_plan() {
    let folder = Folder::starter("en");
    let args = ["score", "plan/manifest.yaml", "--findings", "all", "--out"];
    let args = |out: &'static str, more: &[&'static str]| [&args[..], &[out], more].concat();
    folder.run(&args("both", &["--what-if", "answer_days=20", "--what-if", "answer_days = 1"])).ends(0);
    let ofs = ["my_plan", "my_plan [answer_days = 1]", "my_plan [answer_days=20]"];
    for (of, days) in ofs.into_iter().zip([None, Some("1"), Some("20")]) {
        if let Some(days) = days {
            let manifest = folder.read("plan/manifest.yaml");
            folder.write("plan/other.yaml", format!("{manifest}params: {{answer_days: {days}}}\n"));
            folder.run(&["score", "plan/other.yaml", "--findings", "all", "--out", "other"]).ends(0);
        } else {
            folder.run(&args("other", &[])).ends(0);
        }
        for name in ["findings.csv", "items.csv", "scores.csv", "rules.csv"] {
            let rows = |out: &str, of: &str| -> Vec<String> {
                let text = folder.read(&format!("{out}/{name}"));
                text.lines().filter_map(|line| Some(line.strip_prefix(&format!("{of},"))?.to_owned())).collect()
            };
            assert_eq!(rows("both", of), rows("other", "my_plan"), "{of} {name}");
        }
    }
    for (bad, way) in [
        ("answer_dais=3", "did you mean `answer_days`?"),
        ("answer_days", "write `PARAM=VALUE`"),
        ("answer_days=soon", "cannot be the value of `answer_days`"),
        (";", "write `PARAM=VALUE`"),
    ] {
        let ran = folder.run(&args("bad", &["--what-if", bad])).ends(2);
        assert!(ran.err.contains("`--what-if` cannot be") && ran.err.contains(way), "{}", ran.err);
    }
}

#[test]
fn a_run_without_a_whole_period_of_an_assessment_says_so() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2020-01-01 year starts 12-01 entity shop { key id : text }
        assessment year for each shop every year { item base 10 points : full } }";
    folder.write("p.wg", policy);
    folder.write("shops.csv", "id\nA\n");
    folder.write("m.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: shop, files: shops.csv}\n");
    let ran = folder.run(&["score", "m.yaml"]).ends(0);
    assert!(ran.err.contains("no whole period of `year` lies in 2024"), "{}", ran.err);
    assert!(ran.err.contains("--period 2023-12-01..2024-11-30"), "{}", ran.err);
    let ran = folder.run(&["score", "m.yaml", "--period", "2023-12-01..2024-11-30"]).ends(0);
    assert_eq!(ran.err, "");
    // A month is run on purpose.
    let ran = folder.run(&["score", "m.yaml", "--period", "2024-03"]).ends(0);
    assert_eq!(ran.err, "");
}

#[test]
fn a_date_that_only_an_earlier_version_has_is_told() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2024-01-01 entity permit { key id : text  filed : date optional }
        record answer { at day : date  permit : permit }
        rule answered : each permit reaches answer within 10 days of filed rest days stay }";
    folder.write("p.wg", policy);
    // A was filed on another day of the period first, C on another day of the year before, D always on the same.
    folder.write(
        "permits.csv",
        "id,filed,since,until\nA,2024-01-10,,2024-02-29\nA,2024-03-01,2024-03-01,\nC,2023-05-05,,2024-02-29\nC,2024-03-01,2024-03-01,\nD,2024-03-01,,2024-02-29\nD,2024-03-01,2024-03-01,\n",
    );
    folder.write("answers.csv", "day,permit\n2024-01-12,A\n2024-03-02,A\n2024-03-02,C\n2024-03-02,D\n");
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: permit, files: permits.csv}\n  - {kind: answer, files: answers.csv, complete: period}\n",
    );
    let ran = folder.run(&["score", "m.yaml"]).ends(0);
    for part in [
        "`answered` goes by `filed` as it stands at the end of the period",
        "does not count: 1 in all, such as `A`",
        "keep them as records and write the rule for each record",
    ] {
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    let ran = folder.run(&["score", "m.yaml", "--lang", "zh"]).ends(0);
    assert!(
        ran.err.contains("`answered`按期末登记的`filed`计") && ran.err.contains("共 1 个对象，如`A`"),
        "{}",
        ran.err
    );
    // Without the other date there is nothing to tell.
    folder.edit("permits.csv", "A,2024-01-10,", "A,2024-03-01,");
    let ran = folder.run(&["score", "m.yaml"]).ends(0);
    assert_eq!(ran.err, "");
}

#[test]
fn times_that_a_clock_shows_twice_are_told() {
    let folder = Folder::new();
    folder.write(
        "p.wg",
        "policy p { timezone \"Europe/Amsterdam\" record call { key id : text  at came : time  back : time optional }
        rule soon : each call satisfies minutes between came and back at most 60 minutes }",
    );
    // Clocks go back from 03:00 to 02:00 on 30 October 2011; the second row names the second time, and the third has none.
    folder.write(
        "c.csv",
        "id,came,back\n1,2011-10-30T00:30:00Z,2011-10-30T01:40:00Z\n2,2011-10-30T01:10:00Z,2011-10-30T02:30:00Z\n3,2011-10-30 03:10,2011-10-30 03:50\n",
    );
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2011-10\nsources:\n  - {kind: call, files: c.csv, complete: period}\n",
    );
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert!(ran.out.contains("2 rows hold a time in an hour that the clock shows twice"), "{}", ran.out);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert_eq!(run["rows_twice"], 2);
    let ran = folder.run(&["score", "m.yaml", "--lang", "zh"]).ends(0);
    assert!(ran.out.contains("有 2 行的时刻落在时钟回拨"), "{}", ran.out);
    folder.write("p.wg", folder.read("p.wg").replace("Europe/Amsterdam", "Asia/Shanghai"));
    let ran = folder.run(&["score", "m.yaml"]).ends(0);
    assert!(!ran.out.contains("shows twice"), "{}", ran.out);
}

#[test]
fn records_that_end_before_they_start_are_told() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2024-01-01 entity shop { key id : text }
        entity leave { key id : text  rule : text  shop : shop  first : date  final : date optional  reason : text }
        waiver leave of rule rule for shop from first to final because reason
        record closure { at start : date  end stop : date optional  shop : shop }
        rule few : each shop satisfies days covered by closure in window at most 5 days every month
        rule often : each shop has at most 10 days between closure may be waived }";
    folder.write("p.wg", policy);
    folder.write("shops.csv", "id\nA\n");
    folder.write("c.csv", "start,stop,shop\n2024-01-03,2024-01-02,A\n2024-01-05,2024-01-05,A\n");
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024-01\nsources:\n  - {kind: shop, files: shops.csv}\n  - {kind: leave, files: l.csv}\n  - {kind: closure, files: c.csv, complete: period}\n",
    );
    folder.write("l.csv", "id,rule,shop,first,final,reason\n1,often,A,2024-01-25,2024-01-15,works\n");
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    // The waiver holds on no day: the gap to the end of the month stays unmet.
    let findings = folder.read("out/findings.csv");
    assert!(findings.contains("p,often,,A,2024-01-05,2024-01-31,unmet"), "{findings}");
    assert!(
        ran.out.contains("2 rows end before they start: a record counts as if it ended at its start"),
        "{}",
        ran.out
    );
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let inputs = run["inputs"].as_array().unwrap();
    let file = |name: &str| inputs.iter().find(|input| input["path"] == name).unwrap().clone();
    assert_eq!((&file("c.csv")["rows_reversed"], &file("l.csv")["rows_reversed"]), (&1.into(), &1.into()));
    assert_eq!(run["rows_reversed"], 2);
    assert!(file("shops.csv").get("rows_reversed").is_none());
    let ran = folder.run(&["score", "m.yaml", "--lang", "zh"]).ends(0);
    assert!(ran.out.contains("有 2 行结束早于开始"), "{}", ran.out);
}

#[test]
fn a_rule_that_reads_results_of_which_the_run_has_none_is_told() {
    let folder = Folder::new();
    folder.write(
        "p.wg",
        "policy p { entity shop { key id : text } record visit { at day : date shop : shop given : number points }
          assessment rating for each shop every quarter { item mark 9 points : points last given over visit }
          rule r : each shop where (points of rating in previous period missing as 9 points) < 5 points
            must has at least 1 visit and should has at most 3 visit every month }",
    );
    folder.write("s.csv", "id\nS\n");
    folder.write("v.csv", "day,shop,given\n2024-02-03,S,4\n");
    for (period, told) in [("2024-05", 1), ("2024-01-01..2024-05-31", 0), ("2024Q2", 0)] {
        folder.write(
            "m.yaml",
            format!("policies: p.wg\nperiod: {period}\nsources:\n  - {{kind: shop, files: s.csv}}\n  - {{kind: visit, files: v.csv, complete: period}}\n"),
        );
        let ran = folder.run(&["score", "m.yaml"]).ends(0);
        assert_eq!(ran.err.matches("WG0918").count(), told, "{period} {}", ran.err);
    }
}

#[test]
fn a_term_that_began_with_a_result_before_the_run_is_told() {
    let folder = Folder::new();
    let policy = |from: &str| {
        format!(
            "policy p {{ {from} entity shop {{ key id : text }} record visit {{ at day : date shop : shop given : number points }}
              record fix {{ at day : date shop : shop }}
              assessment rating for each shop every month {{ item mark 9 points : points last given over visit grades {{ good 6 points or more ; otherwise bad }} }}
              rule r : each shop reaches fix within 15 days of (result of rating where grade of rating is bad) rest days stay by due day }}"
        )
    };
    folder.write("s.csv", "id\nS\n");
    folder.write("v.csv", "day,shop,given\n2024-01-03,S,4\n");
    folder.write("f.csv", "day,shop\n");
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024-02\nsources:\n  - {kind: shop, files: s.csv}\n  - {kind: visit, files: v.csv, complete: period}\n  - {kind: fix, files: f.csv, complete: period}\n",
    );
    for (from, told) in [("", 1), ("in force from 2024-02-01", 0)] {
        folder.write("p.wg", policy(from));
        let ran = folder.run(&["score", "m.yaml"]).ends(0);
        assert_eq!(ran.err.matches("WG0918").count(), told, "{from} {}", ran.err);
    }
}
