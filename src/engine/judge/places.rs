//! How many places an award, a prize or a grade has, and who keeps a grade within them.

use super::Judge;
use super::award::{Entry, compare};
use super::facts::Facts;
use crate::engine::eval::eval;
use crate::engine::value::Range;
use crate::model::{AssessmentId, Expr, Overflow, Quota, Ratio, SortKey, TiesAtLimit};

/// A number of places; the ends differ where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Places {
    /// At least so many.
    pub least: usize,
    /// At most so many.
    pub most: usize,
}

impl Places {
    /// The number, where it is decided for so many candidates.
    pub(super) fn among(self, candidates: usize) -> Option<usize> {
        (self.least.min(candidates) == self.most.min(candidates)).then_some(self.least.min(candidates))
    }

    /// The number, where it is known.
    pub(super) fn known(self) -> Option<usize> {
        (self.least == self.most).then_some(self.least)
    }
}

/// What a quota makes of somebody who has its grade, or may have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stay {
    /// There is a place.
    Kept,
    /// There is none.
    Lost,
    /// That depends on what is not known.
    Open,
}

impl<'a> Judge<'a> {
    /// The places of a quota in a group. The number is read for everybody among whom they are given.
    pub(super) fn places(
        &self,
        id: AssessmentId,
        quota: &'a Quota,
        base: usize,
        group: &[&Entry<'_, 'a>],
        facts: &Facts,
    ) -> Result<Places, Overflow> {
        let same = matches!(quota.size, Expr::Const(..) | Expr::Param(_));
        let mut size: Option<Range> = None;
        for entry in group.iter().take(if same { 1 } else { group.len() }) {
            let own = eval(&quota.size, &self.final_subject(id, entry.one, facts))?.range();
            size = Some(size.map_or(own, |size| size.hull(own)));
        }
        let size = size.unwrap_or(Range::ANY);
        let whole = |end: Ratio| -> Result<usize, Overflow> {
            let exact = if quota.is_share {
                end.mul(Ratio::int(i128::try_from(base).unwrap_or(i128::MAX)))?
            } else {
                Ratio::int(end.floor())
            };
            Ok(usize::try_from(exact.round_int(quota.rounding).max(0)).unwrap_or(usize::MAX))
        };
        let (at_least, at_most) = (quota.at_least as usize, quota.at_most.map_or(usize::MAX, |most| most as usize));
        Ok(Places {
            least: size.lo.map_or(Ok(0), whole)?.max(at_least).min(at_most),
            most: size.hi.map_or(Ok(usize::MAX), whole)?.max(at_least).min(at_most),
        })
    }
}

/// Who of those who have a grade, or may have it, keeps it: with a place although all of them had it, without one
/// although only those had it who surely do. In the order of places; `surely` says who has the grade.
pub(super) fn stays<'x, 'e, 'a>(
    holders: &[&'x Entry<'e, 'a>],
    surely: impl Fn(&Entry<'_, '_>) -> bool,
    places: Places,
    keys: &[SortKey],
    ties: TiesAtLimit,
) -> Vec<(&'x Entry<'e, 'a>, Stay)> {
    let fits = |ahead: usize, tied: usize, places: usize| match ties {
        TiesAtLimit::Include => ahead < places,
        TiesAtLimit::Exclude => ahead + tied <= places,
    };
    let (mut all_ahead, mut sure_ahead) = (0, 0);
    let mut found = Vec::new();
    for tied in holders.chunk_by(|a, b| compare(a, b, keys).is_eq()) {
        let sure = tied.iter().filter(|entry| surely(entry)).count();
        for entry in tied {
            let with_it = if surely(entry) { sure } else { sure + 1 };
            found.push((
                *entry,
                if fits(all_ahead, tied.len(), places.least) {
                    Stay::Kept
                } else if fits(sure_ahead, with_it, places.most) {
                    Stay::Open
                } else {
                    Stay::Lost
                },
            ));
        }
        all_ahead += tied.len();
        sure_ahead += sure;
    }
    found
}
