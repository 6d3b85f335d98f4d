//! From register rows in any order to registers: keys, rows and lifetimes in order of the keys.

use super::faults::{reject_cycles, reject_overlaps, reject_unknown};
use super::{FOREVER, Registers, Store, Version, Versions, key_text, referring};
use crate::engine::batch::{Batch, Column, RowFault, RowReject, Values};
use crate::engine::keys::Keys;
use crate::engine::resolve::{ids_of, references};
use crate::engine::table::{EMPTY, Table, batch_cell};
use crate::engine::value::V;
use crate::model::{Day, FieldId, Id, IdVec, KindId, Policy, Role};
use crate::program::Program;
use std::sync::OnceLock;

/// A row of a register before it is frozen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    /// Batch (in order of `add`) and row in it.
    pub origin: (u32, u32),
    pub kind: KindId,
    /// Its key, as a name.
    pub key: u32,
    pub since: Day,
    pub until: Day,
    /// Row of the table.
    pub row: u32,
    /// Position of the row before it that has its key; `EMPTY` for none.
    pub before: u32,
}

/// Register rows and the names in them. A name is a text that stands for a subject of a kind: a key or a reference.
pub(super) struct Staged {
    /// References in the tables are names of the kinds that they refer to.
    pub tables: IdVec<KindId, Table>,
    pub names: IdVec<KindId, Keys>,
    /// By kind, whether it is kept in a register.
    pub registered: Vec<bool>,
}

impl Staged {
    /// The name that a row refers to by a field.
    pub(super) fn reference(&self, row: &Pending, field: FieldId) -> Option<u32> {
        self.tables[row.kind].reference(row.row, field)
    }

    /// The text of a row's key.
    pub(super) fn key(&self, row: &Pending) -> &str {
        self.names[row.kind].key(row.key)
    }
}

/// Collects register rows, in any order.
pub struct RegistersBuilder<'p> {
    policy: &'p Policy,
    staged: Staged,
    rows: Vec<Pending>,
    /// By kind and name, the position of its last row.
    last_rows: IdVec<KindId, Vec<u32>>,
    batch_count: u32,
}

/// A rejected register row and the batch that brought it (in order of `add`, from 0).
pub type BatchReject = (usize, RowReject);

impl<'p> RegistersBuilder<'p> {
    /// For the registers of a program.
    #[must_use]
    pub fn new(program: &'p Program) -> RegistersBuilder<'p> {
        let policy = program.policy();
        let staged = Staged {
            tables: policy.kinds.iter().map(Table::beside_keys).collect(),
            names: policy.kinds.iter().map(|_| Keys::default()).collect(),
            registered: policy.kinds.ids().map(|kind| program.is_register(kind)).collect(),
        };
        let last_rows = policy.kinds.iter().map(|_| Vec::new()).collect();
        RegistersBuilder { policy, staged, rows: Vec::new(), last_rows, batch_count: 0 }
    }

    /// Takes in rows of an entity kind. Gives the rows without a key or with `until` before `since`.
    pub fn add(&mut self, batch: &Batch<'_>) -> Vec<RowReject> {
        self.add_rows(batch, false).0
    }

    /// As `add`, but a row that equals one that is in already is a copy and leaves no trace. Gives the rejected rows, and
    /// the copies as rows of the batch.
    pub fn add_once(&mut self, batch: &Batch<'_>) -> (Vec<RowReject>, Vec<usize>) {
        self.add_rows(batch, true)
    }

    fn add_rows(&mut self, batch: &Batch<'_>, once: bool) -> (Vec<RowReject>, Vec<usize>) {
        let mut copies = Vec::new();
        let number = self.batch_count;
        self.batch_count += 1;
        let mut rejects = Vec::new();
        let kind = &self.policy.kinds[batch.kind];
        let Some(key_field) = kind.key else { return (rejects, copies) };
        let column = |field: FieldId| batch.columns.get(field.index()).and_then(Option::as_ref);
        let mut named: Vec<Option<Vec<u32>>> = kind.fields.iter().map(|_| None).collect();
        for (field, target) in references(kind) {
            let names = &mut self.staged.names[target];
            let ids =
                column(field).map(|column| ids_of(column, batch.row_count, &|_| true, &mut |text| names.intern(text)));
            if let Some(slot) = named.get_mut(field.index()) {
                *slot = ids;
            }
        }
        if let Some(keys) = self.new_keys(batch, key_field) {
            self.append(batch, number, &keys, &named);
            return (rejects, copies);
        }
        let mut values = vec![V::Unknown; kind.fields.len()];
        let mut refs = vec![None; kind.fields.len()];
        for row in 0..batch.row_count {
            for (field, (value, name)) in kind.fields.ids().zip(values.iter_mut().zip(refs.iter_mut())) {
                *value = column(field).map_or(V::Unknown, |column| batch_cell(column, row));
                let of_field = named.get(field.index()).and_then(Option::as_ref);
                *name = of_field.and_then(|names| names.get(row)).copied().filter(|name| *name != EMPTY);
            }
            let key = match values.get(key_field.index()) {
                Some(V::Text("")) | None => None,
                Some(V::Text(text)) => Some(self.staged.names[batch.kind].intern(text)),
                Some(other) => key_text(*other).map(|text| self.staged.names[batch.kind].intern(&text)),
            };
            let Some(key) = key else {
                let value = String::new();
                rejects.push(RowReject { row, field: Some(key_field), value, fault: RowFault::Missing });
                continue;
            };
            let edge = |column: &Option<Column<'_>>, open: Day| {
                column.as_ref().and_then(|c| batch_cell(c, row).moment()).map_or(open, |m| m.day())
            };
            let (since, until) = (edge(&batch.since, FOREVER.0), edge(&batch.until, FOREVER.1));
            if until < since {
                rejects.push(RowReject { row, field: None, value: until.to_string(), fault: RowFault::Lifetime });
                continue;
            }
            let table = &mut self.staged.tables[batch.kind];
            table.push(&values, &refs);
            let at = u32::try_from(table.len() - 1).unwrap_or(u32::MAX);
            let last_rows = &mut self.last_rows[batch.kind];
            if last_rows.len() <= key as usize {
                last_rows.resize(key as usize + 1, EMPTY);
            }
            let Some(last) = last_rows.get_mut(key as usize) else { continue };
            let with_key = |at: u32| self.rows.get(at as usize);
            let mut others = std::iter::successors(with_key(*last), |row| with_key(row.before));
            if once && others.any(|o| (o.since, o.until) == (since, until) && table.are_equal(o.row, at)) {
                table.pop();
                copies.push(row);
                continue;
            }
            let origin = (number, u32::try_from(row).unwrap_or(u32::MAX));
            let before = std::mem::replace(last, u32::try_from(self.rows.len()).unwrap_or(EMPTY));
            self.rows.push(Pending { origin, kind: batch.kind, key, since, until, row: at, before });
        }
        (rejects, copies)
    }

