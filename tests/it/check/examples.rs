//! The policies of the repository have no error.

use super::{check_text, checked};
use std::path::Path;

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn no_error(paths: &[&str], policies: usize) {
    let texts: Vec<String> = paths.iter().map(|path| read(path)).collect();
    let (checked, _) = checked(&texts);
    assert!(!wangge::check::has_errors(&checked.diagnostics), "{}", check_text(&texts.join("\n---\n")));
    assert_eq!(checked.policies.len(), policies);
}

#[test]
fn single_files() {
    no_error(&["examples/chicago/policy.wg"], 1);
    no_error(&["examples/liuyan/policy.wg"], 1);
}

#[test]
fn a_plan_its_vocabulary_and_an_extension() {
    let vocabularies = ["grid", "population", "work", "review", "workdays-cn"];
    let mut paths: Vec<String> = vocabularies.iter().map(|name| format!("policies/vocabularies/{name}.wg")).collect();
    paths.extend(["policies/SZ/plan.wg".to_owned(), "examples/town/assessment.wg".to_owned()]);
    no_error(&paths.iter().map(String::as_str).collect::<Vec<_>>(), 2);
}
