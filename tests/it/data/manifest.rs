//! Manifests with mistakes: each is told at its place, with a way out.

use super::*;

/// The problems of the manifest with one piece replaced.
fn broken(from: &str, to: &str) -> String {
    assert!(MANIFEST.contains(from), "{from}");
    let folder = folder(&[("manifest.yaml", &MANIFEST.replacen(from, to, 1))]);
    run(folder.path())
}

#[test]
fn mistakes_are_told_at_their_place() {
    for (from, to, expected) in [
        ("period: 2024-01", "perod: 2024-01", "manifest.yaml:3:1 WG0902 unknown key `perod` (did you mean `period`?)"),
        ("period: 2024-01", "period: January", "manifest.yaml:3:9 WG0903 `January` is not a period (write `2024`"),
        ("policies: policy.wg", "policies:", "manifest.yaml:2:1 WG0902 `policies` is missing"),
        (
            "办结时限: 2",
            "办结期限: 2",
            "manifest.yaml:4:11 WG0904 there is no parameter `办结期限` (did you mean `办结时限`?)",
        ),
        (
            "2 工作日",
            "2 天",
            "manifest.yaml:4:17 WG0903 `2 天` cannot be the value of `办结时限`: write a term such as `7 workdays`",
        ),
        (
            "工作日历: {",
            "工作历: {",
            "manifest.yaml:6:3 WG0904 there is no calendar `工作历` (did you mean `工作日历`?)",
        ),
        (
            "kind: 住户",
            "kind: 户",
            "manifest.yaml:9:11 WG0904 no policy of this run has a kind `户` (there are `住户`, `网格`, `诉求`, `走访`)",
        ),
        (
            "编号: id",
            "编码: id",
            "manifest.yaml:11:16 WG0904 `住户` has no field `编码` (there are `等级`, `编号`, `网格`)",
        ),
        ("complete: period\n", "complete: all\n", "manifest.yaml:16:15 WG0903 these are not days that a source covers"),
        ("from: 2023-12-01", "from: 2024-12-01", "manifest.yaml:22:35 WG0903 `2024-12-01` lies after `2024-02-29`"),
        ("不在: 未见", "不在: 没见", "manifest.yaml:18:25 WG0903 `没见` cannot be a value of `结果`"),
        ("    kinds:", "    kind:", "manifest.yaml:21:5 WG0902 unknown key `kind` (did you mean `kinds`?)"),
        (
            "    files: households.csv",
            "    files: households.xls\n    format: xls",
            "manifest.yaml:11:13 WG0903 `xls` is not a format that can be read (the formats are",
        ),
        ("sources:", "sources: 5\nother:", "manifest.yaml:7:10 WG0902 `sources` must be a list"),
        (
            "files: \"visits/*.csv\"",
            "files: \"visits/*.csv\"\n    since: 日期",
            "manifest.yaml:16:12 WG0905 `走访` is a record kind: only entities have a first and a last day",
        ),
        (
            "kind: 诉求, complete:",
            "kind: 诉求, ids: { unique: [受理, 网格] }, complete:",
            "manifest.yaml:22:41 WG0905 `诉求` is known by its key `编号`, which is not among these: two rows could share one key",
        ),
        (
            "网格: grid }",
            "网格: { join: [grid], with: \"-\" } }",
            "manifest.yaml:11:28 WG0903 a key is joined of two columns or more, with a text between them",
        ),
        (
            "网格: grid }",
            "网格: grid, 等级: { join: [a, b], with: \"-\" } }",
            "manifest.yaml:11:34 WG0905 `等级` is neither text nor a reference: nothing is joined into it",
        ),
        (
            "period: 2024-01",
            "period: 2024-01\nrun: 乙镇",
            "manifest.yaml:4:6 WG0904 there is no policy `乙镇` (there are `甲镇`)",
        ),
        ("period: 2024-01", "\tperiod: 2024-01", "manifest.yaml:"),
        (
            "files: cases.jsonl",
            "files: cases.jsonl\n    constants: {网格: G1}",
            "manifest.yaml:20:5 WG0902 unknown key `constants`",
        ),
    ] {
        let shown = broken(from, to);
        assert!(shown.lines().any(|line| line.starts_with(expected)), "{to}\n{shown}");
    }
}

#[test]
fn a_run_needs_a_period_and_policies_without_errors() {
    assert!(
        broken("period: 2024-01\n", "")
            .starts_with("Usage `DIR/manifest.yaml` names no period to score\nadd `period: 2024`")
    );
    let gone = broken("policy.wg", "plan.wg");
    assert!(
        gone.contains("manifest.yaml:2:11 WG0905 cannot read `") && gone.contains("plan.wg`: no such file"),
        "{gone}"
    );
    let wrong = folder(&[("policy.wg", "政策 甲镇 { 规则 }")]);
    assert!(run(wrong.path()).starts_with("policy.wg:1:"), "{}", run(wrong.path()));
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = MANIFEST
        .replace("period: 2024-01", "period: x")
        .replace("编号: id", "编码: id")
        .replace("kind: 网格", "kind: 网");
    let folder = folder(&[("manifest.yaml", &text)]);
    let shown = run(folder.path());
    assert_eq!(shown.lines().filter(|line| line.starts_with("manifest")).count(), 3, "{shown}");
}

#[test]
fn several_policies_share_a_run() {
    let second = r#"政策 乙镇 { 扩展 甲镇 出自 "policy.wg"  设定 办结时限 = 3 工作日 }"#;
    let files = [
        ("second.wg", second),
        ("manifest.yaml", &MANIFEST.replace("policy.wg", "second.wg").replace("params: { 办结时限: 2 工作日 }", "")),
    ];
    let by_default = folder(&files);
    let shown = run(by_default.path());
    assert!(shown.contains("乙镇 限时办结: 1/1/0/0"), "{shown}");
    assert!(!shown.contains("甲镇 限时办结"), "{shown}");
    let both = folder(&[files[0], ("manifest.yaml", &format!("run: [甲镇, 乙镇]\n{}", files[1].1))]);
    let shown = run(both.path());
    assert!(shown.contains("甲镇 限时办结: 0/0/0/2") && shown.contains("乙镇 限时办结"), "{shown}");
    assert!(shown.contains("visits/a.csv: read 2 used 2 rejected 0"), "{shown}");
}

#[test]
fn manifests_are_never_a_panic() {
    let whole: Vec<char> = MANIFEST.chars().collect();
    for cut in (0..whole.len()).step_by(7) {
        let text: String = whole[..cut].iter().collect();
        let folder = folder(&[("manifest.yaml", &text)]);
        let _ = run(folder.path());
    }
    for text in ["", "5", "[]", "a: &a [*a]", "sources: [[[]]]", "policies: {}\nsources: {files: {a: b}}", "? [a]\n: b"]
    {
        let folder = folder(&[("manifest.yaml", text)]);
        assert!(!run(folder.path()).contains("read "), "{text}");
    }
}
