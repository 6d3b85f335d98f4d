//! Column tables: how registers and events are kept.

use super::batch::{Batch, Bitmap, Column, Values};
use super::keys::Keys;
use super::resolve::ids_of;
use super::value::{Tri, V};
use crate::model::{Day, FieldId, Fixed, Id, Instant, Kind, KindId, Moment, Type};
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

/// Marks an empty slot of a code or reference column.
pub(super) const EMPTY: u32 = u32::MAX;

/// The cell of a batch column. References and keys come as text.
#[must_use]
pub fn batch_cell<'a>(column: &'a Column<'_>, row: usize) -> V<'a> {
    if column.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
        return V::Unknown;
    }
    match &column.values {
        Values::Text(texts) => texts.text(row).map_or(V::Unknown, V::Text),
        Values::Dictionary { codes, words } => {
            let word = codes.get(row).and_then(|code| words.get(*code as usize));
            word.map_or(V::Unknown, |word| V::Text(word))
        }
        Values::Number(values) => values.get(row).map_or(V::Unknown, |n| V::number(Fixed(*n).to_ratio())),
        Values::Bool(bits) => V::Truth(Tri::of(bits.get(row))),
        Values::Day(days) => days.get(row).map_or(V::Unknown, |day| V::Moment(Moment::Day(Day(*day)))),
        Values::Time { micros, whole_day } => micros.get(row).map_or(V::Unknown, |at| {
            let at = Instant(*at);
            let whole = whole_day.as_ref().is_some_and(|bits: &Bitmap<'_>| bits.get(row));
            V::Moment(if whole { Moment::Day(at.day()) } else { Moment::At(at) })
        }),
        Values::Code(codes) => codes.get(row).map_or(V::Unknown, |code| V::Code(*code)),
        Values::CodeSet(sets) => sets.get(row).map_or(V::Unknown, |set| V::Set(*set)),
    }
}

/// A column of a table, by the type of its field.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Cells {
    Text {
        words: Keys,
        codes: Vec<u32>,
    },
    Number(Numbers),
    Truth(Vec<Option<bool>>),
    Moment(Vec<Option<Moment>>),
    Code(Vec<u32>),
    Set(Vec<Option<u64>>),
    Ref(Vec<u32>),
    /// What is kept elsewhere: the key of a register.
    Elsewhere,
}

/// Fixed-point numbers, most of which fit into 64 bits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Numbers {
    small: Vec<i64>,
    /// By row, the numbers that do not fit.
    wide: HashMap<u32, i128>,
}

/// Marks an empty slot.
const NO_NUMBER: i64 = i64::MIN;
/// Marks a slot whose number stands in `wide`.
const WIDE_NUMBER: i64 = i64::MIN + 1;

impl Numbers {
    fn push(&mut self, number: Option<i128>) {
        let row = u32::try_from(self.small.len()).unwrap_or(EMPTY);
        self.small.push(match number {
            None => NO_NUMBER,
            Some(number) => match i64::try_from(number) {
                Ok(small) if small > WIDE_NUMBER => small,
                _ => {
                    self.wide.insert(row, number);
                    WIDE_NUMBER
                }
            },
        });
    }

    fn get(&self, row: u32) -> Option<i128> {
        match self.small.get(row as usize).copied()? {
            NO_NUMBER => None,
            WIDE_NUMBER => self.wide.get(&row).copied(),
            small => Some(i128::from(small)),
        }
    }

    fn pop(&mut self) {
        if self.small.pop() == Some(WIDE_NUMBER) {
            self.wide.remove(&u32::try_from(self.small.len()).unwrap_or(EMPTY));
        }
    }

    fn gather(&self, rows: &[u32]) -> Numbers {
        let mut taken = Numbers { small: Vec::with_capacity(rows.len()), wide: HashMap::new() };
        rows.iter().for_each(|row| taken.push(self.get(*row)));
        taken
    }
}

