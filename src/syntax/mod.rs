//! Text to tree.

mod build;
pub mod keywords;
#[cfg(test)]
mod keyword_grammar;
mod parse;
mod scan;
pub mod tree;

pub use parse::parse;
