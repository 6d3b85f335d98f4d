//! Expressions (section 3) and tallies (section 6).

use chrono::{Datelike, NaiveDate, TimeDelta};
use num_bigint::BigInt;
use num_traits::{Signed, Zero};
use wangge::model::{
    Acting, ArithOp, AssessmentId, CompareOp, Counts, DatePart, Expr, FieldId, Link, Outcome, ResultField, RowsOn,
    RuleId, Tally, TallyKind, TermUnit, TextOp, UnknownCounts, Value, ZeroDivisor,
};

use super::time::{Span, before, date, months_between, shift};
use super::value::{Moment, Num, Range, Truth, V, all, any, int, not, num, round};
use super::world::{Subject, whole};
use super::{Run, time};

/// What an expression is about.
#[derive(Clone)]
pub struct Context<'a> {
    pub row: Subject,
    /// Attributes are read on this day.
    pub day: NaiveDate,
    pub window: Span,
    /// The window itself may be open (not that of states and events).
    pub doubts_open: bool,
    /// Dates of records after as-of are read as they stand.
    pub future: bool,
    /// Inside an assessment: what it has decided so far.
    pub own: Option<&'a Own>,
    /// What a rule says of the days on which it reads.
    pub reading: Reading,
}

/// On which days a rule reads attributes and counts rows, and what is left of its window.
#[derive(Clone, Default)]
pub struct Reading {
    /// Attributes are read on the context's day, also those of a record that is the subject.
    pub pinned: bool,
    pub rows: RowsOn,
    /// Results are read in another period: those that count only what is found are not known.
    pub elsewhere: bool,
    /// The row is one of an aggregate, or one that a path leads to: a record's result is that of another period.
    pub aside: bool,
    /// Rows are counted on this day, whatever `rows` says: one day of a mean.
    pub rows_day: Option<NaiveDate>,
    /// Only what has been by as-of is asked: a range that reaches past it is not in doubt for that.
    pub been: bool,
    /// What is empty is read as what may still be filled in.
    pub fillable: bool,
    /// Days left, days of the window, and how what is cut is rounded.
    pub cut: Option<(usize, usize, Option<wangge::model::Rounding>)>,
    /// The points of a counter that stand when a window ends.
    pub standing: Option<Num>,
}

/// What an assessment has decided so far for a subject and period.
#[derive(Debug, Clone)]
pub struct Own {
    pub assessment: AssessmentId,
    pub unknown: UnknownCounts,
    pub points: Option<Num>,
    pub grade: Option<u32>,
    pub vetoed: Option<bool>,
    /// Its lines so far.
    pub lines: super::lines::Lines,
}

