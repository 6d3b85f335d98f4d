//! Assessments: items, adjustments, totals, grades, gates, vetoes (section 7).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use wangge::model::{
    Adjustment, AggOp, Assessment, AssessmentId, Counts, Effect, EffectOrigin, Expr, Frame, GateAction, Item,
    ItemResult, ItemScore, NothingDue, Period, Ratio, Results, Score, Tally, UnknownCounts, VetoAction,
};

use super::award::Candidate;
use super::eval::{Context, Own};
use super::obligation::in_force;
use super::time::{Span, after, before, window, windows};
use super::value::{Num, int, ratio, round};
use super::world::Subject;
use super::{Run, Scored};

/// What an item comes to, before it is listed.
enum Points {
    Given(Num),
    /// Unknown, or its weight is open: counts 0.
    NotAssessed,
    LeftOut,
    /// The subject is not scored.
    NotScored,
}

impl Run<'_> {
    pub fn assess(&mut self, id: AssessmentId, results: &mut Results) {
        let a = &self.policy.assessments[id];
        let mut periods: BTreeMap<Span, Vec<Subject>> = BTreeMap::new();
        for (subject, period) in self.in_periods(a) {
            periods.entry(period).or_default().push(subject);
        }
        // In order of time: a period may read those before it.
        for (period, mut subjects) in periods {
            subjects.retain(|subject| self.in_scope(a, subject, period));
            let assess = |subject| self.assess_one(id, a, subject, period, results);
            let candidates: Vec<Candidate> = subjects.into_iter().map(assess).collect();
            let ranks = a.rank.as_ref().map(|ranking| self.ranks(ranking, &candidates));
            for (at, c) in candidates.iter().enumerate() {
                let (rank, group) = ranks.as_ref().and_then(|r| r[at].clone()).unzip();
                results.scores.push(Score {
                    assessment: id,
                    subject: self.key(&c.context.row),
                    period: Period::new(window(period)),
                    points: c.own.points.as_ref().map(ratio),
                    grade: c.own.grade,
                    vetoes: c.vetoes.clone(),
                    rank,
                    group: group.flatten(),
                    unknown: c.unknown,
                });
            }
            self.grade_effects(id, a, &candidates, results);
            self.awards(id, a, &candidates, results);
            let ranks = ranks.unwrap_or_else(|| vec![None; candidates.len()]);
            let scored = candidates.into_iter().zip(ranks).map(|(c, rank)| Scored {
                assessment: id,
                subject: c.context.row,
                period,
                points: c.own.points,
                grade: c.own.grade,
                vetoed: !c.vetoes.is_empty(),
                rank: rank.map(|(rank, _)| rank),
            });
            self.scored.extend(scored.collect::<Vec<Scored>>());
        }
    }

    /// Periods of a unit within the run's, in force on their last day.
    pub fn periods(&self, every: wangge::model::CalendarUnit, force: &wangge::model::Force) -> Vec<Span> {
        let frame = Frame::Every { count: 1, unit: every, anchor: None };
        let within = |w: &Span| {
            every == wangge::model::CalendarUnit::Week || (self.spec.period.0 <= w.0 && w.1 <= self.spec.period.1)
        };
        let mut found = windows(&frame, self.spec.period, self.policy.year_start);
        found.retain(|w| within(w) && self.both_in_force(force, before(w.1)));
        found
    }

    pub fn both_in_force(&self, force: &wangge::model::Force, day: NaiveDate) -> bool {
        in_force(&self.policy.in_force, day) && in_force(force, day)
    }

    /// The context of an assessment or reward: attributes on the period's last day, or as-of's if earlier.
    pub fn period_context<'a>(&self, subject: &Subject, period: Span) -> Context<'a> {
        let day = before(period.1).min(self.as_of_day());
        Context { row: subject.clone(), day, window: period, doubts_open: true, own: None }
    }

    /// Subjects of a kind and periods that are assessed.
    fn in_periods(&self, a: &Assessment) -> Vec<(Subject, Span)> {
        let mut found = Vec::new();
        for subject in self.subjects(a.subject) {
            match (&subject, a.every) {
                (Subject::Record(kind, at), None) => {
                    let day = self.moment(*kind, *at).day();
                    let inside = self.spec.period.0 <= day && day < self.spec.period.1;
                    if inside && self.both_in_force(&a.in_force, day) {
                        found.push((subject, (day, after(day))));
                    }
                }
                (_, Some(every)) => found.extend(
                    self.periods(every, &a.in_force)
                        .into_iter()
                        .filter(|w| self.is_there_in(&subject, w.0, w.1))
                        .map(|w| (subject.clone(), w)),
                ),
                (_, None) => unreachable!("an assessment without periods is of records"),
            }
        }
        found
    }

    fn in_scope(&self, a: &Assessment, subject: &Subject, period: Span) -> bool {
        let context = self.period_context(subject, period);
        a.scope.as_ref().is_none_or(|scope| self.truth(scope, &context) == Some(true))
    }

    fn assess_one(
        &self,
        id: AssessmentId,
        a: &Assessment,
        subject: Subject,
        period: Span,
        results: &mut Results,
    ) -> Candidate {
        let mut own = Own { assessment: id, unknown: UnknownCounts::Excluded, points: None, grade: None, vetoed: None };
        let event = a.every.is_none();
        let base = Context { doubts_open: !event, ..self.period_context(&subject, period) };
        let key = self.key(&subject);
        let line = |item: &str, counts, points: Option<Num>, max: Option<Num>| ItemResult {
            assessment: id,
            subject: key.clone(),
            period: Period::new(window(period)),
            item: item.to_owned(),
            counts,
            points: points.map(|p| ratio(&p)),
            max_points: max.map(|m| ratio(&m)),
        };

        // 1. Items.
        let mut total = int(0);
        let (mut max_all, mut max_counted) = (int(0), int(0));
        let (mut empty, mut not_scored, mut unknown) = (0, false, 0);
        for (at, item) in a.items.iter().enumerate() {
            let item_own = Own { unknown: item.unknown, ..own.clone() };
            let context = Context { own: Some(&item_own), ..base.clone() };
            let max = self.eval(&item.max, &context).exact();
            let counts = self.counts_behind(&item_exprs(item), &context);
            unknown += counts.map_or(0, |c| c.unknown);
            let gate_context = Context { own: Some(&own), ..base.clone() };
            let lost = a.gates.iter().any(|gate| {
                gate.action == GateAction::LoseItem(u32::try_from(at).expect("few items"))
                    && self.truth(&gate.when, &gate_context) == Some(true)
            });
            let points = match &max {
                None => Points::NotAssessed,
                Some(_) if lost => Points::Given(int(0)),
                Some(max) => self.item_points(item, max, &context),
            };
            let given = match &points {
                Points::Given(points) => Some(round(points, a.places, a.rounding)),
                Points::NotAssessed => {
                    unknown += 1;
                    None
                }
                Points::LeftOut => None,
                Points::NotScored => {
                    not_scored = true;
                    None
                }
            };
            empty += usize::from(given.is_none());
            if let Some(max) = &max {
                max_all += max;
                if given.is_some() {
                    max_counted += max;
                }
            }
            total += given.clone().unwrap_or_else(|| int(0));
            results.items.push(line(&item.name, counts, given, max));
        }

        // 2. Scaling.
        not_scored |= empty > 0 && empty == a.items.len();
        if empty > 0 && max_counted > int(0) {
            total = round(&(total * max_all / max_counted), a.places, a.rounding);
        }

        // 3. Deductions and bonuses.
        for adjustment in &a.adjustments {
            own.points = (!not_scored).then(|| total.clone());
            let context = Context { own: Some(&own), ..base.clone() };
            let counts = self.counts_behind(&adjustment_exprs(adjustment), &context);
            let points = self.adjustment_points(adjustment, &context).map(|p| round(&p, a.places, a.rounding));
            let points = points.map(|p| if adjustment.bonus { p } else { -p });
            total += points.clone().unwrap_or_else(|| int(0));
            unknown += u64::from(points.is_none());
            let cap = adjustment.cap.as_ref().and_then(|cap| self.eval(cap, &context).exact());
            results.items.push(line(&adjustment.name, counts, points, cap));
        }

        // 4. Total.
        if a.clamp {
            total = total.max(int(0));
            if let Some(out_of) = a.out_of {
                total = total.min(super::value::num(out_of));
            }
        }
        own.points = (!not_scored).then_some(total);

        // 5. to 7. Grade, gates, vetoes.
        let mut effects = Vec::new();
        let bands = if not_scored { None } else { self.grade_by_points(a, &own, &base) };
        own.grade = bands;
        let vetoes: Vec<usize> = (0..a.vetoes.len())
            .filter(|at| {
                let context = Context { own: Some(&own), ..base.clone() };
                let found = self.range(&a.vetoes[*at].decisions, &context);
                found.lo.is_some_and(|lo| lo >= int(1))
            })
            .collect();
        own.vetoed = Some(!vetoes.is_empty());
        if !not_scored {
            own.grade = self.after_gates(a, &own, &base, &mut effects);
        }
        let name_of = |grade: u32| a.grades[grade as usize].name.clone();
        let by_veto = vetoes.iter().filter_map(|at| match a.vetoes[*at].action {
            VetoAction::SetGrade(grade) => Some(grade),
            VetoAction::BarAwards => None,
        });
        if let Some(worst) = by_veto.max().filter(|_| !not_scored) {
            own.grade = Some(worst);
        }
        for at in &vetoes {
            let veto = &a.vetoes[*at];
            effects.push(match veto.action {
                VetoAction::SetGrade(grade) => ("veto", veto.name.clone(), name_of(grade)),
                VetoAction::BarAwards => ("bar", veto.name.clone(), String::new()),
            });
        }
        let barred = vetoes.iter().any(|at| a.vetoes[*at].action == VetoAction::BarAwards);
        let listed = effects.into_iter().map(|(kind, name, reason)| effect(id, &key, period, kind, &name, &reason));
        results.effects.extend(listed);
        let vetoes = vetoes.into_iter().map(|at| a.vetoes[at].name.clone()).collect();
        Candidate { context: Context { own: None, ..base }, own, vetoes, barred, unknown }
    }

    fn item_points(&self, item: &Item, max: &Num, context: &Context<'_>) -> Points {
        let tallies = item_exprs(item).iter().flat_map(|e| tallies_in(e)).collect::<Vec<&Tally>>();
        let due = |tally: &&Tally| {
            let counts = self.pooled(std::iter::once(*tally), context);
            counts.met + counts.unmet + if item.unknown == UnknownCounts::Unmet { counts.unknown } else { 0 }
        };
        if !tallies.is_empty() && tallies.iter().all(|t| due(t) == 0) {
            return match item.nothing_due {
                NothingDue::Full => Points::Given(max.clone()),
                NothingDue::Zero => Points::Given(int(0)),
                NothingDue::LeftOut => Points::LeftOut,
                NothingDue::NotScored => Points::NotScored,
            };
        }
        let within = |points: Option<Num>| points.map(|p| p.min(max.clone()).max(int(0)));
        let points = match &item.score {
            ItemScore::Full => Some(max.clone()),
            ItemScore::Share(share) => within(self.eval(share, context).exact().map(|s| s * max)),
            ItemScore::When(when) => self.truth(when, context).map(|t| if t { max.clone() } else { int(0) }),
            ItemScore::Points(points) => within(self.eval(points, context).exact()),
            ItemScore::Table { rows, otherwise, .. } => within(self.table(rows, otherwise, context)),
        };
        points.map_or(Points::NotAssessed, Points::Given)
    }

    /// The points of the first row that holds; an unknown test stops the search.
    fn table(&self, rows: &[(Expr, Expr)], otherwise: &Expr, context: &Context<'_>) -> Option<Num> {
        for (test, points) in rows {
            if self.truth(test, context)? {
                return self.eval(points, context).exact();
            }
        }
        self.eval(otherwise, context).exact()
    }

    /// `None`: an unknown value.
    fn adjustment_points(&self, adjustment: &Adjustment, context: &Context<'_>) -> Option<Num> {
        if adjustment.when.as_ref().is_some_and(|when| self.truth(when, context) != Some(true)) {
            return Some(int(0));
        }
        let amount = self.eval(&adjustment.amount, context).exact()?;
        let times = match &adjustment.times {
            None => int(1),
            Some(times) => self.range(times, context).lo?,
        };
        let product = amount * times;
        match &adjustment.cap {
            None => Some(product),
            Some(cap) => Some(product.min(self.eval(cap, context).exact()?)),
        }
    }

    /// The first grade that holds; an unknown test gives none.
    fn grade_by_points(&self, a: &Assessment, own: &Own, base: &Context<'_>) -> Option<u32> {
        let context = Context { own: Some(own), ..base.clone() };
        for (at, grade) in a.grades.iter().enumerate() {
            if grade.when.as_ref().map_or(Some(true), |when| self.truth(when, &context))? {
                return Some(u32::try_from(at).expect("few grades"));
            }
        }
        None
    }

    /// Caps, then lowering, then set grades; each gate that brought a change is an effect.
    fn after_gates(
        &self,
        a: &Assessment,
        own: &Own,
        base: &Context<'_>,
        effects: &mut Vec<(&'static str, String, String)>,
    ) -> Option<u32> {
        let context = Context { own: Some(own), ..base.clone() };
        let holding: Vec<_> = a.gates.iter().filter(|g| self.truth(&g.when, &context) == Some(true)).collect();
        let name_of = |grade: u32| a.grades[grade as usize].name.clone();
        let mut grade = own.grade;
        let caps = holding.iter().filter_map(|g| match g.action {
            GateAction::CapGrade(cap) => Some((cap, g)),
            _ => None,
        });
        let worst = caps.clone().map(|(cap, _)| cap).max();
        if let (Some(now), Some(worst)) = (grade, worst)
            && worst > now
        {
            grade = Some(worst);
            let brought = caps.filter(|(cap, _)| *cap == worst);
            effects.extend(brought.map(|(_, gate)| ("cap", gate.name.clone(), name_of(worst))));
        }
        let lowering = holding.iter().filter_map(|g| match g.action {
            GateAction::Lower(by) => Some((by, g)),
            _ => None,
        });
        let by: u32 = lowering.clone().map(|(by, _)| by).sum();
        if let Some(now) = grade {
            let lowered = (now + by).min(u32::try_from(a.grades.len()).expect("few grades") - 1);
            if lowered != now {
                grade = Some(lowered);
                let brought = lowering.filter(|(by, _)| *by > 0);
                effects.extend(brought.map(|(_, gate)| ("lower", gate.name.clone(), name_of(lowered))));
            }
        }
        let sets = holding.iter().filter_map(|g| match g.action {
            GateAction::SetGrade(to) => Some((to, g)),
            _ => None,
        });
        if let Some(worst) = sets.clone().map(|(to, _)| to).max()
            && grade != Some(worst)
        {
            grade = Some(worst);
            let brought = sets.filter(|(to, _)| *to == worst);
            effects.extend(brought.map(|(_, gate)| ("grade", gate.name.clone(), name_of(worst))));
        }
        grade
    }

    /// Obligations behind expressions: each rule once for each way that leads to the subject.
    fn counts_behind(&self, exprs: &[&Expr], context: &Context<'_>) -> Option<Counts> {
        let tallies: Vec<&Tally> = exprs.iter().flat_map(|e| tallies_in(e)).collect();
        (!tallies.is_empty()).then(|| self.pooled(tallies.into_iter(), context))
    }

    fn pooled<'t>(&self, tallies: impl Iterator<Item = &'t Tally>, context: &Context<'_>) -> Counts {
        let mut rules: Vec<_> = Vec::new();
        tallies.flat_map(|t| &t.rules).for_each(|rule| {
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        });
        let mut counts = Counts::default();
        rules.iter().for_each(|(rule, link)| counts.merge(self.count_rule(*rule, link, context)));
        counts
    }
}

