//! Rules that count rows of registers in windows of several days, and do not say on which day.

use super::walk::Reads;
use crate::check::checker::{Checker, UnitRole};
use crate::check::codes;
use crate::check::rules::RuleBody;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{CalendarUnit, Frame, Id};
use crate::syntax::tree::RuleClause;

impl Checker<'_> {
    pub(super) fn lint_rows_day(&mut self) {
        let mut notes = Vec::new();
        for (id, decl) in self.rule_decls.entries() {
            let RuleBody::Written(item) = &decl.body else { continue };
            let said = item.clauses.iter().any(|clause| matches!(clause.value, RuleClause::Rows(_)));
            let Some(rule) = self.rules.get(id.index()).and_then(Option::as_ref) else { continue };
            if said || self.role(decl.unit) == UnitRole::Base || !has_several_days(&rule.frame) {
                continue;
            }
            let mut reads = Reads::new(self);
            reads.rule(rule);
            let names: Vec<String> =
                reads.registers.iter().map(|kind| format!("`{}`", self.kind_name(*kind))).collect();
            if names.is_empty() {
                continue;
            }
            let shown = &decl.name;
            let message = Text::new(
                format!("`{shown}` counts {} as they are on the last day of each window", names.join(", ")),
                format!("`{shown}`按每个窗口末日的登记计数：{}", names.join("、")),
            );
            let help = text!(
                "say so with `rows counted on last day`, or choose `rows counted on first day` or `rows counted daily mean`",
                "请写明`登记 按末日`，或改用`登记 按首日`、`登记 按日均`"
            );
            notes.push((
                &item.cites,
                Diagnostic::new(codes::ROWS_DAY, Severity::Note, decl.span, message).with_help(help),
            ));
        }
        for (cites, note) in notes {
            self.citing(cites, |checker| checker.push(note));
        }
    }
}

/// Whether the windows of a frame may have more days than one.
fn has_several_days(frame: &Frame) -> bool {
    match frame {
        Frame::Every { count, unit, .. } => *count > 1 || *unit != CalendarUnit::Day,
        Frame::Part { count, .. } | Frame::Rolling { count, .. } => *count > 1,
        Frame::Fixed { from, to } => from < to,
        Frame::EveryParam(_) | Frame::Yearly(_) | Frame::Cycle { .. } => true,
        _ => false,
    }
}
