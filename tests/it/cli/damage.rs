//! Damaged input: a clear error where rows would be lost or counted twice in silence.

use super::Folder;

/// The starter plan with one file changed, scored; gives what standard error says.
#[track_caller]
fn refused(file: &str, change: impl Fn(String) -> String, code: i32) -> String {
    let folder = Folder::starter("en");
    folder.write(file, change(folder.read(file)));
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(code);
    assert!(!folder.path("out").exists(), "nothing is written");
    ran.err
}

#[test]
fn lines_that_end_with_carriage_returns_are_no_header() {
    let err = refused("plan/data/complaints.csv", |text| text.replace('\n', "\r"), 1);
    assert!(err.contains("carriage returns only") && err.contains("complaints.csv"), "{err}");
}

#[test]
fn a_quote_that_is_never_closed_does_not_swallow_rows() {
    let err = refused("plan/data/complaints.csv", |text| text.replace("C2,", "\"C2,"), 1);
    assert!(err.contains("never closed") && err.contains("complaints.csv:3"), "{err}");
}

#[test]
fn a_file_is_not_counted_twice() {
    let again = |text: String| {
        let at = text.find("  - kind: complaint").unwrap();
        let entry = text[at..].split("\n  - ").next().unwrap().trim_end().to_owned();
        let end = text[at..].find("\n\n").map_or(text.len(), |end| at + end);
        format!("{}\n{entry}\n{}", &text[..end], &text[end..])
    };
    let err = refused("plan/manifest.yaml", again, 1);
    assert!(err.contains("would count twice"), "{err}");
}

#[test]
fn a_term_is_a_whole_number_within_the_calendar() {
    for bad in ["-3", "1.5", "99999999999999999999", "1000000"] {
        let err = refused(
            "plan/manifest.yaml",
            |text| {
                let kept: Vec<&str> = text.lines().filter(|line| !line.contains("answer_days")).collect();
                let kept = kept.join("\n").replace("\nparams:", "");
                format!("{kept}\nparams: {{answer_days: {bad}}}\n")
            },
            1,
        );
        assert!(err.contains("whole number from 0 to"), "{bad}: {err}");
    }
}

#[test]
fn a_tree_without_a_root_is_rejected() {
    let folder = Folder::new();
    folder.write(
        "p.wg",
        "policy p { in force from 2024-01-01\n entity g { key id : text parent up : g optional }\n\
         record v { g : g ; at d : date }\n rule r : each g has at least 1 v in every year }",
    );
    folder.write("g.csv", "id,up\nA,B\nB,A\nC,C\nD,\nE,D\nF,A\n");
    folder.write("v.csv", "g,d\nA,2024-03-01\nE,2024-03-01\n");
    folder.write(
        "m.yaml",
        "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: g, files: g.csv}\n  - {kind: v, files: v.csv, complete: period}\n",
    );
    folder.run(&["score", "m.yaml", "--out", "out", "--findings", "all"]).ends(0);
    let rejects = folder.read("out/rejects.csv");
    for line in ["g.csv,2,up,", "g.csv,3,up,", "g.csv,4,up,"] {
        let found = rejects.lines().find(|row| row.starts_with(line));
        assert!(found.is_some_and(|row| row.contains("lead back to it")), "{line}: {rejects}");
    }
    assert!(rejects.contains("g.csv,7,up,A,no such subject"), "{rejects}");
    let findings = folder.read("out/findings.csv");
    let subjects: Vec<&str> = findings.lines().skip(1).filter_map(|row| row.split(',').nth(3)).collect();
    assert_eq!(subjects, ["D", "E"]);
}

#[test]
fn full_width_quotes_close() {
    let folder = Folder::new();
    folder.write("p.wg", "policy p { source ＂某镇＂ in force from 2024-01-01 }");
    folder.run(&["check", "p.wg"]).ends(0);
}

/// The starter plan with its inspections in a file of this text.
fn with_inspections(text: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::starter("en");
    folder.write("plan/data/inspections.csv", text);
    folder
}

