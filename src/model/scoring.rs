//! How the points of an assessment are put together: lines, groups, bounds.

use super::assessment::{Assessment, EffectKind, Item, SortKey};
use super::award::{Quota, TiesAtLimit};
use super::expr::{Expr, Path};
use super::money::{Budget, Payee, Pool};
use super::number::{Overflow, Ratio, Rounding};

/// A line of an assessment: what items.csv prints as a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Line {
    /// The item at this position in `Assessment::items`.
    Item(u32),
    /// The group at this position in `Assessment::groups`.
    Group(u32),
    /// The deduction or bonus at this position in `Assessment::adjustments`.
    Adjustment(u32),
}

/// What expressions read of the lines of their own assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineValue {
    /// The points of a line, a deduction's below 0.
    Points(Line),
    /// How many items have their full points (items of 0 points apart).
    FullItems,
    /// In what clears a counter: its own points on the last day of the window that ends.
    Standing,
}

/// Lines that are added up, within bounds.
///
/// INVARIANT (lines of a group): a group of items holds items, groups of either sort, deductions and bonuses; a
/// group without items holds deductions, bonuses and groups without items.
#[derive(Debug, Clone)]
pub struct Group {
    /// Name, with those of the groups around it: `A/B`.
    pub name: String,
    /// Its lines in the order written.
    pub lines: Vec<Line>,
    /// It holds an item, itself or in a group inside it.
    pub of_items: bool,
    /// Upper bound of its points.
    pub cap: Option<Expr>,
    /// The most that it takes away (groups without items).
    pub loses: Option<Expr>,
    /// Without `cap`: a group of items may pass the sum of its full points.
    pub above_full: bool,
}

/// To what points and money are rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Precision {
    /// Decimal places.
    pub places: u32,
    /// Instead of places: multiples of this.
    pub multiple: Option<Ratio>,
    /// How.
    pub rounding: Rounding,
}

impl Precision {
    /// A number brought to it.
    ///
    /// Errors on overflow.
    pub fn round(&self, number: Ratio) -> Result<Ratio, Overflow> {
        match self.multiple {
            None => number.round(self.places, self.rounding),
            Some(step) => match number.div(step)? {
                Some(steps) => steps.round(0, self.rounding)?.mul(step),
                None => Ok(number),
            },
        }
    }
}

/// Within which bounds a total is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Clamp {
    /// [0, out of]
    Both,
    /// At least 0
    Floor,
    /// None
    Unbounded,
}

/// Prizes in an order: who has one is out of the next.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// Name.
    pub name: String,
    /// Highest first.
    pub prizes: Vec<Prize>,
    /// Who may get one. Subjects under a veto that bars awards never do.
    pub among: Option<Expr>,
    /// Groups, each with its own prizes.
    pub within: Option<Path>,
    /// Order: points first, then these.
    pub keys: Vec<SortKey>,
    /// When the last place of a prize is shared.
    pub ties: TiesAtLimit,
    /// Those who tie take the places that follow, and share what their places bring.
    pub pool: Option<Pool>,
    /// Places that nobody takes are added to the next prize.
    pub pass_on: bool,
    /// The most that the prizes of a group come to together.
    pub budget: Option<Budget>,
}

/// A prize of a ladder.
#[derive(Debug, Clone)]
pub struct Prize {
    /// Name.
    pub name: String,
    /// Kind of effect.
    pub kind: EffectKind,
    /// How many places.
    pub quota: Quota,
    /// What a subject must fulfil (a floor on the points).
    pub when: Option<Expr>,
    /// Amount of money, if any.
    pub amount: Option<Expr>,
    /// Recipient and payer.
    pub payee: Payee,
}

/// At most so many subjects of a group have a grade; who is beyond takes the next.
#[derive(Debug, Clone)]
pub struct GradeQuota {
    /// Name.
    pub name: String,
    /// The grade, never the last.
    pub grade: u32,
    /// How many places.
    pub quota: Quota,
    /// Who counts; others keep their grade.
    pub among: Option<Expr>,
    /// Groups, each with its own quota.
    pub within: Option<Path>,
    /// Order: points first, then these.
    pub keys: Vec<SortKey>,
    /// When the last place is shared.
    pub ties: TiesAtLimit,
}

impl Assessment {
    /// Points brought to the assessment's precision.
    ///
    /// Errors on overflow.
    pub fn round(&self, points: Ratio) -> Result<Ratio, Overflow> {
        Precision { places: self.places, multiple: self.multiple, rounding: self.rounding }.round(points)
    }

    /// The items, positions and all, that no group holds.
    #[must_use]
    pub fn top_lines(&self) -> Vec<Line> {
        let inside = |line: &Line| self.groups.iter().any(|group| group.lines.contains(line));
        let items = (0..self.items.len()).filter_map(|at| u32::try_from(at).ok()).map(Line::Item);
        let groups = (self.groups.iter().enumerate())
            .filter(|(_, group)| group.of_items)
            .filter_map(|(at, _)| u32::try_from(at).ok().map(Line::Group));
        items.chain(groups).filter(|line| !inside(line)).collect()
    }
}

impl Item {
    /// Deductions and bonuses inside the item, in the order written.
    pub fn body_lines(&self) -> impl Iterator<Item = u32> + '_ {
        self.body.iter().copied()
    }
}
