//! Checker: text in, lines of `code line:column message` out.
//!
//! The cases stand in `cases/*.md`: a heading, a block with a policy (or statements that are put into one), a
//! block with what the checker says. `WANGGE_UPDATE=1` writes the second blocks anew, to be read before they
//! are committed.

mod cases;
mod codes;
mod examples;
mod first_phrases;
mod first_time;
mod lowering;
mod mutations;
mod speed;

use std::fmt::Write;
use wangge::check::{Checked, check};
use wangge::source::Sources;
use wangge::syntax::parse;

/// Kinds that the cases share; they stand after the statements of a case, so that its first line is line 2.
pub const KINDS: &str = "
entity place {
    key id : text
    parent above : place optional
    tier level : whole number
    people : number
    area : number hectare optional
    class : one of { I \"one\", II, III } optional
    tags : any of { new, old } optional
    founded : date optional
}
entity clerk { key id : text  place : place }
record visit {
    key id : whole number
    at day : date
    place : place
    clerk : clerk optional
    way : one of { home, phone }
    fine : yes or no
    length : number
    note : text optional
}
record petition {
    key code : text
    at opened : time
    place : place
    closed : time optional
    due : date optional
}
record ruling {
    at ruled : date
    place : place
    authority : text optional
    year : whole number optional
    about : one of { safety, order }
}
whole town
";

/// Statements as a policy with the shared kinds; a whole file stays as it is.
pub fn whole_text(text: &str) -> String {
    let start = text.trim_start();
    if ["policy", "vocabulary", "政策", "词汇"].iter().any(|word| start.starts_with(word)) {
        text.to_owned()
    } else {
        format!("policy p {{\n{text}\n{KINDS}}}")
    }
}

/// Parses and checks texts as files of one check.
pub fn checked(texts: &[String]) -> (Checked, Sources) {
    let mut sources = Sources::default();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for text in texts {
        let id = sources.add("input.wg", text.as_str());
        let (file, found) = parse(id, text);
        files.push((id, file));
        problems.extend(found);
    }
    let mut checked = check(&files, &sources);
    problems.append(&mut checked.diagnostics);
    checked.diagnostics = problems;
    (checked, sources)
}

/// What is said of a text, a line each: `CODE line:column message`; files are parted by a line `---`.
pub fn check_text(text: &str) -> String {
    let texts: Vec<String> = text.split("\n---\n").map(whole_text).collect();
    let (checked, sources) = checked(&texts);
    let mut lines = String::new();
    for found in &checked.diagnostics {
        let span = found.primary.span;
        let at = sources.get(span.source).unwrap().line_column(span.start);
        let file = if texts.len() > 1 { format!("{}:", span.source.0 + 1) } else { String::new() };
        // What the parser says is tested with the parser.
        let message = if found.code < "WG02" { "(not readable)" } else { &found.message.en };
        writeln!(lines, "{} {file}{}:{} {message}", found.code, at.line, at.column).unwrap();
    }
    lines
}
