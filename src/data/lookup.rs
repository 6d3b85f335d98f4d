//! References of rows, kept as text: where a chain of references led on a day. For explanations only.

use super::cells::{cell_text, day_cell};
use crate::engine::batch::Batch;
use crate::model::{Day, FieldId, Id, KindId, Link, Policy, Type};
use std::collections::{BTreeSet, HashMap};

/// A version of a subject: from when it holds, and what its references say.
#[derive(Debug, Clone)]
struct Version {
    since: Option<Day>,
    refs: Vec<(FieldId, String)>,
}

/// References of the kinds that links pass through.
#[derive(Debug, Default)]
pub struct Lookup {
    rows: HashMap<KindId, HashMap<String, Vec<Version>>>,
}

/// The kinds whose rows a link reads between the row that it starts from and its end.
pub fn passed_kinds(policy: &Policy, from: KindId, link: &Link) -> BTreeSet<KindId> {
    let mut passed = BTreeSet::new();
    if let Link::Path { path, ancestors } = link {
        for end in 1..path.len() {
            passed.extend(path.get(..end).and_then(|part| policy.path_kind(from, part)));
        }
        if *ancestors {
            passed.extend(policy.path_kind(from, path));
        }
    }
    passed
}

/// The references of a row of a batch, as (field, key).
pub fn refs_of_row(policy: &Policy, batch: &Batch<'_>, row: usize) -> Vec<(FieldId, String)> {
    let Some(kind) = policy.kinds.get(batch.kind) else { return Vec::new() };
    let refs = kind.fields.entries().filter(|(_, field)| matches!(field.ty, Type::Ref(_)));
    refs.filter_map(|(id, field)| {
        let column = batch.columns.get(id.index())?.as_ref()?;
        Some((id, cell_text(policy, &field.ty, column, row)?))
    })
    .collect()
}

/// The key of a row of a batch.
pub fn key_of_row(policy: &Policy, batch: &Batch<'_>, row: usize) -> Option<String> {
    let kind = policy.kinds.get(batch.kind)?;
    let key = kind.key?;
    let column = batch.columns.get(key.index())?.as_ref()?;
    cell_text(policy, &kind.fields.get(key)?.ty, column, row)
}

impl Lookup {
    /// Takes in the rows of a batch.
    pub fn add(&mut self, policy: &Policy, batch: &Batch<'_>) {
        let rows = self.rows.entry(batch.kind).or_default();
        for row in 0..batch.row_count {
            let Some(key) = key_of_row(policy, batch, row) else { continue };
            let since = batch.since.as_ref().and_then(|column| day_cell(column, row));
            rows.entry(key).or_default().push(Version { since, refs: refs_of_row(policy, batch, row) });
        }
    }

    /// Puts the versions of each key in order. To be called once, before links are followed.
    pub fn settle(&mut self) {
        for versions in self.rows.values_mut().flat_map(HashMap::values_mut) {
            versions.sort_by(|a, b| (a.since, &a.refs).cmp(&(b.since, &b.refs)));
        }
    }

    /// A reference of a subject, read on a day: of the latest version that starts by then, else of the earliest.
    fn reference(&self, kind: KindId, key: &str, field: FieldId, day: Day) -> Option<&str> {
        let versions = self.rows.get(&kind)?.get(key)?;
        let after = versions.partition_point(|version| version.since.is_none_or(|since| since <= day));
        let version = versions.get(after.saturating_sub(1))?;
        version.refs.iter().find(|(of, _)| *of == field).map(|(_, key)| key.as_str())
    }

    /// Whether a row with these references leads to a subject by a link, read on a day.
    #[must_use]
    pub fn leads(&self, policy: &Policy, row: &LinkedRow<'_>, link: &Link, subject: &str, day: Day) -> bool {
        let (path, ancestors) = match link {
            Link::Whole => return true,
            Link::Path { path, ancestors } => (path, *ancestors),
        };
        let Some((mut kind, mut key)) = self.end(policy, row, path, day) else { return false };
        if key == subject {
            return true;
        }
        let mut seen = BTreeSet::new();
        while ancestors && seen.insert((kind, key.clone())) {
            let Some(parent) = policy.kinds.get(kind).and_then(|kind| kind.parent) else { return false };
            let Some(Type::Ref(above)) =
                policy.kinds.get(kind).and_then(|k| k.fields.get(parent)).map(|f| f.ty.clone())
            else {
                return false;
            };
            let Some(next) = self.reference(kind, &key, parent, day) else { return false };
            (kind, key) = (above, next.to_owned());
            if key == subject {
                return true;
            }
        }
        false
    }

    fn end(&self, policy: &Policy, row: &LinkedRow<'_>, path: &[FieldId], day: Day) -> Option<(KindId, String)> {
        let Some((first, rest)) = path.split_first() else {
            return Some((row.kind, row.key?.to_owned()));
        };
        let mut key = row.refs.iter().find(|(field, _)| field == first).map(|(_, key)| key.clone())?;
        let mut kind = policy.path_kind(row.kind, &[*first])?;
        for field in rest {
            key = self.reference(kind, &key, *field, day)?.to_owned();
            kind = policy.path_kind(kind, &[*field])?;
        }
        Some((kind, key))
    }
}

/// A row from which a link starts.
#[derive(Debug, Clone, Copy)]
pub struct LinkedRow<'r> {
    /// Its kind.
    pub kind: KindId,
    /// Its key, if its kind has one.
    pub key: Option<&'r str>,
    /// Its references.
    pub refs: &'r [(FieldId, String)],
}