/// Cells of one column as numbers: equal cells have equal ones, and others do not.
#[derive(Clone, Copy)]
pub(super) enum Looks<'t> {
    Codes(&'t [u32]),
    Numbers(&'t [i64]),
    Truths(&'t [Option<bool>]),
}

impl Looks<'_> {
    /// That of a row; `None` where it has none.
    #[inline]
    pub(super) fn of(&self, row: u32) -> Option<u64> {
        let at = row as usize;
        match self {
            Looks::Codes(cells) => cells.get(at).map(|n| u64::from(*n)),
            Looks::Numbers(cells) => cells.get(at).filter(|n| **n != WIDE_NUMBER).map(|n| n.cast_unsigned()),
            Looks::Truths(cells) => cells.get(at).map(|truth| truth.map_or(2, u64::from)),
        }
    }
}

/// Rows of one kind, by column. References are ids of the referred kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Table {
    columns: Vec<Cells>,
    refs: Vec<Option<KindId>>,
    row_count: usize,
}

impl Table {
    /// An empty table for the fields of a kind.
    #[must_use]
    pub fn new(kind: &Kind) -> Table {
        let columns = kind.fields.iter().map(|field| match field.ty {
            Type::Text | Type::Frame => Cells::Text { words: Keys::default(), codes: Vec::new() },
            Type::Whole | Type::Number(_) => Cells::Number(Numbers::default()),
            Type::Bool => Cells::Truth(Vec::new()),
            Type::Date | Type::Time => Cells::Moment(Vec::new()),
            Type::Code(_) => Cells::Code(Vec::new()),
            Type::CodeSet(_) => Cells::Set(Vec::new()),
            Type::Ref(_) => Cells::Ref(Vec::new()),
        });
        let refs = kind.fields.iter().map(|field| match field.ty {
            Type::Ref(kind) => Some(kind),
            _ => None,
        });
        Table { columns: columns.collect(), refs: refs.collect(), row_count: 0 }
    }

    /// An empty table for rows whose keys are kept beside it.
    #[must_use]
    pub fn beside_keys(kind: &Kind) -> Table {
        let mut table = Table::new(kind);
        if let Some(column) = kind.key.and_then(|key| table.columns.get_mut(key.index())) {
            *column = Cells::Elsewhere;
        }
        table
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.row_count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.row_count == 0
    }

    /// Whether a field is kept here.
    #[must_use]
    pub fn keeps(&self, field: FieldId) -> bool {
        !matches!(self.columns.get(field.index()), Some(Cells::Elsewhere) | None)
    }

    /// The kind that a field refers to.
    #[must_use]
    pub fn refers_to(&self, field: FieldId) -> Option<KindId> {
        self.refs.get(field.index()).copied().flatten()
    }

    /// Appends a row: values by field, and the ids of references by field.
    pub fn push(&mut self, values: &[V<'_>], refs: &[Option<u32>]) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            let value = values.get(at).copied().unwrap_or(V::Unknown);
            match column {
                Cells::Text { words, codes } => codes.push(match value {
                    V::Text(text) => words.intern(text),
                    _ => EMPTY,
                }),
                Cells::Number(cells) => cells.push(fixed(value)),
                Cells::Truth(cells) => cells.push(truth(value)),
                Cells::Moment(cells) => cells.push(value.moment()),
                Cells::Code(cells) => cells.push(code(value)),
                Cells::Set(cells) => cells.push(set(value)),
                Cells::Ref(cells) => cells.push(refs.get(at).copied().flatten().unwrap_or(EMPTY)),
                Cells::Elsewhere => {}
            }
        }
        self.row_count += 1;
    }

