//! Rules that look at every day: rolling frames and `throughout` (section 10).

use chrono::NaiveDate;
use wangge::model::{
    AggFrame, CalendarUnit, Expr, Finding, Frame, Outcome, Requirement, Rule, RuleId, Source, TermUnit,
};

use super::obligation::Case;
use super::time::{Span, after, before, day, owner, shift, windows};
use super::value::{int, ratio};
use super::world::Subject;
use super::{Obligation, Run};

/// What a day comes to: nothing where it does not bind.
type Day = (NaiveDate, Obligation);

impl Run<'_> {
    /// The days that are looked at together, with the day that decides where they belong.
    pub fn groups(&self, rule: &Rule, every: Option<CalendarUnit>) -> Vec<(Span, Option<NaiveDate>)> {
        let found = windows(&rule.frame, self.spec.period, self.policy.year_start);
        let frame = every.map(|unit| Frame::Every { count: 1, unit, anchor: None });
        found.into_iter().map(|w| (w, frame.as_ref().map(|frame| owner(frame, w)))).collect()
    }

    /// A window judged for one day, if all of it is left.
    fn one_day(
        &self,
        id: RuleId,
        rule: &Rule,
        subject: &Subject,
        window: Span,
        settled: bool,
    ) -> Result<Option<Obligation>, String> {
        if !window.0.iter_days().take_while(|d| *d < window.1).all(|d| self.is_left(rule, subject, d)) {
            return Ok(None);
        }
        let last = before(window.1);
        let open = !settled && !self.has_passed(window.1, rule.day_starts);
        self.judge_case(
            id,
            rule,
            Case { subject: subject.clone(), window, last: Some(last), owner: last, open, settled, one_day: false },
        )
    }

    pub fn rolling(
        &self,
        id: RuleId,
        rule: &Rule,
        subject: &Subject,
        (count, unit): (u32, TermUnit),
        days: Span,
        owner: Option<NaiveDate>,
    ) -> Result<Vec<Obligation>, String> {
        let log = self.log_begins(&rule.requirement);
        let mut judged: Vec<Day> = Vec::new();
        for d in days.0.iter_days().take_while(|d| *d < days.1) {
            let window = (after(shift(d, -i64::from(count), unit)), after(d));
            let left = |d: &NaiveDate| self.is_left(rule, subject, *d);
            let days: Vec<NaiveDate> = window.0.iter_days().take_while(|d| *d < window.1).collect();
            if log.is_none_or(|log| log <= window.0) && days.iter().all(left) {
                judged.extend(self.one_day(id, rule, subject, window, false)?.map(|o| (d, o)));
            } else if self.policy.is_maximum(rule) && left(&d) {
                // What is too much on the days that are left up to this one stays so.
                let first = days.iter().rev().take_while(|d| left(d)).last().expect("this day");
                let o = self.one_day(id, rule, subject, (*first, window.1), false)?;
                judged.extend(o.filter(|o| o.finding.outcome == Outcome::Unmet).map(|o| (d, o)));
            }
        }
        let outcome = |d: &Day| d.1.finding.outcome;
        let any_unmet = judged.iter().any(|d| outcome(d) == Outcome::Unmet);
        let (met, others): (Vec<Day>, Vec<Day>) = judged.into_iter().partition(|d| outcome(d) == Outcome::Met);
        let mut runs: Vec<Vec<Day>> = if any_unmet || met.is_empty() { Vec::new() } else { vec![met] };
        for d in others {
            match runs.last_mut() {
                Some(run) if outcome(&run[run.len() - 1]) == outcome(&d) && after(run[run.len() - 1].0) == d.0 => {
                    run.push(d);
                }
                _ => runs.push(vec![d]),
            }
        }
        let join = |run: Vec<Day>| {
            let (first, last) = (run[0].0, run[run.len() - 1].0);
            let o = run.into_iter().next().expect("a day").1;
            let met = o.finding.outcome == Outcome::Met;
            let ended = self.has_passed(if met { days.1 } else { after(last) }, rule.day_starts);
            let owner = owner.unwrap_or(last);
            let finding = Finding { start: day(first), last: Some(day(last)), owner: day(owner), ..o.finding };
            Obligation { finding, start: first, owner, ended, beyond: false, ..o }
        };
        Ok(runs.into_iter().map(join).collect())
    }

    pub fn throughout(
        &self,
        id: RuleId,
        rule: &Rule,
        subject: &Subject,
        (allowed, in_a_row): (u32, bool),
        days: Span,
        owner: Option<NaiveDate>,
    ) -> Result<Option<Obligation>, String> {
        let today = self.as_of_day();
        let mut found: Vec<(NaiveDate, Option<Outcome>)> = Vec::new();
        let mut sample = None;
        for d in days.0.iter_days().take_while(|d| *d < days.1) {
            let o = self.one_day(id, rule, subject, (d, after(d)), d <= today)?;
            found.push((d, o.as_ref().map(|o| o.finding.outcome)));
            sample = sample.or(o);
        }
        let Some(sample) = sample else { return Ok(None) };
        let count = |without: &[Outcome]| {
            let days: Vec<bool> =
                (found.iter()).map(|(d, o)| *d <= today && o.is_some_and(|o| without.contains(&o))).collect();
            let longest = days.split(|without| !without).map(<[bool]>::len).max().unwrap_or(0);
            if in_a_row { longest } else { days.iter().filter(|d| **d).count() }
        };
        let least = count(&[Outcome::Unmet]);
        let most = count(&[Outcome::Unmet, Outcome::Unknown, Outcome::Pending]);
        let allowed = allowed as usize;
        let known = found.iter().any(|(d, o)| *d <= today && o.is_some_and(|o| o != Outcome::Excused));
        let later = found.iter().any(|(d, o)| *d > today && o.is_some());
        let ended = self.has_passed(days.1, rule.day_starts);
        let outcome = if known && least > allowed {
            Outcome::Unmet
        } else if later && (!ended || !known) {
            Outcome::Pending
        } else if !known {
            Outcome::Excused
        } else if most > allowed {
            Outcome::Unknown
        } else {
            Outcome::Met
        };
        let number = |n: usize| vec![wangge::model::Shown::Number(ratio(&int(i64::try_from(n).expect("few days"))))];
        let last = before(days.1);
        let finding = Finding {
            start: day(days.0),
            last: Some(day(last)),
            owner: day(owner.unwrap_or(last)),
            outcome,
            measured: number(least),
            required: number(allowed),
            ..sample.finding
        };
        let owner = owner.unwrap_or(last);
        Ok(Some(Obligation { finding, start: days.0, owner, ended, beyond: false, ..sample }))
    }

    /// The first day from which on all records that are counted in the window have a log.
    fn log_begins(&self, requirement: &Requirement) -> Option<NaiveDate> {
        let mut open: Vec<&Expr> = exprs(requirement);
        let mut begins = None;
        while let Some(expr) = open.pop() {
            open.extend(expr.children());
            if let Expr::Measure(id) | Expr::Through(_, id) = expr {
                open.push(&self.policy.measures[*id].expr);
            }
            for agg in expr.aggs().into_iter().map(|id| &self.policy.aggs[id]) {
                if let (Source::Records(parts), AggFrame::Window) = (&agg.source, &agg.frame) {
                    let first = |kind| self.spec.coverage.get(&kind).and_then(|c| c.first()).map(|c| c.0);
                    begins = parts.iter().filter_map(|p| first(p.kind)).max().max(begins);
                }
            }
        }
        begins
    }
}

fn exprs(requirement: &Requirement) -> Vec<&Expr> {
    match requirement {
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().flat_map(exprs).collect(),
        Requirement::Condition(expr) => vec![expr],
        Requirement::Count(count) => {
            let bounds = count.at_least.iter().chain(&count.at_most);
            let per = count.per.iter().flat_map(|per| [&per.each, &per.base]);
            std::iter::once(&count.measured).chain(bounds).chain(per).collect()
        }
        Requirement::Term(_) | Requirement::Sequence(_) | Requirement::Gap(_) => Vec::new(),
    }
}
