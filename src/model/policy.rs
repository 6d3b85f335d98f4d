//! The checked policy: names resolved to ids, expressions typed, choices made.
//!
//! This is all that `program`, `engine`, `report` and the reference interpreter know of a policy.

use super::acting::StandIn;
use super::calendar::WorkCalendar;
use super::expr::{Expr, Link, Path};
use super::hours::Hours;
use super::ids::{
    AggId, AssessmentId, CalendarId, ClockId, CodeListId, CounterId, FieldId, IdVec, KindId, MeasureId, ParamId,
    RewardId, RuleId,
};
use super::money::{Budget, Ceiling, Payee, Pool};
use super::number::{Ratio, Rounding};
use super::scoring::{Clamp, GradeQuota, Group, Ladder, Line, Precision};
use super::term::{Event, SequenceReq, TermReq};
use super::time::Day;
use super::value::{CodeList, TermUnit, Type, Unit, Value};
use super::window::{CalendarUnit, Frame, PartialWindows, Season};
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
    /// Month and day on which the assessment year starts.
    pub year_start: (u32, u32),
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
    pub aggs: IdVec<AggId, super::expr::Agg>,
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

/// What a kind is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Kept in a register, or derived from records where the manifest maps no register.
    Entity,
    /// Dated facts.
    Record,
    /// The one subject that takes in everything; its id is the kind's name.
    Whole,
}

/// An entity or record kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    /// Name, as the manifest and the output use it.
    pub name: String,
    /// Entity, record or whole.
    pub role: Role,
    /// Fields.
    pub fields: IdVec<FieldId, Field>,
    /// The field that names a row; a record kind needs one only to be a subject or referred to.
    pub key: Option<FieldId>,
    /// The date or time of a record (`Date` or `Time`).
    pub at: Option<FieldId>,
    /// The field with the end of a record that lasts; of the type of `at`.
    pub end: Option<FieldId>,
    /// The reference to the row above, in a tree.
    pub parent: Option<FieldId>,
    /// Rows lead to its rows by the references that both have.
    pub relation: bool,
    /// When a subject that no register keeps is there; `None`: throughout.
    pub lifetime: Option<Lifetime>,
    /// Where it is declared.
    pub span: Span,
}

/// The life of a subject that is derived from records, both days inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// From the first record of this aggregate `First(at)` on.
    pub first: AggId,
    /// To the last one of this aggregate `Last(at)`.
    pub last: Option<AggId>,
}

/// A kind whose rows are waivers.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The kind.
    pub kind: KindId,
    /// Text: name of the waived rule, or a clause that it cites.
    pub rule: FieldId,
    /// The subject: a reference, or its key as text.
    pub subject: FieldId,
    /// First day; `None`: that of the row's life, or a record's own.
    pub from: Option<FieldId>,
    /// Last day; `None`: that of the row's life, or none.
    pub to: Option<FieldId>,
    /// The reason: a row without one waives nothing.
    pub because: FieldId,
}

/// A field of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, as the manifest uses it.
    pub name: String,
    /// Type.
    pub ty: Type,
    /// May be empty.
    pub optional: bool,
    /// A person gives it, within bounds; a number of a record.
    pub given: Option<super::given::Given>,
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
}

/// Word of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// 应, 必须
    Must,
    /// 原则上
    InPrinciple,
    /// 一般, 为宜
    Should,
    /// 可
    May,
    /// 力争
    Aim,
}

/// An obligation for each subject in a scope.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Strength.
    pub strength: Strength,
    /// Kind of the subject.
    pub subject: KindId,
    /// Which subjects; attributes are read on the window's first day.
    pub scope: Option<Expr>,
    /// What is required.
    pub requirement: Requirement,
    /// When.
    pub frame: Frame,
    /// Excuses; true makes the obligation excused.
    pub excused: Vec<Expr>,
    /// Days that are taken out (inclusive ranges); they cut windows.
    pub except: Vec<(Day, Day)>,
    /// What becomes of windows that a life, force, season or exception cuts.
    pub partial: PartialWindows,
    /// A waiver on file excuses (`in principle`, or the plan says so).
    pub waivable: bool,
    /// Rules that override it; its scope leaves out what they apply to. For explanations.
    pub overridden_by: Vec<RuleId>,
    /// Days of the year outside of it are taken out; they cut windows.
    pub season: Option<Season>,
    /// On which day attributes of the subject are read.
    pub attributes: AttributesAt,
    /// On which day rows of registers are counted.
    pub rows: RowsOn,
    /// Days in force, beside the policy's.
    pub in_force: Force,
    /// The latest start of a day among the sources that it reads, in minutes of the day: its windows end with it.
    pub day_starts: u32,
    /// Where it is declared.
    pub span: Span,
}

