//! The tree of a policy file, as written: names unresolved, spans kept, bad statements as error nodes.

#![allow(missing_docs, reason = "fields of variants are named after the form that the variant shows")]

use crate::model::number::Rounding;
use crate::model::policy::RowsOn;
use crate::model::policy::{EffectKind, Strength};
use crate::model::time::Day;
use crate::model::value::TermUnit;
use crate::model::window::{CalendarUnit, PartialWindows, Season};
use crate::model::{
    AfterLastStep, ArithOp, CompareOp, CounterField, DatePart, Excess, NothingDue, PeriodPick, Ratio, TallyKind,
    TextOp, TiesAtLimit, UnknownCounts,
};
use crate::source::Span;

/// A value with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// A name as written, quotes removed.
pub type Name = Spanned<String>;

/// One file: policies and vocabularies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its units.
    pub units: Vec<UnitDecl>,
}

/// A policy or a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitDecl {
    /// A vocabulary (else a policy).
    pub vocabulary: bool,
    /// Name.
    pub name: Name,
    /// Statements in order.
    pub items: Vec<Spanned<Item>>,
    /// The whole unit.
    pub span: Span,
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// `source TEXT published DATE`
    Source { text: Spanned<String>, published: Option<Spanned<Day>> },
    /// `use NAME from TEXT`
    Use { name: Name, from: Option<Spanned<String>> },
    /// `extends NAME from TEXT`
    Extends { name: Name, from: Option<Spanned<String>> },
    /// `in force from DATE to DATE`
    InForce(ForceClause),
    /// `timezone TEXT`
    Timezone(Spanned<String>),
    /// `year starts MONTH-DAY`
    YearStarts { month: u32, day: u32 },
    /// `clauses ID to ID`
    Clauses { from: Name, to: Name },
    /// `not encoded IDS because TEXT`
    NotEncoded { clauses: Vec<Name>, reason: Spanned<String> },
    /// `calendar NAME ...`
    Calendar(CalendarItem),
    /// `clock NAME on CALENDAR { }`
    Clock(ClockItem),
    /// `whole NAME`
    Whole(Name),
    /// `entity NAME { }` or `record NAME { }`
    Kind(KindItem),
    /// `waiver KIND of rule FIELD for FIELD [from FIELD] [to FIELD] because FIELD`
    Waiver(WaiverItem),
    /// `define NAME = SUBJECT where EXPR`
    Part { name: Name, of: Name, filter: Option<Expr> },
    /// `measure NAME for SUBJECT = EXPR`
    Measure { name: Name, subject: Name, expr: Expr, output: Option<CalendarUnit> },
    /// `tier NAME of KIND level N count N`
    Tier { name: Name, of: Name, level: Spanned<u32>, count: Option<Spanned<u32>>, cites: Vec<Name> },
    /// `param NAME : TYPE = VALUE`
    Param { name: Name, ty: ParamType, value: Option<ParamValue>, cites: Vec<Name> },
    /// `set NAME = VALUE`
    Set { name: Name, value: ParamValue, cites: Vec<Name> },
    /// `rule NAME ...`
    Rule(Box<RuleItem>),
    /// `assessment NAME ...`
    Assessment(Box<AssessmentItem>),
    /// `reward NAME ...`
    Reward(Box<RewardItem>),
    /// `counter NAME ...`
    Counter(Box<CounterItem>),
    /// A statement that could not be read; already reported.
    Bad,
}

/// `from DATE [to DATE]`, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForceClause {
    /// First day.
    pub from: Spanned<Day>,
    /// Last day.
    pub to: Option<Spanned<Day>>,
}

/// An office clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockItem {
    /// Name.
    pub name: Name,
    /// The calendar whose workdays it runs on.
    pub calendar: Name,
    /// Its spans in a workday: minutes of the day, from and to.
    pub spans: Vec<Spanned<(u32, u32)>>,
}

/// A calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarItem {
    /// Name.
    pub name: Name,
    /// Covered days, inclusive; `None`: from data.
    pub covers: Option<(Spanned<Day>, Spanned<Day>)>,
    /// Ranges (inclusive): workdays (true) or rest days.
    pub ranges: Vec<(bool, Spanned<Day>, Spanned<Day>)>,
}

