//! What an unknown name may be meant for: a type, yes or no, a number in words, a code, a count of a kind, a unit.

use super::checker::{Checker, Scope};
use super::names::Symbol;
use super::types::{Ty, unit_suffix};
use crate::diagnostic::Text;
use crate::model::{KindId, Type, Unit};
use crate::source::Span;
use crate::syntax::numerals;

/// Types as other languages call them.
const TYPES: &[(&str, &str, &str)] = &[
    ("string", "text", "文本"),
    ("str", "text", "文本"),
    ("字符串", "text", "文本"),
    ("文字", "text", "文本"),
    ("int", "whole number", "整数"),
    ("integer", "whole number", "整数"),
    ("整型", "whole number", "整数"),
    ("float", "number", "数"),
    ("decimal", "number", "数"),
    ("数字", "number", "数"),
    ("数值", "number", "数"),
    ("小数", "number", "数"),
    ("bool", "yes or no", "是否"),
    ("boolean", "yes or no", "是否"),
    ("布尔", "yes or no", "是否"),
    ("datetime", "time", "时刻"),
    ("timestamp", "time", "时刻"),
    ("日期时间", "time", "时刻"),
    ("年月日", "date", "日期"),
    ("浮点", "number", "数"),
    ("选项", "one of { A, B }", "取一 { 甲、乙 }"),
    ("enum", "one of { A, B }", "取一 { 甲、乙 }"),
    ("枚举", "one of { A, B }", "取一 { 甲、乙 }"),
];

/// Units by other names.
const UNITS: &[(&str, &str, &str)] = &[
    ("pts", "points", "分"),
    ("pt", "points", "分"),
    ("点", "points", "分"),
    ("rmb", "yuan", "元"),
    ("块", "yuan", "元"),
    ("块钱", "yuan", "元"),
    ("percent", "%", "%"),
    ("pct", "%", "%"),
    ("business", "workdays", "工作日"),
    ("mins", "minutes", "分钟"),
    ("hrs", "hours", "小时"),
];

/// Words for a value that is not there.
const NOTHING: &[&str] = &["missing", "null", "nil", "none", "nothing", "unknown", "na", "空", "空值", "缺失", "不明"];

/// Endings of a name that is meant as a count.
const COUNTS: &[&str] = &["次数", "个数", "总数", "数量", "数", "s", "_count"];

fn meant((en, zh): (&str, &str)) -> Text {
    text!("did you mean `{en}`?", "是否应为`{zh}`？")
}

fn found_in(table: &[(&str, &'static str, &'static str)], name: &str) -> Option<Text> {
    let name = name.to_lowercase();
    table.iter().find(|(other, ..)| *other == name).map(|(_, en, zh)| meant((en, zh)))
}

/// A word of speech, or of other languages, that is taken for a field.
fn spoken(name: &str) -> Option<Text> {
    Some(match name.to_lowercase().as_str() {
        "null" | "none" | "nil" | "empty" | "空" | "空值" | "空白" => {
            text!("what is not filled in `is missing`, what is `is known`", "没有填的写`缺失`，填了的写`已知`")
        }
        "today" | "now" | "sysdate" | "今天" | "今日" | "现在" | "当前" | "当日" => text!(
            "nothing looks at a clock: the last day that is known is `as of`, the last day of the window `window end`; days up to it are a time frame, `count of KIND in the last 12 months to window end`",
            "政策不读取当前时间：数据截至之日写`截止当日`，窗口的最后一日写`期末`；截至该日的一段是时段，`计数 记录 期末前 12 个月`"
        ),
        "it" | "its" | "they" | "their" | "them" | "它" | "其" | "该" => text!(
            "the one that is meant is not named: its field stands by itself, `unless FIELD = VALUE`",
            "所指的对象不必写出，直接写其字段：`除非 字段 = 值`"
        ),
        _ => return None,
    })
}

/// A type by another name.
pub(super) fn type_meant(name: &str) -> Option<Text> {
    found_in(TYPES, name)
}

/// A number in words.
pub(super) fn number_meant(name: &str) -> Option<Text> {
    let number = numerals::english(name).or_else(|| match numerals::chinese(name) {
        Some((number, "")) => Some(number),
        _ => None,
    })?;
    Some(text!("numbers are written in digits: `{number}`", "数字用阿拉伯数字写：`{number}`"))
}

