//! A column of texts in the making.

use super::buffer::Buffer;
use super::typed::{SharedTexts, TypedColumn, TypedValues, Words};
use crate::packed::Packed;
use hashbrown::HashTable;
use std::sync::Arc;

/// Most different texts of a column in one block that are kept as a dictionary.
const WORDS_MAX: usize = 1024;

/// Rows after which a column whose texts mostly differ is no longer tried as a dictionary: enough of them to see that the days
/// of some years repeat.
const TRIED_ROWS: usize = 2048;

/// A cell: its bytes, and where they begin in the block.
pub(super) type Spot<'c> = (usize, &'c [u8]);

/// A column in the making: a dictionary while its texts are short and repeat, else the places of its texts.
#[derive(Default)]
pub(super) struct TextColumn {
    /// Where each word of the dictionary was met first.
    words: Vec<(i32, i32)>,
    packed: Vec<Packed>,
    places: HashTable<u32>,
    codes: Vec<u32>,
    /// The cell before, and its code: many columns repeat it.
    before: Option<(Packed, u32)>,
    /// Set once the column is no dictionary: where its texts begin and end.
    plain: Option<(Vec<i32>, Vec<i32>)>,
    /// How many rows may come.
    rows_max: usize,
}

impl TextColumn {
    /// Of at most so many rows, nearly.
    pub fn new(rows_max: usize) -> TextColumn {
        TextColumn { rows_max, ..TextColumn::default() }
    }

    /// Appends cells.
    pub fn extend<'c>(&mut self, mut cells: impl Iterator<Item = Spot<'c>>) {
        if self.plain.is_none() {
            for cell in cells.by_ref() {
                if !self.push_word(cell) {
                    self.unfold(cell);
                    break;
                }
            }
        }
        if let Some((starts, ends)) = &mut self.plain {
            for (start, end) in cells.map(edges) {
                starts.push(start);
                ends.push(end);
            }
        }
    }

    /// Appends a cell to a dictionary; false: it is to be one no longer.
    #[inline]
    fn push_word(&mut self, cell: Spot<'_>) -> bool {
        let Some(packed) = Packed::of(cell.1) else { return false };
        if let Some((before, code)) = self.before
            && before == packed
        {
            self.codes.push(code);
            return true;
        }
        let hash = packed.hash();
        if let Some(code) = self.places.find(hash, |code| self.packed.get(*code as usize) == Some(&packed)) {
            self.before = Some((packed, *code));
            self.codes.push(*code);
            return true;
        }
        let rows = self.codes.len();
        if self.words.len() >= WORDS_MAX || rows >= TRIED_ROWS && self.words.len() * 2 > rows {
            return false;
        }
        let code = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(edges(cell));
        self.packed.push(packed);
        let hashes = &self.packed;
        self.places.insert_unique(hash, code, |code| hashes.get(*code as usize).map_or(0, |packed| packed.hash()));
        self.codes.push(code);
        true
    }

    /// Notes the places of the texts so far, and of one more behind them.
    fn unfold(&mut self, cell: Spot<'_>) {
        let place = |code: &u32| self.words.get(*code as usize).copied().unwrap_or_default();
        let (mut starts, mut ends): (Vec<i32>, Vec<i32>) = self.codes.iter().map(place).chain([edges(cell)]).unzip();
        let to_come = self.rows_max.saturating_sub(starts.len());
        starts.reserve(to_come);
        ends.reserve(to_come);
        self.codes.clear();
        self.words.clear();
        self.plain = Some((starts, ends));
    }

    /// The column, of a block with these bytes.
    pub fn finish(self, bytes: &Arc<Buffer>) -> TypedColumn {
        let values = match self.plain {
            Some((starts, ends)) => TypedValues::Text(SharedTexts { starts, ends, bytes: Arc::clone(bytes) }),
            None => {
                let (starts, ends) = self.words.into_iter().unzip();
                let words = SharedTexts { starts, ends, bytes: Arc::clone(bytes) };
                let texts = (0..words.starts.len()).map(|word| words.text(word).to_owned()).collect();
                TypedValues::Dictionary { codes: self.codes, words: Arc::new(Words::new(texts)) }
            }
        };
        TypedColumn { valid: None, values }
    }
}

/// Where a cell begins and ends.
///
/// INVARIANT (blocks are small): a block holds no more than a few MiB of one file.
#[inline]
fn edges((start, cell): Spot<'_>) -> (i32, i32) {
    let place = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
    (place(start), place(start + cell.len()))
}
