//! Names that a question may use, and what to say of others.

use super::gather::asked_kinds;
use super::{ExplainError, Question};
use crate::data::suggest::{nearest, nearest_of};
use crate::diagnostic::Text;
use crate::engine::trace::Trace;
use crate::limits::{LISTED_NAMES_MAX, NEAR_KEYS_MAX};
use crate::model::Policy;
use std::collections::BTreeSet;

/// Whether the rule and the assessment of a question are there.
pub(super) fn check_names(policies: &[&Policy], question: Question<'_>) -> Result<(), ExplainError> {
    let rules: Vec<&str> = policies.iter().flat_map(|p| p.rules.iter()).map(|rule| rule.name.as_str()).collect();
    let assessments = policies.iter().flat_map(|p| p.assessments.iter()).map(|a| a.name.as_str());
    let mut results: Vec<&str> = assessments.collect();
    // With a rule it says where its obligations count.
    let (en, zh) = if question.rule.is_some() {
        ("assessment", "考核")
    } else {
        results.extend(policies.iter().flat_map(|p| p.counters.iter()).map(|counter| counter.name.as_str()));
        results.extend(policies.iter().flat_map(|p| p.rewards.iter()).map(|reward| reward.name.as_str()));
        ("assessment, counter or reward", "考核、累计或奖励")
    };
    let measures: Vec<&str> = policies.iter().flat_map(|p| p.measures.iter()).map(|one| one.name.as_str()).collect();
    let asked = [
        (question.rule, rules, "rule", "规则"),
        (question.assessment, results, en, zh),
        (question.measure, measures.clone(), "measure", "指标"),
    ];
    for (asked, known, en, zh) in asked {
        if let Some(name) = asked
            && !known.contains(&name)
        {
            let article = super::words::article(en);
            return Err(ExplainError::Unknown {
                message: Text::new(
                    format!("no policy of this run has {article} {en} `{name}`"),
                    format!("所考核的政策中没有{zh} `{name}`"),
                ),
                help: if measures.contains(&name) { Some(as_measure(name)) } else { meant(name, &known) },
            });
        }
    }
    Ok(())
}

/// How to ask for a measure.
fn as_measure(name: &str) -> Text {
    Text::new(
        format!("`{name}` is a measure: ask for it with `--measure`"),
        format!("`{name}` 是指标，请用 `--measure` 指定"),
    )
}

/// The nearest name, or those that there are.
fn meant(name: &str, known: &[&str]) -> Option<Text> {
    let near = nearest(name, known.iter().copied());
    let near = near.map(|near| Text::new(format!("did you mean `{near}`?"), format!("是否应为 `{near}`？")));
    near.or_else(|| listed(known))
}

/// The names that there are, the first of many.
fn listed(known: &[&str]) -> Option<Text> {
    let names: BTreeSet<&str> = known.iter().copied().collect();
    let more = names.len().saturating_sub(LISTED_NAMES_MAX);
    let list: Vec<String> = names.into_iter().take(LISTED_NAMES_MAX).map(|name| format!("`{name}`")).collect();
    let (more_en, more_zh) = match more {
        0 => (String::new(), String::new()),
        more => (format!(" and {more} more"), format!(" 等，另有 {more} 个")),
    };
    (!list.is_empty()).then(|| {
        Text::new(format!("there are: {}{more_en}", list.join(", ")), format!("现有：{}{more_zh}", list.join("、")))
    })
}

/// What to say of a subject that nobody knows, or that is of another kind than what is asked for is about.
pub(super) fn unknown_subject(traces: &[Trace<'_>], question: Question<'_>, left_out: Vec<Text>) -> ExplainError {
    let asked = || {
        traces.iter().flat_map(|trace| asked_kinds(trace.policy(), question).into_iter().map(move |kind| (trace, kind)))
    };
    let kinds: BTreeSet<&str> = asked().map(|(trace, kind)| trace.policy().kinds[kind].name.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let (list, list_zh) = (kinds.join(", "), kinds.join("、"));
    let known: Vec<&str> = asked().flat_map(|(trace, kind)| trace.subjects(kind)).collect();
    let subject = question.subject;
    let own = || traces.iter().flat_map(|trace| kinds_of(trace, subject));
    let own: BTreeSet<&str> = own().collect();
    let own: Vec<&str> = own.into_iter().collect();
    let what = match (question.rule, question.assessment) {
        (Some(rule), None) => Some(Text::new(format!("rule `{rule}`"), format!("规则 `{rule}` "))),
        (_, Some(name)) => Some(Text::new(format!("`{name}`"), format!("`{name}` "))),
        (None, None) => question.measure.map(|name| Text::new(format!("measure `{name}`"), format!("指标 `{name}` "))),
    };
    if let (Some(what), [_, ..]) = (what, own.as_slice()) {
        let (is, is_zh) = (own.join(", "), own.join("、"));
        return ExplainError::Unknown {
            message: Text::new(
                format!("`{subject}` is of the kind {is}, and {} is about {list}", what.en),
                format!("`{subject}` 属于 {is_zh}，而{}的对象是 {list_zh}", what.zh),
            ),
            help: meant_keys(subject, &known),
        };
    }
    ExplainError::Unknown {
        message: Text::new(
            format!("no subject has the key `{subject}` (kinds looked at: {list})"),
            format!("没有编号为 `{subject}` 的对象（已查：{list_zh}）"),
        ),
        help: match left_out.as_slice() {
            [] => meant_keys(subject, &known),
            texts => Some(super::words::joined(texts, "; ", "；")),
        },
    }
}

/// The kinds that have a subject of this key.
fn kinds_of<'t>(trace: &'t Trace<'_>, subject: &str) -> Vec<&'t str> {
    let kinds = trace.policy().kinds.entries().filter(|(kind, _)| trace.has_subject(*kind, subject));
    kinds.map(|(_, kind)| kind.name.as_str()).collect()
}

/// The nearest keys, or the first that there are.
fn meant_keys(key: &str, known: &[&str]) -> Option<Text> {
    let known: BTreeSet<&str> = known.iter().copied().collect();
    let near = nearest_of(key, known.iter().copied(), NEAR_KEYS_MAX);
    if near.is_empty() {
        let known: Vec<&str> = known.into_iter().collect();
        return listed(&known);
    }
    let quoted: Vec<String> = near.into_iter().map(|near| format!("`{near}`")).collect();
    Some(Text::new(format!("did you mean {}?", quoted.join(" or ")), format!("是否应为 {}？", quoted.join(" 或 "))))
}
