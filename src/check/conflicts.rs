//! Rules that demand different numbers of one thing: no number meets both, one is stricter, or they are one duty.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::limits::RULE_PAIRS_MAX;
use crate::model::window::windows;
use crate::model::{
    CalendarUnit, CountReq, Day, Expr, Frame, PartialWindows, Ratio, Requirement, Rule, Strength, Value, Window,
    YearStart,
};
use std::collections::{BTreeMap, BTreeSet};

/// Bounds of a rule on one number.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Bounds {
    rule: usize,
    low: Option<Ratio>,
    high: Option<Ratio>,
}

/// What two rules that bound one number come to.
#[derive(Clone, Copy)]
enum Verdict {
    /// No number is within both.
    Conflict { low: Ratio, high: Ratio },
    /// They are one duty.
    Same,
    /// One takes in the other.
    Stricter { strict: usize, lax: usize },
}

impl Verdict {
    fn severity(self) -> Severity {
        match self {
            Verdict::Conflict { .. } => Severity::Error,
            Verdict::Same | Verdict::Stricter { .. } => Severity::Warning,
        }
    }
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
        let mut told = Vec::new();
        let mut stricter: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
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
                    let Some(verdict) = self.compare_rules(*a, *b) else { continue };
                    if let Verdict::Stricter { strict, lax } = verdict {
                        stricter.entry(strict).or_default().push(lax);
                    }
                    if said < Some(verdict.severity()) {
                        said = Some(verdict.severity());
                        told.extend(self.tell(verdict, *a, *b));
                    }
                }
            }
        }
        told.into_iter().for_each(|diagnostic| self.push(diagnostic));
        self.cite_laxer(&stricter);
    }

    /// The finding of the stricter rule names both.
    fn cite_laxer(&mut self, stricter: &BTreeMap<usize, Vec<usize>>) {
        let cites = |at: usize| self.rules.get(at).and_then(Option::as_ref).map_or(&[][..], |rule| &rule.cites);
        let mut longer = Vec::new();
        for (strict, laxer) in stricter {
            let mut seen: BTreeSet<&str> = cites(*strict).iter().map(String::as_str).collect();
            let more = laxer.iter().flat_map(|lax| cites(*lax)).filter(|clause| seen.insert(clause.as_str()));
            longer.push((*strict, more.cloned().collect::<Vec<String>>()));
        }
        for (strict, more) in longer {
            if let Some(Some(rule)) = self.rules.get_mut(strict) {
                rule.cites.extend(more);
            }
        }
    }

    /// What two rules on one number come to.
    fn compare_rules(&self, a: Bounds, b: Bounds) -> Option<Verdict> {
        let rule = |at: usize| self.rules.get(at).and_then(Option::as_ref);
        let (one, two) = (rule(a.rule)?, rule(b.rule)?);
        let gives_way = |rule: &Rule, other: usize| rule.overridden_by.iter().any(|by| by.0 as usize == other);
        if gives_way(one, b.rule) || gives_way(two, a.rule) || !meet(one, two, self.year_start()) {
            return None;
        }
        let low = [a.low, b.low].into_iter().flatten().max();
        let high = [a.high, b.high].into_iter().flatten().min();
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Some(Verdict::Conflict { low, high });
        }
        match ((a.low, a.high) == (low, high), (b.low, b.high) == (low, high)) {
            (true, true) if one.partial != two.partial => None,
            (true, true) => Some(Verdict::Same),
            (true, false) => Some(Verdict::Stricter { strict: a.rule, lax: b.rule }),
            (false, true) => Some(Verdict::Stricter { strict: b.rule, lax: a.rule }),
            (false, false) => None,
        }
    }

    /// The message about two rules.
    fn tell(&self, verdict: Verdict, a: Bounds, b: Bounds) -> Option<Diagnostic> {
        let rule = |at: usize| self.rules.get(at).and_then(Option::as_ref);
        let (one, two) = (rule(a.rule)?, rule(b.rule)?);
        let (first, second) = (&one.name, &two.name);
        let (code, message, help) = match verdict {
            Verdict::Conflict { low, high } => {
                let message = text!(
                    "`{first}` and `{second}` cannot both hold: at least {low} and at most {high} of the same",
                    "`{first}`与`{second}`不能同时满足：同一数量既至少 {low} 又至多 {high}"
                );
                (codes::RULES_CONFLICT, message, None)
            }
            Verdict::Same => {
                let message = text!("`{first}` and `{second}` are one duty", "`{first}`与`{second}`是同一项要求");
                let help = text!(
                    "one rule may cite both clauses: `cites A-1, A-2`",
                    "可合为一条规则，同时写明两条依据：`依据 A-1、A-2`"
                );
                (codes::SAME_DUTY, message, Some(help))
            }
            Verdict::Stricter { strict, lax } => {
                let (strict, lax) = (&rule(strict)?.name, &rule(lax)?.name);
                let message = text!(
                    "`{strict}` is stricter than `{lax}`: both are judged, so the stricter holds",
                    "`{strict}`严于`{lax}`：两条都判，从严"
                );
                let help = text!("where one replaces the other, write `overrides`", "若其一取代另一条，请写`取代`");
                (codes::STRICTER_RULE, message, Some(help))
            }
        };
        let diagnostic = Diagnostic::new(code, verdict.severity(), two.span, message);
        let diagnostic = diagnostic.with_secondary(one.span, text!("`{first}` is here", "`{first}`在此"));
        Some(match help {
            Some(help) => diagnostic.with_help(help),
            None => diagnostic,
        })
    }
}

