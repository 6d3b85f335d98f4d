//! Parquet: the rows of text files, as texts and as typed columns, fare as they do in the text files.

use super::*;
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::Compression;
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int16Array, Int64Array, LargeStringArray,
    RecordBatch, StringArray, StringViewArray, TimestampMicrosecondArray, TimestampNanosecondArray, UInt64Array,
};
use std::sync::Arc;
use wangge::model::{Day, Instant};

/// How a column is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum As {
    Text,
    LargeText,
    TextView,
    Whole,
    Small,
    Unsigned,
    Decimal,
    Float,
    Day,
    Micros,
    Nanos,
    Zoned,
    Bool,
    List,
}

fn array(cells: &[&str], form: As) -> ArrayRef {
    let filled = || cells.iter().map(|cell| Some(*cell).filter(|cell| !cell.is_empty()));
    let moments = |zone: chrono_tz::Tz| {
        filled().map(move |cell| {
            cell.map(|cell| Instant::parse(cell, zone).or_else(|| Day::parse(cell).map(Day::start)).unwrap().0)
        })
    };
    match form {
        As::Text => Arc::new(filled().collect::<StringArray>()),
        As::LargeText => Arc::new(filled().collect::<LargeStringArray>()),
        As::TextView => Arc::new(filled().collect::<StringViewArray>()),
        As::Whole => Arc::new(filled().map(|c| c.map(|c| c.parse().unwrap())).collect::<Int64Array>()),
        As::Small => Arc::new(filled().map(|c| c.map(|c| c.parse().unwrap())).collect::<Int16Array>()),
        As::Unsigned => Arc::new(filled().map(|c| c.map(|c| c.parse().unwrap())).collect::<UInt64Array>()),
        As::Decimal => {
            let scaled = filled().map(|c| c.map(|c| c.parse::<i128>().unwrap() * 1000));
            Arc::new(scaled.collect::<Decimal128Array>().with_precision_and_scale(20, 3).unwrap())
        }
        As::Float => Arc::new(filled().map(|c| c.map(|c| c.parse().unwrap())).collect::<Float64Array>()),
        As::Day => Arc::new(filled().map(|c| c.map(|c| Day::parse(c).unwrap().0)).collect::<Date32Array>()),
        As::Micros => Arc::new(moments(chrono_tz::UTC).collect::<TimestampMicrosecondArray>()),
        As::Nanos => {
            Arc::new(moments(chrono_tz::UTC).map(|at| at.map(|at| at * 1000)).collect::<TimestampNanosecondArray>())
        }
        // Civil time of Shanghai, kept as the instant of UTC.
        As::Zoned => {
            let utc = moments(chrono_tz::UTC).map(|at| at.map(|at| at - 8 * 3_600_000_000));
            Arc::new(utc.collect::<TimestampMicrosecondArray>().with_timezone("+08:00"))
        }
        As::Bool => Arc::new(filled().map(|c| c.map(|c| c.parse().unwrap())).collect::<BooleanArray>()),
        As::List => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for cell in filled() {
                cell.into_iter().flat_map(|cell| cell.split('|')).for_each(|item| lists.values().append_value(item));
                lists.append(cell.is_some());
            }
            Arc::new(lists.finish())
        }
    }
}

