//! Values over the periods of an assessment, and in one other period (docs/SEMANTICS.md, section 7 "Other periods").

use super::Judge;
use super::fold::{Doubt, Fold};
use super::subject::{Reading, Subject};
use crate::engine::cell::{KeyOrder, RecordOrder};
use crate::engine::eval::{eval, in_doubt};
use crate::engine::observe::op_exprs;
use crate::engine::value::{Tri, V};
use crate::model::{
    AggOp, AssessmentId, CalendarUnit, Day, Expr, FieldId, InPeriod, KindId, MissingPeriod, Moment, Overflow,
    PeriodAgg, PeriodPick, Window, frame_days, periods_within, picked,
};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::rc::Rc;

/// Records of a kind in order of time, by what they refer to.
pub(super) type Logs = Rc<HashMap<Vec<u32>, Vec<(Day, u32)>>>;

/// What becomes of a period of an assessment in a value over its periods.
pub(super) enum PeriodFate<'a> {
    /// These values (and a weight) are read.
    Values(Vec<V<'a>>),
    /// It is not one of those that are meant.
    PassedOver,
    /// It is in doubt.
    Doubtful,
    /// These stand for a missing result.
    StandIn(Vec<V<'a>>),
    /// A missing result is left out.
    Excluded,
    /// A missing result makes the whole unknown.
    Missing,
}

/// What a pick of a period or record comes to.
pub(super) enum Picked<R> {
    /// The row there, with a result.
    Result(R),
    /// A period that has not ended, or a record before the run's period: its result is not known.
    NotMade,
    /// There is none.
    Nothing,
}

impl<'a> Subject<'_, 'a> {
    /// An aggregate over the periods that belong to the window, or to the days of its frame, and have ended by as-of.
    pub(super) fn over_periods(&self, agg: &'a PeriodAgg) -> Result<V<'a>, Overflow> {
        self.fold_periods(agg)?.map_or(Ok(V::Unknown), |fold| fold.finish(Doubt::default()))
    }

    /// Its periods, folded; `None`: of an assessment without periods.
    pub(super) fn fold_periods(&self, agg: &'a PeriodAgg) -> Result<Option<Fold<'a>>, Overflow> {
        if self.unit_of(agg.of).is_none() {
            return Ok(None);
        }
        let mut fold = Fold::new(&agg.op);
        let order = |window: Window| Cow::Owned(RecordOrder::new(Moment::Day(window.start), KeyOrder::None));
        self.each_period(agg, &mut |window, fate| {
            match fate {
                PeriodFate::Values(values) | PeriodFate::StandIn(values) => {
                    fold.add_row(Some(order(window)), &values)?;
                }
                PeriodFate::Doubtful | PeriodFate::Missing => fold.add_counts(0, 1),
                PeriodFate::PassedOver | PeriodFate::Excluded => {}
            }
            Ok(())
        })?;
        Ok(Some(fold))
    }

    /// What becomes of each period that is looked at and has ended by as-of.
    pub(super) fn each_period(
        &self,
        agg: &'a PeriodAgg,
        see: &mut dyn FnMut(Window, PeriodFate<'a>) -> Result<(), Overflow>,
    ) -> Result<(), Overflow> {
        let Some(unit) = self.unit_of(agg.of) else { return Ok(()) };
        let as_of = self.judge.world.program.spec().as_of;
        let days = frame_days(&agg.frame, self.window);
        for window in periods_within(unit, days, self.judge.world.policy().year_start) {
            if !as_of.has_ended(window.end) {
                break; // an interim value is over what has ended
            }
            see(window, self.fate(agg, window)?)?;
        }
        Ok(())
    }

    fn fate(&self, agg: &'a PeriodAgg, window: Window) -> Result<PeriodFate<'a>, Overflow> {
        let there = self.in_window(window);
        if self.has_result(agg.of, window) {
            let truth = agg.filter.as_ref().map_or(Ok(Tri::True), |filter| there.truth_of(filter))?;
            if truth == Tri::False {
                return Ok(PeriodFate::PassedOver);
            }
            let exprs = op_exprs(&agg.op);
            if truth == Tri::True {
                let values = exprs.iter().map(|e| eval(e, &there)).collect::<Result<Vec<_>, _>>()?;
                if values.iter().all(|value| value.is_known()) {
                    return Ok(PeriodFate::Values(values));
                }
            }
            // What is not known and not in doubt is missing.
            let mut doubtful = match &agg.filter {
                Some(filter) if truth == Tri::Unknown => in_doubt(filter, &there)?,
                _ => false,
            };
            for expr in exprs.iter().filter(|_| truth == Tri::True) {
                doubtful |= in_doubt(expr, &there)?;
            }
            if doubtful {
                return Ok(PeriodFate::Doubtful);
            }
        }
        Ok(match &agg.missing {
            MissingPeriod::Excluded => PeriodFate::Excluded,
            MissingPeriod::Unknown => PeriodFate::Missing,
            MissingPeriod::As(value) => {
                let mut stand_in = vec![eval(value, self)?];
                if let AggOp::Average(_, Some(weight)) = &agg.op {
                    stand_in.push(eval(weight, &there)?);
                }
                PeriodFate::StandIn(stand_in)
            }
        })
    }

    /// The value in the period or record that is picked, or what stands where it is missing; and whether it is in doubt.
    pub(super) fn value_in_period(&self, one: &'a InPeriod) -> Result<(V<'a>, bool), Overflow> {
        let there = match self.picked_row(one)? {
            Picked::Result(there) => Some(there),
            Picked::NotMade => return Ok((V::Unknown, true)),
            Picked::Nothing => None,
        };
        if let Some(there) = there {
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

    /// The row in the period or record that is picked.
    pub(super) fn picked_row(&self, one: &InPeriod) -> Result<Picked<Self>, Overflow> {
        if let PeriodPick::Record(shared) = &one.pick {
            return self.earlier(one.of, shared);
        }
        let Some(window) = self.picked_window(one) else { return Ok(Picked::Nothing) };
        if !self.judge.world.program.spec().as_of.has_ended(window.end) {
            return Ok(Picked::NotMade);
        }
        // Whether the row that references lead to has a result is seen where it is read.
        let is_there = matches!(one.value, Expr::ResultVia(..)) || self.has_result(one.of, window);
        let there = is_there.then(|| self.in_window(window));
        Ok(there.map_or(Picked::Nothing, Picked::Result))
    }

    /// The period that is picked.
    pub(super) fn picked_window(&self, one: &InPeriod) -> Option<Window> {
        picked(&one.pick, self.unit_of(one.of)?, self.window, self.judge.world.policy().year_start)
    }

    /// The last record of an earlier day that has a result, or would have one if the run had begun earlier, and shares
    /// references with this one.
    fn earlier(&self, of: AssessmentId, shared: &[FieldId]) -> Result<Picked<Self>, Overflow> {
        let Some(own) = self.judge.event_moment(self.kind, self.id).map(Moment::day) else {
            return Ok(Picked::Nothing);
        };
        let logs = self.judge.logs(self.kind, shared);
        let log = self.judge.shared_keys(self.kind, self.id, shared).and_then(|keys| logs.get(&keys));
        let Some(before) = log.and_then(|log| log.get(..log.partition_point(|(day, _)| *day < own))) else {
            return Ok(Picked::Nothing);
        };
        let program = self.judge.world.program;
        let assessment = &program.policy().assessments[of];
        for (day, id) in before.iter().rev() {
            let window = Window { start: *day, end: day.plus(1) };
            let reading = Reading { elsewhere: true, ..self.reading };
            let there = Subject { id: *id, day: *day, window, assessing: None, reading, ..*self };
            if there.has_result(of, window) {
                return Ok(Picked::Result(there));
            }
            let in_force = assessment.in_force.holds(*day) && program.policy().in_force.holds(*day);
            if *day < program.spec().period.window.start && in_force {
                let scope = assessment.scope.as_ref().map(|scope| there.truth_of(scope)).transpose()?;
                if scope != Some(Tri::False) {
                    return Ok(Picked::NotMade);
                }
            }
        }
        Ok(Picked::Nothing)
    }

    fn unit_of(&self, id: AssessmentId) -> Option<CalendarUnit> {
        self.judge.world.policy().assessments.get(id)?.every
    }

    fn has_result(&self, id: AssessmentId, window: Window) -> bool {
        self.known().has_result(id, self.id, window)
    }

    /// The same row with another period of results as window; attributes as that period's assessments read them.
    pub(super) fn in_window(&self, window: Window) -> Self {
        let day = window.last().min(self.judge.world.program.spec().as_of.reference());
        let reading = Reading { elsewhere: true, ..self.reading };
        Subject { window, day, assessing: None, reading, ..*self }
    }
}

impl Judge<'_> {
    /// All records of a kind by the keys of some references, made once.
    fn logs(&self, kind: KindId, shared: &[FieldId]) -> Logs {
        let place = (kind, shared.to_vec());
        if let Some(logs) = self.logs.borrow().get(&place) {
            return Rc::clone(logs);
        }
        let mut ordered: Vec<(RecordOrder, Day, u32)> = Vec::new();
        for id in self.subjects(kind).iter().copied() {
            if let Some(moment) = self.event_moment(kind, id) {
                ordered.push((self.row_order(kind, id), moment.day(), id));
            }
        }
        ordered.sort();
        let mut logs: HashMap<Vec<u32>, Vec<(Day, u32)>> = HashMap::new();
        for (_, day, id) in ordered {
            if let Some(keys) = self.shared_keys(kind, id, shared) {
                logs.entry(keys).or_default().push((day, id));
            }
        }
        let logs = Rc::new(logs);
        self.logs.borrow_mut().insert(place, Rc::clone(&logs));
        logs
    }

    /// What a record refers to; `None` where one of the references is empty.
    fn shared_keys(&self, kind: KindId, id: u32, shared: &[FieldId]) -> Option<Vec<u32>> {
        let day = self.event_moment(kind, id)?.day();
        shared.iter().map(|field| self.world.follow(kind, id, &[*field], day).map(|(_, key)| key)).collect()
    }
}
