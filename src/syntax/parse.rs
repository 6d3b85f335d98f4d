//! The entry: text in, tree and diagnostics out. The only place that runs the generated parser.

use super::build::Builder;
use super::scan;
use super::tree::File;
use crate::diagnostic::{Diagnostic, Text};
use crate::limits;
use crate::source::SourceId;
use pest::Parser;
use std::num::NonZeroUsize;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/wangge.pest"]
#[grammar = "grammar/keywords.pest"]
struct Grammar;

/// Reads a policy file. It never fails: what cannot be read becomes an error node, with a diagnostic.
///
/// ```
/// # use wangge::{source::SourceId, syntax::parse};
/// let (file, problems) = parse(SourceId(0), "政策 某镇 { 时区 “Asia/Shanghai” }");
/// assert!(problems.is_empty());
/// assert_eq!(file.units.len(), 1);
/// ```
#[must_use]
pub fn parse(source: SourceId, text: &str) -> (File, Vec<Diagnostic>) {
    let scan = scan::scan(source, text);
    let mut problems = scan.problems.clone();
    if scan.hopeless {
        return (File::default(), problems);
    }
    // A limit of the whole process: everybody who parses here sets the same.
    pest::set_call_limit(NonZeroUsize::new(limits::PARSER_STEPS_MAX));
    let mut builder = Builder::new(source, text, &scan);
    let mut file = File::default();
    match Grammar::parse(Rule::file, &scan.plain) {
        Ok(pairs) => {
            for unit in pairs.flat_map(|file| file.into_inner()).filter(|p| p.as_rule() == Rule::unit) {
                let span = builder.span(&unit);
                let before = builder.problems.len();
                match builder.unit_decl(unit) {
                    Ok(unit) => file.units.push(unit),
                    Err(_) => builder.unreadable(before, span),
                }
            }
        }
        Err(error) => {
            let at = match error.location {
                pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
            };
            let span = builder.span_of(at, at);
            let text = error.variant.message().into_owned();
            builder.problems.push(Diagnostic::error("WG0100", span, Text::new(text.clone(), text)));
        }
    }
    problems.append(&mut builder.problems);
    (file, problems)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
