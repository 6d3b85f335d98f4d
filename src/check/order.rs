//! The order of judging: what reads results or obligations comes after what gives them.

use super::checker::Checker;
use super::codes;
use super::lints::walk::Reads;
use crate::diagnostic::Diagnostic;
use crate::model::{Id, Judgeable, RuleId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Who reads whom, with the place where it is said.
type Edges = BTreeMap<Judgeable, BTreeMap<Judgeable, Span>>;

impl Checker<'_> {
    /// Reports rules and assessments that wait for each other.
    pub(super) fn check_order(&mut self) {
        let edges = self.edges();
        let Some(path) = edges.keys().find_map(|start| round_trip(&edges, *start)) else { return };
        let names: Vec<String> = path.iter().map(|one| self.name_of(*one)).collect();
        let span = match path.as_slice() {
            [first, second, ..] => edges.get(first).and_then(|reads| reads.get(second)).copied(),
            _ => None,
        };
        let Some(span) = span else { return };
        let shown = names.join(" > ");
        let message =
            text!("what is read leads back to where it started: `{shown}`", "所读取的结果又回到自身：`{shown}`");
        let help = if path.iter().any(|one| matches!(one, Judgeable::Rule(_))) {
            text!(
                "`>` means: reads results or obligations of; a rule is judged for all periods before an assessment that counts it, so that it cannot ask for a result of that assessment, not of an earlier period either: count it in an assessment of its own, or put what it asks for into a line of this one, which may read the previous period",
                "`>`表示读取其结果或履职情况；规则须先对各期判完，考核才能计数，因此规则不能再读该考核的结果，上一期的也不行：请用另一项考核来计数，或把规则的要求写成本考核的一行，该行可以读取上一期"
            )
        } else {
            text!(
                "`>` means: reads results or obligations of; leave out one of these steps, or read the previous period",
                "`>`表示读取其结果或履职情况；请去掉其中一环，或改读上一期"
            )
        };
        self.push(Diagnostic::error(codes::ASSESSMENT_CYCLE, span, message).with_help(help));
    }

    fn name_of(&self, one: Judgeable) -> String {
        match one {
            Judgeable::Assessment(id) => self.assessment_decls[id].item.name.value.clone(),
            Judgeable::Rule(id) => {
                let written = self.rule_decls.get(id).map(|decl| decl.name.clone());
                let side = || self.rules.get(id.index()).and_then(Option::as_ref).map(|rule| rule.name.clone());
                written.or_else(side).unwrap_or_default()
            }
        }
    }

    fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            let mut reads = Reads::new(self);
            reads.rule(rule);
            let read = reads.results.into_iter().map(|id| (Judgeable::Assessment(id), rule.span));
            edges.insert(Judgeable::Rule(RuleId::from_index(at)), read.collect());
        }
        for id in self.assessment_decls.ids() {
            edges.entry(Judgeable::Assessment(id)).or_default();
        }
        for (reader, read, span) in &self.assessment_reads {
            edges.entry(Judgeable::Assessment(*reader)).or_default().insert(Judgeable::Assessment(*read), *span);
        }
        for (reader, rule, span) in &self.tally_reads {
            edges.entry(Judgeable::Assessment(*reader)).or_default().insert(Judgeable::Rule(*rule), *span);
        }
        edges
    }

    /// An order in which all come after what they read, rules first; `None`: there is a cycle.
    pub(super) fn order(&self) -> Option<Vec<Judgeable>> {
        let edges = self.edges();
        let mut readers: BTreeMap<Judgeable, Vec<Judgeable>> = BTreeMap::new();
        let mut missing: BTreeMap<Judgeable, usize> = BTreeMap::new();
        for (reader, reads) in &edges {
            missing.insert(*reader, reads.len());
            reads.keys().for_each(|read| readers.entry(*read).or_default().push(*reader));
        }
        let mut ready: BTreeSet<Judgeable> =
            missing.iter().filter(|(_, count)| **count == 0).map(|(one, _)| *one).collect();
        let mut order = Vec::new();
        while let Some(next) = ready.pop_first() {
            order.push(next);
            for reader in readers.get(&next).into_iter().flatten() {
                if let Some(count) = missing.get_mut(reader) {
                    *count -= 1;
                    if *count == 0 {
                        ready.insert(*reader);
                    }
                }
            }
        }
        (order.len() == missing.len()).then_some(order)
    }
}

/// A shortest way from a start back to it, both ends named.
fn round_trip(edges: &Edges, start: Judgeable) -> Option<Vec<Judgeable>> {
    let mut ways = vec![vec![start]];
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while let Some(way) = ways.get(at).cloned() {
        at += 1;
        for next in edges.get(way.last()?).into_iter().flat_map(BTreeMap::keys) {
            if *next == start {
                return Some(way.into_iter().chain([start]).collect());
            }
            if seen.insert(*next) {
                ways.push(way.iter().copied().chain([*next]).collect());
            }
        }
    }
    None
}
