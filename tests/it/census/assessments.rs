//! Forms of assessments and rewards.

use wangge::model::{
    AggFrame, AggOp, Clamp, Expr, GateAction, ItemScore, Line, MissingPeriod, NothingDue, Policy, Quota, TiesAtLimit,
    UnknownCounts, VetoAction,
};

use super::Census;

impl Census {
    pub(super) fn assessment(&mut self, policy: &Policy, a: &wangge::model::Assessment) {
        self.add("assessment", if a.every.is_none() { "of events" } else { "of periods" });
        self.add_if(a.clamp == Clamp::Unbounded, "assessment", "unclamped");
        self.add_if(a.clamp == Clamp::Floor, "assessment", "above full counts");
        self.add_if(a.lowest_best, "assessment", "lowest is best");
        self.add_if(a.multiple.is_some(), "assessment", "multiples");
        self.add_if(a.money.is_some(), "assessment", "money rounded");
        self.add("lines rounded", &format!("{:?}", a.rounding));
        for group in &a.groups {
            self.add("lines", if group.of_items { "group of items" } else { "group of changes" });
            self.add_if(group.cap.is_some(), "lines", "group cap");
            self.add_if(group.loses.is_some(), "lines", "loses at most");
            self.add_if(group.of_items && group.cap.is_none() && !group.above_full, "lines", "group above full lost");
            self.add_if(group.lines.iter().any(|l| matches!(l, Line::Group(_))), "lines", "group in a group");
            group.cap.iter().chain(&group.loses).for_each(|e| self.expr(policy, e));
        }
        for item in a.items.iter().filter(|item| !item.body.is_empty()) {
            self.add("lines", "body");
            self.add_if(item.above_full, "lines", "item above full counts");
        }
        a.scope.iter().for_each(|e| self.expr(policy, e));
        for item in &a.items {
            let (form, exprs): (&str, Vec<&Expr>) = match &item.score {
                ItemScore::Full => ("full", Vec::new()),
                ItemScore::Share(e) => ("share", vec![e]),
                ItemScore::When(e) => ("when", vec![e]),
                ItemScore::Points(e) => ("points", vec![e]),
            };
            self.add("item", form);
            exprs.iter().for_each(|e| self.expr(policy, e));
            let (nothing, unknown): (NothingDue, UnknownCounts) = (item.nothing_due, item.unknown);
            self.add("item choice", &format!("{nothing:?}"));
            self.add("item choice", &format!("{unknown:?}"));
        }
        for adjustment in &a.adjustments {
            self.add("assessment", if adjustment.bonus { "add" } else { "deduct" });
            self.adjustment(policy, adjustment);
        }
        for gate in &a.gates {
            self.expr(policy, &gate.when);
            if let Some(grade) = gate.action.grade() {
                self.add_if(!matches!(grade, Expr::Const(..)), "assessment", "grade that is computed");
                self.expr(policy, grade);
            }
            self.add(
                "assessment",
                match gate.action {
                    GateAction::SetGrade(_) => "sets grade",
                    GateAction::CapGrade(_) => "caps grade",
                    GateAction::Lower(_) => "lowers",
                    GateAction::LoseItem(_) => "loses item",
                    GateAction::Raise(_) => "raises",
                    GateAction::LimitRaises(_) => "limits raises",
                    GateAction::Withhold => "withholds",
                    GateAction::Unscored => "leaves unscored",
                },
            );
        }
        for veto in &a.vetoes {
            let bars = veto.action == VetoAction::BarAwards;
            self.add("assessment", if bars { "veto bars" } else { "veto sets grade" });
            self.add_if(veto.without_points, "assessment", "veto without points");
            if let Expr::Agg(id) = &veto.decisions {
                let term = matches!(policy.aggs[*id].frame, AggFrame::Last { .. });
                self.add_if(term, "assessment", "veto with a term");
            }
        }
        if let Some(rank) = &a.rank {
            self.add("assessment", if rank.within.is_some() { "rank in groups" } else { "rank" });
            rank.keys.iter().for_each(|key| self.expr(policy, &key.expr));
            rank.among.iter().for_each(|e| self.expr(policy, e));
        }
        for ladder in &a.ladders {
            self.add("assessment", "prizes");
            self.add_if(ladder.pass_on, "assessment", "prizes pass on");
            self.add_if(ladder.prizes.iter().any(|p| p.when.is_some()), "assessment", "prize with a floor");
            ladder.keys.iter().for_each(|key| self.expr(policy, &key.expr));
            ladder.budget.iter().for_each(|budget| self.budget(budget));
            ladder.prizes.iter().for_each(|prize| self.payee(policy, &prize.payee));
            self.add_if(ladder.pool.is_some(), "assessment", "ties share prizes");
            ladder.among.iter().for_each(|e| self.expr(policy, e));
        }
        for quota in &a.grade_quotas {
            self.add("assessment", "grade quota");
            quota.keys.iter().for_each(|key| self.expr(policy, &key.expr));
        }
        for award in &a.awards {
            let Quota { is_share, base_eligible, rounding, .. } = award.quota;
            self.add_if(is_share, "share of places rounded", &format!("{rounding:?}"));
            for key in &award.keys {
                let first = if key.descending { "highest" } else { "lowest" };
                self.add("assessment", &format!("key with the {first} first"));
            }
            self.add("assessment", if is_share { "award share" } else { "award" });
            self.add_if(is_share && !base_eligible, "assessment", "base all");
            let ties: TiesAtLimit = award.ties;
            self.add("assessment", &format!("ties {ties:?}"));
            self.add_if(award.pool.is_some_and(|pool| pool.to_first), "assessment", "ties share, first");
            self.add_if(award.pool.is_some_and(|pool| !pool.to_first), "assessment", "ties share, nobody");
            award.among.iter().for_each(|e| self.expr(policy, e));
            award.budget.iter().for_each(|budget| self.budget(budget));
            self.payee(policy, &award.payee);
        }
        a.grade_effects.iter().for_each(|effect| self.payee(policy, &effect.payee));
    }

