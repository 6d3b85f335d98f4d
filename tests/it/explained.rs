//! What an explanation says is what the run decided: over random cases every line, grade, place, payment, step and term
//! that is looked at again comes to what the results hold.
//!
//! `WANGGE_CASES` and `WANGGE_SEED` as in property.rs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use wangge::data::load::{Loaded, read_text};
use wangge::diagnostic::Lang;
use wangge::engine::Settled;
use wangge::engine::review::{CounterRun, CountsThen, Fate, Figure, Missed, Review, StandingOf};
use wangge::model::{
    Assessment, Ceiling, CounterField, CounterId, EffectOrigin, Expr, Finding, Frame, ItemScore, Policy, Ratio,
    Requirement, Results, Score, Shown, VetoAction, Window,
};
use wangge::report::explain::{Explanation, Question, Run, outline, text};
use wangge::source::Sources;
use wangge::testing::{CasePolicies, bind, read};

use crate::bridge::{Delivery, Observed, observed, plain_case};
use crate::cases::find;
use crate::property::make;

/// Cases of a run without `WANGGE_CASES`.
const CASES: u64 = 100;
/// Cases of a file that are looked at: each is judged three times.
const CASES_OF_A_FILE: usize = 4;
/// Lines of a page that stands as a snapshot.
const PAGE_LINES_MAX: usize = 240;
/// Subjects of a case that are explained in full.
const SUBJECTS: usize = 3;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn property_explanations_say_what_the_run_decided() {
    let (cases, first) = (number("WANGGE_CASES", CASES), number("WANGGE_SEED", 1));
    let mut looked = Looked::default();
    for seed in first..first + cases {
        let Some((case, policy)) = make(seed) else { continue };
        let Ok(seen) = observed(&policy, &case.rows, &case.spec, Delivery::PLAIN) else { continue };
        let Observed { program, registers, ledger } = &seen;
        let Ok(settled) = Settled::of(program, registers, ledger) else { continue };
        let mut findings = Vec::new();
        let judged = Review::judge(1, program, registers, ledger, &settled, &mut |f| findings.push(f.clone()));
        // A run that cannot be made has nothing to explain.
        let Ok(review) = judged else { continue };
        let held = Held { review: &review, findings: &findings, seed, text: case.document.text() };
        looked.add(held.all());
        held.explanations(&seen);
    }
    println!("{looked:?}");
    if cases >= CASES {
        assert!(looked.lines > 50 && looked.findings > 50 && looked.standings > 5 && looked.payments > 5, "{looked:?}");
    }
}

/// The cases of the plans and examples of this repository: what is said of them is what is decided, and one page of each
/// in both languages stands as a snapshot.
#[test]
fn plans_of_the_repository_in_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["policies", "examples"] {
        find(&root.join(folder), &mut files);
    }
    files.sort();
    let mut looked = Looked::default();
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for path in &files {
        let mut loaded = Loaded::new(wangge::syntax::parse);
        let source = loaded.sources.add(path.display().to_string(), read_text(path).expect("a text"));
        let (file, _) = read(&loaded.sources, source);
        let mut policies = CasePolicies::default();
        let step = (file.cases.len() / CASES_OF_A_FILE).max(1);
        for case in file.cases.iter().step_by(step) {
            let Ok(policy) = policies.find(case, path, &mut loaded) else { continue };
            let Ok(bound) = bind(case, &policy) else { continue };
            let (rows, spec) = plain_case(&bound);
            let Ok(seen) = observed(&bound.policy, &rows, &spec, Delivery::PLAIN) else { continue };
            let Observed { program, registers, ledger } = &seen;
            let Ok(settled) = Settled::of(program, registers, ledger) else { continue };
            let mut findings = Vec::new();
            let judged = Review::judge(1, program, registers, ledger, &settled, &mut |f| findings.push(f.clone()));
            let Ok(review) = judged else { continue };
            let text = format!("{}: {}", path.display(), case.name.value);
            let held = Held { review: &review, findings: &findings, seed: 0, text };
            looked.add(held.all());
            let period = program.spec().period.to_string();
            let run = Run { period: &period, as_of: "as-of", sources: &loaded.sources };
            let name = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
            // The page with the most of an assessment, or the longest.
            let scored = review.results().scores.iter().map(|score| score.subject.as_str());
            let bound_to = findings.iter().map(|finding| finding.subject.as_str());
            let Some(subject) = scored.chain(bound_to).next() else { continue };
            let question = Question::of(subject);
            let explanations = outline(run, program, registers, ledger, question).expect("a run that was judged");
            let mut page = String::new();
            for lang in [Lang::En, Lang::Zh] {
                page += &text::render(&explanations, lang);
            }
            assert_eq!(fault(&page), None, "{page}");
            let lines = page.lines().count();
            let longest = pages.get(&name).map_or(0, |page| page.lines().count());
            if lines > longest && lines <= PAGE_LINES_MAX {
                pages.insert(name, page);
            }
        }
    }
    assert!(looked.lines > 100 && looked.findings > 100 && looked.terms > 20, "{looked:?}");
    for (name, page) in pages {
        insta::assert_snapshot!(format!("explained_{name}"), page);
    }
}

