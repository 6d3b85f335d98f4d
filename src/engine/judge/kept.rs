//! Values of named measures that are kept: a measure of a row says the same whenever it is asked under the same conditions.
//!
//! Only what is made of aggregates is kept, and only so much at a time; a value that is not kept any more is read again.

use super::Judge;
use super::outlook::Outlook;
use super::subject::{RowsDay, Subject};
use crate::engine::value::V;
use crate::model::{Agg, AggFrame, AggId, Day, Expr, Id, IdVec, MeasureId, Overflow, Policy, Role, Source, Window};
use crate::program::op_exprs;
use hashbrown::HashMap;
use std::cell::{OnceCell, RefCell};

/// Most values kept at a time.
const KEPT_MAX: usize = 1 << 17;

/// On what the value of an expression depends besides its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// On nothing: of a record, the same for all who ask.
    Row,
    /// On the window.
    Window,
    /// On results, lines or steps that stand already.
    Results,
}

/// What is known of a measure before anything is read.
#[derive(Debug, Clone, Copy)]
struct Nature {
    reach: Reach,
    /// Something is counted in it, or it is long, so that keeping it is worth its place.
    counts: bool,
    /// Expressions that are looked at for it, with those of measures that are not kept.
    steps: u32,
}

/// Measures that take more steps are kept: those that read each other in tiers would be read as often as there are ways to them.
const STEPS_MAX: u32 = 64;

impl Nature {
    const PLAIN: Nature = Nature { reach: Reach::Row, counts: false, steps: 1 };

    fn reading(reach: Reach, counts: bool) -> Nature {
        Nature { reach, counts, steps: 1 }
    }

    fn with(self, other: Nature) -> Nature {
        let steps = self.steps.saturating_add(other.steps);
        Nature { reach: self.reach.max(other.reach), counts: self.counts || other.counts, steps }
    }

    /// Of a measure, as those who read it see it.
    fn of_measure(self) -> Nature {
        let counts = self.counts || self.steps > STEPS_MAX;
        let is_kept = counts && self.reach != Reach::Results;
        Nature { reach: self.reach, counts, steps: if is_kept { 1 } else { self.steps } }
    }
}

/// Who asks for a measure, as far as that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Asked {
    measure: MeasureId,
    row: u32,
    /// Where it reads the window or the day on which attributes are read.
    on: Option<(Window, Day, RowsDay)>,
    outlook: Outlook,
    planned: bool,
}

/// Measures that were read.
#[derive(Default)]
pub(super) struct Kept<'a> {
    natures: OnceCell<IdVec<MeasureId, Nature>>,
    values: RefCell<HashMap<Asked, V<'a>>>,
    doubts: RefCell<HashMap<Asked, bool>>,
}

impl<'a> Judge<'a> {
    fn nature(&self, id: MeasureId) -> Nature {
        let natures = self.kept.natures.get_or_init(|| natures(self.world.policy()));
        natures.get(id).copied().unwrap_or(Nature::reading(Reach::Results, false))
    }

    /// Whether what a record comes to in an aggregate is the same whatever the window: nothing is read of it, nor of results.
    pub(super) fn reads_no_window(&self, agg: &Agg) -> bool {
        let policy = self.world.policy();
        let mut of = |id: MeasureId| self.nature(id);
        rows_nature(policy, agg, &mut of).reach == Reach::Row
    }
}

impl<'a> Subject<'_, 'a> {
    /// A measure as it is kept, or as `read` reads it.
    pub(super) fn kept_value(
        &self,
        id: MeasureId,
        read: impl FnOnce() -> Result<V<'a>, Overflow>,
    ) -> Result<V<'a>, Overflow> {
        keep(&self.judge.kept.values, self.asked(id), read)
    }

    /// Whether a measure is in doubt, as it is kept or as `read` reads it.
    pub(super) fn kept_doubt(
        &self,
        id: MeasureId,
        read: impl FnOnce() -> Result<bool, Overflow>,
    ) -> Result<bool, Overflow> {
        keep(&self.judge.kept.doubts, self.asked(id), read)
    }

    /// Under what the measure is kept; `None`: it is not.
    fn asked(&self, id: MeasureId) -> Option<Asked> {
        let nature = self.judge.nature(id);
        if !nature.counts || nature.reach == Reach::Results || self.reading.pinned || self.reading.cut.is_some() {
            return None;
        }
        let is_record = self.judge.world.policy().kinds[self.kind].role == Role::Record;
        let on = if is_record && nature.reach == Reach::Row {
            None
        } else {
            Some((self.window, self.day, self.reading.rows))
        };
        Some(Asked { measure: id, row: self.id, on, outlook: self.outlook, planned: self.planned })
    }
}

