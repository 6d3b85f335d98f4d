//! A random policy: declarations, rules, assessments, rewards, as text that can lose statements again.

use super::assess::{assessment, reward};
use super::counter::counter;
use super::expression::{Known, Measure, Param, ParamType, Place, Type, w_pick};
use super::rules::rule;
use super::schema::{Role, Schema, Unit, unit_text};
use super::words::Words;

/// A statement; the lines of a block can be left out one by one.
#[derive(Debug, Clone)]
pub struct Statement {
    pub head: String,
    pub lines: Vec<String>,
    pub tail: String,
}

/// A policy as statements, some of which it may take in from another unit.
#[derive(Debug, Clone)]
pub struct Document {
    pub statements: Vec<Statement>,
    taken: Option<Taken>,
}

/// Statements that stand in a vocabulary or in a policy that is extended.
#[derive(Debug, Clone)]
struct Taken {
    from: usize,
    to: usize,
    vocabulary: bool,
    /// `use` or `extends`, as text.
    word: String,
    /// It stands before the policy that takes it in.
    first: bool,
    /// The policy sets parameters of it.
    sets: bool,
}

impl Document {
    pub fn text(&self) -> String {
        let written = |statements: &[Statement]| -> String {
            let mut text = String::new();
            for s in statements {
                text += &format!("{}\n", s.head);
                s.lines.iter().for_each(|line| text += &format!("    {line}\n"));
                text += &s.tail;
                text += "\n";
            }
            text
        };
        let Some(Taken { from, to, vocabulary, word, first, .. }) = &self.taken else {
            return format!("policy P {{\n{}}}\n", written(&self.statements));
        };
        let unit = if *vocabulary { "vocabulary" } else { "policy" };
        let other = format!("{unit} B {{\n{}}}\n", written(&self.statements[*from..*to]));
        let (before, after) = (written(&self.statements[..*from]), written(&self.statements[*to..]));
        let own = format!("policy P {{\n{word} B\n{before}{after}}}\n");
        if *first { other + &own } else { own + &other }
    }

    /// Leaves a statement out.
    pub fn remove(&mut self, at: usize) {
        self.statements.remove(at);
        if let Some(taken) = &mut self.taken {
            taken.from -= usize::from(at < taken.from);
            taken.to -= usize::from(at < taken.to);
        }
    }

    /// Leaves nothing in another unit.
    pub fn in_one(&self) -> Option<Document> {
        self.taken.is_some().then(|| Document { statements: self.statements.clone(), taken: None })
    }

    /// What it takes in, as the census counts it.
    pub fn takes_in(&self) -> Vec<&'static str> {
        let Some(taken) = &self.taken else { return Vec::new() };
        let unit = if taken.vocabulary { "a vocabulary" } else { "a policy" };
        if taken.sets { vec![unit, "values set"] } else { vec![unit] }
    }
}

pub const UNITS: [&str; 8] = [
    "every_day",
    "every_week",
    "every_ten_days",
    "every_half_month",
    "every_month",
    "every_quarter",
    "every_half_year",
    "every_year",
];
/// Those that give few windows.
pub const PERIODS: [&str; 6] =
    ["every_week", "every_month", "every_month", "every_quarter", "every_half_year", "every_year"];

pub fn document(w: &mut Words, days: (chrono::NaiveDate, chrono::NaiveDate)) -> Document {
    w.currency = w.chance(15).then(|| *w.pick(&[["EUR", "欧元"], ["JPY", "日元"], ["KWD", "KWD"]]));
    let schema = Schema::new(w);
    let mut known = Known {
        schema,
        parts: Vec::new(),
        measures: Vec::new(),
        params: Vec::new(),
        rules: Vec::new(),
        assessments: Vec::new(),
        current: None,
        counters: Vec::new(),
        actor: None,
        late: false,
        starts: None,
        deducted: std::cell::RefCell::new(None),
        tallies: std::cell::Cell::new(0),
        lines: std::cell::RefCell::new(Vec::new()),
        days,
    };
    let mut statements = Vec::new();
    let plain = |head: String| Statement { head, lines: Vec::new(), tail: String::new() };
    header(w, &mut known, &mut statements);
    let headed = statements.len();
    for kind in &known.schema.kinds {
        statements.push(plain(known.schema.declare(w, kind)));
    }
    if w.chance(50) {
        super::relations::waiver(w, &mut known, &mut statements);
    }
    if w.chance(40) {
        super::firsts::stand_ins(w, &mut known, &mut statements);
    }
    calendars(w, &known, &mut statements);
    params(w, &mut known, &mut statements);
    parts(w, &mut known, &mut statements);
    let declared = statements.len();
    let mut taken = None;
    if w.chance(25) {
        let vocabulary = w.chance(50);
        let from = if vocabulary { headed } else { 0 };
        let word = w.kw(if vocabulary { "use" } else { "extends" });
        sets(w, &known, &mut statements);
        let sets = statements.len() > declared;
        taken = Some(Taken { from, to: declared, vocabulary, word, first: w.chance(50), sets });
    }
    if w.chance(35) {
        super::relations::relation(w, &mut known, &mut statements);
    }
    for _ in 0..w.range(0, 2) {
        let kinds = keyed(&known);
        statements.extend(counter(w, &mut known, &kinds));
    }
    measures(w, &mut known, &mut statements);
    for _ in 0..w.range(2, 5) {
        statements.push(rule(w, &mut known));
    }
    for _ in 0..w.range(0, 2) {
        assessment(w, &mut known, &mut statements);
    }
    known.late = true;
    for _ in 0..w.range(0, 2) {
        statements.push(rule(w, &mut known));
    }
    known.late = false;
    if w.chance(25) {
        assessment(w, &mut known, &mut statements);
    }
    if w.chance(50) {
        statements.push(reward(w, &mut known));
    }
    Document { statements, taken }
}