    /// The names of the rows' keys, where nothing can be wrong with a row by itself: each has a key that no row had before it,
    /// and none has a lifetime.
    fn new_keys(&mut self, batch: &Batch<'_>, key_field: FieldId) -> Option<Vec<u32>> {
        let column = batch.columns.get(key_field.index())?.as_ref()?;
        if batch.since.is_some() || batch.until.is_some() || !matches!(column.values, Values::Text(_)) {
            return None;
        }
        let names = &mut self.staged.names[batch.kind];
        let keys = ids_of(column, batch.row_count, &|_| true, &mut |text| match text {
            "" => EMPTY,
            text => names.intern(text),
        });
        let last_rows = &mut self.last_rows[batch.kind];
        if last_rows.len() < names.len() {
            last_rows.resize(names.len(), EMPTY);
        }
        let first = u32::try_from(self.rows.len()).unwrap_or(EMPTY);
        for (done, (key, at)) in keys.iter().zip(first..).enumerate() {
            match last_rows.get_mut(*key as usize) {
                Some(last) if *last == EMPTY => *last = at,
                _ => {
                    // As it was: those before it were new.
                    for key in keys.iter().take(done) {
                        last_rows.get_mut(*key as usize).into_iter().for_each(|last| *last = EMPTY);
                    }
                    return None;
                }
            }
        }
        Some(keys)
    }

    /// Takes in rows with which nothing is wrong, and whose keys are new.
    fn append(&mut self, batch: &Batch<'_>, number: u32, keys: &[u32], named: &[Option<Vec<u32>>]) {
        let table = &mut self.staged.tables[batch.kind];
        let first = u32::try_from(table.len()).unwrap_or(EMPTY);
        table.append(batch, named);
        let (since, until) = FOREVER;
        self.rows.extend(keys.iter().zip(first..).zip(0u32..).map(|((key, row), at)| Pending {
            origin: (number, at),
            kind: batch.kind,
            key: *key,
            since,
            until,
            row,
            before: EMPTY,
        }));
    }

