//! Where a subject stands among others: ranks, quotas on grades, awards, prizes.

use super::Review;
use super::reader::{Figure, Reader};
use crate::engine::eval::eval;
use crate::engine::judge::RunError;
use crate::engine::judge::assess::Assessed;
use crate::engine::judge::award::{Entry, Groups, Taking, Won, award_won, compare, winners};
use crate::engine::judge::ladder::Round;
use crate::engine::judge::money::pooled;
use crate::engine::judge::places::Stay;
use crate::engine::value::Tri;
use crate::model::{
    AssessmentId, Budget, Expr, FieldId, Pool, Prize, Quota, Ratio, Results, SortKey, TiesAtLimit, Window,
};

/// What a subject may get a place in. Positions in the assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandingOf {
    /// The ranking.
    Rank,
    /// A quota on a grade.
    GradeQuota(usize),
    /// An award.
    Award(usize),
    /// A prize of a list of prizes.
    Prize(usize, usize),
}

/// Where a subject stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// In what.
    pub of: StandingOf,
    /// The group; `None`: there is one for all.
    pub group: Option<String>,
    /// How many may get it in the group.
    pub eligible: usize,
    /// The number that a share is of.
    pub base: usize,
    /// The size of the quota as read.
    pub size: Option<Figure>,
    /// How many places there are, those of the prize before that pass on included.
    pub places: usize,
    /// The place of the subject, which those who tie share; `None`: it is not among them.
    pub place: Option<usize>,
    /// Why it has none.
    pub missed: Option<Missed>,
    /// The most that all winners of the group get together, where it gets a place; the inner one is missing where that
    /// is open.
    pub budget: Option<Option<Ratio>>,
    /// How those who tie with it share what their places bring, where they do.
    pub pooled: Option<Pooled>,
    /// Those next to it in the order who have its points, itself among them; empty: nobody has.
    pub level: Vec<Level>,
}

/// One who has the same points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its key.
    pub key: String,
    /// Its place among all who take part, which those who tie share.
    pub place: usize,
    /// The values that tell those of the same points apart, in the order of the policy.
    pub values: Vec<Option<Figure>>,
}

/// What those who tie share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pooled {
    /// Their keys, in order.
    pub tied: Vec<String>,
    /// The places that they take: of which prize (its position), and what it brings; `None` inside: not known, outside: no money.
    pub places: Vec<(usize, Option<Option<Ratio>>)>,
    /// What each gets, and what is left; `None`: not known.
    pub share: Option<(Ratio, Ratio)>,
}

/// Why a subject gets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// It is not scored.
    NotScored,
    /// A veto bars it.
    Barred,
    /// It is not one of those among whom places are given; `true`: that is not decided.
    NotAmong(bool),
    /// It does not have the grade of the quota.
    OtherGrade,
    /// It is not known whether there is a place for it.
    Open,
    /// What the prize asks for does not hold; `true`: that is not decided.
    Floor(bool),
    /// It has a higher prize: its position.
    Higher(usize),
    /// It ties across the last place, and ties exclude.
    TiedAtLimit,
    /// It stands behind the last place.
    Beyond,
}

/// Neighbours that are looked at on either side of a subject.
const LEVEL_MAX: usize = 5;

/// The place of a subject in an order, which those who tie share.
fn place_of(order: &[Entry<'_, '_>], subject: u32, keys: &[SortKey]) -> Option<usize> {
    let own = order.iter().find(|entry| entry.one.id == subject)?;
    Some(1 + order.iter().filter(|other| compare(other, own, keys).is_lt()).count())
}

/// A choice of winners: who may be, and how.
struct Contest<'c, 'a> {
    within: &'a Option<Vec<FieldId>>,
    among: &'a Option<Expr>,
    keys: &'a [SortKey],
    ties: TiesAtLimit,
    taking: Taking,
    all: &'c [Assessed],
}

impl<'a> Review<'a> {
    /// Where a subject stands in every quota, award and prize of an assessment in a period.
    #[must_use]
    pub fn standings(&self, id: AssessmentId, key: &str, window: Window) -> Vec<Standing> {
        self.stand(id, key, window).unwrap_or_default()
    }