impl Checker<'_> {
    /// What a name is meant for that is no value here.
    pub(super) fn value_meant(&self, name: &str, scope: Scope) -> Option<Text> {
        match name.to_lowercase().as_str() {
            "true" | "真" | "对" => return Some(meant(("yes", "是"))),
            "false" | "假" | "错" => return Some(meant(("no", "否"))),
            _ => {}
        }
        if self.rule_names.contains_key(name) {
            return Some(text!(
                "`{name}` is a rule: how it was kept is counted in an item of an assessment, `share met {name}`",
                "`{name}`是规则：其履行情况在考核的项里计算，`达成率 {name}`"
            ));
        }
        if let Some(help) = spoken(name).or_else(|| number_meant(name)) {
            return Some(help);
        }
        // `class = A or B`: a code of a field of the row.
        let fields = self.kinds.get(scope.kind)?.fields.iter();
        for field in fields {
            let (Type::Code(list) | Type::CodeSet(list)) = field.ty else { continue };
            if self.code_lists.get(list).is_some_and(|list| list.position(name).is_some()) {
                let (of, several) = (&field.name, matches!(field.ty, Type::CodeSet(_)));
                return Some(if several {
                    text!(
                        "it is a code of `{of}`: `{of} has any of {{ {name} }}`",
                        "它是`{of}`的代码：`{of} 含任一 {{ {name} }}`"
                    )
                } else {
                    text!(
                        "it is a code of `{of}`: `{of} = {name}`, one of several `{of} in {{ ..., {name} }}`",
                        "它是`{of}`的代码：`{of} = {name}`，几个之一写`{of} 属于 {{ ……、{name} }}`"
                    )
                });
            }
        }
        if NOTHING.contains(&name.to_lowercase().as_str()) {
            return Some(text!(
                "no word stands for a value that is not there: give a value that cannot occur, leave such rows out where they are read (`where FIELD is known`), or let an optional field hold it",
                "没有表示缺失的字面值：请给一个不会出现的值，或在读取处排除这些行（`其中 字段 已知`），或由可空的字段给出"
            ));
        }
        let counted =
            COUNTS.iter().find_map(|ending| name.strip_suffix(ending).filter(|kind| self.is_kind_or_part(kind)))?;
        Some(text!("to count its rows: `count of {counted}`", "要计数应写`计数 {counted}`"))
    }

    fn is_kind_or_part(&self, name: &str) -> bool {
        matches!(self.symbol(name), Some(Symbol::Kind(_) | Symbol::Part(_)))
    }

    /// The kind that has a code by this name: what stands for those that have it.
    pub(super) fn subject_meant(&self, name: &str) -> Option<Text> {
        for kind in self.kinds.iter() {
            for field in kind.fields.iter() {
                let Type::Code(list) = field.ty else { continue };
                if self.code_lists.get(list).is_some_and(|list| list.position(name).is_some()) {
                    let (of, kind) = (&field.name, &kind.name);
                    return Some(text!(
                        "it is a code of `{of}`: `{kind} where {of} = {name}`",
                        "它是`{of}`的代码：`{kind} 其中 {of} = {name}`"
                    ));
                }
            }
        }
        found_in(UNITS, name)
    }

    /// What a number with a unit that nothing has is meant for. `span`: the number as written.
    pub(super) fn unit_meant(&self, span: Span, wanted: &Unit, found: &Ty) -> Option<Text> {
        let Ty::Number(Unit::Named(name)) = found else { return None };
        if self.is_kind_or_part(name) {
            return Some(text!(
                "every so many rows are written `per 2 of {name}`, a number of them `count of {name}`",
                "每几条写作`每 2 的 {name}`，条数写作`计数 {name}`"
            ));
        }
        let written = self.sources.slice(span);
        let digits = written.split_once(name.as_str()).map_or("", |(digits, _)| digits.trim());
        if let Some(number) = numerals::with_power(digits, name) {
            let suffix = unit_suffix(wanted);
            let bare = number.split_once(' ').map_or(number.as_str(), |(number, _)| number);
            return Some(Text::new(format!("write `{bare}{}`", suffix.en), format!("应写`{bare}{}`", suffix.zh)));
        }
        let glued = ["分", "元", "天", "小时", "个月", "points", "yuan"].into_iter();
        let unit = glued.filter(|unit| name.starts_with(unit)).find(|unit| unit.len() < name.len());
        match unit {
            Some(unit) => Some(text!("put a space after `{unit}`", "在`{unit}`之后加一个空格")),
            None => found_in(UNITS, name),
        }
    }

    /// Ways to rows that do not refer to a subject.
    pub(super) fn other_ways(&self, from: KindId, to: KindId) -> Text {
        let (row, subject) = (self.kind_name(from), self.kind_name(to));
        if let Some(path) = self.chains(to, from).first() {
            let path = self.path_text(to, path);
            let field = self.kinds.get(from).and_then(|kind| {
                kind.fields.entries().find(|(id, _)| Some(*id) != kind.key).map(|(_, field)| field.name.clone())
            });
            let field = field.unwrap_or_default();
            return text!(
                "`{subject}` refers to `{row}`: a field of it is read by `{path}.{field}`",
                "`{subject}`引用`{row}`：取其字段写`{path}.{field}`"
            );
        }
        match self.shared_field(from, to) {
            Some(field) if self.is_record(to) => text!(
                "rows that share something with it are taken by `{row} sharing {field}`, all of them by `all {row}`",
                "与其相同的取`{row} 同一 {field}`，全部取`全部 {row}`"
            ),
            Some(field) => text!(
                "rows that share something with it are taken by `{row} sharing {field}`, all of them by `all {row}`",
                "与其相同的取`{row} 同一 {field}`，全部取`全部 {row}`"
            ),
            None => text!("all rows, whosever they are, are taken by `all {row}`", "不论归谁，全部取`全部 {row}`"),
        }
    }

    /// A reference that rows of two kinds have in common.
    fn shared_field(&self, from: KindId, to: KindId) -> Option<String> {
        let (row, own) = (self.kinds.get(from)?, self.kinds.get(to)?);
        let mut refers = row.fields.iter().filter(|field| matches!(field.ty, Type::Ref(_)));
        let both =
            |field: &&crate::model::Field| own.fields.iter().any(|o| (&o.name, &o.ty) == (&field.name, &field.ty));
        refers.find(both).map(|field| field.name.clone())
    }

    /// How a term stops while a record lasts that is not the subject's own.
    pub(super) fn stop_by_other(&self, from: KindId, to: KindId) -> Option<Text> {
        let (record, own) = (self.kinds.get(from)?, self.kinds.get(to)?);
        let name = |kind: &crate::model::Kind, field: Option<crate::model::FieldId>| {
            field.and_then(|id| kind.fields.get(id)).map(|field| field.name.clone())
        };
        let (row, start, end) = (&record.name, name(record, record.at)?, name(record, record.end)?);
        let asked = name(own, own.at);
        let (asked_en, asked_zh) = (asked.as_deref().unwrap_or("START"), asked.as_deref().unwrap_or("起点"));
        let (rows_en, rows_zh) = match self.shared_field(from, to) {
            Some(field) => (format!("{row} sharing {field}"), format!("{row} 同一 {field}")),
            None => (format!("all {row}"), format!("全部 {row}")),
        };
        let (key_en, key_zh) = match record.key {
            Some(_) => (String::new(), String::new()),
            None => (format!(", and give `{row}` a `key`"), format!("，并给`{row}`加上`主键`")),
        };
        Some(Text::new(
            format!(
                "records of others are named by their days: `stopped from (first {start} over {rows_en} dated from ({asked_en})) to (first {end} over {rows_en} dated from ({asked_en}))`{key_en}"
            ),
            format!(
                "其他对象的记录以其日期写出：`中止 自（首次 {start} 于 {rows_zh} 起自（{asked_zh}））至（首次 {end} 于 {rows_zh} 起自（{asked_zh}））`{key_zh}"
            ),
        ))
    }

    /// The day of a record that is not the subject's own, as an event: computed from what both share.
    pub(super) fn day_of_other(&self, from: KindId, to: KindId) -> Option<Text> {
        let (record, own) = (self.kinds.get(from)?, self.kinds.get(to)?);
        let at = |kind: &crate::model::Kind| kind.at.and_then(|at| kind.fields.get(at)).map(|field| field.name.clone());
        let (row, day) = (&record.name, at(record)?);
        let start = at(own);
        let (start_en, start_zh) = (start.as_deref().unwrap_or("START"), start.as_deref().unwrap_or("起点"));
        let (key_en, key_zh) = match record.key {
            Some(_) => (String::new(), String::new()),
            None => (format!(", and give `{row}` a `key`"), format!("，并给`{row}`加上`主键`")),
        };
        Some(match self.shared_field(from, to) {
            Some(field) => Text::new(
                format!(
                    "a record of others is named by its day: `(first {day} over {row} sharing {field} dated from ({start_en}))`{key_en}"
                ),
                format!(
                    "其他对象的记录以其日期写出：`（首次 {day} 于 {row} 同一 {field} 起自（{start_zh}））`{key_zh}"
                ),
            ),
            None => Text::new(
                format!(
                    "a record of others is named by its day: `(first {day} over all {row} dated from ({start_en}))`{key_en}"
                ),
                format!("其他对象的记录以其日期写出：`（首次 {day} 于 全部 {row} 起自（{start_zh}））`{key_zh}"),
            ),
        })
    }
}
