//! Ranks, effects of grades, awards by quota (section 7, from 8 on).

use std::cmp::Ordering;

use wangge::model::{
    Assessment, AssessmentId, Award, Budget, EffectKind, Expr, Ladder, Path, Payee, Period, Pool, Precision, Prize,
    Quota, Ranking, Results, Score, SortKey, TiesAtLimit,
};

use super::Run;
use super::assessment::effect;
use super::eval::{Context, Own};
use super::time::window;
use super::value::{Num, int, num, ratio, round};

/// A subject that has been given points and a grade.
pub struct Candidate {
    /// Without the results of this assessment; see `seen`.
    pub context: Context<'static>,
    pub own: Own,
    pub vetoes: Vec<String>,
    pub barred: bool,
    pub unknown: u64,
    /// Whether the points, and the grade, are not known for want of data.
    pub in_doubt: (bool, bool),
    pub veto_in_doubt: bool,
    /// Grades that quotas leave open: the best and the worst of them.
    pub open: Option<(u32, u32)>,
}

impl Candidate {
    /// The context in which ranks, awards and amounts are read: the results are final.
    fn seen(&self) -> Context<'_> {
        Context { own: Some(&self.own), ..self.context.clone() }
    }
}

/// By what candidates are ordered.
#[derive(Clone, Copy)]
struct Order<'k> {
    keys: &'k [SortKey],
    /// From the bottom.
    bottom: bool,
}

impl<'k> From<&'k Vec<SortKey>> for Order<'k> {
    fn from(keys: &'k Vec<SortKey>) -> Order<'k> {
        Order { keys, bottom: false }
    }
}

/// A winner and what is won.
struct Won<'c> {
    prize: usize,
    place: usize,
    winner: &'c Candidate,
    kind: EffectKind,
    name: &'c str,
    /// The prize whose place is taken; there is none for some of those who share beyond the last.
    takes: Option<usize>,
    amount: Option<&'c Expr>,
    payee: &'c Payee,
}

/// Who has an award of so many places, with the place that each reached.
struct Winners<'c> {
    places: Num,
    all: Vec<(usize, &'c Candidate)>,
}

/// An amount, at least 0, rounded as it is said, if it is.
pub fn brought_to(amount: Num, to: &Option<Precision>) -> Num {
    let amount = amount.max(int(0));
    match to {
        None => amount,
        Some(Precision { multiple: Some(step), rounding, .. }) => {
            round(&(amount / num(*step)), 0, *rounding) * num(*step)
        }
        Some(Precision { places, rounding, .. }) => round(&amount, *places, *rounding),
    }
}

pub fn word(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Reward => "reward",
        EffectKind::Sanction => "sanction",
        EffectKind::Award => "award",
    }
}