    fn stand(&self, id: AssessmentId, key: &str, window: Window) -> Result<Vec<Standing>, RunError> {
        let Some(assessment) = self.policy().assessments.get(id) else { return Ok(Vec::new()) };
        let Some(subject) = self.id_of(assessment.subject, key) else { return Ok(Vec::new()) };
        let places = (&assessment.rank, &assessment.grade_quotas[..], &assessment.awards[..], &assessment.ladders[..]);
        if matches!(places, (None, [], [], [])) {
            return Ok(Vec::new());
        }
        let judge = &self.judge;
        // Everybody once more, with the results that stand; quotas are looked at with the grades before them.
        let mut scratch = Results::default();
        let mut all = judge.assessed_again(id, window, &judge.known, &mut scratch)?;
        let facts = &judge.known;
        for one in &mut all {
            one.own.rank = facts.results[id].get(&(one.id, window)).and_then(|own| own.rank);
        }
        let mut found = Vec::new();
        if let Some(ranking) = &assessment.rank {
            let contest = Contest {
                within: &ranking.within,
                among: &ranking.among,
                keys: &ranking.keys,
                ties: TiesAtLimit::Include,
                taking: Taking::All,
                all: &all,
            };
            if let Some((mut standing, entries, _)) = self.enter(id, StandingOf::Rank, &contest, subject, window)? {
                standing.place = place_of(&entries, subject, &ranking.keys);
                found.push(standing);
            }
        }
        for (at, quota) in assessment.grade_quotas.iter().enumerate() {
            let contest = Contest {
                within: &quota.within,
                among: &quota.among,
                keys: &quota.keys,
                ties: quota.ties,
                taking: Taking::All,
                all: &all,
            };
            let Some((mut standing, entries, scored)) =
                self.enter(id, StandingOf::GradeQuota(at), &contest, subject, window)?
            else {
                continue;
            };
            let free = |entry: &&Entry<'_, '_>| entry.one.own.vetoed != Some(true);
            let base = if quota.quota.base_eligible { entries.iter().filter(free).count() } else { scored };
            let (stays, _) = judge.quota_stays(id, quota, &all, facts)?;
            let holders: Vec<&Entry<'_, '_>> = entries.iter().filter(|entry| entry.one.may_have(quota.grade)).collect();
            self.give(id, &mut standing, &quota.quota, base, (&entries, &holders), &contest, subject)?;
            let own = all.iter().find(|one| one.id == subject);
            let may_be_better = own.and_then(|one| one.grades).is_some_and(|(best, _)| best < quota.grade);
            let own = own.and_then(|one| stays.get(&one.score));
            if !matches!(standing.missed, Some(Missed::NotScored | Missed::NotAmong(_))) {
                standing.missed = match own {
                    None => Some(Missed::OtherGrade),
                    Some(Stay::Lost) if may_be_better => Some(Missed::Open),
                    Some(Stay::Open) => Some(Missed::Open),
                    Some(Stay::Kept) => None,
                    Some(Stay::Lost) => standing.missed.or(Some(Missed::Beyond)),
                };
            }
            found.push(standing);
            // Those beyond take the next grade before the next quota.
            for one in all.iter_mut() {
                if let Some(stay) = stays.get(&one.score) {
                    one.keep_within(quota.grade, *stay);
                }
            }
        }
        if assessment.every.is_some() && !judge.world.program.spec().as_of.has_ended(window.end) {
            return Ok(found); // what runs brings no award yet
        }
        for (at, award) in assessment.awards.iter().enumerate() {
            let contest = Contest {
                within: &award.within,
                among: &award.among,
                keys: &award.keys,
                ties: award.ties,
                taking: Taking::of(award.kind, award.bottom),
                all: &all,
            };
            if let Some((mut standing, entries, scored)) =
                self.enter(id, StandingOf::Award(at), &contest, subject, window)?
            {
                let base = if award.quota.base_eligible { entries.len() } else { scored };
                let candidates: Vec<&Entry<'_, '_>> = entries.iter().collect();
                let won =
                    self.give(id, &mut standing, &award.quota, base, (&entries, &candidates), &contest, subject)?;
                if won.contains(&subject) {
                    standing.budget = self.budget(id, award.budget.as_ref(), won.first().copied(), &all)?;
                    let won = award_won(award, &candidates, standing.places);
                    standing.pooled = self.pooled(id, award.pool, &won, subject)?;
                }
                found.push(standing);
            }
        }
        for (at, ladder) in assessment.ladders.iter().enumerate() {
            let contest = Contest {
                within: &ladder.within,
                among: &ladder.among,
                keys: &ladder.keys,
                ties: ladder.ties,
                taking: Taking::Top,
                all: &all,
            };
            let Some((entered, entries, scored)) =
                self.enter(id, StandingOf::Prize(at, 0), &contest, subject, window)?
            else {
                continue;
            };
            let own = judge.own_places(id, ladder, &entries, scored, facts)?;
            let known: Vec<usize> = own.iter().map(|places| places.known().unwrap_or(0)).collect();
            let rounds = judge.ladder_rounds(id, ladder, &entries, &known, facts)?;
            let first = rounds.iter().find_map(|round| round.won.first()).map(|won| won.winner.id);
            let stands = entries.iter().find(|entry| entry.one.id == subject);
            let mut has: Option<usize> = None;
            for (position, (prize, round)) in ladder.prizes.iter().zip(&rounds).enumerate() {
                let mut standing = Standing { of: StandingOf::Prize(at, position), ..entered.clone() };
                standing.base = if prize.quota.base_eligible { entries.len() } else { scored };
                let reads = stands.or(entries.first()).map(|entry| entry.one);
                let reads = reads.or(all.iter().find(|one| one.id == subject));
                let reads = reads.map(|one| judge.final_subject(id, one, facts));
                standing.size = reads.and_then(|subject| Reader { subject }.read(&prize.quota.size));
                standing.places = round.places;
                // The place of a prize is that in the order of all who may get one.
                standing.place = stands
                    .map(|own| 1 + entries.iter().filter(|other| compare(other, own, &ladder.keys).is_lt()).count());
                let candidate = round.candidates.iter().any(|entry| entry.one.id == subject);
                if let Some(higher) = has {
                    standing.missed = Some(Missed::Higher(higher));
                } else if round.won.iter().any(|won| won.winner.id == subject) {
                    has = Some(position);
                    standing.budget = self.budget(id, ladder.budget.as_ref(), first, &all)?;
                    standing.pooled = self.pooled(id, ladder.pool, &round.won, subject)?;
                } else if standing.missed.is_none() {
                    standing.missed = Some(self.missed_prize(id, prize, round, (subject, candidate), &contest));
                }
                found.push(standing);
            }
        }
        Ok(found)
    }

