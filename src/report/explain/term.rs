//! Why a term ends when it does, in words.

use super::figures::figures;
use super::note::{Acting, Note};
use super::why::{Place, event_name, none_of};
use super::words::{Words, moment, shown, span};
use crate::diagnostic::Text;
use crate::engine::review::{Extending, Idle, Stopping, TermTrace};
use crate::model::{
    AggId, AggOp, Event, Expr, Extension, KindId, Marks, Moment, Policy, Ratio, Shown, Stop, TermKind, TermReq, Unit,
};

/// Notes on the end of a term.
pub(super) fn due<'p>(words: Words<'p>, kind: KindId, trace: &TermTrace<'_, 'p>) -> Vec<Note> {
    let term = trace.term;
    let mut notes = Vec::new();
    let Some(start) = trace.start else {
        let none = match trace.doubt {
            Some(sides) => in_doubt((words, kind), term, sides),
            None => {
                let none = none_of((words, kind), &term.start);
                Text::new(format!("nothing starts the term: {}", none.en), format!("期限没有起点：{}", none.zh))
            }
        };
        let below = match &term.start {
            Event::Value(start) => figures(words, trace.start_reader, &[start]),
            _ => Vec::new(),
        };
        return vec![Note::with(none, below)];
    };
    let began = moment(start);
    let name = event_name((words, kind), &term.start);
    let name = Text::new(format!("`{}`", name.en), format!("“{}”", name.zh));
    let clock = term.clock.and_then(|id| words.policy.clocks.get(id)).map(|clock| clock.name.as_str());
    let on = clock.map_or_else(Text::default, |clock| {
        Text::new(format!(" on the clock {clock}"), format!("（按办公时间 {clock}）"))
    });
    let plain = match &trace.counted.plain {
        Shown::Nothing => Text::new("a day that is not known", "不明"),
        plain => shown(plain, &Unit::Plain),
    };
    let due = shown(&trace.counted.due, &Unit::Plain).en;
    match (term.kind, trace.counted.amount) {
        (TermKind::By, _) => notes.push(Note::new(
            format!("the due day is that of {}: {began}", name.en),
            format!("限期为{}：{began}", name.zh),
        )),
        (_, None) => notes.push(Note::new(
            format!("it runs from {} on {began}; its length is open", name.en),
            format!("自{} {began} 起算，期限长度待定", name.zh),
        )),
        (TermKind::Ahead, Some(amount)) => {
            let length = span(Ratio::int(i128::from(amount)), term.unit);
            notes.push(Note::new(
                format!("{} before {} on {began}{}: {}", length.en, name.en, on.en, plain.en),
                format!("{} {began} 之前 {}{}：{}", name.zh, length.zh, on.zh, plain.zh),
            ));
        }
        (_, Some(amount)) => {
            let length = span(Ratio::int(i128::from(amount)), term.unit);
            notes.push(Note::new(
                format!("{} from {} on {began}{}: {}", length.en, name.en, on.en, plain.en),
                format!("自{} {began} 起 {}{}：{}", name.zh, length.zh, on.zh, plain.zh),
            ));
        }
    }
    if let Some(counted) = notes.first_mut() {
        counted.below = computed_parts(words, trace);
    }
    let extensions = || term.extended.iter().zip(&trace.counted.extensions);
    let told = |(declared, found)| extension(words, kind, trace, declared, found);
    let came_outside = |found: &Extending| found.holds == Some(false) && found.event.is_some();
    notes.extend(extensions().filter(|(_, found)| !came_outside(found)).map(told));
    notes.extend(trace.counted.stops.iter().take(words.list_max()).map(stop));
    notes.extend(words.more(trace.counted.stops.len(), words.list_max(), ("more stops", "次中止")));
    if let Some(from) = trace.counted.moved_from {
        notes.push(Note::new(
            format!("{from} is a rest day: it moves to {due}"),
            format!("{from} 是休息日，移至 {due}"),
        ));
    }
    if trace.counted.due != trace.counted.plain && !matches!(trace.counted.due, Shown::Nothing) && notes.len() > 1 {
        notes.push(Note::new(format!("so the term ends on {due}"), format!("因此期限届满于 {due}")));
    }
    // What came beside the term is measured by its ends.
    notes.extend(extensions().filter(|(_, found)| came_outside(found)).map(told));
    if let Some(step) = trace.counted.step
        && matches!(term.kind, TermKind::Within | TermKind::NotBefore)
        && step.day() < start.day()
    {
        notes.push(if term.or_before && term.kind == TermKind::Within {
            Note::new("the step came before the start, which meets the term too", "办理早于起点，按规定也算达成")
        } else {
            Note::new("the step came before the start, which does not meet the term", "办理早于起点，不算达成")
        });
    }
    notes
}

