//! The checked model: what every later stage may depend on.
//!
//! No I/O, no clock, no knowledge of any domain. Exact numbers, civil time, windows, calendars,
//! and the policy with its names resolved.

pub mod acting;
pub mod calendar;
pub mod counter;
pub mod cover;
mod elapsed;
pub mod expr;
pub mod first;
pub mod given;
pub mod hours;
pub mod ids;
mod money;
pub mod number;
pub mod outcome;
mod part;
pub mod periods;
pub mod policy;
mod range;
pub mod scoring;
mod sharing;
pub mod term;
pub mod time;
pub mod value;
pub mod window;

pub use acting::*;
pub use counter::*;
pub use cover::{Cover, CoverBase, CoverTake};
pub use expr::*;
pub use first::*;
pub use hours::{Hours, WorkTime, counting_day, day_start};
pub use ids::*;
pub use money::*;
pub use number::{Fixed, Overflow, Ratio, Rounding};
pub use outcome::*;
pub use part::{Part, chains, way};
pub use periods::*;
pub use policy::*;
pub use range::{days_back, frame_days, frame_range};
pub use scoring::*;
pub use sharing::*;
pub use term::*;
pub use time::{Day, Instant, Moment};
pub use value::{CodeList, TermUnit, Type, Unit, Value};
pub use window::{CalendarUnit, DayPick, Frame, PartialWindows, Period, Season, Window};
