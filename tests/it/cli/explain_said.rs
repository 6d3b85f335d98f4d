//! `wangge explain`: formulas, ties, the year of a decision, overrides, ceilings, roundings; everything is said once and is true.

use super::Folder;
use super::asked::{answer, explain, folder, holds};

#[track_caller]
fn lacks(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "`{part}` in\n{text}");
    }
}

/// Shops with rulings that name a year, of which a veto and a gate ask.
fn shops() -> Folder {
    let policy = "entity shop { key id : text }
record ruling { key id : text  at day : date  shop : shop  office : text optional  year : whole number optional }
record mark { at day : date  shop : shop  given : number points }
assessment work for each shop every year out of 100 points {
    deduct late : 5 points per mark where given < 10 points
    item mark 100 points : points sum given over mark where given >= 10 points
    grades { good 60 points or more ; otherwise bad }
    veto ruled : ruling decided by office for year year sets grade bad
    gate held : (count of ruling where year = year of window start ever) at least 1 withholds grade
}
assessment after for each shop every year out of 10 points { item good 10 points : when grade of work is good }";
    let manifest = "period: 2024
as_of: 2025-06-01
sources:
  - {kind: shop, files: shop.csv}
  - {kind: ruling, files: ruling.csv, complete: {from: 2023-01-01, to: 2025-06-01}}
  - {kind: mark, files: mark.csv, complete: period}
";
    let rulings =
        "id,day,shop,office,year\nr1,2024-02-01,A,county,2023\nr2,2025-02-01,B,county,2024\nr4,2024-03-05,D,,2024\n";
    let marks = "day,shop,given\n2024-05-01,A,90\n2024-01-01,A,5\n2024-05-01,B,90\n2024-05-01,D,90\n2024-01-02,A,3\n";
    folder(policy, manifest, &[("shop.csv", "id\nA\nB\nD\n"), ("ruling.csv", rulings), ("mark.csv", marks)])
}

#[test]
fn a_decision_says_for_which_year_it_is() {
    let folder = shops();
    let other = explain(&folder, &["--subject", "A"]);
    holds(
        &other,
        &[
            "      does not hold: no decision by an authority counts for 2024\n      ruling 2024-01-01..2024-12-31: 1 on file, 0 count\n        ruling.csv:2: id = r1, day = 2024-02-01, shop = A, office = county, year = 2023 [does not count: it is for 2023, not for 2024]\n",
            "        number of ruling where year = year(window start) ever = 0\n          window start = 2024-01-01\n",
        ],
    );
    let own = explain(&folder, &["--subject", "B", "--lang", "zh"]);
    holds(
        &own,
        &[
            "      成立，决定 1 件：不论得分，等次为 bad\n",
            "day = 2025-02-01，shop = B，office = county，year = 2024［计入：所属年度为 2024］\n",
        ],
    );
}

#[test]
fn a_grade_that_is_withheld_is_said_to_be() {
    let out = explain(&shops(), &["--subject", "D"]);
    holds(
        &out,
        &[
            "assessment work, 2024: 90.00 of 100 points, grade withheld\n",
            "      its condition is not decided\n      grade of work = withheld\n",
        ],
    );
    lacks(&out, &["missing"]);
    let zh = explain(&shops(), &["--subject", "D", "--lang", "zh"]);
    holds(&zh, &["90.00 分（满分 100 分），暂不定等\n", "      条件不明\n      work 等次 = 暂不定等\n"]);
}

#[test]
fn a_score_is_told_from_the_grade_to_the_lines_of_the_policy_and_records_by_time() {
    let out = explain(&shops(), &["--subject", "A", "--assessment", "work"]);
    let at = |part: &str| out.find(part).unwrap_or_else(|| panic!("no `{part}` in\n{out}"));
    let order = ["total: ", "grade by the points", "    late: ", "mark.csv:3: ", "mark.csv:6: ", "mark.csv:2: "];
    assert!(order.windows(2).all(|pair| at(pair[0]) < at(pair[1])), "{out}");
    assert!(at("    late: ") < at("    mark: ") && at("    mark: ") < at("    veto ruled"), "{out}");
}

