//! `wangge score`: a manifest to the files of a run and a summary on the terminal.

use super::args::{FindingsArg, OutFormat, RunArgs, ScoreArgs};
use super::inputs::{inputs, total};
use super::problems::{data_error, report_error};
use super::summary::PolicySummary;
use super::{Exit, Screen, interrupt, progress};
use crate::data::error::DataError;
use crate::data::ledger::Keep;
use crate::data::run::{Observation, observe_keeping};
use crate::data::setup::{RunOptions, Setup};
use crate::diagnostic::{Severity, Text, human};
use crate::engine::changed::{ChangedDate, changed_dates};
use crate::model::FindingFilter;
use crate::report::{
    Format, Open, OpenRows, RejectRow, Report, ReportError, ReportOptions, RunInfo, Seconds, UnsureCounter,
};
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::Instant;

/// Why a run ended early.
enum Stop {
    Data(DataError),
    Report(ReportError),
}

impl From<DataError> for Stop {
    fn from(error: DataError) -> Stop {
        Stop::Data(error)
    }
}

impl From<ReportError> for Stop {
    fn from(error: ReportError) -> Stop {
        Stop::Report(error)
    }
}

pub(super) fn run(args: &ScoreArgs, screen: &mut Screen) -> Exit {
    match score(args, screen) {
        Ok(exit) => exit,
        Err(Stop::Data(error)) => data_error(&error, screen),
        Err(Stop::Report(error)) => report_error(&error, screen),
    }
}

/// Reads the manifest and its policies; prints their warnings.
pub(super) fn load(
    args: &RunArgs,
    keep: Option<&Keep>,
    what_if: &[String],
    quiet: bool,
    screen: &mut Screen,
) -> Result<Setup, DataError> {
    let options = RunOptions {
        data: args.data.clone(),
        period: args.period.clone(),
        as_of: args.as_of.clone(),
        keeps_ledger: keep.is_some(),
        no_records: keep.is_some_and(|keep| keep.only),
        what_if: what_if.to_vec(),
    };
    let setup = Setup::load(&args.manifest, &options)?;
    let warnings: Vec<_> = setup.diagnostics.iter().filter(|d| d.severity >= Severity::Warning).cloned().collect();
    if !warnings.is_empty() && !quiet {
        screen.err(&human::render_styled(&warnings, &setup.sources, screen.lang()));
    }
    Ok(setup)
}

/// Number of workers: as asked for, else one a core.
pub(super) fn threads(args: &RunArgs) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    args.threads.map_or_else(cores, std::num::NonZero::get).min(crate::limits::THREADS_MAX)
}

