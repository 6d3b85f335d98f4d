//! Workday calendars written in the policy.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::Diagnostic;
use crate::limits::CALENDAR_DAYS_MAX;
use crate::model::calendar::WorkCalendar;
use crate::model::{CalendarDecl, CalendarId, Day};
use crate::source::Span;
use crate::syntax::tree::{CalendarItem, Item, Name};

impl<'a> Checker<'a> {
    pub(super) fn declare_calendar(&mut self, item: &'a CalendarItem) {
        if let Some((_, first)) = self.calendar_names.get(item.name.value.as_str()).copied() {
            self.duplicate(&item.name.value, item.name.span, first);
            return;
        }
        let id = self.calendars.push(CalendarDecl { name: item.name.value.clone(), days: None });
        self.calendar_names.insert(&item.name.value, (id, item.name.span));
    }

    /// Lays out the days of every written calendar.
    pub(super) fn resolve_calendars(&mut self) {
        for (_, item) in self.items() {
            let Item::Calendar(calendar) = &item.value else { continue };
            let declared = self.calendar_names.get(calendar.name.value.as_str()).copied();
            if let Some((id, span)) = declared
                && span == calendar.name.span
            {
                self.calendars[id].days = self.work_days(calendar);
            }
        }
    }

    fn work_days(&mut self, calendar: &CalendarItem) -> Option<WorkCalendar> {
        let (from, to) = calendar.covers?;
        let (from, to) = self.ordered(from, to)?;
        let count = i64::from(to.0) - i64::from(from.0) + 1;
        if count > CALENDAR_DAYS_MAX {
            self.error(
                codes::BAD_CALENDAR,
                calendar.name.span,
                text!(
                    "the calendar covers {count} days, at most {CALENDAR_DAYS_MAX} are possible",
                    "日历覆盖 {count} 天，最多可为 {CALENDAR_DAYS_MAX} 天"
                ),
            );
            return None;
        }
        let days = (0..i32::try_from(count).ok()?).map(|n| from.plus(n));
        let mut work: Vec<bool> = days.map(|day| day.weekday() <= 5).collect();
        let mut said: Vec<Option<(bool, Span)>> = vec![None; work.len()];
        for (working, first, last) in &calendar.ranges {
            let span = first.span.to(last.span);
            let Some((first, last)) = self.ordered(*first, *last) else { continue };
            if first < from || last > to {
                let outside = if first < from { first } else { last };
                self.error(
                    codes::BAD_CALENDAR,
                    span,
                    text!("`{outside}` lies outside the covered days", "`{outside}`不在日历覆盖范围内"),
                );
                continue;
            }
            self.mark_days(&mut work, &mut said, (*working, span), from, (first, last));
        }
        Some(WorkCalendar::new(from, work))
    }

    fn mark_days(
        &mut self,
        work: &mut [bool],
        said: &mut [Option<(bool, Span)>],
        (working, span): (bool, Span),
        from: Day,
        (first, last): (Day, Day),
    ) {
        let mut reported = false;
        for day in first.0..=last.0 {
            let Some(at) = usize::try_from(i64::from(day) - i64::from(from.0)).ok() else { continue };
            let (Some(work), Some(said)) = (work.get_mut(at), said.get_mut(at)) else { continue };
            if let Some((other, place)) = *said
                && other != working
                && !reported
            {
                reported = true;
                let day = Day(day);
                let message =
                    text!("`{day}` is said to be both a workday and a rest day", "`{day}`既写为上班又写为休息");
                let diagnostic = Diagnostic::error(codes::BAD_CALENDAR, span, message);
                self.diagnostics.push(diagnostic.with_secondary(place, text!("said here", "写在此处")));
            }
            *work = working;
            *said = Some((working, span));
        }
    }

    /// A calendar by name; `None`: reported.
    pub(super) fn calendar(&mut self, name: &Name) -> Option<CalendarId> {
        if let Some((id, _)) = self.calendar_names.get(name.value.as_str()) {
            return Some(*id);
        }
        let choices: Vec<String> = self.calendar_names.keys().map(|name| (*name).to_owned()).collect();
        let shown = &name.value;
        let message = text!("no calendar is called `{shown}`", "没有名为`{shown}`的日历");
        self.unknown(codes::UNKNOWN_NAME, name, message, &choices);
        None
    }
}
