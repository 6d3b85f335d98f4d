//! Judge: reads a ledger and decides obligations, assessments and rewards. It never changes state.

mod assess;
mod award;
mod common;
mod daily;

mod count;
mod cover;
mod due;
mod facts;
mod fold;
mod frame;
mod gaps;
mod gates;
mod kept;
mod ladder;
mod life;
mod lines;
mod money;
mod obligation;
mod outlook;
mod pay;
mod periods;
mod places;
mod plain;
mod prizes;
mod requirement;
pub mod review;
mod scopes;
mod scoring;
mod seen;
mod several;
mod siblings;
mod spans;
mod spread;
mod steady;
mod steps;
mod stops;
mod subject;
mod tallies;
mod term;
mod thin;
mod totals;
mod turns;
mod unstarted;
mod waive;

use super::cell::{KeyOrder, RecordOrder};
use super::eval::eval;
use super::ledger::{AccState, Ledger};
use super::observe::settle;
use super::registers::{Registers, Store, Versions};
use super::value::{Range, Tri, V};
use super::world::World;
use crate::model::{
    Acting, AggId, AssessmentId, CalendarUnit, Counts, Day, Effect, EffectOrigin, Finding, FindingFilter, Frame, Id,
    Judgeable, KindId, Link, MeasureValue, Moment, Overflow, Policy, Results, Role, RuleId, Shown, SourcePart, Type,
    Window,
};
use crate::program::{AccId, Program};
use common::Common;
use facts::Facts;
use hashbrown::HashMap;
use outlook::Outlook;
use several::Standing;
pub use several::{Run, judge_all, judge_each};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use subject::{Reading, Subject};

/// Why a run stops.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// A number does not fit into 128 bits.
    #[error("a number of `{place}` is too large for exact arithmetic (subject `{subject}`)")]
    Overflow {
        /// The rule, assessment, reward or measure.
        place: String,
        /// Key of the subject.
        subject: String,
    },
    /// A workday calendar does not cover a day that matters.
    #[error("rule `{rule}`, subject `{subject}`: calendar `{calendar}` does not cover {day}")]
    NotCovered {
        /// The rule.
        rule: String,
        /// Key of the subject.
        subject: String,
        /// The calendar.
        calendar: String,
        /// A day outside.
        day: Day,
    },
}

/// Rows by the subject that they lead to.
type Group = Rc<HashMap<u32, Vec<u32>>>;

/// A run under judgement.
pub(super) struct Judge<'a> {
    world: World<'a>,
    ledger: &'a Ledger,
    /// States of accumulators whose records had to wait.
    settled: &'a [(AccId, AccState)],
    groups: RefCell<HashMap<(AggId, Window), Group>>,
    sorted: RefCell<HashMap<KindId, Rc<Vec<u32>>>>,
    governed: RefCell<HashMap<KindId, Rc<Vec<u32>>>>,
    waivers: Arc<waive::Waivers>,
    /// Threads that may work at a time.
    threads: usize,
    logs: RefCell<HashMap<(KindId, Vec<crate::model::FieldId>), periods::Logs>>,
    siblings: RefCell<HashMap<siblings::Asked, Rc<siblings::Families<'a>>>>,
    /// Measures that were read.
    kept: kept::Kept<'a>,
    /// Results of assessments while rules are judged that read them.
    known: Facts,
    /// Obligations outside the run's period that count for events in it, where they are asked for.
    beyond: Option<RefCell<Vec<Finding>>>,
}

/// What a judge looks at, and other threads may look at too.
#[derive(Clone, Copy)]
struct Sight<'a, 'j> {
    world: World<'a>,
    ledger: &'a Ledger,
    settled: &'a [(AccId, AccState)],
    waivers: &'j Arc<waive::Waivers>,
}

/// Most row groups kept at a time; beyond it they are made again.
const GROUPS_MAX: usize = 4096;

