//! Assessments: subject, periods, and their statements in the order of evaluation.

use super::checker::{Checker, Place, Scope, Stage};
use super::codes;
use super::parts::both;
use super::rules::cites;
use crate::model::{
    Assessment, AssessmentId, CalendarUnit, Clamp, Expr, Force, KindId, Precision, Ratio, Rounding, Unit,
};
use crate::source::Span;
use crate::syntax::tree::{AssessmentItem, AssessmentPart, ClampExpr, PrecisionExpr, Spanned};

/// Decimal places of items where the author does not say.
const PLACES_DEFAULT: u32 = 2;
/// Most decimal places that the author may ask for.
const PLACES_MAX: u32 = 9;

impl<'a> Checker<'a> {
    /// Finds the subjects of all assessments: rules may read their results.
    pub(super) fn resolve_assessments(&mut self) {
        for id in self.assessment_decls.ids().collect::<Vec<_>>() {
            if let Some((kind, part)) = self.subject(&self.assessment_decls[id].item.subject) {
                let decl = &mut self.assessment_decls[id];
                (decl.kind, decl.part) = (Some(kind), part);
            }
        }
    }

    pub(super) fn lower_assessments(&mut self) {
        for id in self.assessment_decls.ids().collect::<Vec<_>>() {
            let decl = &self.assessment_decls[id];
            let (item, kind, part) = (decl.item, decl.kind, decl.part.clone());
            let assessment =
                kind.and_then(|kind| self.citing(&item.cites, |checker| checker.assessment(id, item, kind, part)));
            self.assessments.push(assessment);
        }
        self.check_order();
    }

    fn assessment(
        &mut self,
        id: AssessmentId,
        item: &'a AssessmentItem,
        kind: KindId,
        part: Option<Expr>,
    ) -> Option<Assessment> {
        self.needs_key(kind, item.subject.span);
        let every = self.periods(item, kind);
        let written = self.assessed(item, kind);
        let at = |stage| Scope { kind, place: Place::Assessment { id, stage } };
        let (in_force, precision, money) = self.settings(item);
        self.money_is_rounded = money.is_some();
        let lines = self.lines(id, item, at(Stage::Points));
        let grades = self.grades(item, at(Stage::Total));
        let gates = self.gates(id, item, at(Stage::Total));
        let vetoes = self.vetoes(id, item, at(Stage::Total));
        let rank = self.ranking(item, at(Stage::Final));
        let grade_effects = self.grade_effects(id, item, at(Stage::Final));
        let awards = self.awards(item, at(Stage::Final));
        let ladders = self.ladders(item, at(Stage::Final));
        let grade_quotas = self.grade_quotas(id, item, at(Stage::Final));
        self.money_is_rounded = false;
        if item.parts.iter().any(|part| matches!(part.value, AssessmentPart::Bad)) {
            self.bad.push(item.name.span);
        }
        if let Some(out_of) = &item.out_of
            && out_of.value.num() <= 0
        {
            self.error(codes::BAD_NUMBER, out_of.span, text!("the full total is above 0", "满分须为正数"));
        }
        let known = self.assessment_decls[id].lines.after_items();
        let loses = item
            .loses
            .as_ref()
            .map(|loses| self.up_to_line(known, |checker| checker.amount(loses, &Unit::Points, at(Stage::Points))));
        let lines = lines?;
        let assessment = Assessment {
            name: item.name.value.clone(),
            cites: cites(&item.cites),
            subject: kind,
            scope: both(part, written.ok()?),
            every: every?,
            out_of: item.out_of.as_ref().map(|out_of| out_of.value),
            loses: super::adjustments::flat(loses)?,
            clamp: match item.clamp {
                ClampExpr::Both => Clamp::Both,
                ClampExpr::Floor => Clamp::Floor,
                ClampExpr::None => Clamp::Unbounded,
            },
            lowest_best: item.lowest_best,
            places: precision.places,
            money,
            multiple: precision.multiple,
            rounding: precision.rounding,
            items: lines.items.clone(),
            groups: lines.groups.clone(),
            adjustments: lines.adjustments.clone(),
            group_order: lines.group_order.clone(),
            total_lines: lines.total_lines.clone(),
            grades: grades?,
            gates: gates?,
            vetoes: vetoes?,
            rank: rank?,
            grade_effects: grade_effects?,
            awards: awards?,
            ladders: ladders?,
            grade_quotas: grade_quotas?,
            in_force,
            span: item.name.span,
        };
        self.items_add_up(item, &lines, &assessment.top_lines());
        self.awards_ask(id, item, &assessment);
        Some(assessment)
    }

    /// The condition on who is assessed.
    fn assessed(&mut self, item: &AssessmentItem, kind: KindId) -> Result<Option<Expr>, ()> {
        let before = self.diagnostics.len();
        let written = self.optional_condition(item.scope.as_ref(), Scope { kind, place: Place::Subject });
        let results = self.diagnostics.iter_mut().skip(before).filter(|one| one.code == codes::ASSESSMENT_ONLY);
        for diagnostic in results {
            diagnostic.message = text!(
                "who is assessed is settled before any result is there: none can be read in the `where` of an assessment",
                "考核对象在产生结果之前即已确定：考核的`其中`不能读取结果"
            );
            diagnostic.help = Some(text!(
                "leave the others unscored by a gate, `gate NAME : CONDITION leaves unscored`, or ask for it in a row of the grades, `GRADE when CONDITION`",
                "请用关口不予评定，`关口 名称：条件 不予评定`，或写在等次的一行里，`等次名 当 条件`"
            ));
        }
        written
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

    fn settings(&mut self, item: &AssessmentItem) -> (Force, Precision, Option<Precision>) {
        let precision = Precision { places: PLACES_DEFAULT, multiple: None, rounding: Rounding::HalfUp };
        let mut settings = (Force::default(), precision, None);
        let mut seen: [Option<Span>; 5] = [None; 5];
        for part in &item.parts {
            match &part.value {
                AssessmentPart::Precision(precision) => {
                    self.once(&mut seen[0], part.span);
                    settings.1 = self.precision(precision);
                }
                AssessmentPart::MoneyPrecision(precision) => {
                    self.once(&mut seen[4], part.span);
                    settings.2 = Some(self.precision(precision));
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

    pub(super) fn precision(&mut self, written: &PrecisionExpr) -> Precision {
        let (number, span) = (written.number.value, written.number.span);
        let mut precision = Precision { places: PLACES_DEFAULT, multiple: None, rounding: written.rounding };
        if written.multiples {
            match (0..=PLACES_MAX).find(|places| number.exact_decimal(*places).is_some()) {
                Some(places) if number > Ratio::ZERO => {
                    precision.places = places;
                    precision.multiple = Some(number);
                }
                _ => self.error(codes::BAD_NUMBER, span, text!("a multiple of a number above 0", "倍数须为正数")),
            }
            return precision;
        }
        match u32::try_from(number.num()).ok().filter(|places| number.is_int() && *places <= PLACES_MAX) {
            Some(places) => precision.places = places,
            None => self.error_with_help(
                codes::BAD_NUMBER,
                span,
                text!(
                    "{number} decimal places, from 0 to {PLACES_MAX} are possible",
                    "小数 {number} 位，只能是 0 至 {PLACES_MAX} 位的整数"
                ),
                text!(
                    "to round to a multiple, write `precision multiples of {number} ...`",
                    "如需取整到倍数，请写`精度 倍数 {number} …`"
                ),
            ),
        }
        precision
    }
}
