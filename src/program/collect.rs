//! Finds every aggregate that the judge will ask for, with the ranges of days, and lays out accumulators.

use super::accumulator::{AccId, Accumulator, Part, Slots, link_kind, op_exprs};
use super::{Gathering, Program, passes_event, reads_event};
use crate::model::{
    Acting, AggFrame, AggId, AggOp, Assessment, AssessmentId, CalendarUnit, Day, Event, Expr, Frame, Id, IdVec, KindId,
    Link, MeasureId, ParamId, Policy, Requirement, Role, Source, SourcePart, Tally, TallyKind, Type, Unit, Window,
    frame_range,
};
use std::collections::{BTreeSet, HashSet};

/// Windows under which an expression is evaluated.
#[derive(Clone, Copy)]
enum Over<'a> {
    /// These, for every subject.
    Fixed(&'a [Window]),
    /// One of its own for each subject.
    Own,
    /// As `Own`, of what starts a term or holds its due date: dates later than as-of are read as they stand.
    Planned,
}

impl Over<'_> {
    /// For filters: what is counted is what has happened.
    fn of_filters(self) -> Self {
        match self {
            Over::Planned => Over::Own,
            over => over,
        }
    }
}

/// An accumulator being laid out.
struct Draft {
    acc: Accumulator,
    edges: BTreeSet<Day>,
    list: bool,
}

struct Collector<'p> {
    policy: &'p Policy,
    /// Those of the programs before, too.
    drafts: Vec<Draft>,
    acc_of: IdVec<AggId, Option<AccId>>,
    /// Those of aggregates that start a term or hold its due date, where they read dates of records.
    planned_of: IdVec<AggId, Option<AccId>>,
    gatherings: Vec<Gathering>,
}

/// Fills the accumulator tables of programs that share them.
pub(super) fn collect(programs: &mut [Program]) {
    let mut drafts = Vec::new();
    for program in programs.iter_mut() {
        let policy = program.policy.clone();
        let mut collector = Collector {
            policy: &policy,
            drafts,
            acc_of: policy.aggs.iter().map(|_| None).collect(),
            planned_of: policy.aggs.iter().map(|_| None).collect(),
            gatherings: Vec::new(),
        };
        collector.program(program);
        program.acc_of = collector.acc_of;
        program.planned_of = collector.planned_of;
        program.gatherings = collector.gatherings;
        program.gathered_for = gathered_for(program);
        drafts = collector.drafts;
    }
    let accumulators: IdVec<AccId, Accumulator> = (drafts.into_iter())
        .map(|draft| {
            let slots = (!draft.list).then(|| Slots::new(draft.edges.into_iter().collect()));
            // Only ids of registers are the same in all ledgers.
            let is_register = |kind: &KindId| programs.iter().all(|program| program.is_register(*kind));
            let distinct = draft.acc.distinct.filter(is_register);
            Accumulator { slots, distinct, ..draft.acc }
        })
        .collect();
    for program in programs {
        for (id, accumulator) in accumulators.entries() {
            for (at, part) in accumulator.parts.iter().enumerate() {
                program.feeds[part.source.kind].push((id, at));
                if part.deferred {
                    program.deferred[part.source.kind] = true;
                }
                for kind in part.source.first.iter().flat_map(|first| first.kinds()) {
                    program.deferred[kind] = true;
                }
            }
        }
        program.accumulators = accumulators.clone();
    }
}

/// Windows for which a measure is listed.
pub(crate) fn output_windows(program: &Program, unit: CalendarUnit) -> Vec<Window> {
    crate::model::window::calendar_windows(unit, program.spec.period.window, program.policy.year_start)
}

