//! Why an obligation came out as it did: what was found, what was missing, what is not known.

use super::doubt::doubts;
use super::words::{Words, decimal, joined, moment as moment_text, shown as shown_text};
use crate::diagnostic::Text;
use crate::engine::review::{Reader, Review};
use crate::model::{
    CompareOp, Event, Expr, Finding, Frame, KindId, Moment, Near, Outcome, Ratio, Requirement, Rule, RuleId, Shown,
    TermKind, TurnOf, Unit,
};

/// Reasons, the requirement's parts in the order of the rule. `reader`: where the rule reads the obligation.
pub(super) fn reasons<'p>(
    words: Words<'p>,
    review: &Review<'p>,
    (id, rule): (RuleId, &'p Rule),
    finding: &Finding,
    reader: Option<Reader<'_, 'p>>,
) -> Vec<Text> {
    let mut out = Vec::new();
    let mut values = Values { measured: finding.measured.iter(), required: finding.required.iter() };
    if let Frame::Throughout { in_a_row, .. } = rule.frame {
        out.push(days_without(in_a_row, number(values.measured.next()), number(values.required.next())));
    } else {
        parts((words, rule.subject, finding.outcome, reader), &rule.requirement, &mut values, &mut out);
    }
    let before = out.len();
    if let Some(reader) = reader {
        steps(words, rule.subject, &rule.requirement, finding.measured.as_slice(), reader, &mut out);
    }
    match finding.outcome {
        // A term says its last day itself.
        Outcome::Pending if rule.frame == Frame::Term && finding.last.is_some() => {}
        Outcome::Pending => {
            let last = finding.last.map(|day| day.to_string()).unwrap_or_default();
            if last.is_empty() {
                out.push(Text::new("its last day is not known yet", "最后一日尚无法确定"));
                out.extend(doubts(words, review, (id, rule), (finding, true), reader));
            } else {
                out.push(Text::new(
                    format!("the window is open: it ends on {last}"),
                    format!("窗口尚未结束，截止 {last}"),
                ));
            }
        }
        Outcome::Excused => out.push(Text::new("an exemption holds", "有免责情形")),
        Outcome::Unknown => {
            let is_told = out.len() > before;
            out.extend(doubts(words, review, (id, rule), (finding, is_told), reader));
        }
        Outcome::Met | Outcome::Unmet => {}
    }
    out
}

/// What is wrong with the steps of a requirement that is a sequence: which are missing, which came before those before
/// them, which were done by the same hands.
fn steps<'p>(
    words: Words<'p>,
    kind: KindId,
    requirement: &'p Requirement,
    measured: &[Shown],
    reader: Reader<'_, 'p>,
    out: &mut Vec<Text>,
) {
    let Requirement::Sequence(sequence) = requirement else { return };
    let name = |event: &Event| event_name((words, kind), event);
    let found: Vec<(Text, Option<Moment>)> =
        sequence.events.iter().zip(measured).map(|(event, at)| (name(event), moment(Some(at)))).collect();
    let missing: Vec<Text> = found.iter().filter(|(_, at)| at.is_none()).map(|(name, _)| name.clone()).collect();
    if !missing.is_empty() {
        let list = joined(&missing, ", ", "、");
        out.push(Text::new(format!("not on file: {}", list.en), format!("没有记载：{}", list.zh)));
    }
    let mut before: Option<(&Text, Moment)> = None;
    for (name, at) in found.iter().filter_map(|(name, at)| Some((name, (*at)?))) {
        if let Some((earlier, then)) = before
            && is_before(at, then)
        {
            out.push(Text::new(
                format!("{} came before {}", name.en, earlier.en),
                format!("{}早于{}", name.zh, earlier.zh),
            ));
        }
        before = Some((name, at));
    }
    let hands: Vec<(&Text, String)> = (found.iter().zip(&sequence.hands))
        .filter(|((_, at), _)| at.is_some())
        .map(|((name, _), hand)| (name, reader.hand(*hand)))
        .collect();
    let what = sequence.hands.first().map_or_else(Text::default, |hand| hand_name(words, *hand));
    for (at, (name, hand)) in hands.iter().enumerate() {
        let same = hands.iter().take(at).find(|(_, other)| other == hand && !hand.is_empty());
        if let Some((earlier, _)) = same {
            out.push(Text::new(
                format!("{} and {} have the same {}, {hand}", earlier.en, name.en, what.en),
                format!("{}与{}的{}相同：{hand}", earlier.zh, name.zh, what.zh),
            ));
        }
        if hand.is_empty() {
            out.push(Text::new(
                format!("the {} of {} is empty", what.en, name.en),
                format!("{}的{}为空", name.zh, what.zh),
            ));
        }
    }
}

