//! Ranks and awards: groups, order, places, and the choices that an award needs.

use super::adjustments::flat;
use super::checker::{Checker, Scope};
use super::codes;
use super::types::Ty;
use crate::model::{Award, EffectKind, Expr, Path, Quota, Ranking, Ratio, Rounding, SortKey, Type, Unit};
use crate::source::Span;
use crate::syntax::tree::{self, AssessmentItem, AssessmentPart, AwardExpr, Name, Spanned};

/// Places as they are asked for.
pub(super) struct Wanted<'t> {
    pub(super) name: &'t Name,
    pub(super) size: &'t tree::Expr,
    pub(super) rounding: Option<Rounding>,
    pub(super) base_eligible: Option<bool>,
    pub(super) at_least: u32,
    pub(super) at_most: Option<u32>,
}

impl Checker<'_> {
    pub(super) fn ranking(&mut self, item: &AssessmentItem, scope: Scope) -> Option<Option<Ranking>> {
        let rank = item.parts.iter().find_map(|part| match &part.value {
            AssessmentPart::Rank { within, among, keys } => Some((within, among, keys)),
            _ => None,
        });
        let Some((within, among, keys)) = rank else { return Some(None) };
        let within = within.as_ref().map(|within| self.group(within, scope));
        let among = self.optional_condition(among.as_ref(), scope);
        let keys = self.sort_keys(keys, scope);
        Some(Some(Ranking { within: flat(within)?, among: among.ok()?, keys: keys? }))
    }

    pub(super) fn group(&mut self, within: &Spanned<Vec<Name>>, scope: Scope) -> Option<Path> {
        let (path, ty) = self.path(scope.kind, &within.value)?;
        if matches!(ty, Type::CodeSet(_)) {
            let ty = Ty::of(&ty);
            self.wrong_type(within.span, &text!("a single value", "单个值"), &ty);
            return None;
        }
        Some(path)
    }

    pub(super) fn sort_keys(&mut self, keys: &[(tree::Expr, bool)], scope: Scope) -> Option<Vec<SortKey>> {
        let mut sorted = Vec::new();
        for (written, descending) in keys {
            let key = self.expr(written, scope).and_then(|found| {
                let ordered = found.ty.is_number()
                    || found.ty.is_moment()
                    || matches!(found.ty, Ty::Text | Ty::Key(_) | Ty::Grade(_));
                if ordered {
                    return Some(SortKey { expr: found.expr, descending: *descending });
                }
                let wanted = text!("a number, date, text or key", "数、日期、文本或主键");
                self.wrong_type(written.span, &wanted, &found.ty);
                None
            });
            sorted.push(key);
        }
        sorted.into_iter().collect()
    }

    pub(super) fn awards(&mut self, item: &AssessmentItem, scope: Scope) -> Option<Vec<Award>> {
        let mut awards = Vec::new();
        let mut names: Vec<(&str, Span)> = Vec::new();
        for part in &item.parts {
            let AssessmentPart::Award(award) = &part.value else { continue };
            match names.iter().find(|(other, _)| *other == award.name.value) {
                Some((_, first)) => self.duplicate(&award.name.value, award.name.span, *first),
                None => names.push((&award.name.value, award.name.span)),
            }
            awards.push(self.award(award, scope));
        }
        awards.into_iter().collect()
    }

    fn award(&mut self, award: &AwardExpr, scope: Scope) -> Option<Award> {
        let within = award.within.as_ref().map(|within| self.group(within, scope));
        let among = self.optional_condition(award.among.as_ref(), scope);
        let keys = self.sort_keys(&award.keys, scope);
        let amount = award.amount.as_ref().map(|amount| self.money(amount, scope));
        let quota = self.quota(award, scope);
        let ties = self.ties_of(award.ties.as_ref(), &award.name, award.amount.is_some(), scope);
        let unit = award.amount.as_ref().map(|_| self.own_money());
        let payee = self.payee(&award.payee, unit.as_ref(), scope);
        let budget = award.budget.as_ref().map(|budget| self.budget(budget, &award.name, unit.is_some(), scope));
        let (ties, pool) = ties?;
        Some(Award {
            payee: payee?,
            name: award.name.value.clone(),
            kind: award.kind.unwrap_or(EffectKind::Award),
            bottom: award.bottom,
            quota: quota?,
            among: among.ok()?,
            within: flat(within)?,
            keys: keys?,
            ties,
            pool,
            amount: flat(amount)?,
            budget: flat(budget)?,
        })
    }

    fn quota(&mut self, award: &AwardExpr, scope: Scope) -> Option<Quota> {
        let wanted = Wanted {
            name: &award.name,
            size: &award.size,
            rounding: award.rounding,
            base_eligible: award.base_eligible,
            at_least: award.at_least.unwrap_or(0),
            at_most: award.at_most,
        };
        self.quota_of(&wanted, scope)
    }

    /// How many places an award, a prize or a grade has.
    pub(super) fn quota_of(&mut self, wanted: &Wanted<'_>, scope: Scope) -> Option<Quota> {
        let size = self.expr(wanted.size, scope)?;
        let is_share = match &size.ty {
            Ty::Number(Unit::Plain) => false,
            Ty::Number(Unit::Share) => true,
            // Brought to a whole number it is one of places; otherwise it may be either.
            Ty::Quotient if matches!(size.expr, Expr::Floor(_) | Expr::Ceil(_) | Expr::Round(_, Ratio::ONE, _)) => {
                false
            }
            Ty::Quotient => {
                self.error_with_help(
                    codes::WRONG_TYPE,
                    wanted.size.span,
                    text!(
                        "a number divided by a number may be a number of places or a share",
                        "两数相除，可以是名额数，也可以是占比"
                    ),
                    text!(
                        "places: `(floor(...))` or `(ceil(...))`; a share: `(100% * ...)`",
                        "名额数写`（向下取整（…））`或`（向上取整（…））`；占比写`（100% × …）`"
                    ),
                );
                return None;
            }
            ty => {
                self.wrong_type(wanted.size.span, &text!("a number or a share (%)", "名额数或占比（%）"), ty);
                return None;
            }
        };
        self.places(wanted.size.span, &size.expr, is_share)?;
        let shown = &wanted.name.value;
        let mut sound = true;
        if let Some(most) = wanted.at_most.filter(|most| *most < wanted.at_least) {
            let least = wanted.at_least;
            self.error(
                codes::BAD_NUMBER,
                wanted.name.span,
                text!("at least {least} places and at most {most} cannot be", "名额不能既至少 {least} 又最多 {most}"),
            );
            sound = false;
        }
        if is_share && wanted.base_eligible.is_none() {
            self.error_with_help(
                codes::CHOOSE_AWARD_BASE,
                wanted.name.span,
                text!("say of what number the share of `{shown}` is taken", "须说明`{shown}`的比例以什么为基数"),
                text!(
                    "add `base eligible` (those who may get it) or `base all` (all scored)",
                    "请加上`基数 符合者`或`基数 全部`"
                ),
            );
            sound = false;
        }
        if is_share && wanted.rounding.is_none() {
            self.error_with_help(
                codes::CHOOSE_AWARD_ROUNDING,
                wanted.size.span,
                text!("say how a part of a place of `{shown}` is rounded", "须说明`{shown}`名额的尾数如何取整"),
                text!(
                    "add `rounded up`, `rounded down`, `rounded half up` or `rounded half even`",
                    "请加上`向上取整`、`向下取整`、`四舍五入`或`四舍六入`"
                ),
            );
            sound = false;
        }
        sound.then(|| Quota {
            size: size.expr,
            is_share,
            rounding: wanted.rounding.unwrap_or(Rounding::Down),
            at_least: wanted.at_least,
            at_most: wanted.at_most,
            base_eligible: wanted.base_eligible.unwrap_or(true),
        })
    }

    /// Reports a shared last place about which nothing is said.
    /// With `may_share` those who tie may share what their places bring.
    pub(super) fn ties_needed(&mut self, name: &Name, may_share: bool) {
        let shown = &name.value;
        let choices = if may_share {
            text!(
                "add `ties include` (all of them), `ties exclude` (none of them) or, where money is paid, `ties share to 2 places rounded down remainder to first` (they share the prizes of the places that they take)",
                "请加上`并列 同授`（都授）、`并列 不授`（都不授），有奖金的也可写`并列 平分 至 2 位 向下取整 余数 归首位`（平分所占名次的奖金）"
            )
        } else {
            text!("add `ties include` or `ties exclude`", "请加上`并列 同授`或`并列 不授`")
        };
        self.error_with_help(
            codes::CHOOSE_TIES,
            name.span,
            text!("say who gets `{shown}` where the last place is shared", "须说明`{shown}`末位并列时如何处理"),
            choices,
        );
    }

    fn places(&mut self, span: Span, size: &Expr, is_share: bool) -> Option<()> {
        let Some(known) = self.known_number(size) else { return Some(()) };
        if known <= Ratio::ZERO || (!is_share && !known.is_int()) {
            self.error(codes::BAD_NUMBER, span, text!("places are a whole number above 0", "名额须为正整数"));
            return None;
        }
        if is_share && known > Ratio::ONE {
            self.warn(codes::SHARE_ABOVE_ONE, span, text!("a share is never above 100%", "占比不会超过 100%"));
        }
        Some(())
    }
}
