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
const TRIED_MAX: usize = 120;

/// Statements of more bytes are not looked through for two phrases.
const TWICE_BYTES_MAX: usize = 400;

/// So many first phrases are followed by a second.
const TWICE_MAX: usize = 6;

/// How many of a smaller unit a larger one has: a number of a pattern, times one of these, may stand in what is told.
const PER_UNIT: [u32; 3] = [7, 12, 4];

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
    /// What stands for the phrase.
    Here,
}

/// The words of a statement, and where one begins that was run into the word before.
struct Apart<'t> {
    words: Vec<(Word, &'t str)>,
    joints: BTreeSet<usize>,
}

impl<'t> Apart<'t> {
    /// The same with those words only taken apart that a part of the words touches.
    fn near(&self, of: Range<usize>) -> Apart<'t> {
        let joined = |at: usize| self.words.get(at).is_some_and(|(word, _)| self.joints.contains(&word.start));
        let (mut first, mut last) = (of.start, of.end);
        while joined(first) {
            first -= 1;
        }
        while joined(last) {
            last += 1;
        }
        let within = self.words.iter().take(last).skip(first).map(|(word, _)| word.start);
        let joints = within.filter(|start| self.joints.contains(start)).collect();
        Apart { words: self.words.clone(), joints }
    }
}

/// A place where a phrase stands, and the statement with what stands for it here.
struct Found {
    phrase: &'static Phrase,
    /// What is written, as far as something changes.
    range: Range<usize>,
    /// What stands for it, as the author would write it.
    here: String,
    /// The statement with it.
    text: String,
}

impl Chunk<'_, '_> {
    /// The way out of a phrase that the language says otherwise, at the place that was refused (or the end).
    pub(super) fn phrase(&self, found: Option<Word>, needed: Needed) -> Option<Text> {
        let mut told = None;
        self.each_phrase(found, needed, TRIED_MAX, &mut |found| {
            told = Some(told_of(found.phrase, &self.written(found.range.clone()), &found.here));
            true
        });
        told
    }

    /// The way out at the end of a gate that reads whole and lacks its action.
    pub(super) fn phrase_of_gate(&self) -> Option<Text> {
        let mut told = None;
        self.each_phrase(None, Needed::Whole, TRIED_MAX, &mut |found| {
            let of_gates = found.phrase.only.iter().any(|word| matches!(*word, "gate" | "关口"));
            told = of_gates.then(|| told_of(found.phrase, &self.written(found.range.clone()), &found.here));
            told.is_some()
        });
        told
    }

    /// The way out where two phrases are said otherwise: the whole statement.
    pub(super) fn phrases(&self, found: Option<Word>) -> Option<Text> {
        if self.text.len() > TWICE_BYTES_MAX {
            return None;
        }
        let mut told = None;
        let mut left = TWICE_MAX;
        self.each_phrase(found, Needed::Here, TRIED_MAX, &mut |first| {
            left -= 1;
            let Err(error) = Grammar::parse(self.rule, &first.text) else { return left == 0 };
            let refused = Words::from(&first.text, position(&error)).next();
            let again = self.with_text(&first.text);
            again.each_phrase(refused, Needed::Whole, TRIED_MAX / 2, &mut |second| {
                let (from, to) = self.changed(&second.text);
                let tail = self.text.len() - to;
                let here = second.text.get(from..second.text.len() - tail).unwrap_or("");
                let here = &if self.is_chinese() { full_width(here) } else { here.to_owned() };
                let why = [first.phrase.why, second.phrase.why].into_iter().flatten().next();
                let both = Phrase { why, ..*first.phrase };
                told = Some(told_of(&both, &self.written(from..to), here));
                true
            });
            told.is_some() || left == 0
        });
        told
    }

