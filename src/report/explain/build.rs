//! Lays out an explanation, and asks for the rows that belong into it.

use super::gather::{Gathered, LookedAt, aggs_of, lines, looked_at, owner, rule_events, rule_exprs};
use super::statements::Statements;
use super::why::{none_due, reasons};
use super::{EffectView, EvidenceView, Explanation, FindingView, ItemView, Question, RuleView, ScoreView};
use crate::data::evidence::{Evidence, EvidenceQuery};
use crate::data::setup::Setup;
use crate::model::{
    AggId, AssessmentId, Counts, Day, Expr, Finding, ItemResult, KindId, Link, Outcome, Policy, Results, RuleId, Score,
    Window,
};
use crate::program::walk;
use std::collections::BTreeSet;

/// Obligations of one rule that are shown in full below an item.
const BELOW_ITEM_MAX: usize = 12;
/// Obligations of one rule that are shown in full when the rule is asked for.
const OF_RULE_MAX: usize = 200;
/// Records shown for one obligation.
const ROWS_MAX: usize = 20;

/// A question about rows, and where its answer belongs.
struct Pending<'p> {
    rows: LookedAt<'p>,
    subject: String,
    place: Place,
}

/// Where evidence belongs: in a score's item or override, or below a rule's finding.
#[derive(Clone, Copy)]
enum Place {
    Item { view: usize, score: usize, item: usize },
    Override { view: usize, score: usize, part: usize },
    ItemFinding { view: usize, score: usize, item: usize, rule: usize, finding: usize },
    RuleFinding { view: usize, rule: usize, finding: usize },
}

/// An explanation of one policy before its records are read: one view a kind of subject.
pub(super) struct Draft<'p> {
    at: usize,
    policy: &'p Policy,
    views: Vec<Explanation>,
    pending: Vec<Pending<'p>>,
}

impl<'p> Draft<'p> {
    pub fn new(
        at: usize,
        gathered: &Gathered<'p>,
        results: &Results,
        setup: &Setup,
        statements: &Statements,
        question: Question<'_>,
    ) -> Draft<'p> {
        let policy = gathered.trace.policy();
        let mut draft = Draft { at, policy, views: Vec::new(), pending: Vec::new() };
        let reference = setup.period.window.last();
        for kind in &gathered.kinds {
            let view = draft.views.len();
            draft.views.push(Explanation {
                policy: policy.name.clone(),
                kind: policy.kinds[*kind].name.clone(),
                subject: gathered.subject.clone(),
                period: setup.period.to_string(),
                as_of: setup.as_of.clone(),
                attributes: gathered.trace.attributes(*kind, &gathered.subject, reference),
                scores: Vec::new(),
                rules: Vec::new(),
                effects: effects(policy, *kind, &gathered.subject, results, question),
            });
            let builder = Builder { draft: &mut draft, gathered, setup, statements, view, kind: *kind };
            builder.build(results, question);
        }
        draft
    }

    pub fn queries(&self) -> impl Iterator<Item = EvidenceQuery<'_>> {
        self.pending.iter().map(|pending| EvidenceQuery {
            policy: self.at,
            part: pending.rows.part,
            subject: &pending.subject,
            from: pending.rows.from,
            to: pending.rows.to,
            lasting: pending.rows.lasting,
            limit: ROWS_MAX,
        })
    }

    /// Puts the answers where they belong, in the order of the questions.
    pub fn fill(mut self, answers: &mut impl Iterator<Item = Evidence>) -> Vec<Explanation> {
        for pending in std::mem::take(&mut self.pending) {
            let Some(answer) = answers.next() else { break };
            let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
            let view = EvidenceView {
                kind: self.policy.kinds[pending.rows.part.kind].name.clone(),
                days: (day(pending.rows.from), day(pending.rows.to.map(|to| to.plus(-1)))),
                rows: answer.rows,
                total: answer.total,
                kept: answer.kept,
            };
            if let Some(list) = slot(&mut self.views, pending.place) {
                list.push(view);
            }
        }
        self.views
    }
}

fn slot(views: &mut [Explanation], place: Place) -> Option<&mut Vec<EvidenceView>> {
    match place {
        Place::Item { view, score, item } => {
            Some(&mut views.get_mut(view)?.scores.get_mut(score)?.items.get_mut(item)?.evidence)
        }
        Place::Override { view, score, part } => {
            Some(&mut views.get_mut(view)?.scores.get_mut(score)?.overrides.get_mut(part)?.evidence)
        }
        Place::ItemFinding { view, score, item, rule, finding } => {
            let item = views.get_mut(view)?.scores.get_mut(score)?.items.get_mut(item)?;
            Some(&mut item.rules.get_mut(rule)?.findings.get_mut(finding)?.evidence)
        }
        Place::RuleFinding { view, rule, finding } => {
            Some(&mut views.get_mut(view)?.rules.get_mut(rule)?.findings.get_mut(finding)?.evidence)
        }
    }
}

