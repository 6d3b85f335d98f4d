//! `run.json`: what a run read and how it went. The only output that differs between equal runs.

use super::open_counters::UnsureCounter;
use super::open_rows::OpenRows;
use crate::data::dangling::Dangling;
use serde::Serialize;

/// What a run read and how it went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RunInfo {
    /// Version of the program.
    pub version: String,
    /// The manifest, as named.
    pub manifest: String,
    /// Names of the policies, sorted.
    pub policies: Vec<String>,
    /// Label of the period.
    pub period: String,
    /// As of: a day or an instant.
    pub as_of: String,
    /// Every file that was read, in the order of the manifest.
    pub inputs: Vec<InputInfo>,
    /// Rows of all data files.
    #[serde(flatten)]
    pub rows: RowCounts,
    /// Kinds whose rows are held to `ids: unique`: memory grows with their ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unique_ids: Vec<String>,
    /// References to records that no source brought.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_records: Vec<Dangling>,
    /// Rows that assessments do not have because their scope is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_scopes: Vec<OpenRows>,
    /// Rows of assessments whose results are not sure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsure_results: Vec<OpenRows>,
    /// Counters with records that are not decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unsure_counters: Vec<UnsureCounter>,
    /// Findings written.
    pub findings: u64,
    /// Wall time in seconds, as a decimal with three places.
    pub seconds: Seconds,
}

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InputInfo {
    /// Path, as the manifest leads to it.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Time of the last change, UTC.
    pub modified: Option<String>,
    /// Rows of a data file.
    #[serde(flatten)]
    pub rows: Option<RowCounts>,
    /// Hash of its bytes, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// What became of the rows of a file, or of all files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// Rows read.
    pub rows_read: u64,
    /// Rows used.
    pub rows_used: u64,
    /// Rows rejected.
    pub rows_rejected: u64,
    /// Rows that equal another one and count once with it.
    pub rows_copies: u64,
    /// Records later than as-of, which are left out.
    pub rows_after_as_of: u64,
    /// Rows used with a bound in place of a number that a person gave.
    #[serde(skip_serializing_if = "is_none")]
    pub rows_bounded: u64,
    /// Rows used although they end before they start.
    #[serde(skip_serializing_if = "is_none")]
    pub rows_reversed: u64,
    /// Rows used with a time that the clock of the policy's zone shows twice.
    #[serde(skip_serializing_if = "is_none")]
    pub rows_twice: u64,
}

/// Whether there is nothing to tell.
fn is_none(rows: &u64) -> bool {
    *rows == 0
}

/// Milliseconds, written as a number of seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seconds(pub u64);

impl Serialize for Seconds {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        std::time::Duration::from_millis(self.0).as_secs_f64().serialize(to)
    }
}
