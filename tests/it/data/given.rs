//! Numbers that people give: the same bounds in every format, and the mark in explanations.

use super::*;
use wangge::report::explain::{Question, explain, text::render};

const GIVEN_POLICY: &str = "policy p { in force from 2024-01-01 entity village { key id : text }
    record mark { key id : text  at day : date  village : village  judge : text optional
        worth : number points optional given within -1 to 10 by judge outside rejected
        share : number % optional given within 5% to 95% outside bounded }
    assessment a for each village every month { item worth 10 points : points sum worth over mark }
    rule r : each village has at least 1 mark every month }";

const HEAD: [&str; 6] = ["id", "day", "village", "judge", "worth", "share"];
const ROWS: [[&str; 6]; 8] = [
    ["1", "2024-01-02", "A", "W", "10", "95%"],
    ["2", "2024-01-02", "A", "W", "10.5", "50%"],
    ["3", "2024-01-02", "A", "W", "-1", "99%"],
    ["4", "2024-01-02", "A", "", "3", "50%"],
    ["5", "2024-01-02", "A", "", "", "1%"],
    ["6", "2024-01-02", "B", " ", "0", "50%"],
    ["7", "2024-01-02", "B", "W", "-2", "1%"],
    ["8", "2024-01-02", "B", "V", "2", "0.05"],
];

const SHOWN: &str = "FILE: read 8 used 4 rejected 4 copies 0 later 0 bounded 2
v.csv: read 2 used 2 rejected 0 copies 0 later 0
FILE:ROW2 worth=10.5 outside -1 to 10, within which it is given: ask whoever gave it, and correct the row
FILE:ROW4 judge= must be filled, because `worth` is given by a person: say who gave it
FILE:ROW6 judge= must be filled, because `worth` is given by a person: say who gave it
FILE:ROW7 worth=-2 outside -1 to 10, within which it is given: ask whoever gave it, and correct the row
p r: 2/0/0/0";

/// A folder whose marks stand in such a file.
fn marks(file: &str, bytes: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let manifest = format!(
        "policies: policy.wg\nperiod: 2024-01\nsources:\n  - {{kind: village, files: v.csv}}\n  - {{kind: mark, files: {file}, complete: period}}\n"
    );
    for (name, bytes) in [
        ("policy.wg", GIVEN_POLICY.as_bytes()),
        ("manifest.yaml", manifest.as_bytes()),
        ("v.csv", b"id\nA\nB\n"),
        (file, bytes),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

fn csv() -> String {
    let rows = ROWS.iter().map(|row| row.join(",") + "\n");
    HEAD.join(",") + "\n" + &rows.collect::<String>()
}

/// What the file gives, with the places of its rows as numbers of rows.
fn shown(file: &str, bytes: &[u8], first_line: u64) -> String {
    let said = run(marks(file, bytes).path()).replace(file, "FILE");
    let lines = said.lines().map(|line| {
        let place = line.strip_prefix("FILE:").and_then(|rest| rest.split_once(' '));
        match place.and_then(|(number, rest)| Some((number.parse::<u64>().ok()?, rest))) {
            Some((number, rest)) => format!("FILE:ROW{} {rest}", number - first_line + 1),
            None => line.to_owned(),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn bounds_hold_in_every_format() {
    assert_eq!(shown("m.csv", csv().as_bytes(), 2), SHOWN);
    let object = |row: &[&str; 6]| {
        let cells = HEAD.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
        cells.map(|(name, cell)| format!("\"{name}\": \"{cell}\"")).collect::<Vec<_>>().join(", ")
    };
    let json: String = ROWS.iter().map(|row| format!("{{{}}}\n", object(row))).collect();
    assert_eq!(shown("m.jsonl", json.as_bytes(), 1), SHOWN);
    let yaml: String = ROWS.iter().map(|row| format!("- {{{}}}\n", object(row))).collect();
    assert_eq!(shown("m.yaml", yaml.as_bytes(), 1), SHOWN);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0u32..).zip(std::iter::once(&HEAD).chain(&ROWS)) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell.parse::<f64>() {
                Ok(number) if column == 4 => sheet.write_number(row, column, number).unwrap(),
                _ => sheet.write_string(row, column, *cell).unwrap(),
            };
        }
    }
    assert_eq!(shown("m.xlsx", &book.save_to_buffer().unwrap(), 2), SHOWN);
}

#[cfg(feature = "parquet")]
#[test]
fn bounds_hold_in_parquet() {
    use super::parquet::{As, parquet};
    for (worth, dictionary) in [(As::Text, true), (As::Text, false), (As::Float, false)] {
        let forms = [As::Text, As::Text, As::Text, As::Text, worth, As::Text];
        assert_eq!(shown("m.parquet", &parquet(&csv(), &forms, dictionary), 1), SHOWN);
    }
}

#[test]
fn an_explanation_says_who_gave_a_number() {
    let folder = marks("m.csv", csv().as_bytes());
    let setup = load(folder.path(), &RunOptions::default()).unwrap();
    let observation = observe(&setup, 1).unwrap();
    let question = Question::of("A");
    let explanations = explain(&setup, &observation, question).unwrap();
    let en = render(&explanations, Lang::En);
    assert!(
        en.contains("worth = -1 (given by W), share = 0.95 (given by a person, as 99%: outside the bounds)"),
        "{en}"
    );
    let zh = render(&explanations, Lang::Zh);
    assert!(zh.contains("worth = -1（W 评定），share = 0.95（由人评定，原评 99%，越界取界）"), "{zh}");
}
