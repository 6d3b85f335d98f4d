//! Typed columns in the making: rows of cells to a batch for the engine.

use super::convert::Cell;
use crate::engine::batch::{Batch, Bitmap, Column, Texts, Values};
use crate::model::{Field, KindId, Type};
use std::borrow::Cow;

/// Collects rows of one kind.
#[derive(Debug)]
pub struct BatchBuilder {
    kind: KindId,
    columns: Vec<Option<ColumnBuilder>>,
    since: Option<ColumnBuilder>,
    until: Option<ColumnBuilder>,
    row_count: usize,
}

impl BatchBuilder {
    /// For a kind with these fields; `present` says which of them some column or constant feeds.
    #[must_use]
    pub fn new<'f>(
        kind: KindId,
        fields: impl IntoIterator<Item = (&'f Field, bool)>,
        lifetimes: (bool, bool),
    ) -> BatchBuilder {
        let day = |there: bool| there.then(|| ColumnBuilder::new(&Type::Date));
        BatchBuilder {
            kind,
            columns: fields
                .into_iter()
                .map(|(field, present)| present.then(|| ColumnBuilder::new(&field.ty)))
                .collect(),
            since: day(lifetimes.0),
            until: day(lifetimes.1),
            row_count: 0,
        }
    }

    /// Appends a row: one cell a field, then the lifetime.
    pub fn push(&mut self, cells: &[Cell<'_>], since: &Cell<'_>, until: &Cell<'_>) {
        let row = self.row_count;
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            if let Some(column) = column {
                column.push(row, cell);
            }
        }
        for (column, cell) in [(&mut self.since, since), (&mut self.until, until)] {
            if let Some(column) = column {
                column.push(row, cell);
            }
        }
        self.row_count += 1;
    }

    /// Number of rows so far.
    #[must_use]
    pub fn row_count(&self) -> usize {
        self.row_count
    }

    /// The batch.
    #[must_use]
    pub fn finish(self) -> Batch<'static> {
        Batch {
            kind: self.kind,
            row_count: self.row_count,
            columns: self.columns.into_iter().map(|column| column.map(ColumnBuilder::finish)).collect(),
            since: self.since.map(ColumnBuilder::finish),
            until: self.until.map(ColumnBuilder::finish),
        }
    }
}

/// Collects the cells of one column.
#[derive(Debug)]
pub(super) struct ColumnBuilder {
    valid: Bitmap<'static>,
    has_gap: bool,
    values: Kept,
}

