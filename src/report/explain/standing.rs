//! Where a subject stands among others: in a ranking, quotas, awards and prizes.

use super::amounts::{Granted, granted};
use super::figures::figures;
use super::grade::grade;
use super::note::{Note, Place, Questions};
use super::words::{Words, count_of, joined, percent, same};
use crate::diagnostic::Text;
use crate::engine::review::{Missed, Reader, Standing, StandingOf};
use crate::engine::trace::conjuncts;
use crate::model::{Assessment, EffectOrigin, Quota, Score, SortKey, TiesAtLimit};

/// Where a subject stands in a ranking, quota, award or prize.
pub(super) fn standing<'r, 'p>(
    words: Words<'p>,
    score: &Score,
    standing: &Standing,
    place: Place<'_, 'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Option<Note> {
    let id = score.assessment;
    let assessment: &'p Assessment = words.policy.assessments.get(id)?;
    let group = standing.group.as_ref().filter(|group| !group.is_empty());
    let group = group.map_or_else(Text::default, |group| Text::new(format!(" in {group}"), format!("（{group} 组）")));
    let (what, name, quota, ties, keys): (Text, &str, &Quota, TiesAtLimit, &'p [SortKey]) = match standing.of {
        StandingOf::Rank => return rank(words, assessment, standing, &group, place.at),
        StandingOf::GradeQuota(at) => {
            let one = assessment.grade_quotas.get(at)?;
            let grade = grade(assessment, Some(one.grade)).unwrap_or_default();
            let text =
                Text::new(format!("quota {} on grade {grade}", one.name), format!("等次名额 {}（{grade}）", one.name));
            (text, &one.name, &one.quota, one.ties, &one.keys)
        }
        StandingOf::Award(at) => {
            let one = assessment.awards.get(at)?;
            let text = Text::new(format!("award {}", one.name), format!("评选 {}", one.name));
            (text, &one.name, &one.quota, one.ties, &one.keys)
        }
        StandingOf::Prize(at, position) => {
            let ladder = assessment.ladders.get(at)?;
            let one = ladder.prizes.get(position)?;
            let text =
                Text::new(format!("prize {} of {}", one.name, ladder.name), format!("{} {}", ladder.name, one.name));
            (text, &ladder.name, &one.quota, ladder.ties, &ladder.keys)
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
    // Prizes stand in one statement and one order.
    let is_first = !matches!(standing.of, StandingOf::Prize(_, 1..));
    let mut below = if is_first { said(words.statements.part(assessment.span, name)) } else { Vec::new() };
    below.push(counted);
    below.extend(asked(words, assessment, standing, place.at));
    below.extend(level(words, assessment, standing, keys).filter(|_| is_first));
    if standing.missed.is_none() {
        below.extend(brought(words, (assessment, score), standing, place, questions));
    }
    Some(Note::with(text, below))
}

/// The place in a ranking.
fn rank<'p>(
    words: Words<'p>,
    assessment: &'p Assessment,
    standing: &Standing,
    group: &Text,
    reader: Reader<'_, 'p>,
) -> Option<Note> {
    let of = standing.eligible;
    let text = match (standing.missed, standing.place) {
        (None, Some(place)) => {
            Text::new(format!("rank {place} of {of}{}", group.en), format!("排名{}：{of} 个中第 {place} 名", group.zh))
        }
        (Some(Missed::NotAmong(false)), _) => {
            Text::new("no rank: it is not one of those who are ranked", "不排名：不在排名范围内")
        }
        (Some(Missed::NotAmong(true)), _) => {
            Text::new("no rank: it is not known whether it is ranked", "不排名：是否在排名范围内不明")
        }
        _ => return None,
    };
    let mut below = said(words.statements.rank(assessment.span).to_owned());
    below.extend(asked(words, assessment, standing, reader));
    let keys = assessment.rank.as_ref().map_or(&[][..], |ranking| &ranking.keys);
    below.extend(level(words, assessment, standing, keys));
    Some(Note::with(text, below))
}

/// A statement of the policy as a line.
fn said(statement: String) -> Vec<Note> {
    if statement.is_empty() { Vec::new() } else { vec![Note::of(same(statement))] }
}

/// What tells those of the same points apart, with its values.
fn level<'p>(words: Words<'p>, assessment: &'p Assessment, standing: &Standing, keys: &'p [SortKey]) -> Option<Note> {
    if standing.level.is_empty() || standing.missed.is_some_and(|missed| matches!(missed, Missed::OtherGrade)) {
        return None;
    }
    let kind = assessment.subject;
    let names: Vec<Text> = keys.iter().map(|key| words.phrase(kind, &key.expr)).collect();
    let by = names.iter().zip(keys).map(|(name, key)| {
        let (en, zh) =
            if key.descending { ("highest first", "从高到低") } else { ("lowest first", "从低到高") };
        Text::new(format!("{} ({en})", name.en), format!("{}（{zh}）", name.zh))
    });
    let by = joined(&by.collect::<Vec<_>>(), ", then ", "，再依 ");
    let text = match keys.is_empty() {
        true => Text::new("equal points share a place:", "得分相同者名次相同："),
        false => {
            Text::new(format!("equal points are told apart by {}:", by.en), format!("得分相同者依 {} 区分：", by.zh))
        }
    };
    let below = standing.level.iter().map(|one| {
        let values = names.iter().zip(keys).zip(&one.values).map(|((name, key), figure)| {
            let value = figure.as_ref().map(|figure| words.value_of(kind, &key.expr, figure));
            joined(&[name.clone(), value.unwrap_or_else(|| Text::new("not known", "不明"))], " = ", " = ")
        });
        let values = joined(&values.collect::<Vec<_>>(), ", ", "，");
        // A quota counts places among those who have the grade.
        let place = match standing.of {
            StandingOf::GradeQuota(_) => same(one.key.clone()),
            _ => Text::new(format!("place {}: {}", one.place, one.key), format!("第 {} 名：{}", one.place, one.key)),
        };
        let parts = [place, values];
        let told = parts.get(..if keys.is_empty() { 1 } else { 2 }).unwrap_or_default();
        Note::of(joined(told, ", ", "，"))
    });
    Some(Note::with(text, below.collect()))
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
        StandingOf::Rank | StandingOf::GradeQuota(_) => None,
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
        unit: words.money(),
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
        (Missed::NotAmong(_), StandingOf::Rank) => assessment.rank.as_ref()?.among.as_ref(),
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
