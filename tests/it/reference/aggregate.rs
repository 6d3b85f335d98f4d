//! Aggregates over records and register rows (section 4). Every aggregate looks at every row.

use chrono::NaiveDate;
use wangge::model::{Agg, AggFrame, AggOp, Expr, FieldId, KindId, Quantile, Role, RowsOn, Source, SourcePart, Type};

use super::Run;
use super::eval::Context;
use super::time::{Span, after, before, last_units, midnight, minutes, year_named};
use super::value::{Moment, Num, Range, V, int, num};
use super::world::{Subject, whole};

/// The rows of an aggregate, and what is in doubt about them.
#[derive(Default)]
pub struct Found<'a> {
    /// Each with the context in which its expressions are read.
    pub rows: Vec<Context<'a>>,
    /// For each row: it may stop counting once something empty is filled in.
    pub loose: Vec<bool>,
    /// Rows whose filter is unknown.
    pub doubtful: usize,
    /// Days of the range are not covered by a source.
    pub gap: bool,
    /// The range reaches past as-of.
    pub open: bool,
    /// What is empty may still be filled in, and undo what counts.
    pub undone: bool,
    /// Where the range begins.
    pub start: Option<NaiveDate>,
    /// There is no range: what it hangs on is missing or not known.
    pub nowhere: bool,
}

/// Days from the first to before the last, cut by moments.
#[derive(Default)]
pub struct Stretch {
    pub start: Option<NaiveDate>,
    pub end: Option<NaiveDate>,
    later_than: Option<Moment>,
    since: Option<Moment>,
    until: Option<Moment>,
    /// Without a last day it runs on to as-of.
    runs_on: bool,
    /// It begins at a record that may lie before the log, where nobody has seen it.
    pub unseen: bool,
}

impl Stretch {
    pub fn takes(&self, day: NaiveDate, moment: Moment) -> bool {
        self.start.is_none_or(|s| s <= day)
            && self.end.is_none_or(|e| day < e)
            && self.later_than.is_none_or(|m| moment.compare(m).is_gt())
            && !self.since.is_some_and(|m| at_once(moment, m).is_some_and(std::cmp::Ordering::is_lt))
            && !self.until.is_some_and(|m| at_once(moment, m).is_some_and(std::cmp::Ordering::is_gt))
    }
}

