//! Rewards, period by period: payments, ceilings, who gets what from whom; and effects.

use super::EffectView;
use super::line::of_adjustment;
use super::note::{Note, Questions};
use super::words::{Words, decimal};
use crate::diagnostic::Text;
use crate::engine::review::{PaymentTrace, Review, RewardTrace};
use crate::engine::trace::conjuncts;
use crate::model::{
    Currency, Effect, EffectOrigin, Expr, Period, Policy, Ratio, Results, RewardId, UNKNOWN, UNNAMED_PAYMENT, Unit,
};
use crate::program::adjustment_exprs;

/// A reward of a subject.
pub(super) fn reward<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    id: RewardId,
    subject: &str,
    statement: String,
    questions: &mut Questions<'_, 'p>,
) -> Option<Note> {
    let reward = words.policy.rewards.get(id)?;
    let traces = review.reward(id, subject);
    let name = &reward.name;
    let cites = cited(&reward.cites);
    let mut note = Note::new(format!("reward {name}{}", cites.en), format!("奖励 {name}{}", cites.zh));
    if !statement.is_empty() {
        note.below.push(Note::of(super::words::same(statement)));
    }
    let pays = |trace: &&RewardTrace| {
        trace.in_scope != Some(true) || trace.payments.iter().any(|one| one.found != Ratio::ZERO || one.unknown)
    };
    let asked = traces.iter().filter(|trace| words.tells(trace.window));
    let (listed, silent): (Vec<&RewardTrace>, Vec<&RewardTrace>) = asked.partition(pays);
    if listed.is_empty() && silent.is_empty() {
        return None;
    }
    let found = listed.len();
    for trace in listed.into_iter().take(words.list_max()) {
        note.below.push(period(words, review, id, subject, trace, questions));
    }
    note.below.extend(words.more(found, words.list_max(), ("more periods", "期")));
    if !silent.is_empty() {
        let labels: Vec<String> = silent.iter().map(|trace| Period::new(trace.window).to_string()).collect();
        let listed = labels.get(..labels.len().min(words.list_max())).unwrap_or_default();
        let (en, zh) = (listed.join(", "), listed.join("、"));
        let (more_en, more_zh) = match labels.len() - listed.len() {
            0 => (String::new(), String::new()),
            more => (format!(" and {more} more (`--all`)"), format!(" 等 {} 期（`--all`）", labels.len())),
        };
        let mut none = Note::new(format!("nothing is found in {en}{more_en}"), format!("没有可付事项：{zh}{more_zh}"));
        none.below = unpaid(words, questions.review, id, subject, &silent);
        note.below.push(none);
    }
    Some(note)
}

/// Payments whose conditions do not hold, those that are alike together.
fn unpaid<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    id: RewardId,
    subject: &str,
    silent: &[&RewardTrace],
) -> Vec<Note> {
    let Some(reward) = words.policy.rewards.get(id) else { return Vec::new() };
    let mut alike: Vec<(Vec<String>, Note)> = Vec::new();
    for trace in silent {
        let Some(reader) = review.of_reward(id, subject, trace.window) else { continue };
        for payment in trace.payments.iter().filter(|payment| payment.trace.when == Some(Some(false))) {
            let line = reward.payments.get(payment.at);
            let Some((line, when)) = line.and_then(|line| Some((line, line.when.as_ref()?))) else { continue };
            let Some(part) = conjuncts(when).into_iter().find(|part| reader.holds(part) == Some(false)) else {
                continue;
            };
            let (name, says) = (payment_name(&line.name), words.phrase(reader.kind(), part));
            let mut note =
                Note::new(format!("{}: it needs {}", name.en, says.en), format!("{}：须 {}", name.zh, says.zh));
            note.below = super::figures::figures(words, reader, &[part]);
            let label = Period::new(trace.window).to_string();
            match alike.iter_mut().find(|(_, other)| *other == note) {
                Some((labels, _)) => labels.push(label),
                None => alike.push((vec![label], note)),
            }
        }
    }
    let most = words.list_max();
    let more = words.more(alike.len(), most, ("more", "项"));
    let told = |(labels, note): (Vec<String>, Note)| {
        let (more_en, more_zh) = match labels.len().saturating_sub(most) {
            0 => (String::new(), String::new()),
            more => (format!(" and {more} more (`--all`)"), format!(" 等 {} 期（`--all`）", labels.len())),
        };
        let shown = labels.get(..labels.len().min(most)).unwrap_or_default();
        let text = Text::new(
            format!("{}{more_en}: {}", shown.join(", "), note.text.en),
            format!("{}{more_zh}：{}", shown.join("、"), note.text.zh),
        );
        Note { text, ..note }
    };
    alike.into_iter().take(most).map(told).chain(more).collect()
}

