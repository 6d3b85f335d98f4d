//! Random rows that fit a policy, and a random run over them: boundary dates, versions, ties, gaps, early and late rows.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use num_bigint::BigInt;
use num_rational::BigRational;
use wangge::model::calendar::WorkCalendar;
use wangge::model::{Kind, KindId, Policy, Role, Type};

use super::words::Words;
use crate::reference::time::{day, midnight, plus};
use crate::reference::{Cell, Row, Rows, Spec};

/// First and last day of a run.
pub fn days(w: &mut Words) -> (NaiveDate, NaiveDate) {
    let day = |y: i64, m: u32, d: u32| NaiveDate::from_ymd_opt(i32::try_from(y).expect("a year"), m, d).expect("a day");
    let year = w.range(2019, 2025);
    match w.below(12) {
        0..=3 => {
            let month = u32::try_from(w.range(1, 12)).expect("a month");
            let first = day(year, month, 1);
            (first, plus(crate::reference::time::plus_months(first, 1), -1))
        }
        4 | 5 => {
            let first = day(year, [1, 4, 7, 10][w.below(4)], 1);
            (first, plus(crate::reference::time::plus_months(first, 3), -1))
        }
        6 => (day(year, 1, 1), day(year, 6, 30)),
        7 => (day(year, 1, 1), day(year, 12, 31)),
        8 => (day(year, 12, 1), plus(day(year + 1, 12, 1), -1)),
        9 => {
            let first = plus(day(year, 12, 20), w.range(0, 10));
            (first, plus(first, w.range(7, 40)))
        }
        _ => {
            let first = plus(day(year, 1, 1), w.range(0, 364));
            (first, plus(first, w.range(0, 60)))
        }
    }
}

/// What a run is about and the rows that it reads.
pub fn data(w: &mut Words, policy: &Policy, days: (NaiveDate, NaiveDate)) -> (Rows, Spec) {
    let mut data = Data { policy, days, rows: Rows::new(), coverage: BTreeMap::new() };
    for kind in policy.kinds.ids() {
        data.kind(w, kind);
    }
    let (read_until, closed_until) = data.as_of(w);
    let period = (days.0, plus(days.1, 1));
    let brought = policy.calendars.entries().filter(|(_, calendar)| calendar.days.is_none());
    let calendars = brought.map(|(id, _)| (id, calendar(w, days))).collect();
    let spec = Spec { period, read_until, closed_until, coverage: data.coverage, calendars };
    (data.rows, spec)
}

/// A calendar that the manifest brings: any day may be worked.
fn calendar(w: &mut Words, days: (NaiveDate, NaiveDate)) -> WorkCalendar {
    let first = plus(days.0, -800);
    let count = (days.1 - first).num_days() + *w.pick(&[400, 400, 20]);
    WorkCalendar::new(day(first), (0..count).map(|_| w.chance(70)).collect())
}

struct Data<'a> {
    policy: &'a Policy,
    days: (NaiveDate, NaiveDate),
    rows: Rows,
    coverage: BTreeMap<KindId, Vec<(NaiveDate, NaiveDate)>>,
}

