//! Items of an assessment: points, how they are given, and the choices of items that read a tally.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::lines::Lowered;
use super::types::Ty;
use crate::diagnostic::Text;
use crate::model::{Expr, ItemScore, Line, NothingDue, Ratio, Unit, UnknownCounts};
use crate::syntax::tree::{self, AssessmentItem, AssessmentPart, ExprKind, Name, ScoreExpr, Spanned};

impl<'a> Checker<'a> {
    pub(super) fn item_choices(
        &mut self,
        name: &Name,
        (tallied, is_full): (bool, bool),
        (nothing_due, unknown): (Option<NothingDue>, Option<UnknownCounts>),
    ) {
        let shown = &name.value;
        if is_full && unknown.is_some() {
            self.error(
                codes::CHOICE_IDLE,
                name.span,
                text!(
                    "item `{shown}` always has its full points: nothing is unknown in it",
                    "项`{shown}`恒为满分，不必说明不明如何计"
                ),
            );
        }
        if !tallied {
            if nothing_due.is_some() {
                self.error(
                    codes::CHOICE_IDLE,
                    name.span,
                    text!(
                        "item `{shown}` reads no obligations: nothing can be due in it",
                        "项`{shown}`不涉及履职情况，不必说明无应办如何计"
                    ),
                );
            }
            return;
        }
        if nothing_due.is_none() {
            self.error_with_help(
                codes::CHOOSE_NOTHING_DUE,
                name.span,
                text!("say what item `{shown}` gives when nothing is due", "须说明项`{shown}`无应办时如何计分"),
                text!(
                    "add `nothing due full`, `nothing due zero`, `nothing due left out` or `nothing due not scored`",
                    "请加上`无应办 满分`、`无应办 零分`、`无应办 不计`或`无应办 不评`"
                ),
            );
        }
        if unknown.is_none() {
            self.error_with_help(
                codes::CHOOSE_UNKNOWN,
                name.span,
                text!("say how unknown obligations count in item `{shown}`", "须说明项`{shown}`中不明的如何计"),
                text!("add `unknown excluded` or `unknown unmet`", "请加上`不明 排除`或`不明 视为未办`"),
            );
        }
    }

    pub(super) fn score(&mut self, score: &'a ScoreExpr, max: Option<&Expr>, scope: Scope) -> Option<ItemScore> {
        match score {
            ScoreExpr::Full(_) => Some(ItemScore::Full),
            ScoreExpr::Value(expr) => self.score_value(expr, max, scope),
            ScoreExpr::When(expr) => Some(ItemScore::When(self.condition(expr, scope)?)),
            ScoreExpr::Points(expr) => Some(ItemScore::Points(self.number(expr, &Unit::Points, scope)?)),
        }
    }

    /// A share of the points, or a table of points.
    fn score_value(&mut self, expr: &'a tree::Expr, max: Option<&Expr>, scope: Scope) -> Option<ItemScore> {
        let rows: Vec<&tree::Expr> = match &expr.kind {
            ExprKind::Table(table) => table.rows.iter().map(|(_, value)| value).chain(&table.otherwise).collect(),
            ExprKind::Ladder(rows, otherwise) => {
                rows.iter().map(|(_, value)| value).chain(otherwise.as_deref()).collect()
            }
            ExprKind::If(_, then, other) => vec![then, other],
            _ => return Some(ItemScore::Share(self.share(expr, scope)?)),
        };
        let found = self.expr(expr, scope)?;
        if found.ty.fits(&Unit::Share) {
            return Some(ItemScore::Share(found.expr));
        }
        if !found.ty.fits(&Unit::Points) {
            self.wrong_unit(expr.span, &Unit::Points, &found.ty, None);
            return None;
        }
        if self.gives_negative(&found.expr) {
            self.error(codes::BAD_NUMBER, expr.span, text!("a negative number cannot stand here", "此处不能为负数"));
            return None;
        }
        self.points_fit(rows.into_iter(), max);
        Some(ItemScore::Points(found.expr))
    }

    fn share(&mut self, expr: &tree::Expr, scope: Scope) -> Option<Expr> {
        let Typed { expr: lowered, ty } = self.expr(expr, scope)?;
        if ty.fits(&Unit::Share) {
            return Some(lowered);
        }
        let found = ty.describe();
        let message = Text::new(
            format!("expected a share (%), found {}", found.en),
            format!("此处应为占比（%），实为{}", found.zh),
        );
        let help = match ty {
            Ty::Bool => Some(text!("all points where it holds: `when ...`", "满足即得满分应写`当 …`")),
            Ty::Number(Unit::Points) => Some(text!("points by a formula: `points ...`", "按公式计分应写`计分 …`")),
            Ty::Number(Unit::Plain) => Some(text!(
                "a number becomes points by a table: `by ... {{ ... }}`",
                "数值换算成分数应列表：`按 … {{ … }}`"
            )),
            _ => None,
        };
        match help {
            Some(help) => self.error_with_help(codes::WRONG_TYPE, expr.span, message, help),
            None => self.error(codes::WRONG_TYPE, expr.span, message),
        }
        None
    }

