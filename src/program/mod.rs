//! Model to program: flat tables of accumulators and of what the judge reads. No I/O, no clock.

mod accumulator;
mod collect;
mod fill;

pub use accumulator::{AccId, Accumulator, Part, Slots};
pub(crate) use accumulator::{link_kind, op_exprs};
pub(crate) use collect::{
    adjustment_exprs, assessment_exprs, output_windows, requirement_exprs, score_exprs, walk, walk_bounds, walk_own,
};
pub(crate) use fill::may_fill;

use crate::limits::WINDOWS_MAX;
use crate::model::calendar::WorkCalendar;
use crate::model::{
    Agg, AggId, AsOf, AssessmentId, CalendarId, CalendarUnit, Day, Expr, Frame, Id, IdVec, Kind, KindId, Link, Param,
    ParamId, Period, Policy, RewardId, Role, Rule, RuleId, TermReq, TermUnit, Type, Value, Window, days_back, window,
};
use std::collections::BTreeMap;

/// What a run is about, beside the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSpec {
    /// The days of the run.
    pub period: Period,
    /// Up to when is known.
    pub as_of: AsOf,
    /// For each kind that some source brings: the days for which its records are all there
    /// (half-open, sorted, disjoint, not touching). A kind with a source that claims nothing has an
    /// empty list, a kind without a source no entry.
    pub coverage: BTreeMap<KindId, Vec<Window>>,
    /// Calendars that the manifest brings.
    pub calendars: BTreeMap<CalendarId, WorkCalendar>,
    /// The ledger goes on on other days: it serves every as-of in the period, for which states are counted day by day.
    pub any_as_of: bool,
}

/// Why a policy cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// A calendar without days.
    #[error("calendar `{0}` has no days: map a file to it in the manifest, or write its days in the policy")]
    NoCalendar(String),
    /// A rule would have more windows than the limit.
    #[error("rule `{rule}` has {count} windows in the period, more than {max}")]
    TooManyWindows {
        /// The rule.
        rule: String,
        /// How many.
        count: usize,
        /// The limit.
        max: usize,
    },
}

/// Obligations of a rule, gathered for the subjects of another kind and the periods of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathering {
    /// The rule.
    pub rule: RuleId,
    /// From the rule's subject to the assessed one.
    pub link: Link,
    /// Kind of the assessed subject.
    pub kind: KindId,
    /// Length of the periods; `None` for events.
    pub every: Option<CalendarUnit>,
    /// The periods.
    pub periods: Vec<Window>,
    /// Each obligation is kept, for runs.
    pub runs: bool,
    /// Due days are kept.
    pub dues: bool,
}

/// A policy made ready for one run.
#[derive(Debug, Clone)]
pub struct Program {
    policy: Policy,
    spec: RunSpec,
    /// Windows of each rule; those of `State` are the reference date.
    pub(crate) rule_windows: IdVec<RuleId, Vec<Window>>,
    pub(crate) assessment_periods: IdVec<AssessmentId, Vec<Window>>,
    pub(crate) reward_periods: IdVec<RewardId, Vec<Window>>,
    pub(crate) accumulators: IdVec<AccId, Accumulator>,
    pub(crate) acc_of: IdVec<AggId, Option<AccId>>,
    /// Those of aggregates whose values read dates as they stand.
    pub(crate) planned_of: IdVec<AggId, Option<AccId>>,
    /// Aggregates over rows that read results of these rows.
    pub(crate) of_results: IdVec<AggId, bool>,
    /// Aggregates whose rows may stop counting because something empty is filled in.
    pub(crate) undone: IdVec<AggId, bool>,
    pub(crate) gatherings: Vec<Gathering>,
    /// By assessment, the positions of the gatherings for its subjects and periods.
    pub(crate) gathered_for: IdVec<AssessmentId, Vec<usize>>,
    /// For each kind, the accumulators that its records feed: accumulator and part.
    pub(crate) feeds: IdVec<KindId, Vec<(AccId, usize)>>,
    /// Kinds whose whole rows are kept until the judge, because a filter or link passes an event.
    pub(crate) deferred: IdVec<KindId, bool>,
}

