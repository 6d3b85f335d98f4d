//! `wangge check`: policies, manifests and tests, read and held against each other.

use super::args::{CheckArgs, CheckFormat, Deny};
use super::files::{FileKind, Found, find};
use super::{Exit, Screen};
use crate::data::error::{DataError, ErrorKind};
use crate::data::load::{Loaded, UNREADABLE, read_stdin, read_text, shown};
use crate::data::setup::check_manifest;
use crate::diagnostic::{Diagnostic, Severity, Text, github, human, json, junit, sarif};
use crate::limits::MESSAGES_SHOWN_MAX;
use crate::source::{Sources, Span};
use crate::testing::{self, CasePolicies};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) fn run(args: &CheckArgs, screen: &mut Screen) -> Exit {
    let mut loaded = Loaded::new(crate::syntax::parse);
    let (files, mut failed) = find(&args.paths);
    if files.is_empty() && failed.is_empty() {
        screen.error(&Text::new("there is nothing to check here", "此处没有可检查的文件"));
        screen.help(&Text::new(
            "policies are called `*.wg`, tests `tests.yaml` or `*.test.yaml`, manifests `manifest.yaml`",
            "政策文件名为 `*.wg`，测试为 `tests.yaml` 或 `*.test.yaml`，清单为 `manifest.yaml`",
        ));
        return Exit::Usage;
    }
    let mut diagnostics = collect(&files, &mut loaded, &mut failed);
    // What cannot be read is told like all else, so that one bad file hides no other and every format is a whole document.
    let is_lost = failed.iter().any(|error| error.kind() == ErrorKind::Usage);
    let file_count = files.len();
    for error in &failed {
        diagnostics.extend(told(error, &mut loaded.sources));
    }
    diagnostics.sort_by(|a, b| (a.primary.span, a.code, &a.message.en).cmp(&(b.primary.span, b.code, &b.message.en)));
    diagnostics.dedup();
    let (found, sources, lang, base) = (&diagnostics, &loaded.sources, screen.lang(), working_folder());
    let text = match args.format {
        CheckFormat::Human => {
            let (shown, more) = found.split_at(found.len().min(MESSAGES_SHOWN_MAX));
            let text = human::render_styled(shown, sources, lang) + &unshown(more.len(), screen);
            text + &closing(found, file_count, screen) + "\n"
        }
        CheckFormat::Json => json::render(found, sources, lang),
        CheckFormat::Sarif => sarif::render(found, sources, lang, &base),
        CheckFormat::Junit => {
            let failing = if args.deny.is_some() { Severity::Warning } else { Severity::Error };
            junit::render(found, sources, lang, &base, failing)
        }
        CheckFormat::Github => github::render(found, sources, lang, &base),
    };
    screen.out(&text);
    let worst = diagnostics.iter().map(|d| d.severity).max();
    match (worst, args.deny) {
        _ if is_lost => Exit::Usage,
        (Some(Severity::Error), _) | (Some(Severity::Warning), Some(Deny::Warnings)) => Exit::Wanting,
        _ => Exit::Fine,
    }
}

/// A file that cannot be read, as a diagnostic at its start.
fn told(error: &DataError, sources: &mut Sources) -> Vec<Diagnostic> {
    if let DataError::Rejected(rejected) = error {
        return absorb(sources, &rejected.sources, rejected.diagnostics.clone());
    }
    let (text, help) = error.texts();
    let source = sources.add(error.path().unwrap_or_default(), "");
    let mut diagnostic = Diagnostic::error(UNREADABLE, Span { source, start: 0, end: 0 }, text);
    diagnostic.help = help;
    vec![diagnostic]
}

/// Reads everything. What cannot be read goes to `failed`.
fn collect(found: &[Found], loaded: &mut Loaded, failed: &mut Vec<DataError>) -> Vec<Diagnostic> {
    for file in found.iter().filter(|file| file.kind == FileKind::Policy) {
        failed.extend(loaded.add_file(&file.path).err());
    }
    if found.iter().any(|file| file.kind == FileKind::Stdin) {
        match read_stdin() {
            Ok(text) => drop(loaded.add_text("<stdin>", text)),
            Err(error) => failed.push(error),
        }
    }
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for file in found {
        match file.kind {
            FileKind::Manifest => failed.extend(add_manifest(&file.path, loaded, &mut diagnostics).err()),
            FileKind::Tests => failed.extend(check_tests(&file.path, loaded, &mut diagnostics).err()),
            FileKind::Policy | FileKind::Stdin => {}
        }
    }
    for group in loaded.check_all() {
        diagnostics.extend(group.diagnostics);
    }
    diagnostics
}

fn add_manifest(path: &Path, loaded: &mut Loaded, diagnostics: &mut Vec<Diagnostic>) -> Result<(), DataError> {
    let (sources, found) = check_manifest(path)?;
    diagnostics.extend(absorb(&mut loaded.sources, &sources, found));
    Ok(())
}

fn check_tests(path: &Path, loaded: &mut Loaded, diagnostics: &mut Vec<Diagnostic>) -> Result<(), DataError> {
    let source = loaded.sources.add(shown(path), read_text(path)?);
    let (file, problems) = testing::read(&loaded.sources, source);
    diagnostics.extend(problems);
    let mut policies = CasePolicies::default();
    // What is wrong with a policy is told at the first of its cases.
    let mut told = BTreeSet::new();
    for case in &file.cases {
        match policies.find(case, path, loaded) {
            Ok(policy) => diagnostics.extend(testing::bind(case, &policy).err().unwrap_or_default()),
            Err(problem) if told.insert(problem.message.en.clone()) => diagnostics.push(*problem),
            Err(_) => {}
        }
    }
    Ok(())
}

/// The folder that relative paths start from; empty where there is none.
pub(super) fn working_folder() -> String {
    std::env::current_dir().map(|path| shown(&path)).unwrap_or_default()
}

/// How many messages are not shown.
fn unshown(count: usize, screen: &Screen) -> String {
    if count == 0 {
        return String::new();
    }
    screen.say(
        format!(
            "the first {MESSAGES_SHOWN_MAX} messages are shown, {count} more are not: mend these first, or list all with `--format json`\n"
        ),
        format!("以上为前 {MESSAGES_SHOWN_MAX} 条，另有 {count} 条未显示：请先改正以上各处，或用 `--format json` 列出全部\n"),
    )
}

/// `3 files: 1 error, 2 warnings`.
fn closing(diagnostics: &[Diagnostic], file_count: usize, screen: &Screen) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    screen.say(
        format!(
            "{} checked: {}, {}, {}",
            plural(file_count, "file"),
            plural(errors, "error"),
            plural(warnings, "warning"),
            plural(notes, "note")
        ),
        format!("已检查 {file_count} 个文件：错误 {errors} 处，警告 {warnings} 处，提示 {notes} 处"),
    )
}

/// Diagnostics of another set of texts, turned to this one; a text that is in both is taken once.
fn absorb(into: &mut Sources, from: &Sources, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut ids = BTreeMap::new();
    for id in from.ids() {
        let Some(source) = from.get(id) else { continue };
        let same =
            into.ids().find(|own| into.get(*own).is_some_and(|s| s.name == source.name && s.text == source.text));
        ids.insert(id, same.unwrap_or_else(|| into.add(source.name.clone(), source.text.clone())));
    }
    for diagnostic in &mut diagnostics {
        let secondary = diagnostic.secondary.iter_mut();
        for label in std::iter::once(&mut diagnostic.primary).chain(secondary) {
            label.span.source = ids.get(&label.span.source).copied().unwrap_or(label.span.source);
        }
    }
    diagnostics
}
