//! `wangge explain`: measures that are asked for, rows that the run did not take in, steps, rows of tables, hours beside a due
//! instant, conditions of payments, why nothing is due.

use super::Folder;
use super::asked::{explain, folder, holds};

const ALL: &str = "complete: {from: 2024-01-01, to: 2025-02-01}";

/// What `wangge explain` says to a question that it cannot answer.
fn refused(folder: &Folder, args: &[&str]) -> String {
    let mut all = vec!["explain", "m.yaml"];
    all.extend(args);
    folder.run(&all).ends(2).err
}

fn homes() -> Folder {
    let policy = "entity home { key id : text }
record mark { key id : text  at day : date  home : home  stars : number optional  done : date optional }
measure n for home = count of mark in window output every month
measure stars for home = last stars over mark ever
measure worth for home = if n at least 2 then 5 else if n at least 1 then 3 else 0
rule one : each home every month has at least 1 mark
rule soon : each mark where stars is known reaches done within 5 days of day rest days stay
assessment a for each home every year { item x 10 points : points worth * 1 points unknown unmet }
reward bonus for each home every month {
    pay p : 100 yuan when stars at least 3
}";
    let manifest = format!(
        "period: 2024Q1\nas_of: 2024-04-01\nsources:\n  - {{kind: home, files: home.csv}}\n  - {{kind: mark, files: mark.csv, {ALL}}}\n"
    );
    let marks = "id,day,home,stars,done\n1,2024-01-10,A,2,2024-01-12\n2,2024-02-11,A,,\n3,2024-02-12,A,2,2024-02-12\n4,2024-02-30,A,2,\n5,2024-06-01,A,2,\n6,2023-12-20,A,2,\n";
    folder(
        policy,
        &manifest,
        &[("home.csv", "id,since,until\nA,,\nB,,\nC,2024-01-10,2024-01-20\n"), ("mark.csv", marks)],
    )
}

#[test]
fn measures_window_by_window() {
    let folder = homes();
    let all = explain(&folder, &["--subject", "A"]);
    holds(
        &all,
        &[
            "  measures\n    n, every month: 2024-01 = 1, 2024-02 = 2, 2024-03 = 0\n      more with `--subject A --measure n`\n",
        ],
    );
    let one = explain(&folder, &["--subject", "A", "--measure", "n"]);
    holds(&one, &["2024-02: n = 2\n", "mark 2024-02-01..2024-02-29: 2 on file, 2 count", "2024-03: n = 0\n"]);
    assert!(!one.contains("rule ") && !one.contains("assessment"), "{one}");
    let one = explain(&folder, &["--subject", "A", "--measure", "n", "--within", "2024-02", "--lang", "zh"]);
    holds(&one, &["  指标\n", "2024-02：n = 2\n"]);
    assert!(!one.contains("2024-01："), "{one}");
    let wrong = refused(&folder, &["--subject", "A", "--rule", "n"]);
    holds(&wrong, &["no policy of this run has a rule `n`", "`n` is a measure: ask for it with `--measure`"]);
    holds(
        &refused(&folder, &["--subject", "A", "--measure", "worht"]),
        &["has a measure `worht`", "did you mean `worth`?"],
    );
    holds(
        &refused(&folder, &["--subject", "A", "--rule", "n", "--lang", "zh"]),
        &["`n` 是指标，请用 `--measure` 指定"],
    );
}

#[test]
fn rows_that_the_run_did_not_take_in() {
    let folder = homes();
    let rejected = refused(&folder, &["--subject", "4"]);
    holds(&rejected, &["no subject has the key `4`", "mark.csv:5 could not be used: "]);
    let later = refused(&folder, &["--subject", "5"]);
    holds(&later, &["mark.csv:6 is of 2024-06-01, later than as-of, so that it is left out"]);
    let later = refused(&folder, &["--subject", "5", "--lang", "zh"]);
    holds(&later, &["mark.csv:6 的日期为 2024-06-01，晚于截至日，不计入"]);
}

