//! The first look at a text: full-width punctuation becomes ASCII, comments blanks, open quotes and braces are found.
//!
//! What comes out is a plain text for the grammar and a map from its bytes to those of the text as written.

use crate::diagnostic::{Diagnostic, Text};
use crate::limits;
use crate::source::{SourceId, Span};

/// A text made plain.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    /// The plain text.
    pub plain: String,
    /// From bytes of the plain text to bytes as written: after a change of length, where each stands.
    shifts: Vec<(u32, u32)>,
    /// What is wrong already.
    pub problems: Vec<Diagnostic>,
    /// A brace has no partner, and that has been reported.
    pub braces_broken: bool,
    /// Too deep or too large to be parsed.
    pub hopeless: bool,
}

impl Scan {
    /// The byte as written that a byte of the plain text stands for.
    pub fn original(&self, plain: usize) -> u32 {
        let plain = u32::try_from(plain).unwrap_or(u32::MAX);
        let at = self.shifts.partition_point(|(from, _)| *from <= plain);
        match at.checked_sub(1).and_then(|i| self.shifts.get(i)) {
            Some((from, to)) => to + (plain - from),
            None => plain,
        }
    }
}

/// Where the scanner is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment,
    /// In a text or quoted name that ends with this character.
    Quote(char),
}

struct Opener {
    ch: char,
    start: usize,
    line_indent: usize,
}

struct Scanner<'t> {
    source: SourceId,
    text: &'t str,
    out: Scan,
    opened_at: usize,
    open: Vec<Opener>,
    /// A closed brace whose line is indented unlike its opener's: the likely culprit of a missing one.
    suspect: Option<(usize, usize)>,
    /// What has no end took in brackets, so that others seem to lack their partners.
    swallowed: bool,
    line_start: usize,
}

/// Makes a text plain and looks for what has no end.
pub(super) fn scan(source: SourceId, text: &str) -> Scan {
    let mut scanner = Scanner {
        source,
        text,
        out: Scan::default(),
        opened_at: 0,
        open: Vec::new(),
        suspect: None,
        swallowed: false,
        line_start: 0,
    };
    if text.len() > limits::POLICY_BYTES_MAX {
        scanner.out.hopeless = true;
        let (found, max) = (text.len(), limits::POLICY_BYTES_MAX);
        scanner.report(
            "WG0102",
            0..0,
            Text::new(
                format!("the file has {found} bytes, more than the {max} that a policy may have"),
                format!("文件有 {found} 字节，超过政策文件的上限 {max} 字节"),
            ),
        );
        return scanner.out;
    }
    if let Some((at, ch)) = text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        scanner.out.hopeless = true;
        let code = format!("U+{:04X}", u32::from(ch));
        scanner.report(
            "WG0101",
            at..at + ch.len_utf8(),
            Text::new(
                format!("the file is not plain text: it holds the control character {code}"),
                format!("文件不是纯文本：含有控制字符 {code}"),
            ),
        );
        return scanner.out;
    }
    scanner.run();
    scanner.out
}

