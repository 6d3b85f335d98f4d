//! What is empty and may still be filled in (section 4, "What may be undone").

use wangge::model::{Agg, Expr, FieldId, KindId, Role, SourcePart, Type};

use super::Run;
use super::eval::Context;

impl Run<'_> {
    /// Whether a value that is not known may come to be known.
    pub fn may_fill(&self, expr: &Expr, context: &Context<'_>) -> bool {
        context.reading.fillable && self.reads_fillable(expr, context.row.kind())
    }

    fn reads_fillable(&self, expr: &Expr, kind: KindId) -> bool {
        match expr {
            Expr::Const(..) | Expr::Param(_) | Expr::Key | Expr::AsOf | Expr::WindowStart | Expr::WindowEnd => false,
            Expr::Field(path) => self.passes_fillable(path, kind),
            Expr::Measure(id) => self.reads_fillable(&self.policy.measures[*id].expr, kind),
            Expr::Through(path, id) => {
                let measure = &self.policy.measures[*id];
                self.passes_fillable(path, kind) || self.reads_fillable(&measure.expr, measure.kind)
            }
            other => {
                let parts = other.children();
                parts.is_empty() || parts.into_iter().any(|part| self.reads_fillable(part, kind))
            }
        }
    }

    /// A field of a record that may be empty, or a reference to a record that may still come.
    fn passes_fillable(&self, path: &[FieldId], kind: KindId) -> bool {
        let mut kind = kind;
        path.iter().any(|field| {
            let decl = &self.policy.kinds[kind];
            let read = &decl.fields[*field];
            let is_date = matches!(read.ty, Type::Date | Type::Time) && decl.at != Some(*field);
            let mut fillable = decl.role == Role::Record && (read.optional || is_date);
            if let Type::Ref(target) = read.ty {
                fillable |= self.policy.kinds[target].role == Role::Record;
                kind = target;
            }
            fillable
        })
    }

    /// Whether a row that counts may stop counting, or come to another value, once something empty is filled in.
    pub fn is_loose(&self, agg: &Agg, part: &SourcePart, row: &Context<'_>) -> bool {
        let mut filled = row.clone();
        filled.reading.fillable = true;
        self.filter_is_loose(part, row)
            || agg.op.exprs().into_iter().any(|expr| self.eval(expr, row) != self.eval(expr, &filled))
    }

    pub fn filter_is_loose(&self, part: &SourcePart, row: &Context<'_>) -> bool {
        let mut filled = Context { future: false, ..row.clone() };
        filled.reading.fillable = true;
        part.filter.as_ref().is_some_and(|filter| self.truth(filter, &filled) != Some(true))
    }
}
