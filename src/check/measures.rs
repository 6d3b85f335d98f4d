//! Named measures and conditions of a kind of subject.

use super::checker::{Checker, Place, Scope};
use super::codes;
use super::expressions::Typed;
use super::parts::State;
use super::types::Ty;
use crate::model::{CalendarUnit, Expr, KindId, Measure, MeasureId};
use crate::syntax::tree::{self, Name};

/// A measure while it is checked.
pub(super) struct MeasureDecl<'a> {
    pub(super) unit: usize,
    pub(super) name: &'a Name,
    subject: &'a Name,
    written: &'a tree::Expr,
    pub(super) output: Option<CalendarUnit>,
    /// Its kind, found before its value.
    kind: State<KindId>,
    value: State<Typed>,
    /// Definitions below it.
    depth: usize,
    pub(super) used: bool,
}

impl<'a> MeasureDecl<'a> {
    pub(super) fn new(
        unit: usize,
        name: &'a Name,
        subject: &'a Name,
        written: &'a tree::Expr,
        output: Option<CalendarUnit>,
    ) -> MeasureDecl<'a> {
        MeasureDecl { unit, name, subject, written, output, kind: State::New, value: State::New, depth: 0, used: false }
    }

    pub(super) fn to_model(&self) -> Option<Measure> {
        let (State::Done(Some(kind)), State::Done(Some(value))) = (&self.kind, &self.value) else { return None };
        Some(Measure {
            name: self.name.value.clone(),
            kind: *kind,
            expr: value.expr.clone(),
            ty: value.ty.to_model(),
            output: self.output,
            span: self.name.span,
        })
    }

    /// Where its expression is written.
    pub(super) fn place(&self) -> crate::source::Span {
        self.written.span
    }

    /// The kind that it is for, once it is found.
    pub(super) fn kind(&self) -> Option<KindId> {
        match self.kind {
            State::Done(kind) => kind,
            _ => None,
        }
    }

    /// The lowered expression, if it is there.
    pub(super) fn expr(&self) -> Option<&Expr> {
        match &self.value {
            State::Done(Some(value)) => Some(&value.expr),
            _ => None,
        }
    }
}

impl Checker<'_> {
    /// Looks at every measure, used or not.
    pub(super) fn resolve_measures(&mut self) {
        let ids: Vec<MeasureId> = self.measures.ids().collect();
        for id in ids {
            self.measure_value(id);
        }
    }

    /// The kind that a measure is for.
    pub(super) fn measure_kind(&mut self, id: MeasureId) -> Option<KindId> {
        match self.measures[id].kind {
            State::Done(done) => return done,
            State::Open => return None,
            State::New => {}
        }
        self.measures[id].kind = State::Open;
        let (name, output) = (self.measures[id].subject, self.measures[id].output);
        let found = self.subject(name);
        if let Some((kind, filter)) = &found {
            if filter.is_some() && output.is_some() {
                let of = self.kind_name(*kind);
                self.error_with_help(
                    codes::WRONG_TYPE,
                    name.span,
                    text!("a measure that is output is for a whole kind", "要输出的指标须针对整个实体或记录"),
                    text!("write `for {of}`", "应写`对 {of}`"),
                );
            }
            self.needs_key(*kind, name.span);
        }
        let kind = found.map(|(kind, _)| kind);
        self.measures[id].kind = State::Done(kind);
        kind
    }

    fn measure_value(&mut self, id: MeasureId) -> Option<Typed> {
        match &self.measures[id].value {
            State::Done(done) => return done.clone(),
            State::Open => return None,
            State::New => {}
        }
        self.measures[id].value = State::Open;
        let written = self.measures[id].written;
        let field = self.measures[id].name;
        let kind = self.measure_kind(id);
        let (value, depth) = self.nested(field, |checker| checker.measure_expr(kind?, field, written));
        self.measures[id].value = State::Done(value.clone());
        self.measures[id].depth = depth;
        value
    }

    fn measure_expr(&mut self, kind: KindId, field: &Name, written: &tree::Expr) -> Option<Typed> {
        if self.kinds.get(kind).is_some_and(|kind| kind.field_named(&field.value).is_some()) {
            let (shown, of) = (&field.value, self.kind_name(kind));
            self.error(
                codes::DUPLICATE_NAME,
                field.span,
                text!("`{of}` has a field `{shown}` already", "`{of}`已有字段`{shown}`"),
            );
        }
        self.expr(written, Scope { kind, place: Place::Subject })
    }

    /// A measure read on a row of a kind; `None`: reported.
    pub(super) fn read_measure(&mut self, id: MeasureId, name: &Name, scope: Scope) -> Option<Typed> {
        self.measures[id].used = true;
        if self.measures[id].value == State::Open {
            self.cycle(name);
            return None;
        }
        let kind = self.measure_kind(id)?;
        if kind != scope.kind {
            let (shown, own, here) = (&name.value, self.kind_name(kind), self.kind_name(scope.kind));
            self.error(
                codes::MEASURE_OF_OTHER_KIND,
                name.span,
                text!("`{shown}` is a measure of `{own}`, not of `{here}`", "`{shown}`是`{own}`的指标，不是`{here}`的"),
            );
            return None;
        }
        let ty: Ty = self.measure_value(id)?.ty;
        self.reach = self.reach.max(self.measures[id].depth);
        Some(Typed { expr: Expr::Measure(id), ty })
    }
}
