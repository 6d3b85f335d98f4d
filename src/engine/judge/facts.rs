//! What assessments read beside records: tallies of obligations, and results of assessments.

use super::Judge;
use super::subject::Assessing;
use crate::engine::value::{Range, Tri, V};
use crate::model::{
    AssessmentId, Counts, Day, IdVec, Link, Moment, Overflow, Ratio, ResultField, RuleId, Tally, TallyKind, Window,
};
use crate::program::Program;
use hashbrown::HashMap;

/// Results of one assessment of one subject, as far as they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Own {
    pub points: Option<Ratio>,
    pub grade: Option<u32>,
    pub vetoed: Option<bool>,
    pub rank: Option<u64>,
    /// The points, or the grade, are not known for want of data, not by choice.
    pub points_in_doubt: bool,
    /// So, or a gate or veto that is not known may change the grade.
    pub grade_in_doubt: bool,
    /// There are points, but deductions or bonuses count only what is found.
    pub found_only: bool,
    /// No veto is on file, but one may be missing.
    pub veto_in_doubt: bool,
    /// It is not known whether it is ranked.
    pub rank_in_doubt: bool,
}

impl Own {
    /// Whether a field is not known for want of data.
    pub(super) fn in_doubt(&self, field: ResultField) -> bool {
        match field {
            ResultField::Points => self.points_in_doubt,
            ResultField::Rank => self.points_in_doubt || self.rank_in_doubt,
            ResultField::Grade => self.grade_in_doubt,
            ResultField::Vetoed => self.veto_in_doubt,
        }
    }

    pub(super) fn value<'a>(&self, field: ResultField) -> V<'a> {
        match field {
            ResultField::Points => self.points.map_or(V::Unknown, V::number),
            ResultField::Grade => self.grade.map_or(V::Unknown, |g| V::number(Ratio::int(i128::from(g)))),
            ResultField::Rank => self.rank.map_or(V::Unknown, V::count),
            ResultField::Vetoed => V::Truth(self.vetoed.map_or(Tri::Unknown, Tri::of)),
        }
    }
}

/// An obligation that a run may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kept {
    /// The rule's subject.
    pub id: u32,
    /// First day of the window.
    pub first: Day,
    /// The day by which it belongs to a period.
    pub owner: Day,
    /// Met, unmet, or not known.
    pub met: Option<bool>,
}

/// The due days of the terms of one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Dues {
    /// The latest that is known.
    pub latest: Option<Moment>,
    /// One is not known.
    pub open: bool,
}

impl Dues {
    /// The latest, where all are known.
    pub(super) fn value<'a>(self) -> V<'a> {
        self.latest.filter(|_| !self.open).map_or(V::Unknown, V::Moment)
    }

    pub(super) fn merge(&mut self, other: Dues) {
        let later = |a: Moment, b: Moment| if a.latest() < b.latest() { b } else { a };
        self.latest = match (self.latest, other.latest) {
            (Some(a), Some(b)) => Some(later(a, b)),
            (a, b) => a.or(b),
        };
        self.open |= other.open;
    }
}

/// Counts of obligations and results, by subject.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// By gathering: counts by (subject, period).
    pub gathered: Vec<HashMap<(u32, usize), Counts>>,
    /// By gathering that keeps them: obligations by (subject, period).
    pub runs: Vec<HashMap<(u32, usize), Vec<Kept>>>,
    /// By gathering that wants them: due days by (subject, period).
    pub dues: Vec<HashMap<(u32, usize), Dues>>,
    /// By assessment: results by (subject, period).
    pub results: IdVec<AssessmentId, HashMap<(u32, Window), Own>>,
}

impl Facts {
    /// Nothing yet.
    pub(super) fn of(program: &Program) -> Facts {
        Facts {
            gathered: program.gatherings.iter().map(|_| HashMap::new()).collect(),
            runs: program.gatherings.iter().map(|_| HashMap::new()).collect(),
            dues: program.gatherings.iter().map(|_| HashMap::new()).collect(),
            results: program.policy().assessments.iter().map(|_| HashMap::new()).collect(),
        }
    }

    /// Takes in what was gathered of other subjects.
    pub(super) fn merge(&mut self, other: Facts) {
        for (mine, theirs) in self.gathered.iter_mut().zip(other.gathered) {
            for (place, counts) in theirs {
                mine.entry(place).or_default().merge(counts);
            }
        }
        for (mine, theirs) in self.runs.iter_mut().zip(other.runs) {
            for (place, mut kept) in theirs {
                mine.entry(place).or_default().append(&mut kept);
            }
        }
        for (mine, theirs) in self.dues.iter_mut().zip(other.dues) {
            for (place, dues) in theirs {
                mine.entry(place).or_default().merge(dues);
            }
        }
    }

    /// The result of an assessment that has been made; unknown where there is none, or where it is in doubt.
    pub(super) fn result<'a>(&self, id: AssessmentId, subject: u32, window: Window, field: ResultField) -> V<'a> {
        let own = self.results.get(id).and_then(|results| results.get(&(subject, window)));
        own.filter(|own| !own.in_doubt(field)).map_or(V::Unknown, |own| own.value(field))
    }

