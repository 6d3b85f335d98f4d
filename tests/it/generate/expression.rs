//! Random expressions of a wanted type, as text.

use super::schema::{FieldType, Kind, Role, Schema, Unit, unit_text};
use super::words::Words;

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
            Unit::Plain | Unit::Days | Unit::Hours | Unit::Months => format!("{}", w.range(0, 6)),
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

    /// A number, in parentheses where anything could follow.
    pub fn number(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        for _ in 0..8 {
            let found = match w.below(if depth == 0 { 5 } else { 14 }) {
                0 => None,
                1 | 2 => self.number_field(w, kind, unit),
                3 if place != Place::Record && w.chance(40) => self.counter_value(w, kind, unit),
                3 => self.measure(w, kind, Type::Number(unit), place),
                4 => self.param(w, ParamType::Number(unit)),
                5 if place != Place::Record && w.chance(50) => self.cover(w, kind, unit),
                5..=8 => self.aggregate(w, kind, unit, place, depth),
                9 | 10 if unit == Unit::Plain || unit == Unit::Share => self.tally(w, kind, unit, place),
                11 if unit == Unit::Points => self.result(w, kind, place),
                13 if unit == Unit::Plain && w.chance(50) => self.rank(w, kind, place),
                13 if matches!(unit, Unit::Plain | Unit::Share) => self.over_periods(w, kind, place, unit),
                12 if matches!(unit, Unit::Days | Unit::Hours | Unit::Months) => {
                    Some(self.between(w, kind, unit, place))
                }
                _ => Some(self.arithmetic(w, kind, unit, place, depth)),
            };
            if let Some(found) = found {
                return found;
            }
        }
        self.literal(w, unit)
    }

    fn number_field(&self, w: &mut Words, kind: usize, unit: Unit) -> Option<String> {
        self.field(w, kind, |ty| *ty == FieldType::Number(unit) || (unit == Unit::Plain && *ty == FieldType::Whole))
    }

    pub fn field(&self, w: &mut Words, kind: usize, fits: impl Fn(&FieldType) -> bool) -> Option<String> {
        let paths: Vec<_> = self.schema.paths(kind).into_iter().filter(|(_, ty)| fits(ty)).collect();
        if paths.is_empty() {
            return None;
        }
        let path = w.pick(&paths).0.clone();
        Some(self.schema.path(w, kind, &path))
    }

    fn measure(&self, w: &mut Words, kind: usize, ty: Type, place: Place) -> Option<String> {
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

    fn arithmetic(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let depth = depth.saturating_sub(1);
        let part = |w: &mut Words, unit: Unit| self.number(w, kind, unit, place, depth);
        let text = match w.below(13) {
            9 => return self.cases(w, kind, unit, place, depth),
            10 => return self.or_else(w, kind, unit, place, depth),
            11 => self.rounded(w, kind, unit, place, depth),
            12 if unit == Unit::Plain => self.date_part(w, kind, place),
            0 | 1 => format!("{}{}{}", part(w, unit), w.mark("+"), part(w, unit)),
            2 => format!("{} - {}", part(w, unit), part(w, unit)),
            3 => {
                let factor = if unit == Unit::Plain || w.chance(70) { Unit::Plain } else { Unit::Share };
                format!("{}{}{}", part(w, unit), w.mark("*"), part(w, factor))
            }
            4 => {
                let zero = match w.below(3) {
                    0 => w.kw("zero_divisor_unknown"),
                    _ => format!("{}{}", w.kw("zero_divisor"), self.literal(w, unit)),
                };
                // Two of one unit give a plain number or a share; else the divisor is plain.
                let (of, by) = if matches!(unit, Unit::Plain | Unit::Share) && w.chance(60) {
                    let same = *w.pick(&[Unit::Plain, Unit::Points, Unit::Money]);
                    (same, same)
                } else {
                    (unit, Unit::Plain)
                };
                let (a, b) = (part(w, of), self.divisor(w, kind, by, place, depth));
                format!("{a}{}{b}{zero}", w.mark("/"))
            }
            5 => format!("{}{}", part(w, unit), ""),
            6 => {
                let id = *w.pick(&["min", "max"]);
                let parts: Vec<String> = (0..w.range(2, 3)).map(|_| part(w, unit)).collect();
                let list = w.list(&parts);
                format!("{}{}", w.kw(id), w.paren(&list))
            }
            7 => {
                let id = *w.pick(&["abs", "floor", "ceil"]);
                let inner = part(w, unit);
                format!("{}{}", w.kw(id), w.paren(&inner))
            }
            _ => format!("-{}", part(w, unit)),
        };
        w.paren(&text)
    }

    /// A number that is no written zero: the checker refuses to divide by one.
    fn divisor(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let found = match w.below(3) {
            0 => self.number_field(w, kind, unit),
            1 => self.aggregate(w, kind, unit, place, depth),
            _ if unit == Unit::Plain => self.tally(w, kind, unit, place),
            _ => self.number_field(w, kind, unit),
        };
        found.unwrap_or_else(|| format!(" {}{}", w.range(2, 4), unit_text(w, unit)))
    }

    fn between(&self, w: &mut Words, kind: usize, unit: Unit, place: Place) -> String {
        let id = match unit {
            Unit::Days => "days_between",
            Unit::Hours => *w.pick(&["hours_between"]),
            _ => "months_between",
        };
        let (a, b) = (self.moment(w, kind, place, 1), self.moment(w, kind, place, 1));
        let text = format!("{}{a}{}{b}", w.kw(id), w.kw("between_and"));
        w.paren(&text)
    }

    pub fn moment(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        for _ in 0..4 {
            let found = match w.below(10) {
                9 => Some(w.kw("as_of")),
                0 => Some({
                    let day = self.a_day(w);
                    w.date(day)
                }),
                1 | 2 => self.field(w, kind, |ty| *ty == FieldType::Date),
                3 | 4 => self.field(w, kind, |ty| *ty == FieldType::Time),
                5 if place != Place::Record => {
                    Some(if w.chance(50) { w.kw("window_start") } else { w.kw("window_end") })
                }
                6 if depth > 0 => {
                    let unit = *w.pick(&["minutes", "hours", "days", "workdays", "weeks", "months", "years"]);
                    let sign = *w.pick(&["+", "-"]);
                    let amount = w.range(0, 40);
                    let from = self.moment(w, kind, place, depth - 1);
                    let calendar = match unit {
                        "workdays" => format!("{}{}", w.kw("by_calendar"), w.name("历法")),
                        _ => String::new(),
                    };
                    let text = format!("{from} {sign} {amount}{}{calendar}", w.kw(unit));
                    Some(w.paren(&text))
                }
                7 if depth > 0 => self.moment_aggregate(w, kind, place),
                8 => self.measure(w, kind, Type::Moment, place).or_else(|| self.param(w, ParamType::Date)),
                _ => None,
            };
            if let Some(found) = found {
                return found;
            }
        }
        let day = self.a_day(w);
        w.date(day)
    }

    fn moment_aggregate(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        if place == Place::Record {
            return None;
        }
        let source = self.source(w, kind, SourceWant::OneRecord, true, 0)?;
        let op = w.kw_of(&["first", "last", "smallest", "largest"]);
        let value = self.field(w, source.kind, |ty| matches!(ty, FieldType::Date | FieldType::Time))?;
        let text = format!("{op}{value}{}{}", w.kw("over"), source.text);
        Some(w.paren(&text))
    }

    fn aggregate(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> Option<String> {
        if place == Place::Record {
            return None;
        }
        let depth = depth.saturating_sub(1);
        let text = match (unit, w.below(4)) {
            (Unit::Plain, 0 | 1) => {
                let source = self.source(w, kind, SourceWant::Any, false, depth)?;
                format!("{}{}", w.kw("count_of"), source.text)
            }
            (Unit::Plain, 2) => {
                let source = self.source(w, kind, SourceWant::One, false, depth)?;
                let values: Vec<String> = (0..w.range(1, 2)).filter_map(|_| self.row_value(w, source.kind)).collect();
                if values.is_empty() {
                    return None;
                }
                format!("{}{}{}{}", w.kw("distinct"), w.list(&values), w.kw("over"), source.text)
            }
            (Unit::Share, 0 | 1) => {
                let source = self.source(w, kind, SourceWant::One, true, depth)?;
                let inner = self.condition(w, source.kind, source.place, depth);
                format!("{}{}{}{}", w.kw("share_of"), source.text, w.kw("with"), w.paren(&inner))
            }
            _ => {
                let want = if w.chance(60) { SourceWant::OneRecord } else { SourceWant::One };
                let pooled = unit == Unit::Points && w.chance(50);
                let want = if pooled { SourceWant::Pooled } else { want };
                let source = self.source(w, kind, want, true, depth)?;
                let value = if pooled {
                    let field = self.kind(source.kind).fields[2].name.clone();
                    w.name(&field)
                } else {
                    self.number_field(w, source.kind, unit)?
                };
                let records = self.kind(source.kind).is_record();
                let ops: &[&str] = if source.shared { &["sum"] } else { &OPS };
                let op = *w.pick(ops);
                let op = if !records && matches!(op, "first" | "last") { "sum" } else { op };
                let weight = match op {
                    "average" if w.chance(40) && !pooled => {
                        let weight = self.number_field(w, source.kind, Unit::Plain)?;
                        format!("{}{weight}", w.kw("weighted_by"))
                    }
                    _ => String::new(),
                };
                format!("{}{value}{weight}{}{}", w.kw(op), w.kw("over"), source.text)
            }
        };
        Some(w.paren(&text))
    }

    /// Time that records cover.
    fn cover(&self, w: &mut Words, kind: usize, unit: Unit) -> Option<String> {
        let take = match unit {
            Unit::Hours => *w.pick(&["hours_covered", "hours_uncovered"]),
            Unit::Days => *w.pick(&["days_covered", "days_uncovered"]),
            Unit::Share => "share_covered",
            Unit::Plain => "most_at_once",
            _ => return None,
        };
        let source = self.source(w, kind, SourceWant::Cover, true, 0)?;
        let several = match w.below(3) {
            0 if unit != Unit::Plain => format!("{} {} ", w.kw("at_least"), w.range(1, 3)),
            _ => String::new(),
        };
        let by_night = source.text.contains("day starts") || source.text.contains("始于");
        let base = match w.below(6) {
            0 | 1 if unit != Unit::Days => {
                let name = if by_night && w.chance(60) { "夜钟" } else { "时钟" };
                format!("{}{}", w.kw("on_clock"), w.name(name))
            }
            2 => format!("{}{}", w.kw("during"), self.source(w, kind, SourceWant::During, true, 0)?.text),
            _ => String::new(),
        };
        let text = format!("{}{several}{}{base}", w.kw(take), source.text);
        Some(w.paren(&text))
    }

    /// A single value of a row.
    pub fn row_value(&self, w: &mut Words, kind: usize) -> Option<String> {
        self.field(w, kind, |ty| !matches!(ty, FieldType::Codes(_)))
    }

    fn tally(&self, w: &mut Words, kind: usize, unit: Unit, place: Place) -> Option<String> {
        if !matches!(place, Place::Assessed | Place::Gated | Place::Ranked) {
            return None;
        }
        if unit == Unit::Plain && matches!(place, Place::Gated | Place::Ranked) && w.chance(12) {
            return (!self.lines.borrow().is_empty()).then(|| w.kw("full_items"));
        }
        let leads = |rule: &&Rule| {
            rule.subject == kind
                || self.kind(kind).role == Role::Whole
                || self.schema.chains(rule.subject, kind).len() == 1
        };
        let mut rules: Vec<&Rule> = self.rules.iter().filter(leads).collect();
        if rules.is_empty() {
            return None;
        }
        w.shuffle(&mut rules);
        let count = 1 + w.below(rules.len().min(3));
        let names: Vec<String> = rules.iter().take(count).map(|r| w.name(&r.name)).collect();
        let id = match unit {
            Unit::Share => *w.pick(&["share_met", "share_met", "mean_share_met"]),
            _ => *w.pick(&[
                "met",
                "unmet",
                "due",
                "unknown",
                "excused",
                "pending",
                "longest_unmet",
                "longest_met",
                "current_unmet",
                "current_met",
            ]),
        };
        let weakest = rules.iter().take(count).map(|rule| rule.strength).max().unwrap_or(0);
        let word = super::rules::STRENGTHS[weakest];
        let counting =
            if weakest > 1 || w.chance(10) { format!("{}{}", w.kw("counting"), w.kw(word)) } else { String::new() };
        let text = format!("{}{}{counting}", w.kw(id), w.list(&names));
        self.tallies.set(self.tallies.get() + 1);
        Some(w.paren(&text))
    }

    /// Points of an assessment with the same subject and periods, or over the periods of another one.
    fn result(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let current = self.current.as_ref()?;
        if w.chance(60)
            && let Some(text) = self.over_periods(w, kind, place, Unit::Points)
        {
            return Some(text);
        }
        let lines = self.lines.borrow();
        if matches!(place, Place::Assessed | Place::Gated | Place::Ranked) && !lines.is_empty() && w.chance(40) {
            let line = w.pick(&lines).clone();
            let text = format!("{}{}{}", w.kw("points_of"), w.kw("item"), w.name(&line));
            return Some(w.paren(&text));
        }
        if matches!(place, Place::Gated | Place::Ranked) && w.chance(50) {
            return Some(w.kw("own_points"));
        }
        let other = self.other_assessment(w, kind, current)?;
        let text = format!("{}{}", w.kw("points_of"), w.name(&other.name));
        (place != Place::Record && place != Place::Subject).then(|| w.paren(&text))
    }

    fn counter_value(&self, w: &mut Words, kind: usize, unit: Unit) -> Option<String> {
        let here: Vec<&Counter> = self.counters.iter().filter(|counter| counter.subject == kind).collect();
        if here.is_empty() {
            return None;
        }
        let counter = (*w.pick(&here)).clone();
        let word = match unit {
            Unit::Plain if counter.unit != Unit::Plain || w.chance(60) => {
                *w.pick(&["counter_steps", "counter_steps_in"])
            }
            unit if unit == counter.unit => "counter_points",
            _ => return None,
        };
        let text = format!("{}{}", w.kw(word), w.name(&counter.name));
        Some(w.paren(&text))
    }

    fn rank(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let current = self.current.as_ref()?;
        let other = self.other_assessment(w, kind, current).filter(|other| other.ranks)?;
        let text = format!("{}{}", w.kw("rank_of"), w.name(&other.name));
        (place != Place::Record && place != Place::Subject).then(|| w.paren(&text))
    }

    /// A grade of the current assessment: by name, or from its earlier result.
    pub fn grade(&self, w: &mut Words, kind: usize, grades: &[String]) -> String {
        let named = w.pick(grades).clone();
        let earlier = self.current.as_ref().filter(|_| w.chance(50)).and_then(|current| {
            let pick = self.earlier(w, kind, current)?;
            let missing = match w.below(2) {
                0 => w.kw("missing_unknown"),
                _ => format!("{}{}", w.kw("missing_as"), w.name(&named)),
            };
            let text = format!("{}{}{pick}{missing}", w.kw("grade_of"), w.name(&current.name));
            Some(w.paren(&text))
        });
        let Some(earlier) = earlier else { return w.name(&named) };
        match w.below(3) {
            0 => earlier,
            1 => format!("{earlier}{} {} ", w.mark("+"), w.range(0, 2)),
            _ => format!("{earlier}{} {} ", w.mark("-"), w.range(0, 2)),
        }
    }

    /// The period or record before the present one of an assessment.
    fn earlier(&self, w: &mut Words, kind: usize, of: &Assessment) -> Option<String> {
        if of.every.is_some() {
            return Some(w.kw("previous_period"));
        }
        let fields = self.kind(kind).fields.iter();
        let refs: Vec<String> = fields
            .filter(|field| matches!(field.ty, FieldType::Ref(to) if self.kind(to).role != Role::Whole))
            .map(|field| w.name(&field.name))
            .collect();
        let first = refs.first()?;
        let both = w.chance(20);
        let shared = if both { w.list(&refs) } else { first.clone() };
        Some(format!("{}{}{shared}", w.kw("previous_record"), w.kw("sharing")))
    }

    /// A number over the periods of an assessment, in its n-th or in the previous one.
    fn over_periods(&self, w: &mut Words, kind: usize, place: Place, unit: Unit) -> Option<String> {
        let current = self.current.as_ref()?;
        if matches!(place, Place::Record | Place::Subject) {
            return None;
        }
        if current.every.is_none() {
            let pick = self.earlier(w, kind, current).filter(|_| current.subject == kind && unit == Unit::Points)?;
            let missing = match w.below(2) {
                0 => w.kw("missing_unknown"),
                _ => format!("{} 5{}", w.kw("missing_as"), w.kw("points")),
            };
            let text = format!("{}{}{pick}{missing}", w.kw("points_of"), w.name(&current.name));
            return Some(w.paren(&text));
        }
        let fits = |a: &&Assessment| a.subject == kind && a.every.is_some();
        let others: Vec<&Assessment> = self.assessments.iter().filter(fits).collect();
        let missing = |w: &mut Words, may_leave: bool, value: &str| match w.below(3) {
            0 if may_leave => w.kw("missing_excluded"),
            0 | 1 => format!("{} {value}", w.kw("missing_as")),
            _ => w.kw("missing_unknown"),
        };
        let zero = format!("{}{}", *w.pick(&["0", "5", "20.5"]), w.kw("points"));
        if w.chance(40) && unit == Unit::Points {
            let same = |a: &&Assessment| a.subject == kind && a.every == current.every;
            let own = (current.subject == kind).then_some(current);
            let earlier: Vec<&Assessment> = self.assessments.iter().filter(same).chain(own).collect();
            let inside: Vec<(&Assessment, i64)> = (others.iter())
                .map(|other| (*other, most_within(other.every, current.every)))
                .filter(|(_, most)| *most > 0)
                .collect();
            let nth = !inside.is_empty() && (earlier.is_empty() || w.chance(40));
            if !nth && earlier.is_empty() {
                return None;
            }
            let (of, pick) = if nth {
                let (of, most) = *w.pick(&inside);
                (of, format!("{} {} ", w.kw("in_period"), w.range(1, most)))
            } else {
                (*w.pick(&earlier), w.kw("previous_period"))
            };
            let text = format!("{}{}{pick}{}", w.kw("points_of"), w.name(&of.name), missing(w, false, &zero));
            return Some(w.paren(&text));
        }
        if others.is_empty() {
            return None;
        }
        let of = (*w.pick(&others)).clone();
        let points = format!("{}{}", w.kw("points_of"), w.name(&of.name));
        let mut periods = format!("{}{}", w.kw("periods_of"), w.name(&of.name));
        if w.chance(30) {
            let test = format!("{points}{}{}{}", w.mark(">="), w.range(0, 60), w.kw("points"));
            periods += &format!("{}{test}", w.kw("where"));
        }
        let text = match unit {
            Unit::Points => {
                let op = *w.pick(&["sum", "average", "average", "smallest", "largest", "first", "last"]);
                let weight = if op == "average" && w.chance(40) {
                    let amount = format!("{points} / 10{} + 1", w.kw("points"));
                    format!("{}{}", w.kw("weighted_by"), w.paren(&amount))
                } else {
                    String::new()
                };
                format!("{}{points}{weight}{}{periods}{}", w.kw(op), w.kw("over"), missing(w, true, &zero))
            }
            Unit::Plain => {
                let counted = *w.pick(&["missing_excluded", "missing_unknown"]);
                format!("{}{periods}{}", w.kw("count_of"), w.kw(counted))
            }
            _ => {
                let test = format!("{points}{}{}{}", w.mark(">"), w.range(0, 60), w.kw("points"));
                let counted = *w.pick(&["missing_excluded", "missing_unknown"]);
                format!("{}{periods}{}{}{}", w.kw("share_of"), w.kw("with"), w.paren(&test), w.kw(counted))
            }
        };
        Some(w.paren(&text))
    }

    fn other_assessment(&self, w: &mut Words, kind: usize, current: &Assessment) -> Option<Assessment> {
        let fits = |a: &&Assessment| a.subject == kind && a.every == current.every;
        let fitting: Vec<&Assessment> = self.assessments.iter().filter(fits).collect();
        if fitting.is_empty() { None } else { Some((*w.pick(&fitting)).clone()) }
    }

    /// A condition.
    pub fn condition(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        for _ in 0..8 {
            let found = match w.below(if depth == 0 { 13 } else { 17 }) {
                8 if w.chance(40) => self.hours_test(w, kind),
                0 => self.code_test(w, kind),
                1 => self.codes_test(w, kind),
                2 => self.text_test(w, kind),
                3 => self.field(w, kind, |ty| *ty == FieldType::Bool).map(|f| match w.below(3) {
                    0 => f,
                    1 => format!("{f}{}{}", w.mark("="), w.kw("yes")),
                    _ => format!("{f}{}{}", w.kw("is"), w.kw("no")),
                }),
                4 => self.field(w, kind, |_| true).map(|f| {
                    let test = if w.chance(60) { w.kw("is_known") } else { w.kw("is_missing") };
                    format!("{f}{test}")
                }),
                5 => self.measure(w, kind, Type::Bool, place).or_else(|| self.param(w, ParamType::Bool)),
                6 if self.actor.is_some() && w.chance(70) => self.acting_test(w, kind),
                6 => self.key_test(w, kind),
                7 | 8 => Some(self.moment_test(w, kind, place)),
                9 => self.number_set(w, kind, place, depth),
                10 => self.result_test(w, kind, place),
                11 | 12 => Some(self.number_test(w, kind, place, depth)),
                13 => {
                    let inner = self.condition(w, kind, place, depth - 1);
                    Some(format!("{}{}", w.kw("not"), w.paren(&inner)))
                }
                n => {
                    let word = if n == 14 { "or" } else { "and" };
                    let a = self.condition(w, kind, place, depth - 1);
                    let b = self.condition(w, kind, place, depth - 1);
                    Some(format!("{}{}{}", w.paren(&a), w.kw(word), w.paren(&b)))
                }
            };
            if let Some(found) = found {
                return found;
            }
        }
        self.number_test(w, kind, place, 0)
    }

    /// A condition after which no `at most` or 不高于 can be taken for a comparison.
    pub fn closed_condition(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        let inner = self.condition(w, kind, place, depth);
        format!("{}{}{}", w.paren(&inner), w.kw("is"), w.kw("yes"))
    }

    fn number_test(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        let units = [
            Unit::Plain,
            Unit::Plain,
            Unit::Share,
            Unit::Points,
            Unit::Money,
            Unit::Days,
            Unit::Hours,
            Unit::Months,
            Unit::Named,
        ];
        let unit = *w.pick(&units);
        let depth = depth.saturating_sub(1);
        let (a, b) = (self.number(w, kind, unit, place, depth), self.number(w, kind, unit, place, depth));
        format!("{a}{}{b}", comparison(w))
    }

    fn moment_test(&self, w: &mut Words, kind: usize, place: Place) -> String {
        let (a, b) = (self.moment(w, kind, place, 1), self.moment(w, kind, place, 1));
        format!("{a}{}{b}", comparison(w))
    }

    /// A time lies in hours of the day. Those over midnight make the day of a record a choice (see `source`).
    fn hours_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let times: Vec<_> = self.schema.paths(kind).into_iter().filter(|(_, ty)| *ty == FieldType::Time).collect();
        if times.is_empty() {
            return None;
        }
        let path = w.pick(&times).0.clone();
        let own = path.len() == 1 && self.kind(kind).fields[path[0]].mark == Some("at");
        let hours = super::times::hours(w, !own);
        Some(format!("{}{hours}", self.schema.path(w, kind, &path)))
    }

    fn number_set(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> Option<String> {
        let value = self.number(w, kind, Unit::Plain, place, depth.saturating_sub(1));
        let choices: Vec<String> = (0..w.range(1, 3)).map(|_| format!(" {} ", w.range(0, 3))).collect();
        let op = if w.chance(70) { w.kw("in_set") } else { w.kw("not_in_set") };
        Some(format!("{value}{op}{{{}}} ", w.list(&choices)))
    }

    fn code_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let paths: Vec<_> =
            self.schema.paths(kind).into_iter().filter(|(_, ty)| matches!(ty, FieldType::Code(_))).collect();
        if paths.is_empty() {
            return None;
        }
        let (path, ty) = w.pick(&paths).clone();
        let FieldType::Code(codes) = ty else { return None };
        let field = self.schema.path(w, kind, &path);
        let code = w.pick(&codes).clone();
        Some(match w.below(4) {
            0 => format!("{field}{}{}", w.mark("="), w.name(&code)),
            1 => format!("{field}{}{}", w.kw("is_not"), w.name(&code)),
            2 => format!("{field}{}{}", w.kw("is"), w.text(&code)),
            _ => {
                let mut codes = codes;
                w.shuffle(&mut codes);
                codes.truncate(2);
                let names: Vec<String> = codes.iter().map(|c| w.name(c)).collect();
                let op = if w.chance(70) { w.kw("in_set") } else { w.kw("not_in_set") };
                format!("{field}{op}{{{}}} ", w.list(&names))
            }
        })
    }

    fn codes_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let paths: Vec<_> =
            self.schema.paths(kind).into_iter().filter(|(_, ty)| matches!(ty, FieldType::Codes(_))).collect();
        if paths.is_empty() {
            return None;
        }
        let (path, ty) = w.pick(&paths).clone();
        let FieldType::Codes(mut codes) = ty else { return None };
        w.shuffle(&mut codes);
        codes.truncate(2);
        let names: Vec<String> = codes.iter().map(|c| w.name(c)).collect();
        let op = if w.chance(50) { w.kw("has_any") } else { w.kw("has_all") };
        Some(format!("{}{op}{{{}}} ", self.schema.path(w, kind, &path), w.list(&names)))
    }

    fn text_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let field = self.field(w, kind, |ty| *ty == FieldType::Text)?;
        let text = *w.pick(&["A", "A1", "1", "县", "备"]);
        let op = w.kw_of(&["starts_with", "ends_with", "contains"]);
        Some(if w.chance(70) {
            format!("{field}{op}{}", w.text(text))
        } else {
            format!("{field}{}{}", w.mark("="), w.text(text))
        })
    }

    fn key_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let key = *w.pick(&["A1", "A2", "A3"]);
        let left = match self.field(w, kind, |ty| matches!(ty, FieldType::Ref(_))) {
            Some(field) if w.chance(70) => field,
            _ if self.kind(kind).marked("key").is_some() => w.kw("key"),
            _ => return None,
        };
        let op = if w.chance(50) { w.mark("=") } else { w.mark("<>") };
        Some(format!("{left}{op}{}", w.text(key)))
    }

    /// A test on a grade or veto.
    fn result_test(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let current = self.current.as_ref()?;
        if matches!(place, Place::Subject | Place::Record) {
            return None;
        }
        let (a, own) = if place == Place::Ranked && w.chance(60) {
            (current.clone(), true)
        } else {
            (self.other_assessment(w, kind, current)?, false)
        };
        if a.grades.is_empty() || w.chance(30) {
            return Some(if own { w.kw("own_veto") } else { format!("{}{}", w.kw("vetoed_in"), w.name(&a.name)) });
        }
        let grade = w.pick(&a.grades).clone();
        let left = if own {
            w.kw("own_grade")
        } else {
            let text = format!("{}{}", w.kw("grade_of"), w.name(&a.name));
            w.paren(&text)
        };
        Some(format!("{left}{}{}", comparison(w), w.name(&grade)))
    }

    /// Rows to count for a subject; `None` where none of the kinds leads to it.
    pub fn source(
        &self,
        w: &mut Words,
        kind: usize,
        want: SourceWant,
        must_say: bool,
        depth: u32,
    ) -> Option<SourceText> {
        let place = Place::Subject;
        let whole = self.kind(kind).role == Role::Whole;
        let ways = |from: usize| if whole { vec![Vec::new()] } else { self.schema.chains(from, kind) };
        let countable = |from: &usize| self.kind(*from).role != Role::Whole && !ways(*from).is_empty();
        let mut kinds: Vec<usize> = (0..self.schema.kinds.len()).filter(countable).collect();
        let cover = matches!(want, SourceWant::Cover | SourceWant::During);
        if cover || matches!(want, SourceWant::OneRecord | SourceWant::Log) {
            kinds.retain(|k| self.kind(*k).is_record());
        }
        if cover {
            kinds.retain(|k| self.kind(*k).has_length());
        }
        if want == SourceWant::Register {
            kinds.retain(|k| !self.kind(*k).is_record());
        }
        if kinds.is_empty() {
            return None;
        }
        let first_visit = self.schema.kinds.iter().position(Kind::is_record)?;
        let pool = [first_visit, first_visit + 1];
        let pooled = match want {
            SourceWant::Pooled => true,
            SourceWant::Any | SourceWant::Log | SourceWant::Cover | SourceWant::During => w.chance(25),
            _ => false,
        } && pool.iter().all(|k| kinds.contains(k) && ways(*k).len() == 1);
        if want == SourceWant::Pooled && !pooled {
            return None;
        }
        let from = if pooled { first_visit } else { *w.pick(&kinds) };
        // A record with a key may be a row of its own, whose filter reads more than the record.
        let keyed = self.kind(from).marked("key").is_some();
        // Records that must be apart, or gaps between them, are told apart by their own fields.
        let apart = !cover && self.kind(from).is_record() && w.chance(12);
        let as_row = !self.kind(from).is_record()
            || (keyed && !pooled && !apart && !cover && want != SourceWant::Log && w.chance(40));
        let row_place = if as_row { Place::Row } else { Place::Record };
        let mut text = String::new();
        if pooled {
            let names: Vec<String> = pool.iter().map(|k| self.kind_or_part(w, *k)).collect();
            let joined = names.join(&w.kw("or"));
            text += &w.paren(&joined);
        } else {
            text += &self.kind_or_part(w, from);
        }
        let paths = ways(from);
        let ambiguous = paths.len() > 1 && paths.iter().filter(|p| p.len() == 1).count() != 1;
        if !pooled && !whole && (ambiguous || w.chance(25)) {
            let path = w.pick(&paths).clone();
            text += &format!("{}{}", w.kw("via"), self.schema.path(w, from, &path));
        }
        if self.kind(from).is_record() && !whole {
            text += &self.who(w, kind);
        }
        let tree = self.kind(kind).is_tree();
        if (must_say && tree) || w.chance(if tree { 50 } else { 0 }) {
            text += &if w.chance(60) { w.kw("in") } else { w.kw("of") };
        }
        let mut open = false;
        let mut frame_chance = 55;
        let timed = self.kind(from).marked("at").filter(|at| self.kind(from).fields[*at].ty == FieldType::Time);
        let by_days = !as_row && !matches!(want, SourceWant::Log | SourceWant::During);
        if let Some(at) = timed.filter(|_| by_days && w.chance(25)) {
            let filtered = !pooled && w.chance(50);
            if filtered {
                let field = self.schema.path(w, from, &[at]);
                text += &format!("{}{field}{}", w.kw("where"), super::times::night(w));
            }
            text += &super::times::day_starts(w);
            if !cover && w.chance(40) {
                return Some(SourceText {
                    kind: from,
                    place: row_place,
                    text: text + &day_frame(w),
                    open: false,
                    shared: false,
                });
            }
            frame_chance = 0;
        } else if !pooled && w.chance(45) {
            open = !cover && w.chance(50);
            let filter = if open {
                self.condition(w, from, row_place, depth.min(1))
            } else {
                self.closed_condition(w, from, row_place, depth.min(1))
            };
            text += &format!("{}{filter}", w.kw("where"));
        }
        let mut shared = false;
        if apart {
            let kinds = if pooled { pool.to_vec() } else { vec![from] };
            let first = if want != SourceWant::Log && w.chance(60) { self.first_per(w, &kinds, want) } else { None };
            text += &match first {
                Some((text, ties_shared)) => {
                    shared = ties_shared;
                    text
                }
                None => super::times::thin(w, pooled),
            };
            open = false;
        }
        if self.kind(from).is_record() && !cover && want != SourceWant::Log && w.chance(frame_chance) {
            text += &match w.below(8) {
                0 => self.up_to_frame(w, kind, place),
                1 => match self.since_frame(w, kind) {
                    Some(text) => text,
                    None => frame(w),
                },
                _ => frame(w),
            };
            open = false;
        }
        if want == SourceWant::Cover && w.chance(30) {
            text += &cover_frame(w);
        }
        Some(SourceText { kind: from, place: row_place, text, open, shared })
    }

    /// A kind, or a named part of it.
    pub fn kind_or_part(&self, w: &mut Words, kind: usize) -> String {
        let parts: Vec<&(String, usize)> = self.parts.iter().filter(|(_, k)| *k == kind).collect();
        let name =
            if !parts.is_empty() && w.chance(35) { w.pick(&parts).0.clone() } else { self.kind(kind).name.clone() };
        w.name(&name)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceWant {
    /// Anything that can be counted, also several kinds of records.
    Any,
    /// One kind.
    One,
    /// One register.
    Register,
    /// One kind of records.
    OneRecord,
    /// Records in order, without a time frame.
    Log,
    /// The two kinds of records that share fields.
    Pooled,
    /// Records with a length.
    Cover,
    /// Such as say in which time others cover.
    During,
}

pub struct SourceText {
    pub kind: usize,
    /// Where its rows are read.
    pub place: Place,
    pub text: String,
    /// It ends with a condition, which would take what follows for its own.
    pub open: bool,
    /// Ties for the first are shared: it is counted or added up.
    pub shared: bool,
}

/// A frame with a first and a last day.
fn cover_frame(w: &mut Words) -> String {
    let (count, unit) = (w.range(1, 9), w_pick(w, &["days", "weeks"]));
    match w.below(4) {
        0 => w.kw("in_window"),
        1 if w.english() => format!(" in the last {count}{}to window end ", w.kw(unit)),
        1 => format!(" 期末前 {count}{}", w.kw(unit)),
        _ if w.english() => format!(" in the {count}{}before window ", w.kw(unit)),
        _ => format!(" 期前 {count}{}", w.kw(unit)),
    }
}

/// A frame that takes whole days.
fn day_frame(w: &mut Words) -> String {
    let id = *w.pick(&["in_window", "up_to_window_end", "before_window"]);
    w.kw(id)
}

fn frame(w: &mut Words) -> String {
    let count = w.range(1, 40);
    let unit = w_pick(w, &["days", "weeks", "months", "years"]);
    let count = match unit {
        "days" => count,
        "years" => 1,
        _ => 1 + count % 5,
    };
    match w.below(6) {
        0 => w.kw("in_window"),
        1 => w.kw("up_to_window_end"),
        2 => w.kw("before_window"),
        3 => w.kw("ever"),
        4 if w.english() => format!(" in the last {count}{}to window end ", w.kw(unit)),
        4 => format!(" 期末前 {count}{}", w.kw(unit)),
        _ if w.english() => format!(" in the {count}{}before window ", w.kw(unit)),
        _ => format!(" 期前 {count}{}", w.kw(unit)),
    }
}

/// Which bounds a count may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    Any,
    /// Parts that are joined by `and` must not contradict each other.
    Least,
    Most,
}

