//! Random assessments and rewards.

use super::expression::{Assessment, Known, ParamType, Place, SourceText, SourceWant, w_pick};
use super::money::{Pays, budget, ceilings, money_value, payee};
use super::policy::{PERIODS, Statement, force, keyed};
use super::schema::{FieldType, Role, Unit, unit_text};
use super::words::Words;

/// A number of points or money, fit to stand as an amount.
pub fn amount(w: &mut Words, known: &Known, kind: usize, unit: Unit, place: Place) -> String {
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

pub fn assessment(w: &mut Words, known: &mut Known, statements: &mut Vec<Statement>) {
    let mut kinds = keyed(known);
    // Subjects that may read the results of other assessments: they refer to their subjects, or these lead to them.
    let reads = |kind: usize, of: &Assessment| {
        let schema = &known.schema;
        let refers = schema.paths(kind).iter().any(|(_, ty)| *ty == FieldType::Ref(of.subject));
        refers || (known.kind(kind).role != Role::Whole && !schema.chains(of.subject, kind).is_empty())
    };
    let near: Vec<usize> = kinds.iter().copied().filter(|k| known.assessments.iter().any(|of| reads(*k, of))).collect();
    if !near.is_empty() && w.chance(60) {
        kinds = near;
    } else if w.chance(40) {
        // Or that have results of their own already.
        let scored: Vec<usize> =
            kinds.iter().copied().filter(|kind| known.assessments.iter().any(|of| of.subject == *kind)).collect();
        if !scored.is_empty() {
            kinds = scored;
        }
    }
    let subject = *w.pick(&kinds);
    let name = known.schema.fresh(w);
    let event = known.kind(subject).is_record();
    let periods: Vec<&'static str> = known.assessments.iter().filter_map(|of| of.every).collect();
    let every = (!event).then(|| match periods.is_empty() || w.chance(50) {
        true => w_pick(w, &PERIODS),
        false => *w.pick(&periods),
    });
    let grades: Vec<String> =
        if w.chance(70) { (0..w.range(2, 4)).map(|_| known.schema.fresh(w)).collect() } else { Vec::new() };
    let current = Assessment { name: name.clone(), subject, every, grades, ranks: w.chance(60) };
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
    if w.chance(15) {
        head += &format!("{}{}", w.kw("loses_at_most"), amount(w, known, subject, Unit::Points, Place::Assessed));
    }
    match w.below(8) {
        0 | 1 => head += &w.kw("unclamped"),
        2 | 3 => head += &w.kw("above_full_counts"),
        4 => head += &w.kw("above_full_lost"),
        _ => {}
    }
    if w.chance(20) {
        head += &w.kw("lowest_best");
    }
    head += &w.mark("{");

    let mut lines = Vec::new();
    if w.chance(40) {
        lines.push(precision(w, "precision"));
    }
    if w.chance(30) {
        lines.push(precision(w, "money_precision"));
    }
    if w.chance(15) {
        lines.push(force(w, known));
    }
    known.deducted.replace(if w.chance(50) { Some(Vec::new()) } else { None });
    let items: Vec<String> = (0..w.range(1, 4)).map(|_| known.schema.fresh(w)).collect();
    known.lines.replace(Vec::new());
    lines.extend(super::lines::items(w, known, subject, &items));
    let line_names = known.lines.replace(items.clone());
    if !current.grades.is_empty() && w.chance(40) {
        // What loses an item reads items only.
        lines.push(loses_item(w, known, subject, &items));
    }
    known.lines.replace(line_names);
    for _ in 0..w.range(0, 3) {
        lines.push(super::lines::total_line(w, known, subject));
    }
    if !current.grades.is_empty() {
        lines.push(grades_line(w, known, subject, &current.grades));
        for _ in 0..w.range(0, 4) {
            lines.push(gate(w, known, subject, &current.grades));
        }
    }
    for _ in 0..w.range(0, 2) {
        lines.extend(veto(w, known, subject, &current.grades));
    }
    if current.ranks {
        lines.push(format!("{}{}", w.kw("rank"), order(w, known, subject)));
    }
    if !current.grades.is_empty() && w.chance(60) {
        lines.push(effects(w, known, subject, &current.grades));
    }
    for _ in 0..w.range(0, 2) {
        lines.push(award(w, known, subject));
    }
    if w.chance(30) {
        lines.push(super::prizes::prizes(w, known, subject));
    }
    if current.grades.len() > 1 && w.chance(30) {
        lines.push(super::prizes::grade_quota(w, known, subject, &current.grades));
    }
    known.lines.replace(Vec::new());
    known.current = None;
    known.assessments.push(current);
    statements.push(Statement { head, lines, tail: w.mark("}") });
}

pub fn item(w: &mut Words, known: &mut Known, subject: usize, name: &str) -> String {
    let max = match w.below(6) {
        0 => known.param(w, ParamType::Number(Unit::Points)).unwrap_or_else(|| known.literal(w, Unit::Points)),
        _ => format!(" {}{}", *w.pick(&["10", "20", "33.3", "40", "7", "0"]), w.kw("points")),
    };
    let before = known.tallies.get();
    let form = w.below(9);
    let by_results = if w.chance(30) { known.score_by_results(w, subject) } else { None };
    let form = if by_results.is_some() { 9 } else { form };
    let score = match form {
        9 => by_results.unwrap_or_default(),
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
        let unknown = if form > 0 && w.chance(30) { w.kw(unknown) } else { String::new() };
        return format!("{}{}{max}{}{score}{unknown}", w.kw("item"), w.name(name), w.mark(":"));
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

pub(super) fn precision(w: &mut Words, word: &str) -> String {
    let how = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even"]);
    let (multiples, step) = (w.kw("multiples_of"), *w.pick(&["0.5", "0.25", "5", "0.3"]));
    let to = if w.chance(40) { format!("{multiples} {step}") } else { format!(" {}", w.range(0, 3)) };
    format!("{}{to}{}", w.kw(word), w.kw(how))
}

/// A deduction, bonus or payment.
pub fn adjustment(w: &mut Words, known: &mut Known, subject: usize, word: &str, unit: Unit, place: Place) -> String {
    let name = if w.chance(80) || word == "pay" {
        let fresh = known.schema.fresh(w);
        format!("{}{}", w.name(&fresh), w.mark(":"))
    } else {
        String::new()
    };
    let mut text = format!("{}{name}AMOUNT", w.kw(word));
    let (mut may_cap, mut plain, mut counted) = (true, false, false);
    if w.chance(70) {
        let per = if w.chance(60) { per_source(w, known, subject, word) } else { None };
        match per {
            Some((source, bare)) => {
                // A bare condition would read the cap's `at most` as a comparison.
                may_cap = !source.open;
                counted = true;
                plain = bare;
                text += &format!("{}{}", w.kw("per_each"), source.text);
            }
            None => {
                let inner = known.number(w, subject, Unit::Plain, place, 1);
                let inner = w.paren(&format!("{inner} + 0"));
                if w.chance(50) {
                    let how =
                        w.kw_of(&["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even", "unrounded"]);
                    let each = w.pick(&["1", "2", "0.5", "3"]);
                    text += &format!("{}{each}{}{inner}{how}", w.kw("per_each"), w.kw("of"));
                } else {
                    text += &format!("{}{inner}", w.kw("per_each"));
                }
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
    if counted && word == "deduct" && w.chance(15) {
        text += &w.kw("counts_again");
    }
    if !plain && w.chance(30) {
        text += &format!("{}{}", w.kw("when"), known.condition(w, subject, place, 1));
    }
    text
}

/// What a deduction is per. One record is deducted once: either all deductions of an assessment count in
/// the same way (then the larger amount takes it), or no two of them count the same kind.
fn per_source(w: &mut Words, known: &Known, subject: usize, word: &str) -> Option<(SourceText, bool)> {
    if word != "deduct" {
        return known.source(w, subject, SourceWant::Any, false, 1).map(|s| (s, false));
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
        return Some((SourceText { kind, place: Place::Record, text, open: false, shared: false }, true));
    };
    let source = known.source(w, subject, SourceWant::One, false, 1)?;
    if taken.contains(&source.kind) {
        return None;
    }
    taken.push(source.kind);
    Some((source, false))
}

fn grades_line(w: &mut Words, known: &Known, subject: usize, grades: &[String]) -> String {
    let mut text = format!("{}{}", w.kw("grades"), w.mark("{"));
    let last = grades.len() - 1;
    let steps = [60, 30, 10];
    for (at, grade) in grades[..last].iter().enumerate() {
        let test = match w.below(3) {
            0 => format!("{}{}{}", w.kw("above"), steps[at], w.kw("points")),
            _ => format!(" {}{}{}", steps[at], w.kw("points"), w.kw("or_more")),
        };
        let when = |w: &mut Words| format!("{}{}", w.kw("when"), known.closed_condition(w, subject, Place::Gated, 1));
        let test = match w.below(6) {
            0 => when(w),
            1 => test + &when(w),
            _ => test,
        };
        text += &format!("{}{test}{}", w.name(grade), w.mark(";"));
    }
    text + &format!("{}{}{}", w.kw("otherwise"), w.name(&grades[last]), w.mark("}"))
}

fn gate(w: &mut Words, known: &mut Known, subject: usize, grades: &[String]) -> String {
    let name = known.schema.fresh(w);
    let when = known.closed_condition(w, subject, Place::Gated, 1);
    let grade = known.grade(w, subject, grades);
    let action = match w.below(9) {
        0 | 1 => format!("{}{grade}", w.kw("sets_grade")),
        2 | 3 => format!("{}{grade}", w.kw("caps_grade")),
        4 | 5 => format!("{}{} ", w.kw("raises_grade"), w.range(1, 2)),
        6 => format!("{}{} ", w.kw("limits_raises"), w.range(0, 1)),
        7 => w.kw_of(&["withholds_grade", "leaves_unscored"]),
        _ => format!("{}{} ", w.kw("lowers_grade"), w.range(1, 2)),
    };
    format!("{}{}{}{when}{action}", w.kw("gate"), w.name(&name), w.mark(":"))
}

fn loses_item(w: &mut Words, known: &mut Known, subject: usize, items: &[String]) -> String {
    let name = known.schema.fresh(w);
    let place = if w.chance(70) { Place::Assessed } else { Place::Gated };
    let when = known.closed_condition(w, subject, place, 1);
    let item = w.pick(items).clone();
    format!("{}{}{}{when}{}{}", w.kw("gate"), w.name(&name), w.mark(":"), w.kw("loses_item"), w.name(&item))
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
        let hidden = if w.chance(30) { w.kw("without_points") } else { String::new() };
        format!("{}{}{hidden}", w.kw("sets_grade"), w.name(&grade))
    };
    let term = match w.below(4) {
        0 => format!("{}{}{}", w.kw("action_term"), w.range(1, 14), w.kw_of(&["days", "weeks", "months", "years"])),
        _ => String::new(),
    };
    let action = action + &term;
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
pub fn order(w: &mut Words, known: &Known, subject: usize) -> String {
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

pub fn money(w: &mut Words, known: &Known) -> String {
    match w.below(4) {
        0 => known.param(w, ParamType::Number(Unit::Money)).unwrap_or_default(),
        1 => String::new(),
        _ => format!(" {}{}", *w.pick(&["100", "2000", "0.5"]), w.money()),
    }
}

fn effects(w: &mut Words, known: &mut Known, subject: usize, grades: &[String]) -> String {
    let mut text = format!("{}{}", w.kw("effects"), w.mark("{"));
    for grade in grades {
        if w.chance(70) {
            let mut effects = Vec::new();
            for _ in 0..w.range(1, 2) {
                let name = known.schema.fresh(w);
                let kind = w_pick(w, &["reward_kind", "sanction_kind", "award_kind"]);
                let money = if w.chance(25) { money_value(w, known, subject) } else { money(w, known) };
                let pays = if money.is_empty() { Pays::Nothing } else { Pays::Money };
                let payee = payee(w, known, subject, pays);
                effects.push(format!("{}{}{money}{payee}", w.kw(kind), w.name(&name)));
            }
            text += &format!("{}{}{}{}", w.name(grade), w.mark(":"), effects.join(","), w.mark(";"));
        }
    }
    text + &w.mark("}")
}

fn award(w: &mut Words, known: &mut Known, subject: usize) -> String {
    let name = known.schema.fresh(w);
    let share = w.chance(50);
    let size = super::prizes::places(w, known, subject, share);
    let floor = super::prizes::at_least(w);
    let base = if share { w.kw_of(&["base_eligible", "base_all"]) } else { String::new() };
    let order = order(w, known, subject);
    let kind = if w.chance(50) { w.kw_of(&["reward_kind", "sanction_kind", "award_kind"]) } else { String::new() };
    let mut money = money(w, known);
    let pays = if money.is_empty() { Pays::Nothing } else { Pays::Money };
    let ties = super::money::ties(w, pays == Pays::Money);
    if pays == Pays::Money && w.chance(40) {
        money += &budget(w);
    }
    money += &payee(w, known, subject, pays);
    format!(
        "{}{}{}{}{size}{floor}{base}{order}{ties}{kind}{money}",
        w.kw("award"),
        w.name(&name),
        w.mark(":"),
        w.kw_of(&["top", "top", "bottom"])
    )
}

pub fn reward(w: &mut Words, known: &mut Known) -> Statement {
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
    let every = w_pick(w, &PERIODS);
    head += &w.kw(every);
    if w.chance(60) {
        head += &format!("{}{}", w.kw("in_unit"), w.money());
    }
    if w.chance(40) {
        head += &format!("{}{}{}", w.kw("cap"), w.range(1, 30), w.money());
    }
    head += &ceilings(w, every);
    head += &payee(w, known, subject, Pays::Money);
    head += &w.mark("{");
    let mut lines = Vec::new();
    for _ in 0..w.range(1, 3) {
        lines.push(adjustment(w, known, subject, "pay", Unit::Money, Place::Subject));
    }
    if w.chance(30) {
        lines.push(precision(w, "precision"));
    }
    if w.chance(15) {
        lines.push(force(w, known));
    }
    Statement { head, lines, tail: w.mark("}") }
}
