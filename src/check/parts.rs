//! Named parts of kinds (`define`, `tier`): the kind and the condition that they stand for.

use super::checker::{Checker, Place, Scope};
use super::codes;
use super::constants::plain;
use super::names::Symbol;
use crate::limits::DEFINITION_DEPTH_MAX;
use crate::model::{CompareOp, Expr, KindId, NamedPart, Ratio};
use crate::syntax::tree::{self, Name, Spanned};

/// How far a definition is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State<T> {
    /// Not looked at.
    New,
    /// Being looked at: meeting it again is a cycle.
    Open,
    /// Done; `None`: reported.
    Done(Option<T>),
}

/// A named part while it is checked.
pub(super) struct PartDecl<'a> {
    pub(super) unit: usize,
    pub(super) name: &'a Name,
    pub(super) of: &'a Name,
    filter: Option<&'a tree::Expr>,
    level: Option<Spanned<u32>>,
    state: State<(KindId, Option<Expr>)>,
    /// Definitions below it.
    depth: usize,
    pub(super) used: bool,
}

impl<'a> PartDecl<'a> {
    pub(super) fn new(
        unit: usize,
        name: &'a Name,
        of: &'a Name,
        filter: Option<&'a tree::Expr>,
        level: Option<Spanned<u32>>,
    ) -> PartDecl<'a> {
        PartDecl { unit, name, of, filter, level, state: State::New, depth: 0, used: false }
    }

    pub(super) fn is_tier(&self) -> bool {
        self.level.is_some()
    }
}

impl Checker<'_> {
    /// Looks at every part, used or not.
    pub(super) fn resolve_parts(&mut self) {
        for at in 0..self.parts.len() {
            self.part(at);
        }
    }

    /// A kind, or a part with its condition; `None`: reported.
    pub(super) fn subject(&mut self, name: &Name) -> Option<(KindId, Option<Expr>)> {
        match self.symbol(&name.value) {
            Some(Symbol::Kind(kind)) => Some((kind, None)),
            Some(Symbol::Part(at)) => {
                if let Some(part) = self.parts.get_mut(at) {
                    part.used = true;
                    if part.state == State::Open {
                        self.cycle(name);
                        return None;
                    }
                }
                let found = self.part(at);
                self.reach = self.reach.max(self.parts.get(at).map_or(0, |part| part.depth));
                found
            }
            Some(_) => {
                let shown = &name.value;
                self.error(
                    codes::WRONG_TYPE,
                    name.span,
                    text!("`{shown}` is a value, not a kind or part", "`{shown}`是值，不是实体、记录或部分"),
                );
                None
            }
            None => {
                self.unknown_subject(name);
                None
            }
        }
    }

    pub(super) fn cycle(&mut self, name: &Name) {
        let shown = &name.value;
        self.error(
            codes::DEFINITION_CYCLE,
            name.span,
            text!("`{shown}` is defined by itself", "`{shown}`的定义循环引用自身"),
        );
    }

    pub(super) fn part(&mut self, at: usize) -> Option<(KindId, Option<Expr>)> {
        let part = self.parts.get_mut(at)?;
        match &part.state {
            State::Done(done) => return done.clone(),
            State::Open => return None,
            State::New => {}
        }
        part.state = State::Open;
        let (name, of, filter, level) = (part.name, part.of, part.filter, part.level);
        let (done, depth) = self.nested(name, |checker| checker.resolve_part(of, filter, level));
        if let Some(part) = self.parts.get_mut(at) {
            part.state = State::Done(done.clone());
            part.depth = depth;
        }
        done
    }

    /// The parts that have a condition, by the names of the policy.
    pub(super) fn named_parts(&self) -> Vec<NamedPart> {
        let named = |part: &PartDecl<'_>| match &part.state {
            State::Done(Some((kind, Some(filter)))) => {
                Some(NamedPart { name: part.name.value.clone(), kind: *kind, filter: filter.clone() })
            }
            _ => None,
        };
        self.parts.iter().filter_map(named).collect()
    }

    /// Looks at a definition, with what it reads inside, and gives how many definitions stand below each other.
    pub(super) fn nested<T>(&mut self, name: &Name, look: impl FnOnce(&mut Self) -> Option<T>) -> (Option<T>, usize) {
        let outside = std::mem::take(&mut self.reach);
        self.open_definitions += 1;
        let open = self.open_definitions;
        let done = if open > DEFINITION_DEPTH_MAX { self.too_deep(name) } else { look(self) };
        self.open_definitions -= 1;
        let depth = self.reach + 1;
        self.reach = outside;
        if depth > DEFINITION_DEPTH_MAX && done.is_some() {
            return (self.too_deep(name), 0);
        }
        (done, depth)
    }

    fn too_deep<T>(&mut self, name: &Name) -> Option<T> {
        let shown = &name.value;
        self.error(
            codes::TOO_DEEP,
            name.span,
            text!(
                "`{shown}` is defined through more than {DEFINITION_DEPTH_MAX} others",
                "`{shown}`的定义层层相套，超过 {DEFINITION_DEPTH_MAX} 层"
            ),
        );
        None
    }

    fn resolve_part(
        &mut self,
        of: &Name,
        filter: Option<&tree::Expr>,
        level: Option<Spanned<u32>>,
    ) -> Option<(KindId, Option<Expr>)> {
        let (kind, base) = self.subject(of)?;
        let own = match (filter, level) {
            (Some(filter), _) => {
                let scope = self.row_scope(kind, None);
                Some(self.condition(filter, scope)?)
            }
            (None, Some(level)) => Some(self.tier_condition(kind, of, level)?),
            (None, None) => None,
        };
        Some((kind, both(base, own)))
    }

    fn tier_condition(&mut self, kind: KindId, of: &Name, level: Spanned<u32>) -> Option<Expr> {
        let Some(field) = self.tier_fields.get(&kind).copied() else {
            let shown = &of.value;
            self.error_with_help(
                codes::BAD_TIER,
                of.span,
                text!("`{shown}` has no `tier` field", "`{shown}`没有`层级`字段"),
                text!("mark the field with the level: `tier NAME : whole number`", "请标明层级字段：`层级 名称：整数`"),
            );
            return None;
        };
        let level = plain(Ratio::int(i128::from(level.value)));
        Some(Expr::Compare(CompareOp::Eq, Box::new(Expr::Field(vec![field])), Box::new(level)))
    }

    /// Where the rows of a kind are read.
    pub(super) fn row_scope(&self, kind: KindId, inside: Option<super::checker::Reader>) -> Scope {
        Scope { kind, place: Place::Row { inside } }
    }
}

/// Both conditions, where there are any.
pub(super) fn both(a: Option<Expr>, b: Option<Expr>) -> Option<Expr> {
    match (a, b) {
        (Some(a), Some(b)) => Some(conjunction(vec![a, b])),
        (a, b) => a.or(b),
    }
}

/// All conditions, nested conjunctions laid flat.
pub(super) fn conjunction(parts: Vec<Expr>) -> Expr {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Expr::And(inner) => flat.extend(inner),
            other => flat.push(other),
        }
    }
    match flat.pop() {
        Some(only) if flat.is_empty() => only,
        Some(last) => {
            flat.push(last);
            Expr::And(flat)
        }
        None => Expr::And(flat),
    }
}