fn period<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    id: RewardId,
    subject: &str,
    trace: &RewardTrace,
    questions: &mut Questions<'_, 'p>,
) -> Note {
    let label = Period::new(trace.window).to_string();
    let Some(reward) = words.policy.rewards.get(id) else { return Note::default() };
    let unit = match (reward.unit.as_str(), Currency::named(&reward.unit)) {
        (_, Some(currency)) => Unit::Money(currency),
        ("points" | "分", _) => Unit::Points,
        (other, _) => Unit::Named(other.to_owned()),
    };
    let money = |amount: Ratio| amount_of(&decimal(amount), &reward.unit);
    let reader = questions.review.of_reward(id, subject, trace.window);
    match trace.in_scope {
        Some(false) => {
            let mut note = Note::new(
                format!("{label}: the subject is not one of those who get it"),
                format!("{label}：不在发放范围内"),
            );
            note.below = scope(words, reader, reward.scope.as_ref(), Some(false));
            return note;
        }
        None => {
            let mut note = Note::new(
                format!("{label}: it is not known whether the subject gets it, so that nothing is paid"),
                format!("{label}：是否在发放范围内不明，不付"),
            );
            note.below = scope(words, reader, reward.scope.as_ref(), None);
            return note;
        }
        Some(true) => {}
    }
    let mut below = Vec::new();
    let listed = |one: &&PaymentTrace| one.found != Ratio::ZERO || one.paid != Ratio::ZERO || one.unknown;
    for payment in trace.payments.iter().filter(listed) {
        let Some(line) = reward.payments.get(payment.at) else { continue };
        let how = of_adjustment(words, line, &payment.trace, &unit, Some(payment.paid));
        let how = super::words::joined(&how, "; ", "；");
        let mut paid = money(payment.paid);
        let name = payment_name(&line.name);
        if payment.unknown {
            paid = if payment.paid == Ratio::ZERO {
                Text::new("not known, nothing is paid", "不明，不付")
            } else {
                Text::new(format!("{}, it may be more", paid.en), format!("{}，应付多少不明", paid.zh))
            };
        }
        let exprs: Vec<_> = adjustment_exprs(line).collect();
        // An amount that the policy says outright is not told twice.
        let parts = if how == paid { vec![name, paid] } else { vec![name, paid, how] };
        let mut made: Vec<Note> = exprs.iter().flat_map(|expr| made(words, reader, expr, &unit)).collect();
        if let (Some(reader), true) = (reader, payment.unknown) {
            made.extend(super::doubt::lacks_of(words, reader, &exprs));
        }
        let evidence = questions.briefly(|questions| questions.ask(&exprs, &[], trace.window, reader, subject, false));
        below.push(Note { evidence, ..Note::with(super::words::joined(&parts, ": ", "："), made) });
    }
    if let Some(cap) = trace.cap
        && trace.capped != trace.sum
    {
        let (sum, cap) = (money(trace.sum), cap.map(money));
        let cap = cap.unwrap_or_else(|| Text::new("an open amount", "待定的金额"));
        let left = money(trace.capped);
        below.push(Note::new(
            format!("together {}, at most {}: {}", sum.en, cap.en, left.en),
            format!("合计 {}，最多 {}：{}", sum.zh, cap.zh, left.zh),
        ));
    }
    for ceiling in trace.ceilings.iter().filter(|ceiling| ceiling.amount.0 != ceiling.amount.1) {
        let over = Period::new(ceiling.window);
        let most = ceiling.most.map_or_else(|| Text::new("an open amount", "待定的金额"), money);
        let (found, before, left) = (money(ceiling.amount.0), money(ceiling.before), money(ceiling.amount.1));
        below.push(Note::new(
            format!(
                "{} cut to {}: at most {} in {over}, of which {} were paid before",
                found.en, left.en, most.en, before.en
            ),
            format!("{} 减至 {}：{over} 最多 {}，此前已付 {}", found.zh, left.zh, most.zh, before.zh),
        ));
    }
    let last = trace.ceilings.last().map_or(trace.capped, |ceiling| ceiling.amount.1);
    below.extend(recipients(words, review, (id, subject), trace, &money));
    if let (Some(split), Some(reader), true) = (&reward.payee.split, reader, last > Ratio::ZERO) {
        below.extend(super::amounts::shares(words, reader, split, &money(last)));
    }
    let total = money(last);
    Note::with(Text::new(format!("{label}: {}", total.en), format!("{label}：{}", total.zh)), below)
}