#[test]
fn rows_of_tables_and_conditions_of_payments() {
    let folder = homes();
    let worth = explain(&folder, &["--subject", "A", "--measure", "worth", "--within", "2024-02"]);
    holds(&worth, &["worth = 5\n", "holds: n >= 2\n"]);
    let worth = explain(&folder, &["--subject", "B", "--measure", "worth", "--lang", "zh"]);
    holds(&worth, &["不成立：n >= 2\n", "不成立：n >= 1\n"]);
    let unpaid = explain(&folder, &["--subject", "A", "--assessment", "bonus"]);
    holds(&unpaid, &["2024-01, 2024-02, 2024-03: p: it needs stars >= 3\n", "stars = 2\n"]);
    let unpaid = explain(&folder, &["--subject", "A", "--assessment", "bonus", "--lang", "zh"]);
    holds(&unpaid, &["2024-01、2024-02、2024-03：p：须 stars >= 3\n"]);
}

#[test]
fn why_nothing_is_due() {
    let folder = homes();
    let away = explain(&folder, &["--subject", "C", "--rule", "one"]);
    holds(
        &away,
        &["nothing is due: the subject is there 2024-01-10..2024-01-20, which holds no whole window of this period"],
    );
    let away = explain(&folder, &["--subject", "C", "--rule", "one", "--lang", "zh"]);
    holds(&away, &["没有应办事项：该对象存续于 2024-01-10..2024-01-20，不足本时段的一个完整窗口"]);
    let before = explain(&folder, &["--subject", "6", "--rule", "soon"]);
    holds(&before, &["nothing is due: its term starts on 2023-12-20, which does not lie in this period"]);
    let before = explain(&folder, &["--subject", "6", "--rule", "soon", "--lang", "zh"]);
    holds(&before, &["没有应办事项：期限自 2023-12-20 起算，不在本时段内"]);
}

#[test]
fn steps_hands_and_hours() {
    let policy = "record file { key nr : text  at received : time  done : time optional  due : time optional }
entity hand { key id : text }
record event { at moment : time  file : file  act : text  hand : hand optional }
define made = event where act = \"made\"
define sent = event where act = \"sent\"
rule both : each file passes made, sent by different hand
rule in_time : each file where due is known reaches done by due";
    let manifest = format!(
        "period: 2024\nas_of: 2024-09-01\nsources:\n  - {{kind: file, files: file.csv, {ALL}}}\n  - {{kind: hand, files: hand.csv}}\n  - {{kind: event, files: event.csv, {ALL}}}\n"
    );
    let files = [
        (
            "file.csv",
            "nr,received,done,due\nA,2024-05-05T08:00,,\nB,2024-05-05T08:00,2024-05-06T12:30,2024-05-06T10:10\nC,2024-05-05T08:00,,\nD,2024-05-05T08:00,,\n",
        ),
        ("hand.csv", "id\nH\nI\n"),
        (
            "event.csv",
            "moment,file,act,hand\n2024-05-06T08:00,A,made,H\n2024-05-06T08:00,B,made,H\n2024-05-07T08:00,B,sent,H\n2024-05-07T08:00,C,made,H\n2024-05-06T08:00,C,sent,I\n2024-05-06T08:00,D,made,H\n2024-05-07T08:00,D,sent,\n",
        ),
    ];
    let folder = folder(policy, &manifest, &files);
    let ask = |subject: &str, lang: &str| explain(&folder, &["--subject", subject, "--rule", "both", "--lang", lang]);
    holds(&ask("A", "en"), &["unmet: ", "; not on file: sent\n"]);
    holds(&ask("A", "zh"), &["；没有记载：sent\n"]);
    holds(&ask("B", "en"), &["unmet: ", "; made and sent have the same hand, H\n"]);
    holds(&ask("B", "zh"), &["；made与sent的hand相同：H\n"]);
    holds(&ask("C", "en"), &["unmet: ", "; sent came before made\n"]);
    holds(&ask("C", "zh"), &["；sent早于made\n"]);
    holds(&ask("D", "en"), &["unknown: ", "; the hand of sent is empty"]);
    let late = explain(&folder, &["--subject", "B", "--rule", "in_time"]);
    holds(&late, &["`done` on 2024-05-06 12:30:00, required by 2024-05-06 10:10:00: 2 h 20 min late\n"]);
    let late = explain(&folder, &["--subject", "B", "--rule", "in_time", "--lang", "zh"]);
    holds(&late, &["，逾期 2 小时 20 分钟\n"]);
}
