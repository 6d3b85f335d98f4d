//! The values that an expression reads, as notes: measures opened, other periods listed.

use super::gather::bounds_of;
use super::note::Note;
use super::words::{Words, joined, same};
use crate::diagnostic::Text;
use crate::engine::review::{NoResult, OtherPeriod, PeriodUse, Reader};
use crate::model::{Agg, AggFrame, AggId, AssessmentId, Expr, MeasureId, Period, Policy, Type, Unit, frame_range};

/// Notes on the values that expressions read in a place.
pub(super) fn figures<'p>(words: Words<'p>, reader: Reader<'_, 'p>, exprs: &[&'p Expr]) -> Vec<Note> {
    let mut found: Vec<&'p Expr> = Vec::new();
    exprs.iter().for_each(|expr| leaves(expr, &mut found));
    let most = words.figures_of(found.len());
    let more = words.more(found.len(), most, ("more values", "个数值"));
    let mut notes = Vec::new();
    exprs.iter().for_each(|expr| rows_that_hold(words, reader, expr, false, &mut notes));
    notes.extend(found.into_iter().take(most).map(|leaf| figure(words, reader, leaf, 0)).chain(more));
    notes
}

/// Which rows of the tables in an expression hold; what a lone condition comes to is told by its values. `inside`: it is the
/// value of a row of another table.
fn rows_that_hold<'p>(words: Words<'p>, reader: Reader<'_, 'p>, expr: &'p Expr, inside: bool, out: &mut Vec<Note>) {
    let Expr::Cases(rows, otherwise) = expr else {
        return expr.children().into_iter().for_each(|child| rows_that_hold(words, reader, child, inside, out));
    };
    let is_ladder = inside || rows.len() > 1 || matches!(otherwise.as_deref(), Some(Expr::Cases(..)));
    if !is_ladder {
        return;
    }
    let says = |test: &'p Expr| words.phrase(reader.kind(), test);
    for (test, value) in rows {
        match reader.holds(test) {
            Some(false) => {}
            Some(true) => {
                let says = says(test);
                out.push(Note::new(format!("holds: {}", says.en), format!("成立：{}", says.zh)));
                return rows_that_hold(words, reader, value, true, out);
            }
            None => {
                let says = says(test);
                return out.push(Note::new(format!("not decided: {}", says.en), format!("不明：{}", says.zh)));
            }
        }
    }
    let Some(value) = otherwise else { return };
    match rows.as_slice() {
        [(test, _)] => {
            let says = says(test);
            out.push(Note::new(format!("does not hold: {}", says.en), format!("不成立：{}", says.zh)));
        }
        _ => out.push(Note::new("none of its rows holds, so that the last one counts", "各档均不成立，按最后一档")),
    }
    rows_that_hold(words, reader, value, true, out);
}

/// What an expression reads directly, each once; constants apart.
fn leaves<'p>(expr: &'p Expr, found: &mut Vec<&'p Expr>) {
    match expr {
        Expr::Const(..) | Expr::Key => {}
        Expr::Param(_)
        | Expr::AsOf
        | Expr::WindowStart
        | Expr::WindowEnd
        | Expr::Field(_)
        | Expr::Measure(_)
        | Expr::Through(..)
        | Expr::Agg(_)
        | Expr::Cover(_)
        | Expr::Tally(_)
        | Expr::Result(..)
        | Expr::ResultVia(..)
        | Expr::Counter(..)
        | Expr::Periods(_)
        | Expr::InPeriod(_)
        | Expr::Line(_) => {
            if !found.contains(&expr) {
                found.push(expr);
            }
        }
        other => other.children().into_iter().for_each(|child| leaves(child, found)),
    }
}

/// What is computed of a row of an aggregate, and the values by which it counts or not.
pub(super) fn told_of_row(agg: &Agg) -> Vec<&Expr> {
    let mut told: Vec<&Expr> = agg.op.exprs();
    let filters = agg.source.parts().iter().filter_map(|part| part.filter.as_ref());
    filters.for_each(|filter| leaves(filter, &mut told));
    // Its fields are listed anyway, and parameters are the same for all.
    told.retain(|expr| !matches!(expr, Expr::Field(_) | Expr::Const(..) | Expr::Key) && !is_alike(expr));
    told
}

