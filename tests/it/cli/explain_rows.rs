//! `wangge explain`: the rows behind measures, rows beside a subject, computed starts, days later than as-of, `--within`.

use super::Folder;
use super::asked::answer;

const POLICY: &str = "policy p {
    in force from 2024-01-01
    entity street { key id : text  pause : number days }
    entity home { key id : text  street : street  size : whole number }
    record visit { key nr : text  home : home  at day : date  minutes : number minutes }
    record case { key nr : text  home : home  at received : date  closed : date optional }

    measure seen for home = count of visit
    measure often for street = count of home where seen >= 2
    measure people for street = sum (size * seen) over home
    measure neighbours for home = count of home sharing street without itself where size > 1
    measure recent for case = count of visit sharing home in the 10 days up to received

    rule visited : each street every quarter has at least 2 home where seen >= 2
    rule near : each home satisfies neighbours >= 2
    rule quiet : each case satisfies recent >= 1 and street_pause >= 0 days
    rule answered : each case reaches closed within 5 days of (received + home.street.pause) rest days stay
    rule few : each home every quarter has at most 3 case
    measure street_pause for case = home.street.pause

    assessment year for each street every year out of 100 points {
        item often 50 points : points min(50 points, often * 10 points)
        item people 50 points : points min(50 points, people * 1 points)
    }
    assessment homes for each home every quarter out of 10 points {
        item street 10 points : points min(10 points, street.often * 1 points)
    }
    reward thanks for each street every quarter in yuan { pay 5 yuan when often >= 1 pay 7 yuan }
}";

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("policy.wg", POLICY);
    folder.write("street.csv", "id,pause\nS,3\n");
    folder.write("home.csv", "id,street,size\nH1,S,2\nH2,S,3\nH3,S,1\n");
    folder.write(
        "visit.csv",
        "nr,home,day,minutes\n1,H1,2024-01-05,10\n2,H1,2024-02-05,10\n3,H2,2024-01-09,10\n4,H2,2024-08-01,10\n5,H2,2024-08-02,10\n",
    );
    folder.write("case.csv", "nr,home,received,closed\nC1,H1,2024-02-10,2024-02-21\nC2,H2,2024-12-20,2025-03-01\n");
    folder.write(
        "manifest.yaml",
        "policies: policy.wg\nperiod: 2024\nas_of: 2025-01-15\nsources:\n  - {kind: street, files: street.csv}\n  - {kind: home, files: home.csv}\n  - {kind: visit, files: visit.csv, complete: period}\n  - {kind: case, files: case.csv, complete: period}\n",
    );
    folder
}

fn explain(folder: &Folder, args: &[&str]) -> String {
    answer(folder, "manifest.yaml", args)
}

#[test]
fn rows_of_measures_say_what_made_the_number() {
    let folder = folder();
    for lang in ["en", "zh"] {
        let year = explain(&folder, &["--subject", "S", "--assessment", "year", "--lang", lang]);
        let home = explain(&folder, &["--subject", "H1", "--within", "2024Q1", "--lang", lang]);
        let case = explain(&folder, &["--subject", "C1", "--lang", lang]);
        let late = explain(&folder, &["--subject", "C2", "--lang", lang]);
        let few = explain(&folder, &["--subject", "H2", "--rule", "few", "--within", "2024Q4", "--lang", lang]);
        insta::assert_snapshot!(format!("explain_rows_{lang}"), [year, home, case, late, few].concat());
    }
}

#[test]
fn a_part_of_the_period_is_told_alone() {
    let folder = folder();
    let all = explain(&folder, &["--subject", "S", "--rule", "visited"]);
    assert!(all.contains("2024-01-01..2024-03-31") && all.contains("2024-07-01..2024-09-30"), "{all}");
    let part = explain(&folder, &["--subject", "S", "--rule", "visited", "--within", "2024Q3"]);
    assert!(part.contains("period 2024, of which 2024Q3"), "{part}");
    assert!(!part.contains("2024-01-01..2024-03-31") && part.contains("2024-07-01..2024-09-30"), "{part}");
    assert!(part.contains("... and 3 lie outside the days of `--within`"), "{part}");
    let zh = explain(&folder, &["--subject", "S", "--rule", "visited", "--within", "2024Q3", "--lang", "zh"]);
    assert!(zh.contains("另有 3 项不在 `--within` 所指期间内"), "{zh}");
    let paid = explain(&folder, &["--subject", "S", "--assessment", "thanks", "--within", "2024Q1", "--lang", "zh"]);
    assert!(paid.contains("2024Q1：") && !paid.contains("2024Q2："), "{paid}");
    assert!(paid.contains("付款：5 元") && paid.contains("付款 2：7 元"), "{paid}");
    for (days, told) in [("2024-Q3", "is not a period"), ("2025Q1", "nothing of 2025Q1 lies in the period of this run")]
    {
        let ran = folder.run(&["explain", "manifest.yaml", "--subject", "S", "--within", days]).ends(2);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
}
