//! A batch made ready column by column: which rows are read, on which days, and the ids of what they refer to.

use super::batch::{Batch, Column, RowFault, RowReject, Values};
use super::keys::Keys;
use super::ledger::Ledger;
use super::registers::{Registers, Store, key_text};
use super::table::{EMPTY, batch_cell};
use super::value::V;
use crate::model::{AsOf, Day, FieldId, Id, Kind, KindId, Moment, Type};
use crate::program::Program;

/// What becomes of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Read,
    LeftOut,
    Rejected,
}

/// The rows of a batch, and which of them are still to be read.
struct Sieve {
    states: Vec<State>,
    rejects: Vec<RowReject>,
}

impl Sieve {
    fn reads(&self, row: usize) -> bool {
        self.states.get(row) == Some(&State::Read)
    }

    /// Of several faults of a row the first is told.
    fn reject(&mut self, row: usize, field: FieldId, value: &str, fault: RowFault) {
        if let Some(state) = self.states.get_mut(row).filter(|state| **state == State::Read) {
            *state = State::Rejected;
            self.rejects.push(RowReject { row, field: Some(field), value: value.to_owned(), fault });
        }
    }
}

/// A batch made ready. Vectors by row hold something for every row of the batch; only those of read rows mean anything.
pub(super) struct Resolved {
    /// The rows that are read, ascending.
    pub rows: Vec<u32>,
    /// Their days.
    pub days: Vec<Day>,
    /// By field, for references: the id of each row's reference, `EMPTY` for none.
    pub refs: Vec<Option<Vec<u32>>>,
    /// Keys of the records themselves, where their kind has one.
    pub keys: Option<Vec<Option<String>>>,
    /// Ids of the records themselves, where their kind has a key.
    pub own: Option<Vec<u32>>,
    /// Rows that cannot be used, in order.
    pub rejects: Vec<RowReject>,
    /// Number of rows later than as-of.
    pub left_out: u64,
}

impl Resolved {
    /// The ids of the references of a field, by row; nothing where it has none.
    pub(super) fn ids_of(&self, field: FieldId) -> &[u32] {
        self.refs.get(field.index()).and_then(Option::as_deref).unwrap_or(&[])
    }

    /// The id of a row's reference.
    pub(super) fn reference(&self, field: FieldId, row: usize) -> Option<u32> {
        let ids = self.refs.get(field.index())?.as_ref()?;
        ids.get(row).copied().filter(|id| *id != EMPTY)
    }
}

impl Ledger {
    /// Makes a batch of records ready. Keys of derived subjects and of events get their ids here, those of read rows only.
    pub(super) fn resolve(
        &mut self,
        program: &Program,
        registers: &Registers,
        batch: &Batch<'_>,
        at_field: FieldId,
    ) -> Resolved {
        let kind = &program.policy().kinds[batch.kind];
        let count = batch.row_count;
        let column = |field: FieldId| batch.columns.get(field.index()).and_then(Option::as_ref);
        let mut sieve = Sieve { states: vec![State::Read; count], rejects: Vec::new() };
        let (days, later) = days_of(column(at_field), count, program.spec().as_of, &mut |row| {
            sieve.reject(row, at_field, "", RowFault::Missing);
        });
        let keys: Option<Vec<Option<String>>> = kind.key.map(|field| {
            let key = |row| column(field).and_then(|column| key_text(batch_cell(column, row)));
            (0..count).map(key).collect()
        });
        if let (Some(keys), Some(field)) = (&keys, kind.key) {
            for (row, _) in keys.iter().enumerate().filter(|(_, key)| key.is_none()) {
                sieve.reject(row, field, "", RowFault::Missing);
            }
        }
        let mut refs: Vec<Option<Vec<u32>>> = kind.fields.iter().map(|_| None).collect();
        for (field, target) in references(kind) {
            let (Some(column), Some(known)) = (column(field), registers.fixed_keys(target)) else { continue };
            let whole = matches!(registers.store(target), Store::Whole(_));
            let mut ids = known_ids(column, count, |row| sieve.reads(row), known);
            for (row, id) in ids.iter_mut().enumerate().filter(|(_, id)| **id != EMPTY) {
                if *id == UNKNOWN {
                    *id = EMPTY;
                    let text = if let V::Text(text) = batch_cell(column, row) { text } else { "" };
                    sieve.reject(row, field, text, RowFault::UnknownReference);
                } else if whole {
                    *id = 0;
                }
            }
            if let Some(slot) = refs.get_mut(field.index()) {
                *slot = Some(ids);
            }
        }
        let mut left_out = 0;
        for (row, state) in sieve.states.iter_mut().enumerate() {
            if *state == State::Read && later.is_later(days.get(row).copied(), column(at_field), row) {
                *state = State::LeftOut;
                left_out += 1;
            }
        }
        for (field, target) in references(kind) {
            let Some(column) = column(field).filter(|_| registers.fixed_keys(target).is_none()) else { continue };
            let interned = &mut self.keys[target];
            let ids = ids_of(column, count, &|row| sieve.reads(row), &mut |text| interned.intern(text));
            self.referred.note(program.policy(), (batch.kind, field), target, &ids);
            if let Some(slot) = refs.get_mut(field.index()) {
                *slot = Some(ids);
            }
        }
        let own = keys.as_ref().map(|keys| {
            let interned = &mut self.keys[batch.kind];
            let own = keys.iter().enumerate().map(|(row, key)| match key {
                Some(key) if sieve.reads(row) => interned.intern(key),
                _ => EMPTY,
            });
            own.collect()
        });
        let Sieve { states, mut rejects } = sieve;
        rejects.sort_by_key(|reject| reject.row);
        let read = states.iter().zip(0u32..).filter(|(state, _)| **state == State::Read);
        Resolved { rows: read.map(|(_, row)| row).collect(), days, refs, keys, own, rejects, left_out }
    }
}