/// A line that nobody should read.
fn fault(page: &str) -> Option<&str> {
    page.lines().find(|line| line.ends_with(' ') || line.contains("  :") || line.contains("``") || line.contains("()"))
}

/// How much was looked at.
#[derive(Debug, Default)]
struct Looked {
    lines: usize,
    findings: usize,
    terms: usize,
    standings: usize,
    payments: usize,
    steps: usize,
}

impl Looked {
    fn add(&mut self, other: Looked) {
        self.lines += other.lines;
        self.findings += other.findings;
        self.terms += other.terms;
        self.standings += other.standings;
        self.payments += other.payments;
        self.steps += other.steps;
    }
}

/// A case that was judged.
struct Held<'h, 'a> {
    review: &'h Review<'a>,
    findings: &'h [Finding],
    seed: u64,
    text: String,
}

fn exact(figure: &Figure) -> Option<Ratio> {
    if figure.known { figure.range.0 } else { None }
}

impl<'a> Held<'_, 'a> {
    fn policy(&self) -> &'a Policy {
        self.review.policy()
    }

    fn results(&self) -> &Results {
        self.review.results()
    }

    #[track_caller]
    fn same<T: PartialEq + std::fmt::Debug>(&self, what: &str, said: &T, decided: &T) {
        assert!(said == decided, "seed {}: {what}: said {said:?}, decided {decided:?}\n{}", self.seed, self.text);
    }

    fn all(&self) -> Looked {
        let mut looked = Looked::default();
        for score in &self.results().scores {
            looked.lines += self.score(score);
            looked.standings += self.standings(score);
        }
        for finding in self.findings {
            looked.findings += usize::from(self.finding(finding));
            looked.terms += usize::from(self.term(finding));
        }
        looked.payments = self.rewards();
        looked.steps = self.counters();
        looked
    }

    /// Lines, total and grade of a score.
    fn score(&self, score: &Score) -> usize {
        let assessment = &self.policy().assessments[score.assessment];
        let what = format!("{} {} {}", assessment.name, score.subject, score.period);
        let scored = self.review.scored(score.assessment, &score.subject, score.period.window);
        let scored = scored.unwrap_or_else(|| panic!("seed {}: no {what}\n{}", self.seed, self.text));
        let held = |veto: &&wangge::model::Veto| score.vetoes.contains(&veto.name);
        // Who has no points anyway loses none by a veto.
        let hidden = assessment.vetoes.iter().filter(held).any(|veto| veto.without_points);
        let without_points = scored.unscored || hidden && scored.total.total.is_some();
        let total = scored.total.total.filter(|_| !without_points);
        self.same(&format!("total of {what}"), &total, &score.points);
        let lines = scored.lines();
        for line in &lines {
            let name = match line.line {
                wangge::model::Line::Item(at) => &assessment.items[at as usize].name,
                wangge::model::Line::Group(at) => &assessment.groups[at as usize].name,
                wangge::model::Line::Adjustment(at) => &assessment.adjustments[at as usize].name,
            };
            let listed = self.results().items.iter().find(|item| {
                item.assessment == score.assessment
                    && item.subject == score.subject
                    && item.period == score.period
                    && item.item == *name
            });
            let points = line.points.filter(|_| !without_points);
            self.same(&format!("{what} line {name}"), &points, &listed.and_then(|item| item.points));
            self.same(&format!("{what} line {name} again"), &self.again(assessment, line), &Some(true));
        }
        // The passes end at the grade, unless a veto or a quota comes after them.
        let set = assessment.vetoes.iter().filter(held).any(|veto| matches!(veto.action, VetoAction::SetGrade(_)));
        if !set && assessment.grade_quotas.is_empty() && !without_points && score.points.is_some() {
            let grade = scored.after_gates.filter(|_| !scored.withheld);
            self.same(&format!("grade of {what}"), &grade, &score.grade);
        }
        lines.len()
    }

    /// Whether the figures of a line come to its points; lines that something stands inside are taken at their word.
    fn again(&self, assessment: &Assessment, line: &wangge::engine::review::LineTrace) -> Option<bool> {
        let stands = line.points;
        Some(match (&line.fate, line.line) {
            (Fate::Item(made), wangge::model::Line::Item(at)) => {
                let item = &assessment.items[at as usize];
                if !item.body.is_empty() || !made.lost_by.is_empty() || made.nothing_due.is_some() {
                    return Some(true);
                }
                let Some(full) = made.full else { return Some(stands.is_none()) };
                if made.is_worst {
                    let end = made.value.as_ref().map(|value| value.range).unwrap_or((None, None));
                    let end = if assessment.lowest_best { end.1 } else { end.0 };
                    let none = if assessment.lowest_best { full } else { Ratio::ZERO };
                    let points = match &item.score {
                        ItemScore::Share(_) => end.map_or(none, |share| full.mul(share).unwrap()),
                        ItemScore::Points(_) => end.unwrap_or(none),
                        _ => none,
                    };
                    return Some(stands == Some(assessment.round(points.min(full).max(Ratio::ZERO)).unwrap()));
                }
                let value = made.value.as_ref().and_then(exact);
                let points = match &item.score {
                    ItemScore::Full => Some(full),
                    ItemScore::Share(_) => value.map(|share| full.mul(share).unwrap()),
                    ItemScore::When(_) => match made.value.as_ref().map(|value| &value.shown) {
                        Some(Shown::Bool(true)) => Some(full),
                        Some(Shown::Bool(false)) => Some(Ratio::ZERO),
                        _ => None,
                    },
                    ItemScore::Points(_) => value,
                };
                let points = points.map(|p| assessment.round(p.min(full).max(Ratio::ZERO)).unwrap());
                points == stands
            }
            (Fate::Adjustment(made), wangge::model::Line::Adjustment(at)) => {
                let line = &assessment.adjustments[at as usize];
                // What stands inside an item or group without points is not looked at.
                let Some(stands) = stands else { return Some(true) };
                if matches!(made.when, Some(Some(false) | None)) {
                    return Some(stands == Ratio::ZERO);
                }
                let Some(product) = made.product else { return Some(false) };
                let cap = made.cap.as_ref().map(exact);
                let points = match cap {
                    Some(Some(cap)) => product.min(cap),
                    Some(None) => return Some(false),
                    None => product,
                };
                let points = assessment.round(points).unwrap();
                (if line.bonus { points } else { points.neg().unwrap() }) == stands
            }
            _ => true,
        })
    }

    /// Places in ranks, quotas, awards and prizes.
    fn standings(&self, score: &Score) -> usize {
        let assessment = &self.policy().assessments[score.assessment];
        let standings = self.review.standings(score.assessment, &score.subject, score.period.window);
        for standing in &standings {
            let effect = |name: &str, kind: Option<&str>| {
                self.results().effects.iter().any(|effect| {
                    effect.origin == EffectOrigin::Assessment(score.assessment)
                        && effect.subject == score.subject
                        && effect.period == score.period
                        && effect.name == name
                        && kind.is_none_or(|kind| effect.kind == kind)
                })
            };
            let what = format!("{} {} {} {:?}", assessment.name, score.subject, score.period, standing);
            match standing.of {
                StandingOf::Rank => {
                    let place = standing.place.filter(|_| standing.missed.is_none()).map(|place| place as u64);
                    self.same(&what, &place, &score.rank);
                }
                StandingOf::GradeQuota(at) => {
                    let falls = matches!(standing.missed, Some(Missed::Beyond | Missed::TiedAtLimit));
                    self.same(&what, &falls, &effect(&assessment.grade_quotas[at].name, Some("cap")));
                }
                StandingOf::Award(at) => {
                    self.same(&what, &standing.missed.is_none(), &effect(&assessment.awards[at].name, None));
                }
                StandingOf::Prize(at, prize) => {
                    let name = &assessment.ladders[at].prizes[prize].name;
                    self.same(&what, &standing.missed.is_none(), &effect(name, None));
                }
            }
        }
        standings.len()
    }

    /// What is counted or compared in an obligation.
    fn finding(&self, finding: &Finding) -> bool {
        let rule = &self.policy().rules[finding.rule];
        let looked_at_by_days = matches!(
            rule.frame,
            Frame::Rolling { .. }
                | Frame::Throughout { .. }
                | Frame::Gaps
                | Frame::Term
                | Frame::EveryParam(_)
                | Frame::Cycle { .. }
        );
        let Requirement::Count(count) = &rule.requirement else { return false };
        let Some(last) = finding.last.filter(|_| !looked_at_by_days && !finding.measured.is_empty()) else {
            return false;
        };
        let window = Window::inclusive(finding.start, last);
        let Some(reader) = self.review.of_rule(finding.rule, &finding.subject, window) else { return false };
        let found = reader.read(&count.measured).unwrap().range.0.map_or(Shown::Nothing, Shown::Number);
        self.same(&format!("{} {finding:?}", rule.name), &found, &finding.measured[0]);
        true
    }

    /// The step and the end of a term.
    fn term(&self, finding: &Finding) -> bool {
        let rule = &self.policy().rules[finding.rule];
        let Requirement::Term(_) = &rule.requirement else { return false };
        let (Some(measured), Some(required)) = (finding.measured.first(), finding.required.first()) else {
            return false;
        };
        let terms = self.review.terms(finding);
        let Some(term) = terms.first().filter(|term| term.start.is_some()) else { return false };
        let what = format!("{} {finding:?}", rule.name);
        self.same(&what, &term.counted.step.map_or(Shown::Nothing, Shown::Moment), measured);
        self.same(&what, &term.counted.due, required);
        true
    }

    /// Rewards without ceilings for recipients add up to their effects.
    fn rewards(&self) -> usize {
        let mut looked = 0;
        for (id, reward) in self.policy().rewards.entries() {
            if reward.ceilings.iter().any(|ceiling: &Ceiling| ceiling.recipient) {
                continue;
            }
            for subject in self.review.trace().subjects(reward.subject) {
                for trace in self.review.reward(id, subject) {
                    let last = trace.ceilings.last().map_or(trace.capped, |ceiling| ceiling.amount.1);
                    let paid = self.results().effects.iter().filter(|effect| {
                        effect.origin == EffectOrigin::Reward(id)
                            && effect.subject == subject
                            && effect.period.window == trace.window
                    });
                    let paid = paid.filter_map(|effect| effect.amount);
                    let paid = paid.fold(Ratio::ZERO, |sum, amount| sum.add(amount).unwrap());
                    self.same(&format!("{} {subject} {:?}", reward.name, trace.window), &last, &paid);
                    looked += trace.payments.len();
                }
            }
        }
        looked
    }

    /// The steps of counters that bring effects.
    fn counters(&self) -> usize {
        let mut looked = 0;
        let period = self.review.program().spec().period.window;
        for (id, counter) in self.policy().counters.entries() {
            for subject in self.review.trace().subjects(counter.subject) {
                let Some(run) = self.review.counter(id, subject) else { continue };
                let mut said: BTreeSet<(String, String)> = BTreeSet::new();
                for moment in run.moments.iter().filter(|moment| period.contains(moment.day)) {
                    for step in &moment.reached {
                        looked += 1;
                        let brings = !counter.steps[step.step - 1].effects.is_empty();
                        if step.in_scope == Some(true) && brings {
                            said.insert((moment.day.to_string(), step.step.to_string()));
                        }
                    }
                }
                self.same(&format!("{} {subject}", counter.name), &self.reached(id, subject, &said), &said);
                self.stands(id, subject, &run);
            }
        }
        looked
    }

    /// What a counter is said to be at the end of the period is what is read there.
    fn stands(&self, id: CounterId, subject: &str, run: &CounterRun) {
        let last = self.review.program().spec().period.window.last();
        let Some(reader) = self.review.of_step(id, subject, last) else { return };
        let counted = matches!(run.counts, CountsThen::Counted | CountsThen::Open);
        for (field, said) in [
            (CounterField::Points, if counted { run.standing } else { Ratio::ZERO }),
            (CounterField::Steps, Ratio::int(if counted { i128::from(run.steps) } else { 0 })),
        ] {
            let expr: &'static Expr = Box::leak(Box::new(Expr::Counter(id, field)));
            if let Some(read) = reader.read(expr).as_ref().and_then(exact) {
                self.same(&format!("{field:?} of {} {subject}", self.policy().counters[id].name), &said, &read);
            }
        }
    }

    /// Days and steps of the effects of a counter; what is shared among nobody leaves no row.
    fn reached(&self, id: CounterId, subject: &str, said: &BTreeSet<(String, String)>) -> BTreeSet<(String, String)> {
        let own = self
            .results()
            .effects
            .iter()
            .filter(|effect| effect.origin == EffectOrigin::Counter(id) && effect.subject == subject);
        let mut listed: BTreeSet<(String, String)> = BTreeSet::new();
        for effect in own {
            let day = effect.period.window.start.to_string();
            match effect.reason.as_str() {
                // An amount that is not known hides which step it is of.
                "unknown" => listed.extend(said.iter().filter(|(of, _)| *of == day).cloned()),
                step => drop(listed.insert((day, step.to_owned()))),
            }
        }
        let splits = self.policy().counters[id].steps.iter().flat_map(|step| &step.effects);
        if splits.filter(|effect| effect.payee.split.is_some()).count() > 0 {
            listed.extend(said.iter().cloned());
        }
        listed
    }

    /// Whole explanations say the same, and can be printed in both languages.
    fn explanations(&self, seen: &Observed) {
        let mut sources = Sources::default();
        sources.add("case.wg", self.text.as_str());
        let run = Run { period: "period", as_of: "as-of", sources: &sources };
        let mut subjects: Vec<String> = self.results().scores.iter().map(|score| score.subject.clone()).collect();
        subjects.extend(self.findings.iter().map(|finding| finding.subject.clone()));
        subjects.sort();
        subjects.dedup();
        let step = (subjects.len() / SUBJECTS).max(1);
        for subject in subjects.iter().step_by(step).take(SUBJECTS) {
            let question = Question::of(subject);
            let Observed { program, registers, ledger } = seen;
            let explanations = outline(run, program, registers, ledger, question).expect("a run that was judged");
            self.same(&format!("explained {subject}"), &explanations.is_empty(), &false);
            explanations.iter().for_each(|explanation| self.explanation(explanation));
            for lang in [Lang::En, Lang::Zh] {
                let page = text::render(&explanations, lang);
                let fault =
                    page.lines().find(|line| line.ends_with(' ') || line.contains("  :") || line.contains("``"));
                assert_eq!(fault, None, "seed {}\n{page}\n{}", self.seed, self.text);
            }
        }
    }

    fn explanation(&self, said: &Explanation) {
        let policy = self.policy();
        for score in &said.scores {
            let (id, assessment) = policy.assessments.entries().find(|(_, a)| a.name == score.assessment).unwrap();
            let decided = self.results().scores.iter().find(|decided| {
                decided.assessment == id
                    && decided.subject == said.subject
                    && decided.period.to_string() == score.period
            });
            let decided = decided.unwrap();
            let points = decided.points.map(|points| points.to_places(assessment.places)).unwrap_or_default();
            self.same(&format!("points of {}", said.subject), &score.points, &points);
            let grade = decided.grade.map(|grade| assessment.grades[grade as usize].name.clone());
            self.same(&format!("grade of {}", said.subject), &score.grade, &grade.unwrap_or_default());
            for item in &score.items {
                let listed = self.results().items.iter().find(|listed| {
                    listed.assessment == id
                        && listed.subject == said.subject
                        && listed.period == decided.period
                        && listed.item == item.name
                });
                let points = listed.and_then(|item| item.points).map(|points| points.to_places(assessment.places));
                self.same(&item.name, &item.points, &points.unwrap_or_default());
            }
        }
        for rule in &said.rules {
            let own = |finding: &&Finding| {
                let decl = &policy.rules[finding.rule];
                decl.name == rule.name
                    && finding.subject == said.subject
                    && policy.kinds[decl.subject].name == said.kind
            };
            let outcomes: Vec<_> = self.findings.iter().filter(own).map(|finding| finding.outcome).collect();
            let counts = rule.counts;
            let all = counts.met + counts.unmet + counts.pending + counts.excused + counts.unknown;
            // Parts of one rule that differ in strength are rules of one name.
            assert!(all as usize <= outcomes.len(), "seed {}: {}\n{}", self.seed, rule.name, self.text);
            for finding in &rule.findings {
                assert!(outcomes.contains(&finding.outcome), "seed {}: {}\n{}", self.seed, rule.name, self.text);
            }
        }
    }
}