/// What a row of an aggregate comes to, and the values beside its fields by which it counts or not.
pub(super) fn of_row<'p>(words: Words<'p>, row: Reader<'_, 'p>, agg: AggId) -> Text {
    let told = words.policy.aggs.get(agg).map(told_of_row).unwrap_or_default();
    let most = words.figures_max();
    let text = |expr: &'p Expr| {
        let (name, value) = (words.phrase(row.kind(), expr), value(words, row, expr));
        joined(&[name, value], " = ", " = ")
    };
    let mut texts: Vec<Text> = told.iter().take(most).map(|expr| text(expr)).collect();
    texts.extend(words.more(told.len(), most, ("more values", "个数值")).map(|more| more.text));
    joined(&texts, ", ", "，")
}

fn figure<'p>(words: Words<'p>, reader: Reader<'_, 'p>, leaf: &'p Expr, depth: usize) -> Note {
    let kind = reader.kind();
    let name = match leaf {
        Expr::Line(value) => line_name(words, reader, *value),
        other => words.phrase(kind, other),
    };
    let name = match told_days(words, reader, leaf) {
        Some(days) => Text::new(format!("{} ({days})", name.en), format!("{}（{days}）", name.zh)),
        None => name,
    };
    let value = value(words, reader, leaf);
    let mut note = Note::new(format!("{} = {}", name.en, value.en), format!("{} = {}", name.zh, value.zh));
    if let Expr::Measure(id) | Expr::Through(_, id) = leaf {
        note.formula = formula(words, *id);
    }
    note.below = match leaf {
        Expr::Measure(id) => opened(words, reader, *id, depth),
        Expr::Agg(_) | Expr::Cover(_) => {
            let mut inner = Vec::new();
            let ids = || leaf.aggs().into_iter();
            ids().flat_map(|id| bounds_of(words.policy, id)).for_each(|bound| leaves(bound, &mut inner));
            inner.retain(|inner| is_told(inner));
            ids().for_each(|id| alike(words.policy, id, &mut inner));
            inside(words, reader, inner, depth)
        }
        Expr::Through(path, id) => {
            let words = Words { is_beside: false, ..words };
            reader.reached(path).map_or_else(Vec::new, |row| opened(words, row, *id, depth))
        }
        Expr::Counter(id, _) => {
            let name = words.policy.counters.get(*id).map_or("", |counter| counter.name.as_str());
            vec![Note::of(command(reader.key(), "--assessment", name))]
        }
        Expr::Periods(agg) => {
            let asked = (agg.of, agg.op.exprs().first().copied(), agg.filter.as_ref());
            let mut notes = others(words, reader, asked, &reader.periods(agg));
            notes.extend(Some(go_on(words, agg.of, reader.key())));
            notes
        }
        Expr::InPeriod(one) => {
            let found: Vec<OtherPeriod> = reader.other_period(one).into_iter().collect();
            let subject = found.first().map_or(reader.key(), |other| other.subject.as_str()).to_owned();
            let mut notes = others(words, reader, (one.of, Some(&one.value), None), &found);
            if found.is_empty() {
                notes.push(Note::new("there is no earlier record with a result", "没有更早的有结果的记录"));
            } else if !matches!(one.value, Expr::ResultVia(..)) || subject != reader.key() {
                // Where the references lead nowhere there is nothing to go on with.
                notes.push(go_on(words, one.of, &subject));
            }
            notes
        }
        _ => Vec::new(),
    };
    // A measure that has no value says why.
    let is_missing = || reader.read(leaf).is_some_and(|figure| !figure.known && !figure.in_doubt);
    if depth == 0 && matches!(leaf, Expr::Measure(_) | Expr::Through(..)) && is_missing() {
        note.below.extend(super::doubt::lacks(words, reader, leaf));
    }
    note
}

/// The days of a frame of so many units, which its words do not say.
fn told_days(words: Words<'_>, reader: Reader<'_, '_>, leaf: &Expr) -> Option<String> {
    let frame = match leaf {
        Expr::Agg(id) => &words.policy.aggs.get(*id)?.frame,
        Expr::Periods(agg) => &agg.frame,
        _ => return None,
    };
    let AggFrame::Last { .. } = frame else { return None };
    let (from, to) = frame_range(frame, reader.window());
    Some(format!("{}..{}", from?, to?.plus(-1)))
}

/// How the policy computes a measure.
fn formula(words: Words<'_>, id: MeasureId) -> String {
    words.policy.measures.get(id).map(|measure| words.statements.of(measure.span)).unwrap_or_default()
}

