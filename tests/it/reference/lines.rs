//! Lines of an assessment: items, groups, deductions and bonuses, and their total (section 7, 1 to 4).

use std::collections::BTreeMap;

use wangge::model::{
    Adjustment, Assessment, Clamp, Counts, Expr, GateAction, Item, ItemScore, Line, LineValue, NothingDue,
    UnknownCounts,
};

use super::Run;
use super::assessment::tallies_in;
use super::eval::{Context, Own};
use super::value::{Num, Range, V, int, num, round};

/// What each line has come to.
#[derive(Debug, Clone, Default)]
pub struct Lines(BTreeMap<Line, Row>);

/// A line.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub points: Option<Num>,
    pub max: Option<Num>,
    pub counts: Option<Counts>,
    /// An item without points because nothing was due.
    idle: bool,
    /// Not known, and counted at the worse end.
    worse: bool,
    /// Without points for want of data, not because nothing is there.
    doubt: bool,
    /// Of a group of items: the full points of what has points in it.
    kept: Option<Num>,
    /// Of an item: its full points as they are rounded.
    most: Option<Num>,
}

impl Lines {
    pub fn value(&self, value: LineValue) -> V {
        match value {
            LineValue::Points(line) => self.points(line).map_or(V::Unknown, V::number),
            LineValue::Standing => V::Unknown,
            LineValue::FullItems => {
                let items = self.0.iter().filter(|(line, _)| matches!(line, Line::Item(_))).map(|(_, row)| row);
                let full = items.clone().filter(|row| row.points.is_some() && row.points >= row.most);
                let full = full.filter(|row| row.most > Some(int(0))).count();
                let open = items.filter(|row| row.points.is_none() && !row.idle).count();
                let count = |n: usize| Some(int(i64::try_from(n).expect("few")));
                V::Num(Range { lo: count(full), hi: count(full + open) })
            }
        }
    }

    /// Whether more may be there than deductions and bonuses have found.
    pub fn found_only(&self) -> bool {
        self.0.iter().any(|(line, row)| matches!(line, Line::Adjustment(_)) && row.doubt)
    }

    fn points(&self, line: Line) -> Option<Num> {
        self.0.get(&line).and_then(|row| row.points.clone())
    }

    /// Every line with its name.
    pub fn rows<'a>(&'a self, a: &'a Assessment) -> impl Iterator<Item = (&'a String, Row)> + 'a {
        let name = |line: &Line| match line {
            Line::Item(at) => &a.items[*at as usize].name,
            Line::Group(at) => &a.groups[*at as usize].name,
            Line::Adjustment(at) => &a.adjustments[*at as usize].name,
        };
        all_lines(a).into_iter().map(move |line| (name(&line), self.0.get(&line).cloned().unwrap_or_default()))
    }
}

fn all_lines(a: &Assessment) -> Vec<Line> {
    let count = |n: usize| 0..u32::try_from(n).expect("few");
    let items = count(a.items.len()).map(Line::Item);
    let groups = count(a.groups.len()).map(Line::Group);
    items.chain(groups).chain(count(a.adjustments.len()).map(Line::Adjustment)).collect()
}

/// Rounded as the assessment says.
fn rounded(a: &Assessment, points: &Num) -> Num {
    match a.multiple {
        Some(step) => round(&(points / num(step)), 0, a.rounding) * num(step),
        None => round(points, a.places, a.rounding),
    }
}

