//! Random days and times.

use super::super::schema::FieldType;
use super::super::words::Words;
use super::{Known, ParamType, Place, SourceWant, Type};

impl Known {
    pub fn moment(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        for _ in 0..4 {
            let found = match w.below(11) {
                9 => Some(w.kw("as_of")),
                10 if depth > 0 => self.due_day(w, kind, place),
                0 => Some({
                    let day = self.a_day(w);
                    w.date(day)
                }),
                1 | 2 => self.field(w, kind, |ty| *ty == FieldType::Date),
                3 | 4 => self.field(w, kind, |ty| *ty == FieldType::Time),
                5 if place != Place::Record => {
                    Some(if w.chance(50) { w.kw("window_start") } else { w.kw("window_end") })
                }
                6 if depth > 0 => {
                    let unit = *w.pick(&["minutes", "hours", "days", "workdays", "weeks", "months", "years"]);
                    // Hours are added to a time; a day has none.
                    let time = match unit {
                        "minutes" | "hours" => self.field(w, kind, |ty| *ty == FieldType::Time),
                        _ => None,
                    };
                    let unit = if time.is_none() && matches!(unit, "minutes" | "hours") { "days" } else { unit };
                    let sign = *w.pick(&["+", "-"]);
                    let amount = w.range(0, 40);
                    let from = time.unwrap_or_else(|| self.moment(w, kind, place, depth - 1));
                    let calendar = match unit {
                        "workdays" => format!("{}{}", w.kw("by_calendar"), w.name("历法")),
                        _ => String::new(),
                    };
                    let text = format!("{from} {sign} {amount}{}{calendar}", w.kw(unit));
                    Some(w.paren(&text))
                }
                6 => Some({
                    let day = self.moment(w, kind, place, 0);
                    let text =
                        format!("{}{}{:02}:{:02}", w.paren(&day), w.kw("at_time"), w.range(0, 23), w.range(0, 59));
                    w.paren(&text)
                }),
                7 if depth > 0 => self.moment_aggregate(w, kind, place),
                8 => self.measure(w, kind, Type::Moment, place).or_else(|| self.param(w, ParamType::Date)),
                _ => None,
            };
            if let Some(found) = found {
                return found;
            }
        }
        let day = self.a_day(w);
        w.date(day)
    }

    pub fn moment_aggregate(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        if place == Place::Record {
            return None;
        }
        let source = self.source(w, kind, SourceWant::OneRecord, true, 0)?;
        let op = w.kw_of(&["first", "last", "smallest", "largest"]);
        let value = self.field(w, source.kind, |ty| matches!(ty, FieldType::Date | FieldType::Time))?;
        let text = format!("{op}{value}{}{}", w.kw("over"), source.text);
        Some(w.paren(&text))
    }
}
