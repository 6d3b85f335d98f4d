//! Values as findings show them.

use wangge::model::{AggOp, CodeListId, Expr, FieldId, KindId, Shown, Type};

use super::Run;
use super::term::show_moment;
use super::value::{V, ratio};

impl Run<'_> {
    /// The code list behind an expression over rows of a kind, if it gives codes.
    pub fn codes_of(&self, kind: KindId, expr: &Expr) -> Option<CodeListId> {
        let list = |ty: &Type| match ty {
            Type::Code(list) | Type::CodeSet(list) => Some(*list),
            _ => None,
        };
        match expr {
            Expr::Field(path) => self.type_at(kind, path).as_ref().and_then(list),
            Expr::OrElse(first, _) => self.codes_of(kind, first),
            Expr::Cases(rows, _) => rows.first().and_then(|(_, value)| self.codes_of(kind, value)),
            Expr::Measure(id) | Expr::Through(_, id) => list(&self.policy.measures[*id].ty),
            Expr::Param(id) => list(&self.policy.params[*id].ty),
            Expr::Agg(id) => {
                let agg = &self.policy.aggs[*id];
                let kind = agg.source.parts()[0].kind;
                match &agg.op {
                    AggOp::First(e) | AggOp::Last(e) | AggOp::Min(e) | AggOp::Max(e) => self.codes_of(kind, e),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn type_at(&self, kind: KindId, path: &[FieldId]) -> Option<Type> {
        let (first, rest) = path.split_first()?;
        let ty = &self.policy.kinds[kind].fields[*first].ty;
        match ty {
            Type::Ref(next) if !rest.is_empty() => self.type_at(*next, rest),
            _ => Some(ty.clone()),
        }
    }

    /// A number that is not exact shows its lower end, what is found.
    pub fn show(&self, value: &V, codes: Option<CodeListId>) -> Shown {
        let name =
            |at: u32| codes.map_or(at.to_string(), |list| self.policy.code_lists[list].codes[at as usize].clone());
        match value {
            V::Unknown => Shown::Nothing,
            V::Num(range) => range.lo.as_ref().map_or(Shown::Nothing, |n| Shown::Number(ratio(n))),
            V::Text(text) => Shown::Text(text.clone()),
            V::Code(at) => Shown::Text(name(*at)),
            V::Codes(set) => {
                let names: Vec<String> = (0..64).filter(|at| set >> at & 1 == 1).map(name).collect();
                Shown::Text(names.join(";"))
            }
            V::Bool(b) => Shown::Bool(*b),
            V::Moment(moment) => show_moment(Some(*moment)),
        }
    }
}
