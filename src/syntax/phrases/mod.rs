//! Phrases of other languages, of tables and of officials, and how they are written here.
//!
//! A row of the tables says it once: what is written, with blanks, and what stands for it in the language. It is told
//! only where the statement can be read with it, so what is offered always parses.

mod chinese;
mod english;
mod pattern;

use super::expected::{Chunk, TRIED_BYTES_MAX, position};
use super::parse::{Grammar, Rule};
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;
use pattern::{Caught, Pattern};
use pest::Parser;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

/// A match begins no more words before what was refused.
const WORDS_BACK: usize = 40;

/// So many readings of the statement are tried.
const TRIED_MAX: usize = 60;

/// What is shown of a text has no more characters.
const SHOWN_CHARS: usize = 160;

/// A row of the tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Phrase {
    /// The pattern of what is written.
    written: &'static str,
    /// What stands for it here, with the pattern's blanks; empty: it is left out.
    here: &'static str,
    /// Why, in both languages.
    why: Option<(&'static str, &'static str)>,
    /// First words of the statements in which it is looked for; empty: of any.
    only: &'static [&'static str],
}

const fn phrase(written: &'static str, here: &'static str) -> Phrase {
    Phrase { written, here, why: None, only: &[] }
}

impl Phrase {
    const fn because(self, en: &'static str, zh: &'static str) -> Phrase {
        Phrase { why: Some((en, zh)), ..self }
    }

    const fn only(self, only: &'static [&'static str]) -> Phrase {
        Phrase { only, ..self }
    }
}

type Rows = Vec<(Phrase, Pattern<'static>)>;

fn read(phrases: &'static [Phrase]) -> Rows {
    phrases.iter().map(|phrase| (*phrase, Pattern::read(phrase.written))).collect()
}

static ENGLISH: LazyLock<Rows> = LazyLock::new(|| read(english::PHRASES));
static CHINESE: LazyLock<Rows> = LazyLock::new(|| read(chinese::PHRASES));

/// How much of the statement must be read with what stands for a phrase.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needed {
    /// All of it.
    Whole,
    /// More than what stands for the phrase.
    More,
}

impl Chunk<'_, '_> {
    /// The way out of a phrase that the language says otherwise, at the place that was refused (or the end).
    pub(super) fn phrase(&self, found: Option<Word>, needed: Needed) -> Option<Text> {
        if self.text.len() > TRIED_BYTES_MAX {
            return None;
        }
        let words = self.words_apart();
        let refused = found.map_or(words.len(), |f| words.partition_point(|(word, _)| word.start < f.start));
        let first = words.first()?.1;
        let said: BTreeSet<String> = words.iter().map(|(_, written)| written.to_ascii_lowercase()).collect();
        let mut tried = 0;
        // Those in the language of the statement first.
        let (own, other) = if self.is_chinese() { (&CHINESE, &ENGLISH) } else { (&ENGLISH, &CHINESE) };
        for (phrase, pattern) in own.iter().chain(other.iter()) {
            let here = phrase.only.is_empty() || phrase.only.contains(&first);
            if !here || !pattern.may_match(&said) {
                continue;
            }
            for from in refused.saturating_sub(WORDS_BACK)..=refused {
                let mut told = None;
                pattern.each_match(&words, from, &mut |end, caught| {
                    // It takes in what was refused, or ends right before it.
                    if end < refused || end == from || tried >= TRIED_MAX {
                        return tried >= TRIED_MAX;
                    }
                    // A blank with a mark takes declared names only.
                    let named = |held: &Range<usize>| words.get(held.start).is_some_and(|w| self.is_declared(w.1));
                    if !caught.iter().all(|(name, held)| !name.starts_with('!') || named(held)) {
                        return false;
                    }
                    let Some(range) = self.range(&words, from..end) else { return false };
                    tried += 1;
                    let read = self.filled(&plain(phrase.here), &words, caught, |range| {
                        self.text.get(range).unwrap_or("").to_owned()
                    });
                    if !self.reads_with(&range, &read, needed) {
                        return false;
                    }
                    let here = self.filled(phrase.here, &words, caught, |range| self.written(range));
                    told = Some(told_of(phrase, &self.written(range), &here));
                    true
                });
                if told.is_some() {
                    return told;
                }
            }
        }
        None
    }

