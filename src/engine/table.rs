//! Column tables and key dictionaries: how registers and events are kept.

use super::batch::{Batch, Bitmap, Column, Values};
use super::index::Index;
use super::resolve::ids_of;
use super::value::{Tri, V};
use crate::model::{Day, FieldId, Fixed, Id, Instant, Kind, KindId, Moment, Type};
use hashbrown::{DefaultHashBuilder, HashMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::hash::BuildHasher;

/// Marks an empty slot of a code or reference column.
pub(super) const EMPTY: u32 = u32::MAX;

/// Keys of one kind, with dense ids in order of arrival. Ids never order anything.
///
/// All keys stand after each other in one text, so that a key costs its bytes and a few more.
#[derive(Clone, Default)]
pub struct Keys {
    text: String,
    places: Places,
    ids: Index,
    hasher: DefaultHashBuilder,
}

/// Where keys stand in the text that holds them after each other.
#[derive(Clone, Serialize, Deserialize)]
enum Places {
    /// As ids mostly are: all of one length, so that a place is computed.
    Alike { length: usize, count: usize },
    /// Where each ends.
    Each(Vec<usize>),
}

impl Default for Places {
    fn default() -> Places {
        Places::Alike { length: 0, count: 0 }
    }
}

impl Places {
    fn len(&self) -> usize {
        match self {
            Places::Alike { count, .. } => *count,
            Places::Each(ends) => ends.len(),
        }
    }

    #[inline]
    fn range(&self, id: u32) -> std::ops::Range<usize> {
        let at = id as usize;
        match self {
            Places::Alike { length, count } if at < *count => at * length..(at + 1) * length,
            Places::Alike { .. } => 0..0,
            Places::Each(ends) => {
                let start = at.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
                start.zip(ends.get(at)).map_or(0..0, |(start, end)| start..*end)
            }
        }
    }

    /// A key of so many bytes stands behind the others.
    fn push(&mut self, bytes: usize) {
        match self {
            Places::Alike { length, count } if *count == 0 || *length == bytes => {
                *length = bytes;
                *count += 1;
            }
            Places::Alike { length, count } => {
                let mut ends: Vec<usize> = (1..=*count).map(|at| at * *length).collect();
                ends.push(*count * *length + bytes);
                *self = Places::Each(ends);
            }
            Places::Each(ends) => ends.push(ends.last().copied().unwrap_or(0) + bytes),
        }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries((0..self.len()).map(|id| self.key(u32::try_from(id).unwrap_or(EMPTY)))).finish()
    }
}

impl Serialize for Keys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (&self.text, &self.places).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Keys, D::Error> {
        let (text, places) = Deserialize::deserialize(deserializer)?;
        let mut keys = Keys { text, places, ..Keys::default() };
        keys.index(keys.len());
        Ok(keys)
    }
}

impl Keys {
    /// The id of a key.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<u32> {
        self.find_hashed(key, self.hash(key))
    }

    /// The hash of a key, for [`Keys::find_hashed`].
    #[must_use]
    pub fn hash(&self, key: &str) -> u64 {
        self.hasher.hash_one(key.as_bytes())
    }

    /// The id of a key whose hash is known.
    #[must_use]
    pub fn find_hashed(&self, key: &str, hash: u64) -> Option<u32> {
        self.find_bytes(key.as_bytes(), hash)
    }

    #[inline]
    fn find_bytes(&self, key: &[u8], hash: u64) -> Option<u32> {
        self.ids.find(hash, |id| same(bytes_in(&self.text, &self.places, id), key))
    }

    /// The ids of many keys at once: for each row with a text, its id or `unknown` where no key is equal.
    ///
    /// Faster than one after the other: the look-ups of several rows wait for memory together.
    pub fn find_each<'t>(&self, text: impl Fn(usize) -> Option<&'t [u8]>, unknown: u32, ids: &mut [u32]) {
        /// Rows that are looked up together.
        const TOGETHER: usize = 32;
        let mut asked: [(&[u8], u64); TOGETHER] = [(&[], 0); TOGETHER];
        for (part, ids) in ids.chunks_mut(TOGETHER).enumerate() {
            let mut filled = 0u32;
            for (at, (key, hash)) in asked.iter_mut().enumerate().take(ids.len()) {
                if let Some(text) = text(part * TOGETHER + at) {
                    (*key, *hash) = (text, self.hasher.hash_one(text));
                    filled |= 1 << at;
                }
            }
            let is_filled = |at: usize| filled & 1 << at != 0;
            // First whom the hash alone names, then whether it is the one.
            for ((at, id), (_, hash)) in ids.iter_mut().enumerate().zip(&asked) {
                if is_filled(at) {
                    *id = self.ids.find(*hash, |_| true).unwrap_or(unknown);
                }
            }
            for ((at, id), (key, hash)) in ids.iter_mut().enumerate().zip(&asked) {
                if is_filled(at) && *id != unknown && !same(bytes_in(&self.text, &self.places, *id), key) {
                    *id = self.find_bytes(key, *hash).unwrap_or(unknown);
                }
            }
        }
    }

    /// The id of a key, new if need be.
    pub fn intern(&mut self, key: &str) -> u32 {
        let hash = self.hash(key);
        if let Some(id) = self.find_hashed(key, hash) {
            return id;
        }
        let id = u32::try_from(self.len()).unwrap_or(EMPTY);
        if !self.ids.has_room() {
            self.index(self.len().saturating_mul(2));
        }
        self.text.push_str(key);
        self.places.push(key.len());
        self.ids.insert(hash, id);
        id
    }

    /// Makes the table anew, with room for so many. In order of the keys, whose texts are then read one after the other.
    fn index(&mut self, room: usize) {
        let Keys { text, places, ids, hasher } = self;
        *ids = Index::with_room(room.max(places.len() + 1));
        for id in (0u32..).take(places.len()) {
            ids.insert(hasher.hash_one(bytes_in(text, places, id)), id);
        }
    }

    /// The key of an id.
    #[must_use]
    pub fn key(&self, id: u32) -> &str {
        key_in(&self.text, &self.places, id)
    }

    /// Number of keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.len() == 0
    }

    /// All ids, ordered by the bytes of their keys.
    #[must_use]
    pub fn sorted(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = (0..u32::try_from(self.len()).unwrap_or(EMPTY)).collect();
        if !ids.is_sorted_by(|a, b| self.key(*a) <= self.key(*b)) {
            ids.sort_unstable_by(|a, b| self.key(*a).cmp(self.key(*b)));
        }
        ids
    }
}