/// On which day attributes of a subject are read.
#[derive(Debug, Clone, Default)]
pub enum AttributesAt {
    /// The window's first day.
    #[default]
    Start,
    /// The window's last day.
    End,
    /// The day of an event of the subject.
    Event(Event),
}

/// On which day of a window rows of registers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RowsOn {
    /// Its first day.
    First,
    /// Its last day.
    #[default]
    Last,
    /// The mean over its days.
    Mean,
}

/// What a rule demands.
///
/// INVARIANT (terms of a rule go together): they have one start (or due date), and what they say of a missing one and of
/// the period that they belong to holds for all of them.
#[allow(clippy::large_enum_variant, reason = "a rule has one or two, and counts are most of them")]
#[derive(Debug, Clone)]
pub enum Requirement {
    /// All parts.
    All(Vec<Requirement>),
    /// Any part.
    Any(Vec<Requirement>),
    /// A number within bounds: a count of records or rows, a distinct count.
    Count(CountReq),
    /// A condition.
    Condition(Expr),
    /// A step reached within a term.
    Term(TermReq),
    /// Steps in an order.
    Sequence(SequenceReq),
    /// A longest time between records that follow each other.
    Gap(GapReq),
}

impl Requirement {
    /// Its terms, in the order written.
    #[must_use]
    pub fn terms(&self) -> Vec<&TermReq> {
        match self {
            Requirement::Term(term) => vec![term],
            Requirement::All(parts) | Requirement::Any(parts) => parts.iter().flat_map(Requirement::terms).collect(),
            _ => Vec::new(),
        }
    }

