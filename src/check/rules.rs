//! Rules: subject, scope, requirement, frame, clauses.

use super::checker::{Checker, Place, Scope};
use super::codes;
use super::frames::FrameOf;
use super::parts::both;
use super::records::is_gap;
use super::requirements::Parts;
use crate::diagnostic::Diagnostic;
use crate::model::{
    AttributesAt, Day, Expr, Force, Id, KindId, PartialWindows, Requirement, RowsOn, Rule, RuleId, Strength,
};
use crate::source::Span;
use crate::syntax::tree::{Name, RuleClause, RuleItem, Spanned};

/// Where a rule comes from.
#[derive(Clone, Copy)]
pub(super) enum RuleBody<'a> {
    /// `rule NAME`
    Written(&'a RuleItem),
    /// The number of a tier's rows.
    TierCount { part: usize, count: Spanned<u32>, cites: &'a [Name] },
    /// A tier's rows have a parent on the tier above.
    TierParent { part: usize, level: u32, cites: &'a [Name] },
}

/// A rule while it is checked.
pub(super) struct RuleDecl<'a> {
    pub(super) unit: usize,
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) body: RuleBody<'a>,
    /// Kind of its subject, once found.
    pub(super) subject: Option<KindId>,
}

/// The clauses of a rule, gathered.
struct Clauses {
    scope: Option<Expr>,
    excused: Vec<Expr>,
    except: Vec<(Day, Day)>,
    in_force: Force,
    waivable: bool,
    /// `None`: not said.
    partial: Option<PartialWindows>,
    attributes: Option<AttributesAt>,
    rows: Option<RowsOn>,
}

impl<'a> Checker<'a> {
    pub(super) fn lower_rules(&mut self) {
        let ids: Vec<RuleId> = self.rule_decls.ids().collect();
        let mut sides = Vec::new();
        for id in ids {
            let (unit, body) = (self.rule_decls[id].unit, self.rule_decls[id].body);
            let (name, span) = (self.rule_decls[id].name.clone(), self.rule_decls[id].span);
            let rule = match body {
                RuleBody::Written(item) => {
                    let mut rules = self.citing(&item.cites, |checker| checker.written_rule(id, unit, item));
                    let rest = rules.as_mut().map(|rules| rules.split_off(rules.len().min(1)));
                    sides.extend(rest.into_iter().flatten().map(|side| (id, side)));
                    rules.and_then(|mut rules| rules.pop())
                }
                RuleBody::TierCount { part, count, cites } => self.tier_count(id, (name, span), part, count, cites),
                RuleBody::TierParent { part, level, cites } => self.tier_parent(id, (name, span), part, level, cites),
            };
            self.rules.push(rule);
        }
        for (id, side) in sides {
            let at = RuleId::from_index(self.rules.len());
            self.sides.entry(id).or_default().push(at);
            self.rules.push(Some(side));
        }
    }

    /// A rule; more than one where its parts differ in strength, the first with the strength of the rule.
    fn written_rule(&mut self, id: RuleId, unit: usize, item: &'a RuleItem) -> Option<Vec<Rule>> {
        let (kind, part) = self.subject(&item.subject)?;
        self.rule_decls[id].subject = Some(kind);
        self.needs_key(kind, item.subject.span);
        let scope = Scope { kind, place: Place::Rule };
        let written = self.optional_condition(item.scope.as_ref(), scope);
        let clauses = self.clauses(item, scope, unit);
        let mut parts = Parts::default();
        let strength = item.strength.as_ref().map_or(Strength::Must, |strength| strength.value);
        self.on_duty = true;
        let sides = self.sides_of(&item.requirement, strength, scope, &mut parts);
        self.on_duty = false;
        self.one_start(&parts);
        let of = FrameOf {
            event: self.is_record(kind),
            term: has_term(&item.requirement),
            gap: is_gap(&item.requirement),
            unit,
            kind,
        };
        self.gap_alone(&item.requirement);
        let frame = self.frame(&item.frames, &of);
        let season = self.season(&item.seasons, frame.as_ref(), clauses.as_ref().and_then(|clauses| clauses.partial));
        let clauses = clauses?;
        let mut sides = sides?;
        agree(&mut sides);
        let mut sides = sides.into_iter();
        let (strength, requirement) = sides.next()?;
        self.partial_of_days(frame.as_ref(), item)?;
        let rule = Rule {
            name: item.name.value.clone(),
            cites: cites(&item.cites),
            strength,
            subject: kind,
            scope: both(both(part, written.ok()?), clauses.scope),
            requirement,
            frame: frame?,
            excused: clauses.excused,
            except: clauses.except,
            waivable: clauses.waivable || strength == Strength::InPrinciple,
            partial: clauses.partial.unwrap_or(PartialWindows::Whole),
            season: season.ok()?,
            attributes: clauses.attributes.unwrap_or_default(),
            rows: clauses.rows.unwrap_or_default(),
            in_force: clauses.in_force,
            overridden_by: Vec::new(),
            day_starts: 0,
            span: item.name.span,
        };
        let rest = sides.map(|(strength, requirement)| {
            let waivable = clauses.waivable || strength == Strength::InPrinciple;
            Rule { strength, requirement, waivable, ..rule.clone() }
        });
        let rest: Vec<Rule> = rest.collect();
        Some(std::iter::once(rule).chain(rest).collect())
    }