impl Program {
    /// Makes a policy ready for a run.
    pub fn compile(policy: &Policy, spec: &RunSpec) -> Result<Program, CompileError> {
        let mut alone = [Program::prepare(policy, spec)?];
        collect::collect(&mut alone);
        let [program] = alone;
        Ok(program)
    }

    /// Makes policies ready for runs over the same records. Those that are alike (see [`Program::is_like`]) have the same
    /// accumulators, so that one ledger serves them all.
    ///
    /// The error stands with its policy.
    pub fn compile_all<'p>(runs: &[(&'p Policy, &RunSpec)]) -> Result<Vec<Program>, (&'p Policy, CompileError)> {
        let prepared = runs.iter();
        let prepared = prepared.map(|(policy, spec)| Program::prepare(policy, spec).map_err(|error| (*policy, error)));
        let prepared = prepared.collect::<Result<Vec<_>, _>>()?;
        let mut groups: Vec<(Vec<usize>, Vec<Program>)> = Vec::new();
        for (at, program) in prepared.into_iter().enumerate() {
            match groups.iter_mut().find(|(_, group)| group.first().is_some_and(|first| program.is_like(first))) {
                Some((places, group)) => {
                    places.push(at);
                    group.push(program);
                }
                None => groups.push((vec![at], vec![program])),
            }
        }
        let mut placed: Vec<(usize, Program)> = Vec::new();
        for (places, mut group) in groups {
            collect::collect(&mut group);
            placed.extend(places.into_iter().zip(group));
        }
        placed.sort_by_key(|(at, _)| *at);
        Ok(placed.into_iter().map(|(_, program)| program).collect())
    }

    /// Whether two policies see subjects and records alike: the same kinds, codes, calendars, clocks and days. Their rules,
    /// parameters and assessments may differ.
    #[must_use]
    pub fn is_like(&self, other: &Program) -> bool {
        let (one, two) = (&self.policy, &other.policy);
        // A first looks at other records with filters of its own, in which parameters stand as they are.
        let has_first =
            |policy: &Policy| policy.aggs.iter().any(|agg| agg.source.parts().iter().any(|part| part.first.is_some()));
        let values = |policy: &Policy| policy.params.iter().map(|param| param.value.clone()).collect::<Vec<_>>();
        self.spec == other.spec
            && (!(has_first(one) || has_first(two)) || values(one) == values(two))
            && one.kinds.len() == two.kinds.len()
            && one.kinds.iter().zip(two.kinds.iter()).all(|(a, b)| *a == Kind { span: a.span, ..b.clone() })
            && one.code_lists == two.code_lists
            && one.calendars == two.calendars
            && one.clocks == two.clocks
            && (one.timezone, one.year_start) == (two.timezone, two.year_start)
    }

    /// A program without accumulators.
    fn prepare(policy: &Policy, spec: &RunSpec) -> Result<Program, CompileError> {
        let mut policy = policy.clone();
        for (id, calendar) in spec.calendars.iter() {
            if policy.calendars.get(*id).is_some() {
                policy.calendars[*id].days = Some(calendar.clone());
            }
        }
        if let Some(missing) = missing_calendar(&policy, spec) {
            return Err(CompileError::NoCalendar(missing));
        }
        let run = spec.period.window;
        let mut rule_windows = IdVec::default();
        for rule in policy.rules.iter() {
            let windows = windows_of(&policy, spec, rule);
            if windows.len() > WINDOWS_MAX {
                let (count, max) = (windows.len(), WINDOWS_MAX);
                return Err(CompileError::TooManyWindows { rule: rule.name.clone(), count, max });
            }
            rule_windows.push(windows);
        }
        let periods = |unit: CalendarUnit| {
            let mut found = window::calendar_windows(unit, run, policy.year_start);
            if unit != CalendarUnit::Week {
                found.retain(|w| run.start <= w.start && w.end <= run.end);
            }
            found
        };
        let assessment_periods = (policy.assessments.iter())
            .map(|a| {
                a.every.map(periods).unwrap_or_default().into_iter().filter(|w| a.in_force.holds(w.last())).collect()
            })
            .collect();
        let reward_periods = (policy.rewards.iter())
            .map(|r| periods(r.every).into_iter().filter(|w| r.in_force.holds(w.last())).collect())
            .collect();
        Ok(Program {
            spec: spec.clone(),
            rule_windows,
            assessment_periods,
            reward_periods,
            accumulators: IdVec::default(),
            acc_of: policy.aggs.iter().map(|_| None).collect(),
            planned_of: policy.aggs.iter().map(|_| None).collect(),
            of_results: policy.aggs.iter().map(|agg| reads_results(&policy, agg)).collect(),
            undone: policy.aggs.iter().map(|agg| fill::is_undone(&policy, agg)).collect(),
            gatherings: Vec::new(),
            gathered_for: IdVec::default(),
            feeds: policy.kinds.iter().map(|_| Vec::new()).collect(),
            deferred: policy.kinds.iter().map(|_| false).collect(),
            policy,
        })
    }

    /// Assessments and rewards whose periods are no longer than the run's, and of which no whole one lies in it: name, and
    /// the period that holds the run's first day.
    #[must_use]
    pub fn without_periods(&self) -> Vec<(&str, Window)> {
        let (policy, run) = (&self.policy, self.spec.period.window);
        let assessments = policy.assessments.iter().filter_map(|a| Some((a.name.as_str(), a.every?)));
        let rewards = policy.rewards.iter().map(|r| (r.name.as_str(), r.every));
        let missed = assessments.chain(rewards).filter_map(|(name, unit)| {
            let first = window::window_of(unit, run.start, policy.year_start);
            let none = crate::model::periods::periods_within(unit, run, policy.year_start).is_empty();
            (none && first.day_count() <= run.day_count()).then_some((name, first))
        });
        missed.collect()
    }

    /// The policy.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the run is about.
    #[must_use]
    pub fn spec(&self) -> &RunSpec {
        &self.spec
    }

    /// Whether an entity kind is kept in a register (some source brings it).
    #[must_use]
    pub fn is_register(&self, kind: KindId) -> bool {
        self.policy.kinds[kind].role == Role::Entity && self.spec.coverage.contains_key(&kind)
    }

    /// Whether records of a kind may be referred to or judged themselves.
    #[must_use]
    pub fn is_event(&self, kind: KindId) -> bool {
        self.policy.kinds[kind].role == Role::Record && self.policy.kinds[kind].key.is_some()
    }

    /// Workdays of a calendar.
    #[must_use]
    pub fn calendar(&self, id: CalendarId) -> Option<&WorkCalendar> {
        self.policy.calendars.get(id)?.days.as_ref()
    }

    /// The reference date of the run.
    #[must_use]
    pub fn reference(&self) -> crate::model::Day {
        self.spec.period.window.last().min(self.spec.as_of.reference())
    }

    /// Rules that need sorted lists: their windows differ from subject to subject.
    #[must_use]
    pub fn list_accumulators(&self) -> usize {
        self.accumulators.iter().filter(|acc| acc.slots.is_none()).count()
    }
}

