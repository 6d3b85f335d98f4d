//! What a requirement comes to for one subject and window: its parts joined, counts and conditions.

use super::Judge;
use super::RunError;
use super::seen::Begin;
use super::subject::Subject;
use crate::engine::eval::eval;
use crate::engine::value::{Range, Tri, V, compare};
use crate::model::{AggOp, CompareOp, CountReq, Expr, Outcome, Overflow, Ratio, Requirement, Rule, Shown};

/// What a requirement came to, with what to show of its parts.
pub(super) struct Judged {
    pub truth: Tri,
    pub measured: Vec<Shown>,
    pub required: Vec<Shown>,
}

impl<'a> Judge<'a> {
    pub(super) fn judge_requirement(
        &self,
        requirement: &'a Requirement,
        subject: &Subject<'_, 'a>,
    ) -> Result<Judged, Overflow> {
        match requirement {
            Requirement::All(parts) => self.join(parts, subject, Tri::True, Tri::and),
            Requirement::Any(parts) => self.join(parts, subject, Tri::False, Tri::or),
            Requirement::Count(count) => count_requirement(count, subject),
            Requirement::Condition(expr) => self.condition(expr, subject),
            Requirement::Sequence(steps) => self.sequence(steps, subject),
            // INVARIANT (terms have term frames): `judge_with_terms` takes them out first.
            Requirement::Term(_) | Requirement::Gap(_) => {
                Ok(Judged { truth: Tri::Unknown, measured: Vec::new(), required: Vec::new() })
            }
        }
    }

    fn join(
        &self,
        parts: &'a [Requirement],
        subject: &Subject<'_, 'a>,
        start: Tri,
        with: fn(Tri, Tri) -> Tri,
    ) -> Result<Judged, Overflow> {
        let mut joined = Judged { truth: start, measured: Vec::new(), required: Vec::new() };
        for part in parts {
            let judged = self.judge_requirement(part, subject)?;
            joined.take(judged, with);
        }
        Ok(joined)
    }

    /// A requirement with terms that start (or are due) at a moment.
    pub(super) fn judge_with_terms(
        &self,
        rule: &Rule,
        requirement: &'a Requirement,
        start: Begin,
        subject: &Subject<'_, 'a>,
    ) -> Result<Judged, RunError> {
        let overflow = self.overflow(&rule.name, rule.subject, subject.id);
        let (parts, truth, with): (_, _, fn(Tri, Tri) -> Tri) = match requirement {
            Requirement::Term(term) => {
                let truth = match start {
                    Begin::At(start) => {
                        let judged = self.judge_term(rule, term, start, subject)?;
                        return Ok(Judged {
                            truth: judged.truth,
                            measured: vec![judged.measured],
                            required: vec![judged.required],
                        });
                    }
                    Begin::Never => Tri::False,
                    Begin::Between(between) => self.judge_between(rule, term, between, subject)?,
                };
                let measured = vec![self.step_shown(term, subject).map_err(overflow)?];
                return Ok(Judged { truth, measured, required: vec![Shown::Nothing] });
            }
            Requirement::All(parts) => (parts, Tri::True, Tri::and),
            Requirement::Any(parts) => (parts, Tri::False, Tri::or),
            other => return self.judge_requirement(other, subject).map_err(overflow),
        };
        let mut joined = Judged { truth, measured: Vec::new(), required: Vec::new() };
        for part in parts {
            joined.take(self.judge_with_terms(rule, part, start, subject)?, with);
        }
        Ok(joined)
    }

