//! Manifests, readers and runs on small folders of files.

mod bad_input;
mod evidence;
mod formats;
mod given;
mod governs;
mod joined;
mod manifest;
mod mutations;
#[cfg(feature = "parquet")]
mod parquet;
mod runs;
mod threads;

use std::path::Path;
use tempfile::TempDir;
use wangge::data::error::DataError;
use wangge::data::run::{Observation, observe};
use wangge::data::setup::{RunOptions, Setup};
use wangge::diagnostic::Lang;
use wangge::model::FindingFilter;

/// A policy with a register, two record kinds, a parameter and a calendar.
const POLICY: &str = r#"
政策 甲镇 {
    施行 自 2020-01-01
    日历 工作日历 来自 数据
    实体 网格 { 主键 编号：文本 }
    实体 住户 { 主键 编号：整数  网格：网格  等级：取一 { 一级 "1"、二级 } }
    记录 走访 {
        主键 编号：文本
        时间 日期：时刻
        住户：住户
        结果：取一 { 见面 "met"、未见 }
        备注：文本 可空
        关注：取多 { 老人、儿童 } 可空
    }
    记录 诉求 { 主键 编号：整数  时间 受理：时刻  网格：网格  办结：时刻 可空 }
    参数 办结时限：工作日 = 待定
    规则 每月走访 ：每个 住户 有 至少 1 次 走访 其中 结果 = 见面 每月
    规则 限时办结 ：每个 诉求 达到 办结 限 办结时限 自 受理 按日历 工作日历
}
"#;

const MANIFEST: &str = r#"
policies: policy.wg
period: 2024-01
params: { 办结时限: 2 工作日 }
calendars:
  工作日历: { files: calendar.csv, date: 日期, workday: 工作日 }
sources:
  - { kind: 网格, files: grids.yaml }
  - kind: 住户
    files: households.csv
    columns: { 编号: id, 网格: grid }
    since: from
    until: to
  - kind: 走访
    files: "visits/*.csv"
    complete: period
    ids: unique
    values: { 结果: { 不在: 未见 } }
  - files: cases.jsonl
    kind_column: type
    kinds:
      case: { kind: 诉求, complete: { from: 2023-12-01, to: 2024-02-29 } }
      other: skip
"#;

/// A folder with these files beside policy and manifest.
pub fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![("policy.wg", POLICY), ("manifest.yaml", MANIFEST)];
    all.extend_from_slice(DATA);
    all.extend_from_slice(files);
    for (name, text) in all {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

const DATA: &[(&str, &str)] = &[
    ("grids.yaml", "- 编号: G1\n- 编号: G2\n"),
    (
        "households.csv",
        "id,grid,等级,from,to\n1,G1,一级,,\n2,G1,1,2024-01-01,\n3,G2,二级,,2024-01-15\n3,G1,二级,2024-01-16,\n",
    ),
    ("visits/a.csv", "编号,日期,住户,结果\nV1,2024-01-03 09:00,1,见面\nV2,2024-01-04,2,不在\n"),
    ("visits/b.csv", "编号,日期,住户,结果,备注,关注\nV3,2024-01-05,3,met,\"两\n行\",老人;儿童\n"),
    (
        "cases.jsonl",
        "{\"type\":\"case\",\"编号\":1,\"受理\":\"2024-01-05\",\"网格\":\"G1\",\"办结\":\"2024-01-09\"}\n{\"type\":\"other\"}\n{\"type\":\"case\",\"编号\":2,\"受理\":\"2024-01-05\",\"网格\":\"G2\"}\n",
    ),
    ("calendar.csv", CALENDAR),
];

const CALENDAR: &str =
    "日期,工作日\n2024-01-05,1\n2024-01-06,0\n2024-01-07,0\n2024-01-08,1\n2024-01-09,1\n2024-01-10,1\n2024-01-11,1\n";

pub fn load(folder: &Path, options: &RunOptions) -> Result<Setup, DataError> {
    Setup::load(&folder.join("manifest.yaml"), options)
}

/// What a run gives, as text: counts a file, rejects, rules. Or the error.
fn run_with(folder: &Path, options: &RunOptions, threads: usize) -> String {
    let done = load(folder, options).and_then(|setup| {
        let seen = observe(&setup, threads)?;
        let shown = show(&setup, &seen)?;
        Ok(shown)
    });
    match done {
        Ok(shown) => shown,
        Err(DataError::Rejected(rejected)) => {
            let shown = rejected.diagnostics.iter().map(|d| {
                let source = rejected.sources.get(d.primary.span.source).unwrap();
                let at = source.line_column(d.primary.span.start);
                let name = Path::new(&source.name).file_name().unwrap().to_string_lossy().into_owned();
                let help = d.help.as_ref().map(|help| format!(" ({})", help.en)).unwrap_or_default();
                format!("{name}:{}:{} {} {}{help}", at.line, at.column, d.code, d.message.en)
            });
            shown.collect::<Vec<_>>().join("\n")
        }
        Err(error) => {
            let shown = format!("{:?} {}", error.kind(), error.in_lang(Lang::En));
            shown.replace(&folder.display().to_string(), "DIR")
        }
    }
}

fn run(folder: &Path) -> String {
    run_with(folder, &RunOptions::default(), 1)
}

fn show(setup: &Setup, seen: &Observation) -> Result<String, DataError> {
    let mut lines = Vec::new();
    for (file, counts) in setup.files.iter().zip(&seen.inputs) {
        let wangge::data::run::InputCounts { read, used, rejected, copies, left_out, bounded, reversed, twice } =
            counts;
        let bounded = if *bounded > 0 { format!(" bounded {bounded}") } else { String::new() };
        let reversed = if *reversed > 0 { format!(" reversed {reversed}") } else { String::new() };
        let twice = if *twice > 0 { format!(" twice {twice}") } else { String::new() };
        lines.push(format!(
            "{}: read {read} used {used} rejected {rejected} copies {copies} later {left_out}{bounded}{reversed}{twice}",
            file.name
        ));
    }
    for reject in &seen.rejects {
        let reason = reject.reason.text().en;
        lines.push(format!(
            "{}:{} {}={} {reason}",
            reject.file,
            reject.line,
            reject.column,
            reject.value.escape_debug()
        ));
    }
    for (policy, results) in setup.policies.iter().zip(seen.judge(FindingFilter::None, &mut |_, _| {})?) {
        for (rule, c) in policy.rules.iter().zip(&results.rules) {
            let counts = [c.met, c.unmet, c.pending, c.unknown].map(|n| n.to_string()).join("/");
            lines.push(format!("{} {}: {counts}", policy.name, rule.name));
        }
    }
    Ok(lines.join("\n"))
}