/// Whether an aggregate reads results of its rows.
fn reads_results(policy: &Policy, agg: &Agg) -> bool {
    let mut reads = false;
    for expr in agg.source.parts().iter().filter_map(|part| part.filter.as_ref()).chain(agg.op.exprs()) {
        walk_own(expr, policy, &mut |found| {
            reads |= match found {
                Expr::Result(..) | Expr::Periods(_) | Expr::InPeriod(_) => true,
                Expr::ResultVia(path, ..) => path.is_empty(),
                _ => false,
            };
        });
    }
    reads
}

/// A calendar without days that some rule needs: its term is filled and a source brings its subjects.
fn missing_calendar(policy: &Policy, spec: &RunSpec) -> Option<String> {
    let needs = |rule: &Rule| {
        if !spec.coverage.contains_key(&rule.subject) {
            return None;
        }
        let filled = |term: &&TermReq| match &term.amount {
            Expr::Param(param) => policy.params.get(*param).is_some_and(|param| param.value.is_some()),
            _ => true,
        };
        let calendars =
            rule.requirement.terms().into_iter().filter(filled).filter_map(|term| policy.calendars.get(term.calendar?));
        calendars.filter(|calendar| calendar.days.is_none()).map(|calendar| calendar.name.clone()).next()
    };
    policy.rules.iter().find_map(needs)
}

