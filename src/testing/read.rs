//! YAML to cases. Every mistake is reported at its place; what can be read is kept.

use super::case::{
    BrokenCase, Case, CaseCalendar, CaseFile, CaseRow, Coverage, Expected, ExpectedCell, ExpectedEffect,
    ExpectedFinding, ExpectedItem, ExpectedScore, ExpectedWindow, KindRows,
};
use crate::data::decode::{BAD_VALUE, Decoder, Fields, Located};
use crate::data::yaml::{Node, NodeValue};
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{Day, Outcome, Period};
use crate::source::{SourceId, Sources};

/// Code of a file of tests without cases.
pub const NO_CASES: &str = "WG0840";
/// Code of a case without expectations.
pub const NOTHING_EXPECTED: &str = "WG0841";

/// Columns of `scores.csv` that a case may expect.
const SCORE_COLUMNS: [&str; 7] = ["points", "out_of", "grade", "veto", "rank", "group", "unknown"];
/// Columns of `items.csv` that a case may expect.
const ITEM_COLUMNS: [&str; 7] = ["met", "due", "excused", "pending", "unknown", "points", "max_points"];
/// Columns of `effects.csv` that a case may expect.
const EFFECT_COLUMNS: [&str; 10] =
    ["assessment", "subject", "period", "kind", "name", "amount", "unit", "recipient", "payer", "reason"];

/// Reads the cases of a file of `sources`, with what is wrong in it.
#[must_use]
pub fn read(sources: &Sources, source: SourceId) -> (CaseFile, Vec<Diagnostic>) {
    let (decoder, node) = Decoder::parse(sources, source);
    let mut reader = Reader { decoder, broken: Vec::new() };
    let cases = node.map(|node| reader.cases(&node)).unwrap_or_default();
    (CaseFile { source, cases, broken: reader.broken }, reader.decoder.problems)
}

struct Reader {
    decoder: Decoder,
    broken: Vec<BrokenCase>,
}

impl Reader {
    fn cases(&mut self, node: &Node) -> Vec<Case> {
        let before = self.decoder.problems.len();
        let items = self.list(node, "the file", "文件");
        if items.is_empty() && self.decoder.problems.len() == before {
            let message = Text::new("the file holds no cases", "文件中没有测试用例");
            let help = Text::new(
                "each case begins with `- name: ...` and has `period`, `rows` and `expect`",
                "每个用例以 `- name: ……` 开头，并写明 `period`、`rows` 和 `expect`",
            );
            self.decoder.report(NO_CASES, node.span(self.decoder.source), message, Some(help));
        }
        items.iter().filter_map(|item| self.one(item)).collect()
    }

    /// A case, with what is wrong in it noted beside it.
    fn one(&mut self, node: &Node) -> Option<Case> {
        let before = self.decoder.problems.len();
        let case = self.case(node);
        if let Some(case) = &case
            && case.expected.is_empty()
            && self.decoder.problems.len() == before
        {
            let message = Text::new("the case expects nothing", "用例没有写预期结果");
            let help = Text::new(
                "under `expect` list `findings`, `scores` or `effects`, or write `only: true`",
                "请在 `expect` 下列出 `findings`、`scores` 或 `effects`，或写 `only: true`",
            );
            self.decoder.report(NOTHING_EXPECTED, case.name.span, message, Some(help));
        }
        let problems = self.decoder.problems.get(before..).unwrap_or_default().to_vec();
        if !problems.is_empty() {
            let name = match &node.value {
                NodeValue::Map(entries) => {
                    let name = entries.iter().find(|(key, _)| key.text() == Some("name"));
                    name.and_then(|(_, value)| value.text()).map(|name| name.trim().to_owned())
                }
                _ => None,
            };
            self.broken.push(BrokenCase { name, span: node.span(self.decoder.source), problems });
        }
        case
    }

