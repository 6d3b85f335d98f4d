//! Reading on after a mistake: statement by statement, so that each mistake gives one message and the rest is read.
//!
//! Runs only on texts that the grammar refuses as a whole. A statement ends where the grammar says, if another
//! starts there; where it does not, layout decides: a line that starts with a statement's word, or no further
//! right than the broken one with something like such a word, starts anew.

use super::build::Builder;
use super::expected;
use super::keywords::{Class, KEYWORDS};
use super::parse::{Grammar, Rule};
use super::statements;
use super::tree::{AssessmentItem, AssessmentPart, File, Item, Spanned, UnitDecl};
use super::words::{Kind, Word, Words};
use crate::diagnostic::{Diagnostic, Text, suggest};
use crate::source::Span;
use pest::Parser;
use pest::iterators::Pair;
use std::collections::BTreeSet;
use std::ops::Range;

/// The words that may start a statement here, and the rules of the statement.
#[derive(Clone, Copy)]
struct Level {
    keyword: Rule,
    statement: Rule,
    alone: Rule,
}

const ITEMS: Level = Level { keyword: Rule::item_keyword, statement: Rule::item, alone: Rule::item_alone };
const PARTS: Level = Level { keyword: Rule::part_keyword, statement: Rule::part, alone: Rule::part_alone };

/// More characters than any keyword has, and than the head of a policy needs.
const HEAD_CHARS_MAX: usize = 1_000;
const KEYWORD_CHARS_MAX: usize = 64;
/// Such places between a place and the end of what the parser is shown there.
const SHOWN_STATEMENTS: usize = 64;

struct Recovery<'b, 't, 'p> {
    builder: &'b mut Builder<'t>,
    plain: &'p str,
    /// Where lines start, and words that may start a statement of a policy; ascending.
    starts: Vec<usize>,
    at: usize,
    /// A brace is missing, and that has been said.
    braces_broken: bool,
    /// So many statements lack their `{`, and that has been said: as many `}` are left over.
    lost: usize,
}

/// Reads a plain text that the grammar refuses.
pub(super) fn recover(builder: &mut Builder<'_>, plain: &str, braces_broken: bool) -> File {
    let firsts: BTreeSet<char> = statement_forms().filter_map(|form| form.chars().next()).collect();
    let starts = (Words::from(plain, 0))
        .filter(|word| {
            if word.first_on_line {
                return true;
            }
            if word.kind != Kind::Word {
                return false;
            }
            let line = plain.get(word.start..).unwrap_or("");
            if !line.chars().next().is_some_and(|first| firsts.contains(&first)) {
                return false;
            }
            let end = line.char_indices().nth(KEYWORD_CHARS_MAX).map_or(line.len(), |(at, _)| at);
            Grammar::parse(Rule::item_keyword, line.get(..end).unwrap_or("")).is_ok()
        })
        .map(|word| word.start)
        .collect();
    let mut recovery = Recovery { builder, plain, starts, at: 0, braces_broken, lost: 0 };
    recovery.file()
}

impl<'p> Recovery<'_, '_, 'p> {
    fn file(&mut self) -> File {
        let mut file = File::default();
        while let Some(word) = self.peek() {
            if let Some((head, end)) = self.parse(Rule::unit_head) {
                self.builder.base = word.start;
                let unit = self.builder.unit_head(head);
                self.at = end;
                if let Ok(mut unit) = unit {
                    self.unit(&mut unit, word.start);
                    file.units.push(unit);
                }
                continue;
            }
            let written = self.slice(word).to_owned();
            if written == ";" {
                self.at = word.end;
            } else if written == "}" {
                self.at = word.end;
                if self.lost > 0 {
                    self.lost -= 1;
                } else if !self.braces_broken {
                    let span = self.span(word.start, word.end);
                    let message = Text::new("this `}` closes nothing", "这个 `}` 没有对应的 `{`");
                    self.builder.error("WG0105", span, message);
                }
            } else {
                let end = self.next_unit(word.end);
                let report = expected::explain(self.builder, self.plain, word.start..end, Rule::unit_head);
                self.builder.problems.push(report);
                self.at = end;
            }
        }
        file
    }

    fn unit(&mut self, unit: &mut UnitDecl, start: usize) {
        while let Some(word) = self.peek() {
            match self.slice(word) {
                ";" => self.at = word.end,
                "}" => {
                    self.at = word.end;
                    break;
                }
                _ if self.braces_broken && self.is(Rule::unit_head) => break,
                _ => {
                    let item = self.item(word);
                    unit.items.push(item);
                }
            }
        }
        unit.span = self.span(start, self.at);
    }

