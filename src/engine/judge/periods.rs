//! Values over the periods of an assessment, and in one other period (docs/SEMANTICS.md, section 7 "Other periods").

use super::fold::{Doubt, Fold};
use super::subject::Subject;
use crate::engine::cell::{KeyOrder, RecordOrder};
use crate::engine::eval::{eval, in_doubt};
use crate::engine::observe::op_exprs;
use crate::engine::value::{Tri, V};
use crate::model::{
    AggOp, AssessmentId, CalendarUnit, InPeriod, MissingPeriod, Moment, Overflow, PeriodAgg, Window, periods_within,
    picked,
};
use std::borrow::Cow;

impl<'a> Subject<'_, 'a> {
    /// An aggregate over the periods that belong to the window and have begun by as-of.
    pub(super) fn over_periods(&self, agg: &'a PeriodAgg) -> Result<V<'a>, Overflow> {
        self.fold_periods(agg)?.map_or(Ok(V::Unknown), |fold| fold.finish(Doubt::default()))
    }

    /// Its periods, folded; `None`: of an assessment without periods.
    pub(super) fn fold_periods(&self, agg: &'a PeriodAgg) -> Result<Option<Fold<'a>>, Overflow> {
        let Some(unit) = self.unit_of(agg.of) else { return Ok(None) };
        let policy = self.judge.world.policy();
        let today = self.judge.world.program.spec().as_of.reference();
        let mut fold = Fold::new(&agg.op);
        for window in periods_within(unit, self.window, policy.year_start) {
            if window.start > today {
                break;
            }
            let there = self.in_window(window);
            let order = || Cow::Owned(RecordOrder::new(Moment::Day(window.start), KeyOrder::None));
            if self.has_result(agg.of, window) {
                match agg.filter.as_ref().map(|filter| there.truth_of(filter)).transpose()? {
                    Some(Tri::False) => continue,
                    Some(Tri::Unknown) => {
                        fold.add_counts(0, 1);
                        continue;
                    }
                    Some(Tri::True) | None => {}
                }
                let exprs = op_exprs(&agg.op);
                let values = exprs.iter().map(|e| eval(e, &there)).collect::<Result<Vec<_>, _>>()?;
                if values.iter().all(|value| value.is_known()) {
                    fold.add_row(Some(order()), &values)?;
                    continue;
                }
                let mut doubtful = false;
                for expr in exprs {
                    doubtful |= in_doubt(expr, &there)?;
                }
                if doubtful {
                    // What has not ended is passed over as what begins later is.
                    fold.add_counts(0, u64::from(self.judge.world.program.spec().as_of.has_ended(window.end)));
                    continue;
                }
            }
            match &agg.missing {
                MissingPeriod::Excluded => {}
                MissingPeriod::Unknown => fold.add_counts(0, 1),
                MissingPeriod::As(value) => {
                    let mut stand_in = vec![eval(value, self)?];
                    if let AggOp::Average(_, Some(weight)) = &agg.op {
                        stand_in.push(eval(weight, &there)?);
                    }
                    fold.add_row(Some(order()), &stand_in)?;
                }
            }
        }
        Ok(Some(fold))
    }

    /// The value in the period that is picked, or what stands where it is missing; and whether it is in doubt.
    pub(super) fn value_in_period(&self, one: &'a InPeriod) -> Result<(V<'a>, bool), Overflow> {
        let Some(unit) = self.unit_of(one.of) else { return Ok((V::Unknown, true)) };
        let policy = self.judge.world.policy();
        if let Some(window) = picked(one.pick, unit, self.window, policy.year_start)
            && self.has_result(one.of, window)
        {
            let there = self.in_window(window);
            let (value, in_doubt) = (eval(&one.value, &there)?, in_doubt(&one.value, &there)?);
            if value.is_known() || in_doubt {
                return Ok((value, in_doubt));
            }
        }
        match one.missing.value() {
            Some(value) => Ok((eval(value, self)?, in_doubt(value, self)?)),
            None => Ok((V::Unknown, true)),
        }
    }

    fn unit_of(&self, id: AssessmentId) -> Option<CalendarUnit> {
        self.judge.world.policy().assessments.get(id)?.every
    }

    fn has_result(&self, id: AssessmentId, window: Window) -> bool {
        self.facts.is_some_and(|facts| facts.has_result(id, self.id, window))
    }

    /// The same row with another period of results as window; attributes as that period's assessments read them.
    fn in_window(&self, window: Window) -> Self {
        let day = window.last().min(self.judge.world.program.spec().as_of.reference());
        Subject { window, day, assessing: None, ..*self }
    }
}
