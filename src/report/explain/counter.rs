//! A counter, moment by moment.

use super::note::{Note, Questions};
use super::words::{Words, count_of, decimal, moment as moment_text, span, with_unit};
use crate::diagnostic::Text;
use crate::engine::review::{CounterMoment, Review};
use crate::limits::EXPLAINED_LIST_MAX;
use crate::model::{CounterId, Excess, Ratio, Unit};

/// A counter of a subject.
pub(super) fn counter<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    id: CounterId,
    subject: &str,
    statement: String,
    questions: &mut Questions<'_, 'p>,
) -> Option<Note> {
    let counter = words.policy.counters.get(id)?;
    let run = review.counter(id, subject)?;
    let name = &counter.name;
    let standing = with_unit(run.standing, &Unit::Points);
    let (standing, standing_zh) = (standing.en, standing.zh);
    let cites = if counter.cites.is_empty() {
        Text::default()
    } else {
        Text::new(format!(" ({})", counter.cites.join(", ")), format!("（{}）", counter.cites.join("、")))
    };
    let steps = count_of(run.steps, "step", "steps");
    let mut note = Note::new(
        format!("counter {name}{}: {standing} at the end of the period, {steps} on the ladder", cites.en),
        format!("累计 {name}{}：期末累计 {standing_zh}，已达 {} 档", cites.zh, run.steps),
    );
    if !statement.is_empty() {
        note.below.push(Note::of(super::words::same(statement)));
    }
    if run.moments.is_empty() {
        note.below.push(Note::new("no records add to it", "没有累计的记录"));
        return Some(note);
    }
    let hidden = run.moments.len().saturating_sub(EXPLAINED_LIST_MAX);
    if hidden > 0 {
        note.below.push(Note::new(format!("{hidden} earlier moments are left out"), format!("略去较早的 {hidden} 次")));
    }
    for moment in run.moments.iter().skip(hidden) {
        note.below.push(line(counter, moment));
    }
    let period = review.program().spec().period.window;
    note.evidence = questions.ask(&[], &[counter.points], period, None, subject, false);
    Some(note)
}

fn line(counter: &crate::model::Counter, moment: &CounterMoment) -> Note {
    let CounterMoment { at, reset, added, records, points, reached, .. } = moment;
    let of = count_of(*records, "record", "records");
    let (added, points, at) = (with_unit(*added, &Unit::Points), decimal(*points), moment_text(*at));
    let mut note = Note::new(
        format!("{at}: {} from {of}, {points} in all", added.en),
        format!("{at}：{records} 条记录计 {}，累计 {points} 分", added.zh),
    );
    if let (true, Some((count, unit))) = (*reset, counter.clean) {
        let term = span(Ratio::int(i128::from(count)), unit);
        note.below.push(Note::new(
            format!("{} without points before it: the ladder began again", term.en),
            format!("此前 {} 未计分，档次重新起算", term.zh),
        ));
    }
    for step in reached {
        let (position, threshold, reached) = (step.step, decimal(step.threshold), decimal(step.points));
        let (mut en, mut zh) = (
            format!("step {position} is reached: {reached} points, it needs {threshold}"),
            format!("达到第 {position} 档：{reached} 分，须 {threshold} 分"),
        );
        match counter.excess {
            Excess::Carried => {
                let carried = with_unit(step.carried, &Unit::Points);
                let verb = if step.carried == Ratio::ONE { "is" } else { "are" };
                en.push_str(&format!("; {} {verb} carried on", carried.en));
                zh.push_str(&format!("；余 {}，续计", carried.zh));
            }
            Excess::Dropped => {
                en.push_str("; the points are cleared");
                zh.push_str("；累计分清零");
            }
        }
        if step.in_scope != Some(true) {
            en.push_str("; the subject is not in scope on that day, so that it brings nothing");
            zh.push_str("；当日不在适用范围内，不产生后果");
        }
        note.below.push(Note::new(en, zh));
    }
    note
}
