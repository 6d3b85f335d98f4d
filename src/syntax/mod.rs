//! Text to tree.

mod brackets;
mod build;
mod caps;
mod declared;
mod describe;
mod expected;
#[cfg(test)]
mod first_words;
mod format;
mod habits;
#[cfg(test)]
mod keyword_grammar;
pub mod keywords;
mod meant;
pub(crate) mod numerals;
mod other_forms;
mod parse;
mod phrases;
mod recover;
mod scan;
mod slips;
pub mod spaces;
mod statements;
pub mod tree;
mod word_order;
#[cfg(test)]
mod word_tree;
mod words;

pub use format::format;
pub use parse::parse;
