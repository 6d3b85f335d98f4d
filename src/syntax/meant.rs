//! Statements that say more or other than their form holds: what was meant, and the form that holds it.

use super::expected::{Chunk, position};
use super::parse::Grammar;
use super::words::{Kind, Word, Words};
use crate::diagnostic::Text;
use crate::model::Currency;
use pest::Parser;
use std::ops::Range;

/// Words between a length and the start of a term, where the language has `of`.
const AFTER: &[&str] = &["after", "from", "since", "following", "后", "之后"];

impl Chunk<'_, '_> {
    /// The way out of a statement that means another form. `found`: what was refused, `None` at its end.
    pub(super) fn meant(&self, at: usize, start: usize, found: Option<Word>, expected: &Text) -> Option<Text> {
        let before: Vec<Word> = Words::from(self.text, 0).take_while(|word| word.start < start).collect();
        let needs = |what: &str| expected.en.contains(what);
        let written = found.map_or("", |word| self.slice(word));
        let first = before.first().map_or("", |word| self.slice(*word));
        match (first, written) {
            ("veto" | "一票否决", _) if needs("`decided by`") => return self.gate(&before, start),
            ("measure" | "指标", "cites" | "依据") => {
                return Some(Text::new(
                    "a measure cites nothing: the clauses stand with what reads it, `rule NAME cites A-1 : ...`, `assessment NAME cites A-1 for each ...`",
                    "指标不写依据：条款写在引用它的规则或考核上，`规则 名称 依据 甲-1：……`、`考核 名称 依据 甲-1 对 每个 ……`",
                ));
            }
            _ => {}
        }
        if needs("`of`")
            && let Some(help) = self.due_date(&before, found, at)
        {
            return Some(help);
        }
        let found = found?;
        if written == "%" && needs("`of`") && self.helps(found.start..found.end, " ", at) {
            return Some(Text::new(
                "a percentile is a plain number: leave out `%`, as in `percentile 90 of`",
                "百分位写作数字：删去`%`，如`百分位 90 的`",
            ));
        }
        self.days_after(found, &before, expected)
            .or_else(|| self.of_instead(found, at, expected))
            .or_else(|| self.currency(found, &before, expected))
    }

    /// A veto that is a condition on the data.
    fn gate(&self, before: &[Word], start: usize) -> Option<Text> {
        let colon = before.iter().position(|word| self.slice(*word) == ":")?;
        let head = self.piece(before.get(1)?.start..before.get(colon)?.start)?;
        let source = self.piece(before.get(colon + 1)?.start..start)?;
        let rest = self.piece(start..self.text.len())?;
        let zh = self.is_chinese();
        let (gate, count) = if zh { ("关口", "计数") } else { ("gate", "count of") };
        let begun = format!("{gate} {head} : ({count} {source}) > 0");
        let whole = format!("{begun} {rest}");
        let read = Grammar::parse(self.rule, &whole);
        let shown = if read.map_or_else(|error| position(&error) > begun.len() + 1, |_| true) {
            format!("{begun} ...")
        } else {
            if zh { "关口 名称 : 条件 定为 等次" } else { "gate NAME : CONDITION sets grade G" }.to_owned()
        };
        Some(Text::new(
            format!(
                "a veto counts decisions on file, whose authority it names: `veto {head} : DECISION decided by FIELD ...`; what the data show is a gate: `{shown}`"
            ),
            format!(
                "一票否决按在案的决定计，须写明决定机关：`一票否决 {head} : 决定 决定机关 字段 …`；由数据得出的写关口：`{shown}`"
            ),
        ))
    }

