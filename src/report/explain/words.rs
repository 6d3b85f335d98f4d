//! A policy's names, values as they were read, and how much is told, in both languages.

use super::note::Note;
use super::phrase_rows::source_kind;
pub(super) use super::said::{
    article, count_of, decimal, field_text, joined, moment, more_text, percent, rounded, same, shown, span, with_unit,
};
use super::statements::Statements;
use crate::diagnostic::Text;
use crate::engine::review::Figure;
use crate::engine::trace::conjuncts;
use crate::limits::{DEFINITION_DEPTH_MAX, EXPLAINED_DEPTH_MAX, EXPLAINED_FIGURES_MAX, EXPLAINED_LIST_MAX};
use crate::model::{
    Agg, AggId, AggOp, ArithOp, AssessmentId, CounterField, CoverTake, Expr, FieldId, Grade, KindId, Line, LineValue,
    NamedPart, Policy, Ratio, ResultField, Shown, SourcePart, Tally, TallyKind, Type, Unit, Window,
};

/// A policy's names, put into words.
#[derive(Clone, Copy)]
pub(super) struct Words<'p> {
    pub policy: &'p Policy,
    /// What it says as written.
    pub statements: &'p Statements,
    /// Only what these days hold a day of is told.
    pub within: Option<Window>,
    /// Nothing is cut.
    pub all: bool,
    /// The assessment whose lines are spoken of.
    pub lines_of: Option<AssessmentId>,
    /// What is spoken of stands beside its fields.
    pub is_beside: bool,
}

impl<'p> Words<'p> {
    /// Whether something of these days is asked for.
    pub fn tells(self, days: Window) -> bool {
        self.within.is_none_or(|within| within.meets(days))
    }

    /// What the policy pays in.
    pub fn money(self) -> Unit {
        Unit::Money(self.policy.currency)
    }

    /// Most periods, moments, recipients that are listed.
    pub fn list_max(self) -> usize {
        if self.all { usize::MAX } else { EXPLAINED_LIST_MAX }
    }

    /// Most values of one expression.
    pub fn figures_max(self) -> usize {
        if self.all { usize::MAX } else { EXPLAINED_FIGURES_MAX }
    }

    /// How many of so many values of one expression: one that is left out takes no fewer lines than to say so.
    pub fn figures_of(self, found: usize) -> usize {
        let most = self.figures_max();
        if found == most.saturating_add(1) { found } else { most }
    }

    /// Measures that are opened inside each other.
    pub fn depth_max(self) -> usize {
        if self.all { DEFINITION_DEPTH_MAX } else { EXPLAINED_DEPTH_MAX }
    }

    /// How many of a list are left out, if any, and how to see them.
    pub fn more(self, found: usize, shown: usize, (en, zh): (&str, &str)) -> Option<Note> {
        let hidden = found.saturating_sub(shown);
        (hidden > 0).then(|| Note::of(more_text(hidden as u64, en, zh)))
    }

    /// A value as it was read.
    pub fn figure(self, figure: &Figure, unit: &Unit) -> Text {
        let part = |side: Option<Ratio>| side.map(|number| with_unit(number, unit));
        match (&figure.shown, figure.known, &figure.range) {
            (_, false, (Some(least), Some(most))) if least != most => {
                let (least, most) = (with_unit(*least, unit), with_unit(*most, unit));
                Text::new(format!("between {} and {}", least.en, most.en), format!("{} 至 {} 之间", least.zh, most.zh))
            }
            (_, false, (Some(least), None)) => {
                let least = with_unit(*least, unit);
                Text::new(format!("at least {}", least.en), format!("至少 {}", least.zh))
            }
            (_, false, (None, Some(most))) => {
                let most = with_unit(*most, unit);
                Text::new(format!("at most {}", most.en), format!("至多 {}", most.zh))
            }
            (_, true, (Some(_), _)) => part(figure.range.0).unwrap_or_else(|| same("")),
            (Shown::Bool(true), ..) => Text::new("yes", "是"),
            (Shown::Bool(false), ..) => Text::new("no", "否"),
            (Shown::Nothing | Shown::Number(_), ..) if figure.in_doubt => Text::new("not known", "不明"),
            (Shown::Nothing | Shown::Number(_), ..) => Text::new("missing", "没有"),
            (value, ..) => shown(value, unit),
        }
    }

