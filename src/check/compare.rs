//! Comparisons: codes by name, grades by name, numbers of one unit, days and times.

use super::checker::{Checker, Scope};
use super::codes;
use super::constants::plain;
use super::expressions::Typed;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{AssessmentId, CodeListId, CompareOp, Expr, Ratio, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, Name};

impl Checker<'_> {
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        a: &tree::Expr,
        b: &tree::Expr,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        // The side that can only be a code or grade is read by the type of the other side.
        let name_first = bare_name(a).is_some_and(|name| !self.is_value(&name.value, scope))
            && bare_name(b).is_none_or(|name| self.is_value(&name.value, scope));
        let (left, right) = if name_first {
            let right = self.expr(b, scope)?;
            (self.beside(a, &right.ty, scope)?, right)
        } else {
            let left = self.expr(a, scope);
            let right = match &left {
                Some(left) => self.beside(b, &left.ty, scope),
                None if bare_name(b).is_some() => None,
                None => self.expr(b, scope),
            };
            (left?, right?)
        };
        self.comparable(op, &left, &right, (a, b), span)?;
        self.same_sides(op, &left.expr, &right.expr, span);
        let op = if matches!(left.ty, Ty::Grade(_)) { turned(op) } else { op };
        Some(Typed::new(Expr::Compare(op, Box::new(left.expr), Box::new(right.expr)), Ty::Bool))
    }

    /// Warns of a value that is compared with itself: names in a filter are those of the row, on either side.
    fn same_sides(&mut self, op: CompareOp, left: &Expr, right: &Expr, span: Span) {
        if left != right || matches!(left, Expr::Const(..)) {
            return;
        }
        let message = match op {
            CompareOp::Eq | CompareOp::Le | CompareOp::Ge => {
                text!("both sides are the same value: this always holds", "两边是同一个值：恒成立")
            }
            _ => text!("both sides are the same value: this never holds", "两边是同一个值：恒不成立"),
        };
        let help = text!(
            "in the filter of rows every name is that of the row: what the rows share with whoever counts them is said by `sharing`, their order by `earlier`",
            "筛选各行的条件中，名称都指该行：各行与计数者相同之处写`同一`，先后写`更早`"
        );
        self.push(Diagnostic::new(codes::SAME_SIDES, Severity::Warning, span, message).with_help(help));
    }

    /// An expression beside a value of a type: a name may be one of its codes or grades.
    pub(super) fn beside(&mut self, expr: &tree::Expr, ty: &Ty, scope: Scope) -> Option<Typed> {
        let written = match &expr.kind {
            ExprKind::Text(text) => Some(Name { value: text.clone(), span: expr.span }),
            _ => bare_name(expr).cloned(),
        };
        if let Some(name) = written {
            match ty {
                Ty::Code(list) => {
                    let position = self.code_lists.get(*list).and_then(|list| list.position(&name.value));
                    if let Some(position) = position {
                        return Some(Typed::new(Expr::Const(Value::Code(position), Unit::Plain), ty.clone()));
                    }
                    if !self.is_value(&name.value, scope) {
                        self.unknown_code(&name, *list);
                        return None;
                    }
                }
                Ty::CodeSet(list) if self.code_lists.get(*list).is_some_and(|l| l.position(&name.value).is_some()) => {
                    let shown = &name.value;
                    self.error_with_help(
                        codes::WRONG_OPERATOR,
                        name.span,
                        text!("a field of several codes is not compared with one", "取多字段不能与单个代码比较"),
                        text!("write `has any of {{ {shown} }}`", "应写`含任一 {{{shown}}}`"),
                    );
                    return None;
                }
                Ty::Text if matches!(expr.kind, ExprKind::Path(_)) && !self.is_value(&name.value, scope) => {
                    if !self.maybe_declared(&name.value) {
                        let shown = &name.value;
                        self.error_with_help(
                            codes::UNKNOWN_NAME,
                            name.span,
                            text!(
                                "`{shown}` is no field, measure or parameter here",
                                "此处没有名为`{shown}`的字段、指标或参数"
                            ),
                            text!("text stands in quotes: `\"{shown}\"`", "文本须加引号：`“{shown}”`"),
                        );
                    }
                    return None;
                }
                Ty::Grade(id) => {
                    if let Some(position) = self.grade_position(*id, &name.value) {
                        return Some(Typed::new(plain(Ratio::int(i128::from(position))), ty.clone()));
                    }
                    if !self.is_value(&name.value, scope) {
                        self.unknown_grade(&name, *id);
                        return None;
                    }
                }
                _ => {}
            }
        }
        self.expr(expr, scope)
    }

    /// Checks that two values compare; `None`: reported.
    pub(super) fn comparable(
        &mut self,
        op: CompareOp,
        left: &Typed,
        right: &Typed,
        (a, b): (&tree::Expr, &tree::Expr),
        span: Span,
    ) -> Option<()> {
        let ordered = !matches!(op, CompareOp::Eq | CompareOp::Ne);
        match (&left.ty, &right.ty) {
            (x, y) if x.is_number() && y.is_number() => {
                if x.common(y).is_none() {
                    self.units_differ((a, x), (b, y), span);
                    return None;
                }
                self.share_above_one((x, right, b), (y, left, a));
                Some(())
            }
            (x, y) if x.is_moment() && y.is_moment() => Some(()),
            (Ty::Grade(x), Ty::Grade(y)) if x == y => Some(()),
            (Ty::Text | Ty::Key(_), Ty::Text) | (Ty::Text, Ty::Key(_)) | (Ty::Bool, Ty::Bool) if !ordered => Some(()),
            (Ty::Key(x), Ty::Key(y)) if x == y && !ordered => Some(()),
            (Ty::Code(x), Ty::Code(y)) if x == y && !ordered => Some(()),
            (x, y) if x == y => {
                let shown = self.describe(x);
                let message =
                    Text::new(format!("{} has no such comparison", shown.en), format!("{}不能这样比较", shown.zh));
                self.error(codes::WRONG_OPERATOR, span, message);
                None
            }
            (x, y) => {
                self.no_match(span, x, y);
                None
            }
        }
    }

    fn share_above_one(&mut self, first: (&Ty, &Typed, &tree::Expr), second: (&Ty, &Typed, &tree::Expr)) {
        for (ty, other, written) in [first, second] {
            if *ty != Ty::Number(Unit::Share) || matches!(other.ty, Ty::Quotient) {
                continue;
            }
            if self.known_number(&other.expr).is_some_and(|n| n > Ratio::ONE) {
                self.warn(
                    codes::SHARE_ABOVE_ONE,
                    written.span,
                    text!("a share is never above 100%", "占比不会超过 100%"),
                );
                return;
            }
        }
    }

    pub(super) fn one_of(
        &mut self,
        negated: bool,
        value: &tree::Expr,
        choices: &[tree::Expr],
        scope: Scope,
    ) -> Option<Typed> {
        let found = self.expr(value, scope)?;
        let mut constants = Vec::new();
        let mut tests = Vec::new();
        let mut sound = true;
        for choice in choices {
            let Some(other) = self.beside(choice, &found.ty, scope) else {
                sound = false;
                continue;
            };
            if self.comparable(CompareOp::Eq, &found, &other, (value, choice), choice.span).is_none() {
                sound = false;
                continue;
            }
            match other.expr {
                Expr::Const(constant, _) => constants.push(constant),
                expr => {
                    tests.push(Expr::Compare(CompareOp::Eq, Box::new(found.expr.clone()), Box::new(expr)));
                }
            }
        }
        if !sound {
            return None;
        }
        if !constants.is_empty() {
            tests.insert(0, Expr::OneOf(Box::new(found.expr), constants));
        }
        let test = if tests.len() == 1 { tests.pop()? } else { Expr::Or(tests) };
        Some(Typed::new(if negated { Expr::Not(Box::new(test)) } else { test }, Ty::Bool))
    }

    pub(super) fn has(&mut self, all: bool, value: &tree::Expr, choices: &[Name], scope: Scope) -> Option<Typed> {
        let found = self.expr(value, scope)?;
        let Ty::CodeSet(list) = found.ty else {
            self.wrong_type(value.span, &text!("a field `any of {{ }}`", "`取多`字段"), &found.ty);
            return None;
        };
        let mut positions = Vec::new();
        let mut sound = true;
        for choice in choices {
            match self.code_lists.get(list).and_then(|list| list.position(&choice.value)) {
                Some(position) => positions.push(position),
                None => {
                    self.unknown_code(choice, list);
                    sound = false;
                }
            }
        }
        let value = Box::new(found.expr);
        let test = if all { Expr::HasAll(value, positions) } else { Expr::HasAny(value, positions) };
        sound.then(|| Typed::new(test, Ty::Bool))
    }

    fn unknown_code(&mut self, name: &Name, list: CodeListId) {
        let choices =
            self.code_lists.get(list).filter(|_| self.suggests()).map(|list| list.codes.clone()).unwrap_or_default();
        let shown = &name.value;
        let message = text!("`{shown}` is none of the codes of this field", "`{shown}`不在该字段的代码之列");
        self.unknown(codes::UNKNOWN_CODE, name, message, &choices);
    }

    /// Position of a grade, 0 the best.
    pub(super) fn grade_position(&self, id: AssessmentId, name: &str) -> Option<u32> {
        let grades = &self.assessment_decls.get(id)?.grades;
        grades.iter().position(|grade| grade == name).and_then(|at| u32::try_from(at).ok())
    }
}

/// A single bare name.
pub(super) fn bare_name(expr: &tree::Expr) -> Option<&Name> {
    match &expr.kind {
        ExprKind::Path(names) if names.len() == 1 => names.first(),
        _ => None,
    }
}

/// Grades count from the best: `at least good` is a position not above good's.
pub(super) fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq | CompareOp::Ne => op,
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
    }
}
