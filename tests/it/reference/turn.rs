//! Results of assessments and steps of counters as events (section "Results and steps as events").

use chrono::NaiveDate;
use wangge::model::{AggFrame, Turn, TurnOf, TurnPick};

use super::Run;
use super::eval::{Context, Reading};
use super::event::Step;
use super::time::before;
use super::value::{Moment, Truth, all};

/// A result or step that is meant, or may be.
pub struct Taken {
    pub day: NaiveDate,
    pub owner: NaiveDate,
    pub meant: Truth,
}

impl Run<'_> {
    pub fn turns(&self, turn: &Turn, context: &Context<'_>) -> Vec<Taken> {
        let row = &context.row;
        let is_meant =
            |there: &Context<'_>| turn.filter.as_ref().map_or(Some(true), |filter| self.truth(filter, there));
        let mut found = Vec::new();
        match turn.of {
            TurnOf::Result(id) => {
                let of_events = self.policy.assessments[id].every.is_none();
                for scored in self.scored.iter().filter(|s| s.assessment == id && s.subject == *row) {
                    let period = scored.period;
                    if of_events || self.has_ended(period.1) {
                        let reading = Reading { elsewhere: true, ..Reading::default() };
                        let there = Context { doubts_open: !of_events, reading, ..self.period_context(row, period) };
                        found.push(Taken { day: period.1, owner: before(period.1), meant: is_meant(&there) });
                    }
                }
            }
            TurnOf::Step(id) => {
                let counter = &self.policy.counters[id];
                for day in self.step_days(counter, row) {
                    let there = self.state_context(row, day);
                    let scope = counter.scope.as_ref().map_or(Some(true), |scope| self.truth(scope, &there));
                    found.push(Taken { day, owner: day, meant: all([scope, is_meant(&there)]) });
                }
            }
        }
        found.retain(|one| one.meant != Some(false));
        found.sort_by_key(|one| one.day);
        found
    }

    /// Of them, those that start a term.
    pub fn starting(&self, turn: &Turn, context: &Context<'_>) -> Vec<Taken> {
        let all = self.turns(turn, context);
        let last = all.len().saturating_sub(1);
        let picked = |at: &usize| match turn.pick {
            TurnPick::Each => true,
            TurnPick::First => *at == 0,
            TurnPick::Last => *at == last,
        };
        all.into_iter().enumerate().filter(|(at, _)| picked(at)).map(|(_, one)| one).collect()
    }

    /// The first or last of them that is known to be meant.
    pub fn one_turn(&self, turn: &Turn, context: &Context<'_>) -> Step {
        let found = self.turns(turn, context);
        let mut sure: Vec<&Taken> = found.iter().filter(|one| one.meant == Some(true)).collect();
        let one = if turn.pick == TurnPick::Last { sure.pop() } else { sure.first().copied() };
        let gap = match turn.of {
            TurnOf::Result(_) => false,
            TurnOf::Step(id) => {
                let counter = &self.policy.counters[id];
                let mut read = counter.cleared_by.iter().chain([&counter.points]);
                read.any(|agg| self.find(&self.policy.aggs[*agg].source, &AggFrame::Ever, context).gap)
            }
        };
        Step {
            moment: one.map(|one| Moment::Day(one.day)),
            gap,
            doubtful: found.iter().any(|one| one.meant.is_none()),
            owner: one.map(|one| one.owner),
        }
    }
}
