//! Records that are the first in a matter.

use super::expr::Expr;
use super::ids::KindId;

/// Only the first record in each matter counts, whoever it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPer {
    /// The records that may be the first, by kind.
    pub rivals: Vec<Rival>,
    /// Where several are first.
    pub ties: Ties,
    /// Records by which a matter was known, and whether those at the same time as the first take its place too.
    pub known: Option<(Vec<Rival>, bool)>,
}

/// Records of a kind, and what their matter is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rival {
    /// The kind.
    pub kind: KindId,
    /// Which records.
    pub filter: Option<Expr>,
    /// Fields that compare by their values.
    pub matter: Vec<Expr>,
}

/// Several records are first in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ties {
    /// Each counts for its part: of n records each for 1/n.
    Shared,
    /// Each counts.
    All,
    /// None counts.
    None,
    /// The one with the smallest key counts.
    ByKey,
}

impl FirstPer {
    /// The kinds of all records that are looked at.
    pub fn kinds(&self) -> impl Iterator<Item = KindId> {
        let known = self.known.iter().flat_map(|(rivals, _)| rivals);
        self.rivals.iter().chain(known).map(|rival| rival.kind)
    }
}
