//! How often each form of the language and each outcome occurred in a run of random cases.

use std::collections::BTreeMap;

use wangge::model::{
    Acting, Agg, AggFrame, AggOp, ArithOp, AttributesAt, Clamp, CompareOp, CoverBase, CoverTake, DayPick, Event, Expr,
    Frame, GateAction, ItemScore, Line, LineValue, Link, MissingPeriod, NothingDue, PartialWindows, PeriodPick, Policy,
    Quota, Requirement, Role, Rounding, RowsOn, Source, SourcePart, Strength, TallyKind, TermKind, TermUnit, TextOp,
    Thin, Ties, TiesAtLimit, TurnOf, TurnPick, UnknownCounts, Value, VetoAction, ZeroDivisor,
};

use crate::reference::{Judged, Spec};

/// Every form that must occur, by group.
const FORMS: [(&str, &[&str]); 30] = [
    (
        "counter",
        &[
            "Points",
            "Steps",
            "StepsInWindow",
            "Carried",
            "Dropped",
            "Repeats",
            "Ends",
            "clean",
            "step reached",
            "second step reached",
        ],
    ),
    (
        "over periods",
        &[
            "Count",
            "Sum",
            "Average",
            "Min",
            "Max",
            "First",
            "Last",
            "Share",
            "nth",
            "previous",
            "previous record",
            "missing excluded",
            "missing as",
            "missing unknown",
        ],
    ),
    ("outcome", &["met", "unmet", "pending", "excused", "unknown"]),
    (
        "requirement",
        &[
            "all",
            "any",
            "at least",
            "at most",
            "exactly",
            "between",
            "per",
            "condition",
            "term",
            "sequence",
            "gap",
            "by different hands",
        ],
    ),
    ("per, rounded", &["up", "down", "half up", "half even", "unrounded"]),
    (
        "frame",
        &[
            "Day",
            "Week",
            "TenDays",
            "HalfMonth",
            "Month",
            "Quarter",
            "HalfYear",
            "Year",
            "n Day",
            "n Week",
            "n TenDays",
            "n HalfMonth",
            "n Month",
            "n Quarter",
            "n HalfYear",
            "n Year",
            "anchored",
            "param",
            "open param",
            "on day",
            "on day or last",
            "on last day",
            "first days",
            "last days",
            "fixed",
            "on nth weekday",
            "on last weekday",
            "yearly",
            "rolling",
            "rolling in windows",
            "throughout",
            "throughout in windows",
            "in season",
            "gaps",
            "state",
            "event",
            "term",
        ],
    ),
    ("subject", &["whole", "register", "derived", "record"]),
    ("strength", &["must", "in principle", "should", "may", "aim"]),
    (
        "rule clause",
        &[
            "scope",
            "excused",
            "except",
            "in force",
            "waivable",
            "sides of different strength",
            "overridden",
            "waivers on file",
            "derived life",
        ],
    ),
    ("partial windows", &["Whole", "Any", "Half", "FirstDay", "Prorate"]),
    ("attributes", &["at start", "at end", "at event"]),
    ("rows counted", &["first day", "last day", "daily mean"]),
    ("thinned", &["spaced", "alternating", "both"]),
    ("acting", &["or stand-in", "stand-in instead", "stand-ins without a source", "stand-ins by records"]),
    ("first per", &["shared", "all", "none", "by key", "unless earlier", "unless by then", "several fields", "pooled"]),
    ("term", &["Minutes", "Hours", "Days", "Workdays", "Weeks", "Months", "Years"]),
    (
        "term option",
        &[
            "within",
            "not before",
            "ahead",
            "by a due date",
            "extended",
            "stopped",
            "on a clock",
            "on a clock of every day",
            "followed",
            "follows",
            "computed amount",
            "last of records",
            "nth of records",
            "computed moment",
            "moves",
            "stays",
            "or before",
            "each result",
            "each step of a counter",
            "first step after its start",
            "missing start unmet",
            "by due day",
            "open amount",
            "start on records",
            "start in a field",
            "step on records",
            "step in a field",
        ],
    ),
    (
        "aggregate",
        &["count", "distinct", "sum", "average", "weighted", "smallest", "largest", "first", "last", "share", "list"],
    ),
    (
        "aggregated",
        &[
            "records",
            "pooled records",
            "register rows",
            "records as rows",
            "filtered",
            "named year",
            "days that start later",
        ],
    ),
    (
        "cover",
        &[
            "covered",
            "uncovered",
            "share",
            "most at once",
            "by several",
            "by the clock",
            "in the frame",
            "in hours",
            "during records",
        ],
    ),
    ("link", &["shared", "whole", "one step", "more steps", "ancestors"]),
    (
        "aggregate frame",
        &[
            "window",
            "up to end",
            "before start",
            "ever",
            "last to end",
            "last before start",
            "up to a day of the row",
            "since the last",
        ],
    ),
    (
        "expression",
        &[
            "number",
            "text",
            "yes or no",
            "date",
            "code",
            "param",
            "open param",
            "field",
            "field by reference",
            "key",
            "measure",
            "measure of a reference",
            "window start",
            "window end",
            "add",
            "sub",
            "mul",
            "div",
            "div zero unknown",
            "shift",
            "shift by workdays",
            "as of",
            "between",
            "min",
            "max",
            "abs",
            "floor",
            "ceil",
            "round",
            "part of a date",
            "cases",
            "cases without otherwise",
            "or else",
            "=",
            "<>",
            "<",
            "<=",
            ">",
            ">=",
            "or stand-in",
            "stand-in instead",
            "one of",
            "has any",
            "has all",
            "starts with",
            "in hours",
            "in hours over midnight",
            "ends with",
            "contains",
            "known",
            "and",
            "or",
            "not",
            "is true",
            "points of",
            "grade of",
            "vetoed in",
            "rank of",
            "over periods",
            "in period",
            "points of item",
            "full items",
            "counter",
        ],
    ),
    (
        "tally",
        &["longest run", "current run", "Share", "MeanShare", "Met", "Unmet", "Due", "Unknown", "Excused", "Pending"],
    ),
    ("item", &["full", "share", "when", "points"]),
    ("item choice", &["Full", "Zero", "LeftOut", "NotScored", "Excluded", "Unmet"]),
    (
        "assessment",
        &[
            "of events",
            "of periods",
            "unclamped",
            "above full counts",
            "lowest is best",
            "multiples",
            "deduct",
            "add",
            "cap",
            "when",
            "sets grade",
            "caps grade",
            "grade that is computed",
            "lowers",
            "loses item",
            "raises",
            "limits raises",
            "withholds",
            "leaves unscored",
            "veto without points",
            "veto with a term",
            "prizes",
            "prizes pass on",
            "prize with a floor",
            "grade quota",
            "veto sets grade",
            "veto bars",
            "rank",
            "rank in groups",
            "award",
            "award share",
            "base all",
            "ties Include",
            "ties Exclude",
            "not scored",
            "reads another",
            "reward",
            "split",
            "split in part",
            "remainder First",
            "remainder Largest",
            "remainder Subject",
            "remainder Nobody",
            "budget shared",
            "budget in proportion",
            "budget cut",
            "budget unpaid",
            "ceiling of a year",
            "ceiling of a recipient",
        ],
    ),
    (
        "lines",
        &[
            "group of items",
            "group of changes",
            "group cap",
            "loses at most",
            "group above full lost",
            "group in a group",
            "body",
            "item above full counts",
        ],
    ),
    (
        "effect",
        &["grade", "veto", "cap", "lower", "raise", "withhold", "unscored", "bar", "reward", "sanction", "award"],
    ),
    ("as-of", &["before the period", "inside, a day", "inside, an instant", "after", "gap in a source", "no source"]),
];