/// Marks a text that no register knows.
const UNKNOWN: u32 = EMPTY - 1;

/// The fields of a kind that refer to others, with what they refer to.
pub(super) fn references(kind: &Kind) -> impl Iterator<Item = (FieldId, KindId)> + '_ {
    kind.fields.entries().filter_map(|(id, field)| match field.ty {
        Type::Ref(target) => Some((id, target)),
        _ => None,
    })
}

/// Tells the rows that lie after as-of.
struct Later {
    as_of: AsOf,
    /// The first day that is not read; days before it are.
    first_day: Day,
    by_day: bool,
}

impl Later {
    fn is_later(&self, day: Option<Day>, at: Option<&Column<'_>>, row: usize) -> bool {
        if self.by_day {
            return day.is_none_or(|day| day >= self.first_day);
        }
        let moment = at.and_then(|at| batch_cell(at, row).moment());
        moment.is_none_or(|moment| !self.as_of.reads(moment))
    }
}

/// The day of each row; rows without one go to `missing`.
fn days_of(
    column: Option<&Column<'_>>,
    count: usize,
    as_of: AsOf,
    missing: &mut dyn FnMut(usize),
) -> (Vec<Day>, Later) {
    // A whole day is read if its first instant is.
    let until = as_of.read_until.day();
    let first_day = if as_of.reads(Moment::Day(until)) { until.plus(1) } else { until };
    let mut later = Later { as_of, first_day, by_day: true };
    let mut days = Vec::with_capacity(count);
    match column {
        Some(Column { valid, values: Values::Day(found) }) => {
            days.extend(found.iter().take(count).map(|day| Day(*day)));
            days.resize(count, Day(0));
            if let Some(valid) = valid {
                (0..count).filter(|row| !valid.get(*row)).for_each(missing);
            }
        }
        Some(column) => {
            later.by_day = false;
            for row in 0..count {
                let moment = batch_cell(column, row).moment();
                if moment.is_none() {
                    missing(row);
                }
                days.push(moment.map_or(Day(0), Moment::day));
            }
        }
        None => {
            days.resize(count, Day(0));
            (0..count).for_each(missing);
        }
    }
    (days, later)
}

/// The ids of a column of keys among those known, by row; `UNKNOWN` where there is none such, `EMPTY` where it is empty
/// or the row is not read.
fn known_ids(column: &Column<'_>, count: usize, reads: impl Fn(usize) -> bool, known: &Keys) -> Vec<u32> {
    let Values::Text(texts) = &column.values else {
        return ids_of(column, count, &reads, &mut |text| known.find(text).unwrap_or(UNKNOWN));
    };
    let mut ids = vec![EMPTY; count];
    let is_filled = |row: usize| reads(row) && column.valid.as_ref().is_none_or(|valid| valid.get(row));
    let text = |row: usize| if is_filled(row) { texts.of_row(row) } else { None };
    known.find_each(text, UNKNOWN, &mut ids);
    ids
}

/// The ids of a column of keys, by row; `EMPTY` where it is empty or the row is not read.
pub(super) fn ids_of(
    column: &Column<'_>,
    count: usize,
    reads: &dyn Fn(usize) -> bool,
    id_of: &mut dyn FnMut(&str) -> u32,
) -> Vec<u32> {
    let filled = |row: usize| reads(row) && column.valid.as_ref().is_none_or(|valid| valid.get(row));
    let mut ids = vec![EMPTY; count];
    match &column.values {
        Values::Text(texts) => {
            // Rows of registers often refer to what the row before refers to.
            let mut before: Option<(&str, u32)> = None;
            for (row, id) in ids.iter_mut().enumerate().filter(|(row, _)| filled(*row)) {
                if let Some(key) = texts.text(row) {
                    *id = before.filter(|(text, _)| *text == key).map_or_else(|| id_of(key), |(_, id)| id);
                    before = Some((key, *id));
                }
            }
        }
        Values::Dictionary { codes, words } => {
            // A word gets its id when a row that is read has it.
            let mut of_words: Vec<Option<u32>> = vec![None; words.len()];
            for (row, id) in ids.iter_mut().enumerate().filter(|(row, _)| filled(*row)) {
                let at = codes.get(row).map_or(usize::MAX, |code| *code as usize);
                if let (Some(word), Some(known)) = (words.get(at), of_words.get_mut(at)) {
                    *id = *known.get_or_insert_with(|| id_of(word));
                }
            }
        }
        _ => {}
    }
    ids
}
