//! Folds cells, list entries or register rows into the value of an aggregate.

use crate::engine::cell::{
    Body, Cell, RecordOrder, add_rest, add_values, extreme_order, value_order, weigh_rest, widen_rest,
};
use crate::engine::eval::Stored;
use crate::engine::value::{Range, Tri, V};
use crate::model::{AggOp, Day, Overflow, Quantile, Ratio};
use hashbrown::HashSet;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Values gathered so far.
enum Gathered<'a> {
    Count,
    Distinct(HashSet<Cow<'a, [Stored]>>),
    /// Subjects of a register, where cells keep these.
    Subjects(Subjects<'a>),
    Sum(Ratio),
    Average(Ratio, Ratio),
    Extreme(bool, Option<V<'a>>),
    Edge(bool, Option<(Cow<'a, RecordOrder>, V<'a>)>),
    Share(u64),
    Values(Quantile, BTreeMap<Ratio, u64>),
}

/// An aggregate on the way to its value.
pub(super) struct Fold<'a> {
    count: u64,
    doubtful: u64,
    /// Rows that count, and may stop because something empty is filled in.
    loose: u64,
    unknown: u64,
    /// What numbers that are not certain come to; see [`Cell::rest`].
    rest: Option<Box<Range>>,
    gathered: Gathered<'a>,
}

/// What makes an aggregate doubtful besides its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Doubt {
    /// Days of the range are not covered.
    pub uncovered: bool,
    /// The range reaches past as-of.
    pub open: bool,
    /// What is empty may still be filled in, and so undo what counts.
    pub undone: bool,
    /// There is no range: its end is missing or not known.
    pub no_frame: bool,
}

/// An aggregate with what makes it doubtful.
pub(super) enum Folded<'a> {
    /// Rows, and the doubt about the stretch that they were taken from.
    Rows(Fold<'a>, Doubt),
    /// A value that was put together otherwise; true: it is in doubt.
    Value(V<'a>, bool),
}

impl<'a> Folded<'a> {
    /// The value.
    pub(super) fn value(self) -> Result<V<'a>, Overflow> {
        match self {
            Folded::Rows(_, Doubt { no_frame: true, .. }) => Ok(V::Unknown),
            Folded::Rows(fold, doubt) => fold.finish(doubt),
            Folded::Value(value, _) => Ok(value),
        }
    }

    /// Whether it is in doubt, not merely without rows.
    pub(super) fn in_doubt(&self) -> bool {
        match self {
            Folded::Rows(fold, doubt) => fold.in_doubt(*doubt),
            Folded::Value(_, in_doubt) => *in_doubt,
        }
    }
}

