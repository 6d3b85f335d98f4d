//! Rows beside the row that asks: those that share values with it, or all of their kind.

use super::aggregate::SourcePart;
use super::expr::Path;

/// Rows of one kind that share values with the context's row.
///
/// A record is read on its own day; a row of a register, and what an entity shares with it, on the day on which rows are
/// counted. Rows of a record kind are its subjects (each key once), as in `Source::Rows`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// The rows. The link leads nowhere.
    pub part: SourcePart,
    /// What must be equal: read of a row, and of the context's row. Nothing: all rows of the kind.
    pub on: Vec<(Path, Path)>,
    /// Which of them count beside the context's row.
    pub itself: Itself,
}

/// Which of the rows count beside the row that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Itself {
    /// All, itself with them (where it is one of them).
    Included,
    /// All others.
    LeftOut,
    /// Those before it: by day, unless both are instants.
    Earlier,
    /// Those before it in the order of (moment, key).
    EarlierByKey,
}

impl Itself {
    /// Whether only what comes before the row counts.
    #[must_use]
    pub fn is_earlier(self) -> bool {
        matches!(self, Itself::Earlier | Itself::EarlierByKey)
    }
}
