//! Accumulators: what is kept for each key and slot of time while records are observed.

use crate::model::{AggOp, Day, Expr, Id, KindId, Link, SourcePart, Window};

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
}

impl Slots {
    /// From edges in any order.
    #[must_use]
    pub fn new(mut edges: Vec<Day>) -> Slots {
        edges.sort_unstable();
        edges.dedup();
        Slots { edges }
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
    pub fn slot(&self, day: Day) -> usize {
        self.edges.partition_point(|edge| *edge <= day)
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
}

/// The days that a frame takes for a window: from (inclusive), to (exclusive).
#[must_use]
pub fn frame_range(frame: &crate::model::AggFrame, window: Window) -> (Option<Day>, Option<Day>) {
    use crate::model::{AggFrame, TermUnit};
    match frame {
        AggFrame::Window => (Some(window.start), Some(window.end)),
        AggFrame::UpToEnd => (None, Some(window.end)),
        AggFrame::BeforeStart => (None, Some(window.start)),
        AggFrame::Ever => (None, None),
        AggFrame::Last { count, unit, at_end } => {
            let last = if *at_end { window.last() } else { window.start.plus(-1) };
            let back = i32::try_from(*count).unwrap_or(i32::MAX).saturating_neg();
            let from = match unit {
                TermUnit::Weeks => last.plus(back.saturating_mul(7)),
                TermUnit::Months => last.plus_months(back),
                TermUnit::Years => last.plus_months(back.saturating_mul(12)),
                TermUnit::Days | TermUnit::Workdays | TermUnit::Hours | TermUnit::Minutes => last.plus(back),
            };
            (Some(from.plus(1)), Some(last.plus(1)))
        }
    }
}

/// Expressions that an accumulator evaluates for each row.
pub(crate) fn op_exprs(op: &AggOp) -> Vec<&Expr> {
    match op {
        AggOp::Count => Vec::new(),
        AggOp::Distinct(exprs) | AggOp::List(exprs) => exprs.iter().collect(),
        AggOp::Sum(e) | AggOp::Min(e) | AggOp::Max(e) | AggOp::First(e) | AggOp::Last(e) | AggOp::Share(e) => vec![e],
        AggOp::Average(e, weight) => std::iter::once(e).chain(weight.as_ref()).collect(),
    }
}

/// Expressions directly inside a value over or in other periods.
pub(crate) fn period_exprs(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Periods(agg) => op_exprs(&agg.op).into_iter().chain(&agg.filter).chain(agg.missing.value()).collect(),
        Expr::InPeriod(one) => std::iter::once(&one.value).chain(one.missing.value()).collect(),
        _ => Vec::new(),
    }
}

/// The kind of subject that a link ends at, for a row of a kind.
pub(crate) fn link_kind(policy: &crate::model::Policy, part: &SourcePart) -> Option<KindId> {
    match &part.link {
        Link::Whole => None,
        Link::Shared { kind, .. } => Some(*kind),
        Link::Path { path, .. } => policy.path_kind(part.kind, path),
    }
}