    /// Appends all rows of a batch; `refs`: by field, the ids of references, `EMPTY` for none.
    pub fn append(&mut self, batch: &Batch<'_>, refs: &[Option<Vec<u32>>]) {
        let rows = 0..batch.row_count;
        for (at, column) in self.columns.iter_mut().enumerate() {
            let from = batch.columns.get(at).and_then(Option::as_ref);
            let cell = |row: usize| from.map_or(V::Unknown, |from| batch_cell(from, row));
            match column {
                Cells::Text { words, codes } => match from {
                    Some(from) => {
                        codes.extend(ids_of(from, batch.row_count, &|_| true, &mut |text| words.intern(text)))
                    }
                    None => codes.resize(codes.len() + batch.row_count, EMPTY),
                },
                Cells::Number(cells) => match from {
                    Some(Column { valid: None, values: Values::Number(numbers) }) => {
                        numbers.iter().for_each(|number| cells.push(Some(*number)));
                    }
                    _ => rows.clone().for_each(|row| cells.push(fixed(cell(row)))),
                },
                Cells::Truth(cells) => cells.extend(rows.clone().map(|row| truth(cell(row)))),
                Cells::Moment(cells) => cells.extend(rows.clone().map(|row| cell(row).moment())),
                Cells::Code(cells) => cells.extend(rows.clone().map(|row| code(cell(row)))),
                Cells::Set(cells) => cells.extend(rows.clone().map(|row| set(cell(row)))),
                Cells::Ref(cells) => match refs.get(at).and_then(Option::as_ref) {
                    Some(ids) => cells.extend_from_slice(ids),
                    None => cells.resize(cells.len() + batch.row_count, EMPTY),
                },
                Cells::Elsewhere => {}
            }
        }
        self.row_count += batch.row_count;
    }

