//! Terms: a step within a time of a start, and what the author must say about rest days.

use super::checker::{Checker, Scope};
use super::codes;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Severity};
use crate::limits::TERM_UNITS_MAX;
use crate::model::{
    AggId, AggOp, CalendarId, ClockId, Event, Expr, Extension, Marks, Ratio, SourcePart, Stop, TermKind, TermReq,
    TermUnit, Unit, Value, Which,
};
use crate::source::Span;
use crate::syntax::tree::{EventExpr, Name, StopExpr, TermAmount, TermExpr, TermForm, TermOption};

/// The options of a term, each said at most once but for what lengthens or stops it.
#[derive(Default)]
struct Options<'t> {
    rest_days: Option<bool>,
    calendar: Option<&'t Name>,
    clock: Option<&'t Name>,
    or_before: bool,
    missing_start_unmet: bool,
    by_due_day: bool,
    extended: Vec<(&'t TermAmount, &'t EventExpr)>,
    stopped: Vec<&'t StopExpr>,
}

impl Checker<'_> {
    pub(super) fn term(&mut self, term: &TermExpr, scope: Scope) -> Option<TermReq> {
        let ends = self.term_ends(term, scope);
        let again = ends.as_ref().is_some_and(|(_, start)| start.is_each());
        let amount = match &term.amount {
            Some(amount) => self.term_amount(amount, scope),
            None => Some((Expr::Const(Value::Number(Ratio::ZERO), Unit::Span(TermUnit::Days)), TermUnit::Days)),
        };
        let options = self.term_options(term)?;
        if again && (options.or_before || options.missing_start_unmet) {
            self.error_with_help(
                codes::TERM_OPTIONS,
                term.span,
                text!(
                    "a term of each result or step takes no `or before` and no `missing start is unmet`",
                    "以每次结果或达档为起点的期限，不能加`可提前`或`缺起点视为未办`"
                ),
                text!(
                    "one start takes them: `first (result of ...)`, `last (step of counter ...)`",
                    "只有一个起点的可以加：`首个 (结果 于 …)`、`末个 (达档 于 …)`"
                ),
            );
            return None;
        }
        let extended: Vec<_> = (options.extended.iter())
            .map(|(length, with)| (self.term_amount(length, scope), self.marks(with, scope)))
            .collect();
        let stopped: Vec<Option<Stop>> = options.stopped.iter().map(|stop| self.stop(stop, scope)).collect();
        let stopped: Option<Vec<Stop>> = stopped.into_iter().collect();
        let (amount, unit) = amount?;
        let clock = match options.clock {
            Some(name) => Some(self.clock_of(name, unit)?),
            None => None,
        };
        let (calendar, moves) = self.rest_days(term, unit, clock, &options)?;
        let (step, start) = ends?;
        if !options.or_before && matches!(term.form, TermForm::Within | TermForm::NotBefore) {
            self.own_step(term.span, &step, &start);
        }
        let lengthen = |(length, with): (Option<(Expr, TermUnit)>, Option<Marks>)| {
            let (amount, added) = length?;
            self.same_measure(term.span, unit, added)?;
            Some(Extension { amount, unit: added, with: with? })
        };
        let extended = extended.into_iter().map(lengthen).collect::<Option<Vec<_>>>()?;
        let stopped = stopped?;
        if !stopped.is_empty() && clock.is_some() && unit == TermUnit::Workdays {
            self.error(
                codes::TERM_OPTIONS,
                term.span,
                text!(
                    "workdays on a clock are not stopped: count hours on the clock, or workdays without it",
                    "按时钟计的工作日期限不能中止：请改按时钟计小时，或不按时钟计工作日"
                ),
            );
            return None;
        }
        Some(TermReq {
            step,
            start,
            amount,
            unit,
            kind: kind_of(term.form),
            calendar,
            clock,
            moves,
            or_before: options.or_before || term.form == TermForm::By,
            missing_start_unmet: options.missing_start_unmet,
            by_due_day: options.by_due_day,
            extended,
            stopped,
        })
    }

    /// Step and start.
    fn term_ends(&mut self, term: &TermExpr, scope: Scope) -> Option<(Event, Event)> {
        match (&term.step, &term.start) {
            (Some(step), Some(start)) => {
                let found = self.start(start, term.form, scope);
                // What comes before a start that is not the first record is the step of an earlier one.
                let runs = matches!(term.form, TermForm::Within | TermForm::NotBefore);
                let early = term.options.iter().any(|option| matches!(option.value, TermOption::OrBefore));
                let later = runs && !early && start.is_later() && found.as_ref().is_some_and(|e| e.agg().is_some());
                let after_start = later || found.as_ref().is_some_and(Event::is_each);
                Some((self.step_of(step, after_start, scope)?, found?))
            }
            (Some(next), None) => {
                let own = self.own_moment(term.span, scope)?;
                Some((self.record_beside(next, &term.sharing, true, scope)?, own))
            }
            (None, Some(before)) => {
                let own = self.own_moment(term.span, scope)?;
                Some((own, self.record_beside(before, &term.sharing, false, scope)?))
            }
            (None, None) => None,
        }
    }

    /// Warns where the record that starts a term is its step as well.
    fn own_step(&mut self, span: Span, step: &Event, start: &Event) {
        let op = |id: AggId| self.aggs.get(id).map(|agg| &agg.op);
        let (taken, last) = match step {
            Event::Next(id, Which::Nth(1)) => (*id, false),
            Event::Next(id, Which::Last) => (*id, true),
            Event::Record(id) if matches!(op(*id), Some(AggOp::First(_))) => (*id, false),
            _ => return,
        };
        let from = match start {
            Event::Record(id) if !last || matches!(op(*id), Some(AggOp::Last(_))) => *id,
            Event::Nth(id, _) if !last => *id,
            _ => return,
        };
        let parts = |id: AggId| self.aggs.get(id).map_or(&[][..], |agg| agg.source.parts());
        let steps = parts(taken);
        let joined = |filter: &Option<Expr>| filter.iter().flat_map(conjuncts).cloned().collect::<Vec<_>>();
        let is_step = |part: &SourcePart| {
            let alike = steps.iter().find(|step| (step.kind, &step.link) == (part.kind, &part.link));
            let own = joined(&part.filter);
            alike.is_some_and(|step| joined(&step.filter).iter().all(|one| own.contains(one)))
        };
        let starts = parts(from);
        if starts.is_empty() || !starts.iter().all(is_step) {
            return;
        }
        let message = text!(
            "the record that starts the term is the first one on or after its start: it is its own step, and the term is decided at once",
            "起点的那条记录就是起点当日或之后的第一条：它自己就是所要求的步骤，期限即刻判定"
        );
        let help = text!(
            "for each record and the next one write `each KIND is followed by KIND within ...`; where another record is meant, say so with `where`, or `occurrence 2`",
            "每条记录与下一条之间，请写`每个 记录 后接 记录 限 …`；另指别的记录的，请用`其中`写明，或写`第 2 次`"
        );
        self.push(Diagnostic::new(codes::OWN_STEP, Severity::Warning, span, message).with_help(help));
    }

    /// The step of a term, looked for in the whole log or from its start on.
    fn step_of(&mut self, event: &EventExpr, after_start: bool, scope: Scope) -> Option<Event> {
        if after_start { self.event_after(event, scope) } else { self.event(event, scope) }
    }

    pub(super) fn term_amount(&mut self, term: &TermAmount, scope: Scope) -> Option<(Expr, TermUnit)> {
        let span = term.amount.span;
        let found = self.expr(&term.amount, scope)?;
        let unit = match (&found.ty, term.unit) {
            (Ty::Number(Unit::Span(own)), None) => *own,
            (Ty::Number(Unit::Span(own)), Some(unit)) if *own == unit => unit,
            (Ty::Number(Unit::Plain) | Ty::Quotient, Some(unit)) => unit,
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

    fn term_options<'t>(&mut self, term: &'t TermExpr) -> Option<Options<'t>> {
        let mut options = Options::default();
        let mut seen: [Option<Span>; 6] = [None; 6];
        let due = matches!(term.form, TermForm::By | TermForm::Ahead);
        let mut sound = true;
        for option in &term.options {
            let (slot, fits) = match &option.value {
                TermOption::RestDays(moves) => {
                    options.rest_days = Some(*moves);
                    (Some(0), true)
                }
                TermOption::Calendar(name) => {
                    options.calendar = Some(name);
                    (Some(1), true)
                }
                TermOption::OrBefore => {
                    options.or_before = true;
                    (Some(2), matches!(term.form, TermForm::Within))
                }
                TermOption::MissingStartUnmet => {
                    options.missing_start_unmet = true;
                    (Some(3), !due && !matches!(term.form, TermForm::Followed | TermForm::FollowedNotBefore))
                }
                TermOption::MissingDueUnmet => {
                    options.missing_start_unmet = true;
                    (Some(3), due)
                }
                TermOption::ByDueDay => {
                    options.by_due_day = true;
                    (Some(4), true)
                }
                TermOption::Clock(name) => {
                    options.clock = Some(name);
                    (Some(5), term.form != TermForm::By)
                }
                TermOption::Extended(extended) => {
                    let (amount, with) = extended.as_ref();
                    options.extended.push((amount, with));
                    (None, kind_of(term.form) != TermKind::NotBefore && term.form != TermForm::Ahead)
                }
                TermOption::Stopped(stopped) => {
                    options.stopped.push(stopped);
                    (None, kind_of(term.form) == TermKind::Within)
                }
            };
            if let Some(seen) = slot.and_then(|slot: usize| seen.get_mut(slot)) {
                self.once(seen, option.span);
            }
            if !fits {
                sound = false;
                self.idle_option(term.form, &option.value, option.span);
            }
        }
        sound.then_some(options)
    }

    /// Reports an option that says nothing in this form of a term.
    fn idle_option(&mut self, form: TermForm, option: &TermOption, span: Span) {
        let due = matches!(form, TermForm::By | TermForm::Ahead);
        let message = match option {
            TermOption::MissingStartUnmet if due => text!(
                "a due date has no start: write `missing due date is unmet`",
                "此处为到期日，没有起点：请写`缺期限视为未办`"
            ),
            TermOption::MissingDueUnmet => text!(
                "this term has a start, no due date: write `missing start is unmet`",
                "此期限有起点而无到期日：请写`缺起点视为未办`"
            ),
            _ => text!("this form of a term does not take this option", "这种期限不能加此项"),
        };
        self.error(codes::TERM_OPTIONS, span, message);
    }

    /// An extension is counted as the term is: by the hour or by the day.
    fn same_measure(&mut self, span: Span, term: TermUnit, added: TermUnit) -> Option<()> {
        if term.is_clock() == added.is_clock() && (added != TermUnit::Workdays || term == added) {
            return Some(());
        }
        self.error_with_help(
            codes::TERM_OPTIONS,
            span,
            text!(
                "an extension is counted as its term is: hours with hours, workdays with workdays, days with days",
                "延长的计法须与期限一致：小时对小时，工作日对工作日，天对天"
            ),
            text!(
                "write both in one unit (a workday of a clock as its hours); or make it two rules, one for what is extended and one for what is not",
                "请把两者写成同一单位（时钟的一个工作日写成其小时数）；或分为两条规则，一条管延长的，一条管未延长的"
            ),
        );
        None
    }

    /// The calendar and whether the last day moves.
    fn rest_days(
        &mut self,
        term: &TermExpr,
        unit: TermUnit,
        clock: Option<ClockId>,
        options: &Options,
    ) -> Option<(Option<CalendarId>, bool)> {
        let by_days = matches!(unit, TermUnit::Days | TermUnit::Weeks | TermUnit::Months | TermUnit::Years);
        match options.rest_days {
            // A due date that is on file is meant as it stands, unless said otherwise.
            None if by_days && term.form != TermForm::By => {
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
        if let Some(clock) = clock {
            if let Some(name) = options.calendar {
                self.error(codes::CHOICE_IDLE, name.span, text!("the clock has its calendar", "时钟已有日历"));
                return None;
            }
            return Some((self.clocks.get(clock).and_then(|clock| clock.hours.calendar), false));
        }
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

    pub(super) fn only_calendar(&mut self, span: Span) -> Option<CalendarId> {
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

/// The conditions that `and` joins.
fn conjuncts(filter: &Expr) -> Vec<&Expr> {
    if let Expr::And(parts) = filter { parts.iter().collect() } else { vec![filter] }
}

fn kind_of(form: TermForm) -> TermKind {
    match form {
        TermForm::Within | TermForm::Followed | TermForm::Follows => TermKind::Within,
        TermForm::NotBefore | TermForm::FollowedNotBefore | TermForm::FollowsNotBefore => TermKind::NotBefore,
        TermForm::Ahead => TermKind::Ahead,
        TermForm::By => TermKind::By,
    }
}
