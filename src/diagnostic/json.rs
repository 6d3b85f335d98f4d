//! Diagnostics as JSON: an array with one object a line.

use super::{Diagnostic, Label, Lang, Severity, place};
use crate::source::Sources;
use serde::Serialize;

#[derive(Serialize)]
struct Object<'d> {
    code: &'d str,
    severity: &'d str,
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
    label: Option<&'d str>,
    clause: Option<&'d str>,
    help: Option<&'d str>,
    related: Vec<Related<'d>>,
}

#[derive(Serialize)]
struct Related<'d> {
    #[serde(flatten)]
    place: Place<'d>,
    message: &'d str,
}

/// Lines and columns as [`place::Place`] counts them.
#[derive(Serialize)]
struct Place<'d> {
    file: Option<&'d str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
}

impl<'d> Place<'d> {
    fn of(label: &Label, sources: &'d Sources) -> Place<'d> {
        let place = place::Place::of(label, sources);
        Place {
            file: place.map(|p| p.file),
            line: place.map(|p| p.line),
            column: place.map(|p| p.column),
            end_line: place.map(|p| p.end_line),
            end_column: place.map(|p| p.end_column),
        }
    }
}

impl<'d> Object<'d> {
    fn of(diagnostic: &'d Diagnostic, sources: &'d Sources, lang: Lang) -> Object<'d> {
        let label = diagnostic.primary.text.in_lang(lang);
        Object {
            code: diagnostic.code,
            severity: match diagnostic.severity {
                Severity::Note => "note",
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
            message: diagnostic.message.in_lang(lang),
            place: Place::of(&diagnostic.primary, sources),
            label: (!label.is_empty()).then_some(label),
            clause: diagnostic.clause.as_deref(),
            help: diagnostic.help.as_ref().map(|h| h.in_lang(lang)),
            related: diagnostic
                .secondary
                .iter()
                .map(|l| Related { place: Place::of(l, sources), message: l.text.in_lang(lang) })
                .collect(),
        }
    }
}

/// The diagnostics as a JSON array, in the given order, messages in one language.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    let objects = diagnostics.iter().map(|d| Object::of(d, sources, lang));
    // These types have nothing that JSON cannot hold.
    let lines: Vec<String> = objects.filter_map(|o| serde_json::to_string(&o).ok()).collect();
    if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) }
}
