//! Every diagnostic of the catalogue has a text that fires it, and its message is kept in both languages.
//!
//! The texts are the cases of the checker (`cases/*.md`), the refused blocks of the manual (`tests/spec`) and those
//! below. What each code says stands in `messages/CODE.txt`; a file that is missing is written (on a build server, where
//! `CI` is set, it is a failure), `WANGGE_UPDATE=1` writes all of them anew.

use super::whole_text;
use crate::cli::Folder;
use crate::spec::{blocks, chapters};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use wangge::check::check;
use wangge::diagnostic::{Diagnostic, Lang, catalogue, human};
use wangge::source::Sources;
use wangge::syntax::{format, parse};

/// Messages longer than this are cut in the files: they list all that was found.
const SHOWN_CHARS: usize = 1_500;

/// A safety net: no text is known that the grammar refuses without the parser saying why.
const NEVER_SEEN: &[&str] = &["WG0199", "WG0299"];

/// Texts for the codes that no case of the other tests fires.
fn texts() -> Vec<String> {
    let deep = format!("policy p {{ measure m for g = {}1{} }}", "(".repeat(200), ")".repeat(200));
    let deducts: String =
        (0..=wangge::limits::ADJUSTMENTS_MAX).map(|at| format!("deduct d{at} : 1 points\n")).collect();
    let many = format!("assessment a for each place every year {{\n{deducts}}}");
    let mut texts = vec![deep, many, " ".repeat(wangge::limits::POLICY_BYTES_MAX + 1)];
    texts.extend(
        [
            "policy p { rule r : each x has at leats 1 y every week }",
            "policy p\u{1} { }",
            "policy p { source \"x }",
            "policy p {",
            "policy p { in force from 2024-13-45 }",
            "policy p { rule r : each x satisfies a > 12345678901234567890123456789012345678901234567890 }",
            "rule r : each place satisfies tags has any of { 3 }",
            "rule r : each place every month every month must must has at least 1 visit",
            "assessment a for each place every year out of 1 points out of 2 points { precision 1 precision 2 }",
            "reward w for each place every month { pay 5 yuan at most 5 yuan at most 6 yuan }",
            "policy p { ruel r : each x has at least 1 y every week }",
            "政策 某镇 { 规则 甲：每个 住户 其中等级 = 三级 至少 1 次 走访 每周 }",
            "政策 p { 考核 a 对 x 每年 { 扣 5 分 每有 y 其中 属实 最多 20 分 } }",
            "政策 某镇 { 规则 其中：每个 住户 至少 1 次 走访 每周 }",
        ]
        .map(str::to_owned),
    );
    texts
}

