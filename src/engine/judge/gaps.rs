//! The time between records: each gap of a stretch of days on which a rule binds is an obligation.

use super::Judge;
use super::facts::Facts;
use super::obligation::RuleRun;
use super::requirement::decide;
use super::subject::Subject;
use super::thin::{limit, micros, thinned, within};
use crate::engine::eval::eval;
use crate::engine::ledger::Entry;
use crate::engine::value::Tri;
use crate::model::days_back;
use crate::model::value::is_term_amount;
use crate::model::{
    Day, Expr, Finding, GapReq, Instant, Moment, Outcome, Overflow, Requirement, Shown, Source, TermUnit, Window,
};

/// What a gap lies between.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    /// Two records.
    Records,
    /// The first or last day of a stretch on one side: listed only where it is too long in any case.
    Edge,
    /// It goes on at the reference date.
    Open,
}

/// A gap: from the end of a record, or the first day that binds, to the start of the next, or the last day.
struct Gap {
    from: Moment,
    to: Moment,
    /// The record that ends it.
    ends: bool,
    kind: Between,
    /// It runs from the first day of its stretch.
    begins_stretch: bool,
}

impl<'a> Judge<'a> {
    /// The gaps of one subject.
    pub(super) fn gap_obligations(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        facts: &mut Facts,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), Overflow> {
        let Requirement::Gap(req) = &run.rule.requirement else { return Ok(()) };
        let program = self.world.program;
        let (policy, spec) = (program.policy(), program.spec());
        let agg = &policy.aggs[req.agg];
        let (Source::Records(parts), Some(acc)) = (&agg.source, program.acc_of[req.agg]) else { return Ok(()) };
        let all = self.entries(acc, id);
        let unsure: Vec<Day> = all.iter().filter(|e| e.values.is_none()).map(|e| e.start.day()).collect();
        let (counted, doubt) = match agg.thin {
            Some(thin) => thinned(all, thin, None, false),
            None => (all.into_iter().filter(|entry| entry.values.is_some()).collect(), false),
        };
        // After the last record that surely counts it is in doubt which do.
        let doubt = doubt.then(|| counted.last().map_or(Day(i32::MIN), |entry| entry.start.day()));
        let firsts = parts.iter().filter_map(|part| Some(spec.coverage.get(&part.kind)?.first()?.start));
        let log = firsts.max().unwrap_or(spec.period.window.start);
        let reference = program.reference();
        let known = Window { start: log, end: reference.plus(1).max(log) };
        let goes_on = counted.iter().any(|entry| entry.start.day() > reference);
        let mut found = Vec::new();
        for stretch in self.stretches(run.rule.subject, id, known, &run.cuts) {
            for gap in gaps(&counted, stretch, reference) {
                let (first, last) = (gap.from.day().min(gap.to.day()), gap.to.day());
                let unsure = unsure.iter().any(|day| first <= *day && *day <= last);
                let unsure = unsure || doubt.is_some_and(|doubt| last > doubt);
                if spec.period.window.contains(last) {
                    // Only a gap that begins with the log may have begun before it.
                    let log = (stretch.start == log && gap.begins_stretch).then_some((log, &counted[..]));
                    found.extend(self.gap(run, id, req, &gap, (unsure, goes_on), log)?);
                }
            }
        }
        found.sort_by_key(|(finding, _): &(Finding, bool)| (finding.start, finding.last));
        for (finding, is_open) in found {
            let gathered = if is_open { Outcome::Pending } else { finding.outcome };
            self.gather(run, id, finding.start, finding.last.unwrap_or(finding.start), gathered, facts);
            see(&finding);
        }
        Ok(())
    }

