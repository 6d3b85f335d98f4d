//! Every clause of the plan is cited or declared not encoded, each with its own reason.

use crate::check::checker::Checker;
use crate::check::codes;
use crate::diagnostic::{Diagnostic, Severity, Text};
use crate::limits::CLAUSES_MAX;
use crate::source::Span;
use crate::syntax::tree::{Item, Name, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// The clauses that a policy declares.
#[derive(Default)]
struct Declared {
    ids: Vec<String>,
    span: Option<Span>,
    /// A range was reported: what it holds is not known.
    broken: bool,
}

impl Checker<'_> {
    pub(super) fn lint_clauses(&mut self) {
        let Some(own) = self.units.last().copied() else { return };
        if own.decl.vocabulary {
            return;
        }
        let items: Vec<&Spanned<Item>> = own.decl.items.iter().collect();
        let declared = self.declared_clauses(&items);
        let mut cited: Vec<&Name> = Vec::new();
        let mut excluded: Vec<&Name> = Vec::new();
        for item in &items {
            match &item.value {
                Item::NotEncoded { clauses, .. } => excluded.extend(clauses),
                Item::Rule(rule) => cited.extend(&rule.cites),
                Item::Assessment(assessment) => cited.extend(&assessment.cites),
                Item::Counter(counter) => cited.extend(&counter.cites),
                Item::Reward(reward) => cited.extend(&reward.cites),
                Item::Tier { cites, .. } | Item::Param { cites, .. } | Item::Set { cites, .. } => cited.extend(cites),
                _ => {}
            }
        }
        self.reasons(&items);
        self.cited_and_excluded(&cited, &excluded);
        if declared.broken || declared.ids.is_empty() {
            return;
        }
        self.outside(&declared, cited.iter().chain(&excluded).copied());
        if self.bad.is_empty() {
            self.missing(&declared, &cited, &excluded);
        }
        for item in &items {
            let (name, cites) = match &item.value {
                Item::Rule(rule) => (&rule.name, &rule.cites),
                _ => continue,
            };
            if cites.is_empty() {
                let shown = &name.value;
                self.warn(
                    codes::NO_CITES,
                    name.span,
                    text!("rule `{shown}` cites no clause", "规则`{shown}`未注明依据"),
                );
            }
        }
    }

    fn declared_clauses(&mut self, items: &[&Spanned<Item>]) -> Declared {
        let mut declared = Declared::default();
        for item in items {
            let Item::Clauses { from, to } = &item.value else { continue };
            declared.span = declared.span.or(Some(item.span));
            match clause_range(&from.value, &to.value) {
                Some(ids) => declared.ids.extend(ids),
                None => {
                    declared.broken = true;
                    let (first, last) = (&from.value, &to.value);
                    self.error_with_help(
                        codes::BAD_CLAUSES,
                        from.span.to(to.span),
                        text!(
                            "clauses do not run from `{first}` to `{last}`",
                            "条款编号不能由`{first}`连续排到`{last}`"
                        ),
                        text!(
                            "both ids share all but their last number, ascending: `XY-01 to XY-46`",
                            "起止编号除末尾数字外须相同且由小到大，如`XY-01 至 XY-46`"
                        ),
                    );
                }
            }
        }
        declared
    }

    fn missing(&mut self, declared: &Declared, cited: &[&Name], excluded: &[&Name]) {
        let known: BTreeSet<&String> = cited.iter().chain(excluded).map(|name| &name.value).collect();
        let missing: Vec<String> =
            declared.ids.iter().filter(|id| !known.contains(id)).map(|id| format!("`{id}`")).collect();
        let Some(span) = declared.span.filter(|_| !missing.is_empty()) else { return };
        let message = Text::new(
            format!("neither cited nor declared not encoded: {}", missing.join(", ")),
            format!("既未作为依据也未声明不编码：{}", missing.join("、")),
        );
        let help = text!(
            "cite each where it is encoded, or write `not encoded ID because \"...\"`",
            "请在相应规则中写明依据，或写`不编码 编号 因为 “……”`"
        );
        self.push(Diagnostic::new(codes::CLAUSES_MISSING, Severity::Warning, span, message).with_help(help));
    }

    fn cited_and_excluded(&mut self, cited: &[&Name], excluded: &[&Name]) {
        let mut firsts: BTreeMap<&str, &Name> = BTreeMap::new();
        for name in cited {
            firsts.entry(&name.value).or_insert(name);
        }
        for name in excluded {
            if let Some(first) = firsts.get(name.value.as_str()) {
                let shown = &name.value;
                let message = text!(
                    "clause `{shown}` is cited and declared not encoded at once",
                    "条款`{shown}`既作为依据又声明不编码"
                );
                let diagnostic = Diagnostic::new(codes::CITED_AND_NOT_ENCODED, Severity::Warning, name.span, message);
                self.push(diagnostic.with_secondary(first.span, text!("cited here", "作为依据写在此处")));
            }
        }
    }

    fn outside<'n>(&mut self, declared: &Declared, names: impl Iterator<Item = &'n Name>) {
        let ids: BTreeSet<&String> = declared.ids.iter().collect();
        let names: Vec<&Name> = names.filter(|name| !ids.contains(&name.value)).collect();
        for name in names {
            let shown = &name.value;
            self.warn(
                codes::CLAUSE_OUTSIDE,
                name.span,
                text!("`{shown}` is not among the declared clauses", "`{shown}`不在所声明的条款范围内"),
            );
        }
    }

    fn reasons(&mut self, items: &[&Spanned<Item>]) {
        let mut seen: BTreeMap<&str, &Spanned<String>> = BTreeMap::new();
        for item in items {
            let Item::NotEncoded { reason, .. } = &item.value else { continue };
            match seen.get(reason.value.trim()) {
                Some(first) => {
                    let message =
                        text!("this reason was given before: own reason each", "此理由与前文相同，请各写各的理由");
                    let diagnostic = Diagnostic::new(codes::REASON_REPEATED, Severity::Warning, reason.span, message);
                    self.push(diagnostic.with_secondary(first.span, text!("first given here", "首次写在此处")));
                }
                None => {
                    seen.insert(reason.value.trim(), reason);
                }
            }
        }
    }
}

/// The ids from one to another that differs in its last number only; leading zeros are kept.
fn clause_range(from: &str, to: &str) -> Option<Vec<String>> {
    let split = |id: &str| {
        let digits = id.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (prefix, number) = id.split_at_checked(id.len().checked_sub(digits)?)?;
        Some((prefix.to_owned(), number.to_owned(), number.parse::<u32>().ok()?))
    };
    let (prefix, first_text, first) = split(from)?;
    let (other, _, last) = split(to)?;
    if prefix != other || first > last || last - first >= CLAUSES_MAX {
        return None;
    }
    let width = first_text.len();
    Some((first..=last).map(|n| format!("{prefix}{n:0width$}")).collect())
}

#[cfg(test)]
mod tests {
    use super::clause_range;

    #[test]
    fn ranges_keep_leading_zeros() {
        assert_eq!(clause_range("SZ-08", "SZ-10"), Some(vec!["SZ-08".into(), "SZ-09".into(), "SZ-10".into()]));
        assert_eq!(clause_range("A-1", "B-2"), None);
        assert_eq!(clause_range("A-2", "A-1"), None);
        assert_eq!(clause_range("A", "B"), None);
    }
}