    /// The group of a subject, with its entries and the number of all scored in it; why it is in none.
    #[allow(clippy::type_complexity, reason = "an entry, its group and how many are scored in it")]
    fn enter<'e>(
        &'e self,
        id: AssessmentId,
        of: StandingOf,
        contest: &Contest<'e, 'a>,
        subject: u32,
        window: Window,
    ) -> Result<Option<(Standing, Vec<Entry<'e, 'a>>, usize)>, RunError> {
        let (judge, facts) = (&self.judge, &self.judge.known);
        let Contest { within, among, keys, taking, all, .. } = contest;
        let Some(own) = all.iter().find(|one| one.id == subject) else { return Ok(None) };
        let reader = Reader { subject: judge.final_subject(id, own, facts) };
        let group = within.as_ref().map(|path| judge.group_name(&reader.subject, path));
        let place = (window, group.clone());
        let mut eligible: Groups<'e, 'a> = judge.contest(id, all, facts, within, among, keys, *taking)?.groups;
        let scored = judge.scored_in_groups(id, all, facts, within)?;
        let missed = if own.own.points.is_none() {
            Some(Missed::NotScored)
        } else if taking.is_barred() && own.barred {
            Some(Missed::Barred)
        } else {
            match among.as_ref().map_or(Ok(Tri::True), |among| reader.subject.truth_of(among)) {
                Ok(Tri::True) => None,
                Ok(Tri::False) => Some(Missed::NotAmong(false)),
                _ => Some(Missed::NotAmong(true)),
            }
        };
        let entries = eligible.remove(&place).unwrap_or_default();
        let level = self.level(id, contest.keys, &entries, subject);
        let standing = Standing {
            of,
            group,
            eligible: entries.len(),
            base: 0,
            size: None,
            places: 0,
            place: None,
            missed,
            budget: None,
            pooled: None,
            level,
        };
        Ok(Some((standing, entries, scored.get(&place).map_or(0, Vec::len))))
    }

    /// Those next to a subject in an order who have its points.
    fn level(&self, id: AssessmentId, keys: &'a [SortKey], order: &[Entry<'_, 'a>], subject: u32) -> Vec<Level> {
        let Some(at) = order.iter().position(|entry| entry.one.id == subject) else { return Vec::new() };
        let kind = self.policy().assessments[id].subject;
        let points = |entry: &Entry<'_, 'a>| entry.one.own.points;
        let own = order.get(at).and_then(points);
        let near = order.get(at.saturating_sub(LEVEL_MAX)..order.len().min(at + 1 + LEVEL_MAX)).unwrap_or_default();
        let level = near.iter().filter(|entry| points(entry) == own).map(|entry| {
            let reader = Reader { subject: self.judge.final_subject(id, entry.one, &self.judge.known) };
            Level {
                key: self.judge.world.key(kind, entry.one.id).to_owned(),
                place: place_of(order, entry.one.id, keys).unwrap_or_default(),
                values: keys.iter().map(|key| reader.read(&key.expr)).collect(),
            }
        });
        let level: Vec<Level> = level.collect();
        if level.len() > 1 { level } else { Vec::new() }
    }

    /// The most that winners get together, as the first of them reads it.
    fn budget(
        &self,
        id: AssessmentId,
        budget: Option<&'a Budget>,
        first: Option<u32>,
        all: &[Assessed],
    ) -> Result<Option<Option<Ratio>>, RunError> {
        let Some((budget, first)) = budget.zip(all.iter().find(|one| Some(one.id) == first)) else { return Ok(None) };
        let assessment = &self.policy().assessments[id];
        let overflow = self.judge.overflow(&assessment.name, assessment.subject, first.id);
        let context = self.judge.final_subject(id, first, &self.judge.known);
        Ok(Some(eval(&budget.amount, &context).map_err(overflow)?.value()))
    }

    /// Why somebody who is among those who may get a prize does not get it.
    fn missed_prize(
        &self,
        id: AssessmentId,
        prize: &'a Prize,
        round: &Round<'_, '_, 'a>,
        (subject, candidate): (u32, bool),
        contest: &Contest<'_, 'a>,
    ) -> Missed {
        if !candidate {
            let one = contest.all.iter().find(|one| one.id == subject);
            let reader = one.map(|one| Reader { subject: self.judge.final_subject(id, one, &self.judge.known) });
            let holds = prize.when.as_ref().zip(reader).and_then(|(when, reader)| reader.holds(when));
            return Missed::Floor(holds.is_none());
        }
        let own = round.candidates.iter().find(|entry| entry.one.id == subject);
        let before = |own| round.candidates.iter().filter(|other| compare(other, own, contest.keys).is_lt()).count();
        if own.is_some_and(|own| before(own) < round.places) { Missed::TiedAtLimit } else { Missed::Beyond }
    }

    /// How those who tie with a subject share what their places bring.
    fn pooled(
        &self,
        id: AssessmentId,
        pool: Option<Pool>,
        won: &[Won<'_, 'a>],
        subject: u32,
    ) -> Result<Option<Pooled>, RunError> {
        let own = won.iter().find(|one| one.winner.id == subject);
        let Some((pool, own)) = pool.zip(own) else { return Ok(None) };
        let tied = won.chunk_by(|a, b| a.place == b.place).find(|tied| tied.iter().any(|one| one.place == own.place));
        let tied = tied.filter(|tied| tied.len() > 1).unwrap_or_default();
        let (judge, kind) = (&self.judge, self.policy().assessments[id].subject);
        let brought = judge.brought(id, tied, &judge.known)?;
        if brought.iter().all(Option::is_none) {
            return Ok(None);
        }
        let overflow = judge.overflow(own.prize.name, kind, own.winner.id);
        let share = pooled(pool, &brought).map_err(overflow)?;
        let places = tied.iter().zip(brought).filter_map(|(one, amount)| Some((one.takes?, amount))).collect();
        let tied = tied.iter().map(|one| judge.world.key(kind, one.winner.id).to_owned()).collect();
        Ok(Some(Pooled { tied, places, share }))
    }

    /// Gives places to candidates; the winners.
    #[allow(clippy::too_many_arguments, reason = "a contest has a quota, a base, candidates, each its own")]
    fn give(
        &self,
        id: AssessmentId,
        standing: &mut Standing,
        quota: &'a Quota,
        base: usize,
        (group, candidates): (&[Entry<'_, 'a>], &[&Entry<'_, 'a>]),
        contest: &Contest<'_, 'a>,
        subject: u32,
    ) -> Result<Vec<u32>, RunError> {
        let (judge, facts) = (&self.judge, &self.judge.known);
        standing.base = base;
        let first = candidates.first().map(|entry| entry.one).or(contest.all.iter().find(|one| one.id == subject));
        let Some(first) = first else { return Ok(Vec::new()) };
        let assessment = &self.policy().assessments[id];
        let overflow = judge.overflow(&assessment.name, assessment.subject, first.id);
        standing.size = Reader { subject: judge.final_subject(id, first, facts) }.read(&quota.size);
        let group: Vec<&Entry<'_, '_>> = group.iter().collect();
        let places = judge.places(id, quota, base, &group, facts).map_err(overflow)?;
        // A number that is not known may still be enough for all, or for none.
        let among = || matches!(standing.of, StandingOf::Award(_)).then(|| places.among(group.len())).flatten();
        let places = places.known().or_else(among);
        standing.places = places.unwrap_or(0);
        let won = winners(candidates, standing.places.min(candidates.len()), contest.keys, contest.ties);
        let own = candidates.iter().find(|entry| entry.one.id == subject);
        standing.place =
            own.map(|own| 1 + candidates.iter().filter(|other| compare(other, own, contest.keys).is_lt()).count());
        let wins = won.iter().any(|(_, entry)| entry.one.id == subject);
        if let (Some(place), None, false) = (standing.place, standing.missed, wins) {
            let tied = place <= standing.places;
            standing.missed = Some(if tied { Missed::TiedAtLimit } else { Missed::Beyond });
        }
        Ok(won.into_iter().map(|(_, entry)| entry.one.id).collect())
    }
}
