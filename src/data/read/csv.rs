//! Comma- and tab-separated values: header, quotes, byte order mark, either line ending.

use super::buffer::{Buffer, Shelf};
use super::csv_lines::Lines;
use super::decode::{self, Source};
use super::quotes::Quotes;
use super::{DataFile, RawBlock, Sink, Wanted, bad_file, locate, looks_wrong, not_text, unreadable};
use crate::data::error::{DataError, Looks};
use crate::data::manifest::Encoding;
use crate::data::rejects::Reason;
use crate::diagnostic::Text;
use crate::limits::ROW_BYTES_MAX;
use csv::{ByteRecord, Reader, ReaderBuilder, Terminator};
use memchr::{memchr, memchr_iter, memrchr};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

pub(super) fn read(file: &DataFile, delimiter: u8, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    let mut rows = Rows::new(file, delimiter, decode::open(file)?, Place { byte: 0, line: 1 });
    let header = loop {
        if !rows.next()? {
            return Err(no_header(file));
        }
        if !rows.is_blank() && file.header_row.is_none_or(|row| row <= rows.line) {
            rows.refuse_bare_returns()?;
            break rows.header()?;
        }
    };
    let mut block = RawBlock::new(wanted.len());
    let places = locate(file, &header, wanted, &mut block)?;
    let mut table = Cut { file, delimiter, header: header.len(), places: places.into(), width: wanted.len(), sink };
    let after_header = rows.place();
    if file.encoding == Encoding::Utf8 && is_seekable(file) {
        drop(rows);
        // What was noted of the header, on its own.
        (table.sink)(block)?;
        table.lines(after_header)
    } else {
        table.rows(&mut rows, block, u64::MAX)
    }
}

fn no_header(file: &DataFile) -> DataError {
    let (message, help) = match file.header_row {
        Some(row) => (
            Text::new(format!("it has no row {row} to name the columns"), format!("没有第 {row} 行，无从取得列名")),
            Text::new("correct `header_row`", "请改正 `header_row`"),
        ),
        None => (
            Text::new("the file is empty", "文件是空的"),
            Text::new("its first line must name the columns", "第一行应为列名"),
        ),
    };
    bad_file(file, 0, message, Some(help))
}

/// A place in a file: byte from 0, line from 1.
#[derive(Debug, Clone, Copy)]
struct Place {
    byte: u64,
    line: u64,
}

/// Bytes of lines that are handed over at a time.
const LINES_BYTES: usize = 1 << 21;

fn is_seekable(file: &DataFile) -> bool {
    std::fs::metadata(&file.path).is_ok_and(|found| found.is_file())
}

/// How the rows of a file are cut, and where they go.
struct Cut<'f, 's, 'd> {
    file: &'f DataFile,
    delimiter: u8,
    /// Number of columns of the header.
    header: usize,
    places: Arc<[Option<usize>]>,
    width: usize,
    sink: &'s mut Sink<'d>,
}

impl Cut<'_, '_, '_> {
    /// Hands on rows one by one until one ends at or after a byte of the file.
    fn rows(&mut self, rows: &mut Rows<'_>, mut block: RawBlock, until: u64) -> Result<(), DataError> {
        while rows.place().byte < until && rows.next()? {
            if rows.is_blank() {
                continue;
            }
            if rows.record.len() == self.header {
                rows.copy(&self.places, &mut block)?;
            } else {
                block.broken.push(rows.broken(self.header));
            }
            if block.is_full() {
                (self.sink)(std::mem::replace(&mut block, RawBlock::new(self.width)))?;
            }
        }
        (self.sink)(block)
    }

    /// Hands on whole lines, uncut; stretches with quotes row by row, because a quote may hold line feeds.
    fn lines(&mut self, mut at: Place) -> Result<(), DataError> {
        let failed = |reason| unreadable(&self.file.path, reason);
        let mut input = File::open(&self.file.path).map_err(failed)?;
        input.seek(SeekFrom::Start(at.byte)).map_err(failed)?;
        let (mut rest, shelf): (Vec<u8>, _) = (Vec::new(), Arc::new(Shelf::default()));
        loop {
            let mut bytes = shelf.take();
            bytes.reserve(LINES_BYTES + rest.len());
            bytes.append(&mut rest);
            let wanted = LINES_BYTES as u64;
            let is_end = (&mut input).take(wanted).read_to_end(&mut bytes).map_err(failed)? < LINES_BYTES;
            if bytes.is_empty() {
                return Ok(());
            }
            let whole = if is_end { Some(bytes.len()) } else { memrchr(b'\n', &bytes).map(|last| last + 1) };
            let (ended, is_quoted) = looked_over(&bytes);
            let Some(whole) = whole.filter(|_| !is_quoted) else {
                let source = Source::Plain(File::open(&self.file.path).map_err(failed)?);
                let mut rows = Rows::new(self.file, self.delimiter, source.from(at.byte).map_err(failed)?, at);
                self.rows(&mut rows, RawBlock::new(self.width), at.byte + bytes.len() as u64)?;
                at = rows.place();
                input.seek(SeekFrom::Start(at.byte)).map_err(failed)?;
                continue;
            };
            rest = bytes.split_off(whole);
            let line_count = ended + u64::from(bytes.last() != Some(&b'\n'));
            let next = Place { byte: at.byte + whole as u64, line: at.line + ended };
            (self.sink)(RawBlock::of_lines(Lines {
                bytes: Arc::new(Buffer::of(bytes, &shelf)),
                first_line: at.line,
                line_count,
                first_byte: at.byte,
                delimiter: self.delimiter,
                header: self.header,
                places: Arc::clone(&self.places),
            }))?;
            at = next;
        }
    }
}

