//! Stand-alone rewards (section 8) and measures for output.

use wangge::model::{Adjustment, Effect, EffectOrigin, Frame, MeasureValue, Period, Results};

use super::Run;
use super::award::word;
use super::eval::Context;
use super::obligation::in_force;
use super::time::{before, day, window, windows};
use super::value::{Num, Range, int, ratio};

impl Run<'_> {
    pub fn pay_rewards(&self, results: &mut Results) {
        for (id, reward) in self.policy.rewards.entries() {
            for subject in self.subjects(reward.subject) {
                for period in self.periods(reward.every, &reward.in_force) {
                    let context = self.period_context(&subject, period);
                    let scope = reward.scope.as_ref().is_none_or(|s| self.truth(s, &context) == Some(true));
                    if !scope || !self.is_there_in(&subject, period.0, period.1) {
                        continue;
                    }
                    let sum: Num = reward.payments.iter().map(|p| self.payment(p, &context)).sum();
                    let capped = match &reward.cap {
                        None => Some(sum),
                        Some(cap) => Range::min(&[Range::exactly(sum), self.range(cap, &context)]).lo,
                    };
                    let Some(amount) = capped.filter(|amount| *amount != int(0)) else { continue };
                    let key = self.key(&subject);
                    let (recipient, payer) = self.payee(&reward.payee, &context);
                    results.effects.push(Effect {
                        origin: EffectOrigin::Reward(id),
                        subject: key,
                        period: Period::new(window(period)),
                        kind: word(reward.kind),
                        name: reward.name.clone(),
                        amount: Some(ratio(&amount)),
                        unit: reward.unit.clone(),
                        recipient,
                        payer,
                        reason: String::new(),
                    });
                }
            }
        }
    }

    /// What is found of a payment; 0 where nothing is certain.
    fn payment(&self, payment: &Adjustment, context: &Context<'_>) -> Num {
        if payment.when.as_ref().is_some_and(|when| self.truth(when, context) != Some(true)) {
            return int(0);
        }
        let one = Range::exactly(int(1));
        let times = payment.times.as_ref().map_or(one, |times| self.range(times, context));
        let product = self.range(&payment.amount, context).mul(&times);
        let capped = match &payment.cap {
            None => product,
            Some(cap) => Range::min(&[product, self.range(cap, context)]),
        };
        capped.lo.unwrap_or_else(|| int(0))
    }

    /// Measures for output: each subject there in the window, attributes on the window's first day.
    pub fn list_measures(&self, results: &mut Results) {
        for (id, measure) in self.policy.measures.entries() {
            let Some(unit) = measure.output else { continue };
            let frame = Frame::Every { count: 1, unit, anchor: None };
            for subject in self.subjects(measure.kind) {
                for w in windows(&frame, self.spec.period, self.policy.year_start) {
                    if !self.is_there_in(&subject, w.0, w.1) || !in_force(&self.policy.in_force, before(w.1)) {
                        continue;
                    }
                    let context = Context {
                        row: subject.clone(),
                        day: w.0,
                        window: w,
                        doubts_open: true,
                        future: false,
                        own: None,
                        reading: Default::default(),
                    };
                    let codes = self.codes_of(measure.kind, &measure.expr);
                    results.measures.push(MeasureValue {
                        measure: id,
                        subject: self.key(&subject),
                        start: day(w.0),
                        last: day(before(w.1)),
                        value: self.show(&self.eval(&measure.expr, &context), codes),
                    });
                }
            }
        }
    }
}
