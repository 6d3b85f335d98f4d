//! Tokens to lines.

use super::tokens::{Block, Comment, Token};
use crate::syntax::parse::Rule;
use unicode_width::UnicodeWidthStr;

/// Spaces of one level.
const INDENT: usize = 4;
/// Columns of a line, a Chinese character taking two.
const WIDTH_MAX: usize = 120;
/// Levels that a line of a statement may stand deeper than its first.
const LEVELS_MAX: usize = 4;

struct Open {
    /// Its contents stand on lines of their own.
    expanded: bool,
    /// Indent of the line that opened it.
    outer: usize,
    /// A list whose values start on a line of their own: so does its end.
    broken_list: bool,
    /// The statement that it stands in.
    statement: Statement,
}

/// Where a statement or row starts.
#[derive(Clone, Copy, Default)]
struct Statement {
    /// Its indent.
    base: usize,
    /// Its indent as the author wrote it, if it started a line.
    written: Option<usize>,
}

struct Layout<'t> {
    tokens: &'t [Token],
    out: String,
    /// Tokens of the line that is being filled, and comments between them (before the token of that position).
    line: Vec<Piece<'t>>,
    indent: usize,
    statement: Statement,
    open: Vec<Open>,
    /// The line ends with a comment to its end.
    ended: bool,
}

#[derive(Clone, Copy)]
enum Piece<'t> {
    Token(&'t Token),
    Comment(&'t Comment),
}

/// The text of tokens in their standard layout.
pub(super) fn layout(tokens: &[Token]) -> String {
    let mut layout = Layout {
        tokens,
        out: String::new(),
        line: Vec::new(),
        indent: 0,
        statement: Statement::default(),
        open: Vec::new(),
        ended: false,
    };
    for at in 0..tokens.len() {
        layout.token(at);
    }
    layout.flush();
    layout.out
}

impl<'t> Layout<'t> {
    fn token(&mut self, at: usize) {
        let Some(token) = self.tokens.get(at) else { return };
        let expanded = self.open.last().is_none_or(|o| o.expanded);
        let inner = self.open.last().map_or(0, |o| if o.expanded { o.outer + INDENT } else { self.statement.base });
        let is_block_end = token.rule == Rule::rbrace;
        let own_line = expanded && (token.starts || is_block_end) || token.rule == Rule::EOI;
        let continued = if own_line { inner } else { self.continuation(token) };
        for comment in &token.gap.comments {
            let own = comment.breaks_before > 0 || self.ended || self.line.is_empty();
            if own {
                self.new_line(continued, comment.breaks_before > 1);
            }
            self.line.push(Piece::Comment(comment));
            self.ended = comment.to_line_end;
        }
        let breaks = token.gap.breaks;
        if token.rule == Rule::EOI {
            return;
        }
        if token.rule == Rule::semi {
            // A separator stays with what it ends; behind a comment it cannot.
            if self.ended {
                self.new_line(inner, false);
            }
            self.line.push(Piece::Token(token));
            return;
        }
        if own_line {
            let indent = if is_block_end { self.open.last().map_or(0, |o| o.outer) } else { inner };
            self.new_line(indent, breaks > 1 && !is_block_end);
            self.statement = match self.open.last() {
                Some(open) if is_block_end => open.statement,
                _ => Statement { base: indent, written: (breaks > 0).then_some(token.gap.indent) },
            };
        } else if let Some(open) = self.open.last()
            && is_block_end
            && open.broken_list
        {
            self.new_line(open.outer, false);
        } else if breaks > 0 && !self.stays(token) || self.ended {
            self.new_line(continued, false);
        }
        self.line.push(Piece::Token(token));
        if let Some(block) = token.opens {
            let expanded = self.expands(at);
            // The head of a block of statements may go on over lines; what is in it stands by the head's first. Rows stand
            // by the line that opens them, which is known once what is too wide for it has been written.
            if expanded && block == Block::Rows {
                self.write_full_lines();
            }
            let outer = if block == Block::Statements { self.statement.base } else { self.indent };
            let broken = self.tokens.get(at + 1).is_some_and(|t| t.gap.breaks > 0 && t.rule != Rule::rbrace);
            let broken_list = block == Block::List && broken;
            self.open.push(Open { expanded, outer, broken_list, statement: self.statement });
        } else if is_block_end {
            self.open.pop();
        }
    }

    /// Indent of a line that goes on with a statement: as many levels deeper as the author put it.
    fn continuation(&self, token: &Token) -> usize {
        let least = if token.in_head { 2 } else { 1 };
        let levels = match self.statement.written {
            Some(written) if token.gap.breaks > 0 => (token.gap.indent.saturating_sub(written) + 1) / INDENT,
            _ => least,
        };
        self.statement.base + levels.clamp(least, LEVELS_MAX) * INDENT
    }

    /// Whether a break before a token is not kept: nothing but its partner stands before it.
    fn stays(&self, token: &Token) -> bool {
        matches!(token.rule, Rule::comma | Rule::rparen | Rule::rbrace)
            || token.opens.is_some()
            || token.rule == Rule::colon
    }

    /// Whether the block that the token opens takes lines of its own.
    fn expands(&self, at: usize) -> bool {
        let Some(Some(block)) = self.tokens.get(at).map(|t| t.opens) else { return false };
        let mut depth = 0usize;
        let mut width = 0;
        let mut empty = true;
        for (token, before) in self.tokens.iter().skip(at).zip(self.tokens.iter().skip(at.saturating_sub(1))) {
            if token.opens.is_some() {
                depth += 1;
            }
            let row = depth == 1 && (token.starts || token.rule == Rule::rbrace);
            let broken =
                token.gap.breaks > 0 || token.gap.comments.iter().any(|c| c.breaks_before > 0 || c.to_line_end);
            if row && broken && !(empty && token.rule == Rule::rbrace && token.gap.comments.is_empty()) {
                return block != Block::List;
            }
            width += token.text.width() + usize::from(spaced(before, token));
            if token.rule == Rule::rbrace {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            empty &= token.opens.is_some() && depth == 1;
        }
        match block {
            Block::Statements => !empty,
            Block::Rows => !empty && self.indent + self.line_width() + width > WIDTH_MAX,
            Block::List => false,
        }
    }

    fn line_width(&self) -> usize {
        self.line.iter().map(|p| self.piece_width(p) + 1).sum()
    }

    fn piece_width(&self, piece: &Piece<'_>) -> usize {
        match piece {
            Piece::Token(token) => token.text.width(),
            Piece::Comment(_) => 0,
        }
    }

    fn new_line(&mut self, indent: usize, blank: bool) {
        self.flush();
        if blank && !self.out.is_empty() && !self.out.ends_with("{\n") && !self.out.ends_with("｛\n") {
            self.out.push('\n');
        }
        self.indent = indent;
    }

    /// Writes the line out, on several where it is too wide.
    fn flush(&mut self) {
        self.ended = false;
        self.write_full_lines();
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.write(&line, self.indent);
        }
    }

    /// Writes what is too wide for one line, and keeps the last one.
    fn write_full_lines(&mut self) {
        let least = self.statement.base + INDENT + usize::from(in_head(&self.line)) * INDENT;
        let next = least.max(if self.indent == self.statement.base { 0 } else { self.indent });
        loop {
            let cut = cut(&self.line, self.indent);
            if cut >= self.line.len() {
                return;
            }
            let later = self.line.split_off(cut);
            let now = std::mem::replace(&mut self.line, later);
            self.write(&now, self.indent);
            self.indent = next;
        }
    }

    fn write(&mut self, pieces: &[Piece<'_>], indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        let mut before: Option<&Token> = None;
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Token(token) => {
                    let between = token.text == ";" && at + 1 < pieces.len();
                    let space = match before {
                        Some(before) => spaced(before, token) || between,
                        None => at > 0,
                    };
                    if space {
                        self.out.push(' ');
                    }
                    self.out.push_str(&token.text);
                    before = Some(token);
                }
                Piece::Comment(comment) => {
                    if at > 0 {
                        self.out.push_str(if comment.to_line_end { "  " } else { " " });
                    }
                    self.out.push_str(&comment.text);
                    before = None;
                }
            }
        }
        self.out.push('\n');
    }
}

