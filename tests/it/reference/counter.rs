//! Counters (section "Counters"): the records of a subject one moment after the other.

use chrono::NaiveDate;
use wangge::model::{
    AfterLastStep, AggFrame, AggOp, Counter, CounterField, CounterId, Effect, EffectOrigin, Excess, Expr, Frame,
    OpenCounter, Period, Results, Source, SourcePart,
};

use super::Run;
use super::award::{brought_to, word};
use super::eval::Context;
use super::time::{Span, after, before, plus, shift, step_from, window, windows};
use super::value::{Num, Range, Truth, V, int, ratio};
use super::world::Subject;

/// Moment, day and points of a record; no points: not known. Or a record that clears.
type Charge = ((chrono::NaiveDateTime, bool), NaiveDate, Option<Num>, bool);

/// What the records before a day have led to.
struct State {
    /// Day and points of what still counts.
    charges: Vec<(NaiveDate, Num)>,
    step: usize,
    last_points: Option<NaiveDate>,
    reached: Vec<(NaiveDate, usize)>,
    unknown: bool,
    /// Days with records of which it is not known whether they count, or what they add.
    open: Vec<NaiveDate>,
    /// The day that was looked at before.
    before: Option<NaiveDate>,
}

impl State {
    /// After a clean term the ladder begins again, and with a new period there is nothing.
    /// `cleared`: the windows with which points are gone, around a day.
    /// `asks`: whether a window takes the points that stand on its last day.
    fn on(&mut self, day: NaiveDate, counter: &Counter, cleared: &[Span], asks: &dyn Fn(Span, Num) -> Truth) {
        if let Some((n, unit)) = counter.clean
            && self.last_points.is_some_and(|last| shift(last, i64::from(n), unit) < day)
        {
            self.step = 0;
            if counter.clean_clears {
                self.charges.clear();
            }
        }
        // A window begins between: the one before it ends.
        let passed = self.before.replace(day);
        for (start, _) in
            cleared.iter().filter(|(start, _)| passed.is_some_and(|passed| passed < *start) && *start <= day)
        {
            let last = before(*start);
            let own = cleared.iter().find(|window| window.1 == *start).map_or(last, |window| window.0);
            match asks((own, *start), self.standing(last, counter)) {
                Some(true) => self.clear(),
                Some(false) => {}
                None => self.open.push(*start),
            }
        }
    }

    fn clear(&mut self) {
        self.step = 0;
        self.charges.clear();
    }

    /// Less points: the oldest that stand go first.
    fn forgive(&mut self, day: NaiveDate, counter: &Counter, mut points: Num) {
        let (n, unit) = counter.steps[self.step.min(counter.steps.len() - 1)].term;
        let from = shift(day, -i64::from(n), unit);
        for (_, left) in self.charges.iter_mut().filter(|(at, _)| *at > from) {
            let gone = points.clone().min(left.clone());
            *left -= gone.clone();
            points -= gone;
        }
    }

    fn standing(&self, day: NaiveDate, counter: &Counter) -> Num {
        let (n, unit) = counter.steps[self.step.min(counter.steps.len() - 1)].term;
        let from = shift(day, -i64::from(n), unit);
        self.charges.iter().filter(|(at, _)| *at > from).map(|(_, points)| points.clone()).sum()
    }
}

