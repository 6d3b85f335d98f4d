//! Values as the run read them, in the context of a rule, an assessment, a reward or a row.

use super::Review;
use crate::engine::eval::{Context, eval, in_doubt};
use crate::engine::judge::is_settled;
use crate::engine::judge::obligation::RuleRun;
use crate::engine::judge::subject::Subject;
use crate::engine::value::{Tri, V};
use crate::model::{
    AggId, AssessmentId, Expr, Finding, Frame, KindId, Moment, Ratio, ResultField, RewardId, RuleId, Shown, Type,
    Window,
};

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The value; of a number that is not certain, what is found of it.
    pub shown: Shown,
    /// It is known for certain.
    pub known: bool,
    /// The least and the most that a number may be.
    pub range: (Option<Ratio>, Option<Ratio>),
    /// It is not known because of what the sources do not show.
    pub in_doubt: bool,
}

/// Why a result is missing, though nothing is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoResult {
    /// There is none.
    Absent,
    /// There are no points.
    Unscored,
    /// A gate withholds the grade.
    Withheld,
}

/// A place where expressions are read as the run read them.
#[derive(Clone, Copy)]
pub struct Reader<'r, 'a> {
    pub(super) subject: Subject<'r, 'a>,
}

impl<'a> Review<'a> {
    /// A subject as a rule reads it in a window. `None`: the subject, or the day on which it is read, is not known.
    #[must_use]
    pub fn of_rule(&self, rule: RuleId, key: &str, window: Window) -> Option<Reader<'_, 'a>> {
        let run = self.rule_run(rule)?;
        let id = self.id_of(run.rule.subject, key)?;
        let settled = is_settled(&run.rule.frame);
        let mut subject = self.judge.subject_of(&run, id, window, settled).ok()??;
        if let crate::model::PartialWindows::Prorate(rounding) = run.rule.partial {
            let left = self.judge.days_left(run.rule.subject, id, window, &run.cuts);
            subject.reading.cut = Some((left, window.day_count(), rounding));
        }
        // Days of these are looked at one by one, those up to as-of as states.
        if matches!(run.rule.frame, Frame::Throughout { .. }) {
            subject.outlook.settled = true;
        }
        Some(Reader { subject })
    }

    /// The days that an obligation looks at: of a rolling rule those that are left up to its first day, else its own.
    #[must_use]
    pub fn looked_at(&self, finding: &Finding) -> Window {
        let own = Window::inclusive(finding.start, finding.last.unwrap_or(finding.start));
        let Some(run) = self.rule_run(finding.rule) else { return own };
        let (Frame::Rolling { count, unit, .. }, Some(id)) =
            (&run.rule.frame, self.id_of(run.rule.subject, &finding.subject))
        else {
            return own;
        };
        let window = crate::program::rolling_window(finding.start, *count, *unit);
        let left = self.judge.stretches(run.rule.subject, id, window, &run.cuts);
        left.into_iter().next_back().filter(|days| days.end == window.end).unwrap_or(window)
    }

    pub(super) fn rule_run(&self, rule: RuleId) -> Option<RuleRun<'a>> {
        self.policy().rules.get(rule).map(|_| self.judge.run_of(rule))
    }

    /// A subject as the lines of an assessment read rows of its registers and records in a period.
    #[must_use]
    pub fn rows_in(&self, id: AssessmentId, key: &str, window: Window) -> Option<Reader<'_, 'a>> {
        let decl = self.policy().assessments.get(id)?;
        let subject = self.id_of(decl.subject, key)?;
        let settled = decl.every.is_none();
        let day = if settled { window.start } else { window.last().min(self.program().spec().as_of.reference()) };
        let subject = self.judge.subject(decl.subject, subject, window, settled);
        Some(Reader { subject: Subject { day, facts: Some(&self.judge.known), ..subject } })
    }

    /// A row or record by itself, with a window.
    #[must_use]
    pub fn by_itself(&self, kind: KindId, key: &str, window: Window) -> Option<Reader<'_, 'a>> {
        let id = self.id_of(kind, key)?;
        let day = window.last().min(self.program().spec().as_of.reference());
        let subject = self.judge.subject(kind, id, window, false);
        Some(Reader { subject: Subject { day, facts: Some(&self.judge.known), ..subject } })
    }

    /// A subject as a reward reads it in a period.
    #[must_use]
    pub fn of_reward(&self, reward: RewardId, key: &str, window: Window) -> Option<Reader<'_, 'a>> {
        let decl = self.policy().rewards.get(reward)?;
        let id = self.id_of(decl.subject, key)?;
        Some(Reader { subject: self.judge.paid_subject(decl, id, window, &self.judge.known) })
    }
}

impl<'r, 'a> Reader<'r, 'a> {
    /// The kind of the row that is read.
    #[must_use]
    pub fn kind(&self) -> KindId {
        self.subject.kind
    }

    /// The assessment under way.
    #[must_use]
    pub fn assessment(&self) -> Option<crate::model::AssessmentId> {
        self.subject.assessing.map(|at| at.id)
    }

    /// The window.
    #[must_use]
    pub fn window(&self) -> Window {
        self.subject.window
    }

