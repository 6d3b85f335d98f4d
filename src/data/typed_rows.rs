//! Blocks of typed columns to batches, a batch for each kind and policy: column by column.
//!
//! What becomes of a row is the same as for a row of text (`rows`): of several faults the first field's counts.

use super::bind::{Feed, Feeder, KeyPart, RowPlan};
use super::convert::Cell;
use super::read::typed::{TypedColumn, TypedValues};
use super::read::{RawBlock, excerpt};
use super::rejects::{Reason, Reject};
use super::rows::{Converted, Converter, Fate, Hashes, Part, shown_key};
use super::typed_columns::{Rows, Taken, Target, cell_at};
use super::unique::RowHash;
use crate::engine::batch::Batch;
use crate::model::{Policy, Type};
use std::sync::Arc;

/// Why a row cannot be used: column, value (its first letters), reason.
type Fault = (Arc<str>, String, Reason);

/// The kind of each row by the kind column: `None` where its value is not listed.
fn kinds_of_rows(feed: &Feed, columns: &[Option<TypedColumn>], row_count: usize) -> Vec<Option<Option<usize>>> {
    let Some((at, values)) = &feed.kind_column else {
        // No kind at all: the manifest was refused before anything is read.
        return vec![Some((!feed.kinds.is_empty()).then_some(0)); row_count];
    };
    let of = |text: &str| values.get(text.trim()).copied();
    let Some(column) = columns.get(*at).and_then(Option::as_ref) else { return vec![of(""); row_count] };
    match &column.values {
        TypedValues::Dictionary { codes, words } => {
            let (empty, words) = (of(""), words.iter().map(|word| of(word)).collect::<Vec<_>>());
            let of_row = |row: usize| {
                let word = codes.get(row).filter(|_| column.is_filled(row)).and_then(|code| words.get(*code as usize));
                word.copied().unwrap_or(empty)
            };
            (0..row_count).map(of_row).collect()
        }
        _ => (0..row_count).map(|row| of(&column.text(row))).collect(),
    }
}

/// The rows of one kind for one policy.
struct Reading<'b> {
    /// Whether rows that must be unique are told apart by hashes.
    hashes: bool,
    feed: &'b Feed,
    plan: &'b RowPlan,
    policy: &'b Policy,
    block: &'b RawBlock,
    columns: &'b [Option<TypedColumn>],
}

/// Columns by field, then the lifetime, for some rows.
struct TakenRows<'b> {
    fields: Vec<Taken<'b>>,
    since: Option<Taken<'b>>,
    until: Option<Taken<'b>>,
    row_count: usize,
}

impl<'b> Reading<'b> {
    /// Takes all columns for some rows.
    fn take(&self, rows: Rows<'_>) -> TakenRows<'b> {
        let kind = &self.policy.kinds[self.plan.kind];
        let fields = self.plan.fields.iter().zip(kind.fields.iter()).map(|(plan, field)| {
            let target = Target { conversion: &plan.conversion, ty: &field.ty, optional: plan.optional };
            match &plan.from {
                Feeder::Constant(text) => target.repeat(text, rows.len()),
                Feeder::Column(at) => self.column(&target, *at, rows),
                Feeder::Joined(at) => self.joined(&target, *at, rows),
            }
        });
        let day = Target { conversion: &self.plan.day, ty: &Type::Date, optional: true };
        let lifetime = |column: &Option<(usize, Arc<str>)>| column.as_ref().map(|(at, _)| self.column(&day, *at, rows));
        TakenRows {
            fields: fields.collect(),
            since: lifetime(&self.plan.since),
            until: lifetime(&self.plan.until),
            row_count: rows.len(),
        }
    }

    fn joined(&self, target: &Target<'_>, at: usize, rows: Rows<'_>) -> Taken<'b> {
        let Some(joined) = self.block.joined.get(at) else { return target.repeat("", rows.len()) };
        let mut taken = target.take(&joined.column, rows);
        let unclear = rows.iter().enumerate().filter(|(_, row)| joined.unclear.contains(row));
        let unclear: Vec<_> = unclear.map(|(position, _)| (position, Reason::Unclear)).collect();
        // What is unclear comes first: it is why nothing else can be said of the text.
        taken.faults.splice(0..0, unclear);
        taken
    }