fn effects(policy: &Policy, kind: KindId, subject: &str, results: &Results, question: Question<'_>) -> Vec<EffectView> {
    use crate::model::EffectOrigin;
    let belongs = |effect: &&crate::model::Effect| {
        let (of, asked) = match effect.origin {
            EffectOrigin::Assessment(id) => {
                let assessment = &policy.assessments[id];
                (assessment.subject, question.assessment.is_none_or(|name| name == assessment.name))
            }
            EffectOrigin::Counter(id) => (policy.counters[id].subject, question.assessment.is_none()),
            EffectOrigin::Reward(id) => (policy.rewards[id].subject, question.assessment.is_none()),
        };
        effect.subject == subject && of == kind && asked && question.rule.is_none()
    };
    let view = |effect: &crate::model::Effect| EffectView {
        kind: effect.kind.to_owned(),
        name: effect.name.clone(),
        period: effect.period.to_string(),
        amount: effect.amount.map(|amount| format!("{amount} {}", effect.unit)).unwrap_or_default(),
        reason: effect.reason.clone(),
    };
    results.effects.iter().filter(belongs).map(view).collect()
}

/// Builds one view.
struct Builder<'d, 'p, 's> {
    draft: &'d mut Draft<'p>,
    gathered: &'s Gathered<'p>,
    setup: &'s Setup,
    statements: &'s Statements,
    view: usize,
    kind: KindId,
}

impl<'p> Builder<'_, 'p, '_> {
    fn build(mut self, results: &Results, question: Question<'_>) {
        let policy = self.draft.policy;
        let is_own = |assessment: AssessmentId, subject: &str| {
            let decl = &policy.assessments[assessment];
            subject == question.subject
                && decl.subject == self.kind
                && question.assessment.is_none_or(|name| name == decl.name)
        };
        let with_scores = question.rule.is_none() || question.assessment.is_some();
        let scores: Vec<&Score> =
            results.scores.iter().filter(|score| with_scores && is_own(score.assessment, &score.subject)).collect();
        let items: Vec<&ItemResult> =
            results.items.iter().filter(|item| is_own(item.assessment, &item.subject)).collect();
        for score in scores {
            let of_score =
                items.iter().filter(|item| item.assessment == score.assessment && item.period == score.period);
            self.score(score, &of_score.copied().collect::<Vec<_>>(), question);
        }
        let limit = if question.rule.is_some() { OF_RULE_MAX } else { BELOW_ITEM_MAX };
        let rules: Vec<RuleId> = self.gathered.rules.iter().copied().collect();
        let kind = self.kind;
        for id in rules.into_iter().filter(|id| policy.rules[*id].subject == kind) {
            let findings = self.gathered.own.get(&id).map_or(&[][..], Vec::as_slice);
            if findings.is_empty() && question.rule.is_none() {
                continue;
            }
            let at = self.rules().len();
            let view = self.view;
            let mut rule =
                self.rule_view(id, findings, limit, |finding| Place::RuleFinding { view, rule: at, finding });
            if findings.is_empty() {
                let day = self.setup.period.window.start;
                let scope =
                    self.gathered.trace.holds(self.kind, question.subject, policy.rules[id].scope.as_ref(), day);
                rule.none_due = Some(none_due(policy, &policy.rules[id], scope, self.setup.period.window));
            }
            self.rules().push(rule);
        }
    }

    fn rules(&mut self) -> &mut Vec<RuleView> {
        // INVARIANT (the view is there): it was pushed before the builder was made.
        &mut self.draft.views[self.view].rules
    }

    fn score(&mut self, score: &Score, results: &[&ItemResult], question: Question<'_>) {
        let policy = self.draft.policy;
        let assessment = &policy.assessments[score.assessment];
        let at = self.draft.views[self.view].scores.len();
        let grade = score.grade.and_then(|grade| assessment.grades.get(grade as usize));
        let shown = |value: Option<crate::model::Ratio>| value.map(|v| v.to_string()).unwrap_or_default();
        self.draft.views[self.view].scores.push(ScoreView {
            assessment: assessment.name.clone(),
            cites: assessment.cites.clone(),
            period: score.period.to_string(),
            points: score.points.map(|points| points.to_places(assessment.places)).unwrap_or_default(),
            out_of: shown(assessment.out_of),
            grade: grade.map(|grade| grade.name.clone()).unwrap_or_default(),
            vetoes: score.vetoes.clone(),
            rank: score.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            group: score.group.clone().unwrap_or_default(),
            items: Vec::new(),
            overrides: Vec::new(),
        });
        for (name, exprs) in lines(assessment) {
            let found = results.iter().find(|item| item.item == name);
            let item = self.draft.views[self.view].scores[at].items.len();
            let view = ItemView {
                name: name.clone(),
                statement: self.statements.part(assessment.span, &name),
                points: found.and_then(|i| i.points).map(|p| p.to_places(assessment.places)).unwrap_or_default(),
                max_points: shown(found.and_then(|i| i.max_points)),
                counts: found.and_then(|i| i.counts),
                ..ItemView::default()
            };
            self.draft.views[self.view].scores[at].items.push(view);
            let place = Place::Item { view: self.view, score: at, item };
            self.ask(aggs_of(policy, exprs.iter().copied()), score.period.window, &score.subject, place);
            self.item_rules(score, at, item, &exprs, question);
        }
        let gates = assessment.gates.iter().map(|gate| (&gate.name, &gate.when));
        let vetoes = assessment.vetoes.iter().map(|veto| (&veto.name, &veto.decisions));
        for (part, (name, expr)) in gates.chain(vetoes).enumerate() {
            let statement = self.statements.part(assessment.span, name);
            let effects = &self.draft.views[self.view].effects;
            let period = score.period.to_string();
            // INVARIANT (effects of gates and vetoes bear their names): SEMANTICS, section 7.
            let took_effect = effects.iter().any(|e| {
                e.name == *name && e.period == period && !matches!(e.kind.as_str(), "reward" | "sanction" | "award")
            });
            let view = ItemView { name: name.clone(), statement, took_effect, ..ItemView::default() };
            self.draft.views[self.view].scores[at].overrides.push(view);
            let place = Place::Override { view: self.view, score: at, part };
            self.ask(aggs_of(policy, [expr]), score.period.window, &score.subject, place);
        }
    }

