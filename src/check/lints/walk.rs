//! Which parameters and results a rule reads, through its measures and aggregates.

use crate::check::checker::Checker;
use crate::model::{
    AggId, AggOp, AssessmentId, AttributesAt, CounterId, Event, Expr, Frame, Id, KindId, MeasureId, ParamId,
    Requirement, Role, Rule, SourcePart, TurnOf,
};
use std::collections::BTreeSet;

/// Gathers what is read.
pub(in crate::check) struct Reads<'c, 'a> {
    checker: &'c Checker<'a>,
    pub(in crate::check) params: BTreeSet<ParamId>,
    /// Assessments whose results are read.
    pub(in crate::check) results: BTreeSet<AssessmentId>,
    /// Counters that are read.
    pub(in crate::check) counters: BTreeSet<CounterId>,
    /// Kinds kept in registers whose rows are counted.
    pub(in crate::check) registers: BTreeSet<KindId>,
    in_rule: bool,
    measures: BTreeSet<MeasureId>,
    aggs: BTreeSet<AggId>,
}

impl<'c, 'a> Reads<'c, 'a> {
    pub(in crate::check) fn new(checker: &'c Checker<'a>) -> Reads<'c, 'a> {
        Reads {
            checker,
            params: BTreeSet::new(),
            results: BTreeSet::new(),
            counters: BTreeSet::new(),
            registers: BTreeSet::new(),
            in_rule: false,
            measures: BTreeSet::new(),
            aggs: BTreeSet::new(),
        }
    }

    /// Whether a measure is among what was read.
    pub(super) fn reads_measure(&self, id: MeasureId) -> bool {
        self.measures.contains(&id)
    }

    pub(in crate::check) fn rule(&mut self, rule: &Rule) {
        self.in_rule = true;
        if let Frame::EveryParam(id) = rule.frame {
            self.params.insert(id);
        }
        for expr in rule.scope.iter().chain(&rule.excused) {
            self.expr(expr);
        }
        self.requirement(&rule.requirement);
        if let AttributesAt::Event(event) = &rule.attributes {
            self.event(event);
        }
    }

    fn event(&mut self, event: &Event) {
        event.agg().into_iter().for_each(|agg| self.agg(agg));
        event.expr().into_iter().for_each(|expr| self.expr(expr));
        if let Event::Turn(turn) = event
            && let TurnOf::Result(of) = turn.of
        {
            self.results.insert(of);
        }
    }

    fn requirement(&mut self, requirement: &Requirement) {
        match requirement {
            Requirement::All(parts) | Requirement::Any(parts) => parts.iter().for_each(|part| self.requirement(part)),
            Requirement::Count(count) => {
                self.expr(&count.measured);
                for bound in count.at_least.iter().chain(&count.at_most) {
                    self.expr(bound);
                }
                if let Some(per) = &count.per {
                    self.expr(&per.each);
                    self.expr(&per.base);
                }
            }
            Requirement::Condition(expr) => self.expr(expr),
            Requirement::Term(term) => {
                term.events().into_iter().for_each(|event| self.event(event));
                term.exprs().into_iter().for_each(|expr| self.expr(expr));
                term.aggs().into_iter().for_each(|agg| self.agg(agg));
            }
            Requirement::Sequence(steps) => {
                steps.events.iter().for_each(|event| self.event(event));
                steps.exprs().into_iter().for_each(|expr| self.expr(expr));
                steps.aggs().into_iter().for_each(|agg| self.agg(agg));
            }
            Requirement::Gap(gap) => {
                self.agg(gap.agg);
                self.expr(&gap.most);
            }
        }
    }

    pub(in crate::check) fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Param(id) => {
                self.params.insert(*id);
            }
            Expr::Measure(id) | Expr::Through(_, id) => {
                if self.measures.insert(*id)
                    && let Some(inner) = self.checker.measures.get(*id).and_then(|measure| measure.expr())
                {
                    self.expr(inner);
                }
            }
            // The due days of rules that stand above.
            Expr::Tally(tally) if self.in_rule => {
                let checker = self.checker;
                let rules = tally.rules.iter().filter_map(|(id, _)| checker.rules.get(id.index())?.as_ref());
                rules.for_each(|rule| self.rule(rule));
            }
            Expr::Agg(_) | Expr::Cover(_) => expr.aggs().into_iter().for_each(|id| self.agg(id)),
            other => {
                match other {
                    Expr::Result(of, _) | Expr::ResultVia(_, of, _) => _ = self.results.insert(*of),
                    Expr::Periods(agg) => _ = self.results.insert(agg.of),
                    Expr::InPeriod(one) => _ = self.results.insert(one.of),
                    Expr::Counter(of, _) => _ = self.counters.insert(*of),
                    _ => {}
                }
                other.children().into_iter().for_each(|child| self.expr(child));
            }
        }
    }

    pub(in crate::check) fn agg(&mut self, id: AggId) {
        if !self.aggs.insert(id) {
            return;
        }
        let Some(agg) = self.checker.aggs.get(id) else { return };
        match &agg.op {
            AggOp::Count => {}
            AggOp::Distinct(values) | AggOp::List(values) => values.iter().for_each(|value| self.expr(value)),
            AggOp::Average(value, weight) => {
                self.expr(value);
                weight.iter().for_each(|weight| self.expr(weight));
            }
            AggOp::Sum(value)
            | AggOp::Min(value)
            | AggOp::Max(value)
            | AggOp::First(value)
            | AggOp::Last(value)
            | AggOp::Share(value)
            | AggOp::Quantile(value, _) => self.expr(value),
        }
        match &agg.frame {
            crate::model::AggFrame::Dated { from, until } => {
                from.iter().chain(until).for_each(|bound| self.expr(bound));
            }
            crate::model::AggFrame::SinceLast(last) => self.agg(*last),
            _ => {}
        }
        let parts = agg.source.parts();
        let of_register =
            |part: &&SourcePart| self.checker.kinds.get(part.kind).is_some_and(|k| k.role == Role::Entity);
        self.registers.extend(parts.iter().filter(of_register).map(|part| part.kind));
        let firsts = parts.iter().filter_map(|part| part.first.as_ref());
        let known = firsts.flat_map(|first| &first.known).flat_map(|(rivals, _)| rivals).map(|rival| &rival.filter);
        for filter in parts.iter().map(|part| &part.filter).chain(known).flatten() {
            self.expr(filter);
        }
    }
}
