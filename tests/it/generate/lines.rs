//! Random items with what stands inside them, groups, deductions and bonuses.

use super::assess::{adjustment, amount, item};
use super::expression::w_pick;
use super::expression::{Known, Place};
use super::schema::Unit;
use super::words::Words;

/// All items, some in groups.
pub fn items(w: &mut Words, known: &mut Known, subject: usize, names: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = names;
    let mut groups = Vec::new();
    while let Some((name, more)) = rest.split_first() {
        if w.chance(30) {
            let (inside, after) = rest.split_at(1 + w.below(rest.len()));
            lines.push(group_of_items(w, known, subject, inside, 1, &mut groups));
            rest = after;
        } else {
            lines.push(item_line(w, known, subject, name));
            known.lines.borrow_mut().push(name.clone());
            rest = more;
        }
    }
    // Groups are read from now on: they are decided after all items.
    known.lines.borrow_mut().extend(groups);
    lines
}

fn item_line(w: &mut Words, known: &mut Known, subject: usize, name: &str) -> String {
    let mut text = item(w, known, subject, name);
    if w.chance(25) {
        let words: Vec<&str> = (0..w.range(1, 2)).map(|_| *w.pick(&["deduct", "add"])).collect();
        if words.contains(&"add") {
            text += &w.kw_of(&["above_full_counts", "above_full_lost"]);
        }
        text += &w.mark("{");
        for word in words {
            text += &adjustment(w, known, subject, word, Unit::Points, Place::Assessed);
            text += &w.mark(";");
        }
        text += &w.mark("}");
    }
    text
}

fn group_of_items(
    w: &mut Words,
    known: &mut Known,
    subject: usize,
    names: &[String],
    depth: u32,
    groups: &mut Vec<String>,
) -> String {
    let name = known.schema.fresh(w);
    let capped = w.chance(45);
    let adds = w.chance(35);
    let mut text = format!("{}{}", w.kw("points_group"), w.name(&name));
    if capped {
        text += &format!("{}{}", w.kw("cap"), amount(w, known, subject, Unit::Points, Place::Assessed));
    } else if adds {
        text += &w.kw_of(&["above_full_counts", "above_full_lost"]);
    }
    text += &w.mark("{");
    let mut rest = names;
    while let Some((first, more)) = rest.split_first() {
        if depth < 3 && w.chance(25) {
            let (inside, after) = rest.split_at(1 + w.below(rest.len()));
            text += &group_of_items(w, known, subject, inside, depth + 1, groups);
            rest = after;
        } else {
            text += &item_line(w, known, subject, first);
            known.lines.borrow_mut().push(first.clone());
            rest = more;
        }
        text += &w.mark(";");
    }
    if adds {
        text += &adjustment(w, known, subject, "add", Unit::Points, Place::Assessed);
        text += &w.mark(";");
    }
    if w.chance(40) {
        text += &adjustment(w, known, subject, "deduct", Unit::Points, Place::Assessed);
        text += &w.mark(";");
    }
    if w.chance(20) {
        text += &changes(w, known, subject, Place::Assessed, "deduct");
        text += &w.mark(";");
    }
    groups.push(name);
    text + &w.mark("}")
}

/// A group of deductions or bonuses.
fn changes(w: &mut Words, known: &mut Known, subject: usize, place: Place, word: &'static str) -> String {
    let name = known.schema.fresh(w);
    let mut text = format!("{}{}", w.kw("points_group"), w.name(&name));
    if w.chance(60) {
        text += &format!("{}{}", w.kw("cap"), amount(w, known, subject, Unit::Points, place));
    }
    if w.chance(60) {
        text += &format!("{}{}", w.kw("loses_at_most"), amount(w, known, subject, Unit::Points, place));
    }
    text += &w.mark("{");
    for _ in 0..w.range(1, 3) {
        text += &adjustment(w, known, subject, word, Unit::Points, place);
        text += &w.mark(";");
    }
    if w.chance(20) {
        text += &changes(w, known, subject, place, word);
        text += &w.mark(";");
    }
    text + &w.mark("}")
}

/// A line that acts on the total.
pub fn total_line(w: &mut Words, known: &mut Known, subject: usize) -> String {
    let word = w_pick(w, &["deduct", "deduct", "add"]);
    if w.chance(30) {
        return changes(w, known, subject, Place::Gated, word);
    }
    adjustment(w, known, subject, word, Unit::Points, Place::Gated)
}
