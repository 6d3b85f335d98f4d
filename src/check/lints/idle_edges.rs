//! Records of a window that are compared with an edge of it which all of them pass: the author meant other days.

use super::walk::Reads;
use crate::check::checker::Checker;
use crate::check::codes;
use crate::check::frames::days_max;
use crate::check::sources::Rows;
use crate::check::types::span_words;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{AggFrame, CalendarUnit, CompareOp, Expr, FieldId, Frame, Id, MeasureId, TermUnit, Value};
use crate::source::Span;
use crate::syntax::tree::Item;

/// A comparison with an edge of the window that its records pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum IdleEdge {
    /// All of them, however long it is.
    Always,
    /// Those later than so long before its end, where it is no longer than that.
    Back(u32, TermUnit),
}

/// The most that a window has.
#[derive(Debug, Clone, Copy)]
struct Longest {
    days: u32,
    /// Months, where it never has more than so many whole ones.
    months: Option<u32>,
}

impl Longest {
    fn of(unit: CalendarUnit) -> Longest {
        let months = match unit {
            CalendarUnit::Year => 12,
            CalendarUnit::HalfYear => 6,
            CalendarUnit::Quarter => 3,
            _ => 1,
        };
        Longest { days: days_max(unit), months: Some(months) }
    }

    fn or(self, other: Longest) -> Longest {
        let months = self.months.zip(other.months).map(|(a, b)| a.max(b));
        Longest { days: self.days.max(other.days), months }
    }

    fn is_within(self, count: u32, unit: TermUnit) -> bool {
        let months = |each: u32| self.months.is_some_and(|most| most <= count.saturating_mul(each));
        match unit {
            TermUnit::Days => self.days <= count,
            TermUnit::Weeks => self.days <= count.saturating_mul(7),
            TermUnit::Months => months(1),
            TermUnit::Years => months(12),
            _ => false,
        }
    }
}

/// The most that a window of a frame has, as far as it can be told.
fn longest_of(frame: &Frame) -> Option<Longest> {
    Some(match frame {
        Frame::Every { count, unit, .. } => {
            let one = Longest::of(*unit);
            let months = one.months.map(|months| months.saturating_mul(*count));
            Longest { days: one.days.saturating_mul(*count), months }
        }
        Frame::On { .. } | Frame::Event => Longest::of(CalendarUnit::Day),
        Frame::Part { of, .. } => Longest::of(*of),
        _ => return None,
    })
}

