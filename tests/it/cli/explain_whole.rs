//! `wangge explain`: counters of who has left, rows of the days explained, and all that lies behind a value.

use super::Folder;
use super::asked::{explain, folder, holds};

fn demerits(more: &str) -> Folder {
    let policy = format!(
        "entity shop {{ key id : text  trading : yes or no optional }}
record breach {{ key id : text  at day : date  shop : shop  given : number points  convicted : date optional }}
counter dem for each shop {more} adds given over breach where convicted is known in any 12 months {{
    step 15 points : sanction suspension for 7 days
    excess carried
    last step repeats
    clean 6 months resets
}}"
    );
    let manifest = "period: 2024\nsources:\n  - {kind: shop, files: shop.csv}\n  - {kind: breach, files: breach.csv, complete: {from: 2023-01-01, to: 2024-12-31}}\n";
    folder(
        &policy,
        manifest,
        &[
            (
                "shop.csv",
                "id,trading,since,until\nA,yes,,2024-06-30\nB,yes,,2024-06-30\nB,no,2024-07-01,\nC,,,\nD,yes,,\n",
            ),
            (
                "breach.csv",
                "id,day,shop,given,convicted\n1,2024-03-01,A,21,2024-03-02\n2,2024-03-01,B,21,2024-03-02\n3,2024-03-01,C,21,2024-03-02\n4,2024-03-01,D,21,\n",
            ),
        ],
    )
}

#[test]
fn a_counter_says_why_it_is_zero_at_the_end() {
    let all = demerits("");
    let out = explain(&all, &["--subject", "A"]);
    holds(
        &out,
        &[
            "  ..2024-06-30: id = A, trading = yes\n    on file at shop.csv:2\n",
            "  counter dem: 0 points at the end of the period, 0 steps on the ladder\n",
            "    the subject is not there on 2024-12-31, so that it is not counted and both are 0\n    on 2024-06-30, the last day on which it was counted: 6 points, 1 step on the ladder\n",
        ],
    );
    holds(
        &explain(&all, &["--subject", "A", "--lang", "zh"]),
        &[
            "  ..2024-06-30：id = A，trading = 是\n    记载于 shop.csv:2\n",
            "累计 dem：期末累计 0 分，已达 0 档\n",
            "    2024-12-31 该对象不在册，不计，二者为 0\n    最后计入的一日 2024-06-30：累计 6 分，已达 1 档\n",
        ],
    );
    let trading = demerits("where trading = yes");
    holds(
        &explain(&trading, &["--subject", "B"]),
        &[
            "counter dem: 0 points at the end of the period, 0 steps on the ladder\n",
            "    on 2024-12-31 it does not count the subject, so that both are 0: it needs trading = yes\n      trading = no\n    on 2024-06-30, the last day on which it was counted: 6 points, 1 step on the ladder\n",
        ],
    );
    holds(
        &explain(&trading, &["--subject", "B", "--lang", "zh"]),
        &["    2024-12-31 不计该对象，二者为 0：须 trading = 是\n      trading = 否\n"],
    );
    let open = explain(&trading, &["--subject", "C"]);
    holds(
        &open,
        &[
            "counter dem: not known at the end of the period; what is on file comes to 6 points, 0 steps on the ladder\n",
            "    whether it counts the subject on 2024-12-31 is not decided: trading = yes\n      trading = missing\n      `trading` is empty\n",
        ],
    );
}

#[test]
fn a_counter_whose_records_may_be_missing_is_not_known() {
    let folder = demerits("");
    folder.edit("m.yaml", "to: 2024-12-31", "to: 2024-06-30");
    folder.edit("shop.csv", "A,yes,,2024-06-30", "A,yes,,");
    let out = explain(&folder, &["--subject", "A"]);
    holds(
        &out,
        &[
            "counter dem: not known at the end of the period; what is on file comes to 6 points, 0 steps on the ladder\n",
            "    the records of `breach` are not said to be complete for 2024-07-01 to ",
        ],
    );
}

#[test]
fn a_clean_term_and_records_that_do_not_count_are_told() {
    let all = demerits("");
    let out = explain(&all, &["--subject", "B"]);
    holds(&out, &["    6 months without points ended on 2024-09-01: the ladder began again\n"]);
    let zh = explain(&all, &["--subject", "B", "--lang", "zh"]);
    holds(&zh, &["    至 2024-09-01，已连续 6 个月 未计分，档次重新起算\n"]);
    holds(
        &explain(&all, &["--subject", "D"]),
        &[
            "    no records add to it\n    breach ..2024-12-31: 1 on file, 0 count\n      breach.csv:5: id = 4, day = 2024-03-01, shop = D, given = 21 [does not count: it needs convicted known]\n",
        ],
    );
}

