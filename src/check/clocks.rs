//! Clocks: the hours of the day that count, by name or as they stand.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::types::Ty;
use crate::diagnostic::Diagnostic;
use crate::model::{ClockDecl, ClockId, Expr, Hours, TermUnit};
use crate::syntax::tree::{self, HoursExpr, Item, Name};

impl Checker<'_> {
    /// Clocks of all units, after the calendars.
    pub(super) fn resolve_clocks(&mut self) {
        for (_, item) in self.items() {
            let Item::Clock(clock) = &item.value else { continue };
            let name = clock.name.value.as_str();
            if let Some((_, first)) = self.clock_names.get(name) {
                let first = *first;
                self.duplicate(name, clock.name.span, first);
                continue;
            }
            let calendar = match &clock.calendar {
                None => None,
                Some(name) => match self.calendar(name) {
                    None => continue,
                    found => found,
                },
            };
            let mut spans: Vec<(u32, u32)> = Vec::new();
            let mut night = 0;
            let mut end: Option<(u32, crate::source::Span)> = None;
            for span in &clock.spans {
                let (from, to) = span.value;
                // Over midnight: the part of the next day comes first in a day.
                let over = from > to && calendar.is_none();
                let (to, small_hours) = if over { (24 * 60, to) } else { (to, 0) };
                if from >= to {
                    self.error_with_help(
                        codes::BAD_CLOCK,
                        span.span,
                        text!(
                            "a span of a clock ends after it starts, on the same day",
                            "时钟的时段须止于起点之后，且在同一天"
                        ),
                        text!(
                            "a clock without a calendar runs every day, and its last span may end after midnight: `clock night {{ 18:00 to 06:00 }}`",
                            "不按日历的时钟每天运行，末段可以跨零点：`时钟 夜间 {{ 18:00 至 06:00 }}`"
                        ),
                    );
                } else if small_hours > clock.spans.first().map_or(0, |first| first.value.0) {
                    let message = text!("spans of a clock follow each other", "时钟的各时段须依次排列，互不重叠");
                    self.error(codes::BAD_CLOCK, span.span, message);
                } else if let Some((before, place)) = end
                    && from < before
                {
                    let message = text!("spans of a clock follow each other", "时钟的各时段须依次排列，互不重叠");
                    let diagnostic = Diagnostic::error(codes::BAD_CLOCK, span.span, message);
                    self.push(diagnostic.with_secondary(place, text!("this one ends later", "此段结束更晚")));
                } else {
                    // Spans that touch are one: where the first closes, the next is open.
                    match spans.last_mut() {
                        Some(last) if last.1 == from => last.1 = to,
                        _ => spans.push((from, to)),
                    }
                }
                end = Some((to, span.span));
                night = night.max(small_hours);
            }
            match spans.first_mut() {
                Some(first) if night == first.0 && night > 0 => first.0 = 0,
                _ if night > 0 => spans.insert(0, (0, night)),
                _ => {}
            }
            let id = self.clocks.push(ClockDecl { name: name.to_owned(), hours: Hours { calendar, spans } });
            self.clock_names.insert(name, (id, clock.name.span));
        }
    }

    /// The clock of a term; `None`: reported.
    pub(super) fn clock_of(&mut self, name: &Name, unit: TermUnit) -> Option<ClockId> {
        let id = self.clock_named(name)?;
        let runs = self.clocks.get(id).is_some_and(|clock| clock.hours.calendar.is_some());
        if unit == TermUnit::Workdays && !runs {
            self.error(
                codes::BAD_CLOCK,
                name.span,
                text!("a clock without a calendar counts no workdays", "不按日历的时钟不计工作日"),
            );
            return None;
        }
        if unit.is_clock() || unit == TermUnit::Workdays {
            return Some(id);
        }
        self.error(
            codes::BAD_CLOCK,
            name.span,
            text!("a clock counts minutes, hours and workdays", "时钟只计分钟、小时和工作日"),
        );
        None
    }

    fn clock_named(&mut self, name: &Name) -> Option<ClockId> {
        let Some((id, _)) = self.clock_names.get(name.value.as_str()) else {
            let choices: Vec<String> = self.clock_names.keys().map(|name| (*name).to_owned()).collect();
            let shown = &name.value;
            let message = text!("no clock is called `{shown}`", "没有名为`{shown}`的时钟");
            self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
            return None;
        };
        Some(*id)
    }

    /// The hours of a clock; `None`: reported.
    pub(super) fn hours_of(&mut self, name: &Name) -> Option<Hours> {
        let id = self.clock_named(name)?;
        self.clocks.get(id).map(|clock| clock.hours.clone())
    }

    /// Whether a time lies in hours of the day.
    pub(super) fn in_hours(&mut self, value: &tree::Expr, hours: &HoursExpr, scope: Scope) -> Option<Typed> {
        let found = self.expr(value, scope)?;
        let hours = match hours {
            HoursExpr::Clock(name) => self.hours_of(name)?,
            HoursExpr::Between(span) => {
                let (from, to) = span.value;
                if from == to || from == 24 * 60 {
                    self.error(codes::BAD_CLOCK, span.span, text!("these hours have no length", "该时段没有长度"));
                    return None;
                }
                Hours::between(from, to)
            }
        };
        if found.ty != Ty::Time {
            self.wrong_type(value.span, &text!("a time", "时刻"), &found.ty);
            return None;
        }
        Some(Typed::new(Expr::InHours(Box::new(found.expr), hours), Ty::Bool))
    }
}
