//! Decides the lines of an assessment of one subject: items with what stands inside them, groups, deductions and bonuses,
//! the total, in the order of docs/SEMANTICS.md, section 7.

use super::Judge;
use super::facts::{Facts, Own};
use super::lines::{AdjustLine, GroupLine, ItemLine, Lines};
use super::subject::{Assessing, Subject};
use crate::engine::eval::{eval, found_in_doubt, in_doubt};
use crate::engine::value::{Range, Tri};
use crate::model::{
    Assessment, AssessmentId, Clamp, Counts, Expr, GateAction, Item, ItemScore, Line, NothingDue, Overflow, Ratio,
    UnknownCounts, Window,
};

/// Sums over items.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// Points.
    pub sum: Ratio,
    /// Full points.
    pub all: Ratio,
    /// Full points of what has points.
    pub kept: Ratio,
}

/// Takes a line: name, points, most points, obligations.
type See<'s, 'a> = dyn FnMut(&'a str, Option<Ratio>, Option<Ratio>, Option<Counts>) + 's;

/// Which assessment is made of what, and when.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub id: AssessmentId,
    pub subject: u32,
    pub window: Window,
    pub period: usize,
}

/// One subject while its lines are decided.
pub(super) struct Scoring<'j, 'a> {
    judge: &'j Judge<'a>,
    assessment: &'a Assessment,
    place: Place,
    facts: &'j Facts,
    lines: Lines,
    unknown: u64,
    /// What each line adds that acts on the total, within what may be lost.
    added: Vec<(Line, Ratio)>,
}

impl<'j, 'a> Scoring<'j, 'a> {
    pub(super) fn new(judge: &'j Judge<'a>, assessment: &'a Assessment, place: Place, facts: &'j Facts) -> Self {
        let lines = Lines {
            may_lose: false,
            items: Vec::with_capacity(assessment.items.len()),
            groups: vec![GroupLine::EMPTY; assessment.groups.len()],
            adjustments: vec![AdjustLine::default(); assessment.adjustments.len()],
        };
        Scoring { judge, assessment, place, facts, lines, unknown: 0, added: Vec::new() }
    }

    /// The subject with what it has so far.
    pub(super) fn context(&self, own: Own, unknown_unmet: bool) -> Subject<'_, 'a> {
        let Place { id, subject, window, period } = self.place;
        let at = Assessing { id, period, unknown_unmet, own, lines: &self.lines };
        self.judge.assessed_subject(id, subject, window, self.facts, at)
    }

    /// Decides every line and gives the total; `None`: not scored.
    pub(super) fn run(&mut self) -> Result<Option<Ratio>, Overflow> {
        for item in &self.assessment.items {
            let line = self.item(item)?;
            self.lines.items.push(line);
        }
        self.lose_items()?;
        for line in &self.lines.items {
            self.unknown += line.counts.map_or(0, |counts| counts.unknown);
            let not_assessed = line.points.is_none() && !line.left_out && !line.not_scored;
            self.unknown += u64::from(not_assessed || line.is_worst);
        }
        for at in &self.assessment.group_order {
            self.group_of_items(*at)?;
        }
        let scored = self.items_total()?;
        let mut total = scored.unwrap_or(Ratio::ZERO);
        let mut to_lose = match &self.assessment.loses {
            None => None,
            Some(loses) => {
                let most = eval(loses, &self.context(Own::default(), false))?.range().not_below_zero().value();
                // Without its bound nothing is lost: what is unknown never lowers a total.
                self.unknown += u64::from(most.is_none());
                Some(most.unwrap_or(Ratio::ZERO))
            }
        };
        for line in &self.assessment.total_lines {
            let own = Own { points: scored.map(|_| total), ..Own::default() };
            let mut added = self.adjusting(*line, own)?;
            if let Some(left) = &mut to_lose
                && added < Ratio::ZERO
            {
                added = added.max(left.neg()?);
                *left = left.add(added)?;
            }
            self.added.push((*line, added));
            total = total.add(added)?;
        }
        if self.assessment.clamp != Clamp::Unbounded {
            total = total.max(Ratio::ZERO);
        }
        if let (Clamp::Both, Some(out_of)) = (self.assessment.clamp, self.assessment.out_of) {
            total = total.min(out_of);
        }
        Ok(scored.map(|_| total))
    }