    /// Its terms, to be changed.
    pub fn terms_mut(&mut self) -> Vec<&mut TermReq> {
        match self {
            Requirement::Term(term) => vec![term],
            Requirement::All(parts) | Requirement::Any(parts) => {
                parts.iter_mut().flat_map(Requirement::terms_mut).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A bounded number.
#[derive(Debug, Clone)]
pub struct CountReq {
    /// The measured number.
    pub measured: Expr,
    /// Lower bound, inclusive.
    pub at_least: Option<Expr>,
    /// Upper bound, inclusive.
    pub at_most: Option<Expr>,
    /// `per N of ...`: the bounds are for each N of this number.
    pub per: Option<Per>,
}

/// A bound that grows with a base: `at least 1 per 2 communities`.
#[derive(Debug, Clone)]
pub struct Per {
    /// N, above zero.
    pub each: Expr,
    /// The base.
    pub base: Expr,
    /// How `bound x base / N` is rounded; `None` compares it unrounded.
    pub rounding: Option<Rounding>,
}

/// A longest time between records.
#[derive(Debug, Clone)]
pub struct GapReq {
    /// The records: an aggregate `Count` over the whole log.
    pub agg: AggId,
    /// How many units; read with the gap as window.
    pub most: Expr,
    /// The unit (never workdays).
    pub unit: TermUnit,
}

/// An assessment of each subject of a kind.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Kind of the subject. A record kind: one assessment an event, `every` is `None`.
    pub subject: KindId,
    /// Which subjects; read on the period's last day.
    pub scope: Option<Expr>,
    /// Length of its periods.
    pub every: Option<CalendarUnit>,
    /// Full total, if it has one.
    pub out_of: Option<Ratio>,
    /// The most that the deductions that act on the total take away together.
    pub loses: Option<Expr>,
    /// Bounds of totals.
    pub clamp: Clamp,
    /// The lowest total is the best: ranks and awards go from there.
    pub lowest_best: bool,
    /// Decimal places of every line.
    pub places: u32,
    /// To what amounts of money are rounded, each once where it is read; `None`: they are exact.
    pub money: Option<Precision>,
    /// Lines are brought to multiples of this instead of decimal places.
    pub multiple: Option<Ratio>,
    /// Rounding of every line.
    pub rounding: Rounding,
    /// Items, in the order written, those in groups too.
    pub items: Vec<Item>,
    /// Groups, in the order written, those in groups too.
    pub groups: Vec<Group>,
    /// Deductions and bonuses, in the order written, those in items and groups too.
    pub adjustments: Vec<Adjustment>,
    /// Groups of items in the order in which they are added up: what stands inside one comes before it.
    pub group_order: Vec<u32>,
    /// Deductions, bonuses and groups of them that act on the total, in the order written.
    pub total_lines: Vec<Line>,
    /// Grades, best first. Empty: no grades.
    pub grades: Vec<Grade>,
    /// Gates, in the order written.
    pub gates: Vec<Gate>,
    /// Vetoes.
    pub vetoes: Vec<Veto>,
    /// Ranks.
    pub rank: Option<Ranking>,
    /// Effects of grades.
    pub grade_effects: Vec<GradeEffect>,
    /// Awards by quota.
    pub awards: Vec<Award>,
    /// Prizes in an order.
    pub ladders: Vec<Ladder>,
    /// Quotas on grades, best grade first, then as written.
    pub grade_quotas: Vec<GradeQuota>,
    /// Days in force.
    pub in_force: Force,
    /// Where it is declared.
    pub span: Span,
}

/// An item of an assessment.
#[derive(Debug, Clone)]
pub struct Item {
    /// Name, with those of the groups around it: `A/B`.
    pub name: String,
    /// Its points; `None` while its weight is an open parameter (then it is not assessed).
    pub max: Expr,
    /// How points are given.
    pub score: ItemScore,
    /// Deductions and bonuses inside it: positions in `Assessment::adjustments`.
    pub body: Vec<u32>,
    /// Bonuses inside it may bring it above its points.
    pub above_full: bool,
    /// When nothing is due.
    pub nothing_due: NothingDue,
    /// How unknown obligations count.
    pub unknown: UnknownCounts,
}

/// How an item gives points.
#[derive(Debug, Clone)]
pub enum ItemScore {
    /// All of them.
    Full,
    /// A share of them.
    Share(Expr),
    /// All when the condition holds, else none.
    When(Expr),
    /// Points by a formula, kept within [0, max].
    Points(Expr),
}

/// What an item with nothing due gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NothingDue {
    /// All points.
    Full,
    /// No points.
    Zero,
    /// The item is left out, the others are scaled to the full total.
    LeftOut,
    /// The subject is not scored.
    NotScored,
}

/// How unknown obligations count in an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnknownCounts {
    /// They are left out and shown.
    Excluded,
    /// As unmet.
    Unmet,
}

/// Points taken or given, on the total or inside an item or group.
#[derive(Debug, Clone)]
pub struct Adjustment {
    /// Name, with those of what it stands in: `A/B`.
    pub name: String,
    /// Bonus (else deduction).
    pub bonus: bool,
    /// Points for each.
    pub amount: Expr,
    /// The number of times (a count); `None`: once.
    pub times: Option<Expr>,
    /// Cap on the product.
    pub cap: Option<Expr>,
    /// Only when this holds.
    pub when: Option<Expr>,
}

/// A grade and the least total that earns it.
#[derive(Debug, Clone)]
pub struct Grade {
    /// Name.
    pub name: String,
    /// Holds when this is true (over the total); `None` on the last: otherwise.
    pub when: Option<Expr>,
}

/// A condition that acts on the grade or an item.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Name.
    pub name: String,
    /// The condition.
    pub when: Expr,
    /// What it does.
    pub action: GateAction,
}

/// What a gate does. Grades are positions in `Assessment::grades`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GateAction {
    /// The grade is this, whatever the points.
    SetGrade(Expr),
    /// The grade is not better than this.
    CapGrade(Expr),
    /// The grade falls by so many.
    Lower(u32),
    /// The item at this position gives no points.
    LoseItem(u32),
    /// The grade rises by so many.
    Raise(u32),
    /// All raises together bring no more than so many.
    LimitRaises(u32),
    /// There is no grade as yet.
    Withhold,
    /// The subject is not scored.
    Unscored,
}

impl GateAction {
    /// The grade that it sets or caps at.
    #[must_use]
    pub fn grade(&self) -> Option<&Expr> {
        match self {
            GateAction::SetGrade(grade) | GateAction::CapGrade(grade) => Some(grade),
            _ => None,
        }
    }
}

/// A veto by a decision on file.
#[derive(Debug, Clone)]
pub struct Veto {
    /// Name.
    pub name: String,
    /// Number of decisions for the subject and period (an aggregate over records whose filter
    /// demands a known authority).
    pub decisions: Expr,
    /// What it does.
    pub action: VetoAction,
    /// No points are shown beside the grade that it sets.
    pub without_points: bool,
}

/// What a veto does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VetoAction {
    /// The grade is this, whatever the points.
    SetGrade(u32),
    /// No awards; points and grade stay.
    BarAwards,
}