/// What the hands of steps are, in words.
fn hand_name(words: Words<'_>, hand: crate::model::AggId) -> Text {
    let said = || {
        let agg = words.policy.aggs.get(hand)?;
        Some(words.phrase(agg.source.parts().first()?.kind, agg.op.exprs().first()?))
    };
    said().unwrap_or_default()
}

/// Whether a moment lies before another: by day unless both are instants.
fn is_before(a: Moment, b: Moment) -> bool {
    match (a, b) {
        (Moment::At(a), Moment::At(b)) => a < b,
        (a, b) => a.day() < b.day(),
    }
}

/// What a state that is kept throughout came to.
fn days_without(in_a_row: bool, found: Option<Ratio>, allowed: Option<Ratio>) -> Text {
    let text = |n: Option<Ratio>| n.map(decimal).unwrap_or_default();
    let (found, allowed) = (text(found), text(allowed));
    let (en, zh) = if in_a_row { ("in a row", "连续") } else { ("in all", "累计") };
    Text::new(
        format!("{found} days without {en}, at most {allowed} allowed"),
        format!("{zh}间断 {found} 天，至多 {allowed} 天"),
    )
}

/// Shown values, taken one part after the other.
struct Values<'f> {
    measured: std::slice::Iter<'f, Shown>,
    required: std::slice::Iter<'f, Shown>,
}

/// Names, the kind of a rule's subject, the outcome of the obligation, and where the rule reads it.
type At<'r, 'p> = (Words<'p>, KindId, Outcome, Option<Reader<'r, 'p>>);

/// Names, and the kind of a rule's subject, which paths start from.
pub(super) type Place<'p> = (Words<'p>, KindId);

fn parts(at: At<'_, '_>, requirement: &Requirement, values: &mut Values<'_>, out: &mut Vec<Text>) {
    let (words, kind, outcome, reader) = at;
    let place = (words, kind);
    match requirement {
        Requirement::All(all) | Requirement::Any(all) => {
            all.iter().for_each(|part| parts(at, part, values, out));
        }
        Requirement::Count(count) => {
            let measured = number(values.measured.next());
            let least = count.at_least.as_ref().map(|_| number(values.required.next()));
            // `exactly` shows one value for both bounds.
            let both = count.at_least.is_some() && count.at_least == count.at_most;
            let most = if both { least } else { count.at_most.as_ref().map(|_| number(values.required.next())) };
            out.push(counted(measured, least, most, both));
        }
        Requirement::Condition(expr) => {
            let unit = match expr {
                Expr::Compare(_, left, _) => words.unit(kind, left),
                _ => Unit::Plain,
            };
            let text = |shown: Option<&Shown>| shown.map(|shown| shown_text(shown, &unit)).unwrap_or_default();
            let (measured, required) = (text(values.measured.next()), text(values.required.next()));
            out.push(condition(words, kind, expr, &measured, &required));
        }
        Requirement::Term(term) => {
            let (step, due) = (moment(values.measured.next()), moment(values.required.next()));
            let later = match &term.step {
                Event::Field(path) => reader.and_then(|reader| reader.later(path)),
                _ => None,
            };
            out.push(term_text(place, (&term.step, later), (term.kind == TermKind::NotBefore, outcome), step, due));
        }
        Requirement::Gap(_) => {
            let text =
                |shown: Option<&Shown>| shown.map(|shown| shown_text(shown, &Unit::Plain).en).unwrap_or_default();
            let (next, limit) = (text(values.measured.next()), text(values.required.next()));
            out.push(if next.is_empty() {
                Text::new(format!("the next record was due by {limit}"), format!("下一条记录应不迟于 {limit}"))
            } else {
                Text::new(
                    format!("the next record came on {next} and was due by {limit}"),
                    format!("下一条记录在 {next}，应不迟于 {limit}"),
                )
            });
        }
        Requirement::Sequence(sequence) => {
            let steps: Vec<Text> = (sequence.events.iter())
                .map(|event| {
                    let at = moment(values.measured.next()).map(moment_text).unwrap_or_default();
                    let (name, at) = (event_name(place, event), if at.is_empty() { "-" } else { &at });
                    Text::new(format!("{} {at}", name.en), format!("{} {at}", name.zh))
                })
                .collect();
            let list = joined(&steps, ", ", "，");
            out.push(Text::new(format!("steps in this order: {}", list.en), format!("应依次经过：{}", list.zh)));
        }
    }
}

