//! Who is first in a matter: looked at once over all records, when they are in (docs/SEMANTICS.md, section 11).

use super::cell::KeyOrder;
use super::eval::{Stored, eval};
use super::observe::{RecordRow, each_waiting, record_order};
use super::value::Tri;
use super::world::World;
use crate::model::{Day, FirstPer, Instant, KindId, Moment, Overflow, Ratio, Rival, Ties};
use hashbrown::HashMap;
use std::sync::Arc;

/// Whether a record counts, and for how much of itself (`None`: not known).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub keep: Tri,
    pub share: Option<Ratio>,
}

/// Every `first per` of a policy, once it is asked for.
pub(super) type Firsts = Vec<(Arc<FirstPer>, Standing)>;

/// The matters of one `first per`.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    matters: HashMap<Vec<Stored>, Matter>,
}

/// The earliest of some records.
#[derive(Debug, Clone, Copy, Default)]
struct Earliest {
    day: Option<Day>,
    /// Of those that are whole days.
    whole: Option<Day>,
    /// Of those that are instants.
    at: Option<Instant>,
}

impl Earliest {
    fn add(&mut self, moment: Moment) {
        let least = |kept: &mut Option<Day>, day: Day| *kept = Some(kept.map_or(day, |kept| kept.min(day)));
        least(&mut self.day, moment.day());
        match moment {
            Moment::Day(day) => least(&mut self.whole, day),
            Moment::At(at) => self.at = Some(self.at.map_or(at, |kept| kept.min(at))),
        }
    }

    /// Whether one of them is before a moment: by day, unless both are instants.
    fn is_before(&self, moment: Moment) -> bool {
        let by_instant = match moment {
            Moment::At(at) => self.at.is_some_and(|first| first < at),
            Moment::Day(_) => false,
        };
        by_instant || self.day.is_some_and(|day| day < moment.day())
    }

    /// Whether one of them is before a moment or at the same time.
    fn is_by(&self, moment: Moment) -> bool {
        let same = match moment {
            Moment::At(at) => self.at.is_some_and(|first| first <= at) || self.whole.is_some_and(|day| day <= at.day()),
            Moment::Day(day) => self.day.is_some_and(|first| first <= day),
        };
        same || self.is_before(moment)
    }
}

/// A record that may be the first.
#[derive(Debug, Clone)]
struct Candidate {
    moment: Moment,
    key: (KeyOrder, KindId),
    /// Its filter is true, else unknown.
    sure: bool,
}

/// The records of one matter.
#[derive(Debug, Clone, Default)]
struct Matter {
    candidates: Vec<Candidate>,
    /// Of the candidates that are sure, and of all.
    earliest: [Earliest; 2],
    /// Of the records by which it was known that are sure, and of all.
    known: [Earliest; 2],
    /// How many are first, of those that surely are and of those that may be.
    first_count: [usize; 2],
    /// The smallest key among them.
    smallest: [Option<(KeyOrder, KindId)>; 2],
}

impl Matter {
    /// Whether a record that may count is first, whatever the ties.
    fn is_first(&self, candidate: &Candidate, by_then: bool) -> Tri {
        let moment = candidate.moment;
        let beaten = |earliest: &Earliest, known: &Earliest| {
            earliest.is_before(moment) || if by_then { known.is_by(moment) } else { known.is_before(moment) }
        };
        let ([sure, all], [known, maybe]) = (&self.earliest, &self.known);
        if beaten(sure, known) {
            Tri::False
        } else if beaten(all, maybe) || !candidate.sure {
            Tri::Unknown
        } else {
            Tri::True
        }
    }

    /// Looks at who is first, when all records are there.
    fn settle(&mut self, by_then: bool) {
        for candidate in std::mem::take(&mut self.candidates) {
            let is_first = self.is_first(&candidate, by_then);
            for (at, counts) in [is_first == Tri::True, is_first != Tri::False].into_iter().enumerate() {
                if counts {
                    if let Some(count) = self.first_count.get_mut(at) {
                        *count += 1;
                    }
                    if let Some(smallest) = self.smallest.get_mut(at)
                        && smallest.as_ref().is_none_or(|kept| candidate.key < *kept)
                    {
                        *smallest = Some(candidate.key.clone());
                    }
                }
            }
        }
    }

