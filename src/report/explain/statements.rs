//! Statements of a policy as written, by the place of their name.

use crate::model::Line;
use crate::source::{Sources, Span};
use crate::syntax::tree::{AdjustExpr, AssessmentPart, Item, Name, Spanned};
use std::collections::BTreeMap;

/// The texts of rules, measures, assessments and their parts.
#[derive(Debug, Default)]
pub(super) struct Statements {
    /// Rules, tiers, counters and rewards, formulas of measures, by the span of their name.
    by_name: BTreeMap<Span, String>,
    /// Assessments by the span of their name.
    sheets: BTreeMap<Span, Sheet>,
}

/// The parts of an assessment.
#[derive(Debug, Default)]
struct Sheet {
    /// Items, groups, deductions and bonuses as the policy lists them, those of a group after it.
    lines: Vec<(Line, String)>,
    items: u32,
    groups: u32,
    adjustments: u32,
    /// Gates, vetoes, quotas, awards and prizes by name.
    named: BTreeMap<String, String>,
    /// The ranking.
    rank: String,
}

impl Statements {
    /// Of all texts that are policies.
    pub fn new(sources: &Sources) -> Statements {
        let mut found = Statements::default();
        for id in sources.ids() {
            let Some(source) = sources.get(id) else { continue };
            if !source.name.ends_with(".wg") {
                continue;
            }
            let (file, _) = crate::syntax::parse(id, &source.text);
            for item in file.units.iter().flat_map(|unit| &unit.items) {
                let (name, span) = match &item.value {
                    Item::Rule(rule) => (&rule.name, item.span),
                    Item::Tier { name, .. } => (name, item.span),
                    // Its name and value stand above.
                    Item::Measure { name, expr, .. } => (name, expr.span),
                    Item::Counter(counter) => (&counter.name, item.span),
                    Item::Reward(reward) => (&reward.name, item.span),
                    Item::Assessment(assessment) => {
                        let mut sheet = Sheet::default();
                        sheet.take(sources, &assessment.parts);
                        found.sheets.insert(assessment.name.span, sheet);
                        continue;
                    }
                    _ => continue,
                };
                found.by_name.insert(name.span, plain(sources.slice(span)));
            }
        }
        found
    }

    /// The statement whose name stands at a place; of a measure its formula.
    pub fn of(&self, name: Span) -> String {
        self.by_name.get(&name).cloned().unwrap_or_default()
    }

    /// A gate, veto, quota, award or list of prizes of the assessment whose name stands at a place.
    pub fn part(&self, assessment: Span, name: &str) -> String {
        self.sheets.get(&assessment).and_then(|sheet| sheet.named.get(name)).cloned().unwrap_or_default()
    }

    /// The ranking of an assessment.
    pub fn rank(&self, assessment: Span) -> &str {
        self.sheets.get(&assessment).map_or("", |sheet| &sheet.rank)
    }

    /// A line of an assessment: its place in the order of the policy, and what it says.
    pub fn line(&self, assessment: Span, line: Line) -> (usize, &str) {
        let lines = self.sheets.get(&assessment).map_or(&[][..], |sheet| &sheet.lines);
        let found = lines.iter().position(|(one, _)| *one == line);
        let text = found.and_then(|at| lines.get(at)).map_or("", |(_, text)| text);
        (found.unwrap_or(usize::MAX), text)
    }
}

impl Sheet {
    /// Notes the parts of an assessment or group.
    fn take(&mut self, sources: &Sources, parts: &[Spanned<AssessmentPart>]) {
        for part in parts {
            let text = || plain(sources.slice(part.span));
            match &part.value {
                AssessmentPart::Item(item) => {
                    self.lines.push((Line::Item(next(&mut self.items)), text()));
                    item.body.iter().for_each(|adjust| self.adjust(sources, adjust));
                }
                AssessmentPart::Group(group) => {
                    // Its lines say what stands in it.
                    self.lines.push((Line::Group(next(&mut self.groups)), String::new()));
                    self.take(sources, &group.parts);
                }
                AssessmentPart::Adjust(adjust) => self.adjust(sources, adjust),
                AssessmentPart::Gate { name, .. } | AssessmentPart::Veto { name, .. } => self.name(name, text()),
                AssessmentPart::Award(award) => self.name(&award.name, text()),
                AssessmentPart::Prizes(prizes) => self.name(&prizes.name, text()),
                AssessmentPart::Quota(quota) => self.name(&quota.name, text()),
                AssessmentPart::Rank { .. } => self.rank = text(),
                _ => {}
            }
        }
    }

    fn adjust(&mut self, sources: &Sources, adjust: &AdjustExpr) {
        self.lines.push((Line::Adjustment(next(&mut self.adjustments)), plain(sources.slice(adjust.span))));
    }

    fn name(&mut self, name: &Name, text: String) {
        self.named.insert(name.value.clone(), text);
    }
}

fn next(count: &mut u32) -> u32 {
    let at = *count;
    *count += 1;
    at
}

/// A statement on one line, comments left out.
fn plain(text: &str) -> String {
    let lines = text.lines().flat_map(|line| line.split("//").next().unwrap_or("").split_whitespace());
    lines.collect::<Vec<_>>().join(" ")
}
