//! Between the reference interpreter's rows and the engine's batches; runs of the engine.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use wangge::engine::batch::{Batch, Bitmap, Column, Texts, Values};
use wangge::engine::{Ledger, Registers, RegistersBuilder, judge, plain_rules};
use wangge::model::{AsOf, Field, FieldId, FindingFilter, Id, KindId, Period, Policy, Role, Type, Window};
use wangge::program::{Program, RunSpec};
use wangge::testing::{BoundCase, InputValue};

use crate::generate::words::Words;
use crate::reference::time::{at, date, day, instant, window};
use crate::reference::value::num;
use crate::reference::{Cell, Judged, Row, Rows, Spec, sort};

pub fn run_spec(spec: &Spec, any_as_of: bool) -> RunSpec {
    RunSpec {
        period: Period::new(window(spec.period)),
        as_of: AsOf { read_until: instant(spec.read_until), closed_until: instant(spec.closed_until) },
        coverage: spec.coverage.iter().map(|(k, v)| (*k, v.iter().map(|r| window(*r)).collect())).collect(),
        calendars: spec.calendars.clone(),
        any_as_of,
    }
}

/// How the rows reach the engine.
#[derive(Debug, Clone, Copy)]
pub struct Delivery {
    /// Rows in another order.
    pub shuffled: bool,
    /// Most rows in a batch.
    pub batch_rows: usize,
    /// Ledgers that the batches are spread over and that are then merged.
    pub ledgers: usize,
    pub seed: u64,
}

impl Delivery {
    pub const PLAIN: Delivery = Delivery { shuffled: false, batch_rows: 10_000, ledgers: 1, seed: 0 };
}

/// A run whose records the engine has observed.
pub struct Observed {
    pub program: Program,
    pub registers: Registers,
    pub ledger: Ledger,
}

/// How often the engine took one of its ways.
pub struct Ways {
    /// Aggregates that took a batch column by column.
    pub by_column: AtomicU64,
    /// Aggregates that took a batch row by row.
    pub by_row: AtomicU64,
    /// Rules that are decided by counts alone.
    pub plain: AtomicU64,
}

pub static WAYS: Ways = Ways { by_column: AtomicU64::new(0), by_row: AtomicU64::new(0), plain: AtomicU64::new(0) };

/// Runs the engine.
pub fn engine(policy: &Policy, rows: &Rows, spec: &Spec, how: Delivery) -> Result<Judged, String> {
    let Observed { program, registers, ledger } = observed(policy, rows, spec, how)?;
    judged(&program, &registers, &ledger)
}

/// Lets the engine observe everything.
pub fn observed(policy: &Policy, rows: &Rows, spec: &Spec, how: Delivery) -> Result<Observed, String> {
    let program = compile(policy, spec, false)?;
    let mut w = Words::new(how.seed);
    let mut batches = Vec::new();
    for (kind, rows) in rows {
        let mut rows: Vec<&Row> = rows.iter().collect();
        if how.shuffled {
            w.shuffle(&mut rows);
        }
        batches.extend(rows.chunks(how.batch_rows).map(|chunk| batch(policy, *kind, chunk)));
    }
    if how.shuffled {
        w.shuffle(&mut batches);
    }
    let (records, registers): (Vec<_>, Vec<_>) =
        batches.into_iter().partition(|b| policy.kinds[b.kind].role == Role::Record);
    let registers = self::registers(&program, &registers);
    let mut ledgers: Vec<Ledger> = (0..how.ledgers).map(|_| Ledger::new(&program, &registers)).collect();
    for batch in &records {
        let at = w.below(how.ledgers);
        let observed = ledgers[at].observe(&program, &registers, batch).map_err(|e| e.to_string())?;
        assert!(observed.rejects.is_empty(), "records refused: {:?}", observed.rejects);
        WAYS.by_column.fetch_add(observed.by_column, Ordering::Relaxed);
        WAYS.by_row.fetch_add(observed.by_row, Ordering::Relaxed);
    }
    w.shuffle(&mut ledgers);
    // Merged as a tree of random shape.
    while ledgers.len() > 1 {
        let other = ledgers.remove(w.below(ledgers.len()));
        let at = w.below(ledgers.len());
        ledgers[at].merge(other);
    }
    if !how.shuffled {
        let plain = plain_rules(&program, &registers, &ledgers[0]).map_err(|e| e.to_string())?;
        WAYS.plain.fetch_add(plain.len() as u64, Ordering::Relaxed);
    }
    let ledger = ledgers.swap_remove(0);
    Ok(Observed { program, registers, ledger })
}

