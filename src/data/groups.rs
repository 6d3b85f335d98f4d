//! Files that belong together: each policy file with all that it uses, checked as one.
//!
//! A folder may hold many policies that know nothing of each other and share names; each is checked
//! with the files that it names, and where it uses a name without a file, with the file that declares it.

use super::load::Loaded;
use crate::diagnostic::Diagnostic;
use crate::model::Policy;
use crate::source::SourceId;
use crate::syntax::tree::{File, Item};
use std::collections::BTreeSet;
use std::path::Path;

/// Files that were checked together.
#[derive(Debug, Clone)]
pub struct Group {
    /// The file that it was made for.
    pub root: SourceId,
    /// Policies of all files of the group that can be used.
    pub policies: Vec<Policy>,
    /// What was found, in all of its files.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Checks a file with all that it needs.
    #[must_use]
    pub fn check_root(&self, root: SourceId) -> Group {
        let members = self.closure(root);
        let files: Vec<(SourceId, File)> = self.files.iter().filter(|(id, _)| members.contains(id)).cloned().collect();
        let checked = crate::check::check(&files, &self.sources);
        let of_texts = self.diagnostics.iter().filter(|d| members.contains(&d.primary.span.source));
        let mut diagnostics: Vec<Diagnostic> = of_texts.cloned().chain(checked.diagnostics).collect();
        diagnostics.sort_by_key(|d| (d.primary.span, d.code));
        Group { root, policies: checked.policies, diagnostics }
    }

    /// Checks every file once: those that another one takes in are checked with it.
    #[must_use]
    pub fn check_all(&self) -> Vec<Group> {
        let closures: Vec<(SourceId, BTreeSet<SourceId>)> =
            self.files.iter().map(|(id, _)| (*id, self.closure(*id))).collect();
        let is_taken_in = |id: SourceId, own: &BTreeSet<SourceId>| {
            closures.iter().any(|(other, members)| {
                // Of files that take each other in, the first is the root.
                *other != id && members.contains(&id) && (!own.contains(other) || *other < id)
            })
        };
        closures.iter().filter(|(id, own)| !is_taken_in(*id, own)).map(|(id, _)| self.check_root(*id)).collect()
    }

    /// Names of the policies that a file declares and that no other policy of it extends.
    #[must_use]
    pub fn top_policies(&self, root: SourceId) -> Vec<String> {
        let Some((_, file)) = self.files.iter().find(|(id, _)| *id == root) else { return Vec::new() };
        let extended: BTreeSet<&str> = (file.units.iter().flat_map(|unit| &unit.items))
            .filter_map(|item| match &item.value {
                Item::Extends { name, .. } => Some(name.value.as_str()),
                _ => None,
            })
            .collect();
        let tops = file.units.iter().filter(|unit| !unit.vocabulary && !extended.contains(unit.name.value.as_str()));
        tops.map(|unit| unit.name.value.clone()).collect()
    }

    /// A file, the files that it names, and those that declare what it uses without naming a file.
    fn closure(&self, root: SourceId) -> BTreeSet<SourceId> {
        let mut members = BTreeSet::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if !members.insert(id) {
                continue;
            }
            open.extend(self.imports.iter().filter(|(from, _)| *from == id).map(|(_, to)| *to));
            let Some((_, file)) = self.files.iter().find(|(other, _)| *other == id) else { continue };
            for item in file.units.iter().flat_map(|unit| &unit.items) {
                let (Item::Use { name, from: None } | Item::Extends { name, from: None }) = &item.value else {
                    continue;
                };
                open.extend(self.declaring(&name.value, id));
            }
        }
        members
    }

    /// The file that declares a policy or vocabulary: the same file, else one of its folder, else any.
    fn declaring(&self, name: &str, user: SourceId) -> Option<SourceId> {
        let folder = |id: SourceId| self.sources.get(id).and_then(|s| Path::new(&s.name).parent());
        let declares = |(_, file): &&(SourceId, File)| file.units.iter().any(|unit| unit.name.value == name);
        let rank = |id: SourceId| (id != user, folder(id) != folder(user), id);
        self.files.iter().filter(declares).map(|(id, _)| *id).min_by_key(|id| rank(*id))
    }
}
