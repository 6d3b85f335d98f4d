//! Between which moments a computed day lies that is in doubt (section 3, "Bounds of a moment").

use chrono::NaiveDateTime;
use wangge::model::{CompareOp, Expr};

use super::Run;
use super::eval::Context;
use super::time::before;
use super::value::{Moment, Truth, V};

/// Which side.
#[derive(Clone, Copy, PartialEq)]
pub enum Side {
    Earliest,
    Latest,
}

/// `left op right`, known to hold or not to hold.
type Known<'e> = (&'e Expr, bool);

impl Run<'_> {
    pub fn moment_bound(&self, expr: &Expr, side: Side, context: &Context<'_>) -> Option<Moment> {
        match (self.eval(expr, context), expr) {
            (V::Unknown, Expr::Measure(id)) => self.moment_bound(&self.policy.measures[*id].expr, side, context),
            (V::Unknown, Expr::OrElse(a, b)) => {
                outer(&[self.moment_bound(a, side, context), self.moment_bound(b, side, context)], side)
            }
            (V::Unknown, Expr::Cases(rows, otherwise)) => {
                let truths: Vec<Truth> = rows.iter().map(|(test, _)| self.truth(test, context)).collect();
                let last = truths.iter().position(|truth| *truth == Some(true)).unwrap_or(rows.len());
                let open: Vec<usize> = (0..rows.len().min(last)).filter(|at| truths[*at].is_none()).collect();
                let denied = |before: usize| -> Vec<Known<'_>> {
                    open.iter().filter(|at| **at < before).map(|at| (&rows[*at].0, false)).collect()
                };
                let mut ends = Vec::new();
                for at in open.iter().copied().chain((last < rows.len()).then_some(last)) {
                    let known: Vec<Known<'_>> = denied(at).into_iter().chain([(&rows[at].0, true)]).collect();
                    ends.push(self.end_of(&rows[at].1, &known, side, context));
                }
                if last == rows.len() {
                    let value = otherwise.as_ref();
                    ends.push(value.and_then(|value| self.end_of(value, &denied(last), side, context)));
                }
                outer(&ends, side)
            }
            (value, _) => value.moment(),
        }
    }

    /// The bound of a value where comparisons hold or do not.
    fn end_of(&self, value: &Expr, known: &[Known<'_>], side: Side, context: &Context<'_>) -> Option<Moment> {
        if let Some(own) = self.moment_bound(value, side, context) {
            return Some(own);
        }
        let said = known.iter().filter_map(|(test, holds)| {
            let Expr::Compare(op, left, right) = test else { return None };
            // As `value op other`.
            let (op, other) = match (**left == *value, **right == *value) {
                (true, false) => (*op, right),
                (false, true) => (turned(*op), left),
                _ => return None,
            };
            let op = if *holds { op } else { opposite(op)? };
            let (fits, equal) = match op {
                CompareOp::Gt => (side == Side::Earliest, false),
                CompareOp::Ge => (side == Side::Earliest, true),
                CompareOp::Lt => (side == Side::Latest, false),
                CompareOp::Le => (side == Side::Latest, true),
                CompareOp::Eq | CompareOp::Ne => return None,
            };
            let at = self.moment_bound(other, side, context).filter(|_| fits)?;
            Some(match (equal, side) {
                (false, _) => at,
                (true, Side::Latest) => Moment::Day(at.day()),
                (true, Side::Earliest) => Moment::Day(before(at.day())),
            })
        });
        let said: Vec<Moment> = said.collect();
        match side {
            Side::Earliest => said.into_iter().max_by_key(end),
            Side::Latest => said.into_iter().min_by_key(end),
        }
    }
}

fn end(moment: &Moment) -> NaiveDateTime {
    moment.latest()
}

/// The earliest of all (or the latest), if all have such a side.
fn outer(ends: &[Option<Moment>], side: Side) -> Option<Moment> {
    let all: Option<Vec<Moment>> = ends.iter().copied().collect();
    match side {
        Side::Earliest => all?.into_iter().min_by_key(end),
        Side::Latest => all?.into_iter().max_by_key(end),
    }
}

fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        same => same,
    }
}

fn opposite(op: CompareOp) -> Option<CompareOp> {
    Some(match op {
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
        CompareOp::Ge => CompareOp::Lt,
        CompareOp::Eq | CompareOp::Ne => return None,
    })
}
