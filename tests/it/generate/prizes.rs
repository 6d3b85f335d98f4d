//! Random prizes in an order, and quotas on grades.

use super::assess::{money, order};
use super::expression::{Known, Place, w_pick};
use super::money::{Pays, budget, payee};
use super::words::Words;

fn share(w: &mut Words) -> String {
    let rounding = w_pick(w, &["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even"]);
    format!(" {}%{}", *w.pick(&[10, 25, 30, 50, 100]), w.kw(rounding))
}

pub fn prizes(w: &mut Words, known: &mut Known, subject: usize) -> String {
    let name = known.schema.fresh(w);
    let shares = w.chance(40);
    let base = if shares { w.kw_of(&["base_eligible", "base_all"]) } else { String::new() };
    let order = order(w, known, subject);
    let ties = w.kw_of(&["ties_include", "ties_exclude"]);
    let count = w.range(1, 3);
    let empty = if count > 1 { w.kw_of(&["empty_pass_on", "empty_stay"]) } else { String::new() };
    let paid = w.chance(40);
    let mut text = format!("{}{}{}{base}{order}{ties}{empty}", w.kw("prizes"), w.name(&name), w.mark(":"));
    if paid {
        text += &budget(w);
    }
    text += &w.mark("{");
    for _ in 0..count {
        let prize = known.schema.fresh(w);
        let size = if shares && w.chance(60) { share(w) } else { format!(" {}", w.range(1, 2)) };
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
            text += &format!("{} {}{}", w.mark(","), *w.pick(&["100", "400", "2000", "33.5"]), w.kw("yuan"));
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
    let size = if shares { share(w) } else { format!(" {}", w.range(1, 2)) };
    let base = if shares { w.kw_of(&["base_eligible", "base_all"]) } else { String::new() };
    let order = order(w, known, subject);
    let ties = w.kw_of(&["ties_include", "ties_exclude"]);
    let (quota, cap) = (w.kw("quota"), w.kw("cap"));
    format!("{quota}{}{}{}{cap}{size}{base}{order}{ties}", w.name(&name), w.mark(":"), w.name(&grade))
}