    /// The words; runs of known Chinese words are taken apart.
    fn words_apart(&self) -> Vec<(Word, &str)> {
        let mut words = Vec::new();
        for word in Words::from(self.text, 0) {
            let written = self.slice(word);
            let pieces = if word.kind == Kind::Word { self.known_pieces(written) } else { None };
            let mut start = word.start;
            for piece in pieces.unwrap_or_else(|| vec![written]) {
                let number = piece.chars().all(|c| c.is_ascii_digit());
                let kind = if number { Kind::Number } else { word.kind };
                let first_on_line = word.first_on_line && start == word.start;
                words.push((Word { kind, start, end: start + piece.len(), first_on_line, ..word }, piece));
                start += piece.len();
            }
        }
        words
    }

    fn range(&self, words: &[(Word, &str)], of: Range<usize>) -> Option<Range<usize>> {
        let (first, last) = (words.get(of.start)?, words.get(of.end.checked_sub(1)?)?);
        Some(first.0.start..last.0.end)
    }

    /// What stands for a phrase, with what its blanks hold.
    fn filled(
        &self,
        here: &str,
        words: &[(Word, &str)],
        caught: &Caught<'_>,
        text_of: impl Fn(Range<usize>) -> String,
    ) -> String {
        let mut out = here.to_owned();
        for (name, held) in caught.iter().filter(|(name, _)| !name.is_empty()) {
            let text = self.range(words, held.clone()).map(&text_of).unwrap_or_default();
            out = out.replace(&format!("<{name}>"), &text);
        }
        // What was optional and is missing.
        while let Some((before, rest)) = out.split_once('<') {
            let Some((name, after)) = rest.split_once('>') else { break };
            if !name.chars().all(char::is_alphanumeric) || name.is_empty() {
                break;
            }
            out = format!("{}{after}", before.trim_end());
        }
        out
    }

    fn reads_with(&self, range: &Range<usize>, here: &str, needed: Needed) -> bool {
        let Some(text) = self.written_otherwise(range.clone(), &format!(" {here} ")) else { return false };
        match needed {
            Needed::Whole => self.reads_whole(&text),
            Needed::More => {
                let end = range.start + here.len() + 2;
                let next = Words::from(&text, end).next().map_or(text.len(), |word| word.end);
                Grammar::parse(self.rule, &text).map_or_else(|error| position(&error) >= next, |_| true)
            }
        }
    }

    /// Whether a text is one statement of the place, or several.
    pub(super) fn reads_whole(&self, text: &str) -> bool {
        let one = match self.rule {
            Rule::item_alone => Rule::item,
            Rule::part_alone => Rule::part,
            rule => return Grammar::parse(rule, text).is_ok(),
        };
        let mut rest = text.trim();
        while !rest.is_empty() {
            let Ok(mut pairs) = Grammar::parse(one, rest) else { return false };
            let read = pairs.next().map_or(0, |pair| pair.as_str().len());
            if read == 0 {
                return false;
            }
            rest = rest.get(read..).unwrap_or("").trim_start().trim_start_matches(';').trim_start();
        }
        true
    }
}

/// What is told of a phrase.
fn told_of(phrase: &Phrase, written: &str, here: &str) -> Text {
    let (written, here) = (short(written), short(here));
    let (en, zh) = phrase.why.map_or((String::new(), String::new()), |(en, zh)| (format!(": {en}"), format!("：{zh}")));
    if here.is_empty() {
        return Text::new(format!("leave out `{written}`{en}"), format!("删去`{written}`{zh}"));
    }
    Text::new(format!("write `{here}` instead of `{written}`{en}"), format!("`{written}`应写作`{here}`{zh}"))
}

/// The marks of a text as the grammar takes them.
fn plain(text: &str) -> String {
    text.chars().map(super::scan::plain_form).collect()
}

/// A text on one line, cut where it is long.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN_CHARS {
        return line;
    }
    let cut: String = line.chars().take(SHOWN_CHARS).collect();
    format!("{} ...", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
}