fn in_head(line: &[Piece<'_>]) -> bool {
    line.iter().any(|p| matches!(p, Piece::Token(t) if t.in_head))
}

/// How many pieces go on the first line.
fn cut(pieces: &[Piece<'_>], indent: usize) -> usize {
    let mut width = indent;
    let mut before: Option<&Token> = None;
    // The best place to break so far: the fewest parentheses around it, parts of the statement first, then the last.
    let mut best: Option<(usize, usize)> = None;
    let mut after_header = None;
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Token(token) = piece else { continue };
        let ends_header = before.is_some_and(|b| b.rule == Rule::colon && b.parent == Rule::rule_item);
        if at > 0 && ends_header {
            after_header = Some(at);
        } else if at > 0 && token.may_break {
            let depth = 2 * token.depth + usize::from(!token.main_part);
            if best.is_none_or(|(least, _)| depth <= least) {
                best = Some((depth, at));
            }
        }
        width += token.text.width() + usize::from(before.is_some_and(|b| spaced(b, token)));
        if width > WIDTH_MAX {
            return after_header.or(best.map(|(_, at)| at)).unwrap_or(pieces.len());
        }
        before = Some(token);
    }
    pieces.len()
}

/// Whether a space stands between two tokens.
fn spaced(before: &Token, token: &Token) -> bool {
    let wide = |t: &Token| t.text.chars().all(|c| "，、；：。（".contains(c)) && !t.text.is_empty();
    let wide_end = |t: &Token| t.text.chars().all(|c| "，、；：。）".contains(c)) && !t.text.is_empty();
    match (before.rule, token.rule) {
        (_, Rule::comma | Rule::semi | Rule::rparen | Rule::dot | Rule::percent) | (Rule::lparen | Rule::dot, _) => {
            false
        }
        (_, Rule::lparen) => token.parent != Rule::call,
        (Rule::op_minus, _) if before.parent == Rule::unary => false,
        (_, Rule::colon) => !wide_end(token),
        _ => !wide(before),
    }
}
