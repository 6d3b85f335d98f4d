//! Rules that look at every day: rolling frames, and states that are kept throughout.

use super::Judge;
use super::facts::Facts;
use super::obligation::RuleRun;
use super::requirement::{Judged, decide};
use crate::model::{
    AggFrame, CalendarUnit, Day, Expr, Finding, Frame, Outcome, Overflow, Ratio, Shown, Source, TermUnit, Window,
    window,
};

/// A day that binds, judged.
struct DayJudged {
    day: Day,
    outcome: Outcome,
    judged: Judged,
}

/// The days that a group of findings is about, and the day that decides to which period they belong.
struct Group {
    window: Window,
    owner: Option<Day>,
}

impl<'a> Judge<'a> {
    /// The obligations of a rule with a rolling frame or `throughout`, for one subject.
    pub(super) fn daily_obligations(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), Overflow> {
        match run.rule.frame {
            Frame::Rolling { count, unit, every } => {
                let mut found = Vec::new();
                for group in self.daily_groups(run, every) {
                    self.rolling(run, id, (count, unit), &group, facts, &mut found)?;
                }
                found.sort_by_key(|finding| (finding.start, finding.last));
                found.iter().for_each(see);
            }
            Frame::Throughout { allowed, in_a_row, every } => {
                for group in self.daily_groups(run, every) {
                    self.throughout(run, id, (allowed, in_a_row), &group, facts, see)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn daily_groups(&self, run: &RuleRun<'a>, every: Option<CalendarUnit>) -> Vec<Group> {
        let program = self.world.program;
        let windows = window::windows(&run.rule.frame, program.spec().period.window, program.policy().year_start);
        let owner = |window: Window| {
            every.map(|unit| window::owner_day(&Frame::Every { count: 1, unit, anchor: None }, window))
        };
        windows.into_iter().map(|window| Group { window, owner: owner(window) }).collect()
    }

    /// One window of a daily rule that is left; `None`: it is not due.
    fn day(&self, run: &RuleRun<'a>, id: u32, window: Window, settled: bool) -> Result<Option<DayJudged>, Overflow> {
        let rule = run.rule;
        let as_of = self.world.program.spec().as_of;
        let is_open = !settled && !as_of.has_passed(window.end, rule.day_starts);
        let unresolved = if is_open { Outcome::Pending } else { Outcome::Unknown };
        let Some(subject) = self.subject_of(run, id, window, settled)? else {
            let judged = Judged::shown(Vec::new(), Vec::new());
            return Ok(Some(DayJudged { day: window.last(), outcome: unresolved, judged }));
        };
        let judged = self.judge_requirement(&rule.requirement, &subject)?;
        // Every day of the window must be left, whatever the rule says of windows that are cut.
        let waived = self.waived(rule, self.world.key(rule.subject, id), |days| {
            !days.iter().any(|waived| waived.start < window.end && window.start < waived.end)
        });
        let outcome = decide(rule, &subject, judged.truth, unresolved, waived)?;
        Ok(outcome.map(|outcome| DayJudged { day: window.last(), outcome, judged }))
    }

    /// One day of a rolling rule: its window is judged if all of it is left and the log goes back to its first day. Where it is
    /// not, what exceeds a maximum on the last days that are left does so whatever the days before them hold.
    fn rolling_day(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        window: Window,
        log: Option<Day>,
    ) -> Result<Option<DayJudged>, Overflow> {
        let kind = run.rule.subject;
        let is_whole = self.days_left(kind, id, window, &run.cuts) == window.day_count();
        if is_whole && log.is_none_or(|log| log <= window.start) {
            return self.day(run, id, window, false);
        }
        if !self.world.policy().is_maximum(run.rule) {
            return Ok(None);
        }
        let last = self.stretches(kind, id, window, &run.cuts).pop().filter(|days| days.end == window.end);
        let judged = last.map(|days| self.day(run, id, days, false)).transpose()?.flatten();
        Ok(judged.filter(|judged| judged.outcome == Outcome::Unmet))
    }

    fn rolling(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        (count, unit): (u32, TermUnit),
        group: &Group,
        facts: &mut Facts,
        found: &mut Vec<Finding>,
    ) -> Result<(), Overflow> {
        let as_of = self.world.program.spec().as_of;
        let log = self.log_start(run);
        let mut runs: Vec<(Day, DayJudged)> = Vec::new();
        let mut met: Option<(Day, DayJudged)> = None;
        let (mut day, mut broken) = (group.window.start, false);
        while day < group.window.end {
            let window = crate::program::rolling_window(day, count, unit);
            let judged = self.rolling_day(run, id, window, log)?;
            if let Some(judged) = judged {
                broken |= judged.outcome == Outcome::Unmet;
                match (judged.outcome, &mut met, runs.last_mut()) {
                    (Outcome::Met, Some((last, _)), _) => *last = day,
                    (Outcome::Met, None, _) => met = Some((day, judged)),
                    (outcome, _, Some((last, first))) if first.outcome == outcome && last.plus(1) == day => *last = day,
                    _ => runs.push((day, judged)),
                }
            }
            day = day.plus(1);
        }
        if !broken {
            runs.extend(met);
        }
        for (last, first) in runs {
            let ended = if first.outcome == Outcome::Met { group.window.end } else { last.plus(1) };
            let outcome = if as_of.has_passed(ended, run.rule.day_starts) { first.outcome } else { Outcome::Pending };
            let owner = group.owner.unwrap_or(last);
            self.gather(run, id, first.day, owner, outcome, facts);
            found.push(self.finding(run, id, (first.day, last, owner), first.outcome, first.judged));
        }
        Ok(())
    }

    fn throughout(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        (allowed, in_a_row): (u32, bool),
        group: &Group,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), Overflow> {
        let as_of = self.world.program.spec().as_of;
        let today = as_of.reference();
        // Days that are surely without, and those that may be: in all and in a row.
        let (mut least, mut most) = (Tally::default(), Tally::default());
        let (mut judged, mut excused, mut later) = (false, false, false);
        let mut day = group.window.start;
        while day < group.window.end {
            let window = Window { start: day, end: day.plus(1) };
            let is_left = self.days_left(run.rule.subject, id, window, &run.cuts) > 0;
            let found = if is_left { self.day(run, id, window, day <= today)? } else { None };
            let outcome = found.map(|found| found.outcome);
            let counted = outcome.filter(|outcome| day <= today && *outcome != Outcome::Excused);
            least.day(counted == Some(Outcome::Unmet));
            most.day(matches!(counted, Some(Outcome::Unmet | Outcome::Unknown | Outcome::Pending)));
            judged |= counted.is_some();
            excused |= outcome == Some(Outcome::Excused);
            later |= outcome.is_some() && day > today;
            day = day.plus(1);
        }
        let number = |tally: &Tally| if in_a_row { tally.longest } else { tally.all };
        let is_open = !as_of.has_passed(group.window.end, run.rule.day_starts);
        let outcome = match (judged, excused) {
            (true, _) if number(&least) > allowed => Outcome::Unmet,
            (true, _) if is_open && later => Outcome::Pending,
            (true, _) if number(&most) > allowed => Outcome::Unknown,
            (true, _) => Outcome::Met,
            (false, _) if later => Outcome::Pending,
            (false, true) => Outcome::Excused,
            (false, false) => return Ok(()),
        };
        let shown = |n: u32| vec![Shown::Number(Ratio::int(i128::from(n)))];
        let judged = Judged::shown(shown(number(&least)), shown(allowed));
        let (first, last) = (group.window.start, group.window.last());
        let gathered = if is_open { Outcome::Pending } else { outcome };
        let owner = group.owner.unwrap_or(last);
        self.gather(run, id, first, owner, gathered, facts);
        see(&self.finding(run, id, (first, last, owner), outcome, judged));
        Ok(())
    }

    fn finding(&self, run: &RuleRun<'a>, id: u32, days: (Day, Day, Day), outcome: Outcome, judged: Judged) -> Finding {
        Finding {
            rule: run.id,
            subject: self.world.key(run.rule.subject, id).to_owned(),
            start: days.0,
            last: Some(days.1),
            owner: days.2,
            outcome,
            measured: judged.measured,
            required: judged.required,
        }
    }

    /// The first day of which all records that a rule counts in its window have a log; `None`: no log begins.
    fn log_start(&self, run: &RuleRun<'a>) -> Option<Day> {
        let program = self.world.program;
        let policy = program.policy();
        let mut start: Option<Day> = None;
        let mut see = |expr: &Expr| {
            for id in expr.aggs() {
                let agg = &policy.aggs[id];
                let (Source::Records(parts), AggFrame::Window) = (&agg.source, &agg.frame) else { continue };
                for part in parts {
                    let first = program.spec().coverage.get(&part.kind).and_then(|covered| covered.first());
                    start = start.max(first.map(|first| first.start));
                }
            }
        };
        for expr in crate::program::requirement_exprs(&run.rule.requirement) {
            crate::program::walk(expr, policy, &mut see);
        }
        start
    }
}

/// Days without: in all, and the longest row of them.
#[derive(Default)]
struct Tally {
    all: u32,
    row: u32,
    longest: u32,
}

impl Tally {
    fn day(&mut self, without: bool) {
        if without {
            self.all += 1;
            self.row += 1;
            self.longest = self.longest.max(self.row);
        } else {
            self.row = 0;
        }
    }
}
