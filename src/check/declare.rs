//! First pass: every name gets its id.

use super::checker::Checker;
use super::counters::CounterDecl;
use super::measures::MeasureDecl;
use super::names::Symbol;
use super::params::ParamDecl;
use super::parts::PartDecl;
use super::results::AssessmentDecl;
use super::rules::{RuleBody, RuleDecl};
use crate::model::{IdVec, Kind, NotEncoded, Role, RuleId};
use crate::source::Span;
use crate::syntax::tree::{FieldMark, Item, Name};

impl<'a> Checker<'a> {
    /// Declares everything that has a name, in the order written.
    pub(super) fn declare(&mut self) {
        for (unit, item) in self.items() {
            let vocabulary = self.units.get(unit).is_some_and(|unit| unit.decl.vocabulary);
            if vocabulary && belongs_to_a_policy(&item.value) {
                self.not_in_vocabulary(item.span);
                continue;
            }
            self.declare_item(unit, &item.value, item.span);
        }
    }

    fn declare_item(&mut self, unit: usize, item: &'a Item, span: Span) {
        match item {
            Item::Bad => self.bad.push(span),
            Item::Whole(name) => self.declare_kind(name, Role::Whole, false),
            Item::Kind(kind) => {
                let role = if kind.record { Role::Record } else { Role::Entity };
                self.declare_kind(&kind.name, role, kind.relation);
            }
            Item::Part { name, of, filter } => {
                self.declare_part(PartDecl::new(unit, name, of, filter.as_ref(), None));
            }
            Item::Tier { name, of, level, count, cites } => {
                let part = self.parts.len();
                self.declare_part(PartDecl::new(unit, name, of, None, Some(*level)));
                let judged = self.units.last().is_some_and(|own| !own.decl.vocabulary);
                if let Some(count) = count
                    && judged
                {
                    self.declare_rule(unit, name, " count", RuleBody::TierCount { part, count: *count, cites });
                }
                if level.value > 1 && judged && self.has_parent(&of.value, 0) {
                    self.declare_rule(unit, name, " parent", RuleBody::TierParent { part, level: level.value, cites });
                }
            }
            Item::Measure { name, subject, expr, output } => {
                let id = self.measures.push(MeasureDecl::new(unit, name, subject, expr, *output));
                self.enter(name, Symbol::Measure(id));
            }
            Item::Param { name, ty, value, cites } => {
                let id = self.params.push(ParamDecl::new(unit, name, ty, value.as_ref(), cites));
                self.enter(name, Symbol::Param(id));
            }
            Item::Calendar(calendar) => self.declare_calendar(calendar),
            Item::Rule(rule) => self.declare_rule(unit, &rule.name, "", RuleBody::Written(rule)),
            Item::Assessment(item) => {
                let decl = AssessmentDecl::new(item);
                match self.assessment_names.get(item.name.value.as_str()).copied() {
                    Some((_, first)) => self.duplicate(&item.name.value, item.name.span, first),
                    None => {
                        let id = self.assessment_decls.push(decl);
                        self.assessment_names.insert(&item.name.value, (Some(id), item.name.span));
                    }
                }
            }
            Item::Counter(item) => match self.assessment_names.get(item.name.value.as_str()).copied() {
                Some((_, first)) => self.duplicate(&item.name.value, item.name.span, first),
                None => {
                    self.assessment_names.insert(&item.name.value, (None, item.name.span));
                    self.counter_decls.push(CounterDecl::new(item));
                }
            },
            // Rewards and counters share the names of assessments: both stand in one column of the output.
            Item::Reward(item) => match self.assessment_names.get(item.name.value.as_str()).copied() {
                Some((_, first)) => self.duplicate(&item.name.value, item.name.span, first),
                None => {
                    self.assessment_names.insert(&item.name.value, (None, item.name.span));
                }
            },
            Item::NotEncoded { clauses, reason } => self.not_encoded.push(NotEncoded {
                clauses: clauses.iter().map(|clause| clause.value.clone()).collect(),
                reason: reason.value.clone(),
            }),
            Item::Source { .. }
            | Item::Use { .. }
            | Item::Extends { .. }
            | Item::InForce(_)
            | Item::Timezone(_)
            | Item::Currency(_)
            | Item::YearStarts(_)
            | Item::Clauses { .. }
            | Item::Waiver(_)
            | Item::StandIn(_)
            | Item::Set { .. }
            | Item::Clock(_) => {}
        }
    }

    /// Whether the kind of a name, or of the part of a name, has a field marked `parent`.
    fn has_parent(&self, name: &str, depth: usize) -> bool {
        self.items().into_iter().any(|(_, item)| match &item.value {
            Item::Kind(kind) => {
                kind.name.value == name && kind.fields.iter().any(|field| field.mark == Some(FieldMark::Parent))
            }
            Item::Part { name: part, of, .. } | Item::Tier { name: part, of, .. } => {
                part.value == name && depth < self.parts.len() + 8 && self.has_parent(&of.value, depth + 1)
            }
            _ => false,
        })
    }

    fn declare_kind(&mut self, name: &'a Name, role: Role, relation: bool) {
        let id = self.kinds.push(Kind {
            name: name.value.clone(),
            role,
            fields: IdVec::default(),
            key: None,
            at: None,
            end: None,
            parent: None,
            relation,
            lifetime: None,
            span: name.span,
        });
        self.enter(name, Symbol::Kind(id));
    }

    fn declare_part(&mut self, part: PartDecl<'a>) {
        self.enter(part.name, Symbol::Part(self.parts.len()));
        self.parts.push(part);
    }

    fn declare_rule(&mut self, unit: usize, name: &Name, suffix: &str, body: RuleBody<'a>) {
        let full = format!("{}{suffix}", name.value);
        if let Some(first) = self.rule_names.get(&full).copied() {
            let first = self.rule_decls[first].span;
            self.duplicate(&full, name.span, first);
            return;
        }
        let id: RuleId =
            self.rule_decls.push(RuleDecl { unit, name: full.clone(), span: name.span, body, subject: None });
        self.rule_names.insert(full, id);
    }

    /// A rule by name; `None`: reported.
    pub(super) fn rule(&mut self, name: &Name) -> Option<RuleId> {
        if let Some(id) = self.rule_names.get(&name.value) {
            return Some(*id);
        }
        let choices: Vec<String> = self.rule_names.keys().filter(|_| self.suggests()).cloned().collect();
        let shown = &name.value;
        let message = text!("no rule is called `{shown}`", "没有名为`{shown}`的规则");
        self.unknown(super::codes::UNKNOWN_NAME, name, message, &choices);
        None
    }
}

/// Statements that a vocabulary may not hold; those of its header are reported with the header.
fn belongs_to_a_policy(item: &Item) -> bool {
    matches!(
        item,
        Item::Extends { .. }
            | Item::Clauses { .. }
            | Item::NotEncoded { .. }
            | Item::Set { .. }
            | Item::Rule(_)
            | Item::Assessment(_)
            | Item::Reward(_)
            | Item::Counter(_)
    )
}
