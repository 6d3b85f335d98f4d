//! `wangge explain`: what changed a term and what did not, why there is no score, frames and tests in the policy's words.

use super::Folder;
use super::asked::{explain, folder, holds};

/// Applications with extensions and stops, a calendar in which 15 March 2024 rests.
fn permits() -> Folder {
    let policy = "calendar c from 2023-01-01 to 2025-12-31 { rest 2024-03-15 }
entity office { key id : text }
record application { key nr : text  at received : date  office : office  decided : date optional  withdrawn : date optional }
record extension { at day : date  application : application }
record request { key id : text  at asked : date  application : application }
record supplement { at came : date  request : request  application : application }
rule decide : each application where withdrawn is missing
    reaches decided within 14 days of received rest days move
    extended by 7 days with extension
    stopped from request to supplement sharing request
assessment a for each application where withdrawn is missing above full counts {
    add late : 1 points when (due day of decide) < as of
    add later : 1 points when (due day of decide) + 1 day < as of
}";
    let kinds = ["application", "extension", "request", "supplement"];
    let sources: String = kinds
        .map(|kind| {
            format!("  - {{kind: {kind}, files: {kind}.csv, complete: {{from: 2024-01-01, to: 2025-02-01}}}}\n")
        })
        .concat();
    let manifest =
        format!("period: 2024\nas_of: 2025-02-01\nsources:\n  - {{kind: office, files: office.csv}}\n{sources}");
    folder(
        policy,
        &manifest,
        &[
            ("office.csv", "id\nO\n"),
            (
                "application.csv",
                "nr,received,office,decided,withdrawn\nL,2024-03-01,O,2024-06-01,\nT,2024-03-01,O,2024-06-01,\nS,2024-03-01,O,2024-06-01,\nW,2024-03-01,O,,2024-03-05\n",
            ),
            // Of L too late, of T a second one.
            ("extension.csv", "day,application\n2024-03-19,L\n2024-03-10,T\n2024-03-12,T\n"),
            // Of S one before the term, one of no length, one that stops, one too late.
            (
                "request.csv",
                "id,asked,application\nr0,2024-02-01,S\nr1,2024-03-04,S\nr2,2024-03-06,S\nr3,2024-04-20,S\n",
            ),
            (
                "supplement.csv",
                "came,request,application\n2024-02-10,r0,S\n2024-03-04,r1,S\n2024-03-08,r2,S\n2024-04-25,r3,S\n",
            ),
        ],
    )
}

#[test]
fn what_changes_nothing_of_a_term_does_not_count() {
    let folder = permits();
    let late = explain(&folder, &["--subject", "L", "--rule", "decide"]);
    holds(
        &late,
        &[
            "      2024-03-15 is a rest day: it moves to 2024-03-18\n      so the term ends on 2024-03-18\n      not extended: `extension` on 2024-03-19 came after the term had ended\n",
            "      extension: 1 on file, 0 count\n        extension.csv:2: day = 2024-03-19, application = L [does not count: it came after the term had ended]\n",
        ],
    );
    let twice = explain(&folder, &["--subject", "T", "--rule", "decide"]);
    holds(
        &twice,
        &[
            "      extension: 2 on file, 1 counts\n        extension.csv:3: day = 2024-03-10, application = T\n        extension.csv:4: day = 2024-03-12, application = T [does not count: another one has extended the term already]\n",
        ],
    );
    let stopped = explain(&folder, &["--subject", "S", "--rule", "decide"]);
    holds(
        &stopped,
        &[
            "      stopped from 2024-02-01 to 2024-02-10: that was before the term began and changes nothing\n",
            "      stopped from 2024-03-04 to 2024-03-04: nothing of the term lies in it, so that it changes nothing\n",
            "      stopped from 2024-03-06 to 2024-03-08\n",
            "      stopped from 2024-04-20 to 2024-04-25: that was after the term had ended and changes nothing\n",
            "      request: 4 on file, 1 counts\n        request.csv:2: id = r0",
            "id = r0, asked = 2024-02-01, application = S [does not count: it came before the term began]\n",
            "id = r3, asked = 2024-04-20, application = S [does not count: it came after the term had ended]\n",
        ],
    );
    let zh = explain(&folder, &["--subject", "S", "--rule", "decide", "--lang", "zh"]);
    holds(
        &zh,
        &[
            "      2024-04-20 至 2024-04-25 中止计算：期限已届满，没有影响\n",
            "application = S［不计：对期限没有影响］\n",
            "［不计：早于期限起算］",
        ],
    );
    // A second line that reads the same obligation does not tell it again.
    let scored = explain(&folder, &["--subject", "L", "--assessment", "a"]);
    holds(&scored, &["required by 2024-03-18: 75 days late; as above\n"]);
}

#[test]
fn who_has_no_score_is_told_why() {
    let folder = permits();
    let out = explain(&folder, &["--subject", "W"]);
    holds(
        &out,
        &[
            "  nothing is due and nothing is scored for it in this period\n    assessment a, 2024-03-01: no score: it needs withdrawn missing\n      withdrawn = 2024-03-05\n    rule decide: nothing is due: the subject is not in the rule's scope: it needs withdrawn missing\n",
        ],
    );
    let zh = explain(&folder, &["--subject", "W", "--assessment", "a", "--lang", "zh"]);
    holds(&zh, &["    考核 a，2024-03-01：未评分：须 withdrawn 缺失\n      withdrawn = 2024-03-05\n"]);
}

