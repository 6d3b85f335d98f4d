//! From the lines to the total, and from the total to the grade.

use super::figures::figures;
use super::note::{Note, Place, Questions};
use super::words::{Words, decimal, rounded, with_unit};
use crate::diagnostic::Text;
use crate::engine::review::{GateTrace, Reader, Scored};
use crate::model::{Assessment, Expr, GateAction, Ratio, ResultField, Score, Unit};

/// How the total is put together.
pub(super) fn total(assessment: &Assessment, scored: &Scored<'_, '_>) -> Option<Note> {
    let made = &scored.total;
    let places = assessment.places;
    let shown = |n: Ratio| n.to_places(places);
    let Some(total) = made.total else {
        return (!assessment.items.is_empty()).then(|| {
            Note::new(
                "there is no total: no item has points, or nothing due leaves it unscored",
                "没有总分：各项均无得分，或无应办时不评",
            )
        });
    };
    let mut below = Vec::new();
    let (all, kept) = made.full;
    if let (Some(items), Some(scaled)) = (made.items, made.scaled)
        && scaled != items
    {
        let exact = items.mul(all).and_then(|full| full.div(kept)).ok().flatten().unwrap_or(scaled);
        let rounded = rounded(exact, scaled, &Unit::Plain);
        let (all, kept, items, exact) = (decimal(all), decimal(kept), shown(items), decimal(exact));
        below.push(Note::new(
            format!("of {all} full points {kept} are assessed: {items} × {all} ÷ {kept} = {exact}{}", rounded.en),
            format!("满分 {all} 分中实评 {kept} 分：{items} × {all} ÷ {kept} = {exact}{}", rounded.zh),
        ));
    }
    below.extend(lost(scored));
    let (scaled, before) = (made.scaled.unwrap_or(Ratio::ZERO), made.before_bounds.unwrap_or(Ratio::ZERO));
    let others = before.sub(scaled).unwrap_or(Ratio::ZERO);
    let sign = if others < Ratio::ZERO { "-" } else { "+" };
    let size = if others < Ratio::ZERO { others.neg().unwrap_or(others) } else { others };
    let sum = format!("{} {sign} {} = {}", shown(scaled), shown(size), shown(before));
    let (mut en, mut zh) = if assessment.total_lines.is_empty() {
        (format!("total: items {}", shown(scaled)), format!("总分：各项 {}", shown(scaled)))
    } else {
        (format!("total: items and what acts on the total {sum}"), format!("总分：各项与总分加减 {sum}"))
    };
    if before != total {
        let (least, most) = scored.bounds();
        let least = least.map(decimal).unwrap_or_default();
        let most = most.map(decimal);
        let bounds = match most {
            Some(most) => Text::new(format!("kept from {least} to {most}"), format!("限于 {least} 至 {most} 分")),
            None => Text::new(format!("kept at {least} or above"), format!("不低于 {least} 分")),
        };
        en.push_str(&format!(", {}: {}", bounds.en, shown(total)));
        zh.push_str(&format!("，{}：{}", bounds.zh, shown(total)));
    }
    Some(Note::with(Text::new(en, zh), below))
}

/// What the most that may be lost leaves of the deductions on the total.
fn lost(scored: &Scored<'_, '_>) -> Option<Note> {
    let (found, kept) = scored.lost();
    if found == kept {
        return None;
    }
    let [found, kept] = [found, kept].map(|points| with_unit(points, &Unit::Points));
    Some(Note::new(
        format!("what is taken away comes to {}, of which at most {} are lost", found.en, kept.en),
        format!("扣分合计 {}，最多扣 {}", found.zh, kept.zh),
    ))
}

/// The grade that the points give, and how each test came out up to it.
pub(super) fn by_points<'r, 'p>(
    words: Words<'p>,
    assessment: &'p Assessment,
    scored: &Scored<'_, 'p>,
    kept: Reader<'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Option<Note> {
    if assessment.grades.is_empty() || scored.unscored || scored.total.total.is_none() {
        return None;
    }
    let at = scored.at_tests();
    let given = grade(assessment, scored.by_points);
    let mut note = match given {
        Some(grade) => Note::new(format!("grade by the points: {grade}"), format!("按得分应为：{grade}")),
        None => Note::new("grade by the points: none, a test is not decided", "按得分定等：条件不明，暂无等次"),
    };
    // What the points alone decide needs no values: they stand above.
    let tests = || assessment.grades.iter().filter_map(|one| one.when.as_ref());
    if given.is_some() && tests().all(only_points) {
        return Some(note);
    }
    for one in &assessment.grades {
        let Some(when) = &one.when else {
            note.below.push(Note::new(format!("{}: otherwise", one.name), format!("{}：其余", one.name)));
            break;
        };
        let holds = at.holds(when);
        let mut test = test(words, &one.name, when, holds, at);
        let ask = |questions: &mut Questions<'r, 'p>| {
            questions.ask_at(&[when], &[], scored.window(), Some(Place { kept, at }), kept.key(), false)
        };
        test.evidence = questions.briefly(ask);
        note.below.push(test);
        if holds != Some(false) {
            break;
        }
    }
    Some(note)
}

