//! Visits to households, one file a month, and the dirt that real logs have.

use super::households::Household;
use super::output::{Table, later, moment};
use super::random::Random;
use super::{Post, Town};
use std::error::Error;
use std::path::Path;
use wangge::model::window::calendar_windows;
use wangge::model::{CalendarUnit, Day, Window, YearStart};

const HEADER: &str = "编号,走访时间,住户,岗位,方式,结果,需求,生产生活,服务,录入时间";

/// The log while it is written.
struct Log<'a> {
    town: &'a Town,
    /// Managers and members of each basic grid.
    staff: Vec<Vec<&'a Post>>,
    months: Vec<Table>,
    count: u32,
}

/// Writes `visits-01.csv` to `visits-12.csv`.
pub fn write(folder: &Path, town: &Town, households: &[Household], random: &mut Random) -> Result<u64, Box<dyn Error>> {
    let staff = town.grids.iter().map(|grid| {
        let of_grid = |post: &&Post| post.grid == grid.id && matches!(post.kind, "网格管理员" | "网格格员");
        town.posts.iter().filter(of_grid).collect()
    });
    let mut log = Log { town, staff: staff.collect(), months: Vec::new(), count: 0 };
    for month in 1..=12 {
        log.months.push(Table::create(folder, &format!("visits-{month:02}.csv"), HEADER)?);
    }
    let year = town.year;
    let windows = [CalendarUnit::Quarter, CalendarUnit::Month, CalendarUnit::Week]
        .map(|unit| calendar_windows(unit, year, YearStart::default()));
    for household in households {
        for version in &household.versions {
            if !household.permanent {
                log.first_round(household, random)?;
            }
            let Some(windows) = usize::try_from(version.class).ok().and_then(|c| windows.get(c.wrapping_sub(1))) else {
                continue;
            };
            let since = version.since.unwrap_or(year.start);
            let until = version.until.unwrap_or(year.end.plus(-1));
            for window in windows {
                if since <= window.start
                    && window.last() <= until
                    && year.contains(window.start)
                    && year.contains(window.last())
                {
                    log.window(household, version.class, *window, random)?;
                }
            }
        }
    }
    log.dirt()?;
    let mut rows = 0;
    for month in log.months {
        rows += month.close()?;
    }
    Ok(rows)
}

impl Log<'_> {
    /// What is done for one household in one window.
    fn window(
        &mut self,
        household: &Household,
        class: u32,
        window: Window,
        random: &mut Random,
    ) -> Result<(), Box<dyn Error>> {
        let diligence = self.town.grids[household.grid].diligence;
        let on = self.town.day_in(random, window);
        if random.chance(diligence, 1000) {
            let way = if class == 3 && random.chance(1, 2) { "见面" } else { "入户" };
            return self.visit(household, class, on, (way, "完成"), random);
        }
        match random.below(4) {
            0 => self.visit(household, class, on, ("入户", "未遇"), random),
            1 => self.visit(household, class, on, ("电话", "完成"), random),
            2 => self.visit(household, class, on, ("入户", "拒绝"), random),
            _ => Ok(()),
        }
    }

    /// The manager calls once on those who live here for a time.
    fn first_round(&mut self, household: &Household, random: &mut Random) -> Result<(), Box<dyn Error>> {
        if random.chance(97, 100) {
            let on = self.town.day_in(random, self.town.year);
            self.visit_by(true, household, 0, on, ("入户", "完成"), random)?;
        }
        Ok(())
    }

    /// Six visits of ten are the manager's.
    fn visit(
        &mut self,
        household: &Household,
        class: u32,
        on: Day,
        outcome: (&str, &str),
        random: &mut Random,
    ) -> Result<(), Box<dyn Error>> {
        let managers = random.chance(6, 10);
        self.visit_by(managers, household, class, on, outcome, random)
    }

    fn visit_by(
        &mut self,
        managers: bool,
        household: &Household,
        class: u32,
        on: Day,
        (way, result): (&str, &str),
        random: &mut Random,
    ) -> Result<(), Box<dyn Error>> {
        self.count += 1;
        let minute = random.between(8 * 60, 20 * 60);
        let held: Vec<&&Post> = self.staff[household.grid]
            .iter()
            .filter(|post| post.held(on) && (post.kind == "网格管理员") == managers)
            .collect();
        let post = match held.len() {
            0 => "",
            n => held[usize::try_from(random.below(u32::try_from(n).unwrap_or(1))).unwrap_or(0)].id.as_str(),
        };
        let entered = if random.chance(6, 1000) {
            moment(on.plus(i32::try_from(random.between(8, 25)).unwrap_or(8)), 9 * 60)
        } else {
            let (day, minute) = later(on, minute, random.between(5, 600));
            moment(day, minute)
        };
        let gap = random.chance(2, 100);
        let needs = if gap { "" } else { random.pick(&["无", "就医", "就业", "低保咨询", "房屋修缮"]) };
        let living = if class == 3 && random.chance(1, 100) {
            ""
        } else {
            random.pick(&["正常", "务工", "务农", "患病"])
        };
        let service = if random.chance(2, 5) { random.pick(&["代办", "送医", "政策讲解"]) } else { "" };
        let id = format!("Z{:07}", self.count);
        let time = moment(on, minute);
        let cells = [id.as_str(), &time, &household.id, post, way, result, needs, living, service, &entered];
        let month = usize::try_from(on.month()).unwrap_or(1) - 1;
        self.months[month].row(&cells)?;
        // Now and then a device sends a visit twice.
        if random.chance(1, 2000) {
            self.months[month].row(&cells)?;
        }
        Ok(())
    }

    /// Rows that a real log has: wrong dates, unknown references, two visits with one number, empty lines; and rows that
    /// only look odd: full-width digits, slashes, an offset.
    fn dirt(&mut self) -> Result<(), Box<dyn Error>> {
        let Some(month) = self.months.get_mut(1) else { return Ok(()) };
        for line in [
            "Z9000001,2024-02-30T10:00,H00001,,入户,完成,无,正常,,",
            "Z9000002,二月三日,H00001,,入户,完成,无,正常,,",
            "Z9000003,2024-02-03T10:00,H99999,,入户,完成,无,正常,,",
            "Z9000004,2024-02-03T10:00,H00002,,上门,完成,无,正常,,",
            "Z9000005,2024-02-03T10:00,H00003,G9999,入户,完成,无,正常,,",
            ",2024-02-03T10:00,H00004,,入户,完成,无,正常,,",
            "Z9000006,2024-02-03T10:00,H00005,,入户,完成,无,正常,,",
            "Z9000006,2024-02-04T10:00,H00006,,入户,完成,无,正常,,",
            "",
            "Z9000007,２０２４-０２-０５ １０:２０,H00007,,入户,完成,无,正常,,",
            "Z9000008,2024/2/6 10:20,H00008,,入户,完成,无,正常,,",
            "Z9000009,2024-02-07T02:20:00Z,H00009,,入户,完成,无,正常,,",
            "Z9000010,2025-02-07T10:20,H00010,,入户,完成,无,正常,,",
        ] {
            month.raw(line)?;
        }
        Ok(())
    }
}
