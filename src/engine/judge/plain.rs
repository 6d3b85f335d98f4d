//! Rules whose windows are decided by a count alone: the same outcomes as `obligation`, without a context for each window.
//!
//! INVARIANT (plain is general): a rule is plain only if nothing of an obligation differs from window to window but the
//! count, the doubt and what is open; a subject is plain only if one version of it, and of all that its scope and links
//! pass, is there on every day of every window. All others are judged by `obligation`.

use super::facts::Facts;
use super::life::binds_uncut;
use super::obligation::RuleRun;
use super::scopes::Scopes;
use super::steady::Way;
use super::tallies::Gathered;
use super::{Judge, RunError};
use crate::engine::counts::CellCounts;
use crate::engine::eval::Context;
use crate::engine::ledger::AccState;
use crate::engine::observe::param;
use crate::engine::registers::{Store, Versions};
use crate::engine::segments::Segments;
use crate::engine::value::{Tri, V};
use crate::engine::world::World;
use crate::model::frame_range;
use crate::model::{
    AggFrame, AggOp, AttributesAt, Counts, Day, Expr, FieldId, Finding, FindingFilter, Frame, KindId, Link, Moment,
    Outcome, ParamId, PartialWindows, Ratio, Requirement, Shown, Source, Window, window,
};
use crate::threads::in_order;
use std::borrow::Cow;
use std::ops::Range;

/// Windows that one thread decides at a time: enough to be worth handing over, few enough that their findings are small.
const CHUNK_WINDOWS: usize = 1 << 18;
/// Subjects that one thread takes at a time, at most.
const CHUNK: usize = 16_384;
/// Subjects whose cells are waited for together.
const TOGETHER: usize = 64;

/// One window of a plain rule.
struct PlainWindow {
    window: Window,
    /// The day by which it belongs to a period.
    owner: Day,
    /// Slots of the accumulator.
    slots: Range<usize>,
}

/// Windows after each other that belong to the same periods.
pub(super) struct Stretch {
    windows: Range<usize>,
    /// More records may lie in them than were found.
    doubt: bool,
    /// They have not ended by as-of.
    is_open: bool,
    /// For each gathering of the rule, the position of the period that they belong to.
    pub(super) periods: Vec<Option<usize>>,
    /// Their slots, where these follow each other.
    segments: Option<Segments>,
}

/// A bound as counts see it.
#[derive(Clone, Copy)]
enum Bound {
    /// At least (at most) this whole number.
    Whole(u64),
    /// No count keeps within it.
    Never,
    /// An open parameter.
    Unknown,
}

impl Bound {
    /// The least count that is not below a number, or the greatest that is not above it (`up`: the former).
    fn of(number: Option<Ratio>, up: bool) -> Bound {
        let Some(number) = number else { return Bound::Unknown };
        let whole = if up { number.ceil() } else { number.floor() };
        match u64::try_from(whole) {
            Ok(whole) => Bound::Whole(whole),
            Err(_) if (whole < 0) == up => Bound::Whole(if up { 0 } else { u64::MAX }),
            Err(_) => Bound::Never,
        }
    }
}

/// A plain rule, ready for its subjects.
pub(super) struct Plain<'j, 'a> {
    pub(super) world: World<'a>,
    pub(super) run: &'j RuleRun<'a>,
    cells: &'a CellCounts,
    windows: Vec<PlainWindow>,
    pub(super) stretches: Vec<Stretch>,
    /// The links of the rule's gatherings, and the way there where it is the same on all days for all subjects.
    links: Vec<(&'a Link, Option<Way<'a>>)>,
    /// All subjects are there throughout, with one version each.
    lasts: bool,
    /// Paths of the scope that pass other subjects.
    long_paths: Vec<&'a [FieldId]>,
    /// From the first day of any window to the end of the last.
    span: Window,
    least: Option<Bound>,
    most: Option<Bound>,
    required: Vec<Shown>,
    filter: FindingFilter,
}

/// Subjects in the order in which they are judged.
#[derive(Clone, Copy)]
pub(super) enum Subjects<'i> {
    /// All of a register, of which there are so many.
    All(usize),
    Listed(&'i [u32]),
}

impl<'i> Subjects<'i> {
    fn count(self) -> usize {
        match self {
            Subjects::All(count) => count,
            Subjects::Listed(ids) => ids.len(),
        }
    }

    /// At most so many of them, from a position on.
    fn part(self, start: usize, most: usize) -> Cow<'i, [u32]> {
        let end = start.saturating_add(most).min(self.count());
        match self {
            Subjects::All(_) => (start..end).filter_map(|id| u32::try_from(id).ok()).collect(),
            Subjects::Listed(ids) => Cow::Borrowed(ids.get(start..end).unwrap_or(&[])),
        }
    }
}

