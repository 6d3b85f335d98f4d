//! Kinds of rows: their fields, how long they are there, which of them are waivers.

use super::ids::{AggId, FieldId, IdVec, KindId};
use super::value::{Type, Unit};
use crate::source::Span;

/// What a kind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Kept in a register, or derived from records where the manifest maps no register.
    Entity,
    /// Dated facts.
    Record,
    /// The one subject that takes in everything; its id is the kind's name.
    Whole,
}

/// An entity or record kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Name, as the manifest and the output use it.
    pub name: String,
    /// Entity, record or whole.
    pub role: Role,
    /// Fields.
    pub fields: IdVec<FieldId, Field>,
    /// The field that names a row; a record kind needs one only to be a subject or referred to.
    pub key: Option<FieldId>,
    /// The date or time of a record (`Date` or `Time`).
    pub at: Option<FieldId>,
    /// The field with the end of a record that lasts; of the type of `at`.
    pub end: Option<FieldId>,
    /// The reference to the row above, in a tree.
    pub parent: Option<FieldId>,
    /// Rows lead to its rows by the references that both have.
    pub relation: bool,
    /// When a subject that no register keeps is there; `None`: throughout.
    pub lifetime: Option<Lifetime>,
    /// Where it is declared.
    pub span: Span,
}

/// The life of a subject that is derived from records, both days inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// From the first record of this aggregate `First(at)` on.
    pub first: AggId,
    /// To the last one of this aggregate `Last(at)`.
    pub last: Option<AggId>,
}

/// A kind whose rows are waivers.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The kind.
    pub kind: KindId,
    /// Text: name of the waived rule, or a clause that it cites.
    pub rule: FieldId,
    /// The subject: a reference, or its key as text.
    pub subject: FieldId,
    /// First day; `None`: that of the row's life, or a record's own.
    pub from: Option<FieldId>,
    /// Last day; `None`: that of the row's life, or none.
    pub to: Option<FieldId>,
    /// The reason: a row without one waives nothing.
    pub because: FieldId,
}

/// A field of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, as the manifest uses it.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// May be empty.
    pub optional: bool,
    /// A person gives it, within bounds; a number of a record.
    pub given: Option<super::given::Given>,
}

impl Kind {
    /// The field of a name.
    #[must_use]
    pub fn field_named(&self, name: &str) -> Option<FieldId> {
        self.fields.entries().find(|(_, field)| field.name == name).map(|(id, _)| id)
    }
}

/// The unit of a type, where it is a number.
#[must_use]
pub fn unit_of(ty: &Type) -> Option<Unit> {
    match ty {
        Type::Number(unit) => Some(unit.clone()),
        Type::Whole => Some(Unit::Plain),
        _ => None,
    }
}