/// An entity or record kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindItem {
    /// A record (else an entity).
    pub record: bool,
    /// An entity whose rows are matched on the references that they share.
    pub relation: bool,
    /// Name.
    pub name: Name,
    /// Fields.
    pub fields: Vec<FieldItem>,
    /// `there from first X [to last Y]`
    pub lifetime: Option<(Name, Option<Name>)>,
}

/// A kind whose rows are waivers, with what its fields say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverItem {
    /// The kind.
    pub kind: Name,
    /// Name of the waived rule, or a clause that it cites.
    pub rule: Name,
    /// The subject.
    pub subject: Name,
    /// First day.
    pub from: Option<Name>,
    /// Last day.
    pub to: Option<Name>,
    /// The reason.
    pub because: Name,
}

/// What a field is besides its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldMark {
    /// `key`
    Key,
    /// `at`
    At,
    /// `end`
    End,
    /// `parent`
    Parent,
    /// `tier`
    Tier,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldItem {
    /// Mark.
    pub mark: Option<FieldMark>,
    /// Name.
    pub name: Name,
    /// Type.
    pub ty: Spanned<TypeExpr>,
    /// May be empty.
    pub optional: bool,
}

/// A field's type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeExpr {
    /// `text`
    Text,
    /// `whole number`
    Whole,
    /// `number UNIT`
    Number(UnitExpr),
    /// `yes or no`
    Bool,
    /// `date`
    Date,
    /// `time`
    Time,
    /// `one of { }` (false) or `any of { }` (true): codes with other spellings.
    Codes(bool, Vec<(Name, Vec<Spanned<String>>)>),
    /// A reference.
    Ref(Name),
}

/// A number's unit as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitExpr {
    /// none, or a measure word
    Plain,
    /// `%`
    Share,
    /// points
    Points,
    /// yuan
    Money,
    /// a span unit
    Span(TermUnit),
    /// a name
    Named(Name),
}

/// A parameter's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamType {
    /// A number.
    Number(UnitExpr),
    /// A calendar window.
    Frame,
    /// Text.
    Text,
    /// A day.
    Date,
    /// Yes or no.
    Bool,
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamValue {
    /// `open`
    Open(Span),
    /// A calendar window.
    Every(Spanned<CalendarUnit>),
    /// A constant expression.
    Expr(Expr),
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Strength.
    pub strength: Option<Spanned<Strength>>,
    /// Subject: a kind or named part.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// Frames (one, or one beside a rolling frame or `throughout`).
    pub frames: Vec<Spanned<FrameExpr>>,
    /// `in season MONTH-DAY to MONTH-DAY`
    pub seasons: Vec<Spanned<Season>>,
    /// Requirement.
    pub requirement: RequirementExpr,
    /// Clauses after it.
    pub clauses: Vec<Spanned<RuleClause>>,
}

/// A clause of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleClause {
    /// `unless EXPR`
    Unless(Expr),
    /// `excused when EXPR`
    Excused(Expr),
    /// `may be waived`
    Waivable,
    /// `overrides RULE, RULE`
    Overrides(Vec<Name>),
    /// `except from DATE to DATE`
    Except(Spanned<DayWord>, Spanned<DayWord>),
    /// `in force from DATE to DATE`
    InForce(ForceClause),
    /// `partial windows ...`
    Partial(PartialWindows),
    /// `partial windows prorate [ROUNDED]`; `Some(None)`: unrounded, `None`: not said
    Prorate(Option<Option<Rounding>>),
    /// `attributes at ...`
    Attributes(AttributesExpr),
    /// `rows counted ...`
    Rows(RowsOn),
}

/// When attributes of a subject are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributesExpr {
    /// `window start`
    Start,
    /// `window end`
    End,
    /// The day of an event.
    Event(Box<EventExpr>),
}

