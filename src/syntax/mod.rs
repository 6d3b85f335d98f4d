//! Text to tree.

mod build;
mod expected;
#[cfg(test)]
mod keyword_grammar;
pub mod keywords;
mod parse;
mod recover;
mod scan;
pub mod tree;
mod words;

pub use parse::parse;