    /// A cell; of a reference column see [`Table::reference`].
    #[must_use]
    pub fn cell(&self, row: u32, field: FieldId) -> V<'_> {
        let at = row as usize;
        match self.columns.get(field.index()) {
            Some(Cells::Text { words, codes }) => match codes.get(at) {
                Some(code) if *code != EMPTY => V::Text(words.key(*code)),
                _ => V::Unknown,
            },
            Some(Cells::Number(cells)) => cells.get(row).map_or(V::Unknown, |n| V::number(Fixed(n).to_ratio())),
            Some(Cells::Truth(cells)) => cells.get(at).copied().flatten().map_or(V::Unknown, |b| V::Truth(Tri::of(b))),
            Some(Cells::Moment(cells)) => cells.get(at).copied().flatten().map_or(V::Unknown, V::Moment),
            Some(Cells::Code(cells)) => match cells.get(at) {
                Some(code) if *code != EMPTY => V::Code(*code),
                _ => V::Unknown,
            },
            Some(Cells::Set(cells)) => cells.get(at).copied().flatten().map_or(V::Unknown, V::Set),
            Some(Cells::Ref(_) | Cells::Elsewhere) | None => V::Unknown,
        }
    }

    /// The cells of a column as numbers, where it has some.
    pub(super) fn looks(&self, field: FieldId) -> Option<Looks<'_>> {
        match self.columns.get(field.index())? {
            Cells::Text { codes: cells, .. } | Cells::Code(cells) | Cells::Ref(cells) => Some(Looks::Codes(cells)),
            Cells::Number(cells) => Some(Looks::Numbers(&cells.small)),
            Cells::Truth(cells) => Some(Looks::Truths(cells)),
            Cells::Moment(_) | Cells::Set(_) | Cells::Elsewhere => None,
        }
    }

    /// The ids that a reference column holds, by row; `u32::MAX` where it is empty.
    pub(super) fn references(&self, field: FieldId) -> Option<&[u32]> {
        match self.columns.get(field.index()) {
            Some(Cells::Ref(cells)) => Some(cells),
            _ => None,
        }
    }

    /// The id that a reference column holds.
    #[must_use]
    pub fn reference(&self, row: u32, field: FieldId) -> Option<u32> {
        match self.columns.get(field.index()) {
            Some(Cells::Ref(cells)) => cells.get(row as usize).copied().filter(|id| *id != EMPTY),
            _ => None,
        }
    }

    /// Turns the ids of a reference column (after a merge).
    pub fn remap(&mut self, kind: KindId, ids: &[u32]) {
        for (column, refers) in self.columns.iter_mut().zip(&self.refs) {
            if let (Cells::Ref(cells), true) = (column, *refers == Some(kind)) {
                for cell in cells.iter_mut().filter(|cell| **cell != EMPTY) {
                    *cell = ids.get(*cell as usize).copied().unwrap_or(EMPTY);
                }
            }
        }
    }

    /// Whether two rows are equal in all fields that it keeps.
    #[must_use]
    pub fn are_equal(&self, a: u32, b: u32) -> bool {
        fn same<T: PartialEq>(cells: &[T], a: u32, b: u32) -> bool {
            cells.get(a as usize) == cells.get(b as usize)
        }
        self.columns.iter().all(|column| match column {
            Cells::Text { codes: cells, .. } | Cells::Code(cells) | Cells::Ref(cells) => same(cells, a, b),
            Cells::Number(cells) => cells.get(a) == cells.get(b),
            Cells::Truth(cells) => same(cells, a, b),
            Cells::Moment(cells) => same(cells, a, b),
            Cells::Set(cells) => same(cells, a, b),
            Cells::Elsewhere => true,
        })
    }

    /// Takes away the last row.
    pub fn pop(&mut self) {
        for column in &mut self.columns {
            match column {
                Cells::Text { codes: cells, .. } | Cells::Code(cells) | Cells::Ref(cells) => drop(cells.pop()),
                Cells::Number(cells) => cells.pop(),
                Cells::Truth(cells) => drop(cells.pop()),
                Cells::Moment(cells) => drop(cells.pop()),
                Cells::Set(cells) => drop(cells.pop()),
                Cells::Elsewhere => {}
            }
        }
        self.row_count = self.row_count.saturating_sub(1);
    }

    /// The rows of these numbers, in this order.
    #[must_use]
    pub fn gather(self, rows: &[u32]) -> Table {
        if rows.len() == self.row_count && rows.iter().zip(0u32..).all(|(row, at)| *row == at) {
            return self;
        }
        fn pick<T: Copy>(cells: &[T], rows: &[u32], empty: T) -> Vec<T> {
            rows.iter().map(|row| cells.get(*row as usize).copied().unwrap_or(empty)).collect()
        }
        let columns = self.columns.into_iter().map(|column| match column {
            Cells::Text { words, codes } => Cells::Text { words, codes: pick(&codes, rows, EMPTY) },
            Cells::Number(cells) => Cells::Number(cells.gather(rows)),
            Cells::Truth(cells) => Cells::Truth(pick(&cells, rows, None)),
            Cells::Moment(cells) => Cells::Moment(pick(&cells, rows, None)),
            Cells::Code(cells) => Cells::Code(pick(&cells, rows, EMPTY)),
            Cells::Set(cells) => Cells::Set(pick(&cells, rows, None)),
            Cells::Ref(cells) => Cells::Ref(pick(&cells, rows, EMPTY)),
            Cells::Elsewhere => Cells::Elsewhere,
        });
        Table { columns: columns.collect(), refs: self.refs, row_count: rows.len() }
    }

    /// The values and references of a row, by field.
    #[must_use]
    pub fn row(&self, row: u32) -> (Vec<V<'_>>, Vec<Option<u32>>) {
        let fields = (0..self.columns.len()).map(FieldId::from_index);
        fields.map(|field| (self.cell(row, field), self.reference(row, field))).unzip()
    }
}

/// A fixed-point number back from a value that came from one.
fn fixed(value: V<'_>) -> Option<i128> {
    let number = value.value()?;
    number.num().checked_mul(crate::model::number::FIXED_ONE / number.den())
}

fn truth(value: V<'_>) -> Option<bool> {
    match value {
        V::Truth(Tri::Unknown) => None,
        V::Truth(tri) => Some(tri == Tri::True),
        _ => None,
    }
}

fn code(value: V<'_>) -> u32 {
    if let V::Code(code) = value { code } else { EMPTY }
}

fn set(value: V<'_>) -> Option<u64> {
    if let V::Set(set) = value { Some(set) } else { None }
}
