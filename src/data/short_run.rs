//! What a run does not know because it begins too late: payments under a ceiling of a longer time, results that rules read.

use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::term::TurnOf;
use crate::model::{AssessmentId, Event, Expr, PeriodPick, Policy, Rule, Window, periods_within, picked, window};
use crate::program::{requirement_exprs, walk};
use std::collections::BTreeSet;

/// A ceiling over a time of which the run has only a part.
pub const SHORT_RUN: &str = "WG0917";

/// A warning for each ceiling that holds over a time which begins before the run's period, where payments may have been made.
pub(super) fn short_runs(policy: &Policy, period: Window) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for reward in policy.rewards.iter() {
        let force = [policy.in_force.from, reward.in_force.from].into_iter().flatten().max();
        for unit in reward.ceilings.iter().filter_map(|ceiling| ceiling.every) {
            let whole = window::window_of(unit, period.start, policy.year_start);
            let begins = force.map_or(whole.start, |from| from.max(whole.start));
            if begins >= period.start || !reward.in_force.holds(period.start) {
                continue;
            }
            let (name, start, last) = (&reward.name, period.start, period.last());
            let message = Text::new(
                format!(
                    "the ceiling of `{name}` holds from {begins} on, but the run begins on {start}: what was paid before is not known, and the whole ceiling is left"
                ),
                format!("`{name}`的上限自 {begins} 起算，而本次自 {start} 起：此前已付多少不明，按上限全额未用计算"),
            );
            let help = Text::new(
                format!("run the whole time: `--period {begins}..{last}`"),
                format!("请运行整段时间：`--period {begins}..{last}`"),
            );
            found.push(Diagnostic::new(SHORT_RUN, Severity::Warning, reward.span, message).with_help(help));
        }
    }
    found
}

/// A rule reads earlier results of an assessment of which the run holds no whole period.
pub const NO_RESULTS: &str = "WG0918";

/// A warning for each rule that reads the last finished period of an assessment, where no period of it lies in the run: all that
/// such a rule reads is what stands for a missing result.
pub(super) fn without_results(policy: &Policy, period: Window) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for rule in policy.rules.iter() {
        for id in earlier_results(policy, rule) {
            let Some((assessment, unit)) = policy.assessments.get(id).and_then(|of| Some((of, of.every?))) else {
                continue;
            };
            let is_held = !periods_within(unit, period, policy.year_start).is_empty();
            // Sides of a rule have its name.
            if is_held || !told.insert((&rule.name, id)) {
                continue;
            }
            let before = picked(&PeriodPick::Before(1), unit, period, policy.year_start);
            let begins = before.map_or(period.start, |before| before.start);
            let (name, of, last) = (&rule.name, &assessment.name, period.last());
            let message = Text::new(
                format!(
                    "`{name}` reads earlier results of `{of}`, and the run holds no whole period of it: only what stands for a missing result is read"
                ),
                format!("`{name}`读取`{of}`以前的结果，而本次运行不含其任何完整的一期：读到的都是缺期时的取值"),
            );
            let help = Text::new(
                format!("begin the run with the period that is read: `--period {begins}..{last}`"),
                format!("请从所读取的那一期开始运行：`--period {begins}..{last}`"),
            );
            found.push(Diagnostic::new(NO_RESULTS, Severity::Warning, rule.span, message).with_help(help));
        }
    }
    found
}

/// A warning for each rule with a term by its due day that starts at results, where periods before the run may have had some: their
/// terms are not in the run.
pub(super) fn without_starts(policy: &Policy, period: Window) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in policy.rules.iter() {
        let terms = rule.requirement.terms();
        let starts = terms.iter().filter(|term| term.by_due_day).filter_map(|term| match &term.start {
            Event::Turn(turn) => Some(turn.of),
            _ => None,
        });
        let of = starts.filter_map(|of| match of {
            TurnOf::Result(id) => policy.assessments.get(id).and_then(|of| Some((of, of.every?))),
            TurnOf::Step(_) => None,
        });
        let Some((assessment, unit)) = of.min_by_key(|(of, _)| &of.name) else { continue };
        let before = picked(&PeriodPick::Before(1), unit, period, policy.year_start);
        let Some(before) = before.filter(|before| {
            let day = before.last();
            policy.in_force.holds(day) && assessment.in_force.holds(day)
        }) else {
            continue;
        };
        let (name, of, begins, last) = (&rule.name, &assessment.name, before.start, period.last());
        let message = Text::new(
            format!(
                "`{name}` starts at results of `{of}` and counts by its due day: results of periods before the run are not made by it, so that terms which they started are missing"
            ),
            format!(
                "`{name}`自`{of}`的结果起算并按到期日计入：运行之前各期的结果不在本次运行之内，由其开始的期限会缺失"
            ),
        );
        let help = Text::new(
            format!("begin the run with the periods whose terms reach into it: `--period {begins}..{last}`"),
            format!("请从期限延及本次的那一期开始运行：`--period {begins}..{last}`"),
        );
        found.push(Diagnostic::new(NO_RESULTS, Severity::Warning, rule.span, message).with_help(help));
    }
    found
}

/// The assessments of which a rule reads earlier results.
fn earlier_results(policy: &Policy, rule: &Rule) -> BTreeSet<AssessmentId> {
    let mut read = BTreeSet::new();
    let exprs = rule.scope.iter().chain(&rule.excused).chain(requirement_exprs(&rule.requirement));
    exprs.for_each(|expr| {
        walk(expr, policy, &mut |inner| {
            if let Expr::InPeriod(one) = inner {
                read.insert(one.of);
            }
        });
    });
    read
}
