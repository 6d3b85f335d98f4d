//! How rows lead to a subject: the unique chain of references, or the one that the author names.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::{Diagnostic, Text};
use crate::limits::CHAIN_STEPS_MAX;
use crate::model::{KindId, Link, Path, Role, Type, chains};
use crate::source::Span;
use crate::syntax::tree::{Name, Spanned};

impl Checker<'_> {
    /// The link from rows of a kind to a subject; `None`: reported.
    pub(super) fn link(
        &mut self,
        from: KindId,
        to: KindId,
        via: Option<&Spanned<Vec<Name>>>,
        inside: bool,
        span: Span,
    ) -> Option<Link> {
        let ancestors = inside && self.kinds.get(to).is_some_and(|kind| kind.parent.is_some());
        if self.kinds.get(to).is_some_and(|kind| kind.role == Role::Whole) {
            if let Some(via) = via {
                let shown = self.kind_name(to);
                self.error(
                    codes::BAD_VIA,
                    via.span,
                    text!("`{shown}` takes in everything: no way to it is named", "`{shown}`涵盖一切，不必写`经`"),
                );
                return None;
            }
            return Some(Link::Whole);
        }
        if let Some(via) = via {
            return self.named_link(from, to, via, ancestors);
        }
        let mut chains = self.chains(from, to);
        // A row's own reference to the subject's kind is meant, whatever longer ways there are.
        if chains.iter().filter(|path| path.len() == 1).count() == 1 {
            chains.truncate(1);
        }
        let (row, subject) = (self.kind_name(from), self.kind_name(to));
        match chains.as_slice() {
            [path] => Some(Link::Path { path: path.clone(), ancestors }),
            [] => {
                if let Some(link) = self.shared_link(from, to) {
                    return Some(link);
                }
                if !self.kind_failed(from) {
                    let needs = text!(
                        "`{row}` needs a field of type `{subject}`, or of a kind that leads there in {CHAIN_STEPS_MAX} steps",
                        "`{row}`须有类型为`{subject}`的字段，或经不超过 {CHAIN_STEPS_MAX} 步引用到达"
                    );
                    let ways = self.other_ways(from, to);
                    self.error_with_help(
                        codes::NO_LINK,
                        span,
                        text!("no reference leads from `{row}` to `{subject}`", "从`{row}`没有引用通向`{subject}`"),
                        Text::new(format!("{}; {}", needs.en, ways.en), format!("{}；{}", needs.zh, ways.zh)),
                    );
                }
                None
            }
            several => {
                let paths: Vec<String> = several.iter().map(|path| self.path_text(from, path)).collect();
                let message =
                    text!("several references lead from `{row}` to `{subject}`", "从`{row}`有多条引用通向`{subject}`");
                let en = paths.iter().map(|path| format!("`via {path}`")).collect::<Vec<_>>().join(", ");
                let zh = paths.iter().map(|path| format!("`经 {path}`")).collect::<Vec<_>>().join("、");
                let help = Text::new(format!("say which: {en}"), format!("请写明取哪一条：{zh}"));
                self.push(Diagnostic::error(codes::AMBIGUOUS_LINK, span, message).with_help(help));
                None
            }
        }
    }

    fn named_link(&mut self, from: KindId, to: KindId, via: &Spanned<Vec<Name>>, ancestors: bool) -> Option<Link> {
        let (path, ty) = self.path(from, &via.value)?;
        if ty == Type::Ref(to) {
            return Some(Link::Path { path, ancestors });
        }
        let (shown, subject) = (self.path_text(from, &path), self.kind_name(to));
        let paths: Vec<String> = self.chains(from, to).iter().map(|path| self.path_text(from, path)).collect();
        let message = text!("`{shown}` does not lead to `{subject}`", "`{shown}`不通向`{subject}`");
        let mut diagnostic = Diagnostic::error(codes::BAD_VIA, via.span, message);
        diagnostic.help = super::names::listed(&paths);
        self.push(diagnostic);
        None
    }

    /// To the rows of a relation that share references with a row: by a field of the same name and kind, else by the
    /// only way to a kind to which the relation refers once.
    fn shared_link(&self, from: KindId, to: KindId) -> Option<Link> {
        let (row, relation) = (self.kinds.get(from)?, self.kinds.get(to).filter(|kind| kind.relation)?);
        let mut on = Vec::new();
        for (id, field) in relation.fields.entries() {
            let Type::Ref(kind) = field.ty else { continue };
            let same = row.fields.entries().find(|(_, own)| own.name == field.name && own.ty == field.ty);
            if let Some((own, _)) = same {
                on.push((vec![own], id));
                continue;
            }
            if relation.fields.iter().filter(|other| other.ty == field.ty).count() > 1 {
                continue;
            }
            if kind == from {
                on.push((Path::new(), id));
                continue;
            }
            let mut chains = self.chains(from, kind);
            if chains.iter().filter(|path| path.len() == 1).count() == 1 {
                chains.truncate(1);
            }
            if let [only] = chains.as_slice() {
                on.push((only.clone(), id));
            }
        }
        (!on.is_empty()).then_some(Link::Shared { kind: to, on })
    }

    /// Whether some field of a kind was reported: then a missing reference is no news.
    fn kind_failed(&self, kind: KindId) -> bool {
        self.failed_fields.iter().any(|(failed, _)| *failed == kind)
    }

    /// All chains of references from one kind to another, the shortest first.
    pub(super) fn chains(&self, from: KindId, to: KindId) -> Vec<Path> {
        chains(&self.kinds, from, to)
    }
}
