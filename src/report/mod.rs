//! Outcomes to files: the tables of a run as CSV or JSON, written whole or not at all.
//!
//! [`Report`] takes findings and rejects one by one, results a policy at a time, in any order of
//! policies and rules, and gives files whose rows are sorted by their columns from the left as bytes.

pub mod error;
pub mod explain;
pub mod folder;
pub mod open_counters;
pub mod open_rows;
#[cfg(feature = "parquet")]
mod parquet;
pub mod part;
pub mod render;
pub mod rows;
pub mod run_info;
pub mod table;
#[cfg(test)]
mod tests;
#[cfg(feature = "xlsx")]
pub(crate) mod workbook;

pub use error::ReportError;
pub use folder::OutFolder;
pub use open_counters::UnsureCounter;
pub use open_rows::{Open, OpenRows};
pub use rows::{row_texts, strength_word};
pub use run_info::{InputInfo, RowCounts, RunInfo, Seconds};
pub use table::{Format, TableId};

use crate::model::{Finding, Policy, Results};
use crate::threads::beside;
use part::{Part, Parts};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReportOptions {
    /// File format.
    pub format: Format,
    /// A byte order mark before CSV, for spreadsheets.
    pub bom: bool,
}

/// A row of the input that was not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RejectRow<'a> {
    /// File, as the manifest leads to it.
    pub file: &'a str,
    /// Line, from 1; `None` where the file as a whole is meant.
    pub line: Option<u64>,
    /// Column, by its name in the file.
    pub column: &'a str,
    /// The value as it stands there.
    pub value: &'a str,
    /// Why it cannot be used.
    pub reason: &'a str,
}

/// The files of a run in the making. Nothing is seen in the output folder before [`Report::commit`].
#[derive(Debug)]
pub struct Report {
    folder: OutFolder,
    options: ReportOptions,
    parts: Parts,
    row: csv::ByteRecord,
    /// How often results were taken in.
    takes: usize,
}

impl Report {
    /// Claims the output folder. Errors when it holds something that is not a run's, when another
    /// run is writing there, or on I/O.
    pub fn create(out: &Path, options: ReportOptions) -> Result<Report, ReportError> {
        let folder = OutFolder::claim(out)?;
        let parts = Parts::new(folder.scratch(""), "");
        Ok(Report { folder, options, parts, row: csv::ByteRecord::new(), takes: 0 })
    }

    /// One finding of a policy.
    pub fn finding(&mut self, policy: &Policy, finding: &Finding) -> Result<(), ReportError> {
        let mut row = std::mem::take(&mut self.row);
        let given = match rows::finding(policy, finding, &mut row) {
            Some(rule) => self.parts.push(TableId::Findings, &[&policy.name, rule], &row),
            None => Ok(()),
        };
        self.row = row;
        given
    }

    /// One row that was not used.
    pub fn reject(&mut self, reject: &RejectRow<'_>) -> Result<(), ReportError> {
        let mut row = std::mem::take(&mut self.row);
        rows::reject(reject, &mut row);
        let given = self.parts.push(TableId::Rejects, &[reject.file], &row);
        self.row = row;
        given
    }

    /// Scores, items, effects, rule counts and measures of policies, with up to so many threads at work.
    pub fn results(&mut self, threads: usize, all: &[(&Policy, &Results)]) -> Result<(), ReportError> {
        let rows = |(policy, results): (&Policy, &Results), parts: &mut Parts| {
            let push = &mut |table, key: &str, row: &csv::ByteRecord| parts.push(table, &[&policy.name, key], row);
            rows::results(policy, results, &mut csv::ByteRecord::new(), push)
        };
        let threads = threads.min(all.len());
        if threads <= 1 {
            return all.iter().try_for_each(|one| rows(*one, &mut self.parts));
        }
        self.takes += 1;
        let made = beside((0..threads).collect(), |at| {
            let mut parts = Parts::new(self.folder.scratch(""), &format!("{}-{at}-", self.takes));
            let of_thread = &mut all.iter().skip(at).step_by(threads);
            of_thread.try_for_each(|one| rows(*one, &mut parts)).map(|()| parts)
        });
        made.into_iter().try_for_each(|parts| self.parts.merge(parts?))
    }

    /// Writes every file, syncs them and puts the folder in its place. Gives that place.
    pub fn commit(self, run: &RunInfo) -> Result<PathBuf, ReportError> {
        let mut tables: BTreeMap<TableId, Vec<Part>> = TableId::ALL.map(|table| (table, Vec::new())).into();
        for ((table, _), part) in self.parts {
            tables.entry(table).or_default().push(part);
        }
        match self.options.format {
            #[cfg(feature = "xlsx")]
            Format::Xlsx => {
                let place = self.folder.file(table::WORKBOOK);
                workbook::write_workbook(&place, &self.folder.scratch(""), tables)?;
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => {
                for (table, parts) in tables {
                    parquet::write_table(&self.folder.file(&table.file_name(Format::Parquet)), table, parts)?;
                }
            }
            format => {
                for (table, parts) in tables {
                    render::write_table(&self.folder.file(&table.file_name(format)), table, self.options, parts)?;
                }
            }
        }
        let path = self.folder.file("run.json");
        render::write_run(&path, run)?;
        self.folder.put_in_place()
    }
}
