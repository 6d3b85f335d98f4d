//! Random results: points, grades, ranks, values of counters, over periods and in earlier ones.

use super::super::schema::{FieldType, Role, Unit};
use super::super::words::Words;
use super::number::take;
use super::source::last_frame;
use super::{Assessment, Counter, Known, Place, SourceWant, w_pick};

impl Known {
    /// Points of an assessment with the same subject and periods, or over the periods of another one.
    pub(super) fn result(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let current = self.current.as_ref()?;
        if w.chance(40)
            && let Some((text, _)) = self.result_via(w, kind, place, "points_of")
        {
            return Some(text);
        }
        if w.chance(60)
            && let Some(text) = self.over_periods(w, kind, place, Unit::Points)
        {
            return Some(text);
        }
        let lines = self.lines.borrow();
        if matches!(place, Place::Assessed | Place::Gated | Place::Ranked) && !lines.is_empty() && w.chance(40) {
            let line = w.pick(&lines).clone();
            let text = format!("{}{}{}", w.kw("points_of"), w.kw("item"), w.name(&line));
            return Some(w.paren(&text));
        }
        if matches!(place, Place::Gated | Place::Ranked) && w.chance(50) {
            return Some(w.kw("own_points"));
        }
        let other = self.other_assessment(w, kind, current)?;
        let text = format!("{}{}", w.kw("points_of"), w.name(&other.name));
        (place != Place::Record && place != Place::Subject).then(|| w.paren(&text))
    }

    pub(super) fn counter_value(&self, w: &mut Words, kind: usize, unit: Unit) -> Option<String> {
        let here: Vec<&Counter> = self.counters.iter().filter(|counter| counter.subject == kind).collect();
        if here.is_empty() {
            return None;
        }
        let counter = (*w.pick(&here)).clone();
        let word = match unit {
            Unit::Plain if counter.unit != Unit::Plain || w.chance(60) => {
                *w.pick(&["counter_steps", "counter_steps_in"])
            }
            unit if unit == counter.unit => "counter_points",
            _ => return None,
        };
        let text = format!("{}{}", w.kw(word), w.name(&counter.name));
        Some(w.paren(&text))
    }

    pub(super) fn rank(&self, w: &mut Words, kind: usize, place: Place) -> Option<String> {
        let current = self.current.as_ref()?;
        let other = self.other_assessment(w, kind, current).filter(|other| other.ranks)?;
        let text = format!("{}{}", w.kw("rank_of"), w.name(&other.name));
        (place != Place::Record && place != Place::Subject).then(|| w.paren(&text))
    }

    /// A grade of the current assessment: by name, or from its earlier result.
    pub fn grade(&self, w: &mut Words, kind: usize, grades: &[String]) -> String {
        let named = w.pick(grades).clone();
        let earlier = self.current.as_ref().filter(|_| w.chance(50)).and_then(|current| {
            let pick = self.earlier(w, kind, current)?;
            let missing = match w.below(2) {
                0 => w.kw("missing_unknown"),
                _ => format!("{}{}", w.kw("missing_as"), w.name(&named)),
            };
            let text = format!("{}{}{pick}{missing}", w.kw("grade_of"), w.name(&current.name));
            Some(w.paren(&text))
        });
        let Some(earlier) = earlier else { return w.name(&named) };
        match w.below(3) {
            0 => earlier,
            1 => format!("{earlier}{} {} ", w.mark("+"), w.range(0, 2)),
            _ => format!("{earlier}{} {} ", w.mark("-"), w.range(0, 2)),
        }
    }

    /// The period or record before the present one of an assessment.
    pub(super) fn earlier(&self, w: &mut Words, kind: usize, of: &Assessment) -> Option<String> {
        if of.every.is_some() {
            return Some(w.kw("previous_period"));
        }
        let fields = self.kind(kind).fields.iter();
        let refs: Vec<String> = fields
            .filter(|field| matches!(field.ty, FieldType::Ref(to) if self.kind(to).role != Role::Whole))
            .map(|field| w.name(&field.name))
            .collect();
        let first = refs.first()?;
        let both = w.chance(20);
        let shared = if both { w.list(&refs) } else { first.clone() };
        Some(format!("{}{}{shared}", w.kw("previous_record"), w.kw("sharing")))
    }

