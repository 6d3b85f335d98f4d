//! Parameters: their types, values, and the values that an extending policy sets.

use super::checker::{Checker, UnitRole};
use super::codes;
use super::kinds::model_unit;
use super::names::Symbol;
use super::types::{Ty, describe_unit, number_in, unit_suffix};
use crate::diagnostic::Text;
use crate::model::{Param, ParamId, Type, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{Item, Name, ParamType, ParamValue, UnitExpr};

/// A parameter while it is checked.
pub(super) struct ParamDecl<'a> {
    pub(super) unit: usize,
    pub(super) name: &'a Name,
    pub(super) cites: &'a [Name],
    written: Option<&'a ParamValue>,
    pub(super) ty: Type,
    pub(super) value: Option<Value>,
    /// The value was reported.
    failed: bool,
    pub(super) used: bool,
    /// Clauses by which extending policies set it.
    set_by: Vec<String>,
}

impl<'a> ParamDecl<'a> {
    pub(super) fn new(
        unit: usize,
        name: &'a Name,
        ty: &'a ParamType,
        written: Option<&'a ParamValue>,
        cites: &'a [Name],
    ) -> ParamDecl<'a> {
        let ty = match ty {
            ParamType::Number(UnitExpr::Plain) => Type::Number(Unit::Plain),
            ParamType::Number(unit) => Type::Number(model_unit(unit)),
            ParamType::Frame => Type::Frame,
            ParamType::Text => Type::Text,
            ParamType::Date => Type::Date,
            ParamType::Bool => Type::Bool,
        };
        ParamDecl { unit, name, cites, written, ty, value: None, failed: false, used: false, set_by: Vec::new() }
    }

    pub(super) fn is_open(&self) -> bool {
        self.value.is_none() && !self.failed
    }

    pub(super) fn to_model(&self) -> Param {
        Param {
            name: self.name.value.clone(),
            ty: self.ty.clone(),
            value: self.value.clone(),
            cites: self.cites.iter().map(|cite| cite.value.clone()).chain(self.set_by.iter().cloned()).collect(),
            span: self.name.span,
        }
    }
}

impl<'a> Checker<'a> {
    /// Gives every parameter its value, then the values that are set.
    pub(super) fn resolve_params(&mut self) {
        let ids: Vec<ParamId> = self.params.ids().collect();
        for id in ids {
            if let Some(written) = self.params[id].written {
                let cites = self.params[id].cites;
                self.citing(cites, |checker| checker.assign(id, written));
            }
        }
        let mut seen: Vec<(ParamId, usize, Span)> = Vec::new();
        for (unit, item) in self.items() {
            let Item::Set { name, value, cites } = &item.value else { continue };
            if self.units.get(unit).is_some_and(|unit| unit.decl.vocabulary) {
                continue; // reported: a vocabulary sets nothing
            }
            let Some(id) = self.settable(unit, name) else { continue };
            if let Some((_, _, first)) = seen.iter().find(|(other, at, _)| *other == id && *at == unit).copied() {
                self.once(&mut Some(first), name.span);
                continue;
            }
            seen.push((id, unit, name.span));
            self.citing(cites, |checker| checker.assign(id, value));
            self.params[id].set_by.extend(cites.iter().map(|cite| cite.value.clone()));
        }
    }

    fn settable(&mut self, unit: usize, name: &Name) -> Option<ParamId> {
        let shown = &name.value;
        match self.symbol(shown) {
            Some(Symbol::Param(id)) if self.params[id].unit != unit => Some(id),
            Some(Symbol::Param(_)) => {
                self.error_with_help(
                    codes::SET_UNKNOWN,
                    name.span,
                    text!("`{shown}` is declared in this policy itself", "`{shown}`就在本政策中声明"),
                    text!("give the value where it is declared", "请在声明处直接赋值"),
                );
                None
            }
            _ => {
                let choices: Vec<String> = (self.params.iter())
                    .filter(|param| self.role(param.unit) != UnitRole::Own)
                    .map(|param| param.name.value.clone())
                    .collect();
                let message = text!(
                    "no extended policy or vocabulary has a parameter `{shown}`",
                    "所扩展的政策和引用的词汇中没有参数`{shown}`"
                );
                self.unknown(codes::SET_UNKNOWN, name, message, &choices);
                None
            }
        }
    }

    fn assign(&mut self, id: ParamId, written: &ParamValue) {
        let ty = self.params[id].ty.clone();
        let value = match written {
            ParamValue::Open(_) => {
                self.params[id].value = None;
                return;
            }
            ParamValue::Every(unit) if ty == Type::Frame => Some(Value::Every(unit.value)),
            ParamValue::Every(unit) => {
                let wanted = Ty::of(&ty).describe();
                self.wrong_type(unit.span, &wanted, &Ty::Frame);
                None
            }
            ParamValue::Expr(expr) => self.param_value(expr, &ty),
        };
        self.params[id].failed = value.is_none();
        self.params[id].value = value;
    }