/// Sites with measures of measures, breaches that look back by a parameter.
fn sites() -> Folder {
    let policy = "param limit : number = 2
param repeat_months : months = 6
entity site { key id : text  big : yes or no  area : number }
record check { at day : date  site : site }
record breach { key id : text  at day : date  site : site  found : date  weight : number }
measure checks for site = count of check
measure load for site = 10 * checks / area zero divisor 0
measure heavy for site = (sum weight over breach) * (if big then 2 else 1) + load
rule light : each site every month satisfies heavy at most param limit
rule once : each breach satisfies (count of breach sharing site without itself dated from (found - param repeat_months) to (found - 1 day)) = 0
assessment year for each site every quarter out of 100 points {
    precision 0 rounded up
    item a 50 points : 1 / 3
    item b 50 points : points 10.5 points * heavy
}";
    let manifest = "period: 2024Q1
sources:
  - {kind: site, files: site.csv}
  - {kind: check, files: check.csv, complete: period}
  - {kind: breach, files: breach.csv, complete: {from: 2023-01-01, to: 2024-04-01}}
";
    let breaches = "id,day,site,found,weight\nb1,2023-11-02,S1,2023-11-01,1\nb2,2024-01-20,S1,2024-01-19,2.5\nb3,2024-02-01,S2,2024-01-31,1.1\n";
    folder(
        policy,
        manifest,
        &[
            ("site.csv", "id,big,area\nS1,yes,20\nS2,no,10\n"),
            ("check.csv", "day,site\n2024-01-05,S1\n2024-01-09,S1\n"),
            ("breach.csv", breaches),
        ],
    )
}

#[test]
fn a_measure_is_shown_with_its_formula_and_parts() {
    let folder = sites();
    let out = explain(&folder, &["--subject", "S1", "--rule", "light"]);
    holds(
        &out,
        &[
            "      heavy = 6\n        formula: (sum weight over breach) * (if big then 2 else 1) + load\n        sum of weight of breach = 2.5\n        big = yes\n        load = 1\n          formula: 10 * checks / area zero divisor 0\n          checks = 2\n            formula: count of check\n          area = 20\n      limit = 2\n",
            "      heavy = 0\n        sum of weight of breach = 0\n",
        ],
    );
    let zh = explain(&folder, &["--subject", "S1", "--rule", "light", "--lang", "zh"]);
    holds(
        &zh,
        &[
            "        公式：(sum weight over breach) * (if big then 2 else 1) + load\n        breach 的 weight 合计 = 2.5\n",
        ],
    );
    let back = explain(&folder, &["--subject", "b2", "--rule", "once"]);
    holds(&back, &["dated from found - repeat_months to found - 1 day = 1\n        repeat_months = 6 months\n"]);
}

#[test]
fn a_rounding_says_what_it_made_of_a_number() {
    let folder = sites();
    let out = explain(&folder, &["--subject", "S2", "--assessment", "year"]);
    holds(
        &out,
        &[
            "      33.3333% × 50 points = 16.6667 points, rounded up to 17 points\n",
            "      it gives 11.55 points, rounded up to 12 points\n",
        ],
    );
    let most = explain(&folder, &["--subject", "S1", "--assessment", "year", "--lang", "zh"]);
    holds(&most, &["      33.3333% × 50 分 = 16.6667 分，进至 17 分\n", "      计得 63 分，限于 0 至 50 分：50 分\n"]);
}

#[test]
fn ties_are_told_with_what_tells_them_apart() {
    let policy = "entity shop { key id : text  town : text  age : number }
record mark { at day : date  shop : shop  given : number points }
assessment year for each shop every year out of 100 points {
    item mark 100 points : points sum given over mark
    grades { good 60 points or more ; otherwise bad }
    rank within town among own grade is good by points then age highest first
    award best : top 2 base eligible by points then age highest first ties exclude reward 500 yuan
}";
    let manifest = "period: 2024
sources:
  - {kind: shop, files: shop.csv}
  - {kind: mark, files: mark.csv, complete: period}
";
    let shops = "id,town,age\nA,T,3\nB,T,5\nC,T,8\nD,T,8\nE,T,1\nF,U,2\n";
    let marks = "day,shop,given\n2024-05-01,A,90\n2024-05-01,B,80\n2024-05-01,C,80\n2024-05-01,D,80\n2024-05-01,E,50\n2024-05-01,F,70\n";
    let folder = folder(policy, manifest, &[("shop.csv", shops), ("mark.csv", marks)]);
    let out = explain(&folder, &["--subject", "B"]);
    holds(
        &out,
        &[
            "    rank 4 of 4 in T\n      rank within town among own grade is good by points then age highest first\n      equal points are told apart by age (highest first):\n        place 2: C, age = 8\n        place 2: D, age = 8\n        place 4: B, age = 5\n",
            "    award best: none, place 4 is beyond the last place\n      award best : top 2 base eligible by points then age highest first ties exclude reward 500 yuan\n      2 places (of 6 eligible)\n      equal points are told apart by age (highest first):\n",
        ],
    );
    let zh = explain(&folder, &["--subject", "B", "--lang", "zh"]);
    holds(
        &zh,
        &[
            "    排名（T 组）：4 个中第 4 名\n",
            "      得分相同者依 age（从高到低） 区分：\n        第 2 名：C，age = 8\n",
        ],
    );
    let none = explain(&folder, &["--subject", "E"]);
    holds(&none, &["    no rank: it is not one of those who are ranked\n", "      it needs grade of year = good\n"]);
    let alone = explain(&folder, &["--subject", "A"]);
    lacks(&alone, &["equal points"]);
}

