//! Typed columns of a block, as a format holds them: before the manifest says which field a column feeds.

use super::buffer::Buffer;
use crate::engine::batch::{Bitmap, Texts};
use crate::model::Instant;
use std::borrow::Cow;
use std::ops::Deref;
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
    /// Text.
    Text(SharedTexts),
    /// Text as positions in a dictionary, which blocks may share.
    Dictionary {
        /// Positions.
        codes: Vec<u32>,
        /// The texts.
        words: Arc<Words>,
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

/// Texts that lie in bytes which columns may share: row i is `bytes[starts[i]..ends[i]]`, UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedTexts {
    /// Where each begins.
    pub starts: Vec<i32>,
    /// Where each ends: the first byte behind it.
    pub ends: Vec<i32>,
    /// What they lie in.
    pub bytes: Arc<Buffer>,
}

impl SharedTexts {
    /// Them as a batch has them.
    #[must_use]
    pub fn as_texts(&self) -> Texts<'_> {
        let Self { starts, ends, bytes } = self;
        Texts { starts: starts.into(), ends: ends.into(), bytes: Cow::Borrowed(bytes) }
    }

    /// A row's text.
    #[must_use]
    pub fn text(&self, row: usize) -> &str {
        let place = |edges: &[i32]| edges.get(row).and_then(|at| usize::try_from(*at).ok());
        let range = place(&self.starts).zip(place(&self.ends)).and_then(|(start, end)| self.bytes.get(start..end));
        range.and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

impl From<Texts<'static>> for SharedTexts {
    fn from(texts: Texts<'static>) -> SharedTexts {
        let Texts { starts, ends, bytes } = texts;
        let bytes = Arc::new(Buffer::from(bytes.into_owned()));
        SharedTexts { starts: starts.into_owned(), ends: ends.into_owned(), bytes }
    }
}

/// The texts of a dictionary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    texts: Vec<String>,
    is_bare: bool,
}

impl Words {
    /// These.
    #[must_use]
    pub fn new(texts: Vec<String>) -> Words {
        let is_bare = texts.iter().all(|text| !text.is_empty() && text.trim().len() == text.len());
        Words { texts, is_bare }
    }

    /// None of them is empty, or begins or ends with white space.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.is_bare
    }
}

impl Deref for Words {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.texts
    }
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
            TypedValues::Text(texts) => return Cow::Borrowed(texts.text(row)),
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
        assert_eq!(shown(TypedValues::Text(["甲", "乙"].into_iter().collect::<Texts<'_>>().into())), "甲");
        let empty = Bitmap { bits: Cow::Owned(vec![0]), offset: 0 };
        let column = TypedColumn { valid: Some(empty), values: TypedValues::Whole(vec![3]) };
        assert_eq!(column.text(0), "");
    }
}
