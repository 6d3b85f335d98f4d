//! Random numbers: fields, aggregates, covered time, arithmetic.

use super::super::schema::{FieldType, Role, SPANS, Unit, unit_text};
use super::super::words::Words;
use super::{Known, ParamType, Place, Rule, SourceWant, Type};

impl Known {
    /// A number, in parentheses where anything could follow.
    pub fn number(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        for _ in 0..8 {
            let found = match w.below(if depth == 0 { 5 } else { 14 }) {
                0 => None,
                1 | 2 => self.number_field(w, kind, unit),
                3 if place != Place::Record && w.chance(40) => self.counter_value(w, kind, unit),
                3 => self.measure(w, kind, Type::Number(unit), place),
                4 => self.param(w, ParamType::Number(unit)),
                5 if place != Place::Record && w.chance(50) => self.cover(w, kind, unit),
                5..=8 => self.aggregate(w, kind, unit, place, depth),
                9 | 10 if unit == Unit::Plain || unit == Unit::Share => self.tally(w, kind, unit, place),
                11 if matches!(unit, Unit::Points | Unit::Share) && w.chance(60) => {
                    self.results_of_rows(w, kind, place, unit)
                }
                11 if unit == Unit::Points => self.result(w, kind, place),
                13 if unit == Unit::Plain && w.chance(50) => self.rank(w, kind, place),
                13 if matches!(unit, Unit::Plain | Unit::Share) => self.over_periods(w, kind, place, unit),
                12 if SPANS.contains(&unit) => Some(self.between(w, kind, unit, place)),
                _ => Some(self.arithmetic(w, kind, unit, place, depth)),
            };
            if let Some(found) = found {
                return found;
            }
        }
        self.literal(w, unit)
    }

    pub(super) fn number_field(&self, w: &mut Words, kind: usize, unit: Unit) -> Option<String> {
        self.field(w, kind, |ty| *ty == FieldType::Number(unit) || (unit == Unit::Plain && *ty == FieldType::Whole))
    }

    pub(super) fn arithmetic(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let depth = depth.saturating_sub(1);
        let part = |w: &mut Words, unit: Unit| self.number(w, kind, unit, place, depth);
        let text = match w.below(13) {
            9 => return self.cases(w, kind, unit, place, depth),
            10 => return self.or_else(w, kind, unit, place, depth),
            11 => self.rounded(w, kind, unit, place, depth),
            12 if unit == Unit::Plain && w.chance(40) => self.workdays_between(w, kind, place),
            12 if unit == Unit::Plain => self.date_part(w, kind, place),
            0 | 1 => format!("{}{}{}", part(w, unit), w.mark("+"), part(w, unit)),
            2 => format!("{} - {}", part(w, unit), part(w, unit)),
            3 => {
                let factor = if unit == Unit::Plain || w.chance(70) { Unit::Plain } else { Unit::Share };
                format!("{}{}{}", part(w, unit), w.mark("*"), part(w, factor))
            }
            4 => {
                let zero = match w.below(3) {
                    0 => w.kw("zero_divisor_unknown"),
                    _ => format!("{}{}", w.kw("zero_divisor"), self.literal(w, unit)),
                };
                // Two of one unit give a plain number or a share; else the divisor is plain.
                let (of, by) = if matches!(unit, Unit::Plain | Unit::Share) && w.chance(60) {
                    let same = *w.pick(&[Unit::Plain, Unit::Points, Unit::Money]);
                    (same, same)
                } else {
                    (unit, Unit::Plain)
                };
                let (a, b) = (part(w, of), self.divisor(w, kind, by, place, depth));
                format!("{a}{}{b}{zero}", w.mark("/"))
            }
            5 => format!("{}{}", part(w, unit), ""),
            6 => {
                let id = *w.pick(&["min", "max"]);
                let parts: Vec<String> = (0..w.range(2, 3)).map(|_| part(w, unit)).collect();
                let list = w.list(&parts);
                format!("{}{}", w.kw(id), w.paren(&list))
            }
            7 => {
                let id = *w.pick(&["abs", "floor", "ceil"]);
                let inner = part(w, unit);
                format!("{}{}", w.kw(id), w.paren(&inner))
            }
            _ => format!("-{}", part(w, unit)),
        };
        w.paren(&text)
    }