impl<'a> Fold<'a> {
    pub(super) fn new(op: &AggOp) -> Fold<'a> {
        let gathered = match op {
            AggOp::Count | AggOp::List(_) => Gathered::Count,
            AggOp::Distinct(_) => Gathered::Distinct(HashSet::new()),
            AggOp::Sum(_) => Gathered::Sum(Ratio::ZERO),
            AggOp::Average(..) => Gathered::Average(Ratio::ZERO, Ratio::ZERO),
            AggOp::Min(_) => Gathered::Extreme(false, None),
            AggOp::Max(_) => Gathered::Extreme(true, None),
            AggOp::First(_) => Gathered::Edge(false, None),
            AggOp::Last(_) => Gathered::Edge(true, None),
            AggOp::Share(_) => Gathered::Share(0),
            AggOp::Quantile(_, which) => Gathered::Values(*which, BTreeMap::new()),
        };
        Fold { count: 0, doubtful: 0, loose: 0, unknown: 0, rest: None, gathered }
    }

    /// Plain counts, as the dense store keeps them.
    pub(super) fn add_counts(&mut self, count: u64, doubtful: u64) {
        self.count += count;
        self.doubtful += doubtful;
    }

    /// So many of the rows may stop counting because something empty is filled in.
    pub(super) fn add_loose(&mut self, loose: u64) {
        self.loose += loose;
    }

    /// Values of a sum: those that are not certain, and what they and the others come to.
    pub(super) fn add_sums(&mut self, unknown: u64, rest: Range, more: Ratio) -> Result<(), Overflow> {
        self.unknown += unknown;
        if let Gathered::Sum(sum) = &mut self.gathered {
            *sum = sum.add(more)?;
            add_rest(&mut self.rest, rest)?;
        }
        Ok(())
    }

    /// A kept cell of the same aggregate.
    pub(super) fn add_cell(&mut self, cell: &'a Cell) -> Result<(), Overflow> {
        self.add_counts(cell.count, cell.doubtful);
        self.add_loose(cell.loose);
        self.unknown += cell.unknown;
        match (&self.gathered, cell.rest.as_deref()) {
            (Gathered::Extreme(largest, _), Some(more)) => widen_rest(*largest, &mut self.rest, *more),
            (_, Some(more)) => add_rest(&mut self.rest, *more)?,
            (_, None) => {}
        }
        match (&mut self.gathered, &cell.body) {
            (gathered @ Gathered::Distinct(_), Body::Subjects(more)) => {
                *gathered = Gathered::Subjects(Subjects::One(more))
            }
            (Gathered::Subjects(set), Body::Subjects(more)) => set.add(more),
            (Gathered::Distinct(set), Body::Distinct(more)) => {
                set.extend(more.iter().map(|tuple| Cow::Borrowed(&**tuple)));
            }
            (Gathered::Sum(sum), Body::Sum(more)) => *sum = sum.add(more.ok_or(Overflow)?)?,
            (Gathered::Average(sum, weights), Body::Average(more)) => {
                let (more_sum, more_weights) = more.ok_or(Overflow)?;
                *sum = sum.add(more_sum)?;
                *weights = weights.add(more_weights)?;
            }
            (Gathered::Extreme(largest, best), Body::Extreme(_, Some(more))) => {
                keep_extreme(*largest, best, more.value());
            }
            (Gathered::Edge(last, best), Body::Edge(_, Some((order, value)))) => {
                keep_edge(*last, best, Cow::Borrowed(order), value.value());
            }
            (Gathered::Share(yes), Body::Share(more)) => *yes += more,
            (Gathered::Values(_, values), Body::Values(more)) => add_values(values, more),
            _ => {}
        }
        Ok(())
    }

    /// A record of a list.
    pub(super) fn add_entry(&mut self, order: &'a RecordOrder, values: &'a [Stored]) -> Result<(), Overflow> {
        if let Gathered::Distinct(set) = &mut self.gathered {
            if values.contains(&Stored::Unknown) {
                self.doubtful += 1;
            } else {
                set.insert(Cow::Borrowed(values));
                self.count += 1;
            }
            return Ok(());
        }
        let values: Vec<V<'a>> = values.iter().map(Stored::value).collect();
        self.add_row(Some(Cow::Borrowed(order)), &values)
    }

    /// A row whose filter is true, with the values of the aggregate's expressions.
    pub(super) fn add_row(&mut self, order: Option<Cow<'a, RecordOrder>>, values: &[V<'a>]) -> Result<(), Overflow> {
        let first = values.first().copied().unwrap_or(V::Unknown);
        match &mut self.gathered {
            // INVARIANT (one store): an aggregate that keeps subjects has cells and no rows of its own.
            Gathered::Count | Gathered::Subjects(_) => {}
            Gathered::Distinct(set) => {
                let tuple: Vec<Stored> = values.iter().map(|value| Stored::keep(*value)).collect();
                if tuple.contains(&Stored::Unknown) {
                    self.doubtful += 1;
                    return Ok(());
                }
                set.insert(Cow::Owned(tuple));
            }
            Gathered::Sum(sum) => match first.value() {
                Some(n) => *sum = sum.add(n)?,
                None => {
                    self.unknown += 1;
                    add_rest(&mut self.rest, first.range())?;
                }
            },
            Gathered::Average(sum, weights) => {
                let weight = values.get(1).copied().unwrap_or(V::number(Ratio::ONE));
                match first.value().zip(weight.value()) {
                    Some((x, w)) => {
                        *sum = sum.add(x.mul(w)?)?;
                        *weights = weights.add(w)?;
                    }
                    None => {
                        self.unknown += 1;
                        (*sum, *weights) = weigh_rest((*sum, *weights), &mut self.rest, first, weight)?;
                    }
                }
            }
            Gathered::Extreme(largest, best) => {
                if first.is_known() {
                    keep_extreme(*largest, best, first);
                } else {
                    self.unknown += 1;
                    widen_rest(*largest, &mut self.rest, first.range());
                }
            }
            Gathered::Edge(last, best) => {
                if let Some(order) = order {
                    keep_edge(*last, best, order, first);
                }
            }
            Gathered::Values(_, values) => match first.value() {
                Some(n) => *values.entry(n).or_insert(0) += 1,
                None => self.unknown += 1,
            },
            Gathered::Share(yes) => match first.truth() {
                Tri::True => *yes += 1,
                Tri::False => {}
                Tri::Unknown => self.unknown += 1,
            },
        }
        self.count += 1;
        Ok(())
    }

    /// Whether some row has an unknown filter.
    pub(super) fn is_doubtful(&self) -> bool {
        self.doubtful > 0
    }

    /// The value at the first or last record, whatever the doubt.
    pub(super) fn edge(&self) -> Option<V<'a>> {
        match &self.gathered {
            Gathered::Edge(_, Some((_, value))) => Some(*value),
            _ => None,
        }
    }

    /// Whether what the sources do not show, or a row's missing value, keeps the value from being known: not merely
    /// that there are no rows.
    pub(super) fn in_doubt(&self, doubt: Doubt) -> bool {
        let open = doubt.open && !matches!(self.gathered, Gathered::Edge(false, _));
        doubt.uncovered || open || self.doubtful > 0 || self.unknown > 0 || doubt.undone && self.loose > 0
    }

    /// The day of the first record, where that is what is asked for.
    pub(super) fn first_day(&self) -> Option<Day> {
        match &self.gathered {
            Gathered::Edge(false, Some((order, _))) => Some(order.date().day()),
            _ => None,
        }
    }

    /// The value (docs/SEMANTICS.md, section 4).
    pub(super) fn finish(self, doubt: Doubt) -> Result<V<'a>, Overflow> {
        let Doubt { uncovered, open, .. } = doubt;
        let loose = if doubt.undone { self.loose } else { 0 };
        let doubtful = uncovered || open || self.doubtful > 0 || loose > 0;
        let any = V::Num(Range::ANY);
        let number = |value: Ratio| if doubtful || self.unknown > 0 { any } else { V::number(value) };
        let rest = self.rest.as_deref().copied();
        let sum_of_rest = rest.unwrap_or(Range::exact(Ratio::ZERO));
        Ok(match self.gathered {
            Gathered::Count => {
                let found = Ratio::int(i128::from(self.count.saturating_sub(loose)));
                let most = Ratio::int(i128::from(self.count + self.doubtful));
                V::Num(Range { lo: Some(found), hi: if uncovered || open { None } else { Some(most) } })
            }
            // Of which rows may stop counting is not looked at: none of the values is sure.
            Gathered::Distinct(_) | Gathered::Subjects(_) if loose > 0 => different(0, true),
            Gathered::Distinct(set) => different(set.len(), doubtful),
            Gathered::Subjects(set) => different(set.len(), doubtful),
            Gathered::Sum(_) | Gathered::Average(..) if doubtful => any,
            Gathered::Sum(sum) => V::Num(sum_of_rest.add(Range::exact(sum))?),
            Gathered::Average(sum, weights) => match Ratio::ONE.div(weights)? {
                Some(factor) => V::Num(sum_of_rest.add(Range::exact(sum))?.mul(Range::exact(factor))?),
                None => any,
            },
            Gathered::Extreme(largest, best) if !doubtful => extreme(largest, best, rest),
            Gathered::Edge(last, Some((_, value)))
                if !uncovered && self.doubtful == 0 && loose == 0 && !(last && open) =>
            {
                value
            }
            Gathered::Extreme(..) | Gathered::Edge(..) => V::Unknown,
            Gathered::Values(which, values) => quantile(which, &values)?.map_or(any, number),
            Gathered::Share(yes) => {
                Ratio::int(i128::from(yes)).div(Ratio::int(i128::from(self.count)))?.map_or(any, number)
            }
        })
    }
}

