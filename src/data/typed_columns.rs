//! A typed column of a block to the column of a field: whole columns where the types agree, by dictionary word
//! where there is one, cell by cell (as text, read like any other) where neither holds.

use super::columns::ColumnBuilder;
use super::convert::{Cell, Conversion, Shape};
use super::read::typed::{SharedTexts, TypedColumn, TypedValues};
use super::rejects::Reason;
use crate::engine::batch::{Bitmap, Column, Texts, Values};
use crate::model::number::{FIXED_ONE, FIXED_PLACES};
use crate::model::time::{DAY_MAX, DAY_MIN};
use crate::model::{Day, Fixed, Instant, Type};
use std::borrow::Cow;

/// Rows of a block, ascending.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rows<'r> {
    /// All of them: their number.
    All(usize),
    /// These.
    Some(&'r [u32]),
}

impl<'r> Rows<'r> {
    /// These of so many rows.
    pub fn of(rows: &'r [u32], row_count: usize) -> Rows<'r> {
        if rows.len() == row_count { Rows::All(row_count) } else { Rows::Some(rows) }
    }
}

impl Rows<'_> {
    pub fn len(self) -> usize {
        match self {
            Rows::All(count) => count,
            Rows::Some(rows) => rows.len(),
        }
    }

    /// Row of the block that stands at a position.
    pub fn at(self, position: usize) -> usize {
        match self {
            Rows::All(_) => position,
            Rows::Some(rows) => rows.get(position).map_or(usize::MAX, |row| *row as usize),
        }
    }

    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.len()).map(move |position| self.at(position))
    }

    fn pick<T: Copy + Default>(self, values: &[T]) -> Cow<'_, [T]> {
        match self {
            Rows::All(_) => Cow::Borrowed(values),
            Rows::Some(rows) => {
                Cow::Owned(rows.iter().map(|row| values.get(*row as usize).copied().unwrap_or_default()).collect())
            }
        }
    }
}

/// What a field takes.
pub(super) struct Target<'c> {
    pub conversion: &'c Conversion,
    pub ty: &'c Type,
    pub optional: bool,
}

/// A column for the chosen rows, and those of them (by position) that cannot be used.
pub(super) struct Taken<'b> {
    /// `None`: empty in every row.
    pub column: Option<Column<'b>>,
    pub faults: Vec<(usize, Reason)>,
}