pub struct Census {
    counts: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Default for Census {
    fn default() -> Census {
        let zeros = |forms: &[&str]| forms.iter().map(|form| ((*form).to_owned(), 0)).collect();
        Census { counts: FORMS.iter().map(|(group, forms)| (*group, zeros(forms))).collect() }
    }
}

impl Census {
    fn add(&mut self, group: &str, form: &str) {
        let forms = self.counts.get_mut(group).unwrap_or_else(|| panic!("no group {group}"));
        *forms.get_mut(form).unwrap_or_else(|| panic!("no form {form} of {group}")) += 1;
    }

    fn add_if(&mut self, holds: bool, group: &str, form: &str) {
        if holds {
            self.add(group, form);
        }
    }

    pub fn table(&self) -> String {
        let mut text = String::new();
        for (group, _) in FORMS {
            text += &format!("{group}\n");
            self.counts[group].iter().for_each(|(form, count)| text += &format!("{count:>10} {form}\n"));
        }
        text
    }

    pub fn below(&self, least: u64) -> Vec<String> {
        let forms = self.counts.iter().flat_map(|(group, forms)| forms.iter().map(move |f| (group, f)));
        forms.filter(|(_, (_, count))| **count < least).map(|(group, (form, _))| format!("{group}: {form}")).collect()
    }

