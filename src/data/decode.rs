//! From a YAML tree to typed values, with every problem reported at its place in both languages.
//!
//! Nothing stops at the first mistake: a part that cannot be read gives a diagnostic and is left out.

use super::suggest::{nearest, way_out};
use super::yaml::{Node, NodeValue, YamlError, YamlSize, parse};
use crate::diagnostic::{Diagnostic, Text};
use crate::source::{SourceId, Sources, Span};

/// A value with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// Code of a text that is not YAML.
pub const NOT_YAML: &str = "WG0901";
/// Code of a key that is not known, missing or has a value of the wrong shape.
pub const BAD_KEY: &str = "WG0902";
/// Code of a value that cannot be read.
pub const BAD_VALUE: &str = "WG0903";
/// Code of a name that the policies do not know.
pub const UNKNOWN_NAME: &str = "WG0904";
/// Code of a source that does not fit the kind that it feeds.
pub const BAD_SOURCE: &str = "WG0905";

/// Collects the problems of one YAML text.
#[derive(Debug)]
pub struct Decoder {
    /// The text.
    pub source: SourceId,
    /// What was wrong, in the order met.
    pub problems: Vec<Diagnostic>,
}

impl Decoder {
    /// Reads a text of `sources`. `None` when it is not YAML (the problem says why).
    pub fn parse(sources: &Sources, source: SourceId) -> (Decoder, Option<Node>) {
        let mut decoder = Decoder { source, problems: Vec::new() };
        let text = sources.get(source).map(|s| s.text.clone()).unwrap_or_default();
        let node = match parse(&text, YamlSize::Small) {
            Ok(node) => Some(node),
            Err(error) => {
                decoder.problems.push(not_yaml(&text, source, &error));
                None
            }
        };
        (decoder, node)
    }

    /// Reports a problem.
    pub fn report(&mut self, code: &'static str, span: Span, message: Text, help: Option<Text>) {
        let mut diagnostic = Diagnostic::error(code, span, message);
        diagnostic.help = help;
        self.problems.push(diagnostic);
    }

