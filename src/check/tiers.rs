//! The rules that tiers bring: how many rows a tier has, and that each has its parent one tier above.

use super::checker::Checker;
use super::codes;
use super::numbers::whole;
use super::rules::plain_rule;
use super::sources::Rows;
use crate::model::{
    Acting, AggFrame, AggOp, CompareOp, CountReq, Expr, KindId, Link, Requirement, Role, Rule, RuleId, SourcePart,
};
use crate::source::Span;
use crate::syntax::tree::{Name, Spanned};

impl Checker<'_> {
    /// Exactly so many rows of the tier in the policy's whole.
    pub(super) fn tier_count(
        &mut self,
        id: RuleId,
        name: (String, Span),
        part: usize,
        count: Spanned<u32>,
        cites: &[Name],
    ) -> Option<Rule> {
        let (kind, filter) = self.part(part)?;
        let wholes: Vec<KindId> =
            self.kinds.entries().filter(|(_, kind)| kind.role == Role::Whole).map(|(id, _)| id).collect();
        let [subject] = wholes.as_slice() else {
            self.error_with_help(
                codes::BAD_TIER,
                count.span,
                text!("a counted tier needs exactly one `whole`", "有`数`的层须恰有一个`全域`"),
                text!("declare what the tiers are counted in: `whole NAME`", "请声明计数的范围：`全域 名称`"),
            );
            return None;
        };
        self.rule_decls[id].subject = Some(*subject);
        let acting = Acting::InPerson;
        let part = SourcePart { kind, link: Link::Whole, acting, filter, first: None, year_field: None, day_starts: 0 };
        let (records, frame, span) = (self.is_record(kind), AggFrame::Window, count.span);
        let measured = self.over(
            Rows { records, parts: vec![part], frame, thin: None, day_starts: None, beside: None, span },
            AggOp::Count,
        )?;
        let exact = whole(i128::from(count.value));
        let count = CountReq { measured, at_least: Some(exact.clone()), at_most: Some(exact), per: None };
        Some(plain_rule(name, *subject, Requirement::Count(count), cites))
    }

    /// Each row of the tier has a parent on the tier above.
    pub(super) fn tier_parent(
        &mut self,
        id: RuleId,
        name: (String, Span),
        part: usize,
        level: u32,
        cites: &[Name],
    ) -> Option<Rule> {
        let (kind, filter) = self.part(part)?;
        self.rule_decls[id].subject = Some(kind);
        let tier = *self.tier_fields.get(&kind)?;
        let parent = self.kinds.get(kind)?.parent?; // a parent of the wrong type is reported with its kind
        let above = whole(i128::from(level) - 1);
        let same = Expr::Compare(CompareOp::Eq, Box::new(Expr::Field(vec![parent, tier])), Box::new(above));
        // Without the first part a missing parent would leave the rule unknown, not unmet.
        let known = Expr::Known(Box::new(Expr::Field(vec![parent])));
        let requirement = Requirement::Condition(Expr::And(vec![known, same]));
        let mut rule = plain_rule(name, kind, requirement, cites);
        rule.scope = filter;
        Some(rule)
    }
}
