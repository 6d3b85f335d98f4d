//! Texts that several columns make up, such as a key of town and number.

use super::RawBlock;
use super::typed::{TypedColumn, TypedValues};
use crate::engine::batch::{Bitmap, Texts};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A text for each row of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedColumn {
    /// The texts; empty where one of the columns is.
    pub column: TypedColumn,
    /// Rows in which a part holds what stands between the parts: nobody could tell which ends where.
    pub unclear: BTreeSet<usize>,
}

impl RawBlock {
    /// Adds a text that some wanted columns make up.
    pub fn join(&mut self, columns: &[usize], with: &str) {
        let (mut joined, mut bits) = (Texts::empty(), vec![0u8; self.row_count().div_ceil(8)]);
        let mut unclear = BTreeSet::new();
        for row in 0..self.row_count() {
            let texts: Vec<Cow<'_, str>> = columns.iter().map(|column| self.text(row, *column)).collect();
            let parts: Vec<&str> = texts.iter().map(|text| text.trim()).collect();
            if parts.iter().all(|part| !part.is_empty()) {
                if parts.iter().any(|part| part.contains(with)) {
                    unclear.insert(row);
                }
                joined.push(parts.join(with).as_bytes());
                if let Some(byte) = bits.get_mut(row / 8) {
                    *byte |= 1 << (row % 8);
                }
            } else {
                joined.push(&[]);
            }
        }
        let valid = Some(Bitmap { bits: Cow::Owned(bits), offset: 0 });
        let column = TypedColumn { valid, values: TypedValues::Text(joined.into()) };
        self.joined.push(JoinedColumn { column, unclear });
    }

    /// The text that columns make up in a row; empty where one of them is.
    #[must_use]
    pub fn joined_text(&self, row: usize, at: usize) -> &str {
        let Some(JoinedColumn { column, .. }) = self.joined.get(at).filter(|joined| joined.column.is_filled(row))
        else {
            return "";
        };
        match &column.values {
            TypedValues::Text(texts) => texts.text(row),
            _ => "",
        }
    }

    /// Whether it cannot be told which part of the text is of which column.
    #[must_use]
    pub fn is_unclear(&self, row: usize, at: usize) -> bool {
        self.joined.get(at).is_some_and(|joined| joined.unclear.contains(&row))
    }
}
