//! Periods for which a subject has no result in an assessment, and why.

use super::Review;
use crate::model::{AssessmentId, Moment, Window};

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// The period has not begun by as-of.
    NotBegun,
    /// The assessment, or its policy, is not in force.
    NotInForce,
    /// The subject is there on no day of the period.
    Gone,
    /// The day of the record lies outside the run's period.
    OutsideRun,
    /// The scope does not hold.
    OutOfScope,
}

impl Review<'_> {
    /// The periods without a result, in order; those of which it is not known whether the subject is taken in apart.
    #[must_use]
    pub fn absences(&self, id: AssessmentId, key: &str) -> Vec<(Window, Absent)> {
        let Some(assessment) = self.policy().assessments.get(id) else { return Vec::new() };
        let Some(subject) = self.id_of(assessment.subject, key) else { return Vec::new() };
        let day = self.judge.event_moment(assessment.subject, subject).map(Moment::day);
        let windows = match (assessment.every, day) {
            (Some(_), _) => self.program().assessment_periods[id].clone(),
            (None, Some(day)) => vec![Window { start: day, end: day.plus(1) }],
            (None, None) => Vec::new(),
        };
        let open = |window: Window| {
            let unplaced = &self.results.unplaced;
            unplaced.iter().any(|one| one.assessment == id && one.subject == key && one.period.window == window)
        };
        let has_result = |window: Window| {
            self.judge.known.results.get(id).is_some_and(|results| results.contains_key(&(subject, window)))
        };
        let without = windows.into_iter().filter(|window| !has_result(*window) && !open(*window));
        without.map(|window| (window, self.absent(id, subject, window))).collect()
    }

    fn absent(&self, id: AssessmentId, subject: u32, window: Window) -> Absent {
        let assessment = &self.policy().assessments[id];
        let spec = self.program().spec();
        let in_force = assessment.in_force.holds(window.last()) && self.policy().in_force.holds(window.last());
        let of_events = assessment.every.is_none();
        if of_events && !spec.period.window.contains(window.start) {
            Absent::OutsideRun
        } else if window.start > spec.as_of.reference() {
            Absent::NotBegun
        } else if !in_force {
            Absent::NotInForce
        } else if !of_events && self.judge.days_left(assessment.subject, subject, window, &[]) == 0 {
            Absent::Gone
        } else {
            Absent::OutOfScope
        }
    }
}