impl Run<'_> {
    pub fn truth(&self, expr: &Expr, context: &Context<'_>) -> Truth {
        self.eval(expr, context).truth()
    }

    pub fn range(&self, expr: &Expr, context: &Context<'_>) -> Range {
        self.eval(expr, context).range()
    }

    pub fn eval(&self, expr: &Expr, context: &Context<'_>) -> V {
        let ranges = |parts: &[Expr]| parts.iter().map(|e| self.range(e, context)).collect::<Vec<Range>>();
        match expr {
            Expr::Const(value, _) => constant(value),
            Expr::Param(id) => self.policy.params[*id].value.as_ref().map_or(V::Unknown, constant),
            Expr::Field(path) if context.reading.pinned => self.read_on(&context.row, path, context.day, false),
            Expr::Field(path) => self.read(&context.row, path, context.day, context.future),
            Expr::Key => V::Text(self.key(&context.row)),
            Expr::Measure(id) => self.eval(&self.policy.measures[*id].expr, context),
            Expr::Through(path, id) => match self.reached(path, context) {
                Some(there) => self.eval(&self.policy.measures[*id].expr, &there),
                None => V::Unknown,
            },
            Expr::Agg(id) => self.aggregate(&self.policy.aggs[*id], context),
            Expr::Cover(cover) => self.cover(cover, context),
            Expr::Tally(tally) => self.tally(tally, context),
            Expr::Result(id, field) => self.result(*id, *field, context),
            Expr::ResultVia(path, id, field) => match self.reached(path, context) {
                Some(there) => self.result(*id, *field, &there),
                None => V::Unknown,
            },
            Expr::Counter(id, field) => self.counter_value(*id, *field, context),
            Expr::Periods(agg) => self.over_periods(agg, context),
            Expr::InPeriod(one) => self.value_in_period(one, context).0,
            Expr::Line(wangge::model::LineValue::Standing) => {
                context.reading.standing.clone().map_or(V::Unknown, V::number)
            }
            Expr::Line(value) => context.own.map_or(V::Unknown, |own| own.lines.value(*value)),
            Expr::AsOf => V::Moment(Moment::Day(self.as_of_day())),
            Expr::WindowStart => V::Moment(Moment::Day(context.window.0)),
            Expr::WindowEnd => V::Moment(Moment::Day(before(context.window.1))),
            Expr::Arith(op, a, b) => {
                let (a, b) = (self.range(a, context), self.range(b, context));
                V::Num(match op {
                    ArithOp::Add => a.add(&b),
                    ArithOp::Sub => a.sub(&b),
                    ArithOp::Mul => a.mul(&b),
                })
            }
            Expr::Div(a, b, zero) => {
                let (a, b) = (self.range(a, context), self.range(b, context));
                V::Num(match (b.exact(), zero) {
                    (Some(b), ZeroDivisor::Is(choice)) if b.is_zero() => Range::exactly(num(*choice)),
                    (Some(b), _) if !b.is_zero() => a.scale(&(int(1) / b)),
                    _ => Range::ANY,
                })
            }
            Expr::Shift { from, amount, unit, calendar } => {
                let (from, amount) = (self.eval(from, context).moment(), whole(&self.eval(amount, context)));
                let moved = from.zip(amount).and_then(|(from, n)| match calendar {
                    Some(id) => self.workdays_from(*id, from.day(), n).map(Moment::Day),
                    None => shifted(from, n, *unit, self.policy.timezone),
                });
                moved.map_or(V::Unknown, V::Moment)
            }
            Expr::Between(a, b, unit) => self.units(a, b, context, &|a, b| between(a, b, *unit, self.policy.timezone)),
            Expr::Worked { from, to, by } => self.units(from, to, context, &|a, b| self.worked(a, b, by)),
            Expr::Min(parts) => V::Num(Range::min(&ranges(parts))),
            Expr::Max(parts) => V::Num(Range::max(&ranges(parts))),
            Expr::Abs(a) => V::Num(self.range(a, context).map_exact(|n| n.abs())),
            Expr::Floor(a) => V::Num(self.range(a, context).map_sides(|n| n.floor())),
            Expr::Ceil(a) => V::Num(self.range(a, context).map_sides(|n| n.ceil())),
            Expr::Round(a, multiple, how) => {
                let multiple = num(*multiple);
                V::Num(self.range(a, context).map_sides(|n| round(&(n / &multiple), 0, *how) * &multiple))
            }
            Expr::AtTime(a, clock) => self.eval(a, context).moment().map_or(V::Unknown, |m| {
                V::Moment(Moment::At(super::time::midnight(m.day()) + super::time::minutes(*clock)))
            }),
            Expr::DatePart(part, a) => match self.eval(a, context).moment() {
                Some(moment) => V::number(int(part_of(*part, moment.day()))),
                None => V::Unknown,
            },
            Expr::Cases(rows, otherwise) => {
                let mut possible = Vec::new();
                let mut decided = false;
                for (test, value) in rows.iter().filter(|(test, _)| self.truth(test, context) != Some(false)) {
                    possible.push(self.eval(value, context));
                    decided = self.truth(test, context) == Some(true);
                    if decided {
                        break;
                    }
                }
                if !decided {
                    possible.push(otherwise.as_ref().map_or(V::Unknown, |value| self.eval(value, context)));
                }
                V::one_of(&possible)
            }
            Expr::OrElse(a, b) => match self.eval(a, context) {
                known if known.is_known() => known,
                unknown if self.may_fill(a, context) || self.in_doubt(a, context) => unknown,
                _ => self.eval(b, context),
            },
            Expr::Compare(op, a, b) => V::from_truth(self.eval(a, context).compare(*op, &self.eval(b, context))),
            Expr::Acts { doer, named, kind, instead } => {
                let (V::Text(doer), V::Text(named)) = (self.eval(doer, context), self.eval(named, context)) else {
                    return V::Unknown;
                };
                let day = match &context.row {
                    Subject::Record(kind, at) if !context.reading.pinned => self.moment(*kind, *at).day(),
                    _ => context.day,
                };
                let acting = if *instead { Acting::StandInInstead } else { Acting::OrStandIn };
                let (doer, named) = (Subject::Key(*kind, doer), Subject::Key(*kind, named));
                self.counts_for(&doer, &named, acting, day).map_or(V::Unknown, V::Bool)
            }
            Expr::OneOf(a, values) => {
                let a = self.eval(a, context);
                V::from_truth(any(values.iter().map(|v| a.compare(CompareOp::Eq, &constant(v)))))
            }
            Expr::HasAny(a, codes) => match self.eval(a, context) {
                V::Codes(set) => V::Bool(codes.iter().any(|c| set >> c & 1 == 1)),
                _ => V::Unknown,
            },
            Expr::HasAll(a, codes) => match self.eval(a, context) {
                V::Codes(set) => V::Bool(codes.iter().all(|c| set >> c & 1 == 1)),
                _ => V::Unknown,
            },
            Expr::Text(op, a, text) => match self.eval(a, context) {
                V::Text(a) => V::Bool(match op {
                    TextOp::StartsWith => a.starts_with(text.as_str()),
                    TextOp::EndsWith => a.ends_with(text.as_str()),
                    TextOp::Contains => a.contains(text.as_str()),
                }),
                _ => V::Unknown,
            },
            Expr::InHours(a, hours) => match self.eval(a, context).moment() {
                Some(moment) => V::from_truth(self.in_hours(moment, hours)),
                None => V::Unknown,
            },
            Expr::Known(a) if self.may_fill(a, context) && !self.eval(a, context).is_known() => V::Unknown,
            Expr::Known(a)
                if self.runs_on(context) && !self.eval(a, context).is_known() && self.in_doubt(a, context) =>
            {
                V::Unknown
            }
            Expr::Known(a) => V::Bool(self.eval(a, context).is_known()),
            Expr::And(parts) => V::from_truth(all(parts.iter().map(|e| self.truth(e, context)))),
            Expr::Or(parts) => V::from_truth(any(parts.iter().map(|e| self.truth(e, context)))),
            Expr::Not(a) => V::from_truth(not(self.truth(a, context))),
            Expr::IsTrue(a) if self.may_fill(a, context) => V::from_truth(self.truth(a, context)),
            Expr::IsTrue(a) => V::Bool(self.truth(a, context) == Some(true)),
        }
    }

    /// Whether the context's window is not over at as-of.
    fn runs_on(&self, context: &Context<'_>) -> bool {
        context.doubts_open && !context.reading.been && !self.has_passed(context.window.1, 0)
    }

    /// Units from one moment to another; to a day of the row that is empty and may still come, at least those to as-of.
    fn units(&self, from: &Expr, to: &Expr, context: &Context<'_>, count: &dyn Fn(Moment, Moment) -> Option<i64>) -> V {
        let (from, end) = (self.eval(from, context).moment(), self.eval(to, context).moment());
        let own_day = match to {
            Expr::OrElse(own, other) => **other == Expr::AsOf && matches!(&**own, Expr::Field(path) if path.len() == 1),
            _ => false,
        };
        let ahead = end.is_none() && own_day && self.may_fill(to, context);
        let end = if ahead { Some(Moment::Day(self.as_of_day())) } else { end };
        match from.zip(end).and_then(|(from, end)| count(from, end)) {
            Some(n) => V::Num(Range { lo: Some(int(n)), hi: (!ahead).then(|| int(n)) }),
            None => V::Unknown,
        }
    }

    /// The context of the row that references lead to.
    fn reached<'a>(&self, path: &[FieldId], context: &Context<'a>) -> Option<Context<'a>> {
        let day = match &context.row {
            Subject::Record(kind, at) if !context.reading.pinned => self.moment(*kind, *at).day(),
            _ => context.day,
        };
        let mut there = Context { row: self.follow(&context.row, path, day)?, day, ..context.clone() };
        there.reading.pinned = false;
        there.reading.aside = true;
        there.own = None;
        Some(there)
    }

    /// Whether a value is unknown for want of data, not because nothing is there.
    pub fn in_doubt(&self, expr: &Expr, context: &Context<'_>) -> bool {
        match expr {
            Expr::Agg(id) => self.aggregate_in_doubt(&self.policy.aggs[*id], context),
            Expr::Cover(cover) => self.cover_in_doubt(cover, context),
            Expr::Measure(id) => self.in_doubt(&self.policy.measures[*id].expr, context),
            Expr::Through(path, id) => {
                let there = self.reached(path, context);
                there.is_some_and(|there| self.in_doubt(&self.policy.measures[*id].expr, &there))
            }
            Expr::Param(id) => self.policy.params[*id].value.is_none(),
            Expr::Periods(agg) => self.periods_in_doubt(agg, context),
            Expr::InPeriod(one) => self.value_in_period(one, context).1,
            Expr::Counter(..) => true,
            Expr::Result(id, field) => self.result_in_doubt(*id, *field, context),
            Expr::ResultVia(path, id, field) => {
                self.reached(path, context).is_some_and(|there| self.result_in_doubt(*id, *field, &there))
            }
            Expr::Tally(tally) => {
                tally.what == TallyKind::DueDay && self.dues(tally, context).contains(&None)
                    || tally.what != TallyKind::DueDay
                        && tally.rules.iter().any(|(rule, link)| self.count_rule(*rule, link, context).unknown > 0)
            }
            other => other.children().into_iter().any(|child| self.in_doubt(child, context)),
        }
    }

    /// In doubt by what is read beside results.
    pub fn found_in_doubt(&self, expr: &Expr, context: &Context<'_>) -> bool {
        match expr {
            Expr::Result(..) | Expr::ResultVia(..) | Expr::Periods(_) | Expr::InPeriod(_) => false,
            read if read.children().is_empty() || matches!(read, Expr::Agg(_) | Expr::Cover(_) | Expr::Measure(_)) => {
                self.in_doubt(read, context)
            }
            other => other.children().into_iter().any(|child| self.found_in_doubt(child, context)),
        }
    }

    /// A result of this assessment so far, or of an earlier one for the same subject and period.
    fn result(&self, id: AssessmentId, field: ResultField, context: &Context<'_>) -> V {
        let (points, grade, vetoed, rank) = match context.own {
            Some(own) if own.assessment == id => (own.points.clone(), own.grade, own.vetoed, None),
            _ => {
                match self.made(id, context) {
                    // What counts only what is found may come out otherwise: nobody reads it in another period.
                    Some(score) if score.found_only && self.elsewhere(id, context) => {
                        (None, None, Some(score.vetoed), None)
                    }
                    Some(score) => (score.points.clone(), score.grade, Some(score.vetoed), score.rank),
                    None => (None, None, None, None),
                }
            }
        };
        match field {
            _ if self.result_in_doubt(id, field, context) => V::Unknown,
            ResultField::Points => points.map_or(V::Unknown, V::number),
            ResultField::Grade => grade.map_or(V::Unknown, V::Code),
            ResultField::Rank => rank.map_or(V::Unknown, |r| V::number(int(i64::try_from(r).expect("few")))),
            ResultField::Vetoed => V::from_truth(vetoed),
        }
    }

    /// Whether a result that was made is not known for want of data.
    fn result_in_doubt(&self, id: AssessmentId, field: ResultField, context: &Context<'_>) -> bool {
        if context.own.is_some_and(|own| own.assessment == id) {
            return false;
        }
        let Some(score) = self.made(id, context) else { return self.lies_beyond(id, context) };
        match field {
            ResultField::Points | ResultField::Rank | ResultField::Grade
                if score.found_only && self.elsewhere(id, context) =>
            {
                true
            }
            ResultField::Points => score.in_doubt.0,
            ResultField::Rank => score.in_doubt.0 || score.rank_in_doubt,
            ResultField::Grade => score.in_doubt.1,
            ResultField::Vetoed => score.veto_in_doubt,
        }
    }

    /// The result of the context's row: in its window, or, of an assessment of records, whatever the window.
    fn made(&self, id: AssessmentId, context: &Context<'_>) -> Option<&super::Scored> {
        let of_records = self.policy.assessments[id].every.is_none();
        let mut own = self.scored.iter().filter(|s| s.assessment == id && s.subject == context.row);
        own.find(|s| of_records || s.period == context.window)
    }

    fn elsewhere(&self, id: AssessmentId, context: &Context<'_>) -> bool {
        context.reading.elsewhere || (context.reading.aside && self.policy.assessments[id].every.is_none())
    }

    /// Whether a record might have a result, were its day in the run's period.
    fn lies_beyond(&self, id: AssessmentId, context: &Context<'_>) -> bool {
        let (a, Subject::Record(kind, at)) = (&self.policy.assessments[id], &context.row) else { return false };
        let day = self.moment(*kind, *at).day();
        let outside = day < self.spec.period.0 || day >= self.spec.period.1;
        let there = Context { day, window: (day, time::after(day)), doubts_open: false, own: None, ..context.clone() };
        outside
            && self.both_in_force(&a.in_force, day)
            && a.scope.as_ref().is_none_or(|scope| self.truth(scope, &there) != Some(false))
    }

    /// Obligations of a rule that count for the context's row in its period.
    pub fn count_rule(&self, rule: RuleId, link: &Link, context: &Context<'_>) -> Counts {
        let mut counts = Counts::default();
        let of_event = context.own.is_some_and(|own| self.policy.assessments[own.assessment].every.is_none());
        for o in &self.obligations[&rule] {
            let inside = context.window.0 <= o.owner && o.owner < context.window.1;
            let belongs = of_event || (inside && !o.beyond);
            if belongs && self.leads(&o.subject, link, o.start, &context.row) {
                counts.add(if o.ended { o.finding.outcome } else { Outcome::Pending });
            }
        }
        counts
    }

    /// The most obligations in a row, or those up to the last one, of any one subject of any of the rules.
    fn run_of(&self, tally: &Tally, met: bool, longest: bool, context: &Context<'_>) -> V {
        let of_event = context.own.is_some_and(|own| self.policy.assessments[own.assessment].every.is_none());
        let unknown_is_unmet = context.own.is_some_and(|own| own.unknown == UnknownCounts::Unmet);
        let (mut least, mut most) = (0, 0);
        for (rule, link) in &tally.rules {
            let mut rows: Vec<(String, NaiveDate, NaiveDate, Outcome)> = Vec::new();
            for o in &self.obligations[rule] {
                let inside = context.window.0 <= o.owner && o.owner < context.window.1;
                let belongs = of_event || (inside && !o.beyond);
                let counts = !matches!(o.finding.outcome, Outcome::Pending | Outcome::Excused);
                if belongs && o.ended && counts && self.leads(&o.subject, link, o.start, &context.row) {
                    rows.push((self.key(&o.subject), o.start, o.owner, o.finding.outcome));
                }
            }
            rows.sort_by(|a, b| (&a.0, a.1, a.2).cmp(&(&b.0, b.1, b.2)));
            let keys: std::collections::BTreeSet<String> = rows.iter().map(|r| r.0.clone()).collect();
            for key in keys {
                for (sure, best) in [(true, &mut least), (false, &mut most)] {
                    let mut current = 0;
                    for row in rows.iter().filter(|r| r.0 == key) {
                        let holds = match row.3 {
                            Outcome::Met => met,
                            Outcome::Unmet => !met,
                            _ if unknown_is_unmet => !met,
                            _ => !sure,
                        };
                        current = if holds { current + 1 } else { 0 };
                        *best = if longest { (*best).max(current) } else { *best };
                    }
                    *best = (*best).max(current);
                }
            }
        }
        V::Num(Range { lo: Some(int(least)), hi: Some(int(most)) })
    }

    /// When the terms of the context's row are due; `None` for one that is not known.
    fn dues(&self, tally: &Tally, context: &Context<'_>) -> Vec<Option<Moment>> {
        if context.own.is_none() {
            let found = tally.rules.iter().map(|(rule, _)| self.due_of(*rule, &context.row));
            return found.filter_map(|due| due.map_or(Some(None), |due| due.map(Some))).collect();
        }
        let of_event = context.own.is_some_and(|own| self.policy.assessments[own.assessment].every.is_none());
        let mut dues = Vec::new();
        for (rule, link) in &tally.rules {
            for o in &self.obligations[rule] {
                let belongs = of_event || (context.window.0 <= o.owner && o.owner < context.window.1);
                if belongs && self.leads(&o.subject, link, o.start, &context.row) {
                    match o.finding.outcome {
                        // Without a start nothing is due by a day.
                        Outcome::Excused => {}
                        _ if !o.has_term => {}
                        Outcome::Met | Outcome::Unmet => dues.push(o.due),
                        Outcome::Pending | Outcome::Unknown => dues.push(None),
                    }
                }
            }
        }
        dues
    }

    fn tally(&self, tally: &Tally, context: &Context<'_>) -> V {
        let unmet_too = context.own.is_some_and(|own| own.unknown == UnknownCounts::Unmet);
        let base = |c: &Counts| c.met + c.unmet + if unmet_too { c.unknown } else { 0 };
        let share = |c: &Counts| (base(c) > 0).then(|| Num::new(BigInt::from(c.met), BigInt::from(base(c))));
        let each: Vec<Counts> = tally.rules.iter().map(|(rule, link)| self.count_rule(*rule, link, context)).collect();
        let mut sum = Counts::default();
        each.iter().for_each(|c| sum.merge(*c));
        let count = |n: u64| V::number(Num::from_integer(BigInt::from(n)));
        match tally.what {
            TallyKind::Share => share(&sum).map_or(V::Unknown, V::number),
            TallyKind::MeanShare => {
                let shares: Vec<Num> = each.iter().filter_map(share).collect();
                let count = int(i64::try_from(shares.len()).expect("few"));
                if shares.is_empty() { V::Unknown } else { V::number(shares.into_iter().sum::<Num>() / count) }
            }
            TallyKind::Met => count(sum.met),
            TallyKind::Unmet => count(sum.unmet),
            TallyKind::Due => count(sum.due()),
            TallyKind::Unknown => count(sum.unknown),
            TallyKind::Excused => count(sum.excused),
            TallyKind::Pending => count(sum.pending),
            TallyKind::DueDay => {
                let dues: Option<Vec<Moment>> = self.dues(tally, context).into_iter().collect();
                let latest = dues.and_then(|dues| dues.into_iter().max_by_key(|due| due.latest()));
                latest.map_or(V::Unknown, V::Moment)
            }
            TallyKind::LongestRun { met } => self.run_of(tally, met, true, context),
            TallyKind::CurrentRun { met } => self.run_of(tally, met, false, context),
        }
    }
}

