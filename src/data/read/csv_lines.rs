//! Whole lines of a CSV file in which no quote stands: they are handed over uncut, so that workers cut them.

use super::typed::{TypedColumn, TypedValues};
use super::{BrokenRow, DataFile, excerpt, not_text};
use crate::data::error::{DataError, Looks};
use crate::data::rejects::Reason;
use hashbrown::HashTable;
use memchr::{memchr_iter, memchr2_iter};
use std::sync::Arc;

/// Lines of a file. INVARIANT (whole lines): they start where a row starts, hold no quote, and end with a line feed or
/// with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Line of the file on which they start, from 1.
    pub first_line: u64,
    /// How many there are.
    pub line_count: u64,
    /// Byte of the file at which they start.
    pub first_byte: u64,
    /// What stands between cells.
    pub delimiter: u8,
    /// Number of columns of the header.
    pub header: usize,
    /// Where each wanted column stands in a row.
    pub places: Arc<[Option<usize>]>,
}

/// Lines cut into columns.
#[derive(Debug, Default)]
pub struct CutLines {
    /// One a wanted column.
    pub columns: Vec<Option<TypedColumn>>,
    /// Line of each row.
    pub lines: Vec<u64>,
    /// Rows with too many or too few cells.
    pub broken: Vec<BrokenRow>,
}

impl Lines {
    /// Cuts them into cells, column by column. Blank lines are no rows.
    ///
    /// Errors where the bytes are not UTF-8.
    pub fn cut(&self, file: &DataFile) -> Result<CutLines, DataError> {
        let text = std::str::from_utf8(&self.bytes).map_err(|error| {
            let good = self.bytes.get(..error.valid_up_to()).unwrap_or(&[]);
            let line = self.first_line + memchr_iter(b'\n', good).count() as u64;
            not_text(file, line, self.first_byte + good.len() as u64, Looks::OtherEncoding)
        })?;
        let mut columns: Vec<Option<Builder>> = self.places.iter().map(|p| p.map(|_| Builder::default())).collect();
        let mut out = CutLines::default();
        // Ends of the cells of a row.
        let mut ends: Vec<usize> = Vec::with_capacity(self.header);
        let (mut start, mut line) = (0, self.first_line);
        let mut take_row = |start: usize, ends: &[usize], line: u64| {
            let last = ends.last().copied().unwrap_or(start);
            // Nothing but white space and delimiters: few rows begin with either.
            let bytes = self.bytes.get(start..last).unwrap_or(&[]);
            let is_empty = |byte: &u8| *byte == self.delimiter || byte.is_ascii_whitespace();
            if bytes.first().is_none_or(is_empty) && bytes.iter().all(is_empty) {
                return;
            }
            if ends.len() != self.header {
                let value = excerpt(text.get(start..last).unwrap_or("").trim_end());
                let reason = Reason::CellCount { found: ends.len(), header: self.header, lines: 1 };
                out.broken.push(BrokenRow { line, value, reason });
                return;
            }
            for (column, place) in columns.iter_mut().zip(self.places.iter()) {
                let (Some(column), Some(place)) = (column, place) else { continue };
                let from = place.checked_sub(1).and_then(|before| ends.get(before)).map_or(start, |end| end + 1);
                let cell = ends.get(*place).and_then(|end| text.get(from..*end)).unwrap_or("");
                column.push(cell);
            }
            out.lines.push(line);
        };
        for at in memchr2_iter(b'\n', self.delimiter, &self.bytes) {
            if self.bytes.get(at) == Some(&b'\n') {
                ends.push(without_return(&self.bytes, start, at));
                take_row(start, &ends, line);
                ends.clear();
                start = at + 1;
                line += 1;
            } else {
                ends.push(at);
            }
        }
        if start < self.bytes.len() {
            ends.push(without_return(&self.bytes, start, self.bytes.len()));
            take_row(start, &ends, line);
        }
        out.columns = columns.into_iter().map(|column| column.map(Builder::finish)).collect();
        Ok(out)
    }
}

/// The end of a line without the carriage return before it.
fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    let before = end.saturating_sub(1);
    if before >= start && end > start && bytes.get(before) == Some(&b'\r') { before } else { end }
}

/// Most different texts of a column in one block that are kept as a dictionary.
const WORDS_MAX: usize = 1024;

/// Rows after which a column whose texts mostly differ is no longer tried as a dictionary.
const TRIED_ROWS: usize = 256;

/// A text of at most 16 bytes as numbers: equal if and only if the texts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Packed {
    first: u64,
    last: u64,
    length: usize,
}

impl Packed {
    fn of(text: &[u8]) -> Option<Packed> {
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
struct Builder {
    words: Vec<String>,
    packed: Vec<Packed>,
    places: HashTable<u32>,
    codes: Vec<u32>,
    /// The cell before, and its code: many columns repeat it.
    before: Option<(Packed, u32)>,
    /// Set once the column is no dictionary.
    plain: Option<(Vec<i32>, Vec<u8>)>,
}

impl Builder {
    fn push(&mut self, cell: &str) {
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

    fn finish(self) -> TypedColumn {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::manifest::Format;

    fn cut(bytes: &[u8]) -> Result<CutLines, DataError> {
        let file = DataFile::plain("a.csv".into(), "a.csv".to_owned(), Format::Csv);
        let places = Arc::from([Some(0), None, Some(2)]);
        Lines {
            bytes: bytes.to_vec(),
            first_line: 7,
            line_count: 0,
            first_byte: 100,
            delimiter: b',',
            header: 3,
            places,
        }
        .cut(&file)
    }

    #[test]
    fn lines_are_cut_as_rows() {
        let cut = cut("甲,x,1\r\n\n  \r\n, ,\n,u,\nb,y\nc,z,2,3\n甲,w,4".as_bytes()).unwrap();
        assert_eq!(cut.lines, [7, 11, 14]);
        let cells = |at: usize| -> Vec<String> {
            let column = cut.columns[at].as_ref().unwrap();
            (0..3).map(|row| column.text(row).into_owned()).collect()
        };
        assert_eq!(
            (cells(0), cells(2)),
            (vec!["甲".into(), "".into(), "甲".into()], vec!["1".into(), "".into(), "4".into()])
        );
        assert!(cut.columns[1].is_none());
        let broken: Vec<(u64, &str)> = cut.broken.iter().map(|row| (row.line, row.value.as_str())).collect();
        assert_eq!(broken, [(12, "b,y"), (13, "c,z,2,3")]);
    }

    #[test]
    fn columns_whose_texts_differ_are_plain() {
        let text: String = (0..3000).map(|n| format!("k{n},,{}\n", n % 5)).collect();
        let cut = cut(text.as_bytes()).unwrap();
        let column = |at: usize| cut.columns[at].as_ref().unwrap();
        assert!(matches!(column(0).values, TypedValues::Text { .. }));
        assert!(matches!(column(2).values, TypedValues::Dictionary { .. }));
        assert!((0..3000).all(|n| column(0).text(n) == format!("k{n}") && column(2).text(n) == (n % 5).to_string()));
        let many: String = (0..5000).map(|n| format!("{},,x\n", n / 2)).collect();
        let cut = super::tests::cut(many.as_bytes()).unwrap();
        assert!((0..5000).all(|n| cut.columns[0].as_ref().unwrap().text(n) == (n / 2).to_string()));
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_place() {
        let error = cut(b"a,b,c\nd,\xFF,f\n").unwrap_err();
        let text = error.to_string();
        assert!(text.contains('8'), "{text}");
    }
}
