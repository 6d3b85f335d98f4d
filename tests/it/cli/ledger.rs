//! `--ledger` and `wangge merge`: night after night, part by part, and what is refused.

use super::Folder;

const TABLES: [&str; 7] =
    ["effects.csv", "findings.csv", "items.csv", "measures.csv", "rejects.csv", "rules.csv", "scores.csv"];

/// The starter plan, its inspections in two files; one row of each cannot be used.
fn parted() -> Folder {
    let folder = Folder::starter("en");
    folder.edit("plan/manifest.yaml", "data/inspections.csv", "data/inspections*.csv");
    let all = folder.read("plan/data/inspections.csv");
    let (head, rows) = all.split_once('\n').unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    let (first, second) = rows.split_at(rows.len() / 2);
    folder.write("parts/inspections-1.csv", format!("{head}\n{}\nS9,2024-01-09\n", first.join("\n")));
    folder.write("parts/inspections-2.csv", format!("{head}\n{}\nS1,2024-13-09\n", second.join("\n")));
    std::fs::remove_file(folder.path("plan/data/inspections.csv")).unwrap();
    folder
}

/// Puts a part where the manifest looks for it.
fn bring(folder: &Folder, part: &str) {
    let name = format!("inspections-{part}.csv");
    std::fs::rename(folder.path(&format!("parts/{name}")), folder.path(&format!("plan/data/{name}"))).unwrap();
}

fn take_away(folder: &Folder, part: &str) {
    let name = format!("inspections-{part}.csv");
    std::fs::rename(folder.path(&format!("plan/data/{name}")), folder.path(&format!("parts/{name}"))).unwrap();
}

fn score(folder: &Folder, out: &str, more: &[&str]) -> super::Ran {
    let args = ["score", "plan/manifest.yaml", "--findings", "all", "--out", out];
    folder.run(&[&args, more].concat())
}

#[track_caller]
fn same(folder: &Folder, one: &str, other: &str) {
    for name in TABLES {
        assert_eq!(folder.read(&format!("{one}/{name}")), folder.read(&format!("{other}/{name}")), "{name}");
    }
}

#[test]
fn nights_come_to_the_whole() {
    let folder = parted();
    bring(&folder, "1");
    // In June one complaint is open that is answered later: it is held until then.
    score(&folder, "june", &["--ledger", "l", "--as-of", "2024-06-10", "--quiet"]).ends(0);
    bring(&folder, "2");
    let ran = score(&folder, "night", &["--ledger", "l"]).ends(0);
    assert!(ran.out.contains("ledger l: 3 files of this run were in it, 0 more are of earlier runs"), "{}", ran.out);
    score(&folder, "whole", &[]).ends(0);
    same(&folder, "night", "whole");
    assert_eq!(folder.read("night/rejects.csv").lines().count(), 3);
    // Once more: nothing is read again, nothing counts twice.
    let ran = score(&folder, "again", &["--ledger", "l"]).ends(0);
    assert!(ran.out.contains("4 files of this run were in it"), "{}", ran.out);
    same(&folder, "again", "whole");
    // As if on the earlier day: what the ledger holds is read as it was known then.
    score(&folder, "back", &["--ledger", "l2", "--as-of", "2024-06-10"]).ends(0);
    score(&folder, "back-whole", &["--as-of", "2024-06-10"]).ends(0);
    same(&folder, "back", "back-whole");
    let rows = |out: &str, key: &str| -> i64 {
        let run: serde_json::Value = serde_json::from_str(&folder.read(&format!("{out}/run.json"))).unwrap();
        run[key].as_i64().unwrap()
    };
    for key in ["rows_read", "rows_used", "rows_rejected", "rows_after_as_of"] {
        assert_eq!(rows("again", key), rows("whole", key), "{key}");
        assert_eq!(rows("back", key), rows("back-whole", key), "{key}");
    }
}

#[test]
fn parts_are_merged_and_files_may_be_elsewhere() {
    let folder = parted();
    let empty = folder.read("plan/manifest.yaml");
    // Towns keep ledgers of their own: only one of them brings the complaints.
    bring(&folder, "1");
    score(&folder, "a", &["--ledger", "one", "--quiet"]).ends(0);
    take_away(&folder, "1");
    bring(&folder, "2");
    folder.write("plan/two.yaml", {
        let start = empty.find("  - kind: complaint").unwrap();
        let end = empty.find("  - kind: veto_decision").unwrap();
        let complaint = "  - kind: complaint\n    files: none/*.csv\n    complete: period\n";
        folder.write("plan/none/complaints.csv", "id,area,received,answered\n");
        format!("{}{complaint}{}", &empty[..start], &empty[end..])
    });
    score(&folder, "b", &["--ledger", "two", "--quiet"]).ends(0);
    bring(&folder, "1");
    score(&folder, "whole", &[]).ends(0);
    let ran = folder.run(&["merge", "two", "one", "--out", "all"]);
    // Both read the same file of complaints; that of decisions is empty.
    assert!(ran.err.contains("`data/complaints.csv` is in it and in an earlier one"), "{}", ran.err);
    ran.ends(1);
    assert!(!folder.path("all").exists());
    take_away(&folder, "1");
    folder.run(&["score", "plan/two.yaml", "--ledger", "two", "--replace", "--quiet"]).ends(0);
    let ran = folder.run(&["merge", "two", "one", "--out", "all"]).ends(0);
    assert_eq!(ran.out, "all: 2 ledgers, 6 files\n");
    for name in ["inspections-2.csv", "complaints.csv", "veto_decisions.csv"] {
        std::fs::remove_file(folder.path(&format!("plan/data/{name}"))).unwrap();
    }
    score(&folder, "joint", &["--ledger", "all", "--no-records"]).ends(0);
    same(&folder, "joint", "whole");
    let ran = folder.run(&["merge", "all", "one", "--out", "more"]).ends(1);
    assert!(ran.err.contains("would count twice"), "{}", ran.err);
}

