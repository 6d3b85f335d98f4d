//! Awards for which nobody is asked about a grade that was set or a veto.

use super::checker::Checker;
use super::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{Assessment, AssessmentId, EffectKind, Expr, GateAction, ResultField, VetoAction};
use crate::syntax::tree::{AssessmentItem, AssessmentPart, Name};

impl Checker<'_> {
    /// Warns of awards and prizes by points where a veto or a gate sets the grade, whatever the points.
    pub(super) fn awards_ask(&mut self, id: AssessmentId, item: &AssessmentItem, assessment: &Assessment) {
        let veto = assessment.vetoes.iter().find(|veto| matches!(veto.action, VetoAction::SetGrade(_)));
        let gate = assessment.gates.iter().find(|gate| matches!(gate.action, GateAction::SetGrade(_)));
        let Some(setter) = veto.map(|veto| &veto.name).or(gate.map(|gate| &gate.name)) else { return };
        let set = gate.map(|gate| {
            let at = gate.action.grade().and_then(|grade| self.position_or_number(grade));
            let at = at.and_then(|at| usize::try_from(at.num()).ok());
            let last = assessment.grades.last();
            at.and_then(|at| assessment.grades.get(at)).or(last).map_or("", |grade| grade.name.as_str())
        });
        // A condition may also ask what the gate or veto asks.
        let mut behind = Vec::new();
        veto.iter().for_each(|veto| records_of(&veto.decisions, &mut behind));
        gate.iter().for_each(|gate| records_of(&gate.when, &mut behind));
        let asks = |expr: &Expr| {
            let mut read = Vec::new();
            records_of(expr, &mut read);
            reads(expr, id, ResultField::Grade)
                || gate.is_none() && reads(expr, id, ResultField::Vetoed)
                || read.iter().any(|one| behind.contains(one))
        };
        let (mut awards, mut ladders) = (assessment.awards.iter(), assessment.ladders.iter());
        let mut open: Vec<&Name> = Vec::new();
        for part in &item.parts {
            match &part.value {
                AssessmentPart::Award(written) => open.extend(awards.next().and_then(|award| {
                    let honour = award.kind != EffectKind::Sanction;
                    (honour && !award.among.iter().any(asks)).then_some(&written.name)
                })),
                AssessmentPart::Prizes(written) => open.extend(ladders.next().and_then(|ladder| {
                    let free = |prize: &crate::model::Prize| {
                        prize.kind != EffectKind::Sanction && !prize.when.iter().any(asks)
                    };
                    (!ladder.among.iter().any(asks) && ladder.prizes.iter().any(free)).then_some(&written.name)
                })),
                _ => {}
            }
        }
        for name in open {
            let shown = &name.value;
            let way_out = match &set {
                None => text!("say who takes part: `among own veto = no`", "请写明谁参加：`范围 本次否决 = 否`"),
                Some(grade) => text!(
                    "say who takes part, by grade: `among own grade is not {grade}`",
                    "请写明哪些等次参加：`范围 本次等次 不为 {grade}`"
                ),
            };
            self.push(
                Diagnostic::new(
                    codes::AWARD_ASKS_NOTHING,
                    Severity::Warning,
                    name.span,
                    text!(
                        "`{shown}` goes by points alone: it may go to one whose grade `{setter}` sets",
                        "`{shown}`只看得分：被`{setter}`定了等次的也可能得到"
                    ),
                )
                .with_help(way_out),
            );
        }
    }
}

/// Whether an expression reads a result of its own assessment.
fn reads(expr: &Expr, id: AssessmentId, field: ResultField) -> bool {
    *expr == Expr::Result(id, field) || expr.children().into_iter().any(|child| reads(child, id, field))
}

/// What an expression reads of records: its aggregates and measures.
fn records_of<'e>(expr: &'e Expr, into: &mut Vec<&'e Expr>) {
    if matches!(expr, Expr::Agg(_) | Expr::Measure(_)) {
        into.push(expr);
    }
    expr.children().into_iter().for_each(|child| records_of(child, into));
}
