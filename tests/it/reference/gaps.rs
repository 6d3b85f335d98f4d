//! Records in order: which of them count, and the time between them (section 11).

use chrono::{NaiveDate, TimeDelta};
use wangge::model::{Agg, AggFrame, AggOp, Requirement, Rule, RuleId, Source, SourcePart, Spacing, TermUnit, Thin};

use super::eval::Context;
use super::obligation::{Case, Part};
use super::term::show_moment;
use super::time::{after, before, shift};
use super::value::{Moment, Truth, V};
use super::world::Subject;
use super::{Obligation, Run};

/// A record of the log of a subject.
struct Logged<'a> {
    row: Context<'a>,
    /// The day that it belongs to.
    day: NaiveDate,
    start: Moment,
    end: Moment,
    /// Its filter is unknown.
    doubtful: bool,
    /// It may stop counting once something empty is filled in.
    is_loose: bool,
}

impl Run<'_> {
    /// When a record ends: its start where its kind has no end, as-of where that is not filled.
    fn ending(&self, row: &Subject) -> Moment {
        let Subject::Record(kind, at) = row else { unreachable!("a record") };
        let start = self.moment(*kind, *at);
        let Some(field) = self.policy.kinds[*kind].end else { return start };
        let written = self.read(row, &[field], start.day(), false).moment();
        let end = written.unwrap_or(Moment::At(self.spec.closed_until));
        if end.latest() < start.earliest() { start } else { end }
    }

    /// All records of a subject, in order.
    fn log<'a>(&self, agg: &Agg, parts: &[SourcePart], context: &Context<'a>) -> Vec<Logged<'a>> {
        let mut log = Vec::new();
        for part in parts {
            for at in self.read_records(part.kind) {
                let row = Subject::Record(part.kind, at);
                let start = self.moment(part.kind, at);
                let own = start.day();
                if !self.leads_in(part, &row, own, &context.row) {
                    continue;
                }
                let day = self.day_of(&row, part);
                let end = self.ending(&row);
                let mut seen = Context { row, day: own, ..context.clone() };
                seen.reading = Default::default();
                let kept = self.part_takes(part, &seen);
                if kept != Some(false) {
                    let is_loose = self.is_loose(agg, part, &seen);
                    log.push(Logged { row: seen, day, start, end, doubtful: kept.is_none(), is_loose });
                }
            }
        }
        let values = |entry: &Logged<'_>| -> Vec<V> {
            match &agg.op {
                AggOp::Count => Vec::new(),
                AggOp::Distinct(exprs) | AggOp::List(exprs) => exprs.iter().map(|e| self.eval(e, &entry.row)).collect(),
                AggOp::Average(e, weight) => {
                    std::iter::once(e).chain(weight).map(|e| self.eval(e, &entry.row)).collect()
                }
                AggOp::Sum(e)
                | AggOp::Min(e)
                | AggOp::Max(e)
                | AggOp::First(e)
                | AggOp::Last(e)
                | AggOp::Share(e)
                | AggOp::Quantile(e, _) => vec![self.eval(e, &entry.row)],
            }
        };
        log.sort_by(|a, b| {
            let place = |x: &Logged<'_>| {
                let row = &x.row.row;
                (self.order(row), self.key_order(row), row.kind(), x.end.order(), !x.doubtful)
            };
            let by_values = || {
                let (a, b) = (values(a), values(b));
                a.iter().zip(&b).map(|(a, b)| a.order(b)).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
            };
            place(a).cmp(&place(b)).then_with(by_values)
        });
        log
    }

    /// The records before a day that count, each with its day, and whether that is in doubt.
    pub fn thinned<'a>(
        &self,
        agg: &Agg,
        parts: &[SourcePart],
        thin: &Thin,
        end: Option<NaiveDate>,
        context: &Context<'a>,
    ) -> (Vec<(NaiveDate, Context<'a>)>, bool) {
        let log = self.log(agg, parts, context).into_iter().filter(|entry| end.is_none_or(|end| entry.day < end));
        let undone = self.is_undone(&agg.frame, end, parts, context);
        let log = log.map(|entry| Logged { doubtful: entry.doubtful || undone && entry.is_loose, ..entry });
        let (counted, in_doubt) = thin_out(log.collect(), thin);
        (counted.into_iter().map(|entry| (entry.day, entry.row)).collect(), in_doubt)
    }

    /// The obligations of a bound on the time between records.
    pub fn gaps_of(&self, id: RuleId, rule: &Rule, subject: &Subject) -> Result<Vec<Obligation>, String> {
        let Requirement::Gap(req) = &rule.requirement else { unreachable!("a gap rule") };
        let agg = &self.policy.aggs[req.agg];
        assert_eq!(agg.frame, AggFrame::Ever);
        let Source::Records(parts) = &agg.source else { unreachable!("gaps are between records") };
        let asking = Context {
            row: subject.clone(),
            day: self.spec.period.0,
            window: self.spec.period,
            doubts_open: false,
            future: false,
            own: None,
            reading: Default::default(),
        };
        let all = self.log(agg, parts, &asking);
        let unsure: Vec<NaiveDate> = all.iter().filter(|e| e.doubtful).map(|e| e.start.day()).collect();
        let (counted, doubt) = match &agg.thin {
            Some(thin) => thin_out(all, thin),
            None => (all.into_iter().filter(|e| !e.doubtful).collect(), false),
        };
        let doubt_after = counted.last().map(|e| e.start.day());
        let reference = self.reference();
        let firsts = parts.iter().filter_map(|p| self.spec.coverage.get(&p.kind)?.first().map(|c| c.0));
        let log_starts = firsts.max().unwrap_or(self.spec.period.0);
        let goes_on = counted.iter().any(|e| e.start.day() > reference);
        let mut found = Vec::new();
        let mut day = log_starts;
        while day <= reference {
            let stretch: Vec<NaiveDate> =
                (day.iter_days()).take_while(|d| *d <= reference && self.is_left(rule, subject, *d)).collect();
            let (Some(first), Some(last)) = (stretch.first().copied(), stretch.last().copied()) else {
                day = after(day);
                continue;
            };
            day = after(last);
            let inside: Vec<&Logged<'_>> =
                counted.iter().filter(|e| first <= e.start.day() && e.start.day() <= last).collect();
            for n in 0..=inside.len() {
                // The latest end among the records before.
                let from =
                    (inside[..n].iter().map(|e| e.end).reduce(|a, b| if b.latest() > a.latest() { b } else { a }))
                        .unwrap_or(Moment::Day(first));
                let next = inside.get(n).map(|e| e.start);
                let to = next.unwrap_or(Moment::Day(last));
                let (start, end) = (from.day().min(to.day()), to.day());
                if !self.in_period(end) {
                    continue;
                }
                let open = next.is_none() && last == reference;
                let case = |pending: bool| Case {
                    subject: subject.clone(),
                    window: (start, after(end)),
                    last: Some(end),
                    owner: end,
                    open: pending,
                    settled: true,
                    one_day: false,
                };
                let most = self.most(rule, &req.most, &case(false));
                let short = most.and_then(|most| at_most(from, to, most, req.unit));
                let listed = n > 0 && next.is_some();
                let begins = n == 0 && first == log_starts;
                let longer = most.is_some_and(|most| {
                    begins && self.began_before(rule, subject, (most, req.unit), first, to, &counted)
                });
                let truth = match short {
                    Some(false) => {
                        let doubts = unsure.iter().any(|d| start <= *d && *d <= end)
                            || (doubt && doubt_after.is_none_or(|d| end > d))
                            || parts.iter().any(|p| {
                                self.part_unknown(p) || !self.covered(p.kind, start, end.min(self.as_of_day()))
                            });
                        if doubts { None } else { Some(false) }
                    }
                    _ if listed => short,
                    _ if open && !goes_on => None,
                    _ if !open && longer => None,
                    _ => continue,
                };
                let pending = open && most.is_some() && short != Some(false);
                let limit = most.map(|most| match req.unit {
                    TermUnit::Hours | TermUnit::Minutes => match from {
                        Moment::At(at) => Moment::At(at + length(most, req.unit)),
                        Moment::Day(_) => Moment::Day((from.latest() + length(most, req.unit)).date()),
                    },
                    unit => Moment::Day(shift(from.day(), i64::from(most), unit)),
                });
                let limit = limit.filter(|_| open || !longer || short == Some(false));
                let part = Part { truth, measured: vec![show_moment(next)], required: vec![show_moment(limit)] };
                found.extend(self.judge_with(id, rule, case(pending), Some(part))?);
            }
        }
        Ok(found)
    }
}

