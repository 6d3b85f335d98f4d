//! The output folder: written beside its place under another name, then renamed.
//!
//! All that is unfinished lies in one hidden sibling, `.NAME.wangge`, which holds a lock while a run
//! is alive. A run that dies leaves the sibling; the next run to the same folder clears it, and first
//! puts back an earlier output that the dead run had moved aside.

use super::ReportError;
use super::table::TableId;
use crate::held::{Held, finishing};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// A claimed output folder. Dropped before [`OutFolder::put_in_place`] it leaves nothing behind.
#[derive(Debug)]
pub struct OutFolder {
    place: PathBuf,
    hidden: PathBuf,
    lock: Option<File>,
    /// Dropped last: an interrupted run may still have to remove the folder.
    _held: Option<Held>,
}

impl OutFolder {
    /// Checks that the place may be written and claims it.
    pub fn claim(out: &Path) -> Result<OutFolder, ReportError> {
        let place = resolve(out)?;
        let (Some(parent), Some(name)) = (place.parent(), place.file_name()) else {
            return Err(ReportError::NotAFolder(out.to_owned()));
        };
        refuse_mount(&place)?;
        refuse_foreign(&place)?;
        refuse_current(&place)?;
        fs::create_dir_all(parent).map_err(|e| ReportError::io(parent, e))?;
        let mut hidden_name = std::ffi::OsString::from(".");
        hidden_name.push(name);
        hidden_name.push(".wangge");
        let hidden = parent.join(hidden_name);
        // What is made has its place beside the folder: it is the parent that must be writable.
        fs::create_dir_all(&hidden).map_err(|e| ReportError::io(parent, e))?;
        let lock_path = hidden.join("lock");
        let lock = File::create(&lock_path).map_err(|e| ReportError::io(&lock_path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ReportError::Busy(place)),
            // A file system without locks: two runs at once are then the user's own care.
            Err(TryLockError::Error(_)) => {}
        }
        let mut folder = OutFolder { place, hidden, lock: Some(lock), _held: None };
        folder.clear_remains()?;
        // From here on there is nothing of an earlier run in it.
        folder._held = Some(Held::new(&folder.hidden));
        for part in ["new", "scratch"] {
            let path = folder.hidden.join(part);
            fs::create_dir(&path).map_err(|e| ReportError::io(&path, e))?;
        }
        Ok(folder)
    }

    /// Puts back what a dead run had moved aside and removes the rest of it.
    fn clear_remains(&self) -> Result<(), ReportError> {
        let old = self.hidden.join("old");
        if old.exists() && !self.place.exists() {
            fs::rename(&old, &self.place).map_err(|e| ReportError::io(&self.place, e))?;
        }
        for part in ["new", "scratch", "old"] {
            let path = self.hidden.join(part);
            if path.exists() {
                fs::remove_dir_all(&path).map_err(|e| ReportError::io(&path, e))?;
            }
        }
        Ok(())
    }

    /// Path of a file that will be part of the output.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.hidden.join("new").join(name)
    }

    /// Path of a file that only the run needs.
    #[must_use]
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.hidden.join("scratch").join(name)
    }

    /// Renames the finished folder to its place; an earlier output goes. Gives the place.
    pub fn put_in_place(self) -> Result<PathBuf, ReportError> {
        let (new, old) = (self.hidden.join("new"), self.hidden.join("old"));
        sync_folder(&new)?;
        refuse_foreign(&self.place)?;
        finishing(|| {
            if self.place.exists() {
                fs::rename(&self.place, &old)?;
            }
            fs::rename(&new, &self.place).inspect_err(|_| {
                // What stood there before is put back at once.
                let _ = fs::rename(&old, &self.place);
            })
        })
        .map_err(|e| ReportError::io(&self.place, e))?;
        if let Some(parent) = self.place.parent() {
            sync_folder(parent)?;
        }
        Ok(self.place.clone())
    }
}