    fn case(&mut self, node: &Node) -> Option<Case> {
        let mut fields = self.decoder.map(node, &Text::new("a case", "每个用例"))?;
        let name = fields.need("name").and_then(|n| self.decoder.text(n, "name"));
        let policy = fields.take("policy").and_then(|n| self.decoder.text(n, "policy"));
        let run = fields.take("run").and_then(|n| self.decoder.text(n, "run"));
        let period = fields.need("period").and_then(|n| self.period(n, "period"));
        let as_of = fields.take("as_of").and_then(|n| self.decoder.text(n, "as_of"));
        let (complete, complete_of) =
            fields.take("complete").map_or((Coverage::Period, Vec::new()), |n| self.complete(n));
        let params = fields.take("params").map(|n| self.decoder.pairs(n, "params")).unwrap_or_default();
        let calendars = fields.take("calendars").map(|n| self.calendars(n)).unwrap_or_default();
        let rows = fields.take("rows").map(|n| self.rows(n)).unwrap_or_default();
        let expected = fields.need("expect").map(|n| self.expected(n)).unwrap_or_default();
        let span = fields.span;
        self.decoder.finish(fields);
        let (name, period) = (name?, period?);
        Some(Case { name, policy, run, period, as_of, complete, complete_of, params, calendars, rows, expected, span })
    }

    fn complete(&mut self, node: &Node) -> (Coverage, Vec<(Located<String>, Coverage)>) {
        let NodeValue::Map(entries) = &node.value else {
            return (self.coverage(node), Vec::new());
        };
        let mut of = Vec::new();
        let mut all = Coverage::Period;
        for (key, value) in entries {
            let coverage = self.coverage(value);
            match self.decoder.text(key, "complete") {
                Some(name) if name.value == "default" => all = coverage,
                Some(name) => of.push((name, coverage)),
                None => {}
            }
        }
        (all, of)
    }

    fn coverage(&mut self, node: &Node) -> Coverage {
        match node.text() {
            Some("period") => Coverage::Period,
            Some("none") => Coverage::None,
            _ => Coverage::Ranges(self.periods(node, "complete")),
        }
    }

    fn calendars(&mut self, node: &Node) -> Vec<CaseCalendar> {
        let Some(fields) = self.decoder.map(node, &Text::new("`calendars`", "`calendars` ")) else {
            return Vec::new();
        };
        let mut calendars = Vec::new();
        for (name, key, value) in fields.fields {
            let Some(mut inner) = self.decoder.map(value, &Text::new("a calendar", "日历")) else { continue };
            let covers = inner.need("covers").and_then(|n| self.period(n, "covers"));
            let rest = inner.take("rest").map(|n| self.periods(n, "rest")).unwrap_or_default();
            let work = inner.take("work").map(|n| self.periods(n, "work")).unwrap_or_default();
            self.decoder.finish(inner);
            if let Some(covers) = covers {
                let name = Located { value: name.to_owned(), span: key.span(self.decoder.source) };
                calendars.push(CaseCalendar { name, covers, rest, work });
            }
        }
        calendars
    }

    fn rows(&mut self, node: &Node) -> Vec<KindRows> {
        let Some(fields) = self.decoder.map(node, &Text::new("`rows`", "`rows` ")) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (name, key, value) in fields.fields {
            let kind = Located { value: name.to_owned(), span: key.span(self.decoder.source) };
            let rows = self.list(value, "the rows of a kind", "一类数据的各行");
            all.push(KindRows { kind, rows: rows.iter().filter_map(|row| self.row(row)).collect() });
        }
        all
    }

    fn row(&mut self, node: &Node) -> Option<CaseRow> {
        let fields = self.decoder.map(node, &Text::new("a row", "每行"))?;
        let mut cells = Vec::new();
        for (name, key, value) in &fields.fields {
            if value.value == NodeValue::Null {
                continue;
            }
            let source = self.decoder.source;
            let at = Located { value: (*name).to_owned(), span: key.span(source) };
            let values = match &value.value {
                NodeValue::List(items) => items.as_slice(),
                _ => std::slice::from_ref(*value),
            };
            let mut texts = Vec::new();
            for value in values {
                // The text of a cell is data: nothing is trimmed.
                match value.text() {
                    Some(text) => texts.push(Located { value: text.to_owned(), span: value.span(source) }),
                    None => {
                        let message = Text::new(
                            format!("`{name}` must have a plain value"),
                            format!("`{name}` 应填一个简单的值"),
                        );
                        self.decoder.report(BAD_VALUE, value.span(source), message, None);
                    }
                }
            }
            cells.push((at, texts));
        }
        Some(CaseRow { cells, span: fields.span })
    }

