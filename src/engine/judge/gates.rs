//! Grades: the one that the points give, and what gates make of it, pass by pass.

use super::subject::Subject;
use crate::engine::eval::eval;
use crate::engine::value::Tri;
use crate::model::{Assessment, Gate, GateAction, Overflow};

/// The grade by the points of a context, and whether a test that is unknown keeps one away.
pub(super) fn by_points<'a>(
    assessment: &'a Assessment,
    context: &Subject<'_, 'a>,
) -> Result<(Option<u32>, bool), Overflow> {
    for (position, grade) in assessment.grades.iter().enumerate() {
        let holds = match &grade.when {
            Some(when) => context.truth_of(when)?,
            None => Tri::True,
        };
        if holds != Tri::False {
            let found = u32::try_from(position).ok().filter(|_| holds == Tri::True);
            return Ok((found, holds == Tri::Unknown));
        }
    }
    Ok((None, false))
}

/// Which grade a gate names.
enum Named {
    /// This one; `None`: its action names none.
    Known(Option<u32>),
    /// Only what is to come decides.
    Open,
    /// It is not known.
    Unknown,
}

fn named<'a>(gate: &'a Gate, context: &Subject<'_, 'a>) -> Result<Named, Overflow> {
    let Some(grade) = gate.action.grade() else { return Ok(Named::Known(None)) };
    if let Some(found) = eval(grade, context)?.value() {
        return Ok(Named::Known(u32::try_from(found.num()).ok()));
    }
    let been = eval(grade, &context.having_been())?;
    Ok(if been.is_known() { Named::Open } else { Named::Unknown })
}

/// A grade on its way through the gates: raises, caps, then lowering, then what sets it; only this gives one where the
/// points do not.
pub(super) struct Passes<'a> {
    /// The gates on the grade that hold, each with the grade that it names.
    pub holding: Vec<(&'a Gate, Option<u32>)>,
    /// By the points.
    pub by_points: Option<u32>,
    /// After raising.
    pub raised: Option<u32>,
    /// After the caps.
    pub capped: Option<u32>,
    /// After lowering.
    pub lowered: Option<u32>,
    /// What sets it.
    pub set: Option<u32>,
    /// There is none as yet.
    pub withheld: bool,
    /// For each gate of which it is not known whether it holds, or which grade it names: the grade if it does, by each
    /// that it may name.
    pub otherwise: Vec<Vec<Option<u32>>>,
}

impl<'a> Passes<'a> {
    /// The passes over the grade that the points give.
    pub(super) fn of(
        assessment: &'a Assessment,
        by_points: Option<u32>,
        context: &Subject<'_, 'a>,
    ) -> Result<Passes<'a>, Overflow> {
        // Each with the grade that it names; one that is not known does nothing, and may be any of the list.
        let mut holding: Vec<(&Gate, Option<u32>)> = Vec::new();
        let mut unsure: Vec<(&Gate, Vec<Option<u32>>)> = Vec::new();
        let any = || (0u32..).zip(&assessment.grades).map(|(position, _)| Some(position)).collect();
        for gate in &assessment.gates {
            if matches!(gate.action, GateAction::LoseItem(_) | GateAction::Unscored) {
                continue;
            }
            let decided = context.decided(&gate.when)?;
            if decided == Some(Tri::False) {
                continue;
            }
            match (named(gate, context)?, decided.is_some()) {
                (Named::Known(grade), true) => holding.push((gate, grade)),
                (Named::Known(grade), false) => unsure.push((gate, vec![grade])),
                (Named::Unknown, _) => unsure.push((gate, any())),
                (Named::Open, _) => {}
            }
        }
        let otherwise = unsure.into_iter().map(|(gate, names)| {
            let with = |name| holding.iter().copied().chain([(gate, name)]).collect();
            names.into_iter().map(|name| Passes::through(assessment, by_points, with(name)).grade()).collect()
        });
        let otherwise = otherwise.collect();
        Ok(Passes { otherwise, ..Passes::through(assessment, by_points, holding) })
    }

    /// The passes of the gates that hold.
    fn through(assessment: &Assessment, by_points: Option<u32>, holding: Vec<(&'a Gate, Option<u32>)>) -> Passes<'a> {
        let lowest = u32::try_from(assessment.grades.len()).unwrap_or(1).saturating_sub(1);
        let caps = holding.iter().filter_map(|(gate, grade)| match gate.action {
            GateAction::CapGrade(_) => *grade,
            _ => None,
        });
        let cap = caps.max().unwrap_or(0);
        let rises = holding.iter().map(|(gate, _)| if let GateAction::Raise(by) = gate.action { by } else { 0 });
        let limits = holding.iter().filter_map(|(gate, _)| match gate.action {
            GateAction::LimitRaises(to) => Some(to),
            _ => None,
        });
        let rise = rises.fold(0, u32::saturating_add).min(limits.min().unwrap_or(u32::MAX));
        let raised = by_points.map(|grade| grade.saturating_sub(rise));
        let capped = raised.map(|grade| grade.max(cap));
        let falls = holding.iter().map(|(gate, _)| if let GateAction::Lower(by) = gate.action { by } else { 0 });
        let fall = falls.fold(0, u32::saturating_add);
        let lowered = capped.map(|grade| grade.saturating_add(fall).min(lowest));
        let sets = holding.iter().filter_map(|(gate, grade)| match gate.action {
            GateAction::SetGrade(_) => *grade,
            _ => None,
        });
        let set = sets.max();
        let withheld = holding.iter().any(|(gate, _)| gate.action == GateAction::Withhold);
        Passes { holding, by_points, raised, capped, lowered, set, withheld, otherwise: Vec::new() }
    }

    /// The grade after the last pass, be it withheld or not.
    pub(super) fn last(&self) -> Option<u32> {
        self.set.or(self.lowered)
    }

    /// The grade that the subject has.
    pub(super) fn grade(&self) -> Option<u32> {
        self.last().filter(|_| !self.withheld)
    }

    /// What brought the change of its pass: kind of effect, gate, the grade after it.
    pub(super) fn effects(&self) -> Vec<(&'static str, &'a Gate, Option<u32>)> {
        let effect = |(gate, own): &(&'a Gate, Option<u32>)| match gate.action {
            GateAction::Withhold => Some(("withhold", *gate, self.last())),
            GateAction::Raise(_) if self.raised < self.by_points => Some(("raise", *gate, self.raised)),
            GateAction::CapGrade(_) if *own == self.capped && self.capped > self.raised => Some(("cap", *gate, *own)),
            GateAction::Lower(_) if self.lowered > self.capped => Some(("lower", *gate, self.lowered)),
            GateAction::SetGrade(_) if *own == self.set && *own != self.lowered => Some(("grade", *gate, *own)),
            _ => None,
        };
        self.holding.iter().filter_map(effect).collect()
    }
}
