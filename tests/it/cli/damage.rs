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