/// Which of the rows in order count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThinExpr {
    /// `spaced [at least | more than] N UNIT`
    pub spacing: Option<Spanned<SpacingExpr>>,
    /// `alternating`
    pub alternating: Option<Span>,
    /// The second of two alike, which is an error.
    pub twice: Option<Span>,
}

/// `spaced [at least | more than] N UNIT`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpacingExpr {
    /// `at least`; `None`: not said.
    pub inclusive: Option<bool>,
    /// How many.
    pub count: u32,
    /// The unit.
    pub unit: TermUnit,
}

/// A day with its year, or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayWord {
    /// A date.
    Day(Day),
    /// Month and day in the year of issue.
    Yearless(u32, u32),
}

/// A frame as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameExpr {
    /// `every [N] UNIT [from DATE]`
    Every { count: u32, unit: CalendarUnit, anchor: Option<Spanned<Day>> },
    /// `every param NAME`
    EveryParam(Name),
    /// `on day N, N or last day of every UNIT`; 0 stands for the last day
    On { days: Vec<Spanned<u32>>, or_last: bool, of: CalendarUnit },
    /// `in the first/last N days of every UNIT`
    Part { first: bool, count: Spanned<u32>, of: CalendarUnit },
    /// `from DATE to DATE`
    Fixed(Spanned<DayWord>, Spanned<DayWord>),
    /// `by DATE`
    By(Spanned<DayWord>),
    /// `on second Friday of every month`: which (0: every one, 6: the last) and weekday (1 is Monday)
    Weekdays { days: Vec<Spanned<(u32, u32)>>, of: CalendarUnit },
    /// `every year from MONTH-DAY to MONTH-DAY`; without a first one: `every year by MONTH-DAY`
    Yearly(Option<(u32, u32)>, (u32, u32)),
    /// `within any N UNIT`
    Rolling { count: Spanned<u32>, unit: TermUnit },
    /// `throughout [at most N days without [in a row | in all]]`
    Throughout { allowed: Option<Spanned<u32>>, in_a_row: Option<bool> },
}

/// A requirement.
#[allow(clippy::large_enum_variant, reason = "a rule has one or two, and counts are most of them")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequirementExpr {
    /// and
    All(Vec<RequirementExpr>),
    /// or
    Any(Vec<RequirementExpr>),
    /// A bounded count.
    Count {
        /// Bound.
        bound: Bound,
        /// `distinct FIELD of`
        distinct: Option<Expr>,
        /// What is counted.
        source: SourceExpr,
        /// `per N of SOURCE`
        per: Option<PerExpr>,
        /// Place.
        span: Span,
    },
    /// A part with its own strength.
    Strong(Spanned<Strength>, Box<RequirementExpr>),
    /// A part with a tolerance.
    Tolerant(Box<RequirementExpr>, Expr),
    /// `at most N UNIT between SOURCE`
    Gap {
        /// N.
        count: Spanned<u32>,
        /// Its unit.
        unit: TermUnit,
        /// The records.
        source: SourceExpr,
        /// Place.
        span: Span,
    },
    /// `satisfies EXPR`
    Condition(Expr),
    /// A term.
    Term(Box<TermExpr>),
    /// `passes EVENT, EVENT [by different FIELD]`
    Sequence(Vec<EventExpr>, Option<Spanned<Vec<Name>>>, Span),
}

/// A bound on a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// at least
    AtLeast(Expr),
    /// at most
    AtMost(Expr),
    /// exactly
    Exactly(Expr),
    /// more than
    MoreThan(Expr),
    /// fewer than
    FewerThan(Expr),
    /// between, both included
    Between(Expr, Expr),
}

/// `per N of SOURCE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerExpr {
    /// N.
    pub each: Expr,
    /// The base.
    pub of: SourceExpr,
    /// `Some(None)`: unrounded; `None`: not said.
    pub rounding: Option<Option<Rounding>>,
    /// Place.
    pub span: Span,
}

/// An event: a point in time of the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventExpr {
    /// `first` (false) or `last` (true) of its records.
    pub last: Option<Spanned<bool>>,
    /// The point.
    pub point: PointExpr,
    /// Place.
    pub span: Span,
}

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PointExpr {
    /// A date field (dotted), or a record kind or part.
    Path(Vec<Name>),
    /// Records in parentheses.
    Source(SourceExpr),
    /// A printed or computed day, the start or end of the window.
    Value(Expr),
}

