//! Prizes in an order, quotas on grades, terms of vetoes.

use super::assess::effect_kind;
use super::expr::span_unit;
use super::rule::rounding;
use super::{Builder, Built, Children, Node};
use crate::model::TiesAtLimit;
use crate::model::{CompareOp, TermUnit};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{Expr, ExprKind, GradeQuotaExpr, PayeeExpr, PrizeExpr, PrizesExpr, ResultExpr, Spanned};

impl Builder<'_> {
    /// `prizes NAME : ... { }`
    pub fn prizes(&mut self, node: Node<'_>) -> Built<PrizesExpr> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let mut prizes = PrizesExpr {
            name,
            base_eligible: None,
            within: None,
            among: None,
            keys: Vec::new(),
            ties: None,
            pass_on: None,
            budget: None,
            prizes: Vec::new(),
        };
        while let Ok(child) = children.next() {
            match child.as_rule() {
                Rule::kw_base_eligible => prizes.base_eligible = Some(true),
                Rule::kw_base_all => prizes.base_eligible = Some(false),
                Rule::group => prizes.within = Some(self.next_path(&mut Children::of(child))?),
                Rule::among => prizes.among = Some(self.inner_expr(child)?),
                Rule::order => prizes.keys = self.order(child)?,
                Rule::tied => prizes.ties = Some(self.ties(child)?),
                Rule::kw_empty_pass_on | Rule::kw_empty_stay => {
                    let value = child.as_rule() == Rule::kw_empty_pass_on;
                    prizes.pass_on = Some(Spanned { value, span: self.span(&child) });
                }
                Rule::budget => prizes.budget = Some(self.budget(child)?),
                Rule::prize => prizes.prizes.push(self.prize(child)?),
                _ => {}
            }
        }
        Ok(prizes)
    }

    fn prize(&mut self, node: Node<'_>) -> Built<PrizeExpr> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let size = self.places(children.find(Rule::places)?)?;
        let mut prize =
            PrizeExpr { name, size, rounding: None, when: None, kind: None, amount: None, payee: PayeeExpr::default() };
        let mut conditions = Vec::new();
        while let Ok(child) = children.next() {
            match child.as_rule() {
                Rule::rounded => prize.rounding = Some(rounding(child)?),
                Rule::prize_floor => conditions.push(self.prize_floor(child)?),
                Rule::when => conditions.push(self.inner_expr(child)?),
                Rule::effect_kind => prize.kind = Some(effect_kind(child)?),
                Rule::money => prize.amount = Some(self.money(child)?),
                Rule::payee => prize.payee = self.payee(Some(child))?,
                _ => {}
            }
        }
        prize.when = match conditions.len() {
            0 | 1 => conditions.pop(),
            _ => {
                let span = conditions.first().map(|first: &Expr| first.span).unwrap_or_default();
                Some(Expr { kind: ExprKind::And(conditions), span })
            }
        };
        Ok(prize)
    }

    /// `90 points or more`: a test of the total.
    fn prize_floor(&mut self, node: Node<'_>) -> Built<Expr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let bound = self.amount(children.find(Rule::amount)?)?;
        let op = if children.has(Rule::kw_or_less) { CompareOp::Le } else { CompareOp::Ge };
        let total = Expr { kind: ExprKind::Result(ResultExpr::Points, None), span };
        Ok(Expr { kind: ExprKind::Compare(op, Box::new(total), Box::new(bound)), span })
    }

    /// `quota NAME : GRADE at most ...`
    pub fn grade_quota(&mut self, node: Node<'_>) -> Built<GradeQuotaExpr> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let grade = self.next_name(&mut children)?;
        let size = self.places(children.find(Rule::places)?)?;
        let mut quota = GradeQuotaExpr {
            name,
            grade,
            size,
            rounding: None,
            at_least: None,
            at_most: None,
            base_eligible: None,
            within: None,
            among: None,
            keys: Vec::new(),
            ties: None,
        };
        while let Ok(child) = children.next() {
            match child.as_rule() {
                Rule::rounded => quota.rounding = Some(rounding(child)?),
                Rule::places_least => quota.at_least = Some(self.next_count(&mut Children::of(child))?.value),
                Rule::places_most => quota.at_most = Some(self.next_count(&mut Children::of(child))?.value),
                Rule::kw_base_eligible => quota.base_eligible = Some(true),
                Rule::kw_base_all => quota.base_eligible = Some(false),
                Rule::group => quota.within = Some(self.next_path(&mut Children::of(child))?),
                Rule::among => quota.among = Some(self.inner_expr(child)?),
                Rule::order => quota.keys = self.order(child)?,
                Rule::kw_ties_include => quota.ties = Some(TiesAtLimit::Include),
                Rule::kw_ties_exclude => quota.ties = Some(TiesAtLimit::Exclude),
                _ => {}
            }
        }
        Ok(quota)
    }

    /// `for 12 months`
    pub fn action_term(&mut self, node: Node<'_>) -> Built<Spanned<(u32, TermUnit)>> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let count = self.next_count(&mut children)?.value;
        let unit = span_unit(children.find(Rule::span_unit)?)?;
        Ok(Spanned { value: (count, unit), span })
    }
}
