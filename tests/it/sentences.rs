//! Sentences of docs/SEMANTICS.md that are easily read otherwise: small cases, worked out by hand, for both
//! the engine and the reference interpreter.

use crate::cases::both;

const VISITS: &str = "
    entity 网格 { key 编号 : text  parent 上级 : 网格 optional }
    entity 住户 { key 编号 : text  所属 : 网格 optional  等级 : one of { 一级, 二级 } optional }
    record 走访 { at 日期 : date  住户 : 住户  结果 : one of { 好, 差 } optional }
";

fn policy(declarations: &str, rules: &str) -> String {
    format!("policy P {{ {declarations} {rules} }}")
}

#[test]
fn a_week_belongs_to_the_year_of_its_thursday() {
    // 2024-12-30 is a Monday; its Thursday is 2025-01-02, so the visit of 2024-12-31 meets the first week of 2025.
    both(
        &policy(VISITS, "rule 周 : each 住户 has at least 1 走访 every week"),
        "
- name: first and last weeks of 2025
  period: 2025
  complete: 2024-12-01..2026-02-01
  as_of: 2026-02-01
  rows:
    住户: [{编号: H1}]
    走访: [{住户: H1, 日期: 2024-12-31}, {住户: H1, 日期: 2025-12-31}]
  expect:
    findings:
      - {rule: 周, subject: H1, window: 2025-W01, outcome: met, measured: 1, required: 1}
      - {rule: 周, subject: H1, window: 2025-W52, outcome: unmet, measured: 0}
      - {rule: 周, subject: H1, window: 2026-W01, outcome: not due}
",
    );
}

#[test]
fn a_month_without_the_day_has_no_window_unless_the_last_day_stands_for_it() {
    let cases = |rule: &str, february: &str| {
        format!(
            "
- name: '{rule}'
  period: 2023Q1
  rows:
    住户: [{{编号: H1}}]
    走访: [{{住户: H1, 日期: 2023-01-31}}]
  expect:
    findings:
      - {{rule: 月末, window: 2023-01-31, outcome: met}}
{february}
      - {{rule: 月末, window: 2023-03-31, outcome: unmet}}
    only: true
"
        )
    };
    both(&policy(VISITS, "rule 月末 : each 住户 has at least 1 走访 on day 31 of every month"), &cases("31", ""));
    both(
        &policy(VISITS, "规则 月末 : 每个 住户 至少 1 次 走访 逢 每月 31 日 或 末日"),
        &cases("31 or last", "      - {rule: 月末, window: 2023-02-28, outcome: unmet}"),
    );
}

#[test]
fn absence_proves_nothing_outside_what_a_source_covers() {
    // A minimum that is reached and a maximum that is exceeded are decided all the same.
    both(
        &policy(
            VISITS,
            "rule 多 : each 住户 has at least 1 走访 every month
             rule 少 : each 住户 has at most 1 走访 every month",
        ),
        "
- name: half of the month is covered
  period: 2024-03
  complete: 2024-03-01..2024-03-15
  rows:
    住户: [{编号: H0}, {编号: H1}, {编号: H2}]
    走访: [{住户: H1, 日期: 2024-03-02}, {住户: H2, 日期: 2024-03-02}, {住户: H2, 日期: 2024-03-20}]
  expect:
    findings:
      - {rule: 多, subject: H0, outcome: unknown, measured: 0}
      - {rule: 多, subject: H1, outcome: met, measured: 1}
      - {rule: 少, subject: H1, outcome: unknown, measured: 1}
      - {rule: 少, subject: H2, outcome: unmet, measured: 2}
- name: no file of visits at all
  period: 2024-03
  rows:
    住户: [{编号: H0}]
  expect:
    findings:
      - {rule: 多, subject: H0, outcome: unknown, measured: 0}
      - {rule: 少, subject: H0, outcome: unknown, measured: 0}
",
    );
}