/// How the step of a term stands to its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TermForm {
    /// `reaches E within N of S`, `since S within N reaches E`
    Within,
    /// `reaches E not before N after S`
    NotBefore,
    /// `reaches E at least N before S`
    Ahead,
    /// `reaches E by S`
    By,
    /// `is followed by E within N`
    Followed,
    /// `follows S within N`
    Follows,
}

/// A term requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermExpr {
    /// Step; of `follows`, the subject itself.
    pub step: Option<EventExpr>,
    /// Start or due day; of `is followed by`, the subject itself.
    pub start: Option<EventExpr>,
    /// Its form.
    pub form: TermForm,
    /// `sharing FIELD, FIELD`
    pub sharing: Vec<Name>,
    /// Its length; `by` has none.
    pub amount: Option<TermAmount>,
    /// Options.
    pub options: Vec<Spanned<TermOption>>,
    /// Place.
    pub span: Span,
}

/// A length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermAmount {
    /// How many: a number, a parameter, or an expression in parentheses.
    pub amount: Expr,
    /// Unit; `None` where the amount is a parameter that brings it.
    pub unit: Option<TermUnit>,
}

/// An option of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermOption {
    /// `rest days move` / `rest days stay`
    RestDays(bool),
    /// `by calendar NAME`
    Calendar(Name),
    /// `or before`
    OrBefore,
    /// `on clock NAME`
    Clock(Name),
    /// `missing start is unmet`
    MissingStartUnmet,
    /// `missing due date is unmet`
    MissingDueUnmet,
    /// `by due day`
    ByDueDay,
    /// `extended by AMOUNT with EVENT`
    Extended(TermAmount, EventExpr),
    /// `stopped from EVENT to EVENT`
    Stopped(EventExpr, EventExpr),
}

/// Rows that are counted or aggregated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceExpr {
    /// Kinds or named parts.
    pub kinds: Vec<Name>,
    /// `via FIELD.FIELD`
    pub via: Option<Spanned<Vec<Name>>>,
    /// `in` (true) or `of` (false)
    pub inside: Option<Spanned<bool>>,
    /// Filter.
    pub filter: Option<Box<Expr>>,
    /// Which of the rows in order count.
    pub thin: ThinExpr,
    /// Frame.
    pub frame: Option<Spanned<SourceFrame>>,
    /// Place.
    pub span: Span,
}

impl SourceExpr {
    /// A kind or part by itself.
    #[must_use]
    pub fn bare(name: Name) -> SourceExpr {
        let span = name.span;
        SourceExpr {
            kinds: vec![name],
            via: None,
            inside: None,
            filter: None,
            thin: Default::default(),
            frame: None,
            span,
        }
    }
}

/// Time frame of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceFrame {
    /// in window
    Window,
    /// up to window end
    UpToEnd,
    /// before window
    BeforeStart,
    /// ever
    Ever,
    /// in the last N UNIT to window end (true) / in the N UNIT before window (false)
    Last { count: u32, unit: TermUnit, at_end: bool },
    /// in the N UNIT up to E
    UpTo { count: u32, unit: TermUnit, at: Box<Expr> },
    /// since last SOURCE
    SinceLast(Box<SourceExpr>),
}

/// An expression with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

impl Expr {
    /// The last `E at most V` of a condition, taken apart; the condition itself where there is none.
    pub fn split_at_most(self) -> Result<(Expr, Expr), Box<Expr>> {
        let span = self.span;
        let last = |mut parts: Vec<Expr>, join: fn(Vec<Expr>) -> ExprKind| {
            let split = parts.pop().map(Expr::split_at_most);
            match split {
                Some(Ok((tail, value))) => {
                    parts.push(tail);
                    Ok((Expr { kind: join(parts), span }, value))
                }
                Some(Err(tail)) => {
                    parts.push(*tail);
                    Err(Box::new(Expr { kind: join(parts), span }))
                }
                None => Err(Box::new(Expr { kind: join(parts), span })),
            }
        };
        match self.kind {
            ExprKind::Compare(CompareOp::Le, a, b) => Ok((*a, *b)),
            ExprKind::And(parts) => last(parts, ExprKind::And),
            ExprKind::Or(parts) => last(parts, ExprKind::Or),
            kind => Err(Box::new(Expr { kind, span })),
        }
    }
}