impl Scanner<'_> {
    fn report(&mut self, code: &'static str, at: std::ops::Range<usize>, message: Text) {
        let span = self.span(at);
        self.out.problems.push(Diagnostic::error(code, span, message));
    }

    fn span(&self, at: std::ops::Range<usize>) -> Span {
        let to = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Span { source: self.source, start: to(at.start), end: to(at.end) }
    }

    /// Writes a character that stands for the one as written at `at`.
    fn write(&mut self, plain: char, at: usize, written: char) {
        self.out.plain.push(plain);
        if plain.len_utf8() != written.len_utf8() {
            self.note_shift(at + written.len_utf8());
        }
    }

    /// Writes blanks for a character of a comment, as many bytes as it has: none of them is a space, which one token may
    /// hold.
    fn blank(&mut self, ch: char) {
        match ch {
            '\n' => self.out.plain.push('\n'),
            _ => self.out.plain.extend(std::iter::repeat_n('\t', ch.len_utf8())),
        }
    }

    fn note_shift(&mut self, written: usize) {
        let to = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        self.out.shifts.push((to(self.out.plain.len()), to(written)));
    }

    /// Writes a character that the author forgot.
    fn supply(&mut self, plain: char, at: usize) {
        self.note_shift(at);
        self.out.plain.push(plain);
        self.note_shift(at);
    }

    fn run(&mut self) {
        let mut state = State::Code;
        let mut chars = self.text.char_indices().peekable();
        while let Some((at, ch)) = chars.next() {
            if ch == '\n' {
                if let State::Quote(close) = state {
                    self.unclosed_quote(close, at);
                    state = State::Code;
                }
                self.line_start = at + 1;
            }
            match state {
                State::Code => {
                    let plain = plain_form(ch);
                    let next = chars.peek().map(|(_, c)| plain_form(*c));
                    state = match (plain, next) {
                        ('/', Some('/')) => State::LineComment,
                        ('/', Some('*')) => State::BlockComment,
                        ('"', _) => State::Quote('"'),
                        ('“', _) => State::Quote('”'),
                        ('「', _) => State::Quote('」'),
                        ('`', _) => State::Quote('`'),
                        _ => State::Code,
                    };
                    self.opened_at = at;
                    match plain {
                        '{' | '(' if !self.opens(plain, at) => return,
                        '}' | ')' => self.closes(plain, at),
                        _ => {}
                    }
                    match state {
                        State::LineComment | State::BlockComment => {
                            self.blank(ch);
                            self.blank(chars.next().map_or(' ', |(_, second)| second));
                        }
                        State::Code | State::Quote(_) => self.write(plain, at, ch),
                    }
                }
                State::LineComment => {
                    if ch == '\n' {
                        state = State::Code;
                    }
                    self.blank(ch);
                }
                State::BlockComment => {
                    self.blank(ch);
                    if ch == '*' && chars.next_if(|(_, c)| *c == '/').is_some() {
                        self.blank('/');
                        state = State::Code;
                    }
                }
                // A full-width quote closes what either form of it opened.
                State::Quote('"') if plain_form(ch) == '"' => {
                    self.write('"', at, ch);
                    state = State::Code;
                }
                State::Quote(close) => {
                    self.out.plain.push(ch);
                    if ch == close {
                        state = State::Code;
                    } else if ch == '\\'
                        && matches!(close, '"' | '”')
                        && let Some((_, next)) = chars.next_if(|(_, c)| *c != '\n')
                    {
                        self.out.plain.push(next);
                    }
                }
            }
        }
        let end = self.text.len();
        match state {
            State::Quote(close) => self.unclosed_quote(close, end),
            State::BlockComment => {
                let at = self.opened_at;
                self.swallowed = true;
                self.report("WG0103", at..at + 2, Text::new("this comment is never closed", "注释没有结束"));
            }
            State::LineComment | State::Code => {}
        }
        self.unclosed_braces(end);
    }

    fn unclosed_quote(&mut self, close: char, at: usize) {
        let opened = self.opened_at;
        self.swallowed |=
            self.text.get(opened..at).is_some_and(|text| text.chars().any(|c| "{}".contains(plain_form(c))));
        let opener = self.text.get(opened..).and_then(|rest| rest.chars().next()).unwrap_or('"');
        let name = matches!(close, '」' | '`');
        let message = if name {
            Text::new(
                format!("the name that `{opener}` opens is not closed on this line"),
                format!("`{opener}` 开始的名称在本行没有结束"),
            )
        } else {
            Text::new(
                format!("the text that `{opener}` opens is not closed on this line"),
                format!("`{opener}` 开始的文字在本行没有结束"),
            )
        };
        let span = self.span(opened..opened + opener.len_utf8());
        let help = Text::new(format!("close it with `{close}`"), format!("用 `{close}` 结束"));
        self.out.problems.push(Diagnostic::error("WG0103", span, message).with_help(help));
        self.supply(close, at);
    }

    /// Notes an opener. False when it lies too deep.
    fn opens(&mut self, ch: char, at: usize) -> bool {
        if self.open.len() >= limits::NESTING_MAX {
            let (found, max) = (self.open.len() + 1, limits::NESTING_MAX);
            self.report(
                "WG0104",
                at..at + 1,
                Text::new(
                    format!("brackets stand in each other {found} deep, more than the {max} that are allowed"),
                    format!("括号嵌套 {found} 层，超过上限 {max} 层"),
                ),
            );
            self.out.hopeless = true;
            return false;
        }
        let line_indent = self.indent();
        self.open.push(Opener { ch, start: at, line_indent });
        true
    }

    fn indent(&self) -> usize {
        self.text.get(self.line_start..).map_or(0, |line| line.chars().take_while(|c| c.is_whitespace()).count())
    }

    fn closes(&mut self, ch: char, at: usize) {
        if ch == ')' {
            // A lone `)` is left to the grammar, which knows what was expected.
            if self.open.last().is_some_and(|o| o.ch == '(') {
                self.open.pop();
            }
            return;
        }
        // An open parenthesis inside braces ends with them: the grammar reports it.
        while self.open.last().is_some_and(|o| o.ch == '(') {
            self.open.pop();
        }
        if let Some(opener) = self.open.pop() {
            let first_on_line = self.text.get(self.line_start..at).is_some_and(|s| s.trim().is_empty());
            if first_on_line && self.indent() < opener.line_indent && self.suspect.is_none() {
                self.suspect = Some((opener.start, at));
            }
        }
    }

    fn unclosed_braces(&mut self, end: usize) {
        self.open.retain(|o| o.ch == '{');
        let Some(outer) = self.open.last().map(|o| o.start) else { return };
        let (at, closer) = match self.suspect {
            Some((opener, closer)) => (opener, Some(closer)),
            None => (outer, None),
        };
        let width = |at: usize| self.text.get(at..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8);
        let span = self.span(at..at + width(at));
        let mut problem =
            Diagnostic::error("WG0105", span, Text::new("this `{` is never closed", "这个 `{` 没有对应的 `}`"))
                .with_help(Text::new("add `}` where the block ends", "在该段结束处加上 `}`"));
        if let Some(closer) = closer {
            problem = problem.with_secondary(
                self.span(closer..closer + width(closer)),
                Text::new(
                    "this `}` stands further left than the line that it would close",
                    "这个 `}` 的缩进与它所对应的行不一致",
                ),
            );
        }
        if !self.swallowed {
            self.out.problems.push(problem);
        }
        self.out.braces_broken = true;
        for _ in 0..self.open.len() {
            self.supply('\n', end);
            self.supply('}', end);
        }
    }
}

