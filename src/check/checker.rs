//! The state of checking one policy, and the order of the passes.

use super::counters::CounterDecl;
use super::headers::Header;
use super::lints::idle_edges::IdleEdge;
use super::measures::MeasureDecl;
use super::names::Symbol;
use super::params::ParamDecl;
use super::parts::PartDecl;
use super::results::AssessmentDecl;
use super::rules::RuleDecl;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::{
    Agg, AggId, Assessment, AssessmentId, CalendarDecl, CalendarId, CalendarUnit, ClockDecl, ClockId, CodeList,
    CodeListId, Counter, CounterId, FieldId, IdVec, Kind, KindId, MeasureId, NotEncoded, ParamId, Policy, Reward, Rule,
    RuleId, StandIn, Waiver,
};
use crate::source::{Sources, Span};
use crate::syntax::tree::{Item, Name, Spanned, UnitDecl};
use std::collections::{BTreeMap, BTreeSet};

/// Why a unit is taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitRole {
    /// The policy (or vocabulary) that is checked.
    Own,
    /// A policy that it extends.
    Base,
    /// A vocabulary.
    Vocabulary,
}

/// A unit that is taken in.
#[derive(Clone, Copy)]
pub(super) struct Unit<'a> {
    pub(super) decl: &'a UnitDecl,
    pub(super) role: UnitRole,
}

/// The row and place at which an expression is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    /// Kind of the row.
    pub(super) kind: KindId,
    pub(super) place: Place,
}

/// What an expression at a place may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Rows inside an aggregate; results of assessments where its reader may read them.
    Row { inside: Option<Reader> },
    /// A subject of a measure, counter or scope of an assessment.
    Subject,
    /// A subject of a rule: as `Subject`, and results of periods that have ended before.
    Rule,
    /// A subject of a reward.
    Reward { unit: CalendarUnit },
    /// A subject of an assessment.
    Assessment { id: AssessmentId, stage: Stage },
}

impl Place {
    /// Whether a record that is read here has its own day as window, unless somebody counts it.
    pub(super) fn has_own_window(self) -> bool {
        !matches!(self, Place::Row { .. })
    }
}

/// Who reads results of assessments, and the length of the periods in which they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reader {
    /// The assessment; `None`: a reward, which comes after all assessments.
    pub(super) id: Option<AssessmentId>,
    pub(super) unit: Option<CalendarUnit>,
}

/// How much of an assessment is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Items: nothing yet.
    Points,
    /// Deductions and bonuses (the points so far) and gates: the total.
    Total,
    /// Ranks and awards: total, grade, vetoes.
    Final,
}

/// All that is known of the policy so far.
pub(super) struct Checker<'a> {
    pub(super) sources: &'a Sources,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) units: Vec<Unit<'a>>,
    /// Header of each unit.
    pub(super) headers: Vec<Header>,
    /// Places of statements that could not be read: what they would declare is not reported as unknown.
    pub(super) bad: Vec<Span>,
    /// A unit that is taken in was not found: what it declares is not reported as unknown.
    pub(super) incomplete: bool,
    /// Words of the statements that could not be read, and how many of these have been looked through.
    pub(super) bad_words: (BTreeSet<&'a str>, usize),
    /// Names that misspelt ones were compared with.
    pub(super) suggested: usize,
    /// Fields whose type was reported.
    pub(super) failed_fields: BTreeSet<(KindId, &'a str)>,
    /// Kinds whose key was reported.
    pub(super) failed_keys: BTreeSet<KindId>,
    pub(super) symbols: BTreeMap<&'a str, (Symbol, Span)>,
    pub(super) kinds: IdVec<KindId, Kind>,
    pub(super) tier_fields: BTreeMap<KindId, FieldId>,
    /// Where a kind is used in a way that needs a key.
    pub(super) key_uses: BTreeMap<KindId, (Span, KeyUse)>,
    pub(super) code_lists: IdVec<CodeListId, CodeList>,
    pub(super) params: IdVec<ParamId, ParamDecl<'a>>,
    pub(super) calendars: IdVec<CalendarId, CalendarDecl>,
    pub(super) calendar_names: BTreeMap<&'a str, (CalendarId, Span)>,
    pub(super) clocks: IdVec<ClockId, ClockDecl>,
    pub(super) clock_names: BTreeMap<&'a str, (ClockId, Span)>,
    pub(super) parts: Vec<PartDecl<'a>>,
    pub(super) measures: IdVec<MeasureId, MeasureDecl<'a>>,
    /// How deep the definitions go that the present one reads.
    pub(super) reach: usize,
    /// Definitions that are being looked at, one inside the other.
    pub(super) open_definitions: usize,
    pub(super) aggs: IdVec<AggId, Agg>,
    /// Aggregates by their full description, to find equal ones.
    pub(super) agg_ids: BTreeMap<String, AggId>,
    pub(super) rule_decls: IdVec<RuleId, RuleDecl<'a>>,
    pub(super) rule_names: BTreeMap<String, RuleId>,
    pub(super) rules: Vec<Option<Rule>>,
    /// Sides of rules with a strength of their own, as rules after all written ones.
    pub(super) sides: BTreeMap<RuleId, Vec<RuleId>>,
    pub(super) assessment_decls: IdVec<AssessmentId, AssessmentDecl<'a>>,
    pub(super) assessment_names: BTreeMap<&'a str, (Option<AssessmentId>, Span)>,
    pub(super) assessments: Vec<Option<Assessment>>,
    /// Other periods than the present one that are being read, one inside the other.
    pub(super) other_periods: usize,
    /// Up to which place lines of the assessment under way may be read.
    pub(super) lines_known: usize,
    pub(super) assessment_reads: BTreeSet<(AssessmentId, AssessmentId, Span)>,
    /// Assessments whose results start terms.
    pub(super) result_starts: BTreeSet<(AssessmentId, Span)>,
    /// Records whose time frame is not said, with the conditions that are joined by `and` in their filter.
    pub(super) silent_frames: BTreeMap<Span, Vec<Span>>,
    /// Records of a window that are compared with its edges, the comparison, and what all of them pass.
    pub(super) idle_edges: Vec<(Span, Span, IdleEdge)>,
    /// Rules whose obligations an assessment counts.
    pub(super) tally_reads: BTreeSet<(AssessmentId, RuleId, Span)>,
    pub(super) counter_decls: IdVec<CounterId, CounterDecl<'a>>,
    pub(super) counters: Vec<Option<Counter>>,
    pub(super) rewards: Vec<Option<Reward>>,
    pub(super) not_encoded: Vec<NotEncoded>,
    pub(super) waivers: Vec<Waiver>,
    pub(super) stand_ins: Vec<StandIn>,
    /// Records of all subjects stop the term that is looked at: `all KIND`.
    pub(super) all_rows_wanted: bool,
    /// The due day of a rule may be read: a day of a term is looked at.
    pub(super) due_wanted: bool,
    /// What clears a counter is looked at; the type of its points.
    pub(super) standing: Option<super::types::Ty>,
    /// Amounts of money are rounded by the statement that is being looked at.
    pub(super) money_is_rounded: bool,
    /// The requirement of a rule is being looked at.
    pub(super) on_duty: bool,
}

/// Why records of a kind need a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyUse {
    /// They are subjects, or referred to.
    Subject,
    /// A count looks at each of them by itself.
    Rows,
}

