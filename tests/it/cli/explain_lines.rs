//! `wangge explain`: which deduction takes a record, which test keeps a grade away, what leads to a record from outside the run.

use super::Folder;
use super::asked::holds;

const MANIFEST: &str = "policies: p.wg
period: 2024
sources:
  - {kind: home, files: home.csv}
  - {kind: pay, files: pay.csv, complete: period}
";

fn folder(policy: &str) -> Folder {
    let folder = Folder::new();
    folder.write("m.yaml", MANIFEST);
    folder.write(
        "p.wg",
        format!(
            "policy t {{ entity home {{ key id : text  stars : number optional }}
record pay {{ key id : text  at day : date  home : home  kind : whole number  x : number }}
{policy} }}"
        ),
    );
    folder.write("home.csv", "id,stars\nP,\n");
    folder.write("pay.csv", "id,day,home,kind,x\nY1,2024-01-01,P,1,10\nY2,2024-02-01,P,2,5\n");
    folder
}

fn explained(folder: &Folder) -> String {
    folder.run(&["explain", "m.yaml", "--subject", "P"]).ends(0).out
}

#[test]
fn sums_take_no_record_from_each_other() {
    let folder = folder(
        "measure tier for pay = if kind = 1 then 7 else 9
assessment a for each home every year unclamped { item s 100 points : full
  deduct first : 1 points per (sum x over pay where kind = 1)
  deduct all : 1 points per (sum x over pay)
  deduct tiers : 1 points per (sum tier over pay) }",
    );
    let out = explained(&folder);
    holds(&out, &["kind = 2, x = 5 [does not count: it needs kind = 1]\n"]);
    assert!(!out.contains("deducts it") && !out.contains("none on file"), "{out}");
}

#[test]
fn a_record_is_said_to_be_taken_by_the_line_that_takes_it() {
    let folder = folder(
        "assessment a for each home every year { item s 100 points : full
  deduct small : 1 points per pay where x > 7
  deduct large : 5 points per pay where kind = 1
  deduct again : 9 points per pay where kind in { 1, 2 } counts again }",
    );
    let out = explained(&folder);
    holds(
        &out,
        &[
            "kind = 1, x = 10 [does not count here: large deducts it]\n",
            "kind = 2, x = 5 [does not count: it needs x > 7]\n",
            "kind = 2, x = 5 [does not count: it needs kind = 1]\n",
        ],
    );
}

#[test]
fn the_test_that_keeps_a_grade_away_is_named() {
    let folder = folder(
        "assessment a for each home every year { item s 100 points : full
  grades { A when stars >= 3 ; otherwise B } }
assessment b for each home every year { item s 100 points : full
  grades { A when (count of pay in the 31 days up to (window end + 10 days)) = 0 ; otherwise B } }
assessment c for each home every year { item s 100 points : full
  grades { A when (count of pay) = 0 ; B 50 points or more ; otherwise C } }",
    );
    holds(
        &explained(&folder),
        &[
            "none, a test is not decided\n      not decided for A: stars >= 3\n        stars = missing\n        `stars` is empty\n",
            "the records of `pay` are looked at up to 2025-01-10, and days after as-of are not over\n",
            "grade by the points: B\n      A, does not hold: number of pay = 0\n        number of pay = 2\n        pay 2024-01-01..2024-12-31: 2 on file, 2 count\n",
            "number of pay in the 31 days up to window end + 10 days = at least 0\n",
        ],
    );
}

#[test]
fn duties_outside_the_run_are_shown_where_a_record_counts_them() {
    let folder = folder(
        "rule seen : each pay reaches day2 within 3 days of day rest days stay
assessment one for each pay { item s 10 points : share met late nothing due full unknown excluded }
rule late : each slip reaches done within 3 days of day rest days stay
record slip { key nr : text  at day : date  pay : pay  done : date optional }",
    );
    folder.edit("p.wg", "rule seen : each pay reaches day2 within 3 days of day rest days stay\n", "");
    folder.write(
        "m.yaml",
        "policies: p.wg
period: 2024-01
as_of: 2024-12-31
sources:
  - {kind: home, files: home.csv}
  - {kind: pay, files: pay.csv, complete: 2024}
  - {kind: slip, files: slip.csv, complete: 2024}
",
    );
    folder.write("slip.csv", "nr,day,pay,done\n7,2024-03-01,Y1,\n");
    let out = folder.run(&["explain", "m.yaml", "--subject", "Y1"]).ends(0).out;
    holds(&out, &["s: 0.00 of 10 points, met 0 of 1 due", "7 2024-03-01..2024-03-04 unmet: "]);
    // No period of the run has it.
    let out = folder.run(&["score", "m.yaml", "--out", "out", "--findings", "all"]).ends(0);
    assert_eq!(out.err, "");
    assert_eq!(folder.read("out/findings.csv").lines().count(), 1);
}
