//! Running totals of rows in order, so that counts and sums of a stretch are differences.

use super::fold::Fold;
use super::subject::ReadRow;
use crate::engine::value::{Range, Tri};
use crate::model::{AggOp, Overflow, Ratio};

/// What rows come to up to some place.
#[derive(Clone, Copy)]
pub(super) struct Totals {
    count: u64,
    doubtful: u64,
    loose: u64,
    unknown: u64,
    sum: Ratio,
    /// The lower and the upper ends of the numbers that are not certain, and how many have none.
    ends: [(Ratio, u64); 2],
}

impl Totals {
    const NONE: Totals =
        Totals { count: 0, doubtful: 0, loose: 0, unknown: 0, sum: Ratio::ZERO, ends: [(Ratio::ZERO, 0); 2] };

    /// Adds what comes between these and later totals.
    pub(super) fn add_to(&self, later: &Totals, fold: &mut Fold<'_>) -> Result<(), Overflow> {
        fold.add_counts(later.count - self.count, later.doubtful - self.doubtful);
        fold.add_loose(later.loose - self.loose);
        fold.add_sums(later.unknown - self.unknown, self.rest_to(later)?, later.sum.sub(self.sum)?)
    }

    /// What numbers that are not certain come to from here to later totals.
    fn rest_to(&self, later: &Totals) -> Result<Range, Overflow> {
        let [(lo, no_lo), (hi, no_hi)] = self.ends;
        let [(later_lo, later_no_lo), (later_hi, later_no_hi)] = later.ends;
        let side = |from: Ratio, to: Ratio, none: bool| if none { Ok(None) } else { to.sub(from).map(Some) };
        Ok(Range { lo: side(lo, later_lo, no_lo < later_no_lo)?, hi: side(hi, later_hi, no_hi < later_no_hi)? })
    }
}

/// Running totals of a count or sum; of anything else none.
pub(super) fn totals_of(op: &AggOp, rows: &[ReadRow<'_>]) -> Result<Vec<Totals>, Overflow> {
    if !matches!(op, AggOp::Count | AggOp::Sum(_)) {
        return Ok(Vec::new());
    }
    let mut at = Totals::NONE;
    let mut totals = vec![at];
    for row in rows {
        match row.keep {
            Tri::False => {}
            Tri::Unknown => at.doubtful += 1,
            Tri::True => {
                at.count += 1;
                at.loose += u64::from(row.is_loose);
                match row.values.first().map(|value| value.range()) {
                    None => {}
                    Some(Range { lo: Some(lo), hi: Some(hi) }) if lo == hi => at.sum = at.sum.add(lo)?,
                    Some(Range { lo, hi }) => {
                        at.unknown += 1;
                        for ((sum, none), end) in at.ends.iter_mut().zip([lo, hi]) {
                            match end {
                                Some(end) => *sum = sum.add(end)?,
                                None => *none += 1,
                            }
                        }
                    }
                }
            }
        }
        totals.push(at);
    }
    Ok(totals)
}
