//! YAML as a tree that keeps every scalar as it was written and where it stands.
//!
//! Manifests, policy tests and YAML data go through it: `0.10` stays `0.10`, a date stays text, and
//! every message can name a line and a column. Numbers never pass through binary floats.

use crate::diagnostic::Text;
use crate::limits;
use crate::source::{SourceId, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::Spanned;
use std::fmt;

/// A value of a YAML text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: NodeValue,
    /// Line, from 1.
    pub line: u32,
    /// Column in code points, from 1.
    pub column: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte (of a collection, of its opening).
    pub end: u32,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeValue {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar, as written (quotes and escapes resolved).
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written.
    Map(Vec<(Node, Node)>),
}

/// How large a YAML text may be. Manifests and tests are small; data are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YamlSize {
    /// Written by people.
    Small,
    /// Data.
    Data,
}

impl YamlSize {
    /// Most bytes of a text.
    fn bytes_max(self) -> usize {
        match self {
            YamlSize::Small => limits::YAML_BYTES_MAX,
            YamlSize::Data => limits::YAML_DATA_BYTES_MAX,
        }
    }

    /// Most values of a text.
    fn nodes_max(self) -> usize {
        match self {
            YamlSize::Small => limits::YAML_NODES_MAX,
            YamlSize::Data => limits::YAML_DATA_NODES_MAX,
        }
    }
}

/// Why a YAML text could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YamlError {
    /// What the reader says.
    pub message: Text,
    /// Line, from 1; 0 where it is not known.
    pub line: u32,
    /// Column, from 1; 0 where it is not known.
    pub column: u32,
    /// The byte, where it is known.
    pub byte: Option<u32>,
}

impl Node {
    /// The bytes of the node as a span of a source.
    #[must_use]
    pub fn span(&self, source: SourceId) -> Span {
        Span { source, start: self.start, end: self.end }
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads one YAML document. An empty text is `Null`.
pub fn parse(text: &str, size: YamlSize) -> Result<Node, YamlError> {
    let max = size.bytes_max();
    if text.len() > max {
        let found = text.len();
        let message = Text::new(
            format!("the text has {found} bytes, at most {max} are read"),
            format!("文本有 {found} 字节，最多读取 {max} 字节"),
        );
        return Err(YamlError { message, line: 1, column: 1, byte: Some(0) });
    }
    let raw: Raw = serde_yaml::from_str_with_options(text, options(size)).map_err(|error| {
        let at = error.location();
        let place = |n: Option<u64>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        YamlError {
            message: too_much(&error, size).unwrap_or_else(|| {
                let reason = plain_message(&error);
                Text::new(reason.clone(), in_chinese(&reason))
            }),
            line: place(at.map(|l| l.line())),
            column: place(at.map(|l| l.column())),
            byte: at.and_then(|l| l.span().byte_offset()).and_then(|b| u32::try_from(b).ok()),
        }
    })?;
    Ok(raw.into_node(text))
}

fn options(size: YamlSize) -> serde_yaml::Options {
    let (nodes, bytes) = (size.nodes_max(), size.bytes_max());
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: limits::YAML_DEPTH_MAX,
            max_nodes: nodes,
            max_events: nodes.saturating_mul(3),
            max_total_scalar_bytes: bytes,
            max_reader_input_bytes: Some(bytes),
            // Aliases are for people who repeat a mapping, not for data.
            max_aliases: limits::YAML_ALIASES_MAX,
            enforce_alias_anchor_ratio: false,
            max_documents: 1,
        },
        non_finite_float_policy: serde_yaml::options::NonFiniteFloatPolicy::PassThrough,
        with_snippet: false,
    }
}