fn header(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let plain = |head: String| Statement { head, lines: Vec::new(), tail: String::new() };
    if w.chance(25) {
        let (text, from) = force_from(w, known);
        statements.push(plain(text));
        known.starts = Some(from);
    }
    if w.currency.is_some() {
        statements.push(plain(format!("{}{}", w.kw("currency"), w.money())));
    }
    if w.chance(30) {
        let start = *w.pick(&["12-01", "07-01", "4-1", "06-16", "2-28", "1-1", "10-15"]);
        let which = *w.pick(&["year_starts", "year_starts", "year_and_months_start"]);
        statements.push(plain(format!("{}{start}", w.kw(which))));
    }
    if w.chance(20) {
        let zone = *w.pick(&["Asia/Shanghai", "America/New_York"]);
        statements.push(plain(format!("{}\"{zone}\"", w.kw("timezone"))));
    }
}

pub fn force(w: &mut Words, known: &Known) -> String {
    force_from(w, known).0
}

/// Days in force, and the first of them.
fn force_from(w: &mut Words, known: &Known) -> (String, chrono::NaiveDate) {
    let (mut a, mut b) = (known.a_day(w), known.a_day(w));
    if b < a {
        std::mem::swap(&mut a, &mut b);
    }
    if w.chance(60) {
        a = known.days.0 - chrono::TimeDelta::days(w.range(-12, 40));
        b = b.max(a);
    }
    let to = if w.chance(50) { format!("{}{}", w.kw("to"), w.date(b)) } else { String::new() };
    (format!("{}{}{}{to}", w.kw("in_force"), w.kw("from"), w.date(a)), a)
}

fn calendars(w: &mut Words, known: &Known, statements: &mut Vec<Statement>) {
    calendar(w, known, statements);
    let head = format!("{}{}{}{}{}", w.kw("clock"), w.name("时钟"), w.kw("clock_on"), w.name("历法"), w.mark("{"));
    let (morning, noon) = (w.range(0, 9), w.range(10, 14));
    let (after, evening) = (w.range(noon, 16), w.range(17, 24));
    let lines =
        vec![format!("{morning:02}:30{}{noon}:00", w.kw("to")), format!("{after}:00{}{evening}:00", w.kw("to"))];
    statements.push(Statement { head, lines, tail: w.mark("}") });
    let head = format!("{}{}{}", w.kw("clock"), w.name("夜钟"), w.mark("{"));
    let lines = vec![format!("{:02}:00{}{:02}:30", w.range(12, 23), w.kw("to"), w.range(0, 11))];
    statements.push(Statement { head, lines, tail: w.mark("}") });
}

fn calendar(w: &mut Words, known: &Known, statements: &mut Vec<Statement>) {
    if w.chance(30) {
        let head = format!("{}{}{}", w.kw("calendar"), w.name("历法"), w.kw("from_data"));
        statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
        return;
    }
    // Some end soon after the period: terms then run out of the calendar.
    let reach = *w.pick(&[400, 400, 400, 20]);
    let from = known.days.0 - chrono::TimeDelta::days(800);
    let to = known.days.1 + chrono::TimeDelta::days(reach);
    let head = format!(
        "{}{}{}{}{}{}{}",
        w.kw("calendar"),
        w.name("历法"),
        w.kw("from"),
        w.date(from),
        w.kw("to"),
        w.date(to),
        w.mark("{")
    );
    let mut lines = Vec::new();
    let mut day = known.days.0;
    for _ in 0..w.range(0, 4) {
        day += chrono::TimeDelta::days(w.range(1, 9));
        let last = day + chrono::TimeDelta::days(w.range(0, 6));
        if last > to {
            break;
        }
        let word = w_pick(w, &["rest", "work"]);
        lines.push(format!("{}{}{}{}", w.kw(word), w.date(day), w.kw("to"), w.date(last)));
        day = last;
    }
    statements.push(Statement { head, lines, tail: w.mark("}") });
}