    /// Counts the forms of a policy, and what a run over it decided.
    pub fn take(&mut self, policy: &Policy, spec: &Spec, judged: &Judged) {
        for f in &judged.findings {
            self.add("outcome", f.outcome.word());
        }
        for counter in policy.counters.iter() {
            self.add("counter", &format!("{:?}", counter.excess));
            self.add("counter", &format!("{:?}", counter.after_last));
            self.add_if(counter.clean.is_some(), "counter", "clean");
        }
        for e in &judged.results.effects {
            if matches!(e.origin, wangge::model::EffectOrigin::Counter(_)) {
                self.add("counter", if e.reason == "1" { "step reached" } else { "second step reached" });
            }
            self.add("effect", e.kind);
        }
        self.add_if(judged.results.scores.iter().any(|s| s.points.is_none()), "assessment", "not scored");
        self.as_of(policy, spec);
        policy.rules.iter().for_each(|rule| self.rule(policy, spec, rule));
        let mut names: Vec<&String> = policy.rules.iter().map(|rule| &rule.name).collect();
        names.sort();
        let sides = names.windows(2).any(|pair| pair[0] == pair[1]);
        self.add_if(sides, "rule clause", "sides of different strength");
        self.add_if(policy.rules.iter().any(wangge::model::Rule::never_applies), "rule clause", "overridden");
        policy.aggs.iter().for_each(|agg| self.agg(policy, agg));
        policy.measures.iter().for_each(|m| self.expr(policy, &m.expr));
        policy.assessments.iter().for_each(|a| self.assessment(policy, a));
        for reward in policy.rewards.iter() {
            self.add("assessment", "reward");
            self.payee(policy, &reward.payee);
            for ceiling in &reward.ceilings {
                self.add_if(ceiling.recipient, "assessment", "ceiling of a recipient");
                self.add_if(ceiling.every.is_some(), "assessment", "ceiling of a year");
            }
            reward.scope.iter().for_each(|e| self.expr(policy, e));
            reward.payments.iter().for_each(|p| self.adjustment(policy, p));
        }
    }

    fn as_of(&mut self, policy: &Policy, spec: &Spec) {
        use crate::reference::time::midnight;
        let a_day = midnight(spec.closed_until.date()) == spec.closed_until && spec.read_until != spec.closed_until;
        let form = match spec.closed_until {
            at if at < midnight(spec.period.0) => "before the period",
            at if at >= midnight(spec.period.1) => "after",
            _ if a_day => "inside, a day",
            _ => "inside, an instant",
        };
        self.add("as-of", form);
        self.add_if(spec.coverage.values().any(|c| c.len() > 1), "as-of", "gap in a source");
        let records = policy.kinds.entries().filter(|(_, kind)| kind.role == Role::Record);
        self.add_if(records.into_iter().any(|(id, _)| !spec.coverage.contains_key(&id)), "as-of", "no source");
    }

    fn rule(&mut self, policy: &Policy, spec: &Spec, rule: &wangge::model::Rule) {
        self.add(
            "strength",
            match rule.strength {
                Strength::Must => "must",
                Strength::InPrinciple => "in principle",
                Strength::Should => "should",
                Strength::May => "may",
                Strength::Aim => "aim",
            },
        );
        let role = match policy.kinds[rule.subject].role {
            Role::Whole => "whole",
            Role::Record => "record",
            Role::Entity if spec.coverage.contains_key(&rule.subject) => "register",
            Role::Entity => "derived",
        };
        self.add("subject", role);
        self.add_if(rule.waivable, "rule clause", "waivable");
        let waived = rule.waivable && policy.waivers.iter().any(|waiver| spec.coverage.contains_key(&waiver.kind));
        self.add_if(waived, "rule clause", "waivers on file");
        for declared in &policy.stand_ins {
            let sourced = spec.coverage.contains_key(&declared.kind);
            let record = policy.kinds[declared.kind].role == Role::Record;
            self.add_if(!sourced, "acting", "stand-ins without a source");
            self.add_if(sourced && record, "acting", "stand-ins by records");
        }
        let kind = &policy.kinds[rule.subject];
        self.add_if(
            kind.lifetime.is_some() && !spec.coverage.contains_key(&rule.subject),
            "rule clause",
            "derived life",
        );
        self.frame(policy, &rule.frame);
        self.add_if(
            !matches!(
                rule.frame,
                Frame::State
                    | Frame::Event
                    | Frame::Term
                    | Frame::Gaps
                    | Frame::Rolling { .. }
                    | Frame::Throughout { .. }
            ),
            "partial windows",
            match rule.partial {
                PartialWindows::Prorate(_) => "Prorate",
                PartialWindows::Whole => "Whole",
                PartialWindows::Any => "Any",
                PartialWindows::Half => "Half",
                PartialWindows::FirstDay => "FirstDay",
            },
        );
        self.add_if(rule.season.is_some(), "frame", "in season");
        let attributes = match rule.attributes {
            AttributesAt::Start => "at start",
            AttributesAt::End => "at end",
            AttributesAt::Event(_) => "at event",
        };
        self.add("attributes", attributes);
        let rows = match rule.rows {
            RowsOn::First => "first day",
            RowsOn::Last => "last day",
            RowsOn::Mean => "daily mean",
        };
        self.add("rows counted", rows);
        self.add_if(rule.scope.is_some(), "rule clause", "scope");
        self.add_if(!rule.excused.is_empty(), "rule clause", "excused");
        self.add_if(!rule.except.is_empty(), "rule clause", "except");
        self.add_if(rule.in_force.from.is_some(), "rule clause", "in force");
        rule.scope.iter().chain(&rule.excused).for_each(|e| self.expr(policy, e));
        self.requirement(policy, &rule.requirement);
    }

