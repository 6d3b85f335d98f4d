//! Prizes in an order: who takes which, and which places a tie takes of those below.

use super::assess::Assessed;
use super::award::{Entry, Prized, Won, compare, winners};
use super::facts::Facts;
use super::places::Places;
use super::{Judge, RunError};
use crate::engine::value::Tri;
use crate::model::{AssessmentId, Ladder, Prize};
use std::collections::{BTreeMap, BTreeSet};

/// What became of a prize.
pub(super) struct Round<'x, 'e, 'a> {
    /// Its places: its own less those that a tie above took, and those passed on to it.
    pub places: usize,
    /// Who might take them, in their order.
    pub candidates: Vec<&'x Entry<'e, 'a>>,
    pub won: Vec<Won<'e, 'a>>,
    /// Rows of the scores of those of whom it is not known whether they might.
    pub undecided: Vec<usize>,
}

/// What somebody has: the position of the prize, and those of the prizes whose places the tie takes.
type Had = (usize, Vec<Option<usize>>);

impl<'a> Judge<'a> {
    /// The places of each prize in a group of which so many are scored.
    pub(super) fn own_places(
        &self,
        id: AssessmentId,
        ladder: &'a Ladder,
        entries: &[Entry<'_, 'a>],
        scored: usize,
        facts: &Facts,
    ) -> Result<Vec<Places>, RunError> {
        let kind = self.world.policy().assessments[id].subject;
        let group: Vec<&Entry<'_, '_>> = entries.iter().collect();
        let first = entries.first().map_or(0, |entry| entry.one.id);
        let places = |prize: &'a Prize| {
            let base = if prize.quota.base_eligible { entries.len() } else { scored };
            let places = self.places(id, &prize.quota, base, &group, facts);
            places.map_err(self.overflow(&prize.name, kind, first))
        };
        ladder.prizes.iter().map(places).collect()
    }

    /// Gives the prizes of a group, the highest first, where each has so many places of its own.
    pub(super) fn ladder_rounds<'x, 'e>(
        &self,
        id: AssessmentId,
        ladder: &'a Ladder,
        entries: &'x [Entry<'e, 'a>],
        own: &[usize],
        facts: &Facts,
    ) -> Result<Vec<Round<'x, 'e, 'a>>, RunError> {
        let mut free = own.to_vec();
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut carried = 0usize;
        let mut rounds = Vec::new();
        for (at, prize) in ladder.prizes.iter().enumerate() {
            let places = free.get(at).copied().unwrap_or(0).saturating_add(carried);
            let (mut candidates, mut undecided): (Vec<&Entry<'_, '_>>, Vec<usize>) = (Vec::new(), Vec::new());
            for entry in entries.iter().filter(|entry| !taken.contains(&entry.one.score)) {
                match self.reaches(id, prize, entry.one, facts)? {
                    Tri::True => candidates.push(entry),
                    Tri::False => {}
                    Tri::Unknown => undecided.push(entry.one.score),
                }
            }
            let found = winners(&candidates, places.min(candidates.len()), &ladder.keys, ladder.ties);
            carried = if ladder.pass_on { places.saturating_sub(found.len()) } else { 0 };
            let mut takes = vec![Some(at); found.len()];
            if ladder.pool.is_some() && found.len() > places {
                let last = found.last().map(|(place, _)| *place);
                let tied: Vec<&Assessed> =
                    found.iter().filter(|(place, _)| Some(*place) == last).map(|(_, entry)| entry.one).collect();
                takes.truncate(places);
                takes.extend(self.places_below(id, ladder, at, &tied, found.len() - places, &mut free, facts)?);
                takes.resize(found.len(), None);
            }
            let mut won = Vec::new();
            for ((_, winner), takes) in found.into_iter().zip(takes) {
                taken.insert(winner.one.score);
                let place = 1 + entries.iter().filter(|o| compare(o, winner, &ladder.keys).is_lt()).count();
                let brings = takes.and_then(|at| ladder.prizes.get(at)).and_then(|prize| prize.amount.as_ref());
                let prize = Prized { at, kind: prize.kind, name: &prize.name, payee: &prize.payee };
                won.push(Won { prize, takes, brings, place, winner: winner.one });
            }
            rounds.push(Round { places, candidates, won, undecided });
        }
        Ok(rounds)
    }

    /// The prizes whose places a tie takes that reaches beyond those of its own: of those below whose condition all of
    /// the tie fulfil, the next free ones.
    #[allow(clippy::too_many_arguments, reason = "a tie, what it has, and what is free below")]
    fn places_below(
        &self,
        id: AssessmentId,
        ladder: &'a Ladder,
        at: usize,
        tied: &[&Assessed],
        beyond: usize,
        free: &mut [usize],
        facts: &Facts,
    ) -> Result<Vec<Option<usize>>, RunError> {
        let mut found = Vec::new();
        for (below, prize) in ladder.prizes.iter().enumerate().skip(at + 1) {
            let mut all = true;
            for one in tied {
                all = all && self.reaches(id, prize, one, facts)? == Tri::True;
            }
            if let Some(free) = free.get_mut(below).filter(|_| all) {
                let takes = (beyond - found.len()).min(*free);
                *free -= takes;
                found.extend(std::iter::repeat_n(Some(below), takes));
            }
        }
        Ok(found)
    }

    /// Whether what a prize asks for holds.
    fn reaches(&self, id: AssessmentId, prize: &'a Prize, one: &Assessed, facts: &Facts) -> Result<Tri, RunError> {
        let Some(when) = &prize.when else { return Ok(Tri::True) };
        let kind = self.world.policy().assessments[id].subject;
        let holds = self.final_subject(id, one, facts).truth_of(when);
        holds.map_err(self.overflow(&prize.name, kind, one.id))
    }

    /// Rows of the scores of those for whom another prize, or other places of a tie, would come out with the least or with the most
    /// places of the prizes whose number is not decided.
    pub(super) fn open_prizes(
        &self,
        id: AssessmentId,
        ladder: &'a Ladder,
        entries: &[Entry<'_, 'a>],
        own: &[Places],
        stands: &[Round<'_, '_, 'a>],
        facts: &Facts,
    ) -> Result<BTreeSet<usize>, RunError> {
        let mut open: BTreeSet<usize> = BTreeSet::new();
        if own.iter().all(|places| places.known().is_some()) {
            return Ok(open);
        }
        let ends: [Vec<usize>; 2] =
            [own.iter().map(|places| places.least).collect(), own.iter().map(|places| places.most).collect()];
        let stands = had(stands);
        for own in ends {
            let rounds = self.ladder_rounds(id, ladder, entries, &own, facts)?;
            let other = had(&rounds);
            let scores = entries.iter().map(|entry| entry.one.score);
            open.extend(scores.filter(|score| stands.get(score) != other.get(score)));
        }
        Ok(open)
    }
}

/// What everybody has, by their rows of the scores.
fn had(rounds: &[Round<'_, '_, '_>]) -> BTreeMap<usize, Had> {
    let mut had = BTreeMap::new();
    for round in rounds {
        for tied in round.won.chunk_by(|a, b| a.place == b.place) {
            let takes: Vec<Option<usize>> = tied.iter().map(|one| one.takes).collect();
            had.extend(tied.iter().map(|one| (one.winner.score, (one.prize.at, takes.clone()))));
        }
    }
    had
}
