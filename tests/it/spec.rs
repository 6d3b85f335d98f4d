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

#[test]
fn every_chapter_of_the_manual_holds() {
    let mut wrong = Vec::new();
    for lang in ["en", "zh"] {
        for path in chapters(lang) {
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
