//! wangge: a bilingual policy language for place-based duties, its checker, and an exact engine.
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests may stop at the first surprise")
)]

pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod data;
pub mod diagnostic;
pub mod engine;
pub mod limits;
pub mod model;
pub mod program;
pub mod report;
pub mod source;
pub mod syntax;
pub mod testing;
