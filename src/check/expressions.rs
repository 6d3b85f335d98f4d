//! Expressions: what they read, and their types.

use super::checker::{Checker, Scope};
use super::codes;
use super::kinds::model_unit;
use super::names::Symbol;
use super::parts::conjunction;
use super::types::Ty;
use crate::diagnostic::Text;
use crate::model::{Expr, FieldId, KindId, MeasureId, ParamId, TextOp, Type, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, Name};

/// An expression with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) expr: Expr,
    pub(super) ty: Ty,
}

impl Typed {
    pub(super) fn new(expr: Expr, ty: Ty) -> Typed {
        Typed { expr, ty }
    }
}

impl Checker<'_> {
    /// An expression and its type; `None`: reported.
    pub(super) fn expr(&mut self, expr: &tree::Expr, scope: Scope) -> Option<Typed> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Number(number, unit) => {
                let unit = model_unit(unit);
                Some(Typed::new(Expr::Const(Value::Number(*number), unit.clone()), Ty::Number(unit)))
            }
            ExprKind::Text(text) => Some(Typed::new(Expr::Const(Value::Text(text.clone()), Unit::Plain), Ty::Text)),
            ExprKind::Date(day) => Some(Typed::new(Expr::Const(Value::Day(*day), Unit::Plain), Ty::Date)),
            ExprKind::Bool(yes) => Some(Typed::new(Expr::Const(Value::Bool(*yes), Unit::Plain), Ty::Bool)),
            ExprKind::Path(names) => self.path_value(names, span, scope),
            ExprKind::Param(name) => {
                let id = self.param(name)?;
                Some(self.param_expr(id))
            }
            ExprKind::Key => Some(Typed::new(Expr::Key, Ty::Key(scope.kind))),
            ExprKind::AsOf => Some(Typed::new(Expr::AsOf, Ty::Date)),
            ExprKind::WorkdaysOf(amount, calendar) => self.misplaced_calendar(amount, calendar, scope),
            ExprKind::WindowStart | ExprKind::WindowEnd => {
                let start = expr.kind == ExprKind::WindowStart;
                Some(Typed::new(if start { Expr::WindowStart } else { Expr::WindowEnd }, Ty::Date))
            }
            ExprKind::Agg(agg) => self.aggregate(agg, span, scope),
            ExprKind::Cover(cover) => self.cover(cover, span, scope),
            ExprKind::Tally { what, rules, via, counting } => {
                self.tally(*what, rules, via.as_ref(), *counting, span, scope)
            }
            ExprKind::Line(name) => self.line_value(name.as_ref(), span, scope),
            ExprKind::Result(what, name) => self.result(*what, name.as_ref(), span, scope),
            ExprKind::ResultVia { what, of, via } => self.result_via(*what, of, via, span, scope),
            ExprKind::Counter(field, name) => self.counter_value(*field, name, scope),
            ExprKind::Periods(agg) => self.over_periods(agg, span, scope),
            ExprKind::InPeriod(one) => self.in_period(one, span, scope),
            ExprKind::Arith(op, a, b) => self.arithmetic(*op, a, b, span, scope),
            ExprKind::Div(a, b, zero) => self.division(a, b, zero.as_ref(), span, scope),
            ExprKind::Neg(inner) => self.negative(inner, span, scope),
            ExprKind::Between(unit, a, b, by) => self.between(*unit, (a, b), by.as_ref(), span, scope),
            ExprKind::Call(function, args) => self.call(*function, args, span, scope),
            ExprKind::Round(value, to, how) => self.round(value, to, *how, scope),
            ExprKind::AtTime(day, minutes) => {
                let day = self.moment(day, scope)?;
                Some(Typed::new(Expr::AtTime(Box::new(day), *minutes), Ty::Time))
            }
            ExprKind::DatePart(part, of) => self.date_part(*part, of, scope),
            ExprKind::NoValue => {
                self.all_without_value(span);
                None
            }
            ExprKind::If(when, then, other) => self.conditional(when, then, other, span, scope),
            ExprKind::Table(table) => self.table_value(table, span, scope),
            ExprKind::Ladder(rows, otherwise) => self.ladder_value(rows, otherwise.as_deref(), span, scope),
            ExprKind::OrElse(first, other) => self.or_else(first, other, span, scope),
            ExprKind::Compare(op, a, b) => self.compare(*op, a, b, span, scope),
            ExprKind::Acts(instead, doer, named) => self.acts(*instead, doer, named, span, scope),
            ExprKind::OneOf(negated, value, choices) => self.one_of(*negated, value, choices, scope),
            ExprKind::Has(all, value, choices) => self.has(*all, value, choices, scope),
            ExprKind::Known(known, value) => {
                let value = self.expr(value, scope)?;
                let test = Expr::Known(Box::new(value.expr));
                Some(Typed::new(if *known { test } else { Expr::Not(Box::new(test)) }, Ty::Bool))
            }
            ExprKind::InHours(value, hours) => self.in_hours(value, hours, scope),
            ExprKind::TextTest(op, value, wanted) => self.text_test(*op, value, wanted, scope),
            ExprKind::And(parts) => {
                let parts = self.conditions(parts, scope)?;
                Some(Typed::new(conjunction(parts), Ty::Bool))
            }
            ExprKind::Or(parts) => {
                let parts = self.conditions(parts, scope)?;
                Some(Typed::new(Expr::Or(parts), Ty::Bool))
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope)?;
                Some(Typed::new(Expr::Not(Box::new(inner)), Ty::Bool))
            }
        }
    }

    /// A condition.
    pub(super) fn condition(&mut self, expr: &tree::Expr, scope: Scope) -> Option<Expr> {
        let found = self.expr(expr, scope)?;
        if found.ty == Ty::Bool {
            return Some(found.expr);
        }
        self.wrong_type(expr.span, &text!("a condition", "条件"), &found.ty);
        None
    }

    /// A condition, if there is one. `Err(())`: reported.
    pub(super) fn optional_condition(&mut self, expr: Option<&tree::Expr>, scope: Scope) -> Result<Option<Expr>, ()> {
        expr.map(|expr| self.condition(expr, scope).ok_or(())).transpose()
    }

    fn conditions(&mut self, parts: &[tree::Expr], scope: Scope) -> Option<Vec<Expr>> {
        let parts: Vec<Option<Expr>> = parts.iter().map(|part| self.condition(part, scope)).collect();
        parts.into_iter().collect()
    }

    /// A number of a unit.
    pub(super) fn number(&mut self, expr: &tree::Expr, unit: &Unit, scope: Scope) -> Option<Expr> {
        let found = self.expr(expr, scope)?;
        if found.ty.fits(unit) {
            return Some(found.expr);
        }
        let literal = match &expr.kind {
            ExprKind::Number(number, _) => Some(number.to_string()),
            _ => None,
        };
        self.wrong_unit(expr.span, unit, &found.ty, literal.as_deref());
        None
    }

    /// A number of a unit that is not negative, as far as it is known.
    pub(super) fn amount(&mut self, expr: &tree::Expr, unit: &Unit, scope: Scope) -> Option<Expr> {
        let number = self.number(expr, unit, scope)?;
        if self.gives_negative(&number) {
            self.error(codes::BAD_NUMBER, expr.span, text!("a negative number cannot stand here", "此处不能为负数"));
            return None;
        }
        Some(number)
    }

    pub(super) fn param_expr(&self, id: ParamId) -> Typed {
        Typed::new(Expr::Param(id), Ty::of(&self.params[id].ty))
    }

    /// Reports something that records that are taken by days of their own may not read.
    pub(super) fn record_only_by_days(&mut self, span: Span) {
        self.error_with_help(
            codes::RECORD_FILTER,
            span,
            text!(
                "records with `day starts` are told apart by their own fields only",
                "写明`一日 始于`的记录只能按自身字段筛选和取值"
            ),
            text!(
                "leave `day starts` out, and measures of the record may be read; or bring what the measure says as a field of the record",
                "删去`一日 始于`即可引用该记录的指标；或把指标的内容作为记录的字段提供"
            ),
        );
    }

    /// Reports something that a record's filter or value may not read.
    pub(super) fn record_only(&mut self, span: Span) {
        self.error_with_help(
            codes::RECORD_FILTER,
            span,
            text!("these records are told apart by their own fields only", "此处的记录只能按自身字段筛选和取值"),
            text!(
                "use fields of the record and of what it refers to; measures of records are read where one kind of record is counted",
                "可用记录的字段及其所引用对象的字段；只有对单一记录计数或取值时，才能用该记录的指标"
            ),
        );
    }

    /// The references before a measure's name, and the kind to which they lead, which has no field of that name.
    fn measure_at<'n>(&self, names: &'n [Name], from: KindId) -> Option<(Vec<FieldId>, KindId, MeasureId, &'n Name)> {
        let (last, references) = names.split_last()?;
        let Some(Symbol::Measure(id)) = self.symbol(&last.value) else { return None };
        let (mut path, mut at) = (Vec::new(), from);
        for name in references {
            let kind = self.kinds.get(at)?;
            let field = kind.field_named(&name.value)?;
            let Type::Ref(next) = kind.fields.get(field)?.ty else { return None };
            path.push(field);
            at = next;
        }
        let has_field = self.kinds.get(at)?.field_named(&last.value).is_some() || self.field_failed(at, &last.value);
        (!path.is_empty() && !has_field).then_some((path, at, id, last))
    }

    fn path_value(&mut self, names: &[Name], span: Span, scope: Scope) -> Option<Typed> {
        let (first, rest) = names.split_first()?;
        if self.kinds.get(scope.kind).is_some_and(|kind| kind.field_named(&first.value).is_some()) {
            if let Some((path, kind, id, last)) = self.measure_at(names, scope.kind) {
                let found = self.read_measure(id, last, Scope { kind, ..scope })?;
                return Some(Typed::new(Expr::Through(path, id), found.ty));
            }
            let (path, ty) = self.path(scope.kind, names)?;
            return Some(Typed::new(Expr::Field(path), Ty::of(&ty)));
        }
        if self.field_failed(scope.kind, &first.value) {
            return None;
        }
        let shown = &first.value;
        match self.symbol(shown) {
            Some(Symbol::Measure(_) | Symbol::Param(_)) if !rest.is_empty() => {
                self.error(
                    codes::WRONG_TYPE,
                    span,
                    text!("`{shown}` is no reference: nothing follows it", "`{shown}`不是引用，其后不能再取字段"),
                );
                None
            }
            Some(Symbol::Measure(id)) => self.read_measure(id, first, scope),
            Some(Symbol::Param(id)) => {
                self.read_param(id);
                Some(self.param_expr(id))
            }
            Some(Symbol::Kind(_) | Symbol::Part(_)) => {
                self.error_with_help(
                    codes::KIND_AS_VALUE,
                    span,
                    text!("`{shown}` is a kind or part, not a value", "`{shown}`是实体、记录或部分，不是值"),
                    text!("to count its rows: `count of {shown}`", "要计数应写`计数 {shown}`"),
                );
                None
            }
            None => {
                self.unknown_value(first, scope);
                None
            }
        }
    }

    /// Whether a single name is a field, measure or parameter here.
    pub(super) fn is_value(&self, name: &str, scope: Scope) -> bool {
        self.kinds.get(scope.kind).is_some_and(|kind| kind.field_named(name).is_some())
            || matches!(self.symbol(name), Some(Symbol::Measure(_) | Symbol::Param(_)))
    }

    fn unknown_value(&mut self, name: &Name, scope: Scope) {
        let mut choices = self.field_names(scope.kind);
        for (other, (symbol, _)) in self.symbols.iter().filter(|_| self.suggests()) {
            if matches!(symbol, Symbol::Measure(_) | Symbol::Param(_)) {
                choices.push((*other).to_owned());
            }
        }
        let (shown, of) = (&name.value, self.kind_name(scope.kind));
        let message = text!(
            "`{of}` has no field `{shown}`, and no measure or parameter is called so",
            "`{of}`没有字段`{shown}`，也没有同名指标或参数"
        );
        let meant = self.value_meant(shown, scope);
        self.unknown_but(codes::UNKNOWN_NAME, name, message, &choices, meant);
    }

    fn text_test(&mut self, op: TextOp, value: &tree::Expr, wanted: &str, scope: Scope) -> Option<Typed> {
        let found = self.expr(value, scope)?;
        if !matches!(found.ty, Ty::Text | Ty::Key(_)) {
            self.wrong_type(value.span, &Ty::Text.describe(), &found.ty);
            return None;
        }
        Some(Typed::new(Expr::Text(op, Box::new(found.expr), wanted.to_owned()), Ty::Bool))
    }

    /// A type in words, with the kind that a reference is to.
    pub(super) fn describe(&self, ty: &Ty) -> Text {
        match ty {
            Ty::Key(kind) => {
                let shown = self.kind_name(*kind);
                text!("a reference to `{shown}`", "对`{shown}`的引用")
            }
            other => other.describe(),
        }
    }
}
