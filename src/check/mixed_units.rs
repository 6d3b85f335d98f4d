//! Numbers of units that do not go together, and how one of them gets the unit of the other.

use super::checker::Checker;
use super::codes;
use super::types::{Ty, number_in, unit_suffix};
use crate::diagnostic::Text;
use crate::model::{ArithOp, Unit};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind};

/// A longer value is not repeated in a message.
const SHOWN_CHARS: usize = 50;

impl Checker<'_> {
    /// Reports numbers of two units that are compared, added or subtracted.
    pub(super) fn units_differ(&mut self, (a, x): (&tree::Expr, &Ty), (b, y): (&tree::Expr, &Ty), span: Span) {
        let (first, second) = (x.describe(), y.describe());
        let message = Text::new(
            format!("{} and {} do not go together", first.en, second.en),
            format!("{}与{}不能一起比较或计算", first.zh, second.zh),
        );
        let range = two_bounds(a, b).or_else(|| range_meant((a, y), (b, x)));
        let written = || number_with((b, y), x).or_else(|| number_with((a, x), y));
        let codes = || self.codes_of(x).or_else(|| self.codes_of(y));
        let help = range.or_else(written).or_else(|| self.same_unit((a, x), (b, y))).or_else(codes);
        match help {
            Some(help) => self.error_with_help(codes::UNITS_DIFFER, span, message, help),
            None => self.error(codes::UNITS_DIFFER, span, message),
        }
    }

    /// The codes with which a field is compared.
    fn codes_of(&self, ty: &Ty) -> Option<Text> {
        let Ty::Code(list) = ty else { return None };
        super::names::listed(&self.code_lists.get(*list)?.codes)
    }

    /// A value that becomes one of the other's unit: multiplied by one of it, or divided by one of its own.
    fn same_unit(&self, (a, x): (&tree::Expr, &Ty), (b, y): (&tree::Expr, &Ty)) -> Option<Text> {
        let (Ty::Number(x), Ty::Number(y)) = (x, y) else { return None };
        let (plain, with, unit) = match (x, y) {
            (Unit::Plain, unit) => (a, b, unit),
            (unit, Unit::Plain) => (b, a, unit),
            _ => {
                let (one, other) = (self.divided(a, x), self.divided(b, y));
                return Some(Text::new(
                    format!(
                        "units are never mixed; without them both are plain numbers: `{}` and `{}`",
                        one.en, other.en
                    ),
                    format!("单位不能混用；去掉单位才是纯数：`{}`、`{}`", one.zh, other.zh),
                ));
            }
        };
        let (times, without) = (self.with_unit(plain, unit), self.divided(with, unit));
        Some(Text::new(
            format!("give the plain number the unit, `{}`, or take it from the other, `{}`", times.en, without.en),
            format!("给纯数加上单位，`{}`，或去掉另一个的单位，`{}`", times.zh, without.zh),
        ))
    }

    /// A plain value with a unit.
    fn with_unit(&self, expr: &tree::Expr, unit: &Unit) -> Text {
        let (shown, suffix) = (self.short_value(expr), unit_suffix(unit));
        Text::new(format!("{} * 1{}", shown.en, suffix.en), format!("{} × 1{}", shown.zh, suffix.zh))
    }

    /// A value without its unit.
    fn divided(&self, expr: &tree::Expr, unit: &Unit) -> Text {
        if let ExprKind::Number(number, _) = &expr.kind {
            return Text::new(number.to_string(), number.to_string());
        }
        let (shown, suffix) = (self.short_value(expr), unit_suffix(unit));
        let one = if *unit == Unit::Share { "100" } else { "1" };
        Text::new(format!("{} / {one}{}", shown.en, suffix.en), format!("{} ÷ {one}{}", shown.zh, suffix.zh))
    }

    /// A value as it is written, in parentheses where it is more than a name; long ones by a letter.
    fn short_value(&self, expr: &tree::Expr) -> Text {
        let written = self.sources.slice(expr.span).split_whitespace().collect::<Vec<_>>().join(" ");
        if written.is_empty() || written.chars().count() > SHOWN_CHARS {
            return Text::new("( E )", "（ E ）");
        }
        let simple = matches!(expr.kind, ExprKind::Path(_) | ExprKind::Number(..) | ExprKind::Param(_));
        let bracketed = written.starts_with(['(', '（']) && written.ends_with([')', '）']);
        if simple || bracketed {
            return Text::new(written.clone(), written);
        }
        Text::new(format!("({written})"), format!("（{written}）"))
    }

    /// Reports two values that an operator does not join.
    pub(super) fn no_match(&mut self, span: Span, a: &Ty, b: &Ty) {
        let numbers = matches!((a, b), (Ty::Number(_), Ty::Number(_)));
        let (a, b) = (self.describe(a), self.describe(b));
        let message = Text::new(
            format!("{} and {} do not go together", a.en, b.en),
            format!("{}与{}不能一起比较或计算", a.zh, b.zh),
        );
        if !numbers || a.en != b.en {
            self.error(codes::UNITS_DIFFER, span, message);
            return;
        }
        // Two of one unit add up and divide, but have no product.
        let message =
            Text::new(format!("{} are not multiplied by {}", a.en, b.en), format!("{}不能与{}相乘", a.zh, b.zh));
        let help = text!(
            "make one of them a plain number: divide it by 1 of its unit, as in `(E / 1 points)`",
            "请把其中一个化为纯数：除以 1 个单位，如`(E / 1 分)`"
        );
        self.error_with_help(codes::UNITS_DIFFER, span, message, help);
    }
}

