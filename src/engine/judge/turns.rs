//! Results of assessments and steps of counters as events (docs/SEMANTICS.md, "Results and steps as events").

use super::Judge;
use super::facts::Facts;
use super::seen::Seen;
use super::subject::{Reading, Subject};
use crate::engine::value::Tri;
use crate::model::{AggFrame, AssessmentId, CounterId, Day, Moment, Overflow, Turn, TurnOf, TurnPick, Window};

/// A result or a step, in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// The day after the result's period; the day of the step.
    pub day: Day,
    /// The day by which what it starts belongs to a period.
    pub owner: Day,
    /// Whether it is one of those that are meant; never false.
    pub meant: Tri,
}

impl<'a> Judge<'a> {
    /// The results or steps that are or may be meant, in order of time.
    pub(super) fn taken(&self, turn: &'a Turn, subject: &Subject<'_, 'a>) -> Result<Vec<Taken>, Overflow> {
        let mut taken = match turn.of {
            TurnOf::Result(id) => self.results_of(id, turn, subject)?,
            TurnOf::Step(id) => self.steps_of(id, turn, subject)?,
        };
        taken.retain(|one| one.meant != Tri::False);
        taken.sort_by_key(|one| one.day);
        Ok(taken)
    }

    /// Those that start a term: each, or the first or last that is or may be meant.
    pub(super) fn starting(&self, turn: &'a Turn, subject: &Subject<'_, 'a>) -> Result<Vec<Taken>, Overflow> {
        let mut taken = self.taken(turn, subject)?;
        match turn.pick {
            TurnPick::Each => {}
            TurnPick::First => taken.truncate(1),
            TurnPick::Last => taken = taken.pop().into_iter().collect(),
        }
        Ok(taken)
    }

    /// The first or last of them as an event.
    pub(super) fn turned(&self, turn: &'a Turn, subject: &Subject<'_, 'a>) -> Result<Seen, Overflow> {
        let taken = self.taken(turn, subject)?;
        let mut sure = taken.iter().filter(|one| one.meant == Tri::True);
        let found = if turn.pick == TurnPick::Last { sure.next_back() } else { sure.next() };
        let missed = match turn.of {
            TurnOf::Result(_) => false,
            TurnOf::Step(id) => {
                let policy = self.world.policy();
                let mut read = policy.counters[id].records().map(|agg| policy.aggs[agg].source.parts());
                read.any(|parts| subject.doubt(&AggFrame::Ever, parts, None, None).uncovered)
            }
        };
        Ok(Seen {
            moment: found.map(|one| Moment::Day(one.day)),
            owner: found.map(|one| one.owner),
            doubtful: taken.iter().any(|one| one.meant == Tri::Unknown),
            missed,
            ..Seen::default()
        })
    }

    fn results_of(&self, id: AssessmentId, turn: &'a Turn, subject: &Subject<'_, 'a>) -> Result<Vec<Taken>, Overflow> {
        let program = self.world.program;
        let assessment = &program.policy().assessments[id];
        let as_of = program.spec().as_of;
        let own;
        let windows = match assessment.every {
            Some(_) => &program.assessment_periods[id][..],
            None => {
                let Some(moment) = self.event_moment(subject.kind, subject.id) else { return Ok(Vec::new()) };
                own = [Window { start: moment.day(), end: moment.day().plus(1) }];
                &own[..]
            }
        };
        let mut taken = Vec::new();
        for window in windows {
            let ended = assessment.every.is_none() || as_of.has_ended(window.end);
            if !ended || !self.known.has_result(id, subject.id, *window) {
                continue;
            }
            let day = window.last().min(as_of.reference());
            let settled = assessment.every.is_none();
            // What counts only what is found may come out otherwise: nothing starts as if it were certain.
            let reading = Reading { elsewhere: true, ..Reading::default() };
            let there = Subject { reading, ..self.seen_on(subject, *window, day, settled) };
            taken.push(Taken { day: window.end, owner: window.last(), meant: there.meets(turn)? });
        }
        Ok(taken)
    }

    fn steps_of(&self, id: CounterId, turn: &'a Turn, subject: &Subject<'_, 'a>) -> Result<Vec<Taken>, Overflow> {
        let counter = &self.world.policy().counters[id];
        let end = self.world.program.spec().as_of.reference().plus(1);
        let asking = self.seen_on(subject, Window { start: end.plus(-1), end }, end.plus(-1), true);
        let mut days = self.days_of_steps(counter, &asking, end)?;
        days.dedup();
        let mut taken = Vec::new();
        for day in days {
            let there = self.seen_on(subject, Window { start: day, end: day.plus(1) }, day, true);
            let scope = counter.scope.as_ref().map_or(Ok(Tri::True), |scope| there.truth_of(scope))?;
            taken.push(Taken { day, owner: day, meant: scope.and(there.meets(turn)?) });
        }
        Ok(taken)
    }

    /// The subject with a window, and a day for its attributes.
    fn seen_on<'j>(&'j self, subject: &Subject<'_, 'a>, window: Window, day: Day, settled: bool) -> Subject<'j, 'a> {
        Subject { day, ..self.subject(subject.kind, subject.id, window, settled) }
    }
}

impl<'a> Subject<'_, 'a> {
    fn meets(&self, turn: &'a Turn) -> Result<Tri, Overflow> {
        turn.filter.as_ref().map_or(Ok(Tri::True), |filter| self.truth_of(filter))
    }

    /// Tallies and results that may be read: those of the assessment or reward under way, or the results that rules read.
    pub(super) fn known(&self) -> &Facts {
        self.facts.unwrap_or(&self.judge.known)
    }
}
