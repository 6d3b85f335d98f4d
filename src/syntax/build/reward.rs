//! Rewards, and the payments, deductions and bonuses that are built alike.

use super::rule::{calendar_unit_every, rounding};
use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::{Diagnostic, Text};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{AdjustExpr, Name, PayeeExpr, PerOf, PerStepExpr, RewardItem, Spanned};

impl Builder<'_> {
    /// `reward NAME ... { }`
    pub fn reward(&mut self, node: Node<'_>) -> Built<RewardItem> {
        let mut children = Children::of(node);
        let head = children.find(Rule::reward_head)?;
        let mut reward = self.reward_head(head)?;
        for part in children.rest().filter(|p| p.as_rule() == Rule::reward_part) {
            let child = Children::of(part).next()?;
            match child.as_rule() {
                Rule::precision => {
                    let span = self.span(&child);
                    let precision = self.precision(Children::of(child))?;
                    if reward.precision.replace(precision).is_some() {
                        self.twice(span)?;
                    }
                }
                Rule::pay => reward.payments.push(self.adjust(child)?),
                Rule::force => {
                    let span = self.span(&child);
                    let force = self.force(child)?;
                    if reward.in_force.replace(force).is_some() {
                        self.twice(span)?;
                    }
                }
                _ => {}
            }
        }
        Ok(reward)
    }

    fn reward_head(&mut self, node: Node<'_>) -> Built<RewardItem> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let cites = self.cites(&mut children);
        let subject = self.next_name(&mut children)?;
        let scope = self.filter(&mut children)?;
        let every = children.find(Rule::every_unit)?;
        let span = self.span(&every);
        let every = Spanned { value: calendar_unit_every(every)?, span };
        let (mut unit, mut cap, mut payee) = (None, None, PayeeExpr::default());
        let mut ceilings = Vec::new();
        for child in children.rest() {
            match child.as_rule() {
                Rule::kw_yuan => unit = Some(Name { value: "yuan".to_owned(), span: self.span(&child) }),
                Rule::payee => payee = self.payee(Some(child))?,
                Rule::name => unit = Some(self.name(&child)),
                Rule::ceiling => ceilings.push(self.ceiling(child)?),
                Rule::cap => {
                    let span = self.span(&child);
                    if cap.replace(self.amount(Children::of(child).find(Rule::amount)?)?).is_some() {
                        self.twice(span)?;
                    }
                }
                _ => {}
            }
        }
        Ok(RewardItem {
            name,
            cites,
            subject,
            scope,
            every,
            unit,
            cap,
            ceilings,
            payments: Vec::new(),
            precision: None,
            in_force: None,
            payee,
        })
    }

    fn twice(&mut self, span: crate::source::Span) -> Built<()> {
        self.error("WG0109", span, Text::new("this is said twice", "这一点写了两次"));
        Err(Broken)
    }

    /// `per visit per day`
    fn per_twice<T>(&mut self, span: crate::source::Span) -> Built<T> {
        let message = Text::new("a line counts one thing: there are two `per`", "一行只按一种对象计：`每有`写了两次");
        self.problems.push(Diagnostic::error("WG0109", span, message).with_help(Text::new(
            "leave out the second: the line counts over the whole period of its assessment or reward, and each record once; days on which there are records are counted by `per (distinct DAY over RECORD)`",
            "删去后一个：按所在考核或奖励的整个周期计，每条记录计一次；按有记录的天数计的写`每有（不同 日期 于 记录）`",
        )));
        Err(Broken)
    }

    /// `deduct`, `add`, `pay`
    pub fn adjust(&mut self, node: Node<'_>) -> Built<AdjustExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let bonus = children.next()?.as_rule() != Rule::kw_deduct;
        let name = children.take(Rule::name).map(|n| self.name(&n));
        let amount = self.amount(children.find(Rule::amount)?)?;
        let mut adjust =
            AdjustExpr { bonus, name, amount, per: None, step: None, cap: None, when: None, again: false, span };
        for clause in children.rest().filter(|p| p.as_rule() == Rule::adjust_clause) {
            let span = self.span(&clause);
            let mut clause = Children::of(clause);
            let _ = clause.take(Rule::comma).or_else(|| clause.take(Rule::lparen));
            let inner = clause.next()?;
            let twice = match inner.as_rule() {
                Rule::per_each => {
                    let mut inner = Children::of(inner);
                    inner.has(Rule::kw_per_each);
                    if let Some(step) = inner.take(Rule::per_step) {
                        adjust.step = Some(self.per_step(step)?);
                    }
                    let of = Children::of(inner.find(Rule::per_of)?).next()?;
                    let per = match of.as_rule() {
                        Rule::source => PerOf::Source(self.source(of)?),
                        _ => PerOf::Expr(self.expr(of)?),
                    };
                    if let Some(step) = &mut adjust.step {
                        step.rounding = match inner.next() {
                            Ok(how) if how.as_rule() == Rule::rounded => Some(Some(rounding(how)?)),
                            Ok(_) => Some(None),
                            Err(Broken) => None,
                        };
                    }
                    if adjust.per.replace(per).is_some() {
                        return self.per_twice(span);
                    }
                    false
                }
                Rule::cap => {
                    let amount = self.amount(Children::of(inner).find(Rule::amount)?)?;
                    adjust.cap.replace(amount).is_some()
                }
                Rule::when => {
                    let when = self.inner_expr(inner)?;
                    adjust.when.replace(when).is_some()
                }
                Rule::kw_counts_again => std::mem::replace(&mut adjust.again, true),
                _ => return Err(Broken),
            };
            if twice {
                self.twice(span)?;
            }
        }
        Ok(adjust)
    }

    fn per_step(&mut self, node: Node<'_>) -> Built<PerStepExpr> {
        let span = self.span(&node);
        let each = Children::of(node).next()?;
        let each = if each.as_rule() == Rule::quantity { self.quantity(each)? } else { self.expr(each)? };
        Ok(PerStepExpr { each, rounding: None, span })
    }
}
