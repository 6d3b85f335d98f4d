//! What the formatter does, and what it must never do.

use super::*;

fn formatted(text: &str, keywords: Option<Lang>) -> String {
    match format(SourceId(0), text, keywords) {
        Ok(out) => out,
        Err(problems) => panic!("{text}\n{problems:#?}"),
    }
}

#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(formatted(text, None), expect);
    assert_eq!(formatted(expect, None), expect, "again");
}

fn policies() -> Vec<(String, String)> {
    fn walk(dir: &std::path::Path, found: &mut Vec<(String, String)>) {
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "wg") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    for dir in ["examples", "policies"] {
        walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(dir), &mut found);
    }
    assert!(found.len() > 3);
    found
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

#[test]
fn only_white_space_changes() {
    for (name, text) in policies() {
        let out = formatted(&text, None);
        assert_eq!(without_space(&out), without_space(&text), "{name}");
        assert_eq!(formatted(&out, None), out, "{name}: again");
        assert!(placeless(&text).is_some());
        assert_eq!(placeless(&out), placeless(&text), "{name}");
    }
}

#[test]
fn keywords_go_there_and_back() {
    for (name, text) in policies() {
        let english = formatted(&text, Some(Lang::En));
        assert_eq!(placeless(&english), placeless(&text), "{name}");
        let chinese = formatted(&english, Some(Lang::Zh));
        assert_eq!(placeless(&chinese), placeless(&text), "{name}");
        let again = formatted(&chinese, Some(Lang::En));
        assert_eq!(placeless(&again), placeless(&text), "{name}");
    }
}

#[test]
fn statements_stand_on_lines_of_their_own() {
    check(
        "\u{feff}policy p{use a;use b  rule r:each x  has at  least 1 y\r\n\r\n\r\n}vocabulary v{}",
        "policy p {\n    use a;\n    use b\n    rule r : each x has at least 1 y\n}\nvocabulary v { }\n",
    );
    check(
        "政策 某镇｛来源 “甲”。规则 丙：每个 甲 其中 a=-1 且 b = min (1，2)+c . d 至少1次 丁　每月1日、15日 使用率X >= 95%｝".replace("使用率X >= 95%", "").as_str(),
        "政策 某镇 ｛\n    来源 “甲”。\n    规则 丙：每个 甲 其中 a = -1 且 b = min(1，2) + c.d 至少 1 次 丁 每月 1 日、15 日\n｝\n",
    );
}

#[test]
fn comments_stay() {
    check(
        "// head\npolicy p { // after\n\n\n// own\n  use a // x\n  /* b */ use /* c */ b\n// last\n}\n// end",
        "// head\npolicy p {  // after\n\n    // own\n    use a  // x\n    /* b */\n    use /* c */ b\n    // last\n}\n// end\n",
    );
    check(
        "policy p {\nrule r : // why\neach x\n// here\nhas at least 1 y every week // z\n\n\n\nuse a\n}",
        "policy p {\n    rule r :  // why\n        each x\n        // here\n        has at least 1 y every week  // z\n\n    use a\n}\n",
    );
    check("", "");
    check("// only\n\n\n// this", "// only\n\n// this\n");
}

#[test]
fn rows_take_lines_as_the_author_had_it_or_as_they_fit() {
    check(
        "policy p { assessment a for x every year { grades { a 90 or more;b 80 or more; otherwise c } } }",
        "policy p {\n    assessment a for x every year {\n        grades { a 90 or more ; b 80 or more ; otherwise c }\n    }\n}\n",
    );
    check(
        "policy p { assessment a for x every year { item i 3 points : by m { 90% or more gets 3 points;\notherwise 0 } nothing due full } }",
        "policy p {\n    assessment a for x every year {\n        item i 3 points : by m {\n            90% or more gets 3 points;\n            otherwise 0\n        } nothing due full\n    }\n}\n",
    );
    let fields: Vec<String> = (1..=12).map(|n| format!("field_{n} : text")).collect();
    check(
        &format!("policy p {{ entity e {{ {} }} }}", fields.join(" ")),
        &format!("policy p {{\n    entity e {{\n        {}\n    }}\n}}\n", fields.join("\n        ")),
    );
    check(
        "policy p { entity e { key a : one of {\nx,\n  y\n} optional } }",
        "policy p {\n    entity e { key a : one of {\n        x,\n        y\n    } optional }\n}\n",
    );
}

