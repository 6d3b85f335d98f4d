//! The language manual as tests: the chapters in `tests/spec/{en,zh}` are prose with policies, and what these make of a
//! few rows. Each case is run by the engine and by the reference interpreter.
//!
//! A chapter has a title, a line that names the forms it covers, and sections. Fenced blocks:
//! - ```` ```wg base ````: declarations that the later policies of the chapter share;
//! - ```` ```wg ````: a policy, or statements that are put into one;
//! - ```` ```yaml ````: cases (docs/TESTS.md) for the policy before it;
//! - ```` ```wg error WG0503 ````, ```` ```wg warning WG0604 ````: refused or warned about with exactly these codes;
//! - ```` ```wg ok ````: accepted, without a case.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wangge::diagnostic::Severity;
use wangge::source::Sources;
use wangge::testing::read;

use crate::cases::run;
use crate::property::check;

/// A fenced block of a chapter.
pub struct Block {
    /// Line of the fence.
    pub line: usize,
    /// What follows the fence: `wg error WG0503`.
    pub info: String,
    /// What it holds.
    pub text: String,
}

/// The chapters of a language, by name.
pub fn chapters(lang: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec").join(lang);
    let entries = std::fs::read_dir(folder).expect("a folder of chapters");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext == "md"));
    files.sort();
    files
}

/// The fenced blocks of a text.
pub fn blocks(text: &str) -> Vec<Block> {
    let (mut found, mut open) = (Vec::new(), None::<Block>);
    for (at, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(info), None) => {
                open = Some(Block { line: at + 1, info: info.trim().to_owned(), text: String::new() });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// Statements as a policy, with the declarations of the chapter; a whole policy stays as it is.
pub fn whole(statements: &str, base: &str) -> String {
    let mut lines = statements.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let first = lines.next().unwrap_or("");
    if ["policy", "vocabulary", "政策", "词汇"].iter().any(|word| first.starts_with(word)) {
        return statements.to_owned();
    }
    // The statements come first, so that places in messages are those of the block.
    format!("policy P {{\n{statements}\n{base}}}")
}

/// Codes of a severity that the checker gives.
fn codes(text: &str, severity: Severity) -> BTreeSet<String> {
    let mut sources = Sources::default();
    let id = sources.add("chapter.wg", text);
    let (file, mut diagnostics) = wangge::syntax::parse(id, text);
    diagnostics.extend(wangge::check::check(&[(id, file)], &sources).diagnostics);
    diagnostics.into_iter().filter(|d| d.severity == severity).map(|d| d.code.to_string()).collect()
}

/// What a chapter gets wrong.
fn faults(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let (mut base, mut policy, mut tried) = (String::new(), None::<String>, false);
    for block in blocks(text) {
        let mut words = block.info.split_whitespace();
        let place = block.line;
        match (words.next(), words.next()) {
            (Some("wg"), Some("base")) => base = block.text,
            (Some("wg"), word @ (None | Some("ok"))) => {
                let text = whole(&block.text, &base);
                if let Err(why) = check(&text) {
                    faults.push(format!("{place}: the checker refuses\n{why}"));
                }
                tried |= word.is_some();
                policy = word.is_none().then_some(text);
            }
            (Some("wg"), Some(word @ ("error" | "warning"))) => {
                let severity = if word == "error" { Severity::Error } else { Severity::Warning };
                let said = codes(&whole(&block.text, &base), severity);
                let expected: BTreeSet<String> = words.map(str::to_owned).collect();
                if said != expected || said.is_empty() {
                    faults.push(format!("{place}: the checker says {said:?}, expected {expected:?}"));
                }
                tried = true;
            }
            (Some("yaml"), _) => {
                tried = true;
                let Some(text) = &policy else {
                    faults.push(format!("{place}: no policy stands before these cases"));
                    continue;
                };
                match check(text) {
                    Ok(policy) => faults.extend(cases(&policy, &block.text).map(|f| format!("{place}: {f}"))),
                    Err(_) => continue,
                }
            }
            (Some("text" | "sh" | "csv" | "json"), _) => {}
            _ => faults.push(format!("{place}: a block of no known kind: `{}`", block.info)),
        }
    }
    if !tried {
        faults.push("nothing is tried".to_owned());
    }
    faults
}

/// What the cases of a block get wrong.
fn cases(policy: &wangge::model::Policy, yaml: &str) -> impl Iterator<Item = String> {
    let mut sources = Sources::default();
    let id = sources.add("cases.yaml", yaml);
    let (file, problems) = read(&sources, id);
    let mut faults: Vec<String> = problems.into_iter().map(|problem| problem.message.en).collect();
    if file.cases.is_empty() {
        faults.push("there are no cases".to_owned());
    }
    for case in &file.cases {
        faults.extend(run(case, policy).into_iter().map(|fault| format!("{}: {fault}", case.name.value)));
    }
    faults.into_iter()
}

/// `WANGGE_CHAPTER=61` looks at that chapter alone.
#[test]
fn every_chapter_of_the_manual_holds() {
    let mut wrong = Vec::new();
    let only = std::env::var("WANGGE_CHAPTER").unwrap_or_default();
    let meant = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&only));
    for lang in ["en", "zh"] {
        for path in chapters(lang).into_iter().filter(meant) {
            let text = std::fs::read_to_string(&path).expect("a chapter");
            let name = format!("{lang}/{}", path.file_name().unwrap_or_default().to_string_lossy());
            wrong.extend(faults(&text).into_iter().map(|fault| format!("{name}:{fault}")));
        }
    }
    assert!(wrong.is_empty(), "{} faults\n{}", wrong.len(), wrong.join("\n"));
}