    /// What a line adds that acts on the total.
    pub(super) fn added(&self, line: Line) -> Ratio {
        self.added.iter().find(|(other, _)| *other == line).map_or(Ratio::ZERO, |(_, added)| *added)
    }

    /// Unknown obligations in items, and lines that are not assessed.
    pub(super) fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Hands out every line: name, points, most points, obligations.
    pub(super) fn list(&self, see: &mut See<'_, 'a>) {
        for (item, line) in self.assessment.items.iter().zip(&self.lines.items) {
            see(&item.name, line.points, line.max, line.counts);
        }
        for (group, line) in self.assessment.groups.iter().zip(&self.lines.groups) {
            let most = if group.of_items { Some(line.full) } else { line.cap };
            see(&group.name, line.points, most, None);
        }
        for (adjustment, line) in self.assessment.adjustments.iter().zip(&self.lines.adjustments) {
            see(&adjustment.name, line.points, line.cap, line.counts);
        }
    }

    pub(super) fn finish(self) -> Lines {
        self.lines
    }

    fn item(&mut self, item: &'a Item) -> Result<ItemLine, Overflow> {
        let mut line = self.item_alone(item)?;
        if let (Some(mut points), Some(max)) = (line.points, line.max)
            && !item.body.is_empty()
        {
            for at in item.body_lines() {
                points = points.add(self.adjustment(at, Own::default())?)?;
            }
            let above = if item.above_full { points } else { points.min(self.assessment.round(max)?) };
            line.points = Some(above.max(Ratio::ZERO));
        }
        Ok(line)
    }

    /// An item without what stands inside it.
    pub(super) fn item_alone(&self, item: &'a Item) -> Result<ItemLine, Overflow> {
        let assessment = self.assessment;
        let context = self.context(Own::default(), item.unknown == UnknownCounts::Unmet);
        let max = eval(&item.max, &context)?.value();
        let counts = self.judge.counts_behind(crate::program::score_exprs(&item.score), &context, self.facts);
        let mut line = ItemLine { max, counts, ..ItemLine::default() };
        let Some(max) = max else {
            line.in_doubt = item_in_doubt(item, counts, &context)?;
            return Ok(line);
        };
        let unknown = if item.unknown == UnknownCounts::Unmet { counts.map_or(0, |c| c.unknown) } else { 0 };
        if counts.is_some_and(|counts| counts.met + counts.unmet + unknown == 0) {
            match item.nothing_due {
                NothingDue::Full => line.points = Some(assessment.round(max)?),
                NothingDue::Zero => line.points = Some(Ratio::ZERO),
                NothingDue::LeftOut => line.left_out = true,
                NothingDue::NotScored => line.not_scored = true,
            }
        } else {
            let mut value = score(&item.score, max, &context)?;
            if value.is_none() && item.unknown == UnknownCounts::Unmet {
                value = Some(worst(&item.score, max, assessment.lowest_best, &context)?);
                line.is_worst = true;
            }
            line.points = value.map(|v| assessment.round(v.min(max).max(Ratio::ZERO))).transpose()?;
        }
        if line.points.is_none() {
            line.in_doubt = item_in_doubt(item, counts, &context)?;
        }
        Ok(line)
    }

    /// What gates take away.
    fn lose_items(&mut self) -> Result<(), Overflow> {
        let (mut lost, mut unsure) = (Vec::new(), Vec::new());
        for gate in &self.assessment.gates {
            let GateAction::LoseItem(at) = gate.action else { continue };
            match self.context(Own::default(), false).decided(&gate.when)? {
                Some(Tri::True) => lost.push(at as usize),
                Some(_) => {}
                None => unsure.push(at as usize),
            }
        }
        for at in lost {
            if let Some(line) = self.lines.items.get_mut(at)
                && line.max.is_some()
            {
                *line = ItemLine {
                    points: Some(Ratio::ZERO),
                    left_out: false,
                    not_scored: false,
                    is_worst: false,
                    in_doubt: false,
                    ..*line
                };
            }
        }
        for at in unsure {
            let line = self.lines.items.get(at);
            let changes = line.is_some_and(|line| line.max.is_some() && line.points != Some(Ratio::ZERO));
            self.unknown += u64::from(changes);
            self.lines.may_lose |= changes;
        }
        Ok(())
    }

