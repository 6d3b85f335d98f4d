//! Results of an assessment in other periods: over those inside a window, in one that is named by its place.

use super::aggregate::{AggFrame, AggOp};
use super::expr::Expr;
use super::ids::{AssessmentId, FieldId};
use super::window::{CalendarUnit, Window, YearStart, calendar_windows, window_of};

/// A value taken over the periods of an assessment that belong to the context's window, or to the last days up to its end or its
/// start.
///
/// The value, its weight and the filter are read with the same row and the period as window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodAgg {
    /// The assessment; its results are before those of whoever reads them.
    pub of: AssessmentId,
    /// What is taken.
    pub op: AggOp,
    /// Which periods.
    pub filter: Option<Expr>,
    /// From which days: `Window` or `Last`.
    pub frame: AggFrame,
    /// What a period without a result counts.
    pub missing: MissingPeriod,
}

/// A value in one other period of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InPeriod {
    /// The assessment.
    pub of: AssessmentId,
    /// Which period.
    pub pick: PeriodPick,
    /// The value, read with the same row and the period as window.
    pub value: Expr,
    /// What stands where there is no result; never `Excluded`.
    pub missing: MissingPeriod,
}

/// One of the periods of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PeriodPick {
    /// The n-th that belongs to the context's window, from 1.
    Nth(u32),
    /// So many before the one that holds the first day of the context's window: the last ones that have ended by then.
    Before(u32),
    /// Of an assessment of events: the last event of an earlier day that has a result and shares these references with
    /// the context's row.
    Record(Vec<FieldId>),
}

/// What a period without a result (or with an unknown value) counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingPeriod {
    /// Nothing: it is left out.
    Excluded,
    /// This value, read where the whole stands.
    As(Expr),
    /// The whole is unknown.
    Unknown,
}

impl MissingPeriod {
    /// The value that stands in, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&Expr> {
        match self {
            MissingPeriod::As(value) => Some(value),
            MissingPeriod::Excluded | MissingPeriod::Unknown => None,
        }
    }
}

/// The periods of a length that belong to a window, in order: those that lie in it, weeks by their Thursday.
#[must_use]
pub fn periods_within(unit: CalendarUnit, window: Window, year_start: YearStart) -> Vec<Window> {
    let mut found = calendar_windows(unit, window, year_start);
    if unit != CalendarUnit::Week {
        found.retain(|w| window.start <= w.start && w.end <= window.end);
    }
    found
}

/// The period that a pick names for a window; `None`: there is no such period.
#[must_use]
pub fn picked(pick: &PeriodPick, unit: CalendarUnit, window: Window, year_start: YearStart) -> Option<Window> {
    match pick {
        PeriodPick::Nth(n) => {
            let at = usize::try_from(*n).ok()?.checked_sub(1)?;
            periods_within(unit, window, year_start).get(at).copied()
        }
        PeriodPick::Before(n) => {
            let before = |window: Window, _| window_of(unit, window.start.plus(-1), year_start);
            Some((0..*n).fold(window_of(unit, window.start, year_start), before))
        }
        PeriodPick::Record(_) => None,
    }
}
