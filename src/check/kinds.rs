//! Entities and records: fields, types, marks, code lists, and who needs a key.

use super::checker::{Checker, KeyUse};
use super::codes;
use super::guesses::type_meant;
use super::names::Symbol;
use crate::diagnostic::Diagnostic;
use crate::model::{CodeList, CodeListId, Currency, Field, FieldId, Id, KindId, Role, Type, Unit};
use crate::source::Span;
use crate::syntax::tree::{FieldItem, FieldMark, Item, KindItem, Name, Spanned, TypeExpr, UnitExpr};

impl<'a> Checker<'a> {
    /// Gives every kind its fields.
    pub(super) fn resolve_kinds(&mut self) {
        for (_, item) in self.items() {
            let Item::Kind(kind) = &item.value else { continue };
            let declared = self.symbols.get(kind.name.value.as_str());
            if let Some((Symbol::Kind(id), span)) = declared.copied()
                && span == kind.name.span
            {
                self.resolve_kind(id, kind);
            }
        }
    }

    fn resolve_kind(&mut self, id: KindId, kind: &'a KindItem) {
        let mut names: Vec<&Name> = Vec::new();
        let mut marks: Vec<(FieldMark, FieldId, &FieldItem)> = Vec::new();
        let mut kept: Vec<(FieldId, &FieldItem)> = Vec::new();
        let mut complete = true;
        for field in &kind.fields {
            if let Some(first) = names.iter().find(|name| name.value == field.name.value) {
                self.duplicate(&field.name.value, field.name.span, first.span);
                continue;
            }
            names.push(&field.name);
            let Some(ty) = self.field_type(&field.ty) else {
                complete = false;
                self.failed_fields.insert((id, &field.name.value));
                if field.mark == Some(FieldMark::Key) {
                    self.failed_keys.insert(id);
                }
                continue;
            };
            if let Type::Ref(other) = ty {
                self.needs_key(other, field.ty.span);
            }
            let model = Field { name: field.name.value.clone(), ty, optional: field.optional, given: None };
            let at = self.kinds[id].fields.push(model);
            kept.push((at, field));
            if let Some(mark) = field.mark {
                marks.push((mark, at, field));
            }
        }
        for (position, (mark, at, field)) in marks.iter().enumerate() {
            if let Some((_, _, first)) = marks[..position].iter().find(|(other, _, _)| other == mark) {
                let message = text!("a kind has at most one field of this mark", "同一标记只能用于一个字段");
                let diagnostic = Diagnostic::error(codes::SAID_TWICE, field.name.span, message);
                self.push(diagnostic.with_secondary(first.name.span, text!("first said here", "首次写在此处")));
                continue;
            }
            self.mark(id, *mark, *at, field, kind.record);
        }
        for (at, field) in kept {
            self.resolve_given(id, at, field, kind.record);
        }
        let marked = |mark| kind.fields.iter().any(|field| field.mark == Some(mark));
        let shown = &kind.name.value;
        if kind.record && complete && !marked(FieldMark::At) {
            self.error_with_help(
                codes::AT_NEEDED,
                kind.name.span,
                text!("record `{shown}` has no `at` field", "记录`{shown}`没有`时间`字段"),
                text!("mark its date or time: `at NAME : date`", "请标明其日期或时刻：`时间 名称：日期`"),
            );
        }
        if !kind.record && complete && !marked(FieldMark::Key) {
            self.error_with_help(
                codes::KEY_NEEDED,
                kind.name.span,
                text!("entity `{shown}` has no `key` field", "实体`{shown}`没有`主键`字段"),
                text!("mark the field that names a row: `key NAME : text`", "请标明区分各行的字段：`主键 名称：文本`"),
            );
        }
    }