    /// The part of the statement in which another text differs from it, in whole words.
    fn changed(&self, other: &str) -> (usize, usize) {
        let blank = |c: char| c.is_whitespace();
        let same = self.text.char_indices().zip(other.chars()).find(|((_, a), b)| a != b).map_or(0, |((at, _), _)| at);
        let from = self.text.get(..same).and_then(|text| text.rfind(blank)).map_or(0, |at| at + 1);
        let ends = self.text.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b);
        let tail: usize = ends.map(|(c, _)| c.len_utf8()).sum();
        let tail = tail.min(self.text.len() - from).min(other.len() - from);
        let rest = self.text.get(self.text.len() - tail..).unwrap_or("");
        let tail = rest.find(blank).map_or(0, |at| tail - at);
        let whole = self.text.trim_end().len();
        (from, (self.text.len() - tail).min(whole.max(from)))
    }

    /// Calls `done` with each place of a phrase with which the statement reads as far as needed, until it says that
    /// this will do.
    fn each_phrase(&self, found: Option<Word>, needed: Needed, tried_max: usize, done: &mut dyn FnMut(Found) -> bool) {
        if self.text.len() > TRIED_BYTES_MAX {
            return;
        }
        let mut tried = 0;
        let known = self.words_apart(true);
        // Words run together among which one is not known.
        let guessed = Some(self.words_apart(false)).filter(|apart| apart.words.len() != known.words.len());
        for apart in [Some(known), guessed].into_iter().flatten() {
            if self.each_phrase_of(&apart, found, needed, &mut tried, tried_max, done) {
                return;
            }
        }
    }

    fn each_phrase_of(
        &self,
        apart: &Apart<'_>,
        found: Option<Word>,
        needed: Needed,
        tried: &mut usize,
        tried_max: usize,
        done: &mut dyn FnMut(Found) -> bool,
    ) -> bool {
        let words = &apart.words;
        let Some(refused) = self.refused(apart, found) else { return false };
        let Some((_, first)) = words.first() else { return false };
        let said: BTreeSet<String> = words.iter().map(|(_, written)| written.to_ascii_lowercase()).collect();
        // Those in the language of the statement first.
        let (own, other) = if self.is_chinese() { (&CHINESE, &ENGLISH) } else { (&ENGLISH, &CHINESE) };
        for (phrase, pattern) in own.iter().chain(other.iter()) {
            let here = phrase.only.is_empty() || phrase.only.contains(first);
            if !here || !pattern.may_match(&said) {
                continue;
            }
            for from in refused.saturating_sub(WORDS_BACK)..=refused {
                let mut enough = false;
                pattern.each_match(words, from, &mut |end, caught| {
                    // It takes in what was refused, or ends right before it.
                    if end < refused || end == from || *tried >= tried_max {
                        return *tried >= tried_max;
                    }
                    if !caught.iter().all(|(name, held)| self.takes(name, words.get(held.start), words, caught)) {
                        return false;
                    }
                    *tried += 1;
                    let filled = |here: &str, as_written: bool| {
                        self.filled(here, words, caught, |range| {
                            if as_written { self.written(range) } else { self.text.get(range).unwrap_or("").to_owned() }
                        })
                    };
                    let plain = filled(&plain(phrase.here), false);
                    // Spaces are put where they are needed.
                    let near = apart.near(from..end);
                    let read = self.reads_with(&near, from..end, &plain, needed).map(|text| (text, &near));
                    let all = near.joints.len() < apart.joints.len();
                    let read = read.or_else(|| {
                        let text = all.then(|| self.reads_with(apart, from..end, &plain, needed))??;
                        Some((text, apart))
                    });
                    let Some((text, apart)) = read else { return false };
                    let here = filled(phrase.here, true);
                    let Some((range, here)) = self.change_shown(apart, from..end, &here) else { return false };
                    enough = done(Found { phrase, range, here, text });
                    enough
                });
                if enough {
                    return true;
                }
            }
        }
        false
    }

    /// The word that was refused, or how many there are. Of words run together: the one that is refused with spaces
    /// between them.
    fn refused(&self, apart: &Apart<'_>, found: Option<Word>) -> Option<usize> {
        let words = &apart.words;
        if apart.joints.is_empty() {
            return Some(found.map_or(words.len(), |f| words.partition_point(|(word, _)| word.start < f.start)));
        }
        let plain = |range: Range<usize>| self.text.get(range).unwrap_or("").to_owned();
        let text = self.spaced(apart, 0..self.text.len(), plain);
        let Err(error) = Grammar::parse(self.rule, &text) else { return Some(words.len()) };
        let at = position(&error);
        let moved = |(word, _): &(Word, &str)| word.end + apart.joints.range(..=word.start).count();
        Some(words.partition_point(|word| moved(word) <= at))
    }

    /// Whether a blank may hold a word. A mark before its name says what: `!` a declared name, `&` a kind, `$` one of records, `%` one of others, `-` a word that is neither declared nor
    /// begins with one of the language, `*` a part of
    /// a kind's name, `=` a code, `^` a field that holds yes or no. Codes and fields are of the kind that stands beside.
    fn takes(&self, name: &str, word: Option<&(Word, &str)>, words: &[(Word, &str)], caught: &Caught<'_>) -> bool {
        let Some((_, written)) = word else { return true };
        let declared = self.declared();
        match name.chars().next() {
            Some('!') => declared.has(written),
            Some('&') => declared.kind(written).is_some(),
            Some('$') => declared.record(written).is_some(),
            Some('%') => declared.kind(written).is_some() && declared.record(written).is_none(),
            Some('-') => !declared.has(written) && !super::spaces::begins_with_form(written),
            Some('*') => declared.kind_with(written).is_some(),
            Some('=') => declared.code(written, self.kind_of(words, caught)).is_some(),
            Some('^') => declared.is_flag(written, self.kind_of(words, caught)),
            _ => true,
        }
    }

    /// The kind that a phrase names.
    fn kind_of<'s>(&'s self, words: &'s [(Word, &str)], caught: &Caught<'_>) -> Option<&'s str> {
        let (_, held) = caught.iter().find(|(name, _)| name.starts_with('&'))?;
        self.declared().kind(words.get(held.start)?.1)
    }

    /// The words; runs of known Chinese words are taken apart. `known`: of known words only.
    fn words_apart(&self, known: bool) -> Apart<'_> {
        let mut apart = Apart { words: Vec::new(), joints: BTreeSet::new() };
        for word in Words::from(self.text, 0) {
            let written = self.slice(word);
            let pieces = match word.kind {
                Kind::Word if known => self.known_pieces(written),
                Kind::Word => self.known_pieces(written).or_else(|| self.guessed_pieces(written)),
                _ => None,
            };
            let mut start = word.start;
            for piece in pieces.unwrap_or_else(|| vec![written]) {
                let number = piece.chars().all(|c| c.is_ascii_digit());
                let kind = if number { Kind::Number } else { word.kind };
                let first_on_line = word.first_on_line && start == word.start;
                apart.words.push((Word { kind, start, end: start + piece.len(), first_on_line, ..word }, piece));
                if start > word.start {
                    apart.joints.insert(start);
                }
                start += piece.len();
            }
        }
        apart
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
        let declared = self.declared();
        for (name, held) in caught.iter().filter(|(name, _)| !name.is_empty()) {
            let mut text = self.range(words, held.clone()).map(&text_of).unwrap_or_default();
            let written = words.get(held.start).map_or("", |word| word.1);
            match name.chars().next() {
                Some('&' | '$' | '%') => text = declared.kind(written).map_or(text, str::to_owned),
                Some('*') => text = declared.kind_with(written).map_or(text, str::to_owned),
                Some('=') => {
                    let (kind, field) = declared.code(written, self.kind_of(words, caught)).unwrap_or_default();
                    out = out.replace(&format!("<{name}.kind>"), kind).replace(&format!("<{name}.field>"), field);
                }
                Some('^') => {
                    let kind = declared.flag_of(written).unwrap_or_default();
                    out = out.replace(&format!("<{name}.kind>"), kind);
                }
                _ => {}
            }
            for times in PER_UNIT {
                let product = text.parse::<u32>().ok().and_then(|number| number.checked_mul(times));
                let blank = format!("<{name}*{times}>");
                out = out.replace(&blank, &product.map_or_else(|| format!("({text} * {times})"), |n| n.to_string()));
            }
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

    /// A part of the statement, from a byte to before another, with spaces between the words that were taken apart.
    fn spaced(&self, apart: &Apart<'_>, of: Range<usize>, text_of: impl Fn(Range<usize>) -> String) -> String {
        let (mut out, mut at) = (String::new(), of.start);
        for joint in apart.joints.range(of.start + 1..of.end.max(of.start + 1)) {
            out.push_str(&text_of(at..*joint));
            out.push(' ');
            at = *joint;
        }
        out + &text_of(at..of.end)
    }

    /// The statement with what stands for some of its words, if it reads as far as needed.
    fn reads_with(&self, apart: &Apart<'_>, of: Range<usize>, here: &str, needed: Needed) -> Option<String> {
        let range = self.range(&apart.words, of)?;
        let plain = |range: Range<usize>| self.text.get(range).unwrap_or("").to_owned();
        let before = self.spaced(apart, 0..range.start, plain);
        let text = format!("{before} {here} {}", self.spaced(apart, range.end..self.text.len(), plain));
        let end = before.len() + here.len() + 2;
        let reads_to = |end: usize| Grammar::parse(self.rule, &text).map_or_else(|e| position(&e) >= end, |_| true);
        let reads = match needed {
            Needed::Whole => self.reads_whole(&text),
            Needed::More => reads_to(Words::from(&text, end).next().map_or(text.len(), |word| word.end)),
            Needed::Here => reads_to(Words::from(&text, end).next().map_or(text.len(), |word| word.start)),
        };
        reads.then_some(text)
    }

    /// What is shown of a change: from the first word that was run into another to the last.
    fn change_shown(&self, apart: &Apart<'_>, of: Range<usize>, here: &str) -> Option<(Range<usize>, String)> {
        let range = self.range(&apart.words, of)?;
        let ends = |joint: &usize| {
            let at = apart.words.partition_point(|(word, _)| word.start < *joint);
            let (before, after) = (apart.words.get(at.checked_sub(1)?)?, apart.words.get(at)?);
            Some((before.0.start, after.0.end))
        };
        let (first, last) = (apart.joints.first().and_then(ends), apart.joints.last().and_then(ends));
        let from = first.map_or(range.start, |(start, _)| start.min(range.start));
        let to = last.map_or(range.end, |(_, end)| end.max(range.end));
        let written = |range: Range<usize>| self.written(range);
        let (before, after) =
            (self.spaced(apart, from..range.start, written), self.spaced(apart, range.end..to, written));
        let parts = [before.trim(), here.trim(), after.trim()].into_iter().filter(|part| !part.is_empty());
        Some((from..to, parts.collect::<Vec<_>>().join(" ")))
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

/// The marks of a plain text as they are typed among Chinese words.
pub(super) fn full_width(text: &str) -> String {
    let mut out = text.to_owned();
    for (plain, full) in [(";", "；"), (":", "："), ("(", "（"), (")", "）"), (",", "、")] {
        out = out.replace(&format!(" {plain}"), plain).replace(&format!("{plain} "), plain).replace(plain, full);
    }
    out
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
