//! Observing: a batch of records goes into the ledger.

use super::batch::{Batch, RowReject};
use super::cell::{Cell, KeyOrder, RecordOrder};
use super::eval::{Context, Stored, eval};
use super::first::Place;
use super::ledger::{AccState, Entry, Ledger, list_of};
use super::pool::{Waiting, WaitingParts};
use super::registers::{Registers, Store, key_text};
use super::resolve::Resolved;
use super::select::select;
use super::table::{EMPTY, batch_cell};
use super::value::{Range, Tri, V};
use super::world::World;
use crate::model::{
    Acting, AggOp, Day, Expr, FieldId, Id, KindId, Link, Moment, Overflow, ParamId, Ratio, SourcePart, Type, YearStart,
    counting_day,
};
use crate::program::{AccId, Accumulator, Program, may_fill};

/// What became of the rows of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    /// Rows that were not used, in order.
    pub rejects: Vec<RowReject>,
    /// Rows later than as-of.
    pub left_out: u64,
    /// Aggregates that took the rows column by column.
    pub by_column: u64,
    /// Aggregates that took the rows one by one.
    pub by_row: u64,
}

/// A record as expressions see it.
pub(super) struct RecordRow<'v, 'a> {
    pub world: World<'a>,
    pub kind: KindId,
    pub day: Day,
    pub moment: Moment,
    pub values: &'v [V<'a>],
    /// The values with dates that lie after as-of as they stand; empty where nothing asks for them.
    pub written: &'v [V<'a>],
    /// Dates that lie after as-of are read as they stand.
    pub planned: bool,
    /// What is empty is read as what may still be filled in.
    pub fillable: bool,
    pub refs: &'v [Option<u32>],
    /// Its key as text, whatever the key's type.
    pub key: Option<&'a str>,
}

