//! Assessments: items, deductions and bonuses, bands, gates, vetoes, in the order of docs/SEMANTICS.md, section 7.

use super::facts::{Facts, Own};
use super::gates::{Passes, by_points};
use super::lines::Lines;
use super::outlook::Outlook;
use super::scoring::{Place, Scoring};
use super::subject::{Assessing, Subject};
use super::{Judge, RunError};
use crate::engine::eval::eval;
use crate::engine::value::{Tri, V};
use crate::model::{
    Adjustment, Assessment, AssessmentId, Counts, Currency, Day, Effect, EffectKind, EffectOrigin, Expr, GateAction,
    ItemResult, Link, Moment, Overflow, Period, Ratio, Results, RuleId, Score, Unplaced, Veto, VetoAction, Window,
};

use std::collections::BTreeMap;

/// A subject and period that was assessed.
pub(super) struct Assessed {
    pub id: u32,
    pub window: Window,
    pub period: usize,
    pub own: Own,
    pub lines: Lines,
    pub barred: bool,
    /// The best and the worst of the grades that it may have, where quotas leave it open.
    pub grades: Option<(u32, u32)>,
    /// Position of its row in `Results::scores`.
    pub score: usize,
}

/// Where results of one subject go.
struct Sheet<'r> {
    id: AssessmentId,
    subject: String,
    period: Period,
    currency: Currency,
    results: &'r mut Results,
}

impl Sheet<'_> {
    fn item(&mut self, item: &str, points: Option<Ratio>, max_points: Option<Ratio>, counts: Option<Counts>) {
        self.results.items.push(ItemResult {
            assessment: self.id,
            subject: self.subject.clone(),
            period: self.period,
            item: item.to_owned(),
            counts,
            points,
            max_points,
        });
    }

    fn effect(&mut self, kind: &'static str, name: &str, amount: Option<Ratio>, reason: &str) {
        self.results.effects.push(Effect {
            origin: EffectOrigin::Assessment(self.id),
            subject: self.subject.clone(),
            period: self.period,
            kind,
            name: name.to_owned(),
            amount,
            unit: if amount.is_some() { self.currency.word().to_owned() } else { String::new() },
            recipient: self.subject.clone(),
            payer: String::new(),
            reason: reason.to_owned(),
        });
    }
}

/// The word of an effect's kind.
pub(super) fn effect_word(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Reward => "reward",
        EffectKind::Sanction => "sanction",
        EffectKind::Award => "award",
    }
}

impl<'a> Judge<'a> {
    /// Makes one assessment for all of its subjects and periods.
    pub(super) fn assess(&self, id: AssessmentId, facts: &mut Facts, results: &mut Results) -> Result<(), RunError> {
        let program = self.world.program;
        let policy = program.policy();
        let assessment = &policy.assessments[id];
        if assessment.every.is_none() {
            return self.assess_events(id, facts, results);
        }
        let as_of = program.spec().as_of;
        // One period after the other, ranks included, so that a period may read those before it.
        for (period, window) in program.assessment_periods[id].iter().enumerate() {
            if window.start > as_of.reference() {
                break; // it has not begun
            }
            if !assessment.in_force.holds(window.last()) || !policy.in_force.holds(window.last()) {
                continue;
            }
            let subjects = self.governed(assessment.subject);
            let mut assessed: Vec<Assessed> = Vec::new();
            // Where a scope leaves some out, it is not known how many come.
            let coming = if assessment.scope.is_none() { subjects.len() } else { 0 };
            assessed.reserve(coming);
            facts.results[id].reserve(coming);
            results.scores.reserve(coming);
            let lines = assessment.items.len() + assessment.groups.len() + assessment.adjustments.len();
            results.items.reserve(coming.saturating_mul(lines));
            for subject in subjects.iter().copied() {
                if self.days_left(assessment.subject, subject, *window, &[]) > 0 {
                    assessed.extend(self.assess_into(id, subject, (*window, period), facts, results)?);
                }
            }
            self.after_scores(id, &mut assessed, as_of.has_ended(window.end), facts, results)?;
        }
        Ok(())
    }

    /// Everybody of a period, assessed with the results that stand, before ranks and quotas.
    pub(super) fn assessed_again(
        &self,
        id: AssessmentId,
        window: Window,
        facts: &Facts,
        results: &mut Results,
    ) -> Result<Vec<Assessed>, RunError> {
        let program = self.world.program;
        let assessment = &program.policy().assessments[id];
        let period = program.assessment_periods[id].iter().position(|period| *period == window).unwrap_or(0);
        let mut assessed = Vec::new();
        for subject in self.governed(assessment.subject).iter().copied() {
            if facts.has_result(id, subject, window) {
                let overflow = self.overflow(&assessment.name, assessment.subject, subject);
                assessed.extend(self.assess_one(id, subject, window, period, facts, results).map_err(overflow)?);
            }
        }
        Ok(assessed)
    }