fn score(args: &ScoreArgs, screen: &mut Screen) -> Result<Exit, Stop> {
    let started = Instant::now();
    let keep = (args.ledger.clone()).map(|path| Keep { path, replace: args.replace, only: args.no_records });
    interrupt::watch(screen.lang());
    let mut setup = load(&args.run, keep.as_ref(), &args.what_if, args.quiet, screen)?;
    if !args.quiet {
        setup.watch = progress::watch(screen.lang());
    }
    let format = match args.format {
        OutFormat::Csv => Format::Csv,
        OutFormat::Json => Format::Json,
        #[cfg(feature = "xlsx")]
        OutFormat::Xlsx => Format::Xlsx,
        #[cfg(feature = "parquet")]
        OutFormat::Parquet => Format::Parquet,
    };
    // The folder is claimed before the records are read: nobody waits for a run that cannot be written.
    let options = ReportOptions { format, bom: args.bom };
    let report = args.out.as_ref().map(|out| Report::create(out, options)).transpose()?;
    let (observation, ledger) = observe_keeping(&setup, threads(&args.run), keep.as_ref())?;
    let filter = match args.findings {
        FindingsArg::All => FindingFilter::All,
        FindingsArg::Unmet => FindingFilter::Unmet,
        FindingsArg::None => FindingFilter::None,
    };
    let mut finding_count = 0;
    let (mut summaries, mut open_rows, mut open_counters) = (Vec::new(), Vec::new(), Vec::new());
    // What could be written so far; findings and results come by turns.
    let written = RefCell::new((report, Ok(())));
    observation.judge_each(
        filter,
        &mut |policy, finding| {
            finding_count += 1;
            if let (Some(report), done @ Ok(())) = &mut *written.borrow_mut() {
                *done = report.finding(policy, finding);
            }
        },
        &mut |first, all| {
            let pairs: Vec<_> = setup.policies.iter().skip(first).zip(&all).collect();
            for ((policy, results), program) in pairs.iter().zip(observation.programs.iter().skip(first)) {
                open_rows.extend(OpenRows::of(policy, program.spec().as_of, results));
                open_counters.extend(UnsureCounter::of(policy, results));
                summaries.push(PolicySummary::new(policy, results));
            }
            if let (Some(report), done @ Ok(())) = &mut *written.borrow_mut() {
                *done = report.results(threads(&args.run), &pairs);
            }
        },
    )?;
    let (report, done) = written.into_inner();
    done?;
    let rows = total(&observation.inputs, &observation.earlier);
    let mut place = None;
    if let Some(mut report) = report {
        for reject in &observation.rejects {
            let text = reject.reason.text();
            report.reject(&RejectRow {
                file: &reject.file,
                line: (reject.line > 0).then_some(reject.line),
                column: &reject.column,
                value: &reject.value,
                reason: text.in_lang(screen.lang()),
            })?;
        }
        let inputs = inputs(&setup, &observation.inputs, args.hash_inputs).map_err(|e| Stop::Data(e.into()))?;
        let of_sort = |what: Open| open_rows.iter().filter(|open| open.what == what).cloned().collect();
        let run = RunInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            manifest: setup.manifest_name.clone(),
            policies: setup.policies.iter().map(|policy| policy.name.clone()).collect(),
            period: setup.period.to_string(),
            as_of: setup.as_of.clone(),
            inputs,
            rows,
            unique_ids: observation.unique_kinds.clone(),
            unknown_records: observation.dangling.clone(),
            unknown_scopes: of_sort(Open::Scope),
            unsure_results: of_sort(Open::Result),
            unsure_counters: open_counters.clone(),
            findings: finding_count,
            seconds: Seconds(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
        };
        report.commit(&run)?;
        place.clone_from(&args.out);
    }
    if let Some(ledger) = ledger {
        ledger.commit()?;
    }
    if !args.quiet {
        for summary in &summaries {
            summary.print(screen);
        }
        close(&setup, rows, finding_count, place, screen);
        if let Some(keep) = &keep {
            say_kept(keep, &observation, screen);
        }
    }
    for (file, column, near) in observation.passed_over.iter().filter(|_| !args.quiet) {
        screen.warning(&Text::new(
            format!(
                "{file} has no column `{column}`, so that field is empty; its column `{near}` is not read (map it under `columns:` if it is meant)"
            ),
            format!("{file} 没有 `{column}` 列，该字段为空；其中 `{near}` 列没有用到（如即指此列，请在 `columns:` 中对应）"),
        ));
    }
    for dangling in observation.dangling.iter().filter(|_| !args.quiet) {
        screen.warning(&dangling.text());
        screen.help(&dangling.help());
    }
    for open in open_rows.iter().filter(|_| !args.quiet) {
        screen.warning(&open.text());
        screen.help(&open.help());
    }
    for open in open_counters.iter().filter(|_| !args.quiet) {
        screen.warning(&open.text());
        screen.help(&open.help());
    }
    if let Some(left_out) = observation.left_out.iter().find(|_| !args.quiet) {
        screen.warning(&left_out.text());
    }
    let programs = observation.programs.iter().filter(|_| !args.quiet);
    for (name, window) in programs.flat_map(crate::program::Program::without_periods) {
        let period = crate::model::Period::new(window);
        let (from, to) = (window.start, window.last());
        let run = setup.period;
        screen.warning(&Text::new(
            format!("no whole period of `{name}` lies in {run}, so it gives no result; one is {period}: `--period {from}..{to}`"),
            format!("{run} 内没有 `{name}` 的完整周期，因此没有结果；其一为 {period}：`--period {from}..{to}`"),
        ));
    }
    if !args.quiet {
        say_changed(&observation, screen);
    }
    // The process ends: what it holds need not be given back piece by piece.
    std::mem::forget(observation);
    Ok(rejected(args.strict, rows.rows_rejected, args.quiet, screen))
}

