//! An assessment of one subject, made again: its lines, its total, its grade.

use super::Review;
use super::reader::{Figure, Reader};
use crate::engine::eval::eval;
use crate::engine::judge::facts::Own;
use crate::engine::judge::gates::{Passes, by_points};
use crate::engine::judge::scoring::{Place, Scoring};
use crate::engine::value::Tri;
use crate::model::{
    Adjustment, Assessment, AssessmentId, Clamp, GateAction, Group, Item, ItemScore, Line, NothingDue, Overflow, Ratio,
    UnknownCounts, Window,
};

/// An assessment of one subject and period, made again.
pub struct Scored<'r, 'a> {
    scoring: Scoring<'r, 'a>,
    /// What the lines come to.
    pub total: TotalTrace,
    /// The gates, in the order of the policy.
    pub gates: Vec<GateTrace<'a>>,
    /// The grade by the points.
    pub by_points: Option<u32>,
    /// The grade after the gates, be it withheld or not.
    pub after_gates: Option<u32>,
    /// There is no grade as yet.
    pub withheld: bool,
    /// A gate leaves the subject unscored.
    pub unscored: bool,
    /// All that stands in the end.
    last: Own,
}

/// How the total is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalTrace {
    /// Points of the items and groups of items; `None`: not scored.
    pub items: Option<Ratio>,
    /// Full points of all of them, and of those that have points.
    pub full: (Ratio, Ratio),
    /// The points of the items, scaled where some are left out.
    pub scaled: Option<Ratio>,
    /// With deductions and bonuses, before the bounds.
    pub before_bounds: Option<Ratio>,
    /// The total.
    pub total: Option<Ratio>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineTrace {
    /// Which.
    pub line: Line,
    /// Its points.
    pub points: Option<Ratio>,
    /// What it is.
    pub fate: Fate,
}

/// What a line is, and how it came to its points.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "a score has a handful of lines")]
pub enum Fate {
    /// An item.
    Item(ItemTrace),
    /// A group.
    Group(GroupTrace),
    /// A deduction or bonus.
    Adjustment(AdjustTrace),
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTrace {
    /// Full points; `None`: open.
    pub full: Option<Ratio>,
    /// The share, points or condition by which it is scored.
    pub value: Option<Figure>,
    /// Nothing was due, and what stands for that.
    pub nothing_due: Option<NothingDue>,
    /// It lacks points for want of data.
    pub in_doubt: bool,
    /// Its value is not exact, and the worse end of it counts.
    pub is_worst: bool,
    /// Points before what stands inside it, rounded.
    pub alone: Option<Ratio>,
    /// Names of the gates that took its points.
    pub lost_by: Vec<String>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupTrace {
    /// The sum of its lines.
    pub sum: Ratio,
    /// Its upper bound; the inner one is missing where it is open.
    pub cap: Option<Option<Ratio>>,
    /// The most that it takes away.
    pub loses: Option<Option<Ratio>>,
}

/// A deduction, bonus or payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjustTrace {
    /// Whether its condition holds (`None` inside: not decided); `None`: it has none.
    pub when: Option<Option<bool>>,
    /// Points or money for each.
    pub amount: Option<Figure>,
    /// The number of times; `None`: once.
    pub times: Option<Figure>,
    /// Its ceiling; `None`: it has none.
    pub cap: Option<Figure>,
    /// Amount times times, before the ceiling.
    pub product: Option<Ratio>,
}

/// A gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateTrace<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it does.
    pub action: &'a GateAction,
    /// Whether its condition holds; `None`: not decided.
    pub holds: Option<bool>,
    /// The grade that it names.
    pub names: Option<u32>,
    /// The grade before and after its pass, where it brought the change.
    pub moved: Option<(Option<u32>, Option<u32>)>,
}

impl<'a> Review<'a> {
    /// Makes an assessment of a subject and period again. `None`: there is none.
    #[must_use]
    pub fn scored(&self, id: AssessmentId, key: &str, window: Window) -> Option<Scored<'_, 'a>> {
        let assessment = self.policy().assessments.get(id)?;
        let subject = self.id_of(assessment.subject, key)?;
        let periods = &self.program().assessment_periods[id];
        let period = match assessment.every {
            None => 0,
            Some(_) => periods.iter().position(|period| *period == window)?,
        };
        let last = *self.judge.known.results.get(id)?.get(&(subject, window))?;
        let place = Place { id, subject, window, period };
        self.score(assessment, place, last).ok()
    }

