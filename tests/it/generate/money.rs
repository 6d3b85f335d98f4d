//! Who receives money and how it is shared; budgets; ceilings.

use super::expression::{Known, Place, SourceWant, w_pick};
use super::schema::{FieldType, Unit};
use super::words::Words;

/// Whether there is an amount that can be shared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pays {
    Money,
    Nothing,
}

/// Who receives and who pays.
pub fn payee(w: &mut Words, known: &Known, subject: usize, pays: Pays) -> String {
    let fields: Vec<_> = (known.schema.paths(subject).into_iter())
        .filter(|(_, ty)| matches!(ty, FieldType::Code(_) | FieldType::Ref(_) | FieldType::Text | FieldType::Bool))
        .collect();
    let mut text = String::new();
    if pays == Pays::Money && w.chance(50) {
        text += &split(w, known, subject).unwrap_or_default();
    }
    if !fields.is_empty() && w.chance(25) {
        let path = w.pick(&fields).0.clone();
        text += &format!("{}{}", w.kw("going_to"), known.schema.path(w, subject, &path));
    }
    if w.chance(25) {
        text += &format!("{}{}", w.kw("paid_by"), w.text("财政所"));
    }
    text
}

/// An amount that rows share, where a register leads to the subject.
fn split(w: &mut Words, known: &Known, subject: usize) -> Option<String> {
    let source = known.source(w, subject, SourceWant::Register, true, 1)?;
    let row = source.kind;
    let mut text = w.kw("shared");
    if w.chance(60) {
        text += &format!(" {}%", *w.pick(&["80", "33", "50", "100"]));
    }
    text += &w.kw("shared_among");
    text += &source.text;
    if w.chance(50) {
        text += &w.kw("equally");
    } else {
        let unit = *w.pick(&[Unit::Plain, Unit::Points, Unit::Money]);
        let weight = known.number(w, row, unit, Place::Row, 1);
        text += &format!("{}{}", w.kw("by_weight"), w.paren(&weight));
    }
    text += &step(w);
    let to = w_pick(w, &["remainder_first", "remainder_largest", "remainder_subject", "remainder_nobody"]);
    Some(text + &w.kw(to))
}

fn step(w: &mut Words) -> String {
    let step = if w.chance(70) {
        format!(" {}{}", *w.pick(&["0", "2"]), w.kw("places"))
    } else {
        format!("{} {} ", w.kw("multiples_of"), *w.pick(&["10", "0.5", "100"]))
    };
    format!("{}{step}{}", w.kw("to"), w.kw("rounded_down"))
}

pub fn budget(w: &mut Words) -> String {
    let mut text = format!("{} {}{}", w.kw("budget"), *w.pick(&["100", "150", "1000", "2500", "9000"]), w.money());
    let over = w_pick(w, &["over_shared", "over_in_proportion", "over_cut", "over_unpaid"]);
    text += &w.kw(over);
    if matches!(over, "over_shared" | "over_in_proportion") {
        text += &step(w);
    }
    text
}

/// What becomes of those who tie for places; `paid`: in money.
pub fn ties(w: &mut Words, paid: bool) -> String {
    if !paid || w.chance(60) {
        return w.kw_of(&["ties_include", "ties_exclude"]);
    }
    let (share, step) = (w.kw("ties_share"), step(w));
    format!("{share}{step}{}", w.kw_of(&["remainder_first", "remainder_nobody"]))
}

/// Ceilings of a reward with periods shorter than a year: `every` is the keyword of one.
pub fn ceilings(w: &mut Words, every: &str) -> String {
    let mut text = String::new();
    let longer = if every == "every_year" { None } else { Some("every_year") };
    for _ in 0..w.range(0, 2) {
        let amount = format!("{} {}{}", w.kw("cap"), w.range(1, 60), w.money());
        match longer {
            Some(year) if w.chance(50) => text += &format!("{amount}{}", w.kw(year)),
            Some(year) if w.chance(40) => text += &format!("{amount}{}{}", w.kw("for_recipient"), w.kw(year)),
            _ => text += &format!("{amount}{}", w.kw("for_recipient")),
        }
    }
    text
}

/// An amount of money that is worked out, at least 100.
pub fn money_value(w: &mut Words, known: &Known, subject: usize) -> String {
    let value = known.number(w, subject, Unit::Money, Place::Subject, 2);
    let parts = [format!(" 100{}", w.money()), value];
    let list = w.list(&parts);
    format!("{}{}", w.kw("max"), w.paren(&list))
}
