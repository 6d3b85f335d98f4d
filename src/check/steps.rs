//! `per N of EXPR`: how many N there are in a number, with the author's choice for part of an N. And the cap of a line
//! that reads as a comparison of the condition before it.

use super::checker::{Checker, Scope};
use super::codes;
use super::constants::plain;
use super::expressions::Typed;
use super::types::Ty;
use crate::model::{AggOp, ArithOp, Expr, MeasureId, Ratio, TallyKind, Type, Unit, Value, ZeroDivisor};
use crate::syntax::tree::{self, AdjustExpr, ExprKind, PerOf, PerStepExpr};
use std::collections::BTreeSet;

impl Checker<'_> {
    /// The number of N in a number that counts from 0 up.
    pub(super) fn per_steps(&mut self, step: &PerStepExpr, per: &PerOf, scope: Scope) -> Option<Expr> {
        let of = match self.counted_source(per, scope) {
            Some(source) => Typed::new(self.count_of(&source, scope)?, Ty::PLAIN),
            None => match per {
                PerOf::Expr(expr) => self.expr(expr, scope)?,
                PerOf::Source(_) => return None,
            },
        };
        let each = self.expr(&step.each, scope)?;
        for (side, span) in [(&of, step.span), (&each, step.each.span)] {
            if !side.ty.is_number() {
                self.wrong_type(span, &text!("a number", "数"), &side.ty);
                return None;
            }
        }
        if of.ty.common(&each.ty).is_none() {
            self.no_match(step.span, &each.ty, &of.ty);
            return None;
        }
        let known = self.known_number(&each.expr);
        if known.is_some_and(|n| n <= Ratio::ZERO) {
            self.error(codes::BAD_NUMBER, step.each.span, text!("a number above zero is needed", "此处须为大于零的数"));
            return None;
        }
        let whole = known == Some(Ratio::ONE) && self.is_whole(&of.expr, scope);
        let Some(rounding) = step.rounding.or(whole.then_some(None)) else {
            self.error_with_help(
                codes::CHOOSE_PART,
                step.span,
                text!("say how part of a unit counts", "须说明不足一个单位的部分如何计"),
                text!(
                    "add `rounded down` (a part does not count), `rounded up` (a part counts as a whole one) or `unrounded` (in proportion) after the value",
                    "请在其后加上`向下取整`（不足一个单位不计）、`向上取整`（不足一个单位按一个计）或`不取整`（按比例计）"
                ),
            );
            return None;
        };
        let zero = match &of.ty {
            Ty::Number(unit) => Expr::Const(Value::Number(Ratio::ZERO), unit.clone()),
            _ => plain(Ratio::ZERO),
        };
        let above = Expr::Max(vec![zero, of.expr]);
        let times = Expr::Div(Box::new(above), Box::new(each.expr), ZeroDivisor::Unknown);
        Some(match rounding {
            Some(how) => Expr::Round(Box::new(times), Ratio::ONE, how),
            None => times,
        })
    }

    /// Whether a number is whole whatever the data.
    pub(super) fn is_whole(&self, expr: &Expr, scope: Scope) -> bool {
        self.whole(expr, scope, &mut BTreeSet::new())
    }

    /// `seen`: measures that were looked at; one that is not whole ends the look.
    fn whole(&self, expr: &Expr, scope: Scope, seen: &mut BTreeSet<MeasureId>) -> bool {
        match expr {
            Expr::Const(Value::Number(n), unit) => n.is_int() && *unit != Unit::Share,
            Expr::Agg(id) => matches!(self.aggs.get(*id).map(|agg| &agg.op), Some(AggOp::Count | AggOp::Distinct(_))),
            Expr::Tally(tally) => !matches!(tally.what, TallyKind::Share | TallyKind::MeanShare | TallyKind::DueDay),
            Expr::Arith(ArithOp::Add | ArithOp::Sub | ArithOp::Mul, a, b) => {
                self.whole(a, scope, seen) && self.whole(b, scope, seen)
            }
            Expr::Min(parts) | Expr::Max(parts) => parts.iter().all(|part| self.whole(part, scope, seen)),
            Expr::Cases(rows, otherwise) => {
                let mut values = rows.iter().map(|(_, value)| value).chain(otherwise.as_deref());
                values.all(|value| self.whole(value, scope, seen))
            }
            Expr::OrElse(first, second) => self.whole(first, scope, seen) && self.whole(second, scope, seen),
            Expr::Abs(value) => self.whole(value, scope, seen),
            Expr::Round(_, multiple, _) => multiple.is_int(),
            Expr::Floor(_) | Expr::Ceil(_) | Expr::Between(..) | Expr::Worked { .. } | Expr::DatePart(..) => true,
            Expr::Measure(id) if !seen.insert(*id) => true,
            Expr::Measure(id) => {
                let measure = self.measures.get(*id).and_then(|measure| measure.expr());
                measure.is_some_and(|expr| self.whole(expr, scope, seen))
            }
            Expr::Field(path) => {
                let last = path.split_last().and_then(|(last, before)| {
                    let kind =
                        before.iter().try_fold(scope.kind, |kind, field| match self.field_ty(kind, *field)? {
                            Type::Ref(next) => Some(next),
                            _ => None,
                        })?;
                    self.field_ty(kind, *last)
                });
                last == Some(Type::Whole)
            }
            _ => false,
        }
    }

    /// A line whose condition ends with `... at most V`, where what is before it is a condition already: then V is the
    /// cap of the line.
    pub(super) fn cap_apart(&mut self, adjust: &AdjustExpr, scope: Scope) -> Option<AdjustExpr> {
        if adjust.cap.is_some() {
            return None;
        }
        let mut split = adjust.clone();
        if let Some(when) = &adjust.when {
            let (when, cap) = self.condition_and_cap(when, scope)?;
            (split.when, split.cap) = (Some(when), Some(cap));
            return Some(split);
        }
        let source = match split.per.as_mut()? {
            PerOf::Source(source) => source,
            PerOf::Expr(tree::Expr { kind: ExprKind::Agg(agg), .. }) => &mut agg.source,
            PerOf::Expr(_) => return None,
        };
        if source.frame.is_some() {
            return None;
        }
        let kind = match source.kinds.first().and_then(|name| self.symbol(&name.value))? {
            super::names::Symbol::Kind(kind) => kind,
            super::names::Symbol::Part(at) => self.part(at)?.0,
            _ => return None,
        };
        let row = self.row_scope(kind, self.reader(scope));
        let (filter, cap) = self.condition_and_cap(source.filter.as_deref()?, row)?;
        source.filter = Some(Box::new(filter));
        split.cap = Some(cap);
        Some(split)
    }

    fn condition_and_cap(&mut self, written: &tree::Expr, scope: Scope) -> Option<(tree::Expr, tree::Expr)> {
        let (before, cap) = written.clone().split_at_most().ok()?;
        self.is_condition(last_part(&before), scope).then_some((before, cap))
    }

    fn is_condition(&mut self, written: &tree::Expr, scope: Scope) -> bool {
        match &written.kind {
            ExprKind::Bool(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare(..)
            | ExprKind::Acts(..)
            | ExprKind::OneOf(..)
            | ExprKind::Has(..)
            | ExprKind::Known(..)
            | ExprKind::TextTest(..) => true,
            ExprKind::Path(_) => {
                let before = self.diagnostics.len();
                let found = self.expr(written, scope);
                self.diagnostics.truncate(before);
                found.is_some_and(|found| found.ty == Ty::Bool)
            }
            ExprKind::Not(inner) => self.is_condition(inner, scope),
            _ => false,
        }
    }
}

fn last_part(expr: &tree::Expr) -> &tree::Expr {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) => parts.last().map_or(expr, last_part),
        _ => expr,
    }
}