impl Run<'_> {
    /// Decides all lines and the total. Whether the subject is not scored, what is unknown, and whether it is not
    /// scored for want of data, and whether a gate may take an item's points.
    pub fn score_lines(&self, a: &Assessment, own: &mut Own, base: &Context<'_>) -> (bool, u64, bool, bool) {
        let mut unknown = 0;
        let mut not_scored = false;
        for (at, item) in a.items.iter().enumerate() {
            let line = Line::Item(u32::try_from(at).expect("few"));
            not_scored |= self.item(a, item, line, own, base, &mut unknown);
        }
        // Losses are read with all items as they stand, and take effect together.
        let seen = own.clone();
        let context = Context { own: Some(&seen), ..base.clone() };
        let mut unsure = Vec::new();
        for gate in &a.gates {
            let GateAction::LoseItem(at) = gate.action else { continue };
            if self.gate_unknown(gate, &context) {
                unsure.push(at);
            }
            if self.truth(&gate.when, &context) == Some(true) {
                let row = own.lines.0.get_mut(&Line::Item(at)).expect("an item");
                if row.max.is_some() {
                    // An item that would have kept the subject from being scored is lost like any other.
                    row.points = Some(int(0));
                    row.idle = false;
                    row.worse = false;
                    row.doubt = false;
                }
            }
        }
        let would_lose = |at: &u32| {
            let row = &own.lines.0[&Line::Item(*at)];
            row.max.is_some() && row.points != Some(int(0))
        };
        let would_lose = unsure.iter().filter(|at| would_lose(at)).count();
        unknown += u64::try_from(would_lose).expect("few");
        let items: Vec<Row> =
            own.lines.0.iter().filter(|(l, _)| matches!(l, Line::Item(_))).map(|(_, r)| r.clone()).collect();
        unknown += items.iter().map(|row| row.counts.map_or(0, |c| c.unknown)).sum::<u64>();
        unknown += u64::try_from(items.iter().filter(|row| row.points.is_none() && !row.idle || row.worse).count())
            .expect("few");
        if not_scored {
            not_scored = a
                .items
                .iter()
                .zip(&items)
                .any(|(item, row)| row.points.is_none() && row.idle && item.nothing_due == NothingDue::NotScored);
        }

        let inside: Vec<Line> = a.groups.iter().flat_map(|g| g.lines.clone()).collect();
        for at in &a.group_order {
            self.group_of_items(a, *at, own, base, &mut unknown);
        }
        let of_items = |line: &Line| match line {
            Line::Item(_) => true,
            Line::Group(at) => a.groups[*at as usize].of_items,
            Line::Adjustment(_) => false,
        };
        let top: Vec<Row> = (all_lines(a).into_iter())
            .filter(|line| of_items(line) && !inside.contains(line))
            .map(|line| own.lines.0[&line].clone())
            .collect();
        let zero = || int(0);
        let mut total: Num = top.iter().filter_map(|row| row.points.clone()).sum();
        let full: Num = top.iter().filter_map(|row| row.max.clone()).sum();
        let kept: Num = top.iter().filter(|row| row.points.is_some()).filter_map(|row| row.kept_of()).sum();
        not_scored |= !top.is_empty() && top.iter().all(|row| row.points.is_none());
        if full != kept && kept != zero() {
            total = rounded(a, &(total * full / kept));
        }
        let seen = own.clone();
        let most = a.loses.as_ref().map(|loses| self.kept_bound(loses, &Context { own: Some(&seen), ..base.clone() }));
        unknown += u64::from(most == Some(None));
        // What may still be lost, where there is a bound.
        let mut left = most.map(|most| most.unwrap_or_else(zero));
        for line in &a.total_lines {
            own.points = (!not_scored).then(|| total.clone());
            let mut added = self.adjusting(a, *line, own, base, &mut unknown);
            if let Some(left) = left.as_mut().filter(|_| added < zero()) {
                added = added.max(-left.clone());
                *left += added.clone();
            }
            total += added;
        }
        if a.clamp != Clamp::Unbounded {
            total = total.max(zero());
        }
        if let (Clamp::Both, Some(out_of)) = (a.clamp, a.out_of) {
            total = total.min(num(out_of));
        }
        own.points = (!not_scored).then_some(total);
        let choice = |(item, row): (&Item, &Row)| {
            row.points.is_none() && row.idle && !row.doubt && item.nothing_due == NothingDue::NotScored
        };
        let chosen = a.items.iter().zip(&items).any(choice);
        let doubt = own.lines.0.iter().any(|(line, row)| of_items(line) && row.points.is_none() && row.doubt);
        (not_scored, unknown, not_scored && !chosen && doubt, would_lose > 0)
    }

    /// Whether the subject is not scored for it.
    fn item(
        &self,
        a: &Assessment,
        item: &Item,
        line: Line,
        own: &mut Own,
        base: &Context<'_>,
        unknown: &mut u64,
    ) -> bool {
        let seen = Own { unknown: item.unknown, ..own.clone() };
        let context = Context { own: Some(&seen), ..base.clone() };
        let max = self.eval(&item.max, &context).exact();
        let counts = self.counts_behind(&item_exprs(item), &context);
        let nothing = self.nothing_due(item, &context);
        let mut row = Row { max: max.clone(), counts, ..Row::default() };
        let mut not_scored = false;
        if let Some(max) = max {
            row.most = Some(rounded(a, &max));
            row.points = match (nothing, item.nothing_due) {
                (true, NothingDue::Full) => Some(max.clone()),
                (true, NothingDue::Zero) => Some(int(0)),
                (true, choice) => {
                    row.idle = true;
                    not_scored = choice == NothingDue::NotScored;
                    None
                }
                (false, _) => {
                    let known = self.points_of(item, &max, &context);
                    row.worse = known.is_none() && item.unknown == UnknownCounts::Unmet;
                    let points = if row.worse { Some(self.worst_of(a, item, &max, &context)) } else { known };
                    points.map(|p| p.min(max.clone()).max(int(0)))
                }
            };
            row.points = row.points.map(|points| rounded(a, &points));
            if let Some(points) = &mut row.points {
                for at in &item.body {
                    *points += self.adjusting(a, Line::Adjustment(*at), own, base, unknown);
                }
                if !item.body.is_empty() && !item.above_full {
                    *points = points.clone().min(rounded(a, &max));
                }
                *points = points.clone().max(int(0));
            }
        }
        let open = counts.is_some_and(|counts| counts.unknown + counts.pending > 0);
        row.doubt = row.points.is_none() && (open || item_exprs(item).iter().any(|e| self.in_doubt(e, &context)));
        own.lines.0.insert(line, row);
        not_scored
    }

    /// Whether every tally of an item is empty, and there is one.
    fn nothing_due(&self, item: &Item, context: &Context<'_>) -> bool {
        let tallies: Vec<_> = item_exprs(item).into_iter().flat_map(|e| tallies_in(e, self.policy)).collect();
        let due = |counts: Counts| {
            counts.met + counts.unmet + if item.unknown == UnknownCounts::Unmet { counts.unknown } else { 0 }
        };
        !tallies.is_empty() && tallies.iter().all(|t| due(self.pooled(std::iter::once(*t), context)) == 0)
    }

    fn points_of(&self, item: &Item, max: &Num, context: &Context<'_>) -> Option<Num> {
        match &item.score {
            ItemScore::Full => Some(max.clone()),
            ItemScore::Share(share) => self.eval(share, context).exact().map(|s| s * max),
            ItemScore::When(when) => self.truth(when, context).map(|t| if t { max.clone() } else { int(0) }),
            ItemScore::Points(points) => self.eval(points, context).exact(),
        }
    }

    /// The worse of the points that an item may have.
    fn worst_of(&self, a: &Assessment, item: &Item, max: &Num, context: &Context<'_>) -> Num {
        let range = match &item.score {
            ItemScore::Share(share) => {
                let range = self.range(share, context);
                Range { lo: range.lo.map(|s| s * max), hi: range.hi.map(|s| s * max) }
            }
            ItemScore::Points(points) => self.range(points, context),
            ItemScore::Full | ItemScore::When(_) => Range { lo: None, hi: None },
        };
        if a.lowest_best { range.hi.unwrap_or(max.clone()) } else { range.lo.unwrap_or(int(0)) }
    }

    fn group_of_items(&self, a: &Assessment, at: u32, own: &mut Own, base: &Context<'_>, unknown: &mut u64) {
        let group = &a.groups[at as usize];
        let has_points = |line: &Line| match line {
            Line::Item(_) => true,
            Line::Group(at) => a.groups[*at as usize].of_items,
            Line::Adjustment(_) => false,
        };
        let (parts, changes): (Vec<Line>, Vec<Line>) = group.lines.iter().copied().partition(has_points);
        let rows: Vec<Row> = parts.iter().map(|line| own.lines.0[line].clone()).collect();
        let seen = own.clone();
        let context = Context { own: Some(&seen), ..base.clone() };
        let cap = group.cap.as_ref().map(|cap| self.kept_bound(cap, &context));
        let within = |n: Num| match &cap {
            Some(Some(cap)) => n.min(cap.clone()),
            _ => n,
        };
        let full: Num = rows.iter().filter_map(|row| row.max.clone()).sum();
        let kept: Num = rows.iter().filter(|row| row.points.is_some()).filter_map(Row::kept_of).sum();
        let mut points = rows
            .iter()
            .any(|row| row.points.is_some())
            .then(|| rows.iter().filter_map(|row| row.points.clone()).sum::<Num>());
        if cap == Some(None) {
            *unknown += 1;
            points = None;
        }
        if let Some(sum) = &mut points {
            for line in changes {
                *sum += self.adjusting(a, line, own, base, unknown);
            }
            let bounded = match &cap {
                Some(_) => within(sum.clone()),
                None if group.above_full => sum.clone(),
                None => sum.clone().min(rounded(a, &full)),
            };
            *sum = bounded.max(int(0));
        }
        let doubt = cap == Some(None) && group.cap.as_ref().is_some_and(|cap| self.in_doubt(cap, &context));
        let row = Row { points, max: Some(within(full)), kept: Some(within(kept)), doubt, ..Row::default() };
        own.lines.0.insert(Line::Group(at), row);
    }

    /// What a deduction, bonus or group of them adds.
    fn adjusting(&self, a: &Assessment, line: Line, own: &mut Own, base: &Context<'_>, unknown: &mut u64) -> Num {
        // Points are those before the line, also inside a group.
        let mut before = own.clone();
        if matches!(line, Line::Adjustment(_)) {
            before.unknown = UnknownCounts::Excluded;
        }
        let mut unsure = false;
        let row = match line {
            Line::Item(_) => unreachable!("an item adjusts nothing"),
            Line::Adjustment(at) => {
                let adjustment = &a.adjustments[at as usize];
                let context = Context { own: Some(&before), ..base.clone() };
                let exprs: Vec<&Expr> = adjustment_exprs(adjustment);
                let points = self.adjustment_points(adjustment, &context).map(|p| rounded(a, &p));
                let whether = adjustment.when.as_ref().map_or(Some(true), |when| self.truth(when, &context));
                let times = |times| self.range(times, &context).at_least_nothing().exact().is_none();
                unsure = whether.is_none() || whether == Some(true) && adjustment.times.as_ref().is_some_and(times);
                Row {
                    doubt: (unsure || points.is_none()) && exprs.iter().any(|e| self.found_in_doubt(e, &context)),
                    points: points.map(|p| if adjustment.bonus { p } else { -p }),
                    max: adjustment.cap.as_ref().and_then(|cap| self.kept_bound(cap, &context)),
                    counts: self.counts_behind(&exprs, &context),
                    ..Row::default()
                }
            }
            Line::Group(at) => {
                let group = &a.groups[at as usize];
                let mut sum = int(0);
                for inner in &group.lines {
                    sum += self.adjusting(a, *inner, own, base, unknown);
                }
                let now = own.clone();
                let context = Context { own: Some(&now), ..base.clone() };
                let cap = group.cap.as_ref().map(|cap| self.kept_bound(cap, &context));
                let loses = group.loses.as_ref().map(|loses| self.kept_bound(loses, &context));
                let points = if cap == Some(None) || loses == Some(None) {
                    None
                } else {
                    let capped = cap.clone().flatten().map_or(sum.clone(), |cap| sum.min(cap));
                    Some(loses.flatten().map_or(capped.clone(), |most| capped.max(-most)))
                };
                Row { points, max: cap.flatten(), ..Row::default() }
            }
        };
        *unknown += u64::from(row.points.is_none() || unsure);
        let points = row.points.clone().unwrap_or_else(|| int(0));
        own.lines.0.insert(line, row);
        points
    }

    /// A cap, or what may be lost: not below 0. `None`: unknown.
    fn kept_bound(&self, bound: &Expr, context: &Context<'_>) -> Option<Num> {
        self.range(bound, context).at_least_nothing().exact().cloned()
    }

    /// `None`: an unknown value.
    pub fn adjustment_points(&self, adjustment: &Adjustment, context: &Context<'_>) -> Option<Num> {
        if adjustment.when.as_ref().is_some_and(|when| self.truth(when, context) != Some(true)) {
            return Some(int(0));
        }
        let positive = |expr: &Expr| self.range(expr, context).at_least_nothing();
        let amount = positive(&adjustment.amount).exact()?.clone();
        let times = match &adjustment.times {
            None => int(1),
            Some(times) => positive(times).lo?,
        };
        let product = amount * times;
        match &adjustment.cap {
            None => Some(product),
            Some(cap) => Some(product.min(positive(cap).exact()?.clone())),
        }
    }
}

impl Row {
    /// Full points that stay in the sum: those of an item, or of what has points in a group.
    fn kept_of(&self) -> Option<Num> {
        self.kept.clone().or_else(|| self.max.clone())
    }
}

fn item_exprs(item: &Item) -> Vec<&Expr> {
    let mut exprs = vec![&item.max];
    match &item.score {
        ItemScore::Full => {}
        ItemScore::Share(e) | ItemScore::When(e) | ItemScore::Points(e) => exprs.push(e),
    }
    exprs
}

fn adjustment_exprs(adjustment: &Adjustment) -> Vec<&Expr> {
    let optional = [&adjustment.times, &adjustment.cap, &adjustment.when];
    std::iter::once(&adjustment.amount).chain(optional.into_iter().flatten()).collect()
}
