//! How the amounts of effects are made: what they are computed from, what a budget leaves, how they are shared.

use super::figures::figures;
use super::note::{Note, Place, Questions};
use super::words::{Words, decimal, joined, rounded, with_unit};
use crate::diagnostic::Text;
use crate::engine::review::{Pooled, Reader};
use crate::model::{AggOp, EffectOrigin, Expr, OverBudget, Payee, Pool, Ratio, Remainder, Score, Unit, Window};

/// How a number is computed; nothing where the policy says it outright.
pub(super) fn computed<'p>(words: Words<'p>, reader: Reader<'_, 'p>, expr: &'p Expr, unit: &Unit) -> Vec<Note> {
    let below = figures(words, reader, &[expr]);
    match expr {
        Expr::Const(..) => Vec::new(),
        // What is read directly says itself.
        Expr::Param(_)
        | Expr::Field(_)
        | Expr::Measure(_)
        | Expr::Agg(_)
        | Expr::Result(..)
        | Expr::ResultVia(..)
        | Expr::Counter(..) => below,
        _ => {
            let phrase = words.phrase(reader.kind(), expr);
            let value = reader.read(expr).map(|figure| words.figure(&figure, unit));
            let value = value.unwrap_or_else(|| Text::new("not known", "不明"));
            vec![Note::with(joined(&[phrase, value], " = ", " = "), below)]
        }
    }
}