    fn item_rules(&mut self, score: &Score, at: usize, item: usize, exprs: &[&'p Expr], question: Question<'_>) {
        let policy = self.draft.policy;
        let mut ids = Vec::new();
        for expr in exprs {
            walk(expr, policy, &mut |found| {
                if let Expr::Tally(tally) = found {
                    ids.extend(tally.rules.iter().map(|(rule, _)| *rule));
                }
            });
        }
        let limit = if question.rule.is_some() { OF_RULE_MAX } else { BELOW_ITEM_MAX };
        let mut seen = BTreeSet::new();
        for id in ids.into_iter().filter(|id| seen.insert(*id)) {
            let all = self.gathered.counted.get(&(score.assessment, id)).map_or(&[][..], Vec::as_slice);
            let rule = &policy.rules[id];
            // An event's period is its own day; its obligations belong to it whenever they fall due.
            let of_event = policy.assessments[score.assessment].every.is_none();
            let belongs = |f: &&Finding| of_event || score.period.window.contains(owner(policy, rule, f));
            let findings: Vec<Finding> = all.iter().filter(belongs).cloned().collect();
            if question.rule.is_some_and(|name| name != rule.name) {
                continue;
            }
            let number = self.draft.views[self.view].scores[at].items[item].rules.len();
            let view = self.view;
            let place = |finding| Place::ItemFinding { view, score: at, item, rule: number, finding };
            let rule = self.rule_view(id, &findings, limit, place);
            self.draft.views[self.view].scores[at].items[item].rules.push(rule);
        }
    }

    fn rule_view(
        &mut self,
        id: RuleId,
        findings: &[Finding],
        limit: usize,
        place: impl Fn(usize) -> Place,
    ) -> RuleView {
        let policy = self.draft.policy;
        let rule = &policy.rules[id];
        let mut counts = Counts::default();
        findings.iter().for_each(|finding| counts.add(finding.outcome));
        // What is not met comes first; among equals the order of the run.
        let mut order: Vec<&Finding> = findings.iter().collect();
        order.sort_by_key(|finding| match finding.outcome {
            Outcome::Unmet => 0,
            Outcome::Unknown => 1,
            Outcome::Pending => 2,
            Outcome::Excused => 3,
            Outcome::Met => 4,
        });
        order.truncate(limit);
        let spec = self.setup.specs.get(self.draft.at);
        let mut views = Vec::new();
        for (number, finding) in order.into_iter().enumerate() {
            let last = finding.last.unwrap_or(finding.start);
            let window = Window { start: finding.start, end: last.plus(1) };
            views.push(FindingView {
                subject: finding.subject.clone(),
                window: (finding.start.to_string(), finding.last.map(|last| last.to_string()).unwrap_or_default()),
                outcome: finding.outcome,
                why: spec.map(|spec| reasons(policy, spec, rule, finding)).unwrap_or_default(),
                evidence: Vec::new(),
            });
            let mut aggs = aggs_of(policy, rule_exprs(rule));
            aggs.extend(rule_events(rule));
            self.ask(aggs, window, &finding.subject, place(number));
        }
        RuleView {
            name: rule.name.clone(),
            cites: rule.cites.clone(),
            statement: self.statements.of(rule.span),
            counts,
            findings: views,
            none_due: None,
        }
    }

    fn ask(&mut self, aggs: Vec<AggId>, window: Window, subject: &str, place: Place) {
        let policy = self.draft.policy;
        let mut asked: Vec<LookedAt<'_>> = Vec::new();
        for agg in aggs {
            for found in looked_at(policy, agg, window) {
                if !asked.contains(&found) {
                    asked.push(found);
                }
            }
        }
        for rows in asked {
            // Everything counts for the whole, whatever its key.
            let whole = policy.kinds.iter().find(|kind| kind.role == crate::model::Role::Whole);
            let subject = match (&rows.part.link, whole) {
                (Link::Whole, Some(whole)) => whole.name.clone(),
                _ => subject.to_owned(),
            };
            self.draft.pending.push(Pending { rows, subject, place });
        }
    }
}
