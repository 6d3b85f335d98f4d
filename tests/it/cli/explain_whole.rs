//! `wangge explain`: counters of who has left, rows of the days explained, and all that lies behind a value.

use super::Folder;

fn folder(policy: &str, manifest: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("p.wg", format!("policy p {{ {policy} }}"));
    folder.write("m.yaml", format!("policies: p.wg\n{manifest}"));
    files.iter().for_each(|(name, text)| folder.write(name, text));
    folder
}

fn explain(folder: &Folder, args: &[&str]) -> String {
    let mut all = vec!["explain", "m.yaml"];
    all.extend(args);
    folder.run(&all).ends(0).out
}

#[track_caller]
fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

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
fn a_clean_term_and_records_that_do_not_count_are_told() {
    let all = demerits("");
    let out = explain(&all, &["--subject", "B"]);
    holds(&out, &["    by 2024-12-31, 6 months had passed without points: the ladder began again\n"]);
    let zh = explain(&all, &["--subject", "B", "--lang", "zh"]);
    holds(&zh, &["    至 2024-12-31，已连续 6 个月 未计分，档次重新起算\n"]);
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
