//! Numbers that a person gives: the bounds within which, who gave them, and what becomes of one outside.

use super::ids::FieldId;
use super::number::Fixed;

/// A number that a person gives, as its field declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// The least. INVARIANT (bounds rise): not above `high`; the checker refuses others.
    pub low: Fixed,
    /// The most.
    pub high: Fixed,
    /// The field that says who gave it: where that is empty, the row cannot be used.
    pub by: Option<FieldId>,
    /// What becomes of a value outside.
    pub outside: Outside,
}

/// What becomes of a value outside its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outside {
    /// The row cannot be used.
    Rejected,
    /// The nearer bound stands for it.
    Bounded,
}