    /// A number over the periods of an assessment, in its n-th or in the previous one.
    pub(super) fn over_periods(&self, w: &mut Words, kind: usize, place: Place, unit: Unit) -> Option<String> {
        let current = self.current.as_ref()?;
        if matches!(place, Place::Record | Place::Subject) {
            return None;
        }
        if current.every.is_none() {
            let pick = self.earlier(w, kind, current).filter(|_| current.subject == kind && unit == Unit::Points)?;
            let missing = match w.below(2) {
                0 => w.kw("missing_unknown"),
                _ => format!("{} 5{}", w.kw("missing_as"), w.kw("points")),
            };
            let text = format!("{}{}{pick}{missing}", w.kw("points_of"), w.name(&current.name));
            return Some(w.paren(&text));
        }
        let fits = |a: &&Assessment| a.subject == kind && a.every.is_some();
        let others: Vec<&Assessment> = self.assessments.iter().filter(fits).collect();
        let missing = |w: &mut Words, may_leave: bool, value: &str| match w.below(3) {
            0 if may_leave => w.kw("missing_excluded"),
            0 | 1 => format!("{} {value}", w.kw("missing_as")),
            _ => w.kw("missing_unknown"),
        };
        let zero = format!("{}{}", *w.pick(&["0", "5", "20.5"]), w.kw("points"));
        if w.chance(40) && unit == Unit::Points {
            let own = (current.subject == kind).then_some(current);
            let earlier: Vec<&Assessment> = others.iter().copied().chain(own).collect();
            let inside: Vec<(&Assessment, i64)> = (others.iter())
                .map(|other| (*other, most_within(other.every, current.every)))
                .filter(|(_, most)| *most > 0)
                .collect();
            let nth = !inside.is_empty() && (earlier.is_empty() || w.chance(70));
            if !nth && earlier.is_empty() {
                return None;
            }
            let (of, pick) = if nth {
                let (of, most) = *w.pick(&inside);
                (of, format!("{} {} ", w.kw("in_period"), w.range(1, most)))
            } else {
                (*w.pick(&earlier), w.kw("previous_period"))
            };
            let text = format!("{}{}{pick}{}", w.kw("points_of"), w.name(&of.name), missing(w, false, &zero));
            return Some(w.paren(&text));
        }
        // Its own periods, where they lie before the present one.
        let own = (current.subject == kind && (others.is_empty() || w.chance(25))).then_some(current);
        let of = match own {
            Some(own) => own.clone(),
            None if others.is_empty() => return None,
            None => (*w.pick(&others)).clone(),
        };
        let points = format!("{}{}", w.kw("points_of"), w.name(&of.name));
        let mut periods = format!("{}{}", w.kw("periods_of"), w.name(&of.name));
        if w.chance(30) {
            let test = format!("{points}{}{}{}", w.mark(">="), w.range(0, 60), w.kw("points"));
            periods += &format!("{}{test}", w.kw("where"));
        }
        if own.is_some() || w.chance(40) {
            let (count, unit) = (w.range(1, 9), w_pick(w, &["weeks", "months", "months", "years"]));
            let at_end = own.is_none() && w.chance(50);
            periods += &last_frame(w, count, unit, at_end);
        }
        let text = match unit {
            Unit::Points => {
                let ops = ["sum", "average", "average", "smallest", "largest", "first", "last", "median", "percentile"];
                let op = *w.pick(&ops);
                let weight = if op == "average" && w.chance(40) {
                    let amount = format!("{points} / 10{} + 1", w.kw("points"));
                    format!("{}{}", w.kw("weighted_by"), w.paren(&amount))
                } else {
                    String::new()
                };
                format!("{}{points}{weight}{}{periods}{}", take(w, op), w.kw("over"), missing(w, true, &zero))
            }
            Unit::Plain => {
                let counted = *w.pick(&["missing_excluded", "missing_unknown"]);
                format!("{}{periods}{}", w.kw("count_of"), w.kw(counted))
            }
            _ => {
                let test = format!("{points}{}{}{}", w.mark(">"), w.range(0, 60), w.kw("points"));
                let counted = *w.pick(&["missing_excluded", "missing_unknown"]);
                format!("{}{periods}{}{}{}", w.kw("share_of"), w.kw("with"), w.paren(&test), w.kw(counted))
            }
        };
        Some(w.paren(&text))
    }

    /// A result of the row that references lead to.
    pub(super) fn result_via(
        &self,
        w: &mut Words,
        kind: usize,
        place: Place,
        word: &str,
    ) -> Option<(String, Assessment)> {
        let current = self.current.as_ref().filter(|_| !matches!(place, Place::Record | Place::Subject))?;
        // Of other periods only the previous one is read.
        let readable = |a: &&Assessment| a.every.is_none() || a.every == current.every || word == "points_of";
        let ways: Vec<(Vec<usize>, &Assessment)> = (self.schema.paths(kind).into_iter())
            .filter_map(|(path, found)| if let FieldType::Ref(to) = found { Some((path, to)) } else { None })
            .flat_map(|(path, to)| {
                let there = self.assessments.iter().filter(readable).filter(move |a| a.subject == to);
                there.map(move |a| (path.clone(), a))
            })
            .filter(|(_, a)| (word != "rank_of" || a.ranks) && (word != "grade_of" || !a.grades.is_empty()))
            .collect();
        if ways.is_empty() {
            return None;
        }
        let (path, of) = w.pick(&ways).clone();
        let mut text = format!("{}{}{}{}", w.kw(word), w.name(&of.name), w.kw("via"), self.schema.path(w, kind, &path));
        if of.every.is_some() && word == "points_of" && (of.every != current.every || w.chance(60)) {
            let missing = match w.below(2) {
                0 => w.kw("missing_unknown"),
                _ => format!("{} 5{}", w.kw("missing_as"), w.kw("points")),
            };
            text += &format!("{}{missing}", w.kw("previous_period"));
        }
        Some((w.paren(&text), of.clone()))
    }

