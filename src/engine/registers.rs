//! Registers: entities with lifetimes and versions, frozen before records are observed.

use super::batch::{Batch, RowFault, RowReject};
use super::table::{Keys, Table, batch_cell};
use super::value::V;
use crate::model::{Day, FieldId, Id, IdVec, KindId, Policy, Role, Type, Window};
use crate::program::Program;
use hashbrown::HashMap;

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
        versions: Vec<Vec<Version>>,
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
        let versions = versions.get(id as usize)?;
        let after = versions.partition_point(|v| v.since <= day);
        versions.get(after.saturating_sub(1)).map(|v| v.row)
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
        let versions = versions.get(id as usize)?;
        Some(versions.iter().map(|v| Window { start: v.since, end: v.until.plus(1) }))
    }
}

/// A row of a register before it is frozen.
struct Pending {
    origin: (usize, usize),
    kind: KindId,
    key: String,
    since: Day,
    until: Day,
    row: u32,
    /// References as text: field, kind, key.
    refs: Vec<(FieldId, KindId, String)>,
}

/// Collects register rows, in any order.
pub struct RegistersBuilder<'p> {
    policy: &'p Policy,
    registered: Vec<bool>,
    tables: IdVec<KindId, Table>,
    rows: Vec<Pending>,
    batch_count: usize,
}

/// A rejected register row and the batch that brought it (in order of `add`, from 0).
pub type BatchReject = (usize, RowReject);

impl<'p> RegistersBuilder<'p> {
    /// For the registers of a program.
    #[must_use]
    pub fn new(program: &'p Program) -> RegistersBuilder<'p> {
        let policy = program.policy();
        RegistersBuilder {
            policy,
            registered: policy.kinds.ids().map(|kind| program.is_register(kind)).collect(),
            tables: policy.kinds.iter().map(Table::new).collect(),
            rows: Vec::new(),
            batch_count: 0,
        }
    }

    /// Takes in rows of an entity kind. Gives the rows without a key or with `until` before `since`.
    pub fn add(&mut self, batch: &Batch<'_>) -> Vec<RowReject> {
        let number = self.batch_count;
        self.batch_count += 1;
        let mut rejects = Vec::new();
        let kind = &self.policy.kinds[batch.kind];
        let Some(key_field) = kind.key else { return rejects };
        let column = |field: FieldId| batch.columns.get(field.index()).and_then(Option::as_ref);
        for row in 0..batch.row_count {
            let values: Vec<V<'_>> = (kind.fields.ids())
                .map(|field| column(field).map_or(V::Unknown, |column| batch_cell(column, row)))
                .collect();
            let Some(key) = values.get(key_field.index()).and_then(|key| key_text(*key)) else {
                let value = String::new();
                rejects.push(RowReject { row, field: Some(key_field), value, fault: RowFault::Missing });
                continue;
            };
            let edge = |column: &Option<super::batch::Column<'_>>, open: Day| {
                column.as_ref().and_then(|c| batch_cell(c, row).moment()).map_or(open, |m| m.day())
            };
            let (since, until) = (edge(&batch.since, FOREVER.0), edge(&batch.until, FOREVER.1));
            if until < since {
                rejects.push(RowReject { row, field: None, value: until.to_string(), fault: RowFault::Lifetime });
                continue;
            }
            let refs = (kind.fields.entries())
                .filter_map(|(id, field)| match (&field.ty, values.get(id.index())) {
                    (Type::Ref(kind), Some(V::Text(key))) => Some((id, *kind, (*key).to_owned())),
                    _ => None,
                })
                .collect();
            let table = &mut self.tables[batch.kind];
            table.push(&values, &[]);
            let at = u32::try_from(table.len() - 1).unwrap_or(u32::MAX);
            self.rows.push(Pending { origin: (number, row), kind: batch.kind, key, since, until, row: at, refs });
        }
        rejects
    }