    fn frame(&mut self, policy: &Policy, frame: &Frame) {
        match frame {
            Frame::Every { count: 1, unit, .. } => self.add("frame", &format!("{unit:?}")),
            Frame::Every { unit, anchor, .. } => {
                self.add("frame", &format!("n {unit:?}"));
                self.add_if(anchor.is_some(), "frame", "anchored");
            }
            Frame::EveryParam(id) => {
                let open = policy.params[*id].value.is_none();
                self.add("frame", if open { "open param" } else { "param" });
            }
            Frame::On { days, .. } => {
                for pick in days {
                    let form = match pick {
                        DayPick::Nth(_) => "on day",
                        DayPick::Weekday(Some(_), _) => "on nth weekday",
                        DayPick::Weekday(None, _) => "on last weekday",
                        DayPick::NthOrLast(_) => "on day or last",
                        DayPick::Last => "on last day",
                    };
                    self.add("frame", form);
                }
            }
            Frame::Part { first, .. } => self.add("frame", if *first { "first days" } else { "last days" }),
            Frame::Fixed { .. } => self.add("frame", "fixed"),
            Frame::Yearly(_) => self.add("frame", "yearly"),
            Frame::Rolling { every, .. } => {
                self.add("frame", if every.is_some() { "rolling in windows" } else { "rolling" });
            }
            Frame::Throughout { every, .. } => {
                self.add("frame", if every.is_some() { "throughout in windows" } else { "throughout" });
            }
            Frame::Gaps => self.add("frame", "gaps"),
            Frame::State => self.add("frame", "state"),
            Frame::Event => self.add("frame", "event"),
            Frame::Term => self.add("frame", "term"),
        }
    }

