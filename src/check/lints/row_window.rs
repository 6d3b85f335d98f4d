//! Measures of records that are read with a window that is not the record's own, and do not say over which time they are
//! taken, or mix that window with the record's own time.

use crate::check::checker::Checker;
use crate::check::codes;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{AggFrame, AggId, Expr, KindId, MeasureId, Requirement, Role, Source};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// From where a measure of a record is read with a window that is not the record's own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Reader {
    /// Its records are counted: the window of whoever counts.
    Counts,
    /// They stand beside the record that asks: its window.
    Beside,
    /// A row refers to them: the window of that row.
    Refers,
    /// A rule with a term: the term.
    Term(String),
}

impl Checker<'_> {
    /// A record that is counted is read with the window of whoever counts: a year, though it may lie in a day of it. So is
    /// one beside the record that asks, or one that a row refers to, and the record of a rule with a term.
    pub(super) fn lint_row_window(&mut self) {
        let of_counters: BTreeSet<AggId> =
            self.counters.iter().flatten().flat_map(|counter| counter.records()).collect();
        let mut warnings = Vec::new();
        for (id, reader) in self.read_elsewhere(&of_counters) {
            let Some(measure) = self.measures.get(id) else { continue };
            let Some(expr) = measure.expr() else { continue };
            let name = &measure.name.value;
            let moment =
                measure.kind().and_then(|kind| self.kinds.get(kind)).and_then(|kind| kind.fields.get(kind.at?));
            let day = moment.map_or("FIELD", |field| field.name.as_str());
            let (message, help) = if self.is_silent(measure.place()) && self.reads_window(expr) {
                let help = text!(
                    "write `in window` if that is meant, else the time of the record itself: `ever`, `dated from {day} to {day}`, `in the 30 days up to {day}`",
                    "如确为此意，请写`窗口内`；否则请写记录自身的时间：`历来`、`起自 {day} 至 {day}`、`近 30 天 截至 {day}`"
                );
                (reader.of_silent(name), help)
            } else if self.mixes_edge(expr) {
                let help = text!(
                    "to mean the record's own day, write `{day}` where `window start` or `window end` stands",
                    "如指记录自身的那一天，请把`期初`、`期末`写作`{day}`"
                );
                (reader.of_edge(name), help)
            } else {
                continue;
            };
            let place = measure.name.span;
            warnings.push(Diagnostic::new(codes::ROW_WINDOW, Severity::Warning, place, message).with_help(help));
        }
        self.diagnostics.append(&mut warnings);
        self.lint_two_windows(&of_counters);
    }

    /// Measures of records that are read with another window than the record's own, each with one of its readers.
    fn read_elsewhere(&self, of_counters: &BTreeSet<AggId>) -> BTreeMap<MeasureId, Reader> {
        let mut found: BTreeMap<MeasureId, Reader> = BTreeMap::new();
        let mut note = |reader: &Reader, read: BTreeSet<MeasureId>| {
            for id in read {
                found.entry(id).or_insert_with(|| reader.clone());
            }
        };
        let referring = |expr: &Expr| {
            let mut read = BTreeSet::new();
            self.measures_referred_to(expr, &mut read);
            read
        };
        // A counter reads each of its records on its own day.
        for (_, agg) in self.aggs.entries().filter(|(id, _)| !of_counters.contains(id)) {
            let (part, reader) = match &agg.source {
                Source::Rows(part) => (part, Reader::Counts),
                Source::Sharing(sharing) => (&sharing.part, Reader::Beside),
                Source::Records(_) => continue,
            };
            for expr in part.filter.iter().chain(agg.op.exprs()) {
                if self.is_record_kind(part.kind) {
                    let mut read = BTreeSet::new();
                    self.measures_in(expr, &mut read);
                    note(&reader, read);
                }
                note(&Reader::Refers, referring(expr));
            }
        }
        for rule in self.rules.iter().flatten() {
            let conditions = rule.scope.iter().chain(&rule.excused).chain(conditions_of(&rule.requirement));
            let term = Reader::Term(rule.name.clone());
            for expr in conditions {
                if self.is_record_kind(rule.subject) && !rule.requirement.terms().is_empty() {
                    let mut read = BTreeSet::new();
                    self.measures_in(expr, &mut read);
                    note(&term, read);
                }
                note(&Reader::Refers, referring(expr));
            }
        }
        for expr in self.measures.iter().filter_map(|measure| measure.expr()) {
            note(&Reader::Refers, referring(expr));
        }
        found
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

    /// The measures of records that an expression reads through references, and those that these read of the record.
    fn measures_referred_to(&self, expr: &Expr, found: &mut BTreeSet<MeasureId>) {
        if let Expr::Through(_, id) = expr
            && let Some(measure) =
                self.measures.get(*id).filter(|measure| measure.kind().is_some_and(|kind| self.is_record_kind(kind)))
            && found.insert(*id)
            && let Some(inner) = measure.expr()
        {
            self.measures_in(inner, found);
        }
        expr.children().into_iter().for_each(|child| self.measures_referred_to(child, found));
    }

    /// Whether records without a time frame are written in a place.
    fn is_silent(&self, place: Span) -> bool {
        let inside = |span: &Span| span.source == place.source && place.start <= span.start && span.end <= place.end;
        self.silent_frames.keys().any(inside)
    }

    /// Whether an expression takes records of the row's own time, and in doing so compares with an edge of the window.
    fn mixes_edge(&self, expr: &Expr) -> bool {
        let mixes = |id: AggId| {
            let Some(agg) = self.aggs.get(id) else { return false };
            let read: Vec<&Expr> =
                agg.source.parts().iter().filter_map(|part| part.filter.as_ref()).chain(agg.op.exprs()).collect();
            let own = matches!(&agg.frame, AggFrame::Dated { from, until }
                if !from.iter().chain(until).any(|side| has_edge(side)));
            own && read.iter().any(|expr| has_edge(expr)) || read.iter().any(|expr| self.mixes_edge(expr))
        };
        expr.aggs().into_iter().any(mixes) || expr.children().into_iter().any(|child| self.mixes_edge(child))
    }

    /// Whether an expression takes records of the window.
    fn reads_window(&self, expr: &Expr) -> bool {
        let taken = |id: AggId| self.aggs.get(id).is_some_and(|agg| agg.frame == AggFrame::Window);
        expr.aggs().into_iter().any(taken) || expr.children().into_iter().any(|child| self.reads_window(child))
    }
}

