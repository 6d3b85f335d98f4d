//! Typed columns of a block, as a format holds them: before the manifest says which field a column feeds.

use crate::engine::batch::Bitmap;
use crate::model::Instant;
use std::borrow::Cow;
use std::sync::Arc;

/// The cells of one column of a block. `valid: None` means that every row is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedColumn {
    /// Filled rows.
    pub valid: Option<Bitmap<'static>>,
    /// Values; those of empty rows are not read.
    pub values: TypedValues,
}

/// Values by the type that the file gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedValues {
    /// Text: row i is `bytes[offsets[i]..offsets[i + 1]]`, UTF-8.
    Text {
        /// Offsets, one longer than the rows.
        offsets: Vec<i32>,
        /// All texts after each other.
        bytes: Vec<u8>,
    },
    /// Text as positions in a dictionary, which blocks may share.
    Dictionary {
        /// Positions.
        codes: Vec<u32>,
        /// The texts.
        words: Arc<Vec<String>>,
    },
    /// Whole numbers.
    Whole(Vec<i64>),
    /// Decimals: the value times 10^`places`.
    Decimal {
        /// Values.
        values: Vec<i128>,
        /// Decimal places.
        places: u8,
    },
    /// Yes or no.
    Bool(Bitmap<'static>),
    /// Days since 1970-01-01.
    Day(Vec<i32>),
    /// Microseconds since 1970-01-01: of UTC where `zoned`, else of a clock that nobody named.
    Time {
        /// Instants.
        micros: Vec<i64>,
        /// Whether they are instants of UTC.
        zoned: bool,
    },
}

impl TypedColumn {
    /// Whether a row is filled.
    #[must_use]
    pub fn is_filled(&self, row: usize) -> bool {
        self.valid.as_ref().is_none_or(|valid| valid.get(row))
    }

    /// A cell as text files would write it; an empty one is empty.
    #[must_use]
    pub fn text(&self, row: usize) -> Cow<'_, str> {
        if !self.is_filled(row) {
            return Cow::Borrowed("");
        }
        let text = match &self.values {
            TypedValues::Text { offsets, bytes } => return Cow::Borrowed(text_at(offsets, bytes, row)),
            TypedValues::Dictionary { codes, words } => {
                let word = codes.get(row).and_then(|code| words.get(*code as usize));
                return Cow::Borrowed(word.map_or("", String::as_str));
            }
            TypedValues::Whole(values) => values.get(row).map(i64::to_string),
            TypedValues::Decimal { values, places } => values.get(row).map(|value| decimal(*value, *places)),
            TypedValues::Bool(bits) => Some(bits.get(row).to_string()),
            TypedValues::Day(days) => days.get(row).map(|day| crate::model::Day(*day).to_string()),
            TypedValues::Time { micros, zoned } => {
                let mark = if *zoned { "Z" } else { "" };
                micros.get(row).map(|at| format!("{}{mark}", Instant(*at)))
            }
        };
        Cow::Owned(text.unwrap_or_default())
    }
}

/// The text of a row.
#[must_use]
pub(in crate::data) fn text_at<'t>(offsets: &[i32], bytes: &'t [u8], row: usize) -> &'t str {
    let place = |at: usize| offsets.get(at).and_then(|offset| usize::try_from(*offset).ok());
    let found = place(row).zip(place(row + 1)).and_then(|(start, end)| bytes.get(start..end));
    found.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
}

/// `12345` with two places: `123.45`.
fn decimal(value: i128, places: u8) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let places = usize::from(places);
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places + 1);
    match digits.split_at_checked(digits.len() - places) {
        Some((whole, part)) if places > 0 => format!("{sign}{whole}.{part}"),
        _ => format!("{sign}{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_shown_as_text_files_write_them() {
        let shown = |values: TypedValues| TypedColumn { valid: None, values }.text(0).into_owned();
        let decimal = |value: i128, places| shown(TypedValues::Decimal { values: vec![value], places });
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(12_345, 2), "123.45");
        assert_eq!(decimal(7, 0), "7");
        assert_eq!(shown(TypedValues::Whole(vec![i64::MIN])), "-9223372036854775808");
        assert_eq!(shown(TypedValues::Day(vec![19_723])), "2024-01-01");
        assert_eq!(shown(TypedValues::Time { micros: vec![1_500_000], zoned: true }), "1970-01-01T00:00:01.5Z");
        assert_eq!(shown(TypedValues::Text { offsets: vec![0, 3], bytes: "甲乙".as_bytes().to_vec() }), "甲");
        let empty = Bitmap { bits: Cow::Owned(vec![0]), offset: 0 };
        let column = TypedColumn { valid: Some(empty), values: TypedValues::Whole(vec![3]) };
        assert_eq!(column.text(0), "");
    }
}