impl<'p> Collector<'p> {
    /// Every aggregate of a program.
    fn program(&mut self, program: &Program) {
        let (policy, collector) = (self.policy, self);
        // A state is judged on a day that as-of decides: where any as-of may come, on each day of the run.
        let run = program.spec.period.window;
        let each_day = |window: &Window| {
            (run.start.0..run.end.0)
                .map(Day)
                .chain([window.start])
                .map(|day| Window { start: day, end: day.plus(1) })
                .collect::<Vec<_>>()
        };
        for (id, rule) in policy.rules.entries() {
            let states = match program.rule_windows[id].first() {
                Some(window) if program.spec.any_as_of && rule.frame == Frame::State => each_day(window),
                _ => Vec::new(),
            };
            let mut windows = std::borrow::Cow::Borrowed(&program.rule_windows[id]);
            if !states.is_empty() {
                windows = std::borrow::Cow::Owned(states);
            } else if let (Frame::Rolling { .. }, Some(first), Some(last), true) =
                (&rule.frame, windows.first(), windows.last(), policy.is_maximum(rule))
            {
                // Looked at from any day on.
                let days = (first.start.0..last.end.0).map(Day);
                windows = std::borrow::Cow::Owned(days.map(|day| Window { start: day, end: day.plus(1) }).collect());
            }
            let over = if matches!(rule.frame, Frame::Event | Frame::Term | Frame::Gaps | Frame::Cycle { .. }) {
                Over::Own
            } else {
                Over::Fixed(&windows)
            };
            let exprs = rule.scope.iter().chain(&rule.excused);
            exprs.for_each(|expr| collector.expr(expr, over));
            collector.requirement(&rule.requirement, over);
            if let crate::model::AttributesAt::Event(event) = &rule.attributes {
                event.agg().into_iter().for_each(|agg| collector.agg(agg, over));
                event.expr().into_iter().for_each(|expr| collector.expr(expr, Over::Own));
            }
        }
        for lifetime in policy.kinds.iter().filter_map(|kind| kind.lifetime) {
            std::iter::once(lifetime.first).chain(lifetime.last).for_each(|agg| collector.agg(agg, Over::Fixed(&[])));
        }
        for (id, assessment) in policy.assessments.entries() {
            let periods = &program.assessment_periods[id];
            let over = if assessment.every.is_some() { Over::Fixed(periods) } else { Over::Own };
            crate::program::collect::assessment_exprs(assessment, &mut |expr| {
                collector.expr(expr, over);
                collector.tallies(expr, assessment.subject, assessment.every, periods);
            });
        }
        for (id, reward) in policy.rewards.entries() {
            let over = Over::Fixed(&program.reward_periods[id]);
            let adjustments = reward.payments.iter().flat_map(adjustment_exprs);
            let ceilings = reward.ceilings.iter().map(|ceiling| &ceiling.amount);
            let bounds = reward.cap.iter().chain(ceilings).chain(reward.payee.exprs());
            for expr in reward.scope.iter().chain(bounds).chain(adjustments) {
                collector.expr(expr, over);
            }
        }
        for counter in policy.counters.iter() {
            counter.records().for_each(|agg| collector.agg(agg, Over::Own));
            counter.scope.iter().chain(&counter.cleared_when).for_each(|expr| collector.expr(expr, Over::Own));
            let effects = counter.steps.iter().flat_map(|step| &step.effects);
            let amounts = effects.flat_map(|effect| effect.amount.iter().chain(effect.payee.exprs()));
            amounts.for_each(|expr| collector.expr(expr, Over::Own));
        }
        for measure in policy.measures.iter() {
            if let Some(unit) = measure.output {
                let windows = output_windows(program, unit);
                collector.expr(&measure.expr, Over::Fixed(&windows));
            }
        }
    }
}