pub fn effect(id: AssessmentId, subject: &str, period: Span, kind: &'static str, name: &str, reason: &str) -> Effect {
    Effect {
        origin: EffectOrigin::Assessment(id),
        subject: subject.to_owned(),
        period: Period::new(window(period)),
        kind,
        name: name.to_owned(),
        amount: None::<Ratio>,
        unit: String::new(),
        recipient: subject.to_owned(),
        payer: String::new(),
        reason: reason.to_owned(),
    }
}

fn item_exprs(item: &Item) -> Vec<&Expr> {
    let mut exprs = vec![&item.max];
    match &item.score {
        ItemScore::Full => {}
        ItemScore::Share(e) | ItemScore::When(e) | ItemScore::Points(e) => exprs.push(e),
        ItemScore::Table { of, rows, otherwise } => {
            exprs.push(of);
            rows.iter().for_each(|(test, points)| exprs.extend([test, points]));
            exprs.push(otherwise);
        }
    }
    exprs
}

fn adjustment_exprs(adjustment: &Adjustment) -> Vec<&Expr> {
    let optional = [&adjustment.times, &adjustment.cap, &adjustment.when];
    std::iter::once(&adjustment.amount).chain(optional.into_iter().flatten()).collect()
}

/// The tallies inside an expression.
fn tallies_in(expr: &Expr) -> Vec<&Tally> {
    match expr {
        Expr::Tally(tally) => vec![tally],
        other => children(other).into_iter().flat_map(tallies_in).collect(),
    }
}

