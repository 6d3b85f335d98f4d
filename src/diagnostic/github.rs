//! Diagnostics as workflow commands, which GitHub shows beside the lines of a change.

use super::place::{Place, relative};
use super::{Diagnostic, Lang, Severity};
use crate::source::Sources;
use std::fmt::Write;

/// A line for each diagnostic, in the given order. Paths below `base` are shown relative to it.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang, base: &str) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Note => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut properties = String::new();
        if let Some(place) = Place::of(&diagnostic.primary, sources) {
            let Place { line, column, end_line, end_column, .. } = place;
            // Writing to a string does not fail.
            let _ = write!(properties, "file={},line={line}", property(relative(place.file, base)));
            if end_line == line {
                // GitHub shows columns only where the place lies on one line; its end is the last column.
                let _ = write!(properties, ",col={column},endColumn={}", end_column.saturating_sub(1).max(column));
            } else {
                let _ = write!(properties, ",endLine={end_line}");
            }
            properties.push(',');
        }
        let mut message = diagnostic.message.in_lang(lang).to_owned();
        if let Some(clause) = &diagnostic.clause {
            message.push_str(match lang {
                Lang::En => "\nclause: ",
                Lang::Zh => "\n条款：",
            });
            message.push_str(clause);
        }
        if let Some(help) = &diagnostic.help {
            message.push_str(match lang {
                Lang::En => "\nhelp: ",
                Lang::Zh => "\n建议：",
            });
            message.push_str(help.in_lang(lang));
        }
        let _ = writeln!(out, "::{command} {properties}title={}::{}", diagnostic.code, data(&message));
    }
    out
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("90%\r\n a: b, c"), "90%25%0D%0A a: b, c");
        assert_eq!(property("a,b: 1%\n"), "a%2Cb%3A 1%25%0A");
    }
}
