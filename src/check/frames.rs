//! When a rule binds.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::Diagnostic;
use crate::limits::CYCLE_UNITS_MAX;
use crate::model::{CalendarUnit, Day, DayPick, Frame, KindId, Type};
use crate::source::Span;
use crate::syntax::tree::{FrameExpr, Name, Spanned};

/// What a frame depends on besides what is written.
pub(super) struct FrameOf {
    /// The subject is a record.
    pub(super) event: bool,
    /// The requirement holds a term.
    pub(super) term: bool,
    /// The requirement bounds the time between records.
    pub(super) gap: bool,
    /// Position of the unit in which the rule stands.
    pub(super) unit: usize,
    /// The kind of the subject.
    pub(super) kind: KindId,
}

impl Checker<'_> {
    /// The frame of a rule; `None`: reported.
    pub(super) fn frame(&mut self, frames: &[Spanned<FrameExpr>], of: &FrameOf) -> Option<Frame> {
        let Some((frame, more)) = frames.split_first() else {
            if of.gap {
                return Some(Frame::Gaps);
            }
            return Some(match (of.term, of.event) {
                (true, _) => Frame::Term,
                (false, true) => Frame::Event,
                (false, false) => Frame::State,
            });
        };
        if let [second] = more
            && let Some(joined) = self.joined_frame(frame, second, of)
        {
            return joined;
        }
        if let Some(second) = more.first() {
            let diagnostic = Diagnostic::error(
                codes::TWO_FRAMES,
                second.span,
                text!("a rule has one frame", "一条规则只能有一个周期"),
            );
            let diagnostic = diagnostic.with_help(text!(
                "leave one out; days within a month or week are one frame, `in the first 5 days of every month`, and duties with frames of their own are two rules",
                "请删去其中一个；一个月（周）内的某些日子合写为`于 每月 前 5 天`，周期不同的请分写两条规则"
            ));
            self.push(diagnostic.with_secondary(frame.span, text!("first said here", "首次写在此处")));
            return None;
        }
        if of.gap {
            self.error_with_help(
                codes::TWO_FRAMES,
                frame.span,
                text!("the time between records is its own window", "记录之间的间隔自成周期，不能再写周期"),
                text!("leave the frame out", "请删去周期"),
            );
            return None;
        }
        if of.term {
            self.error_with_help(
                codes::TWO_FRAMES,
                frame.span,
                text!("a term brings its own window", "期限自带起止时间，不能再写周期"),
                text!(
                    "leave the frame out: it runs from the start to the last day of the term",
                    "请删去周期：自起点至期限最后一日"
                ),
            );
            return None;
        }
        if of.event {
            self.error_with_help(
                codes::FRAME_ON_EVENT,
                frame.span,
                text!("an event is judged once and takes no frame", "事件只判定一次，不能写周期"),
                text!(
                    "leave the frame out, or make the rule about the one to whom the events belong",
                    "请删去周期，或改为对事件所属对象立规则"
                ),
            );
            return None;
        }
        if let FrameExpr::Cycle { count, unit, from } = &frame.value {
            return self.own_cycle(*count, *unit, from, of.kind, frame.span);
        }
        self.written_frame(frame, of.unit)
    }

    /// Windows from a date of the subject on.
    pub(super) fn own_cycle(
        &mut self,
        count: u32,
        unit: CalendarUnit,
        from: &Spanned<Vec<Name>>,
        kind: KindId,
        span: Span,
    ) -> Option<Frame> {
        let (path, ty) = self.path(kind, &from.value)?;
        if !matches!(ty, Type::Date | Type::Time) {
            self.wrong_type(from.span, &text!("a date or time", "日期或时刻"), &super::types::Ty::of(&ty));
            return None;
        }
        if count == 0 || count > CYCLE_UNITS_MAX {
            return self.bad_frame(
                span,
                text!(
                    "a window has 1 to {CYCLE_UNITS_MAX} units, not {count}",
                    "一个周期须有 1 至 {CYCLE_UNITS_MAX} 个单位，不能为 {count}"
                ),
            );
        }
        Some(Frame::Cycle { from: path, count, unit })
    }

    pub(super) fn written_frame(&mut self, frame: &Spanned<FrameExpr>, unit: usize) -> Option<Frame> {
        let span = frame.span;
        match &frame.value {
            FrameExpr::Every { count, unit, anchor } => {
                if *count == 0 {
                    return self.bad_frame(span, text!("`every 0` is no window", "周期数不能为零"));
                }
                if *count == 1 && anchor.is_some() {
                    return self.bad_frame(
                        span,
                        text!(
                            "single windows follow the calendar: `from` has no effect",
                            "单个周期按日历划分，`自`不起作用"
                        ),
                    );
                }
                Some(Frame::Every { count: *count, unit: *unit, anchor: anchor.as_ref().map(|day| day.value) })
            }
            FrameExpr::EveryParam(name) => {
                let id = self.param(name)?;
                if self.params[id].ty != Type::Frame {
                    let ty = super::types::Ty::of(&self.params[id].ty);
                    self.wrong_type(name.span, &super::types::Ty::Frame.describe(), &ty);
                    return None;
                }
                Some(Frame::EveryParam(id))
            }
            FrameExpr::On { days, or_last, of } => {
                let longest = days_max(*of);
                let mut picks = Vec::new();
                for day in days {
                    let n = day.value;
                    if n > longest {
                        return self.bad_frame(day.span, text!("no such window has a day {n}", "该周期没有第 {n} 日"));
                    }
                    let pick = match (n, or_last) {
                        (0, _) => DayPick::Last,
                        (n, true) => DayPick::NthOrLast(n),
                        (n, false) => DayPick::Nth(n),
                    };
                    if picks.contains(&pick) {
                        return self.bad_frame(day.span, text!("this day is given twice", "此日重复"));
                    }
                    picks.push(pick);
                }
                Some(Frame::On { days: picks, of: *of })
            }
            FrameExpr::Part { first, count, of } => {
                let (n, longest) = (count.value, days_max(*of));
                if n == 0 || n > longest {
                    return self.bad_frame(
                        count.span,
                        text!(
                            "{n} days, where a window has 1 to {longest}",
                            "{n} 天超出范围，该周期有 1 至 {longest} 天"
                        ),
                    );
                }
                Some(Frame::Part { first: *first, count: n, of: *of })
            }
            FrameExpr::Fixed(from, to) => {
                let (from, to) = self.ordered_days(*from, *to, unit)?;
                Some(Frame::Fixed { from, to })
            }
            FrameExpr::By(to) => {
                let to = self.day_of(*to, unit)?;
                self.by_frame(&to, unit, span)
            }
            _ => self.time_frame(frame, unit),
        }
    }

    fn by_frame(&mut self, to: &Spanned<Day>, unit: usize, span: Span) -> Option<Frame> {
        let header = self.headers.get(unit);
        let Some(from) = header.and_then(|header| header.in_force.from.or(header.published)) else {
            self.error_with_help(
                codes::BY_WITHOUT_START,
                span,
                text!("from which day on is not known", "不知从何日起算"),
                text!(
                    "give the policy `in force from DATE` or `source ... published DATE`, or write `from DATE to DATE`",
                    "请为政策写明`施行 自 日期`或`来源 … 发布于 日期`，或写`自 日期 至 日期`"
                ),
            );
            return None;
        };
        let (from, to) = self.ordered(Spanned { value: from, span: to.span }, *to)?;
        Some(Frame::Fixed { from, to })
    }

    pub(super) fn bad_frame(&mut self, span: Span, message: crate::diagnostic::Text) -> Option<Frame> {
        self.error(codes::BAD_FRAME, span, message);
        None
    }
}

/// Days of the longest window of a unit.
pub(super) fn days_max(unit: CalendarUnit) -> u32 {
    match unit {
        CalendarUnit::Day => 1,
        CalendarUnit::Week => 7,
        CalendarUnit::TenDays => 11,
        CalendarUnit::HalfMonth => 16,
        CalendarUnit::Month => 31,
        CalendarUnit::Quarter => 92,
        CalendarUnit::HalfYear => 184,
        CalendarUnit::Year => 366,
    }
}
