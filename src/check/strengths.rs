//! Strength: parts of a rule with a strength of their own, tolerances, and which strengths a tally counts.

use super::checker::{Checker, Scope};
use super::codes;
use super::requirements::Parts;
use super::rules::has_term;
use crate::model::{
    ArithOp, CompareOp, CountReq, Expr, Ratio, Requirement, Rounding, RuleId, Strength, Type, Unit, Value,
};
use crate::source::Span;
use crate::syntax::tree::{self, Name, RequirementExpr};

impl Checker<'_> {
    /// The requirement of a rule by strength: what has none of its own has the rule's. The first is the first written.
    pub(super) fn sides_of(
        &mut self,
        requirement: &RequirementExpr,
        strength: Strength,
        scope: Scope,
        parts: &mut Parts,
    ) -> Option<Vec<(Strength, Requirement)>> {
        let mut sides: Vec<(Strength, Vec<&RequirementExpr>)> = Vec::new();
        gather(requirement, None, &mut |own, part| {
            let side = own.unwrap_or(strength);
            match sides.iter_mut().find(|(known, _)| *known == side) {
                Some((_, parts)) => parts.push(part),
                None => sides.push((side, vec![part])),
            }
        });
        if sides.len() > 1
            && has_term(requirement)
            && let Some((_, without)) = sides.iter().find(|(_, parts)| !parts.iter().any(|part| has_term(part)))
            && let Some(span) = without.iter().find_map(|part| place(part))
        {
            self.error_with_help(
                codes::MISPLACED_STRENGTH,
                span,
                text!(
                    "a part without a term cannot have a strength of its own beside a term",
                    "有期限的规则中，不含期限的部分不能另定约束力"
                ),
                text!("write it as a rule of its own", "请另写一条规则"),
            );
            return None;
        }
        let mut lowered = Vec::new();
        let mut sound = true;
        for (strength, written) in sides {
            parts.strength = Some(strength);
            let joined = match written.as_slice() {
                [only] => self.requirement(only, scope, parts),
                several => {
                    let all: Vec<RequirementExpr> = several.iter().map(|part| (*part).clone()).collect();
                    self.requirement(&RequirementExpr::All(all), scope, parts)
                }
            };
            match joined {
                Some(requirement) => lowered.push((strength, requirement)),
                None => sound = false,
            }
        }
        sound.then_some(lowered)
    }

    /// Reports a strength where a part cannot have one.
    pub(super) fn misplaced_strength(&mut self, span: Span) {
        self.error_with_help(
            codes::MISPLACED_STRENGTH,
            span,
            text!("only parts that `and` joins have a strength of their own", "只有以`且`并列的部分才能另定约束力"),
            text!("write the part as a rule of its own", "请将该部分另写一条规则"),
        );
    }

    /// A bound or comparison with a tolerance, both sides widened.
    pub(super) fn tolerant(
        &mut self,
        part: &RequirementExpr,
        tolerance: &tree::Expr,
        scope: Scope,
        parts: &mut Parts,
    ) -> Option<Requirement> {
        let share = self.number(tolerance, &Unit::Share, scope);
        let inner = self.requirement(part, scope, parts);
        if parts.strength.is_some_and(|strength| strength < Strength::Should) {
            self.error_with_help(
                codes::BAD_TOLERANCE,
                tolerance.span,
                text!(
                    "only what is `should`, `may` or `aim` has a tolerance",
                    "只有`一般`、`可`、`力争`的要求才有容差"
                ),
                text!("write `should`, or the bounds that are meant", "请改为`一般`，或直接写出容许的上下限"),
            );
            return None;
        }
        let (share, inner) = (share?, inner?);
        if self.known_number(&share).is_some_and(|share| share < Ratio::ZERO || share > Ratio::ONE) {
            self.error(
                codes::BAD_NUMBER,
                tolerance.span,
                text!("a tolerance lies between 0% and 100%", "容差须在 0% 至 100% 之间"),
            );
            return None;
        }
        match inner {
            Requirement::Count(count) if count.per.is_none() => {
                let bound = |expr: Option<Expr>, up| expr.map(|expr| self.widened(expr, &share, up, true));
                let (low, high) = (bound(count.at_least, false), bound(count.at_most, true));
                Some(Requirement::Count(CountReq { at_least: low, at_most: high, ..count }))
            }
            Requirement::Condition(Expr::Compare(op, left, right)) if self.is_number(&right) => {
                let side = |op, up| {
                    let bound = self.widened((*right).clone(), &share, up, false);
                    Requirement::Condition(Expr::Compare(op, left.clone(), Box::new(bound)))
                };
                match op {
                    CompareOp::Ge => Some(side(CompareOp::Ge, false)),
                    CompareOp::Le => Some(side(CompareOp::Le, true)),
                    CompareOp::Eq => {
                        Some(Requirement::All(vec![side(CompareOp::Ge, false), side(CompareOp::Le, true)]))
                    }
                    _ => self.no_bound(tolerance.span),
                }
            }
            _ => self.no_bound(tolerance.span),
        }
    }

    /// Whether a lowered bound is a number by its form.
    fn is_number(&self, expr: &Expr) -> bool {
        let param = |id| self.params.get(id).is_some_and(|param| matches!(param.ty, Type::Number(_)));
        self.known_number(expr).is_some() || matches!(expr, Expr::Param(id) if param(*id))
    }

    fn no_bound<T>(&mut self, span: Span) -> Option<T> {
        self.error_with_help(
            codes::BAD_TOLERANCE,
            span,
            text!("there is no bound here that a tolerance could widen", "此处没有可以放宽的上下限"),
            text!(
                "a tolerance stands after a count without `per`, or after a comparison with `=`, at least or at most",
                "容差写在不带`按每`的计数之后，或写在等于、不少于、不超过的比较之后"
            ),
        );
        None
    }

    /// A bound moved outward; that of a count to the next whole number.
    fn widened(&self, bound: Expr, share: &Expr, up: bool, whole: bool) -> Expr {
        let one = Expr::Const(Value::Number(Ratio::ONE), Unit::Plain);
        let op = if up { ArithOp::Add } else { ArithOp::Sub };
        let factor = Expr::Arith(op, Box::new(one), Box::new(share.clone()));
        let moved = Expr::Arith(ArithOp::Mul, Box::new(bound.clone()), Box::new(factor));
        if let Some(number) = self.known_number(&moved).filter(|_| literal(&bound) && literal(share)) {
            let how = if up { Rounding::Up } else { Rounding::Down };
            let number = if whole { Ratio::int(number.round_int(how)) } else { number };
            let unit = if let Expr::Const(_, unit) = bound { unit } else { Unit::Plain };
            return Expr::Const(Value::Number(number), unit);
        }
        match (whole, up) {
            (false, _) => moved,
            (true, true) => Expr::Ceil(Box::new(moved)),
            (true, false) => Expr::Floor(Box::new(moved)),
        }
    }

    /// The rules behind a name that a tally counts: must and in principle, and weaker ones where it says so.
    pub(super) fn counted_sides(
        &mut self,
        rule: RuleId,
        name: &Name,
        counting: Option<Strength>,
    ) -> Option<Vec<RuleId>> {
        let weakest = counting.unwrap_or(Strength::InPrinciple);
        let members: Vec<RuleId> =
            std::iter::once(rule).chain(self.sides.get(&rule).into_iter().flatten().copied()).collect();
        let strength = |id: &RuleId| self.rules.get(id.0 as usize).and_then(Option::as_ref).map(|rule| rule.strength);
        let known: Option<Vec<Strength>> = members.iter().map(strength).collect();
        let known = known?;
        let counted: Vec<RuleId> =
            members.iter().zip(&known).filter(|(_, strength)| **strength <= weakest).map(|(id, _)| *id).collect();
        if !counted.is_empty() {
            return Some(counted);
        }
        let shown = &name.value;
        let strongest = known.into_iter().min().unwrap_or(Strength::Aim);
        let (en, zh) = words(strongest);
        self.error_with_help(
            codes::CHOOSE_COUNTING,
            name.span,
            text!(
                "`{shown}` is `{en}`: only must and in principle count where nothing else is said",
                "`{shown}`为`{zh}`：未另作说明时，只计`应`和`原则上`的规则"
            ),
            text!("add `counting {en}` after the rules", "请在规则名之后写`连同 {zh}`"),
        );
        None
    }
}

