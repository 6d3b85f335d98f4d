//! The way out of a slip: what of a statement is written otherwise, so that the grammar reads on.

use super::expected::{Chunk, TRIED_BYTES_MAX, did_you_mean, position, space_after};
use super::keywords::{Class, KEYWORDS, Keyword};
use super::parse::{Grammar, Rule};
use super::phrases::Needed;
use super::words::{Kind, Word, Words};
use crate::diagnostic::{Text, suggest};
use pest::Parser;

/// How many words before the one that was refused may be a name that was taken for a keyword.
const NAMES_BACK: usize = 4;

/// Words of results, which fields are called too.
const RESULT_WORDS: [&str; 6] = ["points", "grade", "rank", "得分", "等次", "名次"];

impl Chunk<'_, '_> {
    /// The way out: what makes the whole statement read comes first, what leads only further comes last.
    pub(super) fn fix(
        &self,
        at: usize,
        start: usize,
        found: Option<Word>,
        expected: &Text,
        may_end: bool,
    ) -> Option<(&'static str, Text)> {
        if let Some(help) = found.and_then(|word| self.spoken(word)) {
            return Some(("WG0100", help));
        }
        let unspaced = |known| self.spaces(known).map(|help| ("WG0111", help));
        let whole = || self.phrase(found, Needed::Whole).map(|help| ("WG0100", help));
        let more = || self.phrase(found, Needed::More).map(|help| ("WG0100", help));
        let next = || self.next_statement(found?, may_end).map(|help| ("WG0100", help));
        let slip = || self.slip(at, start, found, expected);
        let twice = || self.phrases(found).map(|help| ("WG0100", help));
        let cut = unspaced(true).or_else(whole).or_else(next).or_else(twice).or_else(|| unspaced(false));
        let run = || self.run_together().map(|help| ("WG0111", help));
        cut.or_else(slip).or_else(more).or_else(run)
    }

    /// A statement of another language, or a comment, that goes on behind a whole one.
    fn next_statement(&self, found: Word, may_end: bool) -> Option<Text> {
        let written = self.slice(found);
        let first = Words::from(self.text, 0).next()?;
        if first == found || may_end {
            let rest = self.text.get(found.start..).and_then(|rest| super::statements::comment(rest, first == found));
            if rest.is_some() {
                return rest;
            }
        }
        let next = Words::from(self.text, found.end).next();
        let written = if written == "," { next.map_or("", |word| self.slice(word)) } else { written };
        match self.rule {
            Rule::part_alone if may_end => super::statements::line(written),
            Rule::item_alone if may_end && matches!(self.slice(first), "rule" | "规则") => {
                super::statements::worth(written)
            }
            _ => None,
        }
    }

