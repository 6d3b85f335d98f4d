//! Paths and globs of the manifest to files, in an order that does not depend on the system.

use super::decode::{BAD_SOURCE, Located};
use super::error::{DataError, NoFiles, Unreadable};
use super::manifest::{Encoding, Format, Layout};
use super::read::DataFile;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Sources;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why some of the files of an entry cannot be told.
#[derive(Debug, Default)]
pub struct FileProblems {
    /// The manifest is wrong.
    pub manifest: Vec<Diagnostic>,
    /// A file is missing or a folder cannot be read.
    pub missing: Vec<DataError>,
}

/// The files of one entry, sorted by name. Paths are relative to `base`.
pub fn find_files(
    patterns: &[Located<String>],
    layout: &Layout,
    base: &Path,
    sources: &Sources,
    problems: &mut FileProblems,
) -> Vec<DataFile> {
    let mut files = Vec::new();
    for pattern in patterns {
        let paths = if is_glob(&pattern.value) {
            matches(pattern, base, sources, problems)
        } else {
            vec![base.join(&pattern.value)]
        };
        for path in paths {
            let format = layout.format.or_else(|| Format::of_name(path.extension()?.to_str()?));
            let Some(format) = format else {
                problems.manifest.push(no_format(pattern));
                break;
            };
            let metadata = std::fs::metadata(&path).and_then(|data| match (data.is_dir(), data.is_file()) {
                (true, _) => Err(std::io::ErrorKind::IsADirectory.into()),
                // A pipe or device may never end.
                (_, false) => Err(std::io::Error::other("not a regular file")),
                _ => Ok(()),
            });
            if let Err(reason) = metadata {
                let path = path.display().to_string();
                problems.missing.push(Unreadable { path, reason }.into());
                continue;
            }
            if let Some(problem) = misplaced(layout, format, pattern) {
                problems.manifest.push(problem);
                break;
            }
            let sheet = layout.sheet.as_ref().map(|sheet| sheet.value.clone());
            let mut name = shown_name(&path, base);
            if let Some(sheet) = &sheet {
                name = format!("{name}#{sheet}");
            }
            let (header_row, encoding) = (layout.header_row, layout.encoding);
            let real = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            files.push(DataFile { name, path, real, format, sheet, header_row, encoding });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    // A file under several names counts once, under the first.
    let mut seen = BTreeSet::new();
    files.retain(|file| seen.insert(file.real.clone()));
    files
}

/// What a manifest says wrong of its files, whether they are there or not.
pub(super) fn check_patterns(patterns: &[Located<String>], layout: &Layout) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for pattern in patterns {
        if is_glob(&pattern.value)
            && let Err(error) = glob::Pattern::new(&pattern.value)
        {
            problems.push(bad_pattern(pattern, error.msg));
            continue;
        }
        let ending = Path::new(&pattern.value).extension().and_then(std::ffi::OsStr::to_str);
        let format = layout.format.or_else(|| Format::of_name(ending?));
        match format {
            Some(format) => problems.extend(misplaced(layout, format, pattern)),
            // What a star stands for is seen when files are looked for.
            None if ending.is_some_and(is_glob) || ending.is_none() && is_glob(&pattern.value) => {}
            None => problems.push(no_format(pattern)),
        }
    }
    problems
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

fn bad_pattern(pattern: &Located<String>, why: &str) -> Diagnostic {
    let message = Text::new(
        format!("`{}` is not a pattern of file names: {why}", pattern.value),
        format!("`{}` 不是有效的文件名通配符", pattern.value),
    );
    Diagnostic::error(BAD_SOURCE, pattern.span, message)
}

fn matches(pattern: &Located<String>, base: &Path, sources: &Sources, problems: &mut FileProblems) -> Vec<PathBuf> {
    // The folder is taken as it is, whatever letters its name has.
    let folder = glob::Pattern::escape(&base.display().to_string());
    let whole = Path::new(&folder).join(&pattern.value).display().to_string();
    let found = match glob::glob(&whole) {
        Ok(found) => found,
        Err(error) => {
            problems.manifest.push(bad_pattern(pattern, error.msg));
            return Vec::new();
        }
    };
    let mut paths = Vec::new();
    let before = problems.missing.len();
    for path in found {
        match path {
            Ok(path) if path.is_dir() => {}
            Ok(path) => paths.push(path),
            Err(error) => {
                let path = error.path().display().to_string();
                problems.missing.push(Unreadable { path, reason: error.into() }.into());
            }
        }
    }
    if paths.is_empty() && problems.missing.len() == before {
        let source = sources.get(pattern.span.source);
        let at = source.map(|s| s.line_column(pattern.span.start));
        let place = (
            source.map(|s| s.name.clone()).unwrap_or_default(),
            at.map_or(0, |at| at.line),
            at.map_or(0, |at| at.column),
        );
        let base = base.display().to_string();
        problems.missing.push(NoFiles { pattern: pattern.value.clone(), base, place }.into());
    }
    paths
}

/// A word of the layout that files of this format do not have.
fn misplaced(layout: &Layout, format: Format, pattern: &Located<String>) -> Option<Diagnostic> {
    let cut_by_lines = matches!(format, Format::Csv | Format::SemicolonCsv | Format::Tsv);
    let word = if layout.sheet.is_some() && format != Format::Xlsx {
        "sheet"
    } else if layout.header_row.is_some() && !cut_by_lines && format != Format::Xlsx {
        "header_row"
    } else if layout.encoding != Encoding::Utf8 && !cut_by_lines && format != Format::JsonLines {
        "encoding"
    } else {
        return None;
    };
    let message = Text::new(
        format!("`{word}` says nothing about `{}`", pattern.value),
        format!("`{word}` 不适用于 `{}`", pattern.value),
    );
    let help = Text::new(
        "`sheet` is for workbooks, `header_row` for workbooks, CSV and TSV, `encoding` for CSV, TSV and JSON Lines",
        "`sheet` 用于电子表格；`header_row` 用于电子表格、CSV 和 TSV；`encoding` 用于 CSV、TSV 和 JSON Lines",
    );
    Some(Diagnostic::error(BAD_SOURCE, pattern.span, message).with_help(help))
}

fn no_format(pattern: &Located<String>) -> Diagnostic {
    Diagnostic::error(
        BAD_SOURCE,
        pattern.span,
        Text::new(
            format!("the format of `{}` cannot be told from its name", pattern.value),
            format!("无法从文件名 `{}` 判断格式", pattern.value),
        ),
    )
    .with_help(Text::new(
        "add `format:` with `csv`, `semicolon csv`, `tsv`, `jsonl`, `json`, `yaml`, `parquet` or `xlsx`; an old `.xls` can be saved as `.xlsx`",
        "请加 `format:`，取 `csv`、`semicolon csv`（分号分隔）、`tsv`、`jsonl`、`json`、`yaml`、`parquet` 或 `xlsx`；旧版 `.xls` 请另存为 `.xlsx`",
    ))
}

/// The path below the base, with `/`; the whole path where it lies elsewhere.
fn shown_name(path: &Path, base: &Path) -> String {
    let below = path.strip_prefix(base).unwrap_or(path);
    below.display().to_string().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn globs_are_sorted_and_folders_with_odd_names_are_taken_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().join("a[b]*");
        std::fs::create_dir_all(base.join("r/sub.csv")).unwrap();
        for name in ["r/b.csv", "r/a.csv", "r/c.txt"] {
            std::fs::write(base.join(name), "x").unwrap();
        }
        let find = |patterns: &[&str]| {
            let patterns: Vec<Located<String>> =
                patterns.iter().map(|p| Located { value: (*p).to_owned(), span: Span::default() }).collect();
            let mut problems = FileProblems::default();
            let found = find_files(&patterns, &Layout::default(), &base, &Sources::default(), &mut problems);
            let told = check_patterns(&patterns, &Layout::default()).len();
            (found.into_iter().map(|f| f.name).collect::<Vec<_>>(), problems.missing, problems.manifest.len(), told)
        };
        let (names, missing, wrong, told) = find(&["r/*.csv", "r/a.csv"]);
        assert_eq!((names, missing.len(), wrong, told), (vec!["r/a.csv".to_owned(), "r/b.csv".to_owned()], 0, 0, 0));
        assert!(matches!(find(&["r/*.json"]).1[..], [DataError::NoFiles(_)]));
        // Both are told, and the one that is there is found.
        let (names, missing, ..) = find(&["r/z.csv", "r/b.csv", "r/y.csv"]);
        assert!(matches!(missing[..], [DataError::Unreadable(_), DataError::Unreadable(_)]), "{missing:?}");
        assert_eq!(names, ["r/b.csv"]);
        let (.., wrong, told) = find(&["r/c.txt"]);
        assert_eq!((wrong, told), (1, 1));
        let (.., wrong, told) = find(&["r/***"]);
        assert_eq!((wrong, told), (1, 1));
        let (.., wrong, told) = find(&["r/c.*"]);
        assert_eq!((wrong, told), (1, 0));
    }
}
