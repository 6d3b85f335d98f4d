//! Sources: the kinds or parts whose rows are counted, their links, filters and frames.

use super::checker::{Checker, Place, Reader, Scope};
use super::codes;
use super::constants::plain;
use super::parts::both;
use super::siblings::Beside;
use crate::model::{
    Acting, Agg, AggFrame, AggId, AggOp, Expr, FieldId, Hours, KindId, Link, Ratio, Role, Sharing, Source, SourcePart,
    TermUnit, Thin, Ties,
};
use crate::source::Span;
use crate::syntax::tree::{self, SourceExpr, SourceFrame, Spanned};
use std::sync::Arc;

/// A source, looked up.
pub(super) struct Rows {
    pub(super) parts: Vec<SourcePart>,
    pub(super) records: bool,
    pub(super) frame: AggFrame,
    pub(super) thin: Option<Thin>,
    pub(super) day_starts: Option<Spanned<u32>>,
    /// They are rows beside the subject.
    pub(super) beside: Option<Beside>,
    pub(super) span: Span,
}

impl Checker<'_> {
    /// The aggregate over looked-up rows. Records whose filter or value reads more than the record are taken as rows of
    /// their own; `None`: reported.
    pub(super) fn over(&mut self, rows: Rows, op: AggOp) -> Option<Expr> {
        self.day_start(&rows, None)?;
        self.note_idle_edges(&rows);
        let Rows { mut parts, records, frame, thin, day_starts, beside, span } = rows;
        let day_starts = day_starts.map_or(0, |said| said.value);
        parts.iter_mut().for_each(|part| part.day_starts = day_starts);
        // Of n records that share the first place each counts for 1/n.
        let op = match (op, parts.iter().find_map(|part| part.first.as_ref()).map(|first| first.ties)) {
            (AggOp::Count, Some(Ties::Shared)) => AggOp::Sum(plain(Ratio::ONE)),
            (op @ AggOp::Sum(_), _) => op,
            (_, Some(Ties::Shared)) => return self.no_shares(span),
            (op, _) => op,
        };
        let exprs = parts.iter().filter_map(|part| part.filter.as_ref()).chain(crate::program::op_exprs(&op));
        let beyond = records && exprs.into_iter().any(beyond_record);
        if let (Some(Beside { on, itself, .. }), 1) = (beside, parts.len()) {
            let part = parts.remove(0);
            self.needs_key(part.kind, span);
            let source = Source::Sharing(Box::new(Sharing { part, on, itself }));
            return Some(Expr::Agg(self.intern(Agg { op, source, frame, thin })));
        }
        let source = match parts.len() {
            1 if !records => Source::Rows(parts.remove(0)),
            1 if beyond
                && thin.is_none()
                && parts.first().is_some_and(|part| part.year_field.is_none() && part.day_starts == 0) =>
            {
                let part = parts.remove(0);
                self.needs_key_as_rows(part.kind, span);
                Source::Rows(part)
            }
            1 if beyond && day_starts > 0 => {
                self.record_only_by_days(span);
                return None;
            }
            _ if beyond => {
                self.record_only(span);
                return None;
            }
            _ => Source::Records(parts),
        };
        Some(Expr::Agg(self.intern(Agg { op, source, frame, thin })))
    }

    /// An aggregate over records whose filters read the records only, as events demand; `None`: reported.
    pub(super) fn of_records(&mut self, rows: Rows, op: AggOp) -> Option<AggId> {
        self.day_start_idle(rows.day_starts)?;
        self.not_beside(&rows)?;
        let Rows { parts, frame, thin, span, .. } = rows;
        if parts.iter().filter_map(|part| part.filter.as_ref()).any(beyond_record) {
            self.record_only(span);
            return None;
        }
        Some(self.intern(Agg { op, source: Source::Records(parts), frame, thin }))
    }
}

