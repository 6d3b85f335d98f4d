//! Assessments.

use super::rule::{calendar_unit_every, rounding};
use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::{Diagnostic, Text};
use crate::model::EffectKind;
use crate::syntax::caps::capping_word;
use crate::syntax::expected;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{
    ActionExpr, AssessmentItem, AssessmentPart, AwardExpr, ClampExpr, EffectExpr, Expr, ExprKind, GradeRow, PayeeExpr,
    PrecisionExpr, ScoreExpr, Spanned, UnitExpr,
};

impl Builder<'_> {
    /// `assessment NAME ... { }`
    pub fn assessment(&mut self, node: Node<'_>) -> Built<AssessmentItem> {
        let mut children = Children::of(node);
        let head = children.find(Rule::assessment_head)?;
        let mut assessment = self.assessment_head(head)?;
        for part in children.rest().filter(|p| p.as_rule() == Rule::part) {
            assessment.parts.push(self.part(part));
        }
        Ok(assessment)
    }

    /// `assessment NAME ... {`
    pub fn assessment_head(&mut self, node: Node<'_>) -> Built<AssessmentItem> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let cites = self.cites(&mut children);
        let subject = self.next_name(&mut children)?;
        let scope = self.filter(&mut children)?;
        let (mut every, mut out_of, mut loses) = (None, None, None);
        let (mut clamp, mut lowest_best) = (ClampExpr::Both, false);
        for child in children.rest() {
            match child.as_rule() {
                Rule::every_unit => {
                    let span = self.span(&child);
                    every = Some(Spanned { value: calendar_unit_every(child)?, span });
                }
                Rule::number => out_of = Some(self.number(&child)?),
                Rule::loses => loses = Some(self.amount(Children::of(child).find(Rule::amount)?)?),
                Rule::kw_unclamped => clamp = ClampExpr::None,
                Rule::above_full if self.above_full(child)?.value => clamp = ClampExpr::Floor,
                Rule::kw_lowest_best => lowest_best = true,
                _ => {}
            }
        }
        Ok(AssessmentItem { name, cites, subject, scope, every, out_of, loses, clamp, lowest_best, parts: Vec::new() })
    }

    /// A statement of an assessment; one that cannot be built becomes an error node with a message.
    pub fn part(&mut self, node: Node<'_>) -> Spanned<AssessmentPart> {
        let span = self.span(&node);
        let before = self.problems.len();
        let value = Children::of(node).next().and_then(|inner| self.part_of(inner)).unwrap_or_else(|_| {
            self.unreadable(before, span);
            AssessmentPart::Bad
        });
        Spanned { value, span }
    }

    fn part_of(&mut self, node: Node<'_>) -> Built<AssessmentPart> {
        let rule = node.as_rule();
        let whole = (node.as_span().start(), node.as_str());
        match rule {
            Rule::force => return self.force(node).map(AssessmentPart::InForce),
            Rule::adjust => return self.adjust(node).map(AssessmentPart::Adjust),
            Rule::award => return self.award(node).map(|a| AssessmentPart::Award(Box::new(a))),
            Rule::score_item => return self.score_item(node),
            Rule::points_group => return self.points_group(node),
            Rule::prizes => return self.prizes(node).map(|p| AssessmentPart::Prizes(Box::new(p))),
            Rule::grade_quota => return self.grade_quota(node).map(|q| AssessmentPart::Quota(Box::new(q))),
            _ => {}
        }
        let caps = rule == Rule::gate && capping_word(&node).is_some();
        let mut children = Children::of(node);
        Ok(match rule {
            Rule::precision => AssessmentPart::Precision(self.precision(children)?),
            Rule::money_precision => AssessmentPart::MoneyPrecision(self.precision(children)?),
            Rule::gate => {
                let name = self.next_name(&mut children)?;
                let when = self.next_expr(&mut children, Rule::expr)?;
                let (when, action) = match children.take(Rule::action) {
                    Some(action) => (when, self.action(action)?),
                    None => self.capped_by(when, caps, whole)?,
                };
                AssessmentPart::Gate { name, when, action }
            }
            Rule::veto => {
                let name = self.next_name(&mut children)?;
                let source = self.next_source(&mut children)?;
                let decided_by = self.next_name(&mut children)?;
                let year = if children.has(Rule::kw_for_year) { Some(self.next_name(&mut children)?) } else { None };
                let action = self.action(children.find(Rule::action)?)?;
                let without_points = children.has(Rule::kw_without_points);
                let term = children.take(Rule::action_term).map(|term| self.action_term(term)).transpose()?;
                AssessmentPart::Veto { name, source, decided_by, year, action, without_points, term }
            }
            Rule::grades => {
                let (mut rows, mut otherwise) = (Vec::new(), None);
                for row in children.rest().filter(|p| p.as_rule() == Rule::grade_row) {
                    let span = self.span(&row);
                    let mut row = Children::of(row);
                    if otherwise.is_some() {
                        self.after_otherwise(span)?;
                    }
                    if row.has(Rule::kw_otherwise) {
                        otherwise = Some(self.next_name(&mut row)?);
                    } else {
                        let name = self.next_name(&mut row)?;
                        let test = row.take(Rule::test).map(|test| self.test(test)).transpose()?;
                        let when = row.take(Rule::when).map(|when| self.inner_expr(when)).transpose()?;
                        rows.push(GradeRow { name, test, when, span });
                    }
                }
                AssessmentPart::Grades { rows, otherwise }
            }
            Rule::rank => {
                let within = children.find_group(self)?;
                let among = self.among(&mut children)?;
                let keys = self.order(children.find(Rule::order)?)?;
                AssessmentPart::Rank { within, among, keys }
            }
            Rule::effects => {
                let mut rows = Vec::new();
                for row in children.rest().filter(|p| p.as_rule() == Rule::effect_row) {
                    let mut row = Children::of(row);
                    let grade = self.next_name(&mut row)?;
                    let mut effects = Vec::new();
                    for effect in row.rest().filter(|p| p.as_rule() == Rule::effect) {
                        let mut effect = Children::of(effect);
                        let kind = effect_kind(effect.find(Rule::effect_kind)?)?;
                        let name = self.next_name(&mut effect)?;
                        let amount = effect.take(Rule::money).map(|n| self.money(n)).transpose()?;
                        let payee = self.payee(effect.take(Rule::payee))?;
                        effects.push(EffectExpr { kind, name, amount, payee });
                    }
                    rows.push((grade, effects));
                }
                AssessmentPart::Effects(rows)
            }
            _ => return Err(Broken),
        })
    }

    /// `X 不高于 G` at the end of a gate reads as a comparison: what it ends with is the grade, if it `caps`.
    /// `whole`: the gate, and where it begins.
    fn capped_by(
        &mut self,
        when: Expr,
        caps: bool,
        (start, text): (usize, &str),
    ) -> Built<(Expr, Spanned<ActionExpr>)> {
        let span = when.span;
        match when.split_at_most() {
            // A number is a bound of the condition, and the action is missing.
            Ok((when, grade)) if caps && !matches!(grade.kind, ExprKind::Number(..)) => {
                let span = grade.span;
                Ok((when, Spanned { value: ActionExpr::CapGrade(grade), span }))
            }
            _ => {
                let message = Text::new(
                    "what the gate does is missing: `sets grade G`, `caps grade at G`, `lowers grade by 1` or `loses item I`",
                    "未写明关口的后果：`定为 等次`、`等次不高于 等次`、`降等 1` 或 `失项 项名`",
                );
                // The action was taken for the unit of the last number: `> 3 降一等`.
                let way_out = expected::way_out_of_gate(self, text, self.base + start);
                let problem = Diagnostic::error("WG0100", span, message);
                self.problems.push(match way_out {
                    Some(help) => problem.with_help(help),
                    None => problem,
                });
                Err(Broken)
            }
        }
    }

    pub(super) fn after_otherwise(&mut self, span: crate::source::Span) -> Built<()> {
        let message = Text::new("nothing can come after `otherwise`", "`否则` 之后不能再有内容");
        self.error("WG0109", span, message);
        Err(Broken)
    }

    pub(super) fn score(&mut self, node: Node<'_>) -> Built<ScoreExpr> {
        let mut children = Children::of(node);
        let first = children.next()?;
        Ok(match first.as_rule() {
            Rule::kw_full => ScoreExpr::Full(self.span(&first)),
            Rule::kw_when => ScoreExpr::When(self.next_expr(&mut children, Rule::expr)?),
            Rule::kw_points_score => ScoreExpr::Points(self.next_expr(&mut children, Rule::expr)?),
            Rule::expr => ScoreExpr::Value(self.expr(first)?),
            _ => return Err(Broken),
        })
    }

    fn action(&mut self, node: Node<'_>) -> Built<Spanned<ActionExpr>> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let value = match children.next()?.as_rule() {
            Rule::kw_sets_grade => ActionExpr::SetGrade(self.next_expr(&mut children, Rule::additive)?),
            Rule::kw_caps_grade => ActionExpr::CapGrade(self.next_expr(&mut children, Rule::additive)?),
            Rule::kw_lowers_grade => ActionExpr::Lower(self.next_count(&mut children)?.value),
            Rule::kw_loses_item => ActionExpr::LoseItem(self.next_name(&mut children)?),
            Rule::kw_raises_grade => ActionExpr::Raise(self.next_count(&mut children)?.value),
            Rule::kw_limits_raises => ActionExpr::LimitRaises(self.next_count(&mut children)?.value),
            Rule::kw_withholds_grade => ActionExpr::Withhold,
            Rule::kw_leaves_unscored => ActionExpr::Unscored,
            _ => ActionExpr::BarAwards,
        };
        Ok(Spanned { value, span })
    }

    pub(super) fn among(&mut self, children: &mut Children<'_>) -> Built<Option<Expr>> {
        children.take(Rule::among).map(|n| self.inner_expr(n)).transpose()
    }

    /// Keys after the points.
    pub(super) fn order(&mut self, node: Node<'_>) -> Built<Vec<(Expr, bool)>> {
        let mut keys = Vec::new();
        for key in node.into_inner().filter(|p| p.as_rule() == Rule::sort_key) {
            let mut key = Children::of(key);
            let expr = self.next_expr(&mut key, Rule::additive)?;
            keys.push((expr, key.next()?.as_rule() == Rule::kw_highest_first));
        }
        Ok(keys)
    }

    fn award(&mut self, node: Node<'_>) -> Built<AwardExpr> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        children.take(Rule::colon);
        let bottom = children.has(Rule::kw_bottom);
        let size = self.places(children.find(Rule::places)?)?;
        let mut award = AwardExpr {
            name,
            kind: None,
            bottom,
            size,
            rounding: None,
            at_least: None,
            at_most: None,
            base_eligible: None,
            within: None,
            among: None,
            keys: Vec::new(),
            ties: None,
            amount: None,
            budget: None,
            payee: PayeeExpr::default(),
        };
        while let Ok(child) = children.next() {
            match child.as_rule() {
                Rule::rounded => award.rounding = Some(rounding(child)?),
                Rule::places_least => award.at_least = Some(self.next_count(&mut Children::of(child))?.value),
                Rule::places_most => award.at_most = Some(self.next_count(&mut Children::of(child))?.value),
                Rule::kw_base_eligible => award.base_eligible = Some(true),
                Rule::kw_base_all => award.base_eligible = Some(false),
                Rule::group => award.within = Some(self.next_path(&mut Children::of(child))?),
                Rule::among => award.among = Some(self.inner_expr(child)?),
                Rule::order => award.keys = self.order(child)?,
                Rule::tied => award.ties = Some(self.ties(child)?),
                Rule::effect_kind => award.kind = Some(effect_kind(child)?),
                Rule::money => award.amount = Some(self.money(child)?),
                Rule::budget => award.budget = Some(self.budget(child)?),
                Rule::payee => award.payee = self.payee(Some(child))?,
                _ => {}
            }
        }
        Ok(award)
    }

    pub(super) fn places(&mut self, node: Node<'_>) -> Built<Expr> {
        let span = self.span(&node);
        if node.clone().into_inner().any(|p| p.as_rule() == Rule::percent) {
            let value = self.next_ratio(&mut Children::of(node))?.value;
            return self.with_unit(value, UnitExpr::Share, span);
        }
        self.bound_number(node)
    }

    /// `precision ...`
    pub(super) fn precision(&mut self, mut children: Children<'_>) -> Built<PrecisionExpr> {
        let kw = children.next()?.as_rule();
        let multiples = kw == Rule::kw_multiples_of || children.has(Rule::kw_multiples_of);
        let number = self.number(&children.find(Rule::number)?)?;
        let rounding = rounding(children.find(Rule::rounded)?)?;
        Ok(PrecisionExpr { number, multiples, rounding })
    }

    /// Points or money: a number with its unit, a parameter, a name, a function, or an expression in parentheses.
    pub fn amount(&mut self, node: Node<'_>) -> Built<Expr> {
        let mut children = Children::of(node);
        let first = children.next()?;
        match first.as_rule() {
            Rule::quantity => self.quantity(first),
            Rule::lparen => self.next_expr(&mut children, Rule::expr),
            Rule::call | Rule::round_call => {
                let span = self.span(&first);
                self.primary(first, span)
            }
            _ => self.expr(first),
        }
    }
}

impl Children<'_> {
    /// The optional `within FIELD`.
    fn find_group(&mut self, builder: &Builder<'_>) -> Built<Option<Spanned<Vec<crate::syntax::tree::Name>>>> {
        while !matches!(self.peek(), None | Some(Rule::group | Rule::among | Rule::order)) {
            self.next()?;
        }
        self.take(Rule::group).map(|n| builder.next_path(&mut Children::of(n))).transpose()
    }
}

pub(super) fn effect_kind(node: Node<'_>) -> Built<EffectKind> {
    Ok(match Children::of(node).next()?.as_rule() {
        Rule::kw_reward_kind => EffectKind::Reward,
        Rule::kw_sanction_kind => EffectKind::Sanction,
        Rule::kw_award_kind => EffectKind::Award,
        _ => return Err(Broken),
    })
}