/// The part of a scope that does not hold, or is not decided, with its values.
fn scope<'p>(
    words: Words<'p>,
    reader: Option<crate::engine::review::Reader<'_, 'p>>,
    scope: Option<&'p Expr>,
    holds: Option<bool>,
) -> Vec<Note> {
    let Some(reader) = reader else { return Vec::new() };
    let mut parts = scope.into_iter().flat_map(conjuncts);
    let Some(part) = parts.find(|part| reader.holds(part) == holds) else { return Vec::new() };
    let says = words.phrase(reader.kind(), part);
    let mut note = Note::new(format!("it needs {}", says.en), format!("须 {}", says.zh));
    note.below = super::figures::figures(words, reader, &[part]);
    if holds.is_none() {
        note.below.extend(super::doubt::lacks(words, reader, part));
    }
    vec![note]
}

/// Who gets it, from whom, and what ceilings for recipients leave.
fn recipients(
    words: Words<'_>,
    review: &Review<'_>,
    (id, subject): (RewardId, &str),
    trace: &RewardTrace,
    money: &dyn Fn(Ratio) -> Text,
) -> Vec<Note> {
    let Some(reward) = review.policy().rewards.get(id) else { return Vec::new() };
    let paid = |recipient: &str| {
        let found = review.results().effects.iter().find(|effect| {
            effect.origin == EffectOrigin::Reward(id)
                && effect.subject == subject
                && effect.period.window == trace.window
                && effect.recipient == recipient
        });
        found.and_then(|effect| effect.amount).unwrap_or(Ratio::ZERO)
    };
    let simple = reward.payee.split.is_none() && reward.payee.to.is_none() && reward.payee.by.is_empty();
    let cut = trace.shares.iter().any(|(recipient, amount)| paid(recipient) != *amount);
    if simple && !cut {
        return Vec::new();
    }
    let mut notes = Vec::new();
    for (recipient, amount) in trace.shares.iter().take(words.list_max()) {
        let left = paid(recipient);
        let from = if reward.payee.by.is_empty() {
            Text::default()
        } else {
            Text::new(format!(", paid by {}", reward.payee.by), format!("，由 {} 支付", reward.payee.by))
        };
        let to = who(recipient);
        let ceiling = if left == *amount {
            Text::default()
        } else {
            let (before, left) = (money(*amount), money(left));
            Text::new(
                format!(", {} before the ceiling for a recipient, {} after it", before.en, left.en),
                format!("，个人上限前 {}，上限后 {}", before.zh, left.zh),
            )
        };
        let amount = money(left);
        notes.push(Note::new(
            format!("{} to {}{}{}", amount.en, to.en, from.en, ceiling.en),
            format!("{} 归 {}{}{}", amount.zh, to.zh, from.zh, ceiling.zh),
        ));
    }
    notes.extend(words.more(trace.shares.len(), words.list_max(), ("more recipients", "个领取者")));
    notes
}

/// The name of a payment; of one that has none a word.
fn payment_name(name: &str) -> Text {
    match name.strip_prefix(UNNAMED_PAYMENT) {
        Some(number) if number.chars().all(|c| c == ' ' || c.is_ascii_digit()) => {
            Text::new(format!("payment{number}"), format!("付款{number}"))
        }
        _ => Text::new(name, name),
    }
}

fn who(recipient: &str) -> Text {
    if recipient.is_empty() { Text::new("nobody", "无人") } else { Text::new(recipient, recipient) }
}

fn cited(cites: &[String]) -> Text {
    if cites.is_empty() {
        return Text::default();
    }
    Text::new(format!(" ({})", cites.join(", ")), format!("（{}）", cites.join("、")))
}

/// Effects of a subject that origins bring.
pub(super) fn effects(
    policy: &Policy,
    results: &Results,
    subject: &str,
    belongs: &dyn Fn(EffectOrigin) -> bool,
) -> Vec<EffectView> {
    let view = |effect: &Effect| EffectView {
        from: match effect.origin {
            EffectOrigin::Assessment(id) => policy.assessments[id].name.clone(),
            EffectOrigin::Counter(id) => policy.counters[id].name.clone(),
            EffectOrigin::Reward(_) => String::new(),
        },
        of_counter: matches!(effect.origin, EffectOrigin::Counter(_)),
        kind: effect.kind.to_owned(),
        name: effect.name.clone(),
        period: effect.period.to_string(),
        days: effect.period.window,
        amount: effect.amount.map(decimal).unwrap_or_default(),
        unit: effect.unit.clone(),
        recipient: effect.recipient.clone(),
        subject: effect.subject.clone(),
        payer: effect.payer.clone(),
        reason: effect.reason.clone(),
    };
    let own = |effect: &&Effect| effect.subject == subject && belongs(effect.origin);
    results.effects.iter().filter(own).map(view).collect()
}

