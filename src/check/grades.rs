//! Grades: tests over the total, best first; and what grades bring.

use super::checker::{Checker, Place, Scope};
use super::codes;
use super::expressions::Typed;
use super::tables::Known;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{AssessmentId, CompareOp, Currency, Expr, Grade, GradeEffect, Ratio, ResultField, TallyKind, Unit};
use crate::source::Span;
use crate::syntax::tree::{ActionExpr, AssessmentItem, AssessmentPart, ExprKind, Name, TestExpr, TestKind};

impl Checker<'_> {
    pub(super) fn grades(&mut self, item: &AssessmentItem, scope: Scope) -> Option<Vec<Grade>> {
        let Place::Assessment { id, .. } = scope.place else { return None };
        let found = item.parts.iter().find_map(|part| match &part.value {
            AssessmentPart::Grades { rows, otherwise } => Some((rows, otherwise, part.span)),
            _ => None,
        });
        let Some((rows, otherwise, span)) = found else { return Some(Vec::new()) };
        let mut names: Vec<&Name> = Vec::new();
        for name in rows.iter().map(|row| &row.name).chain(otherwise) {
            match names.iter().find(|other| other.value == name.value) {
                Some(first) => self.duplicate(&name.value, name.span, first.span),
                None => names.push(name),
            }
        }
        for test in rows.iter().filter_map(|row| row.test.as_ref()) {
            self.exact_grade(test);
        }
        let total = Typed::new(Expr::Result(id, ResultField::Points), Ty::Number(Unit::Points));
        let tests: Vec<Option<Expr>> = rows
            .iter()
            .map(|row| {
                let test = row.test.as_ref().map(|test| self.test(test, &total, scope));
                let when = row.when.as_ref().map(|when| self.condition(when, scope));
                super::parts::both(super::adjustments::flat(test)?, super::adjustments::flat(when)?)
            })
            .collect();
        let Some(otherwise) = otherwise else {
            let last = rows.last().map_or("...", |row| row.name.value.as_str());
            let help = text!(
                "the last grade has no test of its own: end with `otherwise {last}`",
                "最后一个等次不写条件：请以`否则 {last}`结尾"
            );
            self.no_otherwise(span, help);
            return None;
        };
        let tests: Vec<Expr> = tests.into_iter().collect::<Option<_>>()?;
        // A condition of its own is no bound: such rows are not looked through for gaps.
        let known: Vec<Option<Known>> = (rows.iter().zip(&tests))
            .map(|(row, test)| if row.when.is_none() { self.known_test(test) } else { None })
            .collect();
        let spans: Vec<Span> = rows.iter().map(|row| row.test.as_ref().map_or(row.span, |test| test.span)).collect();
        let given = |at: usize| is_given(item, &names, at);
        if let Some(winners) = self.reachable_or(&known, &spans, &given) {
            self.better_for_less(&winners, rows.len(), &spans, otherwise.span, item.lowest_best);
        }
        let mut grades: Vec<Grade> = Vec::new();
        for (row, test) in rows.iter().zip(tests) {
            grades.push(Grade { name: row.name.value.clone(), when: Some(test) });
        }
        grades.push(Grade { name: otherwise.value.clone(), when: None });
        Some(grades)
    }

    /// Warns of a grade that one total alone gets: a bound has lost its word.
    fn exact_grade(&mut self, test: &TestExpr) {
        let bound = match &test.kind {
            TestKind::Compare(CompareOp::Eq, bound) => Some(bound),
            TestKind::AnyOf(_) => None,
            _ => return,
        };
        // A computed bound that is wrong is told of itself: `80-89 points`.
        let shown = match bound.map(|bound| &bound.kind) {
            Some(ExprKind::Number(number, _)) => number.to_string(),
            Some(_) => return,
            None => "80".to_owned(),
        };
        self.push(
            Diagnostic::new(
                codes::EXACT_GRADE,
                Severity::Warning,
                test.span,
                text!("only a total of exactly this has the grade", "总分恰好等于此数才是这一等次"),
            )
            .with_help(text!(
                "a lower bound is written `{shown} points or more`, a range `{shown} points to below ... points`",
                "下限写作`{shown} 分 以上`，范围写作`{shown} 分 至 不满 …… 分`"
            )),
        );
    }

    /// Warns where a better total gets a worse grade than a worse one: grades are written best first.
    fn better_for_less(
        &mut self,
        winners: &[usize],
        row_count: usize,
        spans: &[Span],
        otherwise: Span,
        lowest_best: bool,
    ) {
        for pair in winners.windows(2) {
            if let [lower, higher] = pair
                && (higher > lower && !lowest_best || higher < lower && lowest_best)
            {
                let worse = if lowest_best { lower } else { higher };
                let span = if *worse < row_count { spans.get(*worse).copied() } else { Some(otherwise) };
                if lowest_best {
                    let message = text!(
                        "a lower total gets a worse grade here, though the lowest is best",
                        "低分为优，但此处得分较低反而等次较低"
                    );
                    let help = text!(
                        "turn the rows round, the best grade has the lowest bound: `good 10 points or less`",
                        "请颠倒各行，最好的等次界限最低：`优秀 10 分 以下`"
                    );
                    let place = span.unwrap_or(otherwise);
                    let told = Diagnostic::new(codes::WORSE_GETS_MORE, Severity::Warning, place, message);
                    self.push(told.with_help(help));
                    return;
                }
                let place = span.unwrap_or(otherwise);
                let message = text!(
                    "a higher total gets a worse grade here: grades are written best first",
                    "此处得分较高反而等次较低，等次须由优到劣书写"
                );
                let help = text!(
                    "turn the rows round; where points count faults, write `lowest is best` in the head of the assessment",
                    "请颠倒各行；分数计过失的，请在考核开头写`低分为优`"
                );
                self.push(Diagnostic::new(codes::WORSE_GETS_MORE, Severity::Warning, place, message).with_help(help));
                return;
            }
        }
    }

    /// A grade of an assessment; `None`: reported.
    pub(super) fn grade(&mut self, id: AssessmentId, name: &Name) -> Option<u32> {
        if let Some(position) = self.grade_position(id, &name.value) {
            return Some(position);
        }
        if self.assessment_decls[id].grades.is_empty() {
            self.no_grades(name.span, id);
        } else {
            self.unknown_grade(name, id);
        }
        None
    }

    pub(super) fn unknown_grade(&mut self, name: &Name, id: AssessmentId) {
        let choices = self.assessment_decls[id].grades.clone();
        let (shown, of) = (&name.value, &self.assessment_decls[id].item.name.value);
        let message = text!("`{of}` has no grade `{shown}`", "`{of}`没有等次`{shown}`");
        self.unknown(codes::UNKNOWN_GRADE, name, message, &choices);
    }

    pub(super) fn no_grades(&mut self, span: Span, id: AssessmentId) {
        let item = self.assessment_decls[id].item;
        if item.parts.iter().any(|part| matches!(part.value, AssessmentPart::Bad)) {
            return;
        }
        let of = &item.name.value;
        self.error_with_help(
            codes::UNKNOWN_GRADE,
            span,
            text!("`{of}` has no grades", "`{of}`没有设等次"),
            text!("add `grades {{ ... }}` to it", "请为其加上`等次 {{ … }}`"),
        );
    }

    pub(super) fn grade_effects(
        &mut self,
        id: AssessmentId,
        item: &AssessmentItem,
        scope: Scope,
    ) -> Option<Vec<GradeEffect>> {
        let mut effects: Vec<Option<GradeEffect>> = Vec::new();
        for part in &item.parts {
            let AssessmentPart::Effects(rows) = &part.value else { continue };
            for (name, brought) in rows {
                let grade = self.grade(id, name);
                for effect in brought {
                    let amount = effect.amount.as_ref().map(|amount| self.money(amount, scope));
                    let unit = effect.amount.as_ref().map(|_| self.own_money());
                    let payee = self.payee(&effect.payee, unit.as_ref(), scope);
                    let built = grade.and_then(|grade| {
                        let amount = match &amount {
                            Some(amount) => Some(amount.clone()?),
                            None => None,
                        };
                        Some(GradeEffect {
                            grade,
                            kind: effect.kind,
                            name: effect.name.value.clone(),
                            amount,
                            payee: payee?,
                        })
                    });
                    effects.push(built);
                }
            }
        }
        effects.into_iter().collect()
    }

    /// An amount of money; a bare number is one where only money can stand.
    pub(super) fn money(&mut self, written: &crate::syntax::tree::Expr, scope: Scope) -> Option<Expr> {
        let own = self.own_currency();
        let said = self.sources.slice(written.span).rsplit(char::is_whitespace).next().and_then(Currency::named);
        if let (ExprKind::Path(_), Some(said)) = (&written.kind, said)
            && said != own
        {
            self.other_currency(written.span, said);
            return None;
        }
        let amount = self.amount_or_bare(written, &Unit::Money(own), scope)?;
        if !self.money_is_rounded {
            self.may_not_be_payable(&amount, written.span);
        }
        Some(amount)
    }

    /// A note where an amount may have more decimals than can be paid, and is not rounded.
    pub(super) fn may_not_be_payable(&mut self, amount: &Expr, span: Span) {
        if self.divides(amount) {
            let decimals = self.own_currency().decimals();
            self.push(
                Diagnostic::new(
                    codes::UNROUNDED_MONEY,
                    Severity::Note,
                    span,
                    text!("this may come to a fraction of a cent, and is not rounded", "算得的金额可能不足一分，未写明如何取整"),
                )
                .with_help(text!(
                    "round the amount, `round(... to {decimals} places rounded half up)`, or write `money precision {decimals} rounded half up` (in a reward `precision`)",
                    "请对金额取整，如`修约(… 至 {decimals} 位 四舍五入)`，或写`金额 精度 {decimals} 四舍五入`（奖励中写`精度`）"
                )),
            );
        }
    }

    /// Whether a number is divided by what need not divide it, or is a part or a mean, outside of a rounding.
    fn divides(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Round(..) | Expr::Floor(_) | Expr::Ceil(_) => false,
            Expr::Div(_, divisor, _) => {
                let part = self.known_number(divisor).and_then(|divisor| Ratio::ONE.div(divisor).ok().flatten());
                part.is_none_or(|part| part.exact_decimal(2).is_none())
                    || expr.children().into_iter().any(|child| self.divides(child))
            }
            Expr::Tally(tally) => matches!(tally.what, TallyKind::Share | TallyKind::MeanShare),
            other => other.children().into_iter().any(|child| self.divides(child)),
        }
    }

    /// A number of a unit that is said elsewhere: a bare number takes it.
    pub(super) fn amount_or_bare(
        &mut self,
        written: &crate::syntax::tree::Expr,
        unit: &Unit,
        scope: Scope,
    ) -> Option<Expr> {
        use crate::syntax::tree::{ExprKind, UnitExpr};
        if let ExprKind::Number(number, UnitExpr::Plain) = &written.kind {
            return Some(Expr::Const(crate::model::Value::Number(*number), unit.clone()));
        }
        self.amount(written, unit, scope)
    }
}

/// Whether a quota on the grade before it, a gate or a veto may give a grade that the points do not.
fn is_given(item: &AssessmentItem, names: &[&Name], at: usize) -> bool {
    let named =
        |name: &Name, at: Option<usize>| at.and_then(|at| names.get(at)).is_some_and(|own| own.value == name.value);
    item.parts.iter().any(|part| match &part.value {
        AssessmentPart::Quota(quota) => named(&quota.grade, at.checked_sub(1)),
        AssessmentPart::Gate { action, .. } | AssessmentPart::Veto { action, .. } => match &action.value {
            ActionExpr::SetGrade(grade) | ActionExpr::CapGrade(grade) => match &grade.kind {
                ExprKind::Path(path) => path.first().is_some_and(|name| named(name, Some(at))),
                _ => true,
            },
            ActionExpr::Lower(_) | ActionExpr::Raise(_) => true,
            _ => false,
        },
        _ => false,
    })
}