/// Kinds of expressions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// A number with its unit, as written (`95%` is 95/100).
    Number(Ratio, UnitExpr),
    /// Text.
    Text(String),
    /// A day.
    Date(Day),
    /// yes / no
    Bool(bool),
    /// A dotted name: field, measure, parameter, code.
    Path(Vec<Name>),
    /// `param NAME`
    Param(Name),
    /// `key`
    Key,
    /// `as of`
    AsOf,
    /// `window start`
    WindowStart,
    /// `window end`
    WindowEnd,
    /// An aggregate.
    Agg(Box<AggExpr>),
    /// Obligations of rules.
    Tally { what: TallyKind, rules: Vec<Name>, via: Option<Spanned<Vec<Name>>>, counting: Option<Strength> },
    /// A result of an assessment; `None`: its own.
    Result(ResultExpr, Option<Name>),
    /// A result in another period, with what stands where there is none.
    InPeriod { what: ResultExpr, of: Name, pick: Spanned<PeriodPick>, missing: Option<MissingExpr> },
    /// A value of a counter.
    Counter(CounterField, Name),
    /// An aggregate over the periods of an assessment.
    Periods(Box<PeriodsExpr>),
    /// + - ×
    Arith(ArithOp, Box<Expr>, Box<Expr>),
    /// `N workdays by calendar NAME`, behind a `+` or `-`
    WorkdaysOf(Box<Expr>, Name),
    /// ÷; the choice for a zero divisor, `Some(None)` for unknown
    Div(Box<Expr>, Box<Expr>, Option<Option<Box<Expr>>>),
    /// unary minus
    Neg(Box<Expr>),
    /// `points of item NAME`; without a name, `full items`
    Line(Option<Name>),
    /// `UNIT between E and E`
    Between(TermUnit, Box<Expr>, Box<Expr>),
    /// min, max, abs, floor, ceil
    Call(Function, Vec<Expr>),
    /// `round(E to ... rounded ...)`
    Round(Box<Expr>, RoundTo, Rounding),
    /// `year of E` and the like
    DatePart(DatePart, Box<Expr>),
    /// `if E then E else E`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `by E { }`
    Table(Box<TableExpr>),
    /// `ladder { }`: conditions with values, and what holds otherwise
    Ladder(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// `E or else E`
    OrElse(Box<Expr>, Box<Expr>),
    /// A comparison.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// in { } (true: not in)
    OneOf(bool, Box<Expr>, Vec<Expr>),
    /// has any of (false) / has all of (true)
    Has(bool, Box<Expr>, Vec<Name>),
    /// is known (true) / is missing (false)
    Known(bool, Box<Expr>),
    /// A test on text.
    TextTest(TextOp, Box<Expr>, String),
    /// and
    And(Vec<Expr>),
    /// or
    Or(Vec<Expr>),
    /// not
    Not(Box<Expr>),
}

/// What `round` brings a number to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoundTo {
    /// So many decimal places.
    Places(u32),
    /// Multiples of a number.
    Multiples(Box<Expr>),
}

/// Functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// min
    Min,
    /// max
    Max,
    /// abs
    Abs,
    /// floor
    Floor,
    /// ceil
    Ceil,
}

/// Results of assessments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResultExpr {
    /// points
    Points,
    /// grade
    Grade,
    /// vetoed
    Vetoed,
    /// rank
    Rank,
}

/// An aggregate over the periods of an assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodsExpr {
    /// What.
    pub op: AggOpExpr,
    /// The assessment.
    pub of: Name,
    /// Which periods.
    pub filter: Option<Expr>,
    /// Periods without a result; `None`: not said.
    pub missing: Option<MissingExpr>,
}