    fn requirement(&mut self, policy: &Policy, requirement: &Requirement) {
        match requirement {
            Requirement::All(parts) | Requirement::Any(parts) => {
                let all = matches!(requirement, Requirement::All(_));
                self.add("requirement", if all { "all" } else { "any" });
                parts.iter().for_each(|part| self.requirement(policy, part));
            }
            Requirement::Count(count) => {
                let form = match (&count.at_least, &count.at_most) {
                    (Some(a), Some(b)) if a == b => "exactly",
                    (Some(_), Some(_)) => "between",
                    (Some(_), None) => "at least",
                    (None, _) => "at most",
                };
                self.add("requirement", form);
                std::iter::once(&count.measured)
                    .chain(&count.at_least)
                    .chain(&count.at_most)
                    .for_each(|e| self.expr(policy, e));
                if let Some(per) = &count.per {
                    self.add("requirement", "per");
                    let form = match per.rounding {
                        None => "unrounded",
                        Some(Rounding::Up) => "up",
                        Some(Rounding::Down) => "down",
                        Some(Rounding::HalfUp) => "half up",
                        Some(Rounding::HalfEven) => "half even",
                    };
                    self.add("per, rounded", form);
                }
            }
            Requirement::Gap(gap) => {
                self.add("requirement", "gap");
                self.agg(policy, &policy.aggs[gap.agg]);
            }
            Requirement::Condition(expr) => {
                self.add("requirement", "condition");
                self.expr(policy, expr);
            }
            Requirement::Term(term) => {
                self.add("requirement", "term");
                self.add("term", &format!("{:?}", term.unit));
                let kind = match term.kind {
                    TermKind::Within => "within",
                    TermKind::NotBefore => "not before",
                    TermKind::Ahead => "ahead",
                    TermKind::By => "by a due date",
                };
                self.add("term option", kind);
                self.add_if(term.extended.is_some(), "term option", "extended");
                self.add_if(term.stopped.is_some(), "term option", "stopped");
                self.add_if(term.clock.is_some(), "term option", "on a clock");
                self.add_if(term.clock.is_some() && term.calendar.is_none(), "term option", "on a clock of every day");
                let near = |event: &Event, after: bool| matches!(event, Event::Near(near) if near.after == after);
                if let Event::Turn(turn) = &term.start
                    && turn.pick == TurnPick::Each
                {
                    let what = if matches!(turn.of, TurnOf::Result(_)) { "result" } else { "step of a counter" };
                    self.add("term option", &format!("each {what}"));
                }
                let nth = |event: &Event| matches!(event, Event::Nth(..));
                self.add_if(nth(&term.step) || nth(&term.start), "term option", "nth of records");
                self.add_if(matches!(term.step, Event::Next(_)), "term option", "first step after its start");
                self.add_if(near(&term.step, true), "term option", "followed");
                self.add_if(near(&term.start, false), "term option", "follows");
                self.add_if(!matches!(term.amount, Expr::Const(..) | Expr::Param(_)), "term option", "computed amount");
                let last = |event: &Event| event.agg().is_some_and(|id| matches!(policy.aggs[id].op, AggOp::Last(_)));
                self.add_if(last(&term.step) || last(&term.start), "term option", "last of records");
                let computed = |event: &Event| matches!(event, Event::Value(_));
                self.add_if(computed(&term.step) || computed(&term.start), "term option", "computed moment");
                self.add_if(term.moves, "term option", "moves");
                let days = !matches!(term.unit, TermUnit::Hours | TermUnit::Minutes | TermUnit::Workdays);
                self.add_if(!term.moves && days, "term option", "stays");
                self.add_if(term.or_before, "term option", "or before");
                self.add_if(term.missing_start_unmet, "term option", "missing start unmet");
                self.add_if(term.by_due_day, "term option", "by due day");
                let open = matches!(&term.amount, Expr::Param(id) if policy.params[*id].value.is_none());
                self.add_if(open, "term option", "open amount");
                let records = |event: &Event| matches!(event, Event::Record(_));
                self.add("term option", if records(&term.start) { "start on records" } else { "start in a field" });
                self.add("term option", if records(&term.step) { "step on records" } else { "step in a field" });
            }
            Requirement::Sequence(steps) => {
                self.add("requirement", "sequence");
                self.add_if(!steps.hands.is_empty(), "requirement", "by different hands");
            }
        }
    }

