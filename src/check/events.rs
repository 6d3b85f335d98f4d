//! Events: date and time fields of a subject, and the first record of a kind.

use super::checker::{Checker, Scope};
use super::codes;
use super::names::Symbol;
use super::sources::Rows;
use super::types::Ty;
use crate::model::{AggFrame, AggOp, Event, Expr, SourcePart, Type};
use crate::syntax::tree::{EventExpr, Name};

impl Checker<'_> {
    /// An event of a subject; `None`: reported.
    pub(super) fn event(&mut self, event: &EventExpr, scope: Scope) -> Option<Event> {
        let (first, rest) = event.value.split_first()?;
        if self.kinds.get(scope.kind).is_some_and(|kind| kind.field_named(&first.value).is_some()) {
            let (path, ty) = self.path(scope.kind, &event.value)?;
            if !matches!(ty, Type::Date | Type::Time) {
                let ty = Ty::of(&ty);
                self.wrong_type(event.span, &text!("a date or time", "日期或时刻"), &ty);
                return None;
            }
            return Some(Event::Field(path));
        }
        if self.field_failed(scope.kind, &first.value) {
            return None;
        }
        match self.symbol(&first.value) {
            Some(Symbol::Kind(_) | Symbol::Part(_)) if rest.is_empty() => self.first_record(first, scope),
            Some(_) => {
                let shown = &first.value;
                self.error_with_help(
                    codes::BAD_EVENT,
                    event.span,
                    text!("`{shown}` is no event", "`{shown}`不是事件"),
                    text!(
                        "an event is a date or time field of the subject, or a kind of record",
                        "事件是对象的日期或时刻字段，或一种记录"
                    ),
                );
                None
            }
            None => {
                self.unknown_event(first, scope);
                None
            }
        }
    }

    fn first_record(&mut self, name: &Name, scope: Scope) -> Option<Event> {
        let (kind, filter) = self.subject(name)?;
        let shown = &name.value;
        if !self.is_record(kind) {
            self.error(
                codes::BAD_EVENT,
                name.span,
                text!("`{shown}` is kept in a register and has no date", "`{shown}`是登记册，没有发生时间"),
            );
            return None;
        }
        let at = self.kinds.get(kind)?.at?; // a record without a date is reported with its kind
        let link = self.link(kind, scope.kind, None, false, name.span)?;
        let part = SourcePart { kind, link, filter, year_field: None };
        let rows = Rows { parts: vec![part], records: true, frame: AggFrame::Ever, thin: None };
        Some(Event::First(self.intern(rows.agg(AggOp::First(Expr::Field(vec![at]))))))
    }

    fn unknown_event(&mut self, name: &Name, scope: Scope) {
        let mut choices: Vec<String> = Vec::new();
        if let Some(kind) = self.kinds.get(scope.kind) {
            let dated = kind.fields.iter().filter(|field| matches!(field.ty, Type::Date | Type::Time));
            choices.extend(dated.map(|field| field.name.clone()));
        }
        choices.extend(
            self.kinds.iter().filter(|kind| self.suggests() && kind.at.is_some()).map(|kind| kind.name.clone()),
        );
        choices.extend(self.parts.iter().filter(|_| self.suggests()).map(|part| part.name.value.clone()));
        let (shown, of) = (&name.value, self.kind_name(scope.kind));
        let message = text!(
            "`{shown}` is neither a date of `{of}` nor a kind of record",
            "`{shown}`既不是`{of}`的日期字段，也不是记录"
        );
        self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
    }
}

/// Whether two events are the same.
pub(super) fn same_event(a: &Event, b: &Event) -> bool {
    match (a, b) {
        (Event::Field(a), Event::Field(b)) => a == b,
        (Event::First(a), Event::First(b)) => a == b,
        _ => false,
    }
}
