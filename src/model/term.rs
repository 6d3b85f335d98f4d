//! Terms and sequences of the checked policy: events, how long a term runs, what lengthens it.

use super::expr::{Expr, Path};
use super::ids::{AggId, CalendarId, ClockId};
use super::value::TermUnit;

/// An event of a subject, in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A date or time field of the subject (or reached from it).
    Field(Path),
    /// The first or last record, on file by as-of: an aggregate `First(at)` or `Last(at)`.
    Record(AggId),
    /// The record next to the subject, itself a record.
    Near(Near),
    /// A day or time that is computed.
    Value(Box<Expr>),
}

/// The first record at or after the subject's own moment (`after`), or the last at or before it, that shares its
/// references. The subject itself is not its own neighbour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// An aggregate `List`: the record's moment, then its other shared references.
    pub list: AggId,
    /// The subject's references: the first leads to the key of the list, the others stand beside the list's.
    pub own: Vec<Path>,
    /// After the subject, else before it.
    pub after: bool,
}

/// How the step of a term stands to its start (or due day).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TermKind {
    /// Not later than the amount after the start.
    Within,
    /// Not earlier than the amount after the start.
    NotBefore,
    /// At least the amount before `start`.
    Ahead,
    /// Not later than `start`, which holds the due day.
    By,
}

/// A term.
#[derive(Debug, Clone)]
pub struct TermReq {
    /// What must happen.
    pub step: Event,
    /// What starts the term; of `Ahead` and `By`, what it is counted back from.
    pub start: Event,
    /// Number of units (may be a parameter, open).
    pub amount: Expr,
    /// Unit.
    pub unit: TermUnit,
    /// How the step stands to the start.
    pub kind: TermKind,
    /// Calendar for workdays and for moving the last day.
    pub calendar: Option<CalendarId>,
    /// Hours, minutes and workdays run on this office clock.
    pub clock: Option<ClockId>,
    /// A last day on a rest day moves to the next workday (`Ahead`: to the one before).
    pub moves: bool,
    /// A step before its start meets the term too.
    pub or_before: bool,
    /// A subject without the start is unmet (else not due).
    pub missing_start_unmet: bool,
    /// The obligation belongs to the period of its last day (else of the start).
    pub by_due_day: bool,
    /// What lengthens the term once.
    pub extended: Option<Extension>,
    /// What stops the term.
    pub stopped: Option<Stop>,
}

/// A longer term, if an event lies in the running one.
#[derive(Debug, Clone)]
pub struct Extension {
    /// Number of units.
    pub amount: Expr,
    /// Unit; hours and minutes only where the term is of such too.
    pub unit: TermUnit,
    /// The event.
    pub with: Event,
}

/// Pairs of events between which a term does not run.
#[derive(Debug, Clone)]
pub struct Stop {
    /// What stops it.
    pub from: Marks,
    /// What lets it run on.
    pub to: Marks,
}

/// Moments in time, any number of them.
#[derive(Debug, Clone)]
pub enum Marks {
    /// One event.
    One(Event),
    /// Every record of an aggregate `List(at)`.
    All(AggId),
}

/// Steps in an order.
#[derive(Debug, Clone)]
pub struct SequenceReq {
    /// The steps.
    pub events: Vec<Event>,
    /// By different hands: for each step an aggregate that reads the hand at the step's record. Empty: not demanded.
    pub hands: Vec<AggId>,
}

impl TermReq {
    /// The aggregates of its events.
    #[must_use]
    pub fn aggs(&self) -> Vec<AggId> {
        let extended = self.extended.iter().filter_map(|extension| extension.with.agg());
        let marks = self.stopped.iter().flat_map(|stop| [&stop.from, &stop.to]);
        let stopped = marks.filter_map(|marks| match marks {
            Marks::One(event) => event.agg(),
            Marks::All(agg) => Some(*agg),
        });
        [&self.step, &self.start].into_iter().filter_map(Event::agg).chain(extended).chain(stopped).collect()
    }

    /// Its expressions: lengths, and events that are computed.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        let mut found = vec![&self.amount];
        let mut events = vec![&self.step, &self.start];
        if let Some(extension) = &self.extended {
            found.push(&extension.amount);
            events.push(&extension.with);
        }
        for marks in self.stopped.iter().flat_map(|stop| [&stop.from, &stop.to]) {
            if let Marks::One(event) = marks {
                events.push(event);
            }
        }
        found.extend(events.into_iter().filter_map(Event::expr));
        found
    }

    /// Whether it is counted back from a due day.
    #[must_use]
    pub fn is_due_date(&self) -> bool {
        matches!(self.kind, TermKind::Ahead | TermKind::By)
    }
}

impl SequenceReq {
    /// The aggregates of its events and hands.
    #[must_use]
    pub fn aggs(&self) -> Vec<AggId> {
        self.events.iter().filter_map(Event::agg).chain(self.hands.iter().copied()).collect()
    }

    /// Its events that are computed.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        self.events.iter().filter_map(Event::expr).collect()
    }
}

impl Event {
    /// The aggregate behind it, if it comes from records.
    #[must_use]
    pub fn agg(&self) -> Option<AggId> {
        match self {
            Event::Record(agg) | Event::Near(Near { list: agg, .. }) => Some(*agg),
            Event::Field(_) | Event::Value(_) => None,
        }
    }

    /// The expression that computes it.
    #[must_use]
    pub fn expr(&self) -> Option<&Expr> {
        match self {
            Event::Value(expr) => Some(expr),
            _ => None,
        }
    }
}
