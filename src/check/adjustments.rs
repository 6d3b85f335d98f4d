//! Deductions, bonuses and payments: an amount, how often, its cap and its condition.

use super::checker::{Checker, Scope};
use super::codes;
use super::compare::bare_name;
use super::names::Symbol;
use super::types::{Ty, one_of};
use crate::diagnostic::Text;
use crate::model::{Adjustment, Expr, UNNAMED_PAYMENT, Unit};
use crate::source::Span;
use crate::syntax::tree::{self, AdjustExpr, ExprKind, Name, PerOf, SourceExpr};

/// The unit of an amount, and whether a bare number takes it.
#[derive(Clone, Copy)]
pub(super) struct AmountUnit<'u> {
    pub(super) unit: &'u Unit,
    pub(super) bare: bool,
}

impl Checker<'_> {
    pub(super) fn adjustment(
        &mut self,
        adjust: &AdjustExpr,
        unit: AmountUnit,
        names: &mut Names,
        scope: Scope,
    ) -> Option<Adjustment> {
        let name = match &adjust.name {
            Some(name) => {
                if let Some(first) = names.find(&name.value)
                    && first != name.span
                {
                    self.duplicate(&name.value, name.span, first);
                }
                names.take(&name.value, name.span);
                name.value.clone()
            }
            None => names.unnamed(adjust),
        };
        let number = |checker: &mut Self, written| {
            if unit.bare {
                checker.amount_or_bare(written, unit.unit, scope)
            } else {
                checker.amount(written, unit.unit, scope)
            }
        };
        let split = self.cap_apart(adjust, scope);
        let adjust = split.as_ref().unwrap_or(adjust);
        let before = self.diagnostics.len();
        let amount = number(self, &adjust.amount);
        if amount.is_none()
            && let Some(help) = self.amount_read_elsewhere(adjust, scope)
        {
            for diagnostic in self.diagnostics.iter_mut().skip(before).filter(|one| one.code == codes::UNKNOWN_NAME) {
                diagnostic.help = Some(help.clone());
            }
        }
        let cap = adjust.cap.as_ref().map(|cap| number(self, cap));
        let times = adjust.per.as_ref().map(|per| match &adjust.step {
            Some(step) => self.per_steps(step, per, scope),
            None => self.times(per, scope),
        });
        let when = self.optional_condition(adjust.when.as_ref(), scope);
        Some(Adjustment {
            name,
            bonus: adjust.bonus,
            amount: amount?,
            times: flat(times)?,
            cap: flat(cap)?,
            when: when.ok()?,
        })
    }

    /// What to write instead of an amount that has a name which the subject does not: `每次2分`, a field of what is counted.
    fn amount_read_elsewhere(&self, adjust: &AdjustExpr, scope: Scope) -> Option<Text> {
        match &adjust.amount.kind {
            ExprKind::Path(names) => {
                let name = names.first()?.value.as_str();
                (name.starts_with('每') && name.chars().any(|c| c.is_ascii_digit())).then(|| {
                    text!(
                        "the points come first, then what they are for: `2 points per KIND`",
                        "先写分数，再写每有什么：`2 分 每有 …`"
                    )
                })
            }
            ExprKind::Table(table) => {
                let ExprKind::Path(names) = &table.of.kind else { return None };
                let source = self.counted_source(adjust.per.as_ref()?, scope)?;
                let Some(Symbol::Kind(kind)) = self.symbol(&source.kinds.first()?.value) else { return None };
                self.kinds.get(kind)?.field_named(&names.first()?.value)?;
                let (kind, field) = (self.kind_name(kind), &names.first()?.value);
                Some(text!(
                    "the amount is read on the subject, `{field}` is a field of `{kind}`: make the points a measure of `{kind}` and write `1 points per (sum MEASURE over {kind})`, or one line for each of its values, `3 points per {kind} where {field} = ...`",
                    "分数按考核对象读取，而`{field}`是`{kind}`的字段：请把分数写成`{kind}`的指标，再写`1 分 每有 (合计 指标 于 {kind})`；或每个取值写一行，`3 分 每有 {kind} 其中 {field} = …`"
                ))
            }
            _ => None,
        }
    }

    fn times(&mut self, per: &PerOf, scope: Scope) -> Option<Expr> {
        match self.counted_source(per, scope) {
            Some(source) => self.count_of(&source, scope),
            None => match per {
                PerOf::Expr(expr) => self.times_of(expr, scope),
                PerOf::Source(_) => None,
            },
        }
    }

    /// How often by a plain number; a length or an amount says per how much of it.
    fn times_of(&mut self, expr: &tree::Expr, scope: Scope) -> Option<Expr> {
        let before = self.diagnostics.len();
        let found = self.expr(expr, scope)?;
        if found.ty.fits(&Unit::Plain) {
            return Some(found.expr);
        }
        self.wrong_unit(expr.span, &Unit::Plain, &found.ty, None);
        if let Ty::Number(unit) = &found.ty {
            let one = one_of(unit);
            let help = Text::new(
                format!("say per how much of it: `per {} of (...)`", one.en),
                format!("须说明每多少计一次：`每有 {} 的（……）`", one.zh),
            );
            let added = self.diagnostics.iter_mut().skip(before).filter(|diagnostic| diagnostic.help.is_none());
            added.for_each(|diagnostic| diagnostic.help = Some(help.clone()));
        }
        None
    }

    /// The source that a bare `per` counts: rows, or a single name of a kind or part.
    pub(super) fn counted_source(&self, per: &PerOf, scope: Scope) -> Option<SourceExpr> {
        match per {
            PerOf::Source(source) => Some(source.clone()),
            PerOf::Expr(expr) => {
                let name = bare_name(expr).filter(|name| !self.is_value(&name.value, scope))?;
                let counted = matches!(self.symbol(&name.value), Some(Symbol::Kind(_) | Symbol::Part(_)));
                counted.then(|| SourceExpr::bare(name.clone()))
            }
        }
    }
}

