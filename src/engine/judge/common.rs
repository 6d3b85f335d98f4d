//! Rules that several policies of a run have in common are judged once: variants of a plan, towns that take over their county's.

use super::facts::Facts;
use super::{Judge, RunError};
use crate::model::{Counts, Finding, FindingFilter, Policy, RuleId};
use crate::program::{Gathering, Program};
use hashbrown::{HashMap, HashSet};
use std::fmt::{Debug, Write as _};

/// What rules came to, for policies that share registers and a ledger.
#[derive(Debug, Default)]
pub(super) struct Common {
    rules: HashMap<String, Vec<Judged>>,
}

/// What one rule came to, for these gatherings.
#[derive(Debug)]
struct Judged {
    gatherings: Vec<Gathering>,
    counts: Counts,
    gathered: Vec<HashMap<(u32, usize), Counts>>,
}

/// Whether obligations are gathered for the same subjects and periods.
fn is_same(one: &Gathering, other: &Gathering) -> bool {
    one == &Gathering { rule: one.rule, ..other.clone() }
}

impl<'a> Judge<'a> {
    /// Judges a rule that reads no results, unless one that says the same was judged for a policy before. What is listed is
    /// judged for each policy.
    pub(super) fn rule_once(
        &self,
        id: RuleId,
        facts: &mut Facts,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
        common: &mut Common,
    ) -> Result<Counts, RunError> {
        let program = self.world.program;
        let places = self.run_of(id).gatherings;
        let gatherings: Vec<Gathering> = places.iter().filter_map(|at| program.gatherings.get(*at)).cloned().collect();
        let keeps_runs = gatherings.iter().any(|gathering| gathering.runs || gathering.dues);
        let meaning = if filter == FindingFilter::None && !keeps_runs { meaning(program, id) } else { None };
        let Some(meaning) = meaning else { return self.rule(id, facts, filter, sink) };
        let before = common.rules.entry(meaning).or_default();
        let position = |judged: &Judged, wanted: &Gathering| judged.gatherings.iter().position(|g| is_same(g, wanted));
        for judged in before.iter() {
            let found = gatherings.iter().map(|wanted| position(judged, wanted)).collect::<Option<Vec<_>>>();
            let Some(found) = found else { continue };
            for (place, from) in places.iter().zip(found) {
                if let (Some(slot), Some(known)) = (facts.gathered.get_mut(*place), judged.gathered.get(from)) {
                    slot.clone_from(known);
                }
            }
            return Ok(judged.counts);
        }
        let counts = self.rule(id, facts, filter, sink)?;
        let gathered = places.iter().filter_map(|place| facts.gathered.get(*place)).cloned().collect();
        before.push(Judged { gatherings, counts, gathered });
        Ok(counts)
    }
}

/// Everything that decides what a rule comes to over given registers and records, as text: the rule, and all that it names.
/// `None`: it reads what is judged.
///
/// INVARIANT (the model shows what it holds): `Debug` of the model is derived, so that an id which a rule holds anywhere
/// stands in its text.
fn meaning(program: &Program, id: RuleId) -> Option<String> {
    let policy = program.policy();
    let rule = crate::model::Rule { overridden_by: Vec::new(), ..policy.rules[id].clone() };
    let lives: Vec<_> = policy.kinds.iter().map(|kind| kind.lifetime).collect();
    let windows = &program.rule_windows[id];
    let mut text = String::new();
    // Writing into a text does not fail.
    let _ = write!(text, "{rule:?}{windows:?}{lives:?}{:?}{:?}{:?}", policy.in_force, policy.waivers, policy.stand_ins);
    let mut seen: HashSet<(&str, usize)> = HashSet::new();
    let mut from = 0;
    while from < text.len() {
        let mut more = String::new();
        for (name, of) in NAMED {
            for at in numbers(text.get(from..).unwrap_or(""), name) {
                if seen.insert((name, at)) {
                    let _ = write!(more, "{name}{at}={}", of(policy, at)?);
                }
            }
        }
        from = text.len();
        text.push_str(&more);
    }
    Some(text)
}

/// What an id of a policy names, as text.
type Naming = fn(&Policy, usize) -> Option<String>;

/// What an id of each sort names; nothing for what is judged itself.
const NAMED: [(&str, Naming); 6] = [
    ("AggId(", |policy, at| shown(policy.aggs.iter().nth(at))),
    ("MeasureId(", |policy, at| shown(policy.measures.iter().nth(at))),
    ("ParamId(", |policy, at| shown(policy.params.iter().nth(at).map(|param| &param.value))),
    ("RuleId(", |_, _| None),
    ("AssessmentId(", |_, _| None),
    ("CounterId(", |_, _| None),
];

fn shown<T: Debug>(named: Option<T>) -> Option<String> {
    named.map(|named| format!("{named:?}"))
}

/// The numbers that stand behind a word.
fn numbers<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(word).filter_map(move |(at, _)| {
        let rest = text.get(at + word.len()..)?;
        rest.get(..rest.find(')')?)?.parse().ok()
    })
}
