//! The ledger: the engine's mergeable state. Observing batches fills it, ledgers merge, the judge reads it.

use super::cell::{Cell, RecordOrder};
use super::counts::CellCounts;
use super::eval::Stored;
use super::first::Firsts;
use super::keys::Keys;
use super::referred::Referred;
use super::registers::{Registers, Store};
use super::stand_ins::StandIns;
use super::table::Table;
use crate::model::{AggOp, Day, FieldId, IdVec, KindId, Moment, Overflow};
use crate::program::{AccId, Program};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// Events of one kind: records that are subjects or referred to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Events {
    /// Their fields.
    pub table: Table,
    /// Date of each row.
    pub moments: Vec<Moment>,
    /// Row of each id; `u32::MAX` for a key that is referred to but has no record.
    rows: Vec<u32>,
}

impl Events {
    /// The row of an id.
    #[must_use]
    pub fn row(&self, id: u32) -> Option<u32> {
        self.rows.get(id as usize).copied().filter(|row| *row != u32::MAX)
    }

    /// The date of an event.
    #[must_use]
    pub fn moment(&self, id: u32) -> Option<Moment> {
        self.moments.get(self.row(id)? as usize).copied()
    }

    pub(super) fn set_row(&mut self, id: u32, row: u32) {
        let at = id as usize;
        if self.rows.len() <= at {
            self.rows.resize(at + 1, u32::MAX);
        }
        if let Some(slot) = self.rows.get_mut(at) {
            *slot = row;
        }
    }
}

/// A record in a sorted list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Day of the record.
    pub day: Day,
    /// Place in time.
    pub order: RecordOrder,
    /// When it starts.
    pub start: Moment,
    /// When it ends: its start where its kind has no end, as-of where the end is not known.
    pub end: Moment,
    /// Its end is not known (it has not come by as-of).
    pub is_open: bool,
    /// The end that is written lies before the start.
    pub is_reversed: bool,
    /// Its kind.
    pub kind: KindId,
    /// Values of the aggregate's expressions; `None`: the filter is unknown.
    pub values: Option<Vec<Stored>>,
    /// It may stop counting, or come to another value, because something empty is filled in.
    pub is_loose: bool,
}

/// Most cells that are laid out before a record asks for them.
const CELLS_AT_ONCE: usize = 1 << 30;

/// State of one accumulator.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum AccState {
    /// Counts by key and slot, the doubtful ones, and those counted that something filled in may undo.
    Counts { slots: usize, cells: CellCounts, doubtful: HashMap<u64, u32>, loose: HashMap<u64, u32> },
    /// Other cells by key and slot; most are empty. Cells are large, and a table of them is half empty.
    Cells { slots: usize, cells: HashMap<u64, Box<Cell>> },
    /// Lists by key, in order of arrival: what folds them does not depend on it.
    Lists(Vec<Vec<Entry>>),
}

/// What is made of all records together.
#[derive(Debug, Clone, Default)]
pub(super) struct Late {
    /// Who stands in for whom.
    pub stand_ins: OnceLock<StandIns>,
    /// Who is first in each matter.
    pub firsts: OnceLock<Result<Firsts, Overflow>>,
}

/// The engine's state after observing some records. Kept between runs by serde, in any format that tells apart numbers of
/// all sizes; what it belongs to is not in it (see [`super::Fingerprint`]).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ledger {
    pub(super) keys: IdVec<KindId, Keys>,
    pub(super) events: IdVec<KindId, Events>,
    /// By which fields keys of records are referred to.
    pub(super) referred: Referred,
    pub(super) accs: IdVec<AccId, AccState>,
    /// Whose cells each accumulator holds.
    acc_kinds: IdVec<AccId, KindId>,
    /// Whole records that wait for the judge, by kind.
    pub(super) waiting: IdVec<KindId, (Table, Vec<Moment>)>,
    /// What is made of all records together, once it is asked for.
    #[serde(skip)]
    pub(super) late: Late,
    /// Records taken in.
    pub read_count: u64,
    /// Records later than as-of.
    pub left_out_count: u64,
}

impl Ledger {
    /// An empty ledger.
    #[must_use]
    pub fn new(program: &Program, registers: &Registers) -> Ledger {
        Ledger::with_room(program, registers, |slots, subjects| match subjects.saturating_mul(slots) {
            ..CELLS_AT_ONCE => CellCounts::with_room(slots, subjects),
            _ => CellCounts::new(slots),
        })
    }

