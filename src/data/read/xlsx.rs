//! A sheet of a workbook: dates and numbers as they were typed, merged cells filled, formulas by their last value.

use super::{BrokenRow, DataFile, RawBlock, Sink, Wanted, bad_file, excerpt, locate, unreadable};
use crate::data::error::DataError;
use crate::data::rejects::Reason;
use crate::data::suggest::way_out;
use crate::diagnostic::Text;
use crate::limits::WORKBOOK_BYTES_MAX;
use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;

type Book = Xlsx<BufReader<File>>;

pub(super) fn read(file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    let mut book = open(file)?;
    let sheet = sheet(file, &book)?;
    let regions = book.merge_cells_by_sheet_name(&sheet).map_err(|error| broken_book(file, &error))?;
    let mut formulas = formulas(file, &mut book, &sheet)?;
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(|error| broken_book(file, &error))?;
    let mut reading =
        Reading { file, wanted, merged: Merged::new(regions), places: None, block: RawBlock::new(wanted.len()), sink };
    let mut row = 0;
    let mut row_cells: BTreeMap<u32, Cell> = BTreeMap::new();
    while let Some(found) = cells.next_cell().map_err(|error| broken_book(file, &error))? {
        let (at, column) = found.get_position();
        if at < row {
            let message = Text::new("its rows are out of order", "各行的次序错乱");
            return Err(bad_file(file, u64::from(at) + 1, message, Some(save_again())));
        }
        if at > row {
            uncomputed(&mut formulas, row, &mut row_cells);
            reading.row(row, std::mem::take(&mut row_cells))?;
            row = at;
        }
        if *found.get_value() != DataRef::Empty {
            formulas.remove(&(at, column));
        }
        let cell = cell(found.get_value());
        if cell != Cell::Text(String::new()) {
            row_cells.insert(column, cell);
        }
    }
    uncomputed(&mut formulas, row, &mut row_cells);
    reading.row(row, row_cells)?;
    if reading.places.is_none() {
        let message = Text::new(format!("sheet `{sheet}` is empty"), format!("工作表 `{sheet}` 是空的"));
        let help = Text::new("its first row must name the columns", "第一行应为列名");
        return Err(bad_file(file, 0, message, Some(help)));
    }
    let block = reading.block;
    sink(block)
}

/// Formulas of a sheet by row and column.
type Formulas = BTreeMap<(u32, u32), String>;

fn formulas(file: &DataFile, book: &mut Book, sheet: &str) -> Result<Formulas, DataError> {
    let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| broken_book(file, &error))?;
    let mut formulas = Formulas::new();
    while let Some(found) = cells.next_formula().map_err(|error| broken_book(file, &error))? {
        if !found.get_value().is_empty() {
            formulas.insert(found.get_position(), found.get_value().clone());
        }
    }
    Ok(formulas)
}

/// Formulas up to a row whose values no program has computed yet: errors, else they would be read as empty.
fn uncomputed(formulas: &mut Formulas, row: u32, cells: &mut BTreeMap<u32, Cell>) {
    while let Some(first) = formulas.first_entry().filter(|first| first.key().0 <= row) {
        let (at, formula) = first.remove_entry();
        if at.0 == row {
            cells.insert(at.1, Cell::Error(format!("={formula}")));
        }
    }
}

fn open(file: &DataFile) -> Result<Book, DataError> {
    let opened = File::open(&file.path).map_err(|reason| unreadable(&file.path, reason))?;
    let size = opened.metadata().map_err(|reason| unreadable(&file.path, reason))?.len();
    if size > WORKBOOK_BYTES_MAX {
        let message = Text::new(
            format!("the workbook has {size} bytes, at most {WORKBOOK_BYTES_MAX} are read"),
            format!("电子表格有 {size} 字节，最多读取 {WORKBOOK_BYTES_MAX} 字节"),
        );
        let help = Text::new("save the sheet as CSV UTF-8", "请把工作表另存为“CSV UTF-8”");
        return Err(bad_file(file, 0, message, Some(help)));
    }
    Xlsx::new(BufReader::new(opened)).map_err(|error| broken_book(file, &error))
}

