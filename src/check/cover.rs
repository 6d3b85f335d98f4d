//! Time that records cover: which records have a length, and in which time it is looked for.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::sources::{Rows, beyond_record};
use super::types::Ty;
use crate::model::{AggFrame, AggId, AggOp, Cover, CoverBase, CoverTake, Expr, Type, Unit};
use crate::source::Span;
use crate::syntax::tree::{CoverBaseExpr, CoverExpr, SourceExpr, Spanned};

impl Checker<'_> {
    /// Time that records cover.
    pub(super) fn cover(&mut self, cover: &CoverExpr, span: Span, scope: Scope) -> Option<Typed> {
        let hours = match &cover.base {
            Some(CoverBaseExpr::Clock(name)) => Some(self.hours_of(name)?),
            _ => None,
        };
        let civil = matches!(cover.take, CoverTake::Covered(unit) | CoverTake::Uncovered(unit) if !unit.is_clock());
        if hours.is_some() && civil {
            let message = text!("the hours of a clock are counted in hours or minutes", "按时钟的时间须以小时或分钟计");
            let help = text!(
                "write `hours covered by ...`; days on which something is covered are counted as days, without a clock",
                "请写`覆盖 小时 于 …`；按天数计则不加时钟"
            );
            self.error_with_help(codes::BAD_CLOCK, span, message, help);
            return None;
        }
        let at_least = cover.at_least.map_or(1, |said| said.value);
        if at_least == 0 || (cover.take == CoverTake::Most && cover.at_least.is_some()) {
            let place = cover.at_least.map_or(span, |said| said.span);
            self.error(
                codes::BAD_COVER,
                place,
                text!(
                    "time is covered by at least one record; the most at once needs no bound",
                    "覆盖至少须一条记录；同时最多不另设下限"
                ),
            );
            return None;
        }
        let rows = self.covering(&cover.source, scope)?;
        // The hours of a night belong to two days as its records do.
        self.day_start(&rows, hours.as_ref().filter(|hours| hours.crosses_midnight()))?;
        let (frame, day_starts) = (rows.frame.clone(), rows.day_starts);
        let of = self.covering_agg(rows)?;
        let base = match (&cover.base, hours) {
            (_, Some(hours)) => CoverBase::Hours(hours),
            (Some(CoverBaseExpr::During(source)), None) => {
                if let Some(frame) = &source.frame {
                    self.error(
                        codes::BAD_ROW_FRAME,
                        frame.span,
                        text!("the time frame stands with the records that cover", "时段写在覆盖的记录处"),
                    );
                    return None;
                }
                self.day_start_idle(source.day_starts)?;
                let rows = self.covering(source, scope)?;
                let value = day_starts.map_or(0, |said| said.value);
                let day_starts = Some(Spanned { value, span: source.span });
                CoverBase::Records(self.covering_agg(Rows { frame, day_starts, ..rows })?)
            }
            (_, None) => CoverBase::Frame,
        };
        let ty = match cover.take {
            CoverTake::Covered(unit) | CoverTake::Uncovered(unit) => Ty::Number(Unit::Span(unit)),
            CoverTake::Share => Ty::Number(Unit::Share),
            CoverTake::Most => Ty::Number(Unit::Plain),
        };
        let cover = Cover { take: cover.take, of, at_least, base };
        Some(Typed::new(Expr::Cover(Box::new(cover)), ty))
    }

    /// Records that have a length, in a frame with a first and a last day.
    fn covering(&mut self, source: &SourceExpr, scope: Scope) -> Option<Rows> {
        let rows = self.rows(source, scope, true)?;
        self.not_beside(&rows)?;
        if !rows.records {
            self.error(
                codes::MIXED_KINDS,
                source.span,
                text!("time is covered by records, which have a start and an end", "覆盖时间的须为有起止的记录"),
            );
            return None;
        }
        if !matches!(rows.frame, AggFrame::Window | AggFrame::Last { .. }) {
            self.error_with_help(
                codes::BAD_ROW_FRAME,
                source.frame.as_ref().map_or(source.span, |frame| frame.span),
                text!("covered time needs a frame with a first and a last day", "覆盖时间须在有首末日的时段内计算"),
                text!(
                    "write `in the last 30 days to window end`, or leave the frame out",
                    "可写`期末前 30 天`，或不写时段"
                ),
            );
            return None;
        }
        if rows.thin.is_some() {
            self.error(
                codes::BAD_COVER,
                source.span,
                text!("records that cover time are all taken", "覆盖时间的记录全部计入，不分间隔与交替"),
            );
            return None;
        }
        for part in &rows.parts {
            let kind = self.kinds.get(part.kind)?;
            let by_date = kind.at.is_some_and(|at| kind.fields[at].ty == Type::Date);
            if kind.end.is_none() && !by_date {
                let shown = kind.name.clone();
                self.error_with_help(
                    codes::BAD_COVER,
                    source.span,
                    text!("a `{shown}` is a moment: it covers no time", "`{shown}`只有一个时刻，不覆盖时间"),
                    text!(
                        "mark the field that holds its end: `end left : time`",
                        "请标明结束的字段：`结束 离岗 : 时刻`"
                    ),
                );
                return None;
            }
        }
        Some(rows)
    }

    fn covering_agg(&mut self, rows: Rows) -> Option<AggId> {
        if rows.parts.iter().filter_map(|part| part.filter.as_ref()).any(beyond_record) {
            self.record_only(rows.span);
            return None;
        }
        match self.over(rows, AggOp::List(Vec::new()))? {
            Expr::Agg(id) => Some(id),
            _ => None,
        }
    }
}