impl<'a> Context<'a> for RecordRow<'_, 'a> {
    fn field(&self, path: &[FieldId]) -> V<'a> {
        match path {
            [] => self.key(),
            [field] => {
                let values = if self.planned { self.written } else { self.values };
                let value = values.get(field.index()).copied().unwrap_or(V::Unknown);
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
                    Some((target, id)) => {
                        let planned = if self.planned { self.world.planned(target, id, rest, self.day) } else { None };
                        planned.map_or_else(|| self.world.walk(target, id, rest, self.day), V::Moment)
                    }
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
    fn may_fill(&self, expr: &Expr) -> bool {
        self.fillable && may_fill(self.world.policy(), self.kind, expr)
    }
    fn acts(&self, kind: KindId, doer: &str, named: &str, instead: bool) -> Tri {
        self.world.acts(kind, doer, named, instead, self.day)
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
        self.observe_beside(program, registers, batch, None)
    }

    /// As [`Ledger::observe`]; counts that columns alone give wait for their pool, if there is one.
    pub fn observe_beside(
        &mut self,
        program: &Program,
        registers: &Registers,
        batch: &Batch<'_>,
        mut waiting: Option<&mut Waiting<'_>>,
    ) -> Result<Observed, Overflow> {
        self.late = Default::default();
        let kind = &program.policy().kinds[batch.kind];
        let Some(at_field) = kind.at else { return Ok(Observed::default()) };
        let mut resolved = self.resolve(program, registers, batch, at_field);
        let mut by_row: Vec<(AccId, usize)> = Vec::new();
        let mut by_column = 0;
        for (acc, part) in &program.feeds[batch.kind] {
            let accumulator = &program.accumulators[*acc];
            let Some(source) = accumulator.parts.get(*part).filter(|part| !part.deferred) else { continue };
            let waiting = waiting.as_deref_mut().and_then(|waiting| waiting.of(*acc));
            if take_columns(&mut self.accs[*acc], waiting, accumulator, &source.source, program, batch, &resolved) {
                by_column += 1;
            } else {
                by_row.push((*acc, *part));
            }
        }
        if !by_row.is_empty() || kind.key.is_some() || program.deferred[batch.kind] {
            self.observe_rows(program, registers, batch, &resolved, &by_row)?;
        }
        self.read_count += resolved.rows.len() as u64;
        self.left_out_count += resolved.left_out;
        let (rejects, by_row) = (std::mem::take(&mut resolved.rejects), by_row.len() as u64);
        Ok(Observed { rejects, left_out: resolved.left_out, by_column, by_row })
    }

    /// The rows that are read, one by one: for accumulators that columns alone do not feed, for events, and for what waits.
    fn observe_rows(
        &mut self,
        program: &Program,
        registers: &Registers,
        batch: &Batch<'_>,
        resolved: &Resolved,
        feeds: &[(AccId, usize)],
    ) -> Result<(), Overflow> {
        let kind = &program.policy().kinds[batch.kind];
        let world = World { program, registers, ledger: None };
        let planned = feeds.iter().any(|(acc, _)| program.accumulators[*acc].planned);
        let mut values = vec![V::Unknown; kind.fields.len()];
        let mut written = Vec::new();
        let mut refs: Vec<Option<u32>> = vec![None; kind.fields.len()];
        for row in resolved.rows.iter().map(|row| *row as usize) {
            for (field, (value, id)) in kind.fields.ids().zip(values.iter_mut().zip(refs.iter_mut())) {
                let column = batch.columns.get(field.index()).and_then(Option::as_ref);
                *value = column.map_or(V::Unknown, |column| batch_cell(column, row));
                *id = resolved.reference(field, row);
            }
            let Some(moment) = kind.at.and_then(|at| values.get(at.index())).and_then(|at| at.moment()) else {
                continue;
            };
            let key = resolved.keys.as_ref().and_then(|keys| keys.get(row)).and_then(Option::as_deref);
            let own = resolved.own.as_ref().and_then(|own| own.get(row)).copied().filter(|id| *id != EMPTY);
            if let Some(id) = own {
                self.keep_event(batch.kind, id, moment, &values, &refs);
            }
            if program.deferred[batch.kind] {
                let waiting = &mut self.waiting[batch.kind];
                waiting.0.push(&values, &refs);
                waiting.1.push(moment);
            }
            if planned {
                written.clone_from(&values);
            }
            for (id, slot) in kind.fields.ids().zip(values.iter_mut()) {
                *slot = world.masked(batch.kind, id, *slot);
            }
            let (day, kind, values, refs) = (moment.day(), batch.kind, &*values, &*refs);
            let (written, planned, fillable) = (&written, false, false);
            let record = RecordRow { world, kind, day, moment, values, written, planned, fillable, refs, key };
            for (acc, part) in feeds {
                feed(&mut self.accs[*acc], &program.accumulators[*acc], *part, &record, own)?;
            }
        }
        Ok(())
    }
}

/// Takes the rows of a batch into counts, or counts of distinct subjects, column by column; false where that cannot be done and
/// nothing was taken.
fn take_columns(
    state: &mut AccState,
    waiting: Option<WaitingParts<'_>>,
    accumulator: &Accumulator,
    source: &SourcePart,
    program: &Program,
    batch: &Batch<'_>,
    resolved: &Resolved,
) -> bool {
    let Some(slots) = &accumulator.slots else { return false };
    if source.year_field.is_some()
        || source.day_starts > 0
        || source.acting != Acting::InPerson
        || source.first.is_some()
        || accumulator.undone
    {
        return false;
    }
    let nothing = Vec::new();
    // The ids by row; none: everything counts for the one subject that there is.
    let ids: Option<&[u32]> = match &source.link {
        Link::Whole => None,
        Link::Path { path, ancestors: false } => match path.as_slice() {
            [] => Some(resolved.own.as_deref().unwrap_or(&nothing)),
            [field] => Some(resolved.ids_of(*field)),
            _ => return false,
        },
        Link::Path { ancestors: true, .. } | Link::Shared { .. } => return false,
    };
    let distinct = match (&accumulator.op, accumulator.distinct) {
        (AggOp::Distinct(values), Some(_)) => match values.as_slice() {
            [Expr::Field(path)] if path.len() == 1 => path.first().map(|field| resolved.ids_of(*field)),
            _ => return false,
        },
        _ => None,
    };
    let truths = match &source.filter {
        None => None,
        Some(filter) => match select(program, batch, filter) {
            Some(truths) => Some(truths),
            None => return false,
        },
    };
    let rows = resolved.rows.iter().filter_map(|row| {
        let row = *row as usize;
        let truth = truths.as_ref().map_or(Tri::True, |truths| truths.get(row).copied().unwrap_or(Tri::Unknown));
        let id = ids.map_or(0, |ids| ids.get(row).copied().unwrap_or(EMPTY));
        let slot = || slots.slot(resolved.days.get(row).copied().unwrap_or(Day(0)));
        (truth != Tri::False && id != EMPTY).then(|| (row, truth == Tri::True, id, slot()))
    });
    let cell = |id: u32, slot: usize, width: usize| (id as usize).saturating_mul(width).saturating_add(slot) as u64;
    match (state, distinct) {
        (AccState::Counts { slots: width, cells, doubtful, .. }, None) => match waiting {
            Some(mut waiting) => rows.for_each(|(_, sure, id, slot)| match sure {
                true => waiting.add_one(id, slot),
                false => *doubtful.entry(cell(id, slot, *width)).or_insert(0) += 1,
            }),
            None => rows.for_each(|(_, sure, id, slot)| match sure {
                true => cells.add_one(id, slot),
                false => *doubtful.entry(cell(id, slot, *width)).or_insert(0) += 1,
            }),
        },
        (AccState::Cells { slots: width, cells }, Some(subjects)) => rows.for_each(|(row, sure, id, slot)| {
            let kept =
                cells.entry(cell(id, slot, *width)).or_insert_with(|| Box::new(Cell::new(&accumulator.op, true)));
            match sure {
                true => kept.add_subject(subjects.get(row).copied().filter(|subject| *subject != EMPTY)),
                false => kept.doubtful += 1,
            }
        }),
        _ => return false,
    }
    true
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
            each_waiting(&world, ledger, part.source.kind, &mut |record, own| {
                feed(&mut state, accumulator, at, record, own)
            })?;
        }
        settled.push((acc, state));
    }
    Ok(settled)
}