/// Judges all windows of one subject in the general way.
type General<'g> = dyn FnMut(u32, &mut Facts, &mut dyn FnMut(&Finding)) -> Result<(), RunError> + 'g;

/// What some subjects came to.
#[derive(Default)]
struct Chunk {
    counts: Counts,
    /// Those that are listed, with the position of their subject.
    findings: Vec<(usize, Finding)>,
    /// Positions of the subjects that are not plain.
    general: Vec<usize>,
}

/// A row of a register that is the same on all days: the context of a scope.
pub(super) struct SteadyRow<'a> {
    world: World<'a>,
    kind: KindId,
    id: u32,
    day: Day,
}

impl<'a> Context<'a> for SteadyRow<'a> {
    fn field(&self, path: &[FieldId]) -> V<'a> {
        self.world.walk(self.kind, self.id, path, self.day)
    }
    fn key(&self) -> V<'a> {
        V::Text(self.world.key(self.kind, self.id))
    }
    fn param(&self, id: ParamId) -> V<'a> {
        param(self.world.program, id)
    }
    fn calendar(&self, id: crate::model::CalendarId) -> Option<&'a crate::model::calendar::WorkCalendar> {
        self.world.program.calendar(id)
    }
    fn as_of(&self) -> V<'a> {
        V::Moment(Moment::Day(self.world.program.spec().as_of.reference()))
    }
    fn zone(&self) -> chrono_tz::Tz {
        self.world.policy().timezone
    }
}

/// Whether an expression reads nothing but attributes, constants and parameters.
pub(super) fn is_steady(expr: &Expr) -> bool {
    match expr {
        Expr::Measure(_)
        | Expr::Through(..)
        | Expr::Agg(_)
        | Expr::Cover(_)
        | Expr::Tally(_)
        | Expr::Result(..)
        | Expr::ResultVia(..)
        | Expr::Counter(..)
        | Expr::Periods(_)
        | Expr::InPeriod(_)
        | Expr::Line(_)
        | Expr::WindowStart
        | Expr::WindowEnd
        // Who stands in differs from day to day.
        | Expr::Acts { .. } => false,
        other => other.children().into_iter().all(is_steady),
    }
}

/// The paths that an expression reads.
pub(super) fn paths_of<'e>(expr: &'e Expr, out: &mut Vec<&'e [FieldId]>) {
    if let Expr::Field(path) = expr {
        out.push(path);
    }
    expr.children().into_iter().for_each(|child| paths_of(child, out));
}

