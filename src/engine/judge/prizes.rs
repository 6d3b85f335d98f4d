//! After the ranks: quotas on grades, what final grades bring, prizes in an order.

use super::assess::{Assessed, effect_word, grade_name};
use super::award::{Contest, Entry, Taking, Won, count_open};
use super::facts::Facts;
use super::places::{Stay, stays};
use super::{Judge, RunError};
use crate::engine::eval::eval;
use crate::engine::value::V;
use crate::model::{AssessmentId, Effect, EffectKind, EffectOrigin, GradeQuota, Ladder, Period, Results, UNKNOWN};
use std::collections::{BTreeMap, BTreeSet};

impl Assessed {
    /// Whether the grade is this one, or may be.
    pub(super) fn may_have(&self, grade: u32) -> bool {
        match self.grades {
            Some((best, worst)) => best <= grade && grade <= worst,
            None => self.own.grade == Some(grade),
        }
    }

    /// What becomes of the grade by a quota on one that it is or may be.
    pub(super) fn keep_within(&mut self, grade: u32, stay: Stay) {
        let (best, worst) = self.grades.unwrap_or((grade, grade));
        let next = grade.saturating_add(1);
        let (best, worst) = match stay {
            Stay::Kept => (best, worst),
            Stay::Open => (best, worst.max(next)),
            Stay::Lost => (if best == grade { next } else { best }, worst.max(next)),
        };
        let decided = best == worst;
        self.own.grade = decided.then_some(best);
        self.grades = (!decided).then_some((best, worst));
    }
}

impl<'a> Judge<'a> {
    /// Lowers the grades of those who are beyond a quota.
    pub(super) fn grade_quotas(
        &self,
        id: AssessmentId,
        assessed: &mut [Assessed],
        facts: &mut Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        let assessment = &self.world.policy().assessments[id];
        for quota in &assessment.grade_quotas {
            let (stays, undecided) = self.quota_stays(id, quota, assessed, facts)?;
            count_open(&undecided, results);
            for one in assessed.iter_mut() {
                if undecided.contains(&one.score) {
                    one.own.grade_in_doubt = true;
                    facts.results[id].insert((one.id, one.window), one.own);
                }
                let Some(stay) = stays.get(&one.score) else { continue };
                one.keep_within(quota.grade, *stay);
                if let Some(own) = facts.results[id].get_mut(&(one.id, one.window)) {
                    own.grade = one.own.grade;
                }
                if let Some(score) = results.scores.get_mut(one.score) {
                    score.grade = one.own.grade;
                }
                if let (Stay::Lost, Some(next)) = (*stay, one.own.grade) {
                    let reason = grade_name(assessment, next);
                    results.effects.push(self.plain_effect(id, one, "cap", &quota.name, reason));
                }
            }
        }
        for one in assessed.iter_mut().filter(|one| one.grades.is_some()) {
            one.own.grade_in_doubt = true;
            facts.results[id].insert((one.id, one.window), one.own);
            if let Some(score) = results.scores.get_mut(one.score) {
                score.unknown += 1;
            }
        }
        Ok(())
    }

    /// What a quota makes of those who have its grade, or may have it, by their rows of the scores; and of whom of these it is
    /// not known whether it looks at them.
    pub(super) fn quota_stays(
        &self,
        id: AssessmentId,
        quota: &'a GradeQuota,
        assessed: &[Assessed],
        facts: &Facts,
    ) -> Result<(BTreeMap<usize, Stay>, BTreeSet<usize>), RunError> {
        let scored = self.scored_in_groups(id, assessed, facts, &quota.within)?;
        let Contest { groups: eligible, mut undecided } =
            self.contest(id, assessed, facts, &quota.within, &quota.among, &quota.keys, Taking::All)?;
        let holds = |score: &usize| assessed.iter().any(|one| one.score == *score && one.may_have(quota.grade));
        undecided.retain(holds);
        let mut stay = BTreeMap::new();
        for (group, entries) in eligible {
            let free = |entry: &&Entry<'_, '_>| entry.one.own.vetoed != Some(true);
            let base = if quota.quota.base_eligible {
                entries.iter().filter(free).count()
            } else {
                scored.get(&group).map_or(0, Vec::len)
            };
            let holders: Vec<&Entry<'_, '_>> = entries.iter().filter(|entry| entry.one.may_have(quota.grade)).collect();
            let Some(first) = holders.first() else { continue };
            let overflow = self.overflow(&quota.name, self.world.policy().assessments[id].subject, first.one.id);
            let group: Vec<&Entry<'_, '_>> = entries.iter().collect();
            let places = self.places(id, &quota.quota, base, &group, facts).map_err(overflow)?;
            let surely = |entry: &Entry<'_, '_>| entry.one.own.grade == Some(quota.grade);
            let stays = stays(&holders, surely, places, &quota.keys, quota.ties);
            stay.extend(stays.into_iter().map(|(entry, stay)| (entry.one.score, stay)));
        }
        Ok((stay, undecided))
    }

