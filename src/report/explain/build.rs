//! Lays out an explanation, and asks for the rows that belong into it.

use super::answer::Run;
use super::figures::{figures, value};
use super::gather::{Gathered, line_exprs, line_name, tallies};
use super::note::{Note, Place, Questions};
use super::readers::{pays_by, reads_counter};
use super::rule::{RuleDraft, none_due, rule_view};
use super::statements::Statements;
use super::words::{Words, count_of, decimal, field_text};
use super::{Explanation, ItemView, OwnRow, Question, RuleView, ScoreView};
use crate::data::evidence::{Aside, Evidence, EvidenceQuery};
use crate::data::mentions::MentionQuery;
use crate::diagnostic::Text;
use crate::engine::review::{Fate, Reader, Review, Scored};
use crate::engine::trace::conjuncts;
use crate::limits::{EXPLAINED_BELOW_ITEM_MAX, EXPLAINED_OF_RULE_MAX};
use crate::model::{
    Assessment, CounterId, Day, EffectOrigin, Expr, Finding, GateAction, ItemResult, KindId, Period, RuleId, Score,
    Value,
};
use std::collections::{BTreeMap, BTreeSet};

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
        statements: &Statements,
        question: Question<'_>,
    ) -> Draft<'r, 'p> {
        let policy = review.policy();
        let mut draft = Draft {
            views: Vec::new(),
            kinds: gathered.kinds.clone(),
            questions: Questions::new(at, review, question.all),
        };
        for kind in &gathered.kinds {
            let builder = Builder {
                review,
                words: Words { policy, within: question.within, all: question.all, lines_of: None },
                questions: &mut draft.questions,
                gathered,
                statements,
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
            view.scores.iter_mut().for_each(|score| taken_once(&self.questions, &mut score.items));
        }
        self.views
    }
}

/// The filter of a deduction before what others take is left out of it.
fn as_written(filter: Option<&Expr>) -> Vec<&Expr> {
    let parts = filter.map(conjuncts).unwrap_or_default().into_iter();
    parts.filter(|one| left_to(one).is_none() && !matches!(one, Expr::Const(Value::Bool(true), _))).collect()
}

/// The filter of the deduction to which a condition leaves records.
fn left_to(condition: &Expr) -> Option<&Expr> {
    let Expr::Not(inner) = condition else { return None };
    if let Expr::IsTrue(taken) = &**inner { Some(taken) } else { None }
}

/// A deduction that takes a record: its name, and its filter as it is written.
type Taker<'p> = (String, Vec<&'p Expr>);

/// Says of a record that another deduction took which one that is.
fn taken_once(questions: &Questions<'_, '_>, items: &mut [ItemView]) {
    let mut takers: BTreeMap<(std::sync::Arc<str>, u64), Vec<Taker<'_>>> = BTreeMap::new();
    for item in items.iter().filter(|item| item.deducts && item.points.starts_with('-')) {
        for evidence in &item.evidence {
            let filter = questions.filter(evidence);
            for row in evidence.rows.iter().filter(|row| row.kept == Some(true)) {
                let place = (std::sync::Arc::clone(&row.file), row.line);
                takers.entry(place).or_default().push((item.name.clone(), as_written(filter)));
            }
        }
    }
    for item in items.iter_mut().filter(|item| item.deducts) {
        for evidence in &mut item.evidence {
            let own = questions.filter(evidence).map(conjuncts).unwrap_or_default();
            for (row, reason) in evidence.rows.iter().zip(&mut evidence.reasons) {
                let Some(Aside::Filter(at)) = &row.aside else { continue };
                let Some(taken) = own.get(*at).and_then(|failed| left_to(failed)) else { continue };
                let takers = takers.get(&(std::sync::Arc::clone(&row.file), row.line)).into_iter().flatten();
                let mut takers =
                    takers.filter(|(name, filter)| *name != item.name && *filter == as_written(Some(taken)));
                *reason = match takers.next() {
                    Some((by, _)) => {
                        Text::new(format!("does not count here: {by} deducts it"), format!("此处不计：已由 {by} 扣分"))
                    }
                    None => Text::new("does not count here: another line deducts it", "此处不计：已由另一行扣分"),
                };
            }
        }
    }
}