#[test]
fn the_rows_in_force_in_the_days_explained_are_named() {
    let all = demerits("");
    let out = explain(&all, &["--subject", "B"]);
    holds(
        &out,
        &[
            "  ..2024-06-30: id = B, trading = yes\n    on file at shop.csv:3\n  2024-07-01..: id = B, trading = no\n    on file at shop.csv:4\n",
        ],
    );
    let part = explain(&all, &["--subject", "B", "--within", "2024-02"]);
    holds(&part, &["as of 2025-01-01\n  id = B, trading = yes\n  on file at shop.csv:3\n"]);
    let late = explain(&all, &["--subject", "A", "--within", "2024-09"]);
    holds(&late, &["  ..2024-06-30: id = A, trading = yes\n    on file at shop.csv:2\n"]);
    let zh = explain(&all, &["--subject", "B", "--lang", "zh"]);
    holds(&zh, &["  2024-07-01..：id = B，trading = 否\n    记载于 shop.csv:4\n"]);
}

/// A case of hearings: records with measures that other records make, and money by them.
fn hearings(complete: &str) -> Folder {
    let policy = "entity shop { key id : text }
record visit { key id : text  at day : date  shop : shop }
record viol { key id : text  at day : date  visit : visit  given : number points  code : text }
record hearing { key id : text  at day : date  viol : viol  allowed : number points }
measure now for viol = (last allowed over hearing ever) or else given
measure again for viol = count of viol sharing code earlier in the 12 months up to day
measure net for viol = if again > 0 then 2 * now else now
assessment g for each visit lowest is best {
    item s 100 points : points sum net over viol ever
    grades { A 13 points or less ; otherwise B }
    effects { B : sanction penalty (sum (now / 1 points * 100 yuan) over viol ever) }
}";
    let manifest = format!(
        "period: 2024-03\nas_of: 2024-06-01\nsources:\n  - {{kind: shop, files: shop.csv}}\n  - {{kind: visit, files: visit.csv, complete: {complete}}}\n  - {{kind: viol, files: viol.csv, complete: {complete}}}\n  - {{kind: hearing, files: hearing.csv, complete: {complete}}}\n"
    );
    folder(
        policy,
        &manifest,
        &[
            ("shop.csv", "id\nA\n"),
            ("visit.csv", "id,day,shop\nv1,2024-03-01,A\n"),
            ("viol.csv", "id,day,visit,given,code\nx1,2024-03-01,v1,10,a\nx2,2024-03-01,v1,8,b\n"),
            ("hearing.csv", "id,day,viol,allowed\nh1,2024-03-20,x1,7\n"),
        ],
    )
}

const KNOWN: &str = "{from: 2023-01-01, to: 2024-06-01}";

#[test]
fn measures_of_rows_are_opened_with_all() {
    let folder = hearings(KNOWN);
    let out = explain(&folder, &["--subject", "v1", "--all"]);
    let opened = "        viol.csv:2: id = x1, day = 2024-03-01, visit = v1, given = 10, code = a; net = 7 points
          net = 7 points
            formula: if again > 0 then 2 * now else now
            again = 0
              formula: count of viol sharing code earlier in the 12 months up to day
            now = 7 points
              formula: (last allowed over hearing ever) or else given
              last allowed of hearing ever = 7 points
          viol sharing code earlier 2023-03-02..2024-03-01: none on file
          hearing: 1 on file, 1 counts
            hearing.csv:2: id = h1, day = 2024-03-20, viol = x1, allowed = 7
";
    holds(&out, &[opened]);
    let short = explain(&folder, &["--subject", "v1"]);
    assert!(!short.contains("hearing.csv") && short.contains("net = 7 points\n"), "{short}");
    // The records behind an amount are listed too.
    holds(
        &short,
        &[
            "    amount of penalty\n      sum of ((now ÷ 1 point) × 100 yuan) of viol ever = 1500 yuan\n        viol: 2 on file, 2 count\n          viol.csv:2: id = x1",
        ],
    );
    let zh = explain(&folder, &["--subject", "v1", "--all", "--lang", "zh"]);
    holds(&zh, &["          hearing：记录 1 条，计入 1 条\n            hearing.csv:2：id = h1"]);
}

