//! Values while evaluating: three-valued truth, numbers as ranges, borrowed text.

use crate::model::{CompareOp, Instant, Moment, Overflow, Ratio, TermUnit, Value, Window};
use std::cmp::Ordering;

/// Three-valued truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tri {
    /// No.
    False,
    /// Yes.
    True,
    /// Not decided.
    Unknown,
}

impl Tri {
    /// From a decided truth.
    #[must_use]
    pub fn of(truth: bool) -> Tri {
        if truth { Tri::True } else { Tri::False }
    }

    /// Turned.
    #[must_use]
    pub fn not(self) -> Tri {
        match self {
            Tri::False => Tri::True,
            Tri::True => Tri::False,
            Tri::Unknown => Tri::Unknown,
        }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Tri) -> Tri {
        match (self, other) {
            (Tri::False, _) | (_, Tri::False) => Tri::False,
            (Tri::True, Tri::True) => Tri::True,
            _ => Tri::Unknown,
        }
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Tri) -> Tri {
        self.not().and(other.not()).not()
    }
}

/// A number that may be uncertain: it lies in `[lo, hi]`; `None` is unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Range {
    /// Least value.
    pub lo: Option<Ratio>,
    /// Largest value.
    pub hi: Option<Ratio>,
}

impl Range {
    /// Nothing is known.
    pub const ANY: Range = Range { lo: None, hi: None };

    /// A known number.
    #[must_use]
    pub fn exact(value: Ratio) -> Range {
        Range { lo: Some(value), hi: Some(value) }
    }

    /// At least this.
    #[must_use]
    pub fn at_least(value: Ratio) -> Range {
        Range { lo: Some(value), hi: None }
    }

    /// The number, if it is known.
    #[must_use]
    pub fn value(self) -> Option<Ratio> {
        match (self.lo, self.hi) {
            (Some(lo), Some(hi)) if lo == hi => Some(lo),
            _ => None,
        }
    }

    /// Sum.
    pub fn add(self, other: Range) -> Result<Range, Overflow> {
        let side = |a: Option<Ratio>, b: Option<Ratio>| match (a, b) {
            (Some(a), Some(b)) => a.add(b).map(Some),
            _ => Ok(None),
        };
        Ok(Range { lo: side(self.lo, other.lo)?, hi: side(self.hi, other.hi)? })
    }

    /// The range with its sign turned.
    pub fn neg(self) -> Result<Range, Overflow> {
        let turn = |side: Option<Ratio>| side.map(Ratio::neg).transpose();
        Ok(Range { lo: turn(self.hi)?, hi: turn(self.lo)? })
    }

    /// Product; of two true ranges nothing is known.
    pub fn mul(self, other: Range) -> Result<Range, Overflow> {
        let (factor, range) = match (self.value(), other.value()) {
            (Some(factor), _) => (factor, other),
            (_, Some(factor)) => (factor, self),
            _ => return Ok(Range::ANY),
        };
        let scale = |side: Option<Ratio>| side.map(|s| s.mul(factor)).transpose();
        match factor.cmp(&Ratio::ZERO) {
            Ordering::Equal => Ok(Range::exact(Ratio::ZERO)),
            Ordering::Greater => Ok(Range { lo: scale(range.lo)?, hi: scale(range.hi)? }),
            Ordering::Less => Ok(Range { lo: scale(range.hi)?, hi: scale(range.lo)? }),
        }
    }

