//! Why a subject has no score, and why nothing is due from it.

use super::figures::figures;
use super::note::Note;
use super::rule::none_due;
use super::words::Words;
use crate::diagnostic::Text;
use crate::engine::review::{Absent, Review};
use crate::engine::trace::conjuncts;
use crate::model::{AssessmentId, KindId, Period, RuleId};

/// The periods of an assessment without a score of a subject, those that are alike together.
pub(super) fn without_score<'p>(words: Words<'p>, review: &Review<'p>, id: AssessmentId, subject: &str) -> Vec<Note> {
    let name = words.assessment(id);
    let mut alike: Vec<(Vec<String>, Note)> = Vec::new();
    for (window, absent) in review.absences(id, subject).into_iter().filter(|(window, _)| words.tells(*window)) {
        let (label, why) = (Period::new(window).to_string(), why(words, review, id, subject, (window, absent)));
        match alike.iter_mut().find(|(_, other)| *other == why) {
            Some((labels, _)) => labels.push(label),
            None => alike.push((vec![label], why)),
        }
    }
    let most = words.list_max();
    let note = |(labels, why): (Vec<String>, Note)| {
        let shown = labels.get(..labels.len().min(most)).unwrap_or_default();
        let (more_en, more_zh) = match labels.len() - shown.len() {
            0 => (String::new(), String::new()),
            more => (format!(" and {more} more (`--all`)"), format!(" 等 {} 期（`--all`）", labels.len())),
        };
        let text = Text::new(
            format!("assessment {name}, {}{more_en}: no score: {}", shown.join(", "), why.text.en),
            format!("考核 {name}，{}{more_zh}：未评分：{}", shown.join("、"), why.text.zh),
        );
        Note { text, ..why }
    };
    alike.into_iter().map(note).collect()
}

fn why<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    id: AssessmentId,
    subject: &str,
    (window, absent): (crate::model::Window, Absent),
) -> Note {
    match absent {
        Absent::NotBegun => return Note::new("it begins after as-of", "截至日之后才开始"),
        Absent::NotInForce => return Note::new("the assessment is not in force then", "届时该考核未施行"),
        Absent::Gone => return Note::new("the subject is not there in this period", "该期内对象不在册"),
        Absent::OutsideRun => return Note::new("its day is not in this period", "其日期不在本时段内"),
        Absent::OutOfScope => {}
    }
    let scope = words.policy.assessments.get(id).and_then(|decl| decl.scope.as_ref());
    let failed = review.rows_in(id, subject, window).and_then(|reader| {
        let failed = scope.into_iter().flat_map(conjuncts).find(|one| reader.holds(one) == Some(false))?;
        Some((reader, failed))
    });
    let Some((reader, failed)) = failed else {
        return Note::new("the subject is not one of those that it is about", "不在考核范围之内");
    };
    let says = words.phrase(reader.kind(), failed);
    let mut note = Note::new(format!("it needs {}", says.en), format!("须 {}", says.zh));
    note.below = figures(words, reader, &[failed]);
    note
}

/// Why nothing is due by the rules of a kind.
pub(super) fn nothing_due<'p>(words: Words<'p>, review: &Review<'p>, kind: KindId, subject: &str) -> Vec<Note> {
    let own: Vec<RuleId> =
        words.policy.rules.entries().filter(|(_, rule)| rule.subject == kind).map(|(id, _)| id).collect();
    let (most, period) = (words.list_max(), review.program().spec().period.window);
    let note = |id: &RuleId| {
        let (name, why) = (&words.policy.rules[*id].name, none_due(words, review, *id, subject, period));
        Note::new(format!("rule {name}: nothing is due: {}", why.en), format!("规则 {name}：没有应办事项：{}", why.zh))
    };
    let more = words.more(own.len(), most, ("more rules", "条规则"));
    own.iter().take(most).map(note).chain(more).collect()
}