fn score(folder: &Folder, code: i32) -> (String, serde_json::Value) {
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(code);
    let run = if code == 0 { folder.read("out/run.json") } else { "null".to_owned() };
    (ran.err, serde_json::from_str(&run).unwrap())
}

#[test]
fn an_open_quote_in_the_last_column_stops_the_run() {
    let rows = "S1,2024-01-05\nS3,2024-01-17\n";
    for (text, line) in [
        (format!("shop,on\nS1,\"2024-01-05\n{rows}"), 2),
        (format!("shop,on\n{rows}S1,\"\n{rows}"), 4),
        // A later quote closes it, and what it swallowed stands before a letter.
        (format!("shop,on\nS1,\"2024-01-05\n{rows}S3,\"2024-02-01\"\n"), 5),
        (format!("shop,on\nS1,\"2024-01-05\"x\n{rows}"), 2),
    ] {
        let (err, _) = score(&with_inspections(&text), 1);
        assert!(err.contains(&format!("data/inspections.csv:{line}: ")), "{text}\n{err}");
    }
    let (_, run) = score(&with_inspections("shop,on\n\"S1\",\"2024-01-05\"\r\n\"S3\" ,2024-01-17\n,\n , \n\n"), 0);
    // Ten more rows are in the other files.
    assert_eq!((&run["rows_rejected"], &run["rows_read"]), (&0.into(), &12.into()), "{run}");
}

#[test]
fn rows_on_one_line_are_told_apart() {
    let folder = Folder::starter("en");
    folder.edit("plan/manifest.yaml", "data/complaints.csv", "data/complaints.json");
    let row = r#"{"id":"C1","area":"A1","received":"2024-03-01","answered":"2024-03-02"}"#;
    let bad = r#"{"id":"","area":"A1","received":"2024-03-01"}"#;
    folder.write("plan/data/complaints.json", format!("[{row},{row},{bad},{bad}]"));
    let (_, run) = score(&folder, 0);
    assert_eq!((&run["rows_copies"], &run["rows_rejected"]), (&1.into(), &2.into()), "{run}");
    assert_eq!(folder.read("out/rejects.csv").lines().count(), 3);
}

#[test]
fn a_file_under_two_names_counts_once() {
    let folder = Folder::starter("en");
    let (_, once) = score(&folder, 0);
    folder.edit(
        "plan/manifest.yaml",
        "files: data/inspections.csv",
        "files: [data/inspections.csv, ./data/../data/inspections.csv]",
    );
    let (_, twice) = score(&folder, 0);
    assert_eq!(once["rows_read"], twice["rows_read"]);
    folder.edit(
        "plan/manifest.yaml",
        "  - kind: complaint",
        "  - kind: inspection\n    files: data/../data/inspections.csv\n  - kind: complaint",
    );
    assert!(score(&folder, 1).0.contains("would count twice"));
}

#[test]
fn what_nobody_meant_is_not_read_or_lost() {
    // UTF-8 that also passes for GBK.
    let folder = with_inspections("shop,on,备注\nS1,2024-01-05,中文\n");
    folder.edit("plan/manifest.yaml", "data/inspections.csv\n", "data/inspections.csv\n    encoding: gbk\n");
    assert!(score(&folder, 1).0.contains("UTF-8 text, not GBK"));
    // Beyond the calendar.
    let (_, run) = score(&with_inspections("shop,on\nS1,2200-01-01\nS1,2199-12-31\n"), 0);
    assert_eq!((&run["rows_rejected"], &run["rows_after_as_of"]), (&1.into(), &1.into()), "{run}");
    // Somebody's notes in the output folder.
    let folder = Folder::starter("en");
    score(&folder, 0);
    folder.write("out/notes.txt", "x");
    assert!(score(&folder, 2).0.contains("holds `notes.txt`"));
    assert_eq!(folder.read("out/notes.txt"), "x");
}
