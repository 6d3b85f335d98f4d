//! Mistakes that authors make, and what they are told.

use super::*;
use crate::diagnostic::{Lang, human};
use crate::source::Sources;
use crate::syntax::tree::Item;

/// One mistake each, in a policy.
const MISTAKES: &[&str] = &[
    "rule r : each x has at leats 1 y every week",
    "rule r : each x has at least 1 y evry week",
    "rule r each x has at least 1 y every week",
    "rule r : eahc x has at least 1 y every week",
    "rule r : each x where a = has at least 1 y",
    "rule r : each x where (a = 1 has at least 1 y",
    "rule r : each x reaches a within 15 of b",
    "rule r : each x has at least y every week",
    "rule r :",
    "ruel r : each x has at least 1 y every week",
    "规则 甲：每个 住户 其中等级 = 三级 至少 1 次 走访 每周",
    "规则 甲：每个 住户 至少 1 次 走访 每周一次",
    "规则 甲：每个 住户 至少 1 次 走访 每两周",
    "规则 甲：每个 住户 每三个月 至少 1 次 走访",
    "rule r : each x has at least 1 y every half-year",
    "规则甲：每个 住户 至少 1 次 走访 每周",
    "规则 甲：每个 住户 至少 1 次 走访 没周",
    "规则 其中：每个 住户 至少 1 次 走访 每周",
    "entity e { key a text }",
    "entity e { key a : one of { } }",
    "source 敦煌",
    "in force from 2024-13-45",
    "param p : nubmer = 3",
    "measure m for g : count of x",
    "measure m for g = sum x ovr y",
    "not encoded A-1 \"x\"",
    "calendar c from 2024-01-01 { }",
    "item 走访 3 points : full",
    "rule r : each x satisfies a in 1, 2",
    "rule r : each x satisfies a == 2",
    "rule r : each x has at least 1 y every week unles z",
    "tier t of k levle 1",
    "assessment a for each g every year out of 100 points { item x : full }",
    "assessment a for each g every year out of 100 points { item x 10 points : share met r nothing due }",
    "assessment a for each g every year { grades { good 80 or mor ; otherwise bad } }",
    "assessment a for each g every year { deduct 5 points per x at most 20 points every y }",
    "assessment a for each g every year { veto v : d sets grade bad }",
    "assessment a for each g every year { award b : top 3 by points ties }",
    "assessment a fro each g every year { }",
    "reward w for each g every month { pay 5 yuan each x }",
    "Rule r : each x has at least 1 y every week",
    "rule r : each x must must has at least 1 y every week",
    "rule r : each x satisfies a > 12345678901234567890123456789012345678901234567890",
    "rule r : each x has least 1 y every week",
    "rule r : each x has at 1 y every week",
    "rule r : each x has at least 1 y week",
    "rule r : each x reaches a 15 days of b",
    "measure m for g = count x",
    "measure m for g = sum x",
    "assessment a for each g every year { award b : top by points }",
    "assessment a for each g every year { rank points }",
    "assessment a for each g every year { deduct 3 points per }",
    "规则 甲：住户 每月 走访 1 次",
    "规则 甲：每个 工单 达到 办结 15 工作日 自 受理",
    "规则 甲：每个 工单 自 受理 15 工作日 内 达到 办结",
    "规则 甲：每个 住户 有 走访 每周",
    "考核 甲 对 网格 每年 { 扣 3 分 每 }",
    "考核 甲 对 网格 每年 { 排名 得分 }",
    "考核 甲 对 网格 每年 { 授予 先进：前 依得分 }",
];

fn told(text: &str, lang: Lang) -> String {
    let mut sources = Sources::default();
    let id = sources.add("p.wg", text);
    let (_, problems) = parse(id, text);
    human::render(&problems, &sources, lang)
}

#[test]
fn mistakes_are_explained() {
    for (lang, name) in [(Lang::En, "mistakes_en"), (Lang::Zh, "mistakes_zh")] {
        let all: String = MISTAKES.iter().map(|m| told(&format!("policy p {{\n    {m}\n}}\n"), lang)).collect();
        insta::assert_snapshot!(name, all);
    }
}

#[test]
fn one_mistake_gives_one_message() {
    for mistake in MISTAKES {
        let text = format!("policy p {{\n    use a\n    {mistake}\n    use b\n}}\nvocabulary v {{ whole z }}\n");
        let (file, problems) = parse(SourceId(0), &text);
        let codes: Vec<&str> = problems.iter().map(|d| d.code).collect();
        assert_eq!(codes.len(), 1, "{mistake}\n{}", told(&text, Lang::En));
        assert_eq!(file.units.len(), 2, "{mistake}");
        assert_eq!(file.units.first().map(|u| u.items.len()), Some(3), "{mistake}");
        let at = problems.first().map(|d| d.primary.span.range()).unwrap();
        let place = text.find(mistake).unwrap();
        assert!(place <= at.start && at.end <= place + mistake.len(), "{mistake} {at:?}");
    }
}