    /// Events are assessed once, and ranked with those of the same day.
    fn assess_events(&self, id: AssessmentId, facts: &mut Facts, results: &mut Results) -> Result<(), RunError> {
        let program = self.world.program;
        let assessment = &program.policy().assessments[id];
        let mut days: BTreeMap<Day, Vec<u32>> = BTreeMap::new();
        for subject in self.governed(assessment.subject).iter().copied() {
            let Some(day) = self.event_moment(assessment.subject, subject).map(Moment::day) else { continue };
            let in_force = assessment.in_force.holds(day) && program.policy().in_force.holds(day);
            if in_force && program.spec().period.window.contains(day) {
                days.entry(day).or_default().push(subject);
            }
        }
        // Day by day, so that one may read those before it.
        for (day, subjects) in days {
            let window = Window { start: day, end: day.plus(1) };
            let mut assessed: Vec<Assessed> = Vec::new();
            for subject in subjects {
                assessed.extend(self.assess_into(id, subject, (window, 0), facts, results)?);
            }
            self.after_scores(id, &mut assessed, true, facts, results)?;
        }
        Ok(())
    }

    /// Ranks, quotas on grades, and what they bring once the period is `over`.
    fn after_scores(
        &self,
        id: AssessmentId,
        assessed: &mut [Assessed],
        over: bool,
        facts: &mut Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        self.rank(id, assessed, facts, results)?;
        self.grade_quotas(id, assessed, facts, results)?;
        if !over {
            return Ok(());
        }
        self.grade_effects(id, assessed, facts, results)?;
        self.award(id, assessed, facts, results)?;
        self.prizes(id, assessed, facts, results)
    }

    /// Assesses one subject and keeps its result for whoever reads it.
    fn assess_into(
        &self,
        id: AssessmentId,
        subject: u32,
        (window, period): (Window, usize),
        facts: &mut Facts,
        results: &mut Results,
    ) -> Result<Option<Assessed>, RunError> {
        let assessment = &self.world.policy().assessments[id];
        let overflow = self.overflow(&assessment.name, assessment.subject, subject);
        let made = self.assess_one(id, subject, window, period, facts, results).map_err(overflow)?;
        if let Some(one) = &made {
            facts.results[id].insert((subject, window), one.own);
        }
        Ok(made)
    }

