//! Filters over whole columns: the truth of a condition for every row of a batch at once.
//!
//! INVARIANT (columns are rows): what is decided here is what `eval` gives for each row; what it cannot say is `None`,
//! and the filter is then evaluated row by row.

use super::batch::{Batch, Bitmap, Column, Values};
use super::observe::param;
use super::table::batch_cell;
use super::value::{Tri, V, compare};
use crate::model::{CompareOp, Expr, FieldId, Id, Type};
use crate::program::Program;

/// The truth of a condition by row, if columns alone give it.
pub(super) fn select(program: &Program, batch: &Batch<'_>, filter: &Expr) -> Option<Vec<Tri>> {
    let count = batch.row_count;
    match filter {
        Expr::Const(value, _) => Some(vec![V::constant(value).truth(); count]),
        Expr::Param(id) => Some(vec![param(program, *id).truth(); count]),
        Expr::Field(path) => match column_of(program, batch, path)? {
            None => Some(vec![Tri::Unknown; count]),
            Some(column @ Column { values: Values::Bool(bits), .. }) => {
                Some(by_row(column, count, |row| Tri::of(bit(bits, row))))
            }
            Some(_) => None,
        },
        Expr::Compare(op, a, b) => match (&**a, &**b) {
            (Expr::Field(path), other) => {
                let column = column_of(program, batch, path)?;
                against(column, count, *op, &constants(program, std::slice::from_ref(other))?)
            }
            _ => None,
        },
        Expr::OneOf(a, values) => match &**a {
            Expr::Field(path) => {
                let column = column_of(program, batch, path)?;
                let values: Vec<V<'_>> = values.iter().map(V::constant).collect();
                against(column, count, CompareOp::Eq, &values)
            }
            _ => None,
        },
        Expr::And(items) => joined(program, batch, items, Tri::True, Tri::and),
        Expr::Or(items) => joined(program, batch, items, Tri::False, Tri::or),
        Expr::Not(a) => Some(select(program, batch, a)?.into_iter().map(Tri::not).collect()),
        Expr::IsTrue(a) => Some(select(program, batch, a)?.into_iter().map(|t| Tri::of(t == Tri::True)).collect()),
        _ => None,
    }
}

/// The column of a field of the record itself (`Some(None)`: it has none and is empty); not of references, keys and dates,
/// of which rows say more than their cells.
fn column_of<'b, 'c>(program: &Program, batch: &'b Batch<'c>, path: &[FieldId]) -> Option<Option<&'b Column<'c>>> {
    let [field] = path else { return None };
    let kind = &program.policy().kinds[batch.kind];
    if kind.key == Some(*field) {
        return None;
    }
    match kind.fields.get(*field)?.ty {
        Type::Code(_) | Type::Bool | Type::Whole | Type::Number(_) => Some(batch.columns.get(field.index())?.as_ref()),
        _ => None,
    }
}

fn constants<'p>(program: &'p Program, exprs: &'p [Expr]) -> Option<Vec<V<'p>>> {
    let constant = |expr: &'p Expr| match expr {
        Expr::Const(value, _) => Some(V::constant(value)),
        Expr::Param(id) => Some(param(program, *id)),
        _ => None,
    };
    exprs.iter().map(constant).collect()
}

/// Whether a cell compares so with any of these.
fn against(column: Option<&Column<'_>>, count: usize, op: CompareOp, values: &[V<'_>]) -> Option<Vec<Tri>> {
    let any = |cell: V<'_>| values.iter().fold(Tri::False, |found, value| found.or(compare(op, cell, *value)));
    let Some(column) = column else { return Some(vec![any(V::Unknown); count]) };
    let empty = any(V::Unknown);
    Some(match &column.values {
        Values::Code(codes) => {
            // Codes are few: each is compared once.
            let most = codes.iter().take(count).max().copied().unwrap_or(0).min(CODES_MAX);
            let of_codes: Vec<Tri> = (0..=most).map(|code| any(V::Code(code))).collect();
            let truth = |code: u32| of_codes.get(code as usize).copied().unwrap_or_else(|| any(V::Code(code)));
            (0..count)
                .map(
                    |row| {
                        if is_filled(column, row) { codes.get(row).map_or(empty, |code| truth(*code)) } else { empty }
                    },
                )
                .collect()
        }
        _ => (0..count).map(|row| any(batch_cell(column, row))).collect(),
    })
}

/// Most codes whose comparison is kept; the empty slots of a column may hold any number.
const CODES_MAX: u32 = 4096;

fn is_filled(column: &Column<'_>, row: usize) -> bool {
    column.valid.as_ref().is_none_or(|valid| valid.get(row))
}

fn bit(bits: &Bitmap<'_>, row: usize) -> bool {
    bits.get(row)
}

fn by_row(column: &Column<'_>, count: usize, truth: impl Fn(usize) -> Tri) -> Vec<Tri> {
    (0..count).map(|row| if is_filled(column, row) { truth(row) } else { Tri::Unknown }).collect()
}

fn joined(
    program: &Program,
    batch: &Batch<'_>,
    items: &[Expr],
    start: Tri,
    with: fn(Tri, Tri) -> Tri,
) -> Option<Vec<Tri>> {
    let mut all = vec![start; batch.row_count];
    for item in items {
        let more = select(program, batch, item)?;
        for (truth, more) in all.iter_mut().zip(more) {
            *truth = with(*truth, more);
        }
    }
    Some(all)
}
