//! Time that records cover.

use super::{Broken, Builder, Built, Children, Node};
use crate::model::CoverTake;
use crate::model::value::TermUnit;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{CoverBaseExpr, CoverExpr, ExprKind};

impl Builder<'_> {
    /// `hours covered by at least 2 SOURCE on clock NAME`
    pub fn cover(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let take = take(Children::of(children.find(Rule::cover_take)?).next()?.as_rule())?;
        let at_least = if children.has(Rule::kw_at_least) { Some(self.next_count(&mut children)?) } else { None };
        let source = self.next_source(&mut children)?;
        let base = match children.take(Rule::cover_base) {
            None => None,
            Some(node) => {
                let mut inner = Children::of(node);
                Some(if inner.has(Rule::kw_on_clock) {
                    CoverBaseExpr::Clock(self.next_name(&mut inner)?)
                } else {
                    CoverBaseExpr::During(Box::new(self.deeper(span, |b| b.next_source(&mut inner))?))
                })
            }
        };
        Ok(ExprKind::Cover(Box::new(CoverExpr { take, at_least, source, base })))
    }
}

fn take(rule: Rule) -> Built<CoverTake> {
    Ok(match rule {
        Rule::kw_minutes_covered => CoverTake::Covered(TermUnit::Minutes),
        Rule::kw_hours_covered => CoverTake::Covered(TermUnit::Hours),
        Rule::kw_days_covered => CoverTake::Covered(TermUnit::Days),
        Rule::kw_minutes_uncovered => CoverTake::Uncovered(TermUnit::Minutes),
        Rule::kw_hours_uncovered => CoverTake::Uncovered(TermUnit::Hours),
        Rule::kw_days_uncovered => CoverTake::Uncovered(TermUnit::Days),
        Rule::kw_share_covered => CoverTake::Share,
        Rule::kw_most_at_once => CoverTake::Most,
        _ => return Err(Broken),
    })
}
