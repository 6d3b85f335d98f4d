//! What an accumulator keeps for one key and slot: a monoid, so order and batching leave no trace.

use super::eval::Stored;
use super::value::{Range, V, order};
use crate::model::{AggOp, Moment, Overflow, Ratio};
use hashbrown::HashSet;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Key of a record, as it orders: whole-number keys as numbers, others as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyOrder {
    /// The kind has no key.
    None,
    /// A whole number.
    Number(Box<Ratio>),
    /// Text.
    Text(Box<str>),
}

/// Place of a record in time: earliest instant, a whole day before an instant, then its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordOrder {
    micros: i64,
    has_time: bool,
    key: KeyOrder,
}

impl RecordOrder {
    /// The moment's place alone, without the key: equal for records of one moment.
    #[must_use]
    pub fn moment(&self) -> (i64, bool) {
        (self.micros, self.has_time)
    }

    /// Of a record.
    #[must_use]
    pub fn new(moment: Moment, key: KeyOrder) -> RecordOrder {
        RecordOrder { micros: moment.earliest().0, has_time: matches!(moment, Moment::At(_)), key }
    }

    /// The date of the record.
    #[must_use]
    pub fn date(&self) -> Moment {
        let at = crate::model::Instant(self.micros);
        if self.has_time { Moment::At(at) } else { Moment::Day(at.day()) }
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &KeyOrder {
        &self.key
    }
}

/// Kept values, by what is taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Nothing but the count.
    Count,
    /// Distinct tuples.
    Distinct(HashSet<Box<[Stored]>>),
    /// Distinct subjects of a register.
    Subjects(HashSet<u32>),
    /// Sum of known values; `None` after an overflow.
    Sum(Option<Ratio>),
    /// Weighted sum and sum of weights.
    Average(Option<(Ratio, Ratio)>),
    /// Smallest (or largest) known value.
    Extreme(bool, Option<Stored>),
    /// First (or last) by order, with its value.
    Edge(bool, Option<(RecordOrder, Stored)>),
    /// Rows that satisfy the condition.
    Share(u64),
    /// How often each known value occurs.
    Values(BTreeMap<Ratio, u64>),
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Rows found.
    pub count: u64,
    /// Rows with an unknown filter.
    pub doubtful: u64,
    /// Rows found that may stop counting because something empty is filled in.
    pub loose: u64,
    /// Rows found with an unknown value.
    pub unknown: u64,
    /// What numbers that are not certain come to: added up (an average's by weight), or the least or largest of them.
    pub rest: Option<Box<Range>>,
    /// Values.
    pub body: Body,
}

impl Cell {
    /// Of no rows. `subjects`: what is distinct are subjects of a register.
    #[must_use]
    pub fn new(op: &AggOp, subjects: bool) -> Cell {
        let body = match op {
            // What is listed is kept in lists, not in cells.
            AggOp::Count | AggOp::List(_) => Body::Count,
            AggOp::Distinct(_) if subjects => Body::Subjects(HashSet::new()),
            AggOp::Distinct(_) => Body::Distinct(HashSet::new()),
            AggOp::Sum(_) => Body::Sum(Some(Ratio::ZERO)),
            AggOp::Average(..) => Body::Average(Some((Ratio::ZERO, Ratio::ZERO))),
            AggOp::Min(_) => Body::Extreme(false, None),
            AggOp::Max(_) => Body::Extreme(true, None),
            AggOp::First(_) => Body::Edge(false, None),
            AggOp::Last(_) => Body::Edge(true, None),
            AggOp::Share(_) => Body::Share(0),
            AggOp::Quantile(..) => Body::Values(BTreeMap::new()),
        };
        Cell { count: 0, doubtful: 0, loose: 0, unknown: 0, rest: None, body }
    }

    /// Takes in a row whose filter is true and that refers to a subject, or to none that is known.
    pub fn add_subject(&mut self, id: Option<u32>) {
        match (&mut self.body, id) {
            (Body::Subjects(set), Some(id)) => {
                set.insert(id);
                self.count += 1;
            }
            _ => self.doubtful += 1,
        }
    }

    /// Takes in a row whose filter is true, with the values of the aggregate's expressions.
    pub fn add(&mut self, at: &RecordOrder, values: &[Stored]) {
        let first = values.first().cloned().unwrap_or(Stored::Unknown);
        let known = !values.contains(&Stored::Unknown);
        match &mut self.body {
            // Their rows come to `add_subject`.
            Body::Count | Body::Subjects(_) => {}
            Body::Distinct(set) => {
                if !known {
                    self.doubtful += 1;
                    return;
                }
                if !set.contains(values) {
                    set.insert(values.into());
                }
            }
            Body::Sum(sum) => match first {
                Stored::Num(n) => *sum = sum.and_then(|s| s.add(n).ok()),
                other => {
                    self.unknown += 1;
                    let more = other.value().range();
                    *sum = sum.filter(|_| add_rest(&mut self.rest, more).is_ok());
                }
            },
            Body::Average(sums) => match (first, values.get(1)) {
                (Stored::Num(x), None) => *sums = add_weighted(*sums, x, Ratio::ONE),
                (Stored::Num(x), Some(Stored::Num(w))) => *sums = add_weighted(*sums, x, *w),
                (x, weight) => {
                    self.unknown += 1;
                    let weight = weight.map_or(V::number(Ratio::ONE), Stored::value);
                    *sums = sums.and_then(|sums| weigh_rest(sums, &mut self.rest, x.value(), weight).ok());
                }
            },
            Body::Extreme(largest, best) => {
                if known && !matches!(first, Stored::Range(..)) {
                    keep_extreme(*largest, best, first);
                } else {
                    self.unknown += 1;
                    widen_rest(*largest, &mut self.rest, first.value().range());
                }
            }
            Body::Edge(last, best) => keep_edge(*last, best, (at.clone(), first)),
            Body::Values(values) => match first {
                Stored::Num(n) => *values.entry(n).or_insert(0) += 1,
                _ => self.unknown += 1,
            },
            Body::Share(yes) => match first {
                Stored::Truth(true) => *yes += 1,
                Stored::Truth(false) => {}
                _ => self.unknown += 1,
            },
        }
        self.count += 1;
    }

