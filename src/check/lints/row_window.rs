//! Measures of records that are read where the records are counted, and do not say over which time they are taken.

use crate::check::checker::Checker;
use crate::check::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{AggFrame, AggId, Expr, KindId, MeasureId, Role, Source};
use crate::source::Span;
use std::collections::BTreeSet;

impl Checker<'_> {
    /// A record that is counted is read with the window of whoever counts: a year, though it may lie in a day of it.
    pub(super) fn lint_row_window(&mut self) {
        let of_counters: BTreeSet<AggId> =
            self.counters.iter().flatten().flat_map(|counter| counter.records()).collect();
        let mut read: BTreeSet<MeasureId> = BTreeSet::new();
        // A counter reads each of its records on its own day.
        for (_, agg) in self.aggs.entries().filter(|(id, _)| !of_counters.contains(id)) {
            let Source::Rows(part) = &agg.source else { continue };
            if self.is_record_kind(part.kind) {
                let exprs = part.filter.iter().chain(agg.op.exprs());
                exprs.for_each(|expr| self.measures_in(expr, &mut read));
            }
        }
        let mut warnings = Vec::new();
        for id in read {
            let Some(measure) = self.measures.get(id).filter(|measure| self.is_silent(measure.place())) else {
                continue;
            };
            if !measure.expr().is_some_and(|expr| self.reads_window(expr)) {
                continue;
            }
            let shown = &measure.name.value;
            let message = text!(
                "`{shown}` does not say over which time it is taken: where its records are counted, that is the window of whoever counts",
                "`{shown}`没有写明取哪段时间：其记录被计数时，取的是计数者的窗口"
            );
            let help = text!(
                "write `in window` if that is meant, else the time of the record itself: `ever`, `in the 30 days up to FIELD`",
                "如确为此意，请写`窗口内`；否则请写记录自身的时间：`历来`、`近 30 天 截至 字段`"
            );
            let place = measure.name.span;
            warnings.push(Diagnostic::new(codes::ROW_WINDOW, Severity::Warning, place, message).with_help(help));
        }
        self.diagnostics.append(&mut warnings);
        self.lint_two_windows(&of_counters);
    }

    /// A measure that hangs on the window, read on a record's own day by a counter and in the window of whoever counts elsewhere.
    fn lint_two_windows(&mut self, of_counters: &BTreeSet<AggId>) {
        let (mut by_day, mut by_window) = (BTreeSet::new(), BTreeSet::new());
        for (id, agg) in self.aggs.entries() {
            let parts = match &agg.source {
                Source::Rows(part) => std::slice::from_ref(part),
                Source::Records(parts) => parts.as_slice(),
                Source::Sharing(_) => continue,
            };
            let found = if of_counters.contains(&id) { &mut by_day } else { &mut by_window };
            let filters =
                parts.iter().filter(|part| self.is_record_kind(part.kind)).filter_map(|part| part.filter.as_ref());
            filters.chain(agg.op.exprs()).for_each(|expr| self.all_measures_in(expr, found));
        }
        let mut warnings = Vec::new();
        for id in by_day.intersection(&by_window) {
            let Some(measure) = self.measures.get(*id) else { continue };
            if !measure.expr().is_some_and(|expr| self.hangs_on_window(expr)) {
                continue;
            }
            let shown = &measure.name.value;
            let message = text!(
                "`{shown}` hangs on the window: a counter reads it on the day of each record, while other places that count these records read it in the window of whoever counts",
                "`{shown}`随窗口而变：记分按每条记录当日读取，别处计数这些记录时则按计数者的窗口读取，两者不同"
            );
            let help = text!(
                "to read it on the record's day everywhere, assess the records (`assessment a for each RECORD`) and take `points of a over RECORD`",
                "若各处都要按记录当日读取，请以记录为考核对象（`考核 甲 对 每个 记录`），再取其`得分 于 甲`"
            );
            warnings.push(
                Diagnostic::new(codes::ROW_WINDOW, Severity::Warning, measure.name.span, message).with_help(help),
            );
        }
        self.diagnostics.append(&mut warnings);
    }

    /// The measures that an expression reads, of the row or of what it refers to, and those that these read.
    fn all_measures_in(&self, expr: &Expr, found: &mut BTreeSet<MeasureId>) {
        if let Expr::Measure(id) | Expr::Through(_, id) = expr
            && found.insert(*id)
            && let Some(inner) = self.measures.get(*id).and_then(|measure| measure.expr())
        {
            self.all_measures_in(inner, found);
        }
        expr.children().into_iter().for_each(|child| self.all_measures_in(child, found));
    }

    /// Whether an expression takes records of days that are told from the window.
    fn hangs_on_window(&self, expr: &Expr) -> bool {
        let told = |id: AggId| {
            let frame = self.aggs.get(id).map(|agg| &agg.frame);
            matches!(frame, Some(AggFrame::Window | AggFrame::Last { .. } | AggFrame::BeforeStart | AggFrame::UpToEnd))
        };
        expr.aggs().into_iter().any(told) || expr.children().into_iter().any(|child| self.hangs_on_window(child))
    }

    fn is_record_kind(&self, kind: KindId) -> bool {
        self.kinds.get(kind).is_some_and(|kind| kind.role == Role::Record)
    }

    /// The measures of the row that an expression reads, and those that these read.
    fn measures_in(&self, expr: &Expr, found: &mut BTreeSet<MeasureId>) {
        if let Expr::Measure(id) = expr
            && found.insert(*id)
            && let Some(inner) = self.measures.get(*id).and_then(|measure| measure.expr())
        {
            self.measures_in(inner, found);
        }
        expr.children().into_iter().for_each(|child| self.measures_in(child, found));
    }

    /// Whether records without a time frame are written in a place.
    fn is_silent(&self, place: Span) -> bool {
        let inside = |span: &Span| span.source == place.source && place.start <= span.start && span.end <= place.end;
        self.silent_frames.iter().any(inside)
    }

    /// Whether an expression takes records of the window.
    fn reads_window(&self, expr: &Expr) -> bool {
        let taken = |id: AggId| self.aggs.get(id).is_some_and(|agg| agg.frame == AggFrame::Window);
        expr.aggs().into_iter().any(taken) || expr.children().into_iter().any(|child| self.reads_window(child))
    }
}
