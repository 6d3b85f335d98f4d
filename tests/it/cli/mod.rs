//! The command line as scripts meet it: standard output, standard error, files, exit codes.

mod asked;
mod bad_policies;
mod broken_runs;
mod check;
mod damage;
mod explain;
mod explain_asked;
mod explain_causes;
mod explain_lines;
mod explain_rows;
mod explain_said;
mod explain_truth;
mod explain_whole;
mod explain_why;
mod fmt;
mod ledger;
#[cfg(feature = "parquet")]
mod parquet;
mod score;
mod test;
mod unsure;
#[cfg(feature = "xlsx")]
mod workbook;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run of the program gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Checks the exit code and gives itself.
    #[track_caller]
    pub fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// A folder of small files to run in.
pub struct Folder {
    base: tempfile::TempDir,
}

impl Folder {
    /// Empty.
    pub fn new() -> Folder {
        Folder { base: tempfile::tempdir().unwrap() }
    }

    /// The starter plan, which scores at once.
    pub fn starter(lang: &str) -> Folder {
        let folder = Folder::new();
        folder.run(&["new", "plan", "--lang", lang]).ends(0);
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.base.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Replaces a part of a file, which must be there.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} has no {from}");
        self.write(name, text.replace(from, to));
    }

    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Names in a folder, sorted, hidden ones too.
    pub fn names(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.path(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "")
    }

    pub fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut child = command(self.base.path())
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "{ran:#?}");
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "no colours off a terminal: {ran:#?}");
        ran
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wangge"));
    command.current_dir(folder);
    command
}

/// The program, its version and its usage.
#[test]
fn usage_is_two_and_help_is_fine() {
    let folder = Folder::new();
    assert!(folder.run(&["--help"]).ends(0).out.contains("score"));
    assert!(folder.run(&["--version"]).ends(0).out.starts_with("wangge "));
    folder.run(&[]).ends(2);
    folder.run(&["nothing"]).ends(2);
    folder.run(&["score"]).ends(2);
    folder.run(&["score", "m.yaml", "--format", "docx"]).ends(2);
    folder.run(&["check", "--lang", "fr", "."]).ends(2);
}

#[test]
fn help_and_usage_in_chinese() {
    let folder = Folder::new();
    for command in ["", "check", "score", "merge", "explain", "fmt", "test", "new", "code"] {
        let command = Some(command).filter(|command| !command.is_empty());
        let args: Vec<&str> = ["--lang", "zh"].into_iter().chain(command).chain(["--help"]).collect();
        let help = folder.run(&args).ends(0).out;
        assert!(help.contains("用法：wangge"), "{help}");
        // What is not Chinese is a name or a value: no line is a sentence of English.
        let english = help.lines().find(|line| {
            line.split(' ').filter(|w| w.len() > 2 && w.bytes().all(|b| b.is_ascii_lowercase())).count() > 2
        });
        assert_eq!(english, None, "{help}");
    }
    for (args, says) in [
        (vec!["nothing", "--lang", "zh"], "没有 `nothing` 这个命令"),
        (vec!["chekc", "--lang", "zh"], "`check`"),
        (vec!["score", "--lang=zh"], "缺少参数 `<MANIFEST>`"),
        (vec!["check", ".", "--format", "docx", "--lang", "zh"], "的值 `docx` 无法识别"),
        (vec!["check", ".", "--format", "docx", "--lang", "zh"], "`sarif`"),
        (vec!["check", ".", "--fromat", "json", "--lang", "zh"], "没有 `--fromat` 这个参数"),
    ] {
        let ran = folder.run(&args).ends(2);
        assert!(ran.err.contains(says) && ran.err.contains("--help --lang zh"), "{says}: {ran:#?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let folder = Folder::starter("en");
    let mut child = command(&folder.path(""))
        .args(["score", "plan/manifest.yaml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn pages_of_diagnostics() {
    let folder = Folder::new();
    let en = folder.run(&["code", "WG0502"]).ends(0).out;
    assert!(en.starts_with("## WG0502 ") && en.contains("rest days move"), "{en}");
    let zh = folder.run(&["code", "wg0502", "--lang", "zh"]).ends(0).out;
    assert!(zh.contains("遇休顺延"), "{zh}");
    assert!(folder.run(&["code", "WG9999"]).ends(2).err.contains("WG9999"));
    for same in ["0502", "502", "wg0502"] {
        assert_eq!(folder.run(&["code", same]).ends(0).out, en);
    }
    // Every code that does not exist has a nearest one.
    for (asked, near) in [("WG0501X", "WG0501"), ("WG-0599", "WG05"), ("WG9999", "WG")] {
        let err = folder.run(&["code", asked]).ends(2).err;
        assert!(err.contains(&format!("the nearest is `{near}")), "{asked}: {err}");
    }
    let list = folder.run(&["code"]).ends(0).out;
    assert_eq!(list.lines().count(), wangge::diagnostic::catalogue::codes().count());
    assert!(list.contains("WG0502 choose: rest days\n"), "{list}");
}

/// Every code that the sources name, tests apart, has its page in both languages.
#[test]
fn every_code_has_its_page() {
    fn codes(folder: &Path, found: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let quoted = text.split('"').filter(|w| w.len() == 6 && w.starts_with("WG0"));
                found.extend(quoted.filter(|w| w[2..].bytes().all(|b| b.is_ascii_digit())).map(str::to_owned));
            }
        }
    }
    let mut found = std::collections::BTreeSet::new();
    codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 50, "{found:?}");
    for code in found {
        let page = wangge::diagnostic::catalogue::page(&code);
        assert!(page.is_some_and(|page| page.en.lines().count() > 2 && page.zh.lines().count() > 2), "{code}");
    }
}

#[test]
fn a_new_plan_checks_tests_and_scores_in_both_languages() {
    for lang in ["en", "zh"] {
        let folder = Folder::starter(lang);
        folder.run(&["check", "--deny", "warnings", "plan"]).ends(0);
        folder.run(&["test", "plan"]).ends(0);
        folder.run(&["score", "plan/manifest.yaml", "--out", "out"]).ends(0);
        // The same data give the same points, whatever the language of the plan.
        let points: Vec<String> = folder
            .read("out/scores.csv")
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(4).unwrap_or("").to_owned())
            .collect();
        assert_eq!(points, ["100.00", "45.00"]);
    }
    let folder = Folder::starter("en");
    let again = folder.run(&["new", "plan"]).ends(2);
    assert!(again.err.contains("not empty"), "{again:?}");
}