#[test]
fn windows_that_another_rule_takes_are_told() {
    let policy = "entity home { key id : text  alone : yes or no }
entity road { key id : text }
record visit { at day : date  home : home }
rule visited cites X-1 : each home every month has at least 1 visit
rule spring cites X-2 : each home where alone has at least 2 visit every month in force from 2024-02-01 to 2024-03-31 overrides visited
rule weekly : each home where alone every week has at least 1 visit
rule never : each home every week has at most 9 visit overrides weekly
rule roads : each road satisfies 1 = 1";
    let manifest = "period: 2024H1
sources:
  - {kind: home, files: home.csv}
  - {kind: road, files: road.csv}
  - {kind: visit, files: visit.csv, complete: period}
";
    let files = [
        ("home.csv", "id,alone\nH100,yes\nH200,no\nH20,no\n"),
        ("road.csv", "id\nR5\n"),
        ("visit.csv", "day,home\n2024-01-05,H100\n"),
    ];
    let folder = folder(policy, manifest, &files);
    let out = explain(&folder, &["--subject", "H100", "--rule", "visited"]);
    holds(
        &out,
        &[
            "  rule visited (X-1), met 1 of 4 due\n    rule visited cites X-1 : each home every month has at least 1 visit\n    2024-02-01..2024-03-31: rule spring (X-2) takes its place\n    H100 2024-04-01",
        ],
    );
    let zh = explain(&folder, &["--subject", "H100", "--rule", "visited", "--lang", "zh"]);
    holds(&zh, &["    2024-02-01..2024-03-31：由规则 spring（X-2）取代\n"]);
    // Who is not alone has nothing taken.
    lacks(&explain(&folder, &["--subject", "H200"]), &["takes its place"]);
    let all = explain(&folder, &["--subject", "H100", "--rule", "weekly"]);
    holds(&all, &["    nothing is due: rule never takes its place in 2024"]);
    // A subject of another kind, and keys that nobody has.
    let wrong = folder.run(&["explain", "m.yaml", "--subject", "R5", "--rule", "visited"]).ends(2).err;
    holds(&wrong, &["`R5` is of the kind road, and rule `visited` is about home"]);
    let zh = folder.run(&["explain", "m.yaml", "--subject", "R5", "--rule", "visited", "--lang", "zh"]).ends(2).err;
    holds(&zh, &["`R5` 属于 road，而规则 `visited` 的对象是 home"]);
    let near = folder.run(&["explain", "m.yaml", "--subject", "H201"]).ends(2).err;
    holds(&near, &["no subject has the key `H201`", "did you mean `H20` or `H200`?"]);
}

