//! Records that a rule looks back on and that no source of the manifest covers: said before the run, not only by `unknown`.

use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::days_back;
use crate::model::{AggFrame, AggId, Day, Expr, KindId, Policy, Requirement, Rule, Value, Window};
use crate::program::{requirement_exprs, walk};
use std::collections::BTreeMap;

/// Days before the period that a rule reads are not covered.
pub const SHORT_LOG: &str = "WG0915";

/// A warning for each rule that looks back on days before the first that its sources cover, in a run of this period.
pub(super) fn short_logs(policy: &Policy, coverage: &BTreeMap<KindId, Vec<Window>>, period: Window) -> Vec<Diagnostic> {
    policy.rules.iter().filter_map(|rule| short_log(policy, coverage, period, rule)).collect()
}

fn short_log(
    policy: &Policy,
    coverage: &BTreeMap<KindId, Vec<Window>>,
    period: Window,
    rule: &Rule,
) -> Option<Diagnostic> {
    let force = [policy.in_force.from, rule.in_force.from].into_iter().flatten().max();
    let begins = force.map_or(period.start, |from| from.max(period.start));
    // What binds nobody before the log is not looked for there.
    let binds_before = |log: Day| force.is_none_or(|from| from < log);
    let mut wanted: Vec<(AggId, Day)> = Vec::new();
    if let Requirement::Gap(gap) = &rule.requirement
        && let Some(most) = constant(policy, &gap.most)
    {
        wanted.push((gap.agg, days_back(begins, most, gap.unit)));
    }
    let exprs = rule.scope.iter().chain(&rule.excused).chain(requirement_exprs(&rule.requirement));
    let mut aggs: Vec<AggId> = Vec::new();
    exprs.for_each(|expr| walk(expr, policy, &mut |expr| aggs.extend(expr.aggs())));
    for id in aggs {
        if let AggFrame::Last { count, unit, at_end: false } = policy.aggs[id].frame {
            wanted.push((id, days_back(begins.plus(-1), count, unit).plus(1)));
        }
    }
    let short = wanted.into_iter().filter_map(|(id, from)| {
        let parts = policy.aggs[id].source.parts().iter();
        let firsts = parts.filter_map(|part| Some((coverage.get(&part.kind)?.first()?.start, part.kind)));
        let (log, kind) = firsts.max()?;
        (log > from && binds_before(log)).then_some((log, from, kind))
    });
    let (log, from, kind) = short.min_by_key(|(_, from, _)| *from)?;
    let (rule_name, kind) = (&rule.name, &policy.kinds[kind].name);
    let message = Text::new(
        format!("`{rule_name}` looks back to {from}, but `{kind}` is covered only from {log} on"),
        format!("`{rule_name}`要看到 {from} 为止的情况，而`{kind}`的数据自 {log} 起才齐全"),
    );
    let help = Text::new(
        format!(
            "what hangs on the days before is unknown: bring the records from {from} on and say so in `complete`, or, where nothing was demanded before {log}, write `in force from {log}`"
        ),
        format!(
            "取决于此前情况的结果为不明：请补齐自 {from} 起的记录并写入 `complete`；如 {log} 之前本无此要求，请写明`施行 自 {log}`"
        ),
    );
    Some(Diagnostic::new(SHORT_LOG, Severity::Warning, rule.span, message).with_help(help))
}

/// A length that no subject changes.
fn constant(policy: &Policy, length: &Expr) -> Option<u32> {
    let value = match length {
        Expr::Const(value, _) => value,
        Expr::Param(id) => policy.params.get(*id)?.value.as_ref()?,
        _ => return None,
    };
    match value {
        Value::Number(number) if number.is_int() => u32::try_from(number.num()).ok(),
        _ => None,
    }
}