/// Homes with visits and monthly points, of which a yearly assessment reads.
fn homes() -> Folder {
    let policy = "entity home { key id : text }
record visit { key id : text  at day : date  home : home  given : number points }
assessment month for each home every month out of 100 points {
    item s 100 points : points (sum given over visit)
    rank by points
}
assessment cut for each home every month out of 100 points {
    item s 100 points : points (sum given over visit)
    grades { low when points of item s at most percentile 25 of points of month over all home including itself
           ; mid when points of item s at most percentile 75 of points of month over all home including itself ; otherwise high }
}
assessment quarter for each home every quarter above full counts {
    add earlier : 1 points per (count of visit in the 3 months before window)
    add first : 1 points per (count of periods of month where rank of month = 1 missing excluded)
    add apart : 1 points per (count of visit spaced at least 2 days)
}";
    let manifest = "period: 2024Q1\nsources:\n  - {kind: home, files: home.csv}\n  - {kind: visit, files: visit.csv, complete: {from: 2023-01-01, to: 2024-12-31}}\n";
    folder(
        policy,
        manifest,
        &[
            ("home.csv", "id\nA\nB\nC\nD\n"),
            (
                "visit.csv",
                "id,day,home,given\n1,2024-01-05,A,10\n2,2024-01-06,A,10\n3,2024-01-10,B,30\n4,2024-02-10,A,50\n5,2024-02-10,C,5\n",
            ),
        ],
    )
}

#[test]
fn tests_of_grades_say_which_held_and_among_whom() {
    let folder = homes();
    let out = explain(&folder, &["--subject", "A", "--assessment", "cut", "--within", "2024-01"]);
    let rows = "        home, all 2024-01-31: 4 on file, 4 count\n          home.csv:2: id = A; points of month = 20 points\n          home.csv:3: id = B; points of month = 30 points\n";
    holds(
        &out,
        &[
            "    grade by the points: mid\n      low, does not hold: points of s <= percentile 25 of points of month of home, all\n        points of s = 20 points\n        percentile 25 of points of month of home, all = 0 points\n",
            rows,
            "      mid, holds: points of s <= percentile 75 of points of month of home, all\n",
            "        home, all 2024-01-31: 4 on file, 4 count; as above\n",
        ],
    );
    let zh = explain(&folder, &["--subject", "A", "--assessment", "cut", "--within", "2024-01", "--lang", "zh"]);
    holds(&zh, &["      low，不成立：s 得分 <= home 的 month 得分 第 25 百分位，全部\n", "计入 4 条；同上\n"]);
}

#[test]
fn frames_periods_and_spacing_are_worded_as_the_policy_writes_them() {
    let folder = homes();
    let out = explain(&folder, &["--subject", "A", "--assessment", "quarter"]);
    holds(
        &out,
        &[
            "      number of visit in the 3 months before the window (2023-10-01..2023-12-31) = 0\n",
            "number of periods over the periods of month where (rank in month = 1) = 2\n        2024-01: passed over (rank = 2)\n        2024-02: counts (rank = 1)\n",
            "home = A, given = 10 [does not count: too near to the one counted before it]\n",
        ],
    );
    let zh = explain(&folder, &["--subject", "A", "--assessment", "quarter", "--lang", "zh"]);
    holds(
        &zh,
        &[
            "      visit 数，期前 3 个月（2023-10-01..2023-12-31） = 0\n",
            "        2024-01：不取（名次 = 2）\n        2024-02：计入（名次 = 1）\n",
            "［不计：与前一条计入的记录间隔不足］\n",
        ],
    );
}

#[test]
fn gates_and_rewards_that_are_open_or_out_of_scope_say_why() {
    let policy = "entity home { key id : text  kind : text optional  stars : number optional }
assessment a for each home every year out of 100 points {
    item s 100 points : full
    grades { A 60 points or more ; otherwise B }
    gate low : stars < 3 caps grade at B
}
reward bonus for each home where kind = \"villa\" every year in yuan { pay all : 5 yuan }";
    let manifest = "period: 2024\nsources:\n  - {kind: home, files: home.csv}\n";
    let folder = folder(policy, manifest, &[("home.csv", "id,kind,stars\nA,flat,\nB,,4\n")]);
    holds(
        &explain(&folder, &["--subject", "A"]),
        &[
            "is not decided, so that it does nothing\n        stars = missing\n        `stars` is empty\n",
            "2024: the subject is not one of those who get it\n      it needs kind = \"villa\"\n        kind = flat\n",
        ],
    );
    holds(
        &explain(&folder, &["--subject", "B", "--lang", "zh"]),
        &["2024：是否在发放范围内不明，不付\n      须 kind = “villa”\n        kind = 没有\n        `kind` 为空\n"],
    );
}

#[test]
fn a_deduction_that_may_be_more_says_what_may_be_missing() {
    let folder = homes();
    folder.edit("m.yaml", "from: 2023-01-01, to", "from: 2024-01-01, to");
    let cause = "the records of `visit` are not said to be complete for 2023-10-01 to 2023-12-31\n";
    holds(&explain(&folder, &["--subject", "A", "--assessment", "quarter"]), &[&format!("      {cause}")]);
    let zh = explain(&folder, &["--subject", "A", "--assessment", "quarter", "--lang", "zh"]);
    holds(&zh, &["      `visit` 的记录未声明在 2023-10-01 至 2023-12-31 期间完整\n"]);
}