    /// What a record comes to.
    fn place(&self, candidate: &Candidate, ties: Ties, by_then: bool) -> Place {
        let is_first = self.is_first(candidate, by_then);
        let whole = |keep: Tri| Place { keep, share: Some(Ratio::ONE) };
        if is_first == Tri::False {
            return whole(Tri::False);
        }
        let [sure, all] = self.first_count;
        // Itself is among those that may be first, and where it surely is, among these.
        let others = [sure - usize::from(is_first == Tri::True), all - 1];
        match ties {
            Ties::All => whole(is_first),
            Ties::None => {
                let alone = match others {
                    [0, 0] => Tri::True,
                    [0, _] => Tri::Unknown,
                    _ => Tri::False,
                };
                whole(is_first.and(alone))
            }
            Ties::ByKey => {
                let [sure, all] = &self.smallest;
                let beaten =
                    |smallest: &Option<(KeyOrder, KindId)>| smallest.as_ref().is_some_and(|s| *s < candidate.key);
                let wins = match (beaten(sure), beaten(all)) {
                    (true, _) => Tri::False,
                    (false, true) => Tri::Unknown,
                    (false, false) => Tri::True,
                };
                whole(is_first.and(wins))
            }
            Ties::Shared if sure == all => {
                let count = i128::try_from(all).unwrap_or(i128::MAX);
                Place { keep: is_first, share: Ratio::new(1, count).ok() }
            }
            Ties::Shared => Place { keep: is_first, share: None },
        }
    }
}

impl Standing {
    fn of(world: &World<'_>, first: &FirstPer) -> Result<Standing, Overflow> {
        let mut standing = Standing::default();
        for rival in &first.rivals {
            standing.read(world, rival, &mut |matter, candidate| {
                let [sure, all] = &mut matter.earliest;
                all.add(candidate.moment);
                if candidate.sure {
                    sure.add(candidate.moment);
                }
                matter.candidates.push(candidate);
            })?;
        }
        let (known, by_then) = first.known.as_ref().map_or((&[][..], false), |(known, by_then)| (known, *by_then));
        for rival in known {
            standing.read(world, rival, &mut |matter, candidate| {
                let [sure, all] = &mut matter.known;
                all.add(candidate.moment);
                if candidate.sure {
                    sure.add(candidate.moment);
                }
            })?;
        }
        standing.matters.values_mut().for_each(|matter| matter.settle(by_then));
        Ok(standing)
    }

    fn read(
        &mut self,
        world: &World<'_>,
        rival: &Rival,
        see: &mut dyn FnMut(&mut Matter, Candidate),
    ) -> Result<(), Overflow> {
        let Some(ledger) = world.ledger else { return Ok(()) };
        each_waiting(world, ledger, rival.kind, &mut |record, _| {
            let keep = match &rival.filter {
                Some(filter) => eval(filter, record)?.truth(),
                None => Tri::True,
            };
            if keep != Tri::False
                && let Some(matter) = matter_of(record, rival)?
            {
                see(self.matters.entry(matter).or_default(), candidate(record, keep));
            }
            Ok(())
        })
    }
}

fn candidate(record: &RecordRow<'_, '_>, keep: Tri) -> Candidate {
    let key = (record_order(record).key().clone(), record.kind);
    Candidate { moment: record.moment, key, sure: keep == Tri::True }
}

/// The matter of a record; `None` where part of it is not known.
fn matter_of(record: &RecordRow<'_, '_>, rival: &Rival) -> Result<Option<Vec<Stored>>, Overflow> {
    let values = rival.matter.iter().map(|field| Ok(Stored::keep(eval(field, record)?)));
    let values = values.collect::<Result<Vec<Stored>, Overflow>>()?;
    Ok((!values.contains(&Stored::Unknown)).then_some(values))
}

impl World<'_> {
    /// Whether a record whose filter is not false is first in its matter.
    pub(super) fn place(
        &self,
        first: &Arc<FirstPer>,
        record: &RecordRow<'_, '_>,
        keep: Tri,
    ) -> Result<Place, Overflow> {
        let unknown = Place { keep: Tri::Unknown, share: None };
        let Some(ledger) = self.ledger else { return Ok(unknown) };
        let firsts = ledger.late.firsts.get_or_init(|| self.all_firsts()).as_ref().map_err(|overflow| *overflow)?;
        let standing = firsts.iter().find(|(other, _)| other == first).map(|(_, standing)| standing);
        let rival = first.rivals.iter().find(|rival| rival.kind == record.kind);
        let (Some(standing), Some(rival)) = (standing, rival) else { return Ok(unknown) };
        let by_then = first.known.as_ref().is_some_and(|(_, by_then)| *by_then);
        let Some(matter) = matter_of(record, rival)? else { return Ok(unknown) };
        let matter = standing.matters.get(&matter);
        Ok(matter.map_or(unknown, |matter| matter.place(&candidate(record, keep), first.ties, by_then)))
    }

    fn all_firsts(&self) -> Result<Firsts, Overflow> {
        let mut found: Firsts = Vec::new();
        for accumulator in self.program.accumulators.iter() {
            for first in accumulator.parts.iter().filter_map(|part| part.source.first.as_ref()) {
                if !found.iter().any(|(other, _)| other == first) {
                    found.push((Arc::clone(first), Standing::of(self, first)?));
                }
            }
        }
        Ok(found)
    }
}
