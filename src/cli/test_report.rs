//! What `wangge test` prints: cases, differences, coverage; for people or as JUnit XML.

use super::Screen;
use super::test::{CaseRun, FileRun};
use crate::diagnostic::place::relative;
use crate::diagnostic::{Diagnostic, Lang, human, junit};
use crate::source::Sources;
use crate::testing::{RuleCoverage, Seen};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

pub(super) fn print_file(run: &FileRun, screen: &mut Screen) {
    screen.line(&run.name);
    if !run.faults.is_empty() {
        screen.err(&human::render_styled(&run.faults, &run.sources, screen.lang()));
    }
    for case in &run.cases {
        let word =
            if case.problems.is_empty() { screen.pick("pass", "通过") } else { screen.pick("FAIL", "未通过") };
        screen.line(&format!("  {word} {}", case.name));
        for problem in &case.problems {
            screen.line(&format!("    {}", line_of(problem, &run.sources, screen.lang(), "")));
        }
    }
}

/// Coverage and the count of cases.
pub(super) fn print_end(runs: &[FileRun], coverage: &RuleCoverage, screen: &mut Screen) {
    for ((policy, _), unit) in &coverage.units {
        let (total, exercised, both) = (unit.rules.len(), unit.count(Seen::is_exercised), unit.count(Seen::is_both));
        let line = if unit.is_run {
            screen.say(
                format!("{policy}: {exercised} of {total} rules exercised, {both} seen both met and unmet"),
                format!("{policy}：{total} 条规则中测试到 {exercised} 条，其中达成与未达成都测到的 {both} 条"),
            )
        } else {
            screen.say(
                format!(
                    "{policy}: {exercised} of {total} rules exercised by the tests of policies that take them over"
                ),
                format!("{policy}：{total} 条规则中，沿用它们的政策的测试涉及 {exercised} 条"),
            )
        };
        screen.line(&line);
        for (name, seen) in &unit.rules {
            if seen.is_exercised() {
                let Seen { met, unmet, other } = seen;
                screen.line(&screen.say(
                    format!("  {name}: met {met}, unmet {unmet}, other {other}"),
                    format!("  {name}：达成 {met}，未达成 {unmet}，其他 {other}"),
                ));
            } else if unit.is_run {
                // Rules that are only taken over are the business of the tests of their own policy.
                screen.line(&screen.say(format!("  {name}: never exercised"), format!("  {name}：未测试")));
            }
        }
    }
    let cases = || runs.iter().flat_map(|run| &run.cases);
    let failed = cases().filter(|case| !case.problems.is_empty()).count();
    let passed = cases().count() - failed;
    screen.line(
        &screen.say(format!("{passed} passed, {failed} failed"), format!("通过 {passed} 例，未通过 {failed} 例")),
    );
}

/// A suite for each file; then a suite without cases for each policy, with the coverage of its rules as properties.
pub(super) fn junit(runs: &[FileRun], coverage: &RuleCoverage, lang: Lang, base: &str) -> String {
    let mut report = Report::new("wangge test");
    for run in runs {
        let mut suite = TestSuite::new(relative(&run.name, base));
        suite.add_test_cases(run.cases.iter().map(|case| junit_case(case, run, lang, base)));
        if !run.faults.is_empty() {
            let lines: Vec<String> = run.faults.iter().map(|fault| line_of(fault, &run.sources, lang, base)).collect();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_description(lines.join("\n"));
            let mut case = TestCase::new(relative(&run.name, base), status);
            case.set_classname(relative(&run.name, base)).set_time(std::time::Duration::ZERO);
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    for ((policy, _), unit) in &coverage.units {
        let mut suite = TestSuite::new(match lang {
            Lang::En => format!("rules of {policy}"),
            Lang::Zh => format!("{policy} 的规则"),
        });
        for (name, Seen { met, unmet, other }) in &unit.rules {
            let value = match lang {
                Lang::En => format!("met {met}, unmet {unmet}, other {other}"),
                Lang::Zh => format!("达成 {met}，未达成 {unmet}，其他 {other}"),
            };
            suite.add_property(Property::new(name.as_str(), value));
        }
        report.add_test_suite(suite);
    }
    junit::text(&report)
}

fn junit_case(case: &CaseRun, run: &FileRun, lang: Lang, base: &str) -> TestCase {
    let mut junit = TestCase::new(case.name.as_str(), status(case, run, lang, base));
    // Readers of reports group cases by class.
    junit.set_classname(relative(&run.name, base)).set_time(case.time);
    junit
}

fn status(case: &CaseRun, run: &FileRun, lang: Lang, base: &str) -> TestCaseStatus {
    if case.problems.is_empty() {
        return TestCaseStatus::success();
    }
    let lines: Vec<String> = case.problems.iter().map(|problem| line_of(problem, &run.sources, lang, base)).collect();
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    if let Some(first) = case.problems.first() {
        status.set_message(first.message.in_lang(lang));
    }
    status.set_description(lines.join("\n"));
    status
}

/// A problem with its place and the way out.
fn line_of(problem: &Diagnostic, sources: &Sources, lang: Lang, base: &str) -> String {
    let span = problem.primary.span;
    let place = sources.get(span.source).map(|source| {
        let at = source.line_column(span.start);
        format!("{}:{}:{}: ", relative_or_whole(&source.name, base), at.line, at.column)
    });
    let help = problem.help.as_ref().map(|help| format!(" ({})", help.in_lang(lang)));
    format!("{}{}{}", place.unwrap_or_default(), problem.message.in_lang(lang), help.unwrap_or_default())
}

/// For people a path stays as they gave it.
fn relative_or_whole<'n>(name: &'n str, base: &str) -> &'n str {
    if base.is_empty() { name } else { relative(name, base) }
}
