//! Keys that several columns make up.

use super::*;

const POLICY: &str = r#"
policy p {
    in force from 2020-01-01
    entity town { key id : text }
    record case { key nr : text  at day : date  town : town }
    record answer { at day : date  case : case }
    rule answered : each case reaches answer within 10 days of day rest days stay
}
"#;

const MANIFEST: &str = r#"
policies: policy.wg
period: 2024
sources:
  - { kind: town, files: towns.csv }
  - kind: case
    files: cases.csv
    columns: { nr: { join: [town, number], with: "-" } }
    complete: period
  - kind: answer
    files: answers.csv
    columns: { case: { join: [town, number], with: "-" } }
    complete: period
"#;

fn of(cases: &str) -> String {
    let folder = folder(&[
        ("policy.wg", POLICY),
        ("manifest.yaml", MANIFEST),
        ("towns.csv", "id\nnorth\nsouth\nold-town\n"),
        ("cases.csv", cases),
        ("answers.csv", "day,town,number\n2024-03-05,north,1\n2024-03-20,south,1\n2024-03-05,south,\n"),
    ]);
    run(folder.path())
}

#[test]
fn cases_of_two_towns_share_their_numbers() {
    let shown = of("day,town,number\n2024-03-01,north,1\n2024-03-01, south , 1\n");
    assert!(shown.contains("p answered: 1/1/0/0"), "{shown}");
    // A part that is empty leaves no reference.
    assert!(shown.contains("answers.csv:4 town;number= must be filled"), "{shown}");
}

#[test]
fn a_key_that_could_be_cut_in_two_ways_is_rejected() {
    let shown = of("day,town,number\n2024-03-01,old-town,1\n2024-03-01,north,1\n2024-03-02,north,1\n");
    assert!(
        shown.contains("cases.csv:2 town;number=old-town-1 a part of it holds what the manifest puts between"),
        "{shown}"
    );
    assert!(shown.contains("cases.csv:3 town;number=north-1 another row has this key and differs"), "{shown}");
}