fn number(shown: Option<&Shown>) -> Option<Ratio> {
    match shown {
        Some(Shown::Number(number)) => Some(*number),
        _ => None,
    }
}

fn moment(shown: Option<&Shown>) -> Option<Moment> {
    match shown {
        Some(Shown::Moment(moment)) => Some(*moment),
        _ => None,
    }
}

/// `both`: the bounds are one.
fn counted(measured: Option<Ratio>, least: Option<Option<Ratio>>, most: Option<Option<Ratio>>, both: bool) -> Text {
    let Some(measured) = measured else {
        return Text::new("the number found is not known", "数目不明");
    };
    let shown = decimal(measured);
    let mut en = format!("found {shown}");
    let mut zh = format!("实有 {shown}");
    let bounds = if both {
        vec![(least, "exactly", "恰好")]
    } else {
        vec![(least, "at least", "至少"), (most, "at most", "至多")]
    };
    for (bound, word_en, word_zh) in bounds {
        match bound {
            Some(Some(bound)) => {
                let bound = decimal(bound);
                en.push_str(&format!(", needed {word_en} {bound}"));
                zh.push_str(&format!("，要求{word_zh} {bound}"));
            }
            Some(None) => {
                en.push_str(&format!(", needed {word_en} a number that is not known"));
                zh.push_str(&format!("，要求{word_zh}的数目不明"));
            }
            None => {}
        }
    }
    let gap = |a: Ratio, b: Ratio| a.sub(b).ok().filter(|gap| *gap > Ratio::ZERO);
    if let Some(gap) = least.flatten().and_then(|least| gap(least, measured)) {
        let gap = decimal(gap);
        en.push_str(&format!(": {gap} missing"));
        zh.push_str(&format!("，缺 {gap}"));
    } else if let Some(gap) = most.flatten().and_then(|most| gap(measured, most)) {
        let gap = decimal(gap);
        en.push_str(&format!(": {gap} too many"));
        zh.push_str(&format!("，多 {gap}"));
    }
    Text::new(en, zh)
}

fn condition(words: Words<'_>, kind: KindId, expr: &Expr, measured: &Text, required: &Text) -> Text {
    let (op_en, op_zh) = match expr {
        Expr::Compare(CompareOp::Eq, ..) => ("equal to", "等于"),
        Expr::Compare(CompareOp::Ne, ..) => ("other than", "不等于"),
        Expr::Compare(CompareOp::Lt, ..) => ("less than", "不满"),
        Expr::Compare(CompareOp::Le, ..) => ("at most", "至多"),
        Expr::Compare(CompareOp::Gt, ..) => ("more than", "超过"),
        Expr::Compare(CompareOp::Ge, ..) => ("at least", "至少"),
        _ => {
            let says = words.phrase(kind, expr);
            return match measured.en.as_str() {
                "yes" => Text::new(format!("the condition holds: {}", says.en), format!("条件成立：{}", says.zh)),
                "no" => {
                    Text::new(format!("the condition does not hold: {}", says.en), format!("条件不成立：{}", says.zh))
                }
                _ => Text::new(
                    format!("the condition cannot be decided: {}", says.en),
                    format!("条件无法判断：{}", says.zh),
                ),
            };
        }
    };
    let or = |text: &str, empty: &str| if text.is_empty() { empty.to_owned() } else { text.to_owned() };
    let Expr::Compare(_, left, _) = expr else { return Text::default() };
    let name = words.phrase(kind, left);
    Text::new(
        format!(
            "{}: found {}, needed {op_en} {}",
            name.en,
            or(&measured.en, "nothing known"),
            or(&required.en, "a value that is not known")
        ),
        format!("{}：实为 {}，要求{op_zh} {}", name.zh, or(&measured.zh, "不明"), or(&required.zh, "（不明）")),
    )
}

