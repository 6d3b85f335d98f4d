//! Text to tree.

mod build;
#[cfg(test)]
mod keyword_grammar;
pub mod keywords;
mod parse;
mod scan;
pub mod tree;

pub use parse::parse;
