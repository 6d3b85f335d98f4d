//! The part of the tree that a policy governs, where a run has policies for several (`governs` of a manifest).
//!
//! A policy that governs a part judges, scores and pays the subjects that lead into it, and no others; what it counts for everything,
//! and rows beside a row, are those of the part.

use super::aggregate::Source;
use super::expr::{Expr, Link, Path};
use super::ids::{FieldId, IdVec, KindId};
use super::kind::{Kind, Role};
use super::policy::Policy;
use super::value::{Type, Value};
use crate::limits::{CHAIN_STEPS_MAX, PART_LEVELS_MAX};
use std::collections::BTreeMap;

/// A part of a tree: some subjects of a kind, and in a kind with a `parent` all below them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The kind of the subjects at the top of the part.
    pub kind: KindId,
    /// Their keys.
    pub keys: Vec<String>,
    /// How rows of each kind lead to that kind; of the kind itself the empty path. Kinds that do not lead there are not in it:
    /// their subjects are governed by every policy.
    pub ways: BTreeMap<KindId, Path>,
    /// For each of these kinds, whether a row lies in the part, as a condition of the row. One with an empty reference on its
    /// way does not.
    pub inside: BTreeMap<KindId, Expr>,
}

impl Part {
    /// The part below these subjects.
    #[must_use]
    pub fn new(kinds: &IdVec<KindId, Kind>, kind: KindId, keys: Vec<String>, ways: BTreeMap<KindId, Path>) -> Part {
        let values: Vec<Value> = keys.iter().cloned().map(Value::Text).collect();
        let is_top = |path: Path| {
            let key = if path.is_empty() { Expr::Key } else { Expr::Field(path) };
            Expr::IsTrue(Box::new(Expr::OneOf(Box::new(key), values.clone())))
        };
        let holds = |way: &Path| match kinds[kind].parent {
            None => is_top(way.clone()),
            Some(parent) => {
                let up = |levels: usize| way.iter().copied().chain(std::iter::repeat_n(parent, levels)).collect();
                Expr::Or((0..PART_LEVELS_MAX).map(|levels| is_top(up(levels))).collect())
            }
        };
        let inside = ways.iter().map(|(kind, way)| (*kind, holds(way))).collect();
        Part { kind, keys, ways, inside }
    }
}

impl Policy {
    /// Narrows the policy to a part, once: the scopes of what it judges, and the rows that lead to no subject of their own.
    pub fn govern(&mut self, part: Part) {
        let narrow = |kind: KindId, condition: &mut Option<Expr>| {
            if let Some(inside) = part.inside.get(&kind) {
                let also = std::iter::once(inside.clone()).chain(condition.take());
                *condition = Some(Expr::And(also.collect()));
            }
        };
        for id in self.rules.ids().collect::<Vec<_>>() {
            let rule = &mut self.rules[id];
            narrow(rule.subject, &mut rule.scope);
        }
        for id in self.assessments.ids().collect::<Vec<_>>() {
            let assessment = &mut self.assessments[id];
            narrow(assessment.subject, &mut assessment.scope);
        }
        for id in self.counters.ids().collect::<Vec<_>>() {
            let counter = &mut self.counters[id];
            narrow(counter.subject, &mut counter.scope);
        }
        for id in self.rewards.ids().collect::<Vec<_>>() {
            let reward = &mut self.rewards[id];
            narrow(reward.subject, &mut reward.scope);
        }
        for id in self.aggs.ids().collect::<Vec<_>>() {
            let sources = match &mut self.aggs[id].source {
                Source::Records(parts) => parts.as_mut_slice(),
                Source::Rows(part) => std::slice::from_mut(part),
                Source::Sharing(sharing) => {
                    narrow(sharing.part.kind, &mut sharing.part.filter);
                    continue;
                }
            };
            for source in sources.iter_mut().filter(|source| source.link == Link::Whole) {
                narrow(source.kind, &mut source.filter);
            }
        }
        self.part = Some(part);
    }
}

/// All chains of references from one kind to another that pass no kind twice, the shortest first.
#[must_use]
pub fn chains(kinds: &IdVec<KindId, Kind>, from: KindId, to: KindId) -> Vec<Path> {
    let mut found = Vec::new();
    let (mut visited, mut path) = (vec![from], Vec::new());
    extend_chain(kinds, (from, to), &mut visited, &mut path, &mut found);
    found.sort_by_key(|path| path.len());
    found
}

fn extend_chain(
    kinds: &IdVec<KindId, Kind>,
    (at, to): (KindId, KindId),
    visited: &mut Vec<KindId>,
    path: &mut Vec<FieldId>,
    found: &mut Vec<Path>,
) {
    let Some(kind) = kinds.get(at) else { return };
    for (id, field) in kind.fields.entries() {
        let Type::Ref(next) = field.ty else { continue };
        path.push(id);
        if next == to {
            found.push(path.clone());
        } else if path.len() < CHAIN_STEPS_MAX && !visited.contains(&next) {
            visited.push(next);
            extend_chain(kinds, (next, to), visited, path, found);
            visited.pop();
        }
        path.pop();
    }
}

/// The one way from a kind to another: of itself the empty one, a single direct reference before longer ways, else the only chain.
/// Several: all of them, to choose from.
pub fn way(kinds: &IdVec<KindId, Kind>, from: KindId, to: KindId) -> Result<Option<Path>, Vec<Path>> {
    if from == to {
        return Ok(Some(Path::new()));
    }
    if kinds[from].role == Role::Whole {
        return Ok(None);
    }
    let mut found = chains(kinds, from, to);
    if found.iter().filter(|path| path.len() == 1).count() == 1 {
        found.truncate(1);
    }
    match found.len() {
        0 => Ok(None),
        1 => Ok(found.pop()),
        _ => Err(found),
    }
}
