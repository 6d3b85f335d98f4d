//! Cases of the four flows with their steps, and the notices of approvals.

use super::output::{Table, later, moment};
use super::random::Random;
use super::{Grid, Town};
use std::error::Error;
use std::path::Path;
use wangge::model::Day;

/// The three files.
struct Files {
    cases: Table,
    steps: Table,
    notices: Table,
    count: u32,
}

/// Writes `cases.csv`, `case_steps.csv` and `notices.csv`.
pub fn write(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut files = Files {
        cases: Table::create(folder, "cases.csv", "编号,受理,网格,流程,大小,发现,办结,办结层级,超期认定")?,
        steps: Table::create(folder, "case_steps.csv", "流转时间,事件,步骤,层级别")?,
        notices: Table::create(folder, "notices.csv", "公示起,公示止,种类,公示级别,事件")?,
        count: 0,
    };
    for (from, kind) in [("2012-06-01", "宣传板块"), ("2012-06-10", "联系卡"), ("2012-06-10", "一封信")] {
        files.notices.row(&[from, "", kind, "", ""])?;
    }
    for grid in &town.grids {
        for _ in 0..random.between(22, 44) {
            let on = town.day_in(random, town.year);
            files.case(grid, on, random)?;
        }
    }
    // Dirt: an unknown grid, a flow that the plan does not have, a step of an unknown case.
    files.cases.raw("C90001,2024-03-01T09:00,W2-1-01,一般性,小事,,,,")?;
    files.cases.raw("C90002,2024-03-01T09:00,W1-1-01,普通,小事,,,,")?;
    files.steps.raw("2024-03-01T09:00,C99999,处置,网格级")?;
    Ok(files.cases.close()? + files.steps.close()? + files.notices.close()?)
}

impl Files {
    fn case(&mut self, grid: &Grid, on: Day, random: &mut Random) -> Result<(), Box<dyn Error>> {
        self.count += 1;
        let id = format!("C{:05}", self.count);
        let minute = random.between(8 * 60, 20 * 60);
        let (flow, days) = match random.below(100) {
            0..58 => ("一般性", random.below(4)),
            58..83 => ("协调性", random.between(2, 11)),
            83..88 => ("突发性", random.below(2)),
            _ => ("审批性", random.between(5, 22)),
        };
        let size = *random.pick(&[&"小事", &"小事", &"一般事", &"一般事", &"大事"]);
        let level = match (flow, size) {
            ("突发性", _) => "镇级",
            ("审批性", _) => *random.pick(&[&"镇级", &"镇级", &"市级"]),
            (_, "小事") if random.chance(93, 100) => "网格级",
            (_, "大事") => *random.pick(&[&"镇级", &"社区级"]),
            _ => "社区级",
        };
        // A diligent grid is late in few cases, and now and then one stays open.
        let slow = random.chance(1000 - grid.diligence, 1600);
        let days = if slow { days * 2 + 8 } else { days };
        let (end, end_minute) = later(on, minute, days * 1440 + random.between(30, 240));
        let closed = !random.chance(1, 60);
        let overdue = if slow && random.chance(1, 2) { on.plus(10).to_string() } else { String::new() };
        let found = moment(on, minute.saturating_sub(random.below(20)));
        let closed_at = if closed { moment(end, end_minute) } else { String::new() };
        let level = if closed { level } else { "" };
        self.cases.row(&[&id, &moment(on, minute), &grid.id, flow, size, &found, &closed_at, level, &overdue])?;
        if closed {
            self.flow(&id, flow, (on, minute), end, random)?;
        }
        Ok(())
    }

    /// The steps of a closed case, spread over its time; now and then one is left out.
    fn flow(
        &mut self,
        id: &str,
        flow: &str,
        (on, minute): (Day, u32),
        end: Day,
        random: &mut Random,
    ) -> Result<(), Box<dyn Error>> {
        let steps: &[(&str, &str)] = match flow {
            "一般性" => &[("处置", "网格级"), ("登记备案", "网格级")],
            "协调性" => &[("受理事项", "网格级"), ("会商", "社区级"), ("上报", "镇级"), ("反馈当事人", "网格级")],
            "突发性" => &[("上报", "网格级"), ("处置", "镇级"), ("处置", "市级"), ("跟踪", "网格级")],
            _ => &[("采集信息", "网格级"), ("受理事项", "社区级"), ("审核", "镇级"), ("审批", "部门级")],
        };
        let days = u32::try_from((end.0 - on.0).max(0)).unwrap_or(0);
        let count = u32::try_from(steps.len()).unwrap_or(1);
        for (at, (step, level)) in steps.iter().enumerate() {
            if random.chance(1, 60) {
                continue;
            }
            let at = u32::try_from(at).unwrap_or(0);
            let add = if at == 0 { random.below(40) } else { days * 1440 * at / count + random.below(60) };
            let (day, m) = later(on, minute, add);
            self.steps.row(&[&moment(day, m), id, step, level])?;
        }
        if flow == "审批性" {
            for level in ["镇级", "社区级"] {
                if random.chance(95, 100) {
                    let from = end.plus(1);
                    self.notices.row(&[&from.to_string(), &from.plus(5).to_string(), "审批公示", level, id])?;
                }
            }
        }
        Ok(())
    }
}
