//! Which rules the cases exercise. A rule is counted where it is declared, whichever policy takes it over.

use super::case::{Case, ExpectedScore};
use super::compare::{ExpectedRow, Failure};
use crate::data::load::{Loaded, shown};
use crate::model::{Counts, Expr, ItemResult, Outcome, Policy, Results, Rule, RuleId};
use crate::program::{adjustment_exprs, score_exprs};
use crate::source::{SourceId, Span};
use crate::syntax::tree::File;
use std::collections::{BTreeMap, BTreeSet};

/// In how many expectations that held a rule was met, unmet, or something else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Met.
    pub met: u64,
    /// Unmet.
    pub unmet: u64,
    /// Pending, excused, unknown or not due.
    pub other: u64,
}

impl Seen {
    /// Whether any expectation looked at the rule.
    #[must_use]
    pub fn is_exercised(self) -> bool {
        self != Seen::default()
    }

    /// Whether it was seen both met and unmet.
    #[must_use]
    pub fn is_both(self) -> bool {
        self.met > 0 && self.unmet > 0
    }
}

/// The rules that one policy declares.
#[derive(Debug, Clone, Default)]
pub struct UnitCoverage {
    /// Whether a case ran this policy itself, and not only one that extends it.
    pub is_run: bool,
    /// Rules in the order written.
    pub rules: Vec<(String, Seen)>,
    positions: BTreeMap<String, usize>,
}

impl UnitCoverage {
    /// How many of its rules hold a condition.
    pub fn count(&self, holds: impl Fn(Seen) -> bool) -> usize {
        self.rules.iter().filter(|(_, seen)| holds(*seen)).count()
    }
}

/// Rules of all policies that were run.
#[derive(Debug, Clone, Default)]
pub struct RuleCoverage {
    /// By name of the policy that declares them, then its file.
    pub units: BTreeMap<(String, String), UnitCoverage>,
    entered: BTreeSet<(String, String)>,
}

impl RuleCoverage {
    /// Enters the rules of a policy that is run.
    pub fn enter(&mut self, policy: &Policy, loaded: &Loaded) {
        let file = file_of(policy, loaded);
        if !self.entered.insert((policy.name.clone(), file.clone())) {
            return;
        }
        for rule in policy.rules.iter() {
            let unit = self.units.entry(declared_in(rule.span, policy, loaded)).or_default();
            if !unit.positions.contains_key(&rule.name) {
                unit.positions.insert(rule.name.clone(), unit.rules.len());
                unit.rules.push((rule.name.clone(), Seen::default()));
            }
        }
        if let Some(unit) = self.units.get_mut(&(policy.name.clone(), file)) {
            unit.is_run = true;
        }
    }

    /// Counts the findings of a case that came out as expected, and the lines of its scores that did and count obligations.
    pub fn count(
        &mut self,
        case: &Case,
        policy: &Policy,
        loaded: &Loaded,
        (results, failures): (&Results, &[Failure]),
    ) {
        let holds = |row: ExpectedRow| failures.iter().all(|failure| failure.row != Some(row));
        for (at, expected) in case.expected.findings.iter().enumerate() {
            if !holds(ExpectedRow::Finding(at)) {
                continue;
            }
            let Some(rule) = policy.rules.iter().find(|rule| rule.name == expected.rule.value) else { continue };
            let Some(seen) = self.seen(rule, policy, loaded) else { continue };
            match expected.outcome.value {
                Some(Outcome::Met) => seen.met += 1,
                Some(Outcome::Unmet) => seen.unmet += 1,
                _ => seen.other += 1,
            }
        }
        for (at, expected) in case.expected.scores.iter().enumerate() {
            if holds(ExpectedRow::Score(at)) {
                for line in lines_of(expected, policy, results) {
                    self.count_line(line, policy, loaded);
                }
            }
        }
    }