    fn agg(&mut self, policy: &Policy, agg: &Agg) {
        let form = match &agg.op {
            AggOp::Count => "count",
            AggOp::Distinct(_) => "distinct",
            AggOp::Sum(_) => "sum",
            AggOp::Average(_, None) => "average",
            AggOp::Average(_, Some(_)) => "weighted",
            AggOp::Min(_) => "smallest",
            AggOp::Max(_) => "largest",
            AggOp::First(_) => "first",
            AggOp::Last(_) => "last",
            AggOp::Share(_) => "share",
            AggOp::List(_) => "list",
        };
        self.add("aggregate", form);
        match agg.thin {
            Some(Thin { spacing: Some(_), alternating: true }) => self.add("thinned", "both"),
            Some(Thin { alternating: true, .. }) => self.add("thinned", "alternating"),
            Some(_) => self.add("thinned", "spaced"),
            None => {}
        }
        let parts: Vec<&SourcePart> = match &agg.source {
            Source::Records(parts) => {
                self.add("aggregated", if parts.len() > 1 { "pooled records" } else { "records" });
                let form = match &agg.frame {
                    AggFrame::Window => "window",
                    AggFrame::UpToEnd => "up to end",
                    AggFrame::BeforeStart => "before start",
                    AggFrame::Ever => "ever",
                    AggFrame::Last { at_end: true, .. } => "last to end",
                    AggFrame::Last { .. } => "last before start",
                    AggFrame::UpTo { .. } => "up to a day of the row",
                    AggFrame::SinceLast(_) => "since the last",
                };
                self.add("aggregate frame", form);
                parts.iter().collect()
            }
            Source::Rows(part) => {
                let record = policy.kinds[part.kind].role == Role::Record;
                self.add("aggregated", if record { "records as rows" } else { "register rows" });
                vec![part]
            }
        };
        for part in parts {
            self.add_if(part.filter.is_some(), "aggregated", "filtered");
            self.add_if(part.year_field.is_some(), "aggregated", "named year");
            self.add_if(part.day_starts > 0, "aggregated", "days that start later");
            part.filter.iter().for_each(|e| self.expr(policy, e));
            match part.acting {
                Acting::InPerson => {}
                Acting::OrStandIn => self.add("acting", "or stand-in"),
                Acting::StandInInstead => self.add("acting", "stand-in instead"),
            }
            if let Some(first) = &part.first {
                let ties = match first.ties {
                    Ties::Shared => "shared",
                    Ties::All => "all",
                    Ties::None => "none",
                    Ties::ByKey => "by key",
                };
                self.add("first per", ties);
                if let Some((_, by_then)) = &first.known {
                    self.add("first per", if *by_then { "unless by then" } else { "unless earlier" });
                }
                self.add_if(first.rivals.len() > 1, "first per", "pooled");
                self.add_if(first.rivals[0].matter.len() > 1, "first per", "several fields");
            }
            match &part.link {
                Link::Whole => self.add("link", "whole"),
                Link::Shared { .. } => self.add("link", "shared"),
                Link::Path { path, ancestors } => {
                    self.add_if(*ancestors, "link", "ancestors");
                    self.add("link", if path.len() == 1 { "one step" } else { "more steps" });
                }
            }
        }
    }

    fn assessment(&mut self, policy: &Policy, a: &wangge::model::Assessment) {
        self.add("assessment", if a.every.is_none() { "of events" } else { "of periods" });
        self.add_if(a.clamp == Clamp::Unbounded, "assessment", "unclamped");
        self.add_if(a.clamp == Clamp::Floor, "assessment", "above full counts");
        self.add_if(a.lowest_best, "assessment", "lowest is best");
        self.add_if(a.multiple.is_some(), "assessment", "multiples");
        for group in &a.groups {
            self.add("lines", if group.of_items { "group of items" } else { "group of changes" });
            self.add_if(group.cap.is_some(), "lines", "group cap");
            self.add_if(group.loses.is_some(), "lines", "loses at most");
            self.add_if(group.of_items && group.cap.is_none() && !group.above_full, "lines", "group above full lost");
            self.add_if(group.lines.iter().any(|l| matches!(l, Line::Group(_))), "lines", "group in a group");
            group.cap.iter().chain(&group.loses).for_each(|e| self.expr(policy, e));
        }
        for item in a.items.iter().filter(|item| !item.body.is_empty()) {
            self.add("lines", "body");
            self.add_if(item.above_full, "lines", "item above full counts");
        }
        a.scope.iter().for_each(|e| self.expr(policy, e));
        for item in &a.items {
            let (form, exprs): (&str, Vec<&Expr>) = match &item.score {
                ItemScore::Full => ("full", Vec::new()),
                ItemScore::Share(e) => ("share", vec![e]),
                ItemScore::When(e) => ("when", vec![e]),
                ItemScore::Points(e) => ("points", vec![e]),
            };
            self.add("item", form);
            exprs.iter().for_each(|e| self.expr(policy, e));
            let (nothing, unknown): (NothingDue, UnknownCounts) = (item.nothing_due, item.unknown);
            self.add("item choice", &format!("{nothing:?}"));
            self.add("item choice", &format!("{unknown:?}"));
        }
        for adjustment in &a.adjustments {
            self.add("assessment", if adjustment.bonus { "add" } else { "deduct" });
            self.adjustment(policy, adjustment);
        }
        for gate in &a.gates {
            self.expr(policy, &gate.when);
            if let Some(grade) = gate.action.grade() {
                self.add_if(!matches!(grade, Expr::Const(..)), "assessment", "grade that is computed");
                self.expr(policy, grade);
            }
            self.add(
                "assessment",
                match gate.action {
                    GateAction::SetGrade(_) => "sets grade",
                    GateAction::CapGrade(_) => "caps grade",
                    GateAction::Lower(_) => "lowers",
                    GateAction::LoseItem(_) => "loses item",
                    GateAction::Raise(_) => "raises",
                    GateAction::LimitRaises(_) => "limits raises",
                    GateAction::Withhold => "withholds",
                    GateAction::Unscored => "leaves unscored",
                },
            );
        }
        for veto in &a.vetoes {
            let bars = veto.action == VetoAction::BarAwards;
            self.add("assessment", if bars { "veto bars" } else { "veto sets grade" });
            self.add_if(veto.without_points, "assessment", "veto without points");
            if let Expr::Agg(id) = &veto.decisions {
                let term = matches!(policy.aggs[*id].frame, AggFrame::Last { .. });
                self.add_if(term, "assessment", "veto with a term");
            }
        }
        if let Some(rank) = &a.rank {
            self.add("assessment", if rank.within.is_some() { "rank in groups" } else { "rank" });
            rank.keys.iter().for_each(|key| self.expr(policy, &key.expr));
            rank.among.iter().for_each(|e| self.expr(policy, e));
        }
        for ladder in &a.ladders {
            self.add("assessment", "prizes");
            self.add_if(ladder.pass_on, "assessment", "prizes pass on");
            self.add_if(ladder.prizes.iter().any(|p| p.when.is_some()), "assessment", "prize with a floor");
            ladder.keys.iter().for_each(|key| self.expr(policy, &key.expr));
            ladder.budget.iter().for_each(|budget| self.budget(budget));
            ladder.prizes.iter().for_each(|prize| self.payee(policy, &prize.payee));
            ladder.among.iter().for_each(|e| self.expr(policy, e));
        }
        for quota in &a.grade_quotas {
            self.add("assessment", "grade quota");
            quota.keys.iter().for_each(|key| self.expr(policy, &key.expr));
        }
        for award in &a.awards {
            let Quota { is_share, base_eligible, .. } = award.quota;
            self.add("assessment", if is_share { "award share" } else { "award" });
            self.add_if(is_share && !base_eligible, "assessment", "base all");
            let ties: TiesAtLimit = award.ties;
            self.add("assessment", &format!("ties {ties:?}"));
            award.among.iter().for_each(|e| self.expr(policy, e));
            award.budget.iter().for_each(|budget| self.budget(budget));
            self.payee(policy, &award.payee);
        }
        a.grade_effects.iter().for_each(|effect| self.payee(policy, &effect.payee));
    }

