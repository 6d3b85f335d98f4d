//! Counters: points over records, steps, choices.

use super::checker::{Checker, Place, Scope};
use super::codes;
use super::expressions::Typed;
use super::lints::walk::Reads;
use super::parts::{State, both};
use super::rules::cites;
use super::types::Ty;
use crate::model::{
    AggId, Counter, CounterField, CounterId, Expr, Frame, Id, KindId, Step, StepEffect, TermUnit, Unit,
};
use crate::syntax::tree::{CounterItem, FrameExpr, Name, SpanTerm, Spanned, StepEffectExpr};
use std::collections::BTreeSet;

/// A counter while it is checked.
pub(super) struct CounterDecl<'a> {
    pub(super) item: &'a CounterItem,
    /// Kind of its subject, which of them it counts for, its points and their type.
    found: State<Found>,
    /// Definitions below it.
    depth: usize,
}

/// Kind of a counter's subject, which of them it counts for, its points and their type.
type Found = (KindId, Option<Expr>, AggId, Ty);

impl<'a> CounterDecl<'a> {
    pub(super) fn new(item: &'a CounterItem) -> CounterDecl<'a> {
        CounterDecl { item, found: State::New, depth: 0 }
    }
}

impl<'a> Checker<'a> {
    /// Looks at subjects and points of every counter, read or not.
    pub(super) fn resolve_counters(&mut self) {
        let ids: Vec<CounterId> = self.counter_decls.ids().collect();
        for id in ids {
            self.found_counter(id);
        }
    }

    /// Subject and points of a counter, which parts, measures and rules may read; `None`: reported.
    fn found_counter(&mut self, id: CounterId) -> Option<Found> {
        match &self.counter_decls[id].found {
            State::Done(done) => return done.clone(),
            State::Open => return None,
            State::New => {}
        }
        self.counter_decls[id].found = State::Open;
        let item = self.counter_decls[id].item;
        let (found, depth) = self.nested(&item.name, |checker| {
            checker.citing(&item.cites, |checker| {
                let (kind, part) = checker.subject(&item.subject)?;
                checker.needs_key(kind, item.subject.span);
                let scope = Scope { kind, place: Place::Subject };
                // It is asked on each day with records, so it may not read the counter itself.
                let written = checker.optional_condition(item.scope.as_ref(), scope);
                let (points, ty) = checker.sum_so_far(&item.adds, &item.source, scope)?;
                Some((kind, both(part, written.ok()?), points, ty))
            })
        });
        let decl = &mut self.counter_decls[id];
        (decl.found, decl.depth) = (State::Done(found.clone()), depth);
        found
    }

    pub(super) fn lower_counters(&mut self) {
        let ids: Vec<CounterId> = self.counter_decls.ids().collect();
        for id in ids {
            let item = self.counter_decls[id].item;
            let counter = self.citing(&item.cites, |checker| checker.counter(id, item));
            self.counters.push(counter);
        }
    }

    /// Reports counters that are cleared by records which wait for what they count.
    pub(super) fn check_clearings(&mut self) {
        let reads = |counter: &Counter| {
            let mut reads = Reads::new(self);
            counter.scope.iter().for_each(|scope| reads.expr(scope));
            counter.cleared_when.iter().for_each(|when| reads.expr(when));
            [counter.points].iter().chain(&counter.cleared_by).for_each(|agg| reads.agg(*agg));
            reads.counters
        };
        let read: Vec<BTreeSet<CounterId>> =
            self.counters.iter().map(|counter| counter.as_ref().map(reads).unwrap_or_default()).collect();
        let leads_back = |start: CounterId| {
            let (mut open, mut seen) = (vec![start], BTreeSet::new());
            while let Some(at) = open.pop() {
                open.extend(read.get(at.index()).into_iter().flatten().filter(|next| seen.insert(**next)));
            }
            seen.contains(&start)
        };
        let ids: Vec<CounterId> = self.counter_decls.ids().filter(|id| leads_back(*id)).collect();
        for id in ids {
            let item = self.counter_decls[id].item;
            let shown = &item.name.value;
            self.error_with_help(
                codes::DEFINITION_CYCLE,
                item.name.span,
                text!(
                    "what clears `{shown}` is told by what `{shown}` counts",
                    "`{shown}`由什么清零，取决于`{shown}`自身的累计"
                ),
                text!(
                    "let the records that clear it be told by their own fields, or by measures that read no counter",
                    "请以记录自身的字段、或不读取记分的指标来确定清零的记录"
                ),
            );
        }
    }

