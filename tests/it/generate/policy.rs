//! A random policy: declarations, rules, assessments, rewards, as text that can lose statements again.

use super::expression::{
    Assessment, Bounds, Known, Measure, Param, ParamType, Place, Rule, SourceText, SourceWant, Type, w_pick,
};
use super::schema::{FieldType, Role, Schema, Unit, unit_text};
use super::words::Words;

/// A statement; the lines of a block can be left out one by one.
#[derive(Debug, Clone)]
pub struct Statement {
    pub head: String,
    pub lines: Vec<String>,
    pub tail: String,
}

/// A policy as statements.
#[derive(Debug, Clone)]
pub struct Document {
    pub statements: Vec<Statement>,
}

impl Document {
    pub fn text(&self) -> String {
        let mut text = String::from("policy P {\n");
        for s in &self.statements {
            text += &format!("{}\n", s.head);
            s.lines.iter().for_each(|line| text += &format!("    {line}\n"));
            text += &s.tail;
            text += "\n";
        }
        text + "}\n"
    }
}

const UNITS: [&str; 8] = [
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
const PERIODS: [&str; 6] =
    ["every_week", "every_month", "every_month", "every_quarter", "every_half_year", "every_year"];

pub fn document(w: &mut Words, days: (chrono::NaiveDate, chrono::NaiveDate)) -> Document {
    let schema = Schema::new(w);
    let mut known = Known {
        schema,
        parts: Vec::new(),
        measures: Vec::new(),
        params: Vec::new(),
        rules: Vec::new(),
        assessments: Vec::new(),
        current: None,
        starts: None,
        deducted: std::cell::RefCell::new(None),
        tallies: std::cell::Cell::new(0),
        days,
    };
    let mut statements = Vec::new();
    let plain = |head: String| Statement { head, lines: Vec::new(), tail: String::new() };
    header(w, &mut known, &mut statements);
    for kind in &known.schema.kinds {
        statements.push(plain(known.schema.declare(w, kind)));
    }
    calendars(w, &known, &mut statements);
    params(w, &mut known, &mut statements);
    parts(w, &mut known, &mut statements);
    measures(w, &mut known, &mut statements);
    for _ in 0..w.range(2, 5) {
        statements.push(rule(w, &mut known));
    }
    for _ in 0..w.range(0, 2) {
        assessment(w, &mut known, &mut statements);
    }
    if w.chance(50) {
        statements.push(reward(w, &mut known));
    }
    Document { statements }
}

fn header(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let plain = |head: String| Statement { head, lines: Vec::new(), tail: String::new() };
    if w.chance(25) {
        let (text, from) = force_from(w, known);
        statements.push(plain(text));
        known.starts = Some(from);
    }
    if w.chance(30) {
        let start = *w.pick(&["12-01", "07-01", "4-1", "06-16", "2-28", "1-1", "10-15"]);
        statements.push(plain(format!("{}{start}", w.kw("year_starts"))));
    }
    if w.chance(20) {
        statements.push(plain(format!("{}\"Asia/Shanghai\"", w.kw("timezone"))));
    }
}

fn force(w: &mut Words, known: &Known) -> String {
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
        let (shown, value) = match ty {
            ParamType::Frame => (w.kw("frame"), w.kw_of(&UNITS)),
            ParamType::Text => (w.kw("text"), w.text("A1")),
            ParamType::Date => (w.kw("date"), {
                let day = known.a_day(w);
                w.date(day)
            }),
            ParamType::Bool => (w.kw("yes_or_no"), w.kw_of(&["yes", "no"])),
            ParamType::Number(Unit::Plain) => (w.kw("number"), format!(" {} ", w.range(1, 6))),
            ParamType::Number(unit) => {
                let shown = if w.chance(50) && unit != Unit::Share {
                    unit_text(w, unit)
                } else {
                    format!("{}{}", w.kw("number"), unit_text(w, unit))
                };
                (shown, known.literal(w, unit))
            }
        };
        let value = if w.chance(30) { w.kw("open") } else { value };
        let head = format!("{}{}{}{shown}{}{value}", w.kw("param"), w.name(&name), w.mark(":"), w.mark("="));
        statements.push(Statement { head, lines: Vec::new(), tail: String::new() });
        known.params.push(Param { name, ty });
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
fn keyed(known: &Known) -> Vec<usize> {
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

fn rule(w: &mut Words, known: &mut Known) -> Statement {
    let subject = *w.pick(&keyed(known));
    let name = known.schema.fresh(w);
    let event = known.kind(subject).is_record();
    let cites = if w.chance(30) { format!("{}A-{}", w.kw("cites"), w.range(1, 90)) } else { String::new() };
    let mut head = format!("{}{}{cites}{}", w.kw("rule"), w.name(&name), w.mark(":"));
    if w.chance(50) {
        head += &w.kw_of(&["must", "in_principle", "should", "may", "aim"]);
    }
    head += &w.kw("each");
    head += &known.kind_or_part(w, subject);
    if w.chance(35) {
        let scope = known.closed_condition(w, subject, Place::Subject, 1);
        head += &format!("{}{scope}", w.kw("where"));
    }
    let term = w.chance(if event { 65 } else { 15 });
    let mut requirement = if term { term_requirement(w, known, subject) } else { None };
    let is_term = requirement.is_some();
    let sequence = requirement.is_none() && w.chance(if event { 30 } else { 5 });
    if sequence {
        requirement = sequence_requirement(w, known, subject);
    }
    let requirement = requirement.unwrap_or_else(|| plain_requirement(w, known, subject, 2, Bounds::Any));
    let framed = !is_term && !event && w.chance(85);
    let frame = if framed { frame(w, known) } else { String::new() };
    if w.chance(50) {
        head += &format!("{frame}{requirement}");
    } else {
        head += &format!("{requirement}{frame}");
    }
    let mut lines = Vec::new();
    for _ in 0..w.range(0, 2) {
        lines.push(match w.below(8) {
            0 => format!("{}{}", w.kw("unless"), known.condition(w, subject, Place::Subject, 1)),
            1..=3 => format!("{}{}", w.kw("excused_when"), known.condition(w, subject, Place::Subject, 1)),
            4 | 5 => {
                let from = known.a_day(w);
                let to = from + chrono::TimeDelta::days(w.range(0, 9));
                format!("{}{}{}{}{}", w.kw("except"), w.kw("from"), w.date(from), w.kw("to"), w.date(to))
            }
            6 => force(w, known),
            _ => String::new(),
        });
    }
    let forces = lines.iter().filter(|l| l.contains("in force") || l.contains("施行")).count();
    if forces > 1 {
        lines.pop();
    }
    if framed && w.chance(75) {
        lines.push(w.kw_of(&["partial_whole", "partial_any", "partial_half", "partial_first_day"]));
    }
    known.rules.push(Rule { name, subject });
    Statement { head, lines, tail: String::new() }
}

fn frame(w: &mut Words, known: &Known) -> String {
    let unit = w_pick(w, &UNITS);
    match w.below(12) {
        0..=3 => w.kw(unit),
        4 => {
            let units = ["days", "weeks", "ten_days", "half_months", "months", "quarters", "half_years", "years"];
            let unit = w_pick(w, &units);
            let count = if unit == "days" { w.range(3, 12) } else { w.range(2, 4) };
            let anchor = if w.chance(70) {
                let day = known.a_day(w);
                format!("{}{}", w.kw("from"), w.date(day))
            } else {
                String::new()
            };
            format!("{}{count}{}{anchor}", w.kw("every"), w.kw(unit))
        }
        5 => match known.params.iter().find(|p| p.ty == ParamType::Frame) {
            Some(param) => format!("{}{}{}", w.kw("every"), w.kw("param"), w.name(&param.name)),
            None => w.kw(unit),
        },
        6 | 7 => {
            let unit = w_pick(w, &["every_month", "every_month", "every_week", "every_quarter"]);
            let most = if unit == "every_week" { 7 } else { 31 };
            let mut days: Vec<i64> = (0..w.range(1, 3)).map(|_| w.range(1, most)).collect();
            if w.chance(40) {
                days[0] = most;
            }
            days.sort_unstable();
            days.dedup();
            let or_last = days.iter().any(|d| *d > 28) && w.chance(50);
            let last = if or_last { w.kw("or_last_day") } else { String::new() };
            let days: Vec<String> = days.into_iter().map(|d| d.to_string()).collect();
            if w.chance(20) {
                return match w.english() {
                    true => format!(" on last day of {}", w.kw(unit)),
                    false => format!(" 逢 {} 末日 ", w.kw(unit)),
                };
            }
            if w.english() {
                format!(" on day {}{last} of {}", days.join(", "), w.kw(unit))
            } else {
                format!(" 逢 {} {} {last}", w.kw(unit), days.join("、"))
            }
        }
        8 => {
            let unit = w_pick(w, &["every_month", "every_week", "every_quarter", "every_year"]);
            let count = w.range(1, 10);
            let count = if unit == "every_week" { 1 + count % 6 } else { count };
            match (w.english(), w.chance(50)) {
                (true, true) => format!(" in the first {count} days of {}", w.kw(unit)),
                (true, false) => format!(" in the last {count} days of {}", w.kw(unit)),
                (false, true) => format!(" 于 {} 前 {count} 天 ", w.kw(unit)),
                (false, false) => format!(" 于 {} 后 {count} 天 ", w.kw(unit)),
            }
        }
        9 if known.starts.is_some() => {
            let day = known.starts.expect("a first day") + chrono::TimeDelta::days(w.range(0, 60));
            format!("{}{}", w.kw("by_date"), w.date(day))
        }
        9 | 10 => {
            let from = known.a_day(w);
            let to = from + chrono::TimeDelta::days(w.range(0, 25));
            format!("{}{}{}{}", w.kw("from"), w.date(from), w.kw("to"), w.date(to))
        }
        _ => w.kw(unit),
    }
}

fn plain_requirement(w: &mut Words, known: &Known, subject: usize, depth: u32, bounds: Bounds) -> String {
    if depth > 0 && w.chance(30) {
        let word = w_pick(w, &["and", "or"]);
        let bounds = match bounds {
            Bounds::Any if word == "and" => *w.pick(&[Bounds::Least, Bounds::Most]),
            bounds => bounds,
        };
        let parts: Vec<String> =
            (0..w.range(2, 3)).map(|_| plain_requirement(w, known, subject, depth - 1, bounds)).collect();
        let joined = parts.join(&w.kw(word));
        return w.paren(&joined);
    }
    let count = if w.chance(70) { count_requirement(w, known, subject, bounds) } else { None };
    count.unwrap_or_else(|| format!("{}{}", w.kw("satisfies"), known.condition(w, subject, Place::Subject, 2)))
}

fn count_requirement(w: &mut Words, known: &Known, subject: usize, bounds: Bounds) -> Option<String> {
    let distinct = w.chance(15);
    let want = if distinct { SourceWant::One } else { SourceWant::Any };
    let source = known.source(w, subject, Place::Subject, want, false, 1)?;
    let has = if w.chance(60) { w.kw("has") } else { String::new() };
    let n = |w: &mut Words, low: i64| match w.below(8) {
        0 => known.param(w, ParamType::Number(Unit::Plain)).unwrap_or_else(|| " 1 ".to_owned()),
        1 => {
            let inner = known.number(w, subject, Unit::Plain, Place::Subject, 1);
            let list = w.list(&[format!(" {low} "), inner]);
            let largest = format!("{}{}", w.kw("max"), w.paren(&list));
            w.paren(&largest)
        }
        2 => format!(" {}{}", w.range(low, 4), w.kw("times")),
        _ => format!(" {} ", w.range(low, 4)),
    };
    let form = match bounds {
        Bounds::Any => w.below(9),
        Bounds::Least => 0,
        Bounds::Most => 4,
    };
    let bound = match form {
        0..=3 => format!("{}{}", w.kw("at_least"), n(w, 1)),
        4 | 5 => format!("{}{}", w.kw("at_most"), n(w, 0)),
        6 => format!("{}{}", w.kw("exactly"), n(w, 0)),
        7 => {
            let (word, number) = (w_pick(w, &["more_than", "fewer_than"]), w.range(1, 4));
            format!("{}{number} ", w.kw(word))
        }
        _ => {
            let low = w.range(0, 2);
            let high = low + w.range(0, 3);
            format!("{}{low}{}{high} ", w.kw("between"), w.kw("between_and"))
        }
    };
    let distinct = if distinct {
        let value = known.row_value(w, source.kind)?;
        format!("{}{value}{}", w.kw("distinct"), w.kw("of"))
    } else {
        String::new()
    };
    let per = if w.chance(20) {
        let base = known.source(w, subject, Place::Subject, SourceWant::One, false, 0)?;
        let rounding = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even", "unrounded"]);
        let each = w.range(1, 3);
        format!("{}{each}{}{}{}", w.kw("per"), w.kw("of"), base.text, w.kw(rounding))
    } else {
        String::new()
    };
    Some(format!("{has}{bound}{distinct}{}{per}", source.text))
}

/// A date or time field of the subject, or records that lead to it.
fn event(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let mut choices: Vec<String> = Vec::new();
    for (path, ty) in known.schema.paths(subject) {
        if matches!(ty, FieldType::Date | FieldType::Time) && path.len() == 1 {
            choices.push(known.schema.path(w, subject, &path));
        }
    }
    for kind in 0..known.schema.kinds.len() {
        if known.kind(kind).is_record() && known.schema.chains(kind, subject).len() == 1 {
            let name = known.kind_or_part(w, kind);
            choices.push(name);
        }
    }
    if choices.is_empty() { None } else { Some(w.pick(&choices).clone()) }
}

fn term_requirement(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let (step, start) = (event(w, known, subject)?, event(w, known, subject)?);
    if step.trim() == start.trim() {
        return None;
    }
    let unit =
        w_pick(w, &["minutes", "hours", "hours", "days", "days", "workdays", "workdays", "weeks", "months", "years"]);
    let amount = match unit {
        "minutes" => w.range(0, 900),
        "hours" => w.range(0, 80),
        "years" => w.range(0, 1),
        _ => w.range(0, 12),
    };
    let param =
        known.params.iter().find(|p| matches!(p.ty, ParamType::Number(Unit::Days | Unit::Hours | Unit::Months)));
    let (unit, term) = match param {
        Some(p) if w.chance(40) => {
            let unit = match p.ty {
                ParamType::Number(Unit::Hours) => "hours",
                _ => "days",
            };
            (unit, format!("{}{}", w.kw("param"), w.name(&p.name)))
        }
        _ => (unit, format!(" {amount}{}", w.kw(unit))),
    };
    let mut text = match w.below(5) {
        0 => format!("{}{start}{}{term}{}{step}", w.kw("since"), w.kw("term_within"), w.kw("reaches")),
        1 => format!("{}{step}{}{term}{}{start}", w.kw("reaches"), w.kw("not_before"), w.kw("after")),
        _ => format!("{}{step}{}{term}{}{start}", w.kw("reaches"), w.kw("term_within"), w.kw("of_start")),
    };
    let workdays = unit == "workdays";
    let moves = !workdays && !matches!(unit, "minutes" | "hours") && w.chance(50);
    if workdays || moves {
        text += &format!("{}{}", w.kw("by_calendar"), w.name("历法"));
    }
    if !workdays && !matches!(unit, "minutes" | "hours") {
        text += &w.kw(if moves { "rest_days_move" } else { "rest_days_stay" });
    }
    for option in ["or_before", "missing_start", "by_due_day"] {
        if w.chance(30) {
            text += &w.kw(option);
        }
    }
    Some(text)
}

fn sequence_requirement(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let mut events: Vec<String> = (0..w.range(2, 3)).filter_map(|_| event(w, known, subject)).collect();
    events.dedup_by(|a, b| a.trim() == b.trim());
    (events.len() > 1).then(|| format!("{}{}", w.kw("passes"), w.list(&events)))
}

/// A number of points or money, fit to stand as an amount.
fn amount(w: &mut Words, known: &Known, kind: usize, unit: Unit, place: Place) -> String {
    match w.below(6) {
        0 => known.param(w, ParamType::Number(unit)).unwrap_or_else(|| known.literal(w, unit)),
        1 if place != Place::Record => {
            // Amounts are never negative.
            let inner = known.number(w, kind, unit, place, 1);
            let zero = format!(" 0{}", unit_text(w, unit));
            let list = w.list(&[zero, inner]);
            let largest = format!("{}{}", w.kw("max"), w.paren(&list));
            w.paren(&largest)
        }
        _ => {
            let number = *w.pick(&["1", "2", "0.5", "5", "7.25", "33.335"]);
            format!(" {number}{}", unit_text(w, unit))
        }
    }
}

fn assessment(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let subject = *w.pick(&keyed(known));
    let name = known.schema.fresh(w);
    let event = known.kind(subject).is_record();
    let every = (!event).then(|| w_pick(w, &PERIODS));
    let grades: Vec<String> =
        if w.chance(70) { (0..w.range(2, 4)).map(|_| known.schema.fresh(w)).collect() } else { Vec::new() };
    let current = Assessment { name: name.clone(), subject, every, grades };
    known.current = Some(current.clone());

    let mut head = format!("{}{}{}", w.kw("assessment"), w.name(&name), w.kw("for"));
    head += &w.kw("each");
    head += &known.kind_or_part(w, subject);
    if w.chance(25) {
        let scope = known.closed_condition(w, subject, Place::Subject, 1);
        head += &format!("{}{scope}", w.kw("where"));
    }
    if let Some(every) = every {
        head += &w.kw(every);
    }
    if w.chance(60) {
        head += &format!("{}{}{}", w.kw("out_of"), w.range(1, 4) * 50, w.kw("points"));
    }
    if w.chance(25) {
        head += &w.kw("unclamped");
    }
    head += &w.mark("{");

    let mut lines = Vec::new();
    if w.chance(40) {
        let how = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even"]);
        lines.push(format!("{}{}{}", w.kw("precision"), w.range(0, 3), w.kw(how)));
    }
    if w.chance(15) {
        lines.push(force(w, known));
    }
    let items: Vec<String> = (0..w.range(1, 4)).map(|_| known.schema.fresh(w)).collect();
    lines.extend(items.iter().map(|name| item(w, known, subject, name)));
    known.deducted.replace(if w.chance(50) { Some(Vec::new()) } else { None });
    for _ in 0..w.range(0, 3) {
        let word = w_pick(w, &["deduct", "deduct", "add"]);
        lines.push(adjustment(w, known, subject, word, Unit::Points, Place::Gated));
    }
    if !current.grades.is_empty() {
        lines.push(grades_line(w, &current.grades));
        for _ in 0..w.range(0, 4) {
            lines.push(gate(w, known, subject, &current.grades, &items));
        }
    }
    for _ in 0..w.range(0, 2) {
        lines.extend(veto(w, known, subject, &current.grades));
    }
    if w.chance(60) {
        lines.push(format!("{}{}", w.kw("rank"), order(w, known, subject)));
    }
    if !current.grades.is_empty() && w.chance(60) {
        lines.push(effects(w, known, &current.grades));
    }
    for _ in 0..w.range(0, 2) {
        lines.push(award(w, known, subject));
    }
    known.current = None;
    known.assessments.push(current);
    statements.push(Statement { head, lines, tail: w.mark("}") });
}

fn item(w: &mut Words, known: &mut Known, subject: usize, name: &str) -> String {
    let max = match w.below(6) {
        0 => known.param(w, ParamType::Number(Unit::Points)).unwrap_or_else(|| known.literal(w, Unit::Points)),
        _ => format!(" {}{}", *w.pick(&["10", "20", "33.3", "40", "7", "0"]), w.kw("points")),
    };
    let before = known.tallies.get();
    let score = match w.below(9) {
        0 => w.kw("full"),
        1..=4 => known.number(w, subject, Unit::Share, Place::Assessed, 2),
        5 => format!("{}{}", w.kw("when"), known.condition(w, subject, Place::Assessed, 1)),
        6 => format!("{}{}", w.kw("points_score"), known.number(w, subject, Unit::Points, Place::Assessed, 2)),
        _ => table(w, known, subject),
    };
    let nothing = w_pick(
        w,
        &[
            "nothing_due_full",
            "nothing_due_zero",
            "nothing_due_left_out",
            "nothing_due_left_out",
            "nothing_due_not_scored",
        ],
    );
    let unknown = w_pick(w, &["unknown_excluded", "unknown_unmet"]);
    if known.tallies.get() == before {
        return format!("{}{}{max}{}{score}", w.kw("item"), w.name(name), w.mark(":"));
    }
    format!("{}{}{max}{}{score}{}{}", w.kw("item"), w.name(name), w.mark(":"), w.kw(nothing), w.kw(unknown))
}

fn table(w: &mut Words, known: &Known, subject: usize) -> String {
    let unit = *w.pick(&[Unit::Share, Unit::Plain]);
    let of = known.number(w, subject, unit, Place::Assessed, 2);
    let mut bounds: Vec<i64> = match unit {
        Unit::Share => vec![95, 80, 60],
        _ => vec![5, 3, 1],
    };
    bounds.truncate(1 + w.below(3));
    let mut text = format!("{}{of}{}", w.kw("by_value"), w.mark("{"));
    for (at, bound) in bounds.iter().enumerate() {
        let value = format!(" {bound}{}", unit_text(w, unit));
        let test = match w.below(3) {
            0 => format!("{}{value}", w.kw("above")),
            1 => format!("{value}{}", w.kw("or_more")),
            _ if at == 0 => format!("{value}{}", w.kw("or_more")),
            _ => format!("{}{value}{}{}{}", w.kw("between"), w.kw("between_and"), bounds[at - 1], unit_text(w, unit)),
        };
        let points = 10 - 2 * i64::try_from(at).expect("few");
        text += &format!("{test}{}{points}{}{}", w.kw("gets"), w.kw("points"), w.mark(";"));
    }
    text + &format!("{} 0{}{}", w.kw("otherwise"), w.kw("points"), w.mark("}"))
}

/// A deduction, bonus or payment.
fn adjustment(w: &mut Words, known: &mut Known, subject: usize, word: &str, unit: Unit, place: Place) -> String {
    let name = if w.chance(80) || word == "pay" {
        let fresh = known.schema.fresh(w);
        format!("{}{}", w.name(&fresh), w.mark(":"))
    } else {
        String::new()
    };
    let mut text = format!("{}{name}AMOUNT", w.kw(word));
    let (mut may_cap, mut plain) = (true, false);
    if w.chance(70) {
        let counted = if w.chance(60) { per_source(w, known, subject, place, word) } else { None };
        match counted {
            Some((source, bare)) => {
                // A bare condition would read the cap's `at most` as a comparison.
                may_cap = !source.open;
                plain = bare;
                text += &format!("{}{}", w.kw("per_each"), source.text);
            }
            None => {
                let inner = known.number(w, subject, Unit::Plain, place, 1);
                text += &format!("{}{}", w.kw("per_each"), w.paren(&format!("{inner} + 0")));
            }
        }
    }
    if plain {
        let number = *w.pick(&["1", "2", "0.5", "3"]);
        text = text.replacen("AMOUNT", &format!(" {number}{}", unit_text(w, unit)), 1);
    } else {
        text = text.replacen("AMOUNT", &amount(w, known, subject, unit, place), 1);
    }
    if may_cap && w.chance(35) {
        text += &format!("{}{}", w.kw("cap"), amount(w, known, subject, unit, place));
    }
    if !plain && w.chance(30) {
        text += &format!("{}{}", w.kw("when"), known.condition(w, subject, place, 1));
    }
    text
}

/// What a deduction is per. One record is deducted once: either all deductions of an assessment count in
/// the same way (then the larger amount takes it), or no two of them count the same kind.
fn per_source(w: &mut Words, known: &Known, subject: usize, place: Place, word: &str) -> Option<(SourceText, bool)> {
    if word != "deduct" {
        return known.source(w, subject, place, SourceWant::Any, false, 1).map(|s| (s, false));
    }
    let mut deducted = known.deducted.borrow_mut();
    let Some(taken) = deducted.as_mut() else {
        let leads = |k: &usize| {
            let ways = known.schema.chains(*k, subject).len();
            known.kind(*k).is_record() && (ways == 1 || known.kind(subject).role == Role::Whole)
        };
        let kinds: Vec<usize> = (0..known.schema.kinds.len()).filter(leads).collect();
        if kinds.is_empty() {
            return None;
        }
        let kind = *w.pick(&kinds);
        let mut text = known.kind_or_part(w, kind);
        if w.chance(50) {
            let filter = known.closed_condition(w, kind, Place::Record, 1);
            text += &format!("{}{filter}", w.kw("where"));
        }
        return Some((SourceText { kind, place: Place::Record, text, open: false }, true));
    };
    let source = known.source(w, subject, place, SourceWant::One, false, 1)?;
    if taken.contains(&source.kind) {
        return None;
    }
    taken.push(source.kind);
    Some((source, false))
}

fn grades_line(w: &mut Words, grades: &[String]) -> String {
    let mut text = format!("{}{}", w.kw("grades"), w.mark("{"));
    let last = grades.len() - 1;
    let steps = [60, 30, 10];
    for (at, grade) in grades[..last].iter().enumerate() {
        let test = match w.below(3) {
            0 => format!("{}{}{}", w.kw("above"), steps[at], w.kw("points")),
            _ => format!(" {}{}{}", steps[at], w.kw("points"), w.kw("or_more")),
        };
        text += &format!("{}{test}{}", w.name(grade), w.mark(";"));
    }
    text + &format!("{}{}{}", w.kw("otherwise"), w.name(&grades[last]), w.mark("}"))
}

fn gate(w: &mut Words, known: &mut Known, subject: usize, grades: &[String], items: &[String]) -> String {
    let name = known.schema.fresh(w);
    let loses = w.chance(25);
    let place = if loses && w.chance(70) { Place::Assessed } else { Place::Gated };
    let when = known.closed_condition(w, subject, place, 1);
    let grade = w.pick(grades).clone();
    let action = if loses {
        format!("{}{}", w.kw("loses_item"), {
            let item = w.pick(items).clone();
            w.name(&item)
        })
    } else {
        match w.below(3) {
            0 => format!("{}{}", w.kw("sets_grade"), w.name(&grade)),
            1 => format!("{}{}", w.kw("caps_grade"), w.name(&grade)),
            _ => format!("{}{} ", w.kw("lowers_grade"), w.range(1, 2)),
        }
    };
    format!("{}{}{}{when}{action}", w.kw("gate"), w.name(&name), w.mark(":"))
}

/// Decisions of the last kind, which has an authority and a year.
fn veto(w: &mut Words, known: &mut Known, subject: usize, grades: &[String]) -> Option<String> {
    let kind = known.schema.kinds.len() - 1;
    let whole = known.kind(subject).role == Role::Whole;
    if !whole && known.schema.chains(kind, subject).is_empty() {
        return None;
    }
    let name = known.schema.fresh(w);
    let mut source = known.kind_or_part(w, kind);
    let paths = known.schema.chains(kind, subject);
    if !whole && paths.len() > 1 {
        let path = w.pick(&paths).clone();
        source += &format!("{}{}", w.kw("via"), known.schema.path(w, kind, &path));
    }
    if known.kind(subject).is_tree() {
        source += &w.kw_of(&["in", "of"]);
    }
    if w.chance(30) {
        let filter = known.condition(w, kind, Place::Record, 1);
        source += &format!("{}{}", w.kw("where"), w.paren(&filter));
    }
    let fields = known.kind(kind).fields.clone();
    let year = if w.chance(50) { format!("{}{}", w.kw("for_year"), w.name(&fields[4].name)) } else { String::new() };
    let action = if grades.is_empty() || w.chance(40) {
        w.kw("bars_awards")
    } else {
        let grade = w.pick(grades).clone();
        format!("{}{}", w.kw("sets_grade"), w.name(&grade))
    };
    Some(format!(
        "{}{}{}{source}{}{}{year}{action}",
        w.kw("veto"),
        w.name(&name),
        w.mark(":"),
        w.kw("decided_by"),
        w.name(&fields[3].name)
    ))
}

/// Groups, who takes part, keys.
fn order(w: &mut Words, known: &Known, subject: usize) -> String {
    let mut text = String::new();
    let groups: Vec<_> = (known.schema.paths(subject).into_iter())
        .filter(|(_, ty)| matches!(ty, FieldType::Code(_) | FieldType::Ref(_) | FieldType::Text | FieldType::Bool))
        .collect();
    if !groups.is_empty() && w.chance(45) {
        let path = w.pick(&groups).0.clone();
        text += &format!("{}{}", w.kw("within_group"), known.schema.path(w, subject, &path));
    }
    if w.chance(35) {
        let among = known.condition(w, subject, Place::Ranked, 1);
        text += &format!("{}{}", w.kw("among"), w.paren(&among));
    }
    text += &w.kw("by_points");
    for _ in 0..w.range(0, 2) {
        let unit = *w.pick(&[Unit::Plain, Unit::Share, Unit::Points]);
        let key = known.number(w, subject, unit, Place::Ranked, 1);
        let key = w.paren(&key);
        let direction = w_pick(w, &["highest_first", "lowest_first"]);
        text += &format!("{}{key}{}", w.kw("then"), w.kw(direction));
    }
    text
}

fn money(w: &mut Words, known: &Known) -> String {
    match w.below(4) {
        0 => known.param(w, ParamType::Number(Unit::Money)).unwrap_or_default(),
        1 => String::new(),
        _ => format!(" {}{}", *w.pick(&["100", "2000", "0.5"]), w.kw("yuan")),
    }
}

fn effects(w: &mut Words, known: &mut Known, grades: &[String]) -> String {
    let mut text = format!("{}{}", w.kw("effects"), w.mark("{"));
    for grade in grades {
        if w.chance(70) {
            let mut effects = Vec::new();
            for _ in 0..w.range(1, 2) {
                let name = known.schema.fresh(w);
                let kind = w_pick(w, &["reward_kind", "sanction_kind", "award_kind"]);
                effects.push(format!("{}{}{}", w.kw(kind), w.name(&name), money(w, known)));
            }
            text += &format!("{}{}{}{}", w.name(grade), w.mark(":"), effects.join(","), w.mark(";"));
        }
    }
    text + &w.mark("}")
}

fn award(w: &mut Words, known: &mut Known, subject: usize) -> String {
    let name = known.schema.fresh(w);
    let share = w.chance(50);
    let size = if share {
        let rounding = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even"]);
        format!(" {}%{}", *w.pick(&[10, 25, 30, 50, 100]), w.kw(rounding))
    } else {
        format!(" {} ", w.range(1, 3))
    };
    let floor = if w.chance(30) { format!("{}{} ", w.kw("award_at_least"), w.range(0, 2)) } else { String::new() };
    let base = if share { w.kw_of(&["base_eligible", "base_all"]) } else { String::new() };
    let order = order(w, known, subject);
    let ties = w.kw_of(&["ties_include", "ties_exclude"]);
    let kind = if w.chance(50) { w.kw_of(&["reward_kind", "sanction_kind", "award_kind"]) } else { String::new() };
    let money = money(w, known);
    format!(
        "{}{}{}{}{size}{floor}{base}{order}{ties}{kind}{money}",
        w.kw("award"),
        w.name(&name),
        w.mark(":"),
        w.kw("top")
    )
}

fn reward(w: &mut Words, known: &mut Known) -> Statement {
    let mut kinds = keyed(known);
    kinds.retain(|k| !known.kind(*k).is_record());
    let subject = *w.pick(&kinds);
    let name = known.schema.fresh(w);
    let mut head = format!("{}{}{}", w.kw("reward"), w.name(&name), w.kw("for"));
    head += &w.kw("each");
    head += &known.kind_or_part(w, subject);
    if w.chance(30) {
        let scope = known.closed_condition(w, subject, Place::Subject, 1);
        head += &format!("{}{scope}", w.kw("where"));
    }
    head += &w.kw_of(&PERIODS);
    if w.chance(60) {
        head += &format!("{}{}", w.kw("in_unit"), w.kw("yuan"));
    }
    if w.chance(40) {
        head += &format!("{}{}{}", w.kw("cap"), w.range(1, 30), w.kw("yuan"));
    }
    head += &w.mark("{");
    let mut lines = Vec::new();
    for _ in 0..w.range(1, 3) {
        lines.push(adjustment(w, known, subject, "pay", Unit::Money, Place::Subject));
    }
    if w.chance(15) {
        lines.push(force(w, known));
    }
    Statement { head, lines, tail: w.mark("}") }
}
