//! Random values by case: `if`, tables, ladders, `or else`, rounding, parts of dates.

use super::expression::{Known, Place};
use super::schema::{FieldType, Unit};
use super::words::Words;

impl Known {
    /// A number by case, in parentheses.
    pub fn cases(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let text = match w.below(4) {
            0 => {
                let when = self.condition(w, kind, place, depth.min(1));
                let (then, other) =
                    (self.number(w, kind, unit, place, depth), self.number(w, kind, unit, place, depth));
                format!("{}{when}{}{then}{}{other}", w.kw("if"), w.kw("if_then"), w.kw("if_else"))
            }
            1 => self.ladder(w, kind, unit, place, depth),
            2 => self.domain_table(w, kind, unit, place, depth),
            _ => self.value_table(w, kind, unit, place, depth),
        };
        w.paren(&text)
    }

    fn ladder(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let mut text = format!("{}{}", w.kw("ladder"), w.mark("{"));
        for at in 0..w.range(1, 3) {
            let when = self.condition(w, kind, place, depth.min(1));
            let value = match at > 0 && w.chance(10) {
                true => w.kw("no_value"),
                false => self.number(w, kind, unit, place, depth),
            };
            text += &format!("{when}{}{value} ; ", w.kw("gets"));
        }
        let last = self.number(w, kind, unit, place, depth);
        text += &format!("{}{last}{}", w.kw("otherwise"), w.mark("}"));
        text
    }

    /// A table over a number or a code, with a last otherwise.
    fn value_table(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let codes: Vec<_> =
            self.schema.paths(kind).into_iter().filter(|(_, ty)| matches!(ty, FieldType::Code(_))).collect();
        let mut rows = Vec::new();
        let of = if !codes.is_empty() && w.chance(40) {
            let (path, ty) = w.pick(&codes).clone();
            if let FieldType::Code(mut codes) = ty {
                w.shuffle(&mut codes);
                let several = codes.len() > 2 && w.chance(50);
                let names: Vec<String> = codes.iter().take(if several { 2 } else { 1 }).map(|c| w.name(c)).collect();
                rows.push(w.list(&names));
                // All codes once are a whole table.
                if w.chance(50) && !several {
                    rows.extend(codes.iter().skip(1).map(|c| w.name(c)).collect::<Vec<_>>());
                    let of = self.schema.path(w, kind, &path);
                    return self.table_text(w, kind, unit, place, depth, (of, String::new()), &rows, false);
                }
            }
            self.schema.path(w, kind, &path)
        } else {
            let high = w.range(4, 9);
            rows.push(format!(" {high}{}", w.kw("or_more")));
            match w.below(4) {
                0 => rows.push(format!("{}2{}{}{high}", w.kw("from"), w.kw("to"), w.kw("below"))),
                1 => rows.push(format!("{}1{}{}", w.kw("above"), w.kw("to"), high - 1)),
                2 => rows.push(" 1, 2 ".to_owned()),
                _ => rows.push(format!("{}1", w.kw("below"))),
            }
            self.number(w, kind, Unit::Plain, place, depth)
        };
        self.table_text(w, kind, unit, place, depth, (of, String::new()), &rows, true)
    }

    /// A table over a domain that its rows take without gap.
    fn domain_table(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let middle = w.range(1, 4);
        let of = self.number(w, kind, Unit::Plain, place, depth);
        let mut domain = format!("{}0{}5", w.kw("from"), w.kw("to"));
        let mut rows = vec![format!(" {middle}{}", w.kw("or_more"))];
        if w.chance(50) {
            domain += &format!("{}1", w.kw("in_steps_of"));
            rows.push(format!("{}0{}{}", w.kw("from"), w.kw("to"), middle - 1));
        } else {
            rows.push(format!("{}{middle}", w.kw("below")));
        }
        self.table_text(w, kind, unit, place, depth, (of, domain), &rows, false)
    }