impl<'a> Checker<'a> {
    pub(super) fn new(sources: &'a Sources) -> Checker<'a> {
        Checker {
            sources,
            diagnostics: Vec::new(),
            units: Vec::new(),
            headers: Vec::new(),
            bad: Vec::new(),
            incomplete: false,
            bad_words: (BTreeSet::new(), 0),
            suggested: 0,
            failed_fields: BTreeSet::new(),
            failed_keys: BTreeSet::new(),
            symbols: BTreeMap::new(),
            kinds: IdVec::default(),
            tier_fields: BTreeMap::new(),
            key_uses: BTreeMap::new(),
            code_lists: IdVec::default(),
            params: IdVec::default(),
            calendars: IdVec::default(),
            calendar_names: BTreeMap::new(),
            clocks: IdVec::default(),
            clock_names: BTreeMap::new(),
            parts: Vec::new(),
            measures: IdVec::default(),
            reach: 0,
            open_definitions: 0,
            aggs: IdVec::default(),
            agg_ids: BTreeMap::new(),
            rule_decls: IdVec::default(),
            rule_names: BTreeMap::new(),
            rules: Vec::new(),
            sides: BTreeMap::new(),
            assessment_decls: IdVec::default(),
            assessment_names: BTreeMap::new(),
            assessments: Vec::new(),
            other_periods: 0,
            lines_known: usize::MAX,
            assessment_reads: BTreeSet::new(),
            result_starts: BTreeSet::new(),
            silent_frames: BTreeMap::new(),
            idle_edges: Vec::new(),
            tally_reads: BTreeSet::new(),
            counter_decls: IdVec::default(),
            counters: Vec::new(),
            rewards: Vec::new(),
            not_encoded: Vec::new(),
            waivers: Vec::new(),
            stand_ins: Vec::new(),
            all_rows_wanted: false,
            due_wanted: false,
            standing: None,
            money_is_rounded: false,
            on_duty: false,
        }
    }

    /// Runs all passes. `None` when the policy has an error.
    pub(super) fn run(&mut self) -> Option<Policy> {
        self.check_headers();
        self.declare();
        self.resolve_kinds();
        self.resolve_params();
        self.resolve_calendars();
        self.resolve_clocks();
        self.resolve_stand_ins();
        self.resolve_parts();
        self.resolve_counters();
        self.resolve_measures();
        self.resolve_lifetimes();
        self.resolve_assessments();
        self.lower_rules();
        self.apply_overrides();
        self.check_conflicts();
        self.lower_waivers();
        self.lower_assessments();
        self.lower_counters();
        self.check_clearings();
        self.lower_rewards();
        self.check_keys();
        self.run_lints();
        let policy = self.finish();
        if policy.is_none() && self.bad.is_empty() && !super::has_errors(&self.diagnostics) {
            self.nothing_made();
        }
        policy
    }

    /// A policy never vanishes in silence.
    fn nothing_made(&mut self) {
        let span = self.units.last().map_or_else(Span::default, |own| own.decl.name.span);
        self.error_with_help(
            super::codes::NOTHING_MADE,
            span,
            text!("nothing was made of this policy, and no mistake was found in it", "未发现错误，却未能生成此政策"),
            text!(
                "this is a mistake in wangge: please report it with the policy",
                "这是 wangge 自身的缺陷，请连同政策文本一并反馈"
            ),
        );
    }

    fn finish(&mut self) -> Option<Policy> {
        if !self.bad.is_empty() || super::has_errors(&self.diagnostics) {
            return None;
        }
        let own = self.units.last()?;
        let header = self.headers.last()?.clone();
        let order = self.order()?;
        let mut policy = Policy {
            name: own.decl.name.value.clone(),
            source: header.source,
            published: header.published,
            in_force: header.in_force,
            timezone: header.timezone,
            currency: header.currency,
            year_start: header.year_start,
            kinds: std::mem::take(&mut self.kinds),
            code_lists: std::mem::take(&mut self.code_lists),
            params: self.params.iter().map(ParamDecl::to_model).collect(),
            calendars: std::mem::take(&mut self.calendars),
            clocks: std::mem::take(&mut self.clocks),
            measures: self.measures.iter().map(MeasureDecl::to_model).collect::<Option<_>>()?,
            aggs: std::mem::take(&mut self.aggs),
            rules: std::mem::take(&mut self.rules).into_iter().collect::<Option<_>>()?,
            assessments: std::mem::take(&mut self.assessments).into_iter().collect::<Option<_>>()?,
            order,
            counters: std::mem::take(&mut self.counters).into_iter().collect::<Option<_>>()?,
            rewards: std::mem::take(&mut self.rewards).into_iter().collect::<Option<_>>()?,
            not_encoded: std::mem::take(&mut self.not_encoded),
            part: None,
            named: self.named_parts(),
            waivers: std::mem::take(&mut self.waivers),
            stand_ins: std::mem::take(&mut self.stand_ins),
        };
        for id in policy.rules.ids() {
            policy.rules[id].day_starts = super::day_starts::latest(&policy, &policy.rules[id]);
        }
        Some(policy)
    }

    /// All statements with the position of their unit, in the order of evaluation.
    pub(super) fn items(&self) -> Vec<(usize, &'a Spanned<Item>)> {
        let numbered = self.units.iter().enumerate();
        numbered.flat_map(|(at, unit)| unit.decl.items.iter().map(move |item| (at, item))).collect()
    }

    /// The role of the unit at a position.
    pub(super) fn role(&self, unit: usize) -> UnitRole {
        self.units.get(unit).map_or(UnitRole::Own, |unit| unit.role)
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn error(&mut self, code: &'static str, span: Span, message: Text) {
        self.push(Diagnostic::error(code, span, message));
    }

    pub(super) fn error_with_help(&mut self, code: &'static str, span: Span, message: Text, help: Text) {
        self.push(Diagnostic::error(code, span, message).with_help(help));
    }

    pub(super) fn warn(&mut self, code: &'static str, span: Span, message: Text) {
        self.push(Diagnostic::new(code, Severity::Warning, span, message));
    }

    /// Reports a name that is declared a second time.
    pub(super) fn duplicate(&mut self, name: &str, span: Span, first: Span) {
        let message = text!("`{name}` is declared twice", "`{name}`重复声明");
        let first_text = text!("first declared here", "首次声明在此");
        self.push(Diagnostic::error(super::codes::DUPLICATE_NAME, span, message).with_secondary(first, first_text));
    }

    /// Gives what is reported in `look` the clauses behind it.
    pub(super) fn citing<T>(&mut self, cites: &[Name], look: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.diagnostics.len();
        let done = look(self);
        if !cites.is_empty() {
            let clause = super::rules::cites(cites).join(", ");
            for diagnostic in self.diagnostics.iter_mut().skip(before) {
                diagnostic.clause.get_or_insert_with(|| clause.clone());
            }
        }
        done
    }

    /// The name of a kind, for messages.
    pub(super) fn kind_name(&self, kind: KindId) -> String {
        self.kinds.get(kind).map(|kind| kind.name.clone()).unwrap_or_default()
    }

    /// Notes that a kind is used in a way that needs a key.
    pub(super) fn needs_key(&mut self, kind: KindId, span: Span) {
        self.key_uses.entry(kind).or_insert((span, KeyUse::Subject));
    }

    /// Notes that records of a kind are looked at one by one, because more than the record is read of them.
    pub(super) fn needs_key_as_rows(&mut self, kind: KindId, span: Span) {
        self.key_uses.entry(kind).or_insert((span, KeyUse::Rows));
    }
}
