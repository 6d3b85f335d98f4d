//! `wangge explain`: traces the results of one subject down to its records.

use super::args::ExplainArgs;
use super::problems::data_error;
use super::score::{load, threads};
use super::{Exit, Screen};
use crate::data::manifest::period_help;
use crate::data::run::observe;
use crate::diagnostic::Text;
use crate::model::Period;
use crate::report::explain::{ExplainError, Question, explain, text};

pub(super) fn run(args: &ExplainArgs, screen: &mut Screen) -> Exit {
    match answer(args, screen) {
        Ok(()) => Exit::Fine,
        Err(ExplainError::Data(error)) => data_error(&error, screen),
        Err(ExplainError::Unknown { message, help }) => {
            screen.error(&message);
            if let Some(help) = help {
                screen.help(&help);
            }
            Exit::Usage
        }
    }
}

fn answer(args: &ExplainArgs, screen: &mut Screen) -> Result<(), ExplainError> {
    let within = args.within.as_deref().map(days).transpose()?;
    let setup = load(&args.run, None, &[], false, screen)?;
    if let Some(within) = within.filter(|within| !within.window.meets(setup.period.window)) {
        let run = setup.period;
        return Err(ExplainError::Unknown {
            message: Text::new(
                format!("nothing of {within} lies in the period of this run, {run}"),
                format!("{within} 不在本次考核的时段 {run} 之内"),
            ),
            help: Some(Text::new("another period of the run is set by `--period`", "考核时段另用 `--period` 指定")),
        });
    }
    let observation = observe(&setup, threads(&args.run))?;
    let question = Question {
        subject: &args.subject,
        assessment: args.assessment.as_deref(),
        rule: args.rule.as_deref(),
        measure: args.measure.as_deref(),
        within: within.map(|within| within.window),
        all: args.all,
    };
    let explanations = explain(&setup, &observation, question)?;
    screen.out(&text::render(&explanations, screen.lang()));
    Ok(())
}

/// The days that `--within` names.
fn days(text: &str) -> Result<Period, ExplainError> {
    Period::parse(text).ok_or_else(|| ExplainError::Unknown {
        message: Text::new(format!("`--within {text}` is not a period"), format!("`--within {text}` 不是时段")),
        help: Some(period_help()),
    })
}