impl Checker<'_> {
    /// Notes records without a time frame that are compared with an edge of the window.
    pub(in crate::check) fn note_idle_edges(&mut self, rows: &Rows) {
        let Some(conditions) = self.silent_frames.get(&rows.span).filter(|_| rows.frame == AggFrame::Window) else {
            return;
        };
        let mut edges = Vec::new();
        for part in rows.parts.iter().filter(|part| part.year_field.is_none()) {
            let Some(at) = self.kinds.get(part.kind).and_then(|kind| kind.at) else { continue };
            let lowered = match &part.filter {
                Some(Expr::And(parts)) => parts.as_slice(),
                Some(filter) => std::slice::from_ref(filter),
                None => continue,
            };
            let idle = lowered.iter().enumerate().find_map(|(place, one)| Some((place, idle_edge(one, at)?)));
            let Some((place, edge)) = idle else { continue };
            // What makes the rows a part of their kind stands before what is written.
            let written = (place + conditions.len()).checked_sub(lowered.len());
            let condition = written.and_then(|place| conditions.get(place)).copied().unwrap_or(rows.span);
            edges.push((rows.span, condition, edge));
        }
        edges.retain(|edge| !self.idle_edges.contains(edge));
        self.idle_edges.append(&mut edges);
    }

    pub(super) fn lint_idle_edges(&mut self) {
        for (span, condition, edge) in std::mem::take(&mut self.idle_edges) {
            let idle = match edge {
                IdleEdge::Always => true,
                IdleEdge::Back(count, unit) => {
                    self.longest_window(span).is_some_and(|longest| longest.is_within(count, unit))
                }
            };
            if idle {
                self.report_idle_edge(condition, edge);
            }
        }
    }

    fn report_idle_edge(&mut self, span: Span, edge: IdleEdge) {
        let message = text!(
            "without a time frame only records of the window count, and all of these pass the comparison with its edge",
            "未写时段的，只计窗口内的记录，而窗口内的记录全都满足与窗口起止的这一比较"
        );
        let (count, unit) = match edge {
            IdleEdge::Back(count, unit) => (count, unit),
            IdleEdge::Always => (12, TermUnit::Months),
        };
        let words = span_words(unit);
        let frame = Text::new(
            format!("in the last {count} {} to window end", words.en),
            format!("期末前 {count} {}", words.zh),
        );
        let help = Text::new(
            format!(
                "days that reach beyond the window are a time frame behind the condition: `{}`; else leave the comparison out",
                frame.en
            ),
            format!("要取窗口以外的日子，请在条件之后写时段：`{}`；否则删去这一比较", frame.zh),
        );
        self.push(Diagnostic::new(codes::IDLE_EDGE, Severity::Warning, span, message).with_help(help));
    }

    /// The most that a window has with which an expression at a place is read.
    fn longest_window(&self, place: Span) -> Option<Longest> {
        let periods = |every: Option<CalendarUnit>| Longest::of(every.unwrap_or(CalendarUnit::Day));
        let (_, item) = self.items().into_iter().find(|(_, item)| inside_of(item.span, place))?;
        match &item.value {
            Item::Assessment(item) => Some(periods(item.every.map(|every| every.value))),
            Item::Reward(item) => Some(Longest::of(item.every.value)),
            Item::Rule(item) => {
                let id = self.rule_names.get(&item.name.value)?;
                longest_of(&self.rules.get(id.index())?.as_ref()?.frame)
            }
            Item::Measure { .. } => {
                let (id, _) = self.measures.entries().find(|(_, measure)| inside_of(measure.place(), place))?;
                self.longest_of_readers(id)
            }
            _ => None,
        }
    }

    /// The most that a window has in which a measure is read: that of any assessment or reward, and of the rules that
    /// read it.
    fn longest_of_readers(&self, id: MeasureId) -> Option<Longest> {
        let output = self.measures.get(id)?.output.map(Longest::of);
        let assessments = self.assessments.iter().flatten();
        let assessments = assessments.map(|one| Longest::of(one.every.unwrap_or(CalendarUnit::Day)));
        let rewards = self.rewards.iter().flatten().map(|reward| Longest::of(reward.every));
        let mut all: Vec<Longest> = output.into_iter().chain(assessments).chain(rewards).collect();
        for rule in self.rules.iter().flatten() {
            let mut reads = Reads::new(self);
            reads.rule(rule);
            if reads.reads_measure(id) {
                all.push(longest_of(&rule.frame)?);
            }
        }
        all.into_iter().reduce(Longest::or)
    }
}

fn inside_of(outer: Span, inner: Span) -> bool {
    outer.source == inner.source && outer.start <= inner.start && inner.end <= outer.end
}

/// A comparison of a record's own moment with an edge of its window that it passes.
fn idle_edge(filter: &Expr, at: FieldId) -> Option<IdleEdge> {
    let (op, edge) = match filter {
        Expr::Compare(op, a, b) if is_own(a, at) => (*op, b),
        Expr::Compare(op, a, b) if is_own(b, at) => (turned(*op), a),
        _ => return None,
    };
    match (op, edge.as_ref()) {
        (CompareOp::Ge, Expr::WindowStart) | (CompareOp::Le, Expr::WindowEnd) => Some(IdleEdge::Always),
        (_, Expr::Shift { from, amount, unit, .. }) => {
            let Expr::Const(Value::Number(number), _) = amount.as_ref() else { return None };
            let earlier = number.num() < 0;
            if number.num() == 0 {
                return None;
            }
            match (op, from.as_ref(), earlier) {
                (CompareOp::Gt | CompareOp::Ge, Expr::WindowStart, true)
                | (CompareOp::Lt | CompareOp::Le, Expr::WindowEnd, false) => Some(IdleEdge::Always),
                (CompareOp::Gt | CompareOp::Ge, Expr::WindowEnd, true) => {
                    let count = number.neg().ok().filter(|number| number.is_int())?.num();
                    Some(IdleEdge::Back(u32::try_from(count).ok()?, *unit))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn is_own(expr: &Expr, at: FieldId) -> bool {
    matches!(expr, Expr::Field(path) if path.as_slice() == [at])
}

/// The comparison with its sides exchanged.
fn turned(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        same => same,
    }
}
