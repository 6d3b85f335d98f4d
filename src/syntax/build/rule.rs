//! Rules: frames, requirements, clauses.

use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::Text;
use crate::model::Strength;
use crate::model::number::Rounding;
use crate::model::window::CalendarUnit;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{
    Bound, Expr, ExprKind, FrameExpr, PerExpr, RequirementExpr, RuleClause, RuleItem, Spanned, UnitExpr,
};

impl Builder<'_> {
    /// `rule NAME ...`
    pub fn rule(&mut self, node: Node<'_>) -> Built<RuleItem> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let cites = self.cites(&mut children);
        let mut strength = None;
        while children.peek() != Some(Rule::name) {
            let child = children.next()?;
            if child.as_rule() == Rule::strength {
                self.strength(child, &mut strength)?;
            }
        }
        let subject = self.next_name(&mut children)?;
        let scope = self.filter(&mut children)?;
        let (mut frames, mut clauses, mut requirement) = (Vec::new(), Vec::new(), None);
        let mut seasons = Vec::new();
        for child in children.rest() {
            match child.as_rule() {
                Rule::strength => self.strength(child, &mut strength)?,
                Rule::frame => {
                    seasons.extend(self.season(child.clone())?);
                    frames.push(self.frame(child)?);
                }
                Rule::requirement => requirement = Some(self.requirement(child)?),
                Rule::rule_clause => clauses.push(self.rule_clause(child)?),
                _ => {}
            }
        }
        let requirement = requirement.ok_or(Broken)?;
        Ok(RuleItem { name, cites, strength, subject, scope, frames, seasons, requirement, clauses })
    }

    fn strength(&mut self, node: Node<'_>, found: &mut Option<Spanned<Strength>>) -> Built<()> {
        let span = self.span(&node);
        if let Some(first) = found {
            let message = Text::new("the rule says its strength twice", "规则的约束力写了两次");
            let problem = crate::diagnostic::Diagnostic::error("WG0109", span, message)
                .with_secondary(first.span, Text::new("first said here", "第一次写在这里"));
            self.problems.push(problem);
            return Err(Broken);
        }
        *found = Some(Spanned { value: strength_word(node)?, span });
        Ok(())
    }

    fn rule_clause(&mut self, node: Node<'_>) -> Built<Spanned<RuleClause>> {
        let span = self.span(&node);
        let inner = Children::of(node).next()?;
        let value = match inner.as_rule() {
            Rule::unless => RuleClause::Unless(self.inner_expr(inner)?),
            Rule::excused => RuleClause::Excused(self.inner_expr(inner)?),
            Rule::waivable => RuleClause::Waivable,
            Rule::overrides => {
                let names = inner.into_inner().filter(|p| p.as_rule() == Rule::name);
                RuleClause::Overrides(names.map(|p| self.name(&p)).collect())
            }
            Rule::except => {
                let mut dates = Children::of(inner);
                RuleClause::Except(self.next_day(&mut dates)?, self.next_day(&mut dates)?)
            }
            Rule::force => RuleClause::InForce(self.force(inner)?),
            Rule::partial | Rule::attributes | Rule::rows_on => self.time_clause(inner)?,
            _ => return Err(Broken),
        };
        Ok(Spanned { value, span })
    }

    fn frame(&mut self, node: Node<'_>) -> Built<Spanned<FrameExpr>> {
        let span = self.span(&node);
        let inner = Children::of(node).next()?;
        let rule = inner.as_rule();
        let mut children = Children::of(inner);
        let value = match rule {
            Rule::frame_on => {
                let (mut days, mut or_last, mut of) = (Vec::new(), false, None);
                for child in children.rest() {
                    match child.as_rule() {
                        Rule::number => {
                            let day = self.count(&child)?;
                            if day.value == 0 {
                                let message = Text::new(
                                    "days are counted from 1; the last one is `last day`",
                                    "日从 1 数起；最后一天写作 `末日`",
                                );
                                self.error("WG0107", day.span, message);
                                return Err(Broken);
                            }
                            days.push(day);
                        }
                        // The tree's way to say the last day.
                        Rule::kw_last_day => days.push(Spanned { value: 0, span: self.span(&child) }),
                        Rule::kw_or_last_day => or_last = true,
                        Rule::every_unit => of = Some(calendar_unit_every(child)?),
                        _ => {}
                    }
                }
                FrameExpr::On { days, or_last, of: of.ok_or(Broken)? }
            }
            Rule::frame_part => {
                let (mut first, mut count, mut of) = (false, None, None);
                for child in children.rest() {
                    match child.as_rule() {
                        Rule::kw_in_the_first | Rule::kw_first_n => first = true,
                        Rule::number => count = Some(self.count(&child)?),
                        Rule::every_unit => of = Some(calendar_unit_every(child)?),
                        _ => {}
                    }
                }
                FrameExpr::Part { first, count: count.ok_or(Broken)?, of: of.ok_or(Broken)? }
            }
            Rule::frame_every => self.frame_every(children)?,
            Rule::frame_fixed => FrameExpr::Fixed(self.next_day(&mut children)?, self.next_day(&mut children)?),
            Rule::frame_by => FrameExpr::By(self.next_day(&mut children)?),
            rule => self.time_frame(rule, children)?,
        };
        Ok(Spanned { value, span })
    }

    /// `every month`, `every month from FIELD`, `every 2 weeks from DATE`
    pub fn frame_every(&mut self, mut children: Children<'_>) -> Built<FrameExpr> {
        let first = children.next()?;
        if first.as_rule() == Rule::every_unit {
            let unit = calendar_unit_every(first)?;
            return Ok(match children.has(Rule::kw_from) {
                true => FrameExpr::Cycle { count: 1, unit, from: self.next_path(&mut children)? },
                false => FrameExpr::Every { count: 1, unit, anchor: None },
            });
        }
        if children.has(Rule::kw_param) {
            return Ok(FrameExpr::EveryParam(self.next_name(&mut children)?));
        }
        let count = self.next_count(&mut children)?.value;
        let unit = calendar_unit(Children::of(children.find(Rule::calendar_unit)?).next()?)?;
        children.has(Rule::kw_from);
        if children.peek() == Some(Rule::path) {
            return Ok(FrameExpr::Cycle { count, unit, from: self.next_path(&mut children)? });
        }
        let anchor = children.find(Rule::date).ok().map(|n| self.date(&n)).transpose()?;
        Ok(FrameExpr::Every { count, unit, anchor })
    }

    fn requirement(&mut self, node: Node<'_>) -> Built<RequirementExpr> {
        let span = self.span(&node);
        self.deeper(span, |b| {
            let mut any = Vec::new();
            for all_of in node.into_inner().filter(|p| p.as_rule() == Rule::all_of) {
                let mut all = Vec::new();
                for one in all_of.into_inner().filter(|p| p.as_rule() == Rule::one_req) {
                    all.push(b.one_requirement(one)?);
                }
                any.push(if all.len() == 1 { all.pop().ok_or(Broken)? } else { RequirementExpr::All(all) });
            }
            if any.len() == 1 { any.pop().ok_or(Broken) } else { Ok(RequirementExpr::Any(any)) }
        })
    }

    fn one_requirement(&mut self, node: Node<'_>) -> Built<RequirementExpr> {
        let (mut strength, mut tolerance, mut inner) = (None, None, None);
        for child in Children::of(node).rest() {
            match child.as_rule() {
                Rule::strength => {
                    let span = self.span(&child);
                    strength = Some(Spanned { value: strength_word(child)?, span });
                }
                Rule::tolerance => {
                    let mut children = Children::of(child);
                    children.has(Rule::kw_tolerance);
                    let share = children.next()?;
                    let written = share.as_rule() == Rule::quantity;
                    tolerance = Some(if written { self.quantity(share)? } else { self.expr(share)? });
                }
                Rule::kw_has | Rule::lparen | Rule::rparen => {}
                _ => inner = Some(child),
            }
        }
        let inner = inner.ok_or(Broken)?;
        let sided = inner.clone().into_inner().any(|p| p.as_rule() == Rule::side);
        let mut requirement = self.bare_requirement(inner, tolerance.as_ref())?;
        // The sides of a bound have taken it.
        if let Some(tolerance) = tolerance
            && !sided
        {
            requirement = RequirementExpr::Tolerant(Box::new(requirement), tolerance);
        }
        Ok(match strength {
            Some(strength) => RequirementExpr::Strong(strength, Box::new(requirement)),
            None => requirement,
        })
    }

    fn bare_requirement(&mut self, inner: Node<'_>, tolerance: Option<&Expr>) -> Built<RequirementExpr> {
        let span = self.span(&inner);
        match inner.as_rule() {
            Rule::requirement => self.requirement(inner),
            Rule::condition_req => self.inner_expr(inner).map(RequirementExpr::Condition),
            Rule::sequence_req => self.sequence_requirement(inner),
            Rule::term_req => self.term_requirement(inner),
            Rule::gap_req => self.gap_requirement(inner),
            Rule::count_req => {
                let mut children = Children::of(inner);
                children.has(Rule::kw_has);
                let bound = self.bound(children.find(Rule::bound)?)?;
                let mut sides = Vec::new();
                while let Some(side) = children.take(Rule::side) {
                    let mut side = Children::of(side);
                    let strength = side.find(Rule::strength)?;
                    let strength = Spanned { span: self.span(&strength), value: strength_word(strength)? };
                    sides.push((strength, self.bound(side.find(Rule::bound)?)?));
                }
                let distinct = if children.has(Rule::kw_distinct) {
                    Some(self.next_expr(&mut children, Rule::path)?)
                } else {
                    None
                };
                let source = self.next_source(&mut children)?;
                let per = children.take(Rule::per).map(|n| self.per(n)).transpose()?;
                // Of several sides the tolerance widens the soft ones.
                let soft = |strength: &Spanned<Strength>| strength.value >= Strength::Should;
                let any_soft = sides.iter().any(|(strength, _)| soft(strength));
                let counted = |bound, widened: bool| {
                    let (distinct, source, per) = (distinct.clone(), source.clone(), per.clone());
                    let count = RequirementExpr::Count { bound, distinct, source, per, span };
                    match tolerance {
                        Some(tolerance) if widened => RequirementExpr::Tolerant(Box::new(count), tolerance.clone()),
                        _ => count,
                    }
                };
                if sides.is_empty() {
                    return Ok(counted(bound, false));
                }
                // The sides share what is counted, each with its strength.
                let first = counted(bound, !any_soft);
                let rest = sides.iter().map(|(strength, bound)| {
                    let side = counted(bound.clone(), soft(strength));
                    RequirementExpr::Strong(*strength, Box::new(side))
                });
                Ok(RequirementExpr::All(std::iter::once(first).chain(rest).collect()))
            }
            _ => Err(Broken),
        }
    }

    fn bound(&mut self, node: Node<'_>) -> Built<Bound> {
        let mut children = Children::of(node);
        let word = children.next()?;
        if word.as_rule() == Rule::between_bound {
            let mut numbers = word.into_inner().filter(|p| p.as_rule() == Rule::bound_number);
            let (low, high) = (numbers.next().ok_or(Broken)?, numbers.next().ok_or(Broken)?);
            return Ok(Bound::Between(self.bound_number(low)?, self.bound_number(high)?));
        }
        let number = self.bound_number(children.find(Rule::bound_number)?)?;
        Ok(match word.as_rule() {
            Rule::kw_at_least => Bound::AtLeast(number),
            Rule::kw_at_most => Bound::AtMost(number),
            Rule::kw_exactly => Bound::Exactly(number),
            Rule::kw_more_than => Bound::MoreThan(number),
            _ => Bound::FewerThan(number),
        })
    }

    /// A number (its measure word changes nothing), a parameter, or an expression in parentheses.
    pub fn bound_number(&mut self, node: Node<'_>) -> Built<Expr> {
        self.plain_amount(Children::of(node))
    }

    fn plain_amount(&mut self, mut children: Children<'_>) -> Built<Expr> {
        loop {
            let child = children.next()?;
            match child.as_rule() {
                Rule::number => {
                    let Spanned { value, span } = self.number(&child)?;
                    return Ok(Expr { kind: ExprKind::Number(value, UnitExpr::Plain), span });
                }
                Rule::param_ref | Rule::expr | Rule::primary | Rule::path => return self.expr(child),
                _ => {}
            }
        }
    }

    fn per(&mut self, node: Node<'_>) -> Built<PerExpr> {
        let span = self.span(&node);
        let each = self.plain_amount(Children::of(node.clone()))?;
        let mut children = Children::of(node);
        let of = self.next_source(&mut children)?;
        let rounding = match children.next() {
            Err(Broken) => None,
            Ok(n) if n.as_rule() == Rule::kw_unrounded => Some(None),
            Ok(n) => Some(Some(rounding(n)?)),
        };
        Ok(PerExpr { each, of, rounding, span })
    }
}