impl Run<'_> {
    /// How long a gap may be, read with it as window.
    fn most(&self, rule: &Rule, most: &wangge::model::Expr, case: &Case) -> Option<u32> {
        let plain = || Context {
            row: case.subject.clone(),
            day: case.window.0,
            window: case.window,
            doubts_open: false,
            future: false,
            own: None,
            reading: Default::default(),
        };
        let context = self.rule_context(rule, case).unwrap_or_else(plain);
        let n = super::world::whole(&self.eval(most, &context))?;
        u32::try_from(n).ok().filter(|n| *n <= 100_000)
    }

    /// Whether a gap that is seen from the first day of the log may have begun before it, so long ago that it is too long.
    fn began_before(
        &self,
        rule: &Rule,
        subject: &Subject,
        most: (u32, TermUnit),
        log_starts: NaiveDate,
        to: Moment,
        counted: &[Logged<'_>],
    ) -> bool {
        let mut first = None;
        let mut day = before(log_starts);
        while self.is_left(rule, subject, day) {
            first = Some(day);
            // A gap from here is too long, and no record started before: it need not be asked how much longer it may be.
            if is_too_long_already(day, log_starts, most) && counted.iter().all(|e| e.start.day() >= day) {
                break;
            }
            day = before(day);
        }
        let Some(first) = first else { return false };
        let earlier = counted.iter().filter(|e| first <= e.start.day() && e.start.day() < log_starts).map(|e| e.end);
        let from = earlier.reduce(|a, b| if b.latest() > a.latest() { b } else { a }).unwrap_or(Moment::Day(first));
        at_most(from, to, most.0, most.1) != Some(true)
    }
}

