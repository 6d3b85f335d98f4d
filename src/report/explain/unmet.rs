//! What lies beside an obligation: waivers, and the results that it leads to.

use super::figures::command;
use super::gather::{all_exprs, line_name, tallies};
use super::money::{effect_text, effects};
use super::note::{Note, Questions};
use super::readers::readers_of;
use super::words::{Words, decimal};
use crate::diagnostic::Text;
use crate::engine::review::Review;
use crate::model::{
    AssessmentId, EffectOrigin, Expr, Finding, Line, Link, Outcome, RuleId, Score, SourcePart, Type, Window,
};

/// The waivers of an obligation, with their rows.
pub(super) fn waived<'r, 'p>(
    words: Words<'p>,
    review: &Review<'p>,
    id: RuleId,
    finding: &Finding,
    window: Window,
    questions: &mut Questions<'r, 'p>,
) -> Vec<Note> {
    let found = review.waivers(id, &finding.subject, window.start, window.end);
    let mut notes = Vec::new();
    for waiver in found.iter().take(words.list_max()) {
        let kind = words.kind(waiver.kind);
        let side = |day: Option<crate::model::Day>| day.map(|day| day.to_string()).unwrap_or_default();
        let (from, to) = (side(waiver.days.0), side(waiver.days.1));
        let days = if from.is_empty() && to.is_empty() { String::new() } else { format!(" {from}..{to}") };
        let (waives, because) = (&waiver.waives, &waiver.because);
        let mut note = Note::new(
            format!("waived by {kind}{days} for {waives}: {because}"),
            format!("{kind}{days} 免除 {waives}：{because}"),
        );
        if let Some(part) = waiver_part(words, waiver.kind) {
            note.evidence = questions.ask_part(part, &finding.subject, waiver.days.0, Some(window.end));
        }
        notes.push(note);
    }
    notes.extend(words.more(found.len(), words.list_max(), ("more waivers", "项豁免")));
    if notes.is_empty() && finding.outcome == Outcome::Unmet {
        notes.push(Note::new("no waiver with a reason on file for these days", "此期间没有写明理由的豁免"));
    }
    notes
}

/// The rows of a kind of waivers that name a subject by a reference.
fn waiver_part(words: Words<'_>, kind: crate::model::KindId) -> Option<SourcePart> {
    let waiver = words.policy.waivers.iter().find(|waiver| waiver.kind == kind)?;
    let field = words.policy.kinds.get(kind)?.fields.get(waiver.subject)?;
    let Type::Ref(_) = field.ty else { return None };
    Some(SourcePart {
        kind,
        link: Link::path(vec![waiver.subject]),
        acting: Default::default(),
        filter: Some(Expr::Known(Box::new(Expr::Field(vec![waiver.because])))),
        first: None,
        year_field: None,
        day_starts: 0,
    })
}

/// Where the obligations of a rule count, and what these results brought.
pub(super) fn leads_to(
    words: Words<'_>,
    review: &Review<'_>,
    id: RuleId,
    findings: &[Finding],
    assessment: Option<&str>,
) -> Vec<Note> {
    let policy = words.policy;
    let rule = &policy.rules[id];
    let mut notes = Vec::new();
    for (of, lines) in readers_of(policy, id) {
        let decl = &policy.assessments[of];
        if assessment.is_some_and(|name| name == decl.name) {
            continue;
        }
        let mut by_subject: Vec<(&str, Vec<&Score>)> = Vec::new();
        for score in review.results().scores.iter().filter(|score| score.assessment == of) {
            let concerned = findings.iter().any(|finding| {
                let day = finding.owner;
                let in_period = decl.every.is_none() || score.period.window.contains(day);
                in_period && counts_for(review, decl, rule, finding, &score.subject, id)
            });
            match by_subject.iter_mut().find(|(subject, _)| *subject == score.subject) {
                Some((_, scores)) if concerned => scores.push(score),
                None if concerned => by_subject.push((&score.subject, vec![score])),
                _ => {}
            }
        }
        let shown = by_subject.iter().take(words.list_max());
        notes.extend(shown.map(|(subject, scores)| lead(words, review, (of, &lines), subject, scores)));
        notes.extend(words.more(by_subject.len(), words.list_max(), ("more subjects", "个对象")));
    }
    notes
}

/// Whether an obligation counts for a subject in some line of an assessment.
fn counts_for(
    review: &Review<'_>,
    decl: &crate::model::Assessment,
    rule: &crate::model::Rule,
    finding: &Finding,
    subject: &str,
    id: RuleId,
) -> bool {
    let counted = tallies(review.policy(), all_exprs(decl)).into_iter().flat_map(|tally| &tally.rules);
    let mut links = counted.filter(|(read, _)| *read == id).map(|(_, link)| link);
    links.any(|link| {
        review.trace().leads(rule.subject, &finding.subject, link, finding.start).iter().any(|key| key == subject)
    })
}

fn lead(
    words: Words<'_>,
    review: &Review<'_>,
    (of, lines): (AssessmentId, &[Line]),
    subject: &str,
    scores: &[&Score],
) -> Note {
    let policy = words.policy;
    let decl = &policy.assessments[of];
    let name = &decl.name;
    let mut note =
        Note::new(format!("counts in assessment {name} of {subject}"), format!("计入 {subject} 的考核 {name}"));
    let brought = effects(policy, review.results(), subject, &|origin| origin == EffectOrigin::Assessment(of));
    for score in scores.iter().take(words.list_max()) {
        let period = score.period;
        for line in lines {
            let line = line_name(decl, *line);
            let found = review.results().items.iter().find(|item| {
                (item.assessment, item.subject.as_str(), item.period, item.item.as_str()) == (of, subject, period, line)
            });
            let points = found.and_then(|item| item.points).map(|points| points.to_places(decl.places));
            let most = found.and_then(|item| item.max_points).map(decimal);
            let text = match (points, most) {
                (Some(points), Some(most)) => {
                    Text::new(format!("{points} points, at most {most}"), format!("{points} 分，最多 {most} 分"))
                }
                (Some(points), None) => Text::new(format!("{points} points"), format!("{points} 分")),
                (None, _) => Text::new("not assessed", "未评"),
            };
            note.below
                .push(Note::new(format!("{period}, {line}: {}", text.en), format!("{period}，{line}：{}", text.zh)));
        }
        let own = brought.iter().filter(|effect| effect.period == period.to_string());
        note.below.extend(own.map(|effect| Note::of(effect_text(effect))));
    }
    note.below.extend(words.more(scores.len(), words.list_max(), ("more periods", "期")));
    note.below.push(Note::of(command(subject, "--assessment", name)));
    note
}
