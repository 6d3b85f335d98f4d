//! Who acts for whom: stand-ins on file, and whose records count for an actor.

use super::ids::{FieldId, KindId};

/// A kind whose rows say who stands in for whom: rows of a register, or records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandIn {
    /// The kind of the rows.
    pub kind: KindId,
    /// The kind of those who stand in and of those who are absent.
    pub actor: KindId,
    /// A reference to the one who stands in; empty: nobody does.
    pub by: FieldId,
    /// A reference to the one who is absent.
    pub absent: FieldId,
    /// First day; `None`: that of the row's life, or a record's own.
    pub from: Option<FieldId>,
    /// Last day; `None`: that of the row's life, or none.
    pub to: Option<FieldId>,
}

/// Whose records count for an actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Acting {
    /// His own.
    #[default]
    InPerson,
    /// His own, and those of whoever stands in for him on the record's day.
    OrStandIn,
    /// Those of whoever stands in for him on the record's day; his own where nobody does.
    StandInInstead,
}