impl<'p> Collector<'p> {
    fn requirement(&mut self, requirement: &'p Requirement, over: Over<'_>) {
        match requirement {
            Requirement::All(parts) | Requirement::Any(parts) => {
                parts.iter().for_each(|part| self.requirement(part, over));
            }
            Requirement::Count(count) => {
                let per = count.per.iter().flat_map(|per| [&per.each, &per.base]);
                let bounds = count.at_least.iter().chain(&count.at_most);
                std::iter::once(&count.measured).chain(bounds).chain(per).for_each(|expr| self.expr(expr, over));
            }
            Requirement::Condition(expr) => self.expr(expr, over),
            Requirement::Term(term) => {
                let start = match &term.start {
                    Event::Value(expr) => Some(&**expr),
                    _ => None,
                };
                let is_start = |expr: &&Expr| start.is_some_and(|start| std::ptr::eq(start, *expr));
                term.exprs().into_iter().filter(|expr| !is_start(expr)).for_each(|expr| self.expr(expr, Over::Own));
                start.into_iter().for_each(|start| self.expr(start, Over::Planned));
                term.aggs().into_iter().for_each(|agg| self.agg(agg, over));
            }
            Requirement::Sequence(steps) => {
                steps.exprs().into_iter().for_each(|expr| self.expr(expr, Over::Own));
                steps.aggs().into_iter().for_each(|agg| self.agg(agg, over));
            }
            Requirement::Gap(gap) => {
                self.agg(gap.agg, over);
                self.list(gap.agg);
                self.expr(&gap.most, Over::Own);
            }
        }
    }

    fn expr(&mut self, expr: &'p Expr, over: Over<'_>) {
        // Measures are few and shallow; one seen twice in an expression is walked twice.
        walk(expr, self.policy, &mut |found| {
            match found {
                Expr::Agg(_) | Expr::Cover(_) => found.aggs().into_iter().for_each(|agg| self.agg(agg, over)),
                // Read in periods of another length.
                Expr::Periods(_) | Expr::InPeriod(_) => {
                    found.children().into_iter().for_each(|inner| self.expr(inner, Over::Own));
                }
                _ => {}
            }
        });
    }

    fn agg(&mut self, id: AggId, over: Over<'_>) {
        let agg = &self.policy.aggs[id];
        match &agg.frame {
            AggFrame::Dated { from, until } => from.iter().chain(until).for_each(|bound| self.expr(bound, over)),
            AggFrame::SinceLast(last) => self.agg(*last, over),
            _ => {}
        }
        let parts = match &agg.source {
            Source::Records(parts) => parts,
            Source::Rows(_) | Source::Sharing(_) => {
                let filters = agg.source.parts().iter().filter_map(|part| part.filter.as_ref());
                filters.for_each(|expr| self.expr(expr, over.of_filters()));
                op_exprs(&agg.op).into_iter().for_each(|expr| self.expr(expr, over));
                return;
            }
        };
        let undone = super::fill::is_undone(self.policy, agg);
        let planned = matches!(over, Over::Planned) && reads_dates(self.policy, &agg.op, parts);
        let known = if planned { self.planned_of[id] } else { self.acc_of[id] };
        let acc = match known {
            Some(acc) => acc,
            None => {
                let acc = self.draft(&agg.op, parts, planned, undone);
                let slot = if planned { &mut self.planned_of[id] } else { &mut self.acc_of[id] };
                *slot = Some(acc);
                acc
            }
        };
        let Some(draft) = self.drafts.get_mut(acc.index()) else { return };
        draft.list |= agg.thin.is_some();
        match over {
            _ if matches!(agg.op, AggOp::List(_)) => draft.list = true,
            _ if agg.frame == AggFrame::Ever => {}
            _ if matches!(agg.frame, AggFrame::Dated { .. } | AggFrame::SinceLast(_)) => draft.list = true,
            Over::Own | Over::Planned => draft.list = true,
            Over::Fixed(windows) => {
                for window in windows {
                    let (from, to) = frame_range(&agg.frame, *window);
                    draft.edges.extend(from);
                    draft.edges.extend(to);
                }
            }
        }
    }

    /// The records of an aggregate are looked at in order.
    fn list(&mut self, id: AggId) {
        if let Some(draft) = self.acc_of[id].and_then(|acc| self.drafts.get_mut(acc.index())) {
            draft.list = true;
        }
    }

