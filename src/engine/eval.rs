//! Evaluates expressions of the model over a context. One function for records, subjects and rows.

use super::value::{Range, Tri, V, between, compare, moved, window_day};
use crate::model::calendar::WorkCalendar;
use crate::model::hours::day_start;
use crate::model::{
    AggId, ArithOp, AssessmentId, CalendarId, CounterField, CounterId, Cover, DatePart, Expr, FieldId, InPeriod,
    KindId, LineValue, MeasureId, Moment, Overflow, ParamId, PeriodAgg, Ratio, ResultField, Tally, TermUnit, TextOp,
    Window, WorkTime, ZeroDivisor,
};

/// What an expression may ask its surroundings. What a context does not have is unknown.
pub trait Context<'a> {
    /// A field of the row, or one reached through references.
    fn field(&self, path: &[FieldId]) -> V<'a>;
    /// Key of the row.
    fn key(&self) -> V<'a>;
    /// A parameter.
    fn param(&self, id: ParamId) -> V<'a>;
    /// The days of a calendar.
    fn calendar(&self, _id: CalendarId) -> Option<&'a WorkCalendar> {
        None
    }
    /// The day of as-of.
    fn as_of(&self) -> V<'a> {
        V::Unknown
    }
    /// The time zone of the policy.
    fn zone(&self) -> chrono_tz::Tz;
    /// Whether a value that is not known is read as one that may still come to be known, because something empty is
    /// filled in.
    fn may_fill(&self, _expr: &Expr) -> bool {
        false
    }
    /// Whether the window still runs at as-of, so that what is in doubt may come to be known.
    fn runs_on(&self) -> bool {
        false
    }
    /// The window.
    fn window(&self) -> Option<Window> {
        None
    }
    /// A named measure.
    fn measure(&self, _id: MeasureId) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// What a named measure is written as.
    fn measure_expr(&self, _id: MeasureId) -> Option<&'a Expr> {
        None
    }
    /// An aggregate.
    fn agg(&self, _id: AggId) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// Time that records cover.
    fn cover(&self, _cover: &Cover) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// Whether it is not known because of what the sources do not show.
    fn cover_in_doubt(&self, _cover: &Cover) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// A tally of obligations.
    fn tally(&self, _tally: &Tally) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// Whether a subject acts for another of its kind on the day on which the row is read, itself or by standing in.
    fn acts(&self, _kind: KindId, _doer: &str, _named: &str, _instead: bool) -> Tri {
        Tri::Unknown
    }
    /// A line of the assessment under way.
    fn line(&self, _line: LineValue) -> V<'a> {
        V::Unknown
    }
    /// Whether an aggregate is not known because of what the sources do not show.
    fn agg_in_doubt(&self, _id: AggId) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// The same of a named measure.
    fn measure_in_doubt(&self, _id: MeasureId) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// The same of a tally.
    fn tally_in_doubt(&self, _tally: &Tally) -> bool {
        false
    }
    /// The same of a value over the periods of an assessment.
    fn periods_in_doubt(&self, _agg: &'a PeriodAgg) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// The same of a value in one other period.
    fn in_period_in_doubt(&self, _one: &'a InPeriod) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// The same of a result of an assessment.
    fn result_in_doubt(&self, _id: AssessmentId, _field: ResultField) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// A result of an assessment.
    fn result(&self, _id: AssessmentId, _field: ResultField) -> V<'a> {
        V::Unknown
    }
    /// The same of the row that references lead to.
    fn result_via(&self, _path: &[FieldId], _id: AssessmentId, _field: ResultField) -> V<'a> {
        V::Unknown
    }
    /// Whether it is in doubt there.
    fn result_via_in_doubt(&self, _path: &[FieldId], _id: AssessmentId, _field: ResultField) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// A measure of the row that references lead to.
    fn through(&self, _path: &[FieldId], _id: MeasureId) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// Whether it is in doubt there.
    fn through_in_doubt(&self, _path: &[FieldId], _id: MeasureId) -> Result<bool, Overflow> {
        Ok(false)
    }
    /// A value of a counter.
    fn counter(&self, _id: CounterId, _field: CounterField) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// A value over the periods of an assessment.
    fn periods(&self, _agg: &'a PeriodAgg) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
    /// A value in another period of an assessment.
    fn in_period(&self, _one: &'a InPeriod) -> Result<V<'a>, Overflow> {
        Ok(V::Unknown)
    }
}

/// The value of an expression.
pub fn eval<'a, C: Context<'a>>(expr: &'a Expr, cx: &C) -> Result<V<'a>, Overflow> {
    Ok(match expr {
        Expr::Const(value, _) => V::constant(value),
        Expr::Param(id) => cx.param(*id),
        Expr::Field(path) => cx.field(path),
        Expr::Key => cx.key(),
        Expr::Measure(id) => cx.measure(*id)?,
        Expr::Through(path, id) => cx.through(path, *id)?,
        Expr::Agg(id) => cx.agg(*id)?,
        Expr::Cover(cover) => cx.cover(cover)?,
        Expr::Tally(tally) => cx.tally(tally)?,
        Expr::Result(id, field) => cx.result(*id, *field),
        Expr::ResultVia(path, id, field) => cx.result_via(path, *id, *field),
        Expr::Counter(id, field) => cx.counter(*id, *field)?,
        Expr::Periods(agg) => cx.periods(agg)?,
        Expr::InPeriod(one) => cx.in_period(one)?,
        Expr::Line(line) => cx.line(*line),
        Expr::AsOf => cx.as_of(),
        Expr::WindowStart => window_day(cx.window(), true),
        Expr::WindowEnd => window_day(cx.window(), false),
        Expr::Arith(op, a, b) => {
            let (a, b) = (eval(a, cx)?.range(), eval(b, cx)?.range());
            V::Num(match op {
                ArithOp::Add => a.add(b)?,
                ArithOp::Sub => a.add(b.neg()?)?,
                ArithOp::Mul => a.mul(b)?,
            })
        }
        Expr::Div(a, b, zero) => divide(eval(a, cx)?.range(), eval(b, cx)?.range(), zero)?,
        Expr::Shift { from, amount, unit, calendar } => {
            let whole = eval(amount, cx)?.value().filter(|n| n.is_int()).and_then(|n| i32::try_from(n.num()).ok());
            let calendar = calendar.and_then(|id| cx.calendar(id));
            let moved = eval(from, cx)?.moment().zip(whole).and_then(|(from, n)| match calendar {
                Some(calendar) => workdays(calendar, from, n),
                None => moved(from, n, *unit, cx.zone()),
            });
            moved.map_or(V::Unknown, V::Moment)
        }
        Expr::Between(from, to, unit) => {
            let (from, until) = (eval(from, cx)?.moment(), until(to, cx)?);
            until.count(from, |from, to| between(from, to, *unit, cx.zone()))
        }
        Expr::Worked { from, to, by } => {
            let (from, until) = (eval(from, cx)?.moment(), until(to, cx)?);
            until.count(from, |from, to| worked(from, to, by, cx))
        }
        Expr::Min(items) => fold(items, cx, Range::min)?,
        Expr::Max(items) => fold(items, cx, Range::max)?,
        Expr::Abs(a) => exactly(eval(a, cx)?, |n| if n < Ratio::ZERO { n.neg() } else { Ok(n) })?,
        Expr::Floor(a) => sides(eval(a, cx)?, |n| Ok(Ratio::int(n.floor())))?,
        Expr::Ceil(a) => sides(eval(a, cx)?, |n| Ok(Ratio::int(n.ceil())))?,
        Expr::Round(a, multiple, how) => sides(eval(a, cx)?, |n| n.round_to(*multiple, *how))?,
        Expr::DatePart(part, a) => date_part(*part, eval(a, cx)?),
        Expr::AtTime(a, minutes) => match eval(a, cx)?.moment() {
            Some(moment) => V::Moment(Moment::At(day_start(moment.day(), *minutes))),
            None => V::Unknown,
        },
        Expr::Cases(rows, otherwise) => cases(rows, otherwise.as_deref(), cx)?,
        Expr::OrElse(a, b) => {
            let first = eval(a, cx)?;
            if first.is_known() || cx.may_fill(a) || in_doubt(a, cx)? { first } else { eval(b, cx)? }
        }
        Expr::Compare(op, a, b) => V::Truth(compare(*op, eval(a, cx)?, eval(b, cx)?)),
        Expr::Acts { doer, named, kind, instead } => match (eval(doer, cx)?, eval(named, cx)?) {
            (V::Text(doer), V::Text(named)) => V::Truth(cx.acts(*kind, doer, named, *instead)),
            _ => V::Truth(Tri::Unknown),
        },
        Expr::OneOf(a, values) => {
            let a = eval(a, cx)?;
            let mut found = Tri::False;
            for value in values {
                found = found.or(compare(crate::model::CompareOp::Eq, a, V::constant(value)));
            }
            V::Truth(found)
        }
        Expr::HasAny(a, codes) => V::Truth(has(eval(a, cx)?, |set| codes.iter().any(|c| bit(set, *c)))),
        Expr::HasAll(a, codes) => V::Truth(has(eval(a, cx)?, |set| codes.iter().all(|c| bit(set, *c)))),
        Expr::Text(op, a, part) => V::Truth(match eval(a, cx)? {
            V::Text(text) => Tri::of(match op {
                TextOp::StartsWith => text.starts_with(part.as_str()),
                TextOp::EndsWith => text.ends_with(part.as_str()),
                TextOp::Contains => text.contains(part.as_str()),
            }),
            _ => Tri::Unknown,
        }),
        Expr::InHours(at, hours) => {
            let held = eval(at, cx)?.moment().and_then(|moment| {
                let runs = hours.run_on(moment.day(), hours.calendar.and_then(|id| cx.calendar(id)));
                hours.holds(moment, runs)
            });
            V::Truth(held.map_or(Tri::Unknown, Tri::of))
        }
        Expr::Known(a) => V::Truth(match eval(a, cx)?.is_known() {
            true => Tri::True,
            false if cx.may_fill(a) || cx.runs_on() && in_doubt(a, cx)? => Tri::Unknown,
            false => Tri::False,
        }),
        Expr::And(items) => {
            let mut all = Tri::True;
            for item in items {
                all = all.and(eval(item, cx)?.truth());
                if all == Tri::False {
                    break;
                }
            }
            V::Truth(all)
        }
        Expr::Or(items) => {
            let mut any = Tri::False;
            for item in items {
                any = any.or(eval(item, cx)?.truth());
                if any == Tri::True {
                    break;
                }
            }
            V::Truth(any)
        }
        Expr::Not(a) => V::Truth(eval(a, cx)?.truth().not()),
        Expr::IsTrue(a) => V::Truth(match eval(a, cx)?.truth() {
            Tri::Unknown if !cx.may_fill(a) => Tri::False,
            truth => truth,
        }),
    })
}

/// Up to when time is counted.
enum Until {
    /// A moment, if it is known.
    At(Option<Moment>),
    /// Not before this one.
    NotBefore(Moment),
}

impl Until {
    /// Whole units from a moment on.
    fn count<'a>(self, from: Option<Moment>, units: impl Fn(Moment, Moment) -> Option<i64>) -> V<'a> {
        let (to, is_least) = match self {
            Until::At(to) => (to, false),
            Until::NotBefore(to) => (Some(to), true),
        };
        let count = from.zip(to).and_then(|(from, to)| units(from, to)).map(|n| Ratio::int(i128::from(n)));
        V::Num(match count {
            Some(count) if is_least => Range::at_least(count),
            Some(count) => Range::exact(count),
            None => Range::ANY,
        })
    }
}

/// The end of a time that is counted. A day of the row that is empty has not come by as-of, which stands for it.
fn until<'a, C: Context<'a>>(to: &'a Expr, cx: &C) -> Result<Until, Overflow> {
    let at = eval(to, cx)?.moment();
    let stands_in = matches!(to, Expr::OrElse(own, other)
        if **other == Expr::AsOf && matches!(&**own, Expr::Field(path) if path.len() == 1));
    Ok(match cx.as_of().moment() {
        Some(as_of) if at.is_none() && stands_in && cx.may_fill(to) => Until::NotBefore(as_of),
        _ => Until::At(at),
    })
}

/// The first row that holds; where a condition is unknown before it, what the rows have in common that may hold.
fn cases<'a, C: Context<'a>>(rows: &'a [(Expr, Expr)], otherwise: Option<&'a Expr>, cx: &C) -> Result<V<'a>, Overflow> {
    let mut joined: Option<V<'a>> = None;
    for (test, value) in rows {
        let holds = eval(test, cx)?.truth();
        if holds == Tri::False {
            continue;
        }
        let value = eval(value, cx)?;
        joined = Some(joined.map_or(value, |other| join(other, value)));
        if holds == Tri::True {
            return Ok(joined.unwrap_or(V::Unknown));
        }
    }
    let last = otherwise.map_or(Ok(V::Unknown), |value| eval(value, cx))?;
    Ok(joined.map_or(last, |other| join(other, last)))
}

/// What is known of a value that is one of two.
fn join<'a>(a: V<'a>, b: V<'a>) -> V<'a> {
    match (a, b) {
        (V::Num(a), V::Num(b)) => V::Num(a.hull(b)),
        (a, b) if a == b => a,
        _ => V::Unknown,
    }
}

/// Whether a value is not known because of what the sources do not show or what is not filled in.
pub(super) fn in_doubt<'a, C: Context<'a>>(expr: &'a Expr, cx: &C) -> Result<bool, Overflow> {
    doubt(expr, cx, true)
}

/// As [`in_doubt`], results of other assessments and periods aside.
pub(super) fn found_in_doubt<'a, C: Context<'a>>(expr: &'a Expr, cx: &C) -> Result<bool, Overflow> {
    doubt(expr, cx, false)
}

/// `results`: whether results that are in doubt put a value in doubt that reads them itself.
fn doubt<'a, C: Context<'a>>(expr: &'a Expr, cx: &C, results: bool) -> Result<bool, Overflow> {
    match expr {
        Expr::Result(..) | Expr::ResultVia(..) | Expr::Periods(_) | Expr::InPeriod(_) if !results => return Ok(false),
        Expr::Agg(id) => return cx.agg_in_doubt(*id),
        Expr::Cover(cover) => return cx.cover_in_doubt(cover),
        Expr::Measure(id) => return cx.measure_in_doubt(*id),
        Expr::Through(path, id) => return cx.through_in_doubt(path, *id),
        Expr::Tally(tally) => return Ok(cx.tally_in_doubt(tally)),
        Expr::Result(id, field) => return cx.result_in_doubt(*id, *field),
        Expr::ResultVia(path, id, field) => return cx.result_via_in_doubt(path, *id, *field),
        Expr::Param(id) => return Ok(!cx.param(*id).is_known()),
        Expr::Periods(agg) => return cx.periods_in_doubt(agg),
        Expr::InPeriod(one) => return cx.in_period_in_doubt(one),
        Expr::Counter(..) => return Ok(true),
        _ => {}
    }
    for child in expr.children() {
        if doubt(child, cx, results)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn date_part(part: DatePart, value: V<'_>) -> V<'_> {
    let Some(day) = value.moment().map(Moment::day) else { return V::Unknown };
    let number = match part {
        DatePart::Year => i128::from(day.year()),
        DatePart::Quarter => i128::from(day.month().div_ceil(3)),
        DatePart::Month => i128::from(day.month()),
        DatePart::Weekday => i128::from(day.weekday()),
        DatePart::Day => i128::from(day.day()),
    };
    V::number(Ratio::int(number))
}

/// The day so many workdays later (or earlier); unknown where the calendar does not reach.
fn workdays(calendar: &WorkCalendar, from: Moment, count: i32) -> Option<Moment> {
    let found = match u32::try_from(count) {
        Ok(count) => calendar.plus_workdays(from.day(), count),
        Err(_) => calendar.minus_workdays(from.day(), count.unsigned_abs()),
    };
    found.ok().map(Moment::Day)
}

/// Working time from one moment to another, negative where the second is earlier.
fn worked<'a, C: Context<'a>>(from: Moment, to: Moment, by: &WorkTime, cx: &C) -> Option<i64> {
    match (by, from, to) {
        (WorkTime::Days(id), from, to) => {
            let (from, to) = (from.day(), to.day());
            let count = cx.calendar(*id)?.count_after(from.min(to), from.max(to))?;
            Some(if to < from { -i64::from(count) } else { i64::from(count) })
        }
        (WorkTime::Clock(hours, unit), Moment::At(from), Moment::At(to)) => {
            let calendar = hours.calendar.and_then(|id| cx.calendar(id));
            let open = hours.open_between(from.min(to), from.max(to), calendar)?;
            let count = open / if *unit == TermUnit::Hours { 3_600_000_000 } else { 60_000_000 };
            Some(if to < from { -count } else { count })
        }
        _ => None,
    }
}

fn bit(set: u64, code: u32) -> bool {
    code < 64 && set >> code & 1 == 1
}

fn has(value: V<'_>, test: impl Fn(u64) -> bool) -> Tri {
    match value {
        V::Set(set) => Tri::of(test(set)),
        _ => Tri::Unknown,
    }
}

fn divide<'a>(a: Range, b: Range, zero: &ZeroDivisor) -> Result<V<'a>, Overflow> {
    let Some(divisor) = b.value() else { return Ok(V::Num(Range::ANY)) };
    if divisor == Ratio::ZERO {
        return Ok(match zero {
            ZeroDivisor::Is(value) => V::number(*value),
            ZeroDivisor::Unknown => V::Num(Range::ANY),
        });
    }
    match Ratio::ONE.div(divisor)? {
        Some(factor) => Ok(V::Num(a.mul(Range::exact(factor))?)),
        None => Ok(V::Num(Range::ANY)),
    }
}

/// A function that never falls works side by side.
fn sides<'a>(value: V<'a>, f: impl Fn(Ratio) -> Result<Ratio, Overflow>) -> Result<V<'a>, Overflow> {
    let Range { lo, hi } = value.range();
    Ok(V::Num(Range { lo: lo.map(&f).transpose()?, hi: hi.map(&f).transpose()? }))
}

fn exactly<'a>(value: V<'a>, f: impl Fn(Ratio) -> Result<Ratio, Overflow>) -> Result<V<'a>, Overflow> {
    value.value().map_or(Ok(V::Num(Range::ANY)), |n| f(n).map(V::number))
}

