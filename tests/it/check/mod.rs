//! Checker: text in, lines of `code line:column message` out.

mod examples;

use std::fmt::Write;
use wangge::check::{Checked, check};
use wangge::source::Sources;
use wangge::syntax::parse;

/// Parses and checks texts as files of one check.
pub fn checked(texts: &[&str]) -> (Checked, Sources) {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for text in texts {
        let id = sources.add("input.wg", *text);
        let (file, found) = parse(id, text);
        files.push((id, file));
        problems.extend(found);
    }
    let mut checked = check(&files, &sources);
    problems.append(&mut checked.diagnostics);
    checked.diagnostics = problems;
    (checked, sources)
}

/// The diagnostics of a text, a line each: `CODE line:column message`.
pub fn check_text(text: &str) -> String {
    let (checked, sources) = checked(&[text]);
    let mut lines = String::new();
    for found in &checked.diagnostics {
        let span = found.primary.span;
        let at = sources.get(span.source).unwrap().line_column(span.start);
        writeln!(lines, "{} {}:{} {}", found.code, at.line, at.column, found.message.en).unwrap();
    }
    lines
}
