//! Arrow arrays as typed columns of a block.
//!
//! What a type of Arrow becomes: whole numbers, decimals, yes or no, days, instants (nanoseconds are cut to microseconds) and
//! texts stay what they are, dictionaries stay dictionaries. A binary float is the shortest decimal that stands for it
//! (0.1 and not 0.1000000000000000055…), as its writer would have printed it. A list is its items joined by `|`.

use super::buffer::Buffer;
use super::typed::{SharedTexts, TypedColumn, TypedValues, Words};
use super::{DataFile, RawBlock, Wanted, bad_file, locate};
use crate::data::error::DataError;
use crate::diagnostic::Text;
use crate::engine::batch::{Bitmap, Texts};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch, StringArray};
use arrow_buffer::{BooleanBuffer, NullBuffer};
use arrow_schema::{DataType, Schema, TimeUnit};
use std::borrow::Cow;
use std::sync::Arc;

/// The wanted columns of record batches of one shape.
pub(in crate::data) struct Columns<'w> {
    file: &'w DataFile,
    wanted: &'w [Wanted],
    /// Of each wanted column its place in the batches.
    places: Vec<Option<usize>>,
    words: Vec<LastWords>,
}

impl<'w> Columns<'w> {
    /// Of batches of some schema. Errors where a column is not there that must be; near names are noted in `block`.
    pub fn new(
        file: &'w DataFile,
        schema: &Schema,
        wanted: &'w [Wanted],
        block: &mut RawBlock,
    ) -> Result<Columns<'w>, DataError> {
        let header: Vec<String> = schema.fields().iter().map(|field| field.name().trim().to_owned()).collect();
        let places = locate(file, &header, wanted, block)?;
        Ok(Columns { file, wanted, places, words: vec![None; wanted.len()] })
    }

    /// As made before for the same wanted columns.
    pub fn placed(file: &'w DataFile, wanted: &'w [Wanted], places: Vec<Option<usize>>) -> Columns<'w> {
        Columns { file, wanted, places, words: vec![None; wanted.len()] }
    }

    /// Of each wanted column its place in the batches.
    pub fn places(self) -> Vec<Option<usize>> {
        self.places
    }

    /// The columns of the schema that are read, ascending.
    pub fn read(&self) -> Vec<usize> {
        let mut read: Vec<usize> = self.places.iter().flatten().copied().collect();
        read.sort_unstable();
        read.dedup();
        read
    }

    /// As for batches that hold the columns that are read, and no others.
    pub fn projected(self) -> Columns<'w> {
        let read = self.read();
        let place = |place: Option<usize>| place.and_then(|place| read.binary_search(&place).ok());
        Columns { places: self.places.into_iter().map(place).collect(), ..self }
    }

    /// The block of a batch. `before`: rows of the file before it. Errors where a column is of a type that no field holds.
    pub fn block(&mut self, batch: &RecordBatch, before: u64) -> Result<RawBlock, DataError> {
        let mut block = RawBlock::new(self.wanted.len());
        block.lines = (0..batch.num_rows() as u64).map(|row| before + row + 1).collect();
        let mut columns = Vec::with_capacity(self.places.len());
        for ((wanted, place), last) in self.wanted.iter().zip(&self.places).zip(&mut self.words) {
            let array = place.and_then(|place| batch.columns().get(place));
            let column = array.map(|array| typed_column(array.as_ref(), last));
            columns.push(column.transpose().map_err(|ty| {
                let name = &wanted.name;
                let message = Text::new(
                    format!("column `{name}` is of the type {ty}, which no field can hold"),
                    format!("`{name}` 列的类型为 {ty}，没有字段能够容纳"),
                );
                let help = Text::new(
                    "write it as text, a number, a date, a time, yes or no, or a list of texts",
                    "请存为文本、数字、日期、时刻、是否或文本列表",
                );
                bad_file(self.file, before + 1, message, Some(help))
            })?);
        }
        block.columns = Some(columns);
        Ok(block)
    }
}

/// The last dictionary of a column and its words, which blocks of one dictionary share.
type LastWords = Option<(StringArray, Arc<Words>)>;

