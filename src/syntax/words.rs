//! The words of a plain text, without grammar: where statements may start again after a mistake, what was found.

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Word,
    /// Digits.
    Number,
    /// A text or quoted name, quotes included.
    Quote,
    /// `{` or `(`
    Open,
    /// `}` or `)`
    Close,
    /// Anything else, one character.
    Other,
}

/// A word and its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word {
    /// What it is.
    pub kind: Kind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Nothing stands before it on its line.
    pub first_on_line: bool,
    /// White space at the start of its line, in characters.
    pub indent: usize,
}

/// Words of a text from a byte on; white space is passed over.
pub(super) struct Words<'t> {
    text: &'t str,
    at: usize,
    indent: usize,
    fresh_line: bool,
}

impl<'t> Words<'t> {
    /// From a byte of a text on.
    pub fn from(text: &'t str, at: usize) -> Words<'t> {
        let before = text.get(..at).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        let fresh_line = before.get(line_start..).is_some_and(|line| line.trim().is_empty());
        let mut words = Words { text, at, indent: 0, fresh_line };
        words.measure_indent(line_start);
        words
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn measure_indent(&mut self, line_start: usize) {
        let line = self.text.get(line_start..).unwrap_or("");
        self.indent = line.chars().take_while(|c| *c == ' ' || *c == '\t').count();
    }

    fn pass(&mut self, bytes: usize) {
        let passed = self.text.get(self.at..self.at + bytes).unwrap_or("");
        if let Some(last) = passed.rfind('\n') {
            self.measure_indent(self.at + last + 1);
            self.fresh_line = true;
        }
        self.at += bytes;
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let rest = self.rest();
        self.pass(rest.len() - rest.trim_start().len());
        let rest = self.rest();
        let first = rest.chars().next()?;
        let run = |test: &dyn Fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let (kind, length) = match first {
            '{' | '(' => (Kind::Open, 1),
            '}' | ')' => (Kind::Close, 1),
            '"' => (Kind::Quote, quote_length(rest, '"')),
            '“' => (Kind::Quote, quote_length(rest, '”')),
            '「' => (Kind::Quote, quote_length(rest, '」')),
            '`' => (Kind::Quote, quote_length(rest, '`')),
            '0'..='9' => (Kind::Number, run(&|c| c.is_ascii_digit() || c == '.')),
            c if is_name_char(c) => (Kind::Word, run(&is_name_char)),
            c => (Kind::Other, c.len_utf8()),
        };
        let (start, indent, first_on_line) = (self.at, self.indent, self.fresh_line);
        let word = Word { kind, start, end: start + length, first_on_line, indent };
        self.fresh_line = false;
        self.pass(length);
        Some(word)
    }
}

fn is_name_char(c: char) -> bool {
    c.is_alphabetic() || c == '_' || c.is_ascii_digit()
}

/// Bytes of a quoted text; one that is not closed ends with its line.
fn quote_length(rest: &str, close: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' if matches!(close, '"' | '”') => escaped = true,
            c if c == close => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_their_lines() {
        let text = "规则 甲: \n  每个 「a b」 12.5次 \"x\\\"y\" }";
        let found: Vec<(Kind, &str, bool, usize)> =
            Words::from(text, 0).map(|w| (w.kind, &text[w.start..w.end], w.first_on_line, w.indent)).collect();
        assert_eq!(
            found,
            [
                (Kind::Word, "规则", true, 0),
                (Kind::Word, "甲", false, 0),
                (Kind::Other, ":", false, 0),
                (Kind::Word, "每个", true, 2),
                (Kind::Quote, "「a b」", false, 2),
                (Kind::Number, "12.5", false, 2),
                (Kind::Word, "次", false, 2),
                (Kind::Quote, "\"x\\\"y\"", false, 2),
                (Kind::Close, "}", false, 2),
            ]
        );
    }
}
