//! Feeds columns without a file: `cargo run --example columns`.
//!
//! A policy in Chinese keywords, a register and a month of rounds that stand in memory as columns, two
//! ledgers that are observed apart and merged, and a judgement with points and reasons.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use wangge::diagnostic::{Lang, human};
use wangge::engine::batch::{Batch, Bitmap, Column, Values};
use wangge::engine::{Ledger, RegistersBuilder, judge};
use wangge::model::{AsOf, Day, FindingFilter, KindId, Period, Policy};
use wangge::program::{Program, RunSpec};
use wangge::source::Sources;

const POLICY: &str = "
政策 巡查考核 {
    施行 自 2024-01-01
    实体 片区 { 主键 编号 : 文本  户数 : 整数 可空 }
    记录 巡查 { 片区 : 片区  时间 时间 : 时刻  发现 : 取多 { 火险, 积水, 占道 } 可空 }
    规则 每周巡查 依据 P-1 : 每个 片区 每周 至少 2 次 巡查
    考核 月度考核 依据 P-2 对 每个 片区 每 月 满分 100 分 {
        项 巡查 100 分 : 达成率 每周巡查 无应办 满分 不明 排除
        等次 { 优秀 90 分 以上 ; 合格 60 分 以上 ; 否则 不合格 }
    }
}
";

/// A column of texts.
fn texts<'a>(values: &[&str]) -> Column<'a> {
    Column { valid: None, values: Values::Text(values.iter().copied().collect()) }
}

fn check(text: &str) -> Result<Policy, Box<dyn Error>> {
    let mut sources = Sources::default();
    let id = sources.add("policy.wg", text);
    let (file, mut problems) = wangge::syntax::parse(id, text);
    let checked = wangge::check::check(&[(id, file)], &sources);
    problems.extend(checked.diagnostics);
    if wangge::check::has_errors(&problems) {
        return Err(human::render(&problems, &sources, Lang::Zh).into());
    }
    checked.policies.into_iter().next().ok_or_else(|| "no policy".into())
}

/// Rounds of some days: area, day, hour, what was found (bits of the code list).
fn rounds<'a>(kind: KindId, rows: &[(&str, &str, i64, u64)]) -> Result<Batch<'a>, Box<dyn Error>> {
    let mut micros = Vec::new();
    let mut filled = Bitmap::default();
    for (row, (_, day, hour, found)) in rows.iter().enumerate() {
        let day = Day::parse(day).ok_or("not a day")?;
        micros.push(day.start().0 + hour * 3_600_000_000);
        filled.push(row, *found != 0);
    }
    let areas: Vec<&str> = rows.iter().map(|row| row.0).collect();
    let times = Values::Time { micros: micros.into(), whole_day: None };
    let found = Values::CodeSet(rows.iter().map(|row| row.3).collect::<Vec<_>>().into());
    let columns = vec![
        Some(texts(&areas)),
        Some(Column { valid: None, values: times }),
        Some(Column { valid: Some(filled), values: found }),
    ];
    Ok(Batch { kind, row_count: rows.len(), columns, since: None, until: None })
}

fn main() -> Result<(), Box<dyn Error>> {
    let policy = check(POLICY)?;
    let (area, round) = (policy.kind_named("片区").ok_or("片区")?, policy.kind_named("巡查").ok_or("巡查")?);
    let period = Period::parse("2024-03").ok_or("period")?;
    let spec = RunSpec {
        period,
        as_of: AsOf::day(period.window.end),
        // Both kinds have a source, and all rounds of the month are on file.
        coverage: BTreeMap::from([(area, Vec::new()), (round, vec![period.window])]),
        calendars: BTreeMap::new(),
        any_as_of: false,
    };
    let program = Program::compile(&policy, &spec)?;

    // The register: two areas; the number of households of the second is not known.
    let numbers = Column {
        valid: Some(Bitmap { bits: Cow::Borrowed(&[0b01]), offset: 0 }),
        values: Values::Number(Cow::Borrowed(&[300_000_000_000, 0])),
    };
    let columns = vec![Some(texts(&["A1", "A2"])), Some(numbers)];
    let mut builder = RegistersBuilder::new(&program);
    builder.add(&Batch { kind: area, row_count: 2, columns, since: None, until: None });
    let (registers, rejects) = builder.freeze();
    assert!(rejects.is_empty());

    // Two machines observe the halves of the month; their ledgers are merged.
    let mut first = Ledger::new(&program, &registers);
    let early = [("A1", "2024-03-05", 9, 0), ("A1", "2024-03-08", 9, 0b110), ("A2", "2024-03-06", 9, 0b001)];
    first.observe(&program, &registers, &rounds(round, &early)?)?;
    let mut second = Ledger::new(&program, &registers);
    let late = [
        ("A1", "2024-03-12", 9, 0),
        ("A1", "2024-03-14", 9, 0),
        ("A1", "2024-03-19", 9, 0),
        ("A1", "2024-03-20", 9, 0),
        ("A2", "2024-03-12", 9, 0),
        ("A2", "2024-03-13", 20, 0b100),
        ("A9", "2024-03-13", 9, 0),
    ];
    let observed = second.observe(&program, &registers, &rounds(round, &late)?)?;
    for reject in &observed.rejects {
        println!("row {} is not used: no area {}", reject.row, reject.value);
    }
    first.merge(second);

    let results = judge(&program, &registers, &first, FindingFilter::Unmet, &mut |finding| {
        let shown = |values: &[wangge::model::Shown]| values.first().map(ToString::to_string).unwrap_or_default();
        println!(
            "{} {} {}: {} of {}",
            finding.outcome.word(),
            finding.subject,
            finding.start,
            shown(&finding.measured),
            shown(&finding.required)
        );
    })?;
    for score in &results.scores {
        let assessment = &policy.assessments[score.assessment];
        let grade = score.grade.and_then(|grade| assessment.grades.get(grade as usize)).map_or("", |g| g.name.as_str());
        let points = score.points.map(|points| points.to_places(assessment.places)).unwrap_or_default();
        println!("{} {}: {points} {grade}", score.subject, score.period);
    }
    Ok(())
}