fn broken_book(file: &DataFile, error: &XlsxError) -> DataError {
    let message = match error {
        XlsxError::Password => Text::new("the workbook is protected by a password", "电子表格设有密码"),
        _ => Text::new(format!("this is not a readable workbook: {error}"), format!("无法读取电子表格：{error}")),
    };
    bad_file(file, 0, message, Some(save_again()))
}

fn save_again() -> Text {
    Text::new(
        "open it in a spreadsheet program and save it as `.xlsx` without a password, or as CSV UTF-8",
        "请用表格软件打开，另存为不带密码的 `.xlsx` 或“CSV UTF-8”",
    )
}

/// The sheet that the manifest names, else the only one that is shown.
fn sheet(file: &DataFile, book: &Book) -> Result<String, DataError> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<&str> = sheets.clone().map(|sheet| sheet.name.as_str()).collect();
    if let Some(name) = &file.sheet {
        if names.contains(&name.as_str()) {
            return Ok(name.clone());
        }
        let message = Text::new(format!("there is no sheet `{name}`"), format!("没有工作表 `{name}`"));
        return Err(bad_file(file, 0, message, way_out(name, names)));
    }
    let shown: Vec<&str> = sheets.filter(|s| s.visible == SheetVisible::Visible).map(|s| s.name.as_str()).collect();
    match shown.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => Err(bad_file(file, 0, Text::new("it has no sheet", "其中没有工作表"), None)),
        several => {
            let list = several.join("`, `");
            let message = Text::new("it has several sheets", "其中有多个工作表");
            let help = Text::new(
                format!("say which with `sheet:`, one of `{list}`"),
                format!("请用 `sheet:` 指明其中之一：`{}`", several.join("`、`")),
            );
            Err(bad_file(file, 0, message, Some(help)))
        }
    }
}

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Text(String),
    Error(String),
    /// As the workbook keeps it.
    TooManyDigits(String),
}

struct Reading<'f, 's, 'k> {
    file: &'f DataFile,
    wanted: &'f [Wanted],
    merged: Merged,
    /// Columns of the wanted ones, once the header is read.
    places: Option<Vec<Option<u32>>>,
    block: RawBlock,
    sink: &'s mut Sink<'k>,
}

impl Reading<'_, '_, '_> {
    /// A row of the sheet, counted from 0.
    fn row(&mut self, row: u32, mut cells: BTreeMap<u32, Cell>) -> Result<(), DataError> {
        let is_blank = cells.is_empty();
        self.merged.fill(row, &mut cells);
        let line = u64::from(row) + 1;
        if is_blank || self.file.header_row.is_some_and(|header| line < header) {
            return Ok(());
        }
        let Some(places) = &self.places else {
            self.places = Some(self.header(&cells)?);
            return Ok(());
        };
        // Remarks beside the table are not looked at, nor are cells of white space.
        let is_filled = |place: &u32| {
            cells.get(place).is_some_and(|cell| !matches!(cell, Cell::Text(text) if text.trim().is_empty()))
        };
        if !places.iter().flatten().any(is_filled) {
            return Ok(());
        }
        let mut texts = Vec::with_capacity(places.len());
        for (place, wanted) in places.iter().zip(self.wanted) {
            let column = || wanted.name.clone();
            match place.and_then(|place| cells.get(&place)) {
                None => texts.push(""),
                Some(Cell::Text(text)) => texts.push(text.as_str()),
                Some(Cell::Error(error)) => {
                    let reason = Reason::CellError { column: column(), error: error.clone() };
                    self.block.broken.push(BrokenRow { line, value: excerpt(error), reason });
                    return Ok(());
                }
                Some(Cell::TooManyDigits(number)) => {
                    let reason = Reason::TooManyDigits { column: column() };
                    self.block.broken.push(BrokenRow { line, value: excerpt(number), reason });
                    return Ok(());
                }
            }
        }
        for text in texts {
            self.block.push_cell(text);
        }
        self.block.lines.push(line);
        if self.block.is_full() {
            (self.sink)(std::mem::replace(&mut self.block, RawBlock::new(self.wanted.len())))?;
        }
        Ok(())
    }

    /// Columns of the wanted ones. Names of columns lose the line breaks that make them narrow.
    fn header(&mut self, cells: &BTreeMap<u32, Cell>) -> Result<Vec<Option<u32>>, DataError> {
        let (mut columns, mut names) = (Vec::new(), Vec::new());
        for (column, cell) in cells {
            if let Cell::Text(text) = cell {
                columns.push(*column);
                names.push(text.replace(['\n', '\r'], "").trim().to_owned());
            }
        }
        let places = locate(self.file, &names, self.wanted, &mut self.block)?;
        Ok(places.into_iter().map(|place| place.and_then(|place| columns.get(place)).copied()).collect())
    }
}