impl Drop for OutFolder {
    fn drop(&mut self) {
        // A run that ends early must not lose the output that stood here before it.
        let old = self.hidden.join("old");
        if old.exists() && !self.place.exists() {
            let _ = fs::rename(&old, &self.place);
        }
        // The lock is let go last, so that no other run enters a folder that is being removed.
        let _ = fs::remove_dir_all(&self.hidden);
        drop(self.lock.take());
    }
}

/// The real path of a folder that may not exist yet.
fn resolve(out: &Path) -> Result<PathBuf, ReportError> {
    if out.exists() {
        return fs::canonicalize(out).map_err(|e| ReportError::io(out, e));
    }
    std::path::absolute(out).map_err(|e| ReportError::io(out, e))
}

/// Refuses a place that is a mount point: it cannot be renamed away.
fn refuse_mount(place: &Path) -> Result<(), ReportError> {
    if is_mount(place) { Err(ReportError::Mount(place.to_owned())) } else { Ok(()) }
}

#[cfg(unix)]
fn is_mount(place: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).ok().map(|meta| meta.dev());
    match (device(place), place.parent().and_then(device)) {
        (Some(own), Some(above)) => own != above,
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_mount(_: &Path) -> bool {
    false
}

/// Refuses what no run wrote.
fn refuse_foreign(place: &Path) -> Result<(), ReportError> {
    let meta = match fs::symlink_metadata(place) {
        Ok(meta) => meta,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(e) => return Err(ReportError::io(place, e)),
    };
    if !meta.is_dir() {
        return Err(ReportError::NotAFolder(place.to_owned()));
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(place).map_err(|e| ReportError::io(place, e))? {
        let entry = entry.map_err(|e| ReportError::io(place, e))?;
        // No run ever makes a folder inside its output.
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        names.push((entry.file_name().to_string_lossy().into_owned(), is_folder));
    }
    if !names.is_empty() && !wrote(&place.join("run.json")) {
        return Err(ReportError::NotOurs(place.to_owned()));
    }
    names.sort();
    match names.into_iter().find(|(name, is_folder)| *is_folder || !is_output(name)) {
        // Replacing takes the whole folder away.
        Some((name, _)) => Err(ReportError::Foreign { path: place.to_owned(), name }),
        None => Ok(()),
    }
}

/// Whether a run writes a file of this name, in whatever format.
fn is_output(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let is_table =
        TableId::ALL.iter().any(|table| table.name() == stem) && matches!(ending, "csv" | "json" | "parquet");
    is_table || matches!(name, "run.json" | "results.xlsx")
}

/// Whether a `run.json` is one that a run wrote.
fn wrote(path: &Path) -> bool {
    let text = fs::read(path).unwrap_or_default();
    let value: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    ["version", "period", "rows_read"].iter().all(|key| value.get(key).is_some())
}

/// Refuses the folder that the program runs in and those above it: they would be renamed away under it.
fn refuse_current(place: &Path) -> Result<(), ReportError> {
    let current = std::env::current_dir().and_then(fs::canonicalize);
    match current {
        Ok(current) if current.starts_with(place) => Err(ReportError::NotAFolder(place.to_owned())),
        _ => Ok(()),
    }
}

/// Makes names in a folder last through a power cut, where the system can.
fn sync_folder(path: &Path) -> Result<(), ReportError> {
    if cfg!(unix) {
        let folder = File::open(path).map_err(|e| ReportError::io(path, e))?;
        folder.sync_all().map_err(|e| ReportError::io(path, e))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(version: &str) -> String {
        format!("{{\"version\": \"{version}\", \"period\": \"2024\", \"rows_read\": 0}}")
    }

    fn finish(folder: OutFolder, version: &str) -> PathBuf {
        fs::write(folder.file("run.json"), info(version)).unwrap();
        folder.put_in_place().unwrap()
    }

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(path).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_earlier_output_is_replaced_whole() {
        let base = tempfile::tempdir().unwrap();
        let out = base.path().join("a/out");
        let first = OutFolder::claim(&out).unwrap();
        fs::write(first.file("scores.csv"), "x").unwrap();
        finish(first, "1");
        assert_eq!(names(&out), ["run.json", "scores.csv"]);
        finish(OutFolder::claim(&out).unwrap(), "2");
        assert_eq!(names(&out), ["run.json"]);
        assert_eq!(fs::read_to_string(out.join("run.json")).unwrap(), info("2"));
        assert_eq!(names(&base.path().join("a")), ["out"]);
    }

    #[test]
    fn foreign_folders_and_files_are_refused() {
        let base = tempfile::tempdir().unwrap();
        fs::write(base.path().join("mine.txt"), "x").unwrap();
        assert!(matches!(OutFolder::claim(base.path()), Err(ReportError::NotOurs(_))));
        assert!(matches!(OutFolder::claim(&base.path().join("mine.txt")), Err(ReportError::NotAFolder(_))));
        assert_eq!(names(base.path()), ["mine.txt"]);
        // A `run.json` of somebody else's, and one of ours beside a folder of somebody else's.
        let theirs = base.path().join("theirs");
        fs::create_dir(&theirs).unwrap();
        fs::write(theirs.join("run.json"), "{}").unwrap();
        assert!(matches!(OutFolder::claim(&theirs), Err(ReportError::NotOurs(_))));
        fs::write(theirs.join("run.json"), info("1")).unwrap();
        fs::create_dir(theirs.join("data")).unwrap();
        assert!(matches!(OutFolder::claim(&theirs), Err(ReportError::Foreign { .. })));
        fs::remove_dir(theirs.join("data")).unwrap();
        fs::write(theirs.join("notes.txt"), "x").unwrap();
        assert!(matches!(OutFolder::claim(&theirs), Err(ReportError::Foreign { .. })));
        fs::rename(theirs.join("notes.txt"), theirs.join("data")).unwrap();
        assert_eq!(names(&theirs), ["data", "run.json"]);
    }

    #[test]
    fn a_run_that_stops_leaves_what_was_there() {
        let base = tempfile::tempdir().unwrap();
        let out = base.path().join("out");
        finish(OutFolder::claim(&out).unwrap(), "1");
        drop(OutFolder::claim(&out).unwrap());
        assert_eq!(fs::read_to_string(out.join("run.json")).unwrap(), info("1"));
        assert_eq!(names(base.path()), ["out"]);
    }

    #[test]
    fn remains_of_a_dead_run_are_cleared_and_its_victim_put_back() {
        let base = tempfile::tempdir().unwrap();
        let out = base.path().join("out");
        let hidden = base.path().join(".out.wangge");
        fs::create_dir_all(hidden.join("old")).unwrap();
        fs::create_dir_all(hidden.join("new")).unwrap();
        fs::write(hidden.join("old/run.json"), info("earlier")).unwrap();
        fs::write(hidden.join("new/half.csv"), "half").unwrap();
        drop(OutFolder::claim(&out).unwrap());
        assert_eq!(fs::read_to_string(out.join("run.json")).unwrap(), info("earlier"));
        assert_eq!(names(base.path()), ["out"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn mount_points_are_refused_before_anything_is_read() {
        assert!(matches!(OutFolder::claim(Path::new("/proc")), Err(ReportError::Mount(_))));
        assert!(!is_mount(tempfile::tempdir().unwrap().path()));
    }

    #[test]
    fn a_folder_below_a_file_cannot_be_made() {
        let base = tempfile::tempdir().unwrap();
        fs::write(base.path().join("a.csv"), "x").unwrap();
        let error = OutFolder::claim(&base.path().join("a.csv/out")).unwrap_err();
        assert!(matches!(error, ReportError::Io { .. }), "{error:?}");
        let help = error.help().unwrap();
        assert!(help.en.contains("`--out`") && help.zh.contains("`--out`"), "{help:?}");
    }

    #[test]
    fn two_runs_at_once_are_refused() {
        let base = tempfile::tempdir().unwrap();
        let out = base.path().join("out");
        let first = OutFolder::claim(&out).unwrap();
        assert!(matches!(OutFolder::claim(&out), Err(ReportError::Busy(_))));
        finish(first, "1");
    }
}
