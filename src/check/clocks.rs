//! Office clocks: the spans of a workday in which hours run.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::Diagnostic;
use crate::model::{ClockDecl, ClockId, TermUnit};
use crate::syntax::tree::{Item, Name};

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
            let Some(calendar) = self.calendar(&clock.calendar) else { continue };
            let mut spans: Vec<(u32, u32)> = Vec::new();
            let mut end: Option<(u32, crate::source::Span)> = None;
            for span in &clock.spans {
                let (from, to) = span.value;
                if from >= to {
                    self.error(
                        codes::BAD_CLOCK,
                        span.span,
                        text!(
                            "a span of a clock ends after it starts, on the same day",
                            "时钟的时段须止于起点之后，且在同一天"
                        ),
                    );
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
            }
            let id = self.clocks.push(ClockDecl { name: name.to_owned(), calendar, spans });
            self.clock_names.insert(name, (id, clock.name.span));
        }
    }

    /// The clock of a term; `None`: reported.
    pub(super) fn clock_of(&mut self, name: &Name, unit: TermUnit) -> Option<ClockId> {
        let Some((id, _)) = self.clock_names.get(name.value.as_str()) else {
            let choices: Vec<String> = self.clock_names.keys().map(|name| (*name).to_owned()).collect();
            let shown = &name.value;
            let message = text!("no clock is called `{shown}`", "没有名为`{shown}`的时钟");
            self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
            return None;
        };
        let id = *id;
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
}
