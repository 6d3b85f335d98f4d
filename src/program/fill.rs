//! Empty fields that may still be filled in: what they leave open of a value, and what they may undo.

use crate::model::{Agg, Expr, FieldId, KindId, MeasureId, Policy, Role, Type};
use std::collections::HashSet;

/// Measures that were looked at: those that read each other in tiers would be as often as there are ways to them.
type Seen = HashSet<MeasureId>;

/// Whether a value of a row that is not known may come to be known: an empty field of a record is filled in, a record that
/// is referred to comes, or what is counted.
pub(crate) fn may_fill(policy: &Policy, kind: KindId, expr: &Expr) -> bool {
    fills(policy, kind, expr, &mut Seen::new())
}

fn fills(policy: &Policy, kind: KindId, expr: &Expr, seen: &mut Seen) -> bool {
    match expr {
        Expr::Field(path) => is_fillable(policy, kind, path),
        Expr::Measure(id) => seen.insert(*id) && fills(policy, kind, &policy.measures[*id].expr, seen),
        Expr::Through(path, id) => {
            let measure = &policy.measures[*id];
            is_fillable(policy, kind, path) || seen.insert(*id) && fills(policy, measure.kind, &measure.expr, seen)
        }
        Expr::Const(..) | Expr::Param(_) | Expr::Key | Expr::AsOf | Expr::WindowStart | Expr::WindowEnd => false,
        other => match other.children().as_slice() {
            // Aggregates, tallies, results.
            [] => true,
            children => children.iter().any(|child| fills(policy, kind, child, seen)),
        },
    }
}

/// Whether some field on a path belongs to a record and may be empty, or leads to a record that may not be there yet.
fn is_fillable(policy: &Policy, kind: KindId, path: &[FieldId]) -> bool {
    let mut kind = kind;
    for field in path {
        let Some(of) = policy.kinds.get(kind) else { return false };
        let Some(decl) = of.fields.get(*field) else { return false };
        // A date that lies after as-of is read as empty, but the one that dates the record.
        let is_date = matches!(decl.ty, Type::Date | Type::Time) && of.at != Some(*field);
        if of.role == Role::Record && (decl.optional || is_date) {
            return true;
        }
        match decl.ty {
            Type::Ref(target) => kind = target,
            _ => return false,
        }
        if policy.kinds.get(kind).is_some_and(|target| target.role == Role::Record) {
            return true;
        }
    }
    false
}

/// Whether a value of a row may become another because something empty is filled in: it asks what is missing.
fn may_undo(policy: &Policy, kind: KindId, expr: &Expr, seen: &mut Seen) -> bool {
    match expr {
        Expr::Known(a) | Expr::IsTrue(a) | Expr::OrElse(a, _) if may_fill(policy, kind, a) => true,
        Expr::Measure(id) | Expr::Through(_, id) => {
            let measure = &policy.measures[*id];
            seen.insert(*id) && may_undo(policy, measure.kind, &measure.expr, seen)
        }
        other => {
            other.aggs().into_iter().any(|id| undoes(policy, &policy.aggs[id], seen))
                || other.children().into_iter().any(|child| may_undo(policy, kind, child, seen))
        }
    }
}

/// Whether rows of an aggregate may stop counting, or come to another value, because something empty is filled in.
pub(crate) fn is_undone(policy: &Policy, agg: &Agg) -> bool {
    undoes(policy, agg, &mut Seen::new())
}

fn undoes(policy: &Policy, agg: &Agg, seen: &mut Seen) -> bool {
    agg.source.parts().iter().any(|part| {
        let mut exprs = part.filter.iter().chain(agg.op.exprs());
        exprs.any(|expr| may_undo(policy, part.kind, expr, seen))
    })
}
