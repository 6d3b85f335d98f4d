//! `wangge explain`: what keeps results from being known, how amounts are made, what counts no more, what was not used.

use super::Folder;
use super::asked::{answer, holds};
use super::explain::street;

/// The street with rules whose scope, length or source is open, and amounts that are computed.
fn open_street() -> Folder {
    let folder = street();
    folder.edit(
        "policy.wg",
        "    rule walk cites",
        "    param days_left : number days = open
    rule exact cites S-9 : each street where class = quiet and size more than 3 has exactly 1 mark every month
    rule urgent cites S-9 : each case where street.class = quiet and urgent = yes reaches closed within param days_left of received rest days stay
    rule posts cites S-9 : each street has at least 1 post
    rule walk cites",
    );
    folder.edit(
        "policy.wg",
        "class : one of { busy, quiet } }",
        "class : one of { busy, quiet }  size : number optional }
    entity post { key id : text  street : street  staffed : yes or no optional }",
    );
    folder.edit("policy.wg", "closed : date optional }", "closed : date optional  urgent : yes or no optional }");
    folder.edit("policy.wg", "adds given over breach in", "adds given * 2 over breach in");
    folder.edit(
        "policy.wg",
        "suspension for 1 month",
        "suspension for 1 month, sanction fine (count of breach * 50 yuan + 20 yuan)",
    );
    folder.edit(
        "policy.wg",
        "ties include award 500 yuan",
        "ties include award (count of cleaning * 100 yuan + 500 yuan) budget 900 yuan if exceeded cut",
    );
    folder.edit("policy.wg", "20 yuan per cleaning in person", "(10 yuan + 5 yuan * 2) per cleaning in person");
    folder
}

fn explain(folder: &Folder, args: &[&str]) -> String {
    answer(folder, "manifest.yaml", args)
}

#[test]
fn what_is_open_is_named_for_what_it_is() {
    let folder = open_street();
    holds(
        &explain(&folder, &["--subject", "B", "--rule", "exact"]),
        &["unknown: found 1, needed exactly 1; whether the rule binds it is not decided: size > 3; `size` is empty\n"],
    );
    let out = explain(&folder, &["--subject", "K4", "--rule", "urgent"]);
    holds(
        &out,
        &["whether the rule binds it is not decided: urgent = yes; parameter `days_left` is open; `urgent` is empty\n"],
    );
    // The rule does not bind cases of busy streets, whatever else is open.
    holds(&explain(&folder, &["--subject", "K1", "--rule", "urgent"]), &["nothing is due: "]);
    let no_post = "no source brings `post`, so that absence proves nothing\n";
    holds(&explain(&folder, &["--subject", "B", "--rule", "posts"]), &[no_post]);
    // Where others refer to posts, what they are is as unknown.
    folder.edit(
        "policy.wg",
        "entity worker { key id : text  street : street }",
        "entity worker { key id : text  street : street  desk : post optional }",
    );
    let staffed = "    rule staffed cites S-9 : each worker satisfies desk.staffed = yes\n    rule walk cites";
    folder.edit("policy.wg", "    rule walk cites", staffed);
    holds(&explain(&folder, &["--subject", "W1", "--rule", "staffed"]), &["`desk` is empty\n"]);
    folder.write("worker.csv", "id,street,desk\nW1,A,P7\nW2,B,\nW3,B,\nW4,C,\n");
    holds(&explain(&folder, &["--subject", "W1", "--rule", "staffed"]), &[no_post]);
    holds(
        &explain(&folder, &["--subject", "W1", "--rule", "staffed", "--lang", "zh"]),
        &["没有提供 `post` 的数据，没有记录不等于没有办理\n"],
    );
}

#[test]
fn events_are_shown_with_their_own_record() {
    let folder = open_street();
    let starter = Folder::starter("en");
    let out = starter.run(&["explain", "plan/manifest.yaml", "--subject", "A2", "--assessment", "yearly"]).ends(0).out;
    holds(
        &out,
        &["          data/complaints.csv:4: id = C3, area = A2, received = 2024-06-03, answered = 2024-06-19\n"],
    );
    holds(&out, &["  on file at data/areas.csv:3\n"]);
    let out = explain(&folder, &["--subject", "K2"]);
    holds(&out, &["  on file at case.csv:3\n"]);
    assert_eq!(out.matches("case.csv:3").count(), 1, "{out}");
}

#[test]
fn amounts_say_how_they_are_made() {
    let folder = open_street();
    holds(
        &explain(&folder, &["--subject", "W1", "--assessment", "demerits"]),
        &[
            "    each record adds given × 2\n",
            "        amount of fine\n          (number of breach × 50 yuan) + 20 yuan = 70 yuan\n            number of breach = 1\n",
            // What is left of the step before it has passed its term.
            "      no longer counted by 2024-10-20, their term has passed: 8 points of 2024-04-01\n",
        ],
    );
    holds(
        &explain(&folder, &["--subject", "W1", "--assessment", "bonus"]),
        &["      rounds: 40 yuan: 20 yuan × 2 = 40 yuan\n        10 yuan + (5 yuan × 2) = 20 yuan\n"],
    );
    let out = explain(&folder, &["--subject", "B", "--assessment", "yearly"]);
    holds(
        &out,
        &[
            "      (number of cleaning × 100 yuan) + 500 yuan = 1700 yuan\n        number of cleaning = 12\n",
            "      cut from 1700 yuan to 900 yuan: all together get at most 900 yuan, in order of place; an amount is cut to what is left\n",
            "      900 yuan shared equally among 2, rounded down to steps of 1, what is left to whom what is not shared goes: W2, W3\n",
        ],
    );
}

