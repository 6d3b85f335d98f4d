//! Results in other periods: over those inside a window, in the previous one, in the n-th.

use super::checker::{Checker, Place, Reader, Scope};
use super::codes;
use super::expressions::Typed;
use super::types::{Ty, unit_suffix};
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::periods::periods_within;
use crate::model::window::calendar_windows;
use crate::model::{
    AggFrame, AggOp, AssessmentId, CalendarUnit, Expr, FieldId, InPeriod, MissingPeriod, PeriodAgg, PeriodPick,
    Quantile, Unit, frame_days,
};
use crate::source::Span;
use crate::syntax::tree::{
    self, AggOpExpr, InPeriodExpr, MissingExpr, Name, PeriodsExpr, PickExpr, SourceFrame, Spanned,
};

impl Checker<'_> {
    /// `average points of A over periods of A missing ...`
    pub(super) fn over_periods(&mut self, written: &PeriodsExpr, span: Span, scope: Scope) -> Option<Typed> {
        let (of, reader) = self.periods_of(&written.of, span, scope)?;
        let frame = self.periods_frame(written.frame.as_ref())?;
        let before = matches!(frame, AggFrame::Last { at_end: false, .. });
        if Some(of) == reader.id && !before {
            let shown = &written.of.value;
            self.error_with_help(
                codes::RESULT_NOT_READY,
                written.of.span,
                text!(
                    "`{shown}` cannot be taken over its own periods, unless they lie before this one",
                    "`{shown}`不能对自身各期汇总，除非只取本期之前的各期"
                ),
                text!(
                    "take those before it, `periods of {shown} in the 12 months before window`, or read one: `points of {shown} in previous period missing unknown`",
                    "可只取之前各期：`各期 {shown} 期前 12 个月`，或读取上一期：`得分 于 {shown} 上期 缺期不明`"
                ),
            );
            return None;
        }
        let kind = self.assessment_decls[of].kind?;
        if kind != scope.kind {
            let shown = &written.of.value;
            let (of, here) = (self.kind_name(kind), self.kind_name(scope.kind));
            self.error_with_help(
                codes::RESULT_NOT_READY,
                written.of.span,
                text!("`{shown}` assesses `{of}`, not `{here}`", "`{shown}`考核的是`{of}`，不是`{here}`"),
                text!(
                    "let an assessment of `{of}` with the periods here take it over its periods, and read that one: `points of THAT via FIELD`",
                    "请由周期与此处相同的`{of}`考核对其各期汇总，再读取该考核：`得分 于 该考核 经 字段`"
                ),
            );
            return None;
        }
        let unit = self.assessment_decls[of].item.every?.value;
        if self.most_in_frame(unit, reader.unit, &frame) == 0 {
            let shown = &written.of.value;
            let message = text!(
                "no whole period of `{shown}` ever lies in these days: there is nothing to take",
                "所取的日子里从来没有`{shown}`的完整周期，无从取值"
            );
            let help = text!(
                "take more days (`in the last 12 months to window end`), read it in an assessment of longer periods, or let `year starts` fall on the first day of a month",
                "请取更长的时间（`期末前 12 个月`），或在周期更长的考核中读取，或使`年度 始于`落在月初"
            );
            self.push(Diagnostic::new(codes::NO_WHOLE_PERIOD, Severity::Warning, span, message).with_help(help));
        }
        let inside = Some(Reader { unit: Some(unit), ..reader });
        let there = Scope { kind: scope.kind, place: Place::Row { inside } };
        // Its own earlier periods are there before it.
        let own = usize::from(Some(of) == reader.id);
        self.other_periods += own;
        let filter = self.optional_condition(written.filter.as_ref(), there);
        let value = self.period_value(&written.op, there);
        self.other_periods -= own;
        let (op, ty) = value?;
        let missing = self.missing_periods(written.missing.as_ref(), &op, &ty, span, scope)?;
        let agg = PeriodAgg { of, op, filter: filter.ok()?, frame, missing };
        Some(Typed::new(Expr::Periods(Box::new(agg)), ty))
    }

    /// `points of A in previous period missing ...`
    pub(super) fn in_period(&mut self, written: &InPeriodExpr, span: Span, scope: Scope) -> Option<Typed> {
        let InPeriodExpr { what, of: name, via, pick, missing } = written;
        let (of, pick, unit) = match &pick.value {
            PickExpr::PreviousRecord(sharing) => {
                if let Some(via) = via {
                    let shown = &name.value;
                    self.error_with_help(
                        codes::RESULT_NOT_READY,
                        via.span,
                        text!(
                            "the previous record is that of the record that asks, not of another row",
                            "上次记录只对本记录读取，不能经引用读取"
                        ),
                        text!(
                            "take the last of the records of that row: `last points of {shown} over ...`",
                            "可取该行各条记录中的末次：`末次 得分 于 {shown} 于 …`"
                        ),
                    );
                    return None;
                }
                let (of, shared) = self.earlier_record(name, sharing, pick.span, scope)?;
                (of, PeriodPick::Record(shared), None)
            }
            PickExpr::Previous => {
                let (of, unit) = self.previous_period(name, span, scope)?;
                (of, PeriodPick::Before(1), Some(unit))
            }
            PickExpr::Nth(n) => {
                let (of, unit) = self.nth_period(name, Spanned { value: *n, span: pick.span }, span, scope)?;
                (of, PeriodPick::Nth(*n), Some(unit))
            }
        };
        let id = self.reader(scope).and_then(|reader| reader.id);
        let there = Scope { kind: scope.kind, place: Place::Row { inside: Some(Reader { id, unit }) } };
        self.other_periods += 1;
        let value = match via {
            Some(via) => self.result_via(*what, name, via, span, there),
            None => self.result(*what, Some(name), span, there),
        };
        self.other_periods -= 1;
        let Typed { expr, ty } = value?;
        let missing = match missing {
            Some(MissingExpr::Unknown(_)) => MissingPeriod::Unknown,
            Some(MissingExpr::As(value)) => MissingPeriod::As(self.stand_in(value, &ty, scope)?),
            Some(MissingExpr::Excluded(_)) | None => {
                let Text { en, zh } = self.stand_in_text(&ty);
                self.error_with_help(
                    codes::CHOOSE_MISSING_PERIOD,
                    span,
                    text!("say what stands where there is no such result", "须说明没有该期结果时如何取值"),
                    text!(
                        "add `missing unknown` (nothing is known) or a value, such as `missing as {en}`",
                        "请加上`缺期不明`（视为不明）或一个值，如`缺期按 {zh}`"
                    ),
                );
                return None;
            }
        };
        Some(Typed::new(Expr::InPeriod(Box::new(InPeriod { of, pick, value: expr, missing })), ty))
    }

    /// An earlier event of the same kind, and the references by which it is found.
    fn earlier_record(
        &mut self,
        name: &Name,
        sharing: &[Name],
        span: Span,
        scope: Scope,
    ) -> Option<(AssessmentId, Vec<FieldId>)> {
        let of = self.assessment_named(name)?;
        let decl = &self.assessment_decls[of];
        let whole = self.reader(scope).is_none_or(|reader| reader.unit.is_some());
        if whole || decl.item.every.is_some() || decl.kind? != scope.kind {
            let (shown, of_records) = (&name.value, decl.item.every.is_none());
            let message = text!(
                "only an assessment of records has a previous record, which an assessment of these records reads",
                "只有以记录为对象的考核才有上次记录，且只能由同一种记录的考核读取"
            );
            let help = if !of_records {
                text!(
                    "for periods, write `points of {shown} in previous period missing unknown`",
                    "按周期的考核请写`得分 于 {shown} 上期 缺期不明`"
                )
            } else if self.reader(scope).is_none() && scope.place == Place::Subject {
                text!(
                    "who is assessed is settled before there are results: ask it in an item, a deduction or a gate of the assessment, `gate NAME : ... leaves unscored`",
                    "考核谁在有结果之前就已确定：请在考核的项、扣分或关口里写，如`关口 名称 : … 不予评定`"
                )
            } else {
                text!(
                    "an assessment with periods reads the results of its records, `points of {shown} over RECORD`; what hangs on the record before stands in `{shown}` itself",
                    "按周期的考核可读取各条记录的结果，`得分 于 {shown} 于 记录`；取决于上次记录的，写在`{shown}`本身里"
                )
            };
            self.error_with_help(codes::RESULT_NOT_READY, span, message, help);
            return None;
        }
        let shared = self.shared_references(scope.kind, sharing, span)?;
        Some((of, shared))
    }

    /// The assessment whose last period before the window is read, and the length of its periods.
    fn previous_period(&mut self, name: &Name, span: Span, scope: Scope) -> Option<(AssessmentId, CalendarUnit)> {
        if self.reader(scope).is_none() && scope.place != Place::Rule {
            self.error_with_help(
                codes::ASSESSMENT_ONLY,
                span,
                text!(
                    "a result of an earlier period is read in assessments, rewards and what a rule itself asks",
                    "以前各期的结果只能在考核、奖励和规则本身的条件里读取"
                ),
                text!(
                    "write it in the `where`, `unless` or `satisfies` of the rule, not in a measure, a counter or a filter of other rows",
                    "请写在规则的`其中`、`除非`或`满足`里，不要写在指标、记分或其他行的筛选条件里"
                ),
            );
            return None;
        }
        let of = self.assessment_named(name)?;
        self.unit_of(of, name).map(|unit| (of, unit))
    }

    /// The assessment whose n-th period in the window is read, and the length of its periods.
    fn nth_period(
        &mut self,
        name: &Name,
        n: Spanned<u32>,
        span: Span,
        scope: Scope,
    ) -> Option<(AssessmentId, CalendarUnit)> {
        let (of, reader) = self.periods_of(name, span, scope)?;
        let unit = self.assessment_decls[of].item.every?.value;
        let shown = &name.value;
        let most = self.most_within(unit, reader.unit);
        if n.value == 0 {
            self.error(codes::BAD_NUMBER, n.span, text!("periods are counted from 1", "期次从 1 起"));
            return None;
        }
        if n.value > most {
            let message = if most == 0 {
                text!("no whole period of `{shown}` lies in a period here", "此处的周期内没有`{shown}`的完整周期")
            } else {
                text!(
                    "there are at most {most} periods of `{shown}` in a period here",
                    "此处的周期内至多有 {most} 期`{shown}`"
                )
            };
            self.error(codes::NO_SUCH_PERIOD, n.span, message);
            return None;
        }
        if Some(of) == reader.id {
            self.not_ready(n.span, text!("this result does not exist yet at this place", "在此处这一结果尚未产生"));
            return None;
        }
        Some((of, unit))
    }

    /// The length of the periods of an assessment; `None`: it has none, which is reported.
    fn unit_of(&mut self, of: AssessmentId, name: &Name) -> Option<CalendarUnit> {
        let unit = self.assessment_decls[of].item.every.map(|every| every.value);
        if unit.is_none() {
            let shown = &name.value;
            self.error_with_help(
                codes::RESULT_NOT_READY,
                name.span,
                text!("`{shown}` assesses events: it has no periods", "`{shown}`考核的是事件，没有周期"),
                text!(
                    "in the assessment of these records it is `points of {shown} in previous record missing unknown`; an assessment with periods takes it over the records, `points of {shown} over RECORD`",
                    "在这些记录的考核中写`得分 于 {shown} 上次 缺期不明`；按周期的考核对记录汇总，`得分 于 {shown} 于 记录`"
                ),
            );
        }
        unit
    }

    /// From which days periods are taken.
    fn periods_frame(&mut self, written: Option<&Spanned<SourceFrame>>) -> Option<AggFrame> {
        Some(match written.map(|frame| (&frame.value, frame.span)) {
            Some((SourceFrame::Last { count, unit, at_end }, span)) => {
                self.frame_length(*count, *unit, span)?;
                AggFrame::Last { count: *count, unit: *unit, at_end: *at_end }
            }
            // INVARIANT (grammar): periods take no other frame.
            _ => AggFrame::Window,
        })
    }

    /// The most periods of a length that belong to one of another: four years hold every case.
    pub(super) fn most_within(&self, unit: CalendarUnit, outer: Option<CalendarUnit>) -> u32 {
        self.most_in_frame(unit, outer, &AggFrame::Window)
    }

    /// The most of them in the days of a frame.
    fn most_in_frame(&self, unit: CalendarUnit, outer: Option<CalendarUnit>, frame: &AggFrame) -> u32 {
        let Some(outer) = outer else { return 0 };
        let start = self.year_start();
        let years = [2024, 2027].map(|year| crate::model::Day::from_ymd(year, 1, 1));
        let [Some(from), Some(to)] = years else { return u32::MAX };
        let windows = calendar_windows(outer, crate::model::Window { start: from, end: to }, start);
        let most = windows.into_iter().map(|window| periods_within(unit, frame_days(frame, window), start).len()).max();
        u32::try_from(most.unwrap_or(0)).unwrap_or(u32::MAX)
    }

    /// The assessment whose periods are read, and the reader.
    fn periods_of(&mut self, name: &Name, span: Span, scope: Scope) -> Option<(AssessmentId, Reader)> {
        let Some(reader) = self.reader(scope) else {
            self.assessment_only(super::results::Elsewhere::Periods, span, scope);
            return None;
        };
        let of = self.assessment_named(name)?;
        self.unit_of(of, name)?;
        if reader.unit.is_none() {
            self.error(
                codes::RESULT_NOT_READY,
                span,
                text!("an event has one day, and no periods in it", "事件只有一天，其中没有周期"),
            );
            return None;
        }
        Some((of, reader))
    }

    fn period_value(&mut self, op: &AggOpExpr, there: Scope) -> Option<(AggOp, Ty)> {
        let number = |checker: &mut Self, written: &tree::Expr| {
            let found = checker.expr(written, there)?;
            if found.ty.is_number() {
                return Some(found);
            }
            checker.wrong_type(written.span, &text!("a number", "数"), &found.ty);
            None
        };
        Some(match op {
            AggOpExpr::Count => (AggOp::Count, Ty::PLAIN),
            AggOpExpr::Share(test) => (AggOp::Share(self.condition(test, there)?), Ty::Number(Unit::Share)),
            AggOpExpr::Sum(value) => {
                let value = number(self, value)?;
                (AggOp::Sum(value.expr), value.ty)
            }
            AggOpExpr::Average(value, weight) => {
                let value = number(self, value)?;
                let weight = weight.as_ref().map(|weight| number(self, weight));
                let weight = super::adjustments::flat(weight)?.map(|weight| weight.expr);
                (AggOp::Average(value.expr, weight), value.ty)
            }
            AggOpExpr::Smallest(value) => {
                let value = number(self, value)?;
                (AggOp::Min(value.expr), value.ty)
            }
            AggOpExpr::Largest(value) => {
                let value = number(self, value)?;
                (AggOp::Max(value.expr), value.ty)
            }
            AggOpExpr::Median(value) => {
                let value = number(self, value)?;
                (AggOp::Quantile(value.expr, Quantile::Median), value.ty)
            }
            AggOpExpr::Percentile(part, value) => {
                let part = self.part_of_rows(part, there)?;
                let value = number(self, value)?;
                (AggOp::Quantile(value.expr, Quantile::Part(part)), value.ty)
            }
            AggOpExpr::First(value) => {
                let value = self.expr(value, there)?;
                (AggOp::First(value.expr), value.ty)
            }
            AggOpExpr::Last(value) => {
                let value = self.expr(value, there)?;
                (AggOp::Last(value.expr), value.ty)
            }
            // INVARIANT (grammar): `distinct` takes rows only.
            AggOpExpr::Distinct(_) => return None,
        })
    }

    fn missing_periods(
        &mut self,
        written: Option<&MissingExpr>,
        op: &AggOp,
        ty: &Ty,
        span: Span,
        scope: Scope,
    ) -> Option<MissingPeriod> {
        let counts = matches!(op, AggOp::Count | AggOp::Share(_));
        match written {
            Some(MissingExpr::Excluded(_)) => Some(MissingPeriod::Excluded),
            Some(MissingExpr::Unknown(_)) => Some(MissingPeriod::Unknown),
            Some(MissingExpr::As(value)) if !counts => Some(MissingPeriod::As(self.stand_in(value, ty, scope)?)),
            _ => {
                let (en, zh) = if counts {
                    (String::new(), String::new())
                } else {
                    let Text { en, zh } = self.stand_in_text(ty);
                    (format!(", `missing as {en}`"), format!("、`缺期按 {zh}`"))
                };
                self.error_with_help(
                    codes::CHOOSE_MISSING_PERIOD,
                    span,
                    text!("say how a period without a result counts", "须说明缺少结果的周期如何计"),
                    text!(
                        "add `missing excluded` (it is left out){en} or `missing unknown`",
                        "请加上`缺期不计`（不计入）{zh}或`缺期不明`"
                    ),
                );
                None
            }
        }
    }

    /// A value of the same type as the one that it stands for.
    fn stand_in(&mut self, written: &tree::Expr, ty: &Ty, scope: Scope) -> Option<Expr> {
        let found = self.beside(written, ty, scope)?;
        let fits = match (&found.ty, ty) {
            (Ty::Number(own), Ty::Number(wanted)) => own == wanted,
            (own, wanted) => own == wanted,
        };
        if fits {
            return Some(found.expr);
        }
        let wanted = self.describe(ty);
        self.wrong_type(written.span, &wanted, &found.ty);
        None
    }

    /// A value to show in a message: nothing, or the last of the grades.
    fn stand_in_text(&self, ty: &Ty) -> Text {
        match ty {
            Ty::Number(unit) => {
                let Text { en, zh } = unit_suffix(unit);
                text!("0{en}", "0{zh}")
            }
            Ty::Bool => Text::new("no", "否"),
            Ty::Grade(of) => {
                let grade = self.assessment_decls.get(*of).and_then(|decl| decl.grades.last()).cloned();
                let grade = grade.unwrap_or_default();
                text!("{grade}", "{grade}")
            }
            _ => Text::new("0", "0"),
        }
    }
}
