//! What can go wrong outside the policies: files, manifests, data. One struct a case, both languages.

use crate::diagnostic::{Diagnostic, Lang, Text};
use crate::limits::LISTED_NAMES_MAX;
use crate::source::Sources;
use std::fmt;

/// How the command line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// Read and found wanting (exit code 1).
    Wanting,
    /// Usage, missing file, input or output (exit code 2).
    Usage,
}

/// An error that ends a run.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// A file cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A pattern or path matches no file.
    #[error(transparent)]
    NoFiles(#[from] NoFiles),
    /// Policies or the manifest are wrong: see the diagnostics.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// A data file is not text.
    #[error(transparent)]
    NotText(#[from] NotText),
    /// A data file does not have the shape that its format asks for.
    #[error(transparent)]
    BadFile(Box<BadFile>),
    /// The run has no period.
    #[error(transparent)]
    NoPeriod(#[from] NoPeriod),
    /// A flag's value cannot be read.
    #[error(transparent)]
    BadFlag(Box<BadFlag>),
    /// A ledger file cannot be used or written.
    #[error(transparent)]
    Ledger(Box<BadLedger>),
    /// The engine stopped.
    #[error(transparent)]
    Engine(#[from] EngineStopped),
    /// Several files cannot be read.
    #[error(transparent)]
    Several(Box<Several>),
}

// The larger cases are boxed: a result is passed up through every reader.
impl From<BadFile> for DataError {
    fn from(error: BadFile) -> DataError {
        DataError::BadFile(Box::new(error))
    }
}

impl From<BadLedger> for DataError {
    fn from(error: BadLedger) -> DataError {
        DataError::Ledger(Box::new(error))
    }
}

impl From<BadFlag> for DataError {
    fn from(error: BadFlag) -> DataError {
        DataError::BadFlag(Box::new(error))
    }
}

impl DataError {
    /// An error and others that were found beside it, each once, in the order of their texts.
    #[must_use]
    pub fn several(error: DataError, others: Vec<DataError>) -> DataError {
        let mut all = vec![error];
        all.extend(others);
        all.sort_by_key(|error| error.texts().0.en);
        all.dedup_by_key(|error| error.texts().0.en);
        match all.len() {
            0 | 1 => all.remove(0),
            _ => DataError::Several(Box::new(Several { errors: all })),
        }
    }

    /// How the command line ends.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            DataError::Unreadable(_) | DataError::NoFiles(_) | DataError::NoPeriod(_) | DataError::BadFlag(_) => {
                ErrorKind::Usage
            }
            DataError::Rejected(rejected) if rejected.is_lost => ErrorKind::Usage,
            DataError::Several(several) if several.errors.iter().any(|error| error.kind() == ErrorKind::Usage) => {
                ErrorKind::Usage
            }
            DataError::Rejected(_)
            | DataError::NotText(_)
            | DataError::BadFile(_)
            | DataError::Ledger(_)
            | DataError::Several(_)
            | DataError::Engine(_) => ErrorKind::Wanting,
        }
    }

    /// The file that it is about, where it is about one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            DataError::Unreadable(e) => Some(&e.path),
            DataError::NotText(e) => Some(&e.path),
            DataError::BadFile(e) => Some(&e.path),
            DataError::Ledger(e) => Some(&e.path),
            DataError::NoFiles(_)
            | DataError::Rejected(_)
            | DataError::NoPeriod(_)
            | DataError::BadFlag(_)
            | DataError::Several(_)
            | DataError::Engine(_) => None,
        }
    }

    /// The message and the way out, if there is one to name.
    #[must_use]
    pub fn texts(&self) -> (Text, Option<Text>) {
        match self {
            DataError::Unreadable(e) => (e.text(), None),
            DataError::NoFiles(e) => (e.text(), Some(e.help())),
            DataError::Rejected(e) => (e.text(), None),
            DataError::NotText(e) => (e.text(), Some(e.help())),
            DataError::BadFile(e) => (e.text(), e.help.clone()),
            DataError::NoPeriod(e) => (e.text(), Some(e.help())),
            DataError::BadFlag(e) => (e.text(), Some(e.help.clone())),
            DataError::Ledger(e) => (e.text(), Some(e.help.clone())),
            DataError::Engine(e) => (e.text.clone(), e.help.clone()),
            DataError::Several(e) => (e.text(), None),
        }
    }

    /// The message in one language, with the way out on a second line.
    #[must_use]
    pub fn in_lang(&self, lang: Lang) -> String {
        let (text, help) = self.texts();
        match help {
            Some(help) => format!("{}\n{}", text.in_lang(lang), help.in_lang(lang)),
            None => text.in_lang(lang).to_owned(),
        }
    }
}