    /// Takes in another cell of the same aggregate.
    pub fn merge(&mut self, other: &Cell) {
        self.count += other.count;
        self.doubtful += other.doubtful;
        self.loose += other.loose;
        self.unknown += other.unknown;
        let overflows = match (&self.body, other.rest.as_deref()) {
            (Body::Extreme(largest, _), Some(more)) => {
                widen_rest(*largest, &mut self.rest, *more);
                false
            }
            (_, Some(more)) => add_rest(&mut self.rest, *more).is_err(),
            (_, None) => false,
        };
        match (&mut self.body, &other.body) {
            (Body::Sum(sum), _) if overflows => *sum = None,
            (Body::Average(sums), _) if overflows => *sums = None,
            (Body::Distinct(set), Body::Distinct(more)) => set.extend(more.iter().cloned()),
            (Body::Subjects(set), Body::Subjects(more)) => set.extend(more),
            (Body::Sum(sum), Body::Sum(more)) => {
                *sum = sum.zip(*more).and_then(|(a, b)| a.add(b).ok());
            }
            (Body::Average(sums), Body::Average(more)) => {
                *sums = sums.zip(*more).and_then(|(a, b)| Some((a.0.add(b.0).ok()?, a.1.add(b.1).ok()?)));
            }
            (Body::Extreme(largest, best), Body::Extreme(_, Some(more))) => {
                keep_extreme(*largest, best, more.clone());
            }
            (Body::Edge(last, best), Body::Edge(_, Some(more))) => keep_edge(*last, best, more.clone()),
            (Body::Share(yes), Body::Share(more)) => *yes += more,
            (Body::Values(values), Body::Values(more)) => add_values(values, more),
            _ => {}
        }
    }
}

/// Adds a number that is not certain to others.
pub fn add_rest(rest: &mut Option<Box<Range>>, more: Range) -> Result<(), Overflow> {
    *rest = Some(Box::new(match rest.as_deref() {
        Some(sum) => sum.add(more)?,
        None => more,
    }));
    Ok(())
}

/// Adds a value to an average's sums, of which it or its weight is not certain: the sums with its weight. Where the weight
/// is not certain nothing is known.
pub fn weigh_rest(
    (sum, weights): (Ratio, Ratio),
    rest: &mut Option<Box<Range>>,
    value: V<'_>,
    weight: V<'_>,
) -> Result<(Ratio, Ratio), Overflow> {
    match weight.value() {
        Some(exact) => {
            add_rest(rest, value.range().mul(Range::exact(exact))?)?;
            Ok((sum, weights.add(exact)?))
        }
        None => {
            add_rest(rest, Range::ANY)?;
            Ok((sum, weights))
        }
    }
}

/// The least (or largest) of numbers that are not certain.
pub fn widen_rest(largest: bool, rest: &mut Option<Box<Range>>, more: Range) {
    *rest = Some(Box::new(match rest.as_deref() {
        Some(best) if largest => best.max(more),
        Some(best) => best.min(more),
        None => more,
    }));
}

/// Takes in how often values occur.
pub fn add_values(values: &mut BTreeMap<Ratio, u64>, more: &BTreeMap<Ratio, u64>) {
    for (value, count) in more {
        *values.entry(*value).or_insert(0) += count;
    }
}

fn add_weighted(sums: Option<(Ratio, Ratio)>, x: Ratio, w: Ratio) -> Option<(Ratio, Ratio)> {
    let (sum, weights) = sums?;
    Some((sum.add(x.mul(w).ok()?).ok()?, weights.add(w).ok()?))
}

fn keep_extreme(largest: bool, best: &mut Option<Stored>, value: Stored) {
    let better = match best {
        None => true,
        Some(kept) => {
            let by_value = extreme_order(kept.value(), value.value());
            if largest { by_value.is_lt() } else { by_value.is_gt() }
        }
    };
    if better {
        *best = Some(value);
    }
}

fn keep_edge(last: bool, best: &mut Option<(RecordOrder, Stored)>, value: (RecordOrder, Stored)) {
    let better = best.as_ref().is_none_or(|kept| {
        let order = kept.0.cmp(&value.0).then_with(|| value_order(kept.1.value(), value.1.value()));
        if last { order.is_lt() } else { order.is_gt() }
    });
    if better {
        *best = Some(value);
    }
}

/// Order of values where the records tie: unknown first.
#[must_use]
pub fn value_order(a: V<'_>, b: V<'_>) -> Ordering {
    match (a.is_known(), b.is_known()) {
        (true, true) => extreme_order(a, b),
        (a, b) => a.cmp(&b),
    }
}

/// Order of two known values for the smallest and largest: total, so that arrival leaves no trace.
/// A whole day comes before the instants of that day.
#[must_use]
pub fn extreme_order(a: V<'_>, b: V<'_>) -> Ordering {
    match (a, b) {
        (V::Num(a), V::Num(b)) => a.value().cmp(&b.value()),
        (V::Moment(a), V::Moment(b)) => {
            let place = |m: Moment| (m.earliest(), matches!(m, Moment::At(_)));
            place(a).cmp(&place(b))
        }
        (a, b) => order(a, b).unwrap_or(Ordering::Equal),
    }
}