/// That a computed start or due day is not known, and between which days it lies.
fn in_doubt(place: Place<'_>, term: &TermReq, (earliest, latest): (Option<Moment>, Option<Moment>)) -> Text {
    let Text { en: name, zh } = event_name(place, &term.start);
    let (lies, lies_zh) = match (earliest.map(moment), latest.map(moment)) {
        (None, None) => (String::new(), String::new()),
        (Some(from), None) => (format!("; it is not before {from}"), format!("；不早于 {from}")),
        (None, Some(to)) => (format!("; it is not after {to}"), format!("；不晚于 {to}")),
        (Some(from), Some(to)) => (format!("; it lies in {from}..{to}"), format!("；在 {from}..{to} 之间")),
    };
    match term.kind {
        TermKind::By => Text::new(
            format!("the due day is that of `{name}`, which is not known{lies}"),
            format!("限期为“{zh}”，其日期不明{lies_zh}"),
        ),
        TermKind::Ahead => Text::new(
            format!("it is counted back from `{name}`, which is not known{lies}"),
            format!("自“{zh}”倒算，其日期不明{lies_zh}"),
        ),
        TermKind::Within | TermKind::NotBefore => Text::new(
            format!("the term starts on the day of `{name}`, which is not known{lies}"),
            format!("期限自“{zh}”起算，其日期不明{lies_zh}"),
        ),
    }
}

/// A side of a stop: of one that begins or ends with a day, the day.
fn side(at: Moment) -> String {
    match at {
        Moment::At(instant) if instant.micros_of_day() == 0 => instant.day().to_string(),
        at => moment(at),
    }
}

/// A stop, and why it changes nothing where it does not.
fn stop(stop: &Stopping) -> Note {
    let from = side(stop.from);
    // A stop up to the end of a day: the instant is the first of the day after.
    let whole = stop.to.and_then(|to| match to {
        Moment::At(instant) if instant.micros_of_day() == 0 => Some(instant.day().plus(-1)),
        _ => None,
    });
    let (en, zh) = match (whole, stop.to.map(side)) {
        (Some(last), _) if last.to_string() == from => (format!("stopped on {from}"), format!("{from} 当日中止计算")),
        (Some(last), _) => {
            (format!("stopped from {from} to the end of {last}"), format!("{from} 至 {last} 终了中止计算"))
        }
        (None, Some(to)) => (format!("stopped from {from} to {to}"), format!("{from} 至 {to} 中止计算")),
        (None, None) => (
            format!("stopped from {from}, not taken up again: the stop runs to as-of"),
            format!("{from} 起中止，尚未恢复：计至截至日"),
        ),
    };
    let (why, why_zh) = match stop.idle {
        None => return Note::new(en, zh),
        Some(Idle::Early) => ("that was before the term began and changes nothing", "早于期限起算，没有影响"),
        Some(Idle::Late) => ("that was after the term had ended and changes nothing", "期限已届满，没有影响"),
        Some(Idle::Again | Idle::Nothing) => {
            ("nothing of the term lies in it, so that it changes nothing", "其间没有计入期限的时间，没有影响")
        }
    };
    Note::new(format!("{en}: {why}"), format!("{zh}：{why_zh}"))
}

