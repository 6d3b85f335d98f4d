//! Documents, assignments, panels, waivers, meetings, inspections, surveys, staff results, incidents and decisions.

use super::output::{Table, moment};
use super::random::Random;
use super::{Town, day};
use std::error::Error;
use std::path::Path;
use wangge::model::window::calendar_windows;
use wangge::model::{CalendarUnit, YearStart};

/// Writes the files of the town's office.
pub fn write(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    Ok(documents(folder)?
        + assignments(folder, town, random)?
        + meetings(folder, town, random)?
        + inspections(folder, town, random)?
        + surveys(folder, town, random)?
        + staff_results(folder)?
        + decisions(folder, town, random)?)
}

fn documents(folder: &Path) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "documents.csv", "编号,种类,机制,制度,印发日期")?;
    table.row(&["D01", "实施方案", "", "", "2012-03-01"])?;
    table.row(&["D02", "工作措施", "", "", "2012-03-15"])?;
    table.row(&["D03", "人口信息册", "", "", ""])?;
    let mechanisms = ["矛盾纠纷联调", "社会治安联防", "社会问题联治", "管理工作联动", "平安建设联创", "公共服务联抓"];
    for (at, mechanism) in mechanisms.iter().enumerate() {
        table.row(&[&format!("D1{at}"), "联动机制", mechanism, "", "2012-04-01"])?;
    }
    // The rule on posting services was never issued.
    let rules = ["工作例会", "每日巡查", "定期督查", "走访居民", "督查考评", "责任追究"];
    for (at, rule) in rules.iter().enumerate() {
        table.row(&[&format!("D2{at}"), "工作制度", "", rule, "2012-04-01"])?;
    }
    let mut plans = Table::create(folder, "plans.csv", "编号,施行日期,发布日期")?;
    plans.row(&["F01", "2012-03-01", "2012-03-01"])?;
    // Nothing was changed: the register is complete and empty.
    let changes = Table::create(folder, "boundary_changes.csv", "生效日期,事由")?;
    let mut survey = Table::create(folder, "preparation.csv", "调研日期,牵头单位,参加部门")?;
    survey.row(&["2012-02-10", "J03", "综治;公安;人社;民政"])?;
    Ok(table.close()? + plans.close()? + changes.close()? + survey.close()?)
}

fn assignments(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "assignments.csv", "编号,网格,部门,责任人,任务,责任")?;
    let mut panels = Table::create(folder, "panels.csv", "编号,网格,内容,起,止")?;
    let mut basics = Table::create(folder, "basics.csv", "采集日期,网格,类别")?;
    let mut waivers = Table::create(folder, "waivers.csv", "编号,网格,事项,理由,批准机关,起,止")?;
    let communities = town.communities.iter().map(String::as_str);
    let grids = town.grids.iter().map(|grid| grid.id.as_str());
    for (at, grid) in std::iter::once("W1").chain(communities).chain(grids).enumerate() {
        let duty = if at == 40 { "" } else { "按月汇总" };
        table.row(&[&format!("A{at:03}"), grid, "J04", "R0001", "日常管理", duty])?;
    }
    for (at, community) in town.communities.iter().enumerate() {
        let until = if at == 3 { "2024-11-30" } else { "" };
        panels.row(&[&format!("B{at}"), community, "办理流程;办理时限;网格图", "2012-05-01", until])?;
    }
    for grid in &town.grids {
        for class in ["人", "地", "物", "情", "事", "组织"] {
            if random.chance(99, 100) {
                basics.row(&["2023-06-01", &grid.id, class])?;
            }
        }
    }
    waivers.row(&["M01", &town.grids[5].id, "夜间巡查", "道路施工封闭", "J04", "2024-05-06", "2024-06-30"])?;
    waivers.row(&["M02", &town.grids[9].id, "夜间巡查", "", "J04", "2024-07-01", "2024-07-31"])?;
    waivers.row(&["M03", &town.grids[11].id, "夜间巡查", "整体拆迁", "J04", "2024-01-01", ""])?;
    Ok(table.close()? + panels.close()? + basics.close()? + waivers.close()?)
}

/// Monthly report meetings of each community, and who reported.
fn meetings(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "meetings.csv", "编号,开会时间,网格,种类")?;
    let mut reports = Table::create(folder, "reports.csv", "汇报时间,会议,岗位")?;
    table.row(&["K0000", "2012-02-20T09:00", "", "试点座谈会"])?;
    let mut count = 0u32;
    for month in calendar_windows(CalendarUnit::Month, town.year, YearStart::default()) {
        for community in &town.communities {
            if random.chance(1, 25) {
                continue;
            }
            count += 1;
            let on = town.day_in(random, month);
            let id = format!("K{count:04}");
            table.row(&[&id, &moment(on, 15 * 60), community, "汇报会"])?;
            for post in &town.posts {
                let here = town.grids.iter().any(|g| g.id == post.grid && g.parent == *community);
                if post.kind == "网格管理员" && here && post.held(on) && random.chance(98, 100) {
                    reports.row(&[&moment(on, 15 * 60 + 30), &id, &post.id])?;
                }
            }
        }
    }
    table.row(&["K9000", "2024-12-27T09:00", "W1", "表彰大会"])?;
    Ok(table.close()? + reports.close()?)
}