    /// What final grades bring.
    pub(super) fn grade_effects(
        &self,
        id: AssessmentId,
        assessed: &[Assessed],
        facts: &Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        let assessment = &self.world.policy().assessments[id];
        for one in assessed {
            let Some(grade) = one.own.grade else { continue };
            for effect in assessment.grade_effects.iter().filter(|effect| effect.grade == grade) {
                if one.barred && effect.kind != EffectKind::Sanction {
                    continue;
                }
                let mut listed =
                    self.plain_effect(id, one, effect_word(effect.kind), &effect.name, grade_name(assessment, grade));
                if let Some(amount) = &effect.amount {
                    let overflow = self.overflow(&assessment.name, assessment.subject, one.id);
                    let exact = eval(amount, &self.final_subject(id, one, facts)).map(V::value);
                    listed.amount =
                        exact.and_then(|exact| super::money::rounded(exact, assessment.money)).map_err(overflow)?;
                    match listed.amount {
                        Some(_) => self.world.policy().currency.word().clone_into(&mut listed.unit),
                        None => UNKNOWN.clone_into(&mut listed.reason),
                    }
                }
                let overflow = self.overflow(&assessment.name, assessment.subject, one.id);
                let context = self.final_subject(id, one, facts);
                self.pay_out(&effect.payee, &context, listed, &mut results.effects).map_err(overflow)?;
            }
        }
        Ok(())
    }

    fn plain_effect(&self, id: AssessmentId, one: &Assessed, kind: &'static str, name: &str, reason: &str) -> Effect {
        let subject = self.world.key(self.world.policy().assessments[id].subject, one.id).to_owned();
        Effect {
            origin: EffectOrigin::Assessment(id),
            subject: subject.clone(),
            period: Period::new(one.window),
            kind,
            name: name.to_owned(),
            amount: None,
            unit: String::new(),
            recipient: subject,
            payer: String::new(),
            reason: reason.to_owned(),
        }
    }

    /// Prizes, the highest first; who has one is out of the next.
    pub(super) fn prizes(
        &self,
        id: AssessmentId,
        assessed: &[Assessed],
        facts: &Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        for ladder in &self.world.policy().assessments[id].ladders {
            self.award_prizes(id, ladder, assessed, facts, results)?;
        }
        Ok(())
    }

    fn award_prizes(
        &self,
        id: AssessmentId,
        ladder: &'a Ladder,
        assessed: &[Assessed],
        facts: &Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        let scored = self.scored_in_groups(id, assessed, facts, &ladder.within)?;
        let Contest { groups: eligible, undecided: mut open } =
            self.contest(id, assessed, facts, &ladder.within, &ladder.among, &ladder.keys, Taking::Top)?;
        for (group, entries) in eligible {
            if entries.is_empty() {
                continue;
            }
            let own = self.own_places(id, ladder, &entries, scored.get(&group).map_or(0, Vec::len), facts)?;
            let known: Vec<usize> = own.iter().map(|places| places.known().unwrap_or(0)).collect();
            let rounds = self.ladder_rounds(id, ladder, &entries, &known, facts)?;
            open.extend(self.open_prizes(id, ladder, &entries, &own, &rounds, facts)?);
            open.extend(rounds.iter().flat_map(|round| &round.undecided));
            let won: Vec<Won<'_, 'a>> = rounds.into_iter().flat_map(|round| round.won).collect();
            self.list_awards(id, (ladder.pool, ladder.budget.as_ref()), &won, facts, results)?;
        }
        count_open(&open, results);
        Ok(())
    }
}