    fn param_value(&mut self, expr: &crate::syntax::tree::Expr, ty: &Type) -> Option<Value> {
        let (value, found) = self.constant(expr)?;
        let wanted = Ty::of(ty);
        match (&wanted, &found) {
            (Ty::Number(unit), Ty::Number(own)) if unit == own => {}
            // The unit stands beside the name: a bare number takes it, except a share, where 95 for 95% would pass.
            (Ty::Number(unit), Ty::Number(Unit::Plain)) if *unit != Unit::Share => {}
            (a, b) if a == b => {}
            _ => {
                let help = match (&wanted, &found) {
                    (Ty::Number(Unit::Plain), Ty::Number(own @ (Unit::Points | Unit::Money(_) | Unit::Span(_)))) => {
                        let unit = unit_suffix(own);
                        Some(Text::new(
                            format!("the unit is the type: `param NAME :{} = ...`", unit.en),
                            format!("单位写在类型中：`参数 名称：{} = ……`", unit.zh.trim()),
                        ))
                    }
                    (Ty::Number(unit), found) => self.unit_meant(expr.span, unit, found),
                    _ => None,
                };
                self.wrong_type_but(expr.span, &wanted.describe(), &found, help);
                return None;
            }
        }
        if let (Ty::Number(Unit::Span(_)), Value::Number(amount)) = (&wanted, &value)
            && !crate::model::value::is_term_amount(*amount)
        {
            self.bad_term(expr.span);
            return None;
        }
        Some(value)
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong_type(&mut self, span: Span, wanted: &Text, found: &Ty) {
        // A condition where a number is computed.
        let help = (*found == Ty::Bool && wanted.en.contains("number")).then(|| {
            text!(
                "a condition becomes a number by `if`: `if CONDITION then 1 else 0`; rows that meet it are counted by `count of KIND where CONDITION`",
                "条件变成数要用`若`：`若 条件 则 1 否则 0`；计符合条件的行写`计数 记录 其中 条件`"
            )
        });
        self.wrong_type_but(span, wanted, found, help);
    }

    /// The same, with a way out.
    fn wrong_type_but(&mut self, span: Span, wanted: &Text, found: &Ty, help: Option<Text>) {
        let found = self.describe(found);
        let message = Text::new(
            format!("expected {}, found {}", wanted.en, found.en),
            format!("此处应为{}，实为{}", wanted.zh, found.zh),
        );
        match help {
            Some(help) => self.error_with_help(codes::WRONG_TYPE, span, message, help),
            None => self.error(codes::WRONG_TYPE, span, message),
        }
    }

    /// Reports a number of the wrong unit; a bare number gets the unit suggested.
    pub(super) fn wrong_unit(&mut self, span: Span, wanted: &Unit, found: &Ty, literal: Option<&str>) {
        let (expected, shown) = (describe_unit(wanted), self.describe(found));
        let message = Text::new(
            format!("expected {}, found {}", expected.en, shown.en),
            format!("此处应为{}，实为{}", expected.zh, shown.zh),
        );
        match literal {
            Some(number) if *found == Ty::PLAIN => {
                let (suffix, number) = (unit_suffix(wanted), number_in(number, wanted));
                let help = Text::new(format!("write `{number}{}`", suffix.en), format!("应写`{number}{}`", suffix.zh));
                self.error_with_help(codes::WRONG_TYPE, span, message, help);
            }
            _ => {
                if let Ty::Number(Unit::Money(other)) = found
                    && *wanted == self.own_money()
                {
                    self.other_currency(span, *other);
                    return;
                }
                let help = self.unit_meant(span, wanted, found).or_else(|| self.times_one(span, wanted, found));
                match help {
                    Some(help) => self.error_with_help(codes::WRONG_TYPE, span, message, help),
                    None => self.error(codes::WRONG_TYPE, span, message),
                }
            }
        }
    }

    /// A computed plain number becomes points or yuan when it is multiplied by one.
    fn times_one(&self, span: Span, wanted: &Unit, found: &Ty) -> Option<Text> {
        let suffix = match wanted {
            Unit::Points | Unit::Money(_) => unit_suffix(wanted),
            _ => return None,
        };
        if *found == Ty::Number(Unit::Share) {
            let part = self.sources.slice(span);
            return Some(Text::new(
                format!("a part of so many is computed: `({part} * 100{})`", suffix.en),
                format!("其中的一部分要算出：`（{part} × 100{}）`", suffix.zh),
            ));
        }
        (*found == Ty::PLAIN).then(|| {
            Text::new(
                format!("multiply it by what one of it brings: `... * 1{}`", suffix.en),
                format!("请乘以每一个的分值或金额：`…… × 1{}`", suffix.zh),
            )
        })
    }
}
