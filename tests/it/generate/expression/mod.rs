//! Random expressions of a wanted type, as text.

mod condition;
mod known;
mod moment;
mod number;
mod results;
mod source;

pub use known::{Assessment, Counter, Known, Measure, Param, ParamType, Place, Rule, Type};
pub use source::{SourceText, SourceWant, frame};

use super::words::Words;

/// Which bounds a count may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    Any,
    /// Parts that are joined by `and` must not contradict each other.
    Least,
    Most,
}

pub fn w_pick(w: &mut Words, ids: &[&'static str]) -> &'static str {
    ids[w.below(ids.len())]
}