#[test]
fn a_counter_or_reward_is_asked_for_by_its_name() {
    let folder = street();
    let out = explain(&folder, &["--subject", "W1", "--assessment", "demerits"]);
    holds(&out, &["  counter demerits (S-7): ", "sanction warning (step 1 of demerits)"]);
    assert!(!out.contains("reward bonus") && !out.contains("rule walk"), "{out}");
    let out = explain(&folder, &["--subject", "W1", "--assessment", "bonus"]);
    holds(&out, &["  reward bonus (S-8)\n", "2024-01: reward bonus, 40 yuan\n"]);
    assert!(!out.contains("demerits"), "{out}");
    let ran = folder.run(&["explain", "manifest.yaml", "--subject", "W1", "--assessment", "demerit"]).ends(2);
    holds(&ran.err, &["has an assessment, counter or reward `demerit`", "did you mean `demerits`?"]);
    let ran = folder
        .run(&["explain", "manifest.yaml", "--subject", "W1", "--rule", "walk", "--assessment", "demerits"])
        .ends(2);
    holds(&ran.err, &["has an assessment `demerits`"]);
}

#[test]
fn records_that_a_counter_does_not_count_say_why() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2024-01-01
        entity worker { key id : text  on_duty : yes or no }
        record breach { at day : date  worker : worker  given : number points }
        counter demerits for each worker where on_duty = yes adds given over breach in any 6 months {
            step 6 points : sanction warning
            excess dropped
            last step ends
            in force from 2024-02-01
        } }";
    folder.write("policy.wg", policy);
    // Before the counter is in force; on duty; not on duty any more.
    folder.write("w.csv", "id,on_duty,since,until\nW,yes,,2024-05-31\nW,no,2024-06-01,\n");
    folder.write("b.csv", "day,worker,given\n2024-01-10,W,4\n2024-03-10,W,3\n2024-07-10,W,5\n");
    folder.write(
        "manifest.yaml",
        "policies: policy.wg\nperiod: 2024\nsources:\n  - {kind: worker, files: w.csv}\n  - {kind: breach, files: b.csv, complete: period}\n",
    );
    let out = explain(&folder, &["--subject", "W", "--assessment", "demerits"]);
    let why = "[does not count: on its day the counter is not in force, or does not count the subject]";
    let of = |line: usize| out.lines().find(|shown| shown.contains(&format!("b.csv:{line}: "))).unwrap_or_default();
    assert!(of(2).contains(why) && of(4).contains(why) && !of(3).contains("does not count"), "{out}");
    holds(&out, &["2024-03-10: 3 points from 1 record, 3 in all"]);
    let zh = explain(&folder, &["--subject", "W", "--assessment", "demerits", "--lang", "zh"]);
    holds(&zh, &["［不计：当日累计未施行，或不计该对象］"]);
}

#[test]
fn those_who_tie_see_how_their_prizes_are_shared() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2024-01-01 entity village { key id : text  score : number points }
        assessment year for each village every year out of 100 points {
            item score 100 points : points score
            prizes cup : by points ties share to 0 places rounded down remainder to first empty places stay
                budget 25000 yuan if exceeded cut {
                gold : 1, reward 15000 yuan
                silver : 1, reward 12001 yuan
            }
            award best : top 3 by points ties share to multiples of 10 rounded down remainder to nobody reward 1000 yuan
        } }";
    folder.write("policy.wg", policy);
    folder.write("v.csv", "id,score\nA,90\nB,90\nC,80\nD,80\nE,80\n");
    folder.write("manifest.yaml", "policies: policy.wg\nperiod: 2024\nsources:\n  - {kind: village, files: v.csv}\n");
    let gold = "2 tie (A, B) and share what their 2 places bring together: 15000 + 12001 = 27001 yuan, each 13500 yuan (rounded down to steps of 1); A gets the 1 yuan left too";
    holds(&explain(&folder, &["--subject", "A"]), &[gold]);
    holds(
        &explain(&folder, &["--subject", "B"]),
        &[gold, "cut from 13500 yuan to 11499 yuan: all together get at most 25000 yuan"],
    );
    holds(
        &explain(&folder, &["--subject", "C"]),
        &[
            "3 tie (C, D, E) and share what their 1 place brings together: 1000 yuan, each 330 yuan (rounded down to steps of 10); 10 yuan are left for nobody",
        ],
    );
    let zh = explain(&folder, &["--subject", "D", "--lang", "zh"]);
    holds(
        &zh,
        &["3 个并列（C、D、E），平分所占 1 个名次的奖金：1000 元，各 330 元（以 10 为单位向下取整）；余 10 元 不分"],
    );
}

