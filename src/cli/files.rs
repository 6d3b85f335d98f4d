//! Paths of the command line to files: a folder stands for what it holds, in order of name.

use crate::data::error::{DataError, Unreadable};
use crate::data::load::{read_text, shown};
use crate::data::yaml::{NodeValue, YamlSize, parse};
use crate::limits::{FOLDER_DEPTH_MAX, YAML_BYTES_MAX};
use std::path::{Path, PathBuf};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum FileKind {
    /// A policy file.
    Policy,
    /// A manifest.
    Manifest,
    /// Tests of a policy.
    Tests,
    /// Standard input.
    Stdin,
}

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub path: PathBuf,
    pub kind: FileKind,
}

/// The files of the paths, each once, in order of path, and the paths that cannot be read. Named files are taken as they
/// are; in folders, data files are passed over.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Found>, Vec<DataError>) {
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            found.push(Found { path: path.clone(), kind: FileKind::Stdin });
            continue;
        }
        let meta = match std::fs::metadata(path) {
            Ok(meta) => meta,
            Err(reason) => {
                failed.push(Unreadable { path: shown(path), reason }.into());
                continue;
            }
        };
        if meta.is_dir() {
            walk(path, 0, &mut found, &mut failed);
        } else {
            let kind = match by_name(path) {
                Some(kind) => kind,
                None if is_yaml(path) => FileKind::Manifest,
                None => FileKind::Policy,
            };
            found.push(Found { path: path.clone(), kind });
        }
    }
    found.sort();
    found.dedup();
    (found, failed)
}

/// A folder that cannot be read does not stop the others.
fn walk(folder: &Path, depth: usize, found: &mut Vec<Found>, failed: &mut Vec<DataError>) {
    let entries = || -> std::io::Result<Vec<_>> {
        let entries = std::fs::read_dir(folder)?.map(|entry| entry.and_then(|e| Ok((e.path(), e.file_type()?))));
        entries.collect()
    };
    let entries = match entries() {
        Ok(entries) => entries,
        Err(reason) => {
            failed.push(Unreadable { path: shown(folder), reason }.into());
            return;
        }
    };
    for (path, file_type) in entries {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        // Links to folders are not followed: they may lead back.
        if file_type.is_dir() && !hidden && depth < FOLDER_DEPTH_MAX {
            walk(&path, depth + 1, found, failed);
        } else if !file_type.is_dir() && !hidden && path.is_file() {
            let kind = match by_name(&path) {
                Some(kind) => Some(kind),
                None if is_yaml(&path) && is_manifest(&path) => Some(FileKind::Manifest),
                None => None,
            };
            found.extend(kind.map(|kind| Found { path, kind }));
        }
    }
}

fn by_name(path: &Path) -> Option<FileKind> {
    let name = path.file_name()?.to_string_lossy();
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    match stem {
        Some(stem) if stem == "tests" || stem.ends_with(".test") => Some(FileKind::Tests),
        Some("manifest") => Some(FileKind::Manifest),
        _ if name.ends_with(".wg") => Some(FileKind::Policy),
        _ => None,
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "yaml" || e == "yml")
}

/// Whether a YAML file of another name reads as a manifest: data are lists, or have no `policies`.
fn is_manifest(path: &Path) -> bool {
    // What is larger than any manifest is data, and is not read for this.
    let size = std::fs::metadata(path).map_or(u64::MAX, |meta| meta.len());
    if usize::try_from(size).is_ok_and(|size| size > YAML_BYTES_MAX) {
        return false;
    }
    let Ok(text) = read_text(path) else { return false };
    match parse(&text, YamlSize::Small).map(|node| node.value) {
        Ok(NodeValue::Map(entries)) => entries.iter().any(|(key, _)| key.text() == Some("policies")),
        _ => false,
    }
}