impl Run<'_> {
    /// The group of a subject, as text; empty where the place is empty.
    fn group(&self, within: Option<&Path>, c: &Candidate) -> Option<String> {
        let expr = Expr::Field(within?.clone());
        let context = c.seen();
        let codes = self.codes_of(context.row.kind(), &expr);
        Some(self.show(&self.eval(&expr, &context), codes).to_string())
    }

    fn among(&self, among: Option<&Expr>, c: &Candidate) -> bool {
        among.is_none_or(|among| self.truth(among, &c.seen()) == Some(true))
    }

    /// Whether it is not known of somebody who is scored if he takes part.
    pub fn is_open(&self, among: Option<&Expr>, c: &Candidate) -> bool {
        c.own.points.is_some() && among.is_some_and(|among| self.truth(among, &c.seen()).is_none())
    }

    /// Points from the top, then the keys; unknown last.
    fn before<'k>(&self, by: impl Into<Order<'k>>, a: &Candidate, b: &Candidate) -> Ordering {
        let by = by.into();
        let mut order = b.own.points.cmp(&a.own.points);
        if self.policy.assessments[a.own.assessment].lowest_best != by.bottom {
            order = order.reverse();
        }
        for key in by.keys {
            let (x, y) = (self.eval(&key.expr, &a.seen()), self.eval(&key.expr, &b.seen()));
            order = order.then_with(|| match (x.is_known(), y.is_known()) {
                (true, true) if key.descending => y.order(&x),
                (true, true) => x.order(&y),
                (x, y) => y.cmp(&x),
            });
        }
        order
    }

    /// Rank and group of each candidate that is ranked: one more than those that come before it.
    pub fn ranks(&self, ranking: &Ranking, all: &[Candidate]) -> Vec<Option<(u64, Option<String>)>> {
        let ranked = |c: &Candidate| c.own.points.is_some() && self.among(ranking.among.as_ref(), c);
        let group = |c: &Candidate| self.group(ranking.within.as_ref(), c);
        let rank = |c: &Candidate| {
            let ahead = |other: &&Candidate| {
                ranked(other) && group(other) == group(c) && self.before(&ranking.keys, other, c) == Ordering::Less
            };
            1 + u64::try_from(all.iter().filter(ahead).count()).expect("few")
        };
        all.iter().map(|c| ranked(c).then(|| (rank(c), group(c)))).collect()
    }

    pub fn grade_effects(&self, id: AssessmentId, a: &Assessment, all: &[Candidate], results: &mut Results) {
        for c in all {
            for brought in &a.grade_effects {
                let withheld = c.barred && brought.kind != EffectKind::Sanction;
                if c.own.grade == Some(brought.grade) && !withheld {
                    let reason = &a.grades[brought.grade as usize].name;
                    let (kind, amount) = (word(brought.kind), brought.amount.as_ref());
                    self.push(id, c, (kind, &brought.name, reason), amount, &brought.payee, results);
                }
            }
        }
    }

    fn push(
        &self,
        id: AssessmentId,
        c: &Candidate,
        (kind, name, reason): (&'static str, &str, &str),
        amount: Option<&Expr>,
        payee: &wangge::model::Payee,
        results: &mut Results,
    ) {
        let mut effect = effect(id, &self.key(&c.context.row), c.context.window, kind, name, reason);
        let money = &self.policy.assessments[id].money;
        effect.amount = amount.and_then(|e| self.eval(e, &c.seen()).exact()).map(|n| ratio(&brought_to(n, money)));
        if effect.amount.is_some() {
            effect.unit = self.policy.currency.word().to_owned();
        } else if amount.is_some() {
            effect.reason = "unknown".to_owned();
        }
        self.pay_out(payee, &c.seen(), effect, &mut results.effects);
    }

    /// What winners get, in their order, shared by those who tie, within the budget.
    fn push_prizes(
        &self,
        id: AssessmentId,
        (pool, budget): (Option<Pool>, Option<&Budget>),
        mut won: Vec<Won<'_>>,
        results: &mut Results,
    ) {
        won.sort_by_key(|one| (one.prize, one.place, self.key(&one.winner.context.row)));
        let money = &self.policy.assessments[id].money;
        let read = |e: &Expr, one: &Won<'_>| self.eval(e, &one.winner.seen()).exact();
        let amount = |one: &Won<'_>| one.amount.map(|e| read(e, one).map(|exact| brought_to(exact, money)));
        let mut amounts: Vec<_> = won.iter().map(amount).collect();
        let places: Vec<(usize, usize)> = won.iter().map(|one| (one.prize, one.place)).collect();
        if let Some(pool) = pool {
            amounts = (0..won.len()).map(|at| pooled(pool, &places, &amounts, at)).collect();
        }
        if let (Some(budget), Some(first)) = (budget, won.first()) {
            amounts = self.budgeted(budget, &places, amounts, &first.winner.seen());
        }
        for (one, amount) in won.iter().zip(amounts) {
            let (c, place) = (one.winner, one.place.to_string());
            let place = if amount == Some(None) { "unknown".to_owned() } else { place };
            let mut effect = effect(id, &self.key(&c.context.row), c.context.window, word(one.kind), one.name, &place);
            effect.amount = amount.flatten().map(|n| ratio(&n));
            if effect.amount.is_some() {
                effect.unit = self.policy.currency.word().to_owned();
            }
            self.pay_out(one.payee, &c.seen(), effect, &mut results.effects);
        }
    }

    pub fn awards(&self, id: AssessmentId, a: &Assessment, all: &[Candidate], results: &mut Results) {
        for award in &a.awards {
            let barred = |c: &&Candidate| c.barred && award.kind != EffectKind::Sanction;
            for c in all.iter().filter(|c| !barred(c) && self.is_open(award.among.as_ref(), c)) {
                self.one_more_unknown(id, c, results);
            }
            let group = |c: &Candidate| self.group(award.within.as_ref(), c);
            let mut groups: Vec<Option<String>> = all.iter().map(group).collect();
            groups.sort();
            groups.dedup();
            for one in groups {
                let members: Vec<&Candidate> =
                    all.iter().filter(|c| c.own.points.is_some() && group(c) == one).collect();
                let won = match self.winners(award, &members) {
                    Ok(won) => won,
                    Err(open) => {
                        open.into_iter().for_each(|c| self.one_more_unknown(id, c, results));
                        continue;
                    }
                };
                // By key among those who tie: from the last place on, there is no place for the others.
                let takes = |place: usize, winner: &Candidate| {
                    let same = won.all.iter().filter(|other| other.0 == place);
                    let before = same.filter(|other| self.key(&other.1.context.row) < self.key(&winner.context.row));
                    award.pool.is_none() || count(place + before.count()) <= won.places
                };
                let listed = won.all.iter().map(|(place, winner)| Won {
                    prize: 0,
                    place: *place,
                    winner,
                    kind: award.kind,
                    name: &award.name,
                    takes: takes(*place, winner).then_some(0),
                    amount: award.amount.as_ref().filter(|_| takes(*place, winner)),
                    payee: &award.payee,
                });
                let listed = listed.collect();
                self.push_prizes(id, (award.pool, award.budget.as_ref()), listed, results);
            }
        }
    }

    /// Counts what is open of an award in the score of a candidate.
    fn one_more_unknown(&self, id: AssessmentId, c: &Candidate, results: &mut Results) {
        let (key, period) = (self.key(&c.context.row), Period::new(window(c.context.window)));
        let own = |score: &&mut Score| score.assessment == id && score.subject == key && score.period == period;
        results.scores.iter_mut().find(own).expect("whoever may get an award has a score").unknown += 1;
    }

    /// Those who get an award, with the place that each reached; where the number of places is open, those who may.
    fn winners<'c>(&self, award: &Award, members: &[&'c Candidate]) -> Result<Winners<'c>, Vec<&'c Candidate>> {
        let sanction = award.kind == EffectKind::Sanction;
        let may_get = |c: &&&Candidate| (sanction || !c.barred) && self.among(award.among.as_ref(), c);
        let eligible: Vec<&Candidate> = members.iter().filter(may_get).copied().collect();
        let base = if award.quota.base_eligible { eligible.len() } else { members.len() };
        let all = count(eligible.len());
        let (least, most) = self.places(&award.quota, base, &eligible);
        let places = least.clone().min(all.clone());
        let order = Order { keys: &award.keys, bottom: award.bottom };
        let most = most.map_or(all.clone(), |most| most.min(all));
        if most != places {
            return Err(self.within_places(&eligible, &most, order, award.ties));
        }
        let won = self.within_places(&eligible, &places, order, award.ties);
        let all = won.into_iter().map(|c| (1 + self.ahead(&eligible, c, order, false), c)).collect();
        Ok(Winners { places, all })
    }

    /// The least and the most places: the number as each of a group reads it.
    fn places(&self, quota: &Quota, base: usize, group: &[&Candidate]) -> (Num, Option<Num>) {
        let least = int(i64::from(quota.at_least));
        let most = quota.at_most.map(|most| int(i64::from(most)));
        let cut = |size: Num| most.iter().fold(size, |size, most| size.min(most.clone()));
        let whole = |size: Num| {
            let size = if quota.is_share { round(&(size * count(base)), 0, quota.rounding) } else { size.floor() };
            cut(size.max(least.clone()))
        };
        let read: Vec<_> = group.iter().map(|c| self.range(&quota.size, &c.seen())).collect();
        let low = read.iter().map(|range| range.lo.clone()).collect::<Option<Vec<Num>>>();
        let high = read.iter().map(|range| range.hi.clone()).collect::<Option<Vec<Num>>>();
        let low = low.and_then(|all| all.into_iter().min()).map_or(least.clone(), whole);
        (low, high.and_then(|all| all.into_iter().max()).map(whole).or(most.clone()))
    }

    /// How many stand before one in the order, with `ties` those equal to it too (itself among them).
    fn ahead<'k>(&self, all: &[&Candidate], c: &Candidate, by: impl Into<Order<'k>>, ties: bool) -> usize {
        let by = by.into();
        let before = |other: &&&Candidate| match self.before(by, other, c) {
            Ordering::Less => true,
            Ordering::Equal => ties,
            Ordering::Greater => false,
        };
        all.iter().filter(before).count()
    }

    fn within_places<'c, 'k>(
        &self,
        all: &[&'c Candidate],
        places: &Num,
        by: impl Into<Order<'k>>,
        ties: TiesAtLimit,
    ) -> Vec<&'c Candidate> {
        let by = by.into();
        let places = places.clone().min(count(all.len()));
        let wins = |c: &&&Candidate| match ties {
            // The best of those tied with it is within the places.
            TiesAtLimit::Include => count(self.ahead(all, c, by, false)) < places,
            // So is the last of them.
            TiesAtLimit::Exclude => count(self.ahead(all, c, by, true)) <= places,
        };
        all.iter().filter(wins).copied().collect()
    }

    /// Who is beyond the quota of a grade takes the next; the best grade comes first.
    pub fn grade_quotas(&self, id: AssessmentId, a: &Assessment, all: &mut [Candidate], results: &mut Results) {
        for quota in &a.grade_quotas {
            let group = |c: &Candidate| self.group(quota.within.as_ref(), c);
            let scored: Vec<&Candidate> = all.iter().filter(|c| c.own.points.is_some()).collect();
            let (mut beyond, mut unsure): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
            let counts = |c: &&&Candidate| self.among(quota.among.as_ref(), c);
            let surely = |c: &&&Candidate| c.own.grade == Some(quota.grade) && counts(c);
            let maybe = |c: &&&Candidate| {
                let open = c.open.is_some_and(|(best, worst)| (best..=worst).contains(&quota.grade));
                (open || c.own.grade == Some(quota.grade)) && counts(c)
            };
            for c in scored.iter().filter(maybe) {
                let members: Vec<&Candidate> = scored.iter().filter(|o| group(o) == group(c)).copied().collect();
                let free = |o: &&&Candidate| o.vetoes.is_empty() && counts(o);
                let base = if quota.quota.base_eligible { members.iter().filter(free).count() } else { members.len() };
                let group: Vec<&Candidate> = members.iter().filter(counts).copied().collect();
                let (least, most) = self.places(&quota.quota, base, &group);
                let key = self.key(&c.context.row);
                let is_in = |holders: &[&Candidate], places: &Num| {
                    let kept = self.within_places(holders, places, &quota.keys, quota.ties);
                    kept.iter().any(|k| self.key(&k.context.row) == key)
                };
                // At worst all who may have it do, and the places are few; at best only those who surely do.
                let worst: Vec<&Candidate> = members.iter().filter(maybe).copied().collect();
                let best = |o: &&&Candidate| surely(o) || self.key(&o.context.row) == key;
                let best: Vec<&Candidate> = members.iter().filter(best).copied().collect();
                if is_in(&worst, &least) {
                    continue;
                }
                let among = if is_in(&best, &most.unwrap_or(count(best.len()))) { &mut unsure } else { &mut beyond };
                among.push(key);
            }
            let open: Vec<bool> = (all.iter())
                .map(|c| {
                    let may = c.open.map_or(c.own.grade == Some(quota.grade), |(best, worst)| {
                        (best..=worst).contains(&quota.grade)
                    });
                    may && self.is_open(quota.among.as_ref(), c)
                })
                .collect();
            for (c, is_open) in all.iter_mut().zip(open) {
                c.unknown += u64::from(is_open);
                c.in_doubt.1 |= is_open;
            }
            let next = quota.grade + 1;
            for c in all.iter_mut() {
                let key = self.key(&c.context.row);
                let (mut best, mut worst) = c.open.unwrap_or((quota.grade, quota.grade));
                if beyond.contains(&key) && best == quota.grade {
                    best = next;
                }
                if beyond.contains(&key) || unsure.contains(&key) {
                    worst = worst.max(next);
                    c.open = Some((best, worst)).filter(|_| best != worst);
                    c.own.grade = if c.open.is_none() { Some(best) } else { None };
                }
                if beyond.contains(&key) && c.open.is_none() {
                    let next = &a.grades[best as usize].name;
                    results.effects.push(effect(id, &key, c.context.window, "cap", &quota.name, next));
                }
            }
        }
        for c in all.iter_mut().filter(|c| c.open.is_some()) {
            c.unknown += 1;
            c.in_doubt.1 = true;
        }
    }

    /// Prizes, the highest first; who has one is out of the next.
    pub fn prizes(&self, id: AssessmentId, a: &Assessment, all: &[Candidate], results: &mut Results) {
        for ladder in &a.ladders {
            let mut open: Vec<&Candidate> =
                all.iter().filter(|c| !c.barred && self.is_open(ladder.among.as_ref(), c)).collect();
            let group = |c: &Candidate| self.group(ladder.within.as_ref(), c);
            let mut groups: Vec<Option<String>> = all.iter().map(group).collect();
            groups.sort();
            groups.dedup();
            for one in groups {
                let members: Vec<&Candidate> =
                    all.iter().filter(|c| c.own.points.is_some() && group(c) == one).collect();
                let may_get = |c: &&&Candidate| !c.barred && self.among(ladder.among.as_ref(), c);
                let eligible: Vec<&Candidate> = members.iter().filter(may_get).copied().collect();
                let own = |prize: &Prize| {
                    let base = if prize.quota.base_eligible { eligible.len() } else { members.len() };
                    self.places(&prize.quota, base, &eligible)
                };
                let own: Vec<(Num, Option<Num>)> = ladder.prizes.iter().map(own).collect();
                let decided = |(least, most): &(Num, Option<Num>)| most.as_ref() == Some(least);
                let stands = own.iter().map(|own| if decided(own) { own.0.clone() } else { int(0) }).collect();
                let listed = self.hand_out(ladder, &eligible, stands);
                if !own.iter().all(decided) {
                    let plenty = count(eligible.len());
                    let most = |(_, most): &(Num, Option<Num>)| most.clone().unwrap_or(plenty.clone());
                    let fewest = self.hand_out(ladder, &eligible, own.iter().map(|own| own.0.clone()).collect());
                    let most = self.hand_out(ladder, &eligible, own.iter().map(most).collect());
                    open.extend(eligible.iter().filter(|c| {
                        let now = had(&listed, c);
                        now != had(&fewest, c) || now != had(&most, c)
                    }));
                }
                // Of a prize that is above the one that he has, if he has any, it is not known if it may be his.
                let perhaps = |c: &Candidate| {
                    let above = had(&listed, c).map_or(ladder.prizes.len(), |(prize, _)| prize);
                    ladder.prizes[..above].iter().any(|prize| self.is_open(prize.when.as_ref(), c))
                };
                open.extend(eligible.iter().filter(|c| perhaps(c)));
                self.push_prizes(id, (ladder.pool, ladder.budget.as_ref()), listed, results);
            }
            for c in all.iter().filter(|c| open.iter().any(|one| std::ptr::eq(*one, *c))) {
                self.one_more_unknown(id, c, results);
            }
        }
    }

    /// Who has which prize, where each has so many places of its own.
    fn hand_out<'c>(&self, ladder: &'c Ladder, eligible: &[&'c Candidate], mut own: Vec<Num>) -> Vec<Won<'c>> {
        let mut left = eligible.to_vec();
        let mut carried = int(0);
        let mut listed: Vec<Won<'c>> = Vec::new();
        let reaches = |prize: &Prize, c: &Candidate| {
            prize.when.as_ref().is_none_or(|when| self.truth(when, &c.seen()) == Some(true))
        };
        for (at, prize) in ladder.prizes.iter().enumerate() {
            let places = own[at].clone() + carried;
            let candidates: Vec<&Candidate> = left.iter().filter(|c| reaches(prize, c)).copied().collect();
            let mut won = self.within_places(&candidates, &places, &ladder.keys, ladder.ties);
            won.sort_by_key(|c| (self.ahead(&candidates, c, &ladder.keys, false), self.key(&c.context.row)));
            carried = if ladder.pass_on { (places.clone() - count(won.len())).max(int(0)) } else { int(0) };
            for (nth, c) in won.iter().enumerate() {
                let tie: Vec<&Candidate> =
                    won.iter().filter(|o| self.before(&ladder.keys, o, c) == Ordering::Equal).copied().collect();
                let mut takes = Some(at);
                if ladder.pool.is_some() && count(nth) >= places {
                    // The next place below that is free and may be theirs.
                    takes = (at + 1..ladder.prizes.len()).find(|below| {
                        own[*below] >= int(1) && tie.iter().all(|one| reaches(&ladder.prizes[*below], one))
                    });
                    takes.iter().for_each(|below| own[*below] -= int(1));
                }
                listed.push(Won {
                    prize: at,
                    place: 1 + self.ahead(eligible, c, &ladder.keys, false),
                    winner: c,
                    kind: prize.kind,
                    name: &prize.name,
                    takes,
                    amount: takes.and_then(|takes| ladder.prizes[takes].amount.as_ref()),
                    payee: &prize.payee,
                });
            }
            left.retain(|c| !won.iter().any(|w| std::ptr::eq(*w, *c)));
        }
        listed
    }
}

