//! Errors of the library on standard error, with the exit code that each has.

use super::{Exit, Screen};
use crate::data::error::{DataError, ErrorKind};
use crate::report::ReportError;

/// Prints an error that ends the command.
pub(super) fn data_error(error: &DataError, screen: &mut Screen) -> Exit {
    if let DataError::Rejected(rejected) = error {
        let text = crate::diagnostic::human::render_styled(&rejected.diagnostics, &rejected.sources, screen.lang());
        screen.err(&text);
    }
    let (text, help) = error.texts();
    screen.error(&text);
    if let Some(help) = help {
        screen.help(&help);
    }
    match error.kind() {
        ErrorKind::Wanting => Exit::Wanting,
        ErrorKind::Usage => Exit::Usage,
    }
}

/// Prints why results could not be written.
pub(super) fn report_error(error: &ReportError, screen: &mut Screen) -> Exit {
    screen.error(&error.text());
    if let Some(help) = error.help() {
        screen.help(&help);
    }
    Exit::Usage
}
