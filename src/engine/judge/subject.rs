//! A subject under judgement: the context in which rules and assessments are evaluated.

use super::Judge;
use super::facts::{Dues, Facts};
use super::fold::{Doubt, Fold, Folded};
use super::frame::{Days, Stretch};
use super::lines::Lines;
use super::outlook::Outlook;
use super::thin::{in_doubt_of, thinned};
use crate::engine::cell::RecordOrder;
use crate::engine::eval::{Context, eval, in_doubt};
use crate::engine::ledger::{AccState, Entry};
use crate::engine::observe::{op_exprs, param};
use crate::engine::value::{Range, Tri, V};
use crate::model::{
    Agg, AggFrame, AggId, AggOp, AssessmentId, CounterField, CounterId, Cover, Day, Expr, FieldId, InPeriod, KindId,
    LineValue, Link, MeasureId, Moment, Overflow, ParamId, PeriodAgg, Ratio, ResultField, Role, Rounding, Sharing,
    Source, SourcePart, Tally, TallyKind, Type, Window,
};
use crate::program::{AccId, may_fill};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A row, a window and what is known of them.
#[derive(Clone, Copy)]
pub(super) struct Subject<'j, 'a> {
    pub judge: &'j Judge<'a>,
    pub kind: KindId,
    pub id: u32,
    /// Day on which attributes are read.
    pub day: Day,
    pub window: Window,
    /// What of the time to come is in doubt.
    pub outlook: Outlook,
    /// Dates that lie after as-of are read as they stand.
    pub planned: bool,
    /// Tallies and results; only assessments have them.
    pub facts: Option<&'j Facts>,
    /// The assessment under way, for its tallies.
    pub assessing: Option<Assessing<'j>>,
    /// What a rule says of the days on which it reads.
    pub reading: Reading,
}

/// Which rows are taken: those that lead to the subject, or those beside it.
#[derive(Clone, Copy)]
pub(super) enum Take<'a> {
    Linked(&'a SourcePart),
    Beside(&'a Sharing),
}

impl<'a> Take<'a> {
    fn part(self) -> &'a SourcePart {
        match self {
            Take::Linked(part) => part,
            Take::Beside(sharing) => &sharing.part,
        }
    }
}

/// What a row comes to in an aggregate.
pub(super) struct ReadRow<'a> {
    /// Whether it counts.
    pub keep: Tri,
    /// It may stop counting because something empty is filled in.
    pub is_loose: bool,
    /// The values of the aggregate's expressions, where it counts.
    pub values: Vec<V<'a>>,
}

/// On which days a rule reads attributes and counts rows, and how much of a window is left.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reading {
    /// Attributes are read on the subject's `day`, also those of an event.
    pub pinned: bool,
    /// The day on which rows of registers are counted.
    pub rows: RowsDay,
    /// Results are those of another period or record: what is only found of them is in doubt.
    pub elsewhere: bool,
    /// The row is one of an aggregate, or one that a path leads to.
    pub aside: bool,
    /// Days left of a window, its days, and the rounding of what is cut with them.
    pub cut: Option<(i32, i32, Option<Rounding>)>,
    /// The points of a counter that stand when a window ends with which it may be cleared.
    pub standing: Option<Ratio>,
}

/// The day on which rows of registers are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum RowsDay {
    /// The window's first day.
    First,
    /// Its last day.
    #[default]
    Last,
    /// The mean over its days.
    Mean,
    /// This day.
    On(Day),
}

/// What an assessment under way knows of itself.
#[derive(Clone, Copy)]
pub(super) struct Assessing<'j> {
    pub id: AssessmentId,
    /// Position of the period.
    pub period: usize,
    /// Unknown obligations count as unmet.
    pub unknown_unmet: bool,
    /// Results so far.
    pub own: super::facts::Own,
    /// Lines decided so far.
    pub lines: &'j Lines,
}

