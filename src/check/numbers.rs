//! Arithmetic and its units; days moved by a span; the time between two.

use super::checker::{Checker, Scope};
use super::codes;
use super::constants::plain;
use super::expressions::Typed;
use super::types::{Ty, span_words};
use crate::diagnostic::Text;
use crate::model::{ArithOp, CalendarId, Expr, Ratio, TermUnit, Unit, Value, WorkTime, ZeroDivisor};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, Function, WorkTimeExpr};

impl Checker<'_> {
    pub(super) fn arithmetic(
        &mut self,
        op: ArithOp,
        a: &tree::Expr,
        b: &tree::Expr,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let (b, named) = match &b.kind {
            ExprKind::WorkdaysOf(amount, calendar) => (amount.as_ref(), Some(calendar)),
            _ => (b, None),
        };
        let (left, right) = (self.expr(a, scope), self.expr(b, scope));
        let (left, right) = (left?, right?);
        if left.ty.is_moment() && op != ArithOp::Mul {
            if let Ty::Number(Unit::Span(unit)) = right.ty {
                let calendar = match (unit, named) {
                    (TermUnit::Workdays, Some(name)) => Some(self.calendar(name)?),
                    (TermUnit::Workdays, None) => Some(self.only_calendar(b.span)?),
                    (_, Some(name)) => return self.needs_no_calendar(name),
                    (_, None) => None,
                };
                return self.shift(op, left, right.expr, (unit, calendar), b.span);
            }
            if right.ty.is_moment() {
                self.error_with_help(
                    codes::WRONG_OPERATOR,
                    span,
                    text!("two dates do not add or subtract", "日期之间不能加减"),
                    self.between_of(a, b),
                );
                return None;
            }
            let wanted = text!("a span such as `3 days`", "时间跨度，如`3 天`");
            self.wrong_type(b.span, &wanted, &right.ty);
            return None;
        }
        if let Some(name) = named {
            return self.needs_no_calendar(name);
        }
        if let (Ty::Grade(id), true) = (&left.ty, op != ArithOp::Mul) {
            return self.grade_moved(op, (left.expr, *id), right, b.span);
        }
        for (side, written) in [(&left, a), (&right, b)] {
            if !side.ty.is_number() {
                self.wrong_type(written.span, &text!("a number", "数"), &side.ty);
                return None;
            }
        }
        let ty = if op == ArithOp::Mul { product(&left.ty, &right.ty) } else { left.ty.common(&right.ty) };
        let Some(ty) = ty else {
            if op == ArithOp::Mul {
                self.no_match(span, &left.ty, &right.ty);
            } else {
                self.units_differ((a, &left.ty), (b, &right.ty), span);
            }
            return None;
        };
        Some(Typed::new(Expr::Arith(op, Box::new(left.expr), Box::new(right.expr)), ty))
    }

    /// `G + 1` is one grade better than G, `G - 1` one worse, from the first to the last.
    fn grade_moved(
        &mut self,
        op: ArithOp,
        (grade, id): (Expr, crate::model::AssessmentId),
        by: Typed,
        span: Span,
    ) -> Option<Typed> {
        if !by.ty.is_number() || by.ty.common(&Ty::PLAIN).is_none() {
            self.wrong_type(span, &text!("a number of grades", "等次数"), &by.ty);
            return None;
        }
        match self.known_number(&by.expr) {
            Some(n) if n.is_int() && n >= Ratio::ZERO => {}
            _ => {
                self.error(
                    codes::BAD_NUMBER,
                    span,
                    text!("a grade is moved by a whole number, 0 or more", "升降等次数须为 0 以上的整数"),
                );
                return None;
            }
        }
        let last = self.assessment_decls[id].grades.len().saturating_sub(1);
        let last = Ratio::int(i128::try_from(last).unwrap_or(0));
        // Positions count from the best.
        let op = if op == ArithOp::Add { ArithOp::Sub } else { ArithOp::Add };
        let moved = Expr::Arith(op, Box::new(grade), Box::new(by.expr));
        let kept = Expr::Max(vec![plain(Ratio::ZERO), Expr::Min(vec![plain(last), moved])]);
        Some(Typed::new(kept, Ty::Grade(id)))
    }

    fn needs_no_calendar(&mut self, name: &tree::Name) -> Option<Typed> {
        self.error(codes::CHOICE_IDLE, name.span, text!("only workdays need a calendar", "只有工作日才用日历"));
        None
    }

    /// A calendar behind a number that moves no day.
    pub(super) fn misplaced_calendar(&mut self, amount: &tree::Expr, name: &tree::Name, scope: Scope) -> Option<Typed> {
        self.expr(amount, scope)?;
        self.needs_no_calendar(name)
    }

    fn shift(
        &mut self,
        op: ArithOp,
        from: Typed,
        amount: Expr,
        (unit, calendar): (TermUnit, Option<CalendarId>),
        span: Span,
    ) -> Option<Typed> {
        if unit.is_clock() && from.ty == Ty::Date {
            self.no_time_of_day(span);
            return None;
        }
        let known = self.known_number(&amount);
        if known.is_some_and(|n| !n.is_int()) {
            let words = span_words(unit);
            let message =
                Text::new(format!("a whole number of {} is needed", words.en), format!("{}数须为整数", words.zh));
            self.error(codes::BAD_NUMBER, span, message);
            return None;
        }
        let amount = match (op, &amount) {
            (ArithOp::Sub, Expr::Const(Value::Number(n), unit)) => {
                let Ok(n) = n.neg() else { return self.too_large(span) };
                Expr::Const(Value::Number(n), unit.clone())
            }
            (ArithOp::Sub, _) => {
                let zero = Expr::Const(Value::Number(Ratio::ZERO), Unit::Span(unit));
                Expr::Arith(ArithOp::Sub, Box::new(zero), Box::new(amount))
            }
            _ => amount,
        };
        let ty = if matches!(unit, TermUnit::Hours | TermUnit::Minutes) { Ty::Time } else { Ty::Date };
        Some(Typed::new(Expr::Shift { from: Box::new(from.expr), amount: Box::new(amount), unit, calendar }, ty))
    }

    /// Reports hours or minutes that would start or end at a day.
    /// `closed - received`: the days between the two.
    fn between_of(&self, a: &tree::Expr, b: &tree::Expr) -> Text {
        let short = |expr: &tree::Expr, other: &str| match &expr.kind {
            tree::ExprKind::Path(_) => self.sources.slice(expr.span).to_owned(),
            _ => other.to_owned(),
        };
        let (later, earlier) = (short(a, "B"), short(b, "A"));
        text!("write `days between {earlier} and {later}`", "应写`相隔 天 {earlier} 与 {later}`")
    }

    fn no_time_of_day(&mut self, span: Span) {
        self.error_with_help(
            codes::WRONG_TYPE,
            span,
            text!(
                "a day has no time of day: hours and minutes from it are never known",
                "日期没有时刻，自日期起的小时、分钟永远不明"
            ),
            text!(
                "count in days, take a field of type `time`, or say the time of that day: `(day at 08:00)`",
                "请按天计，改用类型为`时刻`的字段，或写明当日时刻：`（日期 当日 08:00）`"
            ),
        );
    }

    pub(super) fn negative(&mut self, inner: &tree::Expr, span: Span, scope: Scope) -> Option<Typed> {
        let found = self.expr(inner, scope)?;
        if !found.ty.is_number() {
            self.wrong_type(inner.span, &text!("a number", "数"), &found.ty);
            return None;
        }
        if let Expr::Const(Value::Number(number), unit) = &found.expr {
            let Ok(number) = number.neg() else { return self.too_large(span) };
            return Some(Typed::new(Expr::Const(Value::Number(number), unit.clone()), found.ty));
        }
        let unit = if let Ty::Number(unit) = &found.ty { unit.clone() } else { Unit::Plain };
        let zero = Expr::Const(Value::Number(Ratio::ZERO), unit);
        Some(Typed::new(Expr::Arith(ArithOp::Sub, Box::new(zero), Box::new(found.expr)), found.ty))
    }

    pub(super) fn division(
        &mut self,
        a: &tree::Expr,
        b: &tree::Expr,
        zero: Option<&Option<Box<tree::Expr>>>,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let (left, right) = (self.expr(a, scope), self.expr(b, scope));
        let (left, right) = (left?, right?);
        for (side, written) in [(&left, a), (&right, b)] {
            if !side.ty.is_number() {
                self.wrong_type(written.span, &text!("a number", "数"), &side.ty);
                return None;
            }
        }
        let Some(ty) = quotient(&left.ty, &right.ty) else {
            self.no_match(span, &left.ty, &right.ty);
            return None;
        };
        let constant = self.written_number(&right.expr);
        if constant.is_some_and(|n| n == Ratio::ZERO) {
            self.error(codes::BAD_NUMBER, b.span, text!("nothing is divided by zero", "除数不能为零"));
            return None;
        }
        let zero = match zero {
            None if constant.is_some() => ZeroDivisor::Unknown,
            None => {
                self.error_with_help(
                    codes::CHOOSE_ZERO_DIVISOR,
                    span,
                    text!("the divisor may be zero: say what the quotient is then", "除数可能为零，须说明此时取何值"),
                    text!(
                        "add `zero divisor 0`, `zero divisor 100%` or `zero divisor unknown`",
                        "请加上`除数为零 得 0`、`除数为零 得 100%`或`除数为零 不明`"
                    ),
                );
                return None;
            }
            Some(None) => ZeroDivisor::Unknown,
            Some(Some(value)) => ZeroDivisor::Is(self.zero_value(value, &ty)?),
        };
        Some(Typed::new(Expr::Div(Box::new(left.expr), Box::new(right.expr), zero), ty))
    }

    fn zero_value(&mut self, written: &tree::Expr, ty: &Ty) -> Option<Ratio> {
        let (value, found) = self.constant(written)?;
        match value {
            Value::Number(number) if number == Ratio::ZERO || found.common(ty).is_some() => Some(number),
            _ => {
                self.wrong_type(written.span, &ty.describe(), &found);
                None
            }
        }
    }

    /// The calendar or clock in which a span is counted; `None`: reported, `Some(None)`: all time counts.
    fn work_time(&mut self, unit: TermUnit, by: Option<&WorkTimeExpr>, span: Span) -> Option<Option<WorkTime>> {
        let name = match (unit, by) {
            (TermUnit::Workdays, Some(WorkTimeExpr::Calendar(name))) => {
                return Some(Some(WorkTime::Days(self.calendar(name)?)));
            }
            (TermUnit::Workdays, None) => return Some(Some(WorkTime::Days(self.only_calendar(span)?))),
            (TermUnit::Minutes | TermUnit::Hours, Some(WorkTimeExpr::Clock(name))) => {
                return Some(Some(WorkTime::Clock(self.hours_of(name)?, unit)));
            }
            (_, None) => return Some(None),
            (_, Some(WorkTimeExpr::Calendar(name) | WorkTimeExpr::Clock(name))) => name,
        };
        self.error(
            codes::CHOICE_IDLE,
            name.span,
            text!("workdays follow a calendar, hours and minutes a clock", "工作日按日历计，小时和分钟按时钟计"),
        );
        None
    }

    pub(super) fn between(
        &mut self,
        unit: TermUnit,
        (a, b): (&tree::Expr, &tree::Expr),
        by: Option<&WorkTimeExpr>,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let (left, right) = (self.expr(a, scope), self.expr(b, scope));
        let (left, right) = (left?, right?);
        for (side, written) in [(&left, a), (&right, b)] {
            if !side.ty.is_moment() {
                self.wrong_type(written.span, &text!("a date or time", "日期或时刻"), &side.ty);
                return None;
            }
        }
        if unit.is_clock()
            && let Some((_, written)) = [(&left, a), (&right, b)].into_iter().find(|(side, _)| side.ty == Ty::Date)
        {
            self.no_time_of_day(written.span);
            return None;
        }
        if let Some(by) = self.work_time(unit, by, span)? {
            let worked = Expr::Worked { from: Box::new(left.expr), to: Box::new(right.expr), by };
            return Some(Typed::new(worked, Ty::Number(Unit::Span(unit))));
        }
        let between = Expr::Between(Box::new(left.expr), Box::new(right.expr), unit);
        Some(Typed::new(between, Ty::Number(Unit::Span(unit))))
    }

    /// Reports a value of a function that is no number; of two dates one is chosen by a condition.
    fn no_number(&mut self, function: Function, found: &Ty, span: Span) {
        let (op, which) = match function {
            Function::Min if found.is_moment() => ("<", text!("earlier", "较早")),
            Function::Max if found.is_moment() => (">", text!("later", "较晚")),
            _ => {
                self.wrong_type(span, &text!("a number", "数"), found);
                return;
            }
        };
        let shown = self.describe(found);
        self.error_with_help(
            codes::WRONG_TYPE,
            span,
            Text::new(format!("expected a number, found {}", shown.en), format!("此处应为数，实为{}", shown.zh)),
            Text::new(
                format!("the {} of two dates `a` and `b` is `if a {op} b then a else b`", which.en),
                format!("两个日期`a`、`b`中{}的一个写作`若 a {op} b 则 a 否则 b`", which.zh),
            ),
        );
    }

    pub(super) fn call(&mut self, function: Function, args: &[tree::Expr], span: Span, scope: Scope) -> Option<Typed> {
        let found: Vec<Option<Typed>> = args.iter().map(|arg| self.expr(arg, scope)).collect();
        let found: Vec<Typed> = found.into_iter().collect::<Option<_>>()?;
        for (value, written) in found.iter().zip(args) {
            if !value.ty.is_number() {
                self.no_number(function, &value.ty, written.span);
                return None;
            }
        }
        let mut ty = found.first()?.ty.clone();
        for value in &found {
            let Some(common) = ty.common(&value.ty) else {
                self.no_match(span, &ty, &value.ty);
                return None;
            };
            ty = common;
        }
        let many = matches!(function, Function::Min | Function::Max);
        if !many && found.len() != 1 {
            self.error(codes::BAD_NUMBER, span, text!("this takes one number", "此函数只取一个数"));
            return None;
        }
        let mut values: Vec<Expr> = found.into_iter().map(|value| value.expr).collect();
        let expr = match function {
            Function::Min => Expr::Min(values),
            Function::Max => Expr::Max(values),
            Function::Abs => Expr::Abs(Box::new(values.pop()?)),
            Function::Floor => Expr::Floor(Box::new(values.pop()?)),
            Function::Ceil => Expr::Ceil(Box::new(values.pop()?)),
        };
        Some(Typed::new(expr, ty))
    }

    /// A number of times: a plain number as written, a whole one where it is constant.
    pub(super) fn whole_literal(&mut self, expr: &tree::Expr) -> Option<Ratio> {
        match &expr.kind {
            ExprKind::Number(number, tree::UnitExpr::Plain) if number.is_int() => Some(*number),
            _ => None,
        }
    }
}

