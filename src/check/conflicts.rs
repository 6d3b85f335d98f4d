//! Rules that demand different numbers of one thing: no number meets both, one is stricter, or they are one duty.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::limits::RULE_PAIRS_MAX;
use crate::model::{CountReq, Expr, Ratio, Requirement, Rule, Strength, Value};
use std::collections::BTreeMap;

/// Bounds of a rule on one number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bounds {
    rule: usize,
    low: Option<Ratio>,
    high: Option<Ratio>,
}

impl Checker<'_> {
    /// Compares rules that bound the same number of the same subjects in the same windows.
    pub(super) fn check_conflicts(&mut self) {
        let mut groups: BTreeMap<String, Vec<Bounds>> = BTreeMap::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let Some(rule) = rule else { continue };
            if rule.strength > Strength::InPrinciple || rule.never_applies() {
                continue;
            }
            for count in counts(&rule.requirement) {
                let known = |bound: &Option<Expr>| bound.as_ref().map(|bound| self.known_number(bound));
                // A bound that is not known yet proves nothing.
                let (low, high) = (known(&count.at_least), known(&count.at_most));
                if count.per.is_some() || low == Some(None) || high == Some(None) {
                    continue;
                }
                let group = format!("{:?} {:?} {:?}", rule.subject, rule.frame, count.measured);
                groups.entry(group).or_default().push(Bounds { rule: at, low: low.flatten(), high: high.flatten() });
            }
        }
        let mut found = Vec::new();
        let mut pairs = 0usize;
        for group in groups.values() {
            for (at, b) in group.iter().enumerate() {
                // Many rules of one kind say one thing of each, not of each pair.
                let mut said: Option<Severity> = None;
                for a in group.iter().take(at).filter(|a| a.rule != b.rule) {
                    pairs += 1;
                    if pairs > RULE_PAIRS_MAX {
                        break;
                    }
                    let Some((diagnostic, cites)) = self.compare_rules(*a, *b) else { continue };
                    let worse = said < Some(diagnostic.severity);
                    said = said.max(Some(diagnostic.severity));
                    found.push((worse.then_some(diagnostic), cites));
                }
            }
        }
        for (diagnostic, cites) in found {
            diagnostic.into_iter().for_each(|diagnostic| self.push(diagnostic));
            // The finding of the stricter rule names both.
            if let Some((stricter, other)) = cites {
                let more = self.rules.get(other).and_then(Option::as_ref).map(|rule| rule.cites.clone());
                if let Some(Some(rule)) = self.rules.get_mut(stricter) {
                    for clause in more.into_iter().flatten() {
                        if !rule.cites.contains(&clause) {
                            rule.cites.push(clause);
                        }
                    }
                }
            }
        }
    }

    /// What two rules on one number come to: a message, and the stricter with the other.
    fn compare_rules(&self, a: Bounds, b: Bounds) -> Option<(Diagnostic, Option<(usize, usize)>)> {
        let rule = |at: usize| self.rules.get(at).and_then(Option::as_ref);
        let (one, two) = (rule(a.rule)?, rule(b.rule)?);
        if !meet(one, two) {
            return None;
        }
        let low = [a.low, b.low].into_iter().flatten().max();
        let high = [a.high, b.high].into_iter().flatten().min();
        let (first, second) = (&one.name, &two.name);
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let message = text!(
                "`{first}` and `{second}` cannot both hold: at least {low} and at most {high} of the same",
                "`{first}`与`{second}`不能同时满足：同一数量既至少 {low} 又至多 {high}"
            );
            let error = Diagnostic::error(codes::RULES_CONFLICT, two.span, message);
            return Some((with_other(error, one, first), None));
        }
        let warn =
            |code, message: Text| with_other(Diagnostic::new(code, Severity::Warning, two.span, message), one, first);
        let (tight_a, tight_b) = ((a.low, a.high) == (low, high), (b.low, b.high) == (low, high));
        match (tight_a, tight_b) {
            (true, true) => {
                let message = text!("`{first}` and `{second}` are one duty", "`{first}`与`{second}`是同一项要求");
                let help = text!(
                    "one rule may cite both clauses: `cites A-1, A-2`",
                    "可合为一条规则，同时写明两条依据：`依据 A-1、A-2`"
                );
                let diagnostic = Diagnostic::new(codes::SAME_DUTY, Severity::Warning, two.span, message);
                Some((with_other(diagnostic.with_help(help), one, first), None))
            }
            (false, false) => None,
            _ => {
                let (strict, lax) = if tight_a { (a.rule, b.rule) } else { (b.rule, a.rule) };
                let (strict_name, lax_name) = (&rule(strict)?.name, &rule(lax)?.name);
                let message = text!(
                    "`{strict_name}` is stricter than `{lax_name}`: both are judged, so the stricter holds",
                    "`{strict_name}`严于`{lax_name}`：两条都判，从严"
                );
                let diagnostic = warn(codes::STRICTER_RULE, message).with_help(text!(
                    "where one replaces the other, write `overrides`",
                    "若其一取代另一条，请写`取代`"
                ));
                Some((diagnostic, Some((strict, lax))))
            }
        }
    }
}

fn with_other(diagnostic: Diagnostic, other: &Rule, name: &str) -> Diagnostic {
    diagnostic.with_secondary(other.span, text!("`{name}` is here", "`{name}`在此"))
}

/// The counts that must hold whatever else does.
fn counts(requirement: &Requirement) -> Vec<&CountReq> {
    match requirement {
        Requirement::Count(count) => vec![count],
        Requirement::All(parts) => parts.iter().flat_map(counts).collect(),
        _ => Vec::new(),
    }
}

/// Whether some subject in some window surely owes both: one scope takes in the other, and both are in force on some day.
fn meet(a: &Rule, b: &Rule) -> bool {
    let (one, two) = (conjuncts(a), conjuncts(b));
    let takes_in = |wide: &[&Expr], narrow: &[&Expr]| wide.iter().all(|part| narrow.contains(part));
    let from = [a.in_force.from, b.in_force.from].into_iter().flatten().max();
    let to = [a.in_force.to, b.in_force.to].into_iter().flatten().min();
    let together = match (from, to) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    together && (takes_in(&one, &two) || takes_in(&two, &one))
}

fn conjuncts(rule: &Rule) -> Vec<&Expr> {
    match &rule.scope {
        None => Vec::new(),
        Some(Expr::And(parts)) => parts.iter().collect(),
        Some(other) => vec![other],
    }
}

impl Rule {
    /// Whether the rule is overridden for every subject and window.
    #[must_use]
    pub fn never_applies(&self) -> bool {
        let never = |expr: &Expr| matches!(expr, Expr::Const(Value::Bool(false), _));
        match &self.scope {
            Some(Expr::And(parts)) => parts.iter().any(never),
            Some(scope) => never(scope),
            None => false,
        }
    }
}