    fn score(&self, assessment: &'a Assessment, place: Place, last: Own) -> Result<Scored<'_, 'a>, Overflow> {
        let mut scoring = Scoring::new(&self.judge, assessment, place, &self.judge.known);
        let total = scoring.run()?;
        let sums = scoring.sums()?;
        let scaled = scoring.items_total()?;
        let mut before = scaled;
        for line in &assessment.total_lines {
            let points = scoring.added(*line);
            before = before.map(|before| before.add(points)).transpose()?;
        }
        let own = Own { points: total, ..Own::default() };
        let mut unscored = false;
        for gate in assessment.gates.iter().filter(|gate| gate.action == GateAction::Unscored) {
            unscored |= scoring.context(own, false).truth_of(&gate.when)? == Tri::True;
        }
        let points = total.filter(|_| !unscored);
        let (mut grade, mut passes) = (None, None);
        if points.is_some() {
            let own = Own { points, ..Own::default() };
            grade = by_points(assessment, &scoring.context(own, false))?.0;
            passes = Some(Passes::of(assessment, grade, &scoring.context(Own { grade, ..own }, false))?);
        }
        let mut gates = Vec::new();
        for gate in &assessment.gates {
            let own = match gate.action {
                GateAction::LoseItem(_) => Own::default(),
                GateAction::Unscored => own,
                _ => Own { points, grade, ..Own::default() },
            };
            let context = scoring.context(own, false);
            let holds = Reader { subject: context }.holds(&gate.when);
            let named = gate.action.grade().map(|grade| eval(grade, &context)).transpose()?;
            let acted = passes.as_ref().and_then(|passes| {
                let (kind, ..) = passes.effects().into_iter().find(|(_, by, _)| std::ptr::eq(*by, gate))?;
                Some(match kind {
                    "raise" => (passes.by_points, passes.raised),
                    "cap" => (passes.raised, passes.capped),
                    "lower" => (passes.capped, passes.lowered),
                    "withhold" => (passes.last(), None),
                    _ => (passes.lowered, passes.set),
                })
            });
            gates.push(GateTrace {
                name: &gate.name,
                action: &gate.action,
                holds,
                names: named.and_then(|grade| u32::try_from(grade.value()?.num()).ok()),
                moved: acted,
            });
        }
        let full = sums.map_or((Ratio::ZERO, Ratio::ZERO), |sums| (sums.all, sums.kept));
        Ok(Scored {
            total: TotalTrace { items: sums.map(|sums| sums.sum), full, scaled, before_bounds: before, total },
            gates,
            by_points: grade,
            after_gates: passes.as_ref().and_then(Passes::last),
            withheld: passes.is_some_and(|passes| passes.withheld),
            unscored,
            last,
            scoring,
        })
    }
}

