//! From the grammar's pairs to the tree: tokens and the tools that the other files here share.

mod assess;
mod counter;
mod cover;
mod decl;
mod expr;
mod lines;
mod money;
mod prizes;
mod results;
mod reward;
mod rule;
mod source;
mod spans;
mod table;
mod term;
mod time;

use super::declared::Declared;
use super::parse::Rule;
use super::scan::{Scan, plain_name};
use super::tree::{Name, Spanned};
use crate::diagnostic::{Diagnostic, Text};
use crate::model::number::{FIXED_ONE, Fixed, Ratio};
use crate::model::time::Day;
use crate::source::{SourceId, Span};
use pest::iterators::{Pair, Pairs};
use std::cell::OnceCell;

/// A pair of the grammar.
pub(super) type Node<'i> = Pair<'i, Rule>;

/// The statement cannot be built. Whoever returns it has reported why, or [`Builder::unreadable`] will.
pub(super) struct Broken;

/// What a building function gives.
pub(super) type Built<T> = Result<T, Broken>;

/// Builds the tree of one text.
pub(super) struct Builder<'t> {
    source: SourceId,
    text: &'t str,
    scan: &'t Scan,
    /// Where the parsed slice starts in the plain text.
    pub base: usize,
    /// What was found wrong.
    pub problems: Vec<Diagnostic>,
    depth: usize,
    /// Operators of which the expression under way is an operand, up to the whole expression.
    operators: usize,
    /// All places are left out, so that trees of two texts compare.
    placeless: bool,
    /// Names that the text declares, once somebody asked.
    declared: OnceCell<Declared>,
}

/// The children of a node, in order.
pub(super) struct Children<'i> {
    pairs: Pairs<'i, Rule>,
}

impl<'i> Children<'i> {
    /// Of a node.
    pub fn of(node: Node<'i>) -> Children<'i> {
        Children { pairs: node.into_inner() }
    }

    /// The next child's rule.
    pub fn peek(&self) -> Option<Rule> {
        self.pairs.peek().map(|p| p.as_rule())
    }

    /// The next child, whatever it is.
    pub fn next(&mut self) -> Built<Node<'i>> {
        self.pairs.next().ok_or(Broken)
    }

    /// The next child, if it is of this rule.
    pub fn take(&mut self, rule: Rule) -> Option<Node<'i>> {
        if self.peek() == Some(rule) { self.pairs.next() } else { None }
    }

    /// Whether the next child is of this rule; then it is passed.
    pub fn has(&mut self, rule: Rule) -> bool {
        self.take(rule).is_some()
    }

    /// The next child of this rule, passing over others (keywords and punctuation).
    pub fn find(&mut self, rule: Rule) -> Built<Node<'i>> {
        self.pairs.by_ref().find(|p| p.as_rule() == rule).ok_or(Broken)
    }

    /// How many of the remaining children are of these rules.
    pub fn count(&self, of: fn(Rule) -> bool) -> usize {
        self.pairs.clone().filter(|pair| of(pair.as_rule())).count()
    }

    /// The remaining children.
    pub fn rest(self) -> Pairs<'i, Rule> {
        self.pairs
    }
}

