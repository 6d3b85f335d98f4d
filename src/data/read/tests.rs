//! Readers on small files with every kind of dirt.

use super::*;
use std::io::Write;

fn file(format: Format, bytes: &[u8]) -> (tempfile::NamedTempFile, DataFile) {
    let mut temp = tempfile::NamedTempFile::new().unwrap();
    temp.write_all(bytes).unwrap();
    let file = DataFile::plain(temp.path().to_owned(), "data".to_owned(), format);
    (temp, file)
}

/// `line: cell|cell` a row, `line! reason` a broken one, or the error.
fn read(format: Format, bytes: &[u8], columns: &[&str]) -> String {
    let (_keep, file) = file(format, bytes);
    let wanted: Vec<Wanted> =
        columns.iter().map(|name| Wanted { name: (*name).to_owned(), need: Need::Named { optional: false } }).collect();
    let mut rows = Vec::new();
    let result = read_file(&file, &wanted, &mut |block| {
        for row in 0..block.row_count() {
            let cells: Vec<_> = (0..wanted.len()).map(|column| block.text(row, column)).collect();
            rows.push((block.lines[row], format!("{}: {}", block.lines[row], cells.join("|").escape_debug())));
        }
        for broken in &block.broken {
            rows.push((broken.line, format!("{}! {}", broken.line, broken.reason.text().en)));
        }
        Ok(())
    });
    rows.sort();
    let mut shown: Vec<String> = rows.into_iter().map(|(_, row)| row).collect();
    if let Err(error) = result {
        shown.push(format!("error: {error}"));
    }
    shown.join("\n")
}

#[test]
fn csv_rows_know_the_line_they_start_on() {
    for end in ["\n", "\r\n"] {
        for last in ["", end] {
            let text = ["\u{feff}编号,说明", "", "1,甲", "2,\"乙", "", "丙\"", "", "", "3,\"丁\""].join(end) + last;
            let shown = read(Format::Csv, text.as_bytes(), &["编号", "说明"]);
            let inner = end.escape_debug().to_string().repeat(2);
            assert_eq!(shown, format!("3: 1|甲\n4: 2|乙{inner}丙\n9: 3|丁"), "{end:?} {last:?}");
        }
    }
}

#[test]
fn csv_dirt_is_told_apart() {
    let shown = read(Format::Csv, b"a,b\n1\n1,2,3\n,\n 4 , 5 \n\"6,7\n8\"\n9,10\n", &["b", "a"]);
    assert_eq!(
        shown,
        "2! the row has 1 cells, the header 2\n3! the row has 3 cells, the header 2\n5:  5 | 4 \n\
         6! the row has 1 cells, the header 2, and it runs over 2 lines: is a quote left open?\n8: 10|9"
    );
    // Rows that a quote swallows to the end of the file are not one bad row: the run stops.
    assert_eq!(
        read(Format::Csv, b"a,b\n1,2\n\"6,7\n8,9\n", &["b", "a"]),
        "error: data:3: a quote that opens here is never closed: 2 lines after it cannot be told apart"
    );
    assert_eq!(
        read(Format::Csv, b"a,b\r1,2\r3,4\r", &["a"]),
        "error: data:1: the lines end with carriage returns only"
    );
    assert_eq!(read(Format::Tsv, b"a\tb\n1\t\"x\ty\"\n", &["b"]), "2: x\\ty");
    assert_eq!(read(Format::SemicolonCsv, b"a;b\n1;\"2;3,5\"\n", &["b"]), "2: 2;3,5");
    assert_eq!(read(Format::Csv, b"", &["a"]), "error: data: the file is empty");
    assert_eq!(read(Format::Csv, b"a,b\n", &["a"]), "");
    assert_eq!(read(Format::Csv, b"date,b\n", &["dat"]), "error: data:1: there is no column `dat`");
    assert_eq!(read(Format::Csv, b"a,a\n", &["a"]), "error: data:1: two columns are called `a`");
}

