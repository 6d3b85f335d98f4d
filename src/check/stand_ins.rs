//! Kinds whose rows say who stands in for whom, and where a source says whose records count.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{Acting, Expr, FieldId, KindId, Link, Role, StandIn, Type};
use crate::source::Span;
use crate::syntax::tree::{self, Item, Name, SourceExpr, StandInItem};

impl<'a> Checker<'a> {
    /// Reads the declarations, when all kinds are known.
    pub(super) fn resolve_stand_ins(&mut self) {
        for (_, item) in self.items() {
            if let Item::StandIn(item) = &item.value
                && let Some(found) = self.declared_stand_in(item)
            {
                self.stand_ins.push(found);
            }
        }
    }

    fn declared_stand_in(&mut self, item: &'a StandInItem) -> Option<StandIn> {
        let (kind, filter) = self.subject(&item.kind)?;
        if filter.is_some() || self.kinds.get(kind).is_some_and(|kind| kind.role == Role::Whole) {
            let shown = &item.kind.value;
            self.error(
                codes::BAD_STAND_IN,
                item.kind.span,
                text!("`{shown}` is no kind of entity or record", "`{shown}`不是实体或记录"),
            );
            return None;
        }
        self.needs_key(kind, item.kind.span);
        let (by, absent) = (self.actor_field(kind, &item.by), self.actor_field(kind, &item.absent));
        let mut edge = |name: &Option<Name>| match name {
            None => Some(None),
            Some(name) => self.day_field(kind, name).map(Some),
        };
        let (from, to) = (edge(&item.from), edge(&item.to));
        let ((by, actor), (absent, other)) = (by?, absent?);
        if actor != other {
            let (one, two) = (self.kind_name(actor), self.kind_name(other));
            self.error(
                codes::BAD_STAND_IN,
                item.absent.span,
                text!("a `{one}` does not stand in for a `{two}`", "`{one}`不能为`{two}`代班"),
            );
            return None;
        }
        if self.is_record(actor) || self.kinds.get(actor).is_some_and(|kind| kind.role == Role::Whole) {
            let shown = self.kind_name(actor);
            self.error(
                codes::BAD_STAND_IN,
                item.by.span,
                text!("`{shown}` is no entity that could act", "`{shown}`不是可以办事的实体"),
            );
            return None;
        }
        Some(StandIn { kind, actor, by, absent, from: from?, to: to? })
    }

    fn actor_field(&mut self, kind: KindId, name: &Name) -> Option<(FieldId, KindId)> {
        let field = self.field(kind, name)?;
        match self.field_ty(kind, field)? {
            Type::Ref(actor) => Some((field, actor)),
            _ => self.no_such(name, text!("a reference", "引用")),
        }
    }

    fn day_field(&mut self, kind: KindId, name: &Name) -> Option<FieldId> {
        let field = self.field(kind, name)?;
        match self.field_ty(kind, field)? {
            Type::Date | Type::Time => Some(field),
            _ => self.no_such(name, text!("a date or time", "日期或时刻")),
        }
    }

    fn no_such<T>(&mut self, name: &Name, wanted: Text) -> Option<T> {
        let shown = &name.value;
        let message = Text::new(format!("`{shown}` is not {}", wanted.en), format!("`{shown}`不是{}", wanted.zh));
        self.error(codes::BAD_STAND_IN, name.span, message);
        None
    }

    /// Whether somebody may stand in for a subject of a kind.
    fn stands_in(&self, kind: KindId) -> bool {
        self.stand_ins.iter().any(|declared| declared.actor == kind)
    }

    /// Whose records a source takes; `None`: reported.
    pub(super) fn who(&mut self, source: &SourceExpr, records: bool, links: &[Link], scope: Scope) -> Option<Acting> {
        let ends = |link: &Link| match link {
            Link::Path { path, .. } => !path.is_empty() && self.stands_in(scope.kind),
            Link::Shared { kind, on } => on.iter().any(|(path, field)| {
                let ty = self.kinds.get(*kind).and_then(|kind| kind.fields.get(*field)).map(|field| &field.ty);
                !path.is_empty() && matches!(ty, Some(Type::Ref(actor)) if self.stands_in(*actor))
            }),
            Link::Whole => false,
        };
        let possible = records && links.iter().any(ends);
        match &source.who {
            Some(said) if possible => Some(said.value),
            Some(said) => {
                let shown = self.kind_name(scope.kind);
                self.error_with_help(
                    codes::BAD_STAND_IN,
                    said.span,
                    text!("nothing declares who stands in for a `{shown}`", "没有声明谁可为`{shown}`代班"),
                    text!(
                        "declare it: `stand-in KIND by FIELD for FIELD from FIELD to FIELD`; only records have somebody who acts",
                        "请声明：`代班 类别 由 代班者 代 缺岗者 自 起 至 止`；只有记录才有办理人"
                    ),
                );
                None
            }
            None if possible && self.on_duty => {
                let shown = self.kind_name(scope.kind);
                let message = text!(
                    "say whether the records of a stand-in count for `{shown}`",
                    "须说明代班者的记录是否计入`{shown}`"
                );
                let help = text!(
                    "add `or stand-in` (own records and those of who stands in), `stand-in instead` (while somebody stands in, only his), or `in person` (own records only)",
                    "请加上`或其代班`（本人及代班者的均计）、`改计代班`（有人代班期间只计代班者的）或`限本人`（只计本人的）"
                );
                let place = source.kinds.last().map_or(source.span, |kind| kind.span);
                self.push(Diagnostic::error(codes::CHOOSE_STAND_IN, place, message).with_help(help));
                None
            }
            None => Some(Acting::InPerson),
        }
    }

    /// `E = E or stand-in`
    pub(super) fn acts(
        &mut self,
        instead: bool,
        doer: &tree::Expr,
        named: &tree::Expr,
        span: Span,
        scope: Scope,
    ) -> Option<Typed> {
        let (a, b) = (self.expr(doer, scope), self.expr(named, scope));
        let (a, b) = (a?, b?);
        match (&a.ty, &b.ty) {
            (Ty::Key(kind), Ty::Key(other)) if kind == other && self.stands_in(*kind) => {
                let kind = *kind;
                let acts = Expr::Acts { doer: Box::new(a.expr), named: Box::new(b.expr), kind, instead };
                Some(Typed::new(acts, Ty::Bool))
            }
            (Ty::Key(kind), Ty::Key(other)) if kind == other => {
                let shown = self.kind_name(*kind);
                self.error_with_help(
                    codes::BAD_STAND_IN,
                    span,
                    text!("nothing declares who stands in for a `{shown}`", "没有声明谁可为`{shown}`代班"),
                    text!(
                        "declare it: `stand-in KIND by FIELD for FIELD from FIELD to FIELD`",
                        "请声明：`代班 类别 由 代班者 代 缺岗者 自 起 至 止`"
                    ),
                );
                None
            }
            (x, y) => {
                self.no_match(span, x, y);
                None
            }
        }
    }
}
