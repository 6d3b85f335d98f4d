//! Numbers that people give: rows that do not say who gave one, and rows for which a bound stands.

use super::bind::{Feed, Feeder, FieldPlan, RowPlan};
use super::read::RawBlock;
use super::rejects::Reason;
use super::rows::{Converted, Fate};
use std::collections::BTreeSet;
use std::sync::Arc;

impl RowPlan {
    /// The column that should say who gave a number, where the number is there and its giver is not.
    pub(super) fn without_assessor(&self, is_blank: impl Fn(usize) -> bool) -> Option<(Arc<str>, Reason)> {
        self.fields.iter().enumerate().find_map(|(at, field)| {
            let by = field.assessor.filter(|by| !is_blank(at) && is_blank(*by))?;
            let column = Arc::clone(&self.fields.get(by)?.column);
            Some((column, Reason::NoAssessor { field: field.column.to_string() }))
        })
    }
}

impl FieldPlan {
    /// What stands in a row of a block for which a bound stands.
    pub(super) fn bounded(&self, block: &RawBlock, row: usize) -> Option<String> {
        let text = match &self.from {
            Feeder::Column(at) => block.text(row, *at),
            Feeder::Constant(text) => text.into(),
            Feeder::Joined(at) => block.joined_text(row, *at).into(),
        };
        self.conversion.is_bounded(&text).then(|| text.trim().to_owned())
    }
}

/// Number of rows that are used with a bound in place of what was given.
pub(super) fn bounded_rows(feed: &Feed, block: &RawBlock, converted: &Converted<'_>) -> u64 {
    let mut found: BTreeSet<u32> = BTreeSet::new();
    for part in &converted.parts {
        let plan = feed.kinds.get(part.kind).and_then(|kind| kind.plans.get(part.policy)?.as_ref());
        for field in plan.iter().flat_map(|plan| &plan.fields).filter(|field| field.conversion.bounds()) {
            let used = part.rows.iter().filter(|row| converted.fates.get(**row as usize) == Some(&Fate::Used));
            found.extend(used.filter(|row| field.bounded(block, **row as usize).is_some()));
        }
    }
    found.len() as u64
}
