//! The life of a derived kind (`there from first X to last Y`), and what a relation needs.

use super::checker::{Checker, Place, Scope};
use super::codes;
use crate::model::{AggOp, Event, Lifetime, Role, Type};
use crate::syntax::tree::{EventExpr, Item, KindItem, Name, PointExpr};

impl<'a> Checker<'a> {
    /// Gives derived kinds their lives, when all kinds and parts are known.
    pub(super) fn resolve_lifetimes(&mut self) {
        for (_, item) in self.items() {
            let Item::Kind(kind) = &item.value else { continue };
            if kind.relation {
                self.relation(kind);
            }
            if let Some((first, last)) = &kind.lifetime {
                self.lifetime(kind, first, last.as_ref());
            }
        }
    }

    fn relation(&mut self, kind: &KindItem) {
        let Some(id) = self.kinds.entries().find(|(_, k)| k.span == kind.name.span).map(|(id, _)| id) else { return };
        let references = self.kinds[id].fields.iter().filter(|field| matches!(field.ty, Type::Ref(_))).count();
        let failed = self.failed_fields.iter().any(|(failed, _)| *failed == id);
        if references < 2 && !failed {
            let shown = &kind.name.value;
            self.error_with_help(
                codes::BAD_RELATION,
                kind.name.span,
                text!("relation `{shown}` has fewer than two references", "关系`{shown}`的引用不足两个"),
                text!(
                    "it joins subjects of two kinds: `a : KIND  b : KIND`",
                    "关系联结两种对象：`甲：某实体  乙：某实体`"
                ),
            );
        }
    }

    fn lifetime(&mut self, kind: &'a KindItem, first: &Name, last: Option<&Name>) {
        let Some(id) = self.kinds.entries().find(|(_, k)| k.span == kind.name.span).map(|(id, _)| id) else { return };
        if self.kinds[id].role != Role::Entity {
            let shown = &kind.name.value;
            self.error_with_help(
                codes::BAD_LIFETIME,
                first.span,
                text!(
                    "`{shown}` is a record: it is there from its own day on",
                    "`{shown}`是记录，自其发生之日起即存在"
                ),
                text!("only an entity has a life of its own", "只有实体才有存续期间"),
            );
            return;
        }
        let scope = Scope { kind: id, place: Place::Subject };
        let mut event = |name: &Name| {
            let point = PointExpr::Path(vec![name.clone()]);
            match self.event(&EventExpr { last: None, nth: None, point, span: name.span }, scope)? {
                Event::Record(agg) => Some(agg),
                _ => {
                    let shown = &name.value;
                    self.error(
                        codes::BAD_LIFETIME,
                        name.span,
                        text!(
                            "`{shown}` is a field: a derived subject has none",
                            "`{shown}`是字段，由记录得出的对象没有字段"
                        ),
                    );
                    None
                }
            }
        };
        let first = event(first);
        let last = last.map(event);
        let (Some(first), None | Some(Some(_))) = (first, last) else { return };
        // The last record of the same rows.
        let last = last.flatten().and_then(|agg| {
            let mut found = self.aggs.get(agg)?.clone();
            if let AggOp::First(at) = found.op {
                found.op = AggOp::Last(at);
            }
            Some(self.intern(found))
        });
        self.kinds[id].lifetime = Some(Lifetime { first, last });
    }
}
