//! `wangge explain`: what leaves a result open is the cause that the data show, and what is counted is named.

use super::asked::{explain, folder, holds};

const ALL: &str = "complete: {from: 2024-01-01, to: 2025-02-01}";

#[test]
fn a_record_that_does_not_say_what_is_taken_of_it_is_named() {
    let policy = "entity home { key id : text }
record mark { key id : text  at day : date  home : home  p : number optional  until : date optional }
measure sum_p for home = sum p over mark in window
measure spent for home = sum days between day and until over mark in window
rule little : each home every year satisfies sum_p <= 4
rule short : each home every year satisfies spent <= 4 days
assessment a for each home every year { item x 10 points : points min(10 points, sum_p * 1 points) unknown unmet
    grades { good when sum_p <= average sum_p over all home including itself ; otherwise bad } }";
    let manifest = format!(
        "period: 2024\nas_of: 2025-02-01\nsources:\n  - {{kind: home, files: home.csv}}\n  - {{kind: mark, files: mark.csv, {ALL}}}\n"
    );
    let marks =
        "id,day,home,p,until\n1,2024-02-01,A,3,2024-02-02\n2,2024-03-01,B,,2024-03-02\n3,2024-12-30,C,1,2025-06-01\n";
    let folder = folder(policy, &manifest, &[("home.csv", "id\nA\nB\nC\n"), ("mark.csv", marks)]);
    let empty = explain(&folder, &["--subject", "B", "--rule", "little"]);
    holds(
        &empty,
        &[
            "a record of `mark` does not say all that is read of it",
            "home = B, until = 2024-03-02 [counts, but `p` is empty]",
        ],
    );
    let empty = explain(&folder, &["--subject", "B", "--rule", "little", "--lang", "zh"]);
    holds(&empty, &["`mark` 有记录所读取的内容不全", "［计入，但 `p` 为空］"]);
    let later = explain(&folder, &["--subject", "C", "--rule", "short"]);
    holds(&later, &["[counts, but `until` lies later than as-of and is not read]"]);
    let later = explain(&folder, &["--subject", "C", "--rule", "short", "--lang", "zh"]);
    holds(&later, &["［计入，但 `until` 晚于截至日，不读取］"]);
    // A register is whole as it is: what leaves it open is the record of one of its rows.
    let beside = explain(&folder, &["--subject", "A", "--assessment", "a"]);
    holds(&beside, &["a record of `mark` of B does not say all that is read of it"]);
    assert!(!beside.contains("`home` are not said to be complete"), "{beside}");
}

#[test]
fn nothing_to_take_a_share_of_and_days_without_a_time() {
    let policy = "entity home { key id : text }
record mark { key id : text  at day : time  home : home  target : time optional  closed : time optional }
rule share : each home every month satisfies (share of mark with (target is known)) at least 50%
rule in_time : each mark reaches closed by target
rule hours : each mark satisfies (hours between day and closed) <= 24 hours";
    let manifest = format!(
        "period: 2024-03\nas_of: 2024-05-01\nsources:\n  - {{kind: home, files: home.csv}}\n  - {{kind: mark, files: mark.csv, {ALL}}}\n"
    );
    let marks = "id,day,home,target,closed\n1,2024-03-05T10:00,A,2024-03-06T08:00,2024-03-06\n";
    let folder = folder(policy, &manifest, &[("home.csv", "id\nA\nB\n"), ("mark.csv", marks)]);
    holds(&explain(&folder, &["--subject", "B", "--rule", "share"]), &["there is no `mark` to take a share of"]);
    holds(&explain(&folder, &["--subject", "B", "--lang", "zh"]), &["没有可计算占比的`mark`"]);
    let day = explain(&folder, &["--subject", "1"]);
    holds(
        &day,
        &[
            "`closed` is a day without a time, and the term ends on that day",
            "`closed` is a day without a time, which would decide",
        ],
    );
    let day = explain(&folder, &["--subject", "1", "--lang", "zh"]);
    holds(&day, &["“closed”为日期，不带时刻，而期限在当日届满", "`closed` 为日期，不带起决定作用的时刻"]);
}

#[test]
fn an_event_that_no_covered_day_can_hold_names_the_days() {
    let policy = "entity shop { key id : text }
record check { key id : text  at day : date  shop : shop  kind : one of { routine, re } }
rule again : each check where kind = re is followed by (check where kind = routine) sharing shop within 7 months rest days stay";
    let manifest = "period: 2024\nas_of: 2025-06-01\nsources:\n  - {kind: shop, files: shop.csv}\n  - {kind: check, files: check.csv, complete: period}\n";
    let checks = "id,day,shop,kind\n1,2024-09-01,S,re\n";
    let folder = folder(policy, manifest, &[("shop.csv", "id\nS\n"), ("check.csv", checks)]);
    let out = explain(&folder, &["--subject", "1"]);
    holds(
        &out,
        &[
            "the last day was 2025-04-01; the records of `check` are not said to be complete for 2025-01-01 to 2025-04-01\n",
        ],
    );
    let out = explain(&folder, &["--subject", "1", "--lang", "zh"]);
    holds(&out, &["`check` 的记录未声明在 2025-01-01 至 2025-04-01 期间完整"]);
}