    /// Resolves references and lifetimes. Rows with an unknown reference, and rows whose lifetime
    /// overlaps that of another row with the same key, are given back; rows that refer to a subject
    /// all of whose rows were given back follow them.
    #[must_use]
    pub fn freeze(self) -> (Registers, Vec<BatchReject>) {
        let RegistersBuilder { policy, registered, tables, mut rows, .. } = self;
        let mut rejects: Vec<BatchReject> = Vec::new();
        reject_overlaps(policy, &mut rows, &mut rejects);
        reject_cycles(policy, &mut rows, &mut rejects);
        reject_unknown(&mut rows, &registered, &mut rejects);
        rejects.sort_by_key(|(batch, reject)| (*batch, reject.row));

        // Ids in order of key, then life: the order of arrival leaves no trace.
        rows.sort_by(|a, b| (a.kind, &a.key, a.since, a.origin).cmp(&(b.kind, &b.key, b.since, b.origin)));
        let mut keys: IdVec<KindId, Keys> = policy.kinds.iter().map(|_| Keys::default()).collect();
        for row in &rows {
            keys[row.kind].intern(&row.key);
        }
        let mut referred: Vec<(KindId, &str)> = (rows.iter())
            .flat_map(|row| row.refs.iter().map(|(_, kind, key)| (*kind, key.as_str())))
            .filter(|(kind, _)| registered.get(kind.index()) != Some(&true))
            .collect();
        referred.sort_unstable();
        for (kind, key) in referred {
            if policy.kinds[kind].role != Role::Whole {
                keys[kind].intern(key);
            }
        }
        let mut frozen: IdVec<KindId, Table> = policy.kinds.iter().map(Table::new).collect();
        let mut versions: IdVec<KindId, Vec<Vec<Version>>> = keys.iter().map(|k| vec![Vec::new(); k.len()]).collect();
        for row in &rows {
            let field_count = policy.kinds[row.kind].fields.len();
            let mut refs = vec![None; field_count];
            for (field, kind, key) in &row.refs {
                let id = if policy.kinds[*kind].role == Role::Whole { Some(0) } else { keys[*kind].find(key) };
                if let Some(slot) = refs.get_mut(field.index()) {
                    *slot = id;
                }
            }
            let (values, _) = tables[row.kind].row(row.row);
            let table = &mut frozen[row.kind];
            table.push(&values, &refs);
            let at = u32::try_from(table.len() - 1).unwrap_or(u32::MAX);
            let version = Version { since: row.since, until: row.until, row: at };
            let id = keys[row.kind].find(&row.key).unwrap_or(0);
            if let Some(list) = versions[row.kind].get_mut(id as usize) {
                list.push(version);
            }
        }
        let parts = keys.iter().zip(frozen.iter()).zip(versions.iter()).zip(policy.kinds.entries());
        let stores = parts
            .map(|(((keys, table), versions), (id, kind))| match kind.role {
                Role::Whole => {
                    let mut keys = Keys::default();
                    keys.intern(&kind.name);
                    Store::Whole(keys)
                }
                Role::Record => Store::Event(keys.clone()),
                Role::Entity if registered.get(id.index()) == Some(&true) => {
                    Store::Register { keys: keys.clone(), table: table.clone(), versions: versions.clone() }
                }
                Role::Entity => Store::Derived(keys.clone()),
            })
            .collect();
        let referring = referring(policy, &stores);
        (Registers { stores, referring }, rejects)
    }
}

