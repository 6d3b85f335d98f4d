//! Households with their versions in the year, and the persons in them.

use super::output::Table;
use super::random::Random;
use super::{Town, day};
use std::error::Error;
use std::path::Path;
use wangge::model::Day;

/// A household in one class for a time.
pub struct Version {
    /// `1`, `2`, `3`, or 0 for one without a class.
    pub class: u32,
    /// First day; `None`: before the year.
    pub since: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
}

/// A household.
pub struct Household {
    /// Key.
    pub id: String,
    /// Position of its grid.
    pub grid: usize,
    /// Lives here for good.
    pub permanent: bool,
    /// Its versions, in order.
    pub versions: Vec<Version>,
}

/// About 20,000 households.
pub fn make(town: &Town, random: &mut Random) -> Vec<Household> {
    let mut all = Vec::new();
    for grid in 0..town.grids.len() {
        for _ in 0..random.between(310, 368) {
            let permanent = random.chance(93, 100);
            let class = match random.below(1000) {
                _ if !permanent => 0,
                0..3 => 0,
                3..33 => 3,
                33..230 => 2,
                _ => 1,
            };
            let (mut since, mut until) = (None, None);
            match random.below(100) {
                0 => since = Some(town.day_in(random, town.year)),
                1 => until = Some(town.day_in(random, town.year)),
                _ => {}
            }
            let mut versions = vec![Version { class, since, until }];
            // Some change their class in the year.
            if class > 0 && since.is_none() && until.is_none() && random.chance(2, 100) {
                let change = town.day_in(random, town.year);
                versions[0].until = Some(change.plus(-1));
                let class = if class == 3 { 2 } else { class + 1 };
                versions.push(Version { class, since: Some(change), until: None });
            }
            let id = format!("H{:05}", all.len() + 1);
            all.push(Household { id, grid, permanent, versions });
        }
    }
    all
}

/// Writes `households.csv` and `persons.csv`.
pub fn write(folder: &Path, town: &Town, households: &[Household], random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let mut table = Table::create(folder, "households.csv", "编号,网格,户别,等级,标签,起,止")?;
    let mut persons = Table::create(folder, "persons.csv", "编号,住户,居住类型,登记日期,入库日期")?;
    let mut person_count = 0u32;
    let registered = day(2023, 1, 1)?;
    for household in households {
        for version in &household.versions {
            let class = ["", "一级", "二级", "三级"][usize::try_from(version.class).unwrap_or(0)];
            let tags = match version.class {
                3 if random.chance(3, 100) => "困难",
                3 => *random.pick(&[&"重点;困难", &"重点;独居", &"重点;残疾", &"重点"]),
                _ if random.chance(2, 100) => "空巢",
                _ => "",
            };
            let text = |day: Option<Day>| day.map(|d| d.to_string()).unwrap_or_default();
            let kind = if household.permanent { "常住" } else { "流动" };
            let grid = &town.grids[household.grid].id;
            table.row(&[&household.id, grid, kind, class, tags, &text(version.since), &text(version.until)])?;
        }
        for _ in 0..random.between(1, 4) {
            person_count += 1;
            let on = registered.plus(i32::try_from(random.below(360)).unwrap_or(0));
            let stored = if random.chance(4, 1000) {
                String::new()
            } else {
                on.plus(i32::try_from(random.below(5)).unwrap_or(0)).to_string()
            };
            let on = if random.chance(2, 1000) { String::new() } else { on.to_string() };
            let residence = match (household.permanent, random.chance(1, 20)) {
                (_, true) => "暂住",
                (true, _) => "常住",
                (false, _) => "流动",
            };
            persons.row(&[&format!("N{person_count:06}"), &household.id, residence, &on, &stored])?;
        }
    }
    // Dirt: a class that the plan does not know, a date that does not exist, a cell too few, an unknown household.
    table.raw("H90001,W1-1-01,常住,四级,,,")?;
    table.raw("H90002,W1-1-01,常住,一级,,2024-02-30,")?;
    table.raw("")?;
    table.raw("H90003,W1-1-01,常住")?;
    persons.raw("N900001,H99999,常住,2023-05-01,2023-05-02")?;
    Ok(table.close()? + persons.close()?)
}