/// `any_as_of`: for a ledger that goes on on other days.
pub fn compile(policy: &Policy, spec: &Spec, any_as_of: bool) -> Result<Program, String> {
    Program::compile(policy, &run_spec(spec, any_as_of)).map_err(|e| e.to_string())
}

/// Registers of batches that are all in order.
pub fn registers(program: &Program, batches: &[Batch<'_>]) -> Registers {
    let mut builder = RegistersBuilder::new(program);
    for batch in batches {
        let rejects = builder.add(batch);
        assert!(rejects.is_empty(), "register rows refused: {rejects:?}");
    }
    let (registers, rejects) = builder.freeze();
    assert!(rejects.is_empty(), "register rows refused: {rejects:?}");
    registers
}

/// What the engine decides.
pub fn judged(program: &Program, registers: &Registers, ledger: &Ledger) -> Result<Judged, String> {
    let mut findings = Vec::new();
    let results = judge(program, registers, ledger, FindingFilter::All, &mut |f| findings.push(f.clone()));
    let results = results.map_err(|e| e.to_string())?;
    Ok(Judged { findings, results })
}

/// All rows, kind by kind, in batches of at most so many.
pub fn batches(policy: &Policy, rows: &Rows, most: usize) -> Vec<Batch<'static>> {
    let of_kind = |(kind, rows): (&KindId, &Vec<Row>)| -> Vec<Batch<'static>> {
        let rows: Vec<&Row> = rows.iter().collect();
        rows.chunks(most).map(|chunk| batch(policy, *kind, chunk)).collect()
    };
    rows.iter().flat_map(of_kind).collect()
}

/// Whether the engine's own order is that of the output files.
pub fn in_order(policy: &Policy, judged: &Judged) -> bool {
    let mut sorted = judged.clone();
    sort(policy, &mut sorted);
    sorted == *judged
}

fn batch(policy: &Policy, kind: KindId, rows: &[&Row]) -> Batch<'static> {
    let fields = &policy.kinds[kind].fields;
    let columns = fields.entries().map(|(id, field)| column(field, id, rows)).collect();
    let edge = |pick: fn(&Row) -> Option<chrono::NaiveDate>| {
        let cells: Vec<Option<Cell>> = rows.iter().map(|row| pick(row).map(Cell::Day)).collect();
        let filled = cells.iter().any(Option::is_some);
        filled.then(|| column_of(&Type::Date, &cells.iter().map(Option::as_ref).collect::<Vec<_>>()))
    };
    Batch { kind, row_count: rows.len(), columns, since: edge(|row| row.since), until: edge(|row| row.until) }
}

fn column(field: &Field, id: FieldId, rows: &[&Row]) -> Option<Column<'static>> {
    let cells: Vec<Option<&Cell>> = rows.iter().map(|row| row.fields[id.index()].as_ref()).collect();
    // A field that is empty in every row may have no column.
    (!cells.iter().all(Option::is_none)).then(|| column_of(&field.ty, &cells))
}