/// Builds one view.
struct Builder<'b, 'r, 'p> {
    review: &'r Review<'p>,
    words: Words<'p>,
    questions: &'b mut Questions<'r, 'p>,
    gathered: &'b Gathered<'p>,
    statements: &'b Statements,
    kind: KindId,
    question: Question<'b>,
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
        let with_scores = self.question.rule.is_none() || self.question.assessment.is_some();
        if with_scores {
            let scores: Vec<Score> =
                self.review.results().scores.iter().filter(|score| self.is_own(score)).cloned().collect();
            view.scores = scores.iter().filter_map(|score| self.score(score)).collect();
            self.words.lines_of = None;
            view.unplaced = self.unplaced();
        }
        if self.question.rule.is_none() {
            view.counters = self.counters();
        }
        if self.question.rule.is_none() {
            view.rewards = self.rewards();
        }
        view.rules = self.rules();
        if self.gathered.is_bare {
            let window = self.question.within.unwrap_or(self.review.program().spec().period.window);
            view.values = self.questions.measures_of(self.words, self.kind, subject, window);
        }
        view.absent = self.absent(&view);
        view.unasked = self.questions.unasked;
        view
    }

    /// Its record, or its rows that hold on a day of what is explained; where none does, the last before it, else the first.
    /// And how many there are.
    fn own(&mut self) -> (Vec<OwnRow>, u64) {
        let period = self.review.program().spec().period.window;
        let days = self.question.within.unwrap_or(period);
        let versions = self.gathered.trace.versions(self.kind, self.question.subject);
        if versions.is_empty() {
            return (vec![self.own_row((String::new(), String::new()), period.last())], 1);
        }
        let holds = |row: &&(Option<Day>, Option<Day>)| {
            row.0.is_none_or(|from| from < days.end) && row.1.is_none_or(|to| days.start <= to)
        };
        let mut told: Vec<_> = versions.iter().filter(holds).collect();
        if told.is_empty() {
            let before = versions.iter().rfind(|row| row.1.is_some_and(|to| to < days.start));
            told.extend(before.or(versions.first()));
        }
        let total = told.len() as u64;
        told.truncate(self.words.list_max());
        let side = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let mut rows = Vec::new();
        for (from, to) in told.into_iter().copied() {
            let whole = from.is_none_or(|from| from <= days.start) && to.is_none_or(|to| days.last() <= to);
            let shown = if whole { Default::default() } else { (side(from), side(to)) };
            let day = from.map_or(days.start, |from| days.start.max(from));
            rows.push(self.own_row(shown, to.map_or(day, |to| day.min(to))));
        }
        (rows, total)
    }

    /// The row or record that holds on a day.
    fn own_row(&mut self, days: (String, String), day: Day) -> OwnRow {
        let attributes = self.attributes(day);
        OwnRow { days, attributes, on_file: self.questions.ask_itself(self.kind, self.question.subject, day) }
    }

    /// The attributes on a day, yes and no as words.
    fn attributes(&self, day: Day) -> Vec<(String, Text)> {
        let found = self.gathered.trace.attributes(self.kind, self.question.subject, day).into_iter();
        let fields = &self.words.policy.kinds[self.kind].fields;
        found
            .map(|(field, value)| {
                let (name, ty) = fields.get(field).map_or_else(Default::default, |f| (f.name.clone(), Some(&f.ty)));
                (name, field_text(ty, value))
            })
            .collect()
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
        let Question { subject, rule, assessment, .. } = self.question;
        let mut notes = Vec::new();
        if rule.is_some() || assessment.is_none() && !view.scores.is_empty() {
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
        if self.question.rule.is_some() {
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
            let statement = self.statements.of(counter.span);
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
            let statement = self.statements.of(reward.span);
            notes.extend(super::money::reward(self.words, self.review, id, subject, statement, self.questions));
        }
        notes
    }

    fn score(&mut self, score: &Score) -> Option<ScoreView> {
        let assessment = &self.words.policy.assessments[score.assessment];
        let scored = self.review.scored(score.assessment, &score.subject, score.period.window)?;
        self.words.lines_of = Some(score.assessment);
        let grade = score.grade.and_then(|grade| assessment.grades.get(grade as usize));
        let mut made: Vec<Note> = super::grade::total(assessment, &scored).into_iter().collect();
        if let Some(kept) = self.review.rows_in(score.assessment, &score.subject, score.period.window) {
            made.extend(super::grade::by_points(self.words, assessment, &scored, kept, self.questions));
        }
        let as_of = &self.review.program().spec().as_of;
        let mut view = ScoreView {
            assessment: assessment.name.clone(),
            cites: assessment.cites.clone(),
            period: score.period.to_string(),
            points: score.points.map(|points| points.to_places(assessment.places)).unwrap_or_default(),
            out_of: assessment.out_of.map(decimal).unwrap_or_default(),
            grade: grade.map(|grade| grade.name.clone()).unwrap_or_default(),
            vetoes: score.vetoes.clone(),
            rank: score.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            group: score.group.clone().unwrap_or_default(),
            unknown: score.unknown,
            is_interim: assessment.every.is_some() && !as_of.has_ended(score.period.window.end),
            items: Vec::new(),
            made,
            overrides: Vec::new(),
            stands: super::grade::in_the_end(assessment, &scored, score).into_iter().collect(),
        };
        view.items = self.items(score, assessment, &scored);
        view.overrides = self.gates(score, assessment, &scored);
        view.overrides.extend(self.vetoes(score, assessment, &scored));
        let standings = self.review.standings(score.assessment, &score.subject, score.period.window);
        if let Some(place) = self.place(score, scored.in_the_end()) {
            view.stands.extend(super::amounts::of_grade(self.words, score, place, self.questions));
            for one in &standings {
                view.stands.extend(super::grade::standing(self.words, score, one, place, self.questions));
            }
        }
        Some(view)
    }

    fn items(&mut self, score: &Score, assessment: &'p Assessment, scored: &Scored<'r, 'p>) -> Vec<ItemView> {
        let results: Vec<ItemResult> = (self.review.results().items.iter())
            .filter(|item| {
                (item.assessment, &item.subject, item.period) == (score.assessment, &score.subject, score.period)
            })
            .cloned()
            .collect();
        let mut views = Vec::new();
        for trace in scored.lines() {
            let name = line_name(assessment, trace.line);
            let found = results.iter().find(|item| item.item == name);
            let exprs: Vec<&'p Expr> = line_exprs(assessment, trace.line);
            let reader = scored.at_line(trace.line);
            let mut made = super::line::made(self.words, assessment, &trace);
            if let Fate::Item(item) = &trace.fate
                && item.in_doubt
                && item.full.is_some()
                && trace.points.is_none()
            {
                made.extend(exprs.iter().flat_map(|expr| super::doubt::lacks(self.words, reader, expr)));
            }
            if let Fate::Adjustment(line) = &trace.fate
                && line.when != Some(Some(false))
            {
                // What is found counts: what may be missing is said.
                let in_doubt = |expr: &&&'p Expr| reader.read(expr).is_some_and(|figure| figure.in_doubt);
                let open: Vec<&'p Expr> = exprs.iter().filter(in_doubt).copied().collect();
                made.extend(super::doubt::lacks_so_far(self.words, reader, &open));
            }
            made.extend(figures(self.words, reader, &exprs));
            let deducts = match trace.line {
                crate::model::Line::Adjustment(at) => {
                    assessment.adjustments.get(at as usize).is_some_and(|line| !line.bonus)
                }
                _ => false,
            };
            let evidence = self.ask(score, &exprs, reader);
            views.push(ItemView {
                name: name.to_owned(),
                statement: self.statements.part(assessment.span, name),
                points: found.and_then(|i| i.points).map(|p| p.to_places(assessment.places)).unwrap_or_default(),
                max_points: found.and_then(|i| i.max_points).map(decimal).unwrap_or_default(),
                counts: found.and_then(|i| i.counts),
                rules: self.item_rules(score, &exprs),
                made,
                deducts,
                evidence,
            });
        }
        views
    }

    fn gates(&mut self, score: &Score, assessment: &'p Assessment, scored: &Scored<'r, 'p>) -> Vec<ItemView> {
        let mut order: Vec<usize> = (0..assessment.gates.len()).collect();
        order.sort_by_key(|at| assessment.gates.get(*at).map(|gate| super::grade::pass(&gate.action)));
        let mut views = Vec::new();
        for at in order {
            let (Some(gate), Some(trace)) = (assessment.gates.get(at), scored.gates.get(at)) else { continue };
            let graded = scored.total.total.is_some() && !scored.unscored;
            let mut exprs = vec![&gate.when];
            exprs.extend(gate.action.grade().filter(|grade| !matches!(grade, Expr::Const(..))));
            let reader = match gate.action {
                GateAction::LoseItem(_) => scored.at_line(crate::model::Line::Item(u32::MAX)),
                _ => scored.at_gates(),
            };
            let text = super::grade::gate(assessment, trace, graded);
            let mut note = Note::of(text);
            note.below = figures(self.words, reader, &exprs);
            if trace.holds.is_none() {
                note.below.extend(super::doubt::lacks(self.words, reader, &gate.when));
            }
            let evidence = self.ask(score, &exprs, reader);
            views.push(ItemView {
                name: gate.name.clone(),
                statement: self.statements.part(assessment.span, &gate.name),
                made: vec![note],
                evidence,
                ..ItemView::default()
            });
        }
        views
    }

    fn vetoes(&mut self, score: &Score, assessment: &'p Assessment, scored: &Scored<'r, 'p>) -> Vec<ItemView> {
        let mut views = Vec::new();
        for veto in &assessment.vetoes {
            let reader = scored.at_gates();
            let holds = score.vetoes.contains(&veto.name);
            let found =
                reader.read(&veto.decisions).and_then(|figure| figure.range.0).unwrap_or(crate::model::Ratio::ZERO);
            let number = value(self.words, reader, &veto.decisions);
            let decisions = count_of(u64::try_from(found.floor()).unwrap_or(0), "decision", "decisions");
            let text = if !holds {
                Text::new("does not hold: no decision on file by an authority", "不成立：没有机关作出的决定")
            } else {
                let (en, zh) = match veto.action {
                    crate::model::VetoAction::SetGrade(grade) => {
                        let grade = assessment.grades.get(grade as usize).map_or("", |grade| grade.name.as_str());
                        (format!("the grade is {grade}, whatever the points"), format!("不论得分，等次为 {grade}"))
                    }
                    crate::model::VetoAction::BarAwards => {
                        ("no awards; points and grade stand".to_owned(), "取消评优，得分和等次不变".to_owned())
                    }
                };
                Text::new(format!("holds by {decisions}: {en}"), format!("成立，决定 {} 件：{zh}", number.zh))
            };
            let evidence = self.ask(score, &[&veto.decisions], reader);
            views.push(ItemView {
                name: veto.name.clone(),
                statement: self.statements.part(assessment.span, &veto.name),
                made: vec![Note::of(text)],
                evidence,
                ..ItemView::default()
            });
        }
        views
    }

    fn ask(&mut self, score: &Score, exprs: &[&'p Expr], at: Reader<'_, 'p>) -> Vec<super::EvidenceView> {
        let place = self.place(score, at);
        self.questions.ask_at(exprs, &[], score.period.window, place, &score.subject, false)
    }

    /// A place of an assessment under way.
    fn place<'x>(&self, score: &Score, at: Reader<'x, 'p>) -> Option<Place<'x, 'r, 'p>> {
        let kept = self.review.rows_in(score.assessment, &score.subject, score.period.window)?;
        Some(Place { kept, at })
    }

    /// The rules behind a line.
    fn item_rules(&mut self, score: &Score, exprs: &[&'p Expr]) -> Vec<RuleView> {
        let policy = self.words.policy;
        let counted = tallies(policy, exprs.iter().copied()).into_iter().flat_map(|tally| &tally.rules);
        let ids = counted.map(|(rule, _)| *rule);
        let mut seen = BTreeSet::new();
        let mut views = Vec::new();
        for id in ids.filter(|id| seen.insert(*id)) {
            let rule = &policy.rules[id];
            if self.question.rule.is_some_and(|name| name != rule.name) {
                continue;
            }
            let all = self.gathered.counted.get(&(score.assessment, id)).map_or(&[][..], Vec::as_slice);
            // An event's period is its own day; its obligations belong to it whenever they fall due.
            let of_event = policy.assessments[score.assessment].every.is_none();
            let belongs = |f: &&Finding| of_event || score.period.window.contains(f.owner);
            let mut findings: Vec<Finding> = all.iter().filter(belongs).cloned().collect();
            // Those outside the run's period came last.
            findings.sort_by(|a, b| (&a.subject, a.start, a.last).cmp(&(&b.subject, b.start, b.last)));
            views.push(self.rule_view(id, &findings));
        }
        views
    }

    fn rule_view(&mut self, id: RuleId, findings: &[Finding]) -> RuleView {
        let asked = self.question.rule.is_some();
        let limit = match (self.words.all, asked) {
            (true, _) => usize::MAX,
            (false, true) => EXPLAINED_OF_RULE_MAX,
            (false, false) => EXPLAINED_BELOW_ITEM_MAX,
        };
        let draft = RuleDraft { words: self.words, review: self.review, statements: self.statements, id, limit };
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
            if !told && self.question.rule.is_none() {
                continue;
            }
            let mut view = self.rule_view(id, findings);
            // The subject's own record stands above all.
            view.findings.iter_mut().for_each(|finding| finding.own.clear());
            if findings.is_empty() {
                view.none_due = Some(none_due(self.words, self.review, id, self.question.subject));
            }
            if self.question.rule.is_some() {
                view.leads_to = super::unmet::leads_to(self.words, self.review, id, findings, self.question.assessment);
            }
            views.push(view);
        }
        views
    }
}
