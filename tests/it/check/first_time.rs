//! What somebody who writes a policy file for the first time is likely to write, and every message that it brings, in both
//! languages: the messages are read as a whole where something in them changes.

use super::checked;
use std::fmt::Write;
use wangge::diagnostic::{Lang, human};

/// The kinds that the statements are about.
const ENGLISH_KINDS: &str = "policy p {
    in force from 2024-01-01
    calendar c from 2024-01-01 to 2024-12-31 { rest 2024-01-01 }
    whole town
    entity grid { key id : text  parent up : grid optional  level : whole number }
    entity person { key id : text  grid : grid  role : one of { head, member } }
    entity household { key id : text  grid : grid  class : one of { A, B, C }  size : whole number  poor : yes or no }
    record visit { key nr : text  household : household  person : person  at on : date  minutes : number minutes  checked : yes or no }
    record case { key nr : text  household : household  at received : date  closed : date optional  kind : one of { noise, water } }
    record meeting { at on : date  grid : grid }";

/// One statement each.
const ENGLISH: &[&str] = &[
    "rule r1 : each household has at least three visit every month",
    "rule r2 : each household has at least 1 visits every month",
    "rule r3 : each household must be visited at least once every month",
    "rule r4 : every household has at least 1 visit every month",
    "rule r5 : each household has at least 1 visit per month",
    "rule r6 : each household has at least 1 visit monthly",
    "rule r7 : each household where class is A has at least 1 visit every month",
    "rule r8 : each household where class == A has at least 1 visit every month",
    r#"rule r9 : each household where class = "A" has at least 1 visit every month"#,
    "rule r10 : each household where class = a has at least 1 visit every month",
    "rule r11 : each household where class = A or B has at least 1 visit every month",
    "rule r12 : each household where class in [A, B] has at least 1 visit every month",
    "rule r13 : each household where poor has at least 1 visit every month",
    "rule r14 : each household where not poor has at least 1 visit every month",
    "rule r15 : each household where poor = true has at least 1 visit every month",
    "rule r16 : each case reaches closed within 15 workdays of received",
    "rule r17 : each case reaches closed within 15 days of received",
    "rule r18 : each case reaches closed within 15 business days of received rest days move",
    "rule r19 : each case closed within 15 days of received rest days move",
    "rule r20 : each case reaches closed in 15 days from received rest days move",
    "rule r21 : each grid has at least 1 meeting every month on the first Monday",
    "rule r22 : each grid has at least 1 meeting on the first Monday of every month",
    "rule r23 : each grid has at least 1 meeting on 2nd Monday of every month",
    "rule r24 : each grid has at least 1,000 meeting every year",
    "rule r25 : each person has at least 1 meeting every month",
    "rule r26 : each visit where minutes > 30 satisfies checked = yes",
    "rule r27 : each visit satisfies minutes >= 30 minutes and <= 60 minutes",
    "rule r28 : each household has 1 visit every month",
    "rule r29 : each household has between 1 to 3 visit every month",
    "rule r30 : each household has at least 1 visit every 30 days",
    "rule r31 : each household has at least 1 visit in the last 30 days",
    "rule r32 : each household has at least 1 visit every month between 2024-03-01 and 2024-06-30",
    "rule r33 : each household has no visit every month",
    "rule r34 : each household has >= 1 visit every month",
    "rule r35: each household has at least 1 visit every month cites A-1",
    "rule : each household has at least 1 visit every month",
    "rule visit every month : each household has at least 1 visit",
    "assessment a for each grid every year out of 100 { item x 100 points : full }",
    "assessment a for each grid every year out of 100 pts { item x 100 pts : full }",
    "assessment a for each grid every year out of 100 points { item x 100 points : 90% }",
    "assessment a for each grid every year out of 100 points { item x 100 points : share met r }",
    "assessment a for each grid every year out of 100 points { item x 60 points : full }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full deduct 5 points per visit per month }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full deduct 5 points per 2 visit }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full deduct 5 per case where kind = noise }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full grades { good 90+ ; bad } }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full grades { good >= 90 ; otherwise bad } }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full grades { good 90 points or more ; fair 60 points or more } }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full award best : top 3 }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full award best : top 3 by points reward 1,000 yuan }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full award best : top 3 by points ties include reward 1,000 yuan }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full award best : top 3 by points ties include reward $1000 }",
    "assessment a for each grid year out of 100 points { item x 100 points : full }",
    "assessment a for each grid every year out of 100 points { item x 100 points : when count of meeting >= 3 }",
    "assessment a for each grid every year out of 100 points { item x 100 points : points count of meeting }",
    "assessment a for each grid every year out of 100 points { item x 100 points : points 5 points * count of meeting }",
    "assessment a for each grid every year out of 100 points { item x 100 points : points by count of meeting { 3 or more gets 100 points ; 1 gets 50 points } }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full add 3 points per meeting }",
    "measure m for grid = average minutes over visit",
    "measure m for grid = average size over household / count of household",
    "measure m for grid = count of visit / count of household",
    "measure m for grid = sum minutes of visit",
    "measure m for grid = count visit where checked = yes",
    "measure m for person = average size over household",
    "measure m for grid = average of minutes over visit",
    "measure m for grid = number of visit",
    "measure m for grid = share of visit where checked = yes",
    "measure m for grid = max(minutes over visit)",
    "reward w for each person every month { pay 50 yuan when count of visit >= 3 }",
    "reward w for each person every month in yuan { pay 50 per visit at most 500 }",
    "reward w for each person every month in yuan { 50 yuan per visit }",
    "counter k for each person adds 1 over visit in any 12 months { step 6 : sanction warning }",
    "param n : number = 5 days",
    "param n : days = 5",
    "param n = 5",
    "entity x { id : text }",
    "entity x { key id text }",
    "entity x { key id : string }",
    "entity x { key id : text  n : int }",
    "entity x { key id : text, n : whole number }",
    "record x { on : date  grid : grid }",
    "record x { at on : date  grid : gird }",
    "define big = household where size more 3",
    "define big = household with size > 3",
    "tier t of grid level 1 count 1,000",
    "clauses A-1 to A-9 not encoded A-2",
    "use work from work.wg",
    "assessment a for each grid every year out of 100 points { item x 100 points : full deduct 5 points per 2 meeting rounded down }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full grades { good 90 points or more ; otherwise bad } effects { good : reward prize (3) yuan } }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full award best : top 3 by points ties include reward prize (3 yuan) }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full award best : top 3 by points ties include reward (level) yuan }",
    "rule r : each household where size in { 1,000, 2,000 } has at least 1 case every month",
    "rule r : each household where class = A && poor = yes has at least 1 case every month",
    "rule r : each household where class = A, poor = yes has at least 1 case every month",
    "rule r : each household every month has at least 1 (visit where person.often >= 2) day starts 06:00\n    measure often for person = count of visit",
    "rule r : each household every month has at least 1 visit where seen >= 2 and on >= 2024-01-01 day starts 06:00\n    measure seen for visit = minutes / 1 minutes",
    "entity x { key id : text  each : number }",
    "deduct where : 3 points",
    "assessment a for each grid every year out of 100 points { item x 100 points : full deduct rank : 3 points per meeting }",
    "measure m for grid = by level { 1 gets 1\n        2 gets 2\n        otherwise 3 }",
    "rule r : each household has at least 1 and at most 3 visit every month",
    "assessment a for each grid every year out of 100 points { item x 100 points : full grades { good 90 points or more ; otherwise bad } quota q : good 2 by points ties include }",
    "assessment a for each grid every year out of 100 points { item x 100 points : full grades { good 90 points or more ; otherwise bad } quota q : good at most 30% by points ties include }",
    "assessment a for each grid every year lowest is best { deduct late : 5 points per meeting grades { good 90 points or more ; otherwise bad } }",
    "measure m for grid = average size over person",
    "measure m for household = by class { A gets size\n        B gets 2\n        C gets 3 }",
    "rule r : each member has at least 1 visit every month",
    "measure m for grid = meetings",
    "rule r : each case reaches closed within 1,000 days of received rest days stay",
];

