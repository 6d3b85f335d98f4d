//! Overrides: where a rule that names others applies, these do not.

use super::checker::Checker;
use super::codes;
use super::parts::both;
use super::rules::RuleBody;
use crate::diagnostic::Diagnostic;
use crate::model::{CalendarUnit, Expr, Frame, RuleId, Unit, Value};
use crate::source::Span;
use crate::syntax::tree::{Name, RuleClause};
use std::collections::BTreeMap;

/// Every month has so many days.
const SHORTEST_MONTH_DAYS: u32 = 28;

impl<'a> Checker<'a> {
    /// Takes from each overridden rule what the overriding one applies to.
    pub(super) fn apply_overrides(&mut self) {
        let mut named: Vec<(RuleId, &'a Name)> = Vec::new();
        for (id, decl) in self.rule_decls.entries() {
            let RuleBody::Written(item) = decl.body else { continue };
            for clause in &item.clauses {
                if let RuleClause::Overrides(names) = &clause.value {
                    named.extend(names.iter().map(|name| (id, name)));
                }
            }
        }
        let mut pairs: Vec<(RuleId, RuleId, Span)> = Vec::new();
        for (id, name) in named {
            let Some(other) = self.rule(name) else { continue };
            let (Some(a), Some(b)) = (self.rule_decls[id].subject, self.subject_of(other)) else { continue };
            if a != b {
                let (shown, own, of) = (&name.value, self.kind_name(a), self.kind_name(b));
                self.error(
                    codes::BAD_OVERRIDE,
                    name.span,
                    text!("`{shown}` is about `{of}`, not `{own}`", "`{shown}`的对象是`{of}`，不是`{own}`"),
                );
                continue;
            }
            pairs.push((id, other, name.span));
        }
        for (id, other, span) in &pairs {
            if reaches(&pairs, *other, *id) {
                let shown = &self.rule_decls[*other].name;
                let message = text!("`{shown}` in its turn overrides this rule", "`{shown}`又反过来取代本规则");
                let message = if id == other {
                    text!("a rule does not override itself", "规则不能取代自身")
                } else {
                    message
                };
                self.push(Diagnostic::error(codes::BAD_OVERRIDE, *span, message));
                return;
            }
        }
        // What each rule applies to as it is written, before any is taken away.
        let mut taken: BTreeMap<RuleId, Vec<(RuleId, Expr)>> = BTreeMap::new();
        for (id, other, span) in pairs {
            let Some(rule) = self.rules.get(id.0 as usize).and_then(Option::as_ref) else { continue };
            let frame = self.rules.get(other.0 as usize).and_then(Option::as_ref).map(|rule| &rule.frame);
            let daily = matches!(frame, Some(Frame::Every { count: 1, unit: CalendarUnit::Day, .. }));
            let Ok(days) = super::applies::days(rule, daily, self.year_start()) else {
                let (shown, general) = (rule.name.clone(), &self.rule_decls[other].name);
                let message = text!(
                    "on which days `{shown}` takes the place of `{general}` cannot be told from its days",
                    "从`{shown}`所定的日子看不出它在哪些日子取代`{general}`"
                );
                // The first five days of a month, as months run here.
                let first = Some(self.year_start()).filter(|year| year.months).map_or(1, |year| year.day);
                let last = first + 4;
                let help = if last <= SHORTEST_MONTH_DAYS {
                    text!(
                        "let it be a rule of days, and say in `where` on which: `each KIND where day of window start between {first} and {last} has at least 1 ... every day`",
                        "请写成逐日的规则，并在`其中`写明哪些日子：`每个 对象 其中 日次 期初 介于 {first} 与 {last} 每日 至少 1 次 …`"
                    )
                } else {
                    // From the month's first day to the end of the calendar's month.
                    text!(
                        "let it be a rule of days, and say in `where` on which: `each KIND where day of window start at least {first} has at least 1 ... every day`",
                        "请写成逐日的规则，并在`其中`写明哪些日子：`每个 对象 其中 日次 期初 不少于 {first} 每日 至少 1 次 …`"
                    )
                };
                self.error_with_help(codes::BAD_OVERRIDE, span, message, help);
                continue;
            };
            let applies = both(rule.scope.clone(), days);
            let left = match applies {
                Some(applies) => Expr::Not(Box::new(applies)),
                None => Expr::Const(Value::Bool(false), Unit::Plain),
            };
            taken.entry(other).or_default().push((id, left));
        }
        for (other, left) in taken {
            let members = std::iter::once(other).chain(self.sides.get(&other).into_iter().flatten().copied());
            for member in members.collect::<Vec<_>>() {
                if let Some(Some(rule)) = self.rules.get_mut(member.0 as usize) {
                    rule.scope =
                        left.iter().fold(rule.scope.take(), |scope, (_, left)| both(scope, Some(left.clone())));
                    rule.overridden_by.extend(left.iter().map(|(by, _)| *by));
                }
            }
        }
    }

    /// The kind that a rule is about, once it is lowered.
    fn subject_of(&self, id: RuleId) -> Option<crate::model::KindId> {
        self.rules.get(id.0 as usize)?.as_ref().map(|rule| rule.subject)
    }
}

/// Whether overrides lead from one rule to another.
fn reaches(pairs: &[(RuleId, RuleId, Span)], from: RuleId, to: RuleId) -> bool {
    let mut seen = vec![from];
    let mut at = 0;
    while let Some(next) = seen.get(at).copied() {
        if next == to {
            return true;
        }
        for (a, b, _) in pairs.iter().filter(|(a, ..)| *a == next) {
            let _ = a;
            if !seen.contains(b) {
                seen.push(*b);
            }
        }
        at += 1;
    }
    false
}