    /// A condition; a comparison shows both of its sides.
    fn condition(&self, expr: &'a Expr, subject: &Subject<'_, 'a>) -> Result<Judged, Overflow> {
        let truth = eval(expr, subject)?.truth();
        let (measured, required) = match expr {
            Expr::Compare(_, left, right) => {
                let ty = self.type_of(left, subject.kind).or_else(|| self.type_of(right, subject.kind));
                let side = |value: V<'_>| match &ty {
                    Some(ty) => self.shown(ty, value),
                    None => self.shown(&crate::model::Type::Text, value),
                };
                (side(eval(left, subject)?), side(eval(right, subject)?))
            }
            _ => (self.shown(&crate::model::Type::Bool, V::Truth(truth)), Shown::Bool(true)),
        };
        Ok(Judged { truth, measured: vec![measured], required: vec![required] })
    }

    /// The type of a value that may be a code, for showing codes as words.
    pub(super) fn type_of(&self, expr: &Expr, kind: crate::model::KindId) -> Option<crate::model::Type> {
        let policy = self.world.policy();
        match expr {
            Expr::Field(path) => {
                let (last, before) = path.split_last()?;
                let kind = policy.path_kind(kind, before)?;
                policy.kinds[kind].fields.get(*last).map(|field| field.ty.clone())
            }
            Expr::Measure(id) | Expr::Through(_, id) => Some(policy.measures[*id].ty.clone()),
            Expr::Param(id) => Some(policy.params[*id].ty.clone()),
            Expr::OrElse(first, _) => self.type_of(first, kind),
            Expr::Cases(..) => expr.first_case().and_then(|value| self.type_of(value, kind)),
            Expr::Agg(id) => {
                let agg = &policy.aggs[*id];
                let kind = agg.source.parts().first()?.kind;
                match &agg.op {
                    AggOp::First(value) | AggOp::Last(value) | AggOp::Min(value) | AggOp::Max(value) => {
                        self.type_of(value, kind)
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Judged {
    /// What is shown of a rule whose outcome is decided already.
    pub(super) fn shown(measured: Vec<Shown>, required: Vec<Shown>) -> Judged {
        Judged { truth: Tri::Unknown, measured, required }
    }

    fn take(&mut self, part: Judged, with: fn(Tri, Tri) -> Tri) {
        self.truth = with(self.truth, part.truth);
        self.measured.extend(part.measured);
        self.required.extend(part.required);
    }
}

/// The outcome of an obligation; `None`: not due.
pub(super) fn decide<'a>(
    rule: &'a Rule,
    subject: &Subject<'_, 'a>,
    truth: Tri,
    unresolved: Outcome,
    waived: Tri,
) -> Result<Option<Outcome>, Overflow> {
    decide_in(scope_of(rule, subject, None)?, rule, subject, truth, unresolved, waived)
}

/// Whether a subject is in the scope of a rule, where that is not `known`.
pub(super) fn scope_of<'a>(rule: &'a Rule, subject: &Subject<'_, 'a>, known: Option<Tri>) -> Result<Tri, Overflow> {
    match (known, &rule.scope) {
        (Some(known), _) => Ok(known),
        (None, Some(scope)) => subject.truth_of(scope),
        (None, None) => Ok(Tri::True),
    }
}

/// As [`decide`], given whether the subject is in scope.
pub(super) fn decide_in<'a>(
    scope: Tri,
    rule: &'a Rule,
    subject: &Subject<'_, 'a>,
    truth: Tri,
    unresolved: Outcome,
    waived: Tri,
) -> Result<Option<Outcome>, Overflow> {
    match scope {
        Tri::False => return Ok(None),
        Tri::Unknown => return Ok(Some(unresolved)),
        Tri::True => {}
    }
    let mut excuse = waived;
    for expr in &rule.excused {
        excuse = excuse.or(subject.truth_of(expr)?);
    }
    Ok(Some(match (excuse, truth) {
        (Tri::True, _) => Outcome::Excused,
        (_, Tri::True) => Outcome::Met,
        (Tri::Unknown, _) | (_, Tri::Unknown) => unresolved,
        (Tri::False, Tri::False) => Outcome::Unmet,
    }))
}

/// A number against its bounds.
fn count_requirement<'a>(count: &'a CountReq, subject: &Subject<'_, 'a>) -> Result<Judged, Overflow> {
    let measured = eval(&count.measured, subject)?.range();
    let mut truth = Tri::True;
    let mut required = Vec::new();
    let bound = |expr: &'a Expr| -> Result<Range, Overflow> {
        let bound = eval(expr, subject)?.range();
        let Some(per) = &count.per else { return subject.prorated(bound) };
        let (each, base) = (eval(&per.each, subject)?.range(), eval(&per.base, subject)?.range());
        let (Some(bound), Some(each)) = (bound.value(), each.value()) else { return Ok(Range::ANY) };
        let Some(factor) = bound.div(each)? else { return Ok(Range::ANY) };
        let grown = base.mul(Range::exact(factor))?;
        let side = |side: Option<Ratio>| match per.rounding {
            Some(how) => side.map(|exact| Ratio::int(exact.round_int(how))),
            None => side,
        };
        subject.prorated(Range { lo: side(grown.lo), hi: side(grown.hi) })
    };
    let mut test = |expr: &'a Expr, op: CompareOp| -> Result<(), Overflow> {
        let bound = bound(expr)?;
        truth = truth.and(compare(op, V::Num(measured), V::Num(bound)));
        required.push(bound.lo.map_or(Shown::Nothing, Shown::Number));
        Ok(())
    };
    if let Some(least) = &count.at_least {
        test(least, CompareOp::Ge)?;
    }
    if let Some(most) = &count.at_most {
        test(most, CompareOp::Le)?;
        if count.at_least.as_ref() == Some(most) {
            required.pop();
        }
    }
    let found = measured.lo.map_or(Shown::Nothing, Shown::Number);
    Ok(Judged { truth, measured: vec![found], required })
}