    fn counter(&mut self, id: CounterId, item: &'a CounterItem) -> Option<Counter> {
        let found = self.found_counter(id);
        self.counter_choices(item);
        let term = self.counter_term(item.term);
        let clean = item.clean.map(|clean| self.counter_term(clean));
        let kind = found.as_ref().map(|(kind, ..)| *kind);
        let cleared_every = kind.and_then(|kind| item.cleared_every.as_ref().map(|every| self.clearing(every, kind)));
        let cleared_by = kind.map(|kind| {
            let scope = Scope { kind, place: Place::Subject };
            let found: Vec<_> = item.cleared_by.iter().map(|source| self.records_so_far(source, scope)).collect();
            found.into_iter().collect::<Option<Vec<AggId>>>()
        });
        let in_force = match &item.in_force {
            Some(force) => self.force(force),
            None => Some(crate::model::Force::default()),
        };
        let (kind, counts_for, points, ty) = found?;
        let scope = Scope { kind, place: Place::Subject };
        let money = item.money_precision.as_ref().map(|precision| self.precision(precision));
        self.money_is_rounded = money.is_some();
        self.standing = Some(ty.clone());
        let cleared_when = self.optional_condition(item.cleared_when.as_ref(), scope);
        self.standing = None;
        let mut steps = Vec::new();
        for step in &item.steps {
            let at = self.threshold(&step.at, &ty, scope);
            let own = step.term.map_or(term, |own| self.counter_term(own));
            let effects: Vec<_> = step.effects.iter().map(|effect| self.step_effect(effect, scope)).collect();
            let effects: Option<Vec<StepEffect>> = effects.into_iter().collect();
            steps.push(at.zip(own).zip(effects).map(|((at, term), effects)| Step { at, term, effects }));
        }
        self.money_is_rounded = false;
        Some(Counter {
            money,
            name: item.name.value.clone(),
            cites: cites(&item.cites),
            subject: kind,
            scope: counts_for,
            points,
            steps: steps.into_iter().collect::<Option<_>>()?,
            excess: item.excess?,
            after_last: item.after_last?,
            clean: super::adjustments::flat(clean)?,
            clean_clears: item.clean_clears,
            cleared_by: cleared_by??,
            cleared_every: super::adjustments::flat(cleared_every)?,
            cleared_when: cleared_when.ok()?,
            in_force: in_force?,
            span: item.name.span,
        })
    }

    /// The windows with which points and steps are gone: calendar units, or so many from a date.
    fn clearing(&mut self, written: &Spanned<FrameExpr>, kind: KindId) -> Option<Frame> {
        match &written.value {
            FrameExpr::Cycle { count, unit, from } => self.own_cycle(*count, *unit, from, kind, written.span),
            FrameExpr::Every { count, anchor: None, .. } if *count > 1 => self.bad_frame(
                written.span,
                text!(
                    "several units in a row begin on a day: `from DATE` or `from FIELD`",
                    "几个单位合成一期的须写明起算日：`自 日期`或`自 字段`"
                ),
            ),
            FrameExpr::EveryParam(name) => {
                self.bad_frame(name.span, text!("when points are cleared is not a parameter", "清零的周期不能是参数"))
            }
            // Only dates of the year ask for the unit.
            _ => self.written_frame(written, 0),
        }
    }

    fn counter_choices(&mut self, item: &CounterItem) {
        let (shown, span) = (&item.name.value, item.name.span);
        if item.steps.is_empty() {
            self.error_with_help(
                codes::NO_STEPS,
                span,
                text!("counter `{shown}` has no step", "记分`{shown}`没有任何一档"),
                text!("add one: `step 12 points : sanction NAME`", "请加上一档：`档 12 分 : 处理 名称`"),
            );
        }
        if item.excess.is_none() {
            self.error_with_help(
                codes::CHOOSE_EXCESS,
                span,
                text!("say what becomes of points above a threshold of `{shown}`", "须说明`{shown}`达档后超出的分数如何处理"),
                text!(
                    "add `excess dropped` (the count starts again at 0) or `excess carried` (it starts again with the rest)",
                    "请加上`余分 清零`（从 0 重新累计）或`余分 结转`（余下的分数继续累计）"
                ),
            );
        }
        if item.after_last.is_none() {
            self.error_with_help(
                codes::CHOOSE_AFTER_LAST,
                span,
                text!("say what comes after the last step of `{shown}`", "须说明`{shown}`到末档之后如何处理"),
                text!(
                    "add `last step repeats` (it is reached again and again) or `last step ends` (nothing more)",
                    "请加上`末档 重复`（可再次达到末档）或`末档 止`（不再继续）"
                ),
            );
        }
    }

