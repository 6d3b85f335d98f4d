//! Diagnostics as SARIF 2.1.0 (OASIS), for code scanning.

use super::place::{Place, relative, squeezed, uri};
use super::{Diagnostic, Label, Lang, Severity, catalogue};
use crate::source::Sources;
use serde::Serialize;
use std::collections::BTreeMap;

/// Bytes of a line before and after a place that its fingerprint reads.
const LINE_BYTES_MAX: usize = 300;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'d> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'d>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'d> {
    tool: Tool,
    language: &'static str,
    column_kind: &'static str,
    results: Vec<Outcome<'d>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    language: &'static str,
    rules: Vec<RuleEntry>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleEntry {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Help,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'d> {
    rule_id: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties<'d>>,
}

#[derive(Serialize)]
struct Fingerprints {
    #[serde(rename = "wanggeDiagnostic/v1")]
    v1: String,
}

#[derive(Serialize)]
struct Properties<'d> {
    clause: &'d str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// The diagnostics as one SARIF log, in the given order, messages in one language, help in both. Paths below
/// `base` are shown relative to it.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang, base: &str) -> String {
    let rules: Vec<RuleEntry> = catalogue::codes().filter_map(|code| rule(code, lang)).collect();
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (rule.id, at)).collect();
    let mut seen = BTreeMap::new();
    let results = diagnostics.iter().map(|diagnostic| Outcome {
        rule_id: diagnostic.code,
        rule_index: index.get(diagnostic.code).copied(),
        level: match diagnostic.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        },
        message: message(diagnostic, lang),
        locations: location(&diagnostic.primary, sources, lang, base, None).into_iter().collect(),
        related_locations: (diagnostic.secondary.iter().enumerate())
            .filter_map(|(at, label)| location(label, sources, lang, base, Some(at)))
            .collect(),
        partial_fingerprints: Fingerprints { v1: fingerprint(diagnostic, sources, base, &mut seen) },
        properties: diagnostic.clause.as_deref().map(|clause| Properties { clause }),
    });
    let language = match lang {
        Lang::En => "en",
        Lang::Zh => "zh",
    };
    let driver = Driver { name: "wangge", semantic_version: env!("CARGO_PKG_VERSION"), language, rules: Vec::new() };
    let results = results.collect();
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver: Driver { rules, ..driver } },
            language,
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    // These types have nothing that JSON cannot hold.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

/// The page of a code as a rule: the page in the language of the messages, then in the other one.
fn rule(id: &'static str, lang: Lang) -> Option<RuleEntry> {
    let page = catalogue::page(id)?;
    let other = match lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    };
    let (title, body) = parts(page.in_lang(lang));
    let (other_title, other_body) = parts(page.in_lang(other));
    let first = body.split("\n\n").next().unwrap_or(body).replace('\n', " ");
    Some(RuleEntry {
        id,
        short_description: Message { text: title.to_owned() },
        full_description: Message { text: first },
        help: Help {
            text: format!("{body}\n\n{other_title}\n\n{other_body}"),
            markdown: format!("{body}\n\n---\n\n**{other_title}**\n\n{other_body}"),
        },
    })
}

/// Title and text of a page.
fn parts(page: &str) -> (&str, &str) {
    let (head, body) = page.split_once('\n').unwrap_or((page, ""));
    let title = head.trim_start_matches("## ").split_once(' ').map_or(head, |(_, title)| title);
    (title.trim(), body.trim())
}

fn message(diagnostic: &Diagnostic, lang: Lang) -> Message {
    let text = diagnostic.message.in_lang(lang);
    Message {
        text: match &diagnostic.help {
            Some(help) => format!("{text}\n{}", help.in_lang(lang)),
            None => text.to_owned(),
        },
    }
}

fn location(label: &Label, sources: &Sources, lang: Lang, base: &str, id: Option<usize>) -> Option<Location> {
    let place = Place::of(label, sources)?;
    let text = label.text.in_lang(lang);
    Some(Location {
        id,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(relative(place.file, base)) },
            region: Region {
                start_line: place.line,
                start_column: place.column,
                end_line: place.end_line,
                end_column: place.end_column,
            },
        },
        message: (!text.is_empty()).then(|| Message { text: text.to_owned() }),
    })
}

/// What stays the same when lines above move, when spaces change and in either language: the code, the file, the
/// message and the line, and the how-manieth of that kind it is.
fn fingerprint(diagnostic: &Diagnostic, sources: &Sources, base: &str, seen: &mut BTreeMap<u64, usize>) -> String {
    let span = diagnostic.primary.span;
    let (mut file, mut line) = ("", "");
    if let Some(source) = sources.get(span.source) {
        file = relative(&source.name, base);
        line = around(&source.text, span.start as usize, span.end as usize);
    }
    let line = squeezed(line);
    let hash = fnv([diagnostic.code, file, &diagnostic.message.en, &line]);
    let count = seen.entry(hash).or_default();
    *count += 1;
    format!("{hash:016x}:{count}")
}

/// The line of a place, of a very long line the part around it.
fn around(text: &str, start: usize, end: usize) -> &str {
    let bound = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let (start, end) = (bound(start), bound(end.max(start)));
    let (first, last) = (bound(start.saturating_sub(LINE_BYTES_MAX)), bound(end.saturating_add(LINE_BYTES_MAX)));
    let from = text.get(first..start).and_then(|before| before.rfind('\n')).map_or(first, |at| first + at + 1);
    let to = text.get(start..last).and_then(|after| after.find('\n')).map_or(last, |at| start + at);
    text.get(from..to).unwrap_or("")
}

/// FNV-1a over texts, each ended by a byte that no UTF-8 text holds.
fn fnv<'t>(texts: impl IntoIterator<Item = &'t str>) -> u64 {
    let bytes = texts.into_iter().flat_map(|text| text.bytes().chain([0xFF]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
