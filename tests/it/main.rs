//! The shared integration binary: one module a room.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "tests may stop at the first surprise and print tables"
)]

mod bridge;
mod cases;
mod census;
mod check;
mod cli;
mod data;
mod explained;
mod files;
mod formatted;
mod generate;
mod keywords;
mod limits;
mod manual;
mod nights;
mod property;
mod reference;
mod sentences;
mod spec;
mod workdays;
