//! Standard output and error: one language, colours only on a terminal, a closed pipe is no mistake.

use crate::diagnostic::{Lang, Text};
use anstream::{AutoStream, ColorChoice};
use std::io::{IsTerminal, Write};

/// Where a command prints.
#[derive(Debug)]
pub struct Screen {
    lang: Lang,
    /// Standard output did not take everything (a full disk, not a reader that has gone).
    lost: bool,
}

impl Screen {
    /// In a language.
    #[must_use]
    pub fn new(lang: Lang) -> Screen {
        Screen { lang, lost: false }
    }

    /// The language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Results, to standard output, as they stand.
    pub fn out(&mut self, text: &str) {
        let stdout = std::io::stdout();
        let choice = if stdout.is_terminal() { ColorChoice::Auto } else { ColorChoice::Never };
        let mut stream = AutoStream::new(stdout.lock(), choice);
        // Who reads standard output may stop at any time (`| head`): nothing is left to tell them.
        let written = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        self.lost |= written.is_err_and(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
    }

    /// Whether some of the results could not be printed.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// A line of results.
    pub fn line(&mut self, text: &str) {
        self.out(&format!("{text}\n"));
    }

    /// Warnings and errors, to standard error, as they stand.
    pub fn err(&mut self, text: &str) {
        let stderr = std::io::stderr();
        let choice = if stderr.is_terminal() { ColorChoice::Auto } else { ColorChoice::Never };
        let mut stream = AutoStream::new(stderr.lock(), choice);
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Writes over the line of a terminal on standard error, without ending it.
    pub fn over_line(&mut self, text: &str) {
        self.err(&format!("\r\x1b[K{text}"));
    }

    /// Clears the line of a terminal on standard error; elsewhere there is none.
    pub fn clear_line(&mut self) {
        if std::io::stderr().is_terminal() {
            self.err("\r\x1b[K");
        }
    }

    /// An error that ends the command.
    pub fn error(&mut self, text: &Text) {
        let word = self.pick("error: ", "错误：");
        self.err(&format!("{word}{}\n", text.in_lang(self.lang)));
    }

    /// A warning.
    pub fn warning(&mut self, text: &Text) {
        let word = self.pick("warning: ", "警告：");
        self.err(&format!("{word}{}\n", text.in_lang(self.lang)));
    }

    /// The way out of an error.
    pub fn help(&mut self, text: &Text) {
        let word = self.pick("help: ", "提示：");
        self.err(&format!("  {word}{}\n", text.in_lang(self.lang)));
    }

    /// One of two words, by language.
    #[must_use]
    pub fn pick<'t>(&self, en: &'t str, zh: &'t str) -> &'t str {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }

    /// One of two texts, by language.
    #[must_use]
    pub fn say(&self, en: String, zh: String) -> String {
        match self.lang {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}
