//! Why a row does not count, in words.

use super::words::{Words, same};
use crate::data::evidence::{Aside, EvidenceRow};
use crate::diagnostic::Text;
use crate::engine::review::Idle;
use crate::engine::trace::conjuncts;
use crate::model::{SourcePart, Thin};

/// The reason; empty for a row that counts as any other. `period`: label of the days looked at.
pub(super) fn reason(words: Words<'_>, part: &SourcePart, thin: Option<Thin>, period: &str, row: &EvidenceRow) -> Text {
    match (&row.aside, row.kept) {
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
        Aside::Early => Text::new("before these days", "早于此期间"),
        Aside::Late => Text::new("after these days", "晚于此期间"),
        Aside::Below(key) => Text::new(format!("it is of {key}, below this subject"), format!("属于下级 {key}")),
        Aside::Actor(key) | Aside::Instead(key) => {
            Text::new(format!("it is the record of {key}"), format!("属于 {key} 的记录"))
        }
    }
}
