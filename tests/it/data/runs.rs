//! Runs: counts, rejects, copies, conflicts; nothing depends on threads, order or format.

use super::*;

#[test]
fn a_clean_folder_is_read_and_judged() {
    let folder = folder(&[]);
    assert_eq!(
        run(folder.path()),
        "cases.jsonl: read 3 used 2 rejected 0 copies 0 later 0\n\
         grids.yaml: read 2 used 2 rejected 0 copies 0 later 0\n\
         households.csv: read 4 used 4 rejected 0 copies 0 later 0\n\
         visits/a.csv: read 2 used 2 rejected 0 copies 0 later 0\n\
         visits/b.csv: read 1 used 1 rejected 0 copies 0 later 0\n\
         甲镇 每月走访: 2/1/0/0\n\
         甲镇 限时办结: 1/1/0/0"
    );
}

const DIRT: &[(&str, &str)] = &[
    // A version that overlaps, a copy, a life that ends before it begins, an unknown grid, an unknown level.
    (
        "households.csv",
        "id,grid,等级,from,to\n1,G1,一级,,\n1,G1,一级,,\n2,G1,一级,,\n2,G1,二级,2024-01-05,\n3,G9,一级,,\n4,G1,三级,,\n5,G1,一级,2024-02-01,2024-01-01\n6,,一级,,\nx,G1,一级,,\n",
    ),
    // A copy, a conflict within the file and with the other one, an unknown household, a bad date, a code near
    // another, a missing code, a row after as-of, a row that is cut short.
    (
        "visits/a.csv",
        "编号,日期,住户,结果\nV1,2024-01-03,01,见面\nV1,2024-01-03,1,见面\nV2,2024-01-04,1,见面\nV2,2024-01-04,1,未见\n\
         V3,2024-01-05,1,见面\nV4,2024-01-06,9,见面\nV5,2024-02-30,1,见面\nV6,2024-01-07,1,见 面\nV7,2024-01-07,1,\nV8,2024-03-01,1,见面\nV9\n",
    ),
    ("visits/b.csv", "编号,日期,住户,结果\nV3,2024-01-05,1,未见\nV1,2024/1/3,1,met\n"),
    (
        "cases.jsonl",
        "{\"type\":\"case\",\"编号\":1,\"受理\":\"2024-01-05\",\"网格\":\"G1\"}\n{\"type\":\"patrol\"}\nnonsense\n",
    ),
];

const DIRT_SHOWN: &str = "cases.jsonl: read 3 used 1 rejected 2 copies 0 later 0
grids.yaml: read 2 used 2 rejected 0 copies 0 later 0
households.csv: read 9 used 1 rejected 7 copies 1 later 0
visits/a.csv: read 11 used 1 rejected 8 copies 1 later 1
visits/b.csv: read 2 used 0 rejected 1 copies 1 later 0
cases.jsonl:2 type=patrol not a kind that the manifest lists
cases.jsonl:3 =nonsense not a JSON object (at byte 2 of the line)
households.csv:4 id=2 the time for which it holds ends before it begins, or overlaps another row of this key
households.csv:5 id=2 the time for which it holds ends before it begins, or overlaps another row of this key
households.csv:6 grid=G9 no such subject in the register
households.csv:7 等级=三级 not one of the codes: `一级`, `二级`
households.csv:8 to=2024-01-01 the time for which it holds ends before it begins, or overlaps another row of this key
households.csv:9 grid= must be filled
households.csv:10 id=x not a whole number
visits/a.csv:4 编号=V2 another row has this key and differs
visits/a.csv:5 编号=V2 another row has this key and differs
visits/a.csv:6 编号=V3 another row has this key and differs
visits/a.csv:7 住户=9 no such subject in the register
visits/a.csv:8 日期=2024-02-30 not a date or time between 1900 and 2199, such as 2024-01-05T09:30
visits/a.csv:9 结果=见 面 not one of the codes; did you mean `见面`?
visits/a.csv:10 结果= must be filled
visits/a.csv:12 =V9 the row has 1 cells, the header 4
visits/b.csv:2 编号=V3 another row has this key and differs
甲镇 每月走访: 1/0/0/0
甲镇 限时办结: 0/1/0/0";

#[test]
fn dirt_is_rejected_with_its_place_and_the_rest_is_used() {
    let folder = folder(DIRT);
    for threads in [1, 2, 5] {
        assert_eq!(run_with(folder.path(), &RunOptions::default(), threads), DIRT_SHOWN, "{threads} threads");
    }
}

