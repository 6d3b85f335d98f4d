//! What the subjects of a plain rule came to, by whom and when it is gathered for.

use super::facts::Facts;
use super::plain::{Plain, Stretch};
use crate::engine::registers::Store;
use crate::model::Counts;
use hashbrown::HashMap;

/// Most places of a gathering that are kept one beside the other.
const DENSE: usize = 1 << 16;

/// Counts by gathering of a rule, target and period.
pub(super) struct Gathered {
    places: Vec<Places>,
}

/// Counts by target and period.
enum Places {
    /// Those of one target after each other.
    Dense { periods: usize, counts: Vec<Counts> },
    Sparse {
        counts: HashMap<(u32, usize), Counts>,
        /// Where the last were added, as mostly the next will be, and what.
        last: ((u32, usize), Counts),
    },
}

impl Places {
    #[inline]
    fn add(&mut self, target: u32, period: usize, more: Counts) {
        match self {
            Places::Dense { periods, counts } => {
                if let Some(slot) = counts.get_mut(target as usize * *periods + period) {
                    slot.merge(more);
                }
            }
            Places::Sparse { counts, last: (place, sum) } => {
                if *place != (target, period) {
                    counts.entry(*place).or_default().merge(std::mem::take(sum));
                    *place = (target, period);
                }
                sum.merge(more);
            }
        }
    }
}

impl Gathered {
    pub(super) fn of(plain: &Plain<'_, '_>) -> Gathered {
        let periods = plain.stretches.iter().flat_map(|stretch| &stretch.periods);
        let periods = periods.flatten().max().map_or(0, |most| most + 1);
        let place = |at: &usize| {
            let kind = plain.world.program.gatherings.get(*at).map(|gathering| gathering.kind);
            let targets = match kind.map(|kind| plain.world.registers.store(kind)) {
                Some(Store::Whole(_)) => Some(1),
                Some(Store::Register { versions, .. }) => Some(versions.subject_count()),
                _ => None,
            };
            match targets.and_then(|targets| targets.checked_mul(periods)).filter(|places| *places <= DENSE) {
                Some(places) => Places::Dense { periods, counts: vec![Counts::default(); places] },
                None => Places::Sparse { counts: HashMap::new(), last: ((0, 0), Counts::default()) },
            }
        };
        Gathered { places: plain.run.gatherings.iter().map(place).collect() }
    }

    /// Adds what the windows of a stretch came to for the targets of each gathering.
    #[inline]
    pub(super) fn add(&mut self, targets: &[Vec<u32>], stretch: &Stretch, seen: Counts) {
        for ((places, targets), period) in self.places.iter_mut().zip(targets).zip(&stretch.periods) {
            if let Some(period) = period {
                targets.iter().for_each(|target| places.add(*target, *period, seen));
            }
        }
    }

    /// Adds it to the facts, at the positions of the gatherings.
    pub(super) fn hand_over(self, gatherings: &[usize], facts: &mut Facts) {
        for (places, at) in self.places.into_iter().zip(gatherings) {
            let Some(gathered) = facts.gathered.get_mut(*at) else { continue };
            let mut add = |place: (u32, usize), more: Counts| {
                if more != Counts::default() {
                    gathered.entry(place).or_default().merge(more);
                }
            };
            match places {
                Places::Sparse { counts, last } => {
                    counts.into_iter().chain([last]).for_each(|(place, more)| add(place, more))
                }
                Places::Dense { periods, counts } => {
                    for (target, counts) in (0u32..).zip(counts.chunks(periods.max(1))) {
                        counts.iter().enumerate().for_each(|(period, count)| add((target, period), *count));
                    }
                }
            }
        }
    }
}
