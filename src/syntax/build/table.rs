//! Values by case: `if`, tables over a value, ladders of conditions; rounding and parts of dates.

use super::rule::rounding;
use super::{Broken, Builder, Built, Children, Node};
use crate::model::{CompareOp, DatePart};
use crate::source::Span;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{DomainExpr, Expr, ExprKind, RoundTo, TableExpr, TestExpr, TestKind};

impl Builder<'_> {
    /// `if`, `by ... { }` or `ladder { }`.
    pub(super) fn cases(&mut self, rule: Rule, children: Children<'_>, span: Span) -> Built<Expr> {
        let kind = self.deeper(span, |b| match rule {
            Rule::table => b.table(children),
            Rule::ladder => b.ladder(children),
            _ => b.conditional(children),
        })?;
        Ok(Expr { kind, span })
    }

    fn conditional(&mut self, mut children: Children<'_>) -> Built<ExprKind> {
        let when = self.next_expr(&mut children, Rule::expr)?;
        let then = self.next_expr(&mut children, Rule::expr)?;
        let other = self.next_expr(&mut children, Rule::expr)?;
        Ok(ExprKind::If(Box::new(when), Box::new(then), Box::new(other)))
    }

    fn table(&mut self, mut children: Children<'_>) -> Built<ExprKind> {
        let of = self.next_expr(&mut children, Rule::additive)?;
        let domain = children.take(Rule::domain).map(|node| self.domain(node)).transpose()?;
        let (mut rows, mut otherwise) = (Vec::new(), None);
        for row in children.rest().filter(|p| p.as_rule() == Rule::table_row) {
            if otherwise.is_some() {
                let span = self.span(&row);
                self.after_otherwise(span)?;
            }
            let mut row = Children::of(row);
            if row.has(Rule::kw_otherwise) {
                otherwise = Some(self.row_value(&mut row)?);
            } else {
                let test = self.test(row.find(Rule::test)?)?;
                rows.push((test, self.row_value(&mut row)?));
            }
        }
        Ok(ExprKind::Table(Box::new(TableExpr { of, domain, rows, otherwise })))
    }

    /// What a row gives, which may be nothing.
    fn row_value(&mut self, children: &mut Children<'_>) -> Built<Expr> {
        loop {
            let child = children.next()?;
            match child.as_rule() {
                Rule::kw_no_value => return Ok(Expr { kind: ExprKind::NoValue, span: self.span(&child) }),
                Rule::additive => return self.expr(child),
                _ => {}
            }
        }
    }

    fn domain(&mut self, node: Node<'_>) -> Built<DomainExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let low = self.next_expr(&mut children, Rule::additive)?;
        let high = self.next_expr(&mut children, Rule::additive)?;
        let step = if children.has(Rule::kw_in_steps_of) {
            Some(self.next_expr(&mut children, Rule::additive)?)
        } else {
            None
        };
        Ok(DomainExpr { low, high, step, span })
    }

    fn ladder(&mut self, children: Children<'_>) -> Built<ExprKind> {
        let (mut rows, mut otherwise) = (Vec::new(), None);
        for row in children.rest().filter(|p| p.as_rule() == Rule::ladder_row) {
            if otherwise.is_some() {
                let span = self.span(&row);
                self.after_otherwise(span)?;
            }
            let mut row = Children::of(row);
            if row.has(Rule::kw_otherwise) {
                otherwise = Some(Box::new(self.row_value(&mut row)?));
            } else {
                let when = self.next_expr(&mut row, Rule::expr)?;
                rows.push((when, self.row_value(&mut row)?));
            }
        }
        Ok(ExprKind::Ladder(rows, otherwise))
    }

    /// A test of a row: a bound, a stretch between two, or a list of values.
    pub(super) fn test(&mut self, node: Node<'_>) -> Built<TestExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let mut words = Vec::new();
        let mut values = Vec::new();
        while let Ok(child) = children.next() {
            match child.as_rule() {
                Rule::additive => values.push(self.expr(child)?),
                rule => words.push(rule),
            }
        }
        let has = |word: Rule| words.contains(&word);
        let listed = has(Rule::comma);
        let mut rest = values.into_iter();
        let kind = match (rest.next(), rest.next()) {
            (Some(first), Some(second)) if listed => TestKind::AnyOf([first, second].into_iter().chain(rest).collect()),
            (Some(low), Some(high)) => TestKind::Range((has(Rule::kw_above), low), (has(Rule::kw_below), high)),
            (Some(value), None) => {
                let op = match () {
                    () if has(Rule::kw_above) => CompareOp::Gt,
                    () if has(Rule::kw_below) => CompareOp::Lt,
                    () if has(Rule::kw_or_more) => CompareOp::Ge,
                    () if has(Rule::kw_or_less) => CompareOp::Le,
                    () => CompareOp::Eq,
                };
                TestKind::Compare(op, value)
            }
            _ => return Err(Broken),
        };
        Ok(TestExpr { kind, span })
    }

    pub(super) fn round_call(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let mut children = Children::of(node);
        let value = self.next_expr(&mut children, Rule::expr)?;
        let to = if children.has(Rule::kw_to) && children.has(Rule::kw_multiples_of) {
            RoundTo::Multiples(Box::new(self.next_expr(&mut children, Rule::additive)?))
        } else {
            RoundTo::Places(self.next_count(&mut children)?.value)
        };
        let how = rounding(children.find(Rule::rounded)?)?;
        Ok(ExprKind::Round(Box::new(value), to, how))
    }

    pub(super) fn date_part(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let mut children = Children::of(node);
        let part = match children.next()?.as_rule() {
            Rule::kw_year_of => DatePart::Year,
            Rule::kw_quarter_of => DatePart::Quarter,
            Rule::kw_month_of => DatePart::Month,
            Rule::kw_weekday_of => DatePart::Weekday,
            _ => DatePart::Day,
        };
        let of = self.next_expr(&mut children, Rule::primary)?;
        Ok(ExprKind::DatePart(part, Box::new(of)))
    }
}
