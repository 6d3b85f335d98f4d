//! Values of parameters from outside a policy, written as in the language.

use crate::diagnostic::Text;
use crate::limits::TERM_UNITS_MAX;
use crate::model::value::is_term_amount;
use crate::model::{Currency, Param, ParamId, Policy, Type, Unit, Value};
use crate::source::SourceId;
use crate::syntax::parse;
use crate::syntax::tree::{Expr, ExprKind, File, Item, ParamValue, UnitExpr};

/// Reads a value for a parameter: `7 workdays`, `95%`, `month`, `2024-01-05`, `是`. A text is taken as it is.
pub fn read_param(policy: &Policy, id: ParamId, text: &str) -> Result<Value, Text> {
    let Some(param) = policy.params.get(id) else {
        return Err(Text::new("there is no such parameter", "没有这个参数"));
    };
    if param.ty == Type::Text {
        return Ok(Value::Text(text.to_owned()));
    }
    let wrong = || wrong(param, text);
    // A line of the language, so that numbers, units and dates are written the same everywhere. A window
    // may leave out its `every`.
    let tries = match param.ty {
        Type::Frame => vec![text.to_owned(), format!("every {text}"), format!("每{text}")],
        _ => vec![text.to_owned()],
    };
    let file = tries.iter().find_map(|text| {
        let (file, problems) = parse(SourceId::default(), &format!("policy `p` {{ set `x` = {text} }}"));
        let window = matches!(only_value(&file)?, ParamValue::Every(_));
        (problems.is_empty() && window == (param.ty == Type::Frame)).then_some(file)
    });
    let value = file.as_ref().and_then(only_value).ok_or_else(wrong)?;
    match (value, &param.ty) {
        (ParamValue::Every(unit), Type::Frame) => Ok(Value::Every(unit.value)),
        (ParamValue::Expr(expr), ty) => {
            let value = constant(expr, ty).ok_or_else(wrong)?;
            match (&value, ty) {
                (Value::Number(amount), Type::Number(Unit::Span(_))) if !is_term_amount(*amount) => {
                    let (name, most) = (&param.name, TERM_UNITS_MAX);
                    Err(Text::new(
                        format!("`{text}` cannot be the value of `{name}`: a term is a whole number from 0 to {most}"),
                        format!("`{text}` 不能作为参数 `{name}` 的值：期限须为 0 至 {most} 的整数"),
                    ))
                }
                _ => Ok(value),
            }
        }
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
        | (UnitExpr::Money, Type::Number(Unit::Money(Currency::CNY))) => true,
        (UnitExpr::Named(name), Type::Number(Unit::Money(own))) => Currency::named(&name.value) == Some(*own),
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
        Type::Number(Unit::Money(currency)) => {
            (format!("money such as `200 {}`", currency.word()), format!("金额，如 `200 {}`", currency.word_zh()))
        }
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
        Type::Frame => fixed("a window such as `every month`", "周期，如 `每月`"),
        Type::Date | Type::Time => fixed("a date such as `2024-01-05`", "日期，如 `2024-01-05`"),
        Type::Bool => fixed("`yes` or `no`", "`是` 或 `否`"),
        Type::Text | Type::Code(_) | Type::CodeSet(_) | Type::Ref(_) => fixed("a text", "文本"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CalendarUnit, Day, IdVec, Ratio, TermUnit, YearStart};

    fn policy(ty: Type) -> Policy {
        let params = IdVec::from_iter([Param {
            name: "期限".to_owned(),
            ty,
            value: None,
            cites: Vec::new(),
            span: crate::source::Span::default(),
        }]);
        Policy {
            name: "p".to_owned(),
            source: None,
            published: None,
            in_force: crate::model::Force::default(),
            timezone: chrono_tz::Asia::Shanghai,
            currency: crate::model::Currency::CNY,
            year_start: YearStart::default(),
            kinds: IdVec::default(),
            code_lists: IdVec::default(),
            params,
            calendars: IdVec::default(),
            clocks: crate::model::IdVec::default(),
            measures: IdVec::default(),
            aggs: IdVec::default(),
            rules: IdVec::default(),
            assessments: IdVec::default(),
            order: Vec::new(),
            counters: IdVec::default(),
            rewards: IdVec::default(),
            waivers: Vec::new(),
            stand_ins: Vec::new(),
            not_encoded: Vec::new(),
            named: Vec::new(),
            part: None,
        }
    }

    #[test]
    fn values_are_written_as_in_the_language() {
        let span = |unit| Type::Number(Unit::Span(unit));
        let seven = Some(Value::Number(Ratio::int(7)));
        let share = Ratio::new(95, 100).ok().map(Value::Number);
        for (ty, text, expected) in [
            (span(TermUnit::Workdays), "7 workdays", seven.clone()),
            (span(TermUnit::Workdays), "7 工作日", seven.clone()),
            (span(TermUnit::Workdays), "7", seven.clone()),
            (span(TermUnit::Workdays), "7 days", None),
            (span(TermUnit::Workdays), "seven", None),
            (span(TermUnit::Workdays), "7 } policy q { ", None),
            (Type::Number(Unit::Share), "95%", share),
            (Type::Number(Unit::Share), "95", None),
            (Type::Number(Unit::Plain), "-7", Some(Value::Number(Ratio::int(-7)))),
            (Type::Frame, "every month", Some(Value::Every(CalendarUnit::Month))),
            (Type::Frame, "month", Some(Value::Every(CalendarUnit::Month))),
            (Type::Frame, "月", Some(Value::Every(CalendarUnit::Month))),
            (Type::Date, "2024-01-05", Day::from_ymd(2024, 1, 5).map(Value::Day)),
            (Type::Bool, "是", Some(Value::Bool(true))),
            (Type::Text, "7 } x", Some(Value::Text("7 } x".to_owned()))),
        ] {
            let policy = policy(ty.clone());
            assert_eq!(read_param(&policy, ParamId(0), text).ok(), expected, "{ty:?} {text}");
        }
        let error = read_param(&policy(span(TermUnit::Workdays)), ParamId(0), "7 days").err();
        assert_eq!(
            error.map(|text| text.zh).as_deref(),
            Some("`7 days` 不能作为参数 `期限` 的值：应写期限，如 `7 工作日`")
        );
    }
}