/// What is said where a limit is passed; `None` for other errors.
fn too_much(error: &serde_yaml::Error, size: YamlSize) -> Option<Text> {
    use serde_yaml::budget::BudgetBreach;
    let serde_yaml::Error::Budget { breach, .. } = error.without_snippet() else { return None };
    let text = |what_en: &str, what_zh: &str, found: usize, max: usize| {
        Text::new(format!("{found} {what_en}, at most {max} are read"), format!("{what_zh} {found}，最多读取 {max}"))
    };
    Some(match breach {
        BudgetBreach::Depth { depth } => {
            text("lists and mappings in each other", "列表和映射层层相套，层数", *depth, limits::YAML_DEPTH_MAX)
        }
        BudgetBreach::Nodes { nodes } => text("values", "值的个数", *nodes, size.nodes_max()),
        BudgetBreach::Aliases { aliases } => text("aliases", "别名个数", *aliases, limits::YAML_ALIASES_MAX),
        BudgetBreach::ScalarBytes { total_scalar_bytes } => {
            text("bytes of values", "值的字节数", *total_scalar_bytes, size.bytes_max())
        }
        BudgetBreach::Documents { .. } => Text::new("one document is read, not several", "只读取一个文档，不能有多个"),
        BudgetBreach::Events { .. }
        | BudgetBreach::RecordedAnchorEvents { .. }
        | BudgetBreach::RecordedAnchorBytes { .. } => Text::new("aliases that repeat too much", "别名重复的内容过多"),
        _ => return None,
    })
}

/// The message without the reader's own line and column, which the caller prints its own way.
fn plain_message(error: &serde_yaml::Error) -> String {
    let text = error.without_snippet().to_string();
    let first = text.lines().next().unwrap_or("").trim();
    let first = first.split(", set DuplicateKeyPolicy").next().unwrap_or(first);
    let first = match first.rfind(" at line ") {
        Some(at) => first.get(..at).unwrap_or(first),
        None => first,
    };
    first.trim_start_matches("error: ").trim_end_matches('.').to_owned()
}

/// What the reader's messages mean; what is marked `{}` is taken over from behind the words.
const MEANINGS: &[(&str, &str)] = &[
    ("illegal placement of ':'", "此处不应出现“:”"),
    ("mapping values are not allowed", "此处不应出现“:”"),
    ("found a tab", "用了制表符"),
    ("found character that cannot start", "以不允许的字符开头"),
    ("duplicate mapping key: ", "键 `{}` 重复"),
    ("unclosed quote", "引号没有结束"),
    ("unclosed bracket ", "括号 {} 没有结束"),
    ("did not find expected key", "此处应为键，缩进可能不一致"),
    ("did not find expected '-'", "此处应为列表项“-”，缩进可能不一致"),
    ("did not find expected ',' or", "此处应为“,”或右括号"),
    ("unexpected character: ", "不应出现的字符 {}"),
    ("unknown anchor", "引用了未定义的锚点"),
    ("escape", "引号内的转义写法不对"),
    ("unexpected end", "内容不完整"),
];

/// The reader's message in Chinese; what is not known stays behind a word of what it is.
fn in_chinese(reason: &str) -> String {
    for (words, zh) in MEANINGS {
        if let Some((_, rest)) = reason.split_once(words) {
            return zh.replace("{}", rest.trim());
        }
    }
    format!("写法有误（{reason}）")
}

/// A node as the deserializer gives it: plain scalars that look like numbers or booleans have lost
/// their spelling, which is then taken from the text.
struct Raw {
    kind: RawKind,
    line: u32,
    column: u32,
    start: u32,
    end: u32,
}

enum RawKind {
    Null,
    Text(String),
    /// A plain scalar: its spelling stands in the text.
    Plain,
    List(Vec<Raw>),
    Map(Vec<(Raw, Raw)>),
}