/// An effect whose amount is explained.
pub(super) struct Granted<'g, 'p> {
    pub origin: EffectOrigin,
    pub name: &'g str,
    pub subject: &'g str,
    pub window: Window,
    pub amount: Option<&'p Expr>,
    /// Money, or the unit of a length.
    pub unit: Unit,
    pub payee: &'p Payee,
    /// The most that all winners get, and what happens beyond.
    pub budget: Option<(Option<Ratio>, OverBudget)>,
    /// What those who tie share, with whom what is left goes to.
    pub pooled: Option<(&'g Pooled, Pool)>,
}

/// How the amount of an effect is made.
pub(super) fn granted<'r, 'p>(
    words: Words<'p>,
    one: &Granted<'_, 'p>,
    place: Place<'_, 'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Vec<Note> {
    let (review, reader) = (questions.review, place.at);
    if one.amount.is_none() && one.pooled.is_none() {
        return Vec::new();
    }
    let mut notes = one.amount.map_or_else(Vec::new, |amount| computed(words, reader, amount, &one.unit));
    if let (Some(amount), Some(first)) = (one.amount, notes.first_mut()) {
        let asked = |questions: &mut Questions<'r, 'p>| {
            questions.ask_at(&[amount], &[], one.window, Some(place), one.subject, false)
        };
        first.evidence = questions.briefly(asked);
    }
    let effects = review.results().effects.iter().filter(|effect| {
        effect.origin == one.origin
            && effect.subject == one.subject
            && effect.name == one.name
            && effect.period.window == one.window
    });
    let paid: Vec<Option<Ratio>> = effects.map(|effect| effect.amount).collect();
    let paid = paid.into_iter().try_fold(Ratio::ZERO, |sum, amount| sum.add(amount?).ok());
    let mut full = (one.amount.and_then(|amount| reader.read(amount)))
        .filter(|figure| figure.known)
        .and_then(|figure| figure.range.0);
    let precision = match one.origin {
        EffectOrigin::Assessment(id) => words.policy.assessments.get(id).and_then(|of| of.money),
        EffectOrigin::Counter(id) => words.policy.counters.get(id).and_then(|of| of.money),
        EffectOrigin::Reward(_) => None,
    };
    if let (Some(exact), Some(precision), Unit::Money(_)) = (full, precision, &one.unit) {
        let to = precision.round(exact).unwrap_or(exact);
        let rounded = rounded(exact, to, &one.unit);
        if let Some(first) = notes.first_mut() {
            first.text = joined(&[first.text.clone(), rounded], "", "");
        }
        full = Some(to);
    }
    if let Some((pooled, pool)) = one.pooled {
        notes.push(together(words, pooled, pool));
        let first = pool.to_first && pooled.tied.first().is_some_and(|key| key == one.subject);
        full = pooled.share.and_then(|(share, left)| if first { share.add(left).ok() } else { Some(share) });
    }
    if let Some((limit, over)) = one.budget {
        notes.extend(cut(words, full, paid, limit, over));
    }
    if let (Some(split), Some(paid)) = (&one.payee.split, paid) {
        let paid = with_unit(paid, &words.money());
        notes.extend(shares(words, reader, split, &paid));
    }
    notes
}

/// What those who tie share: what each of their places brings, the sum, what each gets.
fn together(words: Words<'_>, pooled: &Pooled, pool: Pool) -> Note {
    let count = pooled.tied.len();
    let shown: Vec<&str> = pooled.tied.iter().take(words.list_max()).map(String::as_str).collect();
    let hidden = count - shown.len();
    let (more_en, more_zh) = match hidden {
        0 => (String::new(), String::new()),
        hidden => (format!(" and {hidden} more (`--all`)"), format!(" 等，另有 {hidden} 个（`--all`）")),
    };
    let known = pooled.places.iter().map(|(_, amount)| amount.unwrap_or(Some(Ratio::ZERO)));
    let amounts = known.clone().map(|amount| amount.map_or_else(|| "?".to_owned(), decimal));
    let amounts: Vec<String> = amounts.take(words.list_max()).collect();
    let etc = if amounts.len() < pooled.places.len() { " + …" } else { "" };
    let sum = known.into_iter().try_fold(Ratio::ZERO, |sum, amount| sum.add(amount?).ok());
    let (Some((share, left)), Some(sum)) = (pooled.share, sum) else {
        return Note::new(
            format!(
                "{count} tie and share what their places bring ({}{etc}), of which not all is known",
                amounts.join(" + ")
            ),
            format!("{count} 个并列，平分所占名次的奖金（{}{etc}），其中有不明的", amounts.join(" + ")),
        );
    };
    let [sum, share, left] = [sum, share, left].map(|amount| with_unit(amount, &words.money()));
    let step = decimal(pool.step);
    let (rest_en, rest_zh) = match (pooled.share, pooled.tied.first()) {
        (Some((_, left)), _) if left == Ratio::ZERO => (String::new(), String::new()),
        (_, Some(first)) if pool.to_first => {
            (format!("; {first} gets the {} left too", left.en), format!("；余 {} 归 {first}", left.zh))
        }
        _ => (format!("; {} are left for nobody", left.en), format!("；余 {} 不分", left.zh)),
    };
    let places = pooled.places.len();
    let sums = if places == 1 { String::new() } else { format!("{}{etc} = ", amounts.join(" + ")) };
    Note::new(
        format!(
            "{count} tie ({}{more_en}) and share what their {places} {} together: {sums}{}, each {} (rounded down to steps of {step}){rest_en}",
            shown.join(", "),
            if places == 1 { "place brings" } else { "places bring" },
            sum.en,
            share.en,
        ),
        format!(
            "{count} 个并列（{}{more_zh}），平分所占 {places} 个名次的奖金：{sums}{}，各 {}（以 {step} 为单位向下取整）{rest_zh}",
            shown.join("、"),
            sum.zh,
            share.zh,
        ),
    )
}

/// What a budget leaves of an amount; nothing where it leaves all.
fn cut(
    words: Words<'_>,
    full: Option<Ratio>,
    paid: Option<Ratio>,
    limit: Option<Ratio>,
    over: OverBudget,
) -> Option<Note> {
    let Some(limit) = limit else {
        return Some(Note::new(
            "its budget is not known, so that the amount is not known either",
            "总额不明，因此金额不明",
        ));
    };
    let (full, paid) = (full?, paid?);
    if full == paid {
        return None;
    }
    let [full, paid, limit] = [full, paid, limit].map(|amount| with_unit(amount, &words.money()));
    let (en, zh) = match over {
        OverBudget::Shared(_) => {
            ("in order of place; those who tie across it share what is left", "按名次发放，跨限并列者均分余额")
        }
        OverBudget::InProportion(_) => ("every amount falls in one proportion", "各人按同一比例减少"),
        OverBudget::Cut => ("in order of place; an amount is cut to what is left", "按名次发放，余额不足的减至余额"),
        OverBudget::Unpaid => {
            ("in order of place; from the first that does not fit on nothing is paid", "按名次发放，余额不足起不再发放")
        }
    };
    Some(Note::new(
        format!("cut from {} to {}: all together get at most {}, {en}", full.en, paid.en, limit.en),
        format!("由 {} 减至 {}：合计最多 {}，{zh}", full.zh, paid.zh, limit.zh),
    ))
}

/// By which weights rows share an amount.
pub(super) fn shares<'p>(
    words: Words<'p>,
    reader: Reader<'_, 'p>,
    split: &'p crate::model::Split,
    amount: &Text,
) -> Vec<Note> {
    let Some(weights) = reader.weights(split) else {
        return vec![Note::new("who shares it is not known, so that nobody gets it", "由谁分享不明，无人领取")];
    };
    let sum = weights.iter().try_fold(Ratio::ZERO, |sum, (_, weight)| sum.add(*weight)).map(decimal);
    let sum = sum.unwrap_or_else(|_| "?".to_owned());
    let is_equal = is_equal(words, split);
    let list: Vec<String> = (weights.iter().take(words.list_max()))
        .map(|(key, weight)| if is_equal { key.clone() } else { format!("{key} {}", decimal(*weight)) })
        .collect();
    let what = match &split.part {
        Some(part) => {
            let share = reader.read(part).map(|figure| words.figure(&figure, &Unit::Share));
            let share = share.unwrap_or_else(|| Text::new("not known", "不明"));
            Text::new(format!("{} of {}", share.en, amount.en), format!("{} 的 {}", amount.zh, share.zh))
        }
        None => amount.clone(),
    };
    let step = decimal(split.step);
    let rest = remainder(split.remainder);
    let mut note = if is_equal {
        Note::new(
            format!(
                "{} shared equally among {sum}, rounded down to steps of {step}{}: {}",
                what.en,
                rest.en,
                list.join(", ")
            ),
            format!("{} 由 {sum} 个平均分，以 {step} 为单位向下取整{}：{}", what.zh, rest.zh, list.join("、")),
        )
    } else {
        Note::new(
            format!(
                "{} shared by weight, rounded down to steps of {step}{}: {} (of {sum} in all)",
                what.en,
                rest.en,
                list.join(", ")
            ),
            format!("{} 按权重分，以 {step} 为单位向下取整{}：{}（合计 {sum}）", what.zh, rest.zh, list.join("、")),
        )
    };
    note.below.extend(words.more(weights.len(), words.list_max(), ("more rows", "行")));
    vec![note]
}

/// Whether all rows have the same share.
fn is_equal(words: Words<'_>, split: &crate::model::Split) -> bool {
    let Expr::Agg(id) = &split.weights else { return false };
    let op = words.policy.aggs.get(*id).map(|agg| &agg.op);
    matches!(op, Some(AggOp::Sum(Expr::Const(..))))
}

/// Where goes what is left when shares are rounded down.
fn remainder(remainder: Remainder) -> Text {
    match remainder {
        Remainder::First => Text::new(", what is left to the first key", "，余数归编号最前者"),
        Remainder::Largest => Text::new(", what is left to the largest weight", "，余数归权重最大者"),
        Remainder::Subject => Text::new(", what is left to whom what is not shared goes", "，余数归未分部分的领取者"),
        Remainder::Nobody => Text::new(", what is left to nobody", "，余数不分"),
    }
}

/// How the amounts are made that the grade in the end brings.
pub(super) fn of_grade<'r, 'p>(
    words: Words<'p>,
    score: &Score,
    place: Place<'_, 'r, 'p>,
    questions: &mut Questions<'r, 'p>,
) -> Vec<Note> {
    let review = questions.review;
    let Some(assessment) = words.policy.assessments.get(score.assessment) else { return Vec::new() };
    let of_grade = assessment.grade_effects.iter().filter(|effect| Some(effect.grade) == score.grade);
    let brought = |name: &str| {
        review.results().effects.iter().any(|effect| {
            effect.origin == EffectOrigin::Assessment(score.assessment)
                && effect.subject == score.subject
                && effect.period == score.period
                && effect.name == name
        })
    };
    let mut notes = Vec::new();
    for effect in of_grade.filter(|effect| brought(&effect.name)) {
        let one = Granted {
            origin: EffectOrigin::Assessment(score.assessment),
            name: &effect.name,
            subject: &score.subject,
            window: score.period.window,
            amount: effect.amount.as_ref(),
            unit: words.money(),
            payee: &effect.payee,
            budget: None,
            pooled: None,
        };
        let below = granted(words, &one, place, questions);
        if !below.is_empty() {
            let text = Text::new(format!("amount of {}", effect.name), format!("{} 的金额", effect.name));
            notes.push(Note::with(text, below));
        }
    }
    notes
}