/// The kinds that the statements are about.
const CHINESE_KINDS: &str = "政策 甲镇 {
    施行 自 2024-01-01
    日历 工作日历 自 2024-01-01 至 2024-12-31 { 休 2024-01-01 }
    全域 全镇
    实体 网格 { 主键 编号 : 文本  上级 上级网格 : 网格 可空  级次 : 整数 }
    实体 人员 { 主键 编号 : 文本  网格 : 网格  岗位 : 取一 { 网格长, 网格员 } }
    实体 住户 { 主键 编号 : 文本  网格 : 网格  类别 : 取一 { 一类, 二类, 三类 }  人数 : 整数  困难 : 是否 }
    记录 走访 { 主键 流水 : 文本  住户 : 住户  人员 : 人员  时间 日期 : 日期  时长 : 数 分钟  核实 : 是否 }
    记录 工单 { 主键 流水 : 文本  住户 : 住户  时间 受理 : 日期  办结 : 日期 可空  种类 : 取一 { 噪声, 供水 } }
    记录 会议 { 时间 日期 : 日期  网格 : 网格 }";

/// One statement each.
const CHINESE: &[&str] = &[
    "规则 一：每个 住户 每月 至少 三次 走访",
    "规则 一：每个 住户 每月 至少 走访 1 次",
    "规则 一：每户 每月 至少 1 次 走访",
    "规则 一：住户 每月 走访 不少于 1 次",
    "规则 一：每个 住户 每月 至少 1 次走访",
    "规则 一：每个 住户 每月至少1次走访",
    "规则 一：每个 住户 类别 = 一类 每月 至少 1 次 走访",
    "规则 一：每个 住户 其中 类别 为 一类 每月 至少 1 次 走访",
    "规则 一：每个 住户 其中 类别 = 一类 或 二类 每月 至少 1 次 走访",
    "规则 一：每个 住户 其中 类别 = “一类” 每月 至少 1 次 走访",
    "规则 一：每个 住户 其中 困难 每月 至少 1 次 走访",
    "规则 一：每个 住户 其中 困难 = 真 每月 至少 1 次 走访",
    "规则 一：每个 工单 受理 后 15 个工作日内 办结",
    "规则 一：每个 工单 达到 办结 限 15 日 自 受理",
    "规则 一：每个 工单 达到 办结 限 15 天 自 受理",
    "规则 一：每个 工单 15 个工作日 内 办结",
    "规则 一：每个 网格 每月 第2个 周一 至少 1 次 会议",
    "规则 一：每个 网格 每月 第二个 周一 至少 1 次 会议",
    "规则 一：每个 网格 每年 至少 1,000 次 会议",
    "规则 一：每个 网格 每年 至少 １，０００ 次 会议",
    "规则 一：每个 网格 每年 至少 1千 次 会议",
    "规则 一：每个 网格 每年 至少 1万 次 会议",
    "规则 一：每个 网格 每年 至少 一千 次 会议",
    "规则 一：每个 人员 每月 至少 1 次 会议",
    "规则 一：每个 住户 每月 不得少于 1 次 走访",
    "规则 一：每个 住户 每月 走访",
    "规则 一：每个 住户 每月 至少 1 次 走访 依据 甲-1",
    "规则：每个 住户 每月 至少 1 次 走访",
    "规则 一 每个 住户 每月 至少 1 次 走访",
    "规则 一：每个 住户 每半年 至少 2 次 走访，每次 不少于 30 分钟",
    "规则 一：每个 住户 每月 有 1 至 3 次 走访",
    "规则 一：每个 住户 3月至6月 至少 1 次 走访",
    "规则 一：每个 住户 每两个月 至少 1 次 走访",
    "规则 一：每个 住户 每 30 日 至少 1 次 走访",
    "规则 一：每个 住户 近 30 天 至少 1 次 走访",
    "规则 一：每个 走访 满足 时长 大于等于 30 分钟",
    "规则 一：每个 走访 满足 时长 ≥ 30分钟 且 ≤ 60分钟",
    "规则 一：每个 住户 应当 每月 走访 一次",
    "规则 一：每个 住户 每月 至少 1 次 入户走访",
    "规则 一：网格员 每月 至少 1 次 走访",
    "考核 年考 对 网格 每年 满分100分 { 项 走访 100分：满 }",
    "考核 年考 对 每个 网格 每年 满分 100 点 { 项 走访 100 分：满 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：达成率 一 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 扣 5 分 每 工单 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 扣 5 分 每有 2 次 会议 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 每次会议 扣 5 分 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 扣 会议 5 分 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 扣5分每有会议 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀 90分以上；合格 60分以上；否则 不合格 } }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀 >= 90；否则 不合格 } }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀 90分以上、合格 60分以上、否则 不合格 } }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀：90分以上；否则 不合格 } }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前三名 依 得分 并列 同授 奖励 1000 元 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前 3 名 依 得分 并列 同授 奖励 1千 元 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前 10% 依 得分 并列 同授 奖励 1000 元 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前 3 依 得分 并列 同授 奖励 1000 块 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前 3 依 得分 并列 同授 奖励 奖（人数）元 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前 3 依 得分 并列 同授 奖励 （计数 会议）元 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 授予 先进：前 3 依 得分 并列 同授 奖励 ￥1000 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 一票否决 安全：工单 定为 不合格 }",
    "指标 次数 对 网格 = 计数 会议 其中 日期 > 2024-03-01",
    "指标 次数 对 网格 = 会议数",
    "指标 次数 对 网格 = 会议 次数",
    "指标 时长 对 人员 = 合计 走访 时长",
    "指标 时长 对 人员 = 合计 时长 于 走访 每月",
    "指标 平均人数 对 人员 = 平均 人数 于 住户",
    "指标 平均人数 对 人员 = 走访.时长 / 计数 走访",
    "指标 占比 对 人员 = 核实 走访 / 走访",
    "指标 最长 对 人员 = 最大（时长 于 走访）",
    "奖励 补贴 对 每个 人员 每月 以 元 { 付 50 元 每次 走访 }",
    "奖励 补贴 对 每个 人员 每月 { 付 50 每有 走访 最多 五百 }",
    "奖励 补贴 对 每个 人员 每月 { 奖励 50 元 每有 走访 }",
    "记分 扣分 对 每个 人员 累加 1 于 走访 任意 12 个月 内 { 档 6：处理 警告 }",
    "参数 期限：天 = 十五",
    "参数 期限 = 15 天",
    "参数 期限：15 天",
    "参数 金额：元 = 1.5万",
    "实体 企业 { 主键 编号：字符串  规模：整型  高危：布尔 }",
    "实体 企业 { 编号：文本 }",
    "记录 检查 { 日期：日期  住户：住户 }",
    "定义 大户 = 住户 其中 人数 大于 3 人 或者 困难",
    "层 一级 属 网格 级 一",
    "不编码 甲-1 因为 不需要",
    "来源 某镇 发布于 2024年1月1号",
    "施行 2024-01-01 起",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀 90分以上；否则 不合格 } 奖惩 { 优秀：奖励 奖（级次 * 1 元）元 } }",
    "规则 一：每个 住户 其中 人数 属于 { 1，000、2，000 } 每月 至少 1 次 走访",
    "实体 企业 { 主键 编号：文本  每个：数 }",
    "指标 甲 对 网格 = 按 级次 { 1 得 1\n        2 得 2\n        否则 3 }",
    "规则 一：每个 住户 每月 至少 1 且 至多 3 次 走访",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀 90分以上；否则 不合格 } 名额 优：优秀 2 依 得分 并列 同授 }",
    "考核 年考 对 每个 网格 每年 满分 100 分 { 项 走访 100 分：满 等次 { 优秀 90分以上；否则 不合格 } 名额 优：优秀 最多 30% 依 得分 并列 同授 }",
    "考核 年考 对 每个 网格 每年 低分为优 { 扣 迟报：5 分 每有 会议 等次 { 优秀 90分以上；否则 不合格 } }",
    "规则 一：每个 住户 每月 至少 1 次 走访 其中 常访 >= 2 一日 始于 06:00\n    指标 常访 对 走访 = 时长 / 1 分钟",
    "指标 平均人数 对 网格 = 平均 人数 于 人员",
];

#[test]
fn what_a_first_time_author_is_told() {
    for (name, kinds, statements, lang) in
        [("first_time_en", ENGLISH_KINDS, ENGLISH, Lang::En), ("first_time_zh", CHINESE_KINDS, CHINESE, Lang::Zh)]
    {
        let mut out = String::new();
        for statement in statements {
            let text = format!("{kinds}\n    {statement}\n}}\n");
            let (checked, sources) = checked(&[text]);
            let told = human::render(&checked.diagnostics, &sources, lang);
            // What the statement is stands in the message anyway.
            let told: Vec<&str> = told.lines().filter(|line| !line.trim_end().ends_with('|')).collect();
            writeln!(out, "# {statement}\n{}\n", told.join("\n")).expect("a text");
        }
        insta::assert_snapshot!(name, out);
    }
}