    /// The entries of a mapping. Anything else is reported as not being one.
    pub fn map<'n>(&mut self, node: &'n Node, what: &Text) -> Option<Fields<'n>> {
        match &node.value {
            NodeValue::Map(entries) => {
                let mut fields = Vec::new();
                for (key, value) in entries {
                    match key.text() {
                        Some(name) => fields.push((name, key, value)),
                        None => self.report(
                            BAD_KEY,
                            key.span(self.source),
                            Text::new("a key must be a word", "键必须是一个词"),
                            None,
                        ),
                    }
                }
                Some(Fields { span: node.span(self.source), fields, known: Vec::new(), missing: Vec::new() })
            }
            NodeValue::Null => Some(Fields {
                span: node.span(self.source),
                fields: Vec::new(),
                known: Vec::new(),
                missing: Vec::new(),
            }),
            _ => {
                self.report(
                    BAD_KEY,
                    node.span(self.source),
                    Text::new(
                        format!("{} must be a mapping of keys to values", what.en),
                        format!("{}应写成“键: 值”的形式", what.zh),
                    ),
                    None,
                );
                None
            }
        }
    }

    /// The text of a scalar.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<Located<String>> {
        match node.text() {
            Some(text) if !text.trim().is_empty() => {
                Some(Located { value: text.trim().to_owned(), span: node.span(self.source) })
            }
            _ => {
                self.report(
                    BAD_VALUE,
                    node.span(self.source),
                    Text::new(
                        format!("`{what}` must have a value that is a single word or text"),
                        format!("`{what}` 应填一个值"),
                    ),
                    None,
                );
                None
            }
        }
    }

    /// A list of texts; a single text is a list of one.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<Located<String>> {
        match &node.value {
            NodeValue::List(items) => items.iter().filter_map(|item| self.text(item, what)).collect(),
            _ => self.text(node, what).into_iter().collect(),
        }
    }

    /// As `pairs`; a key without a value stands beside an empty text.
    pub fn pairs_or_empty(&mut self, node: &Node, what: &str) -> Vec<(Located<String>, Located<String>)> {
        let title = Text::new(format!("`{what}`"), format!("`{what}`"));
        let Some(fields) = self.map(node, &title) else {
            return Vec::new();
        };
        let source = self.source;
        let mut pairs = Vec::new();
        for (name, key, value) in fields.fields {
            let empty = value.value == NodeValue::Null || value.text().is_some_and(|text| text.trim().is_empty());
            let found = match empty {
                true => Some(Located { value: String::new(), span: value.span(source) }),
                false => self.text(value, name),
            };
            pairs.extend(found.map(|found| (Located { value: name.to_owned(), span: key.span(source) }, found)));
        }
        pairs
    }

    /// A mapping of words to words, in the order written.
    pub fn pairs(&mut self, node: &Node, what: &str) -> Vec<(Located<String>, Located<String>)> {
        let title = Text::new(format!("`{what}`"), format!("`{what}`"));
        let Some(fields) = self.map(node, &title) else {
            return Vec::new();
        };
        let source = self.source;
        let mut pairs = Vec::new();
        for (name, key, value) in fields.fields {
            if let Some(value) = self.text(value, name) {
                pairs.push((Located { value: name.to_owned(), span: key.span(source) }, value));
            }
        }
        pairs
    }

    /// Reports the keys that nobody asked for, with the nearest known one, and those that are missing. A misspelt key is told
    /// once: it is not missing as well.
    pub fn finish(&mut self, mut fields: Fields<'_>) {
        for key in std::mem::take(&mut fields.missing) {
            let unknown = fields.fields.iter().map(|(name, ..)| *name).filter(|name| !fields.known.contains(name));
            if unknown.into_iter().any(|name| nearest(name, fields.known.iter().copied()) == Some(key)) {
                continue;
            }
            let message = Text::new(format!("`{key}` is missing"), format!("缺少 `{key}`"));
            self.report(BAD_KEY, fields.span, message, None);
        }
        for (name, key, _) in &fields.fields {
            if fields.known.contains(name) {
                continue;
            }
            let help = way_out(name, fields.known.iter().copied());
            let message = Text::new(format!("unknown key `{name}`"), format!("没有 `{name}` 这个键"));
            self.report(BAD_KEY, key.span(self.source), message, help);
        }
    }
}

/// The entries of a mapping; remembers which keys were asked for.
#[derive(Debug)]
pub struct Fields<'n> {
    /// Place of the mapping.
    pub span: Span,
    /// Name, key, value; in the order written.
    pub fields: Vec<(&'n str, &'n Node, &'n Node)>,
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// The value of a key, if it is there and not empty.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        self.known.push(key);
        let (_, _, value) = self.fields.iter().find(|(name, _, _)| *name == key)?;
        (value.value != NodeValue::Null).then_some(*value)
    }

    /// The value of a key that must be there; [`Decoder::finish`] tells where it is not.
    pub fn need(&mut self, key: &'static str) -> Option<&'n Node> {
        let found = self.take(key);
        if found.is_none() {
            self.missing.push(key);
        }
        found
    }
}

fn not_yaml(text: &str, source: SourceId, error: &YamlError) -> Diagnostic {
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let start = error.byte.unwrap_or_else(|| byte_of(text, error.line, error.column)).min(end);
    let span = Span { source, start, end: start };
    Diagnostic::error(
        NOT_YAML,
        span,
        Text::new(
            format!("this is not readable YAML: {}", error.message.en),
            format!("无法按 YAML 读取：{}", error.message.zh),
        ),
    )
    .with_help(if error.message.en.starts_with("duplicate") {
        Text::new("give each key once", "每个键只写一次")
    } else {
        Text::new(
            "check the indentation (spaces, no tabs), the quotes and the `: ` (ASCII) after each key near this place",
            "请检查此处附近的缩进（用空格，不用制表符）、引号，以及键后面的半角“: ”",
        )
    })
}

/// The byte at a line and column, both from 1; the start of the text where they are not known.
fn byte_of(text: &str, line: u32, column: u32) -> u32 {
    let start: usize = text.split_inclusive('\n').take((line as usize).saturating_sub(1)).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    let inside: usize = rest.chars().take((column as usize).saturating_sub(1)).map(char::len_utf8).sum();
    u32::try_from(start + inside).unwrap_or(u32::MAX)
}
