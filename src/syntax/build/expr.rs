//! Expressions, aggregates and the rows that they range over.

use super::{Broken, Builder, Built, Children, Node};
use crate::model::value::TermUnit;
use crate::model::{Acting, ArithOp, CompareOp, Ratio, TallyKind, TextOp};
use crate::source::Span;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{AggExpr, AggOpExpr, Expr, ExprKind, Function, HoursExpr, Spanned, UnitExpr};
use crate::{limits, model};

impl Builder<'_> {
    /// An expression of any level.
    pub fn expr(&mut self, node: Node<'_>) -> Built<Expr> {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut children = Children::of(node);
        match rule {
            Rule::expr => self.deeper(span, |b| b.chain(children, span, Rule::and_expr, ExprKind::Or)),
            Rule::and_expr => self.chain(children, span, Rule::not_expr, ExprKind::And),
            Rule::not_expr => self.negation(children, span),
            Rule::comparison => self.comparison(children, span),
            Rule::additive | Rule::product => self.arithmetic(children),
            Rule::unary => self.minus(children, span),
            Rule::table | Rule::ladder | Rule::conditional => self.cases(rule, children, span),
            Rule::primary => {
                let first = children.next()?;
                if first.as_rule() == Rule::lparen {
                    let inner = children.find(Rule::expr)?;
                    return self.expr(inner).map(|e| Expr { span, ..e });
                }
                self.primary(first, span)
            }
            Rule::path => {
                let names = children.rest().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect();
                Ok(Expr { kind: ExprKind::Path(names), span })
            }
            Rule::param_ref => {
                let name = self.next_name(&mut children)?;
                Ok(Expr { kind: ExprKind::Param(name), span })
            }
            Rule::number => Err(Broken),
            _ => Err(Broken),
        }
    }

    /// The next child that is an expression of this rule.
    pub fn next_expr(&mut self, children: &mut Children<'_>, rule: Rule) -> Built<Expr> {
        let node = children.find(rule)?;
        self.expr(node)
    }

    /// The expression inside a clause such as `where`, `when`.
    pub fn inner_expr(&mut self, node: Node<'_>) -> Built<Expr> {
        self.next_expr(&mut Children::of(node), Rule::expr)
    }

    /// The optional `where`.
    pub fn filter(&mut self, children: &mut Children<'_>) -> Built<Option<Expr>> {
        children.take(Rule::where_clause).map(|n| self.inner_expr(n)).transpose()
    }

    fn chain(
        &mut self,
        children: Children<'_>,
        span: Span,
        wanted: Rule,
        join: fn(Vec<Expr>) -> ExprKind,
    ) -> Built<Expr> {
        let mut parts = Vec::new();
        for child in children.rest().filter(|p| p.as_rule() == wanted) {
            parts.push(self.expr(child)?);
        }
        if parts.len() == 1 {
            return parts.pop().ok_or(Broken);
        }
        Ok(Expr { kind: join(parts), span })
    }

    fn negation(&mut self, mut children: Children<'_>, span: Span) -> Built<Expr> {
        let mut starts = Vec::new();
        while let Some(not) = children.take(Rule::kw_not) {
            starts.push(self.span(&not));
        }
        self.limit_signs(starts.len(), span)?;
        self.below(starts.len(), span)?;
        let inner = self.next_expr(&mut children, Rule::comparison)?;
        self.operators -= starts.len();
        let wrap = |inner: Expr, start: Span| {
            let span = start.to(inner.span);
            Expr { kind: ExprKind::Not(Box::new(inner)), span }
        };
        Ok(starts.into_iter().rev().fold(inner, wrap))
    }

    fn minus(&mut self, mut children: Children<'_>, span: Span) -> Built<Expr> {
        let starts = self.signs(&mut children, span)?;
        let above = starts.len() + children.count(|rule| rule == Rule::kw_or_else);
        self.below(above, span)?;
        let inner = self.next_expr(&mut children, Rule::primary)?;
        self.operators -= above;
        let inner = self.at_time(inner, &mut children)?;
        Ok(negated(self.alternatives(inner, children, span)?, starts))
    }

    /// A value and those that stand in for it: apart from it, so that nested values take less room.
    fn alternatives(&mut self, first: Expr, mut children: Children<'_>, span: Span) -> Built<Expr> {
        let (mut inner, mut count) = (first, 0);
        while children.has(Rule::kw_or_else) {
            count += 1;
            self.limit_signs(count, span)?;
            let signs = self.signs(&mut children, span)?;
            let other = self.next_expr(&mut children, Rule::primary)?;
            let other = negated(self.at_time(other, &mut children)?, signs);
            let span = inner.span.to(other.span);
            inner = Expr { kind: ExprKind::OrElse(Box::new(inner), Box::new(other)), span };
        }
        Ok(inner)
    }

    /// `E at 22:00`
    fn at_time(&mut self, day: Expr, children: &mut Children<'_>) -> Built<Expr> {
        let Some(node) = children.take(Rule::time_of_day) else { return Ok(day) };
        let span = day.span.to(self.span(&node));
        let minutes = self.clock_time(&Children::of(node).find(Rule::clock_time)?)?;
        Ok(Expr { kind: ExprKind::AtTime(Box::new(day), minutes), span })
    }

    /// Places of the signs that come next.
    fn signs(&mut self, children: &mut Children<'_>, span: Span) -> Built<Vec<Span>> {
        let mut starts = Vec::new();
        while let Some(minus) = children.take(Rule::op_minus) {
            starts.push(self.span(&minus));
        }
        self.limit_signs(starts.len(), span)?;
        Ok(starts)
    }

    /// A row of `not` or `-` nests the tree although the grammar repeats.
    fn limit_signs(&mut self, count: usize, span: Span) -> Built<()> {
        if count <= limits::NESTING_MAX { Ok(()) } else { self.too_many(count, limits::NESTING_MAX, span) }
    }

    fn too_many(&mut self, count: usize, max: usize, span: Span) -> Built<()> {
        let message = crate::diagnostic::Text::new(
            format!("{count} operators in a row or in each other, more than the {max} that are allowed"),
            format!("连续或相套 {count} 个运算，超过上限 {max} 个"),
        );
        self.error("WG0104", span, message);
        Err(Broken)
    }

    fn comparison(&mut self, mut children: Children<'_>, span: Span) -> Built<Expr> {
        let left = self.next_expr(&mut children, Rule::additive)?;
        let Ok(tail) = children.next() else { return Ok(left) };
        let left = Box::new(left);
        let rule = tail.as_rule();
        let mut inner = Children::of(tail);
        let kind = match rule {
            Rule::compare => {
                let op = Children::of(inner.find(Rule::compare_op)?).next()?;
                let right = Box::new(self.next_expr(&mut inner, Rule::additive)?);
                let op = compare_op(op.as_rule())?;
                match inner.take(Rule::acting) {
                    None => ExprKind::Compare(op, left, right),
                    Some(acting) if op == CompareOp::Eq => {
                        ExprKind::Acts(super::source::acting(acting)? == Acting::StandInInstead, left, right)
                    }
                    Some(_) => {
                        let message = crate::diagnostic::Text::new(
                            "stand-ins go with `=` or `is`: the record's actor is the one named, or stands in for him",
                            "代班只能与`=`或`为`连用：记录的办理人是所指之人，或为其代班",
                        );
                        self.error("WG0108", span, message);
                        return Err(Broken);
                    }
                }
            }
            Rule::in_set => {
                let negated = inner.next()?.as_rule() == Rule::kw_not_in_set;
                let values = self.values(inner.find(Rule::value_set)?)?;
                ExprKind::OneOf(negated, left, values)
            }
            Rule::has_set => {
                let all = inner.next()?.as_rule() == Rule::kw_has_all;
                let mut names = Vec::new();
                for value in self.values(inner.find(Rule::value_set)?)? {
                    match value.kind {
                        ExprKind::Path(mut path) if path.len() == 1 => names.extend(path.pop()),
                        _ => {
                            let message = crate::diagnostic::Text::new("a code is needed here", "此处应为一个代码");
                            self.error("WG0108", value.span, message);
                            return Err(Broken);
                        }
                    }
                }
                ExprKind::Has(all, left, names)
            }
            Rule::in_hours => ExprKind::InHours(left, self.hours(inner)?),
            Rule::in_range => {
                let low = Box::new(self.next_expr(&mut inner, Rule::additive)?);
                let high = Box::new(self.next_expr(&mut inner, Rule::additive)?);
                let side = |op, bound| Expr { kind: ExprKind::Compare(op, left.clone(), bound), span };
                ExprKind::And(vec![side(CompareOp::Ge, low), side(CompareOp::Le, high)])
            }
            Rule::kw_is_known => ExprKind::Known(true, left),
            Rule::kw_is_missing => ExprKind::Known(false, left),
            Rule::text_test => {
                let op = match inner.next()?.as_rule() {
                    Rule::kw_starts_with => TextOp::StartsWith,
                    Rule::kw_ends_with => TextOp::EndsWith,
                    _ => TextOp::Contains,
                };
                ExprKind::TextTest(op, left, self.next_text(&mut inner)?.value)
            }
            _ => return Err(Broken),
        };
        Ok(Expr { kind, span })
    }

    /// `between 18:00 and 06:00`, `on clock NAME`.
    fn hours(&mut self, mut children: Children<'_>) -> Built<HoursExpr> {
        if children.has(Rule::kw_on_clock) {
            return Ok(HoursExpr::Clock(self.next_name(&mut children)?));
        }
        let (from, to) = (children.find(Rule::clock_time)?, children.find(Rule::clock_time)?);
        let span = self.span(&from).to(self.span(&to));
        Ok(HoursExpr::Between(Spanned { value: (self.clock_time(&from)?, self.clock_time(&to)?), span }))
    }

    fn values(&mut self, set: Node<'_>) -> Built<Vec<Expr>> {
        let mut values = Vec::new();
        for node in set.into_inner().filter(|p| p.as_rule() == Rule::additive) {
            values.push(self.expr(node)?);
        }
        Ok(values)
    }

    /// `additive` and `product`: operands with operators between, from the left.
    fn arithmetic(&mut self, mut children: Children<'_>) -> Built<Expr> {
        let first = children.next()?;
        // Expressions nest through here twice each: what only operators need stays out of the way.
        if children.peek().is_none() { self.expr(first) } else { self.operators(first, children) }
    }

    /// An operand and the operators behind it, with theirs. The first operand lies below all of them, each that follows
    /// below one less.
    fn operators(&mut self, first: Node<'_>, mut children: Children<'_>) -> Built<Expr> {
        let is_operator =
            |rule: Rule| matches!(rule, Rule::op_plus | Rule::op_minus | Rule::op_times | Rule::op_divide);
        let span = self.span(&first);
        self.below(children.count(is_operator), span)?;
        let mut left = self.expr(first)?;
        while let Ok(op) = children.next() {
            left = self.joined(left, &op, &mut children)?;
            self.operators = self.operators.saturating_sub(1);
        }
        Ok(left)
    }

    /// Goes below so many operators: in each other they nest the tree, whatever brackets they stand in.
    fn below(&mut self, operators: usize, span: Span) -> Built<()> {
        self.operators += operators;
        let max = limits::OPERATORS_MAX;
        if self.operators <= max { Ok(()) } else { self.too_many(self.operators, max, span) }
    }

    /// A value and the next one. Apart, so that the frame that stays while the first is read is small.
    fn joined(&mut self, left: Expr, op: &Node<'_>, children: &mut Children<'_>) -> Built<Expr> {
        let right_node = children.next()?;
        let mut right = self.expr(right_node)?;
        if let Some(node) = children.take(Rule::workdays_of) {
            let span = right.span.to(self.span(&node));
            let calendar = self.next_name(&mut Children::of(node))?;
            right = Expr { kind: ExprKind::WorkdaysOf(Box::new(right), calendar), span };
        }
        let mut span = left.span.to(right.span);
        let (a, b) = (Box::new(left), Box::new(right));
        let kind = match op.as_rule() {
            Rule::op_plus => ExprKind::Arith(ArithOp::Add, a, b),
            Rule::op_minus => ExprKind::Arith(ArithOp::Sub, a, b),
            Rule::op_times => ExprKind::Arith(ArithOp::Mul, a, b),
            Rule::op_divide => {
                let choice = match children.take(Rule::zero_divisor) {
                    None => None,
                    Some(node) => {
                        span = span.to(self.span(&node));
                        let mut inner = Children::of(node);
                        if inner.has(Rule::kw_zero_divisor_unknown) {
                            Some(None)
                        } else {
                            Some(Some(Box::new(self.next_expr(&mut inner, Rule::unary)?)))
                        }
                    }
                };
                ExprKind::Div(a, b, choice)
            }
            _ => return Err(Broken),
        };
        Ok(Expr { kind, span })
    }

    pub(super) fn primary(&mut self, node: Node<'_>, span: Span) -> Built<Expr> {
        let kind = match node.as_rule() {
            Rule::date => ExprKind::Date(self.date(&node)?.value),
            Rule::quantity => return self.quantity(node),
            Rule::text => ExprKind::Text(self.text(&node).value),
            Rule::kw_yes => ExprKind::Bool(true),
            Rule::kw_no => ExprKind::Bool(false),
            Rule::kw_as_of => ExprKind::AsOf,
            Rule::kw_window_start => ExprKind::WindowStart,
            Rule::kw_window_end => ExprKind::WindowEnd,
            Rule::kw_key => ExprKind::Key,
            Rule::param_ref | Rule::path => return self.expr(node),
            Rule::aggregate => {
                let inner = Children::of(node).next()?;
                return self.deeper(span, |b| b.aggregate(inner, span));
            }
            Rule::call => {
                let mut children = Children::of(node);
                let function = match children.next()?.as_rule() {
                    Rule::kw_min => Function::Min,
                    Rule::kw_max => Function::Max,
                    Rule::kw_abs => Function::Abs,
                    Rule::kw_floor => Function::Floor,
                    _ => Function::Ceil,
                };
                let mut args = Vec::new();
                for arg in children.rest().filter(|p| p.as_rule() == Rule::expr) {
                    args.push(self.expr(arg)?);
                }
                ExprKind::Call(function, args)
            }
            Rule::between => self.deeper(span, |b| b.between(node))?,
            Rule::conditional | Rule::table | Rule::ladder => {
                let rule = node.as_rule();
                return self.cases(rule, Children::of(node), span);
            }
            Rule::cover => return self.deeper(span, |b| Ok(Expr { kind: b.cover(node)?, span })),
            Rule::round_call => self.round_call(node)?,
            Rule::date_part => self.date_part(node)?,
            Rule::tally => self.tally(node)?,
            Rule::result => self.result(node)?,
            Rule::line_value => {
                let name = node.into_inner().find(|p| p.as_rule() == Rule::name);
                ExprKind::Line(name.map(|name| self.name(&name)))
            }
            Rule::counter_value => self.counter_value(node)?,
            _ => return Err(Broken),
        };
        Ok(Expr { kind, span })
    }

    fn tally(&mut self, node: Node<'_>) -> Built<ExprKind> {
        let mut children = Children::of(node);
        let kind = Children::of(children.find(Rule::tally_kind)?).next()?;
        let what = match kind.as_rule() {
            Rule::kw_due_day_of => TallyKind::DueDay,
            Rule::kw_longest_unmet => TallyKind::LongestRun { met: false },
            Rule::kw_longest_met => TallyKind::LongestRun { met: true },
            Rule::kw_current_unmet => TallyKind::CurrentRun { met: false },
            Rule::kw_current_met => TallyKind::CurrentRun { met: true },
            Rule::kw_share_met => TallyKind::Share,
            Rule::kw_mean_share_met => TallyKind::MeanShare,
            Rule::kw_met => TallyKind::Met,
            Rule::kw_unmet => TallyKind::Unmet,
            Rule::kw_due => TallyKind::Due,
            Rule::kw_unknown => TallyKind::Unknown,
            Rule::kw_excused => TallyKind::Excused,
            _ => TallyKind::Pending,
        };
        let (mut rules, mut via, mut counting) = (Vec::new(), None, None);
        for child in children.rest() {
            match child.as_rule() {
                Rule::name => rules.push(self.name(&child)),
                Rule::via => via = Some(self.next_path(&mut Children::of(child))?),
                Rule::counting => {
                    counting = Some(super::rule::strength_word(Children::of(child).find(Rule::strength)?)?);
                }
                _ => {}
            }
        }
        Ok(ExprKind::Tally { what, rules, via, counting })
    }

    /// A number with its unit.
    pub fn quantity(&mut self, node: Node<'_>) -> Built<Expr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let number = children.find(Rule::number)?;
        let value = self.number(&number)?.value;
        let unit = match children.next() {
            Ok(unit) => self.unit_expr(unit)?,
            Err(Broken) => UnitExpr::Plain,
        };
        self.with_unit(value, unit, span)
    }

    /// A number and a unit as an expression; percents become shares.
    pub fn with_unit(&mut self, value: Ratio, unit: UnitExpr, span: Span) -> Built<Expr> {
        let value = match unit {
            UnitExpr::Share => Ratio::new(1, 100).and_then(|p| value.mul(p)).map_err(|model::Overflow| Broken)?,
            _ => value,
        };
        Ok(Expr { kind: ExprKind::Number(value, unit), span })
    }

    /// A unit behind a number or `number`.
    pub fn unit_expr(&mut self, node: Node<'_>) -> Built<UnitExpr> {
        Ok(match node.as_rule() {
            Rule::unit_type => {
                let inner = Children::of(node).next()?;
                return self.unit_expr(inner);
            }
            Rule::percent => UnitExpr::Share,
            Rule::kw_points => UnitExpr::Points,
            Rule::kw_yuan => UnitExpr::Money,
            Rule::span_unit => UnitExpr::Span(span_unit(node)?),
            Rule::measure_word => UnitExpr::Plain,
            Rule::unit_name | Rule::currency => UnitExpr::Named(self.name(&node)),
            _ => return Err(Broken),
        })
    }

    fn aggregate(&mut self, node: Node<'_>, span: Span) -> Built<Expr> {
        let rule = node.as_rule();
        let mut children = Children::of(node);
        if rule == Rule::share_agg {
            let (rows, op) = self.share_taken(&mut children)?;
            return self.over_rows(op, rows, children, span);
        }
        let op = self.taken(rule, &mut children)?;
        let mut rows = children.next()?;
        while !matches!(rows.as_rule(), Rule::source | Rule::periods) {
            rows = children.next()?;
        }
        self.over_rows(op, rows, children, span)
    }

    /// An aggregate over rows, or over the periods of an assessment.
    fn over_rows(&mut self, op: AggOpExpr, rows: Node<'_>, rest: Children<'_>, span: Span) -> Built<Expr> {
        let kind = match rows.as_rule() {
            Rule::periods => self.over_periods(op, rows, rest)?,
            _ => ExprKind::Agg(Box::new(AggExpr { op, source: self.source(rows)? })),
        };
        Ok(Expr { kind, span })
    }
}

