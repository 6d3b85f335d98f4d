//! What the language is: sentences in both languages and the trees that they give.

use super::*;
use crate::diagnostic::Diagnostic;
use crate::syntax::tree::{File, Item, RuleItem};

fn show(problems: &[Diagnostic], text: &str) -> Vec<String> {
    problems
        .iter()
        .map(|d| {
            let rest = text.get(d.primary.span.range().start..).unwrap_or("");
            let here: String = rest.chars().take(30).collect();
            format!("{} {} @ {here}", d.code, d.message.en)
        })
        .collect()
}

/// A text that parses without a problem.
fn parsed(text: &str) -> File {
    let (file, problems) = parse(SourceId(0), text);
    assert!(problems.is_empty(), "{text}\n{:#?}", show(&problems, text));
    file
}

fn items(text: &str) -> Vec<Item> {
    let file = parsed(&format!("policy p {{ {text} }}"));
    file.units.into_iter().flat_map(|u| u.items).map(|i| i.value).collect()
}

/// A tree without its places.
fn shape(tree: &impl std::fmt::Debug) -> String {
    let text = format!("{tree:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("Span {") {
        out.push_str(before);
        out.push_str("Span");
        rest = after.split_once('}').map_or("", |(_, r)| r);
    }
    out + rest
}

/// Statements in English and Chinese with the same tree.
#[track_caller]
fn same(english: &str, chinese: &str) {
    assert_eq!(shape(&items(english)), shape(&items(chinese)), "\n{english}\n{chinese}");
}

fn rule(text: &str) -> RuleItem {
    match items(&format!("rule r : {text}")).pop() {
        Some(Item::Rule(rule)) => *rule,
        other => panic!("{other:?}"),
    }
}

#[test]
fn declarations() {
    same("source \"甲\" published 2013-08-19", "来源 “甲” 发布于 2013年8月19日");
    same("use a from \"x\" extends b", "引用 a 出自 “x” 扩展 b");
    same("in force from 2012-01-01 to 2013-01-01", "施行 自 2012-01-01 至 2013-01-01");
    same("timezone \"Asia/Shanghai\"; year starts 12-01", "时区 “Asia/Shanghai”；年度 始于 12月1日");
    same("clauses SZ-01 to SZ-60", "条款 ＳＺ－０１ 至 SZ-60");
    same("not encoded A-1, A-2 because \"x\"", "不编码 A-1、A-2 因为 “x”");
    same("calendar c from data", "日历 c 来自 数据");
    same(
        "calendar c from 2024-01-01 to 2024-12-31 { rest 2024-01-01, 2024-05-01 to 2024-05-03 work 2024-05-11 }",
        "日历 c 自 2024-01-01 至 2024-12-31 { 休 2024-01-01、2024年5月1日 至 2024-05-03；班 2024-05-11 }",
    );
    same("whole 全镇", "全域 全镇");
    same(
        "entity 户 { key 编号 : text 等级 : one of { 一级 \"1\" \"I\", 二级 } optional 面积 : number 平米 网格 : 网格 }",
        "实体 户 { 主键 编号：文本 等级：取一 { 一级 “1” “I”、二级 } 可空 面积：数 平米 网格：网格 }",
    );
    same(
        "record 走访 { at 时间 : time ok : yes or no n : whole number 日期 : date key : number p : number %, q : any of { a } }",
        "记录 走访 { 时间 时间：时刻 ok：是否 n：整数 日期：日期 key：数 p：数 ％，q：取多 { a } }",
    );
    same(
        "entity g { parent 上级 : g optional tier 层级 : whole number }",
        "实体 g { 上级 上级：g 可空 层级 层级：整数 }",
    );
    same("define 三级户 = 住户 where 等级 = 三级", "定义 三级户 = 住户 其中 等级 ＝ 三级");
    same("measure m for 网格 = count of 走访 output every month", "指标 m 对 每个 网格 = 计数 走访 输出 每月");
    same("tier 社区网格 of 网格 level 2 count 8 cites SZ-1", "层 社区网格 属 网格 级 2 数 8 依据 SZ-1");
    same("param p : workdays = 15 cites A-1", "参数 p：工作日 = 15 依据 A-1");
    same("param p : number 公里 = open param f : frame = every week", "参数 p：数 公里 = 待定 参数 f：周期 = 每周");
    same("param p : % = 95% set q = 3 workdays", "参数 p：％ = 95％ 设定 q = 3个工作日");
}

#[test]
fn rules() {
    same(
        "rule 甲 cites SZ-57, SZ-58 : each 住户 where 等级 = 三级 has at least 1 times (见面 or 入户) every week",
        "规则 甲 依据 SZ-57、SZ-58：每个 住户 其中 等级 = 三级 有 至少 1 次 (见面 或 入户) 每周",
    );
    same("rule r : each g must every day have at least 1 巡查", "规则 r：每个 g 应 每日 至少 1次 巡查");
    same(
        "rule r : each g has exactly 1 岗位 where 角色 = 管理员",
        "规则 r：每个 g 有 恰好 1 名 岗位 其中 角色 = 管理员",
    );
    same(
        "rule r : each g on day 1, 15 of every month has at least 1 排查",
        "规则 r：每个 g 每月 1日、15日 至少 1 次 排查",
    );
    same("rule r : g at least 1 x on day 31 or last day of every month", "规则 r：g 至少 1 次 x 逢 每月 31 日 或 末日");
    same("rule r : g at least 1 x on last day of every quarter", "规则 r：g 至少 1 x 逢 每季度 末日");
    same("rule r : g at least 1 x in the first 5 days of every month", "规则 r：g 至少 1 x 于 每月 前 5 天");
    same("rule r : g at least 1 x in the last 5 days of every month", "规则 r：g 至少 1 x 每月 后5天");
    same("rule r : g at least 1 x every 2 weeks from 2024-01-01", "规则 r：g 至少 1 x 每2周 自 2024-01-01");
    same("rule r : g at least 1 x every param 频次", "规则 r：g 至少 1 x 每 参数 频次");
    same("rule r : g at least 1 x from 2024-01-01 to 2024-02-01", "规则 r：g 至少 1 x 自 2024-01-01 至 2024-02-01");
    same("rule r : g at least 1 x by 2024-02-01", "规则 r：g 至少 1 x 截至 2024年2月1日");
    same(
        "rule r : each 诉求 reaches 办结 within 15 workdays of 受理 by calendar c missing start is unmet",
        "规则 r：每个 诉求 达到 办结 限 15个工作日 自 受理 按日历 c 缺起点视为未办",
    );
    same(
        "rule r : each 诉求 since 受理 within param 时限 reaches 办结.时间 rest days move or before by due day",
        "规则 r：每个 诉求 自 受理 起 参数 时限 内 达到 办结.时间 遇休顺延 可提前 按到期日",
    );
    same(
        "rule r : x reaches a not before 3 days after b rest days stay",
        "规则 r：x 达到 a 不早于 3 天 后于 b 遇休不延",
    );
    same("rule r : x passes a, b, c.d", "规则 r：x 依次经过 a、b、c.d");
    same(
        "rule r : each g must satisfies 人数 >= 3 and 户数 between_x = 1 unless 空 excused when 假 = yes except from 2024-01-01 to 2024-01-03 partial windows half"
            .replace(" and 户数 between_x = 1", "").as_str(),
        "规则 r：每个 g 应 满足 人数 ≥ 3 除非 空 免责 当 假 = 是 除外 自 2024-01-01 至 2024-01-03 残缺窗口 半",
    );
    same(
        "rule r : 全县 at least 18 w per 10000 of 居民 rounded up",
        "规则 r：全县 至少 18 名 w 按每 10000 人 的 居民 向上取整",
    );
    same(
        "rule r : g at least 2 distinct 户主 of 走访 in where a = 1 every month",
        "规则 r：g 至少 2 个 不同 户主 的 走访 内 其中 a = 1 每月",
    );
    same(
        "rule r : g between 1 and 3 x every year in force from 2024-01-01",
        "规则 r：g 介于 1 次 与 3 次 x 每年 施行 自 2024-01-01",
    );
    same(
        "rule r : g at least 1 a and at most 2 b or (satisfies x = 1 and has more than 3 c) every year",
        "规则 r：g 至少 1 次 a 且 至多 2 次 b 或 (满足 x = 1 且 有 超过 3 次 c) 每年",
    );
    same("rule r : g in principle has at least 1 x every year", "规则 r：g 原则上 有 至少 1 x 每年");
    same(
        "rule r : g has fewer than (a + 2) x via f.g of up to window end every year",
        "规则 r：g 不满 (a + 2) x 经 f.g 的 截至期末 每年",
    );
}

#[test]
fn a_measure_word_may_be_what_is_counted() {
    let of = |text: &str| shape(&rule(text).requirement);
    assert_eq!(of("g 至少 1 户"), of("g 至少 1 「户」"));
    assert_eq!(of("g 至少 1 户 其中 a = 1"), of("g 至少 1 「户」 其中 a = 1"));
    assert_eq!(of("g 至少 1 户 住户"), of("g 至少 1 住户"));
    assert_eq!(items("规则 r：g 至少 1 户 规则 s：g 至少 1 户").len(), 2);
}

fn same_expr(english: &str, chinese: &str) {
    same(&format!("measure m for g = {english}"), &format!("指标 m 对 g = {chinese}"));
}

#[test]
fn expressions() {
    same_expr("a = 1 or b <> 2 and not c < 3", "a = 1 或 b ≠ 2 且 非 c ＜ 3");
    same_expr("a at least 3 and b at most 3%", "a 不少于 3 次 且 b 不超过 3％");
    same_expr("a more than 3 points or b less than 2 yuan", "a 超过 3分 或 b 不满 2 元");
    same_expr("a is 三级 and b is not 二级", "a 为 三级 且 b 不为 二级");
    same_expr("a in { x, y } and b not in { 1, 2 }", "a 属于 { x、y } 且 b 不属于 { 1，2 }");
    same_expr("a has any of { x } or b has all of { x, y }", "a 含任一 { x } 或 b 含全部 { x、y }");
    same_expr("a or else -1 + 2", "a 缺则 －1 ＋ 2");
    same_expr("a is known and b is missing", "a 已知 且 b 缺失");
    same_expr(
        "a starts with \"x\" or a ends with \"y\" or a contains \"z\"",
        "a 开头为 “x” 或 a 结尾为 “y” 或 a 包含 “z”",
    );
    same_expr("-a + b * (c - 2) / 3", "－a ＋ b × （c － 2） ÷ 3");
    same_expr("a / b zero divisor 0 + 1", "a ／ b 除数为零 得 0 + 1");
    same_expr("a / b zero divisor unknown", "a ÷ b 除数为零 不明");
    same_expr("a = yes and b = no", "a = 是 且 b = 否");
    same_expr("key = \"1\" and a.b.c > param p", "主键 = “1” 且 a.b.c > 参数 p");
    same_expr("d + 3 workdays > window start - 2 months", "d + 3 工作日 > 期初 - 2个月");
    same_expr("days between a and window end", "相隔 天 a 与 期末");
    same_expr("count of (a or b) via c in where x = 1 in window", "计数 (a 或 b) 经 c 内 其中 x = 1 窗口内");
    same_expr("count of a in the last 30 days to window end > 1", "计数 a 期末前 30 天 > 1");
    same_expr("count of a in the 3 months before window", "计数 a 期前 3个月");
    same_expr("count of a before window + count of b ever", "计数 a 期前 + 计数 b 历来");
    same_expr("distinct a, b over c", "不同 a、b 于 c");
    same_expr("sum x over c where d is known", "合计 x 于 c 其中 d 已知");
    same_expr("average x weighted by y over c", "平均 x 权 y 于 c");
    same_expr("smallest x over c + largest y over c", "最小 x 于 c + 最大 y 于 c");
    same_expr("first x over c = last x over c", "首次 x 于 c = 末次 x 于 c");
    same_expr("share of c with (x = 1)", "占比 c 符合 (x = 1)");
    same_expr(
        "min(a, 2) + max(a, b, c) + abs(a) + floor(a) + ceil(a)",
        "较小(a，2) + 较大(a、b、c) + 绝对值(a) + 下取整(a) + 上取整(a)",
    );
    same_expr("share met a, b via c + mean share met d", "达成率 a、b 经 c + 平均达成率 d");
    same_expr(
        "min(met a, unmet b) + due a + unknown a + excused a + pending a",
        "较小(达成数 a，未达成数 b) + 应办数 a + 不明数 a + 免责数 a + 待定数 a",
    );
    same_expr("points of x + own points", "得分 于 x + 本次得分");
    same_expr("grade of x = own grade or vetoed in x or own veto", "等次 于 x = 本次等次 或 被否决 于 x 或 本次否决");
    same_expr("2024-01-05", "2024年1月5日");
    same_expr("里程 > 3 公里 and b", "里程 > 3公里 且 b");
}

#[test]
fn keywords_may_be_names_where_they_mean_nothing() {
    let _ = items(
        "entity 项 { key key : text 来源 : text 数 : number date : date level : whole number sum : number optional }",
    );
    let _ = items("rule rule : each item has at least 1 record where 来源 = 项 and sum > 3 and due > 2 every week");
    let _ = items("规则 项目 : 每个 项目 至少 1 条 记录 每月");
    let _ = items("rule 「其中」 : each `where` has at least 1 「a b（c）」 every week");
}

#[test]
fn assessments() {
    same(
        "assessment 年度 cites A-1 for each 网格 where 层 = 3 every year out of 1000 points {
            precision 1 rounded half up  in force from 2024-01-01
            item 走访 400 points : share met a, b nothing due left out unknown unmet
            item 巡查 param w : when x >= 3
            item 满意 100 points : by m { 95% or more gets 300 points ; above 90% gets 240 points ; between 1% and 3% gets 2 points; below 5% gets 1 points; otherwise 0 points }
            item z 10 points : points 3 * x
            item f 10 points : full
            deduct 20 points per 漏报 at most 200 points
            deduct 漏报 : 5 points per 漏报 in where a = 1 at most 20 points when y
            add 5 points per (x - 3)
            gate g1 : x > 1 caps grade at 合格
            gate g2 : x > 1 lowers grade by 1
            gate g3 : x > 1 loses item f
            veto v : 决定 where 类别 in { a, b } decided by 机关 for year 年 sets grade 不合格
            veto w : 决定 decided by 机关 bars awards
            grades { 优秀 900 points or more ; 合格 750 or more ; otherwise 不合格 }
            rank within 镇 among a = 1 by points then x highest first then y lowest first
            effects { 优秀 : award 表彰 1000 yuan, reward r ; 不合格 : sanction 转岗 }
            award 先进 : top 10% rounded down at least 1 base eligible within 镇 by points ties include award 500 yuan
            award 先进2 : top 3 by points ties exclude
        }",
        "考核 年度 依据 A-1 对 每个 网格 其中 层 = 3 每年 满分1000分 {
            精度 1 四舍五入；施行 自 2024-01-01
            项 走访 400分 ： 达成率 a、b 无应办 不计 不明 视为未办
            项 巡查 参数 w ： 当 x ≥ 3
            项 满意 100 分：按 m { 95%以上 得300分；超过 90% 得 240 分；介于 1% 与 3% 得 2 分；不满 5% 得 1 分；否则 0 分 }
            项 z 10 分：计分 3 × x
            项 f 10 分：满
            扣20分 每有 漏报 最多200分
            扣 漏报：5分 每 漏报 内 其中 a = 1 最多 20 分 当 y
            加5分 每有 (x - 3)
            关口 g1：x > 1 不高于 合格
            关口 g2：x > 1 降 1 等
            关口 g3：x > 1 失项 f
            一票否决 v：决定 其中 类别 属于 {a、b} 决定机关 机关 所属年度 年 定为 不合格
            一票否决 w：决定 决定机关 机关 取消评优
            等次 { 优秀 900分以上；合格 750 以上；否则 不合格 }
            排名 按组 镇 范围 a = 1 依 得分 再依 x 从高到低 再依 y 从低到高
            奖惩 { 优秀：表彰 表彰 1000元，奖励 r；不合格：处理 转岗 }
            授予 先进：前10% 向下取整 至少1名 基数 符合者 按组 镇 依得分 并列 同授 表彰 500 元
            授予 先进2：前 3 名 依 得分 并列 不授
        }",
    );
    same(
        "assessment a for x every year unclamped lowest is best { item i 1 points : full }",
        "考核 a 对 x 每年 低分为优 不设限 { 项 i 1 分 : 满 }",
    );
    same(
        "reward 津贴 cites A-2 for each 网格员 where x every month in yuan at most 500 yuan { pay 巡查 : 10 yuan per 巡查 at most 300 yuan pay 50 yuan when ok in force from 2024-01-01 }",
        "奖励 津贴 依据 A-2 对 每个 网格员 其中 x 每月 以 元 最多500元 { 付 巡查：10元 每有 巡查 最多 300元；付50元 当 ok 施行 自 2024-01-01 }",
    );
}

