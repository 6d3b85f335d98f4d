//! Random counters.

use super::expression::{Counter, Known, Place};
use super::money::{Pays, money_value, payee};
use super::policy::Statement;
use super::schema::{Role, Unit, unit_text};
use super::words::Words;

/// A counter; `None` where no records lead to the kind.
pub fn counter(w: &mut Words, known: &mut Known, kinds: &[usize]) -> Option<Statement> {
    let subject = *w.pick(kinds);
    let name = known.schema.fresh(w);
    let unit = *w.pick(&[Unit::Points, Unit::Plain]);
    let leads = |kind: &usize| {
        let ways = known.schema.chains(*kind, subject).len();
        known.kind(*kind).is_record() && (ways == 1 || known.kind(subject).role == Role::Whole)
    };
    let records: Vec<usize> = (0..known.schema.kinds.len()).filter(leads).collect();
    if records.is_empty() {
        return None;
    }
    let record = *w.pick(&records);
    let mut source = known.kind_or_part(w, record);
    if known.kind(subject).is_tree() {
        source += &w.kw_of(&["in", "of"]);
    }
    // A record with a key may add what measures of it, and of what it refers to, come to.
    let keyed = known.kind(record).marked("key").is_some();
    let place = if keyed && w.chance(50) { Place::Row } else { Place::Record };
    if w.chance(40) {
        let filter = known.closed_condition(w, record, place, 1);
        source += &format!("{}{filter}", w.kw("where"));
    }
    let mut head = format!("{}{}{}", w.kw("counter_item"), w.name(&name), w.kw("for"));
    head += &w.kw("each");
    head += &known.kind_or_part(w, subject);
    if w.chance(20) {
        let scope = known.closed_condition(w, subject, Place::Subject, 1);
        head += &format!("{}{scope}", w.kw("where"));
    }
    let adds = if w.chance(50) {
        format!(" {}{}", w.range(1, 6), unit_text(w, unit))
    } else {
        known.number(w, record, unit, place, 1)
    };
    let adds = w.paren(&adds);
    let span = |w: &mut Words| {
        let (count, unit) =
            *w.pick(&[(5, "days"), (30, "days"), (2, "weeks"), (1, "months"), (3, "months"), (1, "years")]);
        format!(" {count}{}", w.kw(unit))
    };
    let term = span(w);
    head += &format!("{}{adds}{}{}{}{term}{}", w.kw("adds"), w.kw("over"), source, w.kw("in_any"), w.mark("{"));
    let mut lines = Vec::new();
    for at in 0..w.range(1, 3) {
        let threshold = format!(" {}{}", *w.pick(&["1", "3", "5", "12"]), unit_text(w, unit));
        let own = if w.chance(40) { format!("{}{}", w.kw("in_any"), span(w)) } else { String::new() };
        let effect = known.schema.fresh(w);
        let (brings, pays) = match w.below(3) {
            0 => (format!(" 100{}", w.money()), Pays::Money),
            _ if w.chance(30) => (money_value(w, known, subject), Pays::Money),
            1 if w.chance(50) => (format!("{} {}{}", w.kw("for_term"), at + 1, w.kw("months")), Pays::Nothing),
            1 => {
                let length = known.number(w, subject, Unit::Plain, Place::Subject, 1);
                let least = w.list(&[" 1".to_owned(), length]);
                let length = format!("{}{}", w.kw("max"), w.paren(&least));
                (format!("{} {}{}", w.kw("for_term"), w.paren(&length), w.kw("days")), Pays::Nothing)
            }
            _ => (String::new(), Pays::Nothing),
        };
        let brings = brings + &payee(w, known, subject, pays);
        let kind = w.kw_of(&["reward_kind", "sanction_kind", "award_kind"]);
        lines.push(format!("{}{threshold}{own}{}{kind}{}{brings}", w.kw("counter_step"), w.mark(":"), w.name(&effect)));
    }
    lines.push(w.kw_of(&["excess_carried", "excess_dropped"]));
    lines.push(w.kw_of(&["last_step_repeats", "last_step_ends"]));
    if w.chance(50) {
        let clean = span(w);
        lines.push(format!("{}{clean}{}", w.kw("clean"), w.kw_of(&["resets", "clears"])));
    }
    if w.chance(30) {
        let clearing = *w.pick(&records);
        let mut source = known.kind_or_part(w, clearing);
        if known.kind(subject).is_tree() {
            source += &w.kw_of(&["in", "of"]);
        }
        if w.chance(60) {
            let filter = known.closed_condition(w, clearing, Place::Record, 1);
            source += &format!("{}{filter}", w.kw("where"));
        }
        lines.push(format!("{}{source}", w.kw("cleared_by")));
    }
    if w.chance(25) {
        let every = match super::rules::cycle(w, known, subject) {
            Some(cycle) if w.chance(40) => cycle,
            _ => w.kw_of(&["every_week", "every_month", "every_year"]),
        };
        let when = match w.below(3) {
            0 => {
                let points = format!("{} {}{}", w.kw("cmp_less_than"), w.range(1, 12), unit_text(w, unit));
                format!("{}{}{points}", w.kw("when"), w.kw("own_points"))
            }
            1 => {
                let when = known.closed_condition(w, subject, Place::Subject, 1);
                format!("{}{when}", w.kw("when"))
            }
            _ => String::new(),
        };
        lines.push(format!("{}{every}{when}", w.kw("cleared")));
    }
    if w.chance(30) {
        lines.push(super::assess::precision(w, "money_precision"));
    }
    known.counters.push(Counter { name, subject, unit });
    Some(Statement { head, lines, tail: w.mark("}") })
}
