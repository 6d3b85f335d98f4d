//! Values by case: `if`, tables over a value, ladders of conditions, `or else`; rounding; parts of dates.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::tables::Known;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{CompareOp, DatePart, Expr, Ratio, Rounding, Unit};
use crate::source::Span;
use crate::syntax::tree::{self, ExprKind, RoundTo, TableExpr};

/// Most decimal places of `round`.
const PLACES_MAX: u32 = 9;

impl Checker<'_> {
    pub(super) fn conditional(
        &mut self,
        when: &tree::Expr,
        then: &tree::Expr,
        other: &tree::Expr,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let when = self.condition(when, scope);
        let values = [self.expr(then, scope), self.expr(other, scope)];
        let [then, other] = values;
        let (then, other) = (then?, other?);
        let ty = self.one_type(&[&then, &other], span)?;
        Some(Typed::new(Expr::Cases(vec![(when?, then.expr)], Some(Box::new(other.expr))), ty))
    }

    pub(super) fn or_else(
        &mut self,
        first: &tree::Expr,
        other: &tree::Expr,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let first = self.expr(first, scope);
        let other = match &first {
            Some(first) => self.beside(other, &first.ty, scope),
            None => self.expr(other, scope),
        };
        let (first, other) = (first?, other?);
        let ty = self.one_type(&[&first, &other], span)?;
        Some(Typed::new(Expr::OrElse(Box::new(first.expr), Box::new(other.expr)), ty))
    }

    /// A table over a value.
    pub(super) fn table_value(&mut self, table: &TableExpr, span: Span, scope: Scope) -> Option<Typed> {
        let of = self.expr(&table.of, scope)?;
        if matches!(of.ty, Ty::CodeSet(_) | Ty::Frame) {
            self.wrong_type(table.of.span, &text!("a number, code or date", "数、代码或日期"), &of.ty);
            return None;
        }
        let first_fault = self.diagnostics.len();
        let mut rows = Vec::new();
        for (test, value) in &table.rows {
            let before = self.diagnostics.len();
            let lowered = self.test(test, &of, scope);
            self.told_once(first_fault, before);
            rows.push((lowered, self.cell(value, scope)));
        }
        let otherwise = table.otherwise.as_ref().map(|value| self.cell(value, scope));
        let closed = table.domain.is_some() || matches!(of.ty, Ty::Code(_) | Ty::Bool | Ty::Grade(_));
        if otherwise.is_none() && !closed {
            self.otherwise_needed(span);
            return None;
        }
        let otherwise = match otherwise {
            Some(value) => Some(value?),
            None => None,
        };
        let rows: Vec<(Expr, Row)> = rows.into_iter().map(|(test, value)| test.zip(value)).collect::<Option<_>>()?;
        let tests: Vec<Option<Known>> = rows.iter().map(|(test, _)| self.known_test(test)).collect();
        let spans: Vec<Span> = table.rows.iter().map(|(test, _)| test.span).collect();
        let values: Vec<&Row> = rows.iter().map(|(_, value)| value).chain(&otherwise).collect();
        let ty = self.type_of_rows(&values, span)?;
        let known: Vec<Option<Ratio>> = values.iter().map(|value| self.number_of_row(value)).collect();
        if table.domain.is_some() || otherwise.is_none() {
            let complete = otherwise.is_none();
            self.partition(&of, table.domain.as_ref(), (&tests, &spans), (span, complete), scope)?;
        }
        if of.ty.is_number() {
            let whole = self.is_whole(&of.expr, scope);
            self.look_at_rows(&tests, &known, (&of.ty, &ty), &spans, whole);
        } else {
            self.reachable(&tests, &spans);
        }
        Some(cases(rows, otherwise, ty))
    }

    /// What a row of a table is told in the very words of an earlier row is left out. `first`, `from`: where what is told of
    /// the table and of the row begins.
    fn told_once(&mut self, first: usize, from: usize) {
        let new = self.diagnostics.split_off(from.min(self.diagnostics.len()));
        for diagnostic in new {
            let earlier = self.diagnostics.iter_mut().skip(first);
            let same = |one: &&mut Diagnostic| one.code == codes::UNITS_DIFFER && one.message == diagnostic.message;
            let Some(told) = earlier.into_iter().find(same) else {
                self.push(diagnostic);
                continue;
            };
            let more = text!(", and so in the other rows", "，其他各行也如此");
            if let Some(help) = told.help.as_mut().filter(|help| !help.en.ends_with(more.en.as_str())) {
                *help = Text::new(format!("{}{}", help.en, more.en), format!("{}{}", help.zh, more.zh));
            }
        }
    }

    /// A ladder: the first row whose condition holds.
    pub(super) fn ladder_value(
        &mut self,
        rows: &[(tree::Expr, tree::Expr)],
        otherwise: Option<&tree::Expr>,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let lowered: Vec<_> =
            rows.iter().map(|(when, value)| (self.condition(when, scope), self.cell(value, scope))).collect();
        let Some(otherwise) = otherwise else {
            self.otherwise_needed(span);
            return None;
        };
        let otherwise = self.cell(otherwise, scope)?;
        let lowered: Vec<(Expr, Row)> =
            lowered.into_iter().map(|(when, value)| when.zip(value)).collect::<Option<_>>()?;
        let values: Vec<&Row> = lowered.iter().map(|(_, value)| value).chain([&otherwise]).collect();
        let ty = self.type_of_rows(&values, span)?;
        // A ladder over one value is looked at like a table.
        let tested: Vec<Option<&Expr>> = lowered.iter().map(|(when, _)| tested(when)).collect();
        if tested.first().is_some_and(|first| first.is_some() && tested.iter().all(|other| other == first)) {
            let tests: Vec<Option<Known>> = lowered.iter().map(|(when, _)| self.known_test(when)).collect();
            let known: Vec<Option<Ratio>> = values.iter().map(|value| self.number_of_row(value)).collect();
            let spans: Vec<Span> = rows.iter().map(|(when, _)| when.span).collect();
            let whole = tested.first().copied().flatten().is_some_and(|of| self.is_whole(of, scope));
            let of = lowered.first().map_or(Ty::PLAIN, |(when, _)| bound_ty(when));
            self.look_at_rows(&tests, &known, (&of, &ty), &spans, whole);
        }
        Some(cases(lowered, Some(otherwise), ty))
    }

    /// What a row gives; `None`: reported.
    fn cell(&mut self, value: &tree::Expr, scope: Scope) -> Option<Row> {
        match value.kind {
            ExprKind::NoValue => Some(None),
            _ => self.expr(value, scope).map(Some),
        }
    }

    /// The type of what the rows give that give something; `None`: reported.
    fn type_of_rows(&mut self, rows: &[&Row], span: Span) -> Option<Ty> {
        let values: Vec<&Typed> = rows.iter().copied().flatten().collect();
        if values.is_empty() {
            self.all_without_value(span);
            return None;
        }
        self.one_type(&values, span)
    }

    fn number_of_row(&self, row: &Row) -> Option<Ratio> {
        row.as_ref().and_then(|value| self.known_number(&value.expr))
    }

    /// Reports a table of which no row has a value.
    pub(super) fn all_without_value(&mut self, span: Span) {
        self.error_with_help(
            codes::WRONG_TYPE,
            span,
            text!("no row has a value", "没有一行有值"),
            text!(
                "`no value` is for single cells of a table: give the other rows what they bring",
                "`无值`用于表中个别空格，其他各行须写明所得"
            ),
        );
    }

    /// The one type of values of which one is taken; `None`: reported.
    fn one_type(&mut self, values: &[&Typed], span: Span) -> Option<Ty> {
        let mut ty = values.first()?.ty.clone();
        for value in values {
            let common = match (&ty, &value.ty) {
                (a, b) if a == b => Some(a.clone()),
                (a, b) if a.is_moment() && b.is_moment() => Some(Ty::Time),
                (a, b) => a.common(b),
            };
            let Some(common) = common else {
                self.no_match(span, &ty, &value.ty);
                return None;
            };
            ty = common;
        }
        Some(ty)
    }

    pub(super) fn round(&mut self, value: &tree::Expr, to: &RoundTo, how: Rounding, scope: Scope) -> Option<Typed> {
        let found = self.expr(value, scope)?;
        if !found.ty.is_number() {
            self.wrong_type(value.span, &text!("a number", "数"), &found.ty);
            return None;
        }
        let multiple = self.multiple(to, &found.ty, value.span, scope)?;
        Some(Typed::new(Expr::Round(Box::new(found.expr), multiple, how), found.ty))
    }

    /// The number of which values of a type are brought to whole multiples.
    pub(super) fn multiple(&mut self, to: &RoundTo, ty: &Ty, span: Span, scope: Scope) -> Option<Ratio> {
        Some(match to {
            RoundTo::Places(places) if *places > PLACES_MAX => {
                self.error(
                    codes::BAD_NUMBER,
                    span,
                    text!("at most {PLACES_MAX} places are kept", "最多保留 {PLACES_MAX} 位小数"),
                );
                return None;
            }
            // The places of a share are those of its percents.
            RoundTo::Places(places) => {
                let places = if *ty == Ty::Number(Unit::Share) { places + 2 } else { *places };
                Ratio::new(1, 10i128.checked_pow(places)?).ok()?
            }
            RoundTo::Multiples(written) => {
                let wanted = match ty {
                    Ty::Number(unit) => unit.clone(),
                    _ => Unit::Plain,
                };
                let multiple = self.amount_or_bare(written, &wanted, scope)?;
                match self.written_number(&multiple) {
                    Some(number) if number > Ratio::ZERO => number,
                    _ => {
                        self.error(
                            codes::BAD_NUMBER,
                            written.span,
                            text!("a number above zero is written here", "此处须写大于零的数"),
                        );
                        return None;
                    }
                }
            }
        })
    }

    pub(super) fn date_part(&mut self, part: DatePart, of: &tree::Expr, scope: Scope) -> Option<Typed> {
        let found = self.moment(of, scope)?;
        Some(Typed::new(Expr::DatePart(part, Box::new(found)), Ty::PLAIN))
    }

    /// A day or time; `None`: reported.
    pub(super) fn moment(&mut self, of: &tree::Expr, scope: Scope) -> Option<Expr> {
        let found = self.expr(of, scope)?;
        if !found.ty.is_moment() {
            self.wrong_type(of.span, &text!("a date or time", "日期或时刻"), &found.ty);
            return None;
        }
        Some(found.expr)
    }

    /// A known number below zero among the results of an expression.
    pub(super) fn gives_negative(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Cases(rows, otherwise) => {
                rows.iter().map(|(_, value)| value).chain(otherwise.as_deref()).any(|value| self.gives_negative(value))
            }
            other => self.known_number(other).is_some_and(|n| n.num() < 0),
        }
    }
}