    /// The accumulator of an aggregate; equal ones are shared, whatever their frames.
    fn draft(&mut self, op: &crate::model::AggOp, parts: &[SourcePart], planned: bool, undone: bool) -> AccId {
        let policy = self.policy;
        let parts: Vec<Part> = parts
            .iter()
            .map(|source| {
                let mut bound = source.clone();
                bound.filter.iter_mut().for_each(|filter| bind(filter, policy));
                Part { source: bound, deferred: is_deferred(policy, source, op) }
            })
            .collect();
        let mut op = op.clone();
        op.exprs_mut().into_iter().for_each(|expr| bind(expr, policy));
        let op = &op;
        let is_alike = |acc: &Accumulator| acc.op == *op && acc.parts == parts && acc.planned == planned;
        if let Some(at) = self.drafts.iter().position(|draft| is_alike(&draft.acc)) {
            return AccId::from_index(at);
        }
        let whole = policy.kinds.entries().find(|(_, kind)| kind.role == Role::Whole).map(|(id, _)| id);
        let kind = parts.iter().find_map(|part| link_kind(policy, &part.source)).or(whole).unwrap_or(KindId(0));
        let distinct = self.distinct_subjects(op, &parts);
        let acc = Accumulator { op: op.clone(), parts, kind, slots: None, distinct, planned, undone };
        self.drafts.push(Draft { acc, edges: BTreeSet::new(), list: false });
        AccId::from_index(self.drafts.len() - 1)
    }

    /// The kind of the subjects that a count of distinct values tells apart, where the values are references that all rows have
    /// to subjects of one kind.
    fn distinct_subjects(&self, op: &AggOp, parts: &[Part]) -> Option<KindId> {
        let AggOp::Distinct(values) = op else { return None };
        let [Expr::Field(path)] = values.as_slice() else { return None };
        let [field] = path.as_slice() else { return None };
        let target = |part: &Part| match self.policy.kinds[part.source.kind].fields.get(*field)?.ty {
            Type::Ref(target) => Some(target),
            _ => None,
        };
        let first = target(parts.first()?)?;
        parts.iter().all(|part| part.source.first.is_none() && target(part) == Some(first)).then_some(first)
    }

    fn tallies(&mut self, expr: &'p Expr, kind: KindId, every: Option<CalendarUnit>, periods: &[Window]) {
        let mut found: Vec<&Tally> = Vec::new();
        walk_bounds(expr, self.policy, &mut |expr| {
            if let Expr::Tally(tally) = expr {
                found.push(tally);
            }
        });
        for tally in found {
            for (rule, link) in &tally.rules {
                let (link, periods, runs) = (link.clone(), periods.to_vec(), tally.what.is_run());
                let dues = tally.what == TallyKind::DueDay;
                let wanted = Gathering { rule: *rule, link, kind, every, periods, runs, dues };
                match self.gatherings.iter_mut().find(|known| known.is_for(&wanted)) {
                    Some(known) => (known.runs, known.dues) = (known.runs | runs, known.dues | dues),
                    None => self.gatherings.push(wanted),
                }
            }
        }
    }
}

/// By assessment, the positions of the gatherings for its subjects and periods.
fn gathered_for(program: &Program) -> IdVec<AssessmentId, Vec<usize>> {
    let assessments = program.policy.assessments.iter().zip(program.assessment_periods.iter());
    let of = |(assessment, periods): (&Assessment, &Vec<Window>)| {
        let is_for = |gathering: &Gathering| {
            gathering.kind == assessment.subject
                && gathering.every == assessment.every
                && (gathering.every.is_none() || gathering.periods == *periods)
        };
        program.gatherings.iter().enumerate().filter(|(_, g)| is_for(g)).map(|(at, _)| at).collect()
    };
    assessments.map(of).collect()
}

/// Puts values in the place of parameters, so that equal filters of several policies are told as equal. An open one becomes one that
/// no policy has: records are observed once for all of them, and what is open in one may have a value in another.
fn bind(expr: &mut Expr, policy: &Policy) {
    if let Expr::Param(id) = expr {
        *expr = match super::param_value(policy, *id) {
            Some(value) => Expr::Const(value.clone(), Unit::Plain),
            None => Expr::Param(ParamId(u32::MAX)),
        };
    }
    expr.children_mut().into_iter().for_each(|child| bind(child, policy));
}