/// The lines below the tables.
fn close(
    setup: &Setup,
    rows: crate::report::RowCounts,
    finding_count: u64,
    place: Option<PathBuf>,
    screen: &mut Screen,
) {
    let (period, as_of) = (setup.period, &setup.as_of);
    screen.line(&screen.say(format!("period {period}, as of {as_of}"), format!("时段 {period}，截至 {as_of}")));
    let (read, used, rejected) = (rows.rows_read, rows.rows_used, rows.rows_rejected);
    let (copies, later) = (rows.rows_copies, rows.rows_after_as_of);
    screen.line(&screen.say(
        format!("rows: {read} read, {used} used, {rejected} rejected, {copies} copies, {later} after as-of"),
        format!("数据行：读取 {read}，采用 {used}，退回 {rejected}，重复 {copies}，截至日之后 {later}"),
    ));
    let (bounded, reversed, twice) = (rows.rows_bounded, rows.rows_reversed, rows.rows_twice);
    let told = [
        (
            bounded,
            format!(
                "{bounded} rows hold a number outside the bounds in which it is given; the nearer bound stands for it"
            ),
            format!("有 {bounded} 行的评定数值越界，已取最近的界限"),
        ),
        (
            reversed,
            format!(
                "{reversed} rows end before they start: a record counts as if it ended at its start, a waiver or stand-in holds on no day (`rows_reversed` of each file in run.json)"
            ),
            format!(
                "有 {reversed} 行结束早于开始：记录按开始时即结束计，豁免和代班则不生效（各文件见 run.json 的 `rows_reversed`）"
            ),
        ),
        (
            twice,
            format!(
                "{twice} rows hold a time in an hour that the clock shows twice, when it is set back: it is read as the first, so that a time span from or to it may be an hour off (`rows_twice` of each file in run.json)"
            ),
            format!(
                "有 {twice} 行的时刻落在时钟回拨、重复出现的一小时内：一律按第一次出现读取，以其起止的时长可能相差一小时（各文件见 run.json 的 `rows_twice`）"
            ),
        ),
    ];
    for (_, en, zh) in told.into_iter().filter(|(rows, ..)| *rows > 0) {
        screen.line(&screen.say(en, zh));
    }
    if setup.specs.iter().any(|spec| spec.period.window.start > spec.as_of.reference()) {
        screen.line(&screen.say(
            "the period begins after as-of: nothing of it has come about yet".to_owned(),
            "时段在截至日之后才开始：尚无结果可言".to_owned(),
        ));
    } else if setup.specs.iter().any(|spec| !spec.as_of.has_ended(spec.period.window.end)) {
        screen.line(
            &screen.say(
                "the period still runs: scores of what has not ended are interim, and bring no award, pay or sanction"
                    .to_owned(),
                "时段尚未结束：未结束各期的成绩只是期中情况，不据以授奖、付款或处理".to_owned(),
            ),
        );
    }
    if let Some(place) = place {
        let place = place.display();
        screen.line(&screen.say(
            format!("{finding_count} findings; files are in {place}"),
            format!("认定结果 {finding_count} 条；文件在 {place}"),
        ));
    }
}

/// Dates that start no term, because a later version of their row has another.
fn say_changed(observation: &Observation, screen: &mut Screen) {
    for (program, registers, _) in observation.runs() {
        for ChangedDate { rule, field, subjects, example } in changed_dates(program, registers) {
            screen.warning(&Text::new(
                format!(
                    "`{rule}` goes by `{field}` as it stands at the end of the period; another date, which an earlier version of the row has, does not count: {subjects} in all, such as `{example}`"
                ),
                format!("`{rule}`按期末登记的`{field}`计；较早版本中的另一日期不计：共 {subjects} 个对象，如`{example}`"),
            ));
            screen.help(&Text::new(
                "where each date counts, keep them as records and write the rule for each record",
                "如各日期都应计，请将其作为记录，规则针对每条记录",
            ));
        }
    }
}

/// What the ledger holds now.
fn say_kept(keep: &Keep, observation: &Observation, screen: &mut Screen) {
    let (path, earlier) = (keep.path.display(), &observation.earlier);
    let (known, others) = (earlier.known_count, earlier.files.len());
    screen.line(&screen.say(
        format!("ledger {path}: {known} files of this run were in it, {others} more are of earlier runs"),
        format!("汇总账 {path}：本次文件中 {known} 个已在其中，另有 {others} 个来自以往运行"),
    ));
}

/// The end of a run with rejects.
fn rejected(strict: bool, count: u64, quiet: bool, screen: &mut Screen) -> Exit {
    if count == 0 || (quiet && !strict) {
        return Exit::Fine;
    }
    let text = Text::new(
        format!("{count} rows could not be used; `rejects` lists each with its reason"),
        format!("有 {count} 行数据无法采用，逐行原因见 `rejects`"),
    );
    if strict {
        screen.error(&text);
        return Exit::Wanting;
    }
    screen.warning(&text);
    Exit::Fine
}