#[test]
fn formats_and_names_of_files_change_nothing() {
    let csv = folder(&[]);
    let rows = "- {编号: V1, 日期: 2024-01-03T01:00:00Z, 住户: 1, 结果: 见面}\n- {编号: V2, 日期: 2024-01-04, 住户: 2, 结果: 不在}\n\
                - {编号: V3, 日期: 2024-01-05, 住户: 3, 结果: met, 关注: [老人, 儿童]}\n";
    let yaml = folder(&[
        ("visits/all.yaml", rows),
        (
            "manifest.yaml",
            &MANIFEST.replace("\"visits/*.csv\"", "visits/all.yaml").replace("cases.jsonl", "cases.json"),
        ),
        (
            "cases.json",
            "[{\"type\":\"case\",\"编号\":1,\"受理\":\"2024-01-05\",\"网格\":\"G1\",\"办结\":\"2024-01-09\"},\n{\"type\":\"other\"},{\"type\":\"case\",\"编号\":2,\"受理\":\"2024-01-05\",\"网格\":\"G2\"}]",
        ),
    ]);
    let rules = |shown: String| shown.lines().rev().take(2).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rules(run(csv.path())), rules(run(yaml.path())));
    assert!(run(yaml.path()).contains("visits/all.yaml: read 3 used 3"));
}

#[test]
fn flags_win_over_the_manifest() {
    let folder = folder(&[]);
    let options = RunOptions {
        period: Some("2024-01-01..2024-01-31".to_owned()),
        as_of: Some("2024-01-03".to_owned()),
        ..RunOptions::default()
    };
    let shown = run_with(folder.path(), &options, 1);
    assert!(shown.contains("visits/a.csv: read 2 used 1 rejected 0 copies 0 later 1"), "{shown}");
    assert!(shown.contains("每月走访: 1/0/2/0"), "{shown}");
    for (period, as_of, start) in [
        (Some("2024-13"), None, "Usage `--period` cannot be `2024-13`"),
        (None, Some("soon"), "Usage `--as-of` cannot be `soon`"),
    ] {
        let (period, as_of) = (period.map(str::to_owned), as_of.map(str::to_owned));
        let options = RunOptions { period, as_of, ..RunOptions::default() };
        let shown = run_with(folder.path(), &options, 1);
        assert!(shown.starts_with(start), "{shown}");
    }
}

#[test]
fn ids_say_which_rows_count() {
    let twice =
        ("visits/a.csv", "编号,日期,住户,结果\nV1,2024-01-03,1,见面\nV1,2024-01-03,1,见面\nV1,2024-01-04,1,见面\n");
    for (ids, shown) in [
        ("trusted", "visits/a.csv: read 3 used 3 rejected 0 copies 0 later 0"),
        ("unique", "visits/a.csv: read 3 used 0 rejected 3 copies 0 later 0"),
        ("{ unique: [编号, 日期] }", "visits/a.csv: read 3 used 2 rejected 0 copies 1 later 0"),
        ("{ unique: [结果] }", "visits/a.csv: read 3 used 0 rejected 3 copies 0 later 0"),
    ] {
        let manifest = MANIFEST.replace("ids: unique", &format!("ids: {ids}"));
        let folder = folder(&[twice, ("visits/b.csv", "编号,日期,住户,结果\n"), ("manifest.yaml", &manifest)]);
        let found = run(folder.path());
        assert!(found.contains(shown), "{ids}: {found}");
    }
}

#[test]
fn a_key_may_use_columns_that_no_field_reads() {
    let rows = (
        "visits/a.csv",
        "编号,日期,住户,结果,登记人\nV1,2024-01-03,1,见面,a\nV1,2024-01-03,1,见面,b\nV1,2024-01-03,1,见面,a\n",
    );
    let manifest = MANIFEST.replace("ids: unique", "ids: { unique: [编号, 登记人] }").replace("visits/*", "visits/a");
    let folder = folder(&[rows, ("manifest.yaml", &manifest)]);
    let found = run(folder.path());
    assert!(found.contains("visits/a.csv: read 3 used 2 rejected 0 copies 1 later 0"), "{found}");
}

#[test]
fn large_files_give_the_same_on_any_number_of_threads() {
    let mut text = "编号,日期,住户,结果\n".to_owned();
    for n in 0..30_000 {
        // Every tenth row is a copy, every hundredth a conflict, some are broken.
        let (id, day) = (n - (n % 10) / 9, n % 28 + 1);
        let date = if n % 997 == 0 { "x".to_owned() } else { format!("2024-01-{day:02}") };
        let date = if n % 10 == 9 && n % 100 != 99 { format!("2024-01-{:02}", (n - 1) % 28 + 1) } else { date };
        text.push_str(&format!("V{id},{date},{},见面\n", 1 + id % 3));
    }
    let folder = folder(&[("visits/a.csv", &text)]);
    let one = run(folder.path());
    assert!(one.contains("another row has this key"), "{}", one.lines().take(9).collect::<Vec<_>>().join("\n"));
    for threads in [2, 4] {
        assert_eq!(run_with(folder.path(), &RunOptions::default(), threads), one);
    }
}