    /// A change after which the grammar reads on: a space, a quote, or a keyword like the word.
    fn slip(&self, at: usize, start: usize, found: Option<Word>, expected: &Text) -> Option<(&'static str, Text)> {
        if let Some(help) = self.other_form(at, start, found, expected) {
            return Some(("WG0100", help));
        }
        if let Some(help) = self.habit(at, found, expected) {
            return Some(("WG0100", help));
        }
        if let Some(word) = found.filter(|w| w.kind == Kind::Word) {
            let written = self.slice(word);
            if let Some(keyword) = self.glued(word, written, at) {
                return Some(("WG0111", space_after(keyword)));
            }
            let joins = Grammar::parse(Rule::joining_word, written).is_ok();
            // Also the first word of a phrase: `paid` before `by`.
            let reserved = Grammar::parse(Rule::reserved, self.text.get(word.start..).unwrap_or("")).is_ok();
            // Where nothing but a name may stand, a word that joins others is meant as one too.
            let named = matches!(expected.en.as_str(), "a name" | "a grade (`good 80 or more`)");
            if (reserved && !joins || named) && self.quote_helps(word, written) {
                return Some(("WG0112", quote(written)));
            }
            if let Some(name) = self.name_before(word, at) {
                return Some(("WG0112", quote(name)));
            }
        }
        if let Some(help) = found.and_then(|word| self.brackets(word)) {
            return Some(("WG0100", help));
        }
        if let Some(word) = found.filter(|w| w.kind == Kind::Word) {
            let written = self.slice(word);
            if matches!(written, "where" | "其中") {
                return Some(("WG0100", condition_first()));
            }
            if let Some(help) = self.both_bounds(word) {
                return Some(("WG0100", help));
            }
            if let Some(same) = self.form_here(word, written, at, expected) {
                return Some(("WG0100", did_you_mean(same)));
            }
            if let Some(help) = self.unit_of_value(word, written, at) {
                return Some(("WG0100", help));
            }
            if let Some(near) = self.near_keyword(word, at) {
                return Some(("WG0100", did_you_mean(&near)));
            }
            if let Some(phrase) = self.phrase_of(word) {
                return Some(("WG0100", did_you_mean(phrase)));
            }
        }
        if let Some(help) = self.missing_semicolon(start, found, at) {
            return Some(("WG0100", help));
        }
        if let Some(help) = self.order(at, start, found, expected) {
            return Some(("WG0100", help));
        }
        if self.text.get(..start).is_some_and(|t| t.ends_with('=')) && found.is_some_and(|w| self.slice(w) == "=") {
            return Some(("WG0100", Text::new("one `=` compares", "比较只用一个 `=`")));
        }
        // The slip may be the word before: a misspelt keyword was taken for a name.
        let before = Words::from(self.text, 0).take_while(|w| w.start < start).last()?;
        if before.kind != Kind::Word {
            return None;
        }
        if let Some(help) = self.spoken(before) {
            return Some(("WG0100", help));
        }
        let written = self.slice(before);
        if let Some(phrase) = self.phrase_of(before) {
            return Some(("WG0100", instead_of(phrase, written)));
        }
        if Grammar::parse(Rule::any_word, written).is_ok() {
            return None;
        }
        if let Some(keyword) = self.glued(before, written, at) {
            return Some(("WG0111", space_after(keyword)));
        }
        let near = self.near_keyword(before, at)?;
        Some(("WG0100", instead_of(&near, written)))
    }

