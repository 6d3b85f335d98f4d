//! Patrols, police work and supervision in one file with a column that tells the kind; information as JSON Lines.

use super::Town;
use super::output::{Table, later, moment};
use super::random::Random;
use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use wangge::model::window::calendar_windows;
use wangge::model::{CalendarUnit, YearStart};

/// Writes `activity.csv` and `information.jsonl`.
pub fn write(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "activity.csv", "类型,时间,网格,岗位,时段,种类")?;
    patrols(&mut table, town, random)?;
    posts(&mut table, town, random)?;
    // Dirt.
    table.raw("巡查,2024-04-31T09:00,W1-1-01,,白天,")?;
    table.raw("巡查,2024-04-30T09:00,W1-1-77,,白天,")?;
    table.raw("巡逻,2024-04-30T09:00,W1-1-01,,白天,")?;
    Ok(table.close()? + information(folder, town, random)?)
}

fn patrols(table: &mut Table, town: &Town, random: &mut Random) -> Result<(), Box<dyn Error>> {
    let weeks = calendar_windows(CalendarUnit::Week, town.year, YearStart::default());
    for grid in &town.grids {
        let members: Vec<_> = town.posts.iter().filter(|p| p.grid == grid.id && p.kind == "网格格员").collect();
        let mut on = town.year.start;
        while on < town.year.end {
            // A missed day is rarer than a missed visit.
            if random.chance(3000 + grid.diligence, 4000) {
                let time = moment(on, random.between(7 * 60, 18 * 60));
                table.row(&["巡查", &time, &grid.id, "", "白天", ""])?;
            }
            on = on.plus(1);
        }
        for week in &weeks {
            let on = town.day_in(random, *week);
            let post = members.iter().find(|p| p.held(on)).map_or("", |p| p.id.as_str());
            if on < town.year.end && random.chance(1000 + grid.diligence, 2000) {
                table.row(&["巡查", &moment(on, random.between(20 * 60, 23 * 60)), &grid.id, post, "夜间", ""])?;
            }
        }
    }
    Ok(())
}

/// Police work and supervision, by post and month.
fn posts(table: &mut Table, town: &Town, random: &mut Random) -> Result<(), Box<dyn Error>> {
    let months = calendar_windows(CalendarUnit::Month, town.year, YearStart::default());
    for post in &town.posts {
        for month in &months {
            match post.kind {
                "网格警务员" => {
                    for kind in ["巡逻防范", "暂住登记", "重点人口"] {
                        if random.chance(97, 100) {
                            let time = moment(town.day_in(random, *month), random.between(480, 1300));
                            table.row(&["警务", &time, "", &post.id, "", kind])?;
                        }
                    }
                }
                "网格督导员" | "警务督导员" => {
                    for _ in 0..2 + random.below(2) {
                        if random.chance(96, 100) {
                            let on = town.day_in(random, *month);
                            table.row(&["督导", &on.to_string(), &post.grid, &post.id, "", ""])?;
                        }
                    }
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn information(folder: &Path, town: &Town, random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut out = BufWriter::new(File::create(folder.join("information.jsonl"))?);
    let mut rows = 0u64;
    for grid in &town.grids {
        for _ in 0..random.between(15, 35) {
            rows += 1;
            let on = town.day_in(random, town.year);
            let minute = random.between(0, 1439);
            let (day, m) = later(on, minute, random.between(10, 1700));
            let community = moment(day, m);
            let (day, m) = later(day, m, random.between(10, 2600));
            let feedback = if random.chance(97, 100) { format!("\"{}\"", moment(day, m)) } else { "null".to_owned() };
            // A third goes on to the town, now and then past the community.
            let town_at = if random.chance(1, 3) {
                let (day, m) = if random.chance(1, 25) { (on, minute + 1) } else { (day, m) };
                format!("\"{}\"", moment(day, m))
            } else {
                "null".to_owned()
            };
            let first = if random.chance(1, 12) { "true" } else { "false" };
            writeln!(
                out,
                "{{\"编号\":\"X{rows:05}\",\"采集\":\"{}\",\"网格\":\"{}\",\"报社区\":\"{community}\",\"报镇\":{town_at},\"反馈\":{feedback},\"首报\":{first}}}",
                moment(on, minute),
                grid.id
            )?;
        }
    }
    // Dirt: a line that is not JSON, a row without its time.
    writeln!(out, "{{\"编号\":\"X90001\",\"采集\":")?;
    writeln!(out, "{{\"编号\":\"X90002\",\"采集\":null,\"网格\":\"W1-1-01\"}}")?;
    out.flush()?;
    Ok(rows + 2)
}
