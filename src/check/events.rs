//! Events: date and time fields of a subject, records of a kind, and moments that are computed.

use super::checker::{Checker, Place, Reader, Scope};
use super::codes;
use super::names::Symbol;
use super::sources::Rows;
use super::types::Ty;
use crate::diagnostic::Text;
use crate::model::{
    AggFrame, AggId, AggOp, Event, Expr, FieldId, Itself, Marks, Path, Turn, TurnOf, TurnPick, Type, Which,
};
use crate::source::Span;
use crate::syntax::tree::{self, EventExpr, Name, PointExpr, SourceExpr, Spanned, TermForm, TurnExpr};

/// What an event is before one of its moments is taken.
pub(super) enum Occasion {
    One(Event),
    Records(Records),
}

/// Records with the field that dates them.
pub(super) struct Records {
    pub(super) rows: Rows,
    pub(super) at: Expr,
}

impl Checker<'_> {
    /// An event of a subject; `None`: reported.
    pub(super) fn event(&mut self, event: &EventExpr, scope: Scope) -> Option<Event> {
        match self.occasion(event, scope)? {
            Occasion::One(event) => Some(event),
            Occasion::Records(records) => self.one_of_records(records, event),
        }
    }

    /// The first, last or n-th of records.
    fn one_of_records(&mut self, records: Records, event: &EventExpr) -> Option<Event> {
        match event.nth {
            Some(nth) => {
                let list = AggOp::List(vec![records.at.clone()]);
                Some(Event::Nth(self.of_records(records.rows, list)?, nth.value))
            }
            None => Some(Event::Record(self.edge(&records, event, records.at.clone())?)),
        }
    }

    /// What starts a term: each of some results or steps, or an event.
    pub(super) fn start(&mut self, event: &EventExpr, form: TermForm, scope: Scope) -> Option<Event> {
        match &event.point {
            PointExpr::Turn(turn) if !event.picks() && matches!(form, TermForm::Within | TermForm::NotBefore) => {
                self.turn(turn, TurnPick::Each, scope)
            }
            _ => self.event(event, scope),
        }
    }

    /// An event of a term that runs more than once, or from a later record than the first: of records, the first (last,
    /// n-th) one on or after its start.
    pub(super) fn event_after(&mut self, event: &EventExpr, scope: Scope) -> Option<Event> {
        match self.occasion(event, scope)? {
            Occasion::One(event) => Some(event),
            Occasion::Records(records) => {
                let which = match (event.nth, event.last) {
                    (Some(nth), _) => Which::Nth(nth.value),
                    (None, Some(last)) if last.value => Which::Last,
                    (None, _) => Which::Nth(1),
                };
                let list = AggOp::List(vec![records.at.clone()]);
                Some(Event::Next(self.of_records(records.rows, list)?, which))
            }
        }
    }

    fn turn(&mut self, written: &TurnExpr, pick: TurnPick, scope: Scope) -> Option<Event> {
        let (of, place) = if written.steps {
            let (id, _) = self.counter_of(&written.of, scope)?;
            (TurnOf::Step(id), Place::Subject)
        } else {
            let id = self.assessment_named(&written.of)?;
            let decl = &self.assessment_decls[id];
            let unit = decl.item.every.map(|every| every.value);
            let kind = decl.kind?;
            if kind != scope.kind {
                let (shown, of, here) = (&written.of.value, self.kind_name(kind), self.kind_name(scope.kind));
                self.error(
                    codes::RESULT_NOT_READY,
                    written.of.span,
                    text!("`{shown}` assesses `{of}`, not `{here}`", "`{shown}`考核的是`{of}`，不是`{here}`"),
                );
                return None;
            }
            self.result_starts.insert((id, written.of.span));
            (TurnOf::Result(id), Place::Row { inside: Some(Reader { id: None, unit }) })
        };
        let there = Scope { kind: scope.kind, place };
        let filter = self.optional_condition(written.filter.as_deref(), there).ok()?;
        Some(Event::Turn(Box::new(Turn { of, filter, pick })))
    }

    /// Moments of a stop: every record, or the one event.
    pub(super) fn marks(&mut self, event: &EventExpr, scope: Scope) -> Option<Marks> {
        match self.occasion(event, scope)? {
            Occasion::One(event) => Some(Marks::One(event)),
            Occasion::Records(records) if event.picks() => self.one_of_records(records, event).map(Marks::One),
            Occasion::Records(records) => {
                let list = AggOp::List(vec![records.at.clone()]);
                Some(Marks::All(self.of_records(records.rows, list)?))
            }
        }
    }

    /// A value of the record behind an event.
    pub(super) fn at_event(&mut self, event: &EventExpr, value: &Spanned<Vec<Name>>, scope: Scope) -> Option<AggId> {
        if let Some(nth) = event.nth {
            self.error(
                codes::HANDS_NEED_RECORDS,
                nth.span,
                text!("whose hand it was is read at a first or last record", "由谁办理只能取自首条或末条记录"),
            );
            return None;
        }
        let Occasion::Records(records) = self.occasion(event, scope)? else {
            self.error_with_help(
                codes::HANDS_NEED_RECORDS,
                event.span,
                text!("a field of the subject does not say whose hand it was", "对象的日期字段不说明由谁办理"),
                text!(
                    "let the steps be records, or compare two fields: `satisfies A <> B`",
                    "各环节须为记录，或直接比较两个字段：`满足 A <> B`"
                ),
            );
            return None;
        };
        let mut found: Option<Path> = None;
        for part in &records.rows.parts {
            let (path, _) = self.path(part.kind, &value.value)?;
            if found.as_ref().is_some_and(|other| *other != path) {
                self.error(
                    codes::MIXED_KINDS,
                    value.span,
                    text!(
                        "the records of one step have this field at different places",
                        "同一环节的各类记录中该字段位置不同"
                    ),
                );
                return None;
            }
            found = Some(path);
        }
        let value = Expr::Field(found?);
        self.edge(&records, event, value)
    }

    /// A value of the first or last of records.
    fn edge(&mut self, records: &Records, event: &EventExpr, value: Expr) -> Option<AggId> {
        let last = event.last.as_ref().is_some_and(|last| last.value);
        let (parts, span) = (records.rows.parts.clone(), records.rows.span);
        let rows =
            Rows { parts, records: true, frame: AggFrame::Ever, thin: None, day_starts: None, beside: None, span };
        self.of_records(rows, if last { AggOp::Last(value) } else { AggOp::First(value) })
    }

    pub(super) fn occasion(&mut self, event: &EventExpr, scope: Scope) -> Option<Occasion> {
        let found = match &event.point {
            PointExpr::Path(names) => self.named_event(names, event.span, scope)?,
            PointExpr::Source(source) => match source.kinds.as_slice() {
                // `(受理)`: a name in parentheses that is no kind.
                [name] if source_is_bare(source) && !self.is_kind(name, scope) => {
                    self.named_event(std::slice::from_ref(name), event.span, scope)?
                }
                [first, second, ..] if source_is_bare(source) && self.are_days(&source.kinds, scope) => {
                    let (first, second) = (first.value.clone(), second.value.clone());
                    self.error_with_help(
                        codes::BAD_EVENT,
                        source.span,
                        text!("a term has one start and one end: these are several fields", "起点和终点各只有一个，此处是几个字段"),
                        text!(
                            "the second where the first is missing is `({first} or else {second})`, the earlier of both `(if {first} < {second} then {first} else {second})`",
                            "前一个缺失时取后一个的写`（{first} 缺则 {second}）`，取较早者写`（若 {first} < {second} 则 {first} 否则 {second}）`"
                        ),
                    );
                    return None;
                }
                _ => Occasion::Records(self.records_of(source, scope)?),
            },
            PointExpr::Turn(turn) => {
                let Some(last) = &event.last else {
                    self.error_with_help(
                        codes::BAD_EVENT,
                        event.span,
                        text!("say which of the results or steps is meant", "须说明是哪一次结果或达档"),
                        text!(
                            "write `first (...)` or `last (...)`; each of them starts a term of its own only in `within` and `not before`",
                            "请写`首个 (…)`或`末个 (…)`；只有`限`和`不早于`的起点才各起一个期限"
                        ),
                    );
                    return None;
                };
                let pick = if last.value { TurnPick::Last } else { TurnPick::First };
                return self.turn(turn, pick, scope).map(Occasion::One);
            }
            PointExpr::Value(expr) => {
                self.due_wanted = true;
                let found = self.expr(expr, scope);
                self.due_wanted = false;
                let found = found?;
                if !found.ty.is_moment() {
                    self.wrong_type(expr.span, &text!("a date or time", "日期或时刻"), &found.ty);
                    return None;
                }
                match found.expr {
                    Expr::WindowStart | Expr::WindowEnd => {
                        self.error_with_help(
                            codes::BAD_EVENT,
                            expr.span,
                            text!("a term makes its own window: it cannot start at one", "期限自成窗口，不能以期初、期末为起止"),
                            text!(
                                "count in a part of the window: `in the first 5 days of every month has at least 1 ...`",
                                "可在窗口的一段内计数：`于 每月 前 5 天 有 至少 1 …`"
                            ),
                        );
                        return None;
                    }
                    Expr::Field(path) => Occasion::One(Event::Field(path)),
                    expr => Occasion::One(Event::Value(Box::new(expr))),
                }
            }
        };
        let said = event.last.map(|last| last.span).or(event.nth.map(|nth| nth.span));
        if let (Some(said), Occasion::One(_)) = (said, &found) {
            self.error(
                codes::CHOICE_IDLE,
                said,
                text!(
                    "this is one moment: it has no first, last or n-th",
                    "此处只有一个时刻，无所谓首个、末个、第几次"
                ),
            );
            return None;
        }
        if let Some(nth) = event.nth.filter(|nth| nth.value == 0) {
            self.error(codes::BAD_NUMBER, nth.span, text!("records are counted from 1", "记录的次序从 1 起"));
            return None;
        }
        Some(found)
    }

    fn is_kind(&self, name: &Name, scope: Scope) -> bool {
        let field = self.kinds.get(scope.kind).is_some_and(|kind| kind.field_named(&name.value).is_some());
        !field && matches!(self.symbol(&name.value), Some(Symbol::Kind(_) | Symbol::Part(_)))
    }

    /// Whether all of these are fields of the subject.
    fn are_days(&self, names: &[Name], scope: Scope) -> bool {
        let kind = self.kinds.get(scope.kind);
        names.iter().all(|name| kind.is_some_and(|kind| kind.field_named(&name.value).is_some()))
    }

    fn records_of(&mut self, source: &SourceExpr, scope: Scope) -> Option<Records> {
        if let Some(frame) = &source.frame {
            self.error(
                codes::BAD_ROW_FRAME,
                frame.span,
                text!(
                    "an event is looked for in all records: it takes no time frame",
                    "事件在全部记录中查找，不能限定时段"
                ),
            );
            return None;
        }
        if let Some(span) = source.thin.spacing.as_ref().map(|spacing| spacing.span).or(source.thin.alternating) {
            self.error(
                codes::BAD_ROW_FRAME,
                span,
                text!("an event is looked for in all records: none is left out", "事件在全部记录中查找，不能剔除"),
            );
            return None;
        }
        self.no_first(source)?;
        let before = self.diagnostics.len();
        let Some(mut rows) = self.rows(source, scope, false) else {
            self.name_the_day(before, source, scope);
            return None;
        };
        let all = |beside: &super::siblings::Beside| beside.on.is_empty() && beside.itself == Itself::Included;
        if self.all_rows_wanted && rows.beside.as_ref().is_some_and(all) {
            rows.beside = None;
        }
        if let Some(beside) = &rows.beside {
            let day = rows.parts.first().and_then(|part| self.day_of_other(part.kind, scope.kind));
            let shown = source.kinds.first().map(|name| name.value.clone()).unwrap_or_default();
            self.error_with_help(
                codes::BAD_EVENT,
                beside.span,
                text!(
                    "an event is one of the subject's own records: those of others are not looked for here",
                    "事件只在对象自身的记录中查找，此处不查其他对象的记录"
                ),
                self.followed_or(&shown, day, scope),
            );
            return None;
        }
        if !rows.records {
            let shown = source.kinds.first().map(|name| name.value.clone()).unwrap_or_default();
            self.no_date(&shown, source.span);
            return None;
        }
        let mut at: Option<FieldId> = None;
        for part in &rows.parts {
            let own = self.kinds.get(part.kind)?.at?; // a record without a date is reported with its kind
            if at.is_some_and(|other| other != own) {
                self.error(
                    codes::MIXED_KINDS,
                    source.span,
                    text!("the date stands at different places in these records", "这些记录的时间字段位置不同"),
                );
                return None;
            }
            at = Some(own);
        }
        Some(Records { rows: Rows { frame: AggFrame::Ever, ..rows }, at: Expr::Field(vec![at?]) })
    }

    /// Ways to a record that is not the subject's own. `day`: its day, as an event.
    fn followed_or(&self, shown: &str, day: Option<Text>, scope: Scope) -> Text {
        let day = day.unwrap_or_else(|| {
            text!(
                "a record of others is named by its day: `(first DAY over {shown} sharing FIELD dated from (START))`",
                "其他对象的记录以其日期写出：`（首次 日期 于 {shown} 同一 字段 起自（起点））`"
            )
        });
        if !self.is_record(scope.kind) {
            return day;
        }
        Text::new(
            format!("{}; as what follows the record: `is followed by {shown} sharing FIELD within ...`", day.en),
            format!("{}；作为记录之后的一步，写`后接 {shown} 同一 字段 限 …`", day.zh),
        )
    }

    /// Tells how a record to which nothing leads stands in a term, in place of how its rows are counted.
    fn name_the_day(&mut self, before: usize, source: &SourceExpr, scope: Scope) {
        let Some(name) = source.kinds.first() else { return };
        let kind = match self.symbol(&name.value) {
            Some(Symbol::Kind(kind)) => Some(kind),
            _ => None,
        };
        let day = kind.and_then(|kind| self.day_of_other(kind, scope.kind));
        let ways = self.followed_or(&name.value, day, scope);
        let (row, subject) = (name.value.clone(), self.kind_name(scope.kind));
        for diagnostic in self.diagnostics.iter_mut().skip(before).filter(|one| one.code == codes::NO_LINK) {
            diagnostic.help = Some(Text::new(
                format!("an own record has a field of type `{subject}`: give `{row}` one; {}", ways.en),
                format!("自身的记录须有类型为`{subject}`的字段，可给`{row}`加上；{}", ways.zh),
            ));
        }
    }

    fn named_event(&mut self, names: &[Name], span: Span, scope: Scope) -> Option<Occasion> {
        let (first, rest) = names.split_first()?;
        if self.kinds.get(scope.kind).is_some_and(|kind| kind.field_named(&first.value).is_some()) {
            let (path, ty) = self.path(scope.kind, names)?;
            if !matches!(ty, Type::Date | Type::Time) {
                let ty = Ty::of(&ty);
                self.wrong_type(span, &text!("a date or time", "日期或时刻"), &ty);
                return None;
            }
            return Some(Occasion::One(Event::Field(path)));
        }
        if self.field_failed(scope.kind, &first.value) {
            return None;
        }
        match self.symbol(&first.value) {
            Some(Symbol::Kind(_) | Symbol::Part(_)) if rest.is_empty() => {
                self.records_of(&SourceExpr::bare(first.clone()), scope).map(Occasion::Records)
            }
            Some(Symbol::Measure(_) | Symbol::Param(_)) if rest.is_empty() => {
                let value = tree::Expr { kind: tree::ExprKind::Path(names.to_vec()), span };
                let found = self.expr(&value, scope)?;
                if found.ty.is_moment() {
                    return Some(Occasion::One(Event::Value(Box::new(found.expr))));
                }
                self.wrong_type(span, &text!("a date or time", "日期或时刻"), &found.ty);
                None
            }
            Some(_) => {
                let shown = &first.value;
                self.error_with_help(
                    codes::BAD_EVENT,
                    span,
                    text!("`{shown}` is no event", "`{shown}`不是事件"),
                    text!(
                        "an event is a date or time field of the subject, a kind of record, or a computed day in parentheses: `(first EXPR over RECORD ever)`",
                        "事件是对象的日期或时刻字段、一种记录，或写在括号中的算得之日：`(首次 值 于 记录 历来)`"
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

    fn no_date(&mut self, shown: &str, span: Span) {
        self.error(
            codes::BAD_EVENT,
            span,
            text!("`{shown}` is kept in a register and has no date", "`{shown}`是登记册，没有发生时间"),
        );
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

fn source_is_bare(source: &SourceExpr) -> bool {
    source.via.is_none() && source.inside.is_none() && source.filter.is_none() && source.frame.is_none()
}