/// Files of a folder with what is wrong in them, for the codes of manifests and tests.
const FOLDERS: &[&[(&str, &str)]] = &[
    &[("manifest.yaml", "policies: [\n")],
    &[("manifest.yaml", "policies: p.wg\nperod: 2024\nsources: []\n"), ("p.wg", "policy p { }")],
    &[("manifest.yaml", "policies: p.wg\nperiod: January\nsources: []\n"), ("p.wg", "policy p { }")],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: gird, files: g.csv}\n"),
        ("p.wg", "policy p { entity grid { key id : text } }"),
        ("g.csv", "id\n"),
    ],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: walk, files: g.csv, since: on}\n"),
        ("p.wg", "policy p { entity grid { key id : text } record walk { grid : grid at on : date } }"),
        ("g.csv", "grid,on\n"),
    ],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: grid, files: g.csv}\n"),
        (
            "p.wg",
            "policy p { entity grid { key id : text } record flaw { at day : date grid : grid }
              assessment a for each grid every year { item base 10 points : full deduct flaws : 1 points per flaw } }",
        ),
        ("g.csv", "id\n"),
        ("tests.yaml", ""),
    ],
    &[
        (
            "manifest.yaml",
            "policies: p.wg\nperiod: 2024\ngoverns: { policy: p, kind: town, keys: [t] }\nsources:\n  - {kind: town, files: g.csv}\n",
        ),
        (
            "p.wg",
            "policy p { entity town { key id : text } entity post { key id : text } record walk { at day : date post : post }
              rule r : each post has at least 1 walk every month }",
        ),
        ("g.csv", "id\nt\n"),
        ("tests.yaml", ""),
    ],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: grid, files: g.csv}\n  - {kind: walk, files: w.csv, complete: period}\n"),
        (
            "p.wg",
            "policy p { entity grid { key id : text } record walk { at day : date grid : grid }
              rule r : each grid has at most 30 days between walk }",
        ),
        ("g.csv", "id\n"),
        ("w.csv", "day,grid\n"),
        ("tests.yaml", ""),
    ],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024-06\nsources:\n  - {kind: grid, files: g.csv}\n"),
        (
            "p.wg",
            "policy p { entity grid { key id : text }
              reward w for each grid every month at most 70 yuan every year { pay 15 yuan } }",
        ),
        ("g.csv", "id\n"),
        ("tests.yaml", ""),
    ],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024-05\nsources:\n  - {kind: shop, files: s.csv}\n  - {kind: visit, files: v.csv, complete: period}\n"),
        (
            "p.wg",
            "policy p { entity shop { key id : text } record visit { at day : date shop : shop given : number points }
              assessment rating for each shop every quarter { item mark 9 points : points last given over visit }
              rule r : each shop where (points of rating in previous period missing as 9 points) < 5 points has at least 1 visit every month }",
        ),
        ("s.csv", "id\n"),
        ("v.csv", "day,shop,given\n"),
        ("tests.yaml", ""),
    ],
    &[
        ("manifest.yaml", "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: case, files: c.csv, complete: period}\n"),
        (
            "p.wg",
            "policy p { record case { key nr : text  at received : date }
              calendar office from 2024-01-01 to 2024-06-30 { }
              measure waited for case = workdays between received and window end output every year }",
        ),
        ("c.csv", "nr,received\n"),
        ("tests.yaml", ""),
    ],
    &[("p.wg", "policy p { use v from \"gone.wg\" }")],
    &[("tests.yaml", ""), ("p.wg", "policy p { }")],
    &[("empty.wg", "// Cut off.\n")],
    &[("tests.yaml", "- {name: a, period: 2024, expect: {}}\n"), ("p.wg", "policy p { }")],
];

/// A payment to a case that is not there: told when the run ends.
const DANGLING: [(&str, &str); 4] = [
    (
        "manifest.yaml",
        "policies: p.wg\nperiod: 2024\nsources:\n  - {kind: case, files: c.csv, complete: period}\n  - {kind: pay, files: y.csv, complete: period}\n",
    ),
    (
        "p.wg",
        "policy p { record case { key id : text at day : date } record pay { at day : date case : case }
          rule paid : each case satisfies (count of pay ever) > 0 }",
    ),
    ("c.csv", "id,day\nC1,2024-01-01\n"),
    ("y.csv", "day,case\n2024-01-02,C1\n2024-01-03,Cl\n2024-01-04,Cl\n"),
];

/// All that each code says, in the order of the texts.
struct Seen(BTreeMap<String, Vec<[String; 2]>>);

impl Seen {
    fn add(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        for diagnostic in diagnostics {
            let shown = [Lang::En, Lang::Zh].map(|lang| human::render(std::slice::from_ref(diagnostic), sources, lang));
            self.0.entry(diagnostic.code.to_owned()).or_default().push(shown);
        }
    }

    fn text(&mut self, text: &str) {
        let mut sources = Sources::default();
        let mut files = Vec::new();
        let mut all = Vec::new();
        for part in text.split("\n---\n") {
            let text = whole_text(part);
            let id = sources.add("policy.wg", text.as_str());
            let (file, problems) = parse(id, &text);
            // Only some sentences cannot be said in the other language.
            for lang in [Lang::En, Lang::Zh] {
                if problems.is_empty() && !self.0.contains_key("WG0113") {
                    all.extend(format(id, &text, Some(lang)).err().unwrap_or_default());
                }
            }
            all.extend(problems);
            files.push((id, file));
        }
        all.extend(check(&files, &sources).diagnostics);
        self.add(&all, &sources);
    }

    /// The codes that the command line finds in a folder, and what it says of them.
    fn folder(&mut self, files: &[(&str, &str)]) -> Vec<(String, [String; 2])> {
        let folder = Folder::new();
        for (name, text) in files {
            folder.write(name, text);
        }
        let shown = ["en", "zh"].map(|lang| {
            let ran = folder.run(&["check", ".", "--lang", lang]).ends(1);
            ran.out.split("\n\n").map(str::to_owned).collect::<Vec<_>>()
        });
        let [en, zh] = shown;
        let pairs = en.into_iter().zip(zh);
        pairs
            .filter_map(|(en, zh)| Some((en.split_once('[')?.1.get(..6)?.to_owned(), [en + "\n", zh + "\n"])))
            .collect()
    }
}

