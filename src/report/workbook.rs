//! Tables as one workbook, a sheet a table: text stays text, whatever it begins with; numbers are numbers.

use super::ReportError;
use super::part::{Part, csv_rows};
use super::table::TableId;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// Rows of a sheet, its header included; what is more goes to a further sheet.
const SHEET_ROWS_MAX: u32 = 1_048_576;
/// Letters of a cell. The CSV of the same run holds longer ones whole.
const CELL_CHARS_MAX: usize = 32_767;
/// Rows whose widths decide how wide a column is.
const MEASURED_ROWS: u32 = 200;
/// Widest column, in letters.
const WIDTH_MAX: usize = 60;
/// Digits that a number of a workbook keeps; longer ones stand as text.
const DIGITS_MAX: usize = 15;

/// Name of the thread that writes a workbook.
pub(crate) const THREAD: &str = "workbook";

/// Writes the tables, each with its parts in order. Rows wait in files of the folder `scratch`.
///
/// The library stops the thread where such a file cannot take more: it is given one of its own.
pub(super) fn write_workbook(
    path: &Path,
    scratch: &Path,
    tables: BTreeMap<TableId, Vec<Part>>,
) -> Result<(), ReportError> {
    let full = || ReportError::io(path, std::io::ErrorKind::StorageFull.into());
    std::thread::scope(|scope| {
        let writer = std::thread::Builder::new().name(THREAD.to_owned());
        let writer =
            writer.spawn_scoped(scope, || write(path, scratch, tables)).map_err(|e| ReportError::io(path, e))?;
        writer.join().unwrap_or_else(|_| Err(full()))
    })
}

fn write(path: &Path, scratch: &Path, tables: BTreeMap<TableId, Vec<Part>>) -> Result<(), ReportError> {
    let mut book = Workbook::new();
    book.set_tempdir(scratch).map_err(|e| broken(scratch, e))?;
    // The same run gives the same bytes: no time of writing.
    let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|e| broken(path, e))?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    for (table, parts) in tables {
        write_table(&mut book, path, table, parts)?;
    }
    // Written by hand: the library does not say so when the disk is full.
    let bytes = book.save_to_buffer().map_err(|e| broken(path, e))?;
    let mut file = std::fs::File::create(path).map_err(|e| ReportError::io(path, e))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|e| ReportError::io(path, e))
}

fn broken(path: &Path, error: XlsxError) -> ReportError {
    let source = match error {
        XlsxError::IoError(reason) | XlsxError::TempFileError(_, reason) => reason,
        other => std::io::Error::other(other.to_string()),
    };
    ReportError::io(path, source)
}

/// How cells of one table look.
struct Style {
    head: Format,
    /// Number formats by decimal places, so that 95.50 keeps its zero.
    places: BTreeMap<usize, Format>,
}

/// A sheet being written.
struct Sheet<'b> {
    sheet: &'b mut Worksheet,
    row: u32,
    widths: Vec<usize>,
}

fn write_table(book: &mut Workbook, path: &Path, table: TableId, parts: Vec<Part>) -> Result<(), ReportError> {
    let mut style = Style { head: Format::new().set_bold(), places: BTreeMap::new() };
    let mut sheet_count = 1;
    let mut sheet = begin(book, table, sheet_count, &style).map_err(|e| broken(path, e))?;
    let mut record = csv::StringRecord::new();
    for part in parts {
        let mut rows = csv_rows(part.into_reader()?);
        while rows.read_record(&mut record).map_err(|e| ReportError::io(path, e.into()))? {
            if sheet.row == SHEET_ROWS_MAX {
                end(&mut sheet, table).map_err(|e| broken(path, e))?;
                sheet_count += 1;
                sheet = begin(book, table, sheet_count, &style).map_err(|e| broken(path, e))?;
            }
            write_row(&mut sheet, table, &record, &mut style).map_err(|e| broken(path, e))?;
        }
    }
    end(&mut sheet, table).map_err(|e| broken(path, e))
}

fn begin<'b>(book: &'b mut Workbook, table: TableId, count: u32, style: &Style) -> Result<Sheet<'b>, XlsxError> {
    let sheet = book.add_worksheet_with_constant_memory()?;
    let name = if count == 1 { table.name().to_owned() } else { format!("{} {count}", table.name()) };
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    let mut widths = Vec::new();
    for (column, (name, _)) in (0u16..).zip(table.columns()) {
        sheet.write_string_with_format(0, column, *name, &style.head)?;
        // Room for the button of the filter.
        widths.push(name.width() + 3);
    }
    Ok(Sheet { sheet, row: 1, widths })
}

fn end(sheet: &mut Sheet<'_>, table: TableId) -> Result<(), XlsxError> {
    for (column, width) in (0u16..).zip(&sheet.widths) {
        let width = u32::try_from(*width.min(&WIDTH_MAX)).unwrap_or(10);
        sheet.sheet.set_column_width(column, f64::from(width))?;
    }
    let last = u16::try_from(table.columns().len().saturating_sub(1)).unwrap_or(0);
    sheet.sheet.autofilter(0, 0, sheet.row.saturating_sub(1), last)?;
    Ok(())
}

fn write_row(
    sheet: &mut Sheet<'_>,
    table: TableId,
    record: &csv::StringRecord,
    style: &mut Style,
) -> Result<(), XlsxError> {
    for (column, ((_, is_number), cell)) in (0u16..).zip(table.columns().iter().zip(record)) {
        if sheet.row <= MEASURED_ROWS
            && let Some(width) = sheet.widths.get_mut(usize::from(column))
        {
            *width = (*width).max(cell.width() + 2);
        }
        match number(cell).filter(|_| *is_number) {
            Some((number, places)) => {
                let format = style.places.entry(places).or_insert_with(|| match places {
                    0 => Format::new().set_num_format("0"),
                    places => Format::new().set_num_format(format!("0.{}", "0".repeat(places))),
                });
                sheet.sheet.write_number_with_format(sheet.row, column, number, format)?;
            }
            None if cell.is_empty() => {}
            None => {
                sheet.sheet.write_string(sheet.row, column, shortened(cell))?;
            }
        }
    }
    sheet.row += 1;
    Ok(())
}

/// A plain decimal as a number of a workbook, and its decimal places; `None` where it would not keep all digits.
fn number(cell: &str) -> Option<(f64, usize)> {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    let places = cell.split_once('.').map_or(0, |(_, after)| after.len());
    let number = cell.parse().ok().filter(|_| digits > 0 && digits <= DIGITS_MAX)?;
    Some((number, places))
}

fn shortened(cell: &str) -> std::borrow::Cow<'_, str> {
    // The limit is counted as a workbook counts, in UTF-16 units.
    if cell.len() <= CELL_CHARS_MAX || cell.encode_utf16().count() <= CELL_CHARS_MAX {
        return cell.into();
    }
    let mut units = 0;
    let kept = cell.chars().take_while(|letter| {
        units += letter.len_utf16();
        units < CELL_CHARS_MAX
    });
    kept.chain(['…']).collect::<String>().into()
}
