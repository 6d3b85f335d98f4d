//! Waivers that lift a rule for a subject.

use super::Review;
use crate::model::{Day, KindId, RuleId};

/// A waiver on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverTrace {
    /// Its kind.
    pub kind: KindId,
    /// First and last day; `None`: without a limit.
    pub days: (Option<Day>, Option<Day>),
    /// Its reason.
    pub because: String,
    /// What it waives, in its own words: the rule or a clause.
    pub waives: String,
}

impl Review<'_> {
    /// The waivers on file of a rule for a subject that touch days (half-open).
    #[must_use]
    pub fn waivers(&self, rule: RuleId, key: &str, from: Day, to: Day) -> Vec<WaiverTrace> {
        let Some(rule) = self.policy().rules.get(rule).filter(|rule| rule.waivable) else { return Vec::new() };
        let mut found = Vec::new();
        for (waives, kind, days, because) in self.judge.waivers_on_file(rule, key) {
            if days.start < to && from < days.end {
                let side = |day: Day| (day.0.abs() < i32::MAX / 4).then_some(day);
                let days = (side(days.start), side(days.end).map(|end| end.plus(-1)));
                found.push(WaiverTrace { kind, days, because, waives });
            }
        }
        found
    }
}