impl<'t> Builder<'t> {
    /// A builder for a text and its scan.
    pub fn new(source: SourceId, text: &'t str, scan: &'t Scan) -> Builder<'t> {
        Builder {
            source,
            text,
            scan,
            base: 0,
            problems: Vec::new(),
            depth: 0,
            operators: 0,
            placeless: false,
            declared: OnceCell::new(),
        }
    }

    /// A builder of trees without places.
    pub fn placeless(text: &'t str, scan: &'t Scan) -> Builder<'t> {
        Builder { placeless: true, ..Builder::new(SourceId(0), text, scan) }
    }

    /// What the text declares, as far as its words show.
    pub fn declared(&self) -> &Declared {
        self.declared.get_or_init(|| Declared::read(&self.scan.plain))
    }

    /// Bytes of the plain text as a span of the text as written.
    pub fn plain_span(&self, start: usize, end: usize) -> Span {
        if self.placeless {
            return Span::default();
        }
        let start = self.scan.original(start);
        Span { source: self.source, start, end: self.scan.original(end).max(start) }
    }

    /// Place of a node.
    pub fn span(&self, node: &Node<'_>) -> Span {
        let (start, text) = (node.as_span().start(), node.as_str());
        // What may follow is looked for behind white space, which is then part of the node.
        self.plain_span(self.base + start, self.base + start + text.trim_end().len())
    }

    /// A node as the author wrote it.
    fn written(&self, node: &Node<'_>) -> &'t str {
        let span = node.as_span();
        let to = |at: usize| self.scan.original(self.base + at) as usize;
        self.text.get(to(span.start())..to(span.end())).unwrap_or("")
    }

    /// Bytes of the plain text as the author wrote them.
    pub fn plain_written(&self, start: usize, end: usize) -> &'t str {
        let to = |at: usize| self.scan.original(at) as usize;
        self.text.get(to(start)..to(end)).unwrap_or("")
    }

    /// Reports an error.
    pub fn error(&mut self, code: &'static str, span: Span, message: Text) {
        self.problems.push(Diagnostic::error(code, span, message));
    }

    /// Reports a statement that cannot be built, unless the reason is known already.
    pub fn unreadable(&mut self, problems_before: usize, span: Span) {
        // What broke off left its operators open.
        self.operators = 0;
        if self.problems.len() == problems_before {
            self.error("WG0199", span, Text::new("this statement cannot be read", "无法读懂这条语句"));
        }
    }

    /// Goes one level down into an expression; too deep is an error.
    pub fn deeper<T>(&mut self, span: Span, build: impl FnOnce(&mut Self) -> Built<T>) -> Built<T> {
        let max = crate::limits::NESTING_MAX;
        if self.depth >= max {
            self.error(
                "WG0104",
                span,
                Text::new(
                    format!("expressions stand in each other more than {max} deep"),
                    format!("表达式层层相套，超过 {max} 层"),
                ),
            );
            return Err(Broken);
        }
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        built
    }

    /// A name or clause id, quotes removed.
    pub fn name(&self, node: &Node<'_>) -> Name {
        let span = self.span(node);
        let written = self.written(node);
        let value = match written.chars().next() {
            Some('「') => written.trim_start_matches('「').trim_end_matches('」').trim().to_owned(),
            Some('`' | '｀') => written.trim_matches(['`', '｀']).trim().to_owned(),
            _ => node.as_str().to_owned(),
        };
        Spanned { value: plain_name(&value), span }
    }

    /// The next child that is a name.
    pub fn next_name(&self, children: &mut Children<'_>) -> Built<Name> {
        children.find(Rule::name).map(|n| self.name(&n))
    }

    /// A text, quotes removed and escapes read.
    pub fn text(&self, node: &Node<'_>) -> Spanned<String> {
        let span = self.span(node);
        let mut chars = self.written(node).chars();
        chars.next();
        chars.next_back();
        let mut value = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => value.push('\n'),
                    Some(other) => value.push(other),
                    None => {}
                },
                c => value.push(c),
            }
        }
        Spanned { value, span }
    }

    /// The next child that is a text.
    pub fn next_text(&self, children: &mut Children<'_>) -> Built<Spanned<String>> {
        children.find(Rule::text).map(|n| self.text(&n))
    }

    /// A day.
    pub fn date(&mut self, node: &Node<'_>) -> Built<Spanned<Day>> {
        let span = self.span(node);
        match Day::parse(node.as_str()) {
            Some(value) => Ok(Spanned { value, span }),
            None => {
                let written = node.as_str();
                self.error(
                    "WG0106",
                    span,
                    Text::new(
                        format!("`{written}` is not a day between 1900-01-01 and 2199-12-31"),
                        format!("`{written}` 不是 1900-01-01 至 2199-12-31 之间的日期"),
                    ),
                );
                Err(Broken)
            }
        }
    }

    /// The next child that is a day.
    pub fn next_date(&mut self, children: &mut Children<'_>) -> Built<Spanned<Day>> {
        let node = children.find(Rule::date)?;
        self.date(&node)
    }

    /// A number.
    pub fn number(&mut self, node: &Node<'_>) -> Built<Spanned<Ratio>> {
        let span = self.span(node);
        // `{ 1,000 }` would be two numbers.
        let leading =
            node.as_str().strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if leading {
            let written = node.as_str();
            self.problems.push(
                Diagnostic::error(
                    "WG0107",
                    span,
                    Text::new(format!("the number `{written}` begins with 0"), format!("数字 `{written}` 以 0 开头")),
                )
                .with_help(Text::new(
                    "numbers have no leading zeros and no thousands separators: `1000`; what is no number is a text in quotes",
                    "数字不写开头的 0，也不用千位分隔符：`1000`；不是数的，作为文本加引号",
                )),
            );
            return Err(Broken);
        }
        let value = Fixed::parse(node.as_str()).and_then(|f| Ratio::new(f.0, FIXED_ONE).ok());
        match value {
            Some(value) => Ok(Spanned { value, span }),
            None => {
                let mut written: String = node.as_str().chars().take(40).collect();
                if written.len() < node.as_str().len() {
                    written.push('…');
                }
                self.error(
                    "WG0107",
                    span,
                    Text::new(
                        format!("the number `{written}` has more than nine decimal places or is too large"),
                        format!("数字 `{written}` 的小数超过九位，或者太大"),
                    ),
                );
                Err(Broken)
            }
        }
    }

    /// A whole number.
    pub fn count(&mut self, node: &Node<'_>) -> Built<Spanned<u32>> {
        let Spanned { value, span } = self.number(node)?;
        if value.is_int()
            && let Ok(value) = u32::try_from(value.num())
        {
            return Ok(Spanned { value, span });
        }
        let mut written: String = node.as_str().chars().take(40).collect();
        if written.len() < node.as_str().len() {
            written.push('…');
        }
        let max = u32::MAX;
        self.error(
            "WG0107",
            span,
            Text::new(
                format!("a whole number up to {max} is needed here, not `{written}`"),
                format!("此处应为不超过 {max} 的整数，而不是 `{written}`"),
            ),
        );
        Err(Broken)
    }

    /// The next child that is a number, as a whole one.
    pub fn next_count(&mut self, children: &mut Children<'_>) -> Built<Spanned<u32>> {
        let node = children.find(Rule::number)?;
        self.count(&node)
    }

    /// A dotted name.
    pub fn path(&self, node: Node<'_>) -> Spanned<Vec<Name>> {
        let span = self.span(&node);
        let value = node.into_inner().filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect();
        Spanned { value, span }
    }

    /// The next child that is a dotted name.
    pub fn next_path(&self, children: &mut Children<'_>) -> Built<Spanned<Vec<Name>>> {
        children.find(Rule::path).map(|n| self.path(n))
    }

    /// The ids of a clause list or of `cites`.
    pub fn clauses(&self, node: Node<'_>) -> Vec<Name> {
        node.into_inner()
            .flat_map(|p| match p.as_rule() {
                Rule::clause_list => self.clauses(p),
                Rule::clause => vec![self.name(&p)],
                _ => Vec::new(),
            })
            .collect()
    }

    /// The clauses of an optional `cites`.
    pub fn cites(&self, children: &mut Children<'_>) -> Vec<Name> {
        children.take(Rule::cites).map(|n| self.clauses(n)).unwrap_or_default()
    }
}