    /// The smaller of both, side by side.
    #[must_use]
    pub fn min(self, other: Range) -> Range {
        let lo = match (self.lo, other.lo) {
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        let hi = match (self.hi, other.hi) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Range { lo, hi }
    }

    /// The larger of both, side by side.
    #[must_use]
    pub fn max(self, other: Range) -> Range {
        let lo = match (self.lo, other.lo) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let hi = match (self.hi, other.hi) {
            (Some(a), Some(b)) => Some(a.max(b)),
            _ => None,
        };
        Range { lo, hi }
    }

    /// Each side that is known, at least 0.
    #[must_use]
    pub fn not_below_zero(self) -> Range {
        let kept = |side: Option<Ratio>| side.map(|side| side.max(Ratio::ZERO));
        Range { lo: kept(self.lo), hi: kept(self.hi) }
    }

    /// Everything from the smaller to the larger.
    #[must_use]
    pub fn hull(self, other: Range) -> Range {
        let side =
            |a: Option<Ratio>, b: Option<Ratio>, pick: fn(Ratio, Ratio) -> Ratio| a.zip(b).map(|(a, b)| pick(a, b));
        Range { lo: side(self.lo, other.lo, Ratio::min), hi: side(self.hi, other.hi, Ratio::max) }
    }

    /// A comparison, where the ranges decide it.
    #[must_use]
    pub fn compare(self, op: CompareOp, other: Range) -> Tri {
        let below = |a: Option<Ratio>, b: Option<Ratio>, strict: bool| match (a, b) {
            (Some(a), Some(b)) => a < b || (!strict && a == b),
            _ => false,
        };
        let less = |a: Range, b: Range| {
            if below(a.hi, b.lo, true) {
                Tri::True
            } else if below(b.hi, a.lo, false) {
                Tri::False
            } else {
                Tri::Unknown
            }
        };
        match op {
            CompareOp::Lt => less(self, other),
            CompareOp::Gt => less(other, self),
            CompareOp::Ge => less(self, other).not(),
            CompareOp::Le => less(other, self).not(),
            CompareOp::Eq => match (self.value(), other.value()) {
                (Some(a), Some(b)) => Tri::of(a == b),
                _ if below(self.hi, other.lo, true) || below(other.hi, self.lo, true) => Tri::False,
                _ => Tri::Unknown,
            },
            CompareOp::Ne => self.compare(CompareOp::Eq, other).not(),
        }
    }
}

/// A value of an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum V<'a> {
    /// Missing or not decided.
    Unknown,
    /// A number.
    Num(Range),
    /// Text or a key.
    Text(&'a str),
    /// Truth.
    Truth(Tri),
    /// A day or an instant.
    Moment(Moment),
    /// Position in a code list.
    Code(u32),
    /// Positions in a code list, as bits.
    Set(u64),
}

impl<'a> V<'a> {
    /// A known number.
    #[must_use]
    pub fn number(value: Ratio) -> V<'a> {
        V::Num(Range::exact(value))
    }

    /// A known whole number.
    #[must_use]
    pub fn count(value: u64) -> V<'a> {
        V::number(Ratio::int(i128::from(value)))
    }

    /// The constant's value.
    #[must_use]
    pub fn constant(value: &'a Value) -> V<'a> {
        match value {
            Value::Number(n) => V::number(*n),
            Value::Text(t) => V::Text(t),
            Value::Bool(b) => V::Truth(Tri::of(*b)),
            Value::Day(d) => V::Moment(Moment::Day(*d)),
            Value::At(at) => V::Moment(Moment::At(*at)),
            Value::Code(c) => V::Code(*c),
            Value::Every(_) => V::Unknown,
        }
    }

    /// As a range; unknown is unbounded.
    #[must_use]
    pub fn range(self) -> Range {
        match self {
            V::Num(range) => range,
            _ => Range::ANY,
        }
    }

    /// As truth; anything but truth is not decided.
    #[must_use]
    pub fn truth(self) -> Tri {
        match self {
            V::Truth(tri) => tri,
            _ => Tri::Unknown,
        }
    }

    /// The known number.
    #[must_use]
    pub fn value(self) -> Option<Ratio> {
        self.range().value()
    }

    /// Whether the value is known.
    #[must_use]
    pub fn is_known(self) -> bool {
        match self {
            V::Unknown | V::Truth(Tri::Unknown) => false,
            V::Num(range) => range.value().is_some(),
            _ => true,
        }
    }

    /// The moment.
    #[must_use]
    pub fn moment(self) -> Option<Moment> {
        match self {
            V::Moment(moment) => Some(moment),
            _ => None,
        }
    }
}

