//! Observing: a batch of records goes into the ledger.

use super::batch::{Batch, RowFault, RowReject};
use super::cell::{Cell, KeyOrder, RecordOrder};
use super::eval::{Context, Stored, eval};
use super::ledger::{AccState, Entry, Ledger, add_count, list_of};
use super::registers::{Registers, Store, key_text};
use super::table::batch_cell;
use super::value::{Tri, V};
use super::world::World;
use crate::model::{AggOp, Day, Expr, FieldId, Id, KindId, Link, Moment, Overflow, ParamId, Role, Type};
use crate::program::{AccId, Accumulator, Program};

/// What became of the rows of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    /// Rows that were not used, in order.
    pub rejects: Vec<RowReject>,
    /// Rows later than as-of.
    pub left_out: u64,
}

/// A record as expressions see it.
pub(super) struct RecordRow<'v, 'a> {
    pub world: World<'a>,
    pub kind: KindId,
    pub day: Day,
    pub moment: Moment,
    pub values: &'v [V<'a>],
    pub refs: &'v [Option<u32>],
    /// Its key as text, whatever the key's type.
    pub key: Option<&'a str>,
}

impl<'a> Context<'a> for RecordRow<'_, 'a> {
    fn field(&self, path: &[FieldId]) -> V<'a> {
        match path {
            [] => self.key(),
            [field] => {
                let value = self.values.get(field.index()).copied().unwrap_or(V::Unknown);
                let target = self.world.target(self.kind, *field);
                let id = self.refs.get(field.index()).copied().flatten();
                match target.zip(id) {
                    Some((target, id)) if !self.world.is_read(target, id) => V::Unknown,
                    _ => value,
                }
            }
            [field, rest @ ..] => {
                let target = self.world.target(self.kind, *field);
                let id = self.refs.get(field.index()).copied().flatten();
                match target.zip(id) {
                    // A derived subject has nothing but its key, which stands in the record itself: while
                    // records are observed, the keys of derived subjects are not to be looked up yet.
                    Some((target, _)) if matches!(self.world.registers.store(target), Store::Derived(_)) => {
                        let key = self.values.get(field.index()).copied().unwrap_or(V::Unknown);
                        let is_key = rest.len() == 1 && self.world.policy().kinds[target].key == rest.first().copied();
                        if is_key { self.world.key_value(target, key) } else { V::Unknown }
                    }
                    Some((target, id)) => self.world.walk(target, id, rest, self.day),
                    None => V::Unknown,
                }
            }
        }
    }
    fn key(&self) -> V<'a> {
        self.key.map_or(V::Unknown, V::Text)
    }
    fn param(&self, id: ParamId) -> V<'a> {
        param(self.world.program, id)
    }
    fn calendar(&self, id: crate::model::CalendarId) -> Option<&'a crate::model::calendar::WorkCalendar> {
        self.world.program.calendar(id)
    }
    fn as_of(&self) -> V<'a> {
        V::Moment(Moment::Day(self.world.program.spec().as_of.reference()))
    }
    fn zone(&self) -> chrono_tz::Tz {
        self.world.policy().timezone
    }
    // INVARIANT (record filters read records): the checker refuses anything else in them, so the rest stays unknown.
}

/// A parameter's value; unknown while it is open.
pub(super) fn param(program: &Program, id: ParamId) -> V<'_> {
    crate::program::param_value(program.policy(), id).map_or(V::Unknown, V::constant)
}