    /// The unit of a number, as far as the expression says it.
    pub fn unit(self, kind: KindId, expr: &Expr) -> Unit {
        let of = |ty: &Type| crate::model::unit_of(ty).unwrap_or(Unit::Plain);
        match expr {
            Expr::Const(_, unit) => unit.clone(),
            Expr::Param(id) => self.policy.params.get(*id).map_or(Unit::Plain, |param| of(&param.ty)),
            Expr::Measure(id) | Expr::Through(_, id) => {
                self.policy.measures.get(*id).map_or(Unit::Plain, |measure| of(&measure.ty))
            }
            Expr::Field(path) => self.field_type(kind, path).map_or(Unit::Plain, |ty| of(&ty)),
            Expr::Tally(Tally { what: TallyKind::Share | TallyKind::MeanShare, .. }) => Unit::Share,
            Expr::Result(_, ResultField::Points)
            | Expr::ResultVia(_, _, ResultField::Points)
            | Expr::Line(LineValue::Points(_) | LineValue::Standing) => Unit::Points,
            Expr::Cover(cover) => match cover.take {
                CoverTake::Covered(unit) | CoverTake::Uncovered(unit) => Unit::Span(unit),
                CoverTake::Share => Unit::Share,
                CoverTake::Most => Unit::Plain,
            },
            Expr::Between(_, _, unit) => Unit::Span(*unit),
            Expr::Worked { by, .. } => Unit::Span(by.unit()),
            Expr::Agg(id) => match self.policy.aggs.get(*id) {
                Some(Agg { op: AggOp::Share(_), .. }) => Unit::Share,
                Some(Agg { op, source, .. }) => match (op, source_kind(source)) {
                    (
                        AggOp::Sum(e)
                        | AggOp::Average(e, _)
                        | AggOp::Min(e)
                        | AggOp::Max(e)
                        | AggOp::First(e)
                        | AggOp::Last(e)
                        | AggOp::Quantile(e, _),
                        Some(kind),
                    ) => self.unit(kind, e),
                    _ => Unit::Plain,
                },
                None => Unit::Plain,
            },
            Expr::Periods(agg) => match &agg.op {
                AggOp::Sum(e) | AggOp::Average(e, _) | AggOp::Min(e) | AggOp::Max(e) => self.unit(kind, e),
                AggOp::First(e) | AggOp::Last(e) | AggOp::Quantile(e, _) => self.unit(kind, e),
                AggOp::Share(_) => Unit::Share,
                _ => Unit::Plain,
            },
            Expr::InPeriod(one) => self.unit(kind, &one.value),
            Expr::Counter(_, CounterField::Points) => Unit::Points,
            // A share or a plain number of something.
            Expr::Arith(ArithOp::Mul, a, b) => match (self.unit(kind, a), self.unit(kind, b)) {
                (Unit::Share | Unit::Plain, other) | (other, Unit::Share | Unit::Plain) => other,
                _ => Unit::Plain,
            },
            Expr::Arith(ArithOp::Add | ArithOp::Sub, a, _)
            | Expr::OrElse(a, _)
            | Expr::Abs(a)
            | Expr::Floor(a)
            | Expr::Ceil(a)
            | Expr::Round(a, ..) => self.unit(kind, a),
            Expr::Min(parts) | Expr::Max(parts) => parts.first().map_or(Unit::Plain, |part| self.unit(kind, part)),
            Expr::Cases(..) => expr.first_case().map_or(Unit::Plain, |value| self.unit(kind, value)),
            _ => Unit::Plain,
        }
    }

