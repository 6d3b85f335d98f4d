//! Files that are written row by row, and the dates in them.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use wangge::model::Day;

/// One CSV file.
pub struct Table {
    out: BufWriter<File>,
    rows: u64,
}

impl Table {
    /// A new file with its header.
    pub fn create(folder: &Path, name: &str, header: &str) -> Result<Table, Box<dyn Error>> {
        let mut out = BufWriter::new(File::create(folder.join(name))?);
        writeln!(out, "{header}")?;
        Ok(Table { out, rows: 0 })
    }

    /// A row of cells. No cell here holds a comma or a quote.
    pub fn row(&mut self, cells: &[&str]) -> Result<(), Box<dyn Error>> {
        self.raw(&cells.join(","))
    }

    /// A line as it stands (dirt).
    pub fn raw(&mut self, line: &str) -> Result<(), Box<dyn Error>> {
        writeln!(self.out, "{line}")?;
        self.rows += 1;
        Ok(())
    }

    /// Closes the file and gives the number of rows.
    pub fn close(mut self) -> Result<u64, Box<dyn Error>> {
        self.out.flush()?;
        Ok(self.rows)
    }
}

/// A day and minute of the day as `2024-03-05T08:30`.
pub fn moment(day: Day, minute: u32) -> String {
    let minute = minute.min(24 * 60 - 1);
    format!("{day}T{:02}:{:02}", minute / 60, minute % 60)
}

/// A moment some minutes later, across days.
pub fn later(day: Day, minute: u32, add: u32) -> (Day, u32) {
    let total = minute + add;
    (day.plus(i32::try_from(total / 1440).unwrap_or(0)), total % 1440)
}
