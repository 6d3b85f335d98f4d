//! Assessments: subject, periods, and their statements in the order of evaluation.

use super::checker::{Checker, Place, Scope, Stage};
use super::codes;
use super::parts::both;
use super::rules::cites;
use crate::model::{Assessment, AssessmentId, CalendarUnit, Force, KindId, Rounding};
use crate::source::Span;
use crate::syntax::tree::{AssessmentItem, AssessmentPart, Spanned};

/// Decimal places of items where the author does not say.
const PLACES_DEFAULT: u32 = 2;
/// Most decimal places that the author may ask for.
const PLACES_MAX: u32 = 9;

impl<'a> Checker<'a> {
    pub(super) fn lower_assessments(&mut self) {
        let ids: Vec<AssessmentId> = self.assessment_decls.ids().collect();
        let mut parts = Vec::new();
        for id in &ids {
            let item = self.assessment_decls[*id].item;
            let found = self.subject(&item.subject);
            self.assessment_decls[*id].kind = found.as_ref().map(|(kind, _)| *kind);
            parts.push(found);
        }
        for (id, found) in ids.into_iter().zip(parts) {
            let item = self.assessment_decls[id].item;
            let assessment = found
                .and_then(|(kind, part)| self.citing(&item.cites, |checker| checker.assessment(id, item, kind, part)));
            self.assessments.push(assessment);
        }
        self.check_assessment_cycles();
    }

    fn assessment(
        &mut self,
        id: AssessmentId,
        item: &'a AssessmentItem,
        kind: KindId,
        part: Option<crate::model::Expr>,
    ) -> Option<Assessment> {
        self.needs_key(kind, item.subject.span);
        let every = self.periods(item, kind);
        let written = self.optional_condition(item.scope.as_ref(), Scope { kind, place: Place::Subject });
        let at = |stage| Scope { kind, place: Place::Assessment { id, stage } };
        let (in_force, places, rounding) = self.settings(item);
        let items = self.items_of(item, at(Stage::Points));
        let adjustments = self.adjustments(item, at(Stage::Total));
        let grades = self.grades(item, at(Stage::Total));
        let gates = self.gates(id, item, at(Stage::Total));
        let vetoes = self.vetoes(id, item, at(Stage::Total));
        let rank = self.ranking(item, at(Stage::Final));
        let grade_effects = self.grade_effects(id, item, at(Stage::Final));
        let awards = self.awards(item, at(Stage::Final));
        if item.parts.iter().any(|part| matches!(part.value, AssessmentPart::Bad)) {
            self.bad.push(item.name.span);
        }
        if let Some(out_of) = &item.out_of
            && out_of.value.num() <= 0
        {
            self.error(codes::BAD_NUMBER, out_of.span, text!("the full total is above 0", "满分须为正数"));
        }
        let items = items?;
        self.items_add_up(item, &items);
        Some(Assessment {
            name: item.name.value.clone(),
            cites: cites(&item.cites),
            subject: kind,
            scope: both(part, written.ok()?),
            every: every?,
            out_of: item.out_of.as_ref().map(|out_of| out_of.value),
            clamp: !item.unclamped,
            places,
            rounding,
            items,
            adjustments: adjustments?,
            grades: grades?,
            gates: gates?,
            vetoes: vetoes?,
            rank: rank?,
            grade_effects: grade_effects?,
            awards: awards?,
            in_force,
            span: item.name.span,
        })
    }

    fn periods(&mut self, item: &AssessmentItem, kind: KindId) -> Option<Option<CalendarUnit>> {
        match (&item.every, self.is_record(kind)) {
            (Some(every), false) => Some(Some(every.value)),
            (None, true) => Some(None),
            (Some(Spanned { span, .. }), true) => {
                self.error_with_help(
                    codes::BAD_ASSESSMENT_PERIOD,
                    *span,
                    text!("an event is assessed once: it has no periods", "事件只考核一次，没有周期"),
                    text!("leave `every` out", "请删去`每`"),
                );
                None
            }
            (None, false) => {
                self.error_with_help(
                    codes::BAD_ASSESSMENT_PERIOD,
                    item.name.span,
                    text!("over which periods is assessed is not said", "未写明考核周期"),
                    text!("add `every year`, `every month` or the like", "请加上`每年`、`每月`等"),
                );
                None
            }
        }
    }

    fn settings(&mut self, item: &AssessmentItem) -> (Force, u32, Rounding) {
        let mut settings = (Force::default(), PLACES_DEFAULT, Rounding::HalfUp);
        let mut seen: [Option<Span>; 4] = [None; 4];
        for part in &item.parts {
            match &part.value {
                AssessmentPart::Precision(places, rounding) => {
                    self.once(&mut seen[0], part.span);
                    if *places > PLACES_MAX {
                        self.error(
                            codes::BAD_NUMBER,
                            part.span,
                            text!(
                                "{places} decimal places, at most {PLACES_MAX} are possible",
                                "小数 {places} 位，最多可为 {PLACES_MAX} 位"
                            ),
                        );
                    }
                    (settings.1, settings.2) = (*places, *rounding);
                }
                AssessmentPart::InForce(force) => {
                    self.once(&mut seen[1], part.span);
                    settings.0 = self.force(force).unwrap_or_default();
                }
                AssessmentPart::Grades { .. } => self.once(&mut seen[2], part.span),
                AssessmentPart::Rank { .. } => self.once(&mut seen[3], part.span),
                _ => {}
            }
        }
        settings
    }
}
