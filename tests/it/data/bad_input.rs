//! Kinds of bad manifests and data, five of each: a clear error at its file, or a reject at its line, never a panic and never
//! a row lost in silence.

use super::*;

/// What becomes of bad input.
enum Ends {
    /// The run stops; the message holds these words, the name of a file among them.
    Stops(&'static [&'static str]),
    /// A row is a reject; the line about it holds these words.
    Rejects(&'static [&'static str]),
}
use Ends::{Rejects, Stops};

type Change = (&'static str, &'static str, &'static str);

/// A kind of bad input: a name, five changes (file, part replaced, what stands there instead), and how the run ends.
const KINDS: &[(&str, [Change; 5], Ends)] = &[
    (
        "key that is not known",
        [
            ("manifest.yaml", "policies:", "policy:"),
            ("manifest.yaml", "period:", "time:"),
            ("manifest.yaml", "ids: unique", "id: unique"),
            ("manifest.yaml", "kind_column: type", "kindcolumn: type"),
            ("manifest.yaml", "until: to", "till: to"),
        ],
        Stops(&["manifest.yaml:", "WG0902"]),
    ),
    (
        "period that is none",
        [
            ("manifest.yaml", "2024-01\n", "2024-13\n"),
            ("manifest.yaml", "2024-01\n", "24-01\n"),
            ("manifest.yaml", "2024-01\n", "2024Q5\n"),
            ("manifest.yaml", "2024-01\n", "2024-01-31..2024-01-01\n"),
            ("manifest.yaml", "2024-01\n", "[2024-01]\n"),
        ],
        Stops(&["manifest.yaml:3:", "WG090"]),
    ),
    (
        "kind, field or parameter that no policy has",
        [
            ("manifest.yaml", "kind: 住户", "kind: 住戶"),
            ("manifest.yaml", "编号: id", "编码: id"),
            ("manifest.yaml", "kind: 诉求", "kind: 诉讼"),
            ("manifest.yaml", "办结时限: 2", "办结限期: 2"),
            ("manifest.yaml", "工作日历: {", "日历: {"),
        ],
        Stops(&["manifest.yaml:", "WG0904"]),
    ),
    (
        "value of a parameter",
        [
            ("manifest.yaml", "2 工作日 }", "二 工作日 }"),
            ("manifest.yaml", "2 工作日 }", "-2 工作日 }"),
            ("manifest.yaml", "2 工作日 }", "2.5 工作日 }"),
            ("manifest.yaml", "2 工作日 }", "2 天 }"),
            ("manifest.yaml", "2 工作日 }", "2 工作日 3 }"),
        ],
        Stops(&["manifest.yaml:4:", "WG0903"]),
    ),
    (
        "shape of the manifest",
        [
            ("manifest.yaml", "sources:", "sources: none\nother:"),
            ("manifest.yaml", "params: {", "params: [{"),
            ("manifest.yaml", "period: 2024-01", "\tperiod: 2024-01"),
            ("manifest.yaml", "period: 2024-01", "period: 2024-01\nperiod: 2024-02"),
            ("manifest.yaml", "kind: 住户", "kind: [住户]"),
        ],
        Stops(&["manifest.yaml:"]),
    ),
    (
        "days that a source covers",
        [
            ("manifest.yaml", "complete: period", "complete: yes"),
            ("manifest.yaml", "complete: period", "complete: 2024-00"),
            ("manifest.yaml", "from: 2023-12-01", "from: 2024-12-01"),
            ("manifest.yaml", "to: 2024-02-29", "to: 2024-02-30"),
            ("manifest.yaml", "to: 2024-02-29", "too: 2024-02-29"),
        ],
        Stops(&["manifest.yaml:", "WG090"]),
    ),
    (
        "file that is not there",
        [
            ("manifest.yaml", "files: households.csv", "files: household.csv"),
            ("manifest.yaml", "visits/*.csv", "visit/*.csv"),
            ("manifest.yaml", "files: grids.yaml", "files: nowhere/grids.yaml"),
            ("manifest.yaml", "files: calendar.csv", "files: calendar2.csv"),
            ("manifest.yaml", "files: cases.jsonl", "files: cases.jsonll/a.jsonl"),
        ],
        Stops(&["DIR"]),
    ),
    (
        "header",
        [
            ("households.csv", "id,grid", "ids,grid"),
            ("households.csv", "id,grid", "id,id"),
            ("households.csv", "id,grid", ""),
            ("visits/b.csv", "住户,", "户,"),
            ("calendar.csv", "日期,工作日", "日,工作日"),
        ],
        Stops(&[".csv:1", "column"]),
    ),
    (
        "bytes that are no UTF-8 text",
        [
            ("households.csv", "id,grid", "\u{0}id,grid"),
            ("cases.jsonl", "{", "\u{0}"),
            ("grids.yaml", "- 编号", "\u{0}"),
            ("visits/a.csv", "编号", "PK\u{3}\u{4}"),
            ("calendar.csv", "日期", "\u{0}\u{0}"),
        ],
        Stops(&[":1: not UTF-8 text"]),
    ),
    (
        "quotes and line ends of CSV",
        [
            ("visits/a.csv", "V2,", "\"V2,"),
            ("households.csv", "2,G1", "2,\"G1"),
            ("visits/b.csv", "行\",", "行,"),
            ("visits/a.csv", "编号,日期,住户,结果\nV1", "编号,日期,住户,结果\rV1"),
            ("calendar.csv", "日期,工作日\n2024", "日期,工作日\r2024"),
        ],
        Stops(&[".csv:"]),
    ),
    (
        "calendar",
        [
            ("calendar.csv", "2024-01-06,0\n", ""),
            ("calendar.csv", "2024-01-06,0", "2024-01-06,0\n2024-01-06,1"),
            ("calendar.csv", "2024-01-06,0", "2024-01-06,maybe"),
            ("calendar.csv", "2024-01-06,0", "2024-01-36,0"),
            ("calendar.csv", "2024-01-06,0", "2024-01-06,"),
        ],
        Stops(&["calendar"]),
    ),
    (
        "YAML of data",
        [
            ("grids.yaml", "- 编号: G1", "- 编号: [G1"),
            ("grids.yaml", "- 编号: G1", "编号: G1"),
            ("grids.yaml", "- 编号: G1", "- {编号: G1, 编号: G2}"),
            ("grids.yaml", "- 编号: G1", "- 编号: *a"),
            ("grids.yaml", "- 编号: G1", "- 编号: 'G1"),
        ],
        Stops(&["grids.yaml"]),
    ),
    (
        "date",
        [
            ("visits/a.csv", "2024-01-03 09:00", "2024-02-30"),
            ("visits/a.csv", "2024-01-03 09:00", "2024-01-03 25:00"),
            ("visits/a.csv", "2024-01-03 09:00", "03/01/2024"),
            ("visits/a.csv", "2024-01-03 09:00", "45294"),
            ("visits/a.csv", "2024-01-03 09:00", "2024-13-03"),
        ],
        Rejects(&["visits/a.csv:2", "日期=", "not a date or time"]),
    ),
    (
        "code",
        [
            ("visits/a.csv", "1,见面", "1,见 面"),
            ("visits/a.csv", "1,见面", "1,见面了"),
            ("visits/a.csv", "1,见面", "1,MET"),
            ("visits/a.csv", "1,见面", "1,0"),
            ("visits/a.csv", "1,见面", "1,見面"),
        ],
        Rejects(&["visits/a.csv:2", "结果=", "not one of the codes"]),
    ),
    (
        "field that must be filled",
        [
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", "V1,2024-01-03 09:00,1,"),
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", "V1,2024-01-03 09:00,,见面"),
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", "V1,,1,见面"),
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", ",2024-01-03 09:00,1,见面"),
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", "V1,  ,1,见面"),
        ],
        Rejects(&["visits/a.csv:2", "must be filled"]),
    ),
    (
        "reference",
        [
            ("visits/a.csv", "09:00,1,", "09:00,9,"),
            ("visits/a.csv", "09:00,1,", "09:00,0,"),
            ("visits/a.csv", "09:00,1,", "09:00,10,"),
            ("visits/a.csv", "09:00,1,", "09:00,01000,"),
            ("visits/a.csv", "09:00,1,", "09:00,99999999999,"),
        ],
        Rejects(&["visits/a.csv:2", "住户=", "no such subject"]),
    ),
    (
        "number as a key",
        [
            ("households.csv", "2,G1", "x,G1"),
            ("households.csv", "2,G1", "2.5,G1"),
            ("households.csv", "2,G1", "1e3,G1"),
            ("households.csv", "2,G1", "99999999999999999999999999999999999999999999,G1"),
            ("households.csv", "2,G1", "0x2,G1"),
        ],
        Rejects(&["households.csv:3", "id=", "not a whole number"]),
    ),
    (
        "number of cells",
        [
            ("visits/a.csv", ",见面\n", "\n"),
            ("visits/a.csv", ",见面\n", ",见面,\n"),
            ("visits/a.csv", ",见面\n", ",见面,,,,\n"),
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", "V1"),
            ("visits/a.csv", "V1,2024-01-03 09:00,1,见面", "V1;2024-01-03;1;见面"),
        ],
        Rejects(&["visits/a.csv:2", "cells, the header 4"]),
    ),
    (
        "JSON Lines",
        [
            ("cases.jsonl", "{\"type\":\"case\",\"编号\":1", "{\"type\":\"case\",\"编号\":1,"),
            ("cases.jsonl", "{\"type\":\"case\",\"编号\":1", "[\"type\",\"case\",\"编号\",1"),
            ("cases.jsonl", "{\"type\":\"case\",\"编号\":1", "{\"type\":\"case\" \"编号\":1"),
            ("cases.jsonl", "{\"type\":\"case\",\"编号\":1", "{'type':'case','编号':1"),
            ("cases.jsonl", "{\"type\":\"case\",\"编号\":1", "{\"type\":\"case\",\"编号\":NaN"),
        ],
        Rejects(&["cases.jsonl:1", "not a JSON object"]),
    ),
    (
        "kind of a row",
        [
            ("cases.jsonl", "\"other\"", "\"others\""),
            ("cases.jsonl", "\"other\"", "\"\""),
            ("cases.jsonl", "\"other\"", "null"),
            ("cases.jsonl", "\"other\"", "7"),
            ("cases.jsonl", "\"other\"", "\"Case\""),
        ],
        Rejects(&["cases.jsonl:2", "not a kind that the manifest lists"]),
    ),
    (
        "lifetime",
        [
            ("households.csv", "3,G2,二级,,2024-01-15", "3,G2,二级,2024-01-15,2024-01-01"),
            ("households.csv", "3,G2,二级,,2024-01-15", "3,G2,二级,,2024-01-16"),
            ("households.csv", "3,G2,二级,,2024-01-15", "3,G2,二级,,"),
            ("households.csv", "3,G2,二级,,2024-01-15", "3,G2,二级,2024-01-20,"),
            ("households.csv", "3,G2,二级,,2024-01-15", "3,G2,二级,2024-01-01,2024-12-31"),
        ],
        Rejects(&["households.csv:4", "the time for which it holds"]),
    ),
    (
        "one key, different rows",
        [
            ("visits/b.csv", "V3,2024-01-05,3", "V1,2024-01-05,3"),
            ("visits/b.csv", "V3,2024-01-05,3", "V1,2024-01-03 09:00,3"),
            ("visits/b.csv", "V3,2024-01-05,3", "V1,2024-01-03 09:00,1"),
            ("visits/b.csv", "V3,2024-01-05,3", "V1,2024-01-03,1"),
            ("visits/b.csv", "V3,2024-01-05,3", "V1,2024-01-03 09:01,1"),
        ],
        Rejects(&["visits/b.csv:2", "another row has this key and differs"]),
    ),
];

#[test]
fn twenty_kinds_of_bad_input_five_of_each() {
    assert!(KINDS.len() >= 20);
    let mut wrong = Vec::new();
    for (kind, changes, ends) in KINDS {
        for (file, from, to) in changes {
            let text = DATA.iter().chain(&[("manifest.yaml", MANIFEST)]).find(|(name, _)| name == file).unwrap().1;
            assert!(text.contains(from), "{kind}: {file} has no {from}");
            let changed = text.replacen(from, to, 1);
            let folder = folder(&[(file, &changed)]);
            let said = run(folder.path());
            assert_eq!(said, run_with(folder.path(), &RunOptions::default(), 3), "{kind}: {to}");
            let stopped = !said.contains(": read ");
            let fits = match ends {
                Stops(words) => stopped && words.iter().all(|word| said.contains(word)),
                Rejects(words) => !stopped && said.lines().any(|line| words.iter().all(|word| line.contains(word))),
            };
            if !fits {
                wrong.push(format!("{kind}: `{from}` to `{to}`\n{said}\n"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// A column of nearly the same name as an optional field that has none is told.
#[test]
fn a_misspelt_optional_column_is_told() {
    let seen = |header: &str| {
        let text = format!("编号,日期,住户,结果,备注,{header}\nV3,2024-01-05,3,met,无,老人\n");
        let folder = folder(&[("visits/b.csv", &text)]);
        let setup = load(folder.path(), &RunOptions::default()).unwrap();
        observe(&setup, 2).unwrap().passed_over
    };
    assert_eq!(seen("关注"), []);
    assert_eq!(seen("特别关注人群"), []);
    let folder = folder(&[
        ("policy.wg", &POLICY.replace("备注：文本 可空", "备注说明：文本 可空")),
        ("visits/b.csv", "编号,日期,住户,结果,备注说名\nV3,2024-01-05,3,met,无\n"),
    ]);
    let setup = load(folder.path(), &RunOptions::default()).unwrap();
    let told = observe(&setup, 2).unwrap().passed_over;
    assert_eq!(told, [("visits/b.csv".to_owned(), "备注说明".to_owned(), "备注说名".to_owned())]);
}