/// Order of two values where both are known and of one kind; days against instants go by day.
#[must_use]
pub fn order(a: V<'_>, b: V<'_>) -> Option<Ordering> {
    Some(match (a, b) {
        (V::Text(a), V::Text(b)) => a.cmp(b),
        (V::Code(a), V::Code(b)) => a.cmp(&b),
        (V::Set(a), V::Set(b)) => a.cmp(&b),
        (V::Moment(Moment::At(a)), V::Moment(Moment::At(b))) => a.cmp(&b),
        (V::Moment(a), V::Moment(b)) => a.day().cmp(&b.day()),
        (V::Truth(a), V::Truth(b)) if a != Tri::Unknown && b != Tri::Unknown => (a == Tri::True).cmp(&(b == Tri::True)),
        _ => return None,
    })
}

/// A comparison of two values.
#[must_use]
pub fn compare(op: CompareOp, a: V<'_>, b: V<'_>) -> Tri {
    if let (V::Num(a), V::Num(b)) = (a, b) {
        return a.compare(op, b);
    }
    let Some(order) = order(a, b) else { return Tri::Unknown };
    Tri::of(match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
    })
}

/// A moment moved by a whole number of units; days and longer units give a day. Hours and minutes are those that
/// pass in the zone.
#[must_use]
pub fn moved(from: Moment, amount: i32, unit: TermUnit, zone: chrono_tz::Tz) -> Option<Moment> {
    let micros = |unit: i64| match from {
        Moment::At(at) => {
            let moved = at.real(zone).checked_add(i64::from(amount).checked_mul(unit)?)?;
            Some(Moment::At(Instant::from_real(moved, zone)))
        }
        Moment::Day(_) => None,
    };
    match unit {
        TermUnit::Minutes => micros(60_000_000),
        TermUnit::Hours => micros(3_600_000_000),
        unit => shift(from, amount, unit),
    }
}

/// The day so many days or longer units later.
#[must_use]
pub fn shift(from: Moment, amount: i32, unit: TermUnit) -> Option<Moment> {
    let day = from.day();
    Some(Moment::Day(match unit {
        TermUnit::Days => day.plus(amount),
        TermUnit::Weeks => day.plus(amount.saturating_mul(7)),
        TermUnit::Months => day.plus_months(amount),
        TermUnit::Years => day.plus_months(amount.saturating_mul(12)),
        TermUnit::Minutes | TermUnit::Hours | TermUnit::Workdays => return None,
    }))
}

/// Whole units from the first moment to the second, toward zero. Hours and minutes are those that pass in the zone.
#[must_use]
pub fn between(from: Moment, to: Moment, unit: TermUnit, zone: chrono_tz::Tz) -> Option<i64> {
    let days = i64::from(to.day().0) - i64::from(from.day().0);
    let instants = |unit: i64| match (from, to) {
        (Moment::At(a), Moment::At(b)) => Some((b.real(zone) - a.real(zone)) / unit),
        _ => None,
    };
    let months = || {
        let (early, late, sign) = if days >= 0 { (from.day(), to.day(), 1) } else { (to.day(), from.day(), -1) };
        let mut count = (late.year() - early.year()) * 12 + i32::try_from(late.month()).unwrap_or(0)
            - i32::try_from(early.month()).unwrap_or(0);
        if early.plus_months(count) > late {
            count -= 1;
        }
        i64::from(count * sign)
    };
    match unit {
        TermUnit::Minutes => instants(60_000_000),
        TermUnit::Hours => instants(3_600_000_000),
        TermUnit::Days => Some(days),
        TermUnit::Weeks => Some(days / 7),
        TermUnit::Months => Some(months()),
        TermUnit::Years => Some(months() / 12),
        TermUnit::Workdays => None,
    }
}

/// First and last day of a window as values.
#[must_use]
pub fn window_day<'a>(window: Option<Window>, start: bool) -> V<'a> {
    match window {
        Some(window) => V::Moment(Moment::Day(if start { window.start } else { window.last() })),
        None => V::Unknown,
    }
}
