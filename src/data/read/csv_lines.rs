//! Whole lines of a CSV file in which no quote stands: they are handed over uncut, so that workers cut them.

use super::apart::Apart;
use super::buffer::Buffer;
use super::marks::find_marks;
use super::text_column::{Spot, TextColumn};
use super::typed::TypedColumn;
use super::{BrokenRow, DataFile, excerpt, not_text};
use crate::data::error::{DataError, Looks};
use crate::data::rejects::Reason;
use crate::packed::Packed;
use memchr::{memchr, memchr_iter, memrchr};
use std::sync::Arc;

/// Lines of a file. INVARIANT (whole lines): they start where a row starts, hold no quote, and end with a line feed or
/// with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The bytes.
    pub bytes: Arc<Buffer>,
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
    /// Rows that need the same columns: at least one entry.
    pub pieces: Vec<CutRows>,
    /// Rows with too many or too few cells.
    pub broken: Vec<BrokenRow>,
}

/// Rows that need the same columns.
#[derive(Debug, Default)]
pub struct CutRows {
    /// What all of them stand for, where that is known.
    pub stands_for: Option<Option<usize>>,
    /// One a wanted column; `None` also where these rows do not need it.
    pub columns: Vec<Option<TypedColumn>>,
    /// Line of each row.
    pub lines: Vec<u64>,
}

/// Bytes whose rows are cut together: few enough to be at hand while the columns take their cells one after the other.
const STRETCH_BYTES: usize = 1 << 14;

/// Rows in the making.
struct Group {
    stands_for: Option<Option<usize>>,
    /// Where the cells of a column stand in a row, which wanted column that is, and its cells.
    columns: Vec<(usize, usize, TextColumn)>,
    lines: Vec<u64>,
    /// Of the stretch that is being cut, its rows.
    rows: Vec<RowMarks>,
}

/// Where a row stands in a stretch.
#[derive(Clone, Copy)]
struct RowMarks {
    /// Its first byte.
    start: u32,
    /// Position of the end of its first cell among the marks.
    first: u32,
}

impl Group {
    fn new(stands_for: Option<Option<usize>>, lines: &Lines, needs: impl Fn(usize) -> bool) -> Group {
        let needed = lines.places.iter().enumerate().filter(|(at, _)| needs(*at));
        let rows_max = usize::try_from(lines.line_count).unwrap_or(0);
        let columns = needed.filter_map(|(at, place)| Some(((*place)?, at, TextColumn::new(rows_max))));
        Group { stands_for, columns: columns.collect(), lines: Vec::new(), rows: Vec::new() }
    }

    /// Takes the cells of the rows that were found in a stretch.
    fn take(&mut self, stretch: &Stretch<'_>) {
        for (place, _, column) in &mut self.columns {
            column.extend(self.rows.iter().map(|row| stretch.cell(*row, *place)));
        }
        self.rows.clear();
    }

    fn finish(self, lines: &Lines) -> CutRows {
        let wanted = lines.places.len();
        let mut columns: Vec<Option<TypedColumn>> = (0..wanted).map(|_| None).collect();
        for (_, at, cells) in self.columns {
            if let Some(column) = columns.get_mut(at) {
                *column = Some(cells.finish(&lines.bytes));
            }
        }
        CutRows { stands_for: self.stands_for, columns, lines: self.lines }
    }
}

/// Some whole lines, with the ends of their cells.
struct Stretch<'l> {
    bytes: &'l [u8],
    /// Where it begins among all lines.
    start: usize,
    /// The ends of the cells, and room behind them.
    marks: Vec<u32>,
    count: usize,
}