impl Target<'_> {
    /// The same text in every row: a constant of the manifest, or the empty text where the file has no column.
    pub fn repeat<'b>(&self, text: &str, count: usize) -> Taken<'b> {
        match self.read(text) {
            Ok(Cell::Missing) => Taken { column: None, faults: Vec::new() },
            Ok(cell) => {
                let mut builder = ColumnBuilder::new(self.ty);
                for row in 0..count {
                    builder.push(row, &cell);
                }
                Taken { column: Some(builder.finish()), faults: Vec::new() }
            }
            Err(reason) => {
                Taken { column: None, faults: (0..count).map(|position| (position, reason.clone())).collect() }
            }
        }
    }

    /// The chosen rows of a column.
    pub fn take<'b>(&self, column: &'b TypedColumn, rows: Rows<'_>) -> Taken<'b> {
        self.take_dictionary(column, rows)
            .or_else(|| self.take_as_it_is(column, rows))
            .unwrap_or_else(|| self.take_cells(column, rows))
    }

    fn read<'t>(&'t self, text: &'t str) -> Result<Cell<'t>, Reason> {
        match self.conversion.read(text) {
            Ok(Cell::Missing) if !self.optional => Err(Reason::Missing),
            other => other,
        }
    }

    /// Cell by cell, in the text form.
    fn take_cells<'b>(&self, column: &TypedColumn, rows: Rows<'_>) -> Taken<'b> {
        let mut builder = ColumnBuilder::new(self.ty);
        let mut faults = Vec::new();
        for (position, row) in rows.iter().enumerate() {
            let text = column.text(row);
            match self.read(&text) {
                Ok(cell) => builder.push(position, &cell),
                Err(reason) => {
                    builder.push(position, &Cell::Missing);
                    faults.push((position, reason));
                }
            }
        }
        Taken { column: Some(builder.finish()), faults }
    }

    /// A column with a dictionary: each word is read once.
    fn take_dictionary<'b>(&self, column: &'b TypedColumn, rows: Rows<'_>) -> Option<Taken<'b>> {
        let TypedValues::Dictionary { codes, words } = &column.values else { return None };
        if words.is_bare() && matches!(self.conversion.shape(), Shape::Text | Shape::Key) {
            let values = Values::Dictionary { codes: rows.pick(codes), words: Cow::Borrowed(words) };
            return Some(self.with_gaps(column, rows, values));
        }
        if words.len() > rows.len() {
            return None;
        }
        let empty = self.read("");
        let read: Vec<Result<Cell<'_>, Reason>> = words.iter().map(|word| self.read(word)).collect();
        let unchanged = |(word, cell): (&String, &Result<Cell<'_>, Reason>)| *cell == Ok(Cell::Text(word));
        if matches!(empty, Ok(Cell::Missing) | Err(Reason::Missing)) && words.iter().zip(&read).all(unchanged) {
            let values = Values::Dictionary { codes: rows.pick(codes), words: Cow::Borrowed(words) };
            return Some(self.with_gaps(column, rows, values));
        }
        if let Some(values) = self.spread(column, codes, &read, rows) {
            return Some(Taken { column: Some(Column { valid: None, values }), faults: Vec::new() });
        }
        let mut faults = Vec::new();
        let mut builder = ColumnBuilder::new(self.ty);
        for (position, row) in rows.iter().enumerate() {
            let word = codes.get(row).filter(|_| column.is_filled(row)).and_then(|code| read.get(*code as usize));
            match word.unwrap_or(&empty) {
                Ok(cell) => builder.push(position, cell),
                Err(reason) => {
                    builder.push(position, &Cell::Missing);
                    faults.push((position, reason.clone()));
                }
            }
        }
        Some(Taken { column: Some(builder.finish()), faults })
    }

    /// The values of words by row, where all words have one and all rows a word.
    fn spread<'b>(
        &self,
        column: &TypedColumn,
        codes: &[u32],
        words: &[Result<Cell<'_>, Reason>],
        rows: Rows<'_>,
    ) -> Option<Values<'b>> {
        let has_value = |word: &Result<Cell<'_>, Reason>| matches!(word, Ok(cell) if !cell.is_missing());
        if column.valid.is_some() || !words.iter().all(has_value) {
            return None;
        }
        let mut builder = ColumnBuilder::new(self.ty);
        words.iter().flatten().enumerate().for_each(|(at, cell)| builder.push(at, cell));
        fn by_row<T: Copy + Default>(of_words: &[T], codes: &[u32], rows: Rows<'_>) -> Cow<'static, [T]> {
            let of_code = |code: u32| of_words.get(code as usize).copied().unwrap_or_default();
            match rows {
                Rows::All(_) => codes.iter().map(|code| of_code(*code)).collect(),
                Rows::Some(_) => {
                    rows.iter().map(|row| codes.get(row).map_or(T::default(), |code| of_code(*code))).collect()
                }
            }
        }
        match builder.finish() {
            Column { valid: None, values: Values::Number(of_words) } => {
                Some(Values::Number(by_row(&of_words, codes, rows)))
            }
            Column { valid: None, values: Values::Day(of_words) } => Some(Values::Day(by_row(&of_words, codes, rows))),
            Column { valid: None, values: Values::Code(of_words) } => {
                Some(Values::Code(by_row(&of_words, codes, rows)))
            }
            Column { valid: None, values: Values::CodeSet(of_words) } => {
                Some(Values::CodeSet(by_row(&of_words, codes, rows)))
            }
            _ => None,
        }
    }

    /// Values whose type is the field's own, where every one of them fits.
    fn take_as_it_is<'b>(&self, column: &'b TypedColumn, rows: Rows<'_>) -> Option<Taken<'b>> {
        if !matches!(self.conversion.read(""), Ok(Cell::Missing)) {
            return None;
        }
        let values = match (&column.values, self.conversion.shape()) {
            (TypedValues::Text(texts), Shape::Text | Shape::Key) => {
                let trimmed = matches!(self.conversion.shape(), Shape::Key);
                return Some(self.take_texts(column, texts, rows, trimmed));
            }
            (TypedValues::Whole(values), Shape::Whole | Shape::Number) => {
                let fixed = rows.pick(values).iter().map(|n| i128::from(*n) * FIXED_ONE).collect::<Vec<_>>();
                Values::Number(Cow::Owned(fixed))
            }
            (TypedValues::Decimal { values, places }, Shape::Number) => {
                let fixed = rows.pick(values).iter().map(|n| fixed(*n, *places)).collect::<Option<Vec<_>>>()?;
                Values::Number(Cow::Owned(fixed))
            }
            (TypedValues::Bool(bits), Shape::Bool) => Values::Bool(pick_bits(bits, rows)),
            (TypedValues::Day(days), Shape::Date(_)) => {
                let days = rows.pick(days);
                if !all_in_range(column, rows, &days) {
                    return None;
                }
                Values::Day(days)
            }
            (TypedValues::Day(days), Shape::Time(_)) => {
                let days = rows.pick(days);
                if !all_in_range(column, rows, &days) {
                    return None;
                }
                let micros = days.iter().map(|day| Day(*day).start().0).collect::<Vec<_>>();
                let whole_day = Bitmap { bits: Cow::Owned(vec![0xFF; days.len().div_ceil(8)]), offset: 0 };
                Values::Time { micros: Cow::Owned(micros), whole_day: Some(whole_day) }
            }
            (TypedValues::Time { micros, zoned }, Shape::Date(zone) | Shape::Time(zone)) => {
                let mut local = Vec::with_capacity(rows.len());
                for row in rows.iter() {
                    let at = micros.get(row).copied().filter(|_| column.is_filled(row)).unwrap_or(0);
                    local.push(if *zoned { Instant::of_utc(at, zone)? } else { Instant(at).in_range()? });
                }
                match self.conversion.shape() {
                    Shape::Date(_) => Values::Day(local.iter().map(|at| at.day().0).collect()),
                    _ => Values::Time { micros: local.iter().map(|at| at.0).collect(), whole_day: None },
                }
            }
            _ => return None,
        };
        Some(self.with_gaps(column, rows, values))
    }

    /// Adds the empty rows: they are faults where the field must be filled.
    fn with_gaps<'b>(&self, column: &'b TypedColumn, rows: Rows<'_>, values: Values<'b>) -> Taken<'b> {
        let mut faults = Vec::new();
        let valid = column.valid.as_ref().map(|valid| pick_bits(valid, rows));
        let valid = valid.filter(|valid| {
            let gaps: Vec<usize> = (0..rows.len()).filter(|position| !valid.get(*position)).collect();
            let any = !gaps.is_empty();
            if !self.optional {
                faults.extend(gaps.into_iter().map(|position| (position, Reason::Missing)));
            }
            any
        });
        Taken { column: Some(Column { valid, values }), faults }
    }

    /// Texts stay where they are: of a trimmed one another place is told.
    fn take_texts<'b>(
        &self,
        column: &'b TypedColumn,
        texts: &'b SharedTexts,
        rows: Rows<'_>,
        trimmed: bool,
    ) -> Taken<'b> {
        let all = texts.as_texts();
        // Nothing to cut off and nothing empty.
        let stays = |row: usize| match all.of_row(row) {
            Some([first, .., last]) if trimmed => is_dense(*first) && is_dense(*last),
            Some([only]) if trimmed => is_dense(*only),
            Some([]) | None => false,
            Some(_) => true,
        };
        if rows.iter().all(|row| stays(row) || !column.is_filled(row)) {
            let [starts, ends] = [&texts.starts, &texts.ends].map(|edges| rows.pick(edges));
            return self.with_gaps(column, rows, Values::Text(Texts { starts, ends, ..all }));
        }
        let (mut starts, mut ends) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        let (mut valid, mut has_gap, mut faults) = (Bitmap::default(), false, Vec::new());
        for (position, row) in rows.iter().enumerate() {
            let text = if column.is_filled(row) { texts.text(row) } else { "" };
            let start = texts.starts.get(row).copied().unwrap_or(0);
            let (behind, kept) = if trimmed { (text.trim_start(), text.trim()) } else { (text, text) };
            // INVARIANT (they lie in the text): what is cut off is no longer than the text.
            let start = start.saturating_add(i32::try_from(text.len() - behind.len()).unwrap_or(0));
            starts.push(start);
            ends.push(start.saturating_add(i32::try_from(kept.len()).unwrap_or(0)));
            if kept.is_empty() && !self.optional {
                faults.push((position, Reason::Missing));
            }
            has_gap |= kept.is_empty();
            valid.push(position, !kept.is_empty());
        }
        let values = Values::Text(Texts { starts: starts.into(), ends: ends.into(), ..all });
        Taken { column: Some(Column { valid: has_gap.then_some(valid), values }), faults }
    }
}

