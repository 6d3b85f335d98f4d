//! The shared integration binary: one module a room.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "tests may stop at the first surprise and print tables"
)]

mod check;
mod cli;
mod data;
#[allow(dead_code, reason = "used by the property tests")]
mod reference;
