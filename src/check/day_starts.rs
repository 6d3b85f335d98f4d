//! When the days end that a rule reads: those of a source may start at another time than midnight.

use crate::model::{Agg, Expr, Policy, Rule, Source};
use crate::program::{op_exprs, requirement_exprs, walk};

/// The latest start of a day among the sources that a rule reads, in minutes of the day.
pub(super) fn latest(policy: &Policy, rule: &Rule) -> u32 {
    let read = requirement_exprs(&rule.requirement).into_iter().chain(&rule.scope).chain(&rule.excused);
    read.map(|expr| of_expr(policy, expr)).max().unwrap_or(0)
}

fn of_expr(policy: &Policy, expr: &Expr) -> u32 {
    let mut latest = 0;
    walk(expr, policy, &mut |found| {
        let starts = found.aggs().into_iter().map(|id| of_agg(policy, &policy.aggs[id]));
        latest = starts.fold(latest, u32::max);
    });
    latest
}

fn of_agg(policy: &Policy, agg: &Agg) -> u32 {
    match &agg.source {
        Source::Records(parts) => parts.iter().map(|part| part.day_starts).max().unwrap_or(0),
        Source::Rows(_) | Source::Sharing(_) => {
            let filters = agg.source.parts().iter().filter_map(|part| part.filter.as_ref());
            let inside = filters.chain(op_exprs(&agg.op));
            inside.map(|expr| of_expr(policy, expr)).max().unwrap_or(0)
        }
    }
}
