//! Ceilings over a time that begins before the run: payments of the days before are not known, and nothing counts them.

use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{Policy, Window, window};

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
                format!("`{name}`的上限自 {begins} 起算，而本次自 {start} 起：此前已付多少不明，按上限分文未用计算"),
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
