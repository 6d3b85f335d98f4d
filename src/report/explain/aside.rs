//! Why a row does not count, in words.

use super::words::{Words, joined, same};
use crate::data::evidence::{Aside, EvidenceRow, FieldCell};
use crate::diagnostic::Text;
use crate::engine::review::Idle;
use crate::engine::trace::conjuncts;
use crate::model::{Expr, SourcePart, Thin};
use crate::program::walk_own;

/// What was asked about a row.
#[derive(Clone, Copy)]
pub(super) struct Asked<'q> {
    pub part: &'q SourcePart,
    /// What is taken of it.
    pub values: &'q [&'q Expr],
    pub thin: Option<Thin>,
    /// Label of the days looked at.
    pub period: &'q str,
    /// Instants bound these days.
    pub timed: bool,
}

impl<'q> Asked<'q> {
    /// Whether it is one of a part.
    pub fn of(part: &'q SourcePart) -> Asked<'q> {
        Asked { part, values: &[], thin: None, period: "", timed: false }
    }
}

/// The reason; empty for a row that counts as any other.
pub(super) fn reason(words: Words<'_>, asked: Asked<'_>, row: &EvidenceRow) -> Text {
    let Asked { part, thin, period, .. } = asked;
    match (&row.aside, row.kept) {
        (Some(Aside::Unsaid(at)), Some(true)) => unsaid(words, asked, *at, row),
        (Some(Aside::Early), _) if asked.timed => {
            Text::new("does not count: it came before this time", "不计：早于此时段")
        }
        (Some(Aside::Late), _) if asked.timed => {
            Text::new("does not count: it came after this time", "不计：晚于此时段")
        }
        (Some(Aside::Year(year)), Some(true)) => {
            Text::new(format!("counts: it is for {year}, whatever its day"), format!("计入：所属年度为 {year}"))
        }
        (Some(Aside::Year(year)), _) => Text::new(
            format!("does not count: it is for {year}, not for {period}"),
            format!("不计：所属年度为 {year}，不是 {period}"),
        ),
        (Some(Aside::Instead(key)), Some(true)) => {
            Text::new(format!("counts: done by {key}, who stands in"), format!("计入：由代理人 {key} 办理"))
        }
        (_, Some(true)) => same(""),
        (None, None) => Text::new("not decided", "不明"),
        (Some(Aside::Filter(at)), None) => {
            let open = condition(words, part, *at);
            Text::new(format!("not decided: {}", open.en), format!("不明：{}", open.zh))
        }
        (None, Some(false)) => Text::new("does not count", "不计"),
        (Some(aside), _) => {
            let why = why(words, part, thin, aside);
            Text::new(format!("does not count: {}", why.en), format!("不计：{}", why.zh))
        }
    }
}

/// What a record that counts does not say: the fields that are empty, else the value that they make.
fn unsaid(words: Words<'_>, asked: Asked<'_>, at: usize, row: &EvidenceRow) -> Text {
    let Some(value) = asked.values.get(at) else { return same("") };
    let mut empty: Vec<Text> = Vec::new();
    walk_own(value, words.policy, &mut |read| {
        let Expr::Field(path) = read else { return };
        let name = words.path(asked.part.kind, path);
        let filled = |field: &FieldCell| field.name == name && !field.late;
        let name = Text::new(format!("`{name}`"), format!("`{name}`"));
        if path.len() == 1 && !row.fields.iter().any(filled) && !empty.contains(&name) {
            empty.push(name);
        }
    });
    let late = |name: &Text| row.fields.iter().any(|field| field.late && name.en == format!("`{}`", field.name));
    if !empty.is_empty() && empty.iter().all(late) {
        let names = joined(&empty, ", ", "、");
        return Text::new(
            format!("counts, but {} lies later than as-of and is not read", names.en),
            format!("计入，但 {} 晚于截至日，不读取", names.zh),
        );
    }
    if empty.is_empty() {
        let says = words.phrase(asked.part.kind, value);
        return Text::new(format!("counts, but {} is not known", says.en), format!("计入，但 {} 不明", says.zh));
    }
    let names = joined(&empty, ", ", "、");
    Text::new(format!("counts, but {} is empty", names.en), format!("计入，但 {} 为空", names.zh))
}

fn condition(words: Words<'_>, part: &SourcePart, at: usize) -> Text {
    let condition = part.filter.as_ref().and_then(|filter| conjuncts(filter).get(at).copied());
    condition.map_or_else(|| same(""), |condition| words.phrase(part.kind, condition))
}

fn why(words: Words<'_>, part: &SourcePart, thin: Option<Thin>, aside: &Aside) -> Text {
    match aside {
        Aside::Filter(at) => {
            let failed = condition(words, part, *at);
            Text::new(format!("it needs {}", failed.en), format!("须 {}", failed.zh))
        }
        Aside::NotFirst => Text::new("another record of its matter was first", "同一事项已有首条记录"),
        Aside::Spacing => match thin.map(|thin| (thin.spacing.is_some(), thin.alternating)) {
            Some((true, false)) => Text::new("too near to the one counted before it", "与前一条计入的记录间隔不足"),
            Some((false, true)) => {
                Text::new("of the same kind as the one counted before it", "与前一条计入的记录种类相同")
            }
            _ => Text::new(
                "too near to the one counted before it, or of the same kind",
                "与前一条计入的记录间隔不足或种类相同",
            ),
        },
        Aside::Uncounted => Text::new(
            "on its day the counter is not in force, or does not count the subject",
            "当日累计未施行，或不计该对象",
        ),
        Aside::Idle(Idle::Early) => Text::new("it came before the term began", "早于期限起算"),
        Aside::Idle(Idle::Late) => Text::new("it came after the term had ended", "期限已届满"),
        Aside::Idle(Idle::Again) => Text::new("another one has extended the term already", "期限已由另一条延长"),
        Aside::Idle(Idle::Nothing) => Text::new("it changes nothing of the term", "对期限没有影响"),
        Aside::Year(year) => Text::new(format!("it is for {year}"), format!("所属年度为 {year}")),
        Aside::Unsaid(_) => Text::new("not all of it is known", "内容有不明之处"),
        Aside::Early => Text::new("before these days", "早于此期间"),
        Aside::Late => Text::new("after these days", "晚于此期间"),
        Aside::Below(key) => Text::new(format!("it is of {key}, below this subject"), format!("属于下级 {key}")),
        Aside::Actor(key) | Aside::Instead(key) => {
            Text::new(format!("it is the record of {key}"), format!("属于 {key} 的记录"))
        }
    }
}