    /// Whether a result that has been made is not known for want of data.
    pub(super) fn result_in_doubt(&self, id: AssessmentId, subject: u32, window: Window, field: ResultField) -> bool {
        let own = self.results.get(id).and_then(|results| results.get(&(subject, window)));
        own.is_some_and(|own| own.in_doubt(field))
    }

    /// Whether the points of a result that has been made count only what is found.
    pub(super) fn found_only(&self, id: AssessmentId, subject: u32, window: Window) -> bool {
        let own = self.results.get(id).and_then(|results| results.get(&(subject, window)));
        own.is_some_and(|own| own.found_only)
    }

    /// Whether a subject has a result of an assessment in a period, be it scored or not.
    pub(super) fn has_result(&self, id: AssessmentId, subject: u32, window: Window) -> bool {
        self.results.get(id).is_some_and(|results| results.contains_key(&(subject, window)))
    }

    /// Where the obligations of a rule are gathered.
    fn position(&self, judge: &Judge<'_>, (rule, link): &(RuleId, Link), at: Assessing) -> Option<usize> {
        let program = judge.world.program;
        let is_for =
            |place: &&usize| program.gatherings.get(**place).is_some_and(|g| g.rule == *rule && g.link == *link);
        program.gathered_for[at.id].iter().find(is_for).copied()
    }

    /// Counts of one rule.
    pub(super) fn counts(&self, judge: &Judge<'_>, rule: &(RuleId, Link), subject: u32, at: Assessing) -> Counts {
        let position = self.position(judge, rule, at);
        let found = position.and_then(|p| self.gathered.get(p)).and_then(|g| g.get(&(subject, at.period)));
        found.copied().unwrap_or_default()
    }

    /// The longest or current run of a tally, over all of its rules and their subjects.
    fn run<'a>(&self, judge: &Judge<'_>, tally: &Tally, subject: u32, at: Assessing) -> V<'a> {
        let (met, longest) = match tally.what {
            TallyKind::LongestRun { met } => (met, true),
            TallyKind::CurrentRun { met } => (met, false),
            _ => return V::Unknown,
        };
        let (mut least, mut most) = (0, 0);
        for rule in &tally.rules {
            let position = self.position(judge, rule, at);
            let found = position.and_then(|p| self.runs.get(p)).and_then(|runs| runs.get(&(subject, at.period)));
            let mut kept: Vec<Kept> = found.cloned().unwrap_or_default();
            kept.sort_unstable();
            for one in kept.chunk_by(|a, b| a.id == b.id) {
                let holds = |kept: &Kept, unknown: bool| match kept.met {
                    Some(is_met) => is_met == met,
                    None if at.unknown_unmet => !met,
                    None => unknown,
                };
                least = least.max(run_length(one.iter().map(|kept| holds(kept, false)), longest));
                most = most.max(run_length(one.iter().map(|kept| holds(kept, true)), longest));
            }
        }
        let number = |count: u64| Some(Ratio::int(i128::from(count)));
        V::Num(Range { lo: number(least), hi: number(most) })
    }

    /// The due days of a tally.
    fn dues(&self, judge: &Judge<'_>, tally: &Tally, subject: u32, at: Assessing) -> Dues {
        let mut dues = Dues::default();
        for rule in &tally.rules {
            let position = self.position(judge, rule, at);
            let found = position.and_then(|p| self.dues.get(p)).and_then(|dues| dues.get(&(subject, at.period)));
            dues.merge(found.copied().unwrap_or_default());
        }
        dues
    }

    /// Whether a tally has obligations that are not known.
    pub(super) fn tally_in_doubt(&self, judge: &Judge<'_>, tally: &Tally, subject: u32, at: Assessing) -> bool {
        match tally.what {
            TallyKind::DueDay => self.dues(judge, tally, subject, at).open,
            _ => self.pooled(judge, tally, subject, at).unknown > 0,
        }
    }

    /// All counts of a tally, pooled.
    pub(super) fn pooled(&self, judge: &Judge<'_>, tally: &Tally, subject: u32, at: Assessing<'_>) -> Counts {
        let mut pooled = Counts::default();
        for rule in &tally.rules {
            pooled.merge(self.counts(judge, rule, subject, at));
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
                for rule in &tally.rules {
                    if let Some(one) = share(self.counts(judge, rule, subject, at), at.unknown_unmet)? {
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
            TallyKind::LongestRun { .. } | TallyKind::CurrentRun { .. } => self.run(judge, tally, subject, at),
            TallyKind::DueDay => self.dues(judge, tally, subject, at).value(),
        })
    }
}

/// met / (met + unmet [+ unknown]); `None` where nothing is due.
pub(super) fn share(counts: Counts, unknown_unmet: bool) -> Result<Option<Ratio>, Overflow> {
    let unmet = counts.unmet + if unknown_unmet { counts.unknown } else { 0 };
    Ratio::int(i128::from(counts.met)).div(Ratio::int(i128::from(counts.met + unmet)))
}

/// The longest row of `true`, or the one at the end.
fn run_length(holds: impl Iterator<Item = bool>, longest: bool) -> u64 {
    let (mut best, mut current) = (0u64, 0u64);
    for one in holds {
        current = if one { current + 1 } else { 0 };
        best = best.max(current);
    }
    if longest { best } else { current }
}