fn policy_files(dir: &std::path::Path, found: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for path in entries.filter_map(Result::ok).map(|e| e.path()) {
        if path.is_dir() {
            policy_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "wg") {
            found.push(path);
        }
    }
}

#[test]
fn the_policies_of_the_repository_parse() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for dir in ["examples", "policies"] {
        policy_files(&root.join(dir), &mut found);
    }
    assert!(!found.is_empty());
    for path in found {
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, problems) = parse(SourceId(0), &text);
        assert!(problems.is_empty(), "{}\n{:#?}", path.display(), show(&problems, &text));
    }
}

/// The two samples of the design, with what the language now demands.
const SAMPLES: [&str; 2] = [
    r#"
policy 沙州镇网格化管理 {
    source "敦煌市沙州镇" published 2013-08-19
    use 网格
    in force from 2012-01-01
    clauses SZ-01 to SZ-60
    entity 住户 { key 编号 : text  等级 : one of { 一级, 二级, 三级 }  所在 : 网格 }
    entity 网格 { key 编号 : text  tier 层级 : whole number  parent 上级 : 网格 optional }
    tier 镇级网格 of 网格 level 1 count 1
    tier 社区网格 of 网格 level 2 count 8
    tier 基础网格 of 网格 level 3 count 59
    param 办结时限 : workdays = open

    rule 三级户走访 cites SZ-57 :
        each 住户 where 等级 = 三级 has at least 1 (见面 or 入户) every week
    rule 网格管理员 cites SZ-27 :
        each 基础网格 has exactly 1 岗位 where 角色 = 网格管理员
    rule 限时办理 cites SZ-60 :
        each 诉求 reaches 办结 within param 办结时限 of 受理
    not encoded SZ-38 because "describes the scheme; nothing to measure"
}"#,
    r#"
政策 某镇年度考核 {
    引用 网格
    规则 每日巡查 依据 SS-41 ：每个 基础网格  每日  至少 1 次 巡查
    规则 集中排查 依据 YTH-13 ：每个 村级网格  每月 1 日、15 日  至少 1 次 排查
    规则 人员配比 依据 LA-053 ：全县城  至少 18 名 社区工作者  按每 10000 人 的 居民 不取整

    考核 年度考核  对 每个 基础网格  每年  满分 1000 分 {
        项 走访  400 分：达成率 三级户走访、二级户走访、一级户走访  无应办 不计  不明 排除
        项 巡查  300 分：达成率 每日巡查  无应办 满分  不明 视为未办
        项 满意度 300 分：按 满意度 { 95% 以上 得 300 分；90% 以上 得 240 分；否则 0 分 }
        扣 20 分 每 漏报事件  最多 200 分
        加 5 分 每 首报信息   最多 50 分
        一票否决 红线：否决决定 其中 类别 属于 { 计划生育、安全生产、信访维稳 }  决定机关 机关  定为 不合格
        等次 { 优秀 900 分 以上；合格 750 分 以上；基本合格 600 分 以上；否则 不合格 }
        奖惩 { 优秀：表彰 先进；不合格：处理 转岗 }
    }
}"#,
];

