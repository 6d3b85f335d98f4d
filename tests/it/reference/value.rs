//! Values, three-valued logic, ranges of numbers, comparisons (section 3).

use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use wangge::model::{CompareOp, Ratio, Rounding};

use super::time::midnight;

pub type Num = BigRational;
/// `None`: unknown.
pub type Truth = Option<bool>;

pub fn int(value: i64) -> Num {
    Num::from_integer(BigInt::from(value))
}

pub fn num(ratio: Ratio) -> Num {
    Num::new(BigInt::from(ratio.num()), BigInt::from(ratio.den()))
}

pub fn ratio(value: &Num) -> Ratio {
    let (n, d) = (value.numer().to_i128(), value.denom().to_i128());
    Ratio::new(n.expect("numerator fits"), d.expect("denominator fits")).expect("a fraction")
}

/// A whole day or an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    Day(NaiveDate),
    At(NaiveDateTime),
}

impl Moment {
    pub fn day(self) -> NaiveDate {
        match self {
            Moment::Day(day) => day,
            Moment::At(at) => at.date(),
        }
    }

    pub fn earliest(self) -> NaiveDateTime {
        match self {
            Moment::Day(day) => midnight(day),
            Moment::At(at) => at,
        }
    }

    pub fn latest(self) -> NaiveDateTime {
        match self {
            Moment::Day(day) => midnight(day) + TimeDelta::days(1) - TimeDelta::microseconds(1),
            Moment::At(at) => at,
        }
    }

    /// Days against days, unless both are instants.
    pub fn compare(self, other: Moment) -> Ordering {
        match (self, other) {
            (Moment::At(a), Moment::At(b)) => a.cmp(&b),
            _ => self.day().cmp(&other.day()),
        }
    }

    /// The order of records: by the earliest instant, a whole day before an instant.
    pub fn order(self) -> (NaiveDateTime, bool) {
        (self.earliest(), matches!(self, Moment::At(_)))
    }
}

/// A number that may be uncertain; `None` is an open side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    pub lo: Option<Num>,
    pub hi: Option<Num>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum V {
    Unknown,
    Num(Range),
    Text(String),
    Code(u32),
    Codes(u64),
    Bool(bool),
    Moment(Moment),
}

impl Range {
    pub fn exactly(value: Num) -> Range {
        Range { lo: Some(value.clone()), hi: Some(value) }
    }

    pub const ANY: Range = Range { lo: None, hi: None };

    pub fn exact(&self) -> Option<&Num> {
        self.lo.as_ref().filter(|_| self.lo == self.hi)
    }

    pub fn add(&self, other: &Range) -> Range {
        let side = |a: &Option<Num>, b: &Option<Num>| Some(a.as_ref()? + b.as_ref()?);
        Range { lo: side(&self.lo, &other.lo), hi: side(&self.hi, &other.hi) }
    }

    pub fn sub(&self, other: &Range) -> Range {
        self.add(&other.scale(&int(-1)))
    }

    /// Times an exact number. Zero times anything is zero.
    pub fn scale(&self, by: &Num) -> Range {
        if by.is_zero() {
            return Range::exactly(int(0));
        }
        let side = |a: &Option<Num>| a.as_ref().map(|a| a * by);
        let (lo, hi) = (side(&self.lo), side(&self.hi));
        if by.is_negative() { Range { lo: hi, hi: lo } } else { Range { lo, hi } }
    }

    pub fn mul(&self, other: &Range) -> Range {
        match (self.exact(), other.exact()) {
            (Some(by), _) => other.scale(by),
            (_, Some(by)) => self.scale(by),
            _ => Range::ANY,
        }
    }

    pub fn min(ranges: &[Range]) -> Range {
        let lo = ranges.iter().map(|r| r.lo.clone()).collect::<Option<Vec<Num>>>();
        Range { lo: lo.and_then(|l| l.into_iter().min()), hi: ranges.iter().filter_map(|r| r.hi.clone()).min() }
    }

    pub fn max(ranges: &[Range]) -> Range {
        let hi = ranges.iter().map(|r| r.hi.clone()).collect::<Option<Vec<Num>>>();
        Range { lo: ranges.iter().filter_map(|r| r.lo.clone()).max(), hi: hi.and_then(|h| h.into_iter().max()) }
    }

    /// What an exact number becomes; an inexact one is anything.
    pub fn map_exact(&self, f: impl FnOnce(&Num) -> Num) -> Range {
        self.exact().map_or(Range::ANY, |n| Range::exactly(f(n)))
    }

    /// What a function that never falls makes of both ends.
    pub fn map_sides(&self, f: impl Fn(&Num) -> Num) -> Range {
        Range { lo: self.lo.as_ref().map(&f), hi: self.hi.as_ref().map(&f) }
    }

    /// Below 0 is 0.
    pub fn at_least_nothing(&self) -> Range {
        self.map_sides(|side| side.clone().max(int(0)))
    }

    fn below(&self, other: &Range) -> bool {
        matches!((&self.hi, &other.lo), (Some(a), Some(b)) if a < b)
    }

    fn not_above(&self, other: &Range) -> bool {
        matches!((&self.hi, &other.lo), (Some(a), Some(b)) if a <= b)
    }