/// The values that a measure reads.
fn opened<'p>(words: Words<'p>, reader: Reader<'_, 'p>, id: MeasureId, depth: usize) -> Vec<Note> {
    let mut inner = Vec::new();
    words.policy.measures.get(id).into_iter().for_each(|measure| leaves(&measure.expr, &mut inner));
    if words.is_beside {
        inner.retain(|inner| is_told(inner));
    }
    // A measure that is one number of rows says it itself.
    let mut notes = Vec::new();
    if let (Some(measure), true) = (words.policy.measures.get(id), depth < words.depth_max()) {
        rows_that_hold(words, reader, &measure.expr, false, &mut notes);
    }
    notes.extend(match inner.as_slice() {
        [only] if words.policy.measures.get(id).is_some_and(|measure| measure.expr == **only) => {
            let plain = matches!(only, Expr::Agg(_)) && told_days(words, reader, only).is_none();
            if plain && !formula(words, id).is_empty() {
                figure(words, reader, only, depth).below
            } else {
                inside(words, reader, inner, depth)
            }
        }
        _ => inside(words, reader, inner, depth),
    });
    notes
}

/// Values below another, as deep as is told.
fn inside<'p>(words: Words<'p>, reader: Reader<'_, 'p>, inner: Vec<&'p Expr>, depth: usize) -> Vec<Note> {
    let is_deep = depth >= words.depth_max();
    // One line more is no longer than to say that it is left out.
    let most = if is_deep { usize::from(inner.len() == 1) } else { words.figures_of(inner.len()) };
    let more = words.more(inner.len(), most, ("more values", "个数值"));
    let told = |inner: &'p Expr| {
        let mut note = figure(words, reader, inner, depth + 1);
        note.below.retain(|_| !is_deep);
        note
    };
    inner.into_iter().take(most).map(told).chain(more).collect()
}

/// Fields of the row itself are listed with it, and the edges of its window with the result.
fn is_told(inner: &Expr) -> bool {
    !matches!(inner, Expr::Field(path) if path.len() == 1) && !matches!(inner, Expr::WindowStart | Expr::WindowEnd)
}

/// A value that is the same for all rows.
fn is_alike(expr: &Expr) -> bool {
    matches!(expr, Expr::Param(_) | Expr::AsOf | Expr::WindowStart | Expr::WindowEnd)
}

/// What the filter of an aggregate reads that is the same for all rows.
fn alike<'p>(policy: &'p Policy, id: AggId, found: &mut Vec<&'p Expr>) {
    let Some(agg) = policy.aggs.get(id) else { return };
    let mut read = Vec::new();
    let filters = agg.source.parts().iter().filter_map(|part| part.filter.as_ref());
    filters.for_each(|filter| leaves(filter, &mut read));
    read.retain(|expr| is_alike(expr) && !found.contains(expr));
    found.extend(read);
}

/// Whether the bounds of the days that an aggregate looks at are worth their values.
pub(super) fn has_told_bounds(policy: &Policy, id: AggId) -> bool {
    let mut inner = Vec::new();
    bounds_of(policy, id).into_iter().for_each(|bound| leaves(bound, &mut inner));
    inner.into_iter().any(is_told)
}

/// The value of a measure, by its expression and type.
pub(super) fn value_of<'p>(words: Words<'p>, reader: Reader<'_, 'p>, expr: &'p Expr, ty: &Type) -> Text {
    let unit = crate::model::unit_of(ty).unwrap_or(Unit::Plain);
    match (reader.read(expr), words.grades(expr)) {
        (None, _) => Text::new("not known", "不明"),
        (Some(figure), Some(_)) => words.value_of(reader.kind(), expr, &figure),
        (Some(figure), None) => words.figure(&figure, &unit),
    }
}

/// A measure of a row, opened.
pub(super) fn measure<'p>(words: Words<'p>, reader: Reader<'_, 'p>, id: MeasureId) -> Note {
    let Some(decl) = words.policy.measures.get(id) else { return Note::default() };
    let value = value_of(words, reader, &decl.expr, &decl.ty);
    let name = &decl.name;
    let mut note = Note::new(format!("{name} = {}", value.en), format!("{name} = {}", value.zh));
    note.formula = formula(words, id);
    note.below = opened(words, reader, id, 0);
    note
}

