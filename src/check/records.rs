//! Records in order: which of them count, the time between them, and on which days a rule reads its subject and counts rows.

use super::checker::{Checker, Scope};
use super::codes;
use crate::model::{AggFrame, AggOp, AttributesAt, Expr, GapReq, PartialWindows, Rounding, Spacing, TermUnit, Thin};
use crate::source::Span;
use crate::syntax::tree::{AttributesExpr, RequirementExpr, RuleItem, SourceExpr, Spanned, TermAmount, ThinExpr};

impl Checker<'_> {
    /// Which of the records of a source count; outer `None`: reported.
    pub(super) fn thin(
        &mut self,
        written: &ThinExpr,
        records: bool,
        kind_count: usize,
        span: Span,
    ) -> Option<Option<Thin>> {
        if let Some(twice) = written.twice {
            self.error(codes::SAID_TWICE, twice, text!("this is said twice", "重复书写"));
            return None;
        }
        if written.spacing.is_none() && written.alternating.is_none() {
            return Some(None);
        }
        if !records {
            self.error(
                codes::BAD_ROW_FRAME,
                span,
                text!("rows of a register have no date and no order", "登记册的行没有日期，也没有先后"),
            );
            return None;
        }
        if let Some(place) = written.alternating
            && kind_count < 2
        {
            self.error_with_help(
                codes::CHOICE_IDLE,
                place,
                text!("records of one kind do not alternate", "只有一种记录，不存在交替"),
                text!("name two kinds: `(A or B) alternating`", "请写两种记录：`(甲 或 乙) 交替`"),
            );
            return None;
        }
        let spacing = match &written.spacing {
            Some(spacing) => Some(self.spacing(spacing)?),
            None => None,
        };
        Some(Some(Thin { spacing, alternating: written.alternating.is_some() }))
    }

    fn spacing(&mut self, written: &Spanned<crate::syntax::tree::SpacingExpr>) -> Option<Spacing> {
        let (count, unit) = (written.value.count, written.value.unit);
        self.length(count, unit, written.span)?;
        let Some(inclusive) = written.value.inclusive else {
            self.error_with_help(
                codes::CHOOSE_SPACING,
                written.span,
                text!("say whether exactly so much is enough", "须说明恰好等于该数是否算数"),
                text!(
                    "write `spaced at least {count} ...` (so much is enough) or `spaced more than {count} ...` (it is not)",
                    "请写`相距 至少 {count} …`（恰好等于算数）或`相距 超过 {count} …`（恰好等于不算）"
                ),
            );
            return None;
        };
        Some(Spacing { count, unit, inclusive })
    }

    /// A length of time between records.
    fn length(&mut self, count: u32, unit: TermUnit, span: Span) -> Option<()> {
        self.no_workdays(unit, span)?;
        if !crate::model::value::is_term_amount(crate::model::Ratio::int(i128::from(count))) {
            self.bad_term(span);
            return None;
        }
        Some(())
    }

    fn no_workdays(&mut self, unit: TermUnit, span: Span) -> Option<()> {
        if unit == TermUnit::Workdays {
            let message = text!("the time between records is not counted in workdays", "记录之间的间隔不按工作日计");
            self.error(codes::BAD_FRAME, span, message);
            return None;
        }
        Some(())
    }

    /// `at most N UNIT between SOURCE`
    pub(super) fn gap(&mut self, most: &TermAmount, source: &SourceExpr, span: Span, scope: Scope) -> Option<GapReq> {
        let place = most.amount.span;
        let (most, unit) = self.term_amount(most, scope)?;
        self.no_workdays(unit, place)?;
        self.no_first(source)?;
        let mut rows = self.rows(source, scope, false)?;
        self.not_beside(&rows)?;
        if let Some(frame) = &source.frame {
            self.error(
                codes::BAD_ROW_FRAME,
                frame.span,
                text!("all records of the log are looked at, one after the other", "此处逐条看全部记录，不能限定时段"),
            );
            return None;
        }
        if !rows.records {
            self.error(
                codes::BAD_ROW_FRAME,
                span,
                text!("rows of a register have no date and no order", "登记册的行没有日期，也没有先后"),
            );
            return None;
        }
        rows.frame = AggFrame::Ever;
        if rows.parts.iter().filter_map(|part| part.filter.as_ref()).any(super::sources::beyond_record) {
            self.record_only(span);
            return None;
        }
        let Expr::Agg(agg) = self.over(rows, AggOp::Count)? else { return None };
        Some(GapReq { agg, most, unit })
    }

    /// A bound on the time between records has windows of its own.
    pub(super) fn gap_alone(&mut self, requirement: &RequirementExpr) {
        fn inner(requirement: &RequirementExpr) -> Option<Span> {
            match requirement {
                RequirementExpr::All(parts) | RequirementExpr::Any(parts) => parts.iter().find_map(inner),
                RequirementExpr::Gap { span, .. } => Some(*span),
                _ => None,
            }
        }
        if is_gap(requirement) {
            return;
        }
        if let Some(span) = inner(requirement) {
            self.error_with_help(
                codes::GAP_ALONE,
                span,
                text!("a bound on the time between records stands alone", "记录间隔的要求须单独成为一条规则"),
                text!("write two rules", "请分成两条规则"),
            );
        }
    }

    /// `partial windows prorate`
    pub(super) fn prorate(
        &mut self,
        rounding: Option<Option<Rounding>>,
        item: &RuleItem,
        span: Span,
    ) -> Option<PartialWindows> {
        fn counts(requirement: &RequirementExpr) -> bool {
            match requirement {
                RequirementExpr::All(parts) | RequirementExpr::Any(parts) => parts.iter().any(counts),
                RequirementExpr::Count { .. } => true,
                _ => false,
            }
        }
        if !counts(&item.requirement) {
            self.error(
                codes::CHOICE_IDLE,
                span,
                text!("only the bounds of counts are cut with the days", "只有计数的要求才能按天数折算"),
            );
            return None;
        }
        let Some(rounding) = rounding else {
            self.error_with_help(
                codes::CHOOSE_PRORATE_ROUNDING,
                span,
                text!("say what becomes of a part of the number", "须说明折算后的零头如何处理"),
                text!(
                    "add `rounded up`, `rounded down`, `rounded half up`, `rounded half even` or `unrounded`",
                    "请加上`向上取整`、`向下取整`、`四舍五入`、`四舍六入`或`不取整`"
                ),
            );
            return None;
        };
        Some(PartialWindows::Prorate(rounding))
    }

    /// `attributes at ...`
    pub(super) fn attributes(&mut self, written: &AttributesExpr, scope: Scope) -> Option<AttributesAt> {
        Some(match written {
            AttributesExpr::Start => AttributesAt::Start,
            AttributesExpr::End => AttributesAt::End,
            AttributesExpr::Event(event) => AttributesAt::Event(self.event(event, scope)?),
        })
    }
}

/// Whether a requirement is a bound on the time between records.
pub(super) fn is_gap(requirement: &RequirementExpr) -> bool {
    matches!(requirement, RequirementExpr::Gap { .. })
}
