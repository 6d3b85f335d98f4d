//! Policy tests: small cases written beside a policy, run by the engine or by any other reader of the model.
//!
//! The format is described in `docs/TESTS.md`. [`read`] gives the cases of a file as written,
//! [`bind`] holds one against its policy, [`compare`] tells what a run gave that was not expected.

pub mod case;
pub mod compare;
pub mod read;

pub use case::{Case, CaseFile, Coverage, Expected, ExpectedEffect, ExpectedFinding, ExpectedItem, ExpectedScore};
pub use compare::{Failure, compare};
pub use read::read;
