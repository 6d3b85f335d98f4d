//! Random rules: frames, requirements, terms, clauses.

use super::expression::{Bounds, Known, ParamType, Place, Rule, SourceWant, w_pick};
use super::policy::{Statement, UNITS, force, keyed};
use super::schema::{FieldType, Unit};
use super::terms::{sequence_requirement, term_requirement};
use super::times;
use super::words::Words;

pub fn rule(w: &mut Words, known: &mut Known) -> Statement {
    let mut subject = *w.pick(&keyed(known));
    let assessed: Vec<usize> = known.assessments.iter().map(|a| a.subject).collect();
    if known.late && !assessed.is_empty() {
        subject = *w.pick(&assessed);
    }
    let name = known.schema.fresh(w);
    let event = known.kind(subject).is_record();
    let cites = if w.chance(30) { format!("{}A-{}", w.kw("cites"), w.range(1, 90)) } else { String::new() };
    let mut head = format!("{}{}{cites}{}", w.kw("rule"), w.name(&name), w.mark(":"));
    let mut strength = 0;
    if w.chance(50) {
        strength = w.below(STRENGTHS.len());
        head += &w.kw(STRENGTHS[strength]);
    }
    head += &w.kw("each");
    head += &known.kind_or_part(w, subject);
    let by_result = if known.late && w.chance(40) { known.earlier_result_test(w, subject) } else { None };
    let reads_results = by_result.is_some();
    if let Some(test) = by_result {
        head += &format!("{}{}{}{}", w.kw("where"), w.paren(&test), w.kw("is"), w.kw("yes"));
    } else if w.chance(35) {
        let scope = known.closed_condition(w, subject, Place::Subject, 1);
        head += &format!("{}{scope}", w.kw("where"));
    }
    let term = w.chance(if known.late {
        85
    } else if event {
        65
    } else {
        15
    });
    let terms = if term { term_requirement(w, known, subject) } else { None };
    let own_strength = terms.as_ref().and_then(|(_, strongest, _)| *strongest);
    // A step that must not come too early may come too late as well: two terms.
    let early = |text: &str| text.contains("not before") || text.contains("不早于");
    let single_term = terms.as_ref().is_some_and(|(text, _, single)| *single && !early(text));
    let by_turn = |text: &str| {
        ["result of", "结果 于", "step of counter", "达档 于", "结果于", "达档于"]
            .iter()
            .any(|word| text.contains(word))
    };
    let turned = terms.as_ref().is_some_and(|(text, ..)| by_turn(text));
    let mut requirement = terms.map(|(text, ..)| text);
    let is_term = requirement.is_some();
    let sequence = requirement.is_none() && w.chance(if event { 30 } else { 5 });
    if sequence {
        requirement = sequence_requirement(w, known, subject);
    }
    let gap = if requirement.is_none() && w.chance(15) { gap_requirement(w, known, subject) } else { None };
    let is_gap = gap.is_some();
    requirement = requirement.or(gap);
    // Sides of different strength must not contradict each other.
    let sided = w.chance(20);
    let bounds = if sided { Bounds::Least } else { Bounds::Any };
    let counted =
        if requirement.is_none() && w.chance(15) { count_requirement(w, known, subject, bounds) } else { None };
    let prorated = counted.is_some();
    requirement = requirement.or(counted);
    let mut requirement = requirement.unwrap_or_else(|| plain_requirement(w, known, subject, 2, bounds));
    let mut strongest = own_strength.map_or(strength, |own| own.min(strength));
    if !is_term && !is_gap && !sequence && sided {
        (requirement, strongest) = with_sides(w, known, subject, &requirement, strength);
    }
    let framed = !is_term && !is_gap && !event && w.chance(85);
    let frame = match framed {
        true if w.chance(12) => cycle(w, known, subject).unwrap_or_else(|| frame(w, known)),
        true if w.chance(30) => times::frame(w, known),
        true if w.chance(15) => format!("{}{}", frame(w, known), times::season(w)),
        true => frame(w, known),
        false => String::new(),
    };
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
    let daily = is_daily(&frame);
    if framed && !daily && prorated {
        let rounding = ["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even", "unrounded"];
        lines.push(format!("{}{}", w.kw("partial_prorate"), w.kw_of(&rounding)));
    } else if framed && !daily && (is_seasonal(&frame) || w.chance(75)) {
        lines.push(w.kw_of(&["partial_whole", "partial_any", "partial_half", "partial_first_day"]));
    }
    if w.chance(20) {
        lines.push(w.kw_of(&["rows_first", "rows_last", "rows_mean"]));
    }
    if w.chance(25) {
        let at = match (w.below(3), event_of(w, known, subject)) {
            (0, _) => w.kw("window_start"),
            (1, Some(event)) => event,
            _ => w.kw("window_end"),
        };
        lines.push(format!("{}{at}", w.kw("attributes_at")));
    }
    if w.chance(30) {
        lines.push(w.kw("may_be_waived"));
    }
    let others: Vec<&Rule> = known.rules.iter().filter(|rule| rule.subject == subject).collect();
    // What is overridden reads what the other reads, and may be counted in it.
    if !others.is_empty() && !reads_results && w.chance(20) {
        let other = w.pick(&others).name.clone();
        lines.push(format!("{}{}", w.kw("overrides"), w.name(&other)));
    }
    known.rules.push(Rule { name, subject, strength: strongest, single_term, turned });
    Statement { head, lines, tail: String::new() }
}