/// Rows of relations by what they refer to, ascending.
fn referring(policy: &Policy, stores: &IdVec<KindId, Store>) -> HashMap<(KindId, FieldId, u32), Vec<u32>> {
    let mut found: HashMap<(KindId, FieldId, u32), Vec<u32>> = HashMap::new();
    for (kind, decl) in policy.kinds.entries().filter(|(_, decl)| decl.relation) {
        let Store::Register { table, versions, .. } = &stores[kind] else { continue };
        for (id, rows) in (0u32..).zip(versions) {
            for (field, row) in decl.fields.ids().flat_map(|field| rows.iter().map(move |row| (field, row.row))) {
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

fn reject_overlaps(policy: &Policy, rows: &mut Vec<Pending>, rejects: &mut Vec<BatchReject>) {
    rows.sort_by(|a, b| (a.kind, &a.key, a.since, a.origin).cmp(&(b.kind, &b.key, b.since, b.origin)));
    let mut bad = vec![false; rows.len()];
    let mut group_start = 0;
    while let Some(first) = rows.get(group_start) {
        let same = |row: &&Pending| row.kind == first.kind && row.key == first.key;
        let group_end = group_start + rows.iter().skip(group_start).take_while(same).count();
        // Every row that overlaps another is bad, whichever came first in the file.
        let mut widest: Option<(Day, usize)> = None;
        for at in group_start..group_end {
            let Some(row) = rows.get(at) else { break };
            if let Some((until, holder)) = widest
                && row.since <= until
            {
                for index in [at, holder] {
                    if let Some(flag) = bad.get_mut(index) {
                        *flag = true;
                    }
                }
            }
            if widest.is_none_or(|(until, _)| row.until > until) {
                widest = Some((row.until, at));
            }
        }
        group_start = group_end;
    }
    let mut flags = bad.into_iter();
    rows.retain(|row| {
        let keep = flags.next() != Some(true);
        if !keep {
            let (field, value) = (policy.kinds[row.kind].key, row.key.clone());
            let reject = RowReject { row: row.origin.1, field, value, fault: RowFault::Lifetime };
            rejects.push((row.origin.0, reject));
        }
        keep
    });
}

fn reject_unknown(rows: &mut Vec<Pending>, registered: &[bool], rejects: &mut Vec<BatchReject>) {
    loop {
        let mut known: std::collections::HashSet<(KindId, &str)> = std::collections::HashSet::new();
        for row in rows.iter() {
            known.insert((row.kind, &row.key));
        }
        let mut found = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            let missing = row.refs.iter().find(|(_, kind, key)| {
                registered.get(kind.index()) == Some(&true) && !known.contains(&(*kind, key.as_str()))
            });
            if let Some((field, _, key)) = missing {
                let fault = RowFault::UnknownReference;
                let reject = RowReject { row: row.origin.1, field: Some(*field), value: key.clone(), fault };
                found.push((at, (row.origin.0, reject)));
            }
        }
        if found.is_empty() {
            return;
        }
        let mut bad = found.iter().map(|(at, _)| *at).peekable();
        let mut at = 0;
        rows.retain(|_| {
            let drop = bad.next_if_eq(&at).is_some();
            at += 1;
            !drop
        });
        rejects.extend(found.into_iter().map(|(_, reject)| reject));
    }
}

/// Rows whose line of parents leads back to themselves while they live.
fn reject_cycles(policy: &Policy, rows: &mut Vec<Pending>, rejects: &mut Vec<BatchReject>) {
    let mut by_key: std::collections::HashMap<(KindId, &str), Vec<usize>> = std::collections::HashMap::new();
    for (at, row) in rows.iter().enumerate() {
        by_key.entry((row.kind, &row.key)).or_default().push(at);
    }
    let parent_of = |row: &Pending| {
        let field = policy.kinds[row.kind].parent?;
        row.refs.iter().position(|(id, _, _)| *id == field)
    };
    // The version above a row that lives together with it.
    let above = |at: usize| {
        let row = rows.get(at)?;
        let (_, kind, key) = row.refs.get(parent_of(row)?)?;
        let versions = by_key.get(&(*kind, key.as_str()))?;
        versions.iter().copied().find(|v| rows.get(*v).is_some_and(|v| v.since <= row.until && row.since <= v.until))
    };
    // 0: not seen, otherwise the walk that saw it first.
    let mut seen = vec![0usize; rows.len()];
    let mut bad = vec![false; rows.len()];
    for start in 0..rows.len() {
        let mut at = Some(start);
        while let Some(row) = at {
            match seen.get(row) {
                Some(0) => {}
                // This walk has come back: everything from here around is a cycle.
                Some(walk) if *walk == start + 1 => {
                    let mut around = row;
                    loop {
                        if let Some(flag) = bad.get_mut(around) {
                            *flag = true;
                        }
                        match above(around) {
                            Some(next) if next != row => around = next,
                            _ => break,
                        }
                    }
                    break;
                }
                _ => break,
            }
            if let Some(mark) = seen.get_mut(row) {
                *mark = start + 1;
            }
            at = above(row);
        }
    }
    drop(by_key);
    let mut flags = bad.into_iter();
    rows.retain(|row| {
        let keep = flags.next() != Some(true);
        if !keep {
            let field = policy.kinds[row.kind].parent;
            let reject = RowReject { row: row.origin.1, field, value: row.key.clone(), fault: RowFault::Cycle };
            rejects.push((row.origin.0, reject));
        }
        keep
    });
}