    /// A gap as an obligation, and whether it goes on.
    fn gap(
        &self,
        run: &RuleRun<'a>,
        id: u32,
        req: &'a GapReq,
        gap: &Gap,
        (unsure, goes_on): (bool, bool),
        log: Option<(Day, &[&Entry])>,
    ) -> Result<Option<(Finding, bool)>, Overflow> {
        let (first, last) = (gap.from.day().min(gap.to.day()), gap.to.day());
        let window = Window { start: first, end: last.plus(1) };
        let read = self.subject_of(run, id, window, true)?;
        let plain = self.subject(run.rule.subject, id, window, true);
        let most = most(&req.most, read.as_ref().unwrap_or(&plain))?;
        let short = most.map_or(Tri::Unknown, |most| within(gap.from, gap.to, most, req.unit));
        let longer = log.zip(most).is_some_and(|((log, counted), most)| {
            // A record that lasts may have started long before.
            let first = counted.iter().map(|entry| entry.start.day()).min().unwrap_or(log);
            let before = Window { start: days_back(log, most, req.unit).plus(-1).min(first), end: log };
            let earlier = self.stretches(run.rule.subject, id, before, &run.cuts);
            let bound = earlier.last().filter(|stretch| stretch.end == log);
            bound.is_some_and(|bound| within(begun(counted, *bound), gap.to, most, req.unit) != Tri::True)
        });
        let (mut truth, mut unresolved) = (short, Outcome::Unknown);
        match (short, gap.kind) {
            (Tri::True | Tri::Unknown, Between::Edge) if longer => truth = Tri::Unknown,
            (Tri::True | Tri::Unknown, Between::Edge) => return Ok(None),
            (Tri::True | Tri::Unknown, Between::Open) if goes_on => return Ok(None),
            (Tri::Unknown, Between::Open) if most.is_none() => truth = Tri::Unknown,
            (Tri::True | Tri::Unknown, Between::Open) => (truth, unresolved) = (Tri::Unknown, Outcome::Pending),
            (Tri::False, _) => {
                let reference = self.world.program.spec().as_of.reference();
                let bare = self.subject(run.rule.subject, id, window, true);
                if unsure || !bare.is_covered(req.agg, first, last.min(reference)) {
                    truth = Tri::Unknown;
                }
            }
            (Tri::True | Tri::Unknown, Between::Records) => {}
        }
        let outcome = match read {
            Some(subject) => {
                // A waiver on any of its days frees from the whole gap.
                let waived = self.waived(run.rule, self.world.key(run.rule.subject, id), |days| {
                    !days.iter().any(|waived| waived.start < window.end && window.start < waived.end)
                });
                decide(run.rule, &subject, truth, unresolved, waived)?
            }
            None => Some(unresolved),
        };
        let bound = most.map(|most| bound(gap.from, most, req.unit));
        let is_open = unresolved == Outcome::Pending;
        // Where it may have begun before the log nobody can say until when it would have been in time.
        let hides_bound = longer && gap.kind == Between::Edge && short != Tri::False;
        let finding = |outcome| Finding {
            rule: run.id,
            subject: self.world.key(run.rule.subject, id).to_owned(),
            start: first,
            last: Some(last),
            owner: last,
            outcome,
            measured: vec![if gap.ends { Shown::Moment(gap.to) } else { Shown::Nothing }],
            required: vec![bound.filter(|_| !hides_bound).map_or(Shown::Nothing, Shown::Moment)],
        };
        Ok(outcome.map(|outcome| (finding(outcome), is_open)))
    }
}

/// How many units a gap may have; `None`: not known.
fn most<'a>(most: &'a Expr, subject: &Subject<'_, 'a>) -> Result<Option<u32>, Overflow> {
    let amount = eval(most, subject)?.value().filter(|n| is_term_amount(*n));
    Ok(amount.and_then(|n| u32::try_from(n.num()).ok()))
}

/// The last day or instant on which a gap from a moment is not too long.
fn bound(from: Moment, most: u32, unit: TermUnit) -> Moment {
    let Some(micros) = micros(unit) else { return Moment::Day(limit(from, most, unit)) };
    let latest = Instant(from.latest().0.saturating_add(i64::from(most).saturating_mul(micros)));
    if matches!(from, Moment::At(_)) { Moment::At(latest) } else { Moment::Day(latest.day()) }
}

/// The gaps of a stretch of days, in order.
fn gaps(counted: &[&Entry], stretch: Window, reference: Day) -> Vec<Gap> {
    let mut found = Vec::new();
    let mut from = Moment::Day(stretch.start);
    let mut kind = Between::Edge;
    for entry in counted.iter().filter(|entry| stretch.contains(entry.start.day())) {
        let begins_stretch = kind == Between::Edge;
        found.push(Gap { from, to: entry.start, ends: true, kind, begins_stretch });
        // Of records that overlap the one that ends last counts.
        if kind == Between::Edge || entry.end.latest() > from.latest() {
            from = entry.end;
        }
        kind = Between::Records;
    }
    let open = stretch.last() == reference;
    let to = Moment::Day(stretch.last());
    let begins_stretch = kind == Between::Edge;
    let kind = if open { Between::Open } else { Between::Edge };
    found.push(Gap { from, to, ends: false, kind, begins_stretch });
    found
}

/// The latest that a gap which begins with the log is known to have begun at the earliest: the first day on which the rule
/// bound, or the end of the last record that is on file before the log.
fn begun(counted: &[&Entry], bound: Window) -> Moment {
    let ends = counted.iter().filter(|entry| bound.contains(entry.start.day())).map(|entry| entry.end);
    ends.reduce(|a, b| if b.latest() > a.latest() { b } else { a }).unwrap_or(Moment::Day(bound.start))
}