#[test]
fn wide_lines_are_broken_where_a_part_starts() {
    check(
        "policy p { rule a_rule_with_a_name cites A-1 : each household where class = third_class and (size more than 3 or poor) has at least 1 visit where purpose = \"check\" every week unless away = yes and known excused when ill = yes }",
        "policy p {
    rule a_rule_with_a_name cites A-1 :
        each household where class = third_class and (size more than 3 or poor)
        has at least 1 visit where purpose = \"check\" every week unless away = yes and known excused when ill = yes
}
",
    );
}

#[test]
fn forms_that_stand_in_another_order_are_turned() {
    let both = |english: &str, chinese: &str| {
        let english = format!("policy p {{\n    rule r : {english}\n}}\n");
        let chinese = format!("政策 p {{\n    规则 r : {chinese}\n}}\n");
        assert_eq!(formatted(&english, Some(Lang::Zh)), chinese);
        assert_eq!(formatted(&chinese, Some(Lang::En)), english);
        assert_eq!(formatted(&english, Some(Lang::En)), english);
        assert_eq!(formatted(&chinese, Some(Lang::Zh)), chinese);
    };
    both("x has at least 2 times y on day 1, 15 of every month", "x 有 至少 2 次 y 逢 每月 1 日, 15 日");
    both("x has at least 2 y on day 31 or last day of every quarter", "x 有 至少 2 y 逢 每季度 31 日 或 末日");
    both("x has at least 2 y on last day of every year", "x 有 至少 2 y 逢 每年 末日");
    both("x has at least 2 y in the first 5 days of every month", "x 有 至少 2 y 于 每月 前 5 天");
    both("x has at least 2 y in the last 5 days of every month", "x 有 至少 2 y 于 每月 后 5 天");
    both("x satisfies count of y in the last 30 days to window end = 1", "x 满足 计数 y 期末前 30 天 = 1");
    both("x satisfies count of y in the 2 months before window = 1", "x 满足 计数 y 期前 2 个月 = 1");
}

/// Of the spellings that mean the same, one is printed, whichever was written.
#[test]
fn one_spelling_is_printed() {
    let around = |zh: bool, rule: &str| match zh {
        true => format!("政策 p {{\n    规则 r : {rule}\n}}\n"),
        false => format!("policy p {{\n    rule r : {rule}\n}}\n"),
    };
    for (written, printed) in [
        ("各 x 应当 有 不低于 1 人次 y 每个月", "每个 x 应 有 至少 1 人次 y 每月"),
        (
            "每个 x 必须 至多 2 y 每天 除非 z 大于等于 3 且 w 等于 2",
            "每个 x 应 至多 2 y 每日 除非 z 不少于 3 且 w 为 2",
        ),
        ("每个 x 少于 2 y 于 每季 最后 5 日", "每个 x 不满 2 y 于 每季度 后 5 天"),
        ("每个 x 最多 2 y 逢 每年度 第一个 星期天", "每个 x 至多 2 y 逢 每年 第一个 周日"),
        ("每个 x 自 a 起 3 个工作日 以内 达到 b", "每个 x 自 a 起 3 工作日 内 达到 b"),
        ("每个 x 后接 b 起 3 月 之内", "每个 x 后接 b 限 3 个月 内"),
        ("每个 x 满足 相隔工作日 a 和 b 按日历 c 小于 2", "每个 x 满足 相隔 工作日 a 与 b 按日历 c 不满 2"),
    ] {
        let (written, printed) = (around(true, written), around(true, printed));
        assert_eq!(formatted(&written, Some(Lang::Zh)), printed);
        assert_eq!(formatted(&printed, Some(Lang::Zh)), printed);
        assert_eq!(placeless(&written), placeless(&printed), "{written}");
    }
    for (written, printed) in [
        ("each x have less than 1 times y", "each x has fewer than 1 time y"),
        ("each x satisfy y greater than 3 day", "each x satisfies y more than 3 days"),
        ("each x reach b within 1 months of a", "each x reaches b within 1 month of a"),
    ] {
        let (written, printed) = (around(false, written), around(false, printed));
        assert_eq!(formatted(&written, Some(Lang::En)), printed);
        assert_eq!(formatted(&printed, Some(Lang::En)), printed);
        assert_eq!(placeless(&written), placeless(&printed), "{written}");
    }
}

