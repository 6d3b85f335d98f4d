//! A stand-alone reward of one subject: its payments, its ceilings, who gets it.

use super::Review;
use super::lines::AdjustTrace;
use super::reader::Reader;
use crate::engine::eval::eval;
use crate::engine::judge::pay::{Paid, below, paid};
use crate::model::{Effect, EffectOrigin, Overflow, Period, Ratio, Results, Reward, RewardId, Window};
use std::collections::BTreeMap;

/// A reward in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardTrace {
    /// The period.
    pub window: Window,
    /// Whether the subject is one of those that get it; `None`: not decided.
    pub in_scope: Option<bool>,
    /// The payments, as written.
    pub payments: Vec<PaymentTrace>,
    /// Their sum.
    pub sum: Ratio,
    /// The ceiling on the sum; the inner one is missing where it is open.
    pub cap: Option<Option<Ratio>>,
    /// The sum below its ceiling.
    pub capped: Ratio,
    /// The subject's ceilings over a longer time, in the order in which they apply.
    pub ceilings: Vec<CeilingTrace>,
    /// Recipients with their amounts, before ceilings for a recipient; an empty one is nobody.
    pub shares: Vec<(String, Ratio)>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentTrace {
    /// Position in the reward.
    pub at: usize,
    /// How it is read.
    pub trace: AdjustTrace,
    /// What is found.
    pub found: Ratio,
    /// What its own ceiling leaves.
    pub paid: Ratio,
    /// It may be more.
    pub unknown: bool,
}

/// A ceiling over a longer time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingTrace {
    /// The time over which it adds up.
    pub window: Window,
    /// The most; `None`: open.
    pub most: Option<Ratio>,
    /// Paid in this time before.
    pub before: Ratio,
    /// The amount before and after the ceiling.
    pub amount: (Ratio, Ratio),
}

impl<'a> Review<'a> {
    /// A reward of a subject in every period of the run.
    #[must_use]
    pub fn reward(&self, id: RewardId, key: &str) -> Vec<RewardTrace> {
        let Some(reward) = self.policy().rewards.get(id) else { return Vec::new() };
        let Some(subject) = self.id_of(reward.subject, key) else { return Vec::new() };
        self.periods_of(id, reward, subject).unwrap_or_default()
    }

    fn periods_of(&self, id: RewardId, reward: &'a Reward, subject: u32) -> Result<Vec<RewardTrace>, Overflow> {
        let judge = &self.judge;
        let mut found = Vec::new();
        let mut so_far: BTreeMap<(usize, Window), Ratio> = BTreeMap::new();
        for window in &self.program().reward_periods[id] {
            let in_force = self.policy().in_force.holds(window.last());
            if !self.program().spec().as_of.has_ended(window.end) {
                break; // nothing is paid for what runs
            }
            if !in_force || judge.days_left(reward.subject, subject, *window, &[]) == 0 {
                continue;
            }
            let context = judge.paid_subject(reward, subject, *window, &judge.known);
            let reader = Reader { subject: context };
            let in_scope = reward.scope.as_ref().map_or(Some(true), |scope| reader.holds(scope));
            let mut payments = Vec::new();
            let mut sum = Ratio::ZERO;
            for (at, payment) in reward.payments.iter().enumerate() {
                let Paid { found, paid, unknown } = paid(reward, payment, &context)?;
                sum = sum.add(paid)?;
                payments.push(PaymentTrace { at, trace: reader.adjustment(payment), found, paid, unknown });
            }
            let cap = match &reward.cap {
                Some(cap) => Some(eval(cap, &context)?.range().lo),
                None => None,
            };
            // What the judge pays; the lines above say how.
            let (capped, _) = judge.payment(id, reward, &context, &mut Results::default())?;
            let mut amount = capped;
            let mut ceilings = Vec::new();
            for (at, ceiling) in reward.ceilings.iter().enumerate().filter(|(_, ceiling)| !ceiling.recipient) {
                let over = judge.ceiling_window(ceiling, reward.every, *window);
                let paid = so_far.entry((at, over)).or_insert(Ratio::ZERO);
                let before = *paid;
                let after = below(ceiling, &context, amount, paid)?;
                let most = eval(&ceiling.amount, &context)?.value();
                ceilings.push(CeilingTrace { window: over, most, before, amount: (amount, after) });
                amount = after;
            }
            let mut effects = Vec::new();
            if amount != Ratio::ZERO {
                let effect = Effect {
                    origin: EffectOrigin::Reward(id),
                    subject: reader.key().to_owned(),
                    period: Period::new(*window),
                    kind: "reward",
                    name: reward.name.clone(),
                    amount: Some(amount),
                    unit: reward.unit.clone(),
                    recipient: String::new(),
                    payer: String::new(),
                    reason: String::new(),
                };
                judge.pay_out(&reward.payee, &context, effect, &mut effects)?;
            }
            let shares = effects.into_iter().filter_map(|effect| Some((effect.recipient, effect.amount?))).collect();
            found.push(RewardTrace { window: *window, in_scope, payments, sum, cap, capped, ceilings, shares });
        }
        Ok(found)
    }
}
