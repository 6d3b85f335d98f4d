//! What of the time to come is in doubt for who asks: days after as-of, and fields that may still be filled in.

use crate::model::{AsOf, Day};

/// How an aggregate sees days after as-of, and what is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Outlook {
    /// A state or an event: its own window is over, whatever as-of says.
    pub settled: bool,
    /// What has been is asked for: no record comes any more, but what is empty may be filled in.
    pub has_been: bool,
    /// What is empty is read as what may still be filled in.
    pub fillable: bool,
}

impl Outlook {
    /// Of a state or an event, or of what may still be open.
    pub(super) fn of(settled: bool) -> Outlook {
        Outlook { settled, ..Outlook::default() }
    }

    /// Whether days before this one are still to come. What is settled looks no farther than as-of's own day.
    pub(super) fn is_ahead(self, as_of: AsOf, to: Day, day_starts: u32) -> bool {
        if self.settled { to > as_of.reference().plus(1) } else { !as_of.has_passed(to, day_starts) }
    }
}