    /// A test of the last result that was there before, of the subject of a rule or of what it refers to.
    pub fn earlier_result_test(&self, w: &mut Words, kind: usize) -> Option<String> {
        let mut ways: Vec<(String, &Assessment)> = Vec::new();
        for of in self.assessments.iter().filter(|of| of.every.is_some()) {
            if of.subject == kind {
                ways.push((String::new(), of));
            }
            for (path, found) in self.schema.paths(kind) {
                if found == FieldType::Ref(of.subject) {
                    ways.push((format!("{}{}", w.kw("via"), self.schema.path(w, kind, &path)), of));
                }
            }
        }
        if ways.is_empty() {
            return None;
        }
        let (via, of) = w.pick(&ways).clone();
        let graded = !of.grades.is_empty() && w.chance(60);
        let value = if graded {
            let grade = w.pick(&of.grades).clone();
            w.name(&grade)
        } else {
            format!(" {}{}", w.range(0, 60), w.kw("points"))
        };
        let missing = if w.chance(50) { w.kw("missing_unknown") } else { format!("{}{value}", w.kw("missing_as")) };
        let word = if graded { "grade_of" } else { "points_of" };
        let text = format!("{}{}{via}{}{missing}", w.kw(word), w.name(&of.name), w.kw("previous_period"));
        let than = w.kw_of(&["cmp_at_least", "cmp_less_than"]);
        Some(format!("{}{than}{value}", w.paren(&text)))
    }

    /// A number or truth of the results of the rows that lead to a subject, or stand beside it.
    pub(super) fn results_of_rows(&self, w: &mut Words, kind: usize, place: Place, unit: Unit) -> Option<String> {
        let current = self.current.as_ref().filter(|_| !matches!(place, Place::Record | Place::Subject))?;
        let readable = |a: &Assessment| a.every.is_none() || a.every == current.every;
        let mut found = None;
        for _ in 0..4 {
            let source = self.rows(w, kind, SourceWant::One, true, 0)?;
            let assessed = self.assessments.iter().any(|a| a.subject == source.kind && readable(a));
            if assessed && source.place == Place::Row && !source.shared {
                found = Some(source);
                break;
            }
        }
        let source = found?;
        let others: Vec<&Assessment> =
            self.assessments.iter().filter(|a| a.subject == source.kind && readable(a)).collect();
        let of = (*w.pick(&others)).clone();
        let points = format!("{}{}", w.kw("points_of"), w.name(&of.name));
        let value = match w.below(3) {
            0 => {
                let text = format!("{points}{} 3{}", w.kw("or_else"), w.kw("points"));
                w.paren(&text)
            }
            _ => points.clone(),
        };
        let text = match unit {
            Unit::Points => {
                let op = *w.pick(&["sum", "average", "smallest", "largest"]);
                format!("{}{value}{}{}", w.kw(op), w.kw("over"), source.text)
            }
            Unit::Share => {
                let test = format!("{value}{}{}{}", w.mark(">"), w.range(0, 60), w.kw("points"));
                format!("{}{}{}{}", w.kw("share_of"), source.text, w.kw("with"), w.paren(&test))
            }
            _ => return None,
        };
        Some(w.paren(&text))
    }

    pub(super) fn other_assessment(&self, w: &mut Words, kind: usize, current: &Assessment) -> Option<Assessment> {
        let fits = |a: &&Assessment| a.subject == kind && a.every == current.every;
        let fitting: Vec<&Assessment> = self.assessments.iter().filter(fits).collect();
        if fitting.is_empty() { None } else { Some((*w.pick(&fitting)).clone()) }
    }
}

/// A number of periods that some period of another length holds, also where the year starts inside a month.
fn most_within(inner: Option<&str>, outer: Option<&str>) -> i64 {
    let days = |every: Option<&str>| match every {
        Some("every_week") => 7,
        Some("every_ten_days") => 10,
        Some("every_half_month") => 15,
        Some("every_month") => 30,
        Some("every_quarter") => 91,
        Some("every_half_year") => 182,
        Some("every_year") => 365,
        _ => 1,
    };
    match days(outer) / days(inner) {
        more @ 2.. => (more - 1).min(4),
        few => few,
    }
}
