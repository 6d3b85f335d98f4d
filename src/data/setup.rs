//! From a manifest to a run that can start: policies checked, parameters filled, files found, period known.

use super::as_of::{as_of, bad_as_of};
use super::bind::{Feed, bind};
use super::calendars::read_calendar;
use super::covered::coverage;
use super::decode::{BAD_SOURCE, Located};
use super::error::{BadFlag, DataError, NoPeriod, Rejected};
use super::files::{FileProblems, check_patterns, find_files};
use super::governs::govern;
use super::load::shown;
use super::manifest::{Content, GovernDecl, Manifest, Pairs, period_help};
use super::pass::Watch;
use super::policies::{PolicyTexts, choose, fill_param, load_policies, sort, unknown};
use super::read::DataFile;
use super::short_calendar::short_calendars;
use super::short_log::short_logs;
use super::short_run::{short_runs, without_results, without_starts};
use super::unsupplied::unsupplied;
use super::variants::add_variants;
use crate::check::codes::OPEN_PARAMETER;
use crate::check::has_errors;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::model::calendar::WorkCalendar;
use crate::model::{AsOf, Period, Policy};
use crate::program::RunSpec;
use crate::source::Sources;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What the command line says beside the manifest. Flags win.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// Folder of the data files; left out, the manifest's.
    pub data: Option<PathBuf>,
    /// `--period`.
    pub period: Option<String>,
    /// `--as-of`.
    pub as_of: Option<String>,
    /// A ledger is kept: accumulators serve every as-of in the period.
    pub keeps_ledger: bool,
    /// Records come from a ledger alone: their files need not be at hand.
    pub no_records: bool,
    /// Variants to score beside the policies: each `param=value`, several joined by `;`.
    pub what_if: Vec<String>,
}

/// Everything that a run needs, before any record is read.
#[derive(Debug)]
pub struct Setup {
    /// The manifest as the user named it.
    pub manifest_name: String,
    /// Texts of the manifest and the policies.
    pub sources: Sources,
    /// Warnings and notes.
    pub diagnostics: Vec<Diagnostic>,
    /// The policies to score, in order of name.
    pub policies: Vec<Policy>,
    /// For each policy, what the run is about.
    pub specs: Vec<RunSpec>,
    /// Entries of the manifest, bound.
    pub feeds: Vec<Feed>,
    /// Data files, in order of name.
    pub files: Vec<DataFile>,
    /// Which file is read by which feed: (file, feed), in that order.
    pub readings: Vec<(usize, usize)>,
    /// Files of calendars.
    pub calendar_files: Vec<DataFile>,
    /// The days of the run.
    pub period: Period,
    /// As-of, as written or derived.
    pub as_of: String,
    /// The parts of the tree that policies govern, as written.
    pub governs: Vec<GovernDecl>,
    /// Most rows that are read in one pass over the files.
    pub rows_max: u64,
    /// Who is told how far the reading has come.
    pub watch: Option<Watch>,
}

impl Setup {
    /// Reads the manifest and everything that it names but the records.
    pub fn load(path: &Path, options: &RunOptions) -> Result<Setup, DataError> {
        let Held { policies, manifest, sources, diagnostics, feeds } = hold(path, &options.what_if)?;
        let folder = path.parent().unwrap_or_else(|| Path::new("")).to_owned();
        let base = options.data.clone().unwrap_or(folder);
        let mut found = Vec::new();
        let mut problems = FileProblems::default();
        for (source, feed) in manifest.sources.iter().zip(&feeds) {
            if options.no_records && feed.kinds.iter().all(|kind| !kind.entity) {
                found.push(Vec::new());
                continue;
            }
            found.push(find_files(&source.files, &source.layout, &base, &sources, &mut problems));
        }
        problems.manifest.extend(read_twice(&manifest, &found));
        let mut calendar_files = Vec::new();
        for calendar in &manifest.calendars {
            calendar_files.push(find_files(&calendar.files, &calendar.layout, &base, &sources, &mut problems));
        }
        if !problems.manifest.is_empty() {
            return Err(Rejected { sources, diagnostics: problems.manifest, is_lost: false }.into());
        }
        if let Some(first) = problems.missing.pop() {
            return Err(DataError::several(first, problems.missing));
        }
        let mut calendars = Vec::new();
        for (decl, files) in manifest.calendars.iter().zip(&calendar_files) {
            calendars.push((decl.name.value.as_str(), read_calendar(decl, files)?));
        }
        let period = period(path, options, &manifest)?;
        let mut diagnostics = diagnostics;
        diagnostics.extend(short(&policies, &feeds, period, &calendars));
        let mut specs = Vec::new();
        for (at, policy) in policies.iter().enumerate() {
            specs.push(RunSpec {
                period,
                as_of: as_of(options, &manifest, period, policy)?,
                coverage: coverage(&feeds, at, period),
                calendars: calendars_of(policy, &calendars),
                any_as_of: options.keeps_ledger,
            });
        }
        let as_of = (options.as_of.clone())
            .or_else(|| manifest.as_of.as_ref().map(|as_of| as_of.value.clone()))
            .unwrap_or_else(|| period.window.end.to_string());
        let (files, readings) = order(found);
        Ok(Setup {
            manifest_name: shown(path),
            sources,
            diagnostics,
            policies,
            specs,
            feeds,
            files,
            readings,
            calendar_files: calendar_files.into_iter().flatten().collect(),
            period,
            as_of,
            governs: manifest.governs,
            rows_max: crate::limits::ROWS_MAX,
            watch: None,
        })
    }
}

