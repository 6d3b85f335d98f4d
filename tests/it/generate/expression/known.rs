//! What a random policy has declared so far, and what its expressions may read.

use super::super::schema::{FieldType, Kind, Schema, Unit, unit_text};
use super::super::words::Words;

/// Where an expression stands: what it may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A subject of a rule, measure or reward.
    Subject,
    /// A register row that is counted.
    Row,
    /// A record that is counted: its fields only.
    Record,
    /// An item.
    Assessed,
    /// A deduction, bonus or gate: own points are there.
    Gated,
    /// Ranks and awards: all results are there.
    Ranked,
}

#[derive(Debug, Clone)]
pub struct Measure {
    pub name: String,
    pub kind: usize,
    pub ty: Type,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Number(Unit),
    Bool,
    Moment,
}

#[derive(Debug, Clone)]
pub struct Param {
    pub name: String,
    pub ty: ParamType,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamType {
    Number(Unit),
    Frame,
    Text,
    Date,
    Bool,
}

#[derive(Debug, Clone)]
pub struct Rule {
    pub name: String,
    pub subject: usize,
    /// Position in the words of strength; of several the strongest.
    pub strength: usize,
    /// It asks for one step within a term.
    pub single_term: bool,
    /// Results or steps start it.
    pub turned: bool,
}

#[derive(Debug, Clone)]
pub struct Assessment {
    pub name: String,
    pub subject: usize,
    /// Keyword of its periods.
    pub every: Option<&'static str>,
    pub grades: Vec<String>,
    pub ranks: bool,
}

#[derive(Debug, Clone)]
pub struct Counter {
    pub name: String,
    pub subject: usize,
    pub unit: Unit,
}

/// What has been declared so far.
pub struct Known {
    pub schema: Schema,
    /// Name, kind.
    pub parts: Vec<(String, usize)>,
    pub measures: Vec<Measure>,
    pub params: Vec<Param>,
    pub rules: Vec<Rule>,
    pub assessments: Vec<Assessment>,
    pub counters: Vec<Counter>,
    /// The kind of those for whom others may stand in.
    pub actor: Option<usize>,
    /// Rules that are written now come after assessments, whose results they may read.
    pub late: bool,
    /// The assessment that is being written.
    pub current: Option<Assessment>,
    /// First day in force, if it is said.
    pub starts: Option<chrono::NaiveDate>,
    /// Kinds that deductions of the current assessment count; `None`: all are to be told apart by their amounts.
    pub deducted: std::cell::RefCell<Option<Vec<usize>>>,
    /// Tallies written so far.
    pub tallies: std::cell::Cell<u32>,
    /// Lines of the current assessment that may be read.
    pub lines: std::cell::RefCell<Vec<String>>,
    /// First and last day of the run, for dates that matter.
    pub days: (chrono::NaiveDate, chrono::NaiveDate),
}

impl Known {
    pub fn kind(&self, kind: usize) -> &Kind {
        &self.schema.kinds[kind]
    }

    /// A date in or near the run.
    pub fn a_day(&self, w: &mut Words) -> chrono::NaiveDate {
        let span = (self.days.1 - self.days.0).num_days();
        self.days.0 + chrono::TimeDelta::days(w.range(-20, span + 20))
    }

    pub fn literal(&self, w: &mut Words, unit: Unit) -> String {
        let number = match unit {
            Unit::Share => format!("{}", *w.pick(&[0, 10, 50, 75, 90, 95, 100])),
            Unit::Minutes => format!("{}", w.range(0, 900)),
            Unit::Plain | Unit::Days | Unit::Hours | Unit::Weeks | Unit::Months | Unit::Years => {
                format!("{}", w.range(0, 6))
            }
            Unit::Points | Unit::Money | Unit::Named => {
                (*w.pick(&["0", "1", "2.5", "3", "10", "33.33", "100"])).to_owned()
            }
        };
        let suffix = match unit {
            Unit::Plain if w.chance(20) => w.kw("times"),
            unit => unit_text(w, unit),
        };
        format!(" {number}{suffix} ")
    }

    pub fn field(&self, w: &mut Words, kind: usize, fits: impl Fn(&FieldType) -> bool) -> Option<String> {
        let paths: Vec<_> = self.schema.paths(kind).into_iter().filter(|(_, ty)| fits(ty)).collect();
        if paths.is_empty() {
            return None;
        }
        let path = w.pick(&paths).0.clone();
        Some(self.schema.path(w, kind, &path))
    }

    pub(super) fn measure(&self, w: &mut Words, kind: usize, ty: Type, place: Place) -> Option<String> {
        if place == Place::Record {
            return None;
        }
        if w.chance(30)
            && let Some(found) = self.measure_of_reference(w, kind, ty)
        {
            return Some(found);
        }
        let fitting: Vec<&Measure> = self.measures.iter().filter(|m| m.kind == kind && m.ty == ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let name = w.pick(&fitting).name.clone();
        Some(w.name(&name))
    }

    /// A measure of a row that references lead to.
    fn measure_of_reference(&self, w: &mut Words, kind: usize, ty: Type) -> Option<String> {
        let ways: Vec<(Vec<usize>, &Measure)> = (self.schema.paths(kind).into_iter())
            .filter_map(|(path, found)| if let FieldType::Ref(to) = found { Some((path, to)) } else { None })
            .flat_map(|(path, to)| {
                let there = self.measures.iter().filter(move |m| m.kind == to && m.ty == ty);
                there.map(move |measure| (path.clone(), measure))
            })
            .collect();
        if ways.is_empty() {
            return None;
        }
        let (path, measure) = w.pick(&ways).clone();
        Some(format!("{}.{} ", self.schema.path(w, kind, &path).trim_end(), w.name(&measure.name).trim()))
    }

    pub fn param(&self, w: &mut Words, ty: ParamType) -> Option<String> {
        let fitting: Vec<&Param> = self.params.iter().filter(|p| p.ty == ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let name = w.pick(&fitting).name.clone();
        Some(format!("{}{}", w.kw("param"), w.name(&name)))
    }

    /// A kind, or a named part of it.
    pub fn kind_or_part(&self, w: &mut Words, kind: usize) -> String {
        let parts: Vec<&(String, usize)> = self.parts.iter().filter(|(_, k)| *k == kind).collect();
        let name =
            if !parts.is_empty() && w.chance(35) { w.pick(&parts).0.clone() } else { self.kind(kind).name.clone() };
        w.name(&name)
    }
}