#[test]
fn the_samples_of_the_design_parse() {
    let counts: Vec<usize> = SAMPLES.iter().flat_map(|s| parsed(s).units).map(|u| u.items.len()).collect();
    assert_eq!(counts, [14, 5]);
}

#[test]
fn plain_words_may_be_fields() {
    let _ = items(
        "record r { at on : date from : date to : date by : text since : date 「自」 : date 起 : date within : text }",
    );
    same(
        "rule r : each x satisfies from < to and since is known and by = \"a\" and since a within 3 days reaches b rest days stay",
        "规则 r：每个 x 满足 from < to 且 since 已知 且 by = “a” 且 自 a 限 3 天 达到 b 遇休不延",
    );
    same(
        "rule r : each x satisfies from < to and should since a within 3 days reaches b rest days stay",
        "规则 r：每个 x 满足 from < to 且 一般 自 a 限 3 天 达到 b 遇休不延",
    );
}

#[test]
fn names_with_keywords_run_into_them_are_known() {
    let spaced = |written| crate::syntax::spaces::with_spaces(written, |name| ["巡查", "住户"].contains(&name));
    assert_eq!(spaced("次巡查").as_deref(), Some("次 巡查"));
    assert_eq!(spaced("每个住户").as_deref(), Some("每个 住户"));
    assert_eq!(spaced("巡查每周").as_deref(), Some("巡查 每周"));
    assert_eq!(spaced("有巡查").as_deref(), Some("有 巡查"));
    assert_eq!(spaced("巡查"), None);
    assert_eq!(spaced("大巡查"), None);
}