    /// An empty ledger that makes room for counts only as they come: most of them go elsewhere (see [`super::Pool`]).
    #[must_use]
    pub fn lean(program: &Program, registers: &Registers) -> Ledger {
        Ledger::with_room(program, registers, |slots, _| CellCounts::new(slots))
    }

    fn with_room(program: &Program, registers: &Registers, cells: impl Fn(usize, usize) -> CellCounts) -> Ledger {
        let policy = program.policy();
        let keys = policy.kinds.ids().map(|kind| match registers.store(kind) {
            Store::Derived(keys) | Store::Event(keys) => keys.clone(),
            Store::Whole(_) | Store::Register { .. } => Keys::default(),
        });
        let events = (policy.kinds.iter()).map(|kind| Events {
            table: Table::beside_keys(kind),
            moments: Vec::new(),
            rows: Vec::new(),
        });
        let accs = program.accumulators.iter().map(|acc| match (&acc.slots, &acc.op) {
            (None, _) => AccState::Lists(Vec::new()),
            (Some(slots), AggOp::Count) => {
                let keys = registers.fixed_keys(acc.kind).map_or(0, Keys::len);
                let cells = cells(slots.len(), keys);
                AccState::Counts { slots: slots.len(), cells, doubtful: HashMap::new(), loose: HashMap::new() }
            }
            (Some(slots), _) => AccState::Cells { slots: slots.len(), cells: HashMap::new() },
        });
        Ledger {
            keys: keys.collect(),
            events: events.collect(),
            referred: Referred::new(policy),
            accs: accs.collect(),
            acc_kinds: program.accumulators.iter().map(|acc| acc.kind).collect(),
            waiting: policy.kinds.iter().map(|kind| (Table::new(kind), Vec::new())).collect(),
            late: Late::default(),
            read_count: 0,
            left_out_count: 0,
        }
    }

    /// Keys of a derived or event kind.
    #[must_use]
    pub fn keys(&self, kind: KindId) -> &Keys {
        &self.keys[kind]
    }

    /// Events of a kind.
    #[must_use]
    pub fn events(&self, kind: KindId) -> &Events {
        &self.events[kind]
    }

    /// The fields by which rows of records and registers refer to one of these keys, ascending, of a kind of records.
    #[must_use]
    pub fn referring(
        &self,
        program: &Program,
        registers: &Registers,
        kind: KindId,
        keys: &[u32],
    ) -> Vec<(KindId, FieldId)> {
        self.referred.by(program.policy(), registers, kind, keys)
    }

    /// Takes in the ledger of other records of the same program and registers. Associative, and
    /// in either order the judge gives the same.
    pub fn merge(&mut self, other: Ledger) {
        self.late = Late::default();
        let Ledger { keys, events, referred, accs, waiting, read_count, left_out_count, .. } = other;
        // Ids of the other ledger, turned into ids of this one; none where both number their keys alike.
        let kinds: Vec<KindId> = self.keys.ids().collect();
        let ids: IdVec<KindId, Vec<u32>> = (kinds.iter().zip(keys))
            .map(|(kind, theirs)| {
                let mine = &mut self.keys[*kind];
                (0u32..).take(theirs.len()).map(|id| mine.intern(theirs.key(id))).collect()
            })
            .collect();
        self.referred.merge(&referred, &ids);
        let is_local = |kind: KindId| !ids[kind].is_empty();
        let turn = |kind: KindId, id: u32| ids[kind].get(id as usize).copied().unwrap_or(id);
        let turned = |table: &mut Table| {
            let local = ids.entries().filter(|(_, ids)| !ids.is_empty());
            local.for_each(|(target, ids)| table.remap(target, ids));
        };
        for ((kind, mut theirs), waiting) in kinds.into_iter().zip(events).zip(waiting) {
            turned(&mut theirs.table);
            for (id, row) in (0u32..).zip(&theirs.rows).filter(|(_, row)| **row != u32::MAX) {
                let (values, refs) = theirs.table.row(*row);
                let Some(moment) = theirs.moments.get(*row as usize) else { continue };
                self.keep_event(kind, turn(kind, id), *moment, &values, &refs);
            }
            let (mut theirs, moments) = waiting;
            turned(&mut theirs);
            let mine = &mut self.waiting[kind];
            for (row, moment) in (0u32..).zip(moments) {
                let (values, refs) = theirs.row(row);
                mine.0.push(&values, &refs);
                mine.1.push(moment);
            }
        }
        for ((acc, kind), state) in self.acc_kinds.entries().map(|(acc, kind)| (acc, *kind)).zip(accs) {
            self.accs[acc].merge(state, !is_local(kind), |id| turn(kind, id));
        }
        self.read_count += read_count;
        self.left_out_count += left_out_count;
    }

