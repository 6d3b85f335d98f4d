//! A column of texts in the making.

use super::typed::{TypedColumn, TypedValues};
use hashbrown::HashTable;
use std::sync::Arc;

/// Most different texts of a column in one block that are kept as a dictionary.
const WORDS_MAX: usize = 1024;

/// Rows after which a column whose texts mostly differ is no longer tried as a dictionary: enough of them to see that the days
/// of some years repeat.
const TRIED_ROWS: usize = 2048;

/// A text of at most 16 bytes as numbers: equal if and only if the texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed {
    first: u64,
    last: u64,
    length: usize,
}

impl Packed {
    pub fn of(text: &[u8]) -> Option<Packed> {
        let length = text.len();
        let (first, last) = if length > 16 {
            return None;
        } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            (u64::from_le_bytes(*first), u64::from_le_bytes(*last))
        } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)))
        } else {
            (text.iter().fold(0, |packed, byte| packed << 8 | u64::from(*byte)), 0)
        };
        Some(Packed { first, last, length })
    }

    fn hash(self) -> u64 {
        let mixed = (self.first ^ self.last.rotate_left(29)).wrapping_add(self.length as u64);
        let folded = u128::from(mixed).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_0C9E_3779_B97F);
        (folded >> 64) as u64 ^ folded as u64
    }
}

/// A column in the making: a dictionary while its texts are short and repeat, else text after text.
#[derive(Default)]
pub(super) struct TextColumn {
    words: Vec<String>,
    packed: Vec<Packed>,
    places: HashTable<u32>,
    codes: Vec<u32>,
    /// The cell before, and its code: many columns repeat it.
    before: Option<(Packed, u32)>,
    /// Set once the column is no dictionary.
    plain: Option<(Vec<i32>, Vec<u8>)>,
}

impl TextColumn {
    /// Appends a cell.
    pub fn push(&mut self, cell: &str) {
        if let Some((offsets, bytes)) = &mut self.plain {
            add_text(offsets, bytes, cell);
            return;
        }
        let Some(packed) = Packed::of(cell.as_bytes()) else { return self.unfold_with(cell) };
        if let Some((before, code)) = self.before
            && before == packed
        {
            self.codes.push(code);
            return;
        }
        let hash = packed.hash();
        if let Some(code) = self.places.find(hash, |code| self.packed.get(*code as usize) == Some(&packed)) {
            self.before = Some((packed, *code));
            self.codes.push(*code);
            return;
        }
        let rows = self.codes.len();
        if self.words.len() >= WORDS_MAX || rows >= TRIED_ROWS && self.words.len() * 2 > rows {
            return self.unfold_with(cell);
        }
        let code = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(cell.to_owned());
        self.packed.push(packed);
        let hashes = &self.packed;
        self.places.insert_unique(hash, code, |code| hashes.get(*code as usize).map_or(0, |packed| packed.hash()));
        self.codes.push(code);
    }

    fn unfold_with(&mut self, cell: &str) {
        self.unfold();
        self.push(cell);
    }

    /// Writes the texts so far after each other.
    fn unfold(&mut self) {
        let (mut offsets, mut bytes) = (vec![0], Vec::new());
        for code in self.codes.drain(..) {
            add_text(&mut offsets, &mut bytes, self.words.get(code as usize).map_or("", String::as_str));
        }
        self.words.clear();
        self.plain = Some((offsets, bytes));
    }

    /// The column.
    pub fn finish(self) -> TypedColumn {
        let values = match self.plain {
            Some((offsets, bytes)) => TypedValues::Text { offsets, bytes },
            None => TypedValues::Dictionary { codes: self.codes, words: Arc::new(self.words) },
        };
        TypedColumn { valid: None, values }
    }
}

fn add_text(offsets: &mut Vec<i32>, bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(text.as_bytes());
    // INVARIANT (blocks are small): a block holds no more than a few MiB of one file.
    offsets.push(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
}
