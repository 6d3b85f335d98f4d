//! Readers: a file to blocks of raw rows, the wanted columns only. One file a format.

mod apart;
#[cfg(feature = "parquet")]
pub mod arrow;
mod buffer;
mod csv;
mod csv_lines;
mod decode;
mod joined;
mod json_lines;
mod marks;
#[cfg(feature = "parquet")]
mod parquet;
mod quotes;
mod text_column;
pub mod typed;
#[cfg(feature = "xlsx")]
mod xlsx;
mod yaml;

use super::error::{BadFile, DataError, Looks, NotText, Unreadable};
use super::manifest::{Encoding, Format};
use super::rejects::Reason;
use super::suggest::{nearest, way_out};
use crate::diagnostic::Text;
use crate::limits::{BATCH_BYTES, BATCH_ROWS};
pub use apart::Apart;
pub use joined::JoinedColumn;
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use typed::TypedColumn;

/// A data file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Where it is.
    pub path: PathBuf,
    /// The same, without links and detours.
    pub real: PathBuf,
    /// As messages and rejects name it: relative to the data folder, with `/`.
    pub name: String,
    /// Format.
    pub format: Format,
    /// Sheet of a workbook; `None`: the only one.
    pub sheet: Option<String>,
    /// Line or row of the column names, from 1; `None`: the first that is not blank.
    pub header_row: Option<u64>,
    /// Encoding of a text file.
    pub encoding: Encoding,
}

impl DataFile {
    /// A file in UTF-8 whose first row, if it has one, names the columns.
    #[must_use]
    pub fn plain(path: PathBuf, name: String, format: Format) -> DataFile {
        let real = path.clone();
        DataFile { path, real, name, format, sheet: None, header_row: None, encoding: Encoding::Utf8 }
    }
}

/// A column that some field or key reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Its name in the file.
    pub name: String,
    /// What its absence means.
    pub need: Need,
}

/// What the absence of a column means, from mild to severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The field is empty in every row.
    Optional,
    /// A field of this name must be filled and has no other column: an error.
    Required,
    /// The manifest names it: an error.
    Named {
        /// The field may be empty: rows of formats without a header may leave it out.
        optional: bool,
    },
}

/// A row that could not even be cut into cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRow {
    /// Line on which it starts.
    pub line: u64,
    /// An excerpt.
    pub value: String,
    /// Why.
    pub reason: Reason,
}

/// Rows of one file: the cells of the wanted columns, as text or, from formats that have types, in typed columns.
/// A missing cell is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RawBlock {
    width: usize,
    text: String,
    /// End of each cell in `text`.
    ends: Vec<usize>,
    /// Typed columns, one a wanted column (`None`: the file lacks it): then there is no text.
    pub columns: Option<Vec<Option<TypedColumn>>>,
    /// Texts that several columns make up, in the order of the feed.
    pub joined: Vec<JoinedColumn>,
    /// What is still to be made into rows: then there is nothing else yet.
    unread: Option<Unread>,
    /// Number of rows of the file before it (of lines, where these were not cut yet).
    pub first_row: u64,
    /// What all of its rows stand for, where its reader told them apart.
    pub stands_for: Option<Option<usize>>,
    /// The first line of the lines of which its rows are some, a row a line.
    cut_from: Option<u64>,
    /// Line on which each row starts.
    pub lines: Vec<u64>,
    /// Rows that could not be cut.
    pub broken: Vec<BrokenRow>,
    /// Optional columns that the file lacks while it has one of nearly the same name, which nothing reads: name, near name.
    /// Only in a file's first block.
    pub passed_over: Vec<(String, String)>,
}

/// Bytes of a file that a worker makes into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unread {
    /// Whole lines.
    Lines(Box<csv_lines::Lines>),
    /// A row group.
    #[cfg(feature = "parquet")]
    Group(parquet::Group),
}

impl RawBlock {
    fn new(width: usize) -> RawBlock {
        RawBlock { width, ..RawBlock::default() }
    }

    /// Lines of a file, to be cut by whoever takes the block.
    fn of_lines(lines: csv_lines::Lines) -> RawBlock {
        RawBlock { unread: Some(Unread::Lines(Box::new(lines))), ..RawBlock::default() }
    }

    /// A row group of a file, to be decoded by whoever takes the block.
    #[cfg(feature = "parquet")]
    fn of_group(group: parquet::Group) -> RawBlock {
        RawBlock { unread: Some(Unread::Group(group)), ..RawBlock::default() }
    }

