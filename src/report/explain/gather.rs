//! What the judge said that belongs to the subject, and which rows it read for it.

use super::Question;
use crate::engine::trace::Trace;
use crate::model::{
    AggFrame, AggId, Assessment, AssessmentId, Event, Expr, Finding, KindId, Line, Link, Near, Policy, Requirement,
    Rule, RuleId, Tally, TermReq,
};
use crate::program::{adjustment_exprs, walk_bounds, walk_own};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of the subjects that a question may be about.
pub(super) fn asked_kinds(policy: &Policy, question: Question<'_>) -> BTreeSet<KindId> {
    let rules = policy.rules.iter().filter(|rule| question.rule.is_none_or(|name| name == rule.name));
    let assessments = policy.assessments.iter().filter(|a| question.assessment.is_none_or(|name| name == a.name));
    if let Some(name) = question.measure {
        return policy.measures.iter().filter(|measure| measure.name == name).map(|measure| measure.kind).collect();
    }
    match (question.rule, question.assessment) {
        (Some(_), None) => rules.map(|rule| rule.subject).collect(),
        (Some(_), Some(_)) => assessments.map(|a| a.subject).collect(),
        (None, Some(name)) => {
            let rewards = policy.rewards.iter().filter(|reward| reward.name == name).map(|reward| reward.subject);
            let counters = policy.counters.iter().filter(|counter| counter.name == name);
            assessments.map(|a| a.subject).chain(rewards).chain(counters.map(|counter| counter.subject)).collect()
        }
        (None, None) => {
            let others = policy.rewards.iter().map(|reward| reward.subject);
            let others = others.chain(policy.counters.iter().map(|counter| counter.subject));
            rules.map(|rule| rule.subject).chain(assessments.map(|a| a.subject)).chain(others).collect()
        }
    }
}

/// What the judge said that belongs to the subject.
pub(super) struct Gathered<'a> {
    pub trace: Trace<'a>,
    pub subject: String,
    /// Kinds that have the subject.
    pub kinds: Vec<KindId>,
    /// No rule, assessment, counter or reward is about them.
    pub is_bare: bool,
    /// Rules asked for.
    pub rules: BTreeSet<RuleId>,
    /// Rules of tallies, with the assessment and the link from the rule's subject.
    tallied: Vec<(AssessmentId, RuleId, &'a Link)>,
    /// Obligations of the subject itself.
    pub own: BTreeMap<RuleId, Vec<Finding>>,
    /// Obligations that count for the subject in an assessment.
    pub counted: BTreeMap<(AssessmentId, RuleId), Vec<Finding>>,
}

impl<'a> Gathered<'a> {
    pub fn new(trace: Trace<'a>, question: Question<'_>) -> Gathered<'a> {
        let policy = trace.policy();
        let kinds: Vec<KindId> = asked_kinds(policy, question)
            .into_iter()
            .filter(|kind| trace.has_subject(*kind, question.subject))
            .collect();
        let mut tallied = Vec::new();
        for (id, assessment) in policy.assessments.entries() {
            let asked = question.assessment.is_none_or(|name| name == assessment.name) && question.measure.is_none();
            if !asked || !kinds.contains(&assessment.subject) {
                continue;
            }
            for (rule, link) in tallies(policy, all_exprs(assessment)).into_iter().flat_map(|tally| &tally.rules) {
                if !tallied.contains(&(id, *rule, link)) {
                    tallied.push((id, *rule, link));
                }
            }
        }
        let rules = policy.rules.entries().filter(|(_, rule)| match question.rule {
            Some(name) => name == rule.name,
            // Asked for one assessment, rules of its own are shown below it.
            None => question.assessment.is_none() && question.measure.is_none(),
        });
        let rules = rules.map(|(id, _)| id).collect();
        if let Some(name) = question.rule {
            tallied.retain(|(_, rule, _)| policy.rules[*rule].name == name);
        }
        let subject = question.subject.to_owned();
        Gathered {
            trace,
            subject,
            kinds,
            is_bare: false,
            rules,
            tallied,
            own: BTreeMap::new(),
            counted: BTreeMap::new(),
        }
    }

    /// Takes every kind that has the subject, where none that something is about does.
    pub fn take_bare(&mut self) {
        let kinds = self.trace.policy().kinds.ids();
        self.kinds = kinds.filter(|kind| self.trace.has_subject(*kind, &self.subject)).collect();
        self.is_bare = true;
    }

    pub fn see(&mut self, finding: &Finding) {
        let rule = &self.trace.policy().rules[finding.rule];
        if finding.subject == self.subject && self.kinds.contains(&rule.subject) && self.rules.contains(&finding.rule) {
            self.own.entry(finding.rule).or_default().push(finding.clone());
        }
        self.see_counted(finding);
    }

    /// An obligation that is looked at only for what it counts in assessments.
    pub fn see_counted(&mut self, finding: &Finding) {
        let rule = &self.trace.policy().rules[finding.rule];
        for (assessment, _, link) in self.tallied.iter().filter(|(_, id, _)| *id == finding.rule) {
            let leads = self.trace.leads(rule.subject, &finding.subject, link, finding.start);
            if leads.contains(&self.subject) {
                self.counted.entry((*assessment, finding.rule)).or_default().push(finding.clone());
            }
        }
    }
}

