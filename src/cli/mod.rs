//! The command line: one file a command. All work is done by the library; here stand arguments,
//! what is printed, and exit codes.

mod args;
mod check;
mod code;
mod exit;
mod explain;
mod files;
mod fmt;
mod inputs;
mod interrupt;
mod merge;
mod new;
mod problems;
mod progress;
mod score;
mod screen;
mod summary;
mod test;
mod test_report;
mod zh;

pub use args::Cli;
pub use exit::Exit;

use crate::diagnostic::Lang;
use args::Command;
use clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
use clap::{CommandFactory, FromArgMatches};
use screen::Screen;
use std::ffi::OsString;
use std::process::ExitCode;

/// Runs the command that the arguments name.
#[must_use]
pub fn main() -> ExitCode {
    quiet_workbooks();
    let args: Vec<OsString> = std::env::args_os().collect();
    let chinese = zh::is_asked(&args);
    let command = if chinese { zh::translated(Cli::command()) } else { Cli::command() };
    let cli = match command.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) if chinese && error.use_stderr() && error.kind() != DisplayHelpOnMissingArgumentOrSubcommand => {
            zh::print_error(&error, &mut Screen::new(Lang::Zh));
            return Exit::Usage.into();
        }
        Err(error) => {
            // Help and version are no mistakes: clap prints them to standard output and ends with 0.
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Fine };
            // A reader that has gone away is no mistake either.
            let _ = error.print();
            return code.into();
        }
    };
    let mut screen = Screen::new(cli.lang.into());
    let exit = run(cli.command, &mut screen);
    if screen.is_lost() {
        screen.error(&crate::diagnostic::Text::new(
            "standard output does not take the results (is the disk full?)",
            "结果无法写入标准输出（磁盘已满？）",
        ));
        return Exit::Usage.into();
    }
    exit.into()
}

/// The library for workbooks stops its thread where the disk is full: that is told as an error, not as a slip of the program.
fn quiet_workbooks() {
    #[cfg(feature = "xlsx")]
    {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some(crate::report::workbook::THREAD) {
                usual(info);
            }
        }));
    }
}

fn run(command: Command, screen: &mut Screen) -> Exit {
    match command {
        Command::Check(args) => check::run(&args, screen),
        Command::Score(args) => score::run(&args, screen),
        Command::Merge(args) => merge::run(&args, screen),
        Command::Explain(args) => explain::run(&args, screen),
        Command::Fmt(args) => fmt::run(&args, screen),
        Command::Test(args) => test::run(&args, screen),
        Command::New(args) => new::run(&args, screen),
        Command::Code(args) => code::run(&args, screen),
    }
}
