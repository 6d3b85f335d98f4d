//! Parts of a run, each by itself: `cargo bench --bench parts`. What is scored is the sample town's year.
//!
//! For a part alone: `cargo bench --bench parts -- judge`.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

#[path = "../examples/town/generator/mod.rs"]
mod generator;

use divan::Bencher;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use wangge::data::load::Loaded;
use wangge::data::run::{Observation, observe};
use wangge::data::setup::{RunOptions, Setup};
use wangge::model::FindingFilter;
use wangge::syntax::{format, parse};

fn main() {
    divan::main();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every policy and vocabulary of `policies/`, as text.
fn texts() -> Vec<String> {
    let mut files: Vec<PathBuf> = Vec::new();
    let mut folders = vec![root().join("policies")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "wg") {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

/// The sample town's data, made once.
fn town() -> &'static Setup {
    static TOWN: OnceLock<(tempfile::TempDir, Setup)> = OnceLock::new();
    let (_, setup) = TOWN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        generator::write_town(folder.path(), 20_240_101).unwrap();
        let options = RunOptions { data: Some(folder.path().to_owned()), ..RunOptions::default() };
        let setup = Setup::load(&root().join("examples/town/manifest.yaml"), &options).unwrap();
        (folder, setup)
    });
    setup
}

fn observed() -> &'static Observation {
    static OBSERVED: OnceLock<Observation> = OnceLock::new();
    OBSERVED.get_or_init(|| observe(town(), 1).unwrap())
}

#[divan::bench]
fn parse_policies(bencher: Bencher<'_, '_>) {
    let texts = texts();
    bencher.bench(|| texts.iter().map(|text| parse(wangge::source::SourceId(0), text).1.len()).sum::<usize>());
}

#[divan::bench]
fn check_policies(bencher: Bencher<'_, '_>) {
    let mut loaded = Loaded::new(parse);
    for folder in ["SZ/plan.wg", "LA/plan.wg", "WJ/plan.wg"] {
        loaded.add_file(&root().join("policies").join(folder)).unwrap();
    }
    bencher.bench(|| wangge::check::check(&loaded.files, &loaded.sources).policies.len());
}

#[divan::bench]
fn format_policies(bencher: Bencher<'_, '_>) {
    let texts = texts();
    bencher.bench(|| {
        texts.iter().map(|text| format(wangge::source::SourceId(0), text, None).map_or(0, |t| t.len())).sum::<usize>()
    });
}

/// Registers and records from files to ledgers.
#[divan::bench(args = [1, 2], sample_count = 10)]
fn read_and_observe(bencher: Bencher<'_, '_>, threads: usize) {
    let setup = town();
    bencher.bench(|| observe(setup, threads).unwrap().inputs.len());
}

#[divan::bench(sample_count = 10)]
fn judge_without_findings(bencher: Bencher<'_, '_>) {
    let observation = observed();
    bencher.bench(|| observation.judge(FindingFilter::None, &mut |_, _| {}).unwrap().len());
}

#[divan::bench(sample_count = 10)]
fn judge_with_findings(bencher: Bencher<'_, '_>) {
    let observation = observed();
    bencher.bench(|| {
        let mut count = 0u64;
        observation.judge(FindingFilter::All, &mut |_, _| count += 1).unwrap();
        count
    });
}
