//! Which units a policy takes in: the vocabularies that it uses and the policies that it extends.

use super::checker::{Checker, Unit, UnitRole};
use super::{codes, names::suggestion};
use crate::diagnostic::Diagnostic;
use crate::limits::TAKEN_IN_DEPTH_MAX;
use crate::source::SourceId;
use crate::syntax::tree::{File, Item, Name, UnitDecl};
use std::collections::BTreeMap;

/// All units of a check, by name.
pub(super) struct Library<'a> {
    units: Vec<&'a UnitDecl>,
    policies: BTreeMap<&'a str, &'a UnitDecl>,
    vocabularies: BTreeMap<&'a str, &'a UnitDecl>,
}

impl<'a> Library<'a> {
    pub(super) fn new(files: &'a [(SourceId, File)], diagnostics: &mut Vec<Diagnostic>) -> Library<'a> {
        let units: Vec<&UnitDecl> = files.iter().flat_map(|(_, file)| &file.units).collect();
        let mut library = Library { units: Vec::new(), policies: BTreeMap::new(), vocabularies: BTreeMap::new() };
        for unit in units {
            let table = if unit.vocabulary { &mut library.vocabularies } else { &mut library.policies };
            let name = &unit.name.value;
            if let Some(first) = table.get(name.as_str()) {
                let diagnostic = Diagnostic::error(
                    codes::DUPLICATE_NAME,
                    unit.name.span,
                    text!("`{name}` is declared twice", "`{name}`重复声明"),
                );
                diagnostics
                    .push(diagnostic.with_secondary(first.name.span, text!("first declared here", "首次声明在此")));
            } else {
                table.insert(name, unit);
            }
            library.units.push(unit);
        }
        library
    }

    pub(super) fn units(&self) -> impl Iterator<Item = &'a UnitDecl> + use<'a> {
        self.units.clone().into_iter()
    }

    /// Whether a unit is the one that its name stands for, and a policy.
    pub(super) fn is_policy(&self, unit: &UnitDecl) -> bool {
        self.policies.get(unit.name.value.as_str()).is_some_and(|first| std::ptr::eq(*first, unit))
    }

    /// Hands a unit and all that it takes in to a checker, the taken in first.
    pub(super) fn collect(&self, root: &'a UnitDecl, checker: &mut Checker<'a>) {
        let mut stack = Vec::new();
        self.visit(root, UnitRole::Own, &mut stack, checker);
    }

    fn visit(&self, unit: &'a UnitDecl, role: UnitRole, stack: &mut Vec<&'a UnitDecl>, checker: &mut Checker<'a>) {
        stack.push(unit);
        for item in &unit.items {
            let (name, other, role) = match &item.value {
                Item::Use { name, .. } => (name, self.vocabularies.get(name.value.as_str()), UnitRole::Vocabulary),
                Item::Extends { name, .. } => (name, self.policies.get(name.value.as_str()), UnitRole::Base),
                _ => continue,
            };
            if unit.vocabulary && role == UnitRole::Base {
                continue; // reported with the other statements that a vocabulary may not hold
            }
            let Some(other) = other else {
                checker.push(self.unknown_unit(name, role));
                checker.incomplete = true;
                continue;
            };
            if stack.iter().any(|open| std::ptr::eq(*open, *other)) {
                let shown = &name.value;
                checker.error(
                    codes::UNIT_CYCLE,
                    name.span,
                    text!("`{shown}` takes in itself", "`{shown}`循环引用自身"),
                );
                continue;
            }
            if stack.len() >= TAKEN_IN_DEPTH_MAX {
                let shown = &name.value;
                checker.error(
                    codes::TOO_DEEP,
                    name.span,
                    text!(
                        "`{shown}` is taken in through more than {TAKEN_IN_DEPTH_MAX} others",
                        "`{shown}`经层层引用或扩展，超过 {TAKEN_IN_DEPTH_MAX} 层"
                    ),
                );
                checker.incomplete = true;
                continue;
            }
            if !checker.units.iter().any(|known| std::ptr::eq(known.decl, *other)) {
                self.visit(other, role, stack, checker);
            }
        }
        stack.pop();
        checker.units.push(Unit { decl: unit, role });
    }

    fn unknown_unit(&self, name: &Name, role: UnitRole) -> Diagnostic {
        let shown = &name.value;
        let base = role == UnitRole::Base;
        let (table, other) =
            if base { (&self.policies, &self.vocabularies) } else { (&self.vocabularies, &self.policies) };
        let message = if base {
            text!("no policy `{shown}` among the files", "所给文件中没有政策`{shown}`")
        } else {
            text!("no vocabulary `{shown}` among the files", "所给文件中没有词汇`{shown}`")
        };
        let diagnostic = Diagnostic::error(codes::UNKNOWN_UNIT, name.span, message);
        if other.contains_key(shown.as_str()) {
            return diagnostic.with_help(if base {
                text!("`{shown}` is a vocabulary: write `use {shown}`", "`{shown}`是词汇，应写`引用 {shown}`")
            } else {
                text!("`{shown}` is a policy: write `extends {shown}`", "`{shown}`是政策，应写`扩展 {shown}`")
            });
        }
        diagnostic.with_help(suggestion(shown, table.keys().copied()).unwrap_or_else(|| {
            text!(
                "check its file too, or name the file: `{shown} from \"path\"`",
                "请一并检查其文件，或写明文件：`{shown} 出自 “路径”`"
            )
        }))
    }
}