    pub(super) fn payee(&mut self, policy: &Policy, payee: &wangge::model::Payee) {
        if let Some(split) = &payee.split {
            self.add("assessment", "split");
            self.add_if(split.part.is_some(), "assessment", "split in part");
            let equal = |op: &AggOp| matches!(op, AggOp::Sum(Expr::Const(..)));
            let weights = matches!(&split.weights, Expr::Agg(id) if !equal(&policy.aggs[*id].op));
            self.add("assessment", if weights { "split by weight" } else { "split equally" });
            self.add("assessment", &format!("remainder {:?}", split.remainder));
            payee.exprs().for_each(|e| self.expr(policy, e));
        }
    }

    pub(super) fn budget(&mut self, budget: &wangge::model::Budget) {
        use wangge::model::OverBudget;
        let over = match budget.over {
            OverBudget::Shared(_) => "budget shared",
            OverBudget::InProportion(_) => "budget in proportion",
            OverBudget::Cut => "budget cut",
            OverBudget::Unpaid => "budget unpaid",
        };
        self.add("assessment", over);
    }

    pub(super) fn adjustment(&mut self, policy: &Policy, adjustment: &wangge::model::Adjustment) {
        self.add_if(adjustment.cap.is_some(), "assessment", "cap");
        self.add_if(adjustment.when.is_some(), "assessment", "when");
        let exprs = adjustment.times.iter().chain(&adjustment.cap).chain(&adjustment.when);
        std::iter::once(&adjustment.amount).chain(exprs).for_each(|e| self.expr(policy, e));
    }

    pub(super) fn missing(&mut self, missing: &MissingPeriod) {
        self.add(
            "over periods",
            match missing {
                MissingPeriod::Excluded => "missing excluded",
                MissingPeriod::As(_) => "missing as",
                MissingPeriod::Unknown => "missing unknown",
            },
        );
    }
}
