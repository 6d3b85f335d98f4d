//! Rows beside the row that asks: those that share something with it, or all of their kind.

use super::expression::{Known, Place, SourceText, SourceWant};
use super::schema::{FieldType, Role};
use super::words::Words;

impl Known {
    /// Rows for an aggregate: of the subject's own, or beside it.
    pub fn rows(&self, w: &mut Words, kind: usize, want: SourceWant, must_say: bool, depth: u32) -> Option<SourceText> {
        let whole = self.kind(kind).role == Role::Whole;
        if !whole && !matches!(want, SourceWant::Pooled | SourceWant::Register) && w.chance(20) {
            return self.beside(w, kind, want, depth);
        }
        self.source(w, kind, want, must_say, depth)
    }

    fn beside(&self, w: &mut Words, kind: usize, want: SourceWant, depth: u32) -> Option<SourceText> {
        let fits = |of: &usize| {
            let of = self.kind(*of);
            of.role != Role::Whole
                && (of.is_record() || want != SourceWant::OneRecord)
                && (!of.is_record() || of.marked("key").is_some())
        };
        let kinds: Vec<usize> = (0..self.schema.kinds.len()).filter(fits).collect();
        let from = if fits(&kind) && w.chance(70) { kind } else { *w.pick(&kinds) };
        let name = self.kind_or_part(w, from);
        let shared = self.shared(w, kind, from);
        let mut text = if shared.is_empty() {
            format!("{}{name}", w.kw("all_rows"))
        } else {
            format!("{name}{}{}", w.kw("sharing"), w.list(&shared))
        };
        let ordered = self.kind(from).is_record() && self.kind(kind).is_record();
        if from == kind {
            let ways = ["including_itself", "without_itself", "earlier", "earlier_by_key"];
            let itself = *w.pick(&ways[..if ordered { 4 } else { 2 }]);
            text += &w.kw(itself);
        } else if ordered && w.chance(50) {
            text += &w.kw("earlier");
        }
        let mut open = false;
        if w.chance(40) {
            open = w.chance(50);
            let filter = if open {
                self.condition(w, from, Place::Row, depth.min(1))
            } else {
                self.closed_condition(w, from, Place::Row, depth.min(1))
            };
            text += &format!("{}{filter}", w.kw("where"));
        }
        if self.kind(from).is_record() && w.chance(80) {
            text += &match w.below(5) {
                0 => self.dated_frame(w, kind, Place::Subject),
                1 | 2 => w.kw("ever"),
                _ => super::expression::frame(w),
            };
            open = false;
        }
        Some(SourceText { kind: from, place: Place::Row, text, open, shared: false })
    }

    /// One or two values that a row of a kind has at the same place, or by its only way there.
    fn shared(&self, w: &mut Words, kind: usize, from: usize) -> Vec<String> {
        let single = |ty: &FieldType| !matches!(ty, FieldType::Codes(_));
        let mut paths: Vec<Vec<usize>> = Vec::new();
        if w.chance(20) {
            return Vec::new();
        }
        for (path, ty) in self.schema.paths(kind).into_iter().filter(|(_, ty)| single(ty)) {
            let direct = |to: usize| self.kind(from).fields.iter().filter(|f| f.ty == FieldType::Ref(to)).count();
            let common = |f: &&super::schema::Field| {
                f.ty == FieldType::Bool || matches!(f.ty, FieldType::Ref(_) | FieldType::Code(_))
            };
            let last = path.len() == 1 && self.kind(kind).fields.get(path[0]).as_ref().is_some_and(common);
            let takes = match ty {
                _ if kind == from => last || path.len() == 2 && matches!(ty, FieldType::Ref(_)) || w.chance(10),
                FieldType::Ref(to) => direct(to) == 1,
                _ => false,
            };
            if takes {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return Vec::new();
        }
        (0..w.range(1, 2))
            .map(|_| {
                let path = w.pick(&paths).clone();
                self.schema.path(w, kind, &path)
            })
            .collect()
    }
}