    /// The key of the row.
    #[must_use]
    pub fn key(&self) -> &'a str {
        self.subject.judge.world.key(self.subject.kind, self.subject.id)
    }

    /// The value of an expression. `None`: it does not fit into 128 bits, which a run never reads.
    #[must_use]
    pub fn read(&self, expr: &'a Expr) -> Option<Figure> {
        let value = eval(expr, &self.subject).ok()?;
        let range = match value {
            V::Num(range) => (range.lo, range.hi),
            _ => (None, None),
        };
        Some(Figure {
            shown: self.shown(expr, value),
            known: value.is_known(),
            range,
            in_doubt: !value.is_known() && in_doubt(expr, &self.subject).ok()?,
        })
    }

    /// Why a result that is read is missing; `None`: it is there, or in doubt, or no result.
    #[must_use]
    pub fn no_result(&self, expr: &Expr) -> Option<NoResult> {
        match expr {
            Expr::Result(id, field) => self.without(*id, *field),
            Expr::ResultVia(path, id, field) => match self.reached(path) {
                Some(row) => row.without(*id, *field),
                None => Some(NoResult::Absent),
            },
            _ => None,
        }
    }

    fn without(&self, id: AssessmentId, field: ResultField) -> Option<NoResult> {
        let subject = &self.subject;
        let own = match subject.assessing {
            Some(at) if at.id == id => at.own,
            _ => {
                let results = subject.judge.known.results.get(id)?;
                let Some(own) = results.get(&(subject.id, subject.result_window(id))) else {
                    return Some(NoResult::Absent);
                };
                *own
            }
        };
        match field {
            _ if own.in_doubt(field) => None,
            ResultField::Points | ResultField::Grade if own.points.is_none() => Some(NoResult::Unscored),
            ResultField::Grade if own.grade.is_none() => Some(NoResult::Withheld),
            _ => None,
        }
    }

    /// Whether a condition holds; `None`: it is not decided.
    #[must_use]
    pub fn holds(&self, condition: &'a Expr) -> Option<bool> {
        match self.subject.truth_of(condition).ok()? {
            Tri::True => Some(true),
            Tri::False => Some(false),
            Tri::Unknown => None,
        }
    }

    /// Who did a step of a sequence: what its record says, as text; empty: not known.
    #[must_use]
    pub fn hand(&self, hand: AggId) -> String {
        let judge = self.subject.judge;
        let shown = || {
            let agg = judge.world.policy().aggs.get(hand)?;
            let (read, part) = (*agg.op.exprs().first()?, agg.source.parts().first()?);
            let ty = judge.type_of(read, part.kind).unwrap_or(Type::Text);
            Some(judge.shown(&ty, self.subject.edge_value(hand).ok()??))
        };
        match shown() {
            None | Some(Shown::Nothing) => String::new(),
            Some(shown) => shown.to_string(),
        }
    }

    /// The rows that share an amount, with their weights, in order; `None`: which they are is in doubt.
    #[must_use]
    pub fn weights(&self, split: &'a crate::model::Split) -> Option<Vec<(String, Ratio)>> {
        let judge = self.subject.judge;
        let Expr::Agg(id) = &split.weights else { return None };
        let kind = judge.world.policy().aggs.get(*id)?.source.parts().first()?.kind;
        let mut rows = self.subject.weighed(&split.weights).ok()??;
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        Some(rows.into_iter().map(|(_, row, weight)| (judge.world.key(kind, row).to_owned(), weight)).collect())
    }

    fn shown(&self, expr: &Expr, value: V<'a>) -> Shown {
        let judge = self.subject.judge;
        if let (Expr::Result(id, ResultField::Grade) | Expr::ResultVia(_, id, ResultField::Grade), Some(at)) =
            (expr, value.value())
        {
            let grades = judge.world.policy().assessments.get(*id).map(|of| &of.grades);
            let grade = usize::try_from(at.num()).ok().and_then(|at| grades?.get(at));
            return grade.map_or(Shown::Nothing, |grade| Shown::Text(grade.name.clone()));
        }
        let ty = judge.type_of(expr, self.subject.kind).unwrap_or(match value {
            V::Truth(_) => Type::Bool,
            _ => Type::Text,
        });
        judge.shown(&ty, value)
    }

    /// A field of the row, as text; empty: missing.
    #[must_use]
    pub fn field(&self, path: &[crate::model::FieldId]) -> String {
        let ty = path.split_last().and_then(|(last, before)| {
            let policy = self.subject.judge.world.policy();
            let kind = policy.path_kind(self.subject.kind, before)?;
            policy.kinds[kind].fields.get(*last).map(|field| field.ty.clone())
        });
        match self.subject.judge.shown(&ty.unwrap_or(Type::Text), self.subject.field(path)) {
            Shown::Nothing => String::new(),
            shown => shown.to_string(),
        }
    }

    /// The date of a field that is read as empty because it lies later than as-of.
    #[must_use]
    pub fn later(&self, path: &[crate::model::FieldId]) -> Option<Moment> {
        let Subject { judge, kind, id, day, .. } = self.subject;
        let day = judge.world.reading_day(kind, id, day);
        judge.world.planned(kind, id, path, day).filter(|date| !judge.world.program.spec().as_of.reads(*date))
    }
}
