//! Random conditions.

use super::super::schema::{FieldType, SPANS, Unit};
use super::super::words::Words;
use super::{Known, ParamType, Place, Type};

impl Known {
    /// A condition.
    pub fn condition(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        for _ in 0..8 {
            let found = match w.below(if depth == 0 { 13 } else { 17 }) {
                8 if w.chance(40) => self.hours_test(w, kind),
                0 => self.code_test(w, kind),
                1 => self.codes_test(w, kind),
                2 => self.text_test(w, kind),
                3 => self.field(w, kind, |ty| *ty == FieldType::Bool).map(|f| match w.below(3) {
                    0 => f,
                    1 => format!("{f}{}{}", w.mark("="), w.kw("yes")),
                    _ => format!("{f}{}{}", w.kw("is"), w.kw("no")),
                }),
                4 => self.field(w, kind, |_| true).map(|f| {
                    let test = if w.chance(60) { w.kw("is_known") } else { w.kw("is_missing") };
                    format!("{f}{test}")
                }),
                5 => self.measure(w, kind, Type::Bool, place).or_else(|| self.param(w, ParamType::Bool)),
                6 if self.actor.is_some() && w.chance(70) => self.acting_test(w, kind),
                6 => self.key_test(w, kind),
                7 | 8 => Some(self.moment_test(w, kind, place)),
                9 => self.number_set(w, kind, place, depth),
                10 => self.result_test(w, kind, place),
                11 | 12 => Some(self.number_test(w, kind, place, depth)),
                13 => {
                    let inner = self.condition(w, kind, place, depth - 1);
                    Some(format!("{}{}", w.kw("not"), w.paren(&inner)))
                }
                n => {
                    let word = if n == 14 { "or" } else { "and" };
                    let a = self.condition(w, kind, place, depth - 1);
                    let b = self.condition(w, kind, place, depth - 1);
                    Some(format!("{}{}{}", w.paren(&a), w.kw(word), w.paren(&b)))
                }
            };
            if let Some(found) = found {
                return found;
            }
        }
        self.number_test(w, kind, place, 0)
    }

    /// A condition after which no `at most` or 不高于 can be taken for a comparison.
    pub fn closed_condition(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        let inner = self.condition(w, kind, place, depth);
        format!("{}{}{}", w.paren(&inner), w.kw("is"), w.kw("yes"))
    }

    pub(super) fn number_test(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> String {
        if w.chance(10) {
            let unit = *w.pick(&[Unit::Hours, Unit::Minutes]);
            let covered = if place != Place::Record && w.chance(50) { self.cover(w, kind, unit) } else { None };
            let span = covered.unwrap_or_else(|| self.between(w, kind, unit, place));
            return format!("{span}{}{}", comparison(w), self.literal(w, unit));
        }
        let units = [
            Unit::Plain,
            Unit::Plain,
            Unit::Share,
            Unit::Points,
            Unit::Money,
            Unit::Named,
            *w.pick(&SPANS),
            *w.pick(&SPANS),
            *w.pick(&SPANS),
        ];
        let unit = *w.pick(&units);
        let depth = depth.saturating_sub(1);
        let (a, b) = (self.number(w, kind, unit, place, depth), self.number(w, kind, unit, place, depth));
        format!("{a}{}{b}", comparison(w))
    }

    pub(super) fn moment_test(&self, w: &mut Words, kind: usize, place: Place) -> String {
        let (a, b) = (self.moment(w, kind, place, 1), self.moment(w, kind, place, 1));
        format!("{a}{}{b}", comparison(w))
    }

    /// A time lies in hours of the day. Those over midnight make the day of a record a choice (see `source`).
    pub(super) fn hours_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let times: Vec<_> = self.schema.paths(kind).into_iter().filter(|(_, ty)| *ty == FieldType::Time).collect();
        if times.is_empty() {
            return None;
        }
        let path = w.pick(&times).0.clone();
        let own = path.len() == 1 && self.kind(kind).fields[path[0]].mark == Some("at");
        let hours = super::super::times::hours(w, !own);
        Some(format!("{}{hours}", self.schema.path(w, kind, &path)))
    }

    pub(super) fn number_set(&self, w: &mut Words, kind: usize, place: Place, depth: u32) -> Option<String> {
        let value = self.number(w, kind, Unit::Plain, place, depth.saturating_sub(1));
        let choices: Vec<String> = (0..w.range(1, 3)).map(|_| format!(" {} ", w.range(0, 3))).collect();
        let op = if w.chance(70) { w.kw("in_set") } else { w.kw("not_in_set") };
        Some(format!("{value}{op}{{{}}} ", w.list(&choices)))
    }

