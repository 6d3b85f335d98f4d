//! Every keyword of the table stands in a policy of the manual, in each language that has it.

use super::{Grammar, Rule};
use crate::source::SourceId;
use crate::syntax::keywords::KEYWORDS;
use crate::syntax::scan::scan;
use pest::Parser;
use std::collections::BTreeSet;

/// Policies of the chapters of a language that can be read, fragments as whole policies.
fn policies(lang: &str) -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec").join(lang);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for block in text.split("\n```wg").skip(1) {
            let (info, rest) = block.split_once('\n').unwrap();
            let body = rest.split("\n```").next().unwrap_or("");
            // What is refused shows no form that is there.
            if !info.contains("error") {
                let first = body.lines().map(str::trim_start).find(|line| !line.is_empty() && !line.starts_with("//"));
                let whole = ["policy", "vocabulary", "政策", "词汇"];
                let is_whole = first.is_some_and(|line| whole.iter().any(|word| line.starts_with(word)));
                found.push(if is_whole { body.to_owned() } else { format!("policy p {{\n{body}\n}}") });
            }
        }
    }
    found
}

#[test]
fn every_keyword_stands_in_the_manual() {
    let mut missing = Vec::new();
    for (lang, head) in [("en", "policy"), ("zh", "政策")] {
        let mut used = BTreeSet::new();
        for text in policies(lang) {
            let plain = scan(SourceId(0), &text).plain;
            let pairs = Grammar::parse(Rule::file, &plain).unwrap_or_else(|why| panic!("{lang}: {why}\n{text}"));
            used.extend(pairs.flatten().map(|pair| format!("{:?}", pair.as_rule())));
        }
        assert!(used.contains("kw_policy"), "no {head} at all");
        for keyword in KEYWORDS {
            let forms = if lang == "en" { keyword.en } else { keyword.zh };
            if !forms.is_empty() && !used.contains(&format!("kw_{}", keyword.id)) {
                missing.push(format!("{lang} {} {forms:?}", keyword.id));
            }
        }
    }
    assert!(missing.is_empty(), "keywords that no chapter shows:\n{}", missing.join("\n"));
}