impl Gathering {
    /// Whether two are of the same obligations, subjects and periods.
    fn is_for(&self, other: &Gathering) -> bool {
        self.rule == other.rule
            && self.link == other.link
            && self.kind == other.kind
            && self.every == other.every
            && self.periods == other.periods
    }
}

/// Whether an aggregate takes dates or times of records, other than those that date them.
fn reads_dates(policy: &Policy, op: &AggOp, parts: &[SourcePart]) -> bool {
    let is_date = |part: &SourcePart, path: &[crate::model::FieldId]| {
        let Some((last, before)) = path.split_last() else { return false };
        let Some(kind) = policy.path_kind(part.kind, before).map(|kind| &policy.kinds[kind]) else { return false };
        let is_moment = kind.fields.get(*last).is_some_and(|field| matches!(field.ty, Type::Date | Type::Time));
        is_moment && kind.role == Role::Record && kind.at != Some(*last)
    };
    let mut found = false;
    for expr in op_exprs(op) {
        walk(expr, policy, &mut |expr| {
            if let Expr::Field(path) = expr {
                found |= parts.iter().any(|part| is_date(part, path));
            }
        });
    }
    found
}

fn is_deferred(policy: &Policy, source: &SourcePart, op: &crate::model::AggOp) -> bool {
    let link = match &source.link {
        // `ancestors` of an event would need the event's own row as well.
        Link::Path { path, .. } => passes_event(policy, source.kind, path),
        Link::Shared { on, .. } => on.iter().any(|(path, _)| passes_event(policy, source.kind, path)),
        Link::Whole => false,
    };
    let mut fields = false;
    for expr in source.filter.iter().chain(op_exprs(op)) {
        walk(expr, policy, &mut |found| {
            if let Expr::Field(path) = found {
                fields |= reads_event(policy, source.kind, path);
            }
        });
    }
    link || fields || source.first.is_some() || acts_by_record(policy, source, op)
}

/// Whether records say who stands in, so that all of them must be there.
fn acts_by_record(policy: &Policy, source: &SourcePart, op: &AggOp) -> bool {
    if !policy.stand_ins.iter().any(|declared| policy.kinds[declared.kind].role == Role::Record) {
        return false;
    }
    let mut acts = source.acting != Acting::InPerson;
    for expr in source.filter.iter().chain(op_exprs(op)) {
        walk(expr, policy, &mut |found| acts |= matches!(found, Expr::Acts { .. }));
    }
    acts
}

/// Every expression of a requirement, terms' amounts included.
pub(crate) fn requirement_exprs(requirement: &Requirement) -> Vec<&Expr> {
    match requirement {
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().flat_map(requirement_exprs).collect(),
        Requirement::Count(count) => {
            let per = count.per.iter().flat_map(|per| [&per.each, &per.base]);
            std::iter::once(&count.measured).chain(&count.at_least).chain(&count.at_most).chain(per).collect()
        }
        Requirement::Condition(expr) => vec![expr],
        Requirement::Term(term) => vec![&term.amount],
        Requirement::Gap(gap) => vec![&gap.most],
        Requirement::Sequence(_) => Vec::new(),
    }
}

