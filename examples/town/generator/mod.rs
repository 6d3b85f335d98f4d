//! The sample town: 8 communities, 59 basic grids, about 20,000 households, one year of work.

mod activity;
mod cases;
mod households;
mod office;
mod output;
mod people;
mod random;
mod visits;

use random::Random;
use std::error::Error;
use std::path::Path;
use wangge::model::{Day, Window};

/// Basic grids of each community.
const GRIDS: [u32; 8] = [8, 8, 8, 7, 7, 7, 7, 7];

/// A basic grid.
pub struct Grid {
    /// Key.
    pub id: String,
    /// Key of its community's grid.
    pub parent: String,
    /// Of 1000 duties, how many are done.
    pub diligence: u32,
}

/// A post held for a time.
pub struct Post {
    /// Key.
    pub id: String,
    /// Kind, as the vocabulary writes it.
    pub kind: &'static str,
    /// Key of the grid.
    pub grid: String,
    /// First and last day; `None`: no limit.
    pub since: Option<Day>,
    /// Last day.
    pub until: Option<Day>,
}

impl Post {
    /// Whether somebody holds it on a day.
    pub fn held(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// What every part of the generator knows.
pub struct Town {
    /// The year.
    pub year: Window,
    /// Communities' grids.
    pub communities: Vec<String>,
    /// Basic grids.
    pub grids: Vec<Grid>,
    /// Posts.
    pub posts: Vec<Post>,
}

impl Town {
    fn new(random: &mut Random) -> Result<Town, Box<dyn Error>> {
        let mut communities = Vec::new();
        let mut grids = Vec::new();
        for (at, count) in GRIDS.iter().enumerate() {
            let parent = format!("W1-{}", at + 1);
            for n in 1..=*count {
                // Most grids are diligent, a few are not.
                let diligence = if random.chance(1, 8) { random.between(700, 850) } else { random.between(900, 995) };
                grids.push(Grid { id: format!("{parent}-{n:02}"), parent: parent.clone(), diligence });
            }
            communities.push(parent);
        }
        Ok(Town {
            year: Window { start: day(2024, 1, 1)?, end: day(2025, 1, 1)? },
            communities,
            grids,
            posts: Vec::new(),
        })
    }

    /// A day of a window.
    pub fn day_in(&self, random: &mut Random, window: Window) -> Day {
        let days = u32::try_from(window.day_count()).unwrap_or(1);
        window.start.plus(i32::try_from(random.below(days)).unwrap_or(0))
    }
}

/// A date that exists.
pub fn day(year: i32, month: u32, day: u32) -> Result<Day, Box<dyn Error>> {
    Day::from_ymd(year, month, day).ok_or_else(|| format!("{year}-{month}-{day} is not a date").into())
}

/// Writes the whole town into a folder and gives the number of rows.
pub fn write_town(folder: &Path, seed: u64) -> Result<u64, Box<dyn Error>> {
    let mut random = Random::new(seed);
    let mut town = Town::new(&mut random)?;
    let mut rows = people::write(folder, &mut town, &mut random)?;
    rows += office::write(folder, &town, &mut random)?;
    let households = households::make(&town, &mut random);
    rows += households::write(folder, &town, &households, &mut random)?;
    rows += visits::write(folder, &town, &households, &mut random)?;
    rows += activity::write(folder, &town, &mut random)?;
    rows += cases::write(folder, &town, &mut random)?;
    Ok(rows)
}