/// Whether an expression reads the first or last day of the window.
fn has_edge(expr: &Expr) -> bool {
    matches!(expr, Expr::WindowStart | Expr::WindowEnd) || expr.children().into_iter().any(has_edge)
}

impl Reader {
    /// Of a measure that compares with an edge of the window.
    fn of_edge(&self, measure: &str) -> Text {
        let (en, zh) = self.whose();
        Text::new(
            format!("`{measure}` takes records of the record's own time and compares them with the window: {en}"),
            format!("`{measure}`按记录自身的时间取记录，却与窗口的起止相比：{zh}"),
        )
    }

    /// Of a measure that does not say over which time it is taken.
    fn of_silent(&self, measure: &str) -> Text {
        let (en, zh) = self.whose();
        Text::new(
            format!("`{measure}` does not say over which time it is taken: {en}"),
            format!("`{measure}`没有写明取哪段时间：{zh}"),
        )
    }

    /// Where it is read, and whose window that is.
    fn whose(&self) -> (String, String) {
        let (en, zh) = match self {
            Reader::Counts => (
                "where its records are counted, that is the window of whoever counts",
                "其记录被计数时，用的是计数者的窗口",
            ),
            Reader::Beside => (
                "where it is taken of records beside the one that asks, that is the window of the one that asks",
                "取并列记录的这一指标时，用的是读取它的那条记录的窗口，而不是该并列记录自身的",
            ),
            Reader::Refers => (
                "where it is read through a reference, that is the window of the row that refers",
                "经引用读取时，用的是引用它的那一行的窗口",
            ),
            Reader::Term(rule) => {
                return (
                    format!("in rule `{rule}` that is the term, not the record's own day"),
                    format!("在规则`{rule}`中，用的是期限的起止，而不是记录自身的那一天"),
                );
            }
        };
        (en.to_owned(), zh.to_owned())
    }
}

/// Conditions and numbers of a requirement, those of its terms apart.
fn conditions_of(requirement: &Requirement) -> Vec<&Expr> {
    match requirement {
        Requirement::All(parts) | Requirement::Any(parts) => parts.iter().flat_map(conditions_of).collect(),
        Requirement::Condition(expr) => vec![expr],
        Requirement::Count(count) => {
            let bounds = count.at_least.iter().chain(&count.at_most);
            let per = count.per.iter().flat_map(|per| [&per.each, &per.base]);
            std::iter::once(&count.measured).chain(bounds).chain(per).collect()
        }
        Requirement::Term(_) | Requirement::Sequence(_) | Requirement::Gap(_) => Vec::new(),
    }
}
