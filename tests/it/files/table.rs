//! The rows of a case as cells of text, with rows among them that cannot be used.

use std::collections::BTreeSet;

use wangge::model::{Field, Id, KindId, Policy, Role, Type, Unit};

use crate::generate::words::Words;
use crate::property::Case;
use crate::reference::time::midnight;
use crate::reference::{Cell, Row, Rows};

/// Rows of a kind as they are written.
pub struct Table {
    pub kind: String,
    pub entity: bool,
    /// Half-open days for which its records are all there.
    pub covered: Vec<(chrono::NaiveDate, chrono::NaiveDate)>,
    pub columns: Vec<Column>,
    /// A cell for each column.
    pub rows: Vec<Vec<Option<String>>>,
    /// How many of the rows cannot be used.
    pub junk: usize,
}

pub struct Column {
    /// The field that it gives; none: a column that nothing reads, or that of a lifetime.
    pub field: Option<String>,
    pub name: String,
    pub ty: Option<Type>,
}

/// The rows of a case that a file may have: what must be filled is, and what is referred to is on file.
pub fn usable(policy: &Policy, case: &Case) -> Rows {
    let mut rows = case.rows.clone();
    loop {
        let keys: BTreeSet<(KindId, String)> = (rows.iter())
            .flat_map(|(kind, rows)| {
                let key = policy.kinds[*kind].key;
                rows.iter().filter_map(move |row| Some((*kind, key_text(row.fields[key?.index()].as_ref()?))))
            })
            .collect();
        let is_sound = |field: &Field, cell: &Option<Cell>| match (cell, &field.ty) {
            (None, _) => field.optional,
            (Some(cell), Type::Ref(to)) if policy.kinds[*to].role == Role::Entity && case.rows.contains_key(to) => {
                keys.contains(&(*to, key_text(cell)))
            }
            _ => true,
        };
        let mut sound = rows.clone();
        for (kind, rows) in &mut sound {
            let fields = &policy.kinds[*kind].fields;
            rows.retain(|row| fields.iter().zip(&row.fields).all(|(field, cell)| is_sound(field, cell)));
        }
        if sound == rows {
            return rows;
        }
        rows = sound;
    }
}

fn key_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => decimal(number),
        other => unreachable!("a key {other:?}"),
    }
}

/// Every kind that has a source.
pub fn tables(w: &mut Words, policy: &Policy, case: &Case) -> Vec<Table> {
    case.spec.coverage.iter().map(|(kind, covered)| table(w, policy, case, *kind, covered.clone())).collect()
}

fn table(
    w: &mut Words,
    policy: &Policy,
    case: &Case,
    id: KindId,
    covered: Vec<(chrono::NaiveDate, chrono::NaiveDate)>,
) -> Table {
    let kind = &policy.kinds[id];
    let entity = kind.role == Role::Entity;
    let mut columns: Vec<Column> = (kind.fields.iter())
        .map(|field| {
            let name = if w.chance(30) { format!("col_{}", field.name) } else { field.name.clone() };
            Column { field: Some(field.name.clone()), name, ty: Some(field.ty.clone()) }
        })
        .collect();
    let given = case.rows.get(&id).map(Vec::as_slice).unwrap_or_default();
    let cells = |row: &Row| -> Vec<Option<String>> {
        let cells = kind.fields.iter().zip(&row.fields);
        cells.map(|(field, cell)| cell.as_ref().map(|cell| shown(policy, field, cell))).collect()
    };
    let mut rows: Vec<Vec<Option<String>>> = given.iter().map(cells).collect();
    if entity {
        for (name, pick) in
            [("von_tag", (|row| row.since) as fn(&Row) -> Option<chrono::NaiveDate>), ("bis_tag", |row| row.until)]
        {
            columns.push(Column { field: None, name: name.to_owned(), ty: Some(Type::Date) });
            rows.iter_mut().zip(given).for_each(|(cells, row)| cells.push(pick(row).map(|day| day.to_string())));
        }
    }
    columns.push(Column { field: None, name: "nobody_reads_this".to_owned(), ty: None });
    rows.iter_mut().for_each(|row| row.push(Some((*w.pick(&["", "x", "y, \"z\""])).to_owned())));
    // Rows that cannot be used: one cell of a good row is spoiled.
    let good: Vec<usize> = (0..given.len()).filter(|at| is_early(kind, &given[*at], case)).collect();
    let mut junk = Vec::new();
    if !good.is_empty() && w.chance(40) {
        let fields: Vec<(usize, String)> = (kind.fields.entries())
            .filter_map(|(id, field)| Some((id.index(), spoiled(policy, case, field)?)))
            .collect();
        for n in 0..w.range(1, 3) {
            let mut row = rows[*w.pick(&good)].clone();
            let (at, spoiled) = w.pick(&fields).clone();
            // It is nobody's namesake.
            if let Some(key) = kind.key {
                let whole = kind.fields[key].ty == Type::Whole;
                row[key.index()] = Some(if whole { format!("90{n}") } else { format!("J{n}") });
            }
            row[at] = Some(spoiled).filter(|text| !text.is_empty());
            // A row with nothing in it is no row.
            if row.iter().flatten().any(|text| !text.is_empty()) {
                junk.push(row);
            }
        }
    }
    let spoiled = junk.len();
    for row in junk {
        let place = w.below(rows.len() + 1);
        rows.insert(place, row);
    }
    let mut order: Vec<usize> = (0..columns.len()).collect();
    w.shuffle(&mut order);
    let rows = rows.into_iter().map(|row| order.iter().map(|at| row[*at].clone()).collect()).collect();
    let mut columns: Vec<Option<Column>> = columns.into_iter().map(Some).collect();
    let columns = order.iter().map(|at| columns[*at].take().expect("each once")).collect();
    Table { kind: kind.name.clone(), entity, covered, columns, rows, junk: spoiled }
}