impl Stretch<'_> {
    fn marks(&self) -> &[u32] {
        self.marks.get(..self.count).unwrap_or(&[])
    }

    #[inline]
    fn mark(&self, at: usize) -> usize {
        self.marks.get(at).map_or(0, |mark| *mark as usize)
    }

    /// A cell of a row that has it.
    #[inline]
    fn cell(&self, row: RowMarks, place: usize) -> Spot<'_> {
        let at = row.first as usize + place;
        let from = if place == 0 { row.start as usize } else { self.mark(at - 1) + 1 };
        (self.start + from, self.bytes.get(from..self.mark(at)).unwrap_or(&[]))
    }

    /// Whether a line ends at a mark.
    #[inline]
    fn ends_line(&self, mark: u32) -> bool {
        self.bytes.get(mark as usize).is_none_or(|byte| *byte == b'\n')
    }

    /// Whether each row has so many cells.
    fn is_even(&self, cells: usize) -> bool {
        let line_count = memchr_iter(b'\n', self.bytes).count() + usize::from(self.bytes.last() != Some(&b'\n'));
        // Where as many rows end as there are lines, none ends elsewhere.
        let mut ends = self.marks().chunks(cells.max(1)).map(<[u32]>::last);
        self.count == line_count.saturating_mul(cells)
            && ends.all(|last| last.is_some_and(|mark| self.ends_line(*mark)))
    }

    /// Number of cells of the row whose first ends at a mark.
    fn cell_count(&self, first: usize) -> usize {
        let rest = self.marks().get(first..).unwrap_or(&[]);
        rest.iter().position(|mark| self.ends_line(*mark)).map_or(rest.len(), |last| last + 1)
    }
}

/// Which group a row belongs to.
struct Groups<'a> {
    /// Where the column that tells stands in a row.
    place: usize,
    apart: Apart<'a>,
    /// Texts of that column that were met, and their groups.
    met: Vec<(Packed, usize)>,
}

impl Groups<'_> {
    /// Position of the group of a row by its text: the last one where nobody knows it.
    #[inline]
    fn of(&mut self, text: &[u8]) -> usize {
        let packed = Packed::of(text);
        if let Some((_, group)) = self.met.iter().find(|(met, _)| Some(*met) == packed) {
            return *group;
        }
        let group = match self.apart.values.get(std::str::from_utf8(text).unwrap_or("").trim()) {
            Some(Some(of)) => *of,
            Some(None) => self.apart.needs.len(),
            None => self.apart.needs.len() + 1,
        };
        // Texts that nobody knows may be many.
        if let Some(packed) = packed.filter(|_| group <= self.apart.needs.len()) {
            self.met.push((packed, group));
        }
        group
    }
}

impl Lines {
    /// Cuts them into cells, column by column; rows that a column tells apart into pieces of their own, of which each has the
    /// columns that it needs. Blank lines are no rows.
    ///
    /// Errors where the bytes are not UTF-8.
    pub fn cut(&self, file: &DataFile, apart: Option<Apart<'_>>) -> Result<CutLines, DataError> {
        let mut told = apart.and_then(|apart| {
            let place = self.places.get(apart.column).copied().flatten()?;
            Some(Groups { place, apart, met: Vec::new() })
        });
        let mut groups = self.groups(told.as_ref());
        let mut broken = Vec::new();
        let (mut rest, mut line) = (&self.bytes[..], self.first_line);
        let mut stretch = Stretch { bytes: &[], start: 0, marks: Vec::new(), count: 0 };
        while !rest.is_empty() {
            stretch.start += stretch.bytes.len();
            (stretch.bytes, rest) = rest.split_at(stretch_end(rest));
            // No character goes over the end of a line.
            if !stretch.bytes.is_ascii()
                && let Err(error) = std::str::from_utf8(stretch.bytes)
            {
                return Err(self.no_text(file, stretch.start + error.valid_up_to()));
            }
            stretch.count = find_marks(stretch.bytes, b'\n', self.delimiter, &mut stretch.marks);
            if stretch.bytes.last() != Some(&b'\n')
                && let Some(end) = stretch.marks.get_mut(stretch.count)
            {
                *end = u32::try_from(stretch.bytes.len()).unwrap_or(u32::MAX);
                stretch.count += 1;
            }
            let is_even = stretch.is_even(self.header);
            let (mut first, mut start) = (0, 0);
            while first < stretch.count {
                let count = if is_even { self.header } else { stretch.cell_count(first) };
                let (last, next) = (first + count - 1, stretch.mark(first + count - 1) + 1);
                let end = without_return(stretch.bytes, start, next - 1);
                if let Some(mark) = stretch.marks.get_mut(last).filter(|_| end < next - 1) {
                    *mark -= 1;
                }
                if !self.is_blank(stretch.bytes.get(start..end).unwrap_or(&[])) {
                    if count == self.header {
                        let [start, first] = [start, first].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
                        let row = RowMarks { start, first };
                        let of = told.as_mut().map_or(0, |told| told.of(stretch.cell(row, told.place).1));
                        if let Some(group) = groups.get_mut(of) {
                            group.rows.push(row);
                            group.lines.push(line);
                        }
                    } else {
                        let text = String::from_utf8_lossy(stretch.bytes.get(start..end).unwrap_or(&[]));
                        let reason = Reason::CellCount { found: count, header: self.header, lines: 1 };
                        broken.push(BrokenRow { line, value: excerpt(text.trim_end()), reason });
                    }
                }
                (first, start, line) = (first + count, next, line + 1);
            }
            groups.iter_mut().for_each(|group| group.take(&stretch));
        }
        let mut pieces: Vec<CutRows> =
            groups.into_iter().filter(|group| !group.lines.is_empty()).map(|group| group.finish(self)).collect();
        if pieces.is_empty() {
            pieces.push(Group::new(None, self, |_| true).finish(self));
        }
        Ok(CutLines { pieces, broken })
    }

