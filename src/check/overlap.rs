//! Deductions over the same records: one record is deducted once in an assessment, by the largest points, then by
//! the first written. Each deduction leaves out the records that another one takes before it.

use super::checker::Checker;
use super::codes;
use super::parts::conjunction;
use super::sources::Rows;
use crate::diagnostic::Diagnostic;
use crate::limits::ADJUSTMENTS_MAX;
use crate::model::{
    Adjustment, Agg, AggFrame, AggOp, CompareOp, Expr, FieldId, KindId, Ratio, Source, SourcePart, Unit, Value,
};
use crate::source::Span;
use crate::syntax::tree::Spanned;

/// A deduction that counts records.
#[derive(Clone)]
struct Counted {
    /// Position among the adjustments.
    at: usize,
    parts: Vec<SourcePart>,
    frame: AggFrame,
    thin: Option<crate::model::Thin>,
}

impl Checker<'_> {
    /// `again`: deductions that count their records whatever others take, and leave them to others.
    pub(super) fn deduct_once(
        &mut self,
        adjustments: &mut [Adjustment],
        places: &[Span],
        again: &[bool],
    ) -> Option<()> {
        let (found, max) = (adjustments.len(), ADJUSTMENTS_MAX);
        if let Some(beyond) = places.get(max).filter(|_| found > max) {
            self.error(
                codes::TOO_MANY,
                *beyond,
                text!(
                    "the assessment has {found} deductions and bonuses, more than the {max} that are allowed",
                    "本考核有 {found} 处扣分和加分，超过上限 {max} 处"
                ),
            );
            return None;
        }
        let counted: Vec<Counted> = (adjustments.iter().enumerate())
            .filter(|(at, adjustment)| !adjustment.bonus && again.get(*at) != Some(&true))
            .filter_map(|(at, adjustment)| self.counted(at, adjustment.times.as_ref()?))
            .collect();
        let mut sound = true;
        for own in &counted {
            let mut parts = own.parts.clone();
            let mut changed = false;
            for other in &counted {
                if other.at == own.at {
                    continue;
                }
                for part in &mut parts {
                    let Some(rival) = other.parts.iter().find(|rival| rival.kind == part.kind) else { continue };
                    let original = own.parts.iter().find(|original| original.kind == part.kind);
                    if original.is_some_and(|original| disjoint(original.filter.as_ref(), rival.filter.as_ref())) {
                        continue;
                    }
                    match self.beats(adjustments, places, (other, rival), (own, part)) {
                        Some(true) => {
                            let taken = rival.filter.clone();
                            let taken = taken.unwrap_or(Expr::Const(Value::Bool(true), Unit::Plain));
                            let left = Expr::Not(Box::new(Expr::IsTrue(Box::new(taken))));
                            let parts = part.filter.take().into_iter().chain([left]).collect();
                            part.filter = Some(conjunction(parts));
                            changed = true;
                        }
                        Some(false) => {}
                        None => sound = false,
                    }
                }
            }
            if changed && sound {
                let span = places.get(own.at).copied()?;
                let value = parts.first().map_or(0, |part| part.day_starts);
                let day_starts = Some(Spanned { value, span });
                let rows = Rows {
                    parts,
                    records: true,
                    frame: own.frame.clone(),
                    thin: own.thin,
                    day_starts,
                    beside: None,
                    span,
                };
                let times = self.over(rows, AggOp::Count)?;
                if let Some(adjustment) = adjustments.get_mut(own.at) {
                    adjustment.times = Some(times);
                }
            }
        }
        sound.then_some(())
    }

    /// The records that a number counts, however it is written: measures are looked through, and so is what leaves a count
    /// as it is.
    fn counted(&self, at: usize, times: &Expr) -> Option<Counted> {
        let mut times = times;
        loop {
            times = match times {
                Expr::Measure(id) => self.measures.get(*id)?.expr()?,
                Expr::Div(of, by, _) if self.known_number(by) == Some(Ratio::ONE) => of,
                Expr::Round(of, Ratio::ONE, _) | Expr::Floor(of) | Expr::Ceil(of) | Expr::Abs(of) => of,
                Expr::Max(parts) => match parts.as_slice() {
                    [zero, of] | [of, zero] if self.known_number(zero) == Some(Ratio::ZERO) => of,
                    _ => break,
                },
                _ => break,
            };
        }
        let Expr::Agg(id) = times else { return None };
        match self.aggs.get(*id)? {
            Agg { op: AggOp::Count, source: Source::Records(parts), frame, thin }
                if parts.iter().all(|part| part.first.is_none()) =>
            {
                Some(Counted { at, parts: parts.clone(), frame: frame.clone(), thin: *thin })
            }
            Agg { op: AggOp::Count, source: Source::Rows(part), frame, .. } if self.is_record(part.kind) => {
                Some(Counted { at, parts: vec![part.clone()], frame: frame.clone(), thin: None })
            }
            _ => None,
        }
    }

    /// Whether the first deduction takes a record before the second; `None`: reported.
    fn beats(
        &mut self,
        adjustments: &[Adjustment],
        places: &[Span],
        (first, first_part): (&Counted, &SourcePart),
        (second, second_part): (&Counted, &SourcePart),
    ) -> Option<bool> {
        let (a, b) = (adjustments.get(first.at)?, adjustments.get(second.at)?);
        let (points_a, points_b) = (self.known_number(&a.amount), self.known_number(&b.amount));
        let comparable =
            first.frame == second.frame && first.thin == second.thin && first_part.link == second_part.link;
        if comparable
            && a.when.is_none()
            && b.when.is_none()
            && let (Some(points_a), Some(points_b)) = (points_a, points_b)
        {
            return Some(points_a > points_b || (points_a == points_b && first.at < second.at));
        }
        if first.at < second.at {
            self.unordered(
                (second_part.kind, (points_a, points_b), comparable),
                places.get(first.at).copied(),
                places.get(second.at).copied(),
            );
        }
        None
    }

    fn unordered(
        &mut self,
        (kind, points, comparable): (KindId, (Option<Ratio>, Option<Ratio>), bool),
        first: Option<Span>,
        second: Option<Span>,
    ) {
        let (Some(first), Some(second)) = (first, second) else { return };
        let shown = self.kind_name(kind);
        let message = text!(
            "both deductions may take the same `{shown}`, and which takes it cannot be told",
            "两处扣分可能针对同一`{shown}`，无法确定由哪一处扣"
        );
        let help = if points.0.is_none() || points.1.is_none() {
            text!(
                "one record is deducted once, by the largest points: give both deductions numbers",
                "同一记录只按最高分扣一次，请为两处写明分数"
            )
        } else if comparable {
            text!(
                "put the condition into the records (`where`) instead of `when`, or tell the records apart by a field",
                "请把条件写进记录（`其中`）而不用`当`，或用字段把两类记录分开"
            )
        } else {
            text!(
                "count both over the same time and for the same subjects, or tell the records apart by a field",
                "请使两处的时段和归属一致，或用字段把两类记录分开"
            )
        };
        let diagnostic = Diagnostic::error(codes::DEDUCTIONS_UNORDERED, second, message).with_help(help);
        self.push(diagnostic.with_secondary(first, text!("the other deduction", "另一处扣分")));
    }
}

/// Whether no row passes both filters, as far as values of one field tell.
fn disjoint(a: Option<&Expr>, b: Option<&Expr>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return false };
    conjuncts(a).iter().any(|x| {
        let Some((path, values)) = allowed(x) else { return false };
        conjuncts(b).iter().any(|y| {
            allowed(y).is_some_and(|(other, more)| {
                path == other && !values.iter().any(|value| more.iter().any(|other| value == other))
            })
        })
    })
}

fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        other => vec![other],
    }
}

/// The values that a test allows a field.
fn allowed(test: &Expr) -> Option<(&[FieldId], Vec<&Value>)> {
    match test {
        Expr::Compare(CompareOp::Eq, field, value) => match (&**field, &**value) {
            (Expr::Field(path), Expr::Const(value, _)) | (Expr::Const(value, _), Expr::Field(path)) => {
                Some((path, vec![value]))
            }
            _ => None,
        },
        Expr::OneOf(field, values) => match &**field {
            Expr::Field(path) => Some((path, values.iter().collect())),
            _ => None,
        },
        _ => None,
    }
}
