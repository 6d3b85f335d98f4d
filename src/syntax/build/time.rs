//! Frames by weekday, by season and by year, rolling frames, days without a year.

use super::expr::span_unit;
use super::rule::calendar_unit_every;
use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::Text;
use crate::model::RowsOn;
use crate::model::window::{PartialWindows, Season};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{
    AttributesExpr, DayWord, EventExpr, FrameExpr, PointExpr, RequirementExpr, RuleClause, SpacingExpr, Spanned,
    ThinExpr,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Builder<'_> {
    /// Month and day: `3-1`, `3月1日`, `1 March`.
    pub fn month_day(&mut self, node: &Node<'_>) -> Built<(u32, u32)> {
        let written = node.as_str();
        let numbers: Vec<u32> = written
            .split(|c: char| !c.is_ascii_digit())
            .filter(|n| !n.is_empty())
            .filter_map(|n| n.parse().ok())
            .collect();
        let found = match numbers.as_slice() {
            [month, day] => Some((*month, *day)),
            [day] => {
                (MONTHS.iter().zip(1..)).find(|(name, _)| written.ends_with(**name)).map(|(_, month)| (month, *day))
            }
            _ => None,
        };
        // A leap year has every day that some year has.
        let found = found.filter(|(month, day)| crate::model::Day::from_ymd(2000, *month, *day).is_some());
        if found.is_none() {
            let span = self.span(node);
            let message =
                Text::new(format!("`{written}` is no day of a year"), format!("`{written}` 不是一年中的日期"));
            self.error("WG0106", span, message);
        }
        found.ok_or(Broken)
    }

    /// The next child that is a day, with or without its year.
    pub fn next_day(&mut self, children: &mut Children<'_>) -> Built<Spanned<DayWord>> {
        let node = Children::of(children.find(Rule::day_word)?).next()?;
        let span = self.span(&node);
        let value = if node.as_rule() == Rule::date {
            DayWord::Day(self.date(&node)?.value)
        } else {
            let (month, day) = self.month_day(&node)?;
            DayWord::Yearless(month, day)
        };
        Ok(Spanned { value, span })
    }

    /// The season of a frame, if it has one.
    pub fn season(&mut self, frame: Node<'_>) -> Built<Option<Spanned<Season>>> {
        let Ok(node) = Children::of(frame).find(Rule::season) else { return Ok(None) };
        let span = self.span(&node);
        let mut children = Children::of(node);
        let from = self.month_day(&children.find(Rule::month_day)?)?;
        let to = self.month_day(&children.find(Rule::month_day)?)?;
        Ok(Some(Spanned { value: Season { from, to }, span }))
    }

    /// `spaced at least 90 days`, `alternating`
    pub fn thin(&mut self, node: Node<'_>, found: &mut ThinExpr) -> Built<()> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        if children.has(Rule::kw_alternating) {
            found.twice = found.twice.or(found.alternating.and(Some(span)));
            found.alternating = Some(span);
            return Ok(());
        }
        if let Some(first) = children.take(Rule::first_per) {
            found.twice = found.twice.or(found.first.as_ref().map(|_| span));
            found.first = Some(self.first_per(first)?);
            return Ok(());
        }
        let (mut inclusive, mut count, mut unit) = (None, None, None);
        for child in children.rest() {
            match child.as_rule() {
                Rule::kw_at_least => inclusive = Some(true),
                Rule::kw_more_than => inclusive = Some(false),
                Rule::number => count = Some(self.count(&child)?.value),
                Rule::span_unit => unit = Some(span_unit(child)?),
                _ => {}
            }
        }
        let value = SpacingExpr { inclusive, count: count.ok_or(Broken)?, unit: unit.ok_or(Broken)? };
        found.twice = found.twice.or(found.spacing.and(Some(span)));
        found.spacing = Some(Spanned { value, span });
        Ok(())
    }

    /// `at most 7 days between SOURCE`
    pub fn gap_requirement(&mut self, node: Node<'_>) -> Built<RequirementExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let most = self.next_amount(&mut children)?;
        let source = self.next_source(&mut children)?;
        Ok(RequirementExpr::Gap { most, source, span })
    }

    /// `partial windows prorate`, `attributes at ...`, `rows counted ...`
    pub fn time_clause(&mut self, node: Node<'_>) -> Built<RuleClause> {
        let rule = node.as_rule();
        let mut children = Children::of(node);
        let first = children.next()?;
        Ok(match (rule, first.as_rule()) {
            (Rule::partial, Rule::kw_partial_prorate) => RuleClause::Prorate(match children.next() {
                Err(Broken) => None,
                Ok(n) if n.as_rule() == Rule::kw_unrounded => Some(None),
                Ok(n) => Some(Some(super::rule::rounding(n)?)),
            }),
            (Rule::partial, word) => RuleClause::Partial(match word {
                Rule::kw_partial_whole => PartialWindows::Whole,
                Rule::kw_partial_any => PartialWindows::Any,
                Rule::kw_partial_half => PartialWindows::Half,
                _ => PartialWindows::FirstDay,
            }),
            (Rule::attributes, _) => {
                let at = children.next()?;
                RuleClause::Attributes(match at.as_rule() {
                    Rule::kw_window_start => AttributesExpr::Start,
                    Rule::kw_window_end => AttributesExpr::End,
                    _ => {
                        let path = self.path(at);
                        AttributesExpr::Event(Box::new(EventExpr {
                            nth: None,
                            last: None,
                            point: PointExpr::Path(path.value),
                            span: path.span,
                        }))
                    }
                })
            }
            (Rule::rows_on, Rule::kw_rows_first) => RuleClause::Rows(RowsOn::First),
            (Rule::rows_on, Rule::kw_rows_mean) => RuleClause::Rows(RowsOn::Mean),
            (Rule::rows_on, _) => RuleClause::Rows(RowsOn::Last),
            _ => return Err(Broken),
        })
    }

    /// Frames by weekday or year, rolling frames, `throughout`.
    pub fn time_frame(&mut self, rule: Rule, mut children: Children<'_>) -> Built<FrameExpr> {
        Ok(match rule {
            Rule::frame_weekday => {
                let (mut days, mut of) = (Vec::new(), None);
                for child in children.rest() {
                    match child.as_rule() {
                        Rule::weekday_pick => {
                            let span = self.span(&child);
                            days.push(Spanned { value: weekday_pick(child)?, span });
                        }
                        Rule::every_unit => of = Some(calendar_unit_every(child)?),
                        _ => {}
                    }
                }
                FrameExpr::Weekdays { days, of: of.ok_or(Broken)? }
            }
            Rule::frame_yearly => {
                let first = self.month_day(&children.find(Rule::month_day)?)?;
                match children.find(Rule::month_day) {
                    Ok(last) => FrameExpr::Yearly(Some(first), self.month_day(&last)?),
                    Err(Broken) => FrameExpr::Yearly(None, first),
                }
            }
            Rule::frame_rolling => {
                let count = self.next_count(&mut children)?;
                let unit = span_unit(children.find(Rule::span_unit)?)?;
                FrameExpr::Rolling { count, unit }
            }
            Rule::frame_throughout => {
                let (mut allowed, mut in_a_row) = (None, None);
                for child in children.rest() {
                    match child.as_rule() {
                        Rule::number => allowed = Some(self.count(&child)?),
                        Rule::kw_in_a_row => in_a_row = Some(true),
                        Rule::kw_in_all => in_a_row = Some(false),
                        _ => {}
                    }
                }
                FrameExpr::Throughout { allowed, in_a_row }
            }
            _ => return Err(Broken),
        })
    }
}

/// Which (0: every one, 6: the last) and weekday (1 is Monday).
fn weekday_pick(node: Node<'_>) -> Built<(u32, u32)> {
    let mut children = Children::of(node);
    let mut nth = 0;
    loop {
        let child = children.next()?;
        match child.as_rule() {
            Rule::kw_nth_1 => nth = 1,
            Rule::kw_nth_2 => nth = 2,
            Rule::kw_nth_3 => nth = 3,
            Rule::kw_nth_4 => nth = 4,
            Rule::kw_nth_5 => nth = 5,
            Rule::kw_nth_last => nth = 6,
            Rule::weekday => {
                let weekday = match Children::of(child).next()?.as_rule() {
                    Rule::kw_monday => 1,
                    Rule::kw_tuesday => 2,
                    Rule::kw_wednesday => 3,
                    Rule::kw_thursday => 4,
                    Rule::kw_friday => 5,
                    Rule::kw_saturday => 6,
                    _ => 7,
                };
                return Ok((nth, weekday));
            }
            _ => return Err(Broken),
        }
    }
}
