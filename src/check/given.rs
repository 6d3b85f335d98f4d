//! Numbers that people give: their bounds, who gives them, and what becomes of one outside.

use super::checker::Checker;
use super::codes;
use super::types::Ty;
use crate::model::given::{Given, Outside};
use crate::model::number::FIXED_ONE;
use crate::model::{FieldId, Fixed, KindId, Ratio, Type, Unit, Value};
use crate::syntax::tree::{self, FieldItem, GivenItem};

impl Checker<'_> {
    /// Gives a field of a kind its bounds. The fields of the kind are known.
    pub(super) fn resolve_given(&mut self, kind: KindId, at: FieldId, item: &FieldItem, record: bool) {
        let Some(written) = &item.given else { return };
        let Some(ty) = self.field_ty(kind, at) else { return };
        let unit = match ty {
            Type::Whole => Unit::Plain,
            Type::Number(unit) => unit,
            _ => {
                let message = text!("only a number is given within bounds", "只有数值字段可写评定界限");
                return self.error(codes::BAD_GIVEN, written.span, message);
            }
        };
        if !record {
            let message = text!("what a person gives is a record, with its date", "人评定的数值须记在有日期的记录中");
            return self.error(codes::BAD_GIVEN, written.span, message);
        }
        let by = written.by.as_ref().map(|by| self.assessor(kind, at, by));
        let bounds = self.given_bound(&written.low, &unit).zip(self.given_bound(&written.high, &unit));
        let outside = self.outside_choice(written);
        let (Some((low, high)), Some(outside)) = (bounds, outside) else { return };
        if low > high {
            let message = text!("the least is above the most: nothing could be given", "下限高于上限，没有可评的数值");
            return self.error(codes::BAD_GIVEN, written.low.span.to(written.high.span), message);
        }
        let by = match by {
            Some(None) => return,
            Some(by) => by,
            None => None,
        };
        self.kinds[kind].fields[at].given = Some(Given { low, high, by, outside });
    }

    fn outside_choice(&mut self, written: &GivenItem) -> Option<Outside> {
        if written.outside.is_none() {
            self.error_with_help(
                codes::CHOOSE_OUTSIDE,
                written.span,
                text!("it is not said what becomes of a value outside the bounds", "没有写明越界的数值如何处理"),
                text!(
                    "add `outside rejected` (the row is listed and not used) or `outside bounded` (the nearer bound stands for it)",
                    "请加`越界 拒收`（该行退回不用）或`越界 取界`（按最近的界限计）"
                ),
            );
        }
        written.outside
    }

    /// The field that says who gave it; `None`: reported.
    fn assessor(&mut self, kind: KindId, at: FieldId, by: &tree::Name) -> Option<FieldId> {
        let field = self.field(kind, by)?;
        let named = matches!(self.field_ty(kind, field)?, Type::Text | Type::Ref(_) | Type::Code(_));
        if !named || field == at {
            let message = text!(
                "who gave it is a text, a code or a reference of the record",
                "评定人须是本记录的文本、代码或引用字段"
            );
            self.error(codes::BAD_GIVEN, by.span, message);
            return None;
        }
        Some(field)
    }

    /// A bound in the unit of its field; `None`: reported.
    fn given_bound(&mut self, written: &tree::Expr, unit: &Unit) -> Option<Fixed> {
        let (value, ty) = self.constant(written)?;
        let (Value::Number(number), Ty::Number(own)) = (value, ty) else { return None };
        // A share has its sign, as in the data: `95%`.
        if own != *unit && (own != Unit::Plain || *unit == Unit::Share) {
            let message = text!("the bound is in another unit than the field", "界限的单位与字段不同");
            self.error(codes::BAD_GIVEN, written.span, message);
            return None;
        }
        match Ratio::new(FIXED_ONE, 1).and_then(|one| number.mul(one)) {
            Ok(scaled) if scaled.is_int() => Some(Fixed(scaled.floor())),
            _ => self.too_large(written.span),
        }
    }
}
