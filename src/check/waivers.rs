//! Kinds whose rows are waivers: which field says what.

use super::checker::{Checker, UnitRole};
use super::codes;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{FieldId, KindId, Role, Strength, Type, Waiver};
use crate::syntax::tree::{Item, Name, RuleClause, WaiverItem};

impl<'a> Checker<'a> {
    pub(super) fn lower_waivers(&mut self) {
        for (_, item) in self.items() {
            if let Item::Waiver(waiver) = &item.value
                && let Some(lowered) = self.waiver(waiver)
            {
                self.waivers.push(lowered);
            }
        }
        self.unwaivable();
    }

    fn waiver(&mut self, item: &'a WaiverItem) -> Option<Waiver> {
        let (kind, filter) = self.subject(&item.kind)?;
        if filter.is_some() || self.kinds.get(kind).is_some_and(|kind| kind.role == Role::Whole) {
            let shown = &item.kind.value;
            self.error(
                codes::BAD_WAIVER,
                item.kind.span,
                text!("`{shown}` is no kind of entity or record", "`{shown}`不是实体或记录"),
            );
            return None;
        }
        self.needs_key(kind, item.kind.span);
        let text = |ty: &Type| matches!(ty, Type::Text);
        let day = |ty: &Type| matches!(ty, Type::Date | Type::Time);
        let rule = self.waiver_field(kind, &item.rule, text, text!("text", "文本"));
        let subject = self.waiver_field(
            kind,
            &item.subject,
            |ty| matches!(ty, Type::Text | Type::Ref(_)),
            text!("a reference or text", "引用或文本"),
        );
        let mut edge = |name: &Option<Name>| match name {
            None => Some(None),
            Some(name) => self.waiver_field(kind, name, day, text!("a date or time", "日期或时刻")).map(Some),
        };
        let (from, to) = (edge(&item.from), edge(&item.to));
        let because = self.waiver_field(
            kind,
            &item.because,
            |ty| matches!(ty, Type::Text | Type::Code(_)),
            text!("text or a code", "文本或代码"),
        );
        Some(Waiver { kind, rule: rule?, subject: subject?, from: from?, to: to?, because: because? })
    }

    fn waiver_field(
        &mut self,
        kind: KindId,
        name: &Name,
        fits: impl Fn(&Type) -> bool,
        wanted: Text,
    ) -> Option<FieldId> {
        let field = self.field(kind, name)?;
        let ty = self.field_ty(kind, field)?;
        if fits(&ty) {
            return Some(field);
        }
        let shown = &name.value;
        let message = Text::new(format!("`{shown}` is not {}", wanted.en), format!("`{shown}`不是{}", wanted.zh));
        self.error(codes::BAD_WAIVER, name.span, message);
        None
    }

    /// Warns of a rule that says it may be waived while nothing declares what a waiver is.
    fn unwaivable(&mut self) {
        if !self.waivers.is_empty() || !self.bad.is_empty() || super::has_errors(&self.diagnostics) {
            return;
        }
        for (unit, item) in self.items() {
            let Item::Rule(rule) = &item.value else { continue };
            let said = rule.clauses.iter().find(|clause| clause.value == RuleClause::Waivable);
            let in_principle = rule.strength.as_ref().is_some_and(|s| s.value == Strength::InPrinciple);
            if let Some(clause) = said
                && self.role(unit) == UnitRole::Own
                && !in_principle
            {
                let message = text!("no waiver is declared that could free from this", "没有声明可据以豁免的记录");
                let help = text!(
                    "declare it: `waiver KIND of rule FIELD for FIELD because FIELD`",
                    "请声明：`豁免 记录名 针对 规则字段 对 对象字段 因为 理由字段`"
                );
                self.push(Diagnostic::new(codes::BAD_WAIVER, Severity::Warning, clause.span, message).with_help(help));
            }
        }
    }
}
