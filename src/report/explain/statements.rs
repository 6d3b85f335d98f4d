//! Statements of a policy as written, by the place of their name.

use crate::source::{Sources, Span};
use crate::syntax::tree::{AssessmentPart, Item, Name, Spanned};
use std::collections::BTreeMap;

/// The texts of rules, assessments and their parts.
#[derive(Debug, Default)]
pub(super) struct Statements {
    /// Rules, tiers and rewards by the span of their name.
    by_name: BTreeMap<Span, String>,
    /// Parts of assessments by the span of the assessment's name and the part's own name.
    parts: BTreeMap<(Span, String), String>,
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
                let text = || plain(sources.slice(item.span));
                match &item.value {
                    Item::Rule(rule) => {
                        found.by_name.insert(rule.name.span, text());
                    }
                    Item::Tier { name, .. } => {
                        found.by_name.insert(name.span, text());
                    }
                    Item::Counter(counter) => {
                        found.by_name.insert(counter.name.span, text());
                    }
                    Item::Reward(reward) => {
                        found.by_name.insert(reward.name.span, text());
                    }
                    Item::Assessment(assessment) => {
                        found.parts_of(sources, assessment.name.span, &assessment.parts);
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// Notes the parts of an assessment or group by their names.
    fn parts_of(&mut self, sources: &Sources, assessment: Span, parts: &[Spanned<AssessmentPart>]) {
        for part in parts {
            let name = match &part.value {
                AssessmentPart::Item(item) => {
                    for adjust in &item.body {
                        self.note(sources, assessment, adjust.name.as_ref(), adjust.span);
                    }
                    Some(&item.name)
                }
                AssessmentPart::Group(group) => {
                    self.parts_of(sources, assessment, &group.parts);
                    None
                }
                AssessmentPart::Gate { name, .. } | AssessmentPart::Veto { name, .. } => Some(name),
                AssessmentPart::Adjust(adjust) => adjust.name.as_ref(),
                _ => None,
            };
            self.note(sources, assessment, name, part.span);
        }
    }

    fn note(&mut self, sources: &Sources, assessment: Span, name: Option<&Name>, span: Span) {
        if let Some(name) = name {
            self.parts.insert((assessment, name.value.clone()), plain(sources.slice(span)));
        }
    }

    /// The statement whose name stands at a place.
    pub fn of(&self, name: Span) -> String {
        self.by_name.get(&name).cloned().unwrap_or_default()
    }

    /// A part of the assessment whose name stands at a place.
    pub fn part(&self, assessment: Span, name: &str) -> String {
        // A line inside a group or item bears the names of what it stands in.
        let own = name.rsplit('/').next().unwrap_or(name);
        let of = |name: &str| self.parts.get(&(assessment, name.to_owned())).cloned();
        of(name).or_else(|| of(own)).unwrap_or_default()
    }
}

/// A statement on one line, comments left out.
fn plain(text: &str) -> String {
    let lines = text.lines().flat_map(|line| line.split("//").next().unwrap_or("").split_whitespace());
    lines.collect::<Vec<_>>().join(" ")
}
