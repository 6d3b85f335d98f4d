//! Policy files from disk: each named file, and every file that one of them names after `from`.

use super::error::{BadFile, DataError, Looks, NotText, Unreadable};
use super::read::looks_wrong;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::limits::{POLICY_BYTES_MAX, POLICY_FILES_MAX};
use crate::source::{SourceId, Sources, Span};
use crate::syntax::tree::{File, Item};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Code of a `from` that leads to no readable file.
pub const NO_SUCH_FILE: &str = "WG0906";

/// Code of a file that cannot be read.
pub const UNREADABLE: &str = "WG0907";

/// Code of a policy file without a policy.
pub const HOLDS_NOTHING: &str = "WG0114";

/// Reads one text (`syntax::parse`).
pub type Parse = fn(SourceId, &str) -> (File, Vec<Diagnostic>);

/// Policy texts and their trees.
#[derive(Debug)]
pub struct Loaded {
    parse: Parse,
    /// All texts.
    pub sources: Sources,
    /// Trees, in the order in which the files were met.
    pub files: Vec<(SourceId, File)>,
    /// What was wrong with the texts as such.
    pub diagnostics: Vec<Diagnostic>,
    /// Which file names which after `from`.
    pub imports: Vec<(SourceId, SourceId)>,
    /// Real paths, so that a file is read once.
    seen: BTreeMap<PathBuf, SourceId>,
}

impl Loaded {
    /// Nothing yet.
    #[must_use]
    pub fn new(parse: Parse) -> Loaded {
        Loaded {
            parse,
            sources: Sources::default(),
            files: Vec::new(),
            diagnostics: Vec::new(),
            imports: Vec::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Adds a file and all that it names. Gives its text's id; a file that is there already is not read again.
    pub fn add_file(&mut self, path: &Path) -> Result<SourceId, DataError> {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Some(id) = self.seen.get(&real) {
            return Ok(*id);
        }
        if self.seen.len() >= POLICY_FILES_MAX {
            return Err(too_many(path));
        }
        let text = read_text(path)?;
        let id = self.sources.add(shown(path), text);
        self.seen.insert(real, id);
        self.read(id, path.parent());
        Ok(id)
    }

    /// Adds a text that is no file (standard input). Names after `from` are relative to the working folder.
    pub fn add_text(&mut self, name: &str, text: String) -> SourceId {
        let id = self.sources.add(name, text);
        self.read(id, None);
        id
    }

    fn read(&mut self, id: SourceId, folder: Option<&Path>) {
        let text = self.sources.get(id).map(|source| source.text.clone()).unwrap_or_default();
        let (file, diagnostics) = (self.parse)(id, &text);
        if file.units.is_empty() && diagnostics.is_empty() {
            let span = Span { source: id, start: 0, end: 0 };
            let message = Text::new("the file holds no policy and no vocabulary", "文件中没有政策，也没有词汇");
            let help =
                Text::new("write `policy NAME { ... }`; was it cut off?", "应写 `政策 名称 { … }`；文件是否不完整？");
            self.diagnostics.push(Diagnostic::error(HOLDS_NOTHING, span, message).with_help(help));
        }
        self.diagnostics.extend(diagnostics);
        let imports: Vec<(String, Span)> = (file.units.iter().flat_map(|unit| &unit.items))
            .filter_map(|item| match &item.value {
                Item::Use { from, .. } | Item::Extends { from, .. } => from.as_ref(),
                _ => None,
            })
            .map(|from| (from.value.clone(), from.span))
            .collect();
        self.files.push((id, file));
        for (from, span) in imports {
            let path = folder.unwrap_or_else(|| Path::new("")).join(&from);
            match is_plain_file(&path).and_then(|()| self.add_file(&path)) {
                Ok(other) => self.imports.push((id, other)),
                Err(error) => {
                    let (text, _) = error.texts();
                    let message = Text::new(format!("`{from}`: {}", text.en), format!("`{from}`：{}", text.zh));
                    let help = Text::new(
                        "the path after `from` is relative to the file that names it",
                        "`出自` 之后的路径相对于本文件所在文件夹",
                    );
                    let problem = Diagnostic::new(NO_SUCH_FILE, Severity::Error, span, message).with_help(help);
                    self.diagnostics.push(problem);
                }
            }
        }
    }
}

/// Refuses what is there and no file, such as a pipe, whose end would be waited for.
fn is_plain_file(path: &Path) -> Result<(), DataError> {
    match std::fs::metadata(path) {
        Ok(meta) if !meta.is_file() && !meta.is_dir() => {
            let message = Text::new("it is neither a file nor a folder", "既不是文件也不是文件夹");
            Err(BadFile { path: shown(path), line: 0, message, help: None }.into())
        }
        // What cannot be read says so when it is.
        _ => Ok(()),
    }
}

/// A path with `/` between its parts, as messages and outputs show it.
#[must_use]
pub fn shown(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) { text.replace('\\', "/") } else { text }
}

/// The text of a file that people write: a policy, a manifest, tests. Larger ones are refused before they fill
/// the memory.
pub fn read_text(path: &Path) -> Result<String, DataError> {
    let unreadable = |reason| DataError::from(Unreadable { path: shown(path), reason });
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = POLICY_BYTES_MAX as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 == limit {
        let message = Text::new(
            format!("the file is larger than {POLICY_BYTES_MAX} bytes, which a policy, manifest or test file may have"),
            format!("文件超过 {POLICY_BYTES_MAX} 字节，超出政策、清单和测试文件的上限"),
        );
        return Err(BadFile { path: shown(path), line: 0, message, help: None }.into());
    }
    text_of(&shown(path), bytes)
}

fn too_many(path: &Path) -> DataError {
    let message = Text::new(
        format!("this would be more than {POLICY_FILES_MAX} policy files"),
        format!("政策文件超过 {POLICY_FILES_MAX} 个"),
    );
    BadFile { path: shown(path), line: 0, message, help: None }.into()
}

/// The text of standard input.
pub fn read_stdin() -> Result<String, DataError> {
    let mut bytes = Vec::new();
    let read = std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes);
    read.map_err(|reason| Unreadable { path: "<stdin>".to_owned(), reason })?;
    text_of("<stdin>", bytes)
}

/// Bytes as text; anything but UTF-8 is an error that says what it looks like.
pub fn text_of(name: &str, bytes: Vec<u8>) -> Result<String, DataError> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or(&[]);
        let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
        let looks_like = looks_wrong(error.as_bytes()).unwrap_or(Looks::OtherEncodingText);
        NotText { path: name.to_owned(), line, byte: at as u64, looks_like }.into()
    })
}
