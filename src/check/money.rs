//! Who receives money, how it is shared, what bounds it.

use super::adjustments::flat;
use super::checker::{Checker, Scope};
use super::codes;
use super::types::Ty;
use crate::model::{
    AggOp, Budget, Ceiling, Expr, OverBudget, Payee, Pool, Ratio, Remainder, Role, Rounding, Split, TiesAtLimit, Unit,
    Value,
};
use crate::source::Span;
use crate::syntax::tree::{
    self, BudgetExpr, CeilingExpr, Name, OverBudgetExpr, PayeeExpr, SplitExpr, TiesExpr, ToStepExpr,
};

impl Checker<'_> {
    /// Recipient and payer of an amount in `unit` (`None`: there is no amount); `None`: reported.
    pub(super) fn payee(&mut self, payee: &PayeeExpr, unit: Option<&Unit>, scope: Scope) -> Option<Payee> {
        let split = payee.split.as_ref().map(|split| self.split(split, unit, scope));
        let to = payee.to.as_ref().map(|to| self.group(to, scope));
        let by = payee.by.as_ref().map(|by| by.value.clone()).unwrap_or_default();
        Some(Payee { split: flat(split)?, to: flat(to)?, by })
    }

    fn split(&mut self, split: &SplitExpr, unit: Option<&Unit>, scope: Scope) -> Option<Split> {
        let part = split.part.as_ref().map(|part| self.shared_part(part, scope));
        let weights = self.weights(split, scope);
        let step = match unit {
            Some(unit) => self.step(&split.step, unit, scope),
            None => {
                self.error(codes::BAD_SPLIT, split.span, text!("there is no amount to share", "没有可供分配的金额"));
                None
            }
        };
        if split.remainder.is_none() {
            self.error_with_help(
                codes::CHOOSE_REMAINDER,
                split.span,
                text!("say where the remainder of the rounded shares goes", "须说明各份取整后的余数归谁"),
                text!(
                    "add `remainder to first` (by key), `remainder to largest`, `remainder to subject` or `remainder to nobody`",
                    "请加上`余数 归首位`（按编号）、`余数 归最大者`、`余数 归对象`或`余数 不分`"
                ),
            );
        }
        Some(Split { part: flat(part)?, weights: weights?, step: step?, remainder: split.remainder? })
    }

    /// What becomes of those who tie for places of `name`; `paid`: something of it is money. `None` inside: said as ever.
    pub(super) fn ties_of(
        &mut self,
        written: Option<&TiesExpr>,
        name: &Name,
        paid: bool,
        scope: Scope,
    ) -> Option<(TiesAtLimit, Option<Pool>)> {
        let (step, remainder, span) = match written {
            None => {
                self.ties_needed(name, true);
                return None;
            }
            Some(TiesExpr::AtLimit(ties)) => return Some((*ties, None)),
            Some(TiesExpr::Share { step, remainder, span }) => (step, remainder, *span),
        };
        let step = self.step(step, &self.own_money(), scope);
        let shown = &name.value;
        if !paid {
            self.error_with_help(
                codes::BAD_SPLIT,
                span,
                text!(
                    "nothing in `{shown}` is paid in money, so that there is nothing to share",
                    "`{shown}`不涉及金额，没有可供平分的奖金"
                ),
                text!("write `ties include` or `ties exclude`", "请写`并列 同授`或`并列 不授`"),
            );
            return None;
        }
        if remainder.is_none() {
            self.error_with_help(
                codes::CHOOSE_REMAINDER,
                span,
                text!("say where the remainder of the rounded shares goes", "须说明各份取整后的余数归谁"),
                text!(
                    "add `remainder to first` (by key) or `remainder to nobody`",
                    "请加上`余数 归首位`（按编号）或`余数 不分`"
                ),
            );
        }
        let to_first = (*remainder)? == Remainder::First;
        Some((TiesAtLimit::Include, Some(Pool { step: step?, to_first })))
    }

    fn shared_part(&mut self, written: &tree::Expr, scope: Scope) -> Option<Expr> {
        let part = self.number(written, &Unit::Share, scope)?;
        if self.known_number(&part).is_some_and(|part| part <= Ratio::ZERO || part > Ratio::ONE) {
            self.error(
                codes::BAD_SPLIT,
                written.span,
                text!(
                    "the part that is shared lies above 0 % and at most at 100 %",
                    "分配的部分须大于 0%、不超过 100%"
                ),
            );
            return None;
        }
        Some(part)
    }

    fn weights(&mut self, split: &SplitExpr, scope: Scope) -> Option<Expr> {
        let rows = self.rows(&split.source, scope, true)?;
        self.not_beside(&rows)?;
        let of_register = match rows.parts.as_slice() {
            [part] => self.kinds[part.kind].role == Role::Entity,
            _ => false,
        };
        if !of_register {
            self.error_with_help(
                codes::BAD_SPLIT,
                split.source.span,
                text!("an amount is shared among rows of one register", "金额须分给同一登记册的行"),
                text!(
                    "name an entity whose rows refer to the subject; its key is the recipient",
                    "请写其行指向该对象的实体，收款人即其主键"
                ),
            );
            return None;
        }
        let weight = match &split.weight {
            Some(weight) => self.row_number(weight, &rows, scope)?.expr,
            None => Expr::Const(Value::Number(Ratio::ONE), Unit::Plain),
        };
        self.over(rows, AggOp::Sum(weight))
    }

    /// To what amounts are rounded. They are rounded down, so that they never come to more than the whole.
    fn step(&mut self, written: &ToStepExpr, unit: &Unit, scope: Scope) -> Option<Ratio> {
        let step = self.multiple(&written.to, &Ty::Number(unit.clone()), written.span, scope);
        if written.how != Rounding::Down {
            self.error_with_help(
                codes::BAD_SPLIT,
                written.span,
                text!(
                    "shares that are rounded up or off may come to more than the whole",
                    "各份向上或四舍五入，合计可能超过总额"
                ),
                text!("write `rounded down`: what is left is the remainder", "请写`向下取整`，取整后所余即为余数"),
            );
            return None;
        }
        step
    }

    /// The most that is paid for an award or for prizes, `name` being theirs; `paid`: they are money.
    pub(super) fn budget(&mut self, written: &BudgetExpr, name: &Name, paid: bool, scope: Scope) -> Option<Budget> {
        let shown = &name.value;
        let amount = self.money(&written.amount, scope);
        let amount = amount.and_then(|amount| self.fixed(amount, written.amount.span));
        if !paid {
            self.error(
                codes::BAD_BUDGET,
                written.span,
                text!("nothing in `{shown}` is paid in money", "`{shown}`不涉及金额，无需预算"),
            );
        }
        let over = match &written.over {
            Some(OverBudgetExpr::Shared(step)) => self.step(step, &self.own_money(), scope).map(OverBudget::Shared),
            Some(OverBudgetExpr::InProportion(step)) => {
                self.step(step, &self.own_money(), scope).map(OverBudget::InProportion)
            }
            Some(OverBudgetExpr::Cut) => Some(OverBudget::Cut),
            Some(OverBudgetExpr::Unpaid) => Some(OverBudget::Unpaid),
            None => {
                self.error_with_help(
                    codes::CHOOSE_OVER_BUDGET,
                    name.span,
                    text!("say what happens when `{shown}` exceeds its budget", "须说明`{shown}`超出预算时如何处理"),
                    text!(
                        "add `if exceeded shared equally to 2 places rounded down` (those who tie share what is left), `if exceeded in proportion to 2 places rounded down`, `if exceeded cut` or `if exceeded unpaid`",
                        "请加上`超出 均分 至 2 位 向下取整`（并列者均分所余）、`超出 按比例 至 2 位 向下取整`、`超出 截减`或`超出 不发`"
                    ),
                );
                None
            }
        };
        Some(Budget { amount: amount?, over: over? })
    }

    /// A ceiling of a reward whose periods are of `every`.
    pub(super) fn ceiling(
        &mut self,
        written: &CeilingExpr,
        unit: &Unit,
        every: crate::model::CalendarUnit,
        scope: Scope,
    ) -> Option<Ceiling> {
        let amount = self.amount_or_bare(&written.amount, unit, scope);
        let amount = amount.and_then(|amount| self.fixed(amount, written.amount.span));
        let longer = written.every.as_ref().is_none_or(|said| said.value > every);
        if !longer {
            self.error_with_help(
                codes::BAD_BUDGET,
                written.span,
                text!("this ceiling is over a time that is no longer than a period", "该上限的期间不长于发放周期"),
                text!("the ceiling of a period is `at most N` without `every`", "单个周期的上限写`最多 N`，不写每年等"),
            );
            return None;
        }
        let every = written.every.as_ref().map(|said| said.value);
        Some(Ceiling { amount: amount?, recipient: written.recipient, every })
    }

    /// A number or a parameter.
    fn fixed(&mut self, amount: Expr, span: Span) -> Option<Expr> {
        if matches!(amount, Expr::Const(..) | Expr::Param(_)) {
            return Some(amount);
        }
        self.error(codes::NOT_CONSTANT, span, text!("a number or a parameter is written here", "此处须写数或参数"));
        None
    }
}
