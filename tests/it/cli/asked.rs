//! What tests of `wangge explain` share: a small town, the question, what the answer must hold.

use super::Folder;

/// A policy, its manifest `m.yaml` and its data.
pub fn folder(policy: &str, manifest: &str, files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("p.wg", format!("policy p {{ {policy} }}"));
    folder.write("m.yaml", format!("policies: p.wg\n{manifest}"));
    files.iter().for_each(|(name, text)| folder.write(name, text));
    folder
}

/// The answer to a question about a manifest.
pub fn answer(folder: &Folder, manifest: &str, args: &[&str]) -> String {
    let mut all = vec!["explain", manifest];
    all.extend(args);
    folder.run(&all).ends(0).out
}

/// The answer to a question about `m.yaml`.
pub fn explain(folder: &Folder, args: &[&str]) -> String {
    answer(folder, "m.yaml", args)
}

#[track_caller]
pub fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}
