//! The entry: text in, tree and diagnostics out. The only place that runs the generated parser.

use super::build::Builder;
use super::expected;
use super::recover::recover;
use super::scan;
use super::tree::File;
use crate::diagnostic::Diagnostic;
use crate::limits;
use crate::source::SourceId;
use pest::Parser;
use std::num::NonZeroUsize;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/wangge.pest"]
#[grammar = "grammar/keywords.pest"]
pub(super) struct Grammar;

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
            let before = builder.problems.len();
            file = recover(&mut builder, &scan.plain, scan.braces_broken);
            if builder.problems.len() == before && problems.is_empty() {
                // Reading on found nothing wrong although the grammar refuses the text.
                builder.problems.push(expected::refused(&builder, &scan.plain, &error));
            }
        }
    }
    problems.append(&mut builder.problems);
    (file, problems)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;

#[cfg(test)]
#[path = "mistakes.rs"]
mod mistakes;

#[cfg(test)]
#[path = "manual.rs"]
mod manual;