impl<'a> Context<'a> for Subject<'_, 'a> {
    fn field(&self, path: &[FieldId]) -> V<'a> {
        let world = &self.judge.world;
        let day = if self.reading.pinned { self.day } else { world.reading_day(self.kind, self.id, self.day) };
        let planned = if self.planned { world.planned(self.kind, self.id, path, day) } else { None };
        planned.map_or_else(|| world.walk(self.kind, self.id, path, day), V::Moment)
    }
    fn key(&self) -> V<'a> {
        V::Text(self.judge.world.key(self.kind, self.id))
    }
    fn param(&self, id: ParamId) -> V<'a> {
        param(self.judge.world.program, id)
    }
    fn calendar(&self, id: crate::model::CalendarId) -> Option<&'a crate::model::calendar::WorkCalendar> {
        self.judge.world.program.calendar(id)
    }
    fn as_of(&self) -> V<'a> {
        V::Moment(Moment::Day(self.judge.world.program.spec().as_of.reference()))
    }
    fn zone(&self) -> chrono_tz::Tz {
        self.judge.world.policy().timezone
    }
    fn may_fill(&self, expr: &Expr) -> bool {
        self.outlook.fillable && may_fill(self.judge.world.policy(), self.kind, expr)
    }
    fn runs_on(&self) -> bool {
        let Outlook { settled, has_been, .. } = self.outlook;
        !settled && !has_been && !self.judge.world.program.spec().as_of.has_passed(self.window.end, 0)
    }
    fn window(&self) -> Option<Window> {
        Some(self.window)
    }
    fn measure(&self, id: MeasureId) -> Result<V<'a>, Overflow> {
        self.kept_value(id, || eval(&self.judge.world.policy().measures[id].expr, self))
    }
    fn measure_expr(&self, id: MeasureId) -> Option<&'a Expr> {
        Some(&self.judge.world.policy().measures[id].expr)
    }
    fn agg(&self, id: AggId) -> Result<V<'a>, Overflow> {
        self.folded(id)?.value()
    }
    fn agg_in_doubt(&self, id: AggId) -> Result<bool, Overflow> {
        Ok(self.folded(id)?.in_doubt())
    }
    fn measure_in_doubt(&self, id: MeasureId) -> Result<bool, Overflow> {
        self.kept_doubt(id, || in_doubt(&self.judge.world.policy().measures[id].expr, self))
    }
    fn through(&self, path: &[FieldId], id: MeasureId) -> Result<V<'a>, Overflow> {
        let reached = self.reached(path);
        reached.map_or(Ok(V::Unknown), |row| row.measure(id))
    }
    fn through_in_doubt(&self, path: &[FieldId], id: MeasureId) -> Result<bool, Overflow> {
        let reached = self.reached(path);
        reached.map_or(Ok(false), |row| row.measure_in_doubt(id))
    }
    fn tally_in_doubt(&self, tally: &Tally) -> bool {
        match (self.facts, self.assessing) {
            (Some(facts), Some(at)) => facts.tally_in_doubt(self.judge, tally, self.id, at),
            _ => self.dues_of(tally).open,
        }
    }
    fn cover(&self, cover: &Cover) -> Result<V<'a>, Overflow> {
        self.covered(cover)
    }
    fn cover_in_doubt(&self, cover: &Cover) -> Result<bool, Overflow> {
        self.is_cover_in_doubt(cover)
    }
    fn periods_in_doubt(&self, agg: &'a PeriodAgg) -> Result<bool, Overflow> {
        Ok(self.fold_periods(agg)?.is_some_and(|fold| fold.in_doubt(Doubt::default())))
    }
    fn in_period_in_doubt(&self, one: &'a InPeriod) -> Result<bool, Overflow> {
        self.value_in_period(one).map(|(_, in_doubt)| in_doubt)
    }
    fn result_in_doubt(&self, id: AssessmentId, field: ResultField) -> Result<bool, Overflow> {
        match (self.facts, self.assessing) {
            (_, Some(at)) if at.id == id => Ok(false),
            _ => {
                let made = self.known().result_in_doubt(id, self.id, self.result_window(id), field);
                Ok(made || self.is_found_only(id, field) || self.is_beyond_run(id)?)
            }
        }
    }
    fn tally(&self, tally: &Tally) -> Result<V<'a>, Overflow> {
        match (self.facts, self.assessing) {
            (Some(facts), Some(at)) => facts.tally(self.judge, tally, self.id, at),
            _ => Ok(self.dues_of(tally).value()),
        }
    }
    fn counter(&self, id: CounterId, field: CounterField) -> Result<V<'a>, Overflow> {
        self.counter_value(id, field)
    }
    fn periods(&self, agg: &'a PeriodAgg) -> Result<V<'a>, Overflow> {
        self.over_periods(agg)
    }
    fn in_period(&self, one: &'a InPeriod) -> Result<V<'a>, Overflow> {
        self.value_in_period(one).map(|(value, _)| value)
    }
    fn acts(&self, kind: KindId, doer: &str, named: &str, instead: bool) -> Tri {
        let world = &self.judge.world;
        let day = if self.reading.pinned { self.day } else { world.reading_day(self.kind, self.id, self.day) };
        world.acts(kind, doer, named, instead, day)
    }
    fn line(&self, line: LineValue) -> V<'a> {
        if line == LineValue::Standing {
            return self.reading.standing.map_or(V::Unknown, V::number);
        }
        self.assessing.map_or(V::Unknown, |at| at.lines.value(&self.judge.world.policy().assessments[at.id], line))
    }
    fn result(&self, id: AssessmentId, field: ResultField) -> V<'a> {
        match (self.facts, self.assessing) {
            (_, Some(at)) if at.id == id => at.own.value(field),
            _ if self.is_found_only(id, field) => V::Unknown,
            _ => self.known().result(id, self.id, self.result_window(id), field),
        }
    }
    fn result_via(&self, path: &[FieldId], id: AssessmentId, field: ResultField) -> V<'a> {
        self.reached(path).map_or(V::Unknown, |row| row.result(id, field))
    }
    fn result_via_in_doubt(&self, path: &[FieldId], id: AssessmentId, field: ResultField) -> Result<bool, Overflow> {
        self.reached(path).map_or(Ok(false), |row| row.result_in_doubt(id, field))
    }
}

