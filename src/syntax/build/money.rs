//! Who receives money, how it is shared, what bounds it.

use super::rule::{calendar_unit_every, rounding};
use super::{Broken, Builder, Built, Children, Node};
use crate::model::{Remainder, TiesAtLimit};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{
    BudgetExpr, CeilingExpr, Expr, ExprKind, OverBudgetExpr, PayeeExpr, RoundTo, Spanned, SplitExpr, TiesExpr,
    ToStepExpr, UnitExpr,
};

impl Builder<'_> {
    /// `shared ... among ROWS ... going to FIELD paid by TEXT`
    pub fn payee(&mut self, node: Option<Node<'_>>) -> Built<PayeeExpr> {
        let Some(node) = node else { return Ok(PayeeExpr::default()) };
        let mut children = Children::of(node);
        let split = children.take(Rule::split).map(|split| self.split(split)).transpose()?;
        let to = if children.has(Rule::kw_going_to) { Some(self.next_path(&mut children)?) } else { None };
        let by = if children.has(Rule::kw_paid_by) { Some(self.next_text(&mut children)?) } else { None };
        Ok(PayeeExpr { split, to, by })
    }

    fn split(&mut self, node: Node<'_>) -> Built<SplitExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let part = {
            children.has(Rule::kw_shared);
            children.take(Rule::places).map(|part| self.places(part)).transpose()?
        };
        let source = self.source(children.find(Rule::source)?)?;
        let (mut weight, mut step, mut remainder) = (None, None, None);
        for child in children.rest() {
            match child.as_rule() {
                Rule::additive => weight = Some(self.expr(child)?),
                Rule::to_step => step = Some(self.step_of(child)?),
                Rule::kw_remainder_first => remainder = Some(Remainder::First),
                Rule::kw_remainder_largest => remainder = Some(Remainder::Largest),
                Rule::kw_remainder_subject => remainder = Some(Remainder::Subject),
                Rule::kw_remainder_nobody => remainder = Some(Remainder::Nobody),
                _ => {}
            }
        }
        Ok(SplitExpr { part, source, weight, step: step.ok_or(Broken)?, remainder, span })
    }

    /// `to N places rounded down`, `to multiples of N rounded down`
    fn step_of(&mut self, node: Node<'_>) -> Built<ToStepExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let to = if children.has(Rule::kw_to) && children.has(Rule::kw_multiples_of) {
            RoundTo::Multiples(Box::new(self.next_expr(&mut children, Rule::additive)?))
        } else {
            RoundTo::Places(self.next_count(&mut children)?.value)
        };
        let how = rounding(children.find(Rule::rounded)?)?;
        Ok(ToStepExpr { to, how, span })
    }

    /// `ties include`, `ties exclude`, `ties share to ... remainder to ...`
    pub(super) fn ties(&mut self, node: Node<'_>) -> Built<TiesExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        match children.next()?.as_rule() {
            Rule::kw_ties_include => return Ok(TiesExpr::AtLimit(TiesAtLimit::Include)),
            Rule::kw_ties_exclude => return Ok(TiesExpr::AtLimit(TiesAtLimit::Exclude)),
            _ => {}
        }
        let step = self.step_of(children.find(Rule::to_step)?)?;
        let remainder = match children.next() {
            Err(Broken) => None,
            Ok(to) if to.as_rule() == Rule::kw_remainder_first => Some(Remainder::First),
            Ok(_) => Some(Remainder::Nobody),
        };
        Ok(TiesExpr::Share { step, remainder, span })
    }

    /// `budget N if exceeded ...`
    pub(super) fn budget(&mut self, node: Node<'_>) -> Built<BudgetExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let amount = self.money(children.find(Rule::money)?)?;
        let over = match children.next() {
            Err(Broken) => None,
            Ok(how) => Some(match how.as_rule() {
                Rule::kw_over_shared => OverBudgetExpr::Shared(self.step_of(children.find(Rule::to_step)?)?),
                Rule::kw_over_in_proportion => {
                    OverBudgetExpr::InProportion(self.step_of(children.find(Rule::to_step)?)?)
                }
                Rule::kw_over_cut => OverBudgetExpr::Cut,
                _ => OverBudgetExpr::Unpaid,
            }),
        };
        Ok(BudgetExpr { amount, over, span })
    }

    /// `at most N for each recipient`, `at most N every year`
    pub(super) fn ceiling(&mut self, node: Node<'_>) -> Built<CeilingExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let amount = self.amount(children.find(Rule::amount)?)?;
        let recipient = children.has(Rule::kw_for_recipient);
        let every = match children.take(Rule::every_unit) {
            Some(every) => {
                let span = self.span(&every);
                Some(Spanned { value: calendar_unit_every(every)?, span })
            }
            None => None,
        };
        Ok(CeilingExpr { amount, recipient, every, span })
    }

    /// An amount of money: a bare number is in the policy's currency, a value has its currency behind it.
    pub(super) fn money(&mut self, node: Node<'_>) -> Built<Expr> {
        let span = self.span(&node);
        let unit = node.clone().into_inner().find(|child| matches!(child.as_rule(), Rule::kw_yuan | Rule::currency));
        let expr = self.bound_number(node)?;
        Ok(match (expr.kind, unit) {
            (ExprKind::Number(value, UnitExpr::Plain), Some(unit)) => {
                Expr { kind: ExprKind::Number(value, self.unit_expr(unit)?), span }
            }
            (ExprKind::Path(path), Some(_)) => Expr { kind: ExprKind::Path(path), span },
            (kind, _) => Expr { kind, span: expr.span },
        })
    }
}