/// How many lines end in some bytes, and whether a quote stands there: both are looked for while the bytes are at hand.
fn looked_over(bytes: &[u8]) -> (u64, bool) {
    let parts = bytes.chunks(1 << 14);
    parts.fold((0, false), |(ended, is_quoted), part| {
        (ended + memchr_iter(b'\n', part).count() as u64, is_quoted || memchr(b'"', part).is_some())
    })
}

struct Rows<'f> {
    file: &'f DataFile,
    reader: Reader<Watched>,
    /// Where the reader began.
    begin: Place,
    record: ByteRecord,
    /// Line on which `record` starts.
    line: u64,
    start_byte: u64,
}

impl<'f> Rows<'f> {
    /// Rows of a source that starts at a place of the file.
    fn new(file: &'f DataFile, delimiter: u8, source: Source, begin: Place) -> Rows<'f> {
        // Rows end at a line feed only; a carriage return before it is cut off below. So the line on
        // which a row starts can be told from what has been read.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(1 << 18)
            .from_reader(Watched::new(source, delimiter));
        Rows { file, reader, begin, record: ByteRecord::new(), line: begin.line, start_byte: begin.byte }
    }

    /// The place behind the row that was read last.
    fn place(&self) -> Place {
        let at = self.reader.position();
        Place { byte: self.begin.byte + at.byte(), line: self.line_in_file(at.line()) }
    }

    fn line_in_file(&self, line: u64) -> u64 {
        (self.begin.line + line).saturating_sub(1)
    }

    /// Reads the next row; false at the end of the file.
    fn next(&mut self) -> Result<bool, DataError> {
        self.start_byte = self.place().byte;
        self.reader.get_ref().mark();
        let more = self.reader.read_byte_record(&mut self.record).map_err(|error| self.failure(&error))?;
        self.refuse_quotes()?;
        if !more {
            return Ok(false);
        }
        let end = self.reader.position();
        let closed = end.byte() < self.reader.get_ref().taken || self.closed_at_end();
        let inside = self.record.as_slice().iter().filter(|b| **b == b'\n').count();
        self.line =
            self.line_in_file(end.line().saturating_sub(u64::from(closed)).saturating_sub(inside as u64).max(1));
        if self.line == 1
            && let Some(looks) = looks_wrong(self.record.as_slice())
        {
            return Err(not_text(self.file, 1, 0, looks));
        }
        if std::str::from_utf8(self.record.as_slice()).is_err() {
            return Err(self.bad_bytes());
        }
        Ok(true)
    }

    /// Whether the file's last row ends with a line feed of its own: it may lack one, or the one at the
    /// end may stand inside a quote that was never closed.
    fn closed_at_end(&self) -> bool {
        match self.reader.get_ref().tail {
            [b'\n', b'"', b'\n'] => true,
            [_, _, b'\n'] => self.record.as_slice().last() != Some(&b'\n'),
            _ => false,
        }
    }

    /// Lines that end with carriage returns only would all be one row.
    fn refuse_bare_returns(&self) -> Result<(), DataError> {
        let bytes = self.record.as_slice();
        let inner = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if !inner.contains(&b'\r') {
            return Ok(());
        }
        let message = Text::new("the lines end with carriage returns only", "文件的行仅以回车符（CR）结尾");
        let help = Text::new("save it with line feeds (LF or CRLF)", "请另存为以换行符（LF 或 CRLF）结尾的文件");
        Err(bad_file(self.file, 1, message, Some(help)))
    }

    /// Quotes that do not close as they should: rows would be lost in one cell, and nobody would see it.
    fn refuse_quotes(&self) -> Result<(), DataError> {
        let watched = self.reader.get_ref();
        let (line, message) = match (watched.quotes.stray(), watched.quotes.open_at_end().filter(|_| watched.at_end)) {
            (Some(line), _) => (
                line,
                Text::new(
                    "something stands behind a closing quote: a quote before it was perhaps meant as text",
                    "右引号之后还有内容：前面可能有一个引号本是内容",
                ),
            ),
            (None, Some((line, lines))) => (
                line,
                Text::new(
                    format!("a quote that opens here is never closed: {lines} lines after it cannot be told apart"),
                    format!("此处的引号未闭合：其后 {lines} 行无法分辨"),
                ),
            ),
            (None, None) => return Ok(()),
        };
        let help = Text::new(
            "close the quote, or double it where it is part of the text",
            "请补上引号；引号若是内容，应写成两个",
        );
        Err(bad_file(self.file, self.begin.line + line, message, Some(help)))
    }

    fn failure(&self, error: &csv::Error) -> DataError {
        match error.kind() {
            csv::ErrorKind::Io(reason) if reason.kind() == io::ErrorKind::FileTooLarge => {
                let line = self.place().line;
                let limit = ROW_BYTES_MAX / (1024 * 1024);
                let message = Text::new(
                    format!("a row that starts here or later is longer than {limit} MiB"),
                    format!("此处之后有一行超过 {limit} MiB"),
                );
                let help = Text::new("is a quote left open?", "是否有引号未闭合？");
                bad_file(self.file, line, message, Some(help))
            }
            csv::ErrorKind::Io(reason) => decode::failure(self.file, reason),
            _ => {
                let text = error.to_string();
                bad_file(self.file, self.place().line, Text::new(text.clone(), text), None)
            }
        }
    }

    fn bad_bytes(&self) -> DataError {
        let good = std::str::from_utf8(self.record.as_slice()).map_or_else(|e| e.valid_up_to(), str::len);
        let before = self.record.as_slice().get(..good).unwrap_or(&[]);
        let line = self.line + before.iter().filter(|b| **b == b'\n').count() as u64;
        // Delimiters are not in the record: one a field before the place (quotes are not known).
        let fields = (0..self.record.len()).filter(|i| self.record.range(*i).is_some_and(|r| r.end <= good)).count();
        not_text(self.file, line, self.start_byte + (good + fields) as u64, Looks::OtherEncoding)
    }

    /// Nothing but white space, in however many cells.
    fn is_blank(&self) -> bool {
        self.record.as_slice().trim_ascii().is_empty()
    }

    /// A cell; the last one without the carriage return of its line.
    fn cell(&self, at: usize) -> &[u8] {
        let cell = self.record.get(at).unwrap_or(&[]);
        if at + 1 == self.record.len() { cell.strip_suffix(b"\r").unwrap_or(cell) } else { cell }
    }

    fn utf8(&self, at: usize) -> Result<&str, DataError> {
        std::str::from_utf8(self.cell(at)).map_err(|_| self.bad_bytes())
    }

    fn header(&self) -> Result<Vec<String>, DataError> {
        (0..self.record.len()).map(|at| Ok(self.utf8(at)?.trim_start_matches('\u{feff}').trim().to_owned())).collect()
    }

    fn copy(&self, places: &[Option<usize>], block: &mut RawBlock) -> Result<(), DataError> {
        for place in places {
            let cell = match place {
                Some(at) => self.utf8(*at)?,
                None => "",
            };
            block.push_cell(cell);
        }
        block.lines.push(self.line);
        Ok(())
    }

    fn broken(&self, header: usize) -> super::BrokenRow {
        let lines = self.record.as_slice().iter().filter(|b| **b == b'\n').count();
        let shown = self.record.iter().map(String::from_utf8_lossy).collect::<Vec<_>>().join(",");
        super::BrokenRow {
            line: self.line,
            value: super::excerpt(shown.trim_end()),
            reason: Reason::CellCount { found: self.record.len(), header, lines: lines + 1 },
        }
    }
}

/// Counts what is read and keeps a single row from swallowing the memory.
struct Watched {
    inner: Source,
    /// Bytes handed out.
    taken: u64,
    /// The last of them.
    tail: [u8; 3],
    /// `taken` when the current row was begun.
    mark: std::cell::Cell<u64>,
    quotes: Quotes,
    /// Nothing is left.
    at_end: bool,
}

impl Watched {
    fn new(inner: Source, delimiter: u8) -> Watched {
        let quotes = Quotes::new(delimiter);
        Watched { inner, taken: 0, tail: [0; 3], mark: std::cell::Cell::new(0), quotes, at_end: false }
    }

    fn mark(&self) {
        self.mark.set(self.taken);
    }
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken - self.mark.get() > ROW_BYTES_MAX as u64 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let count = self.inner.read(buffer)?;
        for byte in buffer.get(count.saturating_sub(3)..count).unwrap_or(&[]) {
            self.tail = [self.tail[1], self.tail[2], *byte];
        }
        self.quotes.follow(buffer.get(..count).unwrap_or(&[]));
        self.at_end |= count == 0;
        self.taken += count as u64;
        Ok(count)
    }
}