/// The least (or largest) of values, and of numbers that are not certain.
fn extreme<'a>(largest: bool, best: Option<V<'a>>, rest: Option<Range>) -> V<'a> {
    let range = match (best, rest) {
        (best, None) => return best.unwrap_or(V::Unknown),
        (Some(V::Num(best)), Some(rest)) if largest => best.max(rest),
        (Some(V::Num(best)), Some(rest)) => best.min(rest),
        (None, Some(rest)) => rest,
        (Some(_), Some(_)) => Range::ANY,
    };
    if range == Range::ANY { V::Unknown } else { V::Num(range) }
}

/// Subjects of one cell, or of several.
enum Subjects<'a> {
    One(&'a HashSet<u32>),
    Several(HashSet<u32>),
}

impl<'a> Subjects<'a> {
    fn add(&mut self, more: &'a HashSet<u32>) {
        match self {
            Subjects::One(first) => *self = Subjects::Several(first.union(more).copied().collect()),
            Subjects::Several(set) => set.extend(more),
        }
    }

    fn len(&self) -> usize {
        match self {
            Subjects::One(set) => set.len(),
            Subjects::Several(set) => set.len(),
        }
    }
}

/// A number of different values, of which there may be more.
fn different<'a>(found: usize, doubtful: bool) -> V<'a> {
    let found = Ratio::int(i128::try_from(found).unwrap_or(i128::MAX));
    if doubtful { V::Num(Range::at_least(found)) } else { V::number(found) }
}

