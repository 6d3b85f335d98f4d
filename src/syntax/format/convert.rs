//! The keywords of another language. Most stand in the same order; three forms of time do not.

use super::tokens::{Gap, Token};
use crate::diagnostic::Lang;
use crate::syntax::keywords::{Class, Keyword, keyword};
use crate::syntax::parse::Rule;

/// The tokens with the keywords of a language, of several spellings the first of the table.
pub(super) fn convert(tokens: Vec<Token>, lang: Lang) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if token.group == 0 {
            push(&mut out, token, lang);
            continue;
        }
        let group = token.group;
        let mut members = vec![token];
        while let Some(member) = tokens.next_if(|t| t.group == group) {
            members.push(member);
        }
        for member in reorder(members, lang) {
            push(&mut out, member, lang);
        }
    }
    out
}

fn id(rule: Rule) -> Option<&'static Keyword> {
    format!("{rule:?}").strip_prefix("kw_").and_then(keyword)
}

fn push(out: &mut Vec<Token>, mut token: Token, lang: Lang) {
    let Some(keyword) = id(token.rule) else {
        out.push(token);
        return;
    };
    // English takes `at least` for a comparison where nothing comes between it and a condition.
    if token.bare_count && lang == Lang::En {
        let has = Token { text: "has".to_owned(), rule: Rule::kw_has, ..token.clone() };
        token = Token {
            gap: Gap::default(),
            starts: false,
            may_break: false,
            main_part: false,
            bare_count: false,
            ..token
        };
        out.push(has);
    }
    let forms = match lang {
        // In English a comparison has one word for both.
        Lang::En if token.rule == Rule::kw_cmp_not_above => &["at most"],
        Lang::En => keyword.en,
        Lang::Zh => keyword.zh,
    };
    let one = out.last().is_some_and(|t| t.rule == Rule::number && t.text == "1");
    match (forms, keyword.class) {
        // A measure word that the language does not have changes nothing: it stays.
        ([], Class::Unit) => {}
        // A word that only rounds off the sentence is left out, its comments stay.
        ([], _) => {
            if let Some(last) = out.last_mut() {
                last.text.push_str(&token.gap.comments.iter().map(|c| format!(" {}", c.text)).collect::<String>());
            }
            return;
        }
        // Measure words are no spellings of one word, and a comment inside of a phrase stays.
        (forms, _) if token.rule == Rule::kw_counter && forms.contains(&token.text.as_str()) => {}
        _ if token.text.contains('/') => {}
        ([_, singular, ..], Class::Unit) if one && lang == Lang::En => token.text = (*singular).to_owned(),
        // Behind a start that comes first, 起 goes with its 自.
        (_, _) if token.rule == Rule::kw_term_within && token.parent == Rule::term_req && lang == Lang::Zh => {
            token.text = "起".to_owned();
        }
        ([form, ..], _) => token.text = (*form).to_owned(),
    }
    out.push(token);
}

/// Monday to Sunday, and which of them.
fn is_weekday(rule: Rule) -> bool {
    use Rule as R;
    matches!(
        rule,
        R::kw_monday
            | R::kw_tuesday
            | R::kw_wednesday
            | R::kw_thursday
            | R::kw_friday
            | R::kw_saturday
            | R::kw_sunday
            | R::kw_nth_1
            | R::kw_nth_2
            | R::kw_nth_3
            | R::kw_nth_4
            | R::kw_nth_5
            | R::kw_nth_last
    )
}

