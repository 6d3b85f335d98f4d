//! Tests over one value, in tables and grades: their order, and rows that nothing reaches.

use super::checker::{Checker, Scope};
use super::codes;
use super::compare::turned;
use super::expressions::Typed;
use super::types::{Ty, unit_suffix};
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{CompareOp, Expr, Ratio, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{self, TestExpr, TestKind};

/// A test whose bounds are known, over numbers or positions of codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    Compare(CompareOp, Ratio),
    /// From one to the other; true: that end is not in it.
    Range((bool, Ratio), (bool, Ratio)),
    AnyOf(Vec<Ratio>),
}

impl Known {
    pub(super) fn holds(&self, value: Ratio) -> bool {
        match self {
            Known::Compare(op, bound) => match op {
                CompareOp::Eq => value == *bound,
                CompareOp::Ne => value != *bound,
                CompareOp::Lt => value < *bound,
                CompareOp::Le => value <= *bound,
                CompareOp::Gt => value > *bound,
                CompareOp::Ge => value >= *bound,
            },
            Known::Range((above, low), (below, high)) => {
                (*low < value || (!above && *low == value)) && (value < *high || (!below && *high == value))
            }
            Known::AnyOf(values) => values.contains(&value),
        }
    }

    /// The numbers that it names.
    pub(super) fn bounds(&self) -> Vec<Ratio> {
        match self {
            Known::Compare(_, bound) => vec![*bound],
            Known::Range((_, low), (_, high)) => vec![*low, *high],
            Known::AnyOf(values) => values.clone(),
        }
    }
}

/// Values that one row takes.
#[derive(Debug, Clone, Copy)]
struct Run {
    row: usize,
    /// What they get.
    result: Ratio,
    from: Ratio,
    to: Ratio,
}

