//! Ranks and awards by quota: order by points, then the keys that the author lists.

use super::assess::{Assessed, effect_word, sortable};
use super::facts::Facts;
use super::subject::{Assessing, Subject};
use super::{Judge, RunError};
use crate::engine::eval::{Context, eval};
use crate::engine::value::{Tri, V, order};
use crate::model::{
    AssessmentId, Award, Budget, Effect, EffectKind, EffectOrigin, Expr, FieldId, Payee, Period, Pool, Ratio, Results,
    Shown, SortKey, TiesAtLimit, Type, UNKNOWN, Window,
};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Who takes part in an order, and from which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taking {
    /// Everybody, the best first.
    All,
    /// Who is not barred from awards, the best first.
    Top,
    /// The worst first.
    Bottom {
        /// Without those who are barred from awards.
        barred: bool,
    },
}

impl Taking {
    /// For an award of a kind: nobody is barred from a sanction.
    pub(super) fn of(kind: EffectKind, bottom: bool) -> Taking {
        match (bottom, kind) {
            (true, kind) => Taking::Bottom { barred: kind != EffectKind::Sanction },
            (false, EffectKind::Sanction) => Taking::All,
            (false, EffectKind::Reward | EffectKind::Award) => Taking::Top,
        }
    }

    /// Whether those who are barred from awards are left out.
    pub(super) fn is_barred(self) -> bool {
        matches!(self, Taking::Top | Taking::Bottom { barred: true })
    }
}

/// A subject in an order, with its values.
pub(super) struct Entry<'e, 'a> {
    pub one: &'e Assessed,
    /// Points, turned where the lowest are the best.
    points: Ratio,
    keys: Vec<V<'a>>,
}

/// What a winner gets.
#[derive(Clone, Copy)]
pub(super) struct Prized<'a> {
    /// Position among the prizes of its ladder.
    pub at: usize,
    pub kind: EffectKind,
    pub name: &'a str,
    pub payee: &'a Payee,
}

/// A winner, with the place in the order, which those who tie share.
pub(super) struct Won<'e, 'a> {
    pub prize: Prized<'a>,
    /// The prize of which a place is taken: another one, or none, for some of those who tie beyond the last place.
    pub takes: Option<usize>,
    /// What that place brings.
    pub brings: Option<&'a Expr>,
    pub place: usize,
    pub winner: &'e Assessed,
}

/// Groups by period, then by the group's name.
pub(super) type Groups<'e, 'a> = BTreeMap<(Window, Option<String>), Vec<Entry<'e, 'a>>>;

/// Who is compared with whom.
pub(super) struct Contest<'e, 'a> {
    /// Those who take part.
    pub groups: Groups<'e, 'a>,
    /// Rows of the scores of those of whom it is not known whether they do.
    pub undecided: BTreeSet<usize>,
}

impl<'a> Judge<'a> {
    /// Standard competition ranking of everybody scored, in their groups.
    pub(super) fn rank(
        &self,
        id: AssessmentId,
        assessed: &mut [Assessed],
        facts: &mut Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        let Some(ranking) = &self.world.policy().assessments[id].rank else { return Ok(()) };
        let Contest { groups, undecided } =
            self.contest(id, assessed, facts, &ranking.within, &ranking.among, &ranking.keys, Taking::All)?;
        count_open(&undecided, results);
        let mut ranks: BTreeMap<u32, u64> = BTreeMap::new();
        for ((_, group), entries) in groups {
            let mut rank = 0;
            for (position, entry) in entries.iter().enumerate() {
                let tied = position > 0
                    && entries.get(position - 1).is_some_and(|before| compare(before, entry, &ranking.keys).is_eq());
                if !tied {
                    rank = position as u64 + 1;
                }
                ranks.insert(entry.one.id, rank);
                if let Some(score) = results.scores.get_mut(entry.one.score) {
                    score.rank = Some(rank);
                    score.group.clone_from(&group);
                }
            }
        }
        for one in assessed.iter_mut() {
            one.own.rank = ranks.get(&one.id).copied();
            one.own.rank_in_doubt = undecided.contains(&one.score);
            facts.results[id].insert((one.id, one.window), one.own);
        }
        Ok(())
    }

    /// Awards to the best of each group.
    pub(super) fn award(
        &self,
        id: AssessmentId,
        assessed: &[Assessed],
        facts: &Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        for award in &self.world.policy().assessments[id].awards {
            let taking = Taking::of(award.kind, award.bottom);
            let Contest { groups: eligible, undecided } =
                self.contest(id, assessed, facts, &award.within, &award.among, &award.keys, taking)?;
            count_open(&undecided, results);
            let scored = self.scored_in_groups(id, assessed, facts, &award.within)?;
            for (group, entries) in eligible {
                let Some(first) = entries.first() else { continue };
                let overflow = self.overflow(&award.name, self.world.policy().assessments[id].subject, first.one.id);
                let base =
                    if award.quota.base_eligible { entries.len() } else { scored.get(&group).map_or(0, Vec::len) };
                let all: Vec<&Entry<'_, '_>> = entries.iter().collect();
                let places = self.places(id, &award.quota, base, &all, facts).map_err(overflow)?;
                let Some(known) = places.among(all.len()) else {
                    // Nobody gets it, and it is open of those who might.
                    for (_, entry) in winners(&all, places.most.min(all.len()), &award.keys, award.ties) {
                        if let Some(score) = results.scores.get_mut(entry.one.score) {
                            score.unknown += 1;
                        }
                    }
                    continue;
                };
                let won = award_won(award, &all, known);
                self.list_awards(id, (award.pool, award.budget.as_ref()), &won, facts, results)?;
            }
        }
        Ok(())
    }