#[test]
fn a_ceiling_says_what_it_cut_and_amounts_are_told_once() {
    let policy = "entity man { key id : text }
record job { at day : date  man : man  hours : number }
reward bonus for each man every month at most 2000 yuan every year {
    precision 0 rounded down
    pay delay : 750 yuan when (count of job) at least 1
    pay work : 10.25 yuan per (sum hours over job) at most 300 yuan
}
assessment y for each man every year out of 100 points {
    item a 100 points : full
    deduct unsure : 10 points per (count of job where hours > 3)
}";
    let manifest = "period: 2024
sources:
  - {kind: man, files: man.csv}
  - {kind: job, files: job.csv, complete: {from: 2024-01-01, to: 2024-06-30}}
";
    let jobs = "day,man,hours\n2024-01-05,M,3.3\n2024-02-05,M,40\n2024-03-05,M,2\n2024-04-05,M,1.15\n";
    let folder = folder(policy, manifest, &[("man.csv", "id\nM\n"), ("job.csv", jobs)]);
    let out = explain(&folder, &["--subject", "M"]);
    holds(
        &out,
        &[
            "      delay: 750 yuan\n",
            "      work: 33 yuan: 10.25 yuan × 3.3 = 33.825 yuan, rounded down to 33 yuan\n",
            "      work: 300 yuan: 10.25 yuan × 40 = 410 yuan; cut by 110 yuan to the ceiling of 300 yuan\n",
            "      770 yuan cut to 167 yuan: at most 2000 yuan in 2024, of which 1833 yuan were paid before\n",
            "      761 yuan cut to 0 yuan: at most 2000 yuan in 2024, of which 2000 yuan were paid before\n",
            "      10 points × 2 = 20 points: what is found counts, the number is at least 2\n",
            "        the records of `job` are not said to be complete for 2024-07-01 to 2024-07-31\n",
        ],
    );
    let zh = answer(&folder, "m.yaml", &["--subject", "M", "--lang", "zh"]);
    holds(
        &zh,
        &[
            "      delay：750 元\n",
            "10.25 元 × 3.3 = 33.825 元，舍至 33 元\n",
            "      770 元 减至 167 元：2024 最多 2000 元，此前已付 1833 元\n",
            "      10 分 × 2 = 20 分：只计已查明的，实际次数 至少 2\n",
        ],
    );
}

#[test]
fn records_on_file_that_do_not_count_are_one_truth() {
    let policy = "entity office { key id : text }
record case { key nr : text  at received : date  office : office  closed : date optional }
record hearing { at day : date  case : case  ok : yes or no }
rule heard : each case reaches (hearing where ok) within 10 days of received rest days stay
rule closed : each case reaches closed within 30 days of first hearing rest days stay
rule ends : each case reaches last hearing within 30 days of first hearing rest days stay";
    let manifest = "period: 2024
as_of: 2024-12-31
sources:
  - {kind: office, files: office.csv}
  - {kind: case, files: case.csv, complete: period}
  - {kind: hearing, files: hearing.csv, complete: period}
";
    let files = [
        ("office.csv", "id\nO\n"),
        ("case.csv", "nr,received,office,closed\nk1,2024-03-01,O,2025-05-01\n"),
        ("hearing.csv", "day,case,ok\n2024-03-05,k1,no\n"),
    ];
    let folder = folder(policy, manifest, &files);
    let out = explain(&folder, &["--subject", "k1"]);
    holds(
        &out,
        &[
            "unmet: no `hearing` on file that counts; the last day was 2024-03-11\n",
            "      hearing: 1 on file, 0 count\n        hearing.csv:2: day = 2024-03-05, case = k1, ok = no [does not count: it needs ok]\n",
            "unmet: no `closed` up to as-of (the one on 2025-05-01 lies after it); the last day was 2024-04-04\n",
            "required by 2024-04-04\n      hearing: 1 on file, 1 counts\n        hearing.csv:2: day = 2024-03-05, case = k1, ok = no\n",
        ],
    );
    // What starts a term and what ends it are the same records, told once.
    assert_eq!(out.matches("hearing.csv:2:").count(), 3, "{out}");
    let zh = explain(&folder, &["--subject", "k1", "--lang", "zh"]);
    holds(
        &zh,
        &[
            "未达成：没有计入的“hearing”；最后一日为 2024-03-11\n",
            "截至日前没有“closed”的记载（所记 2025-05-01 晚于截至日）；最后一日为 2024-04-04\n",
        ],
    );
}

#[test]
fn dates_that_lie_ahead_are_not_called_empty_and_a_first_day_is_not_the_last() {
    let policy = "record case { key id : text  at opened : date  planned : date optional  closed : date optional }
rule soon : each case satisfies days between opened and planned at most 20 days
rule late : each case reaches closed not before 10 days after opened rest days stay";
    let manifest = "period: 2024-01
as_of: 2024-02-05
sources:
  - {kind: case, files: case.csv, complete: period}
";
    let rows = "id,opened,planned,closed\n1,2024-01-05,2024-03-01,\n";
    let folder = folder(policy, manifest, &[("case.csv", rows)]);
    let out = explain(&folder, &["--subject", "1"]);
    holds(
        &out,
        &[
            "`planned` is 2024-03-01, later than as-of, so that it is not read yet\n",
            "; the first day was 2024-01-15\n",
        ],
    );
    lacks(&out, &["is empty", "last day"]);
    let out = explain(&folder, &["--subject", "1", "--lang", "zh"]);
    holds(&out, &["`planned` 为 2024-03-01，晚于截至日，尚不读取\n", "；最早一日为 2024-01-15\n"]);
}
