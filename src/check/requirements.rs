//! What a rule demands: bounded counts, conditions, terms, sequences, and their joints.

use super::checker::{Checker, Scope};
use super::codes;
use super::numbers::whole;
use crate::diagnostic::Diagnostic;
use crate::model::{CountReq, Event, Expr, Per, Ratio, Requirement, SequenceReq, Strength, Unit};
use crate::source::Span;
use crate::syntax::tree::{self, Bound, PerExpr, RequirementExpr, SourceExpr};
use std::collections::HashMap;

/// What the parts of a requirement have in common.
#[derive(Default)]
pub(super) struct Parts {
    /// Starts of the terms, with their places.
    pub(super) starts: Vec<((Event, bool), Span)>,
    /// Strength of the part that is looked at.
    pub(super) strength: Option<Strength>,
}

impl Checker<'_> {
    pub(super) fn requirement(
        &mut self,
        requirement: &RequirementExpr,
        scope: Scope,
        parts: &mut Parts,
    ) -> Option<Requirement> {
        match requirement {
            RequirementExpr::All(inner) => {
                let all: Vec<_> = inner.iter().map(|part| self.requirement(part, scope, parts)).collect();
                let all: Vec<Requirement> = all.into_iter().collect::<Option<_>>()?;
                self.contradictions(&all, inner)?;
                Some(Requirement::All(all))
            }
            RequirementExpr::Any(inner) => {
                let any: Vec<_> = inner.iter().map(|part| self.requirement(part, scope, parts)).collect();
                Some(Requirement::Any(any.into_iter().collect::<Option<_>>()?))
            }
            RequirementExpr::Strong(strength, _) => {
                self.misplaced_strength(strength.span);
                None
            }
            RequirementExpr::Tolerant(part, tolerance) => self.tolerant(part, tolerance, scope, parts),
            RequirementExpr::Count { bound, distinct, source, per, span } => {
                let count = self.count(bound, distinct.as_ref(), source, per.as_ref(), *span, scope)?;
                Some(Requirement::Count(count))
            }
            RequirementExpr::Gap { most, source, span } => {
                Some(Requirement::Gap(self.gap(most, source, *span, scope)?))
            }
            RequirementExpr::Condition(expr) => Some(Requirement::Condition(self.condition(expr, scope)?)),
            RequirementExpr::Term(term) => {
                let req = self.term(term, scope)?;
                let place = term.start.as_ref().map_or(term.span, |start| start.span);
                parts.starts.push(((req.start.clone(), req.is_due_date()), place));
                Some(Requirement::Term(req))
            }
            RequirementExpr::Sequence(written, different, _) => {
                let events: Vec<_> = written.iter().map(|event| self.event(event, scope)).collect();
                let hands: Option<Vec<_>> = match different {
                    Some(field) => written.iter().map(|event| self.at_event(event, field, scope)).collect(),
                    None => Some(Vec::new()),
                };
                let events = events.into_iter().collect::<Option<_>>()?;
                Some(Requirement::Sequence(SequenceReq { events, hands: hands? }))
            }
        }
    }

    fn count(
        &mut self,
        bound: &Bound,
        distinct: Option<&tree::Expr>,
        source: &SourceExpr,
        per: Option<&PerExpr>,
        span: Span,
        scope: Scope,
    ) -> Option<CountReq> {
        let bounds = self.bounds(bound, per.is_some(), span, scope);
        let measured = match distinct {
            Some(value) => self.distinct_of(value, source, scope),
            None => self.count_of(source, scope),
        };
        let per = per.map(|per| self.per(per, scope));
        let (at_least, at_most) = bounds?;
        let per = match per {
            Some(per) => Some(per?),
            None => None,
        };
        Some(CountReq { measured: measured?, at_least, at_most, per })
    }

    fn bounds(&mut self, bound: &Bound, per: bool, span: Span, scope: Scope) -> Option<(Option<Expr>, Option<Expr>)> {
        let plain = Unit::Plain;
        let bounds = match bound {
            Bound::AtLeast(n) => (Some(self.amount(n, &plain, scope)?), None),
            Bound::AtMost(n) => (None, Some(self.amount(n, &plain, scope)?)),
            Bound::Exactly(n) => {
                let exact = self.amount(n, &plain, scope)?;
                if !per && self.known_number(&exact).is_some_and(|n| !n.is_int()) {
                    self.error(
                        codes::IMPOSSIBLE_BOUNDS,
                        span,
                        text!("a count is never exactly a fraction", "计数不可能恰好为分数"),
                    );
                    return None;
                }
                (Some(exact.clone()), Some(exact))
            }
            Bound::MoreThan(n) => (Some(self.neighbour(n, 1, scope)?), None),
            Bound::FewerThan(n) => (None, Some(self.neighbour(n, -1, scope)?)),
            Bound::Between(low, high) => {
                let (low, high) = (self.amount(low, &plain, scope), self.amount(high, &plain, scope));
                (Some(low?), Some(high?))
            }
        };
        if let (Some(low), Some(high)) = (&bounds.0, &bounds.1)
            && let (Some(low), Some(high)) = (self.known_number(low), self.known_number(high))
            && low > high
        {
            self.impossible(span, low, high);
            return None;
        }
        Some(bounds)
    }

    /// The whole number next to a constant: `more than 3` is `at least 4`.
    fn neighbour(&mut self, written: &tree::Expr, step: i128, scope: Scope) -> Option<Expr> {
        if let Some(number) = self.whole_literal(written) {
            let next = number.num().checked_add(step);
            if next.is_some_and(|next| next < 0) {
                self.error(
                    codes::IMPOSSIBLE_BOUNDS,
                    written.span,
                    text!("nothing is fewer than 0", "数量不可能少于零"),
                );
                return None;
            }
            return next.map(whole);
        }
        self.number(written, &Unit::Plain, scope)?;
        self.error_with_help(
            codes::NOT_WHOLE,
            written.span,
            text!("`more than` and `fewer than` need a whole number here", "`超过`和`不满`在此须用整数"),
            text!("write `at least` or `at most` with the next whole number", "请改写为`至少`或`至多`相邻的整数"),
        );
        None
    }

    fn per(&mut self, per: &PerExpr, scope: Scope) -> Option<Per> {
        let each = self.amount(&per.each, &Unit::Plain, scope);
        let base = self.count_of(&per.of, scope);
        let Some(rounding) = per.rounding else {
            self.error_with_help(
                codes::CHOOSE_PER_ROUNDING,
                per.span,
                text!("say what becomes of a part of the number", "须说明余数如何处理"),
                text!(
                    "add `rounded up`, `rounded down`, `rounded half up`, `rounded half even` or `unrounded`",
                    "请加上`向上取整`、`向下取整`、`四舍五入`、`四舍六入`或`不取整`"
                ),
            );
            return None;
        };
        let each = each?;
        if self.known_number(&each).is_some_and(|n| n <= Ratio::ZERO) {
            self.error(codes::BAD_NUMBER, per.each.span, text!("`per` needs a number above 0", "`按每`之后须为正数"));
            return None;
        }
        Some(Per { each, base: base?, rounding })
    }

    /// Reports bounds on one count that nothing meets together.
    pub(super) fn contradictions(&mut self, parts: &[Requirement], written: &[RequirementExpr]) -> Option<()> {
        // By what is counted: the strongest bounds so far, each with its place.
        let mut bounds: HashMap<String, [Option<(Ratio, Span)>; 2]> = HashMap::new();
        for (part, written) in parts.iter().zip(written) {
            let (Requirement::Count(count), RequirementExpr::Count { span, .. }) = (part, written) else { continue };
            if count.per.is_some() {
                continue;
            }
            let known = |bound: &Option<Expr>| bound.as_ref().and_then(|bound| self.known_number(bound));
            let (low, high) = (known(&count.at_least), known(&count.at_most));
            let [strongest_low, strongest_high] = bounds.entry(format!("{:?}", count.measured)).or_default();
            let pairs =
                [(*strongest_low, high.map(|high| (high, *span))), (low.map(|low| (low, *span)), *strongest_high)];
            for (low, high) in pairs {
                if let (Some((low, low_at)), Some((high, high_at))) = (low, high)
                    && low > high
                {
                    let first = if low_at == *span { high_at } else { low_at };
                    let diagnostic = Diagnostic::error(codes::IMPOSSIBLE_BOUNDS, *span, impossible_text(low, high));
                    self.push(diagnostic.with_secondary(first, text!("the other bound", "另一处要求")));
                    return None;
                }
            }
            if let Some(low) = low
                && strongest_low.is_none_or(|(strongest, _)| low > strongest)
            {
                *strongest_low = Some((low, *span));
            }
            if let Some(high) = high
                && strongest_high.is_none_or(|(strongest, _)| high < strongest)
            {
                *strongest_high = Some((high, *span));
            }
        }
        Some(())
    }

    fn impossible(&mut self, span: Span, low: Ratio, high: Ratio) {
        self.error(codes::IMPOSSIBLE_BOUNDS, span, impossible_text(low, high));
    }
}

fn impossible_text(low: Ratio, high: Ratio) -> crate::diagnostic::Text {
    text!("nothing is at least {low} and at most {high}", "不可能既至少 {low} 又至多 {high}")
}
