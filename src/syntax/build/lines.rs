//! Items and groups of an assessment.

use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::Text;
use crate::model::{NothingDue, UnknownCounts};
use crate::source::Span;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{AssessmentPart, GroupExpr, ItemExpr, Spanned};

impl Builder<'_> {
    /// `item NAME N points : SCORE ...`
    pub fn score_item(&mut self, node: Node<'_>) -> Built<AssessmentPart> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let max = self.amount(children.find(Rule::amount)?)?;
        let score = self.score(children.find(Rule::score)?)?;
        let (nothing_due, unknown, above_full) = (None, None, None);
        let mut item = ItemExpr { name, max, score, nothing_due, unknown, above_full, body: Vec::new() };
        for child in children.rest() {
            match child.as_rule() {
                Rule::item_option => self.item_option(child, &mut item)?,
                Rule::item_body => {
                    for line in child.into_inner().filter(|p| p.as_rule() == Rule::body_line) {
                        item.body.push(self.adjust(Children::of(line).next()?)?);
                    }
                }
                _ => {}
            }
        }
        Ok(AssessmentPart::Item(Box::new(item)))
    }

    fn item_option(&mut self, node: Node<'_>, item: &mut ItemExpr) -> Built<()> {
        let span = self.span(&node);
        let option = Children::of(node).next()?;
        let twice = match option.as_rule() {
            Rule::kw_nothing_due_full => item.nothing_due.replace(NothingDue::Full).is_some(),
            Rule::kw_nothing_due_zero => item.nothing_due.replace(NothingDue::Zero).is_some(),
            Rule::kw_nothing_due_left_out => item.nothing_due.replace(NothingDue::LeftOut).is_some(),
            Rule::kw_nothing_due_not_scored => item.nothing_due.replace(NothingDue::NotScored).is_some(),
            Rule::kw_unknown_excluded => item.unknown.replace(UnknownCounts::Excluded).is_some(),
            Rule::above_full => {
                let above = self.above_full(option)?;
                item.above_full.replace(above).is_some()
            }
            _ => item.unknown.replace(UnknownCounts::Unmet).is_some(),
        };
        if twice { self.said_twice(span) } else { Ok(()) }
    }

    fn said_twice(&mut self, span: Span) -> Built<()> {
        self.error("WG0109", span, Text::new("this is said twice", "这一点写了两次"));
        Err(Broken)
    }

    /// `above full counts` (true) or `above full lost`.
    pub fn above_full(&mut self, node: Node<'_>) -> Built<Spanned<bool>> {
        let span = self.span(&node);
        let value = Children::of(node).next()?.as_rule() == Rule::kw_above_full_counts;
        Ok(Spanned { value, span })
    }

    /// `group NAME ... { }`
    pub fn points_group(&mut self, node: Node<'_>) -> Built<AssessmentPart> {
        let span = self.span(&node);
        // Groups stand in groups: the depth of statements is that of expressions.
        self.deeper(span, |builder| builder.group_of(node))
    }

    fn group_of(&mut self, node: Node<'_>) -> Built<AssessmentPart> {
        let mut children = Children::of(node);
        let mut group = self.group_head(children.find(Rule::points_group_head)?)?;
        for line in children.rest().filter(|p| p.as_rule() == Rule::group_line) {
            group.parts.push(self.part(line));
        }
        Ok(AssessmentPart::Group(Box::new(group)))
    }

    /// `group NAME ... {`
    pub fn group_head(&mut self, node: Node<'_>) -> Built<GroupExpr> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let mut group = GroupExpr { name, cap: None, loses: None, above_full: None, parts: Vec::new() };
        for child in children.rest() {
            let span = self.span(&child);
            let twice = match child.as_rule() {
                Rule::cap | Rule::loses => {
                    let is_cap = child.as_rule() == Rule::cap;
                    let amount = self.amount(Children::of(child).find(Rule::amount)?)?;
                    let slot = if is_cap { &mut group.cap } else { &mut group.loses };
                    slot.replace(amount).is_some()
                }
                Rule::above_full => {
                    let above = self.above_full(child)?;
                    group.above_full.replace(above).is_some()
                }
                _ => false,
            };
            if twice {
                self.said_twice(span)?;
            }
        }
        Ok(group)
    }
}