/// Whether a row is read: a later record is left out before anybody looks at it.
fn is_early(kind: &wangge::model::Kind, row: &Row, case: &Case) -> bool {
    let Some(at) = kind.at else { return true };
    match &row.fields[at.index()] {
        Some(Cell::Day(day)) => midnight(*day) < case.spec.read_until,
        Some(Cell::At(at)) => *at < case.spec.read_until,
        _ => false,
    }
}

/// A cell that no row of the field's type may have.
fn spoiled(policy: &Policy, case: &Case, field: &Field) -> Option<String> {
    Some(match &field.ty {
        Type::Date | Type::Time => "2024-02-30".to_owned(),
        Type::Whole => "1.5".to_owned(),
        Type::Number(_) => "1,000".to_owned(),
        Type::Bool => "maybe".to_owned(),
        Type::Code(_) => "no such code".to_owned(),
        Type::CodeSet(_) => "no such code;nor this".to_owned(),
        Type::Ref(kind) if case.rows.contains_key(kind) && policy.kinds[*kind].role == Role::Entity => "N0".to_owned(),
        _ if !field.optional => String::new(),
        _ => return None,
    })
}

fn shown(policy: &Policy, field: &Field, cell: &Cell) -> String {
    match (cell, &field.ty) {
        (Cell::Text(text), _) => text.clone(),
        (Cell::Number(number), Type::Number(Unit::Share)) => {
            format!("{}%", decimal(&(number * num_rational::BigRational::from_integer(100.into()))))
        }
        (Cell::Number(number), _) => decimal(number),
        (Cell::Bool(value), _) => value.to_string(),
        (Cell::Day(day), _) => day.to_string(),
        (Cell::At(at), _) => at.format("%Y-%m-%dT%H:%M:%S%.6f").to_string(),
        (Cell::Code(code), Type::Code(list)) => policy.code_lists[*list].codes[*code as usize].clone(),
        (Cell::Codes(set), Type::CodeSet(list)) => {
            let codes = policy.code_lists[*list].codes.iter().enumerate();
            let held: Vec<&str> = codes.filter(|(at, _)| set & (1 << at) != 0).map(|(_, code)| code.as_str()).collect();
            held.join(";")
        }
        (cell, ty) => unreachable!("{cell:?} in a field of {ty:?}"),
    }
}

/// A number with at most nine places.
fn decimal(number: &num_rational::BigRational) -> String {
    let billion = num_rational::BigRational::from_integer(1_000_000_000.into());
    let scaled = (number * billion).to_integer();
    let ratio = num_traits::ToPrimitive::to_i128(&scaled).expect("a number that fits");
    let sign = if ratio < 0 { "-" } else { "" };
    let (whole, part) = (ratio.unsigned_abs() / 1_000_000_000, ratio.unsigned_abs() % 1_000_000_000);
    let text = format!("{sign}{whole}.{part:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
