//! The tree of a policy file, as written: names unresolved, spans kept, bad statements as error nodes.

#![allow(missing_docs, reason = "fields of variants are named after the form that the variant shows")]

mod assess;
mod decl;
mod expr;
mod money;
mod rule;

pub use assess::*;
pub use decl::*;
pub use expr::*;
pub use money::*;
pub use rule::*;