/// Judges everything of a run on the caller's thread. Findings that `filter` lists go to `sink`, by rule name, subject
/// and window.
///
/// Errors where a number overflows or a calendar does not reach, naming the rule and subject.
pub fn judge(
    program: &Program,
    registers: &Registers,
    ledger: &Ledger,
    filter: FindingFilter,
    sink: &mut dyn FnMut(&Finding),
) -> Result<Results, RunError> {
    judge_on(1, program, registers, ledger, filter, sink)
}

/// Rules that [`judge`] decides by counts alone where a subject does not change in their windows.
///
/// Errors where a number overflows.
pub fn plain_rules(program: &Program, registers: &Registers, ledger: &Ledger) -> Result<Vec<RuleId>, RunError> {
    let settled = Settled::of(program, registers, ledger)?;
    let judge = Judge::of(1, program, registers, ledger, &settled);
    let is_plain = |id: &RuleId| judge.plain(&judge.run_of(*id), FindingFilter::None).is_some();
    Ok(program.policy().rules.ids().filter(is_plain).collect())
}

/// As [`judge`], with up to so many threads at work; their number changes nothing in the results.
pub fn judge_on(
    threads: usize,
    program: &Program,
    registers: &Registers,
    ledger: &Ledger,
    filter: FindingFilter,
    sink: &mut dyn FnMut(&Finding),
) -> Result<Results, RunError> {
    let runs = [(program, registers, ledger)];
    let judged = judge_all(threads, &runs, filter, &mut |_: &Policy, finding| sink(finding));
    // One run has one result.
    judged.map(|all| all.into_iter().next().unwrap_or_default()).map_err(|(_, error)| error)
}

/// Accumulators whose records had to wait for others, with these records taken in.
pub struct Settled(Vec<(AccId, AccState)>);

impl Settled {
    /// Of a ledger that holds all records of a run.
    ///
    /// Errors where a number overflows.
    pub fn of(program: &Program, registers: &Registers, ledger: &Ledger) -> Result<Settled, RunError> {
        let settled = settle(program, registers, ledger);
        let overflow = |_| RunError::Overflow { place: program.policy().name.clone(), subject: String::new() };
        settled.map(Settled).map_err(overflow)
    }
}

fn put(rules: &mut [Counts], id: RuleId, counts: Counts) {
    if let Some(slot) = rules.get_mut(id.index()) {
        *slot = counts;
    }
}