/// A word of strength.
pub(super) fn strength_word(node: Node<'_>) -> Built<Strength> {
    Ok(match Children::of(node).next()?.as_rule() {
        Rule::kw_must => Strength::Must,
        Rule::kw_in_principle => Strength::InPrinciple,
        Rule::kw_should => Strength::Should,
        Rule::kw_may => Strength::May,
        _ => Strength::Aim,
    })
}

/// `every UNIT`
pub(super) fn calendar_unit_every(node: Node<'_>) -> Built<CalendarUnit> {
    Ok(match Children::of(node).next()?.as_rule() {
        Rule::kw_every_day => CalendarUnit::Day,
        Rule::kw_every_week => CalendarUnit::Week,
        Rule::kw_every_ten_days => CalendarUnit::TenDays,
        Rule::kw_every_half_month => CalendarUnit::HalfMonth,
        Rule::kw_every_month => CalendarUnit::Month,
        Rule::kw_every_quarter => CalendarUnit::Quarter,
        Rule::kw_every_half_year => CalendarUnit::HalfYear,
        Rule::kw_every_year => CalendarUnit::Year,
        _ => return Err(Broken),
    })
}

fn calendar_unit(node: Node<'_>) -> Built<CalendarUnit> {
    Ok(match node.as_rule() {
        Rule::kw_days => CalendarUnit::Day,
        Rule::kw_weeks => CalendarUnit::Week,
        Rule::kw_ten_days => CalendarUnit::TenDays,
        Rule::kw_half_months => CalendarUnit::HalfMonth,
        Rule::kw_months => CalendarUnit::Month,
        Rule::kw_quarters => CalendarUnit::Quarter,
        Rule::kw_half_years => CalendarUnit::HalfYear,
        Rule::kw_years => CalendarUnit::Year,
        _ => return Err(Broken),
    })
}

/// `rounded ...`
pub(super) fn rounding(node: Node<'_>) -> Built<Rounding> {
    Ok(match Children::of(node).next()?.as_rule() {
        Rule::kw_rounded_up => Rounding::Up,
        Rule::kw_rounded_down => Rounding::Down,
        Rule::kw_rounded_half_up => Rounding::HalfUp,
        Rule::kw_rounded_half_even => Rounding::HalfEven,
        _ => return Err(Broken),
    })
}
