//! The tables that `score` prints: rules with their outcomes, assessments with their grades.

use super::screen::Screen;
use crate::model::{AssessmentId, Counts, Policy, Results, UNKNOWN};
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use std::collections::BTreeMap;

/// What the summary tells of one policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySummary {
    name: String,
    rules: Vec<(String, Counts)>,
    assessments: Vec<AssessmentSummary>,
    effect_count: usize,
    /// Effects of rewards of which not everything is known.
    unknown_count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct AssessmentSummary {
    name: String,
    scored: u64,
    not_scored: u64,
    /// Grades in the order of the policy, with their numbers.
    grades: Vec<(String, u64)>,
    vetoed: u64,
}

impl PolicySummary {
    /// Of the results of a policy.
    #[must_use]
    pub fn new(policy: &Policy, results: &Results) -> PolicySummary {
        let counts = |at: usize| results.rules.get(at).copied().unwrap_or_default();
        let rules = policy.rules.iter().enumerate().map(|(at, rule)| (rule.name.clone(), counts(at)));
        let mut tallies: BTreeMap<AssessmentId, (u64, u64, u64, BTreeMap<u32, u64>)> = BTreeMap::new();
        for score in &results.scores {
            let (scored, not_scored, vetoed, grades) = tallies.entry(score.assessment).or_default();
            *(if score.points.is_some() { scored } else { not_scored }) += 1;
            *vetoed += u64::from(!score.vetoes.is_empty());
            if let Some(grade) = score.grade {
                *grades.entry(grade).or_default() += 1;
            }
        }
        let assessments = policy.assessments.entries().map(|(id, assessment)| {
            let (scored, not_scored, vetoed, found) = tallies.remove(&id).unwrap_or_default();
            let number = |at: usize| u32::try_from(at).ok().and_then(|at| found.get(&at)).copied().unwrap_or(0);
            let grades = assessment.grades.iter().enumerate().map(|(at, grade)| (grade.name.clone(), number(at)));
            AssessmentSummary { name: assessment.name.clone(), scored, not_scored, grades: grades.collect(), vetoed }
        });
        PolicySummary {
            name: policy.name.clone(),
            rules: rules.collect(),
            assessments: assessments.collect(),
            effect_count: results.effects.len(),
            unknown_count: results.effects.iter().filter(|effect| effect.reason == UNKNOWN).count(),
        }
    }

    /// Prints the tables.
    pub fn print(&self, screen: &mut Screen) {
        screen.line(&screen.say(format!("policy {}", self.name), format!("政策 {}", self.name)));
        if !self.rules.is_empty() {
            let mut table = table(&if screen.pick("en", "zh") == "en" {
                ["rule", "due", "met", "unmet", "pending", "excused", "unknown"]
            } else {
                ["规则", "应办", "达成", "未达成", "待定", "免责", "不明"]
            });
            for (name, counts) in &self.rules {
                let numbers = [counts.due(), counts.met, counts.unmet, counts.pending, counts.excused, counts.unknown];
                let cells = std::iter::once(name.clone()).chain(numbers.map(|n| n.to_string()));
                table.add_row(cells.collect::<Vec<_>>());
            }
            screen.line(&table.to_string());
        }
        if !self.assessments.is_empty() {
            let mut table = table(&if screen.pick("en", "zh") == "en" {
                ["assessment", "scored", "not scored", "vetoed", "grades"]
            } else {
                ["考核", "已评", "不评", "一票否决", "等次"]
            });
            if let Some(column) = table.column_mut(4) {
                column.set_cell_alignment(CellAlignment::Left);
            }
            for assessment in &self.assessments {
                let grades: Vec<String> =
                    assessment.grades.iter().map(|(name, number)| format!("{name} {number}")).collect();
                table.add_row(vec![
                    assessment.name.clone(),
                    assessment.scored.to_string(),
                    assessment.not_scored.to_string(),
                    assessment.vetoed.to_string(),
                    grades.join(screen.pick(", ", "、")),
                ]);
            }
            screen.line(&table.to_string());
        }
        if self.effect_count > 0 {
            let count = self.effect_count;
            let (mut en, mut zh) = (format!("effects: {count}"), format!("奖惩 {count} 项"));
            if self.unknown_count > 0 {
                en += &format!(", not all known of {}", self.unknown_count);
                zh += &format!("，其中 {} 项金额不明", self.unknown_count);
            }
            screen.line(&screen.say(en, zh));
        }
    }
}

/// Lines above, below and under the heads.
const RULED: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// A table whose first column is text and whose others are numbers.
fn table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(RULED).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(heads.iter().map(|head| (*head).to_owned()));
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
