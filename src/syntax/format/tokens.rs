//! A text as tokens, each with the comments and line breaks before it and its part in the layout.

use crate::syntax::caps::capping_word;
use crate::syntax::parse::Rule;
use crate::syntax::scan::Scan;
use pest::iterators::{Pair, Pairs};

/// What a brace opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// Statements: always on lines of their own.
    Statements,
    /// Rows: on lines of their own if the author had it so, or if they do not fit on one.
    Rows,
    /// A list inside a sentence.
    List,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// As written.
    pub text: String,
    /// Line breaks between it and what comes before.
    pub breaks_before: usize,
    /// `//`, which ends its line.
    pub to_line_end: bool,
}

/// What stands between two tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// Comments in order.
    pub comments: Vec<Comment>,
    /// Line breaks between the last of them (or the token before) and the token.
    pub breaks: usize,
    /// White space before the token on its line, if it is the first there.
    pub indent: usize,
}

/// A token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// As printed.
    pub text: String,
    /// Its rule.
    pub rule: Rule,
    /// The rule that it stands in.
    pub parent: Rule,
    /// What stands before it.
    pub gap: Gap,
    /// It starts a statement or row.
    pub starts: bool,
    /// A long line may be broken before it.
    pub may_break: bool,
    /// It starts a part of the statement as such, the best place to break.
    pub main_part: bool,
    /// Parentheses and lists around it.
    pub depth: usize,
    /// It stands in the head of a block of statements.
    pub in_head: bool,
    /// What it opens, if it is a brace.
    pub opens: Option<Block>,
    /// Number of the reordered group that it belongs to (`frame_on` and the like), counted from 1.
    pub group: usize,
    /// It starts a requirement by count that has no `has`.
    pub bare_count: bool,
    /// Where it begins in the text as written.
    pub at: usize,
}

struct Walk<'t> {
    tokens: Vec<Token>,
    scan: &'t Scan,
    text: &'t str,
    /// End of the last token in the text as written.
    end: usize,
    depth: usize,
    in_head: bool,
    group: usize,
    group_count: usize,
    /// Where the word stands that reads as a comparison and caps the grade of a gate.
    caps: Option<usize>,
}

/// The tokens of a parsed file. The last one is empty and holds the comments at the end.
pub(super) fn tokens(pairs: Pairs<'_, Rule>, scan: &Scan, text: &str) -> Vec<Token> {
    let mut walk =
        Walk { tokens: Vec::new(), scan, text, end: 0, depth: 0, in_head: false, group: 0, group_count: 0, caps: None };
    for pair in pairs {
        walk.walk(pair, Rule::file);
    }
    walk.tokens
}