#[test]
fn a_length_that_is_open_leaves_its_extensions_open() {
    let policy = "record file { key nr : text  at received : date  decided : date optional }
record extension { at told : date  file : file }
record request { key id : text  at invited : date  until : date  file : file }
measure stood for file = sum days between invited and until over request ever
rule decide : each file reaches decided within (56 days + stood) days of received rest days stay extended by 6 weeks with extension";
    let manifest = format!(
        "period: 2024\nas_of: 2024-09-01\nsources:\n  - {{kind: file, files: file.csv, {ALL}}}\n  - {{kind: extension, files: ext.csv, {ALL}}}\n  - {{kind: request, files: req.csv, {ALL}}}\n"
    );
    let files = [
        ("file.csv", "nr,received,decided\nA,2024-05-05,2024-06-16\n"),
        ("ext.csv", "told,file\n2024-05-02,A\n2024-06-20,A\n"),
        ("req.csv", "id,invited,until,file\nR,2024-08-31,2024-09-13,A\n"),
    ];
    let folder = folder(policy, &manifest, &files);
    let out = explain(&folder, &["--subject", "A"]);
    holds(
        &out,
        &[
            "the last day is not known; a record of `request` does not say all that is read of it\n",
            "whether `extension` on 2024-06-20 extends it is not decided: it is open when the term ends",
            "extension: 2 on file, 1 counts",
            "told = 2024-05-02, file = A [does not count: it came before the term began]",
        ],
    );
    let out = explain(&folder, &["--subject", "A", "--lang", "zh"]);
    holds(
        &out,
        &["“extension”（2024-06-20）是否延长期限，无法判断：期限何时届满待定", "extension：记录 2 条，计入 1 条"],
    );
}

#[test]
fn instants_bound_days_and_rows_without_a_file_are_listed() {
    let policy = "whole city
entity dept { key id : text }
record case { key id : text  at opened : time  closed : time optional  kind : text  dept : dept }
measure again for case = count of case sharing kind without itself dated from closed to (closed + 48 hours)
measure n for dept = count of case in window
measure mean_n for city = average n over dept where n at least 1
rule once : each case where closed is known satisfies again = 0
rule few : each city every month satisfies mean_n <= 9";
    let manifest =
        format!("period: 2024-01\nas_of: 2024-02-10\nsources:\n  - {{kind: case, files: case.csv, {ALL}}}\n");
    let cases = "id,opened,closed,kind,dept\n1,2024-01-01T08:00,2024-01-05T10:00,x,A\n2,2024-01-05T09:59:59,,x,A\n3,2024-01-07T10:00:01,,x,B\n";
    let folder = folder(policy, &manifest, &[("case.csv", cases)]);
    let out = explain(&folder, &["--subject", "1"]);
    holds(
        &out,
        &[
            "case sharing kind without itself 2024-01-05 10:00:00..2024-01-07 10:00:00: none on file\n",
            "2 records narrowly miss:",
            "kind = x, dept = A [does not count: it came before this time]",
            "kind = x, dept = B [does not count: it came after this time]",
        ],
    );
    let out = explain(&folder, &["--subject", "1", "--lang", "zh"]);
    holds(&out, &["［不计：早于此时段］", "［不计：晚于此时段］"]);
    let out = explain(&folder, &["--subject", "city"]);
    holds(&out, &["dept 2024-01-31: 2 named by records, 2 count\n", "A; n = 2\n", "B; n = 1\n"]);
    holds(&explain(&folder, &["--subject", "city", "--lang", "zh"]), &["dept 2024-01-31：由记录得出 2 条，计入 2 条"]);
}

#[test]
fn events_are_called_by_the_name_of_their_part() {
    let policy = "record file { key nr : text  at received : time }
entity hand { key id : text }
record event { at moment : time  file : file  act : text  hand : hand optional }
define made = event where act = \"made\"
define sent = event where act = \"sent\"
rule out : each file reaches sent within 5 days of received rest days stay
rule both : each file passes made, sent by different hand";
    let manifest = format!(
        "period: 2024\nas_of: 2024-09-01\nsources:\n  - {{kind: file, files: file.csv, {ALL}}}\n  - {{kind: event, files: event.csv, {ALL}}}\n"
    );
    let files = [
        ("file.csv", "nr,received\nA,2024-05-05T08:00\nB,2024-05-05T08:00\nC,2024-05-05T08:00\n"),
        (
            "event.csv",
            "moment,file,act,hand\n2024-05-06T08:00,A,made,H\n2024-05-06T08:00,B,made,H\n2024-05-07T08:00,B,sent,H\n2024-05-07T08:00,C,made,H\n2024-05-06T08:00,C,sent,I\n",
        ),
    ];
    let folder = folder(policy, &manifest, &files);
    let out = explain(&folder, &["--subject", "A"]);
    holds(
        &out,
        &["no `sent` on file that counts", "made 2024-05-06 08:00:00, sent -", "sent (event): 1 on file, 0 count"],
    );
    let out = explain(&folder, &["--subject", "A", "--lang", "zh"]);
    holds(&out, &["没有计入的“sent”", "sent（event）：记录 1 条，计入 0 条"]);
}
