//! Counters: points in a rolling term, and a ladder of steps.

use super::expr::span_unit;
use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::Text;
use crate::model::{AfterLastStep, CounterField, Excess};
use crate::source::Span;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{CounterItem, ExprKind, SpanTerm, Spanned, StepEffectExpr, StepExpr};

impl Builder<'_> {
    /// `counter NAME ... { }`
    pub fn counter(&mut self, node: Node<'_>) -> Built<CounterItem> {
        let mut children = Children::of(node);
        let mut counter = self.counter_head(children.find(Rule::counter_head)?)?;
        for part in children.rest().filter(|p| p.as_rule() == Rule::counter_part) {
            let child = Children::of(part).next()?;
            let span = self.span(&child);
            let twice = match child.as_rule() {
                Rule::counter_step => {
                    counter.steps.push(self.counter_step(child)?);
                    false
                }
                Rule::kw_excess_carried => counter.excess.replace(Excess::Carried).is_some(),
                Rule::kw_excess_dropped => counter.excess.replace(Excess::Dropped).is_some(),
                Rule::kw_last_step_repeats => counter.after_last.replace(AfterLastStep::Repeats).is_some(),
                Rule::kw_last_step_ends => counter.after_last.replace(AfterLastStep::Ends).is_some(),
                Rule::clean => {
                    let clears = child.clone().into_inner().any(|p| p.as_rule() == Rule::kw_clears);
                    counter.clean_clears = clears;
                    counter.clean.replace(self.span_term(child)?).is_some()
                }
                Rule::cleared => {
                    let mut cleared = Children::of(child);
                    if cleared.has(Rule::kw_cleared_by) {
                        counter.cleared_by.push(self.next_source(&mut cleared)?);
                        false
                    } else {
                        let frame = cleared.find(Rule::frame_every)?;
                        let value = self.frame_every(Children::of(frame))?;
                        counter.cleared_when =
                            cleared.take(Rule::when).map(|when| self.inner_expr(when)).transpose()?;
                        counter.cleared_every.replace(Spanned { value, span }).is_some()
                    }
                }
                Rule::money_precision => {
                    let precision = self.precision(Children::of(child))?;
                    counter.money_precision.replace(precision).is_some()
                }
                Rule::force => counter.in_force.replace(self.force(child)?).is_some(),
                _ => return Err(Broken),
            };
            if twice {
                self.said_again(span)?;
            }
        }
        Ok(counter)
    }

    fn said_again(&mut self, span: Span) -> Built<()> {
        self.error("WG0109", span, Text::new("this is said twice", "这一点写了两次"));
        Err(Broken)
    }

    fn counter_head(&mut self, node: Node<'_>) -> Built<CounterItem> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let cites = self.cites(&mut children);
        let subject = self.next_name(&mut children)?;
        let scope = self.filter(&mut children)?;
        let adds = self.next_expr(&mut children, Rule::additive)?;
        let source = self.next_source(&mut children)?;
        let term = self.span_term(children.find(Rule::in_any)?)?;
        Ok(CounterItem {
            name,
            cites,
            subject,
            scope,
            adds,
            source,
            term,
            steps: Vec::new(),
            excess: None,
            after_last: None,
            clean: None,
            clean_clears: false,
            cleared_by: Vec::new(),
            cleared_every: None,
            cleared_when: None,
            money_precision: None,
            in_force: None,
        })
    }

    fn counter_step(&mut self, node: Node<'_>) -> Built<StepExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let at = self.amount(children.find(Rule::amount)?)?;
        let term = children.take(Rule::in_any).map(|n| self.span_term(n)).transpose()?;
        let mut effects = Vec::new();
        for effect in children.rest().filter(|p| p.as_rule() == Rule::step_effect) {
            let mut effect = Children::of(effect);
            let kind = super::assess::effect_kind(effect.find(Rule::effect_kind)?)?;
            let name = self.next_name(&mut effect)?;
            let (amount, lasting) = match effect.take(Rule::lasting) {
                Some(lasting) => {
                    let amount = self.bound_number(lasting.clone())?;
                    (Some(amount), Some(span_unit(Children::of(lasting).find(Rule::span_unit)?)?))
                }
                None => (effect.take(Rule::money).map(|n| self.money(n)).transpose()?, None),
            };
            let payee = self.payee(effect.take(Rule::payee))?;
            effects.push(StepEffectExpr { kind, name, amount, lasting, payee });
        }
        Ok(StepExpr { at, term, effects, span })
    }

    /// `in any 12 months`, `clean 12 months resets`
    fn span_term(&mut self, node: Node<'_>) -> Built<SpanTerm> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let count = self.next_count(&mut children)?;
        let unit = span_unit(children.find(Rule::span_unit)?)?;
        Ok(Spanned { value: (count.value, unit), span })
    }

    /// `points of counter NAME`
    pub fn counter_value(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let mut children = Children::of(node);
        let field = match children.next()?.as_rule() {
            Rule::kw_counter_points => CounterField::Points,
            Rule::kw_counter_steps => CounterField::Steps,
            _ => CounterField::StepsInWindow,
        };
        Ok(ExprKind::Counter(field, self.next_name(&mut children)?))
    }
}
