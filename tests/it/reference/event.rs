//! Events of a subject: fields, records, neighbours, computed moments; sequences of them.

use chrono::NaiveDate;
use wangge::model::{AggFrame, AggId, AggOp, Event, Marks, Near, SequenceReq, Source, Which};

use super::Run;
use super::eval::Context;
use super::obligation::Part;
use super::term::show_moment;
use super::time::after;
use super::value::{Moment, Truth, V, all};
use super::world::Subject;

/// The moment of an event, and why it may be missing although it happened.
pub struct Step {
    pub moment: Option<Moment>,
    pub gap: bool,
    pub doubtful: bool,
    /// What it starts belongs to the period of this day, if not of its own.
    pub owner: Option<NaiveDate>,
}

/// Any number of moments.
pub struct Moments {
    pub moments: Vec<Moment>,
    pub agg: Option<AggId>,
    /// Moments of records with an unknown filter.
    pub unsure: Vec<Moment>,
    /// There are some, or the one event that is meant may be one.
    pub doubtful: bool,
}

impl Run<'_> {
    /// An event of a subject. Fields of an entity, and what is computed, are read on the reference date.
    pub fn event(&self, event: &Event, context: &Context<'_>, future: bool) -> Step {
        let on = self.on_reference(context, future);
        let day = on.day;
        let plain = |moment| Step { moment, gap: false, doubtful: false, owner: None };
        match event {
            Event::Field(path) => plain(self.read(&on.row, path, day, future).moment()),
            Event::Value(expr) => {
                let moment = self.eval(expr, &on).moment();
                Step { doubtful: moment.is_none() && self.in_doubt(expr, &on), ..plain(moment) }
            }
            Event::Record(id) => {
                let agg = &self.policy.aggs[*id];
                let found = self.find(&agg.source, &agg.frame, context);
                let mut moments: Vec<Moment> = found.rows.iter().filter_map(|row| self.moment_of(&row.row)).collect();
                moments.sort_by_key(|m| m.order());
                let moment = if matches!(agg.op, AggOp::Last(_)) { moments.pop() } else { moments.first().copied() };
                Step { moment, gap: found.gap, doubtful: found.doubtful > 0, owner: None }
            }
            Event::Nth(id, n) => {
                let found = self.find(&self.policy.aggs[*id].source, &AggFrame::Ever, context);
                let mut moments: Vec<Moment> = found.rows.iter().filter_map(|row| self.moment_of(&row.row)).collect();
                moments.sort_by_key(|m| m.order());
                let moment = moments.into_iter().nth(*n as usize - 1);
                Step { moment, gap: found.gap, doubtful: found.doubtful > 0, owner: None }
            }
            Event::Turn(turn) => self.one_turn(turn, context),
            Event::Next(id, which) => {
                // The window begins with the term.
                let source = &self.policy.aggs[*id].source;
                let found = self.find(source, &AggFrame::Ever, context);
                let mut later: Vec<Moment> = (found.rows.iter().filter_map(|row| self.moment_of(&row.row)))
                    .filter(|moment| moment.day() >= context.window.0)
                    .collect();
                later.sort_by_key(|m| m.order());
                let always = Context { window: (context.window.0, NaiveDate::MAX), ..context.clone() };
                let doubtful = self.doubtful_days(source, &always).iter().any(|day| *day >= context.window.0);
                let moment = match which {
                    Which::Nth(n) => later.get(*n as usize - 1).copied(),
                    Which::Last => later.pop(),
                };
                Step { moment, gap: found.gap, doubtful, owner: None }
            }
            Event::Near(near) => self.beside(near, &on),
        }
    }

    /// As what is computed of events is read.
    pub fn on_reference<'c>(&self, context: &Context<'c>, future: bool) -> Context<'c> {
        let day = self.reference();
        let window = (day, after(day));
        Context { day, window, doubts_open: false, future, reading: Default::default(), ..context.clone() }
    }

    fn moment_of(&self, row: &Subject) -> Option<Moment> {
        match row {
            Subject::Record(kind, at) => Some(self.moment(*kind, *at)),
            Subject::Key(..) => None,
        }
    }

    /// The record next to a record: joined by what both refer to.
    fn beside(&self, near: &Near, context: &Context<'_>) -> Step {
        let nothing = Step { moment: None, gap: false, doubtful: true, owner: None };
        let own = self.moment_of(&context.row).expect("a record has neighbours");
        let Some(key) = self.follow(&context.row, &near.own[0], own.day()) else { return nothing };
        let shared: Vec<V> = near.own[1..].iter().map(|path| self.read(&context.row, path, own.day(), false)).collect();
        if shared.contains(&V::Unknown) {
            return nothing;
        }
        let agg = &self.policy.aggs[near.list];
        let (Source::Records(parts), AggOp::List(values)) = (&agg.source, &agg.op) else { unreachable!("a list") };
        let part = &parts[0];
        let gap = self.find(&agg.source, &AggFrame::Ever, context).gap;
        let is_listed = part.kind == context.row.kind() && self.leads(&context.row, &part.link, own.day(), &key) && {
            let here = Context { day: own.day(), future: false, ..context.clone() };
            part.filter.as_ref().is_none_or(|filter| self.truth(filter, &here) == Some(true))
        };
        let rank = |row: &Subject| (self.order(row), self.key_order(row));
        let (mut found, mut doubtful) = (Vec::new(), false);
        for at in self.read_records(part.kind) {
            let row = Subject::Record(part.kind, at);
            let moment = self.moment(part.kind, at);
            let itself = part.kind == context.row.kind() && self.key(&row) == self.key(&context.row);
            if itself || !self.leads(&row, &part.link, moment.day(), &key) {
                continue;
            }
            let here = Context { row, day: moment.day(), future: false, ..context.clone() };
            match part.filter.as_ref().map_or(Some(true), |filter| self.truth(filter, &here)) {
                Some(false) => {}
                None => doubtful = true,
                Some(true) => {
                    let others = values[1..].iter().map(|value| self.eval(value, &here));
                    let (compared, other) = (moment.compare(own), Subject::Record(part.kind, at));
                    let placed = if compared.is_eq() && is_listed {
                        (rank(&other) > rank(&context.row)) == near.after
                    } else if near.after {
                        compared.is_ge()
                    } else {
                        compared.is_le()
                    };
                    if placed && others.eq(shared.iter().cloned()) {
                        found.push(moment);
                    }
                }
            }
        }
        found.sort_by_key(|m| m.order());
        let moment = if near.after { found.first().copied() } else { found.pop() };
        // `follows`: the one who follows says in which period.
        let owner = if near.after { None } else { Some(own.day()) };
        Step { moment, gap, doubtful, owner }
    }

    /// Every moment of marks.
    pub fn marks(&self, marks: &Marks, context: &Context<'_>) -> Moments {
        match marks {
            Marks::One(event) => {
                let step = self.event(event, context, false);
                let moments = step.moment.into_iter().collect();
                Moments { moments, agg: event.agg(), unsure: Vec::new(), doubtful: step.doubtful }
            }
            Marks::All(id) => {
                let found = self.find(&self.policy.aggs[*id].source, &AggFrame::Ever, context);
                let moments = found.rows.iter().filter_map(|row| self.moment_of(&row.row)).collect();
                let always = Context { window: (context.window.0, NaiveDate::MAX), ..context.clone() };
                let unsure = self.doubtful_moments(&self.policy.aggs[*id].source, &always);
                Moments { moments, agg: Some(*id), unsure, doubtful: found.doubtful > 0 }
            }
        }
    }

    /// Steps that are all there, each not before the one before it, each by another hand if that is demanded.
    pub fn require_sequence(&self, steps: &SequenceReq, context: &Context<'_>) -> Part {
        let found: Vec<Step> = steps.events.iter().map(|e| self.event(e, context, false)).collect();
        let measured = found.iter().map(|step| show_moment(step.moment)).collect();
        let moments: Vec<Moment> = found.iter().filter_map(|step| step.moment).collect();
        let rises = moments.windows(2).all(|pair| pair[0].compare(pair[1]).is_le());
        let in_doubt = found.iter().any(|step| step.moment.is_none() && (step.gap || step.doubtful));
        let order = if rises && in_doubt { None } else { Some(rises && moments.len() == steps.events.len()) };
        let hands: Vec<V> = (steps.hands.iter().zip(&found))
            .filter(|(_, step)| step.moment.is_some())
            .map(|(hand, _)| self.at_edge(*hand, context))
            .collect();
        let mut truths: Vec<Truth> = vec![order];
        for (at, hand) in hands.iter().enumerate() {
            for other in &hands[at + 1..] {
                truths.push(hand.compare(wangge::model::CompareOp::Ne, other));
            }
        }
        Part { truth: all(truths), measured, required: Vec::new() }
    }

    /// The value at the first or last record, whatever the doubt.
    fn at_edge(&self, id: AggId, context: &Context<'_>) -> V {
        let agg = &self.policy.aggs[id];
        let found = self.find(&agg.source, &agg.frame, context);
        match &agg.op {
            AggOp::First(expr) => self.in_order(&found, expr).into_iter().next().unwrap_or(V::Unknown),
            AggOp::Last(expr) => self.in_order(&found, expr).pop().unwrap_or(V::Unknown),
            _ => unreachable!("a hand stands at the first or last record"),
        }
    }
}
