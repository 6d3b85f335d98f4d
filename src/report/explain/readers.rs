//! Which assessments and rewards read what.

use super::gather::{line_exprs, tallies};
use crate::model::{AssessmentId, Expr, Policy, RuleId};
use crate::program::walk;

/// Whether an assessment of a name reads a counter.
pub(super) fn reads_counter(policy: &Policy, name: &str, counter: crate::model::CounterId) -> bool {
    let mut reads = false;
    for assessment in policy.assessments.iter().filter(|assessment| assessment.name == name) {
        crate::program::assessment_exprs(assessment, &mut |expr| {
            walk(expr, policy, &mut |found| reads |= matches!(found, Expr::Counter(id, _) if *id == counter));
        });
    }
    reads
}

/// Whether a reward reads results of an assessment of a name.
pub(super) fn pays_by(policy: &Policy, name: &str, reward: &crate::model::Reward) -> bool {
    let is_it = |id: AssessmentId| policy.assessments.get(id).is_some_and(|assessment| assessment.name == name);
    let lines = reward.payments.iter().flat_map(crate::program::adjustment_exprs);
    let mut reads = false;
    for expr in reward.scope.iter().chain(&reward.cap).chain(reward.payee.exprs()).chain(lines) {
        walk(expr, policy, &mut |found| {
            reads |= match found {
                Expr::Result(id, _) | Expr::ResultVia(_, id, _) => is_it(*id),
                Expr::Periods(agg) => is_it(agg.of),
                Expr::InPeriod(one) => is_it(one.of),
                _ => false,
            };
        });
    }
    reads
}

/// The assessments that read obligations of a rule, with the lines that do.
pub(super) fn readers_of(policy: &Policy, rule: RuleId) -> Vec<(AssessmentId, Vec<crate::model::Line>)> {
    let mut found = Vec::new();
    for (id, assessment) in policy.assessments.entries() {
        let count = |len: usize| (0..len).filter_map(|at| u32::try_from(at).ok());
        let items = count(assessment.items.len()).map(crate::model::Line::Item);
        let others = count(assessment.adjustments.len()).map(crate::model::Line::Adjustment);
        let reads = |line: &crate::model::Line| {
            let counted = tallies(policy, line_exprs(assessment, *line));
            counted.into_iter().flat_map(|tally| &tally.rules).any(|(read, _)| *read == rule)
        };
        let lines: Vec<crate::model::Line> = items.chain(others).filter(reads).collect();
        if !lines.is_empty() {
            found.push((id, lines));
        }
    }
    found
}
