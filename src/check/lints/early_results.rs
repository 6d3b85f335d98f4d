//! Results that start terms and may still change after the day on which they are dated.

use crate::check::checker::Checker;
use crate::check::codes;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{AssessmentId, Id, Requirement, RuleId};
use std::collections::BTreeSet;

impl Checker<'_> {
    /// A result is dated the day after its period. Terms that began in the period may end later, and then count in it.
    pub(super) fn lint_early_results(&mut self) {
        let mut found = Vec::new();
        for (of, span) in &self.result_starts {
            let late: Vec<&str> = (self.tallied(*of).into_iter())
                .filter_map(|id| self.rules.get(id.index())?.as_ref())
                .filter(|rule| may_end_late(&rule.requirement))
                .map(|rule| rule.name.as_str())
                .collect();
            let Some(name) = self.assessment_decls.get(*of).filter(|_| !late.is_empty()) else { continue };
            let name = &name.item.name.value;
            let list = |joint: &str| late.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(joint);
            let message = Text::new(
                format!(
                    "a result of `{name}` is dated the day after its period, but it counts {}, whose terms may end later",
                    list(", ")
                ),
                format!("`{name}`的结果记为周期次日，但其中计入{}，其期限可能在周期之后才届满", list("、")),
            );
            let help = Text::new(
                format!(
                    "add `by due day` to {}: what ends after the period then counts in the period in which it ends; where it must count where it begins, let the term start from a record of the decision",
                    list(", ")
                ),
                format!(
                    "请在{}中加上`按到期日`：周期之后届满的，计入届满所在的周期；须计入起算周期的，请改以作出决定的记录起算",
                    list("、")
                ),
            );
            found.push(Diagnostic::new(codes::EARLY_RESULT, Severity::Warning, *span, message).with_help(help));
        }
        self.diagnostics.append(&mut found);
    }

    /// The rules that an assessment counts, and those that the assessments count whose results it reads.
    fn tallied(&self, of: AssessmentId) -> BTreeSet<RuleId> {
        let mut seen = BTreeSet::from([of]);
        let mut open = vec![of];
        while let Some(id) = open.pop() {
            let read = self.assessment_reads.iter().filter(|(reader, ..)| *reader == id).map(|(_, read, _)| *read);
            open.extend(read.filter(|read| seen.insert(*read)).collect::<Vec<_>>());
        }
        self.tally_reads.iter().filter(|(reader, ..)| seen.contains(reader)).map(|(_, rule, _)| *rule).collect()
    }
}

/// Whether an obligation may belong to a period and end after it.
fn may_end_late(requirement: &Requirement) -> bool {
    match requirement {
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().any(may_end_late),
        Requirement::Term(term) => !term.by_due_day,
        _ => false,
    }
}
