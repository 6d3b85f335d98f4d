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

/// Endings of a name that is meant as a count.
const COUNTS: &[&str] = &["次数", "个数", "总数", "数量", "数", "s", "_count"];

fn meant((en, zh): (&str, &str)) -> Text {
    text!("did you mean `{en}`?", "是否应为`{zh}`？")
}

fn found_in(table: &[(&str, &'static str, &'static str)], name: &str) -> Option<Text> {
    let name = name.to_lowercase();
    table.iter().find(|(other, ..)| *other == name).map(|(_, en, zh)| meant((en, zh)))
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
        if let Some(help) = number_meant(name) {
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
        let shared = (self.kinds.get(from).zip(self.kinds.get(to))).and_then(|(row, own)| {
            let refers = row.fields.iter().filter(|field| matches!(field.ty, Type::Ref(_)));
            let mut both =
                refers.filter(|field| own.fields.iter().any(|o| (&o.name, &o.ty) == (&field.name, &field.ty)));
            both.next().map(|field| field.name.clone())
        });
        match shared {
            Some(field) if self.is_record(to) => text!(
                "rows that share something with it are taken by `{row} sharing {field}` (as a step of a term: `is followed by {row} sharing {field}`), all of them by `all {row}`",
                "与其相同的取`{row} 同一 {field}`（作为期限的一步，写`后接 {row} 同一 {field}`），全部取`全部 {row}`"
            ),
            Some(field) => text!(
                "rows that share something with it are taken by `{row} sharing {field}`, all of them by `all {row}`",
                "与其相同的取`{row} 同一 {field}`，全部取`全部 {row}`"
            ),
            None => text!("all rows, whosever they are, are taken by `all {row}`", "不论归谁，全部取`全部 {row}`"),
        }
    }
}