/// The tokens of a form of time in the order of a language.
fn reorder(members: Vec<Token>, lang: Lang) -> Vec<Token> {
    let has = |rule: Rule| members.iter().any(|t| t.rule == rule);
    let english = has(Rule::kw_of) || has(Rule::kw_to_window_end) || has(Rule::kw_in_the);
    if english == (lang == Lang::En) {
        return members;
    }
    let gap = members.iter().fold(Gap::default(), |mut gap, token| {
        gap.comments.extend(token.gap.comments.clone());
        gap
    });
    let first = members.first().cloned();
    let breaks = first.as_ref().map_or(0, |t| t.gap.breaks);
    let made = |rule: Rule| first.clone().map(|t| Token { rule, text: String::new(), ..t });
    let pick = |test: &dyn Fn(Rule) -> bool| members.iter().filter(|t| test(t.rule)).cloned().collect::<Vec<_>>();
    let every = pick(&|r| format!("{r:?}").starts_with("kw_every_"));
    let numbers = pick(&|r| matches!(r, Rule::number | Rule::comma));
    let units = pick(&|r| id(r).is_some_and(|k| k.class == Class::Unit));
    let last = pick(&|r| matches!(r, Rule::kw_last_day | Rule::kw_or_last_day));
    let weekdays = pick(&|r| r == Rule::comma || is_weekday(r));
    let only_last = has(Rule::kw_last_day);
    let mut out: Vec<Token> = Vec::new();
    let mut add = |tokens: Vec<Token>| out.extend(tokens);
    let one = |rule: Rule| made(rule).into_iter().collect::<Vec<_>>();
    let on = has(Rule::kw_on)
        || !(every.is_empty()
            || has(Rule::kw_first_n)
            || has(Rule::kw_last_n)
            || has(Rule::kw_in_the_first)
            || has(Rule::kw_in_the_last));
    match (lang, every.is_empty()) {
        // on second Friday of every month / 逢 每月 第二个 周五
        (Lang::En, false) if weekdays.iter().any(|t| t.rule != Rule::comma) => {
            add(one(Rule::kw_on));
            add(weekdays);
            add(one(Rule::kw_of));
            add(every);
        }
        (Lang::Zh, false) if weekdays.iter().any(|t| t.rule != Rule::comma) => {
            add(one(Rule::kw_on));
            add(every);
            add(weekdays);
        }
        // in the last 30 days to window end / 期末前 30 天
        (Lang::En, true) if has(Rule::kw_before_window_end) => {
            add(one(Rule::kw_in_the_last));
            add(numbers);
            add(units);
            add(one(Rule::kw_to_window_end));
        }
        (Lang::En, true) => {
            add(one(Rule::kw_in_the));
            add(numbers);
            add(units);
            add(one(Rule::kw_before_window));
        }
        (Lang::Zh, true) => {
            add(one(if has(Rule::kw_to_window_end) { Rule::kw_before_window_end } else { Rule::kw_before_window }));
            add(numbers);
            add(units);
        }
        // on day 1, 15 of every month / 逢 每月 1 日、15 日
        (Lang::En, false) if on => {
            add(one(Rule::kw_on));
            if !only_last {
                add(one(Rule::kw_day_mark));
            }
            add(numbers);
            add(last);
            add(one(Rule::kw_of));
            add(every);
        }
        (Lang::Zh, false) if on => {
            add(one(Rule::kw_on));
            add(every);
            for token in numbers {
                let day = token.rule == Rule::number;
                add(vec![token]);
                if day {
                    add(one(Rule::kw_day_mark));
                }
            }
            add(last);
        }
        // in the first 5 days of every month / 于 每月 前 5 天
        (Lang::En, false) => {
            add(one(if has(Rule::kw_first_n) { Rule::kw_in_the_first } else { Rule::kw_in_the_last }));
            add(numbers);
            add(units);
            add(one(Rule::kw_of));
            add(every);
        }
        (Lang::Zh, false) => {
            add(one(Rule::kw_in_part));
            add(every);
            add(one(if has(Rule::kw_in_the_first) { Rule::kw_first_n } else { Rule::kw_last_n }));
            add(numbers);
            add(units);
        }
    }
    for (at, token) in out.iter_mut().enumerate() {
        let first = at == 0;
        token.gap = if first { Gap { breaks, ..gap.clone() } } else { Gap::default() };
        token.may_break = first;
        token.main_part = first;
        token.starts = false;
    }
    out
}