#[test]
fn a_word_of_comparison_is_told_from_what_a_gate_does() {
    let around = |zh: &str| {
        let (unit, assessment, gate) = if zh == "zh" {
            ("政策", "考核 a 对 x 每年", "关口")
        } else {
            ("policy", "assessment a for x every year", "gate")
        };
        move |line: &str| format!("{unit} p {{\n    {assessment} {{\n        {gate} g : {line}\n    }}\n}}\n")
    };
    let (english, chinese) = (around("en"), around("zh"));
    for (en, zh) in [
        ("bad caps grade at two", "bad 等次不高于 two"),
        ("not bad caps grade at two", "非 bad 等次不高于 two"),
        ("y at most 3 caps grade at two", "y 不超过 3 等次不高于 two"),
        ("bad and not (y at most 3) caps grade at two", "bad 且 非 (y 不超过 3) 等次不高于 two"),
    ] {
        assert_eq!(formatted(&english(en), Some(Lang::Zh)), chinese(zh));
        assert_eq!(formatted(&chinese(zh), Some(Lang::En)), english(en));
    }
    // The short form stands for both: at the end of a gate for what it does, elsewhere for a comparison.
    for (zh, en) in [
        ("bad 不高于 two", "bad caps grade at two"),
        ("非 bad 不高于 two", "not bad caps grade at two"),
        ("y 不高于 3 不高于 two", "y at most 3 caps grade at two"),
        ("y > 1 且 bad 不高于 two", "y > 1 and bad caps grade at two"),
        ("y 不高于 3 定为 two", "y at most 3 sets grade two"),
    ] {
        assert_eq!(formatted(&chinese(zh), Some(Lang::En)), english(en));
        // What a gate does is printed with the phrase that says so.
        let printed = zh.strip_suffix(" 不高于 two").map(|condition| format!("{condition} 等次不高于 two"));
        assert_eq!(formatted(&chinese(zh), Some(Lang::Zh)), chinese(printed.as_deref().unwrap_or(zh)));
    }
    // English has a phrase of its own for it: a comparison is none.
    assert_eq!(format(SourceId(0), &english("bad at most two"), None).err().map(|p| p.len()), Some(1));
}

#[test]
fn what_would_change_is_pointed_at() {
    let text = "政策 p {\n    规则 r : 每个 x 有 至少 1 y 每周\n    考核 a 对 x 每年 {\n        项 i 10 分 : 满\n        扣 5 分 每有 y 其中 属实 最多 20 分\n    }\n}";
    let problems = format(SourceId(0), text, Some(Lang::En)).err().unwrap_or_default();
    let at = problems.first().map(|problem| problem.primary.span.start as usize);
    assert_eq!(at, text.find("扣 5"), "{problems:?}");
}

#[test]
fn what_would_change_its_meaning_is_refused() {
    // Without `has`, English reads `at least 1` as a comparison.
    let text = "政策 p { 规则 r : 每个 x 其中 贫困 至少 1 次 y 每周 }";
    let english = "policy p {\n    rule r : each x where 贫困 has at least 1 time y every week\n}\n";
    assert_eq!(formatted(text, Some(Lang::En)), english);
    let text = "政策 p { 考核 a 对 x 每年 { 扣 5 分 每有 y 其中 属实 最多 20 分 } }";
    let codes =
        |keywords| format(SourceId(0), text, keywords).err().map(|p| p.iter().map(|d| d.code).collect::<Vec<_>>());
    assert_eq!(codes(Some(Lang::En)), Some(vec!["WG0113"]));
    assert_eq!(codes(Some(Lang::Zh)), None);
    assert_eq!(format(SourceId(0), "policy {", None).err().map(|p| p.len()), Some(2));
}