    fn column(&self, target: &Target<'_>, at: usize, rows: Rows<'_>) -> Taken<'b> {
        match self.columns.get(at).and_then(Option::as_ref) {
            Some(column) => target.take(column, rows),
            None => target.repeat("", rows.len()),
        }
    }

    /// The faults of rows that were taken, by position; of a row with several the first field's.
    fn faults(&self, taken: &TakenRows<'_>, rows: Rows<'_>) -> Vec<(usize, Fault)> {
        let mut found: Vec<(usize, Fault)> = Vec::new();
        let mut add = |taken: &Taken<'_>, name: &Arc<str>, from: &Feeder| {
            for (position, reason) in &taken.faults {
                let row = rows.at(*position);
                let value = match from {
                    Feeder::Column(at) => excerpt(&self.block.text(row, *at)),
                    Feeder::Constant(text) => excerpt(text),
                    Feeder::Joined(at) => excerpt(self.block.joined_text(row, *at)),
                };
                found.push((*position, (Arc::clone(name), value, reason.clone())));
            }
        };
        for (plan, column) in self.plan.fields.iter().zip(&taken.fields) {
            add(column, &plan.column, &plan.from);
        }
        for (taken, column) in [(&taken.since, &self.plan.since), (&taken.until, &self.plan.until)] {
            if let (Some(taken), Some((at, name))) = (taken, column) {
                add(taken, name, &Feeder::Column(*at));
            }
        }
        if self.plan.fields.iter().any(|field| field.assessor.is_some()) {
            for position in 0..taken.row_count {
                let is_blank =
                    |at: usize| taken.fields.get(at).is_none_or(|f| cell_at(f.column.as_ref(), position).is_blank());
                if let Some((column, reason)) = self.plan.without_assessor(is_blank) {
                    found.push((position, (column, String::new(), reason)));
                }
            }
        }
        // Stable: the first field of a row stays in front.
        found.sort_by_key(|(position, _)| *position);
        found.dedup_by_key(|(position, _)| *position);
        found
    }
}

impl<'b> TakenRows<'b> {
    /// Hashes of a row by position, where rows of the kind are unique.
    fn hashes(&self, reading: &Reading<'_>, rows: Rows<'_>, position: usize) -> Option<Hashes> {
        let parts = reading.plan.unique.as_ref()?;
        let mut key = RowHash::new();
        for part in parts {
            match part {
                KeyPart::Field(at) => match self.fields.get(*at) {
                    Some(taken) => cell_at(taken.column.as_ref(), position).add_to(&mut key),
                    None => Cell::Missing.add_to(&mut key),
                },
                KeyPart::Column(at) => key.part(9, reading.block.text(rows.at(position), *at).as_bytes()),
            }
        }
        let mut whole = RowHash::new();
        for taken in &self.fields {
            cell_at(taken.column.as_ref(), position).add_to(&mut whole);
        }
        for taken in [&self.since, &self.until] {
            match taken {
                Some(taken) => cell_at(taken.column.as_ref(), position).add_to(&mut whole),
                None => Cell::Missing.add_to(&mut whole),
            }
        }
        Some(Hashes { key: key.finish(), row: whole.finish() })
    }

    /// The batch.
    fn finish(self, plan: &RowPlan) -> Batch<'b> {
        Batch {
            kind: plan.kind,
            row_count: self.row_count,
            columns: self.fields.into_iter().map(|taken| taken.column).collect(),
            since: self.since.and_then(|taken| taken.column),
            until: self.until.and_then(|taken| taken.column),
        }
    }
}

/// Decides about a row that could be read, by its hashes and line.
type Keep<'k> = dyn FnMut(Option<Hashes>, usize) -> Result<Fate, Reason> + 'k;

