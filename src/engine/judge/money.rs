//! Who receives an amount, how it is shared, what a budget leaves of it.

use super::Judge;
use super::subject::Subject;
use crate::engine::cell::RecordOrder;
use crate::engine::eval::eval;
use crate::engine::value::Tri;
use crate::model::{
    AggOp, Effect, Expr, OverBudget, Overflow, Payee, Pool, Precision, Ratio, Remainder, Source, Split, Window,
};

/// An amount of an effect, never below 0, brought to what the author said.
pub(super) fn rounded(amount: Option<Ratio>, to: Option<Precision>) -> Result<Option<Ratio>, Overflow> {
    match (amount.map(|amount| amount.max(Ratio::ZERO)), to) {
        (Some(amount), Some(to)) => to.round(amount).map(Some),
        (amount, _) => Ok(amount),
    }
}

/// A row that shares an amount: its place in the order, its key, its weight.
type Weighed = (RecordOrder, u32, Ratio);

impl<'a> Judge<'a> {
    /// Lists an effect: for its recipient, or for each that shares the amount. The rows add up to the amount.
    pub(super) fn pay_out(
        &self,
        payee: &'a Payee,
        context: &Subject<'_, 'a>,
        mut effect: Effect,
        out: &mut Vec<Effect>,
    ) -> Result<(), Overflow> {
        effect.payer.clone_from(&payee.by);
        effect.recipient = match &payee.to {
            Some(path) => self.group_name(context, path),
            None => self.world.key(context.kind, context.id).to_owned(),
        };
        let Some(split) = &payee.split else {
            out.push(effect);
            return Ok(());
        };
        let Some(whole) = effect.amount else {
            effect.recipient = String::new();
            out.push(effect);
            return Ok(());
        };
        if whole <= Ratio::ZERO {
            out.push(effect);
            return Ok(());
        }
        let mut parts: Vec<(String, Ratio)> = Vec::new();
        for (recipient, amount) in self.shares(split, whole, &effect.recipient, context)? {
            match parts.iter_mut().find(|(other, _)| *other == recipient) {
                Some((_, sum)) => *sum = sum.add(amount)?,
                None => parts.push((recipient, amount)),
            }
        }
        for (recipient, amount) in parts.into_iter().filter(|(_, amount)| *amount != Ratio::ZERO) {
            out.push(Effect { recipient, amount: Some(amount), ..effect.clone() });
        }
        Ok(())
    }

    /// What each recipient gets of an amount above 0; nobody is an empty text. One recipient may come several times.
    fn shares(
        &self,
        split: &'a Split,
        whole: Ratio,
        rest_to: &str,
        context: &Subject<'_, 'a>,
    ) -> Result<Vec<(String, Ratio)>, Overflow> {
        let part = match &split.part {
            Some(part) => eval(part, context)?.value(),
            None => Some(Ratio::ONE),
        };
        let (Some(part), Some(mut rows)) = (part, context.weighed(&split.weights)?) else {
            return Ok(vec![(String::new(), whole)]);
        };
        let part = part.max(Ratio::ZERO).min(Ratio::ONE);
        let shared = if part == Ratio::ONE { whole } else { down(whole.mul(part)?, split.step)? };
        let mut out = vec![(rest_to.to_owned(), whole.sub(shared)?)];
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        let sum = rows.iter().map(|row| row.2).try_fold(Ratio::ZERO, Ratio::add)?;
        let mut remainder = shared;
        let mut largest: Option<(Ratio, u32)> = None;
        let Expr::Agg(rows_of) = &split.weights else { return Ok(out) };
        let Source::Rows(of) = &self.world.policy().aggs[*rows_of].source else { return Ok(out) };
        for (_, id, weight) in &rows {
            let Some(share) = shared.mul(*weight)?.div(sum)? else { continue };
            let share = down(share, split.step)?;
            remainder = remainder.sub(share)?;
            out.push((self.world.key(of.kind, *id).to_owned(), share));
            if largest.is_none_or(|(most, _)| *weight > most) {
                largest = Some((*weight, *id));
            }
        }
        let row = match split.remainder {
            Remainder::First => rows.first().map(|row| row.1),
            Remainder::Largest => largest.map(|(_, id)| id),
            Remainder::Subject | Remainder::Nobody => None,
        };
        let to = match (split.remainder, row) {
            (Remainder::Subject, _) => rest_to.to_owned(),
            (_, Some(id)) if sum > Ratio::ZERO => self.world.key(of.kind, id).to_owned(),
            _ => String::new(),
        };
        out.push((to, remainder));
        Ok(out)
    }
}

impl<'a> Subject<'_, 'a> {
    /// The rows that share an amount and their weights, none below 0; `None`: which they are is in doubt.
    pub(super) fn weighed(&self, rows: &'a Expr) -> Result<Option<Vec<Weighed>>, Overflow> {
        let Expr::Agg(id) = rows else { return Ok(None) };
        let agg = &self.judge.world.policy().aggs[*id];
        let (Source::Rows(part), AggOp::Sum(weight)) = (&agg.source, &agg.op) else { return Ok(None) };
        if !self.is_listed(part.kind) {
            return Ok(None);
        }
        let day = self.window.last();
        let group = self.judge.group(*id, part, Window { start: day, end: day.plus(1) });
        let whole = part.link == crate::model::Link::Whole;
        let mut weighed = Vec::new();
        for row in group.get(&if whole { 0 } else { self.id }).map_or(&[][..], Vec::as_slice) {
            let subject = Subject { kind: part.kind, id: *row, day, assessing: None, ..*self };
            let keep = match &part.filter {
                Some(filter) => eval(filter, &subject)?.truth(),
                None => Tri::True,
            };
            match keep {
                Tri::False => {}
                Tri::Unknown => return Ok(None),
                Tri::True => {
                    let Some(weight) = eval(weight, &subject)?.value() else { return Ok(None) };
                    weighed.push((self.judge.row_order(part.kind, *row), *row, weight.max(Ratio::ZERO)));
                }
            }
        }
        Ok(Some(weighed))
    }
}