/// Every expression of an assessment.
pub(crate) fn assessment_exprs<'p>(assessment: &'p crate::model::Assessment, see: &mut dyn FnMut(&'p Expr)) {
    assessment.scope.iter().chain(&assessment.loses).for_each(&mut *see);
    for item in &assessment.items {
        see(&item.max);
        score_exprs(&item.score).for_each(&mut *see);
    }
    assessment.groups.iter().flat_map(|group| group.cap.iter().chain(&group.loses)).for_each(&mut *see);
    assessment.adjustments.iter().flat_map(adjustment_exprs).for_each(&mut *see);
    assessment.grades.iter().filter_map(|grade| grade.when.as_ref()).for_each(&mut *see);
    assessment.gates.iter().for_each(|gate| see(&gate.when));
    assessment.gates.iter().filter_map(|gate| gate.action.grade()).for_each(&mut *see);
    assessment.vetoes.iter().for_each(|veto| see(&veto.decisions));
    if let Some(rank) = &assessment.rank {
        rank.among.iter().for_each(&mut *see);
        rank.keys.iter().for_each(|key| see(&key.expr));
    }
    assessment
        .grade_effects
        .iter()
        .flat_map(|effect| effect.amount.iter().chain(effect.payee.exprs()))
        .for_each(&mut *see);
    for ladder in &assessment.ladders {
        ladder.among.iter().for_each(&mut *see);
        ladder.keys.iter().for_each(|key| see(&key.expr));
        ladder.budget.iter().for_each(|budget| see(&budget.amount));
        for prize in &ladder.prizes {
            see(&prize.quota.size);
            prize.when.iter().chain(&prize.amount).chain(prize.payee.exprs()).for_each(&mut *see);
        }
    }
    for quota in &assessment.grade_quotas {
        see(&quota.quota.size);
        quota.among.iter().for_each(&mut *see);
        quota.keys.iter().for_each(|key| see(&key.expr));
    }
    for award in &assessment.awards {
        see(&award.quota.size);
        award.among.iter().for_each(&mut *see);
        award.keys.iter().for_each(|key| see(&key.expr));
        let budget = award.budget.iter().map(|budget| &budget.amount);
        award.amount.iter().chain(budget).chain(award.payee.exprs()).for_each(&mut *see);
    }
}

/// Every expression of an item's score.
pub(crate) fn score_exprs(score: &crate::model::ItemScore) -> impl Iterator<Item = &Expr> {
    use crate::model::ItemScore;
    let exprs: Vec<&Expr> = match score {
        ItemScore::Full => Vec::new(),
        ItemScore::Share(e) | ItemScore::When(e) | ItemScore::Points(e) => vec![e],
    };
    exprs.into_iter()
}

/// Every expression of a deduction, bonus or payment.
pub(crate) fn adjustment_exprs(adjustment: &crate::model::Adjustment) -> impl Iterator<Item = &Expr> {
    let optional = adjustment.times.iter().chain(&adjustment.cap).chain(&adjustment.when);
    std::iter::once(&adjustment.amount).chain(optional)
}

/// Visits an expression and all below it, and the measures that they read, each once.
pub(crate) fn walk<'p>(expr: &'p Expr, policy: &'p Policy, see: &mut dyn FnMut(&'p Expr)) {
    visit(expr, policy, true, &mut HashSet::new(), see);
}

/// As `walk`, and what says from and up to when an aggregate takes its records.
pub(crate) fn walk_bounds<'p>(expr: &'p Expr, policy: &'p Policy, see: &mut dyn FnMut(&'p Expr)) {
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        walk(expr, policy, &mut |expr| {
            see(expr);
            for id in expr.aggs() {
                if let AggFrame::Dated { from, until } = &policy.aggs[id].frame {
                    open.extend(from.iter().chain(until).map(|bound| &**bound));
                }
            }
        });
    }
}

/// As `walk`, without the measures of rows that references lead to.
pub(crate) fn walk_own<'p>(expr: &'p Expr, policy: &'p Policy, see: &mut dyn FnMut(&'p Expr)) {
    visit(expr, policy, false, &mut HashSet::new(), see);
}

fn visit<'p>(
    expr: &'p Expr,
    policy: &'p Policy,
    through: bool,
    seen: &mut HashSet<MeasureId>,
    see: &mut dyn FnMut(&'p Expr),
) {
    see(expr);
    let measure = match expr {
        Expr::Measure(id) => Some(id),
        Expr::Through(_, id) if through => Some(id),
        _ => None,
    };
    // Measures that read each other in tiers would be visited as often as there are ways to them.
    if let Some(id) = measure.filter(|id| seen.insert(**id)) {
        visit(&policy.measures[*id].expr, policy, through, seen, see);
    }
    expr.children().into_iter().for_each(|child| visit(child, policy, through, seen, see));
}
