//! Brackets that a place asks for and that are left out, or that it does not take.

use super::expected::{Chunk, position};
use super::parse::{Grammar, Rule};
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;
use pest::Parser;
use std::ops::Range;

/// How many words before the one that was refused may begin what stands in brackets.
const WORDS_BACK: usize = 40;

/// Last words before the record that follows, or is followed.
const FOLLOWING: [&str; 4] = ["by", "follows", "后接", "跟随"];

/// What is shown of a text has no more characters.
const SHOWN_CHARS: usize = 60;

impl Chunk<'_, '_> {
    /// The way out of brackets that are missing, or too many.
    pub(super) fn brackets(&self, found: Word) -> Option<Text> {
        match self.slice(found) {
            "where" | "其中" => self.records(found).or_else(|| self.needless(found)),
            "or" | "或" => self.several(found),
            _ => None,
        }
        .or_else(|| self.value(found))
    }

    /// Records with a condition where a kind or records in brackets may stand: `is followed by visit where ...`.
    fn records(&self, found: Word) -> Option<Text> {
        let range = self.starts(found).find_map(|start| {
            let end = self.read_by(Rule::source, start)?;
            (end > found.end && self.reads_on(start..end, end)).then_some(start..end)
        })?;
        let shown = self.shown(range);
        Some(Text::new(
            format!("records with a condition stand in brackets here: `({shown})`"),
            format!("记录带有条件的，在此须加括号：`（{shown}）`"),
        ))
    }

    /// Several kinds without brackets: `is followed by A or B`.
    fn several(&self, found: Word) -> Option<Text> {
        let first = Words::from(self.text, 0).take_while(|w| w.start < found.start).last();
        let start = first.filter(|word| word.kind == Kind::Word)?.start;
        let mut words = Words::from(self.text, found.start);
        let mut end = None;
        while let (Some(joint), Some(kind)) = (words.next(), words.next()) {
            if !matches!(self.slice(joint), "or" | "或") || kind.kind != Kind::Word {
                break;
            }
            end = Some(kind.end);
        }
        let end = end.filter(|end| self.reads_on(start..*end, *end))?;
        let before = Words::from(self.text, 0).take_while(|word| word.start < start).last();
        if before.is_some_and(|word| FOLLOWING.contains(&self.slice(word))) {
            return Some(Text::new(
                "one kind of record is followed at a time: write two rules",
                "一条规则只能接一种记录：请分写两条规则",
            ));
        }
        let shown = self.shown(start..end);
        Some(Text::new(
            format!("several kinds stand in brackets: `({shown})`"),
            format!("几种记录须加括号：`（{shown}）`"),
        ))
    }

    /// A computed value where a number, or a value in brackets, may stand: `add now : 2 points * size`.
    fn value(&self, found: Word) -> Option<Text> {
        let here = (found.kind == Kind::Word).then_some(found.start);
        for start in here.into_iter().chain(self.starts(found)) {
            let Some(end) = self.read_by(Rule::additive, start).filter(|end| *end > found.end) else { continue };
            let shown = self.shown(start..end);
            if let Some(help) = self.either(start..end) {
                return Some(help);
            }
            if self.reads_on(start..end, end) {
                return Some(Text::new(
                    format!("a computed value stands in brackets here: `({shown})`"),
                    format!("算出的值在此须加括号：`（{shown}）`"),
                ));
            }
            let Some(unit) = Words::from(self.text, end).next().filter(|word| self.is_unit(*word)) else { continue };
            if self.reads_on(start..unit.end, end) {
                let unit = self.slice(unit);
                return Some(Text::new(
                    format!(
                        "a computed value stands in brackets here, and its parts bring the unit: `({shown})` without `{unit}`"
                    ),
                    format!("算出的值在此须加括号，单位由各部分自带：`（{shown}）`，其后不写`{unit}`"),
                ));
            }
        }
        None
    }