/// Codes and the words at their places.
fn found(text: &str) -> Vec<(&'static str, String)> {
    let (_, problems) = parse(SourceId(0), text);
    problems.iter().map(|d| (d.code, text.get(d.primary.span.range()).unwrap_or("?").to_owned())).collect()
}

#[track_caller]
fn check(text: &str, expect: &[(&str, &str)]) {
    let found = found(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, at)| (*code, at.as_str())).collect();
    assert_eq!(found, expect, "{}", told(text, Lang::En));
}

#[test]
fn eight_mistakes_give_eight_messages() {
    let text = "policy p {
    source x
    use
    in force 2024-01-01
    rule a : each x has at least 1 y evry week
    rule b : each x has at least 1 y every week
    rulee c : each x has at least 1 y every week
    assessment k for each x every year {
        item a 3 points full
        item b 3 points : full
        item c : full
        dedukt 3 points
    }
    params p : number = 3
}
";
    check(
        text,
        &[
            ("WG0100", "x"),
            ("WG0100", ""),
            ("WG0100", "2024"),
            ("WG0100", "evry"),
            ("WG0110", "rulee"),
            ("WG0100", "full"),
            ("WG0100", ":"),
            ("WG0110", "dedukt"),
            ("WG0110", "params"),
        ],
    );
    let (file, _) = parse(SourceId(0), text);
    let items = file.units.into_iter().flat_map(|u| u.items).map(|i| i.value);
    let good = items.filter(|i| !matches!(i, Item::Bad)).count();
    assert_eq!(good, 2, "rule b and the assessment");
}

#[test]
fn missing_brackets_and_quotes() {
    check("policy p {\n  rule a : x at least 1 y\n", &[("WG0105", "{")]);
    check("policy p {\n  use a\n}\n}\n", &[("WG0105", "}")]);
    check(
        "policy p {\n    assessment a for x every year {\n        item b 3 points : full\n    rule r : x at least 1 y\n}\n",
        &[("WG0105", "{")],
    );
    check("policy p {\n    source “甲\n    use b\n}\n", &[("WG0103", "“")]);
    check("policy p {\n    rule r : x satisfies (a = 1\n    use b\n}\n", &[("WG0100", "")]);
    check("policy p { use 「a\n }", &[("WG0103", "「")]);
    check("policy p { use a } /* x", &[("WG0103", "/*")]);
    check("policy p {\n  use a /* x\n  use b\n}\n", &[("WG0103", "/*")]);
    check("policy p {\n  source \"a }\n  use b\n}\n", &[("WG0103", "\"")]);
    check("use a\npolicy p { }", &[("WG0100", "use")]);
}

#[test]
fn harm_is_refused() {
    check("a\u{0}b", &[("WG0101", "\u{0}")]);
    check("", &[]);
    check("\u{feff}", &[]);
    let deep = |open: &str, close: &str, count: usize| {
        let text = format!("policy p {{ measure m for g = {}1{} }}", open.repeat(count), close.repeat(count));
        let mut codes: Vec<&str> = found(&text).into_iter().map(|f| f.0).collect();
        codes.dedup();
        codes
    };
    assert_eq!(deep("(", ")", 30), [""; 0]);
    assert_eq!(deep("(", ")", 20_000), ["WG0104"]);
    assert_eq!(deep("- ", "", 20), [""; 0]);
    assert_eq!(deep("- ", "", 20_000), ["WG0104"]);
    assert_eq!(deep("not ", "", 20_000), ["WG0104"]);
    assert_eq!(deep("1 + ", "", 20_000), ["WG0104"]);
    assert_eq!(deep("sum ", " over a", 100), ["WG0104"]);
    assert_eq!(deep("sum ", " over a", 20_000), ["WG0104"]);
    assert_eq!(deep("count of a where ", "", 20_000), ["WG0104"]);
    assert_eq!(deep("{", "}", 1_000), ["WG0104"]);
    assert_eq!(found(&"policy ".repeat(20_000)).len(), 1);
    assert_eq!(found(&format!("policy p {{ rule r : {} }}", "x ".repeat(20_000))).len(), 1);
}

#[test]
fn every_code_has_a_page() {
    let mut codes: Vec<&str> = MISTAKES
        .iter()
        .flat_map(|m| found(&format!("policy p {{\n    {m}\n}}\n")))
        .chain(found("policy p {"))
        .chain(found("policy p { use 「a\n }"))
        .chain(found("\u{1}"))
        .map(|f| f.0)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 9, "{codes:?}");
    for code in codes {
        assert!(crate::diagnostic::catalogue::page(code).is_some(), "{code}");
    }
}
