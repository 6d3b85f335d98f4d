//! The policies that a manifest names: read, checked, chosen, their parameters filled.

use super::decode::{BAD_SOURCE, BAD_VALUE, Located, UNKNOWN_NAME};
use super::error::{DataError, Rejected};
use super::load::{Loaded, read_text, shown};
use super::manifest::{Manifest, read_manifest};
use super::params::read_param;
use super::suggest::way_out;
use crate::check::{Checked, check, has_errors};
use crate::diagnostic::{Diagnostic, Text};
use crate::model::Policy;
use crate::source::Sources;
use crate::syntax::tree::Item;
use std::collections::BTreeSet;
use std::path::Path;

/// What was read of a manifest and its policies.
#[derive(Debug)]
pub(super) struct PolicyTexts {
    /// The manifest.
    pub manifest: Manifest,
    /// All texts.
    pub sources: Sources,
    /// Warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
    /// Names of policies that another one extends.
    pub extended: BTreeSet<String>,
}

/// Reads a manifest and its policies. Errors hold all diagnostics of both.
pub(super) fn load_policies(path: &Path) -> Result<(Vec<Policy>, PolicyTexts), DataError> {
    let text = read_text(path)?;
    let mut loaded = Loaded::new(crate::syntax::parse);
    let id = loaded.sources.add(shown(path), text);
    let (manifest, problems) = read_manifest(&loaded.sources, id);
    let mut diagnostics = Vec::new();
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let mut is_lost = false;
    for policy in &manifest.policies {
        if let Err(error) = loaded.add_file(&folder.join(&policy.value)) {
            let (text, help) = error.texts();
            is_lost |= error.kind() == super::error::ErrorKind::Usage;
            let mut diagnostic = Diagnostic::error(BAD_SOURCE, policy.span, text);
            diagnostic.help = help;
            diagnostics.push(diagnostic);
        }
    }
    let Checked { policies, diagnostics: found } = check(&loaded.files, &loaded.sources);
    diagnostics.append(&mut loaded.diagnostics);
    diagnostics.extend(found);
    let failed = has_errors(&diagnostics) || policies.is_empty();
    diagnostics.extend(problems);
    sort(&mut diagnostics);
    // Mistakes of the manifest alone are told together with what does not fit the policies.
    if failed && has_errors(&diagnostics) {
        return Err(Rejected { sources: loaded.sources, diagnostics, is_lost }.into());
    }
    let extended = (loaded.files.iter().flat_map(|(_, file)| &file.units).flat_map(|unit| &unit.items))
        .filter_map(|item| match &item.value {
            Item::Extends { name, .. } => Some(name.value.clone()),
            _ => None,
        })
        .collect();
    Ok((policies, PolicyTexts { manifest, sources: loaded.sources, diagnostics, extended }))
}

/// Sorts diagnostics by their place, each once.
pub(super) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| (a.primary.span, a.code).cmp(&(b.primary.span, b.code)));
    diagnostics.dedup();
}

/// The policies that `run` names, or those that no other extends; in order of name.
pub(super) fn choose(
    policies: Vec<Policy>,
    manifest: &Manifest,
    extended: &BTreeSet<String>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Policy> {
    let names: Vec<String> = policies.iter().map(|policy| policy.name.clone()).collect();
    for wanted in &manifest.run {
        if !names.contains(&wanted.value) {
            problems.push(unknown(wanted, ("policy", "政策"), &names));
        }
    }
    if !problems.is_empty() {
        // The rest is held against all of them, so that one wrong name gives one message.
        return policies;
    }
    let chosen = |policy: &Policy| match manifest.run.as_slice() {
        [] => !extended.contains(&policy.name),
        run => run.iter().any(|wanted| wanted.value == policy.name),
    };
    let mut policies: Vec<Policy> = policies.into_iter().filter(chosen).collect();
    policies.sort_by(|a, b| a.name.cmp(&b.name));
    if policies.is_empty()
        && let Some(first) = manifest.policies.first()
    {
        let message = Text::new("these files hold no policy to score", "这些文件中没有可考核的政策");
        problems.push(Diagnostic::error(BAD_SOURCE, first.span, message));
    }
    policies
}

pub(super) fn unknown(name: &Located<String>, what: (&str, &str), known: &[String]) -> Diagnostic {
    let message =
        Text::new(format!("there is no {} `{}`", what.0, name.value), format!("没有 `{}` 这个{}", name.value, what.1));
    let mut diagnostic = Diagnostic::error(UNKNOWN_NAME, name.span, message);
    diagnostic.help = way_out(&name.value, known.iter().map(String::as_str));
    diagnostic
}

/// Puts a value that the manifest gives into the parameters of its name.
pub(super) fn fill_param(
    policies: &mut [Policy],
    name: &Located<String>,
    value: &Located<String>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut found = false;
    for policy in policies.iter_mut() {
        let Some(id) = policy.params.entries().find(|(_, p)| p.name == name.value).map(|(id, _)| id) else { continue };
        found = true;
        match read_param(policy, id, &value.value) {
            Ok(value) => policy.params[id].value = Some(value),
            Err(message) => problems.push(Diagnostic::error(BAD_VALUE, value.span, message)),
        }
    }
    if !found {
        let known: BTreeSet<String> = policies.iter().flat_map(|p| p.params.iter()).map(|p| p.name.clone()).collect();
        let known: Vec<String> = known.into_iter().collect();
        problems.push(unknown(name, ("parameter", "参数"), &known));
    }
}
