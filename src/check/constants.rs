//! Expressions without a row: constants, and what is known of numbers while checking.

use super::checker::Checker;
use super::codes;
use super::compare::bare_name;
use super::guesses::number_meant;
use super::kinds::model_unit;
use super::types::Ty;
use crate::model::{ArithOp, Expr, Ratio, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind};

impl Checker<'_> {
    /// A constant with its type; `None`: reported.
    pub(super) fn constant(&mut self, expr: &tree::Expr) -> Option<(Value, Ty)> {
        match &expr.kind {
            ExprKind::Number(number, unit) => Some((Value::Number(*number), Ty::Number(model_unit(unit)))),
            ExprKind::Text(text) => Some((Value::Text(text.clone()), Ty::Text)),
            ExprKind::Date(day) => Some((Value::Day(*day), Ty::Date)),
            ExprKind::Bool(yes) => Some((Value::Bool(*yes), Ty::Bool)),
            ExprKind::Neg(inner) => match self.constant(inner)? {
                (Value::Number(number), ty) => match number.neg() {
                    Ok(number) => Some((Value::Number(number), ty)),
                    Err(_) => self.too_large(expr.span),
                },
                (_, ty) => {
                    self.wrong_type(inner.span, &text!("a number", "数"), &ty);
                    None
                }
            },
            _ => {
                let message = text!("this value must be written out", "此处须写明具体的值");
                match bare_name(expr).and_then(|name| number_meant(&name.value)) {
                    Some(help) => self.error_with_help(codes::NOT_CONSTANT, expr.span, message, help),
                    None => self.error(codes::NOT_CONSTANT, expr.span, message),
                }
                None
            }
        }
    }

    pub(super) fn too_large<T>(&mut self, span: Span) -> Option<T> {
        self.error(codes::BAD_NUMBER, span, text!("the number is too large", "数值过大"));
        None
    }

    /// The number that an expression has whatever the data; parameters with a value count.
    pub(super) fn known_number(&self, expr: &Expr) -> Option<Ratio> {
        match expr {
            Expr::Const(Value::Number(number), _) => Some(*number),
            Expr::Param(id) => match self.params.get(*id)?.value {
                Some(Value::Number(number)) => Some(number),
                _ => None,
            },
            Expr::Arith(op, a, b) => {
                let (a, b) = (self.known_number(a)?, self.known_number(b)?);
                match op {
                    ArithOp::Add => a.add(b).ok(),
                    ArithOp::Sub => a.sub(b).ok(),
                    ArithOp::Mul => a.mul(b).ok(),
                }
            }
            Expr::Div(a, b, _) => self.known_number(a)?.div(self.known_number(b)?).ok().flatten(),
            _ => None,
        }
    }

    /// The number that stands in the text itself: a parameter may be set later and does not count.
    pub(super) fn written_number(&self, expr: &Expr) -> Option<Ratio> {
        if reads_param(expr) { None } else { self.known_number(expr) }
    }
}

fn reads_param(expr: &Expr) -> bool {
    match expr {
        Expr::Param(_) => true,
        Expr::Arith(_, a, b) => reads_param(a) || reads_param(b),
        _ => false,
    }
}

/// A plain constant number.
pub(super) fn plain(number: Ratio) -> Expr {
    Expr::Const(Value::Number(number), Unit::Plain)
}