impl<'p> Converter<'p> {
    /// As `convert`, for a block of typed columns.
    pub(super) fn convert_typed<'b>(
        &self,
        file: &Arc<str>,
        block: &'b RawBlock,
        columns: &'b [Option<TypedColumn>],
        mut out: Converted<'b>,
        keep: &mut dyn FnMut(usize, usize, Option<Hashes>, usize) -> Result<Fate, Reason>,
    ) -> Converted<'b>
    where
        'p: 'b,
    {
        let row_count = block.row_count();
        // Rows by kind; those of one kind only, where the reader told them apart.
        let mut chosen: Vec<Vec<u32>> = Vec::new();
        if block.stands_for.is_none() {
            let of_row = kinds_of_rows(self.feed, columns, row_count);
            if self.counts {
                self.reject_unlisted(file, block, &of_row, &mut out);
            }
            chosen.resize(self.feed.kinds.len(), Vec::new());
            for (row, of) in (0u32..).zip(&of_row) {
                if let Some(rows) = of.flatten().and_then(|kind| chosen.get_mut(kind)) {
                    rows.push(row);
                }
            }
        }
        for (at, kind) in self.feed.kinds.iter().enumerate().filter(|(_, kind)| kind.entity == self.entities) {
            let rows = match block.stands_for {
                Some(of) if of == Some(at) => Rows::All(row_count),
                Some(_) => continue,
                None => Rows::of(chosen.get(at).map_or(&[], Vec::as_slice), row_count),
            };
            if rows.len() == 0 {
                continue;
            }
            for (policy_at, plan) in kind.plans.iter().enumerate() {
                let (Some(plan), Some(policy)) = (plan, self.policies.get(policy_at)) else { continue };
                // Rows that are not told apart have the same fate under policies that read them in the same way.
                let is_apart = plan.unique.is_some() && self.hashes_rows();
                let same = kind.same_as.get(policy_at).copied().flatten().filter(|_| !is_apart);
                if let Some(first) = same {
                    let found = out.parts.iter().find(|part| part.policy == first && part.kind == at);
                    let found = found.map(|part| (Arc::clone(&part.batch), Arc::clone(&part.rows)));
                    out.parts.extend(found.map(|(batch, rows)| Part { policy: policy_at, kind: at, batch, rows }));
                    continue;
                }
                let reading = Reading { hashes: self.hashes_rows(), feed: self.feed, plan, policy, block, columns };
                let mut taken = reading.take(rows);
                let used =
                    reading.sort(&taken, rows, file, &mut out, &mut |hashes, row| keep(at, policy_at, hashes, row));
                if used.is_empty() {
                    continue;
                }
                if used.len() < rows.len() {
                    taken = reading.take(Rows::Some(&used));
                }
                let (batch, rows) = (Arc::new(taken.finish(plan)), Arc::new(used));
                out.parts.push(Part { policy: policy_at, kind: at, batch, rows });
            }
        }
        out
    }

    fn reject_unlisted(
        &self,
        file: &Arc<str>,
        block: &RawBlock,
        of_row: &[Option<Option<usize>>],
        out: &mut Converted<'_>,
    ) {
        let Some((column, _)) = &self.feed.kind_column else { return };
        let name: Arc<str> = Arc::from(self.feed.wanted.get(*column).map_or("", |wanted| wanted.name.as_str()));
        for (row, _) in of_row.iter().enumerate().filter(|(_, kind)| kind.is_none()) {
            let value = excerpt(&block.text(row, *column));
            out.reject(file, block, row, (Arc::clone(&name), value, Reason::NotKind));
        }
    }
}

impl Reading<'_> {
    /// The rows that are used, ascending, as `keep` decides about those without a fault.
    fn sort(
        &self,
        taken: &TakenRows<'_>,
        rows: Rows<'_>,
        file: &Arc<str>,
        out: &mut Converted<'_>,
        keep: &mut Keep<'_>,
    ) -> Vec<u32> {
        let faults = self.faults(taken, rows);
        if faults.is_empty()
            && !(self.hashes && self.plan.unique.is_some())
            && let Ok(fate) = keep(None, rows.at(0))
        {
            rows.iter().for_each(|row| out.note(row, fate));
            let narrow = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
            return if fate == Fate::Used { rows.iter().map(narrow).collect() } else { Vec::new() };
        }
        let mut used = Vec::with_capacity(rows.len());
        let mut faults = faults.into_iter().peekable();
        for (position, row) in rows.iter().enumerate() {
            if let Some((_, fault)) = faults.next_if(|(at, _)| *at == position) {
                out.reject(file, self.block, row, fault);
                continue;
            }
            match keep(if self.hashes { taken.hashes(self, rows, position) } else { None }, row) {
                Ok(fate) => {
                    if fate == Fate::Used {
                        used.push(u32::try_from(row).unwrap_or(u32::MAX));
                    }
                    out.note(row, fate);
                }
                Err(reason) => {
                    let (column, value) = shown_key(self.plan, self.block, row, self.feed);
                    out.reject(file, self.block, row, (column, excerpt(&value), reason));
                }
            }
        }
        used
    }
}

impl Converted<'_> {
    fn reject(&mut self, file: &Arc<str>, block: &RawBlock, row: usize, (column, value, reason): Fault) {
        let line = block.lines.get(row).copied().unwrap_or(0);
        let of_file = block.row_of_file(row);
        self.rejects.push(Reject { file: Arc::clone(file), line, row: of_file, column, value, reason });
        self.note(row, Fate::Rejected);
    }

    /// Policies may read a row differently: it is rejected if one of them cannot use it.
    fn note(&mut self, row: usize, fate: Fate) {
        if let Some(slot) = self.fates.get_mut(row) {
            *slot = (*slot).max(fate);
        }
    }
}