    fn mark(&mut self, id: KindId, mark: FieldMark, at: FieldId, item: &FieldItem, record: bool) {
        let Some(ty) = self.kinds[id].fields.get(at).map(|field| field.ty.clone()) else { return };
        let wrong = match mark {
            FieldMark::Key if !matches!(ty, Type::Text | Type::Whole) => {
                Some(text!("a key is `text` or a `whole number`", "主键须为`文本`或`整数`"))
            }
            FieldMark::At if !matches!(ty, Type::Date | Type::Time) => {
                Some(text!("an `at` field is a `date` or a `time`", "`时间`字段须为`日期`或`时刻`"))
            }
            FieldMark::End if !matches!(ty, Type::Date | Type::Time) => {
                Some(text!("an `end` field is a `date` or a `time`", "`结束`字段须为`日期`或`时刻`"))
            }
            FieldMark::End if !record => Some(text!("only records have an `end` field", "只有记录才有`结束`字段")),
            FieldMark::At if !record => Some(text!("only records have an `at` field", "只有记录才有`时间`字段")),
            FieldMark::Parent if ty != Type::Ref(id) => {
                Some(text!("a `parent` refers to its own kind", "`上级`须引用本实体"))
            }
            FieldMark::Tier if ty != Type::Whole => {
                Some(text!("a `tier` field is a `whole number`", "`层级`字段须为`整数`"))
            }
            FieldMark::Key | FieldMark::At if item.optional => {
                Some(text!("a key or `at` field may not be empty", "主键和`时间`字段不可空"))
            }
            _ => None,
        };
        if let Some(message) = wrong {
            self.error(codes::BAD_MARK, item.ty.span, message);
            if mark == FieldMark::Key {
                self.failed_keys.insert(id);
            }
            return;
        }
        match mark {
            FieldMark::Key => self.kinds[id].key = Some(at),
            FieldMark::At => self.kinds[id].at = Some(at),
            FieldMark::End => self.kinds[id].end = Some(at),
            FieldMark::Parent => self.kinds[id].parent = Some(at),
            FieldMark::Tier => {
                self.tier_fields.insert(id, at);
            }
        }
    }

    fn field_type(&mut self, ty: &'a Spanned<TypeExpr>) -> Option<Type> {
        Some(match &ty.value {
            TypeExpr::Text => Type::Text,
            TypeExpr::Whole => Type::Whole,
            TypeExpr::Number(unit) => Type::Number(model_unit(unit)),
            TypeExpr::Bool => Type::Bool,
            TypeExpr::Date => Type::Date,
            TypeExpr::Time => Type::Time,
            TypeExpr::Codes(many, codes) => {
                let list = self.code_list(codes)?;
                if *many { Type::CodeSet(list) } else { Type::Code(list) }
            }
            TypeExpr::Ref(name) => match self.symbol(&name.value) {
                Some(Symbol::Kind(kind)) => Type::Ref(kind),
                Some(Symbol::Part(part)) => {
                    let shown = &name.value;
                    let of = self.parts.get(part).map(|part| part.of.value.clone()).unwrap_or_default();
                    self.error_with_help(
                        codes::WRONG_TYPE,
                        name.span,
                        text!("`{shown}` is a part, not a kind", "`{shown}`是部分，不能作字段类型"),
                        text!("refer to the kind: `{of}`", "应引用其所属：`{of}`"),
                    );
                    return None;
                }
                _ => {
                    let before = self.diagnostics.len();
                    self.unknown_subject(name);
                    if let (Some(help), Some(told)) = (type_meant(&name.value), self.diagnostics.get_mut(before)) {
                        told.help = Some(help);
                    }
                    return None;
                }
            },
        })
    }

    fn code_list(&mut self, written: &'a [(Name, Vec<Spanned<String>>)]) -> Option<CodeListId> {
        let mut list = CodeList::default();
        let mut seen: Vec<(&str, Span)> = Vec::new();
        let mut sound = true;
        for (position, (code, spellings)) in written.iter().enumerate() {
            let position = u32::try_from(position).ok()?;
            let own = std::iter::once((code.value.as_str(), code.span));
            for (text, span) in own.chain(spellings.iter().map(|s| (s.value.as_str(), s.span))) {
                if let Some((_, first)) = seen.iter().find(|(other, _)| *other == text) {
                    let message = text!("`{text}` stands twice in this list", "`{text}`在此列表中重复");
                    let diagnostic = Diagnostic::error(codes::DUPLICATE_CODE, span, message);
                    self.push(diagnostic.with_secondary(*first, text!("first given here", "首次出现在此")));
                    sound = false;
                }
                seen.push((text, span));
            }
            list.codes.push(code.value.clone());
            list.aliases.extend(spellings.iter().map(|spelling| (spelling.value.clone(), position)));
        }
        if !sound {
            return None;
        }
        // Equal lists are one type, so that fields of several kinds compare.
        let known = self.code_lists.entries().find(|(_, other)| **other == list).map(|(id, _)| id);
        Some(known.unwrap_or_else(|| self.code_lists.push(list)))
    }

