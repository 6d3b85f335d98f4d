//! The time that records with an end cover.

use super::hours::Hours;
use super::ids::AggId;
use super::value::TermUnit;

/// Time that records cover in a frame, from its first instant to its last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// What is taken.
    pub take: CoverTake,
    /// The records: an aggregate `List` of nothing, whose frame (`Window` or `Last`) is the time that is looked at. INVARIANT
    /// (covering records have a length): each kind has an `end`, or a date for its moment.
    pub of: AggId,
    /// A time is covered where at least so many records have it; one or more.
    pub at_least: u32,
    /// Which time is looked at.
    pub base: CoverBase,
}

/// What is taken of covered time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoverTake {
    /// Its length (minutes, hours or days).
    Covered(TermUnit),
    /// The length of the rest.
    Uncovered(TermUnit),
    /// Its share of the time looked at; unknown where there is none.
    Share,
    /// The most records that have one time.
    Most,
}

/// Which time of a frame is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoverBase {
    /// All of it.
    Frame,
    /// The hours of a clock.
    Hours(Hours),
    /// The time that other records cover: an aggregate as `of`, of the same frame.
    Records(AggId),
}

impl Cover {
    /// The aggregates that it reads.
    #[must_use]
    pub fn aggs(&self) -> Vec<AggId> {
        let other = match &self.base {
            CoverBase::Records(other) => Some(*other),
            CoverBase::Frame | CoverBase::Hours(_) => None,
        };
        std::iter::once(self.of).chain(other).collect()
    }

    /// Time goes by what the clock on the wall shows, else by what really passes: days, and the hours of a clock.
    #[must_use]
    pub fn is_civil(&self) -> bool {
        let days = matches!(self.take, CoverTake::Covered(unit) | CoverTake::Uncovered(unit) if !unit.is_clock());
        days || matches!(self.base, CoverBase::Hours(_))
    }
}