    fn expected(&mut self, node: &Node) -> Expected {
        let Some(mut fields) = self.decoder.map(node, &Text::new("`expect`", "`expect` ")) else {
            return Expected::default();
        };
        let findings = fields.take("findings").map_or(&[][..], |n| self.list(n, "`findings`", "`findings` "));
        let scores = fields.take("scores").map_or(&[][..], |n| self.list(n, "`scores`", "`scores` "));
        let effects = fields.take("effects").map_or(&[][..], |n| self.list(n, "`effects`", "`effects` "));
        let expected = Expected {
            findings: findings.iter().filter_map(|n| self.finding(n)).collect(),
            scores: scores.iter().filter_map(|n| self.score(n)).collect(),
            effects: effects.iter().filter_map(|n| self.effect(n)).collect(),
            only: fields.take("only").is_some_and(|n| self.yes(n, "only")),
        };
        self.decoder.finish(fields);
        expected
    }

    fn finding(&mut self, node: &Node) -> Option<ExpectedFinding> {
        let mut fields = self.decoder.map(node, &Text::new("an expected finding", "预期的认定结果"))?;
        let rule = fields.need("rule").and_then(|n| self.decoder.text(n, "rule"));
        let subject = fields.take("subject").and_then(|n| self.decoder.text(n, "subject"));
        let window = fields.take("window").and_then(|n| self.window(n));
        let strength = fields.take("strength").and_then(|n| self.decoder.text(n, "strength"));
        let outcome = fields.need("outcome").and_then(|n| self.outcome(n));
        let measured = fields.take("measured").map(|n| self.shown(n));
        let required = fields.take("required").map(|n| self.shown(n));
        let span = fields.span;
        self.decoder.finish(fields);
        Some(ExpectedFinding { rule: rule?, subject, window, strength, outcome: outcome?, measured, required, span })
    }

    fn window(&mut self, node: &Node) -> Option<Located<ExpectedWindow>> {
        let text = self.decoder.text(node, "window")?;
        if let Some(day) = text.value.strip_suffix("..").and_then(Day::parse) {
            return Some(Located { value: ExpectedWindow::From(day), span: text.span });
        }
        self.period(node, "window").map(|p| Located { value: ExpectedWindow::Days(p.value), span: p.span })
    }

    fn outcome(&mut self, node: &Node) -> Option<Located<Option<Outcome>>> {
        let text = self.decoder.text(node, "outcome")?;
        let all = [Outcome::Met, Outcome::Unmet, Outcome::Pending, Outcome::Excused, Outcome::Unknown];
        let value = match all.into_iter().find(|outcome| outcome.word() == text.value) {
            None if text.value != "not due" => {
                let message =
                    Text::new(format!("`{}` is no outcome", text.value), format!("没有 `{}` 这种认定结果", text.value));
                let help = Text::new(
                    "the outcomes are `met`, `unmet`, `pending`, `excused`, `unknown` and `not due`",
                    "可用：`met`（达成）、`unmet`（未达成）、`pending`（未到期）、`excused`（免责）、`unknown`（不明）、`not due`（无此义务）",
                );
                self.decoder.report(BAD_VALUE, text.span, message, Some(help));
                return None;
            }
            found => found,
        };
        Some(Located { value, span: text.span })
    }

    fn shown(&mut self, node: &Node) -> Located<Vec<String>> {
        let one = |n: &Node| n.text().unwrap_or("").to_owned();
        let value = match &node.value {
            NodeValue::List(items) => items.iter().map(one).collect(),
            _ => vec![one(node)],
        };
        Located { value, span: node.span(self.decoder.source) }
    }

    fn score(&mut self, node: &Node) -> Option<ExpectedScore> {
        let mut fields = self.decoder.map(node, &Text::new("an expected score", "预期的得分"))?;
        let assessment = fields.need("assessment").and_then(|n| self.decoder.text(n, "assessment"));
        let subject = fields.take("subject").and_then(|n| self.decoder.text(n, "subject"));
        let period = fields.take("period").and_then(|n| self.period(n, "period"));
        let cells = self.cells(&mut fields, &SCORE_COLUMNS);
        let items = fields.take("items").map(|n| self.items(n)).unwrap_or_default();
        let none = fields.take("none").is_some_and(|n| self.yes(n, "none"));
        let span = fields.span;
        self.decoder.finish(fields);
        Some(ExpectedScore { assessment: assessment?, subject, period, cells, items, none, span })
    }

