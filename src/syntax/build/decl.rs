//! Declarations: what stands in a policy or vocabulary besides rules and assessments.

use super::expr::span_unit;
use super::rule::calendar_unit_every;
use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::Text;
use crate::model::given::Outside;
use crate::model::number::Ratio;
use crate::model::window::YearStart;
use crate::syntax::parse::Rule;
use crate::syntax::tree::{
    CalendarItem, ClockItem, Expr, ExprKind, FieldItem, FieldMark, ForceClause, GivenItem, Item, KindItem, Name,
    ParamType, ParamValue, Spanned, StandInItem, TypeExpr, UnitDecl, UnitExpr, WaiverItem,
};

impl Builder<'_> {
    /// A policy or vocabulary whose statements are all readable by the grammar.
    pub fn unit_decl(&mut self, node: Node<'_>) -> Built<UnitDecl> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let head = children.find(Rule::unit_head)?;
        let mut unit = self.unit_head(head)?;
        unit.span = span;
        for child in children.rest().filter(|p| p.as_rule() == Rule::item) {
            unit.items.push(self.item(child));
        }
        Ok(unit)
    }

    /// `policy NAME {`
    pub fn unit_head(&mut self, node: Node<'_>) -> Built<UnitDecl> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let vocabulary = children.next()?.as_rule() == Rule::kw_vocabulary;
        let name = self.next_name(&mut children)?;
        Ok(UnitDecl { vocabulary, name, items: Vec::new(), span })
    }

    /// A statement; one that cannot be built becomes an error node with a message.
    pub fn item(&mut self, node: Node<'_>) -> Spanned<Item> {
        let span = self.span(&node);
        let before = self.problems.len();
        let value = Children::of(node).next().and_then(|inner| self.item_of(inner)).unwrap_or_else(|_| {
            self.unreadable(before, span);
            Item::Bad
        });
        Spanned { value, span }
    }

    fn item_of(&mut self, node: Node<'_>) -> Built<Item> {
        let rule = node.as_rule();
        match rule {
            Rule::rule_item => return self.rule(node).map(|r| Item::Rule(Box::new(r))),
            Rule::assessment_item => return self.assessment(node).map(|a| Item::Assessment(Box::new(a))),
            Rule::counter_item => return self.counter(node).map(|c| Item::Counter(Box::new(c))),
            Rule::reward_item => return self.reward(node).map(|r| Item::Reward(Box::new(r))),
            Rule::force => return self.force(node).map(Item::InForce),
            Rule::kind_item => return self.kind(node).map(Item::Kind),
            Rule::waiver_item => return self.waiver(node).map(Item::Waiver),
            Rule::stand_in_item => return self.stand_in(node).map(Item::StandIn),
            Rule::calendar_item => return self.calendar(node).map(Item::Calendar),
            Rule::clock_item => return self.clock(node).map(Item::Clock),
            _ => {}
        }
        let mut children = Children::of(node);
        Ok(match rule {
            Rule::source_item => {
                let text = self.next_text(&mut children)?;
                let published = children.find(Rule::date).ok().map(|n| self.date(&n)).transpose()?;
                Item::Source { text, published }
            }
            Rule::use_item | Rule::extends_item => {
                let name = self.next_name(&mut children)?;
                let from = self.next_text(&mut children).ok();
                if rule == Rule::use_item { Item::Use { name, from } } else { Item::Extends { name, from } }
            }
            Rule::timezone_item => Item::Timezone(self.next_text(&mut children)?),
            Rule::currency_item => {
                let mut name = children.next()?;
                while name.as_rule() == Rule::kw_currency {
                    name = children.next()?;
                }
                Item::Currency(self.name(&name))
            }
            Rule::year_item => {
                let months = children.has(Rule::kw_year_and_months_start);
                self.year_starts(children.find(Rule::month_day)?, months)?
            }
            Rule::clauses_item => {
                let from = children.find(Rule::clause)?;
                let to = children.find(Rule::clause)?;
                Item::Clauses { from: self.name(&from), to: self.name(&to) }
            }
            Rule::not_encoded_item => {
                let clauses = self.clauses(children.find(Rule::clause_list)?);
                Item::NotEncoded { clauses, reason: self.next_text(&mut children)? }
            }
            Rule::whole_item => Item::Whole(self.next_name(&mut children)?),
            Rule::part_item => {
                let name = self.next_name(&mut children)?;
                let of = self.next_name(&mut children)?;
                Item::Part { name, of, filter: self.filter(&mut children)? }
            }
            Rule::measure_item => {
                let name = self.next_name(&mut children)?;
                let subject = self.next_name(&mut children)?;
                let expr = self.next_expr(&mut children, Rule::expr)?;
                let output = children.find(Rule::every_unit).ok().map(calendar_unit_every).transpose()?;
                Item::Measure { name, subject, expr, output }
            }
            Rule::tier_item => {
                let name = self.next_name(&mut children)?;
                let of = self.next_name(&mut children)?;
                let level = self.next_count(&mut children)?;
                let count = if children.has(Rule::kw_count) { Some(self.next_count(&mut children)?) } else { None };
                children.has(Rule::measure_word);
                let cites = self.cites(&mut children);
                Item::Tier { name, of, level, count, cites }
            }
            Rule::param_item => {
                let name = self.next_name(&mut children)?;
                let ty = self.param_type(children.find(Rule::param_type)?)?;
                children.has(Rule::equals);
                let value = children.take(Rule::param_value).map(|n| self.param_value(n)).transpose()?;
                let cites = self.cites(&mut children);
                Item::Param { name, ty, value, cites }
            }
            Rule::set_item => {
                let name = self.next_name(&mut children)?;
                let value = self.param_value(children.find(Rule::param_value)?)?;
                let cites = self.cites(&mut children);
                Item::Set { name, value, cites }
            }
            _ => return Err(Broken),
        })
    }

    /// `in force from DATE [to DATE]`
    pub fn force(&mut self, node: Node<'_>) -> Built<ForceClause> {
        let mut children = Children::of(node);
        let from = self.next_date(&mut children)?;
        let to = children.find(Rule::date).ok().map(|n| self.date(&n)).transpose()?;
        Ok(ForceClause { from, to })
    }

    fn year_starts(&mut self, node: Node<'_>, months: bool) -> Built<Item> {
        let span = self.span(&node);
        let mut numbers = node.as_str().split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse::<u32>().ok());
        let (month, day) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        // 29 February is no start of a year: three years of four do not have it.
        if crate::model::Day::from_ymd(2023, month, day).is_none() {
            let written = node.as_str();
            let message = Text::new(
                format!("`{written}` is not a month and day that every year has"),
                format!("`{written}` 不是每年都有的月和日"),
            );
            self.error("WG0106", span, message);
            return Err(super::Broken);
        }
        Ok(Item::YearStarts(YearStart { month, day, months }))
    }

    fn clock(&mut self, node: Node<'_>) -> Built<ClockItem> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let calendar = if children.has(Rule::kw_clock_on) { Some(self.next_name(&mut children)?) } else { None };
        let mut spans = Vec::new();
        for node in children.rest().filter(|p| p.as_rule() == Rule::clock_span) {
            let span = self.span(&node);
            let mut times = node.into_inner().filter(|p| p.as_rule() == Rule::clock_time);
            let (from, to) = (times.next().ok_or(Broken)?, times.next().ok_or(Broken)?);
            spans.push(Spanned { value: (self.clock_time(&from)?, self.clock_time(&to)?), span });
        }
        Ok(ClockItem { name, calendar, spans })
    }

    /// `08:30` as minutes of the day; 24:00 is the end of the day.
    pub(super) fn clock_time(&mut self, node: &Node<'_>) -> Built<u32> {
        let number = |text: &str| text.parse::<u32>().ok();
        let parts = node.as_str().split_once(':').and_then(|(h, m)| number(h).zip(number(m)));
        match parts {
            Some((h, m)) if m < 60 && (h < 24 || (h == 24 && m == 0)) => Ok(h * 60 + m),
            _ => {
                let span = self.span(node);
                self.error(
                    "WG0107",
                    span,
                    Text::new("a time of day lies between 00:00 and 24:00", "时刻须在 00:00 至 24:00 之间"),
                );
                Err(Broken)
            }
        }
    }

    fn calendar(&mut self, node: Node<'_>) -> Built<CalendarItem> {
        let mut children = Children::of(node);
        let name = self.next_name(&mut children)?;
        let Ok(days) = children.find(Rule::calendar_days) else {
            return Ok(CalendarItem { name, covers: None, ranges: Vec::new() });
        };
        let mut days = Children::of(days);
        let covers = Some((self.next_date(&mut days)?, self.next_date(&mut days)?));
        let mut ranges = Vec::new();
        for line in days.rest().filter(|p| p.as_rule() == Rule::calendar_line) {
            let mut line = Children::of(line);
            let work = line.next()?.as_rule() == Rule::kw_work;
            for range in line.rest().filter(|p| p.as_rule() == Rule::date_range) {
                let ForceClause { from, to } = self.force(range)?;
                ranges.push((work, from, to.unwrap_or(from)));
            }
        }
        Ok(CalendarItem { name, covers, ranges })
    }

    fn kind(&mut self, node: Node<'_>) -> Built<KindItem> {
        let mut children = Children::of(node);
        let mut head = Children::of(children.find(Rule::kind_head)?);
        let word = head.next()?.as_rule();
        let (record, relation) = (word == Rule::kw_record, word == Rule::kw_relation);
        let name = self.next_name(&mut head)?;
        let (mut fields, mut lifetime) = (Vec::new(), None);
        for child in children.rest() {
            match child.as_rule() {
                Rule::field => fields.push(self.field(child)?),
                Rule::lifetime => {
                    let mut names = child.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p));
                    lifetime = Some((names.next().ok_or(super::Broken)?, names.next()));
                }
                _ => {}
            }
        }
        Ok(KindItem { record, relation, name, fields, lifetime })
    }

    fn waiver(&mut self, node: Node<'_>) -> Built<WaiverItem> {
        let (names, from, to) = self.fields_named(node);
        let mut names = names.into_iter();
        let mut next = || names.next().ok_or(super::Broken);
        Ok(WaiverItem { kind: next()?, rule: next()?, subject: next()?, because: next()?, from, to })
    }

    fn stand_in(&mut self, node: Node<'_>) -> Built<StandInItem> {
        let (names, from, to) = self.fields_named(node);
        let mut names = names.into_iter();
        let mut next = || names.next().ok_or(super::Broken);
        Ok(StandInItem { kind: next()?, by: next()?, absent: next()?, from, to })
    }

    /// The names of a statement in order, those behind `from` and `to` by themselves.
    fn fields_named(&self, node: Node<'_>) -> (Vec<Name>, Option<Name>, Option<Name>) {
        let (mut names, mut from, mut to, mut before) = (Vec::new(), None, None, Rule::kw_waiver);
        for child in Children::of(node).rest() {
            let rule = child.as_rule();
            if rule == Rule::name {
                match before {
                    Rule::kw_from => from = Some(self.name(&child)),
                    Rule::kw_to => to = Some(self.name(&child)),
                    _ => names.push(self.name(&child)),
                }
            }
            before = rule;
        }
        (names, from, to)
    }

    fn field(&mut self, node: Node<'_>) -> Built<FieldItem> {
        let mut children = Children::of(node);
        let mark = match children.take(Rule::field_mark) {
            None => None,
            Some(mark) => Some(match Children::of(mark).next()?.as_rule() {
                Rule::kw_key => FieldMark::Key,
                Rule::kw_at => FieldMark::At,
                Rule::kw_end_field => FieldMark::End,
                Rule::kw_parent => FieldMark::Parent,
                _ => FieldMark::Tier,
            }),
        };
        let name = self.next_name(&mut children)?;
        let ty = children.find(Rule::field_type)?;
        let span = self.span(&ty);
        let value = self.field_type(Children::of(ty).next()?)?;
        let optional = children.has(Rule::kw_optional);
        let given = children.take(Rule::given).map(|node| self.given(node)).transpose()?;
        Ok(FieldItem { mark, name, ty: Spanned { value, span }, optional, given })
    }

    fn given(&mut self, node: Node<'_>) -> Built<GivenItem> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let low = self.given_bound(children.find(Rule::given_bound)?)?;
        let high = self.given_bound(children.find(Rule::given_bound)?)?;
        let by = if children.has(Rule::kw_given_by) { Some(self.next_name(&mut children)?) } else { None };
        let outside = if children.has(Rule::kw_outside_rejected) {
            Some(Outside::Rejected)
        } else {
            children.has(Rule::kw_outside_bounded).then_some(Outside::Bounded)
        };
        Ok(GivenItem { low, high, by, outside, span })
    }

    fn given_bound(&mut self, node: Node<'_>) -> Built<Expr> {
        let span = self.span(&node);
        let negative = Children::of(node.clone()).has(Rule::op_minus);
        let number = self.quantity(node)?;
        Ok(if negative { Expr { kind: ExprKind::Neg(Box::new(number)), span } } else { number })
    }

    fn field_type(&mut self, node: Node<'_>) -> Built<TypeExpr> {
        Ok(match node.as_rule() {
            Rule::kw_text => TypeExpr::Text,
            Rule::kw_whole_number => TypeExpr::Whole,
            Rule::number_type => TypeExpr::Number(self.number_type(node)?),
            Rule::kw_yes_or_no => TypeExpr::Bool,
            Rule::kw_date => TypeExpr::Date,
            Rule::kw_time => TypeExpr::Time,
            Rule::name => TypeExpr::Ref(self.name(&node)),
            Rule::codes => {
                let mut children = Children::of(node);
                let many = children.next()?.as_rule() == Rule::kw_any_of;
                let mut codes = Vec::new();
                for code in children.rest().filter(|p| p.as_rule() == Rule::code) {
                    let mut code = Children::of(code);
                    let name = self.next_name(&mut code)?;
                    codes.push((name, code.rest().map(|t| self.text(&t)).collect()));
                }
                TypeExpr::Codes(many, codes)
            }
            _ => return Err(Broken),
        })
    }

    /// `number [UNIT]`
    fn number_type(&mut self, node: Node<'_>) -> Built<UnitExpr> {
        match Children::of(node).find(Rule::unit_type) {
            Ok(unit) => self.unit_expr(unit),
            Err(super::Broken) => Ok(UnitExpr::Plain),
        }
    }

    fn param_type(&mut self, node: Node<'_>) -> Built<ParamType> {
        let inner = Children::of(node).next()?;
        Ok(match inner.as_rule() {
            Rule::number_type => ParamType::Number(self.number_type(inner)?),
            Rule::percent => ParamType::Number(UnitExpr::Share),
            Rule::kw_points => ParamType::Number(UnitExpr::Points),
            Rule::kw_yuan | Rule::currency => ParamType::Number(self.unit_expr(inner)?),
            Rule::span_unit => ParamType::Number(UnitExpr::Span(span_unit(inner)?)),
            Rule::kw_frame => ParamType::Frame,
            Rule::kw_text => ParamType::Text,
            Rule::kw_date => ParamType::Date,
            Rule::kw_yes_or_no => ParamType::Bool,
            _ => return Err(Broken),
        })
    }

    fn param_value(&mut self, node: Node<'_>) -> Built<ParamValue> {
        let span = self.span(&node);
        let inner = Children::of(node).next()?;
        Ok(match inner.as_rule() {
            Rule::kw_open => ParamValue::Open(span),
            Rule::every_unit => ParamValue::Every(Spanned { value: calendar_unit_every(inner)?, span }),
            _ => ParamValue::Expr(self.expr(inner)?),
        })
    }

    /// A number in its place, as `out of N points`.
    pub fn next_ratio(&mut self, children: &mut Children<'_>) -> Built<Spanned<Ratio>> {
        let node = children.find(Rule::number)?;
        self.number(&node)
    }
}