/// The ASCII form of a full-width character outside texts.
pub(super) fn plain_form(ch: char) -> char {
    match ch {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(ch) - 0xFEE0).unwrap_or(ch),
        '、' => ',',
        '。' => ';',
        '−' => '-',
        '\u{FEFF}' => ' ',
        '\r' => '\t',
        ch if ch.is_whitespace() && !ch.is_ascii() => ' ',
        ch => ch,
    }
}

/// A name as written, with full-width letters and digits as ASCII.
pub(super) fn plain_name(written: &str) -> String {
    written
        .chars()
        .map(|c| {
            let plain = plain_form(c);
            if plain.is_ascii_alphanumeric() || plain == '_' { plain } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_is_ascii_outside_texts() {
        let text = "甲：（１２．５％）　“，：”「（一）」// ，";
        let scan = scan(SourceId(0), text);
        assert_eq!(scan.plain, "甲:(12.5%) “，：”「（一）」\t\t\t\t\t\t");
        assert!(scan.problems.is_empty());
        // 甲 ： （ １: the digit starts at byte 9 as written, at byte 5 of the plain text.
        assert_eq!(scan.original(5), 9);
        assert_eq!(scan.original(scan.plain.len()) as usize, text.len());
    }

    fn codes(text: &str) -> Vec<(&'static str, u32)> {
        scan(SourceId(0), text).problems.iter().map(|d| (d.code, d.primary.span.start)).collect()
    }

    #[test]
    fn what_has_no_end_is_reported_at_its_start() {
        assert_eq!(codes("source \"abc\nuse x"), [("WG0103", 7)]);
        assert_eq!(codes("a /* b"), [("WG0103", 2)]);
        assert_eq!(codes("policy a {\n  x {\n"), [("WG0105", 15)]);
        assert_eq!(codes("policy a {\n    x {\n    y\n}\n"), [("WG0105", 17)]);
        assert_eq!(codes("policy a { }"), []);
    }

    #[test]
    fn limits_hold() {
        let at = "(".repeat(limits::NESTING_MAX) + &")".repeat(limits::NESTING_MAX);
        assert_eq!(codes(&at), []);
        assert_eq!(codes(&format!("({at})")).first().map(|c| c.0), Some("WG0104"));
        let large = " ".repeat(limits::POLICY_BYTES_MAX);
        assert_eq!(codes(&large), []);
        assert_eq!(codes(&format!("{large} ")).first().map(|c| c.0), Some("WG0102"));
        assert_eq!(codes("a\u{0}b").first().map(|c| c.0), Some("WG0101"));
    }
}