fn words_of(values: &StringArray, last: &mut LastWords) -> Arc<Words> {
    // The array that is kept keeps its memory, so that equal addresses mean equal words.
    let same = |kept: &StringArray| {
        kept.len() == values.len()
            && kept.value_data().as_ptr() == values.value_data().as_ptr()
            && kept.value_offsets().as_ptr() == values.value_offsets().as_ptr()
    };
    if let Some((kept, words)) = last
        && same(kept)
    {
        return Arc::clone(words);
    }
    let words = Arc::new(Words::new(values.iter().map(|word| word.unwrap_or("").to_owned()).collect()));
    *last = Some((values.clone(), Arc::clone(&words)));
    words
}

/// An array as a column. Errors with the array's type where no field could hold its values.
fn typed_column(array: &dyn Array, last: &mut LastWords) -> Result<TypedColumn, String> {
    let unsupported = || array.data_type().to_string();
    let values = match array.data_type() {
        DataType::Null => {
            let valid = Bitmap { bits: Cow::Owned(vec![0; array.len().div_ceil(8)]), offset: 0 };
            let texts: Texts<'_> = std::iter::repeat_n("", array.len()).collect();
            let values = TypedValues::Text(texts.into());
            return Ok(TypedColumn { valid: Some(valid), values });
        }
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            texts(array.value_offsets().iter().map(|at| i64::from(*at)), array.value_data()).ok_or_else(unsupported)?
        }
        DataType::LargeUtf8 => {
            let array = array.as_string::<i64>();
            texts(array.value_offsets().iter().copied(), array.value_data()).ok_or_else(unsupported)?
        }
        DataType::Utf8View => joined(array.as_string_view().iter().map(|text| Cow::Borrowed(text.unwrap_or("")))),
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => {
            let array = array.as_any_dictionary();
            let codes = match array.keys().data_type() {
                _ if array.values().is_empty() => vec![0; array.len()],
                DataType::Int32 => {
                    let keys = array.keys().as_primitive::<Int32Type>();
                    keys.values().iter().map(|code| u32::try_from(*code).unwrap_or(0)).collect()
                }
                _ => array.normalized_keys().into_iter().map(|code| u32::try_from(code).unwrap_or(u32::MAX)).collect(),
            };
            TypedValues::Dictionary { codes, words: words_of(array.values().as_string::<i32>(), last) }
        }
        DataType::Boolean => TypedValues::Bool(bitmap(array.as_boolean().values())),
        DataType::Int8 => whole::<Int8Type>(array),
        DataType::Int16 => whole::<Int16Type>(array),
        DataType::Int32 => whole::<Int32Type>(array),
        DataType::Int64 => TypedValues::Whole(array.as_primitive::<Int64Type>().values().to_vec()),
        DataType::UInt8 => whole::<UInt8Type>(array),
        DataType::UInt16 => whole::<UInt16Type>(array),
        DataType::UInt32 => whole::<UInt32Type>(array),
        DataType::UInt64 => decimals::<UInt64Type>(array, 0).ok_or_else(unsupported)?,
        DataType::Decimal32(_, places) => decimals::<Decimal32Type>(array, *places).ok_or_else(unsupported)?,
        DataType::Decimal64(_, places) => decimals::<Decimal64Type>(array, *places).ok_or_else(unsupported)?,
        DataType::Decimal128(_, places) => decimals::<Decimal128Type>(array, *places).ok_or_else(unsupported)?,
        DataType::Float32 => joined(array.as_primitive::<Float32Type>().values().iter().map(shown)),
        DataType::Float64 => joined(array.as_primitive::<Float64Type>().values().iter().map(shown)),
        DataType::Date32 => TypedValues::Day(array.as_primitive::<Date32Type>().values().to_vec()),
        DataType::Date64 => {
            let days = array.as_primitive::<Date64Type>().values().iter().map(|at| at.div_euclid(86_400_000));
            TypedValues::Day(days.map(|day| i32::try_from(day).unwrap_or(i32::MAX)).collect())
        }
        DataType::Timestamp(unit, zone) => {
            let micros = match unit {
                TimeUnit::Second => instants::<TimestampSecondType>(array, |at| at.saturating_mul(1_000_000)),
                TimeUnit::Millisecond => instants::<TimestampMillisecondType>(array, |at| at.saturating_mul(1_000)),
                TimeUnit::Microsecond => instants::<TimestampMicrosecondType>(array, |at| at),
                TimeUnit::Nanosecond => instants::<TimestampNanosecondType>(array, |at| at.div_euclid(1_000)),
            };
            TypedValues::Time { micros, zoned: zone.is_some() }
        }
        DataType::List(_) => {
            let array = array.as_list::<i32>();
            let items = typed_column(array.values().as_ref(), &mut None)?;
            let ends = array.value_offsets().windows(2).map(|pair| (i64::from(pair[0]), i64::from(pair[1])));
            lists(&items, ends)
        }
        DataType::LargeList(_) => {
            let array = array.as_list::<i64>();
            let items = typed_column(array.values().as_ref(), &mut None)?;
            lists(&items, array.value_offsets().windows(2).map(|pair| (pair[0], pair[1])))
        }
        _ => return Err(unsupported()),
    };
    Ok(TypedColumn { valid: array.logical_nulls().and_then(|nulls| filled(&nulls)), values })
}