/// What a period without a result counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissingExpr {
    /// missing excluded
    Excluded(Span),
    /// missing unknown
    Unknown(Span),
    /// missing as VALUE
    As(Box<Expr>),
}

/// An aggregate as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggExpr {
    /// What.
    pub op: AggOpExpr,
    /// Rows.
    pub source: SourceExpr,
}

/// Aggregates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AggOpExpr {
    /// count of
    Count,
    /// distinct
    Distinct(Vec<Expr>),
    /// sum
    Sum(Expr),
    /// average, weighted by
    Average(Expr, Option<Expr>),
    /// smallest
    Smallest(Expr),
    /// largest
    Largest(Expr),
    /// first
    First(Expr),
    /// last
    Last(Expr),
    /// share of ... with
    Share(Expr),
}

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Subject.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// Periods.
    pub every: Option<Spanned<CalendarUnit>>,
    /// Full total.
    pub out_of: Option<Spanned<Ratio>>,
    /// Bounds of the total.
    pub clamp: ClampExpr,
    /// `lowest is best`
    pub lowest_best: bool,
    /// Statements.
    pub parts: Vec<Spanned<AssessmentPart>>,
}

/// A statement of an assessment.
#[allow(clippy::large_enum_variant, reason = "a policy has few statements of this kind")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssessmentPart {
    /// `precision N rounded ...`, `precision multiples of N rounded ...`
    Precision(PrecisionExpr),
    /// `in force ...`
    InForce(ForceClause),
    /// `item ...`
    Item(Box<ItemExpr>),
    /// `group NAME ... { }`
    Group(Box<GroupExpr>),
    /// `deduct`, `add`
    Adjust(AdjustExpr),
    /// `gate NAME : EXPR ACTION`
    Gate { name: Name, when: Expr, action: Spanned<ActionExpr> },
    /// `veto NAME : SOURCE decided by FIELD ...`
    Veto {
        name: Name,
        source: SourceExpr,
        decided_by: Name,
        year: Option<Name>,
        action: Spanned<ActionExpr>,
        without_points: bool,
        term: Option<Spanned<(u32, TermUnit)>>,
    },
    /// `grades { }`
    Grades { rows: Vec<GradeRow>, otherwise: Option<Name> },
    /// `rank ...`
    Rank { within: Option<Spanned<Vec<Name>>>, among: Option<Expr>, keys: Vec<(Expr, bool)> },
    /// `effects { }`
    Effects(Vec<(Name, Vec<EffectExpr>)>),
    /// `award ...`
    Award(Box<AwardExpr>),
    /// `prizes ... { }`
    Prizes(Box<PrizesExpr>),
    /// `quota ...`
    Quota(Box<GradeQuotaExpr>),
    /// Could not be read; already reported.
    Bad,
}

/// Bounds of a total, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClampExpr {
    /// Nothing is said, or `above full lost`.
    Both,
    /// `above full counts`
    Floor,
    /// `unclamped`
    None,
}

/// `precision ...`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrecisionExpr {
    /// Decimal places, or with `multiples` the step.
    pub number: Spanned<Ratio>,
    /// `multiples of`
    pub multiples: bool,
    /// Rounding.
    pub rounding: Rounding,
}

/// `item NAME N points : SCORE ... [{ }]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemExpr {
    /// Name.
    pub name: Name,
    /// Full points.
    pub max: Expr,
    /// How it gives points.
    pub score: ScoreExpr,
    /// Nothing due.
    pub nothing_due: Option<NothingDue>,
    /// Unknown obligations.
    pub unknown: Option<UnknownCounts>,
    /// `above full counts` (true), `above full lost`.
    pub above_full: Option<Spanned<bool>>,
    /// Deductions and bonuses inside the item.
    pub body: Vec<AdjustExpr>,
}

/// `group NAME ... { }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupExpr {
    /// Name.
    pub name: Name,
    /// `at most`
    pub cap: Option<Expr>,
    /// `loses at most`
    pub loses: Option<Expr>,
    /// `above full counts` (true), `above full lost`.
    pub above_full: Option<Spanned<bool>>,
    /// Items, groups, deductions and bonuses.
    pub parts: Vec<Spanned<AssessmentPart>>,
}

