//! Scores a manifest through the library: `cargo run --example link -- MANIFEST [DATA]`.
//!
//! Prints each score with its grade and the first things that were not done. What the command
//! `wangge score` writes into files is here at hand as values.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example shows what it does")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use wangge::data::error::DataError;
use wangge::data::run::observe;
use wangge::data::setup::{RunOptions, Setup};
use wangge::diagnostic::{Lang, human};
use wangge::model::FindingFilter;

/// Things not done that are printed.
const SHOWN: usize = 10;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let manifest = args.next().unwrap_or_else(|| "examples/new/en/manifest.yaml".to_owned());
    match score(Path::new(&manifest), args.next().map(PathBuf::from)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if let DataError::Rejected(rejected) = &error {
                eprint!("{}", human::render(&rejected.diagnostics, &rejected.sources, Lang::En));
            }
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn score(manifest: &Path, data: Option<PathBuf>) -> Result<(), DataError> {
    let setup = Setup::load(manifest, &RunOptions { data, ..RunOptions::default() })?;
    let observation = observe(&setup, 2)?;
    for reject in observation.rejects.iter().take(SHOWN) {
        println!("rejected {}:{} {}: {}", reject.file, reject.line, reject.value, reject.reason.text().en);
    }
    let mut unmet = 0;
    let results = observation.judge(FindingFilter::Unmet, &mut |policy, finding| {
        unmet += 1;
        if unmet <= SHOWN {
            let rule = &policy.rules[finding.rule];
            let shown = finding.measured.iter().map(ToString::to_string).collect::<Vec<_>>().join(";");
            println!(
                "{} {} ({}) {} from {}: {shown}",
                finding.outcome.word(),
                rule.name,
                rule.cites.join(", "),
                finding.subject,
                finding.start
            );
        }
    })?;
    println!("{unmet} obligations are unmet or unknown");
    for (policy, results) in setup.policies.iter().zip(&results) {
        for score in &results.scores {
            let assessment = &policy.assessments[score.assessment];
            let grade = score.grade.and_then(|grade| assessment.grades.get(grade as usize));
            println!(
                "{} {} {}: {} {}",
                assessment.name,
                score.subject,
                score.period,
                score.points.map_or_else(|| "not scored".to_owned(), |points| points.to_places(assessment.places)),
                grade.map_or("", |grade| grade.name.as_str())
            );
        }
    }
    Ok(())
}
