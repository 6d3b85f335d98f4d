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
        // Places in one text share a snippet; those in another text come after it.
        let same = shown.iter_mut().find(|labels| labels.iter().any(|(l, _)| l.span.source == label.span.source));
        match same {
            Some(labels) => labels.push((label, false)),
            None => shown.push(vec![(label, false)]),
        }
    }
    for labels in shown {
        let Some(source) = labels.first().and_then(|(l, _)| sources.get(l.span.source)) else { continue };
        if source.text.is_empty() {
            group = group.element(Origin::path(source.name.as_str()));
        } else {
            group = group.element(snippet(source, &labels, lang));
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

/// The lines that hold the labels. Only these are given on: the renderer looks at all that it gets.
fn snippet<'d>(
    source: &'d Source,
    labels: &[(&'d Label, bool)],
    lang: Lang,
) -> Snippet<'d, annotate_snippets::Annotation<'d>> {
    let spans: Vec<Range<usize>> = labels.iter().map(|(l, _)| clamp(&source.text, l.span.range())).collect();
    let first = spans.iter().map(|s| s.start).min().unwrap_or(0);
    let last = spans.iter().map(|s| s.end).max().unwrap_or(first);
    let start = source.text.get(..first).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
    let end = source.text.get(last..).and_then(|t| t.find('\n')).map_or(source.text.len(), |at| last + at);
    let line = source.line_column(u32::try_from(start).unwrap_or(u32::MAX)).line as usize;
    let mut snippet =
        Snippet::source(source.text.get(start..end).unwrap_or("")).path(source.name.as_str()).line_start(line);
    for ((label, primary), span) in labels.iter().zip(spans) {
        let kind = if *primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = label.text.in_lang(lang);
        let annotation = kind.span(span.start - start..span.end - start);
        snippet = snippet.annotation(if text.is_empty() { annotation } else { annotation.label(text) });
    }
    snippet
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
