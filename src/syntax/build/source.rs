//! Rows that are counted or aggregated, and the days that they are taken from.

use super::expr::span_unit;
use super::{Broken, Builder, Built, Children, Node};
use crate::diagnostic::Text;
use crate::model::{Acting, Itself, Ties};
use crate::syntax::parse::Rule;
use crate::syntax::tree::{FirstExpr, SiblingsExpr, SourceExpr, SourceFrame, Spanned};

impl Builder<'_> {
    /// The next child that is a source.
    pub fn next_source(&mut self, children: &mut Children<'_>) -> Built<SourceExpr> {
        let node = children.find(Rule::source)?;
        self.source(node)
    }

    /// Rows that are counted or aggregated.
    pub fn source(&mut self, node: Node<'_>) -> Built<SourceExpr> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let all = children.take(Rule::kw_all_rows).map(|word| self.span(&word));
        let kinds = children.find(Rule::source_kinds)?;
        let kinds = kinds.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect();
        let mut source = SourceExpr {
            kinds,
            via: None,
            siblings: all.map(|all| Box::new(SiblingsExpr { all: Some(all), sharing: Vec::new(), itself: None })),
            who: None,
            inside: None,
            filter: None,
            thin: Default::default(),
            day_starts: None,
            frame: None,
            span,
        };
        for child in children.rest() {
            match child.as_rule() {
                Rule::via => source.via = Some(self.next_path(&mut Children::of(child))?),
                Rule::siblings => self.siblings(child, &mut source.siblings)?,
                Rule::who => {
                    let span = self.span(&child);
                    let inner = Children::of(child).next()?;
                    let value = if inner.as_rule() == Rule::acting { acting(inner)? } else { Acting::InPerson };
                    source.who = Some(Spanned { value, span });
                }
                Rule::reach => {
                    let span = self.span(&child);
                    let value = Children::of(child).next()?.as_rule() == Rule::kw_in;
                    source.inside = Some(Spanned { value, span });
                }
                Rule::where_clause => source.filter = Some(Box::new(self.inner_expr(child)?)),
                Rule::thin => self.thin(child, &mut source.thin)?,
                Rule::day_starts => {
                    let span = self.span(&child);
                    let value = self.clock_time(&Children::of(child).find(Rule::clock_time)?)?;
                    if source.day_starts.replace(Spanned { value, span }).is_some() {
                        self.error("WG0210", span, Text::new("this is said twice", "重复书写"));
                    }
                }
                Rule::source_frame => source.frame = Some(self.source_frame(child)?),
                _ => {}
            }
        }
        Ok(source)
    }

    /// `sharing shop, code without itself`
    fn siblings(&mut self, node: Node<'_>, siblings: &mut Option<Box<SiblingsExpr>>) -> Built<()> {
        let siblings = siblings.get_or_insert_with(Box::default);
        for child in node.into_inner() {
            match child.as_rule() {
                Rule::path => siblings.sharing.push(self.path(child)),
                Rule::itself => {
                    let span = self.span(&child);
                    let value = match Children::of(child).next()?.as_rule() {
                        Rule::kw_including_itself => Itself::Included,
                        Rule::kw_without_itself => Itself::LeftOut,
                        Rule::kw_earlier_by_key => Itself::EarlierByKey,
                        _ => Itself::Earlier,
                    };
                    siblings.itself = Some(Spanned { value, span });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `first per matter ties shared unless earlier notice`
    pub fn first_per(&mut self, node: Node<'_>) -> Built<Spanned<FirstExpr>> {
        let span = self.span(&node);
        let (mut matter, mut ties, mut known) = (Vec::new(), None, None);
        for child in Children::of(node).rest() {
            match child.as_rule() {
                Rule::path => matter.push(self.path(child)),
                Rule::ties => {
                    ties = Some(match Children::of(child).next()?.as_rule() {
                        Rule::kw_ties_shared => Ties::Shared,
                        Rule::kw_ties_all => Ties::All,
                        Rule::kw_ties_none => Ties::None,
                        _ => Ties::ByKey,
                    });
                }
                Rule::known => {
                    let mut children = Children::of(child);
                    let by_then = children.next()?.as_rule() == Rule::kw_unless_by_then;
                    let inner = children
                        .rest()
                        .find(|p| matches!(p.as_rule(), Rule::source | Rule::several | Rule::name))
                        .ok_or(Broken)?;
                    let source = match inner.as_rule() {
                        Rule::source | Rule::several => self.deeper(span, |b| b.source(inner))?,
                        _ => SourceExpr::bare(self.name(&inner)),
                    };
                    known = Some((by_then, Box::new(source)));
                }
                _ => {}
            }
        }
        Ok(Spanned { value: FirstExpr { matter, ties, known }, span })
    }

    fn source_frame(&mut self, node: Node<'_>) -> Built<Spanned<SourceFrame>> {
        let span = self.span(&node);
        let inner = Children::of(node).next()?;
        let value = match inner.as_rule() {
            Rule::kw_in_window => SourceFrame::Window,
            Rule::kw_up_to_window_end => SourceFrame::UpToEnd,
            Rule::kw_before_window => SourceFrame::BeforeStart,
            Rule::kw_ever => SourceFrame::Ever,
            Rule::source_last => return self.last_frame(inner),
            Rule::source_up_to => {
                let mut children = Children::of(inner);
                let count = self.next_count(&mut children)?.value;
                let unit = span_unit(children.find(Rule::span_unit)?)?;
                let at = Box::new(self.next_expr(&mut children, Rule::primary)?);
                SourceFrame::UpTo { count, unit, at }
            }
            Rule::source_dated => {
                let mut children = Children::of(inner);
                let starts = children.next()?.as_rule() == Rule::kw_dated_from;
                let mut bounds = children.rest().filter(|p| p.as_rule() == Rule::primary);
                let mut bound = || bounds.next().map(|node| self.expr(node).map(Box::new)).transpose();
                let from = if starts { bound()? } else { None };
                SourceFrame::Dated { from, until: bound()? }
            }
            Rule::source_since => {
                let inner =
                    inner.into_inner().find(|p| matches!(p.as_rule(), Rule::source | Rule::name)).ok_or(Broken)?;
                SourceFrame::SinceLast(Box::new(match inner.as_rule() {
                    Rule::source => self.deeper(span, |b| b.source(inner))?,
                    _ => SourceExpr::bare(self.name(&inner)),
                }))
            }
            _ => return Err(Broken),
        };
        Ok(Spanned { value, span })
    }

    /// `in the last N months to window end`, `in the N months before window`
    pub(super) fn last_frame(&mut self, node: Node<'_>) -> Built<Spanned<SourceFrame>> {
        let span = self.span(&node);
        let mut children = Children::of(node);
        let at_end = matches!(children.next()?.as_rule(), Rule::kw_in_the_last | Rule::kw_before_window_end);
        let count = self.next_count(&mut children)?.value;
        let unit = span_unit(children.find(Rule::span_unit)?)?;
        Ok(Spanned { value: SourceFrame::Last { count, unit, at_end }, span })
    }
}

/// `or stand-in`, `stand-in instead`
pub(super) fn acting(node: Node<'_>) -> Built<Acting> {
    Ok(match Children::of(node).next()?.as_rule() {
        Rule::kw_or_stand_in => Acting::OrStandIn,
        _ => Acting::StandInInstead,
    })
}