/// Neither white space nor the beginning or end of a longer letter, which might be one.
fn is_dense(byte: u8) -> bool {
    (0x21..0x7F).contains(&byte)
}

fn pick_bits<'b>(bits: &'b Bitmap<'static>, rows: Rows<'_>) -> Bitmap<'b> {
    match rows {
        Rows::All(_) => Bitmap { bits: Cow::Borrowed(&bits.bits), offset: bits.offset },
        Rows::Some(_) => {
            let mut picked = Bitmap::default();
            for (position, row) in rows.iter().enumerate() {
                picked.push(position, bits.get(row));
            }
            picked
        }
    }
}

fn all_in_range(column: &TypedColumn, rows: Rows<'_>, days: &[i32]) -> bool {
    let inside = |day: &i32| (DAY_MIN.0..=DAY_MAX.0).contains(day);
    days.iter().all(inside) || rows.iter().zip(days).all(|(row, day)| inside(day) || !column.is_filled(row))
}

/// A decimal with `places` in nine places; `None` where that loses digits or does not fit.
fn fixed(value: i128, places: u8) -> Option<i128> {
    match FIXED_PLACES.checked_sub(u32::from(places)) {
        Some(missing) => value.checked_mul(10i128.checked_pow(missing)?),
        None => {
            let unit = 10i128.checked_pow(u32::from(places) - FIXED_PLACES)?;
            (value % unit == 0).then_some(value / unit)
        }
    }
}

