//! Prizes in an order, and quotas on grades.

use super::adjustments::flat;
use super::awards::Wanted;
use super::checker::{Checker, Scope};
use super::codes;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::{AssessmentId, CompareOp, EffectKind, Expr, GradeQuota, Ladder, Prize, Ratio, ResultField};
use crate::source::Span;
use crate::syntax::tree::{AssessmentItem, AssessmentPart, GradeQuotaExpr, Name, PrizesExpr};

impl Checker<'_> {
    pub(super) fn ladders(&mut self, item: &AssessmentItem, scope: Scope) -> Option<Vec<Ladder>> {
        let mut ladders = Vec::new();
        // Awards and prizes stand in one column of the output.
        let mut names: Vec<(String, Span)> = Vec::new();
        for part in &item.parts {
            if let AssessmentPart::Award(award) = &part.value {
                names.push((award.name.value.clone(), award.name.span));
            }
        }
        for part in &item.parts {
            let AssessmentPart::Prizes(prizes) = &part.value else { continue };
            for prize in &prizes.prizes {
                let name = &prize.name;
                match names.iter().find(|(other, _)| *other == name.value).map(|(_, span)| *span) {
                    Some(first) => self.duplicate(&name.value, name.span, first),
                    None => names.push((name.value.clone(), name.span)),
                }
            }
            ladders.push(self.ladder(prizes, scope));
        }
        ladders.into_iter().collect()
    }

    fn ladder(&mut self, written: &PrizesExpr, scope: Scope) -> Option<Ladder> {
        let shown = &written.name.value;
        let within = written.within.as_ref().map(|within| self.group(within, scope));
        let among = self.optional_condition(written.among.as_ref(), scope);
        let keys = self.sort_keys(&written.keys, scope);
        if written.prizes.is_empty() {
            self.error(
                codes::BAD_LADDER,
                written.name.span,
                text!("there is no prize in `{shown}`", "`{shown}`中没有奖项"),
            );
            return None;
        }
        let paid = written.prizes.iter().any(|prize| prize.amount.is_some());
        let ties = self.ties_of(written.ties.as_ref(), &written.name, paid, scope);
        let several = written.prizes.len() > 1;
        match written.pass_on {
            None if several => self.error_with_help(
                codes::CHOOSE_EMPTY_PLACES,
                written.name.span,
                text!(
                    "say what becomes of a place in `{shown}` that nobody takes",
                    "须说明`{shown}`中空缺的名额如何处理"
                ),
                text!(
                    "add `empty places pass on` (to the next prize) or `empty places stay`",
                    "请加上`空缺 递补`（并入下一奖项）或`空缺 不补`"
                ),
            ),
            Some(said) if !several => self.error(
                codes::CHOICE_IDLE,
                said.span,
                text!("there is no next prize in `{shown}`", "`{shown}`中没有下一奖项"),
            ),
            _ => {}
        }
        let budget = written.budget.as_ref().map(|budget| self.budget(budget, &written.name, paid, scope));
        let mut prizes = Vec::new();
        for prize in &written.prizes {
            let wanted = Wanted {
                name: &prize.name,
                size: &prize.size,
                rounding: prize.rounding,
                base_eligible: written.base_eligible,
                at_least: 0,
                at_most: None,
            };
            let quota = self.quota_of(&wanted, scope);
            let when = self.optional_condition(prize.when.as_ref(), scope);
            let amount = prize.amount.as_ref().map(|amount| self.money(amount, scope));
            let kind = prize.kind.unwrap_or(EffectKind::Award);
            let unit = prize.amount.as_ref().map(|_| self.own_money());
            let payee = self.payee(&prize.payee, unit.as_ref(), scope);
            let name = prize.name.value.clone();
            prizes.push((|| {
                let (quota, when, payee) = (quota?, when.ok()?, payee?);
                Some(Prize { name, kind, quota, when, amount: flat(amount)?, payee })
            })());
        }
        let prizes: Vec<Prize> = prizes.into_iter().collect::<Option<_>>()?;
        self.floors_fall(written, &prizes);
        let (ties, pool) = ties?;
        Some(Ladder {
            name: written.name.value.clone(),
            prizes,
            among: among.ok()?,
            within: flat(within)?,
            keys: keys?,
            ties,
            pool,
            pass_on: written.pass_on.is_some_and(|said| said.value),
            budget: flat(budget)?,
        })
    }

    /// Warns of a prize that asks for more points than the one above it: who has them has the higher prize already.
    fn floors_fall(&mut self, written: &PrizesExpr, prizes: &[Prize]) {
        let floors: Vec<_> = prizes.iter().map(|prize| self.floor_of(prize.when.as_ref()?)).collect();
        let mut above: Option<(CompareOp, Ratio, &Name)> = None;
        for (prize, floor) in written.prizes.iter().zip(floors) {
            let Some((op, number)) = floor else { continue };
            let falls = above.filter(|(other, higher, _)| {
                *other == op && if op == CompareOp::Ge { number > *higher } else { number < *higher }
            });
            if let Some((_, _, higher)) = falls {
                let (shown, other) = (&prize.name.value, &higher.value);
                let message = text!(
                    "`{shown}` asks for more than `{other}`, which stands above it",
                    "`{shown}`的分数要求高于排在其前的`{other}`"
                );
                let warning = Diagnostic::new(codes::FLOORS_FALL, Severity::Warning, prize.name.span, message);
                let help = text!("write the prizes from the highest to the lowest", "请由高到低排列奖项");
                let warning = warning.with_help(help);
                self.push(warning.with_secondary(higher.span, text!("the higher prize", "较高的奖项")));
            }
            above = Some((op, number, &prize.name));
        }
    }

    /// The points that a condition demands of the total, as written in the text.
    fn floor_of(&self, when: &Expr) -> Option<(CompareOp, Ratio)> {
        match when {
            Expr::And(parts) => parts.iter().find_map(|part| self.floor_of(part)),
            Expr::Compare(op @ (CompareOp::Ge | CompareOp::Le), total, bound) => {
                matches!(**total, Expr::Result(_, ResultField::Points)).then_some(())?;
                Some((*op, self.written_number(bound)?))
            }
            _ => None,
        }
    }

    /// Quotas on grades, the best grade first, then as written.
    pub(super) fn grade_quotas(
        &mut self,
        id: AssessmentId,
        item: &AssessmentItem,
        scope: Scope,
    ) -> Option<Vec<GradeQuota>> {
        let mut quotas = Vec::new();
        for part in &item.parts {
            if let AssessmentPart::Quota(quota) = &part.value {
                quotas.push(self.grade_quota(id, quota, scope));
            }
        }
        let mut quotas: Vec<GradeQuota> = quotas.into_iter().collect::<Option<_>>()?;
        quotas.sort_by_key(|quota| quota.grade);
        Some(quotas)
    }

    fn grade_quota(&mut self, id: AssessmentId, written: &GradeQuotaExpr, scope: Scope) -> Option<GradeQuota> {
        let grade = self.grade(id, &written.grade);
        let within = written.within.as_ref().map(|within| self.group(within, scope));
        let among = self.optional_condition(written.among.as_ref(), scope);
        let keys = self.sort_keys(&written.keys, scope);
        let wanted = Wanted {
            name: &written.name,
            size: &written.size,
            rounding: written.rounding,
            base_eligible: written.base_eligible,
            at_least: written.at_least.unwrap_or(0),
            at_most: written.at_most,
        };
        let quota = self.quota_of(&wanted, scope);
        if written.ties.is_none() {
            self.ties_needed(&written.name, false);
        }
        let grade = grade?;
        if grade as usize + 1 == self.assessment_decls[id].grades.len() {
            let shown = &written.grade.value;
            self.error(
                codes::BAD_LADDER,
                written.grade.span,
                text!(
                    "`{shown}` is the last grade: who is beyond its quota has no next one",
                    "`{shown}`是最末等次，超出名额者没有下一等次"
                ),
            );
            return None;
        }
        Some(GradeQuota {
            name: written.name.value.clone(),
            grade,
            quota: quota?,
            among: among.ok()?,
            within: flat(within)?,
            keys: keys?,
            ties: written.ties?,
        })
    }
}
