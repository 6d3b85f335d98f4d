//! Obligations: scope, excuses and requirement of one rule for one subject and window.

use super::facts::{Dues, Facts, Kept};
use super::life::{cuts, off_season};
use super::plain::{Subjects, is_steady, paths_of};
use super::requirement::{Judged, decide, decide_in, scope_of};
use super::seen::Begin;
use super::subject::{RowsDay, Subject};
use super::term::TermEnd;
use super::{Judge, RunError, is_settled};
use crate::engine::eval::Context;
use crate::engine::registers::Store;
use crate::engine::value::Tri;
use crate::model::{
    AttributesAt, Counts, Day, Event, Expr, Finding, FindingFilter, Frame, Moment, Outcome, Overflow, PartialWindows,
    RowsOn, Rule, RuleId, TurnPick, Window, window,
};
use crate::program::Gathering;

/// A rule being judged: what is the same for all of its subjects.
pub(super) struct RuleRun<'a> {
    pub id: RuleId,
    pub rule: &'a Rule,
    pub cuts: Vec<Window>,
    /// Positions of the gatherings that its obligations go to.
    pub gatherings: Vec<usize>,
    /// Those of them that take obligations outside the run's period too: for events.
    beyond: Vec<usize>,
    /// The scope of a term, where nothing but the record itself decides it.
    own_scope: Option<&'a Expr>,
}

/// What starts a term.
struct Start {
    at: Moment,
    /// The day by which the obligation belongs to a period, where that is not the term's first or last day.
    owner: Option<Day>,
    /// Unknown: it may not be one.
    meant: Tri,
    /// Whether the subject is in the rule's scope, where that is the same on all days.
    scope: Option<Tri>,
    /// It is looked at whatever the run's period, and listed nowhere.
    anywhere: bool,
}

