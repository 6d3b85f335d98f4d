//! Why a report could not be written, in both languages.

use crate::data::error::io_words;
use crate::diagnostic::Text;
use std::path::{Path, PathBuf};

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The folder holds something that no run wrote.
    #[error("{}", self.text().en)]
    NotOurs(PathBuf),
    /// The folder of an earlier run holds something else too.
    #[error("{}", self.text().en)]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Name of what no run wrote.
        name: String,
    },
    /// The path is not a folder, or has no name.
    #[error("{}", self.text().en)]
    NotAFolder(PathBuf),
    /// Another run is writing to the same folder.
    #[error("{}", self.text().en)]
    Busy(PathBuf),
    /// The folder is a mount point.
    #[error("{}", self.text().en)]
    Mount(PathBuf),
    /// I/O.
    #[error("{}", self.text().en)]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl ReportError {
    /// An I/O error at a path.
    pub fn io(path: &Path, source: std::io::Error) -> ReportError {
        ReportError::Io { path: path.to_owned(), source }
    }

    /// The message.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ReportError::NotOurs(path) => Text::new(
                format!(
                    "`{}` is not empty and holds no `run.json` of wangge, so no run wrote it; choose another folder or empty it",
                    path.display()
                ),
                format!(
                    "文件夹 `{}` 非空且没有本程序写成的 `run.json`，不予覆盖；请另选文件夹，或先行清空",
                    path.display()
                ),
            ),
            ReportError::Foreign { path, name } => Text::new(
                format!(
                    "`{}` holds `{name}`, which no run of wangge wrote and which would be lost; move it, or choose another folder",
                    path.display()
                ),
                format!(
                    "文件夹 `{}` 中的 `{name}` 不是本程序的输出，覆盖会使其丢失；请移走，或另选文件夹",
                    path.display()
                ),
            ),
            ReportError::NotAFolder(path) => Text::new(
                format!(
                    "`{}` cannot be an output folder; name a folder that is new, empty or an earlier output",
                    path.display()
                ),
                format!("`{}` 不能作为输出文件夹；请指定一个新的、空的或此前输出的文件夹", path.display()),
            ),
            ReportError::Busy(path) => Text::new(
                format!("another run is writing to `{}`; wait for it or choose another folder", path.display()),
                format!("另一次运行正在写入 `{}`；请等待其结束，或另选文件夹", path.display()),
            ),
            ReportError::Mount(path) => Text::new(
                format!(
                    "`{}` is a mount point and cannot be replaced; name a folder inside it with `--out`",
                    path.display()
                ),
                format!("`{}` 是挂载点，无法整体替换；请用 `--out` 指定其中的一个文件夹", path.display()),
            ),
            ReportError::Io { path, source } => {
                let why = io_words(source);
                Text::new(
                    format!("cannot write `{}`: {}", path.display(), why.en),
                    format!("无法写入 `{}`：{}", path.display(), why.zh),
                )
            }
        }
    }

    /// The way out, where the message does not name it.
    #[must_use]
    pub fn help(&self) -> Option<Text> {
        use std::io::ErrorKind as Io;
        let ReportError::Io { source, .. } = self else { return None };
        Some(match source.kind() {
            Io::StorageFull | Io::QuotaExceeded | Io::FileTooLarge => Text::new(
                "make room there, or name a folder on another disk with `--out`",
                "请腾出空间，或用 `--out` 指定其他磁盘上的文件夹",
            ),
            Io::ResourceBusy => Text::new(
                "it may be a mount point: name a folder inside it with `--out`",
                "可能是挂载点：请用 `--out` 指定其中的一个文件夹",
            ),
            _ => Text::new(
                "name a folder that you may write to with `--out`; it is made beside its place, so that the folder above it must be writable too",
                "请用 `--out` 指定有写权限的文件夹；结果先写在其旁，因此其上级文件夹也须可写",
            ),
        })
    }
}