    fn item(&mut self, word: Word) -> Spanned<Item> {
        if let Some(item) = self.whole(word, ITEMS, |b, pair| b.item(pair)) {
            return item;
        }
        if let Some((head, end)) = self.parse(Rule::assessment_head) {
            self.builder.base = word.start;
            let built = self.builder.assessment_head(head);
            self.at = end;
            let mut parts = Vec::new();
            self.parts(&mut parts);
            let span = self.span(word.start, self.at);
            let value = match built {
                Ok(head) => Item::Assessment(Box::new(AssessmentItem { parts, ..head })),
                Err(_) => Item::Bad,
            };
            return Spanned { value, span };
        }
        let span = self.broken(word, ITEMS);
        Spanned { value: Item::Bad, span }
    }

    fn parts(&mut self, parts: &mut Vec<Spanned<AssessmentPart>>) {
        while let Some(word) = self.peek() {
            match self.slice(word) {
                ";" => self.at = word.end,
                "}" => {
                    self.at = word.end;
                    break;
                }
                // A brace is missing: a statement of the policy ends the assessment.
                _ if self.braces_broken
                    && word.first_on_line
                    && self.is(Rule::item_keyword)
                    && !self.is(Rule::part_keyword) =>
                {
                    break;
                }
                _ => {
                    let part = self.whole(word, PARTS, |b, pair| b.part(pair)).unwrap_or_else(|| {
                        let span = self.broken(word, PARTS);
                        Spanned { value: AssessmentPart::Bad, span }
                    });
                    parts.push(part);
                }
            }
        }
    }

    /// A statement that the grammar reads, if what follows it is not its own.
    fn whole<T>(
        &mut self,
        word: Word,
        level: Level,
        build: impl FnOnce(&mut Builder<'_>, Pair<'p, Rule>) -> T,
    ) -> Option<T> {
        let (pair, end) = self.parse(level.statement)?;
        if !self.ends_well(word, end, level) {
            return None;
        }
        self.builder.base = word.start;
        let built = build(self.builder, pair);
        self.at = end;
        Some(built)
    }

    /// Whether a statement that ends here is whole: what follows starts another, or stands on a line of its own.
    fn ends_well(&self, start: Word, end: usize, level: Level) -> bool {
        let Some(next) = Words::from(self.plain, end).next() else { return true };
        if matches!(self.slice(next), "}" | ";") {
            return true;
        }
        let starts = |rule| self.starts_with(rule, next.start);
        if starts(level.keyword) || (self.braces_broken && starts(Rule::item_keyword)) {
            return true;
        }
        next.first_on_line && next.indent <= start.indent
    }

    /// Reports a statement that cannot be read and passes over it.
    fn broken(&mut self, word: Word, level: Level) -> Span {
        let end = self.statement_end(word, level);
        let chunk = word.start..end;
        let span = self.span(word.start, self.trimmed_end(word.start, end));
        let report = match self.unknown_statement(word, chunk.clone(), level) {
            Some(report) => report,
            None => expected::explain(self.builder, self.plain, chunk, level.alone),
        };
        self.lost += usize::from(report.help.as_ref().is_some_and(|help| help.en.starts_with("put `{`")));
        self.builder.problems.push(report);
        self.at = end.max(word.end);
        span
    }

    /// A word that starts no statement, with the nearest that does.
    fn unknown_statement(&self, word: Word, chunk: Range<usize>, level: Level) -> Option<Diagnostic> {
        if word.kind != Kind::Word || self.is(level.keyword) {
            return None;
        }
        let written = self.slice(word);
        let span = self.span(word.start, word.end);
        let (place_en, place_zh) =
            if level.alone == Rule::item_alone { ("a policy", "政策") } else { ("an assessment", "考核") };
        let message = Text::new(
            format!("no statement of {place_en} starts with `{written}`"),
            format!("{place_zh}中没有以 `{written}` 开头的语句"),
        );
        let diagnostic = Diagnostic::error("WG0110", span, message);
        if self.is(Rule::part_keyword) {
            return Some(diagnostic.with_help(Text::new(
                "it belongs in an assessment: `assessment NAME for each KIND every year { ... }`",
                "它应写在考核的花括号内：`考核 名称 对 每个 对象 每年 { …… }`",
            )));
        }
        if self.is(Rule::item_keyword) || self.is(Rule::unit_keyword) {
            return Some(diagnostic.with_help(Text::new(
                "it belongs outside: perhaps a `}` is missing before it",
                "它应写在外层：前面可能缺少 `}`",
            )));
        }
        if let Some(help) = expected::way_out(self.builder, self.plain, chunk, level.alone) {
            return Some(diagnostic.with_help(help));
        }
        if let Some(help) = statements::beginning(written) {
            return Some(diagnostic.with_help(help));
        }
        let glued = statement_forms().filter(|form| !form.is_ascii()).find(|form| written.starts_with(form));
        if let Some(keyword) = glued {
            return Some(diagnostic.with_help(expected::space_after(keyword)));
        }
        let lower = written.to_lowercase();
        let near = suggest::nearest(&lower, statement_forms());
        Some(match near {
            Some(near) => {
                diagnostic.with_help(Text::new(format!("did you mean `{near}`?"), format!("是否应为 `{near}`？")))
            }
            None => diagnostic,
        })
    }

