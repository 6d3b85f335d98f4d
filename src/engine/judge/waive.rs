//! Waivers on file: which rules they lift for which subjects on which days.

use super::Judge;
use crate::engine::stand_ins::said_days;
use crate::engine::value::{Tri, V};
use crate::model::{FieldId, KindId, Rule, Type, Waiver, Window};
use hashbrown::HashMap;

/// What a waiver says of its subject: a key of a kind, or of whatever kind the rule is about.
type Subject = (Option<KindId>, String);

/// All waivers of a run.
#[derive(Debug, Default)]
pub(super) struct Waivers {
    /// Days by rule or clause and subject.
    days: HashMap<(String, Subject), Vec<Window>>,
    /// Some kind of waivers has no source.
    pub uncovered: bool,
}

impl Waivers {
    /// The days on which a rule is waived for a subject.
    pub(super) fn of(&self, rule: &Rule, key: &str) -> Vec<Window> {
        if !rule.waivable || self.days.is_empty() {
            return Vec::new();
        }
        let names = std::iter::once(&rule.name).chain(&rule.cites);
        let found = names.flat_map(|name| {
            [Some(rule.subject), None]
                .into_iter()
                .filter_map(|kind| self.days.get(&(name.clone(), (kind, key.to_owned()))))
        });
        found.flatten().copied().collect()
    }
}

impl Judge<'_> {
    /// Reads the waivers on file.
    pub(super) fn read_waivers(&self) -> Waivers {
        let mut waivers = Waivers::default();
        for waiver in &self.world.policy().waivers {
            waivers.uncovered |= !self.world.program.spec().coverage.contains_key(&waiver.kind);
            for (value, reference, life) in self.world.rows_of(waiver.kind) {
                if let Some((name, subject, days)) = self.waiver_row(waiver, &value, &reference, life) {
                    waivers.days.entry((name, subject)).or_default().push(days);
                }
            }
        }
        waivers
    }

    /// The waivers on file of a rule for a subject: the rule or clause that they name, their kind, days and reason.
    pub(super) fn waivers_on_file(&self, rule: &Rule, key: &str) -> Vec<(String, KindId, Window, String)> {
        let mut found = Vec::new();
        for waiver in &self.world.policy().waivers {
            for (values, refs, life) in self.world.rows_of(waiver.kind) {
                let Some((name, (kind, subject), days)) = self.waiver_row(waiver, &values, &refs, life) else {
                    continue;
                };
                let meant = name == rule.name || rule.cites.contains(&name);
                if meant && subject == key && kind.is_none_or(|kind| kind == rule.subject) {
                    let field = &self.world.policy().kinds[waiver.kind].fields[waiver.because];
                    let because = values.get(waiver.because.0 as usize).copied().unwrap_or(V::Unknown);
                    found.push((name, waiver.kind, days, self.shown(&field.ty, because).to_string()));
                }
            }
        }
        found
    }

    fn waiver_row(
        &self,
        waiver: &Waiver,
        values: &[V<'_>],
        refs: &[Option<u32>],
        life: Window,
    ) -> Option<(String, Subject, Window)> {
        let value = |field: FieldId| values.get(field.0 as usize).copied().filter(|value| value.is_known());
        let V::Text(name) = value(waiver.rule)? else { return None };
        value(waiver.because)?;
        let kind = &self.world.policy().kinds[waiver.kind];
        let subject = match kind.fields.get(waiver.subject)?.ty {
            Type::Ref(target) => {
                let id = refs.get(waiver.subject.0 as usize).copied().flatten()?;
                (Some(target), self.world.key(target, id).to_owned())
            }
            _ => match value(waiver.subject)? {
                V::Text(key) => (None, key.to_owned()),
                _ => return None,
            },
        };
        let days = said_days((waiver.from, waiver.to), values, life)?;
        // One that ends before it begins waives nothing.
        (days.start < days.end).then(|| (name.to_owned(), subject, days))
    }

    /// Whether waivers take so much of a window that it does not bind; unknown where waivers may be missing.
    pub(super) fn waived(&self, rule: &Rule, key: &str, bound: impl Fn(&[Window]) -> bool) -> Tri {
        if !rule.waivable {
            return Tri::False;
        }
        let days = self.waivers.of(rule, key);
        if !days.is_empty() && !bound(&days) {
            return Tri::True;
        }
        if self.waivers.uncovered { Tri::Unknown } else { Tri::False }
    }
}
