//! Terms without a known start or due date: there is none, or it is not known which day it is.

use super::facts::Facts;
use super::obligation::RuleRun;
use super::requirement::{Judged, decide};
use super::seen::{Begin, Between};
use super::subject::Subject;
use super::term::TermEnd;
use super::{Judge, RunError};
use crate::engine::value::Tri;
use crate::model::{Finding, Moment, Outcome, Rule, TermReq, Window};

impl<'a> Judge<'a> {
    /// The obligation of a term that does not start at a known moment: on an event's own day, else in the period.
    pub(super) fn unstarted(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        begin: Begin,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), RunError> {
        let rule = run.rule;
        let overflow = self.overflow(&rule.name, rule.subject, id);
        let spec = self.world.program.spec();
        let period = spec.period.window;
        let own = self.event_moment(rule.subject, id).map(Moment::day);
        let window = own.map_or(period, |day| Window { start: day, end: day.plus(1) });
        let inside = own.is_none() || period.contains(window.start);
        let binds = match own {
            Some(day) => (inside || self.counts_beyond(run, id, day)) && self.is_bound_on(run, id, day),
            None => self.binds(rule.subject, id, window, &run.cuts, rule.partial),
        };
        if !binds {
            return Ok(());
        }
        let between = match begin {
            Begin::Between(between) => Some(between),
            _ => None,
        };
        // Without a start an event is settled on its day; the period of any other subject may be open.
        let settled = own.is_some() && between.is_none();
        let is_open = own.is_none() && !spec.as_of.has_passed(window.end, rule.day_starts)
            || between.is_some_and(|between| self.may_still_run(run, id, between, window));
        let unresolved = if is_open { Outcome::Pending } else { Outcome::Unknown };
        let waived = self.waived(rule, self.world.key(rule.subject, id), |days| match own {
            Some(day) => !days.iter().any(|waived| waived.contains(day)),
            None => self.binds(rule.subject, id, window, &[&run.cuts[..], days].concat(), rule.partial),
        });
        let (judged, outcome) = match self.subject_of(run, id, window, settled).map_err(&overflow)? {
            Some(subject) => {
                let judged = self.judge_with_terms(rule, &rule.requirement, begin, &subject)?;
                let outcome = decide(rule, &subject, judged.truth, unresolved, waived).map_err(&overflow)?;
                (judged, outcome)
            }
            None => (Judged::shown(Vec::new(), Vec::new()), Some(unresolved)),
        };
        let Some(outcome) = outcome else { return Ok(()) };
        let decided = !is_open || matches!(outcome, Outcome::Met | Outcome::Unmet);
        let days = (window.start, window.last());
        self.gather(run, id, days.0, days.1, if decided { outcome } else { Outcome::Pending }, facts);
        if between.is_some() && self.wants_dues(run) && outcome != Outcome::Excused {
            self.gather_dues(run, id, days, None, facts);
        }
        let finding = Finding {
            rule: run.id,
            subject: self.world.key(rule.subject, id).to_owned(),
            start: window.start,
            last: between.is_none().then_some(window.last()),
            owner: window.last(),
            outcome,
            measured: judged.measured,
            required: judged.required,
        };
        if inside {
            see(&finding)
        } else {
            self.note_beyond(&finding)
        }
        Ok(())
    }

    /// A term whose due date is in doubt: met by the earliest day that it may be, or unmet by the latest. Of one whose start
    /// is, nothing is known.
    pub(super) fn judge_between(
        &self,
        rule: &Rule,
        term: &'a TermReq,
        between: Between,
        subject: &Subject<'_, 'a>,
    ) -> Result<Tri, RunError> {
        let at = |side: Option<Moment>| match side.filter(|_| term.is_due_date()) {
            None => Ok(Tri::Unknown),
            Some(due) => match self.judge_term(rule, term, due, subject) {
                // It may be a day that the calendar covers.
                Err(RunError::NotCovered { .. }) => Ok(Tri::Unknown),
                judged => judged.map(|judged| judged.truth),
            },
        };
        if at(between.earliest)? == Tri::True {
            return Ok(Tri::True);
        }
        Ok(if at(between.latest)? == Tri::False { Tri::False } else { Tri::Unknown })
    }

    /// Whether a term whose start or due date is in doubt may still run: at one of the days between which it lies, or where
    /// what is still to come says which it is.
    fn may_still_run(&self, run: &RuleRun<'a>, id: u32, between: Between, window: Window) -> bool {
        let subject = self.subject(run.rule.subject, id, window, false);
        let sides = || [between.earliest, between.latest].into_iter().flatten();
        let open = |term: &'a TermReq| {
            sides().any(|side| {
                let end = self.term_end(run.rule, term, side, &subject);
                matches!(end, Ok(TermEnd { open: true, .. }))
            })
        };
        between.awaited || run.rule.requirement.terms().into_iter().any(open)
    }
}
