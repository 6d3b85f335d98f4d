//! Tables and `run.json` to bytes, each file synced before it counts as written.

use super::part::{Part, csv_rows};
use super::table::{Column, Format, TableId};
use super::{ReportError, ReportOptions, RunInfo};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a table as a text file, CSV or else JSON, from its parts, which are in order.
pub(super) fn write_table(
    path: &Path,
    table: TableId,
    options: ReportOptions,
    parts: Vec<Part>,
) -> Result<(), ReportError> {
    let mut out = BufWriter::with_capacity(1 << 16, File::create(path).map_err(|e| ReportError::io(path, e))?);
    let written = match options.format {
        Format::Csv => write_csv(&mut out, table, options.bom, parts)?,
        _ => write_json(&mut out, table, parts)?,
    };
    written.and_then(|()| sync(out)).map_err(|e| ReportError::io(path, e))
}

/// Writes `run.json`.
pub(super) fn write_run(path: &Path, run: &RunInfo) -> Result<(), ReportError> {
    let mut text = serde_json::to_vec_pretty(run).map_err(|e| ReportError::io(path, e.into()))?;
    text.push(b'\n');
    let write = || {
        let mut file = File::create(path)?;
        file.write_all(&text)?;
        file.sync_all()
    };
    write().map_err(|e| ReportError::io(path, e))
}

fn sync(out: BufWriter<File>) -> io::Result<()> {
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

/// Outer errors are those of reading parts back, inner ones those of writing.
type Written = Result<io::Result<()>, ReportError>;

fn write_csv(out: &mut impl Write, table: TableId, bom: bool, parts: Vec<Part>) -> Written {
    let names: Vec<&str> = table.columns().iter().map(|(name, _)| *name).collect();
    let mut head = || {
        if bom {
            out.write_all("\u{feff}".as_bytes())?;
        }
        writeln!(out, "{}", names.join(","))
    };
    if let Err(e) = head() {
        return Ok(Err(e));
    }
    for part in parts {
        if let Err(e) = io::copy(&mut part.into_reader()?, out) {
            return Ok(Err(e));
        }
    }
    Ok(Ok(()))
}

fn write_json(out: &mut impl Write, table: TableId, parts: Vec<Part>) -> Written {
    let mut first = true;
    if let Err(e) = out.write_all(b"[") {
        return Ok(Err(e));
    }
    for part in parts {
        let mut rows = csv_rows(part.into_reader()?);
        let mut row = csv::ByteRecord::new();
        loop {
            match rows.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => return Ok(Err(e.into())),
            }
            let lead: &[u8] = if first { b"\n" } else { b",\n" };
            first = false;
            if let Err(e) = out.write_all(lead).and_then(|()| write_object(out, table.columns(), &row)) {
                return Ok(Err(e));
            }
        }
    }
    let tail: &[u8] = if first { b"]\n" } else { b"\n]\n" };
    Ok(out.write_all(tail))
}

fn write_object(out: &mut impl Write, columns: &[Column], row: &csv::ByteRecord) -> io::Result<()> {
    for (at, ((name, number), cell)) in columns.iter().zip(row.iter()).enumerate() {
        write!(out, "{}\"{name}\":", if at == 0 { "{" } else { "," })?;
        match (number, cell) {
            (true, b"") => out.write_all(b"null")?,
            // A plain decimal is a JSON number as it stands; nothing passes through a float.
            (true, digits) => out.write_all(digits)?,
            (false, text) => serde_json::to_writer(&mut *out, &String::from_utf8_lossy(text))?,
        }
    }
    out.write_all(b"}")
}
