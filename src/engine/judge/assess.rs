//! Assessments: items, deductions and bonuses, bands, gates, vetoes, in the order of docs/SEMANTICS.md, section 7.

use super::facts::{Facts, Own};
use super::subject::{Assessing, Subject};
use super::{Judge, RunError};
use crate::engine::eval::eval;
use crate::engine::value::{Tri, V};
use crate::model::{
    Adjustment, Assessment, AssessmentId, Counts, Effect, EffectKind, EffectOrigin, Expr, GateAction, Item, ItemResult,
    ItemScore, Link, NothingDue, Overflow, Period, Ratio, Results, RuleId, Score, Tally, UnknownCounts, VetoAction,
    Window,
};

/// A subject and period that was assessed.
pub(super) struct Assessed {
    pub id: u32,
    pub window: Window,
    pub period: usize,
    pub own: Own,
    pub barred: bool,
    /// Position of its row in `Results::scores`.
    pub score: usize,
}

/// Points of one item.
struct Points {
    points: Option<Ratio>,
    max: Option<Ratio>,
    counts: Option<Counts>,
    left_out: bool,
    not_scored: bool,
}

/// Where results of one subject go.
struct Sheet<'r> {
    id: AssessmentId,
    subject: String,
    period: Period,
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
            unit: if amount.is_some() { "yuan".to_owned() } else { String::new() },
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
        // One period after the other, ranks included, so that a period may read those before it.
        for (period, window) in program.assessment_periods[id].iter().enumerate() {
            if !assessment.in_force.holds(window.last()) || !policy.in_force.holds(window.last()) {
                continue;
            }
            let mut assessed: Vec<Assessed> = Vec::new();
            for subject in self.subjects(assessment.subject).iter().copied() {
                if self.days_left(assessment.subject, subject, *window, &[]) > 0 {
                    assessed.extend(self.assess_into(id, subject, (*window, period), facts, results)?);
                }
            }
            self.rank(id, &mut assessed, facts, results)?;
            self.award(id, &assessed, facts, results)?;
        }
        Ok(())
    }

    /// Events are assessed once, and ranked with those of the same day.
    fn assess_events(&self, id: AssessmentId, facts: &mut Facts, results: &mut Results) -> Result<(), RunError> {
        let program = self.world.program;
        let assessment = &program.policy().assessments[id];
        let mut assessed: Vec<Assessed> = Vec::new();
        for subject in self.subjects(assessment.subject).iter().copied() {
            let Some(day) = self.event_moment(assessment.subject, subject).map(crate::model::Moment::day) else {
                continue;
            };
            let in_force = assessment.in_force.holds(day) && program.policy().in_force.holds(day);
            if in_force && program.spec().period.window.contains(day) {
                let window = Window { start: day, end: day.plus(1) };
                assessed.extend(self.assess_into(id, subject, (window, 0), facts, results)?);
            }
        }
        self.rank(id, &mut assessed, facts, results)?;
        self.award(id, &assessed, facts, results)
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
        at: Assessing,
    ) -> Subject<'j, 'a> {
        let assessment = &self.world.policy().assessments[id];
        let settled = assessment.every.is_none();
        let day = if settled { window.start } else { window.last().min(self.world.program.spec().as_of.reference()) };
        let kind = assessment.subject;
        Subject { judge: self, kind, id: subject, day, window, settled, facts: Some(facts), assessing: Some(at) }
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
        let context = |own: &Own, unknown_unmet| {
            let at = Assessing { id, period, unknown_unmet, own: *own };
            self.assessed_subject(id, subject, window, facts, at)
        };
        let nothing = Own::default();
        if let Some(scope) = &assessment.scope
            && context(&nothing, false).truth_of(scope)? != Tri::True
        {
            return Ok(None);
        }
        let mut sheet = Sheet {
            id,
            subject: self.world.key(assessment.subject, subject).to_owned(),
            period: Period::new(window),
            results,
        };

        // Items, then what is lost by a gate.
        let mut points: Vec<Points> = Vec::with_capacity(assessment.items.len());
        for item in &assessment.items {
            let unknown_unmet = item.unknown == UnknownCounts::Unmet;
            points.push(self.item(assessment, item, &context(&nothing, unknown_unmet), facts)?);
        }
        for gate in &assessment.gates {
            if let GateAction::LoseItem(at) = gate.action
                && context(&nothing, false).truth_of(&gate.when)? == Tri::True
                && let Some(lost) = points.get_mut(at as usize)
                && lost.max.is_some()
            {
                *lost = Points { points: Some(Ratio::ZERO), left_out: false, not_scored: false, ..*lost };
            }
        }
        for (item, points) in assessment.items.iter().zip(&points) {
            sheet.item(&item.name, points.points, points.max, points.counts);
        }
        let is_unknown = |p: &&Points| p.points.is_none() && !p.left_out && !p.not_scored;
        let mut unknown: u64 = points.iter().filter_map(|p| p.counts).map(|counts| counts.unknown).sum();
        unknown += points.iter().filter(is_unknown).count() as u64;

        let mut own = Own::default();
        let running = items_total(assessment, &points)?;
        let mut total = running.unwrap_or(Ratio::ZERO);
        for adjustment in &assessment.adjustments {
            own.points = running.is_some().then_some(total);
            let (value, cap) = self.adjust(adjustment, &context(&own, false))?;
            let value = value.map(|v| v.round(assessment.places, assessment.rounding)).transpose()?;
            let signed = match value {
                Some(v) if !adjustment.bonus => Some(v.neg()?),
                v => v,
            };
            total = total.add(signed.unwrap_or(Ratio::ZERO))?;
            unknown += u64::from(signed.is_none());
            let exprs = crate::program::adjustment_exprs(adjustment);
            let counts = self.counts_behind(exprs, &context(&own, false), facts);
            sheet.item(&adjustment.name, signed, cap, counts);
        }
        if assessment.clamp {
            total = total.max(Ratio::ZERO);
            if let Some(out_of) = assessment.out_of {
                total = total.min(out_of);
            }
        }
        own.points = running.is_some().then_some(total);
        if own.points.is_some() {
            for (position, grade) in assessment.grades.iter().enumerate() {
                let holds = match &grade.when {
                    Some(when) => context(&own, false).truth_of(when)?,
                    None => Tri::True,
                };
                if holds != Tri::False {
                    own.grade = u32::try_from(position).ok().filter(|_| holds == Tri::True);
                    break;
                }
            }
        }
        if let Some(grade) = own.grade {
            let before = own;
            let gated = self.gates(assessment, grade, &context(&before, false), &mut sheet)?;
            own.grade = Some(gated);
        }

        let (mut vetoes, mut vetoed, mut barred) = (Vec::new(), None, false);
        let before = own;
        for veto in &assessment.vetoes {
            let found = eval(&veto.decisions, &context(&before, false))?.range().lo;
            if found.is_none_or(|n| n < Ratio::ONE) {
                continue;
            }
            vetoes.push(veto.name.clone());
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
        if let Some(grade) = own.grade {
            for effect in assessment.grade_effects.iter().filter(|effect| effect.grade == grade) {
                if barred && effect.kind != EffectKind::Sanction {
                    continue;
                }
                let amount = match &effect.amount {
                    Some(amount) => eval(amount, &context(&own, false))?.value(),
                    None => None,
                };
                sheet.effect(effect_word(effect.kind), &effect.name, amount, grade_name(assessment, grade));
            }
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
        Ok(Some(Assessed { id: subject, window, period, own, barred, score }))
    }

    fn item(
        &self,
        assessment: &'a Assessment,
        item: &'a Item,
        context: &Subject<'_, 'a>,
        facts: &Facts,
    ) -> Result<Points, Overflow> {
        let max = eval(&item.max, context)?.value();
        let counts = self.item_counts(item, context, facts);
        let mut points = Points { points: None, max, counts, left_out: false, not_scored: false };
        let Some(max) = max else { return Ok(points) };
        if let Some(counts) = counts {
            let unknown = if item.unknown == UnknownCounts::Unmet { counts.unknown } else { 0 };
            if counts.met + counts.unmet + unknown == 0 {
                match item.nothing_due {
                    NothingDue::Full => points.points = Some(max.round(assessment.places, assessment.rounding)?),
                    NothingDue::Zero => points.points = Some(Ratio::ZERO),
                    NothingDue::LeftOut => points.left_out = true,
                    NothingDue::NotScored => points.not_scored = true,
                }
                return Ok(points);
            }
        }
        let value = match &item.score {
            ItemScore::Full => Some(max),
            ItemScore::Share(share) => eval(share, context)?.value().map(|share| max.mul(share)).transpose()?,
            ItemScore::When(when) => match context.truth_of(when)? {
                Tri::True => Some(max),
                Tri::False => Some(Ratio::ZERO),
                Tri::Unknown => None,
            },
            ItemScore::Points(points) => eval(points, context)?.value(),
            ItemScore::Table { rows, otherwise, .. } => table(rows, otherwise, context)?,
        };
        let value = value.map(|v| v.min(max).max(Ratio::ZERO).round(assessment.places, assessment.rounding));
        points.points = value.transpose()?;
        Ok(points)
    }

    /// Obligations behind an item.
    fn item_counts(&self, item: &'a Item, context: &Subject<'_, 'a>, facts: &Facts) -> Option<Counts> {
        let exprs: Vec<&'a Expr> = match &item.score {
            ItemScore::Full => Vec::new(),
            ItemScore::Share(e) | ItemScore::When(e) | ItemScore::Points(e) => vec![e],
            ItemScore::Table { of, rows, otherwise } => {
                let rows = rows.iter().flat_map(|(test, points)| [test, points]);
                std::iter::once(of).chain(rows).chain([otherwise]).collect()
            }
        };
        self.counts_behind(exprs.into_iter(), context, facts)
    }

    /// Obligations that expressions read, each rule and link once; `None` where they read no tally.
    fn counts_behind(
        &self,
        exprs: impl Iterator<Item = &'a Expr>,
        context: &Subject<'_, 'a>,
        facts: &Facts,
    ) -> Option<Counts> {
        let at = context.assessing?;
        let mut rules: Vec<(RuleId, Link)> = Vec::new();
        let mut any = false;
        let mut see = |expr: &'a Expr| {
            if let Expr::Tally(tally) = expr {
                any = true;
                for rule in &tally.rules {
                    if !rules.contains(rule) {
                        rules.push(rule.clone());
                    }
                }
            }
        };
        let policy = self.world.policy();
        exprs.for_each(|expr| crate::program::walk(expr, policy, &mut see));
        any.then(|| {
            let tally = Tally { what: crate::model::TallyKind::Due, rules };
            facts.pooled(self, &tally, context.id, at)
        })
    }

    /// Value of a deduction, bonus or payment, without its sign, and its cap.
    pub(super) fn adjust(
        &self,
        adjustment: &'a Adjustment,
        context: &Subject<'_, 'a>,
    ) -> Result<(Option<Ratio>, Option<Ratio>), Overflow> {
        let cap = match &adjustment.cap {
            Some(cap) => Some(eval(cap, context)?.value()),
            None => None,
        };
        let shown = cap.flatten();
        if let Some(when) = &adjustment.when
            && context.truth_of(when)? != Tri::True
        {
            return Ok((Some(Ratio::ZERO), shown));
        }
        let amount = eval(&adjustment.amount, context)?.value();
        let times = match &adjustment.times {
            // What is found counts: the lower end of an uncertain number.
            Some(times) => eval(times, context)?.range().lo,
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

    /// Caps, then lowering, then what sets the grade.
    fn gates(
        &self,
        assessment: &'a Assessment,
        grade: u32,
        context: &Subject<'_, 'a>,
        sheet: &mut Sheet<'_>,
    ) -> Result<u32, Overflow> {
        let lowest = u32::try_from(assessment.grades.len()).unwrap_or(1).saturating_sub(1);
        let mut holding = Vec::new();
        for gate in &assessment.gates {
            if !matches!(gate.action, GateAction::LoseItem(_)) && context.truth_of(&gate.when)? == Tri::True {
                holding.push(gate);
            }
        }
        let caps = holding.iter().filter_map(|gate| match gate.action {
            GateAction::CapGrade(cap) => Some(cap),
            _ => None,
        });
        let capped = caps.max().map_or(grade, |cap| cap.max(grade));
        let falls = holding.iter().map(|gate| if let GateAction::Lower(by) = gate.action { by } else { 0 });
        let lowered = falls.fold(capped, u32::saturating_add).min(lowest.max(capped));
        let sets = holding.iter().filter_map(|gate| match gate.action {
            GateAction::SetGrade(set) => Some(set),
            _ => None,
        });
        let set = sets.max();
        for gate in holding {
            match gate.action {
                GateAction::CapGrade(cap) if cap == capped && capped > grade => {
                    sheet.effect("cap", &gate.name, None, grade_name(assessment, cap));
                }
                GateAction::Lower(_) if lowered > capped => {
                    sheet.effect("lower", &gate.name, None, grade_name(assessment, lowered));
                }
                GateAction::SetGrade(own) if Some(own) == set && own != lowered => {
                    sheet.effect("grade", &gate.name, None, grade_name(assessment, own));
                }
                _ => {}
            }
        }
        Ok(set.unwrap_or(lowered))
    }
}

/// The first row that holds; an unknown test before it leaves the points unknown.
fn table<'a>(
    rows: &'a [(Expr, Expr)],
    otherwise: &'a Expr,
    context: &Subject<'_, 'a>,
) -> Result<Option<Ratio>, Overflow> {
    for (test, points) in rows {
        match context.truth_of(test)? {
            Tri::True => return Ok(eval(points, context)?.value()),
            Tri::Unknown => return Ok(None),
            Tri::False => {}
        }
    }
    Ok(eval(otherwise, context)?.value())
}

/// Sum of the items, scaled for those left out or not assessed; `None`: not scored.
fn items_total(assessment: &Assessment, points: &[Points]) -> Result<Option<Ratio>, Overflow> {
    let (mut sum, mut all, mut kept) = (Ratio::ZERO, Ratio::ZERO, Ratio::ZERO);
    let mut scored = points.is_empty();
    for point in points {
        if point.not_scored {
            return Ok(None);
        }
        scored |= point.points.is_some();
        let max = point.max.unwrap_or(Ratio::ZERO);
        all = all.add(max)?;
        // What is unknown must not lower the total: it is scaled like what is left out.
        if let Some(points) = point.points {
            kept = kept.add(max)?;
            sum = sum.add(points)?;
        }
    }
    if !scored {
        return Ok(None);
    }
    if all == kept {
        return Ok(Some(sum));
    }
    match sum.mul(all)?.div(kept)? {
        Some(scaled) => scaled.round(assessment.places, assessment.rounding).map(Some),
        None => Ok(Some(sum)),
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
