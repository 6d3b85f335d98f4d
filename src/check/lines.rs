//! The lines of an assessment: their names, the order in which they are decided, items and groups in the model.

use super::adjustments::Names;
use super::checker::{Checker, Place, Scope, Stage};
use super::codes;
use super::expressions::Typed;
use super::types::Ty;
use crate::model::{
    Adjustment, AssessmentId, Expr, Group, Item, Line, LineValue, NothingDue, Ratio, Unit, UnknownCounts,
};
use crate::source::Span;
use crate::syntax::tree::{AdjustExpr, AssessmentItem, AssessmentPart, GroupExpr, ItemExpr, Name, ScoreExpr, Spanned};

/// A line that has a name, and when it is decided.
struct Named {
    name: String,
    span: Span,
    line: Line,
    /// Place in the order in which lines are decided.
    position: usize,
}

/// The lines of an assessment as written.
#[derive(Default)]
pub(super) struct LineIndex {
    named: Vec<Named>,
    /// Places of lines in the order of decision, by line.
    positions: Vec<(Line, usize)>,
    items: u32,
    groups: u32,
    adjustments: u32,
    item_groups: usize,
    /// Groups of items, what stands inside one before it.
    group_order: Vec<u32>,
    /// Lines that act on the total.
    total_lines: Vec<Line>,
}

impl LineIndex {
    pub(super) fn new(item: &AssessmentItem) -> LineIndex {
        let mut index = LineIndex::default();
        let items = count_items(&item.parts);
        let mut open = Vec::new();
        index.walk(&item.parts, items, &mut open);
        // What acts on the total is decided after all groups of items.
        for lines in open {
            let position = items + index.item_groups + index.total_lines.len();
            index.settle(&lines, position);
            index.total_lines.extend(lines.first());
        }
        index
    }

    /// Numbers the lines of a block. `open` takes those without a place: each with the lines inside it.
    fn walk(&mut self, parts: &[Spanned<AssessmentPart>], items: usize, open: &mut Vec<Vec<Line>>) {
        for part in parts {
            match &part.value {
                AssessmentPart::Item(item) => {
                    let line = Line::Item(self.items);
                    let position = self.items as usize;
                    self.items += 1;
                    self.name(Some(&item.name), line);
                    self.settle(&[line], position);
                    for adjust in &item.body {
                        let line = self.adjustment(adjust);
                        self.settle(&[line], position);
                    }
                }
                AssessmentPart::Adjust(adjust) => {
                    let line = self.adjustment(adjust);
                    open.push(vec![line]);
                }
                AssessmentPart::Group(group) => {
                    let number = self.groups;
                    self.groups += 1;
                    self.name(Some(&group.name), Line::Group(number));
                    let mut within = Vec::new();
                    self.walk(&group.parts, items, &mut within);
                    let mut lines = vec![Line::Group(number)];
                    lines.extend(within.into_iter().flatten());
                    if count_items(&group.parts) > 0 {
                        let position = items + self.item_groups;
                        self.item_groups += 1;
                        self.group_order.push(number);
                        self.settle(&lines, position);
                    } else {
                        open.push(lines);
                    }
                }
                _ => {}
            }
        }
    }

    fn adjustment(&mut self, adjust: &AdjustExpr) -> Line {
        let line = Line::Adjustment(self.adjustments);
        self.adjustments += 1;
        self.name(adjust.name.as_ref(), line);
        line
    }

    fn name(&mut self, name: Option<&Name>, line: Line) {
        if let Some(name) = name {
            self.named.push(Named { name: name.value.clone(), span: name.span, line, position: usize::MAX });
        }
    }

    fn settle(&mut self, lines: &[Line], position: usize) {
        for line in lines {
            self.positions.push((*line, position));
            for named in self.named.iter_mut().filter(|named| named.line == *line) {
                named.position = position;
            }
        }
    }

    fn position(&self, line: Line) -> usize {
        self.positions.iter().find(|(other, _)| *other == line).map_or(usize::MAX, |(_, position)| *position)
    }

    /// The first line that has a name.
    fn first(&self, name: &str) -> Option<&Named> {
        self.named.iter().find(|named| named.name == name)
    }

    fn names(&self) -> Vec<String> {
        self.named.iter().map(|named| named.name.clone()).collect()
    }

    /// The item of a name.
    pub(super) fn item(&self, name: &str) -> Option<u32> {
        self.named.iter().find_map(|named| match named.line {
            Line::Item(at) if named.name == name => Some(at),
            _ => None,
        })
    }

    /// Names of the items.
    pub(super) fn item_names(&self) -> Vec<String> {
        let items = self.named.iter().filter(|named| matches!(named.line, Line::Item(_)));
        items.map(|named| named.name.clone()).collect()
    }