/// Checks a manifest and its policies without opening data files, which need not be there. Errors only where a text cannot be
/// read.
pub fn check_manifest(path: &Path) -> Result<(Sources, Vec<Diagnostic>), DataError> {
    match hold(path, &[]) {
        Ok(Held { policies, manifest, sources, mut diagnostics, feeds }) => {
            // What `score` would refuse before it reads a record is refused here as well.
            let base = path.parent().unwrap_or_else(|| Path::new(""));
            let mut problems = FileProblems::default();
            let of = |source: &super::manifest::SourceDecl, problems: &mut FileProblems| {
                find_files(&source.files, &source.layout, base, &sources, problems)
            };
            let found: Vec<_> = manifest.sources.iter().map(|source| of(source, &mut problems)).collect();
            diagnostics.append(&mut problems.manifest);
            diagnostics.extend(read_twice(&manifest, &found));
            diagnostics.extend(cannot_start(&policies, &manifest, &feeds));
            let period = manifest.period.as_ref().map(|period| period.value);
            diagnostics.extend(period.into_iter().flat_map(|period| short(&policies, &feeds, period, &[])));
            sort(&mut diagnostics);
            Ok((sources, diagnostics))
        }
        Err(DataError::Rejected(Rejected { sources, diagnostics, is_lost: false })) => Ok((sources, diagnostics)),
        Err(error) => Err(error),
    }
}

/// Rules that look back on days before the first that the sources cover, ceilings over a time that begins before the run, rules
/// that read results of which it has none, and values that count workdays on days which a calendar does not cover: one of the
/// policies, or one that was `read`.
fn short(policies: &[Policy], feeds: &[Feed], period: Period, read: &[(&str, WorkCalendar)]) -> Vec<Diagnostic> {
    let of = |(at, policy)| {
        let mut found = short_logs(policy, &coverage(feeds, at, period), period.window);
        found.extend(short_runs(policy, period.window));
        found.extend(without_results(policy, period.window));
        found.extend(without_starts(policy, period.window));
        found.extend(short_calendars(policy, &calendars_of(policy, read), period.window));
        found
    };
    policies.iter().enumerate().flat_map(of).collect()
}

/// A manifest that holds against its policies.
struct Held {
    policies: Vec<Policy>,
    manifest: Manifest,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    feeds: Vec<Feed>,
}

fn hold(path: &Path, what_if: &[String]) -> Result<Held, DataError> {
    let (policies, PolicyTexts { manifest, sources, mut diagnostics, extended }) = load_policies(path)?;
    let mut problems = Vec::new();
    let mut policies = choose(policies, &manifest, &extended, &mut problems);
    for (name, value) in &manifest.params {
        fill_param(&mut policies, name, value, &mut problems);
    }
    let filled = |d: &Diagnostic| {
        let mut params = policies.iter().flat_map(|policy| policy.params.iter());
        params.any(|param| param.span == d.primary.span && param.value.is_some())
    };
    diagnostics.retain(|d| d.code != OPEN_PARAMETER || !filled(d));
    if problems.is_empty() {
        // Variants are made of policies that know their part.
        let found = govern(&mut policies, &manifest.governs);
        let (bad, told): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.severity == Severity::Error);
        problems.extend(bad);
        diagnostics.extend(told);
    }
    add_variants(&mut policies, what_if)?;
    let (feeds, bad) = bind(&manifest, &policies);
    problems.extend(bad);
    for source in &manifest.sources {
        problems.extend(check_patterns(&source.files, &source.layout));
    }
    for calendar in &manifest.calendars {
        check_calendar(&policies, &calendar.name, &mut problems);
        problems.extend(check_patterns(&calendar.files, &calendar.layout));
    }
    problems.extend(bad_as_of(&manifest, &policies));
    if problems.is_empty() && !has_errors(&diagnostics) {
        diagnostics.extend(unsupplied(&policies, &feeds));
        return Ok(Held { policies, manifest, sources, diagnostics, feeds });
    }
    diagnostics.append(&mut problems);
    sort(&mut diagnostics);
    Err(Rejected { sources, diagnostics, is_lost: false }.into())
}

