//! What a plain text declares, as far as its words show: without grammar, so that it is known of broken texts too.

use super::keywords::{Class, KEYWORDS};
use super::words::{Kind, Words};
use std::collections::{BTreeMap, BTreeSet};

/// The words that declare a kind of row.
const KINDS: [&str; 6] = ["entity", "record", "relation", "实体", "记录", "关系"];

/// Names that a text declares.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// All of them: behind the word of a statement, and the fields and codes of kinds.
    names: BTreeSet<String>,
    kinds: BTreeSet<String>,
    /// Those of records.
    records: BTreeSet<String>,
    /// Codes, with the kinds and fields that have them.
    codes: BTreeMap<String, Vec<(String, String)>>,
    /// Fields that hold yes or no, with their kinds.
    flags: BTreeMap<String, Vec<String>>,
}

impl Declared {
    /// Reads a plain text.
    pub fn read(plain: &str) -> Declared {
        let mut out = Declared::default();
        let mut last = "";
        // The kind under way, and how deep in its braces: its fields stand in one pair, their codes in two.
        let mut kind: Option<&str> = None;
        let mut depth = 0usize;
        // The word before, and the field under way.
        let mut pending: Option<&str> = None;
        let mut field = "";
        for word in Words::from(plain, 0) {
            let written = plain.get(word.start..word.end).unwrap_or("");
            if word.kind == Kind::Word {
                let after_statement = is_statement(last);
                let code = kind.is_some() && depth == 2;
                if (after_statement || code) && !is_statement(written) {
                    out.names.insert(written.to_owned());
                }
                if KINDS.contains(&last) && kind.is_none() {
                    (kind, depth) = (Some(written), 0);
                    out.kinds.insert(written.to_owned());
                    if matches!(last, "record" | "记录") {
                        out.records.insert(written.to_owned());
                    }
                } else if matches!(last, "define" | "定义") {
                    out.kinds.insert(written.to_owned());
                }
                if let (Some(kind), 2) = (kind, depth) {
                    out.codes.entry(written.to_owned()).or_default().push((kind.to_owned(), field.to_owned()));
                }
                if let (Some(kind), 1, ":", "yes" | "是否") = (kind, depth, last, written) {
                    out.flags.entry(field.to_owned()).or_default().push(kind.to_owned());
                }
                pending = Some(written);
            } else if let (":", Some(_), 1, Some(name)) = (written, kind, depth, pending) {
                out.names.insert(name.to_owned());
                field = name;
            }
            match word.kind {
                Kind::Open if kind.is_some() && written == "{" => depth += 1,
                Kind::Close if kind.is_some() && written == "}" => {
                    depth = depth.saturating_sub(1);
                    kind = kind.filter(|_| depth > 0);
                }
                _ => {}
            }
            last = written;
        }
        out
    }

    /// Whether a name is declared.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The kind or named part that a word calls: by its name, or by its English plural.
    pub fn kind<'s>(&'s self, word: &'s str) -> Option<&'s str> {
        let known = |name: &str| self.kinds.get(name).map(String::as_str);
        known(word).or_else(|| {
            let single = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
            single.and_then(|single| known(&single)).or_else(|| {
                let stems = [word.strip_suffix("es"), word.strip_suffix('s')];
                stems.into_iter().flatten().find_map(known)
            })
        })
    }

    /// The kind of records that a word calls.
    pub fn record<'s>(&'s self, word: &'s str) -> Option<&'s str> {
        self.kind(word).filter(|kind| self.records.contains(*kind))
    }

    /// The one kind in whose name a Chinese word stands: 户 of 住户.
    pub fn kind_with(&self, word: &str) -> Option<&str> {
        if word.is_ascii() {
            return None;
        }
        let mut found = self.kinds.iter().filter(|kind| kind.contains(word)).map(String::as_str);
        let exact = self.kinds.get(word).map(String::as_str);
        exact.or_else(|| found.next().filter(|_| found.next().is_none()))
    }

    /// The kind and the field of a code; where several kinds have it, that of `of`.
    pub fn code(&self, code: &str, of: Option<&str>) -> Option<(&str, &str)> {
        let mut owners = self.codes.get(code)?.iter().map(|(kind, field)| (kind.as_str(), field.as_str()));
        match of {
            Some(of) => owners.find(|(kind, _)| *kind == of),
            None => owners.next(),
        }
    }

    /// The first kind with a field of this name that holds yes or no.
    pub fn flag_of(&self, name: &str) -> Option<&str> {
        self.flags.get(name)?.first().map(String::as_str)
    }

    /// Whether a name is a field that holds yes or no, of this kind where one is given.
    pub fn is_flag(&self, name: &str, of: Option<&str>) -> bool {
        self.flags.get(name).is_some_and(|kinds| of.is_none_or(|of| kinds.iter().any(|kind| kind == of)))
    }
}

fn is_statement(word: &str) -> bool {
    KEYWORDS.iter().any(|k| k.class == Class::Statement && (k.en.contains(&word) || k.zh.contains(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_declares_is_known() {
        let text = "政策 甲 { 实体 店铺 { 主键 编号:文本 类别:取一 { 大,小 } 停业:是否 } 记录 检查 { 时间 日期:日期 店铺:店铺 } 规则 一:每个 店铺 至少 1 次 检查 }";
        let names = Declared::read(text);
        for name in ["甲", "店铺", "编号", "类别", "大", "小", "检查", "日期", "一"] {
            assert!(names.has(name), "{name}");
        }
        assert!(!names.has("每个"));
        assert!(!names.has("次"));
        assert_eq!(names.kind("检查"), Some("检查"));
        assert_eq!(names.kind_with("店"), Some("店铺"));
        assert_eq!(names.kind_with("查店"), None);
        assert_eq!(names.code("大", None), Some(("店铺", "类别")));
        assert_eq!(names.code("大", Some("检查")), None);
        assert!(names.is_flag("停业", Some("店铺")));
        assert!(!names.is_flag("类别", None));
    }

    #[test]
    fn plurals_are_kinds() {
        let names = Declared::read("policy p { entity grid { key id : text } record entry { at day : date } }");
        assert_eq!(names.kind("grids"), Some("grid"));
        assert_eq!(names.kind("entries"), Some("entry"));
        assert_eq!(names.kind("day"), None);
    }
}