fn term_text(
    place: Place<'_>,
    (step, later): (&Event, Option<Moment>),
    (not_before, outcome): (bool, Outcome),
    at: Option<Moment>,
    due: Option<Moment>,
) -> Text {
    let Text { en: name, zh } = event_name(place, step);
    let none = match (step, later.map(moment_text)) {
        // One later than as-of counts as empty.
        (Event::Field(_), Some(later)) => Text::new(
            format!("no `{name}` up to as-of (the one on {later} lies after it)"),
            format!("截至日前没有“{zh}”的记载（所记 {later} 晚于截至日）"),
        ),
        (Event::Field(_), None) => Text::new(format!("no `{name}` up to as-of"), format!("截至日前没有“{zh}”的记载")),
        (Event::Value(_), _) => Text::new(format!("there is no `{name}`"), format!("没有“{zh}”")),
        _ => none_of(place, step),
    };
    // Of `not before` the day that is required is the first, not the last.
    let (edge, edge_zh) = if not_before { ("first day", "最早一日") } else { ("last day", "最后一日") };
    match (at.map(moment_text), due.map(moment_text)) {
        (None, Some(due)) if outcome == Outcome::Unknown && matches!(step, Event::Value(_)) => Text::new(
            format!("it is not known whether there is a `{name}`, or when; the {edge} was {due}"),
            format!("“{zh}”是否已有、在哪一天不明；{edge_zh}为 {due}"),
        ),
        (None, Some(due)) => {
            let is = if outcome == Outcome::Pending { "is" } else { "was" };
            Text::new(format!("{}; the {edge} {is} {due}", none.en), format!("{}；{edge_zh}为 {due}", none.zh))
        }
        (None, None) => none,
        (Some(on), Some(text)) => {
            let days = at.zip(due).map_or(0, |(at, due)| at.day().0 - due.day().0);
            let (late_en, late_zh) = match (not_before, days) {
                (false, 1..) => (format!(": {} late", day_count(days)), format!("，逾期 {days} 天")),
                (true, ..0) => (format!(": {} too early", day_count(-days)), format!("，提前 {} 天", -days)),
                _ => hours_beside(not_before, at, due),
            };
            let (word_en, word_zh) = if not_before { ("not before", "不早于") } else { ("by", "限期") };
            Text::new(
                format!("`{name}` on {on}, required {word_en} {text}{late_en}"),
                format!("“{zh}”在 {on}，{word_zh} {text}{late_zh}"),
            )
        }
        (Some(on), None) => {
            Text::new(format!("`{name}` on {on}; the {edge} is not known"), format!("“{zh}”在 {on}；{edge_zh}不明"))
        }
    }
}

/// By how much a step of the day on which a term ends misses its instant.
fn hours_beside(not_before: bool, at: Option<Moment>, due: Option<Moment>) -> (String, String) {
    let (Some(Moment::At(at)), Some(Moment::At(due))) = (at, due) else { return Default::default() };
    let late = if not_before { due.0.saturating_sub(at.0) } else { at.0.saturating_sub(due.0) };
    if late <= 0 {
        return Default::default();
    }
    let seconds = late / 1_000_000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let (en, zh) = match (hours, minutes) {
        (0, 0) => (format!("{seconds} s"), format!("{seconds} 秒")),
        (0, _) => (format!("{minutes} min"), format!("{minutes} 分钟")),
        _ => (format!("{hours} h {minutes} min"), format!("{hours} 小时 {minutes} 分钟")),
    };
    match not_before {
        true => (format!(": {en} too early"), format!("，提前 {zh}")),
        false => (format!(": {en} late"), format!("，逾期 {zh}")),
    }
}

/// That nothing on file is an event: a field is empty, records may be on file that do not count.
pub(super) fn none_of(place: Place<'_>, event: &Event) -> Text {
    let Text { en: name, zh } = event_name(place, event);
    match event {
        Event::Field(_) => Text::new(format!("no `{name}` on file"), format!("没有“{zh}”的记载")),
        Event::Value(_) => Text::new(format!("`{name}` is not known"), format!("“{zh}”不明")),
        _ => Text::new(format!("no `{name}` on file that counts"), format!("没有计入的“{zh}”")),
    }
}

fn day_count(days: i32) -> String {
    format!("{days} day{}", if days == 1 { "" } else { "s" })
}

/// The field or record kind that an event is, or what it is computed from.
pub(super) fn event_name((words, kind): Place<'_>, event: &Event) -> Text {
    let policy = words.policy;
    let name = match event {
        Event::Field(path) => {
            let field = path
                .split_last()
                .and_then(|(last, before)| policy.kinds.get(policy.path_kind(kind, before)?)?.fields.get(*last));
            field.map(|field| field.name.clone()).unwrap_or_default()
        }
        Event::Value(expr) => return words.phrase(kind, expr),
        Event::Turn(turn) => match turn.of {
            TurnOf::Result(id) => policy.assessments.get(id).map(|of| of.name.clone()).unwrap_or_default(),
            TurnOf::Step(id) => policy.counters.get(id).map(|of| of.name.clone()).unwrap_or_default(),
        },
        Event::Nth(agg, n) => {
            let rows = words.events_of(*agg);
            return Text::new(format!("{rows} number {n}"), format!("第 {n} 次{rows}"));
        }
        Event::Record(agg) | Event::Near(Near { list: agg, .. }) | Event::Next(agg, _) => words.events_of(*agg),
    };
    Text::new(name.clone(), name)
}
