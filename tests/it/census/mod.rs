//! How often each form of the language and each outcome occurred in a run of random cases.

mod aggregates;
mod assessments;
mod expressions;
mod forms;
mod rules;

use std::collections::BTreeMap;

use wangge::model::{Policy, Role};

use crate::generate::policy::Document;
use crate::reference::{Judged, Spec};
use forms::{FORMS, forms};

pub struct Census {
    counts: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Default for Census {
    fn default() -> Census {
        let zeros = |text: &'static str| forms(text).map(|form| (form.to_owned(), 0)).collect();
        Census { counts: FORMS.iter().map(|(group, text)| (*group, zeros(text))).collect() }
    }
}

impl Census {
    fn add(&mut self, group: &str, form: &str) {
        let forms = self.counts.get_mut(group).unwrap_or_else(|| panic!("no group {group}"));
        *forms.get_mut(form).unwrap_or_else(|| panic!("no form {form} of {group}")) += 1;
    }

    fn add_if(&mut self, holds: bool, group: &str, form: &str) {
        if holds {
            self.add(group, form);
        }
    }

    pub fn table(&self) -> String {
        let mut text = String::new();
        for (group, _) in FORMS {
            text += &format!("{group}\n");
            self.counts[group].iter().for_each(|(form, count)| text += &format!("{count:>10} {form}\n"));
        }
        text
    }

    pub fn below(&self, least: u64) -> Vec<String> {
        let forms = self.counts.iter().flat_map(|(group, forms)| forms.iter().map(move |f| (group, f)));
        forms.filter(|(_, (_, count))| **count < least).map(|(group, (form, _))| format!("{group}: {form}")).collect()
    }

    /// Counts the forms of a policy, and what a run over it decided.
    pub fn take(&mut self, document: &Document, policy: &Policy, spec: &Spec, judged: &Judged) {
        document.takes_in().into_iter().for_each(|how| self.add("taken in", how));
        for f in &judged.findings {
            self.add("outcome", f.outcome.word());
        }
        for counter in policy.counters.iter() {
            self.add("counter", &format!("{:?}", counter.excess));
            self.add("counter", &format!("{:?}", counter.after_last));
            self.add_if(counter.clean.is_some() && !counter.clean_clears, "counter", "clean");
            self.add_if(counter.money.is_some(), "counter", "money rounded");
            self.add_if(counter.clean_clears, "counter", "clean clears");
            self.add_if(!counter.cleared_by.is_empty(), "counter", "cleared by records");
            self.add_if(counter.cleared_every.is_some(), "counter", "cleared every period");
            self.add_if(counter.cleared_when.is_some(), "counter", "cleared under a condition");
            let own = matches!(counter.cleared_every, Some(wangge::model::Frame::Cycle { .. }));
            self.add_if(own, "counter", "cleared by own cycle");
            let lasting = counter.steps.iter().flat_map(|step| &step.effects).filter(|effect| effect.lasting.is_some());
            let worked_out = |amount: &wangge::model::Expr| !matches!(amount, wangge::model::Expr::Const(..));
            self.add_if(lasting.filter_map(|e| e.amount.as_ref()).any(worked_out), "counter", "length worked out");
        }
        for e in &judged.results.effects {
            if matches!(e.origin, wangge::model::EffectOrigin::Counter(_)) {
                self.add("counter", if e.reason == "1" { "step reached" } else { "second step reached" });
            }
            self.add("effect", e.kind);
        }
        self.add_if(judged.results.scores.iter().any(|s| s.points.is_none()), "assessment", "not scored");
        self.as_of(policy, spec);
        policy.rules.iter().for_each(|rule| self.rule(policy, spec, rule));
        let mut names: Vec<&String> = policy.rules.iter().map(|rule| &rule.name).collect();
        names.sort();
        let sides = names.windows(2).any(|pair| pair[0] == pair[1]);
        self.add_if(sides, "rule clause", "sides of different strength");
        let terms = policy.rules.iter().filter(|rule| rule.frame == wangge::model::Frame::Term);
        let mut of_terms: Vec<&String> = terms.map(|rule| &rule.name).collect();
        of_terms.sort();
        let several = of_terms.windows(2).any(|pair| pair[0] == pair[1]);
        self.add_if(several, "joined terms", "of several strengths");
        for waiver in &policy.waivers {
            let said = waiver.from.is_some() || waiver.to.is_some();
            self.add("days of a waiver", if said { "said by fields" } else { "those of the row" });
        }
        self.add_if(policy.rules.iter().any(wangge::model::Rule::never_applies), "rule clause", "overridden");
        policy.aggs.iter().for_each(|agg| self.agg(policy, agg));
        policy.measures.iter().for_each(|m| self.expr(policy, &m.expr));
        policy.assessments.iter().for_each(|a| self.assessment(policy, a));
        for reward in policy.rewards.iter() {
            self.add("assessment", "reward");
            self.payee(policy, &reward.payee);
            for ceiling in &reward.ceilings {
                self.add_if(ceiling.recipient, "assessment", "ceiling of a recipient");
                self.add_if(ceiling.every.is_some(), "assessment", "ceiling of a year");
            }
            reward.scope.iter().for_each(|e| self.expr(policy, e));
            reward.payments.iter().for_each(|p| self.adjustment(policy, p));
        }
    }

    fn as_of(&mut self, policy: &Policy, spec: &Spec) {
        use crate::reference::time::midnight;
        let a_day = midnight(spec.closed_until.date()) == spec.closed_until && spec.read_until != spec.closed_until;
        let form = match spec.closed_until {
            at if at < midnight(spec.period.0) => "before the period",
            at if at >= midnight(spec.period.1) => "after",
            _ if a_day => "inside, a day",
            _ => "inside, an instant",
        };
        self.add("as-of", form);
        self.add_if(spec.coverage.values().any(|c| c.len() > 1), "as-of", "gap in a source");
        let records = policy.kinds.entries().filter(|(_, kind)| kind.role == Role::Record);
        self.add_if(records.into_iter().any(|(id, _)| !spec.coverage.contains_key(&id)), "as-of", "no source");
    }
}