/// What is done with a record and its id, if it has a key.
type See<'f> = dyn FnMut(&RecordRow<'_, '_>, Option<u32>) -> Result<(), Overflow> + 'f;

/// Every record of a kind that waits, with its id if it has a key.
pub(super) fn each_waiting(
    world: &World<'_>,
    ledger: &Ledger,
    kind: KindId,
    see: &mut See<'_>,
) -> Result<(), Overflow> {
    let declared = &world.policy().kinds[kind];
    let (table, moments) = &ledger.waiting[kind];
    for (row, moment) in moments.iter().enumerate() {
        let (mut values, refs) = table.row(u32::try_from(row).unwrap_or(u32::MAX));
        for (field, value) in declared.fields.ids().zip(values.iter_mut()) {
            if let (Some(target), Some(id)) = (world.target(kind, field), refs.get(field.index()).copied().flatten()) {
                *value = V::Text(world.key(target, id));
            }
        }
        let written = values.clone();
        for (field, value) in declared.fields.ids().zip(values.iter_mut()) {
            *value = world.masked(kind, field, *value);
        }
        let key = declared.key.and_then(|key| values.get(key.index())).and_then(|key| key_text(*key));
        let own = key.as_ref().and_then(|key| ledger.keys(kind).find(key));
        let (world, day, moment, key) = (*world, moment.day(), *moment, key.as_deref());
        let (values, written, refs) = (&*values, &*written, &*refs);
        let (planned, fillable) = (false, false);
        see(&RecordRow { world, kind, day, moment, values, written, planned, fillable, refs, key }, own)?;
    }
    Ok(())
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
    let Place { keep, share } = placed(record, source)?;
    if keep == Tri::False {
        return Ok(());
    }
    let targets = targets(record, source, own);
    if targets.is_empty() {
        return Ok(());
    }
    let day = dated(record, source);
    let subject = accumulator.distinct.filter(|_| matches!(state, AccState::Cells { .. }));
    let values = match (keep, &accumulator.op) {
        (Tri::True, AggOp::Count) => Some(Vec::new()),
        (Tri::True, _) if subject.is_some() => Some(Vec::new()),
        (Tri::True, op) => {
            let exprs = op_exprs(op);
            let read = RecordRow { planned: accumulator.planned, ..*record };
            let keep = if in_ranges(op) { Stored::keep_range } else { Stored::keep };
            let values = exprs.into_iter().map(|e| eval(e, &read).map(keep)).collect::<Result<Vec<_>, _>>()?;
            Some(values.into_iter().map(|value| part_of(value, share)).collect::<Result<Vec<_>, _>>()?)
        }
        _ => None,
    };
    let loose = accumulator.undone && values.is_some() && is_loose(record, source, accumulator)?;
    for id in targets {
        let cell = |slots: usize| {
            let slot = accumulator.slots.as_ref().map_or(0, |s| s.slot(day));
            u64::from(id) * slots as u64 + slot as u64
        };
        match state {
            AccState::Counts { slots, cells, doubtful, loose: undone } => match values {
                Some(_) => {
                    cells.add_one(id, accumulator.slots.as_ref().map_or(0, |s| s.slot(day)));
                    if loose {
                        *undone.entry(cell(*slots)).or_insert(0) += 1;
                    }
                }
                None => *doubtful.entry(cell(*slots)).or_insert(0) += 1,
            },
            AccState::Cells { slots, cells } => {
                let new = || Box::new(Cell::new(&accumulator.op, subject.is_some()));
                let kept = cells.entry(cell(*slots)).or_insert_with(new);
                kept.loose += u64::from(loose);
                match &values {
                    Some(_) if subject.is_some() => kept.add_subject(subject_of(record, &accumulator.op)),
                    Some(values) => kept.add(&record_order(record), values),
                    None => kept.doubtful += 1,
                }
            }
            AccState::Lists(lists) => {
                let (start, ending) = (record.moment, ending(record));
                let order = record_order(record);
                list_of(lists, id).push(Entry {
                    day,
                    order,
                    start,
                    end: ending.at,
                    is_open: ending.is_open,
                    is_reversed: ending.is_reversed,
                    kind: record.kind,
                    values: values.clone(),
                    is_loose: loose,
                });
            }
        }
    }
    Ok(())
}

