//! A score: how it came to its points and grade, then its lines in the order of the policy.

use super::build::Builder;
use super::figures::{figures, value};
use super::gather::{line_exprs, line_name, tallies};
use super::note::{Note, Place};
use super::words::{count_of, decimal};
use super::{EvidenceView, ItemView, RuleView, ScoreView};
use crate::diagnostic::Text;
use crate::engine::review::{Fate, LineTrace, Reader, Scored};
use crate::model::{Assessment, Expr, Finding, GateAction, ItemResult, Line, Period, Ratio, Score, Veto, VetoAction};
use std::collections::BTreeSet;

impl<'r, 'p> Builder<'_, 'r, 'p> {
    pub fn score(&mut self, score: &Score) -> Option<ScoreView> {
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
            is_withheld: scored.withheld && score.grade.is_none(),
            vetoes: score.vetoes.clone(),
            rank: score.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            group: score.group.clone().unwrap_or_default(),
            unknown: score.unknown,
            is_interim: assessment.every.is_some() && !as_of.has_ended(score.period.window.end),
            made,
            overrides: Vec::new(),
            stands: super::grade::in_the_end(assessment, &scored, score).into_iter().collect(),
            items: Vec::new(),
            idle: Vec::new(),
        };
        let mut others = self.gates(score, assessment, &scored);
        others.extend(assessment.vetoes.iter().map(|veto| self.veto(score, assessment, veto, &scored)));
        for (is_idle, other) in others {
            if is_idle { view.idle.push(other) } else { view.overrides.push(other) }
        }
        let standings = self.review.standings(score.assessment, &score.subject, score.period.window);
        if let Some(place) = self.place(score, scored.in_the_end()) {
            view.stands.extend(super::amounts::of_grade(self.words, score, place, self.questions));
            for one in &standings {
                view.stands.extend(super::standing::standing(self.words, score, one, place, self.questions));
            }
        }
        view.items = self.items(score, assessment, &scored);
        Some(view)
    }

    fn items(&mut self, score: &Score, assessment: &'p Assessment, scored: &Scored<'r, 'p>) -> Vec<ItemView> {
        let results: Vec<ItemResult> = (self.review.results().items.iter())
            .filter(|item| {
                (item.assessment, &item.subject, item.period) == (score.assessment, &score.subject, score.period)
            })
            .cloned()
            .collect();
        let mut lines = scored.lines();
        lines.sort_by_key(|trace| self.words.statements.line(assessment.span, trace.line).0);
        let mut views = Vec::new();
        for trace in lines {
            let name = line_name(assessment, trace.line);
            let found = results.iter().find(|item| item.item == name);
            let exprs: Vec<&'p Expr> = line_exprs(assessment, trace.line);
            let reader = scored.at_line(trace.line);
            let mut made = super::line::made(self.words, assessment, &trace);
            made.extend(self.open(&trace, &exprs, reader));
            made.extend(figures(self.words, reader, &exprs));
            let deducts = match trace.line {
                Line::Adjustment(at) => assessment.adjustments.get(at as usize).is_some_and(|line| !line.bonus),
                _ => false,
            };
            let evidence = self.ask(score, &exprs, reader);
            views.push(ItemView {
                name: name.to_owned(),
                statement: self.words.statements.line(assessment.span, trace.line).1.to_owned(),
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

    /// What leaves a line open.
    fn open(&self, trace: &LineTrace, exprs: &[&'p Expr], reader: Reader<'_, 'p>) -> Vec<Note> {
        match &trace.fate {
            Fate::Item(item) if item.in_doubt && item.full.is_some() && trace.points.is_none() => {
                exprs.iter().flat_map(|expr| super::doubt::lacks(self.words, reader, expr)).collect()
            }
            Fate::Adjustment(line) if line.when != Some(Some(false)) => {
                // What is found counts: what may be missing is said.
                let in_doubt = |expr: &&&'p Expr| reader.read(expr).is_some_and(|figure| figure.in_doubt);
                let open: Vec<&'p Expr> = exprs.iter().filter(in_doubt).copied().collect();
                super::doubt::lacks_so_far(self.words, reader, &open)
            }
            _ => Vec::new(),
        }
    }

    /// The gates in the order in which they act, and whether each does nothing for certain.
    fn gates(&mut self, score: &Score, assessment: &'p Assessment, scored: &Scored<'r, 'p>) -> Vec<(bool, ItemView)> {
        let mut order: Vec<usize> = (0..assessment.gates.len()).collect();
        order.sort_by_key(|at| assessment.gates.get(*at).map(|gate| super::grade::pass(&gate.action)));
        let mut views = Vec::new();
        for at in order {
            let (Some(gate), Some(trace)) = (assessment.gates.get(at), scored.gates.get(at)) else { continue };
            let graded = scored.total.total.is_some() && !scored.unscored;
            let mut exprs = vec![&gate.when];
            exprs.extend(gate.action.grade().filter(|grade| !matches!(grade, Expr::Const(..))));
            let reader = match gate.action {
                GateAction::LoseItem(_) => scored.at_line(Line::Item(u32::MAX)),
                _ => scored.at_gates(),
            };
            let text = super::grade::gate(assessment, trace, graded);
            let mut note = Note::of(text);
            note.below = figures(self.words, reader, &exprs);
            if trace.holds.is_none() {
                note.below.extend(super::doubt::lacks(self.words, reader, &gate.when));
            }
            let view = ItemView {
                name: gate.name.clone(),
                statement: self.words.statements.part(assessment.span, &gate.name),
                made: vec![note],
                evidence: self.ask(score, &exprs, reader),
                ..ItemView::default()
            };
            views.push((trace.holds == Some(false), view));
        }
        views
    }

    /// A veto, and whether it does nothing for certain.
    fn veto(
        &mut self,
        score: &Score,
        assessment: &'p Assessment,
        veto: &'p Veto,
        scored: &Scored<'r, 'p>,
    ) -> (bool, ItemView) {
        let reader = scored.at_gates();
        let holds = score.vetoes.contains(&veto.name);
        let read = reader.read(&veto.decisions);
        let found = read.as_ref().and_then(|figure| figure.range.0).unwrap_or(Ratio::ZERO);
        // A period that runs is no lack: the decisions on file so far are what there is.
        let lacks = super::doubt::lacks_so_far(self.words, reader, &[&veto.decisions]);
        let is_sure = read.is_some_and(|figure| figure.known);
        let is_open = !holds && !is_sure && !lacks.is_empty();
        let number = value(self.words, reader, &veto.decisions);
        let decisions = count_of(u64::try_from(found.floor()).unwrap_or(0), "decision", "decisions");
        let period = Period::new(score.period.window);
        let text = if is_open {
            Text::new(
                "is not decided, so that it does nothing: decisions by an authority may be missing",
                "无法判断，不起作用：机关作出的决定可能有缺",
            )
        } else if !holds {
            let (so_far, so_far_zh) = if is_sure { ("", "") } else { (" so far", "目前") };
            Text::new(
                format!("does not hold{so_far}: no decision by an authority counts for {period}"),
                format!("{so_far_zh}不成立：没有计入 {period} 的机关决定"),
            )
        } else {
            let (en, zh) = match veto.action {
                VetoAction::SetGrade(grade) => {
                    let grade = assessment.grades.get(grade as usize).map_or("", |grade| grade.name.as_str());
                    (format!("the grade is {grade}, whatever the points"), format!("不论得分，等次为 {grade}"))
                }
                VetoAction::BarAwards => {
                    ("no awards; points and grade stand".to_owned(), "取消评优，得分和等次不变".to_owned())
                }
            };
            Text::new(format!("holds by {decisions}: {en}"), format!("成立，决定 {} 件：{zh}", number.zh))
        };
        let mut note = Note::of(text);
        note.below.extend(lacks.into_iter().filter(|_| is_open));
        let view = ItemView {
            name: veto.name.clone(),
            statement: self.words.statements.part(assessment.span, &veto.name),
            made: vec![note],
            evidence: self.ask(score, &[&veto.decisions], reader),
            ..ItemView::default()
        };
        (!holds && !is_open, view)
    }

    fn ask(&mut self, score: &Score, exprs: &[&'p Expr], at: Reader<'_, 'p>) -> Vec<EvidenceView> {
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
            views.push(self.rule_view(id, &findings, score.period.window));
        }
        views
    }
}
