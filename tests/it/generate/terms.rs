//! Random terms and sequences: events, lengths, options.

use super::expression::{Assessment, Bounds, Counter, Known, ParamType, Place, w_pick};
use super::rules::{STRENGTHS, count_requirement};
use super::schema::{FieldType, Unit};
use super::words::Words;

/// A date or time field of the subject, or records that lead to it.
fn event(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let mut fields: Vec<String> = Vec::new();
    for (path, ty) in known.schema.paths(subject) {
        if matches!(ty, FieldType::Date | FieldType::Time) && path.len() == 1 {
            fields.push(known.schema.path(w, subject, &path));
        }
    }
    let mut records: Vec<String> = Vec::new();
    for kind in 0..known.schema.kinds.len() {
        if known.kind(kind).is_record() && known.schema.chains(kind, subject).len() == 1 {
            let name = known.kind_or_part(w, kind);
            let who = known.who(w, subject);
            let bare = name.clone();
            let name = if who.is_empty() { name } else { w.paren(&format!("{bare}{who}")) };
            records.push(match w.below(7) {
                6 => format!("{}{}{}{name}", w.kw("nth_event"), w.range(1, 3), w.kw("nth_of")),
                0 => format!("{}{name}", w.kw("first_event")),
                1 => format!("{}{name}", w.kw("last_event")),
                2 => {
                    let filter = known.closed_condition(w, kind, Place::Record, 0);
                    let inner = format!("{bare}{who}{}{filter}", w.kw("where"));
                    w.paren(&inner)
                }
                _ => name,
            });
        }
    }
    if w.chance(12) {
        let value = known.moment(w, subject, Place::Subject, 1);
        // A term makes its own window: it does not start at one.
        if !["window start", "window end", "期初", "期末"].contains(&value.trim()) {
            fields.push(w.paren(&value));
        }
    }
    let dues: Vec<_> = (known.rules.iter())
        .filter(|rule| rule.subject == subject && rule.single_term && !rule.turned && rule.strength < 2)
        .collect();
    if !dues.is_empty() && w.chance(30) {
        let name = w.pick(&dues).name.clone();
        let due = format!("{}{}", w.kw("due_day_of"), w.name(&name));
        fields.push(w.paren(&due));
    }
    if w.chance(15)
        && let Some(turn) = turn(w, known, subject)
    {
        let edge = w.kw_of(&["first_event", "last_event"]);
        fields.push(format!("{edge}{turn}"));
    }
    if fields.is_empty() && records.is_empty() {
        return None;
    }
    let from_records = !records.is_empty() && (fields.is_empty() || w.chance(50));
    Some(if from_records { w.pick(&records).clone() } else { w.pick(&fields).clone() })
}

/// Results of an assessment or steps of a counter of the subject.
fn turn(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let results: Vec<&Assessment> = known.assessments.iter().filter(|a| a.subject == subject).collect();
    let steps: Vec<&Counter> = known.counters.iter().filter(|counter| counter.subject == subject).collect();
    let filter = |w: &mut Words| known.closed_condition(w, subject, Place::Subject, 1);
    let (mut text, filter) = if !results.is_empty() && (steps.is_empty() || w.chance(60)) {
        let of = (*w.pick(&results)).clone();
        let test = match w.below(4) {
            0 => format!("{}{}", w.kw("vetoed_in"), w.name(&of.name)),
            1 if !of.grades.is_empty() => {
                let left = format!("{}{}", w.kw("grade_of"), w.name(&of.name));
                let grade = w.pick(&of.grades).clone();
                format!("{}{}{}", w.paren(&left), w.kw_of(&["cmp_at_least", "is"]), w.name(&grade))
            }
            2 => filter(w),
            _ => {
                let left = format!("{}{}", w.kw("points_of"), w.name(&of.name));
                format!("{}{}{}", w.paren(&left), w.kw("cmp_less_than"), known.literal(w, Unit::Points))
            }
        };
        (format!("{}{}", w.kw("result_of"), w.name(&of.name)), test)
    } else if !steps.is_empty() {
        let of = (*w.pick(&steps)).clone();
        let test = if w.chance(60) {
            let left = format!("{}{}", w.kw("counter_steps"), w.name(&of.name));
            format!("{}{}{}", w.paren(&left), w.kw("is"), known.literal(w, Unit::Plain))
        } else {
            filter(w)
        };
        (format!("{}{}", w.kw("step_of_counter"), w.name(&of.name)), test)
    } else {
        return None;
    };
    if w.chance(60) {
        text += &format!("{}{filter}", w.kw("where"));
    }
    Some(w.paren(&text))
}

