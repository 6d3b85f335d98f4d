//! The checked policy: names resolved to ids, expressions typed, choices made.
//!
//! This is all that `program`, `engine`, `report` and the reference interpreter know of a policy.

use super::acting::StandIn;
use super::aggregate::{AggFrame, AggOp, Source};
use super::assessment::Assessment;
use super::award::Reward;
use super::calendar::WorkCalendar;
use super::expr::Expr;
use super::hours::Hours;
use super::ids::{
    AggId, AssessmentId, CalendarId, ClockId, CodeListId, CounterId, FieldId, IdVec, KindId, MeasureId, ParamId,
    RewardId, RuleId,
};
use super::kind::{Kind, Role, Waiver};
use super::rule::{CountReq, Requirement, Rule};
use super::time::Day;
use super::value::{CodeList, Type, Value};
use super::window::{CalendarUnit, YearStart};
use crate::source::Span;

/// A checked policy with everything that it uses and extends.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Who issued it (`source`), as text.
    pub source: Option<String>,
    /// Day of issue.
    pub published: Option<Day>,
    /// Windows outside are not judged.
    pub in_force: Force,
    /// Local time of the policy.
    pub timezone: chrono_tz::Tz,
    /// What its money is counted in.
    pub currency: super::currency::Currency,
    /// Where the assessment year starts.
    pub year_start: YearStart,
    /// Entity and record kinds.
    pub kinds: IdVec<KindId, Kind>,
    /// Lists of codes.
    pub code_lists: IdVec<CodeListId, CodeList>,
    /// Parameters.
    pub params: IdVec<ParamId, Param>,
    /// Workday calendars.
    pub calendars: IdVec<CalendarId, CalendarDecl>,
    /// Office clocks.
    pub clocks: IdVec<ClockId, ClockDecl>,
    /// Named measures and conditions.
    pub measures: IdVec<MeasureId, Measure>,
    /// Aggregates, named and inline.
    pub aggs: IdVec<AggId, super::aggregate::Agg>,
    /// Rules, its own and inherited, in the order written.
    pub rules: IdVec<RuleId, Rule>,
    /// Assessments.
    pub assessments: IdVec<AssessmentId, Assessment>,
    /// Order of judging, all rules and assessments once. INVARIANT (no cycle): each reads results and obligations only of
    /// those before it (an assessment also its own earlier periods).
    pub order: Vec<Judgeable>,
    /// Counters.
    pub counters: IdVec<CounterId, super::counter::Counter>,
    /// Stand-alone rewards.
    pub rewards: IdVec<RewardId, Reward>,
    /// Kinds of waivers.
    pub waivers: Vec<Waiver>,
    /// Who stands in for whom.
    pub stand_ins: Vec<StandIn>,
    /// Clauses that are not encoded, each with its reason.
    pub not_encoded: Vec<NotEncoded>,
    /// The part of the tree that it governs; `None`: everything.
    pub part: Option<super::part::Part>,
    /// Parts of kinds that have a name, each with its condition; for people only.
    pub named: Vec<NamedPart>,
}

/// A part of a kind that has a name.
#[derive(Debug, Clone)]
pub struct NamedPart {
    /// Its name.
    pub name: String,
    /// The kind.
    pub kind: KindId,
    /// Which of its rows.
    pub filter: Expr,
}

/// What is judged as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgeable {
    /// A rule.
    Rule(RuleId),
    /// An assessment.
    Assessment(AssessmentId),
}

/// Days in force, both inclusive; open sides are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Force {
    /// First day.
    pub from: Option<Day>,
    /// Last day.
    pub to: Option<Day>,
}

impl Force {
    /// Whether a day is in force.
    #[must_use]
    pub fn holds(self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Param {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// Value; `None` while open.
    pub value: Option<Value>,
    /// Clauses.
    pub cites: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A workday calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarDecl {
    /// Name.
    pub name: String,
    /// Its days; `None` when the manifest brings them (`calendar X from data`).
    pub days: Option<WorkCalendar>,
}

/// A clock: hours of the day by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockDecl {
    /// Name.
    pub name: String,
    /// When it runs.
    pub hours: Hours,
}

/// A named measure or condition of a kind of subject.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Name.
    pub name: String,
    /// Kind of the subject.
    pub kind: KindId,
    /// Its expression.
    pub expr: Expr,
    /// Type of the expression.
    pub ty: Type,
    /// Listed in measures.csv (for each window of this unit).
    pub output: Option<CalendarUnit>,
    /// Where it is declared.
    pub span: Span,
}

/// A clause that is not encoded.
#[derive(Debug, Clone)]
pub struct NotEncoded {
    /// Clauses.
    pub clauses: Vec<String>,
    /// Why.
    pub reason: String,
}

impl Policy {
    /// Whether a rule asks for nothing but a largest number of records, against a bound that reads no records: what exceeds it
    /// on some days of a window exceeds it in the window, whatever its other days hold.
    #[must_use]
    pub fn is_maximum(&self, rule: &Rule) -> bool {
        let Requirement::Count(CountReq { measured: Expr::Agg(id), at_least: None, at_most: Some(most), per: None }) =
            &rule.requirement
        else {
            return false;
        };
        let agg = &self.aggs[*id];
        let is_number = matches!(agg.op, AggOp::Count | AggOp::Distinct(_)) && agg.frame == AggFrame::Window;
        is_number && matches!(agg.source, Source::Records(_)) && !reads_records(most)
    }

    /// The kind of a name.
    #[must_use]
    pub fn kind_named(&self, name: &str) -> Option<KindId> {
        self.kinds.entries().find(|(_, kind)| kind.name == name).map(|(id, _)| id)
    }

    /// Kinds that are subjects of a rule, assessment, reward or measure, or are referred to: their keys are kept.
    #[must_use]
    pub fn keyed_kinds(&self) -> Vec<KindId> {
        let mut keyed: Vec<bool> = self.kinds.iter().map(|kind| kind.role != Role::Record).collect();
        let referred = self.kinds.iter().flat_map(|kind| kind.fields.iter()).filter_map(|field| match field.ty {
            Type::Ref(kind) => Some(kind),
            _ => None,
        });
        let subjects = (self.rules.iter().map(|rule| rule.subject))
            .chain(self.assessments.iter().map(|a| a.subject))
            .chain(self.rewards.iter().map(|r| r.subject))
            .chain(self.counters.iter().map(|c| c.subject))
            .chain(self.measures.iter().map(|m| m.kind))
            .chain(self.aggs.iter().filter_map(|agg| match &agg.source {
                Source::Rows(part) => Some(part.kind),
                Source::Sharing(sharing) => Some(sharing.part.kind),
                Source::Records(_) => None,
            }));
        for kind in referred.chain(subjects) {
            if let Some(slot) = keyed.get_mut(kind.0 as usize) {
                *slot = true;
            }
        }
        self.kinds.ids().filter(|kind| keyed.get(kind.0 as usize) == Some(&true)).collect()
    }

    /// The kind that a path ends at, if its last step is a reference (or it is empty).
    #[must_use]
    pub fn path_kind(&self, from: KindId, path: &[FieldId]) -> Option<KindId> {
        path.iter().try_fold(from, |kind, field| match self.kinds.get(kind)?.fields.get(*field)?.ty {
            Type::Ref(next) => Some(next),
            _ => None,
        })
    }
}

/// Whether an expression may read records.
fn reads_records(expr: &Expr) -> bool {
    matches!(expr, Expr::Agg(_) | Expr::Cover(_) | Expr::Measure(_) | Expr::Through(..))
        || expr.children().into_iter().any(reads_records)
}
