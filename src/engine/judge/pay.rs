//! Stand-alone rewards: payments to each subject and period, with their ceilings.

use super::assess::effect_word;
use super::facts::Facts;
use super::subject::Subject;
use super::{Judge, RunError};
use crate::engine::eval::eval;
use crate::engine::value::Tri;
use crate::model::{Adjustment, Effect, EffectOrigin, Overflow, Period, Ratio, Results, Reward, Window};

impl<'a> Judge<'a> {
    /// Pays every reward.
    pub(super) fn rewards(&self, facts: &Facts, results: &mut Results) -> Result<(), RunError> {
        let policy = self.world.policy();
        for (id, reward) in policy.rewards.entries() {
            for subject in self.subjects(reward.subject).iter().copied() {
                for window in &self.world.program.reward_periods[id] {
                    let in_force = policy.in_force.holds(window.last());
                    if !in_force || self.days_left(reward.subject, subject, *window, &[]) == 0 {
                        continue;
                    }
                    let overflow = self.overflow(&reward.name, reward.subject, subject);
                    let amount = self.payment(reward, subject, *window, facts).map_err(overflow)?;
                    if amount == Ratio::ZERO {
                        continue;
                    }
                    let key = self.world.key(reward.subject, subject).to_owned();
                    let (recipient, payer) =
                        self.payee(&reward.payee, &self.paid_subject(reward, subject, *window, facts));
                    results.effects.push(Effect {
                        origin: EffectOrigin::Reward(id),
                        subject: key,
                        period: Period::new(*window),
                        kind: effect_word(reward.kind),
                        name: reward.name.clone(),
                        amount: Some(amount),
                        unit: reward.unit.clone(),
                        recipient,
                        payer,
                        reason: String::new(),
                    });
                }
            }
        }
        Ok(())
    }

    /// The context of a payment.
    fn paid_subject<'j>(&'j self, reward: &Reward, id: u32, window: Window, facts: &'j Facts) -> Subject<'j, 'a> {
        let day = window.last().min(self.world.program.spec().as_of.reference());
        let (kind, facts) = (reward.subject, Some(facts));
        Subject {
            judge: self,
            kind,
            id,
            day,
            window,
            settled: false,
            planned: false,
            facts,
            assessing: None,
            reading: Default::default(),
        }
    }

    /// The sum of the payments; what is unknown pays nothing.
    fn payment(&self, reward: &'a Reward, id: u32, window: Window, facts: &Facts) -> Result<Ratio, Overflow> {
        let subject = self.paid_subject(reward, id, window, facts);
        if let Some(scope) = &reward.scope
            && subject.truth_of(scope)? != Tri::True
        {
            return Ok(Ratio::ZERO);
        }
        let mut sum = Ratio::ZERO;
        for payment in &reward.payments {
            sum = sum.add(paid(payment, &subject)?)?;
        }
        match &reward.cap {
            // An open ceiling is no ceiling that could be kept: nothing is paid.
            Some(cap) => Ok(eval(cap, &subject)?.range().lo.map_or(Ratio::ZERO, |cap| sum.min(cap))),
            None => Ok(sum),
        }
    }
}

/// What is certain of a payment; 0 where nothing is.
fn paid<'a>(payment: &'a Adjustment, subject: &Subject<'_, 'a>) -> Result<Ratio, Overflow> {
    if let Some(when) = &payment.when
        && subject.truth_of(when)? != Tri::True
    {
        return Ok(Ratio::ZERO);
    }
    let mut amount = eval(&payment.amount, subject)?.range();
    if let Some(times) = &payment.times {
        amount = amount.mul(eval(times, subject)?.range())?;
    }
    if let Some(cap) = &payment.cap {
        amount = amount.min(eval(cap, subject)?.range());
    }
    Ok(amount.lo.unwrap_or(Ratio::ZERO))
}