    /// What the places of winners bring; `None` inside: it is not known, outside: no money.
    pub(super) fn brought(
        &self,
        id: AssessmentId,
        won: &[Won<'_, 'a>],
        facts: &Facts,
    ) -> Result<Vec<Option<Option<Ratio>>>, RunError> {
        let assessment = &self.world.policy().assessments[id];
        let mut amounts = Vec::new();
        for one in won {
            let overflow = self.overflow(one.prize.name, assessment.subject, one.winner.id);
            let context = self.final_subject(id, one.winner, facts);
            let read = |amount| super::money::rounded(eval(amount, &context)?.value(), assessment.money);
            amounts.push(one.brings.map(read).transpose().map_err(overflow)?);
        }
        Ok(amounts)
    }

    /// Lists what the winners of a group get: those who tie share, where that is said, and all stay within the budget.
    pub(super) fn list_awards(
        &self,
        id: AssessmentId,
        (pool, budget): (Option<Pool>, Option<&'a Budget>),
        won: &[Won<'_, 'a>],
        facts: &Facts,
        results: &mut Results,
    ) -> Result<(), RunError> {
        let kind = self.world.policy().assessments[id].subject;
        let mut amounts = self.brought(id, won, facts)?;
        let ties: Vec<(usize, usize)> = won.iter().map(|one| (one.prize.at, one.place)).collect();
        if let (Some(pool), Some(first)) = (pool, won.first()) {
            let overflow = self.overflow(first.prize.name, kind, first.winner.id);
            super::money::pool_ties(pool, &ties, &mut amounts).map_err(overflow)?;
        }
        if let (Some(budget), Some(first)) = (budget, won.first()) {
            let overflow = self.overflow(first.prize.name, kind, first.winner.id);
            let limit = eval(&budget.amount, &self.final_subject(id, first.winner, facts)).map(V::value);
            limit
                .and_then(|limit| super::money::keep_within(budget.over, limit, &ties, &mut amounts))
                .map_err(overflow)?;
        }
        for (one, amount) in won.iter().zip(amounts) {
            let reason = if amount == Some(None) { UNKNOWN.to_owned() } else { one.place.to_string() };
            let amount = amount.flatten();
            let subject = self.world.key(kind, one.winner.id).to_owned();
            let effect = Effect {
                origin: EffectOrigin::Assessment(id),
                recipient: subject.clone(),
                subject,
                period: Period::new(one.winner.window),
                kind: effect_word(one.prize.kind),
                name: one.prize.name.to_owned(),
                amount,
                unit: if amount.is_some() { self.world.policy().currency.word().to_owned() } else { String::new() },
                payer: String::new(),
                reason,
            };
            let overflow = self.overflow(one.prize.name, kind, one.winner.id);
            let context = self.final_subject(id, one.winner, facts);
            self.pay_out(one.prize.payee, &context, effect, &mut results.effects).map_err(overflow)?;
        }
        Ok(())
    }

    /// The context of a subject after its assessment.
    pub(super) fn final_subject<'j>(
        &'j self,
        id: AssessmentId,
        one: &'j Assessed,
        facts: &'j Facts,
    ) -> Subject<'j, 'a> {
        let at = Assessing { id, period: one.period, unknown_unmet: false, own: one.own, lines: &one.lines };
        self.assessed_subject(id, one.id, one.window, facts, at)
    }

