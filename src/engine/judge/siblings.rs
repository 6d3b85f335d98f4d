//! Rows beside the subject: grouped once by what they share, in order, and folded for each who asks.
//!
//! What a row comes to is read once where it is the same for all who ask; counts and sums are then differences of running
//! totals, so that many rows of one group are not looked at again for each of them.

use super::Judge;
use super::due::precedes;
use super::fold::{Doubt, Fold, Folded};
use super::frame::{Days, is_instant_after};
use super::outlook::Outlook;
use super::subject::{ReadRow, RowsDay, Subject};
use super::totals::{Totals, totals_of};
use crate::engine::cell::RecordOrder;
use crate::engine::eval::{Context, Stored};
use crate::engine::value::{Tri, V};
use crate::model::{Agg, AggId, Day, Itself, Moment, Overflow, Role, Sharing, Window};
use hashbrown::HashMap;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::rc::Rc;

/// For whom rows are alike: the same for all that ask for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    agg: AggId,
    /// Of rows of a register, and where what a row comes to depends on it.
    window: Window,
    day: Day,
    outlook: Outlook,
    planned: bool,
    results: bool,
    rows: RowsDay,
}

/// Rows of one kind by what they share.
#[derive(Default)]
pub(super) struct Families<'a> {
    by: HashMap<Vec<Stored>, Family<'a>>,
}

/// Rows that share something, in order.
#[derive(Default)]
struct Family<'a> {
    rows: Vec<(RecordOrder, u32)>,
    read: OnceCell<Read<'a>>,
    /// The value over all of them, and whether it is in doubt.
    whole: OnceCell<(V<'a>, bool)>,
}

/// What the rows come to.
struct Read<'a> {
    rows: Vec<ReadRow<'a>>,
    /// Of counts and sums: what the rows before each come to, and all of them.
    totals: Vec<Totals>,
}

impl<'a> Judge<'a> {
    fn families(&self, asked: Asked, sharing: &Sharing) -> Rc<Families<'a>> {
        if let Some(found) = self.siblings.borrow().get(&asked) {
            return Rc::clone(found);
        }
        let (world, kind) = (&self.world, sharing.part.kind);
        let mut families = Families::default();
        for id in self.subjects(kind).iter() {
            if self.event_moment(kind, *id).is_none() && !self.is_there_in(kind, *id, asked.window) {
                continue;
            }
            let day = world.reading_day(kind, *id, asked.day);
            let values: Vec<Stored> =
                sharing.on.iter().map(|(path, _)| Stored::keep(world.walk(kind, *id, path, day))).collect();
            if !values.contains(&Stored::Unknown) {
                families.by.entry(values).or_default().rows.push((self.row_order(kind, *id), *id));
            }
        }
        families.by.values_mut().for_each(|family| family.rows.sort_unstable());
        let families = Rc::new(families);
        let mut kept = self.siblings.borrow_mut();
        if kept.len() >= super::GROUPS_MAX {
            kept.clear();
        }
        kept.insert(asked, Rc::clone(&families));
        families
    }
}

