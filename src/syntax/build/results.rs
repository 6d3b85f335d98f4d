//! Results of assessments: of the same period, of another one, over several.

use super::{Builder, Built, Children, Node};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{AggOpExpr, ExprKind, InPeriodExpr, MissingExpr, PeriodsExpr, PickExpr, ResultExpr, Spanned};

impl Builder<'_> {
    /// `points of NAME`, `own points`, `points of NAME in previous period missing ...`
    pub fn result(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let mut children = Children::of(node);
        let (what, own) = match children.next()?.as_rule() {
            Rule::kw_points_of => (ResultExpr::Points, false),
            Rule::kw_grade_of => (ResultExpr::Grade, false),
            Rule::kw_vetoed_in => (ResultExpr::Vetoed, false),
            Rule::kw_rank_of => (ResultExpr::Rank, false),
            Rule::kw_own_points => (ResultExpr::Points, true),
            Rule::kw_own_grade => (ResultExpr::Grade, true),
            _ => (ResultExpr::Vetoed, true),
        };
        if own {
            return Ok(ExprKind::Result(what, None));
        }
        let of = self.next_name(&mut children)?;
        let via = children.take(Rule::via).map(|via| self.next_path(&mut Children::of(via))).transpose()?;
        let Some(pick) = children.take(Rule::in_period) else {
            return Ok(match via {
                Some(via) => ExprKind::ResultVia { what, of, via },
                None => ExprKind::Result(what, Some(of)),
            });
        };
        let span = self.span(&pick);
        let mut inner = Children::of(pick);
        let value = if inner.has(Rule::kw_previous_period) {
            PickExpr::Previous
        } else if inner.has(Rule::kw_previous_record) {
            let shared = inner.take(Rule::sharing).map(|node| self.shared_fields(node));
            PickExpr::PreviousRecord(shared.unwrap_or_default())
        } else {
            PickExpr::Nth(self.next_count(&mut inner)?.value)
        };
        let missing = self.missing(&mut children)?;
        Ok(ExprKind::InPeriod(Box::new(InPeriodExpr { what, of, via, pick: Spanned { value, span }, missing })))
    }

    fn missing(&mut self, children: &mut Children<'_>) -> Built<Option<MissingExpr>> {
        let Some(node) = children.take(Rule::missing) else { return Ok(None) };
        let span = self.span(&node);
        let mut inner = Children::of(node);
        Ok(Some(match inner.next()?.as_rule() {
            Rule::kw_missing_excluded => MissingExpr::Excluded(span),
            Rule::kw_missing_unknown => MissingExpr::Unknown(span),
            _ => MissingExpr::As(Box::new(self.next_expr(&mut inner, Rule::unary)?)),
        }))
    }

    /// An aggregate over the periods of an assessment.
    pub fn over_periods(&mut self, op: AggOpExpr, periods: Node<'_>, mut rest: Children<'_>) -> Built<ExprKind> {
        let mut periods = Children::of(periods);
        let of = self.next_name(&mut periods)?;
        let filter = self.filter(&mut periods)?;
        let frame = periods.take(Rule::source_last).map(|node| self.last_frame(node)).transpose()?;
        while rest.peek().is_some_and(|rule| rule != Rule::missing) {
            rest.next()?;
        }
        let missing = self.missing(&mut rest)?;
        Ok(ExprKind::Periods(Box::new(PeriodsExpr { op, of, filter, frame, missing })))
    }
}
