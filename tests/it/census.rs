//! How often each form of the language and each outcome occurred in a run of random cases.

use std::collections::BTreeMap;

use wangge::model::Policy;

use crate::reference::{Judged, Spec};

#[derive(Default)]
pub struct Census {
    counts: BTreeMap<&'static str, BTreeMap<String, u64>>,
}

impl Census {
    pub fn take(&mut self, policy: &Policy, spec: &Spec, judged: &Judged) {
        let _ = (policy, spec);
        for f in &judged.findings {
            self.add("outcome", f.outcome.word());
        }
    }

    fn add(&mut self, group: &'static str, form: &str) {
        *self.counts.entry(group).or_default().entry(form.to_owned()).or_default() += 1;
    }

    pub fn table(&self) -> String {
        let mut text = String::new();
        for (group, forms) in &self.counts {
            text += &format!("{group}\n");
            forms.iter().for_each(|(form, count)| text += &format!("{count:>10} {form}\n"));
        }
        text
    }

    pub fn below(&self, least: u64) -> Vec<String> {
        let forms = self.counts.iter().flat_map(|(group, forms)| forms.iter().map(move |f| (group, f)));
        forms.filter(|(_, (_, count))| **count < least).map(|(group, (form, _))| format!("{group} {form}")).collect()
    }
}