impl Checker<'_> {
    /// Records that are picked by hours over midnight (or looked at in such) say on which day those of the small hours count; `None`: reported.
    pub(super) fn day_start(&mut self, rows: &Rows, hours: Option<&Hours>) -> Option<()> {
        let by_days =
            matches!(rows.frame, AggFrame::Window | AggFrame::UpToEnd | AggFrame::BeforeStart | AggFrame::Last { .. });
        if let Some(said) = rows.day_starts {
            if !rows.records || (!by_days && said.value > 0) {
                return self.day_start_idle(Some(said));
            }
            if said.value >= 24 * 60 {
                self.error(
                    codes::BAD_CLOCK,
                    said.span,
                    text!("a day starts between 00:00 and 23:59", "一日的起点须在 00:00 至 23:59 之间"),
                );
                return None;
            }
            return Some(());
        }
        let asked = rows.parts.iter().find_map(|part| {
            let at = self.kinds.get(part.kind)?.at?;
            part.filter.as_ref().and_then(|filter| night_of(filter, at))
        });
        let asked = asked.or_else(|| hours?.spans.first().map(|span| span.1));
        let Some(morning) = asked.filter(|_| rows.records && by_days) else { return Some(()) };
        let time = format!("{:02}:{:02}", morning / 60, morning % 60);
        self.error_with_help(
            codes::CHOOSE_DAY_START,
            rows.span,
            text!(
                "these hours run over midnight: say on which day a record of the small hours counts",
                "该时段跨零点，须说明零点以后的记录计入哪一日"
            ),
            text!(
                "add `day starts {time}` (it counts for the day before) or `day starts 00:00` (for its own)",
                "请加上`一日 始于 {time}`（计入前一日）或`一日 始于 00:00`（计入当日）"
            ),
        );
        None
    }

    /// Reports the start of a day where days do not matter.
    pub(super) fn day_start_idle(&mut self, said: Option<Spanned<u32>>) -> Option<()> {
        let Some(said) = said else { return Some(()) };
        self.error(
            codes::CHOICE_IDLE,
            said.span,
            text!("these rows are not taken by days", "此处不按日取数，无须说明一日的起点"),
        );
        None
    }
}

/// The end of the hours over midnight that a condition asks of a record's own time, in minutes of the day.
fn night_of(filter: &Expr, at: FieldId) -> Option<u32> {
    match filter {
        Expr::InHours(time, hours) if hours.crosses_midnight() && **time == Expr::Field(vec![at]) => {
            hours.spans.first().map(|span| span.1)
        }
        other => other.children().into_iter().find_map(|part| night_of(part, at)),
    }
}

/// Whether an expression over a record reads more than its fields: measures, aggregates, the window, results.
pub(super) fn beyond_record(expr: &Expr) -> bool {
    match expr {
        Expr::Measure(_)
        | Expr::Through(..)
        | Expr::Agg(_)
        | Expr::Cover(_)
        | Expr::Tally(_)
        | Expr::Result(..)
        | Expr::ResultVia(..)
        | Expr::Line(_)
        | Expr::Counter(..)
        | Expr::WindowStart
        | Expr::WindowEnd => true,
        other => other.children().into_iter().any(beyond_record),
    }
}