    /// Counts a line for the rules whose obligations it counts. Of several rules nobody can tell which are met.
    fn count_line(&mut self, line: &ItemResult, policy: &Policy, loaded: &Loaded) {
        let Some(counts) = line.counts.filter(|counts| *counts != Counts::default()) else { return };
        let rules = rules_behind(line, policy);
        let (met, unmet) = (rules.len() == 1 && counts.met > 0, rules.len() == 1 && counts.unmet > 0);
        for id in &rules {
            let Some(seen) = policy.rules.get(*id).and_then(|rule| self.seen(rule, policy, loaded)) else { continue };
            seen.met += u64::from(met);
            seen.unmet += u64::from(unmet);
            seen.other += u64::from(!met && !unmet);
        }
    }

    /// What was seen of a rule, under the policy that declares it.
    fn seen(&mut self, rule: &Rule, policy: &Policy, loaded: &Loaded) -> Option<&mut Seen> {
        let unit = self.units.get_mut(&declared_in(rule.span, policy, loaded))?;
        let at = unit.positions.get(&rule.name).copied()?;
        unit.rules.get_mut(at).map(|(_, seen)| seen)
    }
}

/// The lines that an expected score is about: those that it names, and of a record all of its lines, because obligations that lie
/// outside the run are no findings.
fn lines_of<'r>(expected: &ExpectedScore, policy: &Policy, results: &'r Results) -> Vec<&'r ItemResult> {
    let own_name = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let names: BTreeSet<String> = expected.items.iter().map(|item| own_name(&item.item.value)).collect();
    let is_meant = |line: &&ItemResult| {
        let Some(assessment) = policy.assessments.get(line.assessment) else { return false };
        assessment.name == expected.assessment.value
            && expected.subject.as_ref().is_none_or(|subject| subject.value == line.subject)
            && expected.period.as_ref().is_none_or(|period| period.value == line.period)
            && (assessment.every.is_none() || names.contains(&own_name(&line.item)))
    };
    if expected.none { Vec::new() } else { results.items.iter().filter(is_meant).collect() }
}

/// The rules whose obligations a line counts.
fn rules_behind(line: &ItemResult, policy: &Policy) -> BTreeSet<RuleId> {
    let mut rules = BTreeSet::new();
    let mut see = |expr: &Expr| {
        crate::program::walk(expr, policy, &mut |found| {
            if let Expr::Tally(tally) = found {
                rules.extend(tally.rules.iter().map(|(rule, _)| *rule));
            }
        });
    };
    if let Some(assessment) = policy.assessments.get(line.assessment) {
        let items = assessment.items.iter().filter(|item| item.name == line.item);
        items.flat_map(|item| score_exprs(&item.score)).for_each(&mut see);
        let adjustments = assessment.adjustments.iter().filter(|adjustment| adjustment.name == line.item);
        adjustments.flat_map(adjustment_exprs).for_each(&mut see);
    }
    rules
}

/// The file that declares a policy.
fn file_of(policy: &Policy, loaded: &Loaded) -> String {
    let declares = |file: &File| file.units.iter().any(|unit| !unit.vocabulary && unit.name.value == policy.name);
    let id = loaded.files.iter().find(|(_, file)| declares(file)).map(|(id, _)| *id);
    id.map(|id| real_name(id, loaded)).unwrap_or_default()
}

/// The path of a text, the same by whatever way it was reached.
fn real_name(id: SourceId, loaded: &Loaded) -> String {
    let name = loaded.sources.get(id).map(|source| source.name.as_str()).unwrap_or_default();
    std::fs::canonicalize(name).map_or_else(|_| name.to_owned(), |path| shown(&path))
}

/// Name and file of the policy or vocabulary that holds a place.
fn declared_in(span: Span, policy: &Policy, loaded: &Loaded) -> (String, String) {
    let file = real_name(span.source, loaded);
    let units = loaded.files.iter().filter(|(id, _)| *id == span.source).flat_map(|(_, file)| &file.units);
    let holds = |unit: Span| unit.start <= span.start && span.end <= unit.end;
    let name = units.into_iter().find(|unit| holds(unit.span)).map(|unit| unit.name.value.clone());
    (name.unwrap_or_else(|| policy.name.clone()), file)
}