/// Lets those who tie share what their places bring; the first of them stands first. As for [`keep_within`].
pub(super) fn pool_ties(
    pool: Pool,
    ties: &[(usize, usize)],
    amounts: &mut [Option<Option<Ratio>>],
) -> Result<(), Overflow> {
    let mut from = 0;
    for tied in ties.chunk_by(|a, b| a == b) {
        let group = amounts.get_mut(from..from + tied.len()).unwrap_or_default();
        from += tied.len();
        if group.len() < 2 || group.iter().all(Option::is_none) {
            continue;
        }
        let shared = pooled(pool, group)?;
        for (at, amount) in group.iter_mut().enumerate() {
            *amount = Some(match shared {
                Some((share, left)) if at == 0 && pool.to_first => Some(share.add(left)?),
                shared => shared.map(|(share, _)| share),
            });
        }
    }
    Ok(())
}

/// What each of a tie gets of what its places bring together, and what is left; `None`: that is not known.
pub(super) fn pooled(pool: Pool, brought: &[Option<Option<Ratio>>]) -> Result<Option<(Ratio, Ratio)>, Overflow> {
    let known: Option<Vec<Ratio>> = brought.iter().flatten().copied().collect();
    let Some(known) = known else { return Ok(None) };
    let sum = known.into_iter().try_fold(Ratio::ZERO, Ratio::add)?;
    let count = Ratio::int(i128::try_from(brought.len()).unwrap_or(i128::MAX));
    let Some(each) = sum.div(count)? else { return Ok(None) };
    let share = down(each, pool.step)?;
    Ok(Some((share, sum.sub(share.mul(count)?)?)))
}

/// Keeps amounts within a budget. They stand in the order in which they are paid; `ties` says who shares a place.
/// `None` outside: there is no amount; inside: it is not known.
pub(super) fn keep_within(
    over: OverBudget,
    limit: Option<Ratio>,
    ties: &[(usize, usize)],
    amounts: &mut [Option<Option<Ratio>>],
) -> Result<(), Overflow> {
    let Some(limit) = limit.map(|limit| limit.max(Ratio::ZERO)) else {
        amounts.iter_mut().flatten().for_each(|amount| *amount = None);
        return Ok(());
    };
    if let OverBudget::InProportion(step) = over {
        let known: Option<Vec<Ratio>> = amounts.iter().flatten().copied().collect();
        let sum = known.map(|all| all.into_iter().try_fold(Ratio::ZERO, Ratio::add)).transpose()?;
        for amount in amounts.iter_mut().flatten() {
            *amount = match (*amount, sum) {
                (Some(own), Some(sum)) if sum > limit => {
                    own.mul(limit)?.div(sum)?.map(|own| down(own, step)).transpose()?
                }
                (own, Some(_)) => own,
                (_, None) => None,
            };
        }
        return Ok(());
    }
    let mut left = Some(limit);
    let mut from = 0;
    for tied in ties.chunk_by(|a, b| a == b) {
        let until = from + tied.len();
        let group = amounts.get_mut(from..until).unwrap_or_default();
        left = keep_group(over, left, group)?;
        from = until;
    }
    Ok(())
}

/// What is left after those who share a place; `None`: that is not known.
fn keep_group(
    over: OverBudget,
    left: Option<Ratio>,
    group: &mut [Option<Option<Ratio>>],
) -> Result<Option<Ratio>, Overflow> {
    let known: Option<Vec<Ratio>> = group.iter().flatten().copied().collect();
    let (Some(left), Some(known)) = (left, known) else {
        group.iter_mut().flatten().for_each(|amount| *amount = None);
        return Ok(None);
    };
    let sum = known.iter().copied().try_fold(Ratio::ZERO, Ratio::add)?;
    if sum <= left {
        return left.sub(sum).map(Some);
    }
    let count = Ratio::int(i128::try_from(known.len()).unwrap_or(i128::MAX));
    let mut rest = left;
    for amount in group.iter_mut().flatten() {
        let own = amount.unwrap_or(Ratio::ZERO);
        let paid = match over {
            OverBudget::Shared(step) => own.min(down(left.div(count)?.unwrap_or(Ratio::ZERO), step)?),
            OverBudget::Cut => own.min(rest),
            OverBudget::InProportion(_) | OverBudget::Unpaid => Ratio::ZERO,
        };
        rest = rest.sub(paid)?;
        *amount = Some(paid);
    }
    Ok(Some(Ratio::ZERO))
}

/// The largest multiple of a step that is not above an amount.
fn down(amount: Ratio, step: Ratio) -> Result<Ratio, Overflow> {
    match amount.div(step)? {
        Some(steps) => Ratio::int(steps.floor()).mul(step),
        None => Ok(amount),
    }
}