fn constant(value: &Value) -> V {
    match value {
        Value::Number(n) => V::number(num(*n)),
        Value::Text(text) => V::Text(text.clone()),
        Value::Bool(b) => V::Bool(*b),
        Value::Day(day) => V::Moment(Moment::Day(date(*day))),
        Value::At(at) => V::Moment(Moment::At(time::at(*at))),
        Value::Code(at) => V::Code(*at),
        Value::Every(_) => V::Unknown,
    }
}

/// A moment moved; hours and minutes need an instant.
fn shifted(from: Moment, amount: i64, unit: TermUnit, zone: chrono_tz::Tz) -> Option<Moment> {
    let passed = |at, length| Some(Moment::At(time::civil(time::real(at, zone) + length, zone)));
    match (unit, from) {
        (TermUnit::Hours, Moment::At(at)) => passed(at, TimeDelta::hours(amount)),
        (TermUnit::Minutes, Moment::At(at)) => passed(at, TimeDelta::minutes(amount)),
        (TermUnit::Hours | TermUnit::Minutes, Moment::Day(_)) => None,
        _ => Some(Moment::Day(shift(from.day(), amount, unit))),
    }
}

/// Whole units from one moment to another, toward zero.
fn between(from: Moment, to: Moment, unit: TermUnit, zone: chrono_tz::Tz) -> Option<i64> {
    let passed = |a, b| (time::real(b, zone) - time::real(a, zone)).num_microseconds();
    let days = (to.day() - from.day()).num_days();
    match (unit, from, to) {
        (TermUnit::Days, ..) => Some(days),
        (TermUnit::Weeks, ..) => Some(days / 7),
        (TermUnit::Months, ..) => Some(months_between(from.day(), to.day())),
        (TermUnit::Years, ..) => Some(months_between(from.day(), to.day()) / 12),
        (TermUnit::Hours, Moment::At(a), Moment::At(b)) => Some(passed(a, b)? / 3_600_000_000),
        (TermUnit::Minutes, Moment::At(a), Moment::At(b)) => Some(passed(a, b)? / 60_000_000),
        (TermUnit::Hours | TermUnit::Minutes | TermUnit::Workdays, ..) => None,
    }
}

fn part_of(part: DatePart, day: NaiveDate) -> i64 {
    match part {
        DatePart::Year => i64::from(day.year()),
        DatePart::Quarter => i64::from((day.month() - 1) / 3 + 1),
        DatePart::Month => i64::from(day.month()),
        DatePart::Weekday => i64::from(day.weekday().number_from_monday()),
        DatePart::Day => i64::from(day.day()),
    }
}