/// A number that is written out, with the unit of the other side. One with a unit beside a plain value may go either way.
fn number_with((expr, own): (&tree::Expr, &Ty), other: &Ty) -> Option<Text> {
    let (ExprKind::Number(number, written), Ty::Number(unit)) = (&expr.kind, other) else { return None };
    if *other == Ty::PLAIN && matches!(own, Ty::Number(Unit::Points | Unit::Money(_))) {
        return None;
    }
    // `95%` is 95/100.
    let number = match (written, unit) {
        (tree::UnitExpr::Share, Unit::Share) => return None,
        (tree::UnitExpr::Share, _) => number.mul(crate::model::Ratio::int(100)).ok()?,
        _ => *number,
    };
    let suffix = unit_suffix(unit);
    let number = number_in(&number.to_string(), unit);
    Some(Text::new(format!("write `{number}{}`", suffix.en), format!("应写`{number}{}`", suffix.zh)))
}

/// `90-100 points`: a range.
fn two_bounds(a: &tree::Expr, b: &tree::Expr) -> Option<Text> {
    let (ExprKind::Number(low, tree::UnitExpr::Plain), ExprKind::Number(high, unit)) = (&a.kind, &b.kind) else {
        return None;
    };
    let unit = super::kinds::model_unit(unit);
    if !matches!(unit, Unit::Points | Unit::Money(_)) {
        return None;
    }
    let suffix = unit_suffix(&unit);
    (low < high).then(|| {
        Text::new(
            format!("`-` subtracts; a range is `between {low}{0} and {high}{0}`", suffix.en),
            format!("`-`是减号；范围写作`介于 {low}{0} 与 {high}{0}`", suffix.zh),
        )
    })
}

/// `90-100` beside a value with a unit: a range. Each value comes with the type of the other.
fn range_meant(a: (&tree::Expr, &Ty), b: (&tree::Expr, &Ty)) -> Option<Text> {
    let (low, high, other) = [a, b].into_iter().find_map(|(expr, other)| match &expr.kind {
        ExprKind::Arith(ArithOp::Sub, low, high) => match (&low.kind, &high.kind) {
            (ExprKind::Number(low, _), ExprKind::Number(high, _)) if low < high => Some((*low, *high, other)),
            _ => None,
        },
        _ => None,
    })?;
    let Ty::Number(unit) = other else { return None };
    let suffix = unit_suffix(unit);
    Some(Text::new(
        format!("`-` subtracts; a range is `between {low}{0} and {high}{0}`", suffix.en),
        format!("`-`是减号；范围写作`介于 {low}{0} 与 {high}{0}`", suffix.zh),
    ))
}
