//! Why a term ends when it does.

use super::{Reader, Review};
use crate::engine::judge::seen::Seen;
use crate::engine::judge::subject::Subject;
pub use crate::engine::judge::term::{Explained, Extending, Idle, Stopping};
use crate::model::{Event, Finding, Frame, Moment, RuleId, TermReq, Window};

/// A term of an obligation, counted again.
#[derive(Clone)]
pub struct TermTrace<'r, 'a> {
    /// The term.
    pub term: &'a TermReq,
    /// Where its start is read.
    pub start_reader: Reader<'r, 'a>,
    /// Where its length and its extensions are read.
    pub reader: Reader<'r, 'a>,
    /// What starts it, or what it is counted back from.
    pub start: Option<Moment>,
    /// Where that is in doubt: the earliest and the latest moment that it may be.
    pub doubt: Option<(Option<Moment>, Option<Moment>)>,
    /// How it was counted.
    pub counted: Explained,
}

/// What starts the terms of a rule for a subject.
#[derive(Debug, Clone, Copy)]
pub struct Starting<'a> {
    /// The event.
    pub event: &'a Event,
    /// When it took place; `None`: not, or not known.
    pub at: Option<Moment>,
    /// The subject is there on that day.
    pub is_there: bool,
}

impl<'a> Review<'a> {
    /// What starts the terms of a rule. `None`: it has none, or several may start.
    #[must_use]
    pub fn starting(&self, rule: RuleId, key: &str) -> Option<Starting<'a>> {
        let run = self.rule_run(rule)?;
        let (kind, id) = (run.rule.subject, self.id_of(run.rule.subject, key)?);
        let event = &run.rule.requirement.terms().first()?.start;
        if event.is_each() {
            return None;
        }
        let reference = self.program().reference();
        let today = Window { start: reference, end: reference.plus(1) };
        let at = self.judge.planned(event, &self.judge.subject(kind, id, today, true)).ok()?.moment;
        Some(Starting { event, at, is_there: at.is_none_or(|at| self.judge.is_there(kind, id, at.day())) })
    }

    /// The terms of an obligation. The start is that of the obligation's window, or found again.
    #[must_use]
    pub fn terms(&self, finding: &Finding) -> Vec<TermTrace<'_, 'a>> {
        let Some(run) = self.rule_run(finding.rule) else { return Vec::new() };
        let Some(id) = self.id_of(run.rule.subject, &finding.subject) else { return Vec::new() };
        if run.rule.frame != Frame::Term {
            return Vec::new();
        }
        let terms = run.rule.requirement.terms();
        let Some(first) = terms.first() else { return Vec::new() };
        let end = finding.last.unwrap_or(finding.start).plus(1);
        let window = Window { start: finding.start, end };
        let Ok(Some(subject)) = self.judge.subject_of(&run, id, window, false) else { return Vec::new() };
        // Results and steps may start several: the obligation's own begins on its window's first day.
        let reference = self.program().reference();
        let today = Window { start: reference, end: reference.plus(1) };
        let asking = self.judge.subject(run.rule.subject, id, today, true);
        let seen = if first.start.is_each() {
            Seen { moment: Some(Moment::Day(finding.start)), ..Seen::default() }
        } else {
            self.judge.planned(&first.start, &asking).unwrap_or_default()
        };
        let start = seen.moment;
        let between = || self.judge.between(&first.start, &asking).map(|side| (side.earliest, side.latest));
        let doubt = (start.is_none() && seen.doubtful).then(|| between().unwrap_or_default());
        let start_reader = Reader { subject: Subject { planned: true, ..asking } };
        let first_day = Window { start: finding.start, end: finding.start.plus(1) };
        let reader = Reader { subject: Subject { window: first_day, ..subject } };
        let trace = |term: &'a TermReq| {
            let counted = match start {
                Some(start) => self.judge.explain_term(run.rule, term, start, &subject).ok()?,
                None => Explained::NOTHING,
            };
            Some(TermTrace { term, start_reader, reader, start, doubt, counted })
        };
        terms.into_iter().filter_map(trace).collect()
    }
}