impl<'a> Judge<'a> {
    /// The rule as a plain one, if it is.
    pub(super) fn plain<'j>(&'j self, run: &'j RuleRun<'a>, filter: FindingFilter) -> Option<Plain<'j, 'a>> {
        let (rule, program) = (run.rule, self.world.program);
        let policy = program.policy();
        let frame = crate::program::frame_of(policy, &rule.frame)?;
        let is_calendar = !matches!(
            *frame,
            Frame::State
                | Frame::Event
                | Frame::Term
                | Frame::Gaps
                | Frame::Rolling { .. }
                | Frame::Throughout { .. }
                | Frame::EveryParam(_)
                | Frame::Cycle { .. }
        );
        let is_bare = rule.excused.is_empty()
            && !rule.waivable
            && matches!(rule.attributes, AttributesAt::Start)
            && !matches!(rule.partial, PartialWindows::Prorate(_))
            && rule.scope.as_ref().is_none_or(is_steady)
            && matches!(self.world.registers.store(rule.subject), Store::Register { .. });
        let Requirement::Count(count) = &rule.requirement else { return None };
        let Expr::Agg(id) = &count.measured else { return None };
        let agg = &policy.aggs[*id];
        let Source::Records(parts) = &agg.source else { return None };
        let is_count = agg.op == AggOp::Count && agg.thin.is_none() && count.per.is_none();
        let is_fixed = !matches!(agg.frame, AggFrame::Dated { .. } | AggFrame::SinceLast(_));
        let acc = program.acc_of[*id]?;
        let accumulator = &program.accumulators[acc];
        let of_subject = accumulator.parts.iter().all(|part| part.source.link != Link::Whole);
        let AccState::Counts { cells, doubtful, loose, .. } = self.state(acc) else { return None };
        if !(is_calendar && is_bare && is_count && is_fixed && of_subject && doubtful.is_empty()) {
            return None;
        }
        // What may still be filled in matters where days are still to come.
        let passed = |window: &Window| program.spec().as_of.has_passed(window.end, rule.day_starts);
        if !loose.is_empty() && !program.rule_windows[run.id].iter().all(passed) {
            return None;
        }
        let slots = accumulator.slots.as_ref()?;
        let mut required = Vec::new();
        let mut bound = |expr: &'a Expr, up: bool| -> Option<Bound> {
            let range = match expr {
                Expr::Const(value, _) => V::constant(value),
                Expr::Param(id) => param(program, *id),
                _ => return None,
            }
            .range();
            required.push(range.lo.map_or(Shown::Nothing, Shown::Number));
            Some(Bound::of(range.value(), up))
        };
        let least = count.at_least.as_ref().map(|expr| bound(expr, true).ok_or(())).transpose().ok()?;
        let most = count.at_most.as_ref().map(|expr| bound(expr, false).ok_or(())).transpose().ok()?;
        if most.is_some() && count.at_least == count.at_most {
            required.pop();
        }
        let of_windows = &program.rule_windows[run.id];
        let (first, end) = (of_windows.iter().map(|w| w.start).min()?, of_windows.iter().map(|w| w.end).max()?);
        let span = Window { start: first, end };
        let anybody = |window: Window| self.subject(rule.subject, 0, window, false);
        let mut stretches: Vec<Stretch> = Vec::new();
        let windows: Vec<PlainWindow> = of_windows
            .iter()
            .filter(|window| binds_uncut(**window, &run.cuts, rule.partial))
            .map(|window| {
                let (from, to) = frame_range(&agg.frame, *window);
                let doubt = anybody(*window).doubt(&agg.frame, parts, from, to);
                let owner = window::owner_day(&frame, *window);
                let periods = run.gatherings.iter().map(|position| {
                    let gathering = program.gatherings.get(*position)?;
                    match gathering.every {
                        None => Some(0),
                        Some(_) => gathering.periods.iter().position(|period| period.contains(owner)),
                    }
                });
                let (periods, is_open) =
                    (periods.collect(), !program.spec().as_of.has_passed(window.end, rule.day_starts));
                let doubt = doubt.uncovered || doubt.open;
                let goes_on =
                    |last: &&mut Stretch| (&last.periods, last.is_open, last.doubt) == (&periods, is_open, doubt);
                match stretches.last_mut().filter(goes_on) {
                    Some(last) => last.windows.end += 1,
                    None => {
                        let at = stretches.last().map_or(0, |last| last.windows.end);
                        stretches.push(Stretch { windows: at..at + 1, doubt, is_open, periods, segments: None });
                    }
                }
                PlainWindow { window: *window, owner, slots: slots.range(from, to) }
            })
            .collect();
        for stretch in &mut stretches {
            let of_windows = windows.get(stretch.windows.clone()).unwrap_or(&[]);
            stretch.segments = Segments::of(of_windows.iter().map(|window| window.slots.clone()));
        }
        let mut long_paths = Vec::new();
        rule.scope.iter().for_each(|scope| paths_of(scope, &mut long_paths));
        long_paths.retain(|path| path.len() > 1);
        let way = |link: &Link| match link {
            Link::Path { path, ancestors: false } => Way::of(self.world, rule.subject, path),
            _ => None,
        };
        let keeps_runs = run.gatherings.iter().any(|at| program.gatherings.get(*at).is_none_or(|g| g.runs));
        (!keeps_runs).then_some(Plain {
            world: self.world,
            run,
            cells,
            windows,
            stretches,
            links: run
                .gatherings
                .iter()
                .filter_map(|at| program.gatherings.get(*at))
                .map(|g| (&g.link, way(&g.link)))
                .collect(),
            lasts: matches!(
                self.world.registers.store(rule.subject),
                Store::Register { versions: Versions::Lasting(_), .. }
            ),
            long_paths,
            span,
            least,
            most,
            required,
            filter,
        })
    }
}