#[test]
fn an_open_window_is_pending_until_it_is_decided() {
    both(
        &policy(
            VISITS,
            "rule 多 : each 住户 has at least 1 走访 every month
             rule 少 : each 住户 has at most 1 走访 every month",
        ),
        "
- name: as of the last day, which still lasts; the visit of the next day is not read
  period: 2024-03
  as_of: 2024-03-31
  complete: 2024-01-01..2024-12-31
  rows:
    住户: [{编号: H0}, {编号: H1}, {编号: H2}]
    走访:
      - {住户: H1, 日期: 2024-03-31}
      - {住户: H2, 日期: 2024-03-01}
      - {住户: H2, 日期: 2024-03-02}
      - {住户: H0, 日期: 2024-04-01}
  expect:
    findings:
      - {rule: 多, subject: H0, outcome: pending, measured: 0}
      - {rule: 多, subject: H1, outcome: met}
      - {rule: 少, subject: H1, outcome: pending}
      - {rule: 少, subject: H2, outcome: unmet}
- name: the day after it is over
  period: 2024-03
  as_of: 2024-04-01
  complete: 2024-01-01..2024-12-31
  rows:
    住户: [{编号: H0}]
    走访: []
  expect:
    findings:
      - {rule: 多, subject: H0, outcome: unmet}
      - {rule: 少, subject: H0, outcome: met}
",
    );
}

#[test]
fn what_is_left_of_a_window_binds_by_choice() {
    // H1 is there from 16 June: 15 of 30 days. The exception takes 10 of them.
    let rule = |name: &str, tail: &str| format!("rule {name} : each 住户 has at least 1 走访 every month {tail}\n");
    let rules = [
        rule("全", "partial windows whole"),
        rule("任", "partial windows any"),
        rule("半", "partial windows half"),
        rule("首日", "partial windows first day"),
        rule("除", "except from 2024-06-21 to 2024-06-30 partial windows half"),
    ];
    both(
        &policy(VISITS, &rules.concat()),
        "
- name: half a month
  period: 2024-06
  rows:
    住户: [{编号: H1, since: 2024-06-16}]
    走访: []
  expect:
    findings:
      - {rule: 任, subject: H1, outcome: unmet}
      - {rule: 半, subject: H1, outcome: unmet}
    only: true
",
    );
}

#[test]
fn a_missing_attribute_leaves_open_only_what_depends_on_it() {
    both(
        &policy(
            VISITS,
            "rule 范围 : each 住户 where 等级 = 一级 has at least 1 走访 every month
             rule 免责 : each 住户 has at least 1 走访 every month excused when 等级 = 二级
             rule 并且 : each 住户 satisfies 等级 = 一级 and key = \"另一户\"",
        ),
        "
- name: the class of H1 is not known
  period: 2024-06
  rows:
    住户: [{编号: H1}, {编号: H2}]
    走访: [{住户: H1, 日期: 2024-06-05}]
  expect:
    findings:
      - {rule: 范围, subject: H1, outcome: unknown, measured: 1}
      - {rule: 免责, subject: H1, outcome: met}
      - {rule: 免责, subject: H2, outcome: unknown}
      - {rule: 并且, subject: H1, outcome: unmet, measured: false}
",
    );
}

const CASES: &str = "
    record 诉求 { key 编号 : text  at 受理 : time  分派 : time optional  期限 : date optional }
    record 办结 { at 时间点 : time  诉求 : 诉求 }
";

#[test]
fn a_term_counts_from_the_day_after_and_ends_on_the_same_number() {
    // 30 November and 3 months: 29 February. An instant on the last day is in time; one day later is not.
    both(
        &policy(CASES, "rule 期限 : each 诉求 reaches 办结 within 3 months of 受理 rest days stay"),
        "
- name: three months
  period: 2019-11
  as_of: 2020-06-01
  complete: 2019-01-01..2020-12-31
  rows:
    诉求: [{编号: A, 受理: 2019-11-30T08:00}, {编号: B, 受理: 2019-11-30}, {编号: C, 受理: 2019-11-01}]
    办结:
      - {诉求: A, 时间点: 2020-02-29T23:59:59}
      - {诉求: B, 时间点: 2020-03-01T00:00}
      - {诉求: C, 时间点: 2019-10-31}
      - {诉求: C, 时间点: 2019-11-05}
  expect:
    findings:
      - {rule: 期限, subject: A, window: 2019-11-30..2020-02-29, outcome: met, required: 2020-02-29}
      - {rule: 期限, subject: B, outcome: unmet, measured: 2020-03-01T00:00:00}
      # The first step came before the start: later ones do not help.
      - {rule: 期限, subject: C, outcome: unmet, measured: 2019-10-31}
",
    );
}