#[test]
fn files_that_cannot_be_read_end_the_run() {
    for (name, text, start) in [
        (
            "visits/a.csv",
            "编号,日期,住户\nV1,2024-01-03,1\n",
            "Wanting visits/a.csv:1: no column gives the field `结果`, which must be filled",
        ),
        ("visits/a.csv", "", "Wanting visits/a.csv: the file is empty"),
        ("visits/a.csv", "PK\u{3}\u{4}", "Wanting visits/a.csv:1: not UTF-8 text (byte 0)"),
        ("grids.yaml", "编号: [", "Wanting grids.yaml:1: this is not readable YAML"),
        (
            "calendar.csv",
            "日期,工作日\n2024-01-05,maybe\n",
            "Wanting calendar.csv:2: column `工作日`, value `maybe`: not yes or no",
        ),
        (
            "households.csv",
            "ID,grid,等级,from,to\n",
            "Wanting households.csv:1: there is no column `id`\ndid you mean `ID`?",
        ),
    ] {
        let folder = folder(&[(name, text)]);
        for threads in [1, 3] {
            let shown = run_with(folder.path(), &RunOptions::default(), threads);
            assert!(shown.starts_with(start), "{shown}");
        }
    }
    let missing = folder(&[("manifest.yaml", &MANIFEST.replace("households.csv", "house.csv"))]);
    assert_eq!(run(missing.path()), "Usage cannot read `DIR/house.csv`: no such file");
    let none = folder(&[("manifest.yaml", &MANIFEST.replace("visits/*.csv", "visit/*.csv"))]);
    assert!(
        run(none.path()).starts_with("Usage DIR/manifest.yaml:15:12: no file matches `visit/*.csv` in `DIR`"),
        "{}",
        run(none.path())
    );
}

#[test]
fn records_that_end_before_they_start_are_counted() {
    let policy = "policy p { in force from 2024-01-01 entity shop { key id : text }
        record closure { at start : time  end stop : time optional  shop : shop }
        measure closed for shop = hours covered by closure in window output every month
        rule few : each shop satisfies hours covered by closure in window at most 5 hours every month }";
    let manifest = "policies: policy.wg\nperiod: 2024-01\nsources:\n  - {kind: shop, files: shops.csv}\n  - {kind: closure, files: c.csv, complete: period}\n";
    // Backwards, by hours and by days; a whole day that starts within it is none, nor is one that is still open.
    let rows = "start,stop,shop\n2024-01-02T10:00,2024-01-02T09:00,A\n2024-01-03,2024-01-02,A\n2024-01-03T10:00,2024-01-03,A\n2024-01-04T10:00,,A\n2024-01-05T10:00,2024-01-05T12:00,A\n";
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("policy.wg", policy), ("manifest.yaml", manifest), ("shops.csv", "id\nA\n"), ("c.csv", rows)]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let said = run(folder.path());
    assert!(said.starts_with("c.csv: read 5 used 5 rejected 0 copies 0 later 0 reversed 2\n"), "{said}");
}

#[test]
fn as_of_must_be_a_time_of_the_zone() {
    let run_at = |zone: &str, as_of: &str| {
        let policy = format!(
            "policy p {{ in force from 2024-01-01 timezone \"{zone}\" entity shop {{ key id : text }}
             record visit {{ at moment : time  shop : shop }} rule r : each shop has at least 1 visit every day }}"
        );
        let manifest = format!(
            "policies: policy.wg\nperiod: 2024-03-10\nas_of: {as_of}\nsources:\n  - {{kind: shop, files: shops.csv}}\n  - {{kind: visit, files: v.csv, complete: period}}\n"
        );
        let rows = "moment,shop\n2024-03-10T01:30,A\n2024-03-10T02:30,A\n2024-03-10T02:31,A\n2024-03-10T03:30,A\n";
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("policy.wg", policy.as_str()), ("manifest.yaml", &manifest), ("shops.csv", "id\nA\n"), ("v.csv", rows)]
        {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        run(folder.path())
    };
    // The clock of New York shows no half past two on this day: it is read as if it had not been put forward.
    let said = run_at("America/New_York", "2024-03-10T02:30");
    assert!(
        said.starts_with(
            "shops.csv: read 1 used 1 rejected 0 copies 0 later 0\nv.csv: read 4 used 2 rejected 0 copies 0 later 2\n"
        ),
        "{said}"
    );
    // With an offset it is the time that the zone's clock shows then.
    let said = run_at("America/New_York", "2024-03-10T02:30-05:00");
    assert!(said.contains("v.csv: read 4 used 4 rejected 0 copies 0 later 0"), "{said}");
    // The last hours of the last year lie beyond it in Shanghai: nothing else stands for as-of in silence.
    let said = run_at("Asia/Shanghai", "2199-12-31T20:00Z");
    assert!(said.contains("`2199-12-31T20:00Z` lies outside the years 1900 to 2199 in Asia/Shanghai"), "{said}");
}
