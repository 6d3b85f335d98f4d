//! What stops a term: events in pairs, pairs of records with something in common, records that last.

use super::checker::{Checker, Scope};
use super::codes;
use super::events::{Occasion, Records};
use super::names::Symbol;
use super::sources::beyond_record;
use crate::diagnostic::Text;
use crate::model::{AggOp, Expr, KindId, Stop, Type};
use crate::source::Span;
use crate::syntax::tree::{self, EventExpr, Name, PointExpr, StopExpr};

impl Checker<'_> {
    /// A stop of a term; `None`: reported.
    pub(super) fn stop(&mut self, written: &StopExpr, scope: Scope) -> Option<Stop> {
        match written {
            StopExpr::Between { from, to, sharing } if sharing.is_empty() => {
                let (from, to) = (self.marks(from, scope), self.marks(to, scope));
                Some(Stop::Between { from: from?, to: to? })
            }
            StopExpr::Between { from, to, sharing } => {
                let (from, to) = (self.every_record(from, scope), self.every_record(to, scope));
                let (from, to) = (from?, to?);
                let (mut of_from, mut of_to) = (vec![from.at.clone()], vec![to.at.clone()]);
                for name in sharing {
                    let (one, other) = self.alike(&from, &to, name)?;
                    of_from.push(one);
                    of_to.push(other);
                }
                let from = self.of_records(from.rows, AggOp::List(of_from))?;
                Some(Stop::Sharing { from, to: self.of_records(to.rows, AggOp::List(of_to))? })
            }
            StopExpr::During { records: event, days: Some((from, to)) } => {
                let before = self.diagnostics.len();
                let Some(records) = self.every_record(event, scope) else {
                    self.name_both_days(before, event, scope);
                    return None;
                };
                let values = [from, to].map(|day| self.day_of_each(day, &records, scope));
                let values = values.into_iter().collect::<Option<Vec<Expr>>>()?;
                Some(Stop::During(self.of_records(records.rows, AggOp::List(values))?))
            }
            StopExpr::During { records: event, days: None } => {
                let before = self.diagnostics.len();
                let Some(records) = self.every_record(event, scope) else {
                    self.name_both_days(before, event, scope);
                    return None;
                };
                let mut end = None;
                for part in &records.rows.parts {
                    let own = self.kinds.get(part.kind)?.end;
                    if own.is_none() || end.is_some_and(|end| Some(end) != own) {
                        let shown = self.kind_name(part.kind);
                        self.error_with_help(
                            codes::TERM_OPTIONS,
                            event.span,
                            text!("`{shown}` does not say when it ends", "`{shown}`没有写明何时结束"),
                            text!(
                                "mark its last day with `end`, or write `stopped from EVENT to EVENT`",
                                "请用`结束`标明其结束字段，或写`中止 自 事件 至 事件`"
                            ),
                        );
                        return None;
                    }
                    end = own;
                }
                let values = vec![records.at.clone(), Expr::Field(vec![end?])];
                Some(Stop::During(self.of_records(records.rows, AggOp::List(values))?))
            }
        }
    }

    /// A day or time that each of some records says; `None`: reported.
    fn day_of_each(&mut self, written: &tree::Expr, records: &Records, scope: Scope) -> Option<Expr> {
        let mut found: Option<Expr> = None;
        for part in &records.rows.parts {
            let row = self.row_scope(part.kind, self.reader(scope));
            let value = self.moment(written, row)?;
            if beyond_record(&value) {
                self.error_with_help(
                    codes::TERM_OPTIONS,
                    written.span,
                    text!("how long a record stops a term is read of the record alone", "每条记录中止期限的起止日只能取自该记录本身"),
                    text!(
                        "use its fields, and references from it: `from (asked + 1 day) to (answered or else set_until)`",
                        "请用其字段及其所引用的内容：`自 (发出 + 1 天) 至 (补正 缺则 限期)`"
                    ),
                );
                return None;
            }
            self.agrees(&mut found, value, written.span)?;
        }
        found
    }

    /// Tells how records that are not the subject's own stop a term, where that was the matter.
    fn name_both_days(&mut self, before: usize, event: &EventExpr, scope: Scope) {
        let name = match &event.point {
            PointExpr::Path(names) => names.first(),
            PointExpr::Source(source) => source.kinds.first(),
            _ => None,
        };
        let Some(Symbol::Kind(kind)) = name.and_then(|name| self.symbol(&name.value)) else { return };
        let Some(ways) = self.stop_by_other(kind, scope.kind) else { return };
        let (row, subject) = (self.kind_name(kind), self.kind_name(scope.kind));
        for one in self.diagnostics.iter_mut().skip(before) {
            let own = match one.code {
                codes::NO_LINK => Text::new(
                    format!("an own record has a field of type `{subject}`: give `{row}` one; "),
                    format!("自身的记录须有类型为`{subject}`的字段，可给`{row}`加上；"),
                ),
                codes::BAD_EVENT => Text::new("", ""),
                _ => continue,
            };
            one.help = Some(Text::new(format!("{}{}", own.en, ways.en), format!("{}{}", own.zh, ways.zh)));
        }
    }

    /// Records of which every one is meant.
    fn every_record(&mut self, event: &EventExpr, scope: Scope) -> Option<Records> {
        self.all_rows_wanted = true;
        let found = self.occasion(event, scope);
        self.all_rows_wanted = false;
        let Occasion::Records(records) = found? else {
            return self.no_records(event.span);
        };
        if event.picks() {
            return self.no_records(event.span);
        }
        Some(records)
    }

    fn no_records(&mut self, span: Span) -> Option<Records> {
        self.error_with_help(
            codes::TERM_OPTIONS,
            span,
            text!("every record of a kind is meant here, not one event", "此处指某类的每条记录，不是单个事件"),
            text!(
                "write a kind of record, or `(KIND where ...)`, without `first` or `last`",
                "请写记录种类或`(种类 其中 …)`，不写`首个`、`末个`"
            ),
        );
        None
    }

    /// What two sides have alike under a name: a field of both, or the key of one to which the other refers.
    fn alike(&mut self, from: &Records, to: &Records, name: &Name) -> Option<(Expr, Expr)> {
        let one = self.side(from, to, name)?;
        let other = self.side(to, from, name)?;
        if one.1 != other.1 {
            let shown = &name.value;
            self.error(
                codes::NOTHING_SHARED,
                name.span,
                text!("`{shown}` is not of one type in both", "`{shown}`在两类记录中的类型不同"),
            );
            return None;
        }
        Some((one.0, other.0))
    }

    /// Keeps what one kind of records has; all kinds of a side have the same.
    fn agrees<T: PartialEq>(&mut self, found: &mut Option<T>, value: T, span: Span) -> Option<()> {
        if found.as_ref().is_some_and(|before| *before != value) {
            self.error(
                codes::MIXED_KINDS,
                span,
                text!("the records of one side have this field at different places", "同一侧各类记录中该字段位置不同"),
            );
            return None;
        }
        *found = Some(value);
        Some(())
    }

    /// The value of one side, and its type.
    fn side(&mut self, own: &Records, others: &Records, name: &Name) -> Option<(Expr, Type)> {
        let mut found: Option<(Expr, Type)> = None;
        for part in &own.rows.parts {
            let value = match self.field_of(part.kind, name) {
                Some(value) => value,
                None if others.rows.parts.iter().all(|other| self.refers(other.kind, name, part.kind)) => {
                    (Expr::Key, Type::Ref(part.kind))
                }
                None => {
                    let (shown, kind) = (&name.value, self.kind_name(part.kind));
                    let message =
                        Text::new(format!("`{kind}` has no field `{shown}`"), format!("`{kind}`没有字段`{shown}`"));
                    let fields =
                        self.kinds.get(part.kind).map(|kind| kind.fields.iter().map(|f| f.name.clone()).collect());
                    let choices: Vec<String> = fields.unwrap_or_default();
                    self.unknown(codes::UNKNOWN_FIELD, name, message, &choices);
                    return None;
                }
            };
            self.agrees(&mut found, value, name.span)?;
        }
        found
    }

    fn field_of(&self, kind: KindId, name: &Name) -> Option<(Expr, Type)> {
        let kind = self.kinds.get(kind)?;
        let field = kind.field_named(&name.value)?;
        Some((Expr::Field(vec![field]), kind.fields.get(field)?.ty.clone()))
    }

    fn refers(&self, kind: KindId, name: &Name, to: KindId) -> bool {
        self.field_of(kind, name).is_some_and(|(_, ty)| ty == Type::Ref(to))
    }
}