#[test]
fn hours_from_a_date_without_a_time_are_decided_only_if_every_instant_agrees() {
    // From some time on 4 March, 24 hours end on 5 March: a step at noon of that day may be early or late.
    both(
        &policy(CASES, "规则 时限 : 每个 诉求 自 受理 限 24 小时 达到 办结"),
        "
- name: a day and its instants
  period: 2024-03
  as_of: 2024-06-01
  complete: 2024-01-01..2024-12-31
  rows:
    诉求:
      - {编号: A, 受理: 2024-03-04}
      - {编号: B, 受理: 2024-03-04}
      - {编号: C, 受理: 2024-03-04}
      - {编号: D, 受理: 2024-03-04T10:00}
      - {编号: E, 受理: 2024-03-04T10:00}
    办结:
      - {诉求: A, 时间点: 2024-03-05T00:00}
      - {诉求: B, 时间点: 2024-03-05T12:00}
      - {诉求: C, 时间点: 2024-03-06T00:00}
      - {诉求: D, 时间点: 2024-03-05T10:00}
      - {诉求: E, 时间点: 2024-03-05T10:01}
  expect:
    findings:
      - {rule: 时限, subject: A, outcome: met, required: 2024-03-05}
      - {rule: 时限, subject: B, outcome: unknown}
      - {rule: 时限, subject: C, outcome: unmet}
      - {rule: 时限, subject: D, outcome: met, required: 2024-03-05T10:00:00}
      - {rule: 时限, subject: E, outcome: unmet}
",
    );
}

#[test]
fn workdays_follow_the_calendar_and_a_last_day_moves_only_if_said() {
    // 2024-02-09 is a Friday; the holiday lasts from the 10th to the 17th, Sunday the 18th is worked.
    let calendar = "calendar 法定 from 2024-01-01 to 2024-12-31 { rest 2024-02-10 to 2024-02-17 work 2024-02-18 }";
    both(
        &policy(
            &format!("{calendar} {CASES}"),
            "rule 工作日 : each 诉求 reaches 办结 within 2 workdays of 受理 by calendar 法定
             rule 顺延 : each 诉求 reaches 办结 within 3 days of 受理 by calendar 法定 rest days move
             rule 不延 : each 诉求 reaches 办结 within 3 days of 受理 rest days stay",
        ),
        "
- name: over the holiday
  period: 2024-02
  as_of: 2024-06-01
  complete: 2024-01-01..2024-12-31
  rows:
    诉求: [{编号: A, 受理: 2024-02-09T09:00}]
    办结: [{诉求: A, 时间点: 2024-02-18T09:00}]
  expect:
    findings:
      - {rule: 工作日, subject: A, outcome: met, required: 2024-02-19}
      - {rule: 顺延, subject: A, outcome: met, required: 2024-02-18}
      - {rule: 不延, subject: A, outcome: unmet, required: 2024-02-12}
",
    );
}

#[test]
fn a_time_of_a_record_that_lies_after_as_of_has_not_happened() {
    // But a term may start later than as-of: its window is open.
    both(
        &policy(
            CASES,
            "rule 已分派 : each 诉求 satisfies 分派 is known
             rule 限期 : each 诉求 reaches 办结 within 2 days of 分派 rest days stay",
        ),
        "
- name: assigned tomorrow
  period: 2024-03
  as_of: 2024-03-10
  complete: 2024-01-01..2024-12-31
  rows:
    诉求: [{编号: A, 受理: 2024-03-10T08:00, 分派: 2024-03-11T08:00}, {编号: B, 受理: 2024-03-10T08:00, 分派: 2024-03-10T23:00}]
    办结: []
  expect:
    findings:
      - {rule: 已分派, subject: A, outcome: unmet, measured: false}
      - {rule: 已分派, subject: B, outcome: met}
      - {rule: 限期, subject: A, window: 2024-03-11..2024-03-13, outcome: pending}
",
    );
}

#[test]
fn in_takes_in_those_below_as_they_stood_on_the_day() {
    // G2 belongs to G1 until the 15th, then to nobody.
    both(
        &policy(
            VISITS,
            "measure 本级 for 网格 = count of 走访 of output every month
             measure 连下级 for 网格 = count of 走访 in output every month
             rule 走访数 : each 网格 has at least 1 走访 in every month",
        ),
        "
- name: two visits below
  period: 2024-06
  rows:
    网格:
      - {编号: G1}
      - {编号: G2, 上级: G1, until: 2024-06-15}
      - {编号: G2, since: 2024-06-16}
    住户: [{编号: H1, 所属: G2}]
    走访: [{住户: H1, 日期: 2024-06-15}, {住户: H1, 日期: 2024-06-16}]
  expect:
    findings:
      - {rule: 走访数, subject: G1, outcome: met, measured: 1}
      - {rule: 走访数, subject: G2, outcome: met, measured: 2}
",
    );
}

