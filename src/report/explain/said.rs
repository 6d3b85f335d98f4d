//! Numbers, lengths of time, moments and lists in words, in both languages.

use crate::diagnostic::Text;
use crate::model::{Moment, Ratio, Shown, TermUnit, Type, Unit};

/// Decimal places of numbers without an end.
const PLACES: u32 = 4;

/// A text that is the same in both languages.
pub(super) fn same(text: impl Into<String>) -> Text {
    let text = text.into();
    Text { en: text.clone(), zh: text }
}

/// Texts joined by a mark of each language.
pub(super) fn joined(texts: &[Text], en: &str, zh: &str) -> Text {
    let side = |pick: fn(&Text) -> &str, by: &str| texts.iter().map(pick).collect::<Vec<_>>().join(by);
    Text { en: side(|t| &t.en, en), zh: side(|t| &t.zh, zh) }
}

/// `a` or `an` before a word.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// A number of things: `1 record`, `2 records`.
pub(super) fn count_of(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// A length of time.
pub(super) fn span(amount: Ratio, unit: TermUnit) -> Text {
    let (one, more, zh) = match unit {
        TermUnit::Minutes => ("minute", "minutes", "分钟"),
        TermUnit::Hours => ("hour", "hours", "小时"),
        TermUnit::Days => ("day", "days", "天"),
        TermUnit::Workdays => ("workday", "workdays", "个工作日"),
        TermUnit::Weeks => ("week", "weeks", "周"),
        TermUnit::Months => ("month", "months", "个月"),
        TermUnit::Years => ("year", "years", "年"),
    };
    let number = decimal(amount);
    let word = if amount == Ratio::ONE { one } else { more };
    Text::new(format!("{number} {word}"), format!("{number} {zh}"))
}

/// A number as people write it: at most four decimal places.
pub(super) fn decimal(number: Ratio) -> String {
    let exact = number.to_string();
    let places = exact.split_once('.').map_or(0, |(_, part)| part.len());
    if places <= PLACES as usize {
        return exact;
    }
    number.to_places(PLACES).trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A moment as people write it.
pub(super) fn moment(at: Moment) -> String {
    at.to_string().replacen('T', " ", 1)
}

/// A value that a finding shows.
pub(super) fn shown(value: &Shown, unit: &Unit) -> Text {
    match value {
        Shown::Number(number) => with_unit(*number, unit),
        Shown::Moment(at) => same(moment(*at)),
        Shown::Bool(true) => Text::new("yes", "是"),
        Shown::Bool(false) => Text::new("no", "否"),
        Shown::Text(text) => same(text.clone()),
        Shown::Nothing => same(""),
    }
}

/// A number with its unit.
pub(super) fn with_unit(number: Ratio, unit: &Unit) -> Text {
    let plain = decimal(number);
    match unit {
        Unit::Plain => same(plain),
        Unit::Share => same(percent(number)),
        Unit::Points => {
            let word = if number == Ratio::ONE { "point" } else { "points" };
            Text::new(format!("{plain} {word}"), format!("{plain} 分"))
        }
        Unit::Money(currency) => {
            Text::new(format!("{plain} {}", currency.word()), format!("{plain} {}", currency.word_zh()))
        }
        Unit::Span(unit) => span(number, *unit),
        Unit::Named(name) => same(format!("{plain} {name}")),
    }
}

/// What rounding made of a number; nothing where it changed nothing.
pub(super) fn rounded(exact: Ratio, to: Ratio, unit: &Unit) -> Text {
    if exact == to {
        return Text::default();
    }
    let (en, zh) = if exact < to { ("up", "进至") } else { ("down", "舍至") };
    let to = with_unit(to, unit);
    Text::new(format!(", rounded {en} to {}", to.en), format!("，{zh} {}", to.zh))
}

/// A value of a field as outputs print it; yes and no as words.
pub(super) fn field_text(ty: Option<&Type>, value: String) -> Text {
    match (ty, value.as_str()) {
        (Some(Type::Bool), "true") => Text::new("yes", "是"),
        (Some(Type::Bool), "false") => Text::new("no", "否"),
        _ => same(value),
    }
}

/// So many are left out, and how to see them.
pub(super) fn more_text(hidden: u64, en: &str, zh: &str) -> Text {
    let en = if hidden == 1 { en.strip_suffix('s').unwrap_or(en) } else { en };
    Text::new(
        format!("... and {hidden} {en}; `--all` shows them"),
        format!("……另有 {hidden} {zh}，加 `--all` 可看全部"),
    )
}

/// A share in percent.
pub(super) fn percent(share: Ratio) -> String {
    share.mul(Ratio::int(100)).map_or_else(|_| share.to_string(), |share| format!("{}%", decimal(share)))
}