/// How two instants lie; none where one is a whole day.
fn at_once(a: Moment, b: Moment) -> Option<std::cmp::Ordering> {
    match (a, b) {
        (Moment::At(a), Moment::At(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

impl Found<'_> {
    fn in_doubt(&self) -> bool {
        self.gap || self.open || self.doubtful > 0 || self.loose() > 0
    }

    /// Rows that something filled in may undo.
    fn loose(&self) -> usize {
        if self.undone { self.loose.iter().filter(|loose| **loose).count() } else { 0 }
    }
}

impl Run<'_> {
    pub fn aggregate(&self, agg: &Agg, context: &Context<'_>) -> V {
        if self.is_daily_mean(agg, context) {
            return self.daily_mean(agg, context);
        }
        let (found, thin_in_doubt) = self.found(agg, context);
        if found.nowhere {
            return V::Unknown;
        }
        if thin_in_doubt {
            return match &agg.op {
                AggOp::Count | AggOp::Distinct(_) => V::Num(Range { lo: Some(int(0)), hi: None }),
                AggOp::Sum(_) => V::Num(Range::ANY),
                _ => V::Unknown,
            };
        }
        let value = |expr, row: &Context<'_>| self.part_of(self.eval(expr, row), &agg.source, row);
        let values = |expr| found.rows.iter().map(|row| value(expr, row)).collect::<Vec<V>>();
        let known =
            |expr| Some(values(expr)).filter(|v| !found.in_doubt() && !v.is_empty() && v.iter().all(V::is_known));
        match &agg.op {
            AggOp::Count => {
                let most = found.rows.len() + found.doubtful;
                let least = found.rows.len() - found.loose();
                V::Num(counted(least, most - least, found.gap || found.open))
            }
            AggOp::Distinct(_) if found.loose() > 0 => V::Num(counted(0, 0, true)),
            AggOp::Distinct(exprs) => {
                let mut tuples: Vec<Vec<V>> = Vec::new();
                let mut doubtful = found.doubtful;
                for row in &found.rows {
                    let tuple: Vec<V> = exprs.iter().map(|e| self.eval(e, row)).collect();
                    if !tuple.iter().all(V::is_known) {
                        doubtful += 1;
                    } else if !tuples.contains(&tuple) {
                        tuples.push(tuple);
                    }
                }
                V::Num(counted(tuples.len(), 0, found.in_doubt() || doubtful > 0))
            }
            AggOp::Sum(_) | AggOp::Average(..) if found.in_doubt() => V::Num(Range::ANY),
            AggOp::Sum(expr) => V::Num(total(values(expr).iter().map(V::range))),
            AggOp::Average(expr, weight) => {
                let one =
                    |row: &Context<'_>| weight.as_ref().map_or(V::number(int(1)), |weight| self.eval(weight, row));
                let weights: Vec<V> = found.rows.iter().map(one).collect();
                let weighted = values(expr).into_iter().zip(&weights).map(|(v, w)| v.range().scale(&exact(w)));
                match weights.iter().all(V::is_known) && sum(&weights) != int(0) {
                    true => V::Num(total(weighted).scale(&(int(1) / sum(&weights)))),
                    false => V::Unknown,
                }
            }
            AggOp::Min(_) | AggOp::Max(_) if found.in_doubt() => V::Unknown,
            AggOp::Min(expr) => {
                let v = values(expr);
                known(expr).and_then(|v| v.into_iter().min_by(V::order)).unwrap_or_else(|| of_ranges(&v, Range::min))
            }
            AggOp::Max(expr) => {
                let v = values(expr);
                known(expr).and_then(|v| v.into_iter().max_by(V::order)).unwrap_or_else(|| of_ranges(&v, Range::max))
            }
            AggOp::Quantile(expr, which) => known(expr).map_or(V::Unknown, |v| {
                let mut sorted: Vec<Num> = v.iter().map(exact).collect();
                sorted.sort();
                V::number(quantile(&sorted, *which))
            }),
            AggOp::First(_) if found.gap || found.doubtful > 0 || found.loose() > 0 => V::Unknown,
            AggOp::First(expr) => self.in_order(&found, expr).into_iter().next().unwrap_or(V::Unknown),
            AggOp::Last(_) if found.in_doubt() => V::Unknown,
            AggOp::Last(expr) => self.in_order(&found, expr).pop().unwrap_or(V::Unknown),
            AggOp::List(_) => V::Unknown,
            AggOp::Share(test) => known(test).map_or(V::Unknown, |v| {
                let holds = v.iter().filter(|v| v.truth() == Some(true)).count();
                V::number(size(holds) / size(v.len()))
            }),
        }
    }

    fn is_daily_mean(&self, agg: &Agg, context: &Context<'_>) -> bool {
        let by_day = context.reading.rows == RowsOn::Mean && context.reading.rows_day.is_none();
        by_day && self.counts_rows(agg) && is_number(&agg.op)
    }

    /// The rows of an aggregate, those that are too near to others left out; true: which ones is in doubt.
    fn found<'a>(&self, agg: &Agg, context: &Context<'a>) -> (Found<'a>, bool) {
        let filters = agg.source.parts().iter().filter_map(|part| part.filter.as_ref());
        let exprs: Vec<&Expr> = filters.chain(agg.op.exprs()).collect();
        let mut found = self.find_for(&exprs, &agg.source, &agg.frame, context);
        for (row, loose) in found.rows.iter().zip(&mut found.loose) {
            let mut filled = row.clone();
            filled.reading.fillable = true;
            *loose |= agg.op.exprs().into_iter().any(|expr| self.eval(expr, row) != self.eval(expr, &filled));
        }
        self.forget_later(agg, &mut found, context);
        let (Some(thin), Source::Records(parts)) = (&agg.thin, &agg.source) else { return (found, false) };
        let Some(stretch) = self.stretch(&agg.frame, context) else { return (found, false) };
        let (counted, in_doubt) = self.thinned(agg, parts, thin, stretch.end, context);
        let inside = |(day, row): &(NaiveDate, Context<'a>)| match row.row {
            Subject::Record(kind, at) => stretch.takes(*day, self.moment(kind, at)),
            Subject::Key(..) => false,
        };
        found.doubtful = 0;
        found.loose = Vec::new();
        found.rows = counted.into_iter().filter(inside).map(|(_, row)| row).collect();
        (found, in_doubt)
    }

    /// Of the first record it does not matter what is missing after it.
    fn forget_later(&self, agg: &Agg, found: &mut Found<'_>, context: &Context<'_>) {
        let parts = agg.source.parts();
        let days = found.rows.iter().filter_map(|row| match row.row {
            Subject::Record(kind, at) => Some((self.moment(kind, at).order(), self.moment(kind, at).day())),
            Subject::Key(..) => None,
        });
        let (Some((_, first)), AggOp::First(_)) = (days.min(), &agg.op) else { return };
        if found.nowhere || parts.iter().any(|part| part.year_field.is_some()) {
            return;
        }
        let Some(stretch) = self.stretch(&agg.frame, context) else { return };
        let until = stretch.end.map_or(after(first), |end| end.min(after(first)));
        let day_starts = parts.iter().map(|part| part.day_starts).max().unwrap_or(0);
        found.gap &= stretch.unseen
            || parts.iter().any(|part| {
                let longer = if part.day_starts > 0 { after(until) } else { until };
                let open = context.doubts_open || self.is_ahead(until, day_starts, context);
                let until = if open { longer.min(self.as_of_day()) } else { longer };
                self.part_unknown(part) || self.has_gap(part.kind, found.start, Some(until))
            });
    }

    /// Whether days before this one are still to come. A state and an event look no farther than as-of's own day.
    pub fn is_ahead(&self, end: NaiveDate, day_starts: u32, context: &Context<'_>) -> bool {
        if context.doubts_open { !self.has_passed(end, day_starts) } else { end > after(self.as_of_day()) }
    }

    /// Whether what is empty may still be filled in where a range ends.
    pub fn is_undone(
        &self,
        frame: &AggFrame,
        end: Option<NaiveDate>,
        parts: &[SourcePart],
        context: &Context<'_>,
    ) -> bool {
        let day_starts = parts.iter().map(|part| part.day_starts).max().unwrap_or(0);
        let ahead = *frame != AggFrame::Ever && end.is_some_and(|end| self.is_ahead(end, day_starts, context));
        ahead || context.reading.fillable
    }

    /// Whether an aggregate is unknown for want of data: a source with gaps, an unknown filter or value.
    pub fn aggregate_in_doubt(&self, agg: &Agg, context: &Context<'_>) -> bool {
        if self.is_daily_mean(agg, context) {
            let mut days = context.window.0.iter_days().take_while(|d| *d < context.window.1);
            return days.any(|d| {
                let mut on = context.clone();
                on.reading.rows_day = Some(d);
                self.aggregate_in_doubt(agg, &on)
            });
        }
        let (found, thin_in_doubt) = self.found(agg, context);
        if thin_in_doubt {
            return true;
        }
        let open = found.open && !matches!(agg.op, AggOp::First(_));
        let value =
            |expr: &wangge::model::Expr, row: &Context<'_>| self.part_of(self.eval(expr, row), &agg.source, row);
        let unknown = |expr: &wangge::model::Expr| found.rows.iter().any(|row| !value(expr, row).is_known());
        let missing = match &agg.op {
            AggOp::Count | AggOp::First(_) | AggOp::Last(_) => false,
            AggOp::Distinct(exprs) | AggOp::List(exprs) => exprs.iter().any(unknown),
            AggOp::Average(expr, weight) => unknown(expr) || weight.as_ref().is_some_and(unknown),
            AggOp::Sum(expr) | AggOp::Min(expr) | AggOp::Max(expr) | AggOp::Share(expr) | AggOp::Quantile(expr, _) => {
                unknown(expr)
            }
        };
        found.gap || open || found.doubtful > 0 || found.loose() > 0 || missing
    }

    /// The values of rows in the order of (moment, key, value).
    pub fn in_order(&self, found: &Found<'_>, expr: &wangge::model::Expr) -> Vec<V> {
        let mut rows: Vec<(Context<'_>, V)> = found.rows.iter().map(|r| (r.clone(), self.eval(expr, r))).collect();
        rows.sort_by(|(a, x), (b, y)| {
            let (a, b) = (&a.row, &b.row);
            self.order(a).cmp(&self.order(b)).then_with(|| self.key_order(a).cmp(&self.key_order(b))).then(x.order(y))
        });
        rows.into_iter().map(|(_, value)| value).collect()
    }

    pub fn order(&self, row: &Subject) -> Option<(chrono::NaiveDateTime, bool)> {
        match row {
            Subject::Record(kind, at) => Some(self.moment(*kind, *at).order()),
            Subject::Key(..) => None,
        }
    }

    /// A whole-number key as a number, before any text.
    pub fn key_order(&self, row: &Subject) -> (i64, String) {
        let decl = &self.policy.kinds[row.kind()];
        let key = self.key(row);
        match decl.key.map(|f| &decl.fields[f].ty) {
            Some(Type::Whole) => (key.parse().expect("a whole number"), String::new()),
            _ => (i64::MAX, key),
        }
    }

    /// The rows of a source that lead to the context's row.
    pub fn find<'a>(&self, source: &Source, frame: &AggFrame, context: &Context<'a>) -> Found<'a> {
        self.find_for(&[], source, frame, context)
    }

    /// As `find`, for a value that reads these expressions of each row.
    fn find_for<'a>(&self, exprs: &[&Expr], source: &Source, frame: &AggFrame, context: &Context<'a>) -> Found<'a> {
        match source {
            Source::Rows(part) if self.policy.kinds[part.kind].role == Role::Record => {
                self.find_events(part, frame, context)
            }
            Source::Rows(part) => self.find_rows(part, exprs, context),
            Source::Records(parts) => self.find_records(parts, frame, context),
            Source::Sharing(sharing) => self.find_beside(sharing, exprs, frame, context),
        }
    }

    /// Whether an aggregate counts rows of a register.
    fn counts_rows(&self, agg: &Agg) -> bool {
        let of_register = |part: &SourcePart| self.policy.kinds[part.kind].role != Role::Record;
        !matches!(agg.source, Source::Records(_)) && agg.source.parts().iter().all(of_register)
    }

    /// The mean of an aggregate over the days of the window.
    fn daily_mean(&self, agg: &Agg, context: &Context<'_>) -> V {
        let days: Vec<NaiveDate> = context.window.0.iter_days().take_while(|d| *d < context.window.1).collect();
        let mut sum = Range::exactly(int(0));
        for d in &days {
            let mut on = context.clone();
            on.reading.rows_day = Some(*d);
            sum = sum.add(&self.aggregate(agg, &on).range());
        }
        V::Num(sum.scale(&(int(1) / size(days.len()))))
    }

    /// The day on which rows of a register are counted.
    pub fn rows_day(&self, context: &Context<'_>) -> NaiveDate {
        context.reading.rows_day.unwrap_or(match context.reading.rows {
            RowsOn::First => context.window.0,
            RowsOn::Last | RowsOn::Mean => before(context.window.1),
        })
    }

    /// The first of the days on one of which a row must be there that is counted on a day: the window's, where results of
    /// the rows are read.
    pub fn rows_from(&self, exprs: &[&Expr], day: NaiveDate, context: &Context<'_>) -> NaiveDate {
        let by_day = context.reading.rows_day.is_some();
        if !by_day && exprs.iter().any(|expr| self.reads_result(expr)) { context.window.0.min(day) } else { day }
    }

    /// Whether an expression reads a result of the row itself.
    fn reads_result(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Result(..) | Expr::Periods(_) | Expr::InPeriod(_) => true,
            Expr::ResultVia(path, ..) => path.is_empty(),
            Expr::Measure(id) => self.reads_result(&self.policy.measures[*id].expr),
            other => other.children().into_iter().any(|part| self.reads_result(part)),
        }
    }

    fn find_rows<'a>(&self, part: &SourcePart, exprs: &[&Expr], context: &Context<'a>) -> Found<'a> {
        let day = self.rows_day(context);
        let gap = !self.has_any_source(part.kind);
        let mut found = Found { gap, ..Found::default() };
        let from = self.rows_from(exprs, day, context);
        for subject in self.subjects(part.kind) {
            if self.is_there_in(&subject, from, after(day)) && self.leads_in(part, &subject, day, &context.row) {
                self.keep(part, subject, day, context, &mut found);
            }
        }
        found
    }

    /// Events as rows: each key once, with the window of whoever asks.
    fn find_events<'a>(&self, part: &SourcePart, frame: &AggFrame, context: &Context<'a>) -> Found<'a> {
        let mut found = self.find_records(&[], frame, context);
        let Some(stretch) = self.stretch(frame, context) else { return found };
        found.gap = stretch.unseen
            || self.part_unknown(part)
            || self.has_gap(part.kind, stretch.start, self.demanded(&stretch, part.day_starts, context));
        for row in self.subjects(part.kind) {
            let Subject::Record(kind, at) = row else { unreachable!("an event") };
            let moment = self.moment(kind, at);
            if stretch.takes(moment.day(), moment) && self.leads_in(part, &row, moment.day(), &context.row) {
                self.keep(part, row, before(context.window.1), context, &mut found);
            }
        }
        found
    }

    /// What lies past as-of is open, not uncovered.
    pub fn demanded(&self, stretch: &Stretch, day_starts: u32, context: &Context<'_>) -> Option<NaiveDate> {
        match stretch.end {
            None => stretch.runs_on.then(|| self.as_of_day()),
            Some(end) => {
                // Of days that start later the last one ends on the day after it.
                let longer = if day_starts > 0 { after(end) } else { end };
                let open = context.doubts_open || self.is_ahead(end, day_starts, context);
                Some(if open { longer.min(self.as_of_day()) } else { longer })
            }
        }
    }

    /// The days that a frame takes; `None` where the day or instant that it hangs on is missing or not known.
    pub fn stretch(&self, frame: &AggFrame, context: &Context<'_>) -> Option<Stretch> {
        match frame {
            AggFrame::Dated { from, until } => {
                let read = |bound: &Option<Box<Expr>>| match bound {
                    None => Some(None),
                    Some(expr) => self.eval(expr, context).moment().map(Some),
                };
                let (since, until) = (read(from)?, read(until)?);
                Some(Stretch {
                    start: since.map(Moment::day),
                    end: until.map(|m| after(m.day())),
                    since,
                    until,
                    runs_on: until.is_none(),
                    ..Stretch::default()
                })
            }
            AggFrame::SinceLast(last) => {
                let last = &self.policy.aggs[*last];
                let end = Some(context.window.1);
                match self.aggregate(last, context).moment() {
                    Some(m) => Some(Stretch { start: Some(m.day()), end, later_than: Some(m), ..Stretch::default() }),
                    None if self.aggregate_in_doubt(last, context) => None,
                    None => {
                        let starts = |part: &SourcePart| Some(self.spec.coverage.get(&part.kind)?.first()?.0);
                        let log = last.source.parts().iter().filter_map(starts).max();
                        let unseen = log.is_some_and(|first| self.there(&context.row, before(first)));
                        Some(Stretch { end, unseen, ..Stretch::default() })
                    }
                }
            }
            fixed => {
                let (start, end) = range(fixed, context.window);
                Some(Stretch { start, end, ..Stretch::default() })
            }
        }
    }

    pub fn find_records<'a>(&self, parts: &[SourcePart], frame: &AggFrame, context: &Context<'a>) -> Found<'a> {
        let Some(stretch) = self.stretch(frame, context) else {
            let hangs = match frame {
                // Of the bounds that are not there, one is.
                AggFrame::Dated { from, until } => (from.iter().chain(until))
                    .any(|bound| self.eval(bound, context).moment().is_none() && self.in_doubt(bound, context)),
                _ => true,
            };
            return Found { gap: hangs, nowhere: true, ..Found::default() };
        };
        let (start, end) = (stretch.start, stretch.end);
        let day_starts = parts.iter().map(|part| part.day_starts).max().unwrap_or(0);
        let past_as_of = end.is_some_and(|end| self.is_ahead(end, day_starts, context));
        let gap = parts.iter().any(|part| {
            self.part_unknown(part) || self.has_gap(part.kind, start, self.demanded(&stretch, part.day_starts, context))
        });
        let mut found = Found { gap: gap || stretch.unseen, start, ..Found::default() };
        found.open = past_as_of && !context.reading.been;
        found.undone = past_as_of || context.reading.fillable;
        // Records are read as they are on file, and what may be undone beside it.
        let mut context = context.clone();
        context.reading.fillable = false;
        let context = &context;
        for part in parts {
            for at in self.read_records(part.kind) {
                let row = Subject::Record(part.kind, at);
                let own = self.moment(part.kind, at).day();
                let day = self.day_of(&row, part);
                if stretch.takes(day, self.moment(part.kind, at)) && self.leads_in(part, &row, own, &context.row) {
                    self.keep(part, row, own, context, &mut found);
                }
            }
        }
        found
    }

    /// Days of the records before the end of a window whose filter is unknown.
    pub fn doubtful_days(&self, source: &Source, context: &Context<'_>) -> Vec<NaiveDate> {
        self.doubtful_moments(source, context).into_iter().map(Moment::day).collect()
    }

    /// The moments of records before a window's end that lead to the subject and whose filter is unknown.
    pub fn doubtful_moments(&self, source: &Source, context: &Context<'_>) -> Vec<Moment> {
        let Source::Records(parts) = source else { return Vec::new() };
        let mut moments = Vec::new();
        for part in parts {
            for at in self.read_records(part.kind) {
                let (row, day) = (Subject::Record(part.kind, at), self.moment(part.kind, at).day());
                if day < context.window.1 && self.leads_in(part, &row, day, &context.row) {
                    let read = Context { row, day, ..context.clone() };
                    if self.part_takes(part, &read).is_none() {
                        moments.push(self.moment(part.kind, at));
                    }
                }
            }
        }
        moments
    }

    /// Keeps a row if its filter is true, and notes it if that is unknown.
    pub fn keep<'a>(
        &self,
        part: &SourcePart,
        row: Subject,
        day: NaiveDate,
        context: &Context<'a>,
        found: &mut Found<'a>,
    ) {
        let mut row = Context { row, day, ..context.clone() };
        row.reading.pinned = false;
        row.reading.aside = true;
        match self.part_takes(part, &row) {
            Some(true) => {
                found.loose.push(self.filter_is_loose(part, &row));
                found.rows.push(row);
            }
            Some(false) => {}
            None => found.doubtful += 1,
        }
    }

    /// The day on which a record counts: the first of a year that it names, else its own, or the day before in the small
    /// hours of a source whose days start later.
    pub fn day_of(&self, row: &Subject, part: &SourcePart) -> NaiveDate {
        let Subject::Record(kind, at) = row else { unreachable!("a record") };
        let moment = self.moment(*kind, *at);
        let early = |at: chrono::NaiveDateTime| at < midnight(at.date()) + minutes(part.day_starts);
        let own = match moment {
            Moment::At(at) if early(at) => before(moment.day()),
            moment => moment.day(),
        };
        self.named_year(row, part.year_field, moment.day()).unwrap_or(own)
    }

    /// First day of the year that a record names, if it names one.
    pub fn named_year(&self, row: &Subject, field: Option<FieldId>, own: NaiveDate) -> Option<NaiveDate> {
        year_named(whole(&self.read(row, &[field?], own, false))?, self.policy.year_start)
    }

    /// Whether some day of the range is not covered; always where nothing is. Without a start, the log begins with its first
    /// covered day; without an end, it is read up to as-of and not demanded after its last covered day.
    pub fn has_gap(&self, kind: KindId, start: Option<NaiveDate>, end: Option<NaiveDate>) -> bool {
        let coverage = self.spec.coverage.get(&kind).map_or(&[][..], Vec::as_slice);
        let (Some(first), Some(last)) = (coverage.first(), coverage.last()) else {
            return true;
        };
        !self.covered(kind, start.unwrap_or(first.0), end.unwrap_or(self.as_of_day().min(last.1)))
    }
}

