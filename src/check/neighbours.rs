//! `is followed by` and `follows`: records beside each other, joined by the references that they share.

use super::checker::{Checker, Scope};
use super::codes;
use super::parts::both;
use super::sources::Rows;
use crate::diagnostic::{Diagnostic, Text};
use crate::model::{Acting, AggFrame, AggOp, Event, Expr, FieldId, KindId, Link, Near, Path, Role, SourcePart, Type};
use crate::source::Span;
use crate::syntax::tree::{EventExpr, Name, PointExpr, SourceExpr};

/// A reference of the subject and one of the other record to the same kind.
type Pair = (FieldId, FieldId);

impl Checker<'_> {
    /// The moment of the subject, itself a record.
    pub(super) fn own_moment(&mut self, span: Span, scope: Scope) -> Option<Event> {
        if self.is_record(scope.kind) {
            let at = self.kinds.get(scope.kind)?.at?; // a record without a date is reported with its kind
            return Some(Event::Field(vec![at]));
        }
        let shown = self.kind_name(scope.kind);
        self.error_with_help(
            codes::NEIGHBOUR_NEEDS_RECORD,
            span,
            text!("`{shown}` is no record: nothing follows it in time", "`{shown}`不是记录，无所谓先后"),
            text!(
                "make the record the subject: `each RECORD is followed by ...`, or name the start: `reaches ... within ... of ...`",
                "请以记录为对象：`每个 记录 后接 …`，或写明起点：`达到 … 限 … 自 …`"
            ),
        );
        None
    }

    /// The record next to the subject.
    pub(super) fn record_beside(
        &mut self,
        event: &EventExpr,
        sharing: &[Name],
        after: bool,
        scope: Scope,
    ) -> Option<Event> {
        if let Some(span) = event.last.as_ref().map(|last| last.span).or(event.nth.as_ref().map(|nth| nth.span)) {
            self.error_with_help(
                codes::CHOICE_IDLE,
                span,
                text!(
                    "the record next to it is meant: it has no first, last or n-th",
                    "此处即指紧邻的记录，无所谓首个、末个、第几个"
                ),
                text!(
                    "leave the word out; of several records name the start: `reaches ... within ... of ...`, or count them",
                    "请删去；若指多个记录中的一个，请写明起点：`达到 … 限 … 自 …`，或以计数说明"
                ),
            );
            return None;
        }
        let bare: Option<SourceExpr>;
        let source = match &event.point {
            PointExpr::Source(source) => source,
            PointExpr::Path(names) if names.len() == 1 => {
                bare = names.first().cloned().map(SourceExpr::bare);
                bare.as_ref()?
            }
            _ => {
                self.error(codes::BAD_EVENT, event.span, text!("a kind of record is needed here", "此处须为一种记录"));
                return None;
            }
        };
        let [name] = source.kinds.as_slice() else {
            self.error(
                codes::MIXED_KINDS,
                source.span,
                text!("one kind of record is followed at a time: write two rules", "一次只接一种记录，请分成两条规则"),
            );
            return None;
        };
        if let Some(span) = source
            .via
            .as_ref()
            .map(|via| via.span)
            .or(source.frame.as_ref().map(|frame| frame.span))
            .or(source.thin.spacing.as_ref().map(|thin| thin.span))
            .or(source.thin.alternating)
            .or(source.thin.first.as_ref().map(|first| first.span))
            .or(source.who.as_ref().map(|who| who.span))
        {
            self.error(
                codes::BAD_EVENT,
                span,
                text!("what joins the two records is said by `sharing`", "两种记录由何相连，用`同一`说明"),
            );
            return None;
        }
        let (kind, part) = self.subject(name)?;
        if !self.is_record(kind) {
            let shown = &name.value;
            self.error(
                codes::BAD_EVENT,
                name.span,
                text!("`{shown}` is kept in a register and has no date", "`{shown}`是登记册，没有发生时间"),
            );
            return None;
        }
        let at = self.kinds.get(kind)?.at?;
        let row = self.row_scope(kind, None);
        let filter = self.optional_condition(source.filter.as_deref(), row).ok()?;
        let (link, own, values) = self.joint(scope.kind, kind, sharing, after, name.span)?;
        let source = SourcePart {
            kind,
            link: Link::Path { path: link, ancestors: false },
            acting: Acting::InPerson,
            filter: both(part, filter),
            first: None,
            year_field: None,
            day_starts: 0,
        };
        let rows = Rows {
            parts: vec![source],
            records: true,
            frame: AggFrame::Ever,
            thin: None,
            day_starts: None,
            beside: None,
            span: name.span,
        };
        let mut exprs = vec![Expr::Field(vec![at])];
        exprs.extend(values.into_iter().map(|field| Expr::Field(vec![field])));
        let list = self.of_records(rows, AggOp::List(exprs))?;
        Some(Event::Near(Near { list, own, after }))
    }

    /// How records of a kind are found from the subject: their link, and the references on both sides.
    fn joint(
        &mut self,
        subject: KindId,
        kind: KindId,
        sharing: &[Name],
        after: bool,
        span: Span,
    ) -> Option<(Path, Vec<Path>, Vec<FieldId>)> {
        // Records of which one refers to the other are joined by that: of one kind, what comes later to what was before.
        let only = |from: KindId, to: KindId| {
            let mut fields = self.references(from).into_iter().filter(|(_, kind)| *kind == to).map(|(field, _)| field);
            fields.next().filter(|_| fields.next().is_none())
        };
        let same = subject == kind;
        if sharing.is_empty() {
            if let Some(field) = only(kind, subject).filter(|_| after || !same) {
                return Some((vec![field], vec![Vec::new()], Vec::new()));
            }
            if let Some(field) = only(subject, kind).filter(|_| same) {
                return Some((Vec::new(), vec![vec![field]], Vec::new()));
            }
        }
        let before = self.diagnostics.len();
        let pairs = if sharing.is_empty() {
            self.shared(subject, kind, span)
        } else {
            sharing.iter().map(|name| self.shared_by(subject, kind, name)).collect::<Option<Vec<Pair>>>()
        };
        let Some(pairs) = pairs else {
            self.by_reference(before, subject, kind, after);
            return None;
        };
        let (first, rest) = pairs.split_first()?;
        let own = pairs.iter().map(|(own, _)| vec![*own]).collect();
        Some((vec![first.1], own, rest.iter().map(|(_, other)| *other).collect()))
    }

    /// Tells how the record that the subject itself refers to stands in a term, where nothing is shared.
    fn by_reference(&mut self, before: usize, subject: KindId, kind: KindId, after: bool) {
        let Some((field, _)) = self.references(subject).into_iter().find(|(_, to)| *to == kind && kind != subject)
        else {
            return;
        };
        let name = |kind: KindId, field: Option<FieldId>| {
            self.kinds.get(kind).and_then(|kind| kind.fields.get(field?)).map(|field| field.name.clone())
        };
        let at = |kind: KindId| name(kind, self.kinds.get(kind).and_then(|kind| kind.at));
        let (Some(field), Some(own), Some(other)) = (name(subject, Some(field)), at(subject), at(kind)) else { return };
        let (one, two) = (self.kind_name(subject), self.kind_name(kind));
        let there = format!("{field}.{other}");
        let (step, start) = if after { (there, own) } else { (own, there) };
        let help = text!(
            "`{one}` refers to the `{two}` that is meant: name its day through the reference, `reaches {step} within ... of {start}`",
            "所指的`{two}`由`{one}`引用：请经引用写出其日期，`自 {start} 起 … 内 达到 {step}`"
        );
        for told in self.diagnostics.iter_mut().skip(before).filter(|told| told.code == codes::NOTHING_SHARED) {
            told.help = Some(help.clone());
        }
    }

    /// The references of a record that an earlier one of its kind must share.
    pub(super) fn shared_references(&mut self, kind: KindId, sharing: &[Name], span: Span) -> Option<Vec<FieldId>> {
        let pairs = if sharing.is_empty() {
            self.shared(kind, kind, span)?
        } else {
            sharing.iter().map(|name| self.shared_by(kind, kind, name)).collect::<Option<Vec<Pair>>>()?
        };
        Some(pairs.into_iter().map(|(own, _)| own).collect())
    }

    /// References of a kind, those to the whole apart: it joins everything.
    pub(super) fn references(&self, kind: KindId) -> Vec<(FieldId, KindId)> {
        let Some(kind) = self.kinds.get(kind) else { return Vec::new() };
        let found = kind.fields.entries().filter_map(|(id, field)| match field.ty {
            Type::Ref(to) => Some((id, to)),
            _ => None,
        });
        found.filter(|(_, to)| self.kinds.get(*to).is_some_and(|kind| kind.role != Role::Whole)).collect()
    }

    /// The field of the other record that stands for one of the subject's.
    fn partner(&self, own: (FieldId, KindId), subject: KindId, kind: KindId) -> Option<FieldId> {
        let name = self.kinds.get(subject)?.fields.get(own.0)?.name.clone();
        let others: Vec<FieldId> =
            self.references(kind).into_iter().filter(|(_, to)| *to == own.1).map(|(id, _)| id).collect();
        match others.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().find(|id| {
                self.kinds.get(kind).and_then(|kind| kind.fields.get(*id)).is_some_and(|field| field.name == name)
            }),
        }
    }

    fn shared_by(&mut self, subject: KindId, kind: KindId, name: &Name) -> Option<Pair> {
        let (path, ty) = self.path(subject, std::slice::from_ref(name))?;
        let own = path.first().copied()?;
        let partner = match ty {
            Type::Ref(to) => self.partner((own, to), subject, kind),
            _ => None,
        };
        let Some(partner) = partner else {
            let (shown, other) = (&name.value, self.kind_name(kind));
            self.error(
                codes::NOTHING_SHARED,
                name.span,
                text!(
                    "`{other}` has no reference of its own that matches `{shown}`",
                    "`{other}`没有与`{shown}`对应的引用"
                ),
            );
            return None;
        };
        Some((own, partner))
    }

    /// The one reference that both share; several are a choice of the author.
    fn shared(&mut self, subject: KindId, kind: KindId, span: Span) -> Option<Vec<Pair>> {
        let own = self.references(subject);
        let pairs: Vec<Pair> =
            own.into_iter().filter_map(|own| Some((own.0, self.partner(own, subject, kind)?))).collect();
        let (one, other) = (self.kind_name(subject), self.kind_name(kind));
        match pairs.as_slice() {
            [_] => Some(pairs),
            [] => {
                self.error_with_help(
                    codes::NOTHING_SHARED,
                    span,
                    text!("`{one}` and `{other}` refer to nothing in common", "`{one}`与`{other}`没有共同引用的对象"),
                    text!(
                        "give both a field that refers to the same kind, or let `{other}` refer to `{one}`",
                        "请为二者各设一个引用同一类对象的字段，或由`{other}`引用`{one}`"
                    ),
                );
                None
            }
            several => {
                let names: Vec<String> = (several.iter())
                    .filter_map(|(own, _)| Some(self.kinds.get(subject)?.fields.get(*own)?.name.clone()))
                    .collect();
                let message = text!(
                    "`{one}` and `{other}` refer to several things in common: say which must be the same",
                    "`{one}`与`{other}`有多个共同引用的对象，须说明以何者相同为准"
                );
                let each = |word: &str| names.iter().map(|n| format!("`{word} {n}`")).collect::<Vec<_>>();
                let (en, zh) = (each("sharing").join(", "), each("同一").join("、"));
                let all = names.join(", ");
                let help = Text::new(
                    format!("add one of {en}, or all: `sharing {all}`"),
                    format!("请加上{zh}之一，或全部：`同一 {}`", names.join("、")),
                );
                self.push(Diagnostic::error(codes::CHOOSE_SHARED, span, message).with_help(help));
                None
            }
        }
    }
}