impl Data<'_> {
    fn as_of(&self, w: &mut Words) -> (NaiveDateTime, NaiveDateTime) {
        let span = (self.days.1 - self.days.0).num_days();
        let day = match w.below(10) {
            0..=4 => plus(self.days.1, 1 + w.range(0, 60)),
            5 => self.days.1,
            6..=8 => plus(self.days.0, w.range(0, span)),
            _ => plus(self.days.0, -w.range(1, 20)),
        };
        if w.chance(60) {
            return (midnight(plus(day, 1)), midnight(day));
        }
        let at = midnight(day) + instant_of_day(w);
        (at + TimeDelta::microseconds(1), at)
    }

    fn kind(&mut self, w: &mut Words, id: KindId) {
        let kind = &self.policy.kinds[id];
        // A derived entity has no source; some records have none either.
        let missing = match kind.role {
            Role::Whole => 100,
            Role::Entity => 30,
            Role::Record => 8,
        };
        if w.chance(missing) {
            return;
        }
        let coverage = self.covered(w);
        self.coverage.insert(id, coverage);
        let rows = match kind.role {
            Role::Record => self.records(w, kind),
            _ => self.register(w, kind),
        };
        self.rows.insert(id, rows);
    }

    fn covered(&self, w: &mut Words) -> Vec<(NaiveDate, NaiveDate)> {
        let (first, end) = (self.days.0, plus(self.days.1, 1));
        let span = (end - first).num_days();
        match w.below(10) {
            0 => Vec::new(),
            1 | 2 => vec![(first, end)],
            3 => {
                let gap = plus(first, w.range(0, span));
                vec![(plus(first, -60), gap), (plus(gap, w.range(1, 9)), plus(end, 60))]
            }
            4 => vec![(plus(first, w.range(-30, span)), plus(end, 40))],
            5 => vec![(plus(first, -40), plus(first, w.range(-20, span)))],
            _ => vec![(plus(first, -900), plus(end, 500))],
        }
    }

    /// A day in or near the run, often on an edge.
    fn day(&self, w: &mut Words) -> NaiveDate {
        let span = (self.days.1 - self.days.0).num_days();
        match w.below(12) {
            0 => self.days.0,
            1 => self.days.1,
            2 => plus(self.days.0, -1),
            3 => plus(self.days.1, 1),
            4 => plus(self.days.0, -w.range(1, 90)),
            5 => plus(self.days.1, w.range(1, 40)),
            6 => plus(self.days.0, w.range(0, span.min(6))),
            _ => plus(self.days.0, w.range(0, span)),
        }
    }

    fn register(&self, w: &mut Words, kind: &Kind) -> Vec<Row> {
        let mut rows = Vec::new();
        let key = kind.key.expect("a register has keys");
        for n in 1..=w.range(0, 5) {
            let mut lives = vec![(None, None)];
            if w.chance(45) {
                // Versions that follow each other, or leave days between.
                let cut = self.day(w);
                let gap = if w.chance(70) { 0 } else { w.range(1, 20) };
                lives = vec![(None, Some(plus(cut, -1))), (Some(plus(cut, gap)), None)];
                if w.chance(40) {
                    lives.remove(w.below(2));
                }
            }
            if w.chance(20) {
                let since = self.day(w);
                lives = vec![(Some(since), Some(plus(since, w.range(0, 40))))];
            }
            for (since, until) in lives {
                let mut row = Row { fields: self.fields(w, kind), since, until };
                row.fields[key.0 as usize] = Some(key_cell(&kind.fields[key].ty, n));
                if let Some(parent) = kind.parent {
                    let above = if n > 1 && w.chance(80) { Some(w.range(1, n - 1)) } else { None };
                    row.fields[parent.0 as usize] = above.map(|n| Cell::Text(format!("A{n}")));
                }
                rows.push(row);
            }
        }
        rows
    }

    fn records(&mut self, w: &mut Words, kind: &Kind) -> Vec<Row> {
        let count = *w.pick(&[0, 3, 8, 15, 25]);
        let mut keys: Vec<i64> = (1..=count).collect();
        w.shuffle(&mut keys);
        let mut rows: Vec<Row> = Vec::new();
        for n in keys {
            let mut row = Row { fields: self.fields(w, kind), since: None, until: None };
            if let Some(key) = kind.key {
                row.fields[key.0 as usize] = Some(key_cell(&kind.fields[key].ty, n));
            }
            // The same moment as another record.
            if let (Some(other), Some(at)) = (rows.last(), kind.at)
                && w.chance(20)
            {
                row.fields[at.0 as usize] = other.fields[at.0 as usize].clone();
            }
            rows.push(row);
        }
        // Rows that came twice: the same, or with other values.
        for _ in 0..w.range(0, 2) {
            if let Some(row) = rows.last().cloned()
                && w.chance(10)
            {
                let mut again = Row { fields: self.fields(w, kind), since: None, until: None };
                for at in 0..again.fields.len() {
                    let is_key = kind.key.is_some_and(|key| key.0 as usize == at);
                    if is_key || w.chance(70) {
                        again.fields[at] = row.fields[at].clone();
                    }
                }
                rows.push(again);
            }
        }
        rows
    }

    fn fields(&self, w: &mut Words, kind: &Kind) -> Vec<Option<Cell>> {
        (kind.fields.entries())
            .map(|(id, field)| match field.optional && w.chance(30) {
                true => None,
                false if self.names_a_rule(kind, id) => Some(Cell::Text(self.rule_or_clause(w))),
                false => self.cell(w, &field.ty),
            })
            .collect()
    }

    fn names_a_rule(&self, kind: &Kind, field: wangge::model::FieldId) -> bool {
        let waivers = &self.policy.waivers;
        waivers.iter().any(|waiver| waiver.rule == field && self.policy.kinds[waiver.kind].name == kind.name)
    }

    fn rule_or_clause(&self, w: &mut Words) -> String {
        let rules: Vec<&wangge::model::Rule> = self.policy.rules.iter().collect();
        if rules.is_empty() {
            return "A-1".to_owned();
        }
        let rule = *w.pick(&rules);
        if w.chance(30) { rule.cites.first().unwrap_or(&rule.name).clone() } else { rule.name.clone() }
    }

    /// A value; none where a reference has nothing to refer to.
    fn cell(&self, w: &mut Words, ty: &Type) -> Option<Cell> {
        Some(match ty {
            Type::Text => {
                Cell::Text((*w.pick(&["A1", "A2", "备案", "县局", "B", "10", "9", "a, \"b\"\n备"])).to_owned())
            }
            Type::Whole => {
                // Years too, for decisions that name one.
                let year = i64::from(chrono::Datelike::year(&self.days.0));
                let whole = if w.chance(40) { year + w.range(-1, 1) } else { w.range(0, 4) };
                Cell::Number(BigRational::from_integer(BigInt::from(whole)))
            }
            Type::Number(_) => {
                let (n, d) =
                    *w.pick(&[(0, 1), (1, 1), (2, 1), (5, 2), (1, 4), (95, 100), (3, 1), (-1, 1), (7, 8), (100, 1)]);
                Cell::Number(BigRational::new(BigInt::from(n), BigInt::from(d)))
            }
            Type::Bool => Cell::Bool(w.chance(50)),
            Type::Date => Cell::Day(self.day(w)),
            Type::Time if w.chance(25) => Cell::Day(self.day(w)),
            Type::Time => Cell::At(midnight(self.day(w)) + instant_of_day(w)),
            Type::Code(list) => Cell::Code(self.code(w, *list)),
            Type::CodeSet(list) => {
                let count = self.policy.code_lists[*list].codes.len();
                let set = (0..count).filter(|_| w.chance(50)).fold(0u64, |set, at| set | 1 << at);
                Cell::Codes(if set == 0 { 1 } else { set })
            }
            Type::Ref(kind) => Cell::Text(self.reference(w, *kind)?),
            Type::Frame => return None,
        })
    }

    fn code(&self, w: &mut Words, list: wangge::model::CodeListId) -> u32 {
        u32::try_from(w.below(self.policy.code_lists[list].codes.len())).expect("few codes")
    }

    /// Kinds come in an order in which what is referred to is there already, except trees.
    fn reference(&self, w: &mut Words, to: KindId) -> Option<String> {
        let kind = &self.policy.kinds[to];
        if kind.role == Role::Whole {
            return Some(kind.name.clone());
        }
        let key = kind.key?;
        match self.rows.get(&to) {
            // A record may name one that is not on file.
            Some(_) if kind.role == Role::Record && w.chance(15) => Some(match kind.fields[key].ty {
                Type::Whole => "99".to_owned(),
                _ => "A99".to_owned(),
            }),
            Some(rows) if rows.is_empty() => None,
            Some(rows) => match w.pick(rows).fields[key.0 as usize].clone()? {
                Cell::Text(text) => Some(text),
                Cell::Number(n) => Some(n.to_string()),
                other => unreachable!("a key {other:?}"),
            },
            None if self.coverage.contains_key(&to) => None,
            None => Some(match kind.fields[key].ty {
                Type::Whole => w.range(1, 3).to_string(),
                _ => format!("A{}", w.range(1, 3)),
            }),
        }
    }
}

fn key_cell(ty: &Type, n: i64) -> Cell {
    match ty {
        Type::Whole => Cell::Number(BigRational::from_integer(BigInt::from(n))),
        _ => Cell::Text(format!("A{n}")),
    }
}

fn instant_of_day(w: &mut Words) -> TimeDelta {
    match w.below(5) {
        0 => TimeDelta::zero(),
        1 => TimeDelta::days(1) - TimeDelta::microseconds(1),
        2 => TimeDelta::hours(12),
        _ => TimeDelta::minutes(w.range(0, 1439)),
    }
}