    /// Makes rows of what its reader left unread, in one block or more. Nothing can be asked of a block before. `apart`: how
    /// rows may be told apart, each kind in blocks of its own.
    ///
    /// Errors where its bytes are no text, or cannot be decoded.
    pub fn each_piece(
        mut self,
        file: &DataFile,
        wanted: &[Wanted],
        apart: Option<Apart<'_>>,
        take: &mut Sink<'_>,
    ) -> Result<(), DataError> {
        #[cfg(not(feature = "parquet"))]
        let _ = wanted;
        match self.unread.take() {
            None => take(self),
            Some(Unread::Lines(lines)) => {
                let cut = lines.cut(file, apart)?;
                // What there is to tell of the block stands in the first of its pieces.
                let mut told = RawBlock { broken: cut.broken, ..self };
                let (first_row, cut_from) = (told.first_row, Some(lines.first_line));
                for rows in cut.pieces {
                    let (columns, stands_for, lines) = (Some(rows.columns), rows.stands_for, rows.lines);
                    take(RawBlock { columns, stands_for, lines, first_row, cut_from, ..std::mem::take(&mut told) })?;
                }
                Ok(())
            }
            #[cfg(feature = "parquet")]
            Some(Unread::Group(group)) => {
                let mut before = self.first_row;
                group.read(file, wanted, &mut |piece| {
                    let piece = RawBlock { first_row: before, ..piece };
                    before += piece.rows_held();
                    take(piece)
                })
            }
        }
    }

    /// Number of rows that it holds, broken ones too; of uncut lines their number.
    #[must_use]
    pub fn rows_held(&self) -> u64 {
        match &self.unread {
            Some(Unread::Lines(lines)) => lines.line_count,
            #[cfg(feature = "parquet")]
            Some(Unread::Group(group)) => group.row_count,
            None => (self.lines.len() + self.broken.len()) as u64,
        }
    }

    /// Bytes of the file that it stands for, where its reader knows: progress is reckoned with them.
    #[must_use]
    pub fn bytes_held(&self) -> u64 {
        match &self.unread {
            Some(Unread::Lines(lines)) => lines.bytes.len() as u64,
            #[cfg(feature = "parquet")]
            Some(Unread::Group(group)) => group.byte_count(),
            None => self.text.len() as u64,
        }
    }

    /// Line of the first row.
    #[must_use]
    pub fn first_line(&self) -> u64 {
        match &self.unread {
            Some(Unread::Lines(lines)) => lines.first_line,
            #[cfg(feature = "parquet")]
            Some(Unread::Group(group)) => group.before + 1,
            None => self.lines.first().copied().unwrap_or(0),
        }
    }

    /// Position of a row among those of its file (of lines, where they were cut by workers): rows that stand on one line
    /// differ by it.
    #[must_use]
    pub fn row_of_file(&self, row: usize) -> u64 {
        match self.cut_from.zip(self.lines.get(row)) {
            Some((first, line)) => self.first_row + line.saturating_sub(first),
            None => self.first_row + row as u64,
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.lines.len()
    }

    /// The cell of a row and wanted column of a block of text.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &str {
        let at = row * self.width + column;
        let start = match at.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
            None => 0,
        };
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or("")
    }

    /// The cell of a row and wanted column as text, whatever the block holds.
    #[must_use]
    pub fn text(&self, row: usize, column: usize) -> Cow<'_, str> {
        match &self.columns {
            None => Cow::Borrowed(self.cell(row, column)),
            Some(columns) => columns.get(column).and_then(Option::as_ref).map_or(Cow::Borrowed(""), |c| c.text(row)),
        }
    }

    fn push_cell(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    fn is_full(&self) -> bool {
        self.lines.len() + self.broken.len() >= BATCH_ROWS || self.text.len() >= BATCH_BYTES
    }
}

/// Takes the blocks of a file, in order.
pub type Sink<'s> = dyn FnMut(RawBlock) -> Result<(), DataError> + 's;

/// Reads a file. Every data row arrives in exactly one block, as cells or as broken.
pub fn read_file(file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    read_blocks(file, wanted, &mut |block| block.each_piece(file, wanted, None, sink))
}