/// The two languages have the same chapters with the same blocks, and each names its forms.
#[test]
fn chapters_stand_in_both_languages() {
    let read = |lang: &str| -> Vec<(String, String)> {
        let text = |path: PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).expect("a chapter"))
        };
        chapters(lang).into_iter().map(text).collect()
    };
    let (english, chinese) = (read("en"), read("zh"));
    let names = |chapters: &[(String, String)]| chapters.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&english), names(&chinese));
    for ((name, en), (_, zh)) in english.iter().zip(&chinese) {
        let kinds = |text: &str| blocks(text).into_iter().map(|block| block.info).collect::<Vec<_>>();
        assert_eq!(kinds(en), kinds(zh), "{name}");
        assert!(en.starts_with("# ") && zh.starts_with("# "), "{name} has no title");
        assert!(en.lines().any(|line| line.starts_with("Forms: ")), "{name} does not name its forms");
        assert!(zh.lines().any(|line| line.starts_with("形式：")), "zh/{name} does not name its forms");
    }
}

/// The index of the manual in docs/ lists the chapters by their titles. `WANGGE_BLESS=1` writes it anew.
#[test]
fn the_index_of_the_manual_is_complete() {
    for (lang, file, head) in [("en", "docs/MANUAL.md", MANUAL_HEAD_EN), ("zh", "docs/MANUAL.zh.md", MANUAL_HEAD_ZH)] {
        let mut index = head.to_owned();
        for path in chapters(lang) {
            let text = std::fs::read_to_string(&path).expect("a chapter");
            let title = text.lines().next().unwrap_or("").trim_start_matches("# ").trim();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            index.push_str(&format!("- [{title}](../tests/spec/{lang}/{name})\n"));
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if std::env::var_os("WANGGE_BLESS").is_some() {
            std::fs::write(&path, &index).expect("the index is written");
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), index, "{file}: WANGGE_BLESS=1 writes it anew");
    }
}

const MANUAL_HEAD_EN: &str = "# Manual

Chapter by chapter, with examples that are run as tests: what a chapter promises holds. The whole syntax on one page stands in
[LANGUAGE.md](LANGUAGE.md), the exact meaning in [SEMANTICS.md](SEMANTICS.md), the manifest in [DATA.md](DATA.md), policy tests in
[TESTS.md](TESTS.md), what a run writes in [OUTPUT.md](OUTPUT.md). 中文：[MANUAL.zh.md](MANUAL.zh.md)。

";
const MANUAL_HEAD_ZH: &str = "# 手册

