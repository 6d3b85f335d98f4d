//! Diagnostics for people: the line, carets under the words, the clause, the way out.

use super::{Diagnostic, Label, Lang, Severity};
use crate::source::{Source, Sources};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::ops::Range;

/// The diagnostics as plain text, in the given order, one empty line after each.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    render_with(&Renderer::plain().decor_style(DecorStyle::Ascii), diagnostics, sources, lang)
}

/// As [`render`], with colours for a terminal.
#[must_use]
pub fn render_styled(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    render_with(&Renderer::styled().decor_style(DecorStyle::Ascii), diagnostics, sources, lang)
}

fn render_with(renderer: &Renderer, diagnostics: &[Diagnostic], sources: &Sources, lang: Lang) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&renderer.render(&[group(diagnostic, sources, lang)]));
        out.push_str("\n\n");
    }
    out
}

fn level(severity: Severity, lang: Lang) -> Level<'static> {
    match (severity, lang) {
        (Severity::Error, Lang::En) => Level::ERROR,
        (Severity::Error, Lang::Zh) => Level::ERROR.with_name("错误"),
        (Severity::Warning, Lang::En) => Level::WARNING,
        (Severity::Warning, Lang::Zh) => Level::WARNING.with_name("警告"),
        (Severity::Note, Lang::En) => Level::NOTE,
        (Severity::Note, Lang::Zh) => Level::NOTE.with_name("提示"),
    }
}

fn group<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources, lang: Lang) -> Group<'d> {
    let title = level(diagnostic.severity, lang).primary_title(diagnostic.message.in_lang(lang)).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let mut shown: Vec<Vec<(&Label, bool)>> = vec![vec![(&diagnostic.primary, true)]];
    for label in &diagnostic.secondary {
        // Places near each other share a snippet; those elsewhere come after it.
        let same = shown.iter_mut().find(|labels| labels.iter().all(|(l, _)| are_near(l, label, sources)));
        match same {
            Some(labels) => labels.push((label, false)),
            None => shown.push(vec![(label, false)]),
        }
    }
    for labels in shown {
        let Some(source) = labels.first().and_then(|(l, _)| sources.get(l.span.source)) else { continue };
        match snippet(source, &labels, lang) {
            Some(snippet) => group = group.element(snippet),
            None => group = group.element(origin(source, labels.first().map(|(label, _)| *label))),
        }
    }
    if let Some(clause) = &diagnostic.clause {
        let name = match lang {
            Lang::En => "clause",
            Lang::Zh => "条款",
        };
        group = group.element(Level::NOTE.with_name(name).message(clause.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        let level = match lang {
            Lang::En => Level::HELP,
            Lang::Zh => Level::HELP.with_name("建议"),
        };
        group = group.element(level.message(help.in_lang(lang)));
    }
    group
}

/// Bytes between two labels of one snippet, and of a snippet: more would be slow to lay out and long to read.
const SNIPPET_BYTES_MAX: usize = 8_192;

/// Whether two labels stand so near that one snippet shows both.
fn are_near(a: &Label, b: &Label, sources: &Sources) -> bool {
    if a.span.source != b.span.source {
        return false;
    }
    let (first, last) = if a.span.start <= b.span.start { (a, b) } else { (b, a) };
    let end = last.span.end.max(first.span.end);
    // Long comments may stand between two lines that belong together, but not a whole policy.
    (end - first.span.start) as usize <= SNIPPET_BYTES_MAX / 2 && sources.get(a.span.source).is_some()
}

/// The place alone, where a text is empty or a line too long to be shown.
fn origin<'d>(source: &'d Source, label: Option<&Label>) -> Origin<'d> {
    let origin = Origin::path(source.name.as_str());
    match label {
        Some(label) if !source.text.is_empty() => {
            let at = source.line_column(label.span.start);
            origin.line(at.line as usize).char_column(at.column as usize)
        }
        _ => origin,
    }
}

/// The lines that hold the labels. Only these are given on: the renderer looks at all that it gets. `None` where
/// there is no text, or where a line is too long for anybody to read.
fn snippet<'d>(
    source: &'d Source,
    labels: &[(&'d Label, bool)],
    lang: Lang,
) -> Option<Snippet<'d, annotate_snippets::Annotation<'d>>> {
    let spans: Vec<Range<usize>> = labels.iter().map(|(l, _)| clamp(&source.text, l.span.range())).collect();
    let first = spans.iter().map(|s| s.start).min().unwrap_or(0);
    let last = spans.iter().map(|s| s.end).max().unwrap_or(first);
    let start = source.text.get(..first).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
    let end = source.text.get(last..).and_then(|t| t.find('\n')).map_or(source.text.len(), |at| last + at);
    if source.text.is_empty() || end - start > SNIPPET_BYTES_MAX {
        return None;
    }
    let line = source.line_column(u32::try_from(start).unwrap_or(u32::MAX)).line as usize;
    let mut snippet =
        Snippet::source(source.text.get(start..end).unwrap_or("")).path(source.name.as_str()).line_start(line);
    for ((label, primary), span) in labels.iter().zip(spans) {
        let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = label.text.in_lang(lang);
        let annotation = kind.span(span.start - start..span.end - start);
        snippet = snippet.annotation(if text.is_empty() { annotation } else { annotation.label(text) });
    }
    Some(snippet)
}

/// A range that lies in the text and cuts no character.
fn clamp(text: &str, range: Range<usize>) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(range.start);
    start..floor(range.end).max(start)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