    /// The place after the last item.
    pub(super) fn after_items(&self) -> usize {
        self.items as usize
    }
}

fn count_items(parts: &[Spanned<AssessmentPart>]) -> usize {
    let count = |part: &Spanned<AssessmentPart>| match &part.value {
        AssessmentPart::Item(_) => 1,
        AssessmentPart::Group(group) => count_items(&group.parts),
        _ => 0,
    };
    parts.iter().map(count).sum()
}

/// Lines of the model, as far as they are lowered.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) items: Vec<Option<Item>>,
    pub(super) groups: Vec<Option<Group>>,
    pub(super) adjustments: Vec<Option<Adjustment>>,
    /// Places of the deductions and bonuses.
    spans: Vec<Span>,
    /// Which of them count records that others take.
    again: Vec<bool>,
    names: Names,
}

/// Lines of the model.
pub(super) struct Lowered {
    pub(super) items: Vec<Item>,
    pub(super) groups: Vec<Group>,
    pub(super) adjustments: Vec<Adjustment>,
    pub(super) group_order: Vec<u32>,
    pub(super) total_lines: Vec<Line>,
}

fn at(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl<'a> Checker<'a> {
    /// Items, groups, deductions and bonuses of an assessment.
    pub(super) fn lines(&mut self, id: AssessmentId, item: &'a AssessmentItem, scope: Scope) -> Option<Lowered> {
        let mut out = Lines::default();
        for named in &self.assessment_decls[id].lines.named {
            out.names.take(&named.name, named.span);
        }
        self.block(id, &item.parts, "", scope, &mut out);
        let items = out.items.into_iter().collect::<Option<Vec<_>>>();
        let groups = out.groups.into_iter().collect::<Option<Vec<_>>>();
        let mut adjustments = out.adjustments.into_iter().collect::<Option<Vec<_>>>()?;
        self.deduct_once(&mut adjustments, &out.spans, &out.again)?;
        let index = &self.assessment_decls[id].lines;
        let (group_order, total_lines) = (index.group_order.clone(), index.total_lines.clone());
        Some(Lowered { items: items?, groups: groups?, adjustments, group_order, total_lines })
    }

    /// Lowers the lines of a block and gives them in order.
    fn block(
        &mut self,
        id: AssessmentId,
        parts: &'a [Spanned<AssessmentPart>],
        prefix: &str,
        scope: Scope,
        out: &mut Lines,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for part in parts {
            match &part.value {
                AssessmentPart::Item(item) => lines.push(self.item_line(id, item, prefix, scope, out)),
                AssessmentPart::Adjust(adjust) => lines.push(self.adjust_line(id, adjust, prefix, scope, out)),
                AssessmentPart::Group(group) => lines.push(self.group_line(id, group, prefix, scope, out)),
                AssessmentPart::Bad if !prefix.is_empty() => self.bad.push(part.span),
                _ => {}
            }
        }
        lines
    }

    /// Looks at something that may read the lines decided before a line.
    fn before_line<T>(&mut self, id: AssessmentId, line: Line, look: impl FnOnce(&mut Self) -> T) -> T {
        let position = self.assessment_decls[id].lines.position(line);
        self.up_to_line(position, look)
    }

    /// Looks at something that may read the lines before a place.
    pub(super) fn up_to_line<T>(&mut self, position: usize, look: impl FnOnce(&mut Self) -> T) -> T {
        let outside = std::mem::replace(&mut self.lines_known, position);
        let done = look(self);
        self.lines_known = outside;
        done
    }

    /// What acts on the total may read the points so far.
    fn line_scope(&self, id: AssessmentId, line: Line, scope: Scope) -> Scope {
        let index = &self.assessment_decls[id].lines;
        let total = index.position(line) >= index.after_items() + index.item_groups;
        let stage = if total { Stage::Total } else { Stage::Points };
        Scope { place: Place::Assessment { id, stage }, ..scope }
    }

    fn adjust_line(
        &mut self,
        id: AssessmentId,
        adjust: &AdjustExpr,
        prefix: &str,
        scope: Scope,
        out: &mut Lines,
    ) -> Line {
        let line = Line::Adjustment(at(out.adjustments.len()));
        let scope = self.line_scope(id, line, scope);
        let unit = super::adjustments::AmountUnit { unit: &Unit::Points, bare: false };
        let mut names = std::mem::take(&mut out.names);
        let lowered = self.before_line(id, line, |checker| checker.adjustment(adjust, unit, &mut names, scope));
        out.names = names;
        out.adjustments
            .push(lowered.map(|lowered| Adjustment { name: format!("{prefix}{}", lowered.name), ..lowered }));
        out.spans.push(adjust.span);
        out.again.push(adjust.again);
        if adjust.again && (adjust.bonus || adjust.per.is_none()) {
            self.again_idle(adjust.span);
        }
        line
    }

    /// `counts again` where nothing is counted once only.
    pub(super) fn again_idle(&mut self, span: Span) {
        self.error(
            codes::AGAIN_IDLE,
            span,
            text!("only deductions per record can count one again", "只有按记录扣分才谈得上重复扣"),
        );
    }

    fn item_line(&mut self, id: AssessmentId, item: &'a ItemExpr, prefix: &str, scope: Scope, out: &mut Lines) -> Line {
        let line = Line::Item(at(out.items.len()));
        self.named_once(id, &item.name, line);
        let tallied = super::items::reads_tally(&item.score);
        let is_full = matches!(item.score, ScoreExpr::Full(_));
        self.item_choices(&item.name, (tallied, is_full), (item.nothing_due, item.unknown));
        let (max, score) = self.before_line(id, line, |checker| {
            let max = checker.amount(&item.max, &Unit::Points, scope);
            let score = checker.score(&item.score, max.as_ref(), scope);
            (max, score)
        });
        out.items.push(None);
        let inner = format!("{prefix}{}/", item.name.value);
        let body: Vec<Line> = item.body.iter().map(|adjust| self.adjust_line(id, adjust, &inner, scope, out)).collect();
        let adds = item.body.iter().any(|adjust| adjust.bonus);
        let above_full = self.above_full(&item.name, item.above_full, adds);
        let body = body.into_iter().filter_map(|line| match line {
            Line::Adjustment(at) => Some(at),
            _ => None,
        });
        let lowered = max.zip(score).zip(above_full).map(|((max, score), above_full)| Item {
            name: format!("{prefix}{}", item.name.value),
            max,
            score,
            body: body.collect(),
            above_full,
            // Read only where the item reads a tally.
            nothing_due: item.nothing_due.unwrap_or(NothingDue::Zero),
            unknown: item.unknown.unwrap_or(UnknownCounts::Excluded),
        });
        if let Line::Item(at) = line
            && let Some(slot) = out.items.get_mut(at as usize)
        {
            *slot = lowered;
        }
        line
    }

    fn group_line(
        &mut self,
        id: AssessmentId,
        group: &'a GroupExpr,
        prefix: &str,
        scope: Scope,
        out: &mut Lines,
    ) -> Line {
        let number = out.groups.len();
        let line = Line::Group(at(number));
        self.named_once(id, &group.name, line);
        out.groups.push(None);
        let of_items = count_items(&group.parts) > 0;
        let bounds = self.line_scope(id, line, scope);
        let (cap, loses) = self.before_line(id, line, |checker| {
            let cap = group.cap.as_ref().map(|cap| checker.amount(cap, &Unit::Points, bounds));
            let loses = group.loses.as_ref().map(|loses| checker.amount(loses, &Unit::Points, bounds));
            (cap, loses)
        });
        let above_full = self.group_bounds(group, of_items);
        let lines = self.block(id, &group.parts, &format!("{prefix}{}/", group.name.value), scope, out);
        let lowered = (|| {
            Some(Group {
                name: format!("{prefix}{}", group.name.value),
                lines,
                of_items,
                cap: super::adjustments::flat(cap)?,
                loses: super::adjustments::flat(loses)?,
                above_full: above_full?,
            })
        })();
        if let Some(slot) = out.groups.get_mut(number) {
            *slot = lowered;
        }
        line
    }

    fn named_once(&mut self, id: AssessmentId, name: &Name, line: Line) {
        let first = self.assessment_decls[id].lines.first(&name.value).map(|first| (first.line, first.span));
        if let Some((first, span)) = first
            && first != line
        {
            self.duplicate(&name.value, name.span, span);
        }
    }

    /// What becomes of points above the full ones, where a bonus can bring them; `None`: reported.
    fn above_full(&mut self, name: &Name, said: Option<Spanned<bool>>, adds: bool) -> Option<bool> {
        let shown = &name.value;
        match (said, adds) {
            (Some(said), true) => Some(said.value),
            (None, false) => Some(false),
            (None, true) => {
                self.error_with_help(
                    codes::CHOOSE_ABOVE_FULL,
                    name.span,
                    text!(
                        "say whether bonuses may bring `{shown}` above its full points",
                        "须说明加分能否使`{shown}`超过满分"
                    ),
                    text!("add `above full counts` or `above full lost`", "请加上`超出满分 计入`或`超出满分 不计`"),
                );
                None
            }
            (Some(said), false) => {
                self.error(
                    codes::CHOICE_IDLE,
                    said.span,
                    text!(
                        "nothing in `{shown}` can bring it above its full points",
                        "`{shown}`中没有加分，不会超过满分"
                    ),
                );
                None
            }
        }
    }

    fn group_bounds(&mut self, group: &GroupExpr, of_items: bool) -> Option<bool> {
        let shown = &group.name.value;
        if !group.parts.iter().any(|part| is_line(&part.value)) {
            if group.parts.is_empty() {
                self.error(
                    codes::BAD_GROUP,
                    group.name.span,
                    text!("there is nothing in the group `{shown}`", "板块`{shown}`中没有内容"),
                );
            }
            return None;
        }
        if of_items && let Some(loses) = &group.loses {
            self.error_with_help(
                codes::BAD_GROUP,
                loses.span,
                text!(
                    "`{shown}` holds items: it never falls below 0, and what it may lose are its points",
                    "`{shown}`含有考核项：扣完为止，不再另设扣分上限"
                ),
                text!("put the deductions that share a limit into a group of their own", "请把共用上限的扣分另立板块"),
            );
            return None;
        }
        if let (Some(said), true) = (group.above_full, group.cap.is_some() || !of_items) {
            self.error(
                codes::CHOICE_IDLE,
                said.span,
                text!(
                    "the group has no full points to pass: `at most` is its only upper bound",
                    "该板块没有可超过的满分，上限只由`最多`确定"
                ),
            );
            return None;
        }
        let adds = of_items && group.cap.is_none() && adds_in(&group.parts);
        match (group.above_full, adds) {
            (None, false) => Some(true),
            (said, adds) => self.above_full(&group.name, said, adds),
        }
    }

    /// `points of item NAME`, or without a name `full items`.
    pub(super) fn line_value(&mut self, name: Option<&Name>, span: Span, scope: Scope) -> Option<Typed> {
        let Place::Assessment { id, .. } = scope.place else {
            if matches!(scope.place, Place::Row { .. }) {
                self.not_ready(
                    span,
                    text!("a result of this assessment is read for its subject only", "本考核的结果只能对其对象读取"),
                );
            } else {
                self.assessment_only(super::results::Elsewhere::Own, span, scope);
            }
            return None;
        };
        let index = &self.assessment_decls[id].lines;
        let (value, position, ty) = match name {
            None => {
                let last = index.after_items().checked_sub(1).unwrap_or(usize::MAX);
                (LineValue::FullItems, last, Ty::PLAIN)
            }
            Some(name) => match index.first(&name.value) {
                Some(found) => (LineValue::Points(found.line), found.position, Ty::Number(Unit::Points)),
                None => {
                    let (shown, of, names) = (&name.value, &self.assessment_decls[id].item.name.value, index.names());
                    let message = text!("`{of}` has no item or line `{shown}`", "`{of}`没有名为`{shown}`的项");
                    self.unknown(codes::UNKNOWN_ITEM, name, message, &names);
                    return None;
                }
            },
        };
        if position >= self.lines_known {
            self.error_with_help(
                codes::RESULT_NOT_READY,
                span,
                text!("this result does not exist yet at this place", "在此处这一结果尚未产生"),
                text!(
                    "lines are decided in this order: items as written, groups of items, then deductions and bonuses as written",
                    "各行的先后为：考核项按书写顺序，其次含项的板块，再次扣分和加分按书写顺序"
                ),
            );
            return None;
        }
        Some(Typed::new(Expr::Line(value), ty))
    }

    /// The full points of the lines that no group holds; `None` where a number is open.
    pub(super) fn full_points(&self, lowered: &Lowered, lines: &[Line]) -> Option<Ratio> {
        let mut sum = Ratio::ZERO;
        for line in lines {
            let full = match line {
                Line::Item(at) => self.known_number(&lowered.items.get(*at as usize)?.max)?,
                Line::Group(at) => {
                    let group = lowered.groups.get(*at as usize)?;
                    let full = self.full_points(lowered, &group.lines)?;
                    match &group.cap {
                        Some(cap) => full.min(self.known_number(cap)?),
                        None => full,
                    }
                }
                Line::Adjustment(_) => Ratio::ZERO,
            };
            sum = sum.add(full).ok()?;
        }
        Some(sum)
    }
}

fn is_line(part: &AssessmentPart) -> bool {
    matches!(part, AssessmentPart::Item(_) | AssessmentPart::Group(_) | AssessmentPart::Adjust(_))
}

/// Whether a bonus stands in a block, outside its items and groups of items.
fn adds_in(parts: &[Spanned<AssessmentPart>]) -> bool {
    parts.iter().any(|part| match &part.value {
        AssessmentPart::Adjust(adjust) => adjust.bonus,
        AssessmentPart::Group(group) => count_items(&group.parts) == 0 && adds_in(&group.parts),
        _ => false,
    })
}