    fn group_of_items(&mut self, at: u32) -> Result<(), Overflow> {
        let Some(group) = self.assessment.groups.get(at as usize) else { return Ok(()) };
        let (mut sum, mut full, mut counted, mut any) = (Ratio::ZERO, Ratio::ZERO, Ratio::ZERO, false);
        for line in &group.lines {
            let (points, most, kept) = self.part(*line);
            full = full.add(most)?;
            counted = counted.add(kept)?;
            if let Some(points) = points {
                any = true;
                sum = sum.add(points)?;
            }
        }
        let mut doubt = false;
        let cap = match &group.cap {
            None => None,
            Some(cap) => {
                let context = self.context(Own::default(), false);
                let value = eval(cap, &context)?.range().not_below_zero().value();
                if value.is_none() {
                    // Without its bound the group is not assessed.
                    any = false;
                    doubt = in_doubt(cap, &context)?;
                    self.unknown += 1;
                }
                value
            }
        };
        if any {
            for line in &group.lines {
                let adjusts = match line {
                    Line::Item(_) => false,
                    Line::Group(at) => self.assessment.groups.get(*at as usize).is_some_and(|group| !group.of_items),
                    Line::Adjustment(_) => true,
                };
                if adjusts {
                    sum = sum.add(self.adjusting(*line, Own::default())?)?;
                }
            }
            let bound = match cap {
                None if group.above_full => None,
                None => Some(self.assessment.round(full)?),
                cap => cap,
            };
            sum = bound.map_or(sum, |bound| sum.min(bound)).max(Ratio::ZERO);
        }
        let bounded = |n: Ratio| cap.map_or(n, |cap| n.min(cap));
        if let Some(line) = self.lines.groups.get_mut(at as usize) {
            line.points = any.then_some(sum);
            line.in_doubt = doubt;
            line.full = bounded(full);
            line.counted = if any { bounded(counted) } else { Ratio::ZERO };
        }
        Ok(())
    }

    /// Points, full points, and full points where there are points, of an item or group of items.
    fn part(&self, line: Line) -> (Option<Ratio>, Ratio, Ratio) {
        match line {
            Line::Item(at) => self.lines.items.get(at as usize).map_or((None, Ratio::ZERO, Ratio::ZERO), |line| {
                let max = line.max.unwrap_or(Ratio::ZERO);
                (line.points, max, if line.points.is_some() { max } else { Ratio::ZERO })
            }),
            Line::Group(at) if self.assessment.groups.get(at as usize).is_some_and(|group| group.of_items) => self
                .lines
                .groups
                .get(at as usize)
                .map_or((None, Ratio::ZERO, Ratio::ZERO), |line| (line.points, line.full, line.counted)),
            Line::Group(_) | Line::Adjustment(_) => (None, Ratio::ZERO, Ratio::ZERO),
        }
    }

    /// Sum of the items and groups of items, scaled for what is left out or not assessed; `None`: not scored.
    pub(super) fn items_total(&self) -> Result<Option<Ratio>, Overflow> {
        if self.lines.items.iter().any(|item| item.not_scored) {
            return Ok(None);
        }
        let Some(Sums { sum, all, kept }) = self.sums()? else { return Ok(None) };
        if all == kept {
            return Ok(Some(sum));
        }
        // What is unknown must not lower the total: it is scaled like what is left out.
        match sum.mul(all)?.div(kept)? {
            Some(scaled) => self.assessment.round(scaled).map(Some),
            None => Ok(Some(sum)),
        }
    }

    /// Sums over the items and groups of items that no group holds; `None`: there are some, and none has points.
    pub(super) fn sums(&self) -> Result<Option<Sums>, Overflow> {
        let mut sums = Sums { sum: Ratio::ZERO, all: Ratio::ZERO, kept: Ratio::ZERO };
        let mut scored = self.assessment.items.is_empty();
        for line in self.assessment.top_lines() {
            let (points, full, counted) = self.part(line);
            sums.all = sums.all.add(full)?;
            sums.kept = sums.kept.add(counted)?;
            scored |= points.is_some();
            sums.sum = sums.sum.add(points.unwrap_or(Ratio::ZERO))?;
        }
        Ok(scored.then_some(sums))
    }

