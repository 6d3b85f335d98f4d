//! Dates and numbers that are written in another way, which the manifest names.

use super::*;

const POLICY: &str = r#"
policy p {
    in force from 2020-01-01
    timezone "Europe/Rome"
    entity office { key id : text }
    record case { key nr : text  at day : date  shut : time optional  office : office  share : number %  worth : number  count : whole number optional }
    measure worths for office = sum worth over case
    measure shares for office = sum share over case
    rule worth : each office every year satisfies worths = 35.5
    rule share : each office every year satisfies shares = 100%
    rule shut : each case reaches shut within 10 hours of (day at 09:00)
}
"#;

const MANIFEST: &str = r#"
policies: policy.wg
period: 2024
sources:
  - kind: office
    files: offices.csv
    formats: { since: day-month-year }
  - kind: case
    files: cases.csv
    complete: period
    columns: { worth: value }
    formats: { day: day-month-year, shut: day-month-year, share: decimal comma, worth: decimal comma, count: decimal comma }
"#;

const CASES: &str = "nr,day,shut,office,share,value,count\n\
    1,31/12/2024,31.12.2024 18:59,A,\"12,5%\",\"35,5\",\"2,0\"\n\
    2,2024-03-01,,A,\"0,875\",0,\n\
    3,12/31/2024,,A,1,1,\n\
    4,1/2/24,,A,1,1,\n\
    5,1/2/2024,,A,0.5,1,\n\
    6,1/2/2024,,A,1,\"1.234,5\",\n\
    7,1/2/2024,,A,1,1,\"2,5\"\n";

fn of(manifest: &str, cases: &str) -> String {
    run(folder(&[
        ("policy.wg", POLICY),
        ("manifest.yaml", manifest),
        ("offices.csv", "id,since\nA,31/12/2023\n"),
        ("cases.csv", cases),
    ])
    .path())
}

#[test]
fn dates_and_numbers_are_read_as_the_manifest_says() {
    let shown = of(MANIFEST, CASES);
    for line in [
        "p worth: 1/0/0/0",
        "p share: 1/0/0/0",
        "p shut: 1/1/0/0",
        "cases.csv:4 day=12/31/2024 not a date between 1900 and 2199, such as 2024-01-05",
        "cases.csv:5 day=1/2/24 not a date between 1900 and 2199, such as 2024-01-05",
        "cases.csv:6 share=0.5 not a plain number (no thousands separators, at most 9 decimal places)",
        "cases.csv:7 value=1.234,5 not a plain number (no thousands separators, at most 9 decimal places)",
        "cases.csv:8 count=2,5 not a whole number",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn columns_may_be_separated_by_semicolons() {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(CASES.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    let cases: String = rows.iter().map(|row| row.iter().collect::<Vec<_>>().join(";") + "\n").collect();
    let told = MANIFEST.replace("files: cases.csv", "files: cases.csv\n    format: semicolon csv");
    assert_eq!(of(&told, &cases), of(MANIFEST, CASES));
    let shown = of(MANIFEST, &cases);
    assert!(shown.contains("cases.csv:1: no column gives the field `nr`"), "{shown}");
}

#[test]
fn what_a_manifest_could_say_is_told_with_the_reject() {
    let plain: String =
        MANIFEST.lines().filter(|line| !line.contains("formats")).map(|line| format!("{line}\n")).collect();
    let shown = of(&plain, CASES);
    for line in [
        "offices.csv:2 since=31/12/2023 not a date or time such as 2024-01-05; with its year last it is read where the manifest says how it is written, `formats: { FIELD: day-month-year }`",
        "cases.csv:2 day=31/12/2024 not a date or time such as 2024-01-05; with its year last",
        // Three places may be thousands as well.
        "cases.csv:3 share=0,875 not a plain number",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    let shown = of(&plain, "nr,day,office,share,value\n1,2024-01-01,A,\"12,5%\",1\n");
    assert!(
        shown.contains("share=12,5% not a plain number; a decimal comma is read where the manifest says so"),
        "{shown}"
    );
}

#[test]
fn formats_are_held_against_their_fields() {
    for (written, message) in [
        ("day: decimal comma", "`decimal comma` is no format of `day`"),
        ("office: day-month-year", "`day-month-year` is no format of `office`"),
        ("day: dd/mm/yyyy", "`dd/mm/yyyy` is not a format that can be read"),
        ("days: day-month-year", "`case` has no field `days`"),
        ("since: day-month-year", "`case` has no field `since`"),
    ] {
        let manifest = MANIFEST.replace("day: day-month-year, shut", &format!("{written}, shut"));
        let said = of(&manifest, CASES);
        assert!(said.contains(message), "{message}\n{said}");
    }
}
