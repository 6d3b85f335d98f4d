//! Open parameters: a note each, with the rules that are unknown until somebody fills it.

use super::walk::Reads;
use crate::check::checker::{Checker, UnitRole};
use crate::check::codes;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::ParamId;
use std::collections::BTreeMap;

impl Checker<'_> {
    pub(super) fn lint_open(&mut self) {
        let mut rules: BTreeMap<ParamId, Vec<String>> = BTreeMap::new();
        for rule in self.rules.iter().flatten() {
            let mut reads = Reads::new(self);
            reads.rule(rule);
            for param in reads.params {
                rules.entry(param).or_default().push(rule.name.clone());
            }
        }
        let open: Vec<ParamId> = (self.params.entries())
            .filter(|(_, param)| param.is_open() && self.role(param.unit) != UnitRole::Base)
            .map(|(id, _)| id)
            .collect();
        for id in open {
            let (shown, span) = (self.params[id].name.value.clone(), self.params[id].name.span);
            let message = match rules.get(&id) {
                None => text!("parameter `{shown}` is open", "参数`{shown}`待定"),
                Some(rules) => {
                    let names: Vec<String> = rules.iter().map(|name| format!("`{name}`")).collect();
                    Text::new(
                        format!("parameter `{shown}` is open: unknown until it is set: {}", names.join(", ")),
                        format!("参数`{shown}`待定，设定前下列规则不明：{}", names.join("、")),
                    )
                }
            };
            let help = text!(
                "set it in a policy that extends this one (`set {shown} = ...`) or in the manifest",
                "可在扩展本政策的政策中`设定 {shown} = …`，或在清单文件中给出"
            );
            let note = Diagnostic::new(codes::OPEN_PARAMETER, Severity::Note, span, message).with_help(help);
            let cites = self.params[id].cites;
            self.citing(cites, |checker| checker.push(note));
        }
    }
}
