//! What a run and its explanations say of what is not decided, not there yet, or looked at from another day on.

use super::Folder;

#[test]
fn counters_with_records_that_are_not_decided_are_told() {
    let folder = Folder::new();
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: shop, files: s.csv}\n  - {kind: charge, files: c.csv, complete: period}\n",
    );
    folder.write(
        "p.wg",
        "policy p { entity shop { key id : text }
          record charge { at day : date  shop : shop  given : number points  convicted : date optional }
          counter dps for each shop adds given over charge where convicted <= as of in any 12 months {
              step 15 points : sanction closure for 7 days  excess dropped  last step ends } }",
    );
    folder.write("s.csv", "id\nA\nB\nC\n");
    folder.write(
        "c.csv",
        "shop,day,given,convicted\nA,2024-01-10,10,2024-02-01\nA,2024-02-10,5,\nA,2024-03-10,5,2024-04-01\nB,2024-05-10,15,\nC,2024-05-10,15,2024-06-01\n",
    );
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert!(ran.err.contains("`dps`: subjects with records of which it is not known"), "{}", ran.err);
    assert!(ran.err.contains("2, first `A`"), "{}", ran.err);
    let effects = folder.read("out/effects.csv");
    assert!(effects.contains("p,dps,A,2024-03-10,sanction,closure,7,days,A,,unknown\n"), "{effects}");
    assert!(effects.contains("p,dps,C,2024-05-10,sanction,closure,7,days,C,,1\n"), "{effects}");
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let expected = serde_json::json!([{ "policy": "p", "counter": "dps", "subjects": 2, "first": "A" }]);
    assert_eq!(run["unsure_counters"], expected);
    let ran = folder.run(&["score", "m.yaml", "--lang", "zh"]).ends(0);
    assert!(ran.err.contains("尚不明的对象 2 个，首个为`A`"), "{}", ran.err);
    folder.write("c.csv", "shop,day,given,convicted\nC,2024-05-10,15,2024-06-01\n");
    let ran = folder.run(&["score", "m.yaml", "--out", "out"]).ends(0);
    assert_eq!(ran.err, "");
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert!(run.get("unsure_counters").is_none());
}

#[test]
fn a_maximum_shows_what_exceeds_it_in_the_days_that_are_left() {
    let folder = Folder::new();
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: shop, files: s.csv, since: opened}\n  - {kind: redo, files: r.csv, complete: 2022-01-01..2024-12-31}\n",
    );
    folder.write(
        "p.wg",
        "policy p { entity shop { key id : text } record redo { at day : date  shop : shop }
          rule once : each shop has at most 1 redo within any 12 months }",
    );
    folder.write("s.csv", "id,opened\nA,2024-02-24\n");
    folder.write("r.csv", "shop,day\nA,2024-05-01\nA,2024-06-01\n");
    let ran = folder.run(&["explain", "m.yaml", "--subject", "A"]).ends(0);
    assert!(ran.out.contains("A 2024-06-01..2024-12-31 unmet: found 2, needed at most 1"), "{}", ran.out);
    assert!(ran.out.contains("redo 2024-02-24..2024-06-01: 2 on file, 2 count"), "{}", ran.out);
    assert!(!ran.out.contains("narrowly"), "{}", ran.out);
}

#[test]
fn a_step_after_as_of_is_named() {
    let folder = Folder::new();
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024H1\nas_of: 2024-09-30\nsources:\n  - {kind: case, files: c.csv, complete: period}\n",
    );
    folder.write(
        "p.wg",
        "policy p { record case { key id : text  at opened : date  closed : date optional }
          rule close : each case reaches closed within 30 days of opened rest days stay }",
    );
    folder.write("c.csv", "id,opened,closed\n1,2024-01-10,2024-12-01\n2,2024-01-10,\n");
    let ran = folder.run(&["explain", "m.yaml", "--subject", "1"]).ends(0);
    assert!(ran.out.contains("no `closed` up to as-of (the one on 2024-12-01 lies after it)"), "{}", ran.out);
    let ran = folder.run(&["explain", "m.yaml", "--subject", "2"]).ends(0);
    assert!(ran.out.contains("no `closed` up to as-of; the last day was"), "{}", ran.out);
    let ran = folder.run(&["score", "m.yaml", "--as-of", "2023-06-01"]).ends(0);
    assert!(ran.out.contains("the period begins after as-of"), "{}", ran.out);
    assert!(!ran.out.contains("still runs"), "{}", ran.out);
}

#[test]
fn a_stop_names_its_last_day() {
    let folder = Folder::new();
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: case, files: c.csv, complete: period}\n  - {kind: halt, files: h.csv, complete: period}\n",
    );
    folder.write(
        "p.wg",
        "policy p { record case { key id : text  at opened : date  closed : date optional }
          record halt { at began : date  end ended : date optional  case : case }
          rule close : each case reaches closed within 10 days of opened rest days stay stopped during halt }",
    );
    folder.write("c.csv", "id,opened,closed\n1,2024-03-01,2024-03-20\n2,2024-03-01,2024-03-20\n");
    folder.write("h.csv", "began,ended,case\n2024-03-06,2024-03-07,1\n2024-03-06,2024-03-06,2\n");
    let ran = folder.run(&["explain", "m.yaml", "--subject", "1"]).ends(0);
    assert!(ran.out.contains("stopped from 2024-03-06 to the end of 2024-03-07"), "{}", ran.out);
    let ran = folder.run(&["explain", "m.yaml", "--subject", "2", "--lang", "zh"]).ends(0);
    assert!(ran.out.contains("2024-03-06 当日中止计算"), "{}", ran.out);
}