    fn counter_term(&mut self, term: SpanTerm) -> Option<(u32, TermUnit)> {
        let (count, unit) = term.value;
        let by_days = matches!(unit, TermUnit::Days | TermUnit::Weeks | TermUnit::Months | TermUnit::Years);
        if by_days && count > 0 && i64::from(count) <= i64::from(crate::limits::TERM_UNITS_MAX) {
            return Some(term.value);
        }
        self.error(
            codes::BAD_NUMBER,
            term.span,
            text!(
                "a counter looks back one or more days, weeks, months or years",
                "记分的期限须为一个以上的天、周、月或年"
            ),
        );
        None
    }

    fn threshold(&mut self, written: &crate::syntax::tree::Expr, ty: &Ty, scope: Scope) -> Option<Expr> {
        let Typed { expr, ty: found } = self.expr(written, scope)?;
        if !found.is_number() || found.common(ty).is_none() {
            let wanted = self.describe(ty);
            self.wrong_type(written.span, &wanted, &found);
            return None;
        }
        if !matches!(expr, Expr::Const(..) | Expr::Param(_)) {
            self.error(
                codes::NOT_CONSTANT,
                written.span,
                text!("a threshold is a number or a parameter", "档的分数须为数或参数"),
            );
            return None;
        }
        if self.known_number(&expr).is_some_and(|n| n.num() <= 0) {
            self.error(codes::BAD_NUMBER, written.span, text!("a threshold is above 0", "档的分数须大于 0"));
            return None;
        }
        Some(expr)
    }

    fn step_effect(&mut self, effect: &StepEffectExpr, scope: Scope) -> Option<StepEffect> {
        let wanted = if effect.lasting.is_some() { Unit::Plain } else { self.own_money() };
        let amount = effect.amount.as_ref().map(|amount| self.amount_or_bare(amount, &wanted, scope));
        let unit = effect.amount.as_ref().filter(|_| effect.lasting.is_none()).map(|_| &wanted);
        let payee = self.payee(&effect.payee, unit, scope);
        Some(StepEffect {
            payee: payee?,
            kind: effect.kind,
            name: effect.name.value.clone(),
            amount: super::adjustments::flat(amount)?,
            lasting: effect.lasting,
        })
    }

    /// `points of counter C`
    pub(super) fn counter_value(&mut self, field: CounterField, name: &Name, scope: Scope) -> Option<Typed> {
        let (id, points) = self.counter_of(name, scope)?;
        let ty = if field == CounterField::Points { points } else { Ty::PLAIN };
        Some(Typed::new(Expr::Counter(id, field), ty))
    }

    /// A counter of the subjects of a scope, with the type of its points.
    pub(super) fn counter_of(&mut self, name: &Name, scope: Scope) -> Option<(CounterId, Ty)> {
        let known = self.counter_decls.entries().find(|(_, decl)| decl.item.name.value == name.value);
        let Some((id, _)) = known else {
            let choices: Vec<String> = self.counter_decls.iter().map(|decl| decl.item.name.value.clone()).collect();
            let shown = &name.value;
            let message = text!("no counter is called `{shown}`", "没有名为`{shown}`的记分");
            self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
            return None;
        };
        if self.counter_decls[id].found == State::Open {
            self.cycle(name);
            return None;
        }
        let (kind, _, _, ty) = self.found_counter(id)?;
        self.reach = self.reach.max(self.counter_decls[id].depth);
        if kind != scope.kind {
            let (shown, own, here) = (&name.value, self.kind_name(kind), self.kind_name(scope.kind));
            self.error(
                codes::MEASURE_OF_OTHER_KIND,
                name.span,
                text!("`{shown}` counts for `{own}`, not for `{here}`", "`{shown}`是`{own}`的记分，不是`{here}`的"),
            );
            return None;
        }
        Some((id, ty))
    }
}