/// Whether numbers that are not certain are taken as they are.
fn in_ranges(op: &AggOp) -> bool {
    matches!(op, AggOp::Sum(_) | AggOp::Average(..) | AggOp::Min(_) | AggOp::Max(_))
}

/// Whether a record that counts may stop counting, or come to another value, because something empty is filled in.
fn is_loose(record: &RecordRow<'_, '_>, source: &SourcePart, accumulator: &Accumulator) -> Result<bool, Overflow> {
    let filled = RecordRow { fillable: true, ..*record };
    if let Some(filter) = &source.filter
        && eval(filter, &filled)?.truth() != Tri::True
    {
        return Ok(true);
    }
    let planned = accumulator.planned;
    let (read, filled) = (RecordRow { planned, ..*record }, RecordRow { planned, ..filled });
    for expr in op_exprs(&accumulator.op) {
        if eval(expr, &read)? != eval(expr, &filled)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The subject that a record refers to by the one field whose values are told apart.
fn subject_of(record: &RecordRow<'_, '_>, op: &AggOp) -> Option<u32> {
    match op_exprs(op).as_slice() {
        [Expr::Field(path)] => path.first().and_then(|field| record.refs.get(field.index()).copied().flatten()),
        _ => None,
    }
}

/// Whether a record counts in a part, and for how much of itself.
pub(super) fn placed(record: &RecordRow<'_, '_>, source: &SourcePart) -> Result<Place, Overflow> {
    let keep = match &source.filter {
        Some(filter) => eval(filter, record)?.truth(),
        None => Tri::True,
    };
    match &source.first {
        Some(first) if keep != Tri::False => record.world.place(first, record, keep),
        _ => Ok(Place { keep, share: Some(Ratio::ONE) }),
    }
}

/// A value of a record that counts for a part of itself; unknown where the part is.
fn part_of(value: Stored, share: Option<Ratio>) -> Result<Stored, Overflow> {
    Ok(match (value, share) {
        (value, Some(share)) if share == Ratio::ONE => value,
        (Stored::Num(number), Some(share)) => Stored::Num(number.mul(share)?),
        (Stored::Range(lo, hi), Some(share)) => Stored::keep_range(V::Num(Range { lo, hi }.mul(Range::exact(share))?)),
        _ => Stored::Unknown,
    })
}

/// The expressions of an aggregate.
pub(super) fn op_exprs(op: &AggOp) -> Vec<&Expr> {
    crate::program::op_exprs(op)
}

pub(super) fn record_order(record: &RecordRow<'_, '_>) -> RecordOrder {
    let kind = &record.world.policy().kinds[record.kind];
    let whole = kind.key.is_some_and(|key| kind.fields[key].ty == Type::Whole);
    let key = match record.key() {
        V::Num(range) => range.value().map_or(KeyOrder::None, |n| KeyOrder::Number(Box::new(n))),
        V::Text(text) if whole => match crate::model::Fixed::parse(text) {
            Some(number) => KeyOrder::Number(Box::new(number.to_ratio())),
            None => KeyOrder::Text(text.into()),
        },
        V::Text(text) => KeyOrder::Text(text.into()),
        _ => KeyOrder::None,
    };
    RecordOrder::new(record.moment, key)
}

/// When a record ends.
pub(super) struct Ending {
    /// Its start where its kind has no end or the end is earlier, as-of's instant where it is not known.
    pub at: Moment,
    /// It is not known.
    pub is_open: bool,
    /// The one that is written lies before the start.
    pub is_reversed: bool,
}

/// The end of a record.
pub(super) fn ending(record: &RecordRow<'_, '_>) -> Ending {
    let Some(field) = record.world.policy().kinds[record.kind].end else {
        return Ending { at: record.moment, is_open: false, is_reversed: false };
    };
    let written = record.values.get(field.index()).and_then(|end| end.moment());
    let end = written.unwrap_or(Moment::At(record.world.program.spec().as_of.closed_until));
    let is_reversed = end.latest() < record.moment.earliest();
    Ending { at: if is_reversed { record.moment } else { end }, is_open: written.is_none(), is_reversed }
}

/// The day that a record counts on.
pub(super) fn dated(record: &RecordRow<'_, '_>, source: &SourcePart) -> Day {
    let year = source.year_field.and_then(|field| record.values.get(field.index())).and_then(|year| year.value());
    let year = year.filter(|y| y.is_int()).and_then(|y| i32::try_from(y.num()).ok());
    let YearStart { month, day, .. } = record.world.policy().year_start;
    // A year that starts after June has most of its days in the next calendar year.
    let first = |year: i32| Day::from_ymd(if month > 6 { year - 1 } else { year }, month, day);
    year.and_then(first).unwrap_or_else(|| counting_day(record.moment, source.day_starts))
}

/// The subject at the end of references of a record; of none, the record itself.
fn reach(record: &RecordRow<'_, '_>, path: &[FieldId], own: Option<u32>) -> Option<(KindId, u32)> {
    match path {
        [] => own.map(|id| (record.kind, id)),
        [field, rest @ ..] => {
            let target = record.world.target(record.kind, *field)?;
            let id = record.refs.get(field.index()).copied().flatten()?;
            let is_read = record.world.is_read(target, id);
            if is_read { record.world.follow(target, id, rest, record.day) } else { None }
        }
    }
}

/// The subjects that a record counts for.
pub(super) fn targets(record: &RecordRow<'_, '_>, part: &SourcePart, own: Option<u32>) -> Vec<u32> {
    let world = &record.world;
    match &part.link {
        Link::Whole => vec![0],
        Link::Shared { kind, on } => {
            let reached = on.iter().map(|(path, field)| Some((*field, reach(record, path, own)?)));
            reached
                .collect::<Option<Vec<_>>>()
                .map_or_else(Vec::new, |reached| world.rows_for(*kind, &reached, part.acting, record.day))
        }
        Link::Path { path, ancestors } => match reach(record, path, own) {
            Some((kind, id)) => world.counted_for(kind, id, *ancestors, part.acting, record.day),
            None => Vec::new(),
        },
    }
}