    /// Warns of rows that give more than the item has.
    fn points_fit(&mut self, rows: impl Iterator<Item = &'a tree::Expr>, max: Option<&Expr>) {
        let Some(max) = max.and_then(|max| self.known_number(max)) else { return };
        for row in rows {
            if let ExprKind::Number(points, _) = &row.kind
                && *points > max
            {
                self.warn(
                    codes::ITEMS_DO_NOT_ADD_UP,
                    row.span,
                    text!("{points} points, where the item has {max}", "得 {points} 分，超过该项满分 {max} 分"),
                );
            }
        }
    }

    /// Warns of items that do not add up to the full total.
    pub(super) fn items_add_up(&mut self, assessment: &AssessmentItem, lowered: &Lowered, top: &[Line]) {
        let Some(out_of) = &assessment.out_of else { return };
        // What was not understood may hold items.
        if holds_bad(&assessment.parts) {
            return;
        }
        let Some(sum) = self.full_points(lowered, top) else { return };
        let full = out_of.value;
        if sum != full && full > Ratio::ZERO && !lowered.items.is_empty() {
            self.warn(
                codes::ITEMS_DO_NOT_ADD_UP,
                out_of.span,
                text!("the items add up to {sum}, not to {full}", "各项合计 {sum} 分，不等于满分 {full} 分"),
            );
        }
    }
}

/// Whether a statement of a block, or of a group in it, could not be read.
fn holds_bad(parts: &[Spanned<AssessmentPart>]) -> bool {
    parts.iter().any(|part| match &part.value {
        AssessmentPart::Bad => true,
        AssessmentPart::Group(group) => holds_bad(&group.parts),
        _ => false,
    })
}

/// Whether a score reads a tally of obligations.
pub(super) fn reads_tally(score: &ScoreExpr) -> bool {
    match score {
        ScoreExpr::Full(_) => false,
        ScoreExpr::Value(expr) | ScoreExpr::When(expr) | ScoreExpr::Points(expr) => holds_tally(expr),
    }
}

fn test_holds_tally(test: &tree::TestExpr) -> bool {
    match &test.kind {
        tree::TestKind::Compare(_, value) => holds_tally(value),
        tree::TestKind::Range((_, low), (_, high)) => holds_tally(low) || holds_tally(high),
        tree::TestKind::AnyOf(values) => values.iter().any(holds_tally),
    }
}

/// Whether the days from or up to which records are taken come from obligations.
fn frame_holds_tally(source: &tree::SourceExpr) -> bool {
    match source.frame.as_ref().map(|frame| &frame.value) {
        Some(tree::SourceFrame::UpTo { at, .. }) => holds_tally(at),
        Some(tree::SourceFrame::Dated { from, until }) => from.iter().chain(until).any(|bound| holds_tally(bound)),
        _ => false,
    }
}

fn holds_tally(expr: &tree::Expr) -> bool {
    match &expr.kind {
        ExprKind::Tally { .. } => true,
        ExprKind::Arith(_, a, b)
        | ExprKind::Compare(_, a, b)
        | ExprKind::Acts(_, a, b)
        | ExprKind::Between(_, a, b, _) => holds_tally(a) || holds_tally(b),
        ExprKind::Div(a, b, _) => holds_tally(a) || holds_tally(b),
        ExprKind::If(a, b, c) => [a, b, c].into_iter().any(|part| holds_tally(part)),
        ExprKind::Table(table) => {
            let rows = table.rows.iter().any(|(test, value)| test_holds_tally(test) || holds_tally(value));
            holds_tally(&table.of) || rows || table.otherwise.as_ref().is_some_and(holds_tally)
        }
        ExprKind::Ladder(rows, otherwise) => {
            let row = |(when, value): &(tree::Expr, tree::Expr)| holds_tally(when) || holds_tally(value);
            rows.iter().any(row) || otherwise.as_deref().is_some_and(holds_tally)
        }
        ExprKind::OrElse(a, b) => holds_tally(a) || holds_tally(b),
        ExprKind::Round(a, ..) | ExprKind::DatePart(_, a) | ExprKind::AtTime(a, _) => holds_tally(a),
        ExprKind::WorkdaysOf(a, _) => holds_tally(a),
        ExprKind::Neg(a) | ExprKind::Not(a) | ExprKind::Known(_, a) | ExprKind::Has(_, a, _) => holds_tally(a),
        ExprKind::TextTest(_, a, _) | ExprKind::InHours(a, _) => holds_tally(a),
        ExprKind::OneOf(_, a, choices) => holds_tally(a) || choices.iter().any(holds_tally),
        ExprKind::Call(_, parts) | ExprKind::And(parts) | ExprKind::Or(parts) => parts.iter().any(holds_tally),
        ExprKind::Agg(agg) => frame_holds_tally(&agg.source),
        ExprKind::Cover(cover) => frame_holds_tally(&cover.source),
        ExprKind::Number(..)
        | ExprKind::Text(_)
        | ExprKind::Date(_)
        | ExprKind::Bool(_)
        | ExprKind::Path(_)
        | ExprKind::Param(_)
        | ExprKind::Key
        | ExprKind::NoValue
        | ExprKind::AsOf
        | ExprKind::WindowStart
        | ExprKind::WindowEnd
        | ExprKind::Line(_)
        | ExprKind::Result(..)
        | ExprKind::ResultVia { .. }
        | ExprKind::InPeriod(_)
        | ExprKind::Periods(_)
        | ExprKind::Counter(..) => false,
    }
}