/// The expressions directly inside an expression.
pub fn children(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Arith(_, a, b) | Expr::Div(a, b, _) | Expr::Compare(_, a, b) | Expr::Between(a, b, _) => vec![a, b],
        Expr::Shift { from, amount, .. } => vec![from, amount],
        Expr::Min(parts) | Expr::Max(parts) | Expr::And(parts) | Expr::Or(parts) => parts.iter().collect(),
        Expr::Abs(a) | Expr::Floor(a) | Expr::Ceil(a) | Expr::Known(a) | Expr::Not(a) | Expr::IsTrue(a) => vec![a],
        Expr::Periods(agg) => {
            let values: Vec<&Expr> = match &agg.op {
                AggOp::Count => Vec::new(),
                AggOp::Average(value, weight) => std::iter::once(value).chain(weight).collect(),
                AggOp::Distinct(values) => values.iter().collect(),
                AggOp::Sum(e) | AggOp::Min(e) | AggOp::Max(e) | AggOp::First(e) | AggOp::Last(e) | AggOp::Share(e) => {
                    vec![e]
                }
            };
            values.into_iter().chain(&agg.filter).chain(agg.missing.value()).collect()
        }
        Expr::InPeriod(one) => std::iter::once(&one.value).chain(one.missing.value()).collect(),
        Expr::OneOf(a, _) | Expr::HasAny(a, _) | Expr::HasAll(a, _) | Expr::Text(_, a, _) => vec![a],
        _ => Vec::new(),
    }
}