    /// The context of an assessed subject.
    pub(super) fn assessed_subject<'j>(
        &'j self,
        id: AssessmentId,
        subject: u32,
        window: Window,
        facts: &'j Facts,
        at: Assessing<'j>,
    ) -> Subject<'j, 'a> {
        let assessment = &self.world.policy().assessments[id];
        let settled = assessment.every.is_none();
        let day = if settled { window.start } else { window.last().min(self.world.program.spec().as_of.reference()) };
        let kind = assessment.subject;
        Subject {
            judge: self,
            kind,
            id: subject,
            day,
            window,
            outlook: Outlook::of(settled),
            planned: false,
            facts: Some(facts),
            assessing: Some(at),
            reading: Default::default(),
        }
    }

    fn assess_one(
        &self,
        id: AssessmentId,
        subject: u32,
        window: Window,
        period: usize,
        facts: &Facts,
        results: &mut Results,
    ) -> Result<Option<Assessed>, Overflow> {
        let assessment = &self.world.policy().assessments[id];
        let nothing = Own::default();
        let none = Lines::default();
        let at = Assessing { id, period, unknown_unmet: false, own: nothing, lines: &none };
        if let Some(scope) = &assessment.scope {
            match self.assessed_subject(id, subject, window, facts, at).truth_of(scope)? {
                Tri::True => {}
                Tri::False => return Ok(None),
                Tri::Unknown => {
                    let subject = self.world.key(assessment.subject, subject).to_owned();
                    results.unplaced.push(Unplaced { assessment: id, subject, period: Period::new(window) });
                    return Ok(None);
                }
            }
        }
        let mut sheet = Sheet {
            id,
            subject: self.world.key(assessment.subject, subject).to_owned(),
            period: Period::new(window),
            currency: self.world.policy().currency,
            results,
        };

        let place = Place { id, subject, window, period };
        let mut scoring = Scoring::new(self, assessment, place, facts);
        let total = scoring.run()?;
        let mut unknown = scoring.unknown();
        // Where a veto leaves no points, none are shown.
        let mut rows = Vec::new();
        scoring.list(&mut |item, points, max, counts| rows.push((item, points, max, counts)));
        let lines = scoring.finish();
        let context = |own: &Own, unknown_unmet| {
            let at = Assessing { id, period, unknown_unmet, own: *own, lines: &lines };
            self.assessed_subject(id, subject, window, facts, at)
        };
        let mut own = Own { points: total, ..Own::default() };
        let (unscored, unsure) = self.unscored(assessment, &context(&own, false), &mut sheet)?;
        if unscored {
            own.points = None;
        }
        if own.points.is_some() {
            unknown += unsure;
        }
        let mut open_test = false;
        if own.points.is_some() {
            (own.grade, open_test) = by_points(assessment, &context(&own, false))?;
        }
        let mut otherwise = Vec::new();
        if own.points.is_some() {
            let passes = Passes::of(assessment, own.grade, &context(&own, false))?;
            for (kind, gate, grade) in passes.effects() {
                sheet.effect(kind, &gate.name, None, grade.map_or("", |grade| grade_name(assessment, grade)));
            }
            own.grade = passes.grade();
            open_test &= !passes.withheld;
            otherwise = passes.otherwise;
        }

        let mut perhaps: Vec<&Veto> = Vec::new();
        let (mut vetoes, mut vetoed, mut barred, mut without_points) = (Vec::new(), None, false, false);
        let before = own;
        for veto in &assessment.vetoes {
            let seen = context(&before, false);
            let found = eval(&veto.decisions, &seen)?.range().lo;
            if found.is_none_or(|n| n < Ratio::ONE) {
                let most = eval(&veto.decisions, &seen.having_been())?.range().hi;
                if own.points.is_some() && most.is_none_or(|n| n >= Ratio::ONE) {
                    perhaps.push(veto);
                }
                continue;
            }
            vetoes.push(veto.name.clone());
            without_points |= veto.without_points && own.points.is_some();
            match veto.action {
                VetoAction::SetGrade(grade) => {
                    // The first veto replaces whatever the points gave, others can only be worse.
                    vetoed = Some(vetoed.map_or(grade, |worst: u32| worst.max(grade)));
                    sheet.effect("veto", &veto.name, None, grade_name(assessment, grade));
                }
                VetoAction::BarAwards => {
                    barred = true;
                    sheet.effect("bar", &veto.name, None, "");
                }
            }
        }
        own.vetoed = Some(!vetoes.is_empty());
        if own.points.is_some() {
            own.grade = vetoed.or(own.grade);
        }
        // Gates and vetoes that are not known do nothing, and are counted where they would change something.
        let by_gates =
            otherwise.iter().filter(|grades| grades.iter().any(|grade| vetoed.or(*grade) != own.grade)).count();
        let regrades = |veto: &Veto| match veto.action {
            VetoAction::SetGrade(grade) => Some(vetoed.map_or(grade, |worst| worst.max(grade))) != own.grade,
            VetoAction::BarAwards => false,
        };
        let changes = |veto: &Veto| match veto.action {
            VetoAction::BarAwards => !barred,
            VetoAction::SetGrade(_) => regrades(veto) || veto.without_points && !without_points,
        };
        let grade_unsure = by_gates > 0 || perhaps.iter().any(|veto| regrades(veto));
        let hides = |veto: &Veto| veto.without_points && matches!(veto.action, VetoAction::SetGrade(_));
        // Gates that may leave it unscored, or take away an item.
        let points_unsure = own.points.is_some() && (unsure > 0 || lines.may_lose());
        let hidden_unsure = own.points.is_some() && perhaps.iter().any(|veto| hides(veto));
        unknown += by_gates as u64 + perhaps.iter().filter(|veto| changes(veto)).count() as u64;
        own.veto_in_doubt = vetoes.is_empty() && !perhaps.is_empty();
        let unscored = unscored || without_points;
        if unscored {
            own.points = None;
        }
        let unended = assessment.every.is_some() && !self.world.program.spec().as_of.has_ended(window.end);
        own.found_only = own.points.is_some() && lines.found_only();
        own.points_in_doubt = match own.points {
            Some(_) => points_unsure || hidden_unsure,
            None => !unscored && (lines.in_doubt() || unended),
        };
        own.grade_in_doubt = match own.points {
            Some(_) => points_unsure || grade_unsure || own.grade.is_none() && open_test,
            None => own.points_in_doubt,
        };
        // A grade that is not given because a test is unknown.
        unknown += u64::from(own.points.is_some() && own.grade.is_none() && open_test);
        for (item, points, max, counts) in rows {
            sheet.item(item, points.filter(|_| !unscored), max, counts);
        }
        let Sheet { subject: key, period: label, results, .. } = sheet;
        results.scores.push(Score {
            assessment: id,
            subject: key,
            period: label,
            points: own.points,
            grade: own.grade,
            vetoes,
            rank: None,
            group: None,
            unknown,
        });
        let score = results.scores.len() - 1;
        Ok(Some(Assessed { id: subject, window, period, own, lines, barred, grades: None, score }))
    }

    /// Obligations that expressions read, each rule and link once; `None` where they read no tally.
    pub(super) fn counts_behind(
        &self,
        exprs: impl Iterator<Item = &'a Expr>,
        context: &Subject<'_, 'a>,
        facts: &Facts,
    ) -> Option<Counts> {
        let at = context.assessing?;
        let mut rules: Vec<&(RuleId, Link)> = Vec::new();
        let mut any = false;
        let mut see = |expr: &'a Expr| {
            if let Expr::Tally(tally) = expr {
                any = true;
                for rule in &tally.rules {
                    if !rules.contains(&rule) {
                        rules.push(rule);
                    }
                }
            }
        };
        let policy = self.world.policy();
        exprs.for_each(|expr| crate::program::walk_bounds(expr, policy, &mut see));
        any.then(|| {
            let mut pooled = Counts::default();
            rules.into_iter().for_each(|rule| pooled.merge(facts.counts(self, rule, context.id, at)));
            pooled
        })
    }

    /// Whether a deduction or bonus counts what is found only, as far as it has points.
    pub(super) fn found_only(&self, adjustment: &'a Adjustment, context: &Subject<'_, 'a>) -> Result<bool, Overflow> {
        match adjustment.when.as_ref().map(|when| context.truth_of(when)).transpose()? {
            Some(Tri::False) => Ok(false),
            Some(Tri::Unknown) => Ok(true),
            Some(Tri::True) | None => {
                let times = adjustment.times.as_ref().map(|times| eval(times, context)).transpose()?;
                Ok(times.is_some_and(|times| times.range().not_below_zero().value().is_none()))
            }
        }
    }

    /// Value of a deduction, bonus or payment, without its sign, and its cap.
    pub(super) fn adjust(
        &self,
        adjustment: &'a Adjustment,
        context: &Subject<'_, 'a>,
    ) -> Result<(Option<Ratio>, Option<Ratio>), Overflow> {
        let cap = match &adjustment.cap {
            Some(cap) => Some(eval(cap, context)?.range().not_below_zero().value()),
            None => None,
        };
        let shown = cap.flatten();
        if let Some(when) = &adjustment.when
            && context.truth_of(when)? != Tri::True
        {
            return Ok((Some(Ratio::ZERO), shown));
        }
        let amount = eval(&adjustment.amount, context)?.range().not_below_zero().value();
        let times = match &adjustment.times {
            // What is found counts: the lower end of an uncertain number.
            Some(times) => eval(times, context)?.range().not_below_zero().lo,
            None => Some(Ratio::ONE),
        };
        let product = amount.zip(times).map(|(amount, times)| amount.mul(times)).transpose()?;
        let capped = match cap {
            None => product,
            Some(None) => None,
            Some(Some(cap)) => product.map(|p| p.min(cap)),
        };
        Ok((capped, shown))
    }

    /// Whether a gate leaves the subject unscored; else of how many that is not known.
    fn unscored(
        &self,
        assessment: &'a Assessment,
        context: &Subject<'_, 'a>,
        sheet: &mut Sheet<'_>,
    ) -> Result<(bool, u64), Overflow> {
        let (mut unscored, mut unsure) = (false, 0);
        for gate in assessment.gates.iter().filter(|gate| gate.action == GateAction::Unscored) {
            match context.decided(&gate.when)? {
                Some(Tri::True) => {
                    unscored = true;
                    sheet.effect("unscored", &gate.name, None, "");
                }
                Some(_) => {}
                None => unsure += 1,
            }
        }
        Ok((unscored, unsure))
    }
}

/// Name of a grade.
pub(super) fn grade_name(assessment: &Assessment, grade: u32) -> &str {
    assessment.grades.get(grade as usize).map_or("", |grade| grade.name.as_str())
}

/// A value for ordering; inexact numbers are unknown.
pub(super) fn sortable(value: V<'_>) -> V<'_> {
    if value.is_known() { value } else { V::Unknown }
}
