//! The formatter: changes white space, and on request the language of the keywords; nothing else.
//!
//! Statements stand on lines of their own, four spaces deeper in each block. Line breaks inside a statement stay
//! where the author put them; a line that is too wide is broken where a part of the sentence starts.

mod convert;
mod layout;
mod tokens;

use super::build::Builder;
use super::parse::{Grammar, Rule, parse};
use super::scan;
use super::tree::{File, Item};
use crate::diagnostic::{Diagnostic, Lang, Text};
use crate::source::{SourceId, Span};
use pest::Parser;
use tokens::Token;

/// A text in its standard layout, with the keywords of one language if asked for.
///
/// Errors when the text has syntax errors, or when a sentence would mean something else in the other language.
///
/// ```
/// # use wangge::{diagnostic::Lang, source::SourceId, syntax::format};
/// let text = "policy p{rule a: each x has at least 1 y   every week}";
/// let english = "policy p {\n    rule a : each x has at least 1 y every week\n}\n";
/// let chinese = "政策 p {\n    规则 a : 每个 x 有 至少 1 y 每周\n}\n";
/// assert_eq!(format(SourceId(0), text, None).ok().as_deref(), Some(english));
/// assert_eq!(format(SourceId(0), text, Some(Lang::Zh)).ok().as_deref(), Some(chinese));
/// ```
pub fn format(source: SourceId, text: &str, keywords: Option<Lang>) -> Result<String, Vec<Diagnostic>> {
    let (tree, problems) = parse(source, text);
    if !problems.is_empty() {
        return Err(problems);
    }
    let scan = scan::scan(source, text);
    let Ok(pairs) = Grammar::parse(Rule::file, &scan.plain) else {
        return Err(problems);
    };
    let mut tokens = tokens::tokens(pairs, &scan, text);
    if let Some(lang) = keywords {
        tokens = convert::convert(tokens, lang);
    }
    let out = layout::layout(&tokens);
    if keywords.is_some()
        && let Some(problem) = changed(source, text, (&out, &tokens), &tree)
    {
        return Err(vec![problem]);
    }
    Ok(out)
}

/// The first statement that another language's keywords would change: there a word of one meaning may have two in
/// the other, as `at least` in a comparison and in a requirement.
fn changed(source: SourceId, text: &str, (out, tokens): (&str, &[Token]), tree: &File) -> Option<Diagnostic> {
    let (before, after) = (placeless(text)?, placeless(out));
    if after.as_ref() == Some(&before) {
        return None;
    }
    let span = match after {
        Some(after) => differing(tree, &before, &after),
        // It does not even parse: the statement with the first mistake.
        None => parse(source, out).1.first().and_then(|problem| statement_of(tokens, out, problem.primary.span.start)),
    };
    let span = Span { source, ..span.unwrap_or_default() };
    let message = Text::new(
        "with the other language's keywords this statement would not mean the same",
        "换用另一种语言的关键词后，这条语句的含义会改变",
    );
    let help = Text::new("put the conditions in it in parentheses", "请给其中的条件加上括号");
    Some(Diagnostic::error("WG0113", span, message).with_help(help))
}

/// The place of the first statement, or line of an assessment, in which two trees without places differ.
fn differing(tree: &File, before: &File, after: &File) -> Option<Span> {
    let items = |file: &File| file.units.iter().flat_map(|unit| unit.items.clone()).collect::<Vec<_>>();
    let (places, before, after) = (items(tree), items(before), items(after));
    let at = before.iter().zip(&after).position(|(a, b)| a != b).unwrap_or(after.len());
    let (place, before, after) = (places.get(at)?, before.get(at), after.get(at));
    if let (Item::Assessment(place), Some(Item::Assessment(before)), Some(Item::Assessment(after))) =
        (&place.value, before.map(|item| &item.value), after.map(|item| &item.value))
    {
        let at = before.parts.iter().zip(&after.parts).position(|(a, b)| a != b);
        if let Some(part) = at.and_then(|at| place.parts.get(at)) {
            return Some(part.span);
        }
    }
    Some(place.span)
}

/// The statement, as written, of which a place in the printed text is part.
fn statement_of(tokens: &[Token], out: &str, place: u32) -> Option<Span> {
    let (mut passed, mut found) = (0, None);
    for token in tokens {
        let comments = token.gap.comments.iter().map(|comment| comment.text.as_str());
        for text in comments.chain([token.text.as_str()]) {
            passed += out.get(passed..)?.find(text)?;
            if passed > place as usize {
                return found;
            }
            passed += text.len();
        }
        let start = u32::try_from(token.at).unwrap_or(u32::MAX);
        match &mut found {
            Some(Span { end, .. }) if !token.starts => *end = start.saturating_add(length(&token.text)),
            _ if token.starts => {
                found = Some(Span { start, end: start.saturating_add(length(&token.text)), ..Span::default() })
            }
            _ => {}
        }
    }
    found
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// The tree of a text without places, to compare with another's. `None` where it does not parse.
fn placeless(text: &str) -> Option<File> {
    let scan = scan::scan(SourceId(0), text);
    let pairs = Grammar::parse(Rule::file, &scan.plain).ok()?;
    let mut builder = Builder::placeless(text, &scan);
    let mut file = File::default();
    for unit in pairs.flat_map(|file| file.into_inner()).filter(|p| p.as_rule() == Rule::unit) {
        file.units.push(builder.unit_decl(unit).ok()?);
    }
    builder.problems.is_empty().then_some(file)
}

#[cfg(test)]
mod tests;