    #[allow(clippy::too_many_arguments, reason = "all that a number takes, and the table's parts")]
    fn table_text(
        &self,
        w: &mut Words,
        kind: usize,
        unit: Unit,
        place: Place,
        depth: u32,
        (of, domain): (String, String),
        rows: &[String],
        otherwise: bool,
    ) -> String {
        let mut text = format!("{}{of}{domain}{}", w.kw("by_value"), w.mark("{"));
        for (at, row) in rows.iter().enumerate() {
            let value = match at > 0 && w.chance(10) {
                true => w.kw("no_value"),
                false => self.number(w, kind, unit, place, depth),
            };
            text += &format!("{row}{}{value} ; ", w.kw("gets"));
        }
        if otherwise {
            let last = self.number(w, kind, unit, place, depth);
            text += &format!("{}{last}", w.kw("otherwise"));
        }
        text + &w.mark("}")
    }

    pub fn or_else(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let (first, other) = (self.number(w, kind, unit, place, depth), self.literal(w, unit));
        let other = if w.chance(15) { format!(" -{}", other.trim_start()) } else { other };
        let text = format!("{}{}{other}", w.paren(&first), w.kw("or_else"));
        w.paren(&text)
    }

    pub fn rounded(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let inner = self.number(w, kind, unit, place, depth);
        let to = if w.chance(50) {
            format!("{}{}", w.range(0, 3), w.kw("places"))
        } else {
            format!("{}{}", w.kw("multiples_of"), w.pick(&["0.5", "1", "3", "10"]))
        };
        let how = w.kw_of(&["rounded_up", "rounded_down", "rounded_half_up", "rounded_half_even"]);
        let text = format!("{inner}{}{to}{how}", w.kw("to"));
        format!("{}{}", w.kw("round"), w.paren(&text))
    }

    pub fn date_part(&self, w: &mut Words, kind: usize, place: Place) -> String {
        let of = self.moment(w, kind, place, 0);
        let part = w.kw_of(&["year_of", "quarter_of", "month_of", "weekday_of", "day_of"]);
        format!("{part}{}", w.paren(&of))
    }

    /// The days that end or begin with a day or instant of the row that asks.
    pub fn dated_frame(&self, w: &mut Words, kind: usize, place: Place) -> String {
        // Where a bound reads a tally, no item would tell of it.
        let place = match place {
            Place::Assessed | Place::Gated | Place::Ranked => Place::Subject,
            place => place,
        };
        let bound = |w: &mut Words| {
            let at = self.moment(w, kind, place, 1);
            w.paren(&at)
        };
        match w.below(5) {
            0 => format!("{}{}{}{}", w.kw("dated_from"), bound(w), w.kw("to"), bound(w)),
            1 => format!("{}{}", w.kw("dated_from"), bound(w)),
            2 => format!("{}{}", w.kw("dated_up_to"), bound(w)),
            _ => {
                let (count, unit) = (w.range(1, 20), w.kw_of(&["days", "weeks", "months"]));
                format!("{}{count}{unit}{}{}", w.kw("in_recent"), w.kw("up_to"), bound(w))
            }
        }
    }

    /// Since the last of some record that leads to the row that asks.
    pub fn since_frame(&self, w: &mut Words, kind: usize) -> Option<String> {
        let whole = self.kind(kind).role == super::schema::Role::Whole;
        let leads =
            |from: &usize| self.kind(*from).is_record() && (whole || self.schema.chains(*from, kind).len() == 1);
        let kinds: Vec<usize> = (0..self.schema.kinds.len()).filter(leads).collect();
        if kinds.is_empty() {
            return None;
        }
        let from = *w.pick(&kinds);
        let name = self.kind(from).name.clone();
        let name = w.name(&name);
        let who = self.who(w, kind);
        if w.chance(60) && who.is_empty() {
            return Some(format!("{}{name}", w.kw("since_last")));
        }
        let filter = self.closed_condition(w, from, Place::Record, 0);
        let source = format!("{name}{who}{}{filter}", w.kw("where"));
        Some(format!("{}{}", w.kw("since_last"), w.paren(&source)))
    }
}
