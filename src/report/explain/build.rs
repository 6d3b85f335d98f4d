//! Lays out an explanation, and asks for the rows that belong into it.

use super::answer::Run;
use super::gather::Gathered;
use super::note::{Note, Questions};
use super::readers::{pays_by, reads_counter};
use super::rule::{RuleDraft, rule_view};
use super::statements::Statements;
use super::words::Words;
use super::{Explanation, Question, RuleView};
use crate::data::evidence::{Evidence, EvidenceQuery};
use crate::data::mentions::MentionQuery;
use crate::engine::review::Review;
use crate::limits::{EXPLAINED_BELOW_ITEM_MAX, EXPLAINED_OF_RULE_MAX};
use crate::model::{Assessment, CounterId, EffectOrigin, Finding, KindId, Period, RuleId, Score, Window};

/// An explanation of one policy before its records are read: one view a kind of subject.
pub(super) struct Draft<'r, 'p> {
    views: Vec<Explanation>,
    /// The kinds that they are of.
    kinds: Vec<KindId>,
    questions: Questions<'r, 'p>,
}

impl<'r, 'p> Draft<'r, 'p> {
    pub fn new(
        (at, review): (usize, &'r Review<'p>),
        gathered: &Gathered<'p>,
        run: Run<'_>,
        statements: &'p Statements,
        question: Question<'_>,
    ) -> Draft<'r, 'p> {
        let policy = review.policy();
        let mut draft = Draft {
            views: Vec::new(),
            kinds: gathered.kinds.clone(),
            questions: Questions::new(at, review, statements, question.all),
        };
        for kind in &gathered.kinds {
            let builder = Builder {
                review,
                words: Words {
                    policy,
                    statements,
                    within: question.within,
                    all: question.all,
                    lines_of: None,
                    is_beside: false,
                },
                questions: &mut draft.questions,
                gathered,
                kind: *kind,
                question,
            };
            let view = builder.view(run);
            draft.views.push(view);
        }
        draft
    }

    pub fn queries(&self) -> impl Iterator<Item = EvidenceQuery<'_>> {
        self.questions.queries()
    }

    /// The questions about rows that could not be used, one a view.
    pub fn mention_queries(&self) -> Vec<MentionQuery<'_>> {
        let period = self.questions.review.program().spec().period.window;
        (self.views.iter().zip(&self.kinds))
            .map(|(view, kind)| MentionQuery {
                policy: self.questions.at,
                kind: *kind,
                subject: &view.subject,
                parts: self.questions.parts_of(&view.subject),
                day: period.last(),
            })
            .collect()
    }

    /// Puts the answers where they belong.
    pub fn fill(mut self, answers: &[Evidence]) -> Vec<Explanation> {
        for view in &mut self.views {
            view.each_evidence(&mut |evidence| self.questions.fill(evidence, answers));
            view.scores.iter_mut().for_each(|score| super::taken::taken_once(&self.questions, &mut score.items));
        }
        self.views
    }
}

/// Builds one view.
pub(super) struct Builder<'b, 'r, 'p> {
    pub review: &'r Review<'p>,
    pub words: Words<'p>,
    pub questions: &'b mut Questions<'r, 'p>,
    pub gathered: &'b Gathered<'p>,
    pub kind: KindId,
    pub question: Question<'b>,
}