#[test]
fn a_result_by_reference_in_another_period_says_whose_it_is() {
    let folder = Folder::new();
    let policy = "policy p { in force from 2024-01-01
        entity station { key id : text }
        entity officer { key id : text  station : station optional }
        record mark { at day : date  station : station  given : number points }
        assessment stations for each station every month out of 100 points {
            item mark 100 points : points last given over mark
        }
        assessment officers for each officer every month out of 100 points {
            item own 100 points : points 50 points
            add more : 5 points when (points of stations via station in previous period missing as 10 points) more than 50 points
        } }";
    folder.write("policy.wg", policy);
    folder.write("s.csv", "id\nS\n");
    folder.write("o.csv", "id,station\nA,S\nB,\n");
    folder.write("m.csv", "day,station,given\n2024-01-10,S,70\n2024-02-10,S,90\n");
    folder.write(
        "manifest.yaml",
        "policies: policy.wg\nperiod: 2024-01-01..2024-02-29\nsources:\n  - {kind: station, files: s.csv}\n  - {kind: officer, files: o.csv}\n  - {kind: mark, files: m.csv, complete: period}\n",
    );
    holds(
        &explain(&folder, &["--subject", "A", "--assessment", "officers"]),
        &[
            "points for station in the previous period of stations = 10 points\n        2023-12 S: no result; 10 points stands for it\n        more with `--subject S --assessment stations`",
            "points for station in the previous period of stations = 70 points\n        2024-01 S: 70 points\n        more with `--subject S --assessment stations`",
        ],
    );
    let out = explain(&folder, &["--subject", "B", "--assessment", "officers"]);
    holds(&out, &["2024-01: no result; 10 points stands for it"]);
    assert!(!out.contains("more with"), "{out}");
}

#[test]
fn rows_that_could_not_be_used_are_told() {
    let folder = street();
    let cleaning = folder.read("cleaning.csv");
    folder.write(
        "cleaning.csv",
        format!("{cleaning}2024-13-09,A,W1,yes\n2024-05-08,A,W9,maybe\n2024-05-08,C,W4,maybe\n"),
    );
    // A row of an extension leads to a street by way of its case.
    let extension = folder.read("extension.csv");
    folder.write("extension.csv", format!("{extension}K3,2024-02-31\n"));
    let lines = cleaning.lines().count();
    let (first, second) = (lines + 1, lines + 2);
    let out = explain(&folder, &["--subject", "A", "--rule", "clean"]);
    holds(
        &out,
        &[
            "  2 rows about it could not be used:\n",
            &format!("    cleaning.csv:{first}: day = 2024-13-09: not a date"),
            &format!("    cleaning.csv:{second}: checked = maybe: not yes or no"),
        ],
    );
    holds(
        &explain(&folder, &["--subject", "W1", "--lang", "zh"]),
        &["  有 1 行与其有关的数据未能采用：\n", &format!("    cleaning.csv:{first}：day = 2024-13-09：不是")],
    );
    holds(
        &explain(&folder, &["--subject", "K3"]),
        &["  1 row about it could not be used:\n    extension.csv:4: day = "],
    );
    assert!(!explain(&folder, &["--subject", "B"]).contains("could not be used"));
}

#[test]
fn cut_lists_say_how_to_see_the_rest() {
    let folder = street();
    let days = (1..=28).map(|day| format!("2024-05-{day:02},B,W2,yes\n")).collect::<String>();
    let cleaning = folder.read("cleaning.csv");
    folder.write("cleaning.csv", cleaning + &days);
    let cut = explain(&folder, &["--subject", "B", "--rule", "clean_all"]);
    holds(&cut, &["... and 9 more; `--all` shows them\n"]);
    holds(
        &explain(&folder, &["--subject", "B", "--rule", "clean_all", "--lang", "zh"]),
        &["……另有 9 条，加 `--all` 可看全部\n"],
    );
    let all = explain(&folder, &["--subject", "B", "--rule", "clean_all", "--all"]);
    assert!(!all.contains("--all") && all.lines().count() == cut.lines().count() + 8, "{all}");
}

/// In Chinese nothing is said in another language; names of files and keys, options and what a policy is written in aside.
#[test]
fn chinese_is_chinese() {
    let folder = Folder::starter("zh");
    let mut texts = Vec::new();
    for subject in ["A1", "A2", "S1", "S4", "C4"] {
        texts.push(folder.run(&["explain", "plan/manifest.yaml", "--subject", subject, "--lang", "zh"]).ends(0).out);
    }
    for args in [&["--what-if", "答复天数=5"][..], &["--as-of", "2024-06-01"]] {
        texts.push(folder.run(&[&["score", "plan/manifest.yaml", "--lang", "zh"], args].concat()).ends(0).out);
    }
    for text in texts {
        for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-./:".contains(c))) {
            let is_name = word.contains(".csv") || word.starts_with("--") || word.bytes().any(|b| b.is_ascii_digit());
            let letters = word.bytes().any(|b| b.is_ascii_alphabetic());
            assert!(is_name || !letters, "`{word}` in\n{text}");
        }
    }
}
