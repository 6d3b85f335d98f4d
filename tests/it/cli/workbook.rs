//! Workbooks in and out: the starter plan from sheets gives what it gives from CSV, and its output holds the same cells.

use super::Folder;
use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};

const TABLES: [&str; 7] = ["scores", "items", "findings", "effects", "rules", "measures", "rejects"];

/// A sheet as a town keeps it: dates are dates, numbers are numbers.
fn fill(sheet: &mut Worksheet, first_row: u32, csv: &str) {
    let date = Format::new().set_num_format("yyyy/m/d");
    for (row, line) in (first_row..).zip(csv.lines()) {
        for (column, cell) in (0u16..).zip(line.split(',')) {
            if let Some(day) = ExcelDateTime::parse_from_str(cell).ok().filter(|_| cell.contains('-')) {
                sheet.write_datetime_with_format(row, column, &day, &date).unwrap();
            } else if let Ok(number) = cell.parse::<f64>() {
                sheet.write_number(row, column, number).unwrap();
            } else if !cell.is_empty() {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
}

fn book(folder: &Folder, name: &str, make: impl FnOnce(&mut Workbook)) {
    let mut book = Workbook::new();
    make(&mut book);
    folder.write(name, book.save_to_buffer().unwrap());
}

#[test]
fn sheets_give_what_files_give() {
    let folder = Folder::starter("en");
    folder.run(&["score", "plan/manifest.yaml", "--out", "from_csv", "--findings", "all"]).ends(0);
    book(&folder, "plan/data/ledger.xlsx", |book| {
        for (place, name) in ["areas", "shops", "inspections", "complaints", "veto_decisions"].into_iter().enumerate() {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            // A title over the whole width stands above each table.
            let title = u32::try_from(place % 3).unwrap();
            if title > 0 {
                sheet.merge_range(0, 0, 0, 3, "ledger of 2024", &Format::new()).unwrap();
            }
            fill(sheet, title, &folder.read(&format!("plan/data/{name}.csv")));
        }
    });
    let mut manifest = folder.read("plan/manifest.yaml");
    for (place, name) in ["areas", "shops", "inspections", "complaints", "veto_decisions"].into_iter().enumerate() {
        let layout = format!("files: data/ledger.xlsx\n    sheet: {name}\n    header_row: {}", place % 3 + 1);
        manifest = manifest.replace(&format!("files: data/{name}.csv"), &layout);
    }
    folder.write("plan/book.yaml", manifest);
    folder.run(&["score", "plan/book.yaml", "--out", "from_sheets", "--findings", "all"]).ends(0);
    for table in TABLES {
        let name = |from: &str| folder.read(&format!("{from}/{table}.csv"));
        assert_eq!(name("from_sheets"), name("from_csv"), "{table}");
    }
}

#[test]
fn the_workbook_holds_the_cells_of_the_files() {
    let folder = Folder::starter("zh");
    // A key that a spreadsheet would take for a formula stays text.
    let formula = |text: String| text.replace("S1", "=1+1");
    for file in ["shops", "inspections"] {
        let name = format!("plan/data/{file}.csv");
        folder.write(&name, formula(folder.read(&name)));
    }
    folder.run(&["score", "plan/manifest.yaml", "--out", "csv", "--findings", "all"]).ends(0);
    folder.run(&["score", "plan/manifest.yaml", "--out", "book", "--findings", "all", "--format", "xlsx"]).ends(0);
    folder.run(&["score", "plan/manifest.yaml", "--out", "again", "--findings", "all", "--format", "xlsx"]).ends(0);
    assert_eq!(folder.names("book"), ["results.xlsx", "run.json"]);
    let bytes = |out: &str| std::fs::read(folder.path(&format!("{out}/results.xlsx"))).unwrap();
    assert!(bytes("book") == bytes("again"), "the same run gives other bytes");
    let mut book: Xlsx<_> = open_workbook(folder.path("book/results.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), TABLES);
    let mut seen_formula = false;
    for table in TABLES {
        let text = folder.read(&format!("csv/{table}.csv"));
        let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let range = book.worksheet_range(table).unwrap();
        assert!(book.worksheet_formula(table).unwrap().used_cells().next().is_none(), "{table} holds a formula");
        for (row, record) in rows.records().enumerate() {
            for (column, cell) in record.unwrap().iter().enumerate() {
                let place = (u32::try_from(row).unwrap(), u32::try_from(column).unwrap());
                let found = match range.get_value(place).unwrap_or(&Data::Empty) {
                    Data::Float(number) => number.to_string(),
                    Data::Int(number) => number.to_string(),
                    Data::String(text) => text.clone(),
                    Data::Empty => String::new(),
                    other => panic!("{table} {place:?}: {other:?}"),
                };
                let number = |text: &str| text.parse::<f64>().ok();
                assert!(
                    found == cell || (number(&found).is_some() && number(&found) == number(cell)),
                    "{table} {place:?}: {found} for {cell}"
                );
                seen_formula |= found == "=1+1";
            }
        }
    }
    assert!(seen_formula);
}

/// The inspections of the starter plan from a workbook; what the run says.
fn scored(code: i32, layout: &str, make: impl FnOnce(&mut Workbook)) -> (Folder, String) {
    let folder = Folder::starter("en");
    book(&folder, "plan/data/i.xlsx", make);
    folder.edit("plan/manifest.yaml", "files: data/inspections.csv", &format!("files: data/i.xlsx{layout}"));
    let ran = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(code);
    (folder, ran.err)
}

#[test]
fn sheets_are_named_where_there_are_several() {
    let two = |book: &mut Workbook| {
        for name in ["January", "February"] {
            fill(book.add_worksheet().set_name(name).unwrap(), 0, "shop,on\nS1,2024-01-05");
        }
    };
    let (_, said) = scored(1, "", two);
    assert!(said.contains("several sheets") && said.contains("`January`, `February`"), "{said}");
    let (_, said) = scored(1, "\n    sheet: Januar", two);
    assert!(said.contains("no sheet `Januar`") && said.contains("`January`"), "{said}");
    scored(0, "\n    sheet: January", two);
    let (_, said) = scored(1, "", |book| {
        book.add_worksheet();
    });
    assert!(said.contains("is empty"), "{said}");
}

#[test]
fn cells_that_cannot_be_used_are_rejects_with_their_row() {
    let (folder, _) = scored(0, "", |book| {
        let sheet = book.add_worksheet();
        fill(sheet, 0, "shop,on\nS1,2024-01-05\nS9,2024-01-06\nS1,20240107");
        sheet.write_formula(4, 0, rust_xlsxwriter::Formula::new("1/0").set_result("#DIV/0!")).unwrap();
        sheet.write_string(4, 1, "2024-01-08").unwrap();
        sheet.write_number(5, 0, 123_456_789_012_345_680.0).unwrap();
        sheet.write_string(5, 1, "2024年1月9日").unwrap();
        // One value for two rows.
        sheet.merge_range(7, 0, 8, 0, "S3", &Format::new()).unwrap();
        sheet.write_string(7, 1, "2024/1/10").unwrap();
        sheet.write_string(8, 1, "２０２４-1-11").unwrap();
    });
    let rejects = folder.read("out/rejects.csv");
    let lines: Vec<&str> = rejects.lines().skip(1).collect();
    assert_eq!(lines.len(), 4, "{rejects}");
    assert!(lines[0].starts_with("data/i.xlsx,3,shop,S9,"), "{rejects}");
    assert!(lines[1].starts_with("data/i.xlsx,4,on,20240107,"), "{rejects}");
    assert!(lines[2].starts_with("data/i.xlsx,5,") && lines[2].contains("#DIV/0!"), "{rejects}");
    assert!(lines[3].starts_with("data/i.xlsx,6,") && lines[3].contains("15 digits"), "{rejects}");
    let run = folder.read("out/run.json");
    assert!(run.contains("\"data/i.xlsx\""), "{run}");
}

#[test]
fn what_is_no_workbook_is_said() {
    let folder = Folder::starter("en");
    folder.edit("plan/manifest.yaml", "files: data/inspections.csv", "files: data/i.xlsx");
    for bytes in [&b""[..], b"shop,on\n", b"PK\x03\x04broken", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]]
    {
        folder.write("plan/data/i.xlsx", bytes);
        let said = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(1).err;
        assert!(said.contains("data/i.xlsx") && said.contains("save it as"), "{said}");
        assert!(!folder.path("out").exists());
    }
}

#[test]
fn gbk_files_are_read_where_the_manifest_says_so() {
    let folder = Folder::starter("zh");
    let manifest = folder.read("plan/manifest.yaml");
    let name = manifest.lines().find_map(|line| line.trim().strip_prefix("files: ")).unwrap().to_owned();
    let text = folder.read(&format!("plan/{name}"));
    folder.run(&["score", "plan/manifest.yaml", "--out", "utf8"]).ends(0);
    let (bytes, _, faulty) = encoding_rs::GBK.encode(&text);
    assert!(!faulty && bytes.len() != text.len());
    folder.write(&format!("plan/{name}"), &bytes);
    let said = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(1).err;
    assert!(said.contains("encoding: gbk"), "{said}");
    folder.edit("plan/manifest.yaml", &format!("files: {name}"), &format!("files: {name}\n    encoding: gbk"));
    folder.run(&["score", "plan/manifest.yaml", "--out", "gbk"]).ends(0);
    assert_eq!(folder.read("gbk/scores.csv"), folder.read("utf8/scores.csv"));
    // Bytes that are no GBK are not replaced in silence.
    folder.write(&format!("plan/{name}"), [&bytes[..], &[0xFF, 0xFF, b'\n'][..]].concat());
    let said = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(1).err;
    assert!(said.contains("no GBK text before byte"), "{said}");
}

#[test]
fn words_of_the_layout_that_say_nothing_are_refused() {
    for (layout, word) in [("sheet: one", "sheet"), ("encoding: latin1", "latin1"), ("header_row: 0", "header_row")] {
        let folder = Folder::starter("en");
        let line = format!("files: data/inspections.csv\n    {layout}");
        folder.edit("plan/manifest.yaml", "files: data/inspections.csv", &line);
        let said = folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(1).err;
        assert!(said.contains(word), "{said}");
        let said = folder.run(&["check", "plan"]).ends(1).out;
        assert!(said.contains(word), "{said}");
    }
    // Rows above the names of the columns.
    let folder = Folder::starter("en");
    let rows = folder.read("plan/data/inspections.csv");
    folder.write("plan/data/inspections.csv", format!("ledger of 2024\n\n{rows}"));
    folder.edit("plan/manifest.yaml", "files: data/inspections.csv", "files: data/inspections.csv\n    header_row: 3");
    folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(0);
    assert_eq!(folder.read("out/rejects.csv").lines().count(), 1);
}
