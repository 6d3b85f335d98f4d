//! From a question to its explanations.

use super::build::Draft;
use super::gather::{Gathered, asked_kinds};
use super::statements::Statements;
use super::{ExplainError, Explanation, Question};
use crate::data::evidence::{EvidenceQuery, find_evidence};
use crate::data::run::Observation;
use crate::data::setup::Setup;
use crate::data::suggest::nearest;
use crate::diagnostic::Text;
use crate::engine::trace::Trace;
use crate::model::FindingFilter;
use std::collections::{BTreeMap, BTreeSet};

/// Explains a subject in every policy of a run that knows it.
///
/// Errors where no policy has the subject, rule or assessment asked for, and where data cannot be read again.
pub fn explain(
    setup: &Setup,
    observation: &Observation,
    question: Question<'_>,
) -> Result<Vec<Explanation>, ExplainError> {
    check_names(setup, question)?;
    let statements = Statements::new(&setup.sources);
    let traces: Vec<Trace<'_>> = (observation.programs.iter().zip(&observation.registers).zip(&observation.ledgers))
        .map(|((program, registers), ledger)| Trace::new(program, registers, ledger))
        .collect();
    let mut gathered: Vec<Gathered<'_>> = traces.iter().map(|trace| Gathered::new(*trace, question)).collect();
    if gathered.iter().all(|gathered| gathered.kinds.is_empty()) {
        return Err(unknown_subject(&traces, question));
    }
    let names: BTreeMap<&str, usize> =
        setup.policies.iter().enumerate().map(|(at, policy)| (policy.name.as_str(), at)).collect();
    let all = observation.judge(FindingFilter::All, &mut |policy, finding| {
        if let Some(gathered) = names.get(policy.name.as_str()).and_then(|at| gathered.get_mut(*at)) {
            gathered.see(finding);
        }
    })?;
    let mut drafts = Vec::new();
    for (at, (gathered, results)) in gathered.iter().zip(&all).enumerate() {
        if !gathered.kinds.is_empty() {
            drafts.push((at, Draft::new(at, gathered, results, setup, &statements, question)));
        }
    }
    // One pass over the files answers the questions of all policies.
    let queries: Vec<EvidenceQuery<'_>> = drafts.iter().flat_map(|(_, draft)| draft.queries()).collect();
    let mut answers = find_evidence(setup, observation, &queries)?.into_iter();
    let mut out = Vec::new();
    for (_, draft) in drafts {
        out.extend(draft.fill(&mut answers));
    }
    Ok(out)
}

fn check_names(setup: &Setup, question: Question<'_>) -> Result<(), ExplainError> {
    let rules: Vec<&str> = setup.policies.iter().flat_map(|p| p.rules.iter()).map(|rule| rule.name.as_str()).collect();
    let assessments: Vec<&str> =
        setup.policies.iter().flat_map(|p| p.assessments.iter()).map(|a| a.name.as_str()).collect();
    for (asked, known, en, zh) in
        [(question.rule, rules, "rule", "规则"), (question.assessment, assessments, "assessment", "考核")]
    {
        if let Some(name) = asked
            && !known.contains(&name)
        {
            let near = nearest(name, known.iter().copied());
            let near = near.map(|near| Text::new(format!("did you mean `{near}`?"), format!("是否应为 `{near}`？")));
            return Err(ExplainError::Unknown {
                message: Text::new(
                    format!("no policy of this run has a {en} `{name}`"),
                    format!("所考核的政策中没有{zh} `{name}`"),
                ),
                help: near.or_else(|| listed(&known)),
            });
        }
    }
    Ok(())
}

/// Names that a message lists.
const LISTED_MAX: usize = 20;

/// The names that there are, the first of many.
fn listed(known: &[&str]) -> Option<Text> {
    let names: BTreeSet<&str> = known.iter().copied().collect();
    let more = names.len() > LISTED_MAX;
    let list: Vec<String> = names.into_iter().take(LISTED_MAX).map(|name| format!("`{name}`")).collect();
    (!list.is_empty()).then(|| {
        Text::new(
            format!("there are: {}{}", list.join(", "), if more { ", ..." } else { "" }),
            format!("现有：{}{}", list.join("、"), if more { "……" } else { "" }),
        )
    })
}

fn unknown_subject(traces: &[Trace<'_>], question: Question<'_>) -> ExplainError {
    let kinds: BTreeSet<&str> = traces
        .iter()
        .flat_map(|trace| asked_kinds(trace.policy(), question).into_iter().map(|kind| (trace.policy(), kind)))
        .map(|(policy, kind)| policy.kinds[kind].name.as_str())
        .collect();
    let list = kinds.into_iter().collect::<Vec<_>>();
    let subject = question.subject;
    ExplainError::Unknown {
        message: Text::new(
            format!("no subject has the key `{subject}` (kinds looked at: {})", list.join(", ")),
            format!("没有编号为 `{subject}` 的对象（已查：{}）", list.join("、")),
        ),
        help: None,
    }
}
