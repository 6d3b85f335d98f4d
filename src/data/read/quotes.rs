//! Whether the quotes of a CSV file close: what reads the rows accepts any, and would lose those inside an open one.

/// Where the bytes stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// Behind a quote inside a quoted cell: it closes, or is half of a doubled one.
    Closing,
}

/// Follows the bytes of rows from the start of one, as the rows are cut.
#[derive(Debug, Clone)]
pub(super) struct Quotes {
    delimiter: u8,
    state: State,
    /// Lines from the start, from 0.
    line: u64,
    /// Line of the quote that opened last.
    opened: u64,
    /// Line of the first closing quote with something else behind it.
    stray: Option<u64>,
}

impl Quotes {
    pub fn new(delimiter: u8) -> Quotes {
        Quotes { delimiter, state: State::CellStart, line: 0, opened: 0, stray: None }
    }

    /// The next bytes.
    pub fn follow(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let ends_cell = *byte == self.delimiter || *byte == b'\n';
            self.state = match (self.state, *byte) {
                (State::CellStart, b'"') => {
                    self.opened = self.line;
                    State::Quoted
                }
                (State::Quoted, b'"') => State::Closing,
                (State::Quoted, _) => State::Quoted,
                (State::Closing, b'"') => State::Quoted,
                (State::CellStart | State::Plain | State::Closing, _) if ends_cell => State::CellStart,
                // White space behind a quote changes nothing that a reader sees.
                (State::Closing, b' ' | b'\t' | b'\r') => State::Closing,
                (State::Closing, _) => {
                    self.stray.get_or_insert(self.line);
                    State::Plain
                }
                (State::CellStart | State::Plain, _) => State::Plain,
            };
            self.line += u64::from(*byte == b'\n');
        }
    }

    /// Line of the first closing quote that something else stands behind, from 0.
    pub fn stray(&self) -> Option<u64> {
        self.stray
    }

    /// At the end of the file: line of the quote that is open, from 0, and the lines behind it.
    pub fn open_at_end(&self) -> Option<(u64, u64)> {
        (self.state == State::Quoted).then(|| (self.opened, self.line - self.opened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Option<u64>, Option<(u64, u64)>) {
        let mut quotes = Quotes::new(b',');
        // In pieces of any size.
        text.as_bytes().chunks(3).for_each(|piece| quotes.follow(piece));
        (quotes.stray(), quotes.open_at_end())
    }

    #[test]
    fn quotes_are_followed() {
        for good in [
            "",
            "a,b\n",
            "\"a\",\"b\"\n",
            "\"a\"\"b\",1\n",
            "\"a\nb\",1\r\n",
            "5\" pipe,x\n",
            "\"a\" ,b\n",
            "\"\",\"\"",
        ] {
            assert_eq!(of(good), (None, None), "{good}");
        }
        assert_eq!(of("a,b\nc,\"d\ne,f\n"), (None, Some((1, 2))));
        assert_eq!(of("a,\"b\"c\n"), (Some(0), None));
        assert_eq!(of("a,\"b\nc,\"d\"\n"), (Some(1), None));
        assert_eq!(of("a,\"b\"\"\n"), (None, Some((0, 1))));
    }
}
