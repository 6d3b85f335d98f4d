//! Files, declarations, and what they have in common.

use super::*;
use crate::model::given::Outside;
use crate::model::time::Day;
use crate::model::value::TermUnit;
use crate::model::window::{CalendarUnit, YearStart};
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
    /// `currency CODE`
    Currency(Name),
    /// `year starts MONTH-DAY`
    YearStarts(YearStart),
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
    /// `stand-in KIND by FIELD for FIELD [from FIELD] [to FIELD]`
    StandIn(StandInItem),
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

/// A clock: hours of the day that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockItem {
    /// Name.
    pub name: Name,
    /// The calendar whose workdays it runs on; without one, every day.
    pub calendar: Option<Name>,
    /// Its spans in a day: minutes of the day, from and to.
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

/// A kind whose rows say who stands in for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandInItem {
    /// The kind.
    pub kind: Name,
    /// Who stands in.
    pub by: Name,
    /// Who is absent.
    pub absent: Name,
    /// First day.
    pub from: Option<Name>,
    /// Last day.
    pub to: Option<Name>,
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
    /// A person gives it, within bounds.
    pub given: Option<GivenItem>,
}

/// `given within A to B [by FIELD] outside ...`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenItem {
    /// The least.
    pub low: Expr,
    /// The most.
    pub high: Expr,
    /// The field that says who gave it.
    pub by: Option<Name>,
    /// What becomes of a value outside; `None`: not said.
    pub outside: Option<Outside>,
    /// All of it.
    pub span: Span,
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
