//! Exit codes, a contract.

use std::process::ExitCode;

/// How a command ends. Ordered from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Fine, whatever was met or not.
    Fine,
    /// Read and found wanting: errors, failed tests, rejects under `--strict`, warnings under `--deny warnings`.
    Wanting,
    /// Usage, a missing file, I/O.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Fine => 0,
            Exit::Wanting => 1,
            Exit::Usage => 2,
        })
    }
}