/// A cell of a column that was taken, as the conversion gave it.
pub(super) fn cell_at<'b>(column: Option<&'b Column<'_>>, row: usize) -> Cell<'b> {
    let Some(column) = column else { return Cell::Missing };
    if column.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
        return Cell::Missing;
    }
    let cell = match &column.values {
        Values::Text(texts) => Some(Cell::Text(texts.text(row).unwrap_or(""))),
        Values::Dictionary { codes, words } => {
            codes.get(row).and_then(|code| words.get(*code as usize)).map(|word| Cell::Text(word))
        }
        Values::Number(values) => values.get(row).map(|n| Cell::Number(Fixed(*n))),
        Values::Bool(bits) => Some(Cell::Bool(bits.get(row))),
        Values::Day(days) => days.get(row).map(|day| Cell::Day(Day(*day))),
        Values::Time { micros, whole_day } => micros.get(row).map(|at| {
            let at = Instant(*at);
            let whole = whole_day.as_ref().is_some_and(|bits| bits.get(row));
            if whole { Cell::WholeDay(at.day()) } else { Cell::At(at) }
        }),
        Values::Code(codes) => codes.get(row).map(|code| Cell::Code(*code)),
        Values::CodeSet(sets) => sets.get(row).map(|set| Cell::CodeSet(*set)),
    };
    cell.unwrap_or(Cell::Missing)
}
