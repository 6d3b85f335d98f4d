//! Tables over a domain: every value of it is taken by one row.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::tables::Known;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::Ratio;
use crate::source::Span;
use crate::syntax::tree::{DomainExpr, Expr};

/// The values that a table is over.
enum Domain {
    /// Positions of codes, or no and yes.
    Positions(usize),
    /// From a number to a number, in steps where there are some.
    Numbers(Ratio, Ratio, Option<Ratio>),
}

impl Checker<'_> {
    /// Checks that the rows of a table without `otherwise` take every value of its domain once; with `otherwise`, that
    /// no two rows take one value of a domain that is said.
    pub(super) fn partition(
        &mut self,
        of: &Typed,
        written: Option<&DomainExpr>,
        (tests, spans): (&[Option<Known>], &[Span]),
        (span, complete): (Span, bool),
        scope: Scope,
    ) -> Option<()> {
        let (domain, place) = match (written, &of.ty) {
            (Some(written), ty) if ty.is_number() => (self.domain(written, of, scope)?, written.span),
            (Some(written), ty) => {
                self.wrong_type(written.span, &text!("a number", "数"), ty);
                return None;
            }
            (None, Ty::Code(list)) => {
                let count = self.code_lists.get(*list).map_or(0, |list| list.codes.len());
                (Domain::Positions(count), span)
            }
            (None, Ty::Grade(id)) => (Domain::Positions(self.assessment_decls[*id].grades.len()), span),
            (None, _) => (Domain::Positions(2), span),
        };
        let Some(tests) = tests.iter().cloned().collect::<Option<Vec<Known>>>() else {
            let help = text!(
                "write the bounds of all rows as numbers, or end with `otherwise ...`",
                "各行界限须写明数值，或以`否则 …`结尾"
            );
            self.error_with_help(
                codes::BAD_DOMAIN,
                place,
                text!("whether the rows take every value once cannot be told", "无法确定各行是否不重不漏"),
                help,
            );
            return None;
        };
        let mut sound = true;
        let mut reported: Vec<(usize, usize)> = Vec::new();
        for value in domain.samples(&tests) {
            let mut takers = (0..tests.len()).filter(|row| tests.get(*row).is_some_and(|test| test.holds(value)));
            match (takers.next(), takers.next()) {
                (None, _) if complete && !reported.contains(&(usize::MAX, usize::MAX)) => {
                    reported.push((usize::MAX, usize::MAX));
                    self.table_gap(&of.ty, value, place);
                    sound = false;
                }
                (Some(first), Some(second)) if !reported.contains(&(first, second)) => {
                    reported.push((first, second));
                    self.table_overlap(
                        &of.ty,
                        value,
                        spans.get(first).copied(),
                        spans.get(second).copied().unwrap_or(place),
                    );
                    sound = false;
                }
                _ => {}
            }
        }
        sound.then_some(())
    }

    fn table_gap(&mut self, ty: &Ty, value: Ratio, span: Span) {
        let shown = self.shown_value(ty, value);
        let message = Text::new(format!("no row takes {}", shown.en), format!("没有一行包含{}", shown.zh));
        let help = text!(
            "close the gap, or end with `otherwise ...`; where values lie between two steps, say the step",
            "请补上缺口，或以`否则 …`结尾；数值只取某些步长的，请写明步长"
        );
        self.error_with_help(codes::TABLE_GAP, span, message, help);
    }

    fn table_overlap(&mut self, ty: &Ty, value: Ratio, first: Option<Span>, second: Span) {
        let shown = self.shown_value(ty, value);
        let message = Text::new(format!("{} is taken by two rows", shown.en), format!("{}同时落在两行", shown.zh));
        let mut diagnostic = Diagnostic::error(codes::TABLE_OVERLAP, second, message)
            .with_help(text!("use `below` or `above` at the end that is not included", "不含的一端请用`不满`或`超过`"));
        if let Some(first) = first {
            diagnostic = diagnostic.with_secondary(first, text!("and by this one", "另一行"));
        }
        self.push(diagnostic);
    }

    fn domain(&mut self, written: &DomainExpr, of: &Typed, scope: Scope) -> Option<Domain> {
        let low = self.domain_number(&written.low, of, scope);
        let high = self.domain_number(&written.high, of, scope);
        let step = match &written.step {
            Some(step) => Some(self.domain_number(step, of, scope)?),
            None => None,
        };
        let (low, high) = (low?, high?);
        let fits = match step {
            Some(step) if step > Ratio::ZERO => {
                high.sub(low).and_then(|width| width.div(step)).ok().flatten().is_some_and(Ratio::is_int)
            }
            Some(_) => false,
            None => true,
        };
        if low >= high || !fits {
            let message = text!(
                "these are no values: the second must be above the first, and a whole number of steps away",
                "取值范围有误：上限须大于下限，且相差整数个步长"
            );
            self.error(codes::BAD_DOMAIN, written.span, message);
            return None;
        }
        Some(Domain::Numbers(low, high, step))
    }

    fn domain_number(&mut self, written: &Expr, of: &Typed, scope: Scope) -> Option<Ratio> {
        let found = self.expr(written, scope)?;
        if found.ty.common(&of.ty).is_none() {
            self.wrong_type(written.span, &of.ty.describe(), &found.ty);
            return None;
        }
        let known = self.known_number(&found.expr);
        if known.is_none() {
            self.error(
                codes::BAD_DOMAIN,
                written.span,
                text!("the values that there are must be written as numbers", "取值范围须写明数值"),
            );
        }
        known
    }
}

impl Domain {
    /// Values that tell all rows apart, ascending: what two of them agree on, all between agree on.
    fn samples(&self, tests: &[Known]) -> Vec<Ratio> {
        let (low, high, step) = match self {
            Domain::Positions(count) => {
                return (0..*count).map(|at| Ratio::int(i128::try_from(at).unwrap_or(i128::MAX))).collect();
            }
            Domain::Numbers(low, high, step) => (*low, *high, *step),
        };
        let mut bounds: Vec<Ratio> = tests.iter().flat_map(Known::bounds).chain([low, high]).collect();
        bounds.retain(|bound| low <= *bound && *bound <= high);
        bounds.sort();
        bounds.dedup();
        let mut values = bounds.clone();
        for (at, bound) in bounds.iter().enumerate() {
            match step {
                Some(step) => values.extend(neighbours(*bound, low, step)),
                None => {
                    let next = bounds.get(at + 1).and_then(|next| bound.add(*next).ok());
                    values.extend(next.and_then(|sum| sum.div(Ratio::int(2)).ok().flatten()));
                }
            }
        }
        let on_step = |value: &Ratio| {
            step.is_none_or(|step| {
                value.sub(low).and_then(|width| width.div(step)).ok().flatten().is_some_and(Ratio::is_int)
            })
        };
        values.retain(|value| low <= *value && *value <= high && on_step(value));
        values.sort();
        values.dedup();
        values
    }
}

/// The steps around a bound, two on either side.
fn neighbours(bound: Ratio, low: Ratio, step: Ratio) -> Vec<Ratio> {
    let Some(steps) = bound.sub(low).and_then(|width| width.div(step)).ok().flatten() else { return Vec::new() };
    let at = |count: i128| Ratio::int(count).mul(step).and_then(|width| low.add(width)).ok();
    (-1..=2).filter_map(|offset| at(steps.floor().saturating_add(offset))).collect()
}
