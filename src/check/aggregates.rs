//! Aggregates over records and register rows.

use super::checker::{Checker, Scope};
use super::codes;
use super::expressions::Typed;
use super::sources::Rows;
use super::types::Ty;
use crate::model::{AggOp, Expr, Quantile, Ratio, Unit};
use crate::source::Span;
use crate::syntax::tree::{self, AggExpr, AggOpExpr, SourceExpr};

impl Checker<'_> {
    pub(super) fn aggregate(&mut self, agg: &AggExpr, span: Span, scope: Scope) -> Option<Typed> {
        let must_say = matches!(agg.op, AggOpExpr::Sum(_) | AggOpExpr::Average(..) | AggOpExpr::Share(_));
        let rows = self.rows(&agg.source, scope, must_say)?;
        let (op, ty) = match &agg.op {
            AggOpExpr::Count => (AggOp::Count, Ty::PLAIN),
            AggOpExpr::Distinct(values) => {
                let values: Vec<_> = values.iter().map(|value| self.row_value(value, &rows, scope)).collect();
                let values: Vec<Typed> = values.into_iter().collect::<Option<_>>()?;
                (AggOp::Distinct(values.into_iter().map(|value| value.expr).collect()), Ty::PLAIN)
            }
            AggOpExpr::Sum(value) => {
                let value = self.row_number(value, &rows, scope)?;
                (AggOp::Sum(value.expr), value.ty)
            }
            AggOpExpr::Average(value, weight) => {
                let value = self.row_number(value, &rows, scope);
                let weight = weight.as_ref().map(|weight| self.row_number(weight, &rows, scope));
                let value = value?;
                let weight = match weight {
                    Some(weight) => Some(weight?.expr),
                    None => None,
                };
                (AggOp::Average(value.expr, weight), value.ty)
            }
            AggOpExpr::Smallest(value) => {
                let value = self.row_ordered(value, &rows, scope)?;
                (AggOp::Min(value.expr), value.ty)
            }
            AggOpExpr::Largest(value) => {
                let value = self.row_ordered(value, &rows, scope)?;
                (AggOp::Max(value.expr), value.ty)
            }
            AggOpExpr::Median(value) => {
                let value = self.row_number(value, &rows, scope)?;
                (AggOp::Quantile(value.expr, Quantile::Median), value.ty)
            }
            AggOpExpr::Percentile(part, value) => {
                let part = self.part_of_rows(part, scope)?;
                let value = self.row_number(value, &rows, scope)?;
                (AggOp::Quantile(value.expr, Quantile::Part(part)), value.ty)
            }
            AggOpExpr::First(value) | AggOpExpr::Last(value) => {
                if !rows.records {
                    self.error(
                        codes::BAD_ROW_FRAME,
                        span,
                        text!("rows of a register have no first or last", "登记册的行没有先后，不能取首次或末次"),
                    );
                    return None;
                }
                let value = self.row_value(value, &rows, scope)?;
                let first = matches!(agg.op, AggOpExpr::First(_));
                (if first { AggOp::First(value.expr) } else { AggOp::Last(value.expr) }, value.ty)
            }
            AggOpExpr::Share(test) => {
                let value = self.row_value(test, &rows, scope)?;
                if value.ty != Ty::Bool {
                    self.wrong_type(test.span, &text!("a condition", "条件"), &value.ty);
                    return None;
                }
                (AggOp::Share(value.expr), Ty::Number(Unit::Share))
            }
        };
        Some(Typed::new(self.over(rows, op)?, ty))
    }

    /// The part of the rows that a percentile names: a number, or one that numbers and parameters make; `None`: reported.
    pub(super) fn part_of_rows(&mut self, percent: &tree::Expr, scope: Scope) -> Option<Ratio> {
        let found = self.expr(percent, scope)?;
        if found.ty != Ty::PLAIN && found.ty != Ty::Quotient {
            self.wrong_type(percent.span, &text!("a number", "数"), &found.ty);
            return None;
        }
        let Some(value) = self.known_number(&found.expr) else {
            self.error_with_help(
                codes::BAD_NUMBER,
                percent.span,
                text!(
                    "a percentile is one number that is known before any row is read",
                    "百分位须为读取数据之前就已确定的一个数"
                ),
                text!(
                    "write a number, a parameter that has a value, or what they come to: `percentile (100 / 3) of`",
                    "请写一个数、已有取值的参数，或由它们算出的数：`百分位（100 ÷ 3）的`"
                ),
            );
            return None;
        };
        let hundred = Ratio::int(100);
        if value > Ratio::ZERO && value <= hundred {
            return value.div(hundred).ok().flatten();
        }
        let message = text!("a percentile lies above 0 and is at most 100", "百分位须大于 0，且不超过 100");
        self.error(codes::BAD_NUMBER, percent.span, message);
        None
    }

    /// The sum of a number over records, up to the window's end.
    pub(super) fn sum_so_far(
        &mut self,
        value: &tree::Expr,
        source: &SourceExpr,
        scope: Scope,
    ) -> Option<(crate::model::AggId, Ty)> {
        let rows = self.rows_so_far(source, scope)?;
        let value = self.row_number(value, &rows, scope)?;
        let Expr::Agg(sum) = self.over(rows, AggOp::Sum(value.expr))? else { return None };
        Some((sum, value.ty))
    }

    /// Records of a counter, up to the window's end.
    fn rows_so_far(&mut self, source: &SourceExpr, scope: Scope) -> Option<Rows> {
        let mut rows = self.rows(source, scope, true)?;
        self.not_beside(&rows)?;
        if !rows.records {
            self.error(
                codes::MIXED_KINDS,
                source.span,
                text!("a counter reads records, which have a date", "记分须对记录计算，登记册没有日期"),
            );
            return None;
        }
        if let Some(frame) = &source.frame {
            self.error(
                codes::BAD_ROW_FRAME,
                frame.span,
                text!("a counter has its own term", "记分自有期限，不能再写时段"),
            );
            return None;
        }
        self.day_start_idle(rows.day_starts.filter(|said| said.value > 0))?;
        rows.frame = crate::model::AggFrame::UpToEnd;
        Some(rows)
    }

    /// The number of records up to the window's end.
    pub(super) fn records_so_far(&mut self, source: &SourceExpr, scope: Scope) -> Option<crate::model::AggId> {
        let rows = self.rows_so_far(source, scope)?;
        if rows.thin.is_some() {
            self.error(
                codes::BAD_ROW_FRAME,
                source.span,
                text!("every record counts here: none is left out", "此处每条记录都算，不能剔除"),
            );
            return None;
        }
        let Expr::Agg(count) = self.over(rows, AggOp::Count)? else { return None };
        Some(count)
    }

    /// The number of rows of a source.
    pub(super) fn count_of(&mut self, source: &SourceExpr, scope: Scope) -> Option<Expr> {
        let rows = self.rows(source, scope, false)?;
        self.over(rows, AggOp::Count)
    }

    /// The number of distinct values in the rows of a source.
    pub(super) fn distinct_of(&mut self, value: &tree::Expr, source: &SourceExpr, scope: Scope) -> Option<Expr> {
        let rows = self.rows(source, scope, false)?;
        let value = self.row_value(value, &rows, scope)?;
        self.over(rows, AggOp::Distinct(vec![value.expr]))
    }

    /// A value of every row. Pooled kinds must have it at the same place, since one expression reads all.
    fn row_value(&mut self, value: &tree::Expr, rows: &Rows, scope: Scope) -> Option<Typed> {
        let mut found: Option<Typed> = None;
        for part in &rows.parts {
            let row = self.row_scope(part.kind, self.reader(scope));
            let own = self.expr(value, row)?;
            match &found {
                Some(other) if *other != own => {
                    self.error_with_help(
                        codes::MIXED_KINDS,
                        value.span,
                        text!(
                            "this value does not stand at the same place in all of these records",
                            "这些记录中该值的字段位置或类型不同"
                        ),
                        text!(
                            "take the value over one kind of record, or give the kinds the same fields in the same order",
                            "请对单一记录取值，或使各记录的字段相同且次序一致"
                        ),
                    );
                    return None;
                }
                _ => found = Some(own),
            }
        }
        let found = found?;
        if matches!(found.ty, Ty::CodeSet(_)) {
            self.wrong_type(value.span, &text!("a single value", "单个值"), &found.ty);
            return None;
        }
        Some(found)
    }

    pub(super) fn row_number(&mut self, value: &tree::Expr, rows: &Rows, scope: Scope) -> Option<Typed> {
        let found = self.row_value(value, rows, scope)?;
        if found.ty.is_number() {
            return Some(found);
        }
        self.wrong_type(value.span, &text!("a number", "数"), &found.ty);
        None
    }

    fn row_ordered(&mut self, value: &tree::Expr, rows: &Rows, scope: Scope) -> Option<Typed> {
        let found = self.row_value(value, rows, scope)?;
        if found.ty.is_number() || found.ty.is_moment() {
            return Some(found);
        }
        self.wrong_type(value.span, &text!("a number or a date", "数或日期"), &found.ty);
        None
    }
}
