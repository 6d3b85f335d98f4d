//! Policy tests: small cases written beside a policy, run by the engine or by any other reader of the model.
//!
//! The format is described in `docs/TESTS.md`. [`read`] gives the cases of a file as written,
//! [`bind`] holds one against its policy, [`compare`] tells what a run gave that was not expected.

pub mod bind;
pub mod case;
pub mod compare;
pub mod coverage;
pub mod policy;
pub mod read;
pub mod run;

pub use bind::{BoundCase, InputRow, InputValue, bind};
pub use case::{
    BrokenCase, Case, CaseFile, Coverage, Expected, ExpectedEffect, ExpectedFinding, ExpectedItem, ExpectedScore,
};
pub use compare::{ExpectedRow, Failure, compare};
pub use coverage::{RuleCoverage, Seen, UnitCoverage};
pub use policy::CasePolicies;
pub use read::read;
pub use run::{CaseStopped, run};