#[derive(Debug)]
enum Kept {
    Text(Texts<'static>),
    Number(Vec<i128>),
    Bool(Bitmap<'static>),
    Day(Vec<i32>),
    Time { micros: Vec<i64>, whole_day: Bitmap<'static>, has_whole_day: bool },
    Code(Vec<u32>),
    CodeSet(Vec<u64>),
}

impl ColumnBuilder {
    pub(super) fn new(ty: &Type) -> ColumnBuilder {
        let values = match ty {
            Type::Text | Type::Ref(_) | Type::Frame => Kept::Text(Texts::empty()),
            Type::Whole | Type::Number(_) => Kept::Number(Vec::new()),
            Type::Bool => Kept::Bool(Bitmap::default()),
            Type::Date => Kept::Day(Vec::new()),
            Type::Time => Kept::Time { micros: Vec::new(), whole_day: Bitmap::default(), has_whole_day: false },
            Type::Code(_) => Kept::Code(Vec::new()),
            Type::CodeSet(_) => Kept::CodeSet(Vec::new()),
        };
        ColumnBuilder { valid: Bitmap::default(), has_gap: false, values }
    }

    /// Appends a cell. INVARIANT (cells are of the field's type): the conversion of the field made them; a
    /// cell of another type would be kept as missing.
    pub(super) fn push(&mut self, row: usize, cell: &Cell<'_>) {
        let kept = match (&mut self.values, cell) {
            (Kept::Text(texts), Cell::Text(text)) => {
                texts.push(text.as_bytes());
                true
            }
            (Kept::Text(texts), Cell::Key(form)) => {
                texts.push(form.text().as_bytes());
                true
            }
            (Kept::Text(texts), _) => {
                texts.push(&[]);
                false
            }
            (Kept::Number(values), cell) => {
                let number = if let Cell::Number(number) = cell { Some(number.0) } else { None };
                values.push(number.unwrap_or(0));
                number.is_some()
            }
            (Kept::Bool(bits), cell) => {
                bits.push(row, *cell == Cell::Bool(true));
                matches!(cell, Cell::Bool(_))
            }
            (Kept::Day(values), cell) => {
                let day = if let Cell::Day(day) = cell { Some(day.0) } else { None };
                values.push(day.unwrap_or(0));
                day.is_some()
            }
            (Kept::Time { micros, whole_day, has_whole_day }, cell) => {
                let (value, whole) = match cell {
                    Cell::At(at) => (Some(at.0), false),
                    Cell::WholeDay(day) => (Some(day.start().0), true),
                    _ => (None, false),
                };
                micros.push(value.unwrap_or(0));
                whole_day.push(row, whole);
                *has_whole_day |= whole;
                value.is_some()
            }
            (Kept::Code(values), cell) => {
                let code = if let Cell::Code(code) = cell { Some(*code) } else { None };
                values.push(code.unwrap_or(0));
                code.is_some()
            }
            (Kept::CodeSet(values), cell) => {
                let set = if let Cell::CodeSet(set) = cell { Some(*set) } else { None };
                values.push(set.unwrap_or(0));
                set.is_some()
            }
        };
        self.valid.push(row, kept);
        self.has_gap |= !kept;
    }

    pub(super) fn finish(self) -> Column<'static> {
        let values = match self.values {
            Kept::Text(texts) => Values::Text(texts),
            Kept::Number(values) => Values::Number(Cow::Owned(values)),
            Kept::Bool(bits) => Values::Bool(bits),
            Kept::Day(values) => Values::Day(Cow::Owned(values)),
            Kept::Time { micros, whole_day, has_whole_day } => {
                Values::Time { micros: Cow::Owned(micros), whole_day: has_whole_day.then_some(whole_day) }
            }
            Kept::Code(values) => Values::Code(Cow::Owned(values)),
            Kept::CodeSet(values) => Values::CodeSet(Cow::Owned(values)),
        };
        Column { valid: self.has_gap.then_some(self.valid), values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Day, Fixed, Instant};

    #[test]
    fn rows_become_columns() {
        let field = |ty| Field { name: "f".to_owned(), ty, optional: true, given: None };
        let fields = [field(Type::Text), field(Type::Whole), field(Type::Time), field(Type::Bool)];
        let present = [true, true, true, false];
        let mut builder = BatchBuilder::new(KindId(0), fields.iter().zip(present), (true, false));
        let none = Cell::Missing;
        builder.push(
            &[Cell::Text("甲"), Cell::Number(Fixed::from_int(2)), Cell::WholeDay(Day(1)), none],
            &Cell::Day(Day(3)),
            &none,
        );
        builder.push(&[none, Cell::Number(Fixed::from_int(3)), Cell::At(Instant(5)), none], &none, &none);
        let batch = builder.finish();
        assert_eq!(batch.row_count, 2);
        let column = |at: usize| batch.columns[at].clone().unwrap();
        let text = column(0);
        assert!(text.valid.as_ref().is_some_and(|v| v.get(0) && !v.get(1)));
        let words = Values::Text(["甲", ""].into_iter().collect());
        assert_eq!(text.values, words);
        assert_eq!(
            column(1),
            Column { valid: None, values: Values::Number(vec![2_000_000_000, 3_000_000_000].into()) }
        );
        let mut whole_day = Bitmap::default();
        [true, false].into_iter().enumerate().for_each(|(row, bit)| whole_day.push(row, bit));
        let times = Values::Time { micros: vec![86_400_000_000, 5].into(), whole_day: Some(whole_day) };
        assert_eq!(column(2).values, times);
        assert!(batch.columns[3].is_none() && batch.until.is_none());
        assert!(batch.since.is_some_and(|s| s.valid.is_some_and(|v| v.get(0) && !v.get(1))));
    }
}
