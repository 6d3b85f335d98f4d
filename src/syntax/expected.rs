//! What the grammar expected and what it found, in words of the language, with a way out where one can be tried.

use super::build::Builder;
use super::declared::Declared;
use super::describe::{Rank, describe};
use super::keywords::keyword;
use super::parse::{Grammar, Rule};
use super::phrases::Needed;
use super::words::{Word, Words};
use crate::diagnostic::{Diagnostic, Lang, Text};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::ops::Range;

/// How many expected things a message lists.
const LISTED_MAX: usize = 6;

/// Statements of more bytes are not read again with each of the words that may be missing.
pub(super) const TRIED_BYTES_MAX: usize = 4_000;

/// Why a rule does not read the whole of a range of the plain text.
pub(super) fn explain(builder: &Builder<'_>, plain: &str, range: Range<usize>, rule: Rule) -> Diagnostic {
    let chunk = Chunk { builder, text: plain.get(range.clone()).unwrap_or(""), base: range.start, rule };
    match Grammar::parse(rule, chunk.text) {
        Err(error) => chunk.report(&error),
        Ok(_) => Diagnostic::error(
            "WG0199",
            builder.plain_span(range.start, range.end),
            Text::new("this statement cannot be read", "无法读懂这条语句"),
        ),
    }
}

/// The way out of a word that begins no statement, for the statement that it was meant to begin.
pub(super) fn way_out(builder: &Builder<'_>, plain: &str, range: Range<usize>, rule: Rule) -> Option<Text> {
    let chunk = Chunk { builder, text: plain.get(range.clone()).unwrap_or(""), base: range.start, rule };
    let first = Words::from(chunk.text, 0).next();
    chunk.spaces(true).or_else(|| chunk.phrase(first, Needed::Whole)).or_else(|| chunk.spaces(false))
}

/// The way out of a gate whose action is no word of the language. `base`: where its text begins.
pub(super) fn way_out_of_gate(builder: &Builder<'_>, text: &str, base: usize) -> Option<Text> {
    Chunk { builder, text, base, rule: Rule::part_alone }.phrase_of_gate()
}

/// Why the grammar refuses a whole plain text.
pub(super) fn refused(builder: &Builder<'_>, plain: &str, error: &Error<Rule>) -> Diagnostic {
    Chunk { builder, text: plain, base: 0, rule: Rule::file }.report(error)
}

/// Help for a keyword that runs into a name.
pub(super) fn space_after(keyword: &str) -> Text {
    Text::new(format!("put a space after `{keyword}`"), format!("在 `{keyword}` 之后加一个空格"))
}

/// A part of the plain text that a rule should read.
pub(super) struct Chunk<'c, 't> {
    builder: &'c Builder<'t>,
    pub(super) text: &'c str,
    base: usize,
    pub(super) rule: Rule,
}