    fn payee(&mut self, policy: &Policy, payee: &wangge::model::Payee) {
        if let Some(split) = &payee.split {
            self.add("assessment", "split");
            self.add_if(split.part.is_some(), "assessment", "split in part");
            self.add("assessment", &format!("remainder {:?}", split.remainder));
            payee.exprs().for_each(|e| self.expr(policy, e));
        }
    }

    fn budget(&mut self, budget: &wangge::model::Budget) {
        use wangge::model::OverBudget;
        let over = match budget.over {
            OverBudget::Shared(_) => "budget shared",
            OverBudget::InProportion(_) => "budget in proportion",
            OverBudget::Cut => "budget cut",
            OverBudget::Unpaid => "budget unpaid",
        };
        self.add("assessment", over);
    }

    fn adjustment(&mut self, policy: &Policy, adjustment: &wangge::model::Adjustment) {
        self.add_if(adjustment.cap.is_some(), "assessment", "cap");
        self.add_if(adjustment.when.is_some(), "assessment", "when");
        let exprs = adjustment.times.iter().chain(&adjustment.cap).chain(&adjustment.when);
        std::iter::once(&adjustment.amount).chain(exprs).for_each(|e| self.expr(policy, e));
    }

    fn missing(&mut self, missing: &MissingPeriod) {
        self.add(
            "over periods",
            match missing {
                MissingPeriod::Excluded => "missing excluded",
                MissingPeriod::As(_) => "missing as",
                MissingPeriod::Unknown => "missing unknown",
            },
        );
    }