    /// The grades of which a value is one.
    pub fn grades(self, expr: &Expr) -> Option<&'p [Grade]> {
        let read = match expr {
            Expr::Result(id, ResultField::Grade) | Expr::ResultVia(_, id, ResultField::Grade) => {
                return self.policy.assessments.get(*id).map(|assessment| &assessment.grades[..]);
            }
            Expr::InPeriod(one) => &one.value,
            Expr::Agg(id) => edge(&self.policy.aggs.get(*id)?.op)?,
            Expr::Periods(agg) => edge(&agg.op)?,
            Expr::OrElse(a, _) | Expr::Arith(ArithOp::Add | ArithOp::Sub, a, _) => a,
            Expr::Min(parts) | Expr::Max(parts) => return parts.iter().find_map(|part| self.grades(part)),
            Expr::Cases(..) => expr.first_case()?,
            _ => return None,
        };
        self.grades(read)
    }

    /// A value of an expression as it was read: of a grade its name.
    pub fn value_of(self, kind: KindId, expr: &Expr, figure: &Figure) -> Text {
        let at = figure.range.0.filter(|at| figure.known && at.is_int());
        let grade = at.zip(self.grades(expr)).and_then(|(at, grades)| grades.get(usize::try_from(at.num()).ok()?));
        grade.map_or_else(|| self.figure(figure, &self.unit(kind, expr)), |grade| same(&grade.name))
    }

    pub(super) fn field_type(self, kind: KindId, path: &[FieldId]) -> Option<Type> {
        let (last, before) = path.split_last()?;
        let kind = self.policy.path_kind(kind, before)?;
        Some(self.policy.kinds.get(kind)?.fields.get(*last)?.ty.clone())
    }

    /// The fields of a path.
    pub fn path(self, kind: KindId, path: &[FieldId]) -> String {
        let mut names = Vec::new();
        let mut at = Some(kind);
        for field in path {
            let Some(decl) = at.and_then(|at| self.policy.kinds.get(at)?.fields.get(*field)) else { break };
            names.push(decl.name.as_str());
            at = if let Type::Ref(next) = decl.ty { Some(next) } else { None };
        }
        if names.is_empty() { self.kind(kind).to_owned() } else { names.join(".") }
    }

    /// The name of a kind.
    pub fn kind(self, kind: KindId) -> &'p str {
        self.policy.kinds.get(kind).map_or("", |kind| kind.name.as_str())
    }

    /// The name of the part of a kind whose condition rows have to meet first; empty: it has none.
    pub fn part(self, part: &SourcePart) -> &'p str {
        let Some(filter) = &part.filter else { return "" };
        let asked = conjuncts(filter);
        let meets = |one: &&NamedPart| one.kind == part.kind && asked.starts_with(&conjuncts(&one.filter));
        let named = self.policy.named.iter().filter(meets).max_by_key(|one| conjuncts(&one.filter).len());
        named.map_or("", |named| named.name.as_str())
    }

    /// What an event of an aggregate is called: the parts of kinds that it is, else the kinds.
    pub fn events_of(self, agg: AggId) -> String {
        let Some(agg) = self.policy.aggs.get(agg) else { return String::new() };
        let mut names: Vec<&str> = (agg.source.parts().iter())
            .map(|part| match self.part(part) {
                "" => self.kind(part.kind),
                named => named,
            })
            .collect();
        names.dedup();
        names.join("/")
    }

    /// The name of an assessment.
    pub fn assessment(self, id: AssessmentId) -> &'p str {
        self.policy.assessments.get(id).map_or("", |assessment| assessment.name.as_str())
    }

    /// The name of a line.
    pub fn line(self, id: AssessmentId, line: Line) -> &'p str {
        let Some(assessment) = self.policy.assessments.get(id) else { return "" };
        let name = match line {
            Line::Item(at) => assessment.items.get(at as usize).map(|line| &line.name),
            Line::Group(at) => assessment.groups.get(at as usize).map(|line| &line.name),
            Line::Adjustment(at) => assessment.adjustments.get(at as usize).map(|line| &line.name),
        };
        name.map_or("", String::as_str)
    }
}

/// The value of an aggregate that is the value of one of its rows.
fn edge(op: &AggOp) -> Option<&Expr> {
    match op {
        AggOp::First(value) | AggOp::Last(value) | AggOp::Min(value) | AggOp::Max(value) => Some(value),
        _ => None,
    }
}
