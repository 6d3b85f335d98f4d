//! Stand-alone rewards (section 8) and measures for output.

use wangge::model::{
    Adjustment, Effect, EffectOrigin, Frame, MeasureValue, PaymentResult, Period, Results, Reward, RewardId, Shown,
};

use super::Run;
use super::award::{brought_to, word};
use super::eval::Context;
use super::obligation::in_force;
use super::time::{Span, before, date, day, window, windows};
use super::value::{Num, Range, V, int, num, ratio};
use super::world::Subject;

impl Run<'_> {
    pub fn pay_rewards(&self, results: &mut Results) {
        for (id, reward) in self.policy.rewards.entries() {
            let mut subjects = self.subjects(reward.subject);
            subjects.sort_by_key(|subject| self.key(subject));
            let mut due: Vec<(Span, String, Num)> = Vec::new();
            let mut unknown: Vec<(Span, String)> = Vec::new();
            for period in self.periods(reward.every, &reward.in_force) {
                if !self.has_ended(period.1) {
                    continue;
                }
                for subject in &subjects {
                    if self.is_there_in(subject, period.0, period.1) {
                        let (amount, open) = self.payments(id, reward, subject, period, results);
                        if open {
                            unknown.push((period, self.key(subject)));
                        }
                        due.push((period, self.key(subject), amount));
                    }
                }
            }
            // A ceiling is a number or a parameter: it does not matter who asks.
            let any = subjects.first().cloned();
            let context = |period| self.period_context(&any.clone().expect("somebody is paid"), period);
            self.below_ceilings(reward, false, &mut due, &context);
            let mut paid: Vec<Effect> = Vec::new();
            for (period, key, amount) in due {
                let open = unknown.contains(&(period, key.clone()));
                if amount == int(0) && !open {
                    continue;
                }
                let subject = subjects.iter().find(|subject| self.key(subject) == key).expect("it is there");
                let listed = Effect {
                    origin: EffectOrigin::Reward(id),
                    subject: key.clone(),
                    period: Period::new(window(period)),
                    kind: word(reward.kind),
                    name: reward.name.clone(),
                    amount: (amount != int(0)).then(|| ratio(&amount)),
                    unit: reward.unit.clone(),
                    recipient: key,
                    payer: String::new(),
                    reason: if open { "unknown".to_owned() } else { String::new() },
                };
                self.pay_out(&reward.payee, &self.period_context(subject, period), listed, &mut paid);
            }
            // What is not known stands as it is.
            let amount = |e: &Effect| num(e.amount.expect("an amount"));
            let span = |e: &Effect| (date(e.period.window.start), date(e.period.window.end));
            let mut rows: Vec<(Span, String, Num)> =
                paid.iter().filter(|e| e.amount.is_some()).map(|e| (span(e), e.recipient.clone(), amount(e))).collect();
            self.below_ceilings(reward, true, &mut rows, &context);
            for (effect, (.., amount)) in paid.iter_mut().filter(|e| e.amount.is_some()).zip(rows) {
                effect.amount = Some(ratio(&amount));
            }
            results.effects.extend(paid.into_iter().filter(|e| e.amount.is_none() || amount(e) != int(0)));
        }
    }

    /// The sum of the payments, each and all of them within their ceilings, and whether it is not known.
    fn payments(
        &self,
        id: RewardId,
        reward: &Reward,
        subject: &Subject,
        period: Span,
        results: &mut Results,
    ) -> (Num, bool) {
        let context = self.period_context(subject, period);
        if let Some(scope) = &reward.scope
            && self.truth(scope, &context) != Some(true)
        {
            return (int(0), self.truth(scope, &context).is_none());
        }
        let (mut sum, mut unknown) = (int(0), false);
        for payment in &reward.payments {
            let certain = |payment: &Adjustment| self.payment(payment, &context).lo.unwrap_or_else(|| int(0));
            let (found, paid) = (certain(&Adjustment { cap: None, ..payment.clone() }), certain(payment));
            unknown |= self.payment(payment, &context).exact().is_none();
            let paid = brought_to(paid, &reward.precision);
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
            None => (sum, unknown),
            Some(cap) => {
                let cap = self.range(cap, &context).at_least_nothing();
                let unknown = match cap.exact() {
                    Some(cap) => unknown && sum < *cap,
                    None => unknown || sum != int(0),
                };
                let capped = Range::min(&[Range::exactly(sum), cap]);
                (capped.lo.unwrap_or_else(|| int(0)), unknown)
            }
        }
    }

    /// A payment within its ceiling; `when` it is not known that there is one, anything.
    fn payment(&self, payment: &Adjustment, context: &Context<'_>) -> Range {
        match payment.when.as_ref().map_or(Some(true), |when| self.truth(when, context)) {
            Some(true) => {}
            Some(false) => return Range::exactly(int(0)),
            None => return Range { lo: None, hi: None },
        }
        let one = Range::exactly(int(1));
        let positive = |expr| self.range(expr, context).at_least_nothing();
        let times = payment.times.as_ref().map_or(one, positive);
        let product = positive(&payment.amount).mul(&times);
        match &payment.cap {
            None => product,
            Some(cap) => Range::min(&[product, positive(cap)]),
        }
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
                        value: match self.eval(&measure.expr, &context) {
                            V::Num(range) if range.exact().is_none() => between(&range),
                            value => self.show(&value, codes),
                        },
                    });
                }
            }
        }
    }
}

/// A number that is not exact: its ends.
fn between(range: &Range) -> Shown {
    match (&range.lo, &range.hi) {
        (None, None) => Shown::Nothing,
        (Some(lo), None) => Shown::Text(format!("{}..", ratio(lo))),
        (None, Some(hi)) => Shown::Text(format!("..{}", ratio(hi))),
        (Some(lo), Some(hi)) => Shown::Text(format!("{}..{}", ratio(lo), ratio(hi))),
    }
}