    /// Where a broken statement ends: before the next that starts, or before the brace that closes its block.
    fn statement_end(&self, start: Word, level: Level) -> usize {
        let mut depth = 0usize;
        let mut last = start.end;
        for word in Words::from(self.plain, start.start) {
            let written = self.slice(word);
            let fresh = word.start > start.start && word.first_on_line;
            let starts = |rule| self.starts_with(rule, word.start);
            if fresh && (depth == 0 || self.braces_broken) {
                if starts(level.keyword) || starts(Rule::item_keyword) || starts(Rule::unit_head) {
                    return word.start;
                }
                let slip = word.kind == Kind::Word && word.indent <= start.indent;
                if slip && depth == 0 && suggest::nearest(written, statement_forms()).is_some() {
                    return word.start;
                }
            }
            match written {
                "{" => depth += 1,
                "}" if depth == 0 => return word.start,
                "}" => depth -= 1,
                ";" if depth == 0 => return word.end,
                _ => {}
            }
            last = word.end;
        }
        last
    }

    /// Where the next policy or vocabulary starts.
    fn next_unit(&self, from: usize) -> usize {
        Words::from(self.plain, from)
            .find(|w| w.first_on_line && self.starts_with(Rule::unit_keyword, w.start))
            .map_or(self.plain.len(), |w| w.start)
    }

    fn trimmed_end(&self, start: usize, end: usize) -> usize {
        Words::from(self.plain, start).take_while(|w| w.start < end).last().map_or(end, |w| w.end)
    }

    fn peek(&mut self) -> Option<Word> {
        let word = Words::from(self.plain, self.at).next()?;
        self.at = word.start;
        Some(word)
    }

    /// What a rule reads here, and where it ends.
    ///
    /// The parser looks at all that it is given, so it is shown some statements only; where it came so far that more
    /// text might matter, it is shown everything.
    fn parse(&self, rule: Rule) -> Option<(Pair<'p, Rule>, usize)> {
        let first = self.starts.partition_point(|start| *start <= self.at);
        let place = |after: usize| self.starts.get(first + after).copied();
        if let (Some(end), Some(safe)) = (place(SHOWN_STATEMENTS), place(SHOWN_STATEMENTS / 2)) {
            let shown = self.plain.get(self.at..end).unwrap_or("");
            match Grammar::parse(rule, shown) {
                Ok(mut pairs) => {
                    let pair = pairs.next()?;
                    let end = self.at + pair.as_span().end();
                    if end <= safe {
                        return Some((pair, end));
                    }
                }
                Err(error) if self.at + expected::position(&error) <= safe => return None,
                Err(_) => {}
            }
        }
        let pair = Grammar::parse(rule, self.from(self.at)).ok()?.next()?;
        let end = self.at + pair.as_span().end();
        Some((pair, end))
    }

    /// Whether a head or keyword stands here.
    fn is(&self, rule: Rule) -> bool {
        self.starts_with(rule, self.at)
    }

    fn starts_with(&self, rule: Rule, at: usize) -> bool {
        let line = self.from(at);
        let end = line.char_indices().nth(HEAD_CHARS_MAX).map_or(line.len(), |(at, _)| at);
        Grammar::parse(rule, line.get(..end).unwrap_or("")).is_ok()
    }

    fn from(&self, at: usize) -> &'p str {
        self.plain.get(at..).unwrap_or("")
    }

    fn slice(&self, word: Word) -> &'p str {
        self.plain.get(word.start..word.end).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.builder.plain_span(start, end)
    }
}

/// Words that start statements.
fn statement_forms() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().filter(|k| k.class == Class::Statement).flat_map(|k| k.en.iter().chain(k.zh).copied())
}