impl<'a> Subject<'_, 'a> {
    /// The due days of rules, read in a term of another rule.
    fn dues_of(&self, tally: &Tally) -> Dues {
        let mut dues = Dues { latest: None, open: tally.what != TallyKind::DueDay };
        if !dues.open {
            tally.rules.iter().for_each(|(rule, _)| dues.merge(self.judge.due_of(*rule, self.id)));
        }
        dues
    }

    /// The row that references lead to, read on the day on which they are, with the same window.
    pub(super) fn reached(&self, path: &[FieldId]) -> Option<Self> {
        let world = &self.judge.world;
        let day = if self.reading.pinned { self.day } else { world.reading_day(self.kind, self.id, self.day) };
        let (kind, id) = world.follow(self.kind, self.id, path, day)?;
        let reading = Reading { pinned: false, aside: true, ..self.reading };
        Some(Subject { kind, id, day, assessing: None, reading, ..*self })
    }

    /// The period of an assessment's result here: the window, of events their own day.
    pub(super) fn result_window(&self, id: AssessmentId) -> Window {
        let of_events = self.judge.world.policy().assessments[id].every.is_none();
        let own = self.judge.event_moment(self.kind, self.id).filter(|_| of_events).map(Moment::day);
        own.map_or(self.window, |day| Window { start: day, end: day.plus(1) })
    }

    /// Whether a result of another period may still change by what is not found yet.
    fn is_found_only(&self, id: AssessmentId, field: ResultField) -> bool {
        let of_events = self.judge.world.policy().assessments[id].every.is_none();
        (self.reading.elsewhere || self.reading.aside && of_events)
            && field != ResultField::Vetoed
            && self.known().found_only(id, self.id, self.result_window(id))
    }

    /// Whether an event may have a result that this run does not make, because its day lies outside the run's period.
    fn is_beyond_run(&self, id: AssessmentId) -> Result<bool, Overflow> {
        let program = self.judge.world.program;
        let assessment = &program.policy().assessments[id];
        let window = self.result_window(id);
        let day = window.start;
        let beyond = assessment.every.is_none() && !program.spec().period.window.contains(day);
        if !beyond || !assessment.in_force.holds(day) || !program.policy().in_force.holds(day) {
            return Ok(false);
        }
        let there = Subject { day, window, assessing: None, outlook: Outlook::of(true), ..*self };
        let scope = assessment.scope.as_ref().map(|scope| there.truth_of(scope)).transpose()?;
        Ok(scope != Some(Tri::False))
    }

    /// The rows of an aggregate, folded, and what is doubtful besides.
    fn folded(&self, id: AggId) -> Result<Folded<'a>, Overflow> {
        let agg = &self.judge.world.policy().aggs[id];
        match &agg.source {
            Source::Records(parts) => self.records(id, agg, parts),
            Source::Rows(part) => self.rows(id, agg, Take::Linked(part)),
            Source::Sharing(sharing) => self.rows(id, agg, Take::Beside(sharing)),
        }
    }

    /// An aggregate over records: the slots or entries of this subject that lie in the range.
    fn records(&self, id: AggId, agg: &'a Agg, parts: &'a [SourcePart]) -> Result<Folded<'a>, Overflow> {
        let mut fold = Fold::new(&agg.op);
        let stretch = match self.stretch(&agg.frame)? {
            Stretch::Of(stretch) => stretch,
            Stretch::None(doubt) => return Ok(Folded::Rows(fold, doubt)),
        };
        let program = self.judge.world.program;
        let planned = program.planned_of[id].filter(|_| self.planned);
        match (planned.or(program.acc_of[id]), agg.thin) {
            (Some(acc), Some(thin)) => {
                let undone = self.doubt(&agg.frame, parts, stretch.from, stretch.to).undone;
                let (counted, in_doubt) = thinned(self.judge.entries(acc, self.id), thin, stretch.to, undone);
                if in_doubt {
                    return Ok(Folded::Value(in_doubt_of(&agg.op), true));
                }
                let within = |entry: &&Entry| stretch.holds(entry.day, || entry.order.date());
                for entry in counted.into_iter().filter(within) {
                    if let Some(values) = &entry.values {
                        fold.add_entry(&entry.order, values)?;
                    }
                }
            }
            (Some(acc), None) => self.gather(acc, &stretch, &mut fold)?,
            (None, _) => {}
        }
        let doubt = self.doubt_of(agg, parts, &stretch, &fold);
        Ok(Folded::Rows(fold, doubt))
    }

    /// The moment of the first record on file of an aggregate `First(at)`, whether a
    /// record with an unknown filter may be one too, and whether days of the log are not covered.
    pub(super) fn first_seen(&self, id: AggId) -> Result<(Option<Moment>, bool, bool), Overflow> {
        let agg = &self.judge.world.policy().aggs[id];
        let Source::Records(parts) = &agg.source else { return Ok((None, true, true)) };
        let mut fold = Fold::new(&agg.op);
        if let Some(acc) = self.judge.world.program.acc_of[id] {
            self.gather(acc, &Days::default(), &mut fold)?;
        }
        let missed = self.doubt(&AggFrame::Ever, parts, None, None).uncovered;
        Ok((fold.edge().and_then(V::moment), fold.is_doubtful(), missed))
    }

    /// The records of a list under a key, and whether days of its log are not covered.
    pub(super) fn listed(&self, id: AggId, key: u32) -> (&'a [Entry], bool) {
        let agg = &self.judge.world.policy().aggs[id];
        let Source::Records(parts) = &agg.source else { return (&[], true) };
        let entries = match self.judge.world.program.acc_of[id].map(|acc| self.judge.state(acc)) {
            Some(AccState::Lists(lists)) => lists.get(key as usize).map_or(&[][..], Vec::as_slice),
            _ => &[],
        };
        (entries, self.doubt(&AggFrame::Ever, parts, None, None).uncovered)
    }

    /// The value of the first or last record on file of an aggregate, whatever the doubt.
    pub(super) fn edge_value(&self, id: AggId) -> Result<Option<V<'a>>, Overflow> {
        let agg = &self.judge.world.policy().aggs[id];
        let mut fold = Fold::new(&agg.op);
        if let Some(acc) = self.judge.world.program.acc_of[id] {
            self.gather(acc, &Days::default(), &mut fold)?;
        }
        Ok(fold.edge())
    }

    /// Whether the days of a range (half-open) are covered for every kind of an aggregate's records.
    pub(super) fn is_covered(&self, id: AggId, from: Day, to: Day) -> bool {
        match &self.judge.world.policy().aggs[id].source {
            Source::Records(parts) => parts.iter().all(|part| {
                if self.judge.world.is_acting_unknown(part) {
                    return false;
                }
                let covered = self.judge.world.program.spec().coverage.get(&part.kind).map_or(&[][..], Vec::as_slice);
                from >= to || covered.iter().any(|w| w.start <= from && to <= w.end)
            }),
            Source::Rows(_) | Source::Sharing(_) => false,
        }
    }

    /// The first day from `from` on that is not covered for the records of an aggregate.
    pub(super) fn covered_until(&self, id: AggId, from: Day) -> Day {
        let Source::Records(parts) = &self.judge.world.policy().aggs[id].source else { return from };
        let until = parts.iter().map(|part| {
            let covered = self.judge.world.program.spec().coverage.get(&part.kind).map_or(&[][..], Vec::as_slice);
            let known = covered.iter().find(|w| w.contains(from) && !self.judge.world.is_acting_unknown(part));
            known.map_or(from, |w| w.end)
        });
        until.min().unwrap_or(from)
    }

    /// A bound cut with the days of its window, where the rule says so.
    pub(super) fn prorated(&self, bound: Range) -> Result<Range, Overflow> {
        let Some((left, days, rounding)) = self.reading.cut.filter(|(left, days, _)| left < days) else {
            return Ok(bound);
        };
        let Ok(part) = Ratio::new(i128::from(left), i128::from(days)) else { return Ok(bound) };
        let cut = bound.mul(Range::exact(part))?;
        let side = |side: Option<Ratio>| match rounding {
            Some(how) => side.map(|exact| Ratio::int(exact.round_int(how))),
            None => side,
        };
        Ok(Range { lo: side(cut.lo), hi: side(cut.hi) })
    }

    /// The subject as it asks for what has been.
    pub(super) fn having_been(&self) -> Self {
        Subject { outlook: Outlook { has_been: true, ..self.outlook }, ..*self }
    }

    /// The truth of a condition, false while it only waits for the window's end; `None`: what has been is not known.
    pub(super) fn decided(&self, expr: &'a Expr) -> Result<Option<Tri>, Overflow> {
        Ok(match self.truth_of(expr)? {
            Tri::Unknown => match self.having_been().truth_of(expr)? {
                Tri::Unknown => None,
                _ => Some(Tri::False),
            },
            truth => Some(truth),
        })
    }

    /// The truth of a condition.
    pub(super) fn truth_of(&self, expr: &'a Expr) -> Result<Tri, Overflow> {
        Ok(eval(expr, self)?.truth())
    }

    fn gather(&self, acc: AccId, stretch: &Days, fold: &mut Fold<'a>) -> Result<(), Overflow> {
        let accumulator = &self.judge.world.program.accumulators[acc];
        // A link to the whole keeps everything under id 0.
        let whole = accumulator.parts.iter().all(|part| part.source.link == Link::Whole);
        let id = if whole { 0 } else { self.id };
        let range = accumulator.slots.as_ref().map_or(0..0, |slots| slots.range(stretch.from, stretch.to));
        match self.judge.state(acc) {
            AccState::Counts { slots, cells, doubtful, loose } => {
                let base = id as usize * slots;
                let count = cells.of(id).sum(range.clone());
                let of = |noted: &HashMap<u64, u32>| -> u64 {
                    if noted.is_empty() {
                        return 0;
                    }
                    let cell = |slot: usize| noted.get(&((base + slot) as u64)).copied().unwrap_or(0);
                    range.clone().map(|slot| u64::from(cell(slot))).sum()
                };
                fold.add_counts(count, of(doubtful));
                fold.add_loose(of(loose));
            }
            AccState::Cells { slots, cells } => {
                for slot in range {
                    if let Some(cell) = cells.get(&(u64::from(id) * *slots as u64 + slot as u64)) {
                        fold.add_cell(cell)?;
                    }
                }
            }
            AccState::Lists(lists) => {
                let entries = lists.get(id as usize).map_or(&[][..], Vec::as_slice);
                for entry in entries.iter().filter(|entry| stretch.holds(entry.day, || entry.order.date())) {
                    match &entry.values {
                        Some(values) => {
                            fold.add_entry(&entry.order, values)?;
                            fold.add_loose(u64::from(entry.is_loose));
                        }
                        None => fold.add_counts(0, 1),
                    }
                }
            }
        }
        Ok(())
    }

    /// What makes records of a stretch doubtful besides themselves.
    fn doubt_of(&self, agg: &Agg, parts: &[SourcePart], stretch: &Days, fold: &Fold<'_>) -> Doubt {
        let mut doubt = self.doubt(&agg.frame, parts, stretch.from, stretch.to);
        // What is missing after the first record is not before it.
        if let Some(first) = fold.first_day()
            && doubt.uncovered
            && parts.iter().all(|part| part.year_field.is_none())
        {
            let to = stretch.to.map_or(first.plus(1), |to| to.min(first.plus(1)));
            doubt.uncovered = self.doubt(&agg.frame, parts, stretch.from, Some(to)).uncovered;
        }
        doubt.uncovered |= stretch.uncovered;
        doubt
    }

    /// Doubt (a) and (b) of docs/SEMANTICS.md, section 4.
    pub(super) fn doubt(&self, frame: &AggFrame, parts: &[SourcePart], from: Option<Day>, to: Option<Day>) -> Doubt {
        let spec = self.judge.world.program.spec();
        let reference = spec.as_of.reference();
        let day_starts = parts.iter().map(|part| part.day_starts).max().unwrap_or(0);
        let is_ahead = |to: Day| self.outlook.is_ahead(spec.as_of, to, day_starts);
        let ahead = *frame != AggFrame::Ever && to.is_some_and(is_ahead);
        let uncovered = parts.iter().any(|part| {
            if self.judge.world.is_acting_unknown(part) {
                return true;
            }
            let covered = spec.coverage.get(&part.kind).map_or(&[][..], Vec::as_slice);
            let (Some(first), Some(last)) = (covered.first(), covered.last()) else { return true };
            let start = from.unwrap_or(first.start);
            // Of days that start later, the small hours of one more.
            let to = to.map(|to| to.plus(i32::from(part.day_starts > 0)));
            let end = match to {
                // What lies past as-of is open, not uncovered; where nothing is open, all of it must be covered.
                Some(to) if self.outlook.settled && !ahead => to,
                Some(to) => to.min(reference),
                None if *frame == AggFrame::Ever => last.end.min(reference),
                None => reference,
            };
            // The log begins with the first covered day where the range has no start of its own.
            let start = if from.is_none() { start.max(first.start) } else { start };
            start < end && !covered.iter().any(|w| w.start <= start && end <= w.end)
        });
        let Outlook { has_been, fillable, .. } = self.outlook;
        Doubt { uncovered, open: ahead && !has_been, undone: ahead || fillable, no_frame: false }
    }

    /// An aggregate over the rows of a register on the day that the rule says, or over events as rows.
    fn rows(&self, id: AggId, agg: &'a Agg, take: Take<'a>) -> Result<Folded<'a>, Overflow> {
        if self.judge.world.policy().kinds[take.part().kind].role == Role::Record {
            return match self.stretch(&agg.frame)? {
                // Events are grouped once, whatever the window.
                Stretch::Of(stretch) => {
                    let never = Window { start: Day(0), end: Day(0) };
                    self.rows_in(id, agg, take, &stretch, never, self.window.last())
                }
                Stretch::None(doubt) => Ok(Folded::Rows(Fold::new(&agg.op), doubt)),
            };
        }
        let on = |day: Day| Window { start: day, end: day.plus(1) };
        let day = match self.reading.rows {
            RowsDay::Mean if gives_number(&agg.op) => {
                let (mut sum, mut day) = (Range::exact(Ratio::ZERO), self.window.start);
                let mut doubt = false;
                while day < self.window.end {
                    let reading = Reading { rows: RowsDay::On(day), ..self.reading };
                    let subject = Subject { reading, ..*self };
                    let folded = subject.rows_in(id, agg, take, &Days::default(), on(day), day)?;
                    doubt |= folded.in_doubt();
                    sum = sum.add(folded.value()?.range())?;
                    day = day.plus(1);
                }
                let days = Ratio::int(i128::from(self.window.day_count().max(1)));
                let factor = Ratio::ONE.div(days)?.unwrap_or(Ratio::ONE);
                return Ok(Folded::Value(V::Num(sum.mul(Range::exact(factor))?), doubt));
            }
            RowsDay::First => self.window.start,
            RowsDay::Last | RowsDay::Mean => self.window.last(),
            RowsDay::On(day) => day,
        };
        self.rows_in(id, agg, take, &Days::default(), self.rows_there(id, day), day)
    }

    /// The days on one of which a row of a register must be there that is counted on a day: who has a result in the window
    /// may have left before its end.
    pub(super) fn rows_there(&self, id: AggId, day: Day) -> Window {
        let of_results = self.judge.world.program.of_results.get(id) == Some(&true);
        let on_one = matches!(self.reading.rows, RowsDay::On(_)) || !of_results;
        Window { start: if on_one { day } else { self.window.start.min(day) }, end: day.plus(1) }
    }

    fn rows_in(
        &self,
        id: AggId,
        agg: &'a Agg,
        take: Take<'a>,
        stretch: &Days,
        window: Window,
        day: Day,
    ) -> Result<Folded<'a>, Overflow> {
        let part = match take {
            Take::Linked(part) => part,
            Take::Beside(sharing) => return self.beside(id, agg, sharing, stretch, window, day),
        };
        let group = self.judge.group(id, part, window);
        let whole = part.link == Link::Whole;
        let rows = group.get(&if whole { 0 } else { self.id }).map_or(&[][..], Vec::as_slice);
        let mut fold = Fold::new(&agg.op);
        // Of the first or last row alone the value is asked.
        let edge = match &agg.op {
            AggOp::First(_) => Some(Ordering::Less),
            AggOp::Last(_) => Some(Ordering::Greater),
            _ => None,
        };
        let mut at_edge: Option<(RecordOrder, u32)> = None;
        let is_undone = self.judge.world.program.undone.get(id) == Some(&true);
        for row in rows {
            let moment = self.judge.event_moment(part.kind, *row);
            if moment.is_some_and(|moment| !stretch.holds(moment.day(), || moment)) {
                continue;
            }
            let subject = self.of_row(part, *row, day);
            match subject.takes(part)? {
                Tri::False => continue,
                Tri::Unknown => {
                    fold.add_counts(0, 1);
                    continue;
                }
                Tri::True => {}
            }
            if is_undone && subject.is_loose(agg, part)? {
                fold.add_loose(1);
            }
            let order = self.judge.row_order(part.kind, *row);
            if let Some(edge) = edge {
                if at_edge.as_ref().is_none_or(|(best, _)| order.cmp(best) == edge) {
                    at_edge = Some((order, *row));
                }
                continue;
            }
            fold.add_row(Some(Cow::Owned(order)), &subject.values_of(agg)?)?;
        }
        if let Some((order, row)) = at_edge {
            fold.add_row(Some(Cow::Owned(order)), &self.of_row(part, row, day).values_of(agg)?)?;
        }
        let doubt = self.rows_doubt(agg, part, stretch, &fold);
        Ok(Folded::Rows(fold, doubt))
    }

    /// Whether a row is taken, and if so the values of the aggregate's expressions.
    pub(super) fn read_row(
        &self,
        id: AggId,
        part: &'a SourcePart,
        row: u32,
        day: Day,
    ) -> Result<ReadRow<'a>, Overflow> {
        let agg = &self.judge.world.policy().aggs[id];
        let subject = self.of_row(part, row, day);
        match subject.takes(part)? {
            Tri::True => {
                let is_undone = self.judge.world.program.undone.get(id) == Some(&true);
                let is_loose = is_undone && subject.is_loose(agg, part)?;
                Ok(ReadRow { keep: Tri::True, is_loose, values: subject.values_of(agg)? })
            }
            keep => Ok(ReadRow { keep, is_loose: false, values: Vec::new() }),
        }
    }

    /// Whether this row, which is taken, may stop counting or come to another value because something empty is filled in.
    fn is_loose(&self, agg: &'a Agg, part: &'a SourcePart) -> Result<bool, Overflow> {
        let filled = Subject { outlook: Outlook { fillable: true, ..self.outlook }, ..*self };
        Ok(filled.takes(part)? != Tri::True || filled.values_of(agg)? != self.values_of(agg)?)
    }

    /// A row of a source in this one's place.
    pub(super) fn of_row(&self, part: &SourcePart, row: u32, day: Day) -> Self {
        let reading = Reading { pinned: false, aside: true, ..self.reading };
        Subject { kind: part.kind, id: row, day, assessing: None, reading, ..*self }
    }

    /// Whether this row is one of a source.
    fn takes(&self, part: &'a SourcePart) -> Result<Tri, Overflow> {
        // What is counted is what has happened.
        let seen = Subject { planned: false, ..*self };
        part.filter.as_ref().map_or(Ok(Tri::True), |filter| seen.truth_of(filter))
    }

    /// What an aggregate reads of this row.
    fn values_of(&self, agg: &'a Agg) -> Result<Vec<V<'a>>, Overflow> {
        op_exprs(&agg.op).into_iter().map(|expr| eval(expr, self)).collect()
    }

    /// What makes rows of a stretch doubtful besides themselves.
    pub(super) fn rows_doubt(&self, agg: &Agg, part: &SourcePart, stretch: &Days, fold: &Fold<'_>) -> Doubt {
        match self.judge.world.policy().kinds[part.kind].role {
            Role::Record => self.doubt_of(agg, std::slice::from_ref(part), stretch, fold),
            Role::Entity => Doubt { uncovered: !self.is_listed(part.kind), ..Doubt::default() },
            Role::Whole => Doubt::default(),
        }
    }

    /// Whether the subjects of an entity kind are known at all: from a register, or from some source
    /// that refers to them.
    pub(super) fn is_listed(&self, kind: KindId) -> bool {
        let program = self.judge.world.program;
        let policy = program.policy();
        let brought = |id: &KindId| program.spec().coverage.contains_key(id);
        brought(&kind)
            || policy
                .kinds
                .entries()
                .any(|(id, other)| brought(&id) && other.fields.iter().any(|field| field.ty == Type::Ref(kind)))
    }
}

/// Whether an aggregate gives a number, of which there is a mean.
fn gives_number(op: &AggOp) -> bool {
    matches!(
        op,
        AggOp::Count | AggOp::Distinct(_) | AggOp::Sum(_) | AggOp::Average(..) | AggOp::Share(_) | AggOp::Quantile(..)
    )
}
