//! Results in other periods (section 7, "Other periods"): each value is read in its period, one after the other.

use wangge::model::{
    AggFrame, AggOp, AssessmentId, Expr, FieldId, Frame, InPeriod, MissingPeriod, PeriodAgg, PeriodPick,
};

use super::Run;
use super::eval::{Context, Reading};
use super::time::{Span, before, last_units, plus, windows};
use super::value::{Num, Range, V, int};
use super::world::Subject;

/// The record before lies before the run's period.
struct BeforeTheRun;

impl Run<'_> {
    /// The values of the periods that count, and how many are in doubt.
    fn rows_of_periods(&self, agg: &PeriodAgg, context: &Context<'_>) -> (Vec<Vec<V>>, usize) {
        let (mut rows, mut doubtful) = (Vec::<Vec<V>>::new(), 0);
        let (values, weight): (Vec<&Expr>, Option<&Expr>) = match &agg.op {
            AggOp::Average(value, weight) => (vec![value], weight.as_ref()),
            AggOp::Sum(e)
            | AggOp::Min(e)
            | AggOp::Max(e)
            | AggOp::First(e)
            | AggOp::Last(e)
            | AggOp::Share(e)
            | AggOp::Quantile(e, _) => (vec![e], None),
            AggOp::Count => (Vec::new(), None),
            AggOp::Distinct(_) | AggOp::List(_) => unreachable!("distinct values and lists are over rows"),
        };
        for period in self.periods_in(agg.of, days_of(&agg.frame, context.window)) {
            // An interim value is over what has ended.
            if !self.has_ended(period.1) {
                continue;
            }
            let there = self.there_in(period, context);
            let keeps = agg.filter.as_ref().map_or(Some(true), |filter| self.truth(filter, &there));
            let read = |exprs: &[&Expr]| exprs.iter().map(|e| self.eval(e, &there)).collect::<Vec<V>>();
            let row = read(&values.iter().copied().chain(weight).collect::<Vec<_>>());
            match (self.has_result(agg.of, period, context), keeps) {
                (true, Some(false)) => {}
                (true, None) if agg.filter.as_ref().is_some_and(|filter| self.in_doubt(filter, &there)) => {
                    doubtful += 1
                }
                (true, Some(true)) if row.iter().all(V::is_known) => rows.push(row),
                (true, Some(true)) if values.iter().chain(&weight).any(|e| self.in_doubt(e, &there)) => doubtful += 1,
                _ => match &agg.missing {
                    MissingPeriod::Excluded => {}
                    MissingPeriod::Unknown => doubtful += 1,
                    MissingPeriod::As(value) => {
                        let stands = std::iter::once(self.eval(value, context));
                        rows.push(stands.chain(read(&weight.into_iter().collect::<Vec<_>>())).collect());
                    }
                },
            }
        }
        (rows, doubtful)
    }

    /// Whether a period is in doubt, or what stands for one.
    pub fn periods_in_doubt(&self, agg: &PeriodAgg, context: &Context<'_>) -> bool {
        let (rows, doubtful) = self.rows_of_periods(agg, context);
        let edge = matches!(agg.op, AggOp::First(_) | AggOp::Last(_));
        doubtful > 0 || !edge && rows.iter().flatten().any(|value| !value.is_known())
    }

    pub fn over_periods(&self, agg: &PeriodAgg, context: &Context<'_>) -> V {
        let (rows, doubtful) = self.rows_of_periods(agg, context);
        let size = |n: usize| int(i64::try_from(n).expect("few periods"));
        if matches!(agg.op, AggOp::Count) {
            return V::Num(Range { lo: Some(size(rows.len())), hi: Some(size(rows.len() + doubtful)) });
        }
        let firsts: Vec<V> = rows.iter().map(|row| row[0].clone()).collect();
        let numbers = || firsts.iter().map(|v| v.exact()).collect::<Option<Vec<Num>>>();
        let edge = |v: Option<&V>| v.cloned().unwrap_or(V::Unknown);
        if doubtful > 0 {
            return V::Unknown;
        }
        match &agg.op {
            AggOp::First(_) => edge(firsts.first()),
            AggOp::Last(_) => edge(firsts.last()),
            AggOp::Sum(_) => numbers().map_or(V::Unknown, |n| V::number(n.into_iter().sum())),
            _ if rows.is_empty() => V::Unknown,
            AggOp::Share(_) => {
                let holds = firsts.iter().filter(|v| v.truth() == Some(true)).count();
                V::number(size(holds) / size(rows.len()))
            }
            AggOp::Min(_) => numbers().and_then(|n| n.into_iter().min()).map_or(V::Unknown, V::number),
            AggOp::Max(_) => numbers().and_then(|n| n.into_iter().max()).map_or(V::Unknown, V::number),
            AggOp::Quantile(_, which) => numbers().map_or(V::Unknown, |mut n| {
                n.sort();
                V::number(super::aggregate::quantile(&n, *which))
            }),
            AggOp::Average(_, None) => {
                numbers().map_or(V::Unknown, |n| V::number(n.into_iter().sum::<Num>() / size(rows.len())))
            }
            _ => {
                let pairs = rows.iter().map(|r| Some((r[0].exact()?, r[1].exact()?))).collect::<Option<Vec<_>>>();
                let Some(pairs) = pairs else { return V::Unknown };
                let weights: Num = pairs.iter().map(|(_, w)| w.clone()).sum();
                if weights == int(0) {
                    return V::Unknown;
                }
                V::number(pairs.into_iter().map(|(v, w)| v * w).sum::<Num>() / weights)
            }
        }
    }

    /// The value in the period or record that is picked or what stands for it, and whether it is in doubt.
    pub fn value_in_period(&self, one: &InPeriod, context: &Context<'_>) -> (V, bool) {
        let period = match &one.pick {
            PeriodPick::Record(shared) => {
                return match self.earlier(one.of, shared, context) {
                    Ok(there) => self.value_or_missing(one, there, context),
                    Err(BeforeTheRun) => (V::Unknown, true),
                };
            }
            PeriodPick::Nth(n) => self.periods_in(one.of, context.window).into_iter().nth(*n as usize - 1),
            PeriodPick::Before(n) => {
                // Each is the last that has ended when the one after it, or the window, begins.
                let (mut at, frame) = (context.window, self.frame(one.of));
                for _ in 0..*n {
                    let earlier = windows(&frame, (plus(at.0, -800), plus(at.0, 7)), self.policy.year_start);
                    at = earlier.into_iter().rev().find(|w| w.1 <= at.0).expect("an earlier period");
                }
                Some(at)
            }
        };
        if period.is_some_and(|p| !self.has_ended(p.1)) {
            return (V::Unknown, true);
        }
        // Of the row that references lead to, it is seen there whether it has one.
        let by_reference = matches!(one.value, Expr::ResultVia(..));
        let read = period.filter(|p| by_reference || self.has_result(one.of, *p, context));
        self.value_or_missing(one, read.map(|p| self.there_in(p, context)), context)
    }

    fn value_or_missing(&self, one: &InPeriod, there: Option<Context<'_>>, context: &Context<'_>) -> (V, bool) {
        let value = there.as_ref().map_or(V::Unknown, |there| self.eval(&one.value, there));
        let in_doubt = there.is_some_and(|there| self.in_doubt(&one.value, &there));
        match &one.missing {
            _ if value.is_known() || in_doubt => (value, in_doubt),
            MissingPeriod::As(stands) => (self.eval(stands, context), self.in_doubt(stands, context)),
            _ => (value, true),
        }
    }

    /// The last record of an earlier day with a result that refers to the same, unless one before the run comes first.
    fn earlier<'c>(
        &self,
        of: AssessmentId,
        shared: &[FieldId],
        context: &Context<'c>,
    ) -> Result<Option<Context<'c>>, BeforeTheRun> {
        let joined = |row: &Subject| {
            let day = self.own_day(row)?;
            shared.iter().map(|field| self.follow(row, &[*field], day)).collect::<Option<Vec<Subject>>>()
        };
        let (Some(own), Some(keys)) = (self.own_day(&context.row), joined(&context.row)) else { return Ok(None) };
        let mut all = self.subjects(context.row.kind());
        all.retain(|row| self.own_day(row) < Some(own) && joined(row).as_ref() == Some(&keys));
        all.sort_by_key(|row| (self.order(row), self.key_order(row)));
        let a = &self.policy.assessments[of];
        while let Some(row) = all.pop() {
            let day = self.own_day(&row).expect("a record");
            let window = (day, super::time::after(day));
            let reading = Reading { elsewhere: true, ..context.reading.clone() };
            let there = Context { row: row.clone(), day, window, own: None, reading, ..context.clone() };
            if self.scored.iter().any(|s| s.assessment == of && s.subject == row) {
                return Ok(Some(there));
            }
            // It may have had a result that this run does not make.
            let in_scope = a.scope.as_ref().is_none_or(|scope| self.truth(scope, &there) != Some(false));
            if day < self.spec.period.0 && self.both_in_force(&a.in_force, day) && in_scope {
                return Err(BeforeTheRun);
            }
        }
        Ok(None)
    }

    fn own_day(&self, row: &Subject) -> Option<chrono::NaiveDate> {
        match row {
            Subject::Record(kind, at) => Some(self.moment(*kind, *at).day()),
            Subject::Key(..) => None,
        }
    }

    fn frame(&self, of: AssessmentId) -> Frame {
        let unit = self.policy.assessments[of].every.expect("an assessment with periods");
        Frame::Every { count: 1, unit, anchor: None }
    }

    /// The periods of an assessment that lie in a window, weeks by their Thursday.
    fn periods_in(&self, of: AssessmentId, window: Span) -> Vec<Span> {
        let mut found = windows(&self.frame(of), window, self.policy.year_start);
        let weeks = self.policy.assessments[of].every == Some(wangge::model::CalendarUnit::Week);
        found.retain(|w| weeks || (window.0 <= w.0 && w.1 <= window.1));
        found
    }

    fn has_result(&self, of: AssessmentId, period: Span, context: &Context<'_>) -> bool {
        self.scored.iter().any(|s| s.assessment == of && s.subject == context.row && s.period == period)
    }

    /// The same row with a period as its window.
    fn there_in<'c>(&self, period: Span, context: &Context<'c>) -> Context<'c> {
        let (day, reading) =
            (before(period.1).min(self.as_of_day()), Reading { elsewhere: true, ..context.reading.clone() });
        Context { day, window: period, own: None, reading, ..context.clone() }
    }
}

/// The days from which periods are taken: the window, or so many units up to its end or its start.
fn days_of(frame: &AggFrame, window: Span) -> Span {
    match frame {
        AggFrame::Last { count, unit, at_end } => {
            let end = if *at_end { window.1 } else { window.0 };
            (last_units(end, i64::from(*count), *unit), end)
        }
        _ => window,
    }
}