#[test]
fn a_bound_per_number_is_rounded_as_said() {
    both(
        &policy(
            VISITS,
            "rule 进位 : each 网格 has at least 1 走访 per 2 of 住户 rounded up every month
             rule 舍去 : each 网格 has at least 1 走访 per 2 of 住户 rounded down every month
             rule 恰比 : each 网格 has at least 1 走访 per 2 of 住户 unrounded every month",
        ),
        "
- name: three households on the last day, one visit
  period: 2024-06
  rows:
    网格: [{编号: G1}]
    住户: [{编号: H1, 所属: G1}, {编号: H2, 所属: G1}, {编号: H3, 所属: G1, since: 2024-06-30}]
    走访: [{住户: H1, 日期: 2024-06-05}]
  expect:
    findings:
      - {rule: 进位, subject: G1, outcome: unmet, required: 2}
      - {rule: 舍去, subject: G1, outcome: met, required: 1}
      - {rule: 恰比, subject: G1, outcome: unmet, required: 1.5}
",
    );
}

#[test]
fn items_left_out_or_not_assessed_are_scaled() {
    // A is met (30 of 30); B has nothing due and is left out (50); C reads an open parameter (20):
    // 30 x 100 / 30 = 100. The grade follows the scaled total.
    both(
        &policy(
            VISITS,
            "param 权 : points = open
             rule 走访 : each 住户 has at least 1 走访 every month
             rule 一级走访 : each 住户 where 等级 = 一级 has at least 1 走访 every month
             assessment 考核 for each 住户 every month out of 100 points {
                 item A 30 points : share met 走访  nothing due zero  unknown unmet
                 item B 50 points : share met 一级走访  nothing due left out  unknown unmet
                 item C 20 points : points 权
                 grades { 好 90 points or more ; otherwise 差 }
             }",
        ),
        "
- name: one of three items
  period: 2024-06
  rows:
    住户: [{编号: H1, 等级: 二级}, {编号: H2, 等级: 二级}]
    走访: [{住户: H1, 日期: 2024-06-05}]
  expect:
    scores:
      - {assessment: 考核, subject: H1, points: 100, grade: 好, unknown: 1, items: {A: 30, B: ~, C: ~}}
      - {assessment: 考核, subject: H2, points: 0, grade: 差}
",
    );
}

#[test]
fn gates_cap_then_lower_then_set_and_a_veto_wins() {
    let declarations = "
        entity 村 { key 编号 : text  欠 : whole number }
        record 决定 { at 日期 : date  村 : 村  机关 : text optional  年度 : whole number optional }
    ";
    // By points all are 优 (0). Cap at 良 (1) from 1, lowering by 1 from 2, set to 中 (2) from 3.
    both(
        &policy(
            declarations,
            "assessment 年度 for each 村 every year out of 100 points {
                 item 基本 100 points : full
                 grades { 优 90 points or more ; 良 80 points or more ; 中 70 points or more ; otherwise 差 }
                 gate 封顶 : 欠 >= 1 caps grade at 良
                 gate 降档 : 欠 >= 2 lowers grade by 1
                 gate 定档 : 欠 = 4 sets grade 良
                 veto 否决 : 决定 decided by 机关 for year 年度 sets grade 差
             }",
        ),
        "
- name: gates and a veto
  period: 2024
  complete: 2023-01-01..2025-12-31
  as_of: 2025-12-31
  rows:
    村: [{编号: V0, 欠: 0}, {编号: V1, 欠: 1}, {编号: V2, 欠: 2}, {编号: V4, 欠: 4}, {编号: V5, 欠: 0}, {编号: V6, 欠: 0}]
    决定:
      # Decided in 2025 for 2024; one without an authority does not count.
      - {村: V4, 日期: 2025-02-01, 机关: 县委, 年度: 2024}
      - {村: V5, 日期: 2024-06-01}
      - {村: V6, 日期: 2024-06-01, 机关: 县委, 年度: 2023}
  expect:
    scores:
      - {assessment: 年度, subject: V0, points: 100, grade: 优}
      - {assessment: 年度, subject: V1, points: 100, grade: 良}
      - {assessment: 年度, subject: V2, points: 100, grade: 中}
      - {assessment: 年度, subject: V4, points: 100, grade: 差, veto: 否决}
      - {assessment: 年度, subject: V5, points: 100, grade: 优, veto: ~}
      - {assessment: 年度, subject: V6, points: 100, grade: 优}
    effects:
      - {subject: V1, kind: cap, name: 封顶, reason: 良}
      - {subject: V2, kind: lower, name: 降档, reason: 中}
      - {subject: V4, kind: grade, name: 定档, reason: 良}
      - {subject: V4, kind: veto, name: 否决, reason: 差}
      - {subject: V0, kind: cap, none: true}
",
    );
}