/// Whether a gap from a day to the start of the log is too long already.
fn is_too_long_already(day: NaiveDate, log_starts: NaiveDate, (count, unit): (u32, TermUnit)) -> bool {
    at_most(Moment::Day(day), Moment::Day(log_starts), count, unit) == Some(false)
}

/// The records that count, from the first on, and whether it is in doubt which do.
fn thin_out<'l>(log: Vec<Logged<'l>>, thin: &Thin) -> (Vec<Logged<'l>>, bool) {
    let mut counted: Vec<Logged<'l>> = Vec::new();
    for entry in log {
        if entry.doubtful {
            return (counted, true);
        }
        let counts = match counted.last() {
            None => Some(true),
            Some(last) if thin.alternating && last.row.row.kind() == entry.row.row.kind() => Some(false),
            Some(last) => thin.spacing.map_or(Some(true), |spacing| apart(last.end, entry.start, spacing)),
        };
        match counts {
            Some(true) => counted.push(entry),
            Some(false) => {}
            None => return (counted, true),
        }
    }
    (counted, false)
}

fn length(count: u32, unit: TermUnit) -> TimeDelta {
    if unit == TermUnit::Hours { TimeDelta::hours(count.into()) } else { TimeDelta::minutes(count.into()) }
}

/// Whether a record starts far enough from the end of another.
fn apart(end: Moment, start: Moment, Spacing { count, unit, inclusive }: Spacing) -> Truth {
    match unit {
        TermUnit::Hours | TermUnit::Minutes => {
            let wanted = length(count, unit);
            let enough = |time: TimeDelta| if inclusive { time >= wanted } else { time > wanted };
            let (least, most) = (start.earliest() - end.latest(), start.latest() - end.earliest());
            if enough(least) == enough(most) { Some(enough(least)) } else { None }
        }
        _ => {
            let day = shift(end.day(), i64::from(count), unit);
            Some(if inclusive { start.day() >= day } else { start.day() > day })
        }
    }
}

/// Whether a moment lies at most so much after another.
fn at_most(from: Moment, to: Moment, count: u32, unit: TermUnit) -> Truth {
    apart(from, to, Spacing { count, unit, inclusive: false }).map(|apart| !apart)
}
