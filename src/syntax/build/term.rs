//! Terms and sequences: events, lengths of time, options.

use super::expr::span_unit;
use super::{Broken, Builder, Built, Children, Node};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{
    EventExpr, Expr, ExprKind, Name, PointExpr, RequirementExpr, Spanned, StopExpr, TermAmount, TermExpr, TermForm,
    TermOption, TurnExpr, UnitExpr,
};

impl Builder<'_> {
    /// `passes EVENT, EVENT [by different FIELD]`
    pub fn sequence_requirement(&mut self, node: Node<'_>) -> Built<RequirementExpr> {
        let span = self.span(&node);
        let (mut events, mut different) = (Vec::new(), None);
        for child in node.into_inner() {
            match child.as_rule() {
                Rule::event => events.push(self.event(child)?),
                Rule::path => different = Some(self.path(child)),
                _ => {}
            }
        }
        Ok(RequirementExpr::Sequence(events, different, span))
    }

    /// A term in one of its forms.
    pub fn term_requirement(&mut self, node: Node<'_>) -> Built<RequirementExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let first = children.next()?.as_rule();
        let event = self.next_event(&mut children)?;
        let sharing = children.take(Rule::sharing).map(|node| self.shared_fields(node)).unwrap_or_default();
        // The latest day that stands beside an earliest one.
        let mut until = None;
        let (step, start, form, amount) = match first {
            Rule::kw_since => {
                let amount = self.next_amount(&mut children)?;
                (Some(self.next_event(&mut children)?), Some(event), TermForm::Within, Some(amount))
            }
            Rule::kw_is_followed_by | Rule::kw_follows => {
                let within = children.take(Rule::until_tail);
                let late = within.is_none();
                let amount = match within {
                    Some(tail) => self.next_amount(&mut Children::of(tail))?,
                    None => self.next_amount(&mut children)?,
                };
                until = self.until(&mut children)?;
                if first == Rule::kw_is_followed_by {
                    let form = if late { TermForm::FollowedNotBefore } else { TermForm::Followed };
                    (Some(event), None, form, Some(amount))
                } else {
                    let form = if late { TermForm::FollowsNotBefore } else { TermForm::Follows };
                    (None, Some(event), form, Some(amount))
                }
            }
            _ => {
                let tail = children.next()?;
                let form = match tail.as_rule() {
                    Rule::within_tail => TermForm::Within,
                    Rule::before_tail => TermForm::NotBefore,
                    Rule::ahead_tail => TermForm::Ahead,
                    _ => TermForm::By,
                };
                let mut tail = Children::of(tail);
                let amount = if form == TermForm::By { None } else { Some(self.next_amount(&mut tail)?) };
                let start = self.next_event(&mut tail)?;
                until = self.until(&mut tail)?;
                (Some(event), Some(start), form, amount)
            }
        };
        let mut options = Vec::new();
        for option in children.rest().filter(|p| p.as_rule() == Rule::term_option) {
            let span = self.span(&option);
            options.push(Spanned { value: self.term_option(option)?, span });
        }
        let term = TermExpr { step, start, form, sharing, amount, options, span };
        Ok(match until {
            Some(until) => {
                RequirementExpr::All(term.bounded(until).map(|term| RequirementExpr::Term(Box::new(term))).into())
            }
            None => RequirementExpr::Term(Box::new(term)),
        })
    }

    /// `and within TERM`
    fn until(&mut self, children: &mut Children<'_>) -> Built<Option<TermAmount>> {
        let tail = children.take(Rule::and_within);
        tail.map(|tail| self.next_amount(&mut Children::of(tail))).transpose()
    }

    /// `sharing FIELD, FIELD`
    pub(super) fn shared_fields(&mut self, node: Node<'_>) -> Vec<Name> {
        node.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()
    }

    fn term_option(&mut self, node: Node<'_>) -> Built<TermOption> {
        let mut option = Children::of(node);
        let word = option.next()?;
        Ok(match word.as_rule() {
            Rule::kw_rest_days_move => TermOption::RestDays(true),
            Rule::kw_rest_days_stay => TermOption::RestDays(false),
            Rule::kw_by_calendar => TermOption::Calendar(self.next_name(&mut option)?),
            Rule::kw_on_clock => TermOption::Clock(self.next_name(&mut option)?),
            Rule::kw_or_before => TermOption::OrBefore,
            Rule::kw_missing_start => TermOption::MissingStartUnmet,
            Rule::kw_missing_due => TermOption::MissingDueUnmet,
            Rule::extended => {
                let mut parts = Children::of(word);
                let amount = self.next_amount(&mut parts)?;
                TermOption::Extended(Box::new((amount, self.next_event(&mut parts)?)))
            }
            Rule::stopped => {
                let mut parts = Children::of(word);
                let during = parts.next()?.as_rule() == Rule::kw_stopped_during;
                let from = self.next_event(&mut parts)?;
                if during {
                    let days = match parts.has(Rule::kw_from) {
                        true => Some((
                            self.next_expr(&mut parts, Rule::additive)?,
                            self.next_expr(&mut parts, Rule::additive)?,
                        )),
                        false => None,
                    };
                    return Ok(TermOption::Stopped(Box::new(StopExpr::During { records: from, days })));
                }
                let to = self.next_event(&mut parts)?;
                let sharing = parts.take(Rule::sharing).map(|node| self.shared_fields(node)).unwrap_or_default();
                TermOption::Stopped(Box::new(StopExpr::Between { from, to, sharing }))
            }
            _ => TermOption::ByDueDay,
        })
    }

    fn next_event(&mut self, children: &mut Children<'_>) -> Built<EventExpr> {
        let node = children.find(Rule::event)?;
        self.event(node)
    }

    fn event(&mut self, node: Node<'_>) -> Built<EventExpr> {
        let span = self.span(&node);
        let (mut last, mut nth, mut point) = (None, None, None);
        for child in node.into_inner() {
            match child.as_rule() {
                Rule::kw_first_event => last = Some(Spanned { value: false, span: self.span(&child) }),
                Rule::kw_last_event => last = Some(Spanned { value: true, span: self.span(&child) }),
                Rule::nth_event => {
                    let span = self.span(&child);
                    let value = self.next_count(&mut Children::of(child))?.value;
                    nth = Some(Spanned { value, span });
                }
                Rule::point => point = Some(self.point(child)?),
                _ => {}
            }
        }
        Ok(EventExpr { last, nth, point: point.ok_or(Broken)?, span })
    }

    fn point(&mut self, node: Node<'_>) -> Built<PointExpr> {
        let span = self.span(&node);
        let inner = node.into_inner().find(|p| !matches!(p.as_rule(), Rule::lparen | Rule::rparen)).ok_or(Broken)?;
        let value = |kind: ExprKind| PointExpr::Value(Expr { kind, span });
        Ok(match inner.as_rule() {
            Rule::source | Rule::several => PointExpr::Source(self.source(inner)?),
            Rule::turn => {
                let mut children = Children::of(inner);
                let steps = children.next()?.as_rule() == Rule::kw_step_of_counter;
                let of = self.next_name(&mut children)?;
                PointExpr::Turn(TurnExpr { steps, of, filter: self.filter(&mut children)?.map(Box::new) })
            }
            Rule::additive => PointExpr::Value(self.deeper(span, |b| b.expr(inner))?),
            Rule::kw_window_start => value(ExprKind::WindowStart),
            Rule::kw_window_end => value(ExprKind::WindowEnd),
            Rule::date => value(ExprKind::Date(self.date(&inner)?.value)),
            _ => PointExpr::Path(self.path(inner).value),
        })
    }

    pub(super) fn next_amount(&mut self, children: &mut Children<'_>) -> Built<TermAmount> {
        let mut term = Children::of(children.find(Rule::term)?);
        if let Some(number) = term.take(Rule::number) {
            let Spanned { value, span } = self.number(&number)?;
            let unit = span_unit(term.find(Rule::span_unit)?)?;
            let amount = Expr { kind: ExprKind::Number(value, UnitExpr::Plain), span };
            return Ok(TermAmount { amount, unit: Some(unit) });
        }
        if term.has(Rule::lparen) {
            let amount = self.next_expr(&mut term, Rule::expr)?;
            let unit = span_unit(term.find(Rule::span_unit)?)?;
            return Ok(TermAmount { amount, unit: Some(unit) });
        }
        let name = self.next_name(&mut term)?;
        let span = name.span;
        Ok(TermAmount { amount: Expr { kind: ExprKind::Param(name), span }, unit: None })
    }
}
