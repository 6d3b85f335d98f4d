//! Registers: entities with lifetimes and versions, frozen before records are observed.

mod build;
mod faults;
mod parts;

use super::keys::Keys;
use super::stand_ins::StandIns;
use super::table::Table;
use super::value::V;
use crate::model::{Day, FieldId, IdVec, KindId, Policy, Window};
use hashbrown::HashMap;
use std::sync::OnceLock;

pub use build::{BatchReject, RegistersBuilder};

/// One row of a register: a version of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// First day (inclusive), or the first day there is.
    pub since: Day,
    /// Last day (inclusive).
    pub until: Day,
    /// Row of the table.
    pub row: u32,
}

/// Versions of all subjects of a kind, by id.
#[derive(Debug, Clone)]
pub enum Versions {
    /// One a subject, without a limit on either side: its row is its id. How many.
    Lasting(u32),
    /// After each other.
    Listed {
        /// In order of the subject, then of `since`.
        list: Vec<Version>,
        /// Where the versions of each subject end in `list`.
        ends: Vec<u32>,
    },
}

impl Default for Versions {
    fn default() -> Versions {
        Versions::Lasting(0)
    }
}

impl Versions {
    /// The versions of a subject, in order of `since`.
    pub fn of(&self, id: u32) -> impl Iterator<Item = Version> + Clone + '_ {
        self.lasting(id).into_iter().chain(self.listed(id).iter().copied())
    }

    /// The version of a subject that has no other.
    #[must_use]
    #[inline]
    pub fn only(&self, id: u32) -> Option<Version> {
        match self {
            Versions::Lasting(_) => self.lasting(id),
            Versions::Listed { .. } => match self.listed(id) {
                [only] => Some(*only),
                _ => None,
            },
        }
    }

    /// The row of a subject that is read on a day: the one alive, else the latest that starts before it, else the earliest.
    #[must_use]
    #[inline]
    pub fn row_on(&self, id: u32, day: Day) -> Option<u32> {
        match self {
            Versions::Lasting(count) => (id < *count).then_some(id),
            Versions::Listed { .. } => {
                let versions = self.listed(id);
                let after = versions.partition_point(|v| v.since <= day);
                versions.get(after.saturating_sub(1)).map(|v| v.row)
            }
        }
    }

    /// Number of subjects.
    #[must_use]
    pub fn subject_count(&self) -> usize {
        match self {
            Versions::Lasting(count) => *count as usize,
            Versions::Listed { ends, .. } => ends.len(),
        }
    }

    #[inline]
    fn lasting(&self, id: u32) -> Option<Version> {
        match self {
            Versions::Lasting(count) if id < *count => Some(Version { since: FOREVER.0, until: FOREVER.1, row: id }),
            _ => None,
        }
    }

    #[inline]
    fn listed(&self, id: u32) -> &[Version] {
        let Versions::Listed { list, ends } = self else { return &[] };
        let at = id as usize;
        let start = at.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
        let found = start.zip(ends.get(at)).and_then(|(start, end)| list.get(start as usize..*end as usize));
        found.unwrap_or(&[])
    }

    /// Adds a version to the last subject, or to a new one.
    fn push(&mut self, version: Version, new_subject: bool) {
        match self {
            Versions::Lasting(count)
                if new_subject && (version.since, version.until) == FOREVER && version.row == *count =>
            {
                *count += 1;
            }
            Versions::Lasting(count) => {
                let count = *count;
                let list = (0..count).filter_map(|id| self.lasting(id)).collect();
                *self = Versions::Listed { list, ends: (1..=count).collect() };
                self.push(version, new_subject);
            }
            Versions::Listed { list, ends } => {
                list.push(version);
                let end = u32::try_from(list.len()).unwrap_or(u32::MAX);
                match ends.last_mut() {
                    Some(last) if !new_subject => *last = end,
                    _ => ends.push(end),
                }
            }
        }
    }
}

/// Without a limit on that side.
pub const FOREVER: (Day, Day) = (Day(i32::MIN / 4), Day(i32::MAX / 4));

/// How the subjects of a kind are kept.
#[derive(Debug, Clone)]
pub enum Store {
    /// One subject, there throughout.
    Whole(Keys),
    /// A register: versions by subject, ascending.
    Register {
        /// Keys.
        keys: Keys,
        /// Rows.
        table: Table,
        /// Versions of each subject, in order of `since`.
        versions: Versions,
    },
    /// Keys that registers refer to; records add more to each ledger.
    Derived(Keys),
    /// Events; kept by the ledger. Keys that registers refer to.
    Event(Keys),
}

/// All registers of a run, frozen.
#[derive(Debug, Clone)]
pub struct Registers {
    stores: IdVec<KindId, Store>,
    /// Rows of relations by a subject that some version refers to.
    referring: HashMap<(KindId, FieldId, u32), Vec<u32>>,
    /// Who stands in for whom, as far as registers say it.
    pub(super) stand_ins: OnceLock<StandIns>,
}

impl Registers {
    /// The store of a kind.
    #[must_use]
    pub fn store(&self, kind: KindId) -> &Store {
        &self.stores[kind]
    }

    /// Keys that are fixed once the registers are frozen (`None` for derived kinds and events).
    #[must_use]
    pub fn fixed_keys(&self, kind: KindId) -> Option<&Keys> {
        match self.store(kind) {
            Store::Whole(keys) | Store::Register { keys, .. } => Some(keys),
            Store::Derived(_) | Store::Event(_) => None,
        }
    }

    /// The row of a subject that is read on a day: the one alive, else the latest that starts
    /// before it, else the earliest.
    #[must_use]
    pub fn row_on(&self, kind: KindId, id: u32, day: Day) -> Option<u32> {
        let Store::Register { versions, .. } = self.store(kind) else { return None };
        versions.row_on(id, day)
    }

    /// Rows of a relation that refer to a subject by a field in some version.
    #[must_use]
    pub fn referring(&self, kind: KindId, field: FieldId, to: u32) -> &[u32] {
        self.referring.get(&(kind, field, to)).map_or(&[], Vec::as_slice)
    }

    /// The ranges of days on which a subject of a register is there.
    #[must_use]
    pub fn lives(&self, kind: KindId, id: u32) -> Option<impl Iterator<Item = Window> + '_> {
        let Store::Register { versions, .. } = self.store(kind) else { return None };
        Some(versions.of(id).map(|v| Window { start: v.since, end: v.until.plus(1) }))
    }
}

/// Rows of relations by what they refer to, ascending.
fn referring(policy: &Policy, stores: &IdVec<KindId, Store>) -> HashMap<(KindId, FieldId, u32), Vec<u32>> {
    let mut found: HashMap<(KindId, FieldId, u32), Vec<u32>> = HashMap::new();
    for (kind, decl) in policy.kinds.entries().filter(|(_, decl)| decl.relation) {
        let Store::Register { table, versions, .. } = &stores[kind] else { continue };
        for id in (0u32..).take(versions.subject_count()) {
            let rows = versions.of(id);
            for (field, row) in decl.fields.ids().flat_map(|field| rows.clone().map(move |row| (field, row.row))) {
                if let Some(to) = table.reference(row, field) {
                    let list = found.entry((kind, field, to)).or_default();
                    if list.last() != Some(&id) {
                        list.push(id);
                    }
                }
            }
        }
    }
    found
}

/// A key as text; whole-number keys in plain digits.
pub(crate) fn key_text(value: V<'_>) -> Option<String> {
    match value {
        V::Text("") => None,
        V::Text(text) => Some(text.to_owned()),
        V::Num(range) => range.value().map(|n| n.to_string()),
        _ => None,
    }
}
