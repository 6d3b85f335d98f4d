//! Values of parameters from outside a policy, written as in the language.

use super::load::Parse;
use crate::diagnostic::Text;
use crate::model::{Param, ParamId, Policy, Type, Unit, Value};
use crate::source::SourceId;
use crate::syntax::tree::{Expr, ExprKind, File, Item, ParamValue, UnitExpr};

/// Reads a value for a parameter: `7 workdays`, `95%`, `month`, `2024-01-05`, `是`. A text is taken as it is.
pub fn read_param(policy: &Policy, id: ParamId, text: &str, parse: Parse) -> Result<Value, Text> {
    let Some(param) = policy.params.get(id) else {
        return Err(Text::new("there is no such parameter", "没有这个参数"));
    };
    if param.ty == Type::Text {
        return Ok(Value::Text(text.to_owned()));
    }
    let wrong = || wrong(param, text);
    // A line of the language, so that numbers, units and dates are written the same everywhere.
    let (file, problems) = parse(SourceId::default(), &format!("policy `p` {{ set `x` = {text} }}"));
    if !problems.is_empty() {
        return Err(wrong());
    }
    let value = only_value(&file).ok_or_else(wrong)?;
    match (value, &param.ty) {
        (ParamValue::Every(unit), Type::Frame) => Ok(Value::Every(unit.value)),
        (ParamValue::Expr(expr), ty) => constant(expr, ty).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

/// The value, if the text was nothing but one.
fn only_value(file: &File) -> Option<&ParamValue> {
    let [unit] = file.units.as_slice() else { return None };
    let [item] = unit.items.as_slice() else { return None };
    match &item.value {
        Item::Set { value, .. } => Some(value),
        _ => None,
    }
}

fn constant(expr: &Expr, ty: &Type) -> Option<Value> {
    match (&expr.kind, ty) {
        (ExprKind::Number(number, unit), _) if unit_fits(unit, ty) => Some(Value::Number(*number)),
        (ExprKind::Neg(inner), _) => match constant(inner, ty)? {
            Value::Number(number) => Some(Value::Number(number.neg().ok()?)),
            _ => None,
        },
        (ExprKind::Bool(value), Type::Bool) => Some(Value::Bool(*value)),
        (ExprKind::Date(day), Type::Date) => Some(Value::Day(*day)),
        _ => None,
    }
}

/// A bare number takes the unit of the parameter, except a share: 95 for 95% would pass unseen.
fn unit_fits(written: &UnitExpr, ty: &Type) -> bool {
    match (written, ty) {
        (UnitExpr::Plain, Type::Whole) => true,
        (UnitExpr::Plain, Type::Number(unit)) => *unit != Unit::Share,
        (UnitExpr::Share, Type::Number(Unit::Share))
        | (UnitExpr::Points, Type::Number(Unit::Points))
        | (UnitExpr::Money, Type::Number(Unit::Money)) => true,
        (UnitExpr::Span(unit), Type::Number(Unit::Span(own))) => unit == own,
        (UnitExpr::Named(name), Type::Number(Unit::Named(own))) => name.value == *own,
        _ => false,
    }
}

fn wrong(param: &Param, text: &str) -> Text {
    let (en, zh) = form(&param.ty);
    Text::new(
        format!("`{text}` cannot be the value of `{}`: write {en}", param.name),
        format!("`{text}` 不能作为参数 `{}` 的值：应写{zh}", param.name),
    )
}

fn form(ty: &Type) -> (String, String) {
    use crate::model::TermUnit;
    let fixed = |en: &str, zh: &str| (en.to_owned(), zh.to_owned());
    match ty {
        Type::Number(Unit::Share) => fixed("a share such as `95%`", "百分比，如 `95%`"),
        Type::Number(Unit::Points) => fixed("points such as `5 points`", "分数，如 `5 分`"),
        Type::Number(Unit::Money) => fixed("money such as `200 yuan`", "金额，如 `200 元`"),
        Type::Number(Unit::Span(unit)) => {
            let (en, zh) = match unit {
                TermUnit::Minutes => ("minutes", "分钟"),
                TermUnit::Hours => ("hours", "小时"),
                TermUnit::Days => ("days", "天"),
                TermUnit::Workdays => ("workdays", "工作日"),
                TermUnit::Weeks => ("weeks", "周"),
                TermUnit::Months => ("months", "个月"),
                TermUnit::Years => ("years", "年"),
            };
            (format!("a term such as `7 {en}`"), format!("期限，如 `7 {zh}`"))
        }
        Type::Number(Unit::Named(unit)) => (format!("a number such as `3 {unit}`"), format!("数，如 `3 {unit}`")),
        Type::Number(Unit::Plain) | Type::Whole => fixed("a number such as `3`", "数，如 `3`"),
        Type::Frame => fixed("a window such as `month`", "周期，如 `月`"),
        Type::Date | Type::Time => fixed("a date such as `2024-01-05`", "日期，如 `2024-01-05`"),
        Type::Bool => fixed("`yes` or `no`", "`是` 或 `否`"),
        Type::Text | Type::Code(_) | Type::CodeSet(_) | Type::Ref(_) => fixed("a text", "文本"),
    }
}
