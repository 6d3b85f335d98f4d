//! Follows references and reads attributes on a day: registers, and once the records are in, events.

use super::keys::Keys;
use super::ledger::Ledger;
use super::registers::{Registers, Store};
use super::table::Table;
use super::value::V;
use crate::model::{Day, FieldId, Id, KindId, Moment, Policy, Role, Type, Window};
use crate::program::Program;

/// Days without a limit on their side.
pub(super) const ALWAYS: Window = Window { start: Day(i32::MIN / 2), end: Day(i32::MAX / 2) };

/// A row: its cells, its references, and the days on which it holds.
pub type FullRow<'a> = (Vec<V<'a>>, Vec<Option<u32>>, Window);

/// Everything that attributes are read from.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The program.
    pub program: &'a Program,
    /// Registers.
    pub registers: &'a Registers,
    /// Events and derived subjects; `None` while records are observed.
    pub ledger: Option<&'a Ledger>,
}

impl<'a> World<'a> {
    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &'a Policy {
        self.program.policy()
    }

    /// Keys of a kind.
    #[must_use]
    pub fn keys(&self, kind: KindId) -> Option<&'a Keys> {
        match self.registers.store(kind) {
            Store::Whole(keys) | Store::Register { keys, .. } => Some(keys),
            Store::Derived(keys) | Store::Event(keys) => Some(self.ledger.map_or(keys, |ledger| ledger.keys(kind))),
        }
    }

    /// Key of a subject.
    #[must_use]
    pub fn key(&self, kind: KindId, id: u32) -> &'a str {
        self.keys(kind).map_or("", |keys| keys.key(id))
    }

    /// The subject that a reference of a subject leads to on a day. A reference to a record that is not read is an empty
    /// reference.
    #[must_use]
    pub fn reference(&self, kind: KindId, id: u32, field: FieldId, day: Day) -> Option<u32> {
        let to = match self.registers.store(kind) {
            Store::Register { table, .. } => table.reference(self.registers.row_on(kind, id, day)?, field)?,
            Store::Event(_) => {
                let events = self.ledger?.events(kind);
                events.table.reference(events.row(id)?, field)?
            }
            Store::Whole(_) | Store::Derived(_) => return None,
        };
        self.target(kind, field).is_none_or(|target| self.is_read(target, to)).then_some(to)
    }

    /// The value of a field of a subject on a day; of a reference, the key.
    #[must_use]
    pub fn cell(&self, kind: KindId, id: u32, field: FieldId, day: Day) -> V<'a> {
        if let Some(target) = self.target(kind, field) {
            return match self.reference(kind, id, field, day) {
                Some(to) => V::Text(self.key(target, to)),
                None => V::Unknown,
            };
        }
        match self.registers.store(kind) {
            Store::Register { table, .. } => match self.registers.row_on(kind, id, day) {
                Some(_) if self.policy().kinds[kind].key == Some(field) => {
                    self.key_value(kind, V::Text(self.key(kind, id)))
                }
                Some(row) => table.cell(row, field),
                None => V::Unknown,
            },
            Store::Event(_) => {
                let Some(events) = self.ledger.map(|ledger| ledger.events(kind)) else { return V::Unknown };
                if self.policy().kinds[kind].key == Some(field) {
                    return events.row(id).map_or(V::Unknown, |_| self.key_value(kind, V::Text(self.key(kind, id))));
                }
                events.row(id).map_or(V::Unknown, |row| self.masked(kind, field, events.table.cell(row, field)))
            }
            // A derived subject has nothing but its key.
            Store::Derived(_) if self.policy().kinds[kind].key == Some(field) => {
                self.key_value(kind, V::Text(self.key(kind, id)))
            }
            Store::Whole(_) | Store::Derived(_) => V::Unknown,
        }
    }

    /// A key's text as a value of its field: a number where the key is a whole number.
    #[must_use]
    pub fn key_value(&self, kind: KindId, key: V<'a>) -> V<'a> {
        let kind = &self.policy().kinds[kind];
        let whole = kind.key.and_then(|key| kind.fields.get(key)).is_some_and(|field| field.ty == Type::Whole);
        match key {
            V::Text(text) if whole => {
                crate::model::Fixed::parse(text).map_or(V::Unknown, |number| V::number(number.to_ratio()))
            }
            key => key,
        }
    }

    /// Every row of a register or of records with a key, by key: its cells, its references, and its life; of a record the time
    /// from its day on.
    #[must_use]
    pub fn rows_of(&self, kind: KindId) -> Vec<FullRow<'a>> {
        let key_field = self.policy().kinds[kind].key;
        let full = |table: &'a Table, id: u32, row: u32, life: Window| {
            let (mut values, refs) = table.row(row);
            if let Some(slot) = key_field.and_then(|key| values.get_mut(key.index())) {
                *slot = self.key_value(kind, V::Text(self.key(kind, id)));
            }
            (values, refs, life)
        };
        match (self.registers.store(kind), self.ledger) {
            (Store::Register { table, versions, .. }, _) => (0u32..)
                .take(versions.subject_count())
                .flat_map(|id| versions.of(id).map(move |version| (id, version)))
                .map(|(id, v)| full(table, id, v.row, Window { start: v.since, end: v.until.plus(1) }))
                .collect(),
            (Store::Event(_), Some(ledger)) => {
                let events = ledger.events(kind);
                let found = ledger.keys(kind).sorted().iter().copied().filter_map(|id| {
                    let (row, moment) = (events.row(id)?, events.moment(id)?);
                    Some(full(&events.table, id, row, Window { start: moment.day(), end: ALWAYS.end }))
                });
                found.collect()
            }
            _ => Vec::new(),
        }
    }

    /// Whether a subject that is referred to is on file.
    #[must_use]
    pub fn is_read(&self, kind: KindId, id: u32) -> bool {
        match (self.registers.store(kind), self.ledger) {
            (Store::Event(_), Some(ledger)) => ledger.events(kind).row(id).is_some(),
            _ => true,
        }
    }

    /// The kind that a field refers to.
    #[must_use]
    pub fn target(&self, kind: KindId, field: FieldId) -> Option<KindId> {
        match self.policy().kinds[kind].fields.get(field)?.ty {
            Type::Ref(target) => Some(target),
            _ => None,
        }
    }

    /// A field of a record, empty when it lies later than as-of and does not date the record.
    #[must_use]
    pub fn masked(&self, kind: KindId, field: FieldId, value: V<'a>) -> V<'a> {
        let kind = &self.policy().kinds[kind];
        match value {
            V::Moment(moment)
                if kind.role == Role::Record && kind.at != Some(field) && !self.program.spec().as_of.reads(moment) =>
            {
                V::Unknown
            }
            value => value,
        }
    }

    /// The day on which a path that starts here is read: an event's own day, whoever asks.
    #[must_use]
    pub fn reading_day(&self, kind: KindId, id: u32, day: Day) -> Day {
        match (self.registers.store(kind), self.ledger) {
            (Store::Event(_), Some(ledger)) => ledger.events(kind).moment(id).map_or(day, Moment::day),
            _ => day,
        }
    }

    /// The value at the end of a path; of the empty path, the key.
    #[must_use]
    pub fn walk(&self, kind: KindId, id: u32, path: &[FieldId], day: Day) -> V<'a> {
        match path {
            [] => V::Text(self.key(kind, id)),
            [field] => self.cell(kind, id, *field, day),
            [field, rest @ ..] => match (self.target(kind, *field), self.reference(kind, id, *field, day)) {
                (Some(target), Some(to)) => self.walk(target, to, rest, day),
                _ => V::Unknown,
            },
        }
    }

    /// The date at the end of a path as it stands, also when it lies later than as-of.
    #[must_use]
    pub fn planned(&self, kind: KindId, id: u32, path: &[FieldId], day: Day) -> Option<Moment> {
        let (last, before) = path.split_last()?;
        let (kind, id) = self.follow(kind, id, before, day)?;
        match (self.registers.store(kind), self.ledger) {
            (Store::Event(_), Some(ledger)) => {
                let events = ledger.events(kind);
                events.table.cell(events.row(id)?, *last).moment()
            }
            _ => self.cell(kind, id, *last, day).moment(),
        }
    }

    /// The subject at the end of a path of references.
    #[must_use]
    pub fn follow(&self, kind: KindId, id: u32, path: &[FieldId], day: Day) -> Option<(KindId, u32)> {
        path.iter().try_fold((kind, id), |(kind, id), field| {
            Some((self.target(kind, *field)?, self.reference(kind, id, *field, day)?))
        })
    }

    /// The rows of a register that refer to all of these on a day.
    #[must_use]
    pub fn rows_with(&self, kind: KindId, on: &[(FieldId, u32)], day: Day) -> Vec<u32> {
        let Some((field, id)) = on.first() else { return Vec::new() };
        let rows = self.registers.referring(kind, *field, *id).iter().copied();
        let agrees = |row: &u32| on.iter().all(|(field, id)| self.reference(kind, *row, *field, day) == Some(*id));
        rows.filter(agrees).collect()
    }

    /// A subject and its ancestors by `parent` on a day.
    #[must_use]
    pub fn ancestors(&self, kind: KindId, id: u32, day: Day) -> Vec<u32> {
        let mut line = vec![id];
        if let Some(parent) = self.policy().kinds[kind].parent {
            let mut at = id;
            while let Some(up) = self.reference(kind, at, parent, day) {
                if line.contains(&up) {
                    break;
                }
                line.push(up);
                at = up;
            }
        }
        line
    }
}