impl<'a> Plain<'_, 'a> {
    /// Judges subjects in order. Counts by gathering, target and period go to the facts and to `counts`, findings that are listed to
    /// `see` with what comes of subjects that are not plain, which `general` judges.
    ///
    /// Errors where a number of a scope overflows, or where `general` does.
    pub(super) fn judge(
        &self,
        ids: Subjects<'_>,
        threads: usize,
        facts: &mut Facts,
        counts: &mut Counts,
        general: &mut General<'_>,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), RunError> {
        let size = (CHUNK_WINDOWS / self.windows.len().max(1)).clamp(1, CHUNK);
        let parts: Vec<usize> = (0..ids.count()).step_by(size).collect();
        let mut stopped = Ok(());
        let serve = |parts: &mut dyn Iterator<Item = usize>, out: &mut dyn FnMut(Result<Chunk, RunError>) -> bool| {
            let mut gathered = Gathered::of(self);
            for part in parts {
                if !out(self.chunk(&ids.part(part, size), &mut gathered)) {
                    break;
                }
            }
            gathered
        };
        let mut left = parts.iter();
        let gathered = in_order(threads, &parts, serve, &mut |chunk| {
            let part = left.next().map_or(Cow::Borrowed(&[][..]), |part| ids.part(*part, size));
            stopped = chunk.and_then(|chunk| self.take(&part, chunk, facts, counts, general, see));
            stopped.is_ok()
        });
        gathered.into_iter().for_each(|gathered| gathered.hand_over(&self.run.gatherings, facts));
        stopped
    }

    /// Takes what some subjects came to.
    fn take(
        &self,
        ids: &[u32],
        chunk: Chunk,
        facts: &mut Facts,
        counts: &mut Counts,
        general: &mut General<'_>,
        see: &mut dyn FnMut(&Finding),
    ) -> Result<(), RunError> {
        counts.merge(chunk.counts);
        let mut findings = chunk.findings.into_iter().peekable();
        for (at, id) in chunk.general.into_iter().filter_map(|at| Some((at, *ids.get(at)?))) {
            while let Some((_, finding)) = findings.next_if(|(before, _)| *before < at) {
                see(&finding);
            }
            general(id, facts, see)?;
        }
        findings.for_each(|(_, finding)| see(&finding));
        Ok(())
    }

    fn chunk(&self, ids: &[u32], gathered: &mut Gathered) -> Result<Chunk, RunError> {
        let mut chunk = Chunk::default();
        let mut scopes = Scopes::new(self);
        let mut targets: Vec<Vec<u32>> = self.links.iter().map(|_| Vec::new()).collect();
        let mut bound = [(0, 0, None); TOGETHER];
        for (part, together) in ids.chunks(TOGETHER).enumerate() {
            let mut count = 0;
            for (at, id) in (part * TOGETHER..).zip(together.iter().copied()) {
                let scope = if self.has_steady_scope(id) { Some(scopes.of(id)?) } else { None };
                if let Some(slot) = bound.get_mut(count) {
                    *slot = (at, id, scope);
                }
                // Whether it is in scope is anybody's guess: nothing waits for it.
                count += usize::from(scope != Some(Tri::False));
            }
            let bound = bound.get(..count).unwrap_or(&[]);
            self.cells.fetch(bound.iter().map(|(_, id, _)| *id));
            for (at, id, scope) in bound.iter().copied() {
                match scope.filter(|_| self.steady_targets(id, &mut targets).is_some()) {
                    Some(scope) => {
                        let mut take = |stretch: &Stretch, seen| gathered.add(&targets, stretch, seen);
                        self.windows_of(at, id, scope, &mut chunk.counts, &mut take, &mut chunk.findings);
                    }
                    None => chunk.general.push(at),
                }
            }
        }
        Ok(chunk)
    }

    fn windows_of(
        &self,
        at: usize,
        id: u32,
        scope: Tri,
        counts: &mut Counts,
        take: &mut impl FnMut(&Stretch, Counts),
        findings: &mut Vec<(usize, Finding)>,
    ) {
        let cells = self.cells.of(id);
        let sure = self.limits().filter(|_| scope == Tri::True && self.filter == FindingFilter::None);
        for stretch in &self.stretches {
            let windows = self.windows.get(stretch.windows.clone()).unwrap_or(&[]);
            let mut seen = Counts::default();
            if let Some((least, most)) = sure.filter(|_| !stretch.doubt) {
                // Nothing is told but how many keep within the bounds.
                let any = (least, most) == (1, u64::MAX);
                let at_once = stretch.segments.as_ref().filter(|_| any).map(|segments| cells.filled(segments));
                let is_met = |window: &&PlainWindow| (least..=most).contains(&cells.sum(window.slots.clone()));
                seen.met = at_once.unwrap_or_else(|| windows.iter().filter(is_met).count() as u64);
                seen.unmet = windows.len() as u64 - seen.met;
            } else {
                let unresolved = if stretch.is_open { Outcome::Pending } else { Outcome::Unknown };
                for window in windows {
                    let count = cells.sum(window.slots.clone());
                    let outcome = match (scope, self.truth(count, stretch.doubt)) {
                        (Tri::Unknown, _) | (_, Tri::Unknown) => unresolved,
                        (_, Tri::True) => Outcome::Met,
                        (_, Tri::False) => Outcome::Unmet,
                    };
                    seen.add(outcome);
                    if self.filter.lists(outcome) {
                        findings.push((at, self.finding(id, window, outcome, count)));
                    }
                }
            }
            counts.merge(seen);
            let pending = Counts { pending: stretch.windows.len() as u64, ..Counts::default() };
            take(stretch, if stretch.is_open { pending } else { seen });
        }
    }

    fn finding(&self, id: u32, window: &PlainWindow, outcome: Outcome, count: u64) -> Finding {
        Finding {
            rule: self.run.id,
            subject: self.world.key(self.run.rule.subject, id).to_owned(),
            start: window.window.start,
            last: Some(window.window.last()),
            owner: window.owner,
            outcome,
            measured: vec![Shown::Number(Ratio::int(i128::from(count)))],
            required: self.required.clone(),
        }
    }

    /// A count against the bounds; with `doubt` it may be larger.
    #[inline]
    fn truth(&self, count: u64, doubt: bool) -> Tri {
        let least = self.least.map_or(Tri::True, |bound| match bound {
            Bound::Whole(least) if count >= least => Tri::True,
            Bound::Whole(_) | Bound::Never if !doubt => Tri::False,
            Bound::Whole(_) | Bound::Never | Bound::Unknown => Tri::Unknown,
        });
        let most = self.most.map_or(Tri::True, |bound| match bound {
            Bound::Never => Tri::False,
            Bound::Whole(most) if count > most => Tri::False,
            Bound::Whole(_) if !doubt => Tri::True,
            Bound::Whole(_) | Bound::Unknown => Tri::Unknown,
        });
        least.and(most)
    }

    /// The least and the greatest count that keep within the bounds, where these are known.
    fn limits(&self) -> Option<(u64, u64)> {
        let number = |bound: Option<Bound>, free: u64| match bound {
            None => Some(Some(free)),
            Some(Bound::Whole(number)) => Some(Some(number)),
            Some(Bound::Never) => Some(None),
            Some(Bound::Unknown) => None,
        };
        let both = number(self.least, 0)?.zip(number(self.most, u64::MAX)?);
        // No count keeps within bounds one of which none keeps.
        Some(both.unwrap_or((1, 0)))
    }

    pub(super) fn row(&self, id: u32) -> SteadyRow<'a> {
        SteadyRow { world: self.world, kind: self.run.rule.subject, id, day: self.span.start }
    }

    /// Whether a subject, and all that its scope passes, is the same on all days.
    fn has_steady_scope(&self, id: u32) -> bool {
        let kind = self.run.rule.subject;
        let is_steady = self.lasts || self.is_steady(kind, id, true);
        is_steady && self.long_paths.iter().all(|path| self.steady_path(kind, id, path).is_some())
    }

    /// Finds for each gathering the subjects to which a subject with a steady scope leads; `None`: it is not plain.
    fn steady_targets(&self, id: u32, targets: &mut [Vec<u32>]) -> Option<()> {
        let kind = self.run.rule.subject;
        for ((link, way), found) in self.links.iter().zip(targets) {
            found.clear();
            if let Some(way) = way {
                found.extend(way.end(id));
                continue;
            }
            match link {
                Link::Whole => found.push(0),
                Link::Shared { .. } => return None,
                Link::Path { path, ancestors } => {
                    let Some((kind, id)) = self.steady_path(kind, id, path)? else { continue };
                    if *ancestors {
                        found.extend(self.world.ancestors(kind, id, self.span.start));
                        if !found.iter().all(|id| self.is_steady(kind, *id, false)) {
                            return None;
                        }
                    } else {
                        found.push(id);
                    }
                }
            }
        }
        Some(())
    }

    /// Where a path leads on all days (`Some(None)`: nowhere); `None`: that may change.
    fn steady_path(&self, kind: KindId, id: u32, path: &[FieldId]) -> Option<Option<(KindId, u32)>> {
        let mut at = (kind, id);
        for field in path {
            if !self.is_steady(at.0, at.1, false) {
                return None;
            }
            let target = self.world.target(at.0, *field);
            match target.zip(self.world.reference(at.0, at.1, *field, self.span.start)) {
                Some(next) => at = next,
                None => return Some(None),
            }
        }
        Some(Some(at))
    }

    /// Whether a subject has one version only; with `there`, one that takes in all windows.
    fn is_steady(&self, kind: KindId, id: u32, there: bool) -> bool {
        match self.world.registers.store(kind) {
            Store::Whole(_) | Store::Derived(_) => !there,
            Store::Event(_) => false,
            Store::Register { versions, .. } => versions
                .only(id)
                .is_some_and(|only| !there || (only.since <= self.span.start && self.span.end <= only.until.plus(1))),
        }
    }
}