    pub fn compare(&self, op: CompareOp, other: &Range) -> Truth {
        match op {
            CompareOp::Lt if self.below(other) => Some(true),
            CompareOp::Lt if other.not_above(self) => Some(false),
            CompareOp::Le if self.not_above(other) => Some(true),
            CompareOp::Le if other.below(self) => Some(false),
            CompareOp::Lt | CompareOp::Le => None,
            CompareOp::Gt => other.compare(CompareOp::Lt, self),
            CompareOp::Ge => other.compare(CompareOp::Le, self),
            CompareOp::Eq if self.below(other) || other.below(self) => Some(false),
            CompareOp::Eq => (self.exact()? == other.exact()?).then_some(true),
            CompareOp::Ne => not(self.compare(CompareOp::Eq, other)),
        }
    }
}

impl V {
    pub fn number(value: Num) -> V {
        V::Num(Range::exactly(value))
    }

    pub fn truth(&self) -> Truth {
        match self {
            V::Bool(b) => Some(*b),
            _ => None,
        }
    }

    pub fn from_truth(truth: Truth) -> V {
        truth.map_or(V::Unknown, V::Bool)
    }

    /// As a number; anything unknown is any number.
    pub fn range(&self) -> Range {
        match self {
            V::Num(range) => range.clone(),
            V::Code(at) => Range::exactly(int(i64::from(*at))),
            _ => Range::ANY,
        }
    }

    pub fn exact(&self) -> Option<Num> {
        self.range().exact().cloned()
    }

    pub fn moment(&self) -> Option<Moment> {
        match self {
            V::Moment(moment) => Some(*moment),
            _ => None,
        }
    }

    /// Known and, if it is a number, exact.
    pub fn is_known(&self) -> bool {
        match self {
            V::Unknown => false,
            V::Num(range) => range.exact().is_some(),
            _ => true,
        }
    }

    pub fn compare(&self, op: CompareOp, other: &V) -> Truth {
        let holds = |order: Ordering| match op {
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
        };
        match (self, other) {
            (V::Num(_), _) | (_, V::Num(_)) => self.range().compare(op, &other.range()),
            (V::Unknown, _) | (_, V::Unknown) => None,
            (V::Moment(a), V::Moment(b)) => Some(holds(a.compare(*b))),
            (a, b) if op == CompareOp::Eq => Some(a == b),
            (a, b) if op == CompareOp::Ne => Some(a != b),
            (a, b) => unreachable!("the checker lets nobody order {a:?} and {b:?}"),
        }
    }

    /// What is known of a value that is one of these.
    pub fn one_of(possible: &[V]) -> V {
        let ranges = || possible.iter().map(V::range);
        match possible {
            [] => V::Unknown,
            [first, rest @ ..] if rest.iter().all(|v| v == first) => first.clone(),
            all if all.iter().all(|v| matches!(v, V::Num(_))) => {
                let lo: Option<Vec<Num>> = ranges().map(|r| r.lo).collect();
                let hi: Option<Vec<Num>> = ranges().map(|r| r.hi).collect();
                V::Num(Range { lo: lo.and_then(|l| l.into_iter().min()), hi: hi.and_then(|h| h.into_iter().max()) })
            }
            _ => V::Unknown,
        }
    }

    /// A total order, where records, ranks and sorted values need one. Unknown comes first.
    pub fn order(&self, other: &V) -> Ordering {
        match (self, other) {
            (a, b) if !a.is_known() || !b.is_known() => a.is_known().cmp(&b.is_known()),
            (V::Num(a), V::Num(b)) => a.exact().cmp(&b.exact()),
            (V::Text(a), V::Text(b)) => a.cmp(b),
            (V::Code(a), V::Code(b)) => a.cmp(b),
            (V::Codes(a), V::Codes(b)) => a.cmp(b),
            (V::Bool(a), V::Bool(b)) => a.cmp(b),
            (V::Moment(a), V::Moment(b)) => a.order().cmp(&b.order()),
            (a, b) => unreachable!("two types in one column: {a:?} and {b:?}"),
        }
    }
}

pub fn not(truth: Truth) -> Truth {
    truth.map(|t| !t)
}

pub fn all(parts: impl IntoIterator<Item = Truth>) -> Truth {
    let parts: Vec<Truth> = parts.into_iter().collect();
    if parts.contains(&Some(false)) {
        Some(false)
    } else if parts.contains(&None) {
        None
    } else {
        Some(true)
    }
}

pub fn any(parts: impl IntoIterator<Item = Truth>) -> Truth {
    not(all(parts.into_iter().map(not)))
}

/// To a multiple of `10^-places`.
pub fn round(value: &Num, places: u32, how: Rounding) -> Num {
    let scale = Num::from_integer(BigInt::from(10).pow(places));
    let scaled = value * &scale;
    let half = Num::new(BigInt::from(1), BigInt::from(2));
    let rounded = match how {
        Rounding::Down => scaled.floor(),
        Rounding::Up => scaled.ceil(),
        // `Ratio::round` of num-rational: halves away from zero.
        Rounding::HalfUp => scaled.round(),
        Rounding::HalfEven if (&scaled - scaled.floor()) == half => {
            let low = scaled.floor();
            let two = BigInt::from(2);
            if (low.to_integer() % two).is_zero() { low } else { scaled.ceil() }
        }
        Rounding::HalfEven => scaled.round(),
    };
    rounded / scale
}