    /// Takes in counts that were made beside it.
    pub(super) fn take_counts(&mut self, acc: AccId, counts: CellCounts) {
        if let AccState::Counts { cells, .. } = &mut self.accs[acc] {
            cells.merge_same(counts);
        }
    }

    /// Keeps an event; of two rows with one key the smaller by its values.
    pub(super) fn keep_event(
        &mut self,
        kind: KindId,
        id: u32,
        moment: Moment,
        values: &[super::value::V<'_>],
        refs: &[Option<u32>],
    ) {
        let keys = &self.keys;
        let events = &mut self.events[kind];
        if let Some(kept) = events.row(id) {
            let picture = |values: &[super::value::V<'_>], refs: &[Option<u32>]| -> Vec<(Stored, Option<String>)> {
                let ids =
                    refs.iter().enumerate().map(|(at, id)| {
                        let field = crate::model::FieldId(u32::try_from(at).unwrap_or(u32::MAX));
                        let target = events.table.refers_to(field)?;
                        // Registers have ids of their own order, which is that of their keys.
                        id.map(|id| {
                            if keys[target].is_empty() { format!("{id:010}") } else { keys[target].key(id).to_owned() }
                        })
                    });
                let kept = values.iter().enumerate().map(|(at, value)| {
                    let field = crate::model::FieldId(u32::try_from(at).unwrap_or(u32::MAX));
                    // Keys are equal, and stand elsewhere.
                    let is_else = events.table.refers_to(field).is_some() || !events.table.keeps(field);
                    if is_else { Stored::Unknown } else { Stored::keep(*value) }
                });
                kept.zip(ids).collect()
            };
            let (kept_values, kept_refs) = events.table.row(kept);
            if picture(&kept_values, &kept_refs) <= picture(values, refs) {
                return;
            }
        }
        events.table.push(values, refs);
        events.moments.push(moment);
        let row = u32::try_from(events.table.len() - 1).unwrap_or(u32::MAX);
        events.set_row(id, row);
    }
}

impl AccState {
    /// `same`: both number their keys alike.
    fn merge(&mut self, other: AccState, same: bool, turn: impl Fn(u32) -> u32) {
        let moved = |cell: u64, slots: usize| {
            let slots = slots as u64;
            u64::from(turn(u32::try_from(cell / slots).unwrap_or(u32::MAX))) * slots + cell % slots
        };
        match (self, other) {
            (
                AccState::Counts { slots, cells, doubtful, loose },
                AccState::Counts { cells: more, doubtful: doubts, loose: undone, .. },
            ) => {
                if same {
                    cells.merge_same(more);
                } else {
                    more.filled().for_each(|(id, slot, count)| cells.add(turn(id), slot, count));
                }
                for (mine, theirs) in [(doubtful, doubts), (loose, undone)] {
                    for (cell, count) in theirs {
                        *mine.entry(moved(cell, *slots)).or_insert(0) += count;
                    }
                }
            }
            (AccState::Cells { slots, cells }, AccState::Cells { cells: more, .. }) => {
                for (cell, found) in more {
                    match cells.entry(moved(cell, *slots)) {
                        hashbrown::hash_map::Entry::Occupied(mut kept) => kept.get_mut().merge(&found),
                        hashbrown::hash_map::Entry::Vacant(slot) => {
                            slot.insert(found);
                        }
                    }
                }
            }
            (AccState::Lists(lists), AccState::Lists(more)) => {
                for (id, entries) in more.into_iter().enumerate() {
                    let id = turn(u32::try_from(id).unwrap_or(u32::MAX));
                    match list_of(lists, id) {
                        none if none.is_empty() => *none = entries,
                        some => some.extend(entries),
                    }
                }
            }
            // INVARIANT (one program): both were made by `Ledger::new` of one program.
            _ => {}
        }
    }
}

/// The list of an id, with room for an entry: most lists have one, and there is room for no more until more come.
pub(super) fn list_of(lists: &mut Vec<Vec<Entry>>, id: u32) -> &mut Vec<Entry> {
    let at = id as usize;
    if lists.len() <= at {
        lists.resize_with(at + 1, Vec::new);
    }
    let list = &mut lists[at];
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list
}
