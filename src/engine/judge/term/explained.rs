//! How a term was counted, for explanations: what became of each extension and each stop.

use super::{Due, Judging, LastDay, Longer};
use crate::engine::judge::due::precedes;
use crate::engine::judge::subject::Subject;
use crate::engine::judge::{Judge, RunError};
use crate::engine::value::Tri;
use crate::model::{Day, Moment, Rule, Shown, TermKind, TermReq, Window};

/// How a term was counted; of one that nothing starts, nothing.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Its step.
    pub step: Option<Moment>,
    /// Its length; `None`: open.
    pub amount: Option<i32>,
    /// Its end without stops, extension and rest days; missing where it cannot be known.
    pub plain: Shown,
    /// What its extensions came to, each in its place.
    pub extensions: Vec<Extending>,
    /// Stops that it knows.
    pub stops: Vec<Stopping>,
    /// The day before it moves off a rest day, where it does.
    pub moved_from: Option<Day>,
    /// Its end.
    pub due: Shown,
}

impl Explained {
    /// Of a term that nothing starts.
    pub(in crate::engine::judge) const NOTHING: Explained = Explained {
        step: None,
        amount: None,
        plain: Shown::Nothing,
        extensions: Vec::new(),
        stops: Vec::new(),
        moved_from: None,
        due: Shown::Nothing,
    };
}

/// Why a record changes nothing of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Idle {
    /// It came before the term began.
    Early,
    /// It came after the term had ended.
    Late,
    /// Another one has lengthened the term already.
    Again,
    /// The term ends as it would without it.
    Nothing,
}

/// A stop that a term knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopping {
    /// Its beginning.
    pub from: Moment,
    /// Its end; `None`: the term has not run on.
    pub to: Option<Moment>,
    /// Why it changes nothing; `None`: it does, or that is open.
    pub idle: Option<Idle>,
}

/// What an extension came to.
#[derive(Debug, Clone)]
pub struct Extending {
    /// The event that lengthens the term, else one that does not: after its end, or before its start.
    pub event: Option<Moment>,
    /// Whether it holds; `None`: not decided.
    pub holds: Option<bool>,
    /// How much it adds; `None`: open.
    pub added: Option<i32>,
    /// Its other events, with why they change nothing; `None`: that is open.
    pub others: Vec<(Moment, Option<Idle>)>,
}

impl<'a> Judge<'a> {
    /// How a term that starts at a known moment is counted.
    pub(in crate::engine::judge) fn explain_term(
        &self,
        rule: &Rule,
        term: &'a TermReq,
        start: Moment,
        subject: &Subject<'_, 'a>,
    ) -> Result<Explained, RunError> {
        let begins = subject.window.start;
        let first_day = Subject { window: Window { start: begins, end: begins.plus(1) }, ..*subject };
        Judging { judge: self, term, start, subject: &first_day, rule, begins }.explained()
    }
}

