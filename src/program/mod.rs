//! Model to program: flat tables of accumulators and of what the judge reads. No I/O, no clock.

use crate::model::calendar::WorkCalendar;
use crate::model::{AsOf, CalendarId, KindId, Period, Window};
use std::collections::BTreeMap;

/// What a run is about, beside the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSpec {
    /// The days of the run.
    pub period: Period,
    /// Up to when is known.
    pub as_of: AsOf,
    /// For each kind that some source brings: the days for which its records are all there
    /// (half-open, sorted, disjoint, not touching). A kind with a source that claims nothing has an
    /// empty list, a kind without a source no entry.
    pub coverage: BTreeMap<KindId, Vec<Window>>,
    /// Calendars that the manifest brings.
    pub calendars: BTreeMap<CalendarId, WorkCalendar>,
}