impl<'a> Judge<'a> {
    /// What is the same for all subjects of a rule.
    pub(super) fn run_of(&self, id: RuleId) -> RuleRun<'a> {
        let program = self.world.program;
        let rule = &program.policy().rules[id];
        let gatherings: Vec<usize> = (program.gatherings.iter().enumerate())
            .filter(|(_, gathering)| gathering.rule == id)
            .map(|(position, _)| position)
            .collect();
        let of_events = |at: &usize| program.gatherings.get(*at).is_some_and(|gathering| gathering.every.is_none());
        let beyond = match rule.frame {
            Frame::Event | Frame::Term => gatherings.iter().copied().filter(of_events).collect(),
            _ => Vec::new(),
        };
        let mut cut = cuts(&[program.policy().in_force, rule.in_force], &rule.except);
        cut.extend(rule.season.iter().flat_map(|season| off_season(*season, program.spec().period.window)));
        let own_scope = rule.scope.as_ref().filter(|scope| self.is_own_scope(rule, scope));
        RuleRun { id, rule, cuts: cut, gatherings, beyond, own_scope }
    }

    /// Whether nothing but fields of the record decides a rule's scope, so that it is the same on all days.
    fn is_own_scope(&self, rule: &Rule, scope: &Expr) -> bool {
        let mut paths = Vec::new();
        paths_of(scope, &mut paths);
        rule.frame == Frame::Term
            && matches!(self.world.registers.store(rule.subject), Store::Event(_))
            && !matches!(rule.attributes, AttributesAt::Event(_))
            && is_steady(scope)
            && paths.iter().all(|path| path.len() == 1)
    }

    /// Whether a record is in its rule's scope, where it tells by itself: if not, nothing else of it matters.
    fn own_scope(&self, run: &RuleRun<'a>, id: u32) -> Option<Tri> {
        let scope = run.own_scope?;
        let today = self.world.program.reference();
        let subject = self.subject(run.rule.subject, id, Window { start: today, end: today.plus(1) }, false);
        // A number that overflows is told where it is needed.
        subject.truth_of(scope).ok()
    }

    /// Judges every obligation of a rule, in order of subject and window. Counts it, and hands on what `filter` lists.
    pub(super) fn rule(
        &self,
        id: RuleId,
        facts: &mut Facts,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
    ) -> Result<Counts, RunError> {
        let program = self.world.program;
        let policy = program.policy();
        let rule = &policy.rules[id];
        let run = self.run_of(id);
        let mut counts = Counts::default();
        if let Some(plain) = self.plain(&run, filter) {
            let mut plainly = Counts::default();
            let mut general = |subject: u32, facts: &mut Facts, sink: &mut dyn FnMut(&Finding)| {
                let overflow = self.overflow(&rule.name, rule.subject, subject);
                for window in &program.rule_windows[id] {
                    let see = &mut |judged: &Finding| {
                        counts.add(judged.outcome);
                        if filter.lists(judged.outcome) {
                            sink(judged);
                        }
                    };
                    self.window_obligation(&run, subject, *window, facts, see).map_err(&overflow)?;
                }
                Ok(())
            };
            let listed;
            let subjects = match self.whole_register(rule.subject) {
                Some(count) => Subjects::All(count),
                None => {
                    listed = self.governed(rule.subject);
                    Subjects::Listed(&listed)
                }
            };
            plain.judge(subjects, self.threads, facts, &mut plainly, &mut general, sink)?;
            counts.merge(plainly);
            return Ok(counts);
        }
        let notes = self.beyond.is_some() && !run.beyond.is_empty();
        let is_listed = filter != FindingFilter::None || notes;
        // Nobody sees in which order they are judged, and as they are kept is fastest; the error that is told is that of the first
        // by key.
        if let Some(ids) = self.events_as_kept(rule.subject).filter(|_| !is_listed)
            && let Ok(counts) = self.each_of(&run, &ids, facts, filter, sink)
        {
            return Ok(counts);
        }
        self.each_of(&run, &self.governed(rule.subject), facts, filter, sink)
    }

    /// Judges every obligation of a rule for these subjects, in their order.
    fn each_of(
        &self,
        run: &RuleRun<'a>,
        ids: &[u32],
        facts: &mut Facts,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
    ) -> Result<Counts, RunError> {
        let notes = self.beyond.is_some() && !run.beyond.is_empty();
        if !notes && self.is_spread(ids.len()) {
            return self.spread(run, ids, facts, filter, sink);
        }
        let mut counts = Counts::default();
        let see = &mut |judged: &Finding| {
            counts.add(judged.outcome);
            if filter.lists(judged.outcome) {
                sink(judged);
            }
        };
        ids.iter().try_for_each(|subject| self.every_obligation(run, *subject, facts, see))?;
        Ok(counts)
    }

    /// Judges every obligation of a rule for one subject, in order of window.
    pub(super) fn every_obligation(
        &self,
        run: &RuleRun<'a>,
        subject: u32,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), RunError> {
        let (rule, program) = (run.rule, self.world.program);
        let overflow = self.overflow(&rule.name, rule.subject, subject);
        match rule.frame {
            Frame::Term => {
                let scope = self.own_scope(run, subject);
                if scope != Some(Tri::False) {
                    self.term_obligation(run, subject, scope, facts, see)?;
                }
            }
            Frame::Event => {
                let Some(moment) = self.event_moment(rule.subject, subject) else { return Ok(()) };
                let day = moment.day();
                let window = Window { start: day, end: day.plus(1) };
                if program.spec().period.window.contains(day) {
                    self.window_obligation(run, subject, window, facts, see).map_err(overflow)?;
                } else if self.counts_beyond(run, subject, day) {
                    let note = &mut |judged: &Finding| self.note_beyond(judged);
                    self.window_obligation(run, subject, window, facts, note).map_err(overflow)?;
                }
            }
            Frame::Rolling { .. } | Frame::Throughout { .. } => {
                self.daily_obligations(run, subject, facts, see).map_err(overflow)?;
            }
            Frame::Gaps => self.gap_obligations(run, subject, facts, see).map_err(overflow)?,
            Frame::Cycle { ref from, count, unit } => {
                let today = program.reference();
                let asking = Window { start: today, end: today.plus(1) };
                let anchor = self.subject(rule.subject, subject, asking, true).field(from).moment();
                let period = program.spec().period.window;
                let Some(anchor) = anchor else {
                    return self.framed(run, subject, period, None, facts, see).map_err(overflow);
                };
                for window in window::cycle_windows(anchor.day(), count, unit, period) {
                    self.window_obligation(run, subject, window, facts, see).map_err(&overflow)?;
                }
            }
            _ => {
                for window in &program.rule_windows[run.id] {
                    self.window_obligation(run, subject, *window, facts, see).map_err(&overflow)?;
                }
            }
        }
        Ok(())
    }

    fn window_obligation(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        window: Window,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), Overflow> {
        let frame = crate::program::frame_of(self.world.policy(), &run.rule.frame);
        self.framed(run, id, window, frame.as_deref(), facts, see)
    }

    /// The obligation of a window; without a frame it is not known which windows there are.
    fn framed(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        window: Window,
        frame: Option<&Frame>,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), Overflow> {
        let rule = run.rule;
        if !self.binds(rule.subject, id, window, &run.cuts, rule.partial) {
            return Ok(());
        }
        let settled = is_settled(&rule.frame);
        let subject = self.subject_of(run, id, window, settled)?.map(|mut subject| {
            if let PartialWindows::Prorate(rounding) = rule.partial {
                let left = self.days_left(rule.subject, id, window, &run.cuts);
                subject.reading.cut = Some((left, window.day_count(), rounding));
            }
            subject
        });
        let is_open =
            !settled && frame.is_some() && !self.world.program.spec().as_of.has_passed(window.end, rule.day_starts);
        let unresolved = if is_open { Outcome::Pending } else { Outcome::Unknown };
        let (judged, outcome) = match (frame, subject) {
            (_, None) => (Judged::shown(Vec::new(), Vec::new()), Some(unresolved)),
            (Some(_), Some(subject)) => {
                let judged = self.judge_requirement(&rule.requirement, &subject)?;
                let waived = self.waived(rule, self.world.key(rule.subject, id), |days| {
                    let cuts = [&run.cuts[..], days].concat();
                    self.binds(rule.subject, id, window, &cuts, rule.partial)
                });
                let outcome = decide(rule, &subject, judged.truth, unresolved, waived)?;
                (judged, outcome)
            }
            // The window itself is an open parameter.
            (None, Some(subject)) => {
                let scope = rule.scope.as_ref().map(|scope| subject.truth_of(scope)).transpose()?;
                let outcome = (scope != Some(Tri::False)).then_some(Outcome::Unknown);
                (Judged { truth: Tri::Unknown, measured: Vec::new(), required: Vec::new() }, outcome)
            }
        };
        let Some(outcome) = outcome else { return Ok(()) };
        let owner = frame.map_or(window.last(), |frame| window::owner_day(frame, window));
        let finding = Finding {
            rule: run.id,
            subject: self.world.key(rule.subject, id).to_owned(),
            start: window.start,
            last: Some(window.last()),
            owner,
            outcome,
            measured: judged.measured,
            required: judged.required,
        };
        self.gather(run, id, window.start, owner, if is_open { Outcome::Pending } else { outcome }, facts);
        see(&finding);
        Ok(())
    }

    fn term_obligation(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        scope: Option<Tri>,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), RunError> {
        let rule = run.rule;
        let overflow = self.overflow(&rule.name, rule.subject, id);
        let terms = rule.requirement.terms();
        let Some(term) = terms.first() else { return Ok(()) };
        let reference = self.world.program.reference();
        let today = Window { start: reference, end: reference.plus(1) };
        let asking = self.subject(rule.subject, id, today, true);
        if let Event::Turn(turn) = &term.start {
            let starting = self.starting(turn, &asking).map_err(&overflow)?;
            let none = starting.is_empty();
            for taken in starting {
                let (at, owner) = (Moment::Day(taken.day), Some(taken.owner));
                let start = Start { at, owner, meant: taken.meant, scope, anywhere: false };
                self.started(run, id, start, facts, see)?;
            }
            if !none || turn.pick == TurnPick::Each {
                return Ok(());
            }
        }
        let seen = self.planned(&term.start, &asking).map_err(&overflow)?;
        let in_doubt = seen.moment.is_none() && (seen.doubtful || seen.missed);
        let begin = match seen.moment {
            Some(at) => Begin::At(at),
            // A due day that is computed is one that each has, though it is not known. What starts a term may only be missing
            // from the data, or there is none.
            None if in_doubt && term.is_due_date() && matches!(term.start, Event::Value(_)) => {
                Begin::Between(self.between(&term.start, &asking).map_err(&overflow)?)
            }
            None if term.missing_start_unmet && !in_doubt => Begin::Never,
            None => return Ok(()),
        };
        let Begin::At(start) = begin else { return self.unstarted(run, id, begin, facts, see) };
        let start = Start { at: start, owner: seen.owner, meant: Tri::True, scope, anywhere: false };
        self.started(run, id, start, facts, see).map(|_| ())
    }

    /// The due day of a rule's term for one of its subjects, whatever the run's period.
    pub(super) fn due_of(&self, rule: RuleId, id: u32) -> Dues {
        let run = RuleRun { gatherings: Vec::new(), beyond: Vec::new(), ..self.run_of(rule) };
        let unknown = Dues { latest: None, open: true };
        let today = self.world.program.reference();
        let asking = self.subject(run.rule.subject, id, Window { start: today, end: today.plus(1) }, true);
        let Some(term) = run.rule.requirement.terms().first().copied() else { return unknown };
        let Ok(seen) = self.planned(&term.start, &asking) else { return unknown };
        let Some(at) = seen.moment else { return Dues { latest: None, open: seen.doubtful || seen.missed } };
        let start = Start { at, owner: seen.owner, meant: Tri::True, scope: None, anywhere: true };
        // What no calendar covers, or is too large, is told where the rule itself is judged.
        match self.started(&run, id, start, &mut Facts::default(), &mut |_| {}) {
            Ok(None | Some((Outcome::Excused, _))) => Dues::default(),
            Ok(Some((Outcome::Met | Outcome::Unmet, latest @ Some(_)))) => Dues { latest, open: false },
            Ok(Some(_)) | Err(_) => unknown,
        }
    }

    /// The obligation of a term that starts (or is due) at a known moment: its outcome, and when it was surely due, where
    /// somebody wants to know that.
    fn started(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        Start { at: start, owner, meant, scope, anywhere }: Start,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<Option<(Outcome, Option<Moment>)>, RunError> {
        let rule = run.rule;
        let terms = rule.requirement.terms();
        let Some(term) = terms.first() else { return Ok(None) };
        let overflow = self.overflow(&rule.name, rule.subject, id);
        let period = self.world.program.spec().period.window;
        // A term begins with its start; what is counted back from a due date, on an event's own day or the due day.
        let begins =
            if term.is_due_date() { self.event_moment(rule.subject, id).map(Moment::day) } else { Some(start.day()) };
        let reaches = |day: Day| anywhere || self.counts_beyond(run, id, day);
        let in_period = |day: Day| term.by_due_day || period.contains(owner.unwrap_or(day)) || reaches(day);
        if begins.is_some_and(|day| !self.is_bound_on(run, id, day) || !in_period(day)) {
            return Ok(None);
        }
        let from = begins.unwrap_or(start.day());
        let bare = self.subject(rule.subject, id, Window { start: from, end: from.plus(1) }, false);
        let ends: Result<Vec<TermEnd>, RunError> =
            terms.iter().map(|term| self.term_end(rule, term, start, &bare)).collect();
        if let Err(RunError::NotCovered { .. }) = ends {
            // Without a last day the term belongs to its start's day; what is not due needs no calendar.
            if scope_of(rule, &bare, scope).map_err(&overflow)? == Tri::False {
                return Ok(None);
            }
            let belongs = owner.unwrap_or(from);
            if !period.contains(belongs) {
                // Outside the run's period it stops no run: whoever counts it counts an unknown one.
                if reaches(from) && self.is_bound_on(run, id, from) {
                    self.gather_undecided(run, id, (from, belongs), facts);
                }
                return Ok(None);
            }
        }
        // Terms that are joined run from the first of their days to the last.
        let ends = ends?;
        let is_open = ends.iter().any(|end| end.open);
        let days: Option<Vec<Day>> = ends.iter().map(|end| end.last).collect();
        let last = days.and_then(|days| days.into_iter().max());
        let due = ends.iter().filter_map(|end| end.last).min();
        let start_day = begins.or(due).unwrap_or(from);
        if begins.is_none() && (!self.is_bound_on(run, id, start_day) || !in_period(start_day)) {
            return Ok(None);
        }
        let last = last.map(|last| last.max(start_day));
        let owner = if term.by_due_day { last.unwrap_or(start_day) } else { owner.unwrap_or(start_day) };
        let inside = period.contains(owner);
        if !inside && !reaches(start_day) {
            return Ok(None);
        }
        let end = last.unwrap_or(start_day).plus(1);
        let window = Window { start: start_day, end };
        let unresolved = if is_open { Outcome::Pending } else { Outcome::Unknown };
        let waived = self.waived(rule, self.world.key(rule.subject, id), |days| {
            !days.iter().any(|waived| waived.contains(start_day))
        });
        let (judged, outcome) = match self.subject_of(run, id, window, false).map_err(&overflow)? {
            Some(subject) => {
                // What is not due needs no calendar.
                let scope = scope_of(rule, &subject, scope).map_err(&overflow)?;
                if scope == Tri::False {
                    return Ok(None);
                }
                let judged = match self.judge_with_terms(rule, &rule.requirement, Begin::At(start), &subject) {
                    Err(RunError::NotCovered { .. }) if !inside => {
                        self.gather_undecided(run, id, (start_day, owner), facts);
                        return Ok(None);
                    }
                    judged => judged?,
                };
                let outcome = decide_in(scope, rule, &subject, judged.truth, unresolved, waived).map_err(&overflow)?;
                // Whether it starts at all is part of the scope.
                (judged, outcome.map(|outcome| if meant == Tri::True { outcome } else { unresolved }))
            }
            None => (Judged::shown(Vec::new(), Vec::new()), Some(unresolved)),
        };
        let Some(outcome) = outcome else { return Ok(None) };
        let decided = matches!(outcome, Outcome::Met | Outcome::Unmet);
        let gathered = if is_open && !decided { Outcome::Pending } else { outcome };
        self.gather(run, id, start_day, owner, gathered, facts);
        let mut due = None;
        if (anywhere || self.wants_dues(run)) && outcome != Outcome::Excused {
            due = match self.subject_of(run, id, window, false).map_err(&overflow)? {
                Some(subject) if decided => self.term_due(rule, term, start, &subject)?,
                _ => None,
            };
            self.gather_dues(run, id, (start_day, owner), due, facts);
        }
        let finding = Finding {
            rule: run.id,
            subject: self.world.key(rule.subject, id).to_owned(),
            start: start_day,
            last,
            owner,
            outcome,
            measured: judged.measured,
            required: judged.required,
        };
        match () {
            () if anywhere => {}
            () if inside => see(&finding),
            () => self.note_beyond(&finding),
        }
        Ok(Some((outcome, due)))
    }

    /// The subject of a rule in a window, with its attributes on the day that the rule says; `None`: that day is not known.
    pub(super) fn subject_of(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        window: Window,
        settled: bool,
    ) -> Result<Option<Subject<'_, 'a>>, Overflow> {
        let mut subject = self.subject(run.rule.subject, id, window, settled);
        subject.reading.rows = match run.rule.rows {
            RowsOn::First => RowsDay::First,
            RowsOn::Last => RowsDay::Last,
            RowsOn::Mean => RowsDay::Mean,
        };
        match &run.rule.attributes {
            AttributesAt::Start => {}
            AttributesAt::End => subject.day = window.last(),
            AttributesAt::Event(event) => {
                let Some(moment) = self.seen(event, &subject)?.moment else { return Ok(None) };
                subject.day = moment.day();
                subject.reading.pinned = true;
            }
        }
        Ok(Some(subject))
    }

    /// Whether a day is in force, not excepted, and the subject is there on it.
    pub(super) fn is_bound_on(&self, run: &RuleRun<'a>, id: u32, day: Day) -> bool {
        let kind = run.rule.subject;
        let there = self.event_moment(kind, id).is_some() || self.is_there(kind, id, day);
        there
            && !run.cuts.iter().any(|cut| cut.contains(day))
            && run.rule.season.is_none_or(|season| season.contains(day))
    }

    /// Whether an obligation outside the run's period counts for an event in it.
    pub(super) fn counts_beyond(&self, run: &RuleRun<'a>, id: u32, first: Day) -> bool {
        let program = self.world.program;
        let period = program.spec().period.window;
        run.beyond.iter().filter_map(|at| program.gatherings.get(*at)).any(|gathering| {
            let mut targets = self.linked(run.rule.subject, id, &gathering.link, first).into_iter();
            targets.any(|target| {
                self.event_moment(gathering.kind, target).is_some_and(|moment| period.contains(moment.day()))
            })
        })
    }

    pub(super) fn gather(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        first: Day,
        owner: Day,
        outcome: Outcome,
        facts: &mut Facts,
    ) {
        let met = match outcome {
            Outcome::Met => Some(Some(true)),
            Outcome::Unmet => Some(Some(false)),
            Outcome::Unknown => Some(None),
            Outcome::Pending | Outcome::Excused => None,
        };
        for (position, place) in self.places_of(run, id, first, owner) {
            if let Some(gathered) = facts.gathered.get_mut(position) {
                gathered.entry(place).or_default().add(outcome);
            }
            let runs = self.world.program.gatherings.get(position).is_some_and(|gathering| gathering.runs);
            if let (true, Some(met), Some(kept)) = (runs, met, facts.runs.get_mut(position)) {
                kept.entry(place).or_default().push(Kept { id, first, owner, met });
            }
        }
    }

    /// Hands on when an obligation was due; `None`: that is not known.
    pub(super) fn gather_dues(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        (first, owner): (Day, Day),
        known: Option<Moment>,
        facts: &mut Facts,
    ) {
        let dues = Dues { latest: known, open: known.is_none() };
        for (position, place) in self.places_of(run, id, first, owner) {
            if let Some(slot) = facts.dues.get_mut(position) {
                slot.entry(place).or_default().merge(dues);
            }
        }
    }

    /// An obligation outside the run's period that no calendar decides.
    fn gather_undecided(&self, run: &RuleRun<'a>, id: u32, days: (Day, Day), facts: &mut Facts) {
        self.gather(run, id, days.0, days.1, Outcome::Unknown, facts);
        if self.wants_dues(run) {
            self.gather_dues(run, id, days, None, facts);
        }
    }

    /// Whether an assessment reads the due days of a rule.
    pub(super) fn wants_dues(&self, run: &RuleRun<'a>) -> bool {
        let gatherings = &self.world.program.gatherings;
        run.gatherings.iter().any(|at| gatherings.get(*at).is_some_and(|gathering| gathering.dues))
    }

    /// The gatherings to which an obligation goes, each with subject and period.
    fn places_of(&self, run: &RuleRun<'a>, id: u32, first: Day, owner: Day) -> Vec<(usize, (u32, usize))> {
        let mut places = Vec::new();
        for position in &run.gatherings {
            let Some(Gathering { link, every, periods, .. }) = self.world.program.gatherings.get(*position) else {
                continue;
            };
            let period = match every {
                None => Some(0),
                // A week at the edge of the run has days outside it.
                Some(_) if !run.beyond.is_empty() && !self.world.program.spec().period.window.contains(owner) => None,
                Some(_) => periods.iter().position(|period| period.contains(owner)),
            };
            let Some(period) = period else { continue };
            let targets = self.linked(run.rule.subject, id, link, first);
            places.extend(targets.into_iter().map(|target| (*position, (target, period))));
        }
        places
    }
}
