//! Stand-alone rewards: payments to each subject and period.

use super::adjustments::{AmountUnit, Names, flat};
use super::checker::{Checker, Place, Scope};
use super::codes;
use super::parts::both;
use super::rules::cites;
use crate::model::{Adjustment, Ceiling, Currency, EffectKind, Reward, Unit};
use crate::syntax::tree::{Item, RewardItem};

impl<'a> Checker<'a> {
    pub(super) fn lower_rewards(&mut self) {
        for (_, item) in self.items() {
            let Item::Reward(reward) = &item.value else { continue };
            if self.assessment_names.get(reward.name.value.as_str()).is_some_and(|(_, at)| *at == reward.name.span) {
                let reward = self.citing(&reward.cites, |checker| checker.reward(reward));
                self.rewards.push(reward);
            }
        }
    }

    fn reward(&mut self, item: &'a RewardItem) -> Option<Reward> {
        let (kind, part) = self.subject(&item.subject)?;
        self.needs_key(kind, item.subject.span);
        if self.is_record(kind) {
            let shown = self.kind_name(kind);
            self.error_with_help(
                codes::BAD_ASSESSMENT_PERIOD,
                item.subject.span,
                text!("a reward goes to subjects over periods, not to events", "奖励按周期发给对象，不能发给事件"),
                text!(
                    "name the one to whom the events belong, and pay per event: `reward NAME for each WORKER every month at most 500 yuan {{ pay 50 yuan per {shown} where ... }}`; an amount for each event by itself is the effect of a grade of an assessment `for each {shown}`",
                    "请写事件所属的对象，并按事件数付给：`奖励 名称 对 每个 人员 每月 最多 500 元 {{ 付 50 元 每有 {shown} 其中 … }}`；逐条列出的金额，请写考核`对 每个 {shown}`的等次奖惩"
                ),
            );
            return None;
        }
        let scope = Scope { kind, place: Place::Reward { unit: item.every.value } };
        let written = self.optional_condition(item.scope.as_ref(), scope);
        let own = self.own_currency();
        let shown = item.unit.as_ref().map_or(own.word(), |unit| unit.value.as_str());
        let unit = match (shown, Currency::named(shown)) {
            (_, Some(currency)) => {
                if currency != own {
                    self.other_currency(item.unit.as_ref().map_or(item.name.span, |unit| unit.span), currency);
                }
                Unit::Money(currency)
            }
            ("points" | "分", _) => Unit::Points,
            (other, _) => Unit::Named(other.to_owned()),
        };
        // Yuan are shown as they are written.
        let shown = if unit == Unit::Money(own) && own != Currency::CNY { own.word() } else { shown };
        let amount = AmountUnit { unit: &unit, bare: true };
        let cap = item.cap.as_ref().map(|cap| self.amount_or_bare(cap, &unit, scope));
        let ceilings: Vec<Option<Ceiling>> =
            item.ceilings.iter().map(|ceiling| self.ceiling(ceiling, &unit, item.every.value, scope)).collect();
        let mut names = Names::of_payments();
        let payments: Vec<Option<Adjustment>> =
            item.payments.iter().map(|payment| self.adjustment(payment, amount, &mut names, scope)).collect();
        for payment in item.payments.iter().filter(|payment| payment.again) {
            self.again_idle(payment.span);
        }
        let in_force = match &item.in_force {
            Some(force) => self.force(force)?,
            None => crate::model::Force::default(),
        };
        let mut payments: Vec<Adjustment> = payments.into_iter().collect::<Option<_>>()?;
        for payment in &mut payments {
            payment.bonus = true;
        }
        let payee = self.payee(&item.payee, Some(&unit), scope);
        let precision = item.precision.as_ref().map(|precision| self.precision(precision));
        for (written, payment) in item.payments.iter().zip(&payments).filter(|_| precision.is_none()) {
            self.may_not_be_payable(&payment.amount, written.amount.span);
        }
        Some(Reward {
            precision,
            payee: payee?,
            name: item.name.value.clone(),
            cites: cites(&item.cites),
            kind: EffectKind::Reward,
            subject: kind,
            scope: both(part, written.ok()?),
            every: item.every.value,
            unit: shown.to_owned(),
            cap: flat(cap)?,
            ceilings: ceilings.into_iter().collect::<Option<_>>()?,
            payments,
            in_force,
            span: item.name.span,
        })
    }
}
