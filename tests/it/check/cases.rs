//! Runs the cases.

use super::{check_text, checked, whole_text};
use std::path::PathBuf;

struct Case {
    title: String,
    input: String,
    expected: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/check/cases")
}

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Every `## title` with its two fenced blocks.
fn cases(text: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for section in text.split("\n## ").skip(1) {
        let (title, rest) = section.split_once('\n').unwrap();
        let mut blocks = rest.split("```").skip(1).step_by(2);
        let mut block = || blocks.next().map(|b| b.split_once('\n').unwrap().1.trim_end_matches('\n').to_owned());
        let input = block().unwrap_or_else(|| panic!("case `{title}` has no policy"));
        let expected = block().unwrap_or_default();
        cases.push(Case { title: title.trim().to_owned(), input, expected });
    }
    cases
}

#[test]
fn every_case_says_what_it_should() {
    let update = std::env::var_os("WANGGE_UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut updated = text.split("\n## ").next().unwrap().trim_end().to_owned() + "\n";
        for case in cases(&text) {
            let said = check_text(&case.input);
            let said = said.trim_end();
            if said != case.expected && !update {
                wrong.push(format!(
                    "{}: {}\nsaid:\n{said}\nexpected:\n{}\n",
                    path.display(),
                    case.title,
                    case.expected
                ));
            }
            let lines = if said.is_empty() { String::new() } else { format!("{said}\n") };
            updated += &format!("\n## {}\n\n```wg\n{}\n```\n\n```text\n{lines}```\n", case.title, case.input);
        }
        if update {
            std::fs::write(&path, updated).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn messages_stand_in_both_languages() {
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for path in files() {
        for case in cases(&std::fs::read_to_string(&path).unwrap()) {
            let texts: Vec<String> = case.input.split("\n---\n").map(whole_text).collect();
            for found in checked(&texts).0.diagnostics.iter().filter(|found| found.code >= "WG02") {
                let mut texts = vec![&found.message];
                texts.extend(&found.help);
                texts.extend(found.secondary.iter().map(|label| &label.text));
                for text in texts {
                    assert!(chinese(&text.zh), "{}: {}", case.title, text.zh);
                    assert!(!text.en.is_empty() && !text.en.ends_with('.') && !text.zh.ends_with('。'), "{}", text.en);
                    let quotes = |text: &str| text.matches('`').count();
                    assert!(quotes(&text.en) % 2 == 0 && quotes(&text.zh) % 2 == 0, "{}: {}", text.en, text.zh);
                }
            }
        }
    }
}
