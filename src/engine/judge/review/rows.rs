//! The rows and days that an aggregate looks at in a place, and what each row says there.

use super::Reader;
use crate::engine::judge::frame::{Days, Stretch};
use crate::engine::judge::subject::RowsDay;
use crate::engine::trace::conjuncts;
use crate::model::{AggId, Day, FieldId, Link, Moment, Role, Source, SourcePart, Window};
use std::collections::BTreeMap;

/// Rows by key: whether each counts (`None`: not decided), and the condition of the filter that keeps it from counting.
pub type RowUses = BTreeMap<String, (Option<bool>, Option<usize>)>;

impl<'r, 'a> Reader<'r, 'a> {
    /// The rows that an aggregate over rows looks at here, by key: whether each counts (`None`: not decided), and the
    /// first condition of the filter that does not hold, or is not decided. `None`: it is no aggregate over rows.
    #[must_use]
    pub fn rows(&self, agg: AggId) -> Option<RowUses> {
        let (part, day, ids) = self.looked_at(agg, false)?;
        let use_of = |id: u32| {
            let row = Reader { subject: self.subject.of_row(part, id, day) };
            let Some(filter) = &part.filter else { return (row.key().to_owned(), (Some(true), None)) };
            let kept = row.holds(filter);
            let failed = conjuncts(filter).into_iter().position(|one| kept != Some(true) && row.holds(one) == kept);
            (row.key().to_owned(), (kept, failed))
        };
        Some(ids.into_iter().map(use_of).collect())
    }

    /// Records that lie on the days that an aggregate over rows looks at, and beside the instants that bound them, where
    /// its filter holds: whether before them. Empty: no instants bound it.
    #[must_use]
    pub fn rows_beside_instants(&self, agg: AggId) -> BTreeMap<String, bool> {
        let days = self
            .days_of(agg)
            .filter(|days| [days.since, days.until].into_iter().flatten().any(|at| matches!(at, Moment::At(_))));
        let (Some(days), Some((part, day, ids))) = (days, self.looked_at(agg, true)) else { return BTreeMap::new() };
        let is_early = |id: u32| {
            let moment = self.subject.judge.event_moment(part.kind, id)?;
            let early = Days { until: None, ..days };
            let row = Reader { subject: self.subject.of_row(part, id, day) };
            let counts = part.filter.as_ref().is_none_or(|filter| row.holds(filter) == Some(true));
            let outside = counts && !days.holds(moment.day(), || moment);
            outside.then(|| (row.key().to_owned(), !early.holds(moment.day(), || moment)))
        };
        ids.into_iter().filter_map(is_early).collect()
    }

    /// One of these rows, as the aggregate reads it.
    #[must_use]
    pub fn row(&self, agg: AggId, key: &str) -> Option<Reader<'r, 'a>> {
        let source = &self.subject.judge.world.policy().aggs.get(agg)?.source;
        let part = source.parts().first().filter(|_| !matches!(source, Source::Records(_)))?;
        let id = self.subject.judge.world.keys(part.kind)?.find(key)?;
        Some(Reader { subject: self.subject.of_row(part, id, self.row_day(part)) })
    }

    /// The row that references lead to from here.
    #[must_use]
    pub fn reached(&self, path: &[FieldId]) -> Option<Reader<'r, 'a>> {
        self.subject.reached(path).map(|subject| Reader { subject })
    }

    /// The rows that an aggregate over rows looks at, and the day on which they are read. `whole_days`: whatever instants
    /// bound the days.
    fn looked_at(&self, id: AggId, whole_days: bool) -> Option<(&'a SourcePart, Day, Vec<u32>)> {
        let judge = self.subject.judge;
        let agg = judge.world.policy().aggs.get(id)?;
        let part = agg.source.parts().first().filter(|_| !matches!(agg.source, Source::Records(_)))?;
        let day = self.row_day(part);
        let (stretch, window) = if judge.world.policy().kinds[part.kind].role == Role::Record {
            let Ok(Stretch::Of(stretch)) = self.subject.stretch(&agg.frame) else {
                return Some((part, day, Vec::new()));
            };
            let stretch = if whole_days { Days { since: None, until: None, ..stretch } } else { stretch };
            // Records are grouped once, whatever the window.
            (stretch, Window { start: Day(0), end: Day(0) })
        } else {
            (Days::default(), self.subject.rows_there(id, day))
        };
        let ids = if let Source::Sharing(sharing) = &agg.source {
            self.subject.rows_beside(id, sharing, &stretch, window, day)
        } else {
            let own = if part.link == Link::Whole { 0 } else { self.subject.id };
            let group = judge.group(id, part, window);
            let held = |row: &u32| {
                let moment = judge.event_moment(part.kind, *row);
                moment.is_none_or(|moment| stretch.holds(moment.day(), || moment))
            };
            group.get(&own).into_iter().flatten().copied().filter(held).collect()
        };
        Some((part, day, ids))
    }

    fn row_day(&self, part: &SourcePart) -> Day {
        match self.subject.judge.world.policy().kinds[part.kind].role {
            Role::Record => self.subject.window.last(),
            _ => self.rows_day(),
        }
    }

    /// The day on which rows of registers are counted here; of a mean over days, the last.
    #[must_use]
    pub fn rows_day(&self) -> Day {
        match self.subject.reading.rows {
            RowsDay::First => self.subject.window.start,
            RowsDay::Last | RowsDay::Mean => self.subject.window.last(),
            RowsDay::On(day) => day,
        }
    }

    /// The stretch of time whose records an aggregate takes here. `None`: there is none, because a day that bounds it is
    /// missing.
    #[must_use]
    pub fn days_of(&self, agg: AggId) -> Option<Days> {
        let agg = self.subject.judge.world.policy().aggs.get(agg)?;
        match self.subject.stretch(&agg.frame).ok()? {
            Stretch::Of(days) => Some(days),
            Stretch::None(_) => None,
        }
    }

    /// The moments of the records that count where they must be apart or alternate; `None`: any may count.
    #[must_use]
    pub fn spaced(&self, agg: AggId) -> Option<Vec<Moment>> {
        let decl = self.subject.judge.world.policy().aggs.get(agg)?;
        let acc = self.subject.judge.world.program.acc_of[agg]?;
        let entries = self.subject.judge.entries(acc, self.subject.id);
        let (counted, _) = crate::engine::judge::thin::thinned(entries, decl.thin?, None, false);
        Some(counted.into_iter().map(|entry| entry.order.date()).collect())
    }
}