/// Which records of an aggregate change a term; `None`: it is none that lengthens or stops it, or that is open.
pub(super) fn acting(policy: &Policy, trace: &TermTrace<'_, '_>, agg: AggId) -> Option<Acting> {
    let term = trace.term;
    // Days of their own do not tell which record a stop is.
    if term.stopped.iter().any(|stop| matches!(stop, Stop::During(list) if *list == agg)) && has_own_days(policy, agg) {
        return None;
    }
    let others = [&term.start, &term.step].into_iter().filter_map(Event::agg);
    // Of a term whose length is open, what came before it changes nothing all the same.
    let is_open = matches!(trace.counted.due, Shown::Nothing);
    if others.into_iter().any(|other| other == agg) || is_open && trace.counted.amount.is_some() {
        return None;
    }
    let is_of = |marks: &Marks| match marks {
        Marks::One(event) => event.agg() == Some(agg),
        Marks::All(list) => *list == agg,
    };
    let mut found: Option<Acting> = None;
    for (_, extending) in term.extended.iter().zip(&trace.counted.extensions).filter(|(one, _)| is_of(&one.with)) {
        if extending.holds.is_none() && trace.counted.amount.is_some() {
            return None;
        }
        let held = extending.event.filter(|_| extending.holds == Some(true)).map(|at| (at, None));
        let idle = extending.others.iter().copied().filter(|(at, _)| Some(*at) != held.map(|(at, _)| at));
        found.get_or_insert_default().extend(held.into_iter().chain(idle));
    }
    let of_stop = |stop: &Stop| stop.marks().into_iter().any(is_of) || stop.lists().contains(&agg);
    if !is_open && term.stopped.iter().any(of_stop) {
        let ends = trace.counted.stops.iter().flat_map(|one| [Some(one.from), one.to].map(|at| (at, one.idle)));
        found.get_or_insert_default().extend(ends.filter_map(|(at, idle)| Some((at?, idle))));
    }
    found
}

/// Whether the records of a list stop a term on other days than those on which they begin.
fn has_own_days(policy: &Policy, list: AggId) -> bool {
    let Some(agg) = policy.aggs.get(list) else { return false };
    let AggOp::List(values) = &agg.op else { return false };
    let begins = agg.source.parts().first().and_then(|part| policy.kinds.get(part.kind)?.at);
    values.first() != begins.map(|at| Expr::Field(vec![at])).as_ref()
}

/// What a computed start, and a length that is no plain number, come from.
fn computed_parts<'p>(words: Words<'p>, trace: &TermTrace<'_, 'p>) -> Vec<Note> {
    let mut notes = match &trace.term.start {
        Event::Value(start) => figures(words, trace.start_reader, &[start]),
        _ => Vec::new(),
    };
    // A parameter is told by the length itself.
    if !matches!(trace.term.amount, Expr::Param(_)) {
        notes.extend(figures(words, trace.reader, &[&trace.term.amount]));
    }
    notes
}

fn extension(
    words: Words<'_>,
    kind: KindId,
    trace: &TermTrace<'_, '_>,
    declared: &Extension,
    found: &Extending,
) -> Note {
    let Text { en: name, zh } = match &declared.with {
        Marks::One(event) => event_name((words, kind), event),
        Marks::All(agg) => {
            let rows = words.events_of(*agg);
            Text::new(rows.clone(), rows)
        }
    };
    let Some(event) = found.event else {
        let none = match &declared.with {
            Marks::One(event) => none_of((words, kind), event),
            Marks::All(_) => Text::new(format!("no `{name}` on file that counts"), format!("没有计入的“{zh}”")),
        };
        return Note::new(format!("no extension: {}", none.en), format!("没有延期：{}", none.zh));
    };
    let at = moment(event);
    match (found.holds, found.added) {
        (Some(true), Some(added)) => {
            let length = span(Ratio::int(i128::from(added)), declared.unit);
            Note::new(
                format!("extended by {}: `{name}` on {at} lies in the running term", length.en),
                format!("延长 {}：“{zh}”在 {at}，在期限之内", length.zh),
            )
        }
        (Some(true), None) => Note::new(
            format!("extended by `{name}` on {at}, by a length that is open"),
            format!("因“{zh}”（{at}）延长，延长多少待定"),
        ),
        (Some(false), _) => {
            let early = trace.start.is_some_and(|start| event.day() < start.day());
            if early && trace.term.kind != TermKind::By {
                Note::new(
                    format!("not extended: `{name}` on {at} came before the term began"),
                    format!("不延长：“{zh}”在 {at}，早于期限起算"),
                )
            } else {
                Note::new(
                    format!("not extended: `{name}` on {at} came after the term had ended"),
                    format!("不延长：“{zh}”在 {at}，期限已届满"),
                )
            }
        }
        (None, _) if trace.counted.amount.is_none() => Note::new(
            format!("whether `{name}` on {at} extends it is not decided: it is open when the term ends"),
            format!("“{zh}”（{at}）是否延长期限，无法判断：期限何时届满待定"),
        ),
        (None, _) => Note::new(
            format!("whether `{name}` on {at} extends it is not decided"),
            format!("“{zh}”（{at}）是否延长期限，无法判断"),
        ),
    }
}