/// The calendar window of an open or filled frame parameter.
pub(crate) fn frame_of<'p>(policy: &'p Policy, frame: &'p Frame) -> Option<std::borrow::Cow<'p, Frame>> {
    let Frame::EveryParam(id) = frame else { return Some(std::borrow::Cow::Borrowed(frame)) };
    match policy.params.get(*id) {
        Some(Param { value: Some(Value::Every(unit)), .. }) => {
            Some(std::borrow::Cow::Owned(Frame::Every { count: 1, unit: *unit, anchor: None }))
        }
        _ => None,
    }
}

fn windows_of(policy: &Policy, spec: &RunSpec, rule: &Rule) -> Vec<Window> {
    let run = spec.period.window;
    match frame_of(policy, &rule.frame).as_deref() {
        None => vec![run],
        Some(Frame::State) => {
            let reference = run.last().min(spec.as_of.reference());
            vec![Window { start: reference, end: reference.plus(1) }]
        }
        Some(Frame::Event | Frame::Term | Frame::Gaps | Frame::Cycle { .. }) => Vec::new(),
        Some(frame @ Frame::Rolling { count, unit, .. }) => {
            let days = window::windows(frame, run, policy.year_start).into_iter().flat_map(days_of);
            days.map(|day| rolling_window(day, *count, *unit)).collect()
        }
        Some(frame @ Frame::Throughout { .. }) => {
            let days = window::windows(frame, run, policy.year_start).into_iter().flat_map(days_of);
            days.map(|day| Window { start: day, end: day.plus(1) }).collect()
        }
        Some(frame) => window::windows(frame, run, policy.year_start),
    }
}

fn days_of(window: Window) -> impl Iterator<Item = Day> {
    (window.start.0..window.end.0).map(Day)
}

/// The days that a rolling frame takes on a day: (day - n, day].
pub(crate) fn rolling_window(day: Day, count: u32, unit: TermUnit) -> Window {
    Window { start: days_back(day, count, unit).plus(1), end: day.plus(1) }
}

/// Whether a path passes through an event before its last step.
pub(crate) fn passes_event(policy: &Policy, kind: KindId, path: &[crate::model::FieldId]) -> bool {
    let mut at = kind;
    for (step, field) in path.iter().enumerate() {
        if step > 0 && policy.kinds[at].role == Role::Record {
            return true;
        }
        match policy.kinds[at].fields.get(*field).map(|f| &f.ty) {
            Some(Type::Ref(next)) => at = *next,
            _ => return false,
        }
    }
    false
}

/// Whether a field's value depends on events: it passes one, or refers to one.
pub(crate) fn reads_event(policy: &Policy, kind: KindId, path: &[crate::model::FieldId]) -> bool {
    let ends_at = policy.path_kind(kind, path).filter(|_| !path.is_empty());
    passes_event(policy, kind, path) || ends_at.is_some_and(|end| policy.kinds[end].role == Role::Record)
}

/// The value of a parameter, unless it is open.
pub(crate) fn param_value(policy: &Policy, id: ParamId) -> Option<&Value> {
    policy.params.get(id)?.value.as_ref()
}

impl AccId {
    /// Position in the table.
    #[must_use]
    pub fn position(self) -> usize {
        self.index()
    }
}
