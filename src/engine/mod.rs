//! Observe, ledger, judge. Sees only the program and batches; no I/O, no clock.

pub mod batch;
mod bounds;
mod cell;
pub mod changed;
mod counts;
mod eval;
mod fingerprint;
mod first;
mod index;
mod judge;
mod keys;
mod later;
mod ledger;
mod numbered;
mod observe;
mod pool;
mod referred;
mod registers;
mod resolve;
mod segments;
mod select;
mod stand_ins;
mod table;
pub mod trace;
mod value;
mod world;

pub use fingerprint::{Fingerprint, Hash};
pub use judge::{Run, RunError, Settled, judge, judge_all, judge_each, judge_on, plain_rules, review};
pub use later::Unsettled;
pub use ledger::Ledger;
pub use observe::Observed;
pub use pool::{Pool, Waiting};
pub use registers::{BatchReject, Registers, RegistersBuilder};
