//! Empty fields that may still be filled in: what they leave open of a value, and what they may undo.

use crate::model::{Agg, Expr, FieldId, KindId, Policy, Role, Type};

/// Whether a value of a row that is not known may come to be known: an empty field of a record is filled in, a record that
/// is referred to comes, or what is counted.
pub(crate) fn may_fill(policy: &Policy, kind: KindId, expr: &Expr) -> bool {
    match expr {
        Expr::Field(path) => is_fillable(policy, kind, path),
        Expr::Measure(id) => may_fill(policy, kind, &policy.measures[*id].expr),
        Expr::Through(path, id) => {
            let measure = &policy.measures[*id];
            is_fillable(policy, kind, path) || may_fill(policy, measure.kind, &measure.expr)
        }
        Expr::Const(..) | Expr::Param(_) | Expr::Key | Expr::AsOf | Expr::WindowStart | Expr::WindowEnd => false,
        other => match other.children().as_slice() {
            // Aggregates, tallies, results.
            [] => true,
            children => children.iter().any(|child| may_fill(policy, kind, child)),
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
fn may_undo(policy: &Policy, kind: KindId, expr: &Expr) -> bool {
    match expr {
        Expr::Known(a) | Expr::IsTrue(a) | Expr::OrElse(a, _) if may_fill(policy, kind, a) => true,
        Expr::Measure(id) => may_undo(policy, kind, &policy.measures[*id].expr),
        Expr::Through(_, id) => may_undo(policy, policy.measures[*id].kind, &policy.measures[*id].expr),
        other => {
            other.aggs().into_iter().any(|id| is_undone(policy, &policy.aggs[id]))
                || other.children().into_iter().any(|child| may_undo(policy, kind, child))
        }
    }
}

/// Whether rows of an aggregate may stop counting, or come to another value, because something empty is filled in.
pub(crate) fn is_undone(policy: &Policy, agg: &Agg) -> bool {
    let parts = agg.source.parts();
    parts.iter().any(|part| {
        let exprs = part.filter.iter().chain(agg.op.exprs());
        exprs.into_iter().any(|expr| may_undo(policy, part.kind, expr))
    })
}
