//! What the grammar expected and what it found, in words of the language, with a way out where one can be tried.

use super::build::Builder;
use super::describe::{Rank, describe};
use super::keywords::{KEYWORDS, keyword};
use super::parse::{Grammar, Rule};
use super::words::{Kind, Word, Words};
use crate::diagnostic::{Diagnostic, Lang, Text, suggest};
use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::ops::Range;

/// How many expected things a message lists.
const LISTED_MAX: usize = 6;

/// Statements of more bytes are not read again with each of the words that may be missing.
const TRIED_BYTES_MAX: usize = 4_000;

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
        let fix = self.fix(at, start, found, &expected);
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

    pub(super) fn slice(&self, word: Word) -> &str {
        self.text.get(word.start..word.end).unwrap_or("")
    }

    /// A part of the text as the author wrote it.
    pub(super) fn written(&self, range: Range<usize>) -> String {
        self.builder.plain_written(self.base + range.start, self.base + range.end).to_owned()
    }

    /// A change after which the grammar reads on: a space, a quote, or a keyword like the word.
    fn fix(&self, at: usize, start: usize, found: Option<Word>, expected: &Text) -> Option<(&'static str, Text)> {
        if let Some(help) = found.and_then(|word| self.spoken(word)) {
            return Some(("WG0100", help));
        }
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
            let named = expected.en == "a name";
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
        let mut chars = self.slice(word).strip_prefix('每')?.chars();
        let first = chars.next()?;
        let number = match first {
            '两' => 2,
            _ => "一二三四五六七八九十".chars().position(|digit| digit == first)? + 1,
        };
        let unit = chars.as_str();
        let known = KEYWORDS.iter().any(|k| k.class == super::keywords::Class::Unit && k.zh.contains(&unit));
        known.then(|| did_you_mean(&format!("每 {number} {unit}")))
    }

    /// A unit behind a computed number: `day + (m) days`.
    fn unit_of_value(&self, word: Word, written: &str, at: usize) -> Option<Text> {
        Grammar::parse(Rule::span_unit, written).ok()?;
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
            // Words of two letters are like too many others.
            if phrase.len() < 3 {
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

/// How many words before the one that was refused may be a name that was taken for a keyword.
const NAMES_BACK: usize = 4;

/// Words that begin a computed value.
pub(super) const COMPUTING_WORDS: [&str; 12] =
    ["largest", "smallest", "sum", "average", "first", "last", "最大", "最小", "合计", "平均", "首次", "末次"];

/// Words of results, which fields are called too.
const RESULT_WORDS: [&str; 6] = ["points", "grade", "rank", "得分", "等次", "名次"];

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

pub(super) fn did_you_mean(form: &str) -> Text {
    Text::new(format!("did you mean `{form}`?"), format!("是否应为 `{form}`？"))
}

/// The same for the word before.
fn instead_of(form: &str, written: &str) -> Text {
    let mean = did_you_mean(form);
    Text::new(format!("{} (instead of `{written}`)", mean.en), format!("`{written}` {}", mean.zh))
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