    /// The phrase of which only one word was written, if the grammar reads on with that one only: `count` of `count of`.
    fn phrase_of(&self, word: Word) -> Option<&'static str> {
        let written = self.slice(word);
        // Words that join the parts of a sentence are no halves of other phrases.
        let joins = |k: &Keyword| matches!(k.class, Class::Reserved | Class::Joining);
        if written.len() < 3 || KEYWORDS.iter().any(|k| joins(k) && k.en.contains(&written)) {
            return None;
        }
        let next = Words::from(self.text, word.end).next().map_or(self.text.len(), |w| w.start + 1);
        let mut phrases = KEYWORDS.iter().flat_map(|k| k.en.iter().chain(k.zh).copied()).filter(|form| {
            form.split_once(' ').is_some_and(|(first, _)| first == written)
                || form.rsplit_once(' ').is_some_and(|(_, last)| last == written)
        });
        if self.text.len() > TRIED_BYTES_MAX {
            return None;
        }
        let reads = |phrase: &&str| {
            let text = self.written_otherwise(word.start..word.end, phrase);
            let needed = next - written.len() + phrase.len();
            text.is_some_and(|text| Grammar::parse(self.rule, &text).map_or_else(|e| position(&e) >= needed, |_| true))
        };
        let found = phrases.find(reads)?;
        // Where others would do as well, nobody knows which was meant.
        phrases.all(|other| other == found || !reads(&other)).then_some(found)
    }

    /// A word of the language shortly before, which the grammar took as such: read as a name it leads further.
    fn name_before(&self, word: Word, at: usize) -> Option<&str> {
        let before: Vec<Word> = Words::from(self.text, 0).take_while(|w| w.start < word.start).collect();
        let near = before.into_iter().rev().take(NAMES_BACK).take_while(|w| w.kind == Kind::Word);
        near.filter(|w| RESULT_WORDS.contains(&self.slice(*w))).find_map(|w| {
            let written = self.slice(w);
            self.helps(w.start..w.end, &format!("「{written}」"), at).then_some(written)
        })
    }

    /// A row on a line of its own that nothing ends: the next row was read as going on with it.
    fn missing_semicolon(&self, start: usize, found: Option<Word>, at: usize) -> Option<Text> {
        // Also a word further back: a code at the start of a line is the unit of a number that ends the line before.
        let before: Vec<Word> = Words::from(self.text, 0).take_while(|w| w.start < start).collect();
        let near = found.into_iter().chain(before.into_iter().rev().take(2));
        let mut lines = near.filter(|word| word.first_on_line && word.kind == Kind::Word);
        let row = lines.find(|word| self.helps(word.start..word.start, "; ", at))?;
        let row = self.slice(row);
        Some(Text::new(
            format!("put `;` between the rows, before `{row}`"),
            format!("各行之间须用`；`隔开：写在`{row}`之前"),
        ))
    }

    /// `at least 1 and at most 3`: two bounds on one count.
    fn both_bounds(&self, word: Word) -> Option<Text> {
        let before: Vec<&str> =
            Words::from(self.text, 0).take_while(|w| w.start < word.start).map(|w| self.slice(w)).collect();
        let joined = matches!(before.last(), Some(&("and" | "且" | "并")));
        let bound = matches!(self.slice(word), "at" | "至多" | "至少");
        let counts = before.iter().rev().take(6).any(|word| matches!(*word, "least" | "most" | "至少" | "至多"));
        (joined && bound && counts).then(|| {
            Text::new(
                "both bounds of one count are said by `between 1 and 3 KIND`; one that binds less says so, `and should at most 3`",
                "同一计数的上下限写`介于 1 与 3 次 记录`；约束力不同的须写明，如`且 宜 至多 3`",
            )
        })
    }

    /// A time written as it is spoken: `每两周`, `every half-year`.
    fn spoken(&self, word: Word) -> Option<Text> {
        let rest = self.text.get(word.start..)?;
        let after_every = rest.strip_prefix("every ").unwrap_or(rest);
        if let Some(unit) = ["year", "month"].into_iter().find(|unit| after_every.starts_with(&format!("half-{unit}")))
        {
            return Some(did_you_mean(&format!("every half {unit}")));
        }
        if let Some(help) = self.times_of(word) {
            return Some(help);
        }
        let mut chars = self.slice(word).strip_prefix('每')?.chars();
        let first = chars.next()?;
        let number = match first {
            '两' => 2,
            _ => "一二三四五六七八九十".chars().position(|digit| digit == first)? + 1,
        };
        let unit = chars.as_str();
        let known = KEYWORDS.iter().any(|k| k.class == Class::Unit && k.zh.contains(&unit));
        known.then(|| did_you_mean(&format!("每 {number} {unit}")))
    }

    /// How often in one word: `每周一次`.
    fn times_of(&self, word: Word) -> Option<Text> {
        let often = self.slice(word).strip_suffix('次')?;
        let number = often.chars().next_back()?;
        let frame = often.strip_suffix(number)?;
        let times = super::numerals::chinese(number.encode_utf8(&mut [0; 4])).map(|(times, _)| times)?;
        let known = KEYWORDS.iter().any(|k| k.id.starts_with("every_") && k.zh.contains(&frame));
        let bound =
            Words::from(self.text, 0).any(|word| matches!(self.slice(word), "至少" | "至多" | "不少于" | "恰好"));
        let meant = if bound { frame.to_owned() } else { format!("{frame} 至少 {times} 次") };
        known.then(|| did_you_mean(&meant))
    }

    /// A unit behind a computed number: `day + (m) days`.
    fn unit_of_value(&self, word: Word, written: &str, at: usize) -> Option<Text> {
        Grammar::parse(Rule::span_unit, written).ok()?;
        let before = self.text.get(..word.start)?;
        if !before.trim_end().ends_with(')') {
            return None;
        }
        let times = format!("* 1 {written}");
        self.helps(word.start..word.end, &times, at).then(|| {
            Text::new(
                format!("a computed number becomes a length when it is multiplied by one: `{times}`"),
                format!("算得的数乘以一个单位才成为时长：`{times}`"),
            )
        })
    }

    /// The Chinese keyword that a word starts with, if the rest after a space reads on.
    fn glued(&self, word: Word, written: &str, at: usize) -> Option<&'static str> {
        if super::spaces::is_form(written) {
            return None;
        }
        let mut forms: Vec<&str> = KEYWORDS.iter().flat_map(|k| k.zh.iter().copied()).collect();
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        forms.into_iter().find(|form| {
            written
                .strip_prefix(form)
                .is_some_and(|rest| !rest.is_empty() && self.helps(word.start..word.end, &format!("{form} {rest}"), at))
        })
    }

    /// The form that a Chinese keyword has in this place: one English keyword is several Chinese ones (`at least` is
    /// 至少 before a count, 不少于 in a comparison).
    fn form_here(&self, word: Word, written: &str, at: usize, expected: &Text) -> Option<&'static str> {
        let spelt = KEYWORDS.iter().filter(|k| k.zh.contains(&written) && !k.en.is_empty());
        let meant = spelt.flat_map(|k| KEYWORDS.iter().filter(|other| k.en.first() == other.en.first()));
        let forms = meant.filter_map(|k| k.zh.first().copied()).filter(|form| *form != written);
        let helping: Vec<&str> = forms.filter(|form| self.helps(word.start..word.end, form, at)).collect();
        // The one that the message names, if it is among them.
        let named = helping.iter().find(|form| expected.zh.contains(&format!("`{form}`")));
        named.or(helping.first()).copied()
    }

    /// A keyword that is spelt like the words from here on and reads on.
    fn near_keyword(&self, word: Word, at: usize) -> Option<String> {
        let words: Vec<Word> =
            Words::from(self.text, word.start).take(4).take_while(|w| w.kind == Kind::Word).collect();
        let forms: Vec<&str> = KEYWORDS.iter().flat_map(|k| k.en.iter().chain(k.zh).copied()).collect();
        for count in (1..=words.len()).rev() {
            let Some(last) = words.get(count - 1) else { continue };
            let parts: Vec<&str> = words.iter().take(count).map(|w| self.slice(*w)).collect();
            let phrase = parts.join(" ").to_lowercase();
            // Words of two letters are like too many others, and so is a Chinese word of one character; names and
            // words of the language are no slips.
            let short = if phrase.is_ascii() { phrase.len() < 3 } else { phrase.chars().count() < 2 };
            if short || self.is_declared(&phrase) || forms.contains(&phrase.as_str()) {
                continue;
            }
            let mut tried: Vec<&str> = Vec::new();
            while tried.len() < 4 {
                let same_length = |f: &&str| f.split(' ').count() == count && !tried.contains(f);
                let Some(near) = suggest::nearest(&phrase, forms.iter().copied().filter(same_length)) else { break };
                if self.helps(word.start..last.end, near, at) {
                    return Some(near.to_owned());
                }
                tried.push(near);
            }
        }
        None
    }

    /// Whether the grammar takes the word as a name and also reads the word after it.
    fn quote_helps(&self, word: Word, written: &str) -> bool {
        let quoted = format!("「{written}」");
        let next = Words::from(self.text, word.end).next().map_or(self.text.len(), |w| w.end);
        let needed = next - written.len() + quoted.len();
        match self.written_otherwise(word.start..word.end, &quoted) {
            Some(text) => Grammar::parse(self.rule, &text).map_or_else(|e| position(&e) >= needed, |_| true),
            None => false,
        }
    }
}

/// Help for a word of the language that is meant as a name.
fn quote(written: &str) -> Text {
    Text::new(
        format!("`{written}` is a word of the language: to use it as a name, type it between backticks, `{written}`"),
        format!("`{written}` 是关键词：作为名称须写作 `「{written}」`"),
    )
}

/// Help for a condition that comes too late.
fn condition_first() -> Text {
    Text::new(
        "a condition stands right behind the kind, before a time frame: `count of visit where ... in the last 3 months to window end`",
        "条件紧跟在记录或对象之后，写在时段之前：`计数 走访 其中 … 期末前 3 个月`",
    )
}

/// The same for the word before.
fn instead_of(form: &str, written: &str) -> Text {
    let mean = did_you_mean(form);
    Text::new(format!("{} (instead of `{written}`)", mean.en), format!("`{written}` {}", mean.zh))
}
