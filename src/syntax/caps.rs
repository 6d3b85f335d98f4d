//! `不高于` at the end of a gate: in Chinese the word of a comparison, and what a gate does with a grade.
//!
//! A gate must say what it does. Where nothing comes after its condition, the last word of that kind, outside of
//! parentheses, is it. What is printed (`等次不高于`) is no word of a comparison.

use super::parse::Rule;
use pest::iterators::Pair;

/// The word by which a gate without another action caps the grade.
pub(super) fn capping_word<'i>(gate: &Pair<'i, Rule>) -> Option<Pair<'i, Rule>> {
    let parts = gate.clone().into_inner();
    let mut at = parts.last().filter(|last| last.as_rule() == Rule::expr)?;
    loop {
        at = match at.as_rule() {
            Rule::expr | Rule::and_expr | Rule::not_expr | Rule::comparison => at.into_inner().last()?,
            Rule::compare => at.into_inner().find(|part| part.as_rule() == Rule::compare_op)?,
            Rule::compare_op => at.into_inner().next()?,
            Rule::kw_cmp_not_above => return Some(at),
            _ => return None,
        };
    }
}