/// A row of `grades { }`: a test of the total, a condition, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeRow {
    /// The grade.
    pub name: Name,
    /// A test of the total.
    pub test: Option<TestExpr>,
    /// A condition.
    pub when: Option<Expr>,
    /// Where the row's test and condition stand.
    pub span: Span,
}

/// How an item gives points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreExpr {
    /// full
    Full(Span),
    /// a share of the points, or a table of points, by its type
    Value(Expr),
    /// when EXPR
    When(Expr),
    /// points EXPR
    Points(Expr),
}

/// `by EXPR [from A to B [in steps of S]] { ROW ; ... }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableExpr {
    /// The tested value.
    pub of: Expr,
    /// Which values there are.
    pub domain: Option<DomainExpr>,
    /// Rows.
    pub rows: Vec<(TestExpr, Expr)>,
    /// What holds where no row does.
    pub otherwise: Option<Expr>,
}

/// `from A to B [in steps of S]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainExpr {
    /// Least value.
    pub low: Expr,
    /// Largest value.
    pub high: Expr,
    /// Distance between two values; left out, every number between is one.
    pub step: Option<Expr>,
    /// Place.
    pub span: Span,
}

/// A test of a table or grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestExpr {
    /// The test.
    pub kind: TestKind,
    /// Where.
    pub span: Span,
}

/// Tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestKind {
    /// or more, above, or less, below, equal
    Compare(CompareOp, Expr),
    /// a stretch of values; true: its end is not in it
    Range((bool, Expr), (bool, Expr)),
    /// one of these
    AnyOf(Vec<Expr>),
}

/// `deduct`, `add`, `pay`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustExpr {
    /// A bonus or payment (else a deduction).
    pub bonus: bool,
    /// Name.
    pub name: Option<Name>,
    /// Points or money.
    pub amount: Expr,
    /// `per`: an expression, or a bare source that is counted.
    pub per: Option<PerOf>,
    /// `per N of`: the number of whole N in it.
    pub step: Option<PerStepExpr>,
    /// Cap.
    pub cap: Option<Expr>,
    /// Condition.
    pub when: Option<Expr>,
    /// `counts again`
    pub again: bool,
    /// Where.
    pub span: Span,
}

/// `per N of ... [rounded ...]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PerStepExpr {
    /// N.
    pub each: Expr,
    /// How part of an N counts: `Some(None)` as that part; `None`: not said.
    pub rounding: Option<Option<Rounding>>,
    /// Place.
    pub span: Span,
}

/// What a deduction is per.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PerOf {
    /// A number. A bare name comes here as a path; the checker turns a kind or part into a count.
    Expr(Expr),
    /// Rows.
    Source(SourceExpr),
}

/// What a gate or veto does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionExpr {
    /// sets grade
    SetGrade(Name),
    /// caps grade at
    CapGrade(Name),
    /// lowers grade by
    Lower(u32),
    /// loses item
    LoseItem(Name),
    /// raises grade by
    Raise(u32),
    /// limits raises to
    LimitRaises(u32),
    /// withholds grade
    Withhold,
    /// leaves unscored
    Unscored,
    /// bars awards
    BarAwards,
}

/// Prizes in an order: who has one is out of the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrizesExpr {
    /// Name.
    pub name: Name,
    /// `base eligible` (true) / `base all`; `None`: not said.
    pub base_eligible: Option<bool>,
    /// Groups.
    pub within: Option<Spanned<Vec<Name>>>,
    /// Who may get one.
    pub among: Option<Expr>,
    /// Keys after the points, descending if true.
    pub keys: Vec<(Expr, bool)>,
    /// Ties; `None`: not said.
    pub ties: Option<TiesAtLimit>,
    /// Empty places pass on to the next prize; `None`: not said.
    pub pass_on: Option<Spanned<bool>>,
    /// The prizes, highest first.
    pub prizes: Vec<PrizeExpr>,
}