impl Ledger {
    /// Takes in records of one kind. Rows that cannot be used are given back and leave no trace.
    ///
    /// Errors when a number of a record is too large for exact arithmetic.
    pub fn observe(
        &mut self,
        program: &Program,
        registers: &Registers,
        batch: &Batch<'_>,
    ) -> Result<Observed, Overflow> {
        let mut observed = Observed::default();
        let policy = program.policy();
        let kind = &policy.kinds[batch.kind];
        let Some(at_field) = kind.at else { return Ok(observed) };
        let world = World { program, registers, ledger: None };
        let column = |field: FieldId| batch.columns.get(field.index()).and_then(Option::as_ref);
        let field_count = kind.fields.len();
        let mut values = vec![V::Unknown; field_count];
        let mut refs: Vec<Option<u32>> = vec![None; field_count];
        for row in 0..batch.row_count {
            for (field, slot) in kind.fields.ids().zip(values.iter_mut()) {
                *slot = column(field).map_or(V::Unknown, |column| batch_cell(column, row));
            }
            let reject =
                |field: FieldId, value: String, fault: RowFault| RowReject { row, field: Some(field), value, fault };
            let Some(moment) = values.get(at_field.index()).and_then(|at| at.moment()) else {
                observed.rejects.push(reject(at_field, String::new(), RowFault::Missing));
                continue;
            };
            let key = match kind.key {
                Some(field) => match values.get(field.index()).and_then(|key| key_text(*key)) {
                    Some(key) => Some(key),
                    None => {
                        observed.rejects.push(reject(field, String::new(), RowFault::Missing));
                        continue;
                    }
                },
                None => None,
            };
            let unknown = kind.fields.entries().find_map(|(id, field)| {
                let (Type::Ref(target), Some(V::Text(text))) = (&field.ty, values.get(id.index())) else { return None };
                let known = registers.fixed_keys(*target).is_none_or(|keys| keys.find(text).is_some());
                (!known).then(|| reject(id, (*text).to_owned(), RowFault::UnknownReference))
            });
            if let Some(unknown) = unknown {
                observed.rejects.push(unknown);
                continue;
            }
            if !program.spec().as_of.reads(moment) {
                observed.left_out += 1;
                continue;
            }
            for (id, field) in kind.fields.entries() {
                let (Type::Ref(target), Some(V::Text(text))) = (&field.ty, values.get(id.index())) else {
                    if let Some(slot) = refs.get_mut(id.index()) {
                        *slot = None;
                    }
                    continue;
                };
                let found = match registers.store(*target) {
                    Store::Whole(_) => Some(0),
                    Store::Register { keys, .. } => keys.find(text),
                    Store::Derived(_) | Store::Event(_) => Some(self.keys[*target].intern(text)),
                };
                if let Some(slot) = refs.get_mut(id.index()) {
                    *slot = found;
                }
            }
            let own = key.as_deref().map(|key| self.keys[batch.kind].intern(key));
            if let Some(id) = own {
                self.keep_event(batch.kind, id, moment, &values, &refs);
            }
            if program.deferred[batch.kind] {
                let waiting = &mut self.waiting[batch.kind];
                waiting.0.push(&values, &refs);
                waiting.1.push(moment);
            }
            for (id, slot) in kind.fields.ids().zip(values.iter_mut()) {
                *slot = world.masked(batch.kind, id, *slot);
            }
            let (day, key) = (moment.day(), key.as_deref());
            let record = RecordRow { world, kind: batch.kind, day, moment, values: &values, refs: &refs, key };
            for (acc, part) in &program.feeds[batch.kind] {
                let accumulator = &program.accumulators[*acc];
                if accumulator.parts.get(*part).is_some_and(|part| !part.deferred) {
                    feed(&mut self.accs[*acc], accumulator, *part, &record, own)?;
                }
            }
            self.read_count += 1;
        }
        self.left_out_count += observed.left_out;
        Ok(observed)
    }
}

/// Hands the records that waited to the accumulators that passed an event. Called once, by the judge.
pub(super) fn settle(
    program: &Program,
    registers: &Registers,
    ledger: &Ledger,
) -> Result<Vec<(AccId, AccState)>, Overflow> {
    let world = World { program, registers, ledger: Some(ledger) };
    let mut settled = Vec::new();
    for (acc, accumulator) in program.accumulators.entries() {
        if !accumulator.parts.iter().any(|part| part.deferred) {
            continue;
        }
        let mut state = ledger.accs[acc].clone();
        for (at, part) in accumulator.parts.iter().enumerate().filter(|(_, part)| part.deferred) {
            let kind = part.source.kind;
            let (table, moments) = &ledger.waiting[kind];
            for (row, moment) in moments.iter().enumerate() {
                let (mut values, refs) = table.row(u32::try_from(row).unwrap_or(u32::MAX));
                for (field, value) in program.policy().kinds[kind].fields.ids().zip(values.iter_mut()) {
                    if let (Some(target), Some(id)) =
                        (world.target(kind, field), refs.get(field.index()).copied().flatten())
                    {
                        *value = V::Text(world.key(target, id));
                    }
                    *value = world.masked(kind, field, *value);
                }
                let key = program.policy().kinds[kind].key;
                let key = key.and_then(|key| values.get(key.index())).and_then(|key| key_text(*key));
                let own = key.as_ref().and_then(|key| ledger.keys(kind).find(key));
                let (day, moment, key) = (moment.day(), *moment, key.as_deref());
                let record = RecordRow { world, kind, day, moment, values: &values, refs: &refs, key };
                feed(&mut state, accumulator, at, &record, own)?;
            }
        }
        settled.push((acc, state));
    }
    Ok(settled)
}