fn keep<T: Copy>(
    kept: &RefCell<HashMap<Asked, T>>,
    asked: Option<Asked>,
    read: impl FnOnce() -> Result<T, Overflow>,
) -> Result<T, Overflow> {
    let Some(asked) = asked else { return read() };
    if let Some(found) = kept.borrow().get(&asked) {
        return Ok(*found);
    }
    let value = read()?;
    let mut kept = kept.borrow_mut();
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
    kept.insert(asked, value);
    Ok(value)
}

/// Of every measure, each looked at once.
fn natures(policy: &Policy) -> IdVec<MeasureId, Nature> {
    let mut known: Vec<Option<Nature>> = vec![None; policy.measures.len()];
    for id in policy.measures.ids() {
        measure_nature(policy, id, &mut known);
    }
    known.into_iter().map(|nature| nature.unwrap_or(Nature::reading(Reach::Results, false))).collect()
}

fn measure_nature(policy: &Policy, id: MeasureId, known: &mut Vec<Option<Nature>>) -> Nature {
    if let Some(nature) = known.get(id.index()).copied().flatten() {
        return nature;
    }
    let nature = expr_nature(policy, &policy.measures[id].expr, &mut |other| measure_nature(policy, other, known));
    let nature = nature.of_measure();
    if let Some(slot) = known.get_mut(id.index()) {
        *slot = Some(nature);
    }
    nature
}

type OfMeasure<'f> = dyn FnMut(MeasureId) -> Nature + 'f;

fn expr_nature(policy: &Policy, expr: &Expr, of: &mut OfMeasure<'_>) -> Nature {
    match expr {
        Expr::WindowStart | Expr::WindowEnd => Nature::reading(Reach::Window, false),
        Expr::Cover(_) => Nature::reading(Reach::Window, true),
        Expr::Tally(_)
        | Expr::Result(..)
        | Expr::ResultVia(..)
        | Expr::Counter(..)
        | Expr::Periods(_)
        | Expr::InPeriod(_)
        | Expr::Line(_) => Nature::reading(Reach::Results, true),
        // What is reached is read on the day on which the row is.
        Expr::Measure(id) | Expr::Through(_, id) => of(*id),
        Expr::Agg(id) => agg_nature(policy, *id, of),
        // While the window runs, what is not there may still come.
        Expr::Known(a) => Nature::reading(Reach::Window, false).with(expr_nature(policy, a, of)),
        Expr::Const(..)
        | Expr::Param(_)
        | Expr::Field(_)
        | Expr::Key
        | Expr::AsOf
        | Expr::Arith(..)
        | Expr::Div(..)
        | Expr::Shift { .. }
        | Expr::Between(..)
        | Expr::Worked { .. }
        | Expr::Min(_)
        | Expr::Max(_)
        | Expr::Abs(_)
        | Expr::Floor(_)
        | Expr::Ceil(_)
        | Expr::Round(..)
        | Expr::DatePart(..)
        | Expr::AtTime(..)
        | Expr::Cases(..)
        | Expr::OrElse(..)
        | Expr::Compare(..)
        | Expr::Acts { .. }
        | Expr::OneOf(..)
        | Expr::HasAny(..)
        | Expr::HasAll(..)
        | Expr::Text(..)
        | Expr::InHours(..)
        | Expr::And(_)
        | Expr::Or(_)
        | Expr::Not(_)
        | Expr::IsTrue(_) => {
            let children = expr.children();
            children.into_iter().fold(Nature::PLAIN, |nature, child| nature.with(expr_nature(policy, child, of)))
        }
    }
}

fn agg_nature(policy: &Policy, id: AggId, of: &mut OfMeasure<'_>) -> Nature {
    let agg = &policy.aggs[id];
    let is_dated = match &agg.source {
        Source::Records(_) => true,
        source => source.parts().iter().all(|part| policy.kinds[part.kind].role == Role::Record),
    };
    let frame = match &agg.frame {
        AggFrame::Ever => Nature::PLAIN,
        AggFrame::Dated { from, until } => {
            from.iter().chain(until).fold(Nature::PLAIN, |nature, bound| nature.with(expr_nature(policy, bound, of)))
        }
        AggFrame::SinceLast(last) => Nature::reading(Reach::Window, true).with(agg_nature(policy, *last, of)),
        _ => Nature::reading(Reach::Window, true),
    };
    let rows = if is_dated { Reach::Row } else { Reach::Window };
    let nature = Nature::reading(rows, true).with(frame);
    nature.with(rows_nature(policy, agg, of))
}

/// Of what is read of the rows of an aggregate.
fn rows_nature(policy: &Policy, agg: &Agg, of: &mut OfMeasure<'_>) -> Nature {
    let parts = agg.source.parts();
    let filters = parts.iter().filter_map(|part| part.filter.as_ref());
    let read = filters.chain(op_exprs(&agg.op));
    read.fold(Nature::PLAIN, |nature, expr| nature.with(expr_nature(policy, expr, of)))
}
