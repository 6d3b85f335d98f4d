//! Stand-alone rewards (section 8) and measures for output.

use wangge::model::{
    Adjustment, Effect, EffectOrigin, Frame, MeasureValue, PaymentResult, Period, Results, Reward, RewardId,
};

use super::Run;
use super::award::word;
use super::eval::Context;
use super::obligation::in_force;
use super::time::{Span, before, date, day, window, windows};
use super::value::{Num, Range, int, num, ratio, round};
use super::world::Subject;

impl Run<'_> {
    pub fn pay_rewards(&self, results: &mut Results) {
        for (id, reward) in self.policy.rewards.entries() {
            let mut subjects = self.subjects(reward.subject);
            subjects.sort_by_key(|subject| self.key(subject));
            let mut due: Vec<(Span, String, Num)> = Vec::new();
            for period in self.periods(reward.every, &reward.in_force) {
                if !self.has_ended(period.1) {
                    continue;
                }
                for subject in &subjects {
                    if self.is_there_in(subject, period.0, period.1) {
                        let amount = self.payments(id, reward, subject, period, results);
                        due.push((period, self.key(subject), amount));
                    }
                }
            }
            // A ceiling is a number or a parameter: it does not matter who asks.
            let any = subjects.first().cloned();
            let context = |period| self.period_context(&any.clone().expect("somebody is paid"), period);
            self.below_ceilings(reward, false, &mut due, &context);
            let mut paid: Vec<Effect> = Vec::new();
            for (period, key, amount) in due.into_iter().filter(|(.., amount)| *amount != int(0)) {
                let subject = subjects.iter().find(|subject| self.key(subject) == key).expect("it is there");
                let listed = Effect {
                    origin: EffectOrigin::Reward(id),
                    subject: key.clone(),
                    period: Period::new(window(period)),
                    kind: word(reward.kind),
                    name: reward.name.clone(),
                    amount: Some(ratio(&amount)),
                    unit: reward.unit.clone(),
                    recipient: key,
                    payer: String::new(),
                    reason: String::new(),
                };
                self.pay_out(&reward.payee, &self.period_context(subject, period), listed, &mut paid);
            }
            let amount = |e: &Effect| num(e.amount.expect("an amount"));
            let span = |e: &Effect| (date(e.period.window.start), date(e.period.window.end));
            let mut rows: Vec<(Span, String, Num)> =
                paid.iter().map(|e| (span(e), e.recipient.clone(), amount(e))).collect();
            self.below_ceilings(reward, true, &mut rows, &context);
            for (mut effect, (.., amount)) in paid.into_iter().zip(rows) {
                effect.amount = Some(ratio(&amount));
                if amount != int(0) {
                    results.effects.push(effect);
                }
            }
        }
    }

    /// The sum of the payments, each and all of them within their ceilings.
    fn payments(&self, id: RewardId, reward: &Reward, subject: &Subject, period: Span, results: &mut Results) -> Num {
        let context = self.period_context(subject, period);
        if reward.scope.as_ref().is_some_and(|s| self.truth(s, &context) != Some(true)) {
            return int(0);
        }
        let mut sum = int(0);
        for payment in &reward.payments {
            let open = Adjustment { cap: None, ..payment.clone() };
            let (found, paid) = (self.payment(&open, &context), self.payment(payment, &context));
            let paid = match &reward.precision {
                None => paid,
                Some(wangge::model::Precision { multiple: Some(step), rounding, .. }) => {
                    round(&(paid / num(*step)), 0, *rounding) * num(*step)
                }
                Some(precision) => round(&paid, precision.places, precision.rounding),
            };
            if found != int(0) || paid != int(0) {
                results.payments.push(PaymentResult {
                    reward: id,
                    subject: self.key(subject),
                    period: Period::new(window(period)),
                    name: payment.name.clone(),
                    found: ratio(&found),
                    paid: ratio(&paid),
                });
            }
            sum += paid;
        }
        match &reward.cap {
            None => sum,
            Some(cap) => {
                let capped = Range::min(&[Range::exactly(sum), self.range(cap, &context).at_least_nothing()]);
                capped.lo.unwrap_or_else(|| int(0))
            }
        }
    }

    /// What is found of a payment; 0 where nothing is certain.
    fn payment(&self, payment: &Adjustment, context: &Context<'_>) -> Num {
        if payment.when.as_ref().is_some_and(|when| self.truth(when, context) != Some(true)) {
            return int(0);
        }
        let one = Range::exactly(int(1));
        let positive = |expr| self.range(expr, context).at_least_nothing();
        let times = payment.times.as_ref().map_or(one, positive);
        let product = positive(&payment.amount).mul(&times);
        let capped = match &payment.cap {
            None => product,
            Some(cap) => Range::min(&[product, positive(cap)]),
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