fn inspections(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "inspections.csv", "编号,督查日期,事先通知,督查记录")?;
    let mut count = 0u32;
    for quarter in calendar_windows(CalendarUnit::Quarter, town.year, YearStart::default()) {
        for announced in ["是", "否"] {
            // No secret inspection in the second half of the year.
            if announced == "否" && quarter.start.month() > 6 {
                continue;
            }
            count += 1;
            let note = if count == 4 { "" } else { "有记录" };
            table.row(&[&format!("E{count:02}"), &town.day_in(random, quarter).to_string(), announced, note])?;
        }
    }
    let mut training = Table::create(folder, "training.csv", "培训日期,岗位,课时")?;
    for post in town.posts.iter().filter(|post| post.kind == "网格格员") {
        for on in ["2024-03-20", "2024-09-18"] {
            if random.chance(95, 100) {
                training.row(&[on, &post.id, random.pick(&["4", "4.5", "6"])])?;
            }
        }
    }
    let mut reviews = Table::create(folder, "grid_reviews.csv", "考评日期,网格")?;
    let grids = town.grids.iter().map(|grid| grid.id.as_str());
    for grid in town.communities.iter().map(String::as_str).chain(grids) {
        reviews.row(&["2024-06-28", grid])?;
        if grid != "W1-7" {
            reviews.row(&["2024-12-20", grid])?;
        }
    }
    Ok(table.close()? + training.close()? + reviews.close()?)
}

fn surveys(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "surveys.csv", "测评日期,网格,有效问卷,满意问卷")?;
    for grid in &town.grids {
        for on in ["2024-06-15", "2024-12-05"] {
            let asked = random.between(40, 70);
            let happy = (0..asked).filter(|_| random.chance(grid.diligence.min(970), 1000)).count();
            table.row(&[on, &grid.id, &asked.to_string(), &happy.to_string()])?;
        }
    }
    // Dirt: a number with a letter in it.
    table.raw("2024-12-05,W1-1-01,5O,48")?;
    table.close()
}

/// The town's yearly results of its staff, with what followed.
fn staff_results(folder: &Path) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "staff_results.csv", "编号,评定日期,被考评人,评定等次")?;
    let mut awards = Table::create(folder, "awards.csv", "授予日期,考评依据,场合,金额")?;
    let mut sanctions = Table::create(folder, "sanctions.csv", "决定日期,考评依据,种类")?;
    for n in 1..=300u32 {
        let grade = match n {
            _ if n % 25 == 0 => "优秀",
            _ if n % 97 == 0 => "不合格",
            _ if n % 31 == 0 => "基本合格",
            _ => "合格",
        };
        let id = format!("Y{n:04}");
        table.row(&[&id, "2024-12-20", &format!("R{n:04}"), grade])?;
        // One of the best got less than the town's amount, one of the worst only a talk.
        match grade {
            "优秀" => awards.row(&["2024-12-27", &id, "年终表彰大会", if n == 100 { "300" } else { "500" }])?,
            "不合格" => sanctions.row(&["2024-12-30", &id, if n == 97 { "批评教育" } else { "转岗" }])?,
            _ => {}
        }
    }
    Ok(table.close()? + awards.close()? + sanctions.close()?)
}

/// Incidents and veto decisions.
fn decisions(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "incidents.csv", "编号,认定日期,网格,种类")?;
    for n in 1..=90u32 {
        let at = usize::try_from(random.below(59)).unwrap_or(0);
        let kind = *random.pick(&[&"治安案件", &"治安案件", &"火灾", &"漏报事件", &"漏报事件"]);
        table.row(&[&format!("Q{n:03}"), &town.day_in(random, town.year).to_string(), &town.grids[at].id, kind])?;
    }
    table.row(&["Q091", &day(2024, 8, 3)?.to_string(), &town.grids[20].id, "生产事故"])?;
    let mut vetoes = Table::create(folder, "vetoes.csv", "编号,决定日期,网格,领域,作出机关,所属年份")?;
    for (id, on, grid, field, by, year) in [
        ("V01", "2024-07-15", 2, "安全生产", "J03", ""),
        ("V02", "2024-11-02", 17, "信访维稳", "J03", ""),
        // Only proposed: no authority has decided.
        ("V03", "2024-10-10", 25, "信访维稳", "", ""),
        // Decided in 2024 for the year before.
        ("V04", "2024-01-20", 33, "安全生产", "J03", "2023"),
        // Decided after the year for the year.
        ("V05", "2024-12-31", 41, "文明创建", "J03", "2024"),
    ] {
        vetoes.row(&[id, on, &town.grids[grid].id, field, by, year])?;
    }
    Ok(table.close()? + vetoes.close()?)
}