    /// All who have a result, in their groups.
    pub(super) fn scored_in_groups<'e>(
        &self,
        id: AssessmentId,
        assessed: &'e [Assessed],
        facts: &Facts,
        within: &'a Option<Vec<FieldId>>,
    ) -> Result<Groups<'e, 'a>, RunError> {
        self.contest(id, assessed, facts, within, &None, &[], Taking::All).map(|contest| contest.groups)
    }

    /// Those who take part, in their groups, and those of whom that is not decided.
    #[allow(clippy::too_many_arguments, reason = "an order has a group, a scope and keys, each its own choice")]
    pub(super) fn contest<'e>(
        &self,
        id: AssessmentId,
        assessed: &'e [Assessed],
        facts: &Facts,
        within: &'a Option<Vec<FieldId>>,
        among: &'a Option<Expr>,
        keys: &'a [SortKey],
        taking: Taking,
    ) -> Result<Contest<'e, 'a>, RunError> {
        let assessment = &self.world.policy().assessments[id];
        let mut groups: Groups<'e, 'a> = BTreeMap::new();
        let mut undecided = BTreeSet::new();
        for one in assessed.iter().filter(|one| !(one.barred && taking.is_barred())) {
            let Some(points) = one.own.points else { continue };
            let overflow = self.overflow(&assessment.name, assessment.subject, one.id);
            let turned = assessment.lowest_best != matches!(taking, Taking::Bottom { .. });
            let points = if turned { points.neg().map_err(&overflow)? } else { points };
            let context = self.final_subject(id, one, facts);
            match among.as_ref().map_or(Ok(Tri::True), |among| context.truth_of(among)).map_err(&overflow)? {
                Tri::True => {}
                Tri::False => continue,
                Tri::Unknown => {
                    undecided.insert(one.score);
                    continue;
                }
            }
            let group = within.as_ref().map(|path| self.group_name(&context, path));
            let values = keys.iter().map(|key| eval(&key.expr, &context).map(sortable));
            let keys = values.collect::<Result<Vec<_>, _>>().map_err(&overflow)?;
            groups.entry((one.window, group)).or_default().push(Entry { one, points, keys });
        }
        for entries in groups.values_mut() {
            // Equal entries stay in order of their keys, by which the subjects came.
            entries.sort_by(|a, b| compare(a, b, keys));
        }
        Ok(Contest { groups, undecided })
    }

    pub(super) fn group_name(&self, context: &Subject<'_, 'a>, path: &[FieldId]) -> String {
        let policy = self.world.policy();
        let ty = path.split_last().and_then(|(last, before)| {
            let kind = policy.path_kind(context.kind, before)?;
            policy.kinds[kind].fields.get(*last).map(|field| field.ty.clone())
        });
        match self.shown(&ty.unwrap_or(Type::Text), context.field(path)) {
            Shown::Nothing => String::new(),
            shown => shown.to_string(),
        }
    }
}

/// Counts one that is not known in each of these rows of the scores.
pub(super) fn count_open(scores: &BTreeSet<usize>, results: &mut Results) {
    for at in scores {
        if let Some(score) = results.scores.get_mut(*at) {
            score.unknown += 1;
        }
    }
}

/// Who has an award of so many places.
pub(super) fn award_won<'e, 'a>(award: &'a Award, entries: &[&Entry<'e, 'a>], places: usize) -> Vec<Won<'e, 'a>> {
    let Award { kind, name, amount, payee, .. } = award;
    let won = winners(entries, places, &award.keys, award.ties).into_iter().enumerate();
    won.map(|(at, (place, winner))| {
        // Where all who tie get it, each has its own amount, unless they share those of the places there are.
        let takes = (award.pool.is_none() || at < places).then_some(0);
        let brings = takes.and(amount.as_ref());
        Won { prize: Prized { at: 0, kind: *kind, name, payee }, takes, brings, place, winner: winner.one }
    })
    .collect()
}

/// Points, largest first, then the keys; unknown values last.
pub(super) fn compare(a: &Entry<'_, '_>, b: &Entry<'_, '_>, keys: &[SortKey]) -> Ordering {
    let mut by = b.points.cmp(&a.points);
    for ((a, b), key) in a.keys.iter().zip(&b.keys).zip(keys) {
        by = by.then_with(|| match (*a, *b) {
            (V::Unknown, V::Unknown) => Ordering::Equal,
            (V::Unknown, _) => Ordering::Greater,
            (_, V::Unknown) => Ordering::Less,
            (a, b) => {
                let order = match (a.value(), b.value()) {
                    (Some(a), Some(b)) => a.cmp(&b),
                    _ => order(a, b).unwrap_or(Ordering::Equal),
                };
                if key.descending { order.reverse() } else { order }
            }
        });
    }
    by
}

/// Those who get one of the places, with the place that each shares.
pub(super) fn winners<'x, 'e, 'a>(
    entries: &[&'x Entry<'e, 'a>],
    places: usize,
    keys: &[SortKey],
    ties: TiesAtLimit,
) -> Vec<(usize, &'x Entry<'e, 'a>)> {
    let tied = |a: &Entry<'_, '_>, b: &Entry<'_, '_>| compare(a, b, keys).is_eq();
    let mut won = Vec::new();
    let mut place = 0;
    for (position, entry) in entries.iter().enumerate() {
        let same = position > 0 && entries.get(position - 1).is_some_and(|before| tied(before, entry));
        if !same {
            place = position + 1;
        }
        let last = places.checked_sub(1).and_then(|at| entries.get(at));
        let next = entries.get(places);
        let across = last.zip(next).is_some_and(|(last, next)| tied(last, next));
        let at_limit = across && last.is_some_and(|last| tied(last, entry));
        let gets = match ties {
            TiesAtLimit::Include => position < places || at_limit,
            TiesAtLimit::Exclude => position < places && !at_limit,
        };
        if gets {
            won.push((place, *entry));
        }
    }
    won
}
