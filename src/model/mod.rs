//! The checked model: what every later stage may depend on.
//!
//! No I/O, no clock, no knowledge of any domain. Exact numbers, civil time, windows, calendars,
//! and the policy with its names resolved.

pub mod acting;
mod aggregate;
mod assessment;
mod award;
pub mod calendar;
pub mod counter;
pub mod cover;
mod currency;
mod elapsed;
pub mod expr;
pub mod first;
pub mod given;
pub mod hours;
pub mod ids;
mod kind;
mod money;
pub mod number;
pub mod outcome;
mod part;
mod period;
pub mod periods;
pub mod policy;
mod range;
mod rule;
pub mod scoring;
mod sharing;
pub mod term;
pub mod time;
pub mod value;
pub mod window;
mod windows;

pub use acting::*;
pub use aggregate::*;
pub use assessment::*;
pub use award::*;
pub use counter::*;
pub use cover::{Cover, CoverBase, CoverTake};
pub use currency::Currency;
pub use expr::*;
pub use first::*;
pub use hours::{Hours, WorkTime, counting_day, day_start};
pub use ids::*;
pub use kind::*;
pub use money::*;
pub use number::{Fixed, Overflow, Ratio, Rounding};
pub use outcome::*;
pub use part::{Part, chains, way};
pub use period::Period;
pub use periods::*;
pub use policy::*;
pub use range::{days_back, frame_days, frame_range};
pub use rule::*;
pub use scoring::*;
pub use sharing::*;
pub use term::*;
pub use time::{Day, Instant, Moment};
pub use value::{CodeList, TermUnit, Type, Unit, Value};
pub use window::{CalendarUnit, DayPick, Frame, PartialWindows, Season, Window, YearStart};
