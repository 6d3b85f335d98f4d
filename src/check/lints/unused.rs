//! Parameters, measures and parts that nothing uses. Those of vocabularies are there for others.

use crate::check::checker::{Checker, UnitRole};
use crate::check::codes;
use crate::source::Span;

impl Checker<'_> {
    pub(super) fn lint_unused(&mut self) {
        let Some(own) = self.units.len().checked_sub(1) else { return };
        // What a mistake fails to name would look unused.
        if crate::check::has_errors(&self.diagnostics) || !self.bad.is_empty() {
            return;
        }
        if self.units.get(own).is_some_and(|unit| unit.decl.vocabulary || unit.role != UnitRole::Own) {
            return;
        }
        let mut unused: Vec<(Span, crate::diagnostic::Text)> = Vec::new();
        for param in self.params.iter().filter(|param| param.unit == own && !param.used) {
            let shown = &param.name.value;
            unused.push((param.name.span, text!("parameter `{shown}` is never used", "参数`{shown}`从未使用")));
        }
        for measure in self.measures.iter() {
            if measure.unit == own && !measure.used && measure.output.is_none() {
                let shown = &measure.name.value;
                unused.push((measure.name.span, text!("measure `{shown}` is never used", "指标`{shown}`从未使用")));
            }
        }
        for part in self.parts.iter().filter(|part| part.unit == own && !part.used && !part.is_tier()) {
            let shown = &part.name.value;
            unused.push((part.name.span, text!("part `{shown}` is never used", "部分`{shown}`从未使用")));
        }
        for (span, message) in unused {
            self.warn(codes::UNUSED, span, message);
        }
    }
}