    pub(super) fn code_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let paths: Vec<_> =
            self.schema.paths(kind).into_iter().filter(|(_, ty)| matches!(ty, FieldType::Code(_))).collect();
        if paths.is_empty() {
            return None;
        }
        let (path, ty) = w.pick(&paths).clone();
        let FieldType::Code(codes) = ty else { return None };
        let field = self.schema.path(w, kind, &path);
        let code = w.pick(&codes).clone();
        Some(match w.below(4) {
            0 => format!("{field}{}{}", w.mark("="), w.name(&code)),
            1 => format!("{field}{}{}", w.kw("is_not"), w.name(&code)),
            2 => format!("{field}{}{}", w.kw("is"), w.text(&code)),
            _ => {
                let mut codes = codes;
                w.shuffle(&mut codes);
                codes.truncate(2);
                let names: Vec<String> = codes.iter().map(|c| w.name(c)).collect();
                let op = if w.chance(70) { w.kw("in_set") } else { w.kw("not_in_set") };
                format!("{field}{op}{{{}}} ", w.list(&names))
            }
        })
    }

    pub(super) fn codes_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let paths: Vec<_> =
            self.schema.paths(kind).into_iter().filter(|(_, ty)| matches!(ty, FieldType::Codes(_))).collect();
        if paths.is_empty() {
            return None;
        }
        let (path, ty) = w.pick(&paths).clone();
        let FieldType::Codes(mut codes) = ty else { return None };
        w.shuffle(&mut codes);
        codes.truncate(2);
        let names: Vec<String> = codes.iter().map(|c| w.name(c)).collect();
        let op = if w.chance(50) { w.kw("has_any") } else { w.kw("has_all") };
        Some(format!("{}{op}{{{}}} ", self.schema.path(w, kind, &path), w.list(&names)))
    }

    pub(super) fn text_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let field = self.field(w, kind, |ty| *ty == FieldType::Text)?;
        let text = *w.pick(&["A", "A1", "1", "县", "备"]);
        let op = w.kw_of(&["starts_with", "ends_with", "contains"]);
        Some(if w.chance(70) {
            format!("{field}{op}{}", w.text(text))
        } else {
            format!("{field}{}{}", w.mark("="), w.text(text))
        })
    }

    pub(super) fn key_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let key = *w.pick(&["A1", "A2", "A3"]);
        let left = match self.field(w, kind, |ty| matches!(ty, FieldType::Ref(_))) {
            Some(field) if w.chance(70) => field,
            _ if self.kind(kind).marked("key").is_some() => w.kw("key"),
            _ => return None,
        };
        let op = if w.chance(50) { w.mark("=") } else { w.mark("<>") };
        Some(format!("{left}{op}{}", w.text(key)))
    }

    /// A test on a grade or veto.
    pub(super) fn result_test(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let current = self.current.as_ref()?;
        if matches!(place, Place::Subject | Place::Record) {
            return None;
        }
        if w.chance(40) {
            return self.result_via_test(w, kind, place);
        }
        let (a, own) = if place == Place::Ranked && w.chance(60) {
            (current.clone(), true)
        } else {
            (self.other_assessment(w, kind, current)?, false)
        };
        if a.grades.is_empty() || w.chance(30) {
            return Some(if own { w.kw("own_veto") } else { format!("{}{}", w.kw("vetoed_in"), w.name(&a.name)) });
        }
        let grade = w.pick(&a.grades).clone();
        let left = if own {
            w.kw("own_grade")
        } else {
            let text = format!("{}{}", w.kw("grade_of"), w.name(&a.name));
            w.paren(&text)
        };
        Some(format!("{left}{}{}", comparison(w), w.name(&grade)))
    }
}

impl Known {
    /// A test on the grade, veto or rank of the row that references lead to.
    fn result_via_test(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let word = *w.pick(&["vetoed_in", "rank_of", "grade_of"]);
        let (found, of) = self.result_via(w, kind, place, word)?;
        let test = match word {
            "rank_of" => format!("{} 1 ", w.mark(">")),
            "grade_of" => {
                let grade = w.pick(&of.grades).clone();
                format!("{}{}", comparison(w), w.name(&grade))
            }
            _ => String::new(),
        };
        Some(format!("{found}{test}"))
    }

    /// What an item is scored by, of results of other assessments or of earlier periods.
    pub fn score_by_results(&self, w: &mut Words, kind: usize) -> Option<String> {
        let place = Place::Assessed;
        match w.below(7) {
            0 => self.over_periods(w, kind, place, Unit::Share),
            1 => {
                let count = self.over_periods(w, kind, place, Unit::Plain)?;
                Some(format!("{}{count} * 3{}", w.kw("points_score"), w.kw("points")))
            }
            2 | 3 => {
                let test = self.result_via_test(w, kind, place)?;
                Some(format!("{}{}", w.kw("when"), w.paren(&test)))
            }
            4 => {
                let (points, _) = self.result_via(w, kind, place, "points_of")?;
                Some(format!("{}{points}", w.kw("points_score")))
            }
            _ => {
                let points = self.over_periods(w, kind, place, Unit::Points)?;
                Some(format!("{}{points}", w.kw("points_score")))
            }
        }
    }
}

pub fn comparison(w: &mut Words) -> String {
    match w.below(10) {
        0 => w.mark("="),
        1 => w.mark("<>"),
        2 => w.mark("<"),
        3 => w.mark("<="),
        4 => w.mark(">"),
        5 => w.mark(">="),
        6 => w.kw("cmp_at_least"),
        7 => w.kw_of(&["cmp_at_most", "cmp_not_above"]),
        8 => w.kw("cmp_more_than"),
        _ => w.kw("cmp_less_than"),
    }
}