/// Words of strength, the strongest first.
pub const STRENGTHS: [&str; 5] = ["must", "in_principle", "should", "may", "aim"];

/// A requirement beside others with strengths of their own, some with a tolerance; and the strongest of all.
fn with_sides(w: &mut Words, known: &Known, subject: usize, first: &str, strength: usize) -> (String, usize) {
    let (mut text, mut strongest) = (first.to_owned(), strength);
    for _ in 0..w.range(1, 2) {
        let own = w.below(STRENGTHS.len());
        let Some(count) = count_requirement(w, known, subject, Bounds::Least) else { continue };
        let per = ["per", "按每"].iter().any(|word| count.contains(word));
        let share = w.range(0, 40);
        let tolerance =
            if own >= 2 && !per && w.chance(60) { format!("{}{share}%", w.kw("tolerance")) } else { String::new() };
        text += &format!("{}{}{count}{tolerance}", w.kw("and"), w.kw(STRENGTHS[own]));
        strongest = strongest.min(own);
    }
    (text, strongest)
}

/// A bound on the time between records.
fn gap_requirement(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let source = known.source(w, subject, SourceWant::Log, false, 0)?;
    let unit = w_pick(w, &["hours", "days", "days", "weeks", "months", "minutes"]);
    let count = match unit {
        "minutes" => w.range(0, 9_000),
        "hours" => w.range(0, 400),
        "days" => w.range(0, 30),
        _ => w.range(0, 4),
    };
    let has = if w.chance(60) { w.kw("has") } else { String::new() };
    let most = if w.chance(25) {
        // A number of the subject, not below 0 where it is known.
        let number = known.number(w, subject, Unit::Plain, Place::Subject, 1);
        let text = format!("{}{}", w.kw("abs"), w.paren(&format!("{number} + 0")));
        w.paren(&text)
    } else {
        count.to_string()
    };
    Some(format!("{has}{}{most}{}{}{}", w.kw("at_most"), w.kw(unit), w.kw("gap_between"), source.text))
}

/// Frames that look at every day take no partial windows; seasons need them.
fn is_daily(frame: &str) -> bool {
    ["within any", "throughout", "任意", "全程"].iter().any(|word| frame.contains(word))
}

fn is_seasonal(frame: &str) -> bool {
    ["in season", "季节"].iter().any(|word| frame.contains(word))
}

/// Windows from a date of the subject on.
pub fn cycle(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let from = known.field(w, subject, |ty| matches!(ty, FieldType::Date | FieldType::Time))?;
    if w.chance(25) {
        let unit = w_pick(w, &UNITS);
        return Some(format!("{}{}{from}", w.kw(unit), w.kw("from")));
    }
    let unit = w_pick(w, &["days", "weeks", "ten_days", "half_months", "months", "months", "quarters", "half_years"]);
    let count = if unit == "days" { w.range(5, 30) } else { w.range(1, 4) };
    Some(format!("{}{count}{}{}{from}", w.kw("every"), w.kw(unit), w.kw("from")))
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

pub fn count_requirement(w: &mut Words, known: &Known, subject: usize, bounds: Bounds) -> Option<String> {
    let distinct = w.chance(15);
    let want = if distinct { SourceWant::One } else { SourceWant::Any };
    let source = known.rows(w, subject, want, false, 1)?;
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
        let base = known.source(w, subject, SourceWant::One, false, 0)?;
        let rounding = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even", "unrounded"]);
        let each = w.range(1, 3);
        format!("{}{each}{}{}{}", w.kw("per"), w.kw("of"), base.text, w.kw(rounding))
    } else {
        String::new()
    };
    Some(format!("{has}{bound}{distinct}{}{per}", source.text))
}

/// A date or time field of the subject, or records that lead to it.
fn event_of(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
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
