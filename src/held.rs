//! What runs have begun to write and not finished, so that a run that is interrupted can take it away.
//!
//! INVARIANT (whole or nothing): what is renamed to its place is renamed under the lock that the end of an interrupted run
//! takes and never gives back. Either all of it happened before, or none of it does.

use std::collections::BTreeMap;
#[cfg(all(feature = "cli", unix))]
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Unfinished files and folders with the number of their holders, and whether anything was finished.
struct Table {
    paths: BTreeMap<PathBuf, usize>,
    #[cfg_attr(not(all(feature = "cli", unix)), allow(dead_code, reason = "only the command line is interrupted"))]
    finished: bool,
}

static TABLE: Mutex<Table> = Mutex::new(Table { paths: BTreeMap::new(), finished: false });

fn table() -> MutexGuard<'static, Table> {
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An unfinished file or folder. Its holder removes it, unless the run is interrupted.
#[derive(Debug)]
pub(crate) struct Held(PathBuf);

impl Held {
    /// Holds a path.
    pub(crate) fn new(path: &Path) -> Held {
        *table().paths.entry(path.to_owned()).or_default() += 1;
        Held(path.to_owned())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut table = table();
        if let Some(count) = table.paths.get_mut(&self.0) {
            *count -= 1;
            if *count == 0 {
                table.paths.remove(&self.0);
            }
        }
    }
}

/// Puts something finished in its place: an interrupted run ends before or after it.
pub(crate) fn finishing<T, E>(put: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut table = table();
    let done = put();
    table.finished |= done.is_ok();
    done
}

/// Removes what is unfinished, for a process that is about to end: whoever holds or finishes something afterwards waits
/// until then. Gives whether anything was finished before.
#[cfg(all(feature = "cli", unix))]
pub(crate) fn give_up() -> bool {
    let table = table();
    for path in table.paths.keys() {
        // Somebody may still be writing a file into a folder that is being removed.
        for _ in 0..3 {
            let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            if removed.is_ok() || !path.exists() {
                break;
            }
        }
    }
    let finished = table.finished;
    std::mem::forget(table);
    finished
}
