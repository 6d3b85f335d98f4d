//! Rows beside the row that asks: `count of offence sharing shop, code without itself`, `largest n over all office including itself`.

use super::checker::{Checker, Scope};
use super::codes;
use super::sources::Rows;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{Expr, Itself, KindId, Path, Role, Type};
use crate::source::Span;
use crate::syntax::tree::{Name, SiblingsExpr, SourceExpr, Spanned};

/// What rows beside the subject share with it, and which of them count.
pub(super) struct Beside {
    /// Read of a row, and of the subject.
    pub(super) on: Vec<(Path, Path)>,
    pub(super) itself: Itself,
    /// Where it is said.
    pub(super) span: Span,
}

impl Checker<'_> {
    /// `all KIND`, `KIND sharing FIELD, FIELD`; `None`: reported.
    pub(super) fn rows_beside(
        &mut self,
        written: &SiblingsExpr,
        source: &SourceExpr,
        kinds: &[(KindId, Option<Expr>)],
        scope: Scope,
    ) -> Option<Beside> {
        let shared = written.sharing.first().map(|first| first.span);
        let span = written.all.or(shared).or(written.itself.as_ref().map(|itself| itself.span)).unwrap_or(source.span);
        let [(kind, _)] = kinds else {
            let message = text!("rows beside each other are of one kind", "相互比较的行须为同一种");
            self.error(codes::MIXED_KINDS, source.span, message);
            return None;
        };
        let kind = *kind;
        self.plain_siblings(written, source, scope, span)?;
        let on = written.sharing.iter().map(|path| self.shared_value(scope.kind, kind, path));
        let on = on.collect::<Vec<_>>().into_iter().collect::<Option<Vec<_>>>()?;
        let itself = self.itself(written, kind, scope, span)?;
        Some(Beside { on, itself, span })
    }

    /// What does not go with rows beside the subject.
    fn plain_siblings(&mut self, written: &SiblingsExpr, source: &SourceExpr, scope: Scope, span: Span) -> Option<()> {
        let thin = &source.thin;
        let other = (source.via.as_ref().map(|via| via.span))
            .or(source.who.as_ref().map(|who| who.span))
            .or(source.inside.as_ref().map(|inside| inside.span))
            .or(source.day_starts.map(|said| said.span))
            .or(thin.spacing.as_ref().map(|spacing| spacing.span))
            .or(thin.alternating)
            .or(thin.first.as_ref().map(|first| first.span));
        if other.is_none() && self.kinds.get(scope.kind).is_some_and(|kind| kind.role == Role::Whole) {
            let shown = self.kind_name(scope.kind);
            let row = source.kinds.first().map(|name| name.value.clone()).unwrap_or_default();
            let message =
                text!("`{shown}` takes in all rows: nothing stands beside it", "`{shown}`涵盖全部，没有并列的行");
            let help = if written.all.is_some() {
                text!("leave out `all`: `{row}` alone are all of them here", "删去`全部`：此处只写`{row}`就是全部")
            } else {
                text!(
                    "leave out `sharing ...`: `{row}` alone are all of them here",
                    "删去`同一 …`：此处只写`{row}`就是全部"
                )
            };
            self.error_with_help(codes::CHOICE_IDLE, span, message, help);
            return None;
        }
        let (place, message) = if let Some(place) = other {
            (place, text!("this does not go with rows beside each other", "此项不能与`全部`、`同一`并用"))
        } else if written.all.is_some() && !written.sharing.is_empty() {
            (span, text!("either `all` rows or those `sharing` something", "`全部`与`同一`只能取其一"))
        } else if written.all.is_none() && written.sharing.is_empty() {
            (
                span,
                text!(
                    "say beside which rows: `all` of them, or those `sharing` a field",
                    "须说明与哪些行并列：`全部`，或`同一`某字段"
                ),
            )
        } else {
            return Some(());
        };
        self.error(codes::CHOICE_IDLE, place, message);
        None
    }

    /// A value of the subject, and where a row of a kind has the same.
    fn shared_value(&mut self, subject: KindId, kind: KindId, names: &Spanned<Vec<Name>>) -> Option<(Path, Path)> {
        let (own, ty) = self.path(subject, &names.value)?;
        if matches!(ty, Type::CodeSet(_)) {
            let ty = super::types::Ty::of(&ty);
            self.wrong_type(names.span, &text!("a single value", "单个值"), &ty);
            return None;
        }
        if subject == kind {
            return Some((own.clone(), own));
        }
        if let Some(theirs) = self.same_place(kind, &names.value, &ty).or_else(|| self.way_to(kind, &ty)) {
            return Some((theirs, own));
        }
        let (shown, other) = (self.path_text(subject, &own), self.kind_name(kind));
        self.error(
            codes::NOTHING_SHARED,
            names.span,
            text!("`{other}` has nothing that matches `{shown}`", "`{other}`没有与`{shown}`对应的字段"),
        );
        None
    }

    /// The path of the same names and type in another kind.
    fn same_place(&self, kind: KindId, names: &[Name], wanted: &Type) -> Option<Path> {
        let (mut at, mut path, mut found) = (Some(kind), Path::new(), None);
        for name in names {
            let kind = self.kinds.get(at?)?;
            let field = kind.field_named(&name.value)?;
            let ty = &kind.fields.get(field)?.ty;
            path.push(field);
            at = if let Type::Ref(next) = ty { Some(*next) } else { None };
            found = Some(ty);
        }
        (found == Some(wanted)).then_some(path)
    }

    /// The only way to a kind that is referred to.
    fn way_to(&self, kind: KindId, wanted: &Type) -> Option<Path> {
        let Type::Ref(to) = wanted else { return None };
        let direct: Vec<_> = self.references(kind).into_iter().filter(|(_, target)| target == to).collect();
        match (direct.as_slice(), self.chains(kind, *to).as_slice()) {
            ([(only, _)], _) => Some(vec![*only]),
            ([], [only]) => Some(only.clone()),
            _ => None,
        }
    }

    /// Warns of earlier records without a time frame: of a record's own window, its day, none is earlier.
    pub(super) fn earlier_in_a_day(&mut self, beside: &Beside, kinds: &[(KindId, Option<Expr>)], own: KindId) {
        let by_day = |kind: KindId| {
            let decl = self.kinds.get(kind)?;
            Some(decl.fields.get(decl.at?)?.ty == Type::Date)
        };
        let by_day = kinds.iter().map(|(kind, _)| *kind).chain([own]).any(|kind| by_day(kind) == Some(true));
        if beside.itself != Itself::Earlier || !by_day {
            return;
        }
        let message = text!(
            "without a time frame only records of the window count: of the record's own window, its day, none is earlier",
            "没有写明时段，只计窗口内的记录：记录自身的窗口是当天，其中没有更早的"
        );
        let help = text!(
            "write `ever`, or `in the 12 months up to FIELD`; where whoever counts the record gives the window, `in window`",
            "请写`历来`或`近 12 个月 截至 字段`；窗口由计数者给出的，写`窗口内`"
        );
        self.push(Diagnostic::new(codes::EARLIER_IN_A_DAY, Severity::Warning, beside.span, message).with_help(help));
    }

    fn itself(&mut self, written: &SiblingsExpr, kind: KindId, scope: Scope, span: Span) -> Option<Itself> {
        let same = kind == scope.kind;
        let ordered = self.is_record(kind) && self.is_record(scope.kind);
        let shown = self.kind_name(kind);
        match &written.itself {
            Some(said) if said.value == Itself::Earlier && ordered => Some(said.value),
            Some(said) if same && (ordered || !said.value.is_earlier()) => Some(said.value),
            Some(said) => {
                let message = if said.value.is_earlier() && !ordered {
                    text!("only records come before each other", "只有记录才有先后")
                } else {
                    text!(
                        "the subject is no `{shown}`: it is not among these rows",
                        "对象不是`{shown}`，不在这些行之中"
                    )
                };
                self.error(codes::CHOICE_IDLE, said.span, message);
                None
            }
            None if !same => Some(Itself::Included),
            None => {
                let more =
                    |en: &str, zh: &str| if ordered { (en.to_owned(), zh.to_owned()) } else { Default::default() };
                let (en, zh) = more(
                    ", `earlier` (those before it) or `earlier by key` (of one moment, those with a smaller key too)",
                    "、`更早`（只计在其之前的）或`更早 依主键`（同一时刻的依主键先后）",
                );
                let help = Text::new(
                    format!("add `including itself`, `without itself`{en}"),
                    format!("请写`含本身`、`不含本身`{zh}"),
                );
                let message =
                    text!("say whether the `{shown}` itself is one of these rows", "须说明该`{shown}`本身是否计入");
                self.error_with_help(codes::CHOOSE_ITSELF, span, message, help);
                None
            }
        }
    }

    /// Reports rows beside the subject where only its own are taken.
    pub(super) fn not_beside(&mut self, rows: &Rows) -> Option<()> {
        let Some(beside) = &rows.beside else { return Some(()) };
        let message = text!("here only rows of the subject's own are taken", "此处只取对象自身的行");
        let help = text!(
            "count them in a measure or an expression: `count of ... sharing ...`",
            "请在指标或表达式中计数：`计数 … 同一 …`"
        );
        self.error_with_help(codes::CHOICE_IDLE, beside.span, message, help);
        None
    }
}
