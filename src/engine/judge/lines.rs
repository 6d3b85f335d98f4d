//! What the lines of an assessment of one subject come to: items, groups, deductions and bonuses.

use crate::engine::value::{Range, V};
use crate::model::{Assessment, Counts, Line, LineValue, Ratio};

/// What the lines of one subject have come to.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    pub items: Vec<ItemLine>,
    pub groups: Vec<GroupLine>,
    pub adjustments: Vec<AdjustLine>,
    /// A gate of which it is not known whether it holds would take points of an item away.
    pub may_lose: bool,
}

/// An item.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ItemLine {
    pub points: Option<Ratio>,
    pub max: Option<Ratio>,
    pub counts: Option<Counts>,
    /// Nothing was due, so it has no points.
    pub left_out: bool,
    pub not_scored: bool,
    /// Its points are the worse end of what they may be.
    pub is_worst: bool,
    /// Without points for want of data.
    pub in_doubt: bool,
}

/// A group.
#[derive(Debug, Clone, Copy)]
pub(super) struct GroupLine {
    pub points: Option<Ratio>,
    /// Its full points, and those of what has points in it.
    pub full: Ratio,
    pub counted: Ratio,
    /// Upper bound of a group without items.
    pub cap: Option<Ratio>,
    /// Without points for want of data.
    pub in_doubt: bool,
}

impl GroupLine {
    pub const EMPTY: GroupLine =
        GroupLine { points: None, full: Ratio::ZERO, counted: Ratio::ZERO, cap: None, in_doubt: false };
}

/// A deduction (below 0) or bonus.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AdjustLine {
    pub points: Option<Ratio>,
    pub cap: Option<Ratio>,
    pub counts: Option<Counts>,
    /// More may be there than is found.
    pub in_doubt: bool,
}

impl Lines {
    /// Whether a deduction or bonus may still change by records that are not found.
    pub(super) fn found_only(&self) -> bool {
        self.adjustments.iter().any(|line| line.in_doubt)
    }

    /// Whether a gate that is not known may take away points of an item.
    pub(super) fn may_lose(&self) -> bool {
        self.may_lose
    }

    /// What an expression reads of them.
    pub(super) fn value<'a>(&self, assessment: &Assessment, value: LineValue) -> V<'a> {
        let line = match value {
            LineValue::Points(line) => line,
            LineValue::FullItems => return self.full_items(assessment),
            LineValue::Standing => return V::Unknown,
        };
        self.points(line).map_or(V::Unknown, V::number)
    }

    /// What a line came to, a deduction below 0.
    pub(super) fn points(&self, line: Line) -> Option<Ratio> {
        match line {
            Line::Item(at) => self.items.get(at as usize).and_then(|line| line.points),
            Line::Group(at) => self.groups.get(at as usize).and_then(|line| line.points),
            Line::Adjustment(at) => self.adjustments.get(at as usize).and_then(|line| line.points),
        }
    }

    /// An item as it stands.
    pub(super) fn item(&self, at: usize) -> Option<ItemLine> {
        self.items.get(at).copied()
    }

    /// Whether a subject without a total is so for want of data, not because nothing was due.
    pub(super) fn in_doubt(&self) -> bool {
        let chosen = self.items.iter().any(|line| line.not_scored && !line.in_doubt);
        !chosen && (self.items.iter().any(|line| line.in_doubt) || self.groups.iter().any(|line| line.in_doubt))
    }

    fn full_items<'a>(&self, assessment: &Assessment) -> V<'a> {
        let (mut full, mut unknown) = (0u64, 0u64);
        for item in &self.items {
            let max = item.max.and_then(|max| assessment.round(max).ok());
            match (item.points, max) {
                (Some(points), Some(max)) => full += u64::from(max > Ratio::ZERO && points >= max),
                _ => unknown += u64::from(!item.left_out && !item.not_scored),
            }
        }
        let count = |n: u64| Some(Ratio::int(i128::from(n)));
        V::Num(Range { lo: count(full), hi: count(full + unknown) })
    }
}
