//! wangge: a bilingual policy language for place-based duties, its checker, and an exact engine.
//!
//! A policy says who owes what, how often, and what it is worth; wangge reads it, checks it, and scores
//! records against it, exactly and with reasons. The rooms of the crate are the stages of that way:
//!
//! | stage | module | from | to |
//! | --- | --- | --- | --- |
//! | texts and places | [`source`] | files, strings | [`source::Sources`] |
//! | parse | [`syntax`] | text | [`syntax::tree::File`], [`diagnostic::Diagnostic`]s |
//! | check | [`check`] | trees | [`model::Policy`], diagnostics |
//! | compile | [`program`] | a policy and a [`program::RunSpec`] | [`program::Program`] |
//! | observe, merge | [`engine`] | column [`engine::batch`]es | [`engine::Ledger`] |
//! | judge | [`engine`] | a ledger | [`model::Finding`]s, [`model::Results`] |
//! | report, explain | [`report`] | outcomes | CSV, JSON, reasons |
//!
//! [`data`] reads manifests and files and runs all of this over them; [`testing`] runs the tests of a
//! policy; [`limits`] holds every limit with its reason. The command line (feature `cli`) adds nothing but arguments and printing.
//!
//! # From a text and columns to an outcome
//!
//! No file is needed: records come as columns, laid out as Arrow's.
//!
//! ```
//! use std::borrow::Cow;
//! use std::collections::BTreeMap;
//! use wangge::engine::batch::{Batch, Column, Values};
//! use wangge::engine::{Ledger, RegistersBuilder, judge};
//! use wangge::model::{AsOf, Day, FindingFilter, Period};
//! use wangge::program::{Program, RunSpec};
//! use wangge::source::Sources;
//!
//! // Parse and check. Both give a value and diagnostics, in English and Chinese.
//! let text = "policy plan {
//!     entity area { key id : text }
//!     record walk { area : area  at on : date }
//!     rule weekly_walk cites P-1 : each area has at least 1 walk every week
//! }";
//! let mut sources = Sources::default();
//! let id = sources.add("plan.wg", text);
//! let (file, problems) = wangge::syntax::parse(id, text);
//! assert!(problems.is_empty());
//! let checked = wangge::check::check(&[(id, file)], &sources);
//! assert!(checked.diagnostics.is_empty());
//! let policy = &checked.policies[0];
//!
//! // Compile for two weeks, of which all walks are on file.
//! let period = Period::parse("2024-01-01..2024-01-14").ok_or("period")?;
//! let walk = policy.kind_named("walk").ok_or("walk")?;
//! let spec = RunSpec {
//!     period,
//!     as_of: AsOf::day(period.window.end),
//!     coverage: BTreeMap::from([(walk, vec![period.window])]),
//!     calendars: BTreeMap::new(),
//!     any_as_of: false,
//! };
//! let program = Program::compile(policy, &spec)?;
//!
//! // Observe two batches, each into a ledger of its own, and merge: in which order does not matter.
//! let (registers, _) = RegistersBuilder::new(&program).freeze();
//! let observe = |area: &str, day: &str| -> Result<Ledger, Box<dyn std::error::Error>> {
//!     let text = Values::Text([area].into_iter().collect());
//!     let days = Values::Day(Cow::Owned(vec![Day::parse(day).ok_or("day")?.0]));
//!     let columns = [text, days].map(|values| Some(Column { valid: None, values })).into();
//!     let mut ledger = Ledger::new(&program, &registers);
//!     ledger.observe(&program, &registers, &Batch { kind: walk, row_count: 1, columns, since: None, until: None })?;
//!     Ok(ledger)
//! };
//! let mut ledger = observe("A1", "2024-01-03")?;
//! ledger.merge(observe("A2", "2024-01-10")?);
//!
//! // Judge.
//! let mut unmet = Vec::new();
//! let results = judge(&program, &registers, &ledger, FindingFilter::Unmet, &mut |finding| {
//!     unmet.push(format!("{} {}", finding.subject, finding.start));
//! })?;
//! assert_eq!(unmet, ["A1 2024-01-08", "A2 2024-01-01"]);
//! assert_eq!((results.rules[0].met, results.rules[0].unmet), (2, 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/link.rs` scores a manifest through the library, `examples/columns.rs` feeds columns.
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
mod held;
pub mod limits;
pub mod model;
mod packed;
pub mod program;
pub mod report;
pub mod source;
pub mod syntax;
pub mod testing;
mod threads;
