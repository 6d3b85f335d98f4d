//! Tree to checked model: names, types, units, links, choices, lints.
//!
//! One direction, no I/O. Every policy is checked on its own with all that it uses and extends; all
//! mistakes are collected. A part that was already reported is skipped in silence (`None`), so that one
//! mistake gives one message.

/// A message in both languages, with the same captured values.
macro_rules! text {
    ($en:literal, $zh:literal $(,)?) => {
        $crate::diagnostic::Text::new(format!($en), format!($zh))
    };
}

mod adjustments;
mod aggregates;
mod applies;
mod assessments;
mod awards;
mod calendars;
mod cases;
mod checker;
mod clocks;
pub mod codes;
mod compare;
mod conflicts;
mod constants;
mod counters;
mod cover;
mod day_starts;
mod declare;
mod events;
mod expressions;
mod firsts;
mod frames;
mod gates;
mod given;
mod grades;
mod guesses;
mod headers;
mod items;
mod kinds;
mod lifetimes;
mod lines;
mod links;
mod lints;
mod measures;
mod mixed_units;
mod money;
mod names;
mod neighbours;
mod numbers;
mod open_awards;
mod order;
mod overlap;
mod overrides;
mod params;
mod partitions;
mod parts;
mod periods;
mod prizes;
mod records;
mod requirements;
mod results;
mod rewards;
mod rules;
mod seasons;
mod siblings;
mod sources;
mod stand_ins;
mod steps;
mod stops;
mod strengths;
mod tables;
mod terms;
mod tiers;
mod types;
mod units;
mod waivers;

use crate::diagnostic::{Diagnostic, Severity};
use crate::model::Policy;
use crate::source::{SourceId, Sources};
use crate::syntax::tree::{File, Item, Spanned};
use checker::Checker;
use units::Library;

/// What a check gives: the policies without errors, in the order of the files, and all that was found.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// Policies that can be used.
    pub policies: Vec<Policy>,
    /// Findings, by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks all policies and vocabularies of a set of files. `use` and `extends` are resolved among them by name.
#[must_use]
pub fn check(files: &[(SourceId, File)], sources: &Sources) -> Checked {
    let mut diagnostics = Vec::new();
    let library = Library::new(files, &mut diagnostics);
    let mut policies = Vec::new();
    for unit in library.units() {
        let mut checker = Checker::new(sources);
        library.collect(unit, &mut checker);
        let policy = checker.run();
        diagnostics.extend(checker.diagnostics);
        policies.extend(policy.filter(|_| library.is_policy(unit)));
    }
    let mut seen = std::collections::BTreeSet::new();
    diagnostics.sort_by_key(|d| (d.primary.span, d.code));
    diagnostics.retain(|d| seen.insert((d.primary.span, d.code, d.message.en.clone())));
    Checked { policies, diagnostics }
}

/// The paths that a file names after `from`, for a loader to follow.
#[must_use]
pub fn imports(file: &File) -> Vec<Spanned<String>> {
    let items = file.units.iter().flat_map(|unit| &unit.items);
    items
        .filter_map(|item| match &item.value {
            Item::Use { from, .. } | Item::Extends { from, .. } => from.clone(),
            _ => None,
        })
        .collect()
}

/// Whether any of them is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

#[test]
fn a_policy_never_vanishes_in_silence() {
    let sources = Sources::default();
    let mut checker = Checker::new(&sources);
    // Without a unit there is nothing to make, and no check that says so.
    assert!(checker.run().is_none());
    let found: Vec<&str> = checker.diagnostics.iter().map(|d| d.code).collect();
    assert_eq!(found, ["WG0299"]);
}