fn cases() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root.join("tests/it/check/cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = texts();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        all.extend(text.split("```wg\n").skip(1).map(|block| block.split("```").next().unwrap().trim_end().to_owned()));
    }
    all
}

/// Every code with what it says wherever it is fired.
fn fired() -> BTreeMap<String, Vec<[String; 2]>> {
    let mut seen = Seen(BTreeMap::new());
    for text in cases() {
        seen.text(&text);
    }
    let mut by_folder = Vec::new();
    for files in FOLDERS {
        by_folder.extend(seen.folder(files));
    }
    by_folder.extend(seen.folder(&[("big.wg", &" ".repeat(wangge::limits::POLICY_BYTES_MAX + 1))]));
    let dangling = Folder::new();
    DANGLING.iter().for_each(|(name, text)| dangling.write(name, text));
    by_folder.push((
        "WG0916".to_owned(),
        ["en", "zh"].map(|lang| dangling.run(&["score", "manifest.yaml", "--lang", lang]).ends(0).err),
    ));
    for lang in ["en", "zh"] {
        for chapter in chapters(lang) {
            let text = std::fs::read_to_string(chapter).unwrap();
            let blocks = blocks(&text);
            let base: String =
                blocks.iter().filter(|block| block.info == "wg base").map(|block| block.text.as_str()).collect();
            for block in blocks {
                if block.info.starts_with("wg error") || block.info.starts_with("wg warning") {
                    seen.text(&block.text);
                    seen.text(&format!("policy p {{\n{}\n{base}}}", block.text));
                }
            }
        }
    }
    let mut all = seen.0;
    for (code, shown) in by_folder {
        all.entry(code).or_default().push(shown);
    }
    all
}

/// A message in both languages as its file holds it.
fn kept(shown: &[String; 2]) -> String {
    let mut text = String::new();
    for said in shown {
        let said: String = said.chars().take(SHOWN_CHARS).collect();
        writeln!(text, "{}\n", said.trim_end()).unwrap();
    }
    text
}

#[test]
fn every_code_is_fired_and_says_the_same_as_before() {
    let fired = fired();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/messages");
    std::fs::create_dir_all(&folder).unwrap();
    let (update, strict) = (std::env::var_os("WANGGE_UPDATE").is_some(), std::env::var_os("CI").is_some());
    let mut wrong = Vec::new();
    for code in catalogue::codes().filter(|code| !NEVER_SEEN.contains(code)) {
        let Some(shown) = fired.get(code) else {
            wrong.push(format!("no text fires {code}"));
            continue;
        };
        // A case that somebody adds before others does not change what the code says.
        let mut texts: Vec<String> = shown.iter().map(kept).collect();
        let path = folder.join(format!("{code}.txt"));
        let before = std::fs::read_to_string(&path);
        if texts.iter().any(|text| before.as_ref().is_ok_and(|before| before == text)) {
            continue;
        }
        let text = texts.swap_remove(0);
        assert!(text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{code} is not said in Chinese: {text}");
        match before {
            Ok(before) if !update => wrong.push(format!("{code} said\n{before}\nand says\n{text}")),
            Err(_) if strict => wrong.push(format!("{code} has no file in tests/it/check/messages")),
            _ => std::fs::write(&path, text).unwrap(),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn eight_independent_mistakes_give_eight_messages() {
    let text = "policy p {
    entity grid { key id : text  tier level : whole number }
    entity home { key id : text  grid : grid  class : one of { a, b } }
    record visit { key id : text  home : home  at day : date }
    tier top of home level 1
    rule one : each hoome has at least 1 visit every month
    rule two : each home where clas = a has at least 1 visit every month
    rule three : each home where class = c has at least 1 visit every month
    rule four : each visit reaches day within 5 days of day
    rule five : each home has at leats 1 visit every month
    ruel six : each home has at least 1 visit every month
    rule one : each home has at least 1 visit every month
}
";
    let (checked, _) = super::checked(&[text.to_owned()]);
    let mut codes: Vec<&str> = checked.diagnostics.iter().map(|found| found.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["WG0100", "WG0110", "WG0201", "WG0201", "WG0202", "WG0206", "WG0219", "WG0502"]);
}