/// The words of a strength.
fn words(strength: Strength) -> (&'static str, &'static str) {
    match strength {
        Strength::Must => ("must", "应"),
        Strength::InPrinciple => ("in principle", "原则上"),
        Strength::Should => ("should", "一般"),
        Strength::May => ("may", "可"),
        Strength::Aim => ("aim", "力争"),
    }
}

/// Hands over the parts that `and` joins, each with its own strength.
fn gather<'r>(
    requirement: &'r RequirementExpr,
    own: Option<Strength>,
    see: &mut dyn FnMut(Option<Strength>, &'r RequirementExpr),
) {
    match requirement {
        RequirementExpr::All(parts) => parts.iter().for_each(|part| gather(part, own, see)),
        RequirementExpr::Strong(strength, part) => gather(part, Some(strength.value), see),
        other => see(own, other),
    }
}

/// Where a part stands, if it says so.
fn place(requirement: &RequirementExpr) -> Option<Span> {
    match requirement {
        RequirementExpr::All(parts) | RequirementExpr::Any(parts) => parts.iter().find_map(place),
        RequirementExpr::Count { span, .. }
        | RequirementExpr::Sequence(_, _, span)
        | RequirementExpr::Gap { span, .. } => Some(*span),
        RequirementExpr::Condition(expr) => Some(expr.span),
        RequirementExpr::Strong(_, part) | RequirementExpr::Tolerant(part, _) => place(part),
        RequirementExpr::Term(term) => Some(term.span),
    }
}

/// Whether an expression is a written number.
fn literal(expr: &Expr) -> bool {
    matches!(expr, Expr::Const(..))
}
