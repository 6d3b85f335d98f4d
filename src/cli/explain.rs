//! `wangge explain`: traces the results of one subject down to its records.

use super::args::ExplainArgs;
use super::problems::data_error;
use super::score::{load, threads};
use super::{Exit, Screen};
use crate::data::run::observe;
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
    let setup = load(&args.run, None, &[], false, screen)?;
    let observation = observe(&setup, threads(&args.run))?;
    let question = Question {
        subject: &args.subject,
        assessment: args.assessment.as_deref(),
        rule: args.rule.as_deref(),
        all: args.all,
    };
    let explanations = explain(&setup, &observation, question)?;
    screen.out(&text::render(&explanations, screen.lang()));
    Ok(())
}