impl<'a> Subject<'_, 'a> {
    /// An aggregate over rows beside the subject.
    pub(super) fn beside(
        &self,
        id: AggId,
        agg: &'a Agg,
        sharing: &'a Sharing,
        stretch: &Days,
        window: Window,
        day: Day,
    ) -> Result<Folded<'a>, Overflow> {
        let part = &sharing.part;
        let is_record = self.judge.world.policy().kinds[part.kind].role == Role::Record;
        let stretch = self.before_own(sharing, stretch);
        let mut fold = Fold::new(&agg.op);
        let Some(shared) = self.shared(sharing, day) else {
            let doubt = self.rows_doubt(agg, part, &stretch, &fold);
            return Ok(Folded::Rows(fold, Doubt { uncovered: true, ..doubt }));
        };
        let is_steady = !is_record || self.judge.reads_no_window(agg);
        let families = self.families(id, sharing, window, day);
        let Some(family) = families.by.get(&shared) else {
            let doubt = self.rows_doubt(agg, part, &stretch, &fold);
            return Ok(Folded::Rows(fold, doubt));
        };
        let places = self.places(family, sharing.itself, &stretch);
        if !is_steady {
            for place in places.into_iter().flatten() {
                let Some((order, row)) = family.rows.get(place) else { continue };
                add(&mut fold, order, &self.read_row(id, part, *row, day)?)?;
            }
            let doubt = self.rows_doubt(agg, part, &stretch, &fold);
            return Ok(Folded::Rows(fold, doubt));
        }
        let read = match family.read.get() {
            Some(read) => read,
            None => {
                let rows = family.rows.iter().map(|(_, row)| self.read_row(id, part, *row, day));
                let rows = rows.collect::<Result<Vec<_>, _>>()?;
                let totals = totals_of(&agg.op, &rows)?;
                family.read.get_or_init(|| Read { rows, totals })
            }
        };
        let is_whole = !is_record && matches!(places.as_slice(), [all] if *all == (0..family.rows.len()));
        if let (true, Some((value, in_doubt))) = (is_whole, family.whole.get()) {
            return Ok(Folded::Value(*value, *in_doubt));
        }
        for range in places {
            if let (Some(before), Some(after)) = (read.totals.get(range.start), read.totals.get(range.end)) {
                before.add_to(after, &mut fold)?;
                continue;
            }
            for ((order, _), row) in family.rows.iter().zip(&read.rows).take(range.end).skip(range.start) {
                add(&mut fold, order, row)?;
            }
        }
        let doubt = self.rows_doubt(agg, part, &stretch, &fold);
        let folded = Folded::Rows(fold, doubt);
        if !is_whole {
            return Ok(folded);
        }
        let in_doubt = folded.in_doubt();
        let value = folded.value()?;
        let (value, in_doubt) = *family.whole.get_or_init(|| (value, in_doubt));
        Ok(Folded::Value(value, in_doubt))
    }

    /// The rows that an aggregate looks at beside the subject, those of a register on a day; what they say may keep them
    /// from counting.
    pub(super) fn rows_beside(
        &self,
        id: AggId,
        sharing: &Sharing,
        stretch: &Days,
        window: Window,
        day: Day,
    ) -> Vec<u32> {
        let Some(shared) = self.shared(sharing, day) else { return Vec::new() };
        let families = self.families(id, sharing, window, day);
        let Some(family) = families.by.get(&shared) else { return Vec::new() };
        let places = self.places(family, sharing.itself, &self.before_own(sharing, stretch)).into_iter().flatten();
        places.filter_map(|place| family.rows.get(place)).map(|(_, row)| *row).collect()
    }

    /// A stretch that ends with the subject's own day where only what is earlier counts.
    fn before_own(&self, sharing: &Sharing, stretch: &Days) -> Days {
        let mut stretch = *stretch;
        if let (true, Some(own)) = (sharing.itself.is_earlier(), self.judge.event_moment(self.kind, self.id)) {
            let end = own.day().plus(1);
            stretch.to = Some(stretch.to.map_or(end, |to| to.min(end)));
        }
        stretch
    }

    /// What rows must share with the subject; `None`: some of it is not known.
    fn shared(&self, sharing: &Sharing, day: Day) -> Option<Vec<Stored>> {
        let world = &self.judge.world;
        let is_record = world.policy().kinds[sharing.part.kind].role == Role::Record;
        let own = |path: &crate::model::Path| {
            Stored::keep(if is_record {
                Subject { planned: false, ..*self }.field(path)
            } else {
                world.walk(self.kind, self.id, path, world.reading_day(self.kind, self.id, day))
            })
        };
        let shared: Vec<Stored> = sharing.on.iter().map(|(_, path)| own(path)).collect();
        (!shared.contains(&Stored::Unknown)).then_some(shared)
    }

    /// The rows of a source by what they share, as this subject asks for them.
    fn families(&self, agg: AggId, sharing: &Sharing, window: Window, day: Day) -> Rc<Families<'a>> {
        let is_record = self.judge.world.policy().kinds[sharing.part.kind].role == Role::Record;
        let asked = Asked {
            agg,
            window,
            day: if is_record { Day(0) } else { day },
            outlook: self.outlook,
            planned: self.planned,
            results: self.facts.is_some(),
            rows: self.reading.rows,
        };
        self.judge.families(asked, sharing)
    }

    /// Places of the rows that count, as ranges in order.
    fn places(&self, family: &Family<'_>, itself: Itself, stretch: &Days) -> Vec<Range<usize>> {
        let rows = &family.rows;
        let own = self.judge.row_order(self.kind, self.id);
        // Rows of a register have no date: all of them lie in a stretch without sides.
        let early = |(order, _): &(RecordOrder, u32)| {
            let moment = order.date();
            stretch.from.is_some_and(|from| moment.day() < from)
                || stretch.after.is_some_and(|after| !precedes(after, moment))
        };
        let start = rows.partition_point(early);
        let end = rows.partition_point(|(order, _)| {
            let moment = order.date();
            stretch.to.is_none_or(|to| moment.day() < to)
                && stretch.until.is_none_or(|until| !is_instant_after(moment, until))
        });
        let cut = |from: usize, to: usize| from.max(start)..to.min(end);
        let at = rows.partition_point(|(order, _)| *order < own);
        let mut places = match itself {
            Itself::Included => std::iter::once(start..end).collect(),
            Itself::LeftOut => {
                let is_own = rows.get(at).is_some_and(|(_, id)| *id == self.id);
                vec![cut(0, at), cut(at + usize::from(is_own), end)]
            }
            Itself::EarlierByKey => vec![cut(0, at)],
            Itself::Earlier => {
                // By day, unless both are instants: those of the own day one by one.
                let day = own.date().day();
                let before = rows.partition_point(|(order, _)| order.date().day() < day);
                let same_day = rows.iter().enumerate().skip(before).take_while(|(_, row)| row.0.date().day() == day);
                let earlier = same_day.filter(|(_, row)| precedes(row.0.date(), own.date()));
                let ones = earlier.map(|(place, _)| cut(place, place + 1));
                std::iter::once(cut(0, before)).chain(ones).collect()
            }
        };
        if let Some(since @ Moment::At(_)) = stretch.since {
            // Of its day, whole days come first, then the instants that are too early.
            let before = |moment: Moment| moment.day() < since.day();
            let whole = |moment: Moment| moment.day() == since.day() && matches!(moment, Moment::Day(_));
            let from = rows.partition_point(|(order, _)| before(order.date()) || whole(order.date()));
            let to = rows.partition_point(|(order, _)| whole(order.date()) || precedes(order.date(), since));
            let around = |part: Range<usize>| [part.start..part.end.min(from), part.start.max(to)..part.end];
            places = places.into_iter().flat_map(around).collect();
        }
        places.retain(|range| range.start < range.end);
        places
    }
}

fn add<'a>(fold: &mut Fold<'a>, order: &RecordOrder, row: &ReadRow<'a>) -> Result<(), Overflow> {
    match row.keep {
        Tri::False => Ok(()),
        Tri::Unknown => {
            fold.add_counts(0, 1);
            Ok(())
        }
        Tri::True => {
            fold.add_loose(u64::from(row.is_loose));
            fold.add_row(Some(Cow::Owned(order.clone())), &row.values)
        }
    }
}