impl Raw {
    fn into_node(self, text: &str) -> Node {
        let value = match self.kind {
            RawKind::Null => NodeValue::Null,
            RawKind::Text(text) => NodeValue::Scalar(text),
            RawKind::Plain => {
                let spelling = text.get(self.start as usize..self.end as usize).unwrap_or("");
                NodeValue::Scalar(spelling.trim().to_owned())
            }
            RawKind::List(items) => NodeValue::List(items.into_iter().map(|item| item.into_node(text)).collect()),
            RawKind::Map(entries) => {
                NodeValue::Map(entries.into_iter().map(|(k, v)| (k.into_node(text), v.into_node(text))).collect())
            }
        };
        Node { value, line: self.line, column: self.column, start: self.start, end: self.end }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        let spanned = Spanned::<RawKind>::deserialize(deserializer)?;
        let at = spanned.defined;
        let narrow = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let start = at.span().byte_offset().unwrap_or(0);
        let end = start.saturating_add(at.span().byte_len().unwrap_or(0));
        Ok(Raw {
            kind: spanned.value,
            line: narrow(at.line()),
            column: narrow(at.column()),
            start: narrow(start),
            end: narrow(end),
        })
    }
}

impl<'de> Deserialize<'de> for RawKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawKind, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar, a list or a mapping")
    }

    fn visit_unit<E>(self) -> Result<RawKind, E> {
        Ok(RawKind::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<RawKind, E> {
        Ok(RawKind::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<RawKind, E> {
        Ok(RawKind::Text(text))
    }

    fn visit_bool<E>(self, _: bool) -> Result<RawKind, E> {
        Ok(RawKind::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<RawKind, E> {
        Ok(RawKind::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<RawKind, E> {
        Ok(RawKind::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<RawKind, E> {
        Ok(RawKind::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<RawKind, E> {
        Ok(RawKind::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<RawKind, E> {
        Ok(RawKind::Plain)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawKind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(RawKind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawKind, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(RawKind::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node) -> String {
        match &node.value {
            NodeValue::Null => "null".to_owned(),
            NodeValue::Scalar(text) => format!("{text}@{}:{}", node.line, node.column),
            NodeValue::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
            NodeValue::Map(entries) => {
                let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{}: {}", show(k), show(v))).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    #[test]
    fn scalars_keep_their_spelling() {
        let text = "比例: 0.10\n编号: 0012\nb: yes # no\nd: 2024-01-05\nq: \"1\\t\"\nn:\nbig: 123456789012345678901234567890\nf: 1e999\nm: {年: [1_0, ~]}\n";
        let shown = parse(text, YamlSize::Small).map(|n| show(&n));
        assert_eq!(
            shown.as_deref(),
            Ok("{比例@1:1: 0.10@1:5, 编号@2:1: 0012@2:5, b@3:1: yes@3:4, d@4:1: 2024-01-05@4:4, q@5:1: 1\t@5:4, \
                n@6:1: null, big@7:1: 123456789012345678901234567890@7:6, f@8:1: 1e999@8:4, \
                m@9:1: {年@9:5: [1_0@9:9, null]}}")
        );
    }

    #[test]
    fn aliases_take_the_spelling_of_their_anchor() {
        let shown = parse("a: &x 0.50\nb: *x\n", YamlSize::Small).map(|n| show(&n));
        assert_eq!(shown.as_deref(), Ok("{a@1:1: 0.50@1:7, b@2:1: 0.50@1:7}"));
    }

    #[test]
    fn mistakes_name_their_place() {
        for (text, line) in [("a: 1\na: 2\n", 2), ("a: [1\nb: 2", 1), ("a:\n\t- 1", 2), ("- 1\n---\n- 2", 2)] {
            let error = parse(text, YamlSize::Small).err();
            assert!(error.as_ref().is_some_and(|e| e.line >= line && !e.message.zh.is_empty()), "{text}: {error:?}");
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert!(parse(&deep, YamlSize::Small).is_err());
        let mut bomb = "a0: &a0 [x]\n".to_owned();
        for i in 1..8 {
            let uses = vec![format!("*a{}", i - 1); 9].join(",");
            bomb.push_str(&format!("a{i}: &a{i} [{uses}]\n"));
        }
        assert!(parse(&bomb, YamlSize::Small).is_err());
    }
}