#[test]
fn a_measure_of_a_row_that_is_not_known_names_its_cause() {
    let folder = hearings("{from: 2024-01-01, to: 2024-06-01}");
    let cause = "the records of `viol` are not said to be complete for 2023-03-02 to 2023-12-31";
    let out = explain(&folder, &["--subject", "v1"]);
    holds(
        &out,
        &[
            &format!("      records or values that would decide are not known\n      {cause}\n"),
            "code = a; net = between 7 points and 14 points\n          net = between 7 points and 14 points\n            formula: if again > 0 then 2 * now else now\n            again = at least 0\n",
            &format!("          {cause}\n"),
        ],
    );
    let zh = explain(&folder, &["--subject", "v1", "--lang", "zh"]);
    holds(&zh, &["          `viol` 的记录未声明在 2023-03-02 至 2023-12-31 期间完整\n"]);
}

#[test]
fn a_record_that_nothing_is_about_is_told_by_itself() {
    let folder = hearings(KNOWN);
    let out = explain(&folder, &["--subject", "x1"]);
    holds(
        &out,
        &[
            "viol x1, policy p, period 2024-03, as of 2024-06-01\n  id = x1, day = 2024-03-01, visit = v1, given = 10, code = a\n  on file at viol.csv:2\n  no rule, assessment, counter or reward is about viol; its measures, read for 2024-03:\n    now = 7 points\n      formula: (last allowed over hearing ever) or else given\n      last allowed of hearing ever = 7 points\n      hearing: 1 on file, 1 counts\n",
            "    net = 7 points\n",
        ],
    );
    holds(
        &explain(&folder, &["--subject", "h1", "--lang", "zh"]),
        &["  没有以 hearing 为对象的规则、考核、累计或奖励；也没有指标\n"],
    );
    folder.run(&["explain", "m.yaml", "--subject", "x1", "--assessment", "g"]).ends(2);
}

#[test]
fn what_bounds_the_days_of_records_is_opened() {
    let policy = "record case { key nr : text  at received : date  decided : date optional }
record notice { at day : date  case : case }
record report { at day : date  case : case }
rule decide : each case reaches decided within 10 days of received rest days stay
measure m for case = count of report ever
assessment a for each case above full counts {
    add late : 1 points per (count of notice dated from ((due day of decide) + 1 day))
    add after : 1 points per (count of notice dated from (received + (10 + m) * 1 days))
}
rule few : each case has at most 1 notice dated from (received + (10 + m) * 1 days)";
    let manifest = "period: 2024\nas_of: 2025-02-01\nsources:\n  - {kind: case, files: c.csv, complete: {from: 2024-01-01, to: 2025-02-01}}\n  - {kind: notice, files: n.csv, complete: {from: 2024-01-01, to: 2025-02-01}}\n  - {kind: report, files: r.csv, complete: {from: 2024-01-01, to: 2025-02-01}}\n";
    let folder = folder(
        policy,
        manifest,
        &[
            ("c.csv", "nr,received,decided\nA,2024-03-01,2024-04-01\n"),
            ("n.csv", "day,case\n2024-03-10,A\n2024-03-15,A\n2024-03-20,A\n"),
            ("r.csv", "day,case\n2024-03-10,A\n"),
        ],
    );
    let out = explain(&folder, &["--subject", "A"]);
    let records = "      notice 2024-03-12..: 2 on file, 2 count\n        n.csv:3: day = 2024-03-15, case = A\n        n.csv:4: day = 2024-03-20, case = A\n";
    holds(
        &out,
        &[
            &format!(
                "due day of decide + 1 day = 2\n        due day of decide = 2024-03-11\n{records}      rule decide, met 0 of 1 due\n"
            ),
            "        A 2024-03-01..2024-03-11 unmet: `decided` on 2024-04-01, required by 2024-03-11: 21 days late\n",
            &format!(
                "        m = 1\n          formula: count of report ever\n{records}      report: 1 on file, 1 counts\n        r.csv:2: "
            ),
            "found 2, needed at most 1: 1 too many\n      number of notice",
        ],
    );
    let zh = explain(&folder, &["--subject", "A", "--lang", "zh"]);
    holds(&zh, &["        期限届满日 decide = 2024-03-11\n      notice 2024-03-12..：记录 2 条，计入 2 条\n"]);
}
