//! The days that sources cover.

use super::bind::Feed;
use super::manifest::Complete;
use crate::model::{KindId, Period, Window};
use std::collections::BTreeMap;

/// The days that the sources of each kind cover together.
pub(super) fn coverage(feeds: &[Feed], policy: usize, period: Period) -> BTreeMap<KindId, Vec<Window>> {
    let mut cover: BTreeMap<KindId, Vec<Window>> = BTreeMap::new();
    for kind in feeds.iter().flat_map(|feed| &feed.kinds) {
        let Some(Some(plan)) = kind.plans.get(policy) else { continue };
        let days = cover.entry(plan.kind).or_default();
        match &kind.complete {
            Complete::Unclaimed => {}
            Complete::Period => days.push(period.window),
            Complete::Ranges(ranges) => days.extend(ranges),
        }
    }
    cover.into_iter().map(|(kind, days)| (kind, union(days))).collect()
}

/// Sorted, disjoint, not touching.
fn union(mut ranges: Vec<Window>) -> Vec<Window> {
    ranges.sort();
    let mut out: Vec<Window> = Vec::new();
    for range in ranges {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Day;

    #[test]
    fn ranges_of_several_sources_are_joined() {
        let w = |a, b| Window { start: Day(a), end: Day(b) };
        assert_eq!(union(vec![w(5, 9), w(0, 3), w(3, 4), w(8, 12), w(20, 21)]), [w(0, 4), w(5, 12), w(20, 21)]);
        assert_eq!(union(Vec::new()), []);
    }
}