/// The value at a part of all values in order; `None` where there are none.
fn quantile(which: Quantile, values: &BTreeMap<Ratio, u64>) -> Result<Option<Ratio>, Overflow> {
    let count: u64 = values.values().sum();
    let at = |rank: u64| {
        let mut below = 0;
        values.iter().find_map(|(value, times)| {
            below += times;
            (below >= rank).then_some(*value)
        })
    };
    match which {
        Quantile::Part(part) => {
            let rank = part.mul(Ratio::int(i128::from(count)))?.ceil();
            Ok(at(u64::try_from(rank).unwrap_or(u64::MAX).max(1)))
        }
        Quantile::Median => {
            let middle = at(count.div_ceil(2).max(1)).zip(at(count / 2 + 1));
            middle.map(|(low, high)| low.add(high)?.div(Ratio::int(2))).transpose().map(Option::flatten)
        }
    }
}

fn keep_extreme<'a>(largest: bool, best: &mut Option<V<'a>>, value: V<'a>) {
    let better = best.is_none_or(|kept| {
        let order = extreme_order(kept, value);
        if largest { order.is_lt() } else { order.is_gt() }
    });
    if better {
        *best = Some(value);
    }
}

fn keep_edge<'a>(
    last: bool,
    best: &mut Option<(Cow<'a, RecordOrder>, V<'a>)>,
    order: Cow<'a, RecordOrder>,
    value: V<'a>,
) {
    let better = best.as_ref().is_none_or(|(kept, kept_value)| {
        let place = kept.cmp(&order).then_with(|| value_order(*kept_value, value));
        if last { place.is_lt() } else { place.is_gt() }
    });
    if better {
        *best = Some((order, value));
    }
}