/// One record into one accumulator.
fn feed(
    state: &mut AccState,
    accumulator: &Accumulator,
    part: usize,
    record: &RecordRow<'_, '_>,
    own: Option<u32>,
) -> Result<(), Overflow> {
    let Some(part) = accumulator.parts.get(part) else { return Ok(()) };
    let source = &part.source;
    let keep = match &source.filter {
        Some(filter) => eval(filter, record)?.truth(),
        None => Tri::True,
    };
    if keep == Tri::False {
        return Ok(());
    }
    let targets = targets(record, &source.link, own);
    if targets.is_empty() {
        return Ok(());
    }
    let day = dated(record, source.year_field);
    let values = match (keep, &accumulator.op) {
        (Tri::True, AggOp::Count) => Some(Vec::new()),
        (Tri::True, op) => {
            let exprs = op_exprs(op);
            Some(exprs.into_iter().map(|e| eval(e, record).map(Stored::keep)).collect::<Result<Vec<_>, _>>()?)
        }
        _ => None,
    };
    for id in targets {
        let cell = |slots: usize| {
            let slot = accumulator.slots.as_ref().map_or(0, |s| s.slot(day));
            u64::from(id) * slots as u64 + slot as u64
        };
        match state {
            AccState::Counts { slots, cells, doubtful } => match values {
                Some(_) => add_count(cells, cell(*slots), *slots, 1),
                None => *doubtful.entry(cell(*slots)).or_insert(0) += 1,
            },
            AccState::Cells { slots, cells } => {
                let kept = cells.entry(cell(*slots)).or_insert_with(|| Cell::new(&accumulator.op));
                match &values {
                    Some(values) => kept.add(&record_order(record), values),
                    None => kept.doubtful += 1,
                }
            }
            AccState::Lists(lists) => {
                let (start, end) = (record.moment, ending(record));
                let order = record_order(record);
                list_of(lists, id).push(Entry { day, order, start, end, kind: record.kind, values: values.clone() });
            }
        }
    }
    Ok(())
}

/// The expressions of an aggregate.
pub(super) fn op_exprs(op: &AggOp) -> Vec<&Expr> {
    crate::program::op_exprs(op)
}

fn record_order(record: &RecordRow<'_, '_>) -> RecordOrder {
    let kind = &record.world.policy().kinds[record.kind];
    let whole = kind.key.is_some_and(|key| kind.fields[key].ty == Type::Whole);
    let key = match record.key() {
        V::Num(range) => range.value().map_or(KeyOrder::None, KeyOrder::Number),
        V::Text(text) if whole => match crate::model::Fixed::parse(text) {
            Some(number) => KeyOrder::Number(number.to_ratio()),
            None => KeyOrder::Text(text.into()),
        },
        V::Text(text) => KeyOrder::Text(text.into()),
        _ => KeyOrder::None,
    };
    RecordOrder::new(record.moment, key)
}

/// The end of a record: its start where its kind has none or the end is earlier, as-of's instant where it is not known.
fn ending(record: &RecordRow<'_, '_>) -> Moment {
    let Some(field) = record.world.policy().kinds[record.kind].end else { return record.moment };
    let written = record.values.get(field.index()).and_then(|end| end.moment());
    let end = written.unwrap_or(Moment::At(record.world.program.spec().as_of.closed_until));
    if end.latest() < record.moment.earliest() { record.moment } else { end }
}

/// The day that a record counts on.
pub(super) fn dated(record: &RecordRow<'_, '_>, year_field: Option<FieldId>) -> Day {
    let year = year_field.and_then(|field| record.values.get(field.index())).and_then(|year| year.value());
    let year = year.filter(|y| y.is_int()).and_then(|y| i32::try_from(y.num()).ok());
    let (month, day) = record.world.policy().year_start;
    // A year that starts after June has most of its days in the next calendar year.
    let first = |year: i32| Day::from_ymd(if month > 6 { year - 1 } else { year }, month, day);
    year.and_then(first).unwrap_or(record.day)
}

/// The subject at the end of references of a record; of none, the record itself.
fn reach(record: &RecordRow<'_, '_>, path: &[FieldId], own: Option<u32>) -> Option<(KindId, u32)> {
    match path {
        [] => own.map(|id| (record.kind, id)),
        [field, rest @ ..] => {
            let target = record.world.target(record.kind, *field)?;
            let id = record.refs.get(field.index()).copied().flatten()?;
            record.world.follow(target, id, rest, record.day)
        }
    }
}

/// The subjects that a record counts for.
pub(super) fn targets(record: &RecordRow<'_, '_>, link: &Link, own: Option<u32>) -> Vec<u32> {
    let (path, ancestors) = match link {
        Link::Whole => return vec![0],
        Link::Path { path, ancestors } => (path, *ancestors),
        Link::Shared { kind, on } => {
            let reached = on.iter().map(|(path, field)| Some((*field, reach(record, path, own)?.1)));
            let Some(reached) = reached.collect::<Option<Vec<_>>>() else { return Vec::new() };
            return record.world.rows_with(*kind, &reached, record.day);
        }
    };
    let world = &record.world;
    match reach(record, path, own) {
        Some((kind, id)) if ancestors && world.policy().kinds[kind].role == Role::Entity => {
            world.ancestors(kind, id, record.day)
        }
        Some((_, id)) => vec![id],
        None => Vec::new(),
    }
}