impl<'a> Scored<'_, 'a> {
    /// Where expressions are read when all stands.
    #[must_use]
    pub fn in_the_end(&self) -> Reader<'_, 'a> {
        Reader { subject: self.scoring.context(self.last, false) }
    }

    /// Where the tests of grades are read.
    #[must_use]
    pub fn at_tests(&self) -> Reader<'_, 'a> {
        let points = self.total.total.filter(|_| !self.unscored);
        Reader { subject: self.scoring.context(Own { points, ..Own::default() }, false) }
    }

    /// Where the conditions of gates on the grade are read.
    #[must_use]
    pub fn at_gates(&self) -> Reader<'_, 'a> {
        let points = self.total.total.filter(|_| !self.unscored);
        Reader { subject: self.scoring.context(Own { points, grade: self.by_points, ..Own::default() }, false) }
    }

    /// Where a line is read.
    #[must_use]
    pub fn at_line(&self, line: Line) -> Reader<'_, 'a> {
        let assessment = self.scoring.assessment();
        let unmet = match line {
            Line::Item(at) => assessment.items.get(at as usize).is_some_and(|i| i.unknown == UnknownCounts::Unmet),
            _ => false,
        };
        Reader { subject: self.scoring.context(self.own_at(line), unmet) }
    }

    /// The points so far where a line acts on the total.
    fn own_at(&self, line: Line) -> Own {
        let assessment = self.scoring.assessment();
        let mut so_far = self.total.scaled;
        for other in &assessment.total_lines {
            if *other == line || self.holds(*other, line) {
                return Own { points: so_far, ..Own::default() };
            }
            let points = self.scoring.added(*other);
            so_far = so_far.and_then(|so_far| so_far.add(points).ok());
        }
        Own::default()
    }

    /// Whether a group holds a line, itself or in a group inside it.
    fn holds(&self, group: Line, line: Line) -> bool {
        let Line::Group(at) = group else { return false };
        let lines = self.scoring.assessment().groups.get(at as usize).map_or(&[][..], |group| &group.lines[..]);
        lines.iter().any(|inside| *inside == line || self.holds(*inside, line))
    }

    /// Every line, as the policy lists them.
    #[must_use]
    pub fn lines(&self) -> Vec<LineTrace> {
        let assessment = self.scoring.assessment();
        let numbered = |count: usize| (0..count).filter_map(|at| u32::try_from(at).ok());
        let items = numbered(assessment.items.len()).zip(&assessment.items);
        let items = items.map(|(at, item)| (Line::Item(at), Fate::Item(self.item(at, item))));
        let groups = numbered(assessment.groups.len()).zip(&assessment.groups);
        let groups = groups.map(|(at, group)| (Line::Group(at), Fate::Group(self.group(at, group))));
        let others = numbered(assessment.adjustments.len()).zip(&assessment.adjustments);
        let others = others.map(|(at, line)| {
            let reader = self.at_line(Line::Adjustment(at));
            (Line::Adjustment(at), Fate::Adjustment(reader.adjustment(line)))
        });
        let trace = |(line, fate)| LineTrace { line, points: self.scoring.lines().points(line), fate };
        items.chain(groups).chain(others).map(trace).collect()
    }

    fn item(&self, at: u32, item: &'a Item) -> ItemTrace {
        let reader = self.at_line(Line::Item(at));
        let stands = self.scoring.lines().item(at as usize).unwrap_or_default();
        let alone = self.scoring.item_alone(item).unwrap_or_default();
        let value = match &item.score {
            ItemScore::Full => None,
            ItemScore::Share(expr) | ItemScore::When(expr) | ItemScore::Points(expr) => reader.read(expr),
        };
        let lost = self.gates.iter().filter(|g| g.holds == Some(true) && *g.action == GateAction::LoseItem(at));
        let unmet = item.unknown == UnknownCounts::Unmet;
        let due = stands.counts.map(|counts| counts.met + counts.unmet + if unmet { counts.unknown } else { 0 });
        ItemTrace {
            full: stands.max,
            value,
            nothing_due: (due == Some(0) && stands.max.is_some()).then_some(item.nothing_due),
            in_doubt: stands.in_doubt,
            is_worst: stands.is_worst,
            alone: alone.points,
            lost_by: lost.map(|gate| gate.name.to_owned()).collect(),
        }
    }

    fn group(&self, at: u32, group: &'a Group) -> GroupTrace {
        let reader = self.at_line(Line::Group(at));
        let bound = |bound: &'a Option<crate::model::Expr>| {
            let exact = |figure: Figure| if figure.known { figure.range.0 } else { None };
            bound.as_ref().map(|bound| reader.read(bound).and_then(exact))
        };
        let points = group.lines.iter().filter_map(|line| self.scoring.lines().points(*line));
        let sum = points.fold(Ratio::ZERO, |sum, points| sum.add(points).unwrap_or(sum));
        GroupTrace { sum, cap: bound(&group.cap), loses: bound(&group.loses) }
    }

    /// Which bounds the total is kept in.
    #[must_use]
    pub fn bounds(&self) -> (Option<Ratio>, Option<Ratio>) {
        let assessment = self.scoring.assessment();
        match assessment.clamp {
            Clamp::Both => (Some(Ratio::ZERO), assessment.out_of),
            Clamp::Floor => (Some(Ratio::ZERO), None),
            Clamp::Unbounded => (None, None),
        }
    }

    /// What deductions take off the total, and what of it is lost where there is a bound to that.
    #[must_use]
    pub fn lost(&self) -> (Ratio, Ratio) {
        let lines = self.scoring.assessment().total_lines.iter();
        let mut sums = (Ratio::ZERO, Ratio::ZERO);
        for line in lines {
            let found = self.scoring.lines().points(*line).unwrap_or(Ratio::ZERO);
            let less = |sum: Ratio, points: Ratio| sum.sub(points.min(Ratio::ZERO)).unwrap_or(sum);
            sums = (less(sums.0, found), less(sums.1, self.scoring.added(*line)));
        }
        sums
    }

    /// The period.
    #[must_use]
    pub fn window(&self) -> Window {
        self.scoring.place().window
    }
}

impl<'a> Reader<'_, 'a> {
    /// A deduction, bonus or payment as it is read here.
    #[must_use]
    pub fn adjustment(&self, line: &'a Adjustment) -> AdjustTrace {
        let read = |expr: &'a Option<crate::model::Expr>| expr.as_ref().and_then(|expr| self.read(expr));
        let (amount, times) = (self.read(&line.amount), read(&line.times));
        let found = match &line.times {
            // What is found counts: the lower end of an uncertain number.
            Some(_) => times.as_ref().and_then(|times| times.range.0),
            None => Some(Ratio::ONE),
        };
        let exact = amount.as_ref().filter(|amount| amount.known).and_then(|amount| amount.range.0);
        // Neither counts below 0.
        let product =
            exact.zip(found).and_then(|(amount, times)| amount.max(Ratio::ZERO).mul(times.max(Ratio::ZERO)).ok());
        AdjustTrace {
            when: line.when.as_ref().map(|when| self.holds(when)),
            amount,
            times,
            cap: read(&line.cap),
            product,
        }
    }
}
