//! Days on which rules that override another take its place.

use super::Review;
use crate::engine::judge::is_settled;
use crate::engine::judge::obligation::RuleRun;
use crate::engine::trace::conjuncts;
use crate::engine::value::Tri;
use crate::model::{Frame, Moment, PartialWindows, RuleId, Window};

/// Windows that follow each other for which one rule takes the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The rule that overrides.
    pub by: RuleId,
    /// From the first of the windows to the last.
    pub days: Window,
}

impl<'a> Review<'a> {
    /// The windows of a rule of which nothing is due from a subject because another rule overrides it, in order.
    #[must_use]
    pub fn taken(&self, id: RuleId, key: &str) -> Vec<Taken> {
        let Some(run) = self.rule_run(id).filter(|run| !run.rule.overridden_by.is_empty()) else { return Vec::new() };
        let Some(subject) = self.id_of(run.rule.subject, key) else { return Vec::new() };
        let mut found: Vec<Taken> = Vec::new();
        for days in self.windows_of(&run, subject) {
            let Some(by) = self.taker(&run, subject, days) else { continue };
            match found.last_mut() {
                Some(last) if last.by == by && last.days.end == days.start => last.days.end = days.end,
                _ => found.push(Taken { by, days }),
            }
        }
        found
    }

    /// The windows in which a rule may bind a subject; of a rule that looks at each day, the days.
    fn windows_of(&self, run: &RuleRun<'a>, subject: u32) -> Vec<Window> {
        let period = self.program().spec().period.window;
        let day = |day| Window { start: day, end: day.plus(1) };
        match &run.rule.frame {
            Frame::Rolling { .. } | Frame::Throughout { .. } | Frame::Gaps | Frame::Cycle { .. } => {
                (0..period.day_count()).map(|after| day(period.start.plus(after))).collect()
            }
            Frame::Event => {
                self.judge.event_moment(run.rule.subject, subject).map(|at| day(at.day())).into_iter().collect()
            }
            Frame::Term => {
                let reference = day(self.program().reference());
                let asking = self.judge.subject(run.rule.subject, subject, reference, true);
                let term = run.rule.requirement.terms().into_iter().next();
                let start = term.and_then(|term| self.judge.planned(&term.start, &asking).ok()?.moment);
                start.map(Moment::day).filter(|start| period.contains(*start)).map(day).into_iter().collect()
            }
            _ => self.program().rule_windows[run.id].clone(),
        }
    }

    /// The rule that takes a window which would bind the subject without it.
    fn taker(&self, run: &RuleRun<'a>, subject: u32, window: Window) -> Option<RuleId> {
        let rule = run.rule;
        let choice = if window.day_count() == 1 { PartialWindows::Any } else { rule.partial };
        if !self.judge.binds(rule.subject, subject, window, &run.cuts, choice) {
            return None;
        }
        let reader = self.judge.subject_of(run, subject, window, is_settled(&rule.frame)).ok()??;
        // INVARIANT (what overrides comes last): the scope ends with one condition for each rule that overrides.
        let scope = conjuncts(rule.scope.as_ref()?);
        let (own, left) = scope.split_at_checked(scope.len().checked_sub(rule.overridden_by.len())?)?;
        if own.iter().any(|one| reader.truth_of(one) == Ok(Tri::False)) {
            return None;
        }
        let at = left.iter().position(|one| reader.truth_of(one) == Ok(Tri::False))?;
        rule.overridden_by.get(at).copied()
    }
}
