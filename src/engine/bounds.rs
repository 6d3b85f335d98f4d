//! Between which moments a computed day or time lies that is in doubt: what its choices have in common.

use super::eval::{Context, eval};
use super::value::Tri;
use crate::model::{CompareOp, Expr, Moment, Overflow};

/// The earliest moment that a value in doubt may be, or the latest; `None`: there is no such bound. A whole day is as late
/// as its end.
pub(super) fn bound<'a, C: Context<'a>>(expr: &'a Expr, latest: bool, cx: &C) -> Result<Option<Moment>, Overflow> {
    let value = eval(expr, cx)?;
    if value.is_known() {
        return Ok(value.moment());
    }
    match expr {
        Expr::Measure(id) => match cx.measure_expr(*id) {
            Some(inner) => bound(inner, latest, cx),
            None => Ok(None),
        },
        // In doubt, the first may turn out to be missing.
        Expr::OrElse(first, second) => Ok(of_two(bound(first, latest, cx)?, bound(second, latest, cx)?, latest)),
        Expr::Cases(rows, otherwise) => {
            let mut facts: Vec<Fact<'a>> = Vec::new();
            let mut found: Option<Option<Moment>> = None;
            let mut add = |one: Option<Moment>| {
                found = Some(found.map_or(one, |other| of_two(other, one, latest)));
            };
            for (test, value) in rows {
                let holds = eval(test, cx)?.truth();
                if holds == Tri::False {
                    continue;
                }
                let held = Fact::of(test);
                add(chosen(value, held.iter().chain(&facts), latest, cx)?);
                if holds == Tri::True {
                    return Ok(found.flatten());
                }
                facts.extend(held.and_then(Fact::denied));
            }
            let last = otherwise.as_deref().map_or(Ok(None), |value| chosen(value, facts.iter(), latest, cx))?;
            add(last);
            Ok(found.flatten())
        }
        _ => Ok(None),
    }
}

/// A comparison that holds where a value is chosen.
#[derive(Clone, Copy)]
struct Fact<'a> {
    op: CompareOp,
    left: &'a Expr,
    right: &'a Expr,
}

impl<'a> Fact<'a> {
    fn of(test: &'a Expr) -> Option<Fact<'a>> {
        match test {
            Expr::Compare(op, left, right) => Some(Fact { op: *op, left, right }),
            _ => None,
        }
    }

    /// What holds where it does not.
    fn denied(self) -> Option<Fact<'a>> {
        let op = match self.op {
            CompareOp::Lt => CompareOp::Ge,
            CompareOp::Le => CompareOp::Gt,
            CompareOp::Gt => CompareOp::Le,
            CompareOp::Ge => CompareOp::Lt,
            CompareOp::Eq | CompareOp::Ne => return None,
        };
        Some(Fact { op, ..self })
    }

    /// What a value lies after (or, of the latest, before), and whether it may be equal to it.
    fn beyond(self, value: &Expr, latest: bool) -> Option<(&'a Expr, bool)> {
        let (more, other) = match (self.left == value, self.right == value) {
            (true, false) => (matches!(self.op, CompareOp::Gt | CompareOp::Ge), self.right),
            (false, true) => (matches!(self.op, CompareOp::Lt | CompareOp::Le), self.left),
            _ => return None,
        };
        let less = !more && matches!(self.op, CompareOp::Gt | CompareOp::Ge | CompareOp::Lt | CompareOp::Le);
        let fits = if latest { less } else { more };
        fits.then_some((other, matches!(self.op, CompareOp::Ge | CompareOp::Le)))
    }
}

/// The bound of a value that is chosen where facts hold.
fn chosen<'a, 'f, C: Context<'a>>(
    value: &'a Expr,
    facts: impl Iterator<Item = &'f Fact<'a>>,
    latest: bool,
    cx: &C,
) -> Result<Option<Moment>, Overflow>
where
    'a: 'f,
{
    let mut nearest = bound(value, latest, cx)?;
    if nearest.is_some() {
        return Ok(nearest);
    }
    for (other, may_equal) in facts.filter_map(|fact| fact.beyond(value, latest)) {
        let Some(at) = bound(other, latest, cx)? else { continue };
        // Days compare with instants as days: one that is not before a day may be any instant of it.
        let at = match (may_equal, latest) {
            (false, _) => at,
            (true, true) => Moment::Day(at.day()),
            (true, false) => Moment::Day(at.day().plus(-1)),
        };
        // Of several facts the one that says most.
        nearest = match nearest {
            Some(other) if (other.latest() < at.latest()) == latest => Some(other),
            _ => Some(at),
        };
    }
    Ok(nearest)
}

/// The earlier (or later) of two; without one of them there is no bound.
fn of_two(a: Option<Moment>, b: Option<Moment>, latest: bool) -> Option<Moment> {
    let (a, b) = (a?, b?);
    Some(if (b.latest() > a.latest()) == latest { b } else { a })
}