impl<'r, 'p> Builder<'_, 'r, 'p> {
    fn view(mut self, run: Run<'_>) -> Explanation {
        let policy = self.words.policy;
        let subject = self.question.subject;
        let (own, own_total) = self.own();
        let mut view = Explanation {
            policy: policy.name.clone(),
            kind: policy.kinds[self.kind].name.clone(),
            subject: subject.to_owned(),
            period: run.period.to_owned(),
            within: self.question.within.map(|days| Period::new(days).to_string()).unwrap_or_default(),
            as_of: run.as_of.to_owned(),
            own,
            own_total,
            is_bare: self.gathered.is_bare,
            values: Vec::new(),
            is_measure: self.question.measure.is_some(),
            scores: Vec::new(),
            unplaced: Vec::new(),
            absent: Vec::new(),
            rules: Vec::new(),
            counters: Vec::new(),
            rewards: Vec::new(),
            effects: self.effects(),
            rejected: Vec::new(),
            rejected_total: 0,
            unasked: 0,
        };
        let is_measure = self.question.measure.is_some();
        let with_scores = !is_measure && (self.question.rule.is_none() || self.question.assessment.is_some());
        if with_scores {
            let scores: Vec<Score> =
                self.review.results().scores.iter().filter(|score| self.is_own(score)).cloned().collect();
            view.scores = scores.iter().filter_map(|score| self.score(score)).collect();
            self.words.lines_of = None;
            view.unplaced = self.unplaced();
        }
        if self.question.rule.is_none() && !is_measure {
            view.counters = self.counters();
        }
        if self.question.rule.is_none() && !is_measure {
            view.rewards = self.rewards();
        }
        view.rules = self.rules();
        let window = self.question.within.unwrap_or(self.review.program().spec().period.window);
        if self.gathered.is_bare || is_measure {
            let own = (self.kind, subject, self.question.measure);
            view.values = self.questions.measures_of(self.words, own, window);
        } else if self.question.rule.is_none() && self.question.assessment.is_none() {
            view.values = self.questions.put_out(self.words, self.kind, subject);
        }
        view.absent = self.absent(&view);
        view.unasked = self.questions.unasked;
        view
    }

    fn is_own(&self, score: &Score) -> bool {
        let decl = &self.words.policy.assessments[score.assessment];
        let own = score.subject == self.question.subject && decl.subject == self.kind;
        own && self.is_asked(decl) && self.words.tells(score.period.window)
    }

    /// Assessments that may take the subject in, and why that is not known.
    fn unplaced(&self) -> Vec<Note> {
        let policy = self.words.policy;
        let mut notes = Vec::new();
        for one in &self.review.results().unplaced {
            let decl = &policy.assessments[one.assessment];
            let own = one.subject == self.question.subject && decl.subject == self.kind;
            if !own || !self.is_asked(decl) || !self.words.tells(one.period.window) {
                continue;
            }
            let (name, period) = (&decl.name, one.period);
            let mut note = Note::new(
                format!("{name}, {period}: no score, because it is not decided whether it is taken in"),
                format!("{name}，{period}：未评分，因为无法判断是否在考核范围之内"),
            );
            let reader = self.review.rows_in(one.assessment, &one.subject, period.window);
            if let (Some(scope), Some(reader)) = (&decl.scope, reader) {
                note.below.push(Note::of(self.words.phrase(self.kind, scope)));
                note.below.extend(super::doubt::lacks(self.words, reader, scope));
            }
            notes.push(note);
        }
        notes
    }

    /// Why there is no score: of the assessment that is asked for, else where there is none at all. And why nothing is due
    /// where there is nothing to tell.
    fn absent(&self, view: &Explanation) -> Vec<Note> {
        let Question { subject, rule, assessment, measure, .. } = self.question;
        let mut notes = Vec::new();
        if measure.is_some() || rule.is_some() || assessment.is_none() && !view.scores.is_empty() {
            return notes;
        }
        let own = self.words.policy.assessments.entries();
        for (id, _) in own.filter(|(_, decl)| decl.subject == self.kind && self.is_asked(decl)) {
            notes.extend(super::absent::without_score(self.words, self.review, id, subject));
        }
        if view.tells_nothing() && assessment.is_none() {
            notes.extend(super::absent::nothing_due(self.words, self.review, self.kind, subject));
        }
        notes
    }

    fn is_asked(&self, assessment: &Assessment) -> bool {
        self.question.assessment.is_none_or(|name| name == assessment.name)
    }

    fn effects(&self) -> Vec<super::EffectView> {
        if self.question.rule.is_some() || self.question.measure.is_some() {
            return Vec::new();
        }
        let policy = self.words.policy;
        let belongs = |origin: EffectOrigin| match origin {
            EffectOrigin::Assessment(id) => {
                policy.assessments[id].subject == self.kind && self.is_asked(&policy.assessments[id])
            }
            EffectOrigin::Counter(id) => policy.counters[id].subject == self.kind && self.tells_counter(id),
            EffectOrigin::Reward(id) => {
                let named = self.question.assessment.is_none_or(|name| name == policy.rewards[id].name);
                policy.rewards[id].subject == self.kind && named
            }
        };
        let mut effects = super::money::effects(policy, self.review.results(), self.question.subject, &belongs);
        effects.retain(|effect| self.words.tells(effect.days));
        effects
    }

    fn counters(&mut self) -> Vec<Note> {
        let (policy, subject) = (self.words.policy, self.question.subject);
        let own = policy.counters.entries().filter(|(_, counter)| counter.subject == self.kind);
        let asked: Vec<_> = own.filter(|(id, _)| self.tells_counter(*id)).collect();
        let mut notes = Vec::new();
        for (id, counter) in asked {
            let statement = self.words.statements.of(counter.span);
            notes.extend(super::counter::counter(self.words, id, subject, statement, self.questions));
        }
        notes
    }

    /// Whether a counter is asked for: itself, or an assessment that reads it.
    fn tells_counter(&self, id: CounterId) -> bool {
        let policy = self.words.policy;
        let asked = self.question.assessment;
        asked.is_none_or(|name| policy.counters[id].name == name || reads_counter(policy, name, id))
    }

    fn rewards(&mut self) -> Vec<Note> {
        let (policy, subject) = (self.words.policy, self.question.subject);
        let own = policy.rewards.entries().filter(|(_, reward)| reward.subject == self.kind);
        let asked = self.question.assessment;
        let mut notes = Vec::new();
        let is_asked = |reward: &crate::model::Reward, name: &str| reward.name == name || pays_by(policy, name, reward);
        for (id, reward) in own.filter(|(_, reward)| asked.is_none_or(|name| is_asked(reward, name))) {
            let statement = self.words.statements.of(reward.span);
            notes.extend(super::money::reward(self.words, self.review, id, subject, statement, self.questions));
        }
        notes
    }

    /// A rule with obligations of a period.
    pub fn rule_view(&mut self, id: RuleId, findings: &[Finding], period: Window) -> RuleView {
        let asked = self.question.rule.is_some();
        let limit = match (self.words.all, asked) {
            (true, _) => usize::MAX,
            (false, true) => EXPLAINED_OF_RULE_MAX,
            (false, false) => EXPLAINED_BELOW_ITEM_MAX,
        };
        let own = (self.kind, self.question.subject);
        let draft = RuleDraft { words: self.words, review: self.review, own, id, period, limit };
        rule_view(&draft, findings, self.questions)
    }

    /// Rules that bind the subject itself.
    fn rules(&mut self) -> Vec<RuleView> {
        let policy = self.words.policy;
        let asked: Vec<RuleId> =
            self.gathered.rules.iter().copied().filter(|id| policy.rules[*id].subject == self.kind).collect();
        let mut views = Vec::new();
        for id in asked {
            let findings = self.gathered.own.get(&id).map_or(&[][..], Vec::as_slice);
            let told = findings.iter().any(|finding| self.words.tells(super::rule::days_of(finding)));
            let is_taken = || findings.is_empty() && !self.review.taken(id, self.question.subject).is_empty();
            if !told && self.question.rule.is_none() && !is_taken() {
                continue;
            }
            let mut view = self.rule_view(id, findings, self.review.program().spec().period.window);
            if self.question.rule.is_some() {
                view.leads_to = super::unmet::leads_to(self.words, self.review, id, findings, self.question.assessment);
            }
            views.push(view);
        }
        views
    }
}