/// Side by side over all items. Moments are compared as moments.
fn fold<'a, C: Context<'a>>(items: &'a [Expr], cx: &C, f: fn(Range, Range) -> Range) -> Result<V<'a>, Overflow> {
    let mut result: Option<Range> = None;
    for item in items {
        let range = eval(item, cx)?.range();
        result = Some(result.map_or(range, |r| f(r, range)));
    }
    Ok(result.map_or(V::Unknown, V::Num))
}

/// The value as it is kept: text owned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Stored {
    /// Missing or not decided.
    Unknown,
    /// A known number.
    Num(Ratio),
    /// A number that is not certain; only of what is added up or compared.
    Range(Option<Ratio>, Option<Ratio>),
    /// Text or a key.
    Text(Box<str>),
    /// Truth.
    Truth(bool),
    /// A day.
    Day(crate::model::Day),
    /// An instant.
    At(crate::model::Instant),
    /// A code.
    Code(u32),
    /// A code set.
    Set(u64),
}

impl Stored {
    /// Keeps a value; an inexact number is unknown.
    #[must_use]
    pub fn keep(value: V<'_>) -> Stored {
        match value {
            V::Unknown | V::Truth(Tri::Unknown) => Stored::Unknown,
            V::Num(range) => range.value().map_or(Stored::Unknown, Stored::Num),
            V::Text(text) => Stored::Text(text.into()),
            V::Truth(tri) => Stored::Truth(tri == Tri::True),
            V::Moment(Moment::Day(day)) => Stored::Day(day),
            V::Moment(Moment::At(at)) => Stored::At(at),
            V::Code(code) => Stored::Code(code),
            V::Set(set) => Stored::Set(set),
        }
    }

    /// Keeps a value; of an inexact number what is known of it.
    #[must_use]
    pub fn keep_range(value: V<'_>) -> Stored {
        match value {
            V::Num(Range { lo, hi }) if lo != hi => Stored::Range(lo, hi),
            value => Stored::keep(value),
        }
    }

    /// The kept value.
    #[must_use]
    pub fn value(&self) -> V<'_> {
        match self {
            Stored::Unknown => V::Unknown,
            Stored::Num(n) => V::number(*n),
            Stored::Range(lo, hi) => V::Num(Range { lo: *lo, hi: *hi }),
            Stored::Text(text) => V::Text(text),
            Stored::Truth(b) => V::Truth(Tri::of(*b)),
            Stored::Day(day) => V::Moment(Moment::Day(*day)),
            Stored::At(at) => V::Moment(Moment::At(*at)),
            Stored::Code(code) => V::Code(*code),
            Stored::Set(set) => V::Set(*set),
        }
    }
}