/// How subjects are ranked: standard competition ranking by points, then by the keys.
#[derive(Debug, Clone)]
pub struct Ranking {
    /// Groups: subjects with the same value here; `None`: one group.
    pub within: Option<Path>,
    /// Who is ranked.
    pub among: Option<Expr>,
    /// Keys after the points; subjects equal on all of them share a rank.
    pub keys: Vec<SortKey>,
}

/// A key of an order.
#[derive(Debug, Clone)]
pub struct SortKey {
    /// The value. Unknown comes last.
    pub expr: Expr,
    /// Largest first (else smallest first).
    pub descending: bool,
}

/// Kind of an effect, as effects.csv prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EffectKind {
    /// reward
    Reward,
    /// sanction
    Sanction,
    /// award
    Award,
}

/// What a grade brings.
#[derive(Debug, Clone)]
pub struct GradeEffect {
    /// The grade.
    pub grade: u32,
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: String,
    /// Amount of money, if any.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: Payee,
}

/// An award to the best of a group.
#[derive(Debug, Clone)]
pub struct Award {
    /// Name.
    pub name: String,
    /// Kind of effect.
    pub kind: EffectKind,
    /// From the bottom: the lowest points first (the highest where the lowest are best).
    pub bottom: bool,
    /// How many.
    pub quota: Quota,
    /// Who may get it. Subjects under a veto that bars awards never do, but for sanctions.
    pub among: Option<Expr>,
    /// Groups, each with its own quota.
    pub within: Option<Path>,
    /// Order: points first, then these.
    pub keys: Vec<SortKey>,
    /// When the last place is shared.
    pub ties: TiesAtLimit,
    /// Those who tie share what their places bring.
    pub pool: Option<Pool>,
    /// Amount of money, if any.
    pub amount: Option<Expr>,
    /// The most that it comes to in a group.
    pub budget: Option<Budget>,
    /// Recipient and payer.
    pub payee: Payee,
}

/// Number of places.
#[derive(Debug, Clone)]
pub struct Quota {
    /// A number, or a share of the base.
    pub size: Expr,
    /// The size is a share.
    pub is_share: bool,
    /// Rounding of share x base.
    pub rounding: Rounding,
    /// At least so many places (0 if the author set none), never more than may get it.
    pub at_least: u32,
    /// The base: those who may get it (else all scored subjects of the group).
    pub base_eligible: bool,
}

/// What becomes of subjects that share the last place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TiesAtLimit {
    /// All get it.
    Include,
    /// None of them gets it.
    Exclude,
}

/// A reward outside assessments: payments to each subject and period.
#[derive(Debug, Clone)]
pub struct Reward {
    /// Name.
    pub name: String,
    /// Clauses.
    pub cites: Vec<String>,
    /// Kind of effect.
    pub kind: EffectKind,
    /// Kind of the subject.
    pub subject: KindId,
    /// Which subjects.
    pub scope: Option<Expr>,
    /// Length of its periods.
    pub every: CalendarUnit,
    /// Unit, as written (`yuan`, `元`, `points`).
    pub unit: String,
    /// Ceiling on the sum.
    pub cap: Option<Expr>,
    /// Ceilings over a longer time or for a recipient, in the order written.
    pub ceilings: Vec<Ceiling>,
    /// Payments; each is capped and rounded before the sum. `bonus` is true for all.
    pub payments: Vec<Adjustment>,
    /// To what each payment is rounded; `None`: it is exact.
    pub precision: Option<Precision>,
    /// Days in force.
    pub in_force: Force,
    /// Where it is declared.
    pub span: Span,
    /// Recipient and payer.
    pub payee: Payee,
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
                super::expr::Source::Rows(part) => Some(part.kind),
                super::expr::Source::Sharing(sharing) => Some(sharing.part.kind),
                super::expr::Source::Records(_) => None,
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

impl Kind {
    /// The field of a name.
    #[must_use]
    pub fn field_named(&self, name: &str) -> Option<FieldId> {
        self.fields.entries().find(|(_, field)| field.name == name).map(|(id, _)| id)
    }
}

impl Link {
    /// Direct link by one path.
    #[must_use]
    pub fn path(path: Path) -> Link {
        Link::Path { path, ancestors: false }
    }
}

/// The unit of a type, where it is a number.
#[must_use]
pub fn unit_of(ty: &Type) -> Option<Unit> {
    match ty {
        Type::Number(unit) => Some(unit.clone()),
        Type::Whole => Some(Unit::Plain),
        _ => None,
    }
}
