//! Values that are taken of rows, and spans between two moments. Apart from `primary`, whose frame stays on the stack at
//! every depth.

use super::{Broken, Builder, Built, Children, Node};
use crate::model::value::TermUnit;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{AggOpExpr, Expr, ExprKind, UnitExpr, WorkTimeExpr};

impl Builder<'_> {
    /// What is taken of rows, shares apart.
    pub(super) fn taken(&mut self, rule: Rule, children: &mut Children<'_>) -> Built<AggOpExpr> {
        match rule {
            Rule::count_agg => Ok(AggOpExpr::Count),
            Rule::distinct_agg => self.distinct_taken(children),
            Rule::average_agg => self.average_taken(children),
            Rule::value_agg => self.value_taken(children),
            _ => Err(Broken),
        }
    }

    /// The rows and the condition of `share of ... with (...)`.
    pub(super) fn share_taken<'n>(&mut self, children: &mut Children<'n>) -> Built<(Node<'n>, AggOpExpr)> {
        children.has(Rule::kw_share_of);
        let rows = children.next()?;
        Ok((rows, AggOpExpr::Share(self.next_expr(children, Rule::expr)?)))
    }

    fn distinct_taken(&mut self, children: &mut Children<'_>) -> Built<AggOpExpr> {
        let mut parts = Vec::new();
        children.has(Rule::kw_distinct);
        while let Some(part) = children.take(Rule::additive) {
            parts.push(self.expr(part)?);
            children.has(Rule::comma);
        }
        Ok(AggOpExpr::Distinct(parts))
    }

    fn average_taken(&mut self, children: &mut Children<'_>) -> Built<AggOpExpr> {
        let of = self.next_expr(children, Rule::additive)?;
        let weighted = children.has(Rule::kw_weighted_by);
        let weight = if weighted { Some(self.next_expr(children, Rule::additive)?) } else { None };
        Ok(AggOpExpr::Average(of, weight))
    }

    /// `percentile 90`, `percentile (100 / 3)`, `percentile param N`
    fn percentage(&mut self, children: &mut Children<'_>) -> Built<Expr> {
        children.take(Rule::lparen);
        let node = children.next()?;
        match node.as_rule() {
            Rule::number => {
                let number = self.number(&node)?;
                Ok(Expr { kind: ExprKind::Number(number.value, UnitExpr::Plain), span: number.span })
            }
            _ => self.expr(node),
        }
    }

    /// `sum E`, `percentile N of E`
    fn value_taken(&mut self, children: &mut Children<'_>) -> Built<AggOpExpr> {
        let word = children.next()?.as_rule();
        let part = if word == Rule::kw_percentile { Some(self.percentage(children)?) } else { None };
        let of = self.next_expr(children, Rule::additive)?;
        Ok(match (word, part) {
            (_, Some(part)) => AggOpExpr::Percentile(part, of),
            (Rule::kw_sum, _) => AggOpExpr::Sum(of),
            (Rule::kw_smallest, _) => AggOpExpr::Smallest(of),
            (Rule::kw_largest, _) => AggOpExpr::Largest(of),
            (Rule::kw_first, _) => AggOpExpr::First(of),
            (Rule::kw_median, _) => AggOpExpr::Median(of),
            _ => AggOpExpr::Last(of),
        })
    }

    /// `workdays between A and B by calendar C`
    pub(super) fn between(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let mut children = Children::of(node);
        let unit = match children.next()?.as_rule() {
            Rule::kw_minutes_between => TermUnit::Minutes,
            Rule::kw_hours_between => TermUnit::Hours,
            Rule::kw_workdays_between => TermUnit::Workdays,
            Rule::kw_days_between => TermUnit::Days,
            Rule::kw_weeks_between => TermUnit::Weeks,
            Rule::kw_months_between => TermUnit::Months,
            _ => TermUnit::Years,
        };
        let from = self.next_expr(&mut children, Rule::additive)?;
        let to = self.next_expr(&mut children, Rule::additive)?;
        let by = if children.has(Rule::kw_by_calendar) {
            Some(WorkTimeExpr::Calendar(self.next_name(&mut children)?))
        } else if children.has(Rule::kw_on_clock) {
            Some(WorkTimeExpr::Clock(self.next_name(&mut children)?))
        } else {
            None
        };
        Ok(ExprKind::Between(unit, Box::new(from), Box::new(to), by))
    }
}
