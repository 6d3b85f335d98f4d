//! Records that are first in a matter (section 11): each is held against every other.

use wangge::model::{FirstPer, Rival, Source, SourcePart, Ties};

use super::Run;
use super::eval::Context;
use super::value::{Moment, Truth, V, all, any, int, not};
use super::world::Subject;

/// A record of a matter.
struct Report {
    row: Subject,
    moment: Moment,
    /// Whether its filter holds.
    holds: Truth,
}

impl Run<'_> {
    /// Whether a part takes a row: by its filter, and where only firsts count, by being one.
    pub fn part_takes(&self, part: &SourcePart, row: &Context<'_>) -> Truth {
        // What is counted is what has happened, also in what starts a term.
        let row = &Context { future: false, ..row.clone() };
        let holds = part.filter.as_ref().map_or(Some(true), |filter| self.truth(filter, row));
        match &part.first {
            Some(first) if holds != Some(false) => all([holds, self.wins(first, row)]),
            _ => holds,
        }
    }

    /// A value of a row that shares the first place is divided by the number of those who do.
    pub fn part_of(&self, value: V, source: &Source, row: &Context<'_>) -> V {
        let Source::Records(parts) = source else { return value };
        let Some(first) = parts.iter().find(|p| p.kind == row.row.kind()).and_then(|p| p.first.as_ref()) else {
            return value;
        };
        if first.ties != Ties::Shared {
            return value;
        }
        let ranks = self.firsts(first, row);
        match (value, ranks.iter().any(|(_, is_first)| is_first.is_none())) {
            (V::Num(number), false) => {
                let count = ranks.iter().filter(|(_, is_first)| *is_first == Some(true)).count();
                V::Num(number.scale(&(int(1) / int(i64::try_from(count).expect("few")))))
            }
            _ => V::Unknown,
        }
    }

    fn wins(&self, first: &FirstPer, row: &Context<'_>) -> Truth {
        self.matter(&first.rivals, row)??;
        let ranks = self.firsts(first, row);
        let own = ranks.iter().find(|(report, _)| report.row == row.row).expect("a rival of its own").1;
        let others = ranks.iter().filter(|(report, _)| report.row != row.row);
        let key = |row: &Subject| (self.key_order(row), row.kind());
        all([
            own,
            match first.ties {
                Ties::All | Ties::Shared => Some(true),
                Ties::None => not(any(others.map(|(_, is_first)| *is_first))),
                Ties::ByKey => {
                    let smaller = others.filter(|(report, _)| key(&report.row) < key(&row.row));
                    not(any(smaller.map(|(_, is_first)| *is_first)))
                }
            },
        ])
    }

    /// The rivals in the matter of a row, each with whether it is first, whatever the ties.
    fn firsts(&self, first: &FirstPer, row: &Context<'_>) -> Vec<(Report, Truth)> {
        let reports = self.reports(&first.rivals, &first.rivals, row);
        let (known, by_then) = first.known.as_ref().map_or((&[][..], false), |(known, then)| (known.as_slice(), *then));
        let known = self.reports(known, &first.rivals, row);
        let ranks: Vec<Truth> = reports
            .iter()
            .map(|report| {
                let earlier = reports.iter().filter(|other| other.moment.compare(report.moment).is_lt());
                let before = known.iter().filter(|other| {
                    let place = other.moment.compare(report.moment);
                    place.is_lt() || (by_then && place.is_eq())
                });
                all([report.holds, not(any(earlier.chain(before).map(|other| other.holds)))])
            })
            .collect();
        reports.into_iter().zip(ranks).collect()
    }

    /// The records whose filter is not false and whose matter is that of a row.
    fn reports(&self, of: &[Rival], own: &[Rival], row: &Context<'_>) -> Vec<Report> {
        let Some(Some(matter)) = self.matter(own, row) else { return Vec::new() };
        let mut found = Vec::new();
        for rival in of {
            for at in self.read_records(rival.kind) {
                let moment = self.moment(rival.kind, at);
                let other = Subject::Record(rival.kind, at);
                let seen =
                    Context { row: other.clone(), day: moment.day(), reading: Default::default(), ..row.clone() };
                let holds = rival.filter.as_ref().map_or(Some(true), |filter| self.truth(filter, &seen));
                if holds != Some(false) && self.matter(of, &seen) == Some(Some(matter.clone())) {
                    found.push(Report { row: other, moment, holds });
                }
            }
        }
        found
    }

    /// The values that make the matter of a record; inner `None`: part of it is missing.
    fn matter(&self, rivals: &[Rival], row: &Context<'_>) -> Option<Option<Vec<V>>> {
        let rival = rivals.iter().find(|rival| rival.kind == row.row.kind())?;
        let values: Vec<V> = rival.matter.iter().map(|field| self.eval(field, row)).collect();
        Some(Some(values).filter(|values| values.iter().all(V::is_known)))
    }
}