    /// The lines as they stand.
    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// The assessment.
    pub(super) fn assessment(&self) -> &'a Assessment {
        self.assessment
    }

    /// What is assessed, and when.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// What a deduction, a bonus or a group of them adds; nothing where it is not assessed.
    fn adjusting(&mut self, line: Line, own: Own) -> Result<Ratio, Overflow> {
        let at = match line {
            Line::Adjustment(at) => return self.adjustment(at, own),
            Line::Group(at) => at,
            Line::Item(_) => return Ok(Ratio::ZERO),
        };
        let Some(group) = self.assessment.groups.get(at as usize) else { return Ok(Ratio::ZERO) };
        let mut sum = Ratio::ZERO;
        for line in &group.lines {
            sum = sum.add(self.adjusting(*line, own)?)?;
        }
        let bound = |bound: &'a Option<Expr>| match bound {
            None => Ok(None),
            Some(bound) => eval(bound, &self.context(own, false)).map(|v| Some(v.range().not_below_zero().value())),
        };
        let (cap, loses) = (bound(&group.cap)?, bound(&group.loses)?);
        let points = match (cap, loses) {
            (Some(None), _) | (_, Some(None)) => None,
            _ => {
                let lowest = loses.flatten().map(Ratio::neg).transpose()?;
                let capped = cap.flatten().map_or(sum, |cap| sum.min(cap));
                Some(lowest.map_or(capped, |lowest| capped.max(lowest)))
            }
        };
        self.unknown += u64::from(points.is_none());
        if let Some(line) = self.lines.groups.get_mut(at as usize) {
            (line.points, line.cap) = (points, cap.flatten());
        }
        Ok(points.unwrap_or(Ratio::ZERO))
    }

    fn adjustment(&mut self, at: u32, own: Own) -> Result<Ratio, Overflow> {
        let Some(adjustment) = self.assessment.adjustments.get(at as usize) else { return Ok(Ratio::ZERO) };
        let context = self.context(own, false);
        let (value, cap) = self.judge.adjust(adjustment, &context)?;
        let value = value.map(|v| self.assessment.round(v)).transpose()?;
        let points = match value {
            Some(v) if !adjustment.bonus => Some(v.neg()?),
            v => v,
        };
        let counts = self.judge.counts_behind(crate::program::adjustment_exprs(adjustment), &context, self.facts);
        let unsure = points.is_none() || self.judge.found_only(adjustment, &context)?;
        let mut is_doubtful = false;
        for expr in crate::program::adjustment_exprs(adjustment).filter(|_| unsure) {
            is_doubtful |= found_in_doubt(expr, &context)?;
        }
        self.unknown += u64::from(unsure);
        if let Some(line) = self.lines.adjustments.get_mut(at as usize) {
            *line = AdjustLine { points, cap, counts, in_doubt: is_doubtful };
        }
        Ok(points.unwrap_or(Ratio::ZERO))
    }
}

/// Whether an item without points lacks them for want of data: of records, of a value that is open, or because
/// obligations are unknown or pending.
fn item_in_doubt<'a>(item: &'a Item, counts: Option<Counts>, context: &Subject<'_, 'a>) -> Result<bool, Overflow> {
    if counts.is_some_and(|counts| counts.unknown + counts.pending > 0) || in_doubt(&item.max, context)? {
        return Ok(true);
    }
    for expr in crate::program::score_exprs(&item.score) {
        if in_doubt(expr, context)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Points by the score of an item, not yet bounded.
fn score<'a>(score: &'a ItemScore, max: Ratio, context: &Subject<'_, 'a>) -> Result<Option<Ratio>, Overflow> {
    Ok(match score {
        ItemScore::Full => Some(max),
        ItemScore::Share(share) => eval(share, context)?.value().map(|share| max.mul(share)).transpose()?,
        ItemScore::When(when) => match context.truth_of(when)? {
            Tri::True => Some(max),
            Tri::False => Some(Ratio::ZERO),
            Tri::Unknown => None,
        },
        ItemScore::Points(points) => eval(points, context)?.value(),
    })
}

/// The worse end of the points of a value that is not exact: none, or all where the lowest are best, if it has no end.
fn worst<'a>(score: &'a ItemScore, max: Ratio, lowest_best: bool, cx: &Subject<'_, 'a>) -> Result<Ratio, Overflow> {
    let range = match score {
        ItemScore::Full | ItemScore::When(_) => Range::ANY,
        ItemScore::Share(share) => eval(share, cx)?.range().mul(Range::exact(max))?,
        ItemScore::Points(points) => eval(points, cx)?.range(),
    };
    Ok(if lowest_best { range.hi.unwrap_or(max) } else { range.lo.unwrap_or(Ratio::ZERO) })
}
