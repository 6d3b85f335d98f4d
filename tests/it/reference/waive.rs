//! Waivers: who is freed from which rule on which days (section 5).

use chrono::NaiveDate;
use wangge::model::{FieldId, Frame, Requirement, Role, Rule, Type, Waiver};

use super::obligation::{Case, is_enough};
use super::value::Truth;
use super::{Cell, Row, Run};

impl Run<'_> {
    /// Whether waivers leave too little of a case's window for it to bind.
    pub fn waived(&self, rule: &Rule, case: &Case) -> Truth {
        if !rule.waivable {
            return Some(false);
        }
        let free = |day: NaiveDate| self.policy.waivers.iter().any(|waiver| self.frees(waiver, rule, case, day));
        let holds = |day: NaiveDate| self.is_left(rule, &case.subject, day) && !free(day);
        let days: Vec<NaiveDate> = case.window.0.iter_days().take_while(|d| *d < case.window.1).collect();
        let waived = if case.one_day {
            free(case.window.0)
        } else if matches!(rule.frame, Frame::Rolling { .. } | Frame::Throughout { .. })
            || matches!(rule.requirement, Requirement::Gap(_))
        {
            // Every day of such a window must be left.
            days.iter().any(|day| free(*day))
        } else {
            days.iter().any(|day| free(*day)) && !is_enough(rule, &days, &holds)
        };
        if waived {
            return Some(true);
        }
        let unknown = self.policy.waivers.iter().any(|waiver| !self.spec.coverage.contains_key(&waiver.kind));
        if unknown { None } else { Some(false) }
    }

    fn frees(&self, waiver: &Waiver, rule: &Rule, case: &Case, day: NaiveDate) -> bool {
        let record = self.policy.kinds[waiver.kind].role == Role::Record;
        let read: Vec<usize> = if record {
            // Of rows with one key one is the record.
            let kept = self.subjects(waiver.kind).into_iter();
            kept.filter_map(|s| if let super::world::Subject::Record(_, at) = s { Some(at) } else { None }).collect()
        } else if self.spec.coverage.contains_key(&waiver.kind) {
            (0..self.rows_of(waiver.kind).len()).collect()
        } else {
            Vec::new()
        };
        read.iter().any(|at| {
            let row = &self.rows_of(waiver.kind)[*at];
            let own = if record { Some(self.moment(waiver.kind, *at).day()) } else { row.since };
            self.row_frees(waiver, row, (own, if record { None } else { row.until }), rule, case, day)
        })
    }

    fn row_frees(
        &self,
        waiver: &Waiver,
        row: &Row,
        life: (Option<NaiveDate>, Option<NaiveDate>),
        rule: &Rule,
        case: &Case,
        day: NaiveDate,
    ) -> bool {
        let cell = |field: FieldId| row.fields[field.0 as usize].as_ref();
        let date = |field: FieldId| match cell(field) {
            Some(Cell::Day(day)) => Some(*day),
            Some(Cell::At(at)) => Some(at.date()),
            _ => None,
        };
        let named = match cell(waiver.rule) {
            Some(Cell::Text(name)) => *name == rule.name || rule.cites.contains(name),
            _ => false,
        };
        let subject = cell(waiver.subject).map(super::world::key_text);
        let meant = match self.policy.kinds[waiver.kind].fields[waiver.subject].ty {
            Type::Ref(kind) => kind == rule.subject,
            _ => true,
        };
        let from = match waiver.from {
            Some(field) => date(field).is_some_and(|from| from <= day),
            None => life.0.is_none_or(|since| since <= day),
        };
        let to = match (waiver.to, waiver.from) {
            (Some(field), _) => date(field).is_none_or(|to| day <= to),
            (None, None) => life.1.is_none_or(|until| day <= until),
            (None, Some(_)) => true,
        };
        named && meant && subject == Some(self.key(&case.subject)) && cell(waiver.because).is_some() && from && to
    }
}