/// The prize that somebody has, and whose places those take who share its place in the order.
fn had(listed: &[Won<'_>], c: &Candidate) -> Option<(usize, Vec<Option<usize>>)> {
    let own = listed.iter().find(|won| std::ptr::eq(won.winner, c))?;
    let tied = listed.iter().filter(|won| (won.prize, won.place) == (own.prize, own.place));
    Some((own.prize, tied.map(|won| won.takes).collect()))
}

/// What one of the winners gets where those who tie share what their places bring.
fn pooled(pool: Pool, places: &[(usize, usize)], brought: &[Option<Option<Num>>], at: usize) -> Option<Option<Num>> {
    let tied: Vec<usize> = (0..places.len()).filter(|other| places[*other] == places[at]).collect();
    if tied.len() == 1 {
        return brought[at].clone();
    }
    let paid: Vec<&Option<Num>> = tied.iter().filter_map(|one| brought[*one].as_ref()).collect();
    if paid.is_empty() {
        return None;
    }
    let Some(paid) = paid.into_iter().cloned().collect::<Option<Vec<Num>>>() else { return Some(None) };
    let (sum, step, heads): (Num, Num, Num) = (paid.iter().sum(), num(pool.step), count(tied.len()));
    let each = (&sum / &heads / &step).floor() * &step;
    let left = sum - &each * heads;
    Some(Some(if pool.to_first && tied[0] == at { each + left } else { each }))
}

fn count(n: usize) -> Num {
    int(i64::try_from(n).expect("few"))
}
