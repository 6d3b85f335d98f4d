//! Policy tests (docs/TESTS.md) by both the engine and the reference interpreter: those beside the policies
//! and examples of this repository, and those that other tests write inline.

use std::path::{Path, PathBuf};

use wangge::data::load::{Loaded, read_text};
use wangge::model::Policy;
use wangge::source::Sources;
use wangge::testing::{Case, CasePolicies, bind, compare, read};

use crate::bridge::plain_case;
use crate::property::{check, differ};
use crate::reference::judge;

/// Runs the cases of a policy, both given as text, by both. Expected values are worked out by hand.
pub fn both(policy: &str, cases: &str) {
    let policy = check(policy).unwrap_or_else(|why| panic!("the checker refuses\n{why}"));
    let mut sources = Sources::default();
    let id = sources.add("cases.yaml", cases);
    let (file, problems) = read(&sources, id);
    assert!(problems.is_empty(), "{problems:?}");
    assert!(!file.cases.is_empty(), "there are no cases");
    for case in &file.cases {
        let faults = run(case, &policy);
        assert!(faults.is_empty(), "{}:\n{}", case.name.value, faults.join("\n"));
    }
}

/// What does not come out as a case expects, from the reference interpreter, and where the engine differs from it.
pub fn run(case: &Case, policy: &Policy) -> Vec<String> {
    let bound = match bind(case, policy) {
        Ok(bound) => bound,
        Err(problems) => return problems.into_iter().map(|p| p.message.en).collect(),
    };
    let (rows, spec) = plain_case(&bound);
    let judged = match judge(&bound.policy, &rows, &spec) {
        Ok(judged) => judged,
        Err(why) => return vec![why],
    };
    let failures = compare(case, &bound.policy, &judged.findings, &judged.results);
    let faults = failures.into_iter().map(|failure| failure.text.en);
    faults.chain(differ(&bound.policy, &rows, &spec, 1).err()).collect()
}

#[test]
fn policy_tests_of_the_repository_hold_for_both() {
    let mut files = Vec::new();
    for folder in ["policies", "examples"] {
        find(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut files);
    }
    files.sort();
    assert!(!files.is_empty(), "there are no policy tests");
    let mut faults = Vec::new();
    for path in &files {
        let mut loaded = Loaded::new(wangge::syntax::parse);
        let source = loaded.sources.add(path.display().to_string(), read_text(path).expect("a text"));
        let (file, problems) = read(&loaded.sources, source);
        assert!(problems.is_empty(), "{}: {problems:?}", path.display());
        let mut policies = CasePolicies::default();
        for case in &file.cases {
            let found = match policies.find(case, path, &mut loaded) {
                Ok(policy) => run(case, &policy),
                Err(problem) => vec![problem.message.en.clone()],
            };
            faults.extend(found.into_iter().map(|f| format!("{}: {}: {f}", path.display(), case.name.value)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The files of policy tests in a folder.
pub fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() {
            find(&path, files);
        } else if name == "tests.yaml" || name.ends_with(".test.yaml") {
            files.push(path);
        }
    }
}