pub fn comparison(w: &mut Words) -> String {
    match w.below(10) {
        0 => w.mark("="),
        1 => w.mark("<>"),
        2 => w.mark("<"),
        3 => w.mark("<="),
        4 => w.mark(">"),
        5 => w.mark(">="),
        6 => w.kw("cmp_at_least"),
        7 => w.kw("cmp_at_most"),
        8 => w.kw("cmp_more_than"),
        _ => w.kw("cmp_less_than"),
    }
}

pub fn w_pick(w: &mut Words, ids: &[&'static str]) -> &'static str {
    ids[w.below(ids.len())]
}

const OPS: [&str; 7] = ["sum", "sum", "average", "smallest", "largest", "first", "last"];

/// A number of periods that some period of another length holds, also where the year starts inside a month.
fn most_within(inner: Option<&str>, outer: Option<&str>) -> i64 {
    let days = |every: Option<&str>| match every {
        Some("every_week") => 7,
        Some("every_ten_days") => 10,
        Some("every_half_month") => 15,
        Some("every_month") => 30,
        Some("every_quarter") => 91,
        Some("every_half_year") => 182,
        Some("every_year") => 365,
        _ => 1,
    };
    match days(outer) / days(inner) {
        more @ 2.. => (more - 1).min(4),
        few => few,
    }
}