#[test]
fn ties_share_a_rank_and_go_over_a_limit_as_the_author_chose() {
    let declarations = "entity 村 { key 编号 : text  分数 : number points }";
    // 90, 80, 80, 70: ranks 1, 2, 2, 4. Two places: the tie for the second place goes over the limit.
    both(
        &policy(
            declarations,
            "assessment 年度 for each 村 every year out of 100 points {
                 item 成绩 100 points : points 分数
                 rank by points
                 award 同授 : top 2 by points ties include 100 yuan
                 award 不授 : top 2 by points ties exclude reward
                 award 半数 : top 50% rounded down at least 1 base all by points ties exclude
             }",
        ),
        "
- name: a tie at the limit
  period: 2024
  rows:
    村: [{编号: A, 分数: 80}, {编号: B, 分数: 90}, {编号: C, 分数: 80}, {编号: D, 分数: 70}]
  expect:
    scores:
      - {assessment: 年度, subject: B, rank: 1}
      - {assessment: 年度, subject: A, rank: 2}
      - {assessment: 年度, subject: C, rank: 2}
      - {assessment: 年度, subject: D, rank: 4}
    effects:
      - {subject: A, kind: award, name: 同授, amount: 100, unit: yuan, reason: 2}
      - {subject: B, kind: award, name: 同授, reason: 1}
      - {subject: C, kind: award, name: 同授, reason: 2}
      - {subject: D, name: 同授, none: true}
      - {subject: B, kind: reward, name: 不授}
      - {subject: A, name: 不授, none: true}
      - {subject: B, name: 半数}
      - {subject: C, name: 半数, none: true}
",
    );
}

#[test]
fn one_record_is_deducted_once_by_the_largest_points() {
    // Both deductions would take the serious bad visit: the larger does, before its cap.
    both(
        &policy(
            &VISITS.replace("结果 :", "严重 : yes or no  结果 :"),
            "assessment 月度 for each 住户 every month out of 100 points {
                 item 基本 100 points : full
                 deduct 差评 : 2 points per 走访 where 结果 = 差
                 deduct 严重差评 : 5 points per 走访 where 严重 = yes at most 8 points
             }",
        ),
        "
- name: three bad visits, two of them serious
  period: 2024-06
  rows:
    住户: [{编号: H1}]
    走访:
      - {住户: H1, 日期: 2024-06-01, 严重: false, 结果: 差}
      - {住户: H1, 日期: 2024-06-02, 严重: true, 结果: 差}
      - {住户: H1, 日期: 2024-06-03, 严重: true, 结果: 差}
  expect:
    scores:
      - {assessment: 月度, subject: H1, points: 90, items: {差评: -2, 严重差评: -8}}
",
    );
}

/// A comparison shows codes as words, whatever the value is made of.
#[test]
fn codes_are_shown_as_words_wherever_they_come_from() {
    let measures = "measure 末次结果 for 住户 = last 结果 over 走访 ever
        rule 首次 : each 住户 satisfies (first 结果 over 走访 ever) = 好
        rule 末次 : each 住户 satisfies 末次结果 = 好
        rule 替代 : each 住户 satisfies (等级 or else 二级) = 一级";
    both(
        &policy(VISITS, measures),
        "
- name: the first visit went well, the last one did not, no class is on file
  period: 2024
  complete: 2024
  as_of: 2025-01-01
  rows:
    住户: [{编号: H1}]
    走访: [{住户: H1, 日期: 2024-02-01, 结果: 好}, {住户: H1, 日期: 2024-03-01, 结果: 差}]
  expect:
    findings:
      - {rule: 首次, subject: H1, outcome: met, measured: 好, required: 好}
      - {rule: 末次, subject: H1, outcome: unmet, measured: 差, required: 好}
      - {rule: 替代, subject: H1, outcome: unmet, measured: 二级, required: 一级}
",
    );
}