    /// The bytes from a place on are no UTF-8.
    fn no_text(&self, file: &DataFile, place: usize) -> DataError {
        let good = self.bytes.get(..place).unwrap_or(&[]);
        let line = self.first_line + memchr_iter(b'\n', good).count() as u64;
        not_text(file, line, self.first_byte + good.len() as u64, Looks::OtherEncoding)
    }

    /// Nothing but white space and delimiters: few rows begin with either.
    #[inline]
    fn is_blank(&self, row: &[u8]) -> bool {
        let is_empty = |byte: &u8| *byte == self.delimiter || byte.is_ascii_whitespace();
        row.first().is_none_or(is_empty) && row.iter().all(is_empty)
    }

    /// A group for each thing that a row may stand for, one for rows that are passed over, and one for those of which nobody
    /// knows; or one for all.
    fn groups(&self, told: Option<&Groups<'_>>) -> Vec<Group> {
        let Some(Groups { apart, .. }) = told else {
            return vec![Group::new(None, self, |_| true)];
        };
        let needs = apart.needs.iter().enumerate();
        let known = needs.map(|(of, needs)| Group::new(Some(Some(of)), self, |at| needs.contains(&at)));
        let passed_over = Group::new(Some(None), self, |_| false);
        known.chain([passed_over, Group::new(None, self, |_| true)]).collect()
    }
}

/// Where the first stretch of some whole lines ends: behind a line.
fn stretch_end(lines: &[u8]) -> usize {
    let (near, far) = lines.split_at(lines.len().min(STRETCH_BYTES));
    match memrchr(b'\n', near) {
        Some(last) => last + 1,
        None => memchr(b'\n', far).map_or(lines.len(), |next| near.len() + next + 1),
    }
}

