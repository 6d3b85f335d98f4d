//! Tables: tests over one value, their order, and rows that nothing reaches.

use super::checker::{Checker, Scope};
use super::codes;
use super::compare::turned;
use super::expressions::Typed;
use super::types::Ty;
use crate::model::{CompareOp, Expr, ItemScore, Ratio, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{self, TestExpr, TestKind};

/// A test whose bounds are known, over numbers or positions of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Compare(CompareOp, Ratio),
    Between(Ratio, Ratio),
}

impl Known {
    fn holds(self, value: Ratio) -> bool {
        match self {
            Known::Compare(op, bound) => match op {
                CompareOp::Eq => value == bound,
                CompareOp::Ne => value != bound,
                CompareOp::Lt => value < bound,
                CompareOp::Le => value <= bound,
                CompareOp::Gt => value > bound,
                CompareOp::Ge => value >= bound,
            },
            Known::Between(low, high) => low <= value && value <= high,
        }
    }
}

impl Checker<'_> {
    /// A table over a value, with its points.
    pub(super) fn table(
        &mut self,
        of: &Typed,
        of_span: Span,
        (rows, otherwise): (&[(TestExpr, tree::Expr)], Option<&tree::Expr>),
        span: Span,
        scope: Scope,
    ) -> Option<ItemScore> {
        if matches!(of.ty, Ty::CodeSet(_) | Ty::Frame) {
            self.wrong_type(of_span, &text!("a number, code or date", "数、代码或日期"), &of.ty);
            return None;
        }
        let mut lowered = Vec::new();
        for (test, points) in rows {
            let row = (self.test(test, of, scope), self.amount(points, &Unit::Points, scope));
            lowered.push(row);
        }
        let Some(otherwise) = otherwise else {
            self.otherwise_needed(span);
            return None;
        };
        let otherwise = self.amount(otherwise, &Unit::Points, scope)?;
        let lowered: Vec<(Expr, Expr)> =
            lowered.into_iter().map(|(test, points)| test.zip(points)).collect::<Option<_>>()?;
        let tests: Vec<Option<Known>> = lowered.iter().map(|(test, _)| self.known_test(test)).collect();
        let points: Vec<Option<Ratio>> = (lowered.iter().map(|(_, points)| points).chain([&otherwise]))
            .map(|points| self.known_number(points))
            .collect();
        let spans: Vec<Span> = rows.iter().map(|(test, _)| test.span).collect();
        if let Some(winners) = self.reachable(&tests, &spans)
            && of.ty.is_number()
            && tests.iter().all(is_ordered)
        {
            self.two_directions(&winners, &points, &spans);
        }
        Some(ItemScore::Table { of: of.expr.clone(), rows: lowered, otherwise })
    }

    pub(super) fn otherwise_needed(&mut self, span: Span) {
        self.error_with_help(
            codes::OTHERWISE_NEEDED,
            span,
            text!("what holds where no row does is not said", "未写明各行都不满足时的结果"),
            text!("end with `otherwise ...`", "请以`否则 …`结尾"),
        );
    }

    /// A test on a value.
    pub(super) fn test(&mut self, test: &TestExpr, of: &Typed, scope: Scope) -> Option<Expr> {
        match &test.kind {
            TestKind::Compare(op, bound) => self.compare_lowered(*op, of, bound, test.span, scope),
            TestKind::Between(low, high) => {
                let below = self.compare_lowered(CompareOp::Ge, of, low, test.span, scope);
                let above = self.compare_lowered(CompareOp::Le, of, high, test.span, scope);
                Some(Expr::And(vec![below?, above?]))
            }
        }
    }

    /// The bounds of a test, if they are known.
    pub(super) fn known_test(&self, test: &Expr) -> Option<Known> {
        match test {
            Expr::Compare(op, _, bound) => Some(Known::Compare(*op, self.position_or_number(bound)?)),
            Expr::And(parts) => match parts.as_slice() {
                [Expr::Compare(CompareOp::Ge, _, low), Expr::Compare(CompareOp::Le, _, high)] => {
                    Some(Known::Between(self.position_or_number(low)?, self.position_or_number(high)?))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn position_or_number(&self, expr: &Expr) -> Option<Ratio> {
        match expr {
            Expr::Const(Value::Code(position), _) => Some(Ratio::int(i128::from(*position))),
            Expr::Const(Value::Day(day), _) => Some(Ratio::int(i128::from(day.0))),
            other => self.known_number(other),
        }
    }

    /// Tries every value that the bounds tell apart, ascending: the first row that holds for each, `otherwise`
    /// as one past the last. Reports rows that are never first. `None` when a bound is not known.
    pub(super) fn reachable(&mut self, tests: &[Option<Known>], spans: &[Span]) -> Option<Vec<usize>> {
        let tests: Vec<Known> = tests.iter().copied().collect::<Option<_>>()?;
        let winners: Vec<usize> = samples(&tests)
            .into_iter()
            .map(|value| tests.iter().position(|test| test.holds(value)).unwrap_or(tests.len()))
            .collect();
        for (at, span) in spans.iter().enumerate() {
            if !winners.contains(&at) {
                self.error_with_help(
                    codes::UNREACHABLE_ROW,
                    *span,
                    text!(
                        "no value reaches this row: the rows above take them all",
                        "没有数值能到达此行，均已被上面各行取走"
                    ),
                    text!("order the rows from the strictest test on", "请从最严的条件起依次排列"),
                );
            }
        }
        Some(winners)
    }

    /// Warns of points that rise and fall again as the value grows.
    fn two_directions(&mut self, winners: &[usize], points: &[Option<Ratio>], spans: &[Span]) {
        let mut runs: Vec<(usize, Ratio)> = Vec::new();
        for row in winners {
            let Some(Some(given)) = points.get(*row) else { return };
            if runs.last().is_none_or(|(last, _)| last != row) {
                runs.push((*row, *given));
            }
        }
        let rises = runs.windows(2).any(|pair| matches!(pair, [a, b] if a.1 < b.1));
        let falls = runs.windows(2).find_map(|pair| match pair {
            [a, b] if a.1 > b.1 => Some((*a, *b)),
            _ => None,
        });
        if let (true, Some((more, less))) = (rises, falls) {
            let span = spans.get(more.0).or(spans.get(less.0)).copied();
            if let Some(span) = span {
                let (more, less) = (more.1, less.1);
                self.warn(
                    codes::WORSE_GETS_MORE,
                    span,
                    text!(
                        "points rise with the value and fall again, from {more} to {less}",
                        "分数随数值先升后降，由 {more} 分降为 {less} 分"
                    ),
                );
            }
        }
    }

    fn compare_lowered(
        &mut self,
        op: CompareOp,
        of: &Typed,
        bound: &tree::Expr,
        span: Span,
        scope: Scope,
    ) -> Option<Expr> {
        let right = self.beside(bound, &of.ty, scope)?;
        self.comparable(op, of, &right, (bound, bound), span)?;
        let op = if matches!(of.ty, Ty::Grade(_)) { turned(op) } else { op };
        Some(Expr::Compare(op, Box::new(of.expr.clone()), Box::new(right.expr)))
    }
}

fn is_ordered(test: &Option<Known>) -> bool {
    !matches!(test, Some(Known::Compare(CompareOp::Eq | CompareOp::Ne, _)) | None)
}

/// The bounds, a value between each two, and one beyond either end, ascending.
fn samples(tests: &[Known]) -> Vec<Ratio> {
    let mut bounds: Vec<Ratio> = Vec::new();
    for test in tests {
        match *test {
            Known::Compare(_, bound) => bounds.push(bound),
            Known::Between(low, high) => bounds.extend([low, high]),
        }
    }
    bounds.sort();
    bounds.dedup();
    let mut values = Vec::new();
    if let Some(first) = bounds.first() {
        values.extend(first.sub(Ratio::ONE).ok());
    }
    for (at, bound) in bounds.iter().enumerate() {
        values.push(*bound);
        let next = match bounds.get(at + 1) {
            Some(next) => bound.add(*next).and_then(|sum| sum.div(Ratio::int(2))).ok().flatten(),
            None => bound.add(Ratio::ONE).ok(),
        };
        values.extend(next);
    }
    values
}
