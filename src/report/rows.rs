//! Results to cells. One function a table; nothing here decides anything.

use super::{RejectRow, ReportError, TableId};
use crate::model::{AssessmentId, Counts, EffectOrigin, Finding, IdVec, Policy, Ratio, Results, RuleId, Strength};
use std::fmt::{Display, Write};

/// Takes a row with its table and the cell after `policy`, which its part is kept by.
pub(super) type Push<'a> = dyn FnMut(TableId, &str, &csv::ByteRecord) -> Result<(), ReportError> + 'a;

/// Appends cells to a row, reusing one buffer.
struct Cells<'a> {
    row: &'a mut csv::ByteRecord,
    text: String,
}

impl<'a> Cells<'a> {
    fn new(row: &'a mut csv::ByteRecord) -> Cells<'a> {
        row.clear();
        Cells { row, text: String::new() }
    }

    fn text(self, text: &str) -> Cells<'a> {
        self.row.push_field(text.as_bytes());
        self
    }

    fn show(mut self, value: impl Display) -> Cells<'a> {
        self.text.clear();
        // Writing into a string does not fail.
        let _ = write!(self.text, "{value}");
        self.row.push_field(self.text.as_bytes());
        self
    }

    fn maybe(self, value: Option<impl Display>) -> Cells<'a> {
        match value {
            Some(value) => self.show(value),
            None => self.text(""),
        }
    }

    /// A list inside a cell.
    fn list<T: Display>(mut self, values: &[T]) -> Cells<'a> {
        self.text.clear();
        for (at, value) in values.iter().enumerate() {
            let _ = write!(self.text, "{}{value}", if at == 0 { "" } else { ";" });
        }
        self.row.push_field(self.text.as_bytes());
        self
    }

    /// Points, with the decimal places of their assessment.
    fn points(self, points: Option<Ratio>, places: u32) -> Cells<'a> {
        self.maybe(points.map(|points| points.to_places(places)))
    }
}

/// The word of a strength in `findings` and `rules`.
#[must_use]
pub fn strength_word(strength: Strength) -> &'static str {
    match strength {
        Strength::Must => "must",
        Strength::InPrinciple => "in principle",
        Strength::Should => "should",
        Strength::May => "may",
        Strength::Aim => "aim",
    }
}

/// Fills the row of a finding; gives the rule's name, or nothing where the policy has no such rule.
pub(super) fn finding<'p>(policy: &'p Policy, finding: &Finding, row: &mut csv::ByteRecord) -> Option<&'p str> {
    let rule = policy.rules.get(finding.rule)?;
    let _ = Cells::new(row)
        .text(&policy.name)
        .text(&rule.name)
        .list(&rule.cites)
        .text(&finding.subject)
        .show(finding.start)
        .maybe(finding.last)
        .text(finding.outcome.word())
        .list(&finding.measured)
        .list(&finding.required)
        .text(strength_word(rule.strength));
    Some(&rule.name)
}

/// Fills the row of a reject.
pub(super) fn reject(reject: &RejectRow<'_>, row: &mut csv::ByteRecord) {
    let _ =
        Cells::new(row).text(reject.file).maybe(reject.line).text(reject.column).text(reject.value).text(reject.reason);
}

/// Hands over the rows of all results of a policy.
pub(super) fn results(
    policy: &Policy,
    results: &Results,
    row: &mut csv::ByteRecord,
    push: &mut Push<'_>,
) -> Result<(), ReportError> {
    scores(policy, results, row, push)?;
    items(policy, results, row, push)?;
    effects(policy, results, row, push)?;
    rules(policy, &results.rules, row, push)?;
    for value in &results.measures {
        let name = policy.measures.get(value.measure).map_or("", |m| m.name.as_str());
        let cells = Cells::new(row).text(&policy.name).text(name).text(&value.subject);
        let _ = cells.show(value.start).show(value.last).show(&value.value);
        push(TableId::Measures, name, row)?;
    }
    Ok(())
}