/// A prize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrizeExpr {
    /// Name.
    pub name: Name,
    /// Places: a number or a share.
    pub size: Expr,
    /// Rounding of a share.
    pub rounding: Option<Rounding>,
    /// The floor and further conditions.
    pub when: Option<Expr>,
    /// Kind (award by default).
    pub kind: Option<EffectKind>,
    /// Money.
    pub amount: Option<Expr>,
}

/// At most so many subjects have a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GradeQuotaExpr {
    /// Name.
    pub name: Name,
    /// The grade.
    pub grade: Name,
    /// Places: a number or a share.
    pub size: Expr,
    /// Rounding of a share.
    pub rounding: Option<Rounding>,
    /// `base eligible` (true) / `base all`; `None`: not said.
    pub base_eligible: Option<bool>,
    /// Groups.
    pub within: Option<Spanned<Vec<Name>>>,
    /// Who counts.
    pub among: Option<Expr>,
    /// Keys after the points, descending if true.
    pub keys: Vec<(Expr, bool)>,
    /// Ties; `None`: not said.
    pub ties: Option<TiesAtLimit>,
}

/// An effect of a grade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectExpr {
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: Name,
    /// Money.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// Who receives an effect and who pays it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PayeeExpr {
    /// `going to FIELD`
    pub to: Option<Spanned<Vec<Name>>>,
    /// `paid by TEXT`
    pub by: Option<Spanned<String>>,
}

/// An award by quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwardExpr {
    /// Name.
    pub name: Name,
    /// Kind (award by default).
    pub kind: Option<EffectKind>,
    /// Places: a number or a share.
    pub size: Expr,
    /// Rounding of a share.
    pub rounding: Option<Rounding>,
    /// At least so many.
    pub at_least: Option<u32>,
    /// `base eligible` (true) / `base all`; `None`: not said.
    pub base_eligible: Option<bool>,
    /// Groups.
    pub within: Option<Spanned<Vec<Name>>>,
    /// Who may get it.
    pub among: Option<Expr>,
    /// Keys after the points, descending if true.
    pub keys: Vec<(Expr, bool)>,
    /// Ties; `None`: not said.
    pub ties: Option<TiesAtLimit>,
    /// Money.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// A stand-alone reward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewardItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Subject.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// Periods.
    pub every: Spanned<CalendarUnit>,
    /// Unit as written.
    pub unit: Option<Name>,
    /// Ceiling.
    pub cap: Option<Expr>,
    /// Payments.
    pub payments: Vec<AdjustExpr>,
    /// In force.
    pub in_force: Option<ForceClause>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}

/// A counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CounterItem {
    /// Name.
    pub name: Name,
    /// Clauses.
    pub cites: Vec<Name>,
    /// Subject.
    pub subject: Name,
    /// Scope.
    pub scope: Option<Expr>,
    /// What each record adds.
    pub adds: Expr,
    /// The records.
    pub source: SourceExpr,
    /// The rolling term.
    pub term: SpanTerm,
    /// Steps, in order.
    pub steps: Vec<StepExpr>,
    /// What becomes of points above a threshold; `None`: not said.
    pub excess: Option<Excess>,
    /// What comes after the last step; `None`: not said.
    pub after_last: Option<AfterLastStep>,
    /// A clean term that brings back the first step.
    pub clean: Option<SpanTerm>,
    /// In force.
    pub in_force: Option<ForceClause>,
}

/// A length of time: count and unit.
pub type SpanTerm = Spanned<(u32, TermUnit)>;

/// A step of a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepExpr {
    /// The threshold.
    pub at: Expr,
    /// Its own rolling term.
    pub term: Option<SpanTerm>,
    /// What it brings.
    pub effects: Vec<StepEffectExpr>,
    /// Place.
    pub span: Span,
}

/// What a step brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepEffectExpr {
    /// Kind.
    pub kind: EffectKind,
    /// Name.
    pub name: Name,
    /// Money.
    pub amount: Option<Expr>,
    /// How long it lasts.
    pub term: Option<SpanTerm>,
    /// Recipient and payer.
    pub payee: PayeeExpr,
}
