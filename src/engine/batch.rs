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
    /// Text, keys and references.
    Text(Texts<'a>),
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

/// Texts that lie anywhere in some bytes: row i is `bytes[starts[i]..ends[i]]`, UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Texts<'a> {
    /// Where each begins.
    pub starts: Cow<'a, [i32]>,
    /// Where each ends: the first byte behind it.
    pub ends: Cow<'a, [i32]>,
    /// What they lie in.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Texts<'a> {
    /// Texts after each other, as Arrow keeps them: row i is `bytes[offsets[i]..offsets[i + 1]]`. The offsets are one more than the
    /// rows.
    #[must_use]
    pub fn of_offsets(offsets: &'a [i32], bytes: &'a [u8]) -> Texts<'a> {
        let starts = offsets.split_last().map_or(&[][..], |(_, starts)| starts);
        let ends = offsets.split_first().map_or(&[][..], |(_, ends)| ends);
        Texts { starts: Cow::Borrowed(starts), ends: Cow::Borrowed(ends), bytes: Cow::Borrowed(bytes) }
    }

    /// The bytes of a row's text; `None` where they do not lie in the bytes.
    #[must_use]
    #[inline]
    pub fn of_row(&self, row: usize) -> Option<&[u8]> {
        let place = |edges: &[i32]| edges.get(row).and_then(|at| usize::try_from(*at).ok());
        self.bytes.get(place(&self.starts)?..place(&self.ends)?)
    }

    /// A row's text; `None` where it does not lie in the bytes, or is not UTF-8.
    #[must_use]
    pub fn text(&self, row: usize) -> Option<&str> {
        std::str::from_utf8(self.of_row(row)?).ok()
    }
}

impl Texts<'static> {
    /// No texts yet, to which others are added.
    #[must_use]
    pub fn empty() -> Texts<'static> {
        Texts::default()
    }

    /// Adds a text behind the others.
    ///
    /// INVARIANT (batches are small): who makes a batch keeps its text far below 2^31 bytes (`BATCH_BYTES`, `ROW_BYTES_MAX`).
    pub fn push(&mut self, text: &[u8]) {
        let place = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        let (start, end) = (self.bytes.len(), self.bytes.len().saturating_add(text.len()));
        self.bytes.to_mut().extend_from_slice(text);
        self.starts.to_mut().push(place(start));
        self.ends.to_mut().push(place(end));
    }
}

impl<'t> FromIterator<&'t str> for Texts<'static> {
    fn from_iter<I: IntoIterator<Item = &'t str>>(texts: I) -> Texts<'static> {
        let mut all = Texts::empty();
        texts.into_iter().for_each(|text| all.push(text.as_bytes()));
        all
    }
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
            Values::Text(texts) => {
                let mut taken = Texts::empty();
                rows.iter().for_each(|row| taken.push(texts.of_row(*row).unwrap_or(&[])));
                Values::Text(taken)
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