逐章说明，例子都作为测试运行，因此写明的结果都成立。全部语法见 [LANGUAGE.md](LANGUAGE.md)，确切含义见 [SEMANTICS.md](SEMANTICS.md)，
数据清单见 [DATA.md](DATA.md)，政策测试见 [TESTS.md](TESTS.md)，输出见 [OUTPUT.md](OUTPUT.md)。English: [MANUAL.md](MANUAL.md).

";

/// Forms that the language should say and does not yet. The list only gets shorter.
const STILL_OPEN: [&str; 0] = [];

/// Every form met in published schemes has a chapter, or an entry in docs/DECISIONS.md that says why not.
#[test]
fn every_form_has_a_chapter_or_a_reason() {
    let groups = [("A", 20), ("B", 16), ("C", 15), ("D", 16), ("E", 12), ("F", 11), ("G", 8), ("H", 12)];
    let ids = groups.iter().flat_map(|(group, count)| (1..=*count).map(move |n| format!("{group}{n}")));
    let mut named: BTreeSet<String> = BTreeSet::new();
    let mut take = |line: &str| {
        let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        for word in words {
            // `D1-D4` names all four.
            let range = word.split_once('-').and_then(|(from, to)| {
                let (group, from) = (from.get(..1)?, from.get(1..)?.parse::<u32>().ok()?);
                let to = to.trim_start_matches(group).parse::<u32>().ok()?;
                Some((from..=to).map(|n| format!("{group}{n}")).collect::<Vec<_>>())
            });
            named.extend(range.unwrap_or_else(|| vec![word.to_owned()]));
        }
    };
    for path in chapters("en") {
        let text = std::fs::read_to_string(path).expect("a chapter");
        text.lines().filter_map(|line| line.strip_prefix("Forms: ")).for_each(&mut take);
    }
    let decisions = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/DECISIONS.md");
    let decisions = std::fs::read_to_string(decisions).expect("the decisions");
    decisions.lines().filter_map(|line| line.strip_prefix("- Form ")?.split_once(": ")).for_each(|(id, _)| take(id));
    let missing: Vec<String> = ids.filter(|id| !named.contains(id)).collect();
    assert_eq!(missing, STILL_OPEN, "forms that no chapter and no decision names");
}

/// The table of forced choices lists every code of a choice, in both languages, and no other code than one of the catalogue.
#[test]
fn the_table_of_forced_choices_is_complete() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    let code = |line: &str| line.split('|').map(str::trim).find(|cell| cell.starts_with("WG")).map(str::to_owned);
    let table = |path: &str| -> BTreeSet<String> {
        read(path).lines().filter(|line| line.starts_with('|')).filter_map(code).collect()
    };
    let listed = table("tests/spec/en/46-checks.md");
    assert_eq!(listed, table("tests/spec/zh/46-checks.md"));
    let declared = read("src/check/codes.rs");
    let choices = declared.lines().filter(|line| line.contains("const CHOOSE_"));
    let choices: BTreeSet<String> = choices.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())).collect();
    assert!(choices.len() > 20);
    let missing: Vec<&String> = choices.difference(&listed).collect();
    assert!(missing.is_empty(), "choices that the table does not list: {missing:?}");
    let strange: Vec<&String> = listed.iter().filter(|code| !declared.contains(code.as_str())).collect();
    assert!(strange.is_empty(), "codes that are none: {strange:?}");
}

/// A chapter whose expectation is wrong is found out.
#[test]
fn a_wrong_expectation_is_a_fault() {
    let chapter = |measured: u32| {
        format!(
            "# T\n\n```wg\nentity road {{ key id : text }}\nrecord round {{ at day : date  road : road }}\n\
             rule r : each road has at least 1 round every week\n```\n\n```yaml\n- name: one\n  period: 2024-W05\n  rows:\n    \
             road: [{{id: A}}]\n    round: [{{road: A, day: 2024-02-01}}]\n  expect:\n    findings:\n      \
             - {{rule: r, subject: A, outcome: met, measured: {measured}}}\n```\n"
        )
    };
    assert_eq!(faults(&chapter(1)), Vec::<String>::new());
    assert_eq!(faults(&chapter(2)).len(), 1);
    assert_eq!(faults("# T\n\nno case\n").len(), 1);
    assert_eq!(faults("# T\n\n```wg error WG0201\nwhole town\n```\n").len(), 1);
}