macro_rules! shown_in_english {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.text().en)
            }
        }
        impl std::error::Error for $name {}
    )*};
}
shown_in_english!(
    Unreadable,
    NoFiles,
    Rejected,
    NotText,
    BadFile,
    NoPeriod,
    BadFlag,
    BadLedger,
    EngineStopped,
    Several
);

/// Several files cannot be read.
#[derive(Debug)]
pub struct Several {
    /// Why each cannot.
    pub errors: Vec<DataError>,
}

impl Several {
    /// A line for each, with its way out; the first of many.
    fn text(&self) -> Text {
        let count = self.errors.len();
        let mut en = format!("{count} files cannot be used:");
        let mut zh = format!("有 {count} 个文件无法采用：");
        for error in self.errors.iter().take(LISTED_NAMES_MAX) {
            let (text, help) = error.texts();
            let help =
                help.map_or_else(Default::default, |help| (format!(" ({})", help.en), format!("（{}）", help.zh)));
            en.push_str(&format!("\n  {}{}", text.en, help.0));
            zh.push_str(&format!("\n  {}{}", text.zh, help.1));
        }
        let more = count.saturating_sub(LISTED_NAMES_MAX);
        if more > 0 {
            en.push_str(&format!("\n  ... and {more} more"));
            zh.push_str(&format!("\n  ……另有 {more} 个"));
        }
        Text::new(en, zh)
    }
}

/// A ledger file cannot be used or written.
#[derive(Debug)]
pub struct BadLedger {
    /// The file as the user gave it.
    pub path: String,
    /// Why.
    pub text: Text,
    /// The way out.
    pub help: Text,
}

impl BadLedger {
    fn text(&self) -> Text {
        Text::new(
            format!("ledger `{}`: {}", self.path, self.text.en),
            format!("汇总账 `{}`：{}", self.path, self.text.zh),
        )
    }
}

/// A file or folder cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// The path as the user gave it.
    pub path: String,
    /// What the system says.
    pub reason: std::io::Error,
}

impl Unreadable {
    fn text(&self) -> Text {
        let Text { en, zh } = io_words(&self.reason);
        Text::new(format!("cannot read `{}`: {en}", self.path), format!("无法读取 `{}`：{zh}", self.path))
    }
}

/// What the system says, in words where it is one of the common cases.
#[must_use]
pub fn io_words(reason: &std::io::Error) -> Text {
    use std::io::ErrorKind as Io;
    let (en, zh) = match reason.kind() {
        Io::NotFound => ("no such file", "文件不存在"),
        Io::PermissionDenied => ("permission denied", "没有权限"),
        Io::IsADirectory => ("it is a folder", "这是文件夹"),
        Io::NotADirectory => ("a part of the path is no folder", "路径中有一段不是文件夹"),
        Io::StorageFull => ("the disk is full", "磁盘已满"),
        Io::QuotaExceeded => ("the quota of disk space is used up", "磁盘配额已用完"),
        Io::ReadOnlyFilesystem => ("the file system is read-only", "文件系统只读"),
        Io::ResourceBusy => ("it is in use", "正被占用"),
        _ => return Text::new(reason.to_string(), reason.to_string()),
    };
    Text::new(en, zh)
}

/// A pattern of the manifest matches no file.
#[derive(Debug)]
pub struct NoFiles {
    /// The pattern as written.
    pub pattern: String,
    /// The folder that it was looked for in.
    pub base: String,
    /// Manifest, line, column.
    pub place: (String, u32, u32),
}

impl NoFiles {
    fn text(&self) -> Text {
        let (file, line, column) = &self.place;
        Text::new(
            format!("{file}:{line}:{column}: no file matches `{}` in `{}`", self.pattern, self.base),
            format!("{file}:{line}:{column}：在 `{}` 中没有与 `{}` 相符的文件", self.base, self.pattern),
        )
    }

    fn help(&self) -> Text {
        Text::new(
            "paths are relative to the manifest's folder; `--data DIR` names another folder",
            "路径相对于清单所在文件夹；可用 `--data DIR` 指定其他文件夹",
        )
    }
}

/// Policies or the manifest hold errors.
#[derive(Debug)]
pub struct Rejected {
    /// The texts.
    pub sources: Sources,
    /// All diagnostics, errors among them.
    pub diagnostics: Vec<Diagnostic>,
    /// A file that they name cannot be read.
    pub is_lost: bool,
}

