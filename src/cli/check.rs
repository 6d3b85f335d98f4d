//! `wangge check`: policies, manifests and tests, read and held against each other.

use super::args::{CheckArgs, CheckFormat, Deny};
use super::files::{FileKind, find};
use super::problems::data_error;
use super::{Exit, Screen};
use crate::data::error::DataError;
use crate::data::load::{Loaded, read_stdin, read_text, shown};
use crate::data::setup::check_manifest;
use crate::diagnostic::{Diagnostic, Severity, human, json};
use crate::source::Sources;
use crate::testing::{self, CasePolicies};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn run(args: &CheckArgs, screen: &mut Screen) -> Exit {
    let mut loaded = Loaded::new(crate::syntax::parse);
    let (mut diagnostics, file_count) = match collect(args, &mut loaded) {
        Ok(found) => found,
        Err(error) => return data_error(&error, screen),
    };
    diagnostics.sort_by(|a, b| (a.primary.span, a.code, &a.message.en).cmp(&(b.primary.span, b.code, &b.message.en)));
    diagnostics.dedup();
    match args.format {
        CheckFormat::Human => {
            let text = human::render_styled(&diagnostics, &loaded.sources, screen.lang());
            screen.out(&text);
            screen.line(&closing(&diagnostics, file_count, screen));
        }
        CheckFormat::Json => {
            let text = json::render(&diagnostics, &loaded.sources, screen.lang());
            screen.out(&text);
        }
    }
    let worst = diagnostics.iter().map(|d| d.severity).max();
    match (worst, args.deny) {
        (Some(Severity::Error), _) | (Some(Severity::Warning), Some(Deny::Warnings)) => Exit::Wanting,
        _ => Exit::Fine,
    }
}

/// Reads everything. Errors only where a path itself cannot be read.
fn collect(args: &CheckArgs, loaded: &mut Loaded) -> Result<(Vec<Diagnostic>, usize), DataError> {
    let found = find(&args.paths)?;
    let file_count = found.len();
    for file in found.iter().filter(|file| file.kind == FileKind::Policy) {
        loaded.add_file(&file.path)?;
    }
    if found.iter().any(|file| file.kind == FileKind::Stdin) {
        let text = read_stdin()?;
        loaded.add_text("<stdin>", text);
    }
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for file in &found {
        match file.kind {
            FileKind::Manifest => add_manifest(&file.path, loaded, &mut diagnostics)?,
            FileKind::Tests => check_tests(&file.path, loaded, &mut diagnostics)?,
            FileKind::Policy | FileKind::Stdin => {}
        }
    }
    for group in loaded.check_all() {
        diagnostics.extend(group.diagnostics);
    }
    Ok((diagnostics, file_count))
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
    for case in &file.cases {
        match policies.find(case, path, loaded) {
            Ok(policy) => diagnostics.extend(testing::bind(case, &policy).err().unwrap_or_default()),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    Ok(())
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