/// A length of time and its unit.
fn length(w: &mut Words, known: &Known, subject: usize, units: &[&'static str]) -> (&'static str, String) {
    let unit = w_pick(w, units);
    let amount = match unit {
        "minutes" => w.range(0, 900),
        "hours" => w.range(0, 80),
        "years" => w.range(0, 1),
        _ => w.range(0, 12),
    };
    let param = known.params.iter().find(|p| {
        let of = match unit {
            "hours" => Unit::Hours,
            "days" => Unit::Days,
            "months" => Unit::Months,
            _ => return false,
        };
        p.ty == ParamType::Number(of)
    });
    match param {
        Some(p) if w.chance(50) => (unit, format!("{}{}", w.kw("param"), w.name(&p.name))),
        _ if w.chance(15) => {
            let number = known.number(w, subject, Unit::Plain, Place::Subject, 0);
            let sides = w.list(&[" 0 ".to_owned(), number]);
            let positive = format!("{}{}", w.kw("max"), w.paren(&sides));
            let whole = format!("{}{}", w.kw("floor"), w.paren(&positive));
            let computed = w.paren(&whole);
            (unit, format!("{computed}{}", w.kw(unit)))
        }
        _ => (unit, format!(" {amount}{}", w.kw(unit))),
    }
}

const UNITS: [&str; 10] =
    ["minutes", "hours", "hours", "days", "days", "workdays", "workdays", "weeks", "months", "years"];

/// What terms that are joined have in common.
#[derive(Clone)]
struct Start {
    /// The start or due date, as text; none for neighbours.
    text: Option<String>,
    /// Each of some results or steps starts a term of its own.
    again: bool,
    /// It is counted back from, or holds the due date.
    due: bool,
    /// It is the record before, which nothing else starts with.
    alone: bool,
}

/// A term or several that are joined, and the strongest of the strengths that they have themselves.
pub fn term_requirement(w: &mut Words, known: &Known, subject: usize) -> Option<(String, Option<usize>, bool)> {
    let (mut text, start) = term(w, known, subject, None)?;
    if start.alone || !w.chance(30) {
        return Some((text, None, true));
    }
    let word = w_pick(w, &["and", "or"]);
    let mut strongest: Option<usize> = None;
    for _ in 0..w.range(1, 2) {
        let other = match w.below(6) {
            0 => {
                let condition = known.condition(w, subject, Place::Subject, 1);
                Some(format!("{}{}", w.kw("satisfies"), w.paren(&condition)))
            }
            1 => count_requirement(w, known, subject, Bounds::Least),
            _ => match term(w, known, subject, Some(&start)) {
                // What has a strength of its own holds a term.
                Some((other, _)) if word == "and" && w.chance(30) => {
                    let own = w.below(STRENGTHS.len());
                    strongest = Some(strongest.map_or(own, |known| known.min(own)));
                    Some(format!("{}{other}", w.kw(STRENGTHS[own])))
                }
                found => found.map(|(other, _)| other),
            },
        };
        if let Some(other) = other {
            text += &format!("{}{other}", w.kw(word));
        }
    }
    Some((text, strongest, false))
}

/// A term; with a start, one that goes together with those that have it.
fn term(w: &mut Words, known: &Known, subject: usize, with: Option<&Start>) -> Option<(String, Start)> {
    let beside = match with {
        Some(start) => start.text.is_none(),
        None => known.kind(subject).is_record() && w.chance(30),
    };
    let neighbour = if beside { neighbour(w, known, subject) } else { None };
    let (unit, length) = length(w, known, subject, &UNITS);
    let (form, mut text, start) = match neighbour {
        Some((other, sharing, only_after)) => {
            // What follows starts with the subject, and goes together with what else does.
            let word =
                if with.is_some() || only_after { "is_followed_by" } else { w_pick(w, &["is_followed_by", "follows"]) };
            let start = Start { text: None, again: false, due: false, alone: word == "follows" };
            let head = format!("{}{other}{sharing}", w.kw(word));
            if w.chance(35) {
                let (bounded, until) = until(w, known, subject, unit);
                let form = match (word, bounded) {
                    ("follows", false) => "not before",
                    ("follows", true) => "bounded",
                    (_, false) => "followed not before",
                    (_, true) => "followed bounded",
                };
                (form, format!("{head}{}{length}{until}", w.kw("not_before")), start)
            } else {
                (word, format!("{head}{}{length}", w.kw("term_within")), start)
            }
        }
        None => {
            let step = event(w, known, subject)?;
            let start = match with {
                Some(start) => start.clone(),
                None => fresh_start(w, known, subject)?,
            };
            let from = start.text.clone()?;
            if step.trim() == from.trim() {
                return None;
            }
            let form = match (with, start.due) {
                (Some(_), true) => 2 + w.below(2),
                (Some(_), false) => *w.pick(&[0, 1, 4]),
                // What is counted back from a due date starts nothing again.
                (None, _) if start.again => *w.pick(&[0, 1, 4, 4, 4]),
                (None, _) => w.below(8),
            };
            let start = Start { due: matches!(form, 2 | 3), ..start };
            let (form, text) = match form {
                0 => (
                    "within",
                    format!("{}{from}{}{length}{}{step}", w.kw("since"), w.kw("term_within"), w.kw("reaches")),
                ),
                1 => {
                    let (bounded, until) = until(w, known, subject, unit);
                    let text = format!(
                        "{}{step}{}{length}{}{from}{until}",
                        w.kw("reaches"),
                        w.kw("not_before"),
                        w.kw("after")
                    );
                    (if bounded { "bounded" } else { "not before" }, text)
                }
                2 => (
                    "ahead",
                    format!("{}{step}{}{length}{}{from}", w.kw("reaches"), w.kw("at_least"), w.kw("ahead_of")),
                ),
                3 => ("by", format!("{}{step}{}{from}", w.kw("reaches"), w.kw("due_by"))),
                _ => (
                    "within",
                    format!("{}{step}{}{length}{}{from}", w.kw("reaches"), w.kw("term_within"), w.kw("of_start")),
                ),
            };
            (form, text, start)
        }
    };
    let unit = if form == "by" { "days" } else { unit };
    text += &options(w, known, subject, form, unit, start.again)?;
    Some((text, start))
}

/// An event, or each of some results or steps.
fn fresh_start(w: &mut Words, known: &Known, subject: usize) -> Option<Start> {
    let each = if w.chance(if known.late { 75 } else { 15 }) { turn(w, known, subject) } else { None };
    let again = each.is_some();
    let text = match each {
        Some(each) => each,
        None if w.chance(10) => match known.moment_aggregate(w, subject, Place::Subject) {
            Some(dates) => dates,
            None => event(w, known, subject)?,
        },
        None => event(w, known, subject)?,
    };
    Some(Start { text: Some(text), again, due: false, alone: false })
}

/// What may be said after a term of this form and unit.
fn options(w: &mut Words, known: &Known, subject: usize, form: &str, unit: &str, again: bool) -> Option<String> {
    let mut text = String::new();
    let (by_hour, workdays) = (matches!(unit, "minutes" | "hours"), unit == "workdays");
    let runs = matches!(form, "within" | "is_followed_by" | "follows" | "bounded" | "followed bounded");
    let clock = (by_hour || workdays) && (runs || form == "not before") && w.chance(30);
    if clock {
        let name = if workdays || w.chance(60) { "时钟" } else { "夜钟" };
        text += &format!("{}{}", w.kw("on_clock"), w.name(name));
    }
    let moves = !workdays && !by_hour && w.chance(if form == "by" { 20 } else { 50 });
    if (workdays && !clock) || moves {
        text += &format!("{}{}", w.kw("by_calendar"), w.name("历法"));
    }
    if !workdays && !by_hour && (form != "by" || moves) {
        text += &w.kw(if moves { "rest_days_move" } else { "rest_days_stay" });
    }
    if form == "within" && !again && w.chance(30) {
        text += &w.kw("or_before");
    }
    let followed = matches!(form, "is_followed_by" | "followed not before" | "followed bounded");
    if !followed && !again && w.chance(30) {
        text += &w.kw(if matches!(form, "by" | "ahead") { "missing_due" } else { "missing_start" });
    }
    if w.chance(30) {
        text += &w.kw("by_due_day");
    }
    let mut often = 25;
    while (runs || form == "by") && w.chance(often) {
        often = 40;
        let units: &[&str] = match (by_hour, workdays) {
            (true, _) => &["minutes", "hours"],
            (_, true) => &["workdays"],
            _ => &["days", "weeks", "months"],
        };
        let (_, longer) = length(w, known, subject, units);
        if let Some(with) = event(w, known, subject) {
            text += &format!("{}{longer}{}{with}", w.kw("extended_by"), w.kw("extended_with"));
        }
    }
    let mut often = 30;
    while runs && !(clock && workdays) && w.chance(often) {
        often = 40;
        text += &match if w.chance(50) { stop_of_records(w, known, subject) } else { None } {
            Some(stop) => stop,
            None => {
                let (from, to) = (event(w, known, subject)?, event(w, known, subject)?);
                format!("{}{from}{}{to}", w.kw("stopped_from"), w.kw("to"))
            }
        };
    }
    Some(text)
}

/// A latest day beside an earliest one, or nothing.
fn until(w: &mut Words, known: &Known, subject: usize, unit: &'static str) -> (bool, String) {
    if w.chance(50) {
        return (false, String::new());
    }
    let (_, length) = length(w, known, subject, &[unit]);
    (true, format!("{}{}{length}", w.kw("and"), w.kw("term_within")))
}

/// A stop while records last, or between records that have something in common.
fn stop_of_records(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let leads = |kind: &usize| known.kind(*kind).is_record() && known.schema.chains(*kind, subject).len() == 1;
    let kinds: Vec<usize> = (0..known.schema.kinds.len()).filter(leads).collect();
    let lasting: Vec<usize> =
        kinds.iter().copied().filter(|kind| known.kind(*kind).marked("end_field").is_some()).collect();
    let source = |w: &mut Words, kind: usize| {
        let name = known.kind_or_part(w, kind);
        let who = known.who(w, subject);
        let filter = if w.chance(40) {
            let condition = known.closed_condition(w, kind, Place::Record, 0);
            format!("{}{condition}", w.kw("where"))
        } else {
            String::new()
        };
        if who.is_empty() && filter.is_empty() { name } else { w.paren(&format!("{name}{who}{filter}")) }
    };
    if !lasting.is_empty() && w.chance(40) {
        let kind = *w.pick(&lasting);
        let records = source(w, kind);
        return Some(format!("{}{records}", w.kw("stopped_during")));
    }
    if !kinds.is_empty() && w.chance(40) {
        let kind = *w.pick(&kinds);
        let mut records = source(w, kind);
        if w.chance(25) {
            let itself = if kind == subject { w.kw("including_itself") } else { String::new() };
            let name = known.kind_or_part(w, kind);
            let all = format!("{}{name}{itself}", w.kw("all_rows"));
            records = w.paren(&all);
        }
        let (from, to) = (known.moment(w, kind, Place::Record, 1), known.moment(w, kind, Place::Record, 1));
        return Some(format!("{}{records}{}{from}{}{to}", w.kw("stopped_during"), w.kw("from"), w.kw("to")));
    }
    // Records of one kind with a field alike, or a record and those that refer to it.
    let mut pairs: Vec<(usize, usize, String)> = Vec::new();
    for kind in &kinds {
        for field in &known.kind(*kind).fields {
            match field.ty {
                FieldType::Codes(_) => {}
                FieldType::Ref(to) if kinds.contains(&to) => pairs.push((to, *kind, field.name.clone())),
                _ => pairs.push((*kind, *kind, field.name.clone())),
            }
        }
    }
    if pairs.is_empty() {
        return None;
    }
    let (from, to, field) = w.pick(&pairs).clone();
    let (from, to) = (source(w, from), source(w, to));
    let sharing = format!("{}{}", w.kw("sharing"), w.name(&field));
    Some(format!("{}{from}{}{to}{sharing}", w.kw("stopped_from"), w.kw("to")))
}

/// Another kind of record with something in common, and what must be the same.
/// A record beside the subject, what they share, and whether it can only come after.
fn neighbour(w: &mut Words, known: &Known, subject: usize) -> Option<(String, String, bool)> {
    let refs = |kind: usize| -> Vec<(String, usize)> {
        let fields = known.kind(kind).fields.iter();
        fields
            .filter_map(|field| match field.ty {
                FieldType::Ref(to) if known.kind(to).role != super::schema::Role::Whole => {
                    Some((field.name.clone(), to))
                }
                _ => None,
            })
            .collect()
    };
    let own = refs(subject);
    // One that refers to the subject itself.
    let refers = |kind: &usize| {
        known.kind(*kind).is_record() && refs(*kind).iter().filter(|(_, to)| *to == subject).count() == 1
    };
    let direct: Vec<usize> = (0..known.schema.kinds.len()).filter(refers).collect();
    if !direct.is_empty() && w.chance(35) {
        let kind = *w.pick(&direct);
        return Some((known.kind_or_part(w, kind), String::new(), kind != subject));
    }
    let mut choices: Vec<(usize, String)> = Vec::new();
    for kind in (0..known.schema.kinds.len()).filter(|kind| known.kind(*kind).is_record()) {
        let others = refs(kind);
        for (name, to) in &own {
            if others.iter().filter(|(_, other)| other == to).count() == 1 {
                choices.push((kind, name.clone()));
            }
        }
    }
    if choices.is_empty() {
        return None;
    }
    let (kind, name) = w.pick(&choices).clone();
    let mut sharing = format!("{}{}", w.kw("sharing"), w.name(&name));
    let second = choices.iter().find(|(other, field)| *other == kind && *field != name).cloned();
    if let Some((_, field)) = second
        && w.chance(40)
    {
        let names = [w.name(&name), w.name(&field)];
        sharing = format!("{}{}", w.kw("sharing"), w.list(&names));
    }
    let record = known.kind_or_part(w, kind);
    Some((record, sharing, false))
}

pub fn sequence_requirement(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    if w.chance(40)
        && let Some(text) = hands(w, known, subject)
    {
        return Some(text);
    }
    let mut events: Vec<String> = (0..w.range(2, 3)).filter_map(|_| event(w, known, subject)).collect();
    events.dedup_by(|a, b| a.trim() == b.trim());
    (events.len() > 1).then(|| format!("{}{}", w.kw("passes"), w.list(&events)))
}

/// Steps of one kind of record by different hands.
fn hands(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let kinds: Vec<usize> = (0..known.schema.kinds.len())
        .filter(|kind| known.kind(*kind).is_record() && known.schema.chains(*kind, subject).len() == 1)
        .collect();
    if kinds.is_empty() {
        return None;
    }
    let kind = *w.pick(&kinds);
    let fields: Vec<String> = (known.kind(kind).fields.iter())
        .filter(|field| !matches!(field.ty, FieldType::Codes(_)))
        .map(|field| field.name.clone())
        .collect();
    let field = w.pick(&fields).clone();
    let name = known.kind_or_part(w, kind);
    let who = known.who(w, subject);
    let name = if who.is_empty() { name } else { w.paren(&format!("{name}{who}")) };
    let first = format!("{}{name}", w.kw("first_event"));
    let last = format!("{}{name}", w.kw("last_event"));
    let steps = w.list(&[first, last]);
    Some(format!("{}{steps}{}{}", w.kw("passes"), w.kw("by_different"), w.name(&field)))
}
