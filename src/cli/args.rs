//! Arguments of every command, as the contract names them.

use crate::diagnostic::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Check policies for place-based duties, score records against them, and say why.
#[derive(Debug, Parser)]
#[command(name = "wangge", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// Language of messages.
    #[arg(long, global = true, value_enum, default_value_t = LangArg::En)]
    pub lang: LangArg,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// English
    En,
    /// 中文
    Zh,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::En => Lang::En,
            LangArg::Zh => Lang::Zh,
        }
    }
}

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read policies, manifests and tests and report what is wrong in them
    Check(CheckArgs),
    /// Score records against policies
    Score(Box<ScoreArgs>),
    /// Join the ledgers of parts
    Merge(MergeArgs),
    /// Trace the results of one subject down to its records
    Explain(ExplainArgs),
    /// Rewrite policies in their standard form, in place (`--check`: change nothing)
    Fmt(FmtArgs),
    /// Run the tests of policies
    Test(TestArgs),
    /// Write a policy, a manifest and sample data that score at once
    New(NewArgs),
    /// Explain a diagnostic by its code
    Code(CodeArgs),
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files or folders; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How diagnostics are printed
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// End with 1 on warnings too
    #[arg(long, value_name = "warnings")]
    pub deny: Option<Deny>,
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML
    Junit,
    /// Workflow commands of GitHub
    Github,
}

/// What `--deny` denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings
    Warnings,
}

/// Which run: shared by `score` and `explain`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The manifest
    pub manifest: PathBuf,
    /// Days of the run: 2024, 2024H1, 2024Q3, 2024-03, 2024-W05, a day, FROM..TO
    #[arg(long)]
    pub period: Option<String>,
    /// Up to when is known: a date or an instant
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Base of the manifest's relative paths (default: the manifest's folder)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Number of threads (default: all cores)
    #[arg(long, value_name = "N", value_parser = thread_count)]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// Arguments of `score`.
#[derive(Debug, Args)]
pub struct ScoreArgs {
    /// Which run.
    #[command(flatten)]
    pub run: RunArgs,
    /// Folder for the results; one that an earlier run wrote is replaced
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of the results
    #[arg(long, value_enum, default_value_t = OutFormat::Csv)]
    pub format: OutFormat,
    /// Which obligations findings list
    #[arg(long, value_enum, default_value_t = FindingsArg::Unmet)]
    pub findings: FindingsArg,
    /// End with 1 when a row was rejected
    #[arg(long)]
    pub strict: bool,
    /// Print nothing but errors
    #[arg(long)]
    pub quiet: bool,
    /// Begin CSV files with a byte order mark, for spreadsheets
    #[arg(long)]
    pub bom: bool,
    /// Write the hash of every input into run.json
    #[arg(long)]
    pub hash_inputs: bool,
    /// Keep what the records came to in this file, and go on with it: files that are in it are not read again
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Make the ledger anew from the files at hand
    #[arg(long, requires = "ledger", conflicts_with = "no_records")]
    pub replace: bool,
    /// Also score with a parameter of another value, in the same pass; several values by several flags, several parameters
    /// together joined by `;`
    #[arg(long, value_name = "PARAM=VALUE")]
    pub what_if: Vec<String>,
    /// Read no records but those of the ledger; their files need not be at hand
    #[arg(long, requires = "ledger")]
    pub no_records: bool,
}

/// Format of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OutFormat {
    /// CSV
    Csv,
    /// JSON, an array of objects a file
    Json,
    /// One workbook, a sheet a table
    #[cfg(feature = "xlsx")]
    Xlsx,
    /// Parquet, typed columns
    #[cfg(feature = "parquet")]
    Parquet,
}

/// Which obligations findings list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FindingsArg {
    /// Every one that is due
    All,
    /// Unmet and unknown ones
    Unmet,
    /// None
    None,
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Ledgers of the same policies and registers, each of other files
    #[arg(required = true, value_name = "LEDGER")]
    pub ledgers: Vec<PathBuf>,
    /// The joint ledger; one that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Print nothing but errors
    #[arg(long)]
    pub quiet: bool,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Which run.
    #[command(flatten)]
    pub run: RunArgs,
    /// Key of the subject
    #[arg(long, value_name = "ID")]
    pub subject: String,
    /// Only this assessment, counter or reward
    #[arg(long, value_name = "NAME")]
    pub assessment: Option<String>,
    /// Only this rule
    #[arg(long, value_name = "NAME")]
    pub rule: Option<String>,
    /// Only this measure
    #[arg(long, value_name = "NAME", conflicts_with_all = ["assessment", "rule"])]
    pub measure: Option<String>,
    /// Of the run's period only what these days hold: 2024Q3, 2024-03, a day, FROM..TO
    #[arg(long, value_name = "PERIOD")]
    pub within: Option<String>,
    /// Cut no list
    #[arg(long)]
    pub all: bool,
}

/// Arguments of `fmt`.
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Files or folders; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Change nothing; end with 1 when a file is not in standard form
    #[arg(long)]
    pub check: bool,
    /// Print these keywords (default: those of the file)
    #[arg(long, value_enum)]
    pub keywords: Option<LangArg>,
}

/// Arguments of `test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Test files (tests.yaml, *.test.yaml) or folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub format: TestFormat,
}

/// How results of tests are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    Human,
    /// JUnit XML
    Junit,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The folder to make
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Arguments of `code`.
#[derive(Debug, Args)]
pub struct CodeArgs {
    /// The code, such as WG0123 (default: a list of all)
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// A number of threads, from 1 on.
fn thread_count(text: &str) -> Result<std::num::NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "write a whole number from 1 on")
}
