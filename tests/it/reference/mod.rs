//! The reference interpreter: the most obvious reading of `docs/SEMANTICS.md`, one obligation at a
//! time over plain rows. It shares with the engine the checked model's types and nothing else:
//! numbers are big fractions, days are chrono's, windows and workdays are counted here again.

mod aggregate;
mod assessment;
mod award;
mod bounds;
mod calendar;
mod cover;
mod daily;

mod counter;
mod eval;
mod event;
mod fill;
mod first;
mod gaps;
mod hours;
mod lines;
mod money;
mod obligation;
mod periods;
mod reward;
mod shown;
mod siblings;
mod term;
pub mod time;
mod turn;
pub mod value;
mod waive;
mod world;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime};
use num_rational::BigRational;
use wangge::model::calendar::WorkCalendar;
use wangge::model::{AssessmentId, CalendarId, Finding, Judgeable, KindId, Policy, Results, RuleId};

use value::Moment;
use world::Subject;

/// One filled field. Keys and references are text; a key of type `whole number` is a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    Text(String),
    Number(BigRational),
    Bool(bool),
    Day(NaiveDate),
    At(NaiveDateTime),
    Code(u32),
    Codes(u64),
}

/// One row of a register or one record; lifetimes are of register rows, both days inclusive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash)]
pub struct Row {
    pub fields: Vec<Option<Cell>>,
    pub since: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
}

pub type Rows = BTreeMap<KindId, Vec<Row>>;

/// What a run is about, in chrono's days. Ranges of days are half-open.
#[derive(Debug, Clone)]
pub struct Spec {
    pub period: (NaiveDate, NaiveDate),
    /// Records before this instant are read.
    pub read_until: NaiveDateTime,
    /// What ends at or before this instant has ended.
    pub closed_until: NaiveDateTime,
    /// An entry for every kind with a source.
    pub coverage: BTreeMap<KindId, Vec<(NaiveDate, NaiveDate)>>,
    pub calendars: BTreeMap<CalendarId, WorkCalendar>,
}

/// Everything that a run decides: all findings, whatever their outcome, and the results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub findings: Vec<Finding>,
    pub results: Results,
}

/// An obligation, judged, with what tallies need to know of it.
struct Obligation {
    subject: Subject,
    finding: Finding,
    /// First day of the window.
    start: NaiveDate,
    /// The day that decides to which period it belongs.
    owner: NaiveDate,
    /// Counted in tallies (else shown as pending).
    ended: bool,
    /// A term that began.
    has_term: bool,
    /// When it is due, if that is known for sure.
    due: Option<value::Moment>,
    /// It belongs to no period of the run: only assessments of events count it.
    beyond: bool,
}

/// A score that later assessments may read.
struct Scored {
    assessment: AssessmentId,
    subject: Subject,
    period: (NaiveDate, NaiveDate),
    points: Option<BigRational>,
    grade: Option<u32>,
    vetoed: bool,
    rank: Option<u64>,
    /// The points, the grade are not known for want of data.
    in_doubt: (bool, bool),
    /// Of points: deductions or bonuses count what is found.
    found_only: bool,
    /// No veto is on file, but one may be missing.
    veto_in_doubt: bool,
    /// It is not known whether it is ranked.
    rank_in_doubt: bool,
}

/// The state of a run: what is given, and what has been decided so far.
struct Run<'a> {
    policy: &'a Policy,
    rows: &'a Rows,
    spec: &'a Spec,
    /// The rows of each key, and the subjects of each kind: looked up so often that they are kept.
    keyed: BTreeMap<KindId, BTreeMap<String, Vec<usize>>>,
    subjects: BTreeMap<KindId, Vec<Subject>>,
    /// By rule.
    obligations: BTreeMap<RuleId, Vec<Obligation>>,
    scored: Vec<Scored>,
}

