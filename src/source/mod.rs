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
        Source { name, text, line_starts }
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn line_column(&self, byte: u32) -> LineColumn {
        let line = self.line_starts.partition_point(|start| *start <= byte).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let before = self.text.get(start..byte as usize).unwrap_or("");
        // A byte order mark at the start of a file is no column.
        let before = if start == 0 { before.strip_prefix('\u{FEFF}').unwrap_or(before) } else { before };
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(before.chars().count()).unwrap_or(u32::MAX).saturating_add(1),
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
    fn a_byte_order_mark_is_no_column() {
        let mut sources = Sources::default();
        let id = sources.add("a.wg", "\u{FEFF}ab\n\u{FEFF}c");
        let source = sources.get(id).cloned();
        let at = |byte| source.as_ref().map(|s| s.line_column(byte)).map(|p| (p.line, p.column));
        assert_eq!([at(0), at(3), at(4), at(9)], [Some((1, 1)), Some((1, 1)), Some((1, 2)), Some((2, 2))]);
    }
}