/// Why a run of the manifest's own period cannot start, whatever the records say.
fn cannot_start(policies: &[Policy], manifest: &Manifest, feeds: &[Feed]) -> Vec<Diagnostic> {
    let Some(period) = &manifest.period else { return Vec::new() };
    let mut problems = Vec::new();
    for (at, policy) in policies.iter().enumerate() {
        // Files of calendars are read when the run is.
        let named = |name: &str| manifest.calendars.iter().any(|calendar| calendar.name.value == name);
        let empty = || WorkCalendar::new(period.value.window.start, Vec::new());
        let open = policy.calendars.entries().filter(|(_, calendar)| calendar.days.is_none() && named(&calendar.name));
        let calendars = open.map(|(id, _)| (id, empty())).collect();
        let spec = RunSpec {
            period: period.value,
            as_of: AsOf::day(period.value.window.end),
            coverage: coverage(feeds, at, period.value),
            calendars,
            any_as_of: false,
        };
        if let Err((_, error)) = crate::program::Program::compile_all(&[(policy, &spec)]) {
            let (text, _) = super::stops::compile_stopped(policy, &error).texts();
            problems.push(Diagnostic::error(BAD_SOURCE, period.span, text));
        }
    }
    problems
}

/// A calendar of the manifest is one that some policy leaves to the data.
fn check_calendar(policies: &[Policy], name: &Located<String>, problems: &mut Vec<Diagnostic>) {
    let all: Vec<_> = policies.iter().flat_map(|policy| policy.calendars.iter()).collect();
    let named: Vec<_> = all.iter().filter(|calendar| calendar.name == name.value).collect();
    if named.is_empty() {
        let known: BTreeSet<String> = all.iter().map(|calendar| calendar.name.clone()).collect();
        problems.push(unknown(name, ("calendar", "日历"), &known.into_iter().collect::<Vec<_>>()));
    } else if named.iter().all(|calendar| calendar.days.is_some()) {
        let message = Text::new(
            format!("calendar `{}` has its days in the policy", name.value),
            format!("日历 `{}` 已在政策中写明各日", name.value),
        );
        let help = Text::new("write `calendar NAME from data` there", "请在政策中写作 `日历 名称 来自 数据`");
        problems.push(Diagnostic::error(BAD_SOURCE, name.span, message).with_help(help));
    }
}

fn calendars_of(policy: &Policy, read: &[(&str, WorkCalendar)]) -> BTreeMap<crate::model::CalendarId, WorkCalendar> {
    let open = policy.calendars.entries().filter(|(_, calendar)| calendar.days.is_none());
    open.filter_map(|(id, calendar)| {
        let (_, days) = read.iter().find(|(name, _)| *name == calendar.name)?;
        Some((id, days.clone()))
    })
    .collect()
}

fn period(path: &Path, options: &RunOptions, manifest: &Manifest) -> Result<Period, DataError> {
    if let Some(text) = &options.period {
        return Period::parse(text)
            .ok_or_else(|| BadFlag { flag: "--period", value: text.clone(), help: period_help() }.into());
    }
    match &manifest.period {
        Some(period) => Ok(period.value),
        None => Err(NoPeriod { manifest: shown(path) }.into()),
    }
}

/// Sources that read a file as the same records as a source before them: every row would count twice.
/// The same file with other columns or constants is another reading of its rows, and fine.
fn read_twice(manifest: &Manifest, found: &[Vec<DataFile>]) -> Vec<Diagnostic> {
    let texts = |pairs: &Pairs| -> Vec<(String, String)> {
        pairs.iter().map(|(field, column)| (field.value.clone(), column.value.clone())).collect()
    };
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (source, files) in manifest.sources.iter().zip(found) {
        let Content::One(kind) = &source.content else { continue };
        for file in files {
            let place = (file.real.clone(), file.sheet.clone());
            let reading = (place, kind.name.value.clone(), texts(&kind.columns), texts(&kind.constants));
            if !seen.insert(reading) {
                let (file, kind) = (&file.name, &kind.name.value);
                let message = Text::new(
                    format!("`{file}` is read as `{kind}` by a source before this one: its rows would count twice"),
                    format!("前面的来源已将 `{file}` 读作`{kind}`，其各行会被计算两次"),
                );
                problems.push(Diagnostic::error(BAD_SOURCE, source.span, message));
            }
        }
    }
    problems
}

/// All files once, in order of name, and which feed reads which.
fn order(found: Vec<Vec<DataFile>>) -> (Vec<DataFile>, Vec<(usize, usize)>) {
    let mut files: Vec<DataFile> = found.iter().flatten().cloned().collect();
    let key = |file: &DataFile| (file.name.clone(), format!("{:?}", (file.format, file.header_row, file.encoding)));
    files.sort_by_key(key);
    files.dedup();
    let mut readings = Vec::new();
    for (at, file) in files.iter().enumerate() {
        readings.extend(found.iter().enumerate().filter(|(_, of)| of.contains(file)).map(|(feed, _)| (at, feed)));
    }
    (files, readings)
}