/// An effect in words.
pub(super) fn effect_text(effect: &EffectView) -> Text {
    let EffectView { kind, name, period, amount, unit, recipient, subject, payer, reason, .. } = effect;
    let (kind_en, kind_zh) = kind_words(kind);
    let (mut en, mut zh) = (format!("{period}: {kind_en} {name}"), format!("{period}：{kind_zh} {name}"));
    if !amount.is_empty() {
        let amount = amount_of(amount, unit);
        en.push_str(&format!(", {}", amount.en));
        zh.push_str(&format!("，{}", amount.zh));
    }
    if !reason.is_empty() {
        let (why_en, why_zh) = reason_words(effect);
        en.push_str(&format!(" ({why_en})"));
        zh.push_str(&format!("（{why_zh}）"));
    }
    if recipient != subject {
        let to = who(recipient);
        en.push_str(&format!(", to {}", to.en));
        zh.push_str(&format!("，归 {}", to.zh));
    }
    if !payer.is_empty() {
        en.push_str(&format!(", paid by {payer}"));
        zh.push_str(&format!("，由 {payer} 支付"));
    }
    Text::new(en, zh)
}

/// An amount with its unit, in the words of each language whichever the policy is written in.
fn amount_of(amount: &str, unit: &str) -> Text {
    let (one, more, zh) = match unit {
        "minutes" | "minute" | "分钟" => ("minute", "minutes", "分钟"),
        "hours" | "hour" | "小时" => ("hour", "hours", "小时"),
        "days" | "day" | "天" | "日" => ("day", "days", "天"),
        "workdays" | "workday" | "工作日" | "个工作日" => ("workday", "workdays", "个工作日"),
        "weeks" | "week" | "周" => ("week", "weeks", "周"),
        "months" | "month" | "月" | "个月" => ("month", "months", "个月"),
        "years" | "year" | "年" => ("year", "years", "年"),
        "points" | "point" | "分" => ("point", "points", "分"),
        other => match Currency::named(other) {
            Some(currency) => (currency.word(), currency.word(), currency.word_zh()),
            None => (other, other, other),
        },
    };
    let en = if amount == "1" { one } else { more };
    Text::new(format!("{amount} {en}"), format!("{amount} {zh}"))
}

/// What a payment reads, where its records alone do not say it.
fn made<'p>(
    words: Words<'p>,
    reader: Option<crate::engine::review::Reader<'_, 'p>>,
    expr: &'p Expr,
    unit: &Unit,
) -> Vec<Note> {
    match (expr, reader) {
        (Expr::Agg(_) | Expr::Const(..), _) | (_, None) => Vec::new(),
        (expr, Some(reader)) => super::amounts::computed(words, reader, expr, unit),
    }
}

fn reason_words(effect: &EffectView) -> (String, String) {
    let EffectView { kind, reason, from, .. } = effect;
    let place = reason.chars().all(|c| c.is_ascii_digit());
    match kind.as_str() {
        "withhold" => (format!("would be {reason}"), format!("本应为 {reason}")),
        _ if reason == UNKNOWN => ("not all of it is known".to_owned(), "部分情况不明".to_owned()),
        _ if effect.of_counter => (format!("step {reason} of {from}"), format!("{from} 第 {reason} 档")),
        _ if place => (format!("place {reason} in {from}"), format!("{from} 第 {reason} 位")),
        _ => (format!("grade {reason}"), format!("等次 {reason}")),
    }
}

fn kind_words(kind: &str) -> (&str, &str) {
    match kind {
        "grade" => ("sets the grade:", "定等"),
        "veto" => ("veto", "一票否决"),
        "cap" => ("caps the grade:", "限等"),
        "lower" => ("lowers the grade:", "降等"),
        "raise" => ("raises the grade:", "升等"),
        "withhold" => ("withholds the grade:", "暂不定等"),
        "unscored" => ("leaves unscored:", "不评"),
        "bar" => ("bars from awards:", "取消评优"),
        "reward" => ("reward", "奖励"),
        "sanction" => ("sanction", "处理"),
        "award" => ("award", "表彰"),
        other => (other, other),
    }
}