/// Names of the lines of an assessment or reward.
#[derive(Default)]
pub(super) struct Names {
    taken: Vec<(String, Span)>,
    /// They are payments of a reward.
    payments: bool,
}

impl Names {
    /// Of the payments of a reward.
    pub(super) fn of_payments() -> Names {
        Names { payments: true, ..Names::default() }
    }

    fn find(&self, name: &str) -> Option<Span> {
        self.taken.iter().find(|(other, _)| other == name).map(|(_, span)| *span)
    }

    /// Notes a name.
    pub(super) fn take(&mut self, name: &str, span: Span) {
        self.taken.push((name.to_owned(), span));
    }

    /// A name for a line without one: what it is per, in the author's words, else its position.
    fn unnamed(&mut self, adjust: &AdjustExpr) -> String {
        let joined = |names: &[Name], by: &str| names.iter().map(|n| n.value.as_str()).collect::<Vec<_>>().join(by);
        let base = match &adjust.per {
            Some(PerOf::Source(source)) => joined(&source.kinds, "+"),
            Some(PerOf::Expr(expr)) => match &expr.kind {
                ExprKind::Path(names) => joined(names, "."),
                ExprKind::Tally { rules, .. } => joined(rules, "+"),
                ExprKind::Agg(agg) => joined(&agg.source.kinds, "+"),
                _ => String::new(),
            },
            None => String::new(),
        };
        let word = match (self.payments, adjust.bonus) {
            (true, _) => UNNAMED_PAYMENT,
            (false, true) => "add",
            (false, false) => "deduct",
        };
        let base = if base.is_empty() { word.to_owned() } else { base };
        let mut name = base.clone();
        let mut count = 2usize;
        while self.find(&name).is_some() {
            name = format!("{base} {count}");
            count += 1;
        }
        self.taken.push((name.clone(), adjust.span));
        name
    }
}

/// Nothing written is fine; something reported is not.
pub(super) fn flat<T>(written: Option<Option<T>>) -> Option<Option<T>> {
    match written {
        None => Some(None),
        Some(done) => done.map(Some),
    }
}