/// The days that a frame takes, half-open.
fn range(frame: &AggFrame, (start, end): Span) -> (Option<NaiveDate>, Option<NaiveDate>) {
    match frame {
        AggFrame::Window => (Some(start), Some(end)),
        AggFrame::UpToEnd => (None, Some(end)),
        AggFrame::BeforeStart => (None, Some(start)),
        AggFrame::Ever => (None, None),
        AggFrame::Last { count, unit, at_end } => {
            let end = if *at_end { end } else { start };
            (Some(last_units(end, i64::from(*count), *unit)), Some(end))
        }
        AggFrame::Dated { .. } | AggFrame::SinceLast(_) => unreachable!("these hang on the row"),
    }
}

/// A count: what is found, and what may be missing.
fn counted(found: usize, doubtful: usize, missing: bool) -> Range {
    Range { lo: Some(size(found)), hi: (!missing).then(|| size(found + doubtful)) }
}

fn size(count: usize) -> Num {
    int(i64::try_from(count).expect("few rows"))
}

fn exact(value: &V) -> Num {
    value.exact().expect("a known number")
}

/// The least or largest of numbers that are not certain; of anything else nothing is known.
fn of_ranges(values: &[V], pick: fn(&[Range]) -> Range) -> V {
    let ranges: Vec<Range> = values.iter().map(V::range).collect();
    let numbers = values.iter().all(|value| matches!(value, V::Num(_) | V::Unknown));
    if values.is_empty() || !numbers { V::Unknown } else { V::Num(pick(&ranges)) }
}

fn total(ranges: impl Iterator<Item = Range>) -> Range {
    ranges.fold(Range::exactly(int(0)), |sum, range| sum.add(&range))
}

fn sum(values: &[V]) -> Num {
    values.iter().map(exact).sum()
}

/// Whether an aggregate gives a number, of which there is a mean.
fn is_number(op: &AggOp) -> bool {
    matches!(
        op,
        AggOp::Count | AggOp::Distinct(_) | AggOp::Sum(_) | AggOp::Average(..) | AggOp::Share(_) | AggOp::Quantile(..)
    )
}

/// The value at a part of sorted values, found by going up from the smallest.
pub fn quantile(sorted: &[Num], which: Quantile) -> Num {
    match which {
        Quantile::Median => {
            let half = sorted.len() / 2;
            if sorted.len() % 2 == 1 { sorted[half].clone() } else { (&sorted[half - 1] + &sorted[half]) / int(2) }
        }
        Quantile::Part(part) => {
            let wanted = num(part) * size(sorted.len());
            let reached = |value: &&Num| size(sorted.iter().filter(|other| other <= value).count()) >= wanted;
            sorted.iter().find(reached).expect("the largest has all at or below it").clone()
        }
    }
}
