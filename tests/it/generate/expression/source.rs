//! Random rows to count for a subject, and the time that they are taken from.

use super::super::schema::{FieldType, Kind, Role};
use super::super::times;
use super::super::words::Words;
use super::{Known, Place, w_pick};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceWant {
    /// Anything that can be counted, also several kinds of records.
    Any,
    /// One kind.
    One,
    /// One register.
    Register,
    /// One kind of records.
    OneRecord,
    /// Records in order, without a time frame.
    Log,
    /// The two kinds of records that share fields.
    Pooled,
    /// Records with a length.
    Cover,
    /// Such as say in which time others cover.
    During,
}

pub struct SourceText {
    pub kind: usize,
    /// Where its rows are read.
    pub place: Place,
    pub text: String,
    /// It ends with a condition, which would take what follows for its own.
    pub open: bool,
    /// Ties for the first are shared: it is counted or added up.
    pub shared: bool,
}

impl Known {
    /// Rows to count for a subject; `None` where none of the kinds leads to it.
    pub fn source(
        &self,
        w: &mut Words,
        kind: usize,
        want: SourceWant,
        must_say: bool,
        depth: u32,
    ) -> Option<SourceText> {
        let place = Place::Subject;
        let whole = self.kind(kind).role == Role::Whole;
        let ways = |from: usize| if whole { vec![Vec::new()] } else { self.schema.chains(from, kind) };
        let countable = |from: &usize| self.kind(*from).role != Role::Whole && !ways(*from).is_empty();
        let mut kinds: Vec<usize> = (0..self.schema.kinds.len()).filter(countable).collect();
        let cover = matches!(want, SourceWant::Cover | SourceWant::During);
        if cover || matches!(want, SourceWant::OneRecord | SourceWant::Log) {
            kinds.retain(|k| self.kind(*k).is_record());
        }
        if cover {
            kinds.retain(|k| self.kind(*k).has_length());
        }
        if want == SourceWant::Register {
            kinds.retain(|k| !self.kind(*k).is_record());
        }
        if kinds.is_empty() {
            return None;
        }
        let first_visit = self.schema.kinds.iter().position(Kind::is_record)?;
        let pool = [first_visit, first_visit + 1];
        let pooled = match want {
            SourceWant::Pooled => true,
            SourceWant::Any | SourceWant::Log | SourceWant::Cover | SourceWant::During => w.chance(25),
            _ => false,
        } && pool.iter().all(|k| kinds.contains(k) && ways(*k).len() == 1);
        if want == SourceWant::Pooled && !pooled {
            return None;
        }
        let from = if pooled { first_visit } else { *w.pick(&kinds) };
        // A record with a key may be a row of its own, whose filter reads more than the record.
        let keyed = self.kind(from).marked("key").is_some();
        // Records that must be apart, or gaps between them, are told apart by their own fields.
        let apart = !cover && self.kind(from).is_record() && w.chance(12);
        let as_row = !self.kind(from).is_record()
            || (keyed && !pooled && !apart && !cover && want != SourceWant::Log && w.chance(40));
        let row_place = if as_row { Place::Row } else { Place::Record };
        let mut text = String::new();
        if pooled {
            let names: Vec<String> = pool.iter().map(|k| self.kind_or_part(w, *k)).collect();
            let joined = names.join(&w.kw("or"));
            text += &w.paren(&joined);
        } else {
            text += &self.kind_or_part(w, from);
        }
        let paths = ways(from);
        let ambiguous = paths.len() > 1 && paths.iter().filter(|p| p.len() == 1).count() != 1;
        if !pooled && !whole && (ambiguous || w.chance(25)) {
            let path = w.pick(&paths).clone();
            text += &format!("{}{}", w.kw("via"), self.schema.path(w, from, &path));
        }
        if self.kind(from).is_record() && !whole {
            text += &self.who(w, kind);
        }
        let tree = self.kind(kind).is_tree();
        if (must_say && tree) || w.chance(if tree { 50 } else { 0 }) {
            text += &if w.chance(60) { w.kw("in") } else { w.kw("of") };
        }
        let mut open = false;
        let mut frame_chance = 55;
        let timed = self.kind(from).marked("at").filter(|at| self.kind(from).fields[*at].ty == FieldType::Time);
        let by_days = !as_row && !matches!(want, SourceWant::Log | SourceWant::During);
        if let Some(at) = timed.filter(|_| by_days && w.chance(25)) {
            let filtered = !pooled && w.chance(50);
            if filtered {
                let field = self.schema.path(w, from, &[at]);
                text += &format!("{}{field}{}", w.kw("where"), times::night(w));
            }
            text += &times::day_starts(w);
            if !cover && w.chance(40) {
                return Some(SourceText {
                    kind: from,
                    place: row_place,
                    text: text + &day_frame(w),
                    open: false,
                    shared: false,
                });
            }
            frame_chance = 0;
        } else if !pooled && w.chance(45) {
            open = !cover && w.chance(50);
            let filter = if open {
                self.condition(w, from, row_place, depth.min(1))
            } else {
                self.closed_condition(w, from, row_place, depth.min(1))
            };
            text += &format!("{}{filter}", w.kw("where"));
        }
        let mut shared = false;
        if apart {
            let kinds = if pooled { pool.to_vec() } else { vec![from] };
            let first = if want != SourceWant::Log && w.chance(60) { self.first_per(w, &kinds, want) } else { None };
            text += &match first {
                Some((text, ties_shared)) => {
                    shared = ties_shared;
                    text
                }
                None => times::thin(w, pooled),
            };
            open = false;
        }
        if self.kind(from).is_record() && !cover && want != SourceWant::Log && w.chance(frame_chance) {
            text += &match w.below(8) {
                0 => self.dated_frame(w, kind, place),
                1 => match self.since_frame(w, kind) {
                    Some(text) => text,
                    None => frame(w),
                },
                _ => frame(w),
            };
            open = false;
        }
        if want == SourceWant::Cover && w.chance(30) {
            text += &cover_frame(w);
        }
        Some(SourceText { kind: from, place: row_place, text, open, shared })
    }
}