/// Merged cells: only the first holds the value; it stands for all of them.
struct Merged {
    /// By first row, then column, the last first.
    waiting: Vec<Dimensions>,
    active: Vec<(Dimensions, Option<Cell>)>,
}

impl Merged {
    fn new(mut regions: Vec<Dimensions>) -> Merged {
        regions.retain(|region| region.start.0 < region.end.0 || region.start.1 < region.end.1);
        regions.sort_by_key(|region| std::cmp::Reverse(region.start));
        Merged { waiting: regions, active: Vec::new() }
    }

    /// Fills the cells of a row. A row that holds nothing of its own must not come to life by it.
    fn fill(&mut self, row: u32, cells: &mut BTreeMap<u32, Cell>) {
        self.active.retain(|(region, _)| row <= region.end.0);
        while let Some(region) = self.waiting.pop_if(|region| region.start.0 <= row) {
            let first = if region.start.0 == row { cells.get(&region.start.1).cloned() } else { None };
            self.active.push((region, first));
        }
        for (region, value) in &self.active {
            let Some(value) = value else { continue };
            // A title that runs over the whole width has at most as many columns as a sheet.
            for column in region.start.1..=region.end.1.min(region.start.1 + 16_384) {
                cells.entry(column).or_insert_with(|| value.clone());
            }
        }
    }
}

fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Text(String::new()),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => decimal(*number).map_or_else(|| Cell::TooManyDigits(number.to_string()), Cell::Text),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(yes) => Cell::Text(if *yes { "true" } else { "false" }.to_owned()),
        DataRef::DateTime(moment) => Cell::Text(moment_text(moment)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text.clone()),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

/// A date or time as ISO text; a length of time as hours, minutes, seconds.
fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        (_, _, _, 0) => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    }
}

/// The number as a spreadsheet shows it: 15 significant digits, which is all that it keeps of what was typed.
/// `None` where it has more digits before the point.
fn decimal(number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let scientific = format!("{number:.14e}");
    let (digits, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if exponent >= 15 {
        return None;
    }
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let digits = digits.replace('.', "");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    let text = if exponent < 0 {
        let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or(0));
        format!("{sign}0.{zeros}{digits}")
    } else if digits.len() <= whole {
        format!("{sign}{digits}{}", "0".repeat(whole - digits.len()))
    } else {
        let (before, after) = digits.split_at(whole);
        format!("{sign}{before}.{after}")
    };
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_was_typed() {
        let shown = |n: f64| decimal(n).unwrap_or_default();
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (1.1, "1.1"),
            (95.0, "95"),
            (1200.0, "1200"),
            (-2.5, "-2.5"),
            (0.000_123, "0.000123"),
            (123_456.789, "123456.789"),
            (999_999_999_999_999.0, "999999999999999"),
        ] {
            assert_eq!(shown(number), text);
        }
        // What a sum of tenths leaves behind is not shown by a spreadsheet either.
        assert_eq!(shown("0.30000000000000004".parse().unwrap()), "0.3");
        assert_eq!(decimal(1e15), None);
        assert_eq!(decimal(f64::NAN), None);
    }
}