/// Unit of a product; only one side may have a unit, beside a share.
fn product(a: &Ty, b: &Ty) -> Option<Ty> {
    match (a, b) {
        // 80% of 20 rows are 16 rows, and twice 40% are 80%.
        (Ty::Number(Unit::Plain), Ty::Number(Unit::Share)) | (Ty::Number(Unit::Share), Ty::Number(Unit::Plain)) => {
            Some(Ty::Quotient)
        }
        (Ty::Number(Unit::Plain), other) | (other, Ty::Number(Unit::Plain)) => Some(other.clone()),
        (Ty::Quotient, other) | (other, Ty::Quotient) => Some(other.clone()),
        (Ty::Number(Unit::Share), other) | (other, Ty::Number(Unit::Share)) => Some(other.clone()),
        _ => None,
    }
}

/// Unit of a quotient.
fn quotient(a: &Ty, b: &Ty) -> Option<Ty> {
    match (a, b) {
        _ if a.common(b).is_some() => Some(Ty::Quotient),
        (other, Ty::Number(Unit::Plain | Unit::Share) | Ty::Quotient) => Some(other.clone()),
        _ => None,
    }
}

/// A whole number as an expression.
pub(super) fn whole(number: i128) -> Expr {
    plain(Ratio::int(number))
}