    /// Reports record kinds that are subjects or referred to without a key.
    pub(super) fn check_keys(&mut self) {
        for (kind, (used, why)) in std::mem::take(&mut self.key_uses) {
            let Some(declared) = self.kinds.get(kind) else { continue };
            if declared.role != Role::Record || declared.key.is_some() {
                continue;
            }
            if self.failed_keys.contains(&kind) {
                continue;
            }
            let (shown, place) = (declared.name.clone(), declared.span);
            let (message, here) = match why {
                KeyUse::Subject => (
                    text!(
                        "record `{shown}` needs a `key`: it is a subject or referred to",
                        "记录`{shown}`作为对象或被引用，须有`主键`"
                    ),
                    text!("used here", "用在此处"),
                ),
                KeyUse::Rows => (
                    text!(
                        "record `{shown}` needs a `key`: its rows are told apart where more than the row itself is read",
                        "记录`{shown}`须有`主键`：条件或取值不只读取该行本身时，各行须能区分"
                    ),
                    text!(
                        "this reads more: `window start`, `window end`, a measure or another count",
                        "此处还读取了`期初`、`期末`、指标或其他计数"
                    ),
                ),
            };
            let help =
                text!("mark the field that names a row: `key NAME : text`", "请标明区分各行的字段：`主键 名称：文本`");
            let diagnostic = Diagnostic::error(codes::KEY_NEEDED, place, message).with_help(help);
            self.push(diagnostic.with_secondary(used, here));
        }
    }

    /// The fields of a kind, by name.
    pub(super) fn field_names(&self, kind: KindId) -> Vec<String> {
        let fields = self.kinds.get(kind).map(|kind| kind.fields.iter());
        fields.into_iter().flatten().map(|field| field.name.clone()).collect()
    }

    /// A field of a kind; `None`: reported.
    pub(super) fn field(&mut self, kind: KindId, name: &Name) -> Option<FieldId> {
        if let Some(field) = self.kinds.get(kind).and_then(|kind| kind.field_named(&name.value)) {
            return Some(field);
        }
        if self.field_failed(kind, &name.value) {
            return None;
        }
        let (shown, of) = (&name.value, self.kind_name(kind));
        let message = text!("`{of}` has no field `{shown}`", "`{of}`没有字段`{shown}`");
        let choices = self.field_names(kind);
        self.unknown(codes::UNKNOWN_FIELD, name, message, &choices);
        None
    }

    /// Whether a field is declared but its type was reported.
    pub(super) fn field_failed(&self, kind: KindId, name: &str) -> bool {
        self.failed_fields.contains(&(kind, name))
    }

    /// Type of a field.
    pub(super) fn field_ty(&self, kind: KindId, field: FieldId) -> Option<Type> {
        Some(self.kinds.get(kind)?.fields.get(field)?.ty.clone())
    }

    /// A dotted path of fields from a kind, with the type it ends at; `None`: reported.
    pub(super) fn path(&mut self, kind: KindId, names: &[Name]) -> Option<(Vec<FieldId>, Type)> {
        let mut path = Vec::new();
        let (mut at, mut ty) = (kind, Type::Ref(kind));
        for (position, name) in names.iter().enumerate() {
            if position > 0 {
                let Type::Ref(next) = ty else {
                    let shown = names.get(position - 1).map(|name| name.value.clone()).unwrap_or_default();
                    self.error(
                        codes::WRONG_TYPE,
                        name.span,
                        text!("`{shown}` is no reference: nothing follows it", "`{shown}`不是引用，其后不能再取字段"),
                    );
                    return None;
                };
                at = next;
            }
            let field = self.field(at, name)?;
            ty = self.field_ty(at, field)?;
            path.push(field);
        }
        Some((path, ty))
    }

    /// The names of a path, dotted.
    pub(super) fn path_text(&self, kind: KindId, path: &[FieldId]) -> String {
        let mut at = Some(kind);
        let mut names = Vec::new();
        for field in path {
            let Some(found) = at.and_then(|kind| self.kinds.get(kind)).and_then(|kind| kind.fields.get(*field)) else {
                return format!("#{}", field.index());
            };
            names.push(found.name.clone());
            at = if let Type::Ref(next) = found.ty { Some(next) } else { None };
        }
        names.join(".")
    }
}

/// A unit as the model has it.
pub(super) fn model_unit(unit: &UnitExpr) -> Unit {
    match unit {
        UnitExpr::Plain => Unit::Plain,
        UnitExpr::Share => Unit::Share,
        UnitExpr::Points => Unit::Points,
        UnitExpr::Money => Unit::Money(Currency::CNY),
        UnitExpr::Span(unit) => Unit::Span(*unit),
        UnitExpr::Named(name) => match Currency::named(&name.value) {
            Some(currency) => Unit::Money(currency),
            None => Unit::Named(name.value.clone()),
        },
    }
}