#[inline]
fn bytes_in<'k>(text: &'k str, places: &Places, id: u32) -> &'k [u8] {
    text.as_bytes().get(places.range(id)).unwrap_or(&[])
}

fn key_in<'k>(text: &'k str, places: &Places, id: u32) -> &'k str {
    text.get(places.range(id)).unwrap_or("")
}

/// Whether two keys are equal: they are short, so that a call costs more than the comparison.
#[inline]
fn same(one: &[u8], other: &[u8]) -> bool {
    let (ones, one_rest) = one.as_chunks::<8>();
    let (others, other_rest) = other.as_chunks::<8>();
    one.len() == other.len()
        && ones.iter().zip(others).all(|(one, other)| u64::from_le_bytes(*one) == u64::from_le_bytes(*other))
        && one_rest.iter().zip(other_rest).all(|(one, other)| one == other)
}

/// The cell of a batch column. References and keys come as text.
#[must_use]
pub fn batch_cell<'a>(column: &'a Column<'_>, row: usize) -> V<'a> {
    if column.valid.as_ref().is_some_and(|valid| !valid.get(row)) {
        return V::Unknown;
    }
    match &column.values {
        Values::Text { offsets, bytes } => {
            let at = |i: usize| offsets.get(i).and_then(|o| usize::try_from(*o).ok());
            let text = at(row).zip(at(row + 1)).and_then(|(from, to)| bytes.get(from..to));
            text.and_then(|bytes| std::str::from_utf8(bytes).ok()).map_or(V::Unknown, V::Text)
        }
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

    /// An empty table for the rows of a register, whose keys are kept beside it.
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

    /// A cell as a number: of the same column, equal cells have equal ones and others do not. `None` where it has none.
    #[must_use]
    pub fn look(&self, row: u32, field: FieldId) -> Option<u64> {
        let at = row as usize;
        match self.columns.get(field.index())? {
            Cells::Text { codes: cells, .. } | Cells::Code(cells) | Cells::Ref(cells) => {
                cells.get(at).map(|n| u64::from(*n))
            }
            Cells::Number(cells) => cells.small.get(at).filter(|n| **n != WIDE_NUMBER).map(|n| n.cast_unsigned()),
            Cells::Truth(cells) => cells.get(at).map(|truth| truth.map_or(2, u64::from)),
            Cells::Moment(_) | Cells::Set(_) | Cells::Elsewhere => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_one_length_and_of_several_are_found() {
        for texts in [
            (0..500).map(|n| format!("k{n:05}")).collect::<Vec<_>>(),
            (0..500).map(|n| format!("{n}")).collect(),
            vec![String::new(), "甲".to_owned(), "12345678".to_owned(), "123456789abcdefgh".to_owned()],
        ] {
            let mut keys = Keys::default();
            let ids: Vec<u32> = texts.iter().map(|text| keys.intern(text)).collect();
            assert_eq!(ids, (0..u32::try_from(texts.len()).unwrap()).collect::<Vec<_>>());
            let again: Keys = postcard::from_bytes(&postcard::to_stdvec(&keys).unwrap()).unwrap();
            for keys in [&keys, &again] {
                for (id, text) in ids.iter().zip(&texts) {
                    assert_eq!((keys.find(text), keys.key(*id)), (Some(*id), text.as_str()));
                }
                let asked: Vec<&[u8]> = texts.iter().map(String::as_bytes).chain([&b"k9999x"[..]]).collect();
                let mut found = vec![EMPTY; asked.len()];
                keys.find_each(|row| asked.get(row).copied(), 77, &mut found);
                assert_eq!(found, ids.iter().copied().chain([77]).collect::<Vec<_>>());
                assert_eq!((keys.find("k9999x"), keys.key(9999)), (None, ""));
            }
        }
    }
}
