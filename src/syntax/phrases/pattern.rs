//! Patterns of words: what is written, with blanks for what stands in it.

use crate::syntax::keywords::{Class, KEYWORDS};
use crate::syntax::words::{Kind, Word};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// A blank for several words takes no more of them.
const MANY_MAX: usize = 40;

/// A part of a pattern. In a pattern's text parts stand apart by spaces: `a|b` is either word, `a?` may be missing,
/// `<x>` is one word, `<#n>` a number, `<@u>` a unit of time, `<op:a|b>` either word with a name, `<!x>` a name that the file declares,
/// `<&x>` a kind (in English its plural too), `<$x>` a kind of records, `<%x>` one of others, `<-x>` no declared name, `<*x>` a part of a kind's name, `<=x>` a code, `<^x>` a field of yes or no, `<x..>` one or more
/// words whose brackets are closed; at the end of a pattern all the rest of the statement. A mark that has a meaning
/// here is spelt `PIPE`, `QUESTION`, `LESS`.
#[derive(Debug)]
enum Part<'p> {
    Word { forms: Vec<&'p str>, name: &'p str, optional: bool },
    One { name: &'p str, kind: Blank, optional: bool },
    Many { name: &'p str },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blank {
    Any,
    Number,
    Unit,
}

/// A pattern, read.
#[derive(Debug)]
pub(super) struct Pattern<'p> {
    parts: Vec<Part<'p>>,
}

/// What the blanks of a pattern hold: words from one to before another.
pub(super) type Caught<'p> = [(&'p str, Range<usize>)];

impl<'p> Pattern<'p> {
    /// Reads the text of a pattern.
    pub fn read(text: &'p str) -> Pattern<'p> {
        Pattern { parts: text.split(' ').map(part).collect() }
    }

    /// Whether a statement with these words, in small letters, has the words that the pattern cannot do without.
    pub fn may_match(&self, said: &BTreeSet<String>) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Word { forms, optional: false, .. } => {
                forms.iter().any(|form| said.contains(form.to_ascii_lowercase().as_str()))
            }
            _ => true,
        })
    }

    /// Calls `done` with where a match from a word on ends, and what the blanks hold, until it says that this will do.
    /// `words`: of the statement, with what is written.
    pub fn each_match(
        &self,
        words: &[(Word, &str)],
        from: usize,
        done: &mut dyn FnMut(usize, &Caught<'p>) -> bool,
    ) -> bool {
        follow(&self.parts, words, from, &mut Vec::new(), done)
    }
}

fn part(text: &str) -> Part<'_> {
    let blank = text.strip_prefix('<').filter(|rest| rest.contains('>'));
    let (inner, optional) = match text.strip_suffix('?') {
        Some(inner) if !inner.is_empty() => (inner, true),
        _ => (text, false),
    };
    if blank.is_none() {
        let inner = match inner {
            "PIPE" => "|",
            "QUESTION" => "?",
            "LESS" => "<",
            inner => return Part::Word { forms: inner.split('|').collect(), name: "", optional },
        };
        return Part::Word { forms: vec![inner], name: "", optional };
    }
    let inner = inner.trim_start_matches('<').trim_end_matches('>');
    if let Some((name, forms)) = inner.split_once(':') {
        return Part::Word { forms: forms.split('|').collect(), name, optional };
    }
    if let Some(name) = inner.strip_suffix("..") {
        return Part::Many { name };
    }
    let (kind, name) = match inner.chars().next() {
        Some('#') => (Blank::Number, inner.trim_start_matches('#')),
        Some('@') => (Blank::Unit, inner.trim_start_matches('@')),
        _ => (Blank::Any, inner),
    };
    Part::One { name, kind, optional }
}

