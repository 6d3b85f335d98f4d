//! Cells of a column as text, the way outputs print them.

use crate::engine::batch::{Column, Values};
use crate::model::{Day, Fixed, Instant, Moment, Policy, Type};

/// A cell as text; `None` where it is empty.
#[must_use]
pub fn cell_text(policy: &Policy, ty: &Type, column: &Column<'_>, row: usize) -> Option<String> {
    if column.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
        return None;
    }
    let code = |list, at: u32| policy.code_lists.get(list).and_then(|list| list.codes.get(at as usize));
    match (&column.values, ty) {
        (Values::Text(texts), _) => Some(String::from_utf8_lossy(texts.of_row(row)?).into_owned()),
        (Values::Dictionary { codes, words }, _) => words.get(*codes.get(row)? as usize).cloned(),
        (Values::Number(values), _) => Some(Fixed(*values.get(row)?).to_ratio().to_string()),
        (Values::Bool(bits), _) => Some(if bits.get(row) { "true" } else { "false" }.to_owned()),
        (Values::Day(_) | Values::Time { .. }, _) => Some(moment_cell(column, row)?.to_string()),
        (Values::Code(values), Type::Code(list)) => code(*list, *values.get(row)?).cloned(),
        (Values::CodeSet(values), Type::CodeSet(list)) => {
            let set = *values.get(row)?;
            let held = (0..64).filter(|at| set >> at & 1 == 1).filter_map(|at| code(*list, at).cloned());
            Some(held.collect::<Vec<_>>().join(";"))
        }
        (Values::Code(_) | Values::CodeSet(_), _) => None,
    }
}

/// A cell of days or times.
#[must_use]
pub fn moment_cell(column: &Column<'_>, row: usize) -> Option<Moment> {
    if column.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
        return None;
    }
    match &column.values {
        Values::Day(days) => days.get(row).map(|day| Moment::Day(Day(*day))),
        Values::Time { micros, whole_day } => {
            let at = Instant(*micros.get(row)?);
            let whole = whole_day.as_ref().is_some_and(|bits| bits.get(row));
            Some(if whole { Moment::Day(at.day()) } else { Moment::At(at) })
        }
        _ => None,
    }
}

/// A cell of days.
#[must_use]
pub fn day_cell(column: &Column<'_>, row: usize) -> Option<Day> {
    moment_cell(column, row).map(Moment::day)
}
