//! Column batches: how rows reach the engine. Laid out as Arrow's arrays, so Arrow data of the same
//! types comes in without copying values; nothing here needs the Arrow crate.

use crate::model::KindId;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Which slots are filled: one bit a row, least significant bit first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bitmap<'a> {
    /// The bits.
    pub bits: Cow<'a, [u8]>,
    /// Position of row 0.
    pub offset: usize,
}

impl Bitmap<'_> {
    /// The bit of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> bool {
        let at = row + self.offset;
        self.bits.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1)
    }
}

impl Bitmap<'static> {
    /// Appends a bit at position `row` (rows are pushed in order, offset 0).
    pub fn push(&mut self, row: usize, bit: bool) {
        let bits = self.bits.to_mut();
        if row.is_multiple_of(8) {
            bits.push(0);
        }
        if bit && let Some(last) = bits.last_mut() {
            *last |= 1 << (row % 8);
        }
    }
}

/// Values of one field. `valid: None` means that every row is filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column<'a> {
    /// Filled slots.
    pub valid: Option<Bitmap<'a>>,
    /// Values; those of empty slots are not read.
    pub values: Values<'a>,
}

/// The values of a column, by the type of the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Values<'a> {
    /// Text, keys and references: row i is `bytes[offsets[i]..offsets[i + 1]]`, UTF-8.
    Text {
        /// Offsets, one longer than the rows.
        offsets: Cow<'a, [i32]>,
        /// All texts after each other.
        bytes: Cow<'a, [u8]>,
    },
    /// Text, keys and references as positions in a dictionary of this batch.
    Dictionary {
        /// Positions.
        codes: Cow<'a, [u32]>,
        /// The texts.
        words: Cow<'a, [String]>,
    },
    /// Numbers times 10^9 (`Fixed`), also whole numbers.
    Number(Cow<'a, [i128]>),
    /// Yes or no, a bit a row.
    Bool(Bitmap<'a>),
    /// Days since 1970-01-01.
    Day(Cow<'a, [i32]>),
    /// Microseconds since 1970-01-01 of local time; rows set in `whole_day` are days without a time
    /// (their value is the first instant of the day).
    Time {
        /// Instants.
        micros: Cow<'a, [i64]>,
        /// Days without a time.
        whole_day: Option<Bitmap<'a>>,
    },
    /// Positions in the field's code list.
    Code(Cow<'a, [u32]>),
    /// Sets of positions in the field's code list, as bits (lists have at most 64 codes for sets).
    CodeSet(Cow<'a, [u64]>),
}

/// Rows of one kind. A field without a column is empty in every row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch<'a> {
    /// The kind.
    pub kind: KindId,
    /// Number of rows.
    pub row_count: usize,
    /// One entry a field of the kind, in order of `FieldId`.
    pub columns: Vec<Option<Column<'a>>>,
    /// Lifetimes of register rows: first day, last day (both inclusive), entities only.
    pub since: Option<Column<'a>>,
    /// See `since`.
    pub until: Option<Column<'a>>,
}

impl Bitmap<'_> {
    fn take(&self, rows: &[usize]) -> Bitmap<'static> {
        let mut taken = Bitmap::default();
        rows.iter().enumerate().for_each(|(at, row)| taken.push(at, self.get(*row)));
        taken
    }
}

impl Column<'_> {
    /// These rows, in this order.
    fn take(&self, rows: &[usize]) -> Column<'static> {
        fn pick<T: Copy + Default>(values: &[T], rows: &[usize]) -> Cow<'static, [T]> {
            rows.iter().map(|row| values.get(*row).copied().unwrap_or_default()).collect()
        }
        let values = match &self.values {
            Values::Text { offsets, bytes } => {
                let place = |at: usize| offsets.get(at).and_then(|o| usize::try_from(*o).ok());
                let mut taken: Vec<u8> = Vec::new();
                let mut ends = vec![0i32];
                for row in rows {
                    let range = place(*row).zip(place(*row + 1));
                    taken.extend(range.and_then(|(from, to)| bytes.get(from..to)).unwrap_or(&[]));
                    // The rows of a batch that is held have no more text than the batch.
                    ends.push(i32::try_from(taken.len()).unwrap_or(i32::MAX));
                }
                Values::Text { offsets: Cow::Owned(ends), bytes: Cow::Owned(taken) }
            }
            Values::Dictionary { codes, words } => {
                Values::Dictionary { codes: pick(codes, rows), words: Cow::Owned(words.to_vec()) }
            }
            Values::Number(values) => Values::Number(pick(values, rows)),
            Values::Bool(bits) => Values::Bool(bits.take(rows)),
            Values::Day(days) => Values::Day(pick(days, rows)),
            Values::Time { micros, whole_day } => {
                Values::Time { micros: pick(micros, rows), whole_day: whole_day.as_ref().map(|whole| whole.take(rows)) }
            }
            Values::Code(codes) => Values::Code(pick(codes, rows)),
            Values::CodeSet(sets) => Values::CodeSet(pick(sets, rows)),
        };
        Column { valid: self.valid.as_ref().map(|valid| valid.take(rows)), values }
    }
}

impl Batch<'_> {
    /// These rows, in this order.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Batch<'static> {
        let column = |column: &Column<'_>| column.take(rows);
        Batch {
            kind: self.kind,
            row_count: rows.len(),
            columns: self.columns.iter().map(|found| found.as_ref().map(column)).collect(),
            since: self.since.as_ref().map(column),
            until: self.until.as_ref().map(column),
        }
    }
}

/// Why a row could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFault {
    /// No such subject.
    UnknownReference,
    /// The key or date of a record is missing.
    Missing,
    /// The rows above it in the tree lead back to it.
    Cycle,
    /// `until` lies before `since`, or the lifetime overlaps that of another row with this key.
    Lifetime,
}

/// A row that was not used. Nothing of it entered the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReject {
    /// Row of the batch.
    pub row: usize,
    /// Field, if one is to blame.
    pub field: Option<crate::model::FieldId>,
    /// The value, as text.
    pub value: String,
    /// Why.
    pub fault: RowFault,
}
