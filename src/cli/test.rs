//! `wangge test`: runs the tests of policies, shows every difference, and what no test exercises.

use super::args::{TestArgs, TestFormat};
use super::check::working_folder;
use super::files::{FileKind, find};
use super::problems::data_error;
use super::{Exit, Screen, test_report};
use crate::data::error::DataError;
use crate::data::load::{Loaded, read_text, shown};
use crate::diagnostic::{Diagnostic, Severity, Text, human};
use crate::model::Policy;
use crate::source::{Sources, Span};
use crate::testing::{self, Case, CasePolicies, RuleCoverage, compare};
use std::path::Path;
use std::time::{Duration, Instant};

/// What the tests of a file gave.
pub(super) struct FileRun {
    pub(super) name: String,
    pub(super) cases: Vec<CaseRun>,
    /// Problems of the file as such.
    pub(super) faults: Vec<Diagnostic>,
    pub(super) sources: Sources,
}

/// What a case gave: it passed where there are no problems.
pub(super) struct CaseRun {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) problems: Vec<Diagnostic>,
    /// How long it took.
    pub(super) time: Duration,
}

pub(super) fn run(args: &TestArgs, screen: &mut Screen) -> Exit {
    let (found, failed) = find(&args.paths);
    let mut exit = Exit::Fine;
    for error in &failed {
        exit = exit.max(data_error(error, screen));
    }
    // A named YAML file is one of tests, whatever its name.
    let tests = found.iter().filter(|file| match file.kind {
        FileKind::Tests => true,
        FileKind::Manifest => args.paths.contains(&file.path),
        FileKind::Policy | FileKind::Stdin => false,
    });
    let mut coverage = RuleCoverage::default();
    let mut runs = Vec::new();
    let mut file_count = 0;
    for file in tests {
        file_count += 1;
        match run_file(&file.path, &mut coverage, screen) {
            Ok(run) => {
                if !run.faults.is_empty() || run.cases.iter().any(|case| !case.problems.is_empty()) {
                    exit = exit.max(Exit::Wanting);
                }
                if args.format == TestFormat::Human {
                    test_report::print_file(&run, screen);
                }
                runs.push(run);
            }
            Err(error) => exit = exit.max(data_error(&error, screen)),
        }
    }
    if file_count == 0 && failed.is_empty() {
        screen.error(&Text::new(
            "there are no tests here: they stand in `tests.yaml` or `*.test.yaml`",
            "此处没有测试：测试应写在 `tests.yaml` 或 `*.test.yaml` 中",
        ));
        return Exit::Usage;
    }
    match args.format {
        TestFormat::Human => test_report::print_end(&runs, &coverage, screen),
        TestFormat::Junit => {
            let text = test_report::junit(&runs, &coverage, screen.lang(), &working_folder());
            screen.out(&text);
        }
    }
    exit
}

fn run_file(path: &Path, coverage: &mut RuleCoverage, screen: &mut Screen) -> Result<FileRun, DataError> {
    let mut loaded = Loaded::new(crate::syntax::parse);
    let source = loaded.sources.add(shown(path), read_text(path)?);
    let (file, problems) = testing::read(&loaded.sources, source);
    let in_cases: Vec<&Diagnostic> = file.broken.iter().flat_map(|case| &case.problems).collect();
    let faults = problems.iter().filter(|problem| !in_cases.contains(problem)).cloned().collect();
    let mut cases = Vec::new();
    for case in &file.broken {
        let name = case.name.clone().unwrap_or_else(|| screen.pick("(without a name)", "（无名）").to_owned());
        cases.push(CaseRun { name, span: case.span, problems: case.problems.clone(), time: Duration::ZERO });
    }
    let mut policies = CasePolicies::default();
    // One bad case does not stop the others.
    for case in file.cases.iter().filter(|case| !file.broken.iter().any(|broken| broken.span == case.span)) {
        let begun = Instant::now();
        let problems = match policies.find(case, path, &mut loaded) {
            Ok(policy) => run_case(case, &policy, &loaded, coverage).err().unwrap_or_default(),
            Err(problem) => vec![*problem],
        };
        cases.push(CaseRun { name: case.name.value.clone(), span: case.span, problems, time: begun.elapsed() });
    }
    cases.sort_by_key(|case| case.span);
    for group in policies.groups() {
        if group.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            screen.err(&human::render_styled(&group.diagnostics, &loaded.sources, screen.lang()));
        }
    }
    Ok(FileRun { name: shown(path), cases, faults, sources: loaded.sources })
}

/// What is wrong with a case, or what came out otherwise than expected.
fn run_case(case: &Case, policy: &Policy, loaded: &Loaded, coverage: &mut RuleCoverage) -> Result<(), Vec<Diagnostic>> {
    coverage.enter(policy, loaded);
    let bound = testing::bind(case, policy)?;
    let note = |span: Span, text: Text| Diagnostic::error("", span, text);
    let (findings, results) = testing::run(&bound).map_err(|stops| {
        stops.into_iter().map(|stop| note(stop.span.unwrap_or(case.name.span), stop.text)).collect::<Vec<_>>()
    })?;
    let failures = compare(case, &bound.policy, &findings, &results);
    coverage.count(case, policy, loaded, (&results, &failures));
    if failures.is_empty() {
        return Ok(());
    }
    Err(failures.into_iter().map(|failure| note(failure.span, failure.text)).collect())
}
