//! Gates and vetoes: conditions and decisions that act on the grade.

use super::checker::{Checker, Scope};
use super::codes;
use super::types::Ty;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{
    self, AggFrame, AggOp, AssessmentId, CalendarUnit, FieldId, Gate, GateAction, KindId, TermUnit, Type, Veto,
    VetoAction,
};
use crate::source::Span;
use crate::syntax::tree::{ActionExpr, AssessmentItem, AssessmentPart, Expr, Name, SourceExpr, Spanned};

impl Checker<'_> {
    pub(super) fn gates(&mut self, id: AssessmentId, item: &AssessmentItem, scope: Scope) -> Option<Vec<Gate>> {
        let mut gates = Vec::new();
        for part in &item.parts {
            let AssessmentPart::Gate { name, when, action } = &part.value else { continue };
            // What loses an item is read when the items are there, before their groups.
            let known = match action.value {
                ActionExpr::LoseItem(_) => self.assessment_decls[id].lines.after_items(),
                _ => usize::MAX,
            };
            let when = self.up_to_line(known, |checker| checker.condition(when, scope));
            let action = self.gate_action(id, action, scope);
            gates.push(when.zip(action).map(|(when, action)| Gate { name: name.value.clone(), when, action }));
        }
        self.unique_names(item);
        gates.into_iter().collect()
    }

    /// Gates and vetoes stand in one column of the output.
    fn unique_names(&mut self, item: &AssessmentItem) {
        let mut names: Vec<(&Name, Span)> = Vec::new();
        for part in &item.parts {
            let name = match &part.value {
                AssessmentPart::Gate { name, .. } | AssessmentPart::Veto { name, .. } => name,
                AssessmentPart::Quota(quota) => &quota.name,
                _ => continue,
            };
            match names.iter().find(|(other, _)| other.value == name.value).map(|(_, span)| *span) {
                Some(first) => self.duplicate(&name.value, name.span, first),
                None => names.push((name, name.span)),
            }
        }
    }

    fn gate_action(&mut self, id: AssessmentId, action: &Spanned<ActionExpr>, scope: Scope) -> Option<GateAction> {
        match &action.value {
            ActionExpr::SetGrade(grade) => self.grade_value(id, grade, scope).map(GateAction::SetGrade),
            ActionExpr::CapGrade(grade) => self.grade_value(id, grade, scope).map(GateAction::CapGrade),
            ActionExpr::Lower(count) => self.steps(id, *count, action.span).map(GateAction::Lower),
            ActionExpr::LoseItem(name) => {
                let index = &self.assessment_decls[id].lines;
                if let Some(at) = index.item(&name.value) {
                    return Some(GateAction::LoseItem(at));
                }
                let names = index.item_names();
                let shown = &name.value;
                let message = text!("no item is called `{shown}`", "没有名为`{shown}`的项");
                self.unknown(codes::UNKNOWN_ITEM, name, message, &names);
                None
            }
            ActionExpr::Raise(count) => self.steps(id, *count, action.span).map(GateAction::Raise),
            ActionExpr::LimitRaises(count) => {
                if self.assessment_decls[id].grades.is_empty() {
                    self.no_grades(action.span, id);
                    return None;
                }
                Some(GateAction::LimitRaises(*count))
            }
            ActionExpr::Withhold => {
                if self.assessment_decls[id].grades.is_empty() {
                    self.no_grades(action.span, id);
                    return None;
                }
                Some(GateAction::Withhold)
            }
            ActionExpr::Unscored => Some(GateAction::Unscored),
            ActionExpr::BarAwards => {
                self.error(
                    codes::WRONG_OPERATOR,
                    action.span,
                    text!("only a veto bars awards", "只有一票否决可以取消评优"),
                );
                None
            }
        }
    }

    /// A grade of an assessment: by its name, or of a result in another period.
    fn grade_value(&mut self, id: AssessmentId, written: &Expr, scope: Scope) -> Option<model::Expr> {
        if self.assessment_decls[id].grades.is_empty() {
            self.no_grades(written.span, id);
            return None;
        }
        let found = self.beside(written, &Ty::Grade(id), scope)?;
        let Ty::Grade(other) = found.ty else {
            self.wrong_type(written.span, &text!("a grade of this assessment", "本考核的等次"), &found.ty);
            return None;
        };
        if self.assessment_decls[other].grades != self.assessment_decls[id].grades {
            self.other_grades(written.span, id, other);
            return None;
        }
        Some(found.expr)
    }

    /// Reports a grade of a list that differs from that of the assessment.
    fn other_grades(&mut self, span: Span, id: AssessmentId, other: AssessmentId) {
        let list = |id: AssessmentId, mark: &str| self.assessment_decls[id].grades.join(mark);
        let of = &self.assessment_decls[other].item.name.value;
        let message = Text::new(
            format!(
                "expected a grade of this assessment ({}), found one of `{of}`, whose list differs ({})",
                list(id, ", "),
                list(other, ", ")
            ),
            format!(
                "此处应为本考核的等次（{}），实为`{of}`的等次，而两者等次表不同（{}）",
                list(id, "、"),
                list(other, "、")
            ),
        );
        let help = text!(
            "both must be the same list, names and order; or say in a gate for each grade of `{of}` what follows here",
            "两张等次表的名称和次序须一致；否则请按`{of}`的每个等次各设一道关口，写明此处的结果"
        );
        self.error_with_help(codes::WRONG_TYPE, span, message, help);
    }

    /// By how many grades a gate moves.
    fn steps(&mut self, id: AssessmentId, count: u32, span: Span) -> Option<u32> {
        if self.assessment_decls[id].grades.is_empty() {
            self.no_grades(span, id);
            return None;
        }
        if count == 0 {
            self.error(codes::BAD_NUMBER, span, text!("a grade is moved by 1 or more", "升等、降等至少为一等"));
            return None;
        }
        Some(count)
    }

    pub(super) fn vetoes(&mut self, id: AssessmentId, item: &AssessmentItem, scope: Scope) -> Option<Vec<Veto>> {
        let mut vetoes = Vec::new();
        for part in &item.parts {
            let AssessmentPart::Veto { name, source, decided_by, year, action, without_points, term } = &part.value
            else {
                continue;
            };
            let decisions = self.decisions((source, term.as_ref()), decided_by, year.as_ref(), scope);
            if *without_points && matches!(action.value, ActionExpr::BarAwards) {
                self.error(
                    codes::WRONG_OPERATOR,
                    action.span,
                    text!("a veto that only bars awards leaves the points", "只取消评优的一票否决不影响评分"),
                );
            }
            let action = match &action.value {
                ActionExpr::SetGrade(grade) => match super::compare::bare_name(grade) {
                    Some(name) => self.grade(id, name).map(VetoAction::SetGrade),
                    None => {
                        self.error(
                            codes::WRONG_OPERATOR,
                            grade.span,
                            text!("a veto sets a grade that it names", "一票否决须写明所定的等次"),
                        );
                        None
                    }
                },
                ActionExpr::BarAwards => Some(VetoAction::BarAwards),
                _ => {
                    self.error(
                        codes::WRONG_OPERATOR,
                        action.span,
                        text!("a veto sets a grade or bars awards", "一票否决只能定等次或取消评优"),
                    );
                    None
                }
            };
            let veto = decisions.zip(action);
            vetoes.push(veto.map(|(decisions, action)| Veto {
                name: name.value.clone(),
                decisions,
                action,
                without_points: *without_points,
            }));
        }
        vetoes.into_iter().collect()
    }

    fn decisions(
        &mut self,
        (source, term): (&SourceExpr, Option<&Spanned<(u32, TermUnit)>>),
        by: &Name,
        year: Option<&Name>,
        scope: Scope,
    ) -> Option<model::Expr> {
        let mut rows = self.rows(source, scope, false)?;
        self.not_beside(&rows)?;
        if !rows.records {
            self.error_with_help(
                codes::MIXED_KINDS,
                source.span,
                text!("a veto needs decisions on file, which are records", "一票否决须有记录在案的决定"),
                text!("declare the decisions as a `record`", "请把决定声明为`记录`"),
            );
            return None;
        }
        if let Some(frame) = &source.frame
            && rows.frame != AggFrame::Window
        {
            self.error(
                codes::BAD_ROW_FRAME,
                frame.span,
                text!("a veto belongs to the period of its decision", "一票否决归属决定所在的考核周期"),
            );
            return None;
        }
        if let Some(term) = term {
            let (count, unit) = term.value;
            if count == 0 || matches!(unit, TermUnit::Hours | TermUnit::Minutes | TermUnit::Workdays) {
                self.error_with_help(
                    codes::BAD_NUMBER,
                    term.span,
                    text!("a veto holds for days, weeks, months or years", "一票否决的期限以天、周、月、年计"),
                    text!("for example `for 12 months`", "例如`为期 12 个月`"),
                );
                return None;
            }
            // It holds for the periods whose last day lies in the term: its day and what follows it.
            rows.frame = AggFrame::Last { count, unit, at_end: true };
        }
        self.year_of_short_periods(year, scope);
        let mut sound = true;
        for part in &mut rows.parts {
            let decided = self.field(part.kind, by);
            let year_field = year.map(|year| self.year_field(part.kind, year));
            match (decided, super::adjustments::flat(year_field)) {
                (Some(decided), Some(year_field)) => {
                    let known = model::Expr::Known(Box::new(model::Expr::Field(vec![decided])));
                    part.filter = super::parts::both(part.filter.take(), Some(known));
                    part.year_field = year_field;
                }
                _ => sound = false,
            }
        }
        if !sound {
            return None;
        }
        self.over(rows, AggOp::Count)
    }

    /// A decision about a year, in periods of which the year has several.
    fn year_of_short_periods(&mut self, year: Option<&Name>, scope: Scope) {
        let unit = self.reader(scope).and_then(|reader| reader.unit);
        let (Some(year), true) = (year, unit.is_some_and(|unit| unit != CalendarUnit::Year)) else { return };
        let shown = &year.value;
        let message = text!(
            "these periods are shorter than a year: a decision about a year counts in the first of them only",
            "考核周期短于一年：写明年度的决定只算在该年度的第一期"
        );
        let help = text!(
            "for all periods of the year write a gate: `gate NAME : (count of DECISION where {shown} = year of window start ever) at least 1 ...`; without `for year` the day of the decision says which period",
            "若该年度各期都受影响，请写关口：`关口 名称 : (计数 决定 其中 {shown} = 年份 期初 历来) 不少于 1 …`；不写`所属年度`的，按决定日期归入一期"
        );
        self.push(Diagnostic::new(codes::YEAR_OF_SHORT_PERIODS, Severity::Warning, year.span, message).with_help(help));
    }

    fn year_field(&mut self, kind: KindId, name: &Name) -> Option<FieldId> {
        let field = self.field(kind, name)?;
        let ty = self.field_ty(kind, field)?;
        if ty == Type::Whole {
            return Some(field);
        }
        let ty = Ty::of(&ty);
        self.wrong_type(name.span, &text!("a field `whole number` with the year", "写有年度的`整数`字段"), &ty);
        None
    }
}