impl<'a> Judging<'_, '_, 'a> {
    fn explained(&self) -> Result<Explained, RunError> {
        let overflow = self.judge.overflow(&self.rule.name, self.rule.subject, self.subject.id);
        let step = self.judge.seen(&self.term.step, self.subject).map_err(&overflow)?;
        let longer = self.longer().map_err(&overflow)?;
        let amount = self.amount(&self.term.amount)?;
        let still = TermReq { moves: false, ..self.term.clone() };
        let (due, mut held) = self.due(&longer)?;
        if amount.is_none() {
            held.fill(Tri::Unknown); // nothing lies for certain in a term whose length is open
        }
        let mut extensions = Vec::new();
        for ((extension, with), held) in self.term.extended.iter().zip(&longer.extensions).zip(held) {
            let mut events = with.moments.clone();
            events.sort_by_key(|at| at.earliest());
            let holding = events.iter().copied().find(|at| self.holds(&[*at], due) == held);
            let event = match holding.or(events.first().copied()) {
                // None of them is too late: all are too early.
                None => self.judge.marked(&extension.with, self.subject).map_err(&overflow)?.moments.pop(),
                found => found,
            };
            let holds = match held {
                Tri::True => Some(true),
                Tri::False => Some(false),
                Tri::Unknown => None,
            };
            let all = self.judge.marked(&extension.with, self.subject).map_err(&overflow)?.moments;
            let holding = event.filter(|_| holds == Some(true));
            let others = all.into_iter().map(|at| (at, self.idle_mark(at, holding, due)));
            let added = self.amount(&extension.amount)?;
            extensions.push(Extending { event, holds, added, others: others.collect() });
        }
        let added: Vec<i32> =
            extensions.iter().map(|one| one.added.filter(|_| one.holds != Some(false)).unwrap_or(0)).collect();
        let (unmoved, plain) = match amount {
            None => (Due::Open, Due::Open),
            Some(amount) => {
                let unmoved = self.end_of(&still, amount, &added, &longer)?;
                (unmoved, self.end_of(&still, amount, &[], &Longer::none())?)
            }
        };
        let mut stops = Vec::new();
        for (at, (from, to)) in longer.stops.iter().copied().enumerate() {
            let idle = match amount {
                Some(amount) => {
                    self.idle_stop(at, &longer.stops, unmoved, |longer| self.end_of(&still, amount, &added, longer))?
                }
                None => None,
            };
            stops.push(Stopping { from, to, idle });
        }
        let moved_from = match (self.term.moves, unmoved, due) {
            (true, Due::Day(LastDay::On(from)), Due::Day(LastDay::On(to))) if from != to => Some(from),
            _ => None,
        };
        Ok(Explained {
            step: step.moment,
            amount,
            plain: self.shown(plain),
            extensions,
            stops,
            moved_from,
            due: self.shown(due),
        })
    }

    /// Why an event of an extension changes nothing, where another one holds or none does.
    fn idle_mark(&self, at: Moment, holding: Option<Moment>, due: Due) -> Option<Idle> {
        if self.term.kind != TermKind::By && precedes(at, self.start) {
            return Some(Idle::Early);
        }
        if due == Due::Open {
            return None;
        }
        match self.holds(&[at], due) {
            Tri::False => Some(Idle::Late),
            Tri::True if holding.is_some_and(|holding| holding != at) => Some(Idle::Again),
            Tri::True | Tri::Unknown => None,
        }
    }

    /// Why a stop changes nothing: it lies beside the term, or the term ends as well without it. Of stops that overlap
    /// none is told apart.
    fn idle_stop(
        &self,
        at: usize,
        stops: &[(Moment, Option<Moment>)],
        end: Due,
        end_with: impl Fn(&Longer) -> Result<Due, RunError>,
    ) -> Result<Option<Idle>, RunError> {
        let Some((from, to)) = stops.get(at).copied() else { return Ok(None) };
        if to.is_some_and(|to| self.is_over_by_start(to)) {
            return Ok(Some(Idle::Early));
        }
        if self.last_day(end).is_some_and(|last| last < from.day()) {
            return Ok(Some(Idle::Late));
        }
        let meets = |other: &(Moment, Option<Moment>)| {
            to.is_none_or(|to| !precedes(to, other.0)) && other.1.is_none_or(|end| !precedes(end, from))
        };
        let mut others = stops.to_vec();
        others.remove(at);
        if others.iter().any(meets) {
            return Ok(None);
        }
        let without = end_with(&Longer { stops: others, ..Longer::none() })?;
        Ok((without == end).then_some(Idle::Nothing))
    }

    /// Whether a stop that ends at a moment ends before the term runs: by day, or at every instant that it may be.
    fn is_over_by_start(&self, to: Moment) -> bool {
        if self.term.unit.is_clock() || self.term.clock.is_some() {
            self.axis(to.latest()) <= self.axis(self.start.earliest())
        } else {
            to.day() <= self.start.day()
        }
    }
}