impl Checker<'_> {
    /// Who reads results at a place, if anyone may.
    pub(super) fn reader(&self, scope: Scope) -> Option<Reader> {
        match scope.place {
            Place::Assessment { id, .. } => {
                let unit = self.assessment_decls.get(id)?.item.every.map(|every| every.value);
                Some(Reader { id: Some(id), unit })
            }
            Place::Reward { unit } => Some(Reader { id: None, unit: Some(unit) }),
            Place::Row { inside } => inside,
            Place::Subject | Place::Rule => None,
        }
    }

    /// Looks a source up for the subjects of a scope. `must_say`: in a tree, `of` or `in` must be said.
    pub(super) fn rows(&mut self, source: &SourceExpr, scope: Scope, must_say: bool) -> Option<Rows> {
        let kinds = self.source_kinds(source)?;
        let records = kinds.iter().all(|(kind, _)| self.is_record(*kind));
        let frame = self.source_frame(source.frame.as_ref(), records, scope)?;
        if source.frame.is_none() && records {
            let conditions = source.filter.as_deref().map(tree::Expr::conditions).unwrap_or_default();
            self.silent_frames.insert(source.span, conditions.into_iter().map(|condition| condition.span).collect());
        }
        let thin = self.thin(&source.thin, records, kinds.len(), source.span)?;
        let beside = match &source.siblings {
            Some(siblings) => Some(self.rows_beside(siblings, source, &kinds, scope)?),
            None => None,
        };
        if let (None, true, Some(beside)) = (&source.frame, scope.place.has_own_window(), &beside) {
            self.earlier_in_a_day(beside, &kinds, scope.kind);
        }
        let in_tree = self.kinds.get(scope.kind).is_some_and(|kind| kind.parent.is_some());
        if must_say && in_tree && source.inside.is_none() && beside.is_none() {
            let shown = self.kind_name(scope.kind);
            self.error_with_help(
                codes::CHOOSE_OF_OR_IN,
                source.span,
                text!(
                    "`{shown}` is a tree: say whether rows of those below count too",
                    "`{shown}`是树形，须说明是否计入下级"
                ),
                text!("write `of` for its own rows only, `in` for those below too", "只计本级写`的`，连同下级写`内`"),
            );
            return None;
        }
        let inside_tree = source.inside.as_ref().is_some_and(|inside| inside.value);
        let mut parts = Vec::new();
        let mut sound = true;
        for (kind, part) in kinds {
            let link = match &beside {
                Some(_) => Some(Link::Whole),
                None => self.link(kind, scope.kind, source.via.as_ref(), inside_tree, source.span),
            };
            let row = self.row_scope(kind, self.reader(scope));
            let filter = self.optional_condition(source.filter.as_deref(), row);
            match (link, filter) {
                (Some(link), Ok(filter)) => {
                    let acting = Acting::InPerson;
                    let filter = both(part, filter);
                    parts.push(SourcePart { kind, link, acting, filter, first: None, year_field: None, day_starts: 0 });
                }
                _ => sound = false,
            }
        }
        if !sound {
            return None;
        }
        let links: Vec<Link> = parts.iter().map(|part| part.link.clone()).collect();
        let acting = self.who(source, records, &links, scope)?;
        for part in &mut parts {
            part.acting = acting;
        }
        if let Some(first) = self.first_per(source, records, &parts)? {
            let first = Arc::new(first);
            parts.iter_mut().for_each(|part| part.first = Some(Arc::clone(&first)));
        }
        Some(Rows { parts, records, frame, thin, day_starts: source.day_starts, beside, span: source.span })
    }

    /// Kinds of records with their conditions, wherever they lead; `None`: reported.
    pub(super) fn loose_records(&mut self, source: &SourceExpr) -> Option<Vec<(KindId, Option<Expr>)>> {
        let mut found = Vec::new();
        for (kind, part) in self.source_kinds(source)? {
            if !self.is_record(kind) {
                self.bad_first(
                    source.span,
                    text!("rows of a register have no date and no order", "登记册的行没有日期，也没有先后"),
                );
                return None;
            }
            let row = self.row_scope(kind, None);
            let filter = both(part, self.optional_condition(source.filter.as_deref(), row).ok()?);
            if filter.as_ref().is_some_and(beyond_record) {
                self.record_only(source.span);
                return None;
            }
            found.push((kind, filter));
        }
        Some(found)
    }

    /// The kinds of a source with the conditions of their parts; parts of one kind are one with `or`.
    fn source_kinds(&mut self, source: &SourceExpr) -> Option<Vec<(KindId, Option<Expr>)>> {
        let found: Vec<_> = source.kinds.iter().map(|name| self.subject(name)).collect();
        let mut kinds: Vec<(KindId, Option<Expr>)> = Vec::new();
        for (kind, filter) in found.into_iter().collect::<Option<Vec<_>>>()? {
            match kinds.iter_mut().find(|(other, _)| *other == kind) {
                Some((_, known)) => {
                    *known = match (known.take(), filter) {
                        (Some(a), Some(b)) => Some(either(a, b)),
                        _ => None,
                    };
                }
                None => kinds.push((kind, filter)),
            }
        }
        let whole = kinds.iter().find(|(kind, _)| self.kinds.get(*kind).is_some_and(|k| k.role == Role::Whole));
        if let Some((kind, _)) = whole {
            let shown = self.kind_name(*kind);
            self.error(
                codes::MIXED_KINDS,
                source.span,
                text!("`{shown}` is the whole: there is nothing to count", "`{shown}`是全域，不能计数"),
            );
            return None;
        }
        let registers = kinds.iter().filter(|(kind, _)| !self.is_record(*kind)).count();
        if registers > 0 && kinds.len() > 1 {
            self.error_with_help(
                codes::MIXED_KINDS,
                source.span,
                text!("only records are counted together", "只有记录可以合并计数"),
                text!(
                    "count each entity by itself and add: `count of A + count of B`",
                    "实体请分别计数再相加：`计数 A + 计数 B`"
                ),
            );
            return None;
        }
        Some(kinds)
    }

    pub(super) fn is_record(&self, kind: KindId) -> bool {
        self.kinds.get(kind).is_some_and(|kind| kind.role == Role::Record)
    }

    fn source_frame(&mut self, frame: Option<&Spanned<SourceFrame>>, records: bool, scope: Scope) -> Option<AggFrame> {
        let Some(frame) = frame else { return Some(AggFrame::Window) };
        if !records {
            self.error_with_help(
                codes::BAD_ROW_FRAME,
                frame.span,
                text!("rows of a register have no date to take a time frame by", "登记册的行没有日期，不能限定时段"),
                text!("they are counted on the window's last day", "登记册按期末当日计数"),
            );
            return None;
        }
        Some(match &frame.value {
            SourceFrame::Window => AggFrame::Window,
            SourceFrame::UpToEnd => AggFrame::UpToEnd,
            SourceFrame::BeforeStart => AggFrame::BeforeStart,
            SourceFrame::Ever => AggFrame::Ever,
            SourceFrame::Last { count, unit, at_end } => {
                self.frame_length(*count, *unit, frame.span)?;
                AggFrame::Last { count: *count, unit: *unit, at_end: *at_end }
            }
            SourceFrame::UpTo { count, unit, at } => {
                self.frame_length(*count, *unit, frame.span)?;
                let until = self.frame_bound(at, scope)?;
                AggFrame::units_up_to(*count, *unit, until)
            }
            SourceFrame::Dated { from, until } => {
                let mut bound = |expr: &Option<Box<tree::Expr>>| match expr {
                    Some(expr) => self.frame_bound(expr, scope).map(Some),
                    None => Some(None),
                };
                let (from, until) = (bound(from), bound(until));
                AggFrame::Dated { from: from?, until: until? }
            }
            SourceFrame::SinceLast(source) => {
                let rows = self.rows(source, scope, false)?;
                self.not_beside(&rows)?;
                let at = match rows.parts.as_slice() {
                    [part] if rows.records => self.kinds.get(part.kind)?.at?,
                    _ => {
                        self.error_with_help(
                            codes::BAD_ROW_FRAME,
                            source.span,
                            text!("`since last` needs one kind of record", "`自上次`之后须为一种记录"),
                            text!("write the kind, or a named part of it", "请写一种记录或其中定义的部分"),
                        );
                        return None;
                    }
                };
                let frame = if source.frame.is_some() { rows.frame.clone() } else { AggFrame::UpToEnd };
                let last = self.over(Rows { frame, ..rows }, AggOp::Last(Expr::Field(vec![at])))?;
                let Expr::Agg(last) = last else { return None };
                AggFrame::SinceLast(last)
            }
        })
    }

    fn frame_bound(&mut self, at: &tree::Expr, scope: Scope) -> Option<Box<Expr>> {
        self.moment(at, scope).map(Box::new)
    }

    pub(super) fn frame_length(&mut self, count: u32, unit: TermUnit, span: Span) -> Option<()> {
        let whole_days = matches!(unit, TermUnit::Days | TermUnit::Weeks | TermUnit::Months | TermUnit::Years);
        if !whole_days || count == 0 {
            self.error(
                codes::BAD_ROW_FRAME,
                span,
                text!("a time frame is one or more days, weeks, months or years", "时段须为一个以上的天、周、月或年"),
            );
            return None;
        }
        Some(())
    }

    /// The id of an aggregate; equal ones share one.
    pub(super) fn intern(&mut self, agg: Agg) -> AggId {
        let described = format!("{agg:?}");
        if let Some(id) = self.agg_ids.get(&described) {
            return *id;
        }
        let id = self.aggs.push(agg);
        self.agg_ids.insert(described, id);
        id
    }
}

/// Either condition.
pub(super) fn either(a: Expr, b: Expr) -> Expr {
    match a {
        Expr::Or(mut parts) => {
            parts.push(b);
            Expr::Or(parts)
        }
        a => Expr::Or(vec![a, b]),
    }
}
