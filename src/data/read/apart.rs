//! Rows of different kinds in one file: a column tells them apart, and each needs only some of the columns.

use hashbrown::HashMap;

/// How the rows of a file are told apart.
#[derive(Debug, Clone, Copy)]
pub struct Apart<'a> {
    /// The wanted column that tells.
    pub column: usize,
    /// What its texts stand for: a position in `needs`, or nothing that is read.
    pub values: &'a HashMap<String, Option<usize>>,
    /// By what rows stand for, the wanted columns that they need.
    pub needs: &'a [Vec<usize>],
}