/// Expressions, and after them the bounds of the days that their aggregates look at, and those of these.
pub(super) fn with_bounds<'p>(policy: &'p Policy, exprs: impl IntoIterator<Item = &'p Expr>) -> Vec<&'p Expr> {
    let mut all: Vec<&'p Expr> = exprs.into_iter().collect();
    let mut at = 0;
    while let Some(expr) = all.get(at).copied() {
        at += 1;
        let mut found = Vec::new();
        walk_own(expr, policy, &mut |inner| found.extend(inner.aggs()));
        for bound in found.into_iter().flat_map(|id| bounds_of(policy, id)) {
            if !all.contains(&bound) {
                all.push(bound);
            }
        }
    }
    all
}

/// What bounds the days that an aggregate looks at.
pub(super) fn bounds_of(policy: &Policy, id: AggId) -> Vec<&Expr> {
    match policy.aggs.get(id).map(|agg| &agg.frame) {
        Some(AggFrame::Dated { from, until }) => from.iter().chain(until).map(|bound| &**bound).collect(),
        _ => Vec::new(),
    }
}

/// The obligations that expressions count, those that bound days among them.
pub(super) fn tallies<'p>(policy: &'p Policy, exprs: impl IntoIterator<Item = &'p Expr>) -> Vec<&'p Tally> {
    let mut found = Vec::new();
    for expr in exprs {
        walk_bounds(expr, policy, &mut |inner| {
            if let Expr::Tally(tally) = inner {
                found.push(tally);
            }
        });
    }
    found
}

/// Every expression of an assessment.
pub(super) fn all_exprs(assessment: &Assessment) -> Vec<&Expr> {
    let mut exprs = Vec::new();
    crate::program::assessment_exprs(assessment, &mut |expr| exprs.push(expr));
    exprs
}

/// Expressions of a rule.
pub(super) fn rule_exprs(rule: &Rule) -> Vec<&Expr> {
    let mut out = told_exprs(rule);
    out.extend(rule.scope.iter().chain(&rule.excused));
    out
}

/// Expressions of what a rule asks for.
pub(super) fn told_exprs(rule: &Rule) -> Vec<&Expr> {
    fn of<'r>(requirement: &'r Requirement, out: &mut Vec<&'r Expr>) {
        match requirement {
            Requirement::All(parts) | Requirement::Any(parts) => parts.iter().for_each(|part| of(part, out)),
            Requirement::Count(count) => {
                out.push(&count.measured);
                out.extend(count.at_least.iter().chain(&count.at_most));
                out.extend(count.per.iter().flat_map(|per| [&per.each, &per.base]));
            }
            Requirement::Condition(expr) => out.push(expr),
            Requirement::Term(term) => out.extend(term.exprs()),
            Requirement::Sequence(steps) => out.extend(steps.exprs()),
            Requirement::Gap(_) => {}
        }
    }
    let mut out: Vec<&Expr> = Vec::new();
    of(&rule.requirement, &mut out);
    out
}

/// Aggregates that are events of a rule's requirement.
pub(super) fn rule_events(rule: &Rule) -> Vec<AggId> {
    fn of(requirement: &Requirement, out: &mut Vec<AggId>) {
        match requirement {
            Requirement::Term(term) => out.extend(term.aggs()),
            Requirement::Sequence(steps) => out.extend(steps.aggs()),
            Requirement::All(parts) | Requirement::Any(parts) => parts.iter().for_each(|part| of(part, out)),
            Requirement::Gap(gap) => out.push(gap.agg),
            Requirement::Count(_) | Requirement::Condition(_) => {}
        }
    }
    let mut out = Vec::new();
    of(&rule.requirement, &mut out);
    out
}

/// The lists of neighbours among them: their records lead to what a subject shares with them, not to the subject.
pub(super) fn near_lists(rule: &Rule) -> Vec<AggId> {
    fn of(requirement: &Requirement, out: &mut Vec<AggId>) {
        match requirement {
            Requirement::Term(term) => out.extend(nears(term).map(|near| near.list)),
            Requirement::All(parts) | Requirement::Any(parts) => parts.iter().for_each(|part| of(part, out)),
            _ => {}
        }
    }
    let mut out = Vec::new();
    of(&rule.requirement, &mut out);
    out
}

/// The neighbours that start a term, or end it.
pub(super) fn nears(term: &TermReq) -> impl Iterator<Item = &Near> {
    [&term.start, &term.step].into_iter().filter_map(|event| match event {
        Event::Near(near) => Some(near),
        _ => None,
    })
}

/// Expressions of a line.
pub(super) fn line_exprs(assessment: &Assessment, line: Line) -> Vec<&Expr> {
    match line {
        Line::Item(at) => assessment.items.get(at as usize).map_or_else(Vec::new, |item| {
            std::iter::once(&item.max).chain(crate::program::score_exprs(&item.score)).collect()
        }),
        Line::Group(at) => assessment
            .groups
            .get(at as usize)
            .map_or_else(Vec::new, |group| group.cap.iter().chain(&group.loses).collect()),
        Line::Adjustment(at) => {
            assessment.adjustments.get(at as usize).map_or_else(Vec::new, |line| adjustment_exprs(line).collect())
        }
    }
}

/// Name of a line.
pub(super) fn line_name(assessment: &Assessment, line: Line) -> &str {
    let name = match line {
        Line::Item(at) => assessment.items.get(at as usize).map(|line| &line.name),
        Line::Group(at) => assessment.groups.get(at as usize).map(|line| &line.name),
        Line::Adjustment(at) => assessment.adjustments.get(at as usize).map(|line| &line.name),
    };
    name.map_or("", String::as_str)
}