impl<'a> Judge<'a> {
    fn of(
        threads: usize,
        program: &'a Program,
        registers: &'a Registers,
        ledger: &'a Ledger,
        settled: &'a Settled,
    ) -> Judge<'a> {
        let world = World { program, registers, ledger: Some(ledger) };
        let nothing = Sight { world, ledger, settled: &settled.0, waivers: &Arc::default() };
        let mut judge = Judge { threads, ..Judge::seeing(nothing) };
        judge.waivers = Arc::new(judge.read_waivers());
        judge
    }

    /// A judge on one thread, with nothing worked out yet.
    fn seeing(sight: Sight<'a, '_>) -> Judge<'a> {
        let Sight { world, ledger, settled, waivers } = sight;
        Judge {
            world,
            ledger,
            settled,
            groups: RefCell::default(),
            sorted: RefCell::default(),
            governed: RefCell::default(),
            waivers: Arc::clone(waivers),
            threads: 1,
            logs: RefCell::default(),
            siblings: RefCell::default(),
            kept: kept::Kept::default(),
            known: Facts::of(world.program),
            beyond: None,
        }
    }

    /// Notes an obligation outside the run's period.
    fn note_beyond(&self, judged: &Finding) {
        if let Some(noted) = &self.beyond {
            noted.borrow_mut().push(judged.clone());
        }
    }

    /// What it looks at.
    fn sight(&self) -> Sight<'a, '_> {
        Sight { world: self.world, ledger: self.ledger, settled: self.settled, waivers: &self.waivers }
    }

    /// Everything of a run, and what was found on the way.
    fn everything(
        &mut self,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
    ) -> Result<(Results, Facts), RunError> {
        let mut standing = self.begin(filter, sink, &mut Common::default())?;
        self.conclude(&mut standing)?;
        self.list_waiting(&mut standing, filter, sink)?;
        Ok((standing.results, standing.facts))
    }

    /// Judges the rules by name up to the first that reads results.
    fn begin(
        &self,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
        common: &mut Common,
    ) -> Result<Standing, RunError> {
        let program = self.world.program;
        let mut facts = Facts::of(program);
        let rules = vec![Counts::default(); program.policy().rules.len()];
        let mut results = Results { rules, ..Results::default() };
        for rule in self.by_name().0 {
            let counts = self.rule_once(rule, &mut facts, filter, sink, common)?;
            put(&mut results.rules, rule, counts);
        }
        Ok(Standing { facts, results })
    }

    /// Makes what is made of those rules: assessments, the other rules, counters and rewards.
    fn conclude(&mut self, standing: &mut Standing) -> Result<(), RunError> {
        let Standing { facts, results } = standing;
        let (streamed, _) = self.by_name();
        for one in &self.world.policy().order {
            match one {
                Judgeable::Assessment(id) => self.assess(*id, facts, results)?,
                Judgeable::Rule(id) if streamed.contains(id) => {}
                Judgeable::Rule(id) => {
                    std::mem::swap(&mut self.known.results, &mut facts.results);
                    let counts = self.rule(*id, facts, FindingFilter::None, &mut |_| {});
                    std::mem::swap(&mut self.known.results, &mut facts.results);
                    put(&mut results.rules, *id, counts?);
                }
            }
        }
        self.counters(facts, results)?;
        self.rewards(facts, results)?;
        self.measures(results)?;
        self.sort(results);
        Ok(())
    }

    /// Lists the findings of the other rules, when all results stand.
    fn list_waiting(
        &mut self,
        standing: &mut Standing,
        filter: FindingFilter,
        sink: &mut dyn FnMut(&Finding),
    ) -> Result<(), RunError> {
        let (_, waiting) = self.by_name();
        if filter == FindingFilter::None || waiting.is_empty() {
            return Ok(());
        }
        let facts = &mut standing.facts;
        std::mem::swap(&mut self.known.results, &mut facts.results);
        let mut again = Facts::of(self.world.program);
        let listed = waiting.iter().try_for_each(|rule| self.rule(*rule, &mut again, filter, sink).map(drop));
        std::mem::swap(&mut self.known.results, &mut facts.results);
        listed
    }

    /// Rules by name, equal names as written: those up to the first that reads results, and the others.
    ///
    /// INVARIANT (findings stream): findings go out by rule name and none is kept. What is named after a rule that reads
    /// results is judged in its turn for what others read of it, and again for its findings when all results stand.
    fn by_name(&self) -> (Vec<RuleId>, Vec<RuleId>) {
        let policy = self.world.policy();
        let rule = |one: &Judgeable| if let Judgeable::Rule(id) = one { Some(*id) } else { None };
        let early: Vec<RuleId> = policy.order.iter().map_while(rule).collect();
        let mut rules: Vec<RuleId> = policy.rules.ids().collect();
        rules.sort_by(|a, b| policy.rules[*a].name.cmp(&policy.rules[*b].name));
        let at = rules.iter().position(|rule| !early.contains(rule)).unwrap_or(rules.len());
        let waiting = rules.split_off(at);
        (rules, waiting)
    }

    /// The state of an accumulator.
    fn state(&self, acc: AccId) -> &'a AccState {
        let settled = self.settled.iter().find(|(id, _)| *id == acc).map(|(_, state)| state);
        settled.unwrap_or(&self.ledger.accs[acc])
    }

    /// Subjects of a kind by the bytes of their keys. Keys that are only referred to are no events.
    fn subjects(&self, kind: KindId) -> Rc<Vec<u32>> {
        if let Some(sorted) = self.sorted.borrow().get(&kind) {
            return Rc::clone(sorted);
        }
        let mut ids = match self.world.registers.store(kind) {
            // INVARIANT (ids of registers are in order of the keys): they were given in that order.
            Store::Register { versions, .. } => (0u32..).take(versions.subject_count()).collect(),
            _ => self.world.keys(kind).map(|keys| keys.sorted().to_vec()).unwrap_or_default(),
        };
        if self.world.policy().kinds[kind].role == Role::Record {
            ids.retain(|id| self.event_moment(kind, *id).is_some());
        }
        let ids = Rc::new(ids);
        self.sorted.borrow_mut().insert(kind, Rc::clone(&ids));
        ids
    }

    /// The events of a kind, in the order in which they are kept; `None` for other kinds.
    fn events_as_kept(&self, kind: KindId) -> Option<Vec<u32>> {
        let Store::Event(_) = self.world.registers.store(kind) else { return None };
        let count = self.world.keys(kind)?.len();
        Some((0u32..).take(count).filter(|id| self.event_moment(kind, *id).is_some()).collect())
    }

    /// The subjects of a kind that may lie in the policy's part, in the same order. Its scopes say which of them do, and when.
    fn governed(&self, kind: KindId) -> Rc<Vec<u32>> {
        let all = self.subjects(kind);
        let policy = self.world.policy();
        let Some(part) = &policy.part else { return all };
        if let Some(found) = self.governed.borrow().get(&kind) {
            return Rc::clone(found);
        }
        let found = match self.world.registers.may_lie_in(policy, part, kind) {
            Some(inside) => {
                let lies_in = |id: &u32| inside.get(*id as usize) == Some(&true);
                Rc::new(all.iter().copied().filter(lies_in).collect())
            }
            None => all,
        };
        self.governed.borrow_mut().insert(kind, Rc::clone(&found));
        found
    }

    /// How many subjects a kind has, where they are all those of a register.
    fn whole_register(&self, kind: KindId) -> Option<usize> {
        match self.world.registers.store(kind) {
            Store::Register { versions, .. } if self.world.policy().part.is_none() => Some(versions.subject_count()),
            _ => None,
        }
    }

    /// The date of an event; `None` for other kinds and for keys without a record.
    fn event_moment(&self, kind: KindId, id: u32) -> Option<Moment> {
        match (self.world.registers.store(kind), self.world.ledger) {
            (Store::Event(_), Some(ledger)) => ledger.events(kind).moment(id),
            _ => None,
        }
    }

    /// Place of a row among the rows of its kind: events by date, others by key.
    fn row_order(&self, kind: KindId, id: u32) -> RecordOrder {
        let moment = self.event_moment(kind, id).unwrap_or(Moment::Day(Day(0)));
        let key = self.world.key(kind, id);
        let declared = &self.world.policy().kinds[kind];
        let whole = declared.key.is_some_and(|field| declared.fields[field].ty == Type::Whole);
        let number = if whole { crate::model::Fixed::parse(key) } else { None };
        let key = number.map_or_else(|| KeyOrder::Text(key.into()), |n| KeyOrder::Number(Box::new(n.to_ratio())));
        RecordOrder::new(moment, key)
    }

    /// Rows of an aggregate for a window, by the subject that they lead to.
    fn group(&self, agg: AggId, part: &SourcePart, window: Window) -> Group {
        // Rows that lead to the same subjects on all days are put together once.
        let window = if self.leads_always(part) { Window { start: Day(0), end: Day(1) } } else { window };
        if let Some(group) = self.groups.borrow().get(&(agg, window)) {
            return Rc::clone(group);
        }
        let mut group: HashMap<u32, Vec<u32>> = HashMap::new();
        let day = window.last();
        for id in self.subjects(part.kind).iter() {
            let there = match self.event_moment(part.kind, *id) {
                Some(_) => true,
                None => self.is_there_in(part.kind, *id, window),
            };
            if !there {
                continue;
            }
            for target in self.leading(part.kind, *id, part, day) {
                group.entry(target).or_default().push(*id);
            }
        }
        let group = Rc::new(group);
        let mut groups = self.groups.borrow_mut();
        if groups.len() >= GROUPS_MAX {
            groups.clear();
        }
        groups.insert((agg, window), Rc::clone(&group));
        group
    }

    /// Whether the rows of a source are there on all days, and lead to the same subjects on all of them.
    fn leads_always(&self, part: &SourcePart) -> bool {
        let world = &self.world;
        let lasts = |kind: KindId| match world.registers.store(kind) {
            Store::Register { versions, .. } => matches!(versions, Versions::Lasting(_)),
            Store::Event(_) | Store::Whole(_) => true,
            Store::Derived(_) => false,
        };
        let way = match &part.link {
            Link::Whole => &[][..],
            Link::Path { path, .. } => path.as_slice(),
            Link::Shared { .. } => return false,
        };
        let kinds = way.iter().scan(part.kind, |kind, field| {
            *kind = world.target(*kind, *field)?;
            Some(*kind)
        });
        part.acting == Acting::InPerson && std::iter::once(part.kind).chain(kinds).all(lasts)
    }

    /// The subjects that a row of a source counts for on a day.
    fn leading(&self, kind: KindId, id: u32, part: &SourcePart, day: Day) -> Vec<u32> {
        if part.acting == Acting::InPerson {
            return self.linked(kind, id, &part.link, day);
        }
        let day = self.world.reading_day(kind, id, day);
        match &part.link {
            Link::Whole => vec![0],
            Link::Shared { kind: relation, on } => {
                let reached = on.iter().map(|(path, field)| Some((*field, self.world.follow(kind, id, path, day)?)));
                let reached = reached.collect::<Option<Vec<_>>>();
                reached.map_or_else(Vec::new, |on| self.world.rows_for(*relation, &on, part.acting, day))
            }
            Link::Path { path, ancestors } => match self.world.follow(kind, id, path, day) {
                Some((kind, id)) => self.world.counted_for(kind, id, *ancestors, part.acting, day),
                None => Vec::new(),
            },
        }
    }

    /// The subjects that a row leads to on a day.
    fn linked(&self, kind: KindId, id: u32, link: &Link, day: Day) -> Vec<u32> {
        match link {
            Link::Whole => vec![0],
            Link::Shared { kind: relation, on } => {
                let day = self.world.reading_day(kind, id, day);
                let reached = on.iter().map(|(path, field)| Some((*field, self.world.follow(kind, id, path, day)?.1)));
                let reached = reached.collect::<Option<Vec<_>>>();
                reached.map(|reached| self.world.rows_with(*relation, &reached, day)).unwrap_or_default()
            }
            Link::Path { path, ancestors } => {
                let day = self.world.reading_day(kind, id, day);
                match self.world.follow(kind, id, path, day) {
                    Some((kind, id)) if *ancestors => self.world.ancestors(kind, id, day),
                    Some((_, id)) => vec![id],
                    None => Vec::new(),
                }
            }
        }
    }

    /// A subject for rules: attributes are read on the window's first day.
    fn subject(&self, kind: KindId, id: u32, window: Window, settled: bool) -> Subject<'_, 'a> {
        Subject {
            judge: self,
            kind,
            id,
            day: window.start,
            window,
            outlook: Outlook::of(settled),
            planned: false,
            facts: None,
            assessing: None,
            reading: Reading::default(),
        }
    }

    fn overflow<'o>(&'o self, place: &'o str, kind: KindId, id: u32) -> impl Fn(Overflow) -> RunError + 'o {
        move |Overflow| RunError::Overflow { place: place.to_owned(), subject: self.world.key(kind, id).to_owned() }
    }

    /// Measures that the policy marks for output.
    fn measures(&self, results: &mut Results) -> Result<(), RunError> {
        let program = self.world.program;
        for (id, measure) in program.policy().measures.entries() {
            let Some(unit) = measure.output else { continue };
            let policy = program.policy();
            let inside = policy.part.as_ref().and_then(|part| part.inside.get(&measure.kind));
            for subject in self.governed(measure.kind).iter() {
                for window in program.output_windows(unit) {
                    let in_force = program.policy().in_force.holds(window.last());
                    if !in_force || self.days_left(measure.kind, *subject, window, &[]) == 0 {
                        continue;
                    }
                    let context = self.subject(measure.kind, *subject, window, false);
                    let overflow = self.overflow(&measure.name, measure.kind, *subject);
                    if let Some(inside) = inside
                        && eval(inside, &context).map_err(&overflow)?.truth() != Tri::True
                    {
                        continue;
                    }
                    let value =
                        eval(&measure.expr, &context).map_err(self.overflow(&measure.name, measure.kind, *subject))?;
                    results.measures.push(MeasureValue {
                        measure: id,
                        subject: self.world.key(measure.kind, *subject).to_owned(),
                        start: window.start,
                        last: window.last(),
                        value: match value {
                            V::Num(range) if range.value().is_none() => Shown::range(range.lo, range.hi),
                            value => self.shown(&measure.ty, value),
                        },
                    });
                }
            }
        }
        Ok(())
    }

    /// A value for people: codes as their words.
    fn shown(&self, ty: &Type, value: V<'_>) -> Shown {
        let word = |list: &crate::model::CodeListId, code: u32| {
            self.world.policy().code_lists.get(*list).and_then(|list| list.codes.get(code as usize)).cloned()
        };
        match (value, ty) {
            // What is found, where the number is not certain.
            (V::Num(Range { lo: Some(lo), .. }), _) => Shown::Number(lo),
            (V::Text(text), _) => Shown::Text(text.to_owned()),
            (V::Truth(tri), _) if tri != Tri::Unknown => Shown::Bool(tri == Tri::True),
            (V::Moment(moment), _) => Shown::Moment(moment),
            (V::Code(code), Type::Code(list)) => word(list, code).map_or(Shown::Nothing, Shown::Text),
            (V::Set(set), Type::CodeSet(list)) => {
                let words: Vec<String> = (0..64).filter(|c| set >> c & 1 == 1).filter_map(|c| word(list, c)).collect();
                Shown::Text(words.join(";"))
            }
            _ => Shown::Nothing,
        }
    }

    /// Brings results into the order of the output files.
    fn sort(&self, results: &mut Results) {
        let policy = self.world.policy();
        let assessment = |id: AssessmentId| policy.assessments[id].name.as_str();
        results.scores.sort_by(|a, b| {
            let place = (assessment(a.assessment), &a.subject, a.period);
            place.cmp(&(assessment(b.assessment), &b.subject, b.period))
        });
        results.unplaced.sort_by(|a, b| {
            let place = (a.assessment, &a.subject, a.period);
            place.cmp(&(b.assessment, &b.subject, b.period))
        });
        results.open_counters.sort_by(|a, b| (a.counter, &a.subject).cmp(&(b.counter, &b.subject)));
        results.items.sort_by(|a, b| {
            let place = (assessment(a.assessment), &a.subject, a.period, &a.item);
            place.cmp(&(assessment(b.assessment), &b.subject, b.period, &b.item))
        });
        let origin = |effect: &Effect| match effect.origin {
            EffectOrigin::Assessment(id) => assessment(id),
            EffectOrigin::Counter(id) => policy.counters[id].name.as_str(),
            EffectOrigin::Reward(_) => "",
        };
        results.effects.sort_by(|a, b| {
            let place = (origin(a), &a.subject, a.period, a.kind, &a.name, &a.recipient, &a.payer);
            place.cmp(&(origin(b), &b.subject, b.period, b.kind, &b.name, &b.recipient, &b.payer))
        });
        // The payments of one subject and period stay as written.
        results.payments.sort_by(|a, b| (a.reward, &a.subject, a.period).cmp(&(b.reward, &b.subject, b.period)));
        results.measures.sort_by(|a, b| {
            let place = (&policy.measures[a.measure].name, &a.subject, a.start, a.last);
            place.cmp(&(&policy.measures[b.measure].name, &b.subject, b.start, b.last))
        });
    }
}

/// Whether windows of a frame are decided by the date alone, so that nothing of them stays open.
fn is_settled(frame: &Frame) -> bool {
    matches!(frame, Frame::State | Frame::Event)
}

impl Program {
    fn output_windows(&self, unit: CalendarUnit) -> Vec<Window> {
        crate::program::output_windows(self, unit)
    }
}