fn column_of(ty: &Type, cells: &[Option<&Cell>]) -> Column<'static> {
    let mut valid = Bitmap::default();
    cells.iter().enumerate().for_each(|(row, cell)| valid.push(row, cell.is_some()));
    let valid = cells.iter().any(Option::is_none).then_some(valid);
    let values = match ty {
        Type::Text | Type::Ref(_) => texts(cells),
        Type::Whole | Type::Number(_) => Values::Number(cells.iter().map(|cell| cell.map_or(0, fixed)).collect()),
        Type::Bool => {
            let mut bits = Bitmap::default();
            cells.iter().enumerate().for_each(|(row, cell)| bits.push(row, *cell == Some(&Cell::Bool(true))));
            Values::Bool(bits)
        }
        Type::Date => Values::Day(cells.iter().map(|cell| cell.map_or(0, |c| a_day(c).0)).collect()),
        Type::Time => {
            let mut whole_day = Bitmap::default();
            let is_day = |cell: &Option<&Cell>| matches!(cell, Some(Cell::Day(_)));
            cells.iter().enumerate().for_each(|(row, cell)| whole_day.push(row, is_day(cell)));
            let micros = cells.iter().map(|cell| match cell {
                Some(Cell::At(at)) => instant(*at).0,
                Some(cell) => a_day(cell).start().0,
                None => 0,
            });
            Values::Time { micros: micros.collect(), whole_day: cells.iter().any(is_day).then_some(whole_day) }
        }
        Type::Code(_) => {
            Values::Code((cells.iter()).map(|cell| if let Some(Cell::Code(code)) = cell { *code } else { 0 }).collect())
        }
        Type::CodeSet(_) => Values::CodeSet(
            (cells.iter()).map(|cell| if let Some(Cell::Codes(set)) = cell { *set } else { 0 }).collect(),
        ),
        Type::Frame => unreachable!("no field is a calendar window"),
    };
    Column { valid, values }
}

/// Texts after each other, or as positions in a dictionary: both forms are read.
fn texts(cells: &[Option<&Cell>]) -> Values<'static> {
    let text = |cell: &Option<&Cell>| if let Some(Cell::Text(text)) = cell { text.clone() } else { String::new() };
    if cells.len().is_multiple_of(2) {
        let mut texts = Texts::empty();
        cells.iter().for_each(|cell| texts.push(text(cell).as_bytes()));
        return Values::Text(texts);
    }
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    for cell in cells {
        let next = u32::try_from(words.len()).expect("few words");
        words.entry(text(cell)).or_insert(next);
    }
    let codes: Vec<u32> = cells.iter().map(|cell| words[&text(cell)]).collect();
    let mut list = vec![String::new(); words.len()];
    words.into_iter().for_each(|(word, at)| list[at as usize] = word);
    Values::Dictionary { codes: codes.into(), words: list.into() }
}

fn fixed(cell: &Cell) -> i128 {
    let Cell::Number(number) = cell else { return 0 };
    let scaled = number * num_rational::BigRational::from_integer(num_bigint::BigInt::from(1_000_000_000));
    assert!(scaled.is_integer(), "a field value has at most nine places");
    num_traits::ToPrimitive::to_i128(&scaled.to_integer()).expect("a number that fits")
}

fn a_day(cell: &Cell) -> wangge::model::Day {
    match cell {
        Cell::Day(date) => day(*date),
        Cell::At(at) => day(at.date()),
        other => unreachable!("not a day: {other:?}"),
    }
}

/// A bound policy test as the reference interpreter's rows and run. Code sets and moments keep their meaning.
pub fn plain_case(case: &BoundCase) -> (Rows, Spec) {
    let mut rows = Rows::new();
    for (kind, given) in &case.rows {
        let plain = given.iter().map(|row| Row {
            fields: row.cells.iter().map(|cell| cell.as_ref().map(plain_cell)).collect(),
            since: row.since.map(date),
            until: row.until.map(date),
        });
        rows.entry(*kind).or_default().extend(plain);
    }
    let span = |w: &Window| (date(w.start), date(w.end));
    let spec = Spec {
        period: span(&case.spec.period.window),
        read_until: at(case.spec.as_of.read_until),
        closed_until: at(case.spec.as_of.closed_until),
        coverage: case.spec.coverage.iter().map(|(k, v)| (*k, v.iter().map(span).collect())).collect(),
        calendars: case.spec.calendars.clone(),
    };
    (rows, spec)
}

fn plain_cell(value: &InputValue) -> Cell {
    match value {
        InputValue::Text(text) => Cell::Text(text.clone()),
        InputValue::Number(n) => Cell::Number(num(n.to_ratio())),
        InputValue::Bool(b) => Cell::Bool(*b),
        InputValue::Day(day) => Cell::Day(date(*day)),
        InputValue::At(instant) => Cell::At(at(*instant)),
        InputValue::Code(code) => Cell::Code(*code),
        InputValue::CodeSet(set) => Cell::Codes(*set),
    }
}