fn params(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    for _ in 0..w.range(0, 5) {
        let ty = match w.below(12) {
            0 => ParamType::Frame,
            1 => ParamType::Text,
            2 => ParamType::Date,
            3 => ParamType::Bool,
            _ => ParamType::Number(*w.pick(&[
                Unit::Plain,
                Unit::Plain,
                Unit::Share,
                Unit::Points,
                Unit::Money,
                Unit::Days,
                Unit::Hours,
                Unit::Months,
            ])),
        };
        let name = known.schema.fresh(w);
        let shown = match ty {
            ParamType::Frame => w.kw("frame"),
            ParamType::Text => w.kw("text"),
            ParamType::Date => w.kw("date"),
            ParamType::Bool => w.kw("yes_or_no"),
            ParamType::Number(Unit::Plain) => w.kw("number"),
            ParamType::Number(unit) if w.chance(50) && unit != Unit::Share => unit_text(w, unit),
            ParamType::Number(unit) => format!("{}{}", w.kw("number"), unit_text(w, unit)),
        };
        let value = value_of(w, known, ty);
        let head = format!("{}{}{}{shown}{}{value}", w.kw("param"), w.name(&name), w.mark(":"), w.mark("="));
        statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
        known.params.push(Param { name, ty });
    }
}

/// A value of a parameter, or that it is open.
fn value_of(w: &mut Words, known: &Known, ty: ParamType) -> String {
    if w.chance(30) {
        return w.kw("open");
    }
    match ty {
        ParamType::Frame => w.kw_of(&UNITS),
        ParamType::Text => w.text("A1"),
        ParamType::Date => {
            let day = known.a_day(w);
            w.date(day)
        }
        ParamType::Bool => w.kw_of(&["yes", "no"]),
        ParamType::Number(Unit::Plain) => format!(" {} ", w.range(1, 6)),
        ParamType::Number(unit) => known.literal(w, unit),
    }
}

/// Other values of parameters that are taken in.
fn sets(w: &mut Words, known: &Known, statements: &mut Vec<Statement>) {
    for param in &known.params {
        if w.chance(50) {
            let value = value_of(w, known, param.ty);
            let head = format!("{}{}{}{value}", w.kw("set"), w.name(&param.name), w.mark("="));
            statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
        }
    }
}

fn parts(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    for _ in 0..w.range(0, 3) {
        let kind = w.below(known.schema.kinds.len());
        if known.kind(kind).role == Role::Whole {
            continue;
        }
        let place = if known.kind(kind).is_record() { Place::Record } else { Place::Row };
        let filter = known.condition(w, kind, place, 1);
        let of = known.kind_or_part(w, kind);
        let name = known.schema.fresh(w);
        let head = format!("{}{}{}{of}{}{filter}", w.kw("define"), w.name(&name), w.mark("="), w.kw("where"));
        statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
        known.parts.push((name, kind));
    }
    let tiers: Vec<usize> =
        (0..known.schema.kinds.len()).filter(|k| known.kind(*k).marked("tier_field").is_some()).collect();
    for kind in tiers {
        for level in 1..=w.range(0, 2) {
            let name = known.schema.fresh(w);
            let count = if known.schema.kinds[0].role == Role::Whole && w.chance(60) {
                format!("{}{} ", w.kw("count"), w.range(1, 4))
            } else {
                String::new()
            };
            let of = known.kind(kind).name.clone();
            let head = format!(
                "{}{}{}{}{}{level} {count}",
                w.kw("tier"),
                w.name(&name),
                w.kw("of_kind"),
                w.name(&of),
                w.kw("level")
            );
            statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
            known.parts.push((name, kind));
        }
    }
}

/// Kinds whose rows have a key.
pub fn keyed(known: &Known) -> Vec<usize> {
    let has_key = |k: &usize| known.kind(*k).role == Role::Whole || known.kind(*k).marked("key").is_some();
    (0..known.schema.kinds.len()).filter(has_key).collect()
}

fn measures(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    for _ in 0..w.range(0, 4) {
        let kind = *w.pick(&keyed(known));
        let (ty, value) = match w.below(6) {
            0 => (Type::Bool, known.condition(w, kind, Place::Subject, 2)),
            1 => (Type::Moment, known.moment(w, kind, Place::Subject, 1)),
            _ => {
                let unit = *w.pick(&[Unit::Plain, Unit::Plain, Unit::Share, Unit::Points, Unit::Money, Unit::Days]);
                (Type::Number(unit), known.number(w, kind, unit, Place::Subject, 2))
            }
        };
        let name = known.schema.fresh(w);
        let output = if w.chance(50) { format!("{}{}", w.kw("output"), w.kw_of(&PERIODS)) } else { String::new() };
        let of = known.kind(kind).name.clone();
        let value = w.paren(&value);
        let head =
            format!("{}{}{}{}{}{value}{output}", w.kw("measure"), w.name(&name), w.kw("for"), w.name(&of), w.mark("="));
        statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
        // A quotient is a share or a plain number by what it stands beside: such measures are only shown.
        if !matches!(ty, Type::Number(_)) || !value.contains(['/', '÷']) {
            known.measures.push(Measure { name, kind, ty });
        }
    }
}
