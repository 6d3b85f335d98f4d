//! Terms: a step within a time of a start, and what the author must say about rest days.

use super::checker::{Checker, Scope};
use super::codes;
use super::types::Ty;
use crate::limits::TERM_UNITS_MAX;
use crate::model::{CalendarId, Expr, TermReq, TermUnit, Unit};
use crate::source::Span;
use crate::syntax::tree::{Name, TermExpr, TermOption};

/// The options of a term, each said at most once.
#[derive(Default)]
struct Options<'t> {
    rest_days: Option<bool>,
    calendar: Option<&'t Name>,
    or_before: bool,
    missing_start_unmet: bool,
    by_due_day: bool,
}

impl Checker<'_> {
    pub(super) fn term(&mut self, term: &TermExpr, scope: Scope) -> Option<TermReq> {
        let step = self.event(&term.step, scope);
        let start = self.event(&term.start, scope);
        let amount = self.term_amount(term, scope);
        let options = self.term_options(term);
        let (amount, unit) = amount?;
        let (calendar, moves) = self.rest_days(term, unit, &options)?;
        Some(TermReq {
            step: step?,
            start: start?,
            amount,
            unit,
            not_before: term.not_before,
            calendar,
            moves,
            or_before: options.or_before,
            missing_start_unmet: options.missing_start_unmet,
            by_due_day: options.by_due_day,
        })
    }

    fn term_amount(&mut self, term: &TermExpr, scope: Scope) -> Option<(Expr, TermUnit)> {
        let span = term.amount.span;
        let found = self.expr(&term.amount, scope)?;
        if !matches!(found.expr, Expr::Const(..) | Expr::Param(_)) {
            self.error_with_help(
                codes::NOT_CONSTANT,
                span,
                text!("a term is a number or a parameter", "期限须为数或参数"),
                text!("declare a parameter: `param NAME : days`", "请声明参数：`参数 名称 : 天`"),
            );
            return None;
        }
        let unit = match (&found.ty, term.unit) {
            (Ty::Number(Unit::Span(own)), None) => *own,
            (Ty::Number(Unit::Span(own)), Some(unit)) if *own == unit => unit,
            (Ty::Number(Unit::Plain), Some(unit)) => unit,
            (ty, unit) => {
                match unit {
                    Some(unit) => {
                        let wanted = super::types::describe_unit(&Unit::Span(unit));
                        self.wrong_type(span, &wanted, ty);
                    }
                    None => self.wrong_type(span, &text!("a span such as `3 days`", "时间跨度，如`3 天`"), ty),
                }
                return None;
            }
        };
        if self.known_number(&found.expr).is_some_and(|n| !crate::model::value::is_term_amount(n)) {
            self.bad_term(span);
            return None;
        }
        Some((found.expr, unit))
    }

    /// Reports a length of time that no term has.
    pub(super) fn bad_term(&mut self, span: Span) {
        let message =
            text!("a term is a whole number from 0 to {TERM_UNITS_MAX}", "期限须为 0 至 {TERM_UNITS_MAX} 的整数");
        self.error(codes::BAD_NUMBER, span, message);
    }

    fn term_options<'t>(&mut self, term: &'t TermExpr) -> Options<'t> {
        let mut options = Options::default();
        let mut seen: [Option<Span>; 5] = [None; 5];
        for option in &term.options {
            let slot = match &option.value {
                TermOption::RestDays(moves) => {
                    options.rest_days = Some(*moves);
                    0
                }
                TermOption::Calendar(name) => {
                    options.calendar = Some(name);
                    1
                }
                TermOption::OrBefore => {
                    options.or_before = true;
                    2
                }
                TermOption::MissingStartUnmet => {
                    options.missing_start_unmet = true;
                    3
                }
                TermOption::ByDueDay => {
                    options.by_due_day = true;
                    4
                }
            };
            self.once(&mut seen[slot], option.span);
        }
        options
    }

    /// The calendar and whether the last day moves.
    fn rest_days(&mut self, term: &TermExpr, unit: TermUnit, options: &Options) -> Option<(Option<CalendarId>, bool)> {
        let by_days = matches!(unit, TermUnit::Days | TermUnit::Weeks | TermUnit::Months | TermUnit::Years);
        match options.rest_days {
            None if by_days => {
                self.error_with_help(
                    codes::CHOOSE_REST_DAYS,
                    term.span,
                    text!("say whether a last day on a rest day moves", "须说明期限末日遇休息日是否顺延"),
                    text!("add `rest days move` or `rest days stay`", "请加上`遇休顺延`或`遇休不延`"),
                );
                return None;
            }
            Some(_) if !by_days => {
                self.error(
                    codes::CHOICE_IDLE,
                    term.span,
                    text!(
                        "workdays, hours and minutes never end on a rest day to be moved",
                        "工作日、小时、分钟的期限不存在遇休顺延"
                    ),
                );
                return None;
            }
            _ => {}
        }
        let moves = options.rest_days == Some(true);
        let needed = moves || unit == TermUnit::Workdays;
        match (options.calendar, needed) {
            (Some(name), true) => Some((Some(self.calendar(name)?), moves)),
            (Some(name), false) => {
                self.error(codes::CHOICE_IDLE, name.span, text!("this term needs no calendar", "此期限不用日历"));
                None
            }
            (None, true) => Some((Some(self.only_calendar(term.span)?), moves)),
            (None, false) => Some((None, moves)),
        }
    }

    fn only_calendar(&mut self, span: Span) -> Option<CalendarId> {
        let names: Vec<(&str, CalendarId)> = self.calendar_names.iter().map(|(name, (id, _))| (*name, *id)).collect();
        match names.as_slice() {
            [(_, id)] => Some(*id),
            [] => {
                if self.maybe_declared("calendar") || self.maybe_declared("日历") {
                    return None;
                }
                self.error_with_help(
                    codes::CALENDAR_NEEDED,
                    span,
                    text!("workdays and rest days need a calendar", "工作日和休息日须有日历"),
                    text!(
                        "declare `calendar NAME from data`, or one with its rest days and make-up workdays",
                        "请声明`日历 名称 来自 数据`，或列出休息日与调休上班日的日历"
                    ),
                );
                None
            }
            several => {
                let en = several.iter().map(|(name, _)| format!("`by calendar {name}`")).collect::<Vec<_>>().join(", ");
                let zh = several.iter().map(|(name, _)| format!("`按日历 {name}`")).collect::<Vec<_>>().join("、");
                self.error_with_help(
                    codes::CHOOSE_CALENDAR,
                    span,
                    text!("several calendars are declared", "声明了多个日历"),
                    crate::diagnostic::Text::new(format!("say which: {en}"), format!("请写明用哪个：{zh}")),
                );
                None
            }
        }
    }
}