    /// A number that is no written zero: the checker refuses to divide by one.
    pub(super) fn divisor(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> String {
        let found = match w.below(3) {
            0 => self.number_field(w, kind, unit),
            1 => self.aggregate(w, kind, unit, place, depth),
            _ if unit == Unit::Plain => self.tally(w, kind, unit, place),
            _ => self.number_field(w, kind, unit),
        };
        found.unwrap_or_else(|| format!(" {}{}", w.range(2, 4), unit_text(w, unit)))
    }

    /// Workdays between two moments as a plain number.
    fn workdays_between(&self, w: &mut Words, kind: usize, place: Place) -> String {
        let (a, b) = (self.moment(w, kind, place, 1), self.until(w, kind, place));
        let by = if w.chance(70) { format!("{}{}", w.kw("by_calendar"), w.name("历法")) } else { String::new() };
        let span = format!("{}{a}{}{b}{by}", w.kw("workdays_between"), w.kw("between_and"));
        format!("{} / 1{}", w.paren(&span), w.kw("workdays"))
    }

    pub(super) fn between(&self, w: &mut Words, kind: usize, unit: Unit, place: Place) -> String {
        let id = match unit {
            Unit::Minutes => "minutes_between",
            Unit::Hours => "hours_between",
            Unit::Days => "days_between",
            Unit::Weeks => "weeks_between",
            Unit::Years => "years_between",
            _ => "months_between",
        };
        let by_hour = matches!(unit, Unit::Minutes | Unit::Hours);
        // Hours pass between times; a day has none.
        let side = |w: &mut Words| match by_hour {
            true => self.field(w, kind, |ty| *ty == FieldType::Time),
            false => Some(self.moment(w, kind, place, 1)),
        };
        let (Some(a), Some(b)) = (side(w), if by_hour { side(w) } else { Some(self.until(w, kind, place)) }) else {
            let number = w.range(2, 40);
            let text = format!("{number}{}", unit_text(w, unit));
            return w.paren(&text);
        };
        let clock = by_hour && w.chance(40);
        let by = if clock {
            let name = *w.pick(&["时钟", "夜钟"]);
            format!("{}{}", w.kw("on_clock"), w.name(name))
        } else {
            String::new()
        };
        let text = format!("{}{a}{}{b}{by}", w.kw(id), w.kw("between_and"));
        w.paren(&text)
    }

    /// A moment up to which time is counted: often one that may not have come, else as-of.
    fn until(&self, w: &mut Words, kind: usize, place: Place) -> String {
        match self.field(w, kind, |ty| matches!(ty, FieldType::Date | FieldType::Time)).filter(|_| w.chance(40)) {
            Some(field) => {
                let text = format!("{field}{}{}", w.kw("or_else"), w.kw("as_of"));
                w.paren(&text)
            }
            None => self.moment(w, kind, place, 1),
        }
    }

    pub(super) fn aggregate(&self, w: &mut Words, kind: usize, unit: Unit, place: Place, depth: u32) -> Option<String> {
        if place == Place::Record {
            return None;
        }
        let depth = depth.saturating_sub(1);
        let text = match (unit, w.below(4)) {
            (Unit::Plain, 0 | 1) => {
                let source = self.rows(w, kind, SourceWant::Any, false, depth)?;
                format!("{}{}", w.kw("count_of"), source.text)
            }
            (Unit::Plain, 2) => {
                let source = self.rows(w, kind, SourceWant::One, false, depth)?;
                let values: Vec<String> = (0..w.range(1, 2)).filter_map(|_| self.row_value(w, source.kind)).collect();
                if values.is_empty() {
                    return None;
                }
                format!("{}{}{}{}", w.kw("distinct"), w.list(&values), w.kw("over"), source.text)
            }
            (Unit::Share, 0 | 1) => {
                let source = self.rows(w, kind, SourceWant::One, true, depth)?;
                let inner = self.condition(w, source.kind, source.place, depth);
                format!("{}{}{}{}", w.kw("share_of"), source.text, w.kw("with"), w.paren(&inner))
            }
            _ => {
                let want = if w.chance(60) { SourceWant::OneRecord } else { SourceWant::One };
                let pooled = unit == Unit::Points && w.chance(50);
                let want = if pooled { SourceWant::Pooled } else { want };
                let source = self.rows(w, kind, want, true, depth)?;
                let value = if pooled {
                    let field = self.kind(source.kind).fields[2].name.clone();
                    w.name(&field)
                } else {
                    self.number_field(w, source.kind, unit)?
                };
                let records = self.kind(source.kind).is_record();
                let ops: &[&str] = if source.shared { &["sum"] } else { &OPS };
                let op = *w.pick(ops);
                let op = if !records && matches!(op, "first" | "last") { "sum" } else { op };
                let weight = match op {
                    "average" if w.chance(40) && !pooled => {
                        let weight = self.number_field(w, source.kind, Unit::Plain)?;
                        format!("{}{weight}", w.kw("weighted_by"))
                    }
                    _ => String::new(),
                };
                format!("{}{value}{weight}{}{}", take(w, op), w.kw("over"), source.text)
            }
        };
        Some(w.paren(&text))
    }

    /// Time that records cover.
    pub(super) fn cover(&self, w: &mut Words, kind: usize, unit: Unit) -> Option<String> {
        let take = match unit {
            Unit::Minutes => *w.pick(&["minutes_covered", "minutes_uncovered"]),
            Unit::Hours => *w.pick(&["hours_covered", "hours_uncovered"]),
            Unit::Days => *w.pick(&["days_covered", "days_uncovered"]),
            Unit::Share => "share_covered",
            Unit::Plain => "most_at_once",
            _ => return None,
        };
        let source = self.source(w, kind, SourceWant::Cover, true, 0)?;
        let several = match w.below(3) {
            0 if unit != Unit::Plain => format!("{} {} ", w.kw("at_least"), w.range(1, 3)),
            _ => String::new(),
        };
        let by_night = source.text.contains("day starts") || source.text.contains("始于");
        let base = match w.below(6) {
            0 | 1 if unit != Unit::Days => {
                let name = if by_night && w.chance(60) { "夜钟" } else { "时钟" };
                format!("{}{}", w.kw("on_clock"), w.name(name))
            }
            2 => format!("{}{}", w.kw("during"), self.source(w, kind, SourceWant::During, true, 0)?.text),
            _ => String::new(),
        };
        let text = format!("{}{several}{}{base}", w.kw(take), source.text);
        Some(w.paren(&text))
    }

    /// A single value of a row.
    pub fn row_value(&self, w: &mut Words, kind: usize) -> Option<String> {
        self.field(w, kind, |ty| !matches!(ty, FieldType::Codes(_)))
    }

    /// The day on which a term of the subject is due.
    pub(super) fn due_day(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        if !matches!(place, Place::Assessed | Place::Gated | Place::Ranked) {
            return None;
        }
        let rules: Vec<&Rule> = self.rules.iter().filter(|rule| rule.subject == kind && rule.single_term).collect();
        if rules.is_empty() {
            return None;
        }
        let rule = *w.pick(&rules);
        let word = super::super::rules::STRENGTHS[rule.strength];
        let counting = if rule.strength > 1 { format!("{}{}", w.kw("counting"), w.kw(word)) } else { String::new() };
        let text = format!("{}{}{counting}", w.kw("due_day_of"), w.name(&rule.name));
        self.tallies.set(self.tallies.get() + 1);
        Some(w.paren(&text))
    }

    pub(super) fn tally(&self, w: &mut Words, kind: usize, unit: Unit, place: Place) -> Option<String> {
        if !matches!(place, Place::Assessed | Place::Gated | Place::Ranked) {
            return None;
        }
        if unit == Unit::Plain && matches!(place, Place::Gated | Place::Ranked) && w.chance(12) {
            return (!self.lines.borrow().is_empty()).then(|| w.kw("full_items"));
        }
        let leads = |rule: &&Rule| {
            rule.subject == kind
                || self.kind(kind).role == Role::Whole
                || self.schema.chains(rule.subject, kind).len() == 1
        };
        let mut rules: Vec<&Rule> = self.rules.iter().filter(leads).collect();
        if rules.is_empty() {
            return None;
        }
        w.shuffle(&mut rules);
        let count = 1 + w.below(rules.len().min(3));
        let names: Vec<String> = rules.iter().take(count).map(|r| w.name(&r.name)).collect();
        let id = match unit {
            Unit::Share => *w.pick(&["share_met", "share_met", "mean_share_met"]),
            _ => *w.pick(&[
                "met",
                "unmet",
                "due",
                "unknown",
                "excused",
                "pending",
                "longest_unmet",
                "longest_met",
                "current_unmet",
                "current_met",
            ]),
        };
        let weakest = rules.iter().take(count).map(|rule| rule.strength).max().unwrap_or(0);
        let word = super::super::rules::STRENGTHS[weakest];
        let counting =
            if weakest > 1 || w.chance(10) { format!("{}{}", w.kw("counting"), w.kw(word)) } else { String::new() };
        let text = format!("{}{}{counting}", w.kw(id), w.list(&names));
        self.tallies.set(self.tallies.get() + 1);
        Some(w.paren(&text))
    }
}

const OPS: [&str; 9] = ["sum", "sum", "average", "smallest", "largest", "first", "last", "median", "percentile"];

/// The words before a value that is taken of rows.
pub(super) fn take(w: &mut Words, op: &str) -> String {
    match op {
        "percentile" => {
            let part = *w.pick(&["1", "25", "50", "90", "99.5", "100", "(100 / 3)", "(30 + 0.5)"]);
            format!("{} {part}{}", w.kw(op), w.kw("of"))
        }
        op => w.kw(op),
    }
}