fn line_name(words: Words<'_>, reader: Reader<'_, '_>, value: crate::model::LineValue) -> Text {
    match (value, reader.assessment()) {
        (crate::model::LineValue::Points(line), Some(id)) => {
            let name = words.line(id, line);
            Text::new(format!("points of {name}"), format!("{name} 得分"))
        }
        _ => Text::new("full items", "满分项数"),
    }
}

/// The value of an expression.
pub(super) fn value<'p>(words: Words<'p>, reader: Reader<'_, 'p>, expr: &'p Expr) -> Text {
    let Some(figure) = reader.read(expr) else { return Text::new("not known", "不明") };
    let none = if figure.known { None } else { reader.no_result(expr) };
    match none {
        Some(NoResult::Absent) => Text::new("no result", "没有结果"),
        Some(NoResult::Unscored) => Text::new("not scored", "不评"),
        Some(NoResult::Withheld) => Text::new("withheld", "暂不定等"),
        None => words.value_of(reader.kind(), expr, &figure),
    }
}

/// One line a period.
fn others<'p>(
    words: Words<'p>,
    reader: Reader<'_, 'p>,
    (of, value, filter): (AssessmentId, Option<&'p Expr>, Option<&'p Expr>),
    periods: &[OtherPeriod],
) -> Vec<Note> {
    let said = |figure| match value {
        Some(value) => words.value_of(reader.kind(), value, figure),
        None => words.figure(figure, &Unit::Plain),
    };
    let mut notes: Vec<Note> = Vec::new();
    for other in periods.iter().take(words.list_max()) {
        let label = Period::new(other.window).to_string();
        let found = other.figure.as_ref().map_or_else(|| same("-"), said);
        let text = match other.used {
            PeriodUse::Read if value.is_none() => Text::new("counts", "计入"),
            PeriodUse::Read => found,
            PeriodUse::PassedOver => Text::new("passed over", "不取"),
            PeriodUse::Doubtful => Text::new("in doubt", "不明"),
            PeriodUse::StoodFor => {
                Text::new(format!("no result; {} stands for it", found.en), format!("没有结果，以 {} 代替", found.zh))
            }
            PeriodUse::LeftOut => Text::new("no result; left out", "没有结果，不计"),
            PeriodUse::Missing => Text::new("no result; unknown", "没有结果，视为不明"),
        };
        let text = match &other.weight {
            Some(weight) => {
                let weight = words.figure(weight, &Unit::Plain);
                Text::new(format!("{} (weight {})", text.en, weight.en), format!("{}（权重 {}）", text.zh, weight.zh))
            }
            None => text,
        };
        let by = filter.map(|filter| by_which(words, reader.in_period(other.window), of, filter)).unwrap_or_default();
        let text = joined(&[text, by], "", "");
        let of = if other.subject == reader.key() { String::new() } else { format!(" {}", other.subject) };
        notes.push(Note::new(format!("{label}{of}: {}", text.en), format!("{label}{of}：{}", text.zh)));
    }
    notes.extend(words.more(periods.len(), words.list_max(), ("more periods", "期")));
    if notes.is_empty() {
        let name = words.assessment(of);
        notes.push(Note::new(format!("{name} has no such period"), format!("{name} 没有这样的一期")));
    }
    notes
}

/// The values in a period by which it is taken or passed over.
fn by_which<'p>(words: Words<'p>, there: Reader<'_, 'p>, of: AssessmentId, filter: &'p Expr) -> Text {
    let mut read = Vec::new();
    leaves(filter, &mut read);
    let text =
        |leaf: &'p Expr| joined(&[words.in_result(there.kind(), of, leaf, 0), value(words, there, leaf)], " = ", " = ");
    let texts: Vec<Text> = read.into_iter().filter(|leaf| !is_alike(leaf)).map(text).collect();
    let list = joined(&texts, ", ", "，");
    if texts.is_empty() {
        return Text::default();
    }
    Text::new(format!(" ({})", list.en), format!("（{}）", list.zh))
}

/// How to go on with another assessment.
pub(super) fn go_on(words: Words<'_>, of: AssessmentId, subject: &str) -> Note {
    let name = words.assessment(of);
    Note::of(command(subject, "--assessment", name))
}

/// A command that shows more.
pub(super) fn command(subject: &str, option: &str, name: &str) -> Text {
    let quoted = |text: &str| {
        let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
        if plain { text.to_owned() } else { format!("\"{text}\"") }
    };
    let options = format!("--subject {} {option} {}", quoted(subject), quoted(name));
    Text::new(format!("more with `{options}`"), format!("详见 `{options}`"))
}
