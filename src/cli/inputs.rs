//! What `run.json` says of each file: size, time of the last change, rows, hash.

use crate::data::error::Unreadable;
use crate::data::run::{Earlier, InputCounts};
use crate::data::setup::Setup;
use crate::report::{InputInfo, RowCounts};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The manifest, the policies, the calendars and the data files of a run. `base` is the folder of the manifest.
pub(super) fn inputs(setup: &Setup, counts: &[InputCounts], hash: bool) -> Result<Vec<InputInfo>, Unreadable> {
    let texts = setup.sources.ids().filter_map(|id| setup.sources.get(id)).map(|source| source.name.clone());
    let mut infos = Vec::new();
    for name in texts {
        infos.push(info(name.clone(), Path::new(&name), None, hash)?);
    }
    for file in &setup.calendar_files {
        infos.push(info(file.name.clone(), &file.path, None, hash)?);
    }
    for (file, counts) in setup.files.iter().zip(counts) {
        infos.push(info(file.name.clone(), &file.path, Some(row_counts(counts)), hash)?);
    }
    Ok(infos)
}

/// Counts of a file as `run.json` names them.
pub(super) fn row_counts(counts: &InputCounts) -> RowCounts {
    RowCounts {
        rows_read: counts.read,
        rows_used: counts.used,
        rows_rejected: counts.rejected,
        rows_copies: counts.copies,
        rows_after_as_of: counts.left_out,
        rows_bounded: counts.bounded,
        rows_reversed: counts.reversed,
        rows_twice: counts.twice,
    }
}

/// The sum of all files, those of earlier runs included.
pub(super) fn total(counts: &[InputCounts], earlier: &Earlier) -> RowCounts {
    let all = counts.iter().chain(earlier.files.iter().map(|file| &file.counts));
    let sum = all.map(row_counts).fold(RowCounts::default(), |sum, file| RowCounts {
        rows_read: sum.rows_read + file.rows_read,
        rows_used: sum.rows_used + file.rows_used,
        rows_rejected: sum.rows_rejected + file.rows_rejected,
        rows_copies: sum.rows_copies + file.rows_copies,
        rows_after_as_of: sum.rows_after_as_of + file.rows_after_as_of,
        rows_bounded: sum.rows_bounded + file.rows_bounded,
        rows_reversed: sum.rows_reversed + file.rows_reversed,
        rows_twice: sum.rows_twice + file.rows_twice,
    });
    RowCounts {
        rows_used: sum.rows_used.saturating_sub(earlier.left_out),
        rows_after_as_of: sum.rows_after_as_of + earlier.left_out,
        ..sum
    }
}

fn info(name: String, path: &Path, rows: Option<RowCounts>, hash: bool) -> Result<InputInfo, Unreadable> {
    let failed = |reason| Unreadable { path: name.clone(), reason };
    let meta = std::fs::metadata(path).map_err(failed)?;
    let since = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
    let modified = seconds
        .and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0))
        .map(|time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string());
    let sha256 = if hash { Some(hash_of(path).map_err(failed)?) } else { None };
    Ok(InputInfo { path: name, bytes: meta.len(), modified, rows, sha256 })
}

fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut piece)?;
        match piece.get(..count) {
            Some(read) if count > 0 => hash.update(read),
            _ => break,
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