/// The end of a line without the carriage return before it.
fn without_return(bytes: &[u8], start: usize, end: usize) -> usize {
    let before = end.saturating_sub(1);
    if before >= start && end > start && bytes.get(before) == Some(&b'\r') { before } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::manifest::Format;
    use crate::data::read::typed::TypedValues;
    use hashbrown::HashMap;

    fn cut(bytes: &[u8]) -> Result<CutLines, DataError> {
        let file = DataFile::plain("a.csv".into(), "a.csv".to_owned(), Format::Csv);
        let places = Arc::from([Some(0), None, Some(2)]);
        Lines {
            bytes: Arc::new(Buffer::from(bytes.to_vec())),
            first_line: 7,
            line_count: 0,
            first_byte: 100,
            delimiter: b',',
            header: 3,
            places,
        }
        .cut(&file, None)
    }

    #[test]
    fn lines_are_cut_as_rows() {
        let cut = cut("甲,x,1\r\n\n  \r\n, ,\n,u,\nb,y\nc,z,2,3\n甲,w,4".as_bytes()).unwrap();
        let rows = &cut.pieces[0];
        assert_eq!((cut.pieces.len(), &rows.lines[..]), (1, &[7, 11, 14][..]));
        let cells = |at: usize| -> Vec<String> {
            let column = rows.columns[at].as_ref().unwrap();
            (0..3).map(|row| column.text(row).into_owned()).collect()
        };
        assert_eq!(
            (cells(0), cells(2)),
            (vec!["甲".into(), "".into(), "甲".into()], vec!["1".into(), "".into(), "4".into()])
        );
        assert!(rows.columns[1].is_none());
        let broken: Vec<(u64, &str)> = cut.broken.iter().map(|row| (row.line, row.value.as_str())).collect();
        assert_eq!(broken, [(12, "b,y"), (13, "c,z,2,3")]);
    }

    #[test]
    fn columns_whose_texts_differ_are_plain() {
        let text: String = (0..3000).map(|n| format!("k{n},,{}\n", n % 5)).collect();
        let cut = cut(text.as_bytes()).unwrap();
        let column = |at: usize| cut.pieces[0].columns[at].as_ref().unwrap();
        assert!(matches!(column(0).values, TypedValues::Text(_)));
        assert!(matches!(column(2).values, TypedValues::Dictionary { .. }));
        assert!((0..3000).all(|n| column(0).text(n) == format!("k{n}") && column(2).text(n) == (n % 5).to_string()));
        let many: String = (0..5000).map(|n| format!("{},,x\n", n / 2)).collect();
        let cut = super::tests::cut(many.as_bytes()).unwrap();
        assert!((0..5000).all(|n| cut.pieces[0].columns[0].as_ref().unwrap().text(n) == (n / 2).to_string()));
    }

    #[test]
    fn bytes_that_are_no_text_are_told_with_their_place() {
        let error = cut(b"a,b,c\nd,\xFF,f\n").unwrap_err();
        let text = error.to_string();
        assert!(text.contains('8'), "{text}");
    }

    #[test]
    fn rows_that_a_column_tells_apart_have_what_they_need() {
        let file = DataFile::plain("a.csv".into(), "a.csv".to_owned(), Format::Csv);
        let values = [("visit", Some(0)), ("patrol", Some(1)), ("other", None)];
        let values: HashMap<String, Option<usize>> =
            values.into_iter().map(|(text, of)| (text.to_owned(), of)).collect();
        let needs = vec![vec![0], vec![0, 2]];
        let lines = Lines {
            bytes: Arc::new(Buffer::from(
                b"a,visit,1\nb, patrol ,2\nc,other,3\nbroken\n\nd,nothing,4\ne,visit,5\n".to_vec(),
            )),
            first_line: 2,
            line_count: 7,
            first_byte: 0,
            delimiter: b',',
            header: 3,
            places: Arc::from([Some(0), Some(1), Some(2), None]),
        };
        let cut = lines.cut(&file, Some(Apart { column: 1, values: &values, needs: &needs })).unwrap();
        assert_eq!(cut.broken.iter().map(|row| row.line).collect::<Vec<_>>(), [5]);
        type Told<'r> = (Option<Option<usize>>, &'r [u64], Vec<Option<String>>);
        let told: Vec<Told<'_>> = (cut.pieces.iter())
            .map(|rows| {
                let last = rows.lines.len() - 1;
                let texts = rows.columns.iter().map(|column| Some(column.as_ref()?.text(last).into_owned()));
                (rows.stands_for, &rows.lines[..], texts.collect())
            })
            .collect();
        let some = |text: &str| Some(text.to_owned());
        let expected: Vec<Told<'_>> = vec![
            (Some(Some(0)), &[2, 8], vec![some("e"), None, None, None]),
            (Some(Some(1)), &[3], vec![some("b"), None, some("2"), None]),
            (Some(None), &[4], vec![None, None, None, None]),
            (None, &[7], vec![some("d"), some("nothing"), some("4"), None]),
        ];
        assert_eq!(told, expected);
    }
}
