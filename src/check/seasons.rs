//! Frames by weekday and season, rolling frames, `throughout`, and days without a year.

use super::checker::Checker;
use super::codes;
use super::frames::{FrameOf, days_max};
use crate::limits::ROLLING_DAYS_MAX;
use crate::model::window::Season;
use crate::model::{CalendarUnit, Day, DayPick, Frame, PartialWindows, TermUnit, YearStart};
use crate::source::Span;
use crate::syntax::tree::{DayWord, FrameExpr, RuleClause, RuleItem, Spanned};

impl Checker<'_> {
    /// A day as written; one without a year is in the year of issue, else in that of the first day in force.
    pub(super) fn day_of(&mut self, day: Spanned<DayWord>, unit: usize) -> Option<Spanned<Day>> {
        let span = day.span;
        let (month, number) = match day.value {
            DayWord::Day(value) => return Some(Spanned { value, span }),
            DayWord::Yearless(month, number) => (month, number),
        };
        let header = self.headers.get(unit);
        let Some(issued) = header.and_then(|header| header.published.or(header.in_force.from)) else {
            self.error_with_help(
                codes::YEAR_NOT_KNOWN,
                span,
                text!("the year of this date is not known", "此日期的年份不明"),
                text!(
                    "write the year, or give the policy `source ... published DATE`, whose year is meant",
                    "请写明年份，或为政策写明`来源 … 发布于 日期`，即指该年"
                ),
            );
            return None;
        };
        let year = issued.year();
        let Some(value) = Day::from_ymd(year, month, number) else {
            let message = text!("{year} has no day {month}-{number}", "{year} 年没有 {month} 月 {number} 日");
            self.error(codes::BAD_DATES, span, message);
            return None;
        };
        Some(Spanned { value, span })
    }

    /// A range of days as written.
    pub(super) fn ordered_days(
        &mut self,
        from: Spanned<DayWord>,
        to: Spanned<DayWord>,
        unit: usize,
    ) -> Option<(Day, Day)> {
        let (from, to) = (self.day_of(from, unit), self.day_of(to, unit));
        self.ordered(from?, to?)
    }

    /// A rolling frame or `throughout` beside a calendar window, whose days are then looked at by themselves.
    pub(super) fn joined_frame(
        &mut self,
        a: &Spanned<FrameExpr>,
        b: &Spanned<FrameExpr>,
        of: &FrameOf,
    ) -> Option<Option<Frame>> {
        let daily = |frame: &FrameExpr| matches!(frame, FrameExpr::Rolling { .. } | FrameExpr::Throughout { .. });
        let unit = |frame: &FrameExpr| match frame {
            FrameExpr::Every { count: 1, unit, anchor: None } => Some(*unit),
            _ => None,
        };
        let (written, unit) = match (unit(&a.value), unit(&b.value)) {
            (Some(unit), None) if daily(&b.value) => (b, unit),
            (None, Some(unit)) if daily(&a.value) => (a, unit),
            _ => return None,
        };
        if of.term || of.event {
            return None;
        }
        let mut frame = self.written_frame(written, of.unit);
        if let Some(Frame::Rolling { every, .. } | Frame::Throughout { every, .. }) = &mut frame {
            *every = Some(unit);
        }
        Some(frame)
    }

    /// Frames by weekday or year, rolling frames, `throughout`.
    pub(super) fn time_frame(&mut self, frame: &Spanned<FrameExpr>, unit: usize) -> Option<Frame> {
        match &frame.value {
            FrameExpr::Weekdays { days, of } => self.weekdays(days, *of),
            FrameExpr::Yearly(Some(from), to) => Some(Frame::Yearly(Season { from: *from, to: *to })),
            FrameExpr::Yearly(None, to) => {
                let start = self.headers.get(unit).map_or_else(YearStart::default, |header| header.year_start);
                Some(Frame::Yearly(Season { from: (start.month, start.day), to: *to }))
            }
            FrameExpr::Rolling { count, unit } => self.rolling(*count, *unit, frame.span),
            FrameExpr::Throughout { allowed, in_a_row } => {
                let days = allowed.map_or(0, |days| days.value);
                if days > 0 && in_a_row.is_none() {
                    self.error_with_help(
                        codes::CHOOSE_DAYS_WITHOUT,
                        frame.span,
                        text!("say how the days without are counted", "须说明间断的天数如何计算"),
                        text!(
                            "write `throughout at most {days} days without in a row` (each interruption by itself) or `throughout at most {days} days without in all` (all of them together)",
                            "请写`全程 至多 {days} 天 间断 连续`（每次间断分别计）或`全程 至多 {days} 天 间断 累计`（合并计）"
                        ),
                    );
                    return None;
                }
                Some(Frame::Throughout { allowed: days, in_a_row: in_a_row.unwrap_or(false), every: None })
            }
            // INVARIANT (other frames): `written_frame` reads them.
            _ => None,
        }
    }

    fn weekdays(&mut self, days: &[Spanned<(u32, u32)>], of: CalendarUnit) -> Option<Frame> {
        let mut picks = Vec::new();
        for day in days {
            let (nth, weekday) = day.value;
            let pick = match (of, nth) {
                (CalendarUnit::Week, 0) => DayPick::Nth(weekday),
                (CalendarUnit::Week, _) => {
                    return self.bad_frame(day.span, text!("a week has each weekday once", "每周的每个星期几只有一天"));
                }
                (CalendarUnit::Day, _) => {
                    return self
                        .bad_frame(day.span, text!("a day has no weekdays to choose from", "一日之内不能再取星期几"));
                }
                (_, 0) => {
                    let message = text!("say which of them", "须说明是第几个");
                    let help = text!(
                        "write `first`, `second` ... or `last` before it",
                        "请写`第一个`、`第二个`……或`最后一个`"
                    );
                    self.error_with_help(codes::BAD_FRAME, day.span, message, help);
                    return None;
                }
                (_, 6) => DayPick::Weekday(None, weekday),
                (_, nth) if (nth - 1) * 7 >= days_max(of) => {
                    return self
                        .bad_frame(day.span, text!("no such window has a {nth}th one", "该周期没有第 {nth} 个"));
                }
                (_, nth) => DayPick::Weekday(Some(nth), weekday),
            };
            if picks.contains(&pick) {
                return self.bad_frame(day.span, text!("this day is given twice", "此日重复"));
            }
            picks.push(pick);
        }
        Some(Frame::On { days: picks, of })
    }

    fn rolling(&mut self, count: Spanned<u32>, unit: TermUnit, span: Span) -> Option<Frame> {
        let days = match unit {
            TermUnit::Days => 1,
            TermUnit::Weeks => 7,
            TermUnit::Months => 31,
            TermUnit::Years => 366,
            TermUnit::Minutes | TermUnit::Hours | TermUnit::Workdays => {
                return self.bad_frame(
                    span,
                    text!("a rolling frame is of days, weeks, months or years", "`任意`之后须为天、周、月或年"),
                );
            }
        };
        let n = count.value;
        if n == 0 || n > ROLLING_DAYS_MAX / days {
            let most = ROLLING_DAYS_MAX / days;
            return self
                .bad_frame(count.span, text!("{n}, where 1 to {most} may stand", "{n} 超出范围，应为 1 至 {most}"));
        }
        Some(Frame::Rolling { count: n, unit, every: None })
    }

    /// The season of a rule. Where it cuts windows, the author says what becomes of them. `Err`: reported.
    pub(super) fn season(
        &mut self,
        seasons: &[Spanned<Season>],
        frame: Option<&Frame>,
        partial: Option<PartialWindows>,
    ) -> Result<Option<Season>, ()> {
        let Some((season, more)) = seasons.split_first() else { return Ok(None) };
        if let Some(second) = more.first() {
            self.error(codes::TWO_FRAMES, second.span, text!("a rule has one season", "一条规则只能有一个季节"));
            return Err(());
        }
        let Some(frame) = frame else { return Err(()) };
        if partial.is_none() && !never_cut(frame, season.value, self.year_start()) {
            self.error_with_help(
                codes::CHOOSE_SEASON_EDGE,
                season.span,
                text!("the season cuts windows: say what becomes of them", "季节会截断周期，须说明残缺周期如何处理"),
                text!(
                    "add `partial windows whole` (those that are cut do not count), `any` (all of their records count, also those outside of the season), `half`, `first day`, or `prorate rounded up`; where each year's season is one window, write `every year from DAY to DAY` instead",
                    "请加上`残缺窗口 全`（被截断的不计）、`残缺窗口 任`（照整个窗口计，季节以外的记录也算）、`残缺窗口 半`、`残缺窗口 首日`或`残缺窗口 折算 向上取整`；如指每年的这一季为一个窗口，请改写`每年 自 某日 至 某日`"
                ),
            );
            return Err(());
        }
        Ok(Some(season.value))
    }

    /// Rolling frames and `throughout` look at days, which nothing cuts.
    pub(super) fn partial_of_days(&mut self, frame: Option<&Frame>, item: &RuleItem) -> Option<()> {
        let written =
            item.clauses.iter().find(|clause| matches!(clause.value, RuleClause::Partial(_) | RuleClause::Prorate(_)));
        let (Some(Frame::Rolling { .. } | Frame::Throughout { .. } | Frame::Gaps), Some(clause)) = (frame, written)
        else {
            return Some(());
        };
        self.error(
            codes::CHOICE_IDLE,
            clause.span,
            text!("this rule looks at every day: no window is cut", "此规则逐日判定，不存在残缺窗口"),
        );
        None
    }
}

/// Whether the edges of a season never cut a window of a frame.
fn never_cut(frame: &Frame, season: Season, year: YearStart) -> bool {
    let unit = match frame {
        Frame::Every { count: 1, unit, .. } => *unit,
        Frame::On { .. } | Frame::Rolling { .. } | Frame::Throughout { .. } | Frame::State => return true,
        _ => return false,
    };
    let (first, next) = (season.from.1, next_day(season.to));
    match unit {
        CalendarUnit::Day => true,
        CalendarUnit::TenDays => [first, next].iter().all(|day| matches!(day, 1 | 11 | 21)),
        CalendarUnit::HalfMonth => [first, next].iter().all(|day| matches!(day, 1 | 16)),
        CalendarUnit::Month => [first, next].iter().all(|day| *day == if year.months { year.day } else { 1 }),
        CalendarUnit::Week | CalendarUnit::Quarter | CalendarUnit::HalfYear | CalendarUnit::Year => false,
    }
}

/// Day of the month after a month and day. The 28th of February is not always a last day, the 29th is.
fn next_day((month, day): (u32, u32)) -> u32 {
    if day >= crate::model::time::month_length(2000, month) { 1 } else { day + 1 }
}