/// Judges everything. An error is a run that cannot be made (a calendar that does not cover a day).
pub fn judge(policy: &Policy, rows: &Rows, spec: &Spec) -> Result<Judged, String> {
    let (keyed, subjects) = (BTreeMap::new(), BTreeMap::new());
    let mut run = Run { policy, rows, spec, keyed, subjects, obligations: BTreeMap::new(), scored: Vec::new() };
    run.keyed = policy.kinds.ids().map(|kind| (kind, run.rows_by_key(kind))).collect();
    run.subjects = policy.kinds.ids().map(|kind| (kind, run.find_subjects(kind))).collect();
    let mut results = Results::default();
    for one in &policy.order {
        match one {
            Judgeable::Rule(id) => {
                let obligations = run.obligations_of(*id, &policy.rules[*id])?;
                run.obligations.insert(*id, obligations);
            }
            Judgeable::Assessment(id) => run.assess(*id, &mut results),
        }
    }
    run.list_steps(&mut results);
    run.pay_rewards(&mut results);
    run.list_measures(&mut results);
    for id in policy.rules.ids() {
        let mut counts = wangge::model::Counts::default();
        let own = run.obligations[&id].iter().filter(|o| !o.beyond);
        own.for_each(|o| counts.add(o.finding.outcome));
        results.rules.push(counts);
    }
    let findings = run.obligations.into_values().flatten().filter(|o| !o.beyond).map(|o| o.finding).collect();
    let mut judged = Judged { findings, results };
    sort(policy, &mut judged);
    Ok(judged)
}

/// The order of section 9: by names and keys as bytes, windows by their days.
pub fn sort(policy: &Policy, judged: &mut Judged) {
    judged.findings.sort_by_key(|f| {
        let rule = &policy.rules[f.rule];
        (rule.name.clone(), f.rule, f.subject.clone(), f.start, f.last)
    });
    let assessment = |id: AssessmentId| policy.assessments[id].name.clone();
    let results = &mut judged.results;
    results.scores.sort_by_key(|s| (assessment(s.assessment), s.subject.clone(), s.period));
    results.items.sort_by_key(|i| (assessment(i.assessment), i.subject.clone(), i.period, i.item.clone()));
    results.effects.sort_by_key(|e| {
        let origin = match e.origin {
            wangge::model::EffectOrigin::Assessment(id) => assessment(id),
            wangge::model::EffectOrigin::Counter(id) => policy.counters[id].name.clone(),
            wangge::model::EffectOrigin::Reward(_) => String::new(),
        };
        (origin, e.subject.clone(), e.period, e.kind, e.name.clone(), e.recipient.clone(), e.payer.clone())
    });
    results.payments.sort_by_key(|p| (p.reward, p.subject.clone(), p.period));
    results.measures.sort_by_key(|m| (policy.measures[m.measure].name.clone(), m.subject.clone(), m.start, m.last));
}

impl Run<'_> {
    /// Whether days before `end` have ended.
    fn has_ended(&self, end: NaiveDate) -> bool {
        self.has_passed(end, 0)
    }

    /// Whether days before `end` have ended that start so many minutes after midnight.
    fn has_passed(&self, end: NaiveDate, day_starts: u32) -> bool {
        time::midnight(end) + chrono::TimeDelta::minutes(i64::from(day_starts)) <= self.spec.closed_until
    }

    /// Whether a moment has come by as-of.
    fn reads(&self, moment: Moment) -> bool {
        moment.earliest() < self.spec.read_until
    }

    /// As-of's day.
    fn as_of_day(&self) -> NaiveDate {
        self.spec.closed_until.date()
    }

    /// The reference date of the run.
    fn reference(&self) -> NaiveDate {
        time::before(self.spec.period.1).min(self.as_of_day())
    }

    /// Whether the days `[start, end)` of a kind are all covered by its source.
    fn covered(&self, kind: KindId, start: NaiveDate, end: NaiveDate) -> bool {
        start >= end || self.spec.coverage.get(&kind).is_some_and(|c| c.iter().any(|r| r.0 <= start && end <= r.1))
    }
}
