//! `wangge test`: runs the tests of policies, shows every difference, and what no test exercises.

use super::args::TestArgs;
use super::files::{FileKind, find};
use super::problems::data_error;
use super::{Exit, Screen};
use crate::data::error::DataError;
use crate::data::load::{Loaded, read_text, shown};
use crate::diagnostic::{Diagnostic, Severity, Text, human};
use crate::model::{Outcome, Policy};
use crate::source::{Sources, Span};
use crate::testing::{self, Case, CasePolicies, compare};
use std::collections::BTreeMap;
use std::path::Path;

/// In how many expectations that held a rule was met, unmet, or something else.
type Seen = (u64, u64, u64);

#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    /// Rules by policy, in the order of the policy.
    coverage: BTreeMap<String, Vec<(String, Seen)>>,
}

pub(super) fn run(args: &TestArgs, screen: &mut Screen) -> Exit {
    let found = match find(&args.paths) {
        Ok(found) => found,
        Err(error) => return data_error(&error, screen),
    };
    // A named YAML file is one of tests, whatever its name.
    let tests = found.iter().filter(|file| match file.kind {
        FileKind::Tests => true,
        FileKind::Manifest => args.paths.contains(&file.path),
        FileKind::Policy | FileKind::Stdin => false,
    });
    let mut tally = Tally::default();
    let mut exit = Exit::Fine;
    let mut file_count = 0;
    for file in tests {
        file_count += 1;
        match run_file(&file.path, &mut tally, screen) {
            Ok(worst) => exit = exit.max(worst),
            Err(error) => exit = exit.max(data_error(&error, screen)),
        }
    }
    if file_count == 0 {
        screen.error(&Text::new(
            "there are no tests here: they stand in `tests.yaml` or `*.test.yaml`",
            "此处没有测试：测试应写在 `tests.yaml` 或 `*.test.yaml` 中",
        ));
        return Exit::Usage;
    }
    print_coverage(&tally, screen);
    let Tally { passed, failed, .. } = tally;
    screen.line(
        &screen.say(format!("{} passed, {failed} failed", passed), format!("通过 {passed} 例，未通过 {failed} 例")),
    );
    if failed > 0 { exit.max(Exit::Wanting) } else { exit }
}

fn run_file(path: &Path, tally: &mut Tally, screen: &mut Screen) -> Result<Exit, DataError> {
    let mut loaded = Loaded::new(crate::syntax::parse);
    let source = loaded.sources.add(shown(path), read_text(path)?);
    let (file, problems) = testing::read(&loaded.sources, source);
    screen.line(&shown(path));
    if !problems.is_empty() {
        screen.err(&human::render_styled(&problems, &loaded.sources, screen.lang()));
        return Ok(Exit::Wanting);
    }
    let mut policies = CasePolicies::default();
    for case in &file.cases {
        let judged = match policies.find(case, path, &mut loaded) {
            Ok(policy) => run_case(case, &policy, tally),
            Err(problem) => Err(vec![*problem]),
        };
        let name = &case.name.value;
        match judged {
            Ok(()) => {
                tally.passed += 1;
                screen.line(&format!("  {} {name}", screen.pick("pass", "通过")));
            }
            Err(problems) => {
                tally.failed += 1;
                screen.line(&format!("  {} {name}", screen.pick("FAIL", "未通过")));
                for problem in &problems {
                    screen.line(&line_of(problem, &loaded.sources, screen));
                }
            }
        }
    }
    for group in policies.groups() {
        if group.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            screen.err(&human::render_styled(&group.diagnostics, &loaded.sources, screen.lang()));
        }
    }
    Ok(Exit::Fine)
}

/// What is wrong with a case, or what came out otherwise than expected.
fn run_case(case: &Case, policy: &Policy, tally: &mut Tally) -> Result<(), Vec<Diagnostic>> {
    let rules = tally
        .coverage
        .entry(policy.name.clone())
        .or_insert_with(|| policy.rules.iter().map(|rule| (rule.name.clone(), Seen::default())).collect());
    let bound = testing::bind(case, policy)?;
    let note = |span: Span, text: Text| Diagnostic::error("", span, text);
    let (findings, results) = testing::run(&bound).map_err(|stops| {
        stops.into_iter().map(|stop| note(stop.span.unwrap_or(case.name.span), stop.text)).collect::<Vec<_>>()
    })?;
    let failures = compare(case, &bound.policy, &findings, &results);
    for (at, expected) in case.expected.findings.iter().enumerate() {
        if failures.iter().any(|failure| failure.finding == Some(at)) {
            continue;
        }
        if let Some((_, seen)) = rules.iter_mut().find(|(name, _)| *name == expected.rule.value) {
            match expected.outcome.value {
                Some(Outcome::Met) => seen.0 += 1,
                Some(Outcome::Unmet) => seen.1 += 1,
                _ => seen.2 += 1,
            }
        }
    }
    if failures.is_empty() {
        return Ok(());
    }
    Err(failures.into_iter().map(|failure| note(failure.span, failure.text)).collect())
}

fn line_of(problem: &Diagnostic, sources: &Sources, screen: &Screen) -> String {
    let span = problem.primary.span;
    let place = sources.get(span.source).map(|source| {
        let at = source.line_column(span.start);
        format!("{}:{}:{}: ", source.name, at.line, at.column)
    });
    let help = problem.help.as_ref().map(|help| format!(" ({})", help.in_lang(screen.lang())));
    let text = problem.message.in_lang(screen.lang());
    format!("    {}{text}{}", place.unwrap_or_default(), help.unwrap_or_default())
}

fn print_coverage(tally: &Tally, screen: &mut Screen) {
    for (policy, rules) in &tally.coverage {
        if rules.is_empty() {
            continue;
        }
        let exercised = rules.iter().filter(|(_, seen)| *seen != Seen::default()).count();
        let both = rules.iter().filter(|(_, seen)| seen.0 > 0 && seen.1 > 0).count();
        let total = rules.len();
        screen.line(&screen.say(
            format!("{policy}: {exercised} of {total} rules exercised, {both} seen both met and unmet"),
            format!("{policy}：{total} 条规则中测试到 {exercised} 条，其中达成与未达成都测到的 {both} 条"),
        ));
        for (name, (met, unmet, other)) in rules {
            let line = if met + unmet + other == 0 {
                screen.say(format!("  {name}: never exercised"), format!("  {name}：未测试"))
            } else {
                screen.say(
                    format!("  {name}: met {met}, unmet {unmet}, other {other}"),
                    format!("  {name}：达成 {met}，未达成 {unmet}，其他 {other}"),
                )
            };
            screen.line(&line);
        }
    }
}
