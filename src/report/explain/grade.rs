//! From the lines to the total, from the total to the grade, and where a subject stands among others.

use super::amounts::{Granted, granted};
use super::figures::figures;
use super::note::{Note, Place, Questions};
use super::words::{Words, count_of, decimal, percent};
use crate::diagnostic::Text;
use crate::engine::review::{GateTrace, Missed, Reader, Scored, Standing, StandingOf};
use crate::engine::trace::conjuncts;
use crate::model::{Assessment, EffectOrigin, Expr, GateAction, Quota, Ratio, ResultField, Score, TiesAtLimit, Unit};

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
        let (all, kept) = (decimal(all), decimal(kept));
        let (items, scaled) = (shown(items), shown(scaled));
        below.push(Note::new(
            format!("of {all} full points {kept} are assessed: {items} × {all} ÷ {kept} = {scaled}"),
            format!("满分 {all} 分中实评 {kept} 分：{items} × {all} ÷ {kept} = {scaled}"),
        ));
    }
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
    Some(Note { text: Text::new(en, zh), below, evidence: Vec::new() })
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

fn grade(assessment: &Assessment, at: Option<u32>) -> Option<&str> {
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

/// Where a subject stands in a quota, award or prize.
pub(super) fn standing<'r, 'p>(
    words: Words<'p>,
    score: &Score,
    standing: &Standing,
    place: Place<'_, 'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Option<Note> {
    let id = score.assessment;
    let assessment: &'p Assessment = words.policy.assessments.get(id)?;
    let (what, quota, ties): (Text, &Quota, TiesAtLimit) = match standing.of {
        StandingOf::GradeQuota(at) => {
            let one = assessment.grade_quotas.get(at)?;
            let grade = grade(assessment, Some(one.grade)).unwrap_or_default();
            let text =
                Text::new(format!("quota {} on grade {grade}", one.name), format!("等次名额 {}（{grade}）", one.name));
            (text, &one.quota, one.ties)
        }
        StandingOf::Award(at) => {
            let one = assessment.awards.get(at)?;
            (Text::new(format!("award {}", one.name), format!("评选 {}", one.name)), &one.quota, one.ties)
        }
        StandingOf::Prize(at, position) => {
            let ladder = assessment.ladders.get(at)?;
            let one = ladder.prizes.get(position)?;
            let text =
                Text::new(format!("prize {} of {}", one.name, ladder.name), format!("{} {}", ladder.name, one.name));
            (text, &one.quota, ladder.ties)
        }
    };
    let verdict = match standing.missed {
        None => {
            let place = standing.place.unwrap_or_default();
            if matches!(standing.of, StandingOf::GradeQuota(_)) {
                Text::new(format!("within it, place {place}"), format!("在名额内，第 {place} 位"))
            } else {
                Text::new(format!("won, place {place}"), format!("获得，第 {place} 位"))
            }
        }
        Some(missed) => missed_text(assessment, standing, missed, ties),
    };
    let group = standing.group.as_ref().filter(|group| !group.is_empty());
    let group = group.map_or_else(Text::default, |group| Text::new(format!(" in {group}"), format!("（{group} 组）")));
    let base = format!("{} {}", standing.base, if quota.base_eligible { "eligible" } else { "scored" });
    let base_zh = format!("{} {} 个", if quota.base_eligible { "符合条件" } else { "参评" }, standing.base);
    let size = match (&standing.size, quota.is_share) {
        (Some(figure), true) if figure.known => {
            let share = figure.range.0.map(percent).unwrap_or_default();
            Text::new(format!("{share} of {base}"), format!("{base_zh}的 {share}"))
        }
        (Some(figure), false) if figure.known => Text::new(format!("of {base}"), base_zh),
        _ => Text::new("the quota is not known", "名额数不明"),
    };
    let places = count_of(standing.places as u64, "place", "places");
    let least = if quota.at_least > 0 {
        Text::new(format!(", at least {}", quota.at_least), format!("，至少 {} 个", quota.at_least))
    } else {
        Text::default()
    };
    let most = quota
        .at_most
        .map_or_else(Text::default, |most| Text::new(format!(", at most {most}"), format!("，最多 {most} 个")));
    let counted = Note::new(
        format!("{places} ({}{}{})", size.en, least.en, most.en),
        format!("名额 {} 个（{}{}{}）", standing.places, size.zh, least.zh, most.zh),
    );
    let text = Text::new(
        format!("{}{}: {}", what.en, group.en, verdict.en),
        format!("{}{}：{}", what.zh, group.zh, verdict.zh),
    );
    let mut below = vec![counted];
    below.extend(asked(words, assessment, standing, place.at));
    if standing.missed.is_none() {
        below.extend(brought(words, (assessment, score), standing, place, questions));
    }
    Some(Note { text, below, evidence: Vec::new() })
}

/// How the amount is made that a place brings.
fn brought<'r, 'p>(
    words: Words<'p>,
    (assessment, score): (&'p Assessment, &Score),
    standing: &Standing,
    place: Place<'_, 'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Vec<Note> {
    let found = match standing.of {
        StandingOf::GradeQuota(_) => None,
        StandingOf::Award(at) => {
            assessment.awards.get(at).map(|one| (&one.name, &one.amount, &one.payee, (one.budget.as_ref(), one.pool)))
        }
        StandingOf::Prize(at, position) => assessment.ladders.get(at).and_then(|ladder| {
            let one = ladder.prizes.get(position)?;
            Some((&one.name, &one.amount, &one.payee, (ladder.budget.as_ref(), ladder.pool)))
        }),
    };
    let Some((name, amount, payee, (budget, pool))) = found else { return Vec::new() };
    let one = Granted {
        origin: EffectOrigin::Assessment(score.assessment),
        name,
        subject: &score.subject,
        window: score.period.window,
        amount: amount.as_ref(),
        unit: Unit::Money,
        payee,
        budget: standing.budget.zip(budget.map(|budget| budget.over)),
        pooled: standing.pooled.as_ref().zip(pool),
    };
    granted(words, &one, place, questions)
}

/// What is asked of who may get a place and does not hold, with its values.
fn asked<'p>(
    words: Words<'p>,
    assessment: &'p Assessment,
    standing: &Standing,
    reader: Reader<'_, 'p>,
) -> Option<Note> {
    let condition = match (standing.missed?, standing.of) {
        (Missed::NotAmong(_), StandingOf::GradeQuota(at)) => assessment.grade_quotas.get(at)?.among.as_ref(),
        (Missed::NotAmong(_), StandingOf::Award(at)) => assessment.awards.get(at)?.among.as_ref(),
        (Missed::NotAmong(_), StandingOf::Prize(at, _)) => assessment.ladders.get(at)?.among.as_ref(),
        (Missed::Floor(_), StandingOf::Prize(at, prize)) => {
            assessment.ladders.get(at)?.prizes.get(prize)?.when.as_ref()
        }
        _ => None,
    }?;
    let failed = conjuncts(condition).into_iter().find(|one| reader.holds(one) != Some(true))?;
    let phrase = words.phrase(reader.kind(), failed);
    let mut note = Note::new(format!("it needs {}", phrase.en), format!("须 {}", phrase.zh));
    note.below = figures(words, reader, &[failed]);
    if reader.holds(failed).is_none() {
        note.below.extend(super::doubt::lacks(words, reader, failed));
    }
    Some(note)
}

fn missed_text(assessment: &Assessment, standing: &Standing, missed: Missed, ties: TiesAtLimit) -> Text {
    let place = standing.place.unwrap_or_default();
    match missed {
        Missed::NotScored => Text::new("none, it is not scored", "未获得，该对象不评"),
        Missed::Barred => Text::new("none, a veto bars it", "未获得，被一票否决取消资格"),
        Missed::NotAmong(false) => Text::new("none, it is not one of those who may get it", "未获得，不在评选范围内"),
        Missed::NotAmong(true) => {
            Text::new("none, it is not known whether it may get it", "未获得，是否在评选范围内不明")
        }
        Missed::Open => Text::new("not known, so is the grade", "是否有名额不明，等次因此不明"),
        Missed::OtherGrade => Text::new("not concerned, it has another grade", "不涉及，等次不同"),
        Missed::Floor(false) => Text::new("none, it does not reach what is asked for", "未获得，未达到规定条件"),
        Missed::Floor(true) => Text::new("none, what is asked for is not decided", "未获得，规定条件是否达到不明"),
        Missed::Higher(at) => {
            let higher = match standing.of {
                StandingOf::Prize(ladder, _) => {
                    assessment.ladders.get(ladder).and_then(|ladder| ladder.prizes.get(at)).map(|prize| &prize.name)
                }
                _ => None,
            };
            let higher = higher.map_or("", String::as_str);
            Text::new(format!("none, it has {higher}"), format!("不再授予，已获 {higher}"))
        }
        Missed::TiedAtLimit if ties == TiesAtLimit::Exclude => Text::new(
            format!("none, place {place} ties across the last place and ties are excluded"),
            format!("未获得，第 {place} 位与名额外并列，并列不授"),
        ),
        Missed::TiedAtLimit | Missed::Beyond => Text::new(
            format!("none, place {place} is beyond the last place"),
            format!("未获得，第 {place} 位，超出名额"),
        ),
    }
}