/// The counts that must hold whatever else does.
fn counts(requirement: &Requirement) -> Vec<&CountReq> {
    match requirement {
        Requirement::Count(count) => vec![count],
        Requirement::All(parts) => parts.iter().flat_map(counts).collect(),
        _ => Vec::new(),
    }
}

/// Whether some subject in some window surely owes both: one scope takes in the other, and both bind in some window.
fn meet(a: &Rule, b: &Rule, year: YearStart) -> bool {
    let (one, two) = (conjuncts(a), conjuncts(b));
    let takes_in = |wide: &[&Expr], narrow: &[&Expr]| wide.iter().all(|part| narrow.contains(part));
    let from = [a.in_force.from, b.in_force.from].into_iter().flatten().max();
    let to = [a.in_force.to, b.in_force.to].into_iter().flatten().min();
    let together = match (from, to) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    };
    together && (takes_in(&one, &two) || takes_in(&two, &one)) && share_a_window(a, b, from, year)
}

/// Whether seasons and exceptions leave a window in which both bind: five years hold every case.
fn share_a_window(a: &Rule, b: &Rule, from: Option<Day>, year: YearStart) -> bool {
    let cut = |rule: &Rule| rule.season.is_some() || !rule.except.is_empty();
    if !cut(a) && !cut(b) {
        return true;
    }
    let frame = match &a.frame {
        // Each day is looked at.
        Frame::Rolling { .. } | Frame::Throughout { .. } => {
            &Frame::Every { count: 1, unit: CalendarUnit::Day, anchor: None }
        }
        frame => frame,
    };
    let starts = [a, b].into_iter().flat_map(|rule| rule.except.iter().map(|(_, to)| *to)).chain(from).max();
    let start = starts.or(Day::from_ymd(2024, 1, 1)).unwrap_or(Day(0));
    let found = windows(frame, Window { start: start.plus(-366), end: start.plus(5 * 366) }, year);
    // What has no windows of its own is read on days that are not known here.
    found.is_empty() || found.into_iter().any(|window| binds(a, window) && binds(b, window))
}

/// Whether the days that season and exceptions leave of a window bind the rule.
fn binds(rule: &Rule, window: Window) -> bool {
    let is_left = |day: Day| {
        rule.season.is_none_or(|season| season.contains(day))
            && !rule.except.iter().any(|(from, to)| *from <= day && day <= *to)
    };
    let days = window.day_count();
    let left = (0..days).filter(|n| is_left(window.start.plus(*n))).count();
    let (left, all) = (left, usize::try_from(days).unwrap_or(0));
    match rule.partial {
        PartialWindows::Whole => left == all,
        PartialWindows::Any | PartialWindows::Prorate(_) => left > 0,
        PartialWindows::Half => 2 * left >= all,
        PartialWindows::FirstDay => is_left(window.start),
    }
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
