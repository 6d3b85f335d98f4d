//! Sets of time: half-open spans on one axis, in microseconds. Nothing here knows records.

/// Spans in order that neither overlap nor touch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Spans(Vec<(i64, i64)>);

/// Ends before starts where both lie at one point, so that spans that touch do not overlap.
fn edges(spans: &[(i64, i64)]) -> Vec<(i64, i32)> {
    let held = spans.iter().filter(|(from, to)| from < to);
    let mut edges: Vec<(i64, i32)> = held.flat_map(|(from, to)| [(*from, 1), (*to, -1)]).collect();
    edges.sort_unstable();
    edges
}

/// The most spans that hold one point.
pub(super) fn deepest(spans: &[(i64, i64)]) -> u64 {
    let (mut depth, mut most) = (0i64, 0i64);
    for (_, step) in edges(spans) {
        depth += i64::from(step);
        most = most.max(depth);
    }
    u64::try_from(most).unwrap_or(0)
}

impl Spans {
    /// What at least so many of these spans (in any order, each of any length) hold.
    pub(super) fn deep(spans: &[(i64, i64)], at_least: u32) -> Spans {
        let mut found: Vec<(i64, i64)> = Vec::new();
        let (mut depth, mut open) = (0i64, None);
        for (at, step) in edges(spans) {
            let before = depth >= i64::from(at_least);
            depth += i64::from(step);
            match (before, depth >= i64::from(at_least)) {
                (false, true) => open = Some(at),
                (true, false) => {
                    if let Some(from) = open.take().filter(|from| *from < at) {
                        match found.last_mut() {
                            Some(last) if last.1 == from => last.1 = at,
                            _ => found.push((from, at)),
                        }
                    }
                }
                _ => {}
            }
        }
        Spans(found)
    }

    /// What lies in both.
    pub(super) fn and(&self, other: &Spans) -> Spans {
        let mut found = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let (from, to) = (a.0.max(b.0), a.1.min(b.1));
            if from < to {
                found.push((from, to));
            }
            if a.1 <= b.1 {
                left.next()
            } else {
                right.next()
            };
        }
        Spans(found)
    }

    /// What lies in this and not in the other.
    pub(super) fn without(&self, other: &Spans) -> Spans {
        let mut found = Vec::new();
        for (from, to) in &self.0 {
            let mut at = *from;
            for (start, end) in other.0.iter().filter(|(start, end)| from < end && start < to) {
                if at < *start {
                    found.push((at, *start));
                }
                at = at.max(*end);
            }
            if at < *to {
                found.push((at, *to));
            }
        }
        Spans(found)
    }

    /// Its length.
    pub(super) fn length(&self) -> i64 {
        self.0.iter().fold(0i64, |sum, (from, to)| sum.saturating_add(to - from))
    }

    /// The parts of spans that lie in it.
    pub(super) fn clip(&self, spans: &[(i64, i64)]) -> Vec<(i64, i64)> {
        let inside = |(from, to): &(i64, i64)| Spans::deep(&[(*from, *to)], 1).and(self).0;
        spans.iter().flat_map(inside).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn union(spans: &[(i64, i64)]) -> Spans {
        Spans::deep(spans, 1)
    }

    #[test]
    fn as_many_as_wanted() {
        let spans = [(5, 9), (0, 4), (3, 6), (9, 12), (7, 7), (8, 2)];
        assert_eq!(union(&spans), Spans(vec![(0, 12)]));
        assert_eq!(Spans::deep(&spans, 2), Spans(vec![(3, 4), (5, 6)]));
        assert_eq!(Spans::deep(&spans, 3), Spans::default());
        assert_eq!(deepest(&spans), 2);
        assert_eq!(deepest(&[(3, 3)]), 0);
    }

    #[test]
    fn both_and_one_without_the_other() {
        let (a, b) = (union(&[(0, 4), (6, 10)]), union(&[(2, 7), (8, 9), (20, 30)]));
        assert_eq!(a.and(&b), Spans(vec![(2, 4), (6, 7), (8, 9)]));
        assert_eq!(a.without(&b), Spans(vec![(0, 2), (7, 8), (9, 10)]));
        assert_eq!(b.without(&a).length(), 2 + 10);
        assert_eq!(a.without(&Spans::default()), a);
        assert_eq!(a.clip(&[(1, 8), (3, 5)]), vec![(1, 4), (6, 8), (3, 4)]);
    }
}