fn filled(nulls: &NullBuffer) -> Option<Bitmap<'static>> {
    (nulls.null_count() > 0).then(|| bitmap(nulls.inner()))
}

fn bitmap(bits: &BooleanBuffer) -> Bitmap<'static> {
    Bitmap { bits: Cow::Owned(bits.values().to_vec()), offset: bits.offset() }
}

fn whole<T: ArrowPrimitiveType>(array: &dyn Array) -> TypedValues
where
    T::Native: Into<i64>,
{
    TypedValues::Whole(array.as_primitive::<T>().values().iter().map(|value| (*value).into()).collect())
}

/// `None` where the decimal places are negative: no such number is met in files of records.
fn decimals<T: ArrowPrimitiveType>(array: &dyn Array, places: i8) -> Option<TypedValues>
where
    T::Native: Into<i128>,
{
    let values = array.as_primitive::<T>().values().iter().map(|value| (*value).into()).collect();
    Some(TypedValues::Decimal { values, places: u8::try_from(places).ok()? })
}

fn instants<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array, micros: impl Fn(i64) -> i64) -> Vec<i64> {
    array.as_primitive::<T>().values().iter().map(|at| micros(*at)).collect()
}

/// The shortest decimal that stands for a float, without an exponent. What is no number is no number as text either.
fn shown<F: ToString>(float: &F) -> Cow<'static, str> {
    Cow::Owned(float.to_string())
}

/// `None` where the texts are too long for offsets of 32 bits.
fn texts(mut offsets: impl Iterator<Item = i64>, bytes: &[u8]) -> Option<TypedValues> {
    let first = offsets.next()?;
    let (mut start, mut starts, mut ends) = (0, Vec::new(), Vec::new());
    for offset in offsets {
        let end = i32::try_from(offset - first).ok()?;
        starts.push(start);
        ends.push(end);
        start = end;
    }
    let from = usize::try_from(first).ok()?;
    let bytes = bytes.get(from..from.checked_add(usize::try_from(start).ok()?)?)?.to_vec();
    Some(TypedValues::Text(SharedTexts { starts, ends, bytes: Arc::new(Buffer::from(bytes)) }))
}

fn joined<'t>(texts: impl Iterator<Item = Cow<'t, str>>) -> TypedValues {
    let mut all = Texts::empty();
    texts.for_each(|text| all.push(text.as_bytes()));
    TypedValues::Text(all.into())
}

fn lists(items: &TypedColumn, ends: impl Iterator<Item = (i64, i64)>) -> TypedValues {
    joined(ends.map(|(start, end)| {
        let items = (start..end).filter_map(|at| usize::try_from(at).ok()).map(|at| items.text(at));
        Cow::Owned(items.collect::<Vec<_>>().join("|"))
    }))
}
