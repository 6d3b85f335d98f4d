//! Why a report could not be written, in both languages.

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
            ReportError::Io { path, source } => Text::new(
                format!("cannot write `{}`: {source}", path.display()),
                format!("无法写入 `{}`：{source}", path.display()),
            ),
        }
    }
}
