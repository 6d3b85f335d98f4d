//! `first per FIELD`: only the first record in a matter counts.

use super::checker::Checker;
use super::codes;
use super::sources::beyond_record;
use crate::diagnostic::Diagnostic;
use crate::model::{Expr, FirstPer, KindId, Rival, SourcePart, Ties, Type};
use crate::source::Span;
use crate::syntax::tree::{FirstExpr, Name, SourceExpr, Spanned};

impl Checker<'_> {
    /// What makes a record the first, for the parts of a source; outer `None`: reported.
    pub(super) fn first_per(
        &mut self,
        source: &SourceExpr,
        records: bool,
        parts: &[SourcePart],
    ) -> Option<Option<FirstPer>> {
        let Some(written) = &source.thin.first else { return Some(None) };
        if source.thin.spacing.is_some() || source.thin.alternating.is_some() {
            self.bad_first(
                written.span,
                text!(
                    "records are either the first in a matter, or apart from each other: not both",
                    "取首与相距、交替不能并用"
                ),
            );
            return None;
        }
        if !records {
            self.bad_first(
                written.span,
                text!("rows of a register have no date and no order", "登记册的行没有日期，也没有先后"),
            );
            return None;
        }
        if parts.iter().filter_map(|part| part.filter.as_ref()).any(beyond_record) {
            self.first_by_fields(written.span);
            return None;
        }
        let ties = self.ties(written);
        let matter = &written.value.matter;
        let mut types: Vec<Option<Type>> = vec![None; matter.len()];
        let own = parts.iter().map(|part| (part.kind, part.filter.clone())).collect();
        let rivals = self.rivals(own, matter, &mut types);
        let known = match &written.value.known {
            None => None,
            Some((by_then, known)) => Some((self.known_by(known, matter, &mut types)?, *by_then)),
        };
        let found = FirstPer { rivals: rivals?, ties: ties?, known };
        if found.ties == Ties::ByKey {
            for part in parts {
                self.needs_key(part.kind, written.span);
            }
        }
        Some(Some(found))
    }

    /// Reports firsts among records that a condition picks which reads more than them.
    fn first_by_fields(&mut self, span: Span) {
        self.error_with_help(
            codes::RECORD_FILTER,
            span,
            text!(
                "the first record in a matter is looked for by fields of the records only, and the condition reads more",
                "取首只能按记录自身的字段，而条件读取了其他内容"
            ),
            text!(
                "ask in the condition for fields of the record and of what it refers to, and bring what a measure or result says as a field of the record; or leave `first per` out",
                "条件中请只用记录及其所引用对象的字段，指标或结果的内容请作为记录的字段提供；或删去`取首 按`"
            ),
        );
    }

    fn ties(&mut self, written: &Spanned<FirstExpr>) -> Option<Ties> {
        if written.value.ties.is_none() {
            let message = text!(
                "say what counts where several records are first at the same time",
                "须说明数条记录同时最先时如何计"
            );
            let help = text!(
                "add `ties shared` (each for its part), `ties all`, `ties none` or `ties by key` (the smallest key)",
                "请加上`并列 均分`、`并列 全计`、`并列 不计`或`并列 依主键`（主键最小者）"
            );
            self.push(Diagnostic::error(codes::CHOOSE_FIRST_TIES, written.span, message).with_help(help));
        }
        written.value.ties
    }

    fn known_by(
        &mut self,
        known: &SourceExpr,
        matter: &[Spanned<Vec<Name>>],
        types: &mut [Option<Type>],
    ) -> Option<Vec<Rival>> {
        let said = known.via.as_ref().map(|via| via.span).or(known.frame.as_ref().map(|frame| frame.span));
        let said = said.or(known.thin.spacing.as_ref().map(|spacing| spacing.span)).or(known.thin.alternating);
        let said =
            said.or(known.thin.first.as_ref().map(|first| first.span)).or(known.who.as_ref().map(|who| who.span));
        if let Some(said) = said.or(known.inside.as_ref().map(|inside| inside.span)) {
            self.bad_first(
                said,
                text!(
                    "by what a matter was known is looked for in all records: kinds and a condition, no more",
                    "事项是否早已知悉须在全部记录中查找，只能写记录种类和条件"
                ),
            );
            return None;
        }
        let records = self.loose_records(known)?;
        self.rivals(records, matter, types)
    }

    /// Records with what makes their matter. All fields of one place have one type.
    fn rivals(
        &mut self,
        records: Vec<(KindId, Option<Expr>)>,
        written: &[Spanned<Vec<Name>>],
        types: &mut [Option<Type>],
    ) -> Option<Vec<Rival>> {
        let mut all = Vec::new();
        for (kind, filter) in records {
            let mut matter = Vec::new();
            for (names, known) in written.iter().zip(types.iter_mut()) {
                matter.push(self.matter_field(kind, names, known)?);
            }
            all.push(Rival { kind, filter, matter });
        }
        Some(all)
    }

    fn matter_field(&mut self, kind: KindId, names: &Spanned<Vec<Name>>, known: &mut Option<Type>) -> Option<Expr> {
        let (path, ty) = self.path(kind, &names.value)?;
        let shown = self.path_text(kind, &path);
        if matches!(ty, Type::CodeSet(_)) {
            self.bad_first(
                names.span,
                text!("`{shown}` holds several codes: a matter is one value", "`{shown}`可取多个代码，事项须为单个值"),
            );
            return None;
        }
        match known {
            Some(other) if *other != ty => {
                let one = self.kind_name(kind);
                self.bad_first(
                    names.span,
                    text!(
                        "`{shown}` of `{one}` is of another type than in the other records",
                        "`{one}`的`{shown}`与其他记录的类型不同"
                    ),
                );
                return None;
            }
            _ => *known = Some(ty),
        }
        Some(Expr::Field(path))
    }

    pub(super) fn bad_first(&mut self, span: Span, message: crate::diagnostic::Text) {
        self.error(codes::BAD_FIRST, span, message);
    }

    /// Reports `first per` where records are looked at one by one or another word says the same.
    pub(super) fn no_first(&mut self, source: &SourceExpr) -> Option<()> {
        let Some(first) = &source.thin.first else { return Some(()) };
        self.bad_first(first.span, text!("here every record of the log is looked at", "此处逐条看全部记录，不能取首"));
        None
    }

    /// Shared firsts are counted and added up, nothing else; `None`: reported.
    pub(super) fn no_shares(&mut self, span: Span) -> Option<Expr> {
        self.bad_first(
            span,
            text!(
                "`ties shared` goes with counts and sums: elsewhere a record counts or does not",
                "`并列 均分`只用于计数和合计，其他情形一条记录只有计与不计"
            ),
        );
        None
    }
}
