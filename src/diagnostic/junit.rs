//! Diagnostics as JUnit XML: a suite for each file, a case for each diagnostic.

use super::place::{Place, relative};
use super::{Diagnostic, Lang, Severity};
use crate::source::Sources;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The diagnostics as a report, in the given order within each file. Those that are at least `failing` are failures,
/// milder ones pass and stand in the output of their case. A file without any has one case that passes.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, lang: Lang, base: &str, failing: Severity) -> String {
    let mut report = Report::new("wangge check");
    for id in sources.ids() {
        let Some(source) = sources.get(id) else { continue };
        let mut suite = TestSuite::new(relative(&source.name, base));
        for diagnostic in diagnostics.iter().filter(|d| d.primary.span.source == id) {
            suite.add_test_case(case(diagnostic, sources, lang, base, failing));
        }
        if suite.test_cases.is_empty() {
            let name = match lang {
                Lang::En => "nothing found",
                Lang::Zh => "未发现问题",
            };
            let mut case = TestCase::new(name, TestCaseStatus::success());
            place_case(&mut case, relative(&source.name, base));
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    let lost: Vec<&Diagnostic> = diagnostics.iter().filter(|d| sources.get(d.primary.span.source).is_none()).collect();
    if !lost.is_empty() {
        let mut suite = TestSuite::new("wangge");
        suite.add_test_cases(lost.into_iter().map(|diagnostic| case(diagnostic, sources, lang, base, failing)));
        report.add_test_suite(suite);
    }
    text(&report)
}

/// A report as XML. Characters that XML cannot hold are left out by the writer.
pub(crate) fn text(report: &Report) -> String {
    // Writing to a string does not fail.
    report.to_string().unwrap_or_default()
}

fn case(diagnostic: &Diagnostic, sources: &Sources, lang: Lang, base: &str, failing: Severity) -> TestCase {
    let message = diagnostic.message.in_lang(lang);
    let place = Place::of(&diagnostic.primary, sources);
    let at = place.map_or_else(String::new, |p| format!("{}:{}:{}: ", relative(p.file, base), p.line, p.column));
    let mut lines = vec![format!("{at}{} {message}", diagnostic.code)];
    if let Some(clause) = &diagnostic.clause {
        lines.push(match lang {
            Lang::En => format!("clause: {clause}"),
            Lang::Zh => format!("条款：{clause}"),
        });
    }
    if let Some(help) = &diagnostic.help {
        lines.push(match lang {
            Lang::En => format!("help: {}", help.en),
            Lang::Zh => format!("建议：{}", help.zh),
        });
    }
    let described = lines.join("\n");
    let name = match place {
        Some(place) => format!("{} {}:{}", diagnostic.code, place.line, place.column),
        None => diagnostic.code.to_owned(),
    };
    let file = place.map_or("wangge", |place| relative(place.file, base));
    let mut case = if diagnostic.severity >= failing {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(message).set_type(diagnostic.code).set_description(described);
        TestCase::new(name, status)
    } else {
        let mut case = TestCase::new(name, TestCaseStatus::success());
        case.set_system_out(described);
        case
    };
    place_case(&mut case, file);
    case
}

/// Readers of reports group cases by class and add up times: a check takes none that matters.
fn place_case(case: &mut TestCase, file: &str) {
    case.set_classname(file).set_time(std::time::Duration::ZERO);
}
