//! How a line of an assessment came to its points.

use super::note::Note;
use super::words::{Words, decimal, joined, percent, rounded, same, with_unit};
use crate::diagnostic::Text;
use crate::engine::review::{AdjustTrace, Fate, Figure, GroupTrace, ItemTrace, LineTrace};
use crate::model::{Adjustment, Assessment, Item, ItemScore, Line, NothingDue, Ratio, Shown, Unit};

/// Notes on a line.
pub(super) fn made(words: Words<'_>, assessment: &Assessment, trace: &LineTrace) -> Vec<Note> {
    let made = match (&trace.fate, trace.line) {
        (Fate::Item(made), Line::Item(at)) => {
            assessment.items.get(at as usize).map(|item| of_item(words, assessment, item, made, trace.points))
        }
        (Fate::Group(made), _) => Some(of_group(made, trace.points)),
        (Fate::Adjustment(made), Line::Adjustment(at)) => {
            let line = assessment.adjustments.get(at as usize);
            let stands = trace.points.map(|points| points.max(points.neg().unwrap_or(points)));
            line.map(|line| of_adjustment(words, line, made, &Unit::Points, stands))
        }
        _ => None,
    };
    made.unwrap_or_default().into_iter().map(Note::of).collect()
}

fn points(number: Ratio) -> Text {
    with_unit(number, &Unit::Points)
}

fn of_item(
    words: Words<'_>,
    assessment: &Assessment,
    item: &Item,
    made: &ItemTrace,
    stands: Option<Ratio>,
) -> Vec<Text> {
    let mut out = Vec::new();
    let Some(full) = made.full else {
        return vec![Text::new("its points are open, so that it is not assessed", "该项分值待定，不评")];
    };
    if let Some(choice) = made.nothing_due {
        out.push(match choice {
            NothingDue::Full => Text::new("nothing is due: full points, as the policy says", "无应办：按规定得满分"),
            NothingDue::Zero => Text::new("nothing is due: no points, as the policy says", "无应办：按规定得 0 分"),
            NothingDue::LeftOut => {
                Text::new("nothing is due: left out, the other items are scaled", "无应办：不计，其余各项按比例折算")
            }
            NothingDue::NotScored => Text::new("nothing is due: the subject is not scored", "无应办：该对象不评"),
        });
    } else {
        out.extend(by_score(words, assessment, item, made, full));
    }
    if made.is_worst {
        out.push(Text::new(
            "that is not known: the worse end of what it may be counts, as the policy says",
            "数值不明：按规定取可能取值中较差的一端",
        ));
    }
    if made.in_doubt && stands.is_none() {
        out.push(match assessment.items.len() {
            1 => Text::new("records or values that would decide are not known", "起决定作用的记录或数值不明"),
            _ => Text::new(
                "records or values that would decide are not known; the other items are scaled",
                "起决定作用的记录或数值不明；其余各项按比例折算",
            ),
        });
    }
    for gate in &made.lost_by {
        out.push(Text::new(format!("gate `{gate}` takes its points"), format!("关口“{gate}”取消该项得分")));
    }
    if let (Some(alone), Some(stands), false) = (made.alone, stands, item.body.is_empty())
        && made.lost_by.is_empty()
    {
        out.push(Text::new(
            format!("{} before what stands inside it, {} with it", points(alone).en, points(stands).en),
            format!("项内加减前 {}，加减后 {}", points(alone).zh, points(stands).zh),
        ));
    }
    out
}

fn by_score(words: Words<'_>, assessment: &Assessment, item: &Item, made: &ItemTrace, full: Ratio) -> Option<Text> {
    let exact = |figure: &Figure| if figure.known { figure.range.0 } else { None };
    let gives = |exact: Ratio| assessment.round(exact).ok();
    match (&item.score, &made.value) {
        (ItemScore::Full, _) => Some(Text::new("full points", "满分")),
        (ItemScore::Share(_), Some(figure)) => match exact(figure) {
            Some(share) => {
                let exact = full.mul(share).ok()?;
                let kept = exact.max(Ratio::ZERO).min(full);
                let rounded = rounded(kept, gives(kept)?, &Unit::Points);
                let within = within(exact, kept, full);
                let (share, full, exact) = (percent(share), decimal(full), with_unit(exact, &Unit::Points));
                Some(Text::new(
                    format!("{share} × {full} points = {}{}{}", exact.en, within.en, rounded.en),
                    format!("{share} × {full} 分 = {}{}{}", exact.zh, within.zh, rounded.zh),
                ))
            }
            None => {
                let figure = words.figure(figure, &Unit::Share);
                Some(Text::new(format!("its share is {}", figure.en), format!("达成比例：{}", figure.zh)))
            }
        },
        (ItemScore::When(_), Some(figure)) => Some(match figure.shown {
            Shown::Bool(true) => Text::new("its condition holds", "条件成立"),
            Shown::Bool(false) => Text::new("its condition does not hold", "条件不成立"),
            _ => Text::new("its condition is not decided", "条件不明"),
        }),
        (ItemScore::Points(_), Some(figure)) => {
            let exact = exact(figure);
            let figure = words.figure(figure, &Unit::Points);
            let Some(exact) = exact else {
                if made.value.as_ref().is_some_and(|value| !value.in_doubt && value.range == (None, None)) {
                    return Some(Text::new("its value is missing", "没有可计分的数值"));
                }
                return Some(Text::new(format!("it gives {}", figure.en), format!("计得 {}", figure.zh)));
            };
            let kept = exact.max(Ratio::ZERO).min(full);
            let (within, rounded) = (within(exact, kept, full), rounded(kept, gives(kept)?, &Unit::Points));
            Some(Text::new(
                format!("it gives {}{}{}", figure.en, within.en, rounded.en),
                format!("计得 {}{}{}", figure.zh, within.zh, rounded.zh),
            ))
        }
        _ => None,
    }
}