fn follow<'p>(
    parts: &[Part<'p>],
    words: &[(Word, &str)],
    at: usize,
    caught: &mut Vec<(&'p str, Range<usize>)>,
    done: &mut dyn FnMut(usize, &Caught<'p>) -> bool,
) -> bool {
    let Some((part, rest)) = parts.split_first() else { return done(at, caught) };
    match part {
        Part::Many { name } => {
            let mut depth = 0usize;
            for (taken, (word, written)) in words.iter().skip(at).take(MANY_MAX).enumerate() {
                match word.kind {
                    Kind::Open => depth += 1,
                    Kind::Close if depth == 0 => return false,
                    Kind::Close => depth -= 1,
                    _ if *written == ";" && depth == 0 => return false,
                    _ => {}
                }
                let end = at + taken + 1;
                // The rest of the statement, or of what stands in its braces.
                let over = words.get(end).is_none_or(|(next, written)| next.kind == Kind::Close || *written == ";");
                if depth > 0 || (rest.is_empty() && !over) {
                    continue;
                }
                caught.push((name, at..end));
                if follow(rest, words, end, caught, done) {
                    return true;
                }
                caught.pop();
            }
            false
        }
        Part::Word { name, optional, .. } | Part::One { name, optional, .. } => {
            if words.get(at).is_some_and(|word| fits(part, *word)) {
                caught.push((name, at..at + 1));
                if follow(rest, words, at + 1, caught, done) {
                    return true;
                }
                caught.pop();
            }
            *optional && follow(rest, words, at, caught, done)
        }
    }
}

fn fits(part: &Part<'_>, (word, written): (Word, &str)) -> bool {
    match part {
        Part::Word { forms, .. } => forms.iter().any(|form| form.eq_ignore_ascii_case(written)),
        Part::One { kind: Blank::Any, .. } => {
            matches!(word.kind, Kind::Word | Kind::Number | Kind::Quote) && !JOINING.contains(written)
        }
        Part::One { kind: Blank::Number, .. } => word.kind == Kind::Number,
        Part::One { kind: Blank::Unit, .. } => UNITS.contains(written),
        Part::Many { .. } => false,
    }
}

/// Words that join the parts of a sentence: they stand for nothing that is named.
static JOINING: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let joining = KEYWORDS.iter().filter(|k| matches!(k.class, Class::Reserved | Class::Joining));
    let forms = joining.flat_map(|k| k.en.iter().chain(k.zh).copied());
    forms.filter(|form| !matches!(*form, "yes" | "no" | "是" | "否")).collect()
});

/// Units of time.
static UNITS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let money = |id: &str| matches!(id, "points" | "yuan" | "times" | "counter");
    let units = KEYWORDS.iter().filter(|k| k.class == Class::Unit && !money(k.id));
    units.flat_map(|k| k.en.iter().chain(k.zh).copied()).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::words::Words;

    fn found(pattern: &str, text: &str) -> Option<Vec<String>> {
        let words: Vec<(Word, &str)> = Words::from(text, 0).map(|w| (w, &text[w.start..w.end])).collect();
        let mut out = None;
        Pattern::read(pattern).each_match(&words, 0, &mut |_, caught| {
            let held = caught.iter().filter(|(name, _)| !name.is_empty());
            let text = |held: &Range<usize>| words[held.clone()].iter().map(|word| word.1).collect::<String>();
            out = Some(held.map(|(name, held)| format!("{name}={}", text(held))).collect());
            true
        });
        out
    }

    #[test]
    fn blanks_hold_words() {
        assert_eq!(found("in the? last <#n> <@u>", "in last 12 months"), Some(vec!["n=12".into(), "u=months".into()]));
        assert_eq!(found("in the? last <#n> <@u>", "in the last 12 visits"), None);
        assert_eq!(found("if <c..> then", "if (a then b) then c"), Some(vec!["c=(athenb)".into()]));
        assert_eq!(found("<op:max|min> ( <x..> )", "MIN(a, b)"), Some(vec!["op=MIN".into(), "x=a,b".into()]));
        assert_eq!(found("when <c..>", "when a = b"), Some(vec!["c=a=b".into()]));
        assert_eq!(found("when <c..>", "when a = b }"), Some(vec!["c=a=b".into()]));
        assert_eq!(found("a PIPE b", "a | b"), Some(vec![]));
    }
}
