//! Dates of registers that start a term and differ from version to version: only the last one starts it.

use super::registers::{Registers, Store};
use crate::model::{Event, Moment, Requirement, Rule, TermReq};
use crate::program::Program;

/// A rule whose term starts at a date that some subjects had otherwise before, on a day of the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedDate {
    /// Name of the rule.
    pub rule: String,
    /// Name of the field.
    pub field: String,
    /// Number of subjects.
    pub subjects: usize,
    /// Key of the first of them.
    pub example: String,
}

/// The dates that start no term because a later version of their row has another (docs/SEMANTICS.md, section 5).
#[must_use]
pub fn changed_dates(program: &Program, registers: &Registers) -> Vec<ChangedDate> {
    let rules = program.policy().rules.iter();
    rules.filter_map(|rule| changed(program, registers, rule)).collect()
}

fn changed(program: &Program, registers: &Registers, rule: &Rule) -> Option<ChangedDate> {
    let term = term_of(&rule.requirement)?;
    let Event::Field(path) = &term.start else { return None };
    let [field] = path.as_slice() else { return None };
    let Store::Register { keys, table, versions } = registers.store(rule.subject) else { return None };
    let (period, reference) = (program.spec().period.window, program.reference());
    let is_lost = |id: &u32| {
        let known = versions.of(*id).filter(|version| version.since <= reference);
        let dates: Vec<Option<Moment>> = known.map(|version| table.cell(version.row, *field).moment()).collect();
        let last = dates.last().copied().flatten();
        let mut others = dates.into_iter().flatten().filter(|date| Some(*date) != last);
        others.any(|date| term.by_due_day || period.contains(date.day()))
    };
    let lost: Vec<u32> = (0u32..).take(versions.subject_count()).filter(is_lost).collect();
    let example = keys.key(*lost.first()?).to_owned();
    let field = program.policy().kinds[rule.subject].fields.get(*field)?.name.clone();
    Some(ChangedDate { rule: rule.name.clone(), field, subjects: lost.len(), example })
}

/// The first term of a requirement: joined ones have one start.
fn term_of(requirement: &Requirement) -> Option<&TermReq> {
    match requirement {
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().find_map(term_of),
        Requirement::Term(term) => Some(term),
        _ => None,
    }
}
