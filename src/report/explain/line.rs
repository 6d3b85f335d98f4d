//! How a line of an assessment came to its points.

use super::note::Note;
use super::words::{Words, decimal, joined, percent, same, with_unit};
use crate::diagnostic::Text;
use crate::engine::review::{AdjustTrace, Fate, Figure, GroupTrace, ItemTrace, LineTrace};
use crate::model::{Adjustment, Assessment, Item, ItemScore, Line, NothingDue, Ratio, Unit};

/// Notes on a line.
pub(super) fn made(words: Words<'_>, assessment: &Assessment, trace: &LineTrace) -> Vec<Note> {
    let made = match (&trace.fate, trace.line) {
        (Fate::Item(made), Line::Item(at)) => {
            assessment.items.get(at as usize).map(|item| of_item(words, assessment, item, made, trace.points))
        }
        (Fate::Group(made), _) => Some(of_group(made, trace.points)),
        (Fate::Adjustment(made), Line::Adjustment(at)) => {
            let line = assessment.adjustments.get(at as usize);
            line.map(|line| of_adjustment(words, line, made, &Unit::Points, None))
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
    let gives = |share: Ratio| full.mul(share).ok().and_then(|exact| assessment.round(exact).ok());
    match (&item.score, &made.value) {
        (ItemScore::Full, _) => Some(Text::new("full points", "满分")),
        (ItemScore::Share(_), Some(figure)) => match exact(figure) {
            Some(share) => {
                let kept = share.max(Ratio::ZERO).min(Ratio::ONE);
                let gives = decimal(gives(kept)?);
                let (share, full) = (percent(share), decimal(full));
                Some(Text::new(
                    format!("{share} × {full} points = {gives}"),
                    format!("{share} × {full} 分 = {gives} 分"),
                ))
            }
            None => {
                let figure = words.figure(figure, &Unit::Share);
                Some(Text::new(format!("its share is {}", figure.en), format!("达成比例：{}", figure.zh)))
            }
        },
        (ItemScore::When(_), Some(figure)) => {
            let figure = words.figure(figure, &Unit::Plain);
            Some(Text::new(format!("its condition holds: {}", figure.en), format!("条件成立：{}", figure.zh)))
        }
        (ItemScore::Points(_), Some(figure)) => {
            let cut = exact(figure).filter(|value| *value > full || *value < Ratio::ZERO);
            let figure = words.figure(figure, &Unit::Points);
            Some(match cut {
                Some(_) => {
                    let full = decimal(full);
                    Text::new(
                        format!("{}, kept from 0 to {full}", figure.en),
                        format!("{}，限于 0 至 {full} 分", figure.zh),
                    )
                }
                None => Text::new(format!("it gives {}", figure.en), format!("计得 {}", figure.zh)),
            })
        }
        _ => None,
    }
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

/// A deduction, bonus or payment. `paid`: what its ceiling leaves, where that is known otherwise.
pub(super) fn of_adjustment(
    words: Words<'_>,
    line: &Adjustment,
    made: &AdjustTrace,
    unit: &Unit,
    paid: Option<Ratio>,
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
    let mut out = Vec::new();
    let amount = made.amount.as_ref().map(|amount| words.figure(amount, unit));
    let amount = amount.unwrap_or_else(|| Text::new("not known", "不明"));
    let mut parts = vec![amount];
    if line.times.is_some() {
        let times = made.times.as_ref().map(|times| words.figure(times, &Unit::Plain));
        parts.push(times.unwrap_or_else(|| Text::new("not known", "不明")));
    }
    let mut text = joined(&parts, " × ", " × ");
    if let (Some(product), true) = (made.product, line.times.is_some()) {
        let product = with_unit(product, unit);
        text = joined(&[text, product], " = ", " = ");
    }
    out.push(text);
    if let Some(cap) = &made.cap {
        let shown = words.figure(cap, unit);
        let most = if cap.known { cap.range.0 } else { None };
        match (made.product, most) {
            (Some(product), Some(most)) if product > most => {
                let cut =
                    product.sub(paid.unwrap_or(most)).map(|cut| with_unit(cut, unit)).unwrap_or_else(|_| same(""));
                out.push(Text::new(
                    format!("cut by {} to the ceiling of {}", cut.en, shown.en),
                    format!("超过上限 {}，减去 {}", shown.zh, cut.zh),
                ));
            }
            (_, None) => out.push(Text::new("its ceiling is not known", "上限不明")),
            _ => {}
        }
    }
    out
}