    fn clauses(&mut self, item: &RuleItem, scope: Scope, unit: usize) -> Option<Clauses> {
        let mut clauses = Clauses {
            scope: None,
            excused: Vec::new(),
            except: Vec::new(),
            in_force: Force::default(),
            partial: None,
            waivable: false,
            attributes: None,
            rows: None,
        };
        let (mut attributes, mut rows) = (None, None);
        let (mut force, mut partial, mut waivable) = (None, None, None);
        let mut sound = true;
        for clause in &item.clauses {
            let done = match &clause.value {
                RuleClause::Unless(expr) => self.condition(expr, scope).map(|expr| {
                    clauses.scope = both(clauses.scope.take(), Some(Expr::Not(Box::new(expr))));
                }),
                RuleClause::Excused(expr) => self.condition(expr, scope).map(|expr| clauses.excused.push(expr)),
                RuleClause::Except(from, to) => {
                    self.ordered_days(*from, *to, unit).map(|range| clauses.except.push(range))
                }
                RuleClause::InForce(written) => {
                    self.once(&mut force, clause.span);
                    self.force(written).map(|force| clauses.in_force = force)
                }
                // Looked at when all rules are known.
                RuleClause::Overrides(_) => Some(()),
                RuleClause::Waivable => {
                    self.once(&mut waivable, clause.span);
                    clauses.waivable = true;
                    Some(())
                }
                RuleClause::Partial(written) => {
                    self.once(&mut partial, clause.span);
                    clauses.partial = Some(*written);
                    Some(())
                }
                RuleClause::Prorate(rounding) => {
                    self.once(&mut partial, clause.span);
                    self.prorate(*rounding, item, clause.span).map(|choice| clauses.partial = Some(choice))
                }
                RuleClause::Attributes(written) => {
                    self.once(&mut attributes, clause.span);
                    self.attributes(written, scope).map(|at| clauses.attributes = Some(at))
                }
                RuleClause::Rows(on) => {
                    self.once(&mut rows, clause.span);
                    clauses.rows = Some(*on);
                    Some(())
                }
            };
            sound &= done.is_some();
        }
        sound.then_some(clauses)
    }

    /// Terms that are joined run in one window, so they start with one event.
    fn one_start(&mut self, parts: &Parts) {
        let Some((first, rest)) = parts.starts.split_first() else { return };
        if let Some((_, span)) = rest.iter().find(|(start, _)| first.0 != *start) {
            let message = text!("terms of one rule start with the same event", "同一规则中的期限须起于同一事件");
            let diagnostic = Diagnostic::error(codes::TERMS_DIFFER, *span, message)
                .with_secondary(first.1, text!("the first term starts here", "第一个期限起于此"))
                .with_help(text!("write two rules", "请分成两条规则"));
            self.push(diagnostic);
        }
    }
}

/// What one term of a rule says of a missing start and of the period that it belongs to, it says of the rule.
fn agree(sides: &mut [(Strength, Requirement)]) {
    let mut terms: Vec<_> = sides.iter_mut().flat_map(|(_, requirement)| requirement.terms_mut()).collect();
    let missing_start_unmet = terms.iter().any(|term| term.missing_start_unmet);
    let by_due_day = terms.iter().any(|term| term.by_due_day);
    for term in &mut terms {
        term.missing_start_unmet = missing_start_unmet;
        term.by_due_day = by_due_day;
    }
}

/// Whether a requirement holds a term.
pub(super) fn has_term(requirement: &crate::syntax::tree::RequirementExpr) -> bool {
    use crate::syntax::tree::RequirementExpr as R;
    match requirement {
        R::All(parts) | R::Any(parts) => parts.iter().any(has_term),
        R::Strong(_, part) | R::Tolerant(part, _) => has_term(part),
        R::Term(_) => true,
        R::Count { .. } | R::Condition(_) | R::Sequence(..) | R::Gap { .. } => false,
    }
}

/// Clause ids as text.
pub(super) fn cites(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.value.clone()).collect()
}

/// A derived rule with nothing but a requirement.
pub(super) fn plain_rule(name: (String, Span), subject: KindId, requirement: Requirement, cited: &[Name]) -> Rule {
    Rule {
        name: name.0,
        cites: cites(cited),
        strength: Strength::Must,
        subject,
        scope: None,
        requirement,
        frame: crate::model::Frame::State,
        excused: Vec::new(),
        except: Vec::new(),
        partial: PartialWindows::Whole,
        waivable: false,
        season: None,
        attributes: AttributesAt::Start,
        rows: RowsOn::Last,
        in_force: Force::default(),
        overridden_by: Vec::new(),
        day_starts: 0,
        span: name.1,
    }
}
