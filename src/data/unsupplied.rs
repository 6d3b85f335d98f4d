//! Kinds of records that assessments and rewards read and no source of the manifest brings.

use super::bind::Feed;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{Expr, KindId, Policy, Source};
use crate::program::{adjustment_exprs, score_exprs, walk};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Nothing brings the records that a line counts.
pub const NO_SOURCE: &str = "WG0908";

/// A warning for each assessment and each kind that it reads in vain, with the lines that do.
pub(super) fn unsupplied(policies: &[Policy], feeds: &[Feed]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        let brought: BTreeSet<KindId> = (feeds.iter().flat_map(|feed| &feed.kinds))
            .filter_map(|kind| kind.plans.get(at)?.as_ref().map(|plan| plan.kind))
            .collect();
        for (name, span, lines) in readers(policy) {
            let mut in_vain: BTreeMap<KindId, Vec<&str>> = BTreeMap::new();
            for (line, exprs) in lines {
                for kind in kinds_of(policy, exprs).difference(&brought) {
                    in_vain.entry(*kind).or_default().push(line);
                }
            }
            found.extend(in_vain.into_iter().map(|(kind, lines)| warning(policy, name, span, kind, &lines)));
        }
    }
    found
}

/// A line: its name and its expressions.
type Line<'p> = (&'p str, Vec<&'p Expr>);

/// Assessments and rewards, each with its lines that read records.
fn readers(policy: &Policy) -> Vec<(&str, Span, Vec<Line<'_>>)> {
    let mut found = Vec::new();
    for assessment in policy.assessments.iter() {
        let mut lines: Vec<Line<'_>> = Vec::new();
        for item in &assessment.items {
            lines.push((&item.name, std::iter::once(&item.max).chain(score_exprs(&item.score)).collect()));
        }
        lines.extend(assessment.adjustments.iter().map(|line| (line.name.as_str(), adjustment_exprs(line).collect())));
        lines.extend(assessment.gates.iter().map(|gate| (gate.name.as_str(), vec![&gate.when])));
        lines.extend(assessment.vetoes.iter().map(|veto| (veto.name.as_str(), vec![&veto.decisions])));
        found.push((assessment.name.as_str(), assessment.span, lines));
    }
    for reward in policy.rewards.iter() {
        let lines = reward.payments.iter().map(|line| (line.name.as_str(), adjustment_exprs(line).collect()));
        found.push((reward.name.as_str(), reward.span, lines.collect()));
    }
    found
}

/// The kinds of records that expressions read, at any depth.
fn kinds_of(policy: &Policy, exprs: Vec<&Expr>) -> BTreeSet<KindId> {
    let mut kinds = BTreeSet::new();
    for expr in exprs {
        walk(expr, policy, &mut |expr| {
            for id in expr.aggs() {
                if let Source::Records(parts) = &policy.aggs[id].source {
                    kinds.extend(parts.iter().map(|part| part.kind));
                }
            }
        });
    }
    kinds
}

fn warning(policy: &Policy, reader: &str, span: Span, kind: KindId, lines: &[&str]) -> Diagnostic {
    let kind = &policy.kinds[kind].name;
    let list = |joint: &str| lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(joint);
    let message = Text::new(
        format!("no source of the manifest brings `{kind}`, which `{reader}` reads in {}", list(", ")),
        format!("清单中没有`{kind}`的来源，而`{reader}`的{}需要它", list("、")),
    );
    let help = Text::new(
        "deductions and bonuses find nothing, items are unknown: add a source with the days that it covers; one without rows says that there was nothing",
        "扣分、加分按没有计，考核项不明：请加上来源并写明所覆盖的日期；确实没有的，来源中可以没有一行数据",
    );
    Diagnostic::new(NO_SOURCE, Severity::Warning, span, message).with_help(help)
}
