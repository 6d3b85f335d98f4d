//! Texts, spans and line indexes. A span is a range of bytes; columns are computed at the edge.

use std::ops::Range;
use std::sync::Arc;

/// A text of a [`Sources`] set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SourceId(pub u32);

/// A half-open range of bytes in one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// From the start of this one to the end of the other (same source).
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes as a range.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One text with its name and line starts.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path as the user gave it.
    pub name: String,
    /// The text.
    pub text: Arc<str>,
    line_starts: Vec<u32>,
    /// Characters that start before each block of the text: a line may be as long as the file.
    block_chars: Vec<u32>,
}

/// Bytes of a block.
const BLOCK_BYTES: usize = 256;

/// Whether a byte starts a character of UTF-8.
fn starts_char(byte: &u8) -> bool {
    *byte & 0xC0 != 0x80
}

/// A place as people count it: both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line.
    pub line: u32,
    /// Column in Unicode code points.
    pub column: u32,
}

impl Source {
    fn new(name: String, text: Arc<str>) -> Source {
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(starts).map(|at| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        let mut block_chars = vec![0];
        let mut chars = 0u32;
        for block in text.as_bytes().chunks(BLOCK_BYTES) {
            let count = block.iter().filter(|byte| starts_char(byte)).count();
            chars = chars.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
            block_chars.push(chars);
        }
        Source { name, text, line_starts, block_chars }
    }

    /// Characters that start before a byte.
    fn chars_before(&self, byte: usize) -> u32 {
        let byte = byte.min(self.text.len());
        let block = byte / BLOCK_BYTES;
        let rest = self.text.as_bytes().get(block * BLOCK_BYTES..byte).unwrap_or(&[]);
        let count = rest.iter().filter(|byte| starts_char(byte)).count();
        self.block_chars.get(block).copied().unwrap_or(0).saturating_add(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn line_column(&self, byte: u32) -> LineColumn {
        let line = self.line_starts.partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let count = self.chars_before(byte as usize).saturating_sub(self.chars_before(start));
        // A byte order mark at the start of a file is no column.
        let mark = u32::from(start == 0 && byte > 0 && self.text.starts_with('\u{FEFF}'));
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: count.saturating_sub(mark).saturating_add(1),
        }
    }
}

/// The texts of one check or run.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    texts: Vec<Source>,
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.texts.push(Source::new(name.into(), text.into()));
        SourceId(u32::try_from(self.texts.len() - 1).unwrap_or(u32::MAX))
    }

    /// The text of an id.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.texts.get(id.0 as usize)
    }

    /// The bytes of a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source).and_then(|s| s.text.get(span.range())).unwrap_or("")
    }

    /// Ids of all texts.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        (0..u32::try_from(self.texts.len()).unwrap_or(u32::MAX)).map(SourceId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_code_points() {
        let mut sources = Sources::default();
        let id = sources.add("a.wg", "规则 甲\n每个 乙");
        let source = sources.get(id).cloned();
        let at = |byte| source.as_ref().map(|s| s.line_column(byte)).map(|p| (p.line, p.column));
        assert_eq!(at(0), Some((1, 1)));
        assert_eq!(at(7), Some((1, 4)));
        assert_eq!(at(11), Some((2, 1)));
        assert_eq!(at(18), Some((2, 4)));
    }

    #[test]
    fn columns_of_long_lines() {
        let mut sources = Sources::default();
        let text = format!("甲\n{}\n乙", "规a".repeat(1_000));
        let id = sources.add("a.wg", text.as_str());
        let source = sources.get(id).cloned().unwrap();
        for (at, c) in text.char_indices() {
            let line_start = text[..at].rfind('\n').map_or(0, |n| n + 1);
            let column = text[line_start..at].chars().count() + 1;
            let found = source.line_column(u32::try_from(at).unwrap());
            assert_eq!(found.column as usize, column, "{at} {c}");
        }
        assert_eq!(source.line_column(u32::MAX).line, 3);
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let mut sources = Sources::default();
        let id = sources.add("a.wg", "\u{FEFF}ab\n\u{FEFF}c");
        let source = sources.get(id).cloned();
        let at = |byte| source.as_ref().map(|s| s.line_column(byte)).map(|p| (p.line, p.column));
        assert_eq!([at(0), at(3), at(4), at(9)], [Some((1, 1)), Some((1, 1)), Some((1, 2)), Some((2, 2))]);
    }
}