/// What a row gives: a value, or none where its cell is empty.
type Row = Option<Typed>;

fn cases(rows: Vec<(Expr, Row)>, otherwise: Option<Row>, ty: Ty) -> Typed {
    let given = |row: Row| row.map_or_else(Expr::no_value, |value| value.expr);
    let rows = rows.into_iter().map(|(test, row)| (test, given(row))).collect();
    Typed::new(Expr::Cases(rows, otherwise.map(|row| Box::new(given(row)))), ty)
}

/// The type of the number that a condition names, as far as it is written out.
fn bound_ty(when: &Expr) -> Ty {
    match when {
        Expr::Compare(_, _, bound) => match bound.as_ref() {
            Expr::Const(_, unit) => Ty::Number(unit.clone()),
            _ => Ty::PLAIN,
        },
        Expr::And(parts) => parts.first().map_or(Ty::PLAIN, bound_ty),
        _ => Ty::PLAIN,
    }
}

/// The value that a comparison or a stretch is about.
fn tested(when: &Expr) -> Option<&Expr> {
    match when {
        Expr::Compare(op, value, _) if !matches!(op, CompareOp::Eq | CompareOp::Ne) => Some(value),
        Expr::And(parts) => match parts.as_slice() {
            [Expr::Compare(_, a, _), Expr::Compare(_, b, _)] if a == b => Some(a),
            _ => None,
        },
        _ => None,
    }
}