impl Checker<'_> {
    /// What the rows of a table over one value show: rows that nothing reaches, values that rise and fall. `of`, `ty`: the
    /// types of the value and of what it gets. `whole`: it is a whole number, and nothing lies between two of them.
    pub(super) fn look_at_rows(
        &mut self,
        tests: &[Option<Known>],
        values: &[Option<Ratio>],
        (of, ty): (&Ty, &Ty),
        spans: &[Span],
        whole: bool,
    ) {
        if self.reachable(tests, spans).is_some() && tests.iter().all(is_ordered) {
            let known: Vec<Known> = tests.iter().flatten().cloned().collect();
            let tried = if whole { whole_samples(&known) } else { samples(&known) };
            let winners = first_rows(&known, tried.clone());
            let tried: Vec<(Ratio, usize)> = tried.into_iter().zip(winners).collect();
            self.two_directions(&tried, values, (of, ty), spans);
        }
    }

    pub(super) fn otherwise_needed(&mut self, span: Span) {
        self.no_otherwise(
            span,
            text!(
                "end with `otherwise ...`, or say which values there are: `by ... from 0 to 100 in steps of 1 {{ ... }}`",
                "请以`否则 …`结尾，或写明取值范围：`按 … 自 0 至 100 步长 1 {{ … }}`"
            ),
        );
    }

    pub(super) fn no_otherwise(&mut self, span: Span, help: Text) {
        let message = text!("what holds where no row does is not said", "未写明各行都不满足时的结果");
        self.error_with_help(codes::OTHERWISE_NEEDED, span, message, help);
    }

    /// A test on a value.
    pub(super) fn test(&mut self, test: &TestExpr, of: &Typed, scope: Scope) -> Option<Expr> {
        match &test.kind {
            TestKind::Compare(op, bound) => self.compare_lowered(*op, of, bound, test.span, scope),
            TestKind::Range((above, low), (below, high)) => {
                let from = if *above { CompareOp::Gt } else { CompareOp::Ge };
                let to = if *below { CompareOp::Lt } else { CompareOp::Le };
                let from = self.compare_lowered(from, of, low, test.span, scope);
                let to = self.compare_lowered(to, of, high, test.span, scope);
                Some(Expr::And(vec![from?, to?]))
            }
            TestKind::AnyOf(values) => {
                let tests: Vec<Option<Expr>> = (values.iter())
                    .map(|value| self.compare_lowered(CompareOp::Eq, of, value, value.span, scope))
                    .collect();
                Some(Expr::Or(tests.into_iter().collect::<Option<_>>()?))
            }
        }
    }

    /// The bounds of a test, if they are known.
    pub(super) fn known_test(&self, test: &Expr) -> Option<Known> {
        match test {
            Expr::Compare(op, _, bound) => Some(Known::Compare(*op, self.position_or_number(bound)?)),
            Expr::And(parts) => match parts.as_slice() {
                [Expr::Compare(from, _, low), Expr::Compare(to, _, high)]
                    if matches!(from, CompareOp::Ge | CompareOp::Gt) && matches!(to, CompareOp::Le | CompareOp::Lt) =>
                {
                    let (low, high) = (self.position_or_number(low)?, self.position_or_number(high)?);
                    Some(Known::Range((*from == CompareOp::Gt, low), (*to == CompareOp::Lt, high)))
                }
                _ => None,
            },
            Expr::Or(parts) => {
                let value = |part: &Expr| match part {
                    Expr::Compare(CompareOp::Eq, _, value) => self.position_or_number(value),
                    _ => None,
                };
                Some(Known::AnyOf(parts.iter().map(value).collect::<Option<_>>()?))
            }
            _ => None,
        }
    }

    pub(super) fn position_or_number(&self, expr: &Expr) -> Option<Ratio> {
        match expr {
            Expr::Const(Value::Code(position), _) => Some(Ratio::int(i128::from(*position))),
            Expr::Const(Value::Bool(yes), _) => Some(Ratio::int(i128::from(*yes))),
            Expr::Const(Value::Day(day), _) => Some(Ratio::int(i128::from(day.0))),
            other => self.known_number(other),
        }
    }

    /// Tries every value that the bounds tell apart, ascending: the first row that holds for each, `otherwise`
    /// as one past the last. Reports rows that are never first. `None` when a bound is not known.
    pub(super) fn reachable(&mut self, tests: &[Option<Known>], spans: &[Span]) -> Option<Vec<usize>> {
        self.reachable_or(tests, spans, &|_| false)
    }

    /// As [`Checker::reachable`], where something else may lead to a row.
    pub(super) fn reachable_or(
        &mut self,
        tests: &[Option<Known>],
        spans: &[Span],
        given: &dyn Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        let tests: Vec<Known> = tests.iter().cloned().collect::<Option<_>>()?;
        let winners = first_rows(&tests, samples(&tests));
        for (at, span) in spans.iter().enumerate() {
            if !winners.contains(&at) && !given(at) {
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

    /// Warns of results that rise and fall again as the value grows. `tried`: values, ascending, and the row of each.
    fn two_directions(
        &mut self,
        tried: &[(Ratio, usize)],
        results: &[Option<Ratio>],
        (of, ty): (&Ty, &Ty),
        spans: &[Span],
    ) {
        let mut runs: Vec<Run> = Vec::new();
        for (value, row) in tried {
            let Some(Some(result)) = results.get(*row) else { return };
            match runs.last_mut() {
                Some(last) if last.row == *row => last.to = *value,
                _ => runs.push(Run { row: *row, result: *result, from: *value, to: *value }),
            }
        }
        let rises = runs.windows(2).any(|pair| matches!(pair, [a, b] if a.result < b.result));
        let falls = runs.windows(2).find_map(|pair| match pair {
            [a, b] if a.result > b.result => Some((*a, *b)),
            _ => None,
        });
        let (true, Some((more, less))) = (rises, falls) else { return };
        let Some(span) = spans.get(more.row).or(spans.get(less.row)).copied() else { return };
        let (high, low) = (self.shown_value(ty, more.result), self.shown_value(ty, less.result));
        let (above, below) = (self.shown_value(of, more.to), self.shown_value(of, less.from));
        let message = Text::new(
            format!(
                "the result rises with the value and falls again: {} gets {}, {} gets {}",
                above.en, high.en, below.en, low.en
            ),
            format!("结果随数值先升后降：{} 得 {}，{} 得 {}", above.zh, high.zh, below.zh, low.zh),
        );
        let mut warning = Diagnostic::new(codes::WORSE_GETS_MORE, Severity::Warning, span, message);
        if more.row >= spans.len() {
            warning = warning.with_help(Text::new(
                format!(
                    "no row takes {}, so that it falls to `otherwise`: let one row begin where the other ends (`above A to B`), or bring the value to a whole number first (`floor(...)`)",
                    above.en
                ),
                format!(
                    "没有一行取到{}，因而落入`否则`：请使各行首尾相接（`超过 A 至 B`），或先取整（`下取整(…)`）",
                    above.zh
                ),
            ));
        }
        self.push(warning);
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

impl Checker<'_> {
    /// A value of a type, from its number or position, as an author would write it.
    pub(super) fn shown_value(&self, ty: &Ty, value: Ratio) -> Text {
        let position = || usize::try_from(value.floor()).ok();
        match ty {
            Ty::Code(list) => {
                let code = self.code_lists.get(*list).zip(position()).and_then(|(list, at)| list.codes.get(at));
                let code = code.map(String::as_str).unwrap_or_default();
                Text::new(format!("`{code}`"), format!("`{code}`"))
            }
            Ty::Grade(id) => {
                let grade = position().and_then(|at| self.assessment_decls[*id].grades.get(at));
                let grade = grade.map(String::as_str).unwrap_or_default();
                Text::new(format!("`{grade}`"), format!("`{grade}`"))
            }
            Ty::Bool if value == Ratio::ZERO => Text::new("`no`", "`否`"),
            Ty::Bool => Text::new("`yes`", "`是`"),
            Ty::Number(Unit::Share) => {
                let hundred = value.mul(Ratio::int(100)).unwrap_or(value);
                Text::new(format!("{hundred}%"), format!("{hundred}%"))
            }
            Ty::Number(unit) => {
                let suffix = unit_suffix(unit);
                Text::new(format!("{value}{}", suffix.en), format!("{value}{}", suffix.zh))
            }
            _ => Text::new(value.to_string(), value.to_string()),
        }
    }
}

fn is_ordered(test: &Option<Known>) -> bool {
    !matches!(test, Some(Known::Compare(CompareOp::Eq | CompareOp::Ne, _) | Known::AnyOf(_)) | None)
}

/// For each value the first row that holds, else one past the last.
fn first_rows(tests: &[Known], values: Vec<Ratio>) -> Vec<usize> {
    let first = |value| tests.iter().position(|test| test.holds(value)).unwrap_or(tests.len());
    values.into_iter().map(first).collect()
}

/// The whole numbers that the bounds tell apart, ascending.
fn whole_samples(tests: &[Known]) -> Vec<Ratio> {
    let beside = |bound: Ratio| (-1..=1).filter_map(move |by| Ratio::int(bound.floor()).add(Ratio::int(by)).ok());
    let mut values: Vec<Ratio> = tests.iter().flat_map(Known::bounds).flat_map(beside).collect();
    values.sort();
    values.dedup();
    values
}

/// The bounds, a value between each two, and one beyond either end, ascending.
fn samples(tests: &[Known]) -> Vec<Ratio> {
    let mut bounds: Vec<Ratio> = tests.iter().flat_map(Known::bounds).collect();
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