#[test]
fn files_that_are_not_utf8_are_named_with_line_and_byte() {
    let mut gbk = b"a,b\n1,2\n3,".to_vec();
    gbk.extend([0xCE, 0xD2, b'\n']);
    assert_eq!(read(Format::Csv, &gbk, &["a"]), "error: data:3: not UTF-8 text (byte 10)");
    assert_eq!(read(Format::Csv, b"PK\x03\x04abc", &["a"]), "error: data:1: not UTF-8 text (byte 0)");
    assert_eq!(read(Format::JsonLines, b"{}\n{\"a\":\"\xff\"}\n", &["a"]), "error: data:2: not UTF-8 text (byte 9)");
    assert_eq!(read(Format::Yaml, b"- a: 1\n- a: \xff\n", &["a"]), "error: data:2: not UTF-8 text (byte 12)");
    // A letter cut in two by a delimiter is not one letter.
    assert!(read(Format::Csv, b"a,b\n\xe7\x94,\xb2\n", &["a", "b"]).contains("not UTF-8"));
}

#[test]
fn an_open_quote_does_not_swallow_the_memory() {
    let mut text = b"a,b\n1,\"".to_vec();
    text.resize(crate::limits::ROW_BYTES_MAX + 1_000_000, b'x');
    assert!(read(Format::Csv, &text, &["a"]).contains("longer than 16 MiB"));
    let mut text = b"{\"a\":\"".to_vec();
    text.resize(crate::limits::ROW_BYTES_MAX + 1_000_000, b'x');
    assert!(read(Format::JsonLines, &text, &["a"]).contains("longer than 16 MiB"));
}

#[test]
fn json_keeps_spellings() {
    let text = "{\"a\": 0.10, \"b\": \"甲\\n\"}\n\n{\"a\": [1, \"二\"], \"b\": null}\r\n{\"a\": {\"x\": 1}}\n[1]\n{\"a\":1,\"a\":2}\n{\"a\": 12345678901234567890123, \"b\": true}\n{\"a\": ";
    assert_eq!(
        read(Format::JsonLines, text.as_bytes(), &["a", "b"]),
        "1: 0.10|甲\\n\n3: 1|二|\n4! column `a` holds an object or nested list\n\
         5! not a JSON object (at byte 0 of the line)\n6! column `a` is given twice\n\
         7: 12345678901234567890123|true\n8! not a JSON object (at byte 5 of the line)"
    );
}

#[test]
fn yaml_and_json_lists_are_rows() {
    let text = "- a: 0.10\n  b: [x, y]\n- b: ~\n- 5\n- a: {}\n";
    assert_eq!(
        read(Format::Yaml, text.as_bytes(), &["a", "b"]),
        "1: 0.10|x|y\n3: |\n4! not a mapping of columns to values\n5! column `a` holds an object or nested list"
    );
    assert_eq!(read(Format::Yaml, b"[{\"a\": \"1\"},\n {\"a\": 2.50}]", &["a"]), "1: 1\n2: 2.50");
    assert_eq!(read(Format::Yaml, b"a: 1", &["a"]), "error: data:1: the file must hold a list of rows");
    assert_eq!(read(Format::Yaml, b"- a: 1", &["b"]), "error: data:1: there is no column `b`");
}

#[test]
fn blocks_end_at_their_limit() {
    // With a quote, rows are cut one by one; without, lines are handed over by their bytes.
    let mut text = "a\n\"0\"\n".to_owned();
    for n in 0..BATCH_ROWS {
        text.push_str(&format!("{n}\n"));
    }
    let (_keep, file) = file(Format::Csv, text.as_bytes());
    let mut sizes = Vec::new();
    let wanted = [Wanted { name: "a".to_owned(), need: Need::Optional }];
    let done = read_file(&file, &wanted, &mut |block| {
        sizes.push(block.row_count());
        Ok(())
    });
    assert!(done.is_ok());
    sizes.retain(|size| *size > 0);
    assert_eq!(sizes, [BATCH_ROWS, 1]);
}