/// A CSV text as Parquet: its columns in these forms (the last form for those beyond), row groups of three rows.
pub fn parquet(csv: &str, forms: &[As], dictionary: bool) -> Vec<u8> {
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let columns = rows[0].iter().enumerate().map(|(at, name)| {
        let cells: Vec<&str> = rows[1..].iter().map(|row| row[at]).collect();
        (*name, array(&cells, forms.get(at).or(forms.last()).copied().unwrap()))
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(dictionary)
        .set_max_row_group_row_count(Some(3))
        .set_compression(if dictionary { Compression::SNAPPY } else { Compression::ZSTD(Default::default()) })
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

const GRIDS: &str = "编号\nG1\nG2\n";
/// As `runs::DIRT`, without rows that no table of columns can hold.
const HOUSEHOLDS: &str = "id,grid,等级,from,to\n1,G1,一级,,\n1,G1,一级,,\n2,G1,一级,,\n2,G1,二级,2024-01-05,\n3,G9,一级,,\n4,G1,三级,,\n5,G1,一级,2024-02-01,2024-01-01\n6,,一级,,\n7,G2,1,2023-01-01,2024-12-31\n";
const VISITS: &str = "编号,日期,住户,结果,备注,关注\nV1,2024-01-03,01,见面,,老人\nV1,2024-01-03,1,见面,,老人\nV2,2024-01-04,1,见面,,\nV2,2024-01-04,1,未见,,\n\
     V3,2024-01-05,1,见面, 甲 ,老人|儿童\nV4,2024-01-06,9,见面,,\nV5,2024-02-30,1,见面,,\nV6,2024-01-07,1,见 面,,\nV7,2024-01-07,1,,,\n\
     V8,2024-03-01,1,见面,,\n V9 ,2024-01-09T08:30,7,不在,x,外地\nV10,2024-01-09T08:30+08:00,7,met,x,\n";
const CASES: &str = "type,编号,受理,网格,办结\ncase,1,2024-01-05,G1,2024-01-08T10:00:00.5\npatrol,,,,\nother,,,,\ncase,2,2024-01-09,G2,\ncase,x,2024-01-09,G2,\n";
const CALENDAR: &str = "日期,工作日\n2024-01-05,是\n2024-01-06,否\n2024-01-07,否\n2024-01-08,是\n2024-01-09,是\n2024-01-10,是\n2024-01-11,是\n2024-01-12,是\n";

/// Runs the same tables from CSV and from Parquet: what they give is the same but for the rows' numbers.
fn compare(tables: &[(&str, &str, &[As])], dictionary: bool) {
    let names = ["grids", "households", "visits/a", "cases", "calendar"];
    let of = |name: &str| tables.iter().find(|(table, ..)| *table == name).unwrap();
    let manifest = MANIFEST
        .replace("grids.yaml", "grids.csv")
        .replace("cases.jsonl", "cases.csv")
        .replace("visits/*.csv", "visits/a.csv");
    let texts: Vec<(String, &str)> = names.iter().map(|name| (format!("{name}.csv"), of(name).1)).collect();
    let mut files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    files.push(("manifest.yaml", &manifest));
    let from_csv = run(folder(&files).path());

    let manifest = manifest.replace(".csv", ".parquet");
    let folder = folder(&[("manifest.yaml", &manifest)]);
    for name in names {
        let (_, text, forms) = of(name);
        std::fs::write(folder.path().join(format!("{name}.parquet")), parquet(text, forms, dictionary)).unwrap();
    }
    let from_parquet = run(folder.path());
    // Line n of the text is row n - 1 of the table.
    let numbered = |line: &str| match line.split_once(".csv:").map(|(name, rest)| (name, rest.split_once(' '))) {
        Some((name, Some((number, rest)))) if number.parse::<u64>().is_ok() => {
            format!("{name}.parquet:{} {rest}", number.parse::<u64>().unwrap() - 1)
        }
        _ => line.replace(".csv:", ".parquet:"),
    };
    let expected: Vec<String> = from_csv.lines().map(numbered).collect();
    assert!(from_csv.contains("rejected"), "{from_csv}");
    assert_eq!(from_parquet, expected.join("\n"));
    let workers = run_with(folder.path(), &RunOptions::default(), 3);
    assert_eq!(workers, from_parquet);
}

#[test]
fn dirty_texts_fare_as_in_csv() {
    for form in [As::Text, As::LargeText, As::TextView] {
        for dictionary in [true, false] {
            let forms: &[As] = &[form];
            compare(
                &[
                    ("grids", GRIDS, forms),
                    ("households", HOUSEHOLDS, forms),
                    ("visits/a", VISITS, forms),
                    ("cases", CASES, forms),
                    ("calendar", CALENDAR, forms),
                ],
                dictionary,
            );
        }
    }
}

#[test]
fn typed_columns_fare_as_in_csv() {
    use As::{Bool, Day as D, Decimal, Float, List, Micros, Nanos, Small, Text, Unsigned, Whole, Zoned};
    let visits = "编号,日期,住户,结果,备注,关注\n1,2024-01-03T08:00:00,1,见面,12,老人\n1,2024-01-03T08:00:00,1,见面,12,老人\n2,2024-01-04T00:00:00,1,见面,,\n\
         3,2024-01-05T00:00:00,7,见面,,老人|儿童\n4,2024-01-06T00:00:00,9,见面,3,\n5,,1,见面,,\n6,2024-03-01T00:00:00,7,met,,外地\n7,2024-01-31T23:59:59.999999,7,不在,,\n";
    let cases = "type,编号,受理,网格,办结\ncase,1,2024-01-05,G1,2024-01-08\nother,,,,\ncase,2,2024-01-09,G2,\ncase,-3,2024-01-09,G2,2024-01-09\ncase,4,,G2,\n";
    let calendar = CALENDAR.replace('是', "true").replace('否', "false");
    for (key, moment) in [(Whole, Micros), (Small, Nanos), (Decimal, Zoned), (Float, Micros), (Text, Text)] {
        let unsigned = if key == Small { Unsigned } else { key };
        compare(
            &[
                ("grids", GRIDS, &[Text]),
                ("households", HOUSEHOLDS, &[unsigned, Text, Text, D, D]),
                ("visits/a", visits, &[key, moment, key, Text, Text, List]),
                ("cases", cases, &[Text, key, D, Text, D]),
                ("calendar", &calendar, &[D, Bool]),
            ],
            true,
        );
    }
}

#[test]
fn what_is_no_parquet_says_so() {
    let manifest = MANIFEST.replace("households.csv", "households.parquet");
    let files = folder(&[("manifest.yaml", &manifest), ("households.parquet", "id,grid\n1,G1\n")]);
    let said = run(files.path());
    assert!(said.contains("households.parquet") && said.contains("no Parquet file"), "{said}");
    let whole = parquet("id,grid,等级\n1,G1,一级\n", &[As::Whole, As::Text], true);
    std::fs::write(files.path().join("households.parquet"), &whole[..whole.len() - 20]).unwrap();
    let said = run(files.path());
    assert!(said.contains("households.parquet") && said.contains("no Parquet file"), "{said}");
    std::fs::write(files.path().join("households.parquet"), parquet("id,grid\n1,G1\n", &[As::Text], true)).unwrap();
    let said = run(files.path());
    assert!(said.contains("no column gives the field `等级`"), "{said}");
}

#[test]
fn floats_are_their_shortest_decimals() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "policy p { in force from 2024-01-01 entity shop { key id : text } record sale { at day : date shop : shop amount : number } \
        measure total for shop = sum amount over sale output every month }";
    std::fs::write(folder.path().join("policy.wg"), policy).unwrap();
    let manifest = "policies: policy.wg\nperiod: 2024-01\nsources:\n  - {kind: shop, files: s.csv}\n  - {kind: sale, files: r.parquet, complete: period}\n";
    std::fs::write(folder.path().join("manifest.yaml"), manifest).unwrap();
    std::fs::write(folder.path().join("s.csv"), "id\nA\n").unwrap();
    let rows =
        "day,shop,amount\n2024-01-02,A,0.1\n2024-01-03,A,0.2\n2024-01-03,A,NaN\n2024-01-03,A,1e-10\n2024-01-03,A,1e3\n";
    let written = parquet(rows, &[As::Day, As::Text, As::Float], false);
    std::fs::write(folder.path().join("r.parquet"), written).unwrap();
    let setup = load(folder.path(), &RunOptions::default()).unwrap();
    let seen = observe(&setup, 1).unwrap();
    let refused: Vec<(u64, &str)> = seen.rejects.iter().map(|reject| (reject.line, reject.value.as_str())).collect();
    assert_eq!(refused, [(3, "NaN"), (4, "0.0000000001")]);
    let results = seen.judge(FindingFilter::None, &mut |_, _| {}).unwrap();
    let total = results[0].measures.iter().map(|measure| measure.value.to_string()).collect::<Vec<_>>();
    assert_eq!(total, ["1000.3"]);
}