/// That points are kept within those of their item, where that changes them.
fn within(exact: Ratio, kept: Ratio, full: Ratio) -> Text {
    if exact == kept {
        return Text::default();
    }
    let (full, kept) = (decimal(full), points(kept));
    Text::new(format!(", kept from 0 to {full}: {}", kept.en), format!("，限于 0 至 {full} 分：{}", kept.zh))
}

fn of_group(made: &GroupTrace, stands: Option<Ratio>) -> Vec<Text> {
    let mut out = vec![Text::new(
        format!("its lines add up to {}", points(made.sum).en),
        format!("各行合计 {}", points(made.sum).zh),
    )];
    if let Some(stands) = stands.filter(|stands| *stands != made.sum) {
        let bound = |bound: &Option<Option<Ratio>>| bound.flatten().map(points);
        let which = match (bound(&made.cap), bound(&made.loses)) {
            (Some(cap), _) if stands < made.sum => {
                Text::new(format!("the ceiling of {}", cap.en), format!("最多 {}", cap.zh))
            }
            (_, Some(loses)) if stands > made.sum => {
                Text::new(format!("the most that it takes away, {}", loses.en), format!("最多扣 {}", loses.zh))
            }
            _ => Text::new("its bounds", "上下限"),
        };
        out.push(Text::new(
            format!("{} brings that to {}", which.en, points(stands).en),
            format!("按{}，计 {}", which.zh, points(stands).zh),
        ));
    }
    if stands.is_none() {
        out.push(Text::new("it is not assessed", "未评"));
    }
    out
}

/// A deduction, bonus or payment. `stands`: what it comes to in the end, of a deduction above 0; `None`: not known.
pub(super) fn of_adjustment(
    words: Words<'_>,
    line: &Adjustment,
    made: &AdjustTrace,
    unit: &Unit,
    stands: Option<Ratio>,
) -> Vec<Text> {
    match made.when {
        Some(Some(false)) => {
            return vec![Text::new("its condition does not hold, so that it gives nothing", "条件不成立，不计")];
        }
        Some(None) => {
            return vec![Text::new("its condition is not decided, so that it gives nothing", "条件不明，不计")];
        }
        _ => {}
    }
    let mut out = vec![product(words, line, made, unit)];
    let most = made.cap.as_ref().map(|cap| cap.range.0.filter(|_| cap.known).map(|most| most.max(Ratio::ZERO)));
    let mut kept = made.product;
    match (made.product, most) {
        (Some(product), Some(Some(most))) if product > most => {
            let (cap, cut) = (with_unit(most, unit), product.sub(most));
            let cut = cut.map_or_else(|_| same(""), |cut| with_unit(cut, unit));
            out.push(Text::new(
                format!("cut by {} to the ceiling of {}", cut.en, cap.en),
                format!("超过上限 {}，减去 {}", cap.zh, cut.zh),
            ));
            kept = Some(most);
        }
        (_, Some(None)) => {
            out.push(Text::new("its ceiling is not known", "上限不明"));
            kept = None;
        }
        _ => {}
    }
    if let (Some(kept), Some(stands), Some(last)) = (kept, stands, out.last_mut()) {
        let rounded = rounded(kept, stands, unit);
        *last = joined(&[last.clone(), rounded], "", "");
    }
    out
}

/// What a line takes or gives, times how often; what is found counts where that is not known.
fn product(words: Words<'_>, line: &Adjustment, made: &AdjustTrace, unit: &Unit) -> Text {
    let number = |figure: &Option<Figure>, unit: &Unit| {
        figure.as_ref().map_or_else(|| Text::new("not known", "不明"), |figure| words.figure(figure, unit))
    };
    let amount = number(&made.amount, unit);
    let (Some(_), times) = (&line.times, &made.times) else { return amount };
    let Some(product) = made.product else { return joined(&[amount, number(times, &Unit::Plain)], " × ", " × ") };
    let sure = times.as_ref().filter(|times| !times.known);
    let found = match sure.and_then(|times| times.range.0) {
        Some(least) => same(decimal(least.max(Ratio::ZERO))),
        None => number(times, &Unit::Plain),
    };
    let text = joined(&[joined(&[amount, found], " × ", " × "), with_unit(product, unit)], " = ", " = ");
    let is_below = |figure: &Option<Figure>| {
        figure.as_ref().is_some_and(|figure| figure.known && figure.range.0.is_some_and(|n| n < Ratio::ZERO))
    };
    if is_below(&made.amount) || is_below(times) {
        return Text::new(format!("{}: what is below 0 counts as 0", text.en), format!("{}：负数按 0 计", text.zh));
    }
    match sure {
        Some(times) => {
            let all = words.figure(times, &Unit::Plain);
            Text::new(
                format!("{}: what is found counts, the number is {}", text.en, all.en),
                format!("{}：只计已查明的，实际次数 {}", text.zh, all.zh),
            )
        }
        None => text,
    }
}