    fn items(&mut self, node: &Node) -> Vec<ExpectedItem> {
        let Some(fields) = self.decoder.map(node, &Text::new("`items`", "`items` ")) else {
            return Vec::new();
        };
        let mut items = Vec::new();
        for (name, key, value) in fields.fields {
            let source = self.decoder.source;
            let cells = match &value.value {
                NodeValue::Map(_) => match self.decoder.map(value, &Text::new("an item", "项")) {
                    Some(mut inner) => {
                        let cells = self.cells(&mut inner, &ITEM_COLUMNS);
                        self.decoder.finish(inner);
                        cells
                    }
                    None => Vec::new(),
                },
                // A plain value is the item's points.
                _ => vec![ExpectedCell {
                    column: "points",
                    value: value.text().map(str::to_owned),
                    span: value.span(source),
                }],
            };
            items.push(ExpectedItem { item: Located { value: name.to_owned(), span: key.span(source) }, cells });
        }
        items
    }

    fn effect(&mut self, node: &Node) -> Option<ExpectedEffect> {
        let mut fields = self.decoder.map(node, &Text::new("an expected effect", "预期的奖惩"))?;
        let cells = self.cells(&mut fields, &EFFECT_COLUMNS);
        let none = fields.take("none").is_some_and(|n| self.yes(n, "none"));
        let span = fields.span;
        self.decoder.finish(fields);
        Some(ExpectedEffect { cells, none, span })
    }

    /// The cells that are written, also empty ones (`rank:` expects none).
    fn cells(&mut self, fields: &mut Fields<'_>, columns: &[&'static str]) -> Vec<ExpectedCell> {
        let mut cells = Vec::new();
        for column in columns {
            fields.take(column);
            let Some((_, _, node)) = fields.fields.iter().find(|(name, _, _)| name == column) else { continue };
            let value = match &node.value {
                NodeValue::Scalar(text) => Some(text.trim().to_owned()),
                NodeValue::List(_) => Some(self.shown(node).value.join(";")),
                _ => None,
            };
            cells.push(ExpectedCell { column, value, span: node.span(self.decoder.source) });
        }
        cells
    }

    fn yes(&mut self, node: &Node, key: &str) -> bool {
        match node.text() {
            Some("true") => true,
            Some("false") => false,
            _ => {
                let message = Text::new(
                    format!("`{key}` must be `true` or `false`"),
                    format!("`{key}` 只能填 `true` 或 `false`"),
                );
                self.decoder.report(BAD_VALUE, node.span(self.decoder.source), message, None);
                false
            }
        }
    }

    fn period(&mut self, node: &Node, key: &str) -> Option<Located<Period>> {
        let text = self.decoder.text(node, key)?;
        let Some(value) = Period::parse(&text.value) else {
            let message =
                Text::new(format!("`{}` is no period", text.value), format!("`{}` 不是有效的时段", text.value));
            let help = Text::new(
                "write `2024`, `2024H1`, `2024Q3`, `2024-03`, `2024-W05`, `2024-03-04` or `2024-01-01..2024-06-30`",
                "可写作 `2024`、`2024H1`、`2024Q3`、`2024-03`、`2024-W05`、`2024-03-04` 或 `2024-01-01..2024-06-30`",
            );
            self.decoder.report(BAD_VALUE, text.span, message, Some(help));
            return None;
        };
        Some(Located { value, span: text.span })
    }

    fn periods(&mut self, node: &Node, key: &str) -> Vec<Period> {
        match &node.value {
            NodeValue::List(items) => items.iter().filter_map(|n| self.period(n, key)).map(|p| p.value).collect(),
            _ => self.period(node, key).map(|p| p.value).into_iter().collect(),
        }
    }

    fn list<'n>(&mut self, node: &'n Node, en: &str, zh: &str) -> &'n [Node] {
        match &node.value {
            NodeValue::List(items) => items,
            NodeValue::Null => &[],
            _ => {
                let message = Text::new(format!("{en} must be a list"), format!("{zh}应写成列表（每项以“- ”开头）"));
                self.decoder.report(crate::data::decode::BAD_KEY, node.span(self.decoder.source), message, None);
                &[]
            }
        }
    }
}