impl Rejected {
    fn text(&self) -> Text {
        let count = self.diagnostics.iter().filter(|d| d.severity == crate::diagnostic::Severity::Error).count();
        let plural = if count == 1 { "" } else { "s" };
        Text::new(
            format!("{count} error{plural} in the policies or the manifest"),
            format!("政策文件或清单中有 {count} 处错误"),
        )
    }
}

/// A data file is not UTF-8 text.
#[derive(Debug)]
pub struct NotText {
    /// Path.
    pub path: String,
    /// Line, from 1.
    pub line: u64,
    /// Byte of the file, from 0.
    pub byte: u64,
    /// What it looks like.
    pub looks_like: Looks,
}

/// What a file that is not UTF-8 looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// A workbook or another archive.
    Archive,
    /// Bytes that no text holds.
    Binary,
    /// UTF-16 text.
    Utf16,
    /// Text in another encoding (often GBK).
    OtherEncoding,
    /// The same, of a text that people write: a policy, a manifest, tests.
    OtherEncodingText,
}

impl NotText {
    fn text(&self) -> Text {
        let NotText { path, line, byte, .. } = self;
        Text::new(
            format!("{path}:{line}: not UTF-8 text (byte {byte})"),
            format!("{path}:{line}：不是 UTF-8 文本（第 {byte} 字节）"),
        )
    }

    fn help(&self) -> Text {
        match self.looks_like {
            Looks::Archive => Text::new(
                "it looks like a workbook or archive: a workbook is read with `format: xlsx` (an old `.xls` is saved as `.xlsx` first)",
                "看来是电子表格或压缩文件：电子表格请写 `format: xlsx`（旧版 `.xls` 请先另存为 `.xlsx`）",
            ),
            Looks::Binary => Text::new("it looks like a binary file", "看来是二进制文件"),
            Looks::Utf16 => {
                Text::new("it looks like UTF-16 text: save it as UTF-8", "看来是 UTF-16 文本：请另存为 UTF-8 编码")
            }
            Looks::OtherEncodingText => Text::new(
                "it looks like text in another encoding: save it as UTF-8",
                "看来是其他编码的文本：请另存为 UTF-8 编码",
            ),
            Looks::OtherEncoding => Text::new(
                "it looks like text in another encoding: save it as UTF-8, or write `encoding: gbk` in the manifest",
                "看来是其他编码的文本：请另存为 UTF-8 编码，或在清单中写 `encoding: gbk`",
            ),
        }
    }
}

/// A data file does not have the shape that its format asks for.
#[derive(Debug)]
pub struct BadFile {
    /// Path.
    pub path: String,
    /// Line, from 1; 0: the whole file.
    pub line: u64,
    /// What is wrong.
    pub message: Text,
    /// The way out.
    pub help: Option<Text>,
}

impl BadFile {
    fn text(&self) -> Text {
        let place = if self.line == 0 { self.path.clone() } else { format!("{}:{}", self.path, self.line) };
        Text::new(format!("{place}: {}", self.message.en), format!("{place}：{}", self.message.zh))
    }
}

/// Neither the manifest nor the flags name a period.
#[derive(Debug)]
pub struct NoPeriod {
    /// The manifest.
    pub manifest: String,
}

impl NoPeriod {
    fn text(&self) -> Text {
        Text::new(
            format!("`{}` names no period to score", self.manifest),
            format!("`{}` 没有写明考核期", self.manifest),
        )
    }

    fn help(&self) -> Text {
        Text::new(
            "add `period: 2024` to the manifest or give `--period 2024`",
            "请在清单中写 `period: 2024`，或用 `--period 2024` 指定",
        )
    }
}

/// A flag's value cannot be read.
#[derive(Debug)]
pub struct BadFlag {
    /// The flag.
    pub flag: &'static str,
    /// Its value.
    pub value: String,
    /// How it is written.
    pub help: Text,
}

impl BadFlag {
    fn text(&self) -> Text {
        let BadFlag { flag, value, .. } = self;
        Text::new(format!("`{flag}` cannot be `{value}`"), format!("`{flag}` 的值 `{value}` 无法识别"))
    }
}

/// The engine stopped: arithmetic that does not fit, a calendar that does not reach.
#[derive(Debug)]
pub struct EngineStopped {
    /// Why.
    pub text: Text,
    /// The way out, if there is one to name.
    pub help: Option<Text>,
}

impl EngineStopped {
    fn text(&self) -> &Text {
        &self.text
    }
}
