//! What assessments read beside records: tallies of obligations, and results of assessments.

use super::Judge;
use super::subject::Assessing;
use crate::engine::value::{Range, Tri, V};
use crate::model::{AssessmentId, Counts, IdVec, Overflow, Ratio, ResultField, Tally, TallyKind, Window};
use hashbrown::HashMap;

/// Results of one assessment of one subject, as far as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Own {
    pub points: Option<Ratio>,
    pub grade: Option<u32>,
    pub vetoed: Option<bool>,
    pub rank: Option<u64>,
}

impl Own {
    pub(super) fn value<'a>(&self, field: ResultField) -> V<'a> {
        match field {
            ResultField::Points => self.points.map_or(V::Unknown, V::number),
            ResultField::Grade => self.grade.map_or(V::Unknown, |g| V::number(Ratio::int(i128::from(g)))),
            ResultField::Rank => self.rank.map_or(V::Unknown, V::count),
            ResultField::Vetoed => V::Truth(self.vetoed.map_or(Tri::Unknown, Tri::of)),
        }
    }
}

/// Counts of obligations and results, by subject.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// By gathering: counts by (subject, period).
    pub gathered: Vec<HashMap<(u32, usize), Counts>>,
    /// By assessment: results by (subject, period).
    pub results: IdVec<AssessmentId, HashMap<(u32, Window), Own>>,
}

impl Facts {
    /// The result of an assessment that has been made; unknown where there is none.
    pub(super) fn result<'a>(&self, id: AssessmentId, subject: u32, window: Window, field: ResultField) -> V<'a> {
        let own = self.results.get(id).and_then(|results| results.get(&(subject, window)));
        own.map_or(V::Unknown, |own| own.value(field))
    }

    /// Whether a subject has a result of an assessment in a period, be it scored or not.
    pub(super) fn has_result(&self, id: AssessmentId, subject: u32, window: Window) -> bool {
        self.results.get(id).is_some_and(|results| results.contains_key(&(subject, window)))
    }

    /// Counts of one rule of a tally.
    fn counts(&self, judge: &Judge<'_>, tally: &Tally, rule: usize, subject: u32, at: Assessing<'_>) -> Counts {
        let program = judge.world.program;
        let assessment = &program.policy().assessments[at.id];
        let Some((rule, link)) = tally.rules.get(rule) else { return Counts::default() };
        let position = program.gatherings.iter().position(|g| {
            g.rule == *rule
                && g.link == *link
                && g.kind == assessment.subject
                && g.every == assessment.every
                && (g.every.is_none() || g.periods == program.assessment_periods[at.id])
        });
        let found = position.and_then(|p| self.gathered.get(p)).and_then(|g| g.get(&(subject, at.period)));
        found.copied().unwrap_or_default()
    }

    /// All counts of a tally, pooled.
    pub(super) fn pooled(&self, judge: &Judge<'_>, tally: &Tally, subject: u32, at: Assessing<'_>) -> Counts {
        let mut pooled = Counts::default();
        for rule in 0..tally.rules.len() {
            pooled.merge(self.counts(judge, tally, rule, subject, at));
        }
        pooled
    }

    /// The value of a tally (docs/SEMANTICS.md, section 6).
    pub(super) fn tally<'a>(
        &self,
        judge: &Judge<'_>,
        tally: &Tally,
        subject: u32,
        at: Assessing<'_>,
    ) -> Result<V<'a>, Overflow> {
        let pooled = self.pooled(judge, tally, subject, at);
        Ok(match tally.what {
            TallyKind::Share => share(pooled, at.unknown_unmet)?.map_or(V::Num(Range::ANY), V::number),
            TallyKind::MeanShare => {
                let (mut sum, mut count) = (Ratio::ZERO, 0);
                for rule in 0..tally.rules.len() {
                    if let Some(one) = share(self.counts(judge, tally, rule, subject, at), at.unknown_unmet)? {
                        sum = sum.add(one)?;
                        count += 1;
                    }
                }
                sum.div(Ratio::int(count))?.map_or(V::Num(Range::ANY), V::number)
            }
            TallyKind::Met => V::count(pooled.met),
            TallyKind::Unmet => V::count(pooled.unmet),
            TallyKind::Due => V::count(pooled.due()),
            TallyKind::Unknown => V::count(pooled.unknown),
            TallyKind::Excused => V::count(pooled.excused),
            TallyKind::Pending => V::count(pooled.pending),
        })
    }
}

/// met / (met + unmet [+ unknown]); `None` where nothing is due.
pub(super) fn share(counts: Counts, unknown_unmet: bool) -> Result<Option<Ratio>, Overflow> {
    let unmet = counts.unmet + if unknown_unmet { counts.unknown } else { 0 };
    Ratio::int(i128::from(counts.met)).div(Ratio::int(i128::from(counts.met + unmet)))
}
