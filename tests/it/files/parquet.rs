//! Parquet: columns of the type of their field where every cell fits, else of text.

use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::file::properties::WriterProperties;
use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use wangge::model::{Day, Instant, Type, Unit};

use super::table::Column;
use crate::generate::words::Words;

pub fn bytes(w: &mut Words, columns: &[Column], rows: &[Vec<Option<String>>]) -> Vec<u8> {
    let arrays = columns.iter().enumerate().map(|(at, column)| {
        let cells: Vec<Option<&str>> = rows.iter().map(|row| row[at].as_deref()).collect();
        let typed = if w.chance(80) { column.ty.as_ref().and_then(|ty| typed(ty, &cells)) } else { None };
        (column.name.clone(), typed.unwrap_or_else(|| Arc::new(StringArray::from(cells))), true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(arrays.collect::<Vec<_>>()).expect("columns of one length");
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(w.chance(50))
        .set_max_row_group_row_count(Some(1 + w.below(6)))
        .build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("an end");
    bytes
}

/// A column of the field's type; none where some cell does not fit.
fn typed(ty: &Type, cells: &[Option<&str>]) -> Option<ArrayRef> {
    Some(match ty {
        Type::Whole => Arc::new(all(cells, |text| text.parse::<i64>().ok())?.into_iter().collect::<Int64Array>()),
        Type::Number(unit) if *unit != Unit::Share => {
            let scaled = all(cells, |text| {
                let ratio = wangge::model::Fixed::parse(text)?.to_ratio();
                (ratio.num().checked_mul(1_000_000_000)?).checked_div(ratio.den())
            })?;
            let array = scaled.into_iter().collect::<Decimal128Array>();
            Arc::new(array.with_precision_and_scale(38, 9).expect("small numbers"))
        }
        Type::Bool => Arc::new(all(cells, |text| text.parse::<bool>().ok())?.into_iter().collect::<BooleanArray>()),
        Type::Date => {
            Arc::new(all(cells, |text| Day::parse(text).map(|day| day.0))?.into_iter().collect::<Date32Array>())
        }
        Type::Time => {
            // A day without a time is no instant.
            let at = |text: &str| Instant::parse(text, chrono_tz::UTC).filter(|_| text.contains('T')).map(|at| at.0);
            Arc::new(all(cells, at)?.into_iter().collect::<TimestampMicrosecondArray>())
        }
        Type::CodeSet(_) => {
            let mut lists = ListBuilder::new(StringBuilder::new());
            for cell in cells {
                cell.iter().flat_map(|cell| cell.split(';')).for_each(|code| lists.values().append_value(code));
                lists.append(cell.is_some());
            }
            Arc::new(lists.finish())
        }
        _ => return None,
    })
}

fn all<T>(cells: &[Option<&str>], read: impl Fn(&str) -> Option<T>) -> Option<Vec<Option<T>>> {
    cells.iter().map(|cell| cell.map_or(Some(None), |text| read(text).map(Some))).collect()
}
