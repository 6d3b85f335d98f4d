//! Observe, ledger, judge.
pub mod batch;
