//! Workdays that are counted on days which a calendar of the run does not cover: said before the run, not only by `unknown`.

use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::calendar::WorkCalendar;
use crate::model::{CalendarId, Expr, Policy, Window, WorkTime};
use crate::program::{assessment_exprs, requirement_exprs};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Days of the period, on which values count workdays, lie outside a calendar.
pub const SHORT_CALENDAR: &str = "WG0919";

/// A warning for each measure, rule or assessment that counts workdays by a calendar which covers only a part of the period.
/// Terms of rules are held against their own days when the run is.
pub(super) fn short_calendars(
    policy: &Policy,
    read: &BTreeMap<CalendarId, WorkCalendar>,
    period: Window,
) -> Vec<Diagnostic> {
    let mut by_place: Vec<(&str, Span, BTreeSet<CalendarId>)> = Vec::new();
    for measure in policy.measures.iter() {
        by_place.push((&measure.name, measure.span, calendars_of([&measure.expr])));
    }
    for rule in policy.rules.iter() {
        let exprs = requirement_exprs(&rule.requirement).into_iter().chain(&rule.scope).chain(&rule.excused);
        by_place.push((&rule.name, rule.span, calendars_of(exprs)));
    }
    for assessment in policy.assessments.iter() {
        let mut found = Vec::new();
        assessment_exprs(assessment, &mut |expr| found.push(expr));
        by_place.push((&assessment.name, assessment.span, calendars_of(found)));
    }
    let mut found = Vec::new();
    for (name, span, calendars) in by_place {
        for id in calendars {
            let Some(decl) = policy.calendars.get(id) else { continue };
            let Some(days) = decl.days.as_ref().or_else(|| read.get(&id)) else { continue };
            let (first, last) = (days.first(), days.last());
            if first <= period.start && period.last() <= last {
                continue;
            }
            let calendar = &decl.name;
            let missing =
                if period.last() > last { (last.plus(1), period.last()) } else { (period.start, first.plus(-1)) };
            let message = Text::new(
                format!(
                    "`{name}` counts workdays by `{calendar}`, which covers {first} to {last}: from {} to {} of this run they are not known",
                    missing.0, missing.1
                ),
                format!(
                    "`{name}`按日历`{calendar}`计工作日，而该日历只覆盖 {first} 至 {last}：本次 {} 至 {} 的工作日不明",
                    missing.0, missing.1
                ),
            );
            let help = Text::new(
                "let the calendar go on for the days of the run; what needs days that it does not cover is unknown",
                "请把日历补到本次时段的各日；用到未覆盖日子的结果为不明",
            );
            found.push(Diagnostic::new(SHORT_CALENDAR, Severity::Warning, span, message).with_help(help));
        }
    }
    found
}

/// The calendars by which expressions count workdays. Measures that they read are looked at by themselves.
fn calendars_of<'p>(exprs: impl IntoIterator<Item = &'p Expr>) -> BTreeSet<CalendarId> {
    fn of(expr: &Expr, found: &mut BTreeSet<CalendarId>) {
        match expr {
            Expr::Worked { by: WorkTime::Days(calendar), .. } => {
                found.insert(*calendar);
            }
            Expr::Worked { by: WorkTime::Clock(hours, _), .. } => found.extend(hours.calendar),
            Expr::Shift { calendar, .. } => found.extend(*calendar),
            _ => {}
        }
        expr.children().into_iter().for_each(|child| of(child, found));
    }
    let mut found = BTreeSet::new();
    exprs.into_iter().for_each(|expr| of(expr, &mut found));
    found
}
