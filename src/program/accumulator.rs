//! Accumulators: what is kept for each key and slot of time while records are observed.

use crate::model::{AggOp, Day, Expr, Id, KindId, Link, SourcePart};

/// An accumulator of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccId(pub u32);

impl Id for AccId {
    fn from_index(index: usize) -> Self {
        AccId(u32::try_from(index).unwrap_or(u32::MAX))
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A cut of time into slots: days before the first edge, between two edges, from the last edge on.
///
/// INVARIANT (slots add up): every range that is asked for starts and ends on an edge or is
/// unbounded on that side, so it is a run of whole slots, and folding them gives its value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slots {
    edges: Vec<Day>,
    /// The slot of each day from the first edge to the last, where these are not too far apart.
    by_day: Vec<u32>,
}

/// Most days that slots are looked up for one by one: two centuries.
const DAYS_MAX: i32 = 73_000;

impl Slots {
    /// From edges in any order.
    #[must_use]
    pub fn new(mut edges: Vec<Day>) -> Slots {
        edges.sort_unstable();
        edges.dedup();
        let mut by_day = Vec::new();
        if let (Some(first), Some(last)) = (edges.first(), edges.last())
            && last.0.saturating_sub(first.0) <= DAYS_MAX
        {
            let slot = |day: i32| edges.partition_point(|edge| edge.0 <= day);
            by_day.extend((first.0..=last.0).map(|day| u32::try_from(slot(day)).unwrap_or(u32::MAX)));
        }
        Slots { edges, by_day }
    }

    /// The days on which slots begin, but for the first slot.
    #[must_use]
    pub fn edges(&self) -> &[Day] {
        &self.edges
    }

    /// Number of slots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.edges.len() + 1
    }

    /// Never: there is at least one slot.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The slot of a day.
    #[must_use]
    #[inline]
    pub fn slot(&self, day: Day) -> usize {
        let Some(first) = self.edges.first() else { return 0 };
        if day < *first {
            return 0;
        }
        if self.by_day.is_empty() {
            return self.edges.partition_point(|edge| *edge <= day);
        }
        let at = usize::try_from(day.0.wrapping_sub(first.0)).unwrap_or(usize::MAX);
        self.by_day.get(at).map_or(self.edges.len(), |slot| *slot as usize)
    }

    /// The slots of a range, half-open. Sides that are `None` are unbounded.
    #[must_use]
    pub fn range(&self, from: Option<Day>, to: Option<Day>) -> std::ops::Range<usize> {
        let start = from.map_or(0, |day| self.edges.partition_point(|edge| *edge <= day));
        let end = to.map_or(self.len(), |day| self.edges.partition_point(|edge| *edge < day) + 1);
        start..end.max(start)
    }
}

/// Rows of one record kind that feed an accumulator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The rows.
    pub source: SourcePart,
    /// The link or filter passes an event, so rows wait for the judge.
    pub deferred: bool,
}

/// What is kept for each subject of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accumulator {
    /// What is taken.
    pub op: AggOp,
    /// Rows, pooled.
    pub parts: Vec<Part>,
    /// Kind of the key.
    pub kind: KindId,
    /// Slots of time; `None`: a sorted list, because the ranges differ from key to key.
    pub slots: Option<Slots>,
    /// What is distinct are subjects that are known from the start: their kind. Their ids are kept, not their keys.
    pub distinct: Option<KindId>,
    /// What is taken reads dates of records as they stand, also those later than as-of; filters never do.
    pub planned: bool,
    /// Rows may stop counting because something empty is filled in.
    pub undone: bool,
}

/// Expressions that an accumulator evaluates for each row.
pub(crate) fn op_exprs(op: &AggOp) -> Vec<&Expr> {
    op.exprs()
}

/// The kind of subject that a link ends at, for a row of a kind.
pub(crate) fn link_kind(policy: &crate::model::Policy, part: &SourcePart) -> Option<KindId> {
    match &part.link {
        Link::Whole => None,
        Link::Shared { kind, .. } => Some(*kind),
        Link::Path { path, .. } => policy.path_kind(part.kind, path),
    }
}
