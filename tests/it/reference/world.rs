//! Subjects, their lives and attributes, and how rows lead to subjects (section 2).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use num_traits::ToPrimitive;
use wangge::model::{Acting, FieldId, KindId, Link, Role, SourcePart, Type};

use super::eval::Context;
use super::time::before;
use super::value::{Moment, V, int};
use super::{Cell, Row, Run};

/// A row that an expression may be about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// An entity or the whole, by its key.
    Key(KindId, String),
    /// A record, by its place.
    Record(KindId, usize),
}

impl Subject {
    pub fn kind(&self) -> KindId {
        match self {
            Subject::Key(kind, _) | Subject::Record(kind, _) => *kind,
        }
    }
}

pub fn key_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        other => unreachable!("a key is text or a whole number, not {other:?}"),
    }
}

impl Run<'_> {
    pub fn rows_of(&self, kind: KindId) -> &[Row] {
        self.rows.get(&kind).map_or(&[], Vec::as_slice)
    }

    fn row_key(&self, kind: KindId, row: &Row) -> Option<String> {
        self.policy.kinds[kind].key.and_then(|f| row.fields[f.0 as usize].as_ref()).map(key_text)
    }

    /// The moment of a record.
    pub fn moment(&self, kind: KindId, at: usize) -> Moment {
        let field = self.policy.kinds[kind].at.expect("a record has a date");
        match self.rows_of(kind)[at].fields[field.0 as usize] {
            Some(Cell::Day(day)) => Moment::Day(day),
            Some(Cell::At(at)) => Moment::At(at),
            ref other => unreachable!("a record's moment is a day or an instant, not {other:?}"),
        }
    }

    /// Places of the records of a kind that are read.
    pub fn read_records(&self, kind: KindId) -> Vec<usize> {
        (0..self.rows_of(kind).len()).filter(|at| self.reads(self.moment(kind, *at))).collect()
    }

    fn has_source(&self, kind: KindId) -> bool {
        self.spec.coverage.contains_key(&kind)
    }

    /// Whether anything is known of who is of this kind: it has a source, or one that has refers to it.
    pub fn has_any_source(&self, kind: KindId) -> bool {
        self.policy.kinds[kind].role == Role::Whole
            || self.has_source(kind)
            || self
                .policy
                .kinds
                .entries()
                .any(|(other, decl)| self.has_source(other) && decl.fields.iter().any(|f| f.ty == Type::Ref(kind)))
    }

    /// All subjects of a kind, by key.
    pub fn subjects(&self, kind: KindId) -> Vec<Subject> {
        self.subjects[&kind].clone()
    }

    pub fn find_subjects(&self, kind: KindId) -> Vec<Subject> {
        let decl = &self.policy.kinds[kind];
        let mut found: Vec<(String, Subject)> = match decl.role {
            Role::Whole => vec![(decl.name.clone(), Subject::Key(kind, decl.name.clone()))],
            Role::Record => {
                let keys = self.keyed[&kind].keys();
                keys.filter_map(|key| Some((key.clone(), self.record_of(kind, key)?))).collect()
            }
            Role::Entity => {
                let keys = if self.has_source(kind) {
                    self.rows_of(kind).iter().filter_map(|row| self.row_key(kind, row)).collect()
                } else {
                    self.keys_referred_to(kind)
                };
                keys.into_iter().map(|key| (key.clone(), Subject::Key(kind, key))).collect()
            }
        };
        found.sort();
        found.dedup_by(|a, b| a.0 == b.0);
        found.into_iter().map(|(_, subject)| subject).collect()
    }

    /// Keys of a derived kind: what read records and all register rows refer to.
    fn keys_referred_to(&self, kind: KindId) -> Vec<String> {
        let mut keys = Vec::new();
        for (other, decl) in self.policy.kinds.entries() {
            let places = match decl.role {
                Role::Record => self.read_records(other),
                _ => (0..self.rows_of(other).len()).collect(),
            };
            for (field, _) in decl.fields.entries().filter(|(_, f)| f.ty == Type::Ref(kind)) {
                let cells = places.iter().filter_map(|at| self.rows_of(other)[*at].fields[field.0 as usize].as_ref());
                keys.extend(cells.map(key_text));
            }
        }
        keys
    }

    pub fn key(&self, subject: &Subject) -> String {
        match subject {
            Subject::Key(_, key) => key.clone(),
            Subject::Record(kind, at) => self.row_key(*kind, &self.rows_of(*kind)[*at]).unwrap_or_default(),
        }
    }

    pub fn rows_by_key(&self, kind: KindId) -> BTreeMap<String, Vec<usize>> {
        let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, row) in self.rows_of(kind).iter().enumerate() {
            if let Some(key) = self.row_key(kind, row) {
                found.entry(key).or_default().push(at);
            }
        }
        found
    }

    /// The register rows of a key.
    fn versions(&self, kind: KindId, key: &str) -> Vec<&Row> {
        let places = self.keyed[&kind].get(key).map_or(&[][..], Vec::as_slice);
        places.iter().map(|at| &self.rows_of(kind)[*at]).collect()
    }

    /// Whether a subject is there on a day.
    pub fn there(&self, subject: &Subject, day: NaiveDate) -> bool {
        match subject {
            Subject::Record(kind, at) => self.moment(*kind, *at).day() <= day,
            Subject::Key(kind, key) if self.policy.kinds[*kind].role == Role::Entity && self.has_source(*kind) => {
                self.versions(*kind, key).iter().any(|row| lives(row, day))
            }
            Subject::Key(kind, _) => match self.policy.kinds[*kind].lifetime {
                Some(life) if self.policy.kinds[*kind].role == Role::Entity => {
                    let first = self.file_days(subject, life.first).into_iter().min();
                    let last = life.last.map(|agg| self.file_days(subject, agg).into_iter().max());
                    first.is_some_and(|first| first <= day)
                        && last.is_none_or(|last| last.is_some_and(|last| day <= last))
                }
                _ => true,
            },
        }
    }

    /// Days of the records on file that an aggregate takes for a subject.
    fn file_days(&self, subject: &Subject, agg: wangge::model::AggId) -> Vec<NaiveDate> {
        let agg = &self.policy.aggs[agg];
        let day = self.reference();
        let context = Context {
            row: subject.clone(),
            day,
            window: (day, super::time::after(day)),
            doubts_open: false,
            future: false,
            own: None,
            reading: Default::default(),
        };
        let found = self.find(&agg.source, &agg.frame, &context);
        let own = |row: &Context<'_>| match &row.row {
            Subject::Record(kind, at) => Some(self.moment(*kind, *at).day()),
            Subject::Key(..) => None,
        };
        found.rows.iter().filter_map(own).collect()
    }

    /// The register row that holds the attributes of a day.
    fn version_on(&self, kind: KindId, key: &str, day: NaiveDate) -> Option<&Row> {
        let versions = self.versions(kind, key);
        let alive = versions.iter().find(|row| lives(row, day));
        let earlier = || versions.iter().filter(|row| row.since.is_none_or(|s| s < day)).max_by_key(|row| row.since);
        let earliest = || versions.iter().min_by_key(|row| row.since);
        alive.or_else(earlier).or_else(earliest).copied()
    }

    /// A field of a row. Times of a record later than as-of are empty, but for `future` and its own date.
    fn field(&self, subject: &Subject, field: FieldId, day: NaiveDate, future: bool) -> V {
        let decl = &self.policy.kinds[subject.kind()];
        let cell = match subject {
            Subject::Record(kind, at) => self.rows_of(*kind)[*at].fields[field.0 as usize].clone(),
            Subject::Key(kind, key) => match self.version_on(*kind, key, day) {
                Some(row) => row.fields[field.0 as usize].clone(),
                None if decl.key == Some(field) => Some(self.key_cell(*kind, key)),
                None => None,
            },
        };
        let value = cell.map_or(V::Unknown, |cell| value(&cell));
        if let (V::Text(key), Type::Ref(kind)) = (&value, &decl.fields[field].ty)
            && self.policy.kinds[*kind].role == Role::Record
            && self.record_of(*kind, key).is_none()
        {
            return V::Unknown;
        }
        let keeps = future || matches!(subject, Subject::Key(..)) || decl.at == Some(field);
        match value.moment() {
            Some(moment) if !keeps && !self.reads(moment) => V::Unknown,
            _ => value,
        }
    }

    fn key_cell(&self, kind: KindId, key: &str) -> Cell {
        let decl = &self.policy.kinds[kind];
        match decl.key.map(|f| &decl.fields[f].ty) {
            Some(Type::Whole) => Cell::Number(int(key.parse().expect("a whole number"))),
            _ => Cell::Text(key.to_owned()),
        }
    }

    /// Follows a path. One that starts at a record is read on the record's own day, whoever asks.
    pub fn read(&self, subject: &Subject, path: &[FieldId], day: NaiveDate, future: bool) -> V {
        let day = match subject {
            Subject::Record(kind, at) => self.moment(*kind, *at).day(),
            Subject::Key(..) => day,
        };
        self.read_on(subject, path, day, future)
    }

    /// Follows a path on a day.
    pub fn read_on(&self, subject: &Subject, path: &[FieldId], day: NaiveDate, future: bool) -> V {
        let Some((last, references)) = path.split_last() else { return V::Text(self.key(subject)) };
        match self.follow(subject, references, day) {
            Some(row) => self.field(&row, *last, day, future),
            None => V::Unknown,
        }
    }

    /// The record of a key, if one is read; of several the smallest by its fields from the left.
    fn record_of(&self, kind: KindId, key: &str) -> Option<Subject> {
        let places = self.keyed[&kind].get(key)?.iter().filter(|at| self.reads(self.moment(kind, **at)));
        let kept = places.min_by_key(|at| &self.rows_of(kind)[**at].fields)?;
        Some(Subject::Record(kind, *kept))
    }

    /// The row at the end of references.
    pub fn follow(&self, subject: &Subject, references: &[FieldId], day: NaiveDate) -> Option<Subject> {
        references.iter().try_fold(subject.clone(), |row, reference| {
            let V::Text(key) = self.field(&row, *reference, day, false) else { return None };
            let Type::Ref(kind) = self.policy.kinds[row.kind()].fields[*reference].ty else { return None };
            match self.policy.kinds[kind].role {
                Role::Record => self.record_of(kind, &key),
                _ => Some(Subject::Key(kind, key)),
            }
        })
    }

    /// Whether a row is counted for a subject.
    pub fn leads(&self, row: &Subject, link: &Link, day: NaiveDate, to: &Subject) -> bool {
        let day = match row {
            Subject::Record(kind, at) => self.moment(*kind, *at).day(),
            Subject::Key(..) => day,
        };
        let (path, ancestors) = match link {
            Link::Whole => return true,
            Link::Path { path, ancestors } => (path, ancestors),
            Link::Shared { on, .. } => {
                return on.iter().all(|(path, field)| {
                    let own = self.follow(row, path, day).map(|reached| self.key(&reached));
                    let theirs = match self.field(to, *field, day, false) {
                        V::Text(key) => Some(key),
                        _ => None,
                    };
                    own.is_some() && own == theirs
                });
            }
        };
        let Some(mut reached) = self.follow(row, path, day) else { return false };
        let mut seen = Vec::new();
        loop {
            if reached == *to {
                return true;
            }
            let parent = self.policy.kinds[reached.kind()].parent.filter(|_| *ancestors);
            let above = parent.and_then(|parent| self.follow(&reached, &[parent], day));
            seen.push(reached);
            match above {
                Some(above) if !seen.contains(&above) => reached = above,
                _ => return false,
            }
        }
    }

    /// Whether a row of a source is counted for a subject: by its own way there, or because somebody stands in.
    pub fn leads_in(&self, part: &SourcePart, row: &Subject, day: NaiveDate, to: &Subject) -> bool {
        if part.acting == Acting::InPerson {
            return self.leads(row, &part.link, day, to);
        }
        let day = match row {
            Subject::Record(kind, at) => self.moment(*kind, *at).day(),
            Subject::Key(..) => day,
        };
        match &part.link {
            Link::Whole => true,
            Link::Path { path, ancestors } => {
                let Some(doer) = self.follow(row, path, day) else { return false };
                let rest = Link::Path { path: Vec::new(), ancestors: *ancestors };
                let named = self.subjects(doer.kind()).into_iter().filter(|named| self.leads(named, &rest, day, to));
                named.into_iter().any(|named| self.counts_for(&doer, &named, part.acting, day) == Some(true))
            }
            Link::Shared { on, .. } => on.iter().all(|(path, field)| {
                let (Some(doer), V::Text(key)) = (self.follow(row, path, day), self.field(to, *field, day, false))
                else {
                    return false;
                };
                let named = Subject::Key(doer.kind(), key);
                self.counts_for(&doer, &named, part.acting, day) == Some(true)
            }),
        }
    }

    /// Whether what one does on a day counts for another; `None`: it is not known who stands in.
    pub fn counts_for(&self, doer: &Subject, named: &Subject, acting: Acting, day: NaiveDate) -> Option<bool> {
        let same = doer == named;
        if self.acting_unknown(doer.kind()) && !(acting == Acting::OrStandIn && same) && acting != Acting::InPerson {
            return None;
        }
        Some(match acting {
            Acting::InPerson => same,
            Acting::OrStandIn => same || self.stands_in(Some(doer), named, day),
            Acting::StandInInstead if same => !self.stands_in(None, named, day),
            Acting::StandInInstead => self.stands_in(Some(doer), named, day),
        })
    }

    /// Whether a kind of stand-ins for these subjects has no source.
    fn acting_unknown(&self, kind: KindId) -> bool {
        self.policy.stand_ins.iter().any(|declared| declared.actor == kind && !self.has_source(declared.kind))
    }

    /// Whether it is not known whose records a part counts.
    pub fn part_unknown(&self, part: &SourcePart) -> bool {
        let unknown =
            |path: &[FieldId]| self.policy.path_kind(part.kind, path).is_some_and(|kind| self.acting_unknown(kind));
        part.acting != Acting::InPerson
            && match &part.link {
                Link::Whole => false,
                Link::Path { path, .. } => unknown(path),
                Link::Shared { on, .. } => on.iter().any(|(path, _)| unknown(path)),
            }
    }

    /// Whether this one, or anybody, stands in for another on a day.
    fn stands_in(&self, doer: Option<&Subject>, named: &Subject, day: NaiveDate) -> bool {
        self.policy.stand_ins.iter().filter(|declared| declared.actor == named.kind()).any(|declared| {
            let record = self.policy.kinds[declared.kind].role == Role::Record;
            let rows: Vec<usize> = if record {
                let kept = self.subjects(declared.kind).into_iter();
                kept.map(|s| if let Subject::Record(_, at) = s { at } else { unreachable!("a record") }).collect()
            } else {
                (0..self.rows_of(declared.kind).len()).collect()
            };
            rows.into_iter().any(|at| {
                let row = &self.rows_of(declared.kind)[at];
                let cell = |field: FieldId| row.fields[field.0 as usize].as_ref().map(value);
                let key = |field: FieldId| match cell(field) {
                    Some(V::Text(key)) => Some(key),
                    Some(V::Num(number)) => number.exact().map(|n| n.to_string()),
                    _ => None,
                };
                let (by, absent) = (key(declared.by), key(declared.absent));
                let own = if record { Some(self.moment(declared.kind, at).day()) } else { row.since };
                let from = match declared.from {
                    Some(field) => cell(field).and_then(|v| v.moment()).is_some_and(|m| m.day() <= day),
                    None => own.is_none_or(|own| own <= day),
                };
                let to = match (declared.to, declared.from) {
                    (Some(field), _) => cell(field).and_then(|v| v.moment()).is_none_or(|m| day <= m.day()),
                    (None, None) if !record => row.until.is_none_or(|until| day <= until),
                    _ => true,
                };
                let named = self.key(named);
                absent.as_deref() == Some(&named)
                    && by.as_deref().is_some_and(|by| by != named && doer.is_none_or(|doer| self.key(doer) == by))
                    && from
                    && to
            })
        })
    }

    /// The days of a window on which a subject is there.
    pub fn is_there_in(&self, subject: &Subject, start: NaiveDate, end: NaiveDate) -> bool {
        start.iter_days().take_while(|d| *d <= before(end)).any(|d| self.there(subject, d))
    }
}

fn lives(row: &Row, day: NaiveDate) -> bool {
    row.since.is_none_or(|since| since <= day) && row.until.is_none_or(|until| day <= until)
}

fn value(cell: &Cell) -> V {
    match cell {
        Cell::Text(text) => V::Text(text.clone()),
        Cell::Number(number) => V::number(number.clone()),
        Cell::Bool(b) => V::Bool(*b),
        Cell::Day(day) => V::Moment(Moment::Day(*day)),
        Cell::At(at) => V::Moment(Moment::At(*at)),
        Cell::Code(code) => V::Code(*code),
        Cell::Codes(codes) => V::Codes(*codes),
    }
}

/// The whole number that a value is, if it is one.
pub fn whole(value: &V) -> Option<i64> {
    value.exact().filter(num_rational::BigRational::is_integer).and_then(|n| n.to_integer().to_i64())
}
