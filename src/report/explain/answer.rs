//! From a question to its explanations.

use super::build::Draft;
use super::found::{check_names, unknown_subject};
use super::gather::Gathered;
use super::statements::Statements;
use super::{ExplainError, Explanation, Question, RejectView};
use crate::data::evidence::{Evidence, EvidenceQuery, find_evidence};
use crate::data::mentions::{MentionQuery, find_mentions};
use crate::data::rejects::Reject;
use crate::data::run::Observation;
use crate::data::setup::Setup;
use crate::diagnostic::Text;
use crate::engine::review::Review;
use crate::engine::trace::Trace;
use crate::engine::{Ledger, Registers, RunError, Settled};
use crate::limits::{EXPLAINED_NEAR_MAX, EXPLAINED_ROWS_MAX};
use crate::model::{KindId, Policy, Role, SourcePart};
use crate::program::Program;
use crate::source::Sources;

/// What a run is, in words.
#[derive(Debug, Clone, Copy)]
pub struct Run<'r> {
    /// Label of the period.
    pub period: &'r str,
    /// As of.
    pub as_of: &'r str,
    /// Texts of the policies.
    pub sources: &'r Sources,
}

/// Explains a subject in every policy of a run that knows it.
///
/// Errors where no policy has the subject, rule or assessment asked for, and where data cannot be read again.
pub fn explain(
    setup: &Setup,
    observation: &Observation,
    question: Question<'_>,
) -> Result<Vec<Explanation>, ExplainError> {
    let policies: Vec<&Policy> = setup.policies.iter().collect();
    check_names(&policies, question)?;
    let statements = Statements::new(&setup.sources);
    let settled = observation.settle()?;
    let runs = observation.runs();
    let mut gathered: Vec<Gathered<'_>> = (runs.iter())
        .map(|(program, registers, ledger)| Gathered::new(Trace::new(program, registers, ledger), question))
        .collect();
    let is_unknown = |gathered: &[Gathered<'_>]| gathered.iter().all(|gathered| gathered.kinds.is_empty());
    // A record or row that nothing is about is told by itself.
    if is_unknown(&gathered) && question.rule.is_none() && question.assessment.is_none() && question.measure.is_none() {
        gathered.iter_mut().for_each(Gathered::take_bare);
    }
    if is_unknown(&gathered) {
        let traces: Vec<Trace<'_>> = gathered.iter().map(|gathered| gathered.trace).collect();
        let left_out = left_out(setup, observation, &policies, question)?;
        return Err(unknown_subject(&traces, question, left_out));
    }
    let reviews = observation.review(&settled, &mut |at, finding| {
        if let Some(gathered) = gathered.get_mut(at) {
            gathered.see(finding);
        }
    })?;
    for (gathered, review) in gathered.iter_mut().zip(&reviews) {
        review.beyond().iter().for_each(|finding| gathered.see_counted(finding));
    }
    let period = setup.period.to_string();
    let run = Run { period: &period, as_of: &setup.as_of, sources: &setup.sources };
    let mut drafts = Vec::new();
    for (at, (gathered, review)) in gathered.iter().zip(&reviews).enumerate() {
        if !gathered.kinds.is_empty() {
            drafts.push(Draft::new((at, review), gathered, run, &statements, question));
        }
    }
    // One pass over the files answers the questions of all policies.
    let queries: Vec<EvidenceQuery<'_>> = drafts.iter().flat_map(Draft::queries).collect();
    let counts: Vec<usize> = drafts.iter().map(|draft| draft.queries().count()).collect();
    let mut answers = find_evidence(setup, observation, &queries)?;
    drop(queries);
    let mentions: Vec<MentionQuery<'_>> = drafts.iter().flat_map(Draft::mention_queries).collect();
    let mentioned = find_mentions(setup, observation, &mentions)?;
    drop(mentions);
    let mut out = Vec::new();
    for (draft, count) in drafts.into_iter().zip(counts) {
        let own: Vec<Evidence> = answers.drain(..count.min(answers.len())).collect();
        out.extend(draft.fill(&own));
    }
    for (view, rejects) in out.iter_mut().zip(&mentioned) {
        tell_rejects(view, observation, rejects, question.all);
    }
    Ok(out)
}

/// Rows of a subject that the run has not: why they were not taken in.
fn left_out(
    setup: &Setup,
    observation: &Observation,
    policies: &[&Policy],
    question: Question<'_>,
) -> Result<Vec<Text>, ExplainError> {
    let day = setup.period.window.last();
    let keyed = |policy: &Policy| -> Vec<(KindId, Role)> {
        let with_key = policy.kinds.entries().filter(|(_, kind)| kind.key.is_some());
        with_key.map(|(id, kind)| (id, kind.role)).collect()
    };
    let mut mentions = Vec::new();
    let mut parts: Vec<(usize, SourcePart)> = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        for (kind, role) in keyed(policy) {
            mentions.push(MentionQuery { policy: at, kind, subject: question.subject, parts: Vec::new(), day });
            if role == Role::Record {
                parts.push((at, super::note::itself(kind)));
            }
        }
    }
    let mut texts = Vec::new();
    let mut rejects: Vec<usize> = find_mentions(setup, observation, &mentions)?.into_iter().flatten().collect();
    rejects.sort_unstable();
    rejects.dedup();
    for reject in rejects.iter().filter_map(|at| observation.rejects.get(*at)).take(EXPLAINED_NEAR_MAX) {
        let (place, reason) = (format!("{}:{}", reject.file, reject.line), reject.reason.text());
        texts.push(Text::new(
            format!("{place} could not be used: {}", reason.en),
            format!("{place} 未能采用：{}", reason.zh),
        ));
    }
    let queries: Vec<EvidenceQuery<'_>> = (parts.iter())
        .map(|(policy, part)| EvidenceQuery::itself(*policy, part, question.subject, day.plus(1), EXPLAINED_NEAR_MAX))
        .collect();
    let found = find_evidence(setup, observation, &queries)?;
    for row in found.iter().flat_map(|evidence| &evidence.rows).take(EXPLAINED_NEAR_MAX) {
        let (place, at) = (format!("{}:{}", row.file, row.line), row.at.replacen('T', " ", 1));
        let text = Text::new(
            format!("{place} is of {at}, later than as-of, so that it is left out"),
            format!("{place} 的日期为 {at}，晚于截至日，不计入"),
        );
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// Rows about a subject that could not be used.
fn tell_rejects(view: &mut Explanation, observation: &Observation, rejects: &[usize], all: bool) {
    let shown = if all { usize::MAX } else { EXPLAINED_ROWS_MAX };
    let rejects: Vec<&Reject> = rejects.iter().filter_map(|at| observation.rejects.get(*at)).collect();
    view.rejected_total = rejects.len() as u64;
    let told = rejects.into_iter().take(shown).map(|reject| RejectView {
        file: reject.file.to_string(),
        line: reject.line,
        column: reject.column.to_string(),
        value: reject.value.clone(),
        reason: reject.reason.text(),
    });
    view.rejected = told.collect();
}

/// Explains a subject in one run that is held in memory, without its records.
///
/// Errors as a run; a subject that is not there has no explanation.
pub fn outline(
    run: Run<'_>,
    program: &Program,
    registers: &Registers,
    ledger: &Ledger,
    question: Question<'_>,
) -> Result<Vec<Explanation>, RunError> {
    let statements = Statements::new(run.sources);
    let settled = Settled::of(program, registers, ledger)?;
    let mut gathered = Gathered::new(Trace::new(program, registers, ledger), question);
    let review = Review::judge(1, program, registers, ledger, &settled, &mut |finding| gathered.see(finding))?;
    review.beyond().iter().for_each(|finding| gathered.see_counted(finding));
    Ok(Draft::new((0, &review), &gathered, run, &statements, question).fill(&[]))
}
