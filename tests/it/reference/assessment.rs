//! Assessments: items, adjustments, totals, grades, gates, vetoes (section 7).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use wangge::model::{
    Assessment, AssessmentId, Counts, Effect, EffectOrigin, Expr, Frame, Gate, GateAction, ItemResult, Period, Ratio,
    Results, Score, Tally, UnknownCounts, VetoAction,
};

use super::award::Candidate;
use super::eval::{Context, Own};
use super::lines::Lines;
use super::obligation::in_force;
use super::time::{Span, after, before, window, windows};
use super::value::{int, ratio};
use super::world::Subject;
use super::{Run, Scored};

impl Run<'_> {
    pub fn assess(&mut self, id: AssessmentId, results: &mut Results) {
        let a = &self.policy.assessments[id];
        let mut periods: BTreeMap<Span, Vec<Subject>> = BTreeMap::new();
        for (subject, period) in self.in_periods(a) {
            periods.entry(period).or_default().push(subject);
        }
        // In order of time: a period may read those before it.
        for (period, mut subjects) in periods {
            if period.0 > self.as_of_day() && a.every.is_some() {
                continue;
            }
            subjects.retain(|subject| self.in_scope(a, subject, period));
            let assess = |subject| self.assess_one(id, a, subject, period, results);
            let mut candidates: Vec<Candidate> = subjects.into_iter().map(assess).collect();
            let ranks = a.rank.as_ref().map(|ranking| self.ranks(ranking, &candidates));
            let open_rank = |c: &Candidate| a.rank.as_ref().is_some_and(|rank| self.is_open(rank.among.as_ref(), c));
            let open_ranks: Vec<bool> = candidates.iter().map(open_rank).collect();
            for (c, is_open) in candidates.iter_mut().zip(&open_ranks) {
                c.unknown += u64::from(*is_open);
            }
            self.grade_quotas(id, a, &mut candidates, results);
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
            // What has not ended brings nothing yet.
            if a.every.is_none() || self.has_ended(period.1) {
                self.grade_effects(id, a, &candidates, results);
                self.awards(id, a, &candidates, results);
                self.prizes(id, a, &candidates, results);
            }
            let ranks = ranks.unwrap_or_else(|| vec![None; candidates.len()]);
            let scored = candidates.into_iter().zip(ranks).zip(open_ranks).map(|((c, rank), rank_in_doubt)| Scored {
                assessment: id,
                subject: c.context.row,
                period,
                found_only: c.own.points.is_some() && c.own.lines.found_only(),
                points: c.own.points,
                grade: c.own.grade,
                vetoed: !c.vetoes.is_empty(),
                rank: rank.map(|(rank, _)| rank),
                in_doubt: c.in_doubt,
                veto_in_doubt: c.veto_in_doubt,
                rank_in_doubt,
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
        Context {
            row: subject.clone(),
            day,
            window: period,
            doubts_open: true,
            future: false,
            own: None,
            reading: Default::default(),
        }
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
        // An event is settled on its day.
        let context = Context { doubts_open: a.every.is_some(), ..self.period_context(subject, period) };
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
        let mut own = Own {
            assessment: id,
            unknown: UnknownCounts::Excluded,
            points: None,
            grade: None,
            vetoed: None,
            lines: Lines::default(),
        };
        let event = a.every.is_none();
        let base = Context { doubts_open: !event, ..self.period_context(&subject, period) };
        let key = self.key(&subject);
        let (mut not_scored, mut unknown, open, may_lose) = self.score_lines(a, &mut own, &base);

        // 5. to 7. Grade, gates, vetoes.
        let mut effects = Vec::new();
        for gate in a.gates.iter().filter(|gate| gate.action == GateAction::Unscored) {
            let context = Context { own: Some(&own), ..base.clone() };
            if self.truth(&gate.when, &context) == Some(true) {
                effects.push(("unscored", gate.name.clone(), String::new()));
            }
        }
        let mut hidden = !effects.is_empty();
        if hidden {
            not_scored = true;
            own.points = None;
        }
        // Gates and vetoes that are not known, where they would change something.
        let mut doubts = 0;
        let mut points_unsure = may_lose;
        if !not_scored {
            let context = Context { own: Some(&own), ..base.clone() };
            let prerequisites = a.gates.iter().filter(|gate| gate.action == GateAction::Unscored);
            doubts += prerequisites.filter(|gate| self.gate_unknown(gate, &context)).count();
            points_unsure |= doubts > 0;
        }
        let bands = if not_scored { None } else { self.grade_by_points(a, &own, &base) };
        own.grade = bands;
        let decided = |at: &usize| {
            let context = Context { own: Some(&own), ..base.clone() };
            let found = self.range(&a.vetoes[*at].decisions, &context);
            found.lo.is_some_and(|lo| lo >= int(1))
        };
        let vetoes: Vec<usize> = (0..a.vetoes.len()).filter(decided).collect();
        let missing = |at: &usize| {
            let context = Context { own: Some(&own), ..having_been(&base) };
            let found = self.range(&a.vetoes[*at].decisions, &context);
            !not_scored && !vetoes.contains(at) && found.hi.is_none_or(|hi| hi >= int(1))
        };
        let missed: Vec<usize> = (0..a.vetoes.len()).filter(missing).collect();
        own.vetoed = Some(!vetoes.is_empty());
        let mut otherwise = Vec::new();
        if !not_scored {
            otherwise = self.otherwise(a, &own, &base);
            own.grade = self.after_gates(a, None, &own, &base, &mut effects);
        }
        let name_of = |grade: u32| a.grades[grade as usize].name.clone();
        let by_veto = vetoes.iter().filter_map(|at| match a.vetoes[*at].action {
            VetoAction::SetGrade(grade) => Some(grade),
            VetoAction::BarAwards => None,
        });
        let worst = by_veto.max();
        if let Some(worst) = worst.filter(|_| !not_scored) {
            own.grade = Some(worst);
        }
        let changes = |grades: &Vec<Option<u32>>| grades.iter().any(|grade| worst.or(*grade) != own.grade);
        let mut regraded = otherwise.iter().filter(|grades| changes(grades)).count();
        doubts += regraded;
        let mut hides_unsure = false;
        for at in &missed {
            let veto = &a.vetoes[*at];
            let (grades, bars) = match veto.action {
                VetoAction::SetGrade(grade) => (worst.max(Some(grade)) != own.grade, false),
                VetoAction::BarAwards => {
                    (false, !vetoes.iter().any(|at| a.vetoes[*at].action == VetoAction::BarAwards))
                }
            };
            let hides = matches!(veto.action, VetoAction::SetGrade(_))
                && veto.without_points
                && !vetoes.iter().any(|at| a.vetoes[*at].without_points);
            regraded += usize::from(grades);
            hides_unsure |= matches!(veto.action, VetoAction::SetGrade(_)) && veto.without_points;
            doubts += usize::from(grades || bars || hides);
        }
        unknown += u64::try_from(doubts).expect("few");
        for at in &vetoes {
            let veto = &a.vetoes[*at];
            effects.push(match veto.action {
                VetoAction::SetGrade(grade) => ("veto", veto.name.clone(), name_of(grade)),
                VetoAction::BarAwards => ("bar", veto.name.clone(), String::new()),
            });
        }
        if !not_scored && vetoes.iter().any(|at| a.vetoes[*at].without_points) {
            hidden = true;
            own.points = None;
        }
        for (name, row) in own.lines.rows(a) {
            results.items.push(ItemResult {
                assessment: id,
                subject: key.clone(),
                period: Period::new(window(period)),
                item: name.clone(),
                counts: row.counts,
                points: row.points.as_ref().filter(|_| !hidden).map(ratio),
                max_points: row.max.as_ref().map(ratio),
            });
        }
        // What was chosen not to be scored, or not to have a grade, is not in doubt.
        let unended = !event && !self.has_ended(period.1);
        let points_doubt =
            if own.points.is_some() { points_unsure || hides_unsure } else { !hidden && (open || unended) };
        let withheld = effects.iter().any(|(kind, ..)| *kind == "withhold");
        let no_grade = own.grade.is_none() && !withheld && self.grade_test_open(a, &own, &base);
        unknown += u64::from(own.points.is_some() && no_grade);
        let grade_doubt = if own.points.is_some() { points_unsure || regraded > 0 || no_grade } else { points_doubt };
        let barred = vetoes.iter().any(|at| a.vetoes[*at].action == VetoAction::BarAwards);
        let listed = effects.into_iter().map(|(kind, name, reason)| effect(id, &key, period, kind, &name, &reason));
        results.effects.extend(listed);
        let veto_in_doubt = vetoes.is_empty() && !missed.is_empty();
        let vetoes = vetoes.into_iter().map(|at| a.vetoes[at].name.clone()).collect();
        let in_doubt = (points_doubt, grade_doubt);
        Candidate {
            context: Context { own: None, ..base },
            own,
            vetoes,
            barred,
            unknown,
            in_doubt,
            veto_in_doubt,
            open: None,
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

    /// Whether the test that decides on the grade is unknown.
    fn grade_test_open(&self, a: &Assessment, own: &Own, base: &Context<'_>) -> bool {
        let seen = Own { grade: None, vetoed: None, ..own.clone() };
        let context = Context { own: Some(&seen), ..base.clone() };
        let mut tests = a.grades.iter().map(|g| g.when.as_ref().map_or(Some(true), |when| self.truth(when, &context)));
        matches!(tests.find(|truth| *truth != Some(false)), Some(None))
    }

    /// Whether what has been by as-of leaves it open if a gate holds.
    pub fn gate_unknown(&self, gate: &Gate, context: &Context<'_>) -> bool {
        let ended = having_been(context);
        self.truth(&gate.when, context).is_none() && self.truth(&gate.when, &ended).is_none()
    }

    /// For each gate on the grade of which it is not known whether it holds, or what it names: what the grade would be.
    fn otherwise(&self, a: &Assessment, own: &Own, base: &Context<'_>) -> Vec<Vec<Option<u32>>> {
        let context = Context { own: Some(own), ..base.clone() };
        let ended = having_been(&context);
        let mut found = Vec::new();
        for gate in &a.gates {
            let (holds, open) = (self.truth(&gate.when, &context) == Some(true), self.gate_unknown(gate, &context));
            if matches!(gate.action, GateAction::LoseItem(_) | GateAction::Unscored) || !holds && !open {
                continue;
            }
            let grade = gate.action.grade();
            let unnamed = |context| grade.is_some_and(|grade| self.range(grade, context).exact().is_none());
            let names: Vec<Option<u32>> = if unnamed(&ended) && unnamed(&context) {
                (0..u32::try_from(a.grades.len()).expect("few grades")).map(Some).collect()
            } else if open && !unnamed(&context) {
                vec![grade.map(|grade| position(self.range(grade, &context).exact().expect("a grade")))]
            } else {
                continue;
            };
            let graded = |name: Option<u32>| self.after_gates(a, Some((gate, name)), own, base, &mut Vec::new());
            found.push(names.into_iter().map(graded).collect());
        }
        found
    }

    /// Caps, then lowering, then set grades; each gate that brought a change is an effect. `also` holds too, and names
    /// this grade.
    fn after_gates(
        &self,
        a: &Assessment,
        also: Option<(&Gate, Option<u32>)>,
        own: &Own,
        base: &Context<'_>,
        effects: &mut Vec<(&'static str, String, String)>,
    ) -> Option<u32> {
        let context = Context { own: Some(own), ..base.clone() };
        // A gate whose grade is not known does nothing.
        let supposed = |g: &Gate| also.filter(|(also, _)| std::ptr::eq(*also, g));
        let named = |g: &Gate| match supposed(g) {
            Some((_, name)) => name,
            None => self.range(g.action.grade()?, &context).exact().map(position),
        };
        let unnamed = |g: &Gate| g.action.grade().is_some() && named(g).is_none();
        let holds = |g: &Gate| supposed(g).is_some() || self.truth(&g.when, &context) == Some(true);
        let holding: Vec<_> = a.gates.iter().filter(|g| holds(g) && !unnamed(g)).collect();
        let name_of = |grade: u32| a.grades[grade as usize].name.clone();
        let mut grade = own.grade;
        let raises = holding.iter().filter_map(|g| match g.action {
            GateAction::Raise(by) => Some((by, g)),
            _ => None,
        });
        let limit = holding.iter().filter_map(|g| match g.action {
            GateAction::LimitRaises(to) => Some(to),
            _ => None,
        });
        let rise = raises.clone().map(|(by, _)| by).sum::<u32>().min(limit.min().unwrap_or(u32::MAX));
        if let Some(now) = grade {
            let raised = now.saturating_sub(rise);
            if raised != now {
                grade = Some(raised);
                effects.extend(raises.map(|(_, gate)| ("raise", gate.name.clone(), name_of(raised))));
            }
        }
        let caps = holding.iter().filter_map(|g| match &g.action {
            GateAction::CapGrade(_) => Some((named(g)?, g)),
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
        let sets = holding.iter().filter_map(|g| match &g.action {
            GateAction::SetGrade(_) => Some((named(g)?, g)),
            _ => None,
        });
        if let Some(worst) = sets.clone().map(|(to, _)| to).max()
            && grade != Some(worst)
        {
            grade = Some(worst);
            let brought = sets.filter(|(to, _)| *to == worst);
            effects.extend(brought.map(|(_, gate)| ("grade", gate.name.clone(), name_of(worst))));
        }
        // What is withheld is the grade that all others come to.
        let withheld: Vec<_> = holding.iter().filter(|g| g.action == GateAction::Withhold).collect();
        let reason = grade.map_or(String::new(), name_of);
        effects.extend(withheld.iter().map(|gate| ("withhold", gate.name.clone(), reason.clone())));
        if withheld.is_empty() { grade } else { None }
    }

    /// Obligations behind expressions: each rule once for each way that leads to the subject.
    pub fn counts_behind(&self, exprs: &[&Expr], context: &Context<'_>) -> Option<Counts> {
        let tallies: Vec<&Tally> = exprs.iter().flat_map(|e| tallies_in(e, self.policy)).collect();
        (!tallies.is_empty()).then(|| self.pooled(tallies.into_iter(), context))
    }

    pub fn pooled<'t>(&self, tallies: impl Iterator<Item = &'t Tally>, context: &Context<'_>) -> Counts {
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

/// A grade as a position.
fn position(number: &super::value::Num) -> u32 {
    u32::try_from(number.to_integer()).expect("a grade")
}

/// The tallies inside an expression.
pub fn tallies_in<'p>(expr: &'p Expr, policy: &'p wangge::model::Policy) -> Vec<&'p Tally> {
    let below = |inner: &'p Expr| tallies_in(inner, policy);
    let bounds = expr.aggs().into_iter().flat_map(|agg| match &policy.aggs[agg].frame {
        wangge::model::AggFrame::Dated { from, until } => from.iter().chain(until).map(|bound| &**bound).collect(),
        _ => Vec::new(),
    });
    match expr {
        Expr::Tally(tally) => vec![tally],
        other => other.children().into_iter().chain(bounds).flat_map(below).collect(),
    }
}

/// As it asks for what has been by as-of.
fn having_been<'a>(context: &Context<'a>) -> Context<'a> {
    let mut been = context.clone();
    been.reading.been = true;
    been
}