/// How a test of a grade came out, with its values.
fn test<'p>(words: Words<'p>, name: &str, when: &'p Expr, holds: Option<bool>, at: Reader<'_, 'p>) -> Note {
    let says = words.phrase(at.kind(), when);
    let mut note = match holds {
        Some(true) => Note::new(format!("{name}, holds: {}", says.en), format!("{name}，成立：{}", says.zh)),
        Some(false) => Note::new(format!("{name}, does not hold: {}", says.en), format!("{name}，不成立：{}", says.zh)),
        None => Note::new(format!("not decided for {name}: {}", says.en), format!("{name} 的条件不明：{}", says.zh)),
    };
    note.below = figures(words, at, &[when]);
    if holds.is_none() {
        note.below.extend(super::doubt::lacks(words, at, when));
    }
    note
}

/// Whether a test reads results of points alone.
fn only_points(when: &Expr) -> bool {
    match when {
        Expr::Result(_, ResultField::Points) | Expr::Const(..) | Expr::Param(_) => true,
        other => {
            let parts = other.children();
            !parts.is_empty() && parts.into_iter().all(only_points)
        }
    }
}

pub(super) fn grade(assessment: &Assessment, at: Option<u32>) -> Option<&str> {
    Some(assessment.grades.get(at? as usize)?.name.as_str())
}

/// The order in which gates act.
pub(super) fn pass(action: &GateAction) -> usize {
    match action {
        GateAction::LoseItem(_) => 0,
        GateAction::Unscored => 1,
        GateAction::Raise(_) | GateAction::LimitRaises(_) => 2,
        GateAction::CapGrade(_) => 3,
        GateAction::Lower(_) => 4,
        GateAction::SetGrade(_) => 5,
        GateAction::Withhold => 6,
    }
}

/// What a gate did.
pub(super) fn gate(assessment: &Assessment, gate: &GateTrace<'_>, scored: bool) -> Text {
    match gate.holds {
        Some(false) => return Text::new("does not hold", "不成立"),
        None => return Text::new("is not decided, so that it does nothing", "无法判断，不起作用"),
        Some(true) => {}
    }
    let name = |at: Option<u32>| grade(assessment, at).unwrap_or("-").to_owned();
    match (gate.action, gate.moved) {
        (GateAction::LoseItem(_), _) => Text::new("holds: the item has no points", "成立：该项不得分"),
        (GateAction::Unscored, _) => Text::new("holds: the subject is not scored", "成立：该对象不评"),
        (GateAction::Withhold, Some((before, _))) => Text::new(
            format!("holds: there is no grade as yet (it would be {})", name(before)),
            format!("成立：暂不定等（本应为 {}）", name(before)),
        ),
        (_, Some((before, after))) => Text::new(
            format!("holds: grade {} becomes {}", name(before), name(after)),
            format!("成立：等次由 {} 变为 {}", name(before), name(after)),
        ),
        _ if !scored => Text::new("holds, but there is no grade to change", "成立，但没有可变动的等次"),
        (GateAction::SetGrade(_) | GateAction::CapGrade(_), None) if gate.names.is_none() => {
            Text::new("holds, but the grade that it names is not known", "成立，但所指等次不明")
        }
        (GateAction::LimitRaises(to), None) => {
            Text::new(format!("holds: raises come to at most {to}"), format!("成立：升等合计至多 {to} 等"))
        }
        _ => Text::new("holds, but changes nothing", "成立，但等次不变"),
    }
}

/// The way from the points to the grade in the end, where they differ.
pub(super) fn in_the_end(assessment: &Assessment, scored: &Scored<'_, '_>, score: &Score) -> Option<Note> {
    if assessment.grades.is_empty() || score.grade == scored.by_points {
        return None;
    }
    let name = |at| grade(assessment, at).unwrap_or("-").to_owned();
    if scored.withheld && score.grade.is_none() {
        return Some(Note::new("grade in the end: withheld", "最终等次：暂不定等"));
    }
    let steps: Vec<String> = [scored.by_points, scored.after_gates, score.grade].into_iter().map(name).collect();
    let mut steps = steps;
    steps.dedup();
    let way = steps.join(" → ");
    Some(Note::new(format!("grade in the end: {way}"), format!("最终等次：{way}")))
}