/// As [`read_file`], but some blocks are still to be made into rows ([`RawBlock::each_piece`]): that is the larger part of the
/// work, which others may do.
pub(super) fn read_blocks(file: &DataFile, wanted: &[Wanted], sink: &mut Sink<'_>) -> Result<(), DataError> {
    match file.format {
        Format::Csv => csv::read(file, b',', wanted, sink),
        Format::SemicolonCsv => csv::read(file, b';', wanted, sink),
        Format::Tsv => csv::read(file, b'\t', wanted, sink),
        Format::JsonLines => json_lines::read(file, wanted, sink),
        Format::Yaml => yaml::read(file, wanted, sink),
        #[cfg(feature = "parquet")]
        Format::Parquet => parquet::read(file, wanted, sink),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => {
            let message = Text::new("this build does not read Parquet", "此版本不含读取 Parquet 的功能");
            let help = Text::new("build it with the feature `parquet`", "请在构建时启用 `parquet` 功能");
            Err(bad_file(file, 0, message, Some(help)))
        }
        #[cfg(feature = "xlsx")]
        Format::Xlsx => xlsx::read(file, wanted, sink),
        #[cfg(not(feature = "xlsx"))]
        Format::Xlsx => {
            let message = Text::new("this build does not read workbooks", "此版本不含读取电子表格的功能");
            let help = Text::new("build it with the feature `xlsx`", "请在构建时启用 `xlsx` 功能");
            Err(bad_file(file, 0, message, Some(help)))
        }
    }
}

fn unreadable(path: &Path, reason: std::io::Error) -> DataError {
    DataError::Unreadable(Unreadable { path: path.display().to_string(), reason })
}

pub(super) fn bad_file(file: &DataFile, line: u64, message: Text, help: Option<Text>) -> DataError {
    BadFile { path: file.name.clone(), line, message, help }.into()
}

fn not_text(file: &DataFile, line: u64, byte: u64, looks_like: Looks) -> DataError {
    DataError::NotText(NotText { path: file.name.clone(), line, byte, looks_like })
}

/// What the first bytes of a file look like, if not text.
pub(super) fn looks_wrong(head: &[u8]) -> Option<Looks> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Some(Looks::Archive);
    }
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Some(Looks::Utf16);
    }
    head.contains(&0).then_some(Looks::Binary)
}

/// Where each wanted column stands in a header; a near name that nothing reads is noted in the block. Errors name the
/// column and the nearest one there is.
fn locate(
    file: &DataFile,
    header: &[String],
    wanted: &[Wanted],
    block: &mut RawBlock,
) -> Result<Vec<Option<usize>>, DataError> {
    let unread = || {
        let name = header.iter().map(String::as_str);
        name.filter(|name| !wanted.iter().any(|column| column.name == *name))
    };
    let mut places = Vec::with_capacity(wanted.len());
    for column in wanted {
        let mut found = header.iter().enumerate().filter(|(_, name)| **name == column.name).map(|(at, _)| at);
        let first = found.next();
        if found.next().is_some() {
            let message =
                Text::new(format!("two columns are called `{}`", column.name), format!("有两列都叫 `{}`", column.name));
            return Err(bad_file(file, 1, message, None));
        }
        if first.is_none() {
            absent(file, header, column)?;
            if let Some(near) = nearest(&column.name, unread()) {
                block.passed_over.push((column.name.clone(), near.to_owned()));
            }
        }
        places.push(first);
    }
    Ok(places)
}

fn absent(file: &DataFile, header: &[String], column: &Wanted) -> Result<(), DataError> {
    let name = &column.name;
    let message = match column.need {
        Need::Optional => return Ok(()),
        Need::Named { .. } => Text::new(format!("there is no column `{name}`"), format!("没有 `{name}` 这一列")),
        Need::Required => Text::new(
            format!("no column gives the field `{name}`, which must be filled"),
            format!("字段 `{name}` 必填，却没有对应的列"),
        ),
    };
    let help = otherwise_cut(header).or_else(|| {
        let help = way_out(name, header.iter().map(String::as_str))?;
        Some(Text::new(
            format!("{}; columns are mapped under `columns:`", help.en),
            format!("{}；可在 `columns:` 中对应列名", help.zh),
        ))
    });
    Err(bad_file(file, 1, message, help))
}

/// What to say of a header that was not cut where it should have been.
fn otherwise_cut(header: &[String]) -> Option<Text> {
    let [one] = header else { return None };
    let formats = [(';', "`;`", "semicolon csv"), ('\t', "tabs", "tsv"), (',', "`,`", "csv")];
    let (_, mark, format) = formats.into_iter().find(|(mark, ..)| one.contains(*mark))?;
    let mark_zh = if mark == "tabs" { "制表符" } else { mark };
    Some(Text::new(
        format!("its columns are separated by {mark}: give the source `format: {format}`"),
        format!("该文件以{mark_zh}分隔各列：请为该数据源写明 `format: {format}`"),
    ))
}

/// The first letters of a value, for a message.
pub(super) fn excerpt(text: &str) -> String {
    let limit = crate::limits::REJECT_VALUE_CHARS;
    match text.char_indices().nth(limit) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or("")),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