/// The cells of every row that a policy's findings and results give, as the files would print them.
#[must_use]
pub fn row_texts(policy: &Policy, findings: &[Finding], outcome: &Results) -> Vec<(TableId, Vec<String>)> {
    let mut row = csv::ByteRecord::new();
    let mut rows = Vec::new();
    let texts = |row: &csv::ByteRecord| row.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
    for found in findings {
        if finding(policy, found, &mut row).is_some() {
            rows.push((TableId::Findings, texts(&row)));
        }
    }
    // The sink below never fails.
    let _ = results(policy, outcome, &mut row, &mut |table, _, row| {
        rows.push((table, texts(row)));
        Ok(())
    });
    rows
}

fn scores(
    policy: &Policy,
    results: &Results,
    row: &mut csv::ByteRecord,
    push: &mut Push<'_>,
) -> Result<(), ReportError> {
    for score in &results.scores {
        let Some(assessment) = policy.assessments.get(score.assessment) else { continue };
        let grade = score.grade.and_then(|at| assessment.grades.get(at as usize)).map(|grade| &grade.name);
        let _ = Cells::new(row)
            .text(&policy.name)
            .text(&assessment.name)
            .text(&score.subject)
            .show(score.period)
            .points(score.points, assessment.places)
            .maybe(assessment.out_of)
            .maybe(grade)
            .list(&score.vetoes)
            .maybe(score.rank)
            .maybe(score.group.as_ref())
            .show(score.unknown);
        push(TableId::Scores, &assessment.name, row)?;
    }
    Ok(())
}

fn items(
    policy: &Policy,
    results: &Results,
    row: &mut csv::ByteRecord,
    push: &mut Push<'_>,
) -> Result<(), ReportError> {
    for item in &results.items {
        let Some(assessment) = policy.assessments.get(item.assessment) else { continue };
        let count = |of: fn(Counts) -> u64| item.counts.map(of);
        let _ = Cells::new(row)
            .text(&policy.name)
            .text(&assessment.name)
            .text(&item.subject)
            .show(item.period)
            .text(&item.item)
            .maybe(count(|c| c.met))
            .maybe(count(Counts::due))
            .maybe(count(|c| c.excused))
            .maybe(count(|c| c.pending))
            .maybe(count(|c| c.unknown))
            .points(item.points, assessment.places)
            .maybe(item.max_points);
        push(TableId::Items, &assessment.name, row)?;
    }
    Ok(())
}

fn effects(
    policy: &Policy,
    results: &Results,
    row: &mut csv::ByteRecord,
    push: &mut Push<'_>,
) -> Result<(), ReportError> {
    let name_of = |id: AssessmentId| policy.assessments.get(id).map_or("", |a| a.name.as_str());
    for effect in &results.effects {
        // A reward of its own belongs to no assessment.
        let assessment = match effect.origin {
            EffectOrigin::Assessment(id) => name_of(id),
            EffectOrigin::Counter(id) => policy.counters[id].name.as_str(),
            EffectOrigin::Reward(_) => "",
        };
        let _ = Cells::new(row)
            .text(&policy.name)
            .text(assessment)
            .text(&effect.subject)
            .show(effect.period)
            .text(effect.kind)
            .text(&effect.name)
            .maybe(effect.amount)
            .text(&effect.unit)
            .text(&effect.recipient)
            .text(&effect.payer)
            .text(&effect.reason);
        push(TableId::Effects, assessment, row)?;
    }
    Ok(())
}

fn rules(
    policy: &Policy,
    counts: &[Counts],
    row: &mut csv::ByteRecord,
    push: &mut Push<'_>,
) -> Result<(), ReportError> {
    let rules: &IdVec<RuleId, _> = &policy.rules;
    for (at, rule) in rules.iter().enumerate() {
        let counts = counts.get(at).copied().unwrap_or_default();
        let _ = Cells::new(row)
            .text(&policy.name)
            .text(&rule.name)
            .list(&rule.cites)
            .text(strength_word(rule.strength))
            .show(counts.due())
            .show(counts.met)
            .show(counts.unmet)
            .show(counts.pending)
            .show(counts.excused)
            .show(counts.unknown);
        push(TableId::Rules, &rule.name, row)?;
    }
    Ok(())
}