    fn expr(&mut self, policy: &Policy, expr: &Expr) {
        let form = match expr {
            Expr::Const(Value::Number(_), _) => "number",
            Expr::Const(Value::Text(_), _) => "text",
            Expr::Const(Value::Bool(_), _) => "yes or no",
            Expr::Const(Value::Day(_) | Value::At(_), _) => "date",
            Expr::Const(Value::Code(_) | Value::Every(_), _) => "code",
            Expr::Param(id) if policy.params[*id].value.is_none() => "open param",
            Expr::Param(_) => "param",
            Expr::Field(path) if path.len() > 1 => "field by reference",
            Expr::Field(_) => "field",
            Expr::Key => "key",
            Expr::Measure(_) => "measure",
            Expr::Through(..) => "measure of a reference",
            Expr::Agg(_) => return,
            Expr::Cover(cover) => {
                let take = match cover.take {
                    CoverTake::Covered(_) => "covered",
                    CoverTake::Uncovered(_) => "uncovered",
                    CoverTake::Share => "share",
                    CoverTake::Most => "most at once",
                };
                self.add("cover", take);
                self.add_if(cover.at_least > 1, "cover", "by several");
                self.add_if(cover.is_civil(), "cover", "by the clock");
                let base = match cover.base {
                    CoverBase::Frame => "in the frame",
                    CoverBase::Hours(_) => "in hours",
                    CoverBase::Records(_) => "during records",
                };
                return self.add("cover", base);
            }
            Expr::Tally(tally) => {
                let what: TallyKind = tally.what;
                let form = match what {
                    TallyKind::LongestRun { .. } => "longest run".to_owned(),
                    TallyKind::CurrentRun { .. } => "current run".to_owned(),
                    other => format!("{other:?}"),
                };
                return self.add("tally", &form);
            }
            Expr::Line(LineValue::Points(_)) => "points of item",
            Expr::Line(LineValue::FullItems) => "full items",
            Expr::Result(_, field) => {
                self.add("assessment", "reads another");
                match field {
                    wangge::model::ResultField::Points => "points of",
                    wangge::model::ResultField::Grade => "grade of",
                    wangge::model::ResultField::Vetoed => "vetoed in",
                    wangge::model::ResultField::Rank => "rank of",
                }
            }
            Expr::Counter(_, field) => {
                self.add("counter", &format!("{field:?}"));
                "counter"
            }
            Expr::Periods(agg) => {
                let op = format!("{:?}", agg.op);
                let op = op.split(['(', ' ']).next().unwrap_or_default().to_owned();
                self.add("over periods", &op);
                self.missing(&agg.missing);
                "over periods"
            }
            Expr::InPeriod(one) => {
                let pick = match one.pick {
                    PeriodPick::Nth(_) => "nth",
                    PeriodPick::Before(_) => "previous",
                    PeriodPick::Record(_) => "previous record",
                };
                self.add("over periods", pick);
                self.missing(&one.missing);
                "in period"
            }
            Expr::WindowStart => "window start",
            Expr::WindowEnd => "window end",
            Expr::Arith(ArithOp::Add, ..) => "add",
            Expr::Arith(ArithOp::Sub, ..) => "sub",
            Expr::Arith(ArithOp::Mul, ..) => "mul",
            Expr::Div(_, _, ZeroDivisor::Unknown) => "div zero unknown",
            Expr::Div(..) => "div",
            Expr::Shift { calendar: Some(_), .. } => "shift by workdays",
            Expr::Shift { .. } => "shift",
            Expr::AsOf => "as of",
            Expr::Between(..) => "between",
            Expr::Min(_) => "min",
            Expr::Max(_) => "max",
            Expr::Abs(_) => "abs",
            Expr::Floor(_) => "floor",
            Expr::Ceil(_) => "ceil",
            Expr::Round(..) => "round",
            Expr::DatePart(..) => "part of a date",
            Expr::Cases(_, Some(_)) => "cases",
            Expr::Cases(_, None) => "cases without otherwise",
            Expr::OrElse(..) => "or else",
            Expr::Compare(op, ..) => match op {
                CompareOp::Eq => "=",
                CompareOp::Ne => "<>",
                CompareOp::Lt => "<",
                CompareOp::Le => "<=",
                CompareOp::Gt => ">",
                CompareOp::Ge => ">=",
            },
            Expr::Acts { instead, .. } => {
                if *instead {
                    "stand-in instead"
                } else {
                    "or stand-in"
                }
            }
            Expr::OneOf(..) => "one of",
            Expr::HasAny(..) => "has any",
            Expr::HasAll(..) => "has all",
            Expr::InHours(_, hours) if hours.crosses_midnight() => "in hours over midnight",
            Expr::InHours(..) => "in hours",
            Expr::Text(TextOp::StartsWith, ..) => "starts with",
            Expr::Text(TextOp::EndsWith, ..) => "ends with",
            Expr::Text(TextOp::Contains, ..) => "contains",
            Expr::Known(_) => "known",
            Expr::And(_) => "and",
            Expr::Or(_) => "or",
            Expr::Not(_) => "not",
            Expr::IsTrue(_) => "is true",
        };
        self.add("expression", form);
        expr.children().into_iter().for_each(|e| self.expr(policy, e));
    }
}