/// A value behind so many signs.
fn negated(inner: Expr, signs: Vec<Span>) -> Expr {
    let wrap = |inner: Expr, start: Span| {
        let span = start.to(inner.span);
        Expr { kind: ExprKind::Neg(Box::new(inner)), span }
    };
    signs.into_iter().rev().fold(inner, wrap)
}

fn compare_op(rule: Rule) -> Built<CompareOp> {
    Ok(match rule {
        Rule::equals | Rule::kw_is => CompareOp::Eq,
        Rule::op_ne | Rule::kw_is_not => CompareOp::Ne,
        Rule::op_le | Rule::kw_cmp_at_most | Rule::kw_cmp_not_above => CompareOp::Le,
        Rule::op_ge | Rule::kw_cmp_at_least => CompareOp::Ge,
        Rule::op_lt | Rule::kw_cmp_less_than => CompareOp::Lt,
        Rule::op_gt | Rule::kw_cmp_more_than => CompareOp::Gt,
        _ => return Err(Broken),
    })
}

/// The unit of a term.
pub(super) fn span_unit(node: Node<'_>) -> Built<TermUnit> {
    Ok(match Children::of(node).next()?.as_rule() {
        Rule::kw_minutes => TermUnit::Minutes,
        Rule::kw_hours => TermUnit::Hours,
        Rule::kw_days => TermUnit::Days,
        Rule::kw_workdays => TermUnit::Workdays,
        Rule::kw_weeks => TermUnit::Weeks,
        Rule::kw_months => TermUnit::Months,
        Rule::kw_years => TermUnit::Years,
        _ => return Err(Broken),
    })
}
