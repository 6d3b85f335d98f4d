//! Grids, bodies, staff and posts.

use super::output::Table;
use super::random::Random;
use super::{Post, Town, day};
use std::error::Error;
use std::path::Path;
use wangge::model::Day;

/// Staff and posts while they are made.
struct Roll<'a> {
    town: &'a mut Town,
    staff: Table,
    posts: Table,
    staff_count: u32,
}

impl Roll<'_> {
    fn person(&mut self, identities: &str, mode: &str) -> Result<String, Box<dyn Error>> {
        self.staff_count += 1;
        let id = format!("R{:04}", self.staff_count);
        self.staff.row(&[&id, identities, mode])?;
        Ok(id)
    }

    fn post(
        &mut self,
        holder: &str,
        kind: &'static str,
        grid: &str,
        since: Option<Day>,
        until: Option<Day>,
    ) -> Result<(), Box<dyn Error>> {
        let id = format!("G{:04}", self.town.posts.len() + 1);
        let text = |day: Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
        self.posts.row(&[&id, holder, kind, grid, &text(since), &text(until)])?;
        self.town.posts.push(Post { id, kind, grid: grid.to_owned(), since, until });
        Ok(())
    }
}

/// Writes the registers of grids, bodies, staff and posts.
pub fn write(folder: &Path, town: &mut Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut rows = places(folder, town)?;
    let mut roll = Roll {
        town,
        staff: Table::create(folder, "staff.csv", "编号,身份,管格方式")?,
        posts: Table::create(folder, "posts.csv", "编号,任职人,岗种,网格,起,止")?,
        staff_count: 0,
    };
    communities(&mut roll)?;
    grids(&mut roll, random)?;
    members(&mut roll, random)?;
    // Dirt: a post in a grid that is not there, and one without a holder.
    roll.posts.raw("G9001,R0001,网格协管员,W9-9-99,2024-01-01,")?;
    roll.posts.raw("G9002,,网格协管员,W1-1-01,2024-01-01,")?;
    rows += roll.staff.close()? + roll.posts.close()?;
    Ok(rows)
}

fn places(folder: &Path, town: &Town) -> Result<u64, Box<dyn Error>> {
    let mut grids = Table::create(folder, "grids.csv", "编号,级次,上级网格,所属社区,责任单位")?;
    let mut places = Table::create(folder, "communities.csv", "编号")?;
    let mut orgs = Table::create(folder, "orgs.csv", "编号,种类,所在网格")?;
    grids.row(&["W1", "1", "", "", "J04"])?;
    for (id, kind, grid) in [
        ("J01", "镇党委", "W1"),
        ("J02", "镇政府", "W1"),
        ("J03", "政法委", ""),
        ("J04", "综治办", "W1"),
        ("J05", "领导小组", "W1"),
        ("J06", "服务管理中心", "W1"),
        ("J07", "派出所", "W1"),
        ("J08", "部门", ""),
    ] {
        orgs.row(&[id, kind, grid])?;
    }
    for (at, community) in town.communities.iter().enumerate() {
        let place = format!("SQ{}", at + 1);
        let committee = format!("J1{}", at + 1);
        places.row(&[&place])?;
        grids.row(&[community, "2", "W1", &place, &committee])?;
        orgs.row(&[&committee, "居委会", community])?;
        // One community has not set up its centre yet.
        if at != 6 {
            orgs.row(&[&format!("J2{}", at + 1), "服务管理中心", community])?;
        }
    }
    for grid in &town.grids {
        grids.row(&[&grid.id, "3", &grid.parent, "", "J04"])?;
    }
    Ok(grids.close()? + places.close()? + orgs.close()?)
}

/// Secretaries and police, on the communities' grids.
fn communities(roll: &mut Roll<'_>) -> Result<(), Box<dyn Error>> {
    let communities = roll.town.communities.clone();
    for community in &communities {
        let secretary = roll.person("社区负责人;党员", "")?;
        roll.post(&secretary, "社区书记", community, None, None)?;
        // In one community the secretary handed over in autumn, and the two posts fell apart.
        if community == "W1-5" {
            roll.post(&secretary, "第一责任人", community, None, Some(day(2024, 9, 30)?))?;
            let deputy = roll.person("社区干部", "")?;
            roll.post(&deputy, "第一责任人", community, Some(day(2024, 10, 1)?), None)?;
        } else {
            roll.post(&secretary, "第一责任人", community, None, None)?;
        }
    }
    for pair in communities.chunks(2) {
        let officer = roll.person("民警", "")?;
        let guard = roll.person("保安", "")?;
        for community in pair {
            roll.post(&officer, "网格警务员", community, None, None)?;
            roll.post(&guard, "网格警务员", community, None, None)?;
        }
    }
    for _ in 0..6 {
        let supervisor = roll.person("民警", "")?;
        roll.post(&supervisor, "警务督导员", "W1", None, None)?;
    }
    Ok(())
}

/// A manager, a supervisor and an assistant for each basic grid, with changes in the year.
fn grids(roll: &mut Roll<'_>, random: &mut Random) -> Result<(), Box<dyn Error>> {
    let grids: Vec<String> = roll.town.grids.iter().map(|grid| grid.id.clone()).collect();
    for (at, grid) in grids.iter().enumerate() {
        let identity = if at % 29 == 28 { "楼院长" } else { "组负责人;党员" };
        let manager = roll.person(identity, "")?;
        match at % 10 {
            // A change in the year; every other one after a vacancy of ten days.
            3 => {
                let last = roll.town.day_in(random, roll.town.year);
                let gap = if at % 20 == 3 { 1 } else { 11 };
                roll.post(&manager, "网格管理员", grid, None, Some(last))?;
                let next = roll.person("组负责人", "")?;
                roll.post(&next, "网格管理员", grid, Some(last.plus(gap)), None)?;
            }
            // Retired in December, not replaced by the end of the year.
            7 if at == 37 => roll.post(&manager, "网格管理员", grid, None, Some(day(2024, 12, 10)?))?,
            _ => roll.post(&manager, "网格管理员", grid, None, None)?,
        }
        let supervisor = roll.person(if at % 2 == 0 { "包社区领导" } else { "驻社区干部" }, "")?;
        roll.post(&supervisor, "网格督导员", grid, None, None)?;
        let assistant = roll.person("楼院长", "")?;
        roll.post(&assistant, "网格协管员", grid, None, None)?;
    }
    Ok(())
}

/// 218 members: 198 with one grid, 20 with two.
fn members(roll: &mut Roll<'_>, random: &mut Random) -> Result<(), Box<dyn Error>> {
    let grids: Vec<String> = roll.town.grids.iter().map(|grid| grid.id.clone()).collect();
    for n in 0..218usize {
        let identity = *random.pick(&[&"社区干部", &"社区干部;党员", &"社区干部", &"楼院长", &"党员"]);
        let shared = n % 11 == 10 && n < 220;
        // One has no mode on file.
        let mode = if n == 100 {
            ""
        } else if shared {
            "兼管"
        } else {
            "专管"
        };
        let person = roll.person(identity, mode)?;
        let grid = &grids[n % grids.len()];
        let since = if random.chance(1, 15) { Some(roll.town.day_in(random, roll.town.year)) } else { None };
        roll.post(&person, "网格格员", grid, since, None)?;
        // One who should have two grids has only one.
        if shared && n != 21 {
            roll.post(&person, "网格格员", &grids[(n + 1) % grids.len()], None, None)?;
        }
    }
    Ok(())
}