    /// Resolves references and lifetimes. Rows with an unknown reference, and rows whose lifetime
    /// overlaps that of another row with the same key, are given back; rows that refer to a subject
    /// all of whose rows were given back follow them.
    #[must_use]
    pub fn freeze(self) -> (Registers, Vec<BatchReject>) {
        let RegistersBuilder { policy, staged, mut rows, .. } = self;
        let mut rejects: Vec<BatchReject> = Vec::new();
        // Ids in order of key, then life: the order of arrival leaves no trace.
        let ranks: IdVec<KindId, Vec<u32>> = staged.names.iter().map(ranks).collect();
        let rank = |kind: KindId, name: u32| ranks[kind].get(name as usize).copied().unwrap_or(EMPTY);
        // Stable: rows that come in order of their keys are found to be sorted, file by file.
        rows.sort_by_key(|row| (row.kind, rank(row.kind, row.key), row.since, row.origin));
        reject_overlaps(policy, &staged, &mut rows, &mut rejects);
        reject_cycles(policy, &staged, &mut rows, &mut rejects);
        reject_unknown(policy, &staged, &mut rows, &mut rejects);
        rejects.sort_by_key(|(batch, reject)| (*batch, reject.row));

        // Names in the order of their ids: keys of rows, then keys that are only referred to.
        let mut order: IdVec<KindId, Vec<u32>> = policy.kinds.iter().map(|_| Vec::new()).collect();
        let mut versions: IdVec<KindId, Versions> = policy.kinds.iter().map(|_| Versions::default()).collect();
        let mut chosen: IdVec<KindId, Vec<u32>> = policy.kinds.iter().map(|_| Vec::new()).collect();
        for row in &rows {
            let is_new = order[row.kind].last() != Some(&row.key);
            if is_new {
                order[row.kind].push(row.key);
            }
            let at = u32::try_from(chosen[row.kind].len()).unwrap_or(u32::MAX);
            versions[row.kind].push(Version { since: row.since, until: row.until, row: at }, is_new);
            chosen[row.kind].push(row.row);
        }
        add_referred(policy, &staged, &rows, &ranks, &mut order);

        let Staged { tables, names, registered } = staged;
        let (mut keys, mut ids) = (IdVec::<KindId, Keys>::default(), IdVec::<KindId, Vec<u32>>::default());
        for ((kind, names), order) in policy.kinds.iter().zip(names).zip(order.iter()) {
            let mut of_names = vec![if kind.role == Role::Whole { 0 } else { EMPTY }; names.len()];
            for (name, id) in order.iter().zip(0u32..) {
                if let Some(slot) = of_names.get_mut(*name as usize) {
                    *slot = id;
                }
            }
            ids.push(of_names);
            keys.push(in_order(names, order));
        }
        let mut stores = IdVec::default();
        let parts = tables.into_iter().zip(chosen.iter()).zip(keys);
        for ((((table, chosen), keys), versions), (id, kind)) in parts.zip(versions).zip(policy.kinds.entries()) {
            let store = match kind.role {
                Role::Whole => {
                    let mut keys = Keys::default();
                    keys.intern(&kind.name);
                    Store::Whole(keys)
                }
                Role::Record => Store::Event(keys),
                Role::Entity if registered.get(id.index()) == Some(&true) => {
                    let mut table = table.gather(chosen);
                    for (target, ids) in ids.entries() {
                        table.remap(target, ids);
                    }
                    Store::Register { keys: keys.settled(), table, versions }
                }
                Role::Entity => Store::Derived(keys),
            };
            stores.push(store);
        }
        let referring = referring(policy, &stores);
        (Registers { stores, referring, stand_ins: OnceLock::new() }, rejects)
    }
}

/// The place of each name in the order of their bytes.
fn ranks(names: &Keys) -> Vec<u32> {
    let sorted = names.sorted();
    let mut ranks = vec![0; sorted.len()];
    for (name, rank) in sorted.iter().zip(0u32..) {
        if let Some(slot) = ranks.get_mut(*name as usize) {
            *slot = rank;
        }
    }
    ranks
}

/// Adds the names of kinds without a register that rows refer to, in order.
fn add_referred(
    policy: &Policy,
    staged: &Staged,
    rows: &[Pending],
    ranks: &IdVec<KindId, Vec<u32>>,
    order: &mut IdVec<KindId, Vec<u32>>,
) {
    let open =
        |kind: KindId| staged.registered.get(kind.index()) != Some(&true) && policy.kinds[kind].role != Role::Whole;
    let mut referred: Vec<(KindId, u32, u32)> = Vec::new();
    for (kind, decl) in policy.kinds.entries() {
        for (field, target) in references(decl).filter(|(_, target)| open(*target)) {
            let of_kind = rows.iter().filter(|row| row.kind == kind);
            referred.extend(of_kind.filter_map(|row| {
                let name = staged.reference(row, field)?;
                Some((target, ranks[target].get(name as usize).copied()?, name))
            }));
        }
    }
    referred.sort_unstable();
    referred.dedup();
    for (kind, _, name) in referred {
        order[kind].push(name);
    }
}

/// Keys in the order of these names.
fn in_order(names: Keys, order: &[u32]) -> Keys {
    if order.len() == names.len() && order.iter().zip(0u32..).all(|(name, at)| *name == at) {
        return names;
    }
    let mut keys = Keys::default();
    for name in order {
        keys.intern(names.key(*name));
    }
    keys
}