/// A frame with a first and a last day.
fn cover_frame(w: &mut Words) -> String {
    let (count, unit) = (w.range(1, 9), w_pick(w, &["days", "weeks"]));
    match w.below(4) {
        0 => w.kw("in_window"),
        1 => last_frame(w, count, unit, true),
        _ => last_frame(w, count, unit, false),
    }
}

/// So many units up to the window's end, or before its start.
pub(super) fn last_frame(w: &mut Words, count: i64, unit: &str, at_end: bool) -> String {
    match (at_end, w.english()) {
        (true, true) => format!(" in the last {count}{}to window end ", w.kw(unit)),
        (true, false) => format!(" 期末前 {count}{}", w.kw(unit)),
        (false, true) => format!(" in the {count}{}before window ", w.kw(unit)),
        (false, false) => format!(" 期前 {count}{}", w.kw(unit)),
    }
}

/// A frame that takes whole days.
fn day_frame(w: &mut Words) -> String {
    let id = *w.pick(&["in_window", "up_to_window_end", "before_window"]);
    w.kw(id)
}

pub fn frame(w: &mut Words) -> String {
    let count = w.range(1, 40);
    let unit = w_pick(w, &["days", "weeks", "months", "years"]);
    let count = match unit {
        "days" => count,
        "years" => 1,
        _ => 1 + count % 5,
    };
    match w.below(6) {
        0 => w.kw("in_window"),
        1 => w.kw("up_to_window_end"),
        2 => w.kw("before_window"),
        3 => w.kw("ever"),
        4 => last_frame(w, count, unit, true),
        _ => last_frame(w, count, unit, false),
    }
}