#[test]
fn what_does_not_belong_is_refused() {
    let folder = parted();
    bring(&folder, "1");
    bring(&folder, "2");
    score(&folder, "out", &["--ledger", "l", "--quiet"]).ends(0);
    let whole = std::fs::read(folder.path("l")).unwrap();
    let refused = |args: &[&str], why: &str| {
        let ran = score(&folder, "bad", args).ends(1);
        assert!(ran.err.contains(why), "{}", ran.err);
        assert!(!folder.path("bad").exists());
        assert_eq!(folder.names(".").iter().filter(|name| name.starts_with('.')).count(), 0, "{:?}", folder.names("."));
        let zh = score(&folder, "bad", &[args, &["--lang", "zh"]].concat()).ends(1).err;
        assert!(zh.contains("汇总账"), "{zh}");
    };
    // A corrected file: what it counted for cannot be taken back.
    let part = folder.read("plan/data/inspections-1.csv");
    folder.write("plan/data/inspections-1.csv", format!("{part}S1,2024-05-05\n"));
    refused(&["--ledger", "l"], "`data/inspections-1.csv` has changed since its records were counted");
    assert_eq!(std::fs::read(folder.path("l")).unwrap(), whole);
    score(&folder, "new", &["--ledger", "l", "--replace", "--quiet"]).ends(0);
    score(&folder, "whole", &[]).ends(0);
    same(&folder, "new", "whole");
    // Another program, other registers.
    refused(&["--ledger", "l", "--period", "2024-03"], "counts something else now");
    folder.edit("plan/policy.wg", "inspection every month", "inspection every week");
    refused(&["--ledger", "l"], "counts something else now");
    folder.edit("plan/policy.wg", "inspection every week", "inspection every month");
    let shops = folder.read("plan/data/shops.csv");
    folder.write("plan/data/shops.csv", format!("{shops}S7,A1,low\n"));
    refused(&["--ledger", "l"], "the registers have changed");
    folder.write("plan/data/shops.csv", &shops);
    // Names and remarks change nothing that is counted, nor do columns that no filter of records reads.
    folder.edit("plan/data/areas.csv", "North", "Northern");
    folder.edit("plan/policy.wg", "sets grade failed", "sets grade fair");
    score(&folder, "out", &["--ledger", "l", "--quiet"]).ends(0);
    // Damaged, foreign, missing.
    // Variants that count nothing else go on with it; an earlier day does not, nor is another file replaced.
    score(&folder, "out", &["--ledger", "l", "--quiet", "--what-if", "answer_days=3"]).ends(0);
    refused(&["--ledger", "l", "--as-of", "2024-06-10"], "as of an earlier time");
    refused(&["--ledger", "plan/policy.wg", "--replace"], "a file that is no ledger stands there");
    assert!(folder.run(&["merge", "l", "--out", "plan/policy.wg"]).ends(1).err.contains("no ledger stands there"));
    let mut bytes = std::fs::read(folder.path("l")).unwrap();
    let half = bytes.len() / 2;
    folder.write("cut", &bytes[..half]);
    bytes[half] ^= 1;
    folder.write("flipped", &bytes);
    let mut older = std::fs::read(folder.path("l")).unwrap();
    older["wangge ledger ".len()] = b'1';
    folder.write("older", &older);
    refused(&["--ledger", "older"], "it is a ledger of another format");
    refused(&["--ledger", "cut"], "damaged or cut off");
    refused(&["--ledger", "flipped"], "damaged or cut off");
    refused(&["--ledger", "plan/policy.wg"], "a file that is no ledger stands there");
    refused(&["--ledger", "none", "--no-records"], "there is none");
    refused(&["--ledger", "nowhere/l"], "its folder does not exist");
    refused(&["--ledger", "plan"], "it is a folder");
    score(&folder, "bad", &["--replace"]).ends(2);
    score(&folder, "bad", &["--no-records"]).ends(2);
    folder.run(&["merge", "--out", "x"]).ends(2);
    folder.run(&["merge", "none", "--out", "x"]).ends(2);
}

/// Rows with unique keys: copies of an earlier night count once, a row that contradicts one stops the run.
#[test]
fn unique_rows_over_nights() {
    let folder = Folder::starter("en");
    folder.edit("plan/manifest.yaml", "data/complaints.csv\n", "data/complaints*.csv\n    ids: { unique: [id] }\n");
    let all = folder.read("plan/data/complaints.csv");
    score(&folder, "first", &["--ledger", "l", "--quiet"]).ends(0);
    folder.write("plan/data/complaints-2.csv", format!("{all}C9,A1,2024-07-01,2024-07-02\n"));
    score(&folder, "night", &["--ledger", "l", "--quiet"]).ends(0);
    score(&folder, "whole", &["--quiet"]).ends(0);
    same(&folder, "night", "whole");
    folder.write("plan/data/complaints-3.csv", "id,area,received,answered\nC9,A1,2024-07-01,2024-07-03\n");
    let ran = score(&folder, "bad", &["--ledger", "l"]).ends(1);
    assert!(
        ran.err.contains("data/complaints-3.csv, line 2: the row has the key of one that was counted"),
        "{}",
        ran.err
    );
}
