//! Random prizes in an order, and quotas on grades.

use super::assess::{money, order};
use super::expression::{Known, Place, w_pick};
use super::money::{Pays, budget, payee};
use super::schema::Unit;
use super::words::Words;

/// A number of places or a share, rounding and all; of either some are read, and so may differ or be open.
pub fn places(w: &mut Words, known: &Known, subject: usize, share: bool) -> String {
    let unit = if share { Unit::Share } else { Unit::Plain };
    let size = if w.chance(20) {
        let place = Place::Ranked;
        let inner = known.number(w, subject, unit, place, 1);
        let least = if share { " 1%" } else { " 1" };
        let list = w.list(&[least.to_owned(), inner]);
        let largest = format!("{}{}", w.kw("max"), w.paren(&list));
        let whole = if share { largest } else { format!("{}{}", w.kw("floor"), w.paren(&largest)) };
        w.paren(&whole)
    } else if share {
        format!(" {}%", *w.pick(&[10, 25, 30, 50, 100]))
    } else {
        format!(" {} ", w.range(1, 3))
    };
    if !share {
        return size;
    }
    let rounding = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even"]);
    format!("{size}{}", w.kw(rounding))
}

/// `at least N`, at times.
pub fn at_least(w: &mut Words) -> String {
    let least = if w.chance(30) { format!("{}{} ", w.kw("award_at_least"), w.range(0, 2)) } else { String::new() };
    if w.chance(20) { format!("{least}{}{} ", w.kw("cap"), w.range(2, 4)) } else { least }
}

pub fn prizes(w: &mut Words, known: &mut Known, subject: usize) -> String {
    let name = known.schema.fresh(w);
    let shares = w.chance(40);
    let base = if shares { w.kw_of(&["base_eligible", "base_all"]) } else { String::new() };
    let order = order(w, known, subject);
    let count = w.range(1, 3);
    let paid = w.chance(40);
    let ties = super::money::ties(w, paid);
    let empty = if count > 1 { w.kw_of(&["empty_pass_on", "empty_stay"]) } else { String::new() };
    let mut text = format!("{}{}{}{base}{order}{ties}{empty}", w.kw("prizes"), w.name(&name), w.mark(":"));
    if paid {
        text += &budget(w);
    }
    text += &w.mark("{");
    for _ in 0..count {
        let prize = known.schema.fresh(w);
        let is_share = shares && w.chance(60);
        let size = places(w, known, subject, is_share);
        text += &format!("{}{}{size}", w.name(&prize), w.mark(":"));
        if w.chance(50) {
            let word = w.kw_of(&["or_more", "or_more", "or_less"]);
            text += &format!("{}{}{}{word}", w.mark(","), *w.pick(&[" 10", " 30", " 60"]), w.kw("points"));
        }
        if w.chance(20) {
            let when = known.closed_condition(w, subject, Place::Ranked, 1);
            text += &format!("{}{}{when}", w.mark(","), w.kw("when"));
        }
        if paid {
            text += &format!("{} {}{}", w.mark(","), *w.pick(&["100", "400", "2000", "33.5"]), w.money());
            if w.chance(40) {
                text += &payee(w, known, subject, Pays::Money);
            }
        } else if w.chance(50) {
            text += &format!("{}{}", w.mark(","), w.kw_of(&["reward_kind", "sanction_kind", "award_kind"]));
            text += &money(w, known);
        }
        text += &w.mark(";");
    }
    text + &w.mark("}")
}

pub fn grade_quota(w: &mut Words, known: &mut Known, subject: usize, grades: &[String]) -> String {
    let name = known.schema.fresh(w);
    let grade = grades[w.below(grades.len() - 1)].clone();
    let shares = w.chance(50);
    let size = places(w, known, subject, shares);
    let least = at_least(w);
    let base = if shares { w.kw_of(&["base_eligible", "base_all"]) } else { String::new() };
    let order = order(w, known, subject);
    let ties = w.kw_of(&["ties_include", "ties_exclude"]);
    let (quota, cap) = (w.kw("quota"), w.kw("cap"));
    format!("{quota}{}{}{}{cap}{size}{least}{base}{order}{ties}", w.name(&name), w.mark(":"), w.name(&grade))
}