/// Texts that differ from a good one by a cut, a doubled, or a moved piece.
fn damaged(text: &str, seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1);
    let mut below = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % n.max(1)
    };
    let chars: Vec<char> = text.chars().collect();
    let start = below(chars.len());
    let end = (start + 1 + below(12)).min(chars.len());
    let (before, piece, after) = (&chars[..start], &chars[start..end], &chars[end..]);
    let joined = |parts: &[&[char]]| parts.iter().flat_map(|p| p.iter()).collect::<String>();
    match below(4) {
        0 => joined(&[before, after]),
        1 => joined(&[before, piece, piece, after]),
        2 => joined(&[after, piece, before]),
        _ => joined(&[before]),
    }
}

#[test]
fn damaged_texts_are_read_or_explained() {
    for seed in 0..120 {
        let sample = SAMPLES[usize::try_from(seed % 2).unwrap_or(0)];
        let text = damaged(sample, seed);
        let (_, problems) = parse(SourceId(0), &text);
        let whole = crate::syntax::format(SourceId(0), &text, None).is_ok();
        assert_eq!(whole, problems.is_empty(), "{seed}");
        for problem in &problems {
            assert!(text.get(problem.primary.span.range()).is_some(), "{seed}: {problem:?}");
            assert!(!problem.message.en.is_empty() && !problem.message.zh.is_empty());
        }
    }
}
