//! Who receives money: splits, budgets, ceilings over a longer time or for a recipient (sections 7 and 8).

use wangge::model::{AggOp, Budget, Effect, Expr, OverBudget, Payee, Ratio, Remainder, Reward, Split};

use super::Run;
use super::eval::Context;
use super::time::{Span, owner, windows};
use super::value::{Num, int, num, ratio};

/// A share of a row: the key, its weight, its rounded share.
struct Share {
    key: String,
    weight: Num,
    amount: Num,
}

impl Run<'_> {
    /// Lists an effect once for each who receives some of it.
    pub fn pay_out(&self, payee: &Payee, context: &Context<'_>, effect: Effect, effects: &mut Vec<Effect>) {
        let own = match &payee.to {
            None => self.key(&context.row),
            Some(path) => {
                let expr = Expr::Field(path.clone());
                let codes = self.codes_of(context.row.kind(), &expr);
                self.show(&self.eval(&expr, context), codes).to_string()
            }
        };
        let row = |recipient: &str, amount: Option<Ratio>| Effect {
            recipient: recipient.to_owned(),
            payer: payee.by.clone(),
            amount,
            ..effect.clone()
        };
        match (&payee.split, effect.amount) {
            (None, amount) => effects.push(row(&own, amount)),
            (Some(_), None) => effects.push(row("", None)),
            (Some(split), Some(amount)) => {
                let whole = num(amount);
                if whole <= int(0) {
                    effects.push(row(&own, Some(amount)));
                    return;
                }
                let got = self.divided(split, &whole, &own, context);
                let mut names: Vec<&String> = got.iter().map(|(name, _)| name).collect();
                names.sort();
                names.dedup();
                for name in names {
                    let sum: Num = got.iter().filter(|(other, _)| other == name).map(|(_, amount)| amount).sum();
                    if sum != int(0) {
                        effects.push(row(name, Some(ratio(&sum))));
                    }
                }
            }
        }
    }

    fn divided(&self, split: &Split, whole: &Num, own: &str, context: &Context<'_>) -> Vec<(String, Num)> {
        let part = match &split.part {
            None => Some(int(1)),
            Some(part) => self.eval(part, context).exact(),
        };
        let Some((part, weights)) = part.zip(self.weights(split, context)) else {
            return vec![(String::new(), whole.clone())];
        };
        let part = part.clamp(int(0), int(1));
        let step = num(split.step);
        let shared = if part == int(1) { whole.clone() } else { down(&(whole * part), &step) };
        let all: Num = weights.iter().map(|(_, weight)| weight).sum();
        let mut got = vec![(own.to_owned(), whole - &shared)];
        if all == int(0) {
            let to = if split.remainder == Remainder::Subject { own } else { "" };
            got.push((to.to_owned(), shared));
            return got;
        }
        let shares: Vec<Share> = (weights.into_iter())
            .map(|(key, weight)| Share { key, amount: down(&(&shared * &weight / &all), &step), weight })
            .collect();
        let given: Num = shares.iter().map(|share| &share.amount).sum();
        let most = shares.iter().map(|share| &share.weight).max().expect("some weigh").clone();
        let lucky = match split.remainder {
            Remainder::First => shares[0].key.clone(),
            Remainder::Largest => shares.iter().find(|share| share.weight == most).expect("there is one").key.clone(),
            Remainder::Subject => own.to_owned(),
            Remainder::Nobody => String::new(),
        };
        got.push((lucky, shared - given));
        got.extend(shares.into_iter().map(|share| (share.key, share.amount)));
        got
    }

    /// Keys and weights in the order of keys; nothing where a row or weight is in doubt.
    fn weights(&self, split: &Split, context: &Context<'_>) -> Option<Vec<(String, Num)>> {
        let Expr::Agg(id) = &split.weights else { panic!("an aggregate") };
        let agg = &self.policy.aggs[*id];
        let AggOp::Sum(weight) = &agg.op else { panic!("a sum") };
        let mut found = self.find(&agg.source, &agg.frame, context);
        if found.gap || found.doubtful > 0 {
            return None;
        }
        found.rows.sort_by_key(|row| self.key_order(&row.row));
        let weighed = |row: &Context<'_>| {
            let weight = self.eval(weight, row).exact()?;
            Some((self.key(&row.row), weight.max(int(0))))
        };
        found.rows.iter().map(weighed).collect()
    }

    /// What a budget leaves of amounts in the order in which they are paid; `None` outside: no amount at all.
    pub fn budgeted(
        &self,
        budget: &Budget,
        places: &[(usize, usize)],
        amounts: Vec<Option<Option<Num>>>,
        context: &Context<'_>,
    ) -> Vec<Option<Option<Num>>> {
        let unknown = |from: usize| {
            let cut = |(at, amount): (usize, &Option<Option<Num>>)| {
                amount.as_ref().map(|amount| if at < from { amount.clone() } else { None })
            };
            amounts.iter().enumerate().map(cut).collect::<Vec<_>>()
        };
        let Some(limit) = self.eval(&budget.amount, context).exact() else { return unknown(0) };
        let limit = limit.max(int(0));
        // From the first place with an amount that is not known on, nothing is known.
        let doubtful = amounts.iter().position(|amount| matches!(amount, Some(None)));
        let known_until = doubtful.map_or(amounts.len(), |at| {
            places.iter().position(|place| *place == places[at]).expect("it is one of them")
        });
        let sum = |until: usize| -> Num { amounts[..until].iter().flatten().flatten().sum() };
        match budget.over {
            OverBudget::InProportion(step) => {
                if known_until < amounts.len() {
                    return unknown(0);
                }
                let all = sum(amounts.len());
                if all <= limit {
                    return amounts;
                }
                let fall = |own: Num| down(&(own * &limit / &all), &num(step));
                amounts.into_iter().map(|amount| amount.map(|own| own.map(fall))).collect()
            }
            over => {
                let mut kept = unknown(known_until);
                for at in 0..known_until {
                    let first = places.iter().position(|place| *place == places[at]).expect("itself");
                    let last = places.iter().rposition(|place| *place == places[at]).expect("itself") + 1;
                    let Some(Some(own)) = &amounts[at] else { continue };
                    if sums_below(&amounts, places, last, &limit) {
                        continue;
                    }
                    let starts_within = sums_below(&amounts, places, first, &limit);
                    let left = &limit - sum(first);
                    let tied = amounts[first..last].iter().flatten().count();
                    kept[at] = Some(Some(match over {
                        _ if !starts_within => int(0),
                        OverBudget::Shared(step) => {
                            let each = down(&(left / int(i64::try_from(tied).expect("few"))), &num(step));
                            each.min(own.clone())
                        }
                        OverBudget::Cut => {
                            let before: Num = kept[first..at].iter().flatten().flatten().sum();
                            own.clone().min(left - before)
                        }
                        _ => int(0),
                    }));
                }
                kept
            }
        }
    }

    /// Keeps the amounts of a reward, in order of time and keys, below ceilings of one sort.
    pub fn below_ceilings(
        &self,
        reward: &Reward,
        recipient: bool,
        amounts: &mut [(Span, String, Num)],
        context: &dyn Fn(Span) -> Context<'static>,
    ) {
        for ceiling in reward.ceilings.iter().filter(|ceiling| ceiling.recipient == recipient) {
            let time = |period: Span| {
                let every = wangge::model::Frame::Every { count: 1, unit: reward.every, anchor: None };
                let day = owner(&every, period);
                match ceiling.every {
                    None => period,
                    Some(unit) => {
                        let frame = wangge::model::Frame::Every { count: 1, unit, anchor: None };
                        let within = |w: &Span| w.0 <= day && day < w.1;
                        let near = (super::time::plus(day, -800), super::time::plus(day, 800));
                        windows(&frame, near, self.policy.year_start).into_iter().find(within).expect("one is there")
                    }
                }
            };
            for at in 0..amounts.len() {
                let (period, who, amount) = amounts[at].clone();
                if recipient && who.is_empty() {
                    continue;
                }
                let same = |(other, name, _): &&(Span, String, Num)| *name == who && time(*other) == time(period);
                let before: Num = amounts[..at].iter().filter(same).map(|(.., amount)| amount).sum();
                let most = self.eval(&ceiling.amount, &context(period)).exact();
                amounts[at].2 = most.map_or(int(0), |most| amount.min((most - before).max(int(0))));
            }
        }
    }
}

/// Whether every whole place up to here fits.
fn sums_below(amounts: &[Option<Option<Num>>], places: &[(usize, usize)], until: usize, limit: &Num) -> bool {
    let ends = (1..=until).filter(|end| *end == until || places[*end] != places[*end - 1]);
    ends.into_iter().all(|end| amounts[..end].iter().flatten().flatten().sum::<Num>() <= *limit)
}

fn down(amount: &Num, step: &Num) -> Num {
    (amount / step).floor() * step
}
