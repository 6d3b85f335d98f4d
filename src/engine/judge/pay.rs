//! Stand-alone rewards: payments to each subject and period, with their ceilings.

use super::assess::effect_word;
use super::facts::Facts;
use super::outlook::Outlook;
use super::subject::Subject;
use super::{Judge, RunError};
use crate::engine::eval::eval;
use crate::engine::value::Tri;
use crate::model::window::{owner_day, window_of};
use crate::model::{
    Adjustment, CalendarUnit, Ceiling, Effect, EffectOrigin, Frame, Overflow, PaymentResult, Period, Ratio, Results,
    Reward, RewardId, UNKNOWN, Window,
};
use std::collections::BTreeMap;

/// What a subject is paid for a period, before longer ceilings.
struct Due {
    window: Window,
    id: u32,
    amount: Ratio,
    /// It may be more.
    unknown: bool,
}

/// What is certain of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Paid {
    /// Without its ceiling.
    pub found: Ratio,
    /// With its ceiling.
    pub paid: Ratio,
    /// It is not known if it is more.
    pub unknown: bool,
}

impl<'a> Judge<'a> {
    /// Pays every reward.
    pub(super) fn rewards(&self, facts: &Facts, results: &mut Results) -> Result<(), RunError> {
        for (id, reward) in self.world.policy().rewards.entries() {
            self.reward(id, reward, facts, results)?;
        }
        Ok(())
    }

    fn reward(&self, id: RewardId, reward: &'a Reward, facts: &Facts, results: &mut Results) -> Result<(), RunError> {
        let policy = self.world.policy();
        let mut due = Vec::new();
        // Ceilings over a longer time go by the order of time, then of keys.
        for window in &self.world.program.reward_periods[id] {
            if !self.world.program.spec().as_of.has_ended(window.end) {
                break; // nothing is paid for what runs
            }
            for subject in self.governed(reward.subject).iter().copied() {
                let in_force = policy.in_force.holds(window.last());
                if !in_force || self.days_left(reward.subject, subject, *window, &[]) == 0 {
                    continue;
                }
                let overflow = self.overflow(&reward.name, reward.subject, subject);
                let context = self.paid_subject(reward, subject, *window, facts);
                let (amount, unknown) = self.payment(id, reward, &context, results).map_err(overflow)?;
                due.push(Due { window: *window, id: subject, amount, unknown });
            }
        }
        for ceiling in reward.ceilings.iter().filter(|ceiling| !ceiling.recipient) {
            let mut paid: BTreeMap<(u32, Window), Ratio> = BTreeMap::new();
            for one in &mut due {
                let overflow = self.overflow(&reward.name, reward.subject, one.id);
                let place = (one.id, self.ceiling_window(ceiling, reward.every, one.window));
                let context = self.paid_subject(reward, one.id, one.window, facts);
                let sum = paid.entry(place).or_insert(Ratio::ZERO);
                one.amount = below(ceiling, &context, one.amount, sum).map_err(overflow)?;
            }
        }
        let mut effects: Vec<Effect> = Vec::new();
        for one in due.into_iter().filter(|one| one.amount != Ratio::ZERO || one.unknown) {
            let overflow = self.overflow(&reward.name, reward.subject, one.id);
            let subject = self.world.key(reward.subject, one.id).to_owned();
            let effect = Effect {
                origin: EffectOrigin::Reward(id),
                recipient: subject.clone(),
                subject,
                period: Period::new(one.window),
                kind: effect_word(reward.kind),
                name: reward.name.clone(),
                amount: Some(one.amount).filter(|amount| *amount != Ratio::ZERO),
                unit: reward.unit.clone(),
                payer: String::new(),
                reason: if one.unknown { UNKNOWN.to_owned() } else { String::new() },
            };
            let from = effects.len();
            let context = self.paid_subject(reward, one.id, one.window, facts);
            self.pay_out(&reward.payee, &context, effect, &mut effects).map_err(&overflow)?;
            // Several recipients of one subject come in the order of their keys.
            effects.get_mut(from..).unwrap_or_default().sort_by(|a, b| a.recipient.cmp(&b.recipient));
        }
        for ceiling in reward.ceilings.iter().filter(|ceiling| ceiling.recipient) {
            let mut paid: BTreeMap<(String, Window), Ratio> = BTreeMap::new();
            for effect in effects.iter_mut().filter(|effect| !effect.recipient.is_empty()) {
                let window = effect.period.window;
                let place = (effect.recipient.clone(), self.ceiling_window(ceiling, reward.every, window));
                let Some(amount) = effect.amount else { continue };
                let overflow = self.overflow(&reward.name, reward.subject, 0);
                let context = self.paid_subject(reward, 0, window, facts);
                let sum = paid.entry(place).or_insert(Ratio::ZERO);
                effect.amount = Some(below(ceiling, &context, amount, sum).map_err(overflow)?);
            }
        }
        results.effects.extend(effects.into_iter().filter(|effect| effect.amount != Some(Ratio::ZERO)));
        Ok(())
    }

