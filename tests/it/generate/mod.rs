//! Random policies as text, and random rows that fit them. Everything comes from a seed.

pub mod assess;
mod cases;
pub mod counter;
pub mod data;
pub mod expression;
mod firsts;
mod lines;
pub mod money;
pub mod policy;
mod prizes;
mod relations;
pub mod rules;
pub mod schema;
mod siblings;
pub mod terms;
pub mod times;
pub mod words;
