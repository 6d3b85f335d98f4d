//! The record of a subject itself, or its rows in a register.

use super::OwnRow;
use super::build::Builder;
use super::words::field_text;
use crate::diagnostic::Text;
use crate::model::Day;

impl Builder<'_, '_, '_> {
    /// Its record, or its rows that hold on a day of what is explained; where none does, the last before it, else the first.
    /// And how many there are.
    pub fn own(&mut self) -> (Vec<OwnRow>, u64) {
        let period = self.review.program().spec().period.window;
        let days = self.question.within.unwrap_or(period);
        let versions = self.gathered.trace.versions(self.kind, self.question.subject);
        if versions.is_empty() {
            return (vec![self.own_row((String::new(), String::new()), period.last())], 1);
        }
        let holds = |row: &&(Option<Day>, Option<Day>)| {
            row.0.is_none_or(|from| from < days.end) && row.1.is_none_or(|to| days.start <= to)
        };
        let mut told: Vec<_> = versions.iter().filter(holds).collect();
        if told.is_empty() {
            let before = versions.iter().rfind(|row| row.1.is_some_and(|to| to < days.start));
            told.extend(before.or(versions.first()));
        }
        let total = told.len() as u64;
        told.truncate(self.words.list_max());
        let side = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let mut rows = Vec::new();
        for (from, to) in told.into_iter().copied() {
            let whole = from.is_none_or(|from| from <= days.start) && to.is_none_or(|to| days.last() <= to);
            let shown = if whole { Default::default() } else { (side(from), side(to)) };
            let day = from.map_or(days.start, |from| days.start.max(from));
            rows.push(self.own_row(shown, to.map_or(day, |to| day.min(to))));
        }
        (rows, total)
    }

    /// The row or record that holds on a day.
    fn own_row(&mut self, days: (String, String), day: Day) -> OwnRow {
        let attributes = self.attributes(day);
        OwnRow { days, attributes, on_file: self.questions.ask_itself(self.kind, self.question.subject, day) }
    }

    /// The attributes on a day, yes and no as words.
    fn attributes(&self, day: Day) -> Vec<(String, Text)> {
        let found = self.gathered.trace.attributes(self.kind, self.question.subject, day).into_iter();
        let fields = &self.words.policy.kinds[self.kind].fields;
        found
            .map(|(field, value)| {
                let (name, ty) = fields.get(field).map_or_else(Default::default, |f| (f.name.clone(), Some(&f.ty)));
                (name, field_text(ty, value))
            })
            .collect()
    }
}
