//! Random policies as text, and random rows that fit them. Everything comes from a seed.

pub mod assess;
pub mod data;
pub mod expression;
pub mod policy;
mod relations;
pub mod rules;
pub mod schema;
pub mod words;