impl Chunk<'_, '_> {
    fn report(&self, error: &Error<Rule>) -> Diagnostic {
        let at = position(error);
        let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
            let span = self.builder.plain_span(self.base + at, self.base + at);
            return Diagnostic::error("WG0104", span, Text::new("this is too complicated", "此处过于复杂"))
                .with_help(Text::new("split it up and name the parts", "请拆分并为各部分命名"));
        };
        let found = Words::from(self.text, at).next();
        let start = found.map_or_else(|| self.last_end(), |w| w.start);
        let (from, to) = (self.base + start, self.base + found.map_or(start, |w| w.end));
        let span = self.builder.plain_span(from, to);
        let written: String = self.builder.plain_written(from, to).chars().take(30).collect();
        let (found_en, found_zh) = match found {
            Some(_) => (format!("`{written}`"), format!("`{written}`")),
            None => ("the end of the statement".to_owned(), "语句结尾".to_owned()),
        };
        let expected = self.expected(positives, at, start);
        let message = Text::new(
            format!("expected {}, found {found_en}", expected.en),
            spaced(&["此处应为", &expected.zh, "，实际是", &found_zh]),
        );
        let mut diagnostic = Diagnostic::error("WG0100", span, message);
        if positives.contains(&Rule::rparen)
            && let Some(open) = self.open_parenthesis(start)
        {
            let span = self.builder.plain_span(self.base + open, self.base + open + 1);
            diagnostic = diagnostic.with_secondary(span, Text::new("opened here", "从这里开始"));
        }
        let may_end = positives.contains(&Rule::EOI);
        let fix = self.fix(at, start, found, &expected, may_end);
        if let Some((code, help)) = fix {
            diagnostic.code = code;
            diagnostic.help = Some(help);
        }
        diagnostic
    }

    /// End of the last word.
    fn last_end(&self) -> usize {
        Words::from(self.text, 0).last().map_or(0, |w| w.end)
    }

    /// The innermost `(` that is still open at a byte.
    pub(super) fn open_parenthesis(&self, at: usize) -> Option<usize> {
        let mut open = Vec::new();
        for word in Words::from(self.text, 0).take_while(|w| w.start < at) {
            match self.slice(word) {
                "(" => open.push(word.start),
                ")" => {
                    open.pop();
                }
                _ => {}
            }
        }
        open.pop()
    }

    /// Another text in place of this one. Its places are none of the file's.
    pub(super) fn with_text<'x>(&'x self, text: &'x str) -> Chunk<'x, 'x> {
        Chunk { builder: self.builder, text, base: 0, rule: self.rule }
    }

    pub(super) fn slice(&self, word: Word) -> &str {
        self.text.get(word.start..word.end).unwrap_or("")
    }

    /// A part of the text as the author wrote it.
    pub(super) fn written(&self, range: Range<usize>) -> String {
        self.builder.plain_written(self.base + range.start, self.base + range.end).to_owned()
    }

    /// Whether the file declares a name.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.builder.declared().has(name)
    }

    /// What the file declares.
    pub(super) fn declared(&self) -> &Declared {
        self.builder.declared()
    }

    /// What was expected. Where the statement could end, all that could go on; elsewhere what must come. Of the words,
    /// those come first with which the grammar reads furthest into what was found; those that lead nowhere come late.
    fn expected(&self, positives: &[Rule], at: usize, start: usize) -> Text {
        let may_end = positives.contains(&Rule::EOI);
        let mut found: Vec<(Rank, usize, Text)> = Vec::new();
        for rule in positives {
            let (mut rank, text) = describe(*rule);
            if found.iter().any(|(_, _, other)| *other == text) {
                continue;
            }
            let read = if rank == Rank::Keyword { self.read_with(*rule, at, start) } else { 0 };
            if rank == Rank::Keyword && may_end && read == 0 {
                rank = Rank::Elsewhere;
            }
            found.push((rank, read, text));
        }
        if may_end {
            // What stands here without need: the inside of a frame that could go on.
            found.retain(|(rank, _, _)| *rank > Rank::Needed);
        } else if found.iter().any(|(rank, _, _)| *rank <= Rank::Mark) {
            found.retain(|(rank, _, _)| *rank <= Rank::Mark);
        }
        // A parenthesis around it says no more than what is needed.
        if found.iter().any(|(rank, _, _)| *rank <= Rank::Needed) {
            let (_, parenthesis) = describe(Rule::lparen);
            found.retain(|(_, _, text)| *text != parenthesis);
        }
        found.sort_by_key(|(rank, read, _)| (*rank, std::cmp::Reverse(*read)));
        listed_of(&found.into_iter().map(|(_, _, text)| text).collect::<Vec<_>>())
    }

    /// How many bytes of what was found, and of what follows it, the grammar reads when this keyword stands before it.
    fn read_with(&self, rule: Rule, at: usize, start: usize) -> usize {
        let id = format!("{rule:?}");
        let Some(keyword) = id.strip_prefix("kw_").and_then(keyword) else { return 0 };
        if self.text.len() > TRIED_BYTES_MAX || start.max(at) >= self.text.len() {
            return 0;
        }
        let read = |form: &str| {
            let text = self.written_otherwise(start..start, &format!("{form} "))?;
            let end = Grammar::parse(self.rule, &text).map_or_else(|error| position(&error), |_| text.len());
            end.checked_sub(start + form.len() + 1)
        };
        [Lang::En, Lang::Zh].into_iter().filter_map(|lang| keyword.form(lang)).filter_map(read).max().unwrap_or(0)
    }

    pub(super) fn written_otherwise(&self, range: Range<usize>, instead: &str) -> Option<String> {
        Some(format!("{}{instead}{}", self.text.get(..range.start)?, self.text.get(range.end..)?))
    }

    /// Whether the grammar reads further than before when these bytes are written otherwise.
    pub(super) fn helps(&self, range: Range<usize>, instead: &str, at: usize) -> bool {
        // The word that was refused, or what came before it, must now be passed.
        let moved = (at + instead.len()).saturating_sub(range.len());
        let needed = if range.end <= at { moved + 1 } else { range.start + instead.len() };
        match self.written_otherwise(range, instead) {
            Some(text) => Grammar::parse(self.rule, &text).map_or_else(|e| position(&e) >= needed, |_| true),
            None => false,
        }
    }
}

/// Words that begin a computed value.
pub(super) const COMPUTING_WORDS: [&str; 12] =
    ["largest", "smallest", "sum", "average", "first", "last", "最大", "最小", "合计", "平均", "首次", "末次"];

pub(super) fn did_you_mean(form: &str) -> Text {
    Text::new(format!("did you mean `{form}`?"), format!("是否应为 `{form}`？"))
}

/// How far the grammar came.
pub(super) fn position(error: &Error<Rule>) -> usize {
    match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    }
}

/// The things that were expected as a list, in both languages.
fn listed_of(found: &[Text]) -> Text {
    let words = |lang: Lang| -> Vec<&str> {
        let mut words: Vec<&str> = found.iter().map(|text| text.in_lang(lang)).filter(|w| !w.is_empty()).collect();
        words.dedup();
        words
    };
    let (en, zh) = (words(Lang::En), words(Lang::Zh));
    Text::new(
        if en.is_empty() { "something else".to_owned() } else { listed(&en, ", ", " or ", " or something else") },
        if zh.is_empty() { "其他内容".to_owned() } else { listed(&zh, "、", "或", "等") },
    )
}

fn listed(words: &[&str], comma: &str, or: &str, rest: &str) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        _ if words.len() > LISTED_MAX => {
            let some: Vec<&str> = words.iter().take(LISTED_MAX).copied().collect();
            format!("{}{rest}", some.join(comma))
        }
        [most @ .., last] => spaced(&[&most.join(comma), or, last]),
    }
}

/// Pieces put together, with a space between Chinese and a quoted word.
fn spaced(pieces: &[&str]) -> String {
    let mut out = String::new();
    for piece in pieces {
        let quote = |c: char| c == '`';
        let han = |c: char| c.is_alphabetic() && !c.is_ascii();
        let meets = out.ends_with(han) && piece.starts_with(quote) || out.ends_with(quote) && piece.starts_with(han);
        if meets {
            out.push(' ');
        }
        out.push_str(piece);
    }
    out
}