    /// `reaches closed within target`: the due date itself, or a length without its start.
    fn due_date(&self, before: &[Word], found: Option<Word>, at: usize) -> Option<Text> {
        let at_name = before.len().checked_sub(1)?;
        let (name, within) = (before.get(at_name)?, before.get(at_name.checked_sub(1)?)?);
        let word = self.slice(*within);
        if name.kind != Kind::Word || !matches!(word, "within" | "限") || found.is_some() {
            return None;
        }
        let by = if word == "within" { "by" } else { "不迟于" };
        if !self.helps(within.start..within.end, by, at) {
            return None;
        }
        let name = self.slice(*name);
        Some(Text::new(
            format!(
                "a term has a start: `{word} {name} of START`; where `{name}` is the due date itself, write `{by} {name}`"
            ),
            format!("期限须有起点：`{word} {name} 自 起点`；`{name}`本身就是到期日的，请写`{by} {name}`"),
        ))
    }

    /// `in the 14 days after closed`
    fn days_after(&self, found: Word, before: &[Word], expected: &Text) -> Option<Text> {
        if !expected.en.contains("`up to`") || !matches!(self.slice(found), "after" | "following" | "from" | "since") {
            return None;
        }
        let (unit, number) = (self.back(before, 1), self.back(before, 2));
        let day = Words::from(self.text, found.end).next().filter(|word| word.kind == Kind::Word)?;
        let mut end = day.end;
        let mut words = Words::from(self.text, day.end);
        while words.next().is_some_and(|word| self.slice(word) == ".") {
            end = words.next()?.end;
        }
        let day = self.piece(day.start..end)?;
        Some(Text::new(
            format!(
                "days after one of the row are `dated from ({day} + 1 day) to ({day} + {number} {unit})`; both ends are in it"
            ),
            format!(
                "某日之后的一段写作`dated from ({day} + 1 day) to ({day} + {number} {unit})`（起自 … 至 …），两端都算在内"
            ),
        ))
    }

    /// `within 60 days after notified`
    fn of_instead(&self, found: Word, at: usize, expected: &Text) -> Option<Text> {
        let written = self.slice(found);
        let helps = |joint: &str| self.helps(found.start..found.end, joint, at);
        let joints = if self.is_chinese() { ["自", "of"] } else { ["of", "自"] };
        let joint = joints.into_iter().find(|joint| helps(joint))?;
        (expected.en.contains("`of`") && AFTER.contains(&written)).then(|| {
            Text::new(format!("write `{joint}` in place of `{written}`"), format!("请将`{written}`改为`{joint}`"))
        })
    }

    /// Money in a currency that is not written by its code.
    fn currency(&self, found: Word, before: &[Word], expected: &Text) -> Option<Text> {
        let kind = |word: &str| matches!(word, "reward" | "sanction" | "award" | "奖励" | "处理" | "表彰");
        if !expected.en.contains("`:`") || !(3..=5).any(|back| kind(self.back(before, back))) {
            return None;
        }
        let (unit, amount) = match (self.slice(found), self.back(before, 1)) {
            ("}" | ";" | ",", unit) => (unit, self.back(before, 2)),
            (unit, amount) => (unit, amount),
        };
        let is_word = unit.chars().all(char::is_alphabetic) && !unit.is_empty();
        let code = match unit.to_lowercase().trim_end_matches('s') {
            "euro" => "EUR",
            "dollar" => "USD",
            "pound" => "GBP",
            "yen" => "JPY",
            "rouble" | "ruble" => "RUB",
            "franc" => "CHF",
            _ => "EUR",
        };
        (is_word && !kind(amount) && Currency::named(unit).is_none()).then(|| {
            Text::new(
                format!(
                    "an amount has its currency by the code of ISO 4217, `{amount} {code}`, and the policy says it once: `currency {code}`; a value with the unit `{unit}` is brought to it by `(VALUE / 1 {unit} * 1 {code})`"
                ),
                format!(
                    "金额的货币用 ISO 4217 代码，如`{amount} {code}`，并在政策中写一次`货币 {code}`；以`{unit}`为单位的值写作`（值 / 1 {unit} * 1 {code}）`"
                ),
            )
        })
    }

    fn back<'s>(&'s self, before: &[Word], back: usize) -> &'s str {
        before.len().checked_sub(back).and_then(|at| before.get(at)).map_or("", |word| self.slice(*word))
    }

    fn piece(&self, range: Range<usize>) -> Option<&str> {
        self.text.get(range).map(str::trim)
    }
}