impl Walk<'_> {
    fn walk(&mut self, pair: Pair<'_, Rule>, parent: Rule) {
        let rule = pair.as_rule();
        let span = pair.as_span();
        let first = self.tokens.len();
        let (group, in_head) = (self.group, self.in_head);
        match rule {
            Rule::frame_on | Rule::frame_weekday | Rule::frame_part | Rule::source_last => {
                self.group_count += 1;
                self.group = self.group_count;
            }
            Rule::assessment_head | Rule::reward_head | Rule::counter_head | Rule::points_group_head => {
                self.in_head = true
            }
            Rule::gate => self.caps = capping_word(&pair).map(|word| word.as_span().start()),
            _ => {}
        }
        let mut inner = pair.into_inner().peekable();
        if inner.peek().is_none() {
            self.leaf(rule, parent, span.start(), span.end());
        } else {
            for child in inner {
                self.walk(child, rule);
            }
        }
        self.group = group;
        self.in_head = in_head;
        if let Some(token) = self.tokens.get_mut(first) {
            token.starts |= starts(rule);
            token.may_break |= breaks_before(rule) || main_part(rule);
            token.main_part |= main_part(rule);
            token.bare_count |= matches!(rule, Rule::count_req | Rule::gap_req) && token.rule != Rule::kw_has;
        }
    }

    fn leaf(&mut self, rule: Rule, parent: Rule, start: usize, end: usize) {
        let rule = if self.caps == Some(start) { Rule::kw_caps_grade } else { rule };
        let start = self.scan.original(start) as usize;
        let end = self.scan.original(end) as usize;
        let gap = gap(self.text.get(self.end..start).unwrap_or(""));
        self.end = end;
        let opens = (rule == Rule::lbrace).then_some(match parent {
            Rule::unit_head
            | Rule::assessment_head
            | Rule::reward_head
            | Rule::counter_head
            | Rule::points_group_head
            | Rule::item_body => Block::Statements,
            Rule::codes | Rule::value_set => Block::List,
            _ => Block::Rows,
        });
        let closes_inner =
            rule == Rule::rparen || rule == Rule::rbrace && matches!(parent, Rule::codes | Rule::value_set);
        if closes_inner {
            self.depth = self.depth.saturating_sub(1);
        }
        // The break after the comma belongs to what follows it.
        let after_comma = self.tokens.last().is_some_and(|t| t.rule == Rule::comma);
        self.tokens.push(Token {
            text: printed(self.text.get(start..end).unwrap_or("")),
            rule,
            parent,
            gap,
            starts: false,
            may_break: after_comma || matches!(rule, Rule::kw_and | Rule::kw_or),
            main_part: false,
            depth: self.depth,
            in_head: self.in_head && rule != Rule::lbrace,
            opens,
            group: self.group,
            bare_count: false,
            at: start,
        });
        if rule == Rule::lparen || opens == Some(Block::List) {
            self.depth += 1;
        }
    }
}

/// White space inside a keyword of several words is one space; a comment there stays as it is.
fn printed(written: &str) -> String {
    let quoted = written.starts_with(['"', '“', '「', '`']);
    if quoted || written.contains('/') {
        written.to_owned()
    } else {
        written.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn starts(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::unit
            | Rule::item
            | Rule::part
            | Rule::group_line
            | Rule::body_line
            | Rule::reward_part
            | Rule::field
            | Rule::calendar_line
            | Rule::table_row
            | Rule::ladder_row
            | Rule::counter_part
            | Rule::grade_row
            | Rule::prize
            | Rule::effect_row
    )
}

fn main_part(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::requirement
            | Rule::frame
            | Rule::rule_clause
            | Rule::term_option
            | Rule::item_option
            | Rule::adjust_clause
            | Rule::score
            | Rule::action
            | Rule::group
            | Rule::among
            | Rule::order
            | Rule::kw_for
            | Rule::kw_because
            | Rule::kw_decided_by
            | Rule::kw_output
            | Rule::tied
            | Rule::kw_ties_include
            | Rule::kw_ties_exclude
    )
}

fn breaks_before(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::where_clause
            | Rule::source_frame
            | Rule::thin
            | Rule::per
            | Rule::via
            | Rule::sort_key
            | Rule::cites
            | Rule::zero_divisor
            | Rule::kw_for_year
            | Rule::kw_over
    )
}

/// The comments and line breaks of the text between two tokens.
fn gap(text: &str) -> Gap {
    let mut gap = Gap::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let plain: String = rest
            .chars()
            .take(2)
            .map(|c| {
                if c == '／' {
                    '/'
                } else if c == '＊' {
                    '*'
                } else {
                    c
                }
            })
            .collect();
        let length = match plain.as_str() {
            "//" => Some((rest.find('\n').unwrap_or(rest.len()), true)),
            "/*" => Some((rest.find("*/").map_or(rest.len(), |at| at + 2), false)),
            _ => None,
        };
        let passed = match length {
            Some((length, to_line_end)) => {
                let text = rest.get(..length).unwrap_or("").trim_end().to_owned();
                gap.comments.push(Comment { text, breaks_before: std::mem::take(&mut gap.breaks), to_line_end });
                length
            }
            None => {
                match first {
                    '\n' => (gap.breaks, gap.indent) = (gap.breaks + 1, 0),
                    '\t' => gap.indent += 4,
                    _ => gap.indent += 1,
                }
                first.len_utf8()
            }
        };
        rest = rest.get(passed..).unwrap_or("");
    }
    gap
}
