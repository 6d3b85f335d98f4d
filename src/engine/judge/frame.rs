//! The stretch of time that an aggregate takes for a subject.

use super::fold::Doubt;
use super::subject::Subject;
use crate::engine::eval::{Context, eval, in_doubt};
use crate::model::frame_range;
use crate::model::{AggFrame, AggId, Day, Moment, Overflow};

/// Days, and moments where instants cut them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Days {
    /// First day; none: from the beginning.
    pub from: Option<Day>,
    /// The day after the last; none: without end.
    pub to: Option<Day>,
    /// Only what is later than this.
    pub after: Option<Moment>,
    /// Of instants only those that are not before this one.
    pub since: Option<Moment>,
    /// Of instants only those that are not later than this one.
    pub until: Option<Moment>,
    /// Where it begins lies before the log, on a day that nothing covers.
    pub uncovered: bool,
}

/// A stretch, or why there is none.
pub(super) enum Stretch {
    Of(Days),
    None(Doubt),
}

impl Days {
    /// Whether a record of a day and moment lies in it.
    pub(crate) fn holds(&self, day: Day, moment: impl Fn() -> Moment) -> bool {
        self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day < to)
            && self.after.is_none_or(|after| later(moment(), after))
            && self.since.is_none_or(|since| !is_instant_after(since, moment()))
            && self.until.is_none_or(|until| !is_instant_after(moment(), until))
    }
}

/// Whether one moment is later than another: by day unless both are instants.
fn later(a: Moment, b: Moment) -> bool {
    match (a, b) {
        (Moment::At(a), Moment::At(b)) => a > b,
        (a, b) => a.day() > b.day(),
    }
}

/// Whether both are instants, and the first is the later one.
pub(super) fn is_instant_after(a: Moment, b: Moment) -> bool {
    matches!((a, b), (Moment::At(a), Moment::At(b)) if a > b)
}

impl<'a> Subject<'_, 'a> {
    /// The stretch of a frame for this subject and window.
    pub(super) fn stretch(&self, frame: &'a AggFrame) -> Result<Stretch, Overflow> {
        let missing = |uncovered: bool| Stretch::None(Doubt { uncovered, no_frame: true, ..Doubt::default() });
        match frame {
            AggFrame::Dated { from, until } => {
                let mut bounds = [None; 2];
                let mut doubts = Vec::new();
                for (bound, expr) in bounds.iter_mut().zip([from, until]) {
                    let Some(expr) = expr else { continue };
                    *bound = eval(expr, self)?.moment();
                    if bound.is_none() {
                        doubts.push(in_doubt(expr, self)?);
                    }
                }
                if !doubts.is_empty() {
                    return Ok(missing(doubts.contains(&true)));
                }
                let [since, until] = bounds;
                let (from, to) = (since.map(Moment::day), until.map(|until| until.day().plus(1)));
                Ok(Stretch::Of(Days { from, to, since, until, ..Days::default() }))
            }
            AggFrame::SinceLast(last) => {
                let to = Some(self.window.end);
                Ok(match self.agg(*last)?.moment() {
                    Some(after) => {
                        Stretch::Of(Days { from: Some(after.day()), to, after: Some(after), ..Days::default() })
                    }
                    None if self.agg_in_doubt(*last)? => missing(true),
                    // One before the log is on nobody's file.
                    None => Stretch::Of(Days { to, uncovered: self.is_older_than_log(*last), ..Days::default() }),
                })
            }
            fixed => {
                let (from, to) = frame_range(fixed, self.window);
                Ok(Stretch::Of(Days { from, to, ..Days::default() }))
            }
        }
    }

    /// Whether the row is there on the day before the log of some records begins.
    fn is_older_than_log(&self, records: AggId) -> bool {
        let world = &self.judge.world;
        let coverage = &world.program.spec().coverage;
        let parts = world.policy().aggs[records].source.parts();
        let log = parts.iter().filter_map(|part| Some(coverage.get(&part.kind)?.first()?.start)).max();
        log.is_some_and(|log| self.judge.is_there(self.kind, self.id, log.plus(-1)))
    }
}