    /// The time to which a ceiling adds up a period.
    pub(super) fn ceiling_window(&self, ceiling: &Ceiling, every: CalendarUnit, window: Window) -> Window {
        let frame = Frame::Every { count: 1, unit: every, anchor: None };
        let day = owner_day(&frame, window);
        ceiling.every.map_or(window, |unit| window_of(unit, day, self.world.policy().year_start))
    }

    /// The context of a payment.
    pub(super) fn paid_subject<'j>(
        &'j self,
        reward: &Reward,
        id: u32,
        window: Window,
        facts: &'j Facts,
    ) -> Subject<'j, 'a> {
        let day = window.last().min(self.world.program.spec().as_of.reference());
        let (kind, facts) = (reward.subject, Some(facts));
        Subject {
            judge: self,
            kind,
            id,
            day,
            window,
            outlook: Outlook::default(),
            planned: false,
            facts,
            assessing: None,
            reading: Default::default(),
        }
    }

    /// The sum of the payments, and whether it is not known; what is unknown pays nothing.
    pub(super) fn payment(
        &self,
        id: RewardId,
        reward: &'a Reward,
        subject: &Subject<'_, 'a>,
        results: &mut Results,
    ) -> Result<(Ratio, bool), Overflow> {
        if let Some(scope) = &reward.scope {
            match subject.truth_of(scope)? {
                Tri::True => {}
                truth => return Ok((Ratio::ZERO, truth == Tri::Unknown)),
            }
        }
        let (mut sum, mut any_unknown) = (Ratio::ZERO, false);
        for payment in &reward.payments {
            let Paid { found, paid, unknown } = paid(reward, payment, subject)?;
            sum = sum.add(paid)?;
            any_unknown |= unknown;
            if found != Ratio::ZERO || paid != Ratio::ZERO {
                results.payments.push(PaymentResult {
                    reward: id,
                    subject: self.world.key(reward.subject, subject.id).to_owned(),
                    period: Period::new(subject.window),
                    name: payment.name.clone(),
                    found,
                    paid,
                });
            }
        }
        let Some(cap) = &reward.cap else { return Ok((sum, any_unknown)) };
        // An open ceiling is no ceiling that could be kept: nothing is paid.
        let cap = eval(cap, subject)?.range().not_below_zero();
        let capped = cap.lo.map_or(Ratio::ZERO, |cap| sum.min(cap));
        let unknown = match cap.value() {
            Some(cap) => any_unknown && sum < cap,
            None => any_unknown || sum != Ratio::ZERO,
        };
        Ok((capped, unknown))
    }
}

/// What a ceiling leaves of an amount beside those paid before, to which it is added.
pub(super) fn below<'a>(
    ceiling: &'a Ceiling,
    context: &Subject<'_, 'a>,
    amount: Ratio,
    paid: &mut Ratio,
) -> Result<Ratio, Overflow> {
    let Some(most) = eval(&ceiling.amount, context)?.value() else { return Ok(Ratio::ZERO) };
    let amount = amount.min(most.sub(*paid)?.max(Ratio::ZERO));
    *paid = paid.add(amount)?;
    Ok(amount)
}

/// What is certain of a payment, with its ceiling rounded as the reward says; 0 where nothing is.
pub(super) fn paid<'a>(reward: &Reward, payment: &'a Adjustment, subject: &Subject<'_, 'a>) -> Result<Paid, Overflow> {
    if let Some(when) = &payment.when {
        match subject.truth_of(when)? {
            Tri::True => {}
            truth => return Ok(Paid { found: Ratio::ZERO, paid: Ratio::ZERO, unknown: truth == Tri::Unknown }),
        }
    }
    let mut amount = eval(&payment.amount, subject)?.range().not_below_zero();
    if let Some(times) = &payment.times {
        amount = amount.mul(eval(times, subject)?.range().not_below_zero())?;
    }
    let found = amount.lo.unwrap_or(Ratio::ZERO);
    if let Some(cap) = &payment.cap {
        amount = amount.min(eval(cap, subject)?.range().not_below_zero());
    }
    let paid = amount.lo.unwrap_or(Ratio::ZERO);
    let paid = reward.precision.map_or(Ok(paid), |precision| precision.round(paid))?;
    Ok(Paid { found, paid, unknown: amount.value().is_none() })
}
