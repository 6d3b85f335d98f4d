//! Paths and globs of the manifest to files, in an order that does not depend on the system.

use super::decode::{BAD_SOURCE, Located};
use super::error::{DataError, NoFiles, Unreadable};
use super::manifest::{Encoding, Format, Layout};
use super::read::DataFile;
use crate::diagnostic::{Diagnostic, Text};
use crate::source::Sources;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why the files of an entry cannot be told.
#[derive(Debug)]
pub enum FileProblem {
    /// The manifest is wrong.
    Manifest(Box<Diagnostic>),
    /// A file is missing or a folder cannot be read.
    Missing(DataError),
}

/// The files of one entry, sorted by name. Paths are relative to `base`.
pub fn find_files(
    patterns: &[Located<String>],
    layout: &Layout,
    base: &Path,
    sources: &Sources,
) -> Result<Vec<DataFile>, FileProblem> {
    let mut files = Vec::new();
    for pattern in patterns {
        let paths = if pattern.value.contains(['*', '?', '[']) {
            matches(pattern, base, sources)?
        } else {
            vec![base.join(&pattern.value)]
        };
        for path in paths {
            let format = layout.format.or_else(|| Format::of_name(path.extension()?.to_str()?));
            let Some(format) = format else {
                return Err(FileProblem::Manifest(Box::new(no_format(pattern))));
            };
            let metadata = std::fs::metadata(&path).and_then(|data| match (data.is_dir(), data.is_file()) {
                (true, _) => Err(std::io::ErrorKind::IsADirectory.into()),
                // A pipe or device may never end.
                (_, false) => Err(std::io::Error::other("not a regular file")),
                _ => Ok(()),
            });
            if let Err(reason) = metadata {
                let path = path.display().to_string();
                return Err(FileProblem::Missing(Unreadable { path, reason }.into()));
            }
            if let Some(problem) = misplaced(layout, format, pattern) {
                return Err(FileProblem::Manifest(Box::new(problem)));
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
    Ok(files)
}

fn matches(pattern: &Located<String>, base: &Path, sources: &Sources) -> Result<Vec<PathBuf>, FileProblem> {
    // The folder is taken as it is, whatever letters its name has.
    let folder = glob::Pattern::escape(&base.display().to_string());
    let whole = Path::new(&folder).join(&pattern.value).display().to_string();
    let found = glob::glob(&whole).map_err(|error| {
        let message = Text::new(
            format!("`{}` is not a pattern of file names: {}", pattern.value, error.msg),
            format!("`{}` 不是有效的文件名通配符", pattern.value),
        );
        FileProblem::Manifest(Box::new(Diagnostic::error(BAD_SOURCE, pattern.span, message)))
    })?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| {
            let path = error.path().display().to_string();
            FileProblem::Missing(Unreadable { path, reason: error.into() }.into())
        })?;
        if !path.is_dir() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let source = sources.get(pattern.span.source);
        let at = source.map(|s| s.line_column(pattern.span.start));
        let place = (
            source.map(|s| s.name.clone()).unwrap_or_default(),
            at.map_or(0, |at| at.line),
            at.map_or(0, |at| at.column),
        );
        let base = base.display().to_string();
        return Err(FileProblem::Missing(NoFiles { pattern: pattern.value.clone(), base, place }.into()));
    }
    Ok(paths)
}

/// A word of the layout that files of this format do not have.
fn misplaced(layout: &Layout, format: Format, pattern: &Located<String>) -> Option<Diagnostic> {
    let cut_by_lines = matches!(format, Format::Csv | Format::Tsv);
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
        "add `format:` with `csv`, `tsv`, `jsonl`, `json`, `yaml`, `parquet` or `xlsx`; an old `.xls` can be saved as `.xlsx`",
        "请加 `format:`，取 `csv`、`tsv`、`jsonl`、`json`、`yaml`、`parquet` 或 `xlsx`；旧版 `.xls` 请另存为 `.xlsx`",
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
            let found = find_files(&patterns, &Layout::default(), &base, &Sources::default());
            found.map(|files| files.into_iter().map(|f| f.name).collect::<Vec<_>>())
        };
        assert_eq!(find(&["r/*.csv", "r/a.csv"]).unwrap(), ["r/a.csv", "r/b.csv"]);
        assert!(matches!(find(&["r/*.json"]), Err(FileProblem::Missing(DataError::NoFiles(_)))));
        assert!(matches!(find(&["r/z.csv"]), Err(FileProblem::Missing(DataError::Unreadable(_)))));
        assert!(matches!(find(&["r/c.txt"]), Err(FileProblem::Manifest(_))));
        assert!(matches!(find(&["r/***"]), Err(FileProblem::Manifest(_))));
    }
}
