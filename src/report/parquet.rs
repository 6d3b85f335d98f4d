//! Tables as Parquet: counts, ranks and lines are 64-bit integers, points and amounts decimals with ten places, days of
//! windows dates, all else text. Snappy, one file a table.

use super::ReportError;
use super::part::{Part, csv_rows};
use super::table::{Column, TableId};
use crate::model::Day;
use arrow_array::builder::{Date32Builder, Decimal128Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::io::Error;
use std::path::Path;
use std::sync::Arc;

/// Rows that are held before they are written.
const ROWS: usize = 65_536;
/// Digits and decimal places of points and amounts: what outputs print has at most ten places.
const DIGITS: u8 = 38;
const PLACES: i8 = 10;

/// Writes one table, its parts in order, and syncs the file.
pub(super) fn write_table(path: &Path, table: TableId, parts: Vec<Part>) -> Result<(), ReportError> {
    let broken = |error: parquet::errors::ParquetError| ReportError::io(path, Error::other(error));
    let mut columns: Vec<Cells> = table.columns().iter().map(Cells::new).collect();
    let fields = table.columns().iter().zip(&columns).map(|((name, _), cells)| Field::new(*name, cells.ty(), true));
    let schema: SchemaRef = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let file = File::create(path).map_err(|e| ReportError::io(path, e))?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).map_err(broken)?;
    let mut record = csv::StringRecord::new();
    let mut rows = 0;
    for part in parts {
        let mut reader = csv_rows(part.into_reader()?);
        while reader.read_record(&mut record).map_err(|e| ReportError::io(path, e.into()))? {
            for (cells, cell) in columns.iter_mut().zip(&record) {
                cells.push(cell).map_err(|e| ReportError::io(path, e))?;
            }
            rows += 1;
            if rows == ROWS {
                writer.write(&batch(path, &schema, &mut columns)?).map_err(broken)?;
                rows = 0;
            }
        }
    }
    writer.write(&batch(path, &schema, &mut columns)?).map_err(broken)?;
    let file = writer.into_inner().map_err(broken)?;
    file.sync_all().map_err(|e| ReportError::io(path, e))
}

fn batch(path: &Path, schema: &SchemaRef, columns: &mut [Cells]) -> Result<RecordBatch, ReportError> {
    let arrays = columns.iter_mut().map(Cells::finish).collect::<Result<Vec<_>, _>>();
    let made = arrays.and_then(|arrays| RecordBatch::try_new(Arc::clone(schema), arrays));
    made.map_err(|e| ReportError::io(path, Error::other(e)))
}

/// The cells of a column.
enum Cells {
    Text(StringBuilder),
    Whole(Int64Builder),
    Decimal(Decimal128Builder),
    Day(Date32Builder),
}

impl Cells {
    fn new((name, is_number): &Column) -> Cells {
        match *name {
            "window_start" | "window_end" => Cells::Day(Date32Builder::new()),
            "points" | "out_of" | "max_points" | "amount" => Cells::Decimal(Decimal128Builder::new()),
            _ if *is_number => Cells::Whole(Int64Builder::new()),
            _ => Cells::Text(StringBuilder::new()),
        }
    }

    fn ty(&self) -> DataType {
        match self {
            Cells::Text(_) => DataType::Utf8,
            Cells::Whole(_) => DataType::Int64,
            Cells::Decimal(_) => DataType::Decimal128(DIGITS, PLACES),
            Cells::Day(_) => DataType::Date32,
        }
    }

    /// Appends a cell as CSV prints it; an empty one is null, but an empty text.
    fn push(&mut self, cell: &str) -> Result<(), Error> {
        let ty = self.ty();
        let wrong = || Error::other(format!("`{cell}` does not fit into a column of the type {ty}"));
        match self {
            Cells::Text(builder) => builder.append_value(cell),
            Cells::Whole(builder) if cell.is_empty() => builder.append_null(),
            Cells::Decimal(builder) if cell.is_empty() => builder.append_null(),
            Cells::Day(builder) if cell.is_empty() => builder.append_null(),
            Cells::Whole(builder) => match cell.parse() {
                Ok(number) => builder.append_value(number),
                Err(_) => return Err(wrong()),
            },
            Cells::Decimal(builder) => match decimal(cell) {
                Some(number) => builder.append_value(number),
                None => return Err(wrong()),
            },
            Cells::Day(builder) => match Day::parse(cell) {
                Some(day) => builder.append_value(day.0),
                None => return Err(wrong()),
            },
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<ArrayRef, arrow_schema::ArrowError> {
        Ok(match self {
            Cells::Text(builder) => Arc::new(builder.finish()),
            Cells::Whole(builder) => Arc::new(builder.finish()),
            Cells::Decimal(builder) => Arc::new(builder.finish().with_precision_and_scale(DIGITS, PLACES)?),
            Cells::Day(builder) => Arc::new(builder.finish()),
        })
    }
}

/// A plain decimal of at most ten places, times 10^10.
fn decimal(cell: &str) -> Option<i128> {
    let (negative, plain) = cell.strip_prefix('-').map_or((false, cell), |plain| (true, plain));
    let (whole, part) = plain.split_once('.').unwrap_or((plain, ""));
    let missing = usize::try_from(PLACES).ok()?.checked_sub(part.len())?;
    if whole.is_empty() || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits = format!("{whole}{part}{}", "0".repeat(missing));
    let value: i128 = digits.parse().ok().filter(|_| digits.len() <= usize::from(DIGITS))?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn decimals_keep_all_their_digits() {
        assert_eq!(decimal("95.50"), Some(955_000_000_000));
        assert_eq!(decimal("-0.0000000001"), Some(-1));
        assert_eq!(decimal("7"), Some(70_000_000_000));
        assert_eq!(decimal("0.00000000001"), None);
        assert_eq!(decimal("1e3"), None);
        assert_eq!(decimal(&"9".repeat(29)), None);
    }
}