    /// `(notified or fine.made)`: of two days the one that is there.
    fn either(&self, range: Range<usize>) -> Option<Text> {
        let inner = self.text.get(range.clone())?.strip_prefix('(')?.strip_suffix(')')?;
        let words: Vec<Word> = Words::from(inner, 0).collect();
        let slice = |word: &Word| inner.get(word.start..word.end).unwrap_or("");
        let joint = words.iter().find(|word| matches!(slice(word), "or" | "或"))?;
        // Names, with what is read through them.
        let named = |word: &Word| word.kind == Kind::Word || slice(word) == ".";
        if !words.iter().all(|word| word == joint || named(word)) {
            return None;
        }
        let (first, second) = (inner.get(..joint.start)?.trim(), inner.get(joint.end..)?.trim());
        let of_record = |name: &str| {
            let (kind, field) = name.split_once('.')?;
            let (kind, field) = (kind.trim(), field.trim());
            self.declared().record(kind)?;
            Some(Text::new(format!("(first {field} over {kind} ever)"), format!("（首次 {field} 于 {kind} 历来）")))
        };
        let side = |name: &str| of_record(name).unwrap_or_else(|| Text::new(name, name));
        let (first, second) = (side(first), side(second));
        Some(Text::new(
            format!("one start, with another where it is missing: `({} or else {})`", first.en, second.en),
            format!("起点只有一个；缺失时取另一个的写`（{} 缺则 {}）`", first.zh, second.zh),
        ))
    }

    /// Brackets around records where these stand by themselves: `per (visit where ...)`.
    fn needless(&self, found: Word) -> Option<Text> {
        let open = self.open_parenthesis(found.start)?;
        let mut depth = 0usize;
        let close = Words::from(self.text, open).find(|word| {
            match self.slice(*word) {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            depth == 0
        })?;
        let inner = open + 1..close.start;
        let text = self.written_otherwise(open..close.end, &format!(" {} ", self.text.get(inner.clone())?))?;
        self.reads(&text, close.end).then(|| {
            let shown = self.shown(inner);
            Text::new(format!("leave out the brackets here: `{shown}`"), format!("此处不加括号：`{shown}`"))
        })
    }

    /// Where the words before one start, the nearest first.
    fn starts(&self, found: Word) -> impl Iterator<Item = usize> {
        let before: Vec<usize> =
            Words::from(self.text, 0).take_while(|w| w.start < found.start).map(|w| w.start).collect();
        before.into_iter().rev().take(WORDS_BACK)
    }

    /// Up to where a rule reads from a place on.
    fn read_by(&self, rule: Rule, start: usize) -> Option<usize> {
        let text = self.text.get(start..)?;
        let read = Grammar::parse(rule, text).ok()?.next()?;
        Some(start + read.as_str().trim_end().len())
    }

    /// Whether the grammar reads a part in brackets, in place of a range, and the word behind it. `end`: where the part ends.
    fn reads_on(&self, range: Range<usize>, end: usize) -> bool {
        let inner = self.text.get(range.start..end).unwrap_or("");
        let text = self.written_otherwise(range.clone(), &format!("({inner})"));
        let next = Words::from(self.text, range.end).next().map_or(self.text.len(), |word| word.end);
        let moved = next + end + 2 - range.end;
        text.is_some_and(|text| self.reads(&text, moved))
    }

    /// Whether the grammar reads a text, at least up to a place.
    fn reads(&self, text: &str, needed: usize) -> bool {
        Grammar::parse(self.rule, text).map_or_else(|error| position(&error) >= needed, |_| true)
    }

    fn is_unit(&self, word: Word) -> bool {
        matches!(self.slice(word), "points" | "point" | "yuan" | "分" | "元")
    }

    /// A part of the text on one line, cut where it is long.
    pub(super) fn shown(&self, range: Range<usize>) -> String {
        let text = self.written(range);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= SHOWN_CHARS {
            return line;
        }
        let cut: String = line.chars().take(SHOWN_CHARS).collect();
        format!("{} ...", cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole))
    }
}