impl Run<'_> {
    /// The records of the counter before the end of the context's window, replayed.
    /// The windows with which points are gone, of two days and those between.
    fn clearings(&self, counter: &Counter, row: &Subject, (from, until): Span) -> Vec<Span> {
        match &counter.cleared_every {
            None => Vec::new(),
            Some(Frame::Cycle { from: date, count, unit }) => {
                let Some(anchor) = self.read(row, date, self.reference(), false).moment() else { return Vec::new() };
                let step = |n: i64| step_from(anchor.day(), *unit, n * i64::from(*count));
                (0..).map(|n| (step(n), step(n + 1))).take_while(|w| w.0 <= until).collect()
            }
            Some(frame) => {
                let Frame::Every { count, .. } = frame else { unreachable!("calendar windows") };
                let days = 400 * i64::from(*count);
                windows(frame, (plus(from, -days), plus(until, days)), self.policy.year_start)
            }
        }
    }

    fn replay(&self, counter: &Counter, context: &Context<'_>) -> State {
        let agg = &self.policy.aggs[counter.points];
        let AggOp::Sum(value) = &agg.op else { unreachable!("a counter adds points") };
        let mut state = State {
            charges: Vec::new(),
            step: 0,
            last_points: None,
            reached: Vec::new(),
            unknown: false,
            open: Vec::new(),
            before: None,
        };
        let counted = |day: NaiveDate| self.counts_on(counter, &context.row, day);
        let takes = |day: NaiveDate| self.both_in_force(&counter.in_force, day) && counted(day) != Some(false);
        let clearing = counter.cleared_by.iter().map(|agg| (&self.policy.aggs[*agg].source, None));
        let mut rows: Vec<Charge> = Vec::new();
        for (source, value) in std::iter::once((&agg.source, Some(value))).chain(clearing) {
            let (charges, unsure) = match source {
                Source::Rows(part) => self.own_charges(part, value, context),
                source => {
                    let found = self.find(source, &AggFrame::UpToEnd, context).rows;
                    let charge = |row: &Context<'_>| {
                        let Subject::Record(kind, at) = &row.row else { unreachable!("a counter is over records") };
                        let moment = self.moment(*kind, *at);
                        let points = value.map(|value| self.part_of(self.eval(value, row), source, row).exact());
                        (moment.order(), moment.day(), points.unwrap_or(Some(int(0))), value.is_none())
                    };
                    (found.iter().map(charge).collect(), self.doubtful_days(source, context))
                }
            };
            // Rows whose filter is unknown count only on days that are taken, so each source is looked at as a whole.
            state.open.extend(unsure.into_iter().filter(|day| takes(*day)));
            rows.extend(charges);
        }
        rows.retain(|(_, day, ..)| takes(*day));
        state.open.extend(rows.iter().map(|(_, day, ..)| *day).filter(|day| counted(*day).is_none()));
        rows.sort_by_key(|(order, ..)| *order);
        let edges = rows.first().zip(rows.last()).map(|(first, last)| (first.1, last.1));
        let cleared = edges.map_or(Vec::new(), |edges| self.clearings(counter, &context.row, edges));
        let mut at = 0;
        while at < rows.len() {
            let (order, day, ..) = rows[at].clone();
            let together: Vec<_> = rows[at..].iter().take_while(|r| r.0 == order).cloned().collect();
            at += together.len();
            state.on(day, counter, &cleared, &|window, points| self.clears(counter, &context.row, window, points));
            if together.iter().any(|r| r.3) {
                state.clear();
            }
            state.open.extend(together.iter().filter(|r| r.2.is_none()).map(|r| r.1));
            let points: Num = together.into_iter().filter_map(|r| r.2).sum();
            if points > int(0) {
                state.last_points = Some(day);
            }
            if points < int(0) {
                state.forgive(day, counter, -points);
            } else {
                state.charges.push((day, points));
            }
            // One moment reaches a step at most once.
            let mut before = usize::MAX;
            loop {
                let last = counter.steps.len() - 1;
                let next = state.step.min(last);
                if next == before || (counter.after_last == AfterLastStep::Ends && state.step > last) {
                    break;
                }
                let Some(threshold) = self.eval(&counter.steps[next].at, context).exact() else {
                    state.unknown = true;
                    break;
                };
                let points = state.standing(day, counter);
                if points < threshold {
                    break;
                }
                state.reached.push((day, next));
                state.charges = match counter.excess {
                    Excess::Carried => vec![(day, points - threshold)],
                    Excess::Dropped => Vec::new(),
                };
                state.step += 1;
                before = next;
            }
        }
        state
    }

    /// What records add whose points read more than the record: each is looked at on its own day. And the days of those
    /// that may not be meant.
    fn own_charges(
        &self,
        part: &SourcePart,
        value: Option<&Expr>,
        context: &Context<'_>,
    ) -> (Vec<Charge>, Vec<NaiveDate>) {
        let (mut charges, mut unsure) = (Vec::new(), Vec::new());
        for row in self.subjects(part.kind) {
            let Subject::Record(kind, at) = row else { unreachable!("an event") };
            let moment = self.moment(kind, at);
            let day = moment.day();
            if day >= context.window.1 || !self.leads_in(part, &row, day, &context.row) {
                continue;
            }
            let own = self.state_context(&row, day);
            match self.part_takes(part, &own) {
                Some(true) => {
                    let points = value.map_or(Some(int(0)), |value| self.eval(value, &own).exact());
                    charges.push((moment.order(), day, points, value.is_none()));
                }
                Some(false) => {}
                None => unsure.push(day),
            }
        }
        (charges, unsure)
    }

    /// Whether points go with a window that ends.
    fn clears(&self, counter: &Counter, row: &Subject, window: Span, points: Num) -> Truth {
        let Some(when) = &counter.cleared_when else { return Some(true) };
        let mut there = Context { window, ..self.state_context(row, before(window.1)) };
        there.reading.standing = Some(points);
        self.truth(when, &there)
    }

    /// Whether the counter counts for a subject on a day.
    fn counts_on(&self, counter: &Counter, subject: &Subject, day: NaiveDate) -> Truth {
        if !self.there(subject, day) {
            return Some(false);
        }
        counter.scope.as_ref().map_or(Some(true), |scope| self.truth(scope, &self.state_context(subject, day)))
    }

    pub fn counter_value(&self, id: CounterId, field: CounterField, context: &Context<'_>) -> V {
        let counter = &self.policy.counters[id];
        let mut state = self.replay(counter, context);
        let read = counter.cleared_by.iter().chain([&counter.points]);
        let missed = read.into_iter().any(|agg| {
            let found = self.find(&self.policy.aggs[*agg].source, &AggFrame::UpToEnd, context);
            found.gap || found.open
        });
        let today = before(context.window.1);
        let counts = self.counts_on(counter, &context.row, today);
        if state.unknown || !state.open.is_empty() || missed || counts.is_none() {
            return V::Num(Range::ANY);
        }
        if counts == Some(false) && field != CounterField::StepsInWindow {
            return V::number(int(0));
        }
        let windows = self.clearings(counter, &context.row, (state.before.unwrap_or(today), today));
        state.on(today, counter, &windows, &|window, points| self.clears(counter, &context.row, window, points));
        if !state.open.is_empty() {
            return V::Num(Range::ANY);
        }
        let count = |n: usize| V::number(int(i64::try_from(n).expect("few steps")));
        match field {
            CounterField::Points => V::number(state.standing(today, counter)),
            CounterField::Steps => count(state.step),
            CounterField::StepsInWindow => {
                count(state.reached.iter().filter(|(day, _)| *day >= context.window.0).count())
            }
        }
    }

    /// The days on which steps are reached, as known by as-of.
    pub fn step_days(&self, counter: &Counter, subject: &Subject) -> Vec<NaiveDate> {
        let today = self.as_of_day();
        let context = Context { window: (today, after(today)), ..self.state_context(subject, today) };
        let mut days: Vec<NaiveDate> = self.replay(counter, &context).reached.into_iter().map(|(day, _)| day).collect();
        days.dedup();
        days
    }

    /// The context of a subject on one day, of which nothing is open.
    pub fn state_context<'a>(&self, subject: &Subject, day: NaiveDate) -> Context<'a> {
        Context {
            row: subject.clone(),
            day,
            window: (day, after(day)),
            doubts_open: false,
            future: false,
            own: None,
            reading: Default::default(),
        }
    }

    pub fn list_steps(&self, results: &mut Results) {
        for (id, counter) in self.policy.counters.entries() {
            for subject in self.subjects(counter.subject) {
                let span = self.spec.period;
                let context = Context {
                    row: subject.clone(),
                    day: span.0,
                    window: span,
                    doubts_open: false,
                    future: false,
                    own: None,
                    reading: Default::default(),
                };
                let state = self.replay(counter, &context);
                let open = state.open.iter().min();
                if open.is_some() {
                    results.open_counters.push(OpenCounter { counter: id, subject: self.key(&subject) });
                }
                for (day, step) in state.reached {
                    if day < span.0 {
                        continue;
                    }
                    let there = Context { day, window: (day, after(day)), ..context.clone() };
                    if counter.scope.as_ref().is_some_and(|scope| self.truth(scope, &there) != Some(true)) {
                        continue;
                    }
                    for brought in &counter.steps[step].effects {
                        let exact = |e| self.eval(e, &there).exact();
                        let (amount, unit) = match (brought.amount.as_ref().and_then(exact), brought.lasting) {
                            (None, _) => (None, String::new()),
                            (Some(length), Some(unit)) if length.is_integer() && length >= int(0) => {
                                (Some(length), format!("{unit:?}").to_lowercase())
                            }
                            (Some(_), Some(_)) => (None, String::new()),
                            (Some(money), None) => {
                                (Some(brought_to(money, &counter.money)), self.policy.currency.word().to_owned())
                            }
                        };
                        let reason = match (&brought.amount, &amount) {
                            (Some(_), None) => "unknown".to_owned(),
                            _ if open.is_some_and(|open| *open <= day) => "unknown".to_owned(),
                            _ => (step + 1).to_string(),
                        };
                        let listed = Effect {
                            origin: EffectOrigin::Counter(id),
                            subject: self.key(&subject),
                            period: Period::new(window(there.window)),
                            kind: word(brought.kind),
                            name: brought.name.clone(),
                            amount: amount.map(|n| ratio(&n)),
                            unit,
                            recipient: String::new(),
                            payer: String::new(),
                            reason,
                        };
                        self.pay_out(&brought.payee, &there, listed, &mut results.effects);
                    }
                }
            }
        }
    }
}
