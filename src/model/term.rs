//! Terms and sequences of the checked policy: events, how long a term runs, what lengthens it.

use super::expr::{Expr, Path};
use super::ids::{AggId, AssessmentId, CalendarId, ClockId, CounterId};
use super::value::TermUnit;

/// An event of a subject, in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A date or time field of the subject (or reached from it).
    Field(Path),
    /// The first or last record, on file by as-of: an aggregate `First(at)` or `Last(at)`.
    Record(AggId),
    /// The n-th record on file by as-of, from 1: an aggregate `List(at)`.
    Nth(AggId, u32),
    /// The record next to the subject, itself a record.
    Near(Near),
    /// A day or time that is computed.
    Value(Box<Expr>),
    /// A result of an assessment or a step of a counter.
    Turn(Box<Turn>),
    /// A record on or after the day on which the term starts: an aggregate `List(at)`, and which of them.
    Next(AggId, Which),
}

/// Which of some records in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Which {
    /// The n-th, from 1.
    Nth(u32),
    /// The last.
    Last,
}

/// The day of a result (the one after its period) or of a step of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What takes place.
    pub of: TurnOf,
    /// Which of them, read in the period of the result or on the day of the step.
    pub filter: Option<Expr>,
    /// Which of those in order of time.
    pub pick: TurnPick,
}

/// What takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnOf {
    /// An assessment of the subject gives a result for a period.
    Result(AssessmentId),
    /// The subject reaches one or more steps of a counter on a day.
    Step(CounterId),
}

/// Which results or steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnPick {
    /// Each of them; only as the start of a term, which then runs once for each.
    Each,
    /// The first.
    First,
    /// The last.
    Last,
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
    /// What lengthens the term, each once.
    pub extended: Vec<Extension>,
    /// What stops the term.
    pub stopped: Vec<Stop>,
}

/// A longer term, if an event lies in the running one.
#[derive(Debug, Clone)]
pub struct Extension {
    /// Number of units.
    pub amount: Expr,
    /// Unit; hours and minutes only where the term is of such too.
    pub unit: TermUnit,
    /// The events, any of which lengthens it.
    pub with: Marks,
}

/// What stops a term.
#[derive(Debug, Clone)]
pub enum Stop {
    /// Pairs of events between which it does not run, in order of time.
    Between {
        /// What stops it.
        from: Marks,
        /// What lets it run on.
        to: Marks,
    },
    /// The same for records that have values alike: aggregates `List` of the moment and of what is shared.
    Sharing {
        /// What stops it.
        from: AggId,
        /// What lets it run on.
        to: AggId,
    },
    /// It does not run while a record lasts: an aggregate `List` of its moment and its end.
    During(AggId),
}

impl Stop {
    /// Its events, each on its own.
    #[must_use]
    pub fn marks(&self) -> Vec<&Marks> {
        match self {
            Stop::Between { from, to } => vec![from, to],
            Stop::Sharing { .. } | Stop::During(_) => Vec::new(),
        }
    }

    /// The lists of records that it reads beside its events.
    #[must_use]
    pub fn lists(&self) -> Vec<AggId> {
        match self {
            Stop::Between { .. } => Vec::new(),
            Stop::Sharing { from, to } => vec![*from, *to],
            Stop::During(list) => vec![*list],
        }
    }
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
    /// What lengthens or stops it.
    fn marks(&self) -> impl Iterator<Item = &Marks> {
        let extended = self.extended.iter().map(|extension| &extension.with);
        extended.chain(self.stopped.iter().flat_map(Stop::marks))
    }

    /// Its events, but for extensions and stops at every record.
    #[must_use]
    pub fn events(&self) -> Vec<&Event> {
        let marked = self.marks().filter_map(|marks| match marks {
            Marks::One(event) => Some(event),
            Marks::All(_) => None,
        });
        [&self.step, &self.start].into_iter().chain(marked).collect()
    }

    /// The aggregates of its events.
    #[must_use]
    pub fn aggs(&self) -> Vec<AggId> {
        let every = self.marks().filter_map(|marks| match marks {
            Marks::One(_) => None,
            Marks::All(agg) => Some(*agg),
        });
        let lists = self.stopped.iter().flat_map(Stop::lists);
        self.events().into_iter().filter_map(Event::agg).chain(every).chain(lists).collect()
    }

    /// Its expressions: lengths, and events that are computed or chosen.
    #[must_use]
    pub fn exprs(&self) -> Vec<&Expr> {
        let added = self.extended.iter().map(|extension| &extension.amount);
        std::iter::once(&self.amount).chain(added).chain(self.events().into_iter().filter_map(Event::expr)).collect()
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
    /// Whether it takes place any number of times, each by itself.
    #[must_use]
    pub fn is_each(&self) -> bool {
        matches!(self, Event::Turn(turn) if turn.pick == TurnPick::Each)
    }

    /// The aggregate behind it, if it comes from records.
    #[must_use]
    pub fn agg(&self) -> Option<AggId> {
        match self {
            Event::Record(agg) | Event::Nth(agg, _) | Event::Near(Near { list: agg, .. }) | Event::Next(agg, _) => {
                Some(*agg)
            }
            Event::Field(_) | Event::Value(_) | Event::Turn(_) => None,
        }
    }

    /// The expression that computes it, or chooses it.
    #[must_use]
    pub fn expr(&self) -> Option<&Expr> {
        match self {
            Event::Value(expr) => Some(expr),
            Event::Turn(turn) => turn.filter.as_ref(),
            _ => None,
        }
    }
}
