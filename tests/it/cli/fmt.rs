//! `wangge fmt`: standard form, in place or only checked, in either language.

use super::Folder;

const LOOSE: &str = "policy p{entity area {key id:text}\n  rule r cites A-1: each area satisfies id is known}\n";

#[test]
fn files_are_put_into_standard_form_once() {
    let folder = Folder::new();
    folder.write("p.wg", LOOSE);
    let ran = folder.run(&["fmt", "--check", "p.wg"]).ends(1);
    assert_eq!(ran.out, "p.wg is not in standard form\n");
    assert_eq!(folder.read("p.wg"), LOOSE);
    assert_eq!(folder.run(&["fmt", "."]).ends(0).out, "formatted ./p.wg\n");
    let formatted = folder.read("p.wg");
    assert_ne!(formatted, LOOSE);
    assert_eq!(folder.run(&["fmt", "p.wg"]).ends(0).out, "");
    assert_eq!(folder.run(&["fmt", "--check", "p.wg"]).ends(0).out, "");
    assert_eq!(folder.read("p.wg"), formatted);
    assert_eq!(folder.names("."), ["p.wg"]);
    assert_eq!(folder.run_with(&["fmt", "-"], LOOSE).ends(0).out, formatted);
    folder.run_with(&["fmt", "--check", "-"], LOOSE).ends(1);
}

#[test]
fn keywords_of_either_language_and_back() {
    let folder = Folder::new();
    folder.write("p.wg", LOOSE);
    folder.run(&["fmt", "p.wg"]).ends(0);
    let english = folder.read("p.wg");
    folder.run(&["fmt", "--keywords", "zh", "p.wg"]).ends(0);
    let chinese = folder.read("p.wg");
    assert!(chinese.starts_with("政策 p {"), "{chinese}");
    folder.run(&["check", "p.wg"]).ends(0);
    folder.run(&["fmt", "--keywords", "en", "p.wg"]).ends(0);
    assert_eq!(folder.read("p.wg"), english);
}

#[test]
fn what_cannot_be_read_stays_as_it_is() {
    let folder = Folder::new();
    folder.write("p.wg", "policy p { rule }");
    let ran = folder.run(&["fmt", "p.wg"]).ends(1);
    assert!(ran.err.contains("p.wg:1:"), "{ran:?}");
    assert_eq!(folder.read("p.wg"), "policy p { rule }");
    folder.run(&["fmt", "gone.wg"]).ends(2);
    std::fs::create_dir(folder.path("empty")).unwrap();
    folder.run(&["fmt", "empty"]).ends(2);
    folder.run(&["fmt"]).ends(2);
}