#[test]
fn every_year_has_a_window_of_its_own_also_where_nothing_lies_between() {
    both(
        &policy(
            VISITS,
            "rule 全年 : each 住户 has at least 1 走访 every year from 1 March to 29 February
             rule 半 : each 住户 has at least 1 走访 every year from 29 February to 31 August",
        ),
        "
- name: 2023 has no 29 February
  period: 2023
  rows:
    住户: [{编号: H1}]
    走访: [{住户: H1, 日期: 2022-03-01}, {住户: H1, 日期: 2023-02-28}]
  complete: 2020-01-01..2024-12-31
  expect:
    findings:
      - {rule: 全年, window: 2022-03-01..2023-02-28, outcome: met, measured: 2}
      - {rule: 半, window: 2023-02-28..2023-08-31, outcome: met, measured: 1}
    only: true
- name: 2024 has one
  period: 2024
  rows:
    住户: [{编号: H1}]
    走访: [{住户: H1, 日期: 2023-02-28}, {住户: H1, 日期: 2024-02-28}]
  complete: 2020-01-01..2024-12-31
  expect:
    findings:
      - {rule: 全年, window: 2023-03-01..2024-02-29, outcome: met, measured: 1}
      - {rule: 半, window: 2024-02-29..2024-08-31, outcome: unmet, measured: 0}
    only: true
",
    );
}

#[test]
fn a_reference_to_a_record_that_is_not_read_is_an_empty_one_wherever_it_stands() {
    // P1 is on file; P2 lies after as-of, P3 was never handed in. What two looks share is nothing in these two.
    let kinds = "
    entity 站 { key 编号 : text }
    record 证 { key 编号 : text  at 日期 : date  站 : 站 }
    record 看 { key 编号 : text  at 日期 : date  证 : 证  站 : 站 }
    record 改 { key 编号 : text  at 日期 : date  证 : 证  站 : 站 }
";
    let rules = "
    rule 一 : each 看 follows 改 sharing 证, 站 within 10 days rest days stay missing start is unmet
    rule 二 : each 看 follows 改 sharing 站, 证 within 10 days rest days stay missing start is unmet
    rule 三 : each 看 is followed by 改 sharing 证 within 3 days rest days stay
    rule 四 : each 看 satisfies count of 看 sharing 证 without itself ever >= 1
    assessment 评 for each 看 {
        item 项 10 points : points 5 points
        add 先 : 1 points when (points of 评 in previous record sharing 证, 站 missing as 0 points) > 0 points
        add 后 : 1 points when (points of 评 in previous record sharing 站, 证 missing as 0 points) > 0 points
    }";
    both(
        &policy(kinds, rules),
        "
- name: two of three permits are not read
  period: 2024
  as_of: 2024-06-30
  rows:
    站: [{编号: S}]
    证:
      - {编号: P1, 日期: 2024-01-01, 站: S}
      - {编号: P2, 日期: 2024-12-01, 站: S}
    看:
      - {编号: A, 日期: 2024-02-01, 证: P1, 站: S}
      - {编号: B, 日期: 2024-02-05, 证: P1, 站: S}
      - {编号: C, 日期: 2024-02-01, 证: P2, 站: S}
      - {编号: D, 日期: 2024-02-05, 证: P2, 站: S}
      - {编号: E, 日期: 2024-02-01, 证: P3, 站: S}
      - {编号: F, 日期: 2024-02-05, 证: P3, 站: S}
    改:
      - {编号: X, 日期: 2024-01-31, 证: P1, 站: S}
      - {编号: Y, 日期: 2024-01-31, 证: P2, 站: S}
      - {编号: Z, 日期: 2024-01-31, 证: P3, 站: S}
  expect:
    findings:
      - {rule: 一, subject: A, outcome: met}
      - {rule: 一, subject: B, outcome: met}
      - {rule: 一, subject: C, outcome: not due}
      - {rule: 一, subject: F, outcome: not due}
      - {rule: 二, subject: B, outcome: met}
      - {rule: 二, subject: C, outcome: not due}
      - {rule: 二, subject: F, outcome: not due}
      - {rule: 三, subject: A, outcome: unmet}
      - {rule: 三, subject: C, outcome: unknown}
      - {rule: 三, subject: E, outcome: unknown}
      - {rule: 四, subject: B, outcome: met}
      - {rule: 四, subject: D, outcome: unknown}
      - {rule: 四, subject: F, outcome: unknown}
    scores:
      - {assessment: 评, subject: A, points: 5}
      - {assessment: 评, subject: B, points: 7}
      - {assessment: 评, subject: D, points: 5}
      - {assessment: 评, subject: F, points: 5}
",
    );
}
