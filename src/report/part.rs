//! Rows of one table that share their first columns: put in order, spilled to disk when they grow.

use super::{ReportError, TableId};
use std::collections::{BTreeMap, btree_map};
use std::fs::{File, OpenOptions};
use std::io::{self, Cursor, Read, Write};
use std::path::PathBuf;

/// Bytes of a part that stay in memory. A town's findings of one rule fit; a county's spill.
const IN_MEMORY_BYTES_MAX: usize = 4 << 20;

/// The rows of a part, as CSV without a header.
#[derive(Debug)]
pub struct Part {
    spill: PathBuf,
    spilled: bool,
    writer: csv::Writer<Vec<u8>>,
    last: csv::ByteRecord,
    ordered: bool,
}

impl Part {
    /// Without rows. `spill` is a file that nobody else uses.
    #[must_use]
    pub fn new(spill: PathBuf) -> Part {
        Part { spill, spilled: false, writer: rows_into(Vec::new()), last: csv::ByteRecord::new(), ordered: true }
    }

    /// One more row.
    pub fn push(&mut self, row: &csv::ByteRecord) -> Result<(), ReportError> {
        self.ordered = self.ordered && self.last.iter().cmp(row.iter()).is_le();
        self.last.clone_from(row);
        self.writer.write_byte_record(row).map_err(|e| ReportError::io(&self.spill, e.into()))?;
        if self.writer.get_ref().len() >= IN_MEMORY_BYTES_MAX {
            let rows = self.take_rows()?;
            let file = OpenOptions::new().create(true).append(true).open(&self.spill);
            file.and_then(|mut file| file.write_all(&rows)).map_err(|e| ReportError::io(&self.spill, e))?;
            self.spilled = true;
        }
        Ok(())
    }

    /// Takes in the rows of another part.
    fn append(&mut self, other: Part) -> Result<(), ReportError> {
        let spill = other.spill.clone();
        for row in csv_rows(other.into_reader()?).into_byte_records() {
            self.push(&row.map_err(|e| ReportError::io(&spill, e.into()))?)?;
        }
        Ok(())
    }

    fn take_rows(&mut self) -> Result<Vec<u8>, ReportError> {
        let writer = std::mem::replace(&mut self.writer, rows_into(Vec::new()));
        writer.into_inner().map_err(|e| ReportError::io(&self.spill, io::Error::other(e.to_string())))
    }

    /// The rows in order, as CSV.
    pub fn into_reader(mut self) -> Result<Box<dyn Read>, ReportError> {
        let rest = Cursor::new(self.take_rows()?);
        let io_error = |e| ReportError::io(&self.spill, e);
        let rows: Box<dyn Read> = if self.spilled {
            Box::new(File::open(&self.spill).map_err(io_error)?.chain(rest))
        } else {
            Box::new(rest)
        };
        if self.ordered {
            return Ok(rows);
        }
        let sorted = sorted(rows).map_err(|e| io_error(e.into()))?;
        Ok(Box::new(Cursor::new(sorted)))
    }
}

/// Parts by their table and the first columns of their rows.
#[derive(Debug)]
pub struct Parts {
    folder: PathBuf,
    /// Beginning of the names of files in the folder that nobody else uses.
    name: String,
    parts: BTreeMap<Key, Part>,
    /// That of the row before.
    key: Key,
}

/// A table, and the first columns of rows of it.
type Key = (TableId, Vec<u8>);

impl Parts {
    /// Without rows. Nobody else uses files of the folder whose names are `name` and a number.
    #[must_use]
    pub fn new(folder: PathBuf, name: &str) -> Parts {
        Parts { folder, name: name.to_owned(), parts: BTreeMap::new(), key: (TableId::Scores, Vec::new()) }
    }

    /// One more row of a table; `key`: its first columns.
    pub fn push(&mut self, table: TableId, key: &[&str], row: &csv::ByteRecord) -> Result<(), ReportError> {
        // INVARIANT (key order is row order): the key is the row's first columns, each closed by a
        // zero byte, which sorts before every other byte and so keeps the order of whole columns.
        let (of_table, columns) = &mut self.key;
        *of_table = table;
        columns.clear();
        for column in key {
            columns.extend_from_slice(column.as_bytes());
            columns.push(0);
        }
        if let Some(part) = self.parts.get_mut(&self.key) {
            return part.push(row);
        }
        let spill = self.folder.join(format!("{}{}", self.name, self.parts.len()));
        let part = self.parts.entry(self.key.clone()).or_insert_with(|| Part::new(spill));
        part.push(row)
    }

    /// Takes in the parts of another.
    pub fn merge(&mut self, other: Parts) -> Result<(), ReportError> {
        for (key, part) in other.parts {
            match self.parts.get_mut(&key) {
                Some(known) => known.append(part)?,
                None => drop(self.parts.insert(key, part)),
            }
        }
        Ok(())
    }
}

impl IntoIterator for Parts {
    type Item = (Key, Part);
    type IntoIter = btree_map::IntoIter<Key, Part>;

    fn into_iter(self) -> Self::IntoIter {
        self.parts.into_iter()
    }
}

/// The same rows, sorted by their columns from the left as bytes.
fn sorted(rows: Box<dyn Read>) -> Result<Vec<u8>, csv::Error> {
    let mut reader = csv_rows(rows);
    let mut rows = reader.byte_records().collect::<Result<Vec<_>, _>>()?;
    rows.sort_unstable_by(|a, b| a.iter().cmp(b.iter()));
    let mut writer = rows_into(Vec::new());
    for row in &rows {
        writer.write_byte_record(row)?;
    }
    writer.into_inner().map_err(|e| io::Error::other(e.to_string()).into())
}

/// A reader of rows that stand without a header.
pub(super) fn csv_rows<R: Read>(rows: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).from_reader(rows)
}

fn rows_into(buffer: Vec<u8>) -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new().has_headers(false).from_writer(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(part: Part) -> String {
        let mut text = String::new();
        part.into_reader().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn rows_that_come_out_of_order_are_sorted_by_columns_as_bytes() {
        let mut part = Part::new(PathBuf::from("unused"));
        for row in [["b", "1"], ["a!", "2"], ["a", "10"], ["a", "9"], ["a", ""], ["一,\"二\"\n", " x "]] {
            part.push(&csv::ByteRecord::from(row.to_vec())).unwrap();
        }
        assert_eq!(read(part), "a,\na,10\na,9\na!,2\nb,1\n\"一,\"\"二\"\"\n\", x \n");
    }

    #[test]
    fn parts_spill_and_are_still_sorted() {
        let folder = tempfile::tempdir().unwrap();
        let long = "x".repeat(1000);
        for turned in [false, true] {
            let mut part = Part::new(folder.path().join(format!("{turned}")));
            for at in 0..10_000u32 {
                let number = format!("{:05}", if turned { 9_999 - at } else { at });
                part.push(&csv::ByteRecord::from(vec![number.as_str(), &long])).unwrap();
            }
            assert!(part.spilled);
            let text = read(part);
            assert_eq!(text.lines().count(), 10_000);
            assert!(text.lines().is_sorted());
        }
    }
}
